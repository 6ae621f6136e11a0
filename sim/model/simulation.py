"""One world through one engine: the only place that knows both."""

from __future__ import annotations

from typing import Literal

from sim.model import engine as simpy_engine
from sim.model import kernel
from sim.model.ledger.record import complete
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
    run = kernel.simulate if engine == "compiled" else simpy_engine.simulate
    return complete(world, run(world))
