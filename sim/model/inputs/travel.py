"""Travel: zone to zone by hour of day (matrix), or by the number of free teams (square root).

A matrix is given as minutes, or made of the coordinates of the zones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.clock import HOUR_S, MINUTE_S
from sim.config.groups.travel import in_force
from sim.config.models import (
    ConstantTravel,
    CoordinatesTravel,
    Demand,
    MatrixTravel,
    SquareRootTravel,
)
from sim.config.models import Travel as TravelConfig
from sim.schema import UNREACHABLE, TravelModel

HOURS = 24
MINUTES_AN_HOUR = 60
EARTH_MILES = 3_958.7613  # mean radius R1 of the Earth, 6,371.0088 km (IUGG; Moritz 2000)


class Travel(NamedTuple):
    """Mean travel seconds, before the call's own factor.

    `matrix_s` has shape (24, zones, zones): hour of day, from, to; `UNREACHABLE` where there
    is no way. `by_free_s` has shape (teams + 1,): by the number of eligible free teams before the
    assignment. The one not in use is of size one.
    """

    model: int
    matrix_s: Ints
    by_free_s: Ints


def compile_travel(config: TravelConfig, demand: Demand, max_teams: int) -> Travel:
    """Travel tables of a config, for the zones of the demand and up to `max_teams` teams."""
    config = in_force(config)
    if isinstance(config, SquareRootTravel):
        by_free_s = _whole(_by_free(config, max_teams))
        return Travel(TravelModel.SQUARE_ROOT, np.zeros((1, 1, 1), np.int64), by_free_s)
    if isinstance(config, ConstantTravel):
        n = len(demand.zones)
        matrix = np.full((HOURS, n, n), float(config.minutes) * MINUTE_S)
    elif isinstance(config, MatrixTravel):
        matrix = _by_hour(_minutes(config, demand.zones), config.traffic_by_hour)
    else:
        matrix = _by_hour(_minutes_between(config, demand), config.traffic_by_hour)
    return Travel(TravelModel.MATRIX, _whole(matrix), np.zeros(1, np.int64))


def some_unreachable(travel: Travel) -> bool:
    """Whether there is no way from some zone to some zone in some hour."""
    return bool((travel.matrix_s == UNREACHABLE).any())


def _whole(seconds: Floats) -> Ints:
    return np.where(np.isnan(seconds), UNREACHABLE, np.rint(seconds)).astype(np.int64)


def _by_hour(minutes: Floats, traffic_by_hour: list[float]) -> Floats:
    traffic = np.array(traffic_by_hour, np.float64)
    seconds: Floats = traffic[:, None, None] * minutes * MINUTE_S
    return seconds


def _minutes(config: MatrixTravel, zones: list[str]) -> Floats:
    """Minutes in the order of the zones; NaN where there is no way."""
    order = [config.zones.index(zone) for zone in zones]
    minutes: Floats = np.array(config.minutes, np.float64)[np.ix_(order, order)]
    return minutes


def _minutes_between(config: CoordinatesTravel, demand: Demand) -> Floats:
    """Great-circle miles, times the detour that streets make, at one speed, and a start."""
    miles = great_circle_miles(demand.zone_latitude, demand.zone_longitude)
    hours = miles * float(config.detour_factor) / float(config.speed_mph)
    minutes: Floats = float(config.start_minutes) + hours * MINUTES_AN_HOUR
    np.fill_diagonal(minutes, float(config.within_zone_minutes))
    return minutes


def great_circle_miles(latitude: list[float], longitude: list[float]) -> Floats:
    """Miles between all pairs of places given in degrees, by the haversine formula; square."""
    phi, theta = np.radians(latitude), np.radians(longitude)
    of_phi = np.sin((phi[:, None] - phi) / 2) ** 2
    of_theta = np.sin((theta[:, None] - theta) / 2) ** 2
    haversine = of_phi + np.cos(phi)[:, None] * np.cos(phi) * of_theta
    miles: Floats = 2 * EARTH_MILES * np.arcsin(np.sqrt(np.minimum(haversine, 1.0)))
    return miles


def _by_free(config: SquareRootTravel, max_teams: int) -> Floats:
    """E[distance] = c sqrt(area / N), at most the mean distance of two random points."""
    free = np.maximum(np.arange(max_teams + 1), 1)
    side = float(config.area_sq_mi) ** 0.5
    miles = np.minimum(float(config.c) / free**0.5, float(config.mean_distance_c)) * side
    driving_s: Floats = miles / float(config.speed_mph) * HOUR_S
    return driving_s + float(config.start_minutes) * MINUTE_S
