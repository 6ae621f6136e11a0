"""Calls that rise in the queue by waiting, by hand, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from sim.schema import EndCause, Scope
from tests.rules import each_engine, run_in, trips_by_call
from tests.worlds import Trip, constant_travel, posts, trips_of

pytestmark = each_engine

RISING = {"ageing_after_s": 30, "ageing_steps": 2}
TWO_DISTRICTS = {"scope": int(Scope.CLOSED), "agency_of_zone": np.array([0, 1], np.int32)}


def one_team(engine, *, duties=None, policy=None, **columns):
    """Calls for one team that is where they are; each takes 40 s."""
    n = len(columns["priority"])
    given = {"on_scene_for_s_by_kind": 40} | columns
    return run_in(
        engine, n, duties or posts(1, 9_999), 9_999, policy=RISING | (policy or {}), **given
    )


def order_of(ledger):
    """Calls in the order in which a team set out to them."""
    return [trip.call for trip in trips_of(ledger)]


# --- the line ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        # at 40 call 1 has waited 35 s and is a 2, call 2 has waited 30 s and is a 1;
        # at 80 call 1 has waited 75 s and is a 1 like call 3, which came after it
        (2, [0, 2, 1, 3]),
        # at 80 call 1 is a 2 and no more; call 3 goes first
        (1, [0, 2, 3, 1]),
        (0, [0, 2, 3, 1]),
    ],
)
def test_a_call_goes_a_priority_up_each_time_it_has_waited_so_long(engine, steps, expected):
    """One team, 40 s a call; up every 30 s.

    call  priority  dispatchable
    0     1         0
    1     3         5
    2     2         10
    3     1         60
    """
    ledger = one_team(
        engine,
        policy={"ageing_steps": steps},
        received_at_s=[0, 5, 10, 60],
        priority=[1, 3, 2, 1],
    )
    assert trips_of(ledger) == [
        Trip(call, 0, 0, at_s, at_s, at_s + 40, at_s + 40)
        for call, at_s in zip(expected, (0, 40, 80, 120), strict=True)
    ]


@pytest.mark.parametrize(("received_at_s", "first"), [(10, 1), (11, 2)])
def test_it_has_risen_at_the_very_second(engine, received_at_s, first):
    """The team is free at 40; call 2 is more urgent than call 1 was."""
    ledger = one_team(engine, received_at_s=[0, received_at_s, 39], priority=[1, 2, 1])
    assert order_of(ledger)[1] == first


@pytest.mark.parametrize(
    ("most_urgent", "expected"),
    [
        (1, [0, 1, 3, 2]),  # call 1 is a 1 at 400, like call 3, which came after it
        (2, [0, 3, 1, 2]),  # it is a 2, like call 2; call 3, more urgent than that, stays a 1
        (3, [0, 3, 2, 1]),  # neither rises
    ],
)
def test_no_call_rises_beyond_the_most_urgent_priority_stated(engine, most_urgent, expected):
    ledger = one_team(
        engine,
        policy={"ageing_most_urgent": most_urgent},
        received_at_s=[0, 5, 390, 395],
        priority=[1, 3, 2, 1],
        on_scene_for_s_by_kind=[400, 1, 1, 1],
    )
    assert order_of(ledger) == expected


# --- what rising does not give -------------------------------------------------------------------


@pytest.mark.parametrize(("received_at_s", "is_taken"), [(29, True), (30, False)])
def test_a_call_that_has_risen_keeps_the_team_on_its_way(engine, received_at_s, is_taken):
    """Call 0, a 2, is a 1 from 30 on, and call 1, a 1, cannot take its team any more."""
    ledger = one_team(
        engine,
        policy={"recalls": 1},
        received_at_s=[0, received_at_s],
        priority=[2, 1],
        turnout_for_s=300,
    )
    causes = [EndCause(trip.end_cause) for trip in trips_of(ledger)]
    assert (EndCause.REASSIGNED in causes) == is_taken
    assert order_of(ledger) == ([0, 1, 0] if is_taken else [0, 1])


def test_rising_takes_no_team_off_its_way_and_none_from_the_reserve(engine):
    """The only team is held back for priorities up to 2.

    Call 0, a 3, is a 1 from 60 on. It does not get the team, nor from call 1, a 2, at 101, when
    call 2 lets dispatch look at the line anew.
    """
    ledger = one_team(
        engine,
        policy={"reserve": 1, "reserve_priority": 2, "recalls": 1},
        received_at_s=[0, 100, 101],
        priority=[3, 2, 9],
        turnout_for_s=300,
    )
    assert trips_of(ledger) == [Trip(1, 0, 0, 100, 400, 440, 440)]


def test_rising_overrides_no_cutoff(engine):
    """Call 1, a 2, is a 1 when the team is free at 920, 80 s before the end of its duty."""
    ledger = one_team(
        engine,
        duties=[{"on": 0, "off": 1_000}, {"on": 1_000, "off": 2_000, "predecessor": 0}],
        policy={"cutoff_s": 100, "cutoff_priority": 1},
        received_at_s=[0, 500],
        priority=[1, 2],
        on_scene_for_s_by_kind=[920, 40],
    )
    assert trips_of(ledger)[1] == Trip(1, 1, 0, 1_000, 1_000, 1_040, 1_040)


def test_a_call_that_loses_its_team_has_waited_since_it_was_dispatchable(engine):
    """Call 0, a 3, is a 2 from 30 on; call 1, a 1, takes its team at 40, until 380.

    By then it is a 1, and goes before call 2, a 1 that came at 50.
    """
    ledger = one_team(
        engine,
        policy={"recalls": 1},
        received_at_s=[0, 40, 50],
        priority=[3, 1, 1],
        turnout_for_s=300,
    )
    assert [trip[:4] for trip in trips_of(ledger)] == [
        (0, 0, 0, 0),
        (1, 0, 0, 40),
        (0, 0, 0, 380),
        (2, 0, 0, 720),
    ]


def test_a_call_that_has_risen_waits_for_a_team_of_its_district_and_holds_up_no_other(engine):
    ledger = run_in(
        engine,
        3,
        [{"on": 0, "off": 999}, {"on": 90, "off": 999, "post": 1, "agency": 1, "base_zone": 1}],
        999,
        travel=constant_travel(5, 2),
        policy=RISING | TWO_DISTRICTS,
        received_at_s=[0, 0, 70],
        zone=[0, 1, 0],
        priority=[1, 3, 2],
        on_scene_for_s_by_kind=65,
    )
    assert [(trip.call, trip.assigned_at_s) for trip in trips_by_call(ledger)] == [
        (0, 0),
        (1, 90),
        (2, 70),
    ]
