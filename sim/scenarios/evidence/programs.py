"""The programs held against what is published of them: rows with intervals and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.config import Config, InputError, Sourced, StaffingPlan, compose, program_names, staffing
from sim.config.compose import nearest
from sim.config.groups.program import Figure
from sim.config.numbers import numbers
from sim.model.measures.measure import MEASURES
from sim.scenarios.checking import How
from sim.scenarios.comparison.compare import compare, silent
from sim.scenarios.intervals import Interval, mean_interval
from sim.scenarios.replications import NAMES, Progress

Floats = NDArray[np.float64]
Verdict = Literal[
    "reproduced", "not reproduced", "given", "calibrated", "a target, not a count", "not simulated"
]
UNTESTED: dict[str, Verdict] = {
    "input": "given",
    "calibrated": "calibrated",
    "target": "a target, not a count",
    "not_simulated": "not simulated",
}
NOT_FACTS = ("program", "run")  # groups that hold no assumption about a program


@dataclass(frozen=True)
class Assumption:
    """A number marked as assumed, and the keys of the config or the plans that hold it."""

    keys: tuple[str, ...]
    number: Sourced


@dataclass(frozen=True)
class Described:
    """A program as it is configured: its plans, and which assumptions only it makes.

    `own` are assumptions that the config without a program does not make; `shared` is how many it
    has in common with that.
    """

    config: Config
    plans: list[StaffingPlan]
    own: list[Assumption]
    shared: int

    @property
    def held_out(self) -> list[Figure]:
        """Figures that could be checked, each count once."""
        return [x for x in self.config.program.figures if x.role == "held_out" and not x.repeats]


@dataclass(frozen=True)
class Row:
    """A published figure, what a run of the plan gives for it, and the verdict.

    `off_share` is how far the simulated mean is from the published figure, as a share of that;
    `at_ends` are the simulated means with the assumption that the program hinges on at its ends.
    """

    figure: Figure
    published: Sourced
    plan: str | None
    simulated: Interval | None
    verdict: Verdict
    off_share: float | None = None
    at_ends: tuple[float | None, float | None] | None = None


@dataclass(frozen=True)
class ProgramCheck:
    """Rows of one program, and how many replications they are made of."""

    described: Described
    rows: list[Row]
    replications: int

    @property
    def confidence_level(self) -> float:
        """Confidence of the intervals."""
        return self.described.config.run.confidence_level

    @property
    def tested(self) -> list[Row]:
        """Held-out rows, each count once."""
        return [
            row for row in self.rows if row.figure.role == "held_out" and not row.figure.repeats
        ]


# --- what is published and what is assumed -------------------------------------------------------


def described(name: str, config_dir: Path | None = None) -> Described:
    """Describe a program as it is configured; nothing is run.

    Parameters
    ----------
    name
        A preset of `configs/program/`.
    config_dir
        The user's own configs, which add to the packaged ones and win.

    Raises
    ------
    InputError
        If the program, a plan of it or a key of a figure is not there.
    """
    return all_described([name], config_dir)[0]


def all_described(names: Sequence[str] = (), config_dir: Path | None = None) -> list[Described]:
    """Describe the programs of the names given, or every preset by name; as `described`."""
    common = {one.number for one in assumptions(compose([], config_dir))}
    return [_described(x, common, config_dir) for x in names or program_names(config_dir)]


def _described(name: str, common: set[Sourced], config_dir: Path | None) -> Described:
    config = compose([f"program={name}"], config_dir)
    plans = [staffing(plan, config_dir) for plan in config.program.plans]
    all_of_it = assumptions(config, *plans)
    own = [one for one in all_of_it if one.number not in common]
    return Described(config, plans, own, len(all_of_it) - len(own))


def assumptions(config: Config, *plans: StaffingPlan) -> list[Assumption]:
    """Numbers marked as assumed (confidence A), each once, with all the keys that hold it."""
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
    """Return the published number of a figure: its own, or that at its key of the config."""
    return figure.published or number_at(config, figure.key or "")


def number_at(config: Config, key: str) -> Sourced:
    """Return the number at a dotted key of the config.

    Raises
    ------
    InputError
        If there is none.
    """
    node: object = config
    for part in key.split("."):
        node = getattr(node, part, None)
    if not isinstance(node, Sourced):
        raise InputError(f"program.figures: no number at {key!r}; a key of the config is wanted")
    return node


# --- the run -------------------------------------------------------------------------------------


def check(
    names: Sequence[str] = (),
    overrides: Sequence[str] = (),
    config_dir: Path | None = None,
    progress: Progress = silent,
) -> list[ProgramCheck]:
    """Run the plans of programs' figures on common calls, and hold each figure against its run.

    Parameters
    ----------
    names
        Presets of `configs/program/`; none: all of which something is published.
    overrides
        Hydra overrides such as "run.replications=20".
    config_dir
        The user's own configs, which add to the packaged ones and win.
    progress
        Called with (replications done, of how many), anew for every run.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.
    EnginesDifferError
        If the engines disagree on replication 0.
    """
    asked = _Asked(tuple(overrides), config_dir, progress)
    found = all_described(names, config_dir)
    return [_check(asked, told) for told in found if names or told.config.program.figures]


def _check(asked: _Asked, told: Described) -> ProgramCheck:
    figures = [x for x in told.config.program.figures if x.measure is not None]
    found, ends = _means(asked, told, figures), _at_ends(asked, told)
    rows = [_row(told.config, x, found, ends) for x in told.config.program.figures]
    return ProgramCheck(told, rows, max((one.n for one in found.values()), default=0))


@dataclass(frozen=True)
class _Asked:
    """What every run has in common."""

    overrides: tuple[str, ...]
    config_dir: Path | None
    progress: Progress


def _means(
    asked: _Asked, told: Described, figures: Sequence[Figure], override: str = ""
) -> dict[int, Interval]:
    """Interval of each figure, by its place in the program, from one run of their plans."""
    program = told.config.program
    plans = list(dict.fromkeys(program.plan_of(x) for x in figures))
    if not plans:
        return {}
    overrides = [f"program={program.name}", "program.travel_beside=null", "run.draws=0"]
    overrides += asked.overrides
    overrides += [override] if override else []
    how: How = "none" if override else "four_weeks"  # once checked against SimPy is enough
    found = compare(
        plans, overrides, config_dir=asked.config_dir, progress=asked.progress, check=how
    )
    values = {plan.name: plan.sample.values for plan in found.main.plans}
    confidence = found.config.run.confidence_level
    return {
        program.figures.index(x): mean_interval(
            simulated(x.measure or "", values[program.plan_of(x)]), confidence
        )
        for x in figures
    }


def _at_ends(asked: _Asked, told: Described) -> list[dict[int, Interval]]:
    """Held-out figures with the assumption that the program hinges on at its low, and its high."""
    key = told.config.program.hinges_on
    figures = [x for x in told.config.program.figures if x.role == "held_out"]
    if key is None or not figures:
        return []
    number = number_at(told.config, key)
    return [_means(asked, told, figures, f"{key}={end}") for end in (number.low, number.high)]


def _row(
    config: Config, figure: Figure, found: dict[int, Interval], ends: list[dict[int, Interval]]
) -> Row:
    number, at = published(config, figure), config.program.figures.index(figure)
    if at not in found:
        return Row(figure, number, None, None, UNTESTED[figure.role])
    mean = found[at].mean
    off = None if mean is None else mean / number.value - 1
    between = (ends[0][at].mean, ends[1][at].mean) if ends and at in ends[0] else None
    plan = config.program.plan_of(figure)
    return Row(figure, number, plan, found[at], verdict(figure, off), off, between)


def simulated(expression: str, values: Floats) -> Floats:
    """Return one value a replication of a measure, or of sums of measures divided by one another.

    Parameters
    ----------
    expression
        Names with " + " between those that are added, and " / " between sums that are divided.
    values
        Measures in the order of `MEASURES`; shape (replications, measures).

    Returns
    -------
    NDArray
        Shape (replications,); nan where a measure does not exist or nothing is divided by.

    Raises
    ------
    InputError
        If a name is that of no measure.
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
        raise InputError(f"program.figures: no measure {name!r}; {right}")
    return NAMES.index(name)


def verdict(figure: Figure, off_share: float | None) -> Verdict:
    """Verdict on a figure of which the simulated mean is off by a share; None if there is none."""
    if figure.role != "held_out" or figure.tolerance_share is None:
        return UNTESTED[figure.role]
    close = off_share is not None and abs(off_share) <= figure.tolerance_share.value
    return "reproduced" if close else "not reproduced"
