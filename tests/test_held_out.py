"""Verdicts on published figures: at their edges, for every interval, and the gravest of several."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenarios.answers.held_out import HeldOut, gravest
from sim.scenarios.answers.intervals import Interval, Spread

CENTRAL = Interval(10.0, 9.9, 10.1, 20)
SHARP, VAGUE, OUTSIDE = "consistent and sharp", "consistent but vague", "inconsistent"
FIGURES = st.floats(0.01, 1e6)


def held(low: float | None, high: float | None, published: float = 10, tolerance: float = 0.2):
    return HeldOut(published, tolerance, CENTRAL, Spread(9.0, 11.0, low, high, 1.0, 100))


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (9.0, 11.0, SHARP),  # just as wide as the tolerance
        (10.0, 12.0, SHARP),  # the ends are inside
        (8.0, 10.0, SHARP),
        (10.0, 10.0, SHARP),
        (9.0, 11.001, VAGUE),
        (10.0, 13.0, VAGUE),
        (0.0, 1000.0, VAGUE),
        (10.001, 11.0, OUTSIDE),  # however near
        (9.0, 9.999, OUTSIDE),
        (10.001, 1000.0, OUTSIDE),  # however wide
        (None, None, None),  # a measure that no draw has
    ],
)
def test_verdicts_at_their_edges(low, high, verdict):
    assert held(low, high).verdict == verdict


def test_without_draws_there_is_neither_interval_nor_verdict():
    figure = HeldOut(10, 0.2, CENTRAL, None)
    assert (figure.verdict, figure.width_share) == (None, None)
    assert figure.predicted == Interval(10.0, None, None, 0)


@given(FIGURES, FIGURES, FIGURES, st.floats(0.001, 10))
def test_all_of_a_sharp_interval_lies_within_the_tolerance(a, b, published, tolerance):
    low, high = sorted((a, b))
    figure = held(low, high, published, tolerance)
    assert math.isclose(figure.width_share * published, high - low, abs_tol=1e-9)
    assert (figure.verdict == OUTSIDE) == (not low <= published <= high)
    if figure.verdict == SHARP:
        assert max(high - published, published - low) <= tolerance * published * (1 + 1e-9)


def test_a_wider_tolerance_never_makes_a_figure_consistent():
    assert {held(11, 12, tolerance=tolerance).verdict for tolerance in (0.001, 1, 10)} == {OUTSIDE}


def test_the_verdict_on_several_figures_is_the_gravest():
    sharp, vague, outside, none = held(9, 11), held(1, 30), held(1, 2), held(None, None)
    assert gravest([sharp, sharp]) == SHARP
    assert gravest([sharp, vague]) == VAGUE
    assert gravest([outside, vague]) == OUTSIDE
    assert gravest([outside, none]) is None
