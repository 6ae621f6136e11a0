"""Mean travel between zones: constant, by matrix, by coordinates; the square root by free teams."""

from __future__ import annotations

import numpy as np
import pytest

from sim.config.models import ConstantTravel, CoordinatesTravel, MatrixTravel
from sim.model.inputs.travel import EARTH_MILES, compile_travel, great_circle_miles
from sim.schema import TravelModel
from tests.worlds import make_demand

EVEN = [1.0] * 24
RUSH = [1.0 if hour < 12 else 1.5 for hour in range(24)]
# a degree of latitude is pi / 180 of the Earth's radius, wherever it is
DEGREE_MILES = EARTH_MILES * np.pi / 180


def places(latitude, longitude):
    n = len(latitude)
    return make_demand(
        zones=[f"z{zone}" for zone in range(n)],
        zone_share=[1 / n] * n,
        zone_latitude=latitude,
        zone_longitude=longitude,
    )


def coordinates(**given_too):
    given = {
        "speed_mph": 30,
        "detour_factor": 1.3,
        "start_minutes": 2,
        "within_zone_minutes": 7,
        "traffic_by_hour": EVEN,
        "factor_sd": 0,
    }
    return CoordinatesTravel(model="coordinates", **given | given_too)


def test_a_degree_of_latitude_is_69_miles_anywhere():
    miles = great_circle_miles([40.0, 41.0, -10.0, -11.0], [-75.0, -75.0, 20.0, 20.0])
    assert miles[0, 1] == pytest.approx(DEGREE_MILES, rel=1e-12)
    assert miles[2, 3] == pytest.approx(69.09, abs=0.01)


def test_a_degree_of_longitude_shrinks_with_the_latitude():
    equator, sixty = (
        great_circle_miles([0.0] * 2, [0.0, 1.0]),
        great_circle_miles([60.0] * 2, [0, 1]),
    )
    assert equator[0, 1] == pytest.approx(DEGREE_MILES)
    assert sixty[0, 1] == pytest.approx(DEGREE_MILES / 2, rel=1e-4)


def test_half_way_round_is_half_the_circumference_and_the_date_line_is_no_wall():
    ends = great_circle_miles([90.0, -90.0], [0.0, 0.0])
    assert ends[0, 1] == pytest.approx(np.pi * EARTH_MILES)
    near = great_circle_miles([0.0, 0.0], [179.5, -179.5])
    assert near[0, 1] == pytest.approx(DEGREE_MILES)


def test_a_known_distance():
    """Los Angeles to New York by the city halls: 2,446 miles as the crow flies."""
    miles = great_circle_miles([34.0537, 40.7127], [-118.2428, -74.0060])
    assert miles[0, 1] == pytest.approx(2_446, abs=5)


def test_minutes_by_hand():
    """A tenth of a degree: 6.909 miles, 8.982 with the detour, at 30 mph 17.96 min, and 2 more."""
    travel = compile_travel(coordinates(), places([40.0, 40.1], [-75.0, -75.0]), 3)
    assert travel.model == TravelModel.MATRIX
    between = round((DEGREE_MILES / 10 * 1.3 / 30 * 60 + 2) * 60)
    assert travel.matrix_s[5].tolist() == [[420, between], [between, 420]]
    assert between == 1_198


def test_traffic_acts_on_all_of_it():
    demand = places([40.0, 40.1], [-75.0, -75.0])
    even, rush = (compile_travel(coordinates(traffic_by_hour=x), demand, 3) for x in (EVEN, RUSH))
    assert np.array_equal(rush.matrix_s[:12], even.matrix_s[:12])
    assert np.allclose(rush.matrix_s[12:], even.matrix_s[12:] * 1.5, atol=1)


def test_a_matrix_is_put_in_the_order_of_the_demand():
    travel = MatrixTravel(
        model="matrix",
        zones=["z1", "other", "z0"],
        minutes=[[1, 9, 2], [9, 9, 9], [3, 9, 4]],
        traffic_by_hour=RUSH,
        factor_sd=0,
    )
    table = compile_travel(travel, places([0, 0], [0, 0]), 1).matrix_s
    assert table[0].tolist() == [[240, 180], [120, 60]]
    assert table[12].tolist() == [[360, 270], [180, 90]]


def test_constant_travel_is_the_same_everywhere():
    travel = ConstantTravel(model="constant", minutes=20, factor_sd=0.5)
    table = compile_travel(travel, places([0, 0], [0, 0]), 1).matrix_s
    assert table.shape == (24, 2, 2)
    assert set(table.ravel()) == {1_200}
