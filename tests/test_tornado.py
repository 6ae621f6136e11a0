"""The tornado: which assumptions are tried, and what each does alone."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.config import compose, staffing
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.economics import Tornado
from sim.scenarios.economics.tornado import BARS, foremost, ranks_of, target_of
from sim.scenarios.economics.variants import under
from sim.scenarios.samples import Job
from sim.scenarios.scenario import Scenario

SHORT = [
    *("run.window_days=28", "run.warm_up_days=1", "run.tail_days=1"),
    "demand.calls_per_year=20000",
]
HOLD = "outcomes.effect.hold_odds_ratio"
BENEFIT, DIVERSIONS = "net_benefit_per_year", "net_diversions_per_year"
TARGETS = (BENEFIT, DIVERSIONS)


@pytest.fixture(scope="module")
def found() -> Comparison:
    """Return two plans with draws enough to find a strong assumption."""
    return compared(30)


def compared(draws: int, *overrides: str) -> Comparison:
    words = [*SHORT, *overrides]
    return sim.compare(3, 2, overrides=words, draws=draws, replications=2, check="none")


def tornado(found: Comparison, measure: str) -> Tornado:
    return next(one for one in found.economics.tornado if one.measure == measure)


def target(measure: str, *overrides: str) -> float:
    """Target of 3 less 2 posts on the first two replications, as expected of those reached."""
    plans = [staffing("3"), staffing("2")]
    scenario = Scenario(compose([*SHORT, *overrides]), plans[-1])
    job = Job(scenario, tuple(map(scenario.arm, plans)), ((0, 1),), "compiled")
    return target_of(measure, under(job, scenario).pairs[0]).mean()


# --- of which pair -------------------------------------------------------------------------------


def test_of_three_plans_it_is_of_the_pair_of_the_finding(found):
    """40 posts reach no more than 3 for their money, so the finding is of 3 against 2."""
    three = sim.compare(40, 3, 2, overrides=SHORT, draws=30, replications=2, check="none")
    assert three.main.lead(three.economics) == ("3", "2")
    for one in three.economics.tornado:
        assert (one.plan, one.versus) == ("3", "2")
        assert one.central == pytest.approx(tornado(found, one.measure).central)


# --- which are tried -----------------------------------------------------------------------------


def test_ranks_share_the_mean_of_ties():
    assert ranks_of(np.array([5.0, 1, 5, 9, 1, 5])).tolist() == [4, 1.5, 4, 6, 1.5, 4]


def test_a_strong_input_does_not_hide_a_weak_one():
    """Ten thousand times the variance, and yet the weak one comes before 50 that do nothing."""
    random = np.random.default_rng(3)
    inputs = random.normal(size=(200, 52))
    values = inputs[:, 30] + 0.3 * inputs[:, 7]
    assert foremost(inputs, values)[:2] == [30, 7]


def test_no_more_are_tried_than_there_are_or_than_explain_all():
    inputs = np.arange(12.0)[:, None] * np.ones((1, 3))
    assert foremost(inputs, np.arange(12.0)) == [0]
    random = np.random.default_rng(4)
    assert len(foremost(random.normal(size=(40, 30)), random.normal(size=40))) == BARS
    assert len(foremost(random.normal(size=(40, 4)), random.normal(size=40))) == 4


def test_nothing_is_tried_where_nothing_varies():
    inputs = np.random.default_rng(5).normal(size=(10, 3))
    assert foremost(inputs, np.full(10, 2.0)) == []
    inputs[:, 1] = 4.0
    assert 1 not in foremost(inputs, inputs[:, 0])


# --- what each does ------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", TARGETS)
def test_the_middle_is_the_target_on_the_first_two_replications(found, measure):
    assert tornado(found, measure).central == pytest.approx(target(measure))


@pytest.mark.parametrize("measure", TARGETS)
def test_bars_are_of_different_assumptions_the_widest_first(found, measure):
    bars = tornado(found, measure).bars
    widths = [abs(bar.at_high - bar.at_low) for bar in bars]
    assert widths == sorted(widths, reverse=True)
    assert min(widths) > 0
    assert len({bar.name for bar in bars}) == len(bars) <= BARS
    assert all(bar.low_value < bar.high_value for bar in bars)
    assert all(bar.low_value <= bar.value <= bar.high_value for bar in bars)
    assert all(bar.source for bar in bars)


def test_the_effect_on_holds_moves_net_diversions_most(found):
    bar = tornado(found, DIVERSIONS).bars[0]
    assert bar.name == HOLD
    assert bar.at_low > tornado(found, DIVERSIONS).central > bar.at_high


@pytest.mark.parametrize("measure", TARGETS)
def test_an_end_is_the_run_with_that_number_alone(found, measure):
    bar = next(bar for bar in tornado(found, measure).bars if bar.name == HOLD)
    for value, at in ((bar.low_value, bar.at_low), (bar.high_value, bar.at_high)):
        assert target(measure, f"{HOLD}={value}") == pytest.approx(at)


def test_every_price_is_tried_and_its_end_is_the_run_with_it_alone(found):
    bars, few = (
        {bar.name: bar for bar in tornado(of, BENEFIT).bars} for of in (found, compared(2))
    )
    prices = [name for name in bars if name.startswith("costs.")]
    assert [bars[name] for name in prices] == [few[name] for name in prices]  # whatever was drawn
    for name in prices[:2]:
        bar = bars[name]
        for value, at in ((bar.low_value, bar.at_low), (bar.high_value, bar.at_high)):
            assert target(BENEFIT, f"{name}.value={value}") == pytest.approx(at)


def test_a_plan_alone_is_its_own_target():
    found = sim.run(3, overrides=SHORT, draws=4, replications=2, check="none")
    (plan,) = found.main.plans
    counted = plan.measures[BENEFIT].mean
    assert tornado(found, BENEFIT).central == pytest.approx(counted, rel=0.1)
    assert found.main.differences == []


def test_an_assumption_of_which_an_end_fits_nothing_has_no_bar():
    calls = "{value: 20000, low: 20000, high: 5000001, source: a test, confidence: S}"
    found = compared(3, f"demand.calls_per_year={calls}", "run.window_days=2")
    assert not [
        bar
        for one in found.economics.tornado
        for bar in one.bars
        if bar.name == "demand.calls_per_year"
    ]
