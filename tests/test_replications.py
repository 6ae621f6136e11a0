"""Replications give the same bits on any number of cores, in any order, in either engine."""

from __future__ import annotations

import os

import numpy as np
import pytest

from sim import parallel
from sim.config import InputError, compose, staffing
from sim.model.simulation import Engine
from sim.scenarios.replications import replicate, run_one
from sim.scenarios.request import silent
from sim.scenarios.samples import Job, Sample, joined
from sim.scenarios.scenario import Scenario

SHORT = ["program=los_angeles", "run.window_days=21", "run.tail_days=2"]


def job(engine: Engine) -> Job:
    scenario = Scenario(compose(SHORT))
    arms = tuple(scenario.arm(staffing(plan)) for plan in ("9", "unit_shifts_12"))
    return Job(scenario, arms, ((0, 1),), engine)


def assert_same(one: Sample, other: Sample) -> None:
    for a, b in zip(one.arms, other.arms, strict=True):
        np.testing.assert_array_equal(a.values, b.values)
        np.testing.assert_array_equal(a.histogram, b.histogram)
        for x, y in zip(a.hours, b.hours, strict=True):
            np.testing.assert_array_equal(x, y)
    for p, q in zip(one.pairs, other.pairs, strict=True):
        np.testing.assert_array_equal(p.differences, q.differences)
        np.testing.assert_array_equal(p.base, q.base)


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_one_core_and_two_give_the_same_bits(engine: Engine) -> None:
    work = job(engine)
    one, two = (replicate(work, range(4), cores, silent) for cores in (1, 2))
    assert_same(one, two)


@pytest.mark.parametrize("may_fork", [True, False])
def test_forked_processes_and_threads_give_the_same_bits(may_fork, monkeypatch) -> None:
    work, pids = job("compiled"), dict[int, int]()
    alone = replicate(work, range(4), 1, silent)
    monkeypatch.setattr(parallel, "may_fork", lambda: may_fork)
    parallel.each(lambda _: os.getpid(), range(4), 2, pids.__setitem__)
    assert (os.getpid() not in pids.values()) == may_fork
    assert_same(alone, replicate(work, range(4), 2, silent))


def test_what_goes_wrong_in_a_forked_process_is_raised_here(monkeypatch) -> None:
    def task(number: int) -> int:
        raise InputError(f"number {number}")

    monkeypatch.setattr(parallel, "may_fork", lambda: True)
    with pytest.raises(InputError, match="number"):
        parallel.each(task, range(8), 2, {}.__setitem__)


def test_the_order_of_replications_changes_nothing_but_the_order() -> None:
    work = job("compiled")
    there, back = (replicate(work, order, 2, silent) for order in ([0, 1, 2, 3], [3, 2, 1, 0]))
    np.testing.assert_array_equal(there.arms[0].values, back.arms[0].values[::-1])
    np.testing.assert_array_equal(there.pairs[0].base, back.pairs[0].base[::-1])


def test_any_replication_can_be_run_alone_and_joined() -> None:
    work = job("compiled")
    whole = replicate(work, range(3), 2, silent)
    assert_same(whole, joined([run_one(work, replication) for replication in range(3)]))


def test_replications_differ() -> None:
    sample = replicate(job("compiled"), range(3), 1, silent)
    assert len(np.unique(sample.arms[0].values[:, 0])) > 1


def test_progress_is_told_of_every_replication() -> None:
    told: list[tuple[int, int]] = []
    replicate(job("compiled"), range(3), 2, lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_both_engines_measure_the_same() -> None:
    assert_same(run_one(job("simpy"), 5), run_one(job("compiled"), 5))


def test_tables_of_many_replications_are_kept_in_a_hundred_rows_of_sums() -> None:
    work = job("compiled")
    many, first, last = (
        replicate(work, some, 2, silent).arms[0]
        for some in (range(150), range(100), range(100, 150))
    )
    assert many.values.shape[0] == 150
    for table, of_first, of_last in zip(many.tables, first.tables, last.tables, strict=True):
        for column, one, other in zip(table, of_first, of_last, strict=True):
            whole = one.astype(np.int64)
            whole[:50] += other
            np.testing.assert_array_equal(column, whole)
