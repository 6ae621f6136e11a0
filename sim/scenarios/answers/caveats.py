"""Which caveats matter in an answer, by rule; what they say is in the templates of the report."""

from __future__ import annotations

from sim.scenarios.answers.comparison import Comparison, PlanResult, Reading
from sim.scenarios.answers.economics import Tornado
from sim.scenarios.answers.intervals import quoted

MOST_OF_IT = 0.5  # share of a difference that one assumption of form makes
ONLY_IF_FINISHED = frozenset({"reach_share", "within_standard_share", "response_median_min"})
DIVERSIONS = {
    "from jail": "jail_diversions_net_per_year",
    "from hospital": "hospital_diversions_net_per_year",
}
NET_BENEFIT = "net_benefit_per_year"


def rests_on_travel(comparison: Comparison) -> bool:
    """Whether most of the first difference in calls reached is gone under the other travel."""
    beside = comparison.travel_beside
    if beside is None or not comparison.main.differences:
        return False
    main, other = (_reach(reading) for reading in (comparison.main, beside))
    return main is not None and other is not None and abs(other) < (1 - MOST_OF_IT) * abs(main)


def _reach(reading: Reading) -> float | None:
    return reading.differences[0].measures["reach_share"].mean


def doubts_history(comparison: Comparison) -> bool:
    """Whether a published figure is anything but consistent and sharp, or could not be held."""
    history = comparison.history
    return history is not None and history.verdict != "consistent and sharp"


def open_diversions(comparison: Comparison) -> list[str]:
    """From where net diversions may be none or fewer, so that nothing can be promised of them."""
    main = comparison.main
    side = main.differences[0] if main.differences else main.plans[0]
    return [place for place, name in DIVERSIONS.items() if quoted(side, name).includes_zero]


def largest_bar(comparison: Comparison) -> Tornado | None:
    """Tornado whose first bar moves the net benefit most; None if nothing does or was drawn."""
    tornados = [] if comparison.economics is None else comparison.economics.tornado
    return next((x for x in tornados if x.measure == NET_BENEFIT and x.bars), None)


def most_loaded(comparison: Comparison) -> PlanResult | None:
    """Plan with most hours of the week in which it has more load than teams; None if none."""
    loaded = [plan for plan in comparison.main.plans if plan.load and plan.load.hours_over]
    return max(loaded, key=lambda plan: plan.load.hours_over if plan.load else 0, default=None)


def is_known(plan: PlanResult, name: str) -> bool:
    """Whether a measure says what it seems to: of an overloaded plan, shares are of few calls."""
    return not (plan.is_overloaded and name in ONLY_IF_FINISHED)
