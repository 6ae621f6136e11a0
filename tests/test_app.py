"""The page, by its routes: what is asked, what comes back, and what is turned away."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("starlette")
from starlette.testclient import TestClient

import sim
from sim.app import runs
from sim.app.inputs import from_fields, from_yaml
from sim.app.runs import Stage
from sim.app.server import create_app
from sim.config import InputError

SMALL = ("run=smoke", "run.replications=2")
STAGES = (
    Stage("first", (*SMALL, "run.draws=0"), "none"),
    Stage("years", (*SMALL, "run.draws=0"), "none"),
    Stage("curve", (*SMALL, "run.draws=0"), "none"),
    Stage("whole", (*SMALL, "run.draws=2"), "none"),
)
ASKED = {"program": "generic", "plan1": "2", "plan2": "1"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "STAGES", STAGES)
        with TestClient(create_app(), base_url="http://localhost") as client:
            yield client


def token_of(client: TestClient) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get("/").text)
    assert found is not None
    return found[1]


def asked(client: TestClient, **fields: str) -> str:
    """Address of the answer to some fields."""
    form = {"token": token_of(client), **(fields or ASKED)}
    response = client.post("/compare", data=form, follow_redirects=False)
    assert response.status_code == 303, response.text
    return response.headers["location"]


def until_over(client: TestClient, address: str) -> str:
    for _ in range(400):
        page = client.get(address).text
        if 'data-over="yes"' in page:
            return page
        time.sleep(0.05)
    raise AssertionError("the run is not over")


def test_17_or_12_is_answered_with_the_numbers_of_the_command_line(client: TestClient) -> None:
    address = asked(client)
    page = until_over(client, address)
    assert "Complete" in page
    with zipfile.ZipFile(BytesIO(client.get(f"{address}/results.zip").content)) as file:
        (summary,) = [name for name in file.namelist() if name.endswith("summary.json")]
        tree = json.loads(file.read(summary))
        scenario = file.read("scenario.yaml").decode()
    with zipfile.ZipFile(BytesIO(client.get(f"{address}/report.zip").content)) as file:
        names = {name.rpartition(".")[2] for name in file.namelist()}
    assert {"docx", "html", "pdf"} <= names
    same = sim.compare(2, 1, program="generic", overrides=[*SMALL, "run.draws=2"], check="none")
    for of_page, plan in zip(tree["plans"], same.main.plans, strict=True):
        for name, interval in plan.measures.items():
            assert of_page["measures"][name]["mean"] == interval.mean, name
    assert from_yaml(scenario) == from_fields(ASKED)


def test_the_stream_tells_of_every_stage_and_ends(client: TestClient) -> None:
    text = client.get(f"{asked(client)}/events").text
    assert text.count("event: answer") >= 1
    told = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
    assert told[-1]["over"]
    assert [x["percent"] for x in told] == sorted(x["percent"] for x in told)


def test_figures_are_pictures_with_words_and_the_curve_is_there(client: TestClient) -> None:
    address = asked(client)
    page = until_over(client, address)
    images = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', page)
    assert len(images) >= 5
    assert any("curve_reach" in source for source, _ in images)
    for source, words in images:
        response = client.get(source)
        assert response.headers["content-type"].startswith("image/svg+xml")
        assert len(words) > 20


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"plan1": ""}, "plans"),
        ({"plan1": "seventeen"}, "a plan of the list or a roster with teams"),
        ({"plan1": "9999"}, "0 to 1,000"),
        ({"plan1": "3", "plan2": "3"}, "every plan once"),
        ({"plan1": "3", "calls": "many"}, "Calls a year: expected a number such as 9,700"),
        ({"plan1": "3", "calls": "-4"}, "calls_per_year"),
        ({"plan1": "3", "calls": "nan"}, "calls_per_year"),
        ({"plan1": "3", "program": "../etc"}, "program"),
        ({"plan1": "roster_a", "teams1": "2", "start1": "25:00", "hours1": "8"}, "start"),
        ({"plan1": "roster_a"}, "a plan of the list"),
    ],
)
def test_what_cannot_be_asked_is_said_above_the_form(client, fields, said) -> None:
    form = {"token": token_of(client), "program": "generic", **fields}
    response = client.post("/compare", data=form)
    assert response.status_code == 422
    alert = re.search(r'role="alert"[^>]*>(.*?)</p>', response.text, re.DOTALL)
    assert alert is not None
    assert said in alert[1].replace("&#39;", "'")


def test_a_roster_of_ones_own_is_compared_and_its_week_is_shown(client: TestClient) -> None:
    roster = {"teams1": "2", "start1": "10:00", "hours1": "12", "days1": "weekdays"}
    form = {"token": token_of(client), "program": "generic", **roster}
    week = client.post("/roster", data=form, headers={"accept": "*/*"}).text
    assert "team-hours a day" in week
    assert "<html" not in week
    whole = client.post("/roster", data=form, headers={"accept": "text/html"}).text
    assert "<html" in whole
    page = until_over(
        client, asked(client, program="generic", plan1="roster_a", plan2="1", **roster)
    )
    assert "Complete" in page


def test_six_by_day_against_four_and_a_night_car(client: TestClient, tmp_path: Path) -> None:
    shifts = [("A", 3, "10:00"), ("B", 2, "10:00"), ("B", 1, "22:00"), ("C", 2, "10:00")]
    fields = {
        f"{key}{number}": str(value)
        for number, shift in enumerate(shifts, 1)
        for key, value in zip(("roster", "teams", "start", "hours"), (*shift, 12), strict=True)
    }
    fields |= {"nameA": "Three by day", "nameB": "Two & a night car"}
    address = asked(client, program="generic", plan1="17", **fields, compare="rosters")
    assert "<h1>three by day or two a night car or roster c?</h1>" in client.get(address).text
    assert "Complete" in until_over(client, address)
    with zipfile.ZipFile(BytesIO(client.get(f"{address}/results.zip").content)) as file:
        file.extractall(tmp_path)
    (tree,) = (json.loads(x.read_text("utf-8")) for x in tmp_path.rglob("summary.json"))
    assert [plan["title"] for plan in tree["scenario"]["staffing"].values()] == [
        "Three By Day: 3 from 10:00 for 12 h",
        "Two A Night Car: 2 from 10:00 for 12 h, 1 from 22:00 for 12 h",
        "Roster C: 2 from 10:00 for 12 h",
    ]
    command = re.search(r"coresponder compare [^<]+", client.get(address).text)
    assert command is not None
    assert command[0].endswith("--config-dir my_configs")
    same = sim.compare(
        *("three_by_day", "two_a_night_car", "roster_c"),
        program="generic",
        overrides=[*SMALL, "run.draws=2"],
        check="none",
        config_dir=tmp_path / "my_configs",
    )
    for of_page, plan in zip(tree["plans"], same.main.plans, strict=True):
        assert of_page["measures"]["reach_share"]["mean"] == plan.measures["reach_share"].mean


ZONES = (
    "zone\tcalls\tlatitude\tlongitude\r\nnorth\t1,900\t45.3\t-93.1\r\nsouth\t600\t45.0\t-93.0\r\n"
)
MINUTES = "minutes,north,south\nnorth,9,31\nsouth,31,11\n"
OF_A_SHEET = "\tnorth\tsouth\r\nnorth\t9\t31\r\nsouth\t31\t11\r\n"


@pytest.mark.parametrize("minutes", ["", MINUTES, OF_A_SHEET])
def test_zones_of_ones_own_are_pasted(client: TestClient, minutes: str) -> None:
    roster = {"teams1": "2", "start1": "10:00", "hours1": "12"}
    own = {"program": "generic", "zones": ZONES, "minutes": minutes, **roster}
    address = asked(client, **own, plan1="roster_a", plan2="1")
    page = until_over(client, address)
    assert "2,500 calls a year" in page
    assert "2 zones" in page
    with zipfile.ZipFile(BytesIO(client.get(f"{address}/results.zip").content)) as file:
        names = file.namelist()
        scenario = from_yaml(file.read("scenario.yaml").decode())
        texts = [file.read(name) for name in names if not name.endswith((".png", ".parquet"))]
    assert "my_configs/zones.csv" in names
    assert not any(b"coresponder-session" in text for text in texts)
    assert ("my_configs/minutes.csv" in names) == bool(minutes)
    assert from_fields(scenario.fields()) == scenario
    week = client.post("/roster", data={"token": token_of(client), **own}).text
    assert "team-hours a day" in week


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"zones": "zone,calls\nnorth,many", "minutes": MINUTES}, "zones.csv, line 2"),
        ({"zones": "north\nsouth", "minutes": MINUTES}, "zones.csv, line 1"),
        ({"zones": ZONES, "area": "80"}, "zones: expected none with"),
        ({"zones": "zone,calls\nnorth,9"}, "expected columns latitude and longitude"),
        ({"compare": "rosters"}, "expected teams in one of the shifts"),
        (
            {"teams1": "1", "start1": "10:00", "hours1": "8", "nameA": "Arlington 1"},
            "a name of its own",
        ),
        ({"minutes": MINUTES}, "expected zones as well"),
        ({"zones": ZONES, "minutes": "minutes,north\nnorth,9"}, "minutes.csv"),
        ({"zones": "x" * 60_000}, "zones"),
        ({"zones": "zone,calls\n=1+1,9"}, "begin with none of = + @"),
    ],
)
def test_zones_that_cannot_be_read_are_said(client: TestClient, fields, said) -> None:
    form = {"token": token_of(client), "program": "generic", "plan1": "1", **fields}
    response = client.post("/compare", data=form)
    assert response.status_code == 422
    alert = re.search(r'role="alert"[^>]*>(.*?)</p>', response.text, re.DOTALL)
    assert alert is not None
    assert said in alert[1]
    assert "session" not in alert[1]


@pytest.mark.parametrize("calls", ["1234567", "1234.567"])
def test_the_number_that_is_typed_is_the_one_that_is_asked(calls: str) -> None:
    inputs = from_fields({"plan1": "2", "calls": calls, "area": calls[:5]})
    assert f"demand.calls_per_year={calls}" in inputs.overrides
    assert inputs.fields()["calls"] == calls


def test_a_day_of_too_many_digits_is_a_sentence(client: TestClient) -> None:
    address = asked(client)
    until_over(client, address)
    for name in ("day", "at"):
        assert client.get(f"{address}/day?{name}={'0' * 9}{'9' * 5000}").status_code == 422


def test_the_week_of_no_roster_is_a_sentence(client: TestClient) -> None:
    said = client.post("/roster", data={"token": token_of(client)}, headers={"accept": "*/*"}).text
    assert "expected teams in one of the shifts at least" in said


def test_what_people_type_never_becomes_markup(client: TestClient) -> None:
    name = "<script>alert(1)</script>\"'; rm"
    page = until_over(client, asked(client, **ASKED, city=name))
    assert "<script>alert" not in page
    assert "alert(1)" in page


def test_sessions_do_not_see_each_other(client: TestClient) -> None:
    address = asked(client)
    client.cookies.clear()
    assert client.get(address).status_code == 404
    assert client.get(f"{address}/results.zip").status_code == 404


def test_a_form_of_another_page_is_refused(client: TestClient) -> None:
    token_of(client)
    assert client.post("/compare", data=ASKED).status_code == 403
    assert client.post("/compare", data={**ASKED, "token": "x"}).status_code == 403


def test_a_canceled_run_ends_and_keeps_what_it_had(client: TestClient) -> None:
    token = token_of(client)
    response = client.post("/compare", data={**ASKED, "token": token}, follow_redirects=False)
    address = response.headers["location"]
    client.post(f"{address}/cancel", data={"token": token})
    assert "Canceled" in until_over(client, address)


def test_a_crashed_run_is_a_message(client: TestClient, monkeypatch) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(runs, "compared", crash)
    page = until_over(client, asked(client))
    assert "ended with a fault: RuntimeError: out of luck" in page
    assert client.get("/").status_code == 200


def test_nothing_of_another_host_is_allowed(client: TestClient) -> None:
    for path in ("/", "/glossary", "/static/style.css", "/nowhere"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    for text in (client.get("/").text, client.get("/static/app.js").text):
        assert "http://" not in text
        assert "https://" not in text


def test_too_large_a_form_is_turned_away(client: TestClient) -> None:
    assert client.post("/compare", content=b"x" * 26_300_000).status_code == 413


def test_others_than_this_machine_need_the_token() -> None:
    with TestClient(create_app("secret")) as client:
        assert client.get("/").status_code == 401
        assert client.get("/?token=wrong").status_code == 401
        assert client.get("/?token=secret").status_code == 200
        assert client.get("/glossary").status_code == 200  # by the cookie


def test_a_scenario_file_is_opened_again(client: TestClient) -> None:
    text = from_fields({**ASKED, "city": "Lakeford", "calls": "4,100"}).as_yaml()
    form = {"token": token_of(client)}
    page = client.post("/open", data=form, files={"scenario": ("s.yaml", text)})
    assert page.status_code == 200
    assert 'value="Lakeford"' in page.text
    assert 'value="4100"' in page.text
    for bad in ("", "[1", "a: 1", "coresponder: 1\nplans: [2]\nevil: 1", "!!python/object:os.x {}"):
        page = client.post("/open", data=form, files={"scenario": ("s.yaml", bad)})
        assert page.status_code == 422, bad


FIELDS = (
    "program",
    "city",
    "calls",
    "area",
    "zones",
    "minutes",
    "roster1",
    "nameA",
    "plan1",
    "plan2",
    "teams1",
    "start1",
    "hours1",
    "days1",
)


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=12)))
@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
def test_no_form_ends_in_a_fault(fields: dict[str, str]) -> None:
    with suppress(InputError):
        inputs = from_fields(fields)
        assert from_fields(inputs.fields()) == inputs


def test_an_old_form_keeps_what_was_typed(client: TestClient) -> None:
    old = {"token": "of a session that is gone", "city": "Lakeford", **ASKED, "plan1": "7"}
    response = client.post("/compare", data=old)
    assert response.status_code == 403
    assert "earlier session" in response.text
    assert 'value="Lakeford"' in response.text
    assert 'value="7"' in response.text
    assert token_of(client) in response.text


def test_files_that_cannot_be_kept_are_a_page_and_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with TestClient(create_app(), base_url="http://localhost") as client:
        data, files = {"token": token_of(client)}, {"log": ("a.csv", b"a,b\n1,2\n")}
        for folder in tmp_path.iterdir():
            shutil.rmtree(folder)
        response = client.post("/upload", data=data, files=files)
        assert response.status_code == 503
        assert "start it again" in response.text
        roster = {"plan1": "roster_a", "teams1": "2", "start1": "08:00", "hours1": "12"}
        again = client.post("/compare", data={**data, **ASKED, **roster})
        assert again.status_code == 503
        assert TestClient(client.app, base_url="http://localhost").get("/").status_code == 503
    said = capsys.readouterr().err
    assert "No such file" in said
    assert "Traceback" not in said
