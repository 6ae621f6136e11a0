"""Replications once more: the ledgers of every plan as tables, and the events of one in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import IntEnum

import numpy as np
import polars as pl

from sim.arrays import Array
from sim.config import StaffingPlan
from sim.model.ledger.events import events
from sim.model.measures.contacts import contacts_of
from sim.model.measures.coverage import window_calls
from sim.model.measures.diversions import fates
from sim.model.measures.expectation import avoided
from sim.model.simulation import Engine, simulate
from sim.model.world import World
from sim.scenarios.answers.comparison import Trace
from sim.scenarios.scenario import Arm, Scenario
from sim.schema import (
    NONE,
    Contact,
    Destination,
    EndCause,
    EndedBy,
    Fate,
    Kind,
    Ledger,
    Mode,
    Status,
)

Columns = dict[str, Array | pl.Series]


def traced(scenario: Scenario, plan: StaffingPlan) -> Trace:
    """Events of a plan in replication 0, from SimPy, the definition of the model."""
    world = scenario.world(scenario.arm(plan), scenario.calls(0), 0)
    start = datetime.combine(scenario.run_start, datetime.min.time())
    happened = events(world, simulate(world, "simpy"))
    return Trace(plan.name, start, scenario.window.start_s, happened)


def ledger_frames(
    scenario: Scenario, arms: Sequence[Arm], engine: Engine, replications: Iterable[int]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Calls with their trips, and duties, of some replications under every plan.

    The first has a row a trip or a call without one, trips to visits last and without a call; the
    second a row a duty. Times are seconds from the start of the run. With them alone the net
    diversions and the utilization of a replication are made again. No column says who a caller was.
    """
    trips, duties = [], []
    for replication in replications:
        calls = scenario.calls(replication)
        for arm in arms:
            world = scenario.world(arm, calls, replication)
            ledger = simulate(world, engine)
            trips.append(_labeled(arm.name, replication, _trip_rows(scenario, arm, world, ledger)))
            duties.append(_labeled(arm.name, replication, _duty_rows(scenario, arm, world, ledger)))
    return pl.concat(trips), pl.concat(duties)


def _labeled(plan: str, replication: int, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of one plan and replication; what there is none of is null."""
    ids = pl.selectors.integer()
    return rows.with_columns(pl.when(ids != NONE).then(ids)).select(
        pl.lit(plan).alias("plan"),
        pl.lit(replication, pl.Int32).alias("replication"),
        pl.all(),
    )


# --- calls and trips -----------------------------------------------------------------------------


def _trip_rows(scenario: Scenario, arm: Arm, world: World, ledger: Ledger) -> pl.DataFrame:
    trips = ledger.trips._asdict() | {
        "end_cause": _words(EndCause, ledger.trips.end_cause),
        "origin_zone": _named(scenario.config.demand.zones, ledger.trips.origin_zone),
    }
    trip_frame = pl.DataFrame({"trip": np.arange(len(ledger.trips.call), dtype=np.int32), **trips})
    call_frame = pl.DataFrame(
        _call_columns(scenario, world, ledger) | _outcome_columns(scenario, arm, world, ledger)
    )
    rows = call_frame.join(trip_frame, on="call", how="full", coalesce=True)
    return rows.sort(pl.col("call") == NONE, "call", "visit", "attempt")


def _call_columns(scenario: Scenario, world: World, ledger: Ledger) -> Columns:
    calls, demand = world.calls, scenario.config.demand
    return {
        "call": np.arange(len(calls.zone), dtype=np.int32),
        "received_at_s": calls.received_at_s,
        "dispatchable_at_s": ledger.calls.dispatchable_at_s,
        "ended_at_s": ledger.calls.ended_at_s,
        "zone": _named(demand.zones, calls.zone),
        "initial_type": _named(demand.call_types, calls.initial_type),
        "final_type": _named(demand.call_types, calls.final_type),
        "priority": calls.priority,
        "mode": _words(Mode, ledger.calls.mode),
        "status": _words(Status, ledger.calls.status),
        "ended_by": _words(EndedBy, ledger.calls.ended_by),
        "destination": _words(Destination, ledger.calls.destination),
        "patrol_for_s": ledger.calls.patrol_for_s,
        "cleared_at_s": ledger.calls.cleared_at_s,
    }


def _outcome_columns(scenario: Scenario, arm: Arm, world: World, ledger: Ledger) -> Columns:
    """What the net diversions are made of: contact, and fates, of which an averted call has none.

    Arrests and trips to hospital avoided are as expected of a contact, 0 of other calls. The years
    of the window and the share of arrests that are booked are the same in every row.
    """
    status, n = ledger.calls.status, len(ledger.calls.status)
    contacts = contacts_of(world, ledger, np.flatnonzero(status == Status.SERVED))
    of_fates, in_window = fates(world, contacts), np.zeros(n, np.bool_)
    in_window[window_calls(world)] = True
    averted = status == Status.AVERTED
    alone, happened = (np.where(averted, NONE, fate) for fate in of_fates[:2])
    tables, of_calls = scenario.tables, np.zeros((2, n))
    of_calls[:, contacts.call] = avoided(contacts, tables.shares.patrol, tables.shares_by_kind)
    return {
        "in_window": in_window,
        "contact": _words(Contact, ledger.calls.contact, "none"),
        "fate_with_patrol_alone": _words(Fate, alone),
        "fate_happened": _words(Fate, happened),
        "voluntary_goes_to": _words(Destination, of_fates.wanted),
        "arrests_avoided": of_calls[0],
        "hospital_trips_avoided": of_calls[1],
        "booked_given_arrest": np.full(n, arm.settings.booked_given_arrest),
        "window_years": np.full(n, arm.settings.exposure_years),
    }


# --- duties --------------------------------------------------------------------------------------


def _duty_rows(scenario: Scenario, arm: Arm, world: World, ledger: Ledger) -> pl.DataFrame:
    """Duties as rostered and as they were; the seconds of the window are the same in every row."""
    roster, n, zones = world.roster, len(world.roster.post), scenario.config.demand.zones
    posts = arm.schedule.posts
    columns = {
        "duty": np.arange(n, dtype=np.int32),
        "post": roster.post,
        "line": _named([post.line.name for post in posts], roster.post),
        "number": np.array([post.number + 1 for post in posts], np.int32)[roster.post],
        "kind": _words(Kind, roster.kind),
        "base_zone": _named(zones, roster.base_zone),
        "on_at_s": roster.on_at_s,
        "off_at_s": roster.off_at_s,
        "filled": roster.filled == 1,
        "officer_present": roster.officer_present == 1,
        "clinician_present": roster.clinician_present == 1,
        **ledger.duties._asdict(),
        "start_zone": _named(zones, ledger.duties.start_zone),
        "window_start_s": np.full(n, world.window.start_s),
        "window_end_s": np.full(n, world.window.end_s),
        "run_end_s": np.full(n, world.window.horizon_s),
    }
    return pl.DataFrame(columns)


def _words(enum: type[IntEnum], codes: Array, none: str | None = None) -> pl.Series:
    """Names of codes; `none` stands for NONE."""
    return _named([code.name.lower() for code in enum], codes, none)


def _named(names: Sequence[str], ids: Array, none: str | None = None) -> pl.Series:
    """Names of ids; `none` stands for NONE, which is the last of them."""
    return pl.Series(np.array([*names, none], object)[ids].tolist(), dtype=pl.String)
