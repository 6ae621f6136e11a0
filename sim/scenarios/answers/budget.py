"""What stands behind a grant's budget: positions by role, prices, and lines by price."""

from __future__ import annotations

from typing import NamedTuple


class Role(NamedTuple):
    """Positions of one role: FTE at work that the posts need, whole positions, and a part of one.

    `months` are those in which they are filled, the first and the last; none without positions.
    `part_hours` are the paid hours a week of the part.
    """

    role: str
    needed: float
    full: int
    part: float
    part_hours: float
    months: tuple[int, ...]


class Justified(NamedTuple):
    """A line of the budget in one fiscal year: so many of something, at the price of that year.

    A quantity of pay is of months of a full-time position, and `each` is then of a year. Both are
    None where an item has more than one price.
    """

    item: str
    role: str
    fiscal_year: int
    quantity: float | None
    unit: str
    each: float | None
    cents: int


class Price(NamedTuple):
    """A unit cost of the budget: what it is of, its key, and dollars of the price year."""

    what: str
    key: str
    dollars: float


class Bridged(NamedTuple):
    """An item in the cost of a year and in the second year of the budget, in cents of one year.

    Of pay, with the FTE behind each.
    """

    item: str
    role: str
    a_year: int
    budget: int
    fte_a_year: float | None
    fte_budget: float | None
