"""The funnel, the walk of the queue, the reserve and the cutoff, by hand, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from sim.schema import NONE, Scope, Status
from tests.rules import each_engine, run_in
from tests.worlds import (
    FOREVER_S,
    Trip,
    constant_travel,
    funnel,
    posts,
    statuses,
    trips_of,
)

pytestmark = each_engine

SERVED, BUSY = Status.SERVED, Status.MISSED_BUSY

# --- the funnel ----------------------------------------------------------------------------------

# threshold     recognized  eligible  phoned   handed   requested
# of type 0        900,000   800,000  700,000  600,000    500,000
# of type 1        500,000   400,000  300,000  200,000    100,000
BY_TYPE = funnel(
    [900_000, 500_000],
    [800_000, 400_000],
    [700_000, 300_000],
    [600_000, 200_000],
    [500_000, 100_000],
    types=2,
)


@pytest.mark.parametrize(
    ("funnel_u", "of_type_0", "of_type_1"),
    [
        (0, SERVED, SERVED),
        (99_999, SERVED, SERVED),
        (100_000, SERVED, Status.NOT_REQUESTED),
        (199_999, SERVED, Status.NOT_REQUESTED),
        (200_000, SERVED, Status.OTHER_RESPONDER),
        (299_999, SERVED, Status.OTHER_RESPONDER),
        (300_000, SERVED, Status.PHONE_RESOLVED),
        (399_999, SERVED, Status.PHONE_RESOLVED),
        (400_000, SERVED, Status.NOT_ELIGIBLE),
        (499_999, SERVED, Status.NOT_ELIGIBLE),
        (500_000, Status.NOT_REQUESTED, Status.NOT_RECOGNIZED),
        (599_999, Status.NOT_REQUESTED, Status.NOT_RECOGNIZED),
        (600_000, Status.OTHER_RESPONDER, Status.NOT_RECOGNIZED),
        (700_000, Status.PHONE_RESOLVED, Status.NOT_RECOGNIZED),
        (800_000, Status.NOT_ELIGIBLE, Status.NOT_RECOGNIZED),
        (900_000, Status.NOT_RECOGNIZED, Status.NOT_RECOGNIZED),
        (999_999, Status.NOT_RECOGNIZED, Status.NOT_RECOGNIZED),
    ],
)
def test_a_call_falls_out_at_the_stage_of_its_initial_type(engine, funnel_u, of_type_0, of_type_1):
    ledger = run_in(
        engine,
        2,
        posts(2, 999),
        999,
        policy={"funnel_ppm": BY_TYPE},
        received_at_s=7,
        funnel_u=funnel_u,
        initial_type=[0, 1],
        final_type=[1, 0],
    )
    assert statuses(ledger) == [of_type_0, of_type_1]
    asks = [call for call, status in enumerate([of_type_0, of_type_1]) if status == SERVED]
    assert [trip.call for trip in trips_of(ledger)] == asks
    expected = [7 if call in asks else NONE for call in range(2)]
    assert ledger.calls.dispatchable_at_s.tolist() == expected
    assert ledger.calls.ended_at_s.tolist() == expected


def test_a_stage_that_loses_nobody_names_nobody(engine):
    """Type 0 loses none at eligible and phoned; of type 1 nobody asks for a team."""
    thresholds = funnel(800_000, 800_000, 800_000, [300_000, 800_000], [300_000, 0], types=2)
    ledger = run_in(
        engine,
        5,
        posts(2, 999),
        999,
        policy={"funnel_ppm": thresholds},
        funnel_u=[299_999, 300_000, 799_999, 800_000, 0],
        initial_type=[0, 0, 0, 0, 1],
    )
    assert statuses(ledger) == [
        SERVED,
        Status.OTHER_RESPONDER,
        Status.OTHER_RESPONDER,
        Status.NOT_RECOGNIZED,
        Status.NOT_REQUESTED,
    ]


# --- the walk ------------------------------------------------------------------------------------

TWO_DISTRICTS = {"scope": int(Scope.CLOSED), "agency_of_zone": np.array([0, 1], np.int32)}


def test_a_call_that_nobody_may_serve_blocks_no_other_and_keeps_its_place(engine):
    """Call 0 is more urgent, but in the district of a team that comes on at 50."""
    ledger = run_in(
        engine,
        3,
        [{"on": 0, "off": 999}, {"on": 50, "off": 999, "post": 1, "agency": 1, "base_zone": 1}],
        999,
        travel=constant_travel(5, 2),
        policy=TWO_DISTRICTS,
        received_at_s=[10, 10, 20],
        zone=[1, 0, 1],
        priority=[1, 2, 1],
        on_scene_for_s_by_kind=3,
    )
    assert trips_of(ledger) == [
        Trip(1, 0, 0, 10, 15, 18, 18),
        Trip(0, 1, 1, 50, 55, 58, 58),
        Trip(2, 1, 1, 58, 63, 66, 66),
    ]


def test_calls_of_two_districts_take_turns_apart_from_each_other(engine):
    """Calls 0 and 2 can only have team 1, calls 1 and 3 only team 0."""
    ledger = run_in(
        engine,
        4,
        [{"on": 0, "off": 999}, {"on": 0, "off": 999, "post": 1, "agency": 1, "base_zone": 1}],
        999,
        travel=constant_travel(5, 2),
        policy=TWO_DISTRICTS,
        received_at_s=10,
        zone=[1, 0, 1, 0],
        on_scene_for_s_by_kind=[3, 8, 3, 3],
    )
    assert trips_of(ledger) == [
        Trip(0, 1, 1, 10, 15, 18, 18),
        Trip(1, 0, 0, 10, 15, 23, 23),
        Trip(2, 1, 1, 18, 23, 26, 26),
        Trip(3, 0, 0, 23, 28, 31, 31),
    ]


# --- the reserve ---------------------------------------------------------------------------------


def test_a_team_is_sent_only_if_more_are_free_than_are_held_back(engine):
    """Of three teams two are held back.

    call  received  free before   assigned
    0            0  3             0, until 100
    1            1  2             100, when three are free again, until 200
    2            2  2, then 2     200
    """
    ledger = run_in(
        engine,
        3,
        posts(3, 999),
        999,
        policy={"reserve": 2},
        received_at_s=[0, 1, 2],
        on_scene_for_s_by_kind=100,
    )
    # longest idle at 100: team 1, by its id before team 2; at 200: team 2, idle since 0
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, 0, 100, 100),
        Trip(1, 1, 0, 100, 100, 200, 200),
        Trip(2, 2, 0, 200, 200, 300, 300),
    ]


@pytest.mark.parametrize(
    ("priority", "trips"),
    [
        # call 2 takes the second team at 2; call 1 waits for three free teams at 102
        (1, [Trip(2, 1, 0, 2, 2, 102, 102), Trip(1, 2, 0, 102, 102, 202, 202)]),
        (2, [Trip(2, 1, 0, 2, 2, 102, 102), Trip(1, 2, 0, 102, 102, 202, 202)]),
        # it does not override, and has its turn after call 1
        (3, [Trip(1, 1, 0, 100, 100, 200, 200), Trip(2, 2, 0, 200, 200, 300, 300)]),
    ],
)
def test_priorities_up_to_the_overriding_one_take_from_the_reserve(engine, priority, trips):
    ledger = run_in(
        engine,
        3,
        posts(3, 999),
        999,
        policy={"reserve": 2, "reserve_priority": 2},
        received_at_s=[0, 1, 2],
        priority=[3, 3, priority],
        on_scene_for_s_by_kind=100,
    )
    assert trips_of(ledger)[1:] == trips


def test_free_teams_are_counted_before_each_assignment_of_a_walk(engine):
    ledger = run_in(engine, 2, posts(2, 999), 999, policy={"reserve": 1}, on_scene_for_s_by_kind=10)
    # two are free for call 0, one for call 1, which waits until 10
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 10, 10), Trip(1, 1, 0, 10, 10, 20, 20)]


@pytest.mark.parametrize(("break_for_s", "assigned_at_s"), [(None, 10), (30, 30)])
def test_the_whole_fleet_is_counted_but_not_those_on_a_break(engine, break_for_s, assigned_at_s):
    """One team is held back; team 1 may not serve the call, but is free, or free from 30 on."""
    breaks = [] if break_for_s is None else [{"duty": 1, "due": 0, "length": break_for_s}]
    ledger = run_in(
        engine,
        1,
        [{"on": 0, "off": 999}, {"on": 0, "off": 999, "post": 1, "agency": 1}],
        999,
        travel=constant_travel(5, 2),
        policy=TWO_DISTRICTS | {"reserve": 1},
        breaks=breaks,
        received_at_s=10,
    )
    arrived_at_s = assigned_at_s + 5
    assert trips_of(ledger) == [
        Trip(0, 0, 0, assigned_at_s, arrived_at_s, arrived_at_s, arrived_at_s)
    ]


def test_a_call_that_waits_for_a_team_in_reserve_until_it_gives_up_is_missed_busy(engine):
    ledger = run_in(
        engine, 1, posts(1, 999), 999, policy={"reserve": 1}, received_at_s=10, withdrawn_for_s=20
    )
    assert trips_of(ledger) == []
    assert statuses(ledger) == [BUSY]
    assert ledger.calls.ended_at_s.tolist() == [30]


# --- the cutoff ----------------------------------------------------------------------------------

CUTOFF = {"cutoff_s": 100, "cutoff_priority": 1}


@pytest.mark.parametrize(
    ("received_at_s", "priority", "duty", "assigned_at_s"),
    [
        (899, 2, 0, 899),
        (900, 2, 1, 1_000),  # not at the very second: it waits for the relief at 1000
        (999, 2, 1, 1_000),
        (900, 1, 0, 900),
        (999, 1, 0, 999),
    ],
)
def test_near_its_end_a_duty_is_sent_only_to_overriding_priorities(
    engine, received_at_s, priority, duty, assigned_at_s
):
    """The duty ends at 1000 and takes no other call from 900 on."""
    ledger = run_in(
        engine,
        1,
        [{"on": 0, "off": 1_000}, {"on": 1_000, "off": 2_000, "predecessor": 0}],
        9_999,
        policy=CUTOFF,
        received_at_s=received_at_s,
        priority=priority,
        on_scene_for_s_by_kind=500,
    )
    released_at_s = assigned_at_s + 500
    assert trips_of(ledger) == [
        Trip(0, duty, 0, assigned_at_s, assigned_at_s, released_at_s, released_at_s)
    ]


@pytest.mark.parametrize(("off_at_s", "status"), [(1_000, SERVED), (999, BUSY)])
def test_a_duty_to_the_horizon_has_no_cutoff(engine, off_at_s, status):
    ledger = run_in(
        engine,
        1,
        posts(1, off_at_s),
        1_000,
        policy=CUTOFF,
        received_at_s=950,
        priority=2,
        withdrawn_for_s=10,
    )
    assert statuses(ledger) == [status]


@pytest.mark.parametrize(("cutoff_s", "duty"), [(0, 0), (50, 0), (51, 1)])
def test_another_team_goes_if_the_best_is_near_its_end(engine, cutoff_s, duty):
    """At 949 team 0, longer idle, has 51 s left."""
    ledger = run_in(
        engine,
        1,
        [{"on": 0, "off": 1_000}, {"on": 5, "off": 2_000, "post": 1}],
        9_999,
        policy={"cutoff_s": cutoff_s},
        received_at_s=949,
    )
    assert trips_of(ledger) == [Trip(0, duty, 0, 949, 949, 949, 949)]


def test_a_team_near_its_end_still_counts_as_free(engine):
    """One is held back; of the two free ones team 0 is too near its end, so team 1 goes."""
    ledger = run_in(
        engine,
        2,
        [{"on": 0, "off": 1_000}, {"on": 0, "off": 2_000, "post": 1}],
        9_999,
        policy={"reserve": 1} | CUTOFF,
        received_at_s=[950, 960],
        priority=2,
        withdrawn_for_s=[FOREVER_S, 5],
        on_scene_for_s_by_kind=20,
    )
    assert trips_of(ledger) == [Trip(0, 1, 0, 950, 950, 970, 970)]
    assert statuses(ledger) == [SERVED, BUSY]
