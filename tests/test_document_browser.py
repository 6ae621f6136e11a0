"""The document in a real browser: by axe, at every width, and without a request."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.report.document.pack import written
from tests.browser import launched, violations

SMALL = ["run.window_days=14", "run.replications=3"]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory) -> Path:
    answer = sim.grant(2, 1, overrides=[*SMALL, "run.draws=2"])
    folder = sim.save(answer, tmp_path_factory.mktemp("results"))
    return written(folder, ["html"]).files["html"]


@pytest.fixture(scope="module")
def page(page_file):
    with launched() as browser:
        page = browser.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(page_file.as_uri())
        yield page


def test_axe_finds_nothing_and_nothing_is_asked_of_others(page) -> None:
    assert violations(page) == []
    assert all(url.startswith(("file:", "data:")) for url in page.asked)


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_width_makes_the_page_scroll_sideways(page, width) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_figure_leads_to_its_key(page) -> None:
    link = page.locator("main a").first
    key = link.get_attribute("title")
    link.click()
    row = page.locator("tr:target th")
    assert row.inner_text() == key
