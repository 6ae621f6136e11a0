"""Uploads on the page, by their routes: columns confirmed, a city fitted, bad files."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

pytest.importorskip("starlette")
from starlette.testclient import TestClient

from sim.app import uploads
from sim.app.uploads import file_name
from tests.test_app import asked, client, token_of, until_over

__all__ = ["client"]  # a fixture

TRAPS = Path(__file__).parent / "data" / "cad_traps"
HEAD = "Incident,Call Type,District,Received,Dispatched,On Scene,Cleared\n"


@cache
def some_calls() -> bytes:
    """Twelve weeks with two calls a day."""
    lines = [HEAD]
    for call in range(168):
        begun = datetime(2024, 1, 1, 9, 7) + timedelta(hours=12 * call, minutes=7 * (call % 9))
        minutes = (0, 4 + call % 5, 18 + call % 11, 60 + call % 37)
        stamps = [f"{begun + timedelta(minutes=x):%Y-%m-%d %H:%M}" for x in minutes]
        zone = "North" if call % 2 else "South"
        lines.append(",".join([str(call), "MENTAL HEALTH CRISIS", zone, *stamps]) + "\n")
    return "".join(lines).encode()


def put(client: TestClient, name: str, content: bytes) -> str:
    """Address of the page of an uploaded file."""
    files = {"log": (name, content)}
    data = {"token": token_of(client)}
    response = client.post("/upload", data=data, files=files, follow_redirects=False)
    assert response.status_code == 303, response.text
    return response.headers["location"]


def picked(page: str) -> dict[str, str]:
    """Columns that a page proposes: what the browser would send."""
    selects = re.findall(r'name="(role-\w+)">(.*?)</select>', page, re.DOTALL)
    chosen = {name: re.search(r'value="(\d+)" selected', body) for name, body in selects}
    return {name: found[1] for name, found in chosen.items() if found is not None}


def say(client: TestClient, address: str, action: str, **fields: str) -> str:
    page = until_over(client, address)
    data = {"token": token_of(client), "action": action, **picked(page), **fields}
    assert client.post(address, data=data).status_code == 200
    return until_over(client, address)


def error_of(page: str) -> str:
    found = re.search(r'id="error">(.*?)</p>', page, re.DOTALL)
    return "" if found is None else found[1].replace("&#39;", "'")


def test_an_upload_becomes_a_city_that_is_compared(client: TestClient) -> None:
    address = put(client, "River City.csv", some_calls())
    page = until_over(client, address)
    assert "168 are of mental health" in page
    assert "Which column is what" in page
    page = say(client, address, "fit", stamps="team", teams="3")
    assert error_of(page) == ""
    assert "River City, own calls" in page
    for source in re.findall(r'<img src="([^"]+)"', page):
        assert client.get(source).headers["content-type"].startswith("image/svg+xml")
    name = "log_river_city"
    assert f'value="{name}" selected' in client.get("/").text
    assert f'value="{name}" selected' in client.get(f"/?program={name}").text
    answer = until_over(client, asked(client, program=name, plan1="2", plan2="1"))
    assert "Complete" in answer
    assert "River City, own calls" in answer
    assert f"demand={name}" in answer
    roster = {"program": name, "teams1": "2", "start1": "10:00", "hours1": "12"}
    week = client.post("/roster", data={"token": token_of(client), **roster})
    assert "team-hours a day" in week.text


def test_the_fitted_folder_is_taken_away_with_its_report(client: TestClient) -> None:
    address = put(client, "calls.csv", some_calls())
    assert client.get(f"{address}/city.zip").status_code == 404
    say(client, address, "fit", city="Lakeford")
    with zipfile.ZipFile(io.BytesIO(client.get(f"{address}/city.zip").content)) as file:
        names = file.namelist()
    for name in ("demand/log_lakeford.yaml", "fit-report.html", "mapping.yaml", "fit.yaml"):
        assert f"log_lakeford/{name}" in names


def test_columns_that_are_not_found_are_chosen_by_the_person(client: TestClient) -> None:
    unknown = some_calls().replace(b"Received", b"A").replace(b"Call Type", b"B")
    address = put(client, "calls.csv", unknown)
    page = until_over(client, address)
    assert "choose the column that says when a call was received" in error_of(page)
    page = say(client, address, "read", **{"role-received": "3", "role-type": "1"})
    assert error_of(page) == ""
    assert "168 are of mental health" in page


def test_words_of_its_own_mark_the_calls(client: TestClient) -> None:
    address = put(client, "calls.csv", some_calls().replace(b"MENTAL HEALTH CRISIS", b"Code 78"))
    assert "name yours below" in error_of(until_over(client, address))
    page = say(client, address, "read", words="code 78, other")
    assert "168 are of mental health" in page


def test_what_is_doubtful_is_decided_on_the_page(client: TestClient) -> None:
    content = (TRAPS / "11_ambiguous_dates.csv").read_bytes()
    address = put(client, "dates.csv", content)
    assert "say which below" in error_of(until_over(client, address))
    assert error_of(say(client, address, "read", date_format="dmy")) == ""


@pytest.mark.parametrize("path", sorted(TRAPS.glob("*.[ct]*")), ids=lambda path: path.name[:2])
def test_no_message_speaks_of_options(client: TestClient, path: Path) -> None:
    page = until_over(client, put(client, path.name, path.read_bytes()))
    assert "--" not in error_of(page)
    assert "cannot be read (" not in page


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("calls.csv", b"nothing but words", "expected rows"),
        ("calls.csv", bytes(range(256)) * 9, "expected"),
        ("calls.xlsx", b"PK no workbook", "expected a workbook"),
        ("calls.parquet", b"PAR1 no table", "expected a Parquet file"),
        ("calls.csv.gz", b"\x1f\x8b\x08 cut", "expected a whole gzip file"),
        ("calls.csv.gz", gzip.compress(b"0" * 2**21), "MB once unpacked"),
        ("calls.csv", HEAD.encode() + b"1,,,,,,\n" * 9, "expected"),
    ],
)
def test_a_bad_file_is_a_message(client, monkeypatch, name, content, said) -> None:
    monkeypatch.setattr(uploads, "MOST_EXPANDED", 2**20)
    page = until_over(client, put(client, name, content))
    assert said in error_of(page)
    assert client.get("/upload").status_code == 200


def test_too_many_rows_are_refused(client: TestClient, monkeypatch) -> None:
    monkeypatch.setattr(uploads, "MOST_ROWS", 100)
    page = until_over(client, put(client, "calls.csv", some_calls()))
    assert "expected at most 100 rows, got 168" in error_of(page)


def test_nothing_chosen_is_said_and_another_form_is_refused(client: TestClient) -> None:
    token = token_of(client)
    assert client.post("/upload", data={"token": token}).status_code == 422
    files = {"log": ("calls.csv", some_calls())}
    assert client.post("/upload", data={"token": "x"}, files=files).status_code == 403


def test_uploads_are_of_their_session_and_gone_with_it(client: TestClient) -> None:
    address = put(client, "calls.csv", some_calls())
    until_over(client, address)
    client.cookies.clear()
    assert client.get(address).status_code == 404
    upload = uploads.Upload("calls.csv", Path("/nowhere/at/all"))
    upload.forget()
    assert upload.is_gone


def test_a_fault_in_reading_is_a_message(client: TestClient, monkeypatch) -> None:
    def crash(_: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setitem(uploads.STEPS, "look", crash)
    page = until_over(client, put(client, "calls.csv", some_calls()))
    assert "it cannot be read (RuntimeError)" in error_of(page)


FIELDS = ("role-received", "role-type", "city", "date_format", "time_zone", "stamps", "teams")


@given(
    name=st.text(max_size=12),
    ending=st.sampled_from(["", ".csv", ".csv.gz", ".xlsx", ".parquet", ".tsv"]),
    content=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: HEAD.encode() + text.encode()),
    ),
    said=st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=8)),
)
@example(name="", ending="", content=b"\x0b\x01", said={})  # a tab that ends no line
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
def test_no_file_and_no_choice_ends_in_a_fault(
    tmp_path_factory, name, ending, content, said
) -> None:
    upload = uploads.Upload(name + ending, tmp_path_factory.mktemp("session") / "upload")
    upload.put(content)
    for step in ("look", "read", "fit"):
        upload.doing = step
        uploads.make(upload)
        assert upload.is_over
        assert "cannot be read (" not in upload.error
        upload.say(said)
    upload.forget()
    assert not upload.folder.exists()


@given(st.text(max_size=80))
def test_a_name_of_a_file_has_no_folder(name: str) -> None:
    safe = file_name(name)
    assert safe == Path(safe).name
    assert 0 < len(safe) <= uploads.LONGEST_NAME
    assert not safe.startswith(".")


@pytest.mark.parametrize("name", ["out", "mapping.yaml", "rules.yaml"])
def test_a_log_is_read_again_whatever_its_name(client: TestClient, name: str) -> None:
    address = put(client, name, some_calls())
    page = say(client, address, "read", words="mental")
    assert error_of(page) == ""
    assert error_of(say(client, address, "fit", stamps="team", teams="3", words="mental")) == ""


def test_a_quotation_mark_that_is_never_closed_is_said(client: TestClient) -> None:
    head, _, rows = some_calls().partition(b"\n")
    page = until_over(client, put(client, "calls.csv", head + b'\n1,"' + rows))
    assert "a quotation mark that is never closed" in error_of(page)
    assert "new_columns" not in page
