"""The compiled twin of `engine`: the same events in the same order, the same record.

The next event is the least packed key (second, rank, id) of five sources: dispatchable calls,
starts of duties and breaks, and ends of duties are sorted once and walked by pointers; releases,
recalls, late starts and ends of breaks wait in one heap; a pending assignment has a key of its own.
The end of a wait is an event only of a call that leads to a visit if no team reaches it; of others
it is looked at when the call is. Arrival and departure from the scene change nothing that another
event reads, so they are written down when the trip is assigned; a trip that is broken off is
written anew, and the key it left in the heap is known as stale because its team waits for another.

Calls and visits are jobs, numbered through: a visit is a job of one more mode, due when a call is
dispatchable (docs/decisions/0019-a-visit-is-a-mode.md). Jobs wait in one queue for each set of
teams that may be sent to them, so that a queue nobody free may serve is passed over whole
(docs/decisions/0009-queues-by-who-may-serve.md).

Rows are structured, about one line of memory a job or duty, and all is inlined. One tuple holds all
arrays: without counting of references (`compiled_in_place`) it costs nothing to hand it on, and
with it the loop took thirty times as long (docs/decisions/0002-kernel.md).
"""

from __future__ import annotations

from sim.compiled import compiled_in_place
from sim.model import dispatch
from sim.model.kernel.assignment import walk_queues
from sim.model.kernel.heap import pop, push
from sim.model.kernel.queues import enqueue
from sim.model.kernel.rows import ID_MASK, NEVER, RANK_BITS, RANK_MASK, TIME_BITS
from sim.model.kernel.teams import due_break, end, release, set_available, start
from sim.model.kernel.town import Town, town_of
from sim.model.kernel.trips import clear, leave_scene, miss
from sim.model.ledger.record import Record, record_of
from sim.model.world import World
from sim.schema import NONE, Rank


@compiled_in_place
def _run(town: Town) -> int:
    """Run to the horizon; the number of trips made."""
    run = town.runs[0]
    next_due, next_start, next_end = 0, 0, 0  # each is moved below by the event that it points at
    stop = run.horizon_s << TIME_BITS
    assign_key, given_up_at_s, given_up_to = NEVER, NONE, NONE
    while True:
        heap_key = town.heap[0] if run.n_heap > 0 else NEVER
        due_key = town.due_keys[next_due] if next_due < town.due_keys.size else NEVER
        start_key = town.start_keys[next_start] if next_start < town.start_keys.size else NEVER
        end_key = town.end_keys[next_end] if next_end < town.end_keys.size else NEVER
        key = min(due_key, start_key, end_key, heap_key, assign_key)
        if key >= stop:
            return int(run.n_trips)
        now_s, rank = key >> TIME_BITS, (key >> RANK_BITS) & RANK_MASK
        number = key & ID_MASK
        changed = False
        if rank == Rank.ASSIGN:
            assign_key = NEVER
            walk_queues(town, run, now_s, given_up_to if given_up_at_s == now_s else NONE)
        elif rank == Rank.DISPATCHABLE:
            next_due += 1
            first_done_at_s = town.first_done_at_s[town.person[number]]
            changed = not dispatch.is_averted(
                first_done_at_s,
                town.received_at_s[number],
                run.effect_s,
                town.repeat_u[number],
                run.repeat_ppm,
            )
            if changed:
                enqueue(town, run, number)
                if town.visit_if_missed[number] != NONE:
                    push(town, run, town.jobs[number].until_assigned_s, Rank.PATIENCE_ENDS, number)
        elif rank == Rank.RELEASED:
            pop(town, run)
            if town.duties[number].due_key == key:
                clear(town, run, number, now_s)
                changed = release(town, run, number, now_s)
        elif rank == Rank.LEAVES_SCENE:
            pop(town, run)
            if town.duties[number].due_key == key:
                leave_scene(town, run, number, now_s)
        elif rank == Rank.CHAIR_FREED:
            pop(town, run)
            run.n_in_chairs -= 1
            town.chairs[town.chair_of[number]].freed_at_s = now_s
        elif rank == Rank.VISIT_DUE:
            if key == heap_key:  # after a call; of a list or the beginning of hours otherwise
                pop(town, run)
            else:
                next_due += 1
            if number < run.n_visits:
                enqueue(town, run, run.n_calls + number)
            changed = True
        elif rank == Rank.PATIENCE_ENDS:
            pop(town, run)
            duty = town.jobs[number].duty
            is_recalled = duty != NONE and town.duties[duty].due_key == key
            if is_recalled or duty == NONE:
                given_up_at_s, given_up_to = now_s, number
                miss(town, run, number, now_s)
            if is_recalled:
                changed = release(town, run, duty, now_s)
        elif rank == Rank.DUTY_STARTS:
            if key == heap_key:  # one that had to wait for the duty before
                pop(town, run)
            else:
                next_start += 1
            if number < run.n_duties:
                changed = start(town, run, number, now_s)
            else:
                due_break(town, run, number - run.n_duties, now_s)
        elif number < run.n_duties:
            next_end += 1
            end(town, run, number, now_s)
        else:
            pop(town, run)
            row = town.breaks[number - run.n_duties]
            if row.ended_at_s == NONE:  # the end of the duty has not cut it short
                row.ended_at_s = now_s
                changed = set_available(town, run, row.duty, now_s)
        if changed and run.n_open + run.n_open_visits > 0:
            assign_key = (now_s << TIME_BITS) | (Rank.ASSIGN << RANK_BITS)


def simulate(world: World) -> Record:
    """Run a world in compiled code; the same record as the SimPy engine's, array for array."""
    town = town_of(world)
    n_trips = _run(town)
    trips, chairs = town.trips[:n_trips], town.chairs[: int(town.runs["n_stays"][0])]
    return record_of(trips, town.duties, town.breaks, chairs)
