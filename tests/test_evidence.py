"""The evidence: studies in order, their pool, every number's source, and docs/evidence.md."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sim import cli
from sim.config import compose, names, program_names
from sim.config.groups.pooling import Study
from sim.config.numbers import numbers
from sim.report.pages import evidence as report
from sim.report.wording import WIDTH
from sim.scenarios.answers.evidence import Evidence
from sim.scenarios.evidence.evidence import DESIGNS, evidence, in_order
from tests.tables_of_docs import section, tables

PAGE = Path(__file__).resolve().parent.parent / "docs" / "evidence.md"
DIALS = {"demand.growth_factor"}  # no fact, so without a source
NOT_A_YEAR = ("A", "D")  # an assumption, or arithmetic: the source says of what
SCREEN = 30
EFFECTS = ("arrest", "hold")


@cache
def found() -> Evidence:
    return evidence()


@cache
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def studies_of(effect: str) -> list[Study]:
    (one,) = [one for one in found().effects if one.name == effect]
    return one.studies


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


@pytest.mark.parametrize("effect", EFFECTS)
def test_null_results_come_first_among_equal_designs(effect):
    rows = tables(section(f"Effect on {effect}s", page()))[0]
    of = {report.DESIGNS[design]: at for at, design in enumerate(DESIGNS)}
    places = [(of[row["Design"]], from_none(row["Odds ratio"])) for row in rows]
    assert places == sorted(places)
    assert rows[0]["Design"] == "randomized trial"


def from_none(cell: str) -> float:
    return math.inf if cell == report.BLANK else abs(math.log(float(cell.partition(" ")[0])))


@pytest.mark.parametrize("effect", EFFECTS)
def test_every_study_has_its_sizes_what_it_measured_and_why_it_is_not_pooled(effect):
    rows = tables(section(f"Effect on {effect}s", page()))[0]
    for row, one in zip(rows, studies_of(effect), strict=True):
        assert row["Study"] == one.name
        assert row["Measured"] == one.outcome
        sizes = "not seen" if one.n_team is None else f"{one.n_team:,} against {one.n_patrol:,}"
        assert row["Team, patrol"] == sizes
        assert (row["Pooled"] == "no") == ("Not pooled: " in row["Source, ratio, note"])


def test_sizes_of_the_trial_are_there():
    for effect in EFFECTS:
        first = tables(section(f"Effect on {effect}s", page()))[0][0]
        assert first["Team, patrol"] == "211 against 224"
        assert "686 randomized" in first["Source, ratio, note"]


def test_every_default_is_on_the_page_with_source_year_and_letter():
    config = compose([])
    for group in ("demand", "service", "travel", "dispatch", "outcomes", "costs"):
        rows = {row["Key"].strip("`"): row for row in tables(section(group, page()))[0]}
        there = [key for key, _ in numbers(getattr(config, group), group)]
        assert list(rows) == [key for key in there if not key.startswith("outcomes.evidence.")]
        for key, row in rows.items():
            if key not in DIALS:
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
    assert f"{sum(found().assumed.values())} of {sum(counts.values())} numbers" in page()
    assert counts[report.BLANK] == len(DIALS)


def test_every_shipped_option_is_told_and_has_a_use():
    outcomes, costs = section("Options of outcomes", page()), section("Options of costs", page())
    rows = {row["Option"].strip("`"): row for row in tables(outcomes)[0] + tables(costs)[0]}
    assert all(row["Use it"] != report.BLANK and row["What it is"] for row in rows.values())
    assert set(names("outcomes")) | set(names("costs")) == set(rows) | set(found().of_programs)
    assert set(found().of_programs) <= set(program_names())
    assert all(name in outcomes for name in found().of_programs)
    assert set(report.WHEN) | set(report.WHEN_COSTS) == set(rows)


def test_what_is_not_modeled_is_there():
    said = section("Not modeled", page())
    assert all(word in said for word in ("Use of force", "injury", "Race", "language"))


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


def test_the_chance_below_one_is_that_of_the_normal_of_a_new_program():
    for one in found().effects:
        if one.pool is not None and one.new_program is not None:
            z = -one.pool.mu / math.hypot(one.pool.tau, one.pool.se)
            assert one.new_program.chance_below_one == pytest.approx(
                (1 + math.erf(z / math.sqrt(2))) / 2
            )


def test_an_effect_without_pooled_studies_has_no_pool():
    voluntary = found().effects[-1]
    assert (voluntary.studies, voluntary.pool, voluntary.new_program) == ([], None, None)


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
        assert one.pool == other.pool
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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["17"], "evidence: expected key=value, got '17'"),
        (["--json", "--markdown"], "expected one of --json and --markdown, got both"),
        (["outcomes=nul_trial"], "did you mean 'null_trial'?"),
        (["--markdwon"], "did you mean '--markdown'?"),
    ],
)
def test_bad_words_are_refused_in_one_line(words, said, capsys):
    assert cli.main(["evidence", *words]) == cli.EXIT_BAD_INPUT
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert len(told.err.splitlines()) == 1
