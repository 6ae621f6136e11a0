"""What the numbers rest on: studies of the effect and their pool, options, every number."""

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
    """Studies of an effect (null results first among equals), their pool, and the ratio in use.

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
    """A file of a config group, its head comment, and the effect that it sets, if any."""

    name: str
    says: str
    effect: Effect | None = None


@dataclass(frozen=True)
class Evidence:
    """The evidence behind a config; `numbers` are by group.

    `of_programs` are the options of outcomes of a program, which are not among `outcomes`.
    """

    config: Config
    effects: list[EffectEvidence]
    outcomes: list[Option]
    of_programs: list[str]
    costs: list[Option]
    numbers: dict[str, list[Number]]

    @property
    def assumed(self) -> int:
        """Count of the numbers that are assumptions."""
        every = (entry for group in self.numbers.values() for entry in group)
        return sum(entry.number.confidence == "A" for entry in every)


def evidence(overrides: Sequence[str] = (), config_dir: Path | None = None) -> Evidence:
    """Gather the evidence behind a config without a run.

    Parameters
    ----------
    overrides
        Hydra overrides such as "program=los_angeles"; without any, the defaults.
    config_dir
        The user's own configs, which take precedence over the packaged ones.

    Raises
    ------
    InputError
        One line: what, where, what was expected and what was there.
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
    entries = numbers(getattr(config, group), group)
    return [Number(key, number) for key, number in entries if not key.startswith(STUDIES)]


def in_order(studies: Sequence[Study]) -> list[Study]:
    """Studies by design, the strongest first; within a design, the nearest to no effect first.

    Studies without a ratio come last in their design.
    """
    return sorted(studies, key=lambda study: (DESIGNS.index(study.design), _distance(study)))


def _distance(study: Study) -> float:
    """Distance of a study's odds ratio from no effect, on the log scale; inf without a ratio."""
    ratio = study.odds_ratio
    return math.inf if ratio is None else abs(math.log(ratio.value))


def _effects(config: Config) -> list[EffectEvidence]:
    studies, used = config.outcomes.evidence, config.outcomes.effect
    return [
        _effect("arrest", studies.arrest, None if used is None else used.arrest_odds_ratio),
        _effect("hold", studies.hold, None if used is None else used.hold_odds_ratio),
        _effect("voluntary transport", [], None if used is None else used.voluntary_odds_ratio),
    ]


def _effect(name: str, studies: Sequence[Study], used: Sourced | None) -> EffectEvidence:
    prior = pool(studies) if any(study.pooled for study in studies) else None
    return EffectEvidence(name, in_order(studies), prior, used)


def _outcomes(name: str, config_dir: Path | None) -> Option:
    effect = compose([f"outcomes={name}"], config_dir).outcomes.effect
    return Option(name, _head("outcomes", name, config_dir), effect)


def _head(group: str, name: str, config_dir: Path | None) -> str:
    """First paragraph of the head comment of a config file, as running text."""
    files = (folder / group / f"{name}.yaml" for folder in config_folders(config_dir))
    text = next(file for file in files if file.is_file()).read_text(encoding="utf-8")
    lines = takewhile(lambda line: line.startswith("# "), text.splitlines())
    return " ".join(line.lstrip("# ") for line in lines)
