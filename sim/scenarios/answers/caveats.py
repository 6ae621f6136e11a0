"""What cannot be said of an overloaded plan, and from where people may be diverted."""

from __future__ import annotations

from sim.scenarios.answers.comparison import PlanResult

ONLY_IF_FINISHED = frozenset({"reach_share", "within_standard_share", "response_median_min"})
DIVERSIONS = {
    "from jail": "jail_diversions_net_per_year",
    "from hospital": "hospital_diversions_net_per_year",
}


def is_known(plan: PlanResult, name: str) -> bool:
    """Whether a measure says what it seems to: of an overloaded plan, shares are of few calls."""
    return not (plan.is_overloaded and name in ONLY_IF_FINISHED)
