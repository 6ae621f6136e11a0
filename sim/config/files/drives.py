"""Files of travel between zones: a square of minutes, a table of OSRM, or pairs of r5.

Every fault names the file and the line.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import Any, Literal

from sim.clock import MINUTE_S
from sim.config.faults import InputError, nearest, some
from sim.config.files.tables import Lines, header, lines, not_negative, text
from sim.config.groups.travel import MOST_DRIVE_MINUTES, Matrix, check_minutes, is_time

Unit = Literal["minutes", "seconds"]
UNITS: Mapping[str, float] = {"minutes": 1.0, "seconds": MINUTE_S}  # how many are a minute
PAIR_COLUMNS = "from_id, to_id and travel_time (or travel_time_p50)"
TIME = r"traveltime(p\d+)?(minutes|seconds)?"
NEAR_MILES = 2.0  # a router moves a place to the nearest street
MILES_A_DEGREE = 69.0
LONG_MEDIAN, LONG_DRIVE, SHORT_MEDIAN = 60, 180, 1  # minutes; beyond, a unit may be wrong
NO_WAY = ("none", "na")  # in any table; among pairs a blank cell too, as r5 leaves it

Pairs = dict[tuple[str, str], float | None]  # minutes by the names of two zones; None: no way
Places = list[tuple[float, float]]  # latitude and longitude of each zone, or empty


def read_matrix(
    path: Path, zones: list[str], places: Places | None = None, unit: Unit | None = None
) -> Matrix:
    """Mean minutes from zone (row) to zone (column), in the order of `zones`; None without a way.

    A file that ends in .json is an answer of OSRM's table service, in seconds; its sources and
    destinations are told apart by name or by place. A CSV with columns from_id, to_id and
    travel_time is one of r5, any other a square with the names of zones in its first line and its
    first column. Where there is no way, OSRM has null, r5 a blank cell, and a square says none; a
    pair that is missing is an error. They are in minutes unless `unit`, the first cell or the
    column says seconds.
    """
    if path.suffix.lower() == ".json":
        return _osrm(path, zones, places or [], UNITS[unit or "seconds"])
    of = lines(path)
    where, cells = header(path, of)
    names = [re.sub(r"[_ ]", "", cell).lower() for cell in cells]
    if {"fromid", "toid"} <= {*names}:
        minutes = _pairs(path, names, of, unit)
    else:
        in_file = next((name for name in UNITS if name == names[0]), "minutes")
        minutes = _square(path, where, cells[1:], of, UNITS[unit or in_file])
    return [[_pair(path, minutes, start, end) for end in zones] for start in zones]


def unusual(zones: list[str], minutes: Matrix) -> str:
    """Say how long the longest drive and the median are, if a unit may be wrong; or nothing."""
    drives = [
        (value, start, end)
        for start, row in zip(zones, minutes, strict=True)
        for end, value in zip(zones, row, strict=True)
        if value is not None and (start != end or len(zones) == 1)
    ]
    if not drives:
        return ""
    middle = median(value for value, *_ in drives)
    longest, start, end = max(drives, key=itemgetter(0))  # names may be of two kinds still
    if SHORT_MEDIAN <= middle <= LONG_MEDIAN and longest <= LONG_DRIVE:
        return ""
    hint = "If the file is in seconds, set travel.matrix_unit=seconds"
    return (
        f"travel takes {middle:,.3g} minutes at the median and at most {longest:,.0f}, from "
        f"{start} to {end}, which is unusual. "
        f"{hint if middle >= SHORT_MEDIAN else 'Check that the file is in minutes'}"
    )


def _pair(path: Path, minutes: Pairs, start: str, end: str) -> float | None:
    if (start, end) not in minutes:
        known = list(dict.fromkeys(name for pair in minutes for name in pair))
        for zone in (start, end):
            if zone not in known:
                raise InputError(
                    f"{path}: expected every zone of demand.zones, got no {zone!r}; the file has "
                    f"{some(known)}"
                )
        raise InputError(
            f"{path}: from {start!r} to {end!r}: expected minutes (blank where there is no way), "
            "got no line"
        )
    return minutes[start, end]


def _add(minutes: Pairs, start: str, end: str, cell: str, where: str, per_minute: float) -> None:
    what = f"{where}: from {start!r} to {end!r}"
    if (start, end) in minutes:
        raise InputError(f"{what}: expected minutes once, got them twice")
    minutes[start, end] = None if cell.lower() in NO_WAY else _drive(cell, what, per_minute)


def _drive(cell: str, what: str, per_minute: float) -> float:
    if not cell:
        raise InputError(
            f"{what}: expected minutes, or none where there is no way, got a blank cell"
        )
    value = not_negative(cell, what) / per_minute
    if value > MOST_DRIVE_MINUTES:
        raise InputError(
            f"{what}: expected at most {MOST_DRIVE_MINUTES:,} minutes, got {value:,.0f} (if in "
            "seconds, set travel.matrix_unit=seconds; where there is no route, write none)"
        )
    return value


def _square(path: Path, where: str, names: list[str], of: Lines, per_minute: float) -> Pairs:
    if not all(names) or not names or len(set(names)) < len(names):
        raise InputError(
            f"{where}: expected a blank cell, then each zone once, got other names (or expected "
            f"columns {PAIR_COLUMNS})"
        )
    minutes: Pairs = {}
    rows: list[str] = []
    for number, (row, *cells) in of:
        at = f"{path}, line {number}"
        if row not in names:
            raise InputError(
                f"{at}: unknown row {row!r}, which is no column; {nearest(row, names)}"
            )
        if len(cells) != len(names):
            raise InputError(f"{at}: row {row!r}: expected {len(names)} cells, got {len(cells)}")
        for name, cell in zip(names, cells, strict=True):
            _add(minutes, row, name, cell, at, per_minute)
        rows.append(row)
    without = [name for name in names if name not in rows]
    if without:
        raise InputError(f"{path}: expected a row for every column, got none for {without[0]!r}")
    return minutes


def _pairs(path: Path, names: list[str], of: Lines, unit: Unit | None) -> Pairs:
    time = _time_column(path, names)
    in_file = "seconds" if time.endswith("seconds") else "minutes"
    at = [names.index(name) for name in ("fromid", "toid", time)]
    minutes: Pairs = {}
    for number, cells in of:
        where = f"{path}, line {number}"
        if len(cells) != len(names):
            raise InputError(f"{where}: expected {len(names)} cells, got {len(cells)}")
        start, end, cell = (cells[column] for column in at)
        _add(minutes, start, end, cell or NO_WAY[0], where, UNITS[unit or in_file])
    return minutes


def _time_column(path: Path, names: list[str]) -> str:
    """Name of the column of times: the only one, or that of the median."""
    times = [name for name in names if re.fullmatch(TIME, name)]
    middle = [name for name in times if "p50" in name]
    if len(times) != 1 and len(middle) != 1:
        got = ", ".join(times) or "no time"
        raise InputError(f"{path}, line 1: expected columns {PAIR_COLUMNS}, got {got}")
    return times[0] if len(times) == 1 else middle[0]


# --- OSRM ----------------------------------------------------------------------------------------


def _osrm(path: Path, zones: list[str], places: Places, per_minute: float) -> Matrix:
    try:
        table = json.loads(text(path))
    except (ValueError, RecursionError) as error:  # ValueError also of a number too long
        line = getattr(error, "lineno", 1)
        raise InputError(f"{path}, line {line}: expected JSON, got other text") from error
    times = table.get("durations") if isinstance(table, dict) else None
    if not isinstance(times, list):
        raise InputError(f"{path}: expected a table of OSRM with durations, got none")
    starts, ends = (
        _order(f"{path}: {side}", table.get(side), zones, places)
        for side in ("sources", "destinations")
    )
    try:
        minutes = [
            [_minutes(value, per_minute) for value in _picked(row, ends)]
            if isinstance(row, list)
            else row
            for row in _picked(times, starts)
        ]
        check_minutes(zones, minutes)
    except ValueError as error:
        raise InputError(f"{path}: durations, in the order of demand.zones: {error}") from error
    return minutes


def _minutes(value: Any, per_minute: float) -> Any:  # noqa: ANN401 - what a file may hold
    return value / per_minute if is_time(value) else value


def _picked(row: list[Any], order: list[int]) -> list[Any]:
    """Entries of a row in the order of the zones; all as they are if the file has no names."""
    if not order:
        return row
    if len(row) <= max(order):
        raise ValueError(f"expected one for each of sources and destinations, got {len(row)}")
    return [row[at] for at in order]


def _order(where: str, entries: Any, zones: list[str], places: Places) -> list[int]:  # noqa: ANN401
    """Which entry each zone is, by name or else by place; empty if the file lists none."""
    if not entries:
        return []
    known = [x if isinstance(x, dict) else {} for x in entries] if isinstance(entries, list) else []
    names = [entry.get("name") for entry in known]
    if all(names.count(zone) == 1 for zone in zones):
        return [names.index(zone) for zone in zones]
    if not places:
        raise InputError(
            f"{where}: expected the names of zones, or zones with latitude and longitude (as in "
            "demand.zones_file) to tell them by place, got neither"
        )
    order = [_nearest(where, zone, at, known) for zone, at in zip(zones, places, strict=True)]
    for zone, at in zip(zones, order, strict=True):
        if order.count(at) > 1:
            raise InputError(f"{where}: expected a place for each zone, got one for two: {zone!r}")
    return order


def _nearest(where: str, zone: str, place: tuple[float, float], entries: list[Any]) -> int:
    """Which entry is nearest to a zone's place."""
    miles = [_miles(place, entry.get("location")) for entry in entries]
    at = min(range(len(miles)), key=miles.__getitem__, default=-1)
    if at < 0 or not miles[at] <= NEAR_MILES:
        got = "none with a location" if at < 0 or miles[at] == math.inf else f"{miles[at]:,.1f}"
        raise InputError(
            f"{where}: expected one within {NEAR_MILES:g} miles of {zone!r}, got {got}"
        )
    return at


def _miles(place: tuple[float, float], location: Any) -> float:  # noqa: ANN401 - a file
    """Miles from a latitude and longitude to OSRM's longitude and latitude, on a flat map."""
    if not (isinstance(location, list) and len(location) == 2 and all(map(_is_number, location))):
        return math.inf
    east = (location[0] - place[1]) * math.cos(math.radians(place[0]))
    return MILES_A_DEGREE * math.hypot(location[1] - place[0], east)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 360
