"""Shares that sum to one, made whole after some of them were drawn or set.

One without a range is the remainder; if the others leave no remainder, each gives way in proportion
to its distance from its own low.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from sim.arrays import Bools, Floats
from sim.config import Config, Sourced
from sim.config.models import FateShares, ModeShares, OfficerSource
from sim.config.numbers import models, numbers, with_values
from sim.identical import Identical

Whole = dict[str, Sourced]  # shares that sum to one, by their keys

WHOLES = (FateShares, ModeShares, OfficerSource)


def wholes_of(config: Config) -> list[Whole]:
    """Wholes of a config, each with its shares by key."""
    return _wholes_of(Identical(config))


@lru_cache(maxsize=4)
def _wholes_of(of: Identical[Config]) -> list[Whole]:
    config = of.value
    return [dict(numbers(model, key)) for key, model in models(config) if isinstance(model, WHOLES)]


def range_of(number: Sourced) -> tuple[float, float]:
    """Low and high of a number; its value where it has none."""
    low = number.value if number.low is None else number.low
    return low, number.value if number.high is None else number.high


def made(config: Config, values: Mapping[str, float], central: Config | None = None) -> Config:
    """Config of drawn values by key, its shares made whole.

    `central` has the same numbers as the config, and its wholes are known from the draw before.

    Raises
    ------
    InputError
        If the config is not valid with these values.
    """
    wholes = [
        whole for whole in wholes_of(central or config) if not values.keys().isdisjoint(whole)
    ]
    for whole in wholes:
        values = {**values, **_drawn_whole(whole, values)}
    return with_values(config, values)


def _drawn_whole(whole: Whole, values: Mapping[str, float]) -> dict[str, float]:
    """Shares of a whole as drawn, made to sum to 1 within their ranges."""
    shares = np.array([values.get(path, number.value) for path, number in whole.items()])
    if all(number.n is not None for number in whole.values()):
        return dict(zip(whole, (shares / shares.sum()).tolist(), strict=True))
    low, high = np.array([range_of(number) for number in whole.values()]).T
    rest = np.array([path not in values for path in whole])
    summing = _summing_to_one(shares, np.minimum(low, shares), np.maximum(high, shares), rest)
    return dict(zip(whole, summing.tolist(), strict=True))


def around(whole: Whole, values: Mapping[str, float]) -> dict[str, float]:
    """Shares of a whole around one that is set, by key."""
    central = np.array([number.value for number in whole.values()])
    is_set = np.array([path in values for path in whole])
    shares = np.array([values.get(path, number.value) for path, number in whole.items()])
    ranged = np.array([len(set(range_of(number))) > 1 for number in whole.values()])
    summing = _summing_to_one(
        shares,
        np.where(is_set, shares, 0.0),
        np.where(is_set, shares, (central > 0).astype(float)),
        ~ranged & ~is_set,
    )
    return dict(zip(whole, summing.tolist(), strict=True))


def _summing_to_one(shares: Floats, low: Floats, high: Floats, rest: Bools) -> Floats:
    """Shares that sum to 1: the rest takes what is left, or else all move toward their ends."""
    drawn_shares = np.where(rest, 0.0, shares)
    left = 1 - drawn_shares.sum()
    if left >= 0 and shares[rest].sum() > 0:
        return np.where(rest, shares * left / shares[rest].sum(), drawn_shares)
    if left == 0:
        return drawn_shares
    ends = np.where(rest, 0.0, low if left < 0 else high)
    room = ends.sum() - drawn_shares.sum()
    moved: Floats = drawn_shares + (ends - drawn_shares) * left / room
    return moved
