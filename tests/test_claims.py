"""What a year may bring and which effect would pay, in sentences: every form they take."""

from dataclasses import replace

import pytest

from sim.report.money.claims import claims
from sim.report.money.tornado import ends_of
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.economics import BreakEven
from tests import money


@pytest.fixture(scope="module")
def found() -> Comparison:
    return money.found()


def with_break_even(found: Comparison, one: BreakEven) -> Comparison:
    """Return it with another break-even of the difference, and none of the plans."""
    assert found.economics is not None
    plans = [replace(side, break_even=None) for side in found.economics.plans]
    pairs = [replace(side, break_even=one) for side in found.economics.differences]
    return replace(found, economics=replace(found.economics, plans=plans, differences=pairs))


BREAK_EVENS = {
    "an effect": BreakEven(0.312, already=False, central_arrest=0.48, central_hold=0.84),
    "without an effect": BreakEven(None, already=True, central_arrest=0.48, central_hold=0.84),
    "none, hold not known": BreakEven(None, already=False, central_arrest=0.48, central_hold=None),
    "none, nothing known": BreakEven(None, already=False, central_arrest=None, central_hold=None),
}


def test_golden_claims_in_every_form(found, golden):
    forms = {
        "17 and 12": found,
        "one plan": money.of_one_plan(found),
        "no draws": money.found(draws=0),
    }
    texts = {form: claims(comparison) for form, comparison in forms.items()}
    for name, one in BREAK_EVENS.items():
        told = claims(with_break_even(found, one))
        texts[f"break-even: {name}"] = told[told.index("- Break") : told.index("\n- Gross")]
    golden("\n".join(f"{form}:\n{text}\n" for form, text in texts.items()), "claims.txt")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.004, 0.05, "0.004 to 0.05"), (0.4, 1.8, "0.4 to 1.8"), (0, 30, "0 to 30")],
)
def test_ends_of_an_assumption_keep_their_first_digits(found, low, high, expected):
    bar = replace(found.economics.tornado[0].bars[0], low_value=low, high_value=high)
    assert ends_of(bar) == expected
