"""Calls that a completed visit averted: in the ledger, and in no measure of calls."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from sim.clock import HOUR_S
from sim.model import dispatch
from sim.model.ledger.record import complete
from sim.model.ledger.visits import averted
from sim.model.measures.measure import MEASURED, measure
from sim.model.world import World
from sim.schema import (
    NONE,
    Destination,
    EndCause,
    EndedBy,
    Fate,
    Kind,
    Ledger,
    Mode,
    Status,
    VisitStatus,
    check_table,
)
from tests import naive
from tests.test_ledger import ALL_RUN, HORIZON_S, only, record, world_of
from tests.test_measures_follow_up import HALF_A_YEAR, WINDOW, found, visit_trip
from tests.test_visit_ledger import to_visit
from tests.worlds import (
    UNFINISHED,
    Trip,
    funnel,
    make_calls,
    make_policy,
    make_world,
    nasty_worlds,
    posts,
)

DONE, INTERRUPTED = VisitStatus.DONE, EndCause.INTERRUPTED


# --- calls that a visit averted ------------------------------------------------------------------

RR_PPM, EFFECT_S, DONE_S = 300_000, 400, 260


def repeat_call(received_at_s: int, u: int = 999_999, **given: Any) -> World:
    """One call of person 0, to whom a visit may be made before."""
    policy = make_policy(repeat_ppm=RR_PPM, effect_s=EFFECT_S)
    columns = {"received_at_s": received_at_s, "repeat_u": u, "policy": policy} | given
    return world_of(1, visits=[{"due": 200, "person": 0}, {"due": 201, "person": 1}], **columns)


def status_after(world: World, *trips: Trip) -> Status:
    return only(world, record(list(trips), ALL_RUN))[0]


@pytest.mark.parametrize(
    ("received", "is_averted"),
    [
        (DONE_S - 1, False),
        (DONE_S, True),
        (DONE_S + EFFECT_S, True),
        (DONE_S + EFFECT_S + 1, False),
    ],
)
def test_a_call_is_averted_from_the_end_of_the_visit_for_as_long_as_it_acts(received, is_averted):
    found = status_after(repeat_call(received), to_visit(200, DONE_S))
    assert (found == Status.AVERTED) == is_averted


@pytest.mark.parametrize(("u", "is_averted"), [(RR_PPM - 1, False), (RR_PPM, True), (0, False)])
def test_a_call_is_averted_by_its_own_uniform(u, is_averted):
    found = status_after(repeat_call(300, u), to_visit(200, DONE_S))
    assert (found == Status.AVERTED) == is_averted


def test_only_a_completed_visit_to_the_same_person_averts():
    world = repeat_call(300)
    assert status_after(world) == Status.MISSED_BUSY
    assert status_after(world, to_visit(200, DONE_S, INTERRUPTED)) == Status.MISSED_BUSY
    assert status_after(world, to_visit(250, NONE, UNFINISHED)) == Status.MISSED_BUSY
    assert status_after(world, to_visit(200, DONE_S, visit=1)) == Status.MISSED_BUSY


def test_only_the_first_visit_to_a_person_acts():
    """Whatever the order of the visits, which is that of falling due."""
    visits = [{"due": 100, "person": 0}, {"due": 101, "person": 0}]
    trips = [to_visit(300, 400, visit=0), to_visit(110, 120, visit=1)]
    for received_at_s, is_averted in [(120 + EFFECT_S, True), (121 + EFFECT_S, False)]:
        world = repeat_call(received_at_s)
        world = world._replace(visits=world_of(1, visits=visits).visits)
        assert (status_after(world, *trips) == Status.AVERTED) == is_averted


def test_a_risk_ratio_of_one_averts_nothing():
    world = repeat_call(300)
    for ppm, status in [(999_999, Status.AVERTED), (1_000_000, Status.MISSED_BUSY)]:
        world = world._replace(policy=world.policy._replace(repeat_ppm=ppm))
        assert status_after(world, to_visit(200, DONE_S)) == status


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {"funnel_u": 999_999},  # would not have been requested
        {"triage_for_s": HORIZON_S},  # would have been dispatchable after the end
        {"withdrawn_for_s": HORIZON_S},  # would have waited on
    ],
)
def test_a_call_that_was_averted_never_was(marks):
    policy = make_policy(repeat_ppm=0, effect_s=EFFECT_S, funnel_ppm=funnel(900_000))
    world = repeat_call(300, policy=policy, patrol_alone_for_s=77, **marks)
    calls = complete(world, record([to_visit(200, DONE_S)], ALL_RUN)).calls
    check_table(calls)
    never = dict.fromkeys(("trip", "dispatchable_at_s", "ended_at_s", "cleared_at_s"), NONE)
    never |= {"status": Status.AVERTED, "ended_by": EndedBy.NOTHING, "patrol_for_s": 0}
    never |= {"destination": Destination.NOWHERE, "mode": Mode.CO_DISPATCH, "contact": NONE}
    assert {name: column[0] for name, column in calls._asdict().items()} == never


def test_others_are_not_touched_by_a_call_that_was_averted():
    policy = make_policy(repeat_ppm=0, effect_s=EFFECT_S)
    visits = [{"due": 200, "person": 7}]
    marks = {"received_at_s": [10, 300, 310], "person": [7, 7, 8], "visits": visits}
    world = world_of(3, 2, policy=policy, **marks)
    trips = [
        Trip(0, 1, 0, 10, 20, 30, 40),
        to_visit(200, DONE_S),
        Trip(2, 1, 0, 310, 320, 330, 340),
    ]
    calls = complete(world, record(trips, [(0, NONE)] * 2)).calls
    assert calls.status.tolist() == [Status.SERVED, Status.AVERTED, Status.SERVED]
    assert calls.dispatchable_at_s.tolist() == [10, NONE, 310]


@given(nasty_worlds())
@settings(max_examples=200, deadline=None)
def test_averted_calls_of_random_worlds_by_the_rule_of_dispatch(world):
    ledger, policy = complete(world, naive.simulate(world)), world.policy
    done = ledger.visits.status == DONE
    first_s = {
        person: int(ledger.visits.done_at_s[done & (world.visits.person == person)].min())
        for person in world.visits.person[done].tolist()
    }
    calls = zip(
        *(world.calls.person.tolist(), world.calls.received_at_s, world.calls.repeat_u), strict=True
    )
    expected = [
        dispatch.is_averted(
            first_s.get(person, NONE), received_at_s, policy.effect_s, u, policy.repeat_ppm
        )
        for person, received_at_s, u in calls
    ]
    assert averted(world, ledger.visits.done_at_s).tolist() == expected
    assert (ledger.calls.status == Status.AVERTED).tolist() == expected
    assert (ledger.calls.trip[expected] == NONE).all()


# --- measures ------------------------------------------------------------------------------------


def five_calls_of_one() -> World:
    """Five calls of a person who is visited until second 250, and an arrest of another."""
    calls = make_calls(
        6,
        received_at_s=[110, 300, 310, 320, 330, 340],
        person=[0] * 5 + [1],
        repeat_u=[0, 0, 0, 0, 999_999, 0],
        patrol_alone_for_s=HOUR_S,
        fate_patrol=Fate.ARREST,
        withdrawn_for_s=5,
    )
    policy = make_policy(repeat_ppm=500_000)
    duties = posts(1, HORIZON_S, kind=Kind.FOLLOW_UP)
    visits = [{"due": 200, "person": 0}]
    return make_world(calls, duties, HORIZON_S, window=WINDOW, policy=policy, visits=visits)


def test_a_call_that_was_averted_is_no_call():
    world, visit = five_calls_of_one(), visit_trip(0, 200, 250)
    values, before = found(world, visit), found(world)
    assert [values["calls_averted_per_year"], before["calls_averted_per_year"]] == [1 / 0.5, 0]
    assert [values["calls_per_year"], before["calls_per_year"]] == [5 / 0.5, 6 / 0.5]
    assert [x["frequent_callers_share"] for x in (values, before)] == [0, 5 / 6]
    shares = ["recognized_share", "eligible_share", "requested_share", "missed_off_duty_share"]
    assert [values[name] for name in shares] == [1, 1, 1, 1]
    assert values["jail_diversions_net_per_year"] == 0


def test_a_call_that_was_averted_releases_patrol():
    world, visit = five_calls_of_one(), visit_trip(0, 200, 250)
    assert found(world)["patrol_hours_released_per_year"] == 0
    assert found(world, visit)["patrol_hours_released_per_year"] == 2 * 1 / 0.5


RELEASED = {"patrol_hours_released_per_year", "sworn_hours_net_per_year"}


@given(nasty_worlds())
@settings(max_examples=300, deadline=None)
def test_measures_of_random_worlds_are_those_without_the_calls_that_were_averted(world):
    ledger = complete(world, naive.simulate(world))
    keep = np.flatnonzero(ledger.calls.status != Status.AVERTED)
    without = measure(*without_calls(world, ledger, keep), HALF_A_YEAR)
    values = measure(world, ledger, HALF_A_YEAR)
    for name in set(MEASURED) - RELEASED - {"calls_averted_per_year"}:
        assert values[name] == pytest.approx(without[name], nan_ok=True), name


def without_calls(world: World, ledger: Ledger, keep: Any) -> tuple[World, Ledger]:
    """The same, with some of the calls only; the others have neither trip nor chair."""
    row = np.full(len(world.calls.zone) + 1, NONE, np.int32)  # the last is that of NONE
    row[keep] = np.arange(len(keep))
    visits = world.visits._replace(call=row[world.visits.call])
    calls = type(world.calls)(*(column[..., keep] for column in world.calls))
    new = ledger._replace(
        calls=type(ledger.calls)(*(column[keep] for column in ledger.calls)),
        trips=ledger.trips._replace(call=row[ledger.trips.call]),
        chairs=ledger.chairs._replace(call=row[ledger.chairs.call]),
    )
    return world._replace(calls=calls, visits=visits), new
