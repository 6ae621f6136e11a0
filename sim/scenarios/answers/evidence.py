"""What `evidence` answers: studies of the effect and their pool, options, and every number."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sim.config import Config, Sourced
from sim.config.groups.outcomes import Effect
from sim.config.groups.pooling import Pool, Study


@dataclass(frozen=True)
class Number:
    """A number of the config, and its key."""

    key: str
    number: Sourced


@dataclass(frozen=True)
class NewProgram:
    """Odds ratio of a program like those pooled: its mean, 95 % range and chance below 1.

    `sd` is the standard deviation of its logarithm.
    """

    odds_ratio: float
    low: float
    high: float
    sd: float
    chance_below_one: float


@dataclass(frozen=True)
class EffectEvidence:
    """Studies of an effect (null results first among equals), their pool, and the ratio in use.

    `pool` and `new_program` are None where nothing is pooled; `used` is None where the effect is
    computed from shares.
    """

    name: str
    studies: list[Study]
    pool: Pool | None
    new_program: NewProgram | None
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
