"""An answer as rows: a data frame of all of them, and a few lines of text with some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import polars as pl

from sim.model.measures.dictionary import MEASURES
from sim.scenarios.answers.intervals import Interval, Quoted, Spread
from sim.shown import Shown, number_text


class Row(NamedTuple):
    """A figure of a plan, or of a plan less another; the range to quote, and what it is of.

    `interval` is "assumptions" where these were drawn, else "chance", and empty without a range.
    """

    plan: str
    versus: str | None
    measure: str
    unit: str
    mean: float | None
    low: float | None = None
    high: float | None = None
    interval: str = ""


COLUMNS = ["plan", "measure", "unit", "mean", "range", "range of"]
SCHEMA = {
    name: pl.Float64 if name in ("mean", "low", "high") else pl.String for name in Row._fields
}


def measured(
    plan: str,
    versus: str | None,
    measure: str,
    unit: str,
    interval: Interval,
    spread: Spread | None = None,
) -> Row:
    """Row of a simulated figure, with its range to quote."""
    span = Quoted.of(interval, spread)
    kind = "" if span.low is None else span.kind
    return Row(plan, versus, measure, unit, span.mean, span.low, span.high, kind)


def frame(rows: Iterable[Row]) -> pl.DataFrame:
    """Data frame of rows, in their order."""
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


def deciding(rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as a reader sees them: labels of measures, shares in percent, ranges if any."""
    cells = [(_sides(row), *_scaled(row), row.interval) for row in rows]
    whole = pl.DataFrame(cells, schema=COLUMNS, orient="row")
    return whole if any(whole["range"]) else whole.drop("range", "range of")


def _scaled(row: Row) -> tuple[str, str, str, str]:
    about, is_share = MEASURES.get(row.measure), row.unit == "share"
    mean, low, high = (
        None if x is None else 100 * x if is_share else x for x in (row.mean, row.low, row.high)
    )
    span = f"{number_text(low)} to {number_text(high)}" if row.interval else ""
    label = row.measure if about is None else about.label
    return label, "%" if is_share else row.unit, number_text(mean), span


def _sides(row: Row) -> str:
    return row.plan if row.versus is None else f"{row.plan} minus {row.versus}"


class Tabled(Shown):
    """An answer that is made of rows."""

    def _rows(self) -> list[Row]:
        raise NotImplementedError

    def _told(self) -> list[Row]:
        """Rows that are printed, and shown in a notebook."""
        return self._rows()

    def _deciding(self) -> pl.DataFrame:
        return deciding(self._told())


def lines(head: str, rows: Sequence[Row]) -> str:
    """Text of a few lines: a head, and a line a row."""
    return "\n".join([head, *map(_line, rows)])


def _line(row: Row) -> str:
    span = f"{number_text(row.low)} to {number_text(row.high)}, {row.interval}"
    ends = f" ({span})" if row.interval else ""
    return f"  {_sides(row)}: {row.measure} {number_text(row.mean)}{ends}"
