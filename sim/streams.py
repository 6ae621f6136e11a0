"""Named random streams: the only room that makes generators."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Stream(IntEnum):
    """One id for each named input. An id is never reused, so a new input disturbs no old one."""

    DAY_FACTOR = 0
    ARRIVALS = 1
    ZONE = 2
    INITIAL_TYPE = 3
    FUNNEL = 4
    TRIAGE = 5
    LEAVES = 6
    PATROL_CLEARS = 7
    TURNOUT = 8
    TRAVEL_FACTOR = 9
    CONTACT = 10
    FATE = 11
    ON_SCENE = 12
    DESTINATION = 13
    CENTRE_TRANSPORT = 14
    CENTRE_HANDOVER = 15
    HOSPITAL_TRANSPORT = 16
    HOSPITAL_HANDOVER = 17
    BOOKING = 18
    REPORT = 19
    BOOTSTRAP = 20


def generator(seed: int, replication: int, stream: Stream) -> np.random.Generator:
    """Generator of one named input of one replication.

    Keyed as NumPy's ``SeedSequence(seed, spawn_key=(replication, stream))``, so any replication
    can be run alone, in any order, on any core, to the same bits.
    """
    sequence = np.random.SeedSequence(seed, spawn_key=(replication, int(stream)))
    return np.random.Generator(np.random.PCG64(sequence))


def uniforms(seed: int, replication: int, stream: Stream, n: int) -> NDArray[np.float64]:
    """First n uniforms on [0, 1) of a stream; shape (n,). Asking for more changes none of them."""
    return generator(seed, replication, stream).random(n)
