"""Times of several sides, taken in turn so that a busy machine slows them alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from typing import NamedTuple

Side = Callable[[], float]  # does its work once and returns the seconds it took


class Times(NamedTuple):
    """Seconds of every round of every side."""

    seconds: dict[str, list[float]]

    def median_s(self, side: str) -> float:
        """Median seconds of a side."""
        return median(self.seconds[side])

    def ratio(self, side: str, base: str) -> float:
        """Median time of one side as a multiple of the other's."""
        return self.median_s(side) / self.median_s(base)

    def text(self, *sides: str) -> str:
        """Medians of some sides (all of them if none is named), in words."""
        named = sides or tuple(self.seconds)
        return ", ".join(f"{side} {duration(self.median_s(side))}" for side in named)


def timed(function: Callable[[], object]) -> Side:
    """Side that times a function."""
    return timed_fresh(tuple, function)


def timed_fresh(prepare: Callable[[], tuple[object, ...]], function: Callable[..., object]) -> Side:
    """Side that times a function on arguments made anew, whose making is not counted."""

    def side() -> float:
        arguments = prepare()
        gc.collect()  # garbage of the runs before is not counted against this one
        start = time.perf_counter()
        function(*arguments)
        return time.perf_counter() - start

    return side


def in_turn(
    sides: Mapping[str, Side],
    rounds: int,
    *,
    repeats: Mapping[str, int] | None = None,
    warm_up: bool = True,
) -> Times:
    """Run rounds of all sides, after one of each that does not count.

    A side of `repeats` runs so often a round and gives its median: for one that is over long before
    the other, which leaves the caches cold.
    """
    if warm_up:
        for side in sides.values():
            side()
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    with _old_objects_apart():
        for _ in range(rounds):
            for name, side in sides.items():
                times = (repeats or {}).get(name, 1)
                seconds[name].append(median(side() for _ in range(times)))
    return Times(seconds)


@contextmanager
def _old_objects_apart() -> Iterator[None]:
    """Keep what was there before out of the clean-ups, which are then quick."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def duration(seconds: float) -> str:
    """Seconds in words, three digits."""
    for factor, unit in ((1, "s"), (1e3, "ms")):
        if seconds * factor >= 1:
            return f"{_three(seconds * factor)} {unit}"
    return f"{_three(seconds * 1e6)} µs"


def _three(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
