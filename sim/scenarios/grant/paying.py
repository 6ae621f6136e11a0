"""Who pays what of the cents spent under a grant: by year, by month, and by position or item."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from sim.config.groups.costs import GRANT_MONTHS, GRANT_YEARS, Grant
from sim.model.money.grant import by_cost, cents, grant_shares, in_order
from sim.scenarios.answers.grant import ITEMS, MONTHS_A_YEAR, Row, Seat, Shares
from sim.scenarios.grant.spending import Spent

Key = TypeVar("Key", bound=Hashable)


def years(spent: Sequence[Spent], grant: Grant) -> list[Shares]:
    """Who pays what of the allowable cents of each grant year; the others are not among them."""
    ceiling = None if grant.ceiling_dollars is None else cents(float(grant.ceiling_dollars))
    allowed = _sums(range(GRANT_YEARS), (x for x in spent if x.allowable), _year)
    matches = [float(share) for share in grant.match_shares]
    return grant_shares(allowed, matches, ceiling, evenly=grant.draw == "evenly")


def with_others(allowed: Sequence[Shares], spent: Iterable[Spent]) -> list[Shares]:
    """Shares of each grant year with the cents that the grant does not pay, which are local."""
    return _with_local(allowed, _sums(range(GRANT_YEARS), _others(spent), _year))


def months(spent: Sequence[Spent], allowed: Sequence[Shares], grant: Grant) -> list[Shares]:
    """Who pays what of each month: alike within a year, or what is not local first."""
    split = by_cost if grant.draw == "evenly" else in_order
    of_months = _sums(range(1, GRANT_MONTHS + 1), (x for x in spent if x.allowable), _month)
    of_years = (of_months[at : at + MONTHS_A_YEAR] for at in range(0, GRANT_MONTHS, MONTHS_A_YEAR))
    shares = [x for costs, year in zip(of_years, allowed, strict=True) for x in split(costs, year)]
    return _with_local(shares, _sums(range(1, GRANT_MONTHS + 1), _others(spent), _month))


def items(spent: Iterable[Spent]) -> list[dict[str, int]]:
    """Cents of each item, by month."""
    out = [dict.fromkeys(ITEMS, 0) for _ in range(GRANT_MONTHS)]
    for x in spent:
        out[x.month - 1][x.item] += x.cents
    return out


def crosswalk(spent: Sequence[Spent], allowed: Sequence[Shares]) -> list[Row]:
    """Every position, and every item that is nobody's own, with who pays it.

    Within a year each side pays alike of all that is allowable.
    """
    keys = sorted(dict.fromkeys(map(_line, spent)), key=lambda key: key[1] is None)
    of_years = []
    for at, year in enumerate(allowed):
        of_year = [x for x in spent if _year(x) == at]
        shares = by_cost(_sums(keys, (x for x in of_year if x.allowable), _line), year)
        of_years.append(_with_local(shares, _sums(keys, _others(of_year), _line)))
    rows = [
        Row(item or f"{seat.role if seat else ''} {seat.number if seat else ''}", seat, shares)
        for (item, seat), shares in zip(keys, zip(*of_years, strict=True), strict=True)
    ]
    return [row for row in rows if row.total.total]


def _year(spent: Spent) -> int:
    return (spent.month - 1) // MONTHS_A_YEAR


def _month(spent: Spent) -> int:
    return spent.month


def _line(spent: Spent) -> tuple[str, Seat | None]:
    """Line of the crosswalk: of a position all its items, of the others one each."""
    return spent.item if spent.seat is None else "", spent.seat


def _others(spent: Iterable[Spent]) -> Iterable[Spent]:
    return (x for x in spent if not x.allowable)


def _sums(keys: Iterable[Key], spent: Iterable[Spent], key: Callable[[Spent], Key]) -> list[int]:
    """Cents by key, in the order of the keys."""
    out = dict.fromkeys(keys, 0)
    for x in spent:
        out[key(x)] += x.cents
    return list(out.values())


def _with_local(shares: Sequence[Shares], more: Sequence[int]) -> list[Shares]:
    return [x.with_local(local) for x, local in zip(shares, more, strict=True)]
