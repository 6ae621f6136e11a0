"""Which of several plans an answer leads with: everywhere the same one."""

from __future__ import annotations

from functools import cache

import pytest

import sim
from sim.report.comparison.screen import screen, titled
from sim.report.comparison.summary import summary
from sim.report.money.tornado import tornado_tables
from sim.scenarios.answers.comparison import Comparison, Difference, Reading
from sim.scenarios.answers.economics import Ratio, SideEconomics
from sim.scenarios.answers.intervals import DifferenceInterval
from sim.scenarios.answers.leading import PER_CALL, leading

SMALL = ["run.window_days=14", "run.replications=3", "run.draws=2"]


@cache
def ladder() -> Comparison:
    """Return a comparison whose last but one plan adds calls at the least price."""
    return sim.compare(6, 3, 2, overrides=SMALL)


def test_the_screen_the_figures_and_the_summary_lead_with_the_plan_of_least_price():
    assert ladder().main.plans[0].name == "6"
    assert ladder().leading == "3"
    assert "each added call costs least with 3 posts" in " ".join(screen(ladder()).split())
    assert titled(ladder(), "tornado").endswith("3 minus 2")
    assert summary(ladder())["leading"] == "3"


def test_the_tornado_and_the_money_are_those_of_the_leading_plan():
    costs = [pair.measures["cost_per_year"].mean for pair in ladder().main.differences]
    same = ladder().same_money
    assert same is not None
    assert same.dollars_per_year == costs[1]
    assert ladder().economics is not None
    net = ladder().main.differences[1].measures["net_benefit_per_year"].mean
    assert ladder().economics.tornado[0].central == pytest.approx(net, rel=0.5)
    assert tornado_tables(ladder())[0].head[0].endswith(", 3 minus 2")


def _pair(plan: str, low: float, high: float) -> Difference:
    reach = DifferenceInterval((low + high) / 2, low, high, 9, low > 0, None)
    return Difference(plan, "base", {"reach_share": reach}, {})


def _side(plan: str, dollars: float | None) -> SideEconomics:
    ratio = Ratio(PER_CALL, "", "$/call", dollars, None, None, None, None)
    return SideEconomics(plan, {PER_CALL: ratio}, None)


@pytest.mark.parametrize(
    ("dollars", "expected"),
    [((10.0, 20.0), "sure"), ((10.0, None), "unsure"), ((None, None), "unsure")],
)
def test_a_plan_that_may_reach_no_more_leads_only_if_no_other_has_a_price(dollars, expected):
    pairs = [_pair("unsure", -0.01, 0.03), _pair("sure", 0.1, 0.2)]
    plans = [type("Named", (), {"name": pair.plan})() for pair in pairs]
    sides = [_side(pair.plan, price) for pair, price in zip(pairs, dollars, strict=True)]
    assert leading(Reading("", "", plans, pairs), sides, []) == expected
