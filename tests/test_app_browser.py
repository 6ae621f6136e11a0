"""The page in a real browser: the planner's path, without a script, in both colors, by axe."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import sim
from tests.browser import launched, violations
from tests.test_app import SMALL, STAGES
from tests.test_app_uploads import some_calls

PATIENCE_MS = 120_000  # of a busy machine; nothing is timed here

PHONE = {"width": 375, "height": 800}

uvicorn = pytest.importorskip("uvicorn")

from sim.app import calibrating, runs  # noqa: E402 - after it is known that it can be served
from sim.app.server import create_app  # noqa: E402
from sim.scenarios.calibration import posterior  # noqa: E402


class Answered(NamedTuple):
    """Address of an answer, and the state of the browser that may see it."""

    url: str
    state: dict[str, Any]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, socket.socket() as listener:
        patch.setattr(runs, "STAGES", STAGES)
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(), log_level="error"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def browser():
    with launched() as browser:
        yield browser


def opened(browser, **how):
    """A page of a new context, which waits as long as a busy machine needs."""
    context = browser.new_context(**how)
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


@pytest.fixture
def page(browser, address):
    page = opened(browser, accept_downloads=True)
    page.faults = []
    page.asked = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda line: line.type == "error" and page.faults.append(line.text))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(address)
    yield page
    assert page.faults == []
    assert all(url.startswith((address, "data:", "blob:")) for url in page.asked)
    page.context.close()


def compare(page, *plans: str) -> None:
    page.select_option("#program", "generic")
    for number, plan in enumerate(plans, 1):
        page.fill(f"#plan{number}", plan)
    page.click("#ask button >> nth=0")


def whole(page) -> None:
    page.wait_for_selector("#status:has-text('Complete')", timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def answered(browser, address) -> Answered:
    """A whole answer, for tests that only look at it, and the cookies of who asked."""
    page = opened(browser)
    page.goto(address)
    compare(page, "2", "1")
    page.wait_for_selector("#answer .answer")
    whole(page)
    made = Answered(page.url, page.context.storage_state())
    page.context.close()
    return made


def test_the_planners_path_from_first_page_to_a_file(page, tmp_path) -> None:
    compare(page, "2", "1")
    page.wait_for_selector("#answer .answer")
    assert "requested calls" in page.inner_text("#answer .answer")
    whole(page)
    assert page.query_selector("#cancel") is None
    slider = page.locator("[data-slider] input")
    slider.scroll_into_view_if_needed()
    before = page.inner_text("[data-slider] output")
    slider.press("ArrowRight")
    assert page.inner_text("[data-slider] output") != before
    with page.expect_download() as download:
        page.click("text=Results folder")
    download.value.save_as(tmp_path / "results.zip")
    assert (tmp_path / "results.zip").stat().st_size > 50_000
    page.click("text=Link to these inputs")
    assert page.input_value("#plan1") == "2"


def test_it_sharpens_in_place_and_nothing_that_was_opened_closes(page) -> None:
    compare(page, "2", "1")
    page.wait_for_selector("#answer .answer")
    summary = page.locator("#answer summary").first
    summary.click()
    whole(page)
    assert page.locator("#answer details[open]").count() >= 1


def test_back_reload_and_cancel(page, address) -> None:
    compare(page, "3", "2")
    page.wait_for_selector("#state")
    page.go_back()
    assert page.input_value("#plan1") == "3"  # as it was filled in
    page.go_forward()
    page.wait_for_selector("#state")
    page.goto(address)
    compare(page, "5", "4")
    page.click("#cancel button")
    page.wait_for_selector("#status:has-text('Canceled')")
    page.goto(address)
    compare(page, "3", "1")
    page.reload()
    whole(page)


def test_bad_input_is_said_and_kept_in_the_form(page) -> None:
    compare(page, "many", "1")
    assert "Not yet" in page.inner_text("#error")
    assert page.input_value("#plan1") == "many"
    page.faults.clear()  # the browser notes the status 422


def test_the_week_of_a_roster_follows_what_is_typed(page) -> None:
    page.click("#roster-editor > summary")
    page.fill("[name=teams1]", "3")
    page.wait_for_selector("#roster-week svg")
    assert "24 team-hours a day" in page.inner_text("#roster-week")
    page.fill("[name=teams2]", "2")
    page.select_option("[name=roster2]", "B")
    page.wait_for_selector("#roster-week >> text=Roster B: 2 from 15:00 for 8 h")
    assert "16 team-hours a day" in page.inner_text("#roster-week")


def test_two_people_do_not_mix(browser, address) -> None:
    pages = []
    for plan in ("3", "4"):
        page = opened(browser)
        page.goto(address)
        compare(page, plan, "1")
        pages.append(page)
    for plan, page in zip(("3", "4"), pages, strict=True):
        whole(page)
        assert page.inner_text("h1") == f"{plan} or 1?"
        page.context.close()


def test_without_a_script_all_of_it_works(browser, address) -> None:
    page = opened(browser, java_script_enabled=False)
    page.goto(address)
    compare(page, "2", "1")
    for _ in range(PATIENCE_MS // 500):
        if "Complete" in page.inner_text("#status"):
            break
        page.wait_for_timeout(500)
        page.reload()
    assert "requested calls" in page.inner_text("#answer .answer")
    assert page.locator("#answer img").count() >= 5
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_and_state(browser, address, answered, scheme) -> None:
    page = opened(browser, color_scheme=scheme, storage_state=answered.state)
    page.goto(address)
    assert violations(page) == []
    for summary in page.locator("summary").all():
        summary.click()
    assert violations(page) == []
    compare(page, "x")
    assert violations(page) == []
    page.goto(answered.url)
    for summary in page.locator("#answer summary").all():
        if summary.evaluate("x => !x.parentElement.open"):
            summary.click()
    assert violations(page) == []
    page.goto(f"{address}/glossary")
    assert violations(page) == []
    page.goto(f"{address}/answer/nowhere")
    assert violations(page) == []
    page.context.close()


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_no_width_makes_the_page_scroll_sideways(browser, address, answered, width) -> None:
    size = {"width": width, "height": 800}
    page = opened(browser, viewport=size, storage_state=answered.state)
    for url in (address, answered.url):
        page.goto(url)
        for summary in page.locator("summary").all():
            summary.evaluate("x => { x.parentElement.open = true; }")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, url
    page.context.close()


def test_it_is_used_by_keyboard_alone(page) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "plan1":
            break
    page.keyboard.press("Control+A")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer .answer")
    assert re.match(r"2 or 12\?", page.inner_text("h1"))


def test_printed_it_is_a_short_handout(page, answered, tmp_path: Path) -> None:
    page.context.add_cookies(answered.state["cookies"])
    page.goto(answered.url)
    file = tmp_path / "page.pdf"
    page.pdf(path=file)
    pages = len(re.findall(rb"/Type\s*/Page\b", file.read_bytes()))
    assert 1 <= pages <= 2


def upload(page, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    page.set_input_files("#log", file)
    page.click("text=Read the file")


def test_a_log_is_uploaded_fitted_and_compared(page) -> None:
    page.click("text=Your calls")
    upload(page, "River City.csv", some_calls())
    page.wait_for_selector("#columns")
    assert "168 are of mental health" in page.inner_text("#quality ~ p")
    assert page.locator("#role-received option:checked").inner_text() == "Received"
    assert violations(page) == []
    page.click("text=Fit this city")
    page.wait_for_selector("#fitted")
    assert violations(page) == []
    page.click("text=Compare plans in this city")
    assert "River City" in page.locator("#program option:checked").inner_text()
    page.fill("#plan1", "2")
    page.fill("#plan2", "1")
    page.click("#ask button >> nth=0")
    page.wait_for_selector("#answer .answer")
    assert "River City, own calls" in page.inner_text("#answer h2 >> nth=0")


@pytest.fixture
def _few_draws(monkeypatch):
    monkeypatch.setattr(calibrating, "DRAWS", 50)
    monkeypatch.setattr(calibrating, "ONE_CORE", "run.window_days=7")
    monkeypatch.setattr(posterior, "CHECKED", 10)


@pytest.mark.usefixtures("_few_draws")
@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.stress)])
def test_a_fitted_city_is_calibrated(browser, address, script) -> None:
    page = browser.new_context(java_script_enabled=script, viewport=PHONE).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/upload")
    upload(page, "River City.csv", some_calls())
    page.wait_for_selector("#columns")
    page.select_option("#stamps", "team")
    page.click("text=Fit this city")
    page.click("text=Calibrate it")
    page.fill("#period", "2024")
    page.fill("#plan1", "some")
    page.fill("[name=value-reach_share]", "90")
    page.fill("[name=n-reach_share]", "600")
    page.click("text=Calibrate >> nth=-1")
    assert "a number of posts" in page.inner_text("#error")
    assert not script or violations(page) == []
    page.fill("#plan1", "1")
    page.click("text=Calibrate >> nth=-1")
    page.wait_for_selector("#answer .answer")
    assert "independent ones" in page.inner_text("#answer")
    if script:
        for summary in page.locator("#answer summary").all():
            summary.click()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.click("text=Compare plans in the calibrated city")
    assert "calibrated on 2024" in page.locator("#program option:checked").inner_text()
    page.context.close()


def test_a_bad_upload_is_a_message_by_keyboard_too(page) -> None:
    page.click("text=Your calls")
    upload(page, "calls.csv", some_calls().replace(b"Call Type", b"What"))
    page.wait_for_selector("#error")
    assert "choose the column that says when a call was received" in page.inner_text("#error")
    assert violations(page) == []
    page.focus("#role-type")
    page.keyboard.type("What")
    page.keyboard.press("Tab")
    page.focus("text=Read again")
    page.keyboard.press("Enter")
    page.wait_for_selector("#quality")
    assert page.query_selector("#error") is None
    page.click("text=Your calls")
    page.evaluate("document.getElementById('upload').dataset.mostBytes = 100")
    upload(page, "large.csv", some_calls())
    assert "Expected at most 25 MB, got" in page.inner_text("#too-large")


def test_a_day_is_replayed_paused_and_stepped(page) -> None:
    compare(page, "2", "1")
    page.wait_for_selector("#answer .answer")
    page.click("text=One day replayed")
    page.wait_for_selector("[data-player]:not([hidden])")
    assert page.inner_text("[data-time]") == "12:00"
    page.click("text=15 min on")
    assert page.inner_text("[data-time]") == "12:15"
    shown = [int(x) for x in page.locator("[data-count]").all_inner_texts()]
    assert sum(shown) == 2
    page.click("[data-play]")
    page.wait_for_selector("[data-time]:not(:text('12:15'))")
    page.click("[data-play]")
    assert page.inner_text("[data-play]") == "Play"
    page.press("#clock", "Home")
    assert page.inner_text("[data-time]") == "00:00"
    for summary in page.locator("summary").all():
        summary.click()
    assert violations(page) == []


@pytest.mark.stress
def test_uploads_and_days_work_without_a_script(browser, address) -> None:
    page = opened(browser, java_script_enabled=False, viewport=PHONE)
    page.goto(f"{address}/upload")
    upload(page, "calls.csv", some_calls())
    page.wait_for_selector("#columns")  # the page reloads itself until then
    page.click("text=Fit this city")
    page.wait_for_selector("#fitted")
    page.goto(address)
    compare(page, "2", "1")
    page.wait_for_selector("#answer .answer")
    page.click("text=One day replayed")
    page.select_option("#at", "15")
    page.click("text=Show")
    assert page.inner_text("[data-time]") == "15:00"
    page.context.close()


@pytest.fixture(scope="module")
def mailed(tmp_path_factory) -> Path:
    answer = sim.curve("1..4", overrides=[*SMALL, "run.draws=0"], check="none", html=True)
    return sim.save(answer, tmp_path_factory.mktemp("mailed")) / "page.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_file_to_mail_opens_from_disk(browser, mailed, scheme) -> None:
    context = browser.new_context(color_scheme=scheme, viewport=PHONE, offline=True)
    page, asked, faults = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: faults.append(line.text))
    page.goto(mailed.as_uri())
    page.press("[data-slider] input", "ArrowRight")
    assert page.inner_text("[data-slider] output").startswith("2 posts\nreached, %: ")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert all(url.startswith(("file:", "data:")) for url in asked)
    assert faults == []
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf())) <= 3
    context.close()
