"""Observed figures that no draw inside the ranges comes near, and which ranges would have to give.

A figure is in conflict by itself if the nearest draw is more than three standard errors off. All
are in conflict together if they lie farther out of the cloud of the draws (Mahalanobis 1936) than
any draw does; the figure named is then the one that the others predict worst. Nor are they met if
the conditioned draws are pressed to an end of some range, where they have no spread left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from sim.arrays import Floats
from sim.scenarios.answers.calibration import Conflict, Figure, Giving
from sim.scenarios.economics.tornado import foremost, ranks_of
from sim.scenarios.unknown import Unknown

FAR_SE = 3.0
MOST_GIVING = 3
BEYOND_CHANCE_SE = 2.0  # of a correlation of ranks
MOST_LOOKED_AT = 6  # of which those are told that can go beyond their end
MOST_AT_END = 0.5  # of the conditioned draws: their middle is then an end of the range

Side = Literal["below", "above"]
Wider = Callable[[Unknown, Side], list[str] | None]  # what widens a range: see `Giving`


def none_wider(_: Unknown, __: Side) -> list[str]:
    """No override for any assumption."""
    return []


def conflicts(
    figures: list[Figure],
    means: Floats,
    noisy: Floats,
    known: list[Unknown],
    inputs: Floats,
    wider: Wider = none_wider,
) -> list[Conflict]:
    """Conflicts of some figures with all draws; none if some draw comes near.

    Parameters
    ----------
    figures
        As observed; each `se` includes chance.
    means, noisy
        What the draws make of them, and as it would be observed; shape (draws, figures).
    known, inputs
        Uncertain parameters, and their values in each draw; shape (draws, parameters).
    wider
        Overrides that widen the range of a parameter on a side.
    """
    observed = np.array([x.value for x in figures])
    off = means - observed
    alone = [
        _conflict(figure, off[:, at], off[:, at], known, inputs, wider, together=False)
        for at, figure in enumerate(figures)
        if np.abs(off[:, at]).min() > FAR_SE * figure.se
    ]
    return alone or _together(figures, off, noisy - observed, known, inputs, wider)


def _together(
    figures: list[Figure],
    off: Floats,
    apart: Floats,
    known: list[Unknown],
    inputs: Floats,
    wider: Wider,
) -> list[Conflict]:
    """Conflict of the figures as a whole, if they are farther out than every draw."""
    if len(figures) == 1:
        return []
    precision = np.linalg.pinv(np.cov(apart.T))
    center = apart.mean(axis=0)
    of_draws = np.einsum("ij,jk,ik->i", apart - center, precision, apart - center)
    if center @ precision @ center <= of_draws.max():
        return []
    worst = int(np.abs(precision @ center / np.sqrt(np.diag(precision))).argmax())
    beyond = apart @ precision[worst] / precision[worst, worst]  # what the others do not predict
    nearest = int(np.einsum("ij,jk,ik->i", off, precision, off).argmin())
    one = off[nearest : nearest + 1, worst]
    return [_conflict(figures[worst], one, beyond, known, inputs, wider, together=True)]


def _conflict(
    figure: Figure,
    off: Floats,
    target: Floats,
    known: list[Unknown],
    inputs: Floats,
    wider: Wider,
    *,
    together: bool,
) -> Conflict:
    """Conflict of a figure; `target` is what the parameters would have to bring to zero."""
    nearest = float(off[np.abs(off).argmin()])
    sign = -np.sign(np.median(target))
    rises = {at: _rises(inputs[:, at], target) for at in foremost(inputs, target, MOST_LOOKED_AT)}
    sure = [at for at, rise in rises.items() if abs(rise) > BEYOND_CHANCE_SE / len(target) ** 0.5]
    looked_at = [_giving(known[at], rises[at] * sign > 0, wider) for at in sure]
    giving = [x for x in looked_at if x.wider is not None][:MOST_GIVING]
    distance_se = abs(nearest) / figure.se
    return Conflict(figure, figure.value + nearest, distance_se, together, giving)


def pressed(
    figures: list[Figure],
    means: Floats,
    numbers: list[Unknown],
    at_end: Floats,
    wider: Wider = none_wider,
) -> list[Conflict]:
    """Conflict of some figures that only a point at the end of a range meets; none if none is.

    Parameters
    ----------
    figures, means
        As of `conflicts`.
    numbers
        Uncertain numbers.
    at_end
        Share of the conditioned draws that lie at the upper end of each, negative at the lower end;
        shape (numbers,).
    wider
        As of `conflicts`.
    """
    found = np.flatnonzero(np.abs(at_end) > MOST_AT_END)
    if not len(found):
        return []
    off = means - np.array([x.value for x in figures])
    apart = np.abs(off) / np.array([x.se for x in figures])
    nearest = int((apart**2).sum(axis=1).argmin())
    worst = int(apart[nearest].argmax())
    foremost_first = found[np.argsort(-np.abs(at_end[found]), kind="stable")][:MOST_GIVING]
    giving = [_giving(numbers[at], bool(at_end[at] > 0), wider) for at in foremost_first]
    figure, closest = figures[worst], figures[worst].value + float(off[nearest, worst])
    together = len(figures) > 1
    return [Conflict(figure, closest, float(apart[nearest, worst]), together, giving, pressed=True)]


def _rises(inputs: Floats, target: Floats) -> float:
    """Correlation of ranks."""
    return float(np.corrcoef(ranks_of(inputs), ranks_of(target))[0, 1])


def _giving(unknown: Unknown, above: bool, wider: Wider) -> Giving:
    side: Side = "above" if above else "below"
    label, end = unknown.label or unknown.name, unknown.high if above else unknown.low
    return Giving(unknown.name, label, side, end, wider(unknown, side))
