"""When calls come: piecewise constant rates by hour of week and month, gamma day factors."""

from __future__ import annotations

from datetime import date

import numpy as np
from scipy import special

from sim.arrays import Floats, Ints
from sim.clock import HOUR_S, add_years, hours_of_week, months
from sim.config.models import Demand, Holidays
from sim.streams import Stream, generator, uniforms


def hourly_rates(demand: Demand, run_start: date, n_hours: int, year_start: date) -> Floats:
    """Mean calls in each hour of a run; shape (n_hours,).

    Scaled so that the year from `year_start` has `calls_per_year` times the growth factor.
    """
    year_hours = (add_years(year_start, 1) - year_start).days * 24
    per_year = float(demand.calls_per_year) * float(demand.growth_factor)
    year_total = float(_shape(demand, year_start, year_hours).sum())
    return _shape(demand, run_start, n_hours) * (per_year / year_total)


def _shape(demand: Demand, start: date, n_hours: int) -> Floats:
    by_hour_of_week = np.array(demand.hour_of_week_shape)[hours_of_week(start, n_hours)]
    by_month = np.array(demand.month_factor)[months(start, n_hours)]
    shape: Floats = by_hour_of_week * by_month * _of_holidays(demand.holidays, start, n_hours)
    return shape


def _of_holidays(holidays: Holidays, start: date, n_hours: int) -> Floats:
    """Factor of each hour: that of holidays on the days that are one."""
    factor = np.ones(-(-n_hours // 24))
    days = np.array([(day - start).days for day in holidays.dates], np.int64)
    factor[days[(days >= 0) & (days < len(factor))]] = float(holidays.demand_factor)
    return np.repeat(factor, 24)[:n_hours]


def day_factors(cv: float, n_days: int, seed: int, replication: int) -> Floats:
    """Gamma factor of each day, mean 1 and coefficient of variation cv; shape (n_days,)."""
    if cv == 0:
        return np.ones(n_days)
    shape = cv**-2
    u = uniforms(seed, replication, Stream.DAY_FACTOR, n_days)
    return np.asarray(special.gammaincinv(shape, u) / shape, np.float64)


def arrival_times(rates: Floats, cv: float, seed: int, replication: int) -> Ints:
    """Seconds at which calls are received, sorted; shape (calls,).

    The inverse of the cumulative intensity at the points of one unit-rate Poisson process, so
    that call k is the same point of that process whatever the rates (Cinlar 1975, section 4.7).
    """
    factors = day_factors(cv, -(-len(rates) // 24), seed, replication)
    hourly = rates * np.repeat(factors, 24)[: len(rates)]
    cumulative = np.concatenate(([0.0], np.cumsum(hourly)))
    points = unit_rate_points(cumulative[-1], seed, replication)
    edges = np.arange(len(cumulative)) * float(HOUR_S)
    times = np.interp(points, cumulative, edges).astype(np.int64)
    within: Ints = np.minimum(times, len(rates) * HOUR_S - 1)
    return within


def unit_rate_points(until: float, seed: int, replication: int) -> Floats:
    """Points below `until` of the unit-rate Poisson process of a replication, sorted."""
    n = int(until + 8 * np.sqrt(until) + 32)
    while True:
        u = generator(seed, replication, Stream.ARRIVALS).random(n)
        points = np.cumsum(-np.log1p(-u))
        if points[-1] >= until:
            return points[: np.searchsorted(points, until, side="left")]
        n *= 2  # the same stream from its start: the first points stay as they were
