"""The p-median: which of the sites to take so that all demand is near to one of them.

Sites are added one by one, each the best there is (greedily), and then swapped for others as long
as a swap helps (vertex substitution). Costs are whole numbers and the first of equals is taken, so
that the answer is the same on every machine.

Sources: Hakimi (1964), Operations Research 12(3):450-459, the problem, and that nodes suffice;
Teitz and Bart (1968), Operations Research 16(5):955-961, vertex substitution.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Ints


def medians(cost: Ints, before: Ints, most: int) -> list[int]:
    """Sites that bring the sum over all places of the least cost down to little.

    Parameters
    ----------
    cost
        Demand of a place times the drive to it, shape (sites, places).
    before
        Least cost of each place without any of them, shape (places,).
    most
        How many to take. Fewer are taken once another one helps no place.
    """
    chosen = _added(cost, before, most)
    while chosen:
        totals = _after_swaps(cost, before, chosen)
        site, out = divmod(int(totals.argmin()), len(chosen))
        if totals[site, out] >= np.minimum(cost[chosen].min(axis=0), before).sum():
            break
        chosen[out] = site
    return chosen


def _added(cost: Ints, before: Ints, most: int) -> list[int]:
    """Sites taken one by one, each the one that helps most beside those before it."""
    chosen: list[int] = []
    while len(chosen) < most:
        totals = np.minimum(cost, before).sum(axis=1)
        best = int(totals.argmin())
        if totals[best] == before.sum():
            break
        chosen.append(best)
        before = np.minimum(before, cost[best])
    return chosen


def _after_swaps(cost: Ints, before: Ints, chosen: list[int]) -> Ints:
    """Sum of least costs with a site put in for a chosen one; shape (sites, chosen)."""
    open_to = np.vstack([cost[chosen], before])
    nearest, (least, second) = open_to.argmin(axis=0), np.sort(open_to, axis=0)[:2]
    kept = np.minimum(cost, least)
    lost = np.minimum(cost, second) - kept  # at places whose nearest is the one taken out
    order = np.argsort(nearest, kind="stable")
    present, first = np.unique(nearest[order], return_index=True)
    of_each = np.zeros((len(cost), len(open_to)), np.int64)
    of_each[:, present] = np.add.reduceat(lost[:, order], first, axis=1)
    totals: Ints = kept.sum(axis=1)[:, None] + of_each[:, : len(chosen)]
    return totals
