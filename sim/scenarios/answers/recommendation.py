"""What `recommend` answers: a plan, what it costs and does, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import polars as pl

from sim.config import Config, StaffingPlan
from sim.model.measures.dictionary import MEASURES
from sim.model.money.alternatives import SameMoney, same_money
from sim.scenarios.answers.intervals import DifferenceInterval, Interval, Spread
from sim.scenarios.answers.rails import Rail
from sim.scenarios.answers.rows import Row, Tabled, frame, lines, measured
from sim.scenarios.checking import TwinCheck
from sim.scenarios.request import Request


class Checked(NamedTuple):
    """A target on years that the search has not seen.

    `mean` and `bound` are of the worst hour or zone of a target by hour or zone; `bound` is the
    one-sided end of its mean, adjusted for all targets and cells.
    """

    measure: str
    sense: Literal[">=", "<="]
    value: float
    over: str
    mean: float
    bound: float
    confirmed: bool


class Tried(NamedTuple):
    """A plan that the search tried: dollars a year, its worst margin, and whether it meets all."""

    cost: float
    margin: float
    meets: bool


class Cheaper(NamedTuple):
    """The nearest cheaper plan: what it saves, and what of each target it gives up."""

    dropped: str
    saves: float
    gives_up: dict[str, float]


class Nearest(NamedTuple):
    """The plan tried that comes nearest to a target that none meets: teams, dollars, its value."""

    target: str
    teams: int
    cost: float
    value: float


class Flat(NamedTuple):
    """The fewest posts around the clock that meet the same targets; and what the plan saves.

    `measures` has the cost of these posts, and what they reach and cover, on the fresh years.
    """

    posts: int
    cost: float
    saving: DifferenceInterval
    saving_spread: Spread | None
    measures: dict[str, Interval]


class Week(NamedTuple):
    """By hour of week, 168 of each: requested calls an hour, offered load and teams on duty."""

    calls: list[float]
    load: list[float]
    teams: list[float]


@dataclass(frozen=True, repr=False, eq=False)
class Recommendation(Tabled):
    """The whole answer of `recommend`; printed it is a few lines.

    `plan` is None if no plan within the limits meets the targets; `reasons` then say which cannot
    be met and how near one comes. `proven` says whether nothing cheaper meets the targets on the
    calls of the search; `bound` is the least that it could cost. `goal` is what was made best where
    there was only so much money or people. `budget` holds the whole simulated cost on fresh years,
    overtime included, against the dollars that were allowed. `rounds` counts the searches, each
    with a stricter target than the one before; `stopped` says what ended them where not all is
    confirmed: "rounds", the most that are made, or "stricter", that no plan tried met more.
    `flat` is None where not all is confirmed: a plan that meets the targets for sure is held to
    more than one that may miss them.

    Examples
    --------
    >>> import sim
    >>> asked = dict(starts=["08:00", "20:00"], lengths=[12], fresh_years=20, draws=0)
    >>> answer = sim.recommend(targets=["reach_share >= 0.5"], overrides=["run=smoke"], **asked)
    >>> answer.plan is not None
    True
    """

    request: Request
    config: Config
    plan: StaffingPlan | None
    goal: str
    cost: Interval | None
    measures: dict[str, Interval]
    targets: list[Checked]
    reasons: list[str]
    proven: bool
    bound: float
    fresh_years: int
    evaluations: int
    flat: Flat | None
    cheaper: Cheaper | None
    frontier: list[Tried]
    week: Week
    people: dict[str, float]
    window_days: int
    budget: Checked | None = None
    limited: bool = False
    rounds: int = 0
    stopped: Literal["", "rounds", "stricter"] = ""
    nearest: list[Nearest] = field(default_factory=list)
    check: TwinCheck | None = None
    warnings: list[Rail] = field(default_factory=list)

    @property
    def confirmed(self) -> bool:
        """Whether every target, and the budget, was confirmed on fresh years."""
        return self.plan is not None and not self.unconfirmed

    @property
    def unconfirmed(self) -> list[Checked]:
        """The targets, and the budget, that fresh years did not confirm."""
        held = [*self.targets, *([] if self.budget is None else [self.budget])]
        return [x for x in held if not x.confirmed]

    @property
    def same_money(self) -> SameMoney | None:
        """What else the cost of the plan would buy; None without a plan."""
        return same_money(None if self.cost is None else self.cost.mean, self.config)

    def to_frame(self) -> pl.DataFrame:
        """Return a row a measure of the recommended plan; columns as of a comparison."""
        return frame(self._rows())

    def _rows(self) -> list[Row]:
        return [
            measured("recommended", None, name, MEASURES[name].unit, interval)
            for name, interval in self.measures.items()
        ]

    def __repr__(self) -> str:
        if self.plan is None:
            return "\n".join(["No plan found", *self.reasons])
        posts = ", ".join(f"{line.count} {line.name}" for line in self.plan.lines)
        return lines(f"Recommended: {posts}", self._rows())
