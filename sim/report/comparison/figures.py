"""Figures: response times, why calls are missed, coverage gaps, differences. Readable in gray."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.clock import HOUR_S, MINUTE_S, WEEKDAYS
from sim.model.measures.dictionary import MEASURES
from sim.report.drawing import STYLE, WIDTH_IN, footnote, run_line
from sim.report.money.figures import diversions, tornado
from sim.report.wording import (
    BLANK,
    interval_name,
    is_paired_time,
    mean_of,
    minutes,
    percent,
    plan_heading,
    plan_words,
    range_of,
    scale,
)
from sim.scenarios.answers.comparison import (
    RESPONSE_BIN_S,
    Comparison,
    Difference,
    PlanResult,
)
from sim.scenarios.answers.intervals import INTERVAL_LABEL, DifferenceInterval

LINES = ("-", "--", ":", "-.")
GRAYS = ("0.0", "0.35", "0.55")
MARKERS = ("o", "s", "^", "D", "v", "P")
GAP_MAP = "Grays"  # one hue from white (no gap) to black, so that print loses nothing
SHOWN_SHARE = 0.995  # of the response times of every plan; the axis ends there


def drawn(comparison: Comparison) -> dict[str, Figure]:
    """Every figure that there is something to show in, by name."""
    with mpl.rc_context(STYLE):
        figures = {
            "response_times": response_times(comparison),
            "missed_calls": missed_calls(comparison),
            "coverage_gaps": coverage_gaps(comparison),
            "differences": differences(comparison),
            "diversions": diversions(comparison),
            "tornado": tornado(comparison),
        }
    return {name: figure for name, figure in figures.items() if figure is not None}


# --- response times ------------------------------------------------------------------------------


def response_times(comparison: Comparison) -> Figure | None:
    """Cumulative share of reached calls by response time, a line for each plan; None if none."""
    plans = [plan for plan in comparison.main.plans if plan.sample.histogram.sum() > 0]
    if not plans:
        return None
    figure = Figure(figsize=(WIDTH_IN, 4.6), layout="constrained")
    axes = figure.add_subplot()
    for number, plan in enumerate(plans):
        _response_line(axes, plan, number)
    axes.set(
        xlim=(0, max(map(_last_minute, plans))),
        ylim=(0, 100),
        xlabel="Response time, from call received to team on scene (minutes)",
        ylabel="Reached calls with a team on scene by then (%)",
        title="Response times of reached calls",
    )
    axes.grid(color="0.88", linewidth=0.6)
    axes.legend(loc="lower right", frameon=True, framealpha=1, edgecolor="0.8", handlelength=3.2)
    silent = [plan_words(plan) for plan in comparison.main.plans if plan not in plans]
    none = f" No calls reached: {', '.join(silent)}." if silent else ""
    footnote(figure, f"{run_line(comparison)} Marks are medians.{none}")
    return figure


def _last_minute(plan: PlanResult) -> int:
    """Ten minutes in which the line is all but at the top."""
    bins = int(np.searchsorted(plan.reached_by, SHOWN_SHARE))
    return 10 * (bins * RESPONSE_BIN_S // (10 * MINUTE_S) + 1)


def _response_line(axes: Axes, plan: PlanResult, number: int) -> None:
    share = 100 * plan.reached_by
    minute = np.arange(len(share)) * RESPONSE_BIN_S / MINUTE_S
    median = plan.measures["response_median_min"].mean
    reach = plan.measures["reach_share"].mean
    style: dict[str, Any] = {
        "color": GRAYS[number % len(GRAYS)],
        "linestyle": LINES[number % len(LINES)],
    }
    marker = MARKERS[number % len(MARKERS)]
    words = plan_words(plan)
    axes.plot(minute[:-1], share[:-1], linewidth=1.8, **style)
    if reach is not None and median is not None:
        words += f": {percent(reach)} of requested calls reached, median {minutes(median)}"
        axes.plot([median], [50], marker, color=style["color"], ms=7)
    axes.plot([], [], marker, linewidth=1.8, ms=6, label=words, **style)


# --- why calls are missed ------------------------------------------------------------------------


class _Part(NamedTuple):
    """A part of the requested calls, how it is called and filled."""

    measure: str
    label: str
    fill: str
    hatch: str


PARTS = (
    _Part("reach_share", "reached", "0.25", ""),
    _Part("cancelled_en_route_share", "cancelled en route", "0.62", ""),
    _Part("missed_busy_share", "missed, all busy", "0.86", ""),
    _Part("missed_out_of_range_share", "missed, out of range", "1.0", "xxx"),
    _Part("missed_off_duty_share", "missed, no team on duty", "1.0", "////"),
)
DARK = 0.5  # fills below it need white figures on them
NARROWEST = 0.035  # share of a part that a figure fits into
ABOVE: dict[str, Any] = {"loc": "outside upper center", "ncols": 5, "frameon": False}
ABOVE |= {"handlelength": 1.4, "columnspacing": 1.2, "title_fontsize": 10}


def missed_calls(comparison: Comparison) -> Figure | None:
    """Outcomes of requested calls, a bar for each plan; None if nobody asked for a team."""
    plans = [
        plan for plan in comparison.main.plans if plan.measures["reach_share"].mean is not None
    ]
    if not plans:
        return None
    figure = Figure(figsize=(WIDTH_IN, 1.6 + 0.55 * len(plans)), layout="constrained")
    axes = figure.add_subplot()
    left = np.zeros(len(plans))
    for part in PARTS:
        shares = np.array([plan.measures[part.measure].mean or 0.0 for plan in plans])
        if shares.any():
            _stacked(axes, part, shares, left)
        left += shares
    axes.set_yticks(range(len(plans)), [plan_heading(plan) for plan in plans])
    axes.set(xlim=(0, 100), ylim=(len(plans) - 0.5, -0.5), xlabel="Requested calls (%)")
    axes.tick_params(axis="y", length=0)
    figure.legend(title="Outcomes of requested calls", **ABOVE)
    footnote(figure, f"{run_line(comparison)} Intervals are in the table.")
    return figure


def _stacked(axes: Axes, part: _Part, shares: np.ndarray, left: np.ndarray) -> None:
    """One part of every bar, with its whole percents where they fit."""
    style: dict[str, Any] = {"color": part.fill, "hatch": part.hatch, "edgecolor": "0.25"}
    axes.barh(range(len(shares)), 100 * shares, 0.62, 100 * left, label=part.label, **style)
    ink = "white" if float(part.fill) < DARK else "black"
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5} if part.hatch else None
    for at, (share, start) in enumerate(zip(shares, left, strict=True)):
        if share >= NARROWEST:
            x = 100 * (start + share / 2)
            axes.text(x, at, f"{100 * share:.0f}", color=ink, ha="center", va="center", bbox=box)


# --- coverage gaps -------------------------------------------------------------------------------


def coverage_gaps(comparison: Comparison) -> Figure:
    """Minutes of each hour of the week with no free team, a panel for each plan on one scale."""
    plans = comparison.main.plans
    minutes_of = [_gap_minutes(plan) for plan in plans]
    top = max(1.0, *(float(np.nanmax(table)) for table in minutes_of))
    figure = Figure(figsize=(WIDTH_IN, 1.1 + 2.1 * len(plans)), layout="constrained")
    panels = figure.subplots(len(plans), 1, squeeze=False, sharex=True)[:, 0]
    for axes, plan, table in zip(panels, plans, minutes_of, strict=True):
        image = axes.imshow(table, cmap=GAP_MAP, vmin=0, vmax=top, aspect="auto")
        _week_axes(axes)
        axes.set_title(f"{plan_heading(plan)}: {_gap_words(plan)}", loc="left")
    panels[-1].set_xlabel("Hour of day")
    figure.suptitle("When no team is free")
    label = "Minutes of the hour without a free team"
    figure.colorbar(image, ax=list(panels), label=label, pad=0.02, aspect=30)
    footnote(figure, run_line(comparison))
    return figure


def _gap_minutes(plan: PlanResult) -> np.ndarray:
    """Mean minutes of gap in each hour, shape (7, 24): days down, hours across."""
    share = np.nan_to_num(plan.cells.hours["gap_share"].ratio)  # a short window has not every hour
    table: np.ndarray = share.reshape(len(WEEKDAYS), -1) * (HOUR_S / MINUTE_S)
    return table


def _gap_words(plan: PlanResult) -> str:
    return f"{mean_of(plan.measures['gap_hours_per_week'])} hours of coverage gap per week"


def _week_axes(axes: Axes) -> None:
    axes.set_yticks(range(len(WEEKDAYS)), WEEKDAYS)
    axes.set_xticks(np.arange(0, 25, 3) - 0.5, [f"{hour:02d}" for hour in range(0, 25, 3)])
    axes.spines[:].set_visible(True)


# --- differences ---------------------------------------------------------------------------------


class _Panel(NamedTuple):
    """Measures of one unit, which share an axis."""

    unit: str
    measures: tuple[str, ...]


PANELS = (
    _Panel(
        "percentage points",
        (
            "reach_share",
            "within_standard_share",
            "cancelled_en_route_share",
            "missed_busy_share",
            "missed_off_duty_share",
            "came_off_duty_share",
            "utilization_share",
            "hours_over_60pct_share",
        ),
    ),
    _Panel(
        "minutes",
        (
            "response_median_min",
            "response_p90_min",
            "request_to_arrival_median_min",
            "request_to_arrival_restricted_mean_min",
            "time_to_clear_median_min",
        ),
    ),
    _Panel(
        "hours per week",
        ("gap_hours_per_week", "gap_off_duty_hours_per_week", "gap_busy_hours_per_week"),
    ),
    _Panel("calls per day", ("handled_per_day",)),
    _Panel("contacts per year", ("contacts_per_year", "treatment_connections_per_year")),
    _Panel(
        "1,000 hours per year",
        (
            "sworn_hours_assigned_per_year",
            "patrol_hours_released_per_year",
            "sworn_hours_net_per_year",
        ),
    ),
    _Panel(
        "bookings or transports per year",
        ("jail_diversions_net_per_year", "hospital_diversions_net_per_year"),
    ),
)


def differences(comparison: Comparison) -> Figure | None:
    """Every plan minus the base with intervals, a panel for each unit; None if there are none."""
    pairs = comparison.main.differences
    panels = [panel for panel in PANELS if _known(panel, pairs)]
    if not panels:
        return None
    heights = [0.35 + len(panel.measures) * (0.6 + 0.4 * len(pairs)) for panel in panels]
    size = (WIDTH_IN + 0.5, 1.5 + 0.32 * sum(heights) + 0.35 * len(panels))
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, panel in zip(grid, panels, strict=True):
        _forest(axes, panel, pairs)
    base, confidence = pairs[0].versus, comparison.config.run.confidence_level
    figure.suptitle(_title(pairs, base))
    if len(pairs) > 1:
        grid[0].legend(loc="lower left", bbox_to_anchor=(0, 1.02), ncols=4, frameon=False)
    footnote(
        figure,
        f"Bars: {interval_name(confidence, len(pairs))} ({INTERVAL_LABEL}). "
        "Filled: interval excludes 0; open: includes 0.\n* On calls reached under both plans. "
        f"{run_line(comparison)}",
    )
    return figure


def _title(pairs: Sequence[Difference], base: str) -> str:
    each = f"plan {pairs[0].plan}" if len(pairs) == 1 else "each plan"
    return f"What changes: {each} minus plan {base}"


def _known(panel: _Panel, pairs: Sequence[Difference]) -> bool:
    return any(pair.measures[name].mean is not None for name in panel.measures for pair in pairs)


def _forest(axes: Axes, panel: _Panel, pairs: Sequence[Difference]) -> None:
    axes.axvline(0, color="0.3", linewidth=0.9)
    spread = 0.5 * (1 - 1 / len(pairs))
    for number, pair in enumerate(pairs):
        shift = 0.0 if len(pairs) == 1 else spread * (2 * number / (len(pairs) - 1) - 1) / 1.4
        for row, name in enumerate(panel.measures):
            _forest_row(axes, row + shift, name, pair.measures[name], number)
        marker = MARKERS[number % len(MARKERS)]
        axes.plot([], [], marker, color="black", label=f"plan {pair.plan}")
    axes.set_yticks(range(len(panel.measures)), [_row_label(name) for name in panel.measures])
    axes.set_ylim(len(panel.measures) - 0.5, -0.5)
    axes.set_xlabel(f"Difference ({panel.unit})", fontsize=8)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.margins(x=0.06)


def _row_label(name: str) -> str:
    return MEASURES[name].label + (" *" if is_paired_time(name) else "")


def _forest_row(axes: Axes, at: float, name: str, change: DifferenceInterval, number: int) -> None:
    """Mean, interval, and the same in figures at the right edge."""
    factor, marker = scale(name), MARKERS[number % len(MARKERS)]
    right: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": 8}
    if change.mean is None:
        axes.text(1.02, at, BLANK, **right)
        return
    if change.low is not None and change.high is not None:
        axes.plot(
            [factor * change.low, factor * change.high], [at, at], color="black", linewidth=1.4
        )
    fill = "black" if change.excludes_zero else "white"
    axes.plot([factor * change.mean], [at], marker, mfc=fill, mec="black", ms=6, zorder=3)
    words = f"{mean_of(change, factor, sign=True)} ({range_of(change, factor)})"
    axes.text(1.02, at, words, **right)
