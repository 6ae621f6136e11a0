"""Offered load of a plan against its teams on duty, by hour of the week."""

from __future__ import annotations

import numpy as np

from sim.clock import HOUR_S
from sim.model.measures.cells import HourTable
from sim.scenarios.answers.comparison import Load


def load_of(hours: HourTable, busy_h: float | None) -> Load | None:
    """Load of the requested calls; None if nobody was served.

    Parameters
    ----------
    hours
        Totals by hour of the week, a row a replication.
    busy_h
        Mean busy hours of a served call; None if there was none.
    """
    if busy_h is None:
        return None
    window_h = hours.window_for_s.sum(axis=0) / HOUR_S
    requested = hours.requested.sum(axis=0)
    on_duty_h = hours.on_duty_for_s.sum(axis=0) / HOUR_S
    with np.errstate(invalid="ignore"):  # hours of the week that a short window does not have
        load, teams = requested / window_h * busy_h, on_duty_h / window_h
    worst = int(np.nanargmax(load - teams))
    return Load(
        mean=float(requested.sum() / window_h.sum() * busy_h),
        teams_mean=float(on_duty_h.sum() / window_h.sum()),
        hours_over=int(np.count_nonzero(load >= teams)),
        worst_hour=worst,
        worst=float(load[worst]),
        worst_teams=float(teams[worst]),
    )
