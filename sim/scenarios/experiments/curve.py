"""Measures against the number of posts, on common calls: what one more of them buys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import NamedTuple, Unpack

import numpy as np

from sim.arrays import Bools, Floats
from sim.clock import HOURS_A_WEEK
from sim.compiled import announce
from sim.config import InputError
from sim.config.fleet import with_fitting_forms
from sim.scenarios.answers.curve import Curve, FirstMet, Knee, Point, Step
from sim.scenarios.answers.economics import PER_CALL, Ratio
from sim.scenarios.answers.intervals import Spread, quoted
from sim.scenarios.answers.rails import Rail
from sim.scenarios.asked import config_of
from sim.scenarios.checking import TwinCheck, twin_check
from sim.scenarios.draws import unknowns
from sim.scenarios.economics.per_unit import OF_A_DIFFERENCE, Quotient, quotient, where_any
from sim.scenarios.economics.variants import MEASURED, all_of, under_lean
from sim.scenarios.experiments.bands import knee_of, simultaneous_band
from sim.scenarios.experiments.counts import Counts, counts_of
from sim.scenarios.experiments.formulas import FUNNEL, formulas
from sim.scenarios.experiments.points import measured
from sim.scenarios.experiments.targets import Target, known_measure, targets_of, texts_of
from sim.scenarios.intervals import (
    FEWEST,
    bounded,
    mean_interval,
    mean_intervals,
    of_each,
    paired_difference,
    random_effects,
    spread,
)
from sim.scenarios.rails import LOOKED_AT, Seen, arm_words, looked, raised
from sim.scenarios.request import Paged, Progress, Request, silent
from sim.scenarios.rules import latent_base
from sim.scenarios.samples import NAMES, Job, Measured
from sim.scenarios.scenario import Scenario
from sim.scenarios.store import Store
from sim.scenarios.uncertainty import DRAW_REPLICATIONS

SHOWN = (
    "reach_share",
    "within_standard_share",
    "request_to_arrival_median_min",
    "gap_hours_per_week",
    "utilization_share",
    "contacts_per_year",
    "jail_diversions_net_per_year",
    "hospital_diversions_net_per_year",
    "fte_clinician",
    "fte_officer",
    "fte_supervisor",
    "cost_per_year",
    "net_benefit_per_year",
)
BENDS = "reach_share"
FEW = 2  # points, between which no curve can bend
PRICED = ("reach_share", "cost_per_year")  # if both are asked for, each more call has a price
CALLS = "handled_per_day"  # of which it is the price
USUAL = "8..24"  # posts, unless others are asked for
TARGET = "within_standard_share >= 0.8"  # unless another is asked for


def curve(
    *counts: str | int,
    plan: str | None = None,
    line: str | None = None,
    measures: Sequence[str] = (),
    targets: Sequence[str] = (),
    progress: Progress = silent,
    **options: Unpack[Paged],
) -> Curve:
    """Measures of so many posts, and what each more of them buys.

    Parameters
    ----------
    counts
        Numbers and ranges of posts: "8..24", or "8..24/4" for every fourth.
    plan, line
        A staffing plan, and its line whose posts are counted; without, posts around the clock.
    measures
        Names of those to show; a dozen by default.
    targets
        Such as "within_standard_share >= 0.8": the count that first meets each is looked for.
    progress, options
        As of `compare`.

    Returns
    -------
    Curve
        Points with simultaneous intervals, steps, targets and the knee.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.
    EnginesDifferError
        If the engines disagree on replication 0 of the first or the last plan.

    Examples
    --------
    >>> import sim
    >>> curve = sim.curve("1..3", overrides=["run=smoke"], replications=2, draws=0)
    >>> [step.posts for step in curve.steps]
    [2, 3]
    """
    own = {"plan": plan, "line": line, "measures": tuple(measures), "target": tuple(targets)}
    return curved(Request.of("curve", counts, options, own), progress)


def curved(request: Request, progress: Progress = silent) -> Curve:
    """Answer a request for a curve."""
    asked = _asked(request)
    config = with_fitting_forms(config_of(request), asked.counts.plans)
    scenario = Scenario(config, latent_base(config, asked.counts.plans[0], request.config_dir))
    arms = tuple(map(scenario.arm, asked.counts.plans))
    job = Job(scenario, arms, (), request.engine_used, Store.of_user(wanted=request.uses_store))
    announce()
    check = twin_check(replace(job, arms=(arms[0], arms[-1])), request)
    draws, n = config.run.draws if unknowns(config) else 0, config.run.replications
    of_draws = DRAW_REPLICATIONS * draws
    needed = list(dict.fromkeys([*asked.drawn, *LOOKED_AT]))
    values = measured(job, needed, range(n), partial(_part, progress, 0, of_draws))
    drawn = _drawn(job, asked.drawn, draws, partial(_part, progress, n, 0))
    return _curve(_Runs(job, asked, needed, values, drawn, check), request)


class _Asked(NamedTuple):
    """Plans, measures and targets of a request."""

    counts: Counts
    names: list[str]
    targets: list[Target]

    @property
    def is_priced(self) -> bool:
        """Whether a more call reached has a price."""
        return set(PRICED) <= set(self.names)

    @property
    def drawn(self) -> list[str]:
        """Measures that the draws need: those asked for, and the calls that have a price."""
        return list(dict.fromkeys([*self.names, *([CALLS] if self.is_priced else [])]))


class _Runs(NamedTuple):
    """What was run: (points, replications, needed) and, if drawn, (points, draws, 2, names)."""

    job: Job
    asked: _Asked
    needed: list[str]
    values: Floats
    drawn: Floats | None
    check: TwinCheck | None

    @property
    def confidence(self) -> float:
        """Confidence of an interval."""
        return self.job.scenario.config.run.confidence_level

    def of(self, name: str) -> Floats:
        """Values of a measure; shape (points, replications)."""
        values: Floats = self.values[..., self.needed.index(name)]
        return values

    def means(self, name: str) -> list[float]:
        """Mean of a measure at each point; 0 where no replication has it."""
        return [x.mean or 0.0 for x in mean_intervals(self.of(name), self.confidence)]

    def draws_of(self, name: str) -> Floats:
        """Values of a measure in the draws; shape (points, draws, 2), there may be none."""
        if self.drawn is None:
            return np.empty((len(self.values), 0, DRAW_REPLICATIONS))
        values: Floats = self.drawn[..., self.asked.drawn.index(name)]
        return values


def _asked(request: Request) -> _Asked:
    own = request.own
    plan, line = (None if own.get(x) is None else str(own[x]) for x in ("plan", "line"))
    counts = counts_of(request.plans or [USUAL], plan, line, request.config_dir)
    targets = targets_of(texts_of(own.get("target")) or [TARGET])
    if any(target.over != "week" for target in targets):
        raise InputError("--target: expected a target of the whole week, got one by hour or zone")
    names = texts_of(own.get("measures")) or list(SHOWN)
    for name in names:
        known_measure(name, "--measures")
    return _Asked(counts, list(dict.fromkeys([*names, *(x.measure for x in targets)])), targets)


def _part(progress: Progress, before: int, still: int, done: int, of: int) -> None:
    progress(before + done, before + of + still)


def _drawn(job: Job, names: Sequence[str], draws: int, progress: Progress) -> Floats | None:
    """Measures of every point in every draw of the assumptions, on the replications of the draw."""
    if draws == 0:
        return None

    def task(k: int) -> Measured:
        first = DRAW_REPLICATIONS * k
        return under_lean(job, job.scenario.drawn(k), names, (first, first + 1))

    def tell(done: int) -> None:
        progress(DRAW_REPLICATIONS * done, DRAW_REPLICATIONS * draws)

    labels = [(k, tuple(names)) for k in range(draws)]
    runs = all_of("curve draw", task, labels, job, tell, MEASURED)
    at = [NAMES.index(name) for name in names]
    return np.stack([run.arms[..., at] for run in runs], axis=1)


# --- the answer ----------------------------------------------------------------------------------


def _curve(runs: _Runs, request: Request) -> Curve:
    job, asked = runs.job, runs.asked
    config, counts = job.scenario.config, asked.counts.counts
    busy_h, funnel = runs.means("busy_mean_h"), [runs.means(name)[-1] for name in FUNNEL]
    calls = float(config.demand.calls_per_year) * float(config.demand.growth_factor)
    whole_week = len(job.scenario.rates) >= HOURS_A_WEEK
    shown = BENDS in asked.names and any(busy_h) and whole_week
    return Curve(
        request=request,
        config=config,
        window_days=job.scenario.window_days,
        replications=runs.values.shape[1],
        draws=0 if runs.drawn is None else runs.drawn.shape[1],
        counted=asked.counts.counted,
        requests_per_year=calls * math.prod(funnel),
        points=_points(runs),
        steps=_steps(runs),
        targets=[_first_met(runs, target) for target in asked.targets],
        knee=_knee(runs) if BENDS in asked.names and len(counts) > FEW else None,
        formulas=formulas(job, busy_h, math.prod(funnel)) if shown else None,
        check=runs.check,
        warnings=_rails(runs, request),
    )


def _rails(runs: _Runs, request: Request) -> list[Rail]:
    job, at = runs.job, [runs.needed.index(name) for name in LOOKED_AT]
    of_arms = zip(job.arms, runs.values[..., at], strict=True)
    seen = {f"with {arm_words(arm)}": looked(job.scenario, arm, x) for arm, x in of_arms}
    return raised(
        Seen(job.scenario.config, job.arms[-1:], overrides=request.overrides, looked=seen)
    )


def _points(runs: _Runs) -> list[Point]:
    confidence, counts = runs.confidence, runs.asked.counts
    each = of_each(confidence, len(counts.counts))
    spreads = {name: _spreads(runs.draws_of(name), confidence) for name in runs.asked.names}
    return [
        Point(
            count,
            plan,
            {
                name: bounded(name, mean_interval(runs.of(name)[at], each))
                for name in runs.asked.names
            },
            {name: of_points[at] for name, of_points in spreads.items() if of_points},
        )
        for at, (count, plan) in enumerate(zip(counts.counts, counts.plans, strict=True))
    ]


def _steps(runs: _Runs) -> list[Step]:
    """Difference of neighboring points, by the posts that lie between them."""
    confidence, counts = runs.confidence, runs.asked.counts.counts
    added = np.diff(counts).astype(np.float64)
    changes = {name: np.diff(runs.of(name), axis=0) / added[:, None] for name in runs.asked.names}
    spreads = {
        name: _spreads(np.diff(runs.draws_of(name), axis=0) / added[:, None, None], confidence)
        for name in runs.asked.names
    }
    steps = [
        Step(
            count,
            versus,
            {
                name: paired_difference(change[at], runs.of(name)[at], confidence, len(added))
                for name, change in changes.items()
            },
            {name: of_steps[at] for name, of_steps in spreads.items() if of_steps},
        )
        for at, (versus, count) in enumerate(pairwise(counts))
    ]
    if not runs.asked.is_priced:
        return steps
    return [replace(step, per_call=_priced(runs, step, at)) for at, step in enumerate(steps)]


def _priced(runs: _Runs, step: Step, at: int) -> Ratio:
    """Price of a call more; none where the range that stands beside it says there may be none.

    That range holds for all steps at once, so it is wider than the one that a pair has.
    """
    return where_any(_per_call(runs, at), OF_A_DIFFERENCE[PER_CALL], quoted(step, BENDS))


def _per_call(runs: _Runs, step: int) -> Ratio:
    """Dollars for each more call that a step reaches; it need not be divided by its posts."""
    *_, cost = PRICED
    confidence = runs.confidence
    bottom = OF_A_DIFFERENCE[PER_CALL]
    tops, calls = (np.diff(runs.of(x), axis=0)[step] for x in (cost, CALLS))
    tops_drawn, calls_drawn = (np.diff(runs.draws_of(x), axis=0)[step] for x in (cost, CALLS))
    is_drawn = runs.drawn is not None and len(tops_drawn) >= FEWEST
    return quotient(
        PER_CALL,
        bottom,
        Quotient(
            tops,
            bottom.times * calls,
            tops_drawn if is_drawn else None,
            bottom.times * calls_drawn if is_drawn else None,
            of_each(confidence, len(runs.asked.counts.counts) - 1),
            confidence,
        ),
    )


def _spreads(values: Floats, confidence: float) -> list[Spread]:
    """Spread of each point, its range that of a band which holds whole curves; none without draws.

    A point at which the measure does not exist in some draw has the spread of its own.
    """
    if values.shape[1] == 0:
        return []
    alone = [spread(of_point, of_point, confidence) for of_point in values]
    whole = np.flatnonzero(np.isfinite(values).all(axis=(1, 2)))
    if values.shape[1] < FEWEST or not whole.size:
        return alone
    curves = np.stack([random_effects(values[at]) for at in whole], axis=1)
    for at, low, high in zip(whole, *simultaneous_band(curves, confidence), strict=True):
        alone[at] = replace(alone[at], low=float(low), high=float(high))
    return alone


def _first_met(runs: _Runs, target: Target) -> FirstMet:
    """First count from which on a target is met: tested from the largest down, while it is.

    So tested in a fixed order, none of the tests has to be made at a higher confidence (Maurer,
    Hothorn and Lehmacher 1995).
    """
    confidence, counts = runs.confidence, runs.asked.counts.counts
    central = _first(counts, target.is_confirmed(runs.of(target.measure), confidence))
    drawn = runs.draws_of(target.measure)
    what = target.measure, target.sense, target.value
    if not drawn.shape[1]:
        return FirstMet(*what, central, None, None)
    share = target.is_met(drawn.mean(axis=2)).mean(axis=1)
    return FirstMet(*what, central, _first(counts, share >= confidence), share.tolist())


def _first(counts: Sequence[int], met: Bools) -> int | None:
    missed = np.flatnonzero(~met)
    at = int(missed[-1]) + 1 if missed.size else 0
    return counts[at] if at < len(counts) else None


def _knee(runs: _Runs) -> Knee:
    counts = runs.asked.counts.counts
    x, drawn = np.array(counts, np.float64), runs.draws_of(BENDS).mean(axis=2)
    central = counts[knee_of(x, runs.of(BENDS).mean(axis=1))]
    if not drawn.shape[1]:
        return Knee(BENDS, central, None, None)
    of_draws = np.array([counts[knee_of(x, each)] for each in drawn.T])
    confidence = runs.confidence
    low, high = np.percentile(of_draws, _tails(confidence), method="closest_observation")
    return Knee(BENDS, central, min(int(low), central), max(int(high), central))


def _tails(confidence: float) -> list[float]:
    tail = 100 * (1 - confidence) / 2
    return [tail, 100 - tail]
