"""What is counted of a period, of a log and of a run alike, with the tolerance stated beforehand.

A profile is a few numbers that are looked at together, such as calls a day in each hour of day: the
log agrees with the model only if all of them lie in the band.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Floats, Ids, Ints
from sim.clock import HOURS_A_DAY, WEEKDAYS
from sim.config import Config
from sim.history.cells import LEAST_CELL
from sim.history.fitting.stamps import CONTACTS, Outcome
from sim.scenarios.answers.validation import BY_HOUR
from sim.scenarios.validation.rows import OUTCOMES, Period, Rows, day_of, hour_of_day

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
TOLD = OUTCOMES[1:-1]  # of calls that a team reached
MINUTES_A_DAY = 1440.0
ENDINGS = {1: "st", 2: "nd", 3: "rd"}  # of an ordinal
FEWEST = 20  # calls, for a share or a quantile of them to be looked at
BLOCKS_H = (1, 2, 3, 4, 6, 12)  # hours of day that are looked at together


Count = Callable[[Rows, Period], Floats]


class Profile(NamedTuple):
    """Numbers that are looked at together.

    `tolerance_share` is how wide their band may be, as a share of what was observed, for agreement
    to say much. `of_teams` are those that only a log with the teams' own stamps has.
    """

    name: str
    label: str
    unit: str
    cells: tuple[str, ...]
    tolerance_share: float
    of_teams: bool
    counted: Count


def profiles_of(config: Config, teams: int, block_h: int = 1) -> list[Profile]:
    """Everything that is counted of a config's calls, and of so many teams'.

    The share reached is by blocks of `block_h` hours of day.
    """
    types, zones = tuple(config.demand.call_types), tuple(config.demand.zones)
    hours = tuple(f"{hour:02d}:00" for hour in range(HOURS_A_DAY))
    starts = range(0, HOURS_A_DAY, block_h)
    blocks = tuple(f"{hour:02d}:00 to {hour + block_h:02d}:00" for hour in starts)
    blocks = hours if block_h == 1 else blocks
    percents = tuple(f"{100 * q:.0f}% within" for q in QUANTILES)
    busy = tuple(f"{n} or more" for n in range(1, teams + 1))
    posts = tuple(_by_work(n) for n in range(1, teams + 1))
    told = ("engaged", *(outcome.replace("_", " ") for outcome in TOLD[1:]))
    return [
        Profile("calls", "Number of calls", "a day", ("all",), 0.3, False, _calls),
        Profile("hours", "Calls by hour of day", "a day", hours, 0.8, False, _hours),
        Profile("weekdays", "Calls by weekday", "a day", WEEKDAYS, 0.5, False, _weekdays),
        Profile("spread", "Spread of days", "calls a day", ("sd",), 0.5, False, _spread),
        Profile("types", "Calls by type", "%", types, 0.5, False, _shares("call_type", len(types))),
        Profile("zones", "Calls by zone", "%", zones, 0.5, False, _shares("zone", len(zones))),
        Profile("reached", "Share of all calls reached", "%", ("all",), 0.2, True, _reached),
        Profile(
            BY_HOUR,
            "Reached by hour of day",
            "%",
            blocks,
            0.8,
            True,
            _reached_by_hour(block_h),
        ),
        Profile("withdrawn", "Share of all calls withdrawn", "%", ("all",), 1.0, True, _withdrawn),
        Profile("response", "Received to on scene", "min", percents, 0.4, True, _response),
        Profile("queue", "Received to dispatched", "min", percents, 0.6, True, _queue),
        Profile("scene", "On scene until cleared", "min", percents, 0.4, True, _scene),
        Profile("busy", "Teams busy at once", "% of time", busy, 0.8, True, _busy(teams)),
        Profile("teams", "Work by team", "%", posts, 0.5, True, _work(teams)),
        Profile("outcomes", "Outcomes of calls reached", "%", told, 0.6, True, _outcomes),
    ]


def _by_work(n: int) -> str:
    """Name of the team that is in place n by its work, from 1."""
    ending = "th" if n // 10 % 10 == 1 else ENDINGS.get(n % 10, "th")
    return "the busiest" if n == 1 else f"{n}{ending} busiest"


# --- calls ---------------------------------------------------------------------------------------


def _days(period: Period) -> int:
    return int(period.counts.sum())


def _calls(rows: Rows, period: Period) -> Floats:
    return np.array([len(rows.received) / _days(period)])


def _hours(rows: Rows, period: Period) -> Floats:
    return np.bincount(hour_of_day(rows), minlength=HOURS_A_DAY) / _days(period)


def _weekday_of_days(period: Period) -> Ints:
    days: Ints = (period.first.weekday() + np.arange(period.days)) % len(WEEKDAYS)
    return days


def _weekdays(rows: Rows, period: Period) -> Floats:
    weekday = _weekday_of_days(period)
    days = np.bincount(weekday[period.counts], minlength=len(WEEKDAYS))
    calls = np.bincount(weekday[day_of(rows)], minlength=len(WEEKDAYS))
    a_day: Floats = np.divide(calls, days, out=np.full(len(WEEKDAYS), np.nan), where=days > 0)
    return a_day


def _spread(rows: Rows, period: Period) -> Floats:
    a_day = np.bincount(day_of(rows), minlength=period.days)[period.counts]
    return np.array([a_day.std(ddof=1) if len(a_day) > 1 else np.nan])


def _percents(counts: Sequence[int] | Ints, of: int) -> Floats:
    shares = np.asarray(counts, np.float64)
    return 100 * shares / of if of >= FEWEST else np.full(len(shares), np.nan)


def _shares(column: str, n: int) -> Count:
    def count(rows: Rows, _: Period) -> Floats:
        codes: Ids = getattr(rows, column)
        named = codes[codes >= 0]
        return _percents(np.bincount(named, minlength=n), len(named))

    return count


# --- teams ---------------------------------------------------------------------------------------


def arrival_unknown(rows: Rows) -> Bools:
    """Whether a team was sent or dealt with a call, and the log does not say when it arrived.

    A call that was withdrawn is none of these: nobody arrived.
    """
    sent = ~np.isnan(rows.dispatched) & (rows.outcome != OUTCOMES.index(Outcome.WITHDRAWN))
    met = np.isin(rows.outcome, [OUTCOMES.index(x) for x in TOLD[1:]])
    return np.asarray(np.isnan(rows.arrived) & (sent | met), bool)


def _reached(rows: Rows, _: Period) -> Floats:
    """Share of the calls of which it is known."""
    unknown = int(arrival_unknown(rows).sum())
    return _percents([int((~np.isnan(rows.arrived)).sum())], len(rows.arrived) - unknown)


def block_of(rows: Rows) -> int:
    """Hours of the shortest blocks of the day that all have enough calls; the longest if none."""
    a_day = np.bincount(hour_of_day(rows)[~arrival_unknown(rows)], minlength=HOURS_A_DAY)
    fine = (h for h in BLOCKS_H if a_day.reshape(-1, h).sum(axis=1).min() >= LEAST_CELL)
    return next(fine, BLOCKS_H[-1])


def _reached_by_hour(block_h: int) -> Count:
    """Share of the calls received in each block of hours of which it is known."""
    blocks = HOURS_A_DAY // block_h

    def count(rows: Rows, _: Period) -> Floats:
        block, known = hour_of_day(rows) // block_h, ~arrival_unknown(rows)
        of = np.bincount(block[known], minlength=blocks)
        came = np.bincount(block[known & ~np.isnan(rows.arrived)], minlength=blocks)
        shares: Floats = np.divide(100.0 * came, of, out=np.full(blocks, np.nan), where=of > 0)
        return shares

    return count


def _withdrawn(rows: Rows, _: Period) -> Floats:
    withdrawn = rows.outcome == OUTCOMES.index(Outcome.WITHDRAWN)
    return _percents([int((withdrawn & np.isnan(rows.arrived)).sum())], len(rows.arrived))


def _response(rows: Rows, _: Period) -> Floats:
    return _quantiles(rows.arrived - rows.received)


def _queue(rows: Rows, _: Period) -> Floats:
    return _quantiles(rows.dispatched - rows.received)


def _scene(rows: Rows, _: Period) -> Floats:
    return _quantiles(rows.cleared - rows.arrived)


def _quantiles(minutes: Floats) -> Floats:
    known = minutes[~np.isnan(minutes)]
    few = len(known) < FEWEST
    return np.full(len(QUANTILES), np.nan) if few else np.quantile(known, QUANTILES)


def _busy(teams: int) -> Count:
    """Share of the time in which so many teams or more are out."""

    def count(rows: Rows, period: Period) -> Floats:
        out = ~np.isnan(rows.dispatched) & ~np.isnan(rows.cleared)
        began, ended = rows.dispatched[out], np.maximum(rows.cleared, rows.dispatched)[out]
        times = np.concatenate([began, ended])
        order = np.argsort(times, kind="stable")
        at_once = np.cumsum(np.repeat([1, -1], len(began))[order])
        lasts = np.diff(times[order], append=times.max(initial=0.0))
        minutes = [float(lasts[at_once >= n].sum()) for n in range(1, teams + 1)]
        return 100 * np.array(minutes) / (_days(period) * MINUTES_A_DAY)

    return count


def _work(teams: int) -> Count:
    """Share of the calls that each team made, the busiest first."""

    def count(rows: Rows, _: Period) -> Floats:
        by_team = np.sort(np.bincount(rows.unit[rows.unit >= 0], minlength=teams))[::-1]
        return _percents(by_team[:teams], int(by_team.sum()))

    return count


def _outcomes(rows: Rows, _: Period) -> Floats:
    """Shares of the calls that a team is known to have come to; who was moved was engaged, too."""
    came = ~np.isnan(rows.arrived)
    by = {x: int((came & (rows.outcome == OUTCOMES.index(x))).sum()) for x in TOLD}
    engaged = sum(by[x] for x in CONTACTS)
    return _percents([engaged, *(by[x] for x in TOLD[1:])], sum(by.values()))
