"""When calls come: rates by hour and month, the Poisson process, and its day factors."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.clock import HOUR_S
from sim.model.inputs.arrivals import arrival_times, day_factors, hourly_rates, unit_rate_points
from tests.worlds import make_demand

YEAR = date(2025, 1, 1)
HOURS = 8_760
SHAPE = [1 + (hour * 37 % 168) / 40 for hour in range(168)]
MONTHS = [0.7, 1.3, 1.0, 0.9, 1.1, 1.2, 0.8, 1.0, 1.4, 0.6, 1.0, 1.0]
SHAPED = {"hour_of_week_shape": SHAPE, "month_factor": MONTHS}


def clock(start: date, n_hours: int):
    """Hour of week and month of each hour, by the calendar itself."""
    midnight = datetime(start.year, start.month, start.day)
    times = [midnight + timedelta(hours=hour) for hour in range(n_hours)]
    of_week = np.array([time.weekday() * 24 + time.hour for time in times])
    return of_week, np.array([time.month - 1 for time in times])


def assert_poisson(counts, expected):
    """Pearson's statistic of independent Poisson counts lies in the middle 99.9%."""
    assert expected.min() > 20
    statistic = ((counts - expected) ** 2 / expected).sum()
    low, high = stats.chi2.ppf([0.0005, 0.9995], len(expected))
    assert low < statistic < high


# --- rates ---------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(0.01, 10), min_size=168, max_size=168),
    st.lists(st.floats(0.01, 3), min_size=12, max_size=12),
    st.dates(date(2019, 1, 1), date(2029, 12, 31)),
)
def test_a_year_has_the_calls_stated_whenever_it_begins(shape, months, start):
    demand = make_demand(hour_of_week_shape=shape, month_factor=months, growth_factor=1.1)
    end = date(start.year + 1, 3, 1) if (start.month, start.day) == (2, 29) else None
    n_hours = ((end or start.replace(year=start.year + 1)) - start).days * 24
    assert hourly_rates(demand, start, n_hours, start).sum() == pytest.approx(1_100, rel=1e-9)


def test_rates_are_the_shape_of_the_week_times_the_month():
    start = date(2024, 2, 20)  # a leap year's February, and into March
    rates = hourly_rates(make_demand(**SHAPED), start, 600, YEAR)
    of_week, month = clock(start, 600)
    shape = np.array(SHAPE)[of_week] * np.array(MONTHS)[month]
    assert rates / rates[0] == pytest.approx(shape / shape[0], rel=1e-12)


def test_a_run_that_starts_before_its_year_has_the_same_rates_in_it():
    """The year sets the scale, not the run: from March 2024 it has no 29 February, the run has."""
    demand, start, before = make_demand(**SHAPED), date(2024, 3, 1), timedelta(days=45)
    year = hourly_rates(demand, start, HOURS, start)
    run = hourly_rates(demand, start - before, HOURS + 60 * 24, start)
    assert run[45 * 24 : 45 * 24 + HOURS].tolist() == year.tolist()
    assert year.sum() == pytest.approx(1_000, rel=1e-9)


def test_a_constant_rate_is_the_same_every_hour():
    rates = hourly_rates(make_demand(), YEAR, HOURS, YEAR)
    assert rates == pytest.approx(np.full(HOURS, 1_000 / HOURS), rel=1e-12)


@pytest.mark.parametrize("growth", [0.0, 0.5, 1.2])
def test_growth_multiplies_every_rate(growth):
    base = hourly_rates(make_demand(**SHAPED), YEAR, 500, YEAR)
    grown = hourly_rates(make_demand(**SHAPED, growth_factor=growth), YEAR, 500, YEAR)
    assert grown == pytest.approx(base * growth, rel=1e-12)


# --- arrivals ------------------------------------------------------------------------------------


def test_counts_by_hour_of_week_and_by_month_have_their_rates():
    demand = make_demand(**SHAPED, calls_per_year=20_000)
    rates = hourly_rates(demand, YEAR, HOURS, YEAR)
    of_week, month = clock(YEAR, HOURS)
    counts = np.zeros(HOURS, np.int64)
    for replication in range(5):
        times = arrival_times(rates, 0.0, 51, replication)
        counts += np.bincount(times // HOUR_S, minlength=HOURS)
    for cell, n_cells in ((of_week, 168), (month, 12)):
        expected = np.bincount(cell, weights=rates * 5, minlength=n_cells)
        assert_poisson(np.bincount(cell, weights=counts, minlength=n_cells), expected)


def test_calls_are_spread_evenly_within_an_hour():
    rates = hourly_rates(make_demand(**SHAPED, calls_per_year=100_000), YEAR, HOURS, YEAR)
    minute = arrival_times(rates, 0.0, 52, 0) % HOUR_S // 60
    assert_poisson(np.bincount(minute, minlength=60), np.full(60, rates.sum() / 60))


def test_times_between_calls_are_exponential_at_a_constant_rate():
    between_s = np.diff(arrival_times(np.full(20_000, 1.0), 0.0, 53, 0))
    edges = stats.expon(scale=HOUR_S).ppf(np.linspace(0, 1, 21)[1:-1])
    counts = np.bincount(np.searchsorted(edges, between_s + 0.5), minlength=20)
    statistic = ((counts - len(between_s) / 20) ** 2 / (len(between_s) / 20)).sum()
    assert statistic < stats.chi2.ppf(0.999, 19)


def test_hours_of_rate_zero_get_no_calls():
    shape = [0.0 if hour % 24 < 8 else 1.0 for hour in range(168)]
    rates = hourly_rates(
        make_demand(hour_of_week_shape=shape, calls_per_year=50_000), YEAR, HOURS, YEAR
    )
    hour = arrival_times(rates, 0.2, 54, 0) // HOUR_S
    assert len(hour) > 40_000
    assert (rates[hour] > 0).all()


@pytest.mark.parametrize("cv", [0.0, 0.3])
def test_a_rate_of_zero_gives_no_calls(cv):
    rates = hourly_rates(make_demand(growth_factor=0), YEAR, HOURS, YEAR)
    times = arrival_times(rates, cv, 55, 0)
    assert times.shape == (0,)
    assert times.dtype == np.int64


@given(
    st.lists(st.floats(0, 20), min_size=1, max_size=60),
    st.sampled_from([0.0, 0.1, 1.0]),
    st.integers(0, 1_000),
)
def test_times_are_sorted_and_in_the_run(rates, cv, replication):
    times = arrival_times(np.array(rates), cv, 56, replication)
    assert times.dtype == np.int64
    assert np.all(np.diff(times) >= 0)
    assert np.all((times >= 0) & (times < len(rates) * HOUR_S))
    assert np.all(np.array(rates)[times // HOUR_S] > 0)


@pytest.mark.parametrize("cv", [0.0, 0.4])
def test_when_demand_grows_call_k_comes_sooner_and_new_ones_follow(cv):
    """Call k is the same point of one unit-rate process, so its share of the intensity shrinks."""
    rates = hourly_rates(make_demand(**SHAPED, calls_per_year=5_000), YEAR, HOURS, YEAR)
    base, grown = arrival_times(rates, cv, 57, 3), arrival_times(rates * 1.2, cv, 57, 3)
    assert len(grown) > len(base)
    assert np.all(grown[: len(base)] <= base)
    factors = np.repeat(day_factors(cv, HOURS // 24, 57, 3), 24)
    edges, cumulated = np.arange(HOURS + 1) * HOUR_S, np.append(0, np.cumsum(rates * factors))
    at = [np.interp(times[: len(base)] + 0.5, edges, cumulated) for times in (base, grown)]
    second = (rates * factors).max() / HOUR_S
    assert np.all(np.abs(at[0] - 1.2 * at[1]) <= 1.2 * second)


def test_points_stay_as_they_were_when_more_are_asked_for():
    few, many = unit_rate_points(50.0, 58, 2), unit_rate_points(50_000.0, 58, 2)
    assert many[: len(few)].tolist() == few.tolist()
    assert few[-1] < 50 <= many[len(few)]
    assert many[-1] < 50_000


def test_replications_and_seeds_differ():
    rates = np.full(100, 1.0)
    times = [
        arrival_times(rates, 0.0, seed, rep).tolist() for seed, rep in ((1, 0), (1, 1), (2, 0))
    ]
    assert times[0] != times[1]
    assert times[0] != times[2]
    assert times[0] == arrival_times(rates, 0.0, 1, 0).tolist()


# --- day factors ---------------------------------------------------------------------------------


@pytest.mark.parametrize("cv", [0.0, 0.13, 0.5])
def test_daily_counts_have_the_dispersion_of_the_day_factor(cv):
    """Variance = mean + cv^2 mean^2, in the 99.9% interval over replications."""
    per_day, days, replications = 24.0, 200, 300
    rates = np.full(days * 24, per_day / 24)
    means, squares = [], []
    for replication in range(replications):
        day = arrival_times(rates, cv, 59, replication) // 86_400
        counts = np.bincount(day, minlength=days)
        means.append(counts.mean())
        squares.append(((counts - per_day) ** 2).mean())
    for found, theory in ((means, per_day), (squares, per_day + (cv * per_day) ** 2)):
        half = stats.t.ppf(0.9995, replications - 1) * stats.sem(found)
        assert half < 0.05 * theory
        assert abs(np.mean(found) - theory) < half


def test_day_factors_are_gamma_of_mean_one():
    factors = day_factors(0.4, 5_000, 60, 0)
    assert stats.kstest(factors, stats.gamma(0.4**-2, scale=0.4**2).cdf).pvalue > 0.001


def test_day_factors_stay_as_they_were_when_the_run_is_longer():
    assert day_factors(0.4, 90, 61, 5)[:30].tolist() == day_factors(0.4, 30, 61, 5).tolist()
    assert day_factors(0.4, 30, 61, 5).tolist() != day_factors(0.4, 30, 61, 6).tolist()


def test_without_dispersion_every_day_is_alike():
    assert day_factors(0.0, 7, 62, 0).tolist() == [1.0] * 7


def test_a_day_factor_acts_from_midnight_to_midnight():
    """Shown by counts at a very high rate; the run ends in the middle of a day."""
    factors = day_factors(0.5, 3, 63, 0)
    rates = np.full(60, 4e4)
    counts = np.bincount(arrival_times(rates, 0.5, 63, 0) // HOUR_S, minlength=60)
    assert_poisson(counts, rates * np.repeat(factors, 24)[:60])
