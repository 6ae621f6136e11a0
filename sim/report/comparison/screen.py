"""The first screen of `compare` and `run`: the answer, the rows that decide, and what to doubt."""

from __future__ import annotations

import math
from itertools import product
from typing import Any, NamedTuple

from sim.config import Config, Sourced
from sim.config.numbers import numbers
from sim.provenance import rerun_command
from sim.report.comparison.bases import bases_lines
from sim.report.comparison.deciding import decides
from sim.report.comparison.several import several
from sim.report.rendering import as_many_as_fit, rendered
from sim.report.wording import (
    UNLIKELY,
    WIDTH,
    columns,
    counted,
    digits_like,
    dollars,
    mean_of,
    minutes,
    plan_heading,
    plan_words,
)
from sim.scenarios.answers.comparison import Comparison, Difference, PlanResult
from sim.scenarios.answers.economics import Tornado, priced, steps
from sim.scenarios.answers.intervals import Quoted, quoted
from sim.scenarios.answers.keys import key_words
from sim.scenarios.answers.losses import losses_of, main_loss, noticed
from sim.scenarios.answers.rails import IN_THE_ANSWER, Rail, without_shortcuts
from sim.scenarios.answers.words import listed

LINES = 28  # of a screen of 30; a blank one and the results folder follow
MOST_RAILS = 3  # of the gravest
FUNNEL = "service.funnel"
RUNGS = 6  # plans that the next question asks for
MOST_NAMED = 3  # plans of several in the sentence that answers, those that reach most


class Lost(NamedTuple):
    """What calls are lost to, and when that is."""

    what: str
    when: str


LOST = {
    "withdrawn_share": Lost("on the drive", "called off while a team drives"),
    "settled_by_patrol_share": Lost("to patrol", "settled by patrol while a team drives"),
    "missed_busy_share": Lost("to busy teams", "lost as all teams are busy"),
    "missed_out_of_range_share": Lost("to distance", "lost as no team is in range"),
    "missed_off_duty_share": Lost("to hours without a team", "lost as no team is on duty"),
}


def screen(comparison: Comparison) -> str:
    """Text of at most 28 lines of a page of 100 columns; a narrower page may take more."""
    return _screen(comparison)[0]


def unsaid(comparison: Comparison) -> list[Rail]:
    """Guard rails that the screen has no room for."""
    return _screen(comparison)[1]


def _screen(comparison: Comparison) -> tuple[str, list[Rail]]:
    """Page with as many guard rails as fit, and the others; the bases give way to them."""
    parts = parts_of(comparison)
    rails, bases = _by_word(parts.pop("rails")), parts.pop("bases_shorter")

    def page(shown: int) -> str:
        """Page with so many rails; if it has one at most, even the line of why gives way.

        Bases that were chosen for the user stay whole beside the most. Without any rail, the net
        benefit of each of several plans gives way as well.
        """
        left = list(dict.fromkeys(rail.word for rail in rails[shown:]))
        of_rails = {"rails": rails[:shown], "unsaid": len(rails) - shown}
        of_bases = bases[:1] if bases[-1] and shown == MOST_RAILS else bases
        shorter = [(x, parts["why"], True) for x in of_bases]
        shorter += [("", False, True), ("", False, False)][: max(0, 2 - shown)]
        for (text, why, benefit), words in product(shorter, (left, [])):
            of_text = {"unsaid_words": words, "bases": text, "why": why, "benefit_of_each": benefit}
            values = {**parts, **of_rails, **of_text}
            whole = rendered("compare_screen.txt", **values)
            if columns() < WIDTH or len(whole.splitlines()) <= LINES:
                break
        return whole

    text, shown = as_many_as_fit(page, min(MOST_RAILS, len(rails)), LINES)
    return text, rails[shown:]


def _by_word(rails: list[Rail]) -> list[Rail]:
    """Guard rails that are no second doubt of one kind, and then those that are."""
    words = [rail.word for rail in rails]
    again = [rail.severity != "grave" and rail.word in words[:at] for at, rail in enumerate(rails)]
    return [rail for _, rail in sorted(zip(again, rails, strict=True), key=lambda each: each[0])]


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
    bases = bases_lines(main.plans[::-1] if len(main.plans) > 2 else main.plans, len(demand.zones))  # noqa: PLR2004 - of two
    losses = losses_of(plan, base or plan)
    return {
        "comparison": comparison,
        "plan": plan,
        "base": base,
        "pair": main.differences[0] if main.differences else None,
        "others": len(main.differences) > 1,
        "volume": float(demand.calls_per_year) * float(demand.growth_factor),
        "requests": plan.requests_per_year,
        "assumed": bool(assumed_shares(comparison.config)),
        "zones": len(demand.zones),
        "bases": bases[0],
        "bases_shorter": bases,
        "draws": economics.draws if economics else 0,
        "table": (several if len(main.differences) > 1 else decides)(comparison),
        "why": all(x.measures["reach_share"].mean is not None for x in (plan, base or plan)),
        "rails": [rail for rail in comparison.warnings if rail.rule not in IN_THE_ANSWER],
        "next": following(comparison),
        "tornado": _tornado(comparison),
        "largest": _largest(comparison),
        "overloaded": [rail for rail in comparison.warnings if rail.rule in IN_THE_ANSWER],
        "unasked": [x for x in main.plans if x.measures["reach_share"].mean is None],
        "rungs": priced(main.pairs, economics.differences, main.beaten) if economics else [],
        "steps": steps(economics.ladder) if economics else [],
        "unpriced": _unpriced(comparison),
        "by_name": {x.name: x for x in main.plans},
        "by_reach": _by_reach(comparison),
        "beaten": _beaten(comparison),
        "benefit_of_each": True,
        "unlikely": UNLIKELY,
        "each_for": _each_for,
        "alike": alike,
        "counted": counted,
        "dollars": dollars,
        "listed": listed,
        "losses": noticed(losses),
        "lost": LOST,
        "main_loss": main_loss(losses),
        "minutes": minutes,
        "plan_heading": plan_heading,
        "plan_words": plan_words,
        "quoted": quoted,
    }


def assumed_shares(config: Config) -> dict[str, Sourced]:
    """Shares of the funnel from all calls to those for a team that nobody has counted, by key."""
    return {key: share for key, share in numbers(config.service.funnel, FUNNEL) if _is_guess(share)}


def _is_guess(share: Sourced) -> bool:
    return share.confidence == "A" and float(share) < 1


def _tornado(comparison: Comparison) -> Tornado | None:
    """Tornado of the net benefit; None if no assumption was drawn, or none moves it."""
    tornados = [] if comparison.economics is None else comparison.economics.tornado
    of_benefit = [x for x in tornados if x.measure == "net_benefit_per_year" and x.bars]
    return of_benefit[0] if of_benefit else None


def _largest(comparison: Comparison) -> str:
    """The assumption that moves the net benefit most, in words; empty if none does."""
    tornado = _tornado(comparison)
    return "" if tornado is None else key_words(tornado.bars[0].name, tornado.bars[0].label)


def _unpriced(comparison: Comparison) -> str:
    """Plans of which no price of an added call is known, listed."""
    sides = [] if comparison.economics is None else comparison.economics.differences
    known = {pair.plan for pair, _ in priced(comparison.main.pairs, sides)}
    known |= comparison.main.beaten.keys()
    return listed([plan_words(x) for x in comparison.main.plans[:-1] if x.name not in known])


def _by_reach(comparison: Comparison) -> list[Difference]:
    """Differences of the plans that reach most, the most first."""
    reach = {x.plan: x.measures["reach_share"].mean or 0.0 for x in comparison.main.differences}
    return sorted(comparison.main.differences, key=lambda x: -reach[x.plan])[:MOST_NAMED]


def _beaten(comparison: Comparison) -> dict[str, list[str]]:
    """Plans that cost no less and reach no more than another one, by its name."""
    by_name = {plan.name: plan for plan in comparison.main.plans}
    out: dict[str, list[str]] = {}
    for name, other in comparison.main.beaten.items():
        out.setdefault(other, []).append(plan_words(by_name[name]))
    return out


def _each_for(price: Quoted) -> str:
    """Dollars of each added call and their range, which ends in the same digit, in a sentence."""
    like = price.mean or 0.0
    ends = [dollars(x, digits_like(x, like)) for x in (price.low, price.high) if x is not None]
    return f"{dollars(like)} ({ends[0]} to {ends[1]})" if len({*ends}) > 1 else dollars(like)


def alike(change: float, one: float, other: float) -> list[str]:
    """Difference of two shares and both of them, of 100, with as many decimals as it takes.

    Empty where a decimal does not tell them apart: they are then practically the same.

    Examples
    --------
    >>> alike(0.122, 0.791, 0.669), alike(0.004, 0.551, 0.547), alike(0.001, 0.941, 0.941)
    (['12', '79', '67'], ['0.4', '55.1', '54.7'], [])
    """
    figures = [100 * abs(change), 100 * one, 100 * other]
    whole = [round(figure) for figure in figures]
    decimals = 0 if abs(whole[1] - whole[2]) == whole[0] > 0 else 1
    first, second = (round(figure, decimals) for figure in figures[1:])
    texts = [f"{figure:.{decimals}f}" for figure in (abs(first - second), first, second)]
    return texts if texts[1] != texts[2] else []


def _foremost(comparison: Comparison) -> PlanResult:
    """The plan, or of several the one that the finding is of."""
    name = comparison.main.lead(comparison.economics).plan
    return next(plan for plan in comparison.main.plans if plan.name == name)


# --- what to ask next ----------------------------------------------------------------------------


def following(comparison: Comparison) -> str:
    """Command of the question that this answer raises."""
    verb, names = _question(comparison)
    draws, rails = comparison.config.run.draws, comparison.warnings
    overrides = without_shortcuts(comparison.request.overrides, draws, rails)
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
    if len(plans) > 2:  # noqa: PLR2004 - of two
        return "compare", _best_two(comparison)
    between = _between(int(names[0]), int(names[1])) if "".join(names).isdigit() else []
    return ("compare", between) if between else ("people", names)


def _best_two(comparison: Comparison) -> list[str]:
    """The two plans beside the base that reach most and that none beats, the dearer one first."""
    main = comparison.main
    known = {plan.name: plan.measures for plan in main.plans}
    reach, cost = (
        {name: measures[what].mean or 0.0 for name, measures in known.items()}
        for what in ("reach_share", "cost_per_year")
    )
    names = [pair.plan for pair in main.differences]
    best = sorted(names, key=lambda name: (name in main.beaten, -reach[name]))[:2]
    return sorted(best, key=lambda name: -cost[name])


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
