"""A mean and how sure it is: intervals of chance, of differences, of ratios and over the draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

import numpy as np

from sim.arrays import Floats
from sim.shown import Shown

if TYPE_CHECKING:
    import polars as pl

INTERVAL_LABEL = "chance only; assumptions not included"
NO_WIDTH = 0.01  # of the interval of chance: draws that part less do not vary a measure
SAME = 1e-9  # relative: what rounding makes of equal figures


@dataclass(frozen=True)
class Interval(Shown):
    """A mean over n replications and its interval; None where it cannot be told.

    Examples
    --------
    >>> import sim
    >>> sim.Interval(mean=4.0, low=1.0, high=7.0, n=20).high
    7.0
    """

    mean: float | None
    low: float | None
    high: float | None
    n: int

    def to_frame(self) -> pl.DataFrame:
        """Return one row: mean, low, high and n; of a difference also those of its percent."""
        import polars as pl  # noqa: PLC0415 - polars is slow to load

        return pl.DataFrame([_cells(self)])

    @property
    def includes_zero(self) -> bool:
        """Whether zero lies in the interval; not where there is none."""
        return self.low is not None and self.high is not None and self.low <= 0 <= self.high

    @property
    def straddles_zero(self) -> bool:
        """Whether it goes below zero and above it."""
        return self.low is not None and self.high is not None and self.low < 0 < self.high


def _cells(interval: Interval, prefix: str = "") -> dict[str, object]:
    """Fields by name; those of an interval in it follow its own name."""
    cells: dict[str, object] = {}
    for name, value in vars(interval).items():
        within = isinstance(value, Interval)
        cells |= _cells(value, f"{name}_") if within else {f"{prefix}{name}": value}
    return cells


@dataclass(frozen=True)
class DifferenceInterval(Interval):
    """A mean paired difference; `percent` is of the base's mean, None where that may be zero.

    `excludes_zero` says whether zero lies outside the interval: the difference is then
    statistically significant at the interval's confidence.

    Examples
    --------
    >>> import sim
    >>> sim.DifferenceInterval(
    ...     mean=4.0, low=1.0, high=7.0, n=20, excludes_zero=True, percent=None
    ... ).mean
    4.0
    """

    excludes_zero: bool
    percent: Interval | None


@dataclass(frozen=True)
class Spread:
    """How far a measure goes as the uncertain parameters are drawn; None where it cannot be told.

    `low` to `high` is of its mean, without the noise of few replications; `year_low` to
    `year_high` of a single window, with it. `chance_above_zero` is the share of draws whose mean
    is above zero; None where the draws differ by chance alone.
    """

    low: float | None
    high: float | None
    year_low: float | None
    year_high: float | None
    chance_above_zero: float | None
    draws: int

    def varies(self, chance: Interval) -> bool:
        """Whether the draws vary the measure, beside what chance alone makes of its mean."""
        if self.low is None or self.high is None:
            return True
        within = 0.0 if chance.low is None or chance.high is None else chance.high - chance.low
        rounding = SAME * max(abs(self.low), abs(self.high))
        return self.high - self.low > max(NO_WIDTH * within, rounding)


@dataclass(frozen=True)
class Quoted(Interval):
    """A mean with the range to quote: of the assumptions where they were drawn, else of chance.

    The range of the assumptions holds that of chance too, so no mean lies outside of its own range.
    Where the draws do not vary the measure, its range is that of chance. `n` counts draws or
    replications. `above_zero` is the share of draws above zero, None with a range of chance.
    """

    kind: Literal["assumptions", "chance"]
    above_zero: float | None = None

    @property
    def is_divided(self) -> bool:
        """Whether zero lies in the range, and the draws themselves are on both sides of it.

        Where all draws are above zero, a range that holds zero does so by chance alone.
        """
        return self.straddles_zero and self.above_zero is not None and 0 < self.above_zero < 1

    @classmethod
    def of(cls, chance: Interval, spread: Spread | None) -> Quoted:
        """Range to quote of a measure, from its interval of chance and its spread if it has one."""
        mean, low, high, n = chance.mean, chance.low, chance.high, chance.n
        if spread is None or not spread.varies(chance):
            return cls(mean, low, high, n, "chance")
        if spread.low is None or spread.high is None or mean is None:
            return cls(mean, None, None, spread.draws, "assumptions", spread.chance_above_zero)
        lowest = min(spread.low, mean if low is None else low)
        highest = max(spread.high, mean if high is None else high)
        return cls(mean, lowest, highest, spread.draws, "assumptions", spread.chance_above_zero)


class Measured(Protocol):
    """What has measures, and their spread if parameters were drawn: a plan or a difference."""

    @property
    def measures(self) -> Mapping[str, Interval]:
        """Interval of chance of every measure, by name."""
        ...

    @property
    def spread(self) -> Mapping[str, Spread]:
        """Spread over the draws, by name; empty without draws."""
        ...


def quoted(side: Measured, name: str) -> Quoted:
    """Mean of a measure with the range to quote."""
    return Quoted.of(side.measures[name], side.spread.get(name))


class Ratios(NamedTuple):
    """Ratios of sums over replications and their intervals, of shape (cells,); nan if undefined."""

    ratio: Floats
    low: Floats
    high: Floats

    def interval(self, cell: int, n: int) -> Interval:
        """Return one cell as an interval over n replications."""
        mean, low, high = (float(x) if np.isfinite(x := column[cell]) else None for column in self)
        return Interval(mean, low, high, n)
