"""`init`: a folder that runs at once, and never over what is there."""

from __future__ import annotations

import codecs
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import main
from sim.config import compose, staffing
from sim.config.starter import start
from sim.scenarios.rails import Seen, raised

SOURCE = re.compile(r'source: "([^"]*)"')


def test_a_starter_folder_is_valid_and_carries_its_name(tmp_path: Path) -> None:
    files = start(tmp_path / "spring_city")
    assert all((tmp_path / "spring_city" / file).is_file() for file in files)
    config = compose(["program=spring_city"], tmp_path / "spring_city")
    assert config.demand.zones == ["north", "middle", "south"]
    assert float(config.demand.calls_per_year) == 5200
    for plan in config.program.plans:
        assert staffing(plan, tmp_path / "spring_city").teams
    texts = [path.read_text() for path in (tmp_path / "spring_city").rglob("*.*")]
    assert not any("my_city" in text for text in texts)


def test_all_that_it_says_of_the_city_is_marked_as_made_up(tmp_path: Path) -> None:
    """Two of its figures were counted, as if the speed of a drive were measured."""
    start(tmp_path / "my_city")
    config = compose(["program=my_city"], tmp_path / "my_city")
    (rail,) = raised(Seen(config, []), ["made_up"])
    for what in ("all of demand", "travel.speed_mph", "costs.per_fte.clinician"):
        assert what in rail.text
    assert "All that you have not set is as shipped, not of your city" in rail.text
    own = [x for file in (tmp_path / "my_city").rglob("*.yaml") for x in SOURCE.findall(_set(file))]
    assert own
    assert all(source.lower().startswith("made up") for source in own)


def _set(file: Path) -> str:
    """What a file sets, without its comments."""
    return "\n".join(x for x in file.read_text().splitlines() if not x.startswith("#"))


def test_init_does_not_call_what_is_as_shipped_made_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "my_city")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "What they say of my_city is made up, and what they do not set is as shipped." in said


def test_it_runs_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "my_city")
    assert main(["init", folder]) == 0
    assert "coresponder compare more today program=my_city" in capsys.readouterr().out
    words = ["compare", "more", "today", "program=my_city", "--config-dir", folder, "run=smoke"]
    assert main([*words, "--draws", "0", "--no-figures", "--results", str(tmp_path)]) == 0
    assert "3 zones" in capsys.readouterr().out


def test_a_program_in_a_folder_of_its_name_says_how_to_ask_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "my_city"]) == 0
    assert main(["compare", "4", "3", "program=my_city"]) == 2
    said = "unknown program 'my_city'; the folder my_city has one: add --config-dir my_city"
    assert said in capsys.readouterr().err
    assert main(["compare", "4", "3", "program=my_town"]) == 2
    assert "--config-dir" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["My City", "1city", "über", "a" * 70, "nan", "true", "null", "default"]
)
def test_a_name_that_configs_cannot_have_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / name)]) == 2
    assert capsys.readouterr().err.startswith("error: ")
    assert not list(tmp_path.iterdir())


def test_a_folder_with_files_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("mine")
    assert main(["init", str(mine)]) == 2
    assert "got one with files" in capsys.readouterr().err
    assert [path.name for path in mine.iterdir()] == ["notes.txt"]


def test_a_folder_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    assert main(["init", str(tmp_path / "mine")]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_no_room_for_what_is_printed_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sim.cli", "init", str(tmp_path / "mine")]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr == "error: output: expected room to write, got 'No space left on device'\n"


def test_files_as_windows_saves_them_say_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = tmp_path / "town"
    assert main(["init", str(town)]) == 0
    words = ["program=town", "run=smoke", "--draws", "0", "--no-figures", "--json"]
    said = []
    for _ in range(2):
        capsys.readouterr()
        asked = ["compare", "more", "today", *words, "--config-dir", str(town)]
        assert main([*asked, "--results", str(tmp_path / "results")]) == 0
        said.append(capsys.readouterr().out)
        for file in (path for path in town.rglob("*") if path.is_file()):
            file.write_bytes(codecs.BOM_UTF8 + file.read_bytes().replace(b"\n", b"\r\n"))
    assert json.loads(said[0])["differences"] == json.loads(said[1])["differences"]
