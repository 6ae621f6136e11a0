"""What was found, in sentences: the answer, why calls are missed, and who is reached less."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.rendering import rendered
from sim.report.wording import interval_name, minutes, plan_heading, plan_words, points
from sim.scenarios.answers.comparison import PlanResult, Reading
from sim.scenarios.answers.intervals import INTERVAL_LABEL

PERCENT = 100


def answers(reading: Reading, confidence: float) -> str:
    """Paragraph for each plan compared with the last one, or one about the only plan."""
    return rendered(
        "compare_answers.txt",
        reading=reading,
        interval=interval_name(confidence, len(reading.differences)),
        label=INTERVAL_LABEL,
        minutes=minutes,
        plan_heading=plan_heading,
        plan_words=plan_words,
        points=points,
    )


def why_missed(plans: Sequence[PlanResult]) -> str:
    """Item for each plan: what becomes of 100 requested calls; empty if nobody asks for a team."""
    return rendered("compare_missed.txt", plans=plans, plan_words=plan_words, count=_count)


def _count(plan: PlanResult, name: str) -> str:
    """Share of requested calls as a whole number of 100; none and all only where it is exact."""
    share = plan.measures[name].mean or 0.0
    if share in (0, 1):
        return "all" if share else "none"
    whole = round(PERCENT * share)
    return {0: "less than 1", PERCENT: "more than 99"}.get(whole, str(whole))


def fairness(plans: Sequence[PlanResult], confidence: float) -> str:
    """Item for each plan that reaches anybody: by night and day, and the best and worst zone."""
    reaching = [plan for plan in plans if plan.measures["reach_share"].mean]
    if not reaching:
        return ""
    return rendered(
        "compare_fairness.txt",
        plans=reaching,
        interval=interval_name(confidence),
        label=INTERVAL_LABEL,
        plan_words=plan_words,
    )
