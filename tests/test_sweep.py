"""The verb sweep: words, designs, shared calls, the answer on every way out, and bad input."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim import cli
from sim.config import compose, staffing
from sim.report.answer import as_json
from sim.report.experiments.sweep import SweepReport
from sim.scenarios.answers.sweep import Sweep, typed
from sim.scenarios.experiments.points import measured
from sim.scenarios.experiments.sweep import blocks
from sim.scenarios.experiments.sweep.axes import Axis, words_of
from sim.scenarios.experiments.sweep.coordinator import RealClock
from sim.scenarios.experiments.sweep.design import designed
from sim.scenarios.experiments.sweep.settings import scenario_of
from sim.scenarios.experiments.sweep.sweep import contents_of, laid_out
from sim.scenarios.intervals import mean_interval
from sim.scenarios.request import Request
from sim.scenarios.samples import Job
from sim.scenarios.scenario import Scenario
from tests.sweeps import TINY, hash_of, tiny

SMALL = ["run=smoke", "run.cores=1"]
GRID = ["demand.growth_factor=0.6,1.0", "outcomes=evidence,null_trial"]
SCREEN = 28  # lines, beside the two that name the folder


@pytest.fixture(scope="module")
def sweep() -> Sweep:
    return sim.sweep("1..3", overrides=[*SMALL, *GRID], replications=3)


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("staffing.count=8..11", "8 9 10 11"),
        ("staffing=17,unit_shifts_12", "17 unit_shifts_12"),
        ("a.b=1..3,7", "1 2 3 7"),
        ("a.b=8..24/8", "8 16 24"),
        ("a.b=0.8..1.2/0.2", "0.8 1.0 1.2"),
        ("a.b=-1..1", "-1 0 1"),
        ("a.b=range(2,5)", "2 3 4"),
        ("a.b=choice(x,y)", "x y"),
        ("a.b=[1,2],[3,4]", "[1,2] [3,4]"),
        ("run=glob(s*)", "smoke"),
    ],
)
def test_a_word_has_the_values_it_says(word: str, values: str) -> None:
    words = words_of([], [word], None, spans=False)
    found = words.axes[0].values if words.axes else [words.fixed[0].partition("=")[2]]
    assert list(found) == values.split()


def test_words_with_one_value_hold_at_all_points() -> None:
    words = words_of(["17"], ["a.b=[1,2]", "a.c='x, y'", "a.d=1,2"], None, spans=False)
    assert words.fixed == ("a.b=[1,2]", "a.c='x, y'")
    assert words.plan == "17"
    assert [axis.key for axis in words.axes] == ["a.d"]


@given(st.floats(0, 1, exclude_max=True), st.integers(-5, 5), st.integers(1, 9))
def test_a_place_on_a_span_lies_between_its_ends(u: float, low: int, width: int) -> None:
    whole = Axis("x", (), str(low), str(low + width)).at(u)
    assert low <= int(whole) <= low + width
    assert low <= float(Axis("x", (), f"{low}.0", f"{low + width}.0").at(u)) <= low + width


# --- designs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["latin", "sobol"])
def test_drawn_points_fill_each_axis_evenly_and_depend_on_the_seed_alone(kind: str) -> None:
    axes = [Axis("a", (), "0.0", "1.0"), Axis("b", (), "1", "4"), Axis("c", ("x", "y"))]
    design = designed(axes, kind, 64, seed=3)
    first = [float(point[0]) for point in design.points]
    assert np.histogram(first, 8, (0, 1))[0].tolist() == [8] * 8
    assert [[x[1] for x in design.points].count(str(n)) for n in (1, 2, 3, 4)] == [16] * 4
    assert [point[2] for point in design.points].count("x") == 32
    assert designed(axes, kind, 64, seed=3) == design
    assert designed(axes, kind, 64, seed=4) != design
    assert designed(axes, kind, 16, seed=3).points != design.points or kind == "sobol"


def test_a_grid_has_every_combination_the_last_key_fastest() -> None:
    axes = [Axis("a", ("1", "2")), Axis("b", ("x", "y"))]
    design = designed(axes, "grid", None, 0)
    assert design.points == [("1", "x"), ("1", "y"), ("2", "x"), ("2", "y")]


def test_rows_of_a_file_are_points(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("staffing.count,demand.growth_factor\n2,0.5\n3,0.7\n")
    sweep = sim.sweep(design=str(file), overrides=[*SMALL], measures=["reach_share"])
    frame = sweep.to_frame()
    assert frame["staffing"].to_list() == [2, 3]
    assert frame["demand.growth_factor"].to_list() == [0.5, 0.7]


# --- numbers -------------------------------------------------------------------------------------


def test_every_point_has_the_bits_of_its_plan_and_config_run_alone(sweep: Sweep) -> None:
    for point in sweep.points[::3]:
        overrides = [f"{k}={v}" for k, v in zip(sweep.keys, point.values, strict=True)][1:]
        scenario = Scenario(compose([*SMALL, *overrides]), staffing("1"))
        job = Job(scenario, (scenario.arm(staffing(point.values[0])),), (), "compiled")
        alone = measured(job, sweep.names, range(3))[0]
        np.testing.assert_array_equal(sweep.values[point.number], alone)


def test_a_row_is_the_mean_and_its_interval(sweep: Sweep) -> None:
    rows = sweep.to_frame().to_dicts()
    for at, row in enumerate(rows[:4]):
        values = sweep.values[at, :, sweep.names.index("reach_share")]
        interval = mean_interval(values, 0.95)
        assert row["reach_share"] == pytest.approx(interval.mean, rel=1e-12)
        assert row["reach_share_low"] == pytest.approx(max(0.0, interval.low or 0.0), rel=1e-9)
        assert row["reach_share_high"] == pytest.approx(min(1.0, interval.high or 1.0), rel=1e-9)


def test_points_that_differ_in_plan_costs_or_rules_sample_their_calls_once(monkeypatch) -> None:
    drawn: list[int] = []
    calls = Scenario.calls
    monkeypatch.setattr(Scenario, "calls", lambda self, r: (drawn.append(r), calls(self, r))[1])
    varied = ["service.standard.minutes=10,20", "costs.positions.vacancy_share=0.1,0.2"]
    asked = ["reach_share"]
    sim.sweep("1..3", overrides=[*SMALL, *varied], replications=4, measures=asked, check="none")
    assert sorted(drawn) == [0, 1, 2, 3]


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_points_said_to_share_calls_have_the_same_calls(data) -> None:
    some = [
        "service.standard.minutes=10,20",
        "dispatch=default,closest",
        "travel=constant,square_root",
        "costs.positions.vacancy_share=0.1,0.2",
        "outcomes=evidence,null_trial",
        "demand.growth_factor=0.9,1.1",
        "service.patrol_waits_share=0.1,0.9",
        "run.seed=1,2",
    ]
    words = data.draw(st.lists(st.sampled_from(some), min_size=1, max_size=2, unique=True))
    options = {"overrides": [*TINY, *words]}
    own = {"keep-going": True}
    plan = laid_out(Request.of("sweep", ["2"], options, own))
    by_calls: dict[bytes, list[sim.Scenario]] = {}
    for setting in plan.points.settings:
        by_calls.setdefault(setting.calls, []).append(scenario_of(setting.packed))
    for scenarios in by_calls.values():
        first = scenarios[0].calls(0)
        for other in scenarios[1:]:
            for one, same in zip(first, other.calls(0), strict=True):
                np.testing.assert_array_equal(one, same)


@given(st.integers(1, 400))
@settings(max_examples=10, deadline=None)
def test_the_length_of_blocks_changes_no_bit(milliseconds: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        one = tiny(patch)
        patch.setattr(blocks, "AIM_S", milliseconds / 1_000)
        other = laid_out(one.request)
    both = [contents_of(x, range(len(x.blocks)), lambda *_: None, None) for x in (one, other)]
    assert hash_of(one, both[0]) == hash_of(other, both[1])
    rows = sorted(row for block in other.blocks for row in block.rows)
    assert rows == [(point, replication) for point in range(6) for replication in range(3)]


def test_an_effect_averages_over_what_else_varies(sweep: Sweep) -> None:
    at = [n for n, point in enumerate(sweep.points) if point.values[1] == "0.6"]
    place = sweep.names.index("contacts_per_year")
    (effect,) = [
        x
        for x in sweep.effects
        if (x.key, x.values, x.measure) == ("demand.growth_factor", "0.6", "contacts_per_year")
    ]
    assert effect.points == len(at) == 6
    assert effect.mean.mean == pytest.approx(sweep.values[at, :, place].mean())


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["1", "2"], [1, 2]),
        (["1", "2.5"], [1.0, 2.5]),
        (["true", "false"], [True, False]),
        (["1", "x"], ["1", "x"]),
        (["1e3", "2"], [1000.0, 2.0]),
    ],
)
def test_a_column_has_the_type_of_its_values(texts: list[str], values: list[object]) -> None:
    assert typed(texts) == values
    assert [type(x) for x in typed(texts)] == [type(x) for x in values]


# --- the answer ----------------------------------------------------------------------------------


def _of_rows(folder: Path, text: str, *plans: int) -> Sweep:
    (folder / "own.csv").write_text(text)
    return sim.sweep(*plans, design=str(folder / "own.csv"), overrides=SMALL, replications=2)


def test_keys_that_are_not_balanced_have_no_means_of_their_own(tmp_path: Path) -> None:
    """More teams always come with more demand here, so demand alone seemed to do good."""
    head = "staffing.count,demand.growth_factor\n"
    mixed = _of_rows(tmp_path, f"{head}1,0.6\n2,0.8\n4,1.0\n")
    assert mixed.is_mixed
    assert mixed.effects == []
    report = SweepReport(mixed)
    assert "a mean over them would mix the keys" in " ".join(report.summary().split())
    assert "over all" not in report.full()
    assert json.loads(as_json(report))["scenario"]["keys_balanced"] is False
    assert set(report.figures()) == {"effects"}
    even = _of_rows(tmp_path, f"{head}1,0.6\n1,1.0\n2,0.6\n2,1.0\n")
    assert not even.is_mixed
    assert even.effects


def test_points_are_exact_and_a_file_of_results_is_a_design_again(tmp_path: Path) -> None:
    words = ["demand.growth_factor=0.8..1.2"]
    drawn = sim.sweep(2, design="latin", points=2, overrides=[*SMALL, *words], replications=2)
    text = str(SweepReport(drawn).tables()["points.csv"])
    again = _of_rows(tmp_path, text, 2)
    assert again.keys == drawn.keys
    assert [x.values for x in again.points] == [x.values for x in drawn.points]


def test_answers_are_equal_if_all_they_hold_is(sweep: Sweep) -> None:
    assert sweep == deepcopy(sweep)
    assert (sweep == replace(sweep, values=sweep.values + 1)) is False
    assert (sweep == "a sweep") is False
    one, two = (sim.compare(2, 1, draws=0, overrides=SMALL) for _ in range(2))
    assert one.main.plans == two.main.plans
    assert one == two


def test_the_hash_tells_sweeps_with_the_same_first_point_apart() -> None:
    words = [["demand.growth_factor=0.6,1.0"], ["demand.growth_factor=0.6,1.0,1.2"]]
    told = [
        json.loads(as_json(SweepReport(sim.sweep(2, overrides=[*SMALL, *x], replications=2))))
        for x in words
    ]
    assert len({tree["scenario"]["config_hash"] for tree in told}) == 2


def test_a_sobol_sequence_out_of_balance_says_what_is_balanced() -> None:
    words = ["demand.growth_factor=0.8..1.2"]
    drawn = sim.sweep(2, design="sobol", points=3, overrides=[*SMALL, *words], replications=2)
    assert "--points 4 rather than 3" in SweepReport(drawn).summary()
    text = SweepReport(drawn).summary()
    assert max(map(len, text.splitlines())) <= 100
    assert "first" in next(line for line in text.splitlines() if "over all" in line)


def test_a_long_sweep_without_a_bar_says_where_it_is_kept(tmp_path, capsys, monkeypatch) -> None:
    from sim.verbs import sweep as verb

    monkeypatch.setattr(verb, "PATIENCE_S", -1.0)
    words = ["sweep", "staffing.count=1..2", *SMALL, "--results", str(tmp_path), "--no-figures"]
    assert cli.main(words) == 0
    error = capsys.readouterr().err
    assert error.startswith("0 of 2 points; kept in ")
    assert error.count("\n") == 1


def test_one_point_is_one_point(tmp_path: Path) -> None:
    assert "1 point (" in SweepReport(_of_rows(tmp_path, "staffing.count\n2\n")).summary()


def test_golden_screen_fits_and_full_has_every_measure(sweep: Sweep, golden) -> None:
    report = SweepReport(sweep)
    screen = report.summary().splitlines()
    assert len(screen) <= SCREEN
    assert max(map(len, report.full().splitlines())) <= 100
    golden(report.full() + "\n", "sweep.txt")


def test_many_keys_fit_on_the_screen_too() -> None:
    varied = [
        "demand.growth_factor=0.80000001,1.00000001",
        "service.standard.minutes=10,20",
        "costs.positions.vacancy_share=0.1,0.2",
        "costs.positions.staff_per_supervisor=5,10",
        "outcomes=evidence,null_trial",
        "service.patrol_waits_share=0.1,0.2",
        "service.contact.refused_share=0.1,0.2",
    ]
    sweep = sim.sweep("unit_shifts_12,2", overrides=[*TINY, *varied], replications=2, check="none")
    screen = SweepReport(sweep).summary().splitlines()
    assert len(screen) <= SCREEN
    assert max(map(len, screen)) <= 100


def test_the_files_say_what_was_printed_and_varying_columns_come_first(tmp_path, capsys) -> None:
    words = ["sweep", "staffing.count=1..3", *GRID, *SMALL]
    assert cli.main([*words, "--results", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    (folder,) = tmp_path.iterdir()  # and no journal is left
    assert (folder / "answer.txt").read_text() in out
    rows = pl.read_parquet(folder / "measures.parquet")
    points = pl.read_parquet(folder / "points.parquet")
    keys = ["staffing", "demand.growth_factor", "outcomes", "point"]
    assert rows.columns[:5] == [*keys, "replication"]
    assert points.columns[:5] == [*keys, "replications"]
    assert (len(rows), len(points)) == (24, 12)
    csv = pl.read_csv(folder / "points.csv")
    assert csv.columns == points.columns
    grouped = rows.group_by("point", maintain_order=True).agg(pl.col("reach_share").mean())
    np.testing.assert_allclose(grouped["reach_share"], points["reach_share"], rtol=1e-12)
    assert {"effects.png", "effects.svg", "full.txt"} <= {x.name for x in folder.iterdir()}


def test_json_is_one_object_with_the_figures_of_the_frame(sweep: Sweep, tmp_path, capsys) -> None:
    words = ["sweep", "staffing.count=1..3", *GRID, *SMALL, "--replications", "3", "--json"]
    assert cli.main([*words, "--no-figures", "--results", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert out == as_json(SweepReport(sweep))
    tree = json.loads(out)
    frame = sweep.to_frame()
    assert [x["measures"]["reach_share"]["mean"] for x in tree["points"]] == frame[
        "reach_share"
    ].to_list()
    assert tree["points"][0]["values"] == {
        "staffing": 1,
        "demand.growth_factor": 0.6,
        "outcomes": "evidence",
    }


def test_processes_give_the_bits_of_threads(monkeypatch) -> None:
    from sim.scenarios.experiments.sweep import pools

    plan = tiny(monkeypatch)
    numbers = range(len(plan.blocks))
    threads = hash_of(plan, contents_of(plan, numbers, lambda *_: None, None))
    monkeypatch.setattr(pools, "LONG_S", 0.0)
    config = plan.points.first
    two = config.model_copy(update={"run": config.run.model_copy(update={"cores": 2})})
    plan = plan.__class__(**{**plan.__dict__, "points": plan.points._replace(first=two)})
    processes = hash_of(plan, contents_of(plan, numbers, lambda *_: None, None))
    assert processes == threads


def test_configs_composed_in_processes_are_the_same(monkeypatch) -> None:
    from sim.scenarios.experiments.sweep import settings as of_sweep

    words = ["demand.growth_factor=0.5,-1,1.0,1.5", "outcomes=evidence,null_trial", "run.cores=2"]
    request = Request.of("sweep", ["2"], {"overrides": [*TINY[:3], *words]}, {"keep-going": True})
    one_by_one = laid_out(request)
    monkeypatch.setattr(of_sweep, "MANY", 2)
    together = laid_out(request)
    assert together.identity == one_by_one.identity
    assert [point.fault for point in together.points.points] == [
        point.fault for point in one_by_one.points.points
    ]
    assert len(together.points.settings) == 6


def test_a_plan_that_is_not_there_leaves_the_others(tmp_path, capsys) -> None:
    words = ["sweep", "staffing=nosuch,2", *SMALL, "--no-figures", "--results", str(tmp_path)]
    assert cli.main([*words, "--keep-going", "--json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert [x["point"] for x in tree["points"]] == [1]
    assert tree["left_out"][0]["values"] == {"staffing": "nosuch"}


def test_the_real_clock_does_not_wait_longer_than_asked() -> None:
    clock = RealClock()
    before = clock.now_s()
    clock.wait((), 10.0)
    assert clock.now_s() >= before


def test_a_point_that_does_not_fit_is_named_or_left_out(tmp_path, capsys) -> None:
    words = ["sweep", "staffing.count=2", "demand.growth_factor=-1,1", *SMALL]
    words += ["--no-figures", "--results", str(tmp_path)]
    assert cli.main(words) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: point demand.growth_factor=-1: demand.growth_factor: expected")
    assert error.count("\n") == 1
    assert cli.main([*words, "--keep-going"]) == 0
    assert "Left out 1 of 2 points" in " ".join(capsys.readouterr().out.split())


def test_a_plan_that_fits_no_config_is_found_by_the_worker_and_left_out(tmp_path, capsys) -> None:
    """Its rules hold more teams in reserve than it has."""
    words = ["sweep", "staffing.count=1..3", "dispatch.reserve.teams=2", *SMALL]
    words += ["--no-figures", "--results", str(tmp_path), "--json"]
    assert cli.main(words) == 2
    assert "point staffing=1: staffing plan 1: dispatch.reserve.teams" in capsys.readouterr().err
    assert cli.main([*words, "--keep-going"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert [x["point"] for x in tree["left_out"]] == [0, 1]
    assert [x["point"] for x in tree["points"]] == [2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "expected a key with several values"),
        (["demand.growth_factor=1.0"], "expected a key with several values"),
        (["staffing.count=9..8"], "got an empty range 9..8"),
        (["demand.growth_factor=0.8..1.2"], "expected whole numbers or a step"),
        (["demand.growth_factor=1,1"], "expected every value once"),
        (["demand.growth_fctor=1,2"], "did you mean 'growth_factor'"),
        (["staffing=2", "outcomes=evidence,nul_trial"], "did you mean 'null_trial'"),
        (["staffing=2,unit_shift_12"], "did you mean 'unit_shifts_12'"),
        (["staffing.count=1..3", "staffing=2"], "staffing: expected one word"),
        (["demand.growth_factor=1,2"], "expected a plan, such as 'staffing.count=8..12'"),
        (["run.replications=2,3", "staffing=2"], "run.replications: expected one value"),
        (["staffing.count=1..3", "--measures", "reach_shar"], "did you mean 'reach_share'"),
        (["staffing.count=1..3", "--design", "latn", "--points", "3"], "--points: expected"),
        (["staffing.count=1..3", "--design", "latin"], "--points: expected how many"),
        (["staffing.count=3..1", "--design", "latin", "--points", "3"], "a low and a higher end"),
        (["staffing.count=1..3", "--points", "3"], "--points: expected --design latin or sobol"),
        (["staffing.count=1..3", "--design", "a.csv"], "expected the file alone to vary keys"),
        (["--design", "nowhere.csv"], "--design nowhere.csv: expected a CSV file"),
        (["staffing.count=1..9999999"], "staffing: expected at most 100,000 values"),
        (["staffing.count=1..3", "--cluster", "here"], "--cluster: expected local, tcp://"),
        (["staffing.count=1..3", "--shard", "3/2"], "--shard: expected a part of all"),
        (["merge"], "expected the results folders of all shards, got none"),
        (["merge", "nowhere"], "which has no shard.json"),
        (["staffing.count=1..3", "--tls-ca", "x", "--cluster", "tcp://a:1"], "--tls-ca: expected"),
    ],
)
def test_bad_words_end_in_one_line(words, said, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["sweep", *words, *([] if words[:1] == ["merge"] else SMALL)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "got nothing"),
        ("staffing.count\n", "expected one point or more"),
        ("staffing.count;outcomes\n1;evidence\n", "expected commas between the columns"),
        ("staffing.count,staffing\n1,2\n", "each key once, got 'staffing' twice"),
        ("staffing.count,demand.growth_factor\n1\n", "row 1: expected 2 values, got 1"),
        ("staffing.count,demand.growth_factor\n1,\n", "row 1: expected 2 values, got 1"),
        ("staffing.count,demand.growth_factr\n1,2\n", "did you mean"),
    ],
)
def test_a_bad_file_ends_in_one_line(text, said, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("points.csv").write_text(text)
    assert cli.main(["sweep", "--design", "points.csv", *SMALL]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_help_names_what_a_newcomer_needs(capsys) -> None:
    assert cli.main(["sweep", "--help"]) == 0
    text = capsys.readouterr().out
    for word in ("staffing.count=8..24", "--design", "latin", "--keep-going", "--shard", "merge"):
        assert word in text


# --- shards --------------------------------------------------------------------------------------

PARTS = ["sweep", "staffing.count=1..3", "demand.growth_factor=0.5,1.0", *TINY]
PARTS += ["--replications", "3", "--no-figures", "--check", "none"]


def _shards(folder: Path, n: int) -> list[Path]:
    for number in range(1, n + 1):
        words = ["--shard", f"{number}/{n}", "--results", str(folder / f"{number}")]
        assert cli.main([*PARTS, *words]) == 0
    return [next((folder / f"{number}").iterdir()) for number in range(1, n + 1)]


def _merged(folders: list[Path], into: Path) -> int:
    words = map(str, folders)
    return cli.main(["sweep", "merge", *words, "--results", str(into), "--no-figures"])


def test_shards_in_any_order_make_the_file_of_one_machine(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(blocks, "AIM_S", 0.004)
    folders = _shards(tmp_path, 3)
    assert cli.main([*PARTS, "--results", str(tmp_path / "whole")]) == 0
    assert _merged(folders[::-1], tmp_path / "merged") == 0
    one, other = (
        next((tmp_path / name).iterdir()) / "measures.parquet" for name in ("whole", "merged")
    )
    assert one.read_bytes() == other.read_bytes()
    capsys.readouterr()
    for some, said in (
        (folders[:2], "expected all 3 shards, got 2; missing: --shard 3/3"),
        ([*folders, folders[0]], "expected each shard once, got 1/3 twice"),
    ):
        assert _merged(some, tmp_path / "bad") == 2
        assert said in capsys.readouterr().err


def test_merged_shards_keep_the_check_and_the_words_of_the_sweep(tmp_path) -> None:
    for part in ("1/2", "2/2"):
        words = ["sweep", "staffing.count=1..3", *SMALL, "--replications", "2", "--shard", part]
        assert cli.main([*words, "--results", str(tmp_path / "shards"), "--no-figures"]) == 0
    folders = list((tmp_path / "shards").glob("sweep-*"))
    assert _merged(folders, tmp_path / "merged") == 0
    (merged,) = (tmp_path / "merged").iterdir()
    record = json.loads((merged / "run.json").read_text())
    assert record["engines_compared"]["calls"] > 0
    assert record["made_by"].startswith("coresponder sweep staffing.count=1..3 run=smoke")
    assert "--replications" in record["made_by"] or "run.replications=2" in record["made_by"]
    assert "--shard" not in record["made_by"]
    text = " ".join((merged / "full.txt").read_text().split())
    assert "SimPy and the compiled engine gave the same ledger" in text


def test_more_shards_than_blocks_leave_some_without(tmp_path) -> None:
    assert _merged(_shards(tmp_path, 3), tmp_path / "merged") == 0  # of a single block


def test_shards_that_do_not_belong_together_are_refused(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(blocks, "AIM_S", 0.004)
    folders = _shards(tmp_path, 2)
    other = tmp_path / "other"
    words = ["--shard", "2/2", "--results", str(other), "--seed", "7"]
    assert cli.main([*PARTS, *words]) == 0
    words = ["--shard", "2/3", "--results", str(tmp_path / "of3")]
    assert cli.main([*PARTS, *words]) == 0
    capsys.readouterr()
    for second, said in (
        (next(other.iterdir()), "expected shards of one sweep"),
        (next((tmp_path / "of3").iterdir()), "expected shards of 2"),
    ):
        assert _merged([folders[0], second], tmp_path / "bad") == 2
        assert said in capsys.readouterr().err
    record = folders[1] / "shard.json"
    text = record.read_text()
    record.write_text(text.replace('"made_by": "', '"made_by": "x'))
    assert _merged(folders, tmp_path / "bad") == 2
    assert "of another version" in capsys.readouterr().err
    record.write_text(text)
    file = folders[1] / "blocks.parquet"
    frame = pl.read_parquet(file)
    contents = [content[:-1] + bytes([content[-1] ^ 1]) for content in frame["content"]]
    frame.with_columns(content=pl.Series(contents)).write_parquet(file)
    assert _merged(folders, tmp_path / "bad") == 2
    assert "got a damaged" in capsys.readouterr().err
