"""People and money in the answer: the tables, what stands beside them, and the JSON."""

import json
import math
from dataclasses import replace

import pytest

from sim.config import compose
from sim.model.money.crisis_now import crisis_now
from sim.report.money import economics
from sim.report.money.accounts import PARTS, accounts
from sim.report.money.sides import difference_sides, plan_sides
from sim.report.summary import as_json
from sim.report.wording import WIDTH
from sim.scenarios.answers import Comparison, Difference, PlanResult
from sim.scenarios.intervals import INTERVAL_LABEL, Interval
from tests import money

GROSS, NET = "Gross: ", "Net: "


@pytest.fixture(scope="module")
def found() -> Comparison:
    return money.found()


@pytest.fixture(scope="module")
def blocks(found) -> list[str]:
    return economics(found, money.plans())


@pytest.fixture(scope="module")
def flat(blocks) -> str:
    return " ".join(" ".join(blocks).split())


# --- tables --------------------------------------------------------------------------------------


def test_blocks_are_plans_the_difference_words_and_what_moves_them(blocks):
    assert [block.split("\n")[0][:46] for block in blocks[:3]] == [
        "Diversions, people and money, a year. Mean (95",
        "Diversions, people and money, a year: 17 minus",
        "In short:",
    ]
    assert blocks[3].startswith("Which assumptions move the answer most")
    assert "people_and_money.txt" in blocks[-1]


def test_blocks_fit_a_page(blocks):
    assert max(map(len, "\n".join(blocks).splitlines())) <= WIDTH


def test_both_intervals_are_named_as_what_they_are(blocks):
    for block in blocks[:2]:
        head = " ".join(block.partition("---")[0].split())
        assert INTERVAL_LABEL in head
        assert "assumptions (parameters drawn); 100 draws of 46 of them." in head


def test_plans_have_both_intervals_of_net_and_gross(blocks):
    lines = [line.split("  ") for line in blocks[0].splitlines()]
    words = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    at = words.index(["Net: fewer bookings", "180 (162 to 198)", "127 (114 to 140)"])
    assert words[at + 1] == ["[−36 to 396]", "[−25 to 280]"]
    at = words.index(
        ["Gross: contacts not booked", "8,910 (8,019 to 9,801)", "6,289 (5,660 to 6,918)"]
    )
    assert words[at + 1] == ["[5,346 to 16,038]", "[3,774 to 11,321]"]


def test_a_difference_has_both_intervals_and_the_share_of_draws(blocks):
    rows = [line.split("  ") for line in blocks[1].splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert ["mean", "chance", "assumptions", "above zero"] in cells
    assert ["Net: fewer bookings", "+53", "48 to 58", "−11 to 116", "93 %"] in cells
    assert ["Net", "−39.0", "−42.9 to −35.1", "−85.9 to 7.8", "0 %"] in cells
    assert [row[2] for row in cells if row[:1] == ["Clinicians"]] == ["none"]


def test_gross_never_stands_without_net(found):
    for side in [*plan_sides(found), *difference_sides(found)]:
        for heading, figures in accounts(found, side, money.plans()):
            kinds = [x.words.partition(" ")[0] for x in figures if x.words.startswith((GROSS, NET))]
            assert kinds == ["Gross:", "Net:"] * (len(kinds) // 2), heading


def test_net_is_shown_where_there_is_none_of_it(found):
    nothing = Interval(0.0, 0.0, 0.0, 20)

    def without(one: PlanResult | Difference):
        none = {name: nothing for name in one.measures if "_net_" in name}
        return replace(one, measures=one.measures | none, spread={})

    plans, pairs = (list(map(without, x)) for x in (found.main.plans, found.main.differences))
    main = replace(found.main, plans=plans, differences=pairs)
    told = economics(replace(found, main=main), money.plans())
    for block in told[:2]:
        assert block.count("\nNet: ") == block.count("\nGross: ") == 6


def test_without_draws_only_chance_is_shown():
    told = economics(money.found(draws=0), money.plans())
    flat = " ".join(" ".join(told).split())
    assert flat.count("No parameters were drawn (run.draws)") == 2
    assert "above zero" not in flat
    assert "a single year" not in flat
    assert "assumptions −" not in flat
    assert "Net: fewer bookings 180 (162 to 198) 127 (114 to 140) Gross" in flat
    assert "(chance 48 to 58)" in flat


def test_one_plan_has_the_table_of_a_difference_without_signs(found):
    told = economics(money.of_one_plan(found), money.plans())
    assert told[0].startswith("Diversions, people and money, a year: plan 17. Chance: ")
    flat = " ".join(told[0].split())
    assert "Net: fewer bookings 180 162 to 198 −36 to 396 93 %" in flat
    assert "+" not in flat
    assert told[1].startswith("In short:\n- 17 posts divert 180 people a year from jail (chance ")


def test_long_figures_are_in_millions_and_fit(found):
    assert found.economics is not None
    (side,) = found.economics.differences
    ratios = {
        name: replace(ratio, mean=24_158_863.0, low=-3.2e6, high=45.2e6, parameter_high=139e6)
        for name, ratio in side.ratios.items()
    }
    pairs = [replace(side, ratios=ratios)]
    long = replace(found, economics=replace(found.economics, differences=pairs))
    told = economics(long, money.plans())[1]
    assert max(map(len, told.splitlines())) <= WIDTH
    assert "24.2 M" in told
    assert "−3.2 M to 45.2 M" in told


def test_a_blank_cost_says_why(blocks):
    assert "\nNet diversion, jail or hospital " in blocks[1]
    assert "is blank where net diversions may be zero." in " ".join(blocks[1].split())
    assert "is blank" not in blocks[0]


def test_rows_add_up(found):
    for side in [*plan_sides(found), *difference_sides(found)]:
        figures = {
            (heading, x.words): x.chance.mean
            for heading, of_part in accounts(found, side, money.plans())
            for x in of_part
        }
        avoided, saves = "Avoided, $1,000", "Of it, who saves, $1,000"
        total = figures[avoided, "Avoided in all"]
        payers = [figures[saves, who] for who in ("City", "County", "Hospital", "State")]
        assert math.fsum(payers) == pytest.approx(total, abs=0.005)
        parts = [figures[avoided, part] for part in ("Cashable", "Capacity, not cash")]
        assert math.fsum(parts) == pytest.approx(total, abs=0.005)
        cost = figures["Cost, $1,000", "Cost"]
        benefit = figures["Net benefit, $1,000", "All that is avoided, less cost"]
        assert benefit == pytest.approx(total - cost, abs=0.005)
        kinds = [x for (part, words), x in figures.items() if words.startswith("Officers, ")]
        assert math.fsum(kinds) == pytest.approx(figures["People at work, FTE", "Officers"])


def test_what_has_no_chance_is_plan_less_plan(found):
    sides = [*plan_sides(found), *difference_sides(found)]
    for words in ("Start-up, once", "Positions, vacant ones counted"):
        one, other, less = (
            next(
                x
                for _, part in accounts(found, side, money.plans())
                for x in part
                if x.words == words
            )
            for side in sides
        )
        assert less.chance.mean == pytest.approx(one.chance.mean - other.chance.mean)
        assert less.chance.mean > 0


def test_parts_show_each_measure_once():
    names = [row.measure for part in PARTS for row in part.rows]
    assert len(names) == len(set(names))


def test_only_the_first_assumptions_are_on_the_page(blocks):
    lines = blocks[3].splitlines()
    tables = [at for at, line in enumerate(lines) if line.endswith("at high")]
    assert len(tables) == 2
    for at in tables:
        keys = [line.split("  ")[0] for line in lines[at + 2 : at + 7]]
        assert keys == list(money.KEYS[:5])
    assert "0.25 to 0.92  −16,500   −8,250" in lines[tables[0] + 2]
    assert money.KEYS[5] not in blocks[3]


# --- beside them ----------------------------------------------------------------------------------


def test_crisis_now_stands_beside_the_plans_or_says_what_it_lacks(found, flat):
    assert "Crisis Now's formula is not shown: costs.crisis_now.population is not given." in flat
    config = compose(["costs.crisis_now.population=4000000"])
    answer = replace(found.economics, crisis_now=crisis_now(config.costs.crisis_now))
    told = economics(replace(found, config=config, economics=answer), money.plans())
    flat = " ".join(" ".join(told).split())
    assert "for 4,000,000 people: 96,000 episodes a year, 31,000 of them for mobile teams" in flat
    assert "21.0 teams. Simulated: 17 posts, 9,000 contacts a year, 75 % of requested calls" in flat
    assert "no queue, no hour of the day, no response time and no relief" in flat


def test_what_is_not_modeled_is_said(flat):
    assert "Not modeled: use of force, injury, race, language" in flat


def test_there_is_nothing_to_tell_without_economics(found):
    assert economics(replace(found, economics=None), money.plans()) == []


# --- JSON ----------------------------------------------------------------------------------------

PARAMETERS = ["low", "high", "year_low", "year_high", "chance_above_zero", "draws"]


def test_json_has_the_draws_of_every_measure(found):
    told = json.loads(as_json(found, money.plans()))
    for side in (*told["plans"], *told["differences"]):
        for measure in side["measures"].values():
            assert list(measure["parameters"]) == PARAMETERS
    net = told["differences"][0]["measures"]["jail_diversions_net_per_year"]["parameters"]
    assert (net["low"], net["draws"]) == (pytest.approx(-0.2 * 180 * 5 / 17), 100)


def test_json_has_people_and_money(found):
    told = json.loads(as_json(found, money.plans()))["economics"]
    assert list(told) == [
        *("plans", "differences", "tornado", "unknowns", "draws", "crisis_now", "bridges"),
        *("cost_lines", "avoided_lines"),
    ]
    (pair,) = told["differences"]
    assert pair["name"] == "17 minus 12"
    assert pair["ratios"]["cost_per_net_diversion"]["why_blank"] == "net diversions may be zero"
    assert pair["break_even"]["already"] is False
    (officer,) = [x for x in told["bridges"]["12"] if x["role"] == "officer"]
    assert officer["steps"][0] == {"what": "hours of duty", "value": 105_120.0, "unit": "h/year"}
    assert {line["payer"] for line in told["avoided_lines"]["17"]} == {
        *("city", "county", "hospital", "state")
    }
    assert told["tornado"][0]["bars"][0]["name"] == money.KEYS[0]


def test_json_is_the_same_each_time_and_null_where_nothing_is_known():
    one, other = (as_json(money.found(draws=0), money.plans()) for _ in range(2))
    assert one == other
    told = json.loads(one)
    assert told["plans"][0]["measures"]["cost_per_year"]["parameters"] is None
    nothing = replace(money.found(), economics=None)
    assert json.loads(as_json(nothing, money.plans()))["economics"] is None
