"""Who is reached less, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.rendering import rendered
from sim.report.wording import plan_words
from sim.scenarios.answers.comparison import PlanResult


def fairness(plans: Sequence[PlanResult]) -> str:
    """Item for each plan that reaches anybody: by night and day, and the best and worst zone."""
    reaching = [plan for plan in plans if plan.measures["reach_share"].mean]
    if not reaching:
        return ""
    return rendered("compare_fairness.txt", plans=reaching, plan_words=plan_words)
