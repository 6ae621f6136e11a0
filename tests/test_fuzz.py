"""Every door of the program pushed from some seeds, and what once came through the wrong way."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Callable

import pytest

from sim import cli
from sim.app.inputs import from_yaml
from sim.config import InputError, compose, staffing
from sim.config.files.named import MOST_DEEP
from sim.report.document.blocks import Document
from sim.report.document.word import word_of
from sim.scenarios.store import Store
from tests import doors, fuzz
from tests.folders import Folder
from tests.test_faults import ROWS, keep_and_find

pytest.importorskip("starlette")
pytest.importorskip("docx")

SEEDS = dict.fromkeys(doors.DOORS, 100)
SEEDS |= {"configs": 4, "plans": 10, "words": 10, "overrides": 12, "tables": 15}
SEEDS |= {"templates": 30, "uploads": 50}
LONG = "9" * 5_000
ONE_WAY = {"configs", "overrides", "tables", "words"}  # doors at which a few may all be refused


@pytest.mark.parametrize("door", doors.DOORS)
def test_no_input_comes_through_the_wrong_way(door: str) -> None:
    seen = fuzz.pushes(door, 0, SEEDS[door])
    assert seen.total() == SEEDS[door]
    assert len(seen) > 1 or door in ONE_WAY


def test_the_same_seed_is_the_same_push() -> None:
    with fuzz.without_simulation():
        assert fuzz.push("tables", 5) == fuzz.push("tables", 5)


def test_a_push_that_goes_wrong_prints_its_seed(monkeypatch, capsys) -> None:
    def bad(place: doors.Place) -> str:
        (place.folder.parent / "beside").write_text("x")
        return ""

    monkeypatch.setitem(doors.DOORS, "tables", bad)
    with pytest.raises(AssertionError, match="beside its folder"):
        fuzz.pushes("tables", 7, 1)
    assert "python -m tests.fuzz tables 7 1" in capsys.readouterr().err
    (fuzz._above() / "beside").unlink()


# --- minimized -----------------------------------------------------------------------------------


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        call()
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


@pytest.mark.parametrize("sign", ["[", "{a: ", "- ", "? "])
@pytest.mark.parametrize("depth", [MOST_DEEP + 950, 50_000])
def test_yaml_nested_without_end_does_not_end_the_process(sign, depth, tmp_path) -> None:
    folder = Folder(tmp_path)
    folder.write("staffing/deep", f"lines:\n  {sign * depth}\n")
    folder.write("demand/deep", f"zones:\n  {sign * depth}\n")
    for call in (lambda: staffing("deep", folder.path), lambda: folder.compose("demand=deep")):
        assert f"at most {MOST_DEEP} deep" in refusal(call)


def test_a_config_that_is_a_bare_text_is_refused(tmp_path) -> None:
    folder = Folder(tmp_path)
    folder.write("service/mine", "by teams")
    assert "by teams" in refusal(lambda: folder.compose("service=mine"))


@pytest.mark.parametrize("value", ["9" * 5_000, "[" * 2_000, "{a:" * 2_000])
def test_values_longer_or_deeper_than_any_are_refused(value: str) -> None:
    assert refusal(lambda: compose([f"run.seed={value}"])).startswith("run.seed: expected")


@pytest.mark.parametrize(
    "words",
    [
        ["fit", LONG],
        ["run", "2", "--config-dir", LONG],
        ["run", "2", f"demand.zones_file='{LONG}'"],
        ["calibrate", LONG],
    ],
    ids=lambda words: " ".join(words)[:20],
)
def test_a_name_longer_than_any_is_one_line(words, capsys) -> None:
    assert cli.main(words) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "too long" in line


def test_a_plan_in_a_file_whose_name_is_not_utf_8_is_refused(tmp_path) -> None:
    folder = Folder(tmp_path)
    text = "lines: [{name: a, count: 1, pattern: continuous}]"
    folder.write("staffing/mine\udcff", text)
    right = "expected a name or text in UTF-8"
    assert right in refusal(lambda: staffing("mine\udcff", folder.path))


@pytest.mark.parametrize("text", ["coresponder: 2025-02-30", f"coresponder: {'[' * 2_000}", "\x00"])
def test_scenario_files_that_are_none_are_refused(text: str) -> None:
    assert refusal(lambda: from_yaml(text)).startswith("scenario file: expected")


def test_a_template_of_damaged_xml_is_refused(tmp_path) -> None:
    damaged, template = io.BytesIO(), tmp_path / "template.docx"
    with (
        zipfile.ZipFile(io.BytesIO(doors.word_file())) as whole,
        zipfile.ZipFile(damaged, "w") as file,
    ):
        for name in whole.namelist():
            file.writestr(name, whole.read(name).replace(b"<w:styles", b"<w:styles a='<'"))
    template.write_bytes(damaged.getvalue())
    document = Document("T", "S", "2025-01-01T00:00:00", (), {})
    assert "expected a Word file" in refusal(lambda: word_of(document, None, template))


def test_a_store_whose_tables_are_no_text_is_made_anew(tmp_path, capfd) -> None:
    file = tmp_path / "kept.sqlite3"
    keep_and_find(file)
    content = file.read_bytes()
    assert b"CREATE TABLE kept" in content
    file.write_bytes(content.replace(b"CREATE TABLE kept (key", b"CREATE TABLE kept (\xe1\xff\xfe"))
    with pytest.raises((sqlite3.Error, UnicodeDecodeError)):
        sqlite3.connect(file).execute("SELECT * FROM kept")
    keep_and_find(file)
    assert "is made anew" in capfd.readouterr().err
    assert Store(file).find([*ROWS]).keys() <= ROWS.keys()
