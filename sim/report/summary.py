"""A comparison as one JSON object: what `--json` prints and `summary.json` holds.

There is no clock time in it and the order of keys is fixed, so equal runs give equal bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from typing import Any, TypeVar

from sim.config.models import Config
from sim.config.plans import StaffingPlan
from sim.provenance import config_hash
from sim.scenarios.answers import Comparison, Fairness, Group, HistoryCheck, Reading
from sim.scenarios.intervals import INTERVAL_LABEL, DifferenceInterval, Interval, Spread
from sim.schema import SCHEMA_VERSION

Found = TypeVar("Found", bound=Interval)


def config_tree(config: Config) -> dict[str, Any]:
    """Validated config as plain data, without the number of cores, which changes no result."""
    return config.model_dump(mode="json", exclude={"run": {"cores"}})


def plan_trees(plans: Sequence[StaffingPlan]) -> list[dict[str, Any]]:
    """Staffing plans as plain data."""
    return [plan.model_dump(mode="json") for plan in plans]


def hash_of(config: Config, plans: Sequence[StaffingPlan]) -> str:
    """Eight hex digits that tell one scenario and its plans from another."""
    return config_hash(config_tree(config), plan_trees(plans))


def as_json(found: Comparison, plans: Sequence[StaffingPlan]) -> str:
    """Text of the summary, with a newline at its end."""
    return json.dumps(summary(found, plans), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def summary(found: Comparison, plans: Sequence[StaffingPlan]) -> dict[str, Any]:
    """One object with everything that was found; nan is None.

    Parameters
    ----------
    found
        The comparison.
    plans
        Every staffing plan of its readings.
    """
    return {
        "scenario": _scenario(found, plans),
        **_sides(found.main),
        "other_reading": _reading(found.other_reading),
        "travel_beside": _reading(found.travel_beside),
        "history": _history(found.history),
        "economics": None if found.economics is None else _tree(found.economics),
        "warnings": list(found.warnings),
    }


def _scenario(found: Comparison, plans: Sequence[StaffingPlan]) -> dict[str, Any]:
    config = found.config
    return {
        "program": config.program.name,
        "title": config.program.title,
        "demand": config.demand.name,
        "calls_per_year": float(config.demand.calls_per_year),
        "growth_factor": float(config.demand.growth_factor),
        "travel": config.travel.model,
        "dispatch_rule": config.dispatch.rule,
        "standard": {
            "clock": config.service.standard.clock,
            "minutes": float(config.service.standard.minutes),
        },
        "window_start": config.run.window_start.isoformat(),
        "window_days": found.scenario.window_days,
        "seed": config.run.seed,
        "replications": found.replications,
        "confidence_level": config.run.confidence_level,
        "interval_label": INTERVAL_LABEL,
        "staffing": {plan.name: _staffing(plan) for plan in plans},
        "config_hash": hash_of(config, plans),
        "schema_version": SCHEMA_VERSION,
    }


def _staffing(plan: StaffingPlan) -> dict[str, Any]:
    return {
        "title": plan.title,
        "teams": plan.teams,
        "team_hours_per_day": plan.team_hours_per_day,
        "worker_hours_per_day": plan.worker_hours_per_day,
    }


def _reading(reading: Reading | None) -> dict[str, Any] | None:
    if reading is None:
        return None
    return {"label": reading.label, "reason": reading.reason, **_sides(reading)}


def _sides(reading: Reading) -> dict[str, Any]:
    plans = [
        {
            "name": plan.name,
            "measures": _measures(plan.measures, plan.spread, _interval),
            "fairness": _fairness(plan.fairness),
        }
        for plan in reading.plans
    ]
    differences = [
        {
            "plan": pair.plan,
            "versus": pair.versus,
            "measures": _measures(pair.measures, pair.spread, _difference),
        }
        for pair in reading.differences
    ]
    return {"plans": plans, "differences": differences}


def _measures(
    measures: Mapping[str, Found],
    spread: Mapping[str, Spread],
    shown: Callable[[Found], dict[str, Any]],
) -> dict[str, Any]:
    """Every measure with its chance interval, and under `parameters` its range over the draws."""
    return {
        name: {**shown(found), "parameters": _tree(spread[name]) if name in spread else None}
        for name, found in measures.items()
    }


def _tree(node: Any) -> Any:  # noqa: ANN401 - a tree of frozen data
    """Data as mappings and lists; nan is None."""
    if is_dataclass(node) and not isinstance(node, type):
        return {field.name: _tree(getattr(node, field.name)) for field in fields(node)}
    if hasattr(node, "_asdict"):  # a named tuple
        return _tree(node._asdict())
    if isinstance(node, Mapping):
        return {key: _tree(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_tree(value) for value in node]
    return _number(node) if isinstance(node, float) else node


def _fairness(found: Fairness) -> dict[str, Any]:
    return {
        "night": _group(found.night),
        "day": _group(found.day),
        "zones": found.zones,
        "zones_compared": found.zones_compared,
        "zones_alike": found.zones_alike,
        "best_zone": _group(found.best_zone),
        "worst_zone": _group(found.worst_zone),
    }


def _group(found: Group | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "name": found.name,
        "reach_share": _interval(found.reach_share),
        "response_mean_min": _interval(found.response_mean_min),
    }


def _interval(found: Interval) -> dict[str, Any]:
    return {
        "mean": _number(found.mean),
        "low": _number(found.low),
        "high": _number(found.high),
        "n": found.n,
    }


def _difference(found: DifferenceInterval) -> dict[str, Any]:
    percent = None if found.percent is None else _interval(found.percent)
    return {**_interval(found), "excludes_zero": bool(found.excludes_zero), "percent": percent}


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _history(check: HistoryCheck | None) -> dict[str, Any] | None:
    if check is None:
        return None
    intervals = {
        "handled_per_day": _interval(check.handled_per_day),
        "reach_share": _interval(check.reach_share),
    }
    return asdict(check) | intervals | {"reproduced": bool(check.reproduced)}
