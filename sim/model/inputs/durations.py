"""Durations by inverse CDF, from a table of quantiles; the only room with exp, log and pow.

A table makes every family cost the same and needs no special function a draw. Its knots are even in
probability; the outermost 1/256 at each end has a table of its own, so that linear interpolation is
within 0.01% (or 1/20 second) of the exact quantile up to the last 1 in 65,536, for a standard
deviation of up to four means (tests/test_durations.py).
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.arrays import Floats, Ints, Positions
from sim.clock import MINUTE_S
from sim.compiled import compiled, inlined
from sim.config.values import (
    Constant,
    Duration,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    Mixture,
    Simple,
    Triangular,
    Uniform,
    Weibull,
)

CELLS = 8_192
TAIL = 1 / 256
LAST = 2.0**-32  # quantiles nearer to 0 or 1 than this are cut off
Z95 = 1.6448536269514722
EVERY, EDGE = (
    16,
    32,
)  # of a gamma's knots these are its own: one of so many, and so many at the ends


class Quantiles(NamedTuple):
    """Quantile tables of several distributions, each row one; shape (rows, CELLS + 1)."""

    low: Floats
    middle: Floats
    high: Floats


def quantile_minutes(duration: Duration, u: Floats) -> Floats:  # noqa: PLR0911 - one a family
    """Quantiles in minutes at probabilities u in (0, 1); shape of u."""
    match duration:
        case Constant():
            return np.full_like(u, float(duration.mean))
        case Exponential():
            return -float(duration.mean) * np.log1p(-u)
        case Uniform():
            low, high = float(duration.low), float(duration.high)
            return low + (high - low) * u
        case Triangular():
            return _triangular(duration, u)
        case Gamma():
            shape = (float(duration.mean) / float(duration.sd)) ** 2
            return _floats(special.gammaincinv(shape, u) * float(duration.mean) / shape)
        case Weibull():
            return _weibull(duration, u)
        case Lognormal():
            mu, sigma = lognormal_parameters(duration)
            return np.exp(mu + sigma * special.ndtri(u))
        case Empirical():
            return _empirical(duration, u)
        case Mixture():
            return _mixture(duration, u)


def _floats(values: NDArray[np.floating]) -> Floats:
    return np.asarray(values, np.float64)


def lognormal_parameters(duration: Lognormal) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm, from the mean and the second figure."""
    mean = float(duration.mean)
    if duration.sd is not None:
        sigma = np.sqrt(np.log1p((float(duration.sd) / mean) ** 2))
    elif duration.median is not None:
        sigma = np.sqrt(2 * np.log(mean / float(duration.median)))
    else:
        # log(p95 / mean) = z sigma - sigma^2 / 2; the smaller root is the usual one
        ratio = np.log(float(duration.p95 or mean) / mean)
        sigma = Z95 - np.sqrt(Z95**2 - 2 * ratio)
    return float(np.log(mean) - sigma**2 / 2), float(sigma)


def _triangular(duration: Triangular, u: Floats) -> Floats:
    low, mode, high = float(duration.low), float(duration.mode), float(duration.high)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.where(u < (mode - low) / (high - low), rising, falling)


def _weibull(duration: Weibull, u: Floats) -> Floats:
    shape, scale = _weibull_parameters(duration)
    return scale * (-np.log1p(-u)) ** (1 / shape)


def _weibull_parameters(duration: Weibull) -> tuple[float, float]:
    """Shape, and scale in minutes."""
    shape = _weibull_shape(float(duration.sd) / float(duration.mean))
    return shape, float(duration.mean) / float(special.gamma(1 + 1 / shape))


def _weibull_shape(cv: float) -> float:
    """Shape whose coefficient of variation is cv, by bisection (the ratio falls in the shape)."""
    low, high = 0.05, 500.0
    for _ in range(200):
        shape = (low + high) / 2
        second = special.gammaln(1 + 2 / shape) - 2 * special.gammaln(1 + 1 / shape)
        low, high = (shape, high) if np.expm1(second) > cv**2 else (low, shape)
    return (low + high) / 2


def _empirical(duration: Empirical, u: Floats) -> Floats:
    values, cumulated = _steps(duration)
    at = np.searchsorted(cumulated, u, side="right")
    return values[np.minimum(at, len(values) - 1)]


def _steps(duration: Empirical) -> tuple[Floats, Floats]:
    """Values in order, and the share of those up to each."""
    values = np.array([float(value) for value in duration.values])
    weights = np.ones(len(values))
    if duration.weights is not None:
        weights = np.array([float(weight) for weight in duration.weights])
    order = np.argsort(values, kind="stable")
    return values[order], np.cumsum(weights[order]) / weights.sum()


def _mixture(duration: Mixture, u: Floats) -> Floats:
    """Invert the mixture's CDF by bisection over minutes."""
    weights = np.array([float(part.weight) for part in duration.parts])
    last = np.array([1 - LAST])
    longest = max(float(quantile_minutes(part.of, last)[0]) for part in duration.parts)
    low, high = np.zeros_like(u), np.full_like(u, longest + 1)
    for _ in range(80):
        middle = (low + high) / 2
        below = [probability(part.of, middle) for part in duration.parts]
        short = weights @ below / weights.sum() <= u
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return high


def probability(duration: Simple, minutes: Floats) -> Floats:  # noqa: PLR0911 - one a family
    """Probability of at most so many minutes, zero or more; shape of minutes."""
    match duration:
        case Constant():
            return np.where(minutes >= float(duration.mean), 1.0, 0.0)
        case Exponential():
            return -np.expm1(-minutes / float(duration.mean))
        case Uniform():
            return _ramp(minutes, float(duration.low), float(duration.high))
        case Triangular():
            return _triangular_probability(duration, minutes)
        case Gamma():
            shape = (float(duration.mean) / float(duration.sd)) ** 2
            return _floats(special.gammainc(shape, minutes * shape / float(duration.mean)))
        case Weibull():
            shape, scale = _weibull_parameters(duration)
            return -np.expm1(-((minutes / scale) ** shape))
        case Lognormal():
            mu, sigma = lognormal_parameters(duration)
            with np.errstate(divide="ignore"):
                return _floats(special.ndtr((np.log(minutes) - mu) / sigma))
        case Empirical():
            values, cumulated = _steps(duration)
            at = np.searchsorted(values, minutes, side="right")
            return np.append(0.0, cumulated)[at]


def _ramp(minutes: Floats, low: float, high: float) -> Floats:
    if low == high:
        return np.where(minutes >= low, 1.0, 0.0)
    return np.clip((minutes - low) / (high - low), 0.0, 1.0)


def _triangular_probability(duration: Triangular, minutes: Floats) -> Floats:
    low, mode, high = float(duration.low), float(duration.mode), float(duration.high)
    x = np.clip(minutes, low, high)
    if low == mode:
        return 1 - (high - x) ** 2 / ((high - low) * (high - mode))
    rising = (x - low) ** 2 / ((high - low) * (mode - low))
    if mode == high:
        return rising
    falling = 1 - (high - x) ** 2 / ((high - low) * (high - mode))
    return np.where(x < mode, rising, falling)


@cache
def _probabilities() -> list[Floats]:
    """Probabilities of the knots of the three parts of a table."""
    even = np.linspace(0.0, 1.0, CELLS + 1)
    spans = (even * TAIL, even, 1 - TAIL + even * TAIL)
    return [np.clip(span, LAST, 1 - LAST) for span in spans]


@cache
def _normals() -> list[Floats]:
    """Quantiles of the standard normal distribution at the knots."""
    return [special.ndtri(span) for span in _probabilities()]


class _Thinned(NamedTuple):
    """Some of the knots, and of every knot the places of four of these and their weights."""

    knots: Positions
    places: Positions
    weights: Floats


@cache
def _thinned() -> list[_Thinned]:
    """For each part of a table: cubic interpolation over the normal quantiles (Lagrange's)."""
    return [_thinned_part(normals) for normals in _normals()]


def _thinned_part(normals: Floats) -> _Thinned:
    n = len(normals)
    knots = np.concatenate(
        [np.arange(EDGE), np.arange(EDGE, n - EDGE, EVERY), np.arange(n - EDGE, n)]
    )
    before = np.searchsorted(knots, np.arange(n), side="right") - 2
    places = np.clip(before, 0, len(knots) - 4)[:, None] + np.arange(4)
    at = normals[knots][places]
    weights = [
        np.prod([(normals - at[:, j]) / (at[:, i] - at[:, j]) for j in range(4) if j != i], axis=0)
        for i in range(4)
    ]
    return _Thinned(knots, places, np.stack(weights, axis=1))


def _gamma_minutes(duration: Gamma) -> list[Floats]:
    """Quantiles of a gamma distribution at the knots: its own take 10 to 60 ms, and these two.

    Their logarithms are nearly straight over the normal quantiles, so that a sixteenth of them
    and the outermost tell the rest to 1 in 100,000 (tests/test_durations.py).
    """
    smallest = np.finfo(np.float64).tiny
    out = []
    for u, (knots, places, weights) in zip(_probabilities(), _thinned(), strict=True):
        logs = np.log(np.maximum(quantile_minutes(duration, u[knots]), smallest))
        out.append(np.exp((logs[places] * weights).sum(axis=1)))
    return out


class _Key:
    """A duration as a key: one of the same family and figures is the same."""

    def __init__(self, duration: Duration) -> None:
        self.duration, self.written = duration, duration.model_dump_json()

    def __hash__(self) -> int:
        return hash(self.written)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.written == self.written


@lru_cache(maxsize=64)  # more than one config has, so that what a draw leaves as it is stays
def _minutes(key: _Key) -> list[Floats]:
    """Quantiles in minutes at the knots of a duration."""
    duration = key.duration
    if isinstance(duration, Lognormal):  # most are, and the normal quantiles are the same for all
        mu, sigma = lognormal_parameters(duration)
        return [np.exp(mu + sigma * normal) for normal in _normals()]
    if isinstance(duration, Gamma):
        return _gamma_minutes(duration)
    return [quantile_minutes(duration, span) for span in _probabilities()]


def quantiles(durations: list[Duration], scale: float = MINUTE_S) -> Quantiles:
    """Quantile tables of durations given in minutes, in seconds (or minutes times `scale`)."""
    rows = [_minutes(_Key(duration)) for duration in durations]
    return Quantiles(*(np.array(part) * scale for part in zip(*rows, strict=True)))


@inlined
def _between(knots: Floats, row: int, position: float) -> float:
    """Value at a position among the knots of a row, by linear interpolation."""
    cell = min(int(position), CELLS - 1)
    left = knots[row, cell]
    return float(left + (position - cell) * (knots[row, cell + 1] - left))


@compiled
def _fill(
    low: Floats,
    middle: Floats,
    high: Floats,
    rows: Positions,
    u: Floats,
    half: float,
    out: Floats | Ints,
) -> None:
    """Fill `out` with quantiles plus `half`; whole numbers if it holds whole numbers."""
    for k in range(u.size):
        row, x = rows[k if rows.size > 1 else 0], u[k]
        if x < TAIL:
            out[k] = _between(low, row, x / TAIL * CELLS) + half
        elif x < 1 - TAIL:
            out[k] = _between(middle, row, x * CELLS) + half
        else:
            out[k] = _between(high, row, (x - 1 + TAIL) / TAIL * CELLS) + half


def look_up(table: Quantiles, u: Floats, row: Positions | int = 0) -> Floats:
    """Quantiles at uniforms u of the table rows `row` (one for all, or one each); shape of u."""
    out = np.empty(len(u))
    _fill(*table, np.atleast_1d(np.asarray(row, np.intp)), u, 0.0, out)
    return out


def whole_seconds(table: Quantiles, u: Floats, row: Positions | int = 0) -> Ints:
    """Durations in whole seconds, rounded half up; shape of u."""
    out = np.empty(len(u), np.int64)
    _fill(*table, np.atleast_1d(np.asarray(row, np.intp)), u, 0.5, out)
    return out
