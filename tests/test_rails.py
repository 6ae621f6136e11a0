"""Guard rails: of every rule, an answer in which it holds and one in which it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from html import unescape

import numpy as np
import pytest

import sim
from sim.config import compose, staffing
from sim.history.fitting import Options, fit_log
from sim.report.comparison.full import full
from sim.report.comparison.page import page_of, section_of
from sim.report.comparison.screen import screen
from sim.report.comparison.summary import summary
from sim.report.rendering import REMARK
from sim.report.wording import wrapped
from sim.scenarios.answers.economics import PER_CALL
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.rails import RULES, Rail
from sim.scenarios.answers.recommendation import Checked
from sim.scenarios.rails import HOLDS, Seen, raised
from sim.scenarios.rails.results import CLAIMED
from sim.scenarios.rails.warm_up import mser5
from sim.scenarios.scenario import Scenario
from tests import docs, money
from tests.logs import simulated_log

SHORT = ["run.replications=2", "run.draws=0", "run.warm_up_days=0"]
FOUR_WEEKS, TWO_DAYS = "run.window_days=28", "run.window_days=2"
VISITS = ["service=with_follow_up", "demand.calls_per_year=4000", "run.window_days=14"]
MANAGERS = "12_and_3_case_managers"
KEY, OFF = "service.follow_up", "service.follow_up.by_teams=false"
MADE_UP = "costs.per_fte.clinician={value: 9e4, low: 8e4, high: 1e5, confidence: A, source: %s}"
FEW = [TWO_DAYS, "demand.calls_per_year=100"]

Case = tuple[str, Sequence[str]]
LASTING = "{distribution: constant, mean: 43200}"
TOO_LONG = "{distribution: constant, mean: 4000}"
LA = ["program=los_angeles", FOUR_WEEKS]
LASTS = "service.on_scene.on_scene={distribution: constant, mean: 7200}"  # five days
FILLS = ["verify=plain", "demand.calls_per_year=7300", LASTS, "run.window_days=70"]
FILLS += ["run.replications=6", "run.draws=0", "run.warm_up_days=0"]
PRECISION = "run.precision={measure: reach_share, half_width: %g, maximum: 8}"
ONE_SIDED = ["run.window_days=7", "demand.calls_per_year=4000"]
NOBODY = [*VISITS, OFF]
MATRIX = [
    "demand.zones=[a, b]",
    "demand.zone_share=[0.7, 0.3]",
    "travel.zones=[a, b]",
    "travel.minutes=[[5, null], [null, 5]]",
]
LOADED = ["run.window_days=14", "demand.calls_per_year=40000"]
BACKLOG = [
    *("run.window_days=14", "run.tail_days=1", f"service.patrol_settles={LASTING}"),
    *("service.withdrawn_per_hour=0", "service.queue_limit=40000"),
]
CASES: dict[str, tuple[Case, Case]] = {  # plans and overrides in which a rule holds, and does not
    "overload": (("1", BACKLOG), ("40", BACKLOG)),
    "open": (
        ("300", [TWO_DAYS, "run.tail_days=1", f"service.report={TOO_LONG}"]),
        ("300", [TWO_DAYS]),
    ),
    "warm_up": (("400", FILLS), ("400", [*FILLS, "run.warm_up_days=6"])),
    "precision": (
        ("3 2", [*ONE_SIDED, PRECISION % 1e-5]),
        ("3 2", [*ONE_SIDED, PRECISION % 0.9]),
    ),
    "chance": (("3", FEW), ("3", [*FEW, "run.draws=2"])),
    "loaded": (("1", LOADED), ("40", LOADED)),
    "few": (("12", LOADED), ("12", [*LOADED, "run.replications=5"])),
    "replications": (
        ("6 5", [*ONE_SIDED, "demand.calls_per_year=30000"]),
        ("12 4", [FOUR_WEEKS, "run.replications=4"]),
    ),
    "made_up": (
        ("3", [*FEW, MADE_UP % "made up: replace it"]),
        ("3", [*FEW, MADE_UP % "our pay scale"]),
    ),
    "volume": (
        ("2", [TWO_DAYS, "program=mobile", "demand.calls_per_year=5000"]),
        ("2", [TWO_DAYS, "program=mobile", "demand.calls_per_year=4000"]),
    ),
    "replaced": (
        ("2", [*FEW, "program=los_angeles", "outcomes=evidence"]),
        ("2", [*FEW, "program=los_angeles", "costs=default"]),
    ),
    "history": (("12", [*LA, "run.draws=4"]), ("12", [*FEW, "run.draws=2"])),
    "history_elsewhere": (("16", LA), ("12", [*LA, "run.draws=4"])),
    "history_open": (("12", LA), ("12", [*LA, "run.draws=4"])),
    "diverted": (("17 12", [*LA, "run.draws=4"]), ("17 12", [*LA, "outcomes=none"])),
    "selected": (
        ("2", [*FEW, "program=los_angeles"]),
        ("2", [*FEW, "program=los_angeles", "dispatch=officer_request"]),
    ),
    "reached_only": (("12 2", [FOUR_WEEKS]), ("41 40", [FOUR_WEEKS])),
    "load": (("4", [FOUR_WEEKS]), ("40", [FOUR_WEEKS, "demand.calls_per_year=2000"])),
    "no_visits": (("12", NOBODY), ("12", VISITS)),
    "visits_expire": (
        (MANAGERS, [*NOBODY, f"{KEY}.expires_h=4"]),
        (MANAGERS, NOBODY),
    ),
    "reading": (("12", LA), ("12", FEW)),
}


def answer(plans: str, overrides: Sequence[str]) -> sim.Comparison:
    """Answer about plans by name, quickly."""
    verb = sim.compare if " " in plans else sim.run
    return verb(*plans.split(), overrides=[*SHORT, *overrides], check="none")


def rules(rails: Sequence[Rail]) -> list[str]:
    return [rail.rule for rail in rails]


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_holds_where_it_should_and_not_where_it_should_not(rule: str) -> None:
    holds, does_not = (answer(*case).warnings for case in CASES[rule])
    assert rule in rules(holds)
    assert rule not in rules(does_not)


def test_every_rule_is_declared_once_and_tried() -> None:
    here = {"files", "no_way", "tuned", "travel", "fitted", "leans", "hinges", "alike"}
    in_experiments = {"points", "central"}
    assert {*RULES} == {*HOLDS} == {*CASES} | here | in_experiments


def test_the_guide_has_all_of_them() -> None:
    assert docs.GUIDE.read_text(encoding="utf-8") == docs.guide_written()
    assert all(rule.word in docs.guide_written() for rule in RULES.values())


def test_golden_sentences(golden) -> None:
    """What each says, of the answers in which it holds."""
    said = [
        f"{rule}: {next(x for x in answer(*holds).warnings if x.rule == rule)}"
        for rule, (holds, _) in CASES.items()
    ]
    golden("\n".join([*said, ""]), "rails.txt")


# --- rules of what is no run of a few days -------------------------------------------------------


def test_what_is_odd_in_a_file_is_said() -> None:
    config = compose([])
    odd = config.program.model_copy(update={"warnings": ["zones.csv has no column calls"]})
    told = raised(Seen(config.model_copy(update={"program": odd}), []))
    assert [str(rail) for rail in told] == ["zones.csv has no column calls."]
    assert raised(Seen(config, [])) == []


def test_a_zone_without_a_way_is_said() -> None:
    config = compose(["travel=matrix", *MATRIX])
    scenario = Scenario(config)
    arms = [scenario.arm(staffing(name)) for name in ("1", "2")]
    (rail,) = raised(Seen(config, arms))
    assert (rail.rule, "any base of 1 post to 'b'" in rail.text) == ("no_way", True)
    assert raised(Seen(config, arms[1:])) == []


@pytest.mark.parametrize(("program", "said"), [("generic", True), ("los_angeles", False)])
def test_what_nobody_set_is_not_yours_where_the_city_is(program: str, said: bool) -> None:
    config = compose([f"program={program}", MADE_UP % "made up"])
    (rail,) = raised(Seen(config, []), ["made_up"])
    assert "Marked as made up: costs.per_fte.clinician." in rail.text
    assert ("is as shipped, not of your city" in rail.text) is said


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (
            ["program=los_angeles", "demand.calls_per_year=80000"],
            "80,000 calls a year are 3.6 times",
        ),
        (["program=los_angeles", "demand.growth_factor=3"], "66,675 calls a year are 3.0 times"),
        (["program=los_angeles", "demand.calls_per_year=2000"], "are 9% of the 22,225"),
        (["program=los_angeles", "demand.calls_per_year=40"], "are less than 1% of the 22,225"),
        (["program=los_angeles", "demand.calls_per_year=45000"], ""),  # inside twice its 22,725
        (["program=st_louis", "demand.calls_per_year=28000"], ""),  # inside its own range
        (["program=generic", "demand.calls_per_year=80000"], ""),  # whose number is to be set
        (["program=los_angeles", "demand=flat"], ""),  # with a rule of its own, "replaced"
    ],
)
def test_calls_far_from_those_of_the_program_are_said(overrides: list[str], said: str) -> None:
    told = [x.text for x in raised(Seen(compose(overrides), [])) if x.rule == "volume"]
    assert [said in text for text in told] == ([True] if said else [])


@pytest.mark.parametrize(("confirmed", "said"), [(False, ["tuned"]), (True, [])])
def test_a_target_met_on_its_own_years_alone_is_said(confirmed: bool, said: list[str]) -> None:
    target = Checked("reach_share", ">=", 0.9, "week", 0.9, 0.89, confirmed)
    told = raised(Seen(compose([]), [], targets=[target], fresh_years=400))
    assert rules(told) == said


@pytest.mark.parametrize(("factor", "said"), [(0.3, True), (0.7, False)])
def test_a_difference_that_rests_on_travel_is_said(factor: float, said: bool) -> None:
    usual = money.with_all_beside(money.found())
    (pair,) = usual.travel_beside.differences
    change = pair.measures["reach_share"]
    less = {"reach_share": replace(change, mean=factor * change.mean)}
    beside = replace(usual.travel_beside, differences=[replace(pair, measures=less)])
    assert (
        "travel" in rules(money.with_rails(replace(usual, travel_beside=beside)).warnings)
    ) is said


def leaning(*overrides: str) -> list[str]:
    """Rules of an answer whose largest bar is an assumption, with it set or not."""
    found = money.found()
    tornado = found.economics.tornado[0]
    bar = replace(tornado.bars[0], name="costs.overhead_share")
    economics = replace(found.economics, tornado=[replace(tornado, bars=[bar])])
    request, config = replace(found.request, overrides=overrides), compose([*overrides])
    made = replace(found, economics=economics, request=request, config=config)
    return rules(money.with_rails(made).warnings)


def test_an_assumption_that_the_user_has_replaced_is_none_to_lean_on() -> None:
    """The answer hinges on the foremost bar in any case, and says so once."""
    own = "{value: 0.2, low: 0.1, high: 0.3, source: our auditor, confidence: A}"
    for as_shipped in ([], ["costs.price_year=2025"]):
        assert {"leans", "hinges"} & {*leaning(*as_shipped)} == {"leans"}
    for replaced in (f"costs.overhead_share={own}", "costs.overhead_share=0.2"):
        assert {"leans", "hinges"} & {*leaning(replaced)} == {"hinges"}


def test_what_could_change_the_sign_comes_before_what_is_larger() -> None:
    found = money.found()
    tornado = found.economics.tornado[0]  # of −11 million
    large, small = tornado.bars[:2]
    turning = replace(small, at_high=1e5, high_value=0.7)
    economics = replace(found.economics, tornado=[replace(tornado, bars=[large, turning])])
    assert economics.tornado[0].by_what_decides == [turning, large]
    (rail,) = (
        x
        for x in money.with_rails(replace(found, economics=economics)).warnings
        if x.rule == "hinges"
    )
    assert "pay and benefits of an officer" in rail.text
    assert rail.text.endswith(", +$11 million at 0.7; is above zero at 0.7.")


def test_what_an_assumption_does_is_said_to_be_a_change_and_takes_two_lines() -> None:
    """It was read as the net benefit itself: "+$1.1 million; it stays below zero"."""
    found = money.found()
    name = "outcomes.effect.hold_odds_ratio"
    tornado = replace(found.economics.tornado[0], central=-7.8e6)
    bar = replace(tornado.bars[0], name=name, label=name)
    bar = replace(bar, low_value=0.263, at_low=-6.7e6, high_value=2.57, at_high=-10.5e6)
    economics = replace(found.economics, tornado=[replace(tornado, bars=[bar])])
    rails = money.with_rails(replace(found, economics=economics)).warnings
    (text,) = (x.text for x in rails if x.rule == "hinges")
    head, tail = wrapped(text, " " * REMARK).splitlines()
    assert head.endswith(f"odds of a hold with a team ({name}):")
    assert tail.strip().startswith("changes by +$1.1 million at 0.263, −$2.7 million at 2.57 times")
    assert text.endswith("; stays below zero.")


def test_work_that_is_still_open_is_load_too() -> None:
    """Where calls wait for ever, the more there are, the fewer are done: the load had shrunk."""
    keys = [*SHORT, "verify=plain", "run.window_days=14"]
    runs = [answer("8", [*keys, f"demand.calls_per_year={n}"]) for n in (84_096, 130_000)]
    few, many = (run.main.plans[0] for run in runs)
    assert many.is_overloaded
    assert many.load.mean > few.load.mean
    assert "overload" in rules(runs[1].warnings)


def test_a_range_around_no_effect_claims_nothing() -> None:
    """With the null trial the mean is zero to the last bit, and its range is not."""
    keys = ["outcomes=null_trial", FOUR_WEEKS, "run.draws=6"]
    assert "diverted" in rules(answer("13 12", [*LA, *keys]).warnings)


def test_of_a_program_that_was_tested_elsewhere_the_verdict_is_said() -> None:
    warnings = answer("dauphin_8", ["program=dauphin", FOUR_WEEKS]).warnings
    (rail,) = [x for x in warnings if x.rule == "history_elsewhere"]
    assert "the model is inconsistent with it (referrals from officers" in rail.text
    other = answer("dauphin_8", ["program=dauphin", FOUR_WEEKS, "demand.calls_per_year=9000"])
    assert "history_elsewhere" not in rules(other.warnings)


def test_of_three_plans_the_rails_speak_of_the_pair_of_the_finding() -> None:
    found = money.found(names=("17", "12", "9"))
    sides = found.economics.differences
    price = replace(money.BLANK, name=PER_CALL, mean=900.0, why_blank="")
    sides = [sides[0], replace(sides[1], ratios=sides[1].ratios | {PER_CALL: price})]
    economics = replace(found.economics, differences=sides)
    assert found.main.lead(economics) == ("12", "9")
    told = money.with_rails(replace(found, economics=economics)).warnings
    (diverted,) = (x for x in told if x.rule == "diverted")
    assert "of 12 posts against 9 posts" in diverted.text


@pytest.mark.parametrize(("mean", "said"), [(0.0003, "alike"), (0.003, "replications")])
def test_no_runs_are_asked_for_to_find_what_is_practically_none(mean: float, said: str) -> None:
    """0.03 points are 0.0 on the screen, 0.3 points are not; both could be by chance."""
    found = money.found()
    (pair,) = found.main.differences
    change = replace(pair.measures["reach_share"], mean=mean, low=mean - 0.006, high=mean + 0.006)
    measures = pair.measures | dict.fromkeys(CLAIMED, change)
    main = replace(found.main, differences=[replace(pair, measures=measures)])
    told = [x for x in raised(Seen.of(replace(found, main=main), [])) if x.word == "Chance"]
    assert rules(told) == [said]
    assert ("run.replications" in str(told[0])) is (said == "replications")


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A city fitted to a log of 3,000 calls a year, of which its teams took no more than six."""
    folder = tmp_path_factory.mktemp("city")
    staffed = np.ones(168, bool)
    staffed[:6] = False
    log = simulated_log(1, "6")._replace(served_only=True)
    fitted = fit_log(log, name="city", options=Options(stamps="team", teams=6, staffed=staffed))
    fitted.write(folder)
    return folder


@pytest.mark.parametrize(
    ("plan", "override", "said"),
    [
        ("mobile_1", "demand.growth_factor=1", ""),
        ("mobile_1", "demand.growth_factor=9", "calls a year, where its weeks had"),
        ("7", "demand.growth_factor=1", "7 teams at once with 7 posts, where it had 6"),
        ("6", "demand.growth_factor=1", "6 of the 6 hours of the week that it did not see"),
    ],
)
def test_what_lies_beyond_the_log_is_said(city, plan: str, override: str, said: str) -> None:
    config = compose(["demand=city", override], city)
    scenario = Scenario(config)
    told = [x for x in raised(Seen(config, [scenario.arm(staffing(plan))])) if x.rule == "fitted"]
    assert [said in rail.text for rail in told] == ([True] if said else [])


# --- the series ----------------------------------------------------------------------------------


def test_mser_5_leaves_out_a_start_and_nothing_of_a_level_series() -> None:
    rng = np.random.default_rng(7)  # noise without a start
    level = rng.normal(10, 1, 1_000)
    risen = level - 10 * np.exp(-np.arange(1_000) / 20)
    assert mser5(level) <= 100
    assert 40 <= mser5(risen) <= 160


def test_calls_in_hand_are_those_in_line_and_those_with_a_team() -> None:
    """Little's law: two calls an hour, each with a team for one, are two in hand."""
    two = [
        "verify=plain",
        "demand.calls_per_year=17520",
        "run.replications=4",
        "run.window_days=28",
    ]
    (plan,) = sim.run("40", overrides=two, check="none").main.plans
    in_hand = np.asarray(plan.sample.start.in_hand, np.float64)
    assert in_hand.shape == (4, 24 * 31)
    assert not in_hand[:, 0].any()
    assert in_hand[:, 24:].mean() == pytest.approx(2, abs=0.2)


# --- doors ---------------------------------------------------------------------------------------


@cache
def city_of_angels() -> sim.Comparison:
    return answer("17 12", [*LA, "run.draws=4"])


def words(text: str) -> str:
    return " ".join(unescape(text).replace("\N{WORD JOINER}", "").split())


def test_every_door_says_each_once() -> None:
    comparison = city_of_angels()
    assert len(comparison.warnings) > 4
    doors = [full(comparison), page_of(comparison), section_of(comparison, {})]
    for rail in comparison.warnings:
        assert [words(door).count(rail.text) for door in doors] == [1, 1, 1], rail.rule
    tree = summary(comparison)["warnings"]
    assert [x["rule"] for x in tree] == rules(comparison.warnings)
    assert [x["text"] for x in tree] == [rail.text for rail in comparison.warnings]


def test_the_screen_has_the_gravest_and_says_how_many_more() -> None:
    comparison = city_of_angels()
    text = words(screen(comparison))
    shown = [rail.text in text for rail in comparison.warnings]
    assert shown == sorted(shown, reverse=True)
    assert 1 <= sum(shown) <= 3
    assert f"{len(shown) - sum(shown)} more caveats" in text


def test_a_tenth_that_expires_is_not_many() -> None:
    reading = answer("12", VISITS).main
    (plan,) = reading.plans

    def said(expired: float) -> list[str]:
        shown = {"visits_due_per_year": 100.0, "visit_hours_per_year": 5.0}
        shown["visits_expired_per_year"] = expired
        means = {name: Interval(x, x, x, 2) for name, x in shown.items()}
        plans = [replace(plan, measures=plan.measures | means)]
        seen = Seen(compose([]), [], replace(reading, plans=plans))
        return [x.text for x in raised(seen) if x.rule == "visits_expire"]

    assert said(10) == []
    assert "10.5% of the visits" in said(10.5)[0]


def test_plans_alike_in_selected_calls_are_named_together() -> None:
    scenario = Scenario(compose(["outcomes=los_angeles"]))
    arms = [scenario.arm(staffing(name)) for name in ("3", "0", "2")]
    (rail,) = raised(Seen(scenario.config, arms))
    assert "with 3 posts and 2 posts, 40% of requests" in rail.text


def test_notes_are_no_rails() -> None:
    comparison = answer("3 2", [TWO_DAYS, "demand.calls_per_year=10", "run.draws=0"])
    assert comparison.notes[0].startswith("Requests do not grow with the number of teams.")
    assert not any("Requests do not grow" in rail.text for rail in comparison.warnings)
