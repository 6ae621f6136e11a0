"""Calls by hour, month, trend, holiday and zone of a log: exposure, closed forms, small cells."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from sim.config import InputError, compose
from sim.history.fitting import Options, fit_log
from sim.history.fitting.days import days_of
from sim.history.fitting.mix import pooled, shares_of
from sim.history.fitting.rates import day_factor_cv, fit_rates
from sim.history.fitting.staffed import detect_staffed
from sim.history.log import CallLog, Excluded
from sim.history.splines import BASIS, fit_penalized
from tests.logs import year_of

NONE = np.array([], dtype="datetime64[D]")
YEAR = 365
HOLE = Excluded(date(2023, 5, 1), date(2023, 7, 26), "no calls at all")
WEEK = 1 + 0.5 * np.sin((np.arange(168) % 24 - 9) / 24 * 2 * np.pi)


def counts(mean: float, days: int = YEAR, seed: int = 1, by_day: np.ndarray | None = None):
    """Poisson calls of a log that starts on a Sunday, 1 January 2023; shape (days, 24)."""
    first = 6 * 24
    rate = np.resize(np.roll(WEEK, -first), days * 24).reshape(days, 24) * mean
    factor = np.ones(days) if by_day is None else by_day
    return np.random.default_rng(seed).poisson(rate * factor[:, None])


def rates_of(log: CallLog, holidays: np.ndarray = NONE):
    return fit_rates(days_of(log), holidays)


# --- exposure ------------------------------------------------------------------------------------


def test_days_are_counted_by_their_hour_and_weekday():
    calls = np.zeros((9, 24))
    calls[0, 23] = 2  # Sunday, 1 January 2023
    calls[8, 0] = 3  # Monday of the week after
    days = days_of(year_of(calls))
    assert days.weekdays.tolist() == [6, 0, 1, 2, 3, 4, 5, 6, 0]
    assert set(days.months.tolist()) == {0}
    assert days.calls.tolist() == calls.tolist()


def test_a_hole_is_not_averaged_over():
    calls = counts(0.6)
    hole = slice(120, 207)  # 87 days from 1 May
    calls[hole] = 0
    log = year_of(calls)._replace(excluded=[HOLE])
    true = calls.sum() / (YEAR - 87) * 365.25
    assert rates_of(log).calls_per_year.value == pytest.approx(true, rel=0.02)
    assert rates_of(log).n_days == YEAR - 87
    with_zeros = rates_of(log._replace(excluded=[])).calls_per_year.value
    assert with_zeros == pytest.approx(calls.sum() / YEAR * 365.25, rel=0.02)
    assert with_zeros < 0.8 * true


def test_excluded_days_may_hold_calls_that_do_not_count(tmp_path):
    calls = counts(0.6)
    calls[120:207] *= 50  # a change of codes
    fitted = fit_log(year_of(calls)._replace(excluded=[HOLE]), name="x")
    clean = fit_log(year_of(counts(0.6))._replace(excluded=[HOLE]), name="y")
    assert fitted.rates.calls_per_year == clean.rates.calls_per_year
    assert fitted.table.source["n_used"] == clean.table.source["n_used"]
    assert "no calls at all" in fitted.table.source["dropped"]


@pytest.mark.parametrize("days", [14, 40])
def test_a_short_log_is_fitted_and_its_months_are_all_alike(days, tmp_path):
    fitted = fit_log(year_of(counts(2.0, days)), name="x")
    fitted.write(tmp_path)
    assert set(fitted.table.month_factor) == {1.0}
    assert set(fitted.rates.month_log_se) == {0.1}
    calls = fitted.rates.calls_per_year
    assert calls.low < 2 * 8766 < calls.high
    compose(["demand=x"], tmp_path)


def test_nothing_to_fit_is_one_line(tmp_path):
    log = year_of(counts(1.0, 40))
    all_out = [Excluded(log.first, log.last, "a change of codes")]
    with pytest.raises(
        InputError, match=r"year.csv: expected 30 calls of mental health on 14 days"
    ):
        fit_log(log._replace(excluded=all_out), name="x")
    with pytest.raises(InputError, match="got 0 on 40"):
        fit_log(log._replace(calls=log.calls.clear()), name="x")
    assert not list(tmp_path.iterdir())


# --- season, trend, holidays, scatter ------------------------------------------------------------


def test_months_trend_and_holidays_are_told_apart():
    days = 3 * YEAR + 1
    dates = np.datetime64("2023-01-01") + np.arange(days)
    month = dates.astype("datetime64[M]").astype(int) % 12
    season = np.exp(0.15 * np.sin(month / 12 * 2 * np.pi))
    growth = 1.1 ** (np.arange(days) / 365.25)
    holidays = dates[np.arange(10, days, 33)]
    factor = season * growth * np.where(np.isin(dates, holidays), 0.7, 1.0)
    log = year_of(counts(2.0, days, by_day=factor))
    rates = rates_of(log, holidays)
    assert rates.holiday.low < 0.7 < rates.holiday.high < 0.75
    assert rates.growth.low < 1.1**1.5 < rates.growth.high  # from the middle to the end
    true = season[[list(month).index(at) for at in range(12)]]
    assert rates.month_factor == pytest.approx(true / true.mean(), abs=0.04)
    assert rates.day_factor_cv.value < 0.04


def test_a_year_tells_no_trend():
    assert rates_of(year_of(counts(1.0))).growth is None


def test_holidays_of_a_country_go_into_the_file(tmp_path):
    days = np.datetime64("2023-01-01") + np.arange(YEAR)
    us = ["2023-01-02", "2023-01-16", "2023-02-20", "2023-05-29", "2023-06-19", "2023-07-04"]
    factor = np.where(np.isin(days, np.array(us, "datetime64[D]")), 0.4, 1.0)
    log = year_of(counts(2.0, by_day=factor))
    options = Options(holidays={"country": "US"})
    fitted = fit_log(log, name="x", options=options)
    fitted.write(tmp_path)
    assert fitted.rates.holiday.value < 1
    demand = compose(["demand=x"], tmp_path).demand
    assert demand.holidays.demand_factor.value == pytest.approx(
        fitted.rates.holiday.value, rel=1e-4
    )
    assert date(2025, 7, 4) in demand.holidays.dates


@pytest.mark.parametrize("cv", [0.1, 0.3])
def test_scatter_of_days_is_found_again_in_90_to_100_of_100(cv):
    """A 95% interval that is right holds the truth in fewer than 90 of 100 once in 90 times."""
    numbers, inside = np.random.default_rng(5), 0
    for _ in range(100):
        factor = numbers.gamma(cv**-2, cv**2, 365)
        calls = numbers.poisson(15 * factor).astype(float)
        found = day_factor_cv(calls, np.full(365, calls.mean()), 1)
        inside += found.low < cv < found.high
    assert 90 <= inside <= 100


def test_days_that_scatter_by_chance_alone_have_hardly_a_factor():
    calls = np.random.default_rng(1).poisson(60, 365).astype(float)
    assert day_factor_cv(calls, np.full(365, 60.0), 1).value < 0.05


def test_scatter_widens_calls_a_year():
    factor = np.random.default_rng(2).gamma(4, 0.25, YEAR)  # a cv of 0.5
    calm, wild = (rates_of(year_of(counts(2.0, by_day=x))) for x in (None, factor))
    n = calm.calls_per_year.n
    assert calm.calls_per_year.se / calm.calls_per_year.value == pytest.approx(n**-0.5, rel=0.1)
    expected = np.sqrt(1 / wild.calls_per_year.n + 0.25 / YEAR)
    assert wild.calls_per_year.se / wild.calls_per_year.value == pytest.approx(expected, rel=0.2)


def test_without_a_penalty_it_is_a_poisson_regression():
    numbers = np.random.default_rng(3)
    basis = np.column_stack([np.ones(200), numbers.normal(size=(200, 3))])
    exposure = numbers.uniform(0.5, 3, 200)
    calls = numbers.poisson(exposure * np.exp(basis @ [0.5, 0.2, -0.3, 0.0])).astype(float)
    ours = fit_penalized(basis, [np.zeros((4, 4))], calls, exposure)
    model = sm.GLM(calls, basis, sm.families.Poisson(), offset=np.log(exposure)).fit()
    assert ours.coefficients == pytest.approx(model.params, abs=1e-6)
    assert ours.of_coefficients == pytest.approx(model.cov_params(), abs=1e-6)


def test_with_a_penalty_its_score_balances_the_penalty():
    """At the maximum, basis' (calls - mean) = penalty x coefficients."""
    calls = counts(0.6).reshape(-1)[: 52 * 168].reshape(52, 168).sum(axis=0).astype(float)
    penalty = 3.0 * np.eye(BASIS.shape[1])
    fit = fit_penalized(BASIS, [penalty], calls, np.full(168, 52.0))
    score = BASIS.T @ (calls - 52 * np.exp(fit.log_rate))
    assert score == pytest.approx(penalty @ fit.coefficients, abs=1e-3)


# --- a team's own log ----------------------------------------------------------------------------

DAYTIME = (np.arange(168) % 24 >= 8) & (np.arange(168) % 24 < 20) & (np.arange(168) < 5 * 24)


def served(mean: float = 1.0) -> CallLog:
    """Log of a team on duty on weekdays from 8 to 20."""
    days = YEAR
    on = np.resize(np.roll(DAYTIME, -6 * 24), days * 24).reshape(days, 24)
    return year_of(counts(mean) * on)._replace(served_only=True)


def test_hours_without_a_team_are_found_and_are_not_hours_without_need(tmp_path):
    assert detect_staffed(days_of(served())).tolist() == DAYTIME.tolist()
    fitted = fit_log(served(), name="x")
    fitted.write(tmp_path)
    assert fitted.unstaffed_hours == 108
    logged = served().calls.height / YEAR * 365.25
    assert fitted.rates.calls_per_year.value > 1.5 * logged
    assert fitted.rates.log_se[~DAYTIME].mean() > 2 * fitted.rates.log_se[DAYTIME].mean()
    config = compose(["demand=x", "service=x"], tmp_path)
    assert config.service.funnel.eligible_share.value == 1


def test_hours_without_a_team_can_have_the_shape_of_another_place(tmp_path):
    options = Options(borrow="seattle_2015", staffed=DAYTIME)
    fitted = fit_log(served(), name="x", options=options)
    other = np.array(
        compose(["demand.shape_drawn_from=[seattle_2015]"]).demand.shape_drawn_from[0].rate
    )
    ratio = fitted.shape.rate[~DAYTIME] / other[~DAYTIME]
    assert ratio == pytest.approx(np.full(108, ratio[0]), rel=1e-4)
    true = 8766.0  # a call an hour
    assert fitted.rates.calls_per_year.low < true < fitted.rates.calls_per_year.high


def test_an_unknown_place_to_borrow_from_is_one_line(tmp_path):
    with pytest.raises(InputError, match="--borrow: unknown shape 'seatle'"):
        fit_log(served(), name="x", options=Options(borrow="seatle"))


def test_a_log_around_the_clock_has_a_team_at_all_hours():
    assert detect_staffed(days_of(year_of(counts(0.6)))).all()


# --- zones and types -----------------------------------------------------------------------------

NAMES = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=200)


@given(NAMES)
def test_no_cell_under_11_is_left_and_no_call_is_lost(names):
    column = pl.Series("zone", names)
    counts_of = pooled(column).value_counts()["count"]
    assert counts_of.sum() == len(names)
    assert counts_of.min() >= 11 or len(counts_of) == 1
    assert shares_of(column, "city").shares.sum() == pytest.approx(1)


def test_types_by_hour_are_smooth_and_have_their_errors(tmp_path):
    calls = counts(2.0)
    log = year_of(calls)
    hour = log.calls["received_at"].dt.hour()
    p = 0.3 + 0.2 * np.sin(hour.to_numpy() / 24 * 2 * np.pi)
    is_first = np.random.default_rng(4).random(len(p)) < p
    types = pl.Series("call_type", np.where(is_first, "first", "second"))
    fitted = fit_log(log._replace(calls=log.calls.with_columns(types)), name="x")
    shares = np.array(fitted.table.call_type_share_by_hour)[:, 0]
    true = 0.3 + 0.2 * np.sin(np.arange(24) / 24 * 2 * np.pi)
    error = np.sqrt(true * (1 - true) / fitted.mix.worth)
    assert (np.abs(shares - true) < 4 * error).all()
    per_hour = calls.sum(axis=0)
    assert (np.array(fitted.mix.worth) > 1.5 * per_hour).all()  # smooth: worth more than its hour


def test_calls_without_a_zone_or_type_are_one(tmp_path):
    fit_log(year_of(counts(0.5)), name="x").write(tmp_path)
    demand = compose(["demand=x"], tmp_path).demand
    assert demand.zones == ["city"]
    assert demand.call_types == ["mental health call"]


def test_the_same_log_gives_the_same_files():
    log = year_of(counts(0.5))
    one, other = (fit_log(log, name="x") for _ in range(2))
    assert set(one.texts) == {"demand", "shapes"}  # the log has no other stamps
    assert one.texts == other.texts


def test_every_number_says_where_it_comes_from(tmp_path):
    fit_log(year_of(counts(0.5)), name="x").write(tmp_path)
    calls = compose(["demand=x"], tmp_path).demand.calls_per_year
    last = date(2023, 1, 1) + timedelta(days=YEAR - 1)
    for part in ("n=4,", "2023-01-01", str(last), "year.csv", "SHA-256 cdcdcdcdcdcd"):
        assert part in calls.source
    assert (calls.confidence, calls.year) == ("D", "2023")
    assert calls.se is not None
