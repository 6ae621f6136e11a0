"""The chronological list of a replication, from the command line and from the ledger."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest

from sim import cli
from sim.model.ledger import events
from sim.model.simulation import simulate
from sim.schema import NONE, Rank
from tests.worlds import make_calls, make_world, posts


def test_a_small_world_in_order() -> None:
    calls = make_calls(
        2, received_at_s=[0, 1], on_scene_for_s_by_kind=10, turnout_for_s=2, leaves_for_s=[99, 4]
    )
    world = make_world(calls, posts(1, 50), 40)
    happened = events(world, simulate(world, "simpy"))
    assert [(e.at_s, e.what, e.call, e.duty) for e in happened] == [
        (0, "duty starts", NONE, 0),
        (0, "dispatchable", 0, NONE),
        (0, "assigned", 0, 0),
        (1, "dispatchable", 1, NONE),
        (2, "arrives", 0, 0),
        (5, "subject left", 1, NONE),
        (12, "leaves the scene", 0, 0),
        (12, "released", 0, 0),
    ]


def test_a_recall_is_named() -> None:
    calls = make_calls(1, turnout_for_s=9, leaves_for_s=4)
    world = make_world(calls, posts(1, 50), 40)
    last = [e for e in events(world, simulate(world, "simpy")) if e.at_s == 4]
    assert [(e.rank, e.what) for e in last] == [
        (Rank.RELEASED, "recalled"),
        (Rank.PATIENCE_ENDS, "subject left"),
    ]


def test_both_engines_list_the_same() -> None:
    calls = make_calls(9, received_at_s=range(9), on_scene_for_s_by_kind=5, leaves_for_s=12)
    world = make_world(calls, posts(2, 60), 60)
    one, other = (events(world, simulate(world, engine)) for engine in ("simpy", "compiled"))
    assert one == other


def test_run_trace_writes_all_and_prints_the_first_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["run", "2", "run.window_days=9", "run.replications=2", "demand.calls_per_year=3000"]
    assert cli.main([*words, "--trace", "--no-figures", "--results", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    (folder,) = tmp_path.iterdir()
    with (folder / "trace.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    seconds = [int(row["second"]) for row in rows]
    assert all(a <= b for a, b in itertools.pairwise(seconds))
    shown = [line for line in printed.splitlines() if line.startswith("2025-01-01 ")]
    assert shown
    assert len(shown) == sum(row["local_time"].startswith("2025-01-01") for row in rows)
