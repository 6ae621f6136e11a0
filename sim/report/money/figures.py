"""Figures of people and money: net diversions, and the assumptions that change them most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from sim.report.drawing import WIDTH_IN, footnote, run_line
from sim.report.money.claims import TARGETS
from sim.report.money.sides import Side, difference_sides, plan_sides
from sim.report.money.tornado import ends_of
from sim.report.wording import interval_name, mean_of
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.economics import Tornado, TornadoBar
from sim.scenarios.answers.intervals import INTERVAL_LABEL

UNITS = {"from jail": "bookings per year", "from hospital": "transports to hospital per year"}
TORNADO_WORDS = {
    "net_benefit_per_year": ("Net benefit ($1,000 per year)", 0.001),
    "net_diversions_per_year": ("Net diversions from jail and hospital (per year)", 1.0),
}
LOW_END: dict[str, Any] = {"color": "0.82", "edgecolor": "0.25", "hatch": "////"}
HIGH_END: dict[str, Any] = {"color": "0.35", "edgecolor": "0.25"}
THICK = 0.33  # of a bar, of which an assumption has two


# --- diversions ----------------------------------------------------------------------------------


def diversions(comparison: Comparison) -> Figure | None:
    """Net diversions of every plan and difference with both intervals; None without economics."""
    sides = [*plan_sides(comparison), *difference_sides(comparison)]
    if not sides:
        return None
    figure = Figure(figsize=(WIDTH_IN, 1.9 + 0.62 * len(sides) * 1.25), layout="constrained")
    panels = figure.subplots(2, 1, squeeze=False)[:, 0]
    for axes, (place, name) in zip(panels, TARGETS.items(), strict=True):
        _diversion_panel(axes, sides, name)
        axes.set_title(f"Diverted {place}", loc="left")
        axes.set_xlabel(f"Fewer {UNITS[place]} than with patrol alone (net)")
    figure.suptitle("Net diversions: fewer than with patrol alone")
    footnote(figure, f"{_marks(comparison)}\n{run_line(comparison)}")
    return figure


def _diversion_panel(axes: Axes, sides: Sequence[Side], name: str) -> None:
    axes.axvline(0, color="0.3", linewidth=0.9)
    for row, side in enumerate(sides):
        _diversion_row(axes, row, side, name)
    axes.set_yticks(range(len(sides)), [side.title for side in sides])
    axes.set_ylim(len(sides) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.margins(x=0.06)


def _diversion_row(axes: Axes, at: int, side: Side, name: str) -> None:
    """Thin line: assumptions; thick one: chance; and gross and net in figures at the edge."""
    net, over_draws = side.measures[name], side.drawn(name)
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


def _marks(comparison: Comparison) -> str:
    """What the lines are, and that gross is no effect."""
    name = interval_name(comparison.config.run.confidence_level)
    thin = ""
    if comparison.economics is not None and comparison.economics.draws:
        thin = f" Thin: {name} over the assumptions."
    return (
        f"Thick: {name} ({INTERVAL_LABEL}).{thin}\nGross: what did not happen. Net: what patrol "
        "alone would have done; only net is an effect."
    )


# --- tornado -------------------------------------------------------------------------------------


def tornado(comparison: Comparison) -> Figure | None:
    """Two targets under the assumptions that change them most; None if none was tried."""
    targets = (
        [] if comparison.economics is None else [x for x in comparison.economics.tornado if x.bars]
    )
    if not targets:
        return None
    rows = [len(target.bars) for target in targets]
    size = (WIDTH_IN + 0.5, 1.6 + 0.44 * sum(rows))
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(len(rows), 1, squeeze=False, height_ratios=rows)[:, 0]
    for axes, target in zip(panels, targets, strict=True):
        _tornado_panel(axes, target)
    panels[0].legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)
    side = (difference_sides(comparison) or plan_sides(comparison))[0]
    figure.suptitle(f"Assumptions that change the answer most: {side.title}")
    note = "Each assumption alone at its low and at its high, on the same two replications."
    footnote(figure, f"{note}\n{run_line(comparison)}")
    return figure


def _tornado_panel(axes: Axes, tornado: Tornado) -> None:
    """Two bars for each assumption, one above the other, so that neither hides the other."""
    words, factor = TORNADO_WORDS[tornado.measure]
    central, at = factor * tornado.central, np.arange(len(tornado.bars))
    low, high = (
        [factor * end - central for end in ends]
        for ends in zip(*((bar.at_low, bar.at_high) for bar in tornado.bars), strict=True)
    )
    axes.barh(at - THICK / 2, low, THICK, central, label="assumption at its low", **LOW_END)
    axes.barh(at + THICK / 2, high, THICK, central, label="at its high", **HIGH_END)
    axes.axvline(central, color="black", linewidth=1.2, label="all assumptions central")
    axes.set_yticks(at, [_bar_words(bar) for bar in tornado.bars], fontsize=7.5)
    axes.set_ylim(len(tornado.bars) - 0.5, -0.5)
    axes.set_xlabel(words)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)


def _bar_words(bar: TornadoBar) -> str:
    """Key of an assumption on one line, its ends on the next."""
    return f"{bar.label}\n{ends_of(bar)}"
