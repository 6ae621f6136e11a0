"""What the numbers rest on: studies of the effect, how they are pooled, options, every number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from statistics import NormalDist

from sim.config import Config, Sourced, compose, names, program_names
from sim.config.compose import config_folders
from sim.config.groups.outcomes import Effect
from sim.config.groups.pooling import Pool, Study, pool
from sim.config.numbers import numbers

DESIGNS = ("randomized", "quasi_experiment", "before_after", "descriptive")  # the strongest first
NOT_FACTS = ("program", "run")  # what is published of a program, and how long to run
STUDIES = "outcomes.evidence."  # listed as studies, not as numbers of the model


@dataclass(frozen=True)
class Number:
    """A number of the config, and its key."""

    key: str
    number: Sourced


@dataclass(frozen=True)
class EffectEvidence:
    """Studies of an effect, null results first among equals, their pool, and the ratio in use.

    `pool` is None where nothing is pooled; `used` is None where the effect is computed from shares.
    """

    name: str
    studies: list[Study]
    pool: Pool | None
    used: Sourced | None

    @property
    def new_program(self) -> NormalDist | None:
        """Logarithm of the odds ratio of a program like those studied."""
        return None if self.pool is None else NormalDist(self.pool.mu, self.pool.sd)

    @property
    def chance_below_one(self) -> float | None:
        """Chance that such a program has a ratio below 1."""
        return None if self.new_program is None else self.new_program.cdf(0)


@dataclass(frozen=True)
class Option:
    """A file of a config group, what its head says of it, and the effect that it sets, if any."""

    name: str
    says: str
    effect: Effect | None = None


@dataclass(frozen=True)
class Evidence:
    """What a config rests on; `numbers` are by group.

    `of_programs` are options of outcomes that go with a program, and are not among `outcomes`.
    """

    config: Config
    effects: list[EffectEvidence]
    outcomes: list[Option]
    of_programs: list[str]
    costs: list[Option]
    numbers: dict[str, list[Number]]

    @property
    def assumed(self) -> int:
        """How many of the numbers are assumptions."""
        each = (one for group in self.numbers.values() for one in group)
        return sum(one.number.confidence == "A" for one in each)


def evidence(overrides: Sequence[str] = (), config_dir: Path | None = None) -> Evidence:
    """Gather what the numbers of a config rest on; nothing is run.

    Parameters
    ----------
    overrides
        Hydra overrides such as "program=los_angeles"; none: the defaults.
    config_dir
        The user's own configs, which add to the packaged ones and win.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.
    """
    config = compose(list(overrides), config_dir)
    groups = [group for group in Config.model_fields if group not in NOT_FACTS]
    programs, options = program_names(config_dir), names("outcomes", config_dir)
    return Evidence(
        config,
        _effects(config),
        [_outcomes(name, config_dir) for name in options if name not in programs],
        [name for name in options if name in programs],
        [Option(name, _head("costs", name, config_dir)) for name in names("costs", config_dir)],
        {group: _numbers(config, group) for group in groups},
    )


def _numbers(config: Config, group: str) -> list[Number]:
    found = numbers(getattr(config, group), group)
    return [Number(key, one) for key, one in found if not key.startswith(STUDIES)]


def in_order(studies: Sequence[Study]) -> list[Study]:
    """Studies by design, the strongest first, and of equal designs the one nearest to no effect.

    Those without a ratio come last of their design.
    """
    return sorted(studies, key=lambda one: (DESIGNS.index(one.design), _from_none(one)))


def _from_none(study: Study) -> float:
    ratio = study.odds_ratio
    return math.inf if ratio is None else abs(math.log(ratio.value))


def _effects(config: Config) -> list[EffectEvidence]:
    studies, of = config.outcomes.evidence, config.outcomes.effect
    return [
        _effect("arrest", studies.arrest, None if of is None else of.arrest_odds_ratio),
        _effect("hold", studies.hold, None if of is None else of.hold_odds_ratio),
        _effect("voluntary transport", [], None if of is None else of.voluntary_odds_ratio),
    ]


def _effect(name: str, studies: Sequence[Study], used: Sourced | None) -> EffectEvidence:
    some = any(one.pooled for one in studies)
    return EffectEvidence(name, in_order(studies), pool(studies) if some else None, used)


def _outcomes(name: str, config_dir: Path | None) -> Option:
    effect = compose([f"outcomes={name}"], config_dir).outcomes.effect
    return Option(name, _head("outcomes", name, config_dir), effect)


def _head(group: str, name: str, config_dir: Path | None) -> str:
    """First paragraph of the comment that a file of configs begins with, as running text."""
    files = (folder / group / f"{name}.yaml" for folder in config_folders(config_dir))
    text = next(file for file in files if file.is_file()).read_text(encoding="utf-8")
    lines = takewhile(lambda line: line.startswith("# "), text.splitlines())
    return " ".join(line.lstrip("# ") for line in lines)
