"""The plans of a comparison under other values of its parameters, on the same calls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from sim.config import Config, StaffingPlan, check_plan
from sim.config.models import Costs
from sim.model.measures.dictionary import MONEY
from sim.model.money.costs import priced
from sim.parallel import each
from sim.scenarios.keeping import Codec, job_key
from sim.scenarios.replications import measure_lean, measure_one
from sim.scenarios.samples import NAMES, Job, Measured
from sim.scenarios.scenario import Scenario
from sim.scenarios.store import Columns, key_of

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


def under_lean(
    job: Job, scenario: Scenario, names: Collection[str], replications: Sequence[int] = FIRST
) -> Measured:
    """Some of them alone, nan for the others; errors as of `under`."""
    there = rearmed(job, scenario)
    return stacked([measure_lean(there, replication, names) for replication in replications])


def rearmed(job: Job, scenario: Scenario) -> Job:
    """Job of the same plans in another scenario."""
    config = job.scenario.config
    arms = [scenario.arm(_with_own_modes(x.plan, config), base=x.base) for x in job.arms]
    return replace(job, scenario=scenario, arms=tuple(arms))


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


def all_of(
    what: str,
    task: Callable[[int], Result],
    labels: Sequence[object],
    job: Job,
    look: Look,
    codec: Codec[Result],
) -> list[Result]:
    """Results of a task for 0, 1, 2 and so on, on the engine and the number of cores of a job.

    Parameters
    ----------
    what, labels
        What the task is and what each number stands for; with the job, the key of its result.
    task
        Called with the number of one label.
    job
        The plans, and where results are kept.
    look
        Called with how many are done.
    codec
        How a result is kept.
    """
    of_job = job_key(job)
    keys = [key_of(of_job, what, label) for label in labels]
    rows = job.store.find(keys)
    results = {at: codec.unpack(rows[key]) for at, key in enumerate(keys) if key in rows}
    todo = [at for at in range(len(keys)) if at not in results]
    fresh: dict[bytes, Columns] = {}

    def put(place: int, result: Result) -> None:
        at = todo[place]
        results[at], fresh[keys[at]] = result, codec.pack(result)
        look(len(results))

    each(task, todo, job.scenario.config.run.cores, put, slow=job.engine == "simpy")
    job.store.keep(fresh)
    return [results[at] for at in range(len(keys))]


def _columns(measured: Measured | None) -> Columns:
    return {} if measured is None else measured._asdict()


def _measured(row: Columns) -> Measured | None:
    return Measured(**row) if row else None


MEASURED_OR_NONE = Codec(_columns, _measured)
MEASURED = Codec(Measured._asdict, lambda row: Measured(**row))
