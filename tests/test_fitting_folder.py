"""What `fit` does to a folder that has files already: none of a person's own is lost."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.cli import main
from sim.config import InputError, compose
from sim.history.keeping import put_beside

MATRIX = "# my own drives\ndefaults: [matrix, _self_]\nmatrix_file: minutes.csv\n"
MINUTES = "origin,North,South\nNorth,4,13\nSouth,12,5\n"


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    """A log of a whole city with stamps of dispatch, arrival and clearing."""
    draw = np.random.default_rng(5)
    lines = ["Incident,Call Type,Beat,Received,Dispatched,On Scene,Cleared"]
    for number in range(600):
        at = datetime(2024, 1, 1) + timedelta(minutes=int(draw.integers(120 * 1440)))
        ends = [at]
        for mean in (3, 9, 40):
            ends.append(ends[-1] + timedelta(minutes=1 + draw.exponential(mean)))
        zone = draw.choice(["North", "South"])
        lines.append(f"{number},MENTAL,{zone},{','.join(f'{x:%Y-%m-%d %H:%M:%S}' for x in ends)}")
    (tmp_path / "calls.csv").write_text("\n".join(lines))
    return tmp_path / "calls.csv"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Folder of `init` with a planner's own drive times."""
    folder = tmp_path / "my_city"
    assert main(["init", str(folder)]) == 0
    (folder / "travel" / "my_city.yaml").write_text(MATRIX)
    (folder / "minutes.csv").write_text(MINUTES)
    return folder


def fit(log: Path, out: Path, *words: str) -> None:
    assert main(["fit", str(log), "--out", str(out), "--yes", *words]) == 0


def next_of(screen: str) -> str:
    return " ".join(screen.rsplit("Next ", 1)[-1].split())


def test_a_file_for_which_nothing_was_fitted_is_left_alone(log_file, city, capsys) -> None:
    fit(log_file, city)
    screen = " ".join(capsys.readouterr().out.split())
    assert (city / "travel" / "my_city.yaml").read_text() == MATRIX
    assert "travel/my_city.yaml is left as it is: nothing was fitted for it. -" in screen
    offered = "coresponder compare more today program=my_city --config-dir"
    assert next_of(screen).startswith(offered)  # its drives go with the fitted zones
    words = ["demand=my_city", "service=my_city", "travel=my_city"]
    assert compose(words, city).travel.minutes == [[4, 13], [12, 5]]


def test_what_does_not_go_with_the_fit_is_said_and_not_offered(log_file, city, capsys) -> None:
    (city / "minutes.csv").write_text(MINUTES.replace("South", "Harbor"))
    fit(log_file, city)
    screen = " ".join(capsys.readouterr().out.split())
    assert "travel/my_city.yaml is left as it is" in screen
    assert "It does not go with what was fitted: " in screen
    offered = "coresponder compare more today program=my_city travel=constant --config-dir"
    assert next_of(screen).startswith(offered)
    words = ["program=my_city", "travel=constant"]
    assert compose(words, city).demand.zones == ["North", "South"]


def test_a_file_that_is_replaced_has_a_copy_beside_it_and_the_screen_says_so(
    log_file, city, capsys
) -> None:
    own = (city / "service" / "my_city.yaml").read_bytes()
    capsys.readouterr()
    fit(log_file, city)
    screen = " ".join(capsys.readouterr().out.split())
    assert (city / "service" / "my_city.yaml.bak").read_bytes() == own
    for group in ("demand", "service"):
        assert f"{group}/my_city.yaml was there and is replaced; a copy of it is {group}" in screen
    tree = json.loads((city / "fit-report.json").read_text())
    assert {"file": "service/my_city.yaml", "copy": "service/my_city.yaml.bak"} in tree["copies"]
    assert [x["file"] for x in tree["left"]] == ["travel/my_city.yaml", "outcomes/my_city.yaml"]


def test_what_a_fit_wrote_is_made_anew_without_a_copy_unless_it_was_edited(
    log_file, tmp_path
) -> None:
    out = tmp_path / "ours"
    fit(log_file, out)
    fit(log_file, out, "--stamps", "team")
    assert not list(out.rglob("*.bak*"))
    demand = out / "demand" / "ours.yaml"
    demand.write_text(demand.read_text() + "# corrected by hand\n")
    fit(log_file, out)
    (copy,) = out.rglob("*.bak*")
    assert copy.name == "ours.yaml.bak"
    assert copy.read_text().endswith("# corrected by hand\n")


def test_after_a_fit_into_a_starter_folder_its_own_commands_run(
    log_file, tmp_path, capsys, monkeypatch
) -> None:
    """Made-up drives and zones of the starter give way, with a copy; what was offered runs."""
    monkeypatch.chdir(tmp_path)
    assert main(["init", "my_city"]) == 0
    fit(log_file, Path("my_city"))
    screen = " ".join(capsys.readouterr().out.split())
    offered = "coresponder compare more today program=my_city --config-dir my_city"
    assert next_of(screen).startswith(f"{offered} Right? ")
    folder = tmp_path / "my_city"
    assert compose(["program=my_city"], folder).travel.model == "constant"
    assert "speed_mph" in (folder / "travel" / "my_city.yaml.bak").read_text()
    assert not (folder / "zones.csv").exists()
    assert (folder / "zones.csv.bak").read_text().startswith("zone,calls")
    assert "zones.csv had made-up zones" in screen
    quick = ["run=smoke", "--draws", "0", "--no-figures", "--check", "none"]
    assert main([*offered.split()[1:], *quick]) == 0
    fit(
        log_file, Path("my_city"), "--stamps", "team"
    )  # what the first fit wrote is no person's own
    assert not (folder / "travel" / "my_city.yaml.bak2").exists()


def test_zones_of_ones_own_stay_and_plans_without_a_program_are_offered(
    log_file, tmp_path, capsys
) -> None:
    out = tmp_path / "ours"
    (out / "staffing").mkdir(parents=True)
    for plan in ("days", "nights"):
        (out / "staffing" / f"{plan}.yaml").write_text("title: x\nlines: []\n")
    (out / "zones.csv").write_text("zone,calls\na,1\n")
    fit(log_file, out)
    screen = next_of(capsys.readouterr().out)
    assert screen.startswith(
        "coresponder compare days nights demand=ours service=ours --config-dir"
    )
    assert (out / "zones.csv").is_file()


def test_a_team_s_stamps_replace_drives_and_keep_a_copy(log_file, city) -> None:
    fit(log_file, city, "--stamps", "team")
    assert (city / "travel" / "my_city.yaml.bak").read_text() == MATRIX
    assert "minutes" in yaml.safe_load((city / "travel" / "my_city.yaml").read_text())


def test_a_log_without_stamps_writes_no_service_and_no_travel(tmp_path, capsys) -> None:
    rows = "\n".join(f"{n},MENTAL,2024-01-{1 + n % 28:02d} {n % 24:02d}:00" for n in range(200))
    (tmp_path / "calls.csv").write_text(f"Incident,Call Type,Received\n{rows}\n")
    fit(tmp_path / "calls.csv", tmp_path / "ours")
    assert next_of(capsys.readouterr().out).startswith("coresponder compare 4 3 demand=ours --")
    assert not (tmp_path / "ours" / "service").exists()
    assert not (tmp_path / "ours" / "travel").exists()
    report = (tmp_path / "ours" / "fit-report.txt").read_text()
    assert "patrol's" not in report
    assert "No duration is fitted" in report


def test_columns_that_were_corrected_are_not_lost_at_the_next_look(
    log_file, tmp_path, capsys
) -> None:
    out = tmp_path / "ours"
    words = ["fit", str(log_file), "--out", str(out)]
    assert main(words) == 0
    own = (out / "mapping.yaml").read_text().replace("zone: Beat\n", "") + "# no beats\n"
    (out / "mapping.yaml").write_text(own)
    assert main([*words, "--columns", str(out / "mapping.yaml")]) == 0
    assert (out / "mapping.yaml").read_text() == own
    capsys.readouterr()
    assert main(words) == 0
    assert "mapping.yaml was there and is replaced" in capsys.readouterr().out
    assert (out / "mapping.yaml.bak").read_text() == own


def test_a_copy_never_takes_the_place_of_another(tmp_path: Path) -> None:
    for text in (b"one", b"two", b"one", b"three"):
        (tmp_path / "a.yaml").write_bytes(text)
        put_beside(tmp_path, {"a.yaml": b"new"}, {})
    copies = {path.name: path.read_bytes() for path in tmp_path.glob("*.bak*")}
    assert copies == {"a.yaml.bak": b"one", "a.yaml.bak2": b"two", "a.yaml.bak3": b"three"}


@pytest.mark.parametrize("into", ["fresh", "my_city"])
def test_a_fit_that_fails_leaves_the_folder_as_it_was(
    log_file, city, capsys, monkeypatch, into
) -> None:
    def fails(*_: object) -> None:
        raise InputError("program/my_city.yaml: expected plans, got none")

    monkeypatch.setattr("sim.fits.plans_of", fails)
    out = city.with_name(into)
    before = {x: x.read_bytes() for x in out.rglob("*") if x.is_file() and ".bak" not in x.name}
    assert main(["fit", str(log_file), "--out", str(out), "--yes"]) == 2
    after = {x: x.read_bytes() for x in out.rglob("*") if x.is_file() and ".bak" not in x.name}
    assert after == before
    assert out.exists() == bool(before)
