"""The verbs from Python, typed: `sim.compare(17, 12, program="los_angeles")`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast, get_args

from sim.config import InputError, StaffingPlan, compose, program_names
from sim.config.models import Program
from sim.model.ledger.record import LedgerEvent, events
from sim.model.simulation import Engine, simulate
from sim.scenarios import grant as granting
from sim.scenarios.answers import Comparison
from sim.scenarios.checking import How
from sim.scenarios.comparison import compare as comparison
from sim.scenarios.comparison.compare import silent
from sim.scenarios.grant import GrantAnswer
from sim.scenarios.people import people as counting
from sim.scenarios.people.people import PeopleAnswer
from sim.scenarios.replications import Progress
from sim.scenarios.scenario import Scenario
from sim.schema import Calls, Ledger

ENGINES = ("auto", "simpy", "compiled")
CHECKS = get_args(How)


def chosen(engine: str) -> Engine:
    """Engine that a word stands for; "auto" is the compiled one, which is checked against SimPy.

    Raises
    ------
    InputError
        If there is no such engine.
    """
    if engine not in ENGINES:
        raise InputError(f"unknown engine {engine!r}; there are: {', '.join(ENGINES)}")
    return "simpy" if engine == "simpy" else "compiled"


def compare(
    *plans: str | int,
    program: str | None = None,
    overrides: Sequence[str] = (),
    seed: int | None = None,
    replications: int | None = None,
    draws: int | None = None,
    engine: str = "auto",
    cores: int | None = None,
    config_dir: Path | str | None = None,
    check: str = "four_weeks",
    progress: Progress = silent,
) -> Comparison:
    """Compare staffing plans on common calls; every plan is held against the last one named.

    SimPy's replications run in processes of their own, so with `engine="simpy"` a script calls
    this under `if __name__ == "__main__":`, unless `cores` is 1.

    Parameters
    ----------
    plans
        Two or more: numbers of 24/7 posts, or names of files in `configs/staffing/`.
    program
        A preset of `configs/program/`; short for the override "program=...".
    overrides
        Hydra overrides such as "demand.growth_factor=1.2".
    seed, replications, draws, cores
        Short for the overrides "run.seed=...", "run.replications=...", "run.draws=..." and
        "run.cores=...".
    engine
        "simpy", "compiled" or "auto"; the answer is the same.
    config_dir
        The user's own configs, which add to the packaged ones and win.
    check
        How much of replication 0 is run in both engines before the answer is given: "four_weeks"
        (and the tail), "full" or "none".
    progress
        Called with (replications done, of how many).

    Returns
    -------
    Comparison
        Measures of every plan, paired differences, and what a reader must know beside them.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.
    """
    if len(plans) < 2:  # noqa: PLR2004 - a comparison is of two
        raise InputError(f"compare wants two plans or more, and got {len(plans)}; run takes one")
    asked = [*overrides, *_overrides(program, seed, replications, cores, draws)]
    return _compared(plans, asked, engine, config_dir, check, progress)


def run(
    *plans: str | int,
    program: str | None = None,
    overrides: Sequence[str] = (),
    seed: int | None = None,
    replications: int | None = None,
    draws: int | None = None,
    engine: str = "auto",
    cores: int | None = None,
    config_dir: Path | str | None = None,
    check: str = "four_weeks",
    progress: Progress = silent,
) -> Comparison:
    """Simulate one staffing plan; parameters, result and errors as of `compare`.

    Parameters
    ----------
    plans
        One plan.
    program, overrides, seed, replications, draws, engine, cores, config_dir, check, progress
        As of `compare`.

    Returns
    -------
    Comparison
        One plan and no difference.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.
    """
    if len(plans) != 1:
        raise InputError(f"run takes one plan, and got {len(plans)}; compare takes several")
    asked = [*overrides, *_overrides(program, seed, replications, cores, draws)]
    return _compared(plans, asked, engine, config_dir, check, progress)


def programs(config_dir: Path | str | None = None) -> list[Program]:
    """Program presets: name, title, notes; sorted by name."""
    folder = _folder(config_dir)
    return [compose([f"program={name}"], folder).program for name in program_names(folder)]


def people(
    *plans: str | int,
    clinicians: float | None = None,
    officers: float | None = None,
    program: str | None = None,
    overrides: Sequence[str] = (),
    config_dir: Path | str | None = None,
) -> PeopleAnswer:
    """Count the people that plans want, or tell what some people can staff; nothing is simulated.

    Parameters
    ----------
    plans
        Numbers of 24/7 posts, or names of files in `configs/staffing/`.
    clinicians, officers
        People at work; both or neither.
    program, overrides, config_dir
        As of `compare`.

    Returns
    -------
    PeopleAnswer
        Bridges of every plan; with people given, the most posts that they hold, and whether they
        can staff each plan.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.
    """
    asked = [*overrides, *_overrides(program, None, None, None)]
    names, folder = [str(plan) for plan in plans], _folder(config_dir)
    return counting.people(names, clinicians, officers, asked, config_dir=folder)


def grant(
    plan: str | int,
    base: str | int | None = None,
    *,
    program: str | None = None,
    overrides: Sequence[str] = (),
    seed: int | None = None,
    replications: int | None = None,
    engine: str = "auto",
    cores: int | None = None,
    config_dir: Path | str | None = None,
    check: str = "four_weeks",
    progress: Progress = silent,
) -> GrantAnswer:
    """Follow a plan through the grant of `costs.grant`: whom it pays, whom they serve, who pays.

    Parameters
    ----------
    plan, base
        The plan to be reached, and the one that is there already (None: nothing is).
    program, overrides, seed, replications, engine, cores, config_dir, check, progress
        As of `compare`.

    Returns
    -------
    GrantAnswer
        Months, quarters, years and positions, with who pays what in cents.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.
    """
    return granting.grant(
        str(plan),
        None if base is None else str(base),
        [*overrides, *_overrides(program, seed, replications, cores)],
        config_dir=_folder(config_dir),
        engine=chosen(engine),
        check=_checked(check),
        progress=progress,
    )


def _overrides(
    program: str | None,
    seed: int | None,
    replications: int | None,
    cores: int | None,
    draws: int | None = None,
) -> list[str]:
    given = {
        "program": program,
        "run.seed": seed,
        "run.replications": replications,
        "run.cores": cores,
        "run.draws": draws,
    }
    return [f"{key}={value}" for key, value in given.items() if value is not None]


def _folder(config_dir: Path | str | None) -> Path | None:
    return None if config_dir is None else Path(config_dir)


def _checked(check: str) -> How:
    if check not in CHECKS:
        raise InputError(f"unknown check {check!r}; there are: {', '.join(CHECKS)}")
    return cast("How", check)


def _compared(
    plans: Sequence[str | int],
    overrides: list[str],
    engine: str,
    config_dir: Path | str | None,
    check: str,
    progress: Progress,
) -> Comparison:
    return comparison.compare(
        plans,
        overrides,
        config_dir=_folder(config_dir),
        engine=chosen(engine),
        check=_checked(check),
        progress=progress,
    )


def traced(scenario: Scenario, plan: StaffingPlan, replication: int = 0) -> list[LedgerEvent]:
    """Events of a replication in order, from SimPy, the definition of the model."""
    world = scenario.world(scenario.arm(plan), scenario.calls(replication), replication)
    return events(world, simulate(world, "simpy"))


def replayed(
    scenario: Scenario, plan: StaffingPlan, engine: str = "auto", replication: int = 0
) -> tuple[Calls, Ledger]:
    """Calls of a replication, and what happened to them under a plan: the same as was measured."""
    calls = scenario.calls(replication)
    world = scenario.world(scenario.arm(plan), calls, replication)
    return calls, simulate(world, chosen(engine))
