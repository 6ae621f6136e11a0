"""Which of several plans an answer leads with: everywhere the same one."""

from __future__ import annotations

from functools import cache

import pytest

import sim
from sim.report.comparison.screen import screen, titled
from sim.report.comparison.summary import summary
from sim.report.money.tornado import tornado_tables
from sim.scenarios.answers.comparison import Comparison

SMALL = ["run.window_days=14", "run.replications=3", "run.draws=2"]


@cache
def ladder() -> Comparison:
    """Return a comparison whose last but one plan adds calls at the least price."""
    return sim.compare(6, 3, 2, overrides=SMALL)


def test_the_screen_the_figures_and_the_summary_lead_with_the_plan_of_least_price():
    assert ladder().main.plans[0].name == "6"
    assert ladder().leading == "3"
    assert "each added call costs least with 3 posts" in " ".join(screen(ladder()).split())
    assert titled(ladder(), "tornado").endswith("(3 against 2)")
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
