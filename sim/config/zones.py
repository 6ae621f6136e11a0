"""Files of zones and of travel between them, read when a config is composed.

`demand.zones_file` is a CSV with a row a zone; `travel.matrix_file` is a square CSV of minutes, a
table of OSRM (JSON, seconds) or one of r5 (CSV, minutes). Every fault names the file and the line.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.clock import MINUTE_S
from sim.config.faults import InputError, nearest, shown
from sim.config.groups.travel import check_minutes
from sim.config.values import check_sum_is_one

WEIGHTS = ("share", "calls")
ZONE_COLUMNS = ("zone", *WEIGHTS, "agency", "latitude", "longitude")
PAIR_COLUMNS = ("from_id", "to_id", "travel_time")
NOT_NEGATIVE = "0 or more"

Lines = Iterator[tuple[int, list[str]]]  # number and cells
Row = tuple[str, dict[str, str]]  # where it stands, and its cells by column
Pairs = dict[tuple[str, str], float]  # minutes by the names of two zones


def expand_files(tree: dict[str, Any], folders: list[Path]) -> None:
    """Put what files hold in place of the keys that name them, in a composed tree.

    Parameters
    ----------
    tree
        Groups of the config as plain data; changed in place.
    folders
        Where a relative path is looked for, in order.

    Raises
    ------
    InputError
        One line that names the file, its line, what was expected and what was there.
    """
    demand, travel = tree.get("demand"), tree.get("travel")
    path = _named_file(demand, "demand", "zones_file", folders)
    if path is not None and isinstance(demand, dict):
        demand |= read_zones(path)
    path = _named_file(travel, "travel", "matrix_file", folders)
    if path is not None and isinstance(travel, dict) and isinstance(demand, dict):
        zones = [str(zone) for zone in demand.get("zones") or []]
        travel |= {"zones": zones, "minutes": read_matrix(path, zones)}


def _named_file(group: Any, name: str, key: str, folders: list[Path]) -> Path | None:  # noqa: ANN401 - YAML
    """Path of the file that a key of a group names; the key is taken out. None without the key."""
    path = group.pop(key, None) if isinstance(group, dict) else None
    if path is None:
        return None
    if not isinstance(path, str) or not path:
        raise InputError(f"{name}.{key}: expected the path of a file, got {shown(path)}")
    if key == "matrix_file" and group.get("model") != "matrix":
        got = group.get("model")
        raise InputError(f"{name}.{key}: expected travel=matrix with it, got travel.model={got}")
    for folder in folders:
        if (folder / path).is_file():
            return folder / path
    raise InputError(
        f"{name}.{key}: expected a file in the working folder or the config folder, got {path!r}"
    )


# --- reading -------------------------------------------------------------------------------------


def _text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise InputError(f"{path}: expected UTF-8 text, got {_cause(error)}") from error
    if not text.strip():
        raise InputError(f"{path}: expected a table, got an empty file")
    return text


def _cause(error: OSError | UnicodeError) -> str:
    return str(getattr(error, "strerror", None) or "a byte that is not UTF-8")


def _lines(path: Path) -> Lines:
    """Number and cells of each line of a CSV, without blank lines and blanks around cells."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: expected CSV, got {error}") from error


def _header(path: Path, lines: Lines) -> tuple[str, list[str]]:
    """Place and cells of the first line."""
    for number, cells in lines:
        return f"{path}, line {number}", cells
    raise InputError(f"{path}: expected a header line, got blank cells alone")


def _number(cell: str, where: str, right: str) -> float:
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"{where}: expected {right}, got {cell or 'a blank cell'}")
    return number


def _not_negative(cell: str, where: str) -> float:
    number = _number(cell, where, NOT_NEGATIVE)
    if number < 0:
        raise InputError(f"{where}: expected {NOT_NEGATIVE}, got {number:g}")
    return number


# --- zones ---------------------------------------------------------------------------------------


def read_zones(path: Path) -> dict[str, Any]:
    """Keys of the group `demand` from a CSV with one row per zone.

    Columns: `zone`; `share` (they sum to 1) or `calls` (scaled to sum to 1); optionally `agency`,
    and `latitude` with `longitude` in degrees. Other columns are ignored.
    """
    lines = _lines(path)
    where, header = _header(path, lines)
    columns = [name.lower() for name in header]
    _check_columns(columns, where)
    rows = [_row(columns, cells, f"{path}, line {number}") for number, cells in lines]
    if not rows:
        raise InputError(f"{path}: expected one line per zone below the header, got none")
    zones = _names(rows, "zone")
    _check_each_once(path, rows, zones)
    places = "latitude" in columns
    return {
        "zones": zones,
        "zone_share": _shares(path, rows),
        "zone_agency": _names(rows, "agency") if "agency" in columns else [],
        "zone_latitude": _degrees(rows, "latitude", 90) if places else [],
        "zone_longitude": _degrees(rows, "longitude", 180) if places else [],
    }


def _check_columns(columns: list[str], where: str) -> None:
    for column in ZONE_COLUMNS:
        if columns.count(column) > 1:
            raise InputError(f"{where}: expected each column once, got {column!r} twice")
    weights = [column for column in WEIGHTS if column in columns]
    for missing in sorted({*ZONE_COLUMNS} - {*columns} - {*(WEIGHTS if weights else ())}):
        others = [column for column in columns if column not in ZONE_COLUMNS]
        like = difflib.get_close_matches(missing, others, n=1, cutoff=0.8)
        if like:
            raise InputError(f"{where}: unknown column {like[0]!r}; did you mean {missing!r}?")
    if "zone" not in columns or len(weights) != 1:
        raise InputError(
            f"{where}: expected columns zone and one of share and calls, got {', '.join(columns)}"
        )
    if ("latitude" in columns) != ("longitude" in columns):
        raise InputError(f"{where}: expected both latitude and longitude or neither, got one")


def _row(columns: list[str], cells: list[str], where: str) -> Row:
    if len(cells) != len(columns):
        raise InputError(f"{where}: expected {len(columns)} cells, got {len(cells)}")
    return where, dict(zip(columns, cells, strict=True))


def _names(rows: list[Row], column: str) -> list[str]:
    for where, row in rows:
        if not row[column]:
            raise InputError(f"{where}: {column}: expected a name, got a blank cell")
    return [row[column] for _, row in rows]


def _check_each_once(path: Path, rows: list[Row], zones: list[str]) -> None:
    first: dict[str, str] = {}
    for (where, _), zone in zip(rows, zones, strict=True):
        if zone in first:
            before = first[zone].removeprefix(f"{path}, ")
            raise InputError(f"{where}: expected each zone once, got {zone!r} again after {before}")
        first[zone] = where


def _degrees(rows: list[Row], column: str, most: float) -> list[float]:
    right = f"degrees from {-most:g} to {most:g}"
    degrees = []
    for where, row in rows:
        degrees.append(_number(row[column], f"{where}: {column}", right))
        if abs(degrees[-1]) > most:
            raise InputError(f"{where}: {column}: expected {right}, got {degrees[-1]:g}")
    return degrees


def _shares(path: Path, rows: list[Row]) -> list[float]:
    column = next(name for name in WEIGHTS if name in rows[0][1])
    weights = [_not_negative(row[column], f"{where}: {column}") for where, row in rows]
    if column == "calls":
        total = math.fsum(weights)
        if total <= 0:
            raise InputError(f"{path}: calls: expected a figure above 0, got 0 in all lines")
        return [calls / total for calls in weights]
    try:
        check_sum_is_one(weights, "shares")
    except ValueError as error:
        raise InputError(f"{path}: share: {error} (a column calls is scaled instead)") from error
    return weights


# --- travel --------------------------------------------------------------------------------------


def read_matrix(path: Path, zones: list[str]) -> list[list[float]]:
    """Mean minutes from zone (row) to zone (column), in the order of `zones`.

    A file that ends in .json is an answer of OSRM's table service: seconds, in the order of
    `zones`. A CSV with columns from_id, to_id and travel_time is one of r5, any other a square of
    minutes with the names of zones in its first line and its first column.
    """
    if path.suffix.lower() == ".json":
        return _osrm(path, zones)
    lines = _lines(path)
    where, header = _header(path, lines)
    if set(PAIR_COLUMNS) <= set(header):
        minutes = _pairs(path, header, lines)
    else:
        minutes = _square(path, where, header[1:], lines)
    return [[_pair(path, minutes, start, end) for end in zones] for start in zones]


def _pair(path: Path, minutes: Pairs, start: str, end: str) -> float:
    if (start, end) not in minutes:
        known = {name for pair in minutes for name in pair}
        for zone in (start, end):
            if zone not in known:
                raise InputError(f"{path}: expected every zone of demand.zones, got no {zone!r}")
        raise InputError(f"{path}: from {start!r} to {end!r}: expected minutes, got none")
    return minutes[start, end]


def _add(minutes: Pairs, start: str, end: str, cell: str, where: str) -> None:
    what = f"{where}: from {start!r} to {end!r}"
    if (start, end) in minutes:
        raise InputError(f"{what}: expected minutes once, got them twice")
    minutes[start, end] = _not_negative(cell, what)


def _square(path: Path, where: str, names: list[str], lines: Lines) -> Pairs:
    if not all(names) or not names or len(set(names)) < len(names):
        raise InputError(f"{where}: expected a blank cell, then each zone once, got other names")
    minutes: Pairs = {}
    rows: list[str] = []
    for number, (row, *cells) in lines:
        at = f"{path}, line {number}"
        if row not in names:
            raise InputError(
                f"{at}: unknown row {row!r}, which is no column; {nearest(row, names)}"
            )
        if len(cells) != len(names):
            raise InputError(f"{at}: row {row!r}: expected {len(names)} cells, got {len(cells)}")
        for name, cell in zip(names, cells, strict=True):
            _add(minutes, row, name, cell, at)
        rows.append(row)
    without = [name for name in names if name not in rows]
    if without:
        raise InputError(f"{path}: expected a row for every column, got none for {without[0]!r}")
    return minutes


def _pairs(path: Path, header: list[str], lines: Lines) -> Pairs:
    at = [header.index(column) for column in PAIR_COLUMNS]
    minutes: Pairs = {}
    for number, cells in lines:
        where = f"{path}, line {number}"
        if len(cells) != len(header):
            raise InputError(f"{where}: expected {len(header)} cells, got {len(cells)}")
        start, end, cell = (cells[column] for column in at)
        _add(minutes, start, end, cell, where)
    return minutes


def _osrm(path: Path, zones: list[str]) -> list[list[float]]:
    try:
        table = json.loads(_text(path))
    except (ValueError, RecursionError) as error:  # ValueError also of a number too long
        line = getattr(error, "lineno", 1)
        raise InputError(f"{path}, line {line}: expected JSON, got other text") from error
    seconds = table.get("durations") if isinstance(table, dict) else None
    if not isinstance(seconds, list):
        raise InputError(f"{path}: expected a table of OSRM with durations, got none")
    try:
        check_minutes(zones, seconds)
    except ValueError as error:
        raise InputError(f"{path}: durations, in the order of demand.zones: {error}") from error
    return [[value / MINUTE_S for value in row] for row in seconds]
