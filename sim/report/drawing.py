"""What all figures share: width, style and colors, and the lines over and under them.

The colors are told apart with any color vision (Okabe and Ito 2008, Color Universal Design), and in
gray by their lightness; lines have dashes and fills have hatches besides.
"""

from __future__ import annotations

import textwrap
from base64 import b64encode
from collections.abc import Mapping
from html import escape
from io import BytesIO
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.parallel import each, may_fork
from sim.report.wording import SOMEWHERE, place_of
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.curve import Curve
from sim.scenarios.answers.sweep import Sweep

DPI = 150
WIDTH_IN = 8.0
TITLE_LETTERS = 80  # of a line over a figure
NOTE_LETTERS = 110  # of a line under it
DARK, MIDDLE, LIGHT, PALE = "#08306b", "#d55e00", "#56b4e9", "#d9d9d9"
COLORS = (DARK, MIDDLE, LIGHT)
DASHES = ("-", "--", ":", "-.")
MARKERS = ("o", "s", "^", "D", "v", "P")
STYLE: dict[Any, Any] = {
    "font.size": 10,  # on a printed page a figure is four fifths as wide
    "axes.titlesize": 11,
    "figure.titlesize": 12,
    "figure.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,  # a title may name two sums of dollars
    "svg.hashsalt": "coresponder",  # equal runs give equal files
}


class Drawing(NamedTuple):
    """A figure that a notebook shows; `figure` is matplotlib's, for changes of your own."""

    name: str
    figure: Figure

    @property
    def title(self) -> str:
        """What stands over it."""
        return " ".join(self.figure.get_suptitle().split())

    def _repr_html_(self) -> str:
        picture = b64encode(rendered({self.name: self.figure})[f"{self.name}.png"]).decode()
        source = f"data:image/png;base64,{picture}"
        return f'<img alt="{escape(self.title)}" src="{source}" style="max-width: 100%">'

    def __repr__(self) -> str:
        return f"Drawing {self.name}: {self.title}"


def drawings(figures: Mapping[str, Figure]) -> dict[str, Drawing]:
    """Figures as a notebook shows them, by name."""
    return {name: Drawing(name, figure) for name, figure in figures.items()}


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
    figure.supxlabel(text, x=0.01, ha="left", fontsize=9, color="0.25")


def of_place(title: str, said: str) -> str:
    """What is said of a figure, behind the name of the city where it has one."""
    place = place_of(title)
    return said[:1].upper() + said[1:] if place == SOMEWHERE else f"{place}; {said}"


def run_line(answer: Comparison | Curve | Sweep) -> str:
    """Titles of plans that a file names, program, days and replications that a figure shows."""
    days, replications = answer.window_days, answer.replications
    line = of_place(answer.config.program.title, f"{days} days, {replications} replications.")
    plans = answer.main.plans if isinstance(answer, Comparison) else []
    titles = "; ".join(f"{x.name}: {x.title}" for x in plans if x.title and not x.name.isdigit())
    return "\n".join([*textwrap.wrap(titles, NOTE_LETTERS), line])
