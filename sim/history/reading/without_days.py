"""Calls of an export that has year, month, weekday and hour, and no calendar day."""

from __future__ import annotations

import polars as pl

from sim.history.faults import LogError
from sim.history.reading.columns import Mapping

ROLES = ("year", "month", "weekday", "hour")
# Spelled out, because the names in `calendar` follow the locale of the process.
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LEAST_READ = 0.99  # share of a column, below which it is taken for another one


def _of_names(names: tuple[str, ...]) -> dict[str, int]:
    """Numbers of names from 1, by the name, its first three letters and the number itself."""
    numbered = dict(zip(names, range(1, len(names) + 1), strict=True))
    short = {name[:3]: at for name, at in numbered.items()}
    return (
        numbered | short | {f"{at:0{width}d}": at for at in numbered.values() for width in (1, 2)}
    )


WORDS = {
    "year": {str(year): year for year in range(1900, 2101)},
    "month": _of_names(MONTHS),
    "weekday": _of_names(WEEKDAYS),
    "hour": {f"{hour:0{width}d}": hour for hour in range(24) for width in (1, 2)},
}
RIGHT = {
    "year": "a year from 1900 to 2100",
    "month": "a month, January to December or 1 to 12",
    "weekday": "a weekday, Monday to Sunday or 1 to 7",
    "hour": "a whole hour from 0 to 23",
}


def calls_without_days(frame: pl.DataFrame, mapping: Mapping, name: str) -> pl.DataFrame:
    """Rows as `CallLog.without_days` has them; a value that is none is null.

    Raises
    ------
    LogError
        If a column is missing, or less than 99% of one is what it should be.

    Examples
    --------
    >>> row = {"y": ["2014"], "m": ["May"], "d": ["Mon"], "h": ["07"]}
    >>> columns = {"year": "y", "month": "m", "weekday": "d", "hour": "h"}
    >>> calls_without_days(pl.DataFrame(row), columns, "calls.csv").rows()
    [(2014, 5, 1, 7, None, None)]
    """
    for role in ROLES:
        if role not in mapping:
            right = "a stamp of the call, or columns of year, month, weekday and hour"
            raise LogError(f"{name}: expected {right}, got no {role}")
    numbers = [_numbers(frame[mapping[role]], role, name) for role in ROLES]
    texts = {"call_type": "type", "zone": "zone"}
    none = pl.Series([None] * frame.height, dtype=pl.String)
    columns = [
        frame[mapping[role]].alias(key) if role in mapping else none.alias(key)
        for key, role in texts.items()
    ]
    return pl.DataFrame([*numbers, *columns])


def _numbers(column: pl.Series, role: str, name: str) -> pl.Series:
    """Numbers of the words of a column."""
    text = column.str.strip_chars().str.to_lowercase()
    numbers = text.replace_strict(WORDS[role], default=None, return_dtype=pl.Int64)
    bad = numbers.is_null() & text.is_not_null() & (text != "")
    if bad.mean() > 1 - LEAST_READ:  # type: ignore[operator]  # of flags
        some = ", ".join(repr(x) for x in column.filter(bad).unique(maintain_order=True).head(5))
        raise LogError(f"{name}, column {column.name}: expected {RIGHT[role]}, got {some}")
    return numbers.alias(role)
