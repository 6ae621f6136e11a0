"""Queues of calls: a linked list each, and a list of those in which calls wait."""

from __future__ import annotations

from sim.arrays import Ints, Rows
from sim.compiled import inlined
from sim.model.kernel.rows import Row
from sim.schema import NONE


@inlined
def enqueue(calls: Rows, queues: Rows, open_queues: Ints, run: Row, call: int) -> None:
    """Put a call in its queue, by its place in line: at the end, unless it was there before."""
    row = calls[call]
    queue = queues[row.queue]
    if queue.first == NONE:
        queue.place = run.n_open
        open_queues[run.n_open] = row.queue
        run.n_open += 1
    before, after = queue.last, NONE
    if before != NONE and calls[before].place_in_line > row.place_in_line:
        before, after = NONE, queue.first
        while calls[after].place_in_line < row.place_in_line:
            before, after = after, calls[after].next_waiting
    row.next_waiting = after
    if before == NONE:
        queue.first = call
    else:
        calls[before].next_waiting = call
    if after == NONE:
        queue.last = call


@inlined
def close(queues: Rows, open_queues: Ints, run: Row, number: int) -> None:
    """Take a queue in which no call waits from the list."""
    at, last = queues[number].place, run.n_open - 1
    moved = open_queues[last]
    open_queues[at] = moved
    queues[moved].place = at
    queues[number].first = NONE
    queues[number].last = NONE
    queues[number].nobody_since = NONE
    run.n_open = last


@inlined
def take_first(calls: Rows, queues: Rows, open_queues: Ints, run: Row, number: int) -> None:
    """Take the first call out of a queue."""
    queues[number].first = calls[queues[number].first].next_waiting
    if queues[number].first == NONE:
        close(queues, open_queues, run, number)


@inlined
def still_waits(row: Row, call: int, now_s: int, given_up_to: int) -> bool:
    """Whether the patience of a call has not ended.

    At second `now_s` the patience of calls with an id up to `given_up_to` has been seen to end.
    """
    ends_at_s = row.patience_ends_at_s
    return bool(ends_at_s > now_s or (ends_at_s == now_s and call > given_up_to))


@inlined
def first_waiting(calls: Rows, queue: Row, now_s: int, given_up_to: int) -> int:
    """First call of a queue that still waits, or NONE; those before it are dropped."""
    first = queue.first
    while first != NONE and not still_waits(calls[first], first, now_s, given_up_to):
        first = calls[first].next_waiting
    queue.first = first
    return int(first)


@inlined
def drop_self_dispatch(queues: Rows, open_queues: Ints, run: Row) -> None:
    """After the walk of its second a self-dispatched call is nobody's."""
    at = 0
    while at < run.n_open:
        number = open_queues[at]
        if queues[number].is_self_dispatch == 1:
            close(queues, open_queues, run, number)
        else:
            at += 1
