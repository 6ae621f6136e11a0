"""What a grant stands on, in sentences: every form they take, and the figures in them."""

import re
from dataclasses import replace

import pytest

from sim.report.money.claims import claims
from sim.report.wording import dollars
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.economics import BreakEven
from sim.scenarios.answers.intervals import Interval
from tests import money


@pytest.fixture(scope="module")
def found() -> Comparison:
    return money.found()


def flat(comparison: Comparison) -> str:
    """Claims without their line breaks."""
    return " ".join(claims(comparison).split())


def with_break_even(found: Comparison, one: BreakEven) -> Comparison:
    """Return it with another break-even of the difference, and none of the plans."""
    assert found.economics is not None
    plans = [replace(side, break_even=None) for side in found.economics.plans]
    pairs = [replace(side, break_even=one) for side in found.economics.differences]
    return replace(found, economics=replace(found.economics, plans=plans, differences=pairs))


def turned(found: Comparison) -> Comparison:
    """Return 12 posts less 17, which cost less and pay for themselves."""
    (pair,) = found.main.differences
    measures = {
        k: replace(x, mean=-x.mean, low=-x.high, high=-x.low) for k, x in pair.measures.items()
    }
    less = replace(pair, plan="12", versus="17", measures=measures, spread={})
    main = replace(found.main, plans=found.main.plans[::-1], differences=[less])
    return with_break_even(replace(found, main=main), BREAK_EVENS["without an effect"])


def named(found: Comparison) -> Comparison:
    """Return it with a plan that has a name."""
    plans = [replace(x, name=name) for x, name in zip(found.main.plans, ("day", "12"), strict=True)]
    pairs = [replace(pair, plan="day") for pair in found.main.differences]
    return replace(found, main=replace(found.main, plans=plans, differences=pairs))


def small(found: Comparison) -> Comparison:
    """Return it with less than one diversion, of which chance says nothing either."""
    (pair,) = found.main.differences
    few = {
        name: replace(pair.measures[name], mean=mean, low=-2.1, high=1.9)
        for name, mean in (
            ("jail_diversions_net_per_year", -0.4),
            ("hospital_diversions_net_per_year", 0.3),
        )
    }
    pairs = [replace(pair, measures=pair.measures | few)]
    return replace(found, main=replace(found.main, differences=pairs))


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
        "fewer": turned(found),
        "named": named(found),
        "small": small(found),
        "no draws": money.found(draws=0),
    }
    texts = {form: claims(comparison) for form, comparison in forms.items()}
    for name, one in BREAK_EVENS.items():
        told = claims(with_break_even(found, one))
        texts[f"break-even: {name}"] = told[told.index("- Break") : told.index("\n- Gross")]
    golden("\n".join(f"{form}:\n{text}\n" for form, text in texts.items()), "claims.txt")


def test_the_sentence_of_a_grant_has_people_dollars_and_both_intervals(found):
    text, cost = flat(found), found.main.differences[0].measures["cost_per_year"].mean
    figures = ("53", "(chance 48 to 58; assumptions −11 to 120)", "71", "(chance 64 to 78; ")
    at = [text.index(figure) for figure in (*figures, dollars(cost), dollars(0.6 * cost))]
    assert at == sorted(at)


@pytest.mark.parametrize(
    ("jail", "hospital", "places"),
    [
        ((1, 90), (1, 90), ""),
        ((-1, 90), (1, 90), "from jail"),
        ((-1, 90), (-5, 90), "from jail and from hospital"),
        ((0, 90), (1, 90), "from jail"),
    ],
)
def test_which_diversions_include_zero_is_said(found, jail, hospital, places):
    some = money.with_measure(found, "jail_diversions_net_per_year", *jail)
    some = money.with_measure(some, "hospital_diversions_net_per_year", *hospital)
    said = re.findall(r"17 minus 12[\w, ]*: net diversions ([\w ]+) may be zero", flat(some))
    assert said == ([places] if places else [])


def test_the_range_of_a_year_and_the_share_of_draws_are_said(found):
    text = flat(found)
    assert "−12 to 130 from jail, −16 to 170 from hospital." in text
    assert "from jail 93 %, from hospital 93 %, net benefit in none, cashable net" in text


def test_gross_is_held_against_net(found):
    assert re.search(r"99 % not jailed .* 100 contacts with 17 posts .* 2\.0 fewer", flat(found))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.004, 0.05, "0.004 to 0.05"), (0.4, 1.8, "0.4 to 1.8"), (0, 30, "0 to 30")],
)
def test_ends_of_an_assumption_keep_their_first_digits(found, low, high, expected):
    bar = replace(found.economics.tornado[0].bars[0], low_value=low, high_value=high)
    assert ends_of(bar) == expected


def test_nothing_is_said_of_a_plan_that_reaches_nobody(found):
    plan, base = found.main.plans
    nobody = Interval(0.0, 0.0, 0.0, 20)
    none = replace(base, measures=base.measures | {"contacts_per_year": nobody})
    text = flat(replace(found, main=replace(found.main, plans=[plan, none])))
    assert "17 minus 12 and plan 17: net diversions" in text
