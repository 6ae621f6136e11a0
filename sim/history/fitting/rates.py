"""When calls come: hour of week, month, trend, holidays, and what days scatter beside chance.

Calls of day d and hour h are taken as Poisson with mean

    rate(hour of week) * month(d) * exp(trend * years(d)) * holiday(d) * gamma(d)

The hour of week is a smooth curve (`sim.history.splines`), months are smooth around the year, and
gamma is a factor of each day with mean 1. An hour that was not observed is taken to be no busier
than the busiest that was. The two halves, hours of the week and days, are fitted in
turn: each has the other as its exposure. Days that are excluded have none.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from sim.arrays import Bools, Floats
from sim.clock import HOURS_A_DAY, HOURS_A_WEEK, MEAN_DAYS_A_YEAR, MONTHS_A_YEAR
from sim.history.fitting.days import Dates, Days
from sim.history.fitting.estimates import Estimate, positive
from sim.history.splines import Spline, fit_day_spline, fit_penalized, fit_spline, roughness

MEAN_MONTH_DAYS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
ROUNDS = 4  # each adds a digit or more, as months hardly differ in their weekdays
MONTH_SMOOTHINGS = 10.0 ** np.arange(-1, 5)
MONTH_RIDGE = 1e-6
MONTHS_TO_FIT = 9  # with fewer, the months are not told from each other
UNSEEN_MONTH_LOG_SE = 0.1  # an assumption: months of cities differ by about as much
TREND_DAYS = 540  # of the calendar; a shorter log does not tell a trend from the season
LEAST_HOLIDAYS = 3
DAYS_A_WEEK = 7
CV_GRID = np.linspace(0.0025, 1.5, 600)


class Rates(NamedTuple):
    """Calls by hour of week, month and day, as they were fitted.

    `rate` is calls an hour, shape (168,), and `log_se` the standard errors of the logarithm of the
    shape, its level apart; `seen` are the hours of week that were observed. `growth` is a factor
    from the middle of the log to its end, and `holiday` a factor of days; None: not fitted.
    """

    rate: Floats
    log_se: Floats
    seen: Bools
    month_factor: Floats
    month_log_se: Floats
    months_seen: int
    calls_per_year: Estimate
    day_factor_cv: Estimate
    growth: Estimate | None
    holiday: Estimate | None
    n_days: int


class _DayPart(NamedTuple):
    """Factor of each day and its fitted calls, shape (days,), the fit, and the scatter of days."""

    factor: Floats
    means: Floats
    spline: Spline
    cv: Estimate


class _Design(NamedTuple):
    """Basis of the days: months (if they are fitted), then trend and holiday (if they are)."""

    basis: Floats
    penalties: list[Floats]
    months: int
    trend: bool
    holiday: bool


def fit_rates(days: Days, holidays: Dates, staffed: Bools | None = None) -> Rates:
    """Fit the rates of a log.

    Parameters
    ----------
    days
        Days that were observed, with their calls.
    holidays
        Dates that are held to be holidays; those outside the days do not matter.
    staffed
        Hours of week that were observed, of a log that has calls of some hours alone; shape (168,).

    Raises
    ------
    ValueError
        If there are no calls.
    """
    seen = np.ones(HOURS_A_WEEK, bool) if staffed is None else staffed
    at = days.hours_of_week
    calls = np.where(seen[at], days.calls, 0.0)
    by_hour = np.bincount(at.ravel(), calls.ravel(), HOURS_A_WEEK).astype(np.float64)
    design, factor, scatter = _design(days, holidays), np.ones(len(days.dates)), 0.0
    for _ in range(ROUNDS):
        exposure = _exposure(days, seen, factor)
        cells = np.divide(by_hour, exposure, out=np.zeros(HOURS_A_WEEK), where=exposure > 0)
        part = _day_part(calls.sum(axis=1), cells[at].sum(axis=1), design, scatter)
        factor, scatter = part.factor, part.cv.value**2
    week = _week(by_hour, _exposure(days, seen, part.factor), days)
    return _rates(days, seen, week, part, design)


def _week(calls: Floats, exposure: Floats, days: Days) -> Spline:
    """Curve of the week; of a log that has not every weekday, the same curve for each day."""
    if len(np.unique(days.weekdays)) == DAYS_A_WEEK:
        return fit_spline(calls, exposure, averaged=True)
    by_hour, of_days = (x.reshape(DAYS_A_WEEK, HOURS_A_DAY).sum(axis=0) for x in (calls, exposure))
    day = fit_day_spline(by_hour, of_days)
    basis = np.tile(day.basis, (DAYS_A_WEEK, 1))
    return day._replace(log_rate=np.tile(day.log_rate, DAYS_A_WEEK), basis=basis)


def _exposure(days: Days, seen: Bools, factor: Floats) -> Floats:
    """Hours for which each hour of week was observed, a day counting by its factor."""
    of_weekday = np.bincount(days.weekdays, factor, 7)
    return np.where(seen, np.repeat(of_weekday, HOURS_A_DAY), 0.0)


def _design(days: Days, holidays: Dates) -> _Design:
    one_hot = np.eye(MONTHS_A_YEAR)[days.months]
    months = int(one_hot.any(axis=0).sum())
    parts = [one_hot] if months >= MONTHS_TO_FIT else [np.ones((len(days.dates), 1))]
    is_holiday = np.isin(days.dates, holidays)
    trend = int((days.dates[-1] - days.dates[0]).astype(np.int64)) >= TREND_DAYS
    holiday = int(is_holiday.sum()) >= LEAST_HOLIDAYS
    parts += [days.years[:, None]] if trend else []
    parts += [is_holiday[:, None].astype(np.float64)] if holiday else []
    basis = np.hstack(parts)
    if months < MONTHS_TO_FIT:
        return _Design(basis, [np.zeros((basis.shape[1],) * 2)], months, trend, holiday)
    return _Design(basis, _penalties(basis.shape[1]), months, trend, holiday)


def _penalties(n: int) -> list[Floats]:
    """Penalties of months that differ from their neighbors around the year; of nothing else."""
    rough = np.zeros((n, n))
    rough[:MONTHS_A_YEAR, :MONTHS_A_YEAR] = roughness(MONTHS_A_YEAR)
    even = np.diag((np.arange(n) < MONTHS_A_YEAR) * MONTH_RIDGE)
    return [smoothing * rough + even for smoothing in MONTH_SMOOTHINGS]


def _day_part(calls: Floats, expected: Floats, design: _Design, scatter: float) -> _DayPart:
    spline = fit_penalized(design.basis, design.penalties, calls, expected, scatter)
    means = expected * np.exp(spline.log_rate)
    cv = day_factor_cv(calls, means, spline.degrees_of_freedom + 6)
    level, _ = _months(spline, design)
    return _DayPart(np.exp(spline.log_rate) / level, means, spline, cv)


def day_factor_cv(calls: Floats, means: Floats, used: float) -> Estimate:
    """Coefficient of variation of a gamma factor of each day: median and 95% of its posterior.

    The prior is flat from 0 to 1.5. Residuals are widened by what the means have used of them.

    Parameters
    ----------
    calls, means
        Of each day, counted and fitted; shape (days,).
    used
        Degrees of freedom of the means.

    Examples
    --------
    >>> import numpy as np
    >>> numbers = np.random.default_rng(1)
    >>> days = numbers.poisson(20 * numbers.gamma(25, 1 / 25, 1000)).astype(float)  # a cv of 0.2
    >>> cv = day_factor_cv(days, np.full(1000, 20.0), 1)
    >>> cv.low < 0.2 < cv.high
    True
    """
    left = max(1 - used / len(calls), 0.5)
    counts = np.maximum(means + (calls - means) / np.sqrt(left), 0.0)
    some = means > 0
    counts, mean = counts[some][:, None], means[some][:, None]
    size = CV_GRID**-2
    log = gammaln(counts + size) - gammaln(size) - counts * np.log(mean + size)
    likelihood = (log - size * np.log1p(mean / size)).sum(axis=0)
    weight = np.exp(likelihood - likelihood.max())
    below = np.cumsum(weight) / weight.sum()
    low, middle, high = (float(np.interp(p, below, CV_GRID)) for p in (0.025, 0.5, 0.975))
    return Estimate(middle, low, high, len(calls), se=(high - low) / 3.92)


def _months(spline: Spline, design: _Design) -> tuple[float, Floats]:
    """Mean over the year of the factors of the months, and these factors, shape (12,)."""
    fitted = design.months >= MONTHS_TO_FIT
    log = spline.coefficients[:MONTHS_A_YEAR] if fitted else np.repeat(spline.coefficients[0], 12)
    level = float(np.exp(log) @ MEAN_MONTH_DAYS) / MEAN_DAYS_A_YEAR
    return level, np.exp(log) / level


# --- what comes of it ----------------------------------------------------------------------------


def _rates(days: Days, seen: Bools, week: Spline, part: _DayPart, design: _Design) -> Rates:
    rate = np.exp(week.log_rate)
    rate = np.where(seen, rate, np.minimum(rate, rate[seen].max()))
    _, month_factor = _months(part.spline, design)
    month_log_se = _month_log_se(days, part.spline, design)
    n = len(days.dates)
    holiday = _factor(part.spline, -1, 1.0, n) if design.holiday else None
    until_end = float(days.years[-1])
    trend_at = -2 if design.holiday else -1
    return Rates(
        rate,
        _shape_log_se(days, week, rate, part.cv.value),
        seen,
        month_factor,
        month_log_se,
        design.months,
        _calls_per_year(days, week, rate, part, month_log_se, holiday),
        part.cv,
        _factor(part.spline, trend_at, until_end, n) if design.trend else None,
        holiday,
        n,
    )


def _shape_log_se(days: Days, week: Spline, rate: Floats, cv: float) -> Floats:
    """Standard errors of the log shape: chance, and the factors that hours of a day have in common.

    The factors of n Mondays leave cv^2 / n in the mean of all of them.
    """
    in_common = np.repeat(cv**2 / np.maximum(np.bincount(days.weekdays, minlength=7), 1), 24)
    of_day = np.arange(HOURS_A_WEEK) // HOURS_A_DAY
    covariance = week.covariance + (of_day[:, None] == of_day) * in_common
    to_mean = np.eye(HOURS_A_WEEK) - rate / rate.sum()
    return np.asarray(np.sqrt(np.diag(to_mean @ covariance @ to_mean.T)), np.float64)


def _month_log_se(days: Days, spline: Spline, design: _Design) -> Floats:
    unseen = np.bincount(days.months, minlength=MONTHS_A_YEAR) == 0
    if design.months < MONTHS_TO_FIT:
        return np.full(MONTHS_A_YEAR, UNSEEN_MONTH_LOG_SE)
    to_mean = np.eye(MONTHS_A_YEAR) - MEAN_MONTH_DAYS / MEAN_DAYS_A_YEAR
    covariance = spline.of_coefficients[:MONTHS_A_YEAR, :MONTHS_A_YEAR]
    log_se = np.sqrt(np.diag(to_mean @ covariance @ to_mean.T))
    return np.where(unseen, np.maximum(log_se, UNSEEN_MONTH_LOG_SE), log_se)


def _factor(spline: Spline, at: int, times: float, n: int) -> Estimate:
    """Factor of a coefficient, such as a trend by so many years."""
    factor = float(np.exp(spline.coefficients[at] * times))
    log_se = float(np.sqrt(spline.of_coefficients[at, at])) * times
    return positive(factor, factor * log_se, n)


def _calls_per_year(
    days: Days,
    week: Spline,
    rate: Floats,
    part: _DayPart,
    month_log_se: Floats,
    holiday: Estimate | None,
) -> Estimate:
    """Calls in an average year; its error is of chance, day factors and months not seen."""
    p = rate / rate.sum()
    scatter = part.cv.value**2 * float((part.means**2).sum() / part.means.sum() ** 2)
    variance = float(p @ week.covariance @ p) + scatter + _of_unseen(days, month_log_se)
    value = float(rate.mean()) * HOURS_A_DAY * MEAN_DAYS_A_YEAR
    if holiday is not None:
        a_year = float(np.mean(part.spline.basis[:, -1]))
        value *= 1 + (holiday.value - 1) * a_year
    return positive(value, value * float(np.sqrt(variance)), int(days.calls.sum()))


def _of_unseen(days: Days, month_log_se: Floats) -> float:
    """Variance of the log of a year's calls from months that were not seen."""
    seen = np.bincount(days.months, minlength=MONTHS_A_YEAR) > 0
    n = int(seen.sum())
    if n >= MONTHS_TO_FIT:
        return float(((MEAN_MONTH_DAYS / MEAN_DAYS_A_YEAR * month_log_se)[~seen] ** 2).sum())
    return UNSEEN_MONTH_LOG_SE**2 * (1 / n - 1 / MONTHS_A_YEAR)
