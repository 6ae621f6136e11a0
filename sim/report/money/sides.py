"""Plans and differences alike: what one of them measured, drew and pays, ready to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.scenarios.answers.comparison import Comparison, PlanResult
from sim.scenarios.answers.economics import SideBooks, SideEconomics
from sim.scenarios.answers.intervals import Interval, Quoted, Spread


@dataclass(frozen=True)
class Side:
    """A plan, or a plan less another; `plans` are their names, `books` the lines behind it."""

    plans: tuple[str, ...]
    measures: Mapping[str, Interval]
    spread: Mapping[str, Spread]
    economics: SideEconomics
    books: SideBooks

    @property
    def name(self) -> str:
        """Name of the plan or the difference, "17" or "17 minus 12"."""
        return " minus ".join(self.plans)

    @property
    def title(self) -> str:
        """Name as a heading has it, "plan 17" or "17 minus 12"."""
        return self.name if self.is_difference else f"plan {self.name}"

    @property
    def is_difference(self) -> bool:
        """Whether it is a plan less another."""
        return len(self.plans) > 1

    @property
    def blank_reasons(self) -> list[str]:
        """Why costs per unit have no figure or no interval, each reason once."""
        reasons = [ratio.why_blank for ratio in self.economics.ratios.values()]
        return [reason for reason in dict.fromkeys(reasons) if reason]

    def mean(self, name: str) -> float:
        """Mean of a measure, zero where there is none."""
        return self.measures[name].mean or 0.0

    def drawn(self, name: str) -> Interval | None:
        """Mean of a measure with its range over the draws of the parameters; None without draws."""
        spread = self.spread.get(name)
        if spread is None or spread.low is None or spread.high is None:
            return None
        return Quoted.of(self.measures[name], spread)


def plan_sides(comparison: Comparison) -> list[Side]:
    """Plans of the main reading; none without economics."""
    if comparison.economics is None or comparison.books is None:
        return []
    books = comparison.books.sides
    return [
        Side((plan.name,), plan.measures, plan.spread, economics, books[economics.name])
        for plan, economics in zip(comparison.main.plans, comparison.economics.plans, strict=True)
    ]


def difference_sides(comparison: Comparison) -> list[Side]:
    """Differences of the main reading; none without economics."""
    if comparison.economics is None or comparison.books is None:
        return []
    pairs, books = comparison.main.differences, comparison.books.sides
    return [
        Side((pair.plan, pair.versus), pair.measures, pair.spread, economics, books[economics.name])
        for pair, economics in zip(pairs, comparison.economics.differences, strict=True)
    ]


def of_name(comparison: Comparison, name: str) -> PlanResult:
    """Plan of the main reading that has this name."""
    return next(plan for plan in comparison.main.plans if plan.name == name)
