"""What the stamps of a log say of each duration: seen, longer than, or nothing.

Triage is told from queueing by the teams that are out: a call that was received while fewer than
`level` of them were out waits for triage alone until `level` are. Then its triage is seen if it was
dispatched before, and is longer than the time until then if not. This holds while no fewer than
`level` teams are on duty, so the level is the least with enough calls: 1, if there are.

Of a stamp that came more than eight hours after the call, no more is taken than that it did: the
duration is longer than until then, whatever the stamp says.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import yaml

from sim.arrays import Bools, Floats
from sim.history.fitting.laws import Sample
from sim.history.log import LONGEST_H

RULES = Path(__file__).with_name("dispositions.yaml")
MICROSECONDS_A_MINUTE = 60_000_000
SECOND_MIN = 1 / 60
CLOSE = 1e-6
ENOUGH = 200  # calls whose triage was seen
DAY_MIN = 24 * 60
LONGEST_MIN = 60.0 * LONGEST_H
LATER = ("dispatched", "arrived", "cleared")
CLOSED_IN_TIME = 0.9  # of the arrived calls, which had arrived when a withdrawn one was cleared
USUAL = 0.999  # of the moments at which a call is sent or cleared


class Outcome(StrEnum):
    """What became of a call, by the words of its disposition."""

    WITHDRAWN = "withdrawn"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    TRANSPORTED = "transported"
    ARRESTED = "arrested"
    CONTACT = "contact"
    UNRECORDED = "unrecorded"


CONTACTS = (Outcome.TRANSPORTED, Outcome.ARRESTED, Outcome.CONTACT)
REACHED = (*CONTACTS, Outcome.NOT_FOUND, Outcome.REFUSED)


class Stamps(NamedTuple):
    """Minutes of each call from the first that was received; NaN where there is no stamp.

    `outcome` has a word of `Outcome` for each call. `until` is the last stamp of the log. Of stamps
    that are `late`, shape (3, calls) in the order of `LATER`, only that is known.
    """

    received: Floats
    dispatched: Floats
    arrived: Floats
    cleared: Floats
    outcome: np.ndarray[Any, np.dtype[np.str_]]
    until: float
    resolution: float
    late: Bools

    def longer(self, stamp: str, since: Floats) -> Floats:
        """Minutes from a time until a stamp that is late, at least; NaN where it is not late."""
        latest = self.received + LONGEST_MIN
        return np.where(self.late[LATER.index(stamp)], latest - since, np.nan)

    def are(self, *outcomes: Outcome) -> Bools:
        """Whether each call ended in one of some outcomes."""
        return np.isin(self.outcome, outcomes)

    @property
    def reached(self) -> Bools:
        """Whether somebody came to each call, and its disposition says what was found.

        In a log with stamps of arrival a call without one is none of these, whatever its words: a
        share of calls that were reached is then of calls that are known to be.
        """
        coded = self.are(*REACHED)
        arrived = ~np.isnan(self.arrived)
        return coded & arrived if arrived.any() else coded


def stamps_of(calls: pl.DataFrame, rules: dict[str, list[str]] | None = None) -> Stamps:
    """Stamps of the calls of a log, with their outcomes by the rules, or by the shipped ones."""
    start = calls["received_at"].dt.truncate("1d")[0]
    keys = ("received_at", "dispatched_at", "arrived_at", "cleared_at")
    received, dispatched, arrived, cleared = (_minutes(calls[key], start) for key in keys)
    every = np.concatenate([received, dispatched, arrived, cleared])
    every = every[~np.isnan(every)]
    whole = bool((np.abs(every - np.round(every)) < CLOSE).all())
    return Stamps(
        received,
        dispatched,
        arrived,
        cleared,
        outcomes_of(calls, rules).to_numpy().astype(np.str_),
        float(every.max()),
        1.0 if whole else SECOND_MIN,
        np.array([calls[f"{key}_late"].fill_null(value=False).to_numpy() for key in LATER]),
    )


def _minutes(column: pl.Series, start: object) -> Floats:
    elapsed = (column - pl.Series([start], dtype=column.dtype)).dt.total_microseconds()
    return np.asarray(elapsed.cast(pl.Float64).to_numpy() / MICROSECONDS_A_MINUTE, np.float64)


def outcomes(dispositions: pl.Series, rules: dict[str, list[str]] | None = None) -> pl.Series:
    """Outcome of each disposition by rules of words; blank is unrecorded.

    Examples
    --------
    >>> outcomes(pl.Series("d", ["Unable to  Locate", "Stayed home", None, "Cancelled"])).to_list()
    ['not_found', 'contact', 'unrecorded', 'withdrawn']
    """
    found = by_words(dispositions, rules or shipped_rules(), Outcome.CONTACT.value)
    blank = dispositions.str.replace_all(r"[^A-Za-z0-9/]+", "").fill_null("") == ""
    return found.set(blank, Outcome.UNRECORDED.value)


def outcomes_of(calls: pl.DataFrame, rules: dict[str, list[str]] | None = None) -> pl.Series:
    """Outcome of each call of a log, by its disposition and its stamps.

    A contact is what no word says otherwise, such as "report taken". In a log with stamps of units,
    a call to which none was sent and none came is no contact: its words, such as "no team
    available", say why nobody came, and its outcome is unrecorded.
    """
    found = outcomes(calls["disposition"], rules)
    nobody = calls["dispatched_at"].is_null() & calls["arrived_at"].is_null()
    late = calls["dispatched_late"] | calls["arrived_late"]
    nobody = nobody & ~late.fill_null(value=False)
    if nobody.all():
        return found
    return found.set((found == Outcome.CONTACT.value) & nobody, Outcome.UNRECORDED.value)


def by_words(dispositions: pl.Series, rules: dict[str, list[str]], default: str) -> pl.Series:
    """Name of the first rule of which each text has a word or phrase, or the default.

    Examples
    --------
    >>> by_words(pl.Series(["Kept on a HOLD", None]), {"hold": ["hold"]}, "other").to_list()
    ['hold', 'other']
    """
    words = dispositions.str.to_lowercase().str.replace_all(r"[^a-z0-9/]+", " ")
    padded = pl.lit(" ") + words.str.strip_chars() + pl.lit(" ")
    outcome = pl.lit(default)
    for name, phrases in reversed(rules.items()):  # the first rule is put last, over the others
        found = padded.str.contains_any([f" {phrase.lower()} " for phrase in phrases])
        outcome = pl.when(found).then(pl.lit(name)).otherwise(outcome)
    return pl.select(outcome).to_series()


@cache
def shipped_rules() -> dict[str, list[str]]:
    """Words of dispositions that are shipped, by outcome."""
    rules: dict[str, list[str]] = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return rules


# --- durations -----------------------------------------------------------------------------------


def _sample(seen: Floats, longer: Floats, rows: int, resolution: float) -> Sample:
    exact = seen[~np.isnan(seen)]
    longer = longer[~np.isnan(longer) & (longer > 0)]
    exact = exact[exact >= 0]
    unknown = rows - len(exact) - len(longer)
    return Sample(exact[exact > 0], int((exact == 0).sum()), longer, unknown, resolution)


def travel(stamps: Stamps) -> Sample:
    """Minutes from dispatched to arrived; a call withdrawn on the way took longer than so far."""
    return _arrival(stamps, stamps.dispatched)


def patrol_arrival(stamps: Stamps) -> Sample:
    """Minutes from received to arrived; a call withdrawn on the way took longer than so far."""
    return _arrival(stamps, stamps.received)


def _arrival(stamps: Stamps, since: Floats) -> Sample:
    """Minutes until arrived.

    A withdrawn call is often closed long after it was called off, so it is used only if it was
    cleared before the time by which most others had arrived. A call that was reached and has no
    stamp of arrival says nothing: until cleared is its drive and its scene, so to take it for a
    limit of one of them would tell the one by the other.
    """
    seen = stamps.arrived - since
    known = seen[seen >= 0]
    latest = float(np.quantile(known, CLOSED_IN_TIME)) if len(known) else 0.0
    on_way = np.isnan(stamps.arrived) & stamps.are(Outcome.WITHDRAWN)
    so_far = np.where(on_way, stamps.cleared - since, np.nan)
    so_far = np.where(so_far < latest, so_far, np.nan)
    longer = np.fmax(so_far, stamps.longer("arrived", since))
    return _sample(seen, longer, len(seen), stamps.resolution)


def on_scene(stamps: Stamps, which: Bools) -> Sample:
    """Minutes from arrived to cleared of some calls.

    Those not cleared on the last day of the log took longer than until its end, and those cleared
    late than eight hours after the call; those without a stamp of arrival say nothing.
    """
    arrived, cleared = stamps.arrived[which], stamps.cleared[which]
    left = stamps.until - arrived
    still_open = np.where(np.isnan(cleared) & (left < DAY_MIN), left, np.nan)
    still_open = np.fmax(still_open, stamps.longer("cleared", stamps.arrived)[which])
    return _sample(cleared - arrived, still_open, len(arrived), stamps.resolution)


class Triage(NamedTuple):
    """Minutes from received until a team could be sent, and the level of teams out it rests on.

    `at_once` says of each call whether it was sent while a team was free.
    """

    sample: Sample
    level: int
    at_once: Bools


def triage(stamps: Stamps, teams: int | None = None, usable: Bools | None = None) -> Triage:
    """Minutes from received to dispatched with a team free, apart from waiting for one.

    Parameters
    ----------
    stamps
        Of the calls.
    teams
        Teams on duty at all hours, if the user says so; that many are then the level.
    usable
        Calls that were received while a team was on duty; None: all.
    """
    usable = np.ones(len(stamps.received), bool) if usable is None else usable
    out = _out(stamps)
    most = max(int(np.quantile(out.counts, 0.995)) // 2, 1) if len(out.counts) else 1
    made = _triage(stamps, out, teams or 1, usable)
    while teams is None and made.sample.seen < ENOUGH and made.level < most:
        made = _triage(stamps, out, made.level + 1, usable)
    return made


def most_out(stamps: Stamps) -> int:
    """Most calls that are dispatched and not cleared at once, but for one moment in a thousand."""
    counts = _out(stamps).counts
    return int(np.quantile(counts, USUAL, method="higher")) if len(counts) else 0


class _Out(NamedTuple):
    """Calls that are dispatched and not cleared, after each time at which their number changes."""

    times: Floats
    counts: np.ndarray[Any, np.dtype[np.int64]]


def _out(stamps: Stamps) -> _Out:
    """Teams out over time; a call without an end is out for the median of the others."""
    began = np.where(np.isnan(stamps.dispatched), stamps.arrived, stamps.dispatched)
    length = stamps.cleared - began
    usual = float(np.nanmedian(length)) if (~np.isnan(length)).any() else 0.0
    ended = np.where(np.isnan(length), began + usual, stamps.cleared)
    some = ~np.isnan(began) & (ended > began)
    times = np.concatenate([began[some], ended[some]])
    steps = np.repeat([1, -1], int(some.sum()))
    order = np.lexsort((steps, times))
    return _Out(times[order], np.cumsum(steps[order]).astype(np.int64))


def _triage(stamps: Stamps, out: _Out, level: int, usable: Bools) -> Triage:
    received, sent = stamps.received, stamps.dispatched
    at = np.searchsorted(out.times, received, side="right") - 1
    counts = out.counts[np.maximum(at, 0)] if len(out.counts) else np.zeros(len(at), np.int64)
    free = usable & (np.where(at >= 0, counts, 0) < level)
    rises = out.times[(out.counts == level) & (np.diff(out.counts, prepend=0) > 0)]
    full = np.append(rises, np.inf)[np.searchsorted(rises, received)]
    never = np.isnan(stamps.arrived) & ~stamps.are(*REACHED)  # of these a team was never sent
    ended = np.where(never, stamps.cleared, np.nan)
    ended = np.fmax(ended, received + stamps.longer("dispatched", received))
    until = np.fmin(full, np.where(np.isnan(sent), ended, np.inf))
    until = np.where(np.isinf(until) | (np.isnan(sent) & np.isnan(ended)), np.nan, until)
    seen = np.where(sent <= full, sent, np.nan)
    late = free & np.isnan(seen)
    sample = _sample(
        (seen - received)[free],
        (until - received)[late],
        int(free.sum()),
        stamps.resolution,
    )
    return Triage(sample, level, free & ~np.isnan(seen))
