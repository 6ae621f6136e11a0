"""Demand from calls with year, month, weekday and hour but no day of month.

Without the day of month, what is known exactly is the exposure: how often each weekday fell in each
month of the period. The rate is fitted as a product on it (see `fit_without_days`).
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.arrays import Floats
from sim.clock import HOURS_A_WEEK, MEAN_DAYS_A_YEAR
from sim.config import InputError, Sourced
from sim.history.cells import LEAST_CELL
from sim.history.fitting.mix import pooled
from sim.history.fitting.rates import MEAN_MONTH_DAYS
from sim.history.fitting.tables import DECIMALS

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
FIT_ROUNDS = 20  # each adds two digits or more, as months hardly differ in their weekdays


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


class WithoutDays(NamedTuple):
    """What is fitted to calls without a calendar day, rounded as it will be printed.

    `source` has the period, the rows read and used, and what was dropped. `shape_calls` and
    `shape_exposure_h` are calls by hour of week and the hours observed, both of shape (168,).
    """

    source: dict[str, str | int]
    calls_per_year: Sourced
    hour_of_week_shape: tuple[float, ...]
    month_factor: tuple[float, ...]
    call_types: tuple[str, ...]
    call_type_share_by_hour: tuple[tuple[float, ...], ...]
    zones: tuple[str, ...]
    zone_share: tuple[float, ...]
    shape_calls: Floats
    shape_exposure_h: Floats


def fit_without_days(rows: pl.DataFrame, drop: Mapping[tuple[int, int], str]) -> WithoutDays:
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

    Type shares are those of an hour's calls (of all calls, where a type has fewer than 11 in it),
    zone shares those of all calls; types and zones of fewer than 11 calls are pooled. Shape and
    shares are rounded by largest remainder: cut to 6 decimals, then the last digit goes up where
    most was cut, until the total is exact.

    Parameters
    ----------
    rows
        One row a call: `year`, `month` from 1, `weekday` from 1 for Monday, `hour`, `call_type` and
        `zone`.
    drop
        Why some months (year, month) are no exposure.

    Raises
    ------
    InputError
        If a month of the year has no rows.
    """
    used, dropped = _used_rows(_spelled(rows), drop)
    months = _months_seen(used)
    counts, days = _counts(used), _weekdays(months)
    rate, factor = _fit_margins(counts, days)
    used = used.with_columns(pooled(used["call_type"]), pooled(used["zone"]))
    types, zones = _names(used, "call_type"), _names(used, "zone")
    return WithoutDays(
        source={
            "period": _period(months),
            "n_rows": rows.height,
            "n_used": used.height,
            "dropped": dropped,
        },
        calls_per_year=_calls_per_year(used, months, rate, factor),
        hour_of_week_shape=rounded(rate.ravel(), HOURS_A_WEEK),
        month_factor=tuple(round(float(value), DECIMALS) for value in factor),
        call_types=types,
        call_type_share_by_hour=_mix_by_hour(used, types),
        zones=zones,
        zone_share=rounded(_tally(used, "zone", zones), 1),
        shape_calls=counts.sum(axis=0).ravel(),
        shape_exposure_h=np.repeat(factor @ days, 24),
    )


def _spelled(rows: pl.DataFrame) -> pl.DataFrame:
    """Types and zones in lower case with single spaces; blank becomes null."""
    names = pl.col("call_type", "zone").str.to_lowercase().str.replace_all(r"\s+", " ")
    names = names.str.strip_chars()
    return rows.with_columns(pl.when(names != "").then(names))


def _used_rows(rows: pl.DataFrame, drop: Mapping[tuple[int, int], str]) -> tuple[pl.DataFrame, str]:
    """Rows to fit, and a sentence on how many were dropped for which reason."""
    used = rows.drop_nulls()
    reasons = [f"{rows.height - used.height} with a blank field"]
    for (year, month), why in drop.items():
        of_month = (pl.col("year") == year) & (pl.col("month") == month)
        reasons.append(f"{used.filter(of_month).height} of {MONTHS[month - 1]} {year} ({why})")
        used = used.filter(~of_month)
    return used, f"{rows.height - used.height} rows: {', '.join(reasons)}"


def _months_seen(rows: pl.DataFrame) -> list[tuple[int, int]]:
    """Months (year, month from 1) with rows, in order; all others count as unobserved."""
    seen = rows.select("year", "month").unique().sort(pl.all()).rows()
    unseen = set(range(1, 13)) - {month for _, month in seen}
    if unseen:
        raise InputError(
            "a log without calendar days: expected at least one whole month of each name, got no "
            f"usable rows in any {MONTHS[min(unseen) - 1]}"
        )
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
    month, weekday, hour = (rows[key].to_numpy() for key in ("month", "weekday", "hour"))
    counts = np.zeros((12, 7, 24))
    np.add.at(counts, (month - 1, weekday - 1, hour), 1)
    return counts


def _fit_margins(counts: Floats, days: Floats) -> tuple[Floats, Floats]:
    """Calls an hour, shape (7, 24), and month factors, shape (12,), of the model in `fit`."""
    rate, factor = np.empty((7, 24)), np.ones(12)
    for _ in range(FIT_ROUNDS):
        rate = counts.sum(axis=0) / (factor @ days)[:, None]
        factor = counts.sum(axis=(1, 2)) / (days @ rate.sum(axis=1))
    mean = float(factor @ MEAN_MONTH_DAYS) / MEAN_DAYS_A_YEAR
    return rate * mean, factor / mean


def _calls_per_year(
    rows: pl.DataFrame, months: Sequence[tuple[int, int]], rate: Floats, factor: Floats
) -> Sourced:
    """Calls in an average year, and the range of the years seen (equations in `fit`)."""
    value = float(rate.mean()) * 24 * MEAN_DAYS_A_YEAR
    years = sorted({year for year, _ in months})
    levels, spreads = np.empty(len(years)), np.empty(len(years))
    for i, year in enumerate(years):
        days = _weekdays(month for month in months if month[0] == year)
        n_calls = rows.filter(pl.col("year") == year).height
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
    """Shares of the types in each hour of day; an hour with a small cell gets the mix of all."""
    of_all = _tally(rows, "call_type", types)
    hours = (rows.filter(pl.col("hour") == hour) for hour in range(24))
    tallies = (_tally(hour, "call_type", types) for hour in hours)
    return tuple(rounded(x if x.min() >= LEAST_CELL else of_all, 1) for x in tallies)


def rounded(weights: Floats, total: float) -> tuple[float, ...]:
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
