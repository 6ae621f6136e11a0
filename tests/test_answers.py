"""Answers in Python: read at a glance, as a data frame, and saved as the command saves them."""

from __future__ import annotations

import json

import pytest

import sim
from sim import cli
from tests import money

SMALL = ["run.window_days=14", "run.replications=2", "run.draws=0"]


@pytest.fixture(scope="module")
def granted():
    return sim.grant(2, 1, overrides=SMALL)


def test_answers_are_read_at_a_glance(granted, golden):
    people = sim.people(2, 12, clinicians=30, officers=30)
    answers = (money.found(), people, granted)
    golden("\n\n".join(map(repr, answers)) + "\n", "answers_in_python.txt")
    assert len(repr(money.found().main)) < 1_000


def test_a_frame_has_a_row_a_plan_and_measure_with_the_range_to_quote():
    answer = money.found()
    frame = answer.to_frame()
    assert frame.select("plan", "versus", "measure").is_unique().all()
    plans, (pair,) = answer.main.plans, answer.main.differences
    assert frame.height == sum(len(side.measures) for side in (*plans, pair))
    row = frame.filter(measure="cost_per_year", versus="12").row(0, named=True)
    assert (row["plan"], row["unit"]) == ("17", "$/year")
    assert row["mean"] == pair.measures["cost_per_year"].mean
    spread = pair.spread["cost_per_year"]
    assert (row["low"], row["high"], row["interval"]) == (spread.low, spread.high, "assumptions")


def test_without_draws_the_range_is_that_of_chance():
    frame = money.found(draws=0).to_frame()
    assert set(frame["interval"]) <= {"chance", ""}


def test_a_grant_as_a_frame(granted):
    by_measure = {row["measure"]: row for row in granted.to_frame().to_dicts()}
    assert by_measure["federal_dollars"]["mean"] == granted.total.federal / 100
    assert by_measure["contacts"]["low"] == granted.contacts.low
    assert {row["versus"] for row in by_measure.values()} == {"1"}


def test_saved_it_is_what_the_command_writes(tmp_path, capsys):
    words = ["people", "2", "--clinicians", "30", "--officers", "30.5", "--json"]
    assert cli.main([*words, "--results", str(tmp_path / "command")]) == 0
    capsys.readouterr()
    (command,) = (tmp_path / "command").iterdir()
    saved = sim.save(sim.people(2, clinicians=30.0, officers=30.5), tmp_path / "python")
    assert {x.name for x in saved.iterdir()} == {x.name for x in command.iterdir()}
    for file in ("summary.json", "answer.txt", "config.yaml"):
        assert (saved / file).read_bytes() == (command / file).read_bytes()
    records = [json.loads((x / "run.json").read_text()) for x in (saved, command)]
    assert records[0]["command"] == records[1]["command"]


def test_a_comparison_and_a_grant_are_saved_too(granted, tmp_path):
    run = sim.run(2, overrides=SMALL, draws=0, engine="simpy", cores=1)
    assert (sim.save(run, tmp_path) / "measures.parquet").exists()
    assert (sim.save(granted, tmp_path) / "grant.csv").exists()
