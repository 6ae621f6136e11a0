"""The interval of the assumptions: noise is split off, and no replication narrows it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import yaml

import sim
from sim import cli
from sim.config import compose, staffing
from sim.config.numbers import numbers
from sim.report.answer import as_json
from sim.report.comparison.report import ComparisonReport
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.intervals import Interval, Quoted, Spread
from sim.scenarios.intervals import random_effects, spread
from sim.scenarios.samples import NAMES, Job
from sim.scenarios.scenario import Scenario
from sim.scenarios.uncertainty import draw
from tests.folders import Folder

SHORT = [
    *("run.window_days=14", "run.warm_up_days=1", "run.tail_days=1"),
    "demand.calls_per_year=20000",
]
NET = ("jail_diversions_net_per_year", "hospital_diversions_net_per_year")
BENEFIT = "net_benefit_per_year"


def compared(*overrides: str, draws: int = 8, replications: int = 2, **how: Any) -> Comparison:
    words = [*SHORT, *overrides]
    return sim.compare(
        3, 2, overrides=words, draws=draws, replications=replications, check="none", **how
    )


def job(*overrides: str) -> Job:
    plans = [staffing("3"), staffing("2")]
    scenario = Scenario(compose([*SHORT, *overrides]), plans[-1])
    return Job(scenario, tuple(map(scenario.arm, plans)), ((0, 1),), "compiled")


def silent(done: int, of: int) -> None:
    """Progress that nobody looks at."""


# --- what the draws do not vary ------------------------------------------------------------------


def test_draws_that_differ_by_chance_alone_have_no_share_above_zero():
    """Their one mean is above zero, which no draw has shown."""
    values = np.array([[0.0, 4.0], [1.0, 3.2], [2.5, 1.5]])
    found = spread(values, values, 0.95)
    assert (found.low, found.chance_above_zero) == (found.high, None)
    assert spread(np.full((3, 2), 7.0), np.full((3, 2), 7.0), 0.95).chance_above_zero == 1.0


@pytest.mark.parametrize(("ends", "kind"), [((0.2, 0.2), "chance"), ((-0.5, 0.9), "assumptions")])
def test_a_range_of_chance_is_not_called_one_of_the_assumptions(ends, kind):
    chance = Interval(-0.2, -0.5, 0.1, 20)
    above = 1.0 if kind == "chance" else 0.6
    quote = Quoted.of(chance, Spread(*ends, -3.0, 3.0, above, 100))
    assert quote.kind == kind
    assert quote.above_zero == (None if kind == "chance" else 0.6)
    assert (quote.low, quote.high) == (-0.5, 0.1 if kind == "chance" else 0.9)


# --- random effects ------------------------------------------------------------------------------


def test_means_are_shrunk_by_what_replications_explain():
    """Means 1 and 5 have variance 8; replications of variance 2 explain 1 of it: sqrt(7/8)."""
    shrunk = random_effects(np.array([[0.0, 2.0], [4.0, 6.0]]))
    assert shrunk == pytest.approx([3 - 2 * (7 / 8) ** 0.5, 3 + 2 * (7 / 8) ** 0.5])


def test_draws_that_differ_by_chance_alone_have_one_mean():
    found = random_effects(np.array([[0.0, 4.0], [1.0, 3.2], [2.5, 1.5]]))
    assert found == pytest.approx([12.2 / 6] * 3)


def test_a_measure_without_chance_keeps_its_draws():
    values = np.array([[1.0, 1.0], [4.0, 4.0], [2.0, 2.0]])
    assert random_effects(values) == pytest.approx([1, 4, 2])
    assert random_effects(np.full((3, 2), 7.0)) == pytest.approx([7, 7, 7])


def test_the_spread_between_draws_is_recovered():
    """Sd 3 between draws and 6 within: means of two have sd 5.2, shrunk ones about 3."""
    random = np.random.default_rng(1)
    k, between, within = 2_000, 3.0, 6.0
    values = 10 + random.normal(0, between, (k, 1)) + random.normal(0, within, (k, 2))
    assert values.mean(axis=1).std() > 4.8
    shrunk = random_effects(values)
    assert 2.6 < shrunk.std() < 3.4  # the estimate's own sd is 0.18
    found = spread(values, values, 0.95)
    assert found.low == pytest.approx(10 - 1.96 * between, abs=1)
    assert found.high == pytest.approx(10 + 1.96 * between, abs=1)
    one_year = (between**2 + within**2) ** 0.5
    assert found.year_high == pytest.approx(10 + 1.96 * one_year, abs=1.5)
    assert found.chance_above_zero == pytest.approx(0.9996, abs=0.002)
    assert found.draws == k


def test_draws_without_the_measure_are_left_out():
    values = np.array([[1.0, 2.0], [np.nan, 1.0], [3.0, 3.0], [np.inf, 4.0]])
    assert spread(values, values, 0.95).draws == 2
    none = spread(values[:2], values[:2], 0.95)
    assert (none.low, none.high, none.year_low, none.chance_above_zero) == (None,) * 4
    assert none.draws == 1


# --- draws of a comparison -----------------------------------------------------------------------


def test_draw_k_is_the_same_however_many_there_are():
    few, more = (draw(job(f"run.draws={n}"), silent) for n in (2, 5))
    assert few is not None
    assert more is not None
    assert np.array_equal(few.inputs, more.inputs[:2])
    for one, other in zip(few.measured, more.measured, strict=True):
        assert np.array_equal(one, other[:, :2], equal_nan=True)
    assert more.measured.arms.shape == (2, 5, 2, len(NAMES))
    assert more.measured.pairs.shape == (1, 5, 2, len(NAMES))
    assert more.inputs.shape == (5, len(more.unknowns))


def test_draws_have_replications_of_their_own_and_plans_common_calls():
    found = draw(job("run.draws=3"), silent)
    assert found is not None
    calls = found.measured.arms[:, :, :, NAMES.index("calls_per_year")]
    assert np.array_equal(calls[0], calls[1])
    assert len(np.unique(calls[0])) == 6


def test_progress_counts_the_replications_of_draws():
    told: list[tuple[int, int]] = []
    compared(draws=3, replications=4, progress=lambda done, of: told.append((done, of)))
    assert {of for _, of in told[:7]} == {10}
    assert [done for done, _ in told[:7]] == [1, 2, 3, 4, 6, 8, 10]
    assert all(done == of for done, of in told[7:])


def test_the_interval_of_the_assumptions_does_not_narrow_with_replications():
    few, many = (compared(draws=6, replications=n) for n in (2, 20))
    for one, other in zip(few.main.plans, many.main.plans, strict=True):
        assert one.spread == other.spread
    (one,), (other,) = few.main.differences, many.main.differences
    assert one.spread == other.spread
    assert other.measures[BENEFIT].n == 20


def test_no_draws_leave_the_interval_of_chance_alone():
    without, drawn = compared(draws=0), compared(draws=4)
    for plan in without.main.plans:
        assert plan.spread == {}
    assert without.main.differences[0].spread == {}
    measures = [found.main.differences[0].measures for found in (without, drawn)]
    assert measures[0] == measures[1]
    assert set(drawn.main.differences[0].spread) == set(NAMES)
    assert (without.economics.draws, without.economics.tornado) == (0, [])


@pytest.fixture
def certain(tmp_path) -> Folder:
    """Return a folder with a program in which no number has a range, and its own shape."""
    config = compose(["demand.shape_drawn_from=[]", "travel.other_forms=[]"])
    tree = config.model_dump(mode="json")
    for key, _ in numbers(config):
        if not key.startswith("outcomes.evidence."):
            of = tree
            for part in key.split("."):
                of = of[int(part)] if isinstance(of, list) else of[part]
            of |= {"low": None, "high": None, "confidence": "D"}
    folder = Folder(tmp_path)
    folder.write("program/certain", "# @package _global_\n" + yaml.safe_dump(tree))
    return folder


def test_without_unknowns_the_interval_of_chance_stands_alone(certain):
    found = compared("program=certain", draws=6, config_dir=certain.path)
    assert (found.economics.unknowns, found.economics.draws) == (0, 0)
    assert found.main.differences[0].spread == {}
    assert found.main.plans[0].measures["reach_share"].high is not None
    assert found.economics.differences[0].break_even is not None


def test_a_prior_around_no_effect_is_above_zero_half_of_the_time():
    found = compared(
        "outcomes=null_trial", "demand.calls_per_year=8000", draws=40
    )  # so few that chance shows
    (difference,) = found.main.differences
    for side in (*found.main.plans, difference):
        for name in NET:
            of = side.spread[name]
            assert of.low < 0 < of.high, name
            assert of.year_high - of.year_low > of.high - of.low
    for plan in found.main.plans:
        assert 0.25 < plan.spread[NET[1]].chance_above_zero < 0.75  # three sd of 40 draws


def test_under_the_null_trial_the_break_even_says_how_strong_the_effect_has_to_be():
    dear = [f"costs.avoided.{x}.dollars=1e6" for x in ("booking", "ed_visit", "inpatient_day")]
    found = compared("outcomes=null_trial", "costs.avoided.booking_is_total=false", *dear, draws=2)
    (side,) = found.economics.differences
    assert not side.break_even.already
    assert 0.001 < side.break_even.odds_ratio < 1
    ratios = side.break_even.central_arrest, side.break_even.central_hold
    assert ratios == (pytest.approx(1), pytest.approx(1))


def test_every_reading_but_the_main_one_has_chance_alone():
    words = ["program=los_angeles", "program.travel_beside=null"]
    found = sim.compare(17, 12, overrides=[*words, *SHORT], draws=2, replications=2, check="none")
    assert found.main.plans[0].spread
    assert found.other_reading is not None
    assert not found.other_reading.plans[0].spread
    assert not found.other_reading.differences[0].spread


def test_a_plan_with_mode_shares_of_its_own_keeps_them_in_every_draw():
    words = [*SHORT, "program=boulder"]
    found = sim.run("boulder_4", overrides=words, draws=3, replications=2, check="none")
    assert found.main.plans[0].spread["reach_share"].draws == 3


# --- the same bytes ------------------------------------------------------------------------------


def test_the_answer_is_the_same_for_any_number_of_cores_and_either_engine():
    brief = "run.window_days=3"
    found = [
        compared(brief, draws=2, engine="simpy", cores=1),
        compared(brief, draws=2, cores=1),
        compared(brief, draws=2, cores=2),
    ]
    assert len({as_json(ComparisonReport(one)) for one in found}) == 1


def test_draws_are_an_option_of_the_command_line(capsys, tmp_path):
    words = ["compare", "3", "2", *SHORT, "--check", "none", "--no-figures", "--json"]
    told = []
    for cores in ("1", "2"):
        where = ["--draws", "2", "--replications", "2", "--cores", cores]
        assert cli.main([*words, *where, "--results", str(tmp_path / cores)]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    measures = json.loads(told[0])["differences"][0]["measures"]
    assert measures[BENEFIT]["parameters"]["draws"] == 2


def test_one_draw_is_refused_by_its_key(capsys):
    assert cli.main(["run", "2", "--draws", "1"]) == cli.EXIT_BAD_INPUT
    assert capsys.readouterr().err.startswith("error: run.draws: expected 2 or more draws, or 0")
