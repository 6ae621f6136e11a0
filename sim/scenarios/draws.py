"""The uncertain parameters of a config: a list of them, and draws of all at once.

A number is uncertain if its low is below its high and its value is not zero: zero means that a
mechanism is off, and no draw turns it on. Numbers with the same value, range and source are one
parameter. In each draw one uniform gives a parameter its value, so that it does not depend on what
else is uncertain:

- an effect pooled from studies: the effect in a new program, as their posterior predicts it;
- a share counted, k in n: Beta(k + 1/2, n - k + 1/2), and shares of one whole that all are:
  Dirichlet;
- an estimate with a standard error: lognormal, with that error about its logarithm;
- a ratio, whose key ends in `_ratio`: PERT on the logarithm;
- every other: PERT from low to high with its mode at the value (Vose 2008, Risk Analysis).

The shape of the week, the errors of a fitted table and the form of travel are drawn as well: see
`sim.scenarios.structure`.

PERT is a Beta scaled to the range, so no draw of it leaves the range. Shares that sum to 1 are made
whole: see `sim.scenarios.wholes`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from scipy import special

from sim.config import Config, InputError, Sourced
from sim.config.meta_analysis import Distribution
from sim.config.numbers import numbers, with_values
from sim.identical import Identical
from sim.scenarios.structure import (
    STRUCTURAL,
    structural,
    structure_of,
    with_drawn_structure,
    with_structure,
)
from sim.scenarios.unknown import Law, Unknown
from sim.scenarios.wholes import Whole, around, made, range_of, wholes_of
from sim.streams import Stream, generator, key_of

NO_PARAMETERS = (
    "program.",
    "run.",
    "outcomes.evidence.",  # what the pooled effects are made of
    "costs.grant.",  # no measure is made of these
    "costs.crisis_now.",
    "costs.alternatives.",
)
TAIL = 1e-3  # beyond, an effect may be stronger than a config can have it
PERT_LAMBDA = 4.0  # weight of the mode
EFFECT = "outcomes.effect."
MOST_ATTEMPTS = 100


# --- the parameters ------------------------------------------------------------------------------


def unknowns(config: Config) -> list[Unknown]:
    """Uncertain parameters of a config, in the order of its keys."""
    return list(_unknowns(Identical(config)))


@lru_cache(maxsize=4)  # each draw and each end of the tornado begins from the same config
def _unknowns(of: Identical[Config]) -> tuple[Unknown, ...]:
    config = of.value
    part_of = {path: whole for whole in wholes_of(config) for path in whole}
    same: dict[tuple[object, ...], list[Unknown]] = {}
    for path, number in numbers(config):
        whole = part_of.get(path, {path: number})
        if not path.startswith(NO_PARAMETERS) and _is_uncertain(number, whole):
            unknown = _unknown(path, number, _law(config, path, number, whole))
            same.setdefault(_identity(unknown, alone=path not in part_of), []).append(unknown)
    known = [group[0]._replace(paths=tuple(x.name for x in group)) for group in same.values()]
    return (*known, *structural(config))


def values_of(config: Config, known: list[Unknown]) -> list[float]:
    """Value that a config has of each parameter."""
    value = {path: float(number) for path, number in numbers(config)} | structure_of(config)
    return [value[unknown.name] for unknown in known]


def _is_uncertain(number: Sourced, whole: Whole) -> bool:
    """Whether a number can vary; the only share of a whole cannot."""
    low, high = range_of(number)
    others = [x for x in whole.values() if x is not number]
    return low < high and _is_on(number) and (not others or any(map(_is_on, others)))


def _is_on(number: Sourced) -> bool:
    """Whether a number is above 0, or counted: a count of 0 in n means few, not never."""
    return number.value != 0 or number.n is not None


def _unknown(path: str, number: Sourced, law: Law) -> Unknown:
    return Unknown(
        path,
        (path,),
        number.value,
        *range_of(number),
        number.source,
        number.confidence,
        law,
        number.k,
        number.n,
        se=number.se,
    )


def _law(config: Config, path: str, number: Sourced, whole: Whole) -> Law:
    if _pooled(config, path) is not None:
        return "pooled"
    if number.n is not None:
        counted = len(whole) > 1 and all(share.n is not None for share in whole.values())
        return "counts" if counted else "count"
    if number.se is not None:
        return "error"
    return "ratio" if path.endswith("_ratio") and range_of(number)[0] > 0 else "range"


def _pooled(config: Config, path: str) -> Distribution | None:
    """Distribution of the logarithm of a ratio that was pooled from studies."""
    if not path.startswith(EFFECT):
        return None
    return config.outcomes.pooled(path.removeprefix(EFFECT))


def _identity(unknown: Unknown, *, alone: bool) -> tuple[object, ...]:
    """Equal for two keys that hold the same parameter; never equal for shares of one whole."""
    if not unknown.source:
        return (unknown.name,)  # numbers without a source may be alike by accident
    return (*unknown[2:], "" if alone else unknown.name.rpartition(".")[2])


def drawn_keys(config: Config, known: Sequence[Unknown]) -> list[tuple[str, ...]]:
    """Keys that draws of some numbers set: theirs, and those of shares that follow from them."""
    own = [x.paths for x in known]
    set_already = {path for paths in own for path in paths}
    wholes = [whole for whole in wholes_of(config) if not set_already.isdisjoint(whole)]
    rest = [x for whole in wholes for x, number in whole.items() if number.value != 0]
    return [*own, *((path,) for path in rest if path not in set_already)]


# --- draws ---------------------------------------------------------------------------------------


def drawn(config: Config, seed: int, k: int) -> Config:
    """Draw k of a config: all uncertain parameters drawn at once, everything else unchanged.

    Parameters
    ----------
    config
        Central values and their ranges.
    seed, k
        Identify the random stream, together with the name of each parameter.

    Raises
    ------
    InputError
        If none of 100 attempts is valid.
    """
    return drawn_with_uniforms(config, seed, k)[0]


def drawn_with_uniforms(config: Config, seed: int, k: int) -> tuple[Config, dict[str, float]]:
    """Draw k and the uniform of each number drawn, by name; errors as of `drawn`.

    Conditioned draws have their values, which take no uniform, and the structure that they had.
    """
    structure, fixed = (seed, k), dict[str, float]()
    if config.run.conditioned is not None:
        of, fixed = config.run.conditioned.draw(k)
        structure = config.run.conditioned.seed, of
    known = [x for x in unknowns(config) if x.law not in STRUCTURAL and x.name not in fixed]
    shaped, fault = with_drawn_structure(config, *structure), ""
    for attempt in range(MOST_ATTEMPTS):
        us = {x.name: _uniform(seed, k, x.name, attempt) for x in known}
        try:
            return made(shaped, _at(config, known, us) | fixed, config), us
        except InputError as error:
            fault = str(error)
    raise InputError(
        f"run.draws: expected ranges that allow valid draws (narrow them, or set run.draws=0), got "
        f"none in {MOST_ATTEMPTS} attempts ({fault})"
    )


def _at(config: Config, known: Sequence[Unknown], us: Mapping[str, float]) -> dict[str, float]:
    """Value at each key of some parameters at the quantiles of their laws."""
    return {path: _value(config, x, us[x.name]) for x in known for path in x.paths}


def redrawn(config: Config, seed: int, k: int, us: Mapping[str, float]) -> Config:
    """Draw k with other uniforms of its numbers, by name; no number leaves the range of its law.

    Raises
    ------
    InputError
        If the config is not valid with these values.
    """
    known = [unknown for unknown in unknowns(config) if unknown.name in us]
    return made(with_drawn_structure(config, seed, k), _at(config, known, us), config)


def at_uniforms(config: Config, known: Sequence[Unknown], us: Sequence[float]) -> Config:
    """Config with some parameters at the quantiles of their laws, all others central.

    The share of calls by night is as likely anywhere in its range, and each form of travel as
    likely as any other.

    Parameters
    ----------
    config
        Central values.
    known, us
        Parameters, and a probability from 0 to 1 for each.

    Raises
    ------
    InputError
        If the config is not valid with these values.
    """
    values: dict[str, float] = {}
    for unknown, u in zip(known, us, strict=True):
        value = quantile(config, unknown, u)
        if unknown.law in STRUCTURAL:
            config = with_structure(config, unknown.name, value)
        else:
            values |= dict.fromkeys(unknown.paths, value)
    return made(config, values)


def quantile(config: Config, unknown: Unknown, u: float) -> float:
    """Value of a parameter at probability u, of its law in these draws."""
    if unknown.law == "form":
        return float(min(int(u * (unknown.high + 1)), int(unknown.high)))
    if unknown.law == "shape":
        return unknown.low + u * (unknown.high - unknown.low)
    return _value(config, unknown, min(max(u, TAIL), 1 - TAIL))


def _uniform(seed: int, k: int, name: str, attempt: int) -> float:
    """Uniform of a parameter in draw k.

    Streams keep the names that keys had before they were spelled as Americans do, so no draw moved.
    """
    again = (attempt,) if attempt else ()
    first_name = name.replace("center", "centre").replace("recognized", "recognised")
    return float(generator(seed, k, Stream.PARAMETER, key_of(first_name), *again).random())


def _value(config: Config, unknown: Unknown, u: float) -> float:
    """Quantile of a parameter at probability u."""
    low, mode, high = unknown.low, unknown.value, unknown.high
    pooled = _pooled(config, unknown.name)
    if pooled is not None:
        return math.exp(pooled.quantile(u))
    if unknown.k is not None and unknown.n is not None:
        return _counted(unknown.k, unknown.n, u, unknown.law)
    if unknown.se is not None:
        return mode * math.exp(unknown.se / mode * float(special.ndtri(u)))
    if unknown.law == "ratio":
        log = pert(math.log(low), math.log(mode), math.log(high), u)
        return min(max(math.exp(log), low), high)
    return pert(low, mode, high, u)


def _counted(k: int, n: int, u: float, law: Law) -> float:
    """Share of a count; for a Dirichlet, its part before it is divided by the sum of all."""
    if law == "counts":
        return float(special.gammaincinv(k + 0.5, u))
    return float(special.betaincinv(k + 0.5, n - k + 0.5, u))


def pert(low: float, mode: float, high: float, u: float) -> float:
    """Quantile at probability u of the PERT distribution between low and high."""
    rising, falling = ((x / (high - low)) * PERT_LAMBDA for x in (mode - low, high - mode))
    return min(low + (high - low) * float(special.betaincinv(1 + rising, 1 + falling, u)), high)


def with_value(config: Config, unknown: Unknown, value: float) -> Config:
    """Config with one parameter set, and all others at their central values.

    If it is a share of a whole, the remainder takes up the difference; if that is not enough, the
    other shares do, in proportion.

    Raises
    ------
    InputError
        If the config is not valid with this value.
    """
    if unknown.law in STRUCTURAL:
        return with_structure(config, unknown.name, value)
    values = dict.fromkeys(unknown.paths, value)
    wholes = [whole for whole in wholes_of(config) if not values.keys().isdisjoint(whole)]
    for whole in wholes:
        values |= around(whole, values)
    return with_values(config, values)
