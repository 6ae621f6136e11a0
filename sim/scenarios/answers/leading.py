"""Which of several plans an answer leads with: its finding, its figures and its document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.scenarios.answers.economics import Rung, SideEconomics
from sim.scenarios.answers.intervals import Quoted, quoted

if TYPE_CHECKING:
    from sim.scenarios.answers.comparison import Reading

PER_CALL = "cost_per_additional_call_reached"
REACH = "reach_share"
FEWEST = 2  # differences of which one has to lead


def leading(reading: Reading, sides: Sequence[SideEconomics], ladder: Sequence[Rung]) -> str:
    """Name of the plan that an answer leads with.

    It is the plan by which each call beyond those of the base costs least: of those that reach
    more beyond doubt, or else of all that have such a price, or else of the steps of the ladder.
    With fewer than three plans, or without any price, it is the first.
    """
    pairs = list(zip(reading.differences, sides, strict=False))
    prices = [
        (not _is_sure(quoted(pair, REACH)), ratio.mean, pair.plan)
        for pair, side in pairs
        if (ratio := side.ratios.get(PER_CALL)) and ratio.mean is not None
    ]
    steps = [(rung.per_call.mean, rung.plan) for rung in ladder if rung.per_call.mean is not None]
    if len(pairs) < FEWEST or not (prices or steps):
        return reading.plans[0].name
    return min(prices)[-1] if prices else min(steps)[-1]


def _is_sure(change: Quoted) -> bool:
    """Whether a difference has a range, and zero is not in it."""
    return change.low is not None and not change.includes_zero
