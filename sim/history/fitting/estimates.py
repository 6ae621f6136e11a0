"""What a fit says of a number: an estimate with its 95% interval and what it was fitted to."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.config.values import Z975, jeffreys
from sim.history.cells import LEAST_CELL

LEAST_FITTED = 30  # with fewer, a law or a share is not fitted


class Estimate(NamedTuple):
    """An estimate, its 95% interval, its standard error, and the number of rows behind it.

    A share has `k`, how many of the `n` rows count; no other estimate has.
    """

    value: float
    low: float
    high: float
    n: int
    se: float | None = None
    k: int | None = None


def positive(value: float, se: float, n: int) -> Estimate:
    """Estimate of a number above 0; its interval is even on the logarithm, as its draws are.

    Examples
    --------
    >>> estimate = positive(10.0, 1.0, 100)
    >>> round(estimate.low, 1), round(estimate.high, 1)
    (8.2, 12.2)
    """
    within = math.exp(min(Z975 * se / value, 20.0))
    return Estimate(value, value / within, value * within, n, se=se)


def share(k: int, n: int) -> Estimate:
    """Share of k in n, with the interval of Jeffreys' prior."""
    return Estimate(k / n, *jeffreys(k, n), n, k=k)


def shareable(k: int, n: int) -> bool:
    """Whether a count can be shown: neither it nor its complement is a small cell."""
    return k >= LEAST_CELL and n - k >= LEAST_CELL
