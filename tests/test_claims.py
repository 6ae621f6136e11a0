"""What a grant stands on, in sentences: every form they take, and the figures in them."""

from dataclasses import replace

import pytest

from sim.report.money.claims import claims, dollars, ends_of, two_figures
from sim.scenarios.answers import BreakEven, Comparison
from sim.scenarios.intervals import Interval
from tests import money


@pytest.fixture(scope="module")
def found() -> Comparison:
    return money.found()


def said(found: Comparison, beginning: str) -> str:
    """Return the one claim that begins so."""
    (claim,) = [claim for claim in claims(found) if claim.startswith(beginning)]
    return claim


def with_break_even(found: Comparison, one: BreakEven) -> Comparison:
    """Return it with another break-even of the difference, and none of the plans."""
    assert found.economics is not None
    plans = [replace(side, break_even=None) for side in found.economics.plans]
    pairs = [replace(side, break_even=one) for side in found.economics.differences]
    return replace(found, economics=replace(found.economics, plans=plans, differences=pairs))


def test_the_sentence_of_a_grant_has_people_dollars_and_both_intervals(found):
    cost = found.main.differences[0].measures["cost_per_year"].mean
    assert said(found, "Five more posts") == (
        "Five more posts would divert 53 people a year from jail (chance 48 to 58; assumptions −11 "
        "to 120) and 71 from hospital (chance 64 to 78; assumptions −14 to 160), net of what "
        f"patrol alone would have done, at a cost of {dollars(cost)} a year more (assumptions "
        f"{dollars(0.6 * cost)} to {dollars(1.8 * cost)})."
    )


def test_fewer_posts_divert_fewer_at_less(found):
    (pair,) = found.main.differences
    turned = {
        k: replace(x, mean=-x.mean, low=-x.high, high=-x.low) for k, x in pair.measures.items()
    }
    main = replace(
        found.main,
        plans=found.main.plans[::-1],
        differences=[replace(pair, plan="12", versus="17", measures=turned, spread={})],
    )
    told = said(replace(found, main=main), "Five fewer posts")
    assert told.startswith(
        "Five fewer posts would divert 53 fewer people a year from jail (chance "
    )
    assert " and 71 fewer from hospital (chance −78 to −64)" in told
    assert told.endswith(" million a year less.")


def test_plans_that_are_no_posts_are_named(found):
    plans = [
        replace(plan, name=name) for plan, name in zip(found.main.plans, ("day", "12"), strict=True)
    ]
    pairs = [replace(pair, plan="day") for pair in found.main.differences]
    named = replace(found, main=replace(found.main, plans=plans, differences=pairs))
    assert said(named, "day in place of 12 posts would divert 53 people")


@pytest.mark.parametrize(
    ("jail", "hospital", "expected"),
    [
        ((1, 90), (1, 90), []),
        (
            (-1, 90),
            (1, 90),
            ["no diversion from jail can be told from zero, as the interval of the assumptions"],
        ),
        ((-1, 90), (-5, 90), ["no diversion from jail or from hospital can be told from zero"]),
        ((0, 90), (1, 90), ["no diversion from jail can be told from zero"]),
    ],
)
def test_which_diversions_include_zero_is_said(found, jail, hospital, expected):
    told = money.with_measure(found, "jail_diversions_net_per_year", *jail)
    told = money.with_measure(told, "hospital_diversions_net_per_year", *hospital)
    untold = [claim for claim in claims(told) if "told from zero" in claim and "17 minus" in claim]
    assert len(untold) == len(expected)
    for claim, words in zip(untold, expected, strict=True):
        assert words in claim


def test_plans_that_divert_nobody_for_sure_are_said_to(found):
    assert said(found, "17 minus 12, plan 17 and plan 12") == (
        "17 minus 12, plan 17 and plan 12: no diversion from jail or from hospital can be told "
        "from zero, as the interval of the assumptions contains zero."
    )


def test_the_range_of_a_year_and_the_share_of_draws_are_said(found):
    assert said(found, "17 minus 12: a single") == (
        "17 minus 12: a single year, with chance and assumptions in it, may bring −12 to 130 from "
        "jail, −16 to 170 from hospital."
    )
    assert said(found, "17 minus 12: chance") == (
        "17 minus 12: chance of being above zero, of 100 draws: net diversions from jail 93 %, "
        "from hospital 93 %, net benefit in none of them, cashable net benefit in none of them."
    )


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (
            BreakEven(0.312, already=False, central_arrest=0.48, central_hold=0.84),
            " by 0.31, and not if by more; ",
        ),
        (
            BreakEven(None, already=True, central_arrest=0.48, central_hold=0.84),
            "without any effect",
        ),
        (
            BreakEven(None, already=False, central_arrest=0.48, central_hold=None),
            "none. No odds ratio",
        ),
    ],
)
def test_the_break_even_has_three_forms(found, one, expected):
    told = said(with_break_even(found, one), "Break-even, 17 minus 12: ")
    assert expected in told
    assert ("central odds ratios are 0.48 for arrest" in told) != one.already
    assert (" and 0.84 for hold" in told) == (one.odds_ratio is not None)


def test_break_evens_that_are_alike_are_said_once(found):
    assert "Break-even, 17 minus 12, plan 17 and plan 12: none." in said(found, "Break-even")


def test_gross_is_said_to_be_no_effect(found):
    assert said(found, "Gross") == (
        "Gross is not an effect: 99 % not jailed is not 99 % diverted. For every 100 contacts with "
        "17 posts, 2.0 bookings fewer than with patrol alone. Who is diverted twice counts twice."
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (0.0804, "0.080"),
        (0.996, "1.0"),
        (9.96, "10"),
        (42.4, "42"),
        (1_249, "1,200"),
        (-12_600, "−13,000"),
        (-0.0, "0"),
    ],
)
def test_prose_has_two_significant_figures(value, expected):
    assert two_figures(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "$0"),
        (-1_240, "−$1,200"),
        (999_600, "$1.0 million"),
        (36_400_000, "$36 million"),
        (2.5e9, "$2.5 billion"),
    ],
)
def test_dollars_have_two_significant_figures(value, expected):
    assert dollars(value) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.004, 0.05, "0.004 to 0.05"), (0.4, 1.8, "0.4 to 1.8"), (0, 30, "0 to 30")],
)
def test_ends_of_an_assumption_keep_their_first_digits(found, low, high, expected):
    bar = replace(found.economics.tornado[0].bars[0], low_value=low, high_value=high)
    assert ends_of(bar) == expected


def test_nothing_is_said_of_whom_patrol_alone_diverts(found):
    plan, base = found.main.plans
    nobody = Interval(0.0, 0.0, 0.0, 20)
    none = replace(base, measures=base.measures | {"contacts_per_year": nobody})
    told = replace(found, main=replace(found.main, plans=[plan, none]))
    assert said(told, "17 minus 12 and plan 17: no diversion from jail or from hospital")


def test_a_difference_that_costs_less_needs_no_effect_to_pay(found):
    one = BreakEven(None, already=True, central_arrest=0.48, central_hold=0.84)
    (pair,) = found.main.differences
    cost = pair.measures["cost_per_year"]
    less = pair.measures | {"cost_per_year": replace(cost, mean=-cost.mean)}
    cheaper = replace(found.main, differences=[replace(pair, measures=less)])
    told = said(with_break_even(replace(found, main=cheaper), one), "Break-even, 17 minus 12: ")
    assert told.endswith(
        "costs less, and leaves money over if teams have no effect on arrest or holds."
    )
