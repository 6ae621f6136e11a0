"""What follows the scene is settled before the run."""

import numpy as np
import pytest

from sim.model.inputs.courses import COURSE, DESTINATION, courses
from sim.model.world import courses_of
from sim.schema import NONE, TEAM_KINDS, Calls, Destination, Fate, Kind
from tests.worlds import make_calls, make_visits, nasty_world

CENTER, HOSPITAL, JAIL = Destination.CENTER, Destination.HOSPITAL, Destination.JAIL
EVERY = np.array(list(Kind), np.int8)
ALL = np.ones((len(Kind), len(Fate)), np.int8)
PARTS = {
    "center_transport_for_s": 4,
    "center_handover_for_s": 7,
    "center_stay_for_s": 1_000,
    "hospital_transport_for_s": 10,
    "hospital_handover_for_s": 12,
    "custody_for_s": 400,
    "booking_for_s": 33,
}


def settled(calls, *, along=1, splits=0, kinds=EVERY, visit_after=ALL[0], visits=()):
    listed = make_visits(calls, list(visits))
    return courses(calls, listed, kinds, along * ALL, splits * ALL, visit_after)


def one_call(**given: object) -> Calls:
    return make_calls(1, **PARTS, **given)


@pytest.mark.parametrize("wanted", [CENTER, HOSPITAL])
def test_the_fate_says_where_the_person_is_taken(wanted):
    taken = [DESTINATION[fate, wanted] for fate in Fate]
    nowhere = Destination.NOWHERE
    assert taken == [nowhere, nowhere, wanted, HOSPITAL, JAIL]


@pytest.mark.parametrize("wanted", list(Destination))
@pytest.mark.parametrize("fate", list(Fate))
def test_a_chair_is_for_who_wants_to_go_to_the_center(fate, wanted):
    found = settled(one_call(fate_by_kind=fate, wanted_destination=wanted))
    assert found.asks_for_chair[0, 0] == ((fate, wanted) == (Fate.VOLUNTARY, CENTER))
    assert found.in_chair_for_s[0, 0] == 1_011


@pytest.mark.parametrize(
    ("fate", "wanted", "busy_for_s", "with_chair_for_s"),
    [
        # center 11, hospital 22, custody 400, booking 33
        (Fate.ON_SCENE, CENTER, 0, 0),
        (Fate.VOLUNTARY, CENTER, 22, 11),  # without a chair, to hospital
        (Fate.VOLUNTARY, HOSPITAL, 22, 22),  # of one's own will there is no custody
        (Fate.HOLD, CENTER, 422, 422),
        (Fate.ARREST, CENTER, 33, 33),
    ],
)
def test_going_along_takes_the_time_of_the_destination_and_for_a_hold_custody(
    fate, wanted, busy_for_s, with_chair_for_s
):
    calls = one_call(fate_by_kind=fate, wanted_destination=wanted)
    goes = settled(calls)
    assert (goes.busy_for_s[0, 0], goes.busy_with_chair_for_s[0, 0]) == (
        busy_for_s,
        with_chair_for_s,
    )
    stays = settled(calls, along=0)
    assert (stays.busy_for_s[0, 0], stays.busy_with_chair_for_s[0, 0]) == (0, 0)


@pytest.mark.parametrize(
    ("away_for_s", "report_for_s", "in_turn_s", "parted_s"),
    [(30, 20, 50, 30), (20, 30, 50, 30), (20, 20, 40, 20), (0, 20, 20, 20), (30, 0, 30, 30)],
)
def test_officer_and_clinician_who_part_are_free_when_both_are(
    away_for_s, report_for_s, in_turn_s, parted_s
):
    calls = make_calls(
        1, fate_by_kind=Fate.ARREST, booking_for_s=away_for_s, report_for_s=report_for_s
    )
    assert settled(calls).busy_for_s[0, 0] == in_turn_s
    assert settled(calls, splits=1).busy_for_s[0, 0] == parted_s


def test_a_visit_follows_the_fates_that_the_plan_names():
    fates = [[Fate.ON_SCENE], [Fate.REFERRAL], [Fate.HOLD]]
    calls = make_calls(1, fate_by_kind=fates)
    after_referral = (np.arange(len(Fate)) == Fate.REFERRAL).astype(np.int8)
    found = settled(calls, visit_after=after_referral, visits=[{"call": 0}])
    assert found.visit[:, 0].tolist() == [NONE, 0, NONE]
    assert settled(calls).visit.tolist() == [[NONE]] * 3  # none is wanted


def test_each_kind_of_team_has_the_course_of_its_own_fate():
    calls = make_calls(1, **PARTS, fate_by_kind=[[Fate.ARREST], [Fate.HOLD], [Fate.ON_SCENE]])
    assert settled(calls).busy_for_s[:, 0].tolist() == [33, 422, 0]


@pytest.mark.parametrize("seed", range(20))
def test_there_is_a_row_a_kind_of_team_and_call(seed):
    world = nasty_world(seed)
    found = courses_of(world)
    assert found.dtype == COURSE
    assert found.shape == (len(TEAM_KINDS), len(world.calls.zone))
    kinds = np.intersect1d(world.roster.kind, TEAM_KINDS)
    assert (found[kinds].busy_for_s >= 0).all()
    assert np.array_equal(found[kinds].on_scene_for_s, world.calls.on_scene_for_s_by_kind[kinds])


def test_kinds_that_take_no_calls_are_passed_over():
    calls = make_calls(1, **PARTS, fate_by_kind=Fate.HOLD)
    found = settled(calls, kinds=np.array([Kind.CLINICIAN_ONLY, Kind.FOLLOW_UP], np.int8))
    assert found.busy_for_s[Kind.CLINICIAN_ONLY].tolist() == [422]
