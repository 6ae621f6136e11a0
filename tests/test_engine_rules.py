"""The SimPy engine: assignment rules and travel by hand, and what holds in every world."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.clocks import clocks
from sim.model.dispatch import travel_for_s
from sim.model.inputs.roster import serves
from sim.model.inputs.travel import Travel
from sim.model.ledger.record import first_difference
from sim.model.simulation import simulate
from sim.model.world import cut, requested
from sim.schema import (
    NONE,
    Contact,
    Destination,
    EndCause,
    EndedBy,
    Rule,
    Status,
    TravelModel,
    check_table,
)
from tests.worlds import (
    CLEARED,
    RECALLED,
    UNFINISHED,
    Trip,
    constant_travel,
    make_calls,
    make_policy,
    make_world,
    matrix,
    nasty_worlds,
    plain_worlds,
    posts,
    run,
    statuses,
    trips_of,
)

# --- the rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "duty", "travel_s"),
    [
        (Rule.CLOSEST, 0, 10),
        (Rule.PREFERENCE, 1, 20),
        (Rule.LONGEST_IDLE, 2, 30),
        (Rule.LEAST_WORKED, 3, 40),
    ],
)
def test_each_rule_sends_its_own_best_team(rule, duty, travel_s):
    """One team after another comes on and is busy when the next call comes, so history is given.

    At 1000: team 0 stands in zone 0; team 1 is of the preferred base; team 2 is free since 220,
    before team 3 (on since 230), 1 (250) and 0 (520); team 3 has not worked.
    """
    duties = [
        {"on": 0, "off": 9_999, "post": 0, "base_zone": 1},
        {"on": 100, "off": 9_999, "post": 1, "base_zone": 2},
        {"on": 200, "off": 9_999, "post": 2, "base_zone": 1},
        {"on": 230, "off": 9_999, "post": 3, "base_zone": 3},
    ]
    preference = np.array([[3, 2, 0, 1], [0] * 4, [0] * 4, [0] * 4], np.int32)
    ledger = run(
        4,
        duties,
        9_999,
        travel=matrix([[10, 0, 0, 0], [20, 0, 0, 0], [30, 0, 0, 0], [40, 0, 0, 0]]),
        policy=make_policy(4, rule=int(rule), preference=preference),
        received_at_s=[0, 100, 200, 1_000],
        zone=[0, 1, 2, 0],
        on_scene_for_s_by_kind=[500, 150, 20, 1],
    )
    trips = trips_of(ledger)
    assert [(trip.duty, trip.end_at_s) for trip in trips[:3]] == [(0, 520), (1, 250), (2, 220)]
    assert (trips[3].duty, trips[3].arrived_at_s) == (duty, 1_000 + travel_s)


@pytest.mark.parametrize("rule", list(Rule))
def test_ties_go_to_the_least_duty(rule):
    ledger = run(3, posts(3, 99), 99, policy=make_policy(rule=int(rule)), on_scene_for_s_by_kind=9)
    assert [trip.duty for trip in trips_of(ledger)] == [0, 1, 2]


@pytest.mark.parametrize(("rule", "duty"), [(Rule.LEAST_WORKED, 2), (Rule.LONGEST_IDLE, 1)])
def test_work_and_idleness_count_within_the_duty(rule, duty):
    """Post 0 has worked 50 s, its relief none; post 1 is free since 5, the relief since 100."""
    ledger = run(
        3,
        [
            {"on": 0, "off": 100, "post": 0},
            {"on": 0, "off": 999, "post": 1},
            {"on": 100, "off": 999, "post": 0, "predecessor": 0},
        ],
        999,
        policy=make_policy(rule=int(rule)),
        received_at_s=[0, 0, 200],
        on_scene_for_s_by_kind=[50, 5, 1],
    )
    assert [trip.duty for trip in trips_of(ledger)] == [0, 1, duty]


# --- travel ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mean_s", "factor", "seconds"), [(5, 0.5, 3), (5, 0.3, 2), (5, 0.25, 1)])
def test_travel_is_rounded_half_up(mean_s, factor, seconds):
    ledger = run(1, posts(1, 99), 99, travel=constant_travel(mean_s), travel_factor=factor)
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, seconds, seconds, seconds)]


def test_travel_is_that_of_the_hour_of_assignment():
    hours = np.arange(24, dtype=np.int64).reshape(24, 1, 1)
    travel = Travel(int(TravelModel.MATRIX), hours, np.zeros(1, np.int64))
    calls = make_calls(3, received_at_s=[0, 3_599, 3_600])
    world = make_world(calls, posts(3, 9_999), 9_999, travel=travel)
    world = world._replace(window=world.window._replace(first_hour_of_week=24 + 22))
    ledger = simulate(world)  # hour 22, then 23
    assert [trip.arrived_at_s for trip in trips_of(ledger)] == [22, 3_599 + 22, 3_600 + 23]


def test_square_root_travel_counts_the_free_teams_before_the_assignment():
    travel = Travel(
        int(TravelModel.SQUARE_ROOT), np.zeros((1, 1, 1), np.int64), np.array([999, 50, 30, 20])
    )
    ledger = run(4, posts(3, 999), 999, travel=travel, on_scene_for_s_by_kind=[5, 50, 50, 5])
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, 20, 25, 25),
        Trip(1, 1, 0, 0, 30, 80, 80),
        Trip(2, 2, 0, 0, 50, 100, 100),
        Trip(3, 0, 0, 25, 75, 80, 80),  # team 0 alone is free
    ]


# --- what holds in every world -------------------------------------------------------------------

FUNNEL = (
    Status.NOT_RECOGNIZED,
    Status.NOT_ELIGIBLE,
    Status.PHONE_RESOLVED,
    Status.OTHER_RESPONDER,
    Status.NOT_REQUESTED,
)
MISSED = (Status.MISSED_OFF_DUTY, Status.MISSED_BUSY)
nasty = settings(max_examples=150, deadline=None)


def free_seconds(world, ledger, duty):
    """Seconds after whose last assignment a duty's team is on duty and free; shape (horizon,)."""
    out = np.zeros(world.window.horizon_s, bool)
    if ledger.duties.started_at_s[duty] == NONE:
        return out
    out[ledger.duties.started_at_s[duty] : ledger.duties.ended_at_s[duty]] = True
    for trip in trips_of(ledger):
        if trip.duty == duty:
            out[trip.assigned_at_s : None if trip.end_at_s == NONE else trip.end_at_s] = False
    return out


def wait_until_s(world, ledger, call):
    """Second up to which a request waits: assigned, given up, or the end of the run."""
    trip, ended_at_s = ledger.calls.trip[call], ledger.calls.ended_at_s[call]
    if trip != NONE:
        return int(ledger.trips.assigned_at_s[trip])
    return world.window.horizon_s if ended_at_s == NONE else int(ended_at_s)


@nasty
@given(plain_worlds())
def test_every_call_has_one_end_that_its_trip_and_its_clocks_agree_with(world):
    ledger = simulate(world)
    for table in ledger:
        check_table(table)
    of_calls, asks = clocks(world), requested(world)
    by = {EndedBy.WITHDRAWN: Status.WITHDRAWN, EndedBy.SETTLED_BY_PATROL: Status.SETTLED_BY_PATROL}
    for call, status in enumerate(statuses(ledger)):
        trip, ended_at_s = ledger.calls.trip[call], ledger.calls.ended_at_s[call]
        assert (status in FUNNEL) == (not asks[call])
        assert (ledger.calls.contact[call] != NONE) == (status == Status.SERVED)
        if ledger.calls.contact[call] != Contact.ENGAGED:
            assert ledger.calls.destination[call] == Destination.NOWHERE
        assert (ledger.calls.ended_by[call] != EndedBy.NOTHING) == (
            status in (*MISSED, *by.values())
        )
        if trip != NONE:
            assert ledger.trips.call[trip] == call
            cause = EndCause(ledger.trips.end_cause[trip])
            causes = {CLEARED: Status.SERVED, RECALLED: by.get(of_calls.if_recalled[call])}
            assert status == causes.get(cause, Status.UNFINISHED)
            assert ended_at_s == ledger.trips.end_at_s[trip]
        elif status in MISSED:
            assert ended_at_s == of_calls.until_assigned_s[call] < world.window.horizon_s
        elif asks[call]:
            assert status == Status.UNFINISHED
            assert of_calls.until_assigned_s[call] >= world.window.horizon_s
    assert sorted(ledger.trips.call) == sorted(np.flatnonzero(ledger.calls.trip != NONE))


@nasty
@given(plain_worlds())
def test_stamps_of_a_trip_follow_from_the_calls_durations(world):
    ledger, of_calls, calls = simulate(world), clocks(world), world.calls
    horizon_s = world.window.horizon_s
    for number, trip in enumerate(trips_of(ledger)):
        until_arrived_s = of_calls.until_arrived_s[trip.call]
        until_assigned_s = of_calls.until_assigned_s[trip.call]
        assert of_calls.dispatchable_at_s[trip.call] <= trip.assigned_at_s <= until_assigned_s
        assert number == 0 or ledger.trips.assigned_at_s[number - 1] <= trip.assigned_at_s
        if world.travel.model == TravelModel.MATRIX:
            mean_s = world.travel.matrix_s[0, trip.origin_zone, calls.zone[trip.call]]
            on_way_s = travel_for_s(mean_s, calls.travel_factor[trip.call])
            due_at_s = trip.assigned_at_s + calls.turnout_for_s[trip.call] + on_way_s
            arrives = due_at_s <= until_arrived_s and due_at_s < horizon_s
            assert trip.arrived_at_s == (due_at_s if arrives else NONE)
        if trip.arrived_at_s == NONE:
            assert trip.left_at_s == NONE
            ends = until_arrived_s < horizon_s
            assert trip.end_at_s == (until_arrived_s if ends else NONE)
            continue
        assert trip.assigned_at_s <= trip.arrived_at_s <= until_arrived_s
        engages = trip.arrived_at_s < of_calls.contact_until_s[trip.call]
        scene_for_s = calls.on_scene_for_s_by_kind if engages else calls.no_contact_for_s_by_kind
        left_at_s = trip.arrived_at_s + scene_for_s[0, trip.call]
        assert trip.left_at_s == (left_at_s if left_at_s < horizon_s else NONE)
        if trip.end_cause == CLEARED:
            assert trip.end_at_s >= left_at_s + calls.report_for_s[trip.call]


@nasty
@given(plain_worlds())
def test_a_team_makes_one_trip_at_a_time_within_its_duty_from_where_it_is(world):
    ledger, horizon_s = simulate(world), world.window.horizon_s
    duties, roster = ledger.duties, world.roster
    for duty in range(len(roster.post)):
        mine = [trip for trip in trips_of(ledger) if trip.duty == duty]
        assert duties.trips[duty] == len(mine)
        if duties.started_at_s[duty] == NONE:
            assert not mine
            continue
        assert roster.on_at_s[duty] <= duties.started_at_s[duty] < roster.off_at_s[duty]
        free_at_s, zone, busy_for_s = duties.started_at_s[duty], duties.start_zone[duty], 0
        for trip in mine:
            assert free_at_s <= trip.assigned_at_s < roster.off_at_s[duty]
            assert trip.origin_zone == zone
            zone = zone if trip.arrived_at_s == NONE else world.calls.zone[trip.call]
            free_at_s = horizon_s if trip.end_at_s == NONE else trip.end_at_s
            busy_for_s += free_at_s - trip.assigned_at_s
        assert duties.busy_for_s[duty] == busy_for_s
        assert duties.ended_at_s[duty] == max(free_at_s, roster.off_at_s[duty])
        assert duties.overtime_for_s[duty] == duties.ended_at_s[duty] - roster.off_at_s[duty]


@nasty
@given(plain_worlds())
def test_a_relief_in_place_waits_for_the_release(world):
    duties, roster = simulate(world).duties, world.roster
    for duty in np.flatnonzero(duties.started_at_s != NONE):
        before = roster.predecessor[duty]
        while before != NONE and duties.started_at_s[before] == NONE:  # it never served
            before = roster.predecessor[before]
        released_at_s = duties.ended_at_s[before] if before != NONE else NONE
        assert duties.started_at_s[duty] == max(roster.on_at_s[duty], released_at_s)


@nasty
@given(plain_worlds())
def test_no_call_waits_while_a_team_is_free_and_none_is_passed_over(world):
    ledger, of_calls = simulate(world), clocks(world)
    free = [free_seconds(world, ledger, duty) for duty in range(len(world.roster.post))]
    anyone = np.any(free, axis=0) if free else np.zeros(world.window.horizon_s, bool)
    asks = np.flatnonzero(requested(world)).tolist()
    until_s = {call: wait_until_s(world, ledger, call) for call in asks}
    for call in asks:
        assert not anyone[of_calls.dispatchable_at_s[call] : until_s[call]].any()

    def entry(call):
        return world.calls.priority[call], of_calls.dispatchable_at_s[call], call

    for trip in trips_of(ledger):
        for call in asks:
            ahead = entry(call) < entry(trip.call)
            if ahead and of_calls.dispatchable_at_s[call] <= trip.assigned_at_s:
                assert until_s[call] <= trip.assigned_at_s


@nasty
@given(plain_worlds())
def test_a_miss_is_off_duty_iff_no_team_was_rostered_in_its_wait_or_at_its_end(world):
    ledger, of_calls, roster = simulate(world), clocks(world), world.roster
    on_duty = np.zeros(world.window.horizon_s, bool)
    for duty in np.flatnonzero(serves(roster)):
        on_duty[roster.on_at_s[duty] : roster.off_at_s[duty]] = True
    for call, status in enumerate(statuses(ledger)):
        if status in MISSED:
            waited = slice(of_calls.dispatchable_at_s[call], ledger.calls.ended_at_s[call] + 1)
            ran_out = ledger.calls.ended_by[call] == EndedBy.OFF_DUTY
            assert (status == Status.MISSED_BUSY) == (on_duty[waited].any() and not ran_out)


@nasty
@given(nasty_worlds())
def test_a_run_repeats_itself_and_leaves_its_world_as_it_was(world):
    before = [column.copy() for table in world[:4] for column in table if np.ndim(column)]
    one, other = simulate(world), simulate(world)
    assert first_difference(one, other) is None
    after = [column for table in world[:4] for column in table if np.ndim(column)]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


@nasty
@given(plain_worlds(), st.integers(1, 60), st.integers(0, 10))
def test_a_world_cut_short_goes_as_the_whole_one_until_then(world, until_s, tail_s):
    cut_world = cut(world, until_s, tail_s)
    whole, part = simulate(world), simulate(cut_world)
    horizon_s = min(until_s + tail_s, world.window.horizon_s)
    assert cut_world.window.horizon_s == horizon_s
    assert np.all(cut_world.roster.off_at_s <= horizon_s)
    assert np.all(cut_world.roster.on_at_s < horizon_s)
    assert np.all(cut_world.calls.received_at_s < horizon_s)

    def seen(at_s):
        return at_s if at_s < horizon_s else NONE

    expected = [
        trip._replace(
            arrived_at_s=seen(trip.arrived_at_s),
            left_at_s=seen(trip.left_at_s),
            end_at_s=seen(trip.end_at_s),
            end_cause=trip.end_cause if trip.end_at_s < horizon_s else UNFINISHED,
        )
        for trip in trips_of(whole)
        if trip.assigned_at_s < horizon_s
    ]
    assert trips_of(part) == expected
