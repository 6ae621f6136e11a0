"""Costs per unit: dollars for each contact, diversion or additional call, with both intervals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.clock import DAYS_A_YEAR
from sim.scenarios.answers.economics import Ratio
from sim.scenarios.intervals import percentiles, random_effects, ratio_of_means
from sim.scenarios.samples import NAMES

COST = "cost_per_year"


class Bottom(NamedTuple):
    """Denominator of a cost per unit: a sum of measures, times how many there are in a year."""

    label: str
    unit: str
    counted: str
    measures: tuple[str, ...]
    times: float = 1


_JAIL, _HOSPITAL = "jail_diversions_net_per_year", "hospital_diversions_net_per_year"
BOTTOMS = {
    "cost_per_contact": Bottom("Cost per contact", "$/contact", "contacts", ("contacts_per_year",)),
    "cost_per_jail_diversion_net": Bottom(
        "Cost per net diversion from jail", "$/booking", "net diversions from jail", (_JAIL,)
    ),
    "cost_per_hospital_diversion_net": Bottom(
        "Cost per net diversion from hospital",
        "$/transport",
        "net diversions from hospital",
        (_HOSPITAL,),
    ),
    "cost_per_net_diversion": Bottom(
        "Cost per net diversion, jail or hospital",
        "$/diversion",
        "net diversions",
        (_JAIL, _HOSPITAL),
    ),
}
OF_A_DIFFERENCE = {
    "cost_per_additional_call_reached": Bottom(
        "Cost per additional call reached",
        "$/call",
        "additional calls reached",
        ("handled_per_day",),
        DAYS_A_YEAR,
    ),
}


class Values(NamedTuple):
    """Measures of a plan or a difference: by replication, and by draw and replication.

    `chance` and `parameters` are the confidences of the intervals that are made of them.
    """

    measured: Floats
    drawn: Floats | None
    chance: float
    parameters: float


def ratio(name: str, bottom: Bottom, values: Values) -> Ratio:
    """Dollars for each of something, of means; or why there is no such figure."""
    label, unit, counted, *_ = bottom
    tops, bottoms = tops_of(values.measured), bottoms_of(bottom, values.measured)
    chance, drawn = ratio_of_means(tops, bottoms, values.chance), values.drawn is not None
    if chance is None:
        why = f"{counted} may be zero"
        return Ratio(name, label, unit, None, None, None, None, None, why, drawn)
    low, high, why = _over_draws(bottom, values)
    return Ratio(name, label, unit, chance.mean, chance.low, chance.high, low, high, why, drawn)


def tops_of(values: Floats) -> Floats:
    """Return the cost; shape (...,) of values (..., measures)."""
    return values[..., NAMES.index(COST)]


def bottoms_of(bottom: Bottom, values: Floats) -> Floats:
    """Return how many there are in a year; shape (...,) of values (..., measures)."""
    columns = [NAMES.index(name) for name in bottom.measures]
    return np.asarray(bottom.times * values[..., columns].sum(axis=-1), np.float64)


def _over_draws(bottom: Bottom, values: Values) -> tuple[float | None, float | None, str]:
    """Low and high of a ratio over the draws, or why there are none."""
    if values.drawn is None:
        return None, None, ""
    tops = random_effects(tops_of(values.drawn))
    bottoms = random_effects(bottoms_of(bottom, values.drawn))
    some = bottoms > 0
    without = 1 - float(some.mean())
    if without > (1 - values.parameters) / 2:
        share = f"{100 * without:.0f} % of the draws"
        return None, None, f"{bottom.counted} are zero or negative in {share}"
    ratios = tops[some] / bottoms[some]
    endless = np.full(np.count_nonzero(~some), ratios.max())  # beyond the high end in any case
    return *percentiles(np.concatenate([ratios, endless]), values.parameters), ""
