"""What is handed over: table, JSON, figures, the results folder."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from polars.testing import assert_frame_equal

import sim
from sim.report import folder, wording
from sim.report.comparison import frames
from sim.report.comparison.full import full
from sim.report.comparison.report import ComparisonReport
from sim.report.comparison.screen import screen
from sim.report.comparison.summary import summary
from sim.report.draft import draft
from sim.report.progress import progress_bar
from sim.report.spreadsheet import as_csv
from sim.report.trees import hash_of
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.intervals import Spread
from sim.scenarios.answers.rails import Rail
from sim.scenarios.rails import Seen, raised
from sim.scenarios.request import Request
from sim.scenarios.samples import NAMES
from tests import money
from tests.folders import Folder
from tests.pages import without_commands

SMALL = ("run.window_days=14", "run.replications=3", "run.draws=0")
ALONE = {"engine": "simpy", "cores": 1}
FATES = ("on_scene_share", "referral_share", "voluntary_share", "hold_share", "arrest_share")
IF_ANY = {name for name, measure in sim.MEASURES.items() if measure.if_any}
SHOWN = ("reach_share", "jail_diversions_net_per_year")


@pytest.fixture(scope="module")
def found() -> Comparison:
    """Return both readings, other travel and the line on history."""
    return sim.compare(17, 12, program="los_angeles", overrides=SMALL, ledger=True, **ALONE)


@pytest.fixture(scope="module")
def patrol() -> Comparison:
    """Return two plans, with and without teams, against a third."""
    return sim.compare(4, 0, 3, overrides=SMALL, **ALONE)


@pytest.fixture(scope="module")
def towns() -> Comparison:
    """Return plans that differ in rules, with breaks, in places that differ."""
    overrides = [
        *("demand=three_towns", "travel=three_towns", "dispatch=closest", "service=with_breaks"),
        *("dispatch.phone_resolved_share=0.2", "dispatch.recall_for_priority=true"),
        *("demand.calls_per_year=20000", "demand.priority_by_type={person in crisis: 2}", *SMALL),
    ]
    return sim.compare("towns_3x8", "embedded_5", overrides=overrides, ledger=True, **ALONE)


@pytest.fixture(scope="module")
def after() -> Comparison:
    """Return two plans with one chair, repeat callers, and visits that only one of them makes."""
    overrides = [
        *("demand=frequent_callers", "service=with_follow_up", "outcomes=fewer_repeats"),
        *("service.center.chairs=1", "service.follow_up.by_teams=false"),
        *("outcomes.repeat.risk_ratio=0", "demand.persons.frequent_callers=50", *SMALL),
    ]
    plans = ("12_and_3_case_managers", 12)
    return sim.compare(*plans, overrides=overrides, check="none", ledger=True, **ALONE)


@pytest.fixture(scope="module")
def drawn() -> Comparison:
    """Return two plans whose effect is that of the trial, with draws of the assumptions."""
    overrides = ["outcomes=null_trial", "run.window_days=14", "run.replications=3", "run.draws=4"]
    return sim.compare(4, 2, overrides=overrides, cores=1, check="none")


# --- all of the text -----------------------------------------------------------------------------


def test_all_of_it_fits_a_page_and_has_no_nan(found, patrol, towns, after, drawn):
    for answer in (found, patrol, towns, after, drawn):
        told = full(answer)
        assert max(map(len, without_commands(told))) <= wording.WIDTH
        assert not re.search(r"\x1b|\bnan\b|\bNone\b(?!:)", told)
    assert wording.BLANK in full(patrol)  # of the plan without teams


def with_years(
    answer: Comparison, low: float, high: float, reached: tuple[float, float] = (0.43, 0.46)
) -> Comparison:
    """Answer whose history, the only thing to doubt, is held against these figures of a year."""
    history = answer.history
    handled = replace(history.handled_per_day, spread=Spread(0, 0, low, high, 1, 9))
    reach = replace(history.reach_share, spread=Spread(0, 0, *reached, 1, 9))
    history = replace(history, handled_per_day=handled, reach_share=reach)
    warnings = of_history(raised(Seen(answer.config, (), history=history)))
    return replace(answer, history=history, warnings=warnings)


def of_history(rails: list[Rail]) -> list[Rail]:
    return [each for each in rails if each.rule.startswith("history")]


@pytest.mark.parametrize(
    ("years", "verdict", "on_screen"),
    [
        ((25.5, 28.0), "consistent and sharp", None),
        (
            (15.0, 31.0),
            "consistent but vague",
            "vague (weak evidence) with what is published: unit_shifts_12 handles",
        ),
        (
            (15.0, 25.0),
            "inconsistent",
            "inconsistent with what is published: unit_shifts_12 handles 15.0 to 25.0",
        ),
    ],
)
def test_history_says_its_verdict_on_the_screen_and_in_full(found, years, verdict, on_screen):
    answer = with_years(found, *years)
    assert answer.history.verdict == verdict
    assert verdict in " ".join(full(answer).split())
    said = " ".join(screen(answer).split())
    assert ("History" in said) == (on_screen is not None)
    assert (on_screen or "") in said
    assert summary(answer)["history"]["verdict"] == verdict


def test_history_says_the_share_reached_where_that_alone_decides(found):
    said = screen(with_years(found, 25.5, 28.0, reached=(0.2, 0.3)))
    assert "published: unit_shifts_12 reaches 20.0 to 30.0% in a" in " ".join(said.split())


def test_without_draws_history_says_that_it_is_held_against_nothing(found):
    assert found.history.verdict is None
    alone = replace(found, warnings=of_history(found.warnings))
    for text in (screen(alone), full(found)):
        assert "not held against this run, as nothing was drawn" in " ".join(text.split())


def test_what_becomes_of_contacts_is_whole(after):
    for plan in after.main.plans:
        assert sum(plan.measures[name].mean for name in FATES) == pytest.approx(1)


def test_rows_that_some_plan_has_are_shown_for_all(towns):
    told = full(towns)
    never = {"other_responder_per_year", "chair_occupancy_share", "calls_averted_per_year"}
    never |= {"referred_per_year"}
    for name in IF_ANY:
        assert told.count(f"\n{wording.label(name)} ") == (0 if name in never else 3), name


def test_a_change_of_what_is_below_zero_has_no_percent(found):
    change = found.main.differences[0].measures["sworn_hours_net_per_year"]
    assert found.main.plans[1].measures["sworn_hours_net_per_year"].high < 0
    assert change.excludes_zero
    assert change.percent is None


# --- JSON ----------------------------------------------------------------------------------------


def trimmed(node: Any) -> Any:
    """Return the first of every list, two of all measures, and six figures of a number."""
    if isinstance(node, float):
        return float(f"{node:.6g}")
    if isinstance(node, dict):
        kept = SHOWN if "reach_share" in node and "fte_officer" in node else node
        return {key: trimmed(node[key]) for key in kept}
    return [trimmed(x) for x in node[:1]] if isinstance(node, list) else node


def test_golden_json(golden):
    comparison = money.with_ladder(money.with_all_beside(money.found()))
    told = summary(comparison)
    assert set(told["plans"][0]["measures"]) == set(sim.MEASURES)
    assert len(told["scenario"].pop("config_hash")) == 8  # of every key of the config
    golden(json.dumps(trimmed(told), indent=1) + "\n", "summary.json")


def test_json_has_the_draws_of_the_parameters(drawn):
    told = summary(drawn)
    measures = told["differences"][0]["measures"]
    assert list(measures["reach_share"]["chance"]["percent"]) == ["mean", "low", "high", "n"]
    measure = measures["hospital_diversions_net_per_year"]
    drawn_of, chance = measure["parameters"], measure["chance"]
    assert measure["interval"] == "assumptions"
    assert measure["low"] == min(drawn_of["low"], chance["low"])
    assert measure["high"] == max(drawn_of["high"], chance["high"])
    assert drawn_of["draws"] == told["economics"]["draws"] == 4
    assert told["economics"]["unknowns"] > 0


def test_json_says_who_is_reached(towns):
    fair = summary(towns)["plans"][1]["fairness"]
    assert (fair["zones"], fair["zones_compared"], fair["zones_alike"]) == (3, 3, False)
    best, worst = fair["best_zone"], fair["worst_zone"]
    assert {best["name"], worst["name"]} < {"north", "middle", "south"}
    assert best["reach_share"]["mean"] > worst["reach_share"]["mean"]


def test_json_has_null_where_nothing_is_known(patrol):
    told = summary(patrol)
    nobody = told["plans"][1]["measures"]["response_median_min"]
    assert {nobody[key] for key in ("mean", "low", "high", "parameters")} == {None}
    assert nobody["chance"]["n"] == 0
    assert [told[x] for x in ("other_reading", "travel_beside", "history")] == [None] * 3


def test_hash_tells_seeds_apart_but_not_cores(found):
    plans = found.plans

    def hash_with(**changes):
        run = found.config.run.model_copy(update=changes)
        return hash_of(found.config.model_copy(update={"run": run}), plans)

    assert hash_with(cores=7) == hash_with(cores=1)
    assert hash_with(seed=7) != hash_with(seed=1)


# --- results folder ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(found, tmp_path_factory) -> Path:
    """Return a finished results folder."""
    request = Request(
        "compare", ("17", "12"), ("program=los_angeles", *SMALL), figures=False, ledger=(0,)
    )
    with draft(tmp_path_factory.mktemp("results")) as unfinished:
        return folder.publish(ComparisonReport(found), request, unfinished)


def test_folder_holds_everything_and_nothing_unfinished(written):
    assert sorted(path.name for path in written.iterdir()) == [
        *("answer.html", "answer.txt", "by_hour_and_zone.txt", "config.yaml", "full.txt"),
        *("hours.csv", "hours.parquet"),
        *("hours_of_day.csv", "hours_of_day.parquet"),
        *("ledger.parquet", "ledger_duties.parquet", "measures.parquet"),
        *("people_and_money.txt", "posts.csv", "posts.parquet"),
        *("priorities.csv", "priorities.parquet", "run.json", "summary.json"),
        *("types.csv", "types.parquet", "zones.csv", "zones.parquet"),
    ]
    assert [path.name for path in written.parent.iterdir()] == [written.name]
    verb, stamp, config_hash, suffix = written.name.split("-")
    assert (verb, len(stamp), len(config_hash), len(suffix)) == ("compare", 16, 8, 6)


def test_measures_have_a_row_a_reading_plan_and_replication(written, found):
    rows = pl.read_parquet(written / "measures.parquet")
    assert rows.height == 3 * 2 * 3
    asked = rows.filter(pl.col("reading") == "plans as asked", pl.col("plan") == "17")
    mean = found.main.plans[0].measures["reach_share"].mean
    assert asked["reach_share"].mean() == pytest.approx(mean)


def test_hours_of_the_day_pool_the_days(written):
    week, day = (pl.read_parquet(written / f"{x}.parquet") for x in ("hours", "hours_of_day"))
    assert day.height == 3 * 2 * 24
    asked = week.group_by("reading", "plan", "hour").agg(pl.col("requested_per_hour").mean())
    both = day.join(asked, on=["reading", "plan", "hour"], suffix="_of_week")
    assert both.height == day.height
    close = both["requested_per_hour"] - both["requested_per_hour_of_week"]
    assert close.abs().max() < 0.02  # each weekday comes 52 or 53 times a year


def test_hours_have_a_row_an_hour_with_intervals(written):
    rows = pl.read_parquet(written / "hours.parquet")
    assert rows.height == 3 * 2 * 168
    assert rows.filter(pl.col("gap_share_low") > pl.col("gap_share")).height == 0
    assert rows["gap_share"].is_between(0, 1).all()
    assert rows["reach_share"].is_nan().sum() == 0
    ratios = [name for name in rows.columns if f"{name}_low" in rows.columns]
    assert ratios == [
        *("gap_share", "reach_share", "response_mean_min", "utilization_share"),
        *("teams_on_duty_mean", "requested_per_hour"),
    ]


def test_the_tables_of_cells_are_csv_as_well(written):
    for name in frames.CELLS:
        rows = pl.read_parquet(written / f"{name}.parquet")
        same = pl.read_csv(written / f"{name}.csv", schema=rows.schema)
        assert_frame_equal(same, rows, check_exact=False, rel_tol=1e-5)


def test_no_cell_of_a_csv_becomes_a_formula():
    names = ["=1+1", "+1", "-1", "@A1", "North-East", "a=b"]
    table = pl.DataFrame({"zone": names, "calls": [-1.5] * 6})
    assert as_csv(table).splitlines()[1:] == [
        *("'=1+1,-1.5", "'+1,-1.5", "'-1,-1.5", "'@A1,-1.5", "North-East,-1.5", "a=b,-1.5")
    ]


def test_zones_have_a_row_a_reading_plan_and_zone(written, towns):
    rows = pl.read_parquet(written / "zones.parquet")
    assert rows.height == 3 * 2
    blind = pl.col("reading") != "constant travel"  # as the square-root law knows no places
    assert rows.filter(blind)["response_mean_min"].null_count() == 2 * 2
    assert rows.filter(~blind)["response_mean_min"].null_count() == 0
    of_towns = frames.cells(towns)["zones"]
    assert of_towns["zone"].to_list() == ["north", "middle", "south"] * 2
    assert of_towns["reach_share"][0] == towns.main.plans[0].cells.zones["reach_share"].ratio[0]


def test_posts_have_a_row_a_post_and_start(written, towns, patrol):
    without = frames.cells(patrol)["posts"]  # the plan 0
    assert without["plan"].unique(maintain_order=True).to_list() == ["4", "3"]
    rows = pl.read_parquet(written / "posts.parquet")
    assert rows.height == 17 + 12 + 17 + 12 + 17 + 12
    around = rows.filter(pl.col("reading") == "plans as asked")
    assert around["duty_starts"].null_count() == 29
    assert around["on_duty_hours_per_week"].to_list() == pytest.approx([168] * 29)
    of_towns = frames.cells(towns)["posts"].filter(pl.col("plan") == "towns_3x8")
    assert of_towns["line"].unique(maintain_order=True).to_list() == ["north", "middle", "south"]
    assert of_towns["duty_starts"].to_list() == ["07:00", "15:00", "23:00"] * 3
    assert of_towns["duty_h"].to_list() == [8] * 9


def test_draws_have_a_row_a_plan_a_draw_and_one_of_its_replications(drawn, found):
    table, inputs, names = frames.draws(drawn), drawn.draws.inputs, drawn.draws.unknowns
    assert table["plan"].to_list() == ["4"] * 8 + ["2"] * 8
    assert table["draw"].to_list() == [0, 0, 1, 1, 2, 2, 3, 3] * 2
    assert table["replication"].to_list() == list(range(8)) * 2
    by_name = {unknown.name: inputs[:, at].tolist() for at, unknown in enumerate(names)}
    assert set(table.columns) == {"plan", "draw", "replication", *by_name, *NAMES}
    of_base = table.filter(pl.col("plan") == "2")
    assert all(of_base[name].to_list()[::2] == by_name[name] for name in by_name)
    spread = drawn.main.plans[1].spread["reach_share"]
    assert of_base["reach_share"].min() <= spread.low <= spread.high <= of_base["reach_share"].max()
    assert frames.draws(found) is None


def test_ledger_shows_calls_and_trips_but_no_person(written):
    rows = pl.read_parquet(written / "ledger.parquet")
    assert set(rows["plan"]) == {"17", "12"}
    assert not {"person", "funnel_u", "mode_u"} & set(rows.columns)
    assert rows.filter(pl.col("status") == "served")["arrived_at_s"].null_count() == 0
    missed = rows.filter(pl.col("trip").is_null())
    assert set(missed["status"]) <= {"missed_busy", "unfinished"}
    assert rows.select(pl.selectors.integer()).min().min_horizontal().item() >= 0


def test_ledger_says_how_a_call_came_and_what_patrol_spent(towns):
    rows = towns.ledger
    assert set(rows["mode"]) == {"co_dispatch", "officer_request", "self_dispatch"}
    assert "reassigned" in set(rows["end_cause"])
    over = pl.col("status") == "unfinished"
    assert rows.filter(over)["patrol_for_s"].null_count() == rows.filter(over).height
    assert rows.filter(~over)["patrol_for_s"].null_count() == 0
    cleared = rows.filter(pl.col("status") == "served")
    assert (cleared["cleared_at_s"] >= cleared["end_at_s"]).all()
    assert not [name for name in rows.columns if "break" in name]


def test_ledger_has_trips_to_visits_last_and_without_a_call(after):
    rows = after.ledger
    assert not [name for name in rows.columns if "person" in name]
    visiting = rows.filter(pl.col("visit").is_not_null())
    assert set(visiting["plan"]) == {"12_and_3_case_managers"}
    for name in ("call", "received_at_s", "zone", "status"):
        assert visiting[name].null_count() == visiting.height, name
    for name in ("trip", "duty", "assigned_at_s", "origin_zone", "end_cause"):
        assert visiting[name].null_count() == 0, name
    assert visiting["visit"].is_sorted()
    of_plan = rows.filter(pl.col("plan") == "12_and_3_case_managers")
    assert of_plan["visit"].tail(visiting.height).null_count() == 0
    calls = of_plan.head(-visiting.height)["call"]
    assert calls.is_sorted()
    assert set(calls) == set(range(calls.n_unique()))
    trips = of_plan["trip"].drop_nulls()
    assert sorted(trips) == list(range(len(trips)))


def test_run_record_says_what_was_run_and_where_nothing_is(written, found):
    record = json.loads((written / "run.json").read_text())
    assert record["command"] == (
        "coresponder compare 17 12 program=los_angeles run.window_days=14 run.replications=3 "
        "run.draws=0 --no-figures --ledger 0"
    )
    assert record["seed"] == found.config.run.seed
    assert {"python", "coresponder", "numpy", "simpy", "scipy", "schema"} <= set(record["versions"])
    assert len(record["inputs"]["configs"]["demand"]) == 64
    assert set(record["inputs"]["plans"]) >= {"17", "unit_shifts_12"}
    assert "/" not in json.dumps(record["platform"])
    assert record["began_at"][:10] not in (written / "summary.json").read_text()


def test_config_keeps_sources_and_the_plans(written):
    tree = yaml.safe_load((written / "config.yaml").read_text(encoding="utf-8"))
    assert tree["program"]["figures"][1]["published"]["source"]
    assert tree["staffing"]["unit_shifts_12"]["lines"][0]["starts"] == ["06:00"]
    assert tree["demand"]["growth_factor"]["value"] == 1.0
    assert "cores" not in tree["run"]


def test_a_plan_file_edited_during_the_run_changes_nothing_of_what_is_written(tmp_path):
    line = "- {{name: car, count: {}, pattern: daily, starts: ['08:00'], length_h: 12}}"
    own = Folder(tmp_path)
    own.write("staffing/mine", "title: mine\nlines:\n" + line.format(2))

    def edit(_done, _of):
        own.write("staffing/mine", "title: edited\nlines:\n" + line.format(9))

    answer = sim.run("mine", overrides=SMALL, progress=edit, config_dir=own.path, **ALONE)
    request = Request("run", ("mine",), SMALL, own.path, "simpy", figures=False)
    with draft(tmp_path / "results") as unfinished:
        written = folder.publish(ComparisonReport(answer), request, unfinished)
    tree = yaml.safe_load((written / "config.yaml").read_text(encoding="utf-8"))
    assert tree["staffing"]["mine"]["title"] == "mine"
    assert tree["staffing"]["mine"]["lines"][0]["count"] == 2
    told = json.loads((written / "summary.json").read_text(encoding="utf-8"))
    assert told["scenario"]["staffing"]["mine"]["teams"] == 2


def test_nothing_is_left_of_a_draft_that_fails(tmp_path):
    def cut_short():
        with draft(tmp_path / "not" / "there") as unfinished:
            (unfinished.path / "half.json").write_text("{")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_short()
    assert list(tmp_path.iterdir()) == []


def test_progress_is_silent_off_a_terminal_and_raises_a_swallowed_interrupt(capsys):
    with progress_bar() as progress:
        progress(1, 2)
    assert capsys.readouterr().err == ""
    with pytest.raises(KeyboardInterrupt), progress_bar([2]) as progress:
        progress(1, 2)
