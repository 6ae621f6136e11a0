"""A real browser for the tests that need one; without one they are skipped, unless required."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("CORESPONDER_BROWSER") == "required"
if BROWSER is None and not REQUIRED:
    pytest.skip("no chromium on this machine", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api")
axe_sync = pytest.importorskip("axe_playwright_python.sync_playwright")


@contextmanager
def launched() -> Iterator:
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


def violations(page) -> list[str]:
    """What axe finds on a page, a line each."""
    found = axe_sync.Axe().run(page).response["violations"]
    return [f"{x['id']}: {x['nodes'][0]['html'][:200]}" for x in found]
