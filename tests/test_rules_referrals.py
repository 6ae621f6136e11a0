"""Visits after calls that no team reached: whether and when they are due, by hand, in both engines.

A worker makes them, a drive of 10 seconds away; each takes 60 and is due 100 after the call ended.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.simulation import simulate
from sim.schema import NONE, PPM, EndCause, Fate, Kind, Mode, Status, VisitStatus
from tests.rules import each_engine
from tests.worlds import (
    Trip,
    all_by,
    constant_travel,
    funnel,
    make_calls,
    make_policy,
    make_world,
    statuses,
    trips_of,
)

pytestmark = each_engine

HORIZON_S, LAG_S, DRIVE_S, LENGTH_S = 5_000, 100, 10, 60
MISSED = {"lag": LAG_S, "length": LENGTH_S, "if_engaged": 0, "if_missed": 1}
NEVER_DUE, DONE, EXPIRED, OPEN = VisitStatus
LATER = {"on": 3_000, "off": HORIZON_S, "post": 10}  # a team for which calls are held


def referred(engine, n=1, duties=(), policy=None, visit=MISSED, horizon_s=HORIZON_S, **given):
    """Ledger of n calls, each with a visit if missed, a worker, and the teams that are given."""
    worker = {"on": 0, "off": horizon_s, "post": 9, "kind": int(Kind.FOLLOW_UP)}
    world = make_world(
        make_calls(n, **given),
        [*duties, worker],
        horizon_s,
        travel=constant_travel(DRIVE_S),
        policy=make_policy(**(policy or {})),
        visits=[visit | {"call": call} for call in range(n)],
    )
    return simulate(world, engine)


def dues(ledger):
    return ledger.visits.due_at_s.tolist()


def team(**given):
    return {"on": 0, "off": HORIZON_S} | given


# --- the second at which a call ends without a team ----------------------------------------------


@pytest.mark.parametrize(
    ("policy", "given", "ended_at_s"),
    [
        ({}, {"withdrawn_for_s": 30}, 50),  # received at 0 and dispatchable at 20
        ({}, {"patrol_settles_for_s": 40}, 60),
        ({"mode_ppm": all_by(Mode.DIRECT), "queue_limit_s": 70}, {}, 90),
        ({"hold_for_s": 0}, {}, 20),  # nobody is on duty
        ({"mode_ppm": all_by(Mode.SELF_DISPATCH)}, {"withdrawn_for_s": 5}, 0),
    ],
)
def test_the_visit_is_due_its_lag_after_the_call_ended_without_a_team(
    engine, policy, given, ended_at_s
):
    ledger = referred(engine, duties=[LATER], policy=policy, triage_for_s=20, **given)
    due_at_s = ended_at_s + LAG_S
    done_at_s = due_at_s + DRIVE_S + LENGTH_S
    assert ledger.calls.ended_at_s.tolist() == [ended_at_s]
    seconds = (due_at_s, due_at_s + DRIVE_S, done_at_s, done_at_s)
    assert trips_of(ledger) == [Trip(NONE, 0, 0, *seconds, visit=0)]
    assert ledger.visits.status.tolist() == [DONE]
    assert dues(ledger) == [due_at_s]
    assert ledger.visits.done_at_s.tolist() == [done_at_s]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"withdrawn_for_s": 8}, Status.WITHDRAWN),
        ({"patrol_settles_for_s": 8}, Status.SETTLED_BY_PATROL),
    ],
)
def test_a_call_whose_team_is_recalled_is_followed_up_from_then(engine, given, status):
    ledger = referred(engine, duties=[team()], **given)
    assert statuses(ledger) == [status]
    assert ledger.trips.end_cause.tolist() == [EndCause.RECALLED, EndCause.CLEARED]
    assert dues(ledger) == [8 + LAG_S]


@pytest.mark.parametrize(("settles_s", "ended_at_s"), [(3, 4), (4, 4), (30, 30)])
def test_a_call_that_loses_its_team_is_followed_up_from_the_end_of_its_wait(
    engine, settles_s, ended_at_s
):
    """The more urgent call comes at 4 and takes the team, which patrol stays for."""
    ledger = referred(
        engine,
        n=2,
        duties=[team()],
        policy={"recalls": 1},
        received_at_s=[0, 4],
        priority=[2, 1],
        patrol_settles_for_s=[settles_s, 900],
        patrol_waits=1,
        on_scene_for_s_by_kind=300,
    )
    assert statuses(ledger) == [Status.MISSED_BUSY, Status.SERVED]
    assert dues(ledger) == [ended_at_s + LAG_S, NONE]


# --- whether it is due ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "given"),
    [
        ({}, {}),  # reached, and engaged
        ({}, {"contact": 0}),  # reached, and nobody found
        ({"funnel_ppm": funnel(requested=0)}, {}),  # not requested
        ({}, {"fate_patrol": Fate.ARREST, "withdrawn_for_s": 5, "triage_for_s": 5_000}),
        ({}, {"triage_for_s": HORIZON_S}),  # unfinished
    ],
)
def test_a_call_that_is_reached_or_asks_for_nobody_leads_to_none(engine, policy, given):
    ledger = referred(engine, duties=[team()], policy=policy, **given)
    assert ledger.visits.status.tolist() == [NEVER_DUE]


@pytest.mark.parametrize("fate", Fate)
def test_the_fate_with_patrol_alone_decides_whether_it_is_followed_up(engine, fate):
    policy = {"visit_after": np.array([1, 1, 0, 1, 0], np.int8)}
    ledger = referred(
        engine, policy=policy, fate_patrol=fate, patrol_settles_for_s=5, fate_by_kind=Fate.ARREST
    )
    assert ledger.visits.status.tolist() == [DONE if policy["visit_after"][fate] else NEVER_DUE]


def test_a_visit_after_a_contact_does_not_follow_a_missed_call(engine):
    ledger = referred(engine, visit=MISSED | {"if_engaged": 1, "if_missed": 0}, withdrawn_for_s=5)
    assert ledger.visits.status.tolist() == [NEVER_DUE]


def test_it_averts_later_calls_of_the_person_like_any_first_visit(engine):
    """Call 0 ends at 5 and its visit at 175; call 1 comes in the second before, call 2 in that."""
    ledger = referred(
        engine,
        n=3,
        duties=[LATER],
        policy={"repeat_ppm": 0},
        person=0,
        repeat_u=PPM - 1,
        received_at_s=[0, 174, 175],
        withdrawn_for_s=5,
    )
    assert ledger.visits.done_at_s[0] == 5 + LAG_S + DRIVE_S + LENGTH_S == 175
    assert [Status(each) == Status.AVERTED for each in ledger.calls.status] == [False, False, True]
    assert dues(ledger) == [105, 279, NONE]


def test_without_a_lag_it_begins_in_the_second_in_which_the_call_ends(engine):
    visit = MISSED | {"lag": 0}
    ledger = referred(engine, duties=[LATER], visit=visit, patrol_settles_for_s=7)
    assert trips_of(ledger) == [Trip(NONE, 0, 0, 7, 7 + DRIVE_S, 77, 77, visit=0)]
