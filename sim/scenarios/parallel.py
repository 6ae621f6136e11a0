"""Numbered tasks over all cores, such as replications, put in their places as they are done."""

from __future__ import annotations

import multiprocessing
import os
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
from itertools import islice
from typing import Any, TypeVar

from sim import interrupts
from sim.model.simulation import Engine

AHEAD = 4  # tasks handed out for each core

Result = TypeVar("Result")
_TASK: list[Callable[[int], Any]] = []  # that of a worker process, set once when it starts


def each(
    task: Callable[[int], Result],
    numbers: Sequence[int],
    engine: Engine,
    cores: int | None,
    put: Callable[[int, Result], None],
) -> None:
    """Do a task for each number, on so many cores (all if None); `put` gets place and result.

    Compiled code runs outside the interpreter's lock, so its tasks are threads; those of SimPy are
    processes. Results come in any order, and are put in the thread that asked.
    """
    if not numbers:
        return
    cores = min(cores or len(os.sched_getaffinity(0)), len(numbers))
    todo, done = iter(enumerate(numbers)), 0
    pending: dict[Future[Result], int] = {}
    with _pool(task, engine, cores) as submit:
        while done < len(numbers):
            with interrupts.held():
                for at, number in islice(todo, AHEAD * cores - len(pending)):
                    pending[submit(number)] = at
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                put(pending.pop(future), future.result())
                done += 1


@contextmanager
def _pool(
    task: Callable[[int], Result], engine: Engine, cores: int
) -> Iterator[Callable[[int], Future[Result]]]:
    """Pool of threads or processes, as the way to submit the task of one number to it."""
    pool: Executor
    if engine == "compiled" or cores == 1:
        pool, run = ThreadPoolExecutor(cores), task
    else:
        context = multiprocessing.get_context("spawn")  # fork is unsafe beside threads
        pool, run = ProcessPoolExecutor(cores, context, _start_worker, (task,)), _run_in_worker
    try:
        yield lambda number: pool.submit(run, number)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _start_worker(task: Callable[[int], Any]) -> None:
    _TASK[:] = [task]
    interrupts.can_be_ended()


def _run_in_worker(number: int) -> Any:  # noqa: ANN401 - whatever the task gives
    return _TASK[0](number)
