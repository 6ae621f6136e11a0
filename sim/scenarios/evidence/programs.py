"""The programs as configured: what is published of them, and what is assumed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.config import Config, InputError, Sourced, StaffingPlan, compose, program_names, staffing
from sim.config.groups.program import Figure, Program
from sim.config.numbers import numbers
from sim.scenarios.answers.programs import Assumption, Described

NOT_FACTS = ("program", "run")  # groups that hold no assumption about a program


def programs(config_dir: Path | str | None = None) -> list[Program]:
    """Program presets: name, title, notes; sorted by name.

    Examples
    --------
    >>> import sim
    >>> [program.name for program in sim.programs()][:3]
    ['arlington', 'aurora', 'boulder']
    """
    folder = None if config_dir is None else Path(config_dir)
    return [compose([f"program={name}"], folder).program for name in program_names(folder)]


# --- what is published and what is assumed -------------------------------------------------------


def described(name: str, config_dir: Path | None = None) -> Described:
    """Describe a program as configured, without a run.

    Parameters
    ----------
    name
        A preset of `configs/program/`.
    config_dir
        The user's own configs, which take precedence over the packaged ones.

    Raises
    ------
    InputError
        If the program, one of its plans or the key of a figure does not exist.
    """
    return all_described([name], config_dir)[0]


def all_described(
    names: Sequence[str] = (), config_dir: Path | None = None, overrides: Sequence[str] = ()
) -> list[Described]:
    """Describe the programs of some names, or by default every preset; see `described`.

    With `overrides`, such as "run.replications=20", each is described as it is then.
    """
    common = {assumption.number for assumption in assumptions(compose([], config_dir))}
    configs = [
        compose([f"program={name}", *overrides], config_dir)
        for name in names or program_names(config_dir)
    ]
    return [_described(config, common, config_dir) for config in configs]


def _described(config: Config, common: set[Sourced], config_dir: Path | None) -> Described:
    plans = [staffing(plan, config_dir) for plan in config.program.plans]
    made = assumptions(config, *plans)
    own = [assumption for assumption in made if assumption.number not in common]
    program = config.program
    return Described(
        config,
        plans,
        [(figure, published(config, figure)) for figure in program.figures],
        None if program.calibrated is None else number_at(config, program.calibrated.key),
        own,
        len(made) - len(own),
    )


def assumptions(config: Config, *plans: StaffingPlan) -> list[Assumption]:
    """Numbers marked as assumptions (confidence A), each once, with all keys that hold it."""
    keys: dict[Sourced, list[str]] = {}
    for group in Config.model_fields:
        if group not in NOT_FACTS:
            for key, number in numbers(getattr(config, group), group):
                keys.setdefault(number, []).append(key)
    for plan in plans:
        for key, number in numbers(plan, f"staffing {plan.name}"):
            keys.setdefault(number, []).append(key)
    return [Assumption(tuple(at), x) for x, at in keys.items() if x.confidence == "A"]


def published(config: Config, figure: Figure) -> Sourced:
    """Published number of a figure: its own, or the one at its key of the config."""
    return figure.published or number_at(config, figure.key or "")


def number_at(config: Config, key: str) -> Sourced:
    """Number at a dotted key of the config.

    Raises
    ------
    InputError
        If no number stands there.
    """
    node: object = config
    for part in key.split("."):
        node = getattr(node, part, None)
    if not isinstance(node, Sourced):
        raise InputError(f"program.figures: expected the key of a number, got {key!r}")
    return node
