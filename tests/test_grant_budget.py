"""A grant's budget as it is submitted: whole numbers that add up, and what stands behind a line."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.config import InputError
from sim.model.money.grant import Shares, by_cost, summed
from sim.report.grant.grant import render
from sim.report.grant.screen import positions_in_words, screen
from sim.report.grant.tables import tree
from sim.scenarios.answers.grant import GrantAnswer
from sim.scenarios.answers.rounded import Rounded, Whole, footed, rounded

SMALL = ["run.window_days=14", "run.replications=2", "run.draws=0"]
PEOPLE = "costs.grant.positions={clinician: 2, officer: 2}"
TODAY = "costs.grant.base_positions={clinician: 2, officer: 2}"


@cache
def granted(*plans: int, overrides: tuple[str, ...] = ()) -> GrantAnswer:
    return sim.grant(*plans, overrides=[*SMALL, *overrides])


def part() -> GrantAnswer:
    """Return three posts beside two, of which four people run nine hours a day."""
    return granted(3, 2, overrides=(PEOPLE,))


# --- whole numbers that add up -------------------------------------------------------------------


def test_rounded_values_sum_to_their_total_and_a_whole_one_stays() -> None:
    assert footed([0.4, 0.4, 0.4, 0.8, 3.0], 5) == [1, 0, 0, 1, 3]
    assert footed([-0.6, 1.6], 1) == [-1, 2]
    assert footed([], 0) == []


def drawn(seed: int, *, local: bool) -> tuple[list[Shares], list[Shares]]:
    """Months of random cents, six of nothing, and lines of the same sum."""
    rng = np.random.default_rng(seed)
    costs = [0] * 6 + [int(x) for x in rng.integers(0, 30_000_000, 30)]
    both = 2 * sum(costs) // 3 if local else sum(costs)
    year = Shares(both // 2, both - both // 2, sum(costs) - both)
    cuts = np.sort(rng.integers(0, sum(costs), 6))
    lines = np.diff([0, *cuts, sum(costs)])
    return by_cost(costs, year), by_cost([int(x) for x in lines], year)


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("seed", range(20))
def test_every_table_adds_up_and_no_amount_is_a_dollar_off(seed, local) -> None:
    months, lines = drawn(seed, local=local)
    counts = [(list(np.linspace(0, 40.7, 36)), 40.7 * 18)] * 3
    found = rounded(months, lines, counts)
    adds_up(found)
    for cents, shown in [*zip(months, found.months, strict=True)]:
        assert np.abs(np.array(cents) / 100 - np.array(shown.dollars)).max() < 1
    for cents, dollars in zip(lines, found.lines, strict=True):
        assert np.abs(np.array(cents) / 100 - np.array(dollars)).max() < 1
    assert all(month.dollars == Shares(0, 0, 0) for month in found.months[:6])
    assert found.total.contacts == round(40.7 * 18)
    assert abs(found.total.dollars.total - summed(months).total / 100) <= 0.5


def adds_up(found: Rounded) -> None:
    for each, rows in ((3, found.quarters), (12, found.years), (36, [found.total])):
        parts = [found.months[at : at + each] for at in range(0, 36, each)]
        assert [total_of(of_part) for of_part in parts] == rows
    assert summed(found.lines) == found.total.dollars


def total_of(rows: list[Whole]) -> Whole:
    counts = [sum(getattr(x, name) for x in rows) for name in ("contacts", "people", "visits")]
    return Whole(summed(x.dollars for x in rows), *counts)


def test_the_budget_of_an_answer_adds_up_and_its_federal_part_is_the_ceiling() -> None:
    adds_up(granted(3, 2).rounded)
    assert granted(3, 2).in_all.dollars.federal == 550_000
    shown = tree(granted(3, 2))
    assert (
        sum(x["shown_dollars"] for x in shown["justified"])
        == shown["budget"]["total"]["total_dollars"]
    )
    start_up = next(x for x in shown["budget"]["lines"] if x.get("what") == "start-up")
    assert [x["shown_dollars"] for x in shown["justified"] if x["item"] == "start-up"] == [
        start_up["total_dollars"]
    ]


def test_the_match_has_one_amount_wherever_it_stands() -> None:
    assert granted(3, 2).in_all.dollars.match == 213_889
    for text in (screen(granted(3, 2)), render(granted(3, 2))):
        assert "$213,889" in text
        assert "$210,000" not in text


# --- what stands behind it -----------------------------------------------------------------------


def test_a_line_of_the_budget_is_its_quantity_times_its_price() -> None:
    for line in granted(3, 2).justified:
        if line.quantity is not None and line.each is not None:
            a_month = 12 if line.item == "pay" else 1
            assert line.quantity * line.each / a_month == pytest.approx(line.cents / 100)
    pay = next(x for x in granted(3, 2).justified if x.item == "pay")
    assert (pay.role, pay.fiscal_year) == ("clinician", 2028)
    assert pay.quantity == pytest.approx(3 * 5.1, abs=0.01)
    assert pay.each == pytest.approx(120_000 * 1.03**5)


def test_the_cost_of_a_year_and_the_second_year_of_the_budget_are_held_item_by_item() -> None:
    answer = part()
    a_year = answer.reading.differences[0].measures["cost_per_year"].mean
    assert sum(x.a_year for x in answer.bridge) / 100 == pytest.approx(a_year, abs=1)
    assert sum(x.budget for x in answer.bridge) == answer.at_price_year[1]
    (led,) = [x for x in answer.bridge if x.role == "supervisor"]
    assert (led.budget, led.fte_budget) == (0, 0)
    assert led.a_year > 0
    assert led.fte_a_year == pytest.approx(answer.needed["supervisor"])


def test_unit_costs_are_those_of_the_config_in_dollars_of_the_price_year() -> None:
    prices = {x.key: x.dollars for x in granted(3, 2).prices}
    assert prices["costs.per_fte.clinician"] == pytest.approx(120_000 * 1.03**2)
    assert "costs.vehicle.purchase" not in prices  # the figure of an officer has the car


# --- people, in whole and in part ----------------------------------------------------------------


def test_fte_are_those_of_the_hours_that_run() -> None:
    post = part().needed_by_plan["clinician"]
    assert part().needed["clinician"] == pytest.approx(9 * 365 * (1 + 0.25 / 9) / 1776)
    assert part().needed["clinician"] < 2 < post
    assert part().hours_beyond == 9
    assert granted(3, 2).needed == granted(3, 2).needed_by_plan


def test_what_runs_is_called_by_its_hours() -> None:
    assert {month.beyond for month in part().months[6:]} == {"9 h a day"}
    assert {month.beyond for month in granted(3, 2).months[6:]} == {"1"}
    said = " ".join(rail.text for rail in part().warnings)
    assert "3 posts" not in said.replace("2 of 3 posts and another for 9 hours a day", "")
    assert "2 of 3 posts and another for 9 hours a day" in said


def test_a_part_of_a_position_is_none_that_somebody_can_be_hired_for() -> None:
    assert (granted(3, 2).full, granted(3, 2).parts) == (11, 3)
    assert positions_in_words(granted(3, 2)) == "11 positions and 3 in part"
    (officer,) = [x for x in granted(3, 2).roles if x.role == "officer"]
    assert (officer.full, officer.part, officer.part_hours) == (5, 0.1, pytest.approx(4))
    assert positions_in_words(part()) == "4 positions"
    assert "nobody is hired for a tenth" in " ".join(render(granted(3, 2)).split())


# --- what the money pays for, and beyond what ----------------------------------------------------


def test_the_screen_says_what_the_money_would_pay_for() -> None:
    answer = granted(3, 2)
    share = (550_000 + 213_888.89) / (answer.total.total / 100)
    assert answer.funded_share == pytest.approx(share)
    said = " ".join(screen(answer).split())
    assert f"in proportion, {24 * share:.1f} of 24 hours of duty a day" in said
    paid = granted(3, 2, overrides=("costs.grant.ceiling_dollars=null",))
    assert "in proportion" not in screen(paid)
    assert tree(paid)["funded"] is None


def test_what_is_counted_without_a_base_is_said_to_be_beyond_patrol_alone() -> None:
    said = " ".join(screen(granted(1)).split())
    assert "contacts beyond patrol alone for" in said
    assert "No base is named" in said
    assert "patrol alone" not in screen(granted(3, 2))
    assert "No base" not in screen(granted(3, 2))


def test_people_of_today_are_a_base() -> None:
    answer = granted(1, overrides=(TODAY,))
    assert answer.base is not None
    assert answer.base.team_hours_per_day == 9
    assert answer.hours_beyond == 15
    assert answer.contacts.mean < granted(1).contacts.mean


def test_people_of_today_beside_a_base_plan_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected none beside the base plan 2"):
        sim.grant(3, 2, overrides=[*SMALL, TODAY])
    few = "costs.grant.base_positions={clinician: 0.1}"
    with pytest.raises(InputError, match="base_positions: expected people who can staff a post"):
        sim.grant(3, overrides=[*SMALL, few])


def test_a_further_call_has_a_price_as_in_compare() -> None:
    given = [*SMALL[:1], "run.replications=6", "run.draws=0"]
    answer, plans = (act(3, 1, overrides=given) for act in (sim.grant, sim.compare))
    expected = plans.economics.differences[0].ratios["cost_per_additional_call_reached"]
    assert answer.per_call is not None
    assert answer.per_call.mean == pytest.approx(expected.mean)
    assert granted(1).per_call is None
