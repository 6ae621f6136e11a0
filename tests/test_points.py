"""Measures of many plans on the same calls."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.config import compose, staffing
from sim.scenarios.experiments.points import measured
from sim.scenarios.replications import measure_one
from sim.scenarios.samples import NAMES, Job
from sim.scenarios.scenario import Scenario
from sim.scenarios.store import Store

ASKED = ("gap_hours_per_week", "reach_share", "cost_per_year")


def _job(*plans: str, store: Store | None = None) -> Job:
    scenario = Scenario(compose(["run=smoke", "run.cores=1"]))
    arms = tuple(scenario.arm(staffing(plan)) for plan in plans)
    return Job(scenario, arms, (), "compiled", store or Store())


def test_measures_are_those_of_the_whole_run_bit_for_bit() -> None:
    job = _job("2", "3")
    values = measured(job, ASKED, [0, 1])
    at = [NAMES.index(name) for name in ASKED]
    for place, replication in enumerate([0, 1]):
        whole = measure_one(job, replication).arms[:, at]
        np.testing.assert_array_equal(values[:, place], whole)


def test_one_plan_more_is_the_only_one_that_is_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "kept.sqlite3")
    first = measured(_job("2", "3", store=store), ASKED, [0, 1, 2])
    simulated: list[int] = []
    more = _job("2", "3", "4", store=store)
    world = Scenario.world
    monkeypatch.setattr(
        Scenario, "world", lambda self, *a, **k: (simulated.append(1), world(self, *a, **k))[1]
    )
    again = measured(more, ASKED, [0, 1, 2])
    assert len(simulated) == 3
    np.testing.assert_array_equal(again[:2], first)
    np.testing.assert_array_equal(
        again[2], measured(replace(more, store=Store()), ASKED, [0, 1, 2])[2]
    )


def test_progress_counts_replications_and_ends_at_all() -> None:
    seen: list[tuple[int, int]] = []
    measured(_job("2"), ASKED, [4, 2], lambda done, of: seen.append((done, of)))
    assert seen == [(1, 2), (2, 2)]


def test_order_of_names_and_replications_is_as_asked() -> None:
    job = _job("2")
    values = measured(job, ASKED, [0, 1])
    turned = measured(job, ASKED[::-1], [1, 0])
    np.testing.assert_array_equal(turned, values[:, ::-1, ::-1])
