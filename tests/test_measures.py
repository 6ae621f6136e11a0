"""Measures against worlds worked by hand, and against scans second by second."""

from __future__ import annotations

import math
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.clock import DAY_S, HOUR_S, HOURS_A_WEEK, MINUTE_S, WEEK_S
from sim.model.measures import coverage
from sim.model.measures.cells import by_type
from sim.model.measures.coverage import Spans
from sim.model.measures.measure import (
    MEASURED,
    MEASURES,
    RESPONSE_BIN_S,
    RESPONSE_BINS,
    Settings,
    by_hour_of_week,
    measure,
    paired_times,
    response_histogram,
)
from sim.model.simulation import simulate
from sim.model.world import Window, World
from sim.schema import NONE, Destination, EndCause, Fate, Kind, Ledger, Status
from tests.worlds import (
    constant_travel,
    funnel,
    make_calls,
    make_policy,
    make_world,
    nasty_worlds,
    plain_worlds,
    posts,
)

HALF_A_YEAR = Settings(
    standard_s=10 * MINUTE_S,
    standard_clock_received=False,
    booked_given_arrest=0.5,
    exposure_years=0.5,
    teams_funded=3,
    restricted_limit_s=12 * MINUTE_S,
    patrol_officers=2.0,
    officer_alone_as_patrol=False,
    visit_late_s=HOUR_S,
)
OF_REQUESTED = [
    "reach_share",
    "missed_off_duty_share",
    "missed_out_of_range_share",
    "missed_busy_share",
    "withdrawn_share",
    "settled_by_patrol_share",
]
SETTLED = {
    Status.SERVED,
    Status.WITHDRAWN,
    Status.SETTLED_BY_PATROL,
    Status.MISSED_OFF_DUTY,
    Status.MISSED_OUT_OF_RANGE,
    Status.MISSED_BUSY,
}
TIMES = [
    *(f"response_{figure}_min" for figure in ("mean", "median", "p90")),
    *(f"request_to_arrival_{figure}_min" for figure in ("mean", "median", "p90")),
    "wait_mean_min",
]


def at(hour: int, minute: int = 0, day: int = 1) -> int:
    return day * DAY_S + hour * HOUR_S + minute * MINUTE_S


# --- a week worked by hand -----------------------------------------------------------------------
# The window is days 1 to 7. Ten minutes to any scene. Two duties, 8 to 16 and 10 to 12 of day 1,
# an officer without a clinician, 18 to 20 of day 2, and a team in the last second of the run, for
# which every call is held. Patrol is there five minutes after a call is received; alone it stays an
# hour, and with a team ten minutes from its arrival.

STAYS, LEAVES_IN = 10**9, MINUTE_S
CALLS: list[dict[str, int]] = [
    {"received_at_s": at(23, 50, day=0), "withdrawn_for_s": 5 * LEAVES_IN},  # before the window
    # first team, 9:05 to 11:00
    {"received_at_s": at(9), "triage_for_s": 300, "on_scene_for_s_by_kind": 105 * MINUTE_S}
    | {"fate_patrol": Fate.ARREST, "fate_by_kind": Fate.REFERRAL},
    {"received_at_s": at(9, 30), "withdrawn_for_s": 20 * LEAVES_IN},  # the one on duty is busy
    # second team, as it starts, 10:00 to 10:30
    {"received_at_s": at(9, 55), "on_scene_for_s_by_kind": 20 * MINUTE_S}
    | {"fate_patrol": Fate.HOLD, "fate_by_kind": Fate.VOLUNTARY}
    | {"wanted_destination": Destination.HOSPITAL},
    # second team, the longest idle, 11:50 to 12:30: half an hour over; nobody found
    {"received_at_s": at(11, 48), "triage_for_s": 120, "on_scene_for_s_by_kind": 30 * MINUTE_S}
    | {"contact": 0, "fate_patrol": Fate.ARREST},
    {"received_at_s": at(13), "withdrawn_for_s": 5 * LEAVES_IN},  # first team, recalled at 13:05
    # first team, 15:50 to 17:00: an hour over
    {"received_at_s": at(15, 50), "on_scene_for_s_by_kind": HOUR_S}
    | {"fate_patrol": Fate.HOLD, "fate_by_kind": Fate.VOLUNTARY},
    # patrol is there from 18:05 to arrest, and settles it at 18:30
    {"received_at_s": at(18), "patrol_settles_for_s": 25 * LEAVES_IN, "fate_patrol": Fate.ARREST},
    {"received_at_s": at(18, 10), "funnel_u": 950_000},  # not recognized
    {"received_at_s": at(18, 20), "funnel_u": 850_000},  # not eligible
    {"received_at_s": at(18, 30), "funnel_u": 750_000},  # not requested
    {"received_at_s": at(0, day=7), "withdrawn_for_s": STAYS},  # waits until the end of the run
    {"received_at_s": at(1, day=8), "withdrawn_for_s": 5 * LEAVES_IN},  # after the window
]
BY_HAND = {
    "calls_per_year": 11 / 0.5,
    "calls_averted_per_year": 0,
    "frequent_callers_share": 0,
    "recognized_share": 10 / 11,
    "eligible_share": 9 / 10,
    "requested_share": 8 / 9,
    "phone_resolved_per_year": 0,
    "other_responder_per_year": 0,
    "reach_share": 4 / 7,
    "missed_off_duty_share": 1 / 7,
    "missed_out_of_range_share": 0,
    "missed_busy_share": 1 / 7,
    "withdrawn_share": 1 / 7,
    "settled_by_patrol_share": 0,
    "came_off_duty_share": 1 / 7,  # 18:00
    "unfinished_share": 1 / 8,
    "reach_of_all_share": 4 / 10,
    "handled_per_day": 4 / 7,
    "contact_share": 3 / 4,
    "not_found_share": 1 / 4,
    "refused_share": 0,
    "contacts_per_year": 3 / 0.5,
    "people_reached_per_year": 3 / 0.5,
    "response_mean_min": (15 + 15 + 12 + 10) / 4,
    "response_median_min": (12 + 15) / 2,
    "response_p90_min": 15,
    "request_to_arrival_mean_min": (10 + 15 + 10 + 10) / 4,
    "request_to_arrival_median_min": 10,
    "request_to_arrival_p90_min": 10 + 0.7 * (15 - 10),
    "wait_mean_min": 5 / 4,
    "delay_mean_min": (20 + 5 + 30) / 7,  # 9:30, 9:55 and 18:00
    "delay_any_share": 3 / 7,
    "delay_over_15_min_share": 2 / 7,
    "delay_over_60_min_share": 0,
    "other_district_share": 0,
    "within_standard_share": 3 / 7,
    "request_to_arrival_restricted_mean_min": (10 + 12 + 10 + 10 + 3 * 12) / 7,
    "time_to_clear_mean_min": (120 + 65 + 35 + 42 + 65 + 70 + 65) / 7,
    "time_to_clear_median_min": 65,
    # free: 8:00 to 9:05, 10:30 to 13:00, 13:05 to 15:50
    "gap_hours_per_week": 168 - (65 + 150 + 165) / 60,
    "gap_off_duty_hours_per_week": 168 - 9,
    "gap_busy_hours_per_week": (85 + 5 + 70) / 60,
    "gaps_per_week": 4,
    "gap_longest_h": 168 - (15 + 50 / 60),
    "calls_in_gap_per_year": 4 / 0.5,  # 9:30, 9:55, 18:00 and the unfinished one
    "utilization_share": (115 + 5 + 10 + 30 + 10) / 600,
    "unavailable_share": 0,
    "hours_over_60pct_share": 2 / 8,  # 9 to 10: 55 of 60; 10 to 11: 90 of 120
    "hours_nobody_on_duty_share": 160 / 168,
    "evenings_nobody_on_per_month": 365.25 / 12,  # all seven
    "overtime_hours_per_year": 1.5 / 0.5,
    "calls_per_duty": 4 / 2,
    "calls_per_team_day": 4 * 24 / 10,
    "teams_funded": 3,
    "teams_filled_mean": 3 * 10 / 12,
    "teams_deployed_mean": 10 / 168,
    "busy_mean_h": (115 + 30 + 40 + 70) / 4 / 60,
    "reassigned_per_year": 0,
    "sworn_hours_assigned_per_year": (10 + 2 + 1.5) / 0.5,
    # an hour a call saved but for 20, 20, 17 and 15 minutes, by two officers
    "patrol_hours_released_per_year": 2 * (40 + 40 + 43 + 45) / 60 / 0.5,
    "sworn_hours_net_per_year": (2 * 168 / 60 - 13.5) / 0.5,
    "arrest_diversions_gross_per_year": 3 / 0.5,
    "arrest_diversions_net_per_year": 1 / 0.5,
    "jail_diversions_gross_per_year": 3 / 0.5,
    "jail_diversions_net_per_year": 0.5 * 1 / 0.5,
    "hospital_diversions_gross_per_year": 2 / 0.5,
    "hospital_diversions_net_per_year": 1 / 0.5,
    "hold_diversions_gross_per_year": 3 / 0.5,
    "hold_diversions_net_per_year": 2 / 0.5,
    "voluntary_hospital_diversions_gross_per_year": 2 / 0.5,
    "voluntary_hospital_diversions_net_per_year": -1 / 0.5,
    "treatment_connections_per_year": 3 / 0.5,
    "treatment_connections_net_per_year": 3 / 0.5,
    "connected_share": 1,
    "on_scene_share": 0,
    "referral_share": 1 / 3,
    "voluntary_share": 2 / 3,
    "hold_share": 0,
    "arrest_share": 0,
    "taken_to_center_per_year": 1 / 0.5,
    "taken_to_hospital_per_year": 1 / 0.5,
    "center_turned_away_per_year": 0,
    "chair_occupancy_share": math.nan,  # there is no limit
    "chairs_taken_mean": 0,  # for no time
    "hospital_handover_hours_per_year": 0,  # patrol takes them
    "visits_due_per_year": 0,
    "visits_done_per_year": 0,
    "referred_per_year": 0,
    "visits_late_per_year": 0,
    "visits_expired_per_year": 0,
    "visit_hours_per_year": 0,
}


@pytest.fixture(scope="module")
def week() -> tuple[World, Ledger]:
    defaults = {"contact": 1, "wanted_destination": Destination.CENTER}
    defaults |= {"withdrawn_for_s": 9 * HOUR_S, "patrol_settles_for_s": STAYS}
    patrol = {"arrives": 5, "alone": 60, "handover": 10}
    defaults |= {f"patrol_{name}_for_s": minutes * MINUTE_S for name, minutes in patrol.items()}
    names = {*defaults, *(name for row in CALLS for name in row)}
    given_columns = {
        name: [row.get(name, defaults.get(name, 0)) for row in CALLS] for name in sorted(names)
    }
    policy = make_policy(funnel_ppm=funnel(900_000, 800_000, requested=700_000))
    world = make_world(
        make_calls(len(CALLS), **given_columns),
        [
            {"on": at(8), "off": at(16), "post": 0},
            {"on": at(10), "off": at(12), "post": 1},
            {"on": at(18, day=2), "off": at(20, day=2), "post": 2}
            | {"filled": 0, "clinician_present": 0},
            {"on": 14 * DAY_S - 1, "off": 14 * DAY_S, "post": 3},
        ],
        14 * DAY_S,
        travel=constant_travel(10 * MINUTE_S),
        policy=policy._replace(goes_along=np.zeros((len(Kind), len(Fate)), np.int8)),
        window=(DAY_S, 8 * DAY_S),
    )
    return world, simulate(world)


@pytest.mark.parametrize("name", MEASURED)
def test_value_worked_by_hand(week, name):
    found = measure(*week, HALF_A_YEAR)[name]
    assert found == pytest.approx(BY_HAND[name], rel=1e-12, nan_ok=True)


def test_keys_are_the_dictionarys_in_its_order(week):
    found = measure(*week, HALF_A_YEAR)
    assert list(found) == list(MEASURED)
    assert {type(value) for value in found.values()} == {float}


def test_an_officer_alone_may_serve_as_patrol(week):
    found = measure(*week, HALF_A_YEAR._replace(officer_alone_as_patrol=True))
    released = BY_HAND["patrol_hours_released_per_year"] + 2 / 0.5
    assert found["patrol_hours_released_per_year"] == pytest.approx(released)
    net = released - BY_HAND["sworn_hours_assigned_per_year"]
    assert found["sworn_hours_net_per_year"] == pytest.approx(net)


def test_standard_on_the_clock_from_received(week):
    received = HALF_A_YEAR._replace(standard_clock_received=True, standard_s=12 * MINUTE_S)
    assert measure(*week, received)["within_standard_share"] == pytest.approx(2 / 7)
    one_second_less = received._replace(standard_s=12 * MINUTE_S - 1)
    assert measure(*week, one_second_less)["within_standard_share"] == pytest.approx(1 / 7)


def test_waits_by_type_worked_by_hand(week):
    table = by_type(*week)
    assert (table.requested.tolist(), table.waited_for_s.tolist()) == ([7], [55 * MINUTE_S])
    # 20 minutes, 5 and 30: of those at 9:30, 9:55 and 18:00
    assert [x.tolist() for x in (table.reached, table.waited, table.waited_long)] == [[4], [3], [2]]


def test_histogram_worked_by_hand(week):
    counts = response_histogram(*week)
    assert counts.shape == (RESPONSE_BINS,)
    assert counts.dtype == np.int64
    assert {minute: counts[minute] for minute in np.flatnonzero(counts)} == {10: 1, 12: 1, 15: 2}


def test_hours_worked_by_hand(week):
    table = by_hour_of_week(*week)
    assert all(column.shape == (HOURS_A_WEEK,) for column in table)
    assert all(column.dtype == np.int64 for column in table)
    day = slice(24, 48)  # the run starts on a Monday, the window on its Tuesday
    minutes = {
        "on_duty_for_s": {8: 60, 9: 60, 10: 120, 11: 120, 12: 60, 13: 60, 14: 60, 15: 60},
        "busy_for_s": {9: 55, 10: 90, 11: 10, 13: 5, 15: 10},
        "gap_for_s": dict.fromkeys((*range(8), *range(16, 24)), 60)
        | {9: 55, 10: 30, 13: 5, 15: 10},
    }
    for name, of_hour in minutes.items():
        expected = [of_hour.get(hour, 0) * MINUTE_S for hour in range(24)]
        assert getattr(table, name)[day].tolist() == expected
    assert {h: n for h, n in enumerate(table.reached[day]) if n} == {9: 2, 11: 1, 15: 1}
    assert {h: n for h, n in enumerate(table.response_for_s[day]) if n} == {
        9: 30 * MINUTE_S, 11: 12 * MINUTE_S, 15: 10 * MINUTE_S,
    }  # fmt: skip
    assert {h: n for h, n in enumerate(table.requested[day]) if n} == {
        9: 3, 11: 1, 13: 1, 15: 1, 18: 1,
    }  # fmt: skip
    assert (table.window_for_s == HOUR_S).all()


def test_dictionary_reads_well():
    for name, what in MEASURES.items():
        assert what.better in {"more", "less", "neither"}, name
        assert what.label, name
        assert what.meaning.endswith("."), name
        assert what.meaning.count(". ") == 0, name
        assert ("share" in name) == (what.unit == "share"), name
        assert name.endswith("_min") == (what.unit == "min"), name
        for period in ("year", "month", "week", "day"):
            assert name.endswith(f"_per_{period}") == what.unit.endswith(f"/{period}"), name
        assert what.equation, name
    assert list(MEASURED) == list(BY_HAND)


# --- edges ---------------------------------------------------------------------------------------


def test_nothing_at_all_is_nan_or_zero_without_a_warning():
    world = make_world(make_calls(0), [], WEEK_S)
    found = measure(world, simulate(world), HALF_A_YEAR)
    assert found["gap_off_duty_hours_per_week"] == found["gap_longest_h"] == 168
    assert found["gaps_per_week"] == 1
    assert found["hours_nobody_on_duty_share"] == 1
    undefined = {name for name, value in found.items() if math.isnan(value)}
    assert undefined == {
        name
        for name, what in MEASURES.items()
        if (what.unit in {"share", "min"} and name != "hours_nobody_on_duty_share")
        or name in {"calls_per_duty", "calls_per_team_day", "busy_mean_h", "teams_filled_mean"}
    }
    assert response_histogram(world, simulate(world)).sum() == 0
    assert sum(column.sum() for column in by_hour_of_week(world, simulate(world))) == 2 * WEEK_S


def test_window_holds_its_first_second_and_not_its_last():
    received = [HOUR_S - 1, HOUR_S, 2 * HOUR_S - 1, 2 * HOUR_S]
    world = make_world(
        make_calls(4, received_at_s=received), posts(9, DAY_S), DAY_S, window=(HOUR_S, 2 * HOUR_S)
    )
    found = measure(world, simulate(world), HALF_A_YEAR)
    assert found["calls_per_year"] == 2 / 0.5
    assert found["handled_per_day"] == 2 * 24


def test_exactly_60_percent_is_not_over():
    calls = make_calls(2, received_at_s=[0, HOUR_S], on_scene_for_s_by_kind=[36 * 60, 36 * 60 + 1])
    world = make_world(calls, posts(1, 4 * HOUR_S), 4 * HOUR_S)
    assert measure(world, simulate(world), HALF_A_YEAR)["hours_over_60pct_share"] == 1 / 4


def test_post_held_around_the_clock_has_no_calls_per_duty():
    calls = make_calls(1, received_at_s=[HOUR_S])
    world = make_world(calls, posts(1, 2 * DAY_S), 2 * DAY_S, window=(0, DAY_S))
    assert math.isnan(measure(world, simulate(world), HALF_A_YEAR)["calls_per_duty"])


def test_calls_per_duty_leaves_out_duties_cut_by_the_window_and_posts_held_all_year():
    received = [HOUR_S, 9 * HOUR_S, 17 * HOUR_S, 18 * HOUR_S]
    calls = make_calls(4, received_at_s=received, on_scene_for_s_by_kind=[0, 60, 0, 0])
    duties = [{"on": 0, "off": 8 * HOUR_S, "post": 0}, {"on": 8 * HOUR_S, "off": DAY_S, "post": 1}]
    duties += [{"on": 9 * HOUR_S, "off": 3 * DAY_S, "post": 2}]
    world = make_world(calls, duties, 3 * DAY_S, window=(2 * HOUR_S, 2 * DAY_S))
    ledger = simulate(world)
    assert ledger.trips.duty.tolist() == [0, 1, 2, 1]
    assert measure(world, ledger, HALF_A_YEAR)["calls_per_duty"] == 2


def test_last_bin_of_the_histogram_collects_the_rest():
    triage = [0, 59, 60, RESPONSE_BINS * RESPONSE_BIN_S - 1, 10 * DAY_S]
    calls = make_calls(5, received_at_s=0, triage_for_s=triage)
    world = make_world(calls, posts(9, 20 * DAY_S), 20 * DAY_S, window=(0, DAY_S))
    counts = response_histogram(world, simulate(world))
    assert counts[[0, 1, RESPONSE_BINS - 1]].tolist() == [2, 1, 2]
    assert counts.sum() == 5


def test_team_released_and_sent_again_at_one_second_is_not_free():
    calls = make_calls(2, received_at_s=[10, 15], on_scene_for_s_by_kind=[20, 20])
    world = make_world(calls, posts(1, 100), 100)
    found = coverage.gaps(world, simulate(world))
    assert [found.start_s.tolist(), found.end_s.tolist()] == [[10], [50]]


def test_call_that_takes_the_last_team_has_not_met_the_gap_it_opens():
    calls = make_calls(3, received_at_s=[10, 10, 30], on_scene_for_s_by_kind=[20, 0, 5])
    world = make_world(calls, posts(1, 100), 100)
    ledger = simulate(world)
    gaps = coverage.gaps(world, ledger)
    assert [gaps.start_s.tolist(), gaps.end_s.tolist()] == [[10], [35]]
    # took it; had to wait; got the team at the second it was released
    assert coverage.meets_gap(ledger, gaps).tolist() == [False, True, False]


def test_call_that_gives_up_as_a_team_comes_free_has_not_met_the_gap():
    calls = make_calls(2, received_at_s=0, triage_for_s=[10, 0], withdrawn_for_s=[0, 10])
    world = make_world(calls, posts(1, 100), 100, travel=constant_travel(20))
    ledger = simulate(world)
    gaps = coverage.gaps(world, ledger)
    assert [gaps.start_s.tolist(), gaps.end_s.tolist()] == [[0], [10]]
    assert ledger.calls.status.tolist() == [Status.MISSED_BUSY, Status.WITHDRAWN]
    assert coverage.meets_gap(ledger, gaps).tolist() == [False, False]


# --- scans second by second ----------------------------------------------------------------------


class Scan:
    """The same run as counts of teams at each second, made the slow way."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        self.n = world.window.horizon_s
        duties, trips, off_at_s = ledger.duties, ledger.trips, world.roster.off_at_s
        is_team = world.roster.kind != Kind.FOLLOW_UP
        self.on_duty, self.until_released = self.zeros(), self.zeros()
        self.busy, self.out, self.resting = self.zeros(), self.zeros(), self.zeros()
        for duty in np.flatnonzero(is_team & (duties.started_at_s != NONE)):
            start_s = duties.started_at_s[duty]
            self.on_duty[start_s : off_at_s[duty]] += 1
            self.until_released[start_s : duties.ended_at_s[duty]] += 1
        for trip in np.flatnonzero(is_team[trips.duty]):
            duty = trips.duty[trip]
            end_s = self.n if trips.end_at_s[trip] == NONE else trips.end_at_s[trip]
            self.out[trips.assigned_at_s[trip] : end_s] += 1
            self.busy[trips.assigned_at_s[trip] : min(end_s, off_at_s[duty])] += 1
        for duty, start_s, end_s in zip(world.breaks.duty, *ledger.breaks, strict=True):
            if start_s != NONE and is_team[duty]:
                self.resting[start_s:end_s] += 1
        self.gap = self.until_released == self.out + self.resting
        self.off_duty = self.until_released == 0
        self.window = slice(world.window.start_s, world.window.end_s)
        hours = np.arange(self.n)[self.window] // HOUR_S
        self.hour = hours - hours[0]
        self.of_week = (hours + world.window.first_hour_of_week) % HOURS_A_WEEK

    def zeros(self) -> Any:
        return np.zeros(self.n, np.int64)

    def lengths(self) -> list[int]:
        runs = groupby(self.gap[self.window].tolist())
        return [len(list(seconds)) for is_gap, seconds in runs if is_gap]


def check_against_scan(world: World, ledger: Ledger) -> None:
    scan, found = Scan(world, ledger), measure(world, ledger, HALF_A_YEAR)
    in_window = slice(world.window.start_s, world.window.end_s)
    n_seconds = in_window.stop - in_window.start
    away = scan.out + scan.resting
    assert (scan.until_released >= away).all()  # every team that is out or on a break is on duty
    weeks, lengths = n_seconds / WEEK_S, scan.lengths()
    gap, off_duty = scan.gap[in_window], scan.off_duty[in_window]
    on_duty, busy = scan.on_duty[in_window], scan.busy[in_window]
    by_hour = [np.bincount(scan.hour, weights=counts) for counts in (on_duty, busy)]
    manned = by_hour[0] > 0
    over_s = (scan.until_released - scan.on_duty)[in_window].sum()
    expected = {
        "gap_hours_per_week": gap.sum() / HOUR_S / weeks,
        "gap_off_duty_hours_per_week": off_duty.sum() / HOUR_S / weeks,
        "gap_busy_hours_per_week": (gap & ~off_duty).sum() / HOUR_S / weeks,
        "gaps_per_week": len(lengths) / weeks,
        "gap_longest_h": max(lengths, default=0) / HOUR_S,
        "hours_nobody_on_duty_share": 1 - manned.mean(),
        "overtime_hours_per_year": over_s / HOUR_S / 0.5,
        "teams_deployed_mean": on_duty.mean(),
    }
    if manned.any():
        over = by_hour[1][manned] * 5 > by_hour[0][manned] * 3
        expected["utilization_share"] = busy.sum() / on_duty.sum()
        expected["unavailable_share"] = scan.resting[in_window].sum() / on_duty.sum()
        expected["hours_over_60pct_share"] = over.mean()
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-9, abs=1e-12)
    table = by_hour_of_week(world, ledger)
    for column, counts in zip(table, (gap, on_duty, busy, np.ones(n_seconds)), strict=False):
        assert column.tolist() == np.bincount(scan.of_week, counts, HOURS_A_WEEK).tolist()
    first_s = world.window.start_s
    reached, response_for_s = np.zeros((2, HOURS_A_WEEK), np.int64)
    for call in served(world, ledger):
        received_s = world.calls.received_at_s[call]
        hour = scan.of_week[received_s - first_s]
        reached[hour] += 1
        arrived_s = ledger.trips.arrived_at_s[ledger.calls.trip[call]]
        response_for_s[hour] += arrived_s - received_s
    assert table.reached.tolist() == reached.tolist()
    assert table.response_for_s.tolist() == response_for_s.tolist()
    check_came_off_duty(world, ledger, scan)
    assert (table.requested >= reached).all()


def check_came_off_duty(world: World, ledger: Ledger, scan: Scan) -> None:
    settled = [row for row in window_rows(world) if ledger.calls.status[row] in SETTLED]
    if settled:
        came = scan.off_duty[world.calls.received_at_s[settled]].mean()
        found = measure(world, ledger, HALF_A_YEAR)["came_off_duty_share"]
        assert found == pytest.approx(came, rel=1e-12)


def windowed(data: Any, world: World) -> World:
    """The same world with some window."""
    horizon_s = world.window.horizon_s
    start_s = data.draw(st.integers(0, horizon_s - 1))
    end_s = data.draw(st.integers(start_s + 1, horizon_s))
    return world._replace(window=world.window._replace(start_s=start_s, end_s=end_s))


@given(nasty_worlds(), st.data())
@settings(max_examples=150, deadline=None)
def test_random_worlds_against_the_scan(world, data):
    world = windowed(data, world)
    ledger = simulate(world)
    check_against_scan(world, ledger)
    check_shares(world, ledger)


@given(plain_worlds(), st.data())
@settings(max_examples=150, deadline=None)
def test_calls_in_gap_of_random_worlds_with_any_team_for_any_call(world, data):
    world = windowed(data, world)
    check_calls_in_gap(world, simulate(world))


def check_shares(world: World, ledger: Ledger) -> None:
    found = measure(world, ledger, HALF_A_YEAR)
    total = sum(found[name] for name in OF_REQUESTED)
    if math.isnan(total):
        assert not {*ledger.calls.status[window_rows(world)]} & SETTLED
    else:
        assert total == pytest.approx(1, rel=1e-12)
        table = by_hour_of_week(world, ledger)
        assert table.reached.sum() / table.requested.sum() == found["reach_share"]
        assert found["within_standard_share"] <= found["reach_share"]


def check_calls_in_gap(world: World, ledger: Ledger) -> None:
    gap, calls, n_met = Scan(world, ledger).gap, ledger.calls, 0
    for call in window_rows(world):
        second, trip = calls.dispatchable_at_s[call], calls.trip[call]
        at_once = trip != NONE and ledger.trips.assigned_at_s[trip] == second
        if second == NONE or at_once or second >= len(gap):
            continue
        n_met += gap[second]
        # A free team goes to any call, unless its patience ends before another's team is recalled.
        assert gap[second] or calls.ended_at_s[call] == second
    assert measure(world, ledger, HALF_A_YEAR)["calls_in_gap_per_year"] == n_met / 0.5


def window_rows(world: World) -> Any:
    received, window = world.calls.received_at_s, world.window
    return np.flatnonzero((received >= window.start_s) & (received < window.end_s))


PLANS = {"one": (1, 7), "three": (3, 7), "eight": (8, 7), "late": (3, 13)}


@pytest.fixture(scope="module")
def days() -> dict[str, tuple[World, Ledger]]:
    """Four days of 300 calls under four plans, by shifts that overrun."""
    random = np.random.default_rng(20_240_229)
    n, horizon_s = 300, 4 * DAY_S
    calls = make_calls(
        n,
        received_at_s=np.sort(random.integers(0, horizon_s, n)),
        triage_for_s=random.integers(0, 900, n),
        withdrawn_for_s=random.integers(0, 3 * HOUR_S, n),
        on_scene_for_s_by_kind=random.integers(0, 3 * HOUR_S, n),
        travel_factor=random.uniform(0.5, 2, n),
        report_for_s=600,
    )

    def run(n_posts: int, first_h: int) -> tuple[World, Ledger]:
        shifts = [
            {"on": on, "off": min(on + 10 * HOUR_S + 1, horizon_s), "post": post}
            for post in range(n_posts)
            for on in range(first_h * HOUR_S + 900 * post, horizon_s, DAY_S)
        ]
        world = make_world(calls, shifts, horizon_s, travel=constant_travel(900))
        window = Window(5 * HOUR_S + 1_700, 3 * DAY_S + 10 * HOUR_S + 77, horizon_s, 160)
        world = world._replace(window=window)
        return world, simulate(world)

    return {plan: run(n_posts, first_h) for plan, (n_posts, first_h) in PLANS.items()}


@pytest.mark.parametrize("plan", PLANS)
def test_days_against_the_scan(days, plan):
    check_against_scan(*days[plan])
    check_shares(*days[plan])
    check_calls_in_gap(*days[plan])


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_seconds_by_clock_hour(data):
    window = Window(data.draw(st.integers(0, 9_000)), data.draw(st.integers(9_001, 18_000)), 0, 0)
    ends = st.tuples(st.integers(0, 20_000), st.integers(0, 20_000)).map(sorted)
    pairs = np.array(data.draw(st.lists(ends, max_size=6)), np.int64).reshape(-1, 2)
    spans = Spans(pairs[:, 0], pairs[:, 1]).within(window)
    first = window.start_s // HOUR_S
    expected = np.zeros(-(-window.end_s // HOUR_S) - first, np.int64)
    for start_s, end_s in pairs.tolist():
        inside = [s for s in range(start_s, end_s) if window.start_s <= s < window.end_s]
        np.add.at(expected, np.array(inside, np.int64) // HOUR_S - first, 1)
    assert coverage.by_clock_hour(spans, window).tolist() == expected.tolist()
    assert spans.total_s() == expected.sum()


# --- times ---------------------------------------------------------------------------------------


def minutes_of(world: World, ledger: Ledger, rows: Any) -> dict[str, list[float]]:
    trip = [ledger.calls.trip[row] for row in rows]
    arrived = ledger.trips.arrived_at_s[trip]
    dispatchable = ledger.calls.dispatchable_at_s[rows]
    return {
        "response": (arrived - world.calls.received_at_s[rows]) / 60,
        "request_to_arrival": (arrived - dispatchable) / 60,
        "wait": (ledger.trips.assigned_at_s[trip] - dispatchable) / 60,
    }


def summaries_of(minutes: dict[str, Any]) -> dict[str, float]:
    figures = {"mean": np.mean, "median": np.median, "p90": lambda x: np.quantile(x, 0.9)}
    every = {
        f"{name}_{figure}_min": float(of(values))
        for name, values in minutes.items()
        for figure, of in figures.items()
    }
    return {name: every[name] for name in TIMES}


def served(world: World, ledger: Ledger) -> set[int]:
    rows = window_rows(world)
    return set(rows[ledger.calls.status[rows] == Status.SERVED].tolist())


@pytest.mark.parametrize("plan", PLANS)
def test_quantiles_are_numpys(days, plan):
    world, ledger = days[plan]
    rows = sorted(served(world, ledger))
    expected = summaries_of(minutes_of(world, ledger, rows))
    found = measure(world, ledger, HALF_A_YEAR)
    assert {name: found[name] for name in TIMES} == pytest.approx(expected, rel=1e-12)
    assert response_histogram(world, ledger).sum() == len(rows)
    cleared = ledger.trips.end_cause[ledger.calls.trip[rows]] == EndCause.CLEARED
    assert cleared.all()


def test_paired_times_are_of_the_calls_reached_under_both(days):
    a, b = days["eight"], days["late"]
    common = sorted(served(*a) & served(*b))
    assert 0 < len(common) < min(len(served(*a)), len(served(*b)))
    of_a, of_b = (minutes_of(*plan, common) for plan in (a, b))
    one, other = summaries_of(of_a), summaries_of(of_b)
    found = paired_times(*a, *b)
    assert list(found.a) == list(found.b) == TIMES
    assert found.a == pytest.approx({name: one[name] for name in TIMES}, abs=1e-9)
    assert found.b == pytest.approx({name: other[name] for name in TIMES}, abs=1e-9)
    difference = found.a["response_mean_min"] - found.b["response_mean_min"]
    assert difference == pytest.approx(np.mean(of_a["response"] - of_b["response"]))


def test_paired_times_of_a_plan_with_itself_are_zero(days):
    found = paired_times(*days["three"], *days["three"])
    assert found.a == found.b


def test_paired_times_without_a_common_call_are_nan():
    calls = make_calls(2, received_at_s=[0, 20], withdrawn_for_s=5)
    early = make_world(calls, [{"on": 0, "off": 10, "post": 0}], 30)
    late = make_world(calls, [{"on": 20, "off": 30, "post": 0}], 30)
    found = paired_times(early, simulate(early), late, simulate(late))
    assert list(found.a) == TIMES
    assert all(math.isnan(value) for times in found for value in times.values())


def test_paired_times_refuse_other_calls_or_another_window(days):
    world, ledger = days["three"]
    other = world._replace(window=world.window._replace(start_s=0))
    later = world.calls._replace(received_at_s=world.calls.received_at_s + 1)
    for changed in (other, world._replace(calls=later)):
        with pytest.raises(ValueError, match="same calls and window"):
            paired_times(world, ledger, changed, ledger)
