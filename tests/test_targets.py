"""Targets of a service: how they are read, and when they are met."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config import InputError
from sim.model.measures.dictionary import MEASURES
from sim.scenarios.experiments.targets import Target, target_of, targets_of
from sim.scenarios.request import Request


@given(
    st.sampled_from(sorted(MEASURES)),
    st.sampled_from([">=", "<="]),
    st.floats(0, 1).map(lambda value: float(f"{value:g}")),
    st.sampled_from([-1e6, -3.0, 1.0, 1e6]),
)
def test_a_target_reads_as_it_is_written(
    measure: str, sense: str, share: float, factor: float
) -> None:
    value = float(f"{share if measure.endswith('_share') else share * factor:g}")
    target = target_of(f"{measure}{sense}{value:g}")
    assert (target.measure, target.sense, target.value, target.over) == (
        measure,
        sense,
        value,
        "week",
    )
    assert target_of(str(target)) == target


def test_hours_and_zones_are_words_behind_the_number() -> None:
    assert target_of("reach_share >= 0.9 by_zone").over == "by_zone"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reach_share = 0.8", "expected a target such as"),
        ("", "expected a target such as"),
        ("reach_shar >= 0.8", "unknown measure 'reach_shar'; did you mean 'reach_share'"),
        ("delay_min <= 5", "did you mean 'delay_mean_min' or 'delay_any_share'"),
        ("cost <= 5", "did you mean 'cost_per_year'"),
        ("utilisation_share <= 1", "did you mean 'utilization_share'?"),
        ("zebra >= 0.8", "expected one such as 'reach_share', 'response_median_min'"),
        ("reach_share >= eighty", "expected a number"),
        ("reach_share >= nan", "expected a number"),
        ("reach_share >= inf", "expected a number"),
        ("reach_share >= 0.8 by_month", "expected by_hour or by_zone"),
        ("gap_hours_per_week <= 2 by_zone", "a measure of the whole week"),
    ],
)
def test_what_is_no_target_is_said(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        target_of(text)


def test_the_same_target_twice_is_refused() -> None:
    with pytest.raises(InputError, match="twice"):
        targets_of(["reach_share >= 0.8", "reach_share>=0.80"])


def test_less_is_better_where_it_says_at_most() -> None:
    target = Target("gap_hours_per_week", "<=", 2.0)
    assert target.is_met(np.array([1.0, 2.0, 3.0, np.nan])).tolist() == [True, True, False, False]


def test_one_in_twenty_is_confirmed_by_chance_at_the_border() -> None:
    generator = np.random.default_rng(1)
    values = 0.8 + generator.normal(0, 0.01, (20_000, 12))
    share = Target("reach_share", ">=", 0.8).is_confirmed(values, 0.95).mean()
    assert 0.045 < share < 0.055  # 99.9% of such samples


@pytest.mark.parametrize("text", ["reach_share >= 80", "within_standard_share >= -0.1"])
def test_a_share_beyond_what_shares_can_be_is_refused(text):
    with pytest.raises(InputError, match=r"expected a share from 0 to 1, such as 0\.8, of"):
        target_of(text)


def test_the_next_question_keeps_the_folder_of_the_configs():
    request = Request("compare", config_dir=Path("my_city"))
    assert request.place == ["--config-dir", "my_city"]
    assert Request("compare").place == []
