"""The compiled twin of `engine.py`: the same events in the same order, the same record.

The next event is the least packed key (second, rank, id) of five sources: dispatchable calls,
starts of duties and breaks, and ends of duties are sorted once and walked by pointers; releases,
recalls, late starts and ends of breaks wait in one heap; a pending assignment has a key of its own.
Patience of a waiting call is not an event: it is looked at when the call is. Arrival and departure
from the scene change nothing that another event reads, so they are written down when the trip is
assigned; a trip that is broken off is written anew, and the key it left in the heap is known as
stale because its team waits for another.

Calls wait in one queue for each set of teams that may be sent to them, so that a queue nobody free
may serve is passed over whole (docs/decisions/0009-queues-by-who-may-serve.md).

Rows are structured, about one line of memory a call or duty; arrays are passed one by one and all
is inlined, because numba counts references for each array that one function hands to another. The
same loop with tuples of arrays took thirty times as long (docs/decisions/0002-kernel.md).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled_in_place
from sim.model.kernel.assignment import walk_queue
from sim.model.kernel.heap import pop
from sim.model.kernel.queues import enqueue
from sim.model.kernel.rows import (
    ID_MASK,
    NEVER,
    RANK_BITS,
    RANK_MASK,
    TIME_BITS,
    TRIP,
    Ints,
    Rows,
    break_rows,
    call_rows,
    duty_rows,
    keys,
    put_in_queues,
    run_row,
)
from sim.model.kernel.teams import due_break, end, release, set_available, start
from sim.model.ledger import Record
from sim.model.world import World, requested, waits
from sim.schema import NONE, Rank, TravelModel

RELEASED, PATIENCE_ENDS = int(Rank.RELEASED), int(Rank.PATIENCE_ENDS)
DUTY_ENDS, DUTY_STARTS = int(Rank.DUTY_ENDS), int(Rank.DUTY_STARTS)
DISPATCHABLE, ASSIGN = int(Rank.DISPATCHABLE), int(Rank.ASSIGN)


@compiled_in_place
def _run(
    calls: Rows,
    duties: Rows,
    breaks: Rows,
    trips: Rows,
    queues: Rows,
    runs: Rows,
    call_keys: Ints,
    start_keys: Ints,
    end_keys: Ints,
    to_zone_s: Ints,
    by_free_s: Ints,
    agency_of_zone: NDArray[np.int32],
    preference: NDArray[np.int32],
    goes_along: NDArray[np.int8],
    fate_by_kind: NDArray[np.int8],
    on_scene_for_s_by_kind: Ints,
    heap: Ints,
    free: Ints,
    on_way: Ints,
    open_queues: Ints,
) -> int:
    """Run to the horizon; the number of trips made."""
    run = runs[0]
    next_call, next_start, next_end = 0, 0, 0
    stop = run.horizon_s << TIME_BITS
    assign_key, given_up_at_s, given_up_to = NEVER, NONE, NONE
    while True:
        heap_key = heap[0] if run.n_heap > 0 else NEVER
        call_key = call_keys[next_call] if next_call < call_keys.size else NEVER
        start_key = start_keys[next_start] if next_start < start_keys.size else NEVER
        end_key = end_keys[next_end] if next_end < end_keys.size else NEVER
        key = min(call_key, start_key, end_key, heap_key, assign_key)
        if key >= stop:
            return int(run.n_trips)
        now_s, rank = key >> TIME_BITS, (key >> RANK_BITS) & RANK_MASK
        number = key & ID_MASK
        changed = False
        if rank == ASSIGN:
            assign_key = NEVER
            seen_to_end = given_up_to if given_up_at_s == now_s else NONE
            walk_queue(
                calls, duties, trips, queues, run, to_zone_s, by_free_s, agency_of_zone,
                preference, goes_along, fate_by_kind, on_scene_for_s_by_kind, heap, free, on_way,
                open_queues, now_s, seen_to_end,
            )  # fmt: skip
        elif rank == DISPATCHABLE:
            next_call += 1
            enqueue(calls, queues, open_queues, run, number)
            changed = True
        elif rank == RELEASED:
            pop(heap, run)
            if duties[number].due_key == key:
                changed = release(
                    duties, breaks, free, heap, run, to_zone_s, number, now_s
                )  # fmt: skip
        elif rank == PATIENCE_ENDS:
            pop(heap, run)
            duty = calls[number].duty
            if duty != NONE and duties[duty].due_key == key:
                given_up_at_s, given_up_to = now_s, number
                changed = release(duties, breaks, free, heap, run, to_zone_s, duty, now_s)
        elif rank == DUTY_STARTS:
            if key == heap_key:
                pop(heap, run)
            else:
                next_start += 1
            if number < run.n_duties:
                changed = start(duties, free, heap, run, to_zone_s, number, now_s)
            else:
                due_break(duties, breaks, free, heap, run, number - run.n_duties, now_s)
        elif number < run.n_duties:
            next_end += 1
            end(duties, breaks, free, heap, run, number, now_s)
        else:
            pop(heap, run)
            number -= run.n_duties
            if breaks[number].ended_at_s == NONE:
                breaks[number].ended_at_s = now_s
                changed = set_available(
                    duties, breaks, free, heap, run, to_zone_s, breaks[number].duty, now_s
                )
        if changed and run.n_open > 0:
            assign_key = (now_s << TIME_BITS) | (ASSIGN << RANK_BITS)


def simulate(world: World) -> Record:
    """Run a world in compiled code; the same record as the SimPy engine's, array for array."""
    roster, policy, travel = world.roster, world.policy, world.travel
    n_duties, n_breaks, n_zones = len(roster.post), len(world.breaks.duty), len(policy.preference)
    asks, clocks = np.flatnonzero(requested(world)), waits(world)
    call_keys = keys(clocks.dispatchable_at_s[asks], DISPATCHABLE, asks)
    calls = call_rows(world, clocks.patience_ends_at_s)
    duties, breaks = duty_rows(roster), break_rows(world.breaks)
    queues = put_in_queues(world, calls, call_keys & ID_MASK)
    n_trips = _most_trips(world, queues, len(asks))
    trips = np.empty(n_trips, TRIP).view(np.recarray)
    square_root = travel.model == TravelModel.SQUARE_ROOT
    to_zone_s = np.zeros((24, n_zones, n_zones), np.int64) if square_root else travel.matrix_s
    starts = keys(roster.on_at_s, DUTY_STARTS, np.arange(n_duties))
    dues = keys(world.breaks.due_at_s, DUTY_STARTS, n_duties + np.arange(n_breaks))
    n_trips = _run(
        calls,
        duties,
        breaks,
        trips,
        queues,
        run_row(world),
        call_keys,
        np.sort(np.concatenate([starts, dues])),
        keys(roster.off_at_s, DUTY_ENDS, np.arange(n_duties)),
        np.ascontiguousarray(to_zone_s.transpose(0, 2, 1)),
        travel.by_free_s,
        policy.agency_of_zone,
        policy.preference,
        policy.goes_along,
        np.ascontiguousarray(world.calls.fate_by_kind),
        np.ascontiguousarray(world.calls.on_scene_for_s_by_kind),
        np.empty(2 * n_duties + n_breaks + 2 + policy.recalls * n_trips, np.int64),
        np.empty(n_duties, np.int64),
        np.empty(n_duties, np.int64),
        np.empty(len(queues), np.int64),
    )
    return _record(trips[:n_trips], duties, breaks)


def _most_trips(world: World, queues: Rows, n_calls: int) -> int:
    """Most trips there can be: a call that takes a team on its way starts a chain downwards."""
    n_priorities = len(np.unique(queues["priority"]))
    return n_calls * max(n_priorities, 1) if world.policy.recalls else n_calls


def _record(trips: Rows, duties: Rows, breaks: Rows) -> Record:
    columns = {name: trips[name].copy() for name in TRIP.names or ()}
    of_duty = ("started_at_s", "ended_at_s", "start_zone")
    columns |= {name: duties[name].astype(np.int64) for name in of_duty}
    of_break = ("started_at_s", "ended_at_s")
    columns |= {f"break_{name}": breaks[name].copy() for name in of_break}
    return Record(**columns)
