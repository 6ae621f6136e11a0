"""The verb grant: positions, months, dollars and who pays them, worked by hand."""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path

import pytest

import sim
from sim.config import compose
from sim.model.money.grant import Shares, summed
from sim.report.grant import tables
from sim.report.grant.grant import render
from sim.report.grant.screen import screen, whole
from sim.report.wording import WIDTH
from sim.scenarios.answers.grant import GrantAnswer
from sim.scenarios.grant.seasons import seasons
from sim.scenarios.grant.timeline import calendar, fiscal_year, people

SMALL = ["run.window_days=14", "run.replications=2", "run.draws=0"]
SCREEN = 28  # lines, beside the two that name the folder
UNTIL_SPENT = "costs.grant.draw=until_spent"
ROUND = [  # figures in round numbers: nothing rises, and nobody leaves
    "costs.inflation_per_year=0",
    "costs.positions.paid_hours_per_year=2000",
    "costs.positions.leave_hours_per_year=200",
    "costs.positions.sick_hours_per_year=40",
    "costs.positions.training_hours_per_year=8",
    "costs.positions.overlap_minutes_per_duty=0",
    "costs.positions.staff_per_supervisor=1000000000000",
    "costs.per_fte={clinician: 120000, officer: 144000, case_manager: 1, peer: 1, supervisor: 0}",
    "costs.training={clinician: 1000, officer: 2000, worker: 1, turnover_share_per_year: 0}",
    "costs.start_up_per_team=5000",
    "costs.overhead_share=0.1",
    "costs.overtime_pay_factor=0",
    "costs.grant.planning_months=0",
]
ONE_TEAM = """
lines:
  - name: team
    count: 1
    pattern: daily
    starts: ["09:00"]
    length_h: {length_h}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a config folder with `tiny`: a team of 4.8 hours a day, 1 FTE of each role exactly."""
    path = tmp_path_factory.mktemp("configs")
    (path / "staffing").mkdir()
    for name, length_h in (("tiny", 4.8), ("bigger", 12)):
        text = ONE_TEAM.format(length_h=length_h)
        (path / "staffing" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(folder) -> GrantAnswer:
    """Return the tiny grant: a clinician from month 1 and an officer from month 4, $370,000."""
    return tiny(folder, "costs.grant.ceiling_dollars=370000", UNTIL_SPENT)


def tiny(folder: Path, *overrides: str) -> GrantAnswer:
    hired = "costs.grant.hire_months={officer: [4]}"
    return sim.grant("tiny", overrides=[*ROUND, *SMALL, hired, *overrides], config_dir=folder)


@cache
def seventeen(*overrides: str, base: str | None = "12") -> GrantAnswer:
    return sim.grant(17, base, program="los_angeles", overrides=[*SMALL, *overrides])


# --- the tiny grant, by hand ---------------------------------------------------------------------


def test_two_positions_are_funded_of_one_full_time_person_each(found):
    full_time = [(seat.role, seat.fte, seat.hire_month) for seat in found.seats]
    assert full_time[:2] == [("clinician", 1.0, 1), ("officer", 1.0, 4)]
    assert found.needed["clinician"] == pytest.approx(1)


def test_months_cost_what_they_do_by_hand(found):
    # a month's pay is $10,000 and $12,000; training $1,000 and $2,000; overhead a tenth
    items = [month.items for month in found.months]
    assert items[0] == {**of(pay=10_000, training=1_000), "overhead": 110_000}
    assert items[1] == {**of(pay=10_000), "overhead": 100_000}
    expected = of(pay=22_000, training=2_000) | {"start-up": 500_000, "overhead": 290_000}
    assert items[3] == expected
    assert items[4] == {**of(pay=22_000), "overhead": 220_000}
    assert items[35] == items[4]


def of(**whole_dollars: int) -> dict[str, int]:
    """Cents by item, of dollars."""
    nothing = dict.fromkeys(("pay", "training", "start-up", "cars", "overtime", "overhead"), 0)
    return nothing | {item: 100 * amount for item, amount in whole_dollars.items()}


def test_the_ceiling_binds_in_year_three(found):
    # year 1: 12,100 + 2 x 11,000 + 31,900 + 8 x 24,200 = 259,600; years 2 and 3: 12 x 24,200
    one, two, three = found.years
    assert [year.total for year in found.years] == [25_960_000, 29_040_000, 29_040_000]
    assert one == Shares(20_768_000, 5_192_000, 0)
    # 370,000 - 207,680 = 162,320 are left, and 80% of 290,400 would be 232,320
    assert two == Shares(16_232_000, 4_058_000, 8_750_000)
    assert three == Shares(0, 0, 29_040_000)


def test_more_of_a_ceiling_lasts_into_year_three(folder):
    more = tiny(folder, "costs.grant.ceiling_dollars=500000", UNTIL_SPENT)
    # 207,680 + 232,320 = 440,000; of year 3 (match 40%) 60,000 are left, with 40,000 of match
    assert more.years[1] == Shares(23_232_000, 5_808_000, 0)
    assert more.years[2] == Shares(6_000_000, 4_000_000, 19_040_000)


def test_money_is_drawn_in_the_order_of_spending(found):
    second = [month.shares for month in found.months[12:24]]
    # 202,900 dollars of year 2 are shared: eight months of 24,200, and 9,300 of the ninth
    assert all(share.local == 0 for share in second[:8])
    assert second[8].federal + second[8].match == 930_000
    assert all(share.federal == share.match == 0 for share in second[9:])


def test_drawn_evenly_every_year_has_its_part_and_every_month_its_part_of_that(folder):
    even = tiny(folder, "costs.grant.ceiling_dollars=300000")
    assert [year.federal for year in even.years] == [10_000_000] * 3
    assert [year.match for year in even.years] == [2_500_000, 2_500_000, 6_666_667]
    second = {month.shares.federal for month in even.months[12:24]}  # each costs as much
    assert second == {833_333, 833_334}
    adds_up(even)


def test_roles_that_the_grant_does_not_pay_are_local(folder):
    # the clinician costs 12 x 10,000 and 1,000 of training in year 1, and a tenth of overhead;
    # start-up of 5,000 is of nobody, so it is paid as well
    part = tiny(folder, "costs.grant.paid_roles=[clinician]", "costs.grant.ceiling_dollars=null")
    assert part.years[0].federal + part.years[0].match == (120_000 + 1_000 + 5_000) * 110
    assert part.years[1].federal + part.years[1].match == 120_000 * 110
    whole = tiny(folder, "costs.grant.ceiling_dollars=null")
    assert [year.total for year in part.years] == [year.total for year in whole.years]
    (officer,) = [row for row in part.crosswalk if row.seat and row.seat.role == "officer"]
    assert officer.total.federal == officer.total.match == 0
    adds_up(part)


def test_positions_without_a_plan_are_those_of_posts_around_the_clock():
    funded = "costs.grant.positions={clinician: 2, officer: 2.5}"
    answer = sim.grant(overrides=[*ROUND, *SMALL, funded])
    assert answer.plan.name == "1"
    # a post needs 5 FTE of each role around the clock: 2 hold it for 9.6 hours, so for 9
    (level,) = answer.levels
    assert level.first.running == "one post for 9 h a day"
    assert level.first.times == "10:30 to 19:30"
    assert sum(seat.fte for seat in answer.seats) == 4.5


def test_both_intervals_where_the_assumptions_are_drawn(folder):
    drawn = tiny(folder, "run.draws=3")
    contacts = drawn.outcomes["contacts_per_year"]
    assert contacts.chance == drawn.contacts
    assert contacts.drawn is not None
    assert contacts.drawn.low < contacts.drawn.high
    assert tiny(folder).outcomes["contacts_per_year"].drawn is None


def test_every_way_of_adding_up_is_the_same_to_the_cent(found):
    adds_up(found)


def adds_up(answer: GrantAnswer) -> None:
    total = answer.total
    assert summed(month.shares for month in answer.months) == total
    assert summed(quarter.shares for quarter in answer.quarters) == total
    assert summed(row.total for row in answer.crosswalk) == total
    for at, year in enumerate(answer.years):
        assert summed(row.shares[at] for row in answer.crosswalk) == year
        months = answer.months[12 * at : 12 * (at + 1)]
        assert summed(month.shares for month in months) == year
        assert sum(sum(month.items.values()) for month in months) == year.total
    assert all(min(row.total) >= 0 for row in answer.crosswalk)


def test_the_crosswalk_has_every_position_and_the_rest_in_rows_of_their_own(found):
    rows = {row.what: row.total.total for row in found.crosswalk}
    assert rows == {
        "clinician 1": 100 * (36 * 10_000 + 1_000),
        "officer 1": 100 * (33 * 12_000 + 2_000),
        "start-up": 500_000,
        "overhead": found.total.total // 11,
    }


def test_keeping_them_costs_pay_and_overhead_alone(found):
    assert found.kept.label == "2030-10"
    assert found.kept.month == 2_420_000
    assert found.kept.year == 12 * 2_420_000


def test_no_team_runs_before_both_are_there(found):
    assert [level.first.running for level in found.levels] == ["none", "all posts"]
    assert [(x.first.moment.month, x.last.moment.month) for x in found.levels] == [(1, 3), (4, 36)]
    assert found.quarters[0].contacts.chance.mean == 0
    of_quarters = [x.contacts.chance.mean or 0 for x in found.quarters]
    assert sum(of_quarters) == pytest.approx(found.contacts.mean)


def test_a_month_has_its_own_part_of_a_years_calls(found):
    # from January 2028 (month 4) on: two years and the nine months to September
    year = found.levels[1].contacts_per_year.mean
    assert year
    calls = seasons(found.config)
    assert sum(calls) == pytest.approx(1)
    assert [month.contacts for month in found.months[3:15]] == pytest.approx(list(year * calls))
    assert found.contacts.mean == pytest.approx(year * (2 + calls[:9].sum()))


def test_seasons_are_those_of_the_demand():
    # 31 days at 2 against 334 at 1, if every hour of the week is alike
    given = ["demand=flat", f"demand.month_factor={[2] + 11 * [1]}"]
    calls = seasons(compose(given))
    assert calls[0] == pytest.approx(62 / (62 + 334))
    assert calls[1] == pytest.approx(28 / (62 + 334))


CASE_MANAGERS = """
lines:
  - name: visits
    count: 3
    roles: [case_manager]
    pattern: daily
    starts: ["08:00"]
    length_h: 8
"""


def test_golden_visits_are_shown_where_somebody_makes_them(found, folder, golden):
    (folder / "staffing" / "case_managers.yaml").write_text(CASE_MANAGERS, encoding="utf-8")
    given = ["demand=frequent_callers", "service.outreach.per_week=2"]
    visiting = sim.grant("case_managers", overrides=[*ROUND, *SMALL, *given], config_dir=folder)
    a_year = visiting.levels[-1].visits_per_year.mean
    assert a_year > 0
    assert visiting.visits.mean == pytest.approx(3 * a_year)
    assert visiting.months[0].visits == pytest.approx(a_year / 12)
    assert visiting.contacts.mean == 0
    assert "visits" not in render(found)
    golden(render(visiting), "grant_of_visits.txt")


def test_golden_a_plan_of_other_hours_takes_the_people_of_its_base_over(folder, golden):
    # 12 hours a day need 2.5 FTE: 1.5 beyond those of tiny; the first whole one gives nothing yet
    given = [
        "costs.grant.hire_months={clinician: [1, 5], officer: [1]}",
        "costs.grant.ceiling_dollars=null",
        "costs.officers={new_hire: 0.5, backfill: 0, reassignment: 0.5}",
    ]
    grown = sim.grant("bigger", "tiny", overrides=[*ROUND, *SMALL, *given], config_dir=folder)
    assert grown.replaces_base
    assert [level.first.moment.month for level in grown.levels] == [1, 5]
    assert grown.months[3].posts == 0
    assert [seat.fte for seat in grown.seats if seat.role == "officer"] == [1.0, 0.5]
    assert all(month.items["start-up"] == 0 for month in grown.months)
    golden(render(grown), "grant_in_place_of_base.txt")


# --- positions and months ------------------------------------------------------------------------


def test_the_last_position_is_part_time_in_tenths():
    assert people(25.43) == [1.0] * 25 + [0.5]
    assert people(2.0) == [1.0, 1.0]
    assert people(0.01) == [0.1]
    assert people(3.95) == [1.0] * 4
    assert people(1.1) == [1.0, 0.1]


@pytest.mark.parametrize(
    ("month", "expected"), [(1, (2027, 10)), (3, (2027, 12)), (4, (2028, 1)), (37, (2030, 10))]
)
def test_months_count_from_the_start(month, expected):
    assert calendar("2027-10", month) == expected


def test_a_fiscal_year_is_named_by_the_year_it_ends_in():
    costs = seventeen().config.costs
    assert costs.fiscal_year_start_month == 7
    assert [fiscal_year(2028, month, costs) for month in (6, 7)] == [2028, 2029]
    calendar_years = costs.model_copy(update={"fiscal_year_start_month": 1})
    assert [fiscal_year(2028, month, calendar_years) for month in (1, 12)] == [2028, 2028]


def test_prices_rise_with_the_fiscal_year_and_not_before():
    pay = [month.items["pay"] for month in seventeen().months]
    assert pay[:6] == [0] * 6
    assert len(set(pay[6:9])) == len(set(pay[9:21])) == len(set(pay[21:33])) == 1
    assert pay[9] == pytest.approx(1.03 * pay[8], rel=1e-6)


def test_planning_months_serve_nobody_even_if_people_are_there():
    early = seventeen("costs.grant.hire_months={clinician: [1], officer: [1], supervisor: [1]}")
    assert all(month.contacts == 0 and month.posts == 0 for month in early.months[:6])
    assert all(month.items["pay"] > 0 for month in early.months[:6])
    assert early.months[6].posts == 5
    assert early.months[6].items["start-up"] > 0


def test_people_come_one_by_one_and_posts_with_them():
    months = ", ".join(str(month) for month in range(7, 33))
    answer = seventeen(f"costs.grant.hire_months={{clinician: [{months}]}}")
    running = [level.first.running for level in answer.levels]
    assert running[0] == "none"
    assert running[1].startswith("12 of 17 posts, and one for ")
    assert "16 of 17 posts" in running[-2]
    assert running[-1] == "all posts"
    posts = [month.posts for month in answer.months]
    assert posts == sorted(posts)
    adds_up(answer)


def test_start_up_is_paid_once_a_team():
    answer = seventeen("costs.overhead_share=0", "costs.inflation_per_year=0")
    assert sum(month.items["start-up"] for month in answer.months) == 5 * 25_000_00


def test_cars_are_bought_when_a_team_without_an_officer_first_runs():
    answer = sim.grant(
        "embedded_5", overrides=[*SMALL, "costs.inflation_per_year=0", "costs.overhead_share=0"]
    )
    cars = [month.items["cars"] for month in answer.months]
    running = 5 * 10_000_00 / 12
    assert cars[5:8] == [0, round(5 * 55_000_00 + running), round(running)]
    assert answer.kept.month > 0


def test_only_what_is_beyond_the_base_counts():
    alone, beyond = seventeen(base=None), seventeen()
    assert alone.needed["officer"] == pytest.approx(beyond.needed["officer"] * 17 / 5)
    assert (alone.contacts.mean or 0) > (beyond.contacts.mean or 0) > 0
    plans = sim.compare(17, 12, program="los_angeles", overrides=[*SMALL, "run.draws=0"])
    per_year = plans.main.differences[0].measures["contacts_per_year"].mean
    assert beyond.levels[-1].contacts_per_year.mean == pytest.approx(per_year)


def test_overtime_is_paid_that_was_simulated():
    grown = sim.grant("unit_shifts_17", "unit_shifts_12", overrides=SMALL)
    overtime = [month.items["overtime"] for month in grown.months]
    assert overtime[:6] == [0] * 6
    assert min(overtime[6:]) > 0
    assert sum(month.items["overtime"] for month in seventeen().months) == 0
    adds_up(grown)


# --- in words, and on disk -----------------------------------------------------------------------


def test_golden_page_has_what_the_answer_pays(golden):
    text = render(seventeen())
    for amount in (*seventeen().total, seventeen().kept.month, seventeen().one_post):
        assert whole(amount) in text
    golden(text, "grant.txt")


@pytest.mark.parametrize(
    ("dollars", "buys"),
    [
        ("1", "buys less than 1% of one post around the clock, which costs"),
        ("7e6", "buys about 1.1 posts around the clock, of which one costs"),
        ("1e9", "buys about 162 posts around the clock, of which one costs"),
        ("1e12", "buys more than 1,000 posts around the clock, of which one costs"),
    ],
)
def test_a_ceiling_buys_part_of_a_post_or_posts_never_many_percent(dollars, buys):
    text = " ".join(render(seventeen(f"costs.grant.ceiling_dollars={dollars}")).split())
    assert buys in text


def test_the_page_fits_whatever_the_roles():
    for answer in (seventeen(), seventeen(base=None), sim.grant("aurora_5", overrides=SMALL)):
        assert max(map(len, render(answer).splitlines())) <= WIDTH
        assert len(screen(answer).splitlines()) <= SCREEN
        assert max(map(len, screen(answer).splitlines())) <= WIDTH


def test_golden_first_screen(golden):
    golden(screen(seventeen("run.draws=2")), "grant_screen.txt")


def test_twelve_quarters_are_printed_with_their_months():
    text = render(seventeen("costs.grant.start_month='2028-02'"))
    for label in (" 1 Feb–Apr 2028", " 4 Nov 2028–Jan 2029", "12 Nov 2030–Jan 2031"):
        assert f"\n{label}" in text


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def in_cents(rows: list[dict[str, str]], column: str) -> int:
    return sum(int(row[column].replace(".", "")) for row in rows)


def test_the_tables_add_up_to_the_cent():
    answer = seventeen()
    months = table(tables.month_rows(answer))
    rows = table(tables.crosswalk_rows(answer))
    assert len(months) == 36
    for side, amount in [*answer.total._asdict().items(), ("total", answer.total.total)]:
        assert in_cents(months, f"{side}_dollars") == amount
        assert in_cents(rows, f"{side}_dollars") == amount
    assert in_cents(rows, "year_3_local_dollars") == answer.years[2].local
    assert months[6]["clinicians_filled"] == "26"
