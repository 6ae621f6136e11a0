"""When teams were on duty, busy, unavailable or missing: read from duties, trips and breaks alone.

Who makes visits only is no team. A team that is on a visit is busy and not free.

Two readings of "on duty". *Within duty* ends with the duty as rostered: utilization and team-hours
count this one, so that overtime stands apart. *Until released* ends when the team is let go, later
than rostered if it was busy then: gaps count this one. Causes of missed calls look at the roster.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Ints, Positions, Selection
from sim.clock import HOUR_S
from sim.identical import Identical
from sim.model.ledger.causes import MISSED, teams
from sim.model.world import Window, World
from sim.schema import NONE, Ledger, Status

# Requests that are over: the base of shares of requested.
SETTLED = MISSED.copy()
SETTLED[[Status.SERVED, Status.WITHDRAWN, Status.SETTLED_BY_PATROL]] = True
EVENING_HOUR, EVENING_FOR_S = 18, 6 * HOUR_S


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

    def seconds_in(self, window: Window) -> Ints:
        """Return the seconds of each span that lie in the window; shape (spans,)."""
        start_s = np.maximum(self.start_s, window.start_s)
        seconds: Ints = np.maximum(np.minimum(self.end_s, window.end_s) - start_s, 0)
        return seconds

    def total_s(self) -> int:
        """Seconds of all spans together."""
        return int(self.end_s.sum() - self.start_s.sum())


def window_calls(world: World) -> slice:
    """Rows of the calls received in the window."""
    window = world.window
    first, last = np.searchsorted(world.calls.received_at_s, [window.start_s, window.end_s])
    return slice(int(first), int(last))


def gaps(world: World, ledger: Ledger, counted: Bools | None = None) -> Spans:
    """Gaps of the run: whole seconds after whose last assignment no on-duty team is free.

    A team is on duty until released, so one in overtime is on duty and not free, and so is one on a
    break. Gaps that touch are one. `counted` says which duties count, of shape (duties,);
    those of all teams if None.
    """
    if counted is None:
        return _gaps(Identical(world), Identical(ledger))
    return _gaps_of(world, ledger, counted & teams(world))


@lru_cache(maxsize=2)  # measures, hours and zones ask for the same
def _gaps(world: Identical[World], ledger: Identical[Ledger]) -> Spans:
    return _gaps_of(world.value, ledger.value, teams(world.value))


def _gaps_of(world: World, ledger: Ledger, counted: Bools) -> Spans:
    duties, away = _until_released(ledger, counted), _away(world, ledger, counted)
    # Free teams come by a duty's start or a return, and go by a duty's end or by setting out.
    come_s = _in_order(np.concatenate([duties.start_s, away.end_s]))
    gone_s = _in_order(np.concatenate([duties.end_s, away.start_s]))
    return _none_left(come_s, gone_s, world.window.horizon_s)


def off_duty_gaps(world: World, ledger: Ledger) -> Spans:
    """Parts of the gaps in which nobody is on duty; in the rest all on duty are busy."""
    duties = _until_released(ledger, teams(world))
    return _none_left(_in_order(duties.start_s), _in_order(duties.end_s), world.window.horizon_s)


def _in_order(at_s: Ints) -> Ints:
    """Seconds sorted by merging, which is quick as most are in order as they come."""
    return np.sort(at_s, kind="stable")


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


def during(spans: Spans, at_s: Ints) -> Bools:
    """Whether each second lies in one of the spans, which are sorted and part from each other."""
    begun = np.searchsorted(spans.start_s, at_s, side="right")
    over = np.searchsorted(spans.end_s, at_s, side="right")
    return np.greater(begun, over)


def meets_gap(ledger: Ledger, gaps: Spans) -> Bools:
    """Whether each call became dispatchable in a gap and got no team at that very second.

    A call that takes the last free team opens a gap and has not met it. Shape (calls,).
    """
    dispatchable_at_s, trips = ledger.calls.dispatchable_at_s, ledger.trips
    meets = during(gaps, dispatchable_at_s)  # NONE comes before any gap
    is_call = trips.call != NONE
    rows: Selection = slice(None) if is_call.all() else np.flatnonzero(is_call)
    call = trips.call[rows]
    meets[call[trips.assigned_at_s[rows] == dispatchable_at_s[call]]] = False
    return meets


def served(ledger: Ledger, counted: Bools) -> Positions:
    """Rows of the duties that served, of those that count."""
    return np.flatnonzero(counted & (ledger.duties.started_at_s != NONE))


def made(ledger: Ledger, counted: Bools) -> Selection:
    """Rows of the trips made in the duties that count."""
    return slice(None) if counted.all() else np.flatnonzero(counted[ledger.trips.duty])


def on_duty(world: World, ledger: Ledger, counted: Bools | None = None) -> Spans:
    """Each served duty from its start to its end as rostered, at most to the end of the run.

    `counted` as for `gaps`, but may hold others than teams.
    """
    rows = served(ledger, teams(world) if counted is None else counted)
    end_s = np.minimum(world.roster.off_at_s[rows], ledger.duties.ended_at_s[rows])
    return Spans(ledger.duties.started_at_s[rows], end_s)


def overtime(world: World, ledger: Ledger, counted: Bools | None = None) -> Spans:
    """Each served duty from its end as rostered to the release of its team; `counted` as above."""
    rows = served(ledger, teams(world) if counted is None else counted)
    ended_at_s = ledger.duties.ended_at_s[rows]
    return Spans(np.minimum(world.roster.off_at_s[rows], ended_at_s), ended_at_s)


def busy(world: World, ledger: Ledger, counted: Bools | None = None) -> Spans:
    """Each trip from assignment to its end or that of its duty as rostered, whichever is first.

    Of trips for calls and for visits alike; `counted` as above.
    """
    rows = made(ledger, teams(world) if counted is None else counted)
    trips = out(world, ledger, rows)
    off_at_s = world.roster.off_at_s[ledger.trips.duty[rows]]
    return Spans(trips.start_s, np.minimum(trips.end_s, off_at_s))


def out(world: World, ledger: Ledger, rows: Selection) -> Spans:
    """Trips of these rows from assignment to their end, or to that of the run if unfinished."""
    trips = ledger.trips
    end_at_s = trips.end_at_s[rows]
    end_s = np.where(end_at_s == NONE, world.window.horizon_s, end_at_s)
    return Spans(trips.assigned_at_s[rows], end_s)


def resting(world: World, ledger: Ledger) -> Spans:
    """Each break that a team took; it ends with the duty at the latest."""
    return _taken(*ledger.breaks, teams(world)[world.breaks.duty])


def rostered(world: World) -> Spans:
    """Each duty as rostered, whether or not it served."""
    return Spans(world.roster.on_at_s, world.roster.off_at_s)


def evenings(window: Window) -> Spans:
    """Each evening, 18:00 to 24:00, that lies wholly in the window."""
    hours = np.arange(*clock_hours(window))
    begins = hours[(hours + window.first_hour_of_week) % 24 == EVENING_HOUR]
    start_s = begins * HOUR_S
    whole = (start_s >= window.start_s) & (start_s + EVENING_FOR_S <= window.end_s)
    return Spans(start_s[whole], start_s[whole] + EVENING_FOR_S)


def untouched(spans: Spans, by: Spans) -> int:
    """Number of spans of which no second lies in any of the others."""
    begun = np.searchsorted(np.sort(by.start_s), spans.end_s, side="left")
    over = np.searchsorted(np.sort(by.end_s), spans.start_s, side="right")
    return int(np.count_nonzero(begun == over))


def by_clock_hour(spans: Spans, window: Window) -> Ints:
    """Seconds of spans of the window in each of its clock hours; shape (clock hours,)."""
    return _left_after(spans.start_s, window) - _left_after(spans.end_s, window)


def _left_after(at_s: Ints, window: Window) -> Ints:
    """Seconds of each clock hour that come after each of the given seconds, summed over these."""
    first, last = clock_hours(window)
    hour = at_s // HOUR_S
    count = np.bincount(hour - first, minlength=last - first + 1)
    before = np.bincount(hour - first, weights=at_s - hour * HOUR_S, minlength=last - first + 1)
    return (HOUR_S * np.cumsum(count) - before.astype(np.int64))[: last - first]


def clock_hours(window: Window) -> tuple[int, int]:
    """First clock hour of the window and the one after its last, counted from the run's start."""
    return window.start_s // HOUR_S, -(-window.end_s // HOUR_S)


def _taken(start_s: Ints, end_s: Ints, counted: Bools) -> Spans:
    """Spans of the rows that began, of those that count."""
    rows = counted & (start_s != NONE)
    return Spans(start_s[rows], end_s[rows])


def _until_released(ledger: Ledger, counted: Bools) -> Spans:
    """Each duty that served, from its start to the release of its team."""
    return _taken(ledger.duties.started_at_s, ledger.duties.ended_at_s, counted)


def _away(world: World, ledger: Ledger, counted: Bools) -> Spans:
    """Each trip and each break: the times in which a team on duty is not free."""
    trips = out(world, ledger, made(ledger, counted))
    rests = _taken(*ledger.breaks, counted[world.breaks.duty])
    return Spans(*(np.concatenate(both) for both in zip(trips, rests, strict=True)))
