"""One world through one engine: the only place that knows both."""

from __future__ import annotations

from typing import Literal

from sim.model import engine as simpy_engine
from sim.model import kernel
from sim.model.ledger.invariants import check
from sim.model.ledger.record import Record, complete, lean
from sim.model.world import World
from sim.schema import Ledger

Engine = Literal["simpy", "compiled"]


def simulate(world: World, engine: Engine = "simpy") -> Ledger:
    """Run a world and return its ledger, identical for both engines.

    Parameters
    ----------
    world
        All inputs of one replication of one plan.
    engine
        "simpy" is the definition of the model, "compiled" its twin, many times faster.

    Raises
    ------
    BrokenError
        If a team was in two places or a call served twice: a fault of the program.

    Examples
    --------
    >>> import sim
    >>> from sim.config import compose, staffing
    >>> scenario = sim.Scenario(compose(["run=smoke"]))
    >>> world = scenario.world(scenario.arm(staffing("2")), scenario.calls(0), replication=0)
    >>> ledger = sim.simulate(world, "compiled")
    >>> len(ledger.calls.status) == len(world.calls.zone)
    True
    """
    return complete(world, _run(world, engine))


def simulate_lean(world: World, engine: Engine = "simpy") -> Ledger:
    """Run a world; columns of the ledger's calls are made as they are read, the same as by itself.

    It is for `sim.model.measures.measure` with a few names: it can be neither compared nor written.
    """
    return lean(world, _run(world, engine))


def _run(world: World, engine: Engine) -> Record:
    run = kernel.simulate if engine == "compiled" else simpy_engine.simulate
    record = run(world)
    check(world, record)
    return record
