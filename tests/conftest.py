"""Golden files: what people read, as somebody last approved it; `make golden` moves them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


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
