"""What stands in a log or in a cache steers nothing: no terminal, and no process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim import cli
from tests.test_app_uploads import some_calls

WORDS = ("run", "2", "run=smoke", "--draws", "0", "--replications", "2", "--no-figures")


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "import sys; from sim.cli import main; sys.exit(main())"]
    return subprocess.run(
        [*command, *words, "--results", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def test_a_log_with_escapes_and_colons_is_fitted_and_steers_nothing(tmp_path: Path) -> None:
    text = some_calls().decode().replace("North", "a:b")
    text = text.replace("MENTAL HEALTH CRISIS", "\x1b[31mMENTAL HEALTH CRISIS")
    (tmp_path / "calls.csv").write_text(text)
    words = ["fit", str(tmp_path / "calls.csv"), "--yes", "--out", str(tmp_path / "city")]
    assert cli.main(words) == 0
    for file in (tmp_path / "city").rglob("*.*"):
        if file.suffix in (".txt", ".html", ".md"):
            assert "\x1b" not in file.read_text("utf-8"), file.name
    assert "a:b" in (tmp_path / "city" / "fit-report.txt").read_text("utf-8")


def test_a_line_of_what_is_wrong_has_an_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "x" * 100_000]) == 2
    assert len(capsys.readouterr().err) < 3_000


@pytest.mark.stress
def test_a_damaged_template_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = dict(os.environ) | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    monkeypatch.chdir(tmp_path)
    first = run(tmp_path / "a", *WORDS, **environment)
    assert first.returncode == 0, first.stderr
    kept = [x for x in (tmp_path / "cache").rglob("*") if "templates-" in str(x) and x.is_file()]
    assert kept
    for file in kept:
        content = bytearray(file.read_bytes())
        content[60:100] = b"\xff" * 40
        file.write_bytes(content)
    again = run(tmp_path / "b", *WORDS, **environment)
    assert again.returncode == 0, again.stderr
    assert again.stdout.partition("\n")[2] == first.stdout.partition("\n")[2]
