"""Three ways of losing a call: worked by hand in both engines, and what holds of all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from sim.clock import NEVER_S
from sim.config import compose, staffing
from sim.model.clocks import clocks, spans_on_duty
from sim.model.simulation import simulate
from sim.model.world import World, attended, patrol_at_s
from sim.scenarios.scenario import Scenario
from sim.schema import NONE, PPM, Contact, EndCause, EndedBy, Fate, Ledger, Mode, Scope, Status
from tests.rules import each_engine, run_in
from tests.worlds import (
    FOREVER_S,
    Trip,
    constant_travel,
    make_calls,
    make_policy,
    make_world,
    nasty_worlds,
    posts,
    trips_of,
)

DIRECT, CO_DISPATCH, REQUEST, SELF = Mode
ALONE = {"due": 0, "length": 9_999, "duty": 0}  # a team on duty that is never free
SERVED, BUSY, OFF = Status.SERVED, Status.MISSED_BUSY, Status.MISSED_OFF_DUTY
WITHDRAWN, BY_PATROL = Status.WITHDRAWN, Status.SETTLED_BY_PATROL


def one(engine: Any, duties: list[dict[str, int]], travel_s: int = 100, **given: Any) -> Ledger:
    """Ledger of one call that becomes dispatchable at 10."""
    columns = {"received_at_s": 10, "on_scene_for_s_by_kind": 5} | given
    return run_in(engine, 1, duties, 9_999, travel=constant_travel(travel_s), **columns)


def ended(ledger: Ledger) -> tuple[Status, int, EndedBy]:
    """Status of the first call, when it was over, and by which clock."""
    calls = ledger.calls
    return Status(calls.status[0]), int(calls.ended_at_s[0]), EndedBy(calls.ended_by[0])


# --- withdrawn -----------------------------------------------------------------------------------


@each_engine
@pytest.mark.parametrize("mode", list(Mode))
def test_a_team_on_its_way_is_recalled_in_every_mode(engine, mode):
    ledger = one(engine, posts(1, 9_999), modes=[mode], withdrawn_for_s=99)
    assert ended(ledger) == (WITHDRAWN, 109, EndedBy.WITHDRAWN)
    assert trips_of(ledger) == [Trip(0, 0, 0, 10, NONE, NONE, 109, EndCause.RECALLED)]
    assert ended(one(engine, posts(1, 9_999), modes=[mode], withdrawn_for_s=100))[0] == SERVED


@each_engine
@pytest.mark.parametrize(
    ("mode", "fate", "patrol_s", "status"),
    [
        (CO_DISPATCH, Fate.HOLD, 99, SERVED),  # there at the very second
        (CO_DISPATCH, Fate.ARREST, 99, SERVED),
        (CO_DISPATCH, Fate.HOLD, 100, WITHDRAWN),  # a second late
        (CO_DISPATCH, Fate.VOLUNTARY, 0, WITHDRAWN),
        (DIRECT, Fate.HOLD, 0, WITHDRAWN),  # patrol does not attend
    ],
)
def test_whom_patrol_holds_does_not_walk_away(engine, mode, fate, patrol_s, status):
    given = {"fate_patrol": fate, "patrol_arrives_for_s": patrol_s, "withdrawn_for_s": 99}
    assert ended(one(engine, posts(1, 9_999), modes=[mode], **given))[0] == status


# --- settled by patrol ---------------------------------------------------------------------------


@each_engine
@pytest.mark.parametrize(
    ("waits", "settles_s", "found"),
    [
        (1, 10, (SERVED, 115, EndedBy.NOTHING)),  # it stays for a team on its way
        (0, 10, (BY_PATROL, 60, EndedBy.SETTLED_BY_PATROL)),  # 50 + 10
        (0, 60, (SERVED, 115, EndedBy.NOTHING)),  # the team is there at 110
    ],
)
def test_patrol_that_does_not_wait_settles_a_call_before_the_team_arrives(
    engine, waits, settles_s, found
):
    given = {"patrol_arrives_for_s": 40, "patrol_waits": waits, "patrol_settles_for_s": settles_s}
    assert ended(one(engine, posts(1, 9_999), **given)) == found


@each_engine
@pytest.mark.parametrize("waits", [0, 1])
@pytest.mark.parametrize(("patrol_s", "ended_at_s"), [(0, 40), (20, 60)])
def test_patrol_settles_what_nobody_is_sent_to_from_its_own_arrival(
    engine, waits, patrol_s, ended_at_s
):
    given = {"patrol_arrives_for_s": patrol_s, "patrol_waits": waits, "patrol_settles_for_s": 30}
    ledger = one(engine, posts(1, 9_999), breaks=[ALONE], **given)
    assert ended(ledger) == (BUSY, ended_at_s, EndedBy.SETTLED_BY_PATROL)


@each_engine
@pytest.mark.parametrize(
    ("mode", "found"),
    [
        (DIRECT, (BUSY, 310, EndedBy.QUEUE_LIMIT)),
        (CO_DISPATCH, (BUSY, 510, EndedBy.WITHDRAWN)),
    ],
)
def test_dispatch_closes_only_a_call_that_patrol_does_not_attend(engine, mode, found):
    given = {"policy": {"queue_limit_s": 300}, "breaks": [ALONE], "withdrawn_for_s": 500}
    assert ended(one(engine, posts(1, 9_999), modes=[mode], **given)) == found


@each_engine
@pytest.mark.parametrize(
    ("settles_s", "found", "second"),
    [
        (50, (BUSY, 60, EndedBy.SETTLED_BY_PATROL), []),  # run out when its team is taken, at 60
        (49, (BUSY, 60, EndedBy.SETTLED_BY_PATROL), []),  # a second before
        (51, (BUSY, 61, EndedBy.SETTLED_BY_PATROL), []),  # it waits, for a second
        (900, (SERVED, 270, EndedBy.NOTHING), [Trip(0, 0, 0, 165, 265, 270, 270)]),
    ],
)
def test_a_call_that_loses_its_team_is_looked_at_at_once(engine, settles_s, found, second):
    """Patrol waits for the team that is taken at 60 for the more urgent call 1, until 165."""
    ledger = run_in(
        engine,
        2,
        posts(1, 9_999),
        9_999,
        travel=constant_travel(100),
        policy={"recalls": 1},
        received_at_s=[10, 60],
        priority=[2, 1],
        patrol_waits=1,
        patrol_settles_for_s=[settles_s, FOREVER_S],
        on_scene_for_s_by_kind=5,
    )
    assert ended(ledger) == found
    assert trips_of(ledger)[2:] == second


# --- nobody on duty ------------------------------------------------------------------------------


@each_engine
@pytest.mark.parametrize(
    ("duty", "hold_for_s", "found"),
    [
        ((11, 900), 0, (OFF, 10, EndedBy.OFF_DUTY)),
        ((11, 900), 1, (SERVED, 116, EndedBy.NOTHING)),  # held until 11
        ((0, 10), 0, (OFF, 10, EndedBy.OFF_DUTY)),
        ((0, 11), 0, (SERVED, 115, EndedBy.NOTHING)),  # overrun
    ],
)
def test_a_call_is_held_for_a_team_that_is_on_duty_soon(engine, duty, hold_for_s, found):
    on, off = duty
    duties = [{"on": on, "off": off}]
    assert ended(one(engine, duties, policy={"hold_for_s": hold_for_s})) == found


@each_engine
@pytest.mark.parametrize(("hold_for_s", "ended_at_s"), [(49, 100), (50, 215)])
def test_one_that_waits_ends_when_all_go_off_unless_another_comes_on_soon(
    engine, hold_for_s, ended_at_s
):
    """The first team is never free; the second is on from 150."""
    duties = [{"on": 0, "off": 100}, {"on": 150, "off": 999, "post": 1}]
    policy = {"hold_for_s": hold_for_s}
    ledger = one(engine, duties, travel_s=60, breaks=[ALONE], policy=policy)
    status = SERVED if ended_at_s == 215 else OFF
    assert ended(ledger)[:2] == (status, ended_at_s)


def test_stretches_are_joined_where_they_touch_and_kept_by_group():
    duties = [
        {"on": 100, "off": 200, "agency": 0},
        {"on": 210, "off": 300, "agency": 0},
        {"on": 350, "off": 400, "agency": 1, "clinician_present": 0},
        {"on": 350, "off": 400, "agency": 0, "kind": 1},  # a clinician, who needs patrol
    ]
    agencies = np.array([0, 1], np.int32)
    policy = make_policy(2, scope=int(Scope.CLOSED), agency_of_zone=agencies)
    world = make_world(make_calls(0), duties, 999, policy=policy, travel=constant_travel(0, 2))
    spans = spans_on_duty(world, 10)
    assert spans.first.tolist() == [0, 1, 3, 3, 3]
    assert list(zip(spans.on_s.tolist(), spans.off_s.tolist(), strict=True)) == [
        (90, 300),
        (90, 300),
        (340, 400),
    ]


# --- nobody to serve -----------------------------------------------------------------------------

FALLING = np.array([[800_000, 500_000, 300_000], [900_000, 900_000, 700_000]], np.int32)


@each_engine
@pytest.mark.parametrize(
    ("mode", "u", "travel_s", "contact"),
    [
        (DIRECT, 799_999, 59, Contact.ENGAGED),
        (DIRECT, 800_000, 0, Contact.REFUSED),
        (DIRECT, 799_999, 60, Contact.REFUSED),
        (DIRECT, 499_999, 119, Contact.ENGAGED),
        (DIRECT, 499_999, 120, Contact.REFUSED),
        (DIRECT, 299_999, 5_000, Contact.ENGAGED),  # the last minute holds for all beyond
        (CO_DISPATCH, 899_999, 119, Contact.ENGAGED),
        (CO_DISPATCH, 899_999, 120, Contact.REFUSED),
    ],
)
def test_contact_is_decided_by_the_minutes_to_the_arrival(engine, mode, u, travel_s, contact):
    given = {"contact_u": u, "why_no_contact": Contact.REFUSED, "no_contact_for_s_by_kind": 2}
    policy = {"contact_ppm": FALLING}
    ledger = one(engine, posts(1, 9_999), travel_s, modes=[mode], policy=policy, **given)
    assert ledger.calls.contact.tolist() == [contact]
    on_scene_s = 5 if contact == Contact.ENGAGED else 2
    assert ended(ledger) == (SERVED, 10 + travel_s + on_scene_s, EndedBy.NOTHING)


@pytest.mark.parametrize("call_type", [0, 1])
def test_contact_may_hang_on_the_call_type(call_type):
    policy = make_policy(contact_ppm=np.array([[0], [0], [0], [PPM]], np.int32))
    calls = make_calls(1, initial_type=call_type)
    policy = policy._replace(funnel_ppm=np.full((5, 2), PPM, np.int32))
    until_s = clocks(make_world(calls, posts(1, 99), 99, policy=policy)).contact_until_s
    assert until_s.tolist() == [NEVER_S if call_type else 0]


# --- what holds in every world -------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(nasty_worlds())
def test_nobody_whom_patrol_holds_is_withdrawn_in_any_world(world: World) -> None:
    for engine in ("simpy", "compiled"):
        assert contradictions(world, simulate(world, engine)) == 0


def contradictions(world: World, ledger: Ledger) -> int:
    """Calls withdrawn while patrol was there and would have held or arrested the person."""
    calls = ledger.calls
    there = attended(calls.mode) & (patrol_at_s(world) <= calls.ended_at_s)
    held = there & (world.calls.fate_patrol >= Fate.HOLD)
    return int(np.count_nonzero(held & (calls.ended_by == EndedBy.WITHDRAWN)))


@pytest.fixture(scope="module")
def los_angeles() -> Scenario:
    return Scenario(compose(["program=los_angeles", "run.window_days=28", "run.warm_up_days=0"]))


@pytest.mark.parametrize("plan", ["17", "12"])
def test_nobody_whom_patrol_holds_is_withdrawn_in_los_angeles(los_angeles, plan):
    world = los_angeles.world(los_angeles.arm(staffing(plan)), los_angeles.calls(0), 0)
    for engine in ("simpy", "compiled"):
        ledger = simulate(world, engine)
        assert contradictions(world, ledger) == 0
        assert np.any(ledger.calls.ended_by == EndedBy.WITHDRAWN)


@settings(max_examples=300, deadline=None)
@given(nasty_worlds())
def test_a_sooner_arrival_keeps_every_contact_of_a_later_one(world: World) -> None:
    """Whoever engages at a second engages at every second before: contact has one last second."""
    until_s, ledger = clocks(world).contact_until_s, simulate(world, "compiled")
    for call in np.flatnonzero(ledger.calls.status == SERVED).tolist():
        arrived_at_s = ledger.trips.arrived_at_s[ledger.calls.trip[call]]
        engaged = ledger.calls.contact[call] == Contact.ENGAGED
        assert engaged == (arrived_at_s < until_s[call])


@pytest.mark.parametrize("mode", ["direct", "co_dispatch"])
def test_a_plan_that_is_never_later_keeps_every_contact(mode):
    """Teams without end beside a few of them: nobody waits, and travel is the call's own."""
    modes = ("direct", "co_dispatch", "officer_request", "self_dispatch")
    shares = [f"dispatch.mode_share.{name}={int(name == mode)}" for name in modes]
    scenario = Scenario(compose(["program=generic", *shares, "run.window_days=28"]))
    calls = scenario.calls(0)
    few, many = (
        simulate(scenario.world(scenario.arm(staffing(plan)), calls, 0), "compiled")
        for plan in ("3", "200")
    )
    reached = np.flatnonzero(few.calls.status == SERVED)
    arrived = [x.trips.arrived_at_s[x.calls.trip[reached]] for x in (few, many)]
    assert (many.calls.status[reached] == SERVED).all()
    assert (arrived[1] <= arrived[0]).all()
    engaged = few.calls.contact[reached] == Contact.ENGAGED
    assert (many.calls.contact[reached][engaged] == Contact.ENGAGED).all()
    assert (few.calls.contact[reached] != many.calls.contact[reached]).any() == (
        mode == "direct"  # with patrol there, delay loses nobody
    )


def test_odds_of_contact_fall_as_stated():
    world_of = Scenario(compose(["program=generic", "run.window_days=1"]))
    table = world_of.arm(staffing("1")).policy.contact_ppm
    assert table.shape[0] == 2 * len(world_of.config.demand.call_types)
    share = table[0, [0, 10, 60]] / PPM
    odds = share / (1 - share)
    contact = world_of.config.service.contact.without_patrol
    assert share[0] == pytest.approx(float(contact.share_at_once), abs=1e-6)
    ratio = float(contact.odds_ratio_per_10_min)
    assert odds[1:] / odds[0] == pytest.approx([ratio, ratio**6], rel=1e-4)
    assert (np.diff(table, axis=1) <= 0).all()


def test_towns_whose_only_team_is_absent_have_nobody_on_duty():
    words = ["demand=three_towns", "travel=three_towns", "dispatch=embedded"]
    of = Scenario(compose([*words, "service=short_staffed", "run.window_days=90"]))
    arm = of.arm(staffing("towns_3x8"))
    status = simulate(of.world(arm, of.calls(0), 0), "compiled").calls.status
    out, off = (np.count_nonzero(status == way) for way in (Status.MISSED_OUT_OF_RANGE, OFF))
    assert off > 10 * out
