"""The heap of event keys: second, rank and id in one integer."""

from __future__ import annotations

from sim.arrays import Ints
from sim.compiled import inlined
from sim.model.kernel.rows import RANK_BITS, TIME_BITS, Row


@inlined
def push(heap: Ints, run: Row, second: int, rank: int, number: int) -> int:
    """Put the key of an event in the heap, and give it."""
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
    return key


@inlined
def pop(heap: Ints, run: Row) -> None:
    """Take the least key out of the heap."""
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
