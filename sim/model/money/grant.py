"""Who pays what is spent under a grant, in whole cents: federal, match and local.

Of a grant year's allowable cost the federal side pays what the match leaves of it, as far as its
ceiling goes; the match is that share of what both pay together; all else is local.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import NamedTuple

CENTS = 100  # in a dollar


class Shares(NamedTuple):
    """Cents that each side pays."""

    federal: int
    match: int
    local: int

    @property
    def total(self) -> int:
        """Cents of all sides."""
        return sum(self)

    def with_local(self, more: int) -> Shares:
        """Cents with so many more that are local."""
        return self._replace(local=self.local + more)


def cents(dollars: float) -> int:
    """Whole cents of an amount in dollars."""
    return round(CENTS * dollars)


def summed(shares: Iterable[Shares]) -> Shares:
    """Cents of several amounts, side by side."""
    sides = list(zip(*shares, strict=True))
    return Shares(*map(sum, sides)) if sides else Shares(0, 0, 0)


def year_shares(cost: int, match_share: float, left: int | None) -> Shares:
    """Shares of a grant year's cost, in cents.

    Parameters
    ----------
    cost
        Allowable cost of the year.
    match_share
        Share of the cost that is the match, 0 to 1.
    left
        What is left of the federal ceiling; None if there is no ceiling.
    """
    share = Fraction(str(match_share))
    if share == 1:
        return Shares(0, cost, 0)
    federal = round(cost * (1 - share))
    if left is not None:
        federal = min(federal, left)
    match = min(round(federal * share / (1 - share)), cost - federal)
    return Shares(federal, match, cost - federal - match)


def grant_shares(
    costs: Sequence[int], match_shares: Sequence[float], ceiling: int | None, *, evenly: bool
) -> list[Shares]:
    """Shares of every grant year, in order: each draws on what the earlier left of the ceiling.

    Drawn evenly, a year may use an equal part of what is left for it and the later ones.
    """
    out: list[Shares] = []
    for cost, match_share in zip(costs, match_shares, strict=True):
        left = None if ceiling is None else ceiling - summed(out).federal
        if left is not None and evenly:
            left //= len(costs) - len(out)
        out.append(year_shares(cost, match_share, left))
    return out


def apportioned(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total into whole cents in proportion to weights, by largest remainder.

    The parts sum to the total, and none is more than its weight if the total is not more than all
    weights. With equal remainders the earlier part gets the cent.
    """
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError(
                f"weights: expected one above zero to split {total} cents by, got none"
            )
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    short = total - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda at: -(total * weights[at] % whole))
    for at in by_remainder[:short]:
        parts[at] += 1
    return parts


def in_order(costs: Sequence[int], year: Shares) -> list[Shares]:
    """Shares of costs that follow one another in a year: what is not local is spent first."""
    both = year.federal + year.match
    until = [min(both, spent) for spent in accumulate(costs, initial=0)]
    return _sides(costs, [after - before for before, after in pairwise(until)], year)


def by_cost(costs: Sequence[int], year: Shares) -> list[Shares]:
    """Shares of costs that stand side by side in a year: each side pays alike of all of them."""
    return _sides(costs, apportioned(year.federal + year.match, costs), year)


def _sides(costs: Sequence[int], both: Sequence[int], year: Shares) -> list[Shares]:
    """Shares of costs of which `both` is what the federal side and the match pay together."""
    federal = apportioned(year.federal, both)
    return [
        Shares(own, together - own, cost - together)
        for cost, together, own in zip(costs, both, federal, strict=True)
    ]
