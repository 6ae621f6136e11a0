"""Approximate Bayesian computation: draws weighted by how near they come, then adjusted.

Distance is Euclidean, each figure over its standard deviation among the draws; the nearest draws
are weighted by an Epanechnikov kernel, and what is left of the distance is taken out by local
linear regression (Beaumont, Zhang and Balding 2002, Genetics 162, 2025). Parameters are adjusted as
normal scores of their own laws, so that none leaves its range. Residuals are widened by what the
fit of the slopes takes from them, and by the error of the fit at the figures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from sim.arrays import Floats, Ints

FALSE_SLOPES = 0.1  # expected, of parameters of which the figures say nothing
NEAREST_SHARE = 0.4  # of the draws: with fewer, the regression of some five figures is too rough


class Weighed(NamedTuple):
    """The nearest draws: their numbers, weights that sum to one, and their adjusted scores.

    Shapes are (near,), (near,) and (near, parameters). `slopes` are how the scores change with a
    figure, shape (figures, parameters), and `expected` the figures that the conditioned draws
    should have on average, without error. `error` is the standard error of a mean of the scores, in
    their standard deviations: it is large where the figures lie at the edge of the draws.
    """

    draws: Ints
    weights: Floats
    scores: Floats
    slopes: Floats
    expected: Floats
    error: float

    @property
    def effective(self) -> float:
        """Independent draws that the weighted ones are worth (Kish 1965)."""
        return _effective(self.weights)


def weighed(scores: Floats, means: Floats, simulated: Floats, observed: Floats) -> Weighed:
    """Draws conditioned on observed figures.

    Parameters
    ----------
    scores
        Normal scores of the parameters in each draw; shape (draws, parameters).
    means, simulated
        Figures of each draw, and as they would be observed, errors included; shape (draws,
        figures).
    observed
        Shape (figures,).
    """
    scale = simulated.std(axis=0)
    apart = (simulated - observed) / scale
    distance = np.sqrt((apart**2).sum(axis=1))
    bandwidth = np.quantile(distance, NEAREST_SHARE)
    near = np.flatnonzero(distance < bandwidth)
    kernel = 1 - (distance[near] / bandwidth) ** 2
    weights = kernel / kernel.sum()
    terms = np.column_stack([np.ones(len(near)), apart[near]])
    precision = np.linalg.pinv(terms.T @ (weights[:, None] * terms))
    error = float(np.sqrt(precision[0, 0] / _effective(weights)))
    slopes, kept = _slopes(scores[near], terms, weights)
    moved = scores[near] - apart[near] @ slopes
    middle = weights @ moved
    freedom = max(_effective(weights) - terms.shape[1], 1.0)
    widened = np.sqrt((1 + apart.shape[1] / freedom) * (1 + error**2))
    adjusted: Floats = middle + (1 + kept * (widened - 1)) * (moved - middle)
    expected = _fit(means[near], terms, weights)[0]
    return Weighed(near, weights, adjusted, slopes / scale[:, None], expected, error)


def _slopes(scores: Floats, terms: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Slopes of a weighted regression, and what part of each is kept; (figures, parameters).

    Those of a parameter that chance may well make, of so many parameters, are none, so that what
    the figures say nothing of stays as it is; others are shrunk by the part of them that chance
    makes (James and Stein 1961).
    """
    coefficients = _fit(scores, terms, weights)
    left = _variance(scores - terms @ coefficients, weights)
    slopes = terms.shape[1] - 1
    freedom = max(_effective(weights) - terms.shape[1], 1.0)
    explained = np.maximum(_variance(scores, weights) - left, 0.0) / slopes
    f = explained / np.maximum(left / freedom, 1e-300)
    least = special.fdtri(slopes, freedom, 1 - FALSE_SLOPES / scores.shape[1])
    kept = np.where(f > least, 1 - 1 / np.maximum(f, 1.0), 0.0)
    return kept * coefficients[1:], kept


def _fit(values: Floats, terms: Floats, weights: Floats) -> Floats:
    """Coefficients of a weighted linear regression; shape (terms, values)."""
    root = np.sqrt(weights)[:, None]
    return np.asarray(np.linalg.lstsq(root * terms, root * values, rcond=None)[0], np.float64)


def _variance(values: Floats, weights: Floats) -> Floats:
    """Weighted variance of each column."""
    return np.asarray(weights @ (values - weights @ values) ** 2, np.float64)


def _effective(weights: Floats) -> float:
    return float(1 / (weights**2).sum())


def resampled(weights: Floats, n: int) -> Ints:
    """Places of n draws, each as often as its weight is worth (systematic resampling)."""
    at = (np.arange(n) + 0.5) / n
    places = np.searchsorted(np.cumsum(weights), at)
    return np.minimum(places, len(weights) - 1)
