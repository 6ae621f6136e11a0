"""What a sum a year buys in place of co-responder teams, at published or judged costs.

Nothing here is simulated: contacts are dollars over dollars a contact, and never more than the
calls that an alternative may take. Units are bought for these contacts alone; the rest is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sim.config import Config, Sourced
from sim.config.groups.costs import Alternative, Costs
from sim.model.money.costs import indexed


class Range(NamedTuple):
    """A figure with the least and the most of it."""

    mean: float
    low: float
    high: float


class Bought(NamedTuple):
    """What one alternative comes to in a year; what it is stands in `costs.alternatives`.

    `left_dollars` is what is not spent, as there are no more calls that it may take.
    """

    name: str
    units: Range
    contacts_per_year: Range
    dollars_per_contact: Range
    may_take_per_year: Range
    left_dollars: Range


class SameMoney(NamedTuple):
    """Dollars of a year, and what each alternative comes to for them."""

    dollars_per_year: float
    bought: list[Bought]


def same_money(dollars_per_year: float | None, config: Config) -> SameMoney | None:
    """What dollars a year buy of each alternative of the config; None of no money.

    Parameters
    ----------
    dollars_per_year
        Dollars of the price year; the sign is left aside. None if they are not known.
    config
        Its `costs.alternatives`, and the calls of a year that these may take.
    """
    if not dollars_per_year or not config.costs.alternatives:
        return None
    dollars = abs(dollars_per_year)
    calls = float(config.demand.calls_per_year) * float(config.demand.growth_factor)
    each = config.costs.alternatives.items()
    return SameMoney(dollars, [_bought(*item, dollars, calls, config.costs) for item in each])


CENT = 2  # decimals of a dollar, below which nothing is left but a residue of division


def _bought(
    name: str, alternative: Alternative, dollars: float, calls: float, costs: Costs
) -> Bought:
    of_unit = _priced(alternative.dollars_per_unit, costs)
    of_contact = _priced(alternative.dollars_per_contact, costs)
    most = Range(*(calls * share for share in _range(alternative.takes_share)))
    contacts = Range(*map(min, _over(dollars, of_contact), most))
    spent = Range(*(x * each for x, each in zip(contacts, _dearest_first(of_contact), strict=True)))
    units = _ends(x / each for x, each in zip(spent, _dearest_first(of_unit), strict=True))
    left = _ends(max(0.0, round(dollars - x, CENT)) for x in spent)
    return Bought(name, units, contacts, of_contact, most, left)


def _dearest_first(each: Range) -> Range:
    """Price with its ends turned round: few contacts go with the highest price."""
    return Range(each.mean, each.high, each.low)


def _ends(values: Iterable[float]) -> Range:
    """Mean, and the least and the most of a figure at the mean and at both ends."""
    each = list(values)
    return Range(each[0], min(each), max(each))


def _range(number: Sourced) -> Range:
    """Value and range of a number; one without a range is its own."""
    value = float(number)
    low, high = (value if end is None else float(end) for end in (number.low, number.high))
    return Range(value, low, high)


def _priced(number: Sourced, costs: Costs) -> Range:
    """Dollars of a number, and of both its ends, in those of the price year."""
    factor = indexed(number, costs, costs.price_year) / float(number)
    return Range(*(factor * end for end in _range(number)))


def _over(dollars: float, each: Range) -> Range:
    """How many there are for a sum; the fewest at the highest price."""
    return Range(dollars / each.mean, dollars / each.high, dollars / each.low)
