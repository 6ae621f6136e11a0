"""Findings in words: every form the leading sentence takes, and the figures in it."""

from typing import Any

import pytest

from sim.report import wording
from sim.scenarios.answers import Difference, PlanResult, Reading
from sim.scenarios.statistics import INTERVAL_LABEL, DifferenceInterval, Interval

NOWHERE = Interval(None, None, None, 0)
NO_SAMPLE: Any = None  # a sentence is made of intervals alone


def plan(name: str, teams: int, reach: float | None, median: float | None):
    measures = {
        "reach_share": NOWHERE if reach is None else Interval(reach, reach - 0.01, reach + 0.01, 9),
        "response_median_min": NOWHERE if median is None else Interval(median, None, None, 9),
    }
    return PlanResult(name, "", teams, 24.0 * teams, measures, NO_SAMPLE)


def difference(low: float | None, high: float | None) -> DifferenceInterval:
    if low is None or high is None:
        return DifferenceInterval(None, None, None, 0, told_from_zero=False, percent=None)
    told = not low <= 0 <= high
    return DifferenceInterval((low + high) / 2, low, high, 9, told_from_zero=told, percent=None)


def sentence(one: PlanResult, other: PlanResult, reach, response=(None, None)) -> str:
    measures = {"reach_share": difference(*reach), "response_median_min": difference(*response)}
    pair = Difference(one.name, other.name, measures)
    (said,) = wording.answers(Reading("", "", [one, other], [pair]), 0.95)
    return said


def test_sentence_gives_the_answer_with_its_interval_and_label():
    said = sentence(plan("17", 17, 0.68, 21), plan("12", 12, 0.55, 27), (0.128, 0.134), (-7, -5))
    assert said == (
        "17 posts reach 68 % of requested calls, against 55 % with 12 posts: 13 points more (95 % "
        f"interval 12.8 to 13.4; {INTERVAL_LABEL}), and the median response is 6 minutes shorter "
        "on calls reached under both."
    )


def test_sentence_says_so_if_nothing_is_told_from_chance():
    said = sentence(plan("day_cars", 3, 0.55, 21), plan("1", 1, 0.55, 21), (-0.01, 0.02), (-1, 2))
    assert said.startswith("day_cars reaches 55 %")
    assert "no difference that can be told from chance (95 % interval −1.0 to 2.0 points;" in said
    assert said.endswith("no difference in the median response that can be told from chance.")


def test_sentence_about_fewer_and_later():
    said = sentence(plan("1", 1, 0.50, 31), plan("2", 2, 0.51, 30), (-0.012, -0.01), (0.2, 0.6))
    assert said.startswith("1 post reaches 50 % of requested calls, against 51 % with 2 posts: ")
    assert "1 point fewer" in said
    assert "less than a minute longer" in said


@pytest.mark.parametrize("swapped", [False, True])
def test_sentence_reads_well_without_teams(swapped):
    sides = [plan("4", 4, 0.6, 20), plan("0", 0, 0.0, None)]
    said = sentence(*(sides[::-1] if swapped else sides), (0.5, 0.7))
    assert "patrol alone" in said.lower()
    assert "none" in said
    assert "patrol alone has no response time" in said
    assert "None" not in said


def test_sentence_without_any_request():
    said = sentence(plan("4", 4, None, None), plan("3", 3, None, None), (None, None))
    assert said == "4 posts reach no calls: no team was requested in the window."


@pytest.mark.parametrize(
    ("teams", "reach", "median", "expected"),
    [
        (12, 0.55, 21.2, "12 posts reach 55 % of requested calls (95 % interval 54.0 to 56.0 %; "),
        (0, 0.0, None, "Patrol alone reaches none of the requested calls."),
    ],
)
def test_sentence_about_one_plan(teams, reach, median, expected):
    one = plan(str(teams), teams, reach, median)
    (said,) = wording.answers(Reading("", "", [one], []), 0.95)
    assert said.startswith(expected)
    assert ("median response of 21 minutes" in said) == (median is not None)


def test_several_comparisons_are_said_to_be_adjusted():
    plans = [plan("4", 4, 0.6, 20), plan("0", 0, 0.0, None), plan("3", 3, 0.5, 25)]
    measures = {"reach_share": difference(0.1, 0.2), "response_median_min": difference(-3, -2)}
    pairs = [Difference(one.name, "3", measures) for one in plans[:2]]
    said = wording.answers(Reading("", "", plans, pairs), 0.95)
    assert len(said) == 2
    assert all("95 % interval, adjusted for 2 comparisons" in one for one in said)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (0.0, "0"),
        (-0.001, "0.00"),
        (0.5, "0.50"),
        (-4.25, "−4.2"),
        (12345.6, "12,346"),
    ],
)
def test_numbers_have_the_decimals_of_their_size(value, shown):
    assert wording.number(value) == shown
