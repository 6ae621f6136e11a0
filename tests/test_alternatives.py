"""What the same money would buy otherwise: dollars over dollars, and never more than is open."""

from __future__ import annotations

import pytest

from sim.config import InputError, compose
from sim.model.money.alternatives import same_money
from sim.scenarios.draws import unknowns

KEY = "costs.alternatives.mobile_crisis"
PRICES = (
    "costs.price_year=2024",
    f"{KEY}.dollars_per_unit={{value: 400, low: 200, high: 800, year: 2024}}",
    f"{KEY}.dollars_per_contact={{value: 10, low: 5, high: 20, year: 2024}}",
    f"{KEY}.takes_share={{value: 0.4, low: 0.2, high: 0.6}}",
    "demand.calls_per_year=1000",
)


def bought(dollars: float, *more: str):
    answer = same_money(dollars, compose([*PRICES, *more]))
    assert answer is not None
    return next(each for each in answer.bought if each.name == "mobile_crisis")


def test_the_fewest_are_at_the_highest_price() -> None:
    crisis = bought(1_600)
    assert tuple(crisis.units) == (4, 2, 8)
    assert tuple(crisis.contacts_per_year) == (160, 80, 320)
    assert tuple(crisis.dollars_per_contact) == (10, 5, 20)


def test_no_option_handles_more_calls_than_it_may_take() -> None:
    crisis = bought(1_000_000, "demand.growth_factor=2")
    assert tuple(crisis.may_take_per_year) == (800, 400, 1200)
    assert crisis.contacts_per_year == crisis.may_take_per_year


def test_units_are_those_that_the_calls_need_and_the_rest_of_the_money_is_left() -> None:
    crisis = bought(10_000)
    assert tuple(crisis.contacts_per_year) == (400, 200, 600)
    # 400 calls at $10 are $4,000, 10 units of $400; 200 at $20 are 5 of $800; 600 at $5 are 15
    assert tuple(crisis.units) == (10, 5, 15)
    assert tuple(crisis.left_dollars) == (6_000, 6_000, 7_000)
    assert tuple(bought(1_600).left_dollars) == (0, 0, 0)


def test_dollars_are_brought_to_the_price_year() -> None:
    later = bought(1_600, "costs.price_year=2026", "costs.inflation_per_year=0.1")
    assert later.dollars_per_contact.mean == pytest.approx(10 * 1.1**2)
    assert later.contacts_per_year.mean == pytest.approx(160 / 1.1**2)


def test_a_difference_below_zero_is_the_same_money() -> None:
    assert bought(-1_600) == bought(1_600)


@pytest.mark.parametrize("dollars", [None, 0.0])
def test_no_money_buys_nothing(dollars: float | None) -> None:
    assert same_money(dollars, compose([])) is None


def test_alternatives_are_no_assumptions_of_the_model() -> None:
    assert not [x.name for x in unknowns(compose([])) if "alternatives" in x.name]


def test_every_alternative_says_what_it_cannot_do_and_its_evidence_with_a_source() -> None:
    for option in compose([]).costs.alternatives.values():
        assert option.cannot.endswith(".")
        assert option.evidence.startswith(("Weak", "Very weak", "Mixed"))
        for number in (option.dollars_per_unit, option.dollars_per_contact, option.takes_share):
            assert number.source
            assert number.confidence in ("S", "S2", "D", "A")
            assert number.low < number.value < number.high


@pytest.mark.parametrize(
    ("override", "said"),
    [
        (f"{KEY}.dollars_per_contact=0", "dollars_per_contact: expected more than 0"),
        (f"{KEY}.takes_share=1.2", "takes_share: expected a share"),
    ],
)
def test_what_is_wrong_is_named(override: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        compose([override])
