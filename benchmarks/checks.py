"""The sides of the engine rows, and the checks that they do the same: else no time means much."""

from __future__ import annotations

import numpy as np

from benchmarks import limit, plain_simpy
from benchmarks.frozen import POSTS, Frozen
from sim.model import engine, kernel
from sim.model.ledger.record import complete, first_difference
from sim.model.measures.measure import measure
from sim.model.world import World
from sim.schema import Ledger

CHECKED = ("reach_share", "wait_mean_min", "response_mean_min", "response_p90_min")
FAR = 4.5  # standard errors that two right answers are hardly ever apart


class DisagreementError(AssertionError):
    """Two sides do not give the same answer."""


def world_of(given: Frozen, replication: int = 0) -> World:
    """One replication of a frozen scenario and its plan."""
    scenario, arm = given
    return scenario.world(arm, scenario.calls(replication), replication)


def with_kernel(world: World) -> Ledger:
    """Prepare, loop and ledger; the loop compiled by numba."""
    return complete(world, kernel.simulate(world))


def with_c(world: World) -> Ledger:
    """Prepare, loop and ledger; the loop in C."""
    with limit.in_place_of_the_kernel():
        return complete(world, kernel.simulate(world))


def with_simpy(world: World) -> Ledger:
    """Prepare, run and ledger of the SimPy engine."""
    return complete(world, engine.simulate(world))


def check_ledgers(world: World) -> None:
    """Raise unless kernel and SimPy give the same ledger, array for array."""
    _check("SimPy", with_kernel(world), with_simpy(world))


def check_c(world: World) -> None:
    """Raise unless kernel and C loop give the same ledger, array for array; of a plain world."""
    _check("the C loop", with_kernel(world), with_c(world))


def _check(name: str, ledger: Ledger, other: Ledger) -> None:
    difference = first_difference(ledger, other)
    if difference is not None:
        raise DisagreementError(f"kernel against {name}: {difference}")


def check_plain_simpy(given: Frozen, replications: int, runs: int) -> str:
    """Say how near plain SimPy is to the engines; raise if it is another scenario."""
    ours = np.array([_ours(given, number) for number in range(replications)])
    theirs = np.array([_theirs(given, seed) for seed in range(1, 1 + runs)])
    here, there = ours.mean(axis=0), theirs.mean(axis=0)
    error = ours.std(axis=0, ddof=1) * np.sqrt(1 / replications + 1 / runs)
    apart = np.abs(here - there) / error
    said = ", ".join(
        f"{name} {one:.4g} and {other:.4g}"
        for name, one, other in zip(CHECKED, here, there, strict=True)
    )
    if apart.max() > FAR:
        raise DisagreementError(f"engine and plain SimPy: {said}")
    return f"{said}: at most {apart.max():.1f} standard errors apart"


def _ours(given: Frozen, replication: int) -> list[float]:
    world = world_of(given, replication)
    found = measure(world, with_kernel(world), given[1].settings)
    return [found[name] for name in CHECKED]


def _theirs(given: Frozen, seed: int) -> list[float]:
    answer = plain_simpy.simulate(given[0], POSTS, seed)
    return [getattr(answer, name) for name in CHECKED]
