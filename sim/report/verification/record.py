"""The record of the last whole verification, which pages and documents cite (`make record`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sim.scenarios.answers.verification import NEAR, OUTSIDE, Power, TriedLaw, Verification, power

RECORD = Path(__file__).with_name("record.json")
DIGITS = 4  # of a share in the record


class LawRecord(NamedTuple):
    """A law or an approximation: how many figures were held against it, and what came of them.

    `near` and `outside` count those not in their intervals; `near` ones are off by no more than
    the approximation may be. `power` is that of the whole verification, `quick_power` of the quick.
    """

    label: str
    is_exact: bool
    figures: int
    near: int
    outside: int
    worst: str
    z: float
    power: Power
    quick_power: Power

    @property
    def agree(self) -> int:
        """Figures in their intervals."""
        return self.figures - self.near - self.outside


class Record(NamedTuple):
    """A verification: of which version, how, and what came of each law."""

    version: str
    confidence: float
    replications: int
    calls: int
    quick_calls: int
    laws: list[LawRecord]

    @property
    def exact(self) -> list[LawRecord]:
        """Laws that are no approximations."""
        return [law for law in self.laws if law.is_exact]

    @property
    def outside(self) -> int:
        """Figures that did not agree."""
        return sum(law.outside for law in self.laws)

    def in_short(self) -> dict[str, Any]:
        """Return the counts that a results folder cites."""
        approximate = [law for law in self.laws if not law.is_exact]
        return {
            "version": self.version,
            "laws": len(self.exact),
            "figures": _sum(self.exact, "figures"),
            "agree": _sum(self.exact, "agree"),
            "approximate": {
                name: _sum(approximate, name) for name in ("figures", "agree", "near", "outside")
            },
        }

    def __str__(self) -> str:
        """Return the sentence that cites it."""
        agree, figures = (_sum(self.exact, name) for name in ("agree", "figures"))
        of_all = f"all {agree}" if agree == figures else f"{agree} of {figures}"
        return (
            f"When version {self.version} was verified, {of_all} figures of {len(self.exact)} laws "
            f"of queueing theory lay within intervals that together hold "
            f"{100 * self.confidence:g}%{self._approximate()}."
        )

    def _approximate(self) -> str:
        """Beginning with a semicolon, what came of the approximation; empty if there is none."""
        laws = [law for law in self.laws if not law.is_exact]
        if not laws:
            return ""
        agree, near, figures = (_sum(laws, name) for name in ("agree", "near", "figures"))
        return (
            f"; of {figures} by Larson's approximation of the hypercube, {agree} did, and {near} "
            f"lay within the 2 points that it may be off"
        )


def _sum(laws: Sequence[LawRecord], name: str) -> int:
    return sum(getattr(law, name) for law in laws)


@cache
def record() -> Record:
    """Return the record that travels with the package."""
    tree = json.loads(RECORD.read_text(encoding="utf-8"))
    laws = [LawRecord(**_with_powers(law)) for law in tree.pop("laws")]
    return Record(**tree, laws=laws)


def _with_powers(tree: dict[str, Any]) -> dict[str, Any]:
    return tree | {name: Power(**tree[name]) for name in ("power", "quick_power")}


def recorded(answer: Verification, quick: Verification, version: str) -> dict[str, Any]:
    """Record of a whole and of a quick verification as plain data, z to a tenth."""
    laws = zip(answer.laws, quick.laws, strict=True)
    return {
        "version": version,
        "confidence": answer.confidence,
        "replications": answer.replications,
        "calls": answer.calls,
        "quick_calls": quick.calls,
        "laws": [_of_law(law, small) for law, small in laws],
    }


def _of_law(law: TriedLaw, quick: TriedLaw) -> dict[str, Any]:
    worst = law.worst
    return {
        "label": law.label,
        "is_exact": law.is_exact,
        "figures": len(law.figures),
        "near": law.count(NEAR),
        "outside": law.count(OUTSIDE),
        "worst": f"{worst.system.name}: {worst.name}",
        "z": round(worst.z, 1),
        "power": _rounded(power(law.figures)),
        "quick_power": _rounded(power(quick.figures)),
    }


def _rounded(seen: Power) -> dict[str, Any]:
    return {
        "median": round(seen.median, DIGITS),
        "widest": round(seen.widest, DIGITS),
        "of": seen.of,
    }
