"""A day replayed: what it shows is what the ledger has, and every day and hour can be asked for."""

from __future__ import annotations

import re
from functools import cache

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("starlette")
from starlette.testclient import TestClient

import sim
from sim.clock import DAY_S, HOUR_S
from sim.config import InputError
from sim.report.pages.day import section_of
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.day import Day
from sim.scenarios.comparison.day import replayed
from tests.test_app import asked, client, until_over

__all__ = ["client"]  # a fixture
TOWNS = ["demand=three_towns", "travel=coordinates"]


@cache
def watched(*overrides: str) -> Comparison:
    words = ["run=smoke", "run.draws=0", *overrides]
    return sim.compare("2", "1", overrides=words, replications=2, check="none", ledger=True)


def rows_of(comparison: Comparison, day: Day) -> pl.DataFrame:
    """Rows of the ledger of one day's plan, seconds from its midnight."""
    assert comparison.ledger is not None
    assert comparison.ledger_duties is not None
    start_s = comparison.ledger_duties["window_start_s"][0] + day.number * DAY_S
    times = pl.selectors.ends_with("_at_s") - start_s
    return comparison.ledger.filter(pl.col("plan") == day.plan).with_columns(times)


@pytest.mark.parametrize("plan", ["2", "1"])
def test_a_day_has_the_calls_and_the_busy_hours_of_the_ledger(plan: str) -> None:
    comparison = watched()
    day = replayed(comparison, plan, 5)
    rows = rows_of(comparison, day)
    begun = rows.filter(pl.col("dispatchable_at_s").is_between(0, DAY_S - 1)).unique("call")
    assert sum(hour.calls for hour in day.hours) == begun.height
    lost = begun.filter(pl.col("status").str.contains("missed|withdrawn|settled"))
    ended = [call.ended for call in day.calls if call.from_s >= 0]
    assert sum(x.startswith(("missed", "withdrawn", "settled")) for x in ended) == lost.height
    first, last = pl.col("assigned_at_s").clip(0), pl.col("end_at_s").clip(None, DAY_S)
    busy_s = rows.select((last - first).clip(0).sum()).item()
    assert sum(hour.busy for hour in day.hours) * HOUR_S == pytest.approx(busy_s)


def test_teams_do_one_thing_at_a_time_and_all_of_their_duty() -> None:
    day = replayed(watched(), "2")
    assert [team.name for team in day.teams] == ["Team 1", "Team 2"]
    for team in day.teams:
        ends = [spell.until_s for spell in team.spells]
        assert [spell.from_s for spell in team.spells[1:]] == ends[:-1]
        assert (team.spells[0].from_s, ends[-1]) == (0, DAY_S)
    for second in range(0, DAY_S, HOUR_S):
        assert sum(day.at(second).teams.values()) == 2


def test_calls_wait_until_a_team_is_sent() -> None:
    comparison = watched()
    day = replayed(comparison, "1", replayed(comparison, "1").busiest)
    waits = [call.waited_s for call in day.calls if call.from_s >= 0 and call.waits]
    assert waits
    rows = rows_of(comparison, day).filter(pl.col("dispatchable_at_s").is_between(0, DAY_S - 1))
    sent = rows.filter(pl.col("attempt") == 0, pl.col("assigned_at_s") < DAY_S)
    of_ledger = sent.select((pl.col("assigned_at_s") - pl.col("dispatchable_at_s")).sum()).item()
    came = [x.waited_s for x in day.calls if x.from_s >= 0 and x.arrived_s is not None]
    assert sum(came) <= of_ledger
    assert max(hour.waiting for hour in day.hours) >= 1


def test_duties_that_end_are_rows_of_their_post() -> None:
    words = ["run=smoke", "run.draws=0"]
    made = sim.run("towns_3x8", overrides=[*words, *TOWNS], replications=2, check="none")
    day = replayed(made, made.main.plans[0].name, 3)
    assert len(day.teams) >= 3
    on_duty = [hour.on_duty for hour in day.hours]
    assert max(on_duty) <= len(day.teams)
    html = section_of(day, 50_000)
    assert 'class="map"' in html
    for zone, (teams, _) in day.at(50_000).zones.items():
        row = re.search(rf'data-row="{zone}".*?data-teams>(\d+)<', html)
        assert row is not None
        assert int(row[1]) == teams


def test_without_places_there_is_no_map() -> None:
    assert 'class="map"' not in section_of(replayed(watched(), "2"), 0)


def test_a_day_or_plan_that_is_not_there_is_said() -> None:
    with pytest.raises(InputError, match="day: expected 1 to 28, got 29"):
        replayed(watched(), "2", 28)
    with pytest.raises(InputError, match="plan: expected one of 2, 1"):
        replayed(watched(), "3")


@pytest.fixture(scope="module")
def address(client: TestClient) -> str:
    """Address of the days of a run."""
    address = asked(client)
    assert f'href="{address}/day"' in until_over(client, address)
    return f"{address}/day"


def test_the_page_has_the_day_and_leads_to_others(client: TestClient, address: str) -> None:
    page = client.get(f"{address}?plan=1&at=14").text
    assert page.count('<text class="name"') >= 5
    for words in ("the day before", "the day after", "the busiest day"):
        if (link := re.search(rf'href="([^"]+)">{words}', page)) is not None:
            there = client.get(address + link[1].replace("&amp;", "&"))
            assert there.status_code == 200
    assert client.get("/answer/nowhere/day").status_code == 404


@given(
    st.dictionaries(st.sampled_from(["plan", "day", "at"]), st.text(max_size=5) | st.just("999999"))
)
@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
def test_no_link_to_a_day_ends_in_a_fault(client, address, query: dict[str, str]) -> None:
    assert client.get(address, params=query).status_code in {200, 422}


def test_a_day_is_of_its_session(client: TestClient, address: str) -> None:
    client.cookies.clear()
    assert client.get(address).status_code == 404
