"""Teams that go home after a call, by hand, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.inputs.travel import Travel
from sim.schema import NONE, EndCause, Rule, Scope, TravelModel
from tests.rules import each_engine, run_in
from tests.worlds import FOREVER_S, Trip, matrix, posts, trips_of

pytestmark = each_engine

# Mean seconds from zone (row) to zone: the base is zone 0, home from zone 1 takes 60 s.
TOWNS = matrix([[1, 30, 9], [60, 2, 7], [80, 70, 3]])
GOES_HOME = {"goes_home": 1}

# Call 0 in zone 1: assigned 0, arrives 30, released 100, home at 160.
FIRST = Trip(0, 0, 0, 0, 30, 100, 100)


def after_first(engine, received_at_s, *, duties=None, policy=None, breaks=None, **columns):
    """Trips after `FIRST`; the calls after it are in zone 2 unless said otherwise."""
    n = 1 + len(received_at_s)
    given = {"zone": [1] + [2] * (n - 1), "on_scene_for_s_by_kind": [70] + [0] * (n - 1)}
    ledger = run_in(
        engine,
        n,
        duties or posts(1, 9_999),
        9_999,
        travel=TOWNS,
        policy=GOES_HOME if policy is None else policy,
        breaks=breaks,
        received_at_s=[0, *received_at_s],
        **(given | columns),
    )
    first, *others = trips_of(ledger)
    assert first == FIRST
    return others


# --- where it is ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_at_s", "goes_home", "origin_zone", "arrived_at_s"),
    [
        (100, 1, 1, 107),
        (159, 1, 1, 166),  # still taken to be in zone 1: 7 s
        (160, 1, 0, 169),  # at base: 9 s
        (161, 1, 0, 170),
        (159, 0, 1, 166),
        (160, 0, 1, 167),
        (5_000, 0, 1, 5_007),
    ],
)
def test_a_team_is_where_it_was_released_until_it_has_driven_home(
    engine, received_at_s, goes_home, origin_zone, arrived_at_s
):
    trips = after_first(engine, [received_at_s], policy={"goes_home": goes_home})
    assert trips == [
        Trip(1, 0, origin_zone, received_at_s, arrived_at_s, arrived_at_s, arrived_at_s)
    ]


@pytest.mark.parametrize(
    ("received_at_s", "origin_zone", "arrived_at_s"), [(189, 1, 196), (190, 0, 199)]
)
def test_the_drive_home_takes_the_mean_whatever_the_factor_of_the_call(
    engine, received_at_s, origin_zone, arrived_at_s
):
    """Call 0 takes 30 s x 2 to reach and is over at 130; the drive home takes 60 s, not 120."""
    ledger = run_in(
        engine,
        2,
        posts(1, 9_999),
        9_999,
        travel=TOWNS,
        policy=GOES_HOME,
        received_at_s=[0, received_at_s],
        zone=[1, 2],
        travel_factor=[2.0, 1.0],
        on_scene_for_s_by_kind=[70, 0],
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, 60, 130, 130),
        Trip(1, 0, origin_zone, received_at_s, arrived_at_s, arrived_at_s, arrived_at_s),
    ]


@pytest.mark.parametrize(
    ("first_at_s", "then_at_s", "origin_zone", "arrived_at_s"),
    [
        # released at 3569 + 30 = 3599, in the first hour: home at 3659; to zone 2 ten times 7 or 9
        (3_569, 3_658, 1, 3_728),
        (3_569, 3_659, 0, 3_749),
        # released at 3600, in the second hour: home at 3600 + 600 = 4200
        (3_570, 4_199, 1, 4_269),
        (3_570, 4_200, 0, 4_290),
    ],
)
def test_the_drive_home_is_that_of_the_hour_of_release(
    engine, first_at_s, then_at_s, origin_zone, arrived_at_s
):
    """From the second hour on, all travel takes ten times as long."""
    times = np.array([1] + [10] * 23).reshape(24, 1, 1)
    travel = Travel(int(TravelModel.MATRIX), TOWNS.matrix_s * times, np.zeros(1, np.int64))
    ledger = run_in(
        engine,
        2,
        posts(1, 9_999),
        9_999,
        travel=travel,
        policy=GOES_HOME,
        received_at_s=[first_at_s, then_at_s],
        zone=[1, 2],
    )
    released_at_s = first_at_s + 30
    assert trips_of(ledger) == [
        Trip(0, 0, 0, first_at_s, released_at_s, released_at_s, released_at_s),
        Trip(1, 0, origin_zone, then_at_s, arrived_at_s, arrived_at_s, arrived_at_s),
    ]


# --- recalled, relieved, on a break --------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_at_s", "origin_zone", "arrived_at_s"), [(193, 1, 200), (194, 0, 203)]
)
def test_a_team_recalled_on_its_way_home_starts_again_from_where_it_set_out(
    engine, received_at_s, origin_zone, arrived_at_s
):
    """Call 1 takes it at 130, from zone 1, and is over at 134: home at 134 + 60 = 194."""
    trips = after_first(engine, [130, received_at_s], withdrawn_for_s=[FOREVER_S, 4, FOREVER_S])
    assert trips == [
        Trip(1, 0, 1, 130, NONE, NONE, 134, EndCause.RECALLED),
        Trip(2, 0, origin_zone, received_at_s, arrived_at_s, arrived_at_s, arrived_at_s),
    ]


def test_a_team_recalled_after_it_came_home_is_at_home(engine):
    """Call 1 takes it at 170, from its base, and is over at 174."""
    trips = after_first(engine, [170, 175], withdrawn_for_s=[FOREVER_S, 4, FOREVER_S])
    assert trips == [
        Trip(1, 0, 0, 170, NONE, NONE, 174, EndCause.RECALLED),
        Trip(2, 0, 0, 175, 184, 184, 184),
    ]


@pytest.mark.parametrize(
    ("off_at_s", "received_at_s", "origin_zone", "arrived_at_s"),
    [
        # relieved in zone 1 at 159; the relief is home at 159 + 7 = 166, 80 s from zone 0
        (159, 165, 1, 165 + 60),
        (159, 166, 2, 166 + 80),
        # relieved at the base of the first at 160; home at 160 + 9 = 169
        (160, 168, 0, 168 + 1),
        (160, 169, 2, 169 + 80),
    ],
)
def test_a_relief_takes_over_where_the_team_is_and_goes_to_its_own_base(
    engine, off_at_s, received_at_s, origin_zone, arrived_at_s
):
    """The relief's base is zone 2, so that the two homes can be told apart."""
    duties = [
        {"on": 0, "off": off_at_s},
        {"on": off_at_s, "off": 9_999, "base_zone": 2, "predecessor": 0},
    ]
    trips = after_first(engine, [received_at_s], duties=duties, zone=[1, 0])
    assert trips == [
        Trip(1, 1, origin_zone, received_at_s, arrived_at_s, arrived_at_s, arrived_at_s)
    ]


@pytest.mark.parametrize(
    ("due_at_s", "received_at_s", "origin_zone", "arrived_at_s"),
    [
        # in zone 1 from 159 to 209, then home at 269
        (159, 160, 1, 209 + 7),  # it waits for the end of the break
        (159, 268, 1, 268 + 7),
        (159, 269, 0, 269 + 9),
        # at base from 160 to 210, and then on
        (160, 165, 0, 210 + 9),
    ],
)
def test_a_break_is_taken_where_the_team_is_and_the_drive_begins_anew_after_it(
    engine, due_at_s, received_at_s, origin_zone, arrived_at_s
):
    breaks = [{"duty": 0, "due": due_at_s, "length": 50}]
    assigned_at_s = max(received_at_s, due_at_s + 50)
    assert after_first(engine, [received_at_s], breaks=breaks) == [
        Trip(1, 0, origin_zone, assigned_at_s, arrived_at_s, arrived_at_s, arrived_at_s)
    ]


# --- who is sent ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_at_s", "trip"),
    [
        (159, Trip(1, 0, 1, 159, 166, 166, 166)),  # 7 s from zone 1, against 8 s
        (160, Trip(1, 1, 3, 160, 168, 168, 168)),  # 9 s from the base
    ],
)
def test_the_closest_is_judged_by_where_the_team_is(engine, received_at_s, trip):
    """Team 1 stands in zone 3, 8 s from zone 2 and far from the rest."""
    towns = matrix([[1, 30, 9, 50], [60, 2, 7, 50], [80, 70, 3, 50], [99, 99, 8, 1]])
    ledger = run_in(
        engine,
        2,
        [{"on": 0, "off": 999}, {"on": 0, "off": 999, "post": 1, "base_zone": 3}],
        999,
        travel=towns,
        policy=GOES_HOME | {"rule": int(Rule.CLOSEST)},
        received_at_s=[0, received_at_s],
        zone=[1, 2],
        on_scene_for_s_by_kind=[70, 0],
    )
    assert trips_of(ledger) == [FIRST, trip]


def test_a_team_that_comes_home_is_looked_at_when_the_next_call_comes(engine):
    """Call 1 may borrow within 30 s: from zone 1 it is 60 s, from 160 on, at base, 1 s.

    Coming home frees no team, so that nobody looks until call 2 comes at 200.
    """
    policy = {
        "scope": int(Scope.OWN_FIRST),
        "borrow_s": 30,
        "agency_of_zone": np.array([0, 1, 1], np.int32),
    }
    trips = after_first(
        engine,
        [110, 200],
        duties=posts(1, 9_999, agency=1),
        policy=GOES_HOME | policy,
        zone=[1, 0, 2],
        on_scene_for_s_by_kind=[70, 10, 10],
    )
    assert trips == [Trip(1, 0, 0, 200, 201, 211, 211), Trip(2, 0, 0, 211, 220, 230, 230)]
