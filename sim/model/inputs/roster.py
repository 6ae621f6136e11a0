"""A staffing plan made into duties: who is on, from when to when, where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Ids, Ints, Positions
from sim.clock import DAY_S, HOUR_S
from sim.config.bases import bases
from sim.config.plans import Line, StaffingPlan
from sim.identical import Identical
from sim.schema import NONE, Flags, Kind, Relief, Role, Roster

HELD_STARTS_S = (0, 8 * HOUR_S, 16 * HOUR_S)  # who holds a post around the clock changes thrice
HELD_FOR_S = 8 * HOUR_S


class Post(NamedTuple):
    """One car's place in a plan, or one worker's: a line, and the number in it."""

    line: Line
    number: int
    base_zone: int
    agency: int

    @property
    def kind(self) -> Kind:
        """Kind of its teams, or that of a worker."""
        return Kind[self.line.kind.upper()]

    @property
    def relief(self) -> Relief:
        """How one of its duties follows another."""
        return Relief[self.line.relief.upper()]

    def needs(self, role: Role) -> bool:
        """Whether its line has this role; who makes follow-up visits stands for a clinician."""
        if self.kind == Kind.FOLLOW_UP:
            return role == Role.CLINICIAN
        return role.name.lower() in self.line.roles


class Seat(NamedTuple):
    """What takes one person of each role: a post, and which of its line's starts."""

    post: int
    number: int


class Spells(NamedTuple):
    """Stretches that take one person of each role, sorted by (post, start).

    A duty of a daily line is one. A post held around the clock has three a day; they are `held`,
    one going on where the one before ends. `seat` is a row of `Schedule.seats`; `day` is the day
    of the run on which the spell starts, -1 the day before. `on_at_s` and `off_at_s` are cut to
    the run, `starts_at_s` is not.
    """

    post: Ints
    seat: Ints
    day: Ints
    starts_at_s: Ints
    on_at_s: Ints
    off_at_s: Ints
    held: Bools


class Presence(NamedTuple):
    """Whether the positions of each spell are filled, and whether the people in them are there.

    A role that the line does not have is never there, and its position never open.
    """

    filled: Flags
    officer_present: Flags
    clinician_present: Flags


@dataclass(frozen=True)
class Schedule:
    """Duties of a plan as rostered; `roster` is the table if nobody is ever absent."""

    start: date
    posts: tuple[Post, ...]
    seats: tuple[Seat, ...]
    spells: Spells
    roster: Roster


def schedule(
    plan: StaffingPlan,
    zones: list[str],
    zone_agency: list[str],
    agencies: list[str],
    start: date,
    horizon_s: int,
    holidays: Sequence[date] = (),
) -> Schedule:
    """Duties of a plan from the start of the run to `horizon_s`, by its days and dates.

    Parameters
    ----------
    plan
        The staffing plan.
    zones, zone_agency
        Names of the zones in the order of their ids, and of the agency of each.
    agencies
        Names in the order of their ids; all of the zones' and of the plan's lines.
    start
        Date of the first second of the run.
    horizon_s
        End of the run in seconds.
    holidays
        Dates on which lines may have other duties; a duty belongs to the day on which it starts.

    Raises
    ------
    ValueError
        If a line names a base zone that the demand does not have.
    """
    names = tuple(zones), tuple(zone_agency), tuple(agencies)
    return _schedule(Identical(plan), *names, start, horizon_s, tuple(holidays))


@lru_cache(maxsize=64)  # no draw of the assumptions changes it
def _schedule(
    of: Identical[StaffingPlan],
    zones: tuple[str, ...],
    zone_agency: tuple[str, ...],
    agencies: tuple[str, ...],
    start: date,
    horizon_s: int,
    holidays: tuple[date, ...],
) -> Schedule:
    plan = of.value
    posts = _posts(plan, zones, zone_agency, agencies)
    seats = [Seat(at, n) for at, post in enumerate(posts) for n in range(len(_starts_s(post.line)))]
    spells = _spells(plan, start, horizon_s, holidays)
    roster = tabled(posts, spells, everybody(posts, spells))
    return Schedule(start, tuple(posts), tuple(seats), spells, roster)


# --- posts ---------------------------------------------------------------------------------------


def _posts(
    plan: StaffingPlan, zones: Sequence[str], zone_agency: Sequence[str], agencies: Sequence[str]
) -> list[Post]:
    return [
        Post(base.line, base.number, base.zone, agencies.index(base.agency))
        for base in bases(plan, list(zones), list(zone_agency))
    ]


# --- spells --------------------------------------------------------------------------------------


def _is_held(line: Line) -> bool:
    return line.pattern == "continuous"


def _starts_s(line: Line) -> list[int]:
    return list(HELD_STARTS_S) if _is_held(line) else line.start_seconds


def _spells(plan: StaffingPlan, start: date, horizon_s: int, holidays: Sequence[date]) -> Spells:
    """Spells of all posts: those of a line, once for each of its posts."""
    of_posts, n_posts, n_seats = [_no_spells()], 0, 0
    for line in plan.lines:
        of_line = _of_line(line, start, horizon_s, holidays)
        for _ in range(line.count):
            of_posts.append(
                of_line._replace(post=of_line.post + n_posts, seat=of_line.seat + n_seats)
            )
            n_posts, n_seats = n_posts + 1, n_seats + len(_starts_s(line))
    return Spells(*(np.concatenate(columns) for columns in zip(*of_posts, strict=True)))


def _no_spells() -> Spells:
    none = np.empty(0, np.int64)
    return Spells(none, none, none, none, none, none, np.empty(0, np.bool_))


def _of_line(line: Line, start: date, horizon_s: int, holidays: Sequence[date]) -> Spells:
    """Spells of one post of a line, as post 0 with seats from 0."""
    length_s = HELD_FOR_S if _is_held(line) else line.length_s
    days = _days(line, start, length_s, horizon_s, holidays)
    starts_s = np.array(_starts_s(line), np.int64)
    seat = np.tile(np.arange(len(starts_s)), len(days))
    day = np.repeat(days, len(starts_s))
    starts_at_s = day * DAY_S + starts_s[seat]
    on_at_s = np.maximum(starts_at_s, 0)
    off_at_s = np.minimum(starts_at_s + length_s, horizon_s)
    order = np.argsort(starts_at_s, kind="stable")
    rows = order[(on_at_s < off_at_s)[order]]
    spells = Spells(
        np.zeros_like(seat),
        seat,
        day,
        starts_at_s,
        on_at_s,
        off_at_s,
        np.full(len(seat), _is_held(line)),
    )
    return Spells(*(column[rows] for column in spells))


def _days(line: Line, start: date, length_s: int, horizon_s: int, holidays: Sequence[date]) -> Ints:
    """Days on which the line's duties start; a night before the run may reach into it."""
    before = -(-length_s // DAY_S)
    days = np.arange(-before, -(-horizon_s // DAY_S))
    on = line.has_duties_on(days + start.toordinal())
    if line.holidays != "as_usual":
        is_holiday = np.isin(days, [(day - start).days for day in holidays])
        on &= is_holiday if line.holidays == "only" else ~is_holiday
    if line.valid_from is not None:
        on &= days >= (line.valid_from - start).days
    if line.valid_until is not None:
        on &= days <= (line.valid_until - start).days
    return days[on]


# --- from spells to duties -----------------------------------------------------------------------


def everybody(posts: Sequence[Post], spells: Spells) -> Presence:
    """Nobody absent, in the roles that each line has."""
    roles = (Role.OFFICER, Role.CLINICIAN)
    needs = (np.array([post.needs(role) for post in posts], np.int8) for role in roles)
    return Presence(np.ones(len(spells.post), np.int8), *(need[spells.post] for need in needs))


def tabled(posts: Sequence[Post], spells: Spells, there: Presence) -> Roster:
    """Duties sorted by (on, post); spells of a held post in a row with the same people are one."""
    first = np.flatnonzero(~_goes_on(spells, there))
    last = np.append(first, len(spells.post))[1:] - 1
    order = np.lexsort((spells.post[first], spells.on_at_s[first]))
    post = spells.post[first][order]
    return Roster(
        post=post.astype(np.int32),
        kind=np.array([post.kind for post in posts], np.int8)[post],
        agency=np.array([post.agency for post in posts], np.int8)[post],
        base_zone=np.array([post.base_zone for post in posts], np.int32)[post],
        on_at_s=spells.on_at_s[first][order],
        off_at_s=spells.off_at_s[last][order],
        predecessor=_predecessors(posts, spells.post[first], order),
        relief=np.array([post.relief for post in posts], np.int8)[post],
        **{name: flags[first][order] for name, flags in there._asdict().items()},
    )


def _goes_on(spells: Spells, there: Presence) -> Bools:
    """Whether each spell is one duty with the spell before it."""
    same = np.zeros(len(spells.post), np.bool_)
    same[1:] = spells.held[1:] & (spells.on_at_s[1:] == spells.off_at_s[:-1])
    for column in (spells.post, *there):
        same[1:] &= column[1:] == column[:-1]
    return same


def _predecessors(posts: Sequence[Post], post: Ints, order: Positions) -> Ids:
    """Duty of the same post before each one relieved in place; a fresh car waits for nobody.

    `post` is that of each duty by (post, on); the answer is in `order`, that of the table.
    """
    in_place = np.array([post.relief == Relief.IN_PLACE for post in posts], np.bool_)[post]
    row = np.empty(len(post), np.int32)
    row[order] = np.arange(len(post), dtype=np.int32)
    before = np.full(len(post), NONE, np.int32)
    before[1:] = np.where(in_place[1:] & (post[1:] == post[:-1]), row[:-1], NONE)
    return before[order]


def serves(roster: Roster) -> Bools:
    """Whether a duty has the roles of its kind; without them there is no team, and no worker."""
    needs_officer = roster.kind == Kind.CO_RESPONDER
    both: Bools = (roster.clinician_present == 1) & ((roster.officer_present == 1) | ~needs_officer)
    return both
