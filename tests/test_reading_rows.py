"""Rows that are no calls: those that officers began, and how the screen adds all rows up."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
import pytest

from sim.cli import main
from sim.history.keeping import Saved
from sim.history.reading.columns import proposed
from sim.history.reading.read import read_log
from sim.history.reading.rules import by_officers, by_officers_type
from sim.report.pages.fit import screen

# --- what the screen says of the rows ------------------------------------------------------------


def test_the_rows_of_the_screen_are_a_sum_in_which_each_counts_once() -> None:
    lines = ["Incident,Call Type,Source,Received,On Scene"]
    lines += [f"{n},MENTAL,911,2024-01-{1 + n % 28:02d} 05:00,05:10" for n in range(40)]
    lines += ["7,MENTAL,911,2024-01-08 05:00,05:10", "90,MENTAL,ONVIEW,2024-01-08 05:00,05:10"]
    lines += ["91,MENTAL,FIELD-INITIATED,2024-01-09 05:00,05:10", "92,MENTAL,911,,05:10"]
    lines += ["93,MENTAL,911,2024-01-09 05:00,00:00"]
    said = " ".join(screen_of("\n".join(lines)).split())
    total = "45 rows read = 41 calls + 1 duplicate + 2 begun by officers + 1 rejected."
    assert total in said
    assert "Of the calls, 41 are of mental health" in said
    assert "; 1 had a stamp repaired." in said
    assert "duplicates: 1" not in said  # it is said once


def test_rows_of_several_units_are_said_as_such() -> None:
    lines = ["Incident,Call Type,Unit,Received,On Scene"]
    lines += [f"{n // 2},MENTAL,A{n % 2},2024-01-{1 + n % 28:02d} 05:00,05:10" for n in range(80)]
    total = "80 rows read = 40 calls + 40 more unit rows of a call + 0 rejected."
    assert total in " ".join(screen_of("\n".join(lines)).split())


def screen_of(text: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.csv"
        path.write_text(text)
        return screen(read_log(path)[1], None, Path("my_city"), Saved([], [], []))


# --- rows begun by officers ---------------------------------------------------------------------

BEGUN = (
    *("OFFICER INITIATED", "Officer Initiated", "OFFICER-INITIATED", "officer_initiated"),
    *("Officer initiated onview", "FIELD INITIATED", "PROACTIVE", "Self-Initiated", "self"),
    *("ON VIEW", "On-View", "ONVIEW", " Officer ", "Self initiated / traffic", "On viewed"),
)
NOT_BEGUN = ("911", "PHONE", "Citizen initiated", "Not officer initiated", "Officer request", "")


@pytest.mark.parametrize("words", BEGUN)
def test_sources_that_say_that_officers_began_it(words: str) -> None:
    assert by_officers(pl.Series("Source", [words])).to_list() == [True]


@pytest.mark.parametrize("words", NOT_BEGUN)
def test_sources_that_do_not(words: str) -> None:
    assert by_officers(pl.Series("Source", [words])).to_list() == [False]


def test_types_say_it_too_and_columns_of_yes_and_no() -> None:
    types = ["TRAFFIC STOP - OFFICER INITIATED", "WELFARE - FIELD-INITIATED", "OFFICER DOWN", None]
    assert by_officers_type(pl.Series("type", types)).to_list() == [True, True, False, False]
    for name in ("SelfInitiated", "Officer-Initiated"):
        assert by_officers(pl.Series(name, ["Y", "N"])).to_list() == [True, False]
    assert by_officers(pl.Series("Source", ["Y", "N"])).to_list() == [False, False]
    head = ["Call Type", "Received", "Officer Initiated"]
    assert proposed(head)["source"] == "Officer Initiated"


# --- rows of which little is filled ---------------------------------------------------------------


def thin_log() -> str:
    """Calls of which most have all cells, some that nobody answered, a title and a total."""
    lines = ["Id,Received,Sent At,Arrived,Cleared,Call Type,Beat,Disposition,Unit"]
    for n in range(40):
        day = f"2024-01-{1 + n % 28:02d}"
        stamps = ",".join(f"{day} 05:{minute:02d}" for minute in (0, 5, 15, 50))
        lines.append(f"24-{n:04d},{stamps},MENTAL,N,RESOLVED,A{n % 2}")
    lines += [f"24-{n:04d},2024-01-{n - 49:02d} 23:00,,,,MENTAL,,NONE,," for n in range(50, 55)]
    lines += ["24-0060,,,,,MENTAL,,NONE,", ",2024-01-20 11:00,,,,MENTAL,,,"]
    return "\n".join([*lines, "Total 47,,,,,,,,", "Records unit,,,,,,,,"])


def test_a_call_that_nobody_answered_is_a_call_and_no_title(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(thin_log())
    log, report = read_log(path)
    assert log.calls.height == report.mental_health_calls == 46
    assert report.rows_read == 47 == report.used + report.repaired + report.rejected
    assert report.lines_of["rejected"] == [47]  # it has a number, and no stamp
    assert report.title_lines == [49, 50]
    text = " ".join(screen(report, None, tmp_path, Saved([], [], [])).split())
    assert "47 rows read = 46 calls + 1 rejected" in text
    assert "titles and totals: 2 lines that are no calls, with neither a number nor a stamp" in text
    assert "(lines 49, 50; rejected.csv)" in text
    assert main(["fit", str(path), "--out", str(tmp_path / "ours")]) == 0
    rejected = (tmp_path / "ours" / "rejected.csv").read_text().splitlines()
    assert [line.partition(",")[0] for line in rejected] == ["line", "47", "49", "50"]


def test_rows_that_are_the_same_in_all_columns_are_duplicates_and_no_unit_rows() -> None:
    lines = ["Incident,Call Type,Unit,Received,On Scene"]
    lines += [f"{n // 2},MENTAL,A{n % 2},2024-01-{1 + n % 28:02d} 05:00,05:10" for n in range(80)]
    lines += lines[1:4]
    total = "83 rows read = 40 calls + 3 duplicates + 40 more unit rows of a call + 0 rejected."
    said = " ".join(screen_of("\n".join(lines)).split())
    for part in ("83 rows read = 40 calls", "+ 3 duplicates", "+ 40 more unit rows", "0 rejected."):
        assert part in said, total


# --- whose stamps ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("units", "words"), [("CRT", "look like crisis teams"), ("A", "If they are the co-responder")]
)
def test_the_way_stamps_are_taken_and_the_command_for_the_other_are_said(
    units: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["Incident,Call Type,Unit,Received,On Scene"]
    lines += [
        f"{n},MENTAL,{units}{n % 9},2024-01-{1 + n % 28:02d} 05:00,05:{10 + n % 40}"
        for n in range(80)
    ]
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(lines))
    command = ["fit", str(path), "--out", str(tmp_path / "ours"), "--yes"]
    assert main(command) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Taken as patrol's" in said
    assert words in said
    other = " ".join(["coresponder", *command, "--stamps", "team"])
    assert other in said
    assert main(other.split()[1:]) == 0
    assert "Taken as the team's own." in capsys.readouterr().out
