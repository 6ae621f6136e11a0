"""How an object of the public API looks in a notebook: a table of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import polars as pl

MOST_ROWS = 20
STYLE = "padding: 0.1em 1em 0.1em 0; text-align: left"
WHOLE = 1_000  # from which on no decimals are shown


def number_text(number: float | None) -> str:
    """Write a number in four figures, or whole from 1,000 on; "none" without one."""
    if number is None:
        return "none"
    return f"{number:,.0f}" if abs(number) >= WHOLE else f"{number:.4g}"


class Shown:
    """What a notebook shows as a table: the first line of its `repr`, and rows of its frame.

    Two of them are equal if all they hold is. A data class that holds arrays has to leave this to
    it by `eq=False`, as `==` of two arrays is none or many answers.
    """

    def __eq__(self, other: object) -> bool:
        """Return whether the other is of this type and holds the same."""
        if type(other) is not type(self) or not isinstance(other, Shown):
            return NotImplemented
        return same(vars(self), vars(other))

    __hash__ = None  # type: ignore[assignment]  # arrays and lists have none

    def to_frame(self) -> pl.DataFrame:
        """Return everything as a data frame."""
        raise NotImplementedError

    def _deciding(self) -> pl.DataFrame:
        """Rows to be shown, if not those of the frame."""
        return self.to_frame()

    def _repr_html_(self) -> str:
        frame = self._deciding()
        head, more = repr(self).partition("\n")[0], frame.height - MOST_ROWS
        rows = [_row("td", row) for row in frame.head(MOST_ROWS).rows()]
        rest = f"<p>{more:,} more rows: to_frame() has all of them.</p>" if more > 0 else ""
        return (
            f"<table><caption>{escape(head)}</caption><thead>{_row('th', frame.columns)}</thead>"
            f"<tbody>{''.join(rows)}</tbody></table>{rest}"
        )


def same(one: Any, other: Any) -> bool:  # noqa: ANN401 - whatever an answer holds
    """Whether two values hold the same, arrays and what is nested included; nan is nan."""
    if one is other or type(one) is not type(other):
        return one is other
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and one.dtype == other.dtype and _same_bits(one, other)
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if is_dataclass(one):
        return same(vars(one), vars(other))
    return bool(one == other) or bool(one != one and other != other)  # noqa: PLR0124 - nan


def _same_bits(one: Any, other: Any) -> bool:  # noqa: ANN401 - arrays of any type
    is_float = np.issubdtype(one.dtype, np.floating)
    return bool(np.array_equal(one, other, equal_nan=is_float))


def _row(tag: str, cells: Iterable[object]) -> str:
    inside = "".join(f'<{tag} style="{STYLE}">{escape(_text(cell))}</{tag}>' for cell in cells)
    return f"<tr>{inside}</tr>"


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return number_text(cell) if isinstance(cell, float) else str(cell)
