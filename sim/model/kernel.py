"""The compiled twin of `engine.py`: the same events in the same order, the same record.

The next event is the least packed key (second, rank, id) of five sources: dispatchable calls, duty
starts and duty ends are sorted once and walked by pointers; releases, recalls and late starts wait
in one heap; a pending assignment has a key of its own. Patience of a waiting call is not an event:
it is looked at when the call is. Arrival and departure from the scene change nothing that another
event reads, so they are written down when the trip is assigned.

Rows are structured, about one line of memory a call or duty; arrays are passed one by one and all
is inlined, because numba counts references for each array that one function hands to another. The
same loop with tuples of arrays took thirty times as long (docs/decisions/0002-kernel.md).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled_in_place, inlined
from sim.model import dispatch
from sim.model.ledger import Record
from sim.model.rows import (
    ID_MASK,
    RANK_BITS,
    RANK_MASK,
    TIME_BITS,
    TRIP,
    Ints,
    Row,
    Rows,
    call_rows,
    duty_rows,
    keys,
    run_row,
)
from sim.model.world import World, requested, waits
from sim.schema import NONE, EndCause, Rank, TravelModel

NEVER = np.iinfo(np.int64).max
RELEASED = int(Rank.RELEASED)
DUTY_ENDS, DUTY_STARTS = int(Rank.DUTY_ENDS), int(Rank.DUTY_STARTS)
DISPATCHABLE, ASSIGN = int(Rank.DISPATCHABLE), int(Rank.ASSIGN)
PATIENCE_ENDS = int(Rank.PATIENCE_ENDS)
CLEARED, RECALLED = int(EndCause.CLEARED), int(EndCause.RECALLED)
UNFINISHED = int(EndCause.UNFINISHED)
SQUARE_ROOT = int(TravelModel.SQUARE_ROOT)
PRIORITIES = 128  # an int8 priority


# --- the heap of keys ------------------------------------------------------------------------


@inlined
def _push(heap: Ints, run: Row, second: int, rank: int, number: int) -> None:
    at = run.n_heap
    key = (second << TIME_BITS) | (rank << RANK_BITS) | number
    run.n_heap = at + 1
    while at > 0:
        above = (at - 1) >> 1
        if heap[above] <= key:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = key


@inlined
def _pop(heap: Ints, run: Row) -> None:
    size = run.n_heap - 1
    run.n_heap = size
    key = heap[size]
    at, below = 0, 1
    while below < size:
        if below + 1 < size and heap[below + 1] < heap[below]:
            below += 1
        if heap[below] >= key:
            break
        heap[at] = heap[below]
        at, below = below, 2 * below + 1
    heap[at] = key


# --- duties ----------------------------------------------------------------------------------


@inlined
def _set_free(duties: Rows, free: Ints, run: Row, duty: int, now_s: int) -> None:
    at = run.n_free
    free[at] = duty
    duties[duty].place = at
    duties[duty].idle_since_s = now_s
    run.n_free = at + 1


@inlined
def _take(duties: Rows, free: Ints, run: Row, duty: int) -> None:
    at, last = duties[duty].place, run.n_free - 1
    moved = free[last]
    free[at] = moved
    duties[moved].place = at
    duties[duty].place = NONE
    run.n_free = last


@inlined
def _finish(duties: Rows, heap: Ints, run: Row, duty: int, now_s: int) -> None:
    """Let a duty be over, so that the one that waits for it can start."""
    duties[duty].is_done = 1
    if duties[duty].successor_waiting != NONE:
        _push(heap, run, now_s, DUTY_STARTS, duties[duty].successor_waiting)


@inlined
def _start(duties: Rows, free: Ints, heap: Ints, run: Row, duty: int, now_s: int) -> bool:
    """Start a duty if it can; whether a team became free."""
    row = duties[duty]
    before = row.predecessor
    if before != NONE and duties[before].is_done == 0:
        duties[before].successor_waiting = duty
        return False
    if row.serves == 0 or now_s >= row.off_at_s:
        _finish(duties, heap, run, duty, now_s)
        return False
    while before != NONE and duties[before].started_at_s == NONE:  # it never served
        before = duties[before].predecessor
    relieved = before != NONE and duties[before].ended_at_s >= row.on_at_s
    row.zone = duties[before].zone if relieved else row.base_zone
    row.start_zone = row.zone
    row.started_at_s = now_s
    _set_free(duties, free, run, duty, now_s)
    return True


@inlined
def _end(duties: Rows, free: Ints, heap: Ints, run: Row, duty: int, now_s: int) -> None:
    """End a duty; a busy team finishes first."""
    duties[duty].is_past_end = 1
    if duties[duty].place != NONE:
        _take(duties, free, run, duty)
        duties[duty].ended_at_s = now_s
        _finish(duties, heap, run, duty, now_s)


@inlined
def _release(duties: Rows, free: Ints, heap: Ints, run: Row, duty: int, now_s: int) -> bool:
    """Release a team from its trip; whether it is free again."""
    if duties[duty].is_past_end == 1:
        duties[duty].ended_at_s = now_s
        _finish(duties, heap, run, duty, now_s)
        return False
    _set_free(duties, free, run, duty, now_s)
    return True


# --- the queue: a linked list a priority, first and last call of each ----------------------------


@inlined
def _enqueue(calls: Rows, queue: Ints, run: Row, call: int) -> None:
    """Append to the calls of its priority: they come in order of (dispatchable second, id)."""
    priority = calls[call].priority
    last = queue[1, priority]
    if last == NONE:
        queue[0, priority] = call
    else:
        calls[last].next_waiting = call
    calls[call].next_waiting = NONE
    queue[1, priority] = call
    run.n_waiting += 1
    run.last_priority = max(run.last_priority, priority)


@inlined
def _first_in_queue(calls: Rows, queue: Ints, run: Row, now_s: int, given_up_to: int) -> int:
    """Take the first call whose patience has not ended out of the queue; NONE if there is none.

    At second `now_s` the patience of calls with an id up to `given_up_to` has been seen to end.
    """
    for priority in range(run.last_priority + 1):
        call = queue[0, priority]
        while call != NONE:
            after = calls[call].next_waiting
            queue[0, priority] = after
            if after == NONE:
                queue[1, priority] = NONE
            run.n_waiting -= 1
            ends_at_s = calls[call].patience_ends_at_s
            if ends_at_s > now_s or (ends_at_s == now_s and call > given_up_to):
                return int(call)
            call = after
    return NONE


# --- assignment ------------------------------------------------------------------------------


@inlined
def _best_team(
    duties: Rows,
    free: Ints,
    n_free: int,
    to_zone_s: Ints,
    preference: NDArray[np.int32],
    rule: int,
    hour: int,
    zone: int,
) -> int:
    """Free team of least score, then least id."""
    best, least = NONE, NEVER
    for at in range(n_free):
        row = duties[free[at]]
        figure = dispatch.score(
            rule,
            to_zone_s[hour, zone, row.zone],
            preference[zone, row.base_zone],
            row.idle_since_s,
            row.worked_for_s,
        )
        if figure < least or (figure == least and free[at] < best):
            best, least = free[at], figure
    return int(best)


@inlined
def _after_scene_for_s(calls: Rows, goes_along: NDArray[np.int8], call: int) -> int:
    row = calls[call]
    away_for_s = dispatch.away_for_s(
        dispatch.destination_of(row.contact, row.fate, row.wanted_destination),
        goes_along[row.fate],
        row.centre_for_s,
        row.hospital_for_s,
        row.booking_for_s,
    )
    return int(away_for_s + row.report_for_s)


@inlined
def _write(
    trip: Row, arrived_at_s: int, left_at_s: int, end_at_s: int, end_cause: int, horizon_s: int
) -> None:
    """Write down the moments of a trip that come before the end of the run."""
    trip.arrived_at_s = arrived_at_s if arrived_at_s < horizon_s else NONE
    trip.left_at_s = left_at_s if left_at_s < horizon_s else NONE
    trip.end_at_s = end_at_s if end_at_s < horizon_s else NONE
    trip.end_cause = end_cause if end_at_s < horizon_s else UNFINISHED


@inlined
def _assign(
    calls: Rows,
    duties: Rows,
    trips: Rows,
    free: Ints,
    heap: Ints,
    run: Row,
    to_zone_s: Ints,
    by_free_s: Ints,
    preference: NDArray[np.int32],
    goes_along: NDArray[np.int8],
    call: int,
    now_s: int,
) -> None:
    """Send the best free team to a call and write down the whole of its trip."""
    row = calls[call]
    hour = dispatch.hour_of_day(now_s, run.first_hour)
    n_free = run.n_free
    duty = _best_team(duties, free, n_free, to_zone_s, preference, run.rule, hour, row.zone)
    team, of_pair_s = duties[duty], to_zone_s[hour, row.zone, duties[duty].zone]
    mean_s = by_free_s[n_free] if run.travel_model == SQUARE_ROOT else of_pair_s
    _take(duties, free, run, duty)
    trip = trips[run.n_trips]
    run.n_trips += 1
    trip.call, trip.duty, trip.origin_zone, trip.assigned_at_s = call, duty, team.zone, now_s
    row.duty = duty
    arrives_at_s = now_s + row.turnout_for_s + dispatch.travel_for_s(mean_s, row.travel_factor)
    if arrives_at_s <= row.patience_ends_at_s:
        team.zone = row.zone
        left_at_s = arrives_at_s + row.on_scene_for_s
        end_at_s = left_at_s + _after_scene_for_s(calls, goes_along, call)
        _write(trip, arrives_at_s, left_at_s, end_at_s, CLEARED, run.horizon_s)
        _push(heap, run, end_at_s, RELEASED, duty)
    else:
        end_at_s = row.patience_ends_at_s
        _write(trip, NEVER, NEVER, end_at_s, RECALLED, run.horizon_s)
        _push(heap, run, end_at_s, PATIENCE_ENDS, call)
    team.worked_for_s += end_at_s - now_s


# --- the loop --------------------------------------------------------------------------------


@compiled_in_place
def _run(
    calls: Rows,
    duties: Rows,
    trips: Rows,
    call_keys: Ints,
    start_keys: Ints,
    end_keys: Ints,
    to_zone_s: Ints,
    by_free_s: Ints,
    preference: NDArray[np.int32],
    goes_along: NDArray[np.int8],
    runs: Rows,
    heap: Ints,
    free: Ints,
    queue: Ints,
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
            while run.n_waiting > 0 and run.n_free > 0:
                call = _first_in_queue(calls, queue, run, now_s, seen_to_end)
                if call == NONE:
                    break
                _assign(
                    calls, duties, trips, free, heap, run,
                    to_zone_s, by_free_s, preference, goes_along, call, now_s,
                )  # fmt: skip
        elif rank == DISPATCHABLE:
            next_call += 1
            _enqueue(calls, queue, run, number)
            changed = True
        elif rank == RELEASED:
            _pop(heap, run)
            changed = _release(duties, free, heap, run, number, now_s)
        elif rank == PATIENCE_ENDS:
            _pop(heap, run)
            given_up_at_s, given_up_to = now_s, number
            changed = _release(duties, free, heap, run, calls[number].duty, now_s)
        elif rank == DUTY_STARTS:
            if key == heap_key:
                _pop(heap, run)
            else:
                next_start += 1
            changed = _start(duties, free, heap, run, number, now_s)
        else:
            next_end += 1
            _end(duties, free, heap, run, number, now_s)
        if changed:
            assign_key = (now_s << TIME_BITS) | (ASSIGN << RANK_BITS)


def simulate(world: World) -> Record:
    """Run a world in compiled code; the same record as the SimPy engine's, array for array."""
    asks, duty_ids = np.flatnonzero(requested(world)), np.arange(len(world.roster.post))
    clocks, travel, n_zones = waits(world), world.travel, len(world.policy.preference)
    calls = call_rows(world, clocks.patience_ends_at_s)
    duties, trips = duty_rows(world.roster), np.empty(len(asks), TRIP).view(np.recarray)
    square_root = travel.model == TravelModel.SQUARE_ROOT
    to_zone_s = np.zeros((24, n_zones, n_zones), np.int64) if square_root else travel.matrix_s
    n_trips = _run(
        calls,
        duties,
        trips,
        keys(clocks.dispatchable_at_s[asks], DISPATCHABLE, asks),
        keys(world.roster.on_at_s, DUTY_STARTS, duty_ids),
        keys(world.roster.off_at_s, DUTY_ENDS, duty_ids),
        np.ascontiguousarray(to_zone_s.transpose(0, 2, 1)),
        travel.by_free_s,
        world.policy.preference,
        world.policy.goes_along,
        run_row(world),
        np.empty(2 * len(duties) + 2, np.int64),
        np.empty(len(duties), np.int64),
        np.full((2, PRIORITIES), NONE, np.int64),
    )
    return _record(trips[:n_trips], duties)


def _record(trips: Rows, duties: Rows) -> Record:
    columns = {name: trips[name].copy() for name in TRIP.names or ()}
    of_duty = ("started_at_s", "ended_at_s", "start_zone")
    columns |= {name: duties[name].astype(np.int64) for name in of_duty}
    return Record(**columns, attempt=np.zeros(len(trips), np.int64))
