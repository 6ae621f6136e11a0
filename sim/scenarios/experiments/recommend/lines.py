"""Lines of a plan to be found: what may be staffed, at what cost, and a plan of so many of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.arrays import Floats
from sim.config import InputError, StaffingPlan
from sim.config.groups.hours import DAYS
from sim.config.models import Costs
from sim.config.plans import Line
from sim.model.money.costs import cars, fte_by_role, total, yearly_cost

STARTS = tuple(f"{hour:02d}:00" for hour in range(0, 24, 2))
LENGTHS = (8.0, 10.0, 12.0)
PATTERNS = {"daily": list(DAYS), "weekdays": list(DAYS[:5]), "weekends": list(DAYS[5:])}
AROUND_THE_CLOCK = "around_the_clock"
MOST_LINES = 120

Counts = tuple[int, ...]


@dataclass(frozen=True)
class Lines:
    """Lines that a plan may have, each with one post; `costs` prices them."""

    lines: tuple[Line, ...]
    costs: Costs

    @cached_property
    def hours(self) -> Floats:
        """Whether a post of each line is on duty, by hour of week; shape (lines, 168)."""
        return np.array([line.by_hour for line in self.lines], np.float64)

    @cached_property
    def dollars(self) -> Floats:
        """Cost of one post of each line a year, without overtime and shared cars; (lines,)."""
        return np.array([self.cost(self._one(at)) for at in range(len(self.lines))])

    @cached_property
    def least_dollars(self) -> Floats:
        """The same without cars, which shifts may share: no plan costs less than its sum."""
        vehicle = self.costs.vehicle.model_copy(update={"held_in_officer_pay": True})
        priced = Lines(self.lines, self.costs.model_copy(update={"vehicle": vehicle}))
        return priced.dollars

    @cached_property
    def people(self) -> dict[str, Floats]:
        """Clinicians and officers at work that one post of each line takes; (lines,) each."""
        fte = [fte_by_role(self.plan(self._one(at)), self.costs) for at in range(len(self.lines))]
        return {
            role: np.array([x.get(role, 0.0) for x in fte]) for role in ("clinician", "officer")
        }

    @property
    def around_the_clock(self) -> int | None:
        """Place of the line around the clock, if there is one."""
        names = [line.name for line in self.lines]
        return names.index(AROUND_THE_CLOCK) if AROUND_THE_CLOCK in names else None

    def _one(self, at: int) -> Counts:
        return tuple(int(at == other) for other in range(len(self.lines)))

    def plan(self, counts: Counts, name: str = "recommended") -> StaffingPlan:
        """Plan of so many posts of each line; without any, patrol alone."""
        chosen = [
            line.model_copy(update={"count": count})
            for line, count in zip(self.lines, counts, strict=True)
            if count
        ]
        lines = chosen or [self.lines[0].model_copy(update={"count": 0})]
        return StaffingPlan(name=name, title="", lines=lines)

    def cost(self, counts: Counts) -> float:
        """Dollars a year without overtime."""
        lines = yearly_cost(self.plan(counts), self.costs, 0.0, self.costs.price_year)
        return total(line.dollars for line in lines)

    def cars(self, counts: Counts) -> int:
        """Cars that are out at once."""
        return cars(self.plan(counts), self.costs)

    def teams(self, counts: Counts) -> Floats:
        """Teams on duty by hour of week, shape (168,)."""
        return np.asarray(np.array(counts) @ self.hours, np.float64)


def lines_of(
    starts: Sequence[str], lengths: Sequence[float], patterns: Sequence[str], costs: Costs
) -> Lines:
    """Lines of all starts, lengths and patterns, and one around the clock.

    Raises
    ------
    InputError
        If a start, a length or a pattern is none.
    """
    unknown = [name for name in patterns if name not in (*PATTERNS, AROUND_THE_CLOCK)]
    if unknown:
        known = ", ".join((*PATTERNS, AROUND_THE_CLOCK))
        raise InputError(f"--patterns: expected some of {known}, got {unknown[0]!r}")
    lines = [
        _line(start, length, pattern)
        for pattern in patterns
        if pattern in PATTERNS
        for length in lengths
        for start in starts
    ]
    if AROUND_THE_CLOCK in patterns:
        lines.append(Line(name=AROUND_THE_CLOCK, count=1, pattern="continuous"))
    if not 0 < len(lines) <= MOST_LINES:
        raise InputError(
            f"recommend: expected 1 to {MOST_LINES} kinds of shifts (starts times lengths times "
            f"patterns), got {len(lines)}"
        )
    return Lines(tuple(lines), costs)


def _line(start: str, length: float, pattern: str) -> Line:
    name = f"{pattern}_{start.replace(':', '')}_{length:g}h".replace(".", "_")
    try:
        return Line.model_validate(
            {
                "name": name,
                "count": 1,
                "pattern": "daily",
                "starts": [start],
                "length_h": length,
                "days": PATTERNS[pattern],
            }
        )
    except ValueError as error:
        raise InputError(
            f"recommend: expected starts such as 07:00 and lengths of up to 24 hours, got a shift "
            f"from {start} for {length:g} hours"
        ) from error
