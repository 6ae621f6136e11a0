"""Whose call it is: a few people call often, each of the others once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from sim.arrays import Floats, Ids
from sim.config.models import Persons
from sim.streams import Stream, uniforms


class PersonTables(NamedTuple):
    """Share of calls that frequent callers make, and the share of those up to each; shape (N,)."""

    frequent_share: float
    cumulated: Floats


def person_tables(persons: Persons) -> PersonTables:
    """Tables of a config, computed once for all replications."""
    n = persons.frequent_callers
    weights = caller_weights(n, float(persons.spread))
    return PersonTables(float(persons.frequent_share) if n else 0.0, np.cumsum(weights))


def caller_weights(n: int, spread: float) -> Floats:
    """Share of the frequent callers' calls that each makes, rising; shape (n,).

    Lognormal with `spread` the standard deviation of its logarithm, at n even quantiles: given and
    not drawn, so that the same people call often in every replication.
    """
    z = special.ndtri((np.arange(n) + 0.5) / n)
    weights = np.exp(spread * (z - z.max(initial=0.0)))  # at most 1, whatever the spread
    out: Floats = weights / weights.sum()
    return out


def sample_persons(tables: PersonTables, n: int, seed: int, replication: int) -> Ids:
    """Person of each of the first n calls; shape (n,).

    One uniform says whether a frequent caller calls, and by its place below that share which one.
    Everyone else calls once: call k is of a person of its own, the one after all frequent callers
    and k more.
    """
    n_frequent = len(tables.cumulated)
    out = np.arange(n_frequent, n_frequent + n, dtype=np.int32)
    if tables.frequent_share == 0:
        return out
    u = uniforms(seed, replication, Stream.PERSON, n)
    frequent = np.flatnonzero(u < tables.frequent_share)
    at = np.searchsorted(tables.cumulated, u[frequent] / tables.frequent_share, side="right")
    out[frequent] = np.minimum(at, n_frequent - 1)  # the last share may round to less than one
    return out
