"""All that an engine is given: inputs already drawn, and the plan's rules."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.model.travel import Travel
from sim.schema import NONE, Calls, Roster, Visits


class Window(NamedTuple):
    """Seconds of the run: measured from start (inclusive) to end; everything stops at horizon."""

    start_s: int
    end_s: int
    horizon_s: int
    first_hour_of_week: int


class Policy(NamedTuple):
    """A plan's rules. The funnel's thresholds are parts per million of all calls, falling.

    `preference` has shape (zones, zones): place of a base zone in a zone's ordered list.
    `goes_along` has one entry a fate: whether the team stays with the person after the scene.
    """

    rule: int
    patrol_attends: int
    recognised_ppm: int
    eligible_ppm: int
    requested_ppm: int
    preference: NDArray[np.int32]
    goes_along: NDArray[np.int8]


class World(NamedTuple):
    """One replication of one plan, ready to run."""

    calls: Calls
    visits: Visits
    roster: Roster
    travel: Travel
    policy: Policy
    window: Window


def requested(world: World) -> NDArray[np.bool_]:
    """Whether each call asks for a team; shape (calls,)."""
    return np.less(world.calls.funnel_u, world.policy.requested_ppm)


class Waits(NamedTuple):
    """When each call can be assigned, and when its patience ends; NONE if it is not a request.

    At the second its patience ends a call can still be assigned, and a team that arrives at that
    second has arrived.
    """

    dispatchable_at_s: NDArray[np.int64]
    patience_ends_at_s: NDArray[np.int64]


def waits(world: World) -> Waits:
    """Clocks of every call under the plan's policy; both arrays have shape (calls,)."""
    calls = world.calls
    asks = requested(world)
    dispatchable = calls.received_at_s + calls.triage_for_s
    patience = dispatchable + patience_for_s(world)
    return Waits(np.where(asks, dispatchable, NONE), np.where(asks, patience, NONE))


def patience_for_s(world: World) -> NDArray[np.int64]:
    """Seconds each call waits once dispatchable: the least of the clocks that apply to it."""
    calls = world.calls
    if not world.policy.patrol_attends:
        return calls.leaves_for_s
    return np.minimum(calls.leaves_for_s, calls.patrol_clears_for_s)


def serves(roster: Roster) -> NDArray[np.bool_]:
    """Whether a duty has both its roles; without them there is no team."""
    both: NDArray[np.bool_] = (roster.officer_present & roster.clinician_present) == 1
    return both


Table = TypeVar("Table", Calls, Visits, Roster)


def first_rows(table: Table, n: int) -> Table:
    """Return the first n rows of a table."""
    columns = table._asdict().items()
    return table._replace(**{name: column[..., :n] for name, column in columns})


def cut(world: World, until_s: int, tail_s: int) -> World:
    """Return the same world, its inputs cut to what happens before `until_s` plus the tail."""
    horizon_s = min(until_s + tail_s, world.window.horizon_s)
    roster = first_rows(world.roster, int(np.searchsorted(world.roster.on_at_s, horizon_s)))
    return world._replace(
        calls=first_rows(world.calls, int(np.searchsorted(world.calls.received_at_s, horizon_s))),
        visits=first_rows(world.visits, int(np.searchsorted(world.visits.due_at_s, horizon_s))),
        roster=roster._replace(off_at_s=np.minimum(roster.off_at_s, horizon_s)),
        window=world.window._replace(end_s=min(world.window.end_s, until_s), horizon_s=horizon_s),
    )
