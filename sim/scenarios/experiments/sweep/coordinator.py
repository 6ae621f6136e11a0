"""Hands blocks out to any executor, and keeps what comes back, once and whatever happens to it.

It asks the clock for time, the pool for executors and the journal for what is done, and nothing
else of the world, so that tests can put it into a world of their own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from concurrent import futures
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import NamedTuple, Protocol

from sim import interrupts
from sim.config import InputError
from sim.scenarios.request import Progress, silent

MOST_FAILURES = 12  # of one block, whose worker died or was lost
PATIENCE = 20.0  # times the longest block so far, until one is handed out again
LEAST_PATIENCE_S = 60.0
LOOK_S = 1.0  # at least, between two looks at what is overdue
AHEAD = 3  # blocks handed out for each worker

Work = tuple[Callable[..., bytes], *tuple[object, ...]]  # a function and its arguments


class LostError(Exception):
    """Workers were lost again and again; what was done is kept."""


class Clock(Protocol):
    """Time, and waiting for futures in it."""

    def now_s(self) -> float:
        """Seconds from some moment."""

    def wait(self, pending: Collection[Future[bytes]], seconds: float) -> None:
        """Return when some of the futures are done, or the seconds are over."""


class Keeper(Protocol):
    """Where contents of blocks are kept."""

    def put(self, number: int, content: bytes) -> None:
        """Keep the content of a block."""


class Pool(Protocol):
    """Workers, which may be lost and found again."""

    def start(self) -> Executor:
        """Return an executor, a new one if the one before was lost."""

    def workers(self) -> int:
        """How many blocks can be done at once."""

    def close(self) -> None:
        """Leave the workers."""


class RealClock:
    """The clock of this machine."""

    def now_s(self) -> float:
        """Seconds since the machine started."""
        return time.monotonic()

    def wait(self, pending: Collection[Future[bytes]], seconds: float) -> None:
        """Return when some of the futures are done, or the seconds are over."""
        futures.wait(pending, seconds, futures.FIRST_COMPLETED)


class Handed(NamedTuple):
    """A block that was handed out, and when."""

    number: int
    at_s: float


class Coordinator:
    """Does the blocks of a sweep that are not done.

    Parameters
    ----------
    pool, clock, journal
        Who does them, when, and where they are kept.
    accepts
        Whether the content of a block is whole; one that is not is done again.
    progress
        Called with (blocks done, of how many) for each block.
    """

    def __init__(
        self,
        pool: Pool,
        clock: Clock,
        journal: Keeper,
        accepts: Callable[[int, bytes], bool] = lambda _, __: True,
        progress: Progress = silent,
    ) -> None:
        self.pool, self.clock, self.journal = pool, clock, journal
        self.accepts, self.progress = accepts, progress
        self.todo: list[int] = []  # the next one last
        self.done: dict[int, bytes] = {}
        self.out: dict[Future[bytes], Handed] = {}
        self.late: dict[Future[bytes], Handed] = {}  # handed out again, and welcome all the same
        self.failures: dict[int, int] = {}
        self.delays: dict[int, int] = {}
        self.longest_s = 0.0

    def run(self, numbers: Sequence[int], work_of: Callable[[int], Work]) -> dict[int, bytes]:
        """Do the blocks of some numbers, and return their contents.

        Raises
        ------
        LostError
            If a block has lost its worker more than a dozen times.
        InputError
            What a worker has found wrong with what it was asked.
        """
        if not numbers:
            return {}
        self.todo = list(reversed(numbers))
        executor = self.pool.start()
        try:
            while len(self.done) < len(numbers):
                broken = not self._hand_out(executor, work_of)
                if not broken:
                    self.clock.wait((*self.out, *self.late), self._until_overdue_s())
                    broken = self._take_in(len(numbers))
                self._hand_out_overdue()
                if broken:
                    self._forget(executor)
                    executor = self.pool.start()
        finally:
            self._forget(executor)
            self.pool.close()
        return self.done

    def _hand_out(self, executor: Executor, work_of: Callable[[int], Work]) -> bool:
        """Keep all workers busy; False if the executor is broken."""
        most = AHEAD * max(self.pool.workers(), 1)
        while self.todo and len(self.out) < most:
            number = self.todo.pop()
            if number in self.done:
                continue
            try:
                with interrupts.held():  # an executor may start processes here
                    function, *arguments = work_of(number)
                    future = executor.submit(function, *arguments)
            except (RuntimeError, OSError):  # of an executor that is broken or shut down
                self._failed(number)
                return False
            self.out[future] = Handed(number, self.clock.now_s())
        return True

    def _take_in(self, of: int) -> bool:
        """Keep what has come; True if the executor is broken."""
        broken = False
        for handed_out in (self.out, self.late):
            for future in [future for future in handed_out if future.done()]:
                handed = handed_out.pop(future)
                try:
                    content = future.result()
                except InputError:
                    raise
                except Exception as error:  # noqa: BLE001 - of a worker that died, whatever it is
                    broken |= isinstance(error, futures.BrokenExecutor | futures.CancelledError)
                    self._failed(handed.number)
                else:
                    self.longest_s = max(self.longest_s, self.clock.now_s() - handed.at_s)
                    self._keep(handed.number, content, of)
        return broken

    def _keep(self, number: int, content: bytes, of: int) -> None:
        """Keep a content, unless the block was done before, or this is not a whole one."""
        if number in self.done:
            return
        if not self.accepts(number, content):
            self._failed(number)
            return
        self.journal.put(number, content)
        self.done[number] = content
        self.progress(len(self.done), of)

    def _failed(self, number: int) -> None:
        if number in self.done:
            return
        self.todo.append(number)
        self.failures[number] = self.failures.get(number, 0) + 1
        if self.failures[number] > MOST_FAILURES:
            raise LostError(
                f"block {number} has lost its worker {MOST_FAILURES + 1} times (out of memory?); "
                "what was done is kept, and the same command goes on"
            )

    def _hand_out_overdue(self) -> None:
        """Hand out once more what takes far too long: its message may have been lost.

        Each time a block is given twice as long, as it may be a long one.
        """
        now_s = self.clock.now_s()
        for future, handed in list(self.out.items()):
            if now_s >= self._overdue_at_s(handed):
                self.delays[handed.number] = self.delays.get(handed.number, 0) + 1
                self.late[future] = self.out.pop(future)
                self.todo.append(handed.number)

    def _overdue_at_s(self, handed: Handed) -> float:
        patience_s = max(LEAST_PATIENCE_S, PATIENCE * self.longest_s)
        return handed.at_s + patience_s * 2.0 ** self.delays.get(handed.number, 0)

    def _until_overdue_s(self) -> float:
        first_s = min(map(self._overdue_at_s, self.out.values()), default=0.0)
        return max(LOOK_S, first_s - self.clock.now_s())

    def _forget(self, executor: Executor) -> None:
        """Leave an executor; what it still had is to be handed out again."""
        for future, handed in (*self.out.items(), *self.late.items()):
            future.cancel()
            self.todo.append(handed.number)
        self.out.clear()
        self.late.clear()
        with suppress(Exception):  # of a cluster that is gone
            executor.shutdown(wait=False)
