"""Hours in which a team's own log can have calls at all, and what stands in for the others.

A team's log has the calls it served. Hours of the week without a team are not hours without need:
they were not observed. Such an hour has far fewer calls than the shapes of other places, at the
level of the log's busy hours, would give it.
"""

from __future__ import annotations

import re

import numpy as np
from scipy.stats import poisson

from sim.arrays import Bools
from sim.clock import HOURS_A_DAY, HOURS_A_WEEK, WEEKDAYS
from sim.config.compose import InputError, nearest, packaged_configs
from sim.config.files.named import read_yaml
from sim.config.groups.shapes import Shape
from sim.history.fitting.days import Days
from sim.history.fitting.estimates import positive
from sim.history.fitting.rates import Rates

FEW = 0.2  # of the calls that other places' shapes would give an hour
UNLIKELY = 0.01  # to see so few if a team were there
BUSY = 0.75  # quantile of the hours whose level is that of a full team
DAYS = [day.lower() for day in WEEKDAYS]
SPAN = re.compile(rf"({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))? (\d{{1,2}})-(\d{{1,2}})")
BORROWED_LOG_SE = 0.25  # an assumption: cities' shares by night differ by a factor of 1.5


def hours_of(text: str) -> Bools:
    """Hours of the week that a text such as `mon-fri 8-20, sat 10-24` names; shape (168,).

    Examples
    --------
    >>> int(hours_of("mon-fri 8-20, sat 22-4").sum())
    66
    """
    on = np.zeros(HOURS_A_WEEK, bool)
    for part in text.lower().split(","):
        found = SPAN.fullmatch(part.strip())
        if found is None or max(int(found[3]), int(found[4])) > HOURS_A_DAY:
            right = "days and hours such as mon-fri 8-20, sat 10-24"
            raise InputError(f"--staffed: expected {right}, got {part.strip()!r}")
        first, last = DAYS.index(found[1]), DAYS.index(found[2] or found[1])
        start, end = int(found[3]), int(found[4])
        length = end - start if end > start else end + HOURS_A_DAY - start
        for day in range(first, last + 1 if last >= first else last + 8):
            at = day * HOURS_A_DAY + start + np.arange(length)
            on[at % HOURS_A_WEEK] = True
    return on


def shipped_shape(name: str) -> Shape:
    """Shape of another place, a file of the packaged `configs/shapes/`."""
    files = {path.stem: path for path in (packaged_configs() / "shapes").glob("*.yaml")}
    if name not in files:
        raise InputError(f"--borrow: unknown shape {name!r}; {nearest(name, sorted(files))}")
    return Shape.model_validate(read_yaml(files[name]))


def detect_staffed(days: Days) -> Bools:
    """Hours of the week in which the log has as many calls as a team on duty would have.

    Returns
    -------
    numpy.ndarray
        Shape (168,), Monday 00:00 first.
    """
    files = sorted((packaged_configs() / "shapes").glob("*.yaml"))
    places = [np.log(shipped_shape(path.stem).rate) for path in files]
    usual = np.exp(np.mean(places, axis=0))
    calls = np.bincount(days.hours_of_week.ravel(), days.calls.ravel(), HOURS_A_WEEK)
    exposure = np.repeat(np.bincount(days.weekdays, minlength=7), 24) * usual
    seen = exposure > 0
    level = float(np.quantile(calls[seen] / exposure[seen], BUSY))
    expected = level * exposure
    few = (calls < FEW * expected) & (poisson.cdf(calls, expected) < UNLIKELY)
    return np.asarray(~few, bool)


def with_borrowed(rates: Rates, shape: Shape) -> Rates:
    """Rates whose unobserved hours have the shape of another place, at the level of the others.

    Parameters
    ----------
    rates
        Fitted to the hours that were observed.
    shape
        Of the other place.
    """
    seen, other = rates.seen, np.array(shape.rate)
    level = float(rates.rate[seen].sum() / other[seen].sum())
    filled = np.where(seen, rates.rate, level * other)
    log_se = np.where(seen, rates.log_se, np.hypot(np.array(shape.log_se), BORROWED_LOG_SE))
    before = rates.calls_per_year
    value = before.value * float(filled.sum() / rates.rate.sum())
    unseen = float(filled[~seen].sum() / filled.sum())
    relative = float(np.hypot((before.se or 0) / before.value, unseen * BORROWED_LOG_SE))
    calls = positive(value, value * relative, before.n)
    return rates._replace(rate=filled, log_se=log_se, calls_per_year=calls)
