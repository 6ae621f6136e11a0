"""Replication 0 once more: the ledger of every plan as a table, and the events of one in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import polars as pl

from sim.config import Config, StaffingPlan
from sim.model.ledger.events import events
from sim.model.simulation import Engine, simulate
from sim.scenarios.answers.comparison import Trace
from sim.scenarios.scenario import Scenario
from sim.schema import NONE, Calls, Contact, Destination, EndCause, EndedBy, Ledger, Mode, Status


def traced(scenario: Scenario, plan: StaffingPlan) -> Trace:
    """Events of a plan in replication 0, from SimPy, the definition of the model."""
    world = scenario.world(scenario.arm(plan), scenario.calls(0), 0)
    start = datetime.combine(scenario.run_start, datetime.min.time())
    happened = events(world, simulate(world, "simpy"))
    return Trace(plan.name, start, scenario.window.start_s, happened)


def ledger_frame(scenario: Scenario, plans: Sequence[StaffingPlan], engine: Engine) -> pl.DataFrame:
    """Calls of replication 0 under every plan, a row a trip or a call without one.

    Trips to visits come last and have no call. Times are seconds from the start of the run. No
    column says who a caller was.
    """
    calls = scenario.calls(0)
    worlds = [scenario.world(scenario.arm(plan), calls, 0) for plan in plans]
    return pl.concat(
        _ledger_of(plan.name, scenario.config, calls, simulate(world, engine))
        for plan, world in zip(plans, worlds, strict=True)
    )


def _ledger_of(name: str, config: Config, calls: Calls, ledger: Ledger) -> pl.DataFrame:
    trips = ledger.trips._asdict() | {
        "end_cause": _words(EndCause, ledger.trips.end_cause),
        "origin_zone": np.array(config.demand.zones)[ledger.trips.origin_zone],
    }
    trip_frame = pl.DataFrame({"trip": np.arange(len(ledger.trips.call), dtype=np.int32), **trips})
    rows = _call_columns(config, calls, ledger).join(
        trip_frame, on="call", how="full", coalesce=True
    )
    of_no_call = pl.col("call") == NONE
    rows = rows.sort(of_no_call, "call", "visit", "attempt").select(
        pl.lit(name).alias("plan"), pl.all()
    )
    ids = pl.selectors.integer()
    return rows.with_columns(pl.when(ids != NONE).then(ids))


def _call_columns(config: Config, calls: Calls, ledger: Ledger) -> pl.DataFrame:
    zones, types = np.array(config.demand.zones), np.array(config.demand.call_types)
    return pl.DataFrame(
        {
            "call": np.arange(len(calls.zone), dtype=np.int32),
            "received_at_s": calls.received_at_s,
            "dispatchable_at_s": ledger.calls.dispatchable_at_s,
            "ended_at_s": ledger.calls.ended_at_s,
            "zone": zones[calls.zone],
            "initial_type": types[calls.initial_type],
            "final_type": types[calls.final_type],
            "priority": calls.priority,
            "mode": _words(Mode, ledger.calls.mode),
            "status": _words(Status, ledger.calls.status),
            "ended_by": _words(EndedBy, ledger.calls.ended_by),
            "contact": _found(ledger.calls.contact),
            "destination": _words(Destination, ledger.calls.destination),
            "patrol_for_s": ledger.calls.patrol_for_s,
            "cleared_at_s": ledger.calls.cleared_at_s,
        }
    )


def _words(
    enum: type[Status | Mode | EndedBy | EndCause | Destination], codes: np.ndarray
) -> np.ndarray:
    names = np.array([code.name.lower() for code in enum])
    words: np.ndarray = names[codes]
    return words


def _found(codes: np.ndarray) -> pl.Series:
    """What the team found in words; blank where none arrived."""
    words = [None if code == NONE else Contact(code).name.lower() for code in codes.tolist()]
    return pl.Series(words, dtype=pl.String)
