"""Chairs of the crisis center, and who is turned away, by hand, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from sim.clock import HOUR_S, HOURS_A_WEEK
from sim.model.simulation import simulate
from sim.schema import NONE, Destination, EndCause, Fate, Kind, Mode, Rule
from tests.rules import each_engine
from tests.worlds import (
    Trip,
    all_by,
    constant_travel,
    make_calls,
    make_center,
    make_policy,
    make_world,
    matrix,
    posts,
    trips_of,
)

pytestmark = each_engine

NOWHERE, CENTER, HOSPITAL, JAIL = Destination
CO_RESPONDER, CLINICIAN, REMOTE, _ = Kind
ON_SCENE, REFERRAL, VOLUNTARY, HOLD, ARREST = Fate
HORIZON_S = 9_999

# A team arrives at once, is 30 on scene, and leaves at L:
#
# to the center   there at L + 10, handed over by L + 30, stays until L + 130; the team L + 30 + 5
# to hospital     there at L + 50, handed over by L + 110;                     the team L + 110 + 5
MARKS = {
    "on_scene_for_s_by_kind": 30,
    "fate_by_kind": VOLUNTARY,
    "center_transport_for_s": 10,
    "center_handover_for_s": 20,
    "center_stay_for_s": 100,
    "hospital_transport_for_s": 50,
    "hospital_handover_for_s": 60,
    "custody_for_s": 1_000,
    "report_for_s": 5,
}


def brought(engine, n=1, *, chairs=NONE, hours=1, duties=None, horizon_s=HORIZON_S, **given):
    """Ledger of n calls and, unless said otherwise, as many posts; all calls are `MARKS`."""
    parts = {name: given.pop(name) for name in ("travel", "first_hour_of_week") if name in given}
    n_zones = parts.get("travel", constant_travel(0)).matrix_s.shape[1]
    policy = make_policy(n_zones, **given.pop("policy", {}))
    calls, center = make_calls(n, **(MARKS | given)), make_center(chairs, hours)
    duties = posts(n, horizon_s) if duties is None else duties
    world = make_world(calls, duties, horizon_s, policy=policy, center=center, **parts)
    return simulate(world, engine)


def stays(ledger):
    """Call, second taken and second freed of every stay, in the order in which they began."""
    return list(zip(*(column.tolist() for column in ledger.chairs), strict=True))


def to_center(call, duty, left_at_s):
    return Trip(call, duty, 0, left_at_s - 30, left_at_s - 30, left_at_s, left_at_s + 35)


def to_hospital(call, duty, left_at_s):
    return to_center(call, duty, left_at_s)._replace(end_at_s=left_at_s + 115)


def open_in(*hours):
    """Opening in these hours of the week only."""
    return np.isin(np.arange(HOURS_A_WEEK), hours)


# --- taken and freed -----------------------------------------------------------------------------


def test_a_chair_is_taken_from_leaving_the_scene_to_the_end_of_the_stay(engine):
    ledger = brought(engine)
    assert stays(ledger) == [(0, 30, 160)]
    assert trips_of(ledger) == [to_center(0, 0, 30)]
    assert ledger.calls.destination.tolist() == [CENTER]


@pytest.mark.parametrize(("left_at_s", "has_chair"), [(159, False), (160, True), (161, True)])
def test_the_only_chair_is_free_from_the_second_it_is_freed(engine, left_at_s, has_chair):
    ledger = brought(engine, 2, chairs=1, received_at_s=[0, left_at_s - 30])
    first, second = (0, 30, 160), (1, left_at_s, left_at_s + 130)
    assert stays(ledger) == ([first, second] if has_chair else [first])
    trip = (to_center if has_chair else to_hospital)(1, 1, left_at_s)
    assert trips_of(ledger) == [to_center(0, 0, 30), trip]
    assert ledger.calls.destination.tolist() == [CENTER, CENTER if has_chair else HOSPITAL]


def test_who_comes_to_a_full_center_goes_to_hospital_and_the_next_takes_the_first_chair(engine):
    """Of two chairs one is free again at 160."""
    ledger = brought(engine, 4, chairs=2, received_at_s=[0, 10, 20, 130])
    assert stays(ledger) == [(0, 30, 160), (1, 40, 170), (3, 160, 290)]
    assert trips_of(ledger) == [
        to_center(0, 0, 30),
        to_center(1, 1, 40),
        to_hospital(2, 2, 50),
        to_center(3, 3, 160),
    ]
    assert ledger.calls.destination.tolist() == [CENTER, CENTER, HOSPITAL, CENTER]


@pytest.mark.parametrize(("chairs", "n_stays"), [(NONE, 5), (5, 5), (4, 4), (1, 1)])
def test_without_a_limit_there_is_a_chair_for_all(engine, chairs, n_stays):
    ledger = brought(engine, 5, chairs=chairs)
    assert stays(ledger) == [(call, 30, 160) for call in range(n_stays)]
    assert ledger.calls.destination.tolist() == [CENTER] * n_stays + [HOSPITAL] * (5 - n_stays)


@pytest.mark.parametrize("chairs", [NONE, 1])
def test_of_teams_that_leave_at_one_second_the_least_duty_goes_first(engine, chairs):
    """Both leave at 100: team 0 with call 1, sent at 0, and team 1 with call 0, sent at 20."""
    ledger = brought(
        engine, 2, chairs=chairs, triage_for_s=[20, 0], on_scene_for_s_by_kind=[80, 100]
    )
    both = [(1, 100, 230), (0, 100, 230)]
    assert stays(ledger) == (both if chairs == NONE else both[:1])
    end_at_s = 135 if chairs == NONE else 215
    assert trips_of(ledger) == [Trip(1, 0, 0, 0, 0, 100, 135), Trip(0, 1, 0, 20, 20, 100, end_at_s)]


def test_a_stay_of_no_length_is_over_before_the_next_team_leaves(engine):
    """All leave at 30; the chair of call 2 is taken until 160, so that call 3 is turned away."""
    ledger = brought(
        engine,
        4,
        chairs=1,
        center_transport_for_s=[0, 0, 10, 0],
        center_handover_for_s=[0, 0, 20, 0],
        center_stay_for_s=[0, 0, 100, 0],
    )
    assert stays(ledger) == [(0, 30, 30), (1, 30, 30), (2, 30, 160)]
    assert [trip.end_at_s for trip in trips_of(ledger)] == [35, 35, 65, 145]


def test_one_team_may_take_two_people_in_one_second(engine):
    nothing = dict.fromkeys(MARKS, 0) | {"fate_by_kind": VOLUNTARY}
    ledger = brought(engine, 2, chairs=1, duties=posts(1, HORIZON_S), **nothing)
    assert stays(ledger) == [(0, 0, 0), (1, 0, 0)]
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 0, 0), Trip(1, 0, 0, 0, 0, 0, 0)]


# --- hours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "first_hour", "left_at_s", "has_chair"),
    [
        # closing at 3,600
        ([0], 0, 3_599, True),
        ([0], 0, 3_600, False),
        ([167], 167, 3_599, True),
        # opening at 3,600
        ([1], 0, 3_599, False),
        ([1], 0, 3_600, True),
        ([0], 167, 3_600, True),
        # the hour of the week, not of the day: the run begins on Tuesday at 6
        ([31], 30, 3_600, True),
        ([7], 30, 3_600, False),
        # a week later
        ([0], 0, 168 * HOUR_S - 1, False),
        ([0], 0, 168 * HOUR_S, True),
    ],
)
def test_the_center_takes_who_leaves_the_scene_in_its_hours(
    engine, hours, first_hour, left_at_s, has_chair
):
    ledger = brought(
        engine,
        hours=open_in(*hours),
        first_hour_of_week=first_hour,
        horizon_s=169 * HOUR_S,
        received_at_s=left_at_s - 30,
    )
    assert stays(ledger) == ([(0, left_at_s, left_at_s + 130)] if has_chair else [])
    assert trips_of(ledger) == [(to_center if has_chair else to_hospital)(0, 0, left_at_s)]
    assert ledger.calls.destination.tolist() == [CENTER if has_chair else HOSPITAL]


@pytest.mark.parametrize(("stay_for_s", "has_chair"), [(7_140, True), (7_141, False)])
def test_who_is_there_stays_though_the_center_closes(engine, stay_for_s, has_chair):
    """It is closed from 3,600 to 7,200; the first stay is until 30 + 30 + 7,140 = 7,200."""
    ledger = brought(
        engine,
        2,
        chairs=1,
        hours=open_in(0, 2),
        received_at_s=[0, 7_170],
        center_stay_for_s=[stay_for_s, 100],
    )
    first, second = (0, 30, 60 + stay_for_s), (1, 7_200, 7_330)
    assert stays(ledger) == ([first, second] if has_chair else [first])


# --- for whom ------------------------------------------------------------------------------------


@pytest.mark.parametrize("contact", [0, 1])
@pytest.mark.parametrize("wanted", [CENTER, HOSPITAL])
@pytest.mark.parametrize("fate", list(Fate))
def test_a_chair_is_for_who_was_met_and_goes_there_of_their_own_will(engine, fate, wanted, contact):
    ledger = brought(engine, fate_by_kind=fate, wanted_destination=wanted, contact=contact)
    is_for_them = (fate, wanted, contact) == (VOLUNTARY, CENTER, 1)
    assert stays(ledger) == ([(0, 30, 160)] if is_for_them else [])


# who takes the person     the team is free at 30 + 5, or with a chair at 65 and without at 145
@pytest.mark.parametrize("has_chair", [True, False])
@pytest.mark.parametrize(
    ("kind", "goes_along", "patrol_takes", "end_at_s"),
    [
        (CO_RESPONDER, 1, 0, (145, 65)),
        (CO_RESPONDER, 1, 1, (145, 65)),  # patrol does, and the team follows
        (CO_RESPONDER, 0, 1, (35, 35)),
        (CO_RESPONDER, 0, 0, (35, 35)),  # an ambulance does
        (CLINICIAN, 0, 1, (35, 35)),
        (REMOTE, 0, 1, (35, 35)),
        (REMOTE, 0, 0, (35, 35)),
    ],
)
def test_a_chair_is_taken_by_whoever_takes_the_person(
    engine, kind, goes_along, patrol_takes, end_at_s, has_chair
):
    """Patrol is there from 0 to 30, but not for the direct call of a co-responder."""
    flags = np.zeros((len(Kind), len(Fate)), np.int8)
    flags[kind, VOLUNTARY] = 1
    alone = kind == CO_RESPONDER
    policy = {"goes_along": flags * goes_along, "patrol_takes": flags * patrol_takes}
    policy |= {"mode_ppm": all_by(Mode.DIRECT if alone else Mode.CO_DISPATCH)}
    duties = posts(1, HORIZON_S, kind=int(kind))
    ledger = brought(engine, hours=int(has_chair), duties=duties, policy=policy)
    assert stays(ledger) == ([(0, 30, 160)] if has_chair else [])
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 30, end_at_s[has_chair])]
    assert ledger.calls.destination.tolist() == [CENTER if has_chair else HOSPITAL]
    away_for_s = (30 if has_chair else 110) * patrol_takes
    assert ledger.calls.patrol_for_s.tolist() == [away_for_s + (0 if alone else 30)]


def test_who_is_brought_by_patrol_may_turn_another_away(engine):
    """Call 0 is the clinician's, whose people patrol takes."""
    duties = posts(2, HORIZON_S)
    duties[0]["kind"] = int(CLINICIAN)
    ledger = brought(engine, 2, chairs=1, duties=duties, received_at_s=[0, 40])
    assert stays(ledger) == [(0, 30, 160)]
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 30, 35), to_hospital(1, 1, 70)]


@pytest.mark.parametrize(
    ("kind", "taken"), [(CO_RESPONDER, [(0, 30, 160)]), (CLINICIAN, []), (REMOTE, [])]
)
def test_the_fate_is_that_of_the_kind_which_came(engine, kind, taken):
    duties, fates = posts(1, HORIZON_S, kind=int(kind)), [[VOLUNTARY], [HOLD], [ON_SCENE]]
    assert stays(brought(engine, duties=duties, fate_by_kind=fates)) == taken


@pytest.mark.parametrize(("patience_s", "taken"), [(49, []), (50, [(0, 80, 210)])])
def test_a_call_that_is_not_reached_takes_no_chair(engine, patience_s, taken):
    """The team is there at 50."""
    ledger = brought(engine, travel=constant_travel(50), withdrawn_for_s=patience_s)
    assert stays(ledger) == taken


# Call 0 in zone 1, 300 away, would be left at 330; at 100 its team is taken for call 1 in zone 2:
# there at 150, left at 180, free at 185; then 200 to zone 1: there at 385, left at 415.
def test_a_team_taken_on_its_way_takes_the_chair_when_it_has_been_there(engine):
    ledger = brought(
        engine,
        2,
        chairs=1,
        duties=posts(1, HORIZON_S),
        travel=matrix([[1, 300, 50], [300, 5, 200], [50, 200, 7]]),
        policy={"recalls": 1},
        received_at_s=[0, 100],
        zone=[1, 2],
        priority=[3, 1],
        fate_by_kind=[VOLUNTARY, ON_SCENE],
    )
    assert stays(ledger) == [(0, 415, 545)]
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, NONE, NONE, 100, EndCause.REASSIGNED),
        Trip(1, 0, 0, 100, 150, 180, 185),
        Trip(0, 0, 2, 185, 385, 415, 450),
    ]


# --- turned away ---------------------------------------------------------------------------------


def test_the_next_call_waits_for_who_goes_to_hospital(engine):
    duties = posts(1, HORIZON_S)
    ledger = brought(engine, 2, hours=0, duties=duties, received_at_s=[0, 10])
    assert trips_of(ledger) == [to_hospital(0, 0, 30), to_hospital(1, 0, 175)]


@pytest.mark.parametrize(("hours", "duty"), [(1, 0), (0, 1)])
def test_it_is_work(engine, hours, duty):
    """Team 0 has worked 65 or 145, team 1 95 + 5 = 100; call 2 goes to who has worked less."""
    ledger = brought(
        engine,
        3,
        hours=hours,
        duties=posts(2, HORIZON_S),
        policy={"rule": int(Rule.LEAST_WORKED)},
        received_at_s=[0, 0, 500],
        fate_by_kind=[VOLUNTARY, ON_SCENE, ON_SCENE],
        on_scene_for_s_by_kind=[30, 95, 30],
    )
    assert [trip.duty for trip in trips_of(ledger)] == [0, 1, duty]


@pytest.mark.parametrize(
    ("hours", "report_for_s", "end_at_s"),
    [(1, 29, 60), (1, 31, 61), (0, 109, 140), (0, 111, 141)],
)
def test_who_part_are_free_when_the_later_is(engine, hours, report_for_s, end_at_s):
    """At 30 + max(30, report), or 30 + max(110, report)."""
    flags = np.zeros((len(Kind), len(Fate)), np.int8)
    flags[CO_RESPONDER, VOLUNTARY] = 1
    ledger = brought(engine, hours=hours, policy={"splits": flags}, report_for_s=report_for_s)
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 30, end_at_s)]


# --- the end of the run --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("horizon_s", "taken", "left_at_s", "end_at_s"),
    [
        (30, [], NONE, NONE),
        (31, [(0, 30, NONE)], 30, NONE),
        (66, [(0, 30, NONE)], 30, 65),
        (160, [(0, 30, NONE)], 30, 65),
        (161, [(0, 30, 160)], 30, 65),
    ],
)
def test_what_is_due_as_the_run_ends_does_not_happen(engine, horizon_s, taken, left_at_s, end_at_s):
    ledger = brought(engine, horizon_s=horizon_s)
    assert stays(ledger) == taken
    cause = EndCause.UNFINISHED if end_at_s == NONE else EndCause.CLEARED
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, left_at_s, end_at_s, cause)]
    assert ledger.calls.destination.tolist() == [NOWHERE if end_at_s == NONE else CENTER]
