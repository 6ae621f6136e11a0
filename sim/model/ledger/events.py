"""The chronological list of what happened, made of a world and its ledger."""

from __future__ import annotations

from typing import NamedTuple

from sim.arrays import Ints
from sim.model.world import World
from sim.schema import NONE, BreakKind, EndCause, EndedBy, Ledger, Rank, Status, TripLedger


class LedgerEvent(NamedTuple):
    """One line of the list; `call`, `duty` or `visit` is NONE where it has none."""

    at_s: int
    rank: Rank
    what: str
    call: int
    duty: int
    visit: int = NONE


def events(world: World, ledger: Ledger) -> list[LedgerEvent]:
    """All that happened, by second, rank and id; rounds of one second are not told apart."""
    happened = [*_duty_events(ledger), *_break_events(world, ledger)]
    happened += _call_events(world, ledger)
    happened += _visit_events(ledger)
    happened += _trip_events(ledger.trips)
    happened += _chair_events(ledger)
    horizon_s = world.window.horizon_s
    return sorted((event for event in happened if NONE != event.at_s < horizon_s), key=_order)


_OF_TEAMS = (Rank.ARRIVES, Rank.LEAVES_SCENE, Rank.RELEASED)


def _order(event: LedgerEvent) -> tuple[int, int, int]:
    """Second, rank and id of the team or chair; of other ranks the events are in their order."""
    if event.rank == Rank.CHAIR_FREED:
        return event.at_s, event.rank, event.call
    return event.at_s, event.rank, event.duty if event.rank in _OF_TEAMS else NONE


# --- duties, breaks, calls -----------------------------------------------------------------------


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


def _call_events(world: World, ledger: Ledger) -> list[LedgerEvent]:
    calls, out = ledger.calls, []
    for call, at_s in enumerate(calls.dispatchable_at_s.tolist()):
        out.append(LedgerEvent(at_s, Rank.DISPATCHABLE, "dispatchable", call, NONE))
        if calls.ended_by[call] != EndedBy.NOTHING:
            why = EndedBy(int(calls.ended_by[call])).name.lower().replace("_", " ")
            ended_at_s = int(calls.ended_at_s[call])
            out.append(LedgerEvent(ended_at_s, Rank.PATIENCE_ENDS, why, call, NONE))
        elif calls.status[call] == Status.AVERTED:
            received_at_s = int(world.calls.received_at_s[call])
            out.append(LedgerEvent(received_at_s, Rank.DISPATCHABLE, "averted", call, NONE))
    return out


# --- visits, trips, chairs -----------------------------------------------------------------------


def _visit_events(ledger: Ledger) -> list[LedgerEvent]:
    dues_s = ledger.visits.due_at_s.tolist()
    return [
        LedgerEvent(due_at_s, Rank.VISIT_DUE, "visit due", NONE, NONE, visit)
        for visit, due_at_s in enumerate(dues_s)
    ]


def _trip_events(trips: TripLedger) -> list[LedgerEvent]:
    """Events of all trips; one that is broken off ends just as the next of its team begins."""
    out: list[LedgerEvent] = []
    latest: dict[int, int] = {}  # trip of each team
    for trip, duty in enumerate(trips.duty.tolist()):
        before, latest[duty] = latest.get(duty, NONE), trip
        broken_off = _BROKEN_OFF.get(int(trips.end_cause[before])) if before != NONE else None
        if broken_off is not None:
            out.append(_moment(trips, before, trips.end_at_s, Rank.ASSIGN, broken_off))
        out += _moments(trips, trip)
    return out


_BROKEN_OFF = {
    int(EndCause.REASSIGNED): "taken for another call",
    int(EndCause.INTERRUPTED): "visit interrupted",
}
_ENDS = {int(EndCause.RECALLED): "recalled", int(EndCause.CLEARED): "released"}
_ENDS_OF_VISIT = {int(EndCause.CLEARED): "visit done"}


def _moments(trips: TripLedger, trip: int) -> list[LedgerEvent]:
    is_visit = trips.call[trip] == NONE
    moments = [
        (trips.assigned_at_s, Rank.ASSIGN, "sets out on a visit" if is_visit else "assigned"),
        (trips.arrived_at_s, Rank.ARRIVES, "visit begins" if is_visit else "arrives"),
    ]
    if not is_visit:
        moments.append((trips.left_at_s, Rank.LEAVES_SCENE, "leaves the scene"))
    end = (_ENDS_OF_VISIT if is_visit else _ENDS).get(int(trips.end_cause[trip]))
    if end is not None:
        moments.append((trips.end_at_s, Rank.RELEASED, end))
    return [_moment(trips, trip, *moment) for moment in moments]


def _moment(trips: TripLedger, trip: int, at_s: Ints, rank: Rank, what: str) -> LedgerEvent:
    call, duty, visit = (int(ids[trip]) for ids in (trips.call, trips.duty, trips.visit))
    return LedgerEvent(int(at_s[trip]), rank, what, call, duty, visit)


def _chair_events(ledger: Ledger) -> list[LedgerEvent]:
    """Chairs are taken as the team leaves the scene."""
    out, duty_of_trip = [], ledger.trips.duty
    for call, taken_at_s, freed_at_s in zip(*(x.tolist() for x in ledger.chairs), strict=True):
        duty = int(duty_of_trip[ledger.calls.trip[call]])
        out.append(LedgerEvent(taken_at_s, Rank.LEAVES_SCENE, "takes a chair", call, duty))
        out.append(LedgerEvent(freed_at_s, Rank.CHAIR_FREED, "chair freed", call, NONE))
    return out
