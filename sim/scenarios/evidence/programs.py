"""The programs compared with their published figures: rows with intervals and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.arrays import Floats
from sim.config import Config, InputError, Sourced, StaffingPlan, compose, program_names, staffing
from sim.config.compose import nearest
from sim.config.groups.program import Figure, Program
from sim.config.numbers import numbers
from sim.model.measures.measure import MEASURES
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.programs import Assumption, Described, ProgramCheck, Row, Verdict
from sim.scenarios.asked import config_of
from sim.scenarios.comparison.compare import comparison_of
from sim.scenarios.intervals import mean_interval
from sim.scenarios.request import Progress, Request, silent
from sim.scenarios.samples import NAMES

UNTESTED: dict[str, Verdict] = {
    "input": "given",
    "calibrated": "calibrated",
    "target": "a target, not a count",
    "not_simulated": "not simulated",
}
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


def all_described(names: Sequence[str] = (), config_dir: Path | None = None) -> list[Described]:
    """Describe the programs of some names, or by default every preset; see `described`."""
    common = {assumption.number for assumption in assumptions(compose([], config_dir))}
    return [_described(x, common, config_dir) for x in names or program_names(config_dir)]


def _described(name: str, common: set[Sourced], config_dir: Path | None) -> Described:
    config = compose([f"program={name}"], config_dir)
    plans = [staffing(plan, config_dir) for plan in config.program.plans]
    made = assumptions(config, *plans)
    own = [assumption for assumption in made if assumption.number not in common]
    program = config.program
    return Described(
        config,
        plans,
        [(figure, published(config, figure)) for figure in program.figures],
        None if program.calibrated is None else number_at(config, program.calibrated.key),
        None if program.hinges_on is None else number_at(config, program.hinges_on),
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


# --- the run -------------------------------------------------------------------------------------


def check(
    names: Sequence[str] = (),
    overrides: Sequence[str] = (),
    config_dir: Path | None = None,
    progress: Progress = silent,
) -> list[ProgramCheck]:
    """Run the plans of the programs on common calls, and compare each figure with its run.

    Parameters
    ----------
    names
        Presets of `configs/program/`; by default all that have published figures.
    overrides
        Hydra overrides such as "run.replications=20".
    config_dir
        The user's own configs, which take precedence over the packaged ones.
    progress
        Called with (replications done, of how many), anew for every run.

    Raises
    ------
    InputError
        One line: what, where, what was expected and what was there.
    EnginesDifferError
        If the engines disagree on replication 0.
    """
    options = _Options(tuple(overrides), config_dir, progress)
    programs = all_described(names, config_dir)
    return [_check(options, x) for x in programs if names or x.config.program.figures]


def _check(options: _Options, program: Described) -> ProgramCheck:
    config = program.config
    figures = [x for x in config.program.figures if x.measure is not None]
    intervals, ends = _means(options, config, figures), _at_ends(options, program)
    rows = [_row(config, x, intervals, ends) for x in config.program.figures]
    return ProgramCheck(program, rows, max((x.n for x in intervals.values()), default=0))


@dataclass(frozen=True)
class _Options:
    """Options that every run has in common."""

    overrides: tuple[str, ...]
    config_dir: Path | None
    progress: Progress


def _means(
    options: _Options, config: Config, figures: Sequence[Figure], override: str = ""
) -> dict[int, Interval]:
    """Interval of each figure, by its index in the program, from one run of their plans."""
    program = config.program
    plans = list(dict.fromkeys(program.plan_of(x) for x in figures))
    if not plans:
        return {}
    overrides = [f"program={program.name}", "program.travel_beside=null", "run.draws=0"]
    overrides += options.overrides
    overrides += [override] if override else []
    how = "none" if override else "four_weeks"  # once checked against SimPy is enough
    request = Request("programs", tuple(plans), tuple(overrides), options.config_dir, check=how)
    comparison = comparison_of(request, config_of(request), plans, options.progress)
    values = {plan.name: plan.sample.values for plan in comparison.main.plans}
    confidence = comparison.config.run.confidence_level
    return {
        program.figures.index(x): mean_interval(
            simulated(x.measure or "", values[program.plan_of(x)]), confidence
        )
        for x in figures
    }


def _at_ends(options: _Options, program: Described) -> list[dict[int, Interval]]:
    """Held-out figures with the assumption on which the program hinges at its low and its high."""
    preset, number = program.config.program, program.hinges_on
    figures = [x for x in preset.figures if x.role == "held_out"]
    if number is None or not figures:
        return []
    key = preset.hinges_on
    ends = (number.low, number.high)
    return [_means(options, program.config, figures, f"{key}={end}") for end in ends]


def _row(
    config: Config, figure: Figure, intervals: dict[int, Interval], ends: list[dict[int, Interval]]
) -> Row:
    number, at = published(config, figure), config.program.figures.index(figure)
    if at not in intervals:
        return Row(figure, number, None, None, UNTESTED[figure.role])
    mean = intervals[at].mean
    off = None if mean is None else mean / number.value - 1
    between = (ends[0][at].mean, ends[1][at].mean) if ends and at in ends[0] else None
    plan = config.program.plan_of(figure)
    return Row(figure, number, plan, intervals[at], verdict(figure, off), off, between)


def simulated(expression: str, values: Floats) -> Floats:
    """One value per replication of a measure, or of sums of measures divided by one another.

    Parameters
    ----------
    expression
        Names joined by " + " where they are added, and sums joined by " / " where divided.
    values
        Measures in the order of `MEASURES`; shape (replications, measures).

    Returns
    -------
    NDArray
        Shape (replications,); nan where a measure is undefined or the divisor is 0.

    Raises
    ------
    InputError
        If a name is not that of a measure.
    """
    top, *below = (
        np.sum([values[:, _column(name)] for name in part.split(" + ")], axis=0)
        for part in expression.split(" / ")
    )
    out: Floats = np.asarray(top, np.float64)
    for part in below:
        out = np.divide(out, part, out=np.full_like(out, np.nan), where=part != 0)
    return out


def _column(name: str) -> int:
    if name not in MEASURES:
        right = nearest(name, list(MEASURES))
        raise InputError(f"program.figures: unknown measure {name!r}; {right}")
    return NAMES.index(name)


def verdict(figure: Figure, off_share: float | None) -> Verdict:
    """Verdict on a figure, from how far the simulated mean is off it (None without a run)."""
    if figure.role != "held_out" or figure.tolerance_share is None:
        return UNTESTED[figure.role]
    close = off_share is not None and abs(off_share) <= figure.tolerance_share.value
    return "reproduced" if close else "not reproduced"
