"""Who is reached less: the zones against each other, and the night against the day."""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools, Ints
from sim.clock import HOURS_A_WEEK, MINUTE_S
from sim.config.models import Run
from sim.scenarios.answers.comparison import Fairness, Group
from sim.scenarios.answers.intervals import Ratios
from sim.scenarios.comparison.cells import Cells, ratio, share, wide
from sim.scenarios.samples import ArmSample
from sim.scenarios.scenario import Arm
from sim.schema import Scope

NIGHT_FROM, NIGHT_UNTIL = 22, 6  # hours of day
NIGHT, DAY = "22:00 to 06:00", "06:00 to 22:00"
FEWEST_A_WEEK = 1.0  # requested calls, for a zone to be compared with others


def fairness(arm: Arm, sample: ArmSample, cells: Cells, zones: list[str], run: Run) -> Fairness:
    """Reach and response by night and by day, and in the zones with most and least reach.

    Parameters
    ----------
    arm
        The plan that was run, with its travel and rules.
    sample, cells
        What was measured, and the same by zone.
    zones
        Names of the zones, in their order.
    run
        Confidence level.
    """
    night, day = _by_night(sample, run)
    many = cells.zones["requested_per_week"].ratio >= FEWEST_A_WEEK
    alike = zones_alike(arm)
    best, worst = (None, None) if alike else _ends(cells, many, zones, len(sample.values))
    return Fairness(night, day, len(zones), int(many.sum()), alike, best, worst)


def zones_alike(arm: Arm) -> bool:
    """Whether zones differ by chance only.

    They do if any team may go anywhere and travel takes the same between any two places.
    """
    nowhere_nearer = bool((np.ptp(arm.travel.matrix_s, axis=(1, 2)) == 0).all())
    return nowhere_nearer and arm.policy.scope == Scope.OPEN


def _ends(cells: Cells, many: Bools, zones: list[str], n: int) -> tuple[Group | None, Group | None]:
    """Zones of most and of least reach among those with enough calls; the first of equals."""
    compared = np.flatnonzero(many)
    if len(compared) < 2:  # noqa: PLR2004 - a comparison is of two
        return None, None
    reach = cells.zones["reach_share"].ratio[compared]
    best, worst = compared[reach.argmax()], compared[reach.argmin()]
    shown = cells.zones["reach_share"], cells.zones["response_mean_min"]
    return _group(zones[best], best, *shown, n), _group(zones[worst], worst, *shown, n)


def _by_night(sample: ArmSample, run: Run) -> tuple[Group, Group]:
    hours, n = sample.hours, len(sample.values)
    hour = np.arange(HOURS_A_WEEK) % 24
    night = (hour >= NIGHT_FROM) | (hour < NIGHT_UNTIL)
    reached, requested, response_for_s = (
        _halves(column, night) for column in (hours.reached, hours.requested, hours.response_for_s)
    )
    reach, response = share(reached, requested, run), ratio(response_for_s, reached * MINUTE_S, run)
    return _group(NIGHT, 0, reach, response, n), _group(DAY, 1, reach, response, n)


def _halves(column: Ints, night: Bools) -> Ints:
    """Sums over the hours of the night and of the day; shape (replications, 2)."""
    totals = wide(column)
    return np.stack([totals[:, night].sum(axis=1), totals[:, ~night].sum(axis=1)], axis=1)


def _group(name: str, cell: int, reach: Ratios, response: Ratios, n: int) -> Group:
    return Group(name, reach.interval(cell, n), response.interval(cell, n))
