"""Small cells: what is counted so seldom that it is neither named nor numbered."""

from __future__ import annotations

import polars as pl

LEAST_CELL = 11  # fewer calls than this are not shown, nor can be told from what is


def small(counts: pl.DataFrame) -> pl.DataFrame:
    """Rows of a table with a column `count`, the least first, that count too little to be shown.

    With those of fewer than 11 goes the next, if they were fewer than 11 together: else they could
    be told from the total and all others.

    Examples
    --------
    >>> counts = pl.DataFrame({"name": ["a", "b", "c"], "count": [30, 20, 2]})
    >>> small(counts)["name"].to_list()
    ['c', 'b']
    """
    counts = counts.sort("count", counts.columns[0])
    before = pl.col("count").cum_sum() - pl.col("count")
    return counts.filter((pl.col("count") < LEAST_CELL) | ((before > 0) & (before < LEAST_CELL)))


def shown(n: int) -> int | None:
    """Return a count, or None if it is that of a small cell."""
    return n if n >= LEAST_CELL else None
