"""What `evidence` answers: studies of the effect and their pools, options, and every number."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from sim.config import Config, Sourced
from sim.config.groups.outcomes import Effect
from sim.config.groups.pooling import Study
from sim.config.meta_analysis import Method


@dataclass(frozen=True)
class Number:
    """A number of the config, and its key."""

    key: str
    number: Sourced


class Ratio(NamedTuple):
    """Odds ratio and its 95% interval."""

    value: float
    low: float
    high: float


class Pooling(NamedTuple):
    """What a method makes of the studies: the ratio of the mean program, and that of a new one.

    `tau` is the standard deviation between programs of the log odds ratio; `chance_below_one` is
    that of a new program.
    """

    method: Method
    tau: float
    mean: Ratio
    new_program: Ratio
    chance_below_one: float


@dataclass(frozen=True)
class EffectEvidence:
    """Studies of an effect (null results first among equals), their pools, and the ratio in use.

    `pools` has a row for every method, the one in use first; none where nothing is pooled. `used`
    is None where the effect is computed from shares.
    """

    name: str
    studies: list[Study]
    pools: list[Pooling]
    used: Sourced | None


@dataclass(frozen=True)
class Option:
    """A file of a config group, its head comment, and the effect that it sets, if any."""

    name: str
    says: str
    effect: Effect | None = None


@dataclass(frozen=True)
class Evidence:
    """The evidence behind a config; `numbers` are by group.

    `by_letter` is how many of them have each letter, `assumed` how many of each group have an A.
    `of_programs` are the options of outcomes of a program, which are not among `outcomes`.
    """

    config: Config
    effects: list[EffectEvidence]
    outcomes: list[Option]
    of_programs: list[str]
    costs: list[Option]
    numbers: dict[str, list[Number]]
    by_letter: Counter[str]
    assumed: dict[str, int]
