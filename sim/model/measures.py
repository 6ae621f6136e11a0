"""Measures of one replication of one plan: one number each, read from tables alone.

Calls count if they were received in the window. A call is reached if a team arrived and its trip
ended; a contact is a reached call whose person was engaged. Requested calls that are unfinished at
the end of the run are counted by `unfinished_share` and left out of every other share of requested.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import DAY_S, HOUR_S, MINUTE_S, WEEK_S
from sim.model import coverage
from sim.model.coverage import SETTLED, HourTable, by_hour_of_week, window_calls
from sim.model.world import World
from sim.schema import Destination, EndCause, Fate, Ledger, Status

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

Better = Literal["more", "less", "neither"]
Found = dict[str, float]


class Measure(NamedTuple):
    """What a measure is called, its unit, which way is better, and what it is in one sentence."""

    label: str
    unit: str
    better: Better
    meaning: str


# fmt: off
MEASURES: dict[str, Measure] = {  # a table to be read down: a measure on two or three lines
    "calls_per_year": Measure("Calls", "calls/year", "neither",
        "Calls received in the window, a year."),
    "recognised_share": Measure("Recognised", "share", "neither",
        "Recognised calls as a share of all calls."),
    "eligible_share": Measure("Eligible", "share", "neither",
        "Eligible calls as a share of the recognised."),
    "requested_share": Measure("Requested", "share", "neither",
        "Calls that asked for a team as a share of the eligible."),
    "reach_share": Measure("Reached", "share", "more",
        "Share of requested calls on whose scene a team arrived."),
    "missed_off_duty_share": Measure("Missed, nobody on duty", "share", "less",
        "Share of requested calls missed with no team on duty at any second of their wait."),
    "missed_out_of_range_share": Measure("Missed, out of range", "share", "less",
        "Share of requested calls missed with teams on duty during their wait but none in scope "
        "or range."),
    "missed_busy_share": Measure("Missed, all busy", "share", "less",
        "Share of requested calls missed with a team on duty at some second of their wait but none "
        "free for them."),
    "cancelled_en_route_share": Measure("Cancelled en route", "share", "less",
        "Share of requested calls whose assigned team was recalled before it arrived."),
    "unfinished_share": Measure("Unfinished", "share", "less",
        "Share of requested calls still waiting or being served at the end of the run, which "
        "the other shares of requested leave out."),
    "reach_of_all_share": Measure("Reached of all calls", "share", "more",
        "Reached calls as a share of all calls, requested or not, except the unfinished."),
    "handled_per_day": Measure("Calls handled a day", "calls/day", "more",
        "Reached calls per day of the window."),
    "contacts_per_year": Measure("Contacts", "contacts/year", "more",
        "Reached calls whose person was engaged, a year."),
    "response_mean_min": Measure("Response, mean", "min", "less",
        "Mean time from received to team on scene, of reached calls."),
    "response_median_min": Measure("Response, median", "min", "less",
        "Median time from received to team on scene, of reached calls."),
    "response_p90_min": Measure("Response, 90th percentile", "min", "less",
        "90th percentile of the time from received to team on scene, of reached calls."),
    "request_to_arrival_mean_min": Measure("Request to arrival, mean", "min", "less",
        "Mean time from dispatchable to team on scene, of reached calls."),
    "request_to_arrival_median_min": Measure("Request to arrival, median", "min", "less",
        "Median time from dispatchable to team on scene, of reached calls."),
    "request_to_arrival_p90_min": Measure("Request to arrival, 90th percentile", "min", "less",
        "90th percentile of the time from dispatchable to team on scene, of reached calls."),
    "wait_mean_min": Measure("Wait for a team, mean", "min", "less",
        "Mean time from dispatchable to a team assigned, of reached calls."),
    "within_standard_share": Measure("Within the standard", "share", "more",
        "Share of all requested calls reached within the standard's minutes of its stated "
        "clock, those never reached counting as not within."),
    "request_to_arrival_restricted_mean_min": Measure(
        "Request to arrival, restricted mean", "min", "less",
        "Mean over all requested calls of the time from dispatchable to team on scene, cut off "
        "at a limit that calls never reached count with in full."),
    "gap_hours_per_week": Measure("Coverage gap", "h/week", "less",
        "Hours a week in which no team on duty is free, or none is on duty."),
    "gap_off_duty_hours_per_week": Measure("Coverage gap, nobody on duty", "h/week", "less",
        "Hours a week in which no team is on duty, a team in overtime being on duty until "
        "released."),
    "gap_busy_hours_per_week": Measure("Coverage gap, all busy", "h/week", "less",
        "Hours a week in which teams are on duty or in overtime and every one of them is busy."),
    "gaps_per_week": Measure("Coverage gaps", "gaps/week", "less",
        "Number a week of unbroken stretches with no free team on duty."),
    "gap_longest_h": Measure("Longest coverage gap", "h", "less",
        "Longest gap, cut at the ends of the window; zero if there is none."),
    "calls_in_gap_per_year": Measure("Calls in a gap", "calls/year", "less",
        "Requested calls a year that became dispatchable in a gap and got no team at that "
        "second."),
    "utilization_share": Measure("Utilization", "share", "neither",
        "Team-hours busy within duty as a share of team-hours on duty, overtime in neither."),
    "hours_over_60pct_share": Measure("Hours over 60 % busy", "share", "less",
        "Share of the clock hours with a team on duty in which the teams' utilization is above "
        "60 %."),
    "hours_nobody_on_duty_share": Measure("Hours with nobody on duty", "share", "less",
        "Share of the clock hours of the window in which no team is on duty at any second, "
        "overtime not counting as duty."),
    "overtime_hours_per_year": Measure("Overtime", "h/year", "less",
        "Team-hours a year from the end of a duty to the release of its team."),
    "calls_per_duty": Measure("Calls a duty", "calls/duty", "neither",
        "Mean number of calls reached by a duty that lay wholly in the window, blank if none did."),
    "calls_per_team_day": Measure("Calls a team-day", "calls/team-day", "neither",
        "Reached calls per 24 team-hours on duty."),
    "teams_funded": Measure("Teams funded", "teams", "neither",
        "Posts that the plan pays for, manned or not."),
    "teams_deployed_mean": Measure("Teams on duty, mean", "teams", "neither",
        "Mean number of teams on duty over the seconds of the window."),
    "busy_mean_h": Measure("Time on a call, mean", "h", "neither",
        "Mean time from assigned to released, of the trips to reached calls."),
    "jail_diversions_gross_per_year": Measure("Diverted from jail, gross", "contacts/year", "more",
        "Expected contacts a year that did not end in a booking, whether or not they would have "
        "with patrol alone."),
    "jail_diversions_net_per_year": Measure("Diverted from jail, net", "bookings/year", "more",
        "Expected bookings a year with patrol alone minus those as it happened, over all calls."),
    "hospital_diversions_gross_per_year": Measure(
        "Diverted from hospital, gross", "contacts/year", "more",
        "Contacts a year that did not end in a transport to hospital, whether or not they would "
        "have with patrol alone."),
    "hospital_diversions_net_per_year": Measure(
        "Diverted from hospital, net", "transports/year", "more",
        "Transports to hospital a year with patrol alone minus those as it happened, over all "
        "calls."),
    "treatment_connections_per_year": Measure("Connected to treatment", "contacts/year", "more",
        "Contacts a year that ended in a referral or a voluntary transport."),
}
# fmt: on


class Settings(NamedTuple):
    """What measures need beside the tables.

    The standard is `standard_s` seconds from received if `standard_clock_received`, else from
    dispatchable. `restricted_limit_s` is the limit of the restricted mean in seconds,
    `exposure_years` the length of the window, `booked_given_arrest` a probability.
    """

    standard_s: int
    standard_clock_received: bool
    booked_given_arrest: float
    exposure_years: float
    teams_funded: int
    restricted_limit_s: int


def measure(world: World, ledger: Ledger, settings: Settings) -> dict[str, float]:
    """Every measure of one replication of one plan.

    Parameters
    ----------
    world, ledger
        What went in and what happened.
    settings
        The standard, P(booked | arrest) and the years of exposure.

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
        **_gaps(world, ledger, settings),
        **_work(world, ledger, reached, settings),
        **_trips(world, ledger, reached),
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
    empty = len(seconds) == 0
    median_s, p90_s = (np.nan, np.nan) if empty else np.quantile(seconds, (0.5, 0.9))
    return {
        f"{name}_mean_min": _mean(seconds) / MINUTE_S,
        f"{name}_median_min": median_s / MINUTE_S,
        f"{name}_p90_min": p90_s / MINUTE_S,
    }


def _funnel(world: World, ledger: Ledger, settings: Settings) -> Found:
    rows, window = window_calls(world), world.window
    count = np.bincount(ledger.calls.status[rows], minlength=len(Status)).tolist()
    n_all = sum(count)
    recognised = n_all - count[Status.NOT_RECOGNISED]
    eligible = recognised - count[Status.NOT_ELIGIBLE]
    requested = eligible - count[Status.NOT_REQUESTED]
    return {
        "calls_per_year": n_all / settings.exposure_years,
        "recognised_share": _ratio(recognised, n_all),
        "eligible_share": _ratio(eligible, recognised),
        "requested_share": _ratio(requested, eligible),
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


def _gaps(world: World, ledger: Ledger, settings: Settings) -> Found:
    window = world.window
    weeks = (window.end_s - window.start_s) / WEEK_S
    of_run = coverage.gaps(world, ledger)
    gaps = of_run.within(window)
    total_s = gaps.total_s()
    off_duty_s = coverage.off_duty_gaps(world, ledger).within(window).total_s()
    in_gap = _count(coverage.meets_gap(ledger, of_run)[window_calls(world)])
    longest_s = (gaps.end_s - gaps.start_s).max(initial=0)
    return {
        "gap_hours_per_week": total_s / HOUR_S / weeks,
        "gap_off_duty_hours_per_week": off_duty_s / HOUR_S / weeks,
        "gap_busy_hours_per_week": (total_s - off_duty_s) / HOUR_S / weeks,
        "gaps_per_week": len(gaps.start_s) / weeks,
        "gap_longest_h": longest_s / HOUR_S,
        "calls_in_gap_per_year": in_gap / settings.exposure_years,
    }


def _work(world: World, ledger: Ledger, reached: NDArray[np.intp], settings: Settings) -> Found:
    window = world.window
    on_duty = coverage.by_clock_hour(coverage.on_duty(world, ledger).within(window), window)
    busy = coverage.by_clock_hour(coverage.busy(world, ledger).within(window), window)
    on_duty_s = int(on_duty.sum())
    over = _count(busy * 5 > on_duty * 3)  # over 60 %, in whole numbers
    overtime_s = coverage.overtime(world, ledger).within(window).total_s()
    return {
        "utilization_share": _ratio(int(busy.sum()), on_duty_s),
        "hours_over_60pct_share": _ratio(over, _count(on_duty > 0)),
        "hours_nobody_on_duty_share": _ratio(_count(on_duty == 0), len(on_duty)),
        "overtime_hours_per_year": overtime_s / HOUR_S / settings.exposure_years,
        "calls_per_team_day": _ratio(len(reached) * DAY_S, on_duty_s),
        "teams_deployed_mean": on_duty_s / (window.end_s - window.start_s),
        "teams_funded": settings.teams_funded,
    }


def _trips(world: World, ledger: Ledger, reached: NDArray[np.intp]) -> Found:
    trips, window = ledger.trips, world.window
    # A duty cut by an end of the window would have too few calls, a post held all year too many.
    whole = ledger.duties.started_at_s >= window.start_s
    whole &= world.roster.off_at_s <= window.end_s
    served = _count(whole[trips.duty] & (trips.end_cause == EndCause.CLEARED))
    trip = ledger.calls.trip[reached]
    return {
        "calls_per_duty": _ratio(served, _count(whole)),
        "busy_mean_h": _mean(trips.end_at_s[trip] - trips.assigned_at_s[trip]) / HOUR_S,
    }


def _outcomes(world: World, ledger: Ledger, reached: NDArray[np.intp], settings: Settings) -> Found:
    contacts = reached[world.calls.contact[reached] == 1]
    happened = _fate_as_it_happened(world, ledger, contacts)
    a_year = {
        "contacts_per_year": len(contacts),
        **_gross(world, happened, contacts, settings.booked_given_arrest),
        **_net(world, happened, settings.booked_given_arrest),
    }
    return {name: number / settings.exposure_years for name, number in a_year.items()}


def _fate_as_it_happened(
    world: World, ledger: Ledger, contacts: NDArray[np.intp]
) -> NDArray[np.int8]:
    """Fate of every call: the team's of a contact, and patrol's of any other."""
    kind = world.roster.kind[ledger.trips.duty[ledger.calls.trip[contacts]]]
    fate = world.calls.fate_patrol.copy()
    fate[contacts] = world.calls.fate_by_kind[kind, contacts]
    return fate


def _gross(
    world: World, happened: NDArray[np.int8], contacts: NDArray[np.intp], p_booked: float
) -> Found:
    """What did not happen to contacts, whatever patrol alone would have done."""
    fate, wanted = happened[contacts], world.calls.wanted_destination[contacts]
    connected = (fate == Fate.REFERRAL) | (fate == Fate.VOLUNTARY)
    return {
        "jail_diversions_gross_per_year": len(contacts) - p_booked * _count(fate == Fate.ARREST),
        "hospital_diversions_gross_per_year": _count(~_hospital(fate, wanted)),
        "treatment_connections_per_year": _count(connected),
    }


def _net(world: World, happened: NDArray[np.int8], p_booked: float) -> Found:
    """Patrol alone minus as it happened, over all calls: whole counts, so no effect gives zero."""
    rows = window_calls(world)
    patrol, happened = world.calls.fate_patrol[rows], happened[rows]
    wanted = world.calls.wanted_destination[rows]
    fewer_arrests = _count(patrol == Fate.ARREST) - _count(happened == Fate.ARREST)
    fewer_in_hospital = _count(_hospital(patrol, wanted)) - _count(_hospital(happened, wanted))
    return {
        "jail_diversions_net_per_year": p_booked * fewer_arrests,
        "hospital_diversions_net_per_year": fewer_in_hospital,
    }


def _hospital(fate: NDArray[np.int8], wanted: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Whether a fate is a transport to hospital; one rule, with a team and with patrol alone."""
    out: NDArray[np.bool_] = fate == Fate.HOLD
    out |= (fate == Fate.VOLUNTARY) & (wanted == Destination.HOSPITAL)
    return out
