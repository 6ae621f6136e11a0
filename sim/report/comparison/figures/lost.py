"""What becomes of requested calls."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.arrays import Floats
from sim.report.comparison.screen import titled
from sim.report.drawing import (
    DARK,
    LIGHT,
    MIDDLE,
    PALE,
    WIDTH_IN,
    footnote,
    headline,
    run_line,
)
from sim.report.wording import plan_heading
from sim.scenarios.answers.comparison import Comparison


class Part(NamedTuple):
    """A part of the requested calls, how it is called and filled, and the ink of its figures."""

    measure: str
    label: str
    fill: str
    hatch: str
    ink: str


PARTS = (
    Part("reach_share", "reached", DARK, "", "white"),
    Part("cancelled_en_route_share", "before the team arrives", LIGHT, "", "black"),
    Part("missed_busy_share", "all teams busy", MIDDLE, "", "black"),
    Part("missed_out_of_range_share", "out of range", "white", "xxx", "black"),
    Part("missed_off_duty_share", "no team on duty", PALE, "////", "black"),
)
NARROWEST = 0.035  # share of a part that a figure fits into
ABOVE: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (0, 1), "frameon": False}
ABOVE |= {"ncols": len(PARTS), "handlelength": 1.4, "columnspacing": 1.2, "borderaxespad": 0}


def lost_calls(comparison: Comparison) -> Figure | None:
    """Outcomes of requested calls, a bar for each plan; None if nobody asked for a team."""
    plans = [
        plan for plan in comparison.main.plans if plan.measures["reach_share"].mean is not None
    ]
    if not plans:
        return None
    figure = Figure(figsize=(WIDTH_IN, 1.7 + 0.55 * len(plans)), layout="constrained")
    axes = figure.add_subplot()
    left = np.zeros(len(plans))
    for part in PARTS:
        shares = np.array([plan.measures[part.measure].mean or 0.0 for plan in plans])
        if shares.any():
            _stacked(axes, part, shares, left)
        left += shares
    axes.set_yticks(range(len(plans)), [plan_heading(plan) for plan in plans])
    axes.set(xlim=(0, 100), ylim=(len(plans) - 0.5, -1.1), xlabel="Requested calls (%)")
    axes.tick_params(axis="y", length=0)
    axes.legend(**ABOVE)
    headline(figure, titled(comparison, "lost"))
    footnote(figure, run_line(comparison))
    return figure


def _stacked(axes: Axes, part: Part, shares: Floats, left: Floats) -> None:
    """One part of every bar, with its whole percents where they fit."""
    style: dict[str, Any] = {"color": part.fill, "hatch": part.hatch, "edgecolor": "0.25"}
    axes.barh(range(len(shares)), 100 * shares, 0.62, 100 * left, label=part.label, **style)
    words: dict[str, Any] = {"color": part.ink, "ha": "center", "va": "center"}
    if part.hatch:
        words["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    for at, (share, start) in enumerate(zip(shares, left, strict=True)):
        if share >= NARROWEST:
            axes.text(100 * (start + share / 2), at, f"{100 * share:.0f}", **words)
