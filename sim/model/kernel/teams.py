"""Teams that are free or on a break, and the duties they are on.

`place` of a duty is where it stands in the list of free teams, and only `set_free` and `leave_free`
move it: that it is not NONE is what the rest of the kernel means by free. A duty that is taken out
otherwise would be sent out twice. Likewise `resting` says that a team is on a break, and `due_key`
that it is out; of the three at most one is set.
"""

from __future__ import annotations

from sim.compiled import inlined
from sim.model import dispatch
from sim.model.kernel.heap import push
from sim.model.kernel.rows import NEVER, Row
from sim.model.kernel.town import Town
from sim.schema import NONE, Kind, Rank

# --- free ------------------------------------------------------------------------------------


@inlined
def set_free(town: Town, run: Row, duty: int, now_s: int) -> None:
    """Put a team among the free ones; if it goes home, it will be there after the drive.

    Teams stand at the front of the list, those who make visits only at its end. Each is a new
    chance for the queues that nobody could be sent to: without the count they would not be asked.
    """
    row = town.duties[duty]
    if row.kind == Kind.FOLLOW_UP:
        run.n_workers += 1
        at = town.free.size - run.n_workers
    else:
        at = run.n_free
        run.n_free = at + 1
    town.free[at] = duty
    row.place = at
    row.idle_since_s = now_s
    run.chances += 1
    if run.goes_home == 1:
        hour = dispatch.hour_of_day(now_s, run.first_hour)
        row.home_at_s = now_s + town.to_zone_s[hour, row.base_zone, row.zone]


@inlined
def leave_free(town: Town, run: Row, duty: int, now_s: int) -> None:
    """Take a team from the free ones, where it is now; the last of its end takes its place."""
    duties, free = town.duties, town.free
    row = duties[duty]
    if row.kind == Kind.FOLLOW_UP:
        last = free.size - run.n_workers
        run.n_workers -= 1
    else:
        last = run.n_free - 1
        run.n_free = last
    moved = free[last]
    free[row.place] = moved
    duties[moved].place = row.place
    row.place = NONE
    row.zone = dispatch.place(row.zone, row.base_zone, row.home_at_s, now_s)
    row.home_at_s = NEVER


# --- breaks ----------------------------------------------------------------------------------


@inlined
def take_break(town: Town, run: Row, duty: int, number: int, now_s: int) -> None:
    """Begin a break; its end is an event."""
    town.duties[duty].resting = number
    row = town.breaks[number]
    row.started_at_s = now_s
    push(town, run, now_s + row.break_for_s, Rank.DUTY_ENDS, run.n_duties + number)


@inlined
def set_available(town: Town, run: Row, duty: int, now_s: int) -> bool:
    """Let a team take the break that waits for it, or be free; whether it is.

    Only this takes a break from the front of those that wait, and only `due_break` adds one behind
    the last. `last_pending` is stale once none waits, so it is read only if `first_pending` is set.
    """
    row = town.duties[duty]
    row.resting = NONE
    number = row.first_pending
    if number == NONE:
        set_free(town, run, duty, now_s)
        return True
    row.first_pending = town.breaks[number].next_pending
    take_break(town, run, duty, number, now_s)
    return False


@inlined
def due_break(town: Town, run: Row, number: int, now_s: int) -> None:
    """Let a break begin, wait for its team, or be lost."""
    breaks = town.breaks
    duty = breaks[number].duty
    row = town.duties[duty]
    if row.place != NONE:
        leave_free(town, run, duty, now_s)
        take_break(town, run, duty, number, now_s)
    elif row.started_at_s != NONE and row.is_past_end == 0 and breaks[number].waits == 1:
        if row.first_pending == NONE:
            row.first_pending = number
        else:
            breaks[row.last_pending].next_pending = number
        row.last_pending = number


# --- duties ----------------------------------------------------------------------------------


@inlined
def finish(town: Town, run: Row, duty: int, now_s: int) -> None:
    """Let a duty be over, so that the one that waits for it can start.

    `start` writes `successor_waiting` if it came too early, and nobody clears it: a duty is over
    once. One that comes later finds `is_done` and needs no event.
    """
    row = town.duties[duty]
    row.is_done = 1
    if row.successor_waiting != NONE:
        push(town, run, now_s, Rank.DUTY_STARTS, row.successor_waiting)


@inlined
def start(town: Town, run: Row, duty: int, now_s: int) -> bool:
    """Start a duty if it can; whether a team became free."""
    duties = town.duties
    row = duties[duty]
    before = row.predecessor
    if before != NONE and duties[before].is_done == 0:
        duties[before].successor_waiting = duty
        return False
    if row.serves == 0 or now_s >= row.off_at_s:
        finish(town, run, duty, now_s)
        return False
    while before != NONE and duties[before].started_at_s == NONE:  # it never served
        before = duties[before].predecessor
    relieved = before != NONE and duties[before].ended_at_s >= row.on_at_s
    row.zone = duties[before].zone if relieved else row.base_zone
    row.start_zone = row.zone
    row.started_at_s = now_s
    set_free(town, run, duty, now_s)
    return True


@inlined
def end(town: Town, run: Row, duty: int, now_s: int) -> None:
    """End a duty, and the break it is on; a busy team finishes first."""
    row = town.duties[duty]
    row.is_past_end = 1
    if row.resting != NONE:
        town.breaks[row.resting].ended_at_s = now_s
    elif row.place != NONE:
        leave_free(town, run, duty, now_s)
    else:
        return
    row.ended_at_s = now_s
    finish(town, run, duty, now_s)


@inlined
def release(town: Town, run: Row, duty: int, now_s: int) -> bool:
    """Release a team from its trip; whether it is free again."""
    row = town.duties[duty]
    row.trip, row.due_key = NONE, NEVER
    if row.is_past_end == 1:
        row.ended_at_s = now_s
        finish(town, run, duty, now_s)
        return False
    return set_available(town, run, duty, now_s)
