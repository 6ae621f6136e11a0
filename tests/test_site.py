"""The site builds, with the notebooks run, without a warning and without another host."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tables_of_docs import ROOT


@pytest.mark.stress
def test_the_site_runs_the_notebooks_and_builds_without_a_warning_or_another_host(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", ROOT / "docs", tmp_path]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    pages = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")]
    loaded = re.compile(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"(?:https?:)?//[^\"]*")
    assert [found for page in pages for found in loaded.findall(page)] == []
    reference = (tmp_path / "reference" / "commands.html").read_text(encoding="utf-8")
    assert all(f'id="{verb}"' in reference for verb in ("compare", "fit", "validate", "init"))
    for script in (ROOT / "notebooks").glob("*.py"):
        shown = (tmp_path / "notebooks" / f"{script.stem}.html").read_text(encoding="utf-8")
        assert re.search('<img alt="[^"]{20,}" src="data:image/png', shown), script.stem
        assert "stderr" not in shown, script.stem  # where a warning would stand
