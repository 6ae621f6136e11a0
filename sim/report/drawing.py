"""What all figures share: width, style and colors, and the lines over and under them.

The colors are told apart with any color vision (Okabe and Ito 2008, Color Universal Design), and in
gray by their lightness; lines have dashes and fills have hatches besides.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.parallel import each, may_fork
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.curve import Curve
from sim.scenarios.answers.sweep import Sweep

DPI = 150
WIDTH_IN = 8.0
TITLE_LETTERS = 88  # of a line over a figure
DARK, MIDDLE, LIGHT, PALE = "#08306b", "#d55e00", "#56b4e9", "#d9d9d9"
COLORS = (DARK, MIDDLE, LIGHT)
DASHES = ("-", "--", ":", "-.")
MARKERS = ("o", "s", "^", "D", "v", "P")
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.titlesize": 10,
    "figure.titlesize": 11,
    "figure.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,  # a title may name two sums of dollars
    "svg.hashsalt": "coresponder",  # equal runs give equal files
}


def rendered(figures: Mapping[str, Figure]) -> dict[str, bytes]:
    """Figures as PNG and SVG, by name of file; equal figures give equal files."""
    drawn: dict[int, tuple[bytes, bytes]] = {}
    whole = list(figures.values())
    with mpl.rc_context(STYLE):
        cores = None if may_fork() else 1  # matplotlib goes with no second thread
        each(lambda at: _both(whole[at]), range(len(whole)), cores, drawn.__setitem__, slow=True)
    files: dict[str, bytes] = {}
    for at, name in enumerate(figures):
        files[f"{name}.png"], files[f"{name}.svg"] = drawn[at]
    return files


def _both(figure: Figure) -> tuple[bytes, bytes]:
    """Figure as PNG and as SVG."""
    FigureCanvasAgg(figure)
    png = _saved(figure, format="png", dpi=DPI)
    figure.set_layout_engine("none")  # laid out already; doing it again takes a second
    return png, _as_svg(figure)


def as_svg(figures: Mapping[str, Figure]) -> dict[str, bytes]:
    """Figures as SVG alone, by name."""
    with mpl.rc_context(STYLE):
        for figure in figures.values():
            FigureCanvasAgg(figure)
        return {name: _as_svg(figure) for name, figure in figures.items()}


def _as_svg(figure: Figure) -> bytes:
    return _saved(figure, format="svg", metadata={"Date": None})


def _saved(figure: Figure, **how: Any) -> bytes:  # noqa: ANN401 - as matplotlib has it
    file = BytesIO()
    figure.savefig(file, **how)
    return file.getvalue()


def headline(figure: Figure, text: str) -> None:
    """Say over a figure, flush left, what it shows."""
    figure.suptitle("\n".join(textwrap.wrap(text, TITLE_LETTERS)), x=0.01, ha="left")


def footnote(figure: Figure, text: str) -> None:
    """Put a small line of text under a figure, flush left."""
    figure.supxlabel(text, x=0.01, ha="left", fontsize=8, color="0.25")


def run_line(answer: Comparison | Curve | Sweep) -> str:
    """Program, days and replications that a figure shows."""
    days, replications = answer.window_days, answer.replications
    return f"{answer.config.program.title}; {days} days, {replications} replications."
