"""What it costs and what it changes: the rows that decide, each with its range to quote."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.comparison.deciding import Row, shown_rows, spanned, words_of
from sim.report.comparison.screen import titled
from sim.report.drawing import COLORS, MARKERS, WIDTH_IN, footnote, headline, run_line
from sim.report.wording import number
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.intervals import Measured, Quoted, quoted

ASSUMPTIONS = "Lines: how far it goes if the assumptions vary."
CHANCE = "Lines: chance only, as no assumption was drawn: narrower than what is known."


def changes(comparison: Comparison) -> Figure:
    """Panel for each row of the screen: every plan less the base, or the plan if it is alone."""
    main = comparison.main
    sides: list[tuple[str, Measured]] = [(x.plan, x) for x in main.differences]
    sides = sides or [(main.plans[0].name, main.plans[0])]
    rows = shown_rows(comparison)
    height = 0.55 + 0.17 * len(sides)
    figure = Figure(figsize=(WIDTH_IN, 1.2 + height * len(rows)), layout="constrained")
    panels = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
    for axes, row in zip(panels, rows, strict=True):
        _panel(axes, row, sides, comparison)
    headline(figure, titled(comparison, "changes"))
    note = ASSUMPTIONS if main.plans[0].spread else CHANCE
    footnote(figure, f"{note}\n{run_line(comparison)}")
    return figure


def _panel(axes: Axes, row: Row, sides: list[tuple[str, Measured]], comparison: Comparison) -> None:
    words, factor = words_of(row, comparison)
    if comparison.main.differences:
        axes.axvline(0, color="0.3", linewidth=0.9)
    spans = [quoted(side, row.measure) for _, side in sides]
    plans = [plan.measures[row.measure] for plan in comparison.main.plans]
    size = max((abs(factor * x.mean) for x in plans if x.mean is not None), default=0.0)
    sign, is_drawn = bool(comparison.main.differences), bool(comparison.main.plans[0].spread)
    for at, ((name, _), span) in enumerate(zip(sides, spans, strict=True)):
        if span.mean is not None:
            mean = number(factor * span.mean, size, sign=sign)
            by_chance = " by chance" if is_drawn and span.kind == "chance" else ""
            text = f"{mean}  ({spanned(span, size, factor, sign=sign)}{by_chance})"
            _mark(axes, at, span, factor, f"{name}: {text}" if len(sides) > 1 else text)
    axes.set_yticks([(len(sides) - 1) / 2], [words])
    axes.set_ylim(len(sides) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=7)
    axes.margins(x=0.06)
    axes.spines["left"].set_visible(False)


def _mark(axes: Axes, at: int, span: Quoted, factor: float, text: str) -> None:
    """Mean, its range, and the same in figures at the right edge."""
    color, marker = COLORS[at % len(COLORS)], MARKERS[at % len(MARKERS)]
    ends = [span.mean if end is None else end for end in (span.low, span.mean, span.high)]
    shown = [factor * end for end in ends if end is not None]
    axes.plot(shown, [at] * len(shown), color=color, linewidth=2)
    axes.plot(shown[1:2], [at], marker, color=color, ms=6)
    right = axes.get_yaxis_transform()
    axes.text(1.02, at, text, transform=right, va="center", fontsize=9)
