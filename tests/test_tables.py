"""Tables by zone and by shift of a post, worked by hand and against scans."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings

from sim.clock import DAY_S, HOUR_S
from sim.config import compose, staffing
from sim.config.plans import StaffingPlan
from sim.model.ledger.record import complete
from sim.model.measures import coverage
from sim.model.measures.cells import (
    PostTable,
    Shifts,
    by_hour_of_week,
    by_post,
    by_shift,
    by_zone,
    shifts,
)
from sim.model.measures.start import start_of
from sim.model.simulation import simulate
from sim.scenarios.replications import replicate, run_one
from sim.scenarios.request import silent
from sim.scenarios.samples import Job, joined
from sim.scenarios.scenario import Scenario
from sim.schema import NONE, Kind, Scope, Status
from tests import naive
from tests.worlds import (
    constant_travel,
    make_calls,
    make_policy,
    make_world,
    matrix,
    nasty_worlds,
    posts,
)

# --- by zone -------------------------------------------------------------------------------------


def two_agencies(scope):
    """Zones 0 and 2 are of agency 0, zone 1 of agency 1; a team of each, at 0 and 1."""
    policy = make_policy(3, scope=int(scope), agency_of_zone=np.array([0, 1, 0], np.int32))
    calls = make_calls(
        4,
        received_at_s=[10, 20, 30, 900],
        zone=[2, 1, 0, 1],
        withdrawn_for_s=5,
        on_scene_for_s_by_kind=[100, 50, 1, 1],
    )
    duties = [{"on": 0, "off": 1_000, "post": post, "agency": post} for post in (0, 1)]
    duties[1] |= {"on": 0, "off": 800, "base_zone": 1}
    world = make_world(
        calls, duties, 1_000, policy=policy, travel=constant_travel(4, 3), window=(5, 950)
    )
    return world, simulate(world)


def test_gap_of_a_zone_in_a_closed_district_is_of_its_own_agency():
    world, ledger = two_agencies(Scope.CLOSED)
    assert ledger.trips.duty.tolist() == [0, 1]
    table = by_zone(world, ledger)
    assert table.gap_for_s.tolist() == [104, 54 + 150, 104]  # and nobody from 800 on
    assert table.window_for_s.tolist() == [945] * 3
    assert table.requested.tolist() == [1, 2, 1]
    assert table.reached.tolist() == [0, 1, 1]
    assert table.response_for_s.tolist() == [0, 4, 4]


@pytest.mark.parametrize("scope", [Scope.OPEN, Scope.OWN_FIRST])
def test_gap_of_a_zone_without_closed_districts_is_that_of_all(scope):
    world, ledger = two_agencies(scope)
    overall = coverage.gaps(world, ledger).within(world.window).total_s()
    assert 0 < overall < 104
    assert by_zone(world, ledger).gap_for_s.tolist() == [overall] * 3


def test_a_zone_whose_agency_has_no_team_is_one_gap():
    policy = make_policy(2, scope=int(Scope.CLOSED), agency_of_zone=np.array([0, 1], np.int32))
    world = make_world(
        make_calls(0), posts(1, 100), 100, policy=policy, travel=matrix([[0, 0]] * 2)
    )
    assert by_zone(world, simulate(world)).gap_for_s.tolist() == [0, 100]


def test_a_break_is_a_gap_of_its_own_agencys_zones():
    policy = make_policy(2, scope=int(Scope.CLOSED), agency_of_zone=np.array([0, 1], np.int32))
    duties = [{"on": 0, "off": 100, "post": post, "agency": post} for post in (0, 1)]
    breaks = [{"duty": 1, "due": 30, "length": 20}]
    world = make_world(
        make_calls(0), duties, 100, policy=policy, travel=constant_travel(0, 2), breaks=breaks
    )
    assert by_zone(world, simulate(world)).gap_for_s.tolist() == [0, 20]


@given(nasty_worlds())
@settings(max_examples=150, deadline=None)
def test_zones_of_random_worlds_against_a_scan(world):
    ledger = complete(world, naive.simulate(world))
    table, hours = by_zone(world, ledger), by_hour_of_week(world, ledger)
    for column in ("requested", "reached", "response_for_s"):
        assert getattr(table, column).sum() == getattr(hours, column).sum()
    for zone, agency in enumerate(world.policy.agency_of_zone):
        closed = world.policy.scope == Scope.CLOSED
        teams = np.flatnonzero(world.roster.kind != Kind.FOLLOW_UP).tolist()
        of = {duty for duty in teams if world.roster.agency[duty] == agency or not closed}
        assert table.gap_for_s[zone] == gap_for_s(world, ledger, of)


def gap_for_s(world, ledger, of) -> int:
    """Seconds in which none of some duties is free, counted one by one."""
    free = np.zeros(world.window.horizon_s, np.int64)
    duties, trips, breaks = ledger.duties, ledger.trips, ledger.breaks
    spans = [(1, *row) for row in zip(range(len(duties.trips)), *duties[:2], strict=True)]
    spans += [
        (-1, *row) for row in zip(trips.duty, trips.assigned_at_s, trips.end_at_s, strict=True)
    ]
    spans += [(-1, *row) for row in zip(world.breaks.duty, *breaks, strict=True)]
    for step, duty, start_s, end_s in spans:
        if duty in of and start_s != NONE:
            free[start_s : len(free) if end_s == NONE else end_s] += step
    return int((free == 0).sum())


# --- by shift of a post --------------------------------------------------------------------------


def plan(*lines):
    return StaffingPlan.model_validate({"name": "made", "lines": list(lines)})


DAYS = {"name": "days", "count": 2, "pattern": "daily", "length_h": 8}
HELD = {"name": "held", "count": 1, "pattern": "continuous"}


def test_shifts_are_those_of_the_plan_in_order():
    found = shifts(plan(DAYS | {"starts": ["15:30", "07:00"]}, HELD))
    of_line = [7 * HOUR_S, 15.5 * HOUR_S]
    assert found.post.tolist() == [0, 0, 1, 1, 2]
    assert found.start_s.tolist() == [*of_line, *of_line, 0]


def test_a_plan_without_posts_has_no_shifts():
    none = shifts(plan(HELD | {"count": 0}))
    world = make_world(make_calls(1, withdrawn_for_s=0), [], 100)
    table = by_shift(world, simulate(world), none)
    assert [column.shape for column in table] == [(0,)] * 3
    assert [column.shape for column in by_post(table, none)] == [(0,)] * 3


def test_work_of_each_shift_by_hand():
    """Two nights of one post beside a second post; the run starts on a Monday at midnight."""
    night = {"on": 22 * HOUR_S, "off": 30 * HOUR_S, "post": 0}
    duties = [
        {"on": 0, "off": 6 * HOUR_S, "post": 0},  # the rest of Sunday's night
        {"on": 8 * HOUR_S, "off": 16 * HOUR_S, "post": 0},
        night,
        {"on": 9 * HOUR_S, "off": 17 * HOUR_S, "post": 1},
        {"on": 40 * HOUR_S, "off": 41 * HOUR_S, "post": 1, "clinician_present": 0},
    ]
    calls = make_calls(
        4,
        received_at_s=[5 * HOUR_S, 8 * HOUR_S, 23 * HOUR_S, 29 * HOUR_S],
        on_scene_for_s_by_kind=[2 * HOUR_S, HOUR_S, HOUR_S, HOUR_S],
    )
    world = make_world(calls, duties, 2 * DAY_S, window=(HOUR_S, 28 * HOUR_S))
    of_plan = Shifts(np.array([0, 0, 1]), np.array([8, 22, 9]) * HOUR_S)
    table = by_shift(world, simulate(world), of_plan)
    assert table.on_duty_for_s.tolist() == [8 * HOUR_S, (5 + 6) * HOUR_S, 8 * HOUR_S]
    assert table.busy_for_s.tolist() == [HOUR_S, (1 + 1) * HOUR_S, 0]
    assert table.reached.tolist() == [1, 2, 0]
    assert [column.tolist() for column in by_post(table, of_plan)] == [
        [19 * HOUR_S, 8 * HOUR_S],
        [3 * HOUR_S, 0],
        [3, 0],
    ]


@pytest.mark.parametrize(("first_hour", "reached"), [(20, [0, 1]), (8, [1, 0])])
def test_starts_are_of_the_local_day(first_hour, reached):
    calls = make_calls(1, received_at_s=3 * HOUR_S)
    duties = [{"on": 2 * HOUR_S, "off": 10 * HOUR_S, "post": 0}]  # at 22:00, or at 10:00
    world = make_world(calls, duties, DAY_S, first_hour_of_week=first_hour)
    of_plan = Shifts(np.array([0, 0]), np.array([6, 22]) * HOUR_S)
    assert by_shift(world, simulate(world), of_plan).reached.tolist() == reached


def test_calls_in_hand_are_those_that_wait_and_those_on_the_way():
    calls = make_calls(
        3, received_at_s=[HOUR_S // 2, HOUR_S, 3 * HOUR_S], on_scene_for_s_by_kind=2 * HOUR_S
    )
    world = make_world(calls, posts(1, 12 * HOUR_S), 12 * HOUR_S)
    in_hand = start_of(world, simulate(world)).in_hand
    assert in_hand.tolist()[:8] == [0, 2, 2, 2, 2, 1, 1, 0]


def test_stretches_of_a_post_held_around_the_clock_are_one_shift():
    duties = [{"on": on * HOUR_S, "off": (on + 8) * HOUR_S, "post": 0} for on in (0, 16, 32)]
    world = make_world(make_calls(0), duties, 2 * DAY_S)
    table = by_shift(world, simulate(world), shifts(plan(HELD)))
    assert table.on_duty_for_s.tolist() == [24 * HOUR_S]


def test_posts_of_several_replications_are_added_up_one_by_one():
    of_plan = Shifts(np.array([0, 0, 1, 2]), np.array([0, 1, 0, 0]))
    counts = np.arange(8).reshape(2, 4)
    table = by_post(PostTable(counts, counts, counts), of_plan)
    assert table.reached.tolist() == [[1, 2, 3], [9, 6, 7]]


@given(nasty_worlds())
@settings(max_examples=100, deadline=None)
def test_posts_of_random_worlds_add_up_to_the_hours(world):
    ledger = complete(world, naive.simulate(world))
    n_posts = int(world.roster.post.max(initial=-1)) + 1
    of_plan = Shifts(np.arange(n_posts), np.zeros(n_posts, np.int64))
    table, hours = by_shift(world, ledger, of_plan), by_hour_of_week(world, ledger)
    workers = world.roster.kind == Kind.FOLLOW_UP
    theirs = {
        "on_duty_for_s": coverage.on_duty(world, ledger, workers).total_s(),
        "busy_for_s": coverage.busy(world, ledger, workers).total_s(),
        "reached": 0,
    }
    for column, of_workers in theirs.items():
        assert getattr(table, column).sum() == getattr(hours, column).sum() + of_workers
    served = ledger.calls.trip[ledger.calls.status == Status.SERVED]
    by_hand = sorted(world.roster.post[ledger.trips.duty[served]].tolist())
    assert {post: len(list(rows)) for post, rows in groupby(by_hand)} == {
        post: n for post, n in enumerate(table.reached.tolist()) if n
    }


# --- over replications ---------------------------------------------------------------------------


@pytest.mark.parametrize("service", ["default", "short_staffed"])
def test_replications_join_whoever_is_absent(service):
    words = [f"service={service}", "run.window_days=21", "run.tail_days=2"]
    scenario = Scenario(compose(["program=los_angeles", *words]))
    plans = [staffing(name) for name in ("9", "unit_shifts_12")]
    job = Job(scenario, tuple(scenario.arm(each) for each in plans), ((0, 1),), "compiled")
    stored = replicate(job, range(3), 2, silent)
    alone = joined([run_one(job, replication) for replication in range(3)])
    n_zones = len(scenario.config.demand.zones)
    for one, other, of in zip(stored.arms, alone.arms, plans, strict=True):
        assert {column.shape for column in one.zones} == {(3, n_zones)}
        assert {column.shape for column in one.posts} == {(3, len(shifts(of).post))}
        for table, same in zip(one.tables, other.tables, strict=True):
            for column, again in zip(table, same, strict=True):
                np.testing.assert_array_equal(column, again)
        np.testing.assert_array_equal(one.shifts, other.shifts)
        assert (one.posts.reached.sum(axis=1) == one.hours.reached.sum(axis=1)).all()
        assert (one.posts.busy_for_s.sum(axis=1) == one.hours.busy_for_s.sum(axis=1)).all()
        assert (one.zones.requested.sum(axis=1) == one.hours.requested.sum(axis=1)).all()
