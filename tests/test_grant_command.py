"""The verb grant on the command line: its folder, its JSON, and what it refuses."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from sim import cli

SMALL = ["run.window_days=14", "run.replications=2", "run.draws=0"]


@pytest.fixture
def run(capsys, tmp_path):
    def main(*words: str) -> tuple[int, str, str]:
        code = cli.main([*words, *SMALL, "--results", str(tmp_path / "results")])
        out, err = capsys.readouterr()
        return code, out, err

    return main


def test_the_command_line_writes_a_folder_that_can_be_made_again(run, tmp_path, capsys):
    code, out, err = run("grant", "17", "12", "--start", "2029-01", "--hire", "officer=9")
    assert (code, err) == (0, "")
    (made,) = (tmp_path / "results").iterdir()
    assert made.name.startswith("grant-")
    assert {x.name for x in made.iterdir()} == {
        "answer.txt", "full.txt", "summary.json",
        "grant.csv", "crosswalk.csv", "config.yaml", "run.json",
    }  # fmt: skip
    text = (made / "answer.txt").read_text(encoding="utf-8")
    assert out == f"Results: {made}\n\n{text}"
    assert "Jan–Mar 2029" in (made / "full.txt").read_text(encoding="utf-8")
    record = json.loads((made / "run.json").read_text())
    assert record["config_hash"] in made.name
    assert str(tmp_path) not in json.dumps(record)
    name, *again = shlex.split(record["command"])
    assert name == "coresponder"
    assert cli.main([*again, "--results", str(tmp_path / "other")]) == 0
    capsys.readouterr()
    (other,) = (tmp_path / "other").iterdir()
    for file in (
        "answer.txt",
        "full.txt",
        "summary.json",
        "grant.csv",
        "crosswalk.csv",
        "config.yaml",
    ):
        assert (other / file).read_bytes() == (made / file).read_bytes()


def test_positions_and_roles_have_options(run, tmp_path):
    code, out, err = run(
        "grant", "--positions", "clinician=2,officer=2", "--pays", "clinician", "--full"
    )
    assert (code, err) == (0, "")
    (made,) = (tmp_path / "results").iterdir()
    full = (made / "full.txt").read_text(encoding="utf-8")
    assert out == f"Results: {made}\n\n{full}"
    command = json.loads((made / "run.json").read_text())["command"]
    assert "costs.grant.paid_roles=[clinician]" in shlex.split(command)


def test_json_is_one_object_and_nothing_else(run):
    code, out, err = run(
        "grant", "17", "12", "program=los_angeles", "--json", "--planning-months", "3"
    )
    assert (code, err) == (0, "")
    answer: dict[str, Any] = json.loads(out)
    assert answer["grant"]["planning_months"] == 3
    assert len(answer["months"]) == 36
    assert len(answer["quarters"]) == 12
    assert answer["total"]["federal_dollars"] == 550_000
    assert answer["quarters"][1]["contacts"]["mean"] > 0
    assert answer["months"][3]["filled"] == {"clinician": 26, "officer": 26, "supervisor": 6}


BAD = {
    "17 12 --hire clinician=0": "costs.grant.hire_months.clinician",
    "17 12 --hire clinician=37": "costs.grant.hire_months.clinician",
    "17 12 --hire clinician=x": "costs.grant.hire_months.clinician",
    "17 12 --hire clinician=7,8,9": "one month, or one for each of 26 positions, got 3",
    "1 --hire clinician=7,7,7,7,7,7,7": "one for each of 6 positions, got 7",
    "17 12 --hire nurse=7": "costs.grant.hire_months.nurse",
    "17 12 --hire peer=7": "costs.grant.hire_months: expected roles of the plan (clinician, ",
    "17 12 --hire clinician": "--hire: expected role=months, like clinician=7,7,10, got ",
    "17 12 --hire clinician=7 --hire clinician=8": "--hire: expected all months of a role ",
    "17 12 --planning-months 36": "costs.grant.planning_months",
    "17 12 --planning-months -1": "costs.grant.planning_months",
    "17 12 --start 2027-13": "costs.grant.start_month",
    "17 12 --start soon": "costs.grant.start_month",
    "17 12 costs.grant.match_shares=[0.2,0.2]": "costs.grant.match_shares",
    "17 12 costs.grant.ceiling_dollars=-1": "costs.grant.ceiling_dollars",
    "--positions clinician": "--positions: expected role=FTE, like clinician=2,officer=2.5, got ",
    "2 --positions peer=2": "costs.grant.positions: expected roles of the plan (clinician, ",
    "2 --positions clinician=2": "costs.grant.positions: expected people who can staff a post of ",
    "2 --positions clinician=0": "costs.grant.positions.clinician: expected more than 0, got 0",
    "2 --positions nurse=1": "costs.grant.positions.nurse",
    "2 --pays peer": "costs.grant.paid_roles: expected roles of the plan (clinician, officer, ",
    "2 --pays nurse": "costs.grant.paid_roles",
    "2 costs.grant.draw=slowly": "costs.grant.draw",
    "0": "grant: expected a plan with posts, got 0",
    "12 12": "grant: expected every plan once, got 12 twice",
    "12 17": "grant: expected a plan with posts beyond those of plan 17, got 12",
    "": "grant: expected a plan ",
    "17 12 5": "grant: expected a plan, and the base plan that is there already, got 3 plans",
    "17 12 dispatch.latent_demand.base_plan=none": "dispatch.latent_demand.base_plan",
    "17 12 --hires officer=7": "unknown option '--hires'",
    "17 12 --engine fast": "auto, simpy, compiled",
}


@pytest.mark.parametrize("line", BAD)
def test_bad_input_is_one_line_and_exit_2(line, run, tmp_path):
    code, out, err = run("grant", *line.split())
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert BAD[line] in err
    assert not (tmp_path / "results").exists()


def test_a_folder_that_cannot_be_written_stops_before_the_run(capsys, tmp_path, monkeypatch):
    def not_to_be_called(*_args, **_named):
        raise AssertionError("it ran")

    monkeypatch.setattr("sim.scenarios.grant.grant.granted", not_to_be_called)
    (tmp_path / "file").write_text("")
    assert cli.main(["grant", "4", "3", "--results", str(tmp_path / "file" / "x")]) == 2
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    assert "expected a folder that can be written" in err


def test_a_failure_while_writing_leaves_nothing(run, tmp_path, monkeypatch):
    def full(*_args, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.report.grant.tables.crosswalk_rows", full)
    code, _, err = run("grant", "4", "3")
    assert code == 1
    assert "No space left" in err
    assert not (tmp_path / "results").exists()
