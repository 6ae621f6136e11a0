"""`validate`: a log's last months against a model that was fitted to those before."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import sim
from sim.cli import main
from sim.config import Config, StaffingPlan, compose, staffing
from sim.config.starter import start
from sim.report.validation.report import ValidationReport
from sim.scenarios.answers.validation import Cell, Held, Span
from sim.scenarios.request import Request
from sim.scenarios.validation.asked import asked_of, config_of, fitted_anew
from sim.scenarios.validation.profiles import profiles_of
from tests.logs import simulated_log

# What the log was made with and cannot tell: how calls come, and what is not stamped.
TRUTH = [
    "dispatch.mode_share={direct: 1, co_dispatch: 0, officer_request: 0, self_dispatch: 0}",
    "service.funnel.eligible_share=1",
    "service.funnel.requested_share=1",
]
NAMES = {"received_at": "Received", "dispatched_at": "Dispatched", "arrived_at": "On Scene"}
NAMES |= {"cleared_at": "Cleared", "call_type": "Call Type", "zone": "District"}
NAMES |= {"disposition": "Disposition", "unit": "Unit"}


def write(path: Path, replication: int = 0, plan: str = "3") -> Path:
    """A log as a dispatch center would export it."""
    calls = simulated_log(replication, plan).calls.select(*NAMES).rename(NAMES)
    calls = calls.with_row_index("Incident", offset=1)
    calls = calls.with_columns(pl.lit("Mental: ") + pl.col("Call Type"))
    calls.write_csv(path, datetime_format="%Y-%m-%d %H:%M:%S")
    return path


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of `fit`, and beside it the log."""
    here = tmp_path_factory.mktemp("city")
    calls = write(here / "calls.csv")
    words = ["fit", str(calls), "--out", str(here / "my_city"), "--yes", "--stamps", "team"]
    assert main([*words, "--teams", "3"]) == 0
    return here / "my_city"


def answer_of(city: Path, *plans: str, **options: object) -> sim.Validation:
    calls = city.with_name("calls.csv")
    return sim.validate(city, *plans, calls=calls, draws=60, store=False, **options)


def test_a_model_of_the_same_service_is_valid_for_its_response(city: Path) -> None:
    answer = answer_of(city, "3", overrides=TRUTH)
    agrees = {*answer.valid_for, *answer.vague_for}
    times = {"Received to on scene", "Received to dispatched"}
    assert {"Number of calls", "Share of all calls withdrawn", *times} <= agrees
    assert any(held.replayed for held in answer.held)
    (hours,) = (x for x in answer.held if x.name == "reached_hours" and not x.replayed)
    assert hours.verdict != "inconsistent"
    assert 2 <= len(hours.cells) <= 24


def test_another_plan_than_was_staffed_is_found_out(city: Path) -> None:
    assert "Teams busy at once" in answer_of(city, "1", overrides=TRUTH).not_valid_for


def test_without_a_plan_only_the_calls_are_looked_at(city: Path) -> None:
    answer = answer_of(city)
    assert {held.name for held in answer.held} <= {
        *("calls", "hours", "weekdays", "spread", "types", "zones")
    }
    assert "Share of all calls reached" in answer.left_out


def test_teams_of_a_log_with_patrols_stamps_are_not_looked_at_and_why(
    city: Path, tmp_path: Path
) -> None:
    calls = city.with_name("calls.csv")
    assert main(["fit", str(calls), "--out", str(tmp_path / "my_city"), "--yes"]) == 0
    for plans in (("3",), ()):
        options = {"calls": calls, "draws": 40, "store": False}
        answer = sim.validate(tmp_path / "my_city", *plans, **options)
        assert answer.left_out["Received to on scene"] == "the stamps are patrol's"
        text = " ".join(ValidationReport(answer).summary().split())
        assert "stamps were fitted as patrol's" in text
        assert "--stamps team" in text
        assert ("name the plan" in text) == (not plans)


def test_another_file_than_the_fitted_one_is_allowed_and_said(city: Path, tmp_path: Path) -> None:
    same, other = (
        answer_of(city),
        sim.validate(city, calls=write(tmp_path / "other.csv", 1), draws=40, store=False),
    )
    assert same.another_than is None
    assert other.another_than == "calls.csv"
    assert "not the file that was fitted" not in ValidationReport(same).summary()
    said = " ".join(ValidationReport(other).summary().split())
    assert "other.csv is not the file that was fitted (calls.csv" in said
    assert ValidationReport(other).tree()["another_log_than"] == "calls.csv"


@pytest.mark.parametrize("head", ["# mine", "# made by: coresponder fit calls.csv"])
def test_the_first_months_are_told_nothing_of_the_whole_log_and_keep_what_is_the_user_s(
    city: Path, tmp_path: Path, head: str
) -> None:
    calls, own = city.with_name("calls.csv"), tmp_path / "my_city"
    assert main(["fit", str(calls), "--out", str(own), "--yes"]) == 0
    (own / "travel").mkdir()
    (own / "travel" / "my_city.yaml").write_text(
        f"{head}\ndefaults: [constant, _self_]\nminutes: 7"
    )
    request = Request.of("validate", [str(own), "3"], {"draws": 40}, {"calls": calls})
    asked = asked_of(request)
    with fitted_anew(asked) as (folder, _):
        minutes = float(config_of(request, asked, folder).travel.minutes)
    assert (minutes == 7) == (head == "# mine")


def validation_of(
    held: list[Held], span: Span, config: Config, *plans: StaffingPlan
) -> sim.Validation:
    """Answer with some groups, of a folder named CITY."""
    words = ("CITY", *(plan.name for plan in plans))
    request = Request.of("validate", words, {}, {"calls": "calls.csv"})
    of_log = (request, config, [*plans], "calls.csv", None, span, span)
    return sim.Validation(*of_log, held, {}, 40, 0.95, np.zeros((2, 0)), 0)


def test_every_group_that_is_wrong_has_a_cause_and_the_screen_a_command() -> None:
    """Whether more or less was seen than expected; the command is one to try next."""
    span, config = Span(date(2024, 1, 1), date(2024, 1, 31), 100), compose([])
    plan = staffing("3")
    for seen in (0.0, 2.0, 9.0):
        held = [
            Held(x.name, x.label, x.unit, 0.5, False, [Cell("all", seen, 4.0, 3.0, 5.0)])
            for x in profiles_of(config, 3)
        ]
        report = ValidationReport(validation_of(held, span, config, plan))
        causes = report.full().split("Likely causes, by rule")[1].split("How it was made")[0]
        text = " ".join(causes.split())
        for x in held:
            assert f"- {x.label}: " in text
        keys = set(re.findall(r"\b(?:service|demand|dispatch|outcomes)\.[a-z_.]*[a-z]", text))
        assert "dispatch.mode_share" in keys
        for key in keys:
            value: object = config
            for part in key.split("."):
                value = getattr(value, part)  # every key that is named is there
        command = " ".join(report.summary().split("Next ")[1].split())
        assert command.startswith("coresponder validate CITY 3 'dispatch.mode_share={direct: 1")
        assert "--calls calls.csv" in command
    fine = [Held("calls", "Calls", "a day", 0.5, False, [Cell("all", 4.0, 4.0, 3.0, 5.0)])]
    command = ValidationReport(validation_of(fine, span, config, plan)).tree()["next"]
    assert command == "coresponder calibrate CITY 3 --observed [observed.yaml]"


def test_the_hour_in_which_no_call_is_reached_is_named_with_the_key_to_try() -> None:
    """The hour that misses most calls in a hundred, not the one with the narrowest band."""
    span = Span(date(2024, 1, 1), date(2024, 1, 31), 100)
    cells = [
        Cell("09:00", 0.0, 40.0, 10.0, 80.0),
        Cell("10:00", 90.0, 94.0, 93.0, 95.0),
        *[Cell(f"{hour}:00", 90.0, 94.0, 80.0, 99.0) for hour in range(11, 18)],
    ]
    hours = Held("reached_hours", "Reached by hour of day", "%", 0.8, False, cells)
    reached = Held("reached", "Reached", "%", 0.2, False, [Cell("all", 5.0, 9.0, 8.0, 10.0)])
    config = compose([TRUTH[0]])
    answer = validation_of([reached, hours], span, config, staffing("3"))
    screen = " ".join(ValidationReport(answer).summary().split())
    assert (
        "09:00: observed 0, expected 10 to 80. Likely no team takes calls in the hour from"
        in screen
    )
    assert "it misses most among calls received in the hour from 09:00." in screen
    whole = replace(hours, cells=[cells[0]] * 9)  # wrong all day: no fault of an hour
    answer = validation_of([reached, whole], span, config, staffing("3"))
    full = " ".join(ValidationReport(answer).full().split())
    assert "misses most" not in full
    assert "as what was observed. The tolerance" in full
    assert "Next coresponder validate CITY 3 dispatch.hold_for_duty=0 --calls calls.csv" in screen


def test_a_verdict_names_the_reading_in_which_it_holds() -> None:
    """Sharp with simulated calls, wrong with the log's own: the list says of which it is wrong."""
    span = Span(date(2024, 1, 1), date(2024, 1, 31), 100)
    cells = {
        replayed: [Cell("1 or more", 9.0 if replayed else 4, 4.0, 3.5, 4.5)] for replayed in (0, 1)
    }
    held = [
        Held("busy", "Teams busy at once", "%", 0.8, bool(replayed), of)
        for replayed, of in cells.items()
    ]
    answer = validation_of(held, span, compose([]), staffing("3"))
    screen = " ".join(ValidationReport(answer).summary().split())
    assert "Not valid for teams busy at once with the log's own calls." in screen


def test_the_program_of_the_folder_says_what_the_log_cannot(tmp_path: Path) -> None:
    """A starter's program counts, and what it names without a fit is as shipped."""
    log, folder = write(tmp_path / "calls.csv"), tmp_path / "my_city"
    start(folder)
    program = folder / "program" / "my_city.yaml"
    modes = TRUTH[0].partition("=")[2]
    program.write_text(f"{program.read_text()}dispatch:\n  mode_share: {modes}\n")
    assert main(["fit", str(log), "--out", str(folder), "--yes", "--stamps", "team"]) == 0
    asked = asked_of(Request.of("validate", (str(folder), "today"), {}, {"calls": str(log)}))
    with fitted_anew(asked) as (made, _):
        config = config_of(Request.of("validate", (str(folder),), {}, {}), asked, made)
    assert float(config.dispatch.mode_share.direct) == 1
    assert config.program.name == "my_city"


def test_calls_that_nobody_came_to_are_in_no_outcome(city: Path, tmp_path: Path) -> None:
    """What `fit` says of those engaged is what `validate` observes: one definition."""
    calls = pl.read_csv(city.with_name("calls.csv"), infer_schema=False)
    nobody = pl.int_range(pl.len()) % 3 == 0
    stamps = (
        pl.when(~nobody).then(pl.col(x)).alias(x) for x in ("Dispatched", "On Scene", "Cleared")
    )
    said = pl.when(nobody).then(pl.lit("No team free")).otherwise(pl.col("Disposition"))
    calls.with_columns(*stamps, said.alias("Disposition")).write_csv(tmp_path / "calls.csv")
    log, out = str(tmp_path / "calls.csv"), tmp_path / "ours"
    assert main(["fit", log, "--out", str(out), "--yes", "--stamps", "team", "--teams", "3"]) == 0
    row = pl.read_csv(out / "fitted.csv").filter(
        pl.col("figure") == "Engaged, of calls a team came to"
    )
    answer = sim.validate(out, 3, calls=log, draws=40, store=False)
    (outcomes,) = (x for x in answer.held if x.name == "outcomes" and not x.replayed)
    assert outcomes.cells[0].name == "engaged"
    assert outcomes.cells[0].observed == pytest.approx(row["value"][0], abs=4)


def test_a_long_name_is_cut_after_a_word_and_never_in_the_full_text() -> None:
    name, cell = "EMOTIONALLY DISTURBED PERSON WITH A WEAPON", (1.0, 1.0, 0.0, 2.0)
    cells = [Cell("MENTAL", *cell), Cell(name, *cell), Cell("SUICIDAL", *cell)]
    held = Held("types", "Calls by type", "%", 0.5, False, cells)
    span = Span(date(2024, 1, 1), date(2024, 1, 31), 100)
    config = compose([])
    answer = validation_of([held], span, config)
    report = ValidationReport(answer)
    assert "Calls by type, EMOTIONALLY…" in report.summary()
    assert name not in report.summary()
    assert "…" not in report.full()
    assert " ".join(report.full().split()).count(name) == 2
    (axes,) = [x for x in report.figures()["profiles"].axes if x.get_visible()]
    labels = [x.get_text() for x in axes.get_xticklabels()]
    assert labels == ["MENTAL", "EMOTIONALLY\nDISTURBED…", "SUICIDAL"]


def test_days_and_calls_of_the_parts_are_those_of_the_log(city: Path) -> None:
    answer = answer_of(city, until="2025-06-30")
    assert str(answer.fitted_to.last) == "2025-06-30"
    assert str(answer.held_against.first) == "2025-07-01"
    total = pl.read_csv(city.with_name("calls.csv"), infer_schema=False).height
    report = json.loads((city / "fit-report.json").read_text())
    assert answer.fitted_to.calls + answer.held_against.calls == report["mental_health_calls"]
    assert report["rows_read"] == total


def test_the_frame_has_every_number_and_the_observed_calls_are_the_logs(city: Path) -> None:
    answer = answer_of(city)
    frame = answer.to_frame().filter(pl.col("profile") == "hours")
    assert frame.height == 24
    days = (answer.held_against.last - answer.held_against.first).days + 1
    assert frame["observed"].sum() * days == pytest.approx(answer.held_against.calls)


def test_ends_of_a_band_are_inside(city: Path) -> None:
    held = answer_of(city).held[0]
    assert (held.verdict == "inconsistent") == any(
        not cell.low <= cell.observed <= cell.high for cell in held.cells
    )


def test_the_command_prints_one_screen_and_writes_a_folder(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = str(city.with_name("calls.csv"))
    words = ["validate", str(city), "3", "--calls", calls, "--results", str(tmp_path)]
    assert main([*words, "--draws", "40"]) == 0
    text = capsys.readouterr().out
    assert len(text.splitlines()) <= 45
    (folder,) = tmp_path.glob("validate-*")
    names = {path.name for path in folder.iterdir()}
    assert {"answer.txt", "full.txt", "validation.csv", "profiles.png", "response.svg"} <= names
    tree = json.loads((folder / "summary.json").read_text())
    assert {x["verdict"] for x in tree["profiles"]} <= {
        *("consistent and sharp", "consistent but vague", "inconsistent")
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "a folder that coresponder fit made"),
        (["nowhere", "--calls", "CALLS"], "nowhere: expected a folder that coresponder fit made"),
        (["CITY"], "--calls: expected the log that was fitted"),
        (["CITY", "--calls", "none.csv"], "none.csv"),
        (["CITY", "--calls", "CALLS", "--until", "yesterday"], "--until: expected a day"),
        (["CITY", "--calls", "CALLS", "--until", "2025-12-30"], "leaves 14 days or more"),
        (["CITY", "--calls", "CALLS", "--until", "2024-01-01"], "leaves 14 days or more"),
        (["CITY", "--calls", "CALLS", "--draws", "3"], "40 draws or more"),
        (["CITY", "3", "4", "--calls", "CALLS"], "got CITY, 3, 4"),
        (["CITY", "no_plan", "--calls", "CALLS"], "no_plan"),
    ],
)
def test_bad_input_is_one_line(
    words: list[str], said: str, city: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real = {"CITY": str(city), "CALLS": str(city.with_name("calls.csv"))}
    assert main(["validate", *(real.get(word, word) for word in words)]) == 2
    error = capsys.readouterr().err
    for name, path in real.items():
        said = said.replace(name, path)
    assert said in error
    assert len(error.strip().splitlines()) == 1
    assert not re.search(r"Traceback|fault", error)


def test_a_damaged_file_of_what_was_said_is_one_line(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in ("", "[1]", "name: x\nlog: y\nteams: [", "name: x\nlog: y\nother: 1"):
        (tmp_path / "fit.yaml").write_text(text)
        calls = str(city.with_name("calls.csv"))
        assert main(["validate", str(tmp_path), "--calls", calls]) == 2
        assert "fit.yaml" in capsys.readouterr().err


def test_arrivals_that_the_log_lost_are_unknown_and_not_missed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With three in ten arrivals blank, at random, the share reached is what it was."""
    log = tmp_path / "calls.csv"
    whole = pl.read_csv(write(log), infer_schema=False)
    trees = []
    for blank in (0.0, 0.3):
        lost = pl.Series(np.random.default_rng(3).random(whole.height) < blank)
        whole.with_columns(pl.when(~lost).then(pl.col("On Scene"))).write_csv(log)
        words = ["--yes", "--stamps", "team", "--teams", "3"]
        assert main(["fit", str(log), "--out", str(tmp_path / "ours"), *words]) == 0
        capsys.readouterr()
        words = ["--calls", str(log), "--draws", "40", "--no-figures", "--json"]
        results = ["--results", str(tmp_path)]
        assert main(["validate", str(tmp_path / "ours"), "3", *words, *results]) == 0
        trees.append(json.loads(capsys.readouterr().out))
    reached = [
        x["cells"][0]["observed"]
        for tree in trees
        for x in tree["profiles"]
        if x["name"] == "reached" and not x["replayed"]
    ]
    assert trees[0]["arrival_unknown"] == 0
    assert trees[1]["arrival_unknown"] > 100
    assert reached[1] == pytest.approx(reached[0], abs=3)


def test_what_was_never_observed_has_no_width_and_is_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No call of the log was withdrawn, so that a share of zero stands beside its band."""
    calls = pl.read_csv(write(tmp_path / "calls.csv"), infer_schema=False)
    calls = calls.filter(pl.col("Disposition").fill_null("") != "Cancelled")
    calls.write_csv(tmp_path / "calls.csv")
    city, log = str(tmp_path / "ours"), str(tmp_path / "calls.csv")
    assert main(["fit", log, "--out", city, "--yes", "--stamps", "team", "--teams", "3"]) == 0
    capsys.readouterr()
    words = ["validate", city, "3", "--calls", log, "--draws", "40", "--no-figures", "--json"]
    assert main([*words, "--results", str(tmp_path)]) == 0
    tree = json.loads(capsys.readouterr().out)
    (withdrawn,) = (x for x in tree["profiles"] if x["name"] == "withdrawn" and not x["replayed"])
    assert withdrawn["cells"][0]["observed"] == 0
    assert withdrawn["width_share"] is None
    assert withdrawn["verdict"] != "consistent and sharp"
