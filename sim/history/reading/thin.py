"""Rows with few filled cells: a call that hardly anything is known of, or a title or a total."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

# Roles of which one that is filled as in other rows makes a row a call.
NAMING = ("id", "received", "received_date", "date", "dispatched", "arrived", "year")
SAMPLE = 10_000  # cells of a column by which the shapes of its entries are known
TITLES = "titles and totals"


def are_calls(thin: pl.DataFrame, full: pl.DataFrame, mapping: Mapping[str, str]) -> pl.Series:
    """Whether each of some rows has a number of an incident or a stamp, as other rows have them.

    Parameters
    ----------
    thin, full
        Rows with few filled cells, and all others; columns are texts, blanks are null.
    mapping
        Column by role.

    Examples
    --------
    >>> full = pl.DataFrame({"Id": ["25-1"], "Time": ["2025-01-01 07:13"]})
    >>> cells = {"Id": ["25-77", "Total 40", None], "Time": [None, None, "2025-03-04 11:02"]}
    >>> are_calls(pl.DataFrame(cells), full, {"id": "Id", "received": "Time"}).to_list()
    [True, False, True]
    """
    found = pl.repeat(value=False, n=thin.height, eager=True)
    for name in (mapping[role] for role in NAMING if role in mapping):
        known = _shapes(full[name].drop_nulls().head(SAMPLE)).unique()
        known = known.filter(known.str.contains("0", literal=True))
        found = found | _shapes(thin[name]).is_in(known.implode()).fill_null(value=False)
    return found


def _shapes(cells: pl.Series) -> pl.Series:
    """Texts with each run of digits as 0 and each run of letters as a: `0-0`, `0/0/0 0:0`."""
    return cells.str.replace_all(r"\p{L}+", "a").str.replace_all(r"\d+", "0")
