"""A demand table: one file of the config group `demand`, and the writer of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.config import Sourced

DECIMALS = 6
COUNTS = {"k", "n"}  # no figure of a table is a count


@dataclass(frozen=True)
class Origin:
    """Who published the rows, and under which license."""

    title: str
    publisher: str = ""
    license: str = ""


@dataclass(frozen=True)
class DemandTable:
    """One file of the config group `demand`; every number is as printed, to 6 decimals.

    `source` holds the fields of `Origin`, the period, the rows read, used and dropped, and the
    command. `calls_per_year` is for a year of 365.25 days. `hour_of_week_shape` has length 168,
    Monday 00:00 first, and mean 1; `shape_drawn_from` names files of
    `configs/shapes/`; `month_factor` length 12 and mean 1 weighted by the days of an
    average year; `call_type_share_by_hour` 24 rows of a share for each of `call_types`;
    `zone_share` one for each of `zones`. Shares sum to 1; names are sorted.
    """

    name: str
    source: Mapping[str, str | int]
    calls_per_year: Sourced
    growth_factor: Sourced
    day_factor_cv: Sourced
    hour_of_week_shape: tuple[float, ...]
    shape_drawn_from: tuple[str, ...]
    month_factor: tuple[float, ...]
    call_types: tuple[str, ...]
    call_type_share_by_hour: tuple[tuple[float, ...], ...]
    zones: tuple[str, ...]
    zone_share: tuple[float, ...]


def write_table(table: DemandTable, path: Path | str) -> None:
    """Write a demand table as YAML, the same table always to the same bytes.

    Parameters
    ----------
    table
        From `fit`.
    path
        File of the config group `demand`; replaced if it exists.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    Path(path).write_text(_yaml(table), encoding="utf-8", newline="\n")


def _yaml(table: DemandTable) -> str:
    """Text of the file, composed by hand so that the 168 hours are seven lines of a day."""
    by_hour = [f"  - {_numbers(shares)}" for shares in table.call_type_share_by_hour]
    lines = [
        f"# made by: {table.source['command']}",
        "# Shape: a line a day from Monday, a number an hour from 00. Months: from January.",
        "# Type shares: a line an hour of day from 00, in the order of call_types.",
        f"name: {scalar(table.name)}",
        *block("source", table.source),
        *block("calls_per_year", table.calls_per_year.model_dump(exclude=COUNTS)),
        *block("growth_factor", table.growth_factor.model_dump(exclude=COUNTS)),
        *block("day_factor_cv", table.day_factor_cv.model_dump(exclude=COUNTS)),
        *week_lines("hour_of_week_shape", table.hour_of_week_shape),
        f"shape_drawn_from: {scalar(table.shape_drawn_from)}",
        f"month_factor: {_numbers(table.month_factor)}",
        f"call_types: {scalar(table.call_types)}",
        "call_type_share_by_hour:",
        *by_hour,
        f"zones: {scalar(table.zones)}",
        f"zone_share: {_numbers(table.zone_share)}",
    ]
    return "\n".join(lines) + "\n"


def week_lines(key: str, numbers: Sequence[float]) -> list[str]:
    """Lines of the 168 numbers of a week, a line a day."""
    week = [numbers[day * 24 : day * 24 + 24] for day in range(7)]
    return [f"{key}: [", ",\n".join(f"  {_numbers(day)[1:-1]}" for day in week), "  ]"]


def block(key: str, fields: Mapping[str, object]) -> list[str]:
    """Lines of a nested mapping."""
    return [f"{key}:", *(f"  {name}: {scalar(value)}" for name, value in fields.items())]


def scalar(value: object) -> str:
    """JSON text, which YAML reads as the same value."""
    return json.dumps(value, ensure_ascii=False)


def _numbers(values: Iterable[float]) -> str:
    """Flow list of numbers with all their decimals."""
    return "[" + ", ".join(f"{value:.{DECIMALS}f}" for value in values) + "]"
