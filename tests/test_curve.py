"""The verb curve: what each post more buys, on the same calls."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import sim
from sim import cli
from sim.report.answer import as_json
from sim.report.experiments.curve import CurveReport
from sim.scenarios.answers.curve import Curve
from sim.scenarios.answers.intervals import quoted
from sim.scenarios.experiments.bands import knee_of, simultaneous_band

SMALL = ["run=smoke", "run.replications=6", "run.cores=1"]
SCREEN = 28  # lines, beside the two that name the folder


@pytest.fixture(scope="module")
def curve() -> Curve:
    return sim.curve("1..6", targets=["reach_share >= 0.5"], draws=12, overrides=SMALL)


def _means(curve: Curve, name: str) -> list[float]:
    return [point.measures[name].mean or 0.0 for point in curve.points]


def test_ranges_of_few_replications_stay_inside_what_can_be() -> None:
    few = sim.curve("1..3", draws=0, replications=2, overrides=["run=smoke"])
    for point in few.points:
        reach, gap = (point.measures[x] for x in ("reach_share", "gap_hours_per_week"))
        assert 0 <= (reach.low or 0.0) <= (reach.high or 0.0) <= 1
        assert 0 <= (gap.low or 0.0) <= (gap.high or 0.0) <= 168


def test_the_screen_leads_with_the_number_to_plan_with(curve: Curve) -> None:
    screen = " ".join(CurveReport(curve).summary().split())
    planned = curve.targets[0].in_draws
    assert f"Plan with {planned} posts: from there on the target is met in at least 95%" in screen
    assert "the last one adds" in screen
    assert "one more adds +" not in screen


def test_the_standard_has_one_name_on_the_screen_and_in_the_whole_text() -> None:
    asked = sim.curve("1..3", draws=0, check="none", overrides=SMALL)
    full = " ".join(CurveReport(asked).full().split())
    assert "Target In 60 min of request, %: at least 80" in full
    assert "Within the standard" not in full


def test_a_check_that_was_skipped_is_said_and_one_that_was_made_as_well() -> None:
    texts = [
        " ".join(CurveReport(sim.curve("1..3", draws=0, check=how, overrides=SMALL)).full().split())
        for how in ("none", "four_weeks")
    ]
    assert ["Not checked against SimPy: --check none" in text for text in texts] == [True, False]
    assert ["Checked against SimPy: identical" in text for text in texts] == [False, True]


def test_a_target_of_another_share_has_its_own_line_in_the_figure() -> None:
    asked = sim.curve("1..3", draws=0, targets=["within_standard_share >= 0.2"], overrides=SMALL)
    (above, _) = CurveReport(asked).figures()["reach"].axes
    assert "in 60 min of request" in above.get_legend_handles_labels()[1]
    assert above.get_ylabel() == "Share of the requested calls (%)"


def test_points_are_those_of_a_comparison_of_the_same_plans(curve: Curve) -> None:
    compared = sim.compare(4, 3, draws=0, overrides=SMALL)
    (four, three), (difference,) = compared.main.plans, compared.main.differences
    for plan, at in ((four, 3), (three, 2)):
        for name in ("reach_share", "gap_hours_per_week", "cost_per_year"):
            assert plan.measures[name].mean == curve.points[at].measures[name].mean
    step = curve.steps[2]
    assert (step.posts, step.versus) == (4, 3)
    assert step.measures["reach_share"].mean == pytest.approx(
        difference.measures["reach_share"].mean, rel=1e-12
    )


def test_intervals_hold_for_all_points_at_once_so_they_are_wider(curve: Curve) -> None:
    alone = sim.run(3, draws=0, overrides=SMALL).main.plans[0].measures["reach_share"]
    at_once = curve.points[2].measures["reach_share"]
    assert at_once.high - at_once.low > alone.high - alone.low  # type: ignore[operator]


def test_a_step_over_several_posts_is_of_each_of_them(curve: Curve) -> None:
    wide = sim.curve("2..6/4", draws=0, overrides=SMALL)
    (step,) = wide.steps
    whole = sum(x.measures["reach_share"].mean or 0.0 for x in curve.steps[1:5])
    assert step.measures["reach_share"].mean == pytest.approx(whole / 4)


def test_a_call_more_has_one_price_in_curve_and_comparison(curve: Curve) -> None:
    economics = sim.compare(4, 3, draws=12, overrides=SMALL).economics
    assert economics is not None
    price = economics.differences[0].ratios["cost_per_additional_call_reached"]
    step = curve.steps[2].per_call
    assert step is not None
    assert step.mean == pytest.approx(price.mean, rel=1e-9)
    assert step.parameter_low == pytest.approx(price.parameter_low, rel=1e-9)


def test_what_may_be_no_call_has_no_price() -> None:
    """Of 40 posts one more reaches nobody whom the others do not."""
    idle = sim.curve("40..41", draws=4, overrides=SMALL)
    (step,) = idle.steps
    assert step.per_call is not None
    assert step.per_call.mean is None
    screen = CurveReport(idle).summary()
    assert "None stand where that may be no call." in " ".join(screen.split())
    (row,) = (line for line in screen.splitlines() if line.lstrip().startswith("41 "))
    assert row.endswith("–")


def test_a_price_stands_beside_no_range_that_holds_zero() -> None:
    """The range beside it is that of all steps at once, wider than that of the step alone."""
    steps = sim.curve("5..12", draws=12, overrides=SMALL).steps
    priced = [step.per_call is not None and step.per_call.mean is not None for step in steps]
    above = [(quoted(step, "reach_share").low or 0.0) > 0 for step in steps]
    assert priced == above
    assert {*priced} == {True, False}


def test_a_target_is_first_met_where_all_larger_counts_meet_it(curve: Curve) -> None:
    (target,) = curve.targets
    reached = dict(zip([x.posts for x in curve.points], _means(curve, "reach_share"), strict=True))
    assert target.at_central is not None
    assert all(reached[n] >= 0.5 for n in reached if n >= target.at_central)
    assert target.in_draws is None or target.in_draws >= target.at_central - 1
    assert target.draws_share is not None
    assert all(0 <= share <= 1 for share in target.draws_share)


def test_a_target_that_no_count_meets_has_none() -> None:
    low = sim.curve("1..2", targets=["reach_share >= 0.99"], draws=0, overrides=SMALL)
    assert low.targets[0].at_central is None
    assert low.targets[0].in_draws is None
    assert "missed with 2 posts" in CurveReport(low).summary()


def test_posts_of_a_line_of_a_plan_are_counted() -> None:
    more = sim.curve("1..2", plan="unit_shifts_12", line="night", draws=0, overrides=SMALL)
    assert [[line.count for line in point.plan.lines] for point in more.points] == [
        [4, 4, n] for n in (1, 2)
    ]
    assert more.counted == "posts of night in unit_shifts_12"


def test_erlang_a_is_above_the_simulation_which_has_the_drive_besides(curve: Curve) -> None:
    assert curve.formulas is not None
    for formula, point in zip(curve.formulas.erlang_a, curve.points, strict=True):
        span = point.measures["reach_share"]
        assert span.low is not None
        assert formula > span.low


def test_golden_screen_fits_and_full_has_every_measure(curve: Curve, golden) -> None:
    report = CurveReport(curve)
    screen = report.summary().splitlines()
    assert len(screen) <= SCREEN
    assert max(map(len, screen)) <= 100
    golden(report.full() + "\n", "curve.txt")


WAITS = ["delay_any_share", "delay_over_15_min_share", "delay_mean_min"]


@pytest.fixture(scope="module")
def waits() -> Curve:
    """Measures of waits alone, of one step."""
    return sim.curve("1..2", measures=WAITS, draws=0, overrides=SMALL)


def test_measures_asked_for_by_name_have_a_column_each(waits: Curve) -> None:
    """Only the first had one, beside columns of what was not asked for."""
    screen = CurveReport(waits).summary()
    (row,) = (line.split() for line in screen.splitlines() if line.startswith("    1 "))
    first, second, third = (_means(waits, name)[0] for name in WAITS)
    assert row[1] == f"{100 * first:.1f}"
    assert row[-3:-1] == [f"{100 * second:.1f}", f"{third:.1f}"]  # the last is the target's
    assert "$ per call" not in screen


def test_the_headline_is_of_what_was_asked_for(waits: Curve) -> None:
    """Without draws, and without the share reached, there was none."""
    headline = CurveReport(waits).summary().split("\n\n")[1]
    mean = 100 * _means(waits, WAITS[0])[1]
    assert headline.strip().startswith("Had to wait for a team, %: ")
    assert f"{mean:.1f} (" in headline
    assert headline.endswith(" with 2 posts.")


def test_no_word_on_columns_that_are_not_there(waits: Curve, curve: Curve) -> None:
    for answer, said in ((waits, False), (curve, True)):
        screen = " ".join(CurveReport(answer).summary().split())
        assert [x in screen for x in ("dollars are", "Hours are", "textbook")] == [said] * 3


def test_of_one_step_the_headline_says_it_once() -> None:
    one = sim.curve("1..2", measures=["reach_share"], draws=0, overrides=SMALL)
    headline = CurveReport(one).summary().split("\n\n")[1]
    assert headline.count(" adds ") == 1


def test_json_and_frame_have_the_same_figures(curve: Curve) -> None:
    tree = json.loads(as_json(CurveReport(curve)))
    frame = curve.to_frame().filter(measure="reach_share")
    rows = [*tree["points"], *tree["steps"]]
    for of_tree, of_frame in zip(rows, frame.to_dicts(), strict=True):
        reach = of_tree["measures"]["reach_share"]
        assert (reach["mean"], reach["low"]) == (of_frame["mean"], of_frame["low"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["8..x"], "expected numbers of posts or a range, such as 8..24 or 8..24/4, got '8..x'"),
        (["24..8"], "expected a range that goes up"),
        (["8..24/0"], "expected a range that goes up"),
        (["8"], "expected a range with 2 to 200 numbers of posts"),
        (["0..999"], "expected a range with 2 to 200 numbers of posts"),
        (["1200", "1201"], "expected at most 1,000 posts"),
        (["1..3", "--line", "a"], "--line: expected --plan beside it"),
        (["1..3", "--plan", "nowhere"], "nowhere"),
        (["1..3", "--plan", "unit_shifts_12", "--line", "nigth"], "--line: "),
        (["1..3", "--measures", "reach_shar"], "did you mean 'reach_share'"),
        (["1..3", "--target", "reach_share >= 0.9 by_hour"], "of the whole week"),
        (["1..3", "--target", "reach >= 0.9"], "unknown measure 'reach'"),
    ],
)
def test_bad_words_end_in_one_line(words, said, tmp_path, capsys) -> None:
    assert cli.main(["curve", *words, *SMALL, "--results", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_the_command_writes_what_it_prints(tmp_path, capsys) -> None:
    words = ["curve", "1..3", *SMALL, "--draws", "0", "--target", "reach_share >= 0.3"]
    assert cli.main([*words, "--results", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    (folder,) = tmp_path.iterdir()
    assert (folder / "answer.txt").read_text() in out
    files = {x.name for x in folder.iterdir()}
    assert files >= {"curve.csv", "curve.parquet", "full.txt", "reach.png", "cost.svg"}
    assert "chance only" in out.lower()


# --- bands and knees -----------------------------------------------------------------------------


@given(arrays(np.float64, (40, 5), elements=st.floats(-10, 10)))
@settings(max_examples=50)
def test_a_band_holds_that_share_of_whole_curves(curves) -> None:
    low, high = simultaneous_band(curves, 0.9)
    inside = ((curves >= low) & (curves <= high)).all(axis=1).mean()
    assert inside >= 0.9


def test_a_band_of_equal_curves_has_no_width() -> None:
    low, high = simultaneous_band(np.tile([1.0, 2.0], (10, 1)), 0.95)
    assert low.tolist() == high.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("bend", [2, 5, 8])
def test_a_curve_of_two_lines_bends_where_they_meet(bend: int) -> None:
    counts = np.arange(11.0)
    values = np.minimum(counts, bend) + 0.1 * np.maximum(counts - bend, 0)
    assert counts[knee_of(counts, values)] == bend


def test_steps_add_up_to_the_curve(curve: Curve) -> None:
    reach = _means(curve, "reach_share")
    for (before, after), step in zip(pairwise(reach), curve.steps, strict=True):
        assert step.measures["reach_share"].mean == pytest.approx(after - before)
