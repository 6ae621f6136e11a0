"""When no team is free, and when that is because nobody is on duty."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.arrays import Floats
from sim.clock import HOUR_S, MINUTE_S, WEEKDAYS
from sim.report.comparison.screen import titled
from sim.report.drawing import PALE, WIDTH_IN, footnote, headline, run_line
from sim.report.wording import mean_of, plan_heading
from sim.scenarios.answers.comparison import Comparison, PlanResult

BUSY_MAP = "Blues"  # from white to dark: print in gray loses nothing
HATCHED: dict[str, Any] = {"facecolor": "none", "edgecolor": "0.45", "hatch": "////"}
HATCHED |= {"linewidth": 0.0}


def coverage_gaps(comparison: Comparison) -> Figure:
    """Minutes of each hour of the week with no free team, a panel for each plan on one scale.

    Hours in which nobody is ever on duty are hatched: no team could be busy then.
    """
    plans = comparison.main.plans
    minutes_of = [_gap_minutes(plan) for plan in plans]
    top = max(1.0, *(float(table.max(initial=0.0)) for table in minutes_of))
    figure = Figure(figsize=(WIDTH_IN, 1.3 + 2.1 * len(plans)), layout="constrained")
    panels = figure.subplots(len(plans), 1, squeeze=False, sharex=True)[:, 0]
    for axes, plan, table in zip(panels, plans, minutes_of, strict=True):
        image = axes.imshow(table, cmap=BUSY_MAP, vmin=0, vmax=top, aspect="auto")
        _nobody_on_duty(axes, plan)
        _week_axes(axes)
        hours = mean_of(plan.measures["gap_hours_per_week"])
        axes.set_title(f"{plan_heading(plan)}: {hours} hours a week with no team free", loc="left")
    panels[-1].set_xlabel("Hour of day")
    headline(figure, titled(comparison, "gaps"))
    label = "Minutes of the hour with all teams busy"
    figure.colorbar(image, ax=list(panels), label=label, pad=0.02, aspect=30)
    if any(_off_duty(plan).any() for plan in plans):
        nobody = Patch(**HATCHED | {"facecolor": PALE}, label="nobody on duty")
        panels[0].legend(handles=[nobody], loc="lower right", bbox_to_anchor=(1, 1), frameon=False)
    footnote(figure, run_line(comparison))
    return figure


def _by_day(plan: PlanResult, name: str) -> Floats:
    """Ratios of the hours of the week, shape (7, 24); a short window has not every hour."""
    ratios: Floats = np.nan_to_num(plan.cells.hours[name].ratio).reshape(len(WEEKDAYS), -1)
    return ratios


def _off_duty(plan: PlanResult) -> Floats:
    """One in the hours in which no team is ever on duty, else zero."""
    return np.where(_by_day(plan, "teams_on_duty_mean") == 0, 1.0, 0.0)


def _gap_minutes(plan: PlanResult) -> Floats:
    """Mean minutes of gap in each hour with somebody on duty, days down and hours across."""
    minutes: Floats = _by_day(plan, "gap_share") * (1 - _off_duty(plan)) * (HOUR_S / MINUTE_S)
    return minutes


def _nobody_on_duty(axes: Axes, plan: PlanResult) -> None:
    off = _off_duty(plan)
    if not off.any():
        return
    axes.imshow(np.ma.masked_equal(off, 0), cmap=ListedColormap([PALE]), aspect="auto")
    for day, hour in np.argwhere(off):
        axes.bar(hour, 1.0, 1.0, day - 0.5, **HATCHED)


def _week_axes(axes: Axes) -> None:
    axes.set_yticks(range(len(WEEKDAYS)), WEEKDAYS)
    axes.set_xticks(np.arange(0, 25, 3) - 0.5, [f"{hour:02d}" for hour in range(0, 25, 3)])
    axes.set(xlim=(-0.5, 23.5), ylim=(len(WEEKDAYS) - 0.5, -0.5))
    axes.spines[:].set_visible(True)
