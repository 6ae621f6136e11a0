"""What `sweep` answers: measures at every point of a design, and what each key does to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.arrays import Floats
from sim.config import Config, StaffingPlan
from sim.model.measures.dictionary import MEASURES
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.rails import Rail
from sim.scenarios.checking import TwinCheck
from sim.scenarios.request import Request
from sim.shown import Shown

WHOLE, DECIMAL = re.compile(r"-?\d{1,18}"), re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
RECORD, BLOCKS = "shard.json", "blocks.parquet"  # files of a shard
FLAGS = {"true": True, "false": False}
HEADLINE = "reach_share"


class SweepPoint(NamedTuple):
    """A point: the value of each key that varies, as it is written, and its plan.

    `fault` is what is wrong with it in one line, and else empty.
    """

    number: int
    values: tuple[str, ...]
    plan: str
    fault: str


class Effect(NamedTuple):
    """Mean of a measure over the points at some values of a key, all other keys as they vary."""

    key: str
    values: str
    points: int
    measure: str
    mean: Interval


class Extreme(NamedTuple):
    """The points at which the mean of a measure is lowest and highest; None if there is none."""

    measure: str
    lowest: int
    low: Interval
    highest: int
    high: Interval


@dataclass(frozen=True, repr=False, eq=False)
class Sweep(Shown):
    """The whole answer of `sweep`; printed it is a few lines.

    `values` has shape (points, replications, measures), `means`, `lows` and `highs` (points,
    measures); nan where a measure does not exist, or a point has a fault. `lows` to `highs` are
    Student t intervals of chance alone. `is_mixed` where the keys of a file (or of a grid of which
    points were left out) are not balanced: then no key has an effect of its own in `effects`.
    `identity` tells it from any other sweep.

    Examples
    --------
    >>> import sim
    >>> sweep = sim.sweep("1..3", overrides=["run=smoke"], measures=["reach_share"])
    >>> sweep.to_frame().columns
    ['staffing', 'point', 'replications', 'reach_share', 'reach_share_low', 'reach_share_high']
    """

    request: Request
    config: Config
    plans: list[StaffingPlan]
    window_days: int
    design: str
    keys: tuple[str, ...]
    points: list[SweepPoint]
    names: tuple[str, ...]
    values: Floats = field(repr=False)
    means: Floats = field(repr=False)
    lows: Floats = field(repr=False)
    highs: Floats = field(repr=False)
    extremes: list[Extreme]
    effects: list[Effect]
    check: TwinCheck | None
    calls_sampled: int
    is_mixed: bool = False
    identity: str = ""
    warnings: list[Rail] = field(default_factory=list)

    @property
    def replications(self) -> int:
        """Replications of each point."""
        return int(self.values.shape[1])

    @property
    def headline(self) -> str:
        """Measure that stands for all where there is room for one."""
        return HEADLINE if HEADLINE in self.names else self.names[0]

    @property
    def faults(self) -> list[SweepPoint]:
        """Points that were left out, each with what is wrong with it."""
        return [point for point in self.points if point.fault]

    @property
    def done(self) -> list[SweepPoint]:
        """Points that were measured."""
        return [point for point in self.points if not point.fault]

    def to_frame(self) -> pl.DataFrame:
        """Return a row a point: the keys that vary, then each measure's mean, low and high.

        Columns are the keys, `point`, `replications`, and of each measure NAME, NAME_low and
        NAME_high: the mean and its interval of chance (the confidence is `run.confidence_level`).
        """
        at = [point.number for point in self.done]
        columns = [pl.Series("replications", [self.replications] * len(at))]
        for place, name in enumerate(self.names):
            for ending, ends in (("", self.means), ("_low", self.lows), ("_high", self.highs)):
                columns.append(_numbers(f"{name}{ending}", ends[at, place]))
        return self._keys(at).with_columns(columns)

    def replications_frame(self) -> pl.DataFrame:
        """Return a row a point and replication: the keys that vary, then each measure."""
        at, n = [point.number for point in self.done], self.replications
        columns = [pl.Series("replication", list(range(n)) * len(at))]
        for place, name in enumerate(self.names):
            columns.append(_numbers(name, self.values[at, :, place].ravel()))
        return self._keys(at)[np.repeat(np.arange(len(at)), n)].with_columns(columns)

    def _keys(self, at: Sequence[int]) -> pl.DataFrame:
        """Columns of the keys that vary, and of the number of the point."""
        columns: dict[str, list[object]] = {
            key: typed([self.points[x].values[place] for x in at])
            for place, key in enumerate(self.keys)
        }
        return pl.DataFrame({**columns, "point": list(at)})

    def __repr__(self) -> str:
        head = f"Sweep of {len(self.done)} points, {self.replications} replications each"
        return "\n".join([head, *map(_line, self.extremes)])


def _line(extreme: Extreme) -> str:
    unit = MEASURES[extreme.measure].unit
    return (
        f"  {extreme.measure} ({unit}): {extreme.low.mean:.4g} at point {extreme.lowest} to "
        f"{extreme.high.mean:.4g} at point {extreme.highest}"
    )


def _numbers(name: str, values: Floats) -> pl.Series:
    return pl.Series(name, values, nan_to_null=True)


def typed(texts: Sequence[str]) -> list[object]:
    """Values as whole numbers, numbers or flags where all of them are, and else as written."""
    if all(WHOLE.fullmatch(text) for text in texts):
        return [int(text) for text in texts]
    if all(DECIMAL.fullmatch(text) for text in texts):
        return [float(text) for text in texts]
    if all(text.lower() in FLAGS for text in texts):
        return [FLAGS[text.lower()] for text in texts]
    return list(texts)


@dataclass(frozen=True)
class SweepShard:
    """One of several parts of a sweep, each of a machine or job of its own.

    `contents` are what its blocks measured, by their number; `coresponder sweep merge` puts the
    folders of all shards together.
    """

    request: Request
    config: Config
    plans: list[StaffingPlan]
    shard: int
    shards: int
    blocks: int
    identity: str
    made_by: str
    contents: dict[int, bytes] = field(repr=False)
    digests: dict[int, bytes] = field(repr=False)
    replications: int
    check: TwinCheck | None
