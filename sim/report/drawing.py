"""What all figures share: their width, their style, and the line under them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.scenarios.answers.comparison import Comparison

DPI = 150
WIDTH_IN = 8.0
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,  # a title may name two sums of dollars
    "svg.hashsalt": "coresponder",  # equal runs give equal files
}


def save_all(figures: Mapping[str, Figure], folder: Path) -> None:
    """Write figures as PNG and SVG; equal figures give equal files."""
    with mpl.rc_context(STYLE):
        for name, figure in figures.items():
            FigureCanvasAgg(figure)
            figure.savefig(folder / f"{name}.png", dpi=DPI)
            figure.set_layout_engine("none")  # laid out already; doing it again takes a second
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})


def footnote(figure: Figure, text: str) -> None:
    """Put a small line of text under a figure, flush left."""
    figure.supxlabel(text, x=0.01, ha="left", fontsize=8, color="0.25")


def run_line(comparison: Comparison) -> str:
    """Program, days and replications that a figure shows."""
    days, replications = comparison.window_days, comparison.replications
    return f"{comparison.config.program.title}; {days} days, {replications} replications."
