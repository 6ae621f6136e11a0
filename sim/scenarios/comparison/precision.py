"""How many replications are enough: a target half-width that is met and stays met.

Hoad, Robinson and Davies 2010, "Automated selection of the number of replications for a
discrete-event simulation": the smallest n whose interval is as narrow as asked and stays so over
the next k(n) replications. Replications come in batches, so that they can run on several cores; the
rule reads them one by one, so the batch changes how many are run but not what is found enough.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from sim.arrays import Floats
from sim.config import InputError
from sim.config.compose import nearest
from sim.config.models import Precision
from sim.scenarios.samples import NAMES, Sample

LOOK_AHEAD = 5  # replications over which the target has to stay met; 5% of n beyond 100
LOOK_AHEAD_GROWS_FROM = 100


def look_ahead(n: int) -> int:
    """Further replications over which the target has to stay met."""
    return LOOK_AHEAD * max(n, LOOK_AHEAD_GROWS_FROM) // LOOK_AHEAD_GROWS_FROM


def half_widths(values: Floats, confidence: float) -> Floats:
    """Half-width of the t interval of the first n values, for n = 1, 2, ...; nan for n = 1."""
    n = np.arange(1, len(values) + 1)
    centered = values - values[0]  # keeps the running sums of squares accurate
    sums, squares = np.cumsum(centered), np.cumsum(centered**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.maximum(squares - sums**2 / n, 0) / (n - 1)
        t = special.stdtrit(np.maximum(n - 1, 1), 0.5 + confidence / 2)
        out: Floats = np.where(n > 1, t * np.sqrt(variance / n), np.nan)
    return out


def enough(values: Floats, rule: Precision, minimum: int, confidence: float) -> int | None:
    """Return the replications found enough, or None if the values do not show it yet.

    Parameters
    ----------
    values
        One a replication, in order; shape (replications,).
    rule
        Target half-width: absolute, or as a share of the running mean.
    minimum
        Fewest replications the answer may have.
    confidence
        Of the interval.
    """
    widths = half_widths(values, confidence)
    if rule.half_width is not None:
        met = widths <= float(rule.half_width)
    else:
        means = np.cumsum(values) / np.arange(1, len(values) + 1)
        met = widths <= float(rule.relative_half_width or 0) * np.abs(means)
    for n in range(minimum, len(values) + 1):
        ahead = n + look_ahead(n)
        if ahead <= len(values) and met[n - 1 : ahead].all():
            return n
    return None


def values_of(
    rule: Precision, sample: Sample, names: list[str], pairs: list[tuple[int, int]]
) -> Floats:
    """Return the column of a sample that the rule is about: a plan's, or a paired difference's.

    Raises
    ------
    InputError
        If the rule names a measure or plan that is not there.
    """
    if rule.measure not in NAMES:
        right = nearest(rule.measure, list(NAMES))
        raise InputError(
            f"run.precision.measure: expected a measure, got {rule.measure!r}; {right}"
        )
    column = NAMES.index(rule.measure)
    for key, name in (("plan", rule.plan), ("versus", rule.versus)):
        if name is not None and name not in names:
            plans = ", ".join(names)
            raise InputError(f"run.precision.{key}: expected one of {plans}, got {name!r}")
    plan = 0 if rule.plan is None else names.index(rule.plan)
    if rule.versus is None:
        return sample.arms[plan].values[:, column]
    pair = (plan, names.index(rule.versus))
    if pair not in pairs:
        raise InputError(
            f"run.precision.versus: expected {names[-1]}, with which every plan is compared, got "
            f"{rule.versus!r}"
        )
    return sample.pairs[pairs.index(pair)].differences[:, column]
