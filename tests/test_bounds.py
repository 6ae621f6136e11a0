"""Every number of the configs has bounds, and whatever is within them runs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

import sim
from sim.config import Config, InputError, Sourced, StaffingPlan, compose, staffing
from sim.config.faults import validated
from sim.config.plans import Line
from sim.model.simulation import simulate
from sim.report.answer import as_json
from sim.report.comparison.report import ComparisonReport
from sim.scenarios.scenario import Scenario

FEW = [
    *("run.window_days=1", "run.warm_up_days=0", "run.tail_days=1", "run.replications=2"),
    *("run.draws=0", "run.cores=1"),
]
FUNNEL = "{recognized_share: 0.9, eligible_share: 0.5, requested_share: 0.4}"
CONTACT = "{share_at_once: 0.4, odds_ratio_per_10_min: 0.9}"
EFFECT = "{effect: {voluntary_odds_ratio: 1, hold_odds_ratio: 0.9, arrest_odds_ratio: 0.8}}"
BRIEF = "{distribution: constant, mean: 9}"
FAMILIES = {
    "triage_delay": "{distribution: gamma, mean: 15, sd: 8}",
    "handoff_delay": "{distribution: lognormal, mean: 8, median: 5}",
    "request_delay": "{distribution: weibull, mean: 15, sd: 8}",
    "patrol_settles": "{distribution: lognormal, mean: 60, p95: 120}",
    "turnout": "{distribution: uniform, low: 1, high: 3}",
    "connect": "{distribution: exponential, mean: 5}",
    "booking": "{distribution: empirical, values: [20, 60], weights: [1, 3]}",
    "report": f"{{distribution: mixture, parts: [{{weight: 1, of: {BRIEF}}}]}}",
}
# Configs, and a plan for each, that together have every number which any config can have.
CASES: dict[str, tuple[list[str], str]] = {
    "default": ([], "2"),
    "families": ([f"service.{key}={of}" for key, of in FAMILIES.items()], "2"),
    "breaks": (["service=with_breaks", "dispatch.cutoff.minutes=30"], "unit_shifts_12"),
    "absence": (["service=short_staffed", "dispatch.reserve.teams=1"], "12_and_3_remote"),
    "visits": (
        [
            *("service=with_follow_up", "demand=frequent_callers", "outcomes=fewer_repeats"),
            *("service.outreach.per_week=5", "service.center.chairs=2"),
            "demand.priority_by_type={overdose: 1}",
        ],
        "12_and_3_case_managers",
    ),
    "kinds": (
        [
            f"outcomes.by_kind={{clinician_only: {EFFECT}, remote_clinician: {EFFECT}}}",
            f"service.funnel.by_type={{overdose: {FUNNEL}}}",
            f"service.contact.without_patrol.by_type={{overdose: {CONTACT}}}",
        ],
        "12_and_3_remote",
    ),
    "shares": (["outcomes=patrol_and_team"], "2"),
    "towns": (["demand=three_towns", "travel=three_towns", "dispatch=embedded"], "towns_3x8"),
    "places": (["demand=three_towns", "travel=coordinates"], "2"),
    "los_angeles": (["program=los_angeles"], "unit_shifts_12"),
    "asked for": (
        [
            *("run.precision={measure: reach_share, relative_half_width: 0.5, maximum: 3}",),
            *("costs.grant.ceiling_dollars=550000", "costs.grant.hire_months={clinician: [1]}"),
            *("costs.crisis_now.population=300000", "run.window_years=1"),
            "costs.grant.positions={clinician: 2}",
            "costs.grant.base_positions={officer: 2}",
        ],
        "2",
    ),
    "fitted errors": (
        [
            f"demand.errors.month_log_se={[0.05] * 12}",
            f"demand.errors.call_type_calls_by_hour={[400] * 24}",
        ],
        "2",
    ),
    "half width": (["run.precision={measure: reach_share, half_width: 0.5, maximum: 3}"], "2"),
}
LADDER = [0.0, 1e-300, *(m * 10.0**n for n in range(-9, 14) for m in (1, 5)), 1e300]
PLAN_FIELDS = {("Line", "count"), ("Line", "cycle"), ("Line", "length_h")}
ANY_NUMBER = {"run.seed"}
BY_COMMANDS = ("Conditioned", "Fitted")  # what `calibrate` and `fit` write; no world is made of it
IN_NO_WORLD = ("program", "costs")

Path = tuple[str | int, ...]
Field = tuple[str, str]


# --- the numbers there are -----------------------------------------------------------------------


def parts(annotation: Any) -> Iterator[Any]:
    inside = get_args(annotation)
    yield from (annotation,) if not inside else (x for part in inside for x in parts(part))


def is_number(annotation: Any) -> bool:
    """Whether a field holds numbers; a year may also be a text, and is none."""
    kinds = set(parts(annotation))
    return bool(kinds & {int, float, Sourced}) and not (str in kinds and int in kinds - {Sourced})


def models(model: type[BaseModel], known: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """A model and those it is made of; a mixture is made of distributions, itself among them."""
    if model not in known and model is not Sourced:
        known.add(model)
        for field in model.model_fields.values():
            for kind in filter(is_model, parts(field.annotation)):
                models(kind, known)
    return known


@cache
def fields(model: type[BaseModel]) -> set[Field]:
    """Every number of a model and of those it is made of, by model and field."""
    return {
        (below.__name__, name)
        for below in models(model, set())
        for name, field in below.model_fields.items()
        if is_number(field.annotation) or is_table(field.annotation)
    }


def is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def is_table(annotation: Any) -> bool:
    """Whether a field is a mapping from names to numbers."""
    return getattr(annotation, "__origin__", None) is dict and int in set(parts(annotation))


def numbers(node: Any, path: Path = (), field: Field = ("", "")) -> Iterator[tuple[Path, Field]]:
    """Where the numbers of a config stand, and of which field each is; of a list, the first."""
    if isinstance(node, Sourced | float | int) and not isinstance(node, bool):
        yield path, field
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            of = (type(node).__name__, name)
            yield from numbers(getattr(node, name), (*path, name), of)
    elif isinstance(node, list):
        for at, below in enumerate(node if is_model(type(node[0] if node else None)) else node[:1]):
            yield from numbers(below, (*path, at), field)
    elif isinstance(node, dict):
        for name, below in node.items():
            yield from numbers(below, (*path, name), field)


@cache
def config_of(case: str) -> Config:
    return compose([*CASES[case][0], *(x for x in FEW if x not in CASES[case][0])])


@cache
def keys_of(case: str) -> dict[Path, Field]:
    known = fields(Config)
    return {path: of for path, of in numbers(config_of(case)) if of in known}


def new_in(case: str) -> list[Path]:
    """Keys of a case that no case before it has, or has of another field."""
    before = {x for name in [*CASES][: [*CASES].index(case)] for x in keys_of(name).items()}
    return [path for path, field in keys_of(case).items() if (path, field) not in before]


# --- setting them --------------------------------------------------------------------------------


def put(tree: dict[str, Any], path: Path, value: float) -> None:
    *groups, last = path
    node: Any = tree
    for name in groups:
        node = node[name]
    node[last] = int(value) if isinstance(node[last], int) and value == int(value) else value


@cache
def ends(case: str, path: Path) -> tuple[float, ...]:
    """Least and greatest number of the ladder that a key accepts; none if only its own will do."""
    group = getattr(config_of(case), str(path[0]))
    tree = group.model_dump()

    def accepted(value: float) -> bool:
        put(tree, path[1:], value)
        try:
            type(group).model_validate(tree)
        except ValidationError:
            return False
        return True

    least = next((x for x in [-1e300, -1.0, *LADDER] if accepted(x)), None)
    greatest = next((x for x in reversed(LADDER) if accepted(x)), None)
    return () if least is None or greatest is None else (least, greatest)


def run_once(case: str, path: Path, value: float) -> None:
    """Make a world with one number set, and run it."""
    tree = config_of(case).model_dump()
    put(tree, path, value)
    scenario = Scenario(validated(Config, tree, ""))
    arm = scenario.arm(staffing(CASES[case][1]))
    simulate(scenario.world(arm, scenario.calls(0), 0), "compiled")


def said(path: Path) -> str:
    return ".".join(map(str, path))


# --- the tests -----------------------------------------------------------------------------------


def test_the_cases_have_every_number_of_the_models() -> None:
    seen = {field for case in CASES for field in keys_of(case).values()}
    assert {x for x in fields(Config) if x[0] not in BY_COMMANDS} - seen == set()
    assert fields(StaffingPlan) == PLAN_FIELDS


@pytest.mark.parametrize("case", CASES)
def test_every_number_has_bounds_and_runs_at_both(case: str) -> None:
    for path in new_in(case):
        assert said(path) in ANY_NUMBER or all(abs(end) <= 1e12 for end in ends(case, path))
        for value in {*ends(case, path)} if path[0] not in IN_NO_WORLD else ():
            with contextlib.suppress(InputError):  # of another group, or of the plan
                run_once(case, path, value)


@pytest.mark.parametrize("length_h", [0.001, 24])
@pytest.mark.parametrize("count", [0, 1_000])
def test_a_plan_runs_at_its_bounds(length_h: float, count: int) -> None:
    lines = [{"name": "day", "pattern": "daily", "starts": ["07:00"]}]
    lines[0] |= {"count": count, "length_h": length_h}
    plan = validated(StaffingPlan, {"name": "mine", "lines": lines}, "")
    scenario = Scenario(config_of("default"))
    simulate(scenario.world(scenario.arm(plan), scenario.calls(0), 0), "compiled")


@pytest.mark.parametrize("length_h", [1e-300, 1e300])
def test_a_duty_has_bounds(length_h: float) -> None:
    line = {"name": "day", "count": 1, "pattern": "daily", "starts": ["07:00"]}
    with pytest.raises(InputError, match="length_h"):
        validated(Line, {**line, "length_h": length_h}, "")


# The same cases each time, without keys that say how much to run: one such case took an hour.
@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data())
def test_several_numbers_at_their_bounds_give_an_answer_or_are_refused(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(sorted(CASES)))
    keys = [path for path in sorted(keys_of(case), key=said) if path[0] != "run"]
    paths = data.draw(st.lists(st.sampled_from(keys), max_size=4))
    values = {x: data.draw(st.sampled_from(ends(case, x))) for x in paths if ends(case, x)}
    plan = CASES[case][1]
    overrides = [*CASES[case][0], *(x for x in FEW if x not in CASES[case][0])]
    overrides += [f"{said(path)}={value:.15g}" for path, value in values.items()]
    with contextlib.suppress(InputError):  # which is the one line that is wanted
        comparison = sim.compare(plan, "1", overrides=overrides, check="none")
        assert as_json(ComparisonReport(comparison))
