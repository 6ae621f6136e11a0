"""What a fit report shows of a fit: figures with intervals, notes, and no small cell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.history.fitting import Fitted, Options, fit_log
from sim.history.fitting.summary import rows_of, week_of
from sim.report import fitting as report
from sim.report.drawing import rendered
from sim.report.spreadsheet import as_csv
from sim.report.wording import page
from tests.test_fitting_laws import team_log
from tests.test_fitting_rates import HOLE, served


@pytest.fixture(scope="module")
def team() -> Fitted:
    log = team_log()
    zones = np.array(["north", "south", "=cmd()"])[np.arange(log.calls.height) % 3]
    zones[:7] = "one house"
    log = log._replace(calls=log.calls.with_columns(zone=pl.Series(zones)))
    options = Options(stamps="team", teams=3)
    return fit_log(log, name="my_city", options=options)


def test_the_page_golden(team, golden):
    with page(100):
        golden(report.text(team) + "\n", "fit_fitted.txt")


def test_every_figure_is_in_the_text_and_the_table_with_its_interval(team):
    text, table = report.text(team), report.tables(team)["fitted"]
    rows = rows_of(team)
    assert table.height == len(rows)
    for row in rows:
        assert row.estimate.low <= row.estimate.value <= row.estimate.high
    for label in table["figure"]:
        assert label in text


def test_nothing_under_11_is_shown(team):
    everything = report.text(team) + report.html(team) + as_csv(report.tables(team)["fitted"])
    everything += "".join(team.texts.values())
    assert "one house" not in everything
    assert report.tables(team)["fitted"]["n"].min() >= 11


def test_names_can_be_neither_formulas_nor_tags(team):
    assert "\nZone =cmd" in as_csv(report.tables(team)["fitted"])  # text, as a word is before it
    tagged = team.log.calls.with_columns(zone=pl.lit("<script>"))
    fitted = fit_log(team.log._replace(calls=tagged), name="t")
    assert "<script>" not in report.html(fitted)


def test_figures_are_drawn_with_their_band(team):
    files = rendered(report.figures(team))
    assert {"calls_by_hour_of_week.png", "durations.svg"} < set(files)
    week = week_of(team)
    assert (week.low <= week.fitted).all()
    assert (week.fitted <= week.high).all()


@pytest.mark.parametrize(("n", "block_h"), [(5_000, 1), (3_000, 2), (700, 6), (320, 12), (100, 0)])
def test_points_of_the_week_are_blocks_that_all_have_11_calls(n, block_h, tmp_path):
    fitted = fit_log(team_log(n), name="x")
    week = week_of(fitted)
    assert week.block_h == block_h
    calls = np.bincount(fitted.days.hours_of_week.ravel(), fitted.days.calls.ravel(), 168)
    figure = report.week_figure(fitted)
    (note,) = [x.get_text() for x in figure.texts if x.get_text().lower().find("points") >= 0]
    if not block_h:
        assert len(week.counted) == 0
        assert note.startswith("No points")
        return
    in_blocks = calls.reshape(-1, block_h).sum(axis=1)
    assert in_blocks.min() >= 11
    assert week.middle[:2].tolist() == [block_h / 2, 1.5 * block_h]
    days = np.bincount(fitted.days.weekdays, minlength=7).repeat(24 // block_h)
    assert week.counted == pytest.approx(in_blocks / block_h / days)
    assert "each hour" in note if block_h == 1 else f"blocks of {block_h} hours" in note


def test_hours_without_a_team_are_in_no_block(tmp_path):
    fitted = fit_log(served(), name="x")
    week = week_of(fitted)
    assert week.block_h
    assert fitted.rates.seen[week.middle.astype(int)].all()


def test_what_a_reader_has_to_know_is_said(tmp_path: Path):
    own = fit_log(served()._replace(excluded=[HOLE]), name="x")
    text = " ".join(report.text(own).split())
    assert "a team's own log" in text
    assert "108 of the 168 hours of the week have no team" in text
    assert "2023-05-01 to 2023-07-26 (no calls at all)." in text
    patrol = fit_log(team_log(500), name="y")
    assert "The stamps are read as patrol's" in report.text(patrol)
