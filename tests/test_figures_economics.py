"""Figures of people and money: that their marks are where the figures are."""

from dataclasses import replace

import pytest
from matplotlib.collections import LineCollection

from sim.report.money.figures import diversions, tornado
from tests import money


def words(figure) -> str:
    """Return all text that is drawn."""
    return " ".join(text.get_text() for axes in figure.axes for text in axes.texts)


def test_diversions_have_a_panel_each_for_jail_and_hospital():
    figure = diversions(money.found())
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Diverted from jail",
        "Diverted from hospital",
    ]
    for axes in figure.axes:
        ticks = [label.get_text() for label in axes.get_yticklabels()]
        assert ticks == ["plan 17", "plan 12", "17 minus 12"]
        assert "per year" in axes.get_xlabel()


def test_marks_are_at_net_and_lines_at_both_intervals():
    jail, _ = diversions(money.found()).axes
    marks = [line.get_xdata()[0] for line in jail.lines if line.get_marker() == "o"]
    assert marks == pytest.approx([180, 180 * 12 / 17, 180 * 5 / 17])
    thick = [line.get_xdata() for line in jail.lines if line.get_linewidth() == 4]
    assert list(thick[0]) == pytest.approx([162, 198])
    thin = [x for x in jail.collections if isinstance(x, LineCollection)]
    assert thin[0].get_segments()[0][:, 0] == pytest.approx([-36, 396])


def test_gross_stands_beside_net_in_figures():
    assert "net 180\ngross 8,910" in words(diversions(money.found()))
    assert "net +52.9\ngross +2,621" in words(diversions(money.found()))


def test_without_draws_there_is_no_line_of_them():
    figure = diversions(money.found(draws=0))
    assert not [x for axes in figure.axes for x in axes.collections]
    assert "Thin" not in figure.get_supxlabel()
    assert "Thin" in diversions(money.found()).get_supxlabel()


def test_nothing_is_drawn_without_economics_or_bars():
    found = money.found()
    assert diversions(replace(found, economics=None)) is None
    assert tornado(replace(found, economics=None)) is None
    assert tornado(replace(found, economics=replace(found.economics, tornado=[]))) is None


def test_a_tornado_has_a_bar_to_each_end_from_the_center():
    figure = tornado(money.found())
    benefit, net = figure.axes
    low, high = benefit.containers
    assert low[0].get_x() == pytest.approx(-11_000)
    assert low[0].get_width() == pytest.approx(-5_500)
    assert high[0].get_width() == pytest.approx(2_750)
    keys = [label.get_text().split("\n")[0] for label in net.get_yticklabels()]
    assert keys == list(money.KEYS)
    assert net.get_yticklabels()[0].get_text().endswith("0.25 to 0.92")
    assert [bar.get_hatch() for bar in (low[0], high[0])] == ["////", None]


def test_a_tornado_says_what_it_is_of():
    assert tornado(money.found()).get_suptitle().endswith("17 minus 12")
    assert tornado(money.of_one_plan(money.found())).get_suptitle().endswith("plan 17")


def test_bars_to_one_side_do_not_hide_each_other():
    found = money.found()
    (one, *_) = found.economics.tornado
    same = replace(one, bars=[replace(bar, at_high=bar.at_low) for bar in one.bars])
    (axes,) = tornado(replace(found, economics=replace(found.economics, tornado=[same]))).axes
    low, high = axes.containers
    assert low[0].get_y() + low[0].get_height() <= high[0].get_y() + 1e-9
