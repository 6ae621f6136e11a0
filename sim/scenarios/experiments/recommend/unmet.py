"""Why no plan was found: how near the plans tried come, and what the least of them takes."""

from __future__ import annotations

import numpy as np

from sim.scenarios.answers.recommendation import Checked, Nearest
from sim.scenarios.answers.words import dollars
from sim.scenarios.experiments.recommend.lines import Lines
from sim.scenarios.experiments.recommend.need import Limits, is_within
from sim.scenarios.experiments.recommend.search import Trials
from sim.scenarios.experiments.targets import Target


def nearest_plans(trials: Trials, limits: Limits) -> dict[str, Nearest]:
    """Find the plan tried, within the limits, that comes nearest to each target, by its text."""
    found = dict[str, Nearest]()
    tried = {x: m for x, m in trials.tried.items() if is_within(trials.lines, x, limits)}
    for at, target in enumerate(trials.targets):
        known = {x: float(m[at]) for x, m in tried.items() if np.isfinite(m[at])}
        if known:
            best = max(known, key=lambda x: known[x])
            value = target.value + known[best] * (1 if target.sense == ">=" else -1)
            found[str(target)] = Nearest(str(target), sum(best), trials.cost_of(best), value)
    return found


def reason(target: Target, nearest: Nearest | None, limits: Limits) -> str:
    """How near a target comes, where no plan tried meets it."""
    within = " within the limits" if limits.any else ""
    if nearest is None:
        return f"{target}: no plan{within} covers enough of the week to be tried."
    if target.margin(np.array(nearest.value)) >= 0:
        return f"{target}: can be met alone, but not with all else that is asked{within}."
    return (
        f"{target}: cannot be met; the nearest plan tried, {_teams(nearest.teams)} for "
        f"{dollars(nearest.cost, 3)} a year, comes to {nearest.value:.4g}."
    )


def too_dear(teams: int, budget: Checked) -> str:
    """What the cheapest plan that was found costs, where that is above the budget."""
    mean, end, most = (dollars(x, 3) for x in (budget.mean, budget.bound, budget.value))
    return (
        f"The cheapest plan found that meets what else is asked, {_teams(teams)}, costs {mean} a "
        f"year with overtime ({end} at the upper end), and the budget is {most}."
    )


def too_little(lines: Lines) -> str:
    """What one team takes at least, where the limits leave none."""
    at = int(np.argmin(lines.dollars))
    clinicians, officers = (f"{lines.people[role][at]:.3g}" for role in ("clinician", "officer"))
    return (
        f"The limits leave no team of any shift: the cheapest, one team of {lines.lines[at].name}, "
        f"takes {dollars(float(lines.dollars[at]), 3)} a year before overtime, {clinicians} "
        f"clinicians and {officers} officers at work."
    )


def _teams(count: int) -> str:
    return f"{count:,} team{'' if count == 1 else 's'}"
