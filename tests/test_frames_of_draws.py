"""The table of the draws: what was drawn, and what was measured under it."""

from __future__ import annotations

import numpy as np
import polars as pl

import sim
from sim.report.comparison import frames
from sim.scenarios.replications import NAMES

SHORT = ["run.window_days=7", "run.warm_up_days=1", "run.tail_days=1"]
HOLD, REACH = "outcomes.effect.hold_odds_ratio", "reach_share"


def test_a_row_is_a_plan_a_draw_and_one_of_its_replications():
    found = sim.compare(3, 2, overrides=SHORT, draws=3, replications=2, check="none")
    table, drawn = frames.draws(found), found.draws
    inputs = {one.name: drawn.inputs[:, at] for at, one in enumerate(drawn.unknowns)}
    assert table["plan"].to_list() == ["3"] * 6 + ["2"] * 6
    assert table["draw"].to_list() == [0, 0, 1, 1, 2, 2] * 2
    assert table["replication"].to_list() == list(range(6)) * 2
    assert set(table.columns) == {"plan", "draw", "replication", *inputs, *NAMES}
    of_base = table.filter(pl.col("plan") == "2")
    assert np.array_equal(of_base[HOLD].to_numpy()[::2], inputs[HOLD])
    spread = found.main.plans[1].spread[REACH]
    assert of_base[REACH].min() <= spread.low <= spread.high <= of_base[REACH].max()


def test_without_draws_there_is_no_table():
    found = sim.run(2, overrides=SHORT, draws=0, replications=2, check="none")
    assert frames.draws(found) is None
