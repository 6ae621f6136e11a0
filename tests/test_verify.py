"""`verify`: the model through its ordinary configs, against theory; and a theory that is wrong."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import sim
from sim.cli import main
from sim.config import compose, staffing
from sim.config.compose import names
from sim.model.simulation import simulate
from sim.report.verification.record import RECORD, record, recorded
from sim.report.verification.report import VerificationReport
from sim.scenarios.answers.verification import power
from sim.scenarios.intervals import mean_interval
from sim.scenarios.verification import verify
from sim.scenarios.verification.laws import LAWS
from sim.scenarios.verification.readings import waits_and_losses
from tests import docs
from tests.tables_of_docs import ROOT

ONE = LAWS[0]._replace(cases=LAWS[0].cases[:1])
WRONG = ONE._replace(cases=[ONE.cases[0]._replace(theory=lambda _: [0.16])])


@pytest.fixture(scope="module")
def answer() -> sim.Verification:
    """The quick form, as `make test` runs it."""
    return sim.verify(quick=True)


def test_the_model_agrees_with_theory(answer) -> None:
    assert answer.holds, [(x.system.name, x.name, x.theory, x.simulated) for x in answer.outside]
    assert len(answer.figures) > 100
    assert all(math.isfinite(x.z) for x in answer.figures)


def test_intervals_are_narrow_enough_to_see_an_error(answer) -> None:
    """Shares and workloads within 8 points even in the quick form, distances within 8%."""
    for figure in answer.figures:
        if figure.unit == "share":
            assert figure.half_width < 0.08, figure
        if figure.name.startswith("travel"):
            assert figure.half_width < 0.08 * figure.theory


def test_the_screen_is_one_screen(answer) -> None:
    lines = VerificationReport(answer).summary().splitlines()
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 100
    assert all(any(line.startswith(law.label) for line in lines) for law in LAWS)


def test_golden_verify(answer, file_regression) -> None:
    file_regression.check(VerificationReport(answer).full(), extension=".txt")


def test_the_frame_and_the_tree_have_every_figure(answer) -> None:
    frame, tree = answer.to_frame(), VerificationReport(answer).tree()
    assert frame.height == sum(len(law["figures"]) for law in tree["laws"])
    assert set(frame["verdict"]) <= {"agrees", "near"}
    assert set(frame.filter(pl.col("tolerance") == 0)["verdict"]) == {"agrees"}
    assert frame["low"].is_not_null().all()
    assert json.loads(json.dumps(tree, allow_nan=False))["holds"] is True
    assert "Erlang B: calls lost: agrees" in repr(answer)


def test_every_law_has_an_equation_and_a_source_and_every_config_is_used() -> None:
    assert all(law.equation and law.source and law.cases for law in LAWS)
    used = {case.config for law in LAWS for case in law.cases}
    assert used == set(names("verify"))
    for law in LAWS:
        for case in law.cases:
            compose([f"verify={case.config}", *case.overrides])
            staffing(case.plan)


def test_the_record_is_of_this_version_and_of_every_law_as_a_whole() -> None:
    """It is cited by pages and documents; `make record` makes it anew."""
    of = record()
    assert of.version == version("coresponder-sim")
    assert [law.is_exact for law in of.laws] == [
        not any(case.tolerance for case in law.cases) for law in LAWS
    ]
    figures = [(law.label, sum(len(case.figures) for case in law.cases)) for law in LAWS]
    assert [(law.label, law.figures) for law in of.laws] == figures
    assert (of.outside, of.replications) == (0, 40)


def test_the_record_counts_an_approximation_apart_and_what_is_near_no_agreement() -> None:
    of = record()
    (approximate,) = (law for law in of.laws if not law.is_exact)
    exact = sum(law.figures for law in of.exact)
    assert f"all {exact} figures of 12 laws" in str(of)
    assert f"of {approximate.figures} by Larson's approximation" in str(of)
    assert f"{approximate.agree} did, and {approximate.near} lay within the 2 points" in str(of)
    assert 0 < approximate.near == approximate.figures - approximate.agree


def test_a_record_with_a_figure_outside_says_how_many_agree() -> None:
    of = record()
    outside = of._replace(laws=[of.laws[0]._replace(outside=1), *of.laws[1:]])
    exact = sum(law.figures for law in of.exact)
    assert f"{exact - 1} of {exact} figures" in str(outside)


def test_what_is_recorded_is_what_was_found(answer) -> None:
    """And the power of the quick form is that of the record, which the page on it cites."""
    laws = recorded(answer, answer, "1")["laws"]
    assert [law["label"] for law in laws] == [law.label for law in answer.laws]
    assert [law["figures"] for law in laws] == [len(law.figures) for law in answer.laws]
    assert not any(law["outside"] for law in laws)
    quick = json.loads(RECORD.read_text(encoding="utf-8"))["laws"]
    for law, recorded_law in zip(laws, quick, strict=True):
        of, recorded_of = law["quick_power"], recorded_law["quick_power"]
        assert of.pop("of") == recorded_of.pop("of")
        assert of == pytest.approx(recorded_of, rel=0.01)


def test_the_page_has_the_size_of_error_that_would_be_seen() -> None:
    assert docs.VERIFY.read_text(encoding="utf-8") == docs.verify_written()


def test_an_error_of_the_power_is_outside_in_one_run_of_two(answer) -> None:
    """Move theory by the power of a figure from the mean, a little more, and a little less."""
    exact = [x for law in answer.exact for x in law.figures if x.seen_share is not None]
    for figure in (x for x in exact if x.half_width):
        off = figure.seen_share * abs(figure.theory)
        mean = figure.simulated.mean
        assert replace(figure, theory=mean + 1.01 * off).verdict == "outside"
        assert replace(figure, theory=mean + 0.99 * off).verdict == "agrees"
    assert answer.power.widest == max(x.seen_share for x in exact)
    assert power(exact).median == answer.power.median


def test_theory_at_the_ends_of_an_interval_is_inside_and_a_tolerance_widens_it(answer) -> None:
    figure = answer.figures[0]
    low, high = figure.simulated.low, figure.simulated.high
    assert replace(figure, theory=low).verdict == replace(figure, theory=high).verdict == "agrees"
    off = replace(figure, theory=high + 0.01)
    assert off.verdict == "outside"
    assert replace(off, tolerance=0.02).verdict == "near"
    assert replace(off, tolerance=0.005).verdict == "outside"
    law = replace(answer.laws[0], figures=[figure, replace(off, tolerance=0.02)])
    assert (law.verdict, law.count("agrees"), law.count("near")) == ("near", 1, 1)
    assert law.worst.verdict == "near"
    assert not law.is_exact


def test_a_wrong_theory_is_caught_and_the_exit_code_is_1(monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.setattr(verify, "LAWS", (WRONG,))
    assert main(["verify", "--quick", "--results", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "1 of 1 figures lie outside" in " ".join(out.split())
    assert "coresponder run 5 verify=loss" in " ".join(out.split())
    (folder,) = tmp_path.glob("verify-*")
    assert not json.loads((folder / "summary.json").read_text())["holds"]
    assert pl.read_parquet(folder / "verification.parquet")["verdict"].to_list() == ["outside"]


def test_a_right_one_ends_with_0_and_json_is_one_object(monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.setattr(verify, "LAWS", (ONE,))
    words = ["verify", "--quick", "--json", "--seed", "5", "--results", str(tmp_path)]
    assert main(words) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["scenario"]["seed"] == 5
    assert [law["name"] for law in tree["laws"]] == ["erlang_b"]
    (folder,) = tmp_path.glob("verify-*")
    record = json.loads((folder / "run.json").read_text())
    assert record["command"] == "coresponder verify run.seed=5 --quick"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["12"], "verify: expected no plan"),
        (["program=los_angeles"], "expected one of run.seed, run.replications, run.cores"),
        (["--replications", "1"], "run.replications"),
        (["--program", "x"], "unknown option"),
    ],
)
def test_bad_input_is_one_line(words, says, capsys, tmp_path) -> None:
    assert main(["verify", *words, "--results", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1


# --- the same system in Ciw and in cimba ---------------------------------------------------------

# Calls an hour; minutes on a call, mean and standard deviation; mean patience.
RATE, MEAN_MIN, SD_MIN, PATIENCE_MIN = 3.0, 60.0, 90.0, 120.0
BY_DAY, BY_NIGHT = 4, 2  # teams from midnight to noon, and from noon to midnight, as in cimba
RUNS, DAYS, DAY_MIN = 12, 60, 1_440


def of_ciw(seed: int) -> list[float]:
    """Share that gives up and mean minutes in line of all calls, in Ciw."""
    import ciw

    ciw.seed(seed)
    sigma = math.sqrt(math.log1p((SD_MIN / MEAN_MIN) ** 2))
    shifts = ciw.Schedule([BY_DAY, BY_NIGHT], [DAY_MIN / 2, DAY_MIN])
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(RATE / 60)],
        service_distributions=[ciw.dists.Lognormal(math.log(MEAN_MIN) - sigma**2 / 2, sigma)],
        reneging_time_distributions=[ciw.dists.Exponential(1 / PATIENCE_MIN)],
        number_of_servers=[shifts],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time((DAYS + 3) * DAY_MIN)
    after = [x for x in simulation.get_all_records() if x.arrival_date > 3 * DAY_MIN]
    gave_up = np.mean([x.record_type == "renege" for x in after])
    return [float(gave_up), float(np.mean([x.waiting_time for x in after]))]


def of_cimba() -> list[list[float]]:
    """The same two figures of each run in cimba, in a process of its own."""
    command = [sys.executable, "-m", "tests.queue_in_cimba", "1", str(RUNS), str(DAYS)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def of_ours(folder: Path) -> list[list[float]]:
    """The same two figures of each replication of the config."""
    plan = folder / "staffing" / "relieved.yaml"
    plan.parent.mkdir()
    plan.write_text(
        "title: two shifts\nlines:\n"
        f"  - {{name: day, count: {BY_DAY}, pattern: daily, starts: ['00:00'], length_h: 12}}\n"
        f"  - {{name: night, count: {BY_NIGHT}, pattern: daily, starts: ['12:00'], length_h: 12}}\n"
    )
    takes = f"{{distribution: lognormal, mean: {MEAN_MIN}, sd: {SD_MIN}}}"
    overrides = [
        f"demand.calls_per_year={RATE * 8_760}",
        f"service.withdrawn_per_hour={60 / PATIENCE_MIN}",
        f"service.on_scene.on_scene={takes}",
        f"run.window_days={10 * DAYS}",
    ]
    scenario = sim.Scenario(compose(["verify=plain", *overrides]))
    arm = scenario.arm(staffing("relieved", folder))
    worlds = [scenario.world(arm, scenario.calls(k), k) for k in range(RUNS)]
    return [waits_and_losses(world, simulate(world, "compiled"))[1:] for world in worlds]


def test_a_queue_with_reneging_and_shifts_is_that_of_ciw_and_of_cimba(tmp_path: Path) -> None:
    """M/G/c with exponential patience and relief has no closed form; three programs agree on it."""
    ours = np.array(of_ours(tmp_path))
    for peers in (np.array([of_ciw(seed) for seed in range(RUNS)]), np.array(of_cimba())):
        for theirs, own in zip(peers.T, ours.T, strict=True):
            a, b = (mean_interval(each, 0.999) for each in (theirs, own))
            assert a.low < b.high
            assert b.low < a.high
            assert a.high - a.low < 0.4 * a.mean
