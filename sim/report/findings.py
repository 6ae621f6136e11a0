"""Findings beside the answer: why calls are missed, and who is reached less."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.wording import interval_name, mean_and_range, plan_words, wrapped
from sim.scenarios.answers import Fairness, Group, PlanResult
from sim.scenarios.intervals import INTERVAL_LABEL

PERCENT = 100
MISSED = {
    "cancelled_en_route_share": "cancelled en route (over before the team that was sent arrived)",
    "missed_busy_share": "with all teams busy",
    "missed_out_of_range_share": "out of range",
    "missed_off_duty_share": "with nobody on duty",
}


def why_missed(plans: Sequence[PlanResult]) -> str:
    """Sentence a plan: what becomes of 100 requested calls, and how many came to nobody."""
    said = [_of_a_hundred(plan) for plan in plans if plan.measures["reach_share"].mean is not None]
    return "\n".join(wrapped(sentence, "", "  ") for sentence in said)


def _of_a_hundred(plan: PlanResult) -> str:
    shares = {name: plan.measures[name].mean or 0.0 for name in MISSED}
    missed = ", ".join(f"{_count(shares[name])} {words}" for name, words in MISSED.items())
    reached = _count(plan.measures["reach_share"].mean or 0.0)
    return (
        f"Of 100 requested calls with {plan_words(plan)}: {reached} reached; missed: {missed}. "
        f"{_came(plan.measures['came_off_duty_share'].mean or 0.0)}"
    )


def _came(share: float) -> str:
    """How many came while nobody was on duty, also if it is none."""
    count = _count(share)
    said = f"{count[0].upper()}{count[1:]} came while nobody was on duty"
    return f"{said}." if share in (0, 1) else f"{said}, whether or not a team came on in time."


def _count(share: float) -> str:
    """Whole number of a hundred; none and all are told from what only rounds to them."""
    if share in (0, 1):
        return "all" if share else "none"
    whole = round(PERCENT * share)
    return {0: "less than 1", PERCENT: "more than 99"}.get(whole, str(whole))


def fairness(plans: Sequence[PlanResult], confidence: float) -> str:
    """Line a plan that reaches anybody: by night and by day, and in the best and worst zone."""
    reaching = [plan for plan in plans if plan.measures["reach_share"].mean]
    heading = (
        f"Fairness: reached, % of requested calls ({interval_name(confidence)}: {INTERVAL_LABEL}), "
        f"by night ({plans[0].fairness.night.name}) and by day."
    )
    lines = [f"{plan_words(plan)}: {_told(plan.fairness)}." for plan in reaching]
    if not lines:
        return ""
    return "\n".join([wrapped(heading), *(wrapped(line, "  ", "    ") for line in lines)])


def _told(found: Fairness) -> str:
    parts = [f"night {_reach(found.night)}", f"day {_reach(found.day)}"]
    return ", ".join(parts) + _zones(found)


def _zones(found: Fairness) -> str:
    if found.zones == 1:
        return ""
    if found.zones_alike:
        return "; zones differ by chance only, as travel knows no places"
    if found.best_zone is None or found.worst_zone is None:
        return "; zones have too few calls to be compared"
    few = found.zones_compared < found.zones
    of = f"{found.zones_compared} zones{' with a call a week or more' if few else ''}"
    return f"; of {of} best {_named(found.best_zone)}, worst {_named(found.worst_zone)}"


def _named(zone: Group) -> str:
    return f"{zone.name} {_reach(zone)}"


def _reach(group: Group) -> str:
    return mean_and_range(group.reach_share, PERCENT)
