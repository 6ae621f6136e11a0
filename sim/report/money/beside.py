"""What stands beside the simulated people and money: Crisis Now's formula, and what is left out."""

from __future__ import annotations

from sim.report.rendering import rendered
from sim.report.wording import minutes, plan_words, two_figures
from sim.scenarios.answers.comparison import Comparison


def beside(comparison: Comparison) -> str:
    """Crisis Now's formula beside every plan, or that it lacks a population; what is left out."""
    economics = comparison.economics
    return rendered(
        "money_beside.txt",
        comparison=comparison,
        population=comparison.config.costs.crisis_now.population,
        crisis_now=None if economics is None else economics.crisis_now,
        minutes=minutes,
        plan_words=plan_words,
        two_figures=two_figures,
    )
