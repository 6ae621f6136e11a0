"""The verb recommend: the least-cost plan, against exhaustive search and fresh years."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import yaml

import sim
from sim import cli
from sim.arrays import Floats
from sim.config import compose, staffing
from sim.model.money.costs import yearly_cost
from sim.report.answer import as_json
from sim.report.experiments.recommend import RecommendReport
from sim.scenarios.answers.recommendation import Recommendation
from sim.scenarios.experiments.points import measured
from sim.scenarios.experiments.recommend.lines import lines_of
from sim.scenarios.experiments.recommend.need import Limits, covering
from sim.scenarios.experiments.recommend.search import Trials, cheapest, lower_bound
from sim.scenarios.experiments.targets import Target
from sim.scenarios.samples import Job
from sim.scenarios.scenario import Scenario
from tests.pages import without_commands

SMALL = ["run=smoke", "run.replications=3"]
FEW = {"starts": ["06:00", "14:00", "22:00"], "lengths": [8], "fresh_years": 60, "draws": 0}
SCREEN = 28


@pytest.fixture(scope="module")
def answer() -> Recommendation:
    return sim.recommend(targets=["reach_share >= 0.6"], overrides=SMALL, **FEW)


def test_a_plan_that_was_searched_for_is_one_of_central_values(answer: Recommendation) -> None:
    assert "central" in [rail.rule for rail in answer.warnings]


# --- against exhaustive search -------------------------------------------------------------------


class EveryPlan(NamedTuple):
    """Four lines, none to five posts of each: all 1,296 plans, simulated."""

    trials: Callable[[float], Trials]
    reach: Floats
    cost: Floats


@pytest.fixture(scope="module")
def every_plan() -> EveryPlan:
    config = compose(["run=smoke", "demand.calls_per_year=6000"])
    scenario = Scenario(config)
    lines = lines_of(["00:00", "08:00", "16:00"], [8], ["daily", "around_the_clock"], config.costs)
    job, years = Job(scenario, (), (), "compiled"), [0, 1]
    arms = tuple(scenario.arm(lines.plan(counts)) for counts in product(range(6), repeat=4))
    names = ["reach_share", "cost_per_year"]
    reach, cost = measured(replace(job, arms=arms), names, years).mean(axis=1).T

    def trials(share: float) -> Trials:
        target = Target("reach_share", ">=", share)
        return Trials(job, lines, [target], Limits(), years, lambda: None)

    return EveryPlan(trials, reach, cost)


@pytest.mark.stress
@pytest.mark.parametrize("share", [0.4, 0.5, 0.62, 0.75, 0.85])
def test_search_finds_what_exhaustive_search_finds(share: float, every_plan: EveryPlan) -> None:
    trials = every_plan.trials(share)
    least = every_plan.cost[every_plan.reach >= share].min()
    covers = (covering(trials.lines, np.full(168, float(n)), Limits()) for n in (2, 3, 5, 8))
    start = next(x for x in covers if x is not None and trials.meets(x))
    flat = next(x for x in ((0, 0, 0, n) for n in range(1, 12)) if trials.meets(x))
    best = min((cheapest(trials, x) for x in (start, flat)), key=trials.cost_of)
    assert trials.cost_of(best) == pytest.approx(least)
    bound = lower_bound(trials, best, 5)
    assert 0.9 * least < bound <= least + 1  # the bound has no overtime


def test_a_cover_has_the_needed_teams_at_least_cost() -> None:
    config = compose(["run=smoke"])
    lines = lines_of(["06:00", "18:00"], [12], ["daily"], config.costs)
    need = np.tile(np.where((np.arange(24) >= 6) & (np.arange(24) < 18), 3.0, 1.0), 7)
    assert covering(lines, need, Limits()) == (3, 1)
    assert covering(lines, need, Limits(dollars=1000)) is None
    people = lines.people["officer"] @ np.array([3, 1])
    assert covering(lines, need, Limits(officers=float(people) - 0.1)) is None


# --- the answer ----------------------------------------------------------------------------------


@pytest.mark.stress
def test_a_target_that_is_confirmed_holds_in_a_thousand_other_years(answer: Recommendation) -> None:
    assert answer.confirmed
    assert answer.plan is not None
    scenario = Scenario(compose([*SMALL, "run.seed=77"]))
    job = Job(scenario, (scenario.arm(answer.plan),), (), "compiled")
    reach = measured(job, ["reach_share"], range(1_000))[0, :, 0]
    upper = reach.mean() + 3.3 * reach.std(ddof=1) / 1_000**0.5  # 99.9%
    assert upper >= 0.6


def test_no_neighbor_without_a_post_meets_the_target_as_well(answer: Recommendation) -> None:
    assert answer.cheaper is not None
    assert answer.cheaper.saves > 0
    (lost,) = answer.cheaper.gives_up.values()
    assert lost > 0


def test_it_beats_posts_around_the_clock_or_is_one_of_them(answer: Recommendation) -> None:
    assert answer.flat is not None
    assert answer.cost is not None
    assert answer.cost.mean is not None
    assert answer.cost.mean <= answer.flat.cost * 1.001
    assert answer.bound <= answer.cost.mean + 1


def test_a_budget_is_kept_and_more_money_reaches_more() -> None:
    reached = []
    for budget in (3e6, 6e6):
        made = sim.recommend(budget=budget, overrides=SMALL, **FEW)
        assert made.plan is not None
        assert made.goal == "reach_share"
        assert made.cost is not None
        reached.append(made.measures["reach_share"].mean)
        costs = compose(SMALL).costs
        lines = yearly_cost(made.plan, costs, 0.0, costs.price_year)
        assert sum(line.dollars for line in lines) <= budget
        assert made.budget is not None
        assert made.cost.mean is not None
        assert made.cost.mean <= made.budget.bound <= budget
        assert made.confirmed
    assert reached[0] < reached[1]


def test_a_budget_holds_on_the_cost_with_overtime() -> None:
    """Two teams cost 1.21 million by their positions, and more than the budget with overtime."""
    made = sim.recommend(budget=1.25e6, overrides=SMALL, **FEW)
    assert made.plan is not None
    assert sum(line.count for line in made.plan.lines) == 1
    screen = RecommendReport(made).summary()
    assert "Budget   $1.25 million a year at most; the plan costs $7" in screen


def test_a_target_that_a_budget_does_not_pay_for_says_what_it_costs() -> None:
    made = sim.recommend(targets=["reach_share >= 0.6"], budget=4e6, overrides=SMALL, **FEW)
    assert made.plan is None
    assert not made.confirmed
    assert made.budget is not None
    assert made.budget.mean > 4e6
    assert "and the budget is $4.00 million" in made.reasons[0]
    enough = sim.recommend(targets=["reach_share >= 0.6"], budget=5.2e6, overrides=SMALL, **FEW)
    assert enough.confirmed
    assert enough.flat is not None


def test_limits_that_leave_no_team_say_what_one_takes() -> None:
    made = sim.recommend(budget=100_000, overrides=SMALL, **FEW)
    assert made.plan is None
    screen = RecommendReport(made).summary()
    assert "meets the targets" not in screen
    assert "takes $607,000 a year before overtime" in screen.replace("\n ", "")


def test_what_is_not_confirmed_claims_no_saving_and_says_how_the_search_ended() -> None:
    asked = ["reach_share >= 0.6", "gap_hours_per_week <= 20"]
    made = sim.recommend(targets=asked, overrides=SMALL, **FEW)
    assert [x.confirmed for x in made.targets] == [True, False]
    assert not made.confirmed
    assert made.flat is None
    assert made.stopped == "rounds"
    screen = " ".join(RecommendReport(made).summary().split())
    assert "the cheapest plan found; 1 of 2 targets is not confirmed on fresh years" in screen
    assert "saves" not in screen
    assert "Ended after 4 searches" in screen
    assert "Reached (%) is 1.2 lower; Coverage gap (h/week) is 4.1 higher" in screen


def test_without_limits_none_are_named_and_the_nearest_plan_has_its_size_and_cost() -> None:
    made = sim.recommend(targets=["response_median_min <= 1"], overrides=SMALL, **FEW)
    assert made.plan is None
    screen = " ".join(RecommendReport(made).summary().split())
    assert "limit" not in screen
    assert made.nearest[0].teams > 0
    assert f"the nearest plan tried, {made.nearest[0].teams} teams for $" in screen


def test_people_limit_what_is_staffed() -> None:
    made = sim.recommend(clinicians=9, officers=9, overrides=SMALL, **FEW)
    assert made.plan is not None
    assert made.people["clinician"] <= 9
    assert made.people["officer"] <= 9
    both = sim.recommend(
        targets=["reach_share >= 0.9"], clinicians=5, officers=5, overrides=SMALL, **FEW
    )
    assert both.plan is None
    assert "reach_share >= 0.9" in both.reasons[0]
    assert "cannot be met" in both.reasons[0] or "no plan within" in both.reasons[0]
    assert "no plan found within the limits" in RecommendReport(both).summary()


def test_targets_of_every_hour_hold_in_the_worst_one() -> None:
    made = sim.recommend(
        targets=["reach_share >= 0.3 by_hour"], overrides=SMALL, **{**FEW, "fresh_years": 30}
    )
    assert made.plan is not None
    (target,) = made.targets
    assert target.over == "by_hour"
    assert made.flat is None


def test_golden_screen_fits_and_the_plan_is_a_file_that_compare_takes(
    answer: Recommendation, golden, tmp_path: Path, capsys
) -> None:
    report = RecommendReport(answer)
    screen = report.summary().splitlines()
    assert len(screen) <= SCREEN
    assert max(map(len, without_commands(report.summary()))) <= 100
    golden(report.full() + "\n", "recommend.txt")
    file = tmp_path / "staffing" / "recommended.yaml"
    file.parent.mkdir()
    file.write_text(str(report.tables()["recommended.yaml"]))
    read = staffing("recommended", tmp_path)
    assert answer.plan is not None
    assert [(x.count, x.starts) for x in read.lines] == [
        (x.count, x.starts) for x in answer.plan.lines
    ]
    words = ["compare", "recommended", "3", *SMALL, "run.draws=0", "--no-figures", "--json"]
    places = ["--config-dir", str(tmp_path), "--results", str(tmp_path / "results")]
    assert cli.main([*words, *places]) == 0
    assert json.loads(capsys.readouterr().out)["plans"][0]["name"] == "recommended"


def test_json_figures_and_files(answer: Recommendation) -> None:
    report = RecommendReport(answer)
    tree = json.loads(as_json(report))
    assert tree["confirmed"]
    assert len(tree["week"]["teams"]) == 168
    assert set(report.figures()) == {"week", "frontier"}
    assert yaml.safe_load(str(report.tables()["recommended.yaml"]))["lines"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["12"], "as it finds the plan, got '12'"),
        (["--target", "reach >= 0.9"], "unknown measure 'reach'"),
        (["--budget", "-5"], "--budget: expected a number above 0"),
        (["--budget", "nan"], "--budget: expected a number above 0"),
        (["--people", "nurses=3"], "--people: expected clinicians=29,officers=63"),
        (["--people", "clinicians=x"], "--people: clinicians: expected a number above 0"),
        (["--starts", "25:00"], "expected starts such as 07:00"),
        (["--lengths", "30"], "lengths of up to 24 hours"),
        (["--lengths", "long"], "--lengths: expected hours"),
        (["--patterns", "nightly"], "--patterns: expected some of daily"),
        (["--fresh-years", "1"], "--fresh-years: expected 2"),
    ],
)
def test_bad_words_end_in_one_line(words, said, tmp_path, capsys) -> None:
    assert cli.main(["recommend", *words, *SMALL, "--results", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
