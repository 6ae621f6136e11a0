"""When and where calls are reached: every hour of the day and every zone, plan beside plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from sim.clock import HOURS_A_DAY
from sim.report.table import Group, Table
from sim.report.wording import plan_heading
from sim.scenarios.answers.comparison import Comparison, PlanResult
from sim.scenarios.answers.intervals import Ratios

MOST_ZONES = 40  # beyond, the table is for a spreadsheet
NONE_ASKED = "–"
TITLE = "Percent of the requested calls that are reached, with the range of chance alone."
FILE = "by_hour_and_zone.txt"


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


def _table(
    what: str,
    names: Sequence[str],
    plans: Sequence[PlanResult],
    reach: Callable[[PlanResult], Ratios],
) -> Table:
    columns = [[_reached(*cell) for cell in zip(*reach(plan), strict=True)] for plan in plans]
    rows = [list(row) for row in zip(names, *columns, strict=True)]
    return Table([what, *map(plan_heading, plans)], [Group(rows)])


def _reached(share: float, low: float, high: float) -> str:
    if math.isnan(share):
        return NONE_ASKED
    return f"{100 * share:.0f} ({100 * low:.0f} to {100 * high:.0f})"
