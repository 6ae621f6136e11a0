"""Who is away on a duty: positions that nobody fills, leave, and days of sickness."""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools, Floats
from sim.clock import DAY_S, DAYS_A_YEAR, WEEK_S
from sim.config.groups.service import WEEKS_A_YEAR
from sim.config.models import Absence, RoleAbsence
from sim.model.inputs.roster import Presence, Schedule, everybody, tabled
from sim.schema import Role, Roster
from sim.streams import Stream, generator, key_of

DAYS_A_WEEK = 7
ON_LEAVE, FIRST_DAY, A_WEEK = 0, 1, 8  # uniforms of a week: one for leave, then one a day
VACANCY = 1  # key of the vacancies of a seat and role, after those of its weeks


def staffed(schedule: Schedule, absence: Absence, seed: int, replication: int) -> Roster:
    """Duties of a replication: the schedule's, with who is there.

    Parameters
    ----------
    schedule
        From `sim.model.inputs.roster.schedule`.
    absence
        Vacancies, leave and sickness of each role; a worker who makes follow-up visits has those of
        a clinician.
    seed, replication
        Name the streams. A seat and role has its own, keyed by the line's name and the post's
        number in it, so that a post is absent on the same days under every plan that has it.

    Returns
    -------
    Roster
        The schedule's own table if nobody is ever absent. A duty that lacks a role stays in the
        table. A post held around the clock is one duty for as long as the same people are there.
    """
    of_role = {Role.OFFICER: absence.officer, Role.CLINICIAN: absence.clinician}
    roles = [role for role, given in of_role.items() if _happens(given)]
    if not roles:
        return schedule.roster
    there = everybody(schedule.posts, schedule.spells)
    for role in roles:
        there = _without(there, role, _Seats(schedule, role, seed, replication), of_role[role])
    return tabled(schedule.posts, schedule.spells, there)


def _weekly_share(given: RoleAbsence) -> float:
    """Probability that a week is one of leave that nobody covers."""
    return float(given.leave_weeks_per_year) / WEEKS_A_YEAR * (1 - float(given.leave_covered_share))


def _daily_share(given: RoleAbsence) -> float:
    """Probability that a day is one of sickness that nobody covers."""
    return float(given.sick_days_per_year) / DAYS_A_YEAR * (1 - float(given.sick_covered_share))


def _happens(given: RoleAbsence) -> bool:
    return any((float(given.vacancy_share), _weekly_share(given), _daily_share(given)))


class _Seats:
    """The seats of a schedule that have a role, and their streams."""

    def __init__(self, schedule: Schedule, role: Role, seed: int, replication: int) -> None:
        self.schedule, self.role = schedule, role
        self.seed, self.replication = seed, replication
        posts = schedule.posts
        self.rows = [at for at, seat in enumerate(schedule.seats) if posts[seat.post].needs(role)]
        # counted from a Monday before the first duty, so that weeks are those of the calendar
        self.first_day = DAYS_A_WEEK + schedule.start.weekday()
        self.day = schedule.spells.day + self.first_day

    def stream(self, row: int, *last: int) -> np.random.Generator:
        """Stream of a seat and the role."""
        seat = self.schedule.seats[row]
        post = self.schedule.posts[seat.post]
        keys = (key_of(post.line.name), post.number, seat.number, int(self.role), *last)
        return generator(self.seed, self.replication, Stream.ABSENCE, *keys)

    def weeks(self) -> Floats:
        """Uniforms of each week of each seat, 1 for seats without the role."""
        n_weeks = int(self.day.max(initial=0)) // DAYS_A_WEEK + 1
        out = np.ones((len(self.schedule.seats), n_weeks, A_WEEK))
        for row in self.rows:
            self.stream(row).random(out=out[row])
        return out


def _without(there: Presence, role: Role, seats: _Seats, given: RoleAbsence) -> Presence:
    """Take away the people of a role who are away, and say whose position is open."""
    open_position, away = _vacant(seats, given), _away(seats, given)
    name = f"{role.name.lower()}_present"
    present = getattr(there, name) & ~(open_position | away)
    return there._replace(**{"filled": there.filled & ~open_position, name: present})


def _away(seats: _Seats, given: RoleAbsence) -> Bools:
    """Whether the person of each spell is on leave or sick on the day it starts."""
    spells, u = seats.schedule.spells, seats.weeks()
    week, weekday = np.divmod(seats.day, DAYS_A_WEEK)
    on_leave: Bools = u[spells.seat, week, ON_LEAVE] < _weekly_share(given)
    sick: Bools = u[spells.seat, week, FIRST_DAY + weekday] < _daily_share(given)
    return on_leave | sick


def _vacant(seats: _Seats, given: RoleAbsence) -> Bools:
    """Whether nobody holds the position of each spell when it starts."""
    spells, n_seats = seats.schedule.spells, len(seats.schedule.seats)
    if float(given.vacancy_share) == 0 or not seats.rows:
        return np.zeros(len(spells.seat), np.bool_)
    at_weeks = (spells.starts_at_s + seats.first_day * DAY_S) / WEEK_S
    span = float(at_weeks.max(initial=0)) + 1
    changes, at_first = [np.empty(0)] * n_seats, np.zeros(n_seats, np.bool_)
    for row in seats.rows:
        changes[row], at_first[row] = _stretches(seats, row, given, span)
    # one search serves all seats: each has a span of its own on one axis
    axis = np.concatenate([row * span + at for row, at in enumerate(changes)])
    before = np.searchsorted(axis, spells.seat * span + at_weeks, side="right")
    of_seats_before = np.cumsum([0, *map(len, changes)])[spells.seat]
    vacant: Bools = ((before - of_seats_before) % 2 == 1) ^ at_first[spells.seat]
    return vacant


def _stretches(seats: _Seats, row: int, given: RoleAbsence, span: float) -> tuple[Floats, bool]:
    """Weeks at which a position becomes vacant or is filled, and whether it is vacant at first.

    Stretches are exponential. As these have no memory, the first is like all others, and a start
    by the long-run share is one in the steady state.
    """
    share, vacant_for = float(given.vacancy_share), float(given.vacancy_weeks)
    filled_for = vacant_for * (1 - share) / share
    n = int(4 * span / (vacant_for + filled_for)) + 16
    while True:
        u = seats.stream(row, VACANCY).random(n)
        vacant_first = bool(u[0] < share)
        lengths = -np.log1p(-u[1:])
        lengths[0::2] *= vacant_for if vacant_first else filled_for
        lengths[1::2] *= filled_for if vacant_first else vacant_for
        at = np.cumsum(lengths)
        if at[-1] >= span:
            return at[: np.searchsorted(at, span)], vacant_first
        n *= 2  # the same stream from its start: the first stretches stay as they were
