"""Read a CAD export: one row per call, with year, month, weekday and hour but no day of month."""

from __future__ import annotations

from pathlib import Path

import polars as pl

# Spelled out, because the names in `calendar` follow the locale of the process.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

COLUMNS: dict[str, pl.DataType] = {
    "event_year": pl.Int32(),
    "event_month": pl.Enum(MONTHS),
    "event_dow": pl.Enum(WEEKDAYS),
    "event_hour": pl.Int32(),
    "call_type": pl.String(),
    "zone": pl.String(),
}
# Values of a coded column, in any case and spacing, and the one spelling that each gets.
WORDS: dict[str, dict[str, str]] = {
    "event_year": {str(year): str(year) for year in range(1900, 2101)},
    "event_month": {name.casefold(): name for name in MONTHS},
    "event_dow": {name.casefold(): name for name in WEEKDAYS},
    "event_hour": {f"{hour:0{width}d}": str(hour) for hour in range(24) for width in (1, 2)},
}
RIGHT = {
    "event_year": "a year from 1900 to 2100",
    "event_month": "an English month name, January to December",
    "event_dow": "an English weekday name, Monday to Sunday",
    "event_hour": "a whole hour from 0 to 23",
}


class HistoryError(ValueError):
    """Rows that cannot be fitted; its arguments are where, what was expected, what was there."""

    def __str__(self) -> str:
        """One line of the three parts."""
        where, right, got = self.args
        return f"{where}: expected {right}, got {got}"


def read_rows(path: Path | str) -> pl.DataFrame:
    """Read calls from a csv or csv.gz file and bring every field to its one spelling.

    Parameters
    ----------
    path
        File with a header line and at least the columns of `COLUMNS`; others are not kept.

    Returns
    -------
    polars.DataFrame
        Every row of the file, columns and dtypes of `COLUMNS`. Blank fields are null; call types
        and zones are casefolded with single spaces.

    Raises
    ------
    HistoryError
        If it is not a csv, is empty, lacks a column, or a field has an impossible value.
    OSError
        If it cannot be opened.
    """
    path = Path(path)
    if not path.name.casefold().endswith((".csv", ".csv.gz")):
        raise HistoryError(path.name, "a name that ends in .csv or .csv.gz", "another")
    content = path.read_bytes()
    try:
        rows = pl.read_csv(content, infer_schema=False)
    except pl.exceptions.NoDataError:
        right = "a header line and one row per call"
        raise HistoryError(path.name, right, "an empty file") from None
    except (pl.exceptions.PolarsError, OSError) as error:  # OSError: a damaged gzip
        right = "comma-separated UTF-8 text, plain or gzip"
        raise HistoryError(path.name, right, str(error).splitlines()[0]) from None
    return tidy(rows, path.name)


def tidy(rows: pl.DataFrame, where: str) -> pl.DataFrame:
    """Keep the known columns, in one spelling and with explicit dtypes; idempotent.

    Everything passes through text so that a bad value can be shown as it was written.
    """
    for column in COLUMNS:
        if column not in rows.columns:
            raise HistoryError(where, f"the columns {', '.join(COLUMNS)}", f"no {column}")
    if rows.is_empty():
        raise HistoryError(where, "at least one row per month", "no rows")
    text = pl.DataFrame([_spelled(rows[column].cast(pl.String)) for column in COLUMNS])
    known = text.with_columns([_known(text[column], where) for column in WORDS])
    return known.select(pl.col(column).cast(dtype) for column, dtype in COLUMNS.items())


def _spelled(column: pl.Series) -> pl.Series:
    """Casefolded text with single spaces; blank becomes null."""
    words = column.drop_nulls().unique().to_list()
    spelling = {word: " ".join(word.split()).casefold() or None for word in words}
    return column.replace_strict(spelling, return_dtype=pl.String)


def _known(column: pl.Series, where: str) -> pl.Series:
    """Same column in its one spelling; HistoryError names the first unknown value."""
    words = WORDS[column.name]
    unknown = column.is_not_null() & ~column.is_in(list(words))
    if unknown.any():
        row = unknown.arg_max() or 0
        place = f"{where}, data row {row + 1}, {column.name}"
        raise HistoryError(place, RIGHT[column.name], repr(column[row]))
    return column.replace_strict(words, return_dtype=pl.String)
