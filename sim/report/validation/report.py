"""The answer of `validate`: the screen, everything as text, JSON, a table and figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.report.answer import Answer, Basis
from sim.report.rendering import rendered
from sim.report.spreadsheet import as_csv
from sim.report.table import Group, Table
from sim.report.trees import hash_of
from sim.report.validation.causes import causes_of, following, named
from sim.report.wording import shortened
from sim.scenarios.answers.validation import NO_PLAN, OUTSIDE, PATROLS, Cell, Held, Validation

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

MOST_CAUSES = 2  # on the screen
MOST_LETTERS = 16  # of the name of a number in a table
EXACT = 10  # from which on a number has no decimals


@dataclass(frozen=True)
class ValidationReport(Answer):
    """A validation as it is published."""

    answer: Validation

    def basis(self) -> Basis:
        """Return the config and plan, and how they were run."""
        made = self.answer
        return Basis(made.config, made.plans, made.draws, made.check)

    def summary(self) -> str:
        """Return the first screen."""
        return self._screen(verdicts_table(self.answer, MOST_LETTERS))

    def _screen(self, table: Table) -> str:
        return rendered(
            "validate_screen.txt",
            answer=self.answer,
            table=table,
            replayed=any(held.replayed for held in self.answer.held),
            changed=changed_by_replay(self.answer),
            causes=causes_of(self.answer),
            shown_causes=MOST_CAUSES,
            named=partial(named, self.answer),
            next=following(self.answer),
            no_plan=NO_PLAN,
            patrols=PATROLS,
            worst_words=worst_words,
        )

    def full(self) -> str:
        """Return every number, the screen at the top."""
        tables = [(held, cells_table(held)) for held in self.answer.held]
        text = rendered(
            "validate_full.txt",
            answer=self.answer,
            tables=tables,
            heading=heading,
            causes=causes_of(self.answer),
        )
        return f"{self._screen(verdicts_table(self.answer))}\n\n{text}"

    def tree(self) -> dict[str, Any]:
        """Return everything of the answer."""
        return tree(self.answer)

    def tables(self) -> dict[str, str | pl.DataFrame]:
        """Return the whole text, and the numbers as rows."""
        frame = self.answer.to_frame()
        files: dict[str, str | pl.DataFrame] = {"full.txt": f"{self.full()}\n"}
        return files | {"validation.parquet": frame, "validation.csv": as_csv(frame)}

    def figures(self) -> dict[str, Figure]:
        """Return the profiles, and the response as observed against as simulated."""
        from sim.report.validation.figures import drawn  # noqa: PLC0415 - slow to load

        return drawn(self.answer)


# --- words and tables ----------------------------------------------------------------------------


def exact(value: float) -> str:
    """Number of three digits or more."""
    return f"{value:,.0f}" if abs(value) >= 10 * EXACT else f"{value:.3g}"


def heading(held: Held) -> str:
    """What a profile is, with its unit, and whose calls it is of."""
    calls = ", the log's own calls" if held.replayed else ""
    return f"{held.label} ({held.unit}){calls}"


def worst_words(held: Held) -> str:
    """Number that lies farthest outside, with its band."""
    cell = held.worst
    place = "" if cell.name == "all" else f", {cell.name}"
    span = f"{exact(cell.low)} to {exact(cell.high)}"
    return f"{heading(held)}{place}: observed {exact(cell.observed)}, expected {span}"


def verdicts_table(answer: Validation, letters: int | None = None) -> Table:
    """Row a profile of simulated calls: one of its numbers with its band, and the verdict.

    Names of numbers, such as a call type's, are cut to so many letters; None: they are whole.
    """
    head = ["", "unit", "observed", "expected", "95% band", "verdict"]
    rows = [_verdict_cells(held, letters) for held in answer.held if not held.replayed]
    return Table(head, [Group(rows)], "llrrrl")


def _verdict_cells(held: Held, letters: int | None) -> list[str]:
    cell = told(held)
    name = cell.name if letters is None else shortened(cell.name, letters)
    place = "" if len(held.cells) == 1 else f", {name}"
    return [f"{held.label}{place}", held.unit, *_numbers(cell), held.verdict]


def changed_by_replay(answer: Validation) -> list[str]:
    """Labels of profiles on which the verdict is another with the log's own calls."""
    replayed = {held.label: held.verdict for held in answer.held if held.replayed}
    return [
        f"{held.label.lower()} ({replayed[held.label]})"
        for held in answer.held
        if not held.replayed and replayed.get(held.label, held.verdict) != held.verdict
    ]


def told(held: Held) -> Cell:
    """Number of a profile that a screen tells: the worst if it is outside, else the middle one."""
    return held.worst if held.verdict == OUTSIDE else held.cells[len(held.cells) // 2]


def _numbers(cell: Cell) -> list[str]:
    span = f"{exact(cell.low)} to {exact(cell.high)}"
    return [exact(cell.observed), exact(cell.mean), span]


def cells_table(held: Held) -> Table:
    """Row a number of a profile."""
    head = ["", "observed", "expected", "95% band", ""]
    rows = [
        [cell.name, *_numbers(cell), "" if cell.is_inside else "outside"] for cell in held.cells
    ]
    return Table(head, [Group(rows)], "lrrrl")


# --- as JSON -------------------------------------------------------------------------------------


def tree(answer: Validation) -> dict[str, Any]:
    """Everything of an answer as plain data."""
    spans = {"fitted_to": answer.fitted_to, "held_against": answer.held_against}
    return {
        "scenario": {
            "program": answer.config.program.name,
            "title": answer.config.program.title,
            "seed": answer.config.run.seed,
            "draws": answer.draws,
            "confidence": answer.confidence,
            "config_hash": hash_of(answer.config, answer.plans),
        },
        "log": answer.log,
        "another_log_than": answer.another_than,
        **{
            name: {"first": str(span.first), "last": str(span.last), "calls": span.calls}
            for name, span in spans.items()
        },
        "valid_for": answer.valid_for,
        "weak_evidence_for": answer.vague_for,
        "not_valid_for": answer.not_valid_for,
        "not_looked_at": answer.left_out,
        "arrival_unknown": answer.arrival_unknown,
        "causes": [cause.held.name for cause in causes_of(answer)],
        "next": following(answer),
        "profiles": [_held(held) for held in answer.held],
    }


def _held(held: Held) -> dict[str, Any]:
    return {
        "name": held.name,
        "label": held.label,
        "unit": held.unit,
        "replayed": held.replayed,
        "tolerance_share": held.tolerance_share,
        "width_share": held.width_share,
        "verdict": held.verdict,
        "cells": [cell._asdict() for cell in held.cells],
    }
