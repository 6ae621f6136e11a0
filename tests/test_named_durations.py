"""A mapping that names its distribution, or model of travel, replaces the one of the defaults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import reduce
from itertools import count
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from sim.config import InputError, Sourced, compose
from sim.config.values import Duration, Family
from tests.folders import Folder

BEFORE = compose(["service=with_breaks"]).service
Strategy = st.SearchStrategy[dict[str, Any]]


def durations(of: BaseModel, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every duration in a group of the config, with the keys that lead to it."""
    for name, value in of:
        if isinstance(value, Family):
            yield (*above, name), value
        elif isinstance(value, BaseModel):
            yield from durations(value, (*above, name))


DURATIONS = dict(durations(BEFORE))


def named(*distributions: str, **figures: Any) -> Strategy:
    return st.fixed_dictionaries({"distribution": st.sampled_from(distributions), **figures})


def minutes(low: int, high: int) -> Any:
    number = st.integers(low, high)
    return number | st.fixed_dictionaries({"value": number})


MEAN = minutes(50, 60)
NAMED = st.one_of(
    named("constant", mean=minutes(0, 99)),
    named("exponential", mean=MEAN),
    named("uniform", low=minutes(0, 49), high=MEAN),
    named("triangular", low=minutes(0, 49), mode=MEAN, high=minutes(61, 99)),
    named("gamma", "weibull", "lognormal", mean=MEAN, sd=minutes(1, 99)),
    named("lognormal", mean=MEAN, median=minutes(5, 49)),
    named("lognormal", mean=MEAN, p95=minutes(61, 99)),
    named("empirical", values=st.lists(minutes(0, 99), min_size=1)),
    named(
        "mixture",
        parts=st.lists(
            st.fixed_dictionaries({"weight": MEAN, "of": named("constant", mean=MEAN)}), min_size=1
        ),
    ),
)


def nested(keys: tuple[str, ...], value: Any) -> dict[str, Any]:
    return reduce(lambda inside, key: {key: inside}, reversed(keys), value)


def joined(one: Any, other: Any) -> Any:
    """Two nested mappings in one; where both hold a plain value, the other's."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return other
    return one | {key: joined(one.get(key), value) for key, value in other.items()}


def put(tree: dict[str, Any], keys: tuple[str, ...], value: Any) -> None:
    *above, last = keys
    reduce(lambda node, key: node[key], above, tree)[last] = value


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("named"))


NUMBERS = count()  # a file of its own an example


@settings(max_examples=8, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(DURATIONS, NAMED)), st.data())
def test_any_duration_is_the_named_one_whole(
    folder: Folder, drawn: dict[tuple[str, ...], Any], data: st.DataObject
) -> None:
    kept = data.draw(st.sets(st.sampled_from(list(drawn))))
    chosen = {keys: value for keys, value in drawn.items() if keys not in kept}
    trees = [nested(keys, value) for keys, value in chosen.items()]
    tree = reduce(joined, trees, {"defaults": ["with_breaks", "_self_"]})
    name = f"mine_{next(NUMBERS)}"
    folder.write(f"service/{name}", yaml.safe_dump(tree))
    texts = {keys: json.dumps(value).replace('"', "") for keys, value in chosen.items()}
    overrides = [f"service.{'.'.join(keys)}={text}" for keys, text in texts.items()]

    expected = BEFORE.model_dump()
    for keys, value in chosen.items():
        put(expected, keys, TypeAdapter(Duration).validate_python(value).model_dump())
    assert folder.compose(f"service={name}").service.model_dump() == expected
    assert compose(["service=with_breaks", *overrides]).service.model_dump() == expected


def test_one_that_is_not_named_is_merged(folder: Folder) -> None:
    """Each keeps its family and its other figures, and of the one set its range and its year."""
    figures = {
        keys: next(name for name, value in duration if isinstance(value, Sourced))
        for keys, duration in DURATIONS.items()
    }
    trees = [nested(keys, {name: {"source": "ours"}}) for keys, name in figures.items()]
    tree = reduce(joined, trees, {"defaults": ["with_breaks", "_self_"]})
    folder.write("service/merged", yaml.safe_dump(tree))
    expected = BEFORE.model_dump()
    for keys, name in figures.items():
        put(expected, (*keys, name, "source"), "ours")
    assert folder.compose("service=merged").service.model_dump() == expected


PROGRAM = """# @package _global_
defaults: [override /travel: square_root, _self_]
program: {name: mine, title: Mine}
service:
  triage_delay: {distribution: constant, mean: 0}
  report: {mean: 9, sd: null, p95: 20}
travel: {model: constant, minutes: 9, factor_sd: 0}
"""


def test_it_holds_in_a_program_too_and_a_null_still_unsets(folder: Folder) -> None:
    folder.write("program/mine", PROGRAM)
    config = folder.compose("program=mine")
    assert config.service.triage_delay.model_dump()["mean"]["value"] == 0
    assert config.service.report.model_dump()["p95"]["value"] == 20
    assert config.travel.model == "constant"


def test_a_travel_of_another_model_leaves_nothing_of_the_one_it_extends(folder: Folder) -> None:
    mine = "defaults: [{}, _self_]\nmodel: constant\nminutes: 9\nfactor_sd: 0\n"
    for extended in ("coordinates", "square_root", "three_towns", "constant"):
        folder.write(f"travel/like_{extended}", mine.format(extended))
        travel = folder.compose(f"travel=like_{extended}").travel.model_dump()
        assert (travel["model"], travel["minutes"]["value"]) == ("constant", 9)
        assert travel["minutes"]["source"] == ""


def test_what_the_named_one_lacks_is_not_filled_in(folder: Folder) -> None:
    folder.write(
        "service/short",
        "defaults: [default, _self_]\nreport: {distribution: gamma, sd: 5}",
    )
    with pytest.raises(InputError, match=r"service\.report\.mean: expected a value, got none"):
        folder.compose("service=short")
