"""Rows that are no calls: those that officers began, and how the screen adds all rows up."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
import pytest

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
