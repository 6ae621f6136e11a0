"""What `validate` answers: what a log showed, what the model of its first months expected of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import polars as pl

from sim.arrays import Floats
from sim.config import Config, StaffingPlan
from sim.scenarios.answers.comparison import TwinCheck
from sim.scenarios.answers.held_out import Verdict
from sim.scenarios.request import Request
from sim.shown import Shown

SHARP: Verdict = "consistent and sharp"
VAGUE: Verdict = "consistent but vague"
OUTSIDE: Verdict = "inconsistent"
NO_PLAN = "no plan was named"  # why teams were not looked at
BY_HOUR = "reached_hours"  # name of the profile of shares reached by hour of day
PATROLS = "the stamps are patrol's"


class Cell(NamedTuple):
    """One number of a profile: observed, and the mean and the ends of the band of the draws."""

    name: str
    observed: float
    mean: float
    low: float
    high: float

    @property
    def is_inside(self) -> bool:
        """Whether what was observed lies in the band; its ends are inside."""
        return self.low <= self.observed <= self.high


@dataclass(frozen=True)
class Held:
    """A profile of the log held against the 95% band of whole profiles over the draws.

    `replayed` says that the calls were the log's own, in their own seconds.
    """

    name: str
    label: str
    unit: str
    tolerance_share: float
    replayed: bool
    cells: Sequence[Cell]

    @property
    def width_share(self) -> float | None:
        """Mean width of the band over the mean of what was observed; None if that is zero."""
        observed = sum(abs(cell.observed) for cell in self.cells)
        width = sum(cell.high - cell.low for cell in self.cells)
        return width / observed if observed else None

    @property
    def verdict(self) -> Verdict:
        """Whether all of it lies in the band, and whether that says much."""
        if not all(cell.is_inside for cell in self.cells):
            return OUTSIDE
        width = self.width_share
        return SHARP if width is not None and width <= self.tolerance_share else VAGUE

    @property
    def worst(self) -> Cell:
        """The number that lies farthest from the middle of its band, in widths of it.

        Of shares reached by hour it is the one outside that misses by most calls in a hundred:
        near 0 and 100% bands are narrow, and a small miss is many widths.
        """
        outside = [cell for cell in self.cells if not cell.is_inside]
        if self.name == BY_HOUR and outside:
            return max(outside, key=lambda cell: abs(cell.observed - cell.mean))
        return max(self.cells, key=_off)

    @property
    def off(self) -> float:
        """How far that one lies from the middle of its band, in widths of it."""
        return _off(self.worst)


def _off(cell: Cell) -> float:
    width, middle = cell.high - cell.low, (cell.low + cell.high) / 2
    away = abs(cell.observed - middle)
    return away / width if width else float("inf") if away else 0.0


class Span(NamedTuple):
    """Days of a log, both included, and the calls on them that count."""

    first: date
    last: date
    calls: int


@dataclass(frozen=True, repr=False, eq=False)
class Validation(Shown):
    """A log's last months against a model that was fitted to those before.

    `held` has the profiles of simulated calls, and those of teams once more with the log's own
    calls. `another_than` is the file that the folder was fitted to, if the log is another one.
    `left_out` says which could not be looked at, and why. `response` are quantiles of
    minutes from received to on scene, observed and simulated, shape (2, n), or empty. Calls whose
    arrival is unknown, as the log has none though a team was sent, are neither reached nor not.

    Examples
    --------
    >>> import sim
    >>> answer = sim.validate("my_city", 3, calls="calls.csv")  # doctest: +SKIP
    >>> answer.valid_for  # doctest: +SKIP
    ['Number of calls', 'Calls by hour of day']
    """

    request: Request
    config: Config
    plans: list[StaffingPlan]
    log: str
    another_than: str | None
    fitted_to: Span
    held_against: Span
    held: list[Held]
    left_out: dict[str, str]
    draws: int
    confidence: float
    response: Floats
    arrival_unknown: int
    check: TwinCheck | None = field(default=None)

    def _of(self, verdict: Verdict) -> list[str]:
        judged: dict[str, list[Verdict]] = {}
        for held in self.held:
            judged.setdefault(held.label, []).append(held.verdict)
        order = (SHARP, VAGUE, OUTSIDE)
        return [label for label, some in judged.items() if max(some, key=order.index) == verdict]

    @property
    def valid_for(self) -> list[str]:
        """What agrees within the tolerance that was stated."""
        return self._of(SHARP)

    @property
    def vague_for(self) -> list[str]:
        """What agrees, but with a band so wide that this is weak evidence."""
        return self._of(VAGUE)

    @property
    def not_valid_for(self) -> list[str]:
        """What lies outside its band."""
        return self._of(OUTSIDE)

    def to_frame(self) -> pl.DataFrame:
        """Row a number: profile, cell, observed, mean and band, and the verdict on the profile."""
        rows = [
            (held.name, held.label, held.unit, held.replayed, *cell, held.verdict)
            for held in self.held
            for cell in held.cells
        ]
        columns = ("profile", "label", "unit", "replayed", *Cell._fields, "verdict")
        return pl.DataFrame(rows, schema=columns, orient="row")

    def _deciding(self) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "profile": [held.label for held in self.held],
                "verdict": [held.verdict for held in self.held],
            }
        )

    def __repr__(self) -> str:
        """Return a few lines."""
        lines = [f"  {held.label}: {held.verdict}" for held in self.held]
        return "\n".join([f"Validation of {self.log} from {self.held_against.first} on", *lines])
