"""Staffing plans as pydantic models: lines of posts, and when they are held."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from sim.clock import DAY_S, HOUR_S, MINUTE_S
from sim.config.values import Positive, Strict

MAX_TEAMS = 1_000


class Line(Strict):
    """Posts of one kind: held around the clock, or manned by daily duties of `length_h` hours.

    A daily line has one duty of each post at each of its `starts`.
    """

    name: str
    count: Annotated[int, Field(ge=0, le=MAX_TEAMS)]
    pattern: Literal["continuous", "daily"]
    starts: list[str] = []
    length_h: Positive | None = None
    relief: Literal["in_place", "fresh"] = "in_place"
    base_zones: list[str] = []

    @field_validator("starts", mode="before")
    @classmethod
    def _quoted(cls, starts: Any) -> Any:  # noqa: ANN401 - what a YAML file may hold
        for start in starts if isinstance(starts, list) else []:
            if isinstance(start, int):  # YAML reads a bare 14:00 as 840, to the base of sixty
                raise ValueError(f"write times of day in quotes, like '07:00' (read: {start})")
        return starts

    @field_validator("starts")
    @classmethod
    def _clock_times(cls, starts: list[str]) -> list[str]:
        for start in starts:
            if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", start):
                raise ValueError(f"{start!r} is not a time of day; '07:00' is wanted")
        return starts

    @model_validator(mode="after")
    def _daily_is_timed(self) -> Line:
        timed = bool(self.starts), self.length_h is not None
        if self.pattern == "daily" and not all(timed):
            raise ValueError(f"line {self.name!r}: a daily line needs starts and length_h")
        if self.pattern == "continuous" and any(timed):
            raise ValueError(f"line {self.name!r}: a continuous line has no starts or length_h")
        self._refuse_overlap()
        return self

    def _refuse_overlap(self) -> None:
        starts = sorted(self.start_seconds)
        for one, other in pairwise([*starts, *(start + DAY_S for start in starts[:1])]):
            if other - one < self.length_s:
                raise ValueError(f"line {self.name!r}: duties overlap; use a second line")

    @property
    def start_seconds(self) -> list[int]:
        """Starts in seconds after midnight."""
        clock_times = [start.split(":") for start in self.starts]
        return [int(hours) * HOUR_S + int(minutes) * MINUTE_S for hours, minutes in clock_times]

    @property
    def length_s(self) -> int:
        """Length of one duty in whole seconds; 0 for a continuous line."""
        return 0 if self.length_h is None else round(self.length_h.value * HOUR_S)

    @property
    def team_hours_per_day(self) -> float:
        """Team-hours a day of all posts of the line."""
        hours = 24.0 if self.pattern == "continuous" else len(self.starts) * self.length_s / HOUR_S
        return self.count * hours


class StaffingPlan(Strict):
    """A staffing plan: a list of lines."""

    name: str
    title: str = ""
    lines: list[Line]

    @model_validator(mode="after")
    def _not_too_many(self) -> StaffingPlan:
        if self.teams > MAX_TEAMS:
            raise ValueError(f"{self.teams} teams; at most {MAX_TEAMS:,} are wanted")
        names = sorted(line.name for line in self.lines)
        for one, other in pairwise(names):
            if one == other:
                raise ValueError(f"two lines are named {one!r}; names have to differ")
        return self

    @property
    def teams(self) -> int:
        """Posts of all lines."""
        return sum(line.count for line in self.lines)

    @property
    def team_hours_per_day(self) -> float:
        """Team-hours a day of all lines."""
        return sum(line.team_hours_per_day for line in self.lines)
