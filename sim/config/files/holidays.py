"""Holidays from a calendar file or a country's calendar, read when a config is composed."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from sim.config.faults import InputError, file_in, nearest, shown
from sim.config.files.tables import header, lines

INSTALL = "pip install holidays"

Tree = dict[str, Any]


def put_holidays(tree: Tree, folders: list[Path]) -> None:
    """Put the dates of a file and of a country in place of the keys that name them.

    Parameters
    ----------
    tree
        Groups of the config as plain data; changed in place.
    folders
        Where a relative path is looked for, in order.

    Raises
    ------
    InputError
        One line that names the key, or the file and its line, and what was expected there.
    """
    demand = tree.get("demand")
    holidays = demand.get("holidays") if isinstance(demand, dict) else None
    if not isinstance(holidays, dict):
        return
    file, country, part = (holidays.pop(key, None) for key in ("file", "country", "subdivision"))
    if part is not None and country is None:
        raise InputError(f"demand.holidays.subdivision: expected a country with it, got {part!r}")
    read: set[date] = set()
    if file is not None:
        read.update(read_calendar(_found(file, folders)))
    if country is not None:
        read.update(_of_country(country, part, _years(tree.get("run"))))
    if read:
        holidays["dates"] = [*(holidays.get("dates") or []), *sorted(read)]


def read_calendar(path: Path) -> list[date]:
    """Dates of a CSV with a column `date`, like 2025-07-04; other columns are ignored."""
    rows = lines(path)
    where, columns = header(path, rows)
    if "date" not in (names := [name.lower() for name in columns]):
        raise InputError(f"{where}: expected a column date, got {', '.join(columns)}")
    at = names.index("date")
    days = [_day(cells[at] if at < len(cells) else "", f"{path}, line {n}") for n, cells in rows]
    if not days:
        raise InputError(f"{path}: expected a date in each line after the first, got no line")
    return days


def _day(cell: str, where: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        got = repr(cell) if cell else "a blank cell"
        raise InputError(f"{where}: expected a date like 2025-07-04, got {got}") from None


def _found(file: object, folders: list[Path]) -> Path:
    if not isinstance(file, str) or not file:
        raise InputError(f"demand.holidays.file: expected the path of a file, got {shown(file)}")
    return file_in(folders, file, "demand.holidays.file")


def _years(run: object) -> range:
    """Years that a run may touch; one without a date to start on is refused later."""
    run = run if isinstance(run, dict) else {}
    years, days = run.get("window_years") or 1, run.get("window_days") or 0
    try:
        first = date.fromisoformat(str(run.get("window_start"))).year
        return range(first - 1, first + max(int(years), int(days) // 365 + 1) + 2)
    except (TypeError, ValueError):
        return range(0)


def _of_country(country: object, part: object, years: range) -> list[date]:
    """Dates of a country's holidays, or of a part of it such as a state."""
    try:
        holidays = import_module("holidays")  # an extra, and slow to import
    except ImportError:
        raise InputError(
            f"demand.holidays.country: expected the package holidays ({INSTALL}), or dates or a "
            f"file, got {country!r} without it"
        ) from None
    known: dict[str, list[str]] = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        raise InputError(f"demand.holidays.country: expected a code like US, got {country!r}")
    if part is not None and part not in known[country]:
        right = nearest(str(part), known[country])
        raise InputError(f"demand.holidays.subdivision: unknown {part!r} in {country}; {right}")
    return sorted(holidays.country_holidays(country, subdiv=part, years=list(years)))
