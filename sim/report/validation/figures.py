"""Figures of a validation: every profile with its band, and quantiles against quantiles."""

from __future__ import annotations

from textwrap import wrap

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.drawing import (
    DARK,
    LIGHT,
    MIDDLE,
    NOTE_LETTERS,
    STYLE,
    WIDTH_IN,
    footnote,
    headline,
)
from sim.report.wording import shortened
from sim.scenarios.answers.validation import Held, Validation

FEWEST_CELLS = 2
MOST_NAMES = 8  # under an axis
LETTERS = 16  # of a line under an axis
LINES = 2
ROW_IN, AROUND_IN = 2.3, 1.2  # height of a row of panels, and of the lines over and under them
TALLEST_IN = 10.2  # of a figure of this width on a printed page, with its caption


def drawn(answer: Validation) -> dict[str, Figure]:
    """Figures by name."""
    several = [x for x in answer.held if len(x.cells) >= FEWEST_CELLS and not x.replayed]
    with mpl.rc_context(STYLE):
        figures = {"profiles": profiles(answer, several)} if several else {}
        if answer.response.shape[1]:
            figures["response"] = response(answer)
        return figures


def profiles(answer: Validation, several: list[Held]) -> Figure:
    """Observed numbers over the band of what was expected, a panel a profile."""
    rows = -(-len(several) // 2)
    height = min(AROUND_IN + ROW_IN * rows, TALLEST_IN)
    figure = Figure(figsize=(WIDTH_IN, height), layout="constrained")
    panels = figure.subplots(rows, 2, squeeze=False).ravel()
    for axes, held in zip(panels, several, strict=False):
        _panel(axes, held)
    for axes in panels[len(several) :]:
        axes.set_visible(False)
    headline(figure, _finding(answer))
    note = (
        f"Blue: 95% band of {answer.draws} draws. Circles: {answer.log}; orange diamonds: outside."
    )
    footnote(figure, "\n".join(wrap(note, NOTE_LETTERS)))
    return figure


def _panel(axes: Axes, held: Held) -> None:
    at = np.arange(len(held.cells))
    seen, mean, low, high = np.array([cell[1:] for cell in held.cells]).T
    edges = np.arange(len(at) + 1) - 0.5
    axes.stairs(high, edges, baseline=low, fill=True, color=LIGHT, alpha=0.5)
    axes.stairs(mean, edges, baseline=None, color=DARK)
    outside = (seen < low) | (seen > high)
    axes.plot(at, seen, "o", color=DARK, markersize=4)
    axes.plot(at[outside], seen[outside], "D", color=MIDDLE, markersize=6)
    names = [_in_lines(cell.name) for cell in held.cells]
    shown = at[:: max(-(-len(names) // MOST_NAMES), 1)]
    axes.set_xticks(shown, [names[place] for place in shown], fontsize=7)
    axes.set(ylim=(0, None), ylabel=held.unit)
    axes.set_title(f"{held.label}: {held.verdict}", size=8)


def _in_lines(name: str) -> str:
    """Name in lines that fit under an axis."""
    lines = wrap(name, LETTERS, break_on_hyphens=False)
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], shortened(" ".join(lines[LINES - 1 :]), LETTERS)]
    return "\n".join(lines)


def response(answer: Validation) -> Figure:
    """Quantiles of received to on scene, as simulated against as observed."""
    figure = Figure(figsize=(WIDTH_IN * 0.7, WIDTH_IN * 0.7), layout="constrained")
    axes = figure.add_subplot()
    seen, made = answer.response
    most = float(answer.response.max())
    axes.plot([0, most], [0, most], color=LIGHT, linestyle="--")
    axes.plot(seen, made, "o", color=DARK, markersize=4)
    axes.set(xlabel="Observed (min)", ylabel="Simulated (min)", aspect="equal")
    headline(figure, "Received to on scene, percent by percent")
    footnote(figure, f"On the dashed line both are equal. {answer.draws} draws pooled.")
    return figure


def _finding(answer: Validation) -> str:
    wrong = ", ".join(answer.not_valid_for).lower()
    return f"Outside what was expected: {wrong}" if wrong else "All lies within what was expected"
