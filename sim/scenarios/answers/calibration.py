"""What `calibrate` answers: which assumptions an agency's own figures move, and how far."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import polars as pl

from sim.config import Config, StaffingPlan
from sim.config.models import Conditioned
from sim.model.measures.dictionary import MEASURES
from sim.scenarios.answers.held_out import HeldOut
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.rows import lines
from sim.scenarios.checking import TwinCheck
from sim.scenarios.request import Request
from sim.shown import Shown

MOST_TOLD = 5
OUTCOMES = "outcomes."  # how keys of outcomes begin
Standing = Literal["conditioned", "extrapolated", "conflict"]


class Figure(NamedTuple):
    """An observed figure in the unit of its measure, and its standard error.

    A figure held out is predicted sharply if the interval is at most `tolerance_share` of it wide.
    """

    name: str
    label: str
    unit: str
    value: float
    se: float
    tolerance_share: float | None = None


class Predicted(NamedTuple):
    """What the draws say of a figure before and after conditioning: median and 95% of one year.

    `observed` and `se` are None of a measure of which nothing was observed, `after` if the figures
    are in conflict, and `held_out` if it is not to be checked.
    """

    name: str
    label: str
    unit: str
    observed: float | None
    se: float | None
    before: Interval
    after: Interval | None
    held_out: HeldOut | None = None

    @property
    def is_missed(self) -> bool:
        """Whether what was observed lies outside of what is predicted after conditioning."""
        if self.observed is None or self.after is None:
            return False
        low, high = self.after.low, self.after.high
        return low is not None and high is not None and not low <= self.observed <= high


class Moved(NamedTuple):
    """An uncertain figure before and after conditioning: median and 95% interval.

    `low` and `high` are its stated range. `shift_sd` is how far its middle moved, in standard
    deviations of what it was before on the scale on which that is normal, and `narrows_share` by
    how much its spread shrank there. It `moved` if one of them is more than chance makes.
    """

    name: str
    label: str
    source: str
    low: float
    high: float
    before: Interval
    after: Interval
    shift_sd: float
    narrows_share: float
    moved: bool


class Giving(NamedTuple):
    """An assumption that would have to go beyond an end of its range for figures to be met.

    `wider` are the overrides that widen the range there: empty if it has none of its own to widen,
    since it was fitted, and None if nothing beyond that end is possible.
    """

    name: str
    label: str
    side: Literal["below", "above"]
    end: float
    wider: Sequence[str] | None = ()


class Conflict(NamedTuple):
    """A figure that no draw comes near, alone or beside the others (`together`).

    `closest` is the nearest that a draw comes, `distance_se` how many standard errors off. Some
    assumptions are `pressed` if the figures could be met only with them at an end of their range.
    """

    figure: Figure
    closest: float
    distance_se: float
    together: bool
    giving: list[Giving]
    pressed: bool = False


@dataclass(frozen=True, repr=False, eq=False)
class Calibration(Shown):
    """The whole answer of `calibrate`; printed it is a few lines.

    `near` counts the draws that come within two standard errors of every figure by themselves, and
    `effective` how many independent draws the conditioned ones are worth. `conditioned` are these,
    None if there is a conflict.

    Examples
    --------
    >>> import sim
    >>> sim.calibrate(4, observed="observed.yaml").effective  # doctest: +SKIP
    312.0
    """

    request: Request
    config: Config
    plan: StaffingPlan
    source: str
    period: str
    figures: list[Predicted]
    held_out: list[Predicted]
    others: list[Predicted]
    assumptions: list[Moved]
    conflicts: list[Conflict]
    unknowns: int
    draws: int
    near: int
    effective: float
    window_days: int
    conditioned: Conditioned | None
    check: TwinCheck | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def standing(self) -> Standing:
        """What the draws are worth: conditioned, extrapolated beyond all draws, or in conflict."""
        if self.conflicts:
            return "conflict"
        return "conditioned" if self.near else "extrapolated"

    @property
    def outcomes_moved_by_others(self) -> list[Moved]:
        """Outcome shares that moved though no observed figure is one of outcomes."""
        if any(_is_outcome(x.name) for x in self.figures):
            return []
        return [x for x in self.moved if x.name.startswith(OUTCOMES)]

    @property
    def calls_per_year(self) -> tuple[float, float]:
        """Calls a year as they were stated, and in the middle of the draws."""
        demand, draws = self.config.demand, self.conditioned
        stated = {
            "demand.calls_per_year": float(demand.calls_per_year),
            "demand.growth_factor": float(demand.growth_factor),
        }
        pairs = [] if draws is None else zip(draws.keys, draws.central, strict=True)
        middle = {path: ends[1] for paths, ends in pairs for path in paths if path in stated}
        return math.prod(stated.values()), math.prod((stated | middle).values())

    @property
    def moved(self) -> list[Moved]:
        """Assumptions that moved, the most informed first."""
        return [x for x in self.assumptions if x.moved]

    def to_frame(self) -> pl.DataFrame:
        """Return a row an assumption, the one that the figures say most about first."""
        return pl.DataFrame([_row(x) for x in self.assumptions])

    def _deciding(self) -> pl.DataFrame:
        return self.to_frame().select("label", "before_median", "after_median", "narrows_share")

    def __repr__(self) -> str:
        told = "\n".join(
            f"  {x.name}: {x.before.mean:.3g} to {x.after.mean:.3g}" for x in self.moved[:MOST_TOLD]
        )
        head = f"Calibration on {len(self.figures)} figures: {len(self.moved)} assumptions moved"
        return lines(head, []) + f"\n{told}"


def _is_outcome(figure: str) -> bool:
    """Whether a figure counts what became of people; what is no measure is a product of some."""
    if figure not in MEASURES:
        return figure.startswith("hold")
    return MEASURES[figure].group == "What became of contacts"


def _row(moved: Moved) -> dict[str, object]:
    """Assumption as plain columns."""
    row: dict[str, object] = {}
    for name, value in moved._asdict().items():
        if isinstance(value, Interval):
            ends = {f"{name}_low": value.low, f"{name}_high": value.high}
            row |= {f"{name}_median": value.mean, **ends}
        else:
            row[name] = value
    return row
