"""The ledger: what an engine records, and what follows from it, made once for both engines.

An engine records trips and duties only. Statuses, causes and totals follow from them and from the
world, so that two engines cannot disagree about a definition.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.model import dispatch
from sim.model.world import Waits, World, patience_for_s, waits
from sim.schema import (
    NONE,
    CallLedger,
    ChairLedger,
    DutyLedger,
    EndCause,
    EndedBy,
    Kind,
    Ledger,
    Rank,
    Status,
    TripLedger,
    VisitLedger,
    columns,
    empty,
)

Ints = NDArray[np.int64]


class Record(NamedTuple):
    """What an engine saw: the first nine are columns of the trips, the rest of the duties.

    All are int64; `ended_at_s` of a duty is NONE while its team is still out or on duty at the end.
    """

    call: Ints
    attempt: Ints
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


def complete(world: World, record: Record) -> Ledger:
    """Ledger of a world and what an engine recorded of it."""
    trips = _trips(record)
    duties = _duties(world, record, trips)
    visits: VisitLedger = empty(VisitLedger)
    chairs: ChairLedger = empty(ChairLedger)
    return Ledger(_calls(world, trips, duties), trips, duties, visits, chairs)


def _trips(record: Record) -> TripLedger:
    given = record._asdict() | {"visit": np.full(len(record.call), NONE)}
    return TripLedger(
        **{column.name: given[column.name].astype(column.dtype) for column in columns(TripLedger)}
    )


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


def _calls(world: World, trips: TripLedger, duties: DutyLedger) -> CallLedger:
    clocks, n = waits(world), len(world.calls.zone)
    trip = np.full(n, NONE, np.int32)
    trip[trips.call] = np.arange(len(trips.call), dtype=np.int32)  # a later trip overwrites
    status = _status(world, clocks, trips, trip, duties)
    ended_at_s = np.where(trip == NONE, clocks.patience_ends_at_s, NONE)
    ended_at_s[trips.call] = trips.end_at_s
    ended_at_s[status == Status.UNFINISHED] = NONE
    return CallLedger(
        status=status,
        ended_by=_ended_by(world, status),
        trip=trip,
        dispatchable_at_s=clocks.dispatchable_at_s,
        ended_at_s=ended_at_s,
        destination=_destinations(world, status),
    )


def _status(
    world: World, clocks: Waits, trips: TripLedger, trip: NDArray[np.int32], duties: DutyLedger
) -> NDArray[np.int8]:
    status = np.full(len(trip), Status.MISSED_BUSY, np.int8)
    status[_nobody_on_duty(clocks, duties)] = Status.MISSED_OFF_DUTY
    status[clocks.patience_ends_at_s >= world.window.horizon_s] = Status.UNFINISHED
    of_cause = np.full(len(EndCause), Status.UNFINISHED, np.int8)
    of_cause[EndCause.CLEARED] = Status.SERVED
    of_cause[EndCause.RECALLED] = Status.CANCELLED_EN_ROUTE
    status[trips.call] = of_cause[trips.end_cause]
    return _leave_out(world, status)


def _leave_out(world: World, status: NDArray[np.int8]) -> NDArray[np.int8]:
    """Mark the calls that never asked for a team by the stage of the funnel they fell out at."""
    policy, u = world.policy, world.calls.funnel_u
    status[u >= policy.requested_ppm] = Status.NOT_REQUESTED
    status[u >= policy.eligible_ppm] = Status.NOT_ELIGIBLE
    status[u >= policy.recognised_ppm] = Status.NOT_RECOGNISED
    return status


def _nobody_on_duty(clocks: Waits, duties: DutyLedger) -> NDArray[np.bool_]:
    """Whether no team was on duty at any second of a call's wait, both ends included.

    On duty until released: a team that overruns is still out for the calls that wait.
    """
    served = duties.started_at_s != NONE
    starts, ends = np.sort(duties.started_at_s[served]), np.sort(duties.ended_at_s[served])
    begun = np.searchsorted(starts, clocks.patience_ends_at_s, side="right")
    over = np.searchsorted(ends, clocks.dispatchable_at_s, side="right")
    return np.equal(begun, over)


def _ended_by(world: World, status: NDArray[np.int8]) -> NDArray[np.int8]:
    calls = world.calls
    left = patience_for_s(world) == calls.leaves_for_s
    clock = np.where(left, EndedBy.SUBJECT_LEFT, EndedBy.PATROL_CLEARED)
    return np.where(_GAVE_UP[status], clock, EndedBy.NOBODY).astype(np.int8)


_GAVE_UP = np.zeros(len(Status), np.bool_)
_GAVE_UP[
    [
        Status.CANCELLED_EN_ROUTE,
        Status.MISSED_OFF_DUTY,
        Status.MISSED_OUT_OF_RANGE,
        Status.MISSED_BUSY,
    ]
] = True


def _destinations(world: World, status: NDArray[np.int8]) -> NDArray[np.int8]:
    """Where the person of each served call was taken, and nowhere for the others."""
    calls = world.calls
    fate = calls.fate_by_kind[Kind.CO_RESPONDER]
    table = np.array(
        [
            [[dispatch.destination_of(contact, f, wanted) for wanted in range(4)] for f in range(5)]
            for contact in range(2)
        ],
        np.int8,
    )
    out: NDArray[np.int8] = table[calls.contact, fate, calls.wanted_destination]
    out[status != Status.SERVED] = dispatch.NOWHERE
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


class LedgerEvent(NamedTuple):
    """One line of the chronological list; `call` or `duty` is NONE where it has none."""

    at_s: int
    rank: Rank
    what: str
    call: int
    duty: int


def events(world: World, ledger: Ledger) -> list[LedgerEvent]:
    """All that happened, by second, rank and id; rounds of one second are not told apart."""
    happened = [*_duty_events(ledger), *_call_events(ledger)]
    trips = ledger.trips
    for trip in range(len(trips.call)):
        happened += _trip_events(trips, trip)
    horizon_s = world.window.horizon_s
    return sorted(event for event in happened if NONE != event.at_s < horizon_s)


def _duty_events(ledger: Ledger) -> list[LedgerEvent]:
    out = []
    for duty, started_at_s in enumerate(ledger.duties.started_at_s.tolist()):
        ended_at_s = int(ledger.duties.ended_at_s[duty])
        out.append(LedgerEvent(started_at_s, Rank.DUTY_STARTS, "duty starts", NONE, duty))
        out.append(LedgerEvent(ended_at_s, Rank.DUTY_ENDS, "off duty", NONE, duty))
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


def _trip_events(trips: TripLedger, trip: int) -> list[LedgerEvent]:
    call, duty = int(trips.call[trip]), int(trips.duty[trip])
    recalled = trips.end_cause[trip] == EndCause.RECALLED
    moments = (
        (trips.assigned_at_s, Rank.ASSIGN, "assigned"),
        (trips.arrived_at_s, Rank.ARRIVES, "arrives"),
        (trips.left_at_s, Rank.LEAVES_SCENE, "leaves the scene"),
        (trips.end_at_s, Rank.RELEASED, "recalled" if recalled else "released"),
    )
    return [LedgerEvent(int(at_s[trip]), rank, what, call, duty) for at_s, rank, what in moments]
