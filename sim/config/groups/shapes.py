"""Hour-of-week shapes to draw from: relative rates with their standard errors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from sim.arrays import Bools, Floats
from sim.clock import HOURS_A_WEEK
from sim.config.values import Z975, Rate, Strict, Whole

NIGHT_FROM, NIGHT_UNTIL = 1, 9  # hours of day, as the published night shares have them

Rows = Annotated[Whole, Field(ge=0, le=10**12)]
LogError = Annotated[float, Field(ge=0, le=3)]


class Evidence(Strict):
    """Where a table of demand comes from."""

    title: str
    publisher: str = ""
    license: str = ""
    period: str = ""
    n_rows: Rows = 0
    n_used: Rows = 0
    dropped: str = ""
    command: str = ""


class Errors(Strict):
    """Sampling errors of a fitted table of demand, by which a draw moves its months and shares.

    `month_log_se` has the standard error of the logarithm of each month's factor. `zone_calls` is
    how many calls the shares of zones were counted from, and `call_type_calls_by_hour` those of
    types in each hour: as many as would leave the errors of a smoothed share. Empty or 0: none.
    """

    month_log_se: list[LogError] = Field(default=[], max_length=12)
    zone_calls: Rows = 0
    call_type_calls_by_hour: list[Rows] = Field(default=[], max_length=24)

    @model_validator(mode="after")
    def _whole_year_and_day(self) -> Errors:
        for key, n in (("month_log_se", 12), ("call_type_calls_by_hour", 24)):
            if len(getattr(self, key)) not in {0, n}:
                raise ValueError(f"{key}: expected {n} or none, got {len(getattr(self, key))}")
        return self


class Shape(Strict):
    """Calls by hour of week in one place, as relative rates with their standard errors.

    `rate` has length 168, Monday 00:00 first, in any unit; `log_se` is the standard error of the
    logarithm of each. An error is taken to be the same on each day of the week: hours of day differ
    most between fits, and an error that differed by day would average out over the week.
    """

    name: str
    source: Evidence
    rate: list[Rate] = Field(min_length=HOURS_A_WEEK, max_length=HOURS_A_WEEK)
    log_se: list[LogError] = Field(min_length=HOURS_A_WEEK, max_length=HOURS_A_WEEK)

    @model_validator(mode="after")
    def _every_hour(self) -> Shape:
        if min(self.rate) <= 0:
            at = self.rate.index(min(self.rate))
            raise ValueError(f"rate: expected more than 0 in every hour, got 0 in hour {at}")
        return self

    def drawn(self, errors: Floats) -> list[float]:
        """Rates of mean 1 with an error an hour of day in standard errors; `errors` is (24,)."""
        rate = np.array(self.rate) * np.exp(np.array(self.log_se) * np.tile(errors, 7))
        return [float(x) for x in rate / rate.mean()]

    @property
    def night_share_range(self) -> tuple[float, float]:
        """95% range of the share of calls that come from 01:00 to 09:00."""
        share, rate = night_share(self.rate), np.array(self.rate)
        by_hour = (rate / rate.sum() * (_is_night() - share) * np.array(self.log_se)).reshape(7, 24)
        within = Z975 * math.sqrt(float((by_hour.sum(axis=0) ** 2).sum()))
        return max(share - within, 0.0), min(share + within, 1.0)


def _is_night() -> Bools:
    hour = np.arange(HOURS_A_WEEK) % 24
    night: Bools = (hour >= NIGHT_FROM) & (hour < NIGHT_UNTIL)
    return night


def night_share(rates: Sequence[float]) -> float:
    """Share of calls that come from 01:00 to 09:00, by the rates of the 168 hours of a week."""
    rate = np.array(rates)
    return float(rate[_is_night()].sum() / rate.sum())


def with_night_share(rates: Sequence[float], share: float) -> list[float]:
    """Rates of the same mean and another night share: all of the night scaled, and all of the day.

    Of all shapes with that share it is the nearest to the one given (least Kullback-Leibler
    divergence).
    """
    rate, before = np.array(rates), night_share(rates)
    factor = np.where(_is_night(), share / before, (1 - share) / (1 - before))
    return [float(x) for x in rate * factor]
