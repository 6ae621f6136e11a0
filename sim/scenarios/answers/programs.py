"""What `programs` answers: each program as configured, and its figures beside a run."""

from __future__ import annotations

from dataclasses import dataclass

from sim.config import Config, Sourced, StaffingPlan
from sim.config.groups.program import Figure
from sim.scenarios.answers.economics import TornadoBar
from sim.scenarios.answers.held_out import HeldOut
from sim.scenarios.answers.intervals import Interval


@dataclass(frozen=True)
class Assumption:
    """A number marked as assumed, and the keys of the config or the plans that hold it."""

    keys: tuple[str, ...]
    number: Sourced


@dataclass(frozen=True)
class Described:
    """A program as configured: its plans, its published figures, and what only it assumes.

    `calibrated` is the number tuned to a published figure. `own` are assumptions that the config
    without a program does not make; `shared` is how many both make.
    """

    config: Config
    plans: list[StaffingPlan]
    published: list[tuple[Figure, Sourced]]
    calibrated: Sourced | None
    own: list[Assumption]
    shared: int

    @property
    def held_out(self) -> list[Figure]:
        """Figures that can be checked, each count once."""
        return [x for x in self.config.program.figures if x.role == "held_out" and not x.repeats]


@dataclass(frozen=True)
class Row:
    """A published figure, and the simulated mean at central values with its interval of chance.

    `held` is what it is held against, None unless it is held out; `moved_by` the assumption that
    moves it most, alone at its low and at its high, None if nothing was drawn or moves it.
    """

    figure: Figure
    published: Sourced
    plan: str | None = None
    simulated: Interval | None = None
    held: HeldOut | None = None
    moved_by: TornadoBar | None = None


@dataclass(frozen=True)
class ProgramCheck:
    """Rows of one program, and how many replications and draws are behind them."""

    described: Described
    rows: list[Row]
    replications: int
    draws: int

    @property
    def confidence_level(self) -> float:
        """Confidence level of the intervals."""
        return self.described.config.run.confidence_level

    @property
    def held_out(self) -> list[Row]:
        """Held-out rows, those that repeat a count among them."""
        return [row for row in self.rows if row.held is not None]

    @property
    def tested(self) -> list[Row]:
        """Held-out rows, each count once."""
        return [row for row in self.held_out if not row.figure.repeats]
