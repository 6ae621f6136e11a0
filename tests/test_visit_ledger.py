"""What became of visits, worked by hand; and that who makes them only is no team."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from sim.model.ledger.record import complete
from sim.model.ledger.visits import last_trips
from sim.model.world import World
from sim.schema import (
    NONE,
    Contact,
    EndCause,
    EndedBy,
    Fate,
    Kind,
    Ledger,
    Mode,
    Status,
    VisitStatus,
    check_table,
)
from tests import naive
from tests.test_ledger import ALL_RUN, HORIZON_S, only, record, world_of
from tests.worlds import (
    CLEARED,
    RECALLED,
    UNFINISHED,
    Trip,
    all_by,
    make_policy,
    nasty_worlds,
)

REASSIGNED, INTERRUPTED = EndCause.REASSIGNED, EndCause.INTERRUPTED
NEVER_DUE, DONE, EXPIRED, OPEN = VisitStatus
LAG_S, EXPIRES_S = 100, 300
OF_CALL = [{"call": 0, "lag": LAG_S, "length": 50}]
LISTED = [{"due": 200, "length": 50}]


def to_visit(
    assigned_at_s: int,
    end_at_s: int,
    cause: EndCause = CLEARED,
    *,
    duty: int = 0,
    visit: int = 0,
) -> Trip:
    """Trip for a visit, which began 5 seconds after it was assigned unless that was too late."""
    arrived_at_s = assigned_at_s + 5
    if end_at_s != NONE and arrived_at_s > end_at_s:
        arrived_at_s = NONE
    left_at_s = end_at_s if cause == CLEARED else NONE
    return Trip(NONE, duty, 0, assigned_at_s, arrived_at_s, left_at_s, end_at_s, cause, visit)


def visited(
    trips: list[Trip], visits: list[dict[str, int]], n: int = 1, **given: Any
) -> tuple[VisitStatus, int, int, int]:
    """Status of the first visit, its last trip, when it was due and when it was done."""
    policy = make_policy(visit_expires_s=EXPIRES_S)
    world = world_of(n, 2, visits=visits, **({"policy": policy} | given))
    found = complete(world, record(trips, [(0, NONE)] * 2)).visits
    check_table(found)
    status, *others = (int(column[0]) for column in found)
    return VisitStatus(status), *others


# --- whether it was due --------------------------------------------------------------------------

SERVED = Trip(0, 0, 0, 10, 20, 30, 60)


def test_a_visit_of_a_call_is_due_its_lag_after_the_end_of_the_trip():
    assert visited([SERVED], OF_CALL) == (EXPIRED, NONE, 60 + LAG_S, NONE)


@pytest.mark.parametrize(
    "trips",
    [
        [],
        [Trip(0, 0, 0, 10, NONE, NONE, 60, RECALLED)],
        [Trip(0, 0, 0, 10, 20, NONE, NONE, UNFINISHED)],
        [Trip(0, 0, 0, 10, NONE, NONE, 60, REASSIGNED), Trip(1, 0, 0, 60, 61, 62, 63)],
    ],
)
def test_a_call_that_was_not_cleared_leads_to_no_visit(trips):
    assert visited(trips, OF_CALL, n=2) == (NEVER_DUE, NONE, NONE, NONE)


def test_a_call_that_got_another_team_leads_to_a_visit_by_its_last_trip():
    trips = [
        Trip(0, 0, 0, 10, NONE, NONE, 60, REASSIGNED),
        Trip(1, 0, 0, 60, 61, 62, 63),
        Trip(0, 1, 0, 70, 75, 80, 90),
    ]
    assert visited(trips, OF_CALL, n=2) == (EXPIRED, NONE, 90 + LAG_S, NONE)


@pytest.mark.parametrize(
    "marks",
    [{"contact": 0}, {"fate_by_kind": Fate.HOLD}, {"fate_by_kind": Fate.ARREST}],
)
def test_no_visit_follows_without_contact_or_after_a_fate_that_asks_for_none(marks):
    assert visited([SERVED], OF_CALL, **marks)[0] == NEVER_DUE


@pytest.mark.parametrize("fate", Fate)
def test_the_fate_that_counts_is_that_with_the_kind_that_came(fate):
    after = np.zeros(len(Fate), np.int8)
    after[fate] = 1
    policy = make_policy(visit_expires_s=EXPIRES_S, visit_after=after)
    fates = np.array([[Fate.ARREST], [fate], [Fate.ARREST]], np.int8)
    marks = {"fate_by_kind": fates, "policy": policy, "fate_patrol": Fate.ARREST}
    came = visited([SERVED], OF_CALL, kind=Kind.CLINICIAN_ONLY, **marks)
    other = visited([SERVED], OF_CALL, kind=Kind.CO_RESPONDER, **marks)
    assert came[0] == EXPIRED
    assert other[0] == (EXPIRED if fate == Fate.ARREST else NEVER_DUE)


def test_a_listed_visit_is_due_whatever_becomes_of_calls():
    assert visited([], LISTED, n=0) == (EXPIRED, NONE, 200, NONE)
    assert visited([SERVED], LISTED) == (EXPIRED, NONE, 200, NONE)


def test_visits_of_calls_come_before_those_of_a_list():
    world = world_of(2, visits=[{"call": 1, "lag": 7}, *LISTED])
    found = complete(world, record([Trip(1, 0, 0, 10, 20, 30, 60)], ALL_RUN)).visits
    assert found.due_at_s.tolist() == [67, 200]


# --- what became of it ---------------------------------------------------------------------------


def test_a_visit_is_done_at_the_end_of_its_trip():
    assert visited([to_visit(200, 260)], LISTED) == (DONE, 0, 200, 260)
    assert visited([SERVED, to_visit(160, 215)], OF_CALL) == (DONE, 1, 160, 215)


def test_a_visit_that_began_in_time_is_done_though_it_ended_late():
    assert visited([to_visit(500, 900)], LISTED) == (DONE, 0, 200, 900)


def test_a_visit_that_was_interrupted_is_done_by_a_later_trip():
    call = Trip(0, 0, 0, 230, 240, 250, 260)
    trips = [to_visit(200, 230, INTERRUPTED), call, to_visit(270, 330, duty=1)]
    assert visited(trips, LISTED) == (DONE, 2, 200, 330)


@pytest.mark.parametrize(
    ("expires", "status"),
    [(HORIZON_S - 201, EXPIRED), (HORIZON_S - 200, OPEN), (HORIZON_S, OPEN)],
)
def test_a_visit_is_open_while_it_could_still_begin(expires, status):
    policy = make_policy(visit_expires_s=expires)
    assert visited([], LISTED, policy=policy) == (status, NONE, 200, NONE)
    interrupted = to_visit(200, 230, INTERRUPTED)
    assert visited([interrupted], LISTED, policy=policy) == (status, 0, 200, NONE)


def test_a_visit_that_is_being_made_at_the_end_is_open_though_none_could_begin():
    assert visited([to_visit(500, NONE, UNFINISHED)], LISTED) == (OPEN, 0, 200, NONE)


def test_a_visit_that_falls_due_after_the_end_is_open():
    assert visited([], [{"due": HORIZON_S + 5}]) == (OPEN, NONE, HORIZON_S + 5, NONE)
    late = [{"call": 0, "lag": HORIZON_S}]
    assert visited([SERVED], late) == (OPEN, NONE, 60 + HORIZON_S, NONE)


def test_attempts_of_visits_and_of_calls_are_counted_apart():
    trips = [
        Trip(0, 0, 0, 1, NONE, NONE, 2, REASSIGNED),
        to_visit(2, 3, INTERRUPTED, visit=0),
        to_visit(3, 4, INTERRUPTED, visit=1),
        Trip(0, 1, 0, 5, 6, 7, 8),
        to_visit(8, 20, visit=1),
        to_visit(20, 30, visit=0),
    ]
    world = world_of(1, 2, visits=[{"due": 1}, {"due": 2}])
    ledger = complete(world, record(trips, [(0, NONE)] * 2))
    assert ledger.trips.attempt.tolist() == [0, 0, 0, 1, 1, 1]
    assert ledger.trips.visit.tolist() == [NONE, 0, 1, NONE, 1, 0]
    assert ledger.visits.trip.tolist() == [5, 4]
    assert ledger.calls.trip.tolist() == [3]


def test_last_trips_pass_over_those_for_others():
    made_for = np.array([2, NONE, 0, 2, NONE], np.int32)
    assert last_trips(made_for, 3).tolist() == [2, NONE, 3]
    assert last_trips(made_for[:0], 0).tolist() == []


def test_a_visit_is_no_trip_for_any_call():
    trips = [to_visit(10, 60), to_visit(60, NONE, UNFINISHED, visit=1)]
    world = world_of(2, visits=[{"due": 1}, {"due": 2}])
    calls = complete(world, record(trips, ALL_RUN)).calls
    assert calls.trip.tolist() == [NONE, NONE]
    assert calls.status.tolist() == [Status.MISSED_BUSY] * 2
    assert calls.ended_at_s.tolist() == [100, 100]


def test_time_on_visits_is_busy_time_of_the_duty():
    trips = [to_visit(10, 60), to_visit(60, 70, INTERRUPTED), to_visit(990, NONE, UNFINISHED)]
    duties = complete(world_of(0, visits=LISTED), record(trips, ALL_RUN)).duties
    assert duties.busy_for_s.tolist() == [50 + 10 + 10]
    assert duties.trips.tolist() == [3]


# --- who is no team ------------------------------------------------------------------------------

WORKER = np.array([Kind.CO_RESPONDER, Kind.FOLLOW_UP], np.int8)


def beside_a_worker(**given: Any) -> World:
    """One call at second 10, and a post of a team beside one of a worker."""
    world = world_of(1, 2, received_at_s=10, **given)
    return world._replace(roster=world.roster._replace(kind=WORKER))


def test_a_worker_is_not_on_duty_for_a_call():
    world = beside_a_worker()
    for off_at_s, cause in [(10, Status.MISSED_OFF_DUTY), (111, Status.MISSED_BUSY)]:
        roster = world.roster._replace(off_at_s=np.array([off_at_s, HORIZON_S]))
        happened = record([], [(0, off_at_s), (0, NONE)])
        assert only(world._replace(roster=roster), happened)[0] == cause


@pytest.mark.parametrize("mode", [Mode.DIRECT, Mode.CO_DISPATCH])
def test_a_call_is_not_out_of_range_for_a_worker_who_could_not_serve_it(mode):
    world = beside_a_worker(policy=make_policy(mode_ppm=all_by(mode)))
    assert only(world, record([], [(0, NONE)] * 2))[0] == Status.MISSED_BUSY


@pytest.mark.parametrize(
    ("trip", "rest", "cause"),
    [
        (None, (NONE, NONE), Status.MISSED_OUT_OF_RANGE),  # the team is free
        (to_visit(5, 60), (NONE, NONE), Status.MISSED_BUSY),
        (to_visit(5, 60, duty=1), (NONE, NONE), Status.MISSED_OUT_OF_RANGE),
        (None, (5, 60), Status.MISSED_OUT_OF_RANGE),
    ],
)
def test_a_team_on_a_visit_is_not_left_free_and_a_worker_never_is(trip, rest, cause):
    """The break is the worker's."""
    policy = make_policy(mode_ppm=all_by(Mode.SELF_DISPATCH))
    breaks = [{"duty": 1, "due": 5, "length": 55}]
    world = beside_a_worker(policy=policy, breaks=breaks, visits=LISTED)
    happened = record([trip] if trip else [], [(0, NONE)] * 2, [rest])
    assert only(world, happened) == (cause, 10, EndedBy.NOTHING)


# --- any world -----------------------------------------------------------------------------------


UNREACHED = {
    *(Status.WITHDRAWN, Status.SETTLED_BY_PATROL),
    *(Status.MISSED_OFF_DUTY, Status.MISSED_OUT_OF_RANGE, Status.MISSED_BUSY),
}


def fate_followed_up(world: World, ledger: Ledger, visit: int) -> int | None:
    """Fate in which the call of a visit ended, if it ended as one that the visit may follow."""
    calls, visits, trips, call = world.calls, world.visits, ledger.trips, world.visits.call[visit]
    if visits.if_missed[visit] and ledger.calls.status[call] in UNREACHED:
        return int(calls.fate_patrol[call])
    if not visits.if_engaged[visit] or ledger.calls.contact[call] != Contact.ENGAGED:
        return None
    last = [trip for trip, its in enumerate(trips.call) if its == call][-1]
    return int(calls.fate_by_kind[world.roster.kind[trips.duty[last]], call])


def visit_by_hand(world: World, ledger: Ledger, visit: int) -> tuple[VisitStatus, int, int, int]:
    """The same definitions the slow way."""
    trips, visits, horizon_s = ledger.trips, world.visits, world.window.horizon_s
    due_at_s, call = int(visits.due_at_s[visit]), int(visits.call[visit])
    if call != NONE:
        fate = fate_followed_up(world, ledger, visit)
        if fate is None or not world.policy.visit_after[fate]:
            return NEVER_DUE, NONE, NONE, NONE
        due_at_s = int(ledger.calls.ended_at_s[call] + visits.lag_for_s[visit])
    made = [trip for trip, its in enumerate(trips.visit) if its == visit]
    last = made[-1] if made else NONE
    if made and trips.end_cause[last] == CLEARED:
        return DONE, last, due_at_s, int(trips.end_at_s[last])
    gone = due_at_s + world.policy.visit_expires_s < horizon_s
    under_way = bool(made) and trips.end_cause[last] == UNFINISHED
    return EXPIRED if gone and not under_way else OPEN, last, due_at_s, NONE


@given(nasty_worlds())
@settings(max_examples=200, deadline=None)
def test_visits_of_random_worlds_by_hand(world):
    ledger = complete(world, naive.simulate(world))
    for table in ledger:
        check_table(table)
    rows = zip(*(column.tolist() for column in ledger.visits), strict=True)
    assert list(rows) == [
        visit_by_hand(world, ledger, visit) for visit in range(len(world.visits.zone))
    ]
