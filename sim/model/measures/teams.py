"""What teams do: when none is free, how busy they are, which posts they fill, their trips."""

from __future__ import annotations

import numpy as np

from sim.arrays import Positions
from sim.clock import DAY_S, HOUR_S, MEAN_DAYS_A_YEAR, MONTHS_A_YEAR, WEEK_S
from sim.model.ledger.causes import teams
from sim.model.measures import coverage
from sim.model.measures.coverage import SETTLED, Spans, window_calls
from sim.model.measures.funnel import count, ratio
from sim.model.measures.times import mean
from sim.model.world import World
from sim.schema import NONE, EndCause, Ledger, Rule


def gaps(world: World, ledger: Ledger, years: float) -> dict[str, float]:
    """Gaps, in which no team on duty is free, and the calls that meet them."""
    window = world.window
    weeks = (window.end_s - window.start_s) / WEEK_S
    of_run, nobody = coverage.gaps(world, ledger), coverage.off_duty_gaps(world, ledger)
    spans = of_run.within(window)
    total_s, off_duty_s = spans.total_s(), nobody.within(window).total_s()
    in_gap = count(coverage.meets_gap(ledger, of_run)[window_calls(world)])
    longest_s = (spans.end_s - spans.start_s).max(initial=0)
    return {
        "came_off_duty_share": _came_during(world, ledger, nobody),
        "gap_hours_per_week": total_s / HOUR_S / weeks,
        "gap_off_duty_hours_per_week": off_duty_s / HOUR_S / weeks,
        "gap_busy_hours_per_week": (total_s - off_duty_s) / HOUR_S / weeks,
        "gaps_per_week": len(spans.start_s) / weeks,
        "gap_longest_h": longest_s / HOUR_S,
        "calls_in_gap_per_year": in_gap / years,
    }


def _came_during(world: World, ledger: Ledger, spans: Spans) -> float:
    """Share of the settled requests that were received in the spans."""
    rows = window_calls(world)
    settled = SETTLED[ledger.calls.status[rows]]
    came = coverage.during(spans, world.calls.received_at_s[rows][settled])
    return ratio(count(came), len(came))


def work(world: World, ledger: Ledger, reached: Positions, years: float) -> dict[str, float]:
    """How busy teams are on duty, over all and by clock hour, and how many are there."""
    window = world.window
    on_duty = coverage.by_clock_hour(coverage.on_duty(world, ledger).within(window), window)
    busy = coverage.by_clock_hour(coverage.busy(world, ledger).within(window), window)
    on_duty_s = int(on_duty.sum())
    over = count(busy * 5 > on_duty * 3)  # over 60%, in whole numbers
    overtime_s = coverage.overtime(world, ledger).within(window).total_s()
    return {
        "utilization_share": ratio(int(busy.sum()), on_duty_s),
        "unavailable_share": ratio(
            coverage.resting(world, ledger).within(window).total_s(), on_duty_s
        ),
        "hours_over_60pct_share": ratio(over, count(on_duty > 0)),
        "hours_nobody_on_duty_share": ratio(count(on_duty == 0), len(on_duty)),
        "overtime_hours_per_year": overtime_s / HOUR_S / years,
        "calls_per_team_day": ratio(len(reached) * DAY_S, on_duty_s),
        "teams_deployed_mean": on_duty_s / (window.end_s - window.start_s),
    }


def posts(world: World, ledger: Ledger, funded: int) -> dict[str, float]:
    """Teams that are paid for, those whose positions are filled, and evenings without any."""
    window = world.window
    rostered_s = np.where(teams(world), coverage.rostered(world).seconds_in(window), 0)
    filled_s = int(rostered_s[world.roster.filled == 1].sum())
    nobody_on = coverage.untouched(coverage.evenings(window), coverage.on_duty(world, ledger))
    months = (window.end_s - window.start_s) / DAY_S / MEAN_DAYS_A_YEAR * MONTHS_A_YEAR
    return {
        "teams_funded": funded,
        "teams_filled_mean": funded * ratio(filled_s, int(rostered_s.sum())),
        "evenings_nobody_on_per_month": nobody_on / months,
    }


def trips(world: World, ledger: Ledger, reached: Positions, years: float) -> dict[str, float]:
    """Calls a duty, hours a call takes, whose team it is, and calls whose team was taken."""
    made, window, rows = ledger.trips, world.window, window_calls(world)
    # A duty cut by an end of the window would have too few calls, a post held all year too many.
    whole = teams(world) & (ledger.duties.started_at_s >= window.start_s)
    whole &= world.roster.off_at_s <= window.end_s
    cleared = (made.end_cause == EndCause.CLEARED) & (made.call != NONE)
    served = count(whole[made.duty] & cleared)
    trip = ledger.calls.trip[reached]
    taken = made.call[made.end_cause == EndCause.REASSIGNED]
    n_taken = count((taken >= rows.start) & (taken < rows.stop))
    return {
        "calls_per_duty": ratio(served, count(whole)),
        "busy_mean_h": mean(made.end_at_s[trip] - made.assigned_at_s[trip]) / HOUR_S,
        "reassigned_per_year": n_taken / years,
        "other_district_share": _by_others(world, ledger, reached),
    }


def _by_others(world: World, ledger: Ledger, reached: Positions) -> float:
    """Share of the reached calls of zones with a team of their own that another's team served."""
    policy, bases = world.policy, np.unique(world.roster.base_zone[teams(world)])
    own = np.arange(len(policy.agency_of_zone))
    if policy.rule == Rule.PREFERENCE and len(bases):
        own = bases[policy.preference[:, bases].argmin(axis=1)]
    of_calls = own[world.calls.zone[reached]]
    came_from = world.roster.base_zone[ledger.trips.duty[ledger.calls.trip[reached]]]
    some = np.isin(of_calls, bases)
    return ratio(count(some & (came_from != of_calls)), count(some))
