"""Dollars for each of something: hand-worked, blank where they say nothing, equal to the lines."""

from __future__ import annotations

from math import fsum

import numpy as np
import pytest

import sim
from sim.config import staffing
from sim.model.money.positions import bridges
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.economics import PER_CALL
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.economics.per_unit import OF_A_DIFFERENCE, Quotient, quotient, where_any
from sim.scenarios.intervals import mean_interval, ratio_of_means
from sim.scenarios.samples import NAMES

SHORT = [
    *("run.window_days=28", "run.warm_up_days=1", "run.tail_days=1"),
    "demand.calls_per_year=20000",
]
STRONG = [f"outcomes.effect.{name}_odds_ratio=0.1" for name in ("hold", "arrest")]
RATIOS = [
    "cost_per_contact",
    "cost_per_jail_diversion_net",
    "cost_per_hospital_diversion_net",
    "cost_per_net_diversion",
]
BOTTOMS = {
    "cost_per_contact": (["contacts_per_year"], 1),
    "cost_per_net_diversion": (
        ["jail_diversions_net_per_year", "hospital_diversions_net_per_year"],
        1,
    ),
    "cost_per_additional_call_reached": (["handled_per_day"], 365),
}


def compared(*overrides: str, draws: int = 0, replications: int = 4) -> Comparison:
    words = [*SHORT, *overrides]
    how = {"draws": draws, "replications": replications, "check": "none"}
    return sim.compare(3, 2, overrides=words, **how)


@pytest.fixture(scope="module")
def found() -> Comparison:
    """Return two plans under an effect so strong that every draw has net diversions."""
    return compared(*STRONG, "run.window_days=56", draws=12)


def columns(found: Comparison, names: list[str]) -> np.ndarray:
    """Difference of a sum of measures, one value a replication."""
    one, other = (plan.sample.values for plan in found.main.plans)
    at = [NAMES.index(name) for name in names]
    return (one - other)[:, at].sum(axis=1)


@pytest.mark.parametrize("name", list(BOTTOMS))
def test_a_ratio_is_the_jackknife_of_the_ratio_of_means(found, name):
    of, times = BOTTOMS[name]
    tops, bottoms = columns(found, ["cost_per_year"]), times * columns(found, of)
    n, whole = len(tops), tops.mean() / bottoms.mean()
    without = [np.delete(tops, i).sum() / np.delete(bottoms, i).sum() for i in range(n)]
    pseudo = n * whole - (n - 1) * np.array(without)
    half_width = 3.182 * pseudo.std(ddof=1) / n**0.5  # Student's t, 3 degrees of freedom
    ratio = found.economics.differences[0].ratios[name]
    assert ratio.mean == pytest.approx(pseudo.mean())
    assert ratio.low == pytest.approx(pseudo.mean() - half_width, rel=1e-3)
    assert ratio.high == pytest.approx(pseudo.mean() + half_width, rel=1e-3)
    assert ratio.why_blank == ""


def test_a_difference_alone_tells_the_cost_of_an_additional_call(found):
    assert [list(side.ratios) for side in found.economics.plans] == [RATIOS] * 2
    (difference,) = found.economics.differences
    assert list(difference.ratios) == [*RATIOS, "cost_per_additional_call_reached"]
    assert [side.name for side in found.economics.plans] == ["3", "2"]
    assert difference.name == "3 minus 2"


def test_a_strong_effect_has_a_price_with_both_intervals(found):
    for side in (*found.economics.plans, *found.economics.differences):
        for name in ("cost_per_contact", "cost_per_net_diversion"):
            ratio = side.ratios[name]
            assert ratio.low <= ratio.mean <= ratio.high
            assert 0 < ratio.parameter_low < ratio.parameter_high
            assert ratio.why_blank == ""


def test_no_effect_has_no_price_and_says_why():
    sides = compared("outcomes=none", draws=3).economics.differences
    for name, what in (
        ("cost_per_jail_diversion_net", "net diversions from jail"),
        ("cost_per_hospital_diversion_net", "net diversions from hospital"),
        ("cost_per_net_diversion", "net diversions"),
    ):
        ratio = sides[0].ratios[name]
        assert ratio.why_blank == f"{what} may be zero"
        assert {ratio.mean, ratio.low, ratio.high, ratio.parameter_low} == {None}
    assert sides[0].ratios["cost_per_contact"].mean > 0


def test_what_may_be_none_in_some_draws_has_no_price_at_all():
    unsure = "{value: 0.3, low: 0.1, high: 50, source: a test, confidence: S}"
    words = [f"outcomes.effect.{name}_odds_ratio={unsure}" for name in ("hold", "arrest")]
    ratio = compared(*words, draws=12).economics.differences[0].ratios["cost_per_net_diversion"]
    assert {ratio.mean, ratio.low, ratio.high, ratio.parameter_low} == {None}
    assert ratio.why_blank.startswith("net diversions are zero or negative in ")
    assert ratio.why_blank.endswith("% of the draws")


@pytest.mark.parametrize(("low", "priced"), [(0.001, True), (-0.001, False)])
def test_no_price_stands_beside_a_range_that_holds_zero(found, low, priced):
    (difference,) = found.economics.differences
    price = difference.ratios[PER_CALL]
    shown = where_any(price, OF_A_DIFFERENCE[PER_CALL], Interval(0.004, low, 0.008, 20))
    assert shown.mean == (price.mean if priced else None)
    assert shown.why_blank == ("" if priced else "additional calls reached may be zero")


def test_no_price_is_negative_where_there_are_hardly_any_more_calls():
    """The mean is above zero beyond chance, and yet so small that the price would cross zero."""
    dollars = np.full(20, 1e6)
    few = np.array([4.0] * 4 + [0.05] * 16)
    bottom = OF_A_DIFFERENCE[PER_CALL]
    more = mean_interval(few, 0.95)
    assert more.low > 0
    whole = ratio_of_means(dollars, few, 0.95)
    assert whole.low < 0
    price = quotient(PER_CALL, bottom, Quotient(dollars, few, None, None, 0.95, 0.95))
    assert {price.mean, price.low, price.high} == {None}
    assert price.why_blank == "additional calls reached may be zero"
    saved = quotient(PER_CALL, bottom, Quotient(-dollars, 4 + few, None, None, 0.95, 0.95))
    assert (saved.mean, saved.why_blank) == (None, "more dollars may be zero")


def test_without_draws_chance_stands_alone():
    side = compared().economics.differences[0]
    ratio = side.ratios["cost_per_contact"]
    assert ratio.low is not None
    assert (ratio.parameter_low, ratio.parameter_high, ratio.why_blank) == (None, None, "")


def test_lines_add_up_to_the_measures(found):
    for plan in found.main.plans:
        of = plan.measures
        lines = found.economics.cost_lines[plan.name]
        cost = round(fsum(line.dollars for line in lines), 2)
        assert cost == pytest.approx(of["cost_per_year"].mean, abs=0.01)  # no overtime
        saved = found.economics.avoided_lines[plan.name]
        total = fsum(line.dollars for line in saved)
        assert total == pytest.approx(of["avoided_per_year"].mean, abs=0.05)
        cash = fsum(line.cashable_dollars for line in saved)
        assert cash == pytest.approx(of["avoided_cashable_per_year"].mean, abs=0.05)


def test_bridges_are_those_of_the_plans(found):
    positions = found.config.costs.positions
    assert found.economics.bridges == {
        name: bridges(staffing(name), positions) for name in ("3", "2")
    }


def test_crisis_now_stands_beside_where_a_population_is_given(found):
    assert found.economics.crisis_now is None
    answer = compared("costs.crisis_now.population=500000").economics.crisis_now
    assert answer.episodes_per_year == pytest.approx(500_000 / 100_000 * 200 * 12)


def test_a_plan_without_teams_costs_nothing_and_is_no_fault():
    words = [*SHORT, "run.replications=2"]
    economics = sim.compare(2, 0, overrides=words, draws=2, check="none").economics
    of_nobody = economics.plans[1]
    assert {ratio.mean for ratio in of_nobody.ratios.values()} == {None}
    assert of_nobody.ratios["cost_per_contact"].why_blank == "contacts may be zero"
    assert (economics.bridges["0"], economics.cost_lines["0"]) == ([], [])


def test_ratios_of_several_differences_are_wider_than_of_one():
    """Each of two is told at 97.5%, so that both are at 95%."""
    how = {"draws": 0, "replications": 4, "check": "none"}
    alone = sim.compare(3, 2, overrides=SHORT, **how).economics.differences[0]
    beside = sim.compare(3, 4, 2, overrides=SHORT, **how).economics.differences[0]
    one, other = (side.ratios["cost_per_contact"] for side in (alone, beside))
    assert other.mean == pytest.approx(one.mean)
    assert (other.high - other.low) / (one.high - one.low) == pytest.approx(4.177 / 3.182, rel=1e-3)


def test_a_ladder_goes_up_by_cost_each_plan_against_the_next_cheaper():
    comparison = sim.compare(3, 4, 2, overrides=SHORT, draws=2, replications=4, check="none")
    ladder, plans = comparison.economics.ladder, {x.name: x for x in comparison.main.plans}
    assert [(rung.plan, rung.versus) for rung in ladder] == [("3", "2"), ("4", "3")]
    for rung in ladder:
        plan, below = plans[rung.plan].measures, plans[rung.versus].measures
        more = plan["cost_per_year"].mean - below["cost_per_year"].mean
        calls = 365 * (plan["handled_per_day"].mean - below["handled_per_day"].mean)
        assert rung.cost_per_year.mean == pytest.approx(more)
        assert rung.calls_per_year.mean == pytest.approx(calls)
        assert rung.per_call.mean == pytest.approx(more / calls, rel=0.05)  # a jackknife
        assert rung.calls_per_year.low <= rung.calls_per_year.mean <= rung.calls_per_year.high
    assert compared().economics.ladder == []


def test_an_interval_of_a_share_stays_from_0_to_1():
    """Two replications of a few calls give Student's interval room beyond both ends."""
    words = ["run.window_days=2", "run.warm_up_days=0", "demand.calls_per_year=3000"]
    (plan,) = sim.run(2, overrides=words, draws=0, replications=2, check="none").main.plans
    shares = [
        x for name, x in plan.measures.items() if name.endswith("_share") and x.low is not None
    ]
    assert all(0 <= x.low <= x.high <= 1 for x in shares)
    assert any(x.low == 0 < x.mean or x.high == 1 > x.mean for x in shares)
