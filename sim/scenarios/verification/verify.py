"""Run every system of the laws through its ordinary config, and hold it against theory.

A figure's interval is Student's over independent replications, at a level that leaves 99.9% to all
figures together (Bonferroni), so that a right model fails once in a thousand runs of the command.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple, Unpack

import numpy as np

from sim.arrays import Floats
from sim.compiled import announce
from sim.config import InputError, compose, staffing
from sim.model.simulation import simulate
from sim.parallel import each
from sim.scenarios.answers.verification import Figure, System, TriedLaw, Verification
from sim.scenarios.intervals import mean_interval, of_each
from sim.scenarios.request import Progress, Replicated, Request, silent
from sim.scenarios.scenario import Scenario
from sim.scenarios.verification.laws import LAWS, Case
from sim.scenarios.verification.setting import Setting

CONFIDENCE = 0.999
CALLS, QUICK_CALLS = 120_000, 4_000  # of a replication, at least
KEYS = ("run.seed", "run.replications", "run.cores")


def verify(
    *, quick: bool = False, progress: Progress = silent, **options: Unpack[Replicated]
) -> Verification:
    """Hold the model against queueing theory, law by law.

    Parameters
    ----------
    quick
        Shorter replications: a look in seconds, with intervals some five times as wide.
    progress, options
        As of `compare`; of overrides only run.seed, run.replications and run.cores.

    Returns
    -------
    Verification
        Its `holds` says whether theory lies in the interval of every figure.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.

    Examples
    --------
    >>> import sim
    >>> sim.verify(quick=True).holds  # doctest: +SKIP
    True
    """
    return verified(Request.of("verify", (), options, {"quick": quick or None}), progress)


class _Ready(NamedTuple):
    """A case ready to run."""

    case: Case
    system: System
    setting: Setting


def verified(request: Request, progress: Progress = silent) -> Verification:
    """Answer a request for a verification."""
    _check(request)
    quick = bool(request.own.get("quick"))
    cases = [case for law in LAWS for case in law.cases]
    ready = [_ready(case, at, request, quick=quick) for at, case in enumerate(cases)]
    announce()
    samples = _samples(ready, progress)
    level = of_each(CONFIDENCE, sum(len(each.case.figures) for each in ready))
    figures = iter(
        [_figures(one, sample, level) for one, sample in zip(ready, samples, strict=True)]
    )
    first = ready[0].setting
    return Verification(
        request=request,
        config=first.config,
        plans=[first.arm.plan],
        laws=[
            TriedLaw(*law[:4], list(chain.from_iterable(next(figures) for _ in law.cases)))
            for law in LAWS
        ],
        confidence=CONFIDENCE,
        replications=first.config.run.replications,
        calls=QUICK_CALLS if quick else CALLS,
        quick=quick,
    )


def _check(request: Request) -> None:
    if request.plans:
        raise InputError(
            f"verify: expected no plan, as the laws have theirs, got {request.plans[0]}"
        )
    for override in request.overrides:
        if override.partition("=")[0] not in KEYS:
            raise InputError(f"verify: expected one of {', '.join(KEYS)}, got {override}")


def _ready(case: Case, at: int, request: Request, *, quick: bool) -> _Ready:
    """Compose a case, its window as many whole weeks as its calls take, its seed its own."""
    named = [f"verify={case.config}", *case.overrides]
    config = compose([*named, *request.overrides], request.config_dir)
    a_week = float(config.demand.calls_per_year) * 7 / 365
    weeks = math.ceil((QUICK_CALLS if quick else CALLS) / a_week)
    own = {"window_days": 7 * weeks, "seed": config.run.seed + at}
    scenario = Scenario(config.model_copy(update={"run": config.run.model_copy(update=own)}))
    arm = scenario.arm(staffing(case.plan, request.config_dir))
    keys = [f"run.{key}={value}" for key, value in own.items()]
    system = System(case.name, case.config, case.plan, (*case.overrides, *keys))
    return _Ready(case, system, Setting(scenario, arm))


# --- runs ----------------------------------------------------------------------------------------


def _samples(ready: Sequence[_Ready], progress: Progress) -> list[Floats]:
    """Figures of each case by replication; shape (replications, figures)."""
    runs = [one.setting.config.run.replications for one in ready]
    starts = [0, *accumulate(runs)]
    of_case = np.repeat(np.arange(len(ready)), runs)
    rows: dict[int, Sequence[float]] = {}

    def task(number: int) -> Sequence[float]:
        at = int(of_case[number])
        return _read(ready[at], number - starts[at])

    def put(at: int, row: Sequence[float]) -> None:
        rows[at] = row
        progress(len(rows), starts[-1])

    cores = ready[0].setting.config.run.cores
    each(task, range(starts[-1]), cores, put)
    return [np.array([rows[at] for at in range(*span)]) for span in pairwise(starts)]


def _read(one: _Ready, replication: int) -> Sequence[float]:
    scenario, arm = one.setting.scenario, one.setting.arm
    world = scenario.world(arm, scenario.calls(replication), replication)
    return one.case.read(world, simulate(world, "compiled"))


# --- what comes of it ----------------------------------------------------------------------------


def _figures(one: _Ready, sample: Floats, level: float) -> list[Figure]:
    """Figures of a case; `sample` has shape (replications, figures)."""
    theory = one.case.theory(one.setting)
    rows = zip(one.case.figures, theory, sample.T, strict=True)
    return [
        Figure(
            one.system,
            name,
            unit,
            float(expected),
            mean_interval(values, level),
            _z(values, float(expected)),
            one.case.tolerance,
        )
        for (name, unit), expected, values in rows
    ]


def _z(values: Floats, theory: float) -> float:
    """Standard errors from theory to the mean; 0 where both are the same and nothing varies."""
    error = float(values.std(ddof=1)) / len(values) ** 0.5
    off = float(values.mean()) - theory
    return off / error if error else 0.0 if off == 0 else math.copysign(math.inf, off)
