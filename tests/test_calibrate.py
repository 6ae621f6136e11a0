"""The verb calibrate: figures that condition the assumptions, and answers that rest on them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sim
from benchmarks.conditioning import bank, coverage
from sim.cli import main
from sim.config import compose
from sim.config.files.conditioned import digests, written
from sim.config.starter import start
from sim.report.answer import as_json
from sim.report.comparison.report import ComparisonReport
from sim.report.experiments.calibrate import CalibrateReport, following
from sim.scenarios.answers.calibration import Calibration, Figure
from sim.scenarios.answers.keys import key_words
from sim.scenarios.calibration import posterior
from sim.scenarios.calibration.conditioning import resampled, weighed
from sim.scenarios.calibration.conflicts import pressed
from sim.scenarios.calibration.observed import days_of, observed
from sim.scenarios.draws import drawn, unknowns
from tests.pages import without_commands

FEW = ["run.window_days=14", "run.cores=1"]
SCREEN = 28
OBSERVED = """
plan: 4
period: 2024
source: annual report
figures:
  reach_share: {value: 60%, n: 2000}
  busy_hours_per_day: {value: 68, se: 3}
held_out:
  response_median_min: {value: 45, se: 3}
"""


def written_to(folder: Path, text: str) -> Path:
    file = folder / "observed.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    file = written_to(tmp_path_factory.mktemp("agency"), OBSERVED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posterior, "CHECKED", 20)
        patch.setattr(posterior, "KEPT", 100)
        return sim.calibrate(observed=file, draws=150, overrides=FEW)


@pytest.fixture(scope="module")
def draws_file(answer: Calibration, tmp_path_factory: pytest.TempPathFactory) -> str:
    assert answer.conditioned is not None
    file = tmp_path_factory.mktemp("made") / "conditioned.json"
    file.write_text(written(answer.conditioned), encoding="utf-8")
    return str(file)


# --- weights and regression ----------------------------------------------------------------------


def test_a_normal_posterior_is_the_one_of_theory() -> None:
    """Prior N(0, 1), seen with error 0.5: mean 0.8 x, variance 0.2; the other stays as it is."""
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(4_000, 2))
    simulated = scores[:, :1] + 0.5 * rng.normal(size=(4_000, 1))
    nearest = weighed(scores, scores[:, :1], simulated, np.array([1.5]))
    mean = nearest.weights @ nearest.scores
    sd = np.sqrt(nearest.weights @ (nearest.scores - mean) ** 2)
    assert mean[0] == pytest.approx(1.2, abs=0.05)
    assert sd[0] == pytest.approx(0.2**0.5, abs=0.04)
    assert mean[1] == pytest.approx(0, abs=0.1)
    assert sd[1] == pytest.approx(1, abs=0.1)
    assert nearest.expected[0] == pytest.approx(1.2, abs=0.05)
    assert 1_000 < nearest.effective < 1_600


def test_draws_are_resampled_by_their_weights() -> None:
    places = resampled(np.array([0.5, 0.25, 0.25]), 8)
    assert np.bincount(places).tolist() == [4, 2, 2]


def test_intervals_hold_the_truth_of_simulated_agencies() -> None:
    asked, prior = bank("4", FEW, 150)
    found = coverage(asked, prior, 30)
    assert 0.90 <= found.held.mean() / 30 <= 0.99
    assert found.width.min() < 0.85


# --- the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("2024", 366),
        ("2023 to 2024", 731),
        ("2024-12", 31),
        ("2024-02 to 2024-03", 60),
        ("2024-01-01 to 2024-06-30", 182),
        ("2024-05-05", 1),
    ],
)
def test_periods_have_their_days(period: str, days: int) -> None:
    assert days_of(period) == days


def test_units_are_those_of_the_measure(tmp_path: Path) -> None:
    text = """
    period: 2024
    source: us
    figures:
      contacts_per_year: {value: 10 a day, se: 0.1}
      handled_per_day: {value: "7,300 a year", n: 7300}
      response_p90_min: {value: 1.5 h, se: 2 min}
      reach_share: {value: 44%, n: 100}
      missed_busy_share: {value: 0.3, se: 2 %}
    """
    figures = {x.name: x for x in observed(written_to(tmp_path, text)).figures}
    assert figures["contacts_per_year"][3:5] == (3650, 36.5)
    assert figures["handled_per_day"].value == pytest.approx(20)
    assert figures["handled_per_day"].se == pytest.approx(20 / 7300**0.5)
    assert figures["response_p90_min"][3:5] == (90, 2)
    assert figures["reach_share"].value == pytest.approx(0.44)
    assert figures["reach_share"].se == pytest.approx((0.44 * 0.56 / 100) ** 0.5, rel=0.01)
    assert figures["missed_busy_share"].se == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ("{reach_shar: {value: 0.4, n: 9}}", "unknown measure 'reach_shar'; did you mean"),
        ("{cost_per_year: {value: 4, se: 1}}", "unknown measure 'cost_per_year'"),
        ("{reach_share: {value: 0.4}}", "expected either n (what it was counted from) or se"),
        ("{reach_share: {value: 0.4, n: 9, se: 0.1}}", "or se (its standard error), got both"),
        ("{reach_share: {value: 144%, n: 9}}", "from 0% to 100%, got '144%'"),
        ("{reach_share: {value: 44, n: 9}}", "expected a share from 0 to 1"),
        ("{reach_share: {value: -0.1, n: 9}}", "expected a share from 0 to 1"),
        ("{reach_share: {value: most, n: 9}}", "expected a number (with %, percent after it)"),
        ("{reach_share: {value: 0.4, se: 0}}", "figures.reach_share.se: expected above 0"),
        ("{reach_share: {value: 15%, se: 0.02}}", "se: expected it with the unit of its value"),
        ('{reach_share: {value: 15%, se: "2"}}', "such as '2%' for 2 percentage points, got '2'"),
        ("{reach_share: {value: 0.4, n: 0}}", "figures.reach_share.n: expected"),
        ("{reach_share: {value: 0.4, n: 9, of: 2}}", "figures.reach_share.of: unknown key"),
        ("{response_median_min: {value: 30, n: 9}}", "expected se, its standard error"),
        ("{response_median_min: {value: 30%, se: 1}}", "with min, minute, minutes, h"),
        ("{reach_share: {value: 0.4, n: 9, tolerance_share: 1}}", "expected it in held_out only"),
        ("{teams_funded: {value: 4, se: 1}}", "expected a figure that some assumption moves"),
        ("{}", "figures: expected"),
    ],
)
def test_a_bad_figure_is_one_line(figures: str, said: str, tmp_path: Path, capsys) -> None:
    check_refused(f"{{period: 2024, source: us, figures: {figures}}}", said, tmp_path, capsys)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected a mapping with period, source and figures, got none"),
        ("- 1", "expected a mapping"),
        ("figures: [", "observed.yaml: "),
        ("{source: us, figures: {reach_share: {value: 0.4, n: 9}}}", "period: expected a value"),
        (
            "{period: 2024, source: us, figures: &same {reach_share: {value: 0.4, n: 9}}, "  # noqa: ISC004
            "held_out: *same}",
            "what was used to condition cannot test",
        ),
        (
            "{period: last year, source: us, figures: {reach_share: {value: 0.4, n: 9}}}",
            "expected a period like 2024",
        ),
        (
            "{period: 2024 to 2023, source: us, figures: {reach_share: {value: 0.4, n: 9}}}",
            "expected a period like 2024",
        ),
        (
            "{plan: 5, period: 2024, source: us, figures: {reach_share: {value: 0.4, n: 9}}}",
            "expected one plan, the one the agency has, got 4 as asked and 5 by the key plan of ",
        ),
    ],
)
def test_a_bad_file_is_one_line(text: str, said: str, tmp_path: Path, capsys) -> None:
    check_refused(text, said, tmp_path, capsys)


def check_refused(text: str, said: str, folder: Path, capsys) -> None:
    file = written_to(folder, text)
    words = ["calibrate", "4", "--observed", str(file), "--out", str(folder / "out"), *FEW]
    assert main([*words, "--draws", "50", "--check", "none", "--results", str(folder / "r")]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["4"], "expected --observed FILE"),
        (["4", "--observed", "nowhere.yaml"], "got 'nowhere.yaml'"),
        (["4", "--observed", "FILE", "--draws", "10"], "--draws: expected 50 to 100,000, got 10"),
    ],
)
def test_bad_words_are_one_line(words: list[str], said: str, tmp_path: Path, capsys) -> None:
    file = written_to(tmp_path, OBSERVED)
    words = [str(file) if word == "FILE" else word for word in words]
    assert main(["calibrate", *words, *FEW, "--results", str(tmp_path / "r")]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


# --- conditioning --------------------------------------------------------------------------------


def test_figures_are_met_and_what_moved_is_told(answer: Calibration) -> None:
    for figure in answer.figures:
        assert not figure.is_missed
        before, after = figure.before, figure.after
        assert after.high - after.low < before.high - before.low
    assert answer.moved
    assert answer.effective < answer.draws
    (held,) = answer.held_out
    assert held.held_out.verdict == "consistent but vague"


def test_no_draw_leaves_its_range_and_shares_stay_whole(answer: Calibration) -> None:
    config, draws = answer.config, answer.conditioned
    column = {key: at for at, keys in enumerate(draws.keys) for key in keys}
    values = np.array(draws.values)
    for unknown in unknowns(config):
        if unknown.law in ("range", "ratio", "count"):
            if unknown.name not in column:
                assert unknown.name.startswith("costs."), unknown.name
                continue
            of = values[:, column[unknown.name]]
            assert unknown.low <= of.min(), unknown.name
            assert of.max() <= unknown.high, unknown.name
    shares = [at for key, at in column.items() if key.startswith("outcomes.team_shares.")]
    np.testing.assert_allclose(values[:, shares].sum(axis=1), 1)


def test_what_contradicts_the_ranges_is_a_conflict(tmp_path: Path, capsys) -> None:
    text = "{period: 2024, source: us, figures: {reach_share: {value: 5%, n: 9000}}}"
    words = ["calibrate", "4", "--observed", str(written_to(tmp_path, text)), *FEW]
    out = tmp_path / "out"
    words += ["--draws", "60", "--check", "none", "--no-figures", "--out", str(out)]
    assert main([*words, "--results", str(tmp_path / "r"), "--json"]) == 0
    (conflict,) = json.loads(capsys.readouterr().out)["conflicts"]
    assert conflict["figure"] == "reach_share"
    assert conflict["closest"] > 0.3
    assert {x["side"] for x in conflict["giving"]} <= {"above", "below"}
    assert 1 <= len(conflict["giving"]) <= 3
    assert not out.exists()


def test_an_assumption_that_only_widened_did_not_move(answer: Calibration) -> None:
    for one in answer.moved:
        assert one.narrows_share > 0 or abs(one.shift_sd) > 0.1


def test_the_share_reached_says_what_it_is_a_share_of(answer: Calibration) -> None:
    assert "Reached, of requested calls, %" in CalibrateReport(answer).summary()


def test_the_next_command_has_every_other_plan_of_the_folder(
    answer: Calibration, tmp_path: Path
) -> None:
    (tmp_path / "staffing").mkdir()
    for name in ("four", "six_day", "today"):
        (tmp_path / "staffing" / f"{name}.yaml").touch()
    request = replace(answer.request, config_dir=tmp_path)
    own = replace(answer, request=request, plan=answer.plan.model_copy(update={"name": "today"}))
    assert following(own).startswith("coresponder compare four six_day today ")


def test_figures_that_contradict_one_another_are_a_conflict(tmp_path: Path) -> None:
    text = """
    period: 2024
    source: us
    figures:
      reach_share: {value: 80%, n: 9000}
      missed_busy_share: {value: 30%, n: 9000}
    """
    answer = sim.calibrate(4, observed=written_to(tmp_path, text), draws=60, overrides=FEW)
    (conflict,) = answer.conflicts
    assert conflict.together
    assert answer.conditioned is None
    assert "contradict" in CalibrateReport(answer).summary()


def test_figures_that_only_the_end_of_a_range_meets_are_a_conflict() -> None:
    """Draws pressed to an end have no spread left: nothing is conditioned on them."""
    figures = [Figure("handled_per_day", "Handled", "calls/day", 4.2, 0.2)]
    known = [x for x in unknowns(compose([])) if x.name.startswith("service.funnel.")]
    means = np.linspace(1.0, 3.9, 30)[:, None]
    (conflict,) = pressed(figures, means, known, np.array([0.98, *[0.1] * (len(known) - 1)]))
    assert conflict.pressed
    assert [(x.name, x.side, x.end) for x in conflict.giving] == [
        (known[0].name, "above", known[0].high)
    ]
    assert conflict.closest == pytest.approx(3.9)
    assert pressed(figures, means, known, np.full(len(known), 0.3)) == []


def test_what_no_draw_comes_near_is_called_extrapolated(answer: Calibration) -> None:
    far = replace(answer, near=0)
    screen = " ".join(CalibrateReport(far).summary().split())
    assert far.standing == "extrapolated" != answer.standing == "conditioned"
    assert "extrapolated to 2 figures" in screen
    assert "Extrapolated, not calibrated: no draw comes within two standard errors" in screen
    assert json.loads(as_json(CalibrateReport(far)))["standing"] == "extrapolated"


def test_all_that_moved_is_listed_and_outcomes_that_others_moved_are_said(
    answer: Calibration,
) -> None:
    rows = [x._replace(moved=True) for x in answer.assumptions[:8]]
    (hold,) = (x for x in answer.assumptions if x.name == "outcomes.team_shares.hold")
    several = replace(answer, assumptions=[*rows, hold._replace(moved=True)])
    screen = " ".join(CalibrateReport(several).summary().split())
    assert "9 assumptions moved" in screen
    for one in several.moved:
        assert key_words(one.name, one.label).lower() in screen.lower()
    assert "None of your figures is one of outcomes" in screen
    counted = replace(several, figures=[answer.figures[0]._replace(name="hold_share")])
    assert counted.outcomes_moved_by_others == []


# --- what people read ----------------------------------------------------------------------------


def test_golden_screen_fits_and_full_has_the_sources(answer: Calibration, golden) -> None:
    report = CalibrateReport(answer)
    screen = report.summary().splitlines()
    assert len(screen) <= SCREEN
    assert max(map(len, without_commands(report.summary()))) <= 100
    golden(report.summary() + "\n", "calibrate.txt")
    assert all(x.name in report.full() for x in answer.assumptions)


def test_json_frame_and_figures(answer: Calibration) -> None:
    report = CalibrateReport(answer)
    tree = json.loads(as_json(report))
    assert [x["name"] for x in tree["assumptions"]] == [x.name for x in answer.assumptions]
    assert answer.to_frame()["shift_sd"].to_list() == [x.shift_sd for x in answer.assumptions]
    assert set(report.figures()) == {"assumptions", "predicted"}
    assert set(report.tables()) >= {"full.txt", "assumptions.csv", "conditioned.json"}


# --- later answers -------------------------------------------------------------------------------


def test_a_config_takes_the_middle_and_the_draws(answer: Calibration, draws_file: str) -> None:
    config = compose([*FEW, f"run.conditioned={draws_file}"])
    draws = answer.conditioned
    of, values = draws.draw(101)
    assert (of, values) == draws.draw(1)
    taken = drawn(config, 5, 1)
    key = "service.report.mean"
    assert float(taken.service.report.mean) == pytest.approx(values[key])
    low, middle, high = draws.ranges()[key]
    mean = config.service.report.mean
    assert (mean.low, mean.value, mean.high) == (low, middle, high)
    assert "conditioned on annual report, 2024" in mean.source
    prices = "costs.per_fte.clinician"
    assert all(not path.startswith(prices) for keys in draws.keys for path in keys)


def test_later_answers_say_what_they_rest_on(draws_file: str, golden) -> None:
    overrides = [*FEW, f"run.conditioned={draws_file}"]
    report = ComparisonReport(
        sim.compare(5, 4, overrides=overrides, replications=2, draws=4, check="none")
    )
    screen = report.summary()
    assert len(screen.splitlines()) <= SCREEN
    said = " ".join(screen.split())
    assert "on figures of 2024 (observed.yaml), which its assumptions are conditioned on" in said
    assert "Conditioned: the assumptions but for prices" in " ".join(report.full().split())
    conditioned = json.loads(as_json(report))["conditioned"]
    assert conditioned["measures"] == ["reach_share", "utilization_share", "teams_deployed_mean"]
    assert "values" not in conditioned


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["demand.growth_factor=1.1"], "got another demand; give the overrides"),
        (["travel=square_root"], "got another travel"),
        (["dispatch=officer_request"], "got another dispatch"),
    ],
)
def test_another_config_is_refused(words: list[str], said: str, draws_file: str) -> None:
    with pytest.raises(sim.InputError, match=said):
        compose([*FEW, *words, f"run.conditioned={draws_file}"])


def test_prices_and_the_run_may_differ(draws_file: str) -> None:
    compose(["run.seed=7", "costs.overhead_share=0.05", f"run.conditioned={draws_file}"])


@pytest.mark.parametrize("content", ["", "{}", "[1]", "plan: 4"])
def test_another_file_is_refused(content: str, tmp_path: Path) -> None:
    file = tmp_path / "conditioned.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(sim.InputError, match="expected a file that calibrate wrote"):
        compose([f"run.conditioned={file}"])


def test_conditioned_draws_are_not_conditioned_again(draws_file: str, tmp_path: Path) -> None:
    words = [*FEW, f"run.conditioned={draws_file}"]
    with pytest.raises(sim.InputError, match="not conditioned yet"):
        sim.calibrate(4, observed=written_to(tmp_path, OBSERVED), overrides=words)


def test_what_conditioned_is_no_longer_held_out(answer: Calibration, tmp_path: Path) -> None:
    program = ["program=los_angeles", *FEW]
    of_another = {
        "measures": ["handled_per_day"],
        "groups": digests(compose(program)),
        "keys": [],
        "central": [],
        "values": [[] for _ in answer.conditioned.of],
    }
    file = tmp_path / "conditioned.json"
    file.write_text(written(answer.conditioned.model_copy(update=of_another)), encoding="utf-8")
    taken = compose([*program, f"run.conditioned={file}"]).program
    roles = {x.measure: x.role for x in taken.figures if x.plan == "unit_shifts_12"}
    assert roles["handled_per_day"] == "input"
    assert roles["reach_share"] == "held_out"
    assert taken.history is None


def test_a_folder_that_runs_is_calibrated_by_its_name(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(posterior, "CHECKED", 10)
    monkeypatch.setattr(posterior, "KEPT", 10)
    folder = tmp_path / "my_city"
    start(folder)
    words = ["calibrate", str(folder), "--observed", str(folder / "observed.yaml"), *FEW]
    words += ["--draws", "50", "--check", "none", "--no-figures", "--results", str(tmp_path / "r")]
    assert main(words) == 0
    assert (folder / "conditioned.json").is_file()
    assert f"--config-dir {folder}" in " ".join(capsys.readouterr().out.split())
