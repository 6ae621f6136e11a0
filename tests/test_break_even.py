"""Break-even: the weakest effect at which the money avoided is the money spent."""

from __future__ import annotations

import math

import numpy as np
import pytest

import sim
from sim.config import compose, staffing
from sim.model.inputs.fates import resolve
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.economics import BreakEven
from sim.scenarios.economics.break_even import central_ratios, with_odds_ratio, zero_of
from sim.scenarios.economics.variants import under
from sim.scenarios.samples import NAMES, Job
from sim.scenarios.scenario import Scenario

SHORT = [
    *("run.window_days=28", "run.warm_up_days=1", "run.tail_days=1"),
    *("run.replications=2", "run.draws=2", "demand.calls_per_year=20000"),
]
BENEFIT = NAMES.index("net_benefit_per_year")


def paying(dollars: float) -> list[str]:
    """Overrides with which an inpatient day less saves so much."""
    return [f"costs.avoided.inpatient_day.dollars={dollars}"]


def compared(*overrides: str) -> Comparison:
    return sim.compare(3, 2, overrides=[*SHORT, *overrides], check="none")


def of_difference(found: Comparison) -> BreakEven:
    (side,) = found.economics.differences
    assert side.break_even is not None
    return side.break_even


# --- the search ----------------------------------------------------------------------------------


@pytest.mark.parametrize("zero", [0.9, 0.3, 0.0123, 0.0011])
def test_the_zero_of_a_falling_net_benefit(zero):
    found, already = zero_of(lambda ratio: math.log(zero) - math.log(ratio))
    assert found == pytest.approx(zero, rel=0.003)
    assert not already


def test_what_pays_without_any_effect_needs_none():
    assert zero_of(lambda ratio: 2 - ratio) == (None, True)
    assert zero_of(lambda ratio: 1 - ratio) == (None, True)


def test_what_no_effect_pays_has_none():
    assert zero_of(lambda ratio: -1 - ratio) == (None, False)


def test_the_weaker_of_two_zeros_is_told():
    """Of a benefit that is positive from 0.02 to 0.4 alone."""

    def hump(ratio: float) -> float:
        return 1 - abs(math.log(ratio) - math.log(0.02 * 0.4) / 2) / (math.log(20) / 2)

    found, _ = zero_of(hump)
    assert found == pytest.approx(0.4, rel=0.003)


# --- what is tried -------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [[], ["outcomes=patrol_and_team"]])
def test_the_shares_of_the_team_stay_and_those_of_patrol_follow(words):
    scenario = Scenario(compose(words))
    before = scenario.config.outcomes
    after = with_odds_ratio(scenario, 0.5).config.outcomes
    assert after.team_shares == before.team_shares
    assert after.patrol_shares is None
    voluntary, hold, arrest = resolve(after).odds_ratios
    assert (hold, arrest) == (0.5, 0.5)
    assert voluntary == pytest.approx(resolve(before).odds_ratios[0])


def test_shares_of_patrol_stay_where_those_of_the_team_are_not_given():
    shares = "{on_scene: 0.3, referral: 0.1, voluntary: 0.2, hold: 0.3, arrest: 0.1}"
    own = "by_kind={clinician_only: {effect: {voluntary_odds_ratio: 2, hold_odds_ratio: 1, "
    words = ["outcomes.team_shares=null", f"outcomes.patrol_shares={shares}"]
    words += [f"outcomes.{own}arrest_odds_ratio: 1}}}}}}"]
    after = with_odds_ratio(Scenario(compose(words)), 0.5).config.outcomes
    assert after.patrol_shares == compose(words).outcomes.patrol_shares
    assert after.team_shares is None
    assert after.by_kind.clinician_only.effect.central() == [2, 0.5, 0.5]
    arrest = 0.5 * 0.1 / (0.9 + 0.5 * 0.1)
    assert resolve(after).team[4] == pytest.approx(arrest)


def test_central_ratios_are_those_given_or_computed():
    given = compose(
        ["outcomes.effect.arrest_odds_ratio=0.4", "outcomes.effect.hold_odds_ratio=0.7"]
    )
    assert central_ratios(given) == (0.4, 0.7)
    computed = compose(["outcomes=patrol_and_team"])
    arrest = (0.02 / 0.98) / (0.05 / 0.95)
    assert central_ratios(computed)[0] == pytest.approx(arrest)


# --- of a comparison -----------------------------------------------------------------------------


def test_the_net_benefit_is_near_zero_at_the_break_even():
    words = [*SHORT, *paying(20_000)]
    found = of_difference(compared(*paying(20_000)))
    plans = [staffing("3"), staffing("2")]
    scenario = Scenario(compose(words), plans[-1])
    job = Job(scenario, tuple(map(scenario.arm, plans)), ((0, 1),), "compiled")

    def net_benefit(ratio: float) -> float:
        measured = under(job, with_odds_ratio(scenario, ratio))
        return float(measured.pairs[0, :, BENEFIT].mean())

    assert found.odds_ratio is not None
    at, below, above = (net_benefit(found.odds_ratio * x) for x in (1, 0.8, 1.25))
    assert below > 0 > above
    assert abs(at) < 0.3 * (below - above)


def test_the_more_is_avoided_the_weaker_an_effect_is_enough():
    ratios = [of_difference(compared(*paying(x))).odds_ratio for x in (10_000, 20_000, 60_000)]
    assert None not in ratios
    assert np.all(np.diff(ratios) > 0)


def test_a_plan_that_saves_more_than_it_costs_needs_no_effect():
    found = compared("costs.avoided.patrol_hour.dollars=100000")
    assert of_difference(found).already
    assert of_difference(found).odds_ratio is None


def test_a_plan_that_nothing_pays_for_has_no_break_even():
    nothing = [f"costs.avoided.{x}.dollars=0" for x in ("ed_visit", "inpatient_day", "jail_day")]
    found = of_difference(compared(*nothing, "costs.avoided.booking.dollars=0"))
    assert (found.odds_ratio, found.already) == (None, False)
    assert found.central_arrest == pytest.approx(central_ratios(compose([]))[0])


def test_no_draws_no_break_even_and_none_for_a_plan_without_cost():
    without = compared("run.draws=0").economics
    assert [side.break_even for side in (*without.plans, *without.differences)] == [None] * 3
    found = sim.compare(2, 0, overrides=SHORT, check="none").economics
    of_plan, of_nobody = (side.break_even for side in found.plans)
    assert of_plan is not None
    assert of_nobody is None
