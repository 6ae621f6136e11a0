"""From the contents of blocks to the answer: means, their intervals, extremes and effects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np

from sim.arrays import Floats
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.sweep import Effect, Extreme, typed
from sim.scenarios.experiments.sweep.blocks import Block, faults_in, values_in
from sim.scenarios.intervals import bounded, mean_interval, possible, t_quantile

MOST_LEVELS = 24  # values of a key that are each shown; of more, fifths of the points
MOST_DECIMALS = 10  # values of a key that lies anywhere between two ends
FIFTHS = 5


def gathered(
    blocks: Sequence[Block], contents: Mapping[int, bytes], shape: tuple[int, int, int]
) -> tuple[Floats, dict[int, str]]:
    """Numbers of all blocks, shape (points, replications, measures), and faults by point."""
    values, faults = np.full(shape, np.nan), dict[int, str]()
    for block in blocks:
        content = contents[block.number]
        points, replications = np.array(list(block.rows)).T
        values[points, replications] = values_in(content, shape[2])
        faults |= faults_in(content)
    return values, faults


def is_whole(block: Block, content: bytes, n_measures: int) -> bool:
    """Whether a content has a number for every row and measure of its block."""
    head, _, body = content.partition(b"\n")
    return head.startswith(b"{") and len(body) == 8 * block.n_rows * n_measures


def means(values: Floats, names: Sequence[str], confidence: float) -> tuple[Floats, Floats, Floats]:
    """Means over replications and the ends of their Student t intervals, shape (points, measures).

    Replications in which a measure does not exist are left out; nan where it cannot be told. An
    interval is cut to what the measure can be.
    """
    known = np.isfinite(values)
    n = known.sum(axis=1)
    at_least_one = np.where(n > 0, n, 1)
    mean = np.where(n > 0, np.where(known, values, 0.0).sum(axis=1) / at_least_one, np.nan)
    squares = np.where(known, (values - mean[:, None]) ** 2, 0.0).sum(axis=1)
    freedom = np.where(n > 1, n - 1, 1)
    quantiles = {k: t_quantile(confidence, int(k)) for k in np.unique(freedom)}
    quantile = np.vectorize(quantiles.__getitem__, otypes=[np.float64])(freedom)
    half_width = np.where(n > 1, quantile * np.sqrt(squares / freedom / at_least_one), np.nan)
    low, high = mean - half_width, mean + half_width
    least, most = np.array([possible(name) for name in names], np.float64).reshape(-1, 2).T
    return mean, low.clip(least, most), high.clip(least, most)


def extremes(
    names: Sequence[str], mean: Floats, low: Floats, high: Floats, n: int
) -> list[Extreme]:
    """Points at which each measure is lowest and highest; none of one that exists nowhere.

    Parameters
    ----------
    mean, low, high
        From `means`.
    n
        Replications of a point.
    """
    found = []
    for place, name in enumerate(names):
        known = np.flatnonzero(np.isfinite(mean[:, place]))
        if known.size:
            order = known[np.argsort(mean[known, place], kind="stable")]
            first, last = int(order[0]), int(order[-1])
            ends = [
                _interval(mean[at, place], low[at, place], high[at, place], n)
                for at in (first, last)
            ]
            found.append(Extreme(name, first, ends[0], last, ends[1]))
    return found


def _interval(mean: float, low: float, high: float, n: int) -> Interval:
    if not np.isfinite(low):
        return Interval(float(mean), None, None, n)
    return Interval(float(mean), float(low), float(high), n)


def is_balanced(points: Sequence[tuple[str, ...]]) -> bool:
    """Whether each value of a key stands beside those of any other key equally often.

    If not, means at the values of one key differ by what the others happen to be there.
    """
    columns = list(zip(*points, strict=True))
    return all(_evenly(one, other) for one, other in combinations(columns, 2))


def _evenly(one: Sequence[str], other: Sequence[str]) -> bool:
    of_one, of_other, pairs = Counter(one), Counter(other), Counter(zip(one, other, strict=True))
    if len(pairs) < len(of_one) * len(of_other):
        return False
    return all(n * len(one) == of_one[x] * of_other[y] for (x, y), n in pairs.items())


def effects(
    keys: Sequence[str],
    points: Sequence[tuple[str, ...]],
    names: Sequence[str],
    values: Floats,
    confidence: float,
) -> list[Effect]:
    """Mean of each measure over the points at each value of each key, or in each fifth of them.

    Parameters
    ----------
    points
        Values of the keys at each point.
    values
        Shape (points, replications, measures); points are averaged replication by replication, as
        they have the same calls.
    """
    found = []
    for place, key in enumerate(keys):
        for words, at in _levels([point[place] for point in points]):
            with np.errstate(invalid="ignore"):
                known = np.isfinite(values[at])
                n = known.sum(axis=0)
                of_level = np.where(known, values[at], 0.0).sum(axis=0) / np.where(n, n, np.nan)
            found += [
                Effect(key, words, len(at), name, _of_level(name, of_level[:, x], confidence))
                for x, name in enumerate(names)
            ]
    return found


def _of_level(name: str, values: Floats, confidence: float) -> Interval:
    return bounded(name, mean_interval(values, confidence))


def _levels(texts: Sequence[str]) -> Iterable[tuple[str, list[int]]]:
    """Places of each value in order, or of the fifths of a key with many values."""
    values = typed(texts)
    by_number = all(isinstance(value, int | float) for value in values)
    numbers = [float(str(value)) if by_number else 0.0 for value in values]
    order = sorted(range(len(values)), key=numbers.__getitem__)
    distinct = list(dict.fromkeys(texts[at] for at in order))
    most = MOST_DECIMALS if any(isinstance(value, float) for value in values) else MOST_LEVELS
    if len(distinct) <= most or not by_number:
        return [(text, [at for at, x in enumerate(texts) if x == text]) for text in distinct]
    fifths = np.array_split(np.array(order), FIFTHS)
    return [(f"{texts[part[0]]} to {texts[part[-1]]}", part.tolist()) for part in fifths]
