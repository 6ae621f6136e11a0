"""Measures of one replication of one plan: one number each, read from tables alone.

Calls count if they were received in the window. A call is reached if a team arrived and its trip
ended; a contact is a reached call whose person was engaged. Requested calls that are unfinished at
the end of the run are counted by `unfinished_share` and left out of every other share of requested.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import DAY_S, DAYS_A_YEAR, HOUR_S, MINUTE_S, WEEK_S
from sim.model import coverage, sworn
from sim.model.coverage import SETTLED, Spans, window_calls
from sim.model.dictionary import MEASURES, Measure
from sim.model.diversions import diversions
from sim.model.tables import HourTable, by_hour_of_week
from sim.model.world import World
from sim.schema import EndCause, Ledger, Status

__all__ = [
    "MEASURES",
    "RESPONSE_BINS",
    "RESPONSE_BIN_S",
    "HourTable",
    "Measure",
    "PairedTimes",
    "Settings",
    "by_hour_of_week",
    "measure",
    "paired_times",
    "response_histogram",
]

RESPONSE_BIN_S = 60
RESPONSE_BINS = 360  # the last one collects the rest
MONTHS_A_YEAR = 12

Found = dict[str, float]


class Settings(NamedTuple):
    """What measures need beside the tables.

    The standard is `standard_s` seconds from received if `standard_clock_received`, else from
    dispatchable. `restricted_limit_s` is the limit of the restricted mean in seconds,
    `exposure_years` the length of the window, `booked_given_arrest` a probability. Patrol sends
    `patrol_officers` to a call, and `officer_alone_as_patrol` says whether an officer left without
    a clinician serves as patrol.
    """

    standard_s: int
    standard_clock_received: bool
    booked_given_arrest: float
    exposure_years: float
    teams_funded: int
    restricted_limit_s: int
    patrol_officers: float
    officer_alone_as_patrol: bool


def measure(world: World, ledger: Ledger, settings: Settings) -> dict[str, float]:
    """Every measure of one replication of one plan.

    Parameters
    ----------
    world, ledger
        What went in and what happened.
    settings
        The standard, P(booked | arrest), the years of exposure and what patrol sends.

    Returns
    -------
    dict
        A float for each name of `MEASURES`, in their order and units; nan where undefined.
    """
    reached = _reached(world, ledger)
    times = _times(world, ledger, reached)
    found = {
        **_funnel(world, ledger, settings),
        **_summaries(times),
        **_of_all_requested(world, ledger, times, settings),
        **_clear(world, ledger),
        **_gaps(world, ledger, settings),
        **_work(world, ledger, reached, settings),
        **_posts(world, ledger, settings),
        **_trips(world, ledger, reached, settings),
        **_sworn(world, ledger, settings),
        **_outcomes(world, ledger, reached, settings),
    }
    return {name: float(found[name]) for name in MEASURES}


class PairedTimes(NamedTuple):
    """Minutes by name of measure, of two plans on the same calls."""

    a: dict[str, float]
    b: dict[str, float]


def paired_times(world_a: World, ledger_a: Ledger, world_b: World, ledger_b: Ledger) -> PairedTimes:
    """Times of reached calls of two plans, each on the calls reached under both.

    Parameters
    ----------
    world_a, ledger_a, world_b, ledger_b
        One replication of two plans on the same calls.

    Returns
    -------
    PairedTimes
        Minutes by name: `response_*`, `request_to_arrival_*` (mean, median, p90) and
        `wait_mean_min`. nan if there is no common call.

    Raises
    ------
    ValueError
        If the two worlds do not have the same calls and window.
    """
    received = world_a.calls.received_at_s, world_b.calls.received_at_s
    if world_a.window != world_b.window or not np.array_equal(*received):
        raise ValueError("paired times: two worlds with different calls or windows")
    reached = _reached(world_a, ledger_a), _reached(world_b, ledger_b)
    common = np.intersect1d(*reached, assume_unique=True)
    return PairedTimes(
        _summaries(_times(world_a, ledger_a, common)),
        _summaries(_times(world_b, ledger_b, common)),
    )


def response_histogram(world: World, ledger: Ledger) -> NDArray[np.int64]:
    """Reached calls of the window by response time (received to team on scene).

    Returns
    -------
    NDArray
        Counts by minute, shape (RESPONSE_BINS,), int64; the last one collects the rest.
    """
    response_for_s = _times(world, ledger, _reached(world, ledger)).response_for_s
    minute = np.minimum(response_for_s // RESPONSE_BIN_S, RESPONSE_BINS - 1)
    counts: NDArray[np.int64] = np.bincount(minute, minlength=RESPONSE_BINS)
    return counts


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else np.nan


def _count(rows: NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(rows))


def _mean(values: NDArray[np.int64]) -> float:
    return _ratio(float(values.sum()), len(values))


def _reached(world: World, ledger: Ledger) -> NDArray[np.intp]:
    """Rows of the reached calls of the window."""
    rows = window_calls(world)
    out: NDArray[np.intp] = np.flatnonzero(ledger.calls.status[rows] == Status.SERVED) + rows.start
    return out


class _Times(NamedTuple):
    """Times of reached calls in seconds, a row a call."""

    response_for_s: NDArray[np.int64]
    request_for_s: NDArray[np.int64]
    wait_for_s: NDArray[np.int64]


def _times(world: World, ledger: Ledger, reached: NDArray[np.intp]) -> _Times:
    trip = ledger.calls.trip[reached]
    arrived_at_s = ledger.trips.arrived_at_s[trip]
    dispatchable_at_s = ledger.calls.dispatchable_at_s[reached]
    return _Times(
        response_for_s=arrived_at_s - world.calls.received_at_s[reached],
        request_for_s=arrived_at_s - dispatchable_at_s,
        wait_for_s=ledger.trips.assigned_at_s[trip] - dispatchable_at_s,
    )


def _summaries(times: _Times) -> Found:
    return {
        **_summary("response", times.response_for_s),
        **_summary("request_to_arrival", times.request_for_s),
        "wait_mean_min": _mean(times.wait_for_s) / MINUTE_S,
    }


def _summary(name: str, seconds: NDArray[np.int64]) -> Found:
    median_s, p90_s = _quantiles(seconds, 0.5, 0.9)
    return {
        f"{name}_mean_min": _mean(seconds) / MINUTE_S,
        f"{name}_median_min": median_s / MINUTE_S,
        f"{name}_p90_min": p90_s / MINUTE_S,
    }


def _quantiles(seconds: NDArray[np.int64], *shares: float) -> list[float]:
    if len(seconds) == 0:
        return [np.nan] * len(shares)
    found: list[float] = np.quantile(seconds, shares).tolist()
    return found


def _funnel(world: World, ledger: Ledger, settings: Settings) -> Found:
    rows, window = window_calls(world), world.window
    count = np.bincount(ledger.calls.status[rows], minlength=len(Status)).tolist()
    n_all = sum(count)
    recognised = n_all - count[Status.NOT_RECOGNISED]
    eligible = recognised - count[Status.NOT_ELIGIBLE]
    no_car = count[Status.PHONE_RESOLVED] + count[Status.OTHER_RESPONDER]
    requested = eligible - no_car - count[Status.NOT_REQUESTED]
    return {
        "calls_per_year": n_all / settings.exposure_years,
        "recognised_share": _ratio(recognised, n_all),
        "eligible_share": _ratio(eligible, recognised),
        "requested_share": _ratio(requested, eligible),
        "phone_resolved_per_year": count[Status.PHONE_RESOLVED] / settings.exposure_years,
        "other_responder_per_year": count[Status.OTHER_RESPONDER] / settings.exposure_years,
        "unfinished_share": _ratio(count[Status.UNFINISHED], requested),
        "reach_of_all_share": _ratio(count[Status.SERVED], n_all - count[Status.UNFINISHED]),
        "handled_per_day": count[Status.SERVED] * DAY_S / (window.end_s - window.start_s),
        **_fates_of_requests(count),
    }


def _fates_of_requests(count: list[int]) -> Found:
    """Shares of the settled requests; they sum to one."""
    settled = sum(count[status] for status in Status if SETTLED[status])
    return {
        "reach_share": _ratio(count[Status.SERVED], settled),
        "missed_off_duty_share": _ratio(count[Status.MISSED_OFF_DUTY], settled),
        "missed_out_of_range_share": _ratio(count[Status.MISSED_OUT_OF_RANGE], settled),
        "missed_busy_share": _ratio(count[Status.MISSED_BUSY], settled),
        "cancelled_en_route_share": _ratio(count[Status.CANCELLED_EN_ROUTE], settled),
    }


def _of_all_requested(world: World, ledger: Ledger, times: _Times, settings: Settings) -> Found:
    """Times over all settled requests, so that giving up does not look like speed."""
    settled = _count(SETTLED[ledger.calls.status[window_calls(world)]])
    clock = times.response_for_s if settings.standard_clock_received else times.request_for_s
    limit_s = settings.restricted_limit_s
    never = settled - len(times.request_for_s)
    total_s = int(np.minimum(times.request_for_s, limit_s).sum()) + never * limit_s
    return {
        "within_standard_share": _ratio(_count(clock <= settings.standard_s), settled),
        "request_to_arrival_restricted_mean_min": _ratio(total_s, settled) / MINUTE_S,
    }


def _clear(world: World, ledger: Ledger) -> Found:
    """Received to the last unit clear, of teams or patrol, of settled requests."""
    rows = window_calls(world)
    settled = SETTLED[ledger.calls.status[rows]]
    clear_for_s = (ledger.calls.cleared_at_s[rows] - world.calls.received_at_s[rows])[settled]
    (median_s,) = _quantiles(clear_for_s, 0.5)
    return {
        "time_to_clear_mean_min": _mean(clear_for_s) / MINUTE_S,
        "time_to_clear_median_min": median_s / MINUTE_S,
    }


def _gaps(world: World, ledger: Ledger, settings: Settings) -> Found:
    window = world.window
    weeks = (window.end_s - window.start_s) / WEEK_S
    of_run, nobody = coverage.gaps(world, ledger), coverage.off_duty_gaps(world, ledger)
    gaps = of_run.within(window)
    total_s, off_duty_s = gaps.total_s(), nobody.within(window).total_s()
    in_gap = _count(coverage.meets_gap(ledger, of_run)[window_calls(world)])
    longest_s = (gaps.end_s - gaps.start_s).max(initial=0)
    return {
        "came_off_duty_share": _came_during(world, ledger, nobody),
        "gap_hours_per_week": total_s / HOUR_S / weeks,
        "gap_off_duty_hours_per_week": off_duty_s / HOUR_S / weeks,
        "gap_busy_hours_per_week": (total_s - off_duty_s) / HOUR_S / weeks,
        "gaps_per_week": len(gaps.start_s) / weeks,
        "gap_longest_h": longest_s / HOUR_S,
        "calls_in_gap_per_year": in_gap / settings.exposure_years,
    }


def _came_during(world: World, ledger: Ledger, spans: Spans) -> float:
    """Share of the settled requests that were received in the spans."""
    rows = window_calls(world)
    settled = SETTLED[ledger.calls.status[rows]]
    came = coverage.during(spans, world.calls.received_at_s[rows][settled])
    return _ratio(_count(came), len(came))


def _work(world: World, ledger: Ledger, reached: NDArray[np.intp], settings: Settings) -> Found:
    window = world.window
    on_duty = coverage.by_clock_hour(coverage.on_duty(world, ledger).within(window), window)
    busy = coverage.by_clock_hour(coverage.busy(world, ledger).within(window), window)
    on_duty_s = int(on_duty.sum())
    over = _count(busy * 5 > on_duty * 3)  # over 60 %, in whole numbers
    overtime_s = coverage.overtime(world, ledger).within(window).total_s()
    return {
        "utilization_share": _ratio(int(busy.sum()), on_duty_s),
        "unavailable_share": _ratio(coverage.resting(ledger).within(window).total_s(), on_duty_s),
        "hours_over_60pct_share": _ratio(over, _count(on_duty > 0)),
        "hours_nobody_on_duty_share": _ratio(_count(on_duty == 0), len(on_duty)),
        "overtime_hours_per_year": overtime_s / HOUR_S / settings.exposure_years,
        "calls_per_team_day": _ratio(len(reached) * DAY_S, on_duty_s),
        "teams_deployed_mean": on_duty_s / (window.end_s - window.start_s),
    }


def _posts(world: World, ledger: Ledger, settings: Settings) -> Found:
    window = world.window
    rostered_s = coverage.rostered(world).seconds_in(window)
    filled_s = int(rostered_s[world.roster.filled == 1].sum())
    nobody_on = coverage.untouched(coverage.evenings(window), coverage.on_duty(world, ledger))
    months = (window.end_s - window.start_s) / DAY_S / DAYS_A_YEAR * MONTHS_A_YEAR
    return {
        "teams_funded": settings.teams_funded,
        "teams_filled_mean": settings.teams_funded * _ratio(filled_s, int(rostered_s.sum())),
        "evenings_nobody_on_per_month": nobody_on / months,
    }


def _trips(world: World, ledger: Ledger, reached: NDArray[np.intp], settings: Settings) -> Found:
    trips, window, rows = ledger.trips, world.window, window_calls(world)
    # A duty cut by an end of the window would have too few calls, a post held all year too many.
    whole = ledger.duties.started_at_s >= window.start_s
    whole &= world.roster.off_at_s <= window.end_s
    served = _count(whole[trips.duty] & (trips.end_cause == EndCause.CLEARED))
    trip = ledger.calls.trip[reached]
    taken = trips.call[trips.end_cause == EndCause.REASSIGNED]
    n_taken = _count((taken >= rows.start) & (taken < rows.stop))
    return {
        "calls_per_duty": _ratio(served, _count(whole)),
        "busy_mean_h": _mean(trips.end_at_s[trip] - trips.assigned_at_s[trip]) / HOUR_S,
        "reassigned_per_year": n_taken / settings.exposure_years,
    }


def _sworn(world: World, ledger: Ledger, settings: Settings) -> Found:
    hours = sworn.sworn_hours(
        world, ledger, settings.patrol_officers, alone_as_patrol=settings.officer_alone_as_patrol
    )
    assigned, released = (each / settings.exposure_years for each in hours)
    return {
        "sworn_hours_assigned_per_year": assigned,
        "patrol_hours_released_per_year": released,
        "sworn_hours_net_per_year": released - assigned,
    }


def _outcomes(world: World, ledger: Ledger, reached: NDArray[np.intp], settings: Settings) -> Found:
    contacts = reached[world.calls.contact[reached] == 1]
    found = diversions(world, ledger, contacts, settings.booked_given_arrest)
    a_year = {"contacts_per_year": len(contacts)} | found
    return {name: number / settings.exposure_years for name, number in a_year.items()}
