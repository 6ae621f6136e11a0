"""Simultaneous bands of a curve over draws, and where it bends."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats


def simultaneous_band(curves: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Narrowest band between equal ranks that holds that share of whole curves.

    At each point it runs from the m-th lowest curve to the m-th highest, with the largest m that
    leaves enough curves inside at every point (Davison and Hinkley 1997, Bootstrap Methods and
    their Application, section 4.2.4).

    Parameters
    ----------
    curves
        Shape (draws, points), one draw or more; no nan.
    confidence
        Share of the curves that lie within the band at all points.

    Returns
    -------
    tuple
        Low and high, each of shape (points,).
    """
    ordered = np.sort(curves, axis=0)
    for m in range((len(curves) - 1) // 2, 0, -1):
        low, high = ordered[m], ordered[-1 - m]
        if ((curves >= low) & (curves <= high)).all(axis=1).mean() >= confidence:
            return low, high
    return ordered[0], ordered[-1]


def knee_of(counts: Floats, values: Floats) -> int:
    """Place of the knee: the point farthest on the good side of the line from first to last.

    It is the last point at which one more still buys more than the mean of the range (Satopaa,
    Albrecht, Irwin and Raghavan 2011, ICDCS Workshops, 166), so it depends on where the range ends.

    Parameters
    ----------
    counts
        Ascending, shape (points,).
    values
        More is better, shape (points,).
    """
    line = np.interp(counts, counts[[0, -1]], values[[0, -1]])
    return int(np.argmax(values - line))
