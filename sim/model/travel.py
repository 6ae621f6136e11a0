"""Travel: zone to zone by hour of day (matrix), or by the number of free teams (square root)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import HOUR_S, MINUTE_S
from sim.config.models import ConstantTravel, MatrixTravel, SquareRootTravel
from sim.schema import TravelModel

HOURS = 24


class Travel(NamedTuple):
    """Mean travel seconds, before the call's own factor.

    `matrix_s` has shape (24, zones, zones): hour of day, from, to. `by_free_s` has shape
    (teams + 1,): by the number of eligible free teams before the assignment. The one not in use is
    of size one.
    """

    model: int
    matrix_s: NDArray[np.int64]
    by_free_s: NDArray[np.int64]


def compile_travel(
    config: ConstantTravel | MatrixTravel | SquareRootTravel, zones: list[str], max_teams: int
) -> Travel:
    """Travel tables of a config, for the zones of the demand and up to `max_teams` teams."""
    if isinstance(config, SquareRootTravel):
        by_free_s = _whole(_by_free(config, max_teams))
        return Travel(TravelModel.SQUARE_ROOT, np.zeros((1, 1, 1), np.int64), by_free_s)
    if isinstance(config, ConstantTravel):
        matrix = np.full((HOURS, len(zones), len(zones)), float(config.minutes) * MINUTE_S)
    else:
        matrix = _matrix(config, zones)
    return Travel(TravelModel.MATRIX, _whole(matrix), np.zeros(1, np.int64))


def _whole(seconds: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(seconds).astype(np.int64)


def _matrix(config: MatrixTravel, zones: list[str]) -> NDArray[np.float64]:
    order = [config.zones.index(zone) for zone in zones]
    minutes = np.array(config.minutes, np.float64)[np.ix_(order, order)]
    traffic = np.array(config.traffic_by_hour, np.float64)
    return traffic[:, None, None] * minutes * MINUTE_S


def _by_free(config: SquareRootTravel, max_teams: int) -> NDArray[np.float64]:
    """E[distance] = c sqrt(area / N), at most the mean distance of two random points."""
    free = np.maximum(np.arange(max_teams + 1), 1)
    side = float(config.area_sq_mi) ** 0.5
    miles = np.minimum(float(config.c) / free**0.5, float(config.mean_distance_c)) * side
    driving_s: NDArray[np.float64] = miles / float(config.speed_mph) * HOUR_S
    return driving_s + float(config.start_minutes) * MINUTE_S
