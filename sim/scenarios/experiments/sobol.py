"""Sobol indices: how much of the variance of an answer each uncertain input makes.

First-order and total indices by Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola (2010,
Computer Physics Communications 181, 259), with percentile intervals of resampled points.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from sim.arrays import Floats
from sim.scenarios.answers.sensitivity import RESAMPLES
from sim.streams import Stream, generator


class Points(NamedTuple):
    """Two matrices of uniforms, each of shape (points, inputs), and A with a column of B each.

    `mixed` has shape (inputs, points, inputs): in `mixed[i]` input i is that of `b`.
    """

    a: Floats
    b: Floats
    mixed: Floats


class Indices(NamedTuple):
    """Indices of each input with their intervals; each of shape (inputs,)."""

    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats


def sobol_points(n: int, inputs: int, seed: int) -> Points:
    """Points of a scrambled Sobol sequence; n is a power of 2.

    Examples
    --------
    >>> sobol_points(8, 3, seed=1).mixed.shape
    (3, 8, 3)
    """
    rng = generator(seed, 0, Stream.SENSITIVITY_POINTS)
    both = stats.qmc.Sobol(2 * inputs, rng=rng).random(n)
    a, b = both[:, :inputs], both[:, inputs:]
    mixed = np.repeat(a[None], inputs, axis=0)
    for at in range(inputs):
        mixed[at, :, at] = b[:, at]
    return Points(a, b, mixed)


def sobol_indices(
    of_a: Floats, of_b: Floats, of_mixed: Floats, confidence: float, seed: int
) -> Indices:
    """Indices of the answers at the points of `sobol_points`.

    Parameters
    ----------
    of_a, of_b
        Answers at a and b; shape (points,).
    of_mixed
        Answers at the mixed points; shape (inputs, points).
    confidence
        Of the interval of each index.
    seed
        Of the resamples.
    """
    n = len(of_a)
    rng = generator(seed, 0, Stream.SENSITIVITY_RESAMPLES)
    central = _indices(of_a, of_b, of_mixed)
    again = rng.integers(0, n, (RESAMPLES, n))
    resampled = np.array([_indices(of_a[at], of_b[at], of_mixed[:, at]) for at in again])
    tail = 100 * (1 - confidence) / 2
    low, high = np.percentile(resampled, [tail, 100 - tail], axis=0)
    (first, total), (first_low, total_low), (first_high, total_high) = central, low, high
    return Indices(first, first_low, first_high, total, total_low, total_high)


def _indices(of_a: Floats, of_b: Floats, of_mixed: Floats) -> Floats:
    """First-order and total indices, (b) and (f) of table 2; shape (2, inputs)."""
    variance = np.concatenate([of_a, of_b]).var()
    if variance == 0:
        return np.zeros((2, len(of_mixed)))
    middle = (of_a.mean() + of_b.mean()) / 2  # which changes no index, but steadies the first
    first = ((of_b - middle) * (of_mixed - of_a)).mean(axis=1) / variance
    total = ((of_a - of_mixed) ** 2).mean(axis=1) / 2 / variance
    return np.array([first, total])
