"""Small sweeps of several blocks, and the bytes of what they end in."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from sim.scenarios.experiments.sweep import blocks
from sim.scenarios.experiments.sweep.sweep import Plan, answered, laid_out
from sim.scenarios.request import Request

TINY = ["run.window_days=2", "run.warm_up_days=0", "run.tail_days=1", "run.cores=1"]
VARIED = ["staffing.count=1..3", "demand.growth_factor=0.5,1.0"]


def tiny(
    patch: pytest.MonkeyPatch, words: Sequence[str] = VARIED, own: Mapping[str, Any] | None = None
) -> Plan:
    """Sweep of six points, three times, in at least five blocks."""
    patch.setattr(blocks, "AIM_S", 0.004)
    options = {"overrides": [*TINY, *words], "replications": 3, "check": "none"}
    plan = laid_out(Request.of("sweep", [], options, own))
    assert len(plan.blocks) >= 5
    return plan


def hash_of(plan: Plan, contents: Mapping[int, bytes]) -> str:
    """SHA-256 of the file with a row a point and replication."""
    file = io.BytesIO()
    answered(plan, contents, None).replications_frame().write_parquet(file)
    return hashlib.sha256(file.getvalue()).hexdigest()
