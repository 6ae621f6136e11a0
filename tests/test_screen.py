"""The first screen and everything under it: what they say, and that they fit their page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.config import compose, program_names
from sim.report.comparison.deciding import spanned
from sim.report.comparison.full import full
from sim.report.comparison.page import page_of
from sim.report.comparison.screen import alike, following, screen
from sim.report.wording import page, points, price, range_of
from sim.scenarios.answers.comparison import Bases, Comparison, Difference, Load, PlanResult
from sim.scenarios.answers.economics import PER_CALL
from sim.scenarios.answers.intervals import Interval, quoted
from sim.scenarios.request import Request
from tests import money
from tests.pages import without_commands

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
            assert max(map(len, without_commands(text))) <= min(width, 100)


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
    assert max(map(len, without_commands(screen(comparison)))) <= 100
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
        ((0.130, 0.796, 0.664), ["13.2", "79.6", "66.4"]),
        ((0.004, 0.551, 0.547), ["0.4", "55.1", "54.7"]),
        ((0.0038, 0.6654, 0.6616), ["0.3", "66.5", "66.2"]),
        ((0.0005, 0.9413, 0.9408), []),
    ],
)
def test_a_difference_stands_beside_numbers_that_it_is_the_difference_of(shares, shown):
    assert alike(*shares) == shown


def test_a_range_that_crosses_zero_does_not_look_as_if_it_began_there():
    crossing = Interval(0.003, -0.0004, 0.0077, 20)
    assert points(crossing) == "−0.1 to +0.8"
    assert range_of(crossing, 100) == "−0.04 to 0.77"
    assert spanned(crossing, 10, 100, sign=True) == "−0.1 to +0.8"


@pytest.mark.parametrize(
    ("ends", "shown"),
    [
        ((0.0004, 0.0008, 0.0012), "+0.08     +0.04 to +0.12"),  # not blank, as +0.1 to +0.1 was
        ((0.0002, 0.0005, 0.0015), "+0.05     +0.02 to +0.15"),  # not from 0.0
        ((-0.0004, 0.0005, 0.0015), "+0.1      −0.1 to +0.1"),
        ((0.05, 0.06, 0.08), "+6.0      +5.0 to +8.0"),
    ],
)
def test_a_difference_and_its_range_have_the_same_digits_and_enough_of_them(ends, shown):
    usual, name = ANSWERS["compare"], "reach_share"
    (pair,), (low, mean, high) = usual.main.differences, ends
    of_chance = replace(pair.measures[name], mean=mean, low=mean, high=mean)
    spread = replace(pair.spread[name], low=low, high=high)
    measures = pair.measures | {name: of_chance}
    small = replace(pair, measures=measures, spread=pair.spread | {name: spread})
    (row,) = (x for x in screen(with_pair(usual, small)).splitlines() if x.startswith("Reached,"))
    assert " ".join(shown.split()) in " ".join(row.split())


def test_a_price_and_its_range_end_in_the_same_digit():
    assert price(Interval(1_100, 850, 1_830, 20)) == "1,100 (800–1,800)"
    assert price(Interval(3.5e6, 4.3e5, 1.403e7, 20), 0.001) == "3,500 (400–14,000)"
    assert price(Interval(3_500, 43, 14_000, 20)) == "3,500 (40–14,000)"
    assert price(Interval(2_000, 1_990, 2_010, 20)) == "2,000"


def test_a_figure_that_the_draws_do_not_vary_has_a_range_of_chance():
    usual, name = ANSWERS["compare"], "jail_diversions_net_per_year"
    (pair,) = usual.main.differences
    drawn = replace(pair.spread[name], low=0.01, high=0.01, chance_above_zero=None)
    none = replace(pair.measures[name], mean=-0.2, low=-0.5, high=0.1)
    measures, spread = pair.measures | {name: none}, pair.spread | {name: drawn}
    text = full(with_pair(usual, replace(pair, measures=measures, spread=spread)))
    (row,) = (line for line in text.splitlines() if line.startswith("Bookings avoided, net"))
    assert row.endswith("by chance alone")
    *_, of_difference = (x for x in text.splitlines() if x.startswith("Net: fewer bookings"))
    assert of_difference.split()[3:] == ["−0.20", "–", "−0.50", "to", "0.10", "–"]


def test_what_decides_of_several_plans_fits_one_screen():
    """How long it takes, when no team is free, bookings and people stand beside reach and cost."""
    text = screen(ANSWERS["compare_three_plans"])
    head = " ".join(text.split("-----")[0].split())
    for word in ("in 60", "min to", "no team", "bookings", "clinical", "cost,"):
        assert word in head
    (row,) = (x for x in text.splitlines() if x.startswith("17 "))
    assert row.split()[1:3] == ["75.0", "+35.3"]
    assert row.split()[-6:] == ["67.5", "33.0", "2.2", "180", "86.5", "30,980"]
    assert len(text.splitlines()) <= 28
    assert "against the row above" in full(ANSWERS["compare_three_plans"])


def test_full_says_why_figures_of_hours_without_a_team_differ():
    usual = ANSWERS["run"]
    (plan,) = usual.main.plans
    by_day = with_plan(usual, 0, with_measures(plan, came_off_duty_share=0.3))
    said = "hours of overtime are coverage gaps with all teams busy"
    assert said in " ".join(full(by_day).split())
    assert said not in " ".join(full(usual).split())
    assert "hours without a team on duty included" in " ".join(full(by_day).split())


# --- room ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", [False, True])
def test_bases_give_way_to_caveats_unless_they_were_chosen(chosen):
    """The bases have two lines, and a line is left for the third caveat."""
    usual = ANSWERS["compare"]
    zones = {f"the {at}th district": 2 for at in range(1, 4)}
    plans = [replace(plan, bases=Bases(zones, chosen=chosen)) for plan in usual.main.plans]
    based = replace(usual, main=replace(usual.main, plans=plans))
    few = replace(based, warnings=usual.warnings[:1])
    assert "Bases    17: the 1th district (2)" in screen(few)
    lines = screen(based).splitlines()
    assert len(lines) <= 28
    said = [x.split()[0] for x in lines if x.startswith(("Hist", "Div", "Dep", "Bas"))]
    assert said == (
        ["Bases", "History", "Diverted"] if chosen else ["History", "Diverted", "Depends"]
    )


def test_a_loss_that_nobody_notices_takes_no_room():
    usual = ANSWERS["compare"]
    plans = [with_measures(x, missed_out_of_range_share=0.002) for x in usual.main.plans]
    few = replace(usual, main=replace(usual.main, plans=plans))
    assert "lost as all teams are busy" in screen(few)
    assert "in range" not in screen(few)


def test_no_two_caveats_of_one_kind_while_there_is_another():
    usual = ANSWERS["compare"]
    first, *others = usual.warnings
    again = replace(usual, warnings=[first, first, *others])
    words = [line[:8].strip() for line in screen(again).splitlines()]
    assert [words.count(x) for x in ("History", "Diverted", "Depends")] == [1, 1, 1]


def test_the_clock_of_the_standard_is_in_the_name_of_its_row():
    usual = ANSWERS["compare"]
    standard = usual.config.service.standard.model_copy(update={"clock": "received"})
    service = usual.config.service.model_copy(update={"standard": standard})
    config = usual.config.model_copy(update={"service": service})
    assert "In 60 min of request, % " in screen(usual)
    assert "In 60 min of the call, % " in screen(replace(usual, config=config))


def test_calls_for_a_team_are_assumed_unless_their_share_was_counted():
    usual = ANSWERS["compare"]
    assert "22,350 calls a year, of which an assumed 10,800 are for a team" in screen(usual)
    assert "share of calls in scope for a team (service.funnel.eligible_share) 75%" in full(usual)
    own = "{value: 0.75, low: 0.7, high: 0.8, source: our count, confidence: S}"
    counted = replace(usual, config=compose([f"service.funnel.eligible_share={own}"]))
    assert "22,350 calls a year, of which 10,800 are for a team" in screen(counted)
    assert "Assumed:" not in full(counted)


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


def cheaper(comparison: Comparison) -> Comparison:
    """Return it with a cost that falls."""
    (pair,), name = comparison.main.differences, "cost_per_year"
    less = replace(pair.measures[name], mean=-8e5, low=-8.1e5, high=-7.9e5)
    return with_pair(comparison, replace(pair, measures=pair.measures | {name: less}))


def nearly_alike(comparison: Comparison) -> Comparison:
    """Return it with a difference that is beyond chance, and no difference to a planner."""
    (pair,), name = comparison.main.differences, "reach_share"
    tiny = replace(pair.measures[name], mean=0.0005, low=0.0002, high=0.0008)
    spread = replace(pair.spread[name], low=0.0002, high=0.0015)
    drawn = {"measures": pair.measures | {name: tiny}, "spread": pair.spread | {name: spread}}
    one, other = comparison.main.plans
    alike = with_plan(comparison, 0, with_measures(one, reach_share=0.9413))
    alike = with_plan(alike, 1, with_measures(other, reach_share=0.9408))
    return with_pair(alike, replace(pair, **drawn))


def with_prices(comparison: Comparison, first: float) -> Comparison:
    """Return it with a price of each added call of the first plan, and none of the others."""
    economics = comparison.economics
    ends = {"low": 0.9 * first, "high": 1.1 * first}
    price = replace(money.BLANK, name=PER_CALL, mean=first, why_blank="", **ends)
    sides = list(economics.differences)
    sides[0] = replace(sides[0], ratios=sides[0].ratios | {PER_CALL: price})
    return replace(comparison, economics=replace(economics, differences=sides))


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
        "a saving in 3 of 100 draws": as_sure(usual, 0.03),
        "a saving in all draws": as_sure(usual, 1.0),
        "cheaper, and more is avoided": cheaper(as_sure(usual, 0.98)),
        "practically as many": nearly_alike(usual),
        "a ladder with one price": with_prices(LADDER, 2_118.0),
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
        (("13", "17", "12"), "compare 17 13"),
        (("12", "13", "17", "9"), "compare 17 13"),
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
