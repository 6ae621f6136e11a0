"""What guard rails look at where plans are measured in part: calls that stay open, and the load."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.arrays import Floats
from sim.clock import HOURS_A_WEEK
from sim.scenarios.answers.comparison import Load
from sim.scenarios.experiments.formulas import FUNNEL, load_of_week
from sim.scenarios.intervals import mean_intervals
from sim.scenarios.rails.results import OPEN
from sim.scenarios.rails.seen import Looked
from sim.scenarios.scenario import Arm, Scenario

LOOKED_AT = (OPEN, "busy_mean_h", *FUNNEL)


def looked(scenario: Scenario, arm: Arm, values: Floats) -> Looked:
    """What is seen of a plan; `values` has a column for each of `LOOKED_AT`, and a row a run."""
    open_share, busy_h, *funnel = means_of(values)
    return Looked(open_share, _load(scenario, arm, busy_h, math.prod(funnel)))


def means_of(values: Floats) -> Sequence[float]:
    """Mean of each column over the runs that have it; 0 where none has."""
    return [x.mean or 0.0 for x in mean_intervals(values.T, 0.95)]


def _load(scenario: Scenario, arm: Arm, busy_h: float, requested_share: float) -> Load | None:
    if len(scenario.rates) < HOURS_A_WEEK:
        return None
    return load_of_week(scenario, arm, busy_h, requested_share)
