"""What `curve` answers: measures against the number of posts, and what one more of them buys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import polars as pl

from sim.config import Config, StaffingPlan
from sim.model.measures.dictionary import MEASURES
from sim.model.money.alternatives import SameMoney, same_money
from sim.scenarios.answers.economics import Ratio
from sim.scenarios.answers.intervals import DifferenceInterval, Interval, Spread
from sim.scenarios.answers.rails import Rail
from sim.scenarios.answers.rows import Row, Tabled, frame, lines, measured
from sim.scenarios.checking import TwinCheck
from sim.scenarios.request import Request

TOLD = "reach_share"


@dataclass(frozen=True)
class Point:
    """One plan of the curve; intervals and spreads hold for all points at once."""

    posts: int
    plan: StaffingPlan
    measures: dict[str, Interval] = field(repr=False)
    spread: dict[str, Spread] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Step:
    """What each post more changes from one point to the next, paired on the same calls.

    `per_call` is dollars for each more call reached; None where not both were asked for.
    """

    posts: int
    versus: int
    measures: dict[str, DifferenceInterval] = field(repr=False)
    spread: dict[str, Spread] = field(default_factory=dict, repr=False)
    per_call: Ratio | None = None


class FirstMet(NamedTuple):
    """Where a target is first met, and at all larger counts; None where it is not.

    `at_central` is where the simulation at central values confirms it; `in_draws` where it is met
    in the asked share of the draws of the assumptions, and `draws_share` in how many it is met at
    each count. Both are None without draws.
    """

    measure: str
    sense: Literal[">=", "<="]
    value: float
    at_central: int | None
    in_draws: int | None
    draws_share: list[float] | None


class Knee(NamedTuple):
    """Count from which one more buys less than the mean of the range, and its range over draws."""

    measure: str
    posts: int
    low: int | None
    high: int | None


class Formulas(NamedTuple):
    """What textbook formulas say in place of a simulation.

    `erlang_a` and `time_varying` are shares reached by each plan. `square_root` and `crisis_now`
    are numbers of teams.
    """

    erlang_a: list[float]
    time_varying: list[float]
    square_root: float
    crisis_now: float


@dataclass(frozen=True, repr=False, eq=False)
class Curve(Tabled):
    """The whole answer of `curve`; printed it is a few lines.

    `counted` says what is counted: posts held around the clock, or posts of a line of a plan.
    `formulas` is None where the reached share was not asked for, or no call was served.

    Examples
    --------
    >>> import sim
    >>> curve = sim.curve("1..3", overrides=["run=smoke"], replications=2, draws=0)
    >>> [point.posts for point in curve.points]
    [1, 2, 3]
    """

    request: Request
    config: Config
    window_days: int
    replications: int
    draws: int
    counted: str
    requests_per_year: float
    points: list[Point]
    steps: list[Step]
    targets: list[FirstMet]
    knee: Knee | None
    formulas: Formulas | None
    check: TwinCheck | None
    warnings: list[Rail] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Measures that were asked for, in their order."""
        return list(self.points[0].measures)

    @property
    def same_money(self) -> SameMoney | None:
        """What else the last post would buy; None if its cost was not asked for."""
        cost = self.steps[-1].measures.get("cost_per_year")
        return same_money(None if cost is None else cost.mean, self.config)

    def to_frame(self) -> pl.DataFrame:
        """Return a row a point and measure, and a row a step and measure.

        Columns are `plan` and `versus` (counts; null of a point itself), `measure`, `unit`,
        `mean`, and the range `low` to `high` with the `interval` that it is. A step is divided by
        the posts that it adds.
        """
        return frame(self._rows())

    def _rows(self) -> list[Row]:
        sides: list[tuple[str, str | None, Point | Step]] = [
            *((str(point.posts), None, point) for point in self.points),
            *((str(step.posts), str(step.versus), step) for step in self.steps),
        ]
        return [
            measured(count, versus, name, MEASURES[name].unit, interval, side.spread.get(name))
            for count, versus, side in sides
            for name, interval in side.measures.items()
        ]

    def _told(self) -> list[Row]:
        told = TOLD if TOLD in self.names else self.names[0]
        return [row for row in self._rows() if row.measure == told]

    def __repr__(self) -> str:
        ends = f"{self.points[0].posts} to {self.points[-1].posts}"
        head = f"Curve of {ends} {self.counted}: {self.replications} replications"
        return lines(head, self._told())
