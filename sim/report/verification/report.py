"""The answer of `verify`: a line a law, every figure as text, JSON and a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.report.answer import Answer, Basis
from sim.report.rendering import rendered
from sim.report.spreadsheet import as_csv
from sim.report.table import Group, Table
from sim.report.trees import hash_of
from sim.report.wording import plural
from sim.scenarios.answers.verification import Figure, TriedLaw, Verification

if TYPE_CHECKING:
    import polars as pl

UNITS = {"share": "%", "ratio": ""}
TENTH = 0.1


@dataclass(frozen=True)
class VerificationReport(Answer):
    """A verification as it is published."""

    answer: Verification

    def basis(self) -> Basis:
        """Return the config and plan of the first system, and how often each was run."""
        made = self.answer
        return Basis(made.config, made.plans, made.replications)

    def summary(self) -> str:
        """Return the first screen."""
        return rendered(
            "verify_screen.txt",
            answer=self.answer,
            exact=sum(len(law.figures) for law in self.answer.exact),
            power=self.answer.power,
            seen=seen_words,
            table=laws_table(self.answer),
            worded=worded,
            plural=plural,
        )

    def full(self) -> str:
        """Return every figure, the screen at the top."""
        tables = [(law, figures_table(law)) for law in self.answer.laws]
        text = rendered("verify_full.txt", answer=self.answer, tables=tables)
        return f"{self.summary()}\n\n{text}"

    def tree(self) -> dict[str, Any]:
        """Return everything of the answer."""
        return tree(self.answer)

    def tables(self) -> dict[str, str | pl.DataFrame]:
        """Return the whole text, and the figures as rows."""
        frame = self.answer.to_frame()
        files: dict[str, str | pl.DataFrame] = {"full.txt": f"{self.full()}\n"}
        return files | {"verification.parquet": frame, "verification.csv": as_csv(frame)}


# --- words and tables ----------------------------------------------------------------------------


def _shown(figure: Figure, value: float) -> str:
    """Value with as many decimals as its interval calls for; shares as percents."""
    scale = 100 if figure.unit == "share" else 1
    half = figure.half_width * scale
    decimals = min(max(1 - math.floor(math.log10(half)), 0), 4) if half else 2
    return f"{value * scale:,.{decimals}f}".replace("-", "−")


def _unit(figure: Figure) -> str:
    return UNITS.get(figure.unit, figure.unit)


def _numbers(figure: Figure) -> list[str]:
    """Theory, simulated, half the width of its interval, and z."""
    mean = figure.simulated.mean or 0.0
    cells = [_shown(figure, x) for x in (figure.theory, mean, figure.half_width)]
    return [cells[0], f"{cells[1]} ± {cells[2]}", f"{figure.z:+.1f}".replace("-", "−")]


def laws_table(answer: Verification) -> Table:
    """Row a law: the figure of it that is farthest off, and the verdict on all of them."""
    head = ["", "n", "farthest off", "theory", "simulated", "z", "verdict"]
    rows = [
        [
            law.label,
            str(len(law.figures)),
            ", ".join(filter(None, [law.worst.name, _unit(law.worst)])),
            *_numbers(law.worst),
            law.verdict,
        ]
        for law in answer.laws
    ]
    return Table(head, [Group(rows)], "lrlrrrl")


def figures_table(law: TriedLaw) -> Table:
    """Row a figure of a law, a group a system."""
    head = ["", "unit", "theory", "simulated", "z", "verdict"]
    systems = dict.fromkeys(x.system for x in law.figures)
    groups = [
        Group(
            [
                [x.name, _unit(x), *_numbers(x), x.verdict]
                for x in law.figures
                if x.system == system
            ],
            system.name,
        )
        for system in systems
    ]
    return Table(head, groups, "llrrrl")


def seen_words(share: float) -> str:
    """Size of error in percent, in two digits below 10.

    Examples
    --------
    >>> seen_words(0.0331), seen_words(1.002)
    ('3.3%', '100%')
    """
    return f"{100 * share:.{1 if share < TENTH else 0}f}%"


def worded(figure: Figure) -> str:
    """Figure that is outside, with how to run its system."""
    theory, simulated, _ = _numbers(figure)
    what = f"{figure.system.name}, {figure.name}: {simulated} {_unit(figure)}"
    return f"{what}, by theory {theory}; {figure.system.command}"


# --- as JSON -------------------------------------------------------------------------------------


def tree(answer: Verification) -> dict[str, Any]:
    """Everything of an answer as plain data."""
    return {
        "scenario": {
            "seed": answer.config.run.seed,
            "replications": answer.replications,
            "calls_per_replication": answer.calls,
            "quick": answer.quick,
            "config_hash": hash_of(answer.config, answer.plans),
        },
        "confidence": answer.confidence,
        "holds": answer.holds,
        "power": answer.power._asdict(),
        "laws": [
            {
                "name": law.name,
                "label": law.label,
                "equation": law.equation,
                "source": law.source,
                "is_exact": law.is_exact,
                "verdict": law.verdict,
                "figures": [_figure(figure) for figure in law.figures],
            }
            for law in answer.laws
        ],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    interval = figure.simulated
    return {
        "system": figure.system.name,
        "command": figure.system.command,
        "name": figure.name,
        "unit": figure.unit,
        "theory": figure.theory,
        "simulated": {"mean": interval.mean, "low": interval.low, "high": interval.high},
        "n": interval.n,
        "z": figure.z if math.isfinite(figure.z) else None,
        "tolerance": figure.tolerance,
        "seen_share": figure.seen_share,
        "verdict": figure.verdict,
    }
