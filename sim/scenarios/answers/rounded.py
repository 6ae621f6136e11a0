"""Whole dollars and whole contacts of a grant that add up in every table that shows them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from sim.clock import MONTHS_A_YEAR
from sim.model.money.grant import CENTS, Shares, summed

MONTHS_A_QUARTER = 3
Values = TypeVar("Values")  # of a month: dollars by who pays, or a count
Rows = TypeVar("Rows")  # the same in whole numbers
Served = Sequence[tuple[Sequence[float], float]]  # of each count: by month, and in all


class Whole(NamedTuple):
    """Some months in whole dollars by who pays, and whole contacts, people reached and visits."""

    dollars: Shares
    contacts: int
    people: int
    visits: int


class Rounded(NamedTuple):
    """A grant in whole numbers: months add up to quarters and years, and lines to the total."""

    months: list[Whole]
    quarters: list[Whole]
    years: list[Whole]
    lines: list[Shares]
    total: Whole


def footed(values: Sequence[float], total: int) -> list[int]:
    """Round values to whole numbers that sum to a total, by largest remainder.

    Parameters
    ----------
    values
        They sum to the total, but for what it was rounded by.
    total
        Whole number.

    Examples
    --------
    >>> footed([183_333.33, 183_333.33, 183_333.34], 550_000)
    [183333, 183333, 183334]
    """
    whole = [math.floor(value) for value in values]
    by_remainder = sorted(range(len(values)), key=lambda at: whole[at] - values[at])
    for at in by_remainder[: max(0, total - sum(whole))]:
        whole[at] += 1
    return whole


def whole_total(total: Shares) -> Shares:
    """Whole dollars of who pays what in all, from cents; they sum to the whole dollars of all."""
    return Shares(*footed([x / CENTS for x in total], round(total.total / CENTS)))


def whole_lines(lines: Sequence[Shares], total: Shares) -> list[Shares]:
    """Whole dollars of lines in cents, which sum to whole dollars of each side of the total."""
    sides = zip(*lines, strict=True)
    columns = [
        footed([x / CENTS for x in side], of_all) for side, of_all in zip(sides, total, strict=True)
    ]
    rows = [list(row) for row in zip(*columns, strict=True)]
    _settle(rows, lines, footed([x.total / CENTS for x in lines], total.total))
    return [Shares(*row) for row in rows]


def _settle(rows: list[list[int]], lines: Sequence[Shares], totals: Sequence[int]) -> None:
    """Shift dollars between two rows of a column, so that rows have their own totals if they can.

    A dollar goes only from a side that was rounded up to one that was rounded down, so no side is
    further than a dollar from what it is.
    """
    for at, row in enumerate(rows):
        for other, giver in enumerate(rows):
            for side in range(len(row)):
                short, long = sum(row) < totals[at], sum(giver) > totals[other]
                is_down = row[side] * CENTS < lines[at][side]
                if short and long and is_down and giver[side] * CENTS > lines[other][side]:
                    row[side] += 1
                    giver[side] -= 1


def rounded(months: Sequence[Shares], lines: Sequence[Shares], served: Served) -> Rounded:
    """Round a grant from its total down to years, quarters and months, so that all of it adds up.

    Parameters
    ----------
    months, lines
        Cents by who pays; lines are those of the budget.
    served
        Contacts, people and visits by month, and in all.
    """
    total = whole_total(summed(months))
    each = _down(months, total, whole_lines, summed)
    counts = [_down(of_months, round(in_all), footed, sum) for of_months, in_all in served]
    rows = [Whole(x, *row) for x, *row in zip(each, *counts, strict=True)]
    quarters, years = (_parts(rows, months) for months in (MONTHS_A_QUARTER, MONTHS_A_YEAR))
    return Rounded(rows, quarters, years, whole_lines(lines, total), _sum(rows))


def _down(
    months: Sequence[Values],
    total: Rows,
    split: Callable[[list[Values], Rows], list[Rows]],
    add: Callable[[Sequence[Values]], Values],
) -> list[Rows]:
    """Whole numbers of months, split from a total: those of years first, then those of quarters."""
    groups, out = [months], [total]
    for size in (MONTHS_A_YEAR, MONTHS_A_QUARTER, 1):
        parts = [_cut(group, size) for group in groups]
        sums = [[add(part) for part in of_group] for of_group in parts]
        out = [x for each, of_all in zip(sums, out, strict=True) for x in split(each, of_all)]
        groups = [part for of_group in parts for part in of_group]
    return out


def _cut(rows: Sequence[Values], each: int) -> list[Sequence[Values]]:
    """Parts of so many rows, in order."""
    return [rows[at : at + each] for at in range(0, len(rows), each)]


def _parts(rows: Sequence[Whole], months: int) -> list[Whole]:
    """Sums of as many months each."""
    return [_sum(part) for part in _cut(rows, months)]


def _sum(rows: Iterable[Whole]) -> Whole:
    dollars, *counts = zip(*rows, strict=True)
    return Whole(summed(dollars), *map(sum, counts))
