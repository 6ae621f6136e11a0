"""Whom the teams of a grant serve: every plan of its months, simulated on common calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.compiled import announce
from sim.config import StaffingPlan
from sim.model.money.costs import overtime_by_role
from sim.scenarios.answers.comparison import Reading
from sim.scenarios.answers.economics import PER_CALL, Ratio
from sim.scenarios.answers.grant import MONTHS_A_YEAR, Moment, Outcome
from sim.scenarios.answers.rails import Rail
from sim.scenarios.answers.words import in_part
from sim.scenarios.checking import TwinCheck, twin_check
from sim.scenarios.comparison.readings import Side, reading
from sim.scenarios.economics.per_unit import BOTTOMS, OF_A_DIFFERENCE, Values, ratio
from sim.scenarios.grant.seasons import seasons
from sim.scenarios.grant.timeline import described
from sim.scenarios.intervals import mean_interval, spread
from sim.scenarios.rails import Seen, raised
from sim.scenarios.replications import replicate
from sim.scenarios.request import Progress, Request
from sim.scenarios.samples import NAMES, Job, Sample
from sim.scenarios.scenario import Scenario
from sim.scenarios.store import Store
from sim.scenarios.uncertainty import Draws, draw

OVERTIME = "overtime_hours_per_year"
PER_CONTACT = "cost_per_contact"
VISITS = "visits_done_per_year"


class Service(NamedTuple):
    """What the plan of each month does in a year, beyond the base plan.

    `beyond` has shape (replications, measures) for each month, and None where nothing of the grant
    runs; `overtime` are hours a year by role, by month. `places` are those of each month's plan,
    None as before, and of the base, among the plans of the `draws`. `seasons` is the part of a
    year's calls that comes in each month. `reading` is a year of the plan as it runs in the end,
    and of the base.
    """

    beyond: list[Floats | None]
    overtime: dict[int, dict[str, float]]
    replications: int
    check: TwinCheck | None
    draws: Draws | None
    places: tuple[list[int | None], int | None]
    seasons: Floats
    window_days: int
    reading: Reading
    warnings: list[Rail]
    per_contact: Ratio
    per_call: Ratio | None

    def overtime_h(self, at: int) -> float:
        """Team-hours of overtime a year, of what runs in the end (at 0) or of the base (at -1)."""
        return self.reading.plans[at].measures[OVERTIME].mean or 0.0

    def outcome(self, measure: str, months: Sequence[Moment], confidence: float) -> Outcome:
        """Return what is done in some months, with both its intervals."""
        chance = mean_interval(self.done(measure, months), confidence)
        if self.draws is None:
            return Outcome(chance, None)
        at, drawn = NAMES.index(measure), self.draws.measured
        each = drawn.arms[..., at], drawn.arms_counted[..., at]
        means, counted = (self._sum(x, months, measure) for x in each)
        return Outcome(chance, spread(means, counted, confidence))

    def drawn(self, measure: str, months: Sequence[Moment]) -> Floats:
        """Return what is done in some months under every draw; shape (draws,), empty without."""
        if self.draws is None:
            return np.empty(0)
        at = NAMES.index(measure)
        each = self._sum(self.draws.measured.arms[..., at], months, measure)
        return np.asarray(each.mean(axis=1), np.float64)

    def _sum(self, of_plans: Floats, months: Iterable[Moment], measure: str) -> Floats:
        """Sum over months beyond the base, of values a year by plan: shape (plans, ...)."""
        weights, (plans, base) = np.zeros(len(of_plans)), self.places
        for now in months:
            plan, part = plans[now.month - 1], self._part(now, measure)
            if plan is not None:
                weights[plan] += part
                if base is not None:
                    weights[base] -= part
        out: Floats = np.tensordot(weights, of_plans, axes=1)
        return out

    def _part(self, now: Moment, measure: str) -> float:
        """Part of a year's figure in a month: that of its calls; visits go on in all seasons."""
        return 1 / MONTHS_A_YEAR if measure == VISITS else float(self.seasons[now.of_year])

    def per_year(self, measure: str, now: Moment) -> Floats:
        """Return what is done in a year like a month, one value a replication."""
        values = self.beyond[now.month - 1]
        if values is None:
            return np.zeros(self.replications)
        column: Floats = values[:, NAMES.index(measure)]
        return column

    def done(self, measure: str, months: Iterable[Moment]) -> Floats:
        """Return what is done in some months, one value a replication."""
        each = [self.per_year(measure, now) * self._part(now, measure) for now in months]
        out: Floats = np.sum(each, axis=0)
        return out


def service(
    scenario: Scenario,
    plan: StaffingPlan,
    base: StaffingPlan | None,
    timeline: Sequence[Moment],
    request: Request,
    progress: Progress,
) -> Service:
    """Simulate every distinct plan of the months, and the base, on common calls.

    Raises
    ------
    InputError
        If a plan does not fit the config.
    EnginesDifferError
        If the engines disagree on replication 0.
    """
    plans = _distinct([base, *(now.running for now in timeline)])
    arms = tuple(map(scenario.arm, plans))
    announce()
    store, run = Store.of_user(wanted=request.uses_store), scenario.config.run
    last = plans.index(next(now.running for now in reversed(timeline) if now.running))
    pairs = ((last, 0),) if base else ()
    job = Job(scenario, arms, pairs, request.engine_used, store)
    check = twin_check(job, request)
    sample = replicate(job, range(run.replications), run.cores, progress)
    draws = draw(job, lambda done, of: progress(run.replications + done, run.replications + of))
    values = [arm.values for arm in sample.arms]
    there = values[0] if base else np.zeros_like(values[0])
    places = [None if x.running is None else plans.index(x.running) for x in timeline]
    of_month = [None if at is None else values[at] for at in places]
    beyond = [None if x is None else x - there for x in of_month]
    before = _overtime(base, there)
    overtime = {
        now.month: _less(_overtime(now.running, measured), before)
        for now, measured in zip(timeline, of_month, strict=True)
        if measured is not None
    }
    ends = [last, *([0] if base else [])]
    result = _reading(job, ends, sample, draws)
    return Service(
        beyond,
        overtime,
        run.replications,
        check,
        draws,
        (places, 0 if base else None),
        seasons(scenario.config),
        scenario.window_days,
        result,
        _warnings(job, ends, result, request, plan),
        _per_unit(job, last, sample, draws, PER_CONTACT),
        _per_unit(job, last, sample, draws, PER_CALL) if base else None,
    )


def _per_unit(job: Job, last: int, sample: Sample, draws: Draws | None, name: str) -> Ratio:
    """Dollars for each of something, of a year of what runs in the end, beyond the base."""
    level = job.scenario.config.run.confidence_level
    drawn = None if draws is None else draws.measured
    if job.pairs:
        measured, of_draws = sample.pairs[0].differences, None if drawn is None else drawn.pairs[0]
    else:
        measured, of_draws = sample.arms[last].values, None if drawn is None else drawn.arms[last]
    bottom = (BOTTOMS | OF_A_DIFFERENCE)[name]
    return ratio(name, bottom, Values(measured, of_draws, level, level))


def _reading(job: Job, ends: list[int], sample: Sample, draws: Draws | None) -> Reading:
    """A year of the plan as it runs in the end, and of the base if there is one."""
    arms = [job.arms[at] for at in ends]
    side = Side("main", "plans as asked", "", arms, job.scenario.base)
    of_ends = Sample([sample.arms[at] for at in ends], sample.pairs)
    if draws is None:
        return reading(job.scenario, side, of_ends, None)
    of_all = draws.measured
    measured = of_all._replace(arms=of_all.arms[ends], arms_counted=of_all.arms_counted[ends])
    return reading(job.scenario, side, of_ends, replace(draws, measured=measured))


def _warnings(
    job: Job, ends: list[int], result: Reading, request: Request, plan: StaffingPlan
) -> list[Rail]:
    """Guard rails on a year of the plan as it runs in the end, which is called by what runs."""
    arms = [job.arms[at] for at in ends]
    if arms[0].plan.lines != plan.lines:
        name = in_part(described(arms[0].plan, plan))
        arms, result = [replace(arms[0], name=name), *arms[1:]], _called(result, name)
    seen = Seen(job.scenario.config, arms, result, overrides=request.overrides)
    return raised(seen)


def _called(result: Reading, name: str) -> Reading:
    """Reading whose first plan has another name."""
    first, *others = result.plans
    pairs = [replace(pair, plan=name) for pair in result.differences]
    return replace(result, plans=[replace(first, name=name), *others], differences=pairs)


def _distinct(plans: Iterable[StaffingPlan | None]) -> list[StaffingPlan]:
    out: list[StaffingPlan] = []
    for plan in plans:
        if plan is not None and plan not in out:
            out.append(plan)
    return out


def _overtime(plan: StaffingPlan | None, values: Floats) -> dict[str, float]:
    """Mean hours of overtime a year, by role."""
    return overtime_by_role(plan, float(values[:, NAMES.index(OVERTIME)].mean())) if plan else {}


def _less(overtime: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    """Hours by role beyond those before, and none below."""
    return {role: max(hours - before.get(role, 0.0), 0.0) for role, hours in overtime.items()}
