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

from sim.arrays import Codes, Ids, Ints
from sim.compiled import compiled_in_place
from sim.model import dispatch
from sim.model.kernel.assignment import walk_queue
from sim.model.kernel.heap import pop
from sim.model.kernel.queues import enqueue
from sim.model.kernel.rows import (
    CHAIR,
    ID_MASK,
    NEVER,
    RANK_BITS,
    RANK_MASK,
    TIME_BITS,
    TRIP,
    Rows,
    break_rows,
    call_rows,
    duty_rows,
    keys,
    put_in_queues,
    run_row,
    visit_rows,
)
from sim.model.kernel.teams import due_break, end, release, set_available, start
from sim.model.kernel.trips import follow_up, leave_scene
from sim.model.kernel.visits import wait_for_visit, walk_visits
from sim.model.ledger.record import Record, record_of
from sim.model.world import World, courses_of, requested, visit_openings, waits
from sim.schema import NONE, Rank, TravelModel


@compiled_in_place
def _run(
    calls: Rows,
    courses: Rows,
    duties: Rows,
    breaks: Rows,
    trips: Rows,
    queues: Rows,
    visits: Rows,
    chairs: Rows,
    chair_of: Ids,
    runs: Rows,
    due_keys: Ints,
    start_keys: Ints,
    end_keys: Ints,
    to_zone_s: Ints,
    by_free_s: Ints,
    agency_of_zone: Ids,
    preference: Ids,
    visit_hours: Codes,
    open_by_hour: Codes,
    received_at_s: Ints,
    person: Ids,
    repeat_u: Ids,
    first_done_at_s: Ints,
    heap: Ints,
    free: Ints,
    out: Ints,
    open_queues: Ints,
    passed_over: Ints,
) -> int:
    """Run to the horizon; the number of trips made."""
    run = runs[0]
    next_due, next_start, next_end = 0, 0, 0
    stop = run.horizon_s << TIME_BITS
    assign_key, given_up_at_s, given_up_to = NEVER, NONE, NONE
    while True:
        heap_key = heap[0] if run.n_heap > 0 else NEVER
        due_key = due_keys[next_due] if next_due < due_keys.size else NEVER
        start_key = start_keys[next_start] if next_start < start_keys.size else NEVER
        end_key = end_keys[next_end] if next_end < end_keys.size else NEVER
        key = min(due_key, start_key, end_key, heap_key, assign_key)
        if key >= stop:
            return int(run.n_trips)
        now_s, rank = key >> TIME_BITS, (key >> RANK_BITS) & RANK_MASK
        number = key & ID_MASK
        changed = False
        if rank == Rank.ASSIGN:
            assign_key = NEVER
            seen_to_end = given_up_to if given_up_at_s == now_s else NONE
            walk_queue(
                calls, courses, duties, trips, queues, visits, run, to_zone_s, by_free_s,
                agency_of_zone, preference, heap, free, out, open_queues, now_s, seen_to_end,
            )  # fmt: skip
            if run.first_visit != NONE:
                walk_visits(
                    duties, trips, visits, heap, free, out, run, to_zone_s, by_free_s,
                    agency_of_zone, preference, visit_hours, passed_over, now_s,
                )  # fmt: skip
        elif rank == Rank.DISPATCHABLE:
            next_due += 1
            changed = not dispatch.is_averted(
                first_done_at_s[person[number]],
                received_at_s[number],
                run.effect_s,
                repeat_u[number],
                run.repeat_ppm,
            )
            if changed:
                enqueue(calls, queues, open_queues, run, number)
        elif rank == Rank.RELEASED:
            pop(heap, run)
            if duties[number].due_key == key:
                trip = trips[duties[number].trip]
                if trip.call == NONE:
                    visited = visits[trip.visit].person
                    if first_done_at_s[visited] == NONE:
                        first_done_at_s[visited] = now_s
                else:
                    follow_up(
                        courses, visits, heap, run, trip.call, duties[number].kind, now_s,
                    )  # fmt: skip
                changed = release(duties, breaks, free, heap, run, to_zone_s, number, now_s)
        elif rank == Rank.LEAVES_SCENE:
            pop(heap, run)
            if duties[number].due_key == key:
                leave_scene(
                    courses, duties, trips, chairs, chair_of, heap, run, open_by_hour, number,
                    now_s,
                )  # fmt: skip
        elif rank == Rank.CHAIR_FREED:
            pop(heap, run)
            run.n_in_chairs -= 1
            chairs[chair_of[number]].freed_at_s = now_s
        elif rank == Rank.VISIT_DUE:
            if key == heap_key:
                pop(heap, run)
            else:
                next_due += 1
            if number < run.n_visits:
                wait_for_visit(visits, run, number)
            changed = True
        elif rank == Rank.PATIENCE_ENDS:
            pop(heap, run)
            duty = calls[number].duty
            if duty != NONE and duties[duty].due_key == key:
                given_up_at_s, given_up_to = now_s, number
                changed = release(duties, breaks, free, heap, run, to_zone_s, duty, now_s)
        elif rank == Rank.DUTY_STARTS:
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
        if changed and (run.n_open > 0 or run.first_visit != NONE):
            assign_key = (now_s << TIME_BITS) | (Rank.ASSIGN << RANK_BITS)


def simulate(world: World) -> Record:
    """Run a world in compiled code; the same record as the SimPy engine's, array for array."""
    roster, policy, travel = world.roster, world.policy, world.travel
    n_duties, n_breaks, n_zones = len(roster.post), len(world.breaks.duty), len(policy.preference)
    asks, clocks = np.flatnonzero(requested(world)), waits(world)
    call_keys = keys(clocks.dispatchable_at_s[asks], Rank.DISPATCHABLE, asks)
    calls, courses = call_rows(world, clocks.patience_ends_at_s), courses_of(world)
    duties, breaks, visits = duty_rows(roster), break_rows(world.breaks), visit_rows(world)
    queues, runs = put_in_queues(world, calls, call_keys & ID_MASK), run_row(world)
    n_most = _most_trips(world, queues, len(asks))
    trips = np.empty(n_most, TRIP).view(np.recarray)
    chairs = np.empty(len(asks), CHAIR).view(np.recarray)
    square_root = travel.model == TravelModel.SQUARE_ROOT
    to_zone_s = np.zeros((24, n_zones, n_zones), np.int64) if square_root else travel.matrix_s
    starts = keys(roster.on_at_s, Rank.DUTY_STARTS, np.arange(n_duties))
    dues = keys(world.breaks.due_at_s, Rank.DUTY_STARTS, n_duties + np.arange(n_breaks))
    n_trips = _run(
        calls,
        courses,
        duties,
        breaks,
        trips,
        queues,
        visits,
        chairs,
        np.full(len(calls), NONE, np.int32),
        runs,
        np.sort(np.concatenate([call_keys, _visit_keys(world)])),
        np.sort(np.concatenate([starts, dues])),
        keys(roster.off_at_s, Rank.DUTY_ENDS, np.arange(n_duties)),
        np.ascontiguousarray(to_zone_s.transpose(0, 2, 1)),
        travel.by_free_s,
        policy.agency_of_zone,
        policy.preference,
        policy.visit_hours,
        world.center.open_by_hour,
        world.calls.received_at_s,
        world.calls.person,
        world.calls.repeat_u,
        np.full(_n_persons(world), NONE, np.int64),
        np.empty(2 * n_duties + n_breaks + len(asks) + len(visits) + n_most + 2, np.int64),
        np.empty(n_duties, np.int64),
        np.empty(n_duties, np.int64),
        np.empty(len(queues), np.int64),
        np.full(n_zones, NONE, np.int64),
    )
    return record_of(trips[:n_trips], duties, breaks, chairs[: int(runs["n_stays"][0])])


def _visit_keys(world: World) -> Ints:
    """Keys of the visits of a list, and of the beginnings of visiting hours."""
    listed, openings = np.flatnonzero(world.visits.call == NONE), visit_openings(world)
    begin = np.full(len(openings), len(world.visits.zone))
    seconds = np.concatenate([world.visits.due_at_s[listed], openings])
    return keys(seconds, Rank.VISIT_DUE, np.concatenate([listed, begin]))


def _n_persons(world: World) -> int:
    persons = np.concatenate([world.calls.person, world.visits.person])
    return int(persons.max(initial=NONE)) + 1


def _most_trips(world: World, queues: Rows, n_calls: int) -> int:
    """Most trips there can be.

    A call that takes a team on its way starts a chain downwards; one that takes a team off a visit
    makes another trip for that.
    """
    n_priorities = len(np.unique(queues["priority"])) if world.policy.recalls else 1
    to_calls = n_calls * max(n_priorities, 1)
    return to_calls * (1 + world.policy.visits_interruptible) + len(world.visits.zone)
