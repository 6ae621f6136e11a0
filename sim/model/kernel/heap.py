"""The heap of event keys: second, rank and id in one integer.

An event is never taken out of the middle. Who no longer waits for it keeps another key as its
`due_key`, and the loop passes over a key that nobody keeps.
"""

from __future__ import annotations

import numpy as np

from sim.compiled import inlined
from sim.model.kernel.rows import RANK_BITS, TIME_BITS, Row
from sim.model.kernel.town import Town


@inlined
def push(town: Town, run: Row, second: int, rank: int, number: int) -> int:
    """Put the key of an event in the heap, and give it."""
    heap, at = town.heap, run.n_heap
    # As plain Python, a second or id of 32 bits would not hold what is shifted here.
    key = (np.int64(second) << TIME_BITS) | (np.int64(rank) << RANK_BITS) | np.int64(number)
    run.n_heap = at + 1
    while at > 0:
        above = (at - 1) >> 1
        if heap[above] <= key:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = key
    return int(key)


@inlined
def pop(town: Town, run: Row) -> None:
    """Take the least key out of the heap."""
    heap, size = town.heap, run.n_heap - 1
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
