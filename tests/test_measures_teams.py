"""Measures of teams that are absent, on a break or taken for another call, worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.clock import DAY_S, HOUR_S, MINUTE_S, WEEK_S
from sim.model.ledger.record import complete
from sim.model.measures import coverage
from sim.model.measures.measure import Settings, measure
from sim.model.simulation import simulate
from sim.schema import EndCause, Status
from tests.test_ledger import record
from tests.worlds import Trip, make_calls, make_policy, make_world, posts

A_YEAR = Settings(
    standard_s=600,
    standard_clock_received=False,
    booked_given_arrest=1.0,
    exposure_years=0.5,
    teams_funded=4,
    restricted_limit_s=1_200,
    patrol_officers=2.0,
    officer_alone_as_patrol=False,
    visit_late_s=600,
)
NO_CALLS = make_calls(0)


def found(world):
    return measure(world, simulate(world), A_YEAR)


def duty(on_h, off_h, post=0, **given):
    return {"on": round(on_h * HOUR_S), "off": round(off_h * HOUR_S), "post": post, **given}


# --- who is there --------------------------------------------------------------------------------


def test_teams_filled_are_those_funded_by_share_of_rostered_hours():
    duties = [duty(0, 8), duty(0, 4, 1, filled=0), duty(6, 12, 2, filled=0, clinician_present=0)]
    world = make_world(NO_CALLS, duties, DAY_S, window=(2 * HOUR_S, 9 * HOUR_S))
    assert found(world)["teams_filled_mean"] == pytest.approx(4 * 6 / (6 + 2 + 3))
    outside = make_world(NO_CALLS, duties, DAY_S, window=(12 * HOUR_S, DAY_S))
    assert math.isnan(found(outside)["teams_filled_mean"])


def test_people_who_are_away_leave_their_position_filled():
    world = make_world(NO_CALLS, [duty(0, 8, clinician_present=0)], DAY_S)
    assert found(world)["teams_filled_mean"] == 4


@pytest.mark.parametrize(
    ("on_h", "off_h", "empty"),
    [
        (18, 24, 0),
        (0, 18, 1),  # off as the evening begins
        (0, 18 + 1 / 3600, 0),
        (24, 30, 1),
        (24 - 1 / 3600, 30, 0),
        (12, 36, 0),
    ],
)
def test_an_evening_has_nobody_on_if_no_team_is_on_for_one_second_of_it(on_h, off_h, empty):
    world = make_world(NO_CALLS, [duty(on_h, off_h)], 3 * DAY_S, window=(0, DAY_S))
    per_month = found(world)["evenings_nobody_on_per_month"]
    assert per_month == pytest.approx(empty * 365.25 / 12)


def test_evenings_are_of_the_local_day_and_lie_wholly_in_the_window():
    world = make_world(NO_CALLS, [], 3 * DAY_S, window=(HOUR_S, 2 * DAY_S), first_hour_of_week=41)
    evenings = coverage.evenings(world.window)  # the run starts at 17:00
    assert evenings.start_s.tolist() == [HOUR_S, HOUR_S + DAY_S]
    later = world.window._replace(start_s=HOUR_S + 1)
    assert coverage.evenings(later).start_s.tolist() == [HOUR_S + DAY_S]
    sooner = world.window._replace(end_s=DAY_S + 7 * HOUR_S - 1)
    assert coverage.evenings(sooner).end_s.tolist() == [7 * HOUR_S]
    assert found(world)["evenings_nobody_on_per_month"] == pytest.approx(
        2 / (47 / 24) * 365.25 / 12
    )


def test_a_team_in_overtime_does_not_make_an_evening():
    calls = make_calls(1, received_at_s=17 * HOUR_S, on_scene_for_s_by_kind=3 * HOUR_S)
    world = make_world(calls, [duty(8, 18)], DAY_S)
    assert found(world)["evenings_nobody_on_per_month"] == pytest.approx(365.25 / 12)


def test_a_call_came_with_nobody_on_duty_whatever_became_of_it():
    received = [hour * HOUR_S for hour in (7, 7, 8, 15, 16, 17, 17)]
    calls = make_calls(
        7,
        received_at_s=received,
        withdrawn_for_s=[2 * HOUR_S, 0, 60, 60, 60, 60, 10 * DAY_S],
        on_scene_for_s_by_kind=[60, 0, 0, int(1.5 * HOUR_S), 0, 0, 0],
    )
    world = make_world(calls, [duty(8, 16)], DAY_S)
    ledger = simulate(world)
    assert [Status(status) for status in ledger.calls.status] == [
        Status.SERVED,  # waited from 7:00 to 8:00
        Status.MISSED_OFF_DUTY,
        Status.SERVED,
        Status.SERVED,  # until 16:30
        Status.MISSED_OFF_DUTY,  # the team is in overtime
        Status.MISSED_OFF_DUTY,
        Status.MISSED_OFF_DUTY,  # held for nobody
    ]
    assert measure(world, ledger, A_YEAR)["came_off_duty_share"] == pytest.approx(4 / 7)


# --- breaks --------------------------------------------------------------------------------------


def test_a_team_on_a_break_is_on_duty_and_neither_free_nor_busy():
    breaks = [
        {"duty": 0, "due": 2 * HOUR_S, "length": HOUR_S},
        {"duty": 0, "due": 5 * HOUR_S, "length": 2 * HOUR_S},  # cut by the end of the duty
        {"duty": 0, "due": 7 * HOUR_S, "length": HOUR_S},  # never taken
    ]
    calls = make_calls(1, received_at_s=2.5 * HOUR_S, withdrawn_for_s=60)
    world = make_world(calls, [duty(0, 6)], 7 * HOUR_S, breaks=breaks)
    ledger = simulate(world)
    assert [Status(status) for status in ledger.calls.status] == [Status.MISSED_BUSY]
    gaps = coverage.gaps(world, ledger)
    assert gaps.start_s.tolist() == [2 * HOUR_S, 5 * HOUR_S]
    assert gaps.end_s.tolist() == [3 * HOUR_S, 7 * HOUR_S]
    values = measure(world, ledger, A_YEAR)
    assert values["unavailable_share"] == pytest.approx(2 / 6)
    assert values["utilization_share"] == 0
    weeks = 7 * HOUR_S / WEEK_S
    assert values["gap_busy_hours_per_week"] == pytest.approx(2 / weeks)
    assert values["gap_off_duty_hours_per_week"] == pytest.approx(1 / weeks)
    assert values["calls_in_gap_per_year"] == 2


def test_break_time_is_cut_to_the_window():
    breaks = [{"duty": 0, "due": HOUR_S, "length": HOUR_S}]
    world = make_world(
        NO_CALLS, [duty(0, 6)], DAY_S, breaks=breaks, window=(int(1.5 * HOUR_S), 4 * HOUR_S)
    )
    assert found(world)["unavailable_share"] == pytest.approx(0.5 / 2.5)


def test_a_break_right_after_a_trip_opens_no_gap_of_its_own():
    breaks = [{"duty": 0, "due": 15, "length": 10}]
    calls = make_calls(1, received_at_s=10, on_scene_for_s_by_kind=20)
    world = make_world(calls, posts(1, 100), 100, breaks=breaks)
    gaps = coverage.gaps(world, simulate(world))
    assert [gaps.start_s.tolist(), gaps.end_s.tolist()] == [[10], [40]]


# --- taken for another call ----------------------------------------------------------------------


def test_trips_broken_off_are_counted_by_the_calls_of_the_window():
    taken = EndCause.REASSIGNED
    trips = [
        Trip(0, 0, 0, 10, -1, -1, 20, taken),
        Trip(2, 0, 0, 20, -1, -1, 30, taken),
        Trip(1, 0, 0, 30, -1, -1, 40, taken),
        Trip(3, 0, 0, 40, 50, 60, 70),
        Trip(1, 0, 0, 70, -1, -1, 80, taken),
        Trip(2, 0, 0, 80, 90, 95, 110),
    ]
    calls = make_calls(4, received_at_s=[1, 5, 6, 7], withdrawn_for_s=200)
    world = make_world(calls, posts(1, 1_000), 1_000, window=(5, 900))
    ledger = complete(world, record(trips, [(0, -1)]))
    values = measure(world, ledger, A_YEAR)
    assert values["reassigned_per_year"] == 3 / 0.5
    assert values["reach_share"] == pytest.approx(2 / 3)
    assert values["wait_mean_min"] == pytest.approx((80 - 6 + 40 - 7) / 2 / 60)
    assert values["busy_mean_h"] == pytest.approx(30 / HOUR_S)
    assert math.isnan(values["calls_per_duty"])  # the post is held all the time
    assert values["utilization_share"] == pytest.approx((10 * 3 + 30 + 10 + 30) / 895)


def test_recalls_by_priority_are_counted_in_a_run():
    calls = make_calls(
        2, received_at_s=[0, 5], priority=[2, 1], turnout_for_s=10, on_scene_for_s_by_kind=20
    )
    world = make_world(calls, posts(1, 1_000), 1_000, policy=make_policy(recalls=1))
    values = found(world)
    assert values["reassigned_per_year"] == 2
    assert values["reach_share"] == 1
    assert values["response_mean_min"] == pytest.approx((45 + 10) / 2 / MINUTE_S)
    assert np.isfinite(values["busy_mean_h"])
