"""Intervals of means, of paired differences and of ratios."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np
from scipy import special

from sim.arrays import Bools, Floats
from sim.model.measures.dictionary import MEASURES
from sim.scenarios.answers.intervals import DifferenceInterval, Interval, Ratios, Spread

SIGNED = ("net", "diversions", "avoided", "sworn", "released")  # may be below zero
FEWEST = 2  # replications that an interval can be made of

Result = TypeVar("Result")


def t_quantile(confidence: float, freedom: int) -> float:
    """Two-sided quantile of Student's t distribution."""
    return float(special.stdtrit(freedom, 0.5 + confidence / 2))


def mean_interval(values: Floats, confidence: float) -> Interval:
    """Student t interval of the mean of one value a replication; shape (replications,).

    Replications in which the measure does not exist (nan) are left out, and `n` says how many
    there were.
    """
    return mean_intervals(values[None, :], confidence)[0]


def mean_intervals(rows: Floats, confidence: float) -> list[Interval]:
    """Intervals of several measures at once, each as of `mean_interval`; a row a measure."""
    return _by_row(np.isfinite(rows), partial(_mean_intervals, confidence), rows)


def _by_row(known: Bools, make: Callable[..., list[Result]], *tables: Floats) -> list[Result]:
    """Results of rows: of those that are known throughout at once, of each other from its part."""
    whole = np.asarray(known.all(axis=1))
    at_once = iter(make(*(table[whole] for table in tables)))
    return [
        next(at_once) if is_whole else make(*(table[row][None, known[row]] for table in tables))[0]
        for row, is_whole in enumerate(whole.tolist())
    ]


def _mean_intervals(confidence: float, rows: Floats) -> list[Interval]:
    n = rows.shape[1]
    if n == 0:
        return [Interval(None, None, None, 0) for _ in rows]
    means = rows.mean(axis=1)
    if n == 1:
        return [Interval(mean, None, None, 1) for mean in means.tolist()]
    half_widths = t_quantile(confidence, n - 1) * rows.std(axis=1, ddof=1) / n**0.5
    ends = (means.tolist(), (means - half_widths).tolist(), (means + half_widths).tolist())
    return [Interval(mean, low, high, n) for mean, low, high in zip(*ends, strict=True)]


def bounded(name: str, interval: Interval) -> Interval:
    """Interval of a measure itself, not of a difference, cut to what the measure can be."""
    low, high = possible(name)
    ends = [None if x is None else min(max(x, low), high) for x in (interval.low, interval.high)]
    return replace(interval, low=ends[0], high=ends[1])


def possible(name: str) -> tuple[float, float]:
    """Least and most that a measure can be: shares and hours of a week end, counts begin at 0.

    Examples
    --------
    >>> possible("reach_share"), possible("gap_hours_per_week"), possible("response_mean_min")
    ((0.0, 1.0), (0.0, 168.0), (0.0, inf))
    """
    if any(word in name for word in SIGNED):
        return -math.inf, math.inf
    return 0.0, {"share": 1.0, "h/week": 168.0}.get(MEASURES[name].unit, math.inf)


def of_each(confidence: float, comparisons: int) -> float:
    """Confidence of each of several comparisons, from that of all of them (Bonferroni)."""
    return 1 - (1 - confidence) / max(comparisons, 1)


def paired_difference(
    differences: Floats, base: Floats, confidence: float, comparisons: int
) -> DifferenceInterval:
    """Interval of a paired difference, adjusted for several comparisons with one base.

    Parameters
    ----------
    differences, base
        One value a replication, shape (replications,): plan minus base, and the base's own.
    confidence
        Of all comparisons together; each is made at 1 - (1 - confidence) / comparisons
        (Bonferroni).
    comparisons
        How many plans are held against the base.
    """
    return paired_differences(differences[None, :], base[None, :], confidence, comparisons)[0]


def paired_differences(
    differences: Floats, base: Floats, confidence: float, comparisons: int
) -> list[DifferenceInterval]:
    """Intervals of several measures at once, each as of `paired_difference`; a row a measure."""
    each = of_each(confidence, comparisons)
    percents = ratios_of_means(differences, base, each, scale=100)
    return [
        DifferenceInterval(x.mean, x.low, x.high, x.n, _excludes_zero(x), percent)
        for x, percent in zip(mean_intervals(differences, each), percents, strict=True)
    ]


def _excludes_zero(interval: Interval) -> bool:
    low, high = interval.low, interval.high
    return low is not None and high is not None and not low <= 0 <= high


def ratio_of_means(
    tops: Floats, bottoms: Floats, confidence: float, scale: float = 1
) -> Interval | None:
    """Jackknifed ratio of paired means, times a scale (Quenouille 1956; Tukey 1958).

    None if the interval of the bottom contains zero or lies below it, or there are fewer than two
    pairs.
    """
    return ratios_of_means(tops[None, :], bottoms[None, :], confidence, scale)[0]


def ratios_of_means(
    tops: Floats, bottoms: Floats, confidence: float, scale: float = 1
) -> list[Interval | None]:
    """Ratios of several measures at once, each as of `ratio_of_means`; a row a measure."""
    pairs = np.isfinite(tops) & np.isfinite(bottoms)
    return _by_row(pairs, partial(_ratios_of_means, confidence, scale), tops, bottoms)


def _ratios_of_means(
    confidence: float, scale: float, tops: Floats, bottoms: Floats
) -> list[Interval | None]:
    n = tops.shape[1]
    if n < FEWEST:
        return [None for _ in tops]
    exists = [(x.low or 0) > 0 for x in _mean_intervals(confidence, bottoms)]
    top, bottom = tops[exists], bottoms[exists]
    whole = top.mean(axis=1) / bottom.mean(axis=1)
    rest_of_top, rest_of_bottom = (x.sum(axis=1)[:, None] - x for x in (top, bottom))
    pseudo = n * whole[:, None] - (n - 1) * (rest_of_top / rest_of_bottom)
    ratios = iter(mean_intervals(scale * pseudo, confidence))
    return [next(ratios) if each else None for each in exists]


# --- draws of the uncertain parameters -----------------------------------------------------------


def random_effects(values: Floats) -> Floats:
    """Means of draws without the noise of their replications; shape (draws,).

    One-way analysis of variance: the variance between draws is what their means vary more than
    replications of one draw explain, and the means are shrunk to the grand mean until they vary by
    that (Searle, Casella and McCulloch 1992, Variance Components, chapter 3).

    Parameters
    ----------
    values
        Two draws or more, each of as many replications: shape (draws, replications).
    """
    n = values.shape[1]
    means: Floats = values.mean(axis=1)
    within = float(values.var(axis=1, ddof=1).mean())
    of_means = float(means.var(ddof=1))
    if of_means == 0:
        return means
    between = max(0.0, of_means - within / n)
    shrunk: Floats = means.mean() + (means - means.mean()) * (between / of_means) ** 0.5
    return shrunk


def spread(values: Floats, counted: Floats, confidence: float) -> Spread:
    """Spread of a measure over draws, without those in which it does not exist.

    Parameters
    ----------
    values, counted
        Shape (draws, replications): as expected, and as a single year counts it.
    confidence
        Share of the draws between low and high.
    """
    exists = np.isfinite(values).all(axis=1)
    known = values[exists]
    if len(known) < FEWEST:
        return Spread(None, None, None, None, None, len(known))
    means = random_effects(known)
    low, high = percentiles(means, confidence)
    year_low, year_high = percentiles(counted[exists], confidence)
    by_chance = bool(np.ptp(means) == 0 and np.ptp(known) > 0)  # the grand mean has no share
    above = None if by_chance else float((means > 0).mean())
    return Spread(low, high, year_low, year_high, above, len(known))


def percentiles(values: Floats, confidence: float) -> tuple[float, float]:
    """Ends of the middle share of values, as much left out below as above."""
    tail = 100 * (1 - confidence) / 2
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)


# --- ratios of sums ------------------------------------------------------------------------------


def ratio_of_sums(tops: Floats, bottoms: Floats, confidence: float, most: float) -> Ratios:
    """Ratio of sums over replications, cell by cell, with Student t intervals.

    The variance is that of what is left of each replication's top after the common ratio of its
    bottom (Cochran 1977, Sampling Techniques, section 6.4).

    Parameters
    ----------
    tops, bottoms
        Shape (replications, cells), or of `bottoms` (replications, 1).
    confidence
        Of the interval of one cell.
    most
        What no ratio can exceed, such as 1 for a share; none can be below 0.

    Returns
    -------
    Ratios
        nan where the bottom is zero, and in the interval if there is one replication.
    """
    n = len(tops)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = tops.sum(axis=0) / bottoms.sum(axis=0)
        left = tops - ratio * bottoms
        error = np.sqrt((left**2).sum(axis=0) / (n - 1) / n) / bottoms.mean(axis=0)
    half_width = t_quantile(confidence, max(n - 1, 1)) * error
    return Ratios(ratio, np.maximum(ratio - half_width, 0.0), np.minimum(ratio + half_width, most))
