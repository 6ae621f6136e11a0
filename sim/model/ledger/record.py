"""The ledger: what an engine records, and what follows from it, made once for both engines.

An engine records trips, duties, breaks and chairs only. Statuses, causes and totals follow from
them and from the world, so that two engines cannot disagree about a definition.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np

from sim.arrays import Bools, Codes, Ids, Ints, Positions
from sim.model.inputs.courses import DESTINATION
from sim.model.ledger.causes import MISSED, Missed, causes
from sim.model.ledger.events import LedgerEvent, events
from sim.model.ledger.patrol import Ended, patrol_time
from sim.model.ledger.visits import averted, last_trips, visit_ledger
from sim.model.world import Waits, World, attended, modes, waits
from sim.schema import (
    NONE,
    BreakLedger,
    CallLedger,
    ChairLedger,
    Destination,
    DutyLedger,
    EndCause,
    EndedBy,
    Ledger,
    Mode,
    Status,
    TripLedger,
    VisitLedger,
    columns,
    recorded,
)

__all__ = ["LedgerEvent", "Record", "complete", "events", "first_difference", "record_of"]


Columns = dict[str, Ints]
Table = TypeVar("Table", TripLedger, ChairLedger)


class Record(NamedTuple):
    """What an engine saw: of each table the columns of `schema.recorded`, all int64.

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
            {name: np.array(table[name], np.int64) for name in recorded(kind)}
            for kind, table in zip(kinds, tables, strict=True)
        )
    )


def complete(world: World, record: Record) -> Ledger:
    """Ledger of a world and what an engine recorded of it."""
    trips = _table(TripLedger, record.trips | {"attempt": _attempts(record.trips)})
    breaks, chairs = _breaks(world, record), _table(ChairLedger, record.chairs)
    duties = _duties(world, record, trips)
    visits = visit_ledger(world, trips)
    calls = _calls(world, trips, duties, breaks, visits, chairs)
    return Ledger(calls, trips, duties, breaks, visits, chairs)


def _table(kind: type[Table], by_name: Columns) -> Table:
    """Table of columns that an engine recorded, in the dtypes of the schema."""
    return kind(*(by_name[column.name].astype(column.dtype) for column in columns(kind)))


def _attempts(trips: Columns) -> Ints:
    """Number of earlier trips for the same call, or the same visit, of each trip."""
    call = trips["call"]
    out = np.zeros(len(call), np.int64)
    if not _GOES_ON[trips["end_cause"]].any():
        return out
    goal = np.where(call == NONE, call.max(initial=NONE) + 1 + trips["visit"], call)
    order = np.argsort(goal, kind="stable")
    first = np.flatnonzero(np.diff(goal[order], prepend=NONE))
    out[order] = np.arange(len(call)) - np.repeat(first, np.diff(first, append=len(call)))
    return out


_GOES_ON = np.zeros(len(EndCause), np.bool_)  # to another trip, only if its team was taken from it
_GOES_ON[[EndCause.REASSIGNED, EndCause.INTERRUPTED]] = True


def _breaks(world: World, record: Record) -> BreakLedger:
    """Breaks as recorded; one still on ends at the end of the run."""
    started, ended = record.breaks["started_at_s"], record.breaks["ended_at_s"]
    is_open = (started != NONE) & (ended == NONE)
    return BreakLedger(started, np.where(is_open, world.window.horizon_s, ended))


def _duties(world: World, record: Record, trips: TripLedger) -> DutyLedger:
    roster, horizon_s = world.roster, world.window.horizon_s
    n = len(roster.post)
    started, ended = record.duties["started_at_s"], record.duties["ended_at_s"]
    served = started != NONE
    ended = np.where(served & (ended == NONE), horizon_s, ended)
    trip_end_s = np.where(trips.end_at_s == NONE, horizon_s, trips.end_at_s)
    busy = np.zeros(n, np.int64)
    np.add.at(busy, trips.duty, trip_end_s - trips.assigned_at_s)
    return DutyLedger(
        started_at_s=started,
        ended_at_s=ended,
        start_zone=record.duties["start_zone"].astype(np.int32),
        trips=np.bincount(trips.duty, minlength=n).astype(np.int32),
        busy_for_s=busy,
        overtime_for_s=np.where(served, np.maximum(ended - roster.off_at_s, 0), 0),
    )


def _calls(
    world: World,
    trips: TripLedger,
    duties: DutyLedger,
    breaks: BreakLedger,
    visits: VisitLedger,
    chairs: ChairLedger,
) -> CallLedger:
    mode, trip = modes(world), last_trips(trips.call, len(world.calls.zone))
    # One that a team set out to in the very second of the visit did come.
    did_not_come = averted(world, visits) & (trip == NONE)
    clocks, to_calls = _waits(world, did_not_come), _to_calls(trips)
    over_s = _over_s(clocks, mode)
    status = _status(world, over_s, to_calls)
    status[did_not_come] = Status.AVERTED
    missed = _missed(clocks, mode, over_s, (status == Status.MISSED_BUSY) & (trip == NONE))
    status[missed.call] = causes(world, missed, trips, duties, breaks)
    ended_at_s = _ended_at_s(mode, over_s, status, to_calls)
    ended = Ended(status, mode, trip, ended_at_s, _destinations(world, status, trip, trips, chairs))
    return CallLedger(
        **ended._asdict(),
        **patrol_time(world, ended, trips)._asdict(),
        ended_by=_ended_by(world, status, mode),
        dispatchable_at_s=clocks.dispatchable_at_s,
    )


def _waits(world: World, did_not_come: Bools) -> Waits:
    """Clocks of every call; NONE if it is not a request, or did not come."""
    clocks = waits(world)
    if not did_not_come.any():
        return clocks
    return Waits(*(np.where(did_not_come, NONE, clock) for clock in clocks))


def _to_calls(trips: TripLedger) -> TripLedger:
    """Trips that were made for calls, without those for visits."""
    rows = trips.call != NONE
    return trips if rows.all() else TripLedger(*(column[rows] for column in trips))


def _over_s(clocks: Waits, mode: Codes) -> Ints:
    """Last second at which each call can be assigned; NONE if it is not a request."""
    at_once = mode == Mode.SELF_DISPATCH
    return np.where(at_once, clocks.dispatchable_at_s, clocks.patience_ends_at_s)


def _status(world: World, over_s: Ints, trips: TripLedger) -> Codes:
    """Status of every call, given its trips, with one missed cause for all that are missed."""
    waits_on = over_s >= world.window.horizon_s
    status = np.where(waits_on, Status.UNFINISHED, Status.MISSED_BUSY).astype(np.int8)
    last = trips.end_cause != EndCause.REASSIGNED
    status[trips.call[last]] = _OF_CAUSE[trips.end_cause[last]]
    left_out = np.flatnonzero(over_s == NONE)
    status[left_out] = _left_out_as(world, left_out)
    return status


_OF_CAUSE = np.full(len(EndCause), Status.UNFINISHED, np.int8)
_OF_CAUSE[EndCause.CLEARED] = Status.SERVED
_OF_CAUSE[EndCause.RECALLED] = Status.CANCELLED_EN_ROUTE


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


def _missed(clocks: Waits, mode: Codes, over_s: Ints, which: Bools) -> Missed:
    call = np.flatnonzero(which)
    return Missed(call, mode[call], clocks.dispatchable_at_s[call], over_s[call])


def _ended_at_s(mode: Codes, over_s: Ints, status: Codes, trips: TripLedger) -> Ints:
    """End of its trip or of its wait; one that lost its team waits on, unless it cannot."""
    ended_at_s = over_s.copy()
    last = trips.end_cause != EndCause.REASSIGNED
    last |= mode[trips.call] == Mode.SELF_DISPATCH
    ended_at_s[trips.call[last]] = trips.end_at_s[last]
    ended_at_s[status == Status.UNFINISHED] = NONE
    return ended_at_s


def _ended_by(world: World, status: Codes, mode: Codes) -> Codes:
    """Clock that ended a wait; a self-dispatched call waits only for the team on its way."""
    waited = MISSED[status] & (mode != Mode.SELF_DISPATCH)
    rows = np.flatnonzero(waited | (status == Status.CANCELLED_EN_ROUTE))
    left = world.calls.leaves_for_s[rows] <= world.calls.patrol_clears_for_s[rows]
    left |= ~attended(mode[rows])
    out = np.full(len(status), EndedBy.NOBODY, np.int8)
    out[rows] = np.where(left, EndedBy.SUBJECT_LEFT, EndedBy.PATROL_CLEARED)
    return out


def _destinations(
    world: World,
    status: Codes,
    trip: Ids,
    trips: TripLedger,
    chairs: ChairLedger,
) -> Codes:
    """Where the person of each served call was taken, and nowhere for the others.

    Who wanted the crisis center and got no chair there was taken to hospital.
    """
    calls, served = world.calls, np.flatnonzero(status == Status.SERVED)
    kind = world.roster.kind[trips.duty[trip[served]]]
    fate, wanted = calls.fate_by_kind[kind, served], calls.wanted_destination[served]
    out = np.full(len(status), Destination.NOWHERE, np.int8)
    out[served] = DESTINATION[calls.contact[served], fate, wanted]
    turned_away = out == Destination.CENTER
    turned_away[chairs.call] = False
    out[turned_away] = Destination.HOSPITAL
    return out


def first_difference(one: Ledger, other: Ledger) -> str | None:
    """First table, row and column in which two ledgers differ, in words; None if identical."""
    for name, a, b in zip(one._fields, one, other, strict=True):
        found = _table_difference(a, b)
        if found is not None:
            return f"{name}, {found}"
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
