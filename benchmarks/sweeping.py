"""The row of a sweep: points a second with a journal, against the lean path alone."""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.sizes import Sizes
from benchmarks.table import Row, at_least, shown
from benchmarks.timing import duration, in_turn, timed
from sim.arrays import Floats
from sim.config import compose, staffing
from sim.scenarios.experiments.points import measured
from sim.scenarios.experiments.sweep.pools import LocalPool
from sim.scenarios.experiments.sweep.sweep import DECIDING, sweep
from sim.scenarios.samples import Job
from sim.scenarios.scenario import Scenario

BOUND = 0.9
SWEEP, LEAN = "sweep", "lean path alone"
FIRST_POSTS = 8
MOST_ROUNDS = 4  # each takes half a minute a side
QUARTER = ("program=los_angeles", "run.window_days=91")


def rows(sizes: Sizes) -> list[Row]:
    """Time a sweep, and the same points by the lean path in as many processes, without a journal.

    Both compose their configs and start their processes within the time.
    """
    n_configs, n_plans, n_replications = sizes.sweep
    growths = [f"{0.5 + at / n_configs:.4f}" for at in range(n_configs)]
    plans = [str(FIRST_POSTS + at) for at in range(n_plans)]
    found: dict[str, Floats] = {}

    def swept() -> None:
        with tempfile.TemporaryDirectory() as folder:
            found[SWEEP] = sweep(
                *plans,
                overrides=[*QUARTER, f"demand.growth_factor={','.join(growths)}"],
                replications=n_replications,
                check="none",
                store=False,
                journal=Path(folder) / "journal",
            ).values

    def alone() -> None:
        cores = LocalPool(None, 0.0).workers()
        context = multiprocessing.get_context("spawn")
        tasks = [(growth, plans, n_replications) for growth in growths]
        with ProcessPoolExecutor(cores, context) as pool:
            of_growths = pool.map(_measured, tasks, chunksize=max(1, n_configs // (8 * cores)))
            found[LEAN] = np.stack(list(of_growths), axis=1).reshape(-1, n_replications, 12)

    rounds = min(sizes.long, MOST_ROUNDS)
    work: dict[str, list[float]] = {SWEEP: [], LEAN: []}
    sides = {
        name: timed(_with_work(side, work[name])) for name, side in ((SWEEP, swept), (LEAN, alone))
    }
    times = in_turn(sides, rounds, warm_up=False)
    assert np.array_equal(found[SWEEP], found[LEAN], equal_nan=True), "not the same numbers"
    n = n_configs * n_plans
    size = f"{rounds} × {n:,} points × {n_replications} replications"
    what = f"a sweep of {size} of a Los Angeles quarter"
    speed = f"{n * n_replications / times.median_s(SWEEP):,.0f} replications a second"
    return [
        at_least(
            f"{what}, with its journal, against the lean path alone: as fast",
            1 / times.ratio(SWEEP, LEAN),
            BOUND,
            f"{times.text()} ({rounds} in turn); {speed}",
        ),
        shown(
            "the same in processor time of all processes, which a busy machine moves less",
            median(work[LEAN]) / median(work[SWEEP]),
            ", ".join(f"{name} {duration(median(seconds))}" for name, seconds in work.items()),
        ),
    ]


def _with_work(side: Callable[[], None], seconds: list[float]) -> Callable[[], None]:
    """Side that notes its processor seconds, those of the processes that it started included."""

    def noted() -> None:
        before = _processor_s()
        side()
        for process in multiprocessing.active_children():
            process.join()
        seconds.append(_processor_s() - before)

    return noted


def _processor_s() -> float:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, who))


def _measured(task: tuple[str, list[str], int]) -> Floats:
    """Measures of some plans under one config, on one core."""
    growth, plans, replications = task
    config = compose([*QUARTER, f"demand.growth_factor={growth}", "run.cores=1"])
    scenario = Scenario(config)
    arms = tuple(scenario.arm(staffing(plan)) for plan in plans)
    return measured(Job(scenario, arms, (), "compiled"), DECIDING, range(replications))
