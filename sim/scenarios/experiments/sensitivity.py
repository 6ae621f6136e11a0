"""Which uncertain figure must be known better: Sobol indices, and what the decision hangs on.

All uncertain parameters are screened by stepwise regression of ranks over draws; those that explain
most are then drawn from their own laws by a Sobol sequence, all others at their central values.
Every point is run on the same replications, so that chance moves all points alike; how much of a
single year's variance chance makes is told beside (Hart, Alexanderian and Gremaud 2017, SIAM/ASA
Journal on Uncertainty Quantification 5, 1109).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, Unpack

import numpy as np

from sim.arrays import Floats
from sim.compiled import announce
from sim.config import Config, InputError
from sim.config.fleet import with_fitting_forms
from sim.model.measures.dictionary import MONEY
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.rails import RULES, Rail
from sim.scenarios.answers.sensitivity import RESAMPLES, Driver, Question, Sensitivity
from sim.scenarios.asked import config_of, own_plans, plans_of
from sim.scenarios.checking import twin_check
from sim.scenarios.draws import at_uniforms, quantile, unknowns, values_of, with_value
from sim.scenarios.economics.tornado import foremost, is_price
from sim.scenarios.economics.variants import (
    FIRST,
    MEASURED,
    MEASURED_OR_NONE,
    all_of,
    under_lean,
)
from sim.scenarios.experiments.sobol import Indices, Points, sobol_indices, sobol_points
from sim.scenarios.experiments.targets import target_of
from sim.scenarios.intervals import percentiles, random_effects
from sim.scenarios.rails import LOOKED_AT, Seen, arm_words, looked, raised
from sim.scenarios.request import Progress, Request, Uncertain, silent
from sim.scenarios.rules import latent_base
from sim.scenarios.samples import NAMES, Job, Measured
from sim.scenarios.scenario import Scenario
from sim.scenarios.store import Store
from sim.scenarios.uncertainty import DRAW_REPLICATIONS
from sim.scenarios.unknown import Unknown
from sim.streams import Stream, generator

TARGET = "within_standard_share >= 0.8"  # of one plan, unless another is asked for
PAYS = "net_benefit_per_year >= 0"  # of a difference
POINTS, DRIVERS, MOST_DRIVERS = 128, 8, 15
MOST_POINTS = 2**14
HALVINGS = 7  # of the range of a figure, which leaves the place of a flip exact to a percent
BINS = 8  # of equal numbers of points, in which a figure counts as known


def sensitivity(
    *plans: str | int,
    target: str | None = None,
    points: int = POINTS,
    drivers: int = DRIVERS,
    progress: Progress = silent,
    **options: Unpack[Uncertain],
) -> Sensitivity:
    """Say which uncertain figures make an answer uncertain, and where the decision changes.

    Parameters
    ----------
    plans
        One plan, whose target is asked about, or two: then it is the first less the second.
    target
        Such as "within_standard_share >= 0.8", the usual one of a plan; of two plans
        "net_benefit_per_year >= 0", whether the difference pays.
    points
        Of the Sobol sequence, a power of 2; (drivers + 2) times as many settings are simulated.
    drivers
        Figures that are looked at closely, from 1 to 15.
    progress, options
        As of `compare`; `draws` are those by which all figures are screened.

    Returns
    -------
    Sensitivity
        Drivers: those that flip the decision first, then in order of their total index.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.

    Examples
    --------
    >>> import sim
    >>> answer = sim.sensitivity(3, points=8, drivers=2, draws=8, overrides=["run=smoke"])
    >>> answer.question.measure
    'within_standard_share'
    """
    own = {"target": target, "points": points, "drivers": drivers}
    return sensitive(Request.of("sensitivity", plans, options, own), progress)


class _Asked(NamedTuple):
    """A job of one plan or of two and their difference, and what is asked of it."""

    job: Job
    question: Question
    points: int
    drivers: int

    def answers(self, measured: Measured) -> Floats:
        """Answer of each replication; shape (..., replications) of what is measured."""
        side = measured.pairs if self.job.pairs else measured.arms
        values: Floats = side[0][..., NAMES.index(self.question.measure)]
        return values

    def under(self, config: Config, replications: Sequence[int] = FIRST) -> Measured:
        """Measure of the question under another config, and what guard rails look at."""
        scenario = Scenario(config, self.job.scenario.base)
        return under_lean(self.job, scenario, [self.question.measure, *LOOKED_AT], replications)

    def rails(self, central: Measured, request: Request) -> list[Rail]:
        """Guard rails on the runs at central values."""
        scenario, arms = self.job.scenario, self.job.arms
        values = central.arms[..., [NAMES.index(name) for name in LOOKED_AT]]
        seen = {
            f"with {arm_words(arm)}": looked(scenario, arm, of_arm)
            for arm, of_arm in zip(arms, values, strict=True)
        }
        of_runs = Seen(scenario.config, arms, overrides=request.overrides, looked=seen)
        return raised(of_runs, RULES.keys() - {"few"})  # it has a number of runs of its own


def sensitive(request: Request, progress: Progress = silent) -> Sensitivity:
    """Answer a request for a sensitivity analysis."""
    asked = _asked(request)
    config = asked.job.scenario.config
    known = [x for x in unknowns(config) if asked.question.measure in MONEY or not is_price(x)]
    if not known or config.run.draws < 2 * asked.drivers:
        raise InputError(
            f"sensitivity: expected uncertain figures and {2 * asked.drivers} draws (run.draws) or "
            f"more, got {len(known)} figures and {config.run.draws} draws"
        )
    announce()
    check = twin_check(asked.job, request)
    still = asked.points * (asked.drivers + 2)
    inputs, drawn = _screened(asked, known, _told(progress, 0, config.run.draws, still))
    chosen = [known[at] for at in foremost(inputs, drawn.mean(axis=1), asked.drivers)]
    if not chosen:
        raise InputError(
            f"sensitivity: expected an answer that some figure moves, got {drawn.mean():g} of "
            f"{asked.question.measure} in every draw"
        )
    points = sobol_points(asked.points, len(chosen), config.run.seed)
    run = _told(progress, config.run.draws, still, 0)
    of_a, of_b, of_mixed = _at_points(asked, chosen, points, run)
    level, seed = config.run.confidence_level, config.run.seed
    means = of_a.mean(axis=1), of_b.mean(axis=1)
    indices = sobol_indices(*means, of_mixed.mean(axis=2), level, seed)
    values = np.array(
        [
            [quantile(config, x, u) for x, u in zip(chosen, row, strict=True)]
            for row in np.concatenate([points.a, points.b])
        ]
    ).reshape(-1, len(chosen))
    answers = np.concatenate(means)
    drivers = _drivers(asked, chosen, indices, values, answers)
    columns = [[x.name for x in chosen].index(driver.name) for driver in drivers]
    central = asked.under(config)
    return Sensitivity(
        request=request,
        config=config,
        plans=[arm.plan for arm in asked.job.arms],
        question=asked.question,
        central=float(asked.answers(central).mean()),
        range=_range(drawn, level),
        met_share=float(np.mean([asked.question.is_met(x) for x in drawn.mean(axis=1)])),
        chance_share=_chance_share(drawn),
        captured_share=captured(random_effects(drawn), answers, level, seed),
        confidence=level,
        drivers=drivers,
        unknowns=len(known),
        points=asked.points,
        replications=len(FIRST),
        draws=config.run.draws,
        window_days=asked.job.scenario.window_days,
        values=values[:, columns],
        answers=answers,
        check=check,
        warnings=asked.rails(central, request),
    )


def _asked(request: Request) -> _Asked:
    own, config = request.own, config_of(request)
    points, drivers = (
        int(str(own.get(x, y))) for x, y in (("points", POINTS), ("drivers", DRIVERS))
    )
    if not 1 < points <= MOST_POINTS or points & (points - 1):
        raise InputError(f"--points: expected a power of 2 from 2 to {MOST_POINTS}, got {points}")
    if not 1 <= drivers <= MOST_DRIVERS:
        raise InputError(f"--drivers: expected 1 to {MOST_DRIVERS}, got {drivers}")
    names = request.plans or own_plans(request, config)[:1]
    if len(names) > 2:  # noqa: PLR2004 - a difference is of two
        raise InputError(f"sensitivity: expected one plan or two, got {len(names)}")
    plans = plans_of(request, names)
    config = with_fitting_forms(config, plans)
    scenario = Scenario(config, latent_base(config, plans[-1], request.config_dir))
    pairs = ((0, 1),) if len(plans) > 1 else ()
    store = Store.of_user(wanted=request.uses_store)
    job = Job(scenario, tuple(map(scenario.arm, plans)), pairs, request.engine_used, store)
    text = own.get("target") or (PAYS if pairs else TARGET)
    target = target_of(str(text))
    if target.over != "week":
        raise InputError("--target: expected a target of the whole week, got one by hour or zone")
    versus = plans[1].name if pairs else None
    question = Question(target.measure, target.sense, target.value, plans[0].name, versus)
    return _Asked(job, question, points, drivers)


def _told(progress: Progress, before: int, of: int, still: int) -> Callable[[int], None]:
    return lambda done: progress(before + done, before + of + still)


# --- runs ----------------------------------------------------------------------------------------


def _screened(
    asked: _Asked, known: list[Unknown], look: Callable[[int], None]
) -> tuple[Floats, Floats]:
    """Values of all figures in each draw, and the answers; (draws, figures) and (draws, 2)."""
    scenario = asked.job.scenario
    configs = [scenario.drawn(k).config for k in range(scenario.config.run.draws)]
    inputs = np.array([values_of(config, known) for config in configs])

    def task(k: int) -> Measured:
        first = DRAW_REPLICATIONS * k
        return asked.under(configs[k], (first, first + 1))

    labels = [(asked.question.measure, k) for k in range(len(configs))]
    runs = all_of("screen", task, labels, asked.job, look, MEASURED)
    return inputs, np.array([asked.answers(run) for run in runs])


def _at_points(
    asked: _Asked, chosen: list[Unknown], points: Points, look: Callable[[int], None]
) -> tuple[Floats, Floats, Floats]:
    """Answers at a, b and the mixed points; shape (..., replications)."""
    settings = np.concatenate([points.a, points.b, *points.mixed])
    config = asked.job.scenario.config

    def task(at: int) -> Measured:
        return asked.under(at_uniforms(config, chosen, settings[at].tolist()))

    names = tuple(x.name for x in chosen)
    labels = [(asked.question.measure, names, tuple(row.tolist())) for row in settings]
    runs = all_of("sobol", task, labels, asked.job, look, MEASURED)
    answers = np.array([asked.answers(run) for run in runs])
    n, inputs = points.a.shape
    return answers[:n], answers[n : 2 * n], answers[2 * n :].reshape(inputs, n, -1)


def _at(asked: _Asked, unknown: Unknown, value: float) -> float | None:
    """Answer with one figure set and all others central; None if that contradicts the others."""

    def task(_: int) -> Measured | None:
        try:
            return asked.under(with_value(asked.job.scenario.config, unknown, value))
        except InputError:
            return None

    label = asked.question.measure, unknown.name, value
    (run,) = all_of("sensitivity end", task, [label], asked.job, lambda _: None, MEASURED_OR_NONE)
    return None if run is None else float(asked.answers(run).mean())


# --- the answer ----------------------------------------------------------------------------------


def _range(drawn: Floats, confidence: float) -> Interval:
    means = random_effects(drawn)
    return Interval(float(means.mean()), *percentiles(means, confidence), len(means))


def _chance_share(drawn: Floats) -> float:
    """Part of the variance of single years that replications of one draw have."""
    within = float(drawn.var(axis=1, ddof=1).mean())
    between = float(random_effects(drawn).var(ddof=1))
    return within / (within + between) if within + between > 0 else 0.0


def captured(drawn: Floats, answers: Floats, confidence: float, seed: int) -> Interval:
    """Variance of answers where some figures vary, as a part of that where all do.

    Its interval is of resampled draws and points (percentiles).
    """
    rng = generator(seed, 0, Stream.SENSITIVITY_RESAMPLES)
    sides = (drawn, answers)
    resampled = [
        _ratio(*(x[rng.integers(0, len(x), len(x))] for x in sides)) for _ in range(RESAMPLES)
    ]
    return Interval(_ratio(*sides), *percentiles(np.array(resampled), confidence), len(drawn))


def _ratio(drawn: Floats, answers: Floats) -> float:
    whole = float(drawn.var(ddof=1))
    return float(answers.var(ddof=1)) / whole if whole > 0 else 1.0


def _drivers(
    asked: _Asked, chosen: list[Unknown], indices: Indices, values: Floats, answers: Floats
) -> list[Driver]:
    drivers = [
        _driver(asked, unknown, at, indices, values[:, at], answers)
        for at, unknown in enumerate(chosen)
    ]
    return sorted(drivers, key=lambda x: (not x.flips, -(x.total.mean or 0.0)))


def _driver(
    asked: _Asked, unknown: Unknown, at: int, indices: Indices, values: Floats, answers: Floats
) -> Driver:
    n = len(answers)
    first, first_low, first_high, total, total_low, total_high = (float(x[at]) for x in indices)
    narrows = [narrowing(x) for x in (first, first_low, first_high)]
    at_low, at_high = (_at(asked, unknown, end) for end in (unknown.low, unknown.high))
    return Driver(
        unknown.name,
        unknown.label or unknown.name,
        unknown.source,
        *(unknown.low, unknown.value, unknown.high),
        *(at_low, at_high),
        _flip(asked, unknown, at_low, at_high),
        Interval(first, first_low, first_high, n),
        Interval(total, total_low, total_high, n),
        Interval(narrows[0], narrows[1], narrows[2], n),
        _changes(asked.question, values, answers),
    )


def narrowing(first_order: float) -> float:
    """Share by which a range narrows, on average, if an input of this first-order index is known.

    The mean variance that is left is the part that is not its own: the standard deviation goes down
    by 1 - sqrt(1 - index), and the range with it where its form stays.
    """
    return 1 - math.sqrt(1 - min(max(first_order, 0.0), 1.0))


def _flip(
    asked: _Asked, unknown: Unknown, at_low: float | None, at_high: float | None
) -> float | None:
    """Value of a figure at which the decision changes, all others central."""
    if at_low is None or at_high is None or unknown.law == "form":
        return None
    is_met = asked.question.is_met
    if is_met(at_low) == is_met(at_high):
        return None
    low, high = unknown.low, unknown.high
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        answer = _at(asked, unknown, middle)
        if answer is None:
            return None
        low, high = (middle, high) if is_met(answer) == is_met(at_low) else (low, middle)
    return (low + high) / 2


def _changes(question: Question, values: Floats, answers: Floats) -> float:
    """How likely the decision by the mean answer is another once a figure is known.

    Points are parted by the figure into bins of equal number; within one, the figure is known.
    """
    bins = np.array_split(answers[np.argsort(values, kind="stable")], min(BINS, len(answers)))
    usual = question.is_met(float(answers.mean()))
    others = [len(some) for some in bins if question.is_met(float(some.mean())) != usual]
    return sum(others) / len(answers)
