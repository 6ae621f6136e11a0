"""The committed reference result still holds, and the README shows what it says.

`make reference` moves both; it is run on purpose and committed on its own.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim
from sim.report.comparison.summary import summary
from tests.readme import ROOT, written

pytestmark = pytest.mark.stress  # the reference made anew

REFERENCE = ROOT / "results" / "reference"
OF_A_HALF_WIDTH = 0.02  # another processor may round one arrival to the next second


@pytest.fixture(scope="module")
def now() -> dict:
    answer = sim.compare(17, 12, program="los_angeles")
    return summary(answer)


@pytest.fixture(scope="module")
def then() -> dict:
    return json.loads((REFERENCE / "summary.json").read_text(encoding="utf-8"))


def same(one: dict, other: dict) -> bool:
    """Whether two intervals are one but for rounding."""
    if one["mean"] is None or other["mean"] is None:
        return one["mean"] == other["mean"]
    chance = one["chance"]
    width = max(chance["high"] - chance["low"], abs(one["mean"]) * 1e-6, 1e-9)
    return abs(one["mean"] - other["mean"]) <= OF_A_HALF_WIDTH * width


def test_the_scenario_is_the_same(now: dict, then: dict) -> None:
    assert now["scenario"] == then["scenario"]


@pytest.mark.parametrize("reading", [None, "other_reading", "travel_beside"])
def test_every_measure_of_every_plan_is_the_same(now: dict, then: dict, reading: str) -> None:
    here, there = (tree if reading is None else tree[reading] for tree in (now, then))
    for one, other in zip(
        here["plans"] + here["differences"], there["plans"] + there["differences"], strict=True
    ):
        assert list(one["measures"]) == list(other["measures"])
        moved = [
            name for name, found in one["measures"].items()
            if not same(found, other["measures"][name])
        ]  # fmt: skip
        assert moved == []


def test_warnings_and_history_are_the_same(now: dict, then: dict) -> None:
    assert now["warnings"] == then["warnings"]
    assert now["history"]["verdict"] == then["history"]["verdict"]


def test_the_readme_shows_the_reference() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    screen = (REFERENCE / "answer.txt").read_text(encoding="utf-8")
    assert readme == written(readme, screen)


def test_the_reference_holds_no_row_of_a_person() -> None:
    assert not list(REFERENCE.glob("ledger*"))
    assert Path(REFERENCE / "full.txt").stat().st_size > 0
