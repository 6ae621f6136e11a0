"""Cells pooled over replications, and what they say of who is reached less."""

from __future__ import annotations

import numpy as np
import pytest

from sim.config import StaffingPlan, compose, staffing
from sim.model.measures import cells as tables
from sim.model.measures.cells import HourTable, PostTable, Shifts, TypeTable, ZoneTable
from sim.model.measures.start import StartTable
from sim.scenarios.answers.intervals import Ratios
from sim.scenarios.comparison.cells import Cells, Shift, pooled
from sim.scenarios.comparison.fairness import fairness, zones_alike
from sim.scenarios.intervals import ratio_of_sums
from sim.scenarios.samples import ArmSample
from sim.scenarios.scenario import Arm, Scenario
from sim.schema import TravelModel

RUN = compose([]).run
ONE_TYPE = {"call": 1}  # and its priority
WEEK_S, HOUR_S = 604_800, 3_600
TOWNS = ("demand=three_towns", "travel=three_towns", "dispatch=closest")
LINES = [
    {"name": "late", "count": 2, "pattern": "daily", "starts": ["21:30", "7:00"], "length_h": 8},
    {"name": "post", "count": 1, "pattern": "continuous"},
]
PLAN = StaffingPlan.model_validate({"name": "mine", "lines": LINES})


def hours(**columns) -> HourTable:
    """One week of one replication, or of several where a column says so."""
    shape = np.broadcast_shapes((1, 168), *(np.shape(column) for column in columns.values()))
    filled = dict.fromkeys(HourTable._fields, 0) | {"window_for_s": HOUR_S} | columns
    return HourTable(*(np.broadcast_to(column, shape) for column in filled.values()))


def zones(requested, reached, response_for_s=0, gap_for_s=0) -> ZoneTable:
    """Calls of zones in one week; rows are replications."""
    given = (requested, reached, response_for_s, gap_for_s, WEEK_S)
    return ZoneTable(*np.broadcast_arrays(*map(np.atleast_2d, given)))


def posts(on_duty_for_s, reached=0) -> PostTable:
    given = (on_duty_for_s, 0, reached)
    return PostTable(*np.broadcast_arrays(*map(np.atleast_2d, given)))


def sample(of_hours=None, of_zones=None, of_posts=None) -> ArmSample:
    """What was measured, of which only some is looked at."""
    nothing = np.zeros((1, 0))
    return ArmSample(
        values=nothing,
        hours=hours() if of_hours is None else of_hours,
        zones=zones([[0]], [[0]]) if of_zones is None else of_zones,
        posts=posts([[0] * 5]) if of_posts is None else of_posts,
        types=TypeTable(*np.zeros((5, 1, 1))),
        start=StartTable(nothing),
        shifts=Shifts(nothing, nothing),
        histogram=nothing,
    )


def cells(travel: TravelModel = TravelModel.MATRIX, **given) -> Cells:
    return pooled(PLAN, travel, sample(**given), RUN, ONE_TYPE)


# --- cells ---------------------------------------------------------------------------------------


def test_a_cell_is_a_ratio_of_sums_and_lies_in_its_interval():
    found = cells(of_zones=zones([[10, 0], [30, 0]], [[5, 0], [30, 0]])).zones["reach_share"]
    assert found.ratio[0] == 35 / 40
    assert (found.low[0], found.high[0]) == (0.0, 1.0)  # of two replications
    assert np.isnan(found.ratio[1])


def test_no_chance_no_width():
    found = ratio_of_sums(np.full((9, 2), 3.0), np.full((9, 1), 4.0), 0.95, 1.0)
    for column in found:
        np.testing.assert_array_equal(column, [0.75, 0.75])


def test_the_interval_of_a_ratio_holds_the_truth_as_often_as_it_says():
    random = np.random.default_rng(7)
    bottoms = random.poisson(30, (4_000, 20)).astype(float)
    tops = random.binomial(bottoms.astype(int), 0.6).astype(float)
    found = ratio_of_sums(tops.T, bottoms.T, 0.95, 1.0)
    held = np.mean((found.low <= 0.6) & (found.high >= 0.6))
    assert abs(held - 0.95) < 3 * (0.95 * 0.05 / 4_000) ** 0.5 + 0.005  # of the linear form


def test_a_cell_as_an_interval_has_none_where_it_is_undefined():
    found = Ratios(np.array([0.5, np.nan]), np.array([0.4, np.nan]), np.array([0.6, np.nan]))
    assert tuple(vars(found.interval(0, 7)).values()) == (0.5, 0.4, 0.6, 7)
    assert tuple(vars(found.interval(1, 7)).values()) == (None, None, None, 7)


def test_a_zone_has_no_response_time_under_the_square_root_law():
    given = {"of_zones": zones([[4, 4]], [[2, 4]], [[600, 4_800]])}
    np.testing.assert_array_equal(cells(**given).zones["response_mean_min"].ratio, [5, 20])
    blind = cells(TravelModel.SQUARE_ROOT, **given).zones
    assert np.isnan(blind["response_mean_min"].ratio).all()
    np.testing.assert_array_equal(blind["reach_share"].ratio, [0.5, 1])


def test_zones_count_requests_a_week_and_gaps():
    table = zones([[4, 6], [8, 6]], [[2, 4], [1, 2]], gap_for_s=[[WEEK_S // 4, 0]])
    found = cells(of_zones=table).zones
    np.testing.assert_array_equal(found["requested_per_week"].ratio, [6, 6])
    np.testing.assert_array_equal(found["gap_share"].ratio, [0.25, 0])


def test_small_integers_do_not_overflow():
    table = zones(np.full((1, 1), 200, np.uint8), np.full((1, 1), 200, np.uint8), 60_000)
    found = cells(of_zones=table, of_hours=hours(reached=np.uint8(200), response_for_s=60_000))
    assert found.zones["response_mean_min"].ratio == [5]
    assert found.hours["response_mean_min"].ratio[0] == 5


def test_shifts_are_named_by_line_number_and_start():
    assert cells().shifts == [
        *(Shift("late", 1, None, "07:00", 8), Shift("late", 1, None, "21:30", 8)),
        *(Shift("late", 2, None, "07:00", 8), Shift("late", 2, None, "21:30", 8)),
        Shift("post", 1, None, None, 24),
    ]


SHIFTED = ["unit_shifts_12", "weekdays_2x12", "towns_3x8", "12_and_3_case_managers", "3", "0"]


@pytest.mark.parametrize("name", SHIFTED)
def test_shifts_are_in_the_order_of_the_tables(name):
    plan, arm = staffing(name), Scenario(compose([*TOWNS])).arm(staffing(name))
    of_plan = tables.shifts(arm.plan)
    found = pooled(plan, 0, sample(of_posts=posts([[0] * len(of_plan.post)])), RUN, ONE_TYPE).shifts
    starts = [int(x.start[:2]) * 60 + int(x.start[3:]) if x.start else 0 for x in found]
    assert [60 * start for start in starts] == of_plan.start_s.tolist()


def test_posts_count_the_calls_of_a_whole_duty():
    table = posts([[4 * HOUR_S, 8 * HOUR_S, 0, 0, 168 * HOUR_S]], [[1, 1, 0, 0, 14]])
    found = cells(of_posts=table).posts
    np.testing.assert_array_equal(found["on_duty_hours_per_week"].ratio, [4, 8, 0, 0, 168])
    np.testing.assert_array_equal(found["calls_per_duty"].ratio, [2, 1, np.nan, np.nan, 2])


# --- night and day -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def arm() -> Arm:
    return Scenario(compose([*TOWNS])).arm(staffing("towns_3x8"))


def compared(arm: Arm, **given):
    of = sample(**given)
    names_of = [f"zone {n}" for n in range(of.zones.requested.shape[1])]
    return fairness(arm, of, pooled(arm.plan, arm.travel.model, of, RUN, ONE_TYPE), names_of, RUN)


@pytest.mark.parametrize(("hour", "night"), [(21, 0), (22, 1), (0, 1), (5, 1), (6, 0), (12, 0)])
def test_the_night_is_from_22_to_6(arm, hour, night):
    of_day = np.arange(168) % 24 == hour
    found = compared(
        arm,
        of_hours=hours(requested=2, reached=of_day * 1, response_for_s=of_day * 1_200),
        of_posts=posts([[0] * 9]),
    )
    groups = (found.night, found.day)
    assert [x.reach_share.mean for x in groups] == ([1 / 16, 0] if night else [0, 1 / 32])
    responses = [x.response_mean_min.mean for x in groups]
    assert responses == ([20, None] if night else [None, 20])


# --- zones ---------------------------------------------------------------------------------------


def by_zone(arm: Arm, requested, reached):
    return compared(arm, of_zones=zones(requested, reached), of_posts=posts([[0] * 9]))


def test_best_and_worst_are_of_zones_with_a_call_a_week(arm):
    found = by_zone(arm, [[0, 4, 8, 8], [1, 4, 8, 8]], [[0, 3, 2, 6], [1, 4, 3, 6]])
    assert (found.zones, found.zones_compared, found.zones_alike) == (4, 3, False)
    assert (found.best_zone.name, found.worst_zone.name) == ("zone 1", "zone 2")
    assert found.best_zone.reach_share.mean == 7 / 8
    assert found.worst_zone.reach_share.mean == 5 / 16
    assert found.worst_zone.reach_share.low == 0  # two replications leave it as wide as it can be


def test_of_equals_the_first_is_named(arm):
    found = by_zone(arm, [[4, 4, 4, 4]], [[1, 3, 3, 1]])
    assert (found.best_zone.name, found.worst_zone.name) == ("zone 1", "zone 0")


@pytest.mark.parametrize("requested", [[[0, 0]], [[9, 0]]])
def test_one_zone_is_no_comparison(arm, requested):
    found = by_zone(arm, requested, np.minimum(requested, 1))
    assert (found.best_zone, found.worst_zone) == (None, None)
    assert not found.zones_alike


@pytest.mark.parametrize(
    ("overrides", "alike"),
    [
        ([*TOWNS], False),
        (["demand=three_towns", "travel=coordinates", "dispatch=closest"], False),
        (["demand=three_towns", "dispatch=closest"], True),
        (["demand=three_towns", "dispatch=embedded"], False),
        (["demand=three_towns", "travel=square_root", "dispatch=officer_request"], True),
    ],
)
def test_zones_are_alike_if_travel_and_scope_know_no_places(overrides, alike):
    arm = Scenario(compose(overrides)).arm(staffing("towns_3x8"))
    assert zones_alike(arm) is alike


def test_no_zone_is_best_among_those_that_are_alike():
    arm = Scenario(compose(["demand=three_towns"])).arm(staffing("towns_3x8"))
    found = by_zone(arm, [[4, 4, 4]], [[1, 3, 3]])
    assert (found.zones_compared, found.zones_alike) == (3, True)
    assert (found.best_zone, found.worst_zone) == (None, None)
