"""The first screen of `compare` and `run`: the answer, the rows that decide, and what to doubt."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from sim.provenance import rerun_command
from sim.report.comparison.bases import bases_line
from sim.report.comparison.deciding import PER_CALL, decides
from sim.report.rendering import as_many_as_fit, rendered
from sim.report.wording import (
    counted,
    dollars,
    mean_of,
    minutes,
    plan_heading,
    plan_words,
)
from sim.scenarios.answers.comparison import Comparison, PlanResult
from sim.scenarios.answers.economics import Rung
from sim.scenarios.answers.intervals import quoted
from sim.scenarios.answers.losses import losses_of, main_loss
from sim.scenarios.answers.rails import IN_THE_ANSWER, Rail

LINES = 28  # of a screen of 30; a blank one and the results folder follow
MOST_RAILS = 3  # of the gravest
RUNGS = 6  # plans that the next question asks for


class Lost(NamedTuple):
    """What calls are lost to, and when that is."""

    what: str
    when: str


LOST = {
    "withdrawn_share": Lost("the drive", "called off with a team on its way"),
    "settled_by_patrol_share": Lost("patrol", "settled by patrol with a team on its way"),
    "missed_busy_share": Lost("full cars", "with all teams busy"),
    "missed_out_of_range_share": Lost("distance", "out of range"),
    "missed_off_duty_share": Lost("hours without a team", "with no team on duty"),
}


class Priced(NamedTuple):
    """A plan, and dollars for each call that it reaches beyond the base."""

    plan: PlanResult
    dollars: float


def screen(comparison: Comparison) -> str:
    """Text of at most 28 lines of a page of 100 columns; a narrower page may take more."""
    return _screen(comparison)[0]


def unsaid(comparison: Comparison) -> list[Rail]:
    """Guard rails that the screen has no room for."""
    return _screen(comparison)[1]


def _screen(comparison: Comparison) -> tuple[str, list[Rail]]:
    parts = parts_of(comparison)
    rails = parts.pop("rails")

    def page(shown: int) -> str:
        unsaid = len(rails) - shown
        return rendered("compare_screen.txt", **parts, rails=rails[:shown], unsaid=unsaid)

    text, shown = as_many_as_fit(page, min(MOST_RAILS, len(rails)), LINES)
    return text, rails[shown:]


def titled(comparison: Comparison, figure: str) -> str:
    """What a figure found, in one sentence."""

    def hours(plan: PlanResult) -> str:
        return mean_of(plan.measures["gap_hours_per_week"])

    text = rendered("figure_titles.txt", **parts_of(comparison), figure=figure, hours=hours)
    return " ".join(text.split()).removesuffix(".")


def parts_of(comparison: Comparison) -> dict[str, Any]:
    """What the templates of the screen call by name."""
    main, economics, demand = comparison.main, comparison.economics, comparison.config.demand
    plan, base = _foremost(comparison), main.plans[-1] if main.differences else None
    losses = losses_of(plan, base or plan)
    return {
        "comparison": comparison,
        "plan": plan,
        "base": base,
        "pair": main.differences[0] if main.differences else None,
        "others": len(main.differences) > 1,
        "volume": float(demand.calls_per_year) * float(demand.growth_factor),
        "requests": plan.requests_per_year,
        "zones": len(demand.zones),
        "bases": bases_line([plan, base] if base else [plan]),
        "draws": economics.draws if economics else 0,
        "table": decides(comparison),
        "why": all(x.measures["reach_share"].mean is not None for x in (plan, base or plan)),
        "rails": [rail for rail in comparison.warnings if rail.rule not in IN_THE_ANSWER],
        "next": following(comparison),
        "largest": _largest(comparison),
        "overloaded": [rail for rail in comparison.warnings if rail.rule in IN_THE_ANSWER],
        "unasked": [x for x in main.plans if x.measures["reach_share"].mean is None],
        "rungs": _priced(comparison),
        "steps": _steps(comparison),
        "alike": alike,
        "counted": counted,
        "dollars": dollars,
        "losses": losses,
        "lost": LOST,
        "main_loss": main_loss(losses),
        "minutes": minutes,
        "plan_heading": plan_heading,
        "plan_words": plan_words,
        "quoted": quoted,
    }


def _largest(comparison: Comparison) -> str:
    """Name of the assumption that moves the net benefit most; empty if none was drawn."""
    tornados = [] if comparison.economics is None else comparison.economics.tornado
    bars = [bar for x in tornados if x.measure == "net_benefit_per_year" for bar in x.bars]
    return bars[0].name if bars else ""


def alike(change: float, one: float, other: float) -> list[str]:
    """Difference of two shares and both of them, of 100, with as many decimals as it takes.

    Examples
    --------
    >>> alike(0.122, 0.791, 0.669), alike(0.004, 0.551, 0.547)
    (['12', '79', '67'], ['0.4', '55.1', '54.7'])
    """
    figures = [100 * abs(change), 100 * one, 100 * other]
    whole = [round(figure) for figure in figures]
    decimals = 0 if abs(whole[1] - whole[2]) == whole[0] > 0 else 1
    return [f"{figure:.{decimals}f}" for figure in figures]


# --- the ladder ----------------------------------------------------------------------------------


def _priced(comparison: Comparison) -> list[Priced]:
    """Plans by dollars for each call that they reach beyond the base, the cheapest first."""
    sides = [] if comparison.economics is None else comparison.economics.differences
    ratios = [side.ratios.get(PER_CALL) for side in sides]
    priced = [
        Priced(plan, ratio.mean)
        for plan, ratio in zip(comparison.main.plans, ratios, strict=False)
        if ratio is not None and ratio.mean is not None
    ]
    return sorted(priced, key=lambda plan: plan.dollars)


def _foremost(comparison: Comparison) -> PlanResult:
    """The plan, or of several the one that the answer leads with."""
    return next(plan for plan in comparison.main.plans if plan.name == comparison.leading)


def _steps(comparison: Comparison) -> list[Rung]:
    """Rungs of the ladder that reach more beyond doubt, by dollars for each call."""
    ladder = [] if comparison.economics is None else comparison.economics.ladder
    priced = [rung for rung in ladder if rung.per_call.mean is not None]
    return sorted(priced, key=lambda rung: rung.per_call.mean or 0.0)


# --- what to ask next ----------------------------------------------------------------------------


def following(comparison: Comparison) -> str:
    """Command of the question that this answer raises."""
    overrides = list(comparison.request.overrides)
    verb, names = _question(comparison)
    if comparison.config.run.draws == 0:
        overrides = [word for word in overrides if not word.startswith("run.draws=")]
    return rerun_command(verb, names, overrides, comparison.request.place)


def _question(comparison: Comparison) -> tuple[str, list[str]]:
    """Verb and plans of the next question."""
    plans = comparison.main.plans
    names = [plan.name for plan in plans]
    if comparison.config.run.draws == 0:
        return "compare" if len(plans) > 1 else "run", names
    missing = [math.ceil(plan.load.worst) for plan in plans if plan.is_overloaded and plan.load]
    if missing:
        most = max(*missing, *(plan.teams + 1 for plan in plans))
        return "compare", [str(most), names[0]]
    if len(plans) == 1:
        return _of_one(comparison, plans[0])
    if all(name.isdigit() for name in names) and len(plans) == 2:  # noqa: PLR2004 - of two
        between = _between(int(names[0]), int(names[1]))
        if between:
            return "compare", between
    return "people", names


def _of_one(comparison: Comparison, plan: PlanResult) -> tuple[str, list[str]]:
    others = [name for name in comparison.config.program.plans if name != plan.name]
    if plan.name.isdigit():
        return "compare", [str(plan.teams + 1), plan.name]
    return ("compare", [others[0], plan.name]) if others else ("people", [plan.name])


def _between(plan: int, base: int) -> list[str]:
    """Posts from the plan to the base, both with those between them; none if there are none."""
    step = max(1, -(-abs(plan - base) // (RUNGS - 1)))
    step = step if base > plan else -step
    ladder = [*range(plan, base, step), base]
    return [str(posts) for posts in ladder] if len(ladder) > 2 else []  # noqa: PLR2004 - of two
