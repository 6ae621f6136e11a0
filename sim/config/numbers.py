"""The numbers of a config by their dotted keys: to be listed, and to be set anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import isfinite
from typing import Any, cast

from pydantic import BaseModel

from sim.config.faults import validated
from sim.config.models import Config
from sim.config.values import Sourced

INNER = (BaseModel, dict, list)
Plain = dict[str, object]
Change = Callable[[str, Sourced], Plain | Sourced]  # of a dotted key and its number


def models(node: object, key: str = "") -> Iterator[tuple[str, BaseModel]]:
    """Models at and below a node of the config, each with its dotted key."""
    if isinstance(node, BaseModel):
        yield key, node
    if not isinstance(node, Sourced):
        for name, below in _below(node):
            if isinstance(below, INNER):  # nearly all others are plain values
                yield from models(below, f"{key}.{name}" if key else name)


def numbers(node: object, key: str = "") -> Iterator[tuple[str, Sourced]]:
    """Sourced numbers at and below a node of the config, each with its dotted key."""
    for name, model in models(node, key):
        if isinstance(model, Sourced):
            yield name, model


def _below(node: object) -> list[tuple[str, object]]:
    """What a node is made of and where it is; nothing of a bare table, which may be long."""
    if isinstance(node, BaseModel):
        return list(node.__dict__.items())  # its fields, in their order
    if isinstance(node, dict):
        return [(str(name), below) for name, below in node.items()]
    if isinstance(node, list) and node and isinstance(node[0], BaseModel):
        return [(str(getattr(below, "name", at)), below) for at, below in enumerate(node)]
    return []


def with_values(config: Config, values: Mapping[str, float]) -> Config:
    """Config with the numbers at some dotted keys set; a low or high that is passed gives way.

    Raises
    ------
    InputError
        If a number does not go with the others.
    """
    return _with(config, values.keys(), lambda key, number: _at(number, values[key]))


def with_ranges(
    config: Config, ranges: Mapping[str, tuple[float, float, float]], why: str
) -> Config:
    """Config with the low, value and high of the numbers at some dotted keys set.

    Parameters
    ----------
    config, ranges
        Ends and values by key.
    why
        Added to the source of each.

    Raises
    ------
    InputError
        If a number does not go with the others.
    """

    def ranged(key: str, number: Sourced) -> Plain:
        low, value, high = ranges[key]
        source = f"{number.source}; {why}" if number.source else why
        return _moved(number, low, value, high) | {"source": source}

    return _with(config, ranges.keys(), ranged)


def _with(config: Config, keys: Iterable[str], change: Change) -> Config:
    """Config with the numbers at some keys changed."""
    parts = [key.split(".") for key in keys]
    above = {".".join(part[:end]) for part in parts for end in range(len(part) + 1)}
    return validated(Config, cast("dict[str, Any]", _set(config, "", change, above)), "")


def _set(node: object, key: str, change: Change, above: set[str]) -> object:
    """Return a node with the numbers below it set: plain data, down to what they leave as it is."""
    if key not in above:
        return node
    if isinstance(node, Sourced):
        return change(key, node)
    below = [
        (name, _set(x, f"{key}.{name}" if key else name, change, above)) for name, x in _below(node)
    ]
    if isinstance(node, BaseModel):
        return dict(below)
    new = [x for _, x in below]
    return dict(zip(node, new, strict=True)) if isinstance(node, dict) else new


def _at(number: Sourced, value: float) -> Sourced | Plain:
    """Number of another value, whose low and high give way.

    It is valid by itself as it is made, so that pydantic need only check the bounds of its key.
    """
    low = None if number.low is None else min(number.low, value)
    high = None if number.high is None else max(number.high, value)
    if not isfinite(value):
        return _moved(number, low, value, high)
    return number.model_copy(update=_changed(low, value, high))


def _moved(number: Sourced, low: float | None, value: float, high: float | None) -> Plain:
    """Number of another value and range, which no count and no standard error stands for."""
    return {**number.model_dump(), **_changed(low, value, high)}


def _changed(low: float | None, value: float, high: float | None) -> Plain:
    return {"value": value, "low": low, "high": high, "k": None, "n": None, "se": None}
