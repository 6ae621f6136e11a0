"""The plans of a comparison under other values of its parameters, on the same calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from sim.config import Config, StaffingPlan, check_plan
from sim.config.models import Costs
from sim.model.measures.dictionary import MONEY
from sim.model.money.costs import priced
from sim.scenarios.parallel import each
from sim.scenarios.replications import NAMES, Job, Measured, measure_one
from sim.scenarios.scenario import Scenario

MONEY_AT = [NAMES.index(name) for name in MONEY]
FIRST = (0, 1)  # replications on which variants are compared

Result = TypeVar("Result")
Look = Callable[[int], None]  # called with how many are done; it may raise KeyboardInterrupt


def under(job: Job, scenario: Scenario, replications: Sequence[int] = FIRST) -> Measured:
    """Measures of a job's plans in another scenario; shape (arms or pairs, replications, measures).

    Raises
    ------
    InputError
        If a plan does not fit the scenario's config.
    """
    there = rearmed(job, scenario)
    return stacked([measure_one(there, replication) for replication in replications])


def rearmed(job: Job, scenario: Scenario) -> Job:
    """Job of the same plans in another scenario."""
    plans = [_with_own_modes(arm.plan, job.scenario.config) for arm in job.arms]
    return replace(job, scenario=scenario, arms=tuple(map(scenario.arm, plans)))


def _with_own_modes(plan: StaffingPlan, central: Config) -> StaffingPlan:
    """Plan with all mode shares of its own if it sets any, so that they still sum to one."""
    if "mode_share" not in plan.dispatch:
        return plan
    shares = check_plan(plan, central).mode_share.model_dump()
    return plan.model_copy(update={"dispatch": {**plan.dispatch, "mode_share": shares}})


def stacked(runs: Sequence[Measured]) -> Measured:
    """Return several as one, side by side after the arms or pairs."""
    return Measured(*(np.stack(of_each, axis=1) for of_each in zip(*runs, strict=True)))


def repriced(job: Job, measured: Measured, costs: Costs) -> Measured:
    """Return the same runs at other prices, which change money but no call."""
    arms, pairs = measured.arms.copy(), measured.pairs.copy()
    for of_arm, arm in zip(arms, job.arms, strict=True):
        for values in of_arm.reshape(-1, len(NAMES)):
            measures = dict(zip(NAMES, values.tolist(), strict=True))
            values[MONEY_AT] = list(priced(measures, arm.plan, costs).values())
    for of_pair, (plan, base) in zip(pairs, job.pairs, strict=True):
        of_pair[..., MONEY_AT] = arms[plan][..., MONEY_AT] - arms[base][..., MONEY_AT]
    return measured._replace(arms=arms, pairs=pairs)


def all_of(task: Callable[[int], Result], n: int, job: Job, look: Look) -> list[Result]:
    """Results of a task for 0 to n - 1, on the engine and the number of cores of a job.

    Parameters
    ----------
    task
        Called with one number.
    n, job
        How many numbers there are, and the job.
    look
        Called with how many are done.
    """
    results: dict[int, Result] = {}

    def put(at: int, result: Result) -> None:
        results[at] = result
        look(len(results))

    each(task, range(n), job.engine, job.scenario.config.run.cores, put)
    return [results[at] for at in range(n)]
