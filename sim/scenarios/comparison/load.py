"""Offered load of a plan against its teams, in the hours of the week with a team on duty."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats, Ints
from sim.clock import HOUR_S
from sim.model.measures.cells import HourTable
from sim.scenarios.answers.comparison import Load

LEAST_DONE = 1e-3  # share of the calls: of fewer nothing can be told of all


def load_of(hours: HourTable, busy_h: float | None, open_share: float) -> Load | None:
    """Load of the requested calls; None if nobody was served or no team was on duty.

    Parameters
    ----------
    hours
        Totals by hour of the week, a row a replication.
    busy_h
        Mean busy hours of a served call; None if there was none.
    open_share
        Share of requested calls still open at the end, which the table leaves out: it is their
        work, too.
    """
    if busy_h is None:
        return None
    of_week = np.flatnonzero(hours.on_duty_for_s.sum(axis=0))  # else hours, not teams, are missing
    if not of_week.size:
        return None
    window_h, on_duty_h = (
        seconds.sum(axis=0)[of_week] / HOUR_S
        for seconds in (hours.window_for_s, hours.on_duty_for_s)
    )
    requested = hours.requested.sum(axis=0)[of_week] / max(1 - open_share, LEAST_DONE)
    load, teams = requested / window_h * busy_h, on_duty_h / window_h
    return load_against(load, teams, of_week)._replace(
        mean=float(requested.sum() / window_h.sum() * busy_h),
        teams_mean=float(on_duty_h.sum() / window_h.sum()),
    )


def load_against(load: Floats, teams: Floats, of_week: Ints) -> Load:
    """Load and teams of some hours of the week, each hour weighing alike."""
    worst = int(np.argmax(load - teams))
    return Load(
        mean=float(load.mean()),
        teams_mean=float(teams.mean()),
        hours=of_week.size,
        hours_over=int(np.count_nonzero(load >= teams)),
        worst_hour=int(of_week[worst]),
        worst=float(load[worst]),
        worst_teams=float(teams[worst]),
    )
