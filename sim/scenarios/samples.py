"""Samples of replications: what plans and pairs of plans measured, a row a replication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import Array, Floats, Ints
from sim.model.measures.cells import HourTable, PostTable, Shifts, TypeTable, ZoneTable
from sim.model.measures.measure import MEASURES
from sim.model.measures.start import StartTable
from sim.model.simulation import Engine
from sim.scenarios.scenario import Arm, Scenario
from sim.scenarios.store import NO_STORE, Store

Table = HourTable | ZoneTable | PostTable | TypeTable | StartTable
Tables = tuple[HourTable, ZoneTable, PostTable, TypeTable, StartTable]
NAMES = tuple(MEASURES)


class ArmSample(NamedTuple):
    """What one plan measured: `values` has shape (replications, measures).

    Each column of `hours` has shape (rows, 168), of `zones` (rows, zones), of `posts` (rows,
    shifts), by the plan's `shifts`, of `types` (rows, call types) and of `start` (rows, hours from
    the start of the run). A row is a replication, or the sum of several if there are more
    than 100: equal sums vary as replications do, so intervals of ratios hold, and memory does not
    grow. `histogram` counts response times by minute over all replications.
    """

    values: Floats
    hours: HourTable
    zones: ZoneTable
    posts: PostTable
    types: TypeTable
    start: StartTable
    shifts: Shifts
    histogram: Ints

    @property
    def tables(self) -> Tables:
        """All tables: by hour of week, by zone, by shift, by type, and of the start."""
        return self.hours, self.zones, self.posts, self.types, self.start

    @classmethod
    def of(
        cls,
        values: Floats,
        columns: Sequence[Iterable[Array]],
        shifts: Shifts,
        histogram: Ints,
    ) -> ArmSample:
        """Sample of the columns of its tables, in their order."""
        hours, zones, posts, types, start = columns
        return cls(
            values,
            HourTable(*hours),
            ZoneTable(*zones),
            PostTable(*posts),
            TypeTable(*types),
            StartTable(*start),
            shifts,
            histogram,
        )


class PairSample(NamedTuple):
    """A plan less its base, and the base; both have shape (replications, measures).

    Times of reached calls are those of the calls reached under both.
    """

    differences: Floats
    base: Floats


class Measured(NamedTuple):
    """Measures of every arm, and of every pair of arms a difference; shape (..., measures).

    Diversions, and what they save, are as expected of those reached; `arms_counted` and
    `pairs_counted` have them as they happened to be.
    """

    arms: Floats
    pairs: Floats
    arms_counted: Floats
    pairs_counted: Floats


class Sample(NamedTuple):
    """Samples of every arm, and of every pair of arms."""

    arms: list[ArmSample]
    pairs: list[PairSample]


@dataclass(frozen=True)
class Job:
    """What every replication is made of; `pairs` are (plan, base) by place in `arms`.

    `of_last` are the measures that alone are asked of the last arm, which is in no pair; all if
    there are none.
    """

    scenario: Scenario
    arms: tuple[Arm, ...]
    pairs: tuple[tuple[int, int], ...]
    engine: Engine
    store: Store = NO_STORE
    of_last: tuple[str, ...] = ()


def joined(samples: Sequence[Sample]) -> Sample:
    """One sample of several, in their order; histograms are counts, and are added up."""
    of_arms = zip(*(sample.arms for sample in samples), strict=True)
    of_pairs = zip(*(sample.pairs for sample in samples), strict=True)
    pairs = [PairSample(*map(np.concatenate, zip(*p, strict=True))) for p in of_pairs]
    return Sample([_joined_arm(arms) for arms in of_arms], pairs)


def _joined_arm(arms: tuple[ArmSample, ...]) -> ArmSample:
    of_tables = zip(*(arm.tables for arm in arms), strict=True)
    return ArmSample.of(
        np.concatenate([arm.values for arm in arms]),
        [[np.concatenate(x) for x in zip(*tables, strict=True)] for tables in of_tables],
        arms[0].shifts,
        np.sum([arm.histogram for arm in arms], axis=0),
    )


MOST_ROWS = 100  # of a table: with more replications, each is a sum of several


class _Room:
    """Rows of one arm, filled as they come; counts are kept in the least type that holds them."""

    def __init__(self, n: int, arm: ArmSample) -> None:
        self.values = np.empty((n, arm.values.shape[1]))
        self.rows = min(n, MOST_ROWS)
        self.tables: list[list[Array]] = [
            [np.zeros((self.rows, column.shape[1]), np.uint8) for column in table]
            for table in arm.tables
        ]
        self.shifts, self.histogram = arm.shifts, np.zeros_like(arm.histogram)

    def put(self, at: int, arm: ArmSample) -> None:
        """Put one replication in its row."""
        self.values[at] = arm.values
        np.add(self.histogram, arm.histogram, out=self.histogram)
        for room, table in zip(self.tables, arm.tables, strict=True):
            room[:] = [_with_row(*x, at % self.rows) for x in zip(room, table, strict=True)]

    def sample(self) -> ArmSample:
        """Return all rows."""
        return ArmSample.of(self.values, self.tables, self.shifts, self.histogram)


class Rows:
    """Samples put in their rows as they come, so that nothing is held twice."""

    def __init__(self, n: int) -> None:
        self.n, self.places = n, set[int]()
        self.arms: list[_Room] = []
        self.pairs: list[tuple[Floats, Floats]] = []

    def put(self, at: int, sample: Sample) -> None:
        """Put one replication in its row."""
        if not self.places:
            self._make_room(sample)
        for room, arm in zip(self.arms, sample.arms, strict=True):
            room.put(at, arm)
        for both, pair in zip(self.pairs, sample.pairs, strict=True):
            both[0][at], both[1][at] = pair
        self.places.add(at)

    def _make_room(self, sample: Sample) -> None:
        self.arms = [_Room(self.n, arm) for arm in sample.arms]
        for pair in sample.pairs:
            shape = (self.n, pair.base.shape[1])
            self.pairs.append((np.empty(shape), np.empty(shape)))

    def sample(self) -> Sample:
        """Return what was put, once every row is filled."""
        return Sample(
            [room.sample() for room in self.arms], [PairSample(*pair) for pair in self.pairs]
        )


def _with_row(table: Array, row: Array, at: int) -> Array:
    """Add a row of counts to one of a table, which grows a wider type if it has to."""
    total = table[at].astype(np.int64) + row.reshape(-1)
    greatest = total.max(initial=0)
    if greatest > np.iinfo(table.dtype).max:
        table = table.astype(np.promote_types(np.min_scalar_type(greatest), table.dtype))
    table[at] = total
    return table
