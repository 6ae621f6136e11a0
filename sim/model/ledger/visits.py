"""Follow-up visits: which came to be, what became of each, and which calls they averted."""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools, Ids, Ints, Positions
from sim.model.ledger.causes import MISSED, RECALLED
from sim.model.world import World, courses_of, visits_if_missed
from sim.schema import (
    NONE,
    PPM,
    CallLedger,
    Contact,
    EndCause,
    TripLedger,
    VisitLedger,
    VisitStatus,
    empty,
)


def last_trips(made_for: Ids, n: int) -> Ids:
    """Last trip made for each of n calls or visits, or NONE.

    `made_for` is the call, or the visit, of each trip; NONE if the trip was for neither.
    """
    out, trips = np.full(n, NONE, np.int32), np.flatnonzero(made_for != NONE)
    out[made_for[trips]] = trips  # a later trip overwrites
    return out


def done_at_s(world: World, trips: TripLedger) -> Ints:
    """Second at which each visit was done, or NONE; shape (visits,)."""
    out = np.full(len(world.visits.zone), NONE, np.int64)
    done = np.flatnonzero((trips.visit != NONE) & (trips.end_cause == EndCause.CLEARED))
    out[trips.visit[done]] = trips.end_at_s[done]
    return out


def visit_ledger(world: World, calls: CallLedger, trips: TripLedger) -> VisitLedger:
    """What became of each visit, given what became of each call; shape (visits,)."""
    if len(world.visits.zone) == 0:
        none: VisitLedger = empty(VisitLedger)
        return none
    trip = last_trips(trips.visit, len(world.visits.zone))
    due_at_s, done_s = _due_at_s(world, calls, trips), done_at_s(world, trips)
    made = np.flatnonzero(trip != NONE)
    is_open = made[trips.end_cause[trip[made]] == EndCause.UNFINISHED]
    expired = due_at_s + world.policy.visit_expires_s < world.window.horizon_s
    status = np.where(expired, VisitStatus.EXPIRED, VisitStatus.OPEN).astype(np.int8)
    status[is_open] = VisitStatus.OPEN
    status[done_s != NONE] = VisitStatus.DONE
    status[due_at_s == NONE] = VisitStatus.NEVER_DUE
    return VisitLedger(status, trip, due_at_s, done_s)


def _due_at_s(world: World, calls: CallLedger, trips: TripLedger) -> Ints:
    """Second at which each visit is due; NONE for one that its call did not lead to."""
    visits, out = world.visits, world.visits.due_at_s.copy()
    visit = np.full(len(calls.trip), NONE, np.int32)
    engaged = np.flatnonzero(calls.contact == Contact.ENGAGED)
    kind = world.roster.kind[trips.duty[calls.trip[engaged]]]
    visit[engaged] = courses_of(world)["visit"][kind, engaged]
    if visits.if_missed.any():
        missed = MISSED[calls.status] | RECALLED[calls.status]
        visit[missed] = visits_if_missed(world)[missed]
    call = np.flatnonzero(visit != NONE)
    out[visit[call]] = calls.ended_at_s[call] + visits.lag_for_s[visit[call]]
    return out


def averted(world: World, visit_done_at_s: Ints) -> Bools:
    """Whether each call is kept from happening by the first visit made to its person.

    The same as `dispatch.is_averted`, of all calls at once; shape (calls,).
    """
    calls, policy = world.calls, world.policy
    done = np.flatnonzero(visit_done_at_s != NONE)
    if policy.repeat_ppm >= PPM or len(done) == 0:
        return np.zeros(len(calls.zone), np.bool_)
    first_s = _first_done_at_s(world, visit_done_at_s, done)[calls.person]
    since_s = calls.received_at_s - first_s
    acts: Bools = (first_s != NONE) & (since_s >= 0) & (since_s <= policy.effect_s)
    return acts & (calls.repeat_u >= policy.repeat_ppm)


def _first_done_at_s(world: World, visit_done_at_s: Ints, done: Positions) -> Ints:
    """Second at which the first visit to each person was done, or NONE; by number of person."""
    person, second = world.visits.person[done], visit_done_at_s[done]
    n_persons = max(int(world.calls.person.max(initial=NONE)), int(person.max())) + 1
    out, latest_first = np.full(n_persons, NONE, np.int64), np.argsort(-second)
    out[person[latest_first]] = second[latest_first]  # an earlier visit overwrites
    return out
