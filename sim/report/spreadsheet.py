"""Tables as CSV for people with a spreadsheet, in which no cell can become a formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

FIGURES = 6  # more than any interval leaves to a figure; the Parquet file has them all
FORMULA = r"^([=+\-@\t\r])"  # how a text begins that a spreadsheet would compute


def as_csv(table: pl.DataFrame, exact: Sequence[str] = ()) -> str:
    """CSV of a table, in six figures; a text that begins like a formula gets an apostrophe before.

    Columns that are `exact` keep all figures, as what was asked for does.

    Source: OWASP, CSV Injection.
    """
    import polars as pl  # noqa: PLC0415 - polars is slow to load

    texts = pl.selectors.string().str.replace(FORMULA, "'$1")
    figures = (pl.selectors.float() - pl.selectors.by_name(*exact)).round_sig_figs(FIGURES)
    return table.with_columns(texts, figures).write_csv()
