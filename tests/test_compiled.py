"""Compiled code is kept where it can be, and its absence is one line, never a crash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sim.compiled import TAKES

SCRIPT = """
import numpy as np
from sim.compiled import announce, compiled

@compiled
def double(x: float) -> float:
    return 2 * x

announce()
print(double(21.0))
"""


def run(cache: Path | str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"XDG_CACHE_HOME": str(cache)} | more
    environment.pop("NUMBA_CACHE_DIR", None)
    return subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, env=environment
    )


def test_the_first_compilation_is_said_once(tmp_path: Path) -> None:
    script = tmp_path / "script.py"  # numba keeps only functions that stand in a file
    script.write_text(SCRIPT)
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, str(script)]
    first, second = (
        subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        for _ in range(2)
    )
    assert first.stdout == second.stdout == "42.0\n"
    assert "for the first time" in first.stderr
    assert second.stderr == ""
    assert list((tmp_path / "cache" / "coresponder").rglob("*.nbi"))


def test_a_damaged_cache_is_made_anew_and_said(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, str(script)]
    subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    for file in (tmp_path / "cache").rglob("*.nb*"):
        file.write_bytes(file.read_bytes()[:40])
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert found.stdout == "42.0\n"
    assert "is damaged" in found.stderr


def test_a_cache_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    a_file = tmp_path / "file"
    a_file.touch()
    found = run(a_file)
    assert found.returncode == 0
    assert found.stdout == "42.0\n"
    assert found.stderr.count("\n") == 1
    assert "no folder for compiled code" in found.stderr


def test_figures_say_nothing_of_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sim.report.drawing"]
    environment = os.environ | {"XDG_CACHE_HOME": "/dev/null", "TMPDIR": str(tmp_path)}
    environment.pop("MPLCONFIGDIR", None)
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert found.stderr == ""


def test_no_home_is_one_line(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("HOME", "XDG_CACHE_HOME")}
    environment["HOME"] = "/dev/null"
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True, text=True, check=False, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert found.returncode == 0
    assert found.stderr.count("\n") == 1


def test_a_setting_of_numba_that_is_no_number_is_one_line_at_most(tmp_path: Path) -> None:
    script = tmp_path / "script.py"  # numba keeps only functions that stand in a file
    script.write_text(SCRIPT)
    words = {"NUMBA_DISABLE_JIT": "yes", "NUMBA_NUM_THREADS": "many"}
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")} | words
    command = [sys.executable, str(script)]
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert found.stdout == "42.0\n"
    assert found.stderr.splitlines() == [
        "note: NUMBA_DISABLE_JIT: expected 0 or 1, got 'yes'; compiling as without it",
        f"note: compiling the model for the first time ({TAKES})",
    ]


def test_without_compilation_nothing_is_said_or_kept(tmp_path: Path) -> None:
    found = run(tmp_path / "cache", NUMBA_DISABLE_JIT="1")
    assert (found.returncode, found.stdout, found.stderr) == (0, "42.0\n", "")
    assert not (tmp_path / "cache").exists()
