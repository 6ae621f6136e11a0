"""People and money in an answer: tables, sentences, the file of every step; and their sums."""

import json
import re
from dataclasses import replace
from math import fsum

import pytest

from sim.config import compose
from sim.model.money.crisis_now import crisis_now
from sim.report.answer import as_json
from sim.report.comparison.full import full, side_tables
from sim.report.comparison.report import ComparisonReport
from sim.report.comparison.summary import summary
from sim.report.money.accounts import PARTS, accounts
from sim.report.money.beside import beside
from sim.report.money.claims import claims
from sim.report.money.people_and_money import people_and_money
from sim.report.money.prices import prices
from sim.report.money.sides import difference_sides, plan_sides
from sim.report.money.tornado import ends_of
from sim.report.wording import WIDTH
from sim.scenarios.answers.comparison import Comparison, Difference, PlanResult
from sim.scenarios.answers.economics import BreakEven
from sim.scenarios.answers.intervals import Interval
from tests import money

FOUND = money.found()
SIDES = [*plan_sides(FOUND), *difference_sides(FOUND)]


# --- tables --------------------------------------------------------------------------------------


def test_every_measure_stands_once_in_a_table():
    for _, table in side_tables(FOUND):
        rows = [(group.heading, row[0]) for group in table.groups for row in group.rows]
        assert len(rows) == len(set(rows))
    words = [row[0] for row in table.rows]
    assert len([x for x in words if x.startswith(("Diverted", "Net: fewer bookings"))]) == 1
    names = [row.measure for part in PARTS for row in part.rows]
    assert len(names) == len(set(names))


def test_net_is_shown_where_there_is_none_of_it():
    nothing = Interval(0.0, 0.0, 0.0, 20)

    def without(one: PlanResult | Difference):
        none = {name: nothing for name in one.measures if "_net_" in name}
        return replace(one, measures=one.measures | none, spread={})

    plans, pairs = (list(map(without, x)) for x in (FOUND.main.plans, FOUND.main.differences))
    told = full(replace(FOUND, main=replace(FOUND.main, plans=plans, differences=pairs)))
    assert told.count("\nNet: ") == told.count("\nGross: ") == 3 * 6


def test_gross_never_stands_without_net():
    for heading, figures in (part for side in SIDES for part in accounts(side)):
        kinds = [x.words.partition(" ")[0] for x in figures]
        kinds = [kind for kind in kinds if kind in ("Gross:", "Net:")]
        assert kinds == ["Gross:", "Net:"] * (len(kinds) // 2), heading


def test_long_figures_are_in_millions_and_fit():
    (side,) = FOUND.economics.differences
    ratios = {
        name: replace(ratio, mean=24_158_863.0, low=-3.2e6, high=45.2e6, parameter_high=139e6)
        for name, ratio in side.ratios.items()
    }
    economics = replace(FOUND.economics, differences=[replace(side, ratios=ratios)])
    told = full(replace(FOUND, economics=economics))
    assert max(map(len, told.splitlines())) <= WIDTH
    assert "24.2 M" in told
    assert "−3.2 M to 45.2 M" in told


def test_crisis_now_stands_beside_the_plans():
    config = compose(["costs.crisis_now.population=4000000"])
    answer = replace(FOUND.economics, crisis_now=crisis_now(config.costs.crisis_now))
    flat = " ".join(beside(replace(FOUND, config=config, economics=answer)).split())
    figures = ("4,000,000", "96,000", "31,000", "21.0", "17 posts", "9,000", "75%", "12 posts")
    at = [flat.index(figure) for figure in figures]
    assert at == sorted(at)


@pytest.mark.parametrize("side", SIDES, ids=["17", "12", "17 minus 12"])
def test_rows_add_up(side):
    figures = {(part, x.words): x.chance.mean for part, each in accounts(side) for x in each}
    avoided, saves = "Avoided, $1,000", "Avoided, by payer, $1,000"
    total = figures[avoided, "Total avoided"]
    payers = [figures[saves, who] for who in ("City", "County", "Hospital", "State")]
    assert fsum(payers) == pytest.approx(total, abs=0.005)
    parts = [figures[avoided, part] for part in ("Cashable", "Capacity, not cash")]
    assert fsum(parts) == pytest.approx(total, abs=0.005)
    benefit = figures["Net benefit, $1,000", "Total avoided, less cost"]
    assert benefit == pytest.approx(total - figures["Cost, $1,000", "Cost"], abs=0.005)
    kinds = [x for (_, words), x in figures.items() if words.startswith("Officers, ")]
    assert fsum(kinds) == pytest.approx(figures["People employed, FTE", "Officers"])


def test_what_has_no_chance_is_plan_less_plan():
    for words in ("Start-up, one time", "Positions, with vacant ones"):
        one, other, less = (
            next(x for _, part in accounts(side) for x in part if x.words == words)
            for side in SIDES
        )
        assert less.chance.mean == pytest.approx(one.chance.mean - other.chance.mean)
        assert less.chance.mean > 0


# --- JSON ----------------------------------------------------------------------------------------


def test_json_has_the_draws_of_every_measure():
    told = summary(FOUND)
    for side in (*told["plans"], *told["differences"]):
        assert all(measure["parameters"]["draws"] == 100 for measure in side["measures"].values())
    net = told["differences"][0]["measures"]["jail_diversions_net_per_year"]["parameters"]
    assert net["low"] == pytest.approx(-0.2 * 180 * 5 / 17)


def test_json_is_the_same_each_time_and_null_where_nothing_is_known():
    one, other = (as_json(ComparisonReport(money.found(draws=0))) for _ in range(2))
    assert one == other
    assert json.loads(one)["plans"][0]["measures"]["cost_per_year"]["parameters"] is None
    assert summary(replace(FOUND, economics=None))["economics"] is None


# --- claims --------------------------------------------------------------------------------------

BREAK_EVENS = {
    "an effect": BreakEven(0.312, already=False, central_arrest=0.48, central_hold=0.84),
    "without an effect": BreakEven(None, already=True, central_arrest=0.48, central_hold=0.84),
    "none, hold not known": BreakEven(None, already=False, central_arrest=0.48, central_hold=None),
    "none, nothing known": BreakEven(None, already=False, central_arrest=None, central_hold=None),
}


def with_break_even(one: BreakEven) -> Comparison:
    """Return the answer with another break-even of the difference, and none of the plans."""
    plans = [replace(side, break_even=None) for side in FOUND.economics.plans]
    pairs = [replace(side, break_even=one) for side in FOUND.economics.differences]
    return replace(FOUND, economics=replace(FOUND.economics, plans=plans, differences=pairs))


def test_a_single_year_varies_no_less_than_the_mean_of_years_does():
    """Both ranges are read from few draws: here the one of a year would end first."""
    (pair,), name = money.found().main.differences, "hospital_diversions_net_per_year"
    spread = replace(pair.spread[name], low=-79.0, high=116.0, year_low=-77.0, year_high=130.0)
    found = money.found()
    drawn = replace(pair, spread=pair.spread | {name: spread})
    told = claims(replace(found, main=replace(found.main, differences=[drawn])))
    assert "−79 to 130 from hospital" in " ".join(told.split())


def test_golden_claims_in_every_form(golden):
    forms = {
        "17 and 12": FOUND,
        "one plan": money.of_one_plan(FOUND),
        "no draws": money.found(draws=0),
    }
    texts = {form: claims(comparison) for form, comparison in forms.items()}
    for name, one in BREAK_EVENS.items():
        told = claims(with_break_even(one))
        texts[f"break-even: {name}"] = told[told.index("- Break") : told.index("\n- Gross")]
    golden("\n".join(f"{form}:\n{text}\n" for form, text in texts.items()), "claims.txt")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.004, 0.05, "0.004 to 0.05"), (0.4, 1.8, "0.4 to 1.8"), (0, 30, "0 to 30")],
)
def test_ends_of_an_assumption_keep_their_first_digits(low, high, expected):
    bar = replace(FOUND.economics.tornado[0].bars[0], low_value=low, high_value=high)
    assert ends_of(bar) == expected


# --- people_and_money.txt ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def text() -> str:
    return people_and_money(FOUND)


def dollars(line: str) -> list[int]:
    """Return the whole dollars at the end of a line."""
    cells = re.split(r"  +", line.strip())
    shown = [cell.replace(",", "").replace("−", "-") for cell in cells[1:]]
    return [int(cell) for cell in shown if re.fullmatch(r"-?\d+", cell)]


def table(text: str, head: str, end: str = "") -> list[str]:
    """Return the lines below a head, up to a blank line or one that begins so."""
    lines = text.partition(f"\n{head}")[2].splitlines()[2:]
    stops = [at for at, line in enumerate(lines) if not line or (end and line.startswith(end))]
    return lines[: stops[0]]


def test_golden_file_fits_a_page(text, golden):
    assert max(map(len, text.splitlines())) <= WIDTH
    golden(text, "people_and_money.txt")


def test_costs_add_up_in_each_of_three_fiscal_years(text):
    lines = table(text, "Cost, dollars              quantity", "Once")
    assert lines[0].startswith("Every year ---")
    each = [dollars(line)[-3:] for line in lines[1:]]
    for year in range(3):
        column = [of_line[year] for of_line in each]
        assert fsum(column[:-1]) == pytest.approx(column[-1], abs=len(column))
    assert each[0][1] == pytest.approx(1.03 * each[0][0], abs=1)


@pytest.mark.parametrize(
    ("head", "side"),
    [("Plan 17", FOUND.main.plans[0]), ("17 minus 12", FOUND.main.differences[0])],
    ids=["plan", "difference"],
)
def test_payers_add_up_to_the_total_and_what_is_left_of_it(head, side, text):
    lines = table(text, f"{head}, by payer, dollars")
    rows = {line.split("  ")[0]: dollars(line) for line in lines}
    payers = [rows[who] for who in ("county", "hospital", "state", "city")]
    for at in range(3):
        assert fsum(row[at] for row in payers) == pytest.approx(rows["total"][at], abs=4)
    in_all, cashable, capacity = rows["total"]
    assert in_all - cashable == pytest.approx(capacity, abs=2)
    assert in_all == pytest.approx(side.measures["avoided_per_year"].mean, abs=1)
    benefit = side.measures["net_benefit_per_year"].mean
    assert rows["net benefit"][0] == pytest.approx(benefit, abs=1)


def test_all_plans_stand_together_with_their_difference(text):
    rows = [dollars(line) for line in table(text, "Cost, dollars     FY")]
    assert len(rows) == 3
    for one, other, less in zip(*rows, strict=True):
        assert one - other == pytest.approx(less, abs=1)


def test_a_plan_without_posts_has_no_bridge():
    bridges = FOUND.economics.bridges | {"12": []}
    none = replace(FOUND, economics=replace(FOUND.economics, bridges=bridges))
    assert "\nNo posts.\n" in people_and_money(none)
    assert people_and_money(replace(FOUND, economics=None)) == ""


def test_notes_stand_where_their_rule_is_in_force_and_a_bare_price_has_no_source(text):
    off = ["costs.vehicle.held_in_officer_pay=false", "costs.avoided.booking_is_total=false"]
    other = prices(compose([*off, "costs.per_fte.peer=50000"]).costs)
    for note in ("costs.vehicle.held_in_officer_pay", "total for an arrest"):
        assert (note in text, note in other) == (True, False)
    assert "\n- peer, per year: $50,000\n" in other
