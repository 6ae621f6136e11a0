"""Figures of people and money: who is diverted, and which assumptions move the answer most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from sim.report.drawing import WIDTH_IN, footnote, run_line
from sim.report.money.claims import TARGETS, ends_of
from sim.report.money.sides import Side, difference_sides, drawn, plan_sides
from sim.report.wording import interval_name, mean_of
from sim.scenarios.answers import Comparison, Tornado, TornadoBar
from sim.scenarios.intervals import INTERVAL_LABEL

UNITS = {"from jail": "bookings a year", "from hospital": "transports to hospital a year"}
TORNADO_WORDS = {
    "net_benefit_per_year": ("Net benefit ($1,000 a year)", 0.001),
    "net_diversions_per_year": ("Net diversions from jail and hospital (a year)", 1.0),
}
LOW_END: dict[str, Any] = {"color": "0.82", "edgecolor": "0.25", "hatch": "////"}
HIGH_END: dict[str, Any] = {"color": "0.35", "edgecolor": "0.25"}
THICK = 0.33  # of a bar, of which an assumption has two


# --- diversions ----------------------------------------------------------------------------------


def diversions(found: Comparison) -> Figure | None:
    """Net diversions of every plan and difference with both intervals; None without economics."""
    sides = [*plan_sides(found), *difference_sides(found)]
    if not sides:
        return None
    figure = Figure(figsize=(WIDTH_IN, 1.9 + 0.62 * len(sides) * 1.25), layout="constrained")
    panels = figure.subplots(2, 1, squeeze=False)[:, 0]
    for axes, (place, name) in zip(panels, TARGETS.items(), strict=True):
        _diversion_panel(axes, sides, name)
        axes.set_title(f"Diverted {place}", loc="left")
        axes.set_xlabel(f"Net: fewer {UNITS[place]} than with patrol alone")
    figure.suptitle("Who is diverted, net of what patrol alone would have done")
    footnote(figure, f"{_marks(found)}\n{run_line(found)}")
    return figure


def _diversion_panel(axes: Axes, sides: Sequence[Side], name: str) -> None:
    axes.axvline(0, color="0.3", linewidth=0.9)
    for row, side in enumerate(sides):
        _diversion_row(axes, row, side, name)
    axes.set_yticks(range(len(sides)), [_side_words(side) for side in sides])
    axes.set_ylim(len(sides) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.margins(x=0.06)


def _side_words(side: Side) -> str:
    return side.name if side.is_difference else f"plan {side.name}"


def _diversion_row(axes: Axes, at: int, side: Side, name: str) -> None:
    """Thin line: assumptions; thick one: chance; and gross and net in figures at the edge."""
    net, over_draws = side.measures[name], drawn(side, name)
    if net.mean is None:
        return
    if over_draws is not None and over_draws.low is not None and over_draws.high is not None:
        axes.errorbar(
            net.mean,
            at,
            xerr=np.abs([[over_draws.low - net.mean], [over_draws.high - net.mean]]),
            color="0.45",
            linewidth=1.1,
            capsize=4,
        )
    if net.low is not None and net.high is not None:
        axes.plot([net.low, net.high], [at, at], color="black", linewidth=4, solid_capstyle="butt")
    axes.plot([net.mean], [at], "o", mfc="white", mec="black", ms=6, zorder=3)
    gross = side.measures[name.replace("_net_", "_gross_")]
    sign = side.is_difference
    words = f"net {mean_of(net, sign=sign)}\ngross {mean_of(gross, sign=sign)}"
    edge: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": 8}
    axes.text(1.02, at, words, color="0.25", **edge)


def _marks(found: Comparison) -> str:
    """What the lines are, and that gross is no effect."""
    name = interval_name(found.config.run.confidence_level)
    thin = ""
    if found.economics is not None and found.economics.draws:
        thin = f" Thin: {name}, assumptions (parameters drawn)."
    return (
        f"Thick: {name}, {INTERVAL_LABEL}.{thin}\nGross: what did not happen. Net: what would have "
        "happened with patrol alone; only this is an effect."
    )


# --- tornado -------------------------------------------------------------------------------------


def tornado(found: Comparison) -> Figure | None:
    """What the assumptions that move them most make of two targets; None if none was looked at."""
    drawn_ones = [] if found.economics is None else [x for x in found.economics.tornado if x.bars]
    if not drawn_ones:
        return None
    rows = [len(one.bars) for one in drawn_ones]
    size = (WIDTH_IN + 0.5, 1.6 + 0.44 * sum(rows))
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(len(rows), 1, squeeze=False, height_ratios=rows)[:, 0]
    for axes, one in zip(panels, drawn_ones, strict=True):
        _tornado_panel(axes, one)
    panels[0].legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)
    figure.suptitle(f"Which assumptions move the answer most: {_whose(found)}")
    note = "Each assumption alone at its low and at its high, on the same two replications."
    footnote(figure, f"{note}\n{run_line(found)}")
    return figure


def _whose(found: Comparison) -> str:
    """Difference that a tornado is of, or the plan if there is only one."""
    side = (difference_sides(found) or plan_sides(found))[0]
    return _side_words(side)


def _tornado_panel(axes: Axes, found: Tornado) -> None:
    """Two bars an assumption, above each other, so that neither hides one to the same side."""
    words, factor = TORNADO_WORDS[found.measure]
    central, at = factor * found.central, np.arange(len(found.bars))
    low, high = (
        [factor * end - central for end in ends]
        for ends in zip(*((bar.at_low, bar.at_high) for bar in found.bars), strict=True)
    )
    axes.barh(at - THICK / 2, low, THICK, central, label="assumption at its low", **LOW_END)
    axes.barh(at + THICK / 2, high, THICK, central, label="at its high", **HIGH_END)
    axes.axvline(central, color="black", linewidth=1.2, label="all assumptions central")
    axes.set_yticks(at, [_bar_words(bar) for bar in found.bars], fontsize=7.5)
    axes.set_ylim(len(found.bars) - 0.5, -0.5)
    axes.set_xlabel(words)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)


def _bar_words(bar: TornadoBar) -> str:
    """Key of an assumption on one line, its ends on the next."""
    return f"{bar.label}\n{ends_of(bar)}"
