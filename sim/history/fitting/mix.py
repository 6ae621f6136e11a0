"""Where calls come from and of which type they are, as shares with their errors.

Small cells are pooled: a name with fewer than 11 calls can be told from neither its share nor its
errors. The types of an hour are smooth curves over the day, one a type, divided by their sum.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from sim.arrays import Floats
from sim.clock import HOURS_A_DAY
from sim.history.cells import small
from sim.history.splines import fit_day_spline

OTHER = "other"


class Shares(NamedTuple):
    """Names and their counts; `unnamed` calls have none. Names are sorted, `other` is last."""

    names: list[str]
    calls: Floats
    unnamed: int

    @property
    def shares(self) -> Floats:
        """Share of each name; shape (names,)."""
        return np.asarray(self.calls / self.calls.sum(), np.float64)


class Mix(NamedTuple):
    """Shares of types by hour of day, shape (24, types), and the calls that would leave its errors.

    `worth` is the number of calls from which a count would have the errors of the smoothed shares.
    """

    types: list[str]
    shares: Floats
    worth: list[int]


def pooled(column: pl.Series) -> pl.Series:
    """Names with those of fewer than 11 calls as one, `other`, and with them the next if need be.

    Were `other` itself fewer than 11, it could be told from the total and all others.

    Examples
    --------
    >>> pooled(pl.Series(["a"] * 30 + ["b"] * 20 + ["c"] * 2)).unique().sort().to_list()
    ['a', 'other']
    """
    names = small(column.drop_nulls().value_counts())[column.name]
    return column.replace(names, pl.repeat(OTHER, len(names), eager=True))


def shares_of(column: pl.Series, default: str) -> Shares:
    """Calls by name, small names pooled; one name, `default`, if none is stated.

    Examples
    --------
    >>> shares_of(pl.Series(["a"] * 20 + ["b"] * 30 + ["c"] * 12 + [None]), "city")
    Shares(names=['a', 'b', 'c'], calls=array([20., 30., 12.]), unnamed=1)
    """
    named = pooled(column.drop_nulls())
    if named.is_empty():
        return Shares([default], np.array([1.0]), len(column))
    counts = named.value_counts().sort(pl.col(named.name) == OTHER, named.name)
    calls = counts["count"].to_numpy().astype(np.float64)
    return Shares(counts[named.name].to_list(), calls, column.null_count())


def mix_by_hour(types: pl.Series, hours: pl.Series, default: str) -> Mix:
    """Shares of types in each hour of the day.

    Parameters
    ----------
    types, hours
        Type of each call, or null, and the hour of day it was received in.
    default
        Name of the only type if none is stated.
    """
    names = shares_of(types, default).names
    if len(names) == 1:
        return Mix(names, np.ones((HOURS_A_DAY, 1)), [0] * HOURS_A_DAY)
    kind = pooled(types).cast(pl.Enum(names)).to_physical()
    named = pl.DataFrame({"kind": kind, "hour": hours}).drop_nulls()
    cells = np.zeros((HOURS_A_DAY, len(names)))
    np.add.at(cells, (named["hour"].to_numpy(), named["kind"].to_numpy()), 1)
    return _smoothed(names, cells)


def _smoothed(names: list[str], cells: Floats) -> Mix:
    """Curve of each type over the day, from the calls by hour and type."""
    totals = cells.sum(axis=1)
    fits = [fit_day_spline(cells[:, at], totals) for at in range(len(names))]
    rates = np.exp([fit.log_rate for fit in fits]).T
    shares = rates / rates.sum(axis=1, keepdims=True)
    log_se = np.array([fit.log_se for fit in fits]).T
    # var(p) of a count is p (1 - p) / n; that of a curve is p^2 times that of its logarithm, and
    # Poisson's, which lacks the (1 - p).
    worth = np.min(1 / (shares * log_se**2), axis=1)
    return Mix(names, np.asarray(shares, np.float64), [max(round(n), 1) for n in worth.tolist()])
