"""Tables of the results folder as data frames: a row says its reading and its plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from sim.clock import HOURS_A_WEEK, WEEKDAYS
from sim.config import StaffingPlan
from sim.config.models import Config
from sim.scenarios.answers import Comparison, PlanResult
from sim.scenarios.api import replayed
from sim.scenarios.intervals import Ratios
from sim.scenarios.replications import NAMES
from sim.scenarios.uncertainty import Draws
from sim.schema import NONE, Calls, Destination, EndCause, EndedBy, Ledger, Mode, Status

Columns = dict[str, Any]
HOURS_A_DAY = 24


def cells(found: Comparison) -> dict[str, pl.DataFrame]:
    """Tables by file name: measures of replications; and hours, zones and posts, pooled.

    Every pooled ratio has its interval beside it, in columns that end in `_low` and `_high`. What
    is undefined is null.
    """
    zones = found.config.demand.zones
    return {
        "measures": _framed(found, _measures),
        "hours": _framed(found, _hours),
        "zones": _framed(found, lambda plan: {"zone": zones, **_ratios(plan.cells.zones)}),
        "posts": _framed(found, _posts),
    }


def _framed(found: Comparison, columns: Callable[[PlanResult], Columns]) -> pl.DataFrame:
    frames = [
        pl.DataFrame(columns(plan)).select(
            pl.lit(reading.label).alias("reading"), pl.lit(plan.name).alias("plan"), pl.all()
        )
        for reading in found.readings
        for plan in reading.plans
    ]
    return pl.concat(frames).fill_nan(None)


def _measures(plan: PlanResult) -> Columns:
    """One row a replication."""
    values = plan.sample.values
    number = np.arange(len(values), dtype=np.int32)
    return {"replication": number, **dict(zip(NAMES, values.T, strict=True))}


def _hours(plan: PlanResult) -> Columns:
    """One row an hour of the week."""
    hour = np.arange(HOURS_A_WEEK)
    return {
        "day": [WEEKDAYS[number // HOURS_A_DAY] for number in hour],
        "hour": (hour % HOURS_A_DAY).astype(np.int8),
        **_ratios(plan.cells.hours),
    }


def _posts(plan: PlanResult) -> Columns:
    """One row a post and start of its duties; the start of a post around the clock is null."""
    shifts = plan.cells.shifts
    return {
        "line": pl.Series([shift.line for shift in shifts], dtype=pl.String),
        "number": np.array([shift.number for shift in shifts], np.int32),
        "duty_starts": pl.Series([shift.start for shift in shifts], dtype=pl.String),
        "duty_h": np.array([shift.length_h for shift in shifts], np.float64),
        **_ratios(plan.cells.posts),
    }


def _ratios(ratios: Mapping[str, Ratios]) -> Columns:
    return {
        f"{name}{end}": column
        for name, found in ratios.items()
        for end, column in zip(("", "_low", "_high"), found, strict=True)
    }


# --- draws ---------------------------------------------------------------------------------------


def draws(found: Comparison) -> pl.DataFrame | None:
    """Row a plan, draw and replication: every unknown as drawn, and every measure; None if none.

    Diversions, and what they save, are as expected of those reached. A column of an unknown has the
    name of its key in the config.
    """
    if found.draws is None:
        return None
    frames = [
        _draws_of(plan.name, found.draws, values)
        for plan, values in zip(found.main.plans, found.draws.measured.arms, strict=True)
    ]
    return pl.concat(frames).fill_nan(None)


def _draws_of(plan: str, drawn: Draws, values: np.ndarray) -> pl.DataFrame:
    """Rows of one plan, of values of shape (draws, replications, measures)."""
    n_draws, of_each, n_measures = values.shape
    draw = np.repeat(np.arange(n_draws, dtype=np.int32), of_each)
    inputs = {one.name: drawn.inputs[draw, at] for at, one in enumerate(drawn.unknowns)}
    measured = dict(zip(NAMES, values.reshape(-1, n_measures).T, strict=True))
    run = np.arange(n_draws * of_each, dtype=np.int32)
    return pl.DataFrame({"draw": draw, "replication": run, **inputs, **measured}).select(
        pl.lit(plan).alias("plan"), pl.all()
    )


# --- ledger --------------------------------------------------------------------------------------


def ledger(found: Comparison, plans: Sequence[StaffingPlan], engine: str) -> pl.DataFrame:
    """Calls of replication 0 under every plan as asked, a row a trip or a call without one.

    Trips to visits come last and have no call. Times are seconds from the start of the run. No
    column says who a caller was.
    """
    asked = {plan.name for plan in found.main.plans}
    frames = [
        _ledger_of(plan.name, found.config, *replayed(found.scenario, plan, engine))
        for plan in plans
        if plan.name in asked
    ]
    return pl.concat(frames)


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
