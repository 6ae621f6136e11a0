"""Calibration on the page, by its routes: what an agency knows conditions its fitted city."""

from __future__ import annotations

import io
import json
import re
import zipfile
from contextlib import suppress

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("starlette")
from starlette.testclient import TestClient

import sim
from sim.app import calibrating, runs
from sim.app.calibrating import FIGURES, observed
from sim.app.inputs import from_yaml
from sim.config import InputError
from sim.scenarios.calibration import posterior
from sim.scenarios.calibration.observed import observed as read_observed
from tests.test_app import SMALL, STAGES, asked, client, token_of, until_over
from tests.test_app_uploads import error_of, put, say, some_calls

__all__ = ["client"]  # a fixture

KNOWN = {
    "plan1": "1",
    "period": "2024",
    "source": "annual report",
    "value-reach_share": "90",
    "n-reach_share": "600",
    "value-busy_hours_per_day": "3.1",
    "se-busy_hours_per_day": "0.6",
    "value-response_median_min": "25",
    "se-response_median_min": "5",
    "check-response_median_min": "yes",
}


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch):
    monkeypatch.setattr(calibrating, "DRAWS", 50)
    monkeypatch.setattr(calibrating, "ONE_CORE", "run.window_days=7")
    monkeypatch.setattr(posterior, "CHECKED", 10)
    monkeypatch.setattr(posterior, "KEPT", 40)
    monkeypatch.setattr(runs, "STAGES", (STAGES[0], STAGES[-1]))


@pytest.fixture(scope="module")
def city(client) -> str:
    """Address of a log that was fitted."""
    address = put(client, "River City.csv", some_calls())
    assert error_of(say(client, address, "fit", stamps="team", teams="3")) == ""
    return address


def calibrated(client: TestClient, city: str, **fields: str) -> str:
    data = {"token": token_of(client), **KNOWN, **fields}
    response = client.post(f"{city}/calibrate", data=data, follow_redirects=False)
    assert response.status_code == 303, error_of(response.text)
    return until_over(client, response.headers["location"])


def test_a_fitted_city_is_calibrated_and_compared(client: TestClient, city: str, tmp_path) -> None:
    assert f'href="{city}/calibrate"' in client.get(city).text
    page = calibrated(client, city)
    assert "Calibrated." in page
    assert "moved by more than chance" in page
    assert "independent ones" in page
    assert re.search(r"Check</dt><dd>Response, median: (in)?consistent", page)
    for source in re.findall(r'<img src="([^"]+)"', page):
        assert client.get(source).headers["content-type"].startswith("image/svg+xml")
    name = "log_river_city:calibrated"
    form = client.get(f"/?program={name}").text
    assert f'value="{name}" selected>River City, own calls, calibrated on 2024' in form
    address = asked(client, program=name, plan1="2", plan2="1")
    answer = until_over(client, address)
    assert "Complete" in answer
    assert "on figures of 2024" in answer
    with zipfile.ZipFile(io.BytesIO(client.get(f"{address}/results.zip").content)) as file:
        (summary,) = [x for x in file.namelist() if x.endswith("summary.json")]
        of_page, scenario = json.loads(file.read(summary)), file.read("scenario.yaml").decode()
    inputs = from_yaml(scenario, [name])
    with zipfile.ZipFile(io.BytesIO(client.get(f"{city}/city.zip").content)) as file:
        file.extractall(tmp_path)
    words = [*inputs.overrides, *SMALL, "run.draws=2"]
    folder = tmp_path / inputs.fitted_name
    same = sim.compare(2, 1, overrides=words, check="none", config_dir=folder)
    for plan, of_plan in zip(same.main.plans, of_page["plans"], strict=True):
        assert of_plan["measures"]["reach_share"]["mean"] == plan.measures["reach_share"].mean
    fields = {"program": name, "plan1": "2", "calls": "900"}
    page = client.post("/compare", data={"token": token_of(client), **fields}).text
    assert "expected none with a calibrated city" in error_of(page)


def test_a_conflict_is_said_and_conditions_nothing(client: TestClient, city: str) -> None:
    fields = {"value-reach_share": "5", "n-reach_share": "90,000"}
    page = calibrated(client, city, **fields)
    assert "nothing could be conditioned" in page
    assert "ranges would have to give" in page
    assert "River City, own calls, calibrated" not in client.get("/").text


def test_a_roster_of_ones_own_is_what_the_agency_has(client: TestClient, city: str) -> None:
    roster = {"plan1": "roster_a", "teams1": "2", "start1": "08:00", "hours1": "12"}
    assert "plan roster_a" in calibrated(client, city, **roster)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"plan1": "many"}, "a plan of the list or a roster with teams"),
        ({"period": "last year"}, "period: expected a period like 2024"),
        ({"n-reach_share": ""}, "Requested calls that a team reached: expected either n"),
        ({"value-reach_share": "140"}, "Requested calls that a team reached, value: expected"),
        ({"se-busy_hours_per_day": "some"}, "Team-hours busy a day, se: expected a number"),
        ({"value-reach_share": "", "n-reach_share": "", "check-busy_hours_per_day": "y"}, "one"),
    ],
)
def test_what_cannot_be_known_is_said_above_the_form(client, city, fields, said) -> None:
    data = {"token": token_of(client), **KNOWN, **fields}
    response = client.post(f"{city}/calibrate", data=data)
    assert response.status_code == 422
    assert said in error_of(response.text)
    assert "observed.yaml" not in error_of(response.text)
    assert 'value="annual report"' in response.text


def test_cancel_a_crash_and_forms_of_others(client, city, monkeypatch) -> None:
    token = token_of(client)
    assert client.post(f"{city}/calibrate", data=KNOWN).status_code == 403
    assert client.get("/upload/none/calibrate").status_code == 404
    client.post(f"{city}/calibrate", data={"token": token, **KNOWN})
    client.post(f"{city}/calibration/cancel", data={"token": token})
    assert "Canceled" in until_over(client, f"{city}/calibration")

    def crash(*_: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(calibrating, "calibrated", crash)
    assert "fault: RuntimeError: out of luck" in calibrated(client, city)


TEXTS = st.one_of(st.text(max_size=8), st.integers().map(str), st.floats().map(str))
KEYS = [f"{key}-{name}" for key in ("value", "n", "se", "check") for name in FIGURES]


@given(st.dictionaries(st.sampled_from([*KEYS, "period", "source"]), TEXTS))
@settings(max_examples=100, suppress_health_check=list(HealthCheck), deadline=None)
def test_no_figures_end_in_a_fault(tmp_path_factory, fields: dict[str, str]) -> None:
    with suppress(InputError):
        file = tmp_path_factory.mktemp("known") / "observed.yaml"
        file.write_text(yaml.safe_dump(observed(fields)), encoding="utf-8")
        read_observed(file)
