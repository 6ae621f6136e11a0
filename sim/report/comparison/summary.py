"""A comparison as one JSON object: what `--json` prints and `summary.json` holds.

There is no clock time in it and the order of keys is fixed, so equal runs give equal bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from sim.config.plans import StaffingPlan
from sim.report.trees import (
    finite,
    hash_of,
    held_tree,
    rails_tree,
    ratio_tree,
    same_money_tree,
)
from sim.scenarios.answers.comparison import (
    Comparison,
    Fairness,
    Group,
    HistoryCheck,
    PlanResult,
    Reading,
)
from sim.scenarios.answers.economics import Ratio
from sim.scenarios.answers.grant import GrantAnswer
from sim.scenarios.answers.intervals import (
    DifferenceInterval,
    Interval,
    Measured,
    Quoted,
    Ratios,
    quoted,
)
from sim.schema import SCHEMA_VERSION


def summary(comparison: Comparison) -> dict[str, Any]:
    """One object with everything of a comparison; nan is None."""
    return {
        "scenario": scenario_tree(comparison),
        "leading": comparison.leading,
        **sides_tree(comparison.main),
        "other_reading": _reading(comparison.other_reading),
        "travel_beside": _reading(comparison.travel_beside),
        "history": _history(comparison.history),
        "economics": _economics(comparison),
        "formulas": _tree(comparison.formulas),
        "warnings": rails_tree(comparison.warnings),
        "same_money": same_money_tree(comparison.same_money),
    }


def _economics(comparison: Comparison) -> dict[str, Any] | None:
    """Economics as plain data, with what each plan costs once."""
    if comparison.economics is None:
        return None
    books = {} if comparison.books is None else comparison.books.sides
    once = {plan.name: books[plan.name].start_up for plan in comparison.plans if plan.name in books}
    return {
        **_tree(comparison.economics),
        "start_up_dollars": once,
        "staff": _tree(comparison.economics.staff),
    }


def scenario_tree(answer: Comparison | GrantAnswer) -> dict[str, Any]:
    """What was simulated: program, calls, standard, days, seed, and plans."""
    config, plans = answer.config, answer.plans
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
        "window_days": answer.window_days,
        "seed": config.run.seed,
        "replications": answer.replications,
        "confidence_level": config.run.confidence_level,
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
    return {"label": reading.label, "reason": reading.reason, **sides_tree(reading)}


def sides_tree(reading: Reading) -> dict[str, Any]:
    """Measures of every plan, and of every plan less the last."""
    plans = [
        {
            "name": plan.name,
            "bases": _tree(plan.bases),
            "measures": _measures(plan),
            "fairness": _fairness(plan.fairness),
            "types": _cells("call_type", plan.cells.call_type, plan.cells.types, plan),
            "priorities": _cells("priority", plan.cells.priority, plan.cells.priorities, plan),
        }
        for plan in reading.plans
    ]
    differences = [
        {
            "plan": pair.plan,
            "versus": pair.versus,
            "measures": _measures(pair),
        }
        for pair in reading.differences
    ]
    return {"plans": plans, "differences": differences}


def _measures(side: Measured) -> dict[str, Any]:
    """Every measure with its range to quote, that of chance, and its spread over the draws."""
    return {
        name: {
            **_interval(interval, quoted(side, name)),
            "parameters": _tree(side.spread[name]) if name in side.spread else None,
        }
        for name, interval in side.measures.items()
    }


def _tree(node: Any) -> Any:  # noqa: ANN401 - a tree of frozen data
    """Data as mappings and lists; nan is None."""
    if isinstance(node, Ratio):
        return ratio_tree(node)
    if is_dataclass(node) and not isinstance(node, type):
        return {field.name: _tree(getattr(node, field.name)) for field in fields(node)}
    if hasattr(node, "_asdict"):  # a named tuple
        return _tree(node._asdict())
    if isinstance(node, Mapping):
        return {key: _tree(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_tree(value) for value in node]
    return finite(node) if isinstance(node, float) else node


def _fairness(fairness: Fairness) -> dict[str, Any]:
    return {
        "night": _group(fairness.night),
        "day": _group(fairness.day),
        "zones": fairness.zones,
        "zones_compared": fairness.zones_compared,
        "zones_alike": fairness.zones_alike,
        "best_zone": _group(fairness.best_zone),
        "worst_zone": _group(fairness.worst_zone),
    }


def _cells(
    what: str, names: Sequence[str] | Sequence[int], ratios: Mapping[str, Ratios], plan: PlanResult
) -> list[dict[str, Any]]:
    """Ratios of each call type or priority, pooled over the replications, with that of chance."""
    n = len(plan.sample.values)
    return [
        {what: name}
        | {figure: _interval(of_cells.interval(at, n)) for figure, of_cells in ratios.items()}
        for at, name in enumerate(names)
    ]


def _group(group: Group | None) -> dict[str, Any] | None:
    if group is None:
        return None
    return {
        "name": group.name,
        "reach_share": _interval(group.reach_share),
        "response_mean_min": _interval(group.response_mean_min),
    }


def _interval(chance: Interval, span: Quoted | None = None) -> dict[str, Any]:
    """Mean, the range to quote and what it is of, and the interval of chance beside it."""
    span = span or Quoted.of(chance, None)
    return {
        "mean": finite(chance.mean),
        "low": finite(span.low),
        "high": finite(span.high),
        "interval": span.kind,
        "chance": _chance(chance),
    }


def _chance(chance: Interval) -> dict[str, Any]:
    """Interval of chance; of a difference also in percent of its base."""
    ends = {"low": finite(chance.low), "high": finite(chance.high), "n": chance.n}
    if not isinstance(chance, DifferenceInterval):
        return ends
    percent = None if chance.percent is None else _tree(chance.percent)
    return {**ends, "excludes_zero": bool(chance.excludes_zero), "percent": percent}


def _history(check: HistoryCheck | None) -> dict[str, Any] | None:
    if check is None:
        return None
    return {
        "plan": check.plan,
        "year": check.year,
        "verdict": check.verdict,
        "handled_per_day": held_tree(check.handled_per_day),
        "reach_share": held_tree(check.reach_share),
    }
