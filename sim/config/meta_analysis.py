"""Random-effects meta-analysis: the posterior under a prior of the spread, and three other methods.

A study has an effect y on the log scale and its variance v. Effects of programs are normal around
their mean with standard deviation tau, the heterogeneity: y ~ Normal(mean, v + tau^2).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import numpy as np
from scipy import special

from sim.arrays import Floats

Method = Literal[
    "half_normal", "half_normal_wide", "dersimonian_laird", "paule_mandel", "hartung_knapp"
]

SCALES = 10  # of the half-normal prior, within the grid: 1e-23 of the prior lies beyond
NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)
HALVINGS = 60  # of an interval, until its ends are neighboring numbers


class Distribution(Protocol):
    """Distribution of an effect on the log scale."""

    def cdf(self, x: float) -> float:
        """Probability of an effect of at most x."""

    def quantile(self, p: float) -> float:
        """Effect that is not passed with probability p."""


@dataclass(frozen=True)
class Mixture:
    """Mixture of normals, by weights that sum to 1, means and standard deviations."""

    weights: Floats
    means: Floats
    sds: Floats

    def cdf(self, x: float) -> float:
        """Probability of an effect of at most x."""
        return float(self.weights @ special.ndtr((x - self.means) / self.sds))

    def quantile(self, p: float) -> float:
        """Effect that is not passed with probability p, between those of the components."""
        ends = self.means + self.sds * special.ndtri(p)
        return _root(self.cdf, p, float(ends.min()), float(ends.max()))


@dataclass(frozen=True)
class Student:
    """Student's t around a location, by scale and degrees of freedom."""

    location: float
    scale: float
    freedom: int

    def cdf(self, x: float) -> float:
        """Probability of an effect of at most x."""
        return float(special.stdtr(self.freedom, (x - self.location) / self.scale))

    def quantile(self, p: float) -> float:
        """Effect that is not passed with probability p."""
        return self.location + self.scale * float(special.stdtrit(self.freedom, p))


class Pooled(NamedTuple):
    """What a method makes of studies: the mean over programs, and the effect in a new program.

    `tau` is the standard deviation between programs: an estimate, or the mean of its posterior.
    """

    tau: float
    mean: Distribution
    new_program: Distribution


def _root(rising: Callable[[float], float], target: float, low: float, high: float) -> float:
    """Where a rising function passes a target, by bisection.

    SciPy's solvers would add a quarter of a second to the start of every command.
    """
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if rising(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _normal(mean: float, sd: float) -> Mixture:
    return Mixture(np.ones(1), np.array([mean]), np.array([sd]))


# --- in use --------------------------------------------------------------------------------------


def half_normal(y: Floats, v: Floats, scale: float) -> Pooled:
    """Posterior under a half-normal prior of tau and a flat prior of the mean.

    Given tau, the mean and a new effect are normal, so only tau is integrated, by Gauss-Legendre
    quadrature (Röver 2020, Journal of Statistical Software). The nodes are squared, as the
    posterior is steep near 0 where studies are large.
    """
    x = (NODES + 1) / 2
    tau = SCALES * scale * x**2
    w = 1 / (v + tau[:, None] ** 2)
    total = w.sum(axis=1)
    mean = w @ y / total
    misfit = (w * (y - mean[:, None]) ** 2).sum(axis=1)
    log_density = (np.log(w).sum(axis=1) - np.log(total) - misfit - (tau / scale) ** 2) / 2
    density = WEIGHTS * x * np.exp(log_density - log_density.max())
    share = density / density.sum()
    return Pooled(
        float(share @ tau),
        Mixture(share, mean, np.sqrt(1 / total)),
        Mixture(share, mean, np.sqrt(1 / total + tau**2)),
    )


# --- beside it -----------------------------------------------------------------------------------


def dersimonian_laird(y: Floats, v: Floats) -> Pooled:
    """By the moments of DerSimonian & Laird (1986), with normal intervals."""
    return _by_normals(y, v, _tau2_by_moments(y, v))


def paule_mandel(y: Floats, v: Floats) -> Pooled:
    """With tau as by Paule & Mandel (1982): the studies differ as it lets expect; normal."""
    freedom = len(y) - 1
    if freedom == 0 or _misfit(y, v, 0.0) <= freedom:
        return _by_normals(y, v, 0.0)
    most = float(np.var(y, ddof=1))  # at which the misfit is below its expectation, whatever v is
    return _by_normals(y, v, _root(lambda tau2: -_misfit(y, v, tau2), -freedom, 0.0, most))


def hartung_knapp(y: Floats, v: Floats) -> Pooled:
    """By Hartung & Knapp (2001) with tau by moments: Student's t, of two studies or more.

    The standard error is at least that of `dersimonian_laird` (Röver, Knapp & Friede 2015): it
    would be 0 where all studies found the same.
    """
    tau2, freedom = _tau2_by_moments(y, v), len(y) - 1
    mean, variance = _mean(y, v, tau2)
    se2 = variance * max(1.0, _misfit(y, v, tau2) / freedom)
    return Pooled(
        math.sqrt(tau2),
        Student(mean, math.sqrt(se2), freedom),
        Student(mean, math.sqrt(se2 + tau2), freedom),
    )


def _by_normals(y: Floats, v: Floats, tau2: float) -> Pooled:
    mean, variance = _mean(y, v, tau2)
    spread = math.sqrt(variance + tau2)
    return Pooled(math.sqrt(tau2), _normal(mean, math.sqrt(variance)), _normal(mean, spread))


def _mean(y: Floats, v: Floats, tau2: float) -> tuple[float, float]:
    """Weighted mean and its variance."""
    w = 1 / (v + tau2)
    return float(w @ y / w.sum()), float(1 / w.sum())


def _misfit(y: Floats, v: Floats, tau2: float) -> float:
    """Weighted sum of squares around the mean (Cochran's Q at a tau2 of 0)."""
    return float((y - _mean(y, v, tau2)[0]) ** 2 @ (1 / (v + tau2)))


def _tau2_by_moments(y: Floats, v: Floats) -> float:
    if len(y) == 1:
        return 0.0
    w = 1 / v
    excess = _misfit(y, v, 0.0) - (len(y) - 1)
    return max(0.0, excess / float(w.sum() - w @ w / w.sum()))
