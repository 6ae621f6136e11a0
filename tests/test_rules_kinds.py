"""Teams of a clinician only and clinicians on video, by hand, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from sim.schema import (
    NONE,
    TEAM_KINDS,
    Destination,
    EndCause,
    Fate,
    Kind,
    Mode,
    Rule,
    Scope,
    Status,
)
from tests.rules import each_engine, run_in
from tests.worlds import Trip, constant_travel, matrix, statuses, trips_of

pytestmark = each_engine

CO_RESPONDER, CLINICIAN, REMOTE = TEAM_KINDS
DIRECT, CO_DISPATCH, REQUEST, SELF = Mode
WITH_PATROL = (CO_DISPATCH, REQUEST)


def teams(*kinds, off_at_s=9_999, **given):
    """One duty for the whole run for each kind, all at base 0."""
    return [
        {"on": 0, "off": off_at_s, "post": post, "kind": int(kind), **given}
        for post, kind in enumerate(kinds)
    ]


# --- when it can begin ---------------------------------------------------------------------------

# A call by co-dispatch, received at 100 and assigned at 120, after triage:
# co-responder      120 + turnout 10 + travel 25 x 2 = 180
# clinician only    the same, but not before patrol
# remote clinician  120 + connect 15 = 135, but not before patrol
COMING = {
    "received_at_s": 100,
    "triage_for_s": 20,
    "turnout_for_s": 10,
    "travel_factor": 2.0,
    "connect_for_s": 15,
    "request_for_s": 7,
    "on_scene_for_s_by_kind": 30,
}


@pytest.mark.parametrize(
    ("kind", "patrol_for_s", "arrived_at_s"),
    [
        (CO_RESPONDER, 0, 180),
        (CO_RESPONDER, 200, 180),  # it has its own officer
        (CLINICIAN, 79, 180),
        (CLINICIAN, 80, 180),
        (CLINICIAN, 81, 181),
        (CLINICIAN, 200, 300),
        (REMOTE, 34, 135),
        (REMOTE, 35, 135),
        (REMOTE, 36, 136),
        (REMOTE, 200, 300),
    ],
)
def test_a_team_without_an_officer_waits_for_patrol(engine, kind, patrol_for_s, arrived_at_s):
    ledger = run_in(
        engine,
        1,
        teams(kind),
        9_999,
        travel=constant_travel(25),
        patrol_arrives_for_s=patrol_for_s,
        **COMING,
    )
    left_at_s = arrived_at_s + 30
    assert trips_of(ledger) == [Trip(0, 0, 0, 120, arrived_at_s, left_at_s, left_at_s)]


@pytest.mark.parametrize(
    ("kind", "arrived_at_s"), [(CO_RESPONDER, 217), (CLINICIAN, 217), (REMOTE, 172)]
)
def test_patrol_that_asks_for_a_team_is_there_already(engine, kind, arrived_at_s):
    """Dispatchable at 100 + 50 + 7 = 157; then 10 + 25 x 2 by car, or 15 by video."""
    ledger = run_in(
        engine,
        1,
        teams(kind),
        9_999,
        travel=constant_travel(25),
        modes=[REQUEST],
        patrol_arrives_for_s=50,
        **COMING,
    )
    left_at_s = arrived_at_s + 30
    assert trips_of(ledger) == [Trip(0, 0, 0, 157, arrived_at_s, left_at_s, left_at_s)]


@pytest.mark.parametrize("kind", [CLINICIAN, REMOTE])
@pytest.mark.parametrize(
    ("patience_s", "trip"),
    [
        (180, Trip(0, 0, 0, 120, 300, 330, 330)),
        (179, Trip(0, 0, 0, 120, NONE, NONE, 299, EndCause.RECALLED)),
    ],
)
def test_patience_runs_while_it_waits_for_patrol(engine, kind, patience_s, trip):
    """Patrol is there at 100 + 200; patience counts from 120."""
    columns = COMING | {"patrol_arrives_for_s": 200, "withdrawn_for_s": patience_s}
    ledger = run_in(engine, 1, teams(kind), 9_999, travel=constant_travel(25), **columns)
    assert trips_of(ledger) == [trip]


# --- which calls it can take ---------------------------------------------------------------------


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("kind", TEAM_KINDS)
def test_a_team_without_an_officer_takes_only_calls_that_patrol_attends(engine, kind, mode):
    columns = {"received_at_s": 10, "withdrawn_for_s": 20}
    ledger = run_in(engine, 1, teams(kind), 9_999, modes=[mode], **columns)
    if kind == CO_RESPONDER or mode in WITH_PATROL:
        assert trips_of(ledger) == [Trip(0, 0, 0, 10, 10, 10, 10)]
    else:
        assert trips_of(ledger) == []
        assert statuses(ledger) == [Status.MISSED_OUT_OF_RANGE]
        assert ledger.calls.ended_at_s.tolist() == [10]  # no post may ever serve it


@pytest.mark.parametrize(("mode", "duty"), [(DIRECT, 2), (CO_DISPATCH, 0), (REQUEST, 0), (SELF, 2)])
def test_a_co_responder_goes_where_the_longest_idle_may_not(engine, mode, duty):
    duties = teams(CLINICIAN, REMOTE, CO_RESPONDER)
    duties[2]["on"] = 5
    ledger = run_in(engine, 1, duties, 9_999, modes=[mode], received_at_s=10)
    assert trips_of(ledger) == [Trip(0, duty, 0, 10, 10, 10, 10)]


def test_a_direct_call_waits_for_a_co_responder_and_holds_nobody_up(engine):
    """The co-responder is out until 50; the clinician takes the two calls with patrol."""
    ledger = run_in(
        engine,
        4,
        teams(CO_RESPONDER, CLINICIAN),
        9_999,
        modes=[DIRECT, DIRECT, CO_DISPATCH, REQUEST],
        received_at_s=[0, 10, 10, 20],
        on_scene_for_s_by_kind=[50, 5, 15, 15],
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, 0, 50, 50),
        Trip(2, 1, 0, 10, 10, 25, 25),
        Trip(3, 1, 0, 25, 25, 40, 40),
        Trip(1, 0, 0, 50, 50, 55, 55),
    ]


@pytest.mark.parametrize("kind", TEAM_KINDS)
@pytest.mark.parametrize(("officer", "clinician"), [(0, 1), (1, 0), (0, 0), (1, 1)])
def test_only_a_co_responder_needs_an_officer_and_all_a_clinician(engine, kind, officer, clinician):
    duties = teams(kind, officer_present=officer, clinician_present=clinician)
    ledger = run_in(engine, 1, duties, 9_999, received_at_s=10, withdrawn_for_s=5)
    serves = clinician == 1 and (officer == 1 or kind != CO_RESPONDER)
    assert ledger.duties.started_at_s.tolist() == [0 if serves else NONE]
    assert statuses(ledger) == [Status.SERVED if serves else Status.MISSED_OFF_DUTY]


# --- where it is ---------------------------------------------------------------------------------

TOWNS = matrix([[5, 40], [60, 8]])


@pytest.mark.parametrize("goes_home", [0, 1])
@pytest.mark.parametrize(
    ("kind", "trips"),
    [
        # on the road to zone 1, then within it
        (CLINICIAN, [Trip(0, 0, 0, 0, 40, 41, 41), Trip(1, 0, 1, 50, 58, 59, 59)]),
        # on video 9 s later, from base
        (REMOTE, [Trip(0, 0, 0, 0, 9, 10, 10), Trip(1, 0, 0, 50, 59, 60, 60)]),
    ],
)
def test_a_clinician_drives_and_a_remote_one_stays_where_it_is(engine, kind, trips, goes_home):
    """Home would be reached at 41 + 60 = 101, after call 1."""
    ledger = run_in(
        engine,
        2,
        teams(kind),
        9_999,
        travel=TOWNS,
        policy={"goes_home": goes_home},
        received_at_s=[0, 50],
        zone=1,
        connect_for_s=9,
        on_scene_for_s_by_kind=1,
    )
    assert trips_of(ledger) == trips


@pytest.mark.parametrize(("kind", "start_zone"), [(CO_RESPONDER, 1), (CLINICIAN, 1), (REMOTE, 0)])
def test_a_relief_starts_where_the_last_team_stands(engine, kind, start_zone):
    relief = {"on": 100, "off": 9_999, "kind": int(kind), "predecessor": 0}
    duties = [*teams(kind, off_at_s=100), relief]
    ledger = run_in(engine, 1, duties, 9_999, travel=TOWNS, zone=1)
    assert ledger.duties.start_zone.tolist() == [0, start_zone]


# --- which of them is sent -----------------------------------------------------------------------


@pytest.mark.parametrize("rule", list(Rule))
def test_a_clinician_on_video_is_the_last_choice_of_every_rule(engine, rule):
    """Team 0 is on video; the car is 900 s away, came later and is at an unwanted base."""
    duties = [*teams(REMOTE), {"on": 5, "off": 9_999, "post": 1, "base_zone": 1}]
    ledger = run_in(
        engine,
        2,
        duties,
        9_999,
        travel=matrix([[0, 0], [900, 0]]),
        policy={"rule": int(rule), "preference": np.array([[0, 1], [0, 1]], np.int32)},
        received_at_s=[10, 20],
        connect_for_s=9,
    )
    assert trips_of(ledger) == [Trip(0, 1, 1, 10, 910, 910, 910), Trip(1, 0, 0, 20, 29, 29, 29)]


@pytest.mark.parametrize(("borrow_s", "duty"), [(900, 1), (899, 0)])
def test_a_borrowed_car_goes_before_an_own_clinician_on_video(engine, borrow_s, duty):
    """It does if it is near enough: the car needs 900 s."""
    duties = teams(REMOTE, CO_RESPONDER)
    duties[1] |= {"agency": 1, "base_zone": 1}
    ledger = run_in(
        engine,
        1,
        duties,
        9_999,
        travel=matrix([[0, 0], [900, 0]]),
        policy={"scope": int(Scope.OWN_FIRST), "borrow_s": borrow_s},
    )
    assert [trip.duty for trip in trips_of(ledger)] == [duty]


@pytest.mark.parametrize(
    ("scope", "duties"),
    [(Scope.OPEN, [0, 1]), (Scope.OWN_FIRST, [1, 0]), (Scope.CLOSED, [1])],
)
def test_of_clinicians_on_video_an_own_one_goes_first(engine, scope, duties):
    """Team 0 is of another agency; nobody may be borrowed but from 0 s away, as on video."""
    rows = teams(REMOTE, REMOTE)
    rows[0]["agency"] = 1
    ledger = run_in(
        engine,
        2,
        rows,
        9_999,
        travel=constant_travel(900),
        policy={"scope": int(scope), "borrow_s": 0},
        withdrawn_for_s=50,
        connect_for_s=9,
        on_scene_for_s_by_kind=100,
    )
    assert [trip.duty for trip in trips_of(ledger)] == duties
    assert {trip.arrived_at_s for trip in trips_of(ledger)} == {9}


# --- what it does there --------------------------------------------------------------------------

# kind              on scene  fate       destination  away, if the team goes along
# co-responder           100  arrest     jail         55
# clinician only         200  voluntary  center       11 + 22
# remote clinician       300  hold       hospital     33 + 44
OUTCOMES = {
    "on_scene_for_s_by_kind": [[100], [200], [300]],
    "fate_by_kind": [[Fate.ARREST], [Fate.VOLUNTARY], [Fate.HOLD]],
    "center_transport_for_s": 11,
    "center_handover_for_s": 22,
    "hospital_transport_for_s": 33,
    "hospital_handover_for_s": 44,
    "booking_for_s": 55,
    "report_for_s": 7,
}


@pytest.mark.parametrize(
    ("kind", "left_at_s", "end_at_s", "destination"),
    [
        (CO_RESPONDER, 100, 100 + 55 + 7, Destination.JAIL),
        (CLINICIAN, 200, 200 + 7, Destination.CENTER),
        (REMOTE, 300, 300 + 7, Destination.HOSPITAL),
    ],
)
def test_each_kind_has_its_own_fate_and_time_and_only_a_co_responder_takes_the_person(
    engine, kind, left_at_s, end_at_s, destination
):
    ledger = run_in(engine, 1, teams(kind), 9_999, **OUTCOMES)
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, left_at_s, end_at_s)]
    assert ledger.calls.destination.tolist() == [destination]


def test_a_co_responder_that_does_not_go_along_leaves_after_its_report(engine):
    policy = {"goes_along": np.zeros((len(Kind), len(Fate)), np.int8)}
    ledger = run_in(engine, 1, teams(CO_RESPONDER), 9_999, policy=policy, **OUTCOMES)
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 100, 107)]
    assert ledger.calls.destination.tolist() == [Destination.JAIL]


def test_going_along_is_by_the_fate_that_the_kind_gives(engine):
    """A co-responder goes along with arrests only; its fate for call 1 is a hold."""
    goes_along = np.zeros((len(Kind), len(Fate)), np.int8)
    goes_along[CO_RESPONDER, Fate.ARREST] = 1
    fates = [[Fate.ARREST, Fate.HOLD], [Fate.HOLD, Fate.ARREST], [0, 0]]
    columns = OUTCOMES | {"fate_by_kind": fates}
    ledger = run_in(
        engine, 2, teams(*[CO_RESPONDER] * 2), 9_999, policy={"goes_along": goes_along}, **columns
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 100, 162), Trip(1, 1, 0, 0, 0, 100, 107)]
