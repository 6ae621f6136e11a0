"""Rotating patterns and holidays: days of duty, most cars at once, and calls, worked by hand."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.config import InputError, check_plan, compose, staffing
from sim.config.groups.shapes import Shape
from sim.config.models import Config
from sim.config.numbers import numbers
from sim.config.plans import Line, StaffingPlan
from sim.model.inputs.arrivals import hourly_rates
from sim.model.inputs.roster import schedule
from sim.model.money.positions import duties_per_year, duty_hours_per_year
from sim.scenarios.draws import unknowns
from sim.scenarios.scenario import Scenario
from tests.folders import Folder

HOUR_S, DAY_S = 3_600, 86_400
MONDAY = date(2025, 1, 6)
FOURTH = date(2025, 7, 4)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def line(**keys) -> Line:
    day = {"name": "crew", "count": 1, "pattern": "daily", "starts": ["07:00"], "length_h": 12}
    return Line(**day | keys)


def plan(*lines: Line) -> StaffingPlan:
    return StaffingPlan(name="plan", lines=list(lines))


def days_on(of: Line, n_days: int, start: date = MONDAY, holidays=()) -> list[int]:
    made = schedule(plan(of), ["city"], [""], [""], start, n_days * DAY_S, holidays)
    return (made.roster.on_at_s // DAY_S).tolist()


# --- rotating patterns ---------------------------------------------------------------------------


def test_four_on_four_off_by_hand():
    crew = line(cycle=[4, 4], cycle_from=MONDAY)
    assert days_on(crew, 16) == [0, 1, 2, 3, 8, 9, 10, 11]
    assert days_on(crew, 8, MONDAY - timedelta(2)) == [2, 3, 4, 5]  # off before its first day on
    assert crew.duties_per_day == 0.5
    assert crew.post_hours_per_day == 6


def test_five_two_five_three_by_hand():
    crew = line(cycle=[5, 2, 5, 3], cycle_from=MONDAY)
    assert days_on(crew, 16) == [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 15]
    assert crew.duties_per_day == pytest.approx(10 / 15)
    assert duty_hours_per_year(plan(crew), "officer") == pytest.approx(365 * 10 / 15 * 12)
    assert duties_per_year(plan(crew), "officer", 8) == pytest.approx(365 * 10 / 15)


def test_a_cycle_of_five_and_two_is_a_week_of_workdays():
    crew = line(cycle=[5, 2], cycle_from=MONDAY)
    workdays = line(days=["mon", "tue", "wed", "thu", "fri"])
    assert days_on(crew, 60, date(2025, 3, 1)) == days_on(workdays, 60, date(2025, 3, 1))
    assert crew.weekdays == workdays.weekdays
    assert crew.by_hour == workdays.by_hour


def test_crews_in_turn_are_one_car_and_not_two():
    first, second = (
        line(cycle=[4, 4], cycle_from=MONDAY),
        line(name="other", cycle=[4, 4], cycle_from=MONDAY + timedelta(4)),
    )
    assert plan(first, second).most_at_once == 1
    assert plan(first, second).team_hours_per_day == 12
    overlapping = line(name="other", cycle=[5, 3], cycle_from=MONDAY + timedelta(3))
    assert plan(first, overlapping).most_at_once == 2


def test_the_shipped_rotation_is_four_posts_around_the_clock():
    rotating = staffing("four_on_four_off")
    assert rotating.most_at_once == 4
    assert rotating.team_hours_per_day == 96
    made = schedule(rotating, ["city"], [""], [""], MONDAY, 40 * DAY_S).roster
    for second in range(7 * HOUR_S, 39 * DAY_S, 5 * HOUR_S):
        assert ((made.on_at_s <= second) & (second < made.off_at_s)).sum() == 4, second


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=6).filter(lambda x: len(x) % 2 == 0),
    st.integers(-500, 500),
)
def test_a_cycle_is_on_as_often_as_it_says(cycle, shift):
    crew = line(cycle=cycle, cycle_from=MONDAY)
    days = np.arange(3 * sum(cycle)) + MONDAY.toordinal() + shift
    assert crew.has_duties_on(days).sum() == 3 * sum(cycle[::2])
    assert crew.duties_per_day == pytest.approx(sum(cycle[::2]) / sum(cycle))


BAD_LINES = {
    "odd": ({"cycle": [4, 4, 2]}, "expected a cycle of days on and off in turn, like [4, 4]"),
    "no first day": ({"cycle": [4, 4]}, "got cycle without cycle_from"),
    "no cycle": ({"cycle_from": MONDAY}, "got cycle_from without cycle"),
    "days too": (
        {"cycle": [4, 4], "cycle_from": MONDAY, "days": ["mon"]},
        "expected days or a cycle, got both",
    ),
    "zero": ({"cycle": [4, 0], "cycle_from": MONDAY}, "greater than or equal to 1"),
    "holidays": ({"holidays": "some"}, "'as_usual', 'off' or 'only'"),
    "continuous": (
        {"pattern": "continuous", "starts": [], "length_h": None, "holidays": "off"},
        "expected a pattern of shifts",
    ),
}


@pytest.mark.parametrize("case", BAD_LINES)
def test_bad_lines_are_refused(case):
    keys, said = BAD_LINES[case]
    with pytest.raises(ValidationError) as caught:
        line(**keys)
    assert said in str(caught.value)


# --- holidays ------------------------------------------------------------------------------------


def test_a_line_off_and_a_line_only_on_holidays_by_hand():
    start, holidays = date(2025, 7, 3), [FOURTH, date(2025, 7, 6)]  # Thursday; Friday and Sunday
    assert days_on(line(holidays="off"), 5, start, holidays) == [0, 2, 4]
    assert days_on(line(holidays="only"), 5, start, holidays) == [1, 3]
    assert days_on(line(), 5, start, holidays) == [0, 1, 2, 3, 4]
    workday = line(holidays="only", days=["fri"])
    assert days_on(workday, 5, start, holidays) == [1]


def test_other_duties_on_holidays_need_no_more_cars_and_few_more_people():
    usual, holiday = line(count=3, holidays="off"), line(name="few", count=2, holidays="only")
    both = plan(usual, holiday)
    assert both.most_at_once == 3
    assert both.team_hours_per_day == pytest.approx(12 * (3 * 354 + 2 * 11) / 365)


def with_holidays(**keys) -> Config:
    config = compose(["demand=flat", "run.window_start=2025-01-01"])
    tree = config.model_dump()
    tree["demand"]["holidays"] = keys
    return Config.model_validate(tree)


def test_a_holiday_has_its_factor_and_the_year_its_calls():
    config = with_holidays(dates=[FOURTH, date(2025, 12, 25)], demand_factor=1.5)
    start = date(2025, 1, 1)
    by_day = hourly_rates(config.demand, start, 365 * 24, start).reshape(365, 24).sum(axis=1)
    usual = 1_000 / (363 + 2 * 1.5)
    assert by_day.sum() == pytest.approx(1_000)
    assert by_day[(FOURTH - start).days] == pytest.approx(1.5 * usual)
    assert by_day[0] == pytest.approx(usual)


def test_the_roster_of_a_scenario_knows_the_holidays():
    scenario = Scenario(with_holidays(dates=[FOURTH]))
    arm = scenario.arm(plan(line(holidays="only")))
    on_at = [scenario.run_start + timedelta(seconds=int(s)) for s in arm.schedule.roster.on_at_s]
    assert on_at == [FOURTH]


def test_a_holiday_factor_with_a_range_is_drawn():
    factor = {"value": 1.22, "low": 1.0, "high": 1.33, "source": "ours", "confidence": "A"}
    config = with_holidays(dates=[FOURTH], demand_factor=factor)
    assert "demand.holidays.demand_factor" in {one.name for one in unknowns(config)}
    assert "demand.holidays.demand_factor" in dict(numbers(config))


def test_a_calendar_file(folder):
    (folder.path / "city.csv").write_text("Date,name\n2025-07-04,Independence Day\n2025-12-25,\n")
    config = folder.compose("demand.holidays.file=city.csv", "demand.holidays.demand_factor=1.2")
    assert config.demand.holidays.dates == [FOURTH, date(2025, 12, 25)]
    again = Config.model_validate(config.model_dump())  # as a run writes it down
    assert again == config
    assert isinstance(again.demand.shape_drawn_from[0], Shape)


def fake(monkeypatch) -> None:
    def country_holidays(country, subdiv, years):
        return {date(year, 7, 4): f"{country} {subdiv}" for year in years}

    known = {"US": ["CA", "NY"], "CA": []}
    module = SimpleNamespace(
        country_holidays=country_holidays, list_supported_countries=lambda **_: known
    )
    monkeypatch.setitem(sys.modules, "holidays", module)


def test_a_country(monkeypatch):
    fake(monkeypatch)
    keys = ["demand.holidays.country=US", "demand.holidays.subdivision=CA"]
    dates = compose([*keys, "demand.holidays.demand_factor=1.2"]).demand.holidays.dates
    assert dates == [date(year, 7, 4) for year in range(2024, 2028)]


def test_a_country_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(InputError, match="expected the package holidays"):
        compose(["demand.holidays.country=US"])


def test_the_package_itself():
    dates = compose(["demand.holidays.country=US"]).demand.holidays.dates
    assert FOURTH in dates
    assert sum(day.year == 2025 for day in dates) >= 11


BAD_HOLIDAYS = {
    "no such country": (["country=USX"], "expected a code like US, got 'USX'"),
    "no such state": (
        ["country=US", "subdivision=CB"],
        "unknown 'CB' in US; expected one of CA, NY",
    ),
    "a state alone": (["subdivision=CA"], "expected a country with it, got 'CA'"),
    "no file": (["file=gone.csv"], "expected a file in the working folder"),
    "no date": (["file=bad.csv"], "line 3: expected a date like 2025-07-04, got '4 July'"),
    "no dates": (["file=header.csv"], "header.csv: expected a date in each line after the first"),
    "no column": (["file=none.csv"], "expected a column date, got day, name"),
    "another year": (["dates=[2019-07-04]"], "expected dates in 2025 to 2026, as of the run"),
    "a factor alone": (["demand_factor=1.3"], "got no holiday"),
    "a huge factor": (["dates=[2025-07-04]", "demand_factor=50"], "expected at most 20, got 50"),
    "a slip": (["dates=[2025-07-04]", "factor=1.3"], "unknown key; did you mean 'demand_factor'?"),
    "a weekday": (["dates=[monday]"], "expected a date like 2025-01-31"),
}


@pytest.mark.parametrize("case", BAD_HOLIDAYS)
def test_bad_holidays_are_one_line(case, folder, monkeypatch):
    fake(monkeypatch)
    (folder.path / "bad.csv").write_text("date\n2025-01-01\n4 July\n")
    (folder.path / "header.csv").write_text("date,name\n")
    (folder.path / "none.csv").write_text("day,name\n2025-01-01,x\n")
    keys, said = BAD_HOLIDAYS[case]
    with pytest.raises(InputError) as caught:
        folder.compose(*(f"demand.holidays.{key}" for key in keys))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_holiday_line_without_holidays_is_refused():
    with pytest.raises(
        InputError, match=r"expected demand.holidays .* with holidays: only, got no"
    ):
        check_plan(plan(line(holidays="only")), compose([]))
