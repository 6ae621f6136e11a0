"""The first screen and everything under it: what they say, and that they fit their page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.config import program_names
from sim.report.comparison.full import full
from sim.report.comparison.page import page_of
from sim.report.comparison.screen import alike, following, screen
from sim.report.wording import page
from sim.scenarios.answers.comparison import Comparison, Difference, Load, PlanResult
from sim.scenarios.answers.intervals import Interval, quoted
from sim.scenarios.request import Request
from tests import money

LADDER = money.with_ladder(money.found(names=("17", "12", "9")))
ANSWERS = {
    "compare": money.with_all_beside(money.found()),
    "compare_without_draws": money.found(draws=0),
    "compare_three_plans": LADDER,
    "run": money.of_one_plan(money.found()),
}


FILES = {name: (screen, name, 100) for name in ANSWERS}
FILES |= {"compare_60_columns": (screen, "compare", 60)}
FILES |= {f"full_{name}": (full, name, 100) for name in ("compare", "run")}


@pytest.mark.parametrize("name", FILES)
def test_golden_answer(name, golden):
    write, of_name, columns = FILES[name]
    with page(columns):
        golden(write(ANSWERS[of_name]) + "\n", f"{name}.txt")


# --- the page ------------------------------------------------------------------------------------


@given(st.integers(60, 200), st.sampled_from(sorted(ANSWERS)))
@settings(max_examples=40, deadline=None)
def test_no_line_is_wider_than_the_terminal(width, name):
    with page(width):
        for text in (screen(ANSWERS[name]), full(ANSWERS[name])):
            assert max(map(len, text.splitlines())) <= min(width, 100)


@pytest.mark.parametrize("program", program_names())
@pytest.mark.parametrize("verb", [sim.compare, sim.run])
def test_the_screen_of_every_program_is_at_most_30_lines(program, verb):
    brief = ["run.window_days=7", "run.warm_up_days=0", "run.tail_days=1"]
    plans = () if sim.config.compose([f"program={program}"]).program.plans else (3, 2)
    plans = plans[:1] if verb is sim.run else plans
    comparison = verb(
        *plans, program=program, overrides=brief, replications=2, draws=2, check="none"
    )
    lines = screen(comparison).splitlines()
    assert len(lines) <= 28  # the results folder and a blank line follow
    assert max(map(len, lines)) <= 100
    assert not re.search(r"\bnan\b|\bNone\b(?!:)", full(comparison))


# --- ranges --------------------------------------------------------------------------------------


def test_no_estimate_lies_outside_of_its_range():
    comparison = ANSWERS["compare"]
    (pair,) = comparison.main.differences
    name = "contacts_per_year"
    mean = pair.measures[name].mean
    apart = money.with_measure(comparison, name, 1.3 * mean, 1.9 * mean)
    for side in (*apart.main.plans, *apart.main.differences):
        for measure in side.measures:
            span = quoted(side, measure)
            assert span.low <= span.mean <= span.high, measure
            assert span.low <= side.measures[measure].low, measure
    assert quoted(apart.main.differences[0], name).high == pytest.approx(1.9 * mean)


def test_center_of_the_tornado_is_printed_nowhere_but_in_the_table():
    """The center of the tornado is of other replications than the mean of the table."""
    comparison = ANSWERS["compare"]
    tornado = comparison.economics.tornado[0]
    bar = tornado.bars[0]
    assert tornado.changes(bar) == (bar.at_low - tornado.central, bar.at_high - tornado.central)
    text = full(comparison)
    assert f"{bar.at_low / 1000:,.0f}".replace("-", "−") not in text
    assert f"{tornado.central / 1000:,.0f}".replace("-", "−") not in text


@pytest.mark.parametrize(
    ("shares", "shown"),
    [
        ((0.122, 0.791, 0.669), ["12", "79", "67"]),
        ((0.126, 0.791, 0.665), ["13", "79", "66"]),
        ((0.130, 0.796, 0.664), ["13.0", "79.6", "66.4"]),
        ((0.004, 0.551, 0.547), ["0.4", "55.1", "54.7"]),
    ],
)
def test_a_difference_stands_beside_numbers_that_it_is_the_difference_of(shares, shown):
    assert alike(*shares) == shown


# --- the answer ----------------------------------------------------------------------------------


def with_measures(plan: PlanResult, **means: float | None) -> PlanResult:
    changed = {
        name: Interval(mean, mean, mean, 20) for name, mean in means.items() if mean is not None
    }
    none = {name: money.NOWHERE for name, mean in means.items() if mean is None}
    return replace(plan, measures={**plan.measures, **changed, **none})


def with_plan(comparison: Comparison, at: int, plan: PlanResult) -> Comparison:
    plans = list(comparison.main.plans)
    plans[at] = plan
    return replace(comparison, main=replace(comparison.main, plans=plans))


def test_calls_open_without_overload_are_no_overload():
    plan = with_measures(ANSWERS["compare"].main.plans[0], unfinished_share=0.02)
    assert not replace(plan, load=Load(3.0, 4.0, 168, 2, 15, 5.0, 4.0)).is_overloaded
    assert replace(plan, load=None).is_overloaded


def with_pair(comparison: Comparison, pair: Difference) -> Comparison:
    return replace(comparison, main=replace(comparison.main, differences=[pair]))


def as_sure(comparison: Comparison, share: float) -> Comparison:
    """Return it with a net benefit that is above zero in a share of the draws."""
    (pair,), name = comparison.main.differences, "net_benefit_per_year"
    ends = (2e5, 9e5) if share == 1 else (-5e5, 4e5)
    interval = replace(pair.measures[name], mean=3e5, low=2.5e5, high=3.5e5)
    spread = replace(pair.spread[name], low=ends[0], high=ends[1], chance_above_zero=share)
    drawn = {"measures": pair.measures | {name: interval}, "spread": pair.spread | {name: spread}}
    return with_pair(comparison, replace(pair, **drawn))


def with_travel(comparison: Comparison, factor: float) -> Comparison:
    """Return it with a part of its difference where a drive takes the same from anywhere."""
    (pair,) = comparison.travel_beside.differences
    change = pair.measures["reach_share"]
    small = replace(change, mean=factor * change.mean)
    less = replace(pair, measures=pair.measures | {"reach_share": small})
    return replace(comparison, travel_beside=replace(comparison.travel_beside, differences=[less]))


def test_golden_screen_says_what_is_not_usual(golden):
    usual = ANSWERS["compare"]
    plan, other = usual.main.plans
    load = Load(9.0, 4.0, 168, 168, 15, 14.0, 4.0)
    swamped = replace(with_measures(other, unfinished_share=0.76, reach_share=0.0), load=load)
    forms = {
        "12 posts are overloaded": with_plan(usual, 1, swamped),
        "nobody asked for 17 posts": with_plan(
            usual, 0, with_measures(plan, reach_share=None, response_median_min=None)
        ),
        "the difference may be none": money.with_measure(usual, "reach_share", -0.01, 0.3),
        "a saving in 40 of 100 draws": as_sure(usual, 0.4),
        "a saving in all draws": as_sure(usual, 1.0),
        "most of it rests on travel": with_travel(usual, 0.3),
        "not most of it": with_travel(usual, 0.7),
    }
    told, before = [], screen(usual).splitlines()
    for form, comparison in forms.items():
        lines = screen(money.with_rails(comparison)).splitlines()
        told += [f"{form}:", *(line for line in lines if line not in before), ""]
    golden("\n".join(told), "screen_forms.txt")


@pytest.mark.parametrize(
    ("names", "command"),
    [
        (("17", "12"), "compare 17 16 15 14 13 12"),
        (("12", "17"), "compare 12 13 14 15 16 17"),
        (("30", "10"), "compare 30 26 22 18 14 10"),
        (("13", "12"), "people 13 12"),
    ],
)
def test_the_next_question_is_between_two_plans(names, command):
    assert following(money.found(names=names)) == f"coresponder {command}"


def test_the_next_question_keeps_the_settings():
    asked = replace(
        money.of_one_plan(money.found()), request=Request("run", overrides=("program=generic",))
    )
    assert following(asked) == "coresponder compare 18 17 program=generic"


def test_the_page_to_print_stands_alone_and_is_escaped():
    comparison = ANSWERS["compare"]
    program = comparison.config.program.model_copy(update={"title": "<b>A & B</b>"})
    config = comparison.config.model_copy(update={"program": program})
    html = page_of(replace(comparison, config=config))
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in html
    assert "<b>" not in html
    assert not re.search(r"(src|href)=", html)
    assert html.count("<table>") == 1 + 3 + 2  # with those by hour of day and by zone
