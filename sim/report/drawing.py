"""What all figures share: their width, their style, and the line under them."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from sim.scenarios.answers import Comparison

DPI = 150
WIDTH_IN = 8.0
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "coresponder",  # equal runs give equal files
}


def footnote(figure: Figure, text: str) -> None:
    """Put a small line of text under a figure, flush left."""
    figure.supxlabel(text, x=0.01, ha="left", fontsize=8, color="0.25")


def run_line(comparison: Comparison) -> str:
    """Program, days and replications that a figure shows."""
    days, replications = comparison.scenario.window_days, comparison.replications
    return f"{comparison.config.program.title}; {days} days, {replications} replications."
