"""Textbook formulas beside a curve: what planners reckon without a simulation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from sim.arrays import Floats
from sim.clock import DAYS_A_YEAR, HOUR_S, HOURS_A_WEEK
from sim.config.plans import StaffingPlan
from sim.model.clocks import clocks
from sim.model.theory import busy_if_unlimited, give_up_shares, square_root_teams
from sim.scenarios.answers.comparison import Load
from sim.scenarios.answers.curve import Formulas
from sim.scenarios.comparison.load import load_against
from sim.scenarios.keeping import kept_number
from sim.scenarios.samples import Job
from sim.scenarios.scenario import Arm, Scenario

FUNNEL = ("recognized_share", "eligible_share", "requested_share")  # of all calls, in turn
QUALITY = 1.0  # roots of the load beyond it in the square-root rule: about one call in six waits


def formulas(job: Job, busy_mean_h: Sequence[float], requested_share: float) -> Formulas:
    """Reached shares by Erlang A and by the time-varying load, and two numbers of teams.

    Parameters
    ----------
    job
        Its arms are the points of the curve, the last with the most teams.
    busy_mean_h
        Mean busy hours of a served call under each plan, from the simulation; 0 where nobody is
        served.
    requested_share
        Share of all calls that ask for a team, from the simulation.
    """
    scenario, last = job.scenario, job.arms[-1]
    requested = calls_by_hour(scenario) * requested_share
    patient_s = kept_number(job, last, "patience", partial(patience_s, scenario, last))
    both = [
        _reached(teams_by_hour(arm.plan), requested, busy_h * HOUR_S, patient_s)
        for arm, busy_h in zip(job.arms, busy_mean_h, strict=True)
    ]
    last_busy_h = next(busy_h for busy_h in reversed(busy_mean_h) if busy_h)
    load = busy_if_unlimited(requested, last_busy_h * HOUR_S)
    a_year = requested.mean() * 24 * DAYS_A_YEAR
    served = float(scenario.config.costs.crisis_now.served_per_team_per_day) * DAYS_A_YEAR
    return Formulas(
        [by_hour for by_hour, _ in both],
        [varying for _, varying in both],
        float(square_root_teams(load, QUALITY).max()),
        float(a_year / served),
    )


def load_of_week(
    scenario: Scenario, arm: Arm, busy_h: float, requested_share: float
) -> Load | None:
    """Offered load against the teams on duty, by formula where no table of hours is kept.

    Parameters
    ----------
    busy_h
        Mean busy hours of a served call; 0 where nobody is served, so that there is no load.
    requested_share
        Of all calls.
    """
    teams = teams_by_hour(arm.plan)
    staffed = np.flatnonzero(teams)
    if not busy_h or not staffed.size:
        return None
    load = (calls_by_hour(scenario) * requested_share * busy_h)[staffed]
    return load_against(load, teams[staffed], staffed)


def calls_by_hour(scenario: Scenario) -> Floats:
    """All calls an hour by hour of week, the mean of the run; shape (168,)."""
    first = scenario.window.first_hour_of_week
    of_week = (np.arange(len(scenario.rates)) + first) % HOURS_A_WEEK
    calls = np.bincount(of_week, scenario.rates, HOURS_A_WEEK)
    return np.asarray(calls / np.bincount(of_week, minlength=HOURS_A_WEEK), np.float64)


def teams_by_hour(plan: StaffingPlan) -> Floats:
    """Posts of teams on duty by hour of week, shape (168,); absences are left aside."""
    posts = [line.count * np.array(line.by_hour, np.float64) for line in plan.team_lines]
    return np.asarray(sum(posts, np.zeros(HOURS_A_WEEK)), np.float64)


def patience_s(scenario: Scenario, arm: Arm) -> float:
    """Mean seconds that a requested call of replication 0 can wait to be assigned."""
    ends = clocks(scenario.world(arm, scenario.calls(0), 0))
    waits = (ends.until_assigned_s - ends.dispatchable_at_s)[ends.dispatchable_at_s >= 0]
    return max(float(waits.mean()), 1.0)


def _reached(
    teams: Floats, calls_per_hour: Floats, busy_s: float, patience_s: float
) -> tuple[float, float]:
    """Shares that do not give up, each hour as if it lasted for ever: by its calls, or its work."""
    if not busy_s:
        return 0.0, 0.0
    varying = busy_if_unlimited(calls_per_hour, busy_s) / (busy_s / HOUR_S)
    loads, posts = (calls_per_hour, varying), teams.astype(np.int64)
    lost = [give_up_shares(posts, load, busy_s, patience_s) for load in loads]
    by_hour, by_work = (1 - float(np.average(x, weights=calls_per_hour)) for x in lost)
    return by_hour, by_work
