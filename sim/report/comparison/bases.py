"""Where the posts of plans are based, in words."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.rendering import REMARK, rendered
from sim.report.wording import columns
from sim.scenarios.answers.comparison import PlanResult

MOST_LINES = 2  # of a screen, for zones by name


def bases_lines(plans: Sequence[PlanResult]) -> list[str]:
    """Bases of some plans, from all their zones down to those of one line, and last nothing.

    Bases that were chosen for the user are not left out. Nothing alone where it does not matter to
    the drive where a team is based, or no plan has one.
    """
    based = _based(plans)
    if not based:
        return [""]
    most = max(len(plan.bases.posts) for plan in based if plan.bases)
    texts = [_text(based, at) for at in range(most, -1, -1)]
    room = columns() - REMARK
    short = next((text for text in texts if len(text) <= room), texts[-1])
    whole = [texts[0]] if len(texts[0]) <= MOST_LINES * room else []
    none = [] if any(plan.bases.chosen for plan in based if plan.bases) else [""]
    return list(dict.fromkeys([*whole, short, *none]))


def all_bases(plans: Sequence[PlanResult]) -> list[str]:
    """Bases of every plan, whole."""
    return [_text([plan], len(plan.bases.posts)) for plan in _based(plans) if plan.bases]


def _based(plans: Sequence[PlanResult]) -> list[PlanResult]:
    return [plan for plan in plans if plan.bases and plan.bases.posts]


def _text(plans: list[PlanResult], most: int) -> str:
    all_chosen = all(plan.bases.chosen for plan in plans if plan.bases)
    text = rendered("compare_bases.txt", plans=plans, most=most, all_chosen=all_chosen)
    return " ".join(text.split())
