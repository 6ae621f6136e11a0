"""Zones that are spelled in several ways, and types of call that count or do not."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import yaml

from sim.cli import main
from sim.history.reading.read import read_log
from sim.history.reading.rules import WORDS
from sim.history.reading.types import Types
from sim.history.reading.zones import spelled
from sim.report.pages.fit import types_tables

DOCS = Path(__file__).parent.parent / "docs" / "fit.md"


def log_of(folder: Path, rows: list[tuple[str, str, int]]) -> Path:
    """Log with so many calls of a type in a zone."""
    kinds = [(kind, zone) for kind, zone, n in rows for _ in range(n)]
    lines = [
        f"{n},{kind},{zone},2024-{1 + n % 3:02d}-{1 + n % 28:02d} {n % 24:02d}:00"
        for n, (kind, zone) in enumerate(kinds)
    ]
    (folder / "calls.csv").write_text("\n".join(["Incident,Call Type,Zone,Received", *lines]))
    return folder / "calls.csv"


def said_of(path: Path, out: Path, capsys) -> str:
    """Screen of a fit, with single blanks."""
    assert main(["fit", str(path), "--out", str(out), "--yes"]) == 0
    return " ".join(capsys.readouterr().out.split())


# --- zones ---------------------------------------------------------------------------------------


def test_zones_that_differ_only_in_case_or_spaces_are_one_and_counted(tmp_path, capsys) -> None:
    zones = {"Center": 60, "CENTER": 20, "center": 3, "Harbor": 40, "harbor ": 12, "East  End": 15}
    zones |= {"East End": 30, "One House": 4, "ONE HOUSE": 2}
    path = log_of(tmp_path, [("MENTAL", zone, n) for zone, n in zones.items()])
    log, _ = read_log(path)
    counts = dict(log.calls["zone"].value_counts().iter_rows())
    assert counts == {"Center": 83, "Harbor": 52, "East End": 45, "One House": 6}
    said = said_of(path, tmp_path / "x", capsys)
    assert "Zone Center (83 rows) is also spelled CENTER (20 rows), center (under 11 rows)." in said
    assert "1 zone of fewer than 11 rows too is spelled in several ways." in said
    written = "".join(
        path.read_text() for path in (tmp_path / "x").rglob("*.*") if path.suffix != ".png"
    )
    assert "house" not in written.lower()


def test_figures_apart_are_no_figures_together() -> None:
    names = pl.Series("zone", ["District 1", "District1", "1 11", "11 1", "111", None])
    assert spelled(names)[0].n_unique() == 5


# --- types ---------------------------------------------------------------------------------------

KINDS = [
    *(("MENTAL HEALTH CRISIS", "A", 60), ("SUICIDAL SUBJECT", "A", 30), ("PSYCH EVAL", "A", 4)),
    *(("WELFARE CHECK - MH", "A", 20), ("MH TRANSPORT", "A", 25), ("WELFARE CHECK", "A", 50)),
    *(("THEFT", "A", 70), ("SUSPICIOUS SUBJECT", "A", 15), ("MH COURT ORDER", "A", 2)),
]


def test_types_that_count_and_those_left_out_though_alike_are_listed(tmp_path, capsys) -> None:
    path = log_of(tmp_path, KINDS)
    types = read_log(path)[1].types
    assert types.counted == {"MENTAL HEALTH CRISIS": 60, "SUICIDAL SUBJECT": 30}
    assert (types.together, types.small, types.small_calls) == (["WELFARE CHECK - MH"], 1, 24)
    assert types.left_out == {"WELFARE CHECK": 50, "MH TRANSPORT": 25}
    said = said_of(path, tmp_path / "x", capsys)
    assert "Counted as mental health: MENTAL HEALTH CRISIS 60, SUICIDAL SUBJECT 30" in said
    assert (
        "Not counted, though they may be of mental health: WELFARE CHECK 50, MH TRANSPORT 25"
        in said
    )
    assert "by --rules" in said


def test_types_of_fewer_than_11_calls_are_neither_named_nor_told(tmp_path, capsys) -> None:
    out = tmp_path / "x"
    said = said_of(log_of(tmp_path, KINDS), out, capsys)
    written = said + "".join(x.read_text() for x in out.rglob("*.*") if x.suffix != ".png")
    assert "PSYCH EVAL" not in written
    assert "COURT ORDER" not in written
    assert "WELFARE CHECK - MH and 1 type of fewer than 11 calls, 24 together." in said
    few = [("MENTAL HEALTH CRISIS", "A", 60), ("PSYCH EVAL", "A", 4)]
    said_of(log_of(tmp_path, few), out, capsys)
    types = json.loads((out / "fit-report.json").read_text())["types"]
    assert (types["counted"], types["together"]) == ({}, ["MENTAL HEALTH CRISIS"])
    assert types["small_calls"] == 64


def test_a_call_that_became_one_is_listed_by_its_final_type(tmp_path: Path) -> None:
    rows = [f"{n},DISTURBANCE,MENTAL,2024-01-{1 + n % 28:02d} 05:00" for n in range(40)]
    rows += [f"{n},DISTURBANCE,NOISE,2024-01-{1 + n % 28:02d} 05:00" for n in range(40, 90)]
    (tmp_path / "calls.csv").write_text(
        "\n".join(["Incident,Call Type,Final Type,Received", *rows])
    )
    assert read_log(tmp_path / "calls.csv")[1].types.counted == {"MENTAL": 40}


def test_the_tables_of_types_golden(golden) -> None:
    types = Types(
        counted={"MENTAL HEALTH CRISIS": 1_060, "SUICIDAL SUBJECT": 30},
        together=["WELFARE CHECK - MH"],
        small=2,
        small_calls=24,
        left_out={"WELFARE CHECK": 500, "MH TRANSPORT": 25},
        small_left_out=1,
    )
    golden("\n\n".join(table.text() for table in types_tables(types)) + "\n", "fit_types.txt")


def test_the_docs_have_the_words_that_count() -> None:
    _, _, rest = DOCS.read_text(encoding="utf-8").partition("```yaml\nwords:")
    assert tuple(yaml.safe_load("words:" + rest.partition("```")[0])["words"]) == WORDS
