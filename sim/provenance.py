"""Provenance of a run: versions, checksums, the command to run it again. No time, no paths."""

from __future__ import annotations

import hashlib
import json
import platform
import shlex
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.schema import SCHEMA_VERSION

PACKAGE = "coresponder-sim"
COMMAND = "coresponder"
LIBRARIES = ("hydra-core", "matplotlib", "numba", "numpy", "polars", "pydantic", "scipy", "simpy")
HASH_LENGTH = 8  # of the hex digits that name a results folder


def checksum(data: Any) -> str:  # noqa: ANN401 - anything JSON can hold
    """SHA-256, in hex, of the data as canonical JSON (sorted keys, no spaces)."""
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def config_hash(config: dict[str, Any], plans: Sequence[dict[str, Any]]) -> str:
    """First eight hex digits of the checksum of a validated config and the plans run with it."""
    return checksum({"config": config, "plans": list(plans)})[:HASH_LENGTH]


def input_checksums(
    config: dict[str, Any], plans: Sequence[dict[str, Any]]
) -> dict[str, dict[str, str]]:
    """Checksums of every config group (including demand) and every staffing plan."""
    return {
        "configs": {group: checksum(tree) for group, tree in config.items()},
        "plans": {plan["name"]: checksum(plan) for plan in plans},
    }


@cache
def versions() -> dict[str, str]:
    """Versions of Python, this package, the table schema and the libraries that affect results."""
    own = {
        "python": platform.python_version(),
        "coresponder": version(PACKAGE),
        "schema": str(SCHEMA_VERSION),
    }
    return own | {name: version(name) for name in LIBRARIES}


@cache
def code_checksum() -> str:
    """SHA-256, in hex, of every line of this package's code, in the order of its files."""
    package = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        digest.update(f"{file.relative_to(package)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def platform_facts() -> dict[str, str]:
    """System, machine and Python implementation; neither a host's nor a user's name."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "implementation": platform.python_implementation(),
    }


def commit() -> str | None:
    """Git commit of the checkout that this package runs from, "-dirty" if changed; None outside."""
    root = Path(__file__).resolve().parent.parent
    if not (root / ".git").exists():  # a repository further up is not ours
        return None
    head = _git(root, "rev-parse", "HEAD")
    if not head:
        return None
    changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    return f"{head}-dirty" if changed else head


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return result.stdout.strip()


def rerun_command(
    verb: str, plans: Sequence[str], overrides: Sequence[str], options: Sequence[str] = ()
) -> str:
    """Shell command that runs the same again: verb, plans, overrides and options, in this order."""
    return shlex.join([COMMAND, verb, *plans, *overrides, *options])
