"""The guard rail on the warm-up: whether a run is measured before it has settled.

MSER-5 (White 1997, Simulation 69, 323): of a series in batches of five, leave out as many from its
start as make the standard error of the mean of the rest least. The series is the calls in hand at
each hour, the mean over the replications, less the mean of its hour of the week, so that the week
itself is no start. What is left out beyond the warm-up has to differ from the rest beyond doubt.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.arrays import Floats
from sim.clock import HOURS_A_DAY, HOURS_A_WEEK
from sim.scenarios.answers.comparison import PlanResult
from sim.scenarios.answers.rails import Facts
from sim.scenarios.answers.words import plan_words, plans_by
from sim.scenarios.intervals import mean_interval
from sim.scenarios.rails.seen import Seen

BATCH = 5
BEYOND_DOUBT = 0.999
FEWEST_WEEKS = 2


def unsettled(seen: Seen) -> Iterator[Facts]:
    """Plans that settle only after the warm-up."""
    warm_up = seen.config.run.warm_up_days
    said = ((plan_words(plan), _days_words(plan, warm_up)) for plan in seen.main.plans)
    for days, plan in plans_by(said).items():
        when = f"after {days} days" if days[0] != ">" else f"later than after {days[1:]} days"
        yield {"plan": plan, "when": when, "warm_up": str(warm_up), "days": days.lstrip(">")}


def _days_words(plan: PlanResult, warm_up_days: int) -> str:
    """Days after which a plan has settled, if these are more than its warm-up."""
    series = np.asarray(plan.sample.start.in_hand, np.float64)
    hours, warm_up = series.shape[1], warm_up_days * HOURS_A_DAY
    if hours < warm_up + FEWEST_WEEKS * HOURS_A_WEEK:
        return ""
    of_week = series - _week(series.mean(axis=0))
    after = mser5(of_week.mean(axis=0))
    if after - warm_up < HOURS_A_DAY:
        return ""
    apart = mean_interval(
        of_week[:, warm_up:after].mean(axis=1) - of_week[:, after:].mean(axis=1), BEYOND_DOUBT
    )
    if apart.low is None or apart.includes_zero:
        return ""
    return f"{'>' if after > hours // 2 - HOURS_A_DAY else ''}{-(-after // HOURS_A_DAY)}"


def _week(series: Floats) -> Floats:
    """Mean of the same hour of the week, at each hour of a series."""
    hour = np.arange(len(series)) % HOURS_A_WEEK
    mean = np.bincount(hour, series) / np.bincount(hour)
    return np.asarray(mean[hour], np.float64)


def mser5(series: Floats) -> int:
    """Observations to leave out from the start of a series, at most half of it.

    Examples
    --------
    >>> mser5(np.concatenate([np.zeros(10), np.tile([4.0, 5.0, 6.0, 5.0, 5.0], 18)]))
    10
    """
    batches = series[: len(series) // BATCH * BATCH].reshape(-1, BATCH).mean(axis=1)
    left = [batches[cut:] for cut in range(len(batches) // 2 + 1)]
    return BATCH * int(np.argmin([rest.var() / len(rest) for rest in left]))
