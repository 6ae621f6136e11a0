"""Named random streams: the only module that makes random generators."""

from __future__ import annotations

import hashlib
from enum import IntEnum

import numpy as np

from sim.arrays import Floats


class Stream(IntEnum):
    """Id of each named random input. Ids are never reused, so a new input changes no other.

    6 was a clock by which the person left.
    """

    DAY_FACTOR = 0
    ARRIVALS = 1
    ZONE = 2
    INITIAL_TYPE = 3
    FUNNEL = 4
    TRIAGE = 5
    PATROL_SETTLES = 7
    TURNOUT = 8
    TRAVEL_FACTOR = 9
    CONTACT = 10
    FATE = 11
    ON_SCENE = 12
    DESTINATION = 13
    CENTER_TRANSPORT = 14
    CENTER_HANDOVER = 15
    HOSPITAL_TRANSPORT = 16
    HOSPITAL_HANDOVER = 17
    BOOKING = 18
    REPORT = 19
    # 20 was for resamples of replications.
    MODE = 21
    REQUEST = 22
    CONNECT = 23
    PATROL_ARRIVES = 24
    PATROL_ALONE = 25
    PATROL_HANDOVER = 26
    ABSENCE = 27
    STANDING_WORK = 28
    PULLED_AWAY = 29
    PERSON = 30
    REPEAT = 31
    CENTER_STAY = 32
    CUSTODY = 33
    VISIT_WANTED = 34
    VISIT_LAG = 35
    VISIT_LENGTH = 36
    OUTREACH = 37
    PARAMETER = 38
    WITHDRAWN = 39
    PATROL_WAITS = 40
    NO_CONTACT = 41
    HANDOFF = 42
    SWEEP_POINTS = 44
    SENSITIVITY_POINTS = 60
    SENSITIVITY_RESAMPLES = 61
    OBSERVED = 63


def generator(seed: int, replication: int, stream: Stream, *keys: int) -> np.random.Generator:
    """Generator of one named input of one replication, or of the part of it named by `keys`.

    Keyed as NumPy's ``SeedSequence(seed, spawn_key=(replication, stream, *keys))``, so any
    replication can be run alone, in any order, on any core, to the same bits; and a post has the
    same stream in every plan that has the post.
    """
    sequence = np.random.SeedSequence(seed, spawn_key=(replication, int(stream), *keys))
    return np.random.Generator(np.random.PCG64(sequence))


def key_of(name: str) -> int:
    """Key of a name, for `generator`: 64 bits of a digest, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


def uniforms(seed: int, replication: int, stream: Stream, n: int) -> Floats:
    """First n uniforms on [0, 1) of a stream; shape (n,). Asking for more changes none of them."""
    return generator(seed, replication, stream).random(n)


def marked_points(
    until: float, n_marks: int, seed: int, replication: int, stream: Stream, *keys: int
) -> tuple[Floats, Floats]:
    """Points below `until` of a unit-rate Poisson process, shape (n,), and their marks.

    The marks are uniforms on [0, 1), shape (n, n_marks). A longer process begins with the same
    points and marks.
    """
    n = int(until + 8 * np.sqrt(until) + 32)
    while True:
        u = generator(seed, replication, stream, *keys).random((n, 1 + n_marks))
        points = np.cumsum(-np.log1p(-u[:, 0]))
        if points[-1] >= until:
            within = np.searchsorted(points, until)
            return points[:within], u[:within, 1:]
        n *= 2  # the same stream from its start: the first points stay as they were
