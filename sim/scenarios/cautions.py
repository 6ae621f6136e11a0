"""Cautions a reader must have beside an answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.clock import HOUR_S, WEEKDAYS
from sim.scenarios.answers import PlanResult

UNFINISHED_WARNING_SHARE = 0.001


def cautions(plans: Sequence[PlanResult]) -> list[str]:
    """Warnings about a reading's plans; none if there is nothing to warn of."""
    found = [_unfinished_warning(plan) for plan in plans]
    found += [_load_warning(plan) for plan in plans]
    return [warning for warning in found if warning]


def _unfinished_warning(plan: PlanResult) -> str:
    """Say if more calls than may be were still open at the end of the run."""
    share = plan.measures["unfinished_share"].mean
    if share is None or share <= UNFINISHED_WARNING_SHARE:
        return ""
    return (
        f"plan {plan.name}: {100 * share:.1f} % of requested calls were still open at the end of "
        "the run and are left out of the shares; a longer run.tail_days is wanted"
    )


def _load_warning(plan: PlanResult) -> str:
    """Say in which hours of the week the offered load is at or above the teams on duty.

    Offered load is requested calls an hour times the mean busy hours of a served call; teams are
    the mean on duty in that hour.
    """
    hours, busy_h = plan.sample.hours, plan.measures["busy_mean_h"].mean
    if busy_h is None:
        return ""
    window_h = hours.window_for_s.sum(axis=0) / HOUR_S
    with np.errstate(invalid="ignore"):  # hours of the week that a short window does not have
        load = hours.requested.sum(axis=0) / window_h * busy_h
        teams = hours.on_duty_for_s.sum(axis=0) / HOUR_S / window_h
    over = np.flatnonzero(load >= teams)
    if over.size == 0:
        return ""
    worst = int(over[np.argmax((load - teams)[over])])
    day, hour = WEEKDAYS[worst // 24], worst % 24
    return (
        f"plan {plan.name}: in {over.size} of 168 hours of the week the offered load is at or "
        f"above the teams on duty (worst {day} {hour:02d}:00, load {load[worst]:.1f} against "
        f"{teams[worst]:.1f} teams)"
    )
