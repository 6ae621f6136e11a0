"""Files of zones and of travel between them, read when a config is composed.

`demand.zones_file` is a CSV with a row a zone; `travel.matrix_file` has the minutes between them.
Every fault names the file and the line.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sim.config.faults import InputError, file_in, shown
from sim.config.files.drives import UNITS, read_matrix, unusual
from sim.config.files.tables import header, lines, not_negative, number
from sim.config.groups.travel import check_minutes
from sim.config.values import check_sum_is_one

WEIGHTS = ("share", "calls")
ZONE_COLUMNS = ("zone", *WEIGHTS, "agency", "latitude", "longitude")
WITHOUT_PLACES = ("constant", "square_root")  # models of travel

Row = tuple[str, dict[str, str]]  # where it stands, and its cells by column
Tree = dict[str, Any]


def expand_files(tree: Tree, asked: Collection[str], folders: list[Path]) -> None:
    """Put what files hold in place of the keys that name them, in a composed tree.

    Parameters
    ----------
    tree
        Groups of the config as plain data; changed in place. What a user should know of a file is
        added to the notes and warnings of its program.
    asked
        Keys that the user has set.
    folders
        Where a relative path is looked for, in order; the packaged configs are last.

    Raises
    ------
    InputError
        One line that names the file, its line, what was expected and what was there.
    """
    program, demand, travel = (tree.get(name) for name in ("program", "demand", "travel"))
    if not (isinstance(program, dict) and isinstance(demand, dict) and isinstance(travel, dict)):
        return
    path = _named_file(demand, "demand", "zones_file", folders)
    if path is not None:
        _put_zones(path, demand, program, folders[-1])
        _check_uses_zones(travel, asked)
    path = _named_file(travel, "travel", "matrix_file", folders)
    unit = travel.pop("matrix_unit", None)
    if unit is not None and (path is None or unit not in tuple(UNITS)):
        got = shown(unit) if path else "it without a file"
        raise InputError(
            f"travel.matrix_unit: expected minutes or seconds, with travel.matrix_file, got {got}"
        )
    if path is not None:
        zones = [str(zone) for zone in demand.get("zones") or []]
        travel |= {"zones": zones, "minutes": read_matrix(path, zones, _places(demand), unit)}
    if travel.get("model") == "matrix":
        _warn(program, travel)


def _put_zones(path: Path, demand: Tree, program: Tree, packaged: Path) -> None:
    """Put zones in place; and the calls of the file, unless the user has said how many."""
    read = read_zones(path)
    calls = read.pop("calls_per_year", None)
    demand |= read
    if calls is None:
        _refuse_calls_of_another(path, demand, packaged)
        return
    total = f"{calls['value']:,.10g}"
    if demand.get("calls_per_year") in _shipped_calls(packaged):
        demand["calls_per_year"] = calls
        note = f"Calls per year: {total}, the sum of the column calls of {path.name}."
        note += " If those are not of one year, set demand.calls_per_year."
    else:
        note = f"{path.name}: its {total} calls only share out demand.calls_per_year by zone."
    if isinstance(program.get("notes", []), list):
        program["notes"] = [*program.get("notes", []), note]


def _refuse_calls_of_another(path: Path, demand: Tree, packaged: Path) -> None:
    """Raise InputError if a city of the user's own would have the calls of a shipped one."""
    if demand.get("calls_per_year") in _shipped_calls(packaged):
        raise InputError(
            f"{path}: shares need demand.calls_per_year: expected your own calls a year (or a "
            "column calls in place of share), got those of another city"
        )


@cache
def _shipped_calls(packaged: Path) -> list[Any]:
    """Calls per year of the demand files that travel with the package."""
    files = sorted((packaged / "demand").glob("*.yaml"))
    trees = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    return [tree["calls_per_year"] for tree in trees if "calls_per_year" in tree]


def _check_uses_zones(travel: Tree, asked: Collection[str]) -> None:
    """Raise InputError if travel knows no places, unless the user chose it."""
    model = travel.get("model")
    if model in WITHOUT_PLACES and not {"travel", "travel.model"} & {*asked}:
        raise InputError(
            "demand.zones_file: expected a travel= that knows its zones: travel=coordinates (by "
            "latitude and longitude) or travel=matrix travel.matrix_file=FILE (or travel=constant, "
            f"the same time everywhere), got none and travel.model={model}"
        )


def _places(demand: Tree) -> list[tuple[float, float]]:
    pair = demand.get("zone_latitude") or [], demand.get("zone_longitude") or []
    return list(zip(*pair, strict=False))


def _warn(program: Tree, travel: Tree) -> None:
    """Warn of minutes that may be in another unit; what is no table of them is refused later."""
    zones, minutes = travel.get("zones"), travel.get("minutes")
    if not (isinstance(zones, list) and isinstance(minutes, list)):
        return
    try:
        check_minutes(zones, minutes)
    except ValueError:
        return
    warning = unusual(zones, minutes)
    if warning:
        program["warnings"] = [*program.get("warnings", []), warning]


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
    return file_in(folders, path, f"{name}.{key}")


# --- zones ---------------------------------------------------------------------------------------


def read_zones(path: Path) -> dict[str, Any]:
    """Keys of the group `demand` from a CSV with one row per zone.

    Columns: `zone`; `share` (they sum to 1) or `calls` of a year (scaled to sum to 1); optionally
    `agency`, and `latitude` with `longitude` in degrees. Other columns are ignored.
    """
    rows_read = lines(path)
    where, cells_of_header = header(path, rows_read)
    columns = [name.lower() for name in cells_of_header]
    _check_columns(columns, where)
    rows = [_row(columns, cells, f"{path}, line {number}") for number, cells in rows_read]
    if not rows:
        raise InputError(f"{path}: expected one line per zone below the header, got none")
    zones = _names(rows, "zone")
    _check_each_once(path, rows, zones)
    places = "latitude" in columns
    return _calls(path, rows) | {
        "zones": zones,
        "zone_share": _shares(path, rows),
        "zone_agency": _names(rows, "agency") if "agency" in columns else [],
        "zone_latitude": _degrees(rows, "latitude", 90) if places else [],
        "zone_longitude": _degrees(rows, "longitude", 180) if places else [],
    }


def _calls(path: Path, rows: list[Row]) -> Tree:
    """Calls per year, if the file has calls and not shares."""
    if "calls" not in rows[0][1]:
        return {}
    total = math.fsum(not_negative(row["calls"], f"{where}: calls") for where, row in rows)
    source = f"sum of the column calls of {path.name}"
    return {"calls_per_year": {"value": total, "source": source, "confidence": "D"}}


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
        degrees.append(number(row[column], f"{where}: {column}", right))
        if abs(degrees[-1]) > most:
            raise InputError(f"{where}: {column}: expected {right}, got {degrees[-1]:g}")
    return degrees


def _shares(path: Path, rows: list[Row]) -> list[float]:
    column = next(name for name in WEIGHTS if name in rows[0][1])
    weights = [not_negative(row[column], f"{where}: {column}") for where, row in rows]
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
