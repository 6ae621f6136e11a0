"""What a draw takes that is no number: the shape of the week, and the form of travel.

A draw takes one of the places that `demand.shape_drawn_from` has, all as likely, and an error
within its standard errors; one number stands for the shape, the share of calls by night. Months,
and shares of zones and of types, are drawn within `demand.errors`; no number stands for these. It
takes travel as the config has it or one of `travel.other_forms`, all as likely; the place in that
list stands for the form: 0 is the config's own.
"""

from __future__ import annotations

import numpy as np

from sim.config import Config
from sim.config.groups.shapes import night_share, with_night_share
from sim.config.groups.travel import ConstantTravel, SquareRootTravel
from sim.config.models import Demand
from sim.scenarios.unknown import Unknown
from sim.streams import Stream, generator, key_of

STRUCTURAL = ("shape", "form")  # laws of these unknowns
NIGHT_SHARE = "demand.night_share"  # stands for the whole shape of the week
FORM = "travel.form"


def structural(config: Config) -> list[Unknown]:
    """Unknowns of a config that are no numbers."""
    return [*_shape(config.demand), *_form(config)]


def structure_of(config: Config) -> dict[str, float]:
    """Number that stands for each of them, by name, as a config has it."""
    share = night_share(config.demand.hour_of_week_shape)
    return {NIGHT_SHARE: share, FORM: float(_forms(config).index(_taken(config)))}


def with_drawn_structure(config: Config, seed: int, k: int) -> Config:
    """Config with the shape and the form of draw k, if there are any to draw from."""
    shaped = _with_drawn_errors(_with_drawn_shape(config, seed, k), seed, k)
    return _with_drawn_form(shaped, seed, k)


def with_structure(config: Config, name: str, value: float) -> Config:
    """Config with one of them set; another share by night scales the rates of night and of day."""
    if name == FORM:
        return _formed(config, _forms(config)[round(value)])
    return _shaped(config, with_night_share(config.demand.hour_of_week_shape, value))


# --- the shape of the week -----------------------------------------------------------------------


def _shape(demand: Demand) -> list[Unknown]:
    if not demand.shape_drawn_from:
        return []
    central = night_share(demand.hour_of_week_shape)
    lows, highs = zip(*(shape.night_share_range for shape in demand.shape_drawn_from), strict=True)
    places = ", ".join(shape.name for shape in demand.shape_drawn_from)
    return [
        Unknown(
            NIGHT_SHARE,
            ("demand.hour_of_week_shape",),
            central,
            min(central, *lows),
            max(central, *highs),
            f"calls from 01:00 to 09:00 of all calls, in the shapes of {places}",
            "D" if len(demand.shape_drawn_from) == 1 else "A",
            "shape",
        )
    ]


def _with_drawn_shape(config: Config, seed: int, k: int) -> Config:
    shapes = config.demand.shape_drawn_from
    if not shapes:
        return config
    numbers_of_shape = generator(seed, k, Stream.PARAMETER, key_of("demand.hour_of_week_shape"))
    shape = shapes[int(numbers_of_shape.random() * len(shapes))]
    return _shaped(config, shape.drawn(numbers_of_shape.standard_normal(24)))


def _shaped(config: Config, shape: list[float]) -> Config:
    demand = config.demand.model_copy(update={"hour_of_week_shape": shape})
    return config.model_copy(update={"demand": demand})


# --- the errors of a fitted table ----------------------------------------------------------------


def _with_drawn_errors(config: Config, seed: int, k: int) -> Config:
    """Config with its months and shares drawn: lognormal months, Dirichlet shares."""
    demand, errors = config.demand, config.demand.errors
    drawn: dict[str, object] = {}
    if errors.month_log_se:
        z = _numbers(seed, k, "demand.month_factor").standard_normal(12)
        months = np.array(demand.month_factor) * np.exp(np.array(errors.month_log_se) * z)
        drawn["month_factor"] = (months / months.mean()).tolist()
    if errors.zone_calls:
        numbers = _numbers(seed, k, "demand.zone_share")
        drawn["zone_share"] = _dirichlet(numbers, demand.zone_share, errors.zone_calls)
    if errors.call_type_calls_by_hour:
        numbers = _numbers(seed, k, "demand.call_type_share_by_hour")
        by_hour = zip(demand.call_type_share_by_hour, errors.call_type_calls_by_hour, strict=True)
        drawn["call_type_share_by_hour"] = [_dirichlet(numbers, *hour) for hour in by_hour]
    if not drawn:
        return config
    return config.model_copy(update={"demand": demand.model_copy(update=drawn)})


def _numbers(seed: int, k: int, key: str) -> np.random.Generator:
    return generator(seed, k, Stream.PARAMETER, key_of(key))


def _dirichlet(numbers: np.random.Generator, shares: list[float], calls: int) -> list[float]:
    """Shares drawn as if counted from so many calls; one of 0 stays 0, and without calls, all."""
    weights = numbers.standard_gamma(np.array(shares) * calls) if calls else np.array(shares)
    return (weights / weights.sum()).tolist() if weights.sum() > 0 else shares


# --- the form of travel --------------------------------------------------------------------------


def _forms(config: Config) -> list[str | None]:
    """Names of the forms that travel may have; None is the config's own."""
    travel = config.travel
    if isinstance(travel, ConstantTravel | SquareRootTravel):
        return [None, *travel.other_forms]
    return [None]


def _taken(config: Config) -> str | None:
    travel = config.travel
    return travel.form if isinstance(travel, ConstantTravel | SquareRootTravel) else None


def _form(config: Config) -> list[Unknown]:
    forms = [config.travel.model if name is None else name for name in _forms(config)]
    if len(forms) == 1:
        return []
    named = ", ".join(f"{at} {name.replace('_', ' ')}" for at, name in enumerate(forms))
    return [
        Unknown(
            FORM,
            (FORM,),
            0,
            0,
            len(forms) - 1,
            f"assumption: a city without zones cannot tell these forms apart ({named})",
            "A",
            "form",
            label=f"how drives depend on free teams ({named})",
        )
    ]


def _with_drawn_form(config: Config, seed: int, k: int) -> Config:
    forms = _forms(config)
    if len(forms) == 1:
        return config
    u = generator(seed, k, Stream.PARAMETER, key_of(FORM)).random()
    return _formed(config, forms[int(u * len(forms))])


def _formed(config: Config, name: str | None) -> Config:
    travel = config.travel.model_copy(update={"form": name})
    return config.model_copy(update={"travel": travel})
