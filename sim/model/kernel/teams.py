"""Teams that are free or on a break, and the duties they are on."""

from __future__ import annotations

from sim.arrays import Ints
from sim.compiled import inlined
from sim.model import dispatch
from sim.model.kernel.heap import push
from sim.model.kernel.rows import NEVER, Row, Rows
from sim.schema import NONE, Kind, Rank

# --- free ------------------------------------------------------------------------------------


@inlined
def set_free(duties: Rows, free: Ints, run: Row, to_zone_s: Ints, duty: int, now_s: int) -> None:
    """Put a team among the free ones; if it goes home, it will be there after the drive.

    Teams stand at the front of the list, those who make visits only at its end.
    """
    row = duties[duty]
    if row.kind == Kind.FOLLOW_UP:
        run.n_workers += 1
        at = free.size - run.n_workers
    else:
        at = run.n_free
        run.n_free = at + 1
    free[at] = duty
    row.place = at
    row.idle_since_s = now_s
    run.chances += 1
    if run.goes_home == 1:
        hour = dispatch.hour_of_day(now_s, run.first_hour)
        row.home_at_s = now_s + to_zone_s[hour, row.base_zone, row.zone]


@inlined
def leave_free(duties: Rows, free: Ints, run: Row, duty: int, now_s: int) -> None:
    """Take a team from the free ones, where it is now."""
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


@inlined
def note_out(duties: Rows, out: Ints, run: Row, duty: int) -> None:
    """Put a team in the list of those that may be taken off what they do."""
    if duties[duty].place_out == NONE:
        duties[duty].place_out = run.n_out
        out[run.n_out] = duty
        run.n_out += 1


# --- breaks ----------------------------------------------------------------------------------


@inlined
def take_break(
    duties: Rows, breaks: Rows, heap: Ints, run: Row, duty: int, number: int, now_s: int
) -> None:
    """Begin a break; its end is an event."""
    duties[duty].resting = number
    breaks[number].started_at_s = now_s
    end_at_s = now_s + breaks[number].break_for_s
    push(heap, run, end_at_s, Rank.DUTY_ENDS, run.n_duties + number)


@inlined
def set_available(
    duties: Rows,
    breaks: Rows,
    free: Ints,
    heap: Ints,
    run: Row,
    to_zone_s: Ints,
    duty: int,
    now_s: int,
) -> bool:
    """Let a team take the break that waits for it, or be free; whether it is."""
    row = duties[duty]
    row.resting = NONE
    number = row.first_pending
    if number == NONE:
        set_free(duties, free, run, to_zone_s, duty, now_s)
        return True
    row.first_pending = breaks[number].next_pending
    take_break(duties, breaks, heap, run, duty, number, now_s)
    return False


@inlined
def due_break(
    duties: Rows, breaks: Rows, free: Ints, heap: Ints, run: Row, number: int, now_s: int
) -> None:
    """Let a break begin, wait for its team, or be lost."""
    duty = breaks[number].duty
    row = duties[duty]
    if row.place != NONE:
        leave_free(duties, free, run, duty, now_s)
        take_break(duties, breaks, heap, run, duty, number, now_s)
    elif row.started_at_s != NONE and row.is_past_end == 0 and breaks[number].waits == 1:
        if row.first_pending == NONE:
            row.first_pending = number
        else:
            breaks[row.last_pending].next_pending = number
        row.last_pending = number


# --- duties ----------------------------------------------------------------------------------


@inlined
def finish(duties: Rows, heap: Ints, run: Row, duty: int, now_s: int) -> None:
    """Let a duty be over, so that the one that waits for it can start."""
    duties[duty].is_done = 1
    if duties[duty].successor_waiting != NONE:
        push(heap, run, now_s, Rank.DUTY_STARTS, duties[duty].successor_waiting)


@inlined
def start(
    duties: Rows, free: Ints, heap: Ints, run: Row, to_zone_s: Ints, duty: int, now_s: int
) -> bool:
    """Start a duty if it can; whether a team became free."""
    row = duties[duty]
    before = row.predecessor
    if before != NONE and duties[before].is_done == 0:
        duties[before].successor_waiting = duty
        return False
    if row.serves == 0 or now_s >= row.off_at_s:
        finish(duties, heap, run, duty, now_s)
        return False
    while before != NONE and duties[before].started_at_s == NONE:  # it never served
        before = duties[before].predecessor
    relieved = before != NONE and duties[before].ended_at_s >= row.on_at_s
    row.zone = duties[before].zone if relieved else row.base_zone
    row.start_zone = row.zone
    row.started_at_s = now_s
    set_free(duties, free, run, to_zone_s, duty, now_s)
    return True


@inlined
def end(
    duties: Rows, breaks: Rows, free: Ints, heap: Ints, run: Row, duty: int, now_s: int
) -> None:
    """End a duty, and the break it is on; a busy team finishes first."""
    row = duties[duty]
    row.is_past_end = 1
    if row.resting != NONE:
        breaks[row.resting].ended_at_s = now_s
    elif row.place != NONE:
        leave_free(duties, free, run, duty, now_s)
    else:
        return
    row.ended_at_s = now_s
    finish(duties, heap, run, duty, now_s)


@inlined
def release(
    duties: Rows,
    breaks: Rows,
    free: Ints,
    heap: Ints,
    run: Row,
    to_zone_s: Ints,
    duty: int,
    now_s: int,
) -> bool:
    """Release a team from its trip; whether it is free again."""
    row = duties[duty]
    row.trip, row.due_key = NONE, NEVER
    if row.is_past_end == 1:
        row.ended_at_s = now_s
        finish(duties, heap, run, duty, now_s)
        return False
    return set_available(duties, breaks, free, heap, run, to_zone_s, duty, now_s)
