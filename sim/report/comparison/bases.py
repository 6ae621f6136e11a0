"""Where the posts of plans are based, and which of them goes, in words."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.rendering import REMARK, rendered
from sim.report.wording import WIDTH, columns
from sim.scenarios.answers.comparison import PlanResult

MOST_LINES = 3  # of a screen of 100 columns, for zones by name
GOES = {
    "closest": "The closest free team goes.",
    "longest_idle": "The free team idle longest goes, near or far.",
    "least_worked": "The free team that worked least goes, near or far.",
    "preference": "The first free team of each zone's list goes.",
}
ELSEWHERE = "Chosen by demand; --full names them."


def bases_lines(plans: Sequence[PlanResult], zones: int) -> list[str]:
    """Bases of some plans, from all their zones down to those of one line, and last nothing.

    Bases that were chosen for the user are not left out. Nothing alone where it does not matter to
    the drive where a team is based, or no plan has one.

    Parameters
    ----------
    plans
        In the order of the text.
    zones
        How many zones the city has.
    """
    based = _based(plans)
    if not based:
        return [""]
    most = max(len(plan.bases.posts) for plan in based if plan.bases)
    texts = [_text(based, at, zones) for at in range(most, 0, -1)]
    lines = MOST_LINES if len(based) > 1 else MOST_LINES - 1
    rooms = (lines * (WIDTH - REMARK), columns() - REMARK)
    fitting = [next((x for x in texts if len(x) <= room), "") for room in rooms]
    is_chosen = any(plan.bases.chosen for plan in based if plan.bases)
    last = f"{ELSEWHERE} {_rule(based)}".rstrip() if is_chosen else ""
    return [x for x in dict.fromkeys(fitting) if x] + [last]


def all_bases(plans: Sequence[PlanResult], zones: int) -> list[str]:
    """Bases of every plan, whole."""
    return [_text([plan], len(plan.bases.posts), zones) for plan in _based(plans) if plan.bases]


def _based(plans: Sequence[PlanResult]) -> list[PlanResult]:
    return [plan for plan in plans if plan.bases and plan.bases.posts]


def _text(plans: list[PlanResult], most: int, zones: int) -> str:
    all_chosen = all(plan.bases.chosen for plan in plans if plan.bases)
    text = rendered(
        "compare_bases.txt",
        plans=plans,
        most=most,
        zones=zones,
        all_chosen=all_chosen,
        rule=_rule(plans),
    )
    return " ".join(text.split())


def _rule(plans: list[PlanResult]) -> str:
    """Which team goes, where that is the same under all plans."""
    rules = {plan.bases.rule for plan in plans if plan.bases}
    return GOES.get(rules.pop(), "") if len(rules) == 1 else ""
