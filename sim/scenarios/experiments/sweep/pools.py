"""Workers of this machine: threads for a small sweep, processes for a large one."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor

from sim import interrupts

LONG_S = 10.0  # of work for each core, for which processes are worth their start


class LocalPool:
    """Threads or processes of this machine, as many as there are cores, or fewer.

    Parameters
    ----------
    cores
        How many; all if None.
    work_s
        About how long one core would take for all.
    """

    def __init__(self, cores: int | None, work_s: float) -> None:
        self.n = cores or len(os.sched_getaffinity(0))
        self.in_processes = self.n > 1 and work_s / self.n > LONG_S

    def start(self) -> Executor:
        """Return threads, which share what is compiled, or processes, which share no lock."""
        if not self.in_processes:
            return ThreadPoolExecutor(self.n)
        context = multiprocessing.get_context("spawn")  # fork is unsafe beside threads
        return ProcessPoolExecutor(self.n, context, interrupts.start_worker)

    def workers(self) -> int:
        """How many blocks can be done at once."""
        return self.n

    def close(self) -> None:
        """Leave the workers, which end by themselves."""
