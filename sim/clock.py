"""Whole seconds from the start of a run <-> local wall time.

The model's day always has 24 hours: daylight saving is not modeled (docs/model/calls.md, "Time").
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from sim.arrays import Ints

MINUTE_S = 60
HOUR_S = 3_600
DAY_S = 86_400
WEEK_S = 7 * DAY_S
HOURS_A_DAY = 24
HOURS_A_WEEK = 168
DAYS_A_YEAR = 365  # of duty and of budgets; a window of days is as many 365ths of a year
NEVER_S = 2**31 - 1  # no run is as long; so that an engine may keep a clock in 32 bits
MEAN_DAYS_A_YEAR = 365.25  # of a calendar: of history, which spans leap years, and of months
MONTHS_A_YEAR = 12
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def hour_of_week_at_start(start: date) -> int:
    """Hour of week (0 is Monday 00:00) of midnight on a date."""
    return start.weekday() * 24


def hours_of_week(start: date, n_hours: int) -> Ints:
    """Hour of week of each of the first n hours of a run; shape (n_hours,)."""
    return (hour_of_week_at_start(start) + np.arange(n_hours)) % HOURS_A_WEEK


def months(start: date, n_hours: int) -> Ints:
    """Month (0 is January) of each of the first n hours of a run; shape (n_hours,)."""
    n_days = -(-n_hours // 24)
    by_day = [(start + timedelta(days=day)).month - 1 for day in range(n_days)]
    return np.repeat(np.array(by_day, dtype=np.int64), 24)[:n_hours]


def add_years(start: date, years: int) -> date:
    """Same day some years on; 29 February becomes 1 March."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)
