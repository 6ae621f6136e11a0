"""Rows about experiments: many plans on the same calls against two, in processor time."""

from __future__ import annotations

import time

from benchmarks.sizes import Sizes
from benchmarks.table import Row, at_most
from sim.config import compose, staffing
from sim.scenarios.comparison.compare import compared
from sim.scenarios.experiments.points import measured
from sim.scenarios.request import Request
from sim.scenarios.samples import Job
from sim.scenarios.scenario import Scenario

CURVE_BOUND = 2.5
MEASURES = ("reach_share", "within_standard_share", "gap_hours_per_week")


def rows(sizes: Sizes) -> list[Row]:
    """Processor time of a curve of 17 points against a comparison of two plans."""
    words = [word for word in sizes.words if "=" in word]
    n = sizes.warm_replications
    overrides = ("program=los_angeles", *words, "run.draws=0", "run.cores=1")
    scenario = Scenario(compose(list(overrides)))
    curve = _lean(scenario, range(8, 25), n)
    two = _lean(scenario, (12, 17), n)
    request = Request("compare", ("17", "12"), (*overrides, f"run.replications={n}"), store=False)
    start = time.process_time()
    compared(request)
    whole = time.process_time() - start
    what = f"a curve of 17 points, {n} years of Los Angeles, against"
    return [
        at_most(f"{what} `compare 17 12`", curve / whole, CURVE_BOUND, f"{whole:.1f} s"),
        at_most(f"{what} two of its points", curve / two, CURVE_BOUND, f"{two:.1f} s"),
    ]


def _lean(scenario: Scenario, posts: range | tuple[int, ...], n: int) -> float:
    arms = tuple(scenario.arm(staffing(str(count))) for count in posts)
    job = Job(scenario, arms, (), "compiled")
    measured(job, MEASURES, [0])  # warm
    start = time.process_time()
    measured(job, MEASURES, range(n))
    return time.process_time() - start
