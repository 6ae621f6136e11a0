"""Figures of a sweep: what each key does to the measures that decide."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.drawing import DARK, LIGHT, STYLE, WIDTH_IN, footnote, headline, run_line
from sim.report.wording import label, scale
from sim.scenarios.answers.sweep import Effect, Sweep, typed

PREFERRED = ("reach_share", "within_standard_share", "gap_hours_per_week")
MOST_ROWS, MOST_KEYS = 3, 4
MIXED = "Dots: points. The keys are not balanced, so no mean is that of one key alone."
NOTE = "Small dots: points. Large: their mean at a value, with its interval of chance."


def drawn(sweep: Sweep) -> dict[str, Figure]:
    """Every figure of a sweep, by name."""
    with mpl.rc_context(STYLE):
        return {"effects": effects(sweep)}


def effects(sweep: Sweep) -> Figure:
    """Draw a panel for each key and measure: all points, and their means at each value."""
    names = [name for name in PREFERRED if name in sweep.names] or list(sweep.names)
    names, keys = names[:MOST_ROWS], sweep.keys[:MOST_KEYS]
    figure = Figure(figsize=(WIDTH_IN, 1.4 + 2.0 * len(names)), layout="constrained")
    panels = figure.subplots(len(names), len(keys), squeeze=False, sharex="col", sharey="row")
    for of_row, name in zip(panels, names, strict=True):
        for axes, key in zip(of_row, keys, strict=True):
            _panel(axes, sweep, key, name)
        of_row[0].set_ylabel(_folded(label(name)))
    for axes, key in zip(panels[-1], keys, strict=True):
        axes.set_xlabel(key)
    what = "keys mixed with one another" if sweep.is_mixed else "what each key does"
    headline(figure, f"{len(sweep.done):,} point{'' if len(sweep.done) == 1 else 's'}: {what}")
    footnote(figure, f"{MIXED if sweep.is_mixed else NOTE}\n{run_line(sweep)}")
    return figure


def _panel(axes: Axes, sweep: Sweep, key: str, name: str) -> None:
    place, measure, factor = sweep.keys.index(key), sweep.names.index(name), scale(name)
    at = [point.number for point in sweep.done]
    values = typed([sweep.points[x].values[place] for x in at])
    levels = [x for x in sweep.effects if (x.key, x.measure) == (key, name)]
    by_number = all(isinstance(value, int | float) for value in values)
    names = [level.values for level in levels] or list(dict.fromkeys(map(str, values)))
    x = [float(str(v)) if by_number else float(names.index(str(v))) for v in values]
    axes.plot(x, factor * sweep.means[at, measure], ".", color=LIGHT, markersize=4)
    if levels:
        _means(axes, _places(levels, by_number=by_number), levels, factor, joined=by_number)
    if not by_number:
        axes.set_xticks(range(len(names)), names, rotation=20, ha="right")
        axes.set_xlim(-0.5, len(names) - 0.5)
    axes.grid(color="0.92", linewidth=0.6)


def _places(levels: Sequence[Effect], *, by_number: bool) -> list[float]:
    """Where a level stands: at its value, or in the middle of the values it has."""
    if not by_number:
        return [float(at) for at in range(len(levels))]
    ends = [[float(end) for end in level.values.split(" to ")] for level in levels]
    return [sum(x) / len(x) for x in ends]


def _means(
    axes: Axes, x: Sequence[float], levels: Sequence[Effect], factor: float, *, joined: bool
) -> None:
    ends = [[level.mean.mean, level.mean.low, level.mean.high] for level in levels]
    mean, low, high = factor * np.array(ends, np.float64).T
    axes.vlines(x, low, high, color=DARK, linewidth=1.2)
    axes.plot(x, mean, "-o" if joined else "o", color=DARK, markersize=5, linewidth=1.2)


def _folded(text: str) -> str:
    return text.replace(", ", ",\n", 1)
