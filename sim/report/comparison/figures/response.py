"""How soon requested calls are reached, and how many are not reached at all."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.clock import MINUTE_S
from sim.report.comparison.screen import titled
from sim.report.drawing import COLORS, DASHES, MARKERS, WIDTH_IN, footnote, headline, run_line
from sim.report.wording import counted, plan_words
from sim.scenarios.answers.comparison import RESPONSE_BIN_S, Comparison, PlanResult

SHOWN_SHARE = 0.995  # of the response times of every plan; the axis ends there
APART = 4.5  # percent between two labels at the end of the lines


def response_times(comparison: Comparison) -> Figure | None:
    """Share of all requested calls with a team by some minute, a line a plan; None if none has."""
    plans = [plan for plan in comparison.main.plans if plan.sample.histogram.sum() > 0]
    if not plans:
        return None
    figure = Figure(figsize=(WIDTH_IN, 4.6), layout="constrained")
    axes = figure.add_subplot()
    last = max(map(_last_minute, plans))
    for number, plan in enumerate(plans):
        _line(axes, plan, number, last)
    _label_ends(axes, plans, last)
    axes.set(
        xlim=(0, last),
        ylim=(0, 100),
        xlabel="Minutes from the call being received to a team on scene",
        ylabel="Reached by then, % of requested calls",
    )
    axes.grid(color="0.9", linewidth=0.6)
    headline(figure, titled(comparison, "reached"))
    silent = [plan_words(plan) for plan in comparison.main.plans if plan not in plans]
    none = f" No calls reached: {', '.join(silent)}." if silent else ""
    note = "Of all requested calls, so a line ends at the share that is reached. Marks: half of it."
    footnote(figure, f"{note}{none}\n{run_line(comparison)}")
    return figure


def _last_minute(plan: PlanResult) -> int:
    """Ten minutes in which the line is all but at the top."""
    bins = int(np.searchsorted(plan.reached_by, SHOWN_SHARE))
    return 10 * (bins * RESPONSE_BIN_S // (10 * MINUTE_S) + 1)


def _reach(plan: PlanResult) -> float:
    return plan.measures["reach_share"].mean or 0.0


def _line(axes: Axes, plan: PlanResult, number: int, last: int) -> None:
    share = 100 * _reach(plan) * plan.reached_by
    minute = np.append(np.arange(len(share) - 1) * RESPONSE_BIN_S / MINUTE_S, last)
    style: dict[str, Any] = {"color": COLORS[number % len(COLORS)], "linewidth": 1.8}
    axes.plot(minute, share, DASHES[number % len(DASHES)], **style)
    median = plan.measures["response_median_min"].mean
    if median is not None:
        marker = MARKERS[number % len(MARKERS)]
        axes.plot([median], [50 * _reach(plan)], marker, color=style["color"], ms=7)


def _label_ends(axes: Axes, plans: list[PlanResult], last: int) -> None:
    """Name and share of every plan beside the end of its line, no two over each other."""
    low = -APART
    for plan in sorted(plans, key=_reach):
        low = max(100 * _reach(plan), low + APART)
        words = f" {plan_words(plan)}: {counted(_reach(plan))} of 100"
        axes.annotate(words, (last, low), va="center", annotation_clip=False)
