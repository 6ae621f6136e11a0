"""The file people_and_money.txt: the steps and lines in it, and that they add up."""

import re
from dataclasses import replace
from math import fsum

import pytest

from sim.config import compose
from sim.report.money.people_and_money import people_and_money
from sim.report.money.prices import prices
from sim.report.wording import WIDTH
from sim.scenarios.answers.comparison import Comparison
from tests import money


@pytest.fixture(scope="module")
def found() -> Comparison:
    return money.found()


@pytest.fixture(scope="module")
def text(found) -> str:
    return people_and_money(found)


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


def test_payers_add_up_to_the_total_and_what_is_left_of_it(text, found):
    for head, cost in (
        ("Plan 17, by payer, dollars", found.main.plans[0]),
        ("17 minus 12, by payer, dollars", found.main.differences[0]),
    ):
        rows = {line.split("  ")[0]: dollars(line) for line in table(text, head)}
        payers = [rows[who] for who in ("county", "hospital", "state", "city")]
        for at in range(3):
            assert fsum(row[at] for row in payers) == pytest.approx(rows["total"][at], abs=4)
        in_all, cashable, capacity = rows["total"]
        assert in_all - cashable == pytest.approx(capacity, abs=2)
        assert in_all == pytest.approx(cost.measures["avoided_per_year"].mean, abs=1)
        benefit = cost.measures["net_benefit_per_year"].mean
        assert rows["net benefit"][0] == pytest.approx(benefit, abs=1)


def test_all_plans_stand_together_with_their_difference(text):
    rows = [dollars(line) for line in table(text, "Cost, dollars     FY")]
    assert len(rows) == 3
    for one, other, less in zip(*rows, strict=True):
        assert one - other == pytest.approx(less, abs=1)


def test_a_plan_without_posts_has_no_bridge(found):
    bridges = found.economics.bridges | {"12": []}
    none = replace(found, economics=replace(found.economics, bridges=bridges))
    assert "\nNo posts.\n" in people_and_money(none)
    assert people_and_money(replace(found, economics=None)) == ""


def test_notes_stand_where_their_rule_is_in_force_and_a_bare_price_has_no_source(text):
    off = ["costs.vehicle.held_in_officer_pay=false", "costs.avoided.booking_is_total=false"]
    other = prices(compose([*off, "costs.per_fte.peer=50000"]).costs)
    for note in ("costs.vehicle.held_in_officer_pay", "total for an arrest"):
        assert (note in text, note in other) == (True, False)
    assert "\n- peer, per year: $50,000\n" in other
