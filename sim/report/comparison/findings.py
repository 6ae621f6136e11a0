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
    off = any(map(off_duty, reaching))
    return rendered("compare_fairness.txt", plans=reaching, off_duty=off, plan_words=plan_words)


def off_duty(plan: PlanResult) -> bool:
    """Whether calls come while no team of a plan is on duty."""
    return bool(plan.measures["came_off_duty_share"].mean)
