"""The verb sensitivity: indices against known ones, and what an answer hangs on."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import sim
from sim import cli
from sim.config import compose
from sim.report.answer import as_json
from sim.report.experiments.sensitivity import SensitivityReport, missed_below, valued
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.sensitivity import Driver, Sensitivity
from sim.scenarios.draws import at_uniforms, unknowns, values_of
from sim.scenarios.experiments.sensitivity import _chance_share, captured, narrowing
from sim.scenarios.experiments.sobol import sobol_indices, sobol_points

SMALL = ["run=smoke", "run.cores=1"]
SCREEN = 28


@pytest.fixture(scope="module")
def answer() -> Sensitivity:
    return sim.sensitivity(
        4, target="within_standard_share >= 0.7", points=16, drivers=4, draws=20, overrides=SMALL
    )


# --- indices -------------------------------------------------------------------------------------


def ishigami(u: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * u - 1)
    return np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


def test_ishigami_has_its_known_indices() -> None:
    points = sobol_points(2**12, 3, seed=1)
    of = [ishigami(x) for x in points]
    found = sobol_indices(*of, confidence=0.99, seed=1)
    first, total = [0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]
    for at in range(3):
        assert found.first_low[at] - 0.01 <= first[at] <= found.first_high[at] + 0.01
        assert found.total_low[at] - 0.01 <= total[at] <= found.total_high[at] + 0.01
        assert found.first_high[at] - found.first_low[at] < 0.15


def test_a_sum_has_the_variances_of_its_parts_as_indices() -> None:
    points = sobol_points(2**11, 3, seed=3)
    weights = np.array([1.0, 2.0, 0.0])
    found = sobol_indices(*(x @ weights for x in points), confidence=0.99, seed=3)
    np.testing.assert_allclose(found.first, [0.2, 0.8, 0.0], atol=0.03)
    np.testing.assert_allclose(found.total, [0.2, 0.8, 0.0], atol=0.03)


def test_what_never_varies_has_no_index() -> None:
    points = sobol_points(8, 2, seed=1)
    found = sobol_indices(*(0 * x[..., 0] for x in points), confidence=0.95, seed=1)
    assert found.total.tolist() == [0.0, 0.0]


def test_the_share_of_chance_is_that_of_known_noise() -> None:
    rng = np.random.default_rng(1)
    truth, noise = rng.normal(0, 2, (4_000, 1)), rng.normal(0, 1, (4_000, 2))
    assert _chance_share(truth + noise) == pytest.approx(1 / 5, abs=0.02)


def test_what_is_all_of_the_variance_narrows_to_nothing() -> None:
    assert narrowing(1.0) == 1.0
    assert narrowing(-0.1) == 0.0
    assert narrowing(0.75) == pytest.approx(0.5)


# --- figures at their quantiles ------------------------------------------------------------------


def test_quantiles_stay_in_the_range_and_shares_stay_whole() -> None:
    config = compose(["run=smoke"])
    known = unknowns(config)
    for u in (1e-9, 0.5, 1 - 1e-9):
        made = at_uniforms(config, known, [u] * len(known))
        for unknown, value in zip(known, values_of(made, known), strict=True):
            if unknown.law == "range" and "share" not in unknown.name:
                assert unknown.low <= value <= unknown.high, unknown.name
        shares = made.dispatch.mode_share.model_dump()
        assert sum(x["value"] for x in shares.values()) == pytest.approx(1)


# --- the answer ----------------------------------------------------------------------------------


def test_what_flips_comes_first_then_by_total_index(answer: Sensitivity) -> None:
    order = [(not driver.flips, -(driver.total.mean or 0.0)) for driver in answer.drivers]
    assert order == sorted(order)
    assert len(answer.drivers) == 4
    for driver in answer.drivers:
        if driver.flips_at is not None:
            assert driver.low <= driver.flips_at <= driver.high
            met = [answer.question.is_met(x or 0.0) for x in (driver.at_low, driver.at_high)]
            assert met[0] != met[1]
        assert 0 <= driver.changes_decision_share <= 1
    assert answer.values.shape == (2 * 16, 4)
    assert 0 <= answer.chance_share <= 1


def test_the_same_again_to_the_last_bit(answer: Sensitivity) -> None:
    again = sim.sensitivity(
        4,
        target="within_standard_share >= 0.7",
        points=16,
        drivers=4,
        draws=20,
        overrides=["run=smoke", "run.cores=2"],
    )
    assert again.drivers == answer.drivers
    np.testing.assert_array_equal(again.answers, answer.answers)


def test_of_two_plans_it_is_their_difference() -> None:
    two = sim.sensitivity(4, 3, points=4, drivers=2, draws=8, overrides=SMALL)
    pair = sim.compare(4, 3, draws=0, replications=2, overrides=SMALL).main.differences[0]
    assert two.question.versus == "3"
    assert two.central == pytest.approx(pair.measures["net_benefit_per_year"].mean, rel=0.5)
    assert "plan 4 instead of 3 pays for itself" in SensitivityReport(two).summary().replace(
        "\n", " "
    )


@pytest.mark.parametrize("holds", [True, False])
def test_what_does_not_hold_at_the_center_is_not_said_to_hold_no_longer(
    answer: Sensitivity, holds: bool
) -> None:
    """71.4% are reached in time: at least 70% holds, and at least 75% does not."""
    question = answer.question._replace(value=0.7 if holds else 0.75)
    text = " ".join(SensitivityReport(replace(answer, question=question)).summary().split())
    assert ("It holds there, and in 45%" in text) is holds
    assert ("It does not hold there, and holds in 45%" in text) is not holds
    side, words = ("above", "no longer holds") if holds else ("below", "would hold")
    assert f"It {words} that with plan 4" in text
    assert f"with share of calls in scope for a team {side} 0.785." in text


def _driver(name: str, total: float, flips_at: float | None) -> Driver:
    index = Interval(total, total - 0.2, total + 0.2, 8)
    ends = (0.0, 1.0, 2.0, 0.6, 0.8)
    return Driver(name, name, "", *ends, flips_at, index, index, index, 0.0)


def test_the_figure_that_flips_is_measured_first_and_an_unsure_order_says_so(
    answer: Sensitivity,
) -> None:
    drivers = [_driver("service.b", 0.3, 1.2), _driver("service.a", 0.6, None)]
    screen = " ".join(SensitivityReport(replace(answer, drivers=drivers)).summary().split())
    assert "Measure b first: by itself it can turn the decision" in screen
    assert "Not certain: the first one's interval overlaps with 1 other" in screen
    assert "service." not in screen  # words alone; keys are in the whole text


def test_what_flips_is_one_sentence_of_up_to_three_figures(answer: Sensitivity) -> None:
    drivers = [_driver(f"service.{x}", 0.5, 1.2) for x in "abcd"]
    screen = " ".join(SensitivityReport(replace(answer, drivers=drivers)).summary().split())
    assert screen.count("Flips") == 1
    flips = screen.partition("Flips")[2].partition("Columns")[0]
    assert flips.count("In 60 min of request") == 1
    side = "below" if "below" in flips else "above"
    assert "; or ".join(f"with {x} {side} 1.2" for x in "abc") + "." in flips


def test_a_figure_that_acts_in_another_form_alone_says_so(answer: Sensitivity) -> None:
    still = _driver("travel.other_forms.constant.minutes", 0.35, None)._replace(at_high=0.6)
    drivers = [_driver("service.b", 0.6, 1.2), still]
    report = SensitivityReport(replace(answer, drivers=drivers))
    screen = " ".join(report.summary().split())
    assert "With the others central, constant minutes moves nothing" in screen
    assert "travel.other_forms.constant.minutes" not in screen  # keys are in the whole text
    assert "travel.other_forms.constant.minutes" in " ".join(report.full().split())
    assert "another law of travel" in " ".join(report.full().split())


def test_what_a_part_of_the_figures_makes_of_the_whole_variance() -> None:
    rng = np.random.default_rng(3)
    one, other = rng.normal(0, 1, 4_000), rng.normal(0, 2, 4_000)
    share = captured(one + other, one, 0.95, seed=1)
    assert share.mean == pytest.approx(1 / 5, abs=0.02)
    assert share.low is not None
    assert share.high is not None
    assert share.low < 1 / 5 < share.high


def test_dollars_of_a_year_are_said_in_millions() -> None:
    assert valued("net_benefit_per_year", -7_806_300.0) == "−$7.8 million a year"
    assert valued("within_standard_share", 0.714) == "71.4%"
    assert missed_below(100) == "0.2"


def test_golden_screen_fits_and_full_has_the_sources(answer: Sensitivity, golden) -> None:
    report = SensitivityReport(answer)
    screen = report.summary().splitlines()
    assert len(screen) <= SCREEN
    assert max(map(len, screen)) <= 100
    golden(report.full() + "\n", "sensitivity.txt")


def test_json_frame_and_figures(answer: Sensitivity) -> None:
    tree = json.loads(as_json(SensitivityReport(answer)))
    assert [x["name"] for x in tree["drivers"]] == [x.name for x in answer.drivers]
    assert answer.to_frame()["total"].to_list() == [x.total.mean for x in answer.drivers]
    assert set(SensitivityReport(answer).figures()) == {"drivers", "scatter"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["3", "--points", "100"], "--points: expected a power of 2"),
        (["3", "--points", "0"], "--points: expected a power of 2"),
        (["3", "--drivers", "16"], "--drivers: expected 1 to 15"),
        (["3", "--target", "reach_shar >= 0.9"], "did you mean 'reach_share'"),
        (["3", "--target", "reach_share >= 0.9 by_zone"], "of the whole week"),
        (["3", "--draws", "0"], "draws"),
        (["3", "2", "1"], "expected one plan or two, got 3"),
        (["3", "3"], "expected every plan once"),
        (
            ["0", "--points", "2", "--drivers", "2", "--draws", "4"],
            "an answer that some figure moves",
        ),
    ],
)
def test_bad_words_end_in_one_line(words, said, tmp_path, capsys) -> None:
    assert cli.main(["sensitivity", *words, *SMALL, "--results", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
