"""What a sum a year buys in place of co-responder teams, at published or judged costs.

Nothing here is simulated: contacts are dollars over dollars a contact, and never more than the
calls that an alternative may take.
"""

from __future__ import annotations

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
    """What one alternative comes to in a year; what it is stands in `costs.alternatives`."""

    name: str
    units: Range
    contacts_per_year: Range
    dollars_per_contact: Range
    may_take_per_year: Range


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


def _bought(
    name: str, alternative: Alternative, dollars: float, calls: float, costs: Costs
) -> Bought:
    of_unit = _priced(alternative.dollars_per_unit, costs)
    of_contact = _priced(alternative.dollars_per_contact, costs)
    most = Range(*(calls * share for share in _range(alternative.takes_share)))
    paid = _over(dollars, of_contact)
    contacts = Range(*map(min, paid, most))
    return Bought(name, _over(dollars, of_unit), contacts, of_contact, most)


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
