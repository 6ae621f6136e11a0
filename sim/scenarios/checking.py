"""The compiled engine is held against SimPy before any of its answers is shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from sim.clock import DAY_S, WEEK_S
from sim.model.ledger.record import first_difference
from sim.model.simulation import simulate
from sim.model.world import cut
from sim.parallel import each
from sim.scenarios.keeping import job_key
from sim.scenarios.request import Request
from sim.scenarios.samples import Job
from sim.scenarios.store import key_of
from sim.schema import Calls

How = Literal["four_weeks", "full", "none"]
FOUR_WEEKS_S = 4 * WEEK_S  # from the start of the run


class EnginesDifferError(RuntimeError):
    """The two engines disagree: a fault of the program, never of its input."""


@dataclass(frozen=True)
class TwinCheck:
    """What was run in both engines, with identical ledgers."""

    plans: int
    calls: int
    how: How


def twin_check(job: Job, request: Request) -> TwinCheck | None:
    """Run replication 0 of every arm in both engines, cut to four weeks and the tail, or whole.

    None if SimPy alone runs the replications, or no check is asked for. A check that the store has
    was of this very code, config and plans, and is not made again.

    Raises
    ------
    EnginesDifferError
        If any ledger differs; the message names the first difference.
    """
    if request.check == "none" or request.engine_used == "simpy":
        return None
    how: How = "full" if request.check == "full" else "four_weeks"
    key = key_of(job_key(job), "check", how)
    kept = job.store.find([key])
    calls = int(kept[key]["calls"][0]) if key in kept else _calls_checked(job, how)
    job.store.keep({key: {"calls": np.array([calls])}})
    return TwinCheck(len(job.arms), calls, how)


def _calls_checked(job: Job, how: How) -> int:
    """Run every arm in both engines, and count the calls."""
    scenario, calls = job.scenario, list[int]()
    sampled = scenario.calls(0)
    task = partial(_calls_of_arm, job, sampled, how)
    put = lambda _, n: calls.append(n)  # noqa: E731
    each(task, range(len(job.arms)), scenario.config.run.cores, put)
    return sum(calls)


def _calls_of_arm(job: Job, sampled: Calls, how: How, at: int) -> int:
    scenario, arm = job.scenario, job.arms[at]
    world = scenario.world(arm, sampled, 0)
    if how == "four_weeks":
        world = cut(world, FOUR_WEEKS_S, scenario.config.run.tail_days * DAY_S)
    difference = first_difference(simulate(world, "simpy"), simulate(world, "compiled"))
    if difference is not None:
        raise EnginesDifferError(f"plan {arm.name}: SimPy and compiled differ: {difference}")
    return len(world.calls.zone)
