"""What the numbers rest on: studies of the effect and their pools, options, every number."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from sim.config import Config, Sourced, compose, names, program_names
from sim.config.compose import config_folders
from sim.config.groups.pooling import Study, by_method
from sim.config.meta_analysis import Distribution, Method, Pooled
from sim.config.numbers import numbers
from sim.config.values import TAIL
from sim.scenarios.answers.evidence import (
    EffectEvidence,
    Evidence,
    Number,
    Option,
    Pooling,
    Ratio,
)

DESIGNS = ("randomized", "quasi_experiment", "before_after", "descriptive")  # the strongest first
NOT_FACTS = ("program", "run")  # what is published of a program, and how long to run
ASSUMED = "A"  # letter of an assumption
STUDIES = "outcomes.evidence."  # listed as studies, not as numbers of the model


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
    by_group = {group: _numbers(config, group) for group in groups}
    letters: dict[str, Counter[str]] = {
        group: Counter(x.number.confidence for x in by_group[group]) for group in groups
    }
    programs, options = program_names(config_dir), names("outcomes", config_dir)
    return Evidence(
        config,
        _effects(config),
        [_outcomes(name, config_dir) for name in options if name not in programs],
        [name for name in options if name in programs],
        [Option(name, _head("costs", name, config_dir)) for name in names("costs", config_dir)],
        by_group,
        sum(letters.values(), Counter()),
        {group: of_group[ASSUMED] for group, of_group in letters.items()},
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
    any_pooled = any(study.pooled for study in studies)
    pools = [_pooling(*entry) for entry in by_method(studies).items()] if any_pooled else []
    return EffectEvidence(name, in_order(studies), pools, used)


def _pooling(method: Method, pooled: Pooled) -> Pooling:
    """Odds ratios of the distributions of their logarithms."""
    new = pooled.new_program
    return Pooling(method, pooled.tau, _ratio(pooled.mean), _ratio(new), new.cdf(0))


def _ratio(log: Distribution) -> Ratio:
    return Ratio(*(math.exp(log.quantile(p)) for p in (0.5, TAIL, 1 - TAIL)))


def _outcomes(name: str, config_dir: Path | None) -> Option:
    effect = compose([f"outcomes={name}"], config_dir).outcomes.effect
    return Option(name, _head("outcomes", name, config_dir), effect)


def _head(group: str, name: str, config_dir: Path | None) -> str:
    """First paragraph of the head comment of a config file, as running text."""
    files = (folder / group / f"{name}.yaml" for folder in config_folders(config_dir))
    text = next(file for file in files if file.is_file()).read_text(encoding="utf-8")
    lines = takewhile(lambda line: line.startswith("# "), text.splitlines())
    return " ".join(line.lstrip("# ") for line in lines)
