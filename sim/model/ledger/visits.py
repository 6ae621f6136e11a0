"""Follow-up visits: which came to be, what became of each, and which calls they averted."""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools, Ids, Ints, Positions
from sim.model.world import World, courses_of
from sim.schema import NONE, PPM, EndCause, TripLedger, VisitLedger, VisitStatus, empty


def last_trips(made_for: Ids, n: int) -> Ids:
    """Last trip made for each of n calls or visits, or NONE.

    `made_for` is the call, or the visit, of each trip; NONE if the trip was for neither.
    """
    out, trips = np.full(n, NONE, np.int32), np.flatnonzero(made_for != NONE)
    out[made_for[trips]] = trips  # a later trip overwrites
    return out


def visit_ledger(world: World, contact_until_s: Ints, trips: TripLedger) -> VisitLedger:
    """What became of each visit; shape (visits,).

    A team that arrives at a call before its second of `contact_until_s` engages the person.
    """
    if len(world.visits.zone) == 0:
        none: VisitLedger = empty(VisitLedger)
        return none
    trip = last_trips(trips.visit, len(world.visits.zone))
    due_at_s = _due_at_s(world, contact_until_s, trips)
    made = np.flatnonzero(trip != NONE)
    cause = trips.end_cause[trip[made]]
    done, is_open = made[cause == EndCause.CLEARED], made[cause == EndCause.UNFINISHED]
    done_at_s = np.full(len(trip), NONE, np.int64)
    done_at_s[done] = trips.end_at_s[trip[done]]
    expired = due_at_s + world.policy.visit_expires_s < world.window.horizon_s
    status = np.where(expired, VisitStatus.EXPIRED, VisitStatus.OPEN).astype(np.int8)
    status[is_open] = VisitStatus.OPEN
    status[done] = VisitStatus.DONE
    status[due_at_s == NONE] = VisitStatus.NEVER_DUE
    return VisitLedger(status, trip, due_at_s, done_at_s)


def _due_at_s(world: World, contact_until_s: Ints, trips: TripLedger) -> Ints:
    """Second at which each visit is due; NONE for one that its call did not lead to."""
    calls, visits, out = world.calls, world.visits, world.visits.due_at_s.copy()
    rows = np.flatnonzero(visits.call != NONE)
    trip = last_trips(trips.call, len(calls.zone))[visits.call[rows]]
    rows, trip = rows[trip != NONE], trip[trip != NONE]
    call = visits.call[rows]
    kind = world.roster.kind[trips.duty[trip]]
    leads = (trips.end_cause[trip] == EndCause.CLEARED) & (
        courses_of(world)["visit"][kind, call] != NONE
    )
    leads &= trips.arrived_at_s[trip] < contact_until_s[call]
    out[rows[leads]] = trips.end_at_s[trip[leads]] + visits.lag_for_s[rows[leads]]
    return out


def averted(world: World, visits: VisitLedger) -> Bools:
    """Whether each call is kept from happening by the first visit made to its person.

    The same as `dispatch.is_averted`, of all calls at once; shape (calls,).
    """
    calls, policy = world.calls, world.policy
    done = np.flatnonzero(visits.status == VisitStatus.DONE)
    if policy.repeat_ppm >= PPM or len(done) == 0:
        return np.zeros(len(calls.zone), np.bool_)
    first_s = _first_done_at_s(world, visits, done)[calls.person]
    since_s = calls.received_at_s - first_s
    acts: Bools = (first_s != NONE) & (since_s >= 0) & (since_s <= policy.effect_s)
    return acts & (calls.repeat_u >= policy.repeat_ppm)


def _first_done_at_s(world: World, visits: VisitLedger, done: Positions) -> Ints:
    """Second at which the first visit to each person was done, or NONE; by number of person."""
    person, done_at_s = world.visits.person[done], visits.done_at_s[done]
    n_persons = max(int(world.calls.person.max(initial=NONE)), int(person.max())) + 1
    out, latest_first = np.full(n_persons, NONE, np.int64), np.argsort(-done_at_s)
    out[person[latest_first]] = done_at_s[latest_first]  # an earlier visit overwrites
    return out
