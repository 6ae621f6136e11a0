"""Measures of one replication of one plan: one number each, read from tables alone.

Calls count if they were received in the window, and were not averted. A call is reached if a team
arrived and its trip ended; a contact is a reached call whose person was engaged. Requested calls
that are unfinished at the end of the run are counted by `unfinished_share` and left out of every
other share of requested.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Floats, Positions
from sim.clock import DAY_S, HOUR_S, MEAN_DAYS_A_YEAR, MINUTE_S, WEEK_S
from sim.model.ledger.causes import teams
from sim.model.measures import center, coverage, sworn
from sim.model.measures import visits as follow_up
from sim.model.measures.cells import HourTable, by_hour_of_week
from sim.model.measures.contacts import Contacts, contacts_of, fate_shares
from sim.model.measures.coverage import SETTLED, Spans, window_calls
from sim.model.measures.dictionary import MEASURED, MEASURES, MONEY, Measure
from sim.model.measures.diversions import diversions
from sim.model.measures.expectation import expected_diversions
from sim.model.measures.times import (
    RESPONSE_BIN_S,
    RESPONSE_BINS,
    PairedTimes,
    Times,
    mean,
    paired_times,
    quantiles,
    reached_calls,
    response_histogram,
    summaries,
    times_of,
)
from sim.model.world import World
from sim.schema import NONE, EndCause, Ledger, Status

__all__ = [
    "MEASURED",
    "MEASURES",
    "MONEY",
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

MONTHS_A_YEAR = 12

Found = dict[str, float]


class Settings(NamedTuple):
    """What measures need beside the tables.

    The standard is `standard_s` seconds from received if `standard_clock_received`, else from
    dispatchable. `restricted_limit_s` is the limit of the restricted mean in seconds,
    `exposure_years` the length of the window, `booked_given_arrest` a probability. Patrol sends
    `patrol_officers` to a call, and `officer_alone_as_patrol` says whether an officer left without
    a clinician serves as patrol. A visit that begins more than `visit_late_s` seconds after it was
    due is late.
    """

    standard_s: int
    standard_clock_received: bool
    booked_given_arrest: float
    exposure_years: float
    teams_funded: int
    restricted_limit_s: int
    patrol_officers: float
    officer_alone_as_patrol: bool
    visit_late_s: int


def measure(world: World, ledger: Ledger, settings: Settings) -> dict[str, float]:
    """Every measure of one replication of one plan but those of people and money.

    Parameters
    ----------
    world, ledger
        What went in and what happened.
    settings
        The standards, P(booked | arrest), the years of exposure and what patrol sends.

    Returns
    -------
    dict
        A float for each name of `MEASURED`, in their order and units; nan where undefined.
    """
    reached = reached_calls(world, ledger)
    contacts = contacts_of(world, ledger, reached)
    times = times_of(world, ledger, reached)
    found = {
        **_funnel(world, ledger, settings),
        **summaries(times),
        **_of_all_requested(world, ledger, times, settings),
        **_clear(world, ledger),
        **_gaps(world, ledger, settings),
        **_work(world, ledger, reached, settings),
        **_posts(world, ledger, settings),
        **_trips(world, ledger, reached, settings),
        **_sworn(world, ledger, settings),
        **_a_year(world, ledger, contacts, settings),
        **fate_shares(contacts),
        **center.chairs(world, ledger),
        "connected_share": follow_up.connected_share(world, ledger, contacts),
        "frequent_callers_share": follow_up.frequent_callers_share(world, ledger),
    }
    return {name: float(found[name]) for name in MEASURED}


def expected(
    world: World, ledger: Ledger, settings: Settings, patrol: Floats, teams: Sequence[Floats]
) -> dict[str, float]:
    """Diversions a year as expected of those reached, the chance of their fates averaged out.

    Parameters
    ----------
    world, ledger, settings
        As of `measure`.
    patrol, teams
        Shares of the five fates with patrol alone, shape (5,), and with each kind of team.

    Returns
    -------
    dict
        A float for each measure of diversions.
    """
    contacts = contacts_of(world, ledger, reached_calls(world, ledger))
    found = expected_diversions(contacts, patrol, teams, settings.booked_given_arrest)
    return {name: number / settings.exposure_years for name, number in found.items()}


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else np.nan


def _count(rows: Bools) -> int:
    return int(np.count_nonzero(rows))


def _funnel(world: World, ledger: Ledger, settings: Settings) -> Found:
    rows, window = window_calls(world), world.window
    count = np.bincount(ledger.calls.status[rows], minlength=len(Status)).tolist()
    n_all = sum(count) - count[Status.AVERTED]
    recognized = n_all - count[Status.NOT_RECOGNIZED]
    eligible = recognized - count[Status.NOT_ELIGIBLE]
    no_car = count[Status.PHONE_RESOLVED] + count[Status.OTHER_RESPONDER]
    requested = eligible - no_car - count[Status.NOT_REQUESTED]
    return {
        "calls_per_year": n_all / settings.exposure_years,
        "recognized_share": _ratio(recognized, n_all),
        "eligible_share": _ratio(eligible, recognized),
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


def _of_all_requested(world: World, ledger: Ledger, times: Times, settings: Settings) -> Found:
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
    (median_s,) = quantiles(clear_for_s, 0.5)
    return {
        "time_to_clear_mean_min": mean(clear_for_s) / MINUTE_S,
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


def _work(world: World, ledger: Ledger, reached: Positions, settings: Settings) -> Found:
    window = world.window
    on_duty = coverage.by_clock_hour(coverage.on_duty(world, ledger).within(window), window)
    busy = coverage.by_clock_hour(coverage.busy(world, ledger).within(window), window)
    on_duty_s = int(on_duty.sum())
    over = _count(busy * 5 > on_duty * 3)  # over 60 %, in whole numbers
    overtime_s = coverage.overtime(world, ledger).within(window).total_s()
    return {
        "utilization_share": _ratio(int(busy.sum()), on_duty_s),
        "unavailable_share": _ratio(
            coverage.resting(world, ledger).within(window).total_s(), on_duty_s
        ),
        "hours_over_60pct_share": _ratio(over, _count(on_duty > 0)),
        "hours_nobody_on_duty_share": _ratio(_count(on_duty == 0), len(on_duty)),
        "overtime_hours_per_year": overtime_s / HOUR_S / settings.exposure_years,
        "calls_per_team_day": _ratio(len(reached) * DAY_S, on_duty_s),
        "teams_deployed_mean": on_duty_s / (window.end_s - window.start_s),
    }


def _posts(world: World, ledger: Ledger, settings: Settings) -> Found:
    window = world.window
    rostered_s = np.where(teams(world), coverage.rostered(world).seconds_in(window), 0)
    filled_s = int(rostered_s[world.roster.filled == 1].sum())
    nobody_on = coverage.untouched(coverage.evenings(window), coverage.on_duty(world, ledger))
    months = (window.end_s - window.start_s) / DAY_S / MEAN_DAYS_A_YEAR * MONTHS_A_YEAR
    return {
        "teams_funded": settings.teams_funded,
        "teams_filled_mean": settings.teams_funded * _ratio(filled_s, int(rostered_s.sum())),
        "evenings_nobody_on_per_month": nobody_on / months,
    }


def _trips(world: World, ledger: Ledger, reached: Positions, settings: Settings) -> Found:
    trips, window, rows = ledger.trips, world.window, window_calls(world)
    # A duty cut by an end of the window would have too few calls, a post held all year too many.
    whole = teams(world) & (ledger.duties.started_at_s >= window.start_s)
    whole &= world.roster.off_at_s <= window.end_s
    cleared = (trips.end_cause == EndCause.CLEARED) & (trips.call != NONE)
    served = _count(whole[trips.duty] & cleared)
    trip = ledger.calls.trip[reached]
    taken = trips.call[trips.end_cause == EndCause.REASSIGNED]
    n_taken = _count((taken >= rows.start) & (taken < rows.stop))
    return {
        "calls_per_duty": _ratio(served, _count(whole)),
        "busy_mean_h": mean(trips.end_at_s[trip] - trips.assigned_at_s[trip]) / HOUR_S,
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


def _a_year(world: World, ledger: Ledger, contacts: Contacts, settings: Settings) -> Found:
    """Counts and hours of what becomes of people, a year."""
    found = {
        "contacts_per_year": len(contacts.call),
        **diversions(world, ledger, contacts, settings.booked_given_arrest),
        **center.places(world, contacts),
        **follow_up.visits(world, ledger, settings.visit_late_s),
        **follow_up.people(world, ledger, contacts),
    }
    return {name: number / settings.exposure_years for name, number in found.items()}
