"""Replications over all cores: each samples its calls once and serves every plan with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from sim.arrays import Array, Floats, Ints
from sim.model.measures.cells import (
    HourTable,
    PostTable,
    Shifts,
    ZoneTable,
    by_hour_of_week,
    by_shift,
    by_zone,
    shifts,
)
from sim.model.measures.measure import MEASURES, expected, measure, paired_times, response_histogram
from sim.model.money.costs import priced
from sim.model.simulation import Engine, simulate
from sim.model.world import World
from sim.scenarios.parallel import each
from sim.scenarios.request import Progress
from sim.scenarios.scenario import Arm, Scenario
from sim.schema import Calls, Ledger

Table = HourTable | ZoneTable | PostTable
NAMES = tuple(MEASURES)


class ArmSample(NamedTuple):
    """What one plan measured: `values` has shape (replications, measures).

    Each column of `hours` has shape (replications, 168), of `zones` (replications, zones) and of
    `posts` (replications, shifts), by the plan's `shifts`; `histogram` counts response times by
    minute over all replications.
    """

    values: Floats
    hours: HourTable
    zones: ZoneTable
    posts: PostTable
    shifts: Shifts
    histogram: Ints

    @property
    def tables(self) -> tuple[HourTable, ZoneTable, PostTable]:
        """Tables with a row a replication."""
        return self.hours, self.zones, self.posts


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
    """What every replication is made of; `pairs` are (plan, base) by place in `arms`."""

    scenario: Scenario
    arms: tuple[Arm, ...]
    pairs: tuple[tuple[int, int], ...]
    engine: Engine


class _Run(NamedTuple):
    """One replication of one arm."""

    world: World
    ledger: Ledger
    values: Floats


def run_one(job: Job, replication: int) -> Sample:
    """All arms and pairs of one replication, on the same calls."""
    runs, pairs = _runs(job, replication)
    samples = [_arm_sample(arm, run) for arm, run in zip(job.arms, runs, strict=True)]
    return Sample(samples, pairs)


def measure_one(job: Job, replication: int) -> Measured:
    """Measures alone of all arms and pairs of one replication, on the same calls."""
    runs, pairs = _runs(job, replication)
    counted = np.array([run.values for run in runs])
    differences = np.array([pair.differences[0] for pair in pairs]).reshape(-1, len(NAMES))
    both = zip(job.arms, runs, strict=True)
    more = np.array([_expected(job, arm, run) for arm, run in both]) - counted
    more[np.isnan(more)] = 0.0  # what does not exist is expected no more than counted
    of_pairs = np.array([more[plan] - more[base] for plan, base in job.pairs])
    return Measured(
        counted + more, differences + of_pairs.reshape(-1, len(NAMES)), counted, differences
    )


def _expected(job: Job, arm: Arm, run: _Run) -> Floats:
    """Measures of a run with its diversions, and what they save, as expected of those reached."""
    tables = job.scenario.tables
    measures = dict(zip(NAMES, run.values.tolist(), strict=True))
    shares = tables.shares.patrol, tables.shares_by_kind
    measures |= expected(run.world, run.ledger, arm.settings, *shares)
    measures |= priced(measures, arm.plan, job.scenario.config.costs)
    return np.array([measures[name] for name in NAMES])


def _runs(job: Job, replication: int) -> tuple[list[_Run], list[PairSample]]:
    calls = job.scenario.calls(replication)
    runs = [_run_arm(job, arm, calls, replication) for arm in job.arms]
    return runs, [_pair_sample(runs[plan], runs[base]) for plan, base in job.pairs]


def _run_arm(job: Job, arm: Arm, calls: Calls, replication: int) -> _Run:
    world = job.scenario.world(arm, calls, replication)
    ledger = simulate(world, job.engine)
    measures = measure(world, ledger, arm.settings)
    measures |= priced(measures, arm.plan, job.scenario.config.costs)
    return _Run(world, ledger, np.array([measures[name] for name in NAMES]))


def _arm_sample(arm: Arm, run: _Run) -> ArmSample:
    world, ledger, of_plan = run.world, run.ledger, shifts(arm.plan)
    return ArmSample(
        run.values[None, :],
        HourTable(*_one_row(by_hour_of_week(world, ledger))),
        ZoneTable(*_one_row(by_zone(world, ledger))),
        PostTable(*_one_row(by_shift(world, ledger, of_plan))),
        of_plan,
        response_histogram(world, ledger),
    )


def _one_row(table: Table) -> list[Array]:
    return [column[None, :] for column in table]


def _pair_sample(plan: _Run, base: _Run) -> PairSample:
    times = paired_times(plan.world, plan.ledger, base.world, base.ledger)
    of_plan, of_base = (_replaced(*x) for x in ((plan.values, times.a), (base.values, times.b)))
    return PairSample((of_plan - of_base)[None, :], of_base[None, :])


def _replaced(values: Floats, times: dict[str, float]) -> Floats:
    out = values.copy()
    out[[NAMES.index(name) for name in times]] = list(times.values())
    return out


def joined(samples: Sequence[Sample]) -> Sample:
    """One sample of several, in their order; histograms are counts, and are added up."""
    of_arms = zip(*(sample.arms for sample in samples), strict=True)
    of_pairs = zip(*(sample.pairs for sample in samples), strict=True)
    pairs = [PairSample(*map(np.concatenate, zip(*p, strict=True))) for p in of_pairs]
    return Sample([_joined_arm(arms) for arms in of_arms], pairs)


def _joined_arm(arms: tuple[ArmSample, ...]) -> ArmSample:
    of_tables = zip(*(arm.tables for arm in arms), strict=True)
    hours, zones, posts = (
        [np.concatenate(column) for column in zip(*tables, strict=True)] for tables in of_tables
    )
    return ArmSample(
        np.concatenate([arm.values for arm in arms]),
        HourTable(*hours),
        ZoneTable(*zones),
        PostTable(*posts),
        arms[0].shifts,
        np.sum([arm.histogram for arm in arms], axis=0),
    )


def replicate(
    job: Job, replications: Sequence[int], cores: int | None, progress: Progress
) -> Sample:
    """Sample of the given replications, in the order given, on so many cores (all if None).

    The answer is the same for any number of them.
    """
    store = _Store(len(replications))

    def put(at: int, sample: Sample) -> None:
        store.put(at, sample)
        progress(store.filled, len(replications))

    each(partial(run_one, job), replications, job.engine, cores, put)
    return store.sample()


class _Room:
    """Rows of one arm, filled as they come; counts are kept in the least type that holds them."""

    def __init__(self, n: int, arm: ArmSample) -> None:
        self.values = np.empty((n, arm.values.shape[1]))
        self.tables: list[list[Array]] = [
            [np.empty((n, column.shape[1]), np.uint8) for column in table] for table in arm.tables
        ]
        self.shifts, self.histogram = arm.shifts, np.zeros_like(arm.histogram)

    def put(self, at: int, arm: ArmSample) -> None:
        """Put one replication in its row."""
        self.values[at] = arm.values
        np.add(self.histogram, arm.histogram, out=self.histogram)
        for room, table in zip(self.tables, arm.tables, strict=True):
            room[:] = [_with_row(*x, at) for x in zip(room, table, strict=True)]

    def sample(self) -> ArmSample:
        """Return all rows."""
        hours, zones, posts = self.tables
        return ArmSample(
            self.values,
            HourTable(*hours),
            ZoneTable(*zones),
            PostTable(*posts),
            self.shifts,
            self.histogram,
        )


class _Store:
    """Samples put in their rows as they come, so that nothing is held twice."""

    def __init__(self, n: int) -> None:
        self.n, self.filled = n, 0
        self.arms: list[_Room] = []
        self.pairs: list[tuple[Floats, Floats]] = []

    def put(self, at: int, sample: Sample) -> None:
        """Put one replication in its row."""
        if self.filled == 0:
            self._make_room(sample)
        for room, arm in zip(self.arms, sample.arms, strict=True):
            room.put(at, arm)
        for both, pair in zip(self.pairs, sample.pairs, strict=True):
            both[0][at], both[1][at] = pair
        self.filled += 1

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
    """Put a row of counts into a table, which grows a wider type if it has to."""
    greatest = row.max(initial=0)
    if greatest > np.iinfo(table.dtype).max:
        table = table.astype(np.promote_types(np.min_scalar_type(greatest), table.dtype))
    table[at] = row
    return table
