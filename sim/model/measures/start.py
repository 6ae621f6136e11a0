"""How a run fills from empty: the calls in hand through its first weeks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Ints
from sim.clock import HOUR_S, WEEK_S
from sim.model.measures.times import left_line_at_s
from sim.model.world import Window, World
from sim.schema import NONE, Ledger

WEEKS = 4  # looked at beyond twice the warm-up


class StartTable(NamedTuple):
    """Calls in hand at each full hour from the start of the run; of shape (hours,), int64."""

    in_hand: Ints


def start_of(world: World, ledger: Ledger) -> StartTable:
    """Calls that wait for a team, and calls and visits that a team is out for.

    Parameters
    ----------
    world, ledger
        One replication of one plan: what went in and what happened.

    Returns
    -------
    StartTable
        Numbers of the first hours: twice the warm-up and four weeks, or until the window ends.
    """
    hours, calls, trips = hours_looked_at(world.window), ledger.calls, ledger.trips
    asked = calls.dispatchable_at_s != NONE
    left_s = left_line_at_s(world, ledger)
    waiting = _number_by_hour(hours, calls.dispatchable_at_s[asked], left_s[asked])
    end_at_s = np.where(trips.end_at_s == NONE, world.window.horizon_s, trips.end_at_s)
    return StartTable(waiting + _number_by_hour(hours, trips.assigned_at_s, end_at_s))


def hours_looked_at(window: Window) -> int:
    """Hours of the run in which it is looked for the end of its start."""
    return min(2 * window.start_s + WEEKS * WEEK_S, window.end_s) // HOUR_S


def _number_by_hour(hours: int, from_s: Ints, until_s: Ints) -> Ints:
    """How many of some spans hold each full hour; the end of a span is outside."""
    return _by_hour(hours, from_s) - _by_hour(hours, until_s)


def _by_hour(hours: int, at_s: Ints) -> Ints:
    """How many of some seconds have come by each full hour."""
    full_hour = np.minimum(-(-at_s // HOUR_S), hours)
    counts: Ints = np.bincount(full_hour, minlength=hours + 1)[:hours].cumsum()
    return counts


def number_at(at_s: Ints, from_s: Ints, until_s: Ints) -> Ints:
    """How many of some spans hold each of some seconds; the end of a span is outside."""
    begun = np.searchsorted(np.sort(from_s), at_s, side="right")
    return begun - np.searchsorted(np.sort(until_s), at_s, side="right")
