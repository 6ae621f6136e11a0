"""Who makes visits only is in no measure of teams; a team on a visit is busy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from sim.clock import DAY_S, HOUR_S
from sim.model.ledger.record import complete
from sim.model.measures import coverage
from sim.model.measures.cells import Shifts, by_shift
from sim.model.measures.measure import MEASURED, by_hour_of_week, measure
from sim.model.simulation import simulate
from sim.model.world import World
from sim.schema import (
    NONE,
    Breaks,
    Kind,
    Ledger,
    Status,
    TripLedger,
    VisitLedger,
    Visits,
    empty,
)
from tests import naive
from tests.test_measures_follow_up import HALF_A_YEAR
from tests.worlds import (
    make_calls,
    make_policy,
    make_world,
    nasty_worlds,
)


def test_a_team_on_a_visit_is_busy_and_not_free():
    policy = make_policy(teams_visit=1)
    visits = [{"due": HOUR_S, "length": HOUR_S, "person": 5}]
    calls = make_calls(1, received_at_s=1.5 * HOUR_S, withdrawn_for_s=60, on_scene_for_s_by_kind=60)
    duties = [{"on": 0, "off": 4 * HOUR_S, "post": 0}]
    world = make_world(calls, duties, DAY_S, policy=policy, visits=visits)
    ledger = simulate(world)
    assert [Status(status) for status in ledger.calls.status] == [Status.MISSED_BUSY]
    gaps = coverage.gaps(world, ledger)
    assert [gaps.start_s.tolist(), gaps.end_s.tolist()] == [
        [HOUR_S, 4 * HOUR_S],
        [2 * HOUR_S, DAY_S],
    ]
    values = measure(world, ledger, HALF_A_YEAR)
    assert values["utilization_share"] == 1 / 4
    assert values["calls_in_gap_per_year"] == 1 / 0.5
    assert values["calls_per_duty"] == 0  # a visit is no call
    assert values["visit_hours_per_year"] == 1 / 0.5


def test_a_worker_is_in_no_measure_of_teams():
    visits = [{"due": HOUR_S, "length": 6 * HOUR_S, "person": 5}]
    worker = {"on": 0, "off": 5 * HOUR_S, "post": 1, "kind": Kind.FOLLOW_UP, "filled": 0}
    team = {"on": HOUR_S, "off": 3 * HOUR_S, "post": 0}
    breaks = [{"duty": 0, "due": 60, "length": 600}]
    calls = make_calls(1, received_at_s=4 * HOUR_S, withdrawn_for_s=60)
    world = make_world(calls, [worker, team], DAY_S, visits=visits, breaks=breaks)
    ledger = simulate(world)
    assert ledger.breaks.started_at_s.tolist() == [60]
    values = measure(world, ledger, HALF_A_YEAR)
    assert values["missed_off_duty_share"] == values["came_off_duty_share"] == 1
    assert values["teams_deployed_mean"] == pytest.approx(2 / 24)
    assert values["teams_filled_mean"] == 4
    assert values["hours_nobody_on_duty_share"] == pytest.approx(22 / 24)
    assert values["gap_off_duty_hours_per_week"] == pytest.approx(22 * 7)
    nothing = ["utilization_share", "unavailable_share", "overtime_hours_per_year"]
    assert [values[name] for name in nothing] == [0, 0, 0]
    assert values["visit_hours_per_year"] == 6 / 0.5
    hours = by_hour_of_week(world, ledger)
    assert [hours.on_duty_for_s.sum(), hours.busy_for_s.sum()] == [2 * HOUR_S, 0]


def test_a_workers_post_has_its_own_hours_in_the_table_of_posts():
    visits = [{"due": HOUR_S, "length": HOUR_S, "person": 5}]
    duties = [{"on": 0, "off": 5 * HOUR_S, "post": 1, "kind": Kind.FOLLOW_UP}]
    duties.append({"on": 0, "off": 3 * HOUR_S, "post": 0})
    world = make_world(make_calls(1), duties, DAY_S, visits=visits)
    table = by_shift(world, simulate(world), Shifts(np.array([0, 1]), np.array([0, 0])))
    assert table.on_duty_for_s.tolist() == [3 * HOUR_S, 5 * HOUR_S]
    assert table.busy_for_s.tolist() == [0, HOUR_S]
    assert table.reached.tolist() == [1, 0]


OF_VISITS = {name for name in MEASURED if "visit" in name} | {
    "connected_share",
    "referred_per_year",
}


@given(nasty_worlds())
@settings(max_examples=300, deadline=None)
def test_measures_of_random_worlds_are_those_without_the_workers(world):
    ledger = complete(world, naive.simulate(world))
    values = measure(world, ledger, HALF_A_YEAR)
    without = measure(*without_workers(world, ledger), HALF_A_YEAR)
    for name in set(MEASURED) - OF_VISITS:
        assert values[name] == pytest.approx(without[name], nan_ok=True), name


def without_workers(world: World, ledger: Ledger) -> tuple[World, Ledger]:
    """The same with teams only, and what they did; the table of visits is gone."""
    is_team = world.roster.kind != Kind.FOLLOW_UP
    duty = np.cumsum(is_team, dtype=np.int32) - 1
    resting, made = is_team[world.breaks.duty], is_team[ledger.trips.duty]
    number = np.cumsum(made, dtype=np.int32) - 1
    trips = TripLedger(*(column[made] for column in ledger.trips))
    trip = ledger.calls.trip
    breaks = Breaks(*(column[resting] for column in world.breaks))
    no_visits: Visits = empty(Visits)
    none_made: VisitLedger = empty(VisitLedger)
    new_world = world._replace(
        roster=type(world.roster)(*(column[is_team] for column in world.roster)),
        breaks=breaks._replace(duty=duty[breaks.duty]),
        visits=no_visits,
    )
    return new_world, ledger._replace(
        calls=ledger.calls._replace(trip=np.append(number, NONE)[trip]),
        trips=trips._replace(duty=duty[trips.duty]),
        duties=type(ledger.duties)(*(column[is_team] for column in ledger.duties)),
        breaks=type(ledger.breaks)(*(column[resting] for column in ledger.breaks)),
        visits=none_made,
    )
