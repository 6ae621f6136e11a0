"""A demand table from calls that carry year, month, weekday and hour but no calendar day.

``python -m sim.history.fit SOURCE OUT`` reads a csv or csv.gz and writes a file of the config
group `demand`. The calendar day being absent, what is known exactly is the exposure: how often each
weekday fell in each month of the period. The rate is fitted as a product on it (see `fit`).
"""

from __future__ import annotations

import argparse
import calendar
import json
import math
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.clock import DAYS_A_YEAR, HOURS_A_WEEK
from sim.config import Sourced

Floats = NDArray[np.float64]

# Spelled out, because the names in `calendar` follow the locale of the process.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MEAN_MONTH_DAYS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
PART_MONTHS = ((2015, "June"),)  # the export stops at mid June, on a day it does not tell
DECIMALS = 6
FIT_ROUNDS = 20  # each gains two digits or more: months hardly differ in their weekdays

COLUMNS: dict[str, pl.DataType] = {
    "event_year": pl.Int32(),
    "event_month": pl.Enum(MONTHS),
    "event_dow": pl.Enum(WEEKDAYS),
    "event_hour": pl.Int32(),
    "call_type": pl.String(),
    "zone": pl.String(),
}
# What a coded column may say, in any case and spacing, and the one spelling it gets.
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
    """Rows that cannot be fitted; its message is: what, where, what would be right."""

    def __str__(self) -> str:
        """One line of the three parts."""
        what, where, right = self.args
        return f"{what}, {where}: should be {right}"


@dataclass(frozen=True)
class Origin:
    """Who published the rows, and under which licence."""

    title: str
    publisher: str = ""
    licence: str = ""


@dataclass(frozen=True)
class DemandTable:
    """One file of the config group `demand`; every number is as printed, to 6 decimals.

    `source` holds the fields of `Origin`, the period, the rows read, used and dropped, and the
    command. `calls_per_year` is for a year of 365.25 days. `hour_of_week_shape` has length 168,
    Monday 00:00 first, and mean 1; `month_factor` length 12 and mean 1 weighted by the days of an
    average year; `call_type_share_by_hour` 24 rows of a share for each of `call_types`;
    `zone_share` one for each of `zones`. Shares sum to 1; names are sorted.
    """

    name: str
    source: Mapping[str, str | int]
    calls_per_year: Sourced
    growth_factor: float
    day_factor_cv: Sourced
    hour_of_week_shape: tuple[float, ...]
    month_factor: tuple[float, ...]
    call_types: tuple[str, ...]
    call_type_share_by_hour: tuple[tuple[float, ...], ...]
    zones: tuple[str, ...]
    zone_share: tuple[float, ...]


TORONTO_NAME = "toronto_2014_15"
TORONTO = Origin(
    title="Police-attended person-in-crisis, suicide-related and overdose calls",
    publisher="Open Data Toronto",
    licence="Contains information licensed under the Open Government Licence – Toronto",
)


def _day_factor_cv(variance_to_mean: float, calls_a_day: float) -> float:
    """CV of a gamma day factor that gives Poisson counts this variance-to-mean ratio."""
    return round(math.sqrt((variance_to_mean - 1) / calls_a_day), 4)


DAY_FACTOR_CV = Sourced(
    value=_day_factor_cv(1.87, 53.6),
    low=_day_factor_cv(1.21, 15.4),
    high=_day_factor_cv(2.23, 10.7),
    source=(
        "borrowed: the rows have no calendar day. cv = sqrt((VMR - 1) / mean), VMR the daily"
        " variance-to-mean ratio left after weekday and month, mean in calls a day."
        " Base CAHOOTS 2023 (VMR 1.87, mean 53.6: nearest in volume), low Lane County 2025"
        " (1.21, 15.4), high Seattle 2015 (2.23, 10.7)"
    ),
    year="2015-2025",
    confidence="A",
)


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
        raise HistoryError("not a csv file", path.name, "a name that ends in .csv or .csv.gz")
    content = path.read_bytes()
    try:
        rows = pl.read_csv(content, infer_schema=False)
    except pl.exceptions.NoDataError:
        raise HistoryError("an empty file", path.name, "a header line and a row a call") from None
    except (pl.exceptions.PolarsError, OSError) as error:  # OSError: a damaged gzip
        what = f"not a csv ({str(error).splitlines()[0]})"
        raise HistoryError(what, path.name, "comma-separated UTF-8 text, plain or gzip") from None
    return _tidy(rows, path.name)


def _tidy(rows: pl.DataFrame, where: str) -> pl.DataFrame:
    """Known columns only, in one spelling and with explicit dtypes; tidying twice changes nothing.

    Everything passes through text so that a bad value can be shown as it was written.
    """
    for column in COLUMNS:
        if column not in rows.columns:
            raise HistoryError(f"no column {column}", where, f"a table of {', '.join(COLUMNS)}")
    if rows.is_empty():
        raise HistoryError("no rows", where, "at least a row a month")
    text = pl.DataFrame([_spelled(rows[column].cast(pl.String)) for column in COLUMNS])
    known = text.with_columns([_known(text[column], where) for column in WORDS])
    return known.select(pl.col(column).cast(dtype) for column, dtype in COLUMNS.items())


def _spelled(column: pl.Series) -> pl.Series:
    """Casefolded text with single spaces; blank becomes null."""
    words = column.drop_nulls().unique().to_list()
    tidy = {word: " ".join(word.split()).casefold() or None for word in words}
    return column.replace_strict(tidy, return_dtype=pl.String)


def _known(column: pl.Series, where: str) -> pl.Series:
    """Same column in its given spelling, or HistoryError naming the first unknown value."""
    words = WORDS[column.name]
    unknown = column.is_not_null() & ~column.is_in(list(words))
    if unknown.any():
        row = unknown.arg_max() or 0
        what = f"{column.name} is {column[row]!r}"
        raise HistoryError(what, f"{where} data row {row + 1}", RIGHT[column.name])
    return column.replace_strict(words, return_dtype=pl.String)


def fit(
    rows: pl.DataFrame,
    *,
    name: str = TORONTO_NAME,
    origin: Origin = TORONTO,
    drop: Collection[tuple[int, str]] = PART_MONTHS,
) -> DemandTable:
    """Fit hour-of-week shape, month factors, type mix and zone shares to a table of calls.

    With y year, m month, d weekday and h hour, calls C are taken as Poisson with mean

        E[C(y,m,d,h)] = n(y,m,d) * f(m) * r(d,h)

    where n is the number of weekdays d in that month, counted from the calendar, f the month
    factor and r calls an hour. Its likelihood equations, solved in turn from f = 1, are

        r(d,h) = sum_ym C(y,m,d,h) / sum_ym n(y,m,d) f(m)
        f(m)   = sum_ydh C(y,m,d,h) / sum_yd n(y,m,d) sum_h r(d,h)

    So a month covered twice counts by its exposure in both, and a period that has some months
    twice bends neither the shape nor the months. f is scaled to mean 1 over an average year
    (February 28.25 days), the shape is r over its mean, and calls a year are mean r times 24 times
    365.25. There is no factor for the year: growth within the period shows in the range of calls
    a year, and slightly tilts the months seen twice against those seen once. Months without rows
    count as not observed. A day has 24 wall-clock hours when clocks change too, as in the model.

    Each year's level is calls a year times its count N over the fitted mean of its own D days. The
    range of calls a year is from the lowest level less, to the highest plus, two standard
    deviations of N, with var N = N + (cv N)^2 / D and cv the base `day_factor_cv`.

    Type shares are those of an hour's calls (of all calls, where an hour has none), zone shares
    those of all calls. Shape and shares are rounded by largest remainder: cut to 6 decimals, then
    the last digit goes up where most was cut, until the total is exact.

    Parameters
    ----------
    rows
        A row a call, with the columns of `COLUMNS`, as `read_rows` gives them.
    name, origin
        What the table is called, and who published the rows.
    drop
        Months (year, English name) that the rows cover in part, so that their exposure is unknown.

    Returns
    -------
    DemandTable
        Rounded as it will be printed.

    Raises
    ------
    HistoryError
        If a column is missing, a value is impossible, or a month of the year has no rows.
    """
    tidy = _tidy(rows, "rows")
    used, dropped = _used(tidy, drop)
    months = _months_seen(used)
    rate, factor = _fit_margins(_counts(used), _weekdays(months))
    types, zones = _names(used, "call_type"), _names(used, "zone")
    source = {
        **asdict(origin),
        "period": _period(months),
        "n_rows": tidy.height,
        "n_used": used.height,
        "dropped": dropped,
        "command": f"python -m sim.history.fit <rows> configs/demand/{name}.yaml",
    }
    return DemandTable(
        name=name,
        source=source,
        calls_per_year=_calls_per_year(used, months, rate, factor),
        growth_factor=1.0,
        day_factor_cv=DAY_FACTOR_CV,
        hour_of_week_shape=_rounded(rate.ravel(), HOURS_A_WEEK),
        month_factor=tuple(round(float(value), DECIMALS) for value in factor),
        call_types=types,
        call_type_share_by_hour=_mix_by_hour(used, types),
        zones=zones,
        zone_share=_rounded(_tally(used, "zone", zones), 1),
    )


def _used(rows: pl.DataFrame, drop: Collection[tuple[int, str]]) -> tuple[pl.DataFrame, str]:
    """Rows to fit, and how many were dropped for which reason."""
    whole = rows.drop_nulls()
    reasons = [f"{rows.height - whole.height} with a blank field"]
    used = whole
    for year, month in drop:
        in_part = (pl.col("event_year") == year) & (pl.col("event_month").cast(pl.String) == month)
        n_part = used.filter(in_part).height
        reasons.append(f"{n_part} of {month} {year} (part month, exposure unknown)")
        used = used.filter(~in_part)
    return used, f"{rows.height - used.height} rows: {', '.join(reasons)}"


def _months_seen(rows: pl.DataFrame) -> list[tuple[int, int]]:
    """Months (year, month from 1) with rows, in order; all others count as not observed."""
    month = pl.col("event_month").to_physical() + 1
    seen = rows.select("event_year", month).unique().sort(pl.all()).rows()
    unseen = set(range(1, 13)) - {month for _, month in seen}
    if unseen:
        what = f"no usable rows in any {MONTHS[min(unseen) - 1]}"
        raise HistoryError(what, "rows", "at least one whole month of each name")
    return seen


def _weekdays(months: Iterable[tuple[int, int]]) -> Floats:
    """Exposure: days by month and weekday, all years together; shape (12, 7)."""
    days = np.zeros((12, 7))
    for year, month in months:
        first, length = calendar.monthrange(year, month)
        days[month - 1] += np.bincount((first + np.arange(length)) % 7, minlength=7)
    return days


def _counts(rows: pl.DataFrame) -> Floats:
    """Calls by month, weekday and hour; shape (12, 7, 24)."""
    month, weekday = (rows[key].to_physical().to_numpy() for key in ("event_month", "event_dow"))
    counts = np.zeros((12, 7, 24))
    np.add.at(counts, (month, weekday, rows["event_hour"].to_numpy()), 1)
    return counts


def _fit_margins(counts: Floats, days: Floats) -> tuple[Floats, Floats]:
    """Calls an hour, shape (7, 24), and month factors, shape (12,), of the model in `fit`."""
    rate, factor = np.empty((7, 24)), np.ones(12)
    for _ in range(FIT_ROUNDS):
        rate = counts.sum(axis=0) / (factor @ days)[:, None]
        factor = counts.sum(axis=(1, 2)) / (days @ rate.sum(axis=1))
    mean = float(factor @ MEAN_MONTH_DAYS) / DAYS_A_YEAR
    return rate * mean, factor / mean


def _calls_per_year(
    rows: pl.DataFrame, months: Sequence[tuple[int, int]], rate: Floats, factor: Floats
) -> Sourced:
    """Calls in an average year, and the range of the years seen (equations in `fit`)."""
    value = float(rate.mean()) * 24 * DAYS_A_YEAR
    years = sorted({year for year, _ in months})
    levels, spreads = np.empty(len(years)), np.empty(len(years))
    for i, year in enumerate(years):
        days = _weekdays(month for month in months if month[0] == year)
        n_calls = rows.filter(pl.col("event_year") == year).height
        levels[i] = value * n_calls / float(factor @ days @ rate.sum(axis=1))
        variance = n_calls + (DAY_FACTOR_CV.value * n_calls) ** 2 / days.sum()
        spreads[i] = 2 * levels[i] * math.sqrt(variance) / n_calls
    seen = ", ".join(f"{year}: {level:,.0f}" for year, level in zip(years, levels, strict=True))
    return Sourced(
        value=round(value),
        low=round(max((levels - spreads).min(), 0)),
        high=round((levels + spreads).max()),
        source=(
            f"fitted to the rows: calls logged, not all need. Year by year {seen}; low and high"
            " are the lowest less and the highest plus 2 sd of a count with the base day_factor_cv"
        ),
        year="-".join(str(year) for year in sorted({years[0], years[-1]})),
        confidence="D",
    )


def _names(rows: pl.DataFrame, column: str) -> tuple[str, ...]:
    """Distinct values of a text column, sorted."""
    return tuple(rows[column].unique().sort().to_list())


def _tally(rows: pl.DataFrame, column: str, names: Sequence[str]) -> Floats:
    """Rows of each name; shape (names,)."""
    codes = rows[column].cast(pl.Enum(names)).to_physical().to_numpy()
    return np.bincount(codes, minlength=len(names)).astype(np.float64)


def _mix_by_hour(rows: pl.DataFrame, types: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    """Shares of the types in each hour of day; an hour without calls gets the mix of all."""
    hours = [rows.filter(pl.col("event_hour") == hour) for hour in range(24)]
    return tuple(
        _rounded(_tally(hour if hour.height else rows, "call_type", types), 1) for hour in hours
    )


def _rounded(weights: Floats, total: float) -> tuple[float, ...]:
    """Weights scaled to a total and rounded by largest remainder, so that it is met exactly."""
    units = weights / weights.sum() * total * 10**DECIMALS
    floors = np.floor(units)
    # Rounded, so that ties go by position and not by the last bit of a division.
    remainders = np.round(units - floors, 3)
    short = round(total * 10**DECIMALS - floors.sum())
    floors[np.argsort(-remainders, kind="stable")[:short]] += 1
    return tuple((floors / 10**DECIMALS).tolist())


def _period(months: Sequence[tuple[int, int]]) -> str:
    """First and last month of the exposure, and its size."""
    (first_year, first), (last_year, last) = months[0], months[-1]
    n_days = int(_weekdays(months).sum())
    span = f"{first_year}-{first:02d} to {last_year}-{last:02d}"
    return f"{span}, {len(months)} months, {n_days} days"


def write_table(table: DemandTable, path: Path | str) -> None:
    """Write a demand table as YAML, the same table always to the same bytes.

    Parameters
    ----------
    table
        What `fit` gave.
    path
        File of the config group `demand`; replaced if it exists.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    Path(path).write_text(_yaml(table), encoding="utf-8", newline="\n")


def _yaml(table: DemandTable) -> str:
    """Text of the file; by hand, because a list of 168 is read as seven lines of a day."""
    week = [table.hour_of_week_shape[day * 24 : day * 24 + 24] for day in range(7)]
    by_hour = [f"  - {_numbers(shares)}" for shares in table.call_type_share_by_hour]
    lines = [
        f"# made by: {table.source['command']}",
        "# Shape: a line a day from Monday, a number an hour from 00. Months: from January.",
        "# Type shares: a line an hour of day from 00, in the order of call_types.",
        f"name: {_scalar(table.name)}",
        *_block("source", table.source),
        *_block("calls_per_year", table.calls_per_year.model_dump()),
        f"growth_factor: {_scalar(table.growth_factor)}",
        *_block("day_factor_cv", table.day_factor_cv.model_dump()),
        "hour_of_week_shape: [",
        ",\n".join(f"  {_numbers(day)[1:-1]}" for day in week),
        "  ]",
        f"month_factor: {_numbers(table.month_factor)}",
        f"call_types: {_scalar(table.call_types)}",
        "call_type_share_by_hour:",
        *by_hour,
        f"zones: {_scalar(table.zones)}",
        f"zone_share: {_numbers(table.zone_share)}",
    ]
    return "\n".join(lines) + "\n"


def _block(key: str, fields: Mapping[str, object]) -> list[str]:
    """Lines of a nested mapping."""
    return [f"{key}:", *(f"  {name}: {_scalar(value)}" for name, value in fields.items())]


def _scalar(value: object) -> str:
    """JSON text, which YAML reads as the same value."""
    return json.dumps(value, ensure_ascii=False)


def _numbers(values: Iterable[float]) -> str:
    """Flow list of numbers with all their decimals."""
    return "[" + ", ".join(f"{value:.{DECIMALS}f}" for value in values) + "]"


def main(arguments: Sequence[str] | None = None) -> None:
    """Derive a demand table from a file of rows; exit 2 with one line if it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m sim.history.fit", description=__doc__)
    parser.add_argument("source", type=Path, help="rows, .csv or .csv.gz")
    parser.add_argument("out", type=Path, help="table to write; its stem becomes its name")
    words = parser.parse_args(arguments)
    name = words.out.stem
    # Another table must not carry Toronto's licence, nor lose a June that may be whole.
    is_toronto = name == TORONTO_NAME
    origin = TORONTO if is_toronto else Origin(title=words.source.name)
    drop = PART_MONTHS if is_toronto else ()
    try:
        table = fit(read_rows(words.source), name=name, origin=origin, drop=drop)
        write_table(table, words.out)
    except (HistoryError, OSError) as error:
        parser.exit(2, f"error: {error}\n")
    used, period, dropped = (table.source[key] for key in ("n_used", "period", "dropped"))
    sys.stdout.write(f"{words.out}: {used} rows used, {period}; dropped {dropped}\n")


if __name__ == "__main__":
    main()
