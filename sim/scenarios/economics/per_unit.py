"""Costs per unit: dollars for each contact, diversion or additional call, with both intervals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.clock import DAYS_A_YEAR
from sim.scenarios.answers.economics import PER_CALL, Ratio
from sim.scenarios.answers.intervals import Interval
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
    PER_CALL: Bottom(
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


class Quotient(NamedTuple):
    """Dollars and what they are divided by: by replication, and by draw and replication."""

    tops: Floats
    bottoms: Floats
    drawn_tops: Floats | None
    drawn_bottoms: Floats | None
    chance: float
    parameters: float


def ratio(name: str, bottom: Bottom, values: Values) -> Ratio:
    """Dollars for each of something, of means; or why there is no such figure."""
    measured, drawn = values.measured, values.drawn
    return quotient(
        name,
        bottom,
        Quotient(
            tops_of(measured),
            bottoms_of(bottom, measured),
            None if drawn is None else tops_of(drawn),
            None if drawn is None else bottoms_of(bottom, drawn),
            values.chance,
            values.parameters,
        ),
    )


def quotient(name: str, bottom: Bottom, of: Quotient) -> Ratio:
    """Dollars for each of something; or why there is none.

    There is no price of what may be none: neither a mean nor a range, where the range of what is
    divided by holds zero, of chance or over the draws, or is so near it that the range of the price
    does. So no price is negative.
    """
    label, unit, counted, *_ = bottom
    chance, drawn = ratio_of_means(of.tops, of.bottoms, of.chance), of.drawn_tops is not None
    low, high, why = _over_draws(bottom, of)
    why = f"{counted} may be zero" if chance is None else why
    if chance is not None and not why and _may_be_none(chance, low):
        why = f"{counted if of.tops.mean() > 0 else 'more dollars'} may be zero"
    if chance is None or why:
        return Ratio(name, label, unit, None, None, None, None, None, why, drawn)
    return Ratio(name, label, unit, chance.mean, chance.low, chance.high, low, high, why, drawn)


def _may_be_none(chance: Interval, low: float | None) -> bool:
    """Whether the low end of a price, of chance or over the draws, is not above zero."""
    return any(end is not None and end <= 0 for end in (chance.low, low))


def where_any(price: Ratio, bottom: Bottom, beside: Interval) -> Ratio:
    """Price, or none if the range that stands beside it says that there may be nothing to pay for.

    Such a range may be wider than that of the price, as where it holds for several steps at once.
    """
    if price.mean is None or beside.low is None or beside.low > 0:
        return price
    blank, why = (None, None, None, None, None), f"{bottom.counted} may be zero"
    return Ratio(price.name, price.label, price.unit, *blank, why, price.drawn)


def tops_of(values: Floats) -> Floats:
    """Return the cost; shape (...,) of values (..., measures)."""
    return values[..., NAMES.index(COST)]


def bottoms_of(bottom: Bottom, values: Floats) -> Floats:
    """Return how many there are in a year; shape (...,) of values (..., measures)."""
    columns = [NAMES.index(name) for name in bottom.measures]
    return np.asarray(bottom.times * values[..., columns].sum(axis=-1), np.float64)


def _over_draws(bottom: Bottom, of: Quotient) -> tuple[float | None, float | None, str]:
    """Low and high of a ratio over the draws, or why there are none."""
    if of.drawn_tops is None or of.drawn_bottoms is None:
        return None, None, ""
    tops, bottoms = random_effects(of.drawn_tops), random_effects(of.drawn_bottoms)
    some = bottoms > 0
    if percentiles(bottoms, of.parameters)[0] <= 0:
        share = f"{100 * (1 - float(some.mean())):.0f}% of the draws"
        return None, None, f"{bottom.counted} are zero or negative in {share}"
    ratios = tops[some] / bottoms[some]
    endless = np.full(np.count_nonzero(~some), ratios.max())  # beyond the high end in any case
    return *percentiles(np.concatenate([ratios, endless]), of.parameters), ""
