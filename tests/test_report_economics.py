"""People and money in the answer: the tables, what stands beside them, and the JSON."""

import json
import math
from dataclasses import replace

import pytest

from sim.config import compose
from sim.model.money.crisis_now import crisis_now
from sim.report.answer import as_json
from sim.report.comparison.full import full, side_tables
from sim.report.comparison.report import ComparisonReport
from sim.report.comparison.summary import summary
from sim.report.money.accounts import PARTS, accounts
from sim.report.money.beside import beside
from sim.report.money.sides import difference_sides, plan_sides
from sim.report.wording import WIDTH
from sim.scenarios.answers.comparison import Comparison, Difference, PlanResult
from sim.scenarios.answers.intervals import Interval
from tests import money

GROSS, NET = "Gross: ", "Net: "


@pytest.fixture(scope="module")
def found() -> Comparison:
    return money.found()


# --- tables --------------------------------------------------------------------------------------


def test_every_measure_stands_once_in_a_table(found):
    for _, table in side_tables(found):
        rows = [(group.heading, row[0]) for group in table.groups for row in group.rows]
        assert len(rows) == len(set(rows))
    words = [row[0] for row in table.rows]
    assert len([x for x in words if x.startswith(("Diverted", "Net: fewer bookings"))]) == 1


def test_net_is_shown_where_there_is_none_of_it(found):
    nothing = Interval(0.0, 0.0, 0.0, 20)

    def without(one: PlanResult | Difference):
        none = {name: nothing for name in one.measures if "_net_" in name}
        return replace(one, measures=one.measures | none, spread={})

    plans, pairs = (list(map(without, x)) for x in (found.main.plans, found.main.differences))
    main = replace(found.main, plans=plans, differences=pairs)
    told = full(replace(found, main=main))
    assert told.count("\nNet: ") == told.count("\nGross: ") == 3 * 6


def test_long_figures_are_in_millions_and_fit(found):
    (side,) = found.economics.differences
    ratios = {
        name: replace(ratio, mean=24_158_863.0, low=-3.2e6, high=45.2e6, parameter_high=139e6)
        for name, ratio in side.ratios.items()
    }
    pairs = [replace(side, ratios=ratios)]
    long = replace(found, economics=replace(found.economics, differences=pairs))
    told = full(long)
    assert max(map(len, told.splitlines())) <= WIDTH
    assert "24.2 M" in told
    assert "−3.2 M to 45.2 M" in told


def test_crisis_now_stands_beside_the_plans(found):
    config = compose(["costs.crisis_now.population=4000000"])
    answer = replace(found.economics, crisis_now=crisis_now(config.costs.crisis_now))
    flat = " ".join(beside(replace(found, config=config, economics=answer)).split())
    figures = ("4,000,000", "96,000", "31,000", "21.0", "17 posts", "9,000", "75 %", "12 posts")
    at = [flat.index(figure) for figure in figures]
    assert at == sorted(at)


def test_gross_never_stands_without_net(found):
    for side in [*plan_sides(found), *difference_sides(found)]:
        for heading, figures in accounts(side):
            kinds = [x.words.partition(" ")[0] for x in figures if x.words.startswith((GROSS, NET))]
            assert kinds == ["Gross:", "Net:"] * (len(kinds) // 2), heading


def test_rows_add_up(found):
    for side in [*plan_sides(found), *difference_sides(found)]:
        figures = {
            (heading, x.words): x.chance.mean
            for heading, of_part in accounts(side)
            for x in of_part
        }
        avoided, saves = "Avoided, $1,000", "Avoided, by payer, $1,000"
        total = figures[avoided, "Total avoided"]
        payers = [figures[saves, who] for who in ("City", "County", "Hospital", "State")]
        assert math.fsum(payers) == pytest.approx(total, abs=0.005)
        parts = [figures[avoided, part] for part in ("Cashable", "Capacity, not cash")]
        assert math.fsum(parts) == pytest.approx(total, abs=0.005)
        cost = figures["Cost, $1,000", "Cost"]
        benefit = figures["Net benefit, $1,000", "Total avoided, less cost"]
        assert benefit == pytest.approx(total - cost, abs=0.005)
        kinds = [x for (part, words), x in figures.items() if words.startswith("Officers, ")]
        assert math.fsum(kinds) == pytest.approx(figures["People employed, FTE", "Officers"])


def test_what_has_no_chance_is_plan_less_plan(found):
    sides = [*plan_sides(found), *difference_sides(found)]
    for words in ("Start-up, one time", "Positions, with vacant ones"):
        one, other, less = (
            next(x for _, part in accounts(side) for x in part if x.words == words)
            for side in sides
        )
        assert less.chance.mean == pytest.approx(one.chance.mean - other.chance.mean)
        assert less.chance.mean > 0


def test_parts_show_each_measure_once():
    names = [row.measure for part in PARTS for row in part.rows]
    assert len(names) == len(set(names))


# --- JSON ----------------------------------------------------------------------------------------


def test_json_has_the_draws_of_every_measure(found):
    told = summary(found)
    for side in (*told["plans"], *told["differences"]):
        assert all(measure["parameters"]["draws"] == 100 for measure in side["measures"].values())
    net = told["differences"][0]["measures"]["jail_diversions_net_per_year"]["parameters"]
    assert net["low"] == pytest.approx(-0.2 * 180 * 5 / 17)


def test_json_is_the_same_each_time_and_null_where_nothing_is_known(found):
    one, other = (as_json(ComparisonReport(money.found(draws=0))) for _ in range(2))
    assert one == other
    assert json.loads(one)["plans"][0]["measures"]["cost_per_year"]["parameters"] is None
    assert summary(replace(found, economics=None))["economics"] is None
