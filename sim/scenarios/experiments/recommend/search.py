"""Search on fixed calls: from covering plans down to one that no small change makes cheaper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, combinations_with_replacement

import numpy as np
from scipy import optimize

from sim.arrays import Floats
from sim.clock import HOUR_S, MINUTE_S
from sim.scenarios.experiments.points import measured
from sim.scenarios.experiments.recommend.lines import Counts, Lines
from sim.scenarios.experiments.recommend.need import Limits, Load, is_within
from sim.scenarios.experiments.targets import Target
from sim.scenarios.replications import replicate
from sim.scenarios.request import silent
from sim.scenarios.samples import ArmSample, Job

COST = "cost_per_year"
MOST_NEIGHBORS = 60  # that are simulated before a plan counts as the best around it
MOST_TRIED = 600  # plans of one search
MOST_CUTS = 200  # of the bound
SPARE = 1.01  # of the dollars of positions that are tried where overtime is not known yet
REACHED = ("reach_share", "within_standard_share")


@dataclass
class Trials:
    """Plans by their counts, each simulated once on the same years.

    `margins_of` has how far each target is met, negative where it is missed: the least of the cells
    of a target by hour or zone. `slack` is added to the targets, and `held_back` to the budget,
    where years that the search has not seen were worse.
    """

    job: Job
    lines: Lines
    targets: Sequence[Target]
    limits: Limits
    replications: Sequence[int]
    look: Callable[[], None]
    slack: tuple[float, ...] = ()
    held_back: float = 0.0  # dollars
    tried: dict[Counts, Floats] = field(default_factory=dict)
    dollars: dict[Counts, float] = field(default_factory=dict)

    def cost_of(self, counts: Counts) -> float:
        """Mean dollars a year of a plan with its simulated overtime."""
        if counts not in self.dollars:
            found = measured(self.job_of(counts), [COST], self.replications)
            self.dollars[counts] = float(found.mean())
        return self.dollars[counts]

    def margins_of(self, counts: Counts) -> Floats:
        """Margin of each target, its mean over the years; shape (targets,)."""
        if counts not in self.tried:
            self.tried[counts] = margins(self.job_of(counts), self.targets, self.replications)
            self.look()
        return self.tried[counts]

    def job_of(self, counts: Counts) -> Job:
        """Job of one plan."""
        arm = self.job.scenario.arm(self.lines.plan(counts))
        return replace(self.job, arms=(arm,), pairs=())

    def meets(self, counts: Counts) -> bool:
        """Whether a plan keeps the limits and meets the targets on these years."""
        return is_within(self.lines, counts, self.limits) and self.serves(counts)

    def serves(self, counts: Counts) -> bool:
        """Whether a plan meets the targets on these years, whatever it costs."""
        slack = np.array(self.slack or (0.0,) * len(self.targets))
        return bool((self.margins_of(counts) >= slack).all())

    def affords(self, counts: Counts) -> bool:
        """Whether the whole simulated cost of a plan, overtime included, keeps the budget."""
        budget = self.limits.dollars
        return budget is None or self.cost_of(counts) <= budget - self.held_back


def budget_of(limits: Limits) -> list[Target]:
    """The budget as a target of the whole simulated cost of a year; none without a budget."""
    return [] if limits.dollars is None else [Target(COST, "<=", limits.dollars)]


def margins(job: Job, targets: Sequence[Target], replications: Sequence[int]) -> Floats:
    """Margin of each target of a plan, over the years and its worst cell; shape (targets,)."""
    values = np.array([x.mean(axis=-1).min() for x in cell_margins(job, targets, replications)])
    return np.where(np.isfinite(values), values, -np.inf)


def cell_margins(job: Job, targets: Sequence[Target], replications: Sequence[int]) -> list[Floats]:
    """Margin of each target in each of its cells and years; each of shape (cells, years).

    A target of the week has one cell. Cells without a requested call in any year are left out.
    """
    names = list(dict.fromkeys(x.measure for x in targets if x.over == "week"))
    values = measured(job, names, replications) if names else np.empty((1, len(replications), 0))
    in_cells = any(target.over != "week" for target in targets)
    cores = job.scenario.config.run.cores
    sample = replicate(job, replications, cores, silent).arms[0] if in_cells else None
    return [
        _of_cells(target, sample)
        if target.over != "week" and sample is not None
        else target.margin(values[0, :, names.index(target.measure)])[None]
        for target in targets
    ]


def _of_cells(target: Target, sample: ArmSample) -> Floats:
    """Margins by hour of week or by zone: linearized ratios, whose mean is that of the sums."""
    table = sample.hours if target.over == "by_hour" else sample.zones
    requested, reached, response = (
        np.asarray(x, np.float64).T for x in (table.requested, table.reached, table.response_for_s)
    )
    if target.measure == "reach_share":
        tops, bottoms = reached, requested
    else:
        tops, bottoms = response / MINUTE_S, reached
    there = bottoms.sum(axis=1) > 0
    tops, bottoms = tops[there], bottoms[there]
    ratio = (tops.sum(axis=1) / bottoms.sum(axis=1))[:, None]
    linear = ratio + (tops - ratio * bottoms) / bottoms.mean(axis=1, keepdims=True)
    return target.margin(linear)


# --- local search --------------------------------------------------------------------------------


def cheapest(trials: Trials, start: Counts) -> Counts:
    """Plan from which no drop, move or swap of shifts makes a cheaper one that meets the targets.

    Changes are tried in order of their saving, and the first that meets the targets is taken.
    """
    best, most = start, len(trials.tried) + MOST_TRIED
    while len(trials.tried) < most:
        dollars = trials.cost_of(best)
        cheaper = _cheaper(trials.lines, best)
        better = next(
            (x for x in cheaper if trials.meets(x) and trials.cost_of(x) < dollars - 1), None
        )
        if better is None:
            break
        best = better
    return best


def _cheaper(lines: Lines, counts: Counts) -> Iterator[Counts]:
    """Neighbors that cost less without overtime, those that save most first."""
    dollars = float(np.array(counts) @ lines.dollars)
    some = list(dict.fromkeys(neighbors(counts, lines.around_the_clock)))
    priced = np.array(some) @ lines.dollars
    order = np.argsort(priced, kind="stable")
    yield from (some[at] for at in order[:MOST_NEIGHBORS] if priced[at] < dollars - 1)


def neighbors(counts: Counts, around_the_clock: int | None = None) -> Iterator[Counts]:
    """Plans with a post dropped, moved to another line, or two swapped for one.

    A post around the clock, whose line may be named by its place, is also swapped for two shifts,
    and three shifts for it.
    """
    held = [at for at, count in enumerate(counts) if count]
    for at in held:
        dropped = _changed(counts, {at: -1})
        yield dropped
        yield from (_changed(dropped, {other: 1}) for other in range(len(counts)))
    for one, two in combinations_with_replacement(held, 2):
        both = _changed(_changed(counts, {one: -1}), {two: -1})
        if both[one] >= 0:
            yield from (_changed(both, {other: 1}) for other in range(len(counts)))
    if around_the_clock is not None:
        yield from _with_clock(counts, held, around_the_clock)


def _with_clock(counts: Counts, held: list[int], clock: int) -> Iterator[Counts]:
    """Swaps of a post around the clock for two shifts, and of three shifts for one."""
    if counts[clock]:
        without = _changed(counts, {clock: -1})
        for one, two in combinations_with_replacement(range(len(counts)), 2):
            yield _changed(_changed(without, {one: 1}), {two: 1})
    for three in combinations(held, 3):
        yield _changed(_changed(counts, dict.fromkeys(three, -1)), {clock: 1})


def _changed(counts: Counts, by: dict[int, int]) -> Counts:
    return tuple(count + by.get(at, 0) for at, count in enumerate(counts))


def best_within(trials: Trials, start: Counts, objective: Callable[[Counts], float]) -> Counts:
    """Plan within the limits from which no added, moved or swapped shift raises an objective.

    The budget, which overtime counts toward, is for the objective to keep.
    """
    best, most = start, len(trials.tried) + MOST_TRIED
    while len(trials.tried) < most:
        limits = _without_overtime(trials, best)
        around = [x for x in _around(best) if is_within(trials.lines, x, limits)]
        around.sort(key=lambda x: -trials.lines.teams(x).sum())
        better = next((x for x in around[:80] if objective(x) > objective(best)), None)
        if better is None:
            break
        best = better
    return best


def _without_overtime(trials: Trials, counts: Counts) -> Limits:
    """Limits whose dollars leave about as much for overtime as a plan takes, so few are tried."""
    positions = trials.lines.cost(counts)
    if trials.limits.dollars is None or not positions:
        return trials.limits
    room = SPARE * trials.limits.dollars * positions / trials.cost_of(counts)
    return trials.limits._replace(dollars=min(trials.limits.dollars, room))


def _around(counts: Counts) -> Iterator[Counts]:
    for at in range(len(counts)):
        yield _changed(counts, {at: 1})
    yield from neighbors(counts)


# --- lower bound ---------------------------------------------------------------------------------


def lower_bound(trials: Trials, best: Counts, most_posts: int, cuts: int = MOST_CUTS) -> float:
    """Least dollars a year that a plan which meets the targets can cost, on these years.

    A plan with no more posts of any line than one that misses a target is taken to miss it as well
    (more teams never do harm, which dispatch by distance can break: so "on these calls"). Each
    round finds the cheapest plan that no cut rules out, and simulates it, until it meets the
    targets or costs as much as the best: then the best is proven.

    Parameters
    ----------
    trials, best
        The search, and the plan that it found.
    most_posts
        Of one line.
    cuts
        Rounds at most.
    """
    missing = [x for x in trials.tried if not trials.serves(x)]
    bound, of_best = 0.0, trials.lines.cost(best)
    for _ in range(cuts):
        found = _master(trials.lines, _largest(missing), most_posts)
        if found is None:
            return of_best
        bound = max(bound, float(np.array(found) @ trials.lines.least_dollars))
        if bound >= of_best - 1 or trials.serves(found):
            return min(bound, of_best)
        missing.append(_lifted(trials, found, most_posts))
    return min(bound, of_best)


def load_bound(lines: Lines, targets: Sequence[Target], load: Load) -> float:
    """Dollars a year of the team-hours that the reached calls alone keep busy, all else ignored.

    Nothing where no target is a share of requested calls that have to be reached.
    """
    shares = [x.value for x in targets if x.measure in REACHED and x.sense == ">="]
    hours_a_week = max(shares, default=0.0) * load.calls_per_hour.sum() * load.busy_mean_s / HOUR_S
    return float(hours_a_week * (lines.least_dollars / lines.hours.sum(axis=1)).min())


def _largest(plans: list[Counts]) -> list[Counts]:
    """Plans that are not below another of them in every line; equal ones once."""
    some = list(dict.fromkeys(plans))
    array = np.array(some)
    return [x for x, row in zip(some, array, strict=True) if (array >= row).all(axis=1).sum() == 1]


def _lifted(trials: Trials, counts: Counts, most_posts: int) -> Counts:
    """Plan raised line by line while it still misses a target: its cut rules out more."""
    for at in range(len(counts)):
        while counts[at] < most_posts:
            more = _changed(counts, {at: 1})
            if trials.serves(more):
                break
            counts = more
    return counts


def _master(lines: Lines, missing: list[Counts], most_posts: int) -> Counts | None:
    """Cheapest plan with more posts, in some line, than each plan that misses a target."""
    n, cuts = len(lines.lines), len(missing)
    size = n + n * cuts  # counts, and for each cut which line has more
    rows, low = [], []
    for cut, plan in enumerate(missing):
        first = n + n * cut
        some = np.zeros(size)
        some[first : first + n] = 1
        rows.append(some)
        low.append(1.0)
        for at, posts in enumerate(plan):
            more = np.zeros(size)
            more[at], more[first + at] = 1, -(posts + 1)
            rows.append(more)
            low.append(0.0)
    upper = np.concatenate([np.full(n, most_posts), np.ones(n * cuts)])
    constraints = optimize.LinearConstraint(np.array(rows), np.array(low), np.inf) if rows else ()
    found = optimize.milp(
        np.concatenate([lines.least_dollars, np.zeros(n * cuts)]),
        integrality=[1] * size,
        bounds=optimize.Bounds(0, upper),
        constraints=constraints,
        options={"time_limit": 5.0},
    )
    return None if found.x is None else tuple(int(x) for x in np.round(found.x[:n]))
