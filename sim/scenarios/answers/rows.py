"""An answer as rows: a data frame of all of them, and a few lines of text with some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import polars as pl

from sim.scenarios.answers.intervals import Interval, Quoted, Spread


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


WHOLE = 1_000  # from which on no decimals are shown
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


def lines(head: str, rows: Sequence[Row]) -> str:
    """Text of a few lines: a head, and a line a row."""
    return "\n".join([head, *map(_line, rows)])


def _line(row: Row) -> str:
    plan = row.plan if row.versus is None else f"{row.plan} minus {row.versus}"
    ends = f" ({_text(row.low)} to {_text(row.high)}, {row.interval})" if row.interval else ""
    return f"  {plan}: {row.measure} {_text(row.mean)}{ends}"


def _text(number: float | None) -> str:
    if number is None:
        return "none"
    return f"{number:,.0f}" if abs(number) >= WHOLE else f"{number:.4g}"
