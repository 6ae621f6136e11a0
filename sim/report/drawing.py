"""What all figures have in common: their width, their style, and the line under them."""

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


def run_line(found: Comparison) -> str:
    """Program, days and replications that a figure is of."""
    title = found.config.program.title
    return f"{title}; {found.scenario.window_days} days, {found.replications} replications."
