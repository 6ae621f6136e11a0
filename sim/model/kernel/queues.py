"""Queues of calls and visits: a linked list each, and a list of those in which a job waits.

Queues of calls stand at the front of that list, those of visits at its end, so that a walk of calls
steps over no visit. `place` is where a queue stands; counted from the end it is below zero.

Only the functions here move the links. `next_waiting` of a job is good while the job stands in its
queue, and stale after. `first` and `last` of a queue are NONE together, which is how `enqueue`
knows that the queue is not in the list. A job taken out anywhere else would leave a `last` that
points at it, and whoever comes next would be hung behind a job that has gone.
"""

from __future__ import annotations

from sim.arrays import Rows
from sim.compiled import inlined
from sim.model import dispatch
from sim.model.kernel.rows import Row
from sim.model.kernel.town import Town
from sim.schema import NONE


@inlined
def priority_in_line(town: Town, run: Row, job: int, now_s: int) -> int:
    """Priority to which a job has risen by waiting.

    In one queue who has waited longer has risen as far or farther, so that no job ever has to move:
    a queue is in the order of its line at every second, and its first stands for it.
    """
    queue = town.queues[town.jobs[job].queue]
    if queue.rises_to == queue.priority:  # a visit is never dispatchable, and does not rise
        return int(queue.priority)
    waited_s = now_s - town.dispatchable_at_s[job]
    return dispatch.risen(
        queue.priority, waited_s, run.ageing_after_s, run.ageing_steps, run.ageing_most_urgent
    )


@inlined
def is_before(jobs: Rows, job: int, other: int) -> bool:
    """Whether a job comes before another that has, or has risen to, its priority.

    Visits all have the same place in line: when they are due is known in the run only. As all of
    them wait equally long, the one that waits until an earlier second was due first.
    """
    place, other_place = jobs[job].place_in_line, jobs[other].place_in_line
    if place != other_place:
        return bool(place < other_place)
    until_s, other_until_s = jobs[job].until_assigned_s, jobs[other].until_assigned_s
    return bool(until_s < other_until_s or (until_s == other_until_s and job < other))


@inlined
def enqueue(town: Town, run: Row, job: int) -> None:
    """Put a job in its queue: at the end, unless it stood before others until a team took it."""
    jobs = town.jobs
    row = jobs[job]
    queue = town.queues[row.queue]
    if queue.first == NONE:
        if row.mode == dispatch.VISITING:
            run.n_open_visits += 1
            queue.place = -run.n_open_visits
        else:
            queue.place = run.n_open
            run.n_open += 1
        town.open_queues[queue.place] = row.queue
    before, after = queue.last, NONE
    if before != NONE and is_before(jobs, job, before):
        before, after = NONE, queue.first
        while is_before(jobs, after, job):
            before, after = after, jobs[after].next_waiting
    row.next_waiting = after
    if before == NONE:
        queue.first = job
    else:
        jobs[before].next_waiting = job
    if after == NONE:
        queue.last = job


@inlined
def close(town: Town, run: Row, number: int) -> None:
    """Take a queue in which no job waits from the list; the last of its end takes its place.

    It is asked anew when a job comes: without that, the answer of its last job would be taken for
    that of the next one.
    """
    queue, last = town.queues[number], run.n_open - 1
    if queue.place < 0:
        last = -run.n_open_visits
        run.n_open_visits -= 1
    else:
        run.n_open = last
    moved = town.open_queues[last]
    town.open_queues[queue.place] = moved
    town.queues[moved].place = queue.place
    queue.first = queue.last = queue.nobody_since = NONE


@inlined
def take_first(town: Town, run: Row, number: int) -> None:
    """Take the first job out of a queue."""
    queue = town.queues[number]
    queue.first = town.jobs[queue.first].next_waiting
    if queue.first == NONE:
        close(town, run, number)


@inlined
def still_waits(row: Row, job: int, now_s: int, given_up_to: int) -> bool:
    """Whether a job has not been given up.

    At second `now_s` calls with an id up to `given_up_to` have been seen to end; visits, whose ids
    are greater, wait to the end of that second.
    """
    until_s = row.until_assigned_s
    return bool(until_s > now_s or (until_s == now_s and job > given_up_to))


@inlined
def first_waiting(jobs: Rows, queue: Row, now_s: int, given_up_to: int) -> int:
    """First job of a queue that still waits, or NONE; those before it are dropped.

    After NONE the caller has to `close` the queue: its `last` is a job that was dropped.
    """
    first = queue.first
    while first != NONE and not still_waits(jobs[first], first, now_s, given_up_to):
        first = jobs[first].next_waiting
    queue.first = first
    return int(first)


@inlined
def drop_self_dispatch(town: Town, run: Row) -> None:
    """After the walk of its second a self-dispatched call is nobody's."""
    at = 0
    while at < run.n_open:
        number = town.open_queues[at]
        if town.queues[number].is_self_dispatch == 1:
            close(town, run, number)
        else:
            at += 1
