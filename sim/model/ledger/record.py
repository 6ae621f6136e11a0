"""The ledger: what an engine records, and what follows from it, made once for both engines.

An engine records trips, duties, breaks and chairs only. Statuses, causes and totals follow from
them and from the world, so that two engines cannot disagree about a definition.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple, cast

import numpy as np

from sim.arrays import Array, Bools, Codes, Ids, Ints, Positions
from sim.model.clocks import Clocks, clocks
from sim.model.inputs.courses import DESTINATION
from sim.model.ledger.causes import MISSED, RECALLED, Missed, causes
from sim.model.ledger.events import LedgerEvent, events
from sim.model.ledger.patrol import Ended, Spent, patrol_time
from sim.model.ledger.visits import averted, done_at_s, last_trips, visit_ledger
from sim.model.world import World, modes
from sim.schema import (
    NONE,
    BreakLedger,
    CallLedger,
    ChairLedger,
    Contact,
    Destination,
    DutyLedger,
    EndCause,
    EndedBy,
    Ledger,
    Status,
    TripLedger,
    recorded,
)

__all__ = ["LedgerEvent", "Record", "complete", "events", "first_difference", "record_of"]


Columns = dict[str, Array]


class Record(NamedTuple):
    """What an engine saw: of each table the columns of `schema.recorded`, by name.

    Trips are in order of assignment, stays in the order in which they began. A trip has a call or a
    visit, and NONE for the other. `ended_at_s` of a duty is NONE while its team is still out or on
    duty at the end, that of a break while the break is still on, `freed_at_s` while the chair is
    still taken; starts of what never began are NONE.
    """

    trips: Columns
    duties: Columns
    breaks: Columns
    chairs: Columns


def record_of(*tables: Any) -> Record:  # noqa: ANN401 - mappings, or structured arrays
    """Record of what an engine holds by name of column: trips, duties, breaks and chairs."""
    kinds = (TripLedger, DutyLedger, BreakLedger, ChairLedger)
    return Record(
        *(
            {column.name: np.array(table[column.name], column.dtype) for column in recorded(kind)}
            for kind, table in zip(kinds, tables, strict=True)
        )
    )


def complete(world: World, record: Record) -> Ledger:
    """Ledger of a world and what an engine recorded of it."""
    ledger = lean(world, record)
    columns = (getattr(ledger.calls, name) for name in CallLedger._fields)
    return ledger._replace(calls=CallLedger(*columns))


def lean(world: World, record: Record) -> Ledger:
    """Ledger whose columns of calls are made when they are first read, for who reads but a few."""
    trips = TripLedger(**record.trips, attempt=_attempts(record.trips))
    breaks, chairs = _breaks(world, record.breaks), ChairLedger(**record.chairs)
    duties, of_calls = _duties(world, record.duties, trips), clocks(world)
    calls = cast("CallLedger", _Calls(world, of_calls, trips, duties, breaks, chairs))
    return Ledger(calls, trips, duties, breaks, visit_ledger(world, calls, trips), chairs)


def _attempts(trips: Columns) -> Ids:
    """Number of earlier trips for the same call, or the same visit, of each trip."""
    call = trips["call"]
    out = np.zeros(len(call), np.int32)
    if not _GOES_ON[trips["end_cause"]].any():
        return out
    goal = np.where(call == NONE, call.max(initial=NONE) + 1 + trips["visit"], call)
    order = np.argsort(goal, kind="stable")
    first = np.flatnonzero(np.diff(goal[order], prepend=NONE))
    out[order] = np.arange(len(call)) - np.repeat(first, np.diff(first, append=len(call)))
    return out


_GOES_ON = np.zeros(len(EndCause), np.bool_)  # to another trip, only if its team was taken from it
_GOES_ON[[EndCause.REASSIGNED, EndCause.INTERRUPTED]] = True


def _breaks(world: World, breaks: Columns) -> BreakLedger:
    """Breaks as recorded; one still on ends at the end of the run."""
    ended = breaks["ended_at_s"]
    is_open = (breaks["started_at_s"] != NONE) & (ended == NONE)
    return BreakLedger(**breaks | {"ended_at_s": np.where(is_open, world.window.horizon_s, ended)})


def _duties(world: World, duties: Columns, trips: TripLedger) -> DutyLedger:
    """Duties as recorded, with their totals; one still on ends at the end of the run."""
    roster, horizon_s = world.roster, world.window.horizon_s
    n, ended = len(roster.post), duties["ended_at_s"]
    served = duties["started_at_s"] != NONE
    ended = np.where(served & (ended == NONE), horizon_s, ended)
    trip_end_s = np.where(trips.end_at_s == NONE, horizon_s, trips.end_at_s)
    busy = np.zeros(n, np.int64)
    np.add.at(busy, trips.duty, trip_end_s - trips.assigned_at_s)
    return DutyLedger(
        **duties | {"ended_at_s": ended},
        trips=np.bincount(trips.duty, minlength=n).astype(np.int32),
        busy_for_s=busy,
        overtime_for_s=np.where(served, np.maximum(ended - roster.off_at_s, 0), 0),
    )


class _Calls:
    """The columns of calls, by their names; those that follow from others find these here."""

    def __init__(
        self,
        world: World,
        of_calls: Clocks,
        trips: TripLedger,
        duties: DutyLedger,
        breaks: BreakLedger,
        chairs: ChairLedger,
    ) -> None:
        self._world, self._clocks, self._trips = world, of_calls, trips
        self._duties, self._breaks, self._chairs = duties, breaks, chairs
        self.mode, self.trip = modes(world), last_trips(trips.call, len(world.calls.zone))
        came = _came(world, self.trip, trips)
        self._did_not_come = averted(world, done_at_s(world, trips)) & ~came
        self.dispatchable_at_s = np.where(self._did_not_come, NONE, of_calls.dispatchable_at_s)

    @cached_property
    def _over_s(self) -> Ints:
        return np.where(self._did_not_come, NONE, self._clocks.until_assigned_s)

    @cached_property
    def _to_calls(self) -> TripLedger:
        return _to_calls(self._trips)

    @cached_property
    def _settled(self) -> Codes:
        """Status of every call, with one missed cause for all that are missed."""
        status = _status(self._world, self._clocks.if_recalled, self._over_s, self._to_calls)
        status[self._did_not_come] = Status.AVERTED
        return status

    @cached_property
    def ended_at_s(self) -> Ints:
        return _ended_at_s(self._over_s, self._settled, self._to_calls)

    @cached_property
    def ended_by(self) -> Codes:
        return _ended_by(self._clocks, self._settled)

    @cached_property
    def status(self) -> Codes:
        status, dispatchable_at_s = self._settled.copy(), self.dispatchable_at_s
        ended = self.ended_at_s, self.ended_by, status, self.trip
        missed = _missed(self.mode, dispatchable_at_s, *ended)
        status[missed.call] = causes(self._world, missed, self._trips, self._duties, self._breaks)
        return status

    @cached_property
    def contact(self) -> Codes:
        until_s = self._clocks.contact_until_s
        return _contact(self._world, until_s, self._settled, self.trip, self._trips)

    @cached_property
    def destination(self) -> Codes:
        return _destinations(self._world, self.contact, self.trip, self._trips, self._chairs)

    @cached_property
    def _spent(self) -> Spent:
        ended = Ended(self.status, self.mode, self.trip, self.ended_at_s, self.destination)
        return patrol_time(self._world, ended, self._trips)

    @property
    def patrol_for_s(self) -> Ints:
        return self._spent.patrol_for_s

    @property
    def cleared_at_s(self) -> Ints:
        return self._spent.cleared_at_s


def _came(world: World, trip: Ids, trips: TripLedger) -> Bools:
    """Whether somebody set out to each call, or on the visit after it.

    That may be in the very second in which a visit would have averted it: then it did come.
    """
    came: Bools = trip != NONE
    of_call = world.visits.call[trips.visit[trips.visit != NONE]]
    came[of_call[of_call != NONE]] = True
    return came


def _to_calls(trips: TripLedger) -> TripLedger:
    """Trips that were made for calls, without those for visits."""
    rows = trips.call != NONE
    return trips if rows.all() else TripLedger(*(column[rows] for column in trips))


def _status(world: World, if_recalled: Codes, over_s: Ints, trips: TripLedger) -> Codes:
    """Status of every call, given its trips, with one missed cause for all that are missed.

    `over_s` is the last second at which each can be assigned, NONE if it is not a request.
    """
    waits_on = over_s >= world.window.horizon_s
    status = np.where(waits_on, Status.UNFINISHED, Status.MISSED_BUSY).astype(np.int8)
    last = trips.end_cause != EndCause.REASSIGNED
    status[trips.call[last]] = _OF_CAUSE[trips.end_cause[last]]
    recalled = trips.call[trips.end_cause == EndCause.RECALLED]
    by_patrol = if_recalled[recalled] == EndedBy.SETTLED_BY_PATROL
    status[recalled[by_patrol]] = Status.SETTLED_BY_PATROL
    left_out = np.flatnonzero(over_s == NONE)
    status[left_out] = _left_out_as(world, left_out)
    return status


_OF_CAUSE = np.full(len(EndCause), Status.UNFINISHED, np.int8)
_OF_CAUSE[EndCause.CLEARED] = Status.SERVED
_OF_CAUSE[EndCause.RECALLED] = Status.WITHDRAWN


def _left_out_as(world: World, rows: Positions) -> Codes:
    """Stage of the funnel at which each call that asked for no team fell out."""
    thresholds = world.policy.funnel_ppm[:, world.calls.initial_type[rows]]
    passed = np.count_nonzero(world.calls.funnel_u[rows] < thresholds, axis=0)
    out: Codes = _OF_STAGE[passed]
    return out


_OF_STAGE = np.array(
    [
        Status.NOT_RECOGNIZED,
        Status.NOT_ELIGIBLE,
        Status.PHONE_RESOLVED,
        Status.OTHER_RESPONDER,
        Status.NOT_REQUESTED,
        Status.AVERTED,  # it would have asked
    ],
    np.int8,
)


def _ended_at_s(over_s: Ints, status: Codes, trips: TripLedger) -> Ints:
    """End of its trip or of its wait; one that lost its team waits on, if it still can."""
    ended_at_s = over_s.copy()
    last = trips.end_cause != EndCause.REASSIGNED
    lost, lost_at_s = trips.call[~last], trips.end_at_s[~last]
    ended_at_s[lost] = np.maximum(ended_at_s[lost], lost_at_s)  # of several trips the last counts
    ended_at_s[trips.call[last]] = trips.end_at_s[last]
    ended_at_s[status == Status.UNFINISHED] = NONE
    return ended_at_s


def _ended_by(of_calls: Clocks, status: Codes) -> Codes:
    """Clock that ended a call; none ends the wait of a self-dispatched one."""
    out = np.full(len(status), EndedBy.NOTHING, np.int8)
    waited = MISSED[status]
    out[waited] = of_calls.if_unassigned[waited]
    recalled = RECALLED[status]
    out[recalled] = of_calls.if_recalled[recalled]
    return out


def _missed(
    mode: Codes, from_s: Ints, until_s: Ints, ended_by: Codes, status: Codes, trip: Ids
) -> Missed:
    """Calls of which a cause is to be found; one that lost its team found all the others busy."""
    is_open = (trip == NONE) | (ended_by == EndedBy.OFF_DUTY)
    call = np.flatnonzero(MISSED[status] & is_open)
    return Missed(call, mode[call], from_s[call], until_s[call], ended_by[call])


def _contact(world: World, until_s: Ints, status: Codes, trip: Ids, trips: TripLedger) -> Codes:
    """What the team found at each served call, and NONE for the others."""
    out = np.full(len(status), NONE, np.int8)
    served = np.flatnonzero(status == Status.SERVED)
    engaged = trips.arrived_at_s[trip[served]] < until_s[served]
    out[served] = np.where(engaged, Contact.ENGAGED, world.calls.why_no_contact[served])
    return out


def _destinations(
    world: World,
    contact: Codes,
    trip: Ids,
    trips: TripLedger,
    chairs: ChairLedger,
) -> Codes:
    """Where the person of each contact was taken, and nowhere for the other calls.

    Who wanted the crisis center and got no chair there was taken to hospital.
    """
    calls, engaged = world.calls, np.flatnonzero(contact == Contact.ENGAGED)
    kind = world.roster.kind[trips.duty[trip[engaged]]]
    fate, wanted = calls.fate_by_kind[kind, engaged], calls.wanted_destination[engaged]
    out = np.full(len(contact), Destination.NOWHERE, np.int8)
    out[engaged] = DESTINATION[fate, wanted]
    turned_away = out == Destination.CENTER
    turned_away[chairs.call] = False
    out[turned_away] = Destination.HOSPITAL
    return out


def first_difference(ledger: Ledger, other: Ledger) -> str | None:
    """First table, row and column in which two ledgers differ, in words; None if identical."""
    for name, a, b in zip(ledger._fields, ledger, other, strict=True):
        difference = _table_difference(a, b)
        if difference is not None:
            return f"{name}, {difference}"
    return None


def _table_difference(a: Any, b: Any) -> str | None:  # noqa: ANN401 - any table of the ledger
    if len(a[0]) != len(b[0]):
        return f"number of rows: {len(a[0])} against {len(b[0])}"
    rows = [np.flatnonzero(x != y)[:1] for x, y in zip(a, b, strict=True)]
    differing = [(int(row[0]), number) for number, row in enumerate(rows) if row.size]
    if not differing:
        return None
    row, number = min(differing)
    return f"row {row}, column {a._fields[number]}: {a[number][row]} against {b[number][row]}"
