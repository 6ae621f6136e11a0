"""Who waits: requested calls by type and by priority, in tables, JSON and text, of both engines."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pytest

import sim
from sim.report.comparison import frames
from sim.report.comparison.full import full
from sim.report.comparison.summary import summary

OVERRIDES = ["program=los_angeles", "run.window_days=14", "run.cores=1"]
FIGURES = ["requested_per_week", "reach_share", "delay_mean_min"]
FIGURES += ["delay_any_share", "delay_over_15_min_share"]
CLASSES = {"types": "call_type", "priorities": "priority"}


@cache
def asked(engine: str = "compiled") -> sim.Comparison:
    """Six teams and four of Los Angeles, most of whose calls wait."""
    return sim.compare(
        *(6, 4), overrides=OVERRIDES, replications=2, draws=0, check="none", engine=engine
    )


def lists(engine: str, name: str) -> list[list[dict[str, Any]]]:
    """The list of each plan in the JSON."""
    return [plan[name] for plan in summary(asked(engine))["plans"]]


@pytest.mark.parametrize(("name", "what"), CLASSES.items())
def test_json_has_the_waits_of_every_class(name: str, what: str) -> None:
    names = {"types": asked().config.demand.call_types, "priorities": [1, 2]}[name]
    for classes in lists("compiled", name):
        assert [x[what] for x in classes] == names
        assert all([*x] == [what, *FIGURES] for x in classes)
        for each in classes:
            assert each["delay_over_15_min_share"]["mean"] <= each["delay_any_share"]["mean"]
            assert all(each[x]["low"] <= each[x]["mean"] <= each[x]["high"] for x in FIGURES)
            assert each["reach_share"]["chance"]["n"] == 2


@pytest.mark.parametrize("name", CLASSES)
def test_classes_make_up_the_whole(name: str) -> None:
    """A mean over the classes, weighted by their calls, is that of all calls."""
    for plan, classes in zip(asked().main.plans, lists("compiled", name), strict=True):
        rows = plan.sample.hours.requested.sum(axis=1)  # calls of each replication
        weights = [x["requested_per_week"]["mean"] for x in classes]
        assert sum(weights) == pytest.approx(rows.mean() / 2)  # of two weeks
        for figure in FIGURES[1:]:
            of_each = plan.sample.values[:, [*sim.MEASURES].index(figure)]
            whole = sum(w * x[figure]["mean"] for w, x in zip(weights, classes, strict=True))
            assert whole / sum(weights) == pytest.approx((rows @ of_each) / rows.sum())


@pytest.mark.parametrize("name", CLASSES)
def test_both_engines_count_alike(name: str) -> None:
    assert lists("simpy", name) == lists("compiled", name)


@pytest.mark.parametrize(("name", "what"), CLASSES.items())
def test_the_table_of_the_folder_has_the_same(name: str, what: str) -> None:
    table = frames.cells(asked())[name].filter(pl.col("plan") == "4")
    ends = [f"{figure}{end}" for figure in FIGURES for end in ("", "_low", "_high")]
    assert table.columns == ["reading", "plan", what, *ends]
    of_four = lists("compiled", name)[1]
    assert table["delay_mean_min"][0] == of_four[0]["delay_mean_min"]["mean"]


def test_the_whole_text_has_a_row_for_each_class_and_plan() -> None:
    text = full(asked())
    waits = text[text.index("Who waits\n") :]
    for name in (*asked().config.demand.call_types, "1", "2"):
        assert sum(line.startswith(f"{name} ") for line in waits.splitlines()) == 2
    urgent = lists("compiled", "priorities")[1][0]
    percent = f"{100 * urgent['delay_over_15_min_share']['mean']:.0f} ("
    (row,) = (x for x in waits.split("\n4 posts ")[2].splitlines() if x.startswith("1 "))
    assert percent in row


def test_a_city_of_one_type_has_no_such_table() -> None:
    one = sim.run(3, overrides=["demand=flat", "run=smoke"], replications=2, draws=0)
    assert "Who waits" not in full(one)
    assert len(summary(one)["plans"][0]["types"]) == 1
