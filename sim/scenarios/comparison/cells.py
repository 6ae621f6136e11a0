"""Totals by hour, zone, shift and call type, pooled over replications: ratios with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sim.arrays import Array, Ints
from sim.clock import HOUR_S, HOURS_A_DAY, MINUTE_S, WEEK_S
from sim.config.models import Run
from sim.config.plans import Line, StaffingPlan
from sim.model.measures.cells import HourTable, PostTable, TypeTable, ZoneTable
from sim.scenarios.answers.intervals import Ratios
from sim.scenarios.intervals import ratio_of_sums
from sim.scenarios.samples import ArmSample
from sim.schema import TravelModel

AROUND_THE_CLOCK_H = 24.0  # what stands for the length of a duty that has no end


class Shift(NamedTuple):
    """Duties of a post that start at one time of day; no time if it is held around the clock.

    There is no base zone if the plan names none, and none was chosen for it.
    """

    line: str
    number: int
    base_zone: str | None
    start: str | None
    length_h: float


class Cells(NamedTuple):
    """Ratios by name, a cell an hour of the week or of the day, a zone, or one of the shifts.

    Those of `types` have a cell one of `call_type`, and those of `priorities` one of `priority`.
    """

    hours: dict[str, Ratios]
    hours_of_day: dict[str, Ratios]
    zones: dict[str, Ratios]
    posts: dict[str, Ratios]
    shifts: list[Shift]
    types: dict[str, Ratios]
    call_type: list[str]
    priorities: dict[str, Ratios]
    priority: list[int]


def pooled(
    plan: StaffingPlan,
    travel: int,
    sample: ArmSample,
    run: Run,
    priority_of_type: Mapping[str, int],
) -> Cells:
    """Cells of one plan.

    Parameters
    ----------
    plan
        The plan that was run.
    travel
        Code of `TravelModel`: under the square-root law a zone has no response time.
    sample
        What was measured.
    run
        Confidence level.
    priority_of_type
        Priority of each call type, by its name.
    """
    hours = HourTable(*map(wide, sample.hours))
    zones, posts = ZoneTable(*map(wide, sample.zones)), PostTable(*map(wide, sample.posts))
    types, priorities = TypeTable(*map(wide, sample.types)), [*priority_of_type.values()]
    priority = sorted(set(priorities))
    of_priority = np.equal.outer(priorities, priority).astype(np.int64)
    shifts = _shifts(plan)
    window_for_s = hours.window_for_s.sum(axis=1, keepdims=True)
    return Cells(
        _by_hour(hours, run),
        _by_hour(HourTable(*map(_over_days, hours)), run),
        _by_zone(zones, travel, run),
        _by_shift(posts, shifts, window_for_s, run),
        shifts,
        _by_class(types, window_for_s, run),
        [*priority_of_type],
        _by_class(TypeTable(*(column @ of_priority for column in types)), window_for_s, run),
        priority,
    )


def wide(column: Ints) -> Ints:
    """Totals as they are summed: they are kept in the least type that holds them."""
    return column.astype(np.int64)


def _over_days(column: Ints) -> Ints:
    """Totals of each hour of the day, over the days of the week; shape (replications, 24)."""
    out: Ints = column.reshape(len(column), -1, HOURS_A_DAY).sum(axis=1)
    return out


def ratio(tops: Array, bottoms: Array, run: Run, most: float = np.inf) -> Ratios:
    """Ratios of sums over the replications of a run, with their intervals."""
    floats = tops.astype(np.float64), bottoms.astype(np.float64)
    return ratio_of_sums(*floats, run.confidence_level, most)


def share(tops: Array, bottoms: Array, run: Run) -> Ratios:
    """Ratios of a part to its whole."""
    return ratio(tops, bottoms, run, most=1.0)


def _by_hour(table: HourTable, run: Run) -> dict[str, Ratios]:
    return {
        "gap_share": share(table.gap_for_s, table.window_for_s, run),
        "reach_share": share(table.reached, table.requested, run),
        "response_mean_min": ratio(table.response_for_s, table.reached * MINUTE_S, run),
        "utilization_share": share(table.busy_for_s, table.on_duty_for_s, run),
        "teams_on_duty_mean": ratio(table.on_duty_for_s, table.window_for_s, run),
        "requested_per_hour": ratio(table.requested, table.window_for_s / HOUR_S, run),
    }


def _by_zone(table: ZoneTable, travel: int, run: Run) -> dict[str, Ratios]:
    timed = float(travel == TravelModel.MATRIX)
    return {
        "requested_per_week": ratio(table.requested, table.window_for_s / WEEK_S, run),
        "reach_share": share(table.reached, table.requested, run),
        "response_mean_min": ratio(
            timed * table.response_for_s, timed * MINUTE_S * table.reached, run
        ),
        "gap_share": share(table.gap_for_s, table.window_for_s, run),
    }


def _by_class(table: TypeTable, window_for_s: Ints, run: Run) -> dict[str, Ratios]:
    return {
        "requested_per_week": ratio(table.requested, window_for_s / WEEK_S, run),
        "reach_share": share(table.reached, table.requested, run),
        "delay_mean_min": ratio(table.waited_for_s, table.requested * MINUTE_S, run),
        "delay_any_share": share(table.waited, table.requested, run),
        "delay_over_15_min_share": share(table.waited_long, table.requested, run),
    }


def _by_shift(
    table: PostTable, shifts: list[Shift], window_for_s: Ints, run: Run
) -> dict[str, Ratios]:
    """Cells of shifts; calls are those of as many hours on duty as a whole duty has."""
    duties = table.on_duty_for_s / (HOUR_S * np.array([shift.length_h for shift in shifts]))
    return {
        "on_duty_hours_per_week": ratio(table.on_duty_for_s, window_for_s * (HOUR_S / WEEK_S), run),
        "utilization_share": share(table.busy_for_s, table.on_duty_for_s, run),
        "calls_per_duty": ratio(table.reached, duties, run),
    }


def _shifts(plan: StaffingPlan) -> list[Shift]:
    """Shifts of a plan in the order of its tables: line by line, post by post, by time of day."""
    return [
        Shift(line.name, number, _base_zone(line, number - 1), start, _length_h(line))
        for line in plan.lines
        for number in range(1, line.count + 1)
        for start in _starts(line)
    ]


def _base_zone(line: Line, post: int) -> str | None:
    return line.base_zones[post % len(line.base_zones)] if line.base_zones else None


def _starts(line: Line) -> list[str | None]:
    starts_s = sorted(set(line.start_seconds))
    clock = [f"{start_s // HOUR_S:02d}:{start_s % HOUR_S // MINUTE_S:02d}" for start_s in starts_s]
    return [*clock] or [None]


def _length_h(line: Line) -> float:
    return AROUND_THE_CLOCK_H if line.length_h is None else line.length_s / HOUR_S
