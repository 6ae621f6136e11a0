"""When a team on duty takes no call though it is on none: pauses, standing work, other work.

Pauses follow the duty's own clock and have no chance in them; a worker who makes follow-up visits
has them too. Standing work is the whole program's and goes to one of the teams on duty. Officers
are pulled away, with their clinicians, to other police work, the more often the busier the hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import Array, Floats, Ints
from sim.clock import DAY_S, HOUR_S, MINUTE_S
from sim.config.models import Pause, PulledAway, StandingWork, Unavailability
from sim.model.inputs.durations import Quantiles, quantiles, whole_seconds
from sim.model.inputs.roster import Post, Schedule, serves
from sim.schema import NONE, BreakKind, Breaks, Kind, Roster, columns, empty
from sim.streams import Stream, key_of, marked_points

DAYS_A_WEEK = 7


class _Pause(NamedTuple):
    """A pause after so many seconds of a duty, then every so many (0: once), posts in turns."""

    why: BreakKind
    after_s: int
    every_s: int
    pause_for_s: int
    turns: int


class _StandingWork(NamedTuple):
    """Standing work of the program, in a stretch of each of the run's days."""

    per_day: float
    from_s: int
    within_s: int
    n_days: int
    work_for_s: Quantiles


class _PulledAway(NamedTuple):
    """Expected number for one team from the start to each full hour, shape (hours + 1,)."""

    until_hour: Floats
    away_for_s: Quantiles


@dataclass(frozen=True)
class BreakTables:
    """Unavailability made ready to be sampled, once for all replications."""

    pauses: tuple[_Pause, ...]
    standing_work: _StandingWork | None
    pulled_away: _PulledAway | None

    @property
    def by_chance(self) -> bool:
        """Whether breaks differ between replications with the same people."""
        return self.standing_work is not None or self.pulled_away is not None


def break_tables(unavailability: Unavailability, rates: Floats) -> BreakTables:
    """Tables of a config; `rates` are the mean calls in each hour of the run, shape (hours,)."""
    pauses = {
        BreakKind.MEAL: unavailability.meal,
        BreakKind.DOCUMENTATION: unavailability.documentation,
    }
    return BreakTables(
        tuple(_pause(why, pause) for why, pause in pauses.items() if pause is not None),
        _standing_work_table(unavailability.standing_work, len(rates)),
        _pulled_away_table(unavailability.pulled_away, rates),
    )


def _pause(why: BreakKind, pause: Pause) -> _Pause:
    every_s = 0 if pause.every_h is None else max(round(float(pause.every_h) * HOUR_S), 1)
    after_s = round(float(pause.after_h) * HOUR_S)
    return _Pause(why, after_s, every_s, round(float(pause.minutes) * MINUTE_S), pause.turns)


def _standing_work_table(work: StandingWork | None, n_hours: int) -> _StandingWork | None:
    if work is None or float(work.per_week) == 0:
        return None
    within_s = (work.until_hour - work.from_hour) * HOUR_S
    per_day, n_days = float(work.per_week) / DAYS_A_WEEK, -(-n_hours // 24)
    length = quantiles([work.length])
    return _StandingWork(per_day, work.from_hour * HOUR_S, within_s, n_days, length)


def _pulled_away_table(pulled_away: PulledAway | None, rates: Floats) -> _PulledAway | None:
    if pulled_away is None or float(pulled_away.per_team_day) == 0 or not rates.any():
        return None
    per_hour = float(pulled_away.per_team_day) / 24 * rates / rates.mean()
    return _PulledAway(np.append(0.0, np.cumsum(per_hour)), quantiles([pulled_away.length]))


# --- the breaks of a replication -----------------------------------------------------------------


def breaks(
    roster: Roster, schedule: Schedule, tables: BreakTables, seed: int, replication: int
) -> Breaks:
    """Breaks of the duties that serve, sorted by (due, duty).

    Parameters
    ----------
    roster, schedule
        Duties of a replication, and what they were made of (`sim.model.inputs.absence.staffed`).
    tables
        From `break_tables`.
    seed, replication
        Name the streams. A post is pulled away by a stream of its own, keyed by the line's name
        and the post's number in it; standing work comes at the same seconds under every plan.
    """
    duty = np.flatnonzero(serves(roster))
    parts = [_pauses(roster, duty, pause) for pause in tables.pauses]
    if tables.standing_work is not None:
        teams = duty[roster.kind[duty] != Kind.FOLLOW_UP]
        parts.append(_standing(roster, teams, tables.standing_work, seed, replication))
    if tables.pulled_away is not None:
        duty = duty[roster.kind[duty] == Kind.CO_RESPONDER]
        parts.append(_pulled(roster, duty, schedule.posts, tables.pulled_away, seed, replication))
    none: Breaks = empty(Breaks)
    joined = Breaks(*(np.concatenate(column) for column in zip(none, *parts, strict=True)))
    order = np.lexsort((joined.why, joined.duty, joined.due_at_s))
    ordered: list[Array] = [column[order] for column in joined]
    return Breaks(*ordered)


def _part(duty: Ints, due_at_s: Ints, break_for_s: Ints | int, why: BreakKind) -> Breaks:
    """Breaks of one reason; only who is pulled away is not waited for."""
    values = (duty, due_at_s, break_for_s, int(why), int(why != BreakKind.PULLED_AWAY))
    pairs = zip(columns(Breaks), values, strict=True)
    return Breaks(*(np.broadcast_to(x, duty.shape).astype(column.dtype) for column, x in pairs))


def _pauses(roster: Roster, duty: Ints, pause: _Pause) -> Breaks:
    """Pauses that are due before the end of the duty on the roster, a post after another."""
    after_s = pause.after_s + roster.post[duty] % pause.turns * pause.pause_for_s
    left_s = roster.off_at_s[duty] - roster.on_at_s[duty] - after_s
    more = (left_s - 1) // pause.every_s if pause.every_s else np.zeros_like(left_s)
    n = np.where(left_s > 0, 1 + more, 0)
    of_duty = np.repeat(np.arange(len(duty)), n)
    number = np.arange(len(of_duty)) - (np.cumsum(n) - n)[of_duty]
    due_at_s = (roster.on_at_s[duty] + after_s)[of_duty] + number * pause.every_s
    return _part(duty[of_duty], due_at_s, pause.pause_for_s, pause.why)


def _standing(
    roster: Roster, duty: Ints, table: _StandingWork, seed: int, replication: int
) -> Breaks:
    """Standing work, each given to one of the duties on at its second; lost if there is none."""
    expected = table.per_day * table.n_days
    points, u = marked_points(expected, 2, seed, replication, Stream.STANDING_WORK)
    day, second = np.divmod(
        (points / table.per_day * table.within_s).astype(np.int64), table.within_s
    )
    due_at_s = day * DAY_S + table.from_s + second
    row = _one_on_duty(roster.on_at_s[duty], roster.off_at_s[duty], due_at_s, u[:, 0])
    done = row != NONE
    work_for_s = whole_seconds(table.work_for_s, u[done, 1])
    return _part(duty[row[done]], due_at_s[done], work_for_s, BreakKind.STANDING_WORK)


def _one_on_duty(on_at_s: Ints, off_at_s: Ints, at_s: Ints, pick: Floats) -> Ints:
    """Row of one of the duties on at each second, picked by a uniform, or NONE."""
    out = np.full(len(at_s), NONE)
    started = np.searchsorted(on_at_s, at_s, side="right").tolist()
    for at, (n, u) in enumerate(zip(started, pick.tolist(), strict=True)):
        there = np.flatnonzero(off_at_s[:n] > at_s[at])
        if there.size:
            out[at] = there[int(u * there.size)]
    return out


def _pulled(
    roster: Roster,
    duty: Ints,
    posts: tuple[Post, ...],
    table: _PulledAway,
    seed: int,
    replication: int,
) -> Breaks:
    """Times at which posts are pulled away, for every duty of the post that is on then."""
    rows = np.unique(roster.post[duty]).tolist()
    of_posts = [_pulled_times(posts[row], table, seed, replication) for row in rows]
    post = np.repeat(np.array(rows, np.int64), [len(of_post.at_s) for of_post in of_posts])
    at_s = np.concatenate([np.empty(0, np.int64), *(of_post.at_s for of_post in of_posts)])
    u = np.concatenate([np.empty(0), *(of_post.length_u for of_post in of_posts)])
    time, of_duty = _all_on_duty(roster, duty, post, at_s)
    away_for_s = whole_seconds(table.away_for_s, u[time])
    return _part(of_duty, at_s[time], away_for_s, BreakKind.PULLED_AWAY)


class _Times(NamedTuple):
    """When a post would be pulled away, and the uniform of how long."""

    at_s: Ints
    length_u: Floats


def _pulled_times(post: Post, table: _PulledAway, seed: int, replication: int) -> _Times:
    """Points of a Poisson process in proportion to demand, whether the post is on duty or not."""
    keys = (key_of(post.line.name), post.number)
    expected = float(table.until_hour[-1])
    points, u = marked_points(expected, 1, seed, replication, Stream.PULLED_AWAY, *keys)
    hours = np.arange(len(table.until_hour)) * float(HOUR_S)
    return _Times(np.interp(points, table.until_hour, hours).astype(np.int64), u[:, 0])


def _all_on_duty(roster: Roster, duty: Ints, post: Ints, at_s: Ints) -> tuple[Ints, Ints]:
    """All pairs of a time and a duty of its post that is on then: rows of times, and duties.

    Duties of a post end in the order in which they start, so the search goes back from the last
    that has started until one is over.
    """
    span_s = int(roster.off_at_s.max(initial=0)) + 1
    by_post = duty[np.lexsort((roster.on_at_s[duty], roster.post[duty]))]
    axis = roster.post[by_post] * np.int64(span_s) + roster.on_at_s[by_post]
    row = np.searchsorted(axis, post * span_s + at_s, side="right") - 1
    time, pairs = np.arange(len(at_s)), [(np.empty(0, np.int64), np.empty(0, np.int64))]
    while time.size:
        there = (row >= 0) & (roster.post[by_post[row]] == post[time])
        there &= roster.off_at_s[by_post[row]] > at_s[time]
        time, row = time[there], row[there]
        pairs.append((time, by_post[row]))
        row = row - 1
    times, duties = (np.concatenate(pair) for pair in zip(*pairs, strict=True))
    return times, duties
