"""Configs and plans as plain data, and the hash that tells one scenario from another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.config.models import Config
from sim.config.plans import StaffingPlan
from sim.provenance import config_hash


def config_tree(config: Config) -> dict[str, Any]:
    """Validated config as plain data, without the number of cores, which changes no result."""
    return config.model_dump(mode="json", exclude={"run": {"cores"}})


def plan_trees(plans: Sequence[StaffingPlan]) -> list[dict[str, Any]]:
    """Staffing plans as plain data."""
    return [plan.model_dump(mode="json") for plan in plans]


def hash_of(config: Config, plans: Sequence[StaffingPlan]) -> str:
    """Eight hex digits that tell one scenario and its plans from another."""
    return config_hash(config_tree(config), plan_trees(plans))
