"""A grant's dollars over the draws of the assumptions, and what its figures hinge on."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import sim
from sim.report.grant.grant import render
from sim.report.grant.screen import of_a_budget, screen
from sim.report.grant.tables import tree
from sim.scenarios.answers.grant import GrantAnswer
from sim.scenarios.grant.drawn import hinges
from sim.scenarios.samples import Measured
from sim.scenarios.uncertainty import Draws
from sim.scenarios.unknown import Unknown

SMALL = ["run.window_days=14", "run.replications=2"]
NOTHING = np.zeros(0)


@cache
def granted(*overrides: str) -> GrantAnswer:
    return sim.grant(3, 1, overrides=[*SMALL, "run.draws=6", *overrides])


def test_dollars_have_the_range_of_the_assumptions_and_a_ceiling_is_exact() -> None:
    total, federal = granted().dollars["total"], granted().dollars["federal"]
    assert total.mean == granted().total.total / 100
    assert total.low < total.mean < total.high
    assert federal.low == federal.high == 550_000
    said = " ".join(screen(granted()).split())
    assert "as the assumptions vary), of which $550,000 are federal" in said
    assert f"${total.mean:,.0f}" not in said.partition("In the 36 months")[0]


def test_without_draws_dollars_have_no_range() -> None:
    total = granted("run.draws=0").dollars["total"]
    assert total.kind == "chance"
    assert "vary" not in screen(granted("run.draws=0")).partition("In the 36")[0]


@pytest.mark.parametrize(
    ("drawn", "ends", "said"),
    [
        (True, (8_392_831, 10_854_367), "$9.6 million ($8.4 million to $11 million as the"),
        (True, (9_550_000, 10_854_367), "$9.61 million ($9.55 million to $10.9 million as the"),
        (True, (9_614_848, 9_614_848), "$9,614,848"),
        (False, (9_614_848, 9_614_848), "$9.6 million"),
    ],
)
def test_dollars_in_prose_are_rounded_to_what_is_known(drawn, ends, said) -> None:
    assert of_a_budget(9_614_848, *ends, drawn=drawn).startswith(said)


def test_in_dollars_of_the_price_year_nothing_rises() -> None:
    level = granted("costs.inflation_per_year=0")
    assert level.at_price_year == [year.total for year in level.years]
    assert granted().at_price_year[1] == granted().at_price_year[2]
    assert granted().at_price_year[1] < granted().years[1].total


def test_a_budget_prints_no_cents_and_one_word_for_one_thing() -> None:
    text, answer = render(granted()), granted()
    named = f"{answer.full} positions and {answer.parts} in part ({answer.budgeted:.4g} FTE)"
    assert named in " ".join(text.split())
    assert "which flatters the result" in " ".join(text.split())
    assert f"{answer.total.total / 100:,.2f}" not in text
    assert "FTE budgeted: " in screen(answer)


def test_dollars_for_each_contact_are_the_applicants_own() -> None:
    pair = granted().reading.differences[0].measures
    each = pair["cost_per_year"].mean / pair["contacts_per_year"].mean
    assert granted().per_contact.mean == pytest.approx(each, rel=0.01)
    assert tree(granted())["per_contact"]["interval"] == "assumptions"


def _unknown(name: str) -> Unknown:
    return Unknown(name, (name,), 0.5, 0.0, 1.0, "", "A", "range")


def test_a_figure_hinges_on_what_it_goes_along_with_beyond_chance() -> None:
    rng = np.random.default_rng(1)
    inputs = rng.random((100, 3))
    draws = Draws([*map(_unknown, "abc")], inputs, Measured(*4 * [NOTHING]))
    told = {"contacts": -(inputs[:, 1] ** 3), "dollars": rng.random(100)}
    (hinge,) = hinges(draws, told)
    assert (hinge.what, hinge.label, hinge.draws) == ("contacts", "b", 100)
    assert hinge.correlation == pytest.approx(-1)
    assert hinges(None, told) == []
