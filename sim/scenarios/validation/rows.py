"""Calls of a period as they stand in a log: the same columns from an agency's log and from a run.

Whatever is counted is then counted by one function, of what was observed and of what was simulated.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from sim.arrays import Bools, Codes, Floats, Ids, Ints
from sim.clock import DAY_S, HOUR_S, MINUTE_S
from sim.config import Config
from sim.history.fitting.mix import OTHER
from sim.history.fitting.stamps import Outcome, outcomes_of
from sim.history.log import CallLog, Excluded
from sim.model.world import World
from sim.schema import NONE, Calls, Contact, Destination, Fate, Ledger

STAMPS = ("received_at", "dispatched_at", "arrived_at", "cleared_at")
# Outcomes by code: of no trip, and of what a team found or did.
OUTCOMES = (
    Outcome.UNRECORDED,
    *(Outcome.CONTACT, Outcome.NOT_FOUND, Outcome.REFUSED, Outcome.TRANSPORTED, Outcome.ARRESTED),
    Outcome.WITHDRAWN,
)


class Period(NamedTuple):
    """Days that are looked at: the first, how many, and which of them count; shape (days,)."""

    first: date
    days: int
    counts: Bools

    @classmethod
    def of(cls, first: date, last: date, excluded: list[Excluded]) -> Period:
        """Period of two days, both included, without those that are no exposure."""
        span = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
        out = np.zeros(len(span), bool)
        for part in excluded:
            out |= (span >= np.datetime64(part.first)) & (span <= np.datetime64(part.last))
        return cls(first, len(span), ~out)


class Rows(NamedTuple):
    """Calls of the days that count, and those that teams were out on.

    Stamps are minutes from the start of the period, nan where there is none. `call_type` and `zone`
    are codes of the config's names, -1 for none of them; `outcome` is a code of `OUTCOMES`; `unit`
    is a number of the team, -1 for none.
    """

    received: Floats
    dispatched: Floats
    arrived: Floats
    cleared: Floats
    call_type: Ids
    zone: Ids
    outcome: Codes
    unit: Ids

    def where(self, some: Bools) -> Rows:
        """Some of the calls."""
        return self._replace(**{name: column[some] for name, column in self._asdict().items()})


def of_log(log: CallLog, config: Config, period: Period) -> Rows:
    """Calls of a log that were received on the days of a period that count."""
    calls, start = log.calls, np.datetime64(period.first, "us")
    received, dispatched, arrived, cleared = (_minutes(calls[name], start) for name in STAMPS)
    demand = config.demand
    rows = Rows(
        received=received,
        dispatched=dispatched,
        arrived=arrived,
        cleared=cleared,
        call_type=codes(calls["call_type"], demand.call_types),
        zone=codes(calls["zone"], demand.zones),
        outcome=codes(outcomes_of(calls), list(OUTCOMES)).astype(np.int8),
        unit=_units(calls["unit"]),
    )
    return _within(rows, period)


def _minutes(column: pl.Series, start: np.datetime64) -> Floats:
    elapsed = column.to_numpy().astype("datetime64[us]") - start
    return np.asarray(elapsed / np.timedelta64(1, "m"), np.float64)


def codes(column: pl.Series, names: list[str]) -> Ids:
    """Places of values in a list of names; those of none are `other`, if there is one, or -1."""
    place = {name: at for at, name in enumerate(names)}
    other = place.get(OTHER, 0 if len(names) == 1 else -1)
    values: list[Any] = column.to_list()
    return np.array([place.get(value, other) for value in values], np.int32)


def _units(column: pl.Series) -> Ids:
    names = {name: at for at, name in enumerate(column.drop_nulls().unique().sort())}
    return np.array([names.get(name, NONE) for name in column], np.int32)


def of_run(world: World, ledger: Ledger, period: Period) -> Rows:
    """Calls of a simulated period that begins where the window does."""
    calls, made, trips = world.calls, ledger.calls, ledger.trips
    start_s, trip = world.window.start_s, made.trip
    rows = Rows(
        received=(calls.received_at_s - start_s) / MINUTE_S,
        dispatched=_of_trip(trip, trips.assigned_at_s, start_s),
        arrived=_of_trip(trip, trips.arrived_at_s, start_s),
        cleared=_of_trip(trip, trips.end_at_s, start_s),
        call_type=calls.initial_type.astype(np.int32),
        zone=calls.zone,
        outcome=_outcome(world, ledger),
        unit=_picked(world.roster.post, _picked(trips.duty, trip)).astype(np.int32),
    )
    return _within(rows, period)


def _picked(values: Ids, at: Ids) -> Ids:
    """Value at each place, NONE at none."""
    return np.where(at == NONE, NONE, np.append(values, NONE)[at])


def _of_trip(trip: Ids, column_s: Ints, start_s: int) -> Floats:
    seconds = np.where(trip == NONE, NONE, np.append(column_s, NONE)[trip])
    return np.where(seconds == NONE, np.nan, (seconds - start_s) / MINUTE_S)


def calls_alone(calls: Calls, start_s: int, period: Period) -> Rows:
    """Calls of a period that begins at a second of the run, and nothing that becomes of them."""
    none, nobody = np.full(len(calls.zone), np.nan), np.full(len(calls.zone), NONE, np.int32)
    received = (calls.received_at_s - start_s) / MINUTE_S
    kind, outcome = calls.initial_type.astype(np.int32), np.zeros(len(none), np.int8)
    return _within(Rows(received, none, none, none, kind, calls.zone, outcome, nobody), period)


def _outcome(world: World, ledger: Ledger) -> Codes:
    """Outcome of each call, as the words of a disposition would have it."""
    made, calls = ledger.calls, world.calls
    at = {name: code for code, name in enumerate(OUTCOMES)}
    kind = _picked(world.roster.kind.astype(np.int32), _picked(ledger.trips.duty, made.trip))
    fate = calls.fate_by_kind[np.maximum(kind, 0), np.arange(len(kind))]
    engaged = made.contact == Contact.ENGAGED
    moved = np.isin(made.destination, (Destination.CENTER, Destination.HOSPITAL))
    ended = made.ended_at_s != NONE
    return np.select(
        [
            made.contact == Contact.NOT_FOUND,
            made.contact == Contact.REFUSED,
            engaged & (fate == Fate.ARREST),
            engaged & moved,
            engaged,
            (made.contact == NONE) & ended,
        ],
        [
            *(at[Outcome.NOT_FOUND], at[Outcome.REFUSED], at[Outcome.ARRESTED]),
            *(at[Outcome.TRANSPORTED], at[Outcome.CONTACT], at[Outcome.WITHDRAWN]),
        ],
        at[Outcome.UNRECORDED],
    ).astype(np.int8)


def _within(rows: Rows, period: Period) -> Rows:
    """Calls received on the days of a period that count."""
    day = np.floor(rows.received * MINUTE_S / DAY_S).astype(np.int64)
    inside = (day >= 0) & (day < period.days)
    return rows.where(inside & period.counts[np.clip(day, 0, period.days - 1)])


def hour_of_day(rows: Rows) -> Ints:
    """Hour of day in which each call was received."""
    return np.asarray(rows.received * MINUTE_S // HOUR_S % 24, np.int64)


def day_of(rows: Rows) -> Ints:
    """Day of the period on which each call was received."""
    return np.asarray(rows.received * MINUTE_S // DAY_S, np.int64)
