"""What a call costs patrol and when its last unit is clear, case by case, worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from sim.clock import HOUR_S
from sim.model.ledger.record import complete
from sim.model.measures.measure import Settings, measure
from sim.model.measures.sworn import sworn_hours
from sim.model.simulation import simulate
from sim.model.world import World
from sim.schema import NONE, Destination, EndCause, Fate, Kind, Mode, Role, Status
from tests import naive
from tests.test_ledger import record
from tests.worlds import (
    RECALLED,
    UNFINISHED,
    Trip,
    all_by,
    funnel,
    make_calls,
    make_policy,
    make_visits,
    make_world,
    nasty_worlds,
    posts,
)

HORIZON_S = 100_000
RECEIVED_S, PATROL_S = 1_000, 1_300  # patrol is there after 300 s, the team arrives at 1,500
ALONE_S, HANDOVER_S = 3_600, 600
LEFT_S, TRANSPORT_S, REPORT_S = 4_500, 900, 400
MARKS: dict[str, Any] = {
    "received_at_s": RECEIVED_S,
    "patrol_arrives_for_s": 300,
    "patrol_alone_for_s": ALONE_S,
    "patrol_handover_for_s": HANDOVER_S,
    "withdrawn_for_s": 5_000,
    "hospital_transport_for_s": 650,
    "hospital_handover_for_s": 200,
    "custody_for_s": 50,
    "center_transport_for_s": 40,
    "center_handover_for_s": 10,
    "booking_for_s": 1_200,
    "contact": 1,
}
NOBODY_TO_WAIT_FOR = [Status.MISSED_OFF_DUTY, Status.MISSED_OUT_OF_RANGE]
ATTENDED = [Mode.CO_DISPATCH, Mode.OFFICER_REQUEST]
UNATTENDED = [Mode.DIRECT, Mode.SELF_DISPATCH]


def one_call(*, mode: Mode, kind: Kind = Kind.CO_RESPONDER, takes: int = 0, **given: Any) -> World:
    """World of one call and one post of a kind, whose people patrol takes or not."""
    patrol_takes = np.zeros((len(Kind), len(Fate)), np.int8)
    patrol_takes[kind] = takes
    policy = make_policy(mode_ppm=all_by(mode), patrol_takes=patrol_takes)
    policy = policy._replace(funnel_ppm=given.pop("funnel_ppm", policy.funnel_ppm))
    calls = make_calls(1, **(MARKS | {"fate_by_kind": Fate.HOLD} | given))
    return make_world(calls, posts(1, HORIZON_S, kind=kind), HORIZON_S, policy=policy)


def spent(world: World, *trips: Trip, has_chair: bool = False) -> tuple[int, int]:
    """Seconds of patrol, and when the last unit was clear."""
    chairs = [(0, LEFT_S, NONE)] if has_chair else []
    calls = complete(world, record(list(trips), [(0, NONE)], chairs=chairs)).calls
    return int(calls.patrol_for_s[0]), int(calls.cleared_at_s[0])


def served(end_at_s: int, *, arrived_at_s: int = 1_500, left_at_s: int = LEFT_S) -> Trip:
    return Trip(0, 0, 0, 1_200, arrived_at_s, left_at_s, end_at_s)


# --- served, by a team with an officer -----------------------------------------------------------


@pytest.mark.parametrize("mode", ATTENDED)
def test_patrol_hands_over_and_goes(mode):
    trip = served(LEFT_S + REPORT_S)
    assert spent(one_call(mode=mode), trip) == (200 + HANDOVER_S, LEFT_S + REPORT_S)


def test_patrol_that_comes_after_the_team_hands_over_from_its_own_arrival():
    trip = served(LEFT_S, arrived_at_s=1_250)
    assert spent(one_call(mode=Mode.CO_DISPATCH), trip) == (HANDOVER_S, LEFT_S)


def test_patrol_goes_with_the_team_at_the_latest():
    trip = served(1_700, left_at_s=1_600)
    assert spent(one_call(mode=Mode.CO_DISPATCH), trip) == (300, 1_700)


def test_patrol_that_comes_when_the_team_has_left_finds_nobody():
    trip = served(1_280, arrived_at_s=1_220, left_at_s=1_260)
    assert spent(one_call(mode=Mode.CO_DISPATCH), trip) == (0, PATROL_S)


@pytest.mark.parametrize("mode", UNATTENDED)
def test_a_team_with_an_officer_needs_no_patrol(mode):
    assert spent(one_call(mode=mode), served(LEFT_S + REPORT_S)) == (0, LEFT_S + REPORT_S)


# --- served, and patrol takes the person ---------------------------------------------------------


@pytest.mark.parametrize("mode", ATTENDED)
def test_patrol_that_takes_the_person_stays_until_the_team_leaves(mode):
    world = one_call(mode=mode, takes=1)
    assert spent(world, served(LEFT_S + REPORT_S)) == (3_200 + 900, LEFT_S + TRANSPORT_S)
    later = LEFT_S + TRANSPORT_S + 1
    assert spent(world, served(later)) == (3_200 + 900, later)


@pytest.mark.parametrize("mode", UNATTENDED)
def test_patrol_that_was_not_there_is_called_for_the_transport_alone(mode):
    world = one_call(mode=mode, takes=1)
    assert spent(world, served(LEFT_S + REPORT_S)) == (TRANSPORT_S, LEFT_S + TRANSPORT_S)


def test_patrol_that_comes_when_the_team_has_left_transports_from_then_on():
    trip = served(1_280, arrived_at_s=1_220, left_at_s=1_260)
    found = spent(one_call(mode=Mode.CO_DISPATCH, takes=1), trip)
    assert found == (TRANSPORT_S, PATROL_S + TRANSPORT_S)


VOLUNTARY_TO_CENTER = {
    "fate_by_kind": Fate.VOLUNTARY,
    "wanted_destination": Destination.CENTER,
}


@pytest.mark.parametrize(
    ("marks", "away_s"),
    [
        ({"fate_by_kind": Fate.HOLD}, 900),  # custody included
        ({"fate_by_kind": Fate.ARREST}, 1_200),
        ({"fate_by_kind": Fate.VOLUNTARY, "wanted_destination": Destination.HOSPITAL}, 850),
        (VOLUNTARY_TO_CENTER, 850),  # turned away
        ({"fate_by_kind": Fate.REFERRAL}, 0),
        ({"fate_by_kind": Fate.ON_SCENE}, 0),
        ({"fate_by_kind": Fate.HOLD, "contact": 0}, 0),
    ],
)
def test_transport_is_as_long_as_the_way_the_person_goes(marks, away_s):
    world = one_call(mode=Mode.DIRECT, takes=1, **marks)
    assert spent(world, served(LEFT_S)) == (away_s, LEFT_S + away_s)


def test_patrol_takes_a_person_who_has_a_chair_to_the_crisis_center():
    world = one_call(mode=Mode.DIRECT, takes=1, **VOLUNTARY_TO_CENTER)
    assert spent(world, served(LEFT_S), has_chair=True) == (50, LEFT_S + 50)


@pytest.mark.parametrize("kind", [Kind.CO_RESPONDER, Kind.CLINICIAN_ONLY])
def test_patrol_stays_in_custody_with_a_person_it_takes(kind):
    world = one_call(mode=Mode.CO_DISPATCH, kind=kind, takes=1, custody_for_s=7_000)
    assert spent(world, served(LEFT_S)) == (3_200 + 850 + 7_000, LEFT_S + 850 + 7_000)


def test_custody_is_nothing_to_patrol_if_the_team_takes_the_person():
    world = one_call(mode=Mode.CO_DISPATCH, custody_for_s=7_000)
    released_s = LEFT_S + 850 + 7_000 + REPORT_S
    assert spent(world, served(released_s)) == (200 + HANDOVER_S, released_s)


@pytest.mark.parametrize("marks", [{"fate_by_kind": Fate.REFERRAL}, {"contact": 0}])
def test_patrol_does_not_stay_for_a_person_who_goes_nowhere(marks):
    world = one_call(mode=Mode.CO_DISPATCH, takes=1, **marks)
    assert spent(world, served(LEFT_S)) == (200 + HANDOVER_S, LEFT_S)


# --- served, by a team without an officer --------------------------------------------------------

NO_OFFICER = [Kind.CLINICIAN_ONLY, Kind.REMOTE_CLINICIAN]


@pytest.mark.parametrize("kind", NO_OFFICER)
def test_patrol_stays_with_a_team_without_an_officer(kind):
    world = one_call(mode=Mode.OFFICER_REQUEST, kind=kind)
    assert spent(world, served(LEFT_S + REPORT_S)) == (3_200, LEFT_S + REPORT_S)


@pytest.mark.parametrize("kind", NO_OFFICER)
def test_patrol_stays_with_a_team_without_an_officer_and_takes_the_person(kind):
    world = one_call(mode=Mode.OFFICER_REQUEST, kind=kind, takes=1)
    assert spent(world, served(LEFT_S)) == (3_200 + TRANSPORT_S, LEFT_S + TRANSPORT_S)


def test_fate_and_transport_are_of_the_kind_that_came():
    fates = np.array([[Fate.ON_SCENE], [Fate.ARREST], [Fate.ON_SCENE]], np.int8)
    world = one_call(mode=Mode.CO_DISPATCH, kind=Kind.CLINICIAN_ONLY, takes=1, fate_by_kind=fates)
    assert spent(world, served(LEFT_S)) == (3_200 + 1_200, LEFT_S + 1_200)


# --- not reached ---------------------------------------------------------------------------------


@pytest.mark.parametrize("patience", [0, 3_600, 5_000])
def test_patrol_that_attends_a_missed_call_is_alone_with_it_until_the_wait_ends(patience):
    world = one_call(mode=Mode.CO_DISPATCH, withdrawn_for_s=patience)
    over_s = RECEIVED_S + patience
    stays_s = max(ALONE_S, over_s - PATROL_S)
    assert spent(world) == (stays_s, PATROL_S + stays_s)


def test_patrol_does_not_wait_where_nobody_is_on_duty():
    world = make_world(make_calls(1, **(MARKS | {"withdrawn_for_s": 20_000})), [], HORIZON_S)
    calls = complete(world, record([], [])).calls
    assert calls.status.tolist() == [Status.MISSED_OFF_DUTY]
    assert calls.patrol_for_s.tolist() == [ALONE_S]
    assert calls.cleared_at_s.tolist() == [PATROL_S + ALONE_S]


def test_patrol_is_sent_to_a_missed_call_when_its_wait_has_ended():
    found = spent(one_call(mode=Mode.DIRECT))
    assert found == (ALONE_S, RECEIVED_S + 5_000 + 300 + ALONE_S)


def test_patrol_is_sent_at_once_to_a_call_that_nobody_took():
    world = one_call(mode=Mode.SELF_DISPATCH)
    assert spent(world) == (ALONE_S, RECEIVED_S + 300 + ALONE_S)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Mode.CO_DISPATCH, (4_700, PATROL_S + 4_700)),
        (Mode.DIRECT, (ALONE_S, 6_000 + 300 + ALONE_S)),
        (Mode.SELF_DISPATCH, (ALONE_S, 6_000 + 300 + ALONE_S)),
    ],
)
def test_a_team_called_off_is_as_none(mode, expected):
    trip = Trip(0, 0, 0, 1_200, NONE, NONE, 6_000, RECALLED)
    assert spent(one_call(mode=mode), trip) == expected


def test_self_dispatch_that_loses_its_team_has_patrol_sent_then():
    trip = Trip(0, 0, 0, 1_000, NONE, NONE, 1_700, EndCause.REASSIGNED)
    found = spent(one_call(mode=Mode.SELF_DISPATCH), trip)
    assert found == (ALONE_S, 1_700 + 300 + ALONE_S)


# --- not requested, and not over -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("thresholds", "status", "expected"),
    [
        (funnel(0), Status.NOT_RECOGNIZED, (ALONE_S, PATROL_S + ALONE_S)),
        (funnel(eligible=0), Status.NOT_ELIGIBLE, (ALONE_S, PATROL_S + ALONE_S)),
        (funnel(phoned=0), Status.PHONE_RESOLVED, (0, NONE)),
        (funnel(handed=0), Status.OTHER_RESPONDER, (0, NONE)),
        (funnel(requested=0), Status.NOT_REQUESTED, (ALONE_S, PATROL_S + ALONE_S)),
    ],
)
@pytest.mark.parametrize("mode", Mode)
def test_calls_that_ask_for_no_team(mode, thresholds, status, expected):
    world = one_call(mode=mode, funnel_ppm=thresholds)
    assert complete(world, record([], [(0, NONE)])).calls.status.tolist() == [status]
    assert spent(world) == expected


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("thresholds", [funnel(0), funnel(phoned=0), funnel()])
def test_a_call_that_was_averted_costs_nothing(mode, thresholds):
    """By a visit of a list to its person, at second 900."""
    world = one_call(mode=mode, funnel_ppm=thresholds)
    visits = make_visits(world.calls, [{"due": 500, "person": 0}])
    world = world._replace(visits=visits, policy=world.policy._replace(repeat_ppm=0))
    visit = Trip(NONE, 0, 0, 500, 700, 900, 900, visit=0)
    assert complete(world, record([visit], [(0, NONE)])).calls.status.tolist() == [Status.AVERTED]
    assert spent(world, visit) == (0, NONE)


@pytest.mark.parametrize("mode", Mode)
def test_an_unfinished_call_has_no_figure(mode):
    trip = Trip(0, 0, 0, 1_000, 2_000, NONE, NONE, UNFINISHED)
    assert spent(one_call(mode=mode), trip) == (NONE, NONE)


# --- sworn hours ---------------------------------------------------------------------------------

PLAIN = Settings(
    standard_s=600,
    standard_clock_received=False,
    booked_given_arrest=1.0,
    exposure_years=0.5,
    teams_funded=4,
    restricted_limit_s=1_200,
    patrol_officers=1.5,
    officer_alone_as_patrol=False,
    visit_late_s=600,
)
SWORN = [
    "sworn_hours_assigned_per_year",
    "patrol_hours_released_per_year",
    "sworn_hours_net_per_year",
]


def sworn_of(world: World, **changed: Any) -> list[float]:
    found = measure(world, simulate(world), PLAIN._replace(**changed))
    return [found[name] for name in SWORN]


def duty(on_h: int, off_h: int, post: int, **given: Any) -> dict[str, int]:
    return {"on": on_h * HOUR_S, "off": off_h * HOUR_S, "post": post} | given


def absent(role: Role) -> dict[str, int]:
    return {f"{role.name.lower()}_present": 0}


def test_sworn_hours_of_every_sort_of_duty():
    duties = [
        duty(0, 8, 0),
        duty(0, 4, 1, **absent(Role.CLINICIAN)),  # a half team
        duty(0, 5, 2, **absent(Role.OFFICER)),
        duty(0, 6, 3, kind=Kind.CLINICIAN_ONLY, **absent(Role.OFFICER)),
        duty(22, 30, 4),  # two hours in the window
        duty(20, 24, 5, **absent(Role.CLINICIAN)),
    ]
    calls = make_calls(
        1, received_at_s=7 * HOUR_S, on_scene_for_s_by_kind=3 * HOUR_S, patrol_alone_for_s=HOUR_S
    )
    world = make_world(calls, duties, 30 * HOUR_S, window=(2 * HOUR_S, 24 * HOUR_S))
    assigned = 6 + 2 + 2 + 4 + 2  # the last is overtime
    assert sworn_of(world) == [2 * assigned, 2 * 1.5, 3 - 2 * assigned]
    half = 2 + 4
    alone = sworn_of(world, officer_alone_as_patrol=True)
    assert alone == [2 * assigned, 3 + 2 * half, 3 + 2 * half - 2 * assigned]
    hours = sworn_hours(world, simulate(world), 1.5, alone_as_patrol=True)
    assert (hours.assigned, hours.released) == (assigned, 1.5 + half)


def test_hours_released_are_of_the_finished_calls_of_the_window():
    calls = make_calls(
        4,
        received_at_s=[0, 1_000, 2_000, 9_000],
        patrol_alone_for_s=HOUR_S,
        withdrawn_for_s=[0, 0, HORIZON_S, 0],  # the third waits on
        funnel_u=[0, 500_000, 0, 0],
    )
    policy = make_policy(funnel_ppm=funnel(phoned=400_000))
    world = make_world(calls, [], HORIZON_S, policy=policy, window=(1_000, 9_000))
    assert sworn_of(world) == [0, 2 * 1.5, 3]
    found = measure(world, simulate(world), PLAIN)
    assert found["phone_resolved_per_year"] == 2
    assert found["other_responder_per_year"] == 0


def test_a_call_that_was_averted_releases_all_that_patrol_would_have_spent():
    calls = make_calls(2, received_at_s=[0, 1_000], person=0, patrol_alone_for_s=HOUR_S)
    calls = calls._replace(repeat_u=np.array([0, 500_000], np.int32))
    policy = make_policy(repeat_ppm=500_000)
    world = make_world(calls, posts(1, HORIZON_S, kind=Kind.FOLLOW_UP), HORIZON_S, policy=policy)
    world = world._replace(visits=make_visits(calls, [{"due": 10}]))
    statuses = simulate(world).calls.status.tolist()
    assert statuses == [Status.MISSED_OFF_DUTY, Status.AVERTED]
    assert sworn_of(world) == [0, 2 * 1.5, 3]


def test_calls_that_patrol_stays_longer_with_for_want_of_a_team_release_less_than_nothing():
    calls = make_calls(
        2,
        received_at_s=[0, 1],
        withdrawn_for_s=[HORIZON_S, 3 * HOUR_S],
        on_scene_for_s_by_kind=4 * HOUR_S,  # the one team is with the first
        patrol_alone_for_s=HOUR_S,
    )
    world = make_world(calls, posts(1, HORIZON_S), HORIZON_S)
    for_first, for_second = HOUR_S, -2 * HOUR_S
    released = 2 * 1.5 * (for_first + for_second) / HOUR_S
    assert sworn_of(world)[1] == released


def test_patrol_alone_releases_nothing_and_costs_nothing():
    calls = make_calls(1, withdrawn_for_s=3 * HOUR_S, patrol_alone_for_s=HOUR_S)
    assert sworn_of(make_world(calls, [], HORIZON_S)) == [0, 0, 0]


# --- any world -----------------------------------------------------------------------------------


@given(nasty_worlds())
@settings(max_examples=200, deadline=None)
def test_the_last_unit_is_clear_when_team_and_patrol_are(world):
    ledger = complete(world, naive.simulate(world))
    calls, status = ledger.calls, ledger.calls.status
    is_open = status == Status.UNFINISHED
    no_car = np.isin(status, [Status.PHONE_RESOLVED, Status.OTHER_RESPONDER, Status.AVERTED])
    assert ((calls.patrol_for_s == NONE) == is_open).all()
    assert (calls.patrol_for_s[no_car] == 0).all()
    assert ((calls.cleared_at_s == NONE) == (is_open | no_car)).all()
    assert (calls.patrol_for_s[~is_open] >= 0).all()
    over = (calls.ended_at_s != NONE) & ~np.isin(status, NOBODY_TO_WAIT_FOR)
    assert (calls.cleared_at_s[over] >= calls.ended_at_s[over]).all()
    alone = status == Status.NOT_REQUESTED
    assert (calls.patrol_for_s[alone] == world.calls.patrol_alone_for_s[alone]).all()
