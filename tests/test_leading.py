"""Which of several plans an answer leads with: everywhere the same one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

import sim
from sim.report.comparison.full import full
from sim.report.comparison.screen import screen, titled
from sim.report.comparison.summary import summary
from sim.report.money.tornado import tornado_tables
from sim.scenarios.answers.comparison import Comparison, PlanResult
from sim.scenarios.answers.intervals import Interval
from tests import money

SMALL = ["run.window_days=14", "run.replications=3", "run.draws=2"]


@cache
def ladder() -> Comparison:
    """Return a comparison whose last but one plan adds calls at the least price."""
    return sim.compare(6, 3, 2, overrides=SMALL)


def test_the_screen_the_figures_and_the_summary_lead_with_the_plan_of_least_price():
    assert ladder().main.plans[0].name == "6"
    assert ladder().leading == "3"
    assert "Each added call costs least with 3 posts" in " ".join(screen(ladder()).split())
    assert titled(ladder(), "tornado").endswith("(3 against 2)")
    assert summary(ladder())["leading"] == "3"


OFF_DUTY = "gap_off_duty_hours_per_week"
BEATEN = {"9": (16e6, 0.8), "12": (22e6, 0.5), "17": (31e6, 0.9)}  # dollars and share reached


def with_one_beaten(base: str) -> Comparison:
    """Return three plans of which 12 posts cost more than 9 and reach less."""
    names = (*(name for name in BEATEN if name != base), base)
    found = money.with_ladder(money.found(names=names))
    plans = [
        replace(plan, measures=plan.measures | measured(plan, *BEATEN[plan.name]))
        for plan in found.main.plans
    ]
    return replace(found, main=replace(found.main, plans=plans))


def measured(plan: PlanResult, cost: float, reach: float) -> dict[str, Interval]:
    """Return the cost and the share reached of a plan."""
    means = {"cost_per_year": cost, "reach_share": reach}
    return {name: replace(plan.measures[name], mean=mean) for name, mean in means.items()}


def test_a_plan_that_another_one_beats_is_named_and_has_no_price():
    """It was "each added call costs least from 12 to 17" though 9 posts do more for less."""
    found = with_one_beaten("9")
    assert found.main.beaten == {"12": "9"}
    text = " ".join(screen(found).split())
    assert "9 posts reach no fewer calls than 12 posts and cost no more, by their means." in text
    assert found.leading == "17"


def test_no_plan_is_held_against_itself():
    """The base was the plan of the finding where a step led up to it."""
    for base in BEATEN:
        found = with_one_beaten(base)
        assert found.leading != base
        assert f"with {base} posts, of 100" not in " ".join(screen(found).split())


def test_a_ladder_steps_over_a_plan_that_costs_more_and_reaches_no_more():
    """Case managers reach no calls for a team."""
    more = "12_and_3_case_managers"
    three = sim.compare(more, 12, 2, overrides=[*SMALL, "run.draws=0"], check="none")
    assert three.main.beaten[more] == "12"
    assert more not in {x for rung in three.economics.ladder for x in (rung.plan, rung.versus)}
    row = next(line for line in full(three).splitlines() if "beaten by 12" in line)
    assert row.split()[0] == more


def test_the_answer_of_several_plans_begins_with_what_each_reaches():
    text = " ".join(screen(money.found(names=("17", "12", "9"))).split())
    assert "17 posts (408 team-hours a day) and 12 posts (288) against 9 posts held" in text
    assert "17 posts reach 35 more of every 100 requested calls than 9 posts (75, not 40;" in text
    assert "12 posts 13 more (53, not 40; +8 to +24)." in text
    assert "Net benefit a year against 9 posts: 17 posts −$13 million (−$23 million to" in text


def test_of_several_plans_it_says_how_long_nobody_is_on_duty():
    """85 hours without a free team looked like busy teams, and 84 of them had nobody on duty."""
    found = money.found(names=("17", "12", "9"))
    off = replace(found.main.plans[-1].measures[OFF_DUTY], mean=84.0)
    last = replace(found.main.plans[-1], measures=found.main.plans[-1].measures | {OFF_DUTY: off})
    plans = [*found.main.plans[:-1], last]
    text = " ".join(screen(replace(found, main=replace(found.main, plans=plans))).split())
    assert "with nobody on duty, among those with no team free: 9 posts 84." in text
    assert "nobody on duty" not in screen(found)


def test_the_tornado_and_the_money_are_those_of_the_leading_plan():
    costs = [pair.measures["cost_per_year"].mean for pair in ladder().main.differences]
    same = ladder().same_money
    assert same is not None
    assert same.dollars_per_year == costs[1]
    assert ladder().economics is not None
    net = ladder().main.differences[1].measures["net_benefit_per_year"].mean
    assert ladder().economics.tornado[0].central == pytest.approx(net, rel=0.5)
    assert tornado_tables(ladder())[0].head[0].endswith(", 3 minus 2")
