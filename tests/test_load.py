"""Load against teams: only the hours of the week with a team on duty count."""

from __future__ import annotations

import numpy as np
import pytest

from sim.clock import HOUR_S, HOURS_A_WEEK
from sim.model.measures.cells import HourTable
from sim.scenarios.comparison.load import load_of

OFFICE = np.arange(HOURS_A_WEEK) // 24 < 5
OFFICE &= np.isin(np.arange(HOURS_A_WEEK) % 24, range(9, 17))
TUESDAY_NOON = 24 + 12


def hours(requested: float, teams: int, on_duty: np.ndarray = OFFICE) -> HourTable:
    """Two replications of a week with as many calls in every hour, and as many teams on duty."""
    table = dict.fromkeys(HourTable._fields, np.zeros((2, HOURS_A_WEEK), np.int64))
    table["window_for_s"] = np.full((2, HOURS_A_WEEK), HOUR_S)
    table["on_duty_for_s"] = np.tile(on_duty * teams * HOUR_S, (2, 1))
    table["requested"] = np.full((2, HOURS_A_WEEK), requested)
    return HourTable(**table)


def test_hours_with_nobody_on_duty_are_not_over() -> None:
    load = load_of(hours(requested=1, teams=2), busy_h=1.5, open_share=0.0)
    assert (load.hours, load.hours_over) == (40, 0)
    assert (load.mean, load.teams_mean) == pytest.approx((1.5, 2))
    assert OFFICE[load.worst_hour]


def test_hours_with_too_few_are() -> None:
    busy = hours(requested=1, teams=2)
    busy.requested[:, TUESDAY_NOON] = 3
    busy.requested[:, 0] = 9  # at night
    load = load_of(busy, busy_h=1.5, open_share=0.0)
    assert (load.hours, load.hours_over) == (40, 1)
    assert (load.worst_hour, load.worst, load.worst_teams) == (TUESDAY_NOON, 4.5, 2)


def test_around_the_clock_every_hour_counts() -> None:
    load = load_of(
        hours(requested=3, teams=2, on_duty=np.full(HOURS_A_WEEK, 1)), busy_h=1, open_share=0.0
    )
    assert (load.hours, load.hours_over, load.mean, load.teams_mean) == (168, 168, 3, 2)


def test_calls_that_are_still_open_are_work_too() -> None:
    """The table counts calls that are over: with half of them open there were twice as many."""
    load = load_of(hours(requested=1, teams=2), busy_h=1.5, open_share=0.5)
    assert (load.mean, load.hours_over) == (3.0, 40)


def test_without_teams_in_the_window_or_without_a_served_call_there_is_none() -> None:
    assert load_of(hours(requested=1, teams=0), busy_h=1.5, open_share=0.0) is None
    assert load_of(hours(requested=1, teams=2), busy_h=None, open_share=0.0) is None
