"""How an object of the public API looks in a notebook: a table of HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

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
    """What a notebook shows as a table: the first line of its `repr`, and rows of its frame."""

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


def _row(tag: str, cells: Iterable[object]) -> str:
    inside = "".join(f'<{tag} style="{STYLE}">{escape(_text(cell))}</{tag}>' for cell in cells)
    return f"<tr>{inside}</tr>"


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return number_text(cell) if isinstance(cell, float) else str(cell)
