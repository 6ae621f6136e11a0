"""Calls by hour of the day and zone, plan beside plan; and how they wait, by type and priority."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from sim.clock import HOURS_A_DAY
from sim.report.table import FOLD, Group, Table
from sim.report.wording import mean_and_range, plan_heading
from sim.scenarios.answers.comparison import Comparison, PlanResult
from sim.scenarios.answers.intervals import Ratios

MOST_ZONES = 40  # beyond, the table is for a spreadsheet
NONE_ASKED = "–"
TITLE = "Percent of the requested calls that are reached, with the range of chance alone."
FILE = "by_hour_and_zone.txt"
WAITS = {  # figures of a call type or priority, and their headings
    "requested_per_week": f"calls{FOLD}a week",
    "reach_share": "reached, %",
    "delay_mean_min": f"wait, mean,{FOLD}min",
    "delay_any_share": f"had to{FOLD}wait, %",
    "delay_over_15_min_share": f"waited over{FOLD}15 min, %",
}


def cell_tables(comparison: Comparison) -> list[Table]:
    """Percent of the requested calls that are reached, with intervals of chance.

    By hour of the day in which a call was received; by zone if there are several, up to 40.
    """
    zones, plans = comparison.config.demand.zones, comparison.main.plans
    hours = [f"{hour:02d}:00" for hour in range(HOURS_A_DAY)]
    tables = [_table("received", hours, plans, lambda x: x.cells.hours_of_day["reach_share"])]
    if 1 < len(zones) <= MOST_ZONES:
        tables.append(_table("zone", zones, plans, lambda x: x.cells.zones["reach_share"]))
    return tables


def by_hour_and_zone(comparison: Comparison) -> str:
    """Text of the tables, as a file of the results folder that needs no spreadsheet."""
    return "\n\n".join([TITLE, *(table.text() for table in cell_tables(comparison))])


def wait_tables(comparison: Comparison) -> list[Table]:
    """Requested calls, those reached and how they wait, with intervals of chance.

    By call type and by priority, each if there are several.
    """
    plans = comparison.main.plans
    tables = [
        _by_class("call type", plans, lambda x: (x.cells.call_type, x.cells.types)),
        _by_class("priority", plans, lambda x: (x.cells.priority, x.cells.priorities)),
    ]
    return [table for table in tables if len(table.rows) > len(plans)]


def _by_class(
    what: str,
    plans: Sequence[PlanResult],
    classes: Callable[[PlanResult], tuple[Sequence[object], Mapping[str, Ratios]]],
) -> Table:
    """Table of the classes of calls, a group of rows for each plan."""
    groups = [
        Group(_waits(*classes(plan), len(plan.sample.values)), plan_heading(plan)) for plan in plans
    ]
    return Table([what, *WAITS.values()], groups)


def _waits(names: Sequence[object], ratios: Mapping[str, Ratios], n: int) -> list[list[str]]:
    """Row of each class."""
    columns = [_column(figure, ratios[figure], n) for figure in WAITS]
    return [list(row) for row in zip(map(str, names), *columns, strict=True)]


def _column(figure: str, ratios: Ratios, n: int) -> list[str]:
    """Cells of a figure; shares as whole percents, so that all columns fit side by side."""
    if figure.endswith("_share"):
        return [_percent(*cell, to="–") for cell in zip(*ratios, strict=True)]
    return [mean_and_range(ratios.interval(at, n)) for at in range(len(ratios.ratio))]


def _table(
    what: str,
    names: Sequence[str],
    plans: Sequence[PlanResult],
    reach: Callable[[PlanResult], Ratios],
) -> Table:
    columns = [[_percent(*cell) for cell in zip(*reach(plan), strict=True)] for plan in plans]
    rows = [list(row) for row in zip(names, *columns, strict=True)]
    return Table([what, *map(plan_heading, plans)], [Group(rows)])


def _percent(share: float, low: float, high: float, to: str = " to ") -> str:
    if math.isnan(share):
        return NONE_ASKED
    return f"{100 * share:.0f} ({100 * low:.0f}{to}{100 * high:.0f})"
