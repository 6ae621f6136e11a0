"""How a call reaches a team: the four modes and self-dispatch, by hand, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.world import attended, patrol_at_s
from sim.schema import NONE, EndCause, EndedBy, Mode, Status
from tests.rules import each_engine, run_in, trips_by_call
from tests.worlds import (
    FOREVER_S,
    Trip,
    constant_travel,
    make_calls,
    make_world,
    matrix,
    posts,
    statuses,
    trips_of,
)

pytestmark = each_engine

DIRECT, CO_DISPATCH, REQUEST, SELF = Mode
CANCELLED, SERVED = Status.WITHDRAWN, Status.SERVED
LEFT, BY_PATROL, NOBODY = EndedBy.WITHDRAWN, EndedBy.SETTLED_BY_PATROL, EndedBy.NOTHING

# --- the clocks ----------------------------------------------------------------------------------

# mode              dispatchable        ends by
# direct            100 + 20 = 120      withdrawal
# co-dispatch       100 + 12 = 112      withdrawal; patrol, from its arrival at 150
# officer request   100 + 50 + 7 = 157  withdrawal; patrol, from 157
# self-dispatch     100                 its one second; withdrawal of a team that took it
CLOCKS = {
    "modes": list(Mode),
    "received_at_s": 100,
    "triage_for_s": 20,
    "handoff_for_s": 12,
    "patrol_arrives_for_s": 50,
    "request_for_s": 7,
}


ALL_DAY = [{"duty": 0, "due": 0, "length": 999}]  # on duty, and never free


def test_each_mode_has_its_own_second_from_which_a_team_can_be_sent(engine):
    ledger = run_in(engine, 4, posts(4, 999), 999, on_scene_for_s_by_kind=500, **CLOCKS)
    assert ledger.calls.mode.tolist() == list(Mode)
    assert ledger.calls.dispatchable_at_s.tolist() == [120, 112, 157, 100]
    assert trips_of(ledger) == [
        Trip(3, 0, 0, 100, 100, 600, 600),
        Trip(1, 1, 0, 112, 112, 612, 612),
        Trip(0, 2, 0, 120, 120, 620, 620),
        Trip(2, 3, 0, 157, 157, 657, 657),
    ]


@pytest.mark.parametrize(
    ("withdrawn_for_s", "clears_for_s", "ended_at_s", "ended_by"),
    [
        # 120 + 80; 150 + 40; 157 + 40
        (80, 40, [200, 190, 197, 100], [LEFT, BY_PATROL, BY_PATROL, NOBODY]),
        # 120 + 30; 112 + 30; 157 + 30
        (30, 40, [150, 142, 187, 100], [LEFT, LEFT, LEFT, NOBODY]),
        (40, 40, [160, 152, 197, 100], [LEFT, LEFT, LEFT, NOBODY]),
    ],
)
def test_each_mode_waits_by_its_own_clocks(
    engine, withdrawn_for_s, clears_for_s, ended_at_s, ended_by
):
    columns = CLOCKS | {"withdrawn_for_s": withdrawn_for_s, "patrol_settles_for_s": clears_for_s}
    ledger = run_in(engine, 4, posts(1, 999), 999, breaks=ALL_DAY, **columns)
    assert statuses(ledger) == [Status.MISSED_BUSY] * 4
    assert ledger.calls.ended_at_s.tolist() == ended_at_s
    assert ledger.calls.ended_by.tolist() == ended_by


@pytest.mark.parametrize(
    ("withdrawn_for_s", "clears_for_s", "ends", "ended_by"),
    [
        # (arrived, end): 120 + 60, 112 + 60, 157 + 60, 100 + 60, then 5 on scene
        (60, 60, [(180, 185), (172, 177), (217, 222), (160, 165)], [NOBODY] * 4),
        # patrol settles at 150 + 21 = 171 and 157 + 21 = 178
        (
            60,
            21,
            [(180, 185), (NONE, 171), (NONE, 178), (160, 165)],
            [NOBODY, BY_PATROL, BY_PATROL, NOBODY],
        ),
        # withdrawn at 120 + 59 and 100 + 59; patrol settles at 150 + 10 and 157 + 10
        (
            59,
            10,
            [(NONE, 179), (NONE, 160), (NONE, 167), (NONE, 159)],
            [LEFT, BY_PATROL, BY_PATROL, LEFT],
        ),
    ],
)
def test_the_same_clocks_run_while_a_team_is_on_its_way(
    engine, withdrawn_for_s, clears_for_s, ends, ended_by
):
    columns = CLOCKS | {"withdrawn_for_s": withdrawn_for_s, "patrol_settles_for_s": clears_for_s}
    travel, duties = constant_travel(60), posts(4, 999)
    ledger = run_in(engine, 4, duties, 999, travel=travel, on_scene_for_s_by_kind=5, **columns)
    assert [(trip.arrived_at_s, trip.end_at_s) for trip in trips_by_call(ledger)] == ends
    ways = {LEFT: CANCELLED, BY_PATROL: Status.SETTLED_BY_PATROL, NOBODY: SERVED}
    assert statuses(ledger) == [ways[by] for by in ended_by]
    assert ledger.calls.ended_by.tolist() == ended_by


def test_patrol_attends_two_of_the_modes_from_its_own_arrival(engine):
    assert attended(np.array(Mode, np.int8)).tolist() == [False, True, True, False]
    calls = make_calls(2, received_at_s=[0, 100], patrol_arrives_for_s=[0, 50])
    assert patrol_at_s(make_world(calls, [], 999)).tolist() == [0, 150]


@pytest.mark.parametrize(
    ("mode_ppm", "mode_u", "expected"),
    [
        ([100_000, 300_000, 600_000], [0, 99_999], [DIRECT, DIRECT]),
        ([100_000, 300_000, 600_000], [100_000, 299_999], [CO_DISPATCH, CO_DISPATCH]),
        ([100_000, 300_000, 600_000], [300_000, 599_999], [REQUEST, REQUEST]),
        ([100_000, 300_000, 600_000], [600_000, 999_999], [SELF, SELF]),
        ([0, 1_000_000, 1_000_000], [0, 999_999], [CO_DISPATCH, CO_DISPATCH]),
        ([500_000, 500_000, 500_000], [499_999, 500_000], [DIRECT, SELF]),
        ([0, 0, 1_000_000], [0, 999_999], [REQUEST, REQUEST]),
    ],
)
def test_shares_of_the_modes_are_applied_to_the_uniform(engine, mode_ppm, mode_u, expected):
    policy = {"mode_ppm": np.array(mode_ppm, np.int32)}
    columns = CLOCKS | {"received_at_s": 0, "mode_u": mode_u}
    del columns["modes"]
    ledger = run_in(engine, 2, [], 999, policy=policy, **columns)
    assert ledger.calls.mode.tolist() == expected
    dispatchable_at_s = [[20, 12, 57, 0][mode] for mode in expected]
    assert ledger.calls.dispatchable_at_s.tolist() == dispatchable_at_s


# --- self-dispatch: now or never -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_at_s", "mode", "assigned_at_s"),
    [(49, SELF, None), (50, SELF, 50), (51, SELF, 51), (49, CO_DISPATCH, 50)],
)
def test_a_self_dispatched_call_is_taken_at_its_second_or_never(
    engine, received_at_s, mode, assigned_at_s
):
    """The only team is released from call 0 at 50."""
    ledger = run_in(
        engine,
        2,
        posts(1, 999),
        999,
        modes=[CO_DISPATCH, mode],
        received_at_s=[0, received_at_s],
        on_scene_for_s_by_kind=[50, 7],
    )
    trips = [Trip(0, 0, 0, 0, 0, 50, 50)]
    if assigned_at_s is not None:
        end_at_s = assigned_at_s + 7
        trips.append(Trip(1, 0, 0, assigned_at_s, assigned_at_s, end_at_s, end_at_s))
    assert trips_of(ledger) == trips
    assert statuses(ledger)[1] == (SERVED if assigned_at_s else Status.MISSED_BUSY)
    assert ledger.calls.ended_at_s[1] == (assigned_at_s + 7 if assigned_at_s else 49)
    assert ledger.calls.ended_by[1] == NOBODY


@pytest.mark.parametrize(("received_at_s", "n_trips"), [(49, 0), (50, 1)])
def test_a_duty_that_starts_at_its_second_takes_it(engine, received_at_s, n_trips):
    duties = [{"on": 50, "off": 900}]
    ledger = run_in(engine, 1, duties, 999, modes=[SELF], received_at_s=received_at_s)
    assert len(trips_of(ledger)) == n_trips
    assert statuses(ledger) == [SERVED if n_trips else Status.MISSED_OFF_DUTY]


@pytest.mark.parametrize(("mode", "served"), [(SELF, [0]), (CO_DISPATCH, [0, 1])])
def test_it_is_dropped_after_the_first_walk_of_its_second(engine, mode, served):
    """Call 0 takes no time, so that its team is free again at 5, for the second walk."""
    ledger = run_in(
        engine, 2, posts(1, 99), 99, modes=[CO_DISPATCH, mode], received_at_s=5, priority=[1, 2]
    )
    assert trips_of(ledger) == [Trip(call, 0, 0, 5, 5, 5, 5) for call in served]


@pytest.mark.parametrize(
    ("priority", "trips"),
    [
        ([1, 1, 2], [Trip(1, 0, 0, 10, 10, 13, 13)]),  # call 1 is more urgent
        ([1, 1, 1], [Trip(1, 0, 0, 10, 10, 13, 13)]),  # call 1 has waited since 5
        ([1, 2, 1], [Trip(2, 0, 0, 10, 10, 13, 13), Trip(1, 0, 0, 13, 13, 16, 16)]),
    ],
)
def test_it_stands_in_the_queue_like_any_other_at_its_second(engine, priority, trips):
    """The only team is released at 10, when the self-dispatched call 2 comes."""
    ledger = run_in(
        engine,
        3,
        posts(1, 99),
        99,
        modes=[CO_DISPATCH, CO_DISPATCH, SELF],
        received_at_s=[0, 5, 10],
        priority=priority,
        on_scene_for_s_by_kind=[10, 3, 3],
    )
    assert trips_of(ledger)[1:] == trips
    assert statuses(ledger)[2] == (SERVED if len(trips) == 2 else Status.MISSED_BUSY)


@pytest.mark.parametrize(("withdrawn_for_s", "recalled"), [(0, True), (6, True), (7, False)])
def test_only_withdrawal_recalls_a_team_that_took_it(engine, withdrawn_for_s, recalled):
    """It sets out at 5, to be there at 12; a recalled team is free where it set out from."""
    columns = {"modes": [SELF, DIRECT], "received_at_s": [5, 20]}
    given = {"withdrawn_for_s": [withdrawn_for_s, FOREVER_S], "patrol_settles_for_s": 0}
    ledger = run_in(engine, 2, posts(1, 99), 99, travel=constant_travel(7), **columns, **given)
    end_at_s = 5 + withdrawn_for_s
    taken = Trip(0, 0, 0, 5, NONE, NONE, end_at_s, EndCause.RECALLED)
    first = taken if recalled else Trip(0, 0, 0, 5, 12, 12, 12)
    assert trips_of(ledger) == [first, Trip(1, 0, 0, 20, 27, 27, 27)]
    assert statuses(ledger) == [CANCELLED if recalled else SERVED, SERVED]
    assert ledger.calls.ended_by.tolist() == [LEFT if recalled else NOBODY, NOBODY]


def test_a_call_that_nobody_takes_is_not_withdrawn(engine):
    ledger = run_in(engine, 1, [], 100, modes=[SELF], received_at_s=95, withdrawn_for_s=2)
    assert statuses(ledger) == [Status.MISSED_OFF_DUTY]
    assert ledger.calls.ended_at_s.tolist() == [95]
    assert ledger.calls.ended_by.tolist() == [NOBODY]


# --- self-dispatch: radius -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("travel_s", "arrived_at_s"),
    [
        (299, 60 + 598),  # at 10, turnout 50, and twice the mean
        (300, 60 + 600),
        (301, None),
    ],
)
def test_the_radius_is_inclusive_and_of_the_mean_travel_alone(engine, travel_s, arrived_at_s):
    ledger = run_in(
        engine,
        1,
        posts(1, 999),
        999,
        travel=constant_travel(travel_s),
        policy={"radius_s": 300},
        modes=[SELF],
        received_at_s=10,
        turnout_for_s=50,
        travel_factor=2.0,
    )
    if arrived_at_s is None:
        assert trips_of(ledger) == []
        assert statuses(ledger) == [Status.MISSED_OUT_OF_RANGE]
        assert ledger.calls.ended_at_s.tolist() == [10]
    else:
        assert trips_of(ledger) == [Trip(0, 0, 0, 10, arrived_at_s, arrived_at_s, arrived_at_s)]


def test_the_radius_is_from_where_the_team_stands(engine):
    """From its base zone 2 is 999 s away, from zone 1, where call 0 was, 100 s."""
    ledger = run_in(
        engine,
        2,
        posts(1, 9_999),
        9_999,
        travel=matrix([[0, 20, 999], [20, 0, 100], [999, 100, 0]]),
        policy={"radius_s": 300},
        modes=[CO_DISPATCH, SELF],
        received_at_s=[0, 50],
        zone=[1, 2],
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 20, 20, 20), Trip(1, 0, 1, 50, 150, 150, 150)]


@pytest.mark.parametrize(
    ("mode", "duty", "arrived_at_s"),
    [(SELF, 1, 399), (DIRECT, 0, 401), (CO_DISPATCH, 0, 401), (REQUEST, 0, 401)],
)
def test_a_team_within_the_radius_is_sent_and_other_modes_know_none(
    engine, mode, duty, arrived_at_s
):
    """Team 0 is longest idle but 301 s away, team 1 is 299 s away; at 100 the radius is 300."""
    ledger = run_in(
        engine,
        1,
        [{"on": 0, "off": 999}, {"on": 10, "off": 999, "post": 1, "base_zone": 1}],
        999,
        travel=matrix([[301, 0], [299, 0]]),
        policy={"radius_s": 300},
        modes=[mode],
        received_at_s=100,
    )
    assert trips_of(ledger) == [Trip(0, duty, duty, 100, arrived_at_s, arrived_at_s, arrived_at_s)]
