"""What a plan costs and what is avoided, against budgets worked by hand."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from sim.config import Sourced, StaffingPlan, compose, staffing
from sim.config.groups.costs import Costs
from sim.model.measures.dictionary import MEASURES, MONEY
from sim.model.money.costs import (
    PAYERS,
    AvoidedLine,
    CostLine,
    avoided,
    cars,
    indexed,
    overtime_by_role,
    priced,
    start_up_cost,
    yearly_cost,
)
from sim.scenarios.replications import run_one
from sim.scenarios.samples import NAMES, Job
from sim.scenarios.scenario import Scenario


def _avoided(dollars: float, payer: str, cashable: float, *, claimed: bool = False) -> Any:
    return {"dollars": dollars, "payer": payer, "claimed": claimed, "cashable_share": cashable}


# Prices as round as can be, all of one year, and 1,460 hours worked: half of a daily duty of 8 h.
TREE: dict[str, Any] = {
    "name": "round",
    "price_year": 2025,
    "fiscal_year_start_month": 7,
    "inflation_per_year": 0.03,
    "positions": {
        "paid_hours_per_year": 2080,
        "leave_hours_per_year": 400,
        "sick_hours_per_year": 120,
        "training_hours_per_year": 100,
        "overlap_minutes_per_duty": 0,
        "continuous_duty_h": 8,
        "vacancy_share": 0.2,
        "staff_per_supervisor": 8,
    },
    "officers": {"new_hire": 1, "backfill": 0, "reassignment": 0},
    "per_fte": {
        "clinician": 100_000,
        "officer": 130_000,
        "case_manager": 80_000,
        "peer": 60_000,
        "supervisor": 140_000,
    },
    "overtime_pay_factor": 1.5,
    "vehicle": {
        "purchase": 50_000,
        "life_years": 5,
        "running_per_year": 8_000,
        "held_in_officer_pay": False,
    },
    "training": {
        "clinician": 4_000,
        "officer": 3_000,
        "worker": 2_000,
        "turnover_share_per_year": 0.25,
    },
    "start_up_per_team": 25_000,
    "overhead_share": 0.1,
    "avoided": {
        "booking": _avoided(2_500, "county", 0.1, claimed=True),
        "jail_day": _avoided(100, "county", 0.2),
        "ed_visit": _avoided(2_000, "hospital", 0.1, claimed=True),
        "inpatient_day": _avoided(1_000, "state", 0.5),
        "patrol_hour": _avoided(80, "city", 0.05),
        "booking_is_total": True,
        "jail_days_per_booking": 3,
        "patrol_hours_per_booking": 2,
        "admitted_given_hold": 0.5,
        "admitted_given_voluntary": 0.25,
        "inpatient_days_per_admission": 8,
    },
    "grant": {
        "name": "none",
        "start_month": "2027-10",
        "planning_months": 6,
        "match_shares": [0.2, 0.2, 0.4],
    },
    "crisis_now": {
        "episodes_per_100k_per_month": 200,
        "mobile_share": 0.32,
        "served_per_team_per_day": 4,
    },
}
FOUND = {
    "overtime_hours_per_year": 104.0,
    "contacts_per_year": 500.0,
    "jail_diversions_net_per_year": 10.0,
    "hospital_diversions_net_per_year": 24.0,
    "hold_diversions_net_per_year": 20.0,
    "voluntary_hospital_diversions_net_per_year": 4.0,
    "patrol_hours_released_per_year": -300.0,
}
NOTHING = dict.fromkeys(FOUND, 0.0)
DAYS: dict[str, Any] = {
    "name": "days", "count": 1, "pattern": "daily", "starts": ["08:00"], "length_h": 8,
}  # fmt: skip
SHIPPED_PLANS = ("17", "unit_shifts_17", "12_and_3_case_managers", "12_and_3_remote", "johnson_23")


def given(**groups: Any) -> Costs:
    """Round prices, with some keys of some groups set anew."""
    tree = {
        name: TREE[name] | value if isinstance(value, dict) else value
        for name, value in groups.items()
    }
    return Costs.model_validate(TREE | tree)


def plan(*lines: dict[str, Any]) -> StaffingPlan:
    return StaffingPlan.model_validate({"name": "plan", "lines": list(lines)})


def by_item(lines: list[CostLine]) -> dict[tuple[str, str], float]:
    assert len({(line.item, line.role) for line in lines}) == len(lines)
    return {(line.item, line.role): line.dollars for line in lines}


def exact(dollars: Any) -> Decimal:
    """Sum in whole cents, by decimal arithmetic."""
    return sum((Decimal(repr(one)) for one in dollars), Decimal(0))


def in_cents(dollars: float) -> bool:
    return Decimal(repr(dollars)) == Decimal(repr(dollars)).quantize(Decimal("0.01"))


# --- what a plan costs ---------------------------------------------------------------------------


def test_a_tiny_plan_worked_by_hand() -> None:
    # 2,920 hours of duty over 1,460 are two clinicians and two officers; the four want half a
    # supervisor. 104 hours of overtime cost 1.5 hours' pay each, of 2,080 a year. A quarter of the
    # four are hired anew each year.
    lines = by_item(yearly_cost(plan(DAYS), given(), 104, 2025))
    assert lines == {
        ("pay", "clinician"): 200_000,
        ("pay, new hires", "officer"): 260_000,
        ("pay", "supervisor"): 70_000,
        ("overtime", "clinician"): 7_500,
        ("overtime", "officer"): 9_750,
        ("cars, purchase a year of life", ""): 10_000,
        ("cars, running", ""): 8_000,
        ("training", "clinician"): 2_000,
        ("training", "officer"): 1_500,
        ("overhead", ""): 56_875,  # a tenth of the 568,750 above
    }
    found = priced(FOUND, plan(DAYS), given())
    assert found["cost_per_year"] == found["cost_cash_per_year"] == 625_625
    assert found["cost_per_contact"] == 625_625 / 500
    assert [found[f"fte_{name}"] for name in ("clinician", "officer", "worker")] == [2, 2, 0]
    assert found["fte_supervisor"] == 0.5
    assert found["fte_overtime"] == pytest.approx(208 / 1460)


def test_quantity_times_price_is_the_line() -> None:
    for line in yearly_cost(plan(DAYS), given(), 104, 2028):
        assert line.dollars == pytest.approx(line.quantity * line.each_dollars, abs=0.005)


def test_start_up_worked_by_hand_has_no_car_in_it() -> None:
    # two clinicians and two officers are trained at first; the car is in the yearly cost
    assert by_item(start_up_cost(plan(DAYS), given(), 2025)) == {
        ("start-up", ""): 25_000,
        ("training", "clinician"): 8_000,
        ("training", "officer"): 6_000,
    }


def test_reassigned_officers_cost_in_full_but_no_cash() -> None:
    costs = given(officers={"new_hire": 0.25, "backfill": 0.25, "reassignment": 0.5})
    lines = by_item(yearly_cost(plan(DAYS), costs, 104, 2025))
    assert lines["pay, new hires", "officer"] == lines["pay, backfill", "officer"] == 65_000
    assert lines["pay, reassigned", "officer"] == 130_000
    found = priced(FOUND, plan(DAYS), costs)
    assert found["cost_per_year"] == 625_625
    assert found["cost_cash_per_year"] == 625_625 - 130_000 * 1.1  # with their overhead
    assert found["net_benefit_per_year"] == found["avoided_per_year"] - 625_625


def test_workers_are_paid_and_trained_and_have_no_car_or_overtime() -> None:
    peers = DAYS | {"name": "peers", "roles": ["peer"]}
    lines = by_item(yearly_cost(plan(peers), given(overhead_share=0), 0, 2025))
    assert lines == {
        ("pay", "peer"): 120_000,
        ("pay", "supervisor"): 35_000,
        ("training", "peer"): 1_000,
    }


def test_overtime_is_of_those_whose_duties_end() -> None:
    clinicians = DAYS | {"name": "clinicians", "count": 3, "roles": ["clinician"]}
    post = {"name": "post", "count": 9, "pattern": "continuous"}
    mixed = overtime_by_role(plan(DAYS, clinicians, post), 100)
    assert mixed == pytest.approx({"clinician": 100, "officer": 25})
    assert overtime_by_role(plan(post), 0) == {}
    assert overtime_by_role(plan(DAYS | {"roles": ["peer"]}), 0) == {}


def test_overtime_costs_more_as_its_factor_does_and_nothing_without_it() -> None:
    def overtime(factor: float, hours: float) -> float:
        lines = yearly_cost(plan(DAYS), given(overtime_pay_factor=factor), hours, 2025)
        return sum(line.dollars for line in lines if line.item == "overtime")

    assert overtime(2, 104) == pytest.approx(2 * overtime(1, 104))
    assert overtime(1.5, 0) == 0


def test_cars_are_the_most_on_duty_at_once_but_those_held_in_the_officers_pay() -> None:
    late = DAYS | {"name": "late", "starts": ["14:00"], "count": 2}
    night = DAYS | {"name": "night", "starts": ["22:00"], "count": 2}
    clinicians = late | {"name": "clinicians", "roles": ["clinician"], "count": 4}
    video = clinicians | {"name": "video", "by_video": True}
    peers = late | {"name": "peers", "roles": ["peer"]}
    whole = plan(DAYS, late, night, clinicians, video, peers)
    assert cars(whole, given()) == 1 + 2 + 4  # from 14:00 to 16:00
    assert cars(whole, given(vehicle={"held_in_officer_pay": True})) == 4


def test_the_shipped_officer_brings_a_car() -> None:
    # the published figure of an officer holds vehicle and kit: a car on top would count it twice
    costs = compose([]).costs
    assert "vehicle" in costs.per_fte.officer.source
    items = {line.item for line in yearly_cost(staffing("17"), costs, 0, 2025)}
    assert not any(item.startswith("cars") for item in items)
    remote = yearly_cost(staffing("12_and_3_remote"), costs, 0, 2025)
    assert not any(line.item.startswith("cars") for line in remote)


def test_a_post_costs_what_the_published_figures_come_to() -> None:
    # five clinicians and five officers at Alexandria's figures of FY23: about $1.4 million
    costs = compose([]).costs
    lines = by_item(yearly_cost(staffing("1"), costs, 0, 2023))
    pay = lines["pay", "clinician"] + lines["pay, new hires", "officer"]
    assert pay == pytest.approx(1.4e6, rel=0.02)


def test_an_officers_hour_is_the_officers_year_over_the_hours_worked() -> None:
    costs = compose([]).costs
    year, hour = costs.per_fte.officer, costs.avoided.patrol_hour.dollars
    assert float(hour) == round(float(year) / costs.positions.worked_hours_per_year)
    assert hour.year == year.year


# --- inflation -----------------------------------------------------------------------------------


def test_dollars_are_brought_from_their_own_year() -> None:
    costs = given()
    of_2023 = Sourced(value=100_000, year=2023)
    assert indexed(of_2023, costs, 2023) == 100_000
    assert indexed(of_2023, costs, 2025) == pytest.approx(106_090)  # 1.03 x 1.03
    assert indexed(of_2023, costs, 2021) == pytest.approx(100_000 / 1.0609)
    bare = Sourced(value=100_000)
    assert indexed(bare, costs, 2025) == 100_000
    assert indexed(bare, costs, 2026) == pytest.approx(103_000)


def test_a_later_fiscal_year_costs_more_by_the_inflation() -> None:
    now, later = (
        sum(line.dollars for line in yearly_cost(plan(DAYS), given(), 104, year))
        for year in (2025, 2027)
    )
    assert now == 625_625
    assert later == pytest.approx(625_625 * 1.0609, abs=0.05)


# --- what is avoided -----------------------------------------------------------------------------


def test_what_is_avoided_worked_by_hand() -> None:
    # A booking is 2,500 in all: less 3 jail days of 100 and 2 patrol hours of 80, it is 2,040. Of
    # 20 holds half are admitted, of 4 others a quarter: 11 stays of 8 days.
    assert avoided(FOUND, given()) == [
        AvoidedLine("booking", "county", True, 10, "bookings", 20_400, 2_040),
        AvoidedLine("jail_day", "county", False, 30, "days", 3_000, 600),
        AvoidedLine("ed_visit", "hospital", True, 24, "visits", 48_000, 4_800),
        AvoidedLine("inpatient_day", "state", False, 88, "days", 88_000, 44_000),
        AvoidedLine("patrol_hour", "city", False, -300, "h", -24_000, -1_200),
    ]
    found = priced(FOUND, plan(DAYS), given())
    assert {name: value for name, value in found.items() if "avoided" in name} == {
        "avoided_per_year": 135_400,
        "avoided_cashable_per_year": 50_240,
        "avoided_capacity_per_year": 85_160,
        "avoided_claimed_per_year": 68_400,
        "avoided_city_per_year": -24_000,
        "avoided_county_per_year": 23_400,
        "avoided_hospital_per_year": 48_000,
        "avoided_state_per_year": 88_000,
    }
    assert found["net_benefit_per_year"] == 135_400 - 625_625
    assert found["net_benefit_cashable_per_year"] == 50_240 - 625_625


@pytest.mark.parametrize("jail_days", [0, 3, 20])
def test_an_arrest_saves_what_is_claimed_of_it_however_it_is_split(jail_days: float) -> None:
    # one arrest less, its jail days and its two patrol hours: 2,500 in all, never 2,500 and more
    found = NOTHING | {"jail_diversions_net_per_year": 1.0, "patrol_hours_released_per_year": 2.0}
    lines = avoided(found, given(avoided={"jail_days_per_booking": jail_days}))
    assert sum(line.dollars for line in lines) == 2_500


def test_jail_days_that_cost_more_than_the_whole_leave_nothing_of_the_booking() -> None:
    lines = avoided(FOUND, given(avoided={"jail_days_per_booking": 26}))
    assert [line.dollars for line in lines[:2]] == [0, 26_000]


def test_a_figure_of_the_booking_alone_has_nothing_taken_out() -> None:
    lines = avoided(FOUND, given(avoided={"booking_is_total": False}))
    assert [line.dollars for line in lines[:2]] == [25_000, 3_000]


@pytest.mark.parametrize("costs", [given(), compose([]).costs])
def test_nothing_is_avoided_without_net_diversions_and_patrol_hours(costs: Costs) -> None:
    gross = {"jail_diversions_gross_per_year": 990.0, "hospital_diversions_gross_per_year": 910.0}
    found = priced(NOTHING | {"contacts_per_year": 1_000.0} | gross, plan(DAYS), costs)
    assert not any(value for name, value in found.items() if "avoided" in name)
    assert found["net_benefit_per_year"] == -found["cost_per_year"]
    assert found["net_benefit_cashable_per_year"] == -found["cost_per_year"]


def test_more_events_than_with_patrol_alone_cost_what_fewer_save() -> None:
    fewer, more = (
        avoided({name: sign * value for name, value in FOUND.items()}, given()) for sign in (1, -1)
    )
    assert [line.dollars for line in more] == [-line.dollars for line in fewer]


# --- the measures --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED_PLANS)
def test_columns_add_up_to_the_cent(name: str) -> None:
    costs, of = compose([]).costs, staffing(name)
    draw = np.random.default_rng(7)
    for _ in range(20):
        found = {key: float(draw.normal(0, 1_000)) for key in FOUND}
        found["overtime_hours_per_year"] = abs(found["overtime_hours_per_year"])
        budget = yearly_cost(of, costs, found["overtime_hours_per_year"], costs.price_year)
        saved = avoided(found, costs)
        money = priced(found, of, costs)
        assert all(in_cents(line.dollars) for line in budget)
        assert all(in_cents(x) for line in saved for x in (line.dollars, line.cashable_dollars))
        whole, cost = exact([money["avoided_per_year"]]), exact([money["cost_per_year"]])
        assert cost == exact(line.dollars for line in budget)
        assert whole == exact(line.dollars for line in saved)
        assert whole == exact(money[f"avoided_{payer}_per_year"] for payer in PAYERS)
        capacity = exact(line.dollars for line in saved)
        capacity -= exact(line.cashable_dollars for line in saved)
        assert whole == exact([money["avoided_cashable_per_year"]]) + capacity
        assert exact([money["net_benefit_per_year"]]) == whole - cost


def test_names_and_order_are_the_dictionarys() -> None:
    assert tuple(priced(FOUND, plan(DAYS), given())) == MONEY
    assert tuple(MEASURES)[-len(MONEY) :] == MONEY


def test_no_contacts_have_no_cost_each_and_no_posts_cost_nothing() -> None:
    assert math.isnan(priced(NOTHING, plan(DAYS), given())["cost_per_contact"])
    none = priced(NOTHING, staffing("0"), given())
    del none["cost_per_contact"]
    assert set(none.values()) == {0}
    assert yearly_cost(staffing("0"), given(), 0, 2025) == []


def test_a_replication_has_its_money_beside_its_measures() -> None:
    scenario = Scenario(compose(["run.window_days=14", "run.tail_days=2"]))
    arms = tuple(scenario.arm(staffing(name)) for name in ("unit_shifts_17", "0"))
    sample = run_one(Job(scenario, arms, ((0, 1),), "compiled"), 3)
    for arm, of in zip(arms, sample.arms, strict=True):
        found = dict(zip(NAMES, of.values[0], strict=True))
        money = {name: found[name] for name in MONEY}
        assert money == pytest.approx(priced(found, arm.plan, scenario.config.costs), nan_ok=True)
    of_pair = dict(zip(NAMES, sample.pairs[0].differences[0], strict=True))
    assert of_pair["cost_per_year"] == sample.arms[0].values[0][NAMES.index("cost_per_year")]
