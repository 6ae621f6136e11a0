"""What becomes of requested calls."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.arrays import Floats
from sim.report.comparison.screen import LOST, titled
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
from sim.scenarios.answers.losses import ways


class Fill(NamedTuple):
    """How a part of a bar is filled, and the ink of the figures in it."""

    color: str
    hatch: str
    ink: str


FILLS = {
    "contact_share": Fill(DARK, "", "white"),
    "no_contact": Fill(DARK, "////", "black"),
    "withdrawn_share": Fill(LIGHT, "", "black"),
    "settled_by_patrol_share": Fill(LIGHT, "....", "black"),
    "missed_busy_share": Fill(MIDDLE, "", "black"),
    "missed_out_of_range_share": Fill("white", "xxx", "black"),
    "missed_off_duty_share": Fill(PALE, "////", "black"),
}
OF_REACHED = {"contact_share": "engaged", "no_contact": "reached, nobody to serve"}
NARROWEST = 0.035  # share of a part that a figure fits into
ABOVE: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": 2}
ABOVE |= {"frameon": False, "borderaxespad": 0}


def lost_calls(comparison: Comparison) -> Figure | None:
    """Outcomes of requested calls, a bar for each plan; None if nobody asked for a team."""
    plans = [
        plan for plan in comparison.main.plans if plan.measures["reach_share"].mean is not None
    ]
    if not plans:
        return None
    figure = Figure(figsize=(WIDTH_IN, 2.5 + 0.55 * len(plans)), layout="constrained")
    axes = figure.add_subplot()
    left, shares_of = np.zeros(len(plans)), [ways(plan) for plan in plans]
    for way in FILLS:
        shares = np.array([shares[way] for shares in shares_of])
        if shares.any():
            _stacked(axes, way, shares, left)
        left += shares
    axes.set_yticks(range(len(plans)), [plan_heading(plan) for plan in plans])
    axes.set(xlim=(0, 100), ylim=(len(plans) - 0.5, -0.5), xlabel="Requested calls (%)")
    axes.tick_params(axis="y", length=0)
    axes.legend(**ABOVE)
    headline(figure, titled(comparison, "lost"))
    footnote(figure, run_line(comparison))
    return figure


def _stacked(axes: Axes, way: str, shares: Floats, left: Floats) -> None:
    """One part of every bar, with its whole percents where they fit."""
    fill = FILLS[way]
    label = LOST[way].when.removeprefix("lost as ") if way in LOST else OF_REACHED[way]
    style: dict[str, Any] = {"color": fill.color, "hatch": fill.hatch, "edgecolor": "0.25"}
    axes.barh(range(len(shares)), 100 * shares, 0.62, 100 * left, label=label, **style)
    words: dict[str, Any] = {"color": fill.ink, "ha": "center", "va": "center"}
    if fill.hatch:
        words["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    for at, (share, start) in enumerate(zip(shares, left, strict=True)):
        if share >= NARROWEST:
            axes.text(100 * (start + share / 2), at, f"{100 * share:.0f}", **words)
