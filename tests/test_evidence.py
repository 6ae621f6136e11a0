"""The evidence: studies in order, their pool, every number's source, and docs/evidence.md."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from sim import cli
from sim.config import compose, names, program_names
from sim.config.groups.pooling import Study, new_program
from sim.config.numbers import numbers
from sim.report.pages import evidence as report
from sim.report.wording import WIDTH
from sim.scenarios.answers.evidence import Evidence
from sim.scenarios.evidence.evidence import evidence, in_order
from tests.tables_of_docs import section, tables

PAGE = Path(__file__).resolve().parent.parent / "docs" / "evidence.md"
NOT_A_YEAR = ("A", "D")  # an assumption, or arithmetic: the source says of what
SCREEN = 30
EFFECTS = ("arrest", "hold")


@cache
def found() -> Evidence:
    return evidence()


@cache
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def study(name: str, **changes: Any) -> Study:
    given = {
        "name": name,
        "design": "quasi_experiment",
        "n_team": 100,
        "n_patrol": 100,
        "outcome": "arrest",
        "odds_ratio": {"value": 0.5, "low": 0.25, "high": 1, "source": "x", "confidence": "S"},
        "pooled": True,
        "source": "somebody",
        "year": 2020,
        "confidence": "S",
    }
    return Study.model_validate({**given, **changes})


# --- docs/evidence.md ----------------------------------------------------------------------------


def test_the_page_is_what_the_command_prints(capsys):
    assert cli.main(["evidence", "--markdown"]) == 0
    assert capsys.readouterr().out == page()


def test_every_default_is_on_the_page_with_source_year_and_letter():
    config = compose([])
    for group in ("demand", "service", "travel", "dispatch", "outcomes", "costs"):
        rows = {row["Key"].strip("`"): row for row in tables(section(group, page()))[0]}
        there = [key for key, _ in numbers(getattr(config, group), group)]
        assert list(rows) == [key for key in there if not key.startswith("outcomes.evidence.")]
        for key, row in rows.items():
            assert row["Letter"] in report.LETTERS, key
            assert len(row["Source"]) > len("A."), key
            assert row["Year"] != report.BLANK or has_none(row), key


def has_none(row: dict[str, str]) -> bool:
    """Whether a number says why it has no year."""
    return row["Letter"] in NOT_A_YEAR or "undated" in row["Source"]


def test_letters_are_counted():
    rows = tables(section("Letters and ranges", page()))[0]
    counts = {row["Letter"]: int(row["Numbers"]) for row in rows}
    assert sum(counts.values()) == sum(map(len, found().numbers.values()))
    assert counts["A"] == sum(found().assumed.values())
    assert counts[report.BLANK] == 0


def test_every_shipped_option_is_told_and_has_a_use():
    rows = tables(section("Options of outcomes", page()))[0]
    rows += tables(section("Options of costs", page()))[0]
    assert all(row["Use it"] != report.BLANK and row["What it is"] for row in rows)
    told = {row["Option"].strip("`") for row in rows}
    assert told == set(report.WHEN) | set(report.WHEN_COSTS)
    assert set(names("outcomes")) | set(names("costs")) == told | set(found().of_programs)
    assert set(found().of_programs) <= set(program_names())


# --- order and pool ------------------------------------------------------------------------------


def test_studies_go_by_design_then_by_distance_from_no_effect():
    given = [
        study("story", design="descriptive"),
        study("strong"),
        study("worse", odds_ratio={"value": 1.5, "low": 1, "high": 3}),
        study("no number", odds_ratio=None, pooled=False),
        study("trial", design="randomized"),
        study("null", odds_ratio={"value": 1, "low": 0.5, "high": 2}),
    ]
    order = [one.name for one in in_order(given)]
    assert order == ["trial", "null", "worse", "strong", "no number", "story"]


def test_every_method_is_on_the_page_beside_the_one_in_use():
    for one in found().effects[:2]:
        rows = tables(section(f"Effect on {one.name}s", page()))[0]
        assert [row["Method"] for row in rows] == list(report.METHODS.values())
        for row, pooling in zip(rows, one.pools, strict=True):
            assert row["Mean program"] == report.span(pooling.mean)
            assert row["New program"] == report.span(pooling.new_program)
        assert one.used is not None
        assert report.span(one.used) == report.span(one.pools[0].new_program)


def test_the_chance_below_one_is_that_of_a_new_program():
    for one, name in zip(found().effects, EFFECTS, strict=False):
        log = new_program(getattr(found().config.outcomes.evidence, name))
        assert one.pools[0].chance_below_one == log.cdf(0)


def test_an_effect_without_pooled_studies_has_no_pool():
    voluntary = found().effects[-1]
    assert (voluntary.studies, voluntary.pools) == ([], [])


# --- the command ---------------------------------------------------------------------------------


def test_the_text_is_no_wider_than_a_page_and_has_every_number():
    lines = report.page(found()).splitlines()
    assert max(map(len, lines)) <= WIDTH
    shown = {line.partition(":")[0].removeprefix("- ") for line in lines}
    assert shown >= {one.key for numbers in found().numbers.values() for one in numbers}


def test_golden_first_screen(golden):
    text = report.screen(found())
    assert len(text.splitlines()) <= SCREEN
    assert max(map(len, text.splitlines())) <= WIDTH
    golden(f"{text}\n", "evidence_screen.txt")


def test_golden_text_of_an_effect_computed_from_shares(golden):
    text = report.page(evidence(["outcomes=patrol_and_team"]))
    start, end = (text.index(f"Effect on {effect}") for effect in EFFECTS)
    golden(text[start:end], "evidence_of_shares.txt")


def test_another_config_has_its_own_ratio_in_use_and_the_same_studies():
    null = evidence(["outcomes=null_trial"])
    shares = evidence(["outcomes=patrol_and_team"])
    for one, other, third in zip(found().effects, null.effects, shares.effects, strict=True):
        assert one.studies == other.studies
        assert one.pools == other.pools
        assert other.used is not None
        assert other.used.value == 1
        assert third.used is None


def test_counts_are_told_as_counts():
    text = report.page(evidence(["outcomes.booked_given_arrest={k: 133, n: 3096}"]))
    assert "outcomes.booked_given_arrest: value 0.0429587 (133 of 3,096)" in text


def test_json_has_studies_pools_and_numbers(capsys):
    assert cli.main(["evidence", "--json", "program=los_angeles"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["program"] == "los_angeles"
    assert told["effects"]["arrest"]["studies"][0]["n_team"] == 211
    assert 0 < told["effects"]["hold"]["chance_below_one"] < 1
    assert told["numbers"]["outcomes.team_shares.hold"]["value"] == 0.86
