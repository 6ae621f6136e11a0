"""Runs of the programs, and each held-out figure held against its predictive interval.

Every plan that a figure is of is run alone: at central values, and under draws of everything
uncertain. What moves a figure most is found as in a tornado: by regression of ranks over the draws,
and then alone at its low and at its high.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sim.arrays import Floats
from sim.compiled import announce
from sim.config import Config, InputError, StaffingPlan, staffing
from sim.config.compose import nearest
from sim.config.groups.program import Figure
from sim.model.measures.measure import MEASURES
from sim.scenarios.answers.economics import TornadoBar
from sim.scenarios.answers.held_out import HeldOut
from sim.scenarios.answers.intervals import Spread
from sim.scenarios.answers.programs import Described, ProgramCheck, Row
from sim.scenarios.checking import twin_check
from sim.scenarios.draws import with_value
from sim.scenarios.economics.tornado import foremost, is_price
from sim.scenarios.economics.variants import MEASURED_OR_NONE, all_of, under
from sim.scenarios.evidence.programs import all_described, published
from sim.scenarios.intervals import mean_interval, spread
from sim.scenarios.replications import replicate
from sim.scenarios.request import Progress, Request, silent
from sim.scenarios.rules import latent_base
from sim.scenarios.samples import NAMES, Job, Measured
from sim.scenarios.scenario import Scenario
from sim.scenarios.store import Store
from sim.scenarios.uncertainty import Draws, draw
from sim.scenarios.unknown import Unknown

TRIED = 3  # of the assumptions that explain a figure most; the one that moves it most is told


def check(request: Request, progress: Progress = silent) -> list[ProgramCheck]:
    """Run the plans of programs, and hold each held-out figure against what the model can know.

    Parameters
    ----------
    request
        `plans` are presets of `configs/program/`; without any, all that have published figures.
    progress
        Called with (replications done, of how many), anew for every run.

    Raises
    ------
    InputError
        One line: what, where, what was expected and what was there.
    EnginesDifferError
        If the engines disagree on replication 0.
    """
    announce()
    programs = all_described(request.plans, request.config_dir, request.overrides)
    asked = [x for x in programs if request.plans or x.config.program.figures]
    return [_check(request, program, progress) for program in asked]


def job_of_one(config: Config, plan: StaffingPlan, request: Request) -> Job:
    """Job of a plan alone, from whose own team-hours latent demand is counted."""
    scenario = Scenario(config, latent_base(config, plan, request.config_dir))
    store = Store.of_user(wanted=request.uses_store)
    return Job(scenario, (scenario.arm(plan),), (), request.engine_used, store)


@dataclass(frozen=True)
class _Run:
    """A plan alone: its replications at central values, and its draws if figures are held out."""

    job: Job
    values: Floats
    draws: Draws | None


def _check(request: Request, program: Described, progress: Progress) -> ProgramCheck:
    config, preset = program.config, program.config.program
    simulated_figures = [x for x in preset.figures if x.measure is not None]
    tested = {preset.plan_of(x) for x in simulated_figures if x.role == "held_out"}
    runs = {
        name: _run(request, config, name, progress, drawn=name in tested)
        for name in dict.fromkeys(map(preset.plan_of, simulated_figures))
    }
    rows = [_row(config, figure, runs, progress) for figure in preset.figures]
    drawn = [len(run.draws.inputs) for run in runs.values() if run.draws]
    return ProgramCheck(program, rows, config.run.replications, max(drawn, default=0))


def _run(request: Request, config: Config, name: str, progress: Progress, *, drawn: bool) -> _Run:
    job = job_of_one(config, staffing(name, request.config_dir), request)
    twin_check(job, request)
    sample = replicate(job, range(config.run.replications), config.run.cores, progress)
    return _Run(job, sample.arms[0].values, draw(job, progress) if drawn else None)


def _row(config: Config, figure: Figure, runs: dict[str, _Run], progress: Progress) -> Row:
    number = published(config, figure)
    if figure.measure is None:
        return Row(figure, number)
    plan, confidence = config.program.plan_of(figure), config.run.confidence_level
    run = runs[plan]
    central = mean_interval(simulated(figure.measure, run.values), confidence)
    if figure.tolerance_share is None:
        return Row(figure, number, plan, central)
    held = HeldOut(
        number.value,
        figure.tolerance_share.value,
        central,
        None if run.draws is None else _spread(run.draws, figure.measure, confidence),
    )
    return Row(figure, number, plan, central, held, _moved_by(run, figure.measure, progress))


def _spread(draws: Draws, measure: str, confidence: float) -> Spread:
    measured = draws.measured
    values, counted = (simulated(measure, x[0]) for x in (measured.arms, measured.arms_counted))
    return spread(values, counted, confidence)


# --- what moves a figure most --------------------------------------------------------------------


def _moved_by(run: _Run, measure: str, progress: Progress) -> TornadoBar | None:
    """The assumption that moves a measure most, of those that explain it most over the draws."""
    if run.draws is None:
        return None
    tried = _foremost(run.draws, measure)
    ends = [(unknown, end) for unknown in tried for end in (unknown.low, unknown.high)]
    labels = [(unknown.name, end) for unknown, end in ends]
    task = partial(_at_end, run.job, ends)

    def look(done: int) -> None:
        progress(done, len(labels))

    found = all_of("held out", task, labels, run.job, look, MEASURED_OR_NONE)
    means = [None if x is None else _mean(x, measure) for x in found]
    bars = [
        TornadoBar(x.name, x.name, x.low, x.value, x.high, x.source, at_low, at_high)
        for x, at_low, at_high in zip(tried, means[::2], means[1::2], strict=True)
        if at_low is not None and at_high is not None and at_low != at_high
    ]
    return max(bars, key=lambda bar: abs(bar.at_high - bar.at_low), default=None)


def _foremost(draws: Draws, measure: str) -> list[Unknown]:
    """Unknowns other than prices that explain a measure most, the first of them."""
    others = [at for at, unknown in enumerate(draws.unknowns) if not is_price(unknown)]
    means = simulated(measure, draws.measured.arms[0]).mean(axis=1)
    known = np.isfinite(means)
    if not known.any():
        return []
    chosen = foremost(draws.inputs[known][:, others], means[known])[:TRIED]
    return [draws.unknowns[others[at]] for at in chosen]


def _at_end(job: Job, ends: list[tuple[Unknown, float]], number: int) -> Measured | None:
    """Measures with one assumption at one end; None if that contradicts the central values."""
    try:
        config = with_value(job.scenario.config, *ends[number])
        return under(job, replace(job.scenario, config=config))
    except InputError:
        return None


def _mean(measured: Measured, measure: str) -> float | None:
    values = simulated(measure, measured.arms[0])
    return float(values.mean()) if np.isfinite(values).all() else None


# --- what a figure counts ------------------------------------------------------------------------


def simulated(expression: str, values: Floats) -> Floats:
    """Value of a measure in each replication, or of sums of measures divided by one another.

    Parameters
    ----------
    expression
        Names joined by " + " where they are added, and sums joined by " / " where divided.
    values
        Measures in the order of `MEASURES`; shape (..., measures).

    Returns
    -------
    NDArray
        Shape (...,); nan where a measure is undefined or the divisor is 0.

    Raises
    ------
    InputError
        If a name is not that of a measure.
    """
    top, *below = (
        np.sum([values[..., _column(name)] for name in part.split(" + ")], axis=0)
        for part in expression.split(" / ")
    )
    out: Floats = np.asarray(top, np.float64)
    for part in below:
        out = np.divide(out, part, out=np.full_like(out, np.nan), where=part != 0)
    return out


def _column(name: str) -> int:
    if name not in MEASURES:
        right = nearest(name, list(MEASURES))
        raise InputError(f"program.figures: unknown measure {name!r}; {right}")
    return NAMES.index(name)
