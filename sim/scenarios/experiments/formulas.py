"""Textbook formulas beside a curve: what planners reckon without a simulation."""

from __future__ import annotations

from functools import partial

import numpy as np

from sim.arrays import Floats
from sim.clock import DAYS_A_YEAR, HOUR_S, HOURS_A_WEEK
from sim.config.plans import StaffingPlan
from sim.model.clocks import clocks
from sim.model.theory import busy_if_unlimited, give_up_shares, square_root_teams
from sim.scenarios.answers.curve import Formulas
from sim.scenarios.keeping import kept_number
from sim.scenarios.samples import Job
from sim.scenarios.scenario import Arm, Scenario

FUNNEL = ("recognized_share", "eligible_share", "requested_share")  # of all calls, in turn
QUALITY = 1.0  # roots of the load beyond it in the square-root rule: about one call in six waits


def formulas(job: Job, busy_mean_h: float, requested_share: float) -> Formulas:
    """Reached shares by Erlang A and by the time-varying load, and two numbers of teams.

    Parameters
    ----------
    job
        Its arms are the points of the curve, the last with the most teams.
    busy_mean_h
        Mean busy hours of a served call, from the simulation.
    requested_share
        Share of all calls that ask for a team, from the simulation.
    """
    scenario, last = job.scenario, job.arms[-1]
    requested = calls_by_hour(scenario) * requested_share
    patient_s = kept_number(job, last, "patience", partial(patience_s, scenario, last))
    busy_s = busy_mean_h * HOUR_S
    load = busy_if_unlimited(requested, busy_s)
    a_year = requested.mean() * 24 * DAYS_A_YEAR
    served = float(scenario.config.costs.crisis_now.served_per_team_per_day) * DAYS_A_YEAR
    teams = [teams_by_hour(arm.plan) for arm in job.arms]
    return Formulas(
        [_reached(each, requested, requested, busy_s, patient_s) for each in teams],
        [_reached(each, load / busy_mean_h, requested, busy_s, patient_s) for each in teams],
        float(square_root_teams(load, QUALITY).max()),
        float(a_year / served),
    )


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
    teams: Floats, calls_per_hour: Floats, weight: Floats, busy_s: float, patience_s: float
) -> float:
    """Share that does not give up, each hour taken as if it lasted for ever."""
    lost = give_up_shares(teams.astype(np.int64), calls_per_hour, busy_s, patience_s)
    return 1 - float(np.average(lost, weights=weight))
