"""Calls by hour of week as a smooth rate: penalized Poisson splines, cyclic over the week.

The logarithm of the rate is a curve over the day plus a curve over the week, both of cubic
B-splines on a circle with a penalty on second differences (Eilers and Marx 1996, Statistical
Science). How smooth each is, is chosen by the unbiased risk estimator (UBRE: deviance plus twice
the effective degrees of freedom; Wood 2017, Generalized Additive Models, section 6.2). Standard
errors are those of the normal posterior of the coefficients (Wood 2017, section 6.10).
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.interpolate import BSpline
from scipy.special import xlogy

from sim.arrays import Floats
from sim.clock import HOURS_A_WEEK

DAY_KNOTS, WEEK_KNOTS = 24, 56  # one an hour, and one in three hours
SMOOTHINGS = 10.0 ** np.arange(-1, 7)
RIDGE = 1e-4  # tells the curve over the week from a constant, which the curve over the day has
MOST_ROUNDS, CLOSE = 50, 1e-6


class Spline(NamedTuple):
    """Fitted rate: logarithm of calls an hour, shape (168,), and its covariance, (168, 168)."""

    log_rate: Floats
    covariance: Floats
    degrees_of_freedom: float

    @property
    def log_se(self) -> Floats:
        """Standard errors of the logarithm of the rate; shape (168,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)), np.float64)


class _Fit(NamedTuple):
    spline: Spline
    risk: float


def fit_spline(calls: Floats, exposure_h: Floats) -> Spline:
    """Fit a smooth rate to the calls of the 168 hours of a week.

    Parameters
    ----------
    calls
        Calls in each hour of week, Monday 00:00 first; shape (168,).
    exposure_h
        Hours for which each was observed; shape (168,). Where it is 0, the rate is filled in from
        the hours around and the same hour of other days.
    """
    if not ((exposure_h > 0) & (calls > 0)).any():
        raise ValueError("expected some calls in hours that were observed, got none")
    fits = (_fit(calls, exposure_h, pair) for pair in product(SMOOTHINGS, repeat=2))
    return min(fits, key=lambda fit: fit.risk).spline


def _fit(calls: Floats, exposure_h: Floats, smoothing: tuple[float, float]) -> _Fit:
    """Penalized maximum likelihood by iteratively reweighted least squares."""
    seen = exposure_h > 0
    offset = np.log(np.where(seen, exposure_h, 1.0))
    log_rate = np.log((calls + 0.5) / np.where(seen, exposure_h, 1.0))
    for _ in range(MOST_ROUNDS):
        mean = np.where(seen, np.exp(log_rate + offset), 0.0)
        pull = np.where(seen, calls - mean, 0.0)
        information = BASIS.T @ (mean[:, None] * BASIS)
        covariance = np.linalg.inv(information + _penalty(smoothing))
        before, log_rate = log_rate, BASIS @ (covariance @ (BASIS.T @ (mean * log_rate + pull)))
        if np.abs(log_rate - before).max() < CLOSE:
            break
    mean = np.where(seen, np.exp(log_rate + offset), 0.0)
    used = float(np.trace(covariance @ information))
    counted = np.where(seen, calls, 0.0)
    deviance = 2 * float((xlogy(counted, counted) - xlogy(counted, mean) - counted + mean).sum())
    return _Fit(Spline(log_rate, BASIS @ covariance @ BASIS.T, used), deviance + 2 * used)


def _basis(period_h: int, knots: int) -> Floats:
    """Cubic B-splines on a circle at the middle of each hour of week; shape (168, knots)."""
    bump, width = BSpline.basis_element([-2, -1, 0, 1, 2], extrapolate=False), period_h / knots
    at = (np.arange(HOURS_A_WEEK) % period_h + 0.5) / width
    distance = (at[:, None] - np.arange(knots) + knots / 2) % knots - knots / 2
    return np.nan_to_num(np.asarray(bump(distance), np.float64))


def _roughness(knots: int) -> Floats:
    """Sum of squared second differences on a circle, as a quadratic form."""
    one = np.eye(knots)
    second = np.roll(one, 1, axis=1) - 2 * one + np.roll(one, -1, axis=1)
    return np.asarray(second.T @ second, np.float64)


def _penalty(smoothing: tuple[float, float]) -> Floats:
    penalty = np.zeros((DAY_KNOTS + WEEK_KNOTS,) * 2)
    penalty[:DAY_KNOTS, :DAY_KNOTS] = smoothing[0] * DAY_ROUGHNESS
    penalty[DAY_KNOTS:, DAY_KNOTS:] = smoothing[1] * WEEK_ROUGHNESS + RIDGE * np.eye(WEEK_KNOTS)
    return penalty


BASIS = np.hstack([_basis(24, DAY_KNOTS), _basis(HOURS_A_WEEK, WEEK_KNOTS)])
DAY_ROUGHNESS, WEEK_ROUGHNESS = _roughness(DAY_KNOTS), _roughness(WEEK_KNOTS)
