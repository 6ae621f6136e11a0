"""Stamps of a log as local wall time: an explicit list of formats, never a guess."""

from __future__ import annotations

import re
from typing import NamedTuple

import polars as pl

from sim.clock import DAY_S
from sim.history.faults import LogError
from sim.history.log import STAMP

LEAST_PARSED = 0.99
SHOWN = 5
SAMPLE = 500  # cells by which formats are put in order
DAMAGED = r"^#+$"  # what a spreadsheet writes if a column is too narrow
LATEST = 2200  # years after which one is a slip
NEVER = 1910  # years before which a date stands for none, such as 1899-01-01 and 1900-01-01
CLOCKS = (" %I:%M:%S %p", " %I:%M %p", " %H:%M:%S%.f", " %H:%M:%S", " %H:%M", "")
DATES = {
    "year first": ("%Y-%m-%d", "%Y/%m/%d"),
    "month first": ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y"),
    "day first": ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y"),
}
ORDERS = {"mdy": "month first", "dmy": "day first", "ymd": "year first"}
SLASHED = r"^(\d{1,2})[/\-.](\d{1,2})[/\-.]\d{2,4}"
MONTHS, NOON = 12, 12
DAYS_BEFORE_1970 = 25_569  # of a serial number's day 0
MOST_S = 1e9  # of a time after a call
SERIAL = r"^\d{5}(\.\d+)?$"


class Parsed(NamedTuple):
    """Stamps of a column, and how many of its filled cells were damaged or stand for never."""

    values: pl.Series
    damaged: int
    never: int


def parsed(column: pl.Series, order: str | None, time_zone: str | None) -> Parsed:
    """Stamps of a column of texts.

    Parameters
    ----------
    column
        Texts; blanks are null.
    order
        "mdy", "dmy" or "ymd" where the user says which it is.
    time_zone
        Local zone, for stamps in UTC ("Z"); those with another offset are local as they stand.

    Raises
    ------
    LogError
        If day and month cannot be told apart, or under 99% of the cells can be read.
    """
    damage = column.str.contains(DAMAGED).fill_null(value=False)
    text = column.set(damage, None).str.replace(r"^(\d{4}-\d{2}-\d{2})T", "$1 ")
    if text.drop_nulls().str.contains(SERIAL).mean() == 1.0:
        values = _serials(text)
    else:
        values = _dated(text, column.name, order, time_zone)
    return _complete(values, text, column.name, int(damage.sum()))


def _complete(values: pl.Series, text: pl.Series, name: str, damaged: int) -> Parsed:
    unread = text.is_not_null() & values.is_null()
    filled = int(text.is_not_null().sum())
    if filled and unread.sum() > (1 - LEAST_PARSED) * filled:
        some = ", ".join(map(repr, text.filter(unread).head(SHOWN).to_list()))
        raise LogError(
            f"column {name}: expected dates and times in one of the known formats in 99% of its "
            f"cells, got {some}"
        )
    year = values.dt.year()
    never = ((year < NEVER) | (year > LATEST)).fill_null(value=False)
    return Parsed(values.set(never, None), damaged, int(never.sum()))


def _serials(text: pl.Series) -> pl.Series:
    """Days since the end of 1899, as spreadsheets have them, to the second."""
    seconds = (text.cast(pl.Float64) * DAY_S).round(0).cast(pl.Int64)
    return ((seconds - DAYS_BEFORE_1970 * DAY_S) * 1_000_000).cast(STAMP)


def _dated(text: pl.Series, name: str, order: str | None, time_zone: str | None) -> pl.Series:
    dates = [*DATES["year first"], *DATES[_order(text, name, order)]]
    forms = [f"{date}{clock}" for date in dates for clock in CLOCKS]
    values = _by_forms(text, forms)
    left = (values.is_null() & text.is_not_null()).arg_true()
    if not left.is_empty():
        values = values.scatter(left, _by_forms(_plain(text.gather(left)), forms))
    utc = text.str.ends_with("Z").fill_null(value=False)
    midnight = text.str.contains(r"T?00:00:00(\.0+)?Z$").fill_null(value=False)
    if time_zone and (utc & ~midnight).any():
        local = values.dt.replace_time_zone("UTC").dt.convert_time_zone(time_zone)
        moved = local.dt.replace_time_zone(None)
        values = moved.zip_with(utc & ~midnight, values)
    return values


def _plain(text: pl.Series) -> pl.Series:
    """Stamps without fractions and offsets, with single blanks, in capitals."""
    plain = text.str.replace(r"(\.\d+)?(Z|[+-]\d{2}:?\d{2})$", "").str.replace(r" +", " ")
    return plain.str.strip_chars().str.to_uppercase()


def _by_forms(text: pl.Series, forms: list[str]) -> pl.Series:
    """Stamps of texts, each by the first format that reads it; those of most of a sample first."""
    values = pl.Series(text.name, [None], dtype=STAMP).new_from_index(0, len(text))
    left = text.is_not_null().arg_true()
    some = text.gather(left[:: max(len(left) // SAMPLE, 1)])
    for form in sorted(forms, key=lambda form: _read(some, form).null_count()):
        if left.is_empty():
            break
        found = _read(text.gather(left), form)
        read = found.is_not_null()
        values = values.scatter(left.filter(read), found.filter(read))
        left = left.filter(~read)
    return values


def _read(text: pl.Series, form: str) -> pl.Series:
    if any(part in form for part in ("%H", "%I")):
        return text.str.to_datetime(form, strict=False, time_unit="us")
    return text.str.to_date(form, strict=False).cast(STAMP)


def _order(text: pl.Series, name: str, order: str | None) -> str:
    """Whether the day or the month comes first, where both are numbers of two digits."""
    if order is not None:
        if order not in ORDERS:
            raise LogError(f"--date-format: expected mdy, dmy or ymd, got {order!r}")
        return ORDERS[order]
    parts = text.drop_nulls().str.extract_groups(SLASHED).struct.unnest()
    first, second = (parts[x].cast(pl.Int32, strict=False).drop_nulls() for x in ("1", "2"))
    if first.is_empty():
        return "month first"
    month_first, day_first = bool((first <= MONTHS).all()), bool((second <= MONTHS).all())
    if month_first and day_first and not text.drop_nulls().str.contains(r"(?i) [AP]M$").any():
        some = ", ".join(map(repr, text.drop_nulls().head(SHOWN).to_list()))
        raise LogError(
            f"column {name}: expected dates in which day and month can be told apart, got only "
            f"such as {some}; say which by --date-format mdy or dmy"
        )
    if not month_first and not day_first:
        raise LogError(
            f"column {name}: expected the day or the month first throughout, got both; give the "
            "parts of the file one by one with --date-format"
        )
    return "month first" if month_first else "day first"


# --- clock times, and times after the call -------------------------------------------------------


def clock_seconds(column: pl.Series) -> pl.Series:
    """Seconds after midnight of clock times, whatever date stands before them; null if none."""
    text = column.str.strip_chars().str.to_uppercase()
    parts = text.str.extract_groups(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)? ?([AP]M)?Z?$")
    fields = parts.struct.unnest()
    hour, minute, second = (fields[x].cast(pl.Int64, strict=False) for x in ("1", "2", "3"))
    afternoon = fields["4"] == "PM"
    twelve = fields["4"].is_not_null() & (hour == NOON)
    hour = hour.set(twelve.fill_null(value=False), 0)
    hour = hour + NOON * (afternoon & (hour < NOON)).fill_null(value=False).cast(pl.Int64)
    seconds = hour * 3_600 + minute * 60 + second.fill_null(0)
    return seconds.set((seconds >= DAY_S).fill_null(value=False), None)


def after(column: pl.Series) -> pl.Series:
    """Seconds of a number of seconds, or of minutes if the name of the column says so."""
    factor = 60 if re.search(r"min", column.name, re.IGNORECASE) else 1
    plain = column.str.replace_all(",", "")
    return _possible((plain.cast(pl.Float64, strict=False) * factor).round(0))


def _possible(seconds: pl.Series) -> pl.Series:
    """Whole seconds; null where they are no number, or more than years."""
    return seconds.set((seconds.abs() < MOST_S).fill_null(value=False).not_(), None).cast(pl.Int64)


def elapsed(column: pl.Series) -> tuple[pl.Series, int]:
    """Seconds of minutes and seconds, and how many a spreadsheet had turned into hours.

    From 24 minutes on a spreadsheet shows 25:30 as 25:30:00. If all with three parts end in 00, or
    the name of the column says m:ss, the first part is minutes.
    """
    fields = column.str.extract_groups(r"^(\d{1,6}):(\d{2})(?::(\d{2}))?$").struct.unnest()
    one, two, three = (fields[x].cast(pl.Int64, strict=False) for x in ("1", "2", "3"))
    turned = bool((three.drop_nulls() == 0).all()) and "h:" not in column.name.lower()
    of_two = one * 60 + two
    of_three = one * 60 + two if turned else one * 3_600 + two * 60 + three
    seconds = of_three.zip_with(three.is_not_null(), of_two)
    return seconds, int(three.is_not_null().sum()) if turned else 0


def joined(date: pl.Series, seconds: pl.Series) -> pl.Series:
    """Stamps of dates, whose own time of day means nothing, and seconds after midnight."""
    day = date.dt.truncate("1d")
    return (day.cast(pl.Int64) + seconds * 1_000_000).cast(STAMP)


def rolled(stamp: pl.Series, earlier: pl.Series) -> tuple[pl.Series, int]:
    """Stamps put on the next day where they lie before an earlier one, and how many were."""
    over = (stamp < earlier).fill_null(value=False)
    moved = stamp.dt.offset_by("1d").zip_with(over, stamp)
    return moved, int(over.sum())
