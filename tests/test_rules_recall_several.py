"""Several teams on their way, and teams that go home, taken for a more urgent call, by hand."""

from __future__ import annotations

import pytest

from sim.schema import NONE, EndCause, Mode, Rule, Status
from tests.rules import each_engine, run_in
from tests.worlds import FOREVER_S, Trip, constant_travel, matrix, posts, statuses, trips_of

pytestmark = each_engine

REASSIGNED = EndCause.REASSIGNED
RECALLS = {"recalls": 1}


def test_teams_are_taken_down_the_queue_in_one_walk(engine):
    """At 10 call 2 takes team 0 from call 0, which takes team 1 from call 1, which waits.

    Both teams are released at 10 + 100 + 5 = 115.
    """
    ledger = run_in(
        engine,
        3,
        posts(2, 999),
        999,
        travel=constant_travel(100),
        policy=RECALLS,
        received_at_s=[0, 0, 10],
        priority=[2, 3, 1],
        on_scene_for_s_by_kind=5,
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, NONE, NONE, 10, REASSIGNED),
        Trip(1, 1, 0, 0, NONE, NONE, 10, REASSIGNED),
        Trip(2, 0, 0, 10, 110, 115, 115),
        Trip(0, 1, 0, 10, 110, 115, 115),
        Trip(1, 0, 0, 115, 215, 220, 220),
    ]
    assert ledger.trips.attempt.tolist() == [0, 0, 0, 1, 1]


def test_a_self_dispatched_call_takes_no_other_team_instead(engine):
    """As above, but call 0 is out when it loses team 0, and call 1 keeps team 1."""
    ledger = run_in(
        engine,
        3,
        posts(2, 999),
        999,
        travel=constant_travel(100),
        policy=RECALLS,
        modes=[Mode.SELF_DISPATCH, Mode.CO_DISPATCH, Mode.CO_DISPATCH],
        received_at_s=[0, 0, 10],
        priority=[2, 3, 1],
        on_scene_for_s_by_kind=5,
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, NONE, NONE, 10, REASSIGNED),
        Trip(1, 1, 0, 0, 100, 105, 105),
        Trip(2, 0, 0, 10, 110, 115, 115),
    ]
    assert statuses(ledger) == [Status.MISSED_BUSY, Status.SERVED, Status.SERVED]


@pytest.mark.parametrize("rule", [Rule.LONGEST_IDLE, Rule.LEAST_WORKED])
def test_idleness_is_as_it_stood_when_a_team_set_out_and_work_adds_up(engine, rule):
    """At 30 team 1 is idle since 10 and has not worked; team 0 is idle since 25 after 25 s.

    Calls 1 and 2 take them in this order, on ways of 100 s, and call 3 takes team 1 at 60.
    """
    ledger = run_in(
        engine,
        4,
        [{"on": 0, "off": 999}, {"on": 10, "off": 999, "post": 1}],
        999,
        travel=constant_travel(100),
        policy=RECALLS | {"rule": int(rule)},
        received_at_s=[0, 30, 30, 60],
        priority=[1, 3, 3, 1],
        travel_factor=[0.0, 1.0, 1.0, 1.0],
        on_scene_for_s_by_kind=[25, 5, 5, 5],
        withdrawn_for_s=[FOREVER_S, 50, FOREVER_S, FOREVER_S],
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, 0, 25, 25),
        Trip(1, 1, 0, 30, NONE, NONE, 60, REASSIGNED),
        Trip(2, 0, 0, 30, 130, 135, 135),
        Trip(3, 1, 0, 60, 160, 165, 165),
    ]


@pytest.mark.parametrize(
    ("rule", "trips"),
    [
        # both are idle since 0: the least duty is taken; call 0 has the other one at 350
        (
            Rule.LONGEST_IDLE,
            [
                Trip(0, 0, 0, 0, NONE, NONE, 100, REASSIGNED),
                Trip(1, 1, 0, 50, 350, 350, 350),
                Trip(2, 0, 0, 100, 400, 400, 400),
                Trip(0, 1, 0, 350, 650, 650, 650),
            ],
        ),
        # team 0 has been under way for 100 s, team 1 for 50 s; call 1 has the other one at 300
        (
            Rule.LEAST_WORKED,
            [
                Trip(0, 0, 0, 0, 300, 300, 300),
                Trip(1, 1, 0, 50, NONE, NONE, 100, REASSIGNED),
                Trip(2, 1, 0, 100, 400, 400, 400),
                Trip(1, 0, 0, 300, 600, 600, 600),
            ],
        ),
    ],
)
def test_the_way_so_far_is_work_but_ends_no_idleness(engine, rule, trips):
    """Two teams set out at 0 and 50, on ways of 300 s; call 2 takes one of them at 100."""
    ledger = run_in(
        engine,
        3,
        posts(2, 999),
        999,
        travel=constant_travel(300),
        policy=RECALLS | {"rule": int(rule)},
        received_at_s=[0, 50, 100],
        priority=[3, 3, 1],
    )
    assert trips_of(ledger) == trips


def test_a_trip_that_was_broken_off_counts_as_work(engine):
    """Team 0 works 100 s for call 0, then 50 s for call 2; team 1 works 120 s for call 1.

    At 200 team 1, with 120 s against 150 s, has worked least.
    """
    ledger = run_in(
        engine,
        4,
        posts(2, 999),
        999,
        travel=constant_travel(300),
        policy=RECALLS | {"rule": int(Rule.LEAST_WORKED)},
        received_at_s=[0, 0, 100, 200],
        priority=[3, 3, 1, 1],
        travel_factor=[1.0, 0.0, 0.0, 0.0],
        on_scene_for_s_by_kind=[5, 120, 50, 5],
        withdrawn_for_s=[110, FOREVER_S, FOREVER_S, FOREVER_S],
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, NONE, NONE, 100, REASSIGNED),
        Trip(1, 1, 0, 0, 0, 120, 120),
        Trip(2, 0, 0, 100, 100, 150, 150),
        Trip(3, 1, 0, 200, 200, 205, 205),
    ]


def test_each_of_several_urgent_calls_takes_a_team_of_its_own(engine):
    """At 10 calls 2 and 3 take teams 0 and 1; call 4, as urgent as call 0, takes none."""
    ledger = run_in(
        engine,
        5,
        posts(2, 999),
        999,
        travel=constant_travel(100),
        policy=RECALLS,
        received_at_s=[0, 0, 10, 10, 10],
        priority=[3, 3, 1, 2, 3],
        on_scene_for_s_by_kind=5,
        withdrawn_for_s=[50, 50, FOREVER_S, FOREVER_S, 50],
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, NONE, NONE, 10, REASSIGNED),
        Trip(1, 1, 0, 0, NONE, NONE, 10, REASSIGNED),
        Trip(2, 0, 0, 10, 110, 115, 115),
        Trip(3, 1, 0, 10, 110, 115, 115),
    ]


def test_a_call_may_lose_its_team_again_and_again(engine):
    """Call 0 loses the only team at 10 and, given it again at 60, at 70.

    call 1: assigned 10, at 60 on scene for no time; call 2: assigned 70, at 120 likewise.
    """
    ledger = run_in(
        engine,
        3,
        posts(1, 999),
        999,
        travel=constant_travel(50),
        policy=RECALLS,
        received_at_s=[0, 10, 70],
        priority=[3, 2, 1],
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, NONE, NONE, 10, REASSIGNED),
        Trip(1, 0, 0, 10, 60, 60, 60),
        Trip(0, 0, 0, 60, NONE, NONE, 70, REASSIGNED),
        Trip(2, 0, 0, 70, 120, 120, 120),
        Trip(0, 0, 0, 120, 170, 170, 170),
    ]
    assert ledger.trips.attempt.tolist() == [0, 0, 1, 0, 2]


@pytest.mark.parametrize(
    ("received_at_s", "origin_zone", "taken_at_s", "arrived_at_s"),
    [
        (130, 1, 170, 230),  # from zone 1, though it would have been home at 160
        (165, 0, 170, 171),
    ],
)
def test_a_team_that_goes_home_is_taken_back_where_it_set_out(
    engine, received_at_s, origin_zone, taken_at_s, arrived_at_s
):
    """After call 0 in zone 1 it is free at 100 and home at 160; call 2 is in zone 0."""
    ledger = run_in(
        engine,
        3,
        posts(1, 9_999),
        9_999,
        travel=matrix([[1, 30, 9], [60, 2, 7], [80, 70, 3]]),
        policy=RECALLS | {"goes_home": 1},
        received_at_s=[0, received_at_s, taken_at_s],
        zone=[1, 2, 0],
        priority=[1, 3, 1],
        turnout_for_s=[0, 100, 0],
        on_scene_for_s_by_kind=[70, 0, 0],
        withdrawn_for_s=[FOREVER_S, 50, FOREVER_S],
    )
    assert trips_of(ledger)[:3] == [
        Trip(0, 0, 0, 0, 30, 100, 100),
        Trip(1, 0, origin_zone, received_at_s, NONE, NONE, taken_at_s, REASSIGNED),
        Trip(2, 0, origin_zone, taken_at_s, arrived_at_s, arrived_at_s, arrived_at_s),
    ]


@pytest.mark.parametrize(("radius_s", "taken"), [(60, True), (59, False)])
def test_a_team_that_goes_home_is_judged_by_where_it_set_out(engine, radius_s, taken):
    """At 170 it is on its way to call 1 from zone 1, 60 s from call 2; its base is 1 s from it."""
    ledger = run_in(
        engine,
        3,
        posts(1, 9_999),
        9_999,
        travel=matrix([[1, 30, 9], [60, 2, 7], [80, 70, 3]]),
        policy=RECALLS | {"goes_home": 1, "radius_s": radius_s},
        modes=[Mode.CO_DISPATCH, Mode.CO_DISPATCH, Mode.SELF_DISPATCH],
        received_at_s=[0, 130, 170],
        zone=[1, 2, 0],
        priority=[1, 3, 1],
        turnout_for_s=[0, 100, 0],
        on_scene_for_s_by_kind=[70, 0, 0],
        withdrawn_for_s=[FOREVER_S, 50, FOREVER_S],
    )
    # assigned at 130, it would be there at 130 + 100 + 7, but call 1 is given up at 180
    last = Trip(1, 0, 1, 130, NONE, NONE, 180, EndCause.RECALLED)
    if taken:
        last = Trip(2, 0, 1, 170, 230, 230, 230)
    assert trips_of(ledger)[-1] == last
