"""What `programs` answers: each program as configured, and its figures beside a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.config import Config, Sourced, StaffingPlan
from sim.config.groups.program import Figure
from sim.scenarios.answers.intervals import Interval

Verdict = Literal[
    "reproduced", "not reproduced", "given", "calibrated", "a target, not a count", "not simulated"
]


@dataclass(frozen=True)
class Assumption:
    """A number marked as assumed, and the keys of the config or the plans that hold it."""

    keys: tuple[str, ...]
    number: Sourced


@dataclass(frozen=True)
class Described:
    """A program as configured: its plans, its published figures, and what only it assumes.

    `calibrated` is the number tuned to a published figure, `hinges_on` the one on which the
    held-out figures depend most. `own` are assumptions that the config without a program does not
    make; `shared` is how many both make.
    """

    config: Config
    plans: list[StaffingPlan]
    published: list[tuple[Figure, Sourced]]
    calibrated: Sourced | None
    hinges_on: Sourced | None
    own: list[Assumption]
    shared: int

    @property
    def held_out(self) -> list[Figure]:
        """Figures that can be checked, each count once."""
        return [x for x in self.config.program.figures if x.role == "held_out" and not x.repeats]


@dataclass(frozen=True)
class Row:
    """A published figure, the simulated interval for it, and the verdict.

    `off_share` is (simulated mean / published figure) - 1. `at_ends` are the simulated means with
    the assumption on which the program hinges at its low and at its high.
    """

    figure: Figure
    published: Sourced
    plan: str | None
    simulated: Interval | None
    verdict: Verdict
    off_share: float | None = None
    at_ends: tuple[float | None, float | None] | None = None


@dataclass(frozen=True)
class ProgramCheck:
    """Rows of one program, and the number of replications behind them."""

    described: Described
    rows: list[Row]
    replications: int

    @property
    def confidence_level(self) -> float:
        """Confidence level of the intervals."""
        return self.described.config.run.confidence_level

    @property
    def tested(self) -> list[Row]:
        """Held-out rows, each count once."""
        return [
            row for row in self.rows if row.figure.role == "held_out" and not row.figure.repeats
        ]
