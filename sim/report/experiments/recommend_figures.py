"""Figures of a recommendation: its week against the load, and the plans that were tried."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from sim.clock import WEEKDAYS
from sim.report.drawing import DARK, LIGHT, MIDDLE, PALE, STYLE, WIDTH_IN, footnote, headline
from sim.report.wording import dollars, place_of
from sim.scenarios.answers.recommendation import Recommendation

MILLION = 1e6
MARGIN = 1.0  # beyond which plans tried are left out of the picture


def drawn(answer: Recommendation) -> dict[str, Figure]:
    """Every figure that there is something to show in, by name."""
    with mpl.rc_context(STYLE):
        figures = {"week": week(answer)}
        if answer.frontier:
            figures["frontier"] = frontier(answer)
    return figures


def week(answer: Recommendation) -> Figure:
    """Teams on duty by hour of week, before the offered load."""
    figure = Figure(figsize=(WIDTH_IN, 3.6), layout="constrained")
    axes = figure.add_subplot()
    hours = np.arange(169)
    load, teams = (np.append(x, x[-1]) for x in (answer.week.load, answer.week.teams))
    axes.fill_between(hours, load, step="post", color=PALE, label="offered load (teams busy)")
    axes.step(hours, teams, where="post", color=DARK, linewidth=1.6, label="teams on duty")
    if answer.flat is not None:
        label = "posts around the clock for the same targets"
        axes.axhline(answer.flat.posts, color=MIDDLE, linestyle="--", linewidth=1, label=label)
    axes.set_xticks(np.arange(12, 168, 24), [day[:3] for day in WEEKDAYS])
    axes.set(xlim=(0, 168), ylim=(0, None), ylabel="Teams")
    axes.legend(loc="lower right", frameon=True, framealpha=0.9, fontsize=8)
    headline(figure, _finding(answer))
    city = place_of(answer.config.program.title)
    footnote(figure, f"{city}; at central values of the assumptions.")
    return figure


def frontier(answer: Recommendation) -> Figure:
    """Cost of the plans tried against how far they meet their worst target."""
    figure = Figure(figsize=(WIDTH_IN, 4.0), layout="constrained")
    axes = figure.add_subplot()
    for meets, color, label in ((False, LIGHT, "misses a target"), (True, DARK, "meets all")):
        some = [x for x in answer.frontier if x.meets == meets and abs(x.margin) < MARGIN]
        axes.plot(
            [x.cost / MILLION for x in some],
            [x.margin for x in some],
            ".",
            color=color,
            label=label,
        )
    axes.axhline(0, color=MIDDLE, linestyle="--", linewidth=1)
    axes.set(xlabel="Cost a year without overtime ($ million)", ylabel="Margin of the worst target")
    axes.legend(loc="lower right", frameon=False, fontsize=8)
    axes.grid(color="0.92", linewidth=0.6)
    headline(
        figure,
        f"{answer.evaluations} plans tried: what they cost, and how far they meet the targets",
    )
    footnote(figure, "Above the dashed line all targets are met on the years of the search.")
    return figure


def _finding(answer: Recommendation) -> str:
    if answer.plan is None:
        return "The load of the week; no plan within the limits meets the targets"
    teams = sum(line.count for line in answer.plan.lines)
    mean = 0.0 if answer.cost is None or answer.cost.mean is None else answer.cost.mean
    return f"{teams} teams in shifts that follow the load, for {dollars(mean)} a year"
