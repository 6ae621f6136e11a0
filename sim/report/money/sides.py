"""Plans and differences alike: what one of them measured, drew and pays, ready to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.scenarios.answers import Comparison, PlanResult, SideEconomics
from sim.scenarios.intervals import Interval, Spread


@dataclass(frozen=True)
class Side:
    """A plan, or a plan less another; `plans` are the names of the one or the two."""

    plans: tuple[str, ...]
    measures: Mapping[str, Interval]
    spread: Mapping[str, Spread]
    economics: SideEconomics

    @property
    def name(self) -> str:
        """Name as a heading has it, "17" or "17 minus 12"."""
        return " minus ".join(self.plans)

    @property
    def is_difference(self) -> bool:
        """Whether it is a plan less another."""
        return len(self.plans) > 1

    def mean(self, name: str) -> float:
        """Mean of a measure, zero where there is none."""
        return self.measures[name].mean or 0.0


def plan_sides(found: Comparison) -> list[Side]:
    """Plans of the main reading; none without economics."""
    if found.economics is None:
        return []
    return [
        Side((plan.name,), plan.measures, plan.spread, paid)
        for plan, paid in zip(found.main.plans, found.economics.plans, strict=True)
    ]


def difference_sides(found: Comparison) -> list[Side]:
    """Differences of the main reading; none without economics."""
    if found.economics is None:
        return []
    return [
        Side((pair.plan, pair.versus), pair.measures, pair.spread, paid)
        for pair, paid in zip(found.main.differences, found.economics.differences, strict=True)
    ]


def drawn(side: Side, name: str) -> Interval | None:
    """Mean of a measure with its range over the draws of the parameters; None without draws."""
    spread = side.spread.get(name)
    if spread is None or spread.low is None or spread.high is None:
        return None
    return Interval(side.measures[name].mean, spread.low, spread.high, spread.draws)


def of_name(found: Comparison, name: str) -> PlanResult:
    """Plan of the main reading that has this name."""
    return next(plan for plan in found.main.plans if plan.name == name)
