"""The four measures of the Stepping Up initiative, as far as the model reaches them."""

from __future__ import annotations

from sim.report.money.sides import Side, difference_sides, plan_sides
from sim.report.rendering import rendered
from sim.report.wording import two_figures
from sim.scenarios.answers.comparison import Comparison


def stepping_up(comparison: Comparison) -> str:
    """Each measure with what the model does not reach of it, and its figures for every side."""
    return rendered(
        "money_stepping_up.txt",
        sides=[*plan_sides(comparison), *difference_sides(comparison)],
        days=comparison.config.costs.avoided.jail_days_per_booking,
        figure=_figure,
    )


def _figure(side: Side, name: str) -> str:
    """Mean with two figures, and its range over the draws if there are any."""
    mean, around = two_figures(side.mean(name)), side.drawn(name)
    if around is None or around.low is None or around.high is None or around.low == around.high:
        return mean
    return f"{mean} (assumptions {two_figures(around.low)} to {two_figures(around.high)})"
