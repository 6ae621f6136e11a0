"""Logs of simulated years, with what is true of them: what a fit has to find again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

import numpy as np
import polars as pl

import sim
from sim.config import compose, staffing
from sim.history.log import COLUMNS, CallLog, Excluded
from sim.model.world import World
from sim.schema import NONE, Contact, Fate, Ledger, Status

SMALL = (
    "demand.calls_per_year=3000",
    "demand.growth_factor=1",
    "demand.day_factor_cv=0.2",
    "demand.shape_drawn_from=[]",
    "dispatch.mode_share={direct: 1, co_dispatch: 0, officer_request: 0, self_dispatch: 0}",
    "service.funnel.eligible_share=1",
    "service.withdrawn_per_hour=0.126",
    "service.turnout={distribution: constant, mean: 0}",
    "service.report={distribution: constant, mean: 0, sd: null}",
    "service.contact.without_patrol.share_at_once=0.7",
    "run.tail_days=1",
    "run.warm_up_days=0",
)
WORDS = {Contact.NOT_FOUND: "Unable to locate", Contact.REFUSED: "Client refused"}
FATES = {Fate.VOLUNTARY: "Transported", Fate.HOLD: "Involuntary hold", Fate.ARREST: "Arrest"}


@cache
def scenario_of(*overrides: str) -> sim.Scenario:
    return sim.Scenario(compose([*SMALL, *overrides]))


def simulated_log(
    replication: int, plan: str = "6", *overrides: str, excluded: tuple[Excluded, ...] = ()
) -> CallLog:
    """Log of a simulated year, as a dispatch center would have it; excluded days have no calls."""
    scenario = scenario_of(*overrides)
    calls = scenario.calls(replication)
    world = scenario.world(scenario.arm(staffing(plan)), calls, replication=replication)
    return log_of(scenario, world, sim.simulate(world, "compiled"), excluded)


def log_of(scenario, world: World, ledger: Ledger, excluded: tuple[Excluded, ...]) -> CallLog:
    start = datetime.combine(scenario.run_start, datetime.min.time())
    calls, demand = world.calls, scenario.config.demand
    trip = ledger.calls.trip

    def of_trip(column: np.ndarray) -> np.ndarray:
        return np.where(trip == NONE, NONE, column[np.maximum(trip, 0)])

    stamps = {
        "received_at": calls.received_at_s,
        "dispatched_at": of_trip(ledger.trips.assigned_at_s),
        "arrived_at": of_trip(ledger.trips.arrived_at_s),
        "cleared_at": np.where(
            of_trip(ledger.trips.end_at_s) == NONE,
            ledger.calls.ended_at_s,
            of_trip(ledger.trips.end_at_s),
        ),
    }
    frame = pl.DataFrame(
        {
            "row": np.arange(2, len(calls.zone) + 2),
            **{name: _stamps(start, seconds) for name, seconds in stamps.items()},
            "call_type": [demand.call_types[at] for at in calls.initial_type],
            "final_type": [demand.call_types[at] for at in calls.final_type],
            "priority": None,
            "zone": [demand.zones[at] for at in calls.zone],
            "disposition": _dispositions(world, ledger),
            "unit": _units(world, ledger),
            **{name: [False] * len(calls.zone) for name in COLUMNS if name.endswith("_late")},
        },
        schema=COLUMNS,
    )
    for part in excluded:
        day = pl.col("received_at").dt.date()
        frame = frame.filter(~day.is_between(part.first, part.last))
    last = scenario.run_start + timedelta(days=scenario.window_days - 1)
    frame = frame.filter(pl.col("received_at").dt.date() <= last).sort("received_at")
    return CallLog(
        frame, "simulated.csv", "ab" * 32, scenario.run_start, last, list(excluded), False
    )


def _stamps(start: datetime, seconds: np.ndarray) -> list[datetime | None]:
    return [None if s == NONE else start + timedelta(seconds=int(s)) for s in seconds]


def _dispositions(world: World, ledger: Ledger) -> list[str | None]:
    said: list[str | None] = []
    kind = 0
    for call, status in enumerate(ledger.calls.status):
        if status == Status.SERVED:
            contact = Contact(int(ledger.calls.contact[call]))
            fate = Fate(int(world.calls.fate_by_kind[kind, call]))
            said.append(WORDS.get(contact) or FATES.get(fate, "Stayed in the community"))
        else:
            said.append("Cancelled" if status == Status.WITHDRAWN else None)
    return said


def _units(world: World, ledger: Ledger) -> list[str | None]:
    posts = world.roster.post[ledger.trips.duty] if len(ledger.trips.duty) else np.zeros(0)
    return [None if trip == NONE else f"MH{posts[trip] + 1}" for trip in ledger.calls.trip]


def year_of(counts: np.ndarray, first: date = date(2023, 1, 1)) -> CallLog:
    """Log with so many calls in each hour from a day on; shape (days, 24). It has nothing else."""
    day, hour = np.nonzero(counts)
    n = counts[day, hour].astype(int)
    start = np.datetime64(first, "us")
    hours = np.repeat(day * 24 + hour, n) * np.timedelta64(3_600_000_000, "us")
    received = pl.Series("received_at", start + hours, dtype=pl.Datetime("us"))
    frame = pl.DataFrame({"received_at": received}).with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in COLUMNS.items() if name != "received_at"
    )
    last = first + timedelta(days=len(counts) - 1)
    return CallLog(frame.select(*COLUMNS), "year.csv", "cd" * 32, first, last, [], False)
