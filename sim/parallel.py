"""Numbered tasks over all cores, such as replications, put in their places as they are done."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import sys
import threading
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
from typing import Any, Literal, TypeVar

from sim import interrupts

AHEAD = 4  # tasks handed out for each core
FORKED = 4  # tasks that are worth processes, whose start takes 10 ms each
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of malloc.h
KEPT_BYTES = 128 * 2**20  # at most, by a worker

# Fork is unsafe beside threads of Python, whose locks a child has for good. Those of NumPy, of
# Polars and of numba are idle between two calls, and no task calls Polars.
Way = Literal["thread", "fork", "spawn"]

Result = TypeVar("Result")
_TASK: list[Callable[[int], Any]] = []  # that of a worker process, set once when it starts


def each(
    task: Callable[[int], Result],
    numbers: Sequence[int],
    cores: int | None,
    put: Callable[[int, Result], None],
    *,
    slow: bool = False,
) -> None:
    """Do a task for each number, on so many cores (all if None); `put` gets place and result.

    Tasks run in forked processes if nothing forbids a fork, as most of each is Python under the
    interpreter's lock. Else they are threads, and slow ones processes that start anew, each given
    the task once. Results come in any order, and are put in the thread that asked.
    """
    if not numbers:
        return
    cores = min(cores or len(os.sched_getaffinity(0)), len(numbers))
    todo, done = iter(enumerate(numbers)), 0
    pending: dict[Future[Result], int] = {}
    with _pool(task, _way(cores, len(numbers), slow=slow), cores) as submit:
        while done < len(numbers):
            with interrupts.held():
                for at, number in islice(todo, AHEAD * cores - len(pending)):
                    pending[submit(number)] = at
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                put(pending.pop(future), future.result())
                done += 1


def may_fork() -> bool:
    """Whether nothing forbids a fork now."""
    return sys.platform == "linux" and threading.active_count() == 1


def _way(cores: int, tasks: int, *, slow: bool) -> Way:
    """How tasks are done beside one another."""
    if cores == 1:
        return "thread"
    if may_fork() and (slow or tasks >= FORKED):
        return "fork"
    return "spawn" if slow else "thread"


@contextmanager
def _pool(
    task: Callable[[int], Result], way: Way, cores: int
) -> Iterator[Callable[[int], Future[Result]]]:
    """Pool of threads or processes, as the way to submit the task of one number to it."""
    pool: Executor
    if way == "thread":
        pool, run = ThreadPoolExecutor(cores), task
    else:
        context, start = multiprocessing.get_context(way), _STARTS[way]
        pool, run = ProcessPoolExecutor(cores, context, start, (task,)), _run_in_worker
    try:
        yield lambda number: pool.submit(run, number)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _start_worker(task: Callable[[int], Any]) -> None:
    _TASK[:] = [task]
    interrupts.start_worker()


def _start_forked(task: Callable[[int], Any]) -> None:
    """Let a worker keep what it frees, if the system can.

    To ask the system anew for the memory of each array takes a fifteenth of the time.
    """
    _start_worker(task)
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # of glibc
        libc.mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
        libc.mallopt(M_MMAP_THRESHOLD, KEPT_BYTES // 4)


_STARTS = {"fork": _start_forked, "spawn": _start_worker}


def _run_in_worker(number: int) -> Any:  # noqa: ANN401 - whatever the task gives
    return _TASK[0](number)
