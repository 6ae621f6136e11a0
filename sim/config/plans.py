"""Staffing plans as pydantic models: lines of posts, and when they are held."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from math import lcm
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from sim.arrays import Bools, Ints
from sim.clock import DAY_S, DAYS_A_YEAR, HOUR_S, HOURS_A_WEEK, MINUTE_S, WEEK_S
from sim.config.faults import nearest
from sim.config.groups.dispatch import Dispatch
from sim.config.groups.hours import DAYS, days_of_the_week
from sim.config.values import Positive, Strict, Whole, repeated
from sim.identical import Identical

MAX_TEAMS = 1_000
MAX_LENGTH_H = 24
HOLIDAYS_A_YEAR = 11  # of the United States (5 U.S.C. 6103); for people and hours of a year alone
SHIFTS: dict[str, dict[str, Any]] = {
    "3x8": {"starts": ["07:00", "15:00", "23:00"], "length_h": 8},
    "2x12": {"starts": ["07:00", "19:00"], "length_h": 12},
    "3x10": {"starts": ["06:00", "14:00", "22:00"], "length_h": 10, "relief": "fresh"},
}

MOST_DAYS_LOOKED_AT = 7 * 366  # where cycles of several lines come together hardly ever

WORKERS = ("case_manager", "peer")

Role = Literal["officer", "clinician", "case_manager", "peer"]
CycleDays = Annotated[Whole, Field(ge=1, le=366)]
TeamKind = Literal["co_responder", "clinician_only", "remote_clinician", "follow_up"]


class Line(Strict):
    """Posts of one kind: held around the clock, or staffed by duties of `length_h` hours.

    A line that is not continuous has one duty of each post at each of its `starts`, on its `days`
    (those on which a duty starts), from `valid_from` to `valid_until`, both included. The named
    patterns 3x8, 2x12 and 3x10 fill in `starts`, `length_h` and `relief` where they are left out.
    A rotating line has a `cycle` of days on and off in turn instead of `days`, counted from
    `cycle_from`, a first day on: [4, 4] is 4 on 4 off, [5, 2, 5, 3] is 5-2-5-3. A line may have its
    duties on all days that it otherwise has, not on `holidays`, or only on them. Dates are days of
    the local calendar, of 24 hours each: daylight saving is not modeled.
    Case managers and peers are workers: each makes visits alone, and they are not teams.
    """

    name: str
    count: Annotated[Whole, Field(ge=0, le=MAX_TEAMS)]
    pattern: Literal["continuous", "daily", "3x8", "2x12", "3x10"]
    starts: list[str] = []
    length_h: Positive | None = None
    relief: Literal["in_place", "fresh"] = "in_place"
    base_zones: list[str] = []
    days: list[str] = list(DAYS)
    cycle: Annotated[list[CycleDays], Field(max_length=100)] = []
    cycle_from: date | None = None
    holidays: Literal["as_usual", "off", "only"] = "as_usual"
    valid_from: date | None = None
    valid_until: date | None = None
    roles: list[Role] = ["officer", "clinician"]
    by_video: bool = False
    agency: str = ""

    @model_validator(mode="before")
    @classmethod
    def _fill_pattern(cls, entry: Any) -> Any:  # noqa: ANN401 - what a YAML file may hold
        if not isinstance(entry, dict) or entry.get("pattern") not in list(SHIFTS):
            return entry
        pattern = str(entry["pattern"])
        shifts = dict(SHIFTS[pattern])
        shifts["length_h"] = {
            "value": shifts["length_h"],
            "source": f"by definition of the pattern {pattern}",
            "confidence": "D",
        }
        return shifts | {key: value for key, value in entry.items() if value is not None}

    @field_validator("starts", mode="before")
    @classmethod
    def _quoted(cls, starts: Any) -> Any:  # noqa: ANN401 - what a YAML file may hold
        for start in starts if isinstance(starts, list) else []:
            if isinstance(start, int):  # YAML reads a bare 14:00 as 840, to the base of sixty
                raise ValueError(f"expected times of day in quotes, like '07:00', got {start}")
        return starts

    @field_validator("starts")
    @classmethod
    def _clock_times(cls, starts: list[str]) -> list[str]:
        for start in starts:
            if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", start):
                raise ValueError(f"expected a time of day like '07:00', got {start!r}")
        return starts

    @field_validator("days")
    @classmethod
    def _days_of_the_week(cls, days: list[str]) -> list[str]:
        return days_of_the_week(days)

    @field_validator("roles")
    @classmethod
    def _of_a_team_or_a_worker(cls, roles: list[Role]) -> list[Role]:
        twice = repeated(list(roles))
        if twice is not None:
            raise ValueError(f"expected each role once, got {twice!r} twice")
        workers = [role for role in roles if role in WORKERS]
        if workers and len(roles) > 1:
            raise ValueError(
                f"expected [{workers[0]}] alone, as workers make visits by themselves, got "
                f"{_listed(roles)}"
            )
        if not workers and "clinician" not in roles:
            raise ValueError(
                "expected [officer, clinician] or [clinician] for a team, or [case_manager] or "
                f"[peer] for visits, got {_listed(roles)}"
            )
        return roles

    @model_validator(mode="after")
    def _makes_sense(self) -> Line:
        if self.by_video and self.kind != "remote_clinician":
            raise ValueError(
                f"line {self.name!r}: expected roles: [clinician] with by_video, got "
                f"{_listed(self.roles)}"
            )
        if self.pattern == "continuous":
            self._check_continuous()
        else:
            self._check_shifts()
        return self

    def _check_continuous(self) -> None:
        if self.starts or self.length_h is not None:
            raise ValueError(
                f"line {self.name!r}: expected no starts or length_h on a continuous line, got "
                f"{'starts' if self.starts else 'length_h'}"
            )
        some_days = len(self.days) < len(DAYS) or self.cycle or self.holidays != "as_usual"
        if some_days or self.valid_from or self.valid_until:
            raise ValueError(
                f"line {self.name!r}: expected a pattern of shifts, like 3x8, with days, cycle, "
                "holidays, valid_from or valid_until, got continuous"
            )

    def _check_shifts(self) -> None:
        if not self.starts or self.length_h is None:
            missing = "length_h" if self.starts else "starts"
            raise ValueError(
                f"line {self.name!r}: expected starts and length_h on a {self.pattern} line, got "
                f"no {missing}"
            )
        if self.length_h.value > MAX_LENGTH_H:
            raise ValueError(
                f"line {self.name!r}: expected length_h of at most {MAX_LENGTH_H} hours (or "
                f"pattern: continuous), got {self.length_h.value:g}"
            )
        if self.length_s == 0:
            raise ValueError(
                f"line {self.name!r}: expected length_h of at least half a second, got "
                f"{self.length_h.value:g} hours"
            )
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError(
                f"line {self.name!r}: expected valid_until on or after valid_from "
                f"{self.valid_from}, got {self.valid_until}"
            )
        self._check_cycle()
        self._refuse_overlap()

    def _check_cycle(self) -> None:
        if len(self.cycle) % 2:
            raise ValueError(
                f"line {self.name!r}: expected a cycle of days on and off in turn, like [4, 4] or "
                f"[5, 2, 5, 3], got {len(self.cycle)} of them"
            )
        if bool(self.cycle) != (self.cycle_from is not None):
            there, missing = ("cycle", "cycle_from") if self.cycle else ("cycle_from", "cycle")
            raise ValueError(
                f"line {self.name!r}: expected cycle and cycle_from (a first day on, like "
                f"2025-01-06), got {there} without {missing}"
            )
        if self.cycle and len(self.days) < len(DAYS):
            raise ValueError(f"line {self.name!r}: expected days or a cycle, got both")

    def _refuse_overlap(self) -> None:
        starts = self.week_starts_s
        for start, after in pairwise([*starts, *(start + WEEK_S for start in starts[:1])]):
            if after == start:
                raise ValueError(
                    f"line {self.name!r}: expected each start once (raise count instead), got one "
                    "twice"
                )
            if after - start < self.length_s and self.relief == "in_place":
                raise ValueError(
                    f"line {self.name!r}: expected a second line, or relief: fresh (a second "
                    "car), for duties that overlap, got relief: in_place"
                )

    @property
    def kind(self) -> TeamKind:
        """Kind of team, by its roles and whether it comes by video; `follow_up` for workers."""
        if not self.is_of_teams:
            return "follow_up"
        if "officer" in self.roles:
            return "co_responder"
        return "remote_clinician" if self.by_video else "clinician_only"

    @property
    def is_of_teams(self) -> bool:
        """Whether its posts take calls; those of case managers and peers do not."""
        return self.roles[0] not in WORKERS

    @property
    def start_seconds(self) -> list[int]:
        """Starts in seconds after midnight."""
        clock_times = [start.split(":") for start in self.starts]
        return [int(hours) * HOUR_S + int(minutes) * MINUTE_S for hours, minutes in clock_times]

    def has_duties_on(self, days: Ints) -> Bools:
        """Whether duties start on days of the calendar, by ordinal, but for dates and holidays."""
        if self.cycle_from is None:
            on: Bools = np.isin((days - 1) % len(DAYS), self.weekdays)  # ordinal 1 is a Monday
            return on
        of_cycle = (days - self.cycle_from.toordinal()) % sum(self.cycle)
        turn = np.searchsorted(np.cumsum(self.cycle), of_cycle, side="right")
        on_turn: Bools = turn % 2 == 0
        return on_turn

    @property
    def period_days(self) -> int:
        """Days after which the line's days of duty come again on the same weekdays."""
        return lcm(len(DAYS), sum(self.cycle) or 1)

    @property
    def weekdays(self) -> tuple[int, ...]:
        """Days of the week on which duties ever start, 0 for Monday, in order."""
        if not self.cycle:
            return tuple(number for number, day in enumerate(DAYS) if day in self.days)
        days = np.arange(1, self.period_days + 1)
        return tuple(sorted({int(day - 1) % len(DAYS) for day in days[self.has_duties_on(days)]}))

    @property
    def duties_per_day(self) -> float:
        """Duties a day of one post, the mean of a period in which the line is valid."""
        on = _days_on_share(Identical(self))
        of_year = HOLIDAYS_A_YEAR / DAYS_A_YEAR
        part = {"as_usual": 1.0, "off": 1 - of_year, "only": of_year}[self.holidays]
        return on * part * len(self.starts)

    @property
    def week_starts_s(self) -> list[int]:
        """Starts in seconds after Monday 00:00, sorted."""
        return sorted(day * DAY_S + start for day in self.weekdays for start in self.start_seconds)

    @property
    def length_s(self) -> int:
        """Length of one duty in whole seconds; 0 for a continuous line."""
        return 0 if self.length_h is None else round(self.length_h.value * HOUR_S)

    @property
    def by_hour(self) -> tuple[bool, ...]:
        """Whether a post is on duty at some second of it, by hour of week; 168 of them."""
        if self.pattern == "continuous":
            return (True,) * HOURS_A_WEEK
        on = {
            hour % HOURS_A_WEEK
            for start_s in self.week_starts_s
            for hour in range(start_s // HOUR_S, -(-(start_s + self.length_s) // HOUR_S))
        }
        return tuple(hour in on for hour in range(HOURS_A_WEEK))

    @property
    def post_hours_per_day(self) -> float:
        """Hours a day of all posts, the mean of a period in which the line is valid."""
        if self.pattern == "continuous":
            return 24.0 * self.count
        return self.count * self.duties_per_day * self.length_s / HOUR_S


@lru_cache(maxsize=256)  # every replication asks for the costs of the same lines
def _days_on_share(of: Identical[Line]) -> float:
    """Share of the days of a period on which duties start."""
    line = of.value
    return float(line.has_duties_on(np.arange(1, line.period_days + 1)).mean())


def _listed(roles: Sequence[Role]) -> str:
    return f"[{', '.join(roles)}]"


class StaffingPlan(Strict):
    """A staffing plan: lines of posts, and the keys of `dispatch` that it sets for itself."""

    name: str
    title: str = ""
    lines: list[Line]
    dispatch: dict[str, Any] = {}

    @field_validator("lines")
    @classmethod
    def _some(cls, lines: list[Line]) -> list[Line]:
        if not lines:
            raise ValueError("expected at least one line (patrol alone is the plan 0), got none")
        return lines

    @field_validator("dispatch")
    @classmethod
    def _known(cls, keys: dict[str, Any]) -> dict[str, Any]:
        for key in keys:
            if key not in Dispatch.model_fields:
                right = nearest(key, list(Dispatch.model_fields))
                raise ValueError(f"unknown key {key!r}; {right}")
        return keys

    @model_validator(mode="after")
    def _not_too_many(self) -> StaffingPlan:
        for number, what in ((self.teams, "teams"), (self.workers, "case managers and peers")):
            if number > MAX_TEAMS:
                raise ValueError(f"expected at most {MAX_TEAMS:,} {what}, got {number}")
        twice = repeated([line.name for line in self.lines])
        if twice is not None:
            raise ValueError(f"expected lines of different names, got two named {twice!r}")
        return self

    @property
    def team_lines(self) -> list[Line]:
        """Lines of teams, which take calls."""
        return [line for line in self.lines if line.is_of_teams]

    @property
    def worker_lines(self) -> list[Line]:
        """Lines of case managers and peers, who make visits and are not teams."""
        return [line for line in self.lines if not line.is_of_teams]

    @property
    def teams(self) -> int:
        """Posts of all lines of teams."""
        return sum(line.count for line in self.team_lines)

    @property
    def workers(self) -> int:
        """Posts of case managers and peers."""
        return sum(line.count for line in self.worker_lines)

    @property
    def team_hours_per_day(self) -> float:
        """Team-hours a day of all lines of teams, the mean of a time in which all are valid."""
        return sum(line.post_hours_per_day for line in self.team_lines)

    @property
    def worker_hours_per_day(self) -> float:
        """Hours a day of case managers and peers, the mean of a time in which all are valid."""
        return sum(line.post_hours_per_day for line in self.worker_lines)

    @property
    def most_at_once(self) -> int:
        """Most teams on duty at one second while all lines are valid, on holidays or others."""
        usual, holiday = (
            tuple(Identical(line) for line in self.team_lines if line.holidays != other)
            for other in ("only", "off")
        )
        return max(_most_at_once(usual), _most_at_once(holiday))


@lru_cache(maxsize=256)
def _most_at_once(of: tuple[Identical[Line], ...]) -> int:
    """Most teams of some lines on duty at one second of the days after which all come again."""
    lines = [each.value for each in of]
    n_days = min(lcm(*(line.period_days for line in lines)), MOST_DAYS_LOOKED_AT)
    days = np.arange(n_days + 1)  # from a Sunday on, whose duties reach into the first Monday
    changes: list[tuple[int, int]] = []
    around_the_clock = sum(line.count for line in lines if line.pattern == "continuous")
    for line in lines:
        for day in days[line.has_duties_on(days)]:
            for start_s in line.start_seconds:
                at_s = int(day) * DAY_S + start_s
                changes += [(at_s, line.count), (at_s + line.length_s, -line.count)]
    on, most = 0, 0
    for _, change in sorted(changes):
        on += change
        most = max(most, on)
    return around_the_clock + most
