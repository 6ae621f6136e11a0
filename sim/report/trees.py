"""Configs, plans and held-out figures as plain data, and the hash that tells a scenario."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sim.config.models import Config
from sim.config.plans import StaffingPlan
from sim.provenance import config_hash
from sim.scenarios.answers.economics import Ratio, SameMoney
from sim.scenarios.answers.held_out import HeldOut
from sim.scenarios.answers.rails import Rail


def config_tree(config: Config) -> dict[str, Any]:
    """Validated config as plain data, without the number of cores, which changes no result."""
    return config.model_dump(mode="json", exclude={"run": {"cores"}})


def plan_trees(plans: Sequence[StaffingPlan]) -> list[dict[str, Any]]:
    """Staffing plans as plain data."""
    return [plan.model_dump(mode="json") for plan in plans]


def hash_of(config: Config, plans: Sequence[StaffingPlan], identity: str = "") -> str:
    """Eight hex digits that tell one scenario and its plans, or one sweep, from another."""
    tree = config_tree(config)
    return config_hash({**tree, "sweep": identity} if identity else tree, plan_trees(plans))


def held_tree(held: HeldOut) -> dict[str, Any]:
    """Held-out figure with the mean at central values, the predictive interval and the verdict."""
    predicted = held.predicted
    return {
        "published": held.published,
        "mean": predicted.mean,
        "chance": {"low": held.central.low, "high": held.central.high, "n": held.central.n},
        "predictive": {"low": predicted.low, "high": predicted.high, "draws": predicted.n},
        "width_share": held.width_share,
        "tolerance_share": held.tolerance_share,
        "verdict": held.verdict,
    }


def rails_tree(rails: Sequence[Rail]) -> list[dict[str, str]]:
    """Guard rails as plain data: rule, severity, sentence, and what to do about it."""
    return [
        {"rule": x.rule, "severity": x.severity, "text": x.text, "advice": x.advice} for x in rails
    ]


def same_money_tree(same: SameMoney | None) -> dict[str, Any] | None:
    """What else a sum would buy: dollars a year, and by alternative its figures with their ends."""
    if same is None:
        return None
    bought = [
        {key: x if isinstance(x, str) else x._asdict() for key, x in each._asdict().items()}
        for each in same.bought
    ]
    return {"dollars_per_year": same.dollars_per_year, "bought": bought}


def ratio_tree(ratio: Ratio) -> dict[str, Any]:
    """Dollars for each of something with the range to quote, or why there is none."""
    return {
        "name": ratio.name,
        "label": ratio.label,
        "unit": ratio.unit,
        "mean": finite(ratio.mean),
        "low": finite(ratio.quoted.low),
        "high": finite(ratio.quoted.high),
        "interval": ratio.quoted.kind,
        "chance": {"low": finite(ratio.low), "high": finite(ratio.high)},
        "parameters": {"low": finite(ratio.parameter_low), "high": finite(ratio.parameter_high)},
        "why_blank": ratio.why_blank,
    }


def finite(value: float | None) -> float | None:
    """Number as JSON has it: None for one that is not finite."""
    return float(value) if value is not None and math.isfinite(value) else None
