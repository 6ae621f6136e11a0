"""The record of the last whole verification, which pages and documents cite (`make record`)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sim.scenarios.answers.verification import TriedLaw, Verification

RECORD = Path(__file__).with_name("record.json")


class LawRecord(NamedTuple):
    """A law: how many figures were held against it, how many lay outside, and the worst z."""

    label: str
    figures: int
    outside: int
    worst: str
    z: float


class Record(NamedTuple):
    """A verification: of which version, how, and what came of each law."""

    version: str
    confidence: float
    replications: int
    calls: int
    laws: list[LawRecord]

    @property
    def figures(self) -> int:
        """Figures of all laws."""
        return sum(law.figures for law in self.laws)

    @property
    def outside(self) -> int:
        """Figures that did not agree."""
        return sum(law.outside for law in self.laws)

    def __str__(self) -> str:
        """Return the sentence that cites it."""
        agree = self.figures - self.outside
        of_all = f"all {agree}" if not self.outside else f"{agree} of {self.figures}"
        return (
            f"When version {self.version} was verified, {of_all} figures of {len(self.laws)} laws "
            f"of queueing theory agreed with the simulation, within intervals that together hold "
            f"{100 * self.confidence:g}%."
        )


@cache
def record() -> Record:
    """Return the record that travels with the package."""
    tree = json.loads(RECORD.read_text(encoding="utf-8"))
    laws = [LawRecord(**law) for law in tree.pop("laws")]
    return Record(**tree, laws=laws)


def recorded(answer: Verification, version: str) -> dict[str, Any]:
    """Record of an answer as plain data, z to a tenth."""
    return {
        "version": version,
        "confidence": answer.confidence,
        "replications": answer.replications,
        "calls": answer.calls,
        "laws": [_of_law(law)._asdict() for law in answer.laws],
    }


def _of_law(law: TriedLaw) -> LawRecord:
    outside = sum(x.verdict == "outside" for x in law.figures)
    worst = law.worst
    words = f"{worst.system.name}: {worst.name}"
    return LawRecord(law.label, len(law.figures), outside, words, round(worst.z, 1))
