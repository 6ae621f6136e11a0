"""Calls that a completed visit to their person averts, by hand, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from sim.schema import (
    NONE,
    PPM,
    Destination,
    EndCause,
    EndedBy,
    Fate,
    Kind,
    Mode,
    Status,
    VisitStatus,
)
from tests.rules import QUARTERS, each_engine
from tests.test_rules_visits import came_of, staff, visit, visiting
from tests.worlds import Trip, constant_travel, funnel, statuses, trips_of

pytestmark = each_engine

CO_RESPONDER, CLINICIAN, REMOTE, WORKER = Kind
SERVED, AVERTED = Status.SERVED, Status.AVERTED

# All are 10 away from all. The worker, duty 1, sets out at 0 to visit person 0, is there at 10 and
# stays 90: done at 100. For 1,000 from then on, of 1,000,000 calls of this person 300,000 come.
VISITS = [{"due": 0, "person": 0, "length": 90}]
EFFECT = {"repeat_ppm": 300_000, "effect_s": 1_000}
MADE = visit(0, 1, 0, 10, 100)


def repeated(engine, n=1, *, duties=None, visits=VISITS, policy=None, **given):
    """Run with n calls, of person 0 and not among those that come, unless said otherwise."""
    call = {"person": 0, "repeat_u": PPM - 1, "on_scene_for_s_by_kind": 30}
    duties = staff(CO_RESPONDER, WORKER) if duties is None else duties
    parts = {"travel": constant_travel(10), "policy": EFFECT | (policy or {})}
    return visiting(engine, duties, visits, n, **(parts | call | given))


def served(call, at_s, duty=0):
    """Trip of a call: 10 on the way, and 30 on scene."""
    return Trip(call, duty, 0, at_s, at_s + 10, at_s + 40, at_s + 40)


def comes(ledger, call=0):
    """Whether a team went to a call, which else was averted."""
    went = call in ledger.trips.call.tolist()
    assert statuses(ledger)[call] == (SERVED if went else AVERTED)
    return went


# --- when, whose, and by what chance -------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_at_s", "expected"), [(0, True), (99, True), (100, False), (1_100, False)]
)
def test_a_visit_averts_calls_from_when_it_is_done_until_its_effect_is_over(
    engine, received_at_s, expected
):
    ledger = repeated(engine, received_at_s=received_at_s)
    assert comes(ledger) == expected
    assert comes(repeated(engine, received_at_s=1_101))


@pytest.mark.parametrize(
    ("triage_for_s", "received_at_s", "expected"),
    [(50, 99, True), (0, 100, False), (50, 100, False), (500, 1_100, False), (500, 1_101, True)],
)
def test_it_is_the_second_in_which_the_call_is_received_that_counts(
    engine, triage_for_s, received_at_s, expected
):
    ledger = repeated(engine, received_at_s=received_at_s, triage_for_s=triage_for_s)
    assert comes(ledger) == expected


@pytest.mark.parametrize(
    ("repeat_ppm", "u", "expected"),
    [
        (300_000, 299_999, True),
        (300_000, 300_000, False),
        # nothing is averted, or everything
        (PPM, PPM - 1, True),
        (0, 0, False),
    ],
)
def test_the_calls_own_chance_says_whether_it_comes(engine, repeat_ppm, u, expected):
    policy = {"repeat_ppm": repeat_ppm}
    ledger = repeated(engine, policy=policy, received_at_s=500, repeat_u=u)
    assert comes(ledger) == expected


def test_only_calls_of_the_person_visited_are_averted(engine):
    ledger = repeated(engine, 3, received_at_s=[200, 300, 400], person=[1, 0, 2])
    assert trips_of(ledger) == [MADE, served(0, 200), served(2, 400)]
    assert statuses(ledger) == [SERVED, AVERTED, SERVED]


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("person", [0, 1])
def test_calls_of_every_mode_are_averted(engine, mode, person):
    """By request the call asks for a team at 500 + 20 + 5, else at 500."""
    ledger = repeated(
        engine,
        policy={"mode_ppm": QUARTERS},
        mode_u=250_000 * mode,
        person=person,
        received_at_s=500,
        patrol_arrives_for_s=20,
        request_for_s=5,
    )
    at_s = 525 if mode == Mode.OFFICER_REQUEST else 500
    assert trips_of(ledger) == [MADE, served(0, at_s)][: 1 + person]
    assert comes(ledger) == bool(person)


# --- which visit ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_at_s", "expected"), [(300, False), (301, True), (600, True), (800, True)]
)
def test_the_first_completed_visit_counts_and_no_later_one(engine, received_at_s, expected):
    """The second is done at 500 + 10 + 90 = 600; the effect lasts 200."""
    visits = [*VISITS, VISITS[0] | {"due": 500}]
    ledger = repeated(engine, visits=visits, policy={"effect_s": 200}, received_at_s=received_at_s)
    assert [done_at_s for _, _, done_at_s in came_of(ledger)] == [100, 600]
    assert comes(ledger) == expected


@pytest.mark.parametrize(
    ("received_at_s", "expected"),
    [(59, True), (60, False), (160, False), (161, True), (510, True)],
)
def test_the_first_is_the_one_first_done_and_not_the_one_first_due(engine, received_at_s, expected):
    """Visit 0 is from 10 to 510, visit 1 from 11 to 60; the effect lasts 100."""
    visits = [{"due": 0, "length": 500}, {"due": 1, "length": 49}]
    ledger = repeated(
        engine,
        duties=staff(CO_RESPONDER, WORKER, WORKER),
        visits=visits,
        policy={"effect_s": 100},
        received_at_s=received_at_s,
    )
    assert [done_at_s for _, _, done_at_s in came_of(ledger)] == [510, 60]
    assert comes(ledger) == expected


# There is one team, which visits. It is taken at 50 for call 0, of person 1: there at 60, left at
# 90. From 90 it makes the visit again: there at 100, done at 190. Call 1 is of person 0.
@pytest.mark.parametrize(
    ("received_at_s", "expected"), [(100, True), (189, True), (190, False), (1_190, False)]
)
def test_a_visit_broken_off_averts_nothing_until_it_is_made_again(engine, received_at_s, expected):
    ledger = repeated(
        engine,
        2,
        duties=staff(CO_RESPONDER),
        policy={"teams_visit": 1, "visits_interruptible": 1},
        received_at_s=[50, received_at_s],
        person=[1, 0],
    )
    broken_off = Trip(NONE, 0, 0, 0, 10, NONE, 50, EndCause.INTERRUPTED, visit=0)
    assert trips_of(ledger)[:2] == [broken_off, served(0, 50)]
    assert comes(ledger, 1) == expected
    if not expected:
        assert trips_of(ledger)[2:] == [visit(0, 0, 90, 100, 190)]


@pytest.mark.parametrize(
    ("duties", "policy", "status"),
    [
        (staff(CO_RESPONDER), {}, VisitStatus.OPEN),  # nobody makes visits
        (staff(CO_RESPONDER), {"visit_expires_s": 100}, VisitStatus.EXPIRED),
        (staff(CO_RESPONDER, WORKER), {"visit_hours": np.zeros(168, np.int8)}, VisitStatus.OPEN),
    ],
)
def test_a_visit_that_is_not_made_averts_nothing(engine, duties, policy, status):
    ledger = repeated(engine, duties=duties, policy=policy, received_at_s=500)
    assert came_of(ledger) == [(status, 0, NONE)]
    assert trips_of(ledger) == [served(0, 500)]


# Call 0, of second 0, is over at 40; its visit is due 60 later, begun at 110 and done at 200.
@pytest.mark.parametrize(("received_at_s", "expected"), [(199, True), (200, False)])
def test_the_visit_after_a_call_averts_the_next_one_and_the_visit_after_that(
    engine, received_at_s, expected
):
    visits = [{"call": call, "lag": 60, "length": 90} for call in (0, 1)]
    ledger = repeated(engine, 2, visits=visits, received_at_s=[0, received_at_s])
    first, second = visit(0, 1, 100, 110, 200), visit(1, 1, 299, 309, 399)
    assert comes(ledger, 1) == expected
    if expected:  # it is over at 239, and its own visit due at 299
        assert trips_of(ledger) == [served(0, 0), first, served(1, 199), second]
        assert came_of(ledger) == [(VisitStatus.DONE, 100, 200), (VisitStatus.DONE, 299, 399)]
    else:
        assert trips_of(ledger) == [served(0, 0), first]
        assert came_of(ledger) == [
            (VisitStatus.DONE, 100, 200),
            (VisitStatus.NEVER_DUE, NONE, NONE),
        ]


# --- what did not happen -------------------------------------------------------------------------


def test_an_averted_call_takes_no_team_no_chair_and_no_patrol(engine):
    """Call 0 would have been first in line for the one team, which goes to call 1 at once."""
    ledger = repeated(
        engine,
        2,
        received_at_s=200,
        person=[0, 1],
        fate_by_kind=Fate.VOLUNTARY,
        center_stay_for_s=60,
        patrol_alone_for_s=70,
        report_for_s=5,
    )
    assert trips_of(ledger) == [MADE, served(1, 200)._replace(end_at_s=245)]
    assert ledger.chairs.call.tolist() == [1]
    calls = {name: column[0] for name, column in ledger.calls._asdict().items()}
    assert calls == {
        "status": AVERTED,
        "mode": Mode.CO_DISPATCH,
        "ended_by": EndedBy.NOTHING,
        "contact": NONE,
        "trip": NONE,
        "dispatchable_at_s": NONE,
        "ended_at_s": NONE,
        "destination": Destination.NOWHERE,
        "patrol_for_s": 0,
        "cleared_at_s": NONE,
    }


@pytest.mark.parametrize(
    ("stages", "status"),
    [
        ({"recognized": 0}, Status.NOT_RECOGNIZED),
        ({"eligible": 0}, Status.NOT_ELIGIBLE),
        ({"phoned": 0}, Status.PHONE_RESOLVED),
        ({"handed": 0}, Status.OTHER_RESPONDER),
        ({"requested": 0}, Status.NOT_REQUESTED),
    ],
)
def test_a_call_that_would_have_asked_for_no_team_is_averted_alike(engine, stages, status):
    """The call of 500 is among those that come."""
    ledger = repeated(
        engine,
        5,
        policy={"funnel_ppm": funnel(**stages)},
        received_at_s=[99, 100, 500, 1_100, 1_101],
        repeat_u=[PPM - 1, PPM - 1, 299_999, PPM - 1, PPM - 1],
    )
    assert trips_of(ledger) == [MADE]
    assert statuses(ledger) == [status, AVERTED, status, AVERTED, status]
