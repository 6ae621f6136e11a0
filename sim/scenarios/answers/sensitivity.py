"""What `sensitivity` answers: which uncertain figure makes the answer uncertain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import polars as pl

from sim.arrays import Floats
from sim.config import Config, StaffingPlan
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.rails import Rail
from sim.scenarios.answers.rows import lines
from sim.scenarios.checking import TwinCheck
from sim.scenarios.request import Request
from sim.shown import Shown

MOST_TOLD = 5
RESAMPLES = 400  # of which an interval is made
SMALL = 0.01  # total index of a figure that makes nothing


class Question(NamedTuple):
    """What is asked of an answer: whether a measure is at least or at most a value.

    It is that of a plan, or of the difference of the plan to `versus`.
    """

    measure: str
    sense: Literal[">=", "<="]
    value: float
    plan: str
    versus: str | None

    def is_met(self, answer: float) -> bool:
        """Whether an answer meets it."""
        return answer >= self.value if self.sense == ">=" else answer <= self.value


class Driver(NamedTuple):
    """One uncertain figure, and what it does to the answer.

    `low`, `value` and `high` are its ends and its central value, `at_low` and `at_high` the answers
    there with all else central, and `flips_at` where the decision changes between them, if it does.
    `first` and `total` are Sobol indices; `narrows_share` is by how much the range of the answer
    would narrow if this figure were known, and `changes_decision_share` how likely the decision
    would be another.
    """

    name: str
    label: str
    source: str
    low: float
    value: float
    high: float
    at_low: float | None
    at_high: float | None
    flips_at: float | None
    first: Interval
    total: Interval
    narrows_share: Interval
    changes_decision_share: float

    @property
    def moves(self) -> bool:
        """Whether it makes a part of the variance that is worth telling."""
        return (self.total.mean or 0.0) >= SMALL

    @property
    def flips(self) -> bool:
        """Whether it changes the decision by itself, which makes it the one to measure first."""
        return self.moves and self.flips_at is not None

    @property
    def moves_nothing(self) -> bool:
        """Whether the answer is the same at both ends, all else central.

        What such a figure makes of the variance, it makes in another form alone, such as another
        law of travel.
        """
        return self.at_low is not None and self.at_low == self.at_high

    @property
    def is_chance(self) -> bool:
        """Whether its first-order index is above its total, which only few points can make."""
        return self.moves and (self.first.mean or 0.0) > (self.total.mean or 0.0)


@dataclass(frozen=True, repr=False, eq=False)
class Sensitivity(Shown):
    """The whole answer of `sensitivity`; printed it is a few lines.

    `range` is that of the answer over the draws of all uncertain figures, `met_share` the share of
    them in which the question is met, and `chance_share` the part of the variance of single years
    that is pure chance. `captured_share` is the variance of the answers at the points, where the
    drivers alone vary, as a part of that of the draws, where all uncertain figures do, with its
    interval. Those that flip the decision come first of the `drivers`, then by total index;
    intervals are at `confidence`. `values` are the figures of the drivers at the points tried,
    shape (points, drivers), and `answers` what came of them, shape (points,).

    Examples
    --------
    >>> import sim
    >>> asked = dict(points=8, drivers=2, draws=8, overrides=["run=smoke"])
    >>> answer = sim.sensitivity(3, **asked)
    >>> len(answer.drivers)
    2
    """

    request: Request
    config: Config
    plans: list[StaffingPlan]
    question: Question
    central: float
    range: Interval
    met_share: float
    chance_share: float
    captured_share: Interval
    confidence: float
    drivers: list[Driver]
    unknowns: int
    points: int
    replications: int
    draws: int
    window_days: int
    values: Floats
    answers: Floats
    check: TwinCheck | None = None
    warnings: list[Rail] = field(default_factory=list)

    def to_frame(self) -> pl.DataFrame:
        """Return a row a driver: those that flip the decision, then by their total index."""
        return pl.DataFrame([_row(driver) for driver in self.drivers])

    def _deciding(self) -> pl.DataFrame:
        return self.to_frame().select("label", "total", "narrows_share", "flips_at")

    def __repr__(self) -> str:
        told = "\n".join(
            f"  {x.name}: total index {x.total.mean:.2f}, first {x.first.mean:.2f}"
            for x in self.drivers[:MOST_TOLD]
        )
        head = f"Sensitivity of {self.question.measure}: {self.unknowns} uncertain figures"
        return lines(head, []) + f"\n{told}"


def _row(driver: Driver) -> dict[str, object]:
    """Driver as plain columns."""
    row: dict[str, object] = {}
    for name, value in driver._asdict().items():
        if isinstance(value, Interval):
            row |= {name: value.mean, f"{name}_low": value.low, f"{name}_high": value.high}
        else:
            row[name] = value
    return row
