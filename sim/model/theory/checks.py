"""Checks of what the formulas are given."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import Bools, Floats, Ints
from sim.clock import HOURS_A_WEEK

MOST_SERVERS = 1_000_000
LEAST, MOST = 1e-100, 1e100  # of a figure above zero, so that no ratio or product overflows
LEAST_CV, MOST_CV = 1e-4, 100.0  # of a gamma that is not constant


def check_servers(servers: float, at_least: int, most: int = MOST_SERVERS) -> int:
    """Return the servers as an int; ValueError unless they are whole and within the bounds."""
    if not (_is_number(servers) and float(servers).is_integer() and at_least <= servers <= most):
        raise ValueError(
            f"servers: expected a whole number of {at_least} or more, up to {most:,}, "
            f"got {_plain(servers)!r}"
        )
    return int(servers)


def check_not_negative(name: str, figure: float) -> None:
    """Raise ValueError, naming the figure, unless it is a number from 0 to 1e100."""
    if not (_is_number(figure) and 0 <= figure <= MOST):
        raise ValueError(
            f"{name}: expected a number of zero or more, up to {MOST:g}, got {_plain(figure)!r}"
        )


def check_positive(name: str, figure: float) -> None:
    """Raise ValueError, naming the figure, unless it is above zero, from 1e-100 to 1e100."""
    if not (_is_number(figure) and LEAST <= figure <= MOST):
        raise ValueError(
            f"{name}: expected a number above zero, from {LEAST:g} to {MOST:g}, "
            f"got {_plain(figure)!r}"
        )


def check_gamma_cv(cv: float) -> None:
    """Raise ValueError unless a gamma of this coefficient of variation can be computed."""
    if not (_is_number(cv) and (cv == 0 or LEAST_CV <= cv <= MOST_CV)):
        raise ValueError(
            f"cv: expected 0 (constant), or a number from {LEAST_CV:g} to {MOST_CV:g}, "
            f"got {_plain(cv)!r}"
        )


def checked_rates(name: str, figures: ArrayLike) -> Floats:
    """Return figures as one row of floats; ValueError unless each is 0 or above, up to 1e100."""
    row = _row(name, figures)
    _refuse(name, f"numbers of zero or more, up to {MOST:g}", row, (row >= 0) & (row <= MOST))
    return row


def checked_servers(servers: ArrayLike, most: int) -> Ints:
    """Return numbers of servers as one row; ValueError unless all are whole, from 0 to the most."""
    row = _row("servers", servers)
    right = (row >= 0) & (row <= most) & (row == np.floor(row))
    _refuse("servers", f"whole numbers from 0 to {most:,}", row, right)
    return row.astype(np.int64)


def rates_of_week(calls_per_hour: ArrayLike) -> Floats:
    """Return calls an hour by hour of week, shape (168,), or raise ValueError."""
    rates = checked_rates("calls_per_hour", calls_per_hour)
    if len(rates) != HOURS_A_WEEK:
        raise ValueError(
            f"calls_per_hour: expected a rate for each of the {HOURS_A_WEEK} hours of a week, "
            f"got {len(rates)}"
        )
    return rates


def _row(name: str, figures: ArrayLike) -> Floats:
    try:
        row = np.asarray(figures, np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: expected one row of numbers, got {figures!r:.60}") from error
    if row.ndim != 1:
        raise ValueError(f"{name}: expected one row of numbers, got shape {row.shape}")
    return row


def _refuse(name: str, expected: str, row: Floats, right: Bools) -> None:
    """Raise ValueError that names the first figure that is not right."""
    if not right.all():
        at = int(right.argmin())
        raise ValueError(f"{name}: expected {expected}, got {row[at]:.12g} at index {at}")


def _is_number(figure: object) -> bool:
    return isinstance(figure, Real)


def _plain(figure: object) -> object:
    """Return a number of numpy as Python's, which a reader knows."""
    return figure.item() if isinstance(figure, np.generic) else figure
