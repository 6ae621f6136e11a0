"""The smooth rate by hour of week: what it recovers, how it closes, what its errors cover."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import chi2

from sim.history.splines import Spline, fit_spline

HOUR = np.arange(168)
WEEKS = 52.0
SMOOTH = 0.6 * np.sin((HOUR - 9) / 24 * 2 * np.pi) + 0.1 * np.sin(HOUR / 168 * 2 * np.pi)
CALLS_AN_HOUR = (2.6, 0.26, 0.05)


def truth(mean: float) -> np.ndarray:
    return SMOOTH - math.log(np.exp(SMOOTH).mean()) + math.log(mean)


def fitted(mean: float, seed: int) -> Spline:
    calls = np.random.default_rng(seed).poisson(WEEKS * np.exp(truth(mean)))
    return fit_spline(calls.astype(float), np.full(168, WEEKS))


@pytest.mark.parametrize("mean", CALLS_AN_HOUR)
def test_recovers_a_smooth_rate(mean):
    """The mean squared error of k free parameters on n calls is at least k / n; 168 cells have 168.

    The spline has at most a fifth of the squared error of the cells, mean over ten weeks, and its
    ten fits stay under the 99.9% quantile of what 20 free parameters would leave.
    """
    squared = [np.mean((fitted(mean, seed).log_rate - truth(mean)) ** 2) for seed in range(10)]
    of_cells = np.mean(1 / (WEEKS * np.exp(truth(mean))))
    assert np.mean(squared) < of_cells / 5
    n_calls = WEEKS * 168 * mean
    assert np.mean(squared) < chi2.ppf(0.999, 20) / n_calls * 1.5


@pytest.mark.stress
@pytest.mark.parametrize("mean", CALLS_AN_HOUR[:1])
def test_standard_errors_cover_in_90_to_99_of_100_weeks(mean):
    inside = np.zeros(168)
    for seed in range(100):
        spline = fitted(mean, 1_000 + seed)
        inside += np.abs(spline.log_rate - truth(mean)) < 1.96 * spline.log_se
    assert 90 <= inside.mean() <= 99


def test_sunday_night_goes_on_into_monday_morning():
    calls = np.random.default_rng(3).poisson(50 * np.exp(SMOOTH)).astype(float)
    there = fit_spline(calls, np.full(168, WEEKS))
    turned = fit_spline(np.roll(calls, 24), np.full(168, WEEKS))  # the week from Sunday on
    assert np.roll(there.log_rate, 24) == pytest.approx(turned.log_rate, abs=1e-4)
    steps = np.abs(np.diff(np.append(there.log_rate, there.log_rate[0])))
    assert steps[-1] <= steps[:-1].max()


def test_a_constant_rate_takes_hardly_more_than_one_free_parameter():
    spline = fit_spline(np.full(168, 9.0), np.full(168, WEEKS))
    assert np.exp(spline.log_rate) == pytest.approx(np.full(168, 9 / WEEKS), rel=1e-3)
    assert spline.degrees_of_freedom < 1.5
    assert spline.log_se == pytest.approx(np.full(168, 1 / math.sqrt(168 * 9)), rel=0.3)


def test_hours_without_a_team_are_unobserved_and_not_zero():
    on = (HOUR % 24 >= 8) & (HOUR % 24 < 22)
    calls = np.random.default_rng(4).poisson(WEEKS * np.exp(truth(2.6))) * on
    spline = fit_spline(calls.astype(float), np.where(on, WEEKS, 0.0))
    assert np.abs(spline.log_rate - truth(2.6))[on].max() < 0.25
    assert spline.log_se[~on].min() > spline.log_se[on].max()


def test_nothing_observed_is_refused():
    with pytest.raises(ValueError, match="expected some calls in hours that were observed"):
        fit_spline(np.zeros(168), np.full(168, WEEKS))
