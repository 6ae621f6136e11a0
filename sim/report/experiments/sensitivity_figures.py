"""Figures of a sensitivity analysis: what makes the variance, and what the worst drivers do."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.drawing import DARK, LIGHT, MIDDLE, STYLE, WIDTH_IN, footnote, headline
from sim.report.experiments.sensitivity import asked_words
from sim.report.wording import label, percent, place_of, scale
from sim.scenarios.answers.keys import key_words
from sim.scenarios.answers.sensitivity import Driver, Sensitivity

PANELS = 4  # scatters of the worst drivers


def drawn(answer: Sensitivity) -> dict[str, Figure]:
    """Both figures, by name."""
    with mpl.rc_context(STYLE):
        return {"drivers": indices(answer), "scatter": scatter(answer)}


def indices(answer: Sensitivity) -> Figure:
    """Total index of each driver with its interval, and the first-order one."""
    drivers = answer.drivers[::-1]
    figure = Figure(figsize=(WIDTH_IN, 1.6 + 0.4 * len(drivers)), layout="constrained")
    axes = figure.add_subplot()
    at = np.arange(len(drivers))
    total = [100 * (x.total.mean or 0.0) for x in drivers]
    low = [100 * max(x.total.low or 0.0, 0.0) for x in drivers]
    high = [100 * (x.total.high or 0.0) for x in drivers]
    axes.barh(at, total, color=LIGHT, label="total: alone or with others")
    axes.hlines(at, low, high, color=DARK, linewidth=1.5)
    first = [100 * max(x.first.mean or 0.0, 0.0) for x in drivers]
    axes.plot(first, at, "D", color=MIDDLE, markersize=5, label="first-order: alone")
    axes.set_yticks(at, [key_words(x.name, x.label) for x in drivers])
    axes.set(xlabel="Share of the variance that these figures make (%)", xlim=(0, max(105, *high)))
    axes.legend(loc="lower right", frameon=False, fontsize=8)
    headline(figure, _finding(answer))
    lines = f"Lines: {percent(answer.confidence)} intervals of the total. {answer.points} points."
    footnote(figure, f"{lines} {_run(answer)}")
    return figure


def scatter(answer: Sensitivity) -> Figure:
    """Answer against each of the worst drivers, with the line at which the decision changes."""
    worst = answer.drivers[:PANELS]
    rows = -(-len(worst) // 2)
    figure = Figure(figsize=(WIDTH_IN, 1.2 + 2.4 * rows), layout="constrained")
    panels = figure.subplots(rows, 2, squeeze=False, sharey=True).ravel()
    for at, (axes, driver) in enumerate(zip(panels, worst, strict=False)):
        _panel(axes, answer, driver, at)
    for axes in panels[len(worst) :]:
        axes.set_visible(False)
    headline(figure, f"Is it sure that {asked_words(answer)}? The answer as one figure varies")
    footnote(figure, f"Dashed: where the decision changes. {_run(answer)}")
    return figure


def _panel(axes: Axes, answer: Sensitivity, driver: Driver, column: int) -> None:
    factor = scale(answer.question.measure)
    axes.plot(answer.values[:, column], factor * answer.answers, ".", color=DARK, alpha=0.6)
    axes.axhline(factor * answer.question.value, color=MIDDLE, linestyle="--", linewidth=1)
    axes.set(
        xlabel=key_words(driver.name, driver.label), ylabel=f"{label(answer.question.measure)}"
    )
    axes.grid(color="0.92", linewidth=0.6)


def _finding(answer: Sensitivity) -> str:
    first = answer.drivers[0]
    share = percent(min(first.total.mean or 0.0, 1.0))
    flips = "flips the decision, and makes" if first.flips else "makes"
    words = key_words(first.name, first.label)
    return f"Measure {words} first: it {flips} {share} of the variance of these"


def _run(answer: Sensitivity) -> str:
    return f"{place_of(answer.config.program.title)}; {answer.draws} draws."
