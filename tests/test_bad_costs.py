"""Bad figures of people and money are refused in one line that names the key, with exit code 2."""

from __future__ import annotations

import pytest

from sim import cli
from sim.config import compose
from tests.test_bad_configs import begins

FAULTS = [
    ("costs.per_fte.clinician=-1", "expected 0 or more, got -1"),
    ("costs.vehicle.purchase={value: 5, low: -1, high: 9}", "expected 0 or more, got -1"),
    ("costs.start_up_per_team=-5", "expected 0 or more, got -5"),
    ("costs.overhead_share=-0.1", "expected 0 or more, got -0.1"),
    ("costs.overtime_pay_factor=-1", "expected 0 or more, got -1"),
    ("costs.avoided.booking.dollars=-2520", "expected 0 or more, got -2520"),
    ("costs.avoided.jail_days_per_booking=-1", "expected 0 or more, got -1"),
    ("costs.grant.ceiling_dollars=-1", "expected 0 or more, got -1"),
    (
        "costs.grant.match_shares=[0.2, 0.2, 1.4]",
        "costs.grant.match_shares.2: expected a share from 0 to 1, got 1.4",
    ),
    ("costs.grant.match_shares=[0.2, 0.4]", "expected 3 shares, one per grant year, got 2"),
    ("costs.grant.match_shares=0.2", "expected a list, got 0.2"),
    ("costs.positions.vacancy_share=1", "expected a share below 1, got 1"),
    (
        "costs.positions.vacancy_share={value: 0.5, low: 0.1, high: 1}",
        "expected a share below 1, got 1",
    ),
    (
        "costs.positions.leave_hours_per_year=1976",
        "costs.positions: expected leave_hours_per_year, sick_hours_per_year and",
    ),
    ("costs.positions.continuous_duty_h=25", "expected at most 24 hours, got 25"),
    ("costs.positions.continuous_duty_h=0", "expected more than 0, got 0"),
    ("costs.positions.staff_per_supervisor=0", "expected more than 0, got 0"),
    ("costs.vehicle.life_years=0", "expected more than 0, got 0"),
    (
        "costs.officers.new_hire=0.5",
        "costs.officers: expected new_hire, backfill and reassignment to sum to 1, got 0.5",
    ),
    ("costs.grant.start_month=2027-13", "expected a month like '2027-10', got '2027-13'"),
    ("costs.grant.start_month=October", "expected a month like '2027-10', got 'October'"),
    ("costs.grant.start_month=2027", "expected a month like '2027-10', got 2027"),
    ("costs.grant.planning_months=36", "expected less than 36, got 36"),
    (
        "costs.grant.hire_months={clinician: [7, 37]}",
        "costs.grant.hire_months.clinician.1: expected at most 36, got 37",
    ),
    (
        "costs.grant.hire_months={officer: [0]}",
        "costs.grant.hire_months.officer.0: expected 1 or more, got 0",
    ),
    (
        "costs.grant.hire_months={chief: [7]}",
        "costs.grant.hire_months.chief: expected 'officer', 'clinician', 'case_manager',",
    ),
    (
        "costs.per_fte.officer={value: 150000, year: '2021-22'}",
        "expected the year of these dollars like 2023, or null for the price year, got",
    ),
    (
        "costs.per_fte.officer={value: 150000, year: 2021.5}",
        "costs.per_fte.officer.year: expected a whole number, got 2021.5",
    ),
    (
        "costs.per_fte.officer={value: 150000, year: 23}",
        "expected the year of these dollars like 2023, or null for the price year, got 23",
    ),
    ("costs.per_fte.officer=1e15", "expected at most 1,000,000,000,000 dollars, got 1e+15"),
    ("costs.per_fte.officer=cheap", "expected a number or {value, low, high, source, year,"),
    ("costs.per_fte.officer=nan", "costs.per_fte.officer.value: expected a finite number, got"),
    ("costs.avoided.booking.payer=town", "expected 'city', 'county', 'hospital' or 'state', got"),
    ("costs.avoided.jail_day.cashable_share=1.1", "expected a share from 0 to 1, got 1.1"),
    ("costs.avoided.admitted_given_hold=1.5", "expected a share from 0 to 1, got 1.5"),
    ("costs.inflation_per_year=3", "expected a share from 0 to 1, got 3"),
    ("costs.price_year=2025.5", "expected a whole number, got 2025.5"),
    ("costs.fiscal_year_start_month=13", "expected at most 12, got 13"),
    ("costs.crisis_now.population=0", "expected more than 0, got 0"),
    ("costs.crisis_now.mobile_share=2", "expected a share from 0 to 1, got 2"),
    ("costs.vehicles.purchase=1", "costs.vehicles: unknown key; did you mean 'vehicle'?"),
    ("costs=cheap", "unknown costs 'cheap'; expected default"),
]
NEIGHBORS = [
    "costs.per_fte.clinician=0",
    "costs.per_fte.officer={value: 150000, year: 2021}",
    "costs.per_fte.officer={value: 150000}",
    "costs.grant.match_shares=[0, 0.5, 1]",
    "costs.grant.ceiling_dollars=null",
    "costs.grant.start_month=2026-01",
    "costs.grant.planning_months=0",
    "costs.grant.hire_months={clinician: [1, 36], supervisor: [7]}",
    "costs.positions.vacancy_share=0.99",
    "costs.positions.leave_hours_per_year=1975",
    "costs.positions.continuous_duty_h=24",
    "costs.officers={new_hire: 0, backfill: 0.25, reassignment: 0.75}",
    "costs.inflation_per_year=0",
    "costs.crisis_now.population=1",
]


@pytest.mark.parametrize(("override", "said"), FAULTS, ids=[fault for fault, _ in FAULTS])
def test_a_fault_is_one_line_with_its_key(
    override: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["compare", "2", "1", override]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert begins(err.removeprefix("error: "), override, said)
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("override", NEIGHBORS)
def test_its_good_neighbor_is_read(override: str) -> None:
    compose([override])
