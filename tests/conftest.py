"""Golden files, which `make golden` moves, and the tests that `make quick` leaves out."""

from __future__ import annotations

import gc
import os

# Before NumPy is loaded, which counts its threads then: a worker has a core, and two only wait.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable
from pathlib import Path

import pytest

# Whole comparisons, theory by many replications, compositions by the hundred: 4 of 5 minutes.
SLOW = {
    "answers",
    "app",
    "app_browser",
    "app_listening",
    "averted",
    "backtest",
    "bad_names",
    "benchmarks",
    "bounds",
    "break_even",
    "calibrate",
    "chairs",
    "cli",
    "compose",
    "configs",
    "curve",
    "docs",
    "document",
    "document_browser",
    "docs_commands",
    "draws",
    "economics",
    "endings",
    "examples",
    "expectation",
    "faults",
    "figures",
    "fitting_laws",
    "fitting_rates",
    "fitting_round_trip",
    "fuzz",
    "grant",
    "ledger",
    "ledger_on_request",
    "measures_workers",
    "metamorphic",
    "multirun",
    "precision",
    "programs",
    "rails",
    "rails_of_experiments",
    "reading",
    "recommend",
    "replications",
    "report",
    "screen",
    "sensitivity",
    "sweep",
    "sweep_journal",
    "sweep_kills",
    "sweep_storm",
    "theory",
    "tornado",
    "twin",
    "uncertainty",
    "verify",
    "without_days",
}

# A worker holds all modules and tests: to look through them for garbage takes a tenth of the time.
gc.set_threshold(50_000, 20, 100)

os.environ["CORESPONDER_NO_STORE"] = "1"  # tests are of what is simulated, not of what was kept
os.environ["COLUMNS"] = "100"  # whatever the terminal, and xdist, have: pages are as wide as files


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow files, by one list, so that the list is seen."""
    for item in items:
        if item.path.stem.removeprefix("test_") in SLOW:
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """Take what was imported and collected out of the search for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def original_datadir() -> Path:
    """Return the one folder of golden files; the plugin would have a folder a test file."""
    return Path(__file__).parent / "golden"


@pytest.fixture
def golden(file_regression) -> Callable[[str, str], None]:
    """Return a function that holds a text against a golden file, named with its ending."""

    def check(text: str, name: str) -> None:
        stem, dot, ending = name.rpartition(".")
        file_regression.check(text, basename=stem, extension=dot + ending, encoding="utf-8")

    return check
