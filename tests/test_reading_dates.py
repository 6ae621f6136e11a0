"""Logs whose dates are no days of calls, or days to come: one line, or a warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli import main

DAYS = [f"{month:02d}-{day:02d}" for month in (1, 2, 3) for day in range(1, 29)]


def log_of(path: Path, year: str) -> Path:
    rows = [f"{n},MENTAL,{year}-{day} 07:13:00" for n, day in enumerate(DAYS)]
    path.write_text("\n".join(["Incident,Call Type,Received", *rows]), encoding="utf-8")
    return path


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_dates_that_stand_for_never_are_named_with_their_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], year: str
) -> None:
    log = log_of(tmp_path / "calls.csv", year)
    assert main(["fit", str(log), "--out", str(tmp_path / "ours"), "--yes"]) == 2
    error = capsys.readouterr().err
    assert "calls.csv: column Received: expected dates from 1910 to 2200" in error
    assert f"got none in 84 rows, such as '{year}-01-01 07:13:00'" in error
    assert not (tmp_path / "ours").exists()


def test_days_to_come_are_fitted_with_a_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for year, warned in (("2024", False), ("2190", True)):
        log = log_of(tmp_path / "calls.csv", year)
        words = ["--out", str(tmp_path / "ours"), "--yes", "--every-day"]
        assert main(["fit", str(log), *words]) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert (
            f"Check: calls are dated up to {year}-03-28, which is after today" in said
        ) == warned


def test_a_folder_in_place_of_a_log_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["fit", "."]) == 2
    assert ".: expected a file, got a folder or a pipe" in capsys.readouterr().err
