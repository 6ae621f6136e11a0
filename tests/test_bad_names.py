"""Titles and names of a user's own files: they do no harm in any output."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from functools import reduce
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import sim
from sim import cli
from sim.config import InputError
from sim.report.document import pack
from sim.report.grant import tables
from sim.report.pages.programs import markdown, program_list
from sim.report.saving import save
from sim.report.table import Group, Table
from sim.scenarios.evidence.held_out import check
from sim.scenarios.evidence.programs import all_described
from sim.scenarios.request import Request
from tests.folders import Folder

BAD = "=cmd|' /C calc'!A0 <script>alert(1)</script> $x_{$ & \"q\"\nnext | line"
SMALL = ["run.window_days=7", "run.replications=2", "run.draws=0"]


@pytest.fixture
def own(tmp_path) -> Folder:
    """Return a config folder whose plan, program, zones and grant have bad names."""
    folder = Folder(tmp_path)
    line = "lines: [{name: " + json.dumps(BAD) + ", count: 1, pattern: continuous}]"
    folder.write("staffing/mine", f"title: {json.dumps(BAD)}\n{line}\n")
    named = {"program": {"name": "mine", "title": BAD, "notes": [BAD], "plans": ["mine"]}}
    folder.write("program/mine", "# @package _global_\n" + json.dumps(named))
    return folder


def _options(own: Folder) -> dict[str, object]:
    overrides = [*SMALL, f"costs.grant.name={json.dumps(BAD)}"]
    return {"program": "mine", "config_dir": own.path, "overrides": overrides}


def test_folders_of_a_run_hold_text_and_no_markup(own, tmp_path):
    answer = sim.run("mine", draws=0, engine="simpy", cores=1, **_options(own))
    folder = save(answer, tmp_path)
    figures = list(folder.glob("*.svg"))
    assert figures
    for file in figures:
        tree = ET.parse(file)  # noqa: S314 - it is our own
        assert not [x for x in tree.iter() if x.tag.endswith("script")]
    text = (folder / "answer.txt").read_text(encoding="utf-8")
    assert "next | line" in text


CELL = re.compile(r"[=+@\t\r]|-\D")  # how what a spreadsheet would compute begins
ZONE, OTHER = "=cmd|' /C calc'!A0", "<script>alert(1)</script>"


def check_folder(folder: Path) -> set[str]:
    """No cell of a folder is a formula, no page and no figure has a tag of ours; its endings."""
    for file in folder.rglob("*.csv"):
        for row in csv.reader(io.StringIO(file.read_text(encoding="utf-8"))):
            assert not [cell for cell in row if CELL.match(cell)], file
    for ending in ("html", "svg", "md"):
        for file in folder.rglob(f"*.{ending}"):
            assert "<script>alert" not in file.read_text(encoding="utf-8"), file
    return {file.suffix for file in folder.rglob("*")}


def test_files_of_zones_and_plans_of_bad_names_do_no_harm(own, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with (tmp_path / "zones.csv").open("w", newline="") as file:
        rows = [["zone", "share", "agency"], [ZONE, 0.5, ZONE], [OTHER, 0.5, OTHER]]
        csv.writer(file).writerows(rows)
    zones = ["demand.zones_file=zones.csv", "demand.calls_per_year=900", "travel=constant"]
    options = {**_options(own), "draws": 0, "check": "none"}
    options["overrides"] = [*options["overrides"], *zones]
    answer = sim.compare("mine", 1, **options, html=True, trace=True)
    folder = save(answer, tmp_path / "results")
    assert {".csv", ".html", ".svg"} <= check_folder(folder)
    assert f"'{ZONE}" in (folder / "zones.csv").read_text(encoding="utf-8")
    check_folder(save(sim.grant("mine", 0, **_options(own)), tmp_path / "grant"))
    check_document(folder)


def check_document(folder: Path) -> None:
    """Hold a document of a result against what would run in a browser or in Word."""
    files = pack.written(folder, ["docx", "html"]).files
    assert "<script>alert" not in files["html"].read_text(encoding="utf-8")
    with zipfile.ZipFile(files["docx"]) as whole:
        trees = {
            name: ET.fromstring(whole.read(name))  # noqa: S314 - it is our own
            for name in whole.namelist()
            if name.endswith((".xml", ".rels"))
        }
    assert not [name for name in trees if "vba" in name.lower()]
    of_body = [*trees["word/document.xml"].iter()]
    fields = {(x.text or "").split()[0] for x in of_body if x.tag.endswith("instrText")}
    assert fields <= {"TOC", "PAGE", "SEQ", "REF", "PAGEREF", "NUMPAGES"}
    outside = [x for x in trees["word/_rels/document.xml.rels"] if x.get("TargetMode")]
    assert {x.get("Target", "").partition("#")[0] for x in outside} <= {"keys.html"}  # beside it
    assert any("<script>alert" in (x.text or "") for x in of_body)  # as text, which does nothing


def test_a_log_with_formulas_and_tags_is_told_of_and_does_no_harm(tmp_path, capsys):
    rows = [["Call Type", "District", "Received", "Dispatched", "On Scene", "Cleared"]]
    for day in range(1, 29):
        for hour in range(8, 16):
            at = [f"2024-02-{day:02} {hour:02}:{minute:02}" for minute in (0, 4, 20, 50)]
            rows.append([f"MENTAL HEALTH {OTHER}", ZONE, *at])
    rows.append([f"MENTAL HEALTH {OTHER}", ZONE, ZONE, "", "", ""])
    log = tmp_path / "calls.csv"
    with log.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    assert cli.main(["fit", str(log), "--out", str(tmp_path / "city"), "--yes"]) == 0
    assert {".csv", ".html", ".svg"} <= check_folder(tmp_path / "city")
    assert "1 rejected" in capsys.readouterr().out
    assert "'=cmd" in (tmp_path / "city/rejected.csv").read_text(encoding="utf-8")


def test_cells_of_a_grant_are_no_formulas(own):
    answer = sim.grant("mine", **_options(own))
    for text in (tables.month_rows(answer), tables.crosswalk_rows(answer)):
        for row in csv.reader(io.StringIO(text)):
            assert not [cell for cell in row if CELL.match(cell)]


def test_markdown_has_no_tags_and_a_row_a_line(own):
    page = markdown(
        check(Request.of("programs", ["mine"], {"overrides": SMALL, "config_dir": own.path}))
    )
    assert "<script" not in page
    table = Table(["a", "b"], [Group([[BAD, "1"]])])
    assert len(table.markdown().splitlines()) == 3
    assert "<script" not in table.markdown()
    assert len(table.text().splitlines()) == 3
    assert "<script" not in table.html()


def test_a_list_of_programs_keeps_its_lines(own):
    listed = program_list(all_described(["mine"], own.path))
    assert not [line for line in listed.splitlines() if line.startswith("next")]


@pytest.mark.parametrize("sign", ["\x1b[31m", "\x07", "\x9b31m", "\u202e", "\x00"])
@pytest.mark.parametrize("key", ["costs.grant.name", "program.title"])
def test_control_characters_are_bad_input(sign, key, own):
    tree = {"program": {"name": "bad", "title": "a title"}, "costs": {"grant": {"name": "a grant"}}}
    *groups, last = key.split(".")
    reduce(dict.__getitem__, groups, tree)[last] = sign
    own.write("program/bad", "# @package _global_\n" + json.dumps(tree))
    with pytest.raises(InputError, match="expected text without control characters") as caught:
        own.compose("program=bad")
    assert caught.value.args[0].startswith(key)
    assert caught.value.args[0].isprintable()


def test_what_reaches_a_terminal_cannot_steer_it(tmp_path, capsys):
    results = tmp_path / "\x1b[31mred\x9b"
    assert cli.main(["people", "2", "--results", str(results)]) == 0
    out = capsys.readouterr().out
    assert r"\u001b[31mred\u009b" in out
    assert all(sign.isprintable() or sign == "\n" for sign in out)
    assert cli.main(["people", "\x1b[31m", "--results", str(results)]) == 2
    assert capsys.readouterr().err.strip().isprintable()
