"""What follows the scene, by hand, in both engines: who takes the person, and for how long."""

from __future__ import annotations

import numpy as np
import pytest

from sim.schema import NONE, Destination, EndCause, Fate, Kind, Mode, Rule, Status
from tests.rules import each_engine, run_in
from tests.worlds import Trip, posts, statuses, trips_of

pytestmark = each_engine

ON_SCENE, REFERRAL, VOLUNTARY, HOLD, ARREST = Fate
NOWHERE, CENTER, HOSPITAL, JAIL = Destination
CO_RESPONDER, CLINICIAN, REMOTE, _ = Kind
HORIZON_S = 9_999

MARKS = {
    "on_scene_for_s_by_kind": 100,
    "center_transport_for_s": 11,
    "center_handover_for_s": 22,
    "center_stay_for_s": 3_000,
    "hospital_transport_for_s": 40,
    "hospital_handover_for_s": 60,
    "custody_for_s": 500,
    "booking_for_s": 70,
    "report_for_s": 80,
}

# The team arrives at 0 and leaves the scene at 100; the report takes 80.
#
# fate        to        away                       in turn             if the two part
# on scene    -         0                          100 +   0 + 80      100 + max(0, 80)
# referral    -         0                          100 +   0 + 80      100 + max(0, 80)
# voluntary   center    11 + 22 = 33               100 +  33 + 80      100 + max(33, 80)
# voluntary   hospital  40 + 60 = 100              100 + 100 + 80      100 + max(100, 80)
# hold        hospital  40 + 60 + 500 = 600        100 + 600 + 80      100 + max(600, 80)
# arrest      jail      70                         100 +  70 + 80      100 + max(70, 80)
COURSES = [
    (ON_SCENE, CENTER, NOWHERE, 180, 180),
    (REFERRAL, CENTER, NOWHERE, 180, 180),
    (VOLUNTARY, CENTER, CENTER, 213, 180),
    (VOLUNTARY, HOSPITAL, HOSPITAL, 280, 200),
    (HOLD, CENTER, HOSPITAL, 780, 700),
    (ARREST, CENTER, JAIL, 250, 180),
]
each_course = pytest.mark.parametrize(
    ("fate", "wanted", "taken_to", "in_turn_s", "parted_s"), COURSES
)


def by_fate(kind, *fates):
    """A flag a kind and fate, set for these fates of one kind."""
    flags = np.zeros((len(Kind), len(Fate)), np.int8)
    flags[kind, list(fates)] = 1
    return flags


def calls_of(fate, wanted, **more):
    return MARKS | {"fate_by_kind": fate, "wanted_destination": wanted} | more


# --- in turn, or parting -------------------------------------------------------------------------


@pytest.mark.parametrize("splits", [0, 1])
@each_course
def test_a_team_hands_over_and_writes_its_report_in_turn_or_at_once(
    engine, splits, fate, wanted, taken_to, in_turn_s, parted_s
):
    policy = {"splits": by_fate(CO_RESPONDER, *Fate) * splits}
    ledger = run_in(
        engine, 1, posts(1, HORIZON_S), HORIZON_S, policy=policy, **calls_of(fate, wanted)
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 100, parted_s if splits else in_turn_s)]
    assert ledger.calls.destination.tolist() == [taken_to]
    assert statuses(ledger) == [Status.SERVED]


def test_officer_and_clinician_part_only_after_the_fates_for_which_the_policy_says_so(engine):
    """They do after a hold: 700 and not 780."""
    ledger = run_in(
        engine,
        3,
        posts(3, HORIZON_S),
        HORIZON_S,
        policy={"splits": by_fate(CO_RESPONDER, HOLD)},
        **calls_of([ARREST, HOLD, VOLUNTARY], HOSPITAL),
    )
    assert [trip.end_at_s for trip in trips_of(ledger)] == [250, 700, 280]


@pytest.mark.parametrize(("report_for_s", "released_at_s"), [(599, 700), (600, 700), (601, 701)])
def test_who_part_are_released_when_the_later_of_the_two_is(engine, report_for_s, released_at_s):
    columns = calls_of(HOLD, CENTER, report_for_s=report_for_s)
    policy = {"splits": by_fate(CO_RESPONDER, HOLD)}
    ledger = run_in(engine, 1, posts(1, HORIZON_S), HORIZON_S, policy=policy, **columns)
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 100, released_at_s)]


@pytest.mark.parametrize("splits", [0, 1])
@each_course
def test_without_contact_nobody_is_taken_and_only_the_report_is_written(
    engine, splits, fate, wanted, taken_to, in_turn_s, parted_s
):
    policy = {"splits": by_fate(CO_RESPONDER, *Fate) * splits}
    columns = calls_of(fate, wanted, contact=0)
    ledger = run_in(engine, 1, posts(1, HORIZON_S), HORIZON_S, policy=policy, **columns)
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 100, 180)]
    assert ledger.calls.destination.tolist() == [NOWHERE]
    assert ledger.chairs.call.tolist() == []


# --- who goes along ------------------------------------------------------------------------------


@pytest.mark.parametrize("splits", [0, 1])
@each_course
def test_a_team_that_does_not_go_along_writes_its_report(
    engine, splits, fate, wanted, taken_to, in_turn_s, parted_s
):
    """The person is taken there all the same."""
    policy = {"goes_along": by_fate(CO_RESPONDER), "splits": by_fate(CO_RESPONDER, *Fate) * splits}
    ledger = run_in(
        engine, 1, posts(1, HORIZON_S), HORIZON_S, policy=policy, **calls_of(fate, wanted)
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 100, 180)]
    assert ledger.calls.destination.tolist() == [taken_to]


@pytest.mark.parametrize("kind", [CLINICIAN, REMOTE])
@each_course
def test_a_team_without_an_officer_never_goes_along(
    engine, kind, fate, wanted, taken_to, in_turn_s, parted_s
):
    ledger = run_in(
        engine, 1, posts(1, HORIZON_S, kind=int(kind)), HORIZON_S, **calls_of(fate, wanted)
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 100, 180)]
    assert ledger.calls.destination.tolist() == [taken_to]


# A hold in a mode that patrol does not attend; it takes 600 from 100 on.
#
# by                     team until              patrol spends  last unit clear
# team                   100 + 600 + 80 = 780    0              780
# patrol                 100 + 80 = 180          600            max(180, 700)
# patrol, team follows   780                     600            max(780, 700)
# ambulance              180                     0              180
@pytest.mark.parametrize(
    ("goes_along", "patrol_takes", "end_at_s", "patrol_for_s", "cleared_at_s"),
    [(1, 0, 780, 0, 780), (0, 1, 180, 600, 700), (1, 1, 780, 600, 780), (0, 0, 180, 0, 180)],
)
def test_custody_keeps_whoever_takes_the_person(
    engine, goes_along, patrol_takes, end_at_s, patrol_for_s, cleared_at_s
):
    held = by_fate(CO_RESPONDER, HOLD)
    ledger = run_in(
        engine,
        1,
        posts(1, HORIZON_S),
        HORIZON_S,
        policy={"goes_along": held * goes_along, "patrol_takes": held * patrol_takes},
        modes=[Mode.DIRECT],
        **calls_of(HOLD, CENTER),
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 100, end_at_s)]
    assert ledger.calls.patrol_for_s.tolist() == [patrol_for_s]
    assert ledger.calls.cleared_at_s.tolist() == [cleared_at_s]


def test_going_along_is_by_fate(engine):
    """The team goes along with holds only, and not with the others."""
    columns = calls_of([VOLUNTARY, HOLD, ARREST], HOSPITAL)
    policy = {"goes_along": by_fate(CO_RESPONDER, HOLD)}
    ledger = run_in(engine, 3, posts(3, HORIZON_S), HORIZON_S, policy=policy, **columns)
    assert [trip.end_at_s for trip in trips_of(ledger)] == [180, 780, 180]


# --- what hangs on it ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("custody_for_s", "splits", "free_at_s"),
    [(500, 0, 780), (500, 1, 700), (0, 0, 280), (0, 1, 200)],
)
def test_the_next_call_waits_until_a_bed_is_found(engine, custody_for_s, splits, free_at_s):
    ledger = run_in(
        engine,
        2,
        posts(1, HORIZON_S),
        HORIZON_S,
        policy={"splits": by_fate(CO_RESPONDER, HOLD) * splits},
        **calls_of([HOLD, ON_SCENE], CENTER, received_at_s=[0, 1], custody_for_s=custody_for_s),
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, 0, 100, free_at_s),
        Trip(1, 0, 0, free_at_s, free_at_s, free_at_s + 100, free_at_s + 180),
    ]


# Team 0 is on call 0; team 1 is on call 1 for 110 on scene and the report of 80: 190.
# Call 2 goes to who has worked least.
@pytest.mark.parametrize(
    ("fate", "wanted", "splits", "duty"),
    [
        (ON_SCENE, CENTER, 0, 0),  # 180
        (VOLUNTARY, CENTER, 0, 1),  # 213
        (VOLUNTARY, CENTER, 1, 0),  # 180
        (VOLUNTARY, HOSPITAL, 1, 1),  # 200
        (HOLD, CENTER, 1, 1),  # 700
    ],
)
def test_all_of_it_is_work(engine, fate, wanted, splits, duty):
    ledger = run_in(
        engine,
        3,
        posts(2, HORIZON_S),
        HORIZON_S,
        policy={
            "rule": int(Rule.LEAST_WORKED),
            "splits": by_fate(CO_RESPONDER, *Fate) * splits,
        },
        **calls_of(
            [fate, ON_SCENE, ON_SCENE],
            wanted,
            received_at_s=[0, 0, 1_000],
            on_scene_for_s_by_kind=[100, 110, 100],
        ),
    )
    assert [trip.duty for trip in trips_of(ledger)] == [0, 1, duty]


@pytest.mark.parametrize(
    ("fate", "wanted", "end_at_s"),
    [(VOLUNTARY, CENTER, 213), (VOLUNTARY, HOSPITAL, 280), (HOLD, CENTER, 780)],
)
@pytest.mark.parametrize("more_s", [0, 1])
def test_a_trip_that_ends_with_the_run_is_unfinished(engine, fate, wanted, end_at_s, more_s):
    horizon_s = end_at_s + more_s
    ledger = run_in(engine, 1, posts(1, horizon_s), horizon_s, **calls_of(fate, wanted))
    if more_s:
        assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 100, end_at_s)]
        assert statuses(ledger) == [Status.SERVED]
    else:
        assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 100, NONE, EndCause.UNFINISHED)]
        assert statuses(ledger) == [Status.UNFINISHED]
        assert ledger.calls.destination.tolist() == [NOWHERE]


@pytest.mark.parametrize(("fate", "end_at_s"), [(VOLUNTARY, 213), (HOLD, 780)])
def test_a_team_past_its_end_stays_with_the_person(engine, fate, end_at_s):
    """Its duty ends at 150, on the way."""
    ledger = run_in(engine, 1, posts(1, 150), HORIZON_S, **calls_of(fate, CENTER))
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 100, end_at_s)]
    assert ledger.duties.ended_at_s.tolist() == [end_at_s]
    assert ledger.duties.overtime_for_s.tolist() == [end_at_s - 150]
    assert ledger.duties.busy_for_s.tolist() == [end_at_s]
