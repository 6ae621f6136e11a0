"""The record of credibility: current, failures first, and every claim with evidence that exists."""

from __future__ import annotations

import json

import pytest

from sim.scenarios.rails.beside import VERDICTS
from tests.credibility import (
    INCONSISTENT,
    PAGE,
    PROGRAMS,
    SHARP,
    UNVALIDATED,
    VAGUE,
    programs,
    published,
    written,
)
from tests.tables_of_docs import BLANK, ROOT, Row, coded, section, tables

RECORD = PAGE.read_text(encoding="utf-8")
PUBLISHED = PROGRAMS.read_text(encoding="utf-8")
KINDS, FACTORS = "Kinds of validation", "Factors of credibility"
HELD_OUT = "Held-out programs, failures first"


def rows(title: str, text: str = RECORD) -> list[Row]:
    return tables(section(title, text))[0]


def level(factor: str, text: str) -> int:
    (row,) = (row for row in rows(FACTORS, text) if row["Factor"] == factor)
    return int(row["Level"])


def test_the_record_is_what_make_credibility_writes() -> None:
    assert written(PUBLISHED) == RECORD


def test_context_of_use_and_risk_stand_first() -> None:
    titles = [line for line in RECORD.splitlines() if line.startswith("## ")]
    assert titles[:3] == ["## Context of use", "## Model risk", "## What is missing"]


def test_every_kind_and_factor_has_a_status_and_evidence_that_exists() -> None:
    kinds, factors = rows(KINDS), rows(FACTORS)
    assert [row["Kind"] for row in kinds] == [
        *("Face", "Verification", "Cross", "External", "Predictive")
    ]
    assert [row["Factor"] for row in factors] == [
        *("Verification", "Validation", "Input pedigree", "Uncertainty", "Robustness"),
        *("Use history", "Management"),
    ]
    assert {row["Level"] for row in factors} <= set("01234")
    for row in (*kinds, *factors):
        named = coded(row["Evidence"])
        assert named or (row["Level"], row["Evidence"]) == ("0", BLANK)
        assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_held_out_figure_is_there_those_that_fail_first() -> None:
    shown = [row["Verdict"] for row in rows(HELD_OUT)]
    assert len(shown) == PUBLISHED.count("| held out |") > 0
    failed = [verdict == INCONSISTENT for verdict in shown]
    assert failed == sorted(failed, reverse=True)


@pytest.mark.parametrize("verdict", [VAGUE, SHARP])
def test_another_verdict_moves_the_order_the_counts_and_what_is_missing(verdict: str) -> None:
    better = PUBLISHED.replace(f"| {INCONSISTENT} |", f"| {verdict} |")
    record = written(better)
    assert INCONSISTENT not in {program.verdict for program in programs(better)}
    assert "External validation fails" in RECORD
    assert "External validation fails" not in record
    assert "failed in part" not in record
    assert level("Validation", RECORD) == 1
    assert level("Validation", record) == (2 if verdict == SHARP else 1)


def test_programs_without_a_held_out_figure_come_last_and_unknown_verdicts_are_refused() -> None:
    found = programs(PUBLISHED)
    without = [not program.rows for program in found]
    assert without == sorted(without)
    assert {program.verdict for program in found if not program.rows} == {UNVALIDATED}
    with pytest.raises(ValueError, match="not enough values"):
        written(PUBLISHED.replace(f"| {INCONSISTENT} |", "| agrees |"))


def test_the_verdicts_that_travel_with_the_package_are_those_of_the_page() -> None:
    assert json.loads(VERDICTS.read_text(encoding="utf-8")) == published(PUBLISHED)
