"""Days of exposure of a log: those on which calls would have been seen, with calls by hour."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints
from sim.clock import HOURS_A_DAY, MEAN_DAYS_A_YEAR
from sim.history.log import CallLog

Dates = NDArray[np.datetime64]
EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday


class Days(NamedTuple):
    """Days that were observed, and the calls of each of their hours.

    `dates` has shape (days,) and dtype datetime64[D]; `calls` has shape (days, 24).
    """

    dates: Dates
    calls: Floats

    @property
    def weekdays(self) -> Ints:
        """Weekday of each day, 0 for Monday; shape (days,)."""
        return np.asarray((self.dates.astype(np.int64) + EPOCH_WEEKDAY) % 7, np.int64)

    @property
    def months(self) -> Ints:
        """Month of each day, 0 for January; shape (days,)."""
        return np.asarray(self.dates.astype("datetime64[M]").astype(np.int64) % 12, np.int64)

    @property
    def hours_of_week(self) -> Ints:
        """Hour of week of each hour; shape (days, 24)."""
        return self.weekdays[:, None] * HOURS_A_DAY + np.arange(HOURS_A_DAY)

    @property
    def years(self) -> Floats:
        """Years from the mean of the days to each; shape (days,)."""
        day = self.dates.astype(np.int64).astype(np.float64)
        return np.asarray((day - day.mean()) / MEAN_DAYS_A_YEAR, np.float64)


def days_of(log: CallLog) -> Days:
    """Days of a log without those that are excluded, and their calls by hour.

    A day of 23 or 25 hours counts as one of 24, as in the model.
    """
    span = np.arange(np.datetime64(log.first, "D"), np.datetime64(log.last, "D") + 1)
    received = log.calls["received_at"].to_numpy().astype("datetime64[h]")
    hour = (received - span[0].astype("datetime64[h]")).astype(np.int64)
    inside = (hour >= 0) & (hour < len(span) * HOURS_A_DAY)
    calls = np.bincount(hour[inside], minlength=len(span) * HOURS_A_DAY)
    kept = ~_excluded(log, span)
    return Days(span[kept], calls.reshape(-1, HOURS_A_DAY)[kept].astype(np.float64))


def _excluded(log: CallLog, span: Dates) -> Bools:
    out = np.zeros(len(span), bool)
    for part in log.excluded:
        out |= (span >= np.datetime64(part.first)) & (span <= np.datetime64(part.last))
    return out
