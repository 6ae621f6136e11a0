"""Guard rails of the verbs that measure only a part, each in every door of theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.report.answer import Answer
from sim.report.experiments.curve import CurveReport
from sim.report.experiments.recommend import RecommendReport
from sim.report.experiments.sensitivity import SensitivityReport
from sim.report.experiments.sweep import SweepReport
from sim.report.people.people import PeopleReport
from tests.test_rails import BACKLOG, FEW, MADE_UP, SHORT, city, rules, words

__all__ = ["city"]  # a fixture

SMOKE = ["run=smoke", "run.draws=0"]
INVENTED = [*FEW, *SHORT, MADE_UP % "made up"]
LOADED = [*BACKLOG, *SHORT]
FIGURES = {"points": 4, "drivers": 2, "draws": 8}
DOORS: dict[str, Callable[[list[str]], Answer]] = {
    "curve": lambda keys: CurveReport(sim.curve("1..2", overrides=keys)),
    "sweep": lambda keys: SweepReport(sim.sweep("1..2", overrides=keys)),
    "sensitivity": lambda keys: SensitivityReport(sim.sensitivity(1, overrides=keys, **FIGURES)),
    "people": lambda keys: PeopleReport(sim.people(1, overrides=keys)),
    "recommend": lambda keys: RecommendReport(
        sim.recommend(targets=["reach_share >= 0.1"], overrides=keys)
    ),
}


def warnings(report: Answer) -> list[dict[str, Any]]:
    return list(report.tree()["warnings"])


def said(report: Answer) -> list[str]:
    return [each["rule"] for each in warnings(report)]


@pytest.mark.parametrize("door", DOORS)
def test_made_up_figures_are_said_once_in_every_door(door: str) -> None:
    report = DOORS[door](INVENTED)
    assert said(report).count("made_up") == 1
    whole = words(report.full())
    for each in warnings(report):
        assert whole.count(words(each["text"])) == 1, each["rule"]
    assert "made_up" not in said(DOORS[door]([*FEW, *SHORT]))


@pytest.mark.parametrize("door", ["curve", "sweep", "sensitivity"])
def test_more_work_than_teams_is_said_in_every_door(door: str) -> None:
    full_of_calls = ["run.window_days=14", "demand.calls_per_year=40000", *SHORT]
    report = DOORS[door](full_of_calls)
    (line,) = [each["text"] for each in warnings(report) if each["rule"] == "loaded"]
    assert words(line) in words(report.summary())
    assert "loaded" not in said(DOORS[door]([*SMOKE, "demand.calls_per_year=900"]))


@pytest.mark.parametrize("door", ["curve", "sweep", "sensitivity"])
def test_calls_that_stay_open_are_said_where_they_do(door: str) -> None:
    report = DOORS[door](LOADED)
    (line,) = [each["text"] for each in warnings(report) if each["rule"] == "open"]
    assert "still open at the end of the run" in line
    assert words(line) in words(report.summary())
    assert "open" not in said(DOORS[door](SMOKE))


def test_a_sweep_names_the_worst_of_its_points() -> None:
    sweep = sim.sweep("1..3", overrides=LOADED, measures=["unfinished_share"])
    worst = sweep.means[:, 0].max()
    (rail,) = [x for x in sweep.warnings if x.rule == "open"]
    assert f"Up to {100 * worst:.1f}%" in rail.text
    assert f"at staffing={sweep.points[sweep.means[:, 0].argmax()].plan} and " in rail.text
    assert sweep.names == ("unfinished_share",)


def test_points_that_chance_alone_could_tell_apart_are_said() -> None:
    keys = [*SMOKE, "demand.calls_per_year=2000", "run.window_days=14"]
    close = sim.sweep("2", overrides=[*keys, "demand.growth_factor=1.0,1.02"], replications=2)
    (rail,) = [x for x in close.warnings if x.rule == "points"]
    assert "2 replications are too few" in rail.text
    assert "points" not in rules(sim.sweep("1,9", overrides=keys, replications=8).warnings)
    same = [*keys, "service.standard.minutes=20,30"]  # moves no call, and no share that is reached
    assert "points" not in rules(sim.sweep("2", overrides=same).warnings)


@pytest.mark.parametrize(("growth", "is_said"), [("0.9,9,1.1", True), ("0.9,1,1.1", False)])
def test_what_is_beyond_the_log_is_looked_for_where_calls_are_most(
    city: Path, growth: str, is_said: bool
) -> None:
    keys = [*SMOKE, "demand=city", f"demand.growth_factor={growth}"]
    sweep = sim.sweep("mobile_1", overrides=keys, config_dir=city)
    told = [x.text for x in sweep.warnings if x.rule == "fitted"]
    assert ["calls a year, where its weeks had" in text for text in told] == [True] * is_said


def test_a_curve_of_hours_without_calls_has_no_formulas_and_no_fault() -> None:
    """A replication without a call has no funnel: the formulas had been of a mean of nothing."""
    report = DOORS["curve"]([*FEW, *SHORT])
    assert "nan" not in report.full()
    assert DOORS["curve"]([*FEW, *SHORT, "demand.calls_per_year=1"]).full()


def test_the_load_of_every_point_is_looked_at_and_a_rule_is_said_once() -> None:
    keys = [*SHORT, "run.window_days=14", "program=los_angeles", "demand.growth_factor=1,20"]
    sweep = sim.sweep("8..10", overrides=keys)
    (load,) = [x.text for x in sweep.warnings if x.rule == "loaded"]
    assert "at staffing=8 demand.growth_factor=20" in load
    assert "growth_factor=20" in load.partition("on duty")[2]
    assert max(rules(sweep.warnings).count(rule) for rule in rules(sweep.warnings)) == 1


def test_no_screen_is_longer_than_a_screen_however_much_is_doubted() -> None:
    keys = [*SHORT, "program=los_angeles", "run.window_days=14"]
    for report in (
        CurveReport(sim.curve("1..24", overrides=keys)),
        SensitivityReport(sim.sensitivity(17, overrides=keys, points=4, drivers=6, draws=12)),
    ):
        assert len(report.summary().splitlines()) <= 28


def test_the_page_of_a_curve_says_each_once() -> None:
    curve = sim.curve("1..2", overrides=INVENTED, html=True)
    page = words(str(CurveReport(curve).tables()["page.html"]))
    assert rules(curve.warnings).count("made_up") == 1
    assert [page.count(words(rail.text)) for rail in curve.warnings] == [1] * len(curve.warnings)
