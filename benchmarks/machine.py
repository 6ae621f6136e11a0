"""What the figures were taken on: processor and versions, and nothing that names a machine."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("numpy", "numba", "simpy")


def facts() -> dict[str, str]:
    """Facts by name."""
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "load when started": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        "gcc": _gcc(),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def _processor() -> str:
    cpus = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", cpus.read_text()) if cpus.exists() else None
    name = found.group(1) if found else platform.processor()
    return f"{name}, {platform.machine()}"


def _gcc() -> str:
    said = subprocess.run(["gcc", "-dumpfullversion"], check=True, capture_output=True, text=True)
    return said.stdout.strip()


def text(known: dict[str, str]) -> str:
    """Facts in one line."""
    return "; ".join(f"{name} {fact}" for name, fact in known.items())
