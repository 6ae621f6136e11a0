"""A world in which blocks are late, lost, damaged and killed, from one seed: for the coordinator.

`python -m tests.storm FIRST N` tries N seeds from FIRST on; `make storm N=100000` does that.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, InvalidStateError
from typing import Any

import simpy

from sim.scenarios.experiments.sweep.coordinator import Coordinator, LostError, Work

MOST_WAITS = 20_000  # no storm needs more
FATES = ("well", "lost", "damaged", "died", "late", "cancelled")


class KilledError(BaseException):
    """The coordinator's process ends here."""


class Storm:
    """One world: its clock, what may happen in it, and what was kept across kills."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a test's
        self.env = simpy.Environment()
        self.kept: dict[int, bytes] = {}
        self.seen: Counter[str] = Counter()
        self.waits = 0
        rough = self.chance.random()
        self.weights = [1.0, *(rough * self.chance.random() for _ in FATES[1:])]
        self.break_share, kill_share = (0.1 * rough * self.chance.random() for _ in range(2))
        self.kill_share = kill_share if self.chance.random() < 0.5 else 0.0
        self.block_s = 10 ** self.chance.uniform(-1, 3)
        self.blocks = self.chance.randint(1, 15)
        self.n_workers = self.chance.randint(0, 4)

    def content(self, number: int) -> bytes:
        return f"block {number}".encode()

    def work_of(self, number: int) -> Work:
        return self.content, number

    def accepts(self, number: int, content: bytes) -> bool:
        return content == self.content(number)

    def kill_now_and_then(self) -> None:
        if self.chance.random() < self.kill_share:
            self.seen["killed"] += 1
            raise KilledError

    # --- as a clock -------------------------------------------------------------------------------

    def now_s(self) -> float:
        return float(self.env.now)

    def wait(self, pending: Collection[Future[bytes]], seconds: float) -> None:
        self.waits += 1
        assert self.waits < MOST_WAITS, "the coordinator never comes to an end"
        self.kill_now_and_then()
        until = self.env.now + seconds
        while self.env.peek() <= until:
            self.env.step()
            if any(future.done() for future in pending):
                return
        self.env.run(until=until)

    # --- as a journal -----------------------------------------------------------------------------

    def put(self, number: int, content: bytes) -> None:
        self.kill_now_and_then()
        assert number not in self.kept, f"block {number} is kept twice"
        self.kept[number] = content
        self.kill_now_and_then()

    # --- as a pool --------------------------------------------------------------------------------

    def start(self) -> Executor:
        self.seen["started"] += 1
        return _Workers(self)

    def workers(self) -> int:
        return self.n_workers

    def close(self) -> None:
        pass


class _Workers(Executor):
    def __init__(self, storm: Storm) -> None:
        self.storm, self.pending, self.broken = storm, list[Future[Any]](), False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        storm = self.storm
        if not self.broken and storm.chance.random() < storm.break_share:
            self._break()
        if self.broken:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future: Future[Any] = Future()
        self.pending.append(future)
        (fate,) = storm.chance.choices(FATES, storm.weights)
        storm.seen[fate] += 1
        storm.env.process(self._done(future, fate, fn, args))
        return future

    def _break(self) -> None:
        self.broken = True
        self.storm.seen["broken"] += 1
        for future in self.pending:
            if not future.done():
                future.set_exception(BrokenExecutor())

    def _done(self, future: Future[Any], fate: str, fn: Callable[..., Any], args: Any) -> Any:
        chance = self.storm.chance
        yield self.storm.env.timeout(chance.expovariate(1 / self.storm.block_s))
        if fate == "lost":
            return
        if fate == "late":
            yield self.storm.env.timeout(chance.uniform(30, 3_000))
        if fate == "cancelled":
            if future.cancel():
                future.set_running_or_notify_cancel()
            return
        try:
            if fate == "died":
                future.set_exception(OSError("connection to the worker was lost"))
            else:
                content = fn(*args)
                future.set_result(content[:-1] if fate == "damaged" else content)
        except (InvalidStateError, CancelledError):
            self.storm.seen["too late"] += 1

    def shutdown(self, *_: Any, **__: Any) -> None:
        self.broken = True


def weathered(seed: int) -> Storm:
    """A sweep brought through a storm, begun again after every kill; no block lost or twice."""
    storm = Storm(seed)
    while True:
        todo = [number for number in range(storm.blocks) if number not in storm.kept]
        coordinator = Coordinator(storm, storm, storm, storm.accepts)
        try:
            done = coordinator.run(todo, storm.work_of)
        except (KilledError, LostError):
            continue
        assert sorted(done) == todo
        assert storm.kept == {number: storm.content(number) for number in range(storm.blocks)}
        return storm


def main(first: int, n: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(first, first + n):
        try:
            seen += weathered(seed).seen
        except BaseException:
            sys.stderr.write(f"storm of seed {seed} (python -m tests.storm {seed} 1)\n")
            raise
    sys.stdout.write(f"{n:,} storms: {dict(seen)}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
