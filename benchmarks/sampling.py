"""Rows about what stands around the engine: sampling a year, and measuring it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks import frozen
from benchmarks.checks import with_kernel, world_of
from benchmarks.sizes import Sizes
from benchmarks.table import Row, at_most, shown
from benchmarks.timing import in_turn, timed
from sim.config.models import Service
from sim.config.values import Duration, Gamma, Lognormal
from sim.model.inputs.durations import lognormal_parameters
from sim.model.measures.cells import by_hour_of_week, by_shift, by_zone, shifts
from sim.model.measures.measure import MEASURED, measure, response_histogram
from sim.scenarios.replications import measure_lean, run_one
from sim.scenarios.samples import Job
from sim.scenarios.scenario import Scenario
from sim.schema import Status

SAMPLING_BOUND, MEASURES_BOUND = 1.5, 1.5
SHARES = (
    9  # from a uniform: zone, type, mode, funnel, contact and why not, waits, fate, destination
)
SAMPLING, DRAWS = "sampling", "bare draws"
LEAN, WHOLE, LEAN_BOUND = "lean", "whole", 0.55
TARGETS = ("reach_share", "within_standard_share", "gap_hours_per_week")
MEASURING, SORTS = "measures", "sorts and kernel"
A_QUANTILE = ("_median_min", "_p90_min")  # how the name of a measure that is one ends

Draw = Callable[[int], NDArray[np.float64]]


def rows(sizes: Sizes) -> list[Row]:
    """Sampling against bare draws, and measures against sorts and the kernel."""
    return [_sampling(sizes), *_measures(sizes), _lean(sizes)]


def _lean(sizes: Sizes) -> Row:
    """A year of what targets are set on against a year of everything that an answer shows."""
    scenario, arm = frozen.load("plain", days=sizes.days)
    job = Job(scenario, (arm,), (), "compiled")
    sides = {
        LEAN: timed(lambda: measure_lean(job, 0, TARGETS)),
        WHOLE: timed(lambda: run_one(job, 0)),
    }
    times = in_turn(sides, sizes.short)
    what = "a lean year (sampled, run, three measures) against a whole one, with its tables"
    return at_most(what, times.ratio(LEAN, WHOLE), LEAN_BOUND, times.text())


def _sampling(sizes: Sizes) -> Row:
    scenario, _ = frozen.load("plain", days=sizes.days)
    n = len(scenario.calls(0).zone)  # also makes the tables, once for all replications
    draw = bare_draws(scenario)
    sides = {SAMPLING: timed(lambda: scenario.calls(0)), DRAWS: timed(lambda: draw(n))}
    times = in_turn(sides, sizes.short)
    return at_most(
        f"{SAMPLING} a year against the bare NumPy draws of its columns",
        times.ratio(SAMPLING, DRAWS),
        SAMPLING_BOUND,
        times.text(),
    )


def bare_draws(scenario: Scenario) -> Callable[[int], list[NDArray[np.float64]]]:
    """Draw every random column by NumPy's own method of its family, and do no more.

    One generator for all; no whole seconds, no types, no look-up, no hour of day.
    """
    rng = np.random.default_rng(scenario.config.run.seed)
    columns = [_draw(rng, duration) for duration in durations(scenario.config.service)]
    cv, sd = float(scenario.config.demand.day_factor_cv), float(scenario.config.travel.factor_sd)
    sigma = np.log1p(sd**2) ** 0.5
    columns += [rng.random] * SHARES
    columns += 2 * [rng.standard_exponential]  # gaps between calls, and to being withdrawn
    columns += [lambda n: rng.lognormal(-(sigma**2) / 2, sigma, n)]
    n_days = scenario.window.horizon_s // 86_400

    def draw(n: int) -> list[NDArray[np.float64]]:
        factors = rng.gamma(cv**-2, cv**2, n_days)
        return [factors, *(column(n) for column in columns)]

    return draw


def durations(service: Service) -> list[Duration]:
    """One distribution a column of durations; on scene, that of the most common fate."""
    places = (service.center, service.hospital)
    return [
        service.triage_delay,
        service.handoff_delay,
        service.request_delay,
        service.patrol.arrival,
        service.patrol_settles,
        service.patrol.alone,
        service.patrol.handover,
        service.turnout,
        service.connect,
        service.on_scene.hold,
        *(duration for place in places for duration in (place.transport, place.handover)),
        service.booking,
        service.report,
    ]


def _draw(rng: np.random.Generator, duration: Duration) -> Draw:
    if isinstance(duration, Lognormal):
        mu, sigma = lognormal_parameters(duration)
        return lambda n: rng.lognormal(mu, sigma, n)
    assert isinstance(duration, Gamma)
    mean = float(duration.mean)
    shape = (mean / float(duration.sd)) ** 2
    return lambda n: rng.gamma(shape, mean / shape, n)


# --- measures ------------------------------------------------------------------------------------


def _measures(sizes: Sizes) -> list[Row]:
    given = frozen.load("plain", days=sizes.days)
    world, settings = world_of(given), given[1].settings
    ledger, of_plan = with_kernel(world), shifts(given[1].plan)
    reached = np.flatnonzero(ledger.calls.status == Status.SERVED)
    arrived_at_s = ledger.trips.arrived_at_s[ledger.calls.trip[reached]]
    response_for_s = arrived_at_s - world.calls.received_at_s[reached]
    n_sorts = sum(name.endswith(A_QUANTILE) for name in MEASURED)

    def sorts_and_kernel() -> None:
        for _ in range(n_sorts):
            np.sort(response_for_s)
        with_kernel(world)

    def everything() -> None:
        measure(world, ledger, settings)
        by_hour_of_week(world, ledger)
        by_zone(world, ledger)
        by_shift(world, ledger, of_plan)
        response_histogram(world, ledger)

    all_told = f"{MEASURING}, tables, histogram"
    sides = {
        MEASURING: timed(lambda: measure(world, ledger, settings)),
        SORTS: timed(sorts_and_kernel),
        all_told: timed(everything),
    }
    times = in_turn(sides, sizes.short)
    return [
        at_most(
            f"all {len(MEASURED)} measures of a year against {n_sorts} sorts plus the kernel",
            times.ratio(MEASURING, SORTS),
            MEASURES_BOUND,
            times.text(MEASURING, SORTS),
        ),
        shown(
            "the same with the tables (hour of week, zone, shift) and the histogram",
            times.ratio(all_told, SORTS),
            times.text(all_told, SORTS),
        ),
    ]
