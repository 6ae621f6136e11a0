"""A demand table from calls with year, month, weekday and hour but no day of month.

``python -m sim.history.fit SOURCE OUT`` reads a csv or csv.gz and writes a file of the config
group `demand`. Without the day of month, what is known exactly is the exposure: how often each
weekday fell in each month of the period. The rate is fitted as a product on it (see `fit`).
"""

from __future__ import annotations

import argparse
import calendar
import math
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import polars as pl

from sim.arrays import Floats
from sim.clock import HOURS_A_WEEK, MEAN_DAYS_A_YEAR
from sim.config import Sourced
from sim.history.cad import MONTHS, HistoryError, read_rows, tidy
from sim.history.table import DECIMALS, DemandTable, Origin, write_table

MEAN_MONTH_DAYS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
PART_MONTHS = ((2015, "June"),)  # the export stops in mid June, on an unknown day
FIT_ROUNDS = 20  # each adds two digits or more, as months hardly differ in their weekdays

TORONTO_NAME = "toronto_2014_15"
TORONTO = Origin(
    title="Police-attended person-in-crisis, suicide-related and overdose calls",
    publisher="Open Data Toronto",
    license="Contains information licensed under the Open Government Licence – Toronto",
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

GROWTH = Sourced(
    value=1.0,
    low=0.95,
    high=1.05,
    source=(
        "assumption: no trend from the year of the counts to the year asked about; within"
        " Toronto's rows calls a year rose 2.6 % from 2014 to 2015"
    ),
    year="2014-2015",
    confidence="A",
)
# The shapes that a place without its own may have. Toronto itself: name the first alone.
SHAPES = ("toronto_2014_15", "seattle_2015", "new_york_2022_24")


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
        One row per call, with the columns of `COLUMNS`, as `read_rows` returns them.
    name, origin
        Name of the table, and who published the rows.
    drop
        Months (year, English name) that the rows cover only in part: their exposure is unknown.

    Returns
    -------
    DemandTable
        Rounded as it will be printed.

    Raises
    ------
    HistoryError
        If a column is missing, a value is impossible, or a month of the year has no rows.
    """
    calls = tidy(rows, "rows")
    used, dropped = used_rows(calls, drop)
    months = _months_seen(used)
    rate, factor = _fit_margins(_counts(used), _weekdays(months))
    types, zones = _names(used, "call_type"), _names(used, "zone")
    source = {
        **asdict(origin),
        "period": _period(months),
        "n_rows": calls.height,
        "n_used": used.height,
        "dropped": dropped,
        "command": f"python -m sim.history.fit <rows> configs/demand/{name}.yaml",
    }
    return DemandTable(
        name=name,
        source=source,
        calls_per_year=_calls_per_year(used, months, rate, factor),
        growth_factor=GROWTH,
        day_factor_cv=DAY_FACTOR_CV,
        hour_of_week_shape=_rounded(rate.ravel(), HOURS_A_WEEK),
        shape_drawn_from=SHAPES if name == TORONTO_NAME else (),
        month_factor=tuple(round(float(value), DECIMALS) for value in factor),
        call_types=types,
        call_type_share_by_hour=_mix_by_hour(used, types),
        zones=zones,
        zone_share=_rounded(_tally(used, "zone", zones), 1),
    )


def used_rows(rows: pl.DataFrame, drop: Collection[tuple[int, str]]) -> tuple[pl.DataFrame, str]:
    """Rows to fit, and a sentence on how many were dropped for which reason."""
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
    """Months (year, month from 1) with rows, in order; all others count as unobserved."""
    month = pl.col("event_month").to_physical() + 1
    seen = rows.select("event_year", month).unique().sort(pl.all()).rows()
    unseen = set(range(1, 13)) - {month for _, month in seen}
    if unseen:
        got = f"no usable rows in any {MONTHS[min(unseen) - 1]}"
        raise HistoryError("rows", "at least one whole month of each name", got)
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
    mean = float(factor @ MEAN_MONTH_DAYS) / MEAN_DAYS_A_YEAR
    return rate * mean, factor / mean


def month_levels(rows: pl.DataFrame) -> tuple[Floats, Floats, str]:
    """Calls by hour of week, the hours observed with months at their level, and the period.

    Both have shape (168,). An hour of a month in which calls are frequent counts for more.
    """
    months = _months_seen(rows)
    counts, days = _counts(rows), _weekdays(months)
    _, factor = _fit_margins(counts, days)
    return counts.sum(axis=0).ravel(), np.repeat(factor @ days, 24), _period(months)


def _calls_per_year(
    rows: pl.DataFrame, months: Sequence[tuple[int, int]], rate: Floats, factor: Floats
) -> Sourced:
    """Calls in an average year, and the range of the years seen (equations in `fit`)."""
    value = float(rate.mean()) * 24 * MEAN_DAYS_A_YEAR
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


def main(arguments: Sequence[str] | None = None) -> None:
    """Derive a demand table from a file of rows; on bad input exit 2 with one line."""
    parser = argparse.ArgumentParser(prog="python -m sim.history.fit", description=__doc__)
    parser.add_argument("source", type=Path, help="rows, .csv or .csv.gz")
    parser.add_argument("out", type=Path, help="table to write; its stem becomes its name")
    options = parser.parse_args(arguments)
    name = options.out.stem
    # Another table must not carry Toronto's license, nor lose a June that may be whole.
    is_toronto = name == TORONTO_NAME
    origin = TORONTO if is_toronto else Origin(title=options.source.name)
    drop = PART_MONTHS if is_toronto else ()
    try:
        table = fit(read_rows(options.source), name=name, origin=origin, drop=drop)
        write_table(table, options.out)
    except (HistoryError, OSError) as error:
        parser.exit(2, f"error: {error}\n")
    used, period, dropped = (table.source[key] for key in ("n_used", "period", "dropped"))
    sys.stdout.write(f"{options.out}: {used} rows used, {period}; dropped {dropped}\n")


if __name__ == "__main__":
    main()
