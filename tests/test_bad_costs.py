"""Bad figures of people and money are refused in one line that names the key, with exit code 2."""

from __future__ import annotations

import copy

import pytest

from sim import cli
from sim.config import compose
from tests.test_bad_configs import compose_room, composed

FAULTS = [
    ("costs.per_fte.clinician=-1", "costs.per_fte.clinician: -1 is negative; zero or more"),
    (
        "costs.vehicle.purchase={value: 5, low: -1, high: 9}",
        "costs.vehicle.purchase: 5 is negative; zero or more is wanted",
    ),
    ("costs.start_up_per_team=-5", "costs.start_up_per_team: -5 is negative"),
    ("costs.overhead_share=-0.1", "costs.overhead_share: -0.1 is negative"),
    ("costs.overtime_pay_factor=-1", "costs.overtime_pay_factor: -1 is negative"),
    ("costs.avoided.booking.dollars=-2520", "costs.avoided.booking.dollars: -2520 is negative"),
    ("costs.avoided.jail_days_per_booking=-1", "jail_days_per_booking: -1 is negative"),
    ("costs.grant.ceiling_dollars=-1", "costs.grant.ceiling_dollars: -1 is negative"),
    (
        "costs.grant.match_shares=[0.2, 0.2, 1.4]",
        "costs.grant.match_shares.2: 1.4 is not a share; 0 to 1 is wanted",
    ),
    ("costs.grant.match_shares=[0.2, 0.4]", "costs.grant.match_shares: 2 shares; 3 are wanted"),
    ("costs.grant.match_shares=0.2", "costs.grant.match_shares: Input should be a valid list"),
    ("costs.positions.vacancy_share=1", "costs.positions.vacancy_share: 1: less than 1 is wanted"),
    (
        "costs.positions.vacancy_share={value: 0.5, low: 0.1, high: 1}",
        "costs.positions.vacancy_share: 1: less than 1 is wanted",
    ),
    (
        "costs.positions.leave_hours_per_year=1976",
        "training_hours_per_year leave nothing of paid_hours_per_year 2080; together less",
    ),
    ("costs.positions.continuous_duty_h=25", "continuous_duty_h: 25 hours; at most 24 are wanted"),
    ("costs.positions.continuous_duty_h=0", "costs.positions.continuous_duty_h: 0: more than zero"),
    ("costs.positions.staff_per_supervisor=0", "staff_per_supervisor: 0: more than zero"),
    ("costs.vehicle.life_years=0", "costs.vehicle.life_years: 0: more than zero"),
    (
        "costs.officers.new_hire=0.5",
        "costs.officers: new_hire, backfill and reassignment sum to 0.5; 1 is wanted",
    ),
    ("costs.grant.start_month=2027-13", "costs.grant.start_month: '2027-13' is not a month; one"),
    ("costs.grant.start_month=October", "costs.grant.start_month: 'October' is not a month"),
    ("costs.grant.start_month=2027", "costs.grant.start_month: 2027 is not a month; one like"),
    ("costs.grant.planning_months=36", "costs.grant.planning_months: Input should be less than 36"),
    (
        "costs.grant.hire_months={clinician: [7, 37]}",
        "costs.grant.hire_months.clinician.1: Input should be less than or equal to 36",
    ),
    ("costs.grant.hire_months={officer: [0]}", "costs.grant.hire_months.officer.0: Input should"),
    ("costs.grant.hire_months={chief: [7]}", "costs.grant.hire_months.chief"),
    (
        "costs.per_fte.officer={value: 150000, year: '2021-22'}",
        "costs.per_fte.officer: year '2021-22' is not the year of these dollars; a whole year",
    ),
    ("costs.per_fte.officer={value: 150000, year: 2021.5}", "costs.per_fte.officer.year"),
    ("costs.per_fte.officer={value: 150000, year: 23}", "costs.per_fte.officer: year 23 is not"),
    ("costs.per_fte.officer=1e15", "costs.per_fte.officer: 1e+15 dollars; at most 1e+12"),
    ("costs.per_fte.officer=cheap", "costs.per_fte.officer: a number, or {value, low, high"),
    ("costs.per_fte.officer=nan", "costs.per_fte.officer.value: Input should be a finite number"),
    ("costs.avoided.booking.payer=town", "costs.avoided.booking.payer: Input should be 'city'"),
    ("costs.avoided.jail_day.cashable_share=1.1", "jail_day.cashable_share: 1.1 is not a share"),
    ("costs.avoided.admitted_given_hold=1.5", "admitted_given_hold: 1.5 is not a share"),
    ("costs.inflation_per_year=3", "costs.inflation_per_year: 3 is not a share; 0 to 1"),
    ("costs.price_year=2025.5", "costs.price_year: Input should be a valid integer"),
    ("costs.fiscal_year_start_month=13", "costs.fiscal_year_start_month: Input should be less"),
    ("costs.crisis_now.population=0", "costs.crisis_now.population: 0: more than zero is wanted"),
    ("costs.crisis_now.mobile_share=2", "costs.crisis_now.mobile_share: 2 is not a share"),
    ("costs.vehicles.purchase=1", "costs.vehicles: unknown key; did you mean 'vehicle'?"),
    ("costs=cheap", "unknown costs 'cheap'; there are: default"),
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


@pytest.fixture(autouse=True)
def _one_composition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hydra's part once for all of these, as they set single keys in what it gave."""
    composed()
    monkeypatch.setattr(
        compose_room, "_compose_groups", lambda choices, _: copy.deepcopy(composed(*choices))
    )


@pytest.mark.parametrize(("override", "said"), FAULTS, ids=[fault for fault, _ in FAULTS])
def test_a_fault_is_one_line_with_its_key(
    override: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["compare", "2", "1", override]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("override", NEIGHBORS)
def test_its_good_neighbor_is_read(override: str) -> None:
    compose([override])
