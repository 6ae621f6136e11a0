"""A row of the table: what was measured, what it must be, and the verdict."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One figure beside its bound; without a bound it is only shown. `times` are the absolutes."""

    what: str
    figure: float
    bound: float | None
    is_least: bool
    unit: str
    times: str

    @property
    def must(self) -> str:
        """What the figure must be, in words."""
        if self.bound is None:
            return "–"
        side = "at least" if self.is_least else "at most"
        return f"{side} {self.bound:g}{self.unit}"

    @property
    def is_met(self) -> bool:
        """Whether the figure is on the right side of its bound; true if there is none."""
        if self.bound is None:
            return True
        return self.figure >= self.bound if self.is_least else self.figure <= self.bound

    @property
    def verdict(self) -> str:
        """Met, or missed by how much of the bound."""
        if self.bound is None:
            return "shown"
        if self.is_met:
            return "met"
        return f"**missed** by {100 * abs(self.figure / self.bound - 1):.0f}%"

    def markdown(self) -> str:
        """Row of the table."""
        figure = f"{self.figure:,.0f}" if self.figure >= 100 else f"{self.figure:#.3g}"
        return (
            f"| {self.what} | {self.must} | {figure}{self.unit} | {self.verdict} | {self.times} |"
        )


def at_least(what: str, figure: float, bound: float, times: str, unit: str = "×") -> Row:
    """Row whose figure must not be less than the bound."""
    return Row(what, figure, bound, is_least=True, unit=unit, times=times)


def at_most(what: str, figure: float, bound: float, times: str, unit: str = "×") -> Row:
    """Row whose figure must not be more than the bound."""
    return Row(what, figure, bound, is_least=False, unit=unit, times=times)


def shown(what: str, figure: float, times: str, unit: str = "×") -> Row:
    """Row that is not held against anything."""
    return Row(what, figure, None, is_least=False, unit=unit, times=times)


def markdown(rows: list[Row]) -> str:
    """Table of all rows."""
    head = "| what | must be | measured | verdict | absolute, which proves nothing |"
    return "\n".join([head, "|---|---|---|---|---|", *(row.markdown() for row in rows)])
