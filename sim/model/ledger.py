"""The ledger: what an engine records, and what follows from it, made once for both engines.

An engine records trips, duties and breaks only. Statuses, causes and totals follow from them and
from the world, so that two engines cannot disagree about a definition.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.model import dispatch
from sim.model.causes import MISSED, Missed, causes
from sim.model.patrol import Ended, patrol_time
from sim.model.world import Waits, World, attended, modes, waits
from sim.schema import (
    NONE,
    BreakKind,
    BreakLedger,
    CallLedger,
    ChairLedger,
    Destination,
    DutyLedger,
    EndCause,
    EndedBy,
    Fate,
    Ledger,
    Mode,
    Rank,
    Status,
    TripLedger,
    VisitLedger,
    columns,
    empty,
)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Record(NamedTuple):
    """What an engine saw: columns of the trips, in order of assignment, of duties and of breaks.

    All are int64. `ended_at_s` of a duty is NONE while its team is still out or on duty at the end,
    `break_ended_at_s` while the break is still on; both starts are NONE if it never began.
    """

    call: Ints
    duty: Ints
    origin_zone: Ints
    assigned_at_s: Ints
    arrived_at_s: Ints
    left_at_s: Ints
    end_at_s: Ints
    end_cause: Ints
    started_at_s: Ints
    ended_at_s: Ints
    start_zone: Ints
    break_started_at_s: Ints
    break_ended_at_s: Ints


def complete(world: World, record: Record) -> Ledger:
    """Ledger of a world and what an engine recorded of it."""
    trips, breaks = _trips(record), _breaks(world, record)
    duties = _duties(world, record, trips)
    calls = _calls(world, trips, duties, breaks)
    visits: VisitLedger = empty(VisitLedger)
    chairs: ChairLedger = empty(ChairLedger)
    return Ledger(calls, trips, duties, breaks, visits, chairs)


def _trips(record: Record) -> TripLedger:
    made = {"visit": np.full(len(record.call), NONE), "attempt": _attempts(record)}
    given = record._asdict() | made
    return TripLedger(
        **{column.name: given[column.name].astype(column.dtype) for column in columns(TripLedger)}
    )


def _attempts(record: Record) -> Ints:
    """Number of earlier trips for the same call, of each trip."""
    n = len(record.call)
    out = np.zeros(n, np.int64)
    if not (record.end_cause == EndCause.REASSIGNED).any():  # a call goes on to another trip
        return out  # only if its team was taken from it
    order = np.argsort(record.call, kind="stable")
    first = np.flatnonzero(np.diff(record.call[order], prepend=NONE))
    out[order] = np.arange(n) - np.repeat(first, np.diff(first, append=n))
    return out


def _breaks(world: World, record: Record) -> BreakLedger:
    """Breaks as recorded; one still on ends at the end of the run."""
    started, ended = record.break_started_at_s, record.break_ended_at_s
    is_open = (started != NONE) & (ended == NONE)
    return BreakLedger(started, np.where(is_open, world.window.horizon_s, ended))


def _duties(world: World, record: Record, trips: TripLedger) -> DutyLedger:
    roster, horizon_s = world.roster, world.window.horizon_s
    n = len(roster.post)
    served = record.started_at_s != NONE
    ended = np.where(served & (record.ended_at_s == NONE), horizon_s, record.ended_at_s)
    trip_end_s = np.where(trips.end_at_s == NONE, horizon_s, trips.end_at_s)
    busy = np.zeros(n, np.int64)
    np.add.at(busy, trips.duty, trip_end_s - trips.assigned_at_s)
    return DutyLedger(
        started_at_s=record.started_at_s,
        ended_at_s=ended,
        start_zone=record.start_zone.astype(np.int32),
        trips=np.bincount(trips.duty, minlength=n).astype(np.int32),
        busy_for_s=busy,
        overtime_for_s=np.where(served, np.maximum(ended - roster.off_at_s, 0), 0),
    )


def _calls(world: World, trips: TripLedger, duties: DutyLedger, breaks: BreakLedger) -> CallLedger:
    clocks, mode = waits(world), modes(world)
    trip = np.full(len(mode), NONE, np.int32)
    trip[trips.call] = np.arange(len(trips.call), dtype=np.int32)  # a later trip overwrites
    over_s = _over_s(clocks, mode)
    status = _status(world, over_s, trips)
    missed = _missed(clocks, mode, over_s, (status == Status.MISSED_BUSY) & (trip == NONE))
    status[missed.call] = causes(world, missed, trips, duties, breaks)
    ended_at_s = _ended_at_s(mode, over_s, status, trips)
    ended = Ended(status, mode, trip, ended_at_s, _destinations(world, status, trip, trips))
    return CallLedger(
        **ended._asdict(),
        **patrol_time(world, ended, trips)._asdict(),
        ended_by=_ended_by(world, status, mode),
        dispatchable_at_s=clocks.dispatchable_at_s,
    )


def _over_s(clocks: Waits, mode: NDArray[np.int8]) -> Ints:
    """Last second at which each call can be assigned; NONE if it is not a request."""
    at_once = mode == Mode.SELF_DISPATCH
    return np.where(at_once, clocks.dispatchable_at_s, clocks.patience_ends_at_s)


def _status(world: World, over_s: Ints, trips: TripLedger) -> NDArray[np.int8]:
    """Status of every call, with one missed cause for all that are missed."""
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


def _left_out_as(world: World, rows: NDArray[np.intp]) -> NDArray[np.int8]:
    """Stage of the funnel at which each call that asked for no team fell out."""
    thresholds = world.policy.funnel_ppm[:, world.calls.initial_type[rows]]
    passed = np.count_nonzero(world.calls.funnel_u[rows] < thresholds, axis=0)
    out: NDArray[np.int8] = _OF_STAGE[passed]
    return out


_OF_STAGE = np.array(
    [
        Status.NOT_RECOGNISED,
        Status.NOT_ELIGIBLE,
        Status.PHONE_RESOLVED,
        Status.OTHER_RESPONDER,
        Status.NOT_REQUESTED,
    ],
    np.int8,
)


def _missed(clocks: Waits, mode: NDArray[np.int8], over_s: Ints, which: Bools) -> Missed:
    call = np.flatnonzero(which)
    return Missed(call, mode[call], clocks.dispatchable_at_s[call], over_s[call])


def _ended_at_s(
    mode: NDArray[np.int8], over_s: Ints, status: NDArray[np.int8], trips: TripLedger
) -> Ints:
    """End of its trip or of its wait; one that lost its team waits on, unless it cannot."""
    ended_at_s = over_s.copy()
    last = trips.end_cause != EndCause.REASSIGNED
    last |= mode[trips.call] == Mode.SELF_DISPATCH
    ended_at_s[trips.call[last]] = trips.end_at_s[last]
    ended_at_s[status == Status.UNFINISHED] = NONE
    return ended_at_s


def _ended_by(world: World, status: NDArray[np.int8], mode: NDArray[np.int8]) -> NDArray[np.int8]:
    """Clock that ended a wait; a self-dispatched call waits only for the team on its way."""
    waited = MISSED[status] & (mode != Mode.SELF_DISPATCH)
    rows = np.flatnonzero(waited | (status == Status.CANCELLED_EN_ROUTE))
    left = world.calls.leaves_for_s[rows] <= world.calls.patrol_clears_for_s[rows]
    left |= ~attended(mode[rows])
    out = np.full(len(status), EndedBy.NOBODY, np.int8)
    out[rows] = np.where(left, EndedBy.SUBJECT_LEFT, EndedBy.PATROL_CLEARED)
    return out


def _destinations(
    world: World, status: NDArray[np.int8], trip: NDArray[np.int32], trips: TripLedger
) -> NDArray[np.int8]:
    """Where the person of each served call was taken, and nowhere for the others."""
    calls, served = world.calls, np.flatnonzero(status == Status.SERVED)
    kind = world.roster.kind[trips.duty[trip[served]]]
    fate, wanted = calls.fate_by_kind[kind, served], calls.wanted_destination[served]
    out = np.full(len(status), dispatch.NOWHERE, np.int8)
    out[served] = _DESTINATION[calls.contact[served], fate, wanted]
    return out


_DESTINATION = np.array(  # by contact, fate, wanted destination
    [
        [
            [dispatch.destination_of(contact, fate, wanted) for wanted in Destination]
            for fate in Fate
        ]
        for contact in range(2)
    ],
    np.int8,
)


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


class LedgerEvent(NamedTuple):
    """One line of the chronological list; `call` or `duty` is NONE where it has none."""

    at_s: int
    rank: Rank
    what: str
    call: int
    duty: int


def events(world: World, ledger: Ledger) -> list[LedgerEvent]:
    """All that happened, by second, rank and id; rounds of one second are not told apart."""
    happened = [*_duty_events(ledger), *_break_events(world, ledger), *_call_events(ledger)]
    happened += _trip_events(ledger.trips)
    horizon_s = world.window.horizon_s
    return sorted((event for event in happened if NONE != event.at_s < horizon_s), key=_order)


_OF_TEAMS = (Rank.ARRIVES, Rank.LEAVES_SCENE, Rank.RELEASED)


def _order(event: LedgerEvent) -> tuple[int, int, int]:
    """Second, rank and the team's id; of other ranks the events are given in their order."""
    return event.at_s, event.rank, event.duty if event.rank in _OF_TEAMS else NONE


def _duty_events(ledger: Ledger) -> list[LedgerEvent]:
    out = []
    for duty, started_at_s in enumerate(ledger.duties.started_at_s.tolist()):
        ended_at_s = int(ledger.duties.ended_at_s[duty])
        out.append(LedgerEvent(started_at_s, Rank.DUTY_STARTS, "duty starts", NONE, duty))
        out.append(LedgerEvent(ended_at_s, Rank.DUTY_ENDS, "off duty", NONE, duty))
    return out


def _break_events(world: World, ledger: Ledger) -> list[LedgerEvent]:
    out = []
    for number, started_at_s in enumerate(ledger.breaks.started_at_s.tolist()):
        duty, ended_at_s = int(world.breaks.duty[number]), int(ledger.breaks.ended_at_s[number])
        why = BreakKind(int(world.breaks.why[number])).name.lower().replace("_", " ")
        starts = f"break starts ({why})"
        out.append(LedgerEvent(started_at_s, Rank.DUTY_STARTS, starts, NONE, duty))
        out.append(LedgerEvent(ended_at_s, Rank.DUTY_ENDS, "break ends", NONE, duty))
    return out


def _call_events(ledger: Ledger) -> list[LedgerEvent]:
    calls, out = ledger.calls, []
    for call, at_s in enumerate(calls.dispatchable_at_s.tolist()):
        out.append(LedgerEvent(at_s, Rank.DISPATCHABLE, "dispatchable", call, NONE))
        if calls.ended_by[call] != EndedBy.NOBODY:
            why = EndedBy(int(calls.ended_by[call])).name.lower().replace("_", " ")
            ended_at_s = int(calls.ended_at_s[call])
            out.append(LedgerEvent(ended_at_s, Rank.PATIENCE_ENDS, why, call, NONE))
    return out


def _trip_events(trips: TripLedger) -> list[LedgerEvent]:
    """Events of all trips; one that is broken off ends just as the next of its team begins."""
    out: list[LedgerEvent] = []
    latest: dict[int, int] = {}  # trip of each team
    for trip, duty in enumerate(trips.duty.tolist()):
        before, latest[duty] = latest.get(duty, NONE), trip
        if before != NONE and trips.end_cause[before] == EndCause.REASSIGNED:
            out.append(
                _moment(trips, before, trips.end_at_s, Rank.ASSIGN, "taken for another call")
            )
        out += _moments(trips, trip)
    return out


def _moments(trips: TripLedger, trip: int) -> list[LedgerEvent]:
    end = {EndCause.RECALLED: "recalled", EndCause.CLEARED: "released"}
    moments = [
        (trips.assigned_at_s, Rank.ASSIGN, "assigned"),
        (trips.arrived_at_s, Rank.ARRIVES, "arrives"),
        (trips.left_at_s, Rank.LEAVES_SCENE, "leaves the scene"),
    ]
    cause = EndCause(int(trips.end_cause[trip]))
    if cause in end:
        moments.append((trips.end_at_s, Rank.RELEASED, end[cause]))
    return [_moment(trips, trip, *moment) for moment in moments]


def _moment(trips: TripLedger, trip: int, at_s: Ints, rank: Rank, what: str) -> LedgerEvent:
    return LedgerEvent(int(at_s[trip]), rank, what, int(trips.call[trip]), int(trips.duty[trip]))
