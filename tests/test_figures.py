"""Figures: that their marks are where the numbers are, and that equal answers give equal files."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.report.comparison.figures import drawn
from sim.report.comparison.figures.changes import changes
from sim.report.comparison.figures.gaps import coverage_gaps
from sim.report.comparison.figures.lost import FILLS, lost_calls
from sim.report.comparison.figures.response import response_times
from sim.report.comparison.figures.tornado import tornado
from sim.report.comparison.screen import titled
from sim.report.drawing import rendered, run_line
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.keys import key_words
from tests import money

SMALL = ["run.window_days=14", "run.replications=3", "run.draws=0"]

LABELS = {
    *("engaged", "reached, nobody to serve", "called off while a team drives"),
    *("settled by patrol while a team drives", "all teams are busy"),
    *("no team is in range", "no team is on duty"),
}


@pytest.fixture(scope="module")
def found() -> Comparison:
    """Return shifts of which some hours of the week have none, against posts."""
    return sim.compare("unit_shifts_17", "embedded_5", 3, overrides=SMALL, check="none")


@pytest.fixture(scope="module")
def patrol() -> Comparison:
    """Return two plans, with and without teams."""
    return sim.compare(4, 0, overrides=SMALL, check="none")


def test_figures_are_drawn_as_png_and_svg_the_same_each_time(found):
    files, again = (rendered(drawn(found)) for _ in range(2))
    names = ["costs_and_changes", "coverage_gaps", "lost_calls", "response_times"]
    assert sorted(files) == [f"{x}.{end}" for x in names for end in ("png", "svg")]
    assert files == again


def test_a_figure_says_what_the_names_of_its_plans_stand_for(found):
    note = lost_calls(found).get_supxlabel()
    assert "365 days" not in note
    first, *_ = found.main.plans
    assert f"{first.name}: {first.title}" in " ".join(note.split())
    assert max(map(len, note.splitlines())) <= 110


def test_figures_work_with_patrol_alone(patrol):
    assert "response_times" in drawn(patrol)
    alone = replace(patrol, main=replace(patrol.main, plans=patrol.main.plans[1:], differences=[]))
    assert list(drawn(alone)) == ["costs_and_changes", "lost_calls", "coverage_gaps"]
    measures = patrol.main.plans[0].measures | {"reach_share": Interval(None, None, None, 0)}
    plans = [replace(plan, measures=measures) for plan in patrol.main.plans]
    assert lost_calls(replace(patrol, main=replace(patrol.main, plans=plans))) is None


def test_golden_titles_say_what_each_figure_found(golden):
    answers = {
        "two plans": money.found(),
        "three plans": money.found(names=("17", "12", "9")),
        "one plan": money.of_one_plan(money.found()),
    }
    figures = ("changes", "reached", "lost", "gaps", "tornado")
    texts = [f"{key}, {x}: {titled(answers[key], x)}" for x in figures for key in answers]
    golden("\n".join(texts) + "\n", "figure_titles.txt")


# --- what it costs and changes -------------------------------------------------------------------


def test_a_row_has_its_mark_and_the_range_to_quote():
    comparison = money.found()
    spread = comparison.main.differences[0].spread["reach_share"]
    reached, *_ = changes(comparison).axes
    zero, line, mark = reached.lines
    assert list(zero.get_xdata()) == [0, 0]
    assert line.get_xdata()[0] == pytest.approx(100 * spread.low)
    assert line.get_xdata()[-1] == pytest.approx(100 * spread.high)
    assert mark.get_xdata()[0] == pytest.approx(100 * 0.75 * 5 / 17)
    assert "if the assumptions vary." in changes(comparison).get_supxlabel()
    assert "chance only" in changes(money.found(draws=0)).get_supxlabel()


# --- response ------------------------------------------------------------------------------------


def test_a_line_of_response_ends_at_the_share_that_is_reached(found):
    (axes,) = response_times(found).axes
    ends = [line.get_ydata()[-1] for line in axes.lines if len(line.get_ydata()) > 1]
    assert ends == pytest.approx([100 * x.measures["reach_share"].mean for x in found.main.plans])


# --- what calls are lost to ----------------------------------------------------------------------


def test_bars_are_whole_and_name_what_there_is(found):
    (axes,) = lost_calls(found).axes
    for plan in range(len(found.main.plans)):
        bars = [bars[plan] for bars in axes.containers]
        assert sum(bar.get_width() for bar in bars) == pytest.approx(100)
    shown = [text.get_text() for text in axes.get_legend().get_texts()]
    assert set(shown) <= LABELS
    assert set(FILLS) - set(sim.MEASURES) == {"no_contact"}


# --- gaps ----------------------------------------------------------------------------------------


def test_hours_with_nobody_on_duty_look_different_from_those_with_all_busy(found):
    _, shifts, posts, _ = coverage_gaps(found).axes
    on_duty = found.main.plans[1].cells.hours["teams_on_duty_mean"].ratio
    assert 0 < len(shifts.patches) == np.count_nonzero(on_duty == 0)
    assert all(patch.get_hatch() for patch in shifts.patches)
    assert len(posts.patches) == 0


# --- tornado -------------------------------------------------------------------------------------


def test_nothing_is_drawn_without_bars():
    comparison = money.found()
    assert tornado(replace(comparison, economics=None)) is None
    none = replace(comparison.economics, tornado=[])
    assert tornado(replace(comparison, economics=none)) is None


def test_a_tornado_has_a_bar_to_each_end_from_the_center():
    benefit, net = tornado(money.found()).axes
    low, high = benefit.containers
    assert low[0].get_x() == 0
    assert low[0].get_width() == pytest.approx(-5_500)
    assert high[0].get_width() == pytest.approx(2_750)
    keys = [label.get_text().split("\n")[0] for label in net.get_yticklabels()]
    assert keys == [key_words(key) for key in money.KEYS]
    assert all(
        f"\n{key}: " in label.get_text()
        for key, label in zip(money.KEYS, net.get_yticklabels(), strict=True)
    )
    assert net.get_yticklabels()[0].get_text().endswith("0.25 to 0.92")
    assert [bar.get_hatch() for bar in (low[0], high[0])] == ["////", None]


def test_the_ticks_of_a_small_panel_have_decimals():
    comparison = money.found()
    (_, net) = comparison.economics.tornado
    bars = [replace(bar, at_low=net.central - 0.9, at_high=net.central + 1.3) for bar in net.bars]
    economics = replace(comparison.economics, tornado=[replace(net, bars=bars)])
    (axes,) = tornado(replace(comparison, economics=economics)).axes
    axes.figure.canvas.draw()
    labels = [tick.get_text() for tick in axes.get_xticklabels()]
    assert len(set(labels)) == len(labels)


def test_bars_to_one_side_do_not_hide_each_other():
    comparison = money.found()
    (one, *_) = comparison.economics.tornado
    same = replace(one, bars=[replace(bar, at_high=bar.at_low) for bar in one.bars])
    economics = replace(comparison.economics, tornado=[same])
    (axes,) = tornado(replace(comparison, economics=economics)).axes
    low, high = axes.containers
    assert low[0].get_y() + low[0].get_height() <= high[0].get_y() + 1e-9


def test_a_plan_of_a_file_has_its_title_under_a_figure():
    comparison = money.found()
    assert run_line(comparison).count("\n") == 0  # numbers of posts say what they are
    plan, base = comparison.main.plans
    named = replace(plan, name="four_night", title="four cars by day, one at night")
    with_file = replace(comparison, main=replace(comparison.main, plans=[named, base]))
    assert run_line(with_file).startswith("four_night: four cars by day, one at night\nA city")
