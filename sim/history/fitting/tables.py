"""Files of the configs that a fit writes: demand, shapes, service and travel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.arrays import Floats
from sim.config import Sourced

DECIMALS = 6
FIGURES = 6  # of a fitted number

Node = dict[str, Any]


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
    `configs/shapes/`; `errors`, `holidays` and `fitted` are the keys of these names, written if
    there are any; `month_factor` length 12 and mean 1 weighted by the days of an
    average year; `call_type_share_by_hour` 24 rows of a share for each of `call_types`;
    `zone_share` one for each of `zones`. Shares sum to 1; names are sorted. `centers` are degrees
    of latitude and longitude of zones, written if every zone has them.
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
    errors: Node = field(default_factory=dict)
    holidays: Node = field(default_factory=dict)
    fitted: Node = field(default_factory=dict)
    centers: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class ShapeTable:
    """One file of `configs/shapes/`; rates of mean 1 and the standard errors of their logarithm."""

    name: str
    source: Mapping[str, str | int]
    rate: Floats
    log_se: Floats


def demand_yaml(table: DemandTable) -> str:
    """YAML of a demand table, composed by hand so that the 168 hours are seven lines of a day."""
    by_hour = [f"  - {_numbers(shares)}" for shares in table.call_type_share_by_hour]
    lines = [
        f"# made by: {table.source['command']}",
        "# Shape: a line a day from Monday, a number an hour from 00. Months: from January.",
        "# Type shares: a line an hour of day from 00, in the order of call_types.",
        f"name: {scalar(table.name)}",
        *block("source", table.source),
        *block("calls_per_year", _stated(table.calls_per_year)),
        *block("growth_factor", _stated(table.growth_factor)),
        *block("day_factor_cv", _stated(table.day_factor_cv)),
        *week_lines("hour_of_week_shape", table.hour_of_week_shape),
        f"shape_drawn_from: {scalar(table.shape_drawn_from)}",
        f"month_factor: {_numbers(table.month_factor)}",
        f"call_types: {scalar(table.call_types)}",
        "call_type_share_by_hour:",
        *by_hour,
        f"zones: {scalar(table.zones)}",
        f"zone_share: {_numbers(table.zone_share)}",
        *_places(table),
        *(block("errors", table.errors) if table.errors else []),
        *(block("holidays", table.holidays) if table.holidays else []),
        *(block("fitted", table.fitted) if table.fitted else []),
    ]
    return "\n".join(lines) + "\n"


def _places(table: DemandTable) -> list[str]:
    if not table.centers.keys() >= set(table.zones):
        return []
    latitude, longitude = zip(*(table.centers[zone] for zone in table.zones), strict=True)
    return [f"zone_latitude: {_numbers(latitude)}", f"zone_longitude: {_numbers(longitude)}"]


def shape_yaml(table: ShapeTable) -> str:
    """YAML of a shape: seven lines of a day for the rates, and seven for their errors."""
    lines = [
        f"# made by: {table.source['command']}",
        "# A line a day from Monday, a number an hour from 00: relative rates of mean 1, and the",
        "# standard errors of their logarithms.",
        f"name: {scalar(table.name)}",
        *block("source", table.source),
        *week_lines("rate", table.rate.tolist()),
        *week_lines("log_se", table.log_se.tolist()),
    ]
    return "\n".join(lines) + "\n"


def group_yaml(command: str, base: str, tree: Node) -> str:
    """YAML of a file of `service` or `travel` that changes some keys of a shipped one."""
    head = [f"# made by: {command}", "defaults:", f"  - {base}", "  - _self_"]
    return "\n".join([*head, *_down(tree)]) + "\n"


def _down(tree: Node, indent: str = "") -> list[str]:
    """Lines of a tree: mappings of plain values across the page, all others down it."""
    lines = []
    for key, value in tree.items():
        if isinstance(value, dict) and any(isinstance(x, dict) for x in value.values()):
            lines += [f"{indent}{key}:", *_down(value, f"{indent}  ")]
        else:
            lines.append(f"{indent}{key}: {scalar(value)}")
    return lines


def _stated(number: Sourced) -> Node:
    """Fields of a number; counts and errors only if it has them."""
    fields = number.model_dump()
    extra = {"k", "n", "se"}
    return {key: x for key, x in fields.items() if key not in extra or x is not None}


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
