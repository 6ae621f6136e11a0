"""When teams were on duty, busy, or missing: read from duties and trips alone.

Two readings of "on duty". *Within duty* ends with the duty as rostered: utilization and team-hours
count this one, so that overtime stands apart. *Until released* ends when the team is let go, later
than rostered if it was busy then: gaps count this one, as the causes of missed calls do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import HOUR_S, HOURS_A_WEEK
from sim.model.world import Window, World
from sim.schema import NONE, Ledger, Status

Ints = NDArray[np.int64]

SETTLED = np.zeros(len(Status), np.bool_)  # requests that are over: the base of shares of requested
SETTLED[
    [
        Status.SERVED,
        Status.CANCELLED_EN_ROUTE,
        Status.MISSED_OFF_DUTY,
        Status.MISSED_OUT_OF_RANGE,
        Status.MISSED_BUSY,
    ]
] = True


class Spans(NamedTuple):
    """Half-open intervals [start, end) in seconds of the run; both arrays have shape (spans,)."""

    start_s: Ints
    end_s: Ints

    def within(self, window: Window) -> Spans:
        """Return the parts of the spans that lie in the window."""
        start_s = np.maximum(self.start_s, window.start_s)
        end_s = np.minimum(self.end_s, window.end_s)
        inside = start_s < end_s
        return Spans(start_s[inside], end_s[inside])

    def total_s(self) -> int:
        """Seconds of all spans together."""
        return int(self.end_s.sum() - self.start_s.sum())


class HourTable(NamedTuple):
    """Totals of the window by hour of week (0 is Monday 00:00); each of shape (168,), int64.

    `gap_for_s` and `window_for_s` are seconds, `on_duty_for_s` and `busy_for_s` team-seconds within
    duty, `requested` and `reached` calls by the second received; `requested` leaves out those that
    are unfinished. Cells of several replications are summed before a ratio is taken.
    """

    gap_for_s: Ints
    on_duty_for_s: Ints
    busy_for_s: Ints
    window_for_s: Ints
    requested: Ints
    reached: Ints


def by_hour_of_week(world: World, ledger: Ledger) -> HourTable:
    """Coverage, work and calls of the window by hour of week.

    Parameters
    ----------
    world, ledger
        One replication of one plan: what went in and what happened.

    Returns
    -------
    HourTable
        Seconds, team-seconds and calls, each of shape (168,).
    """
    window = world.window
    whole = Spans(np.array([window.start_s]), np.array([window.end_s]))
    spans = (gaps(world, ledger), on_duty(world, ledger), busy(world, ledger), whole)
    calls = window_calls(world)
    hour = world.calls.received_at_s[calls] // HOUR_S
    status = ledger.calls.status[calls]
    return HourTable(
        *(_pooled(window, by_clock_hour(each.within(window), window)) for each in spans),
        *(_counted(window, hour[of]) for of in (SETTLED[status], status == Status.SERVED)),
    )


def window_calls(world: World) -> slice:
    """Rows of the calls received in the window."""
    window = world.window
    first, last = np.searchsorted(world.calls.received_at_s, [window.start_s, window.end_s])
    return slice(int(first), int(last))


def gaps(world: World, ledger: Ledger) -> Spans:
    """Gaps of the run: whole seconds after whose last assignment no on-duty team is free.

    A team is on duty until released, so one in overtime is on duty and not free. Gaps that touch
    are one.
    """
    duties = _served(ledger)
    trips, horizon_s = _trips(world, ledger), world.window.horizon_s
    # Free teams come by a duty's start or a release, and go by a duty's end or an assignment.
    come_s = np.sort(np.concatenate([duties.start_s, trips.end_s]))
    gone_s = np.sort(np.concatenate([duties.end_s, trips.start_s]))
    return _none_left(come_s, gone_s, horizon_s)


def off_duty_gaps(world: World, ledger: Ledger) -> Spans:
    """Parts of the gaps in which nobody is on duty; in the rest all on duty are busy."""
    duties = _served(ledger)
    return _none_left(np.sort(duties.start_s), np.sort(duties.end_s), world.window.horizon_s)


def _none_left(come_s: Ints, gone_s: Ints, horizon_s: int) -> Spans:
    """Spans of the run in which as many have gone as have come; both arrays sorted.

    The count is zero after the k-th going iff k have come by that very second, and stays so until
    the next one comes. One that comes and goes within a second parts nothing.
    """
    come = np.searchsorted(come_s, gone_s, side="right")
    last = come == np.arange(1, len(gone_s) + 1)
    start_s = np.append(0, gone_s[last])
    end_s = np.append(come_s, horizon_s)[np.append(0, come[last])]
    apart = start_s[1:] > end_s[:-1]
    start_s, end_s = start_s[np.append(True, apart)], end_s[np.append(apart, True)]
    keep = start_s < end_s  # a team may be there from the first second on, or up to the last
    return Spans(start_s[keep], end_s[keep])


def meets_gap(ledger: Ledger, gaps: Spans) -> NDArray[np.bool_]:
    """Whether each call became dispatchable in a gap and got no team at that very second.

    A call that takes the last free team opens a gap and has not met it. Shape (calls,).
    """
    dispatchable_at_s, trips = ledger.calls.dispatchable_at_s, ledger.trips
    begun = np.searchsorted(gaps.start_s, dispatchable_at_s, side="right")
    over = np.searchsorted(gaps.end_s, dispatchable_at_s, side="right")
    meets: NDArray[np.bool_] = begun > over  # NONE comes before any gap
    meets[trips.call[trips.assigned_at_s == dispatchable_at_s[trips.call]]] = False
    return meets


def on_duty(world: World, ledger: Ledger) -> Spans:
    """Each served duty from its start to its end as rostered, at most to the end of the run."""
    served = ledger.duties.started_at_s != NONE
    end_s = np.minimum(world.roster.off_at_s, ledger.duties.ended_at_s)
    return Spans(ledger.duties.started_at_s[served], end_s[served])


def overtime(world: World, ledger: Ledger) -> Spans:
    """Each served duty from its end as rostered to the release of its team."""
    served = ledger.duties.started_at_s != NONE
    start_s = np.minimum(world.roster.off_at_s, ledger.duties.ended_at_s)
    return Spans(start_s[served], ledger.duties.ended_at_s[served])


def busy(world: World, ledger: Ledger) -> Spans:
    """Each trip from assignment to its end or that of its duty as rostered, whichever is first."""
    trips = _trips(world, ledger)
    return Spans(trips.start_s, np.minimum(trips.end_s, world.roster.off_at_s[ledger.trips.duty]))


def by_clock_hour(spans: Spans, window: Window) -> Ints:
    """Seconds of spans of the window in each of its clock hours; shape (clock hours,)."""
    return _left_after(spans.start_s, window) - _left_after(spans.end_s, window)


def _left_after(at_s: Ints, window: Window) -> Ints:
    """Seconds of each clock hour that come after each of the given seconds, summed over these."""
    first, last = _clock_hours(window)
    hour = at_s // HOUR_S
    count = np.bincount(hour - first, minlength=last - first + 1)
    before = np.bincount(hour - first, weights=at_s - hour * HOUR_S, minlength=last - first + 1)
    return (HOUR_S * np.cumsum(count) - before.astype(np.int64))[: last - first]


def _clock_hours(window: Window) -> tuple[int, int]:
    """First clock hour of the window and the one after its last, counted from the run's start."""
    return window.start_s // HOUR_S, -(-window.end_s // HOUR_S)


def _pooled(window: Window, by_hour: Ints) -> Ints:
    """Totals by hour of week of figures by clock hour of the window."""
    of_week = (np.arange(*_clock_hours(window)) + window.first_hour_of_week) % HOURS_A_WEEK
    return np.bincount(of_week, weights=by_hour, minlength=HOURS_A_WEEK).astype(np.int64)


def _counted(window: Window, hour: Ints) -> Ints:
    """Number of rows in each hour of week, given their clock hours counted from the run's start."""
    of_week = (hour + window.first_hour_of_week) % HOURS_A_WEEK
    return np.bincount(of_week, minlength=HOURS_A_WEEK).astype(np.int64, copy=False)


def _served(ledger: Ledger) -> Spans:
    """Each duty that served, from its start to the release of its team."""
    served = ledger.duties.started_at_s != NONE
    return Spans(ledger.duties.started_at_s[served], ledger.duties.ended_at_s[served])


def _trips(world: World, ledger: Ledger) -> Spans:
    """Each trip from assignment to its end, or to the end of the run if it is unfinished."""
    trips = ledger.trips
    end_s = np.where(trips.end_at_s == NONE, world.window.horizon_s, trips.end_at_s)
    return Spans(trips.assigned_at_s, end_s)
