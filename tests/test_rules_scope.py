"""Closed districts, own teams first and borrowing, preference, by hand, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from sim.schema import Rule, Scope, Status
from tests.rules import each_engine, run_in
from tests.worlds import FOREVER_S, Trip, matrix, statuses, trips_of

pytestmark = each_engine

SERVED, BUSY = Status.SERVED, Status.MISSED_BUSY
OUT_OF_RANGE = Status.MISSED_OUT_OF_RANGE

# Zone 0 is of agency 0, zones 1 and 2 of agency 1. A team of each agency stands at its base:
# to zone 0 the own team needs 500 s from zone 0, the other 10 s from zone 1 and 5 s from zone 2.
AGENCIES = np.array([0, 1, 1], np.int32)
TOWNS = matrix([[500, 40, 40], [10, 30, 20], [5, 20, 30]])
TWO_TEAMS = [
    {"on": 0, "off": 9_999, "base_zone": 0, "agency": 0},
    {"on": 0, "off": 9_999, "base_zone": 1, "agency": 1, "post": 1},
]


def within(scope, borrow_s=0, rule=Rule.CLOSEST):
    return {
        "scope": int(scope),
        "borrow_s": borrow_s,
        "rule": int(rule),
        "agency_of_zone": AGENCIES,
    }


@pytest.mark.parametrize("rule", [Rule.CLOSEST, Rule.LONGEST_IDLE, Rule.LEAST_WORKED])
@pytest.mark.parametrize(
    ("scope", "own_goes"),
    [(Scope.OPEN, False), (Scope.OWN_FIRST, True), (Scope.CLOSED, True)],
)
def test_an_own_team_goes_before_any_other_whatever_the_rule(engine, rule, scope, own_goes):
    """Team 0, of the other agency, is closer, longer idle and has worked as little."""
    duties = [
        {"on": 0, "off": 9_999, "base_zone": 1, "agency": 1},
        {"on": 5, "off": 9_999, "base_zone": 0, "agency": 0, "post": 1},
    ]
    policy, travel = within(scope, FOREVER_S, rule), TOWNS
    ledger = run_in(engine, 1, duties, 9_999, travel=travel, policy=policy, received_at_s=10)
    own, other = Trip(0, 1, 0, 10, 510, 510, 510), Trip(0, 0, 1, 10, 20, 20, 20)
    assert trips_of(ledger) == [own if own_goes else other]


@pytest.mark.parametrize(
    ("scope", "borrow_s", "trips"),
    [
        # the other team is the closest for call 0, the own one is left for call 1
        (Scope.OPEN, 0, [Trip(0, 1, 1, 0, 10, 110, 110), Trip(1, 0, 0, 20, 520, 620, 620)]),
        # both wait for the own team, which stands in zone 0 at 600
        (Scope.CLOSED, 0, [Trip(0, 0, 0, 0, 500, 600, 600), Trip(1, 0, 0, 600, 1100, 1200, 1200)]),
        # 10 s away: over the limit, at it, within it
        (
            Scope.OWN_FIRST,
            9,
            [Trip(0, 0, 0, 0, 500, 600, 600), Trip(1, 0, 0, 600, 1100, 1200, 1200)],
        ),
        (Scope.OWN_FIRST, 10, [Trip(0, 0, 0, 0, 500, 600, 600), Trip(1, 1, 1, 20, 30, 130, 130)]),
        (Scope.OWN_FIRST, 11, [Trip(0, 0, 0, 0, 500, 600, 600), Trip(1, 1, 1, 20, 30, 130, 130)]),
    ],
)
def test_a_team_is_borrowed_only_if_no_own_one_is_free_and_it_is_near(
    engine, scope, borrow_s, trips
):
    """Both calls come in zone 0; an own team is sent however far it is."""
    ledger = run_in(
        engine,
        2,
        TWO_TEAMS,
        9_999,
        travel=TOWNS,
        policy=within(scope, borrow_s),
        received_at_s=[0, 20],
        on_scene_for_s_by_kind=100,
    )
    assert trips_of(ledger) == trips


def test_the_limit_is_of_the_mean_travel_from_where_the_team_stands(engine):
    """Team 1 stands in zone 2 after call 0: 5 s away, but 60 s by call 1's own factor."""
    ledger = run_in(
        engine,
        2,
        TWO_TEAMS[1:],
        9_999,
        travel=TOWNS,
        policy=within(Scope.OWN_FIRST, borrow_s=5),
        received_at_s=[0, 50],
        zone=[2, 0],
        travel_factor=[1.0, 12.0],
    )
    assert trips_of(ledger) == [Trip(0, 0, 1, 0, 20, 20, 20), Trip(1, 0, 2, 50, 110, 110, 110)]


def test_of_the_teams_that_can_be_borrowed_the_rule_picks(engine):
    """Three teams of agency 1 are 10 s, 5 s and 5 s from zone 0."""
    bases = [1, 2, 2]
    duties = [
        {"on": 0, "off": 9_999, "base_zone": base, "agency": 1, "post": post}
        for post, base in enumerate(bases)
    ]
    policy = within(Scope.OWN_FIRST, borrow_s=10)
    ledger = run_in(
        engine, 3, duties, 9_999, travel=TOWNS, policy=policy, on_scene_for_s_by_kind=100
    )
    assert trips_of(ledger) == [
        Trip(0, 1, 2, 0, 5, 105, 105),
        Trip(1, 2, 2, 0, 5, 105, 105),
        Trip(2, 0, 1, 0, 10, 110, 110),
    ]


def test_nobody_borrows_while_an_own_team_is_free(engine):
    """Calls of both agencies come at 0, and each has its own team, though the other is closer."""
    ledger = run_in(
        engine,
        2,
        TWO_TEAMS,
        9_999,
        travel=TOWNS,
        policy=within(Scope.OWN_FIRST, borrow_s=FOREVER_S),
        zone=[0, 1],
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 500, 500, 500), Trip(1, 1, 1, 0, 30, 30, 30)]


@pytest.mark.parametrize(
    ("scope", "borrow_s", "status", "ended_at_s"),
    [
        (Scope.CLOSED, 0, OUT_OF_RANGE, 50),  # its district has no post, so it is held for nobody
        (Scope.OWN_FIRST, 9, OUT_OF_RANGE, 70),
        (Scope.OWN_FIRST, 10, BUSY, 70),
        (Scope.OPEN, 0, BUSY, 70),
    ],
)
def test_a_call_is_out_of_range_if_nobody_on_duty_may_come(
    engine, scope, borrow_s, status, ended_at_s
):
    """Only the other agency's team is on duty, and it is out with call 0 until 130."""
    ledger = run_in(
        engine,
        2,
        TWO_TEAMS[1:],
        9_999,
        travel=TOWNS,
        policy=within(scope, borrow_s),
        received_at_s=[0, 50],
        zone=[1, 0],
        withdrawn_for_s=[FOREVER_S, 20],
        on_scene_for_s_by_kind=100,
    )
    assert trips_of(ledger) == [Trip(0, 0, 1, 0, 30, 130, 130)]
    assert statuses(ledger) == [SERVED, status]
    assert ledger.calls.ended_at_s.tolist() == [130, ended_at_s]


def test_a_closed_district_whose_team_is_out_is_busy(engine):
    ledger = run_in(
        engine,
        2,
        TWO_TEAMS,
        9_999,
        travel=TOWNS,
        policy=within(Scope.CLOSED),
        received_at_s=[0, 50],
        withdrawn_for_s=[FOREVER_S, 20],
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 500, 500, 500)]
    assert statuses(ledger) == [SERVED, BUSY]


def test_under_open_scope_agencies_do_not_matter(engine):
    """Longest idle: team 1 is free since 50, team 0 since 510, after call 0."""
    ledger = run_in(
        engine,
        2,
        [TWO_TEAMS[0], TWO_TEAMS[1] | {"on": 50}],
        9_999,
        travel=TOWNS,
        policy=within(Scope.OPEN, rule=Rule.LONGEST_IDLE),
        received_at_s=[0, 600],
        on_scene_for_s_by_kind=10,
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 500, 510, 510), Trip(1, 1, 1, 600, 610, 620, 620)]


# --- preference ----------------------------------------------------------------------------------

# Zone 0 lists the bases 2, 0, 1; zone 1 lists 1, 2, 0; zone 2 lists 0, 1, 2.
PLACE_IN_LIST = np.array([[1, 2, 0], [2, 0, 1], [0, 1, 2]], np.int32)


def preferring(**given):
    return {"rule": int(Rule.PREFERENCE), "preference": PLACE_IN_LIST} | given


def at_bases(*bases):
    return [
        {"on": 0, "off": 9_999, "base_zone": base, "post": post} for post, base in enumerate(bases)
    ]


@pytest.mark.parametrize(("zone", "duties"), [(0, [2, 0, 1]), (1, [1, 2, 0]), (2, [0, 1, 2])])
def test_teams_go_in_the_order_of_the_list_of_the_calls_zone(engine, zone, duties):
    ledger = run_in(
        engine,
        3,
        at_bases(0, 1, 2),
        9_999,
        travel=TOWNS,
        policy=preferring(),
        zone=zone,
        on_scene_for_s_by_kind=900,
    )
    assert [trip.duty for trip in trips_of(ledger)] == duties


def test_of_one_base_the_least_duty_goes(engine):
    ledger = run_in(
        engine,
        3,
        at_bases(1, 2, 2),
        9_999,
        travel=TOWNS,
        policy=preferring(),
        on_scene_for_s_by_kind=900,
    )
    assert [trip.duty for trip in trips_of(ledger)] == [1, 2, 0]


def test_the_list_is_of_bases_wherever_the_teams_stand(engine):
    """Team 2 is sent again though call 0 took it to zone 0; for call 2 it is out until 550."""
    ledger = run_in(
        engine,
        3,
        at_bases(0, 1, 2),
        9_999,
        travel=TOWNS,
        policy=preferring(),
        received_at_s=[0, 50, 100],
    )
    assert trips_of(ledger) == [
        Trip(0, 2, 2, 0, 5, 5, 5),
        Trip(1, 2, 0, 50, 550, 550, 550),
        Trip(2, 0, 0, 100, 600, 600, 600),
    ]


def test_an_own_team_goes_before_a_preferred_one_of_another_agency(engine):
    """Base 2 comes first in the list of zone 0, but its team would have to be borrowed."""
    duties = [
        {"on": 0, "off": 9_999, "base_zone": 2, "agency": 1},
        {"on": 0, "off": 9_999, "base_zone": 1, "agency": 0, "post": 1},
    ]
    policy = within(Scope.OWN_FIRST, borrow_s=FOREVER_S) | preferring()
    ledger = run_in(engine, 2, duties, 9_999, travel=TOWNS, policy=policy)
    assert trips_of(ledger) == [Trip(0, 1, 1, 0, 10, 10, 10), Trip(1, 0, 2, 0, 5, 5, 5)]


# --- travel --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_at_s", "trip"),
    [
        (3_599, Trip(0, 0, 0, 3_599, 3_609, 3_609, 3_609)),
        (3_600, Trip(0, 1, 1, 3_600, 3_630, 3_630, 3_630)),
    ],
)
def test_the_closest_is_the_closest_at_the_hour_of_assignment(engine, received_at_s, trip):
    """To zone 0 in the first hour 10 s from base 0 and 20 s from base 1, then 90 s and 30 s."""
    travel = matrix([[10, 10], [20, 20]])
    travel.matrix_s[1] = [[90, 90], [30, 30]]
    policy = {"rule": int(Rule.CLOSEST)}
    ledger = run_in(
        engine,
        1,
        at_bases(0, 1),
        9_999,
        travel=travel,
        policy=policy,
        received_at_s=received_at_s,
    )
    assert trips_of(ledger) == [trip]


def test_the_closest_is_so_by_the_mean_though_a_call_has_its_own_factor(engine):
    """By a factor of none either team would arrive after its turnout of 3 s."""
    policy, columns = {"rule": int(Rule.CLOSEST)}, {"travel_factor": 0.0, "turnout_for_s": 3}
    ledger = run_in(engine, 1, at_bases(1, 2), 9_999, travel=TOWNS, policy=policy, **columns)
    assert trips_of(ledger) == [Trip(0, 1, 2, 0, 3, 3, 3)]
