"""Whether the units of a log look like crisis teams rather than patrol."""

from __future__ import annotations

import re
from typing import NamedTuple

import polars as pl

# What teams are called; each begins the name of a unit, or is a word in it.
WORDS = (
    *("CRT", "CIT", "MCU", "MCT", "MCRT", "CCIT", "CRU", "MHU", "PERT", "STAR", "CORE"),
    *(r"CO ?RESP[A-Z]*", "CRISIS", "MENTAL", "BEHAV[A-Z]*"),
)
NAME = re.compile(rf"(?<![A-Z])(?:{'|'.join(WORDS)})(?![A-Z])")
FEW = 6  # units; patrol of a city has more
MOST = 0.9  # of the calls that have a unit


class Units(NamedTuple):
    """Units of a log: how many there are, and one of them if most have the name of a team."""

    n: int = 0
    named: str | None = None

    @property
    def look_like_teams(self) -> bool:
        """Whether they have names of teams, or are as few as no patrol is."""
        return self.named is not None or 0 < self.n <= FEW


def units_of(unit: pl.Series) -> Units:
    """Units that were sent to some calls; null is none.

    Examples
    --------
    >>> units_of(pl.Series(["CRT2", "CRT1", "CRT2", None]))
    Units(n=2, named='CRT2')
    """
    counts = unit.drop_nulls().value_counts().sort("count", unit.name, descending=[True, False])
    calls = dict(counts.iter_rows())
    teams = [name for name in calls if is_team(name)]
    enough = sum(calls[name] for name in teams) >= MOST * sum(calls.values())
    return Units(len(calls), teams[0] if teams and enough else None)


def is_team(name: str) -> bool:
    """Whether a name is one that teams have.

    Examples
    --------
    >>> [is_team(name) for name in ("CRT1", "Co-Responder 2", "3A12", "STARK 4")]
    [True, True, False, False]
    """
    return NAME.search(re.sub(r"[^A-Z0-9]+", " ", name.upper())) is not None
