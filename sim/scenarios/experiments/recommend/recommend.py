"""Find a plan: load, covering shifts, search on fixed calls, bound, and fresh years to confirm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Unpack

import numpy as np

from sim.arrays import Floats
from sim.compiled import announce
from sim.config import InputError, StaffingPlan, staffing
from sim.scenarios.answers.intervals import Interval, Spread
from sim.scenarios.answers.rails import Rail
from sim.scenarios.answers.recommendation import (
    Checked,
    Flat,
    Recommendation,
    Week,
)
from sim.scenarios.checking import twin_check
from sim.scenarios.economics.variants import MEASURED, all_of, under_lean
from sim.scenarios.experiments.formulas import calls_by_hour, patience_s
from sim.scenarios.experiments.points import measured
from sim.scenarios.experiments.recommend.asked import (
    FRESH_YEARS,
    Asked,
    asked_of,
    people_words,
    titled,
)
from sim.scenarios.experiments.recommend.confirming import ROUNDS, Candidate, Confirmed, confirmed
from sim.scenarios.experiments.recommend.lines import (
    AROUND_THE_CLOCK,
    LENGTHS,
    STARTS,
    Counts,
)
from sim.scenarios.experiments.recommend.need import Load, beyond, covers, is_within
from sim.scenarios.experiments.recommend.neighbors import cheaper_than, frontier
from sim.scenarios.experiments.recommend.search import (
    Trials,
    best_within,
    budget_of,
    cell_margins,
    cheapest,
    load_bound,
    lower_bound,
)
from sim.scenarios.experiments.recommend.unmet import (
    nearest_plans,
    reason,
    too_dear,
    too_little,
)
from sim.scenarios.intervals import bounded, mean_interval, paired_difference, spread
from sim.scenarios.rails import LOOKED_AT, Seen, looked, raised
from sim.scenarios.request import Progress, Request, Uncertain, silent
from sim.scenarios.samples import NAMES, Job, Measured
from sim.scenarios.scenario import Arm, Scenario
from sim.scenarios.store import Store
from sim.scenarios.uncertainty import DRAW_REPLICATIONS

SHOWN = (
    "reach_share",
    "within_standard_share",
    "request_to_arrival_median_min",
    "gap_hours_per_week",
    "utilization_share",
    "fte_clinician",
    "fte_officer",
    "fte_supervisor",
    "cost_per_year",
    "net_benefit_per_year",
)
STARTS_OF_SEARCH = 3  # covering plans that are improved
SEED_APART = 1_000_003
SEARCH_YEARS = 8  # at most: what they miss is found out on the fresh ones
MOST_ROUNDS = 10  # of the same within a budget, which no plan may be above
SMALL_LINES = 6  # kinds of shifts for which the bound can be closed
MOST_POSTS = 200
COST = "cost_per_year"
OF_POSTS = (COST, "reach_share", "gap_hours_per_week")  # held against the plan


def recommend(
    *,
    targets: Sequence[str] = (),
    budget: float | None = None,
    clinicians: float | None = None,
    officers: float | None = None,
    cars: int | None = None,
    starts: Sequence[str] = STARTS,
    lengths: Sequence[float] = LENGTHS,
    patterns: Sequence[str] = ("daily", AROUND_THE_CLOCK),
    fresh_years: int = FRESH_YEARS,
    progress: Progress = silent,
    **options: Unpack[Uncertain],
) -> Recommendation:
    """Find the least-cost plan that meets targets, or the best plan for what there is.

    Parameters
    ----------
    targets
        Such as "within_standard_share >= 0.8", or "reach_share >= 0.7 by_hour". Without any, but
        with a limit, the share reached is made as large as the limit allows.
    budget, clinicians, officers, cars
        Limits: dollars a year, people at work, cars at once.
    starts, lengths, patterns
        Shifts that may be staffed: times of day, hours, and "daily", "weekdays", "weekends" or
        "around_the_clock".
    fresh_years
        Replications, which the search has not seen, to confirm the targets on.
    progress, options
        As of `compare`; the search runs on `replications` years, but on no more than 8.

    Returns
    -------
    Recommendation
        The plan, what it does, and how sure that is.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.

    Examples
    --------
    >>> import sim
    >>> asked = dict(starts=["08:00", "20:00"], lengths=[12], fresh_years=20, draws=0)
    >>> answer = sim.recommend(targets=["reach_share >= 0.5"], overrides=["run=smoke"], **asked)
    >>> answer.confirmed
    True
    """
    own = {
        "target": tuple(targets),
        "budget": budget,
        "people": people_words(clinicians=clinicians, officers=officers),
        "cars": cars,
        "starts": tuple(starts),
        "lengths": tuple(lengths),
        "patterns": tuple(patterns),
        "fresh_years": fresh_years,
    }
    return recommended(Request.of("recommend", (), options, own), progress)


def recommended(request: Request, progress: Progress = silent) -> Recommendation:
    """Answer a request for a plan."""
    asked = asked_of(request)
    announce()
    return _Search(asked, request, progress).answer()


@dataclass
class _Search:
    """One search: its trials, its load, and what comes of it."""

    asked: Asked
    request: Request
    progress: Progress

    def __post_init__(self) -> None:
        asked, run = self.asked, self.asked.scenario.config.run
        store = Store.of_user(wanted=self.request.uses_store)
        job = Job(asked.scenario, (), (), self.request.engine_used, store)
        years = range(min(run.replications, SEARCH_YEARS))
        self.held = [*asked.targets, *budget_of(asked.limits)]
        # With targets, what is cheapest is found first, and then held against the budget.
        limits = asked.limits if asked.goal else asked.limits._replace(dollars=None)
        self.trials = Trials(job, asked.lines, asked.targets, limits, years, self._look)
        self.load = self._load()

    def _look(self) -> None:
        done = len(self.trials.tried)
        self.progress(done, max(done + 50, 200))

    def answer(self) -> Recommendation:
        """Search, confirm and compare."""
        found = self._goal() if self.asked.goal else self._targets()
        if found.counts is None or not found.budget.all:
            return self._none(found)
        return self._answer(found.counts, found, self._bound(found.counts))

    # --- load and starts -------------------------------------------------------------------------

    def _load(self) -> Load:
        """Load by hour, with busy time and patience as simulated with a team for everybody."""
        scenario, lines = self.asked.scenario, self.asked.lines
        peak = calls_by_hour(scenario).max()
        plenty = lines.plan(tuple(int(3 + 2 * peak) for _ in lines.lines))
        arm = scenario.arm(plenty)
        names = ["busy_mean_h", "recognized_share", "eligible_share", "requested_share"]
        found = measured(replace(self.trials.job, arms=(arm,)), names, [0])[0, 0]
        if not np.isfinite(found[0]):
            raise InputError("recommend: expected calls that a team can serve, got none")
        requested = calls_by_hour(scenario) * float(found[1:].prod())
        return Load(requested, float(found[0]) * 3_600, patience_s(scenario, arm))

    # --- with targets ----------------------------------------------------------------------------

    def _targets(self) -> Candidate:
        """Cheapest plan found whose targets are confirmed; the last one tried if none is."""
        covered = covers(self.asked.lines, self.load, self.trials.limits)
        found = Candidate()
        for rounds in range(1, ROUNDS + 1):
            starts = [x for x in covered if self.trials.meets(x)] or self._more()
            if not starts:
                return found
            some = [*starts[:STARTS_OF_SEARCH], *self._around_the_clock()]
            best = min((cheapest(self.trials, x) for x in some), key=self.trials.cost_of)
            found = self._confirm(best, rounds)
            if found.targets.all:
                return found
            old = self.trials.slack or (0.0,) * len(found.targets.short)
            self.trials.slack = tuple(x + y for x, y in zip(old, found.targets.short, strict=True))
        return found

    def _around_the_clock(self) -> list[Counts]:
        """Fewest posts around the clock that meet the targets, if they are allowed."""
        clock = self.asked.lines.around_the_clock
        if clock is None:
            return []

        def plan(posts: int) -> Counts:
            return tuple(posts * (at == clock) for at in range(len(self.asked.lines.lines)))

        low, high = 0, int(np.ceil(2 * self.load.teams.max())) + 4
        if not self.trials.meets(plan(high)):
            return []
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.trials.meets(plan(middle)) else (middle, high)
        return [plan(high)]

    def _more(self) -> list[Counts]:
        """A plan with more teams at all hours than any cover, if that meets the targets."""
        more = beyond(self.asked.lines, self.load, self.trials.limits)
        return list(islice(filter(self.trials.meets, more), 1))

    def _confirm(self, counts: Counts, rounds: int) -> Candidate:
        """Targets and the budget on fresh years."""
        job = self._fresh(self.asked.lines.plan(counts))
        margins = cell_margins(job, self.held, range(self.asked.fresh_years))
        level = self.asked.scenario.config.run.confidence_level
        of, both = len(self.asked.targets), confirmed(self.held, margins, level)
        targets, budget = (
            Confirmed(both.checks[at], both.short[at]) for at in (slice(of), slice(of, None))
        )
        return Candidate(counts, targets, budget, rounds)

    def _fresh(self, *plans: StaffingPlan) -> Job:
        """Job of plans on calls of another seed, which no search has seen."""
        config = self.asked.scenario.config
        run = config.run.model_copy(update={"seed": config.run.seed + SEED_APART})
        scenario = Scenario(config.model_copy(update={"run": run}), self.asked.scenario.base)
        return replace(self.trials.job, scenario=scenario, arms=tuple(map(scenario.arm, plans)))

    # --- within limits ---------------------------------------------------------------------------

    def _goal(self) -> Candidate:
        """Plan within the limits that reaches most, and whose cost keeps the budget; or none."""
        lines, limits = self.asked.lines, self.asked.limits
        within = [x for x in covers(lines, self.load, limits) if is_within(lines, x, limits)]
        for rounds in range(1, MOST_ROUNDS + 1):
            starts = sorted(within, key=self._value, reverse=True)[:STARTS_OF_SEARCH]
            starts = [x for x in starts if self._value(x) > -math.inf] or [self._nobody()]
            some = [best_within(self.trials, x, self._value) for x in starts]
            best = max(some, key=self._value)
            if not any(best):
                return Candidate()
            found = self._confirm(best, rounds)
            if found.budget.all:
                return found
            self.trials.held_back += sum(found.budget.short)
        return Candidate()

    def _nobody(self) -> Counts:
        return (0,) * len(self.asked.lines.lines)

    def _value(self, counts: Counts) -> float:
        """Mean of what is made best; without worth where the cost is above the budget."""
        if counts not in self.trials.tried:
            names = list(dict.fromkeys([self.asked.goal, COST]))
            found = measured(self.trials.job_of(counts), names, self.trials.replications)
            means = dict(zip(names, found[0].mean(axis=0).tolist(), strict=True))
            self.trials.tried[counts] = np.array([means[self.asked.goal]])
            self.trials.dollars[counts] = means[COST]
            self._look()
        return float(self.trials.tried[counts][0]) if self.trials.affords(counts) else -math.inf

    # --- the answer ------------------------------------------------------------------------------

    def _bound(self, counts: Counts) -> float:
        lines, targets = self.asked.lines, self.asked.targets
        if self.asked.goal or self.trials.slack:
            return load_bound(lines, targets, self.load)
        least = load_bound(lines, targets, self.load)
        if len(lines.lines) > SMALL_LINES:
            return least
        return max(least, lower_bound(self.trials, counts, max(counts) + 2))

    def _answer(self, counts: Counts, candidate: Candidate, bound: float) -> Recommendation:
        asked, run = self.asked, self.asked.scenario.config.run
        plan = asked.lines.plan(counts)
        cost = asked.lines.cost(counts)
        job = self._fresh(plan)
        names = list(dict.fromkeys([*SHOWN, *(x.measure for x in asked.targets)]))
        needed = list(dict.fromkeys([*names, *LOOKED_AT]))
        values = measured(job, needed, range(asked.fresh_years))[0]
        measures = _bounded(names, values[:, : len(names)], run.confidence_level)
        seen_of = values[:, [needed.index(name) for name in LOOKED_AT]]
        proven = not asked.goal and bound >= cost - 1
        return Recommendation(
            request=self.request,
            config=asked.scenario.config,
            plan=titled(plan, asked),
            goal=asked.goal,
            cost=measures[COST],
            measures=measures,
            targets=candidate.targets.checks,
            budget=next(iter(candidate.budget.checks), None),
            limited=asked.limits.any,
            rounds=candidate.rounds,
            stopped=candidate.stopped,
            reasons=[],
            proven=proven,
            bound=cost if proven else bound,
            fresh_years=asked.fresh_years,
            evaluations=len(self.trials.tried),
            flat=self._flat(plan, values[:, names.index(COST)]) if candidate.targets.all else None,
            cheaper=cheaper_than(self.trials, asked, counts),
            frontier=frontier(self.trials, asked),
            week=self._week(asked.lines.teams(counts)),
            people={role: float(np.array(counts) @ x) for role, x in asked.lines.people.items()},
            window_days=asked.scenario.window_days,
            check=twin_check(replace(job, scenario=asked.scenario), self.request),
            warnings=self._rails(job.arms, candidate.targets.checks, seen_of),
        )

    def _rails(self, arms: Sequence[Arm], checks: list[Checked], values: Floats) -> list[Rail]:
        scenario = self.asked.scenario
        of_plan = [looked(scenario, arm, values) for arm in arms]
        seen = Seen(
            scenario.config,
            arms,
            targets=checks,
            fresh_years=self.asked.fresh_years,
            overrides=self.request.overrides,
            looked={"with this plan": of_plan[0]} if of_plan else {},
        )
        return raised(seen)

    def _none(self, candidate: Candidate) -> Recommendation:
        """Answer where nothing within the limits meets the targets."""
        asked = self.asked
        nearest = nearest_plans(self.trials, asked.limits)
        reasons = [reason(x, nearest.get(str(x)), asked.limits) for x in asked.targets]
        if asked.goal:
            reasons = [too_little(asked.lines)]
        elif candidate.counts is not None:
            reasons = [too_dear(sum(candidate.counts), candidate.budget.checks[0])]
        return Recommendation(
            request=self.request,
            config=asked.scenario.config,
            plan=None,
            goal=asked.goal,
            cost=None,
            measures={},
            targets=candidate.targets.checks,
            budget=next(iter(candidate.budget.checks), None),
            reasons=reasons,
            limited=asked.limits.any,
            nearest=list(nearest.values()),
            proven=False,
            bound=load_bound(asked.lines, asked.targets, self.load),
            fresh_years=asked.fresh_years,
            evaluations=len(self.trials.tried),
            flat=None,
            cheaper=None,
            frontier=frontier(self.trials, asked),
            week=self._week(np.zeros(168)),
            people={},
            window_days=asked.scenario.window_days,
            warnings=self._rails((), [], np.empty((0, 0))),
        )

    def _flat(self, plan: StaffingPlan, cost: Floats) -> Flat | None:
        """Fewest posts around the clock that meet the targets on the same years, and the saving."""
        if self.asked.goal or any(target.over != "week" for target in self.asked.targets):
            return None
        posts = self._fewest_flat(int(np.ceil(self.load.teams.max())))
        if posts is None:
            return None
        flat = self._fresh(staffing(str(posts)))
        values = measured(flat, OF_POSTS, range(self.asked.fresh_years))[0]
        dearer, level = values[:, 0], self.asked.scenario.config.run.confidence_level
        saving = paired_difference(dearer - cost, dearer, level, 1)
        found = _bounded(OF_POSTS, values, level)
        return Flat(posts, float(dearer.mean()), saving, self._saving_drawn(plan, posts), found)

    def _fewest_flat(self, guess: int) -> int | None:
        """Bisection: more posts are taken to meet whatever fewer meet."""
        asked, targets = self.asked, self.asked.targets
        low, high = 0, max(4 * guess, 8)

        def meets(posts: int) -> bool:
            job = self._fresh(staffing(str(posts)))
            found = cell_margins(job, targets, range(asked.fresh_years))
            return all(x.mean(axis=1).min() >= 0 for x in found)

        if high > MOST_POSTS or not meets(high):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if meets(middle) else (middle, high)
        return high

    def _saving_drawn(self, plan: StaffingPlan, posts: int) -> Spread | None:
        """Spread of the saving over draws of the assumptions; None without draws."""
        scenario, draws = self.asked.scenario, self.asked.scenario.config.run.draws
        if draws < 2:  # noqa: PLR2004 - a range is of two
            return None
        arms = tuple(map(scenario.arm, (staffing(str(posts)), plan)))
        job = replace(self.trials.job, arms=arms, pairs=((0, 1),))

        def task(k: int) -> Measured:
            first = DRAW_REPLICATIONS * k
            return under_lean(job, scenario.drawn(k), [COST], (first, first + 1))

        runs = all_of("saving", task, range(draws), job, lambda _: self._look(), MEASURED)
        values = np.array([run.pairs[0][:, NAMES.index(COST)] for run in runs])
        return spread(values, values, scenario.config.run.confidence_level)

    def _week(self, teams: Floats) -> Week:
        load = self.load
        return Week(load.calls_per_hour.tolist(), load.teams.tolist(), teams.tolist())


def _bounded(names: Sequence[str], values: Floats, level: float) -> dict[str, Interval]:
    """Mean and interval of each measure; `values` have a row a year and a column a measure."""
    means = [mean_interval(values[:, at], level) for at in range(len(names))]
    return {name: bounded(name, mean) for name, mean in zip(names, means, strict=True)}
