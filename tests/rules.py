"""One small world through either engine, for rules worked by hand."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest

from sim.model.inputs.travel import Travel
from sim.model.simulation import Engine, simulate
from sim.schema import Ledger
from tests.worlds import Trip, constant_travel, make_calls, make_policy, make_world, trips_of

each_engine = pytest.mark.parametrize("engine", get_args(Engine))

QUARTERS = np.array([250_000, 500_000, 750_000], np.int32)  # `mode_ppm` of four equal shares


def run_in(
    engine: Engine,
    n: int,
    duties: list[dict[str, int]],
    horizon_s: int,
    *,
    travel: Travel | None = None,
    policy: dict[str, Any] | None = None,
    breaks: list[dict[str, int]] | None = None,
    modes: Any = None,
    **columns: Any,
) -> Ledger:
    """Ledger of n calls; `policy` holds what differs from `make_policy`, `modes` one a call."""
    travel, rules = travel or constant_travel(0), dict(policy or {})
    if modes is not None:
        rules["mode_ppm"], columns["mode_u"] = QUARTERS, np.multiply(modes, 250_000)
    world = make_world(
        make_calls(n, **columns),
        duties,
        horizon_s,
        travel=travel,
        policy=make_policy(travel.matrix_s.shape[1], **rules),
        breaks=breaks,
    )
    return simulate(world, engine)


def trips_by_call(ledger: Ledger) -> list[Trip]:
    """Trips in order of their calls, where each call has one."""
    return sorted(trips_of(ledger))


def breaks_of(ledger: Ledger) -> list[tuple[int, int]]:
    """Start and end of every break."""
    breaks = ledger.breaks
    return list(zip(breaks.started_at_s.tolist(), breaks.ended_at_s.tolist(), strict=True))
