"""The assumptions that change an answer most."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.comparison.screen import titled
from sim.report.drawing import DARK, MIDDLE, WIDTH_IN, footnote, headline, run_line
from sim.report.money.tornado import LONG, ends_of
from sim.report.wording import number
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.economics import Tornado, TornadoBar
from sim.scenarios.answers.keys import key_words

TICKS = 6  # the names beside leave room for no more
WORDS = {
    "net_benefit_per_year": ("Change of the net benefit ($1,000 per year)", 0.001),
    "net_diversions_per_year": ("Change of net diversions from jail and hospital (per year)", 1.0),
}
LOW_END: dict[str, Any] = {"color": "white", "edgecolor": MIDDLE, "hatch": "////"}
HIGH_END: dict[str, Any] = {"color": DARK, "edgecolor": DARK}
WHOLE = 5.0  # from such a change on, ticks are whole numbers
THICK = 0.33  # of a bar, of which an assumption has two

TRIED = 2  # replications of an end of an assumption


def tornado(comparison: Comparison) -> Figure | None:
    """Two targets under the assumptions that change them most; None if none was tried."""
    tornados = [] if comparison.economics is None else comparison.economics.tornado
    targets = [target for target in tornados if target.bars]
    if not targets:
        return None
    rows = [len(target.bars) for target in targets]
    size = (WIDTH_IN, 1.8 + 0.42 * sum(rows))
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(len(rows), 1, squeeze=False, height_ratios=rows)[:, 0]
    for axes, target in zip(panels, targets, strict=True):
        _panel(axes, target)
    panels[0].legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
    headline(figure, titled(comparison, "tornado"))
    of = f"of the {comparison.replications} " if comparison.replications > TRIED else ""
    note = f"Each assumption alone at its low and at its high, on the same two {of}replications."
    footnote(figure, f"{note}\n{run_line(comparison)}")
    return figure


def _panel(axes: Axes, target: Tornado) -> None:
    """Two bars for each assumption, one above the other, so that neither hides the other."""
    words, factor = WORDS[target.measure]
    at = np.arange(len(target.bars))
    low, high = (
        [factor * end for end in ends]
        for ends in zip(*map(target.changes, target.bars), strict=True)
    )
    axes.barh(at - THICK / 2, low, THICK, label="assumption at its low", **LOW_END)
    axes.barh(at + THICK / 2, high, THICK, label="at its high", **HIGH_END)
    axes.axvline(0, color="black", linewidth=1.2)
    axes.set_yticks(at, [_bar_words(bar) for bar in target.bars], fontsize=9)
    axes.set_ylim(len(target.bars) - 0.5, -0.5)
    axes.set_xlabel(words)
    axes.tick_params(axis="y", length=0)
    most = max(map(abs, (*low, *high)))
    like = most if most < WHOLE else LONG
    axes.xaxis.set_major_locator(MaxNLocator(TICKS, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: number(x, like, sign=True)))
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)


def _bar_words(bar: TornadoBar) -> str:
    """Assumption in words on one line, its key and its ends on the next."""
    words = key_words(bar.name, bar.label)
    key = "" if words == bar.label else f"{bar.name}: "
    return f"{words}\n{key}{ends_of(bar)}"
