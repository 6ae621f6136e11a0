"""The precision rule: enough replications, no more than asked, the same as an independent one."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.config import InputError
from sim.config.models import Precision
from sim.config.values import Sourced
from sim.scenarios.comparison.precision import enough, half_widths, look_ahead
from sim.scenarios.intervals import mean_interval

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the checking library warns of its own dependencies
    from sim_tools.output_analysis import ReplicationsAlgorithm

SHORT = ["run.window_days=28", "run.draws=0", "demand.calls_per_year=6000"]


def relative(share: float, maximum: int = 1_000) -> Precision:
    return Precision(
        measure="reach_share", relative_half_width=Sourced(value=share), maximum=maximum
    )


class _Recorded:
    """The independent algorithm's view of a model: values that are already there."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def single_run(self, replication_index: int) -> dict[str, float]:
        return {"x": float(self.values[replication_index])}


def by_sim_tools(values: np.ndarray, share: float) -> int | None:
    algorithm = ReplicationsAlgorithm(
        alpha=0.05, half_width_precision=share, initial_replications=3, look_ahead=5,
        replication_budget=800,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found, _ = algorithm.select(_Recorded(values), ["x"])
    return found["x"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 0.6), st.sampled_from([0.03, 0.05, 0.1, 0.2]))
def test_the_rule_finds_what_an_independent_one_finds(seed: int, cv: float, share: float) -> None:
    values = np.random.default_rng(seed).normal(20, 20 * cv, 1_000)
    theirs = by_sim_tools(values, share)
    ours = enough(values, relative(share), 3, 0.95)
    if theirs is not None and 3 < theirs <= 100:  # theirs may answer below its own minimum
        assert ours == theirs
    elif theirs is not None and theirs > 100:  # where theirs looks less far ahead than it says
        assert ours is None or ours >= theirs


@given(st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=40))
def test_running_half_widths_are_those_of_the_interval(values: list[float]) -> None:
    found = half_widths(np.array(values), 0.95)
    interval = mean_interval(np.array(values), 0.95)
    assert interval.high is not None
    assert interval.mean is not None
    assert found[-1] == pytest.approx(interval.high - interval.mean, abs=1e-6, rel=1e-6)


def test_a_target_met_once_by_luck_is_not_enough() -> None:
    values = np.array([10.0, 10.0, 10.0, 30.0, 1.0, 20.0, 5.0, 12.0, 9.0, 11.0])
    assert enough(values, relative(0.1), 2, 0.95) is None


def test_constant_values_are_enough_after_the_look_ahead() -> None:
    values = np.full(20, 7.0)
    assert enough(values[:6], relative(0.01), 2, 0.95) is None
    assert enough(values[: 2 + look_ahead(2)], relative(0.01), 2, 0.95) == 2


def test_look_ahead_grows_beyond_a_hundred() -> None:
    assert [look_ahead(n) for n in (3, 100, 200, 1_000)] == [5, 5, 10, 50]


@pytest.mark.parametrize("engine", ["compiled"])
def test_more_replications_are_run_until_the_target_is_met(engine: str) -> None:
    rule = "run.precision={measure: reach_share, half_width: 0.004, maximum: 400}"
    answer = sim.compare(3, 2, overrides=[*SHORT, rule], replications=4, engine=engine)
    reach = answer.main.plans[0].measures["reach_share"]
    assert answer.replications > 4
    assert reach.mean is not None
    assert reach.high is not None
    assert reach.high - reach.mean <= 0.004


def test_the_maximum_is_kept_and_said() -> None:
    rule = "run.precision={measure: reach_share, half_width: 0.00001, maximum: 9}"
    answer = sim.compare(3, 2, overrides=[*SHORT, rule], replications=4)
    assert answer.replications == 9
    assert answer.warnings[0].rule == "precision"
    assert "9 replications" in answer.warnings[0].text


def test_a_paired_difference_can_be_the_target() -> None:
    rule = (
        "run.precision={measure: reach_share, plan: 3, versus: 2, half_width: 0.01, maximum: 300}"
    )
    answer = sim.compare(3, 2, overrides=[*SHORT, rule], replications=3)
    difference = answer.main.differences[0].measures["reach_share"]
    assert difference.mean is not None
    assert difference.high is not None
    assert difference.high - difference.mean <= 0.01


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ("{measure: reach, half_width: 1}", "reach"),
        ("{measure: reach_share}", "half_width"),
        ("{measure: reach_share, half_width: 1, relative_half_width: 1}", "half_width"),
        ("{measure: reach_share, half_width: 0}", "half_width"),
        ("{measure: reach_share, half_width: 1, plan: 9}", "'9'"),
        ("{measure: reach_share, half_width: 1, plan: 2, versus: 3}", "versus"),
        ("{measure: reach_share, half_width: 1, maximum: 2}", "maximum"),
    ],
)
def test_a_wrong_rule_is_one_line(rule: str, named: str) -> None:
    with pytest.raises(InputError) as error:
        sim.compare(3, 2, overrides=[*SHORT, f"run.precision={rule}"], replications=3)
    assert named in str(error.value)
    assert "\n" not in str(error.value)
