"""The seasons of a grant: which part of a year's calls comes in each month."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.clock import HOURS_A_DAY, MONTHS_A_YEAR, add_years, months
from sim.config import Config
from sim.model.inputs.arrivals import hourly_rates


def seasons(config: Config) -> Floats:
    """Part of the year's calls by calendar month, from January; it sums to 1, of shape (12,).

    The year is the one that is simulated, so days, weekdays, months and holidays all count.
    """
    start = config.run.window_start
    hours = (add_years(start, 1) - start).days * HOURS_A_DAY
    calls = hourly_rates(config.demand, start, hours, start)
    by_month = np.bincount(months(start, hours), calls, MONTHS_A_YEAR)
    parts: Floats = by_month / by_month.sum()
    return parts
