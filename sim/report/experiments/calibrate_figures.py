"""Figures of a calibration: what moved, and observed figures against what is predicted."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.drawing import DARK, LIGHT, MIDDLE, STYLE, WIDTH_IN, footnote, headline
from sim.report.wording import place_of
from sim.scenarios.answers.calibration import Calibration
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.keys import key_words

MOST = 12  # assumptions in the figure
APART = 0.16  # of the lines before and after


def drawn(answer: Calibration) -> dict[str, Figure]:
    """Figures by name; that of the assumptions only if some are conditioned."""
    with mpl.rc_context(STYLE):
        figures = {"predicted": predicted(answer)}
        return figures | ({"assumptions": assumptions(answer)} if answer.assumptions else {})


def assumptions(answer: Calibration) -> Figure:
    """Median and 95% of the assumptions that moved most, as parts of their stated ranges."""
    rows = (answer.moved or answer.assumptions)[:MOST][::-1]
    figure, axes = _panel(len(rows))
    for at, moved in enumerate(rows):
        first, width = moved.low, (moved.high - moved.low) or 1.0
        _pair(axes, at, moved.before, moved.after, lambda x, a=first, b=width: 100 * (x - a) / b)
    _named(axes, [key_words(x.name, x.label) for x in rows])
    axes.set(xlabel="Place in its stated range (%)")
    several = "s" if len(answer.moved) != 1 else ""
    headline(figure, f"{len(answer.moved)} assumption{several} moved by more than chance")
    footnote(figure, _note(answer))
    return figure


def predicted(answer: Calibration) -> Figure:
    """A year of each observed figure as predicted, as a multiple of what was observed."""
    rows = [x for x in (*answer.figures, *answer.held_out) if x.observed][::-1]
    figure, axes = _panel(len(rows))
    for at, row in enumerate(rows):
        observed = row.observed or 1.0
        _pair(axes, at, row.before, row.after, lambda x, a=observed: 100 * x / a)
    axes.axvline(100, color=MIDDLE, linestyle="--", linewidth=1)
    held = {x.name for x in answer.held_out}
    _named(axes, [f"{x.label}{' (held out)' if x.name in held else ''}" for x in rows])
    axes.set(xlabel="Predicted, % of what was observed")
    headline(figure, f"What the draws predict beside what was observed in {answer.period}")
    footnote(figure, f"Dashed: as observed. {_note(answer)}")
    return figure


def _panel(rows: int) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH_IN, 1.6 + 0.45 * rows), layout="constrained")
    return figure, figure.add_subplot()


def _pair(axes: Axes, at: int, before: Interval, after: Interval | None, place: object) -> None:
    """Lines of a range before and after, with their medians."""
    sides = [(before, at + APART, LIGHT, "o", "before")]
    if after is not None:
        sides.append((after, at - APART, DARK, "s", "after"))
    for interval, height, color, marker, label in sides:
        ends = [interval.low, interval.mean, interval.high]
        if None in ends or not callable(place):
            continue
        low, middle, high = map(place, ends)
        axes.hlines(height, low, high, color=color, linewidth=3)
        axes.plot(middle, height, marker, color=color, label=label if at == 0 else None)


def _named(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(np.arange(len(names)), names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.grid(axis="x", color="0.92", linewidth=0.6)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, fontsize=8)


def _note(answer: Calibration) -> str:
    city = place_of(answer.config.program.title)
    return f"Dots: medians; lines: 95%. {city}; plan {answer.plan.name}; {answer.draws} draws."
