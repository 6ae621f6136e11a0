"""Replications over all cores: each samples its calls once and serves every plan with them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import interrupts
from sim.model.measures import (
    MEASURES,
    HourTable,
    by_hour_of_week,
    measure,
    paired_times,
    response_histogram,
)
from sim.model.simulation import Engine, simulate
from sim.model.world import World
from sim.scenarios.scenario import Arm, Scenario
from sim.schema import Calls, Ledger

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]  # replications done, of how many
NAMES = tuple(MEASURES)
AHEAD = 4  # replications handed out for each core


class ArmSample(NamedTuple):
    """What one plan measured: `values` has shape (replications, measures).

    Each column of `hours` has shape (replications, 168); `histogram` counts response times by
    minute over all replications.
    """

    values: Floats
    hours: HourTable
    histogram: NDArray[np.int64]


class PairSample(NamedTuple):
    """A plan less its base, and the base; both have shape (replications, measures).

    Times of reached calls are those of the calls reached under both.
    """

    differences: Floats
    base: Floats


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
    calls = job.scenario.calls(replication)
    runs = [_run_arm(job, arm, calls) for arm in job.arms]
    pairs = [_pair_sample(runs[plan], runs[base]) for plan, base in job.pairs]
    return Sample([_arm_sample(run) for run in runs], pairs)


def _run_arm(job: Job, arm: Arm, calls: Calls) -> _Run:
    world = job.scenario.world(arm, calls)
    ledger = simulate(world, job.engine)
    return _Run(world, ledger, np.array(list(measure(world, ledger, arm.settings).values())))


def _arm_sample(run: _Run) -> ArmSample:
    hours = by_hour_of_week(run.world, run.ledger)
    return ArmSample(
        run.values[None, :],
        HourTable(*(column[None, :] for column in hours)),
        response_histogram(run.world, run.ledger),
    )


def _pair_sample(plan: _Run, base: _Run) -> PairSample:
    times = paired_times(plan.world, plan.ledger, base.world, base.ledger)
    of_plan, of_base = (_replaced(*x) for x in ((plan.values, times.a), (base.values, times.b)))
    return PairSample((of_plan - of_base)[None, :], of_base[None, :])


def _replaced(values: Floats, given: dict[str, float]) -> Floats:
    out = values.copy()
    out[[NAMES.index(name) for name in given]] = list(given.values())
    return out


def joined(samples: Sequence[Sample]) -> Sample:
    """One sample of several, in their order; histograms are counts, and are added up."""
    of_arms = zip(*(sample.arms for sample in samples), strict=True)
    of_pairs = zip(*(sample.pairs for sample in samples), strict=True)
    pairs = [PairSample(*map(np.concatenate, zip(*p, strict=True))) for p in of_pairs]
    return Sample([_joined_arm(arms) for arms in of_arms], pairs)


def _joined_arm(arms: tuple[ArmSample, ...]) -> ArmSample:
    hours = zip(*(arm.hours for arm in arms), strict=True)
    return ArmSample(
        np.concatenate([arm.values for arm in arms]),
        HourTable(*(np.concatenate(column) for column in hours)),
        np.sum([arm.histogram for arm in arms], axis=0),
    )


_JOB: list[Job] = []  # the job of a worker process, set once when it starts


def _start_worker(job: Job) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent alone answers to Ctrl-C
    _JOB[:] = [job]


def _run_in_worker(replication: int) -> Sample:
    return run_one(_JOB[0], replication)


def replicate(
    job: Job, replications: Sequence[int], cores: int | None, progress: Progress
) -> Sample:
    """Sample of the given replications, in the order given, on so many cores (all if None).

    Compiled code runs outside the interpreter's lock, so its replications are threads; those of
    SimPy are processes. The answer is the same for any number of either.
    """
    n = len(replications)
    cores = min(cores or len(os.sched_getaffinity(0)), n)
    store, todo = _Store(n), iter(enumerate(replications))
    pending: dict[Future[Sample], int] = {}
    with _pool(job, cores) as submit:
        while store.filled < n:
            with interrupts.held():
                for at, replication in islice(todo, AHEAD * cores - len(pending)):
                    pending[submit(replication)] = at
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                store.put(pending.pop(future), future.result())
                progress(store.filled, n)
    return store.sample()


class _Store:
    """Samples put in their rows as they come, so that nothing is held twice.

    Counts are kept in the least type that holds them: there is a table a plan and replication.
    """

    def __init__(self, n: int) -> None:
        self.n, self.filled = n, 0
        self.values: list[Floats] = []
        self.hours: list[list[NDArray[Any]]] = []
        self.histograms: list[NDArray[np.int64]] = []
        self.pairs: list[tuple[Floats, Floats]] = []

    def put(self, at: int, sample: Sample) -> None:
        """Put one replication in its row."""
        if self.filled == 0:
            self._make_room(sample)
        for values, hours, histogram, arm in zip(
            self.values, self.hours, self.histograms, sample.arms, strict=True
        ):
            values[at] = arm.values
            np.add(histogram, arm.histogram, out=histogram)
            hours[:] = [_with_row(*x, at) for x in zip(hours, arm.hours, strict=True)]
        for room, pair in zip(self.pairs, sample.pairs, strict=True):
            room[0][at], room[1][at] = pair
        self.filled += 1

    def _make_room(self, sample: Sample) -> None:
        for arm in sample.arms:
            self.values.append(np.empty((self.n, arm.values.shape[1])))
            self.hours.append([np.empty((self.n, x.shape[1]), np.uint16) for x in arm.hours])
            self.histograms.append(np.zeros_like(arm.histogram))
        for pair in sample.pairs:
            shape = (self.n, pair.base.shape[1])
            self.pairs.append((np.empty(shape), np.empty(shape)))

    def sample(self) -> Sample:
        """Return what was put, once every row is filled."""
        arms = zip(self.values, self.hours, self.histograms, strict=True)
        return Sample(
            [ArmSample(values, HourTable(*hours), counts) for values, hours, counts in arms],
            [PairSample(*pair) for pair in self.pairs],
        )


def _with_row(table: NDArray[Any], row: NDArray[np.int64], at: int) -> NDArray[Any]:
    """Put a row of counts into a table, which grows a wider type if it has to."""
    if row.max() > np.iinfo(table.dtype).max:
        table = table.astype(np.promote_types(np.min_scalar_type(row.max()), table.dtype))
    table[at] = row
    return table


@contextmanager
def _pool(job: Job, cores: int) -> Iterator[Callable[[int], Future[Sample]]]:
    """Pool of threads or processes, as the way to submit one replication to it."""
    pool: Executor
    if job.engine == "compiled" or cores == 1:
        pool = ThreadPoolExecutor(cores)
        run: Callable[[int], Sample] = partial(run_one, job)
    else:
        context = multiprocessing.get_context("spawn")  # fork is unsafe beside threads
        pool = ProcessPoolExecutor(cores, context, _start_worker, (job,))
        run = _run_in_worker
    try:
        yield lambda replication: pool.submit(run, replication)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
