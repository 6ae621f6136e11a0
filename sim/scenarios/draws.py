"""The uncertain parameters of a config: which there are, and draws of all of them at once.

A number is uncertain if its low is below its high and its value is not zero: zero is a mechanism
turned off, which no draw turns on. Numbers with the same value, range and source are one parameter.
One uniform a draw gives each its value, so that a draw is the same whatever else is uncertain:

- an effect pooled from studies: normal on the logarithm, with the pool's 95 % interval;
- a share counted, k in n: Beta(k + 1/2, n - k + 1/2), and shares of one whole that all are:
  Dirichlet;
- a ratio, whose key ends in `_ratio`: PERT on the logarithm;
- every other: PERT from low to high with its mode at the value (Vose 2008, Risk Analysis).

PERT is a Beta scaled to the range, so no draw leaves it. Shares that sum to one are made whole: one
without a range is the remainder, and where they leave none each gives way by its distance from its
own low.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.config import Config, InputError, Sourced
from sim.config.groups.pooling import POOLED_FROM
from sim.config.models import FateShares, ModeShares, OfficerSource
from sim.config.numbers import models, numbers, with_values
from sim.streams import Stream, generator, key_of

Floats = NDArray[np.float64]
Law = Literal["pooled", "count", "counts", "ratio", "range"]
Whole = dict[str, Sourced]  # shares that sum to one, by their keys

WHOLES = (FateShares, ModeShares, OfficerSource)
NO_PARAMETERS = (
    "program.",
    "run.",
    "outcomes.evidence.",  # what the pooled effects are made of
    "costs.grant.",  # no measure is made of these
    "costs.crisis_now.",
)
PERT_LAMBDA = 4.0  # weight of the mode
Z975 = 1.959963984540054
MOST_ATTEMPTS = 100


class Unknown(NamedTuple):
    """An uncertain parameter; `paths` are the dotted keys that hold it, `name` the first of them.

    `low` and `high` are its range, or the 95 % interval of an effect that was pooled and of a
    count; of a count there are `k` in `n`.
    """

    name: str
    paths: tuple[str, ...]
    value: float
    low: float
    high: float
    source: str
    confidence: str
    law: Law
    k: int | None
    n: int | None


# --- which there are -----------------------------------------------------------------------------


def unknowns(config: Config) -> list[Unknown]:
    """Uncertain parameters of a config, in the order of its keys."""
    part_of = {path: whole for whole in _wholes(config) for path in whole}
    same: dict[tuple[object, ...], list[Unknown]] = {}
    for path, number in numbers(config):
        whole = part_of.get(path, {path: number})
        if not path.startswith(NO_PARAMETERS) and _is_uncertain(number, whole):
            one = _unknown(path, number, whole)
            same.setdefault(_identity(one, alone=path not in part_of), []).append(one)
    return [first[0]._replace(paths=tuple(one.name for one in first)) for first in same.values()]


def _wholes(config: Config) -> list[Whole]:
    return [dict(numbers(model, key)) for key, model in models(config) if isinstance(model, WHOLES)]


def _range(number: Sourced) -> tuple[float, float]:
    low = number.value if number.low is None else number.low
    return low, number.value if number.high is None else number.high


def _is_uncertain(number: Sourced, whole: Whole) -> bool:
    """Whether a number can vary; the only share of a whole cannot."""
    low, high = _range(number)
    others = [x for x in whole.values() if x is not number]
    return low < high and _is_on(number) and (not others or any(map(_is_on, others)))


def _is_on(number: Sourced) -> bool:
    """Whether a number is more than zero, or counted: none in n is few, not never."""
    return number.value != 0 or number.n is not None


def _unknown(path: str, number: Sourced, whole: Whole) -> Unknown:
    return Unknown(
        path,
        (path,),
        number.value,
        *_range(number),
        number.source,
        number.confidence,
        _law(path, number, whole),
        number.k,
        number.n,
    )


def _law(path: str, number: Sourced, whole: Whole) -> Law:
    if number.source.startswith(POOLED_FROM):
        return "pooled"
    if number.n is not None:
        counted = len(whole) > 1 and all(share.n is not None for share in whole.values())
        return "counts" if counted else "count"
    return "ratio" if path.endswith("_ratio") and _range(number)[0] > 0 else "range"


def _identity(one: Unknown, *, alone: bool) -> tuple[object, ...]:
    """What two keys have in common that hold one parameter; shares of a whole are never one."""
    if not one.source:
        return (one.name,)  # numbers that nobody sourced may be alike by accident
    return (*one[2:], "" if alone else one.name.rpartition(".")[2])


# --- draws ---------------------------------------------------------------------------------------


def drawn(config: Config, seed: int, k: int) -> Config:
    """Draw k of a config: all its uncertain parameters at once, and the rest as it is.

    Parameters
    ----------
    config
        Central values and their ranges.
    seed, k
        Name the stream, with the name of each parameter.

    Raises
    ------
    InputError
        If no draw of a hundred is valid.
    """
    known, fault = unknowns(config), ""
    for attempt in range(MOST_ATTEMPTS):
        of = {one: _value(one, _uniform(seed, k, one.name, attempt)) for one in known}
        try:
            return _made(config, {path: of[one] for one in known for path in one.paths})
        except InputError as error:
            fault = str(error)
    raise InputError(
        f"run.draws: no draw of the uncertain parameters is valid in {MOST_ATTEMPTS} attempts "
        f"({fault}); narrower ranges are wanted, or run.draws=0"
    )


def _uniform(seed: int, k: int, name: str, attempt: int) -> float:
    """Uniform of a parameter in draw k.

    Keys were renamed to American spelling; their streams keep the first one, so no draw moved.
    """
    again = (attempt,) if attempt else ()
    first_name = name.replace("center", "centre").replace("recognized", "recognised")
    return float(generator(seed, k, Stream.PARAMETER, key_of(first_name), *again).random())


def _value(one: Unknown, u: float) -> float:
    """Value of a parameter at a probability: its quantile."""
    if one.law == "pooled":
        sd = math.log(one.high / one.value) / Z975
        return one.value * math.exp(sd * float(special.ndtri(u)))
    if one.k is not None and one.n is not None:
        return _counted(one.k, one.n, u, one.law)
    if one.law == "ratio":
        low, mode, high = (math.log(x) for x in (one.low, one.value, one.high))
        return min(max(math.exp(pert(low, mode, high, u)), one.low), one.high)
    return pert(one.low, one.value, one.high, u)


def _counted(k: int, n: int, u: float, law: Law) -> float:
    """Share, or the part of a Dirichlet's whole that is not yet divided by its sum."""
    if law == "counts":
        return float(special.gammaincinv(k + 0.5, u))
    return float(special.betaincinv(k + 0.5, n - k + 0.5, u))


def pert(low: float, mode: float, high: float, u: float) -> float:
    """Quantile at u of the PERT distribution between low and high."""
    rising, falling = ((x / (high - low)) * PERT_LAMBDA for x in (mode - low, high - mode))
    return min(low + (high - low) * float(special.betaincinv(1 + rising, 1 + falling, u)), high)


def with_value(config: Config, unknown: Unknown, value: float) -> Config:
    """Config with one parameter set, and all others at their central values.

    Where it is a share of a whole, the remainder takes up the difference, and where that is not
    enough the other shares do, in their proportion.

    Raises
    ------
    InputError
        If the value does not go with the rest of the config.
    """
    values = dict.fromkeys(unknown.paths, value)
    wholes = [whole for whole in _wholes(config) if not values.keys().isdisjoint(whole)]
    for whole in wholes:
        values |= _around(whole, values)
    return with_values(config, values)


# --- shares that sum to one ----------------------------------------------------------------------


def _made(config: Config, values: dict[str, float]) -> Config:
    """Config of drawn values, its shares made whole."""
    wholes = [whole for whole in _wholes(config) if not values.keys().isdisjoint(whole)]
    for whole in wholes:
        values |= _drawn_whole(whole, values)
    return with_values(config, values)


def _drawn_whole(whole: Whole, values: Mapping[str, float]) -> dict[str, float]:
    """Shares of a whole as drawn, that sum to one and keep to their ranges."""
    shares = np.array([values.get(path, number.value) for path, number in whole.items()])
    if all(number.n is not None for number in whole.values()):
        return dict(zip(whole, (shares / shares.sum()).tolist(), strict=True))
    low, high = np.array([_range(number) for number in whole.values()]).T
    rest = np.array([path not in values for path in whole])
    found = _summing_to_one(shares, np.minimum(low, shares), np.maximum(high, shares), rest)
    return dict(zip(whole, found.tolist(), strict=True))


def _around(whole: Whole, values: Mapping[str, float]) -> dict[str, float]:
    """Shares of a whole around one that is set."""
    central = np.array([number.value for number in whole.values()])
    is_set = np.array([path in values for path in whole])
    shares = np.array([values.get(path, number.value) for path, number in whole.items()])
    ranged = np.array([len(set(_range(number))) > 1 for number in whole.values()])
    found = _summing_to_one(
        shares,
        np.where(is_set, shares, 0.0),
        np.where(is_set, shares, (central > 0).astype(float)),
        ~ranged & ~is_set,
    )
    return dict(zip(whole, found.tolist(), strict=True))


def _summing_to_one(shares: Floats, low: Floats, high: Floats, rest: NDArray[np.bool_]) -> Floats:
    """Shares that sum to one: the rest takes what is left, or else all move within their ends."""
    given = np.where(rest, 0.0, shares)
    left = 1 - given.sum()
    if left >= 0 and shares[rest].sum() > 0:
        return np.where(rest, shares * left / shares[rest].sum(), given)
    if left == 0:
        return given
    ends = np.where(rest, 0.0, low if left < 0 else high)
    moved: Floats = given + (ends - given) * left / (ends.sum() - given.sum())
    return moved
