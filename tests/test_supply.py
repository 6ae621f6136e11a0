"""Every package is pinned with its hashes, and is in the bill of materials."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests import supply

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
PIN = re.compile(r"^([a-z0-9][\w.-]*)==(\S+)", re.MULTILINE)


def test_every_line_of_the_lock_has_hashes() -> None:
    text = LOCK.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    pinned = [block for block in blocks if PIN.match(block)]
    assert len(pinned) == len(PIN.findall(text)) > 100
    assert all("--hash=sha256:" in block for block in pinned)
    assert "://" not in text


@pytest.mark.stress
def test_the_bill_has_every_package_and_no_registry(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(supply, "BUILD", tmp_path)
    monkeypatch.chdir(LOCK.parent)
    assert supply.sbom() == 0
    text = (tmp_path / "sbom.json").read_text(encoding="utf-8")
    named = {(x["name"], x["version"]) for x in json.loads(text)["components"]}
    assert named == {*PIN.findall(LOCK.read_text(encoding="utf-8"))}
    assert "pypi.org" not in text
    assert f"{len(named)} components" in capsys.readouterr().out


def test_security_names_tests_that_exist() -> None:
    text = (LOCK.parent / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", text)
    assert len(named) > 20
    for file, test in named:
        assert f"def {test}(" in (LOCK.parent / "tests" / file).read_text(encoding="utf-8"), test


BAD = {"name": "a", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], 0, "1 pinned packages, 0 findings"),
        ([BAD], 1, "a 1: X-1, mended in 2"),
        ([BAD, {"name": "b", "skip_reason": "x"}], 1, "b: it was not found there"),
        ([{"name": "b", "skip_reason": "x"}], 2, "cannot be reached"),
        (None, 2, "cannot be reached"),
    ],
)
def test_an_audit_says_what_was_found_or_that_nothing_was_looked_up(
    packages, code, said, tmp_path, monkeypatch, capsys
) -> None:
    def run(command, **_):
        if packages is not None:
            command[command.index("-o") + 1].write_text(json.dumps({"dependencies": packages}))
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(supply, "BUILD", tmp_path)
    monkeypatch.setattr(subprocess, "run", run)
    assert supply.audit() == code
    assert said in "".join(capsys.readouterr())
