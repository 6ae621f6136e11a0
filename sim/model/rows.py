"""Structured rows the compiled engine works on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.model.world import World, serves
from sim.schema import NONE, Kind, Roster

Ints = NDArray[np.int64]
Rows = NDArray[np.void]
Row = Any  # a record of one of the structured arrays below

TIME_BITS, RANK_BITS = 32, 28  # a key is second << 32 | rank << 28 | id
ID_MASK = (1 << RANK_BITS) - 1
RANK_MASK = 15

CALL = np.dtype(
    [
        ("patience_ends_at_s", np.int64),
        ("turnout_for_s", np.int64),
        ("travel_factor", np.float64),
        ("on_scene_for_s", np.int64),
        ("centre_for_s", np.int64),
        ("hospital_for_s", np.int64),
        ("booking_for_s", np.int64),
        ("report_for_s", np.int64),
        ("zone", np.int32),
        ("duty", np.int32),  # of its trip
        ("next_waiting", np.int32),
        ("priority", np.int8),
        ("contact", np.int8),
        ("fate", np.int8),
        ("wanted_destination", np.int8),
    ],
    align=True,
)
DUTY = np.dtype(
    [
        ("on_at_s", np.int64),
        ("off_at_s", np.int64),
        ("idle_since_s", np.int64),
        ("worked_for_s", np.int64),
        ("started_at_s", np.int64),
        ("ended_at_s", np.int64),
        ("base_zone", np.int32),
        ("zone", np.int32),
        ("start_zone", np.int32),
        ("predecessor", np.int32),
        ("successor_waiting", np.int32),
        ("place", np.int32),  # in the list of free teams, or NONE
        ("serves", np.int8),
        ("is_past_end", np.int8),
        ("is_done", np.int8),
    ],
    align=True,
)
TRIP = np.dtype(
    [
        (name, np.int64)
        for name in (
            "call",
            "duty",
            "origin_zone",
            "assigned_at_s",
            "arrived_at_s",
            "left_at_s",
            "end_at_s",
            "end_cause",
        )
    ],
    align=True,
)
RUN = np.dtype(
    [
        (name, np.int64)
        for name in (
            "rule",
            "travel_model",
            "first_hour",
            "horizon_s",
            "n_heap",
            "n_free",
            "n_waiting",
            "n_trips",
            "last_priority",
        )
    ],
    align=True,
)


def keys(seconds: Ints, rank: int, ids: Ints) -> Ints:
    """Packed keys of events of one rank, in order; shape as the ids."""
    packed: Ints = np.sort((seconds << TIME_BITS) | (rank << RANK_BITS) | ids)
    return packed


def call_rows(world: World, patience_ends_at_s: Ints) -> Rows:
    """A `CALL` row a call; `duty` and `next_waiting` are set when the call is handled."""
    calls, kind = world.calls, Kind.CO_RESPONDER
    rows = np.empty(len(calls.zone), CALL).view(np.recarray)
    rows["patience_ends_at_s"] = patience_ends_at_s
    for name in ("turnout_for_s", "travel_factor", "booking_for_s", "report_for_s"):
        rows[name] = getattr(calls, name)
    for name in ("zone", "priority", "contact", "wanted_destination"):
        rows[name] = getattr(calls, name)
    rows["fate"] = calls.fate_by_kind[kind]
    rows["on_scene_for_s"] = calls.on_scene_for_s_by_kind[kind]
    rows["centre_for_s"] = calls.centre_transport_for_s + calls.centre_handover_for_s
    rows["hospital_for_s"] = calls.hospital_transport_for_s + calls.hospital_handover_for_s
    return rows


def duty_rows(roster: Roster) -> Rows:
    """A `DUTY` row a duty, before any has started."""
    rows = np.zeros(len(roster.post), DUTY).view(np.recarray)
    for name in ("on_at_s", "off_at_s", "base_zone", "predecessor"):
        rows[name] = getattr(roster, name)
    for name in ("zone", "start_zone", "started_at_s", "ended_at_s", "place", "successor_waiting"):
        rows[name] = NONE
    rows["serves"] = serves(roster)
    return rows


def run_row(world: World) -> Rows:
    """The one `RUN` row: the policy, the horizon in seconds and the counters at zero."""
    row = np.zeros(1, RUN).view(np.recarray)
    row["rule"], row["travel_model"] = world.policy.rule, world.travel.model
    row["first_hour"] = world.window.first_hour_of_week
    row["horizon_s"] = world.window.horizon_s
    return row
