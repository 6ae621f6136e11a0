"""Calls by hour of week as a smooth rate: penalized Poisson splines, cyclic over the week.

The logarithm of the rate is a curve over the day plus a curve over the week, both of cubic
B-splines on a circle with a penalty on second differences (Eilers and Marx 1996, Statistical
Science). How smooth each is, is chosen by the unbiased risk estimator (UBRE: deviance plus twice
the effective degrees of freedom; Wood 2017, Generalized Additive Models, section 6.2). Standard
errors are those of the normal posterior of the coefficients (Wood 2017, section 6.10). Hours of day
alone, and days by month and trend, are fitted the same way on a basis of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
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
MOST_STEP = 4.0  # of a logarithm in a round: a few calls in one hour would send others too far


class Spline(NamedTuple):
    """Fitted rate: logarithm of calls an hour, shape (168,), or as many as its basis has rows.

    `coefficients` are those of the basis, and `of_coefficients` is their covariance.
    """

    log_rate: Floats
    degrees_of_freedom: float
    basis: Floats
    coefficients: Floats
    of_coefficients: Floats

    @property
    def covariance(self) -> Floats:
        """Covariance of the logarithm of the rate; shape (168, 168)."""
        return np.asarray(self.basis @ self.of_coefficients @ self.basis.T, np.float64)

    @property
    def log_se(self) -> Floats:
        """Standard errors of the logarithm of the rate; shape (168,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)), np.float64)


class _Fit(NamedTuple):
    spline: Spline
    risk: float


def fit_spline(calls: Floats, exposure_h: Floats, *, averaged: bool = False) -> Spline:
    """Fit a smooth rate to the calls of the 168 hours of a week.

    Parameters
    ----------
    calls
        Calls in each hour of week, Monday 00:00 first; shape (168,).
    exposure_h
        Hours for which each was observed; shape (168,). Where it is 0, the rate is filled in from
        the hours around and the same hour of other days.
    averaged
        Whether the fits of all smoothings are averaged by how likely they are, so that the errors
        hold what the choice of one leaves open.
    """
    penalties = (_penalty(pair) for pair in product(SMOOTHINGS, repeat=2))
    fits = _fits(BASIS, penalties, calls, exposure_h, 0.0)
    return _averaged(fits) if averaged else min(fits, key=lambda fit: fit.risk).spline


def fit_day_spline(calls: Floats, exposure: Floats) -> Spline:
    """Fit a smooth rate to the calls of the 24 hours of a day; both have shape (24,)."""
    penalties = (smoothing * DAY_ROUGHNESS for smoothing in SMOOTHINGS)
    return fit_penalized(DAY_BASIS, penalties, calls, exposure)


def fit_penalized(
    basis: Floats,
    penalties: Iterable[Floats],
    calls: Floats,
    exposure: Floats,
    scatter: float = 0.0,
) -> Spline:
    """Fit a rate whose logarithm is linear in a basis, averaged over penalties by their risk.

    Parameters
    ----------
    basis
        Shape (cells, coefficients).
    penalties
        Quadratic forms of the coefficients, each of shape (coefficients, coefficients).
    calls, exposure
        Of each cell; shape (cells,). A cell without exposure was not observed.
    scatter
        Squared coefficient of variation of a factor of each cell's own, beside Poisson's chance.
    """
    return _averaged(_fits(basis, penalties, calls, exposure, scatter))


def _averaged(fits: list[_Fit]) -> Spline:
    """Fits averaged with Akaike weights; what they differ by is a part of the covariance.

    Source: Buckland, Burnham and Augustin 1997, Biometrics.
    """
    risk = np.array([fit.risk for fit in fits])
    weights = np.exp((risk.min() - risk) / 2)
    weights /= weights.sum()
    each = np.array([fit.spline.coefficients for fit in fits])
    coefficients = weights @ each
    apart = each - coefficients
    within = np.tensordot(weights, np.array([fit.spline.of_coefficients for fit in fits]), 1)
    covariance = within + (weights[:, None] * apart).T @ apart
    used = float(weights @ [fit.spline.degrees_of_freedom for fit in fits])
    basis = fits[0].spline.basis
    return Spline(basis @ coefficients, used, basis, coefficients, covariance)


def _fits(
    basis: Floats,
    penalties: Iterable[Floats],
    calls: Floats,
    exposure: Floats,
    scatter: float,
) -> list[_Fit]:
    """Fit of each penalty."""
    if not ((exposure > 0) & (calls > 0)).any():
        raise ValueError("expected some calls in hours that were observed, got none")
    log_rate = np.log((calls + 0.5) / np.where(exposure > 0, exposure, 1.0))
    fits = []
    for penalty in penalties:  # each begins where the one before ended
        fits.append(_fit(basis, penalty, calls, exposure, scatter, log_rate))
        log_rate = fits[-1].spline.log_rate
    return fits


def _fit(
    basis: Floats,
    penalty: Floats,
    calls: Floats,
    exposure_h: Floats,
    scatter: float,
    log_rate: Floats,
) -> _Fit:
    """Penalized quasi-likelihood by iteratively reweighted least squares from a first rate.

    The variance is mean + scatter * mean^2 (Poisson's without scatter), and the deviance is divided
    cell by cell by its ratio to the mean.
    """
    seen = exposure_h > 0
    offset = np.log(np.where(seen, exposure_h, 1.0))
    for _ in range(MOST_ROUNDS):
        mean = np.where(seen, np.exp(log_rate + offset), 0.0)
        weight = mean / (1 + scatter * mean)
        pull = np.where(seen, calls - mean, 0.0) / (1 + scatter * mean)
        information = basis.T @ (weight[:, None] * basis)
        covariance = np.linalg.inv(information + penalty)
        coefficients = covariance @ (basis.T @ (weight * log_rate + pull))
        change = basis @ coefficients - log_rate
        furthest = float(np.abs(change).max())
        log_rate = log_rate + change * min(1.0, MOST_STEP / max(furthest, CLOSE))
        if furthest < CLOSE:
            break
    mean = np.where(seen, np.exp(log_rate + offset), 0.0)
    used = float(np.trace(covariance @ information))
    counted = np.where(seen, calls, 0.0)
    of_cells = xlogy(counted, counted) - xlogy(counted, mean) - counted + mean
    deviance = 2 * float((of_cells / (1 + scatter * mean)).sum())
    errors = np.asarray(covariance, np.float64)
    return _Fit(Spline(log_rate, used, basis, coefficients, errors), deviance + 2 * used)


def _basis(period_h: int, knots: int) -> Floats:
    """Cubic B-splines on a circle at the middle of each hour of week; shape (168, knots)."""
    bump, width = BSpline.basis_element([-2, -1, 0, 1, 2], extrapolate=False), period_h / knots
    at = (np.arange(HOURS_A_WEEK) % period_h + 0.5) / width
    distance = (at[:, None] - np.arange(knots) + knots / 2) % knots - knots / 2
    return np.nan_to_num(np.asarray(bump(distance), np.float64))


def roughness(knots: int) -> Floats:
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
DAY_BASIS = BASIS[:24, :DAY_KNOTS]
DAY_ROUGHNESS, WEEK_ROUGHNESS = roughness(DAY_KNOTS), roughness(WEEK_KNOTS)
