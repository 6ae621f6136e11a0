"""Structured rows the compiled engine works on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Ints
from sim.model.dispatch import LEAST_URGENT, VISITING
from sim.model.inputs.roster import serves
from sim.model.world import World, attended, modes, patrol_at_s
from sim.schema import (
    NONE,
    BreakLedger,
    Breaks,
    ChairLedger,
    DutyLedger,
    Kind,
    Mode,
    Roster,
    Scope,
    TripLedger,
    recorded,
)

Rows = NDArray[np.void]
Row = Any  # a record of one of the structured arrays below

TIME_BITS, RANK_BITS = 32, 28  # a key is second << 32 | rank << 28 | id
ID_MASK = (1 << RANK_BITS) - 1
RANK_MASK = 15
NEVER = np.iinfo(np.int64).max
PRIORITIES, MODE_GROUPS = 128, 4  # an int8 priority; attended or not, self-dispatched or not

JOB = np.dtype(  # what is read while a call or visit waits and a team sets out: a line of memory
    [
        ("patience_ends_at_s", np.int64),
        ("patrol_at_s", np.int64),
        ("turnout_for_s", np.int64),
        ("connect_for_s", np.int64),
        ("travel_factor", np.float64),
        ("zone", np.int32),
        ("duty", np.int32),  # of its trip, or NONE
        ("queue", np.int32),
        ("place_in_line", np.int32),  # by (dispatchable second, id), of all calls; NONE: a visit
        ("next_waiting", np.int32),
        ("priority", np.int8),
        ("mode", np.int8),
    ],
    align=True,
)
VISIT = np.dtype(  # what a visit has that a call has not
    [("lag_for_s", np.int64), ("visit_for_s", np.int64), ("person", np.int32)], align=True
)


def _as_recorded(table: type[Any]) -> list[tuple[str, type[np.generic]]]:
    """Columns that the ledger takes from a row as they are."""
    return [(name, np.int64) for name in recorded(table)]


TRIP = np.dtype(_as_recorded(TripLedger), align=True)
CHAIR = np.dtype(_as_recorded(ChairLedger), align=True)
DUTY = np.dtype(
    [
        *_as_recorded(DutyLedger),
        ("on_at_s", np.int64),
        ("off_at_s", np.int64),
        ("idle_since_s", np.int64),
        ("home_at_s", np.int64),
        ("worked_for_s", np.int64),
        ("arrives_at_s", np.int64),  # of its trip
        ("due_key", np.int64),  # of the event that ends its trip
        ("base_zone", np.int32),
        ("zone", np.int32),
        ("predecessor", np.int32),
        ("successor_waiting", np.int32),
        ("place", np.int32),  # in the list of free teams, or NONE
        ("place_out", np.int32),  # in the list of those that may be taken off, or NONE
        ("trip", np.int32),  # or NONE
        ("resting", np.int32),  # the break it is on, or NONE
        ("first_pending", np.int32),
        ("last_pending", np.int32),
        ("agency", np.int32),
        ("kind", np.int8),
        ("serves", np.int8),
        ("is_past_end", np.int8),
        ("is_done", np.int8),
    ],
    align=True,
)
BREAK = np.dtype(
    [
        *_as_recorded(BreakLedger),
        ("break_for_s", np.int64),
        ("duty", np.int32),
        ("next_pending", np.int32),
        ("waits", np.int8),
    ],
    align=True,
)
QUEUE = np.dtype(
    [
        (name, np.int64)
        for name in ("first", "last", "priority", "is_self_dispatch", "place", "nobody_since")
    ],
    align=True,
)
RUN = np.dtype(
    [
        (name, np.int64)
        for name in (
            "rule",
            "scope",
            "goes_home",
            "recalls",
            "radius_s",
            "borrow_s",
            "cutoff_s",
            "cutoff_priority",
            "reserve",
            "reserve_priority",
            "travel_model",
            "first_hour",
            "horizon_s",
            "visit_expires_s",
            "teams_visit",
            "interrupts",
            "spare_teams",
            "repeat_ppm",
            "effect_s",
            "chairs",
            "n_calls",
            "n_duties",
            "n_visits",
            "n_heap",
            "n_free",
            "n_workers",
            "n_out",
            "n_in_chairs",
            "n_stays",
            "n_open",
            "n_open_visits",
            "n_trips",
            "chances",
            "any_team_any_call",
        )
    ],
    align=True,
)


def keys(seconds: Ints, rank: int, ids: Ints) -> Ints:
    """Sorted keys of one kind of event."""
    packed: Ints = np.sort((seconds << TIME_BITS) | (rank << RANK_BITS) | ids)
    return packed


def job_rows(world: World, patience_ends_at_s: Ints) -> Rows:
    """A `JOB` row a call, and behind them one a visit, none of them waiting."""
    calls, visits, n_calls = world.calls, world.visits, len(world.calls.zone)
    jobs = np.zeros(n_calls + len(visits.zone), JOB).view(np.recarray)
    for name in ("duty", "queue", "place_in_line", "next_waiting"):
        jobs[name] = NONE
    rows = jobs[:n_calls]
    rows["patience_ends_at_s"] = patience_ends_at_s
    rows["patrol_at_s"], rows["mode"] = patrol_at_s(world), modes(world)
    for name in ("turnout_for_s", "connect_for_s", "travel_factor", "zone", "priority"):
        rows[name] = getattr(calls, name)
    rows = jobs[n_calls:]
    rows["patience_ends_at_s"] = visits.due_at_s + world.policy.visit_expires_s
    rows["zone"], rows["travel_factor"] = visits.zone, 1
    rows["priority"], rows["mode"] = LEAST_URGENT, VISITING
    return jobs


def visit_rows(world: World) -> Rows:
    """A `VISIT` row a visit."""
    rows = np.empty(len(world.visits.zone), VISIT).view(np.recarray)
    for name in VISIT.names or ():
        rows[name] = getattr(world.visits, name)
    return rows


def put_in_queues(world: World, jobs: Rows, in_order: Ints) -> Rows:
    """Give each requested call its place in line, each job its queue; the `QUEUE` rows by priority.

    Jobs of one queue are alike in all that decides whether a team may be sent to them: priority,
    whether patrol attends, and the zone where scope or range look at it. `in_order` are the
    requested calls by (dispatchable second, id).
    """
    jobs["place_in_line"][in_order] = np.arange(len(in_order))
    waiting = np.concatenate([in_order, np.arange(len(world.calls.zone), len(jobs))])
    code = _queue_codes(world, jobs)[waiting]
    n_codes = PRIORITIES * MODE_GROUPS * len(world.policy.preference)
    used = np.zeros(n_codes, np.bool_)
    used[code] = True
    jobs["queue"][waiting] = (np.cumsum(used) - 1)[code]
    codes = np.flatnonzero(used)
    queues = np.full(len(codes), NONE, QUEUE).view(np.recarray)
    per_priority = n_codes // PRIORITIES
    queues["priority"] = codes // per_priority
    queues["is_self_dispatch"] = codes % per_priority % MODE_GROUPS > 1
    return queues


def _queue_codes(world: World, jobs: Rows) -> Ints:
    needs_patrol = bool(np.any(world.roster.kind != Kind.CO_RESPONDER))
    mode, n_zones = jobs["mode"], len(world.policy.preference)
    alone = mode == Mode.SELF_DISPATCH
    group = attended(mode) * needs_patrol + 2 * alone
    by_zone = (world.policy.scope != Scope.OPEN) | alone
    zone = np.where(by_zone, jobs["zone"], 0)
    code: Ints = (jobs["priority"].astype(np.int64) * n_zones + zone) * MODE_GROUPS + group
    return code


def _all_none(n: int, dtype: np.dtype[np.void]) -> Rows:
    """Rows of whole numbers that are all NONE: bytes of ones, written forty times sooner."""
    return np.full(n * dtype.itemsize, 255, np.uint8).view(dtype).view(np.recarray)


def duty_rows(roster: Roster) -> Rows:
    """A `DUTY` row a duty, before any has started."""
    rows = _all_none(len(roster.post), DUTY)
    for name in ("on_at_s", "off_at_s", "base_zone", "predecessor", "agency", "kind"):
        rows[name] = getattr(roster, name)
    for name in ("worked_for_s", "is_past_end", "is_done"):
        rows[name] = 0
    rows["home_at_s"] = rows["due_key"] = NEVER
    rows["serves"] = serves(roster)
    return rows


def break_rows(breaks: Breaks) -> Rows:
    """A `BREAK` row a break, before any has been taken."""
    rows = _all_none(len(breaks.duty), BREAK)
    for name in ("break_for_s", "duty", "waits"):
        rows[name] = getattr(breaks, name)
    return rows


def run_row(world: World) -> Rows:
    """The one `RUN` row: the policy, the horizon in seconds and the counters at zero."""
    row, policy = np.zeros(1, RUN).view(np.recarray), world.policy
    for name in ("rule", "scope", "goes_home", "recalls", "radius_s", "borrow_s", "cutoff_s"):
        row[name] = getattr(policy, name)
    for name in ("cutoff_priority", "reserve", "reserve_priority"):
        row[name] = getattr(policy, name)
    row["travel_model"] = world.travel.model
    row["first_hour"] = world.window.first_hour_of_week
    row["horizon_s"] = world.window.horizon_s
    for name in ("visit_expires_s", "teams_visit", "spare_teams", "repeat_ppm", "effect_s"):
        row[name] = getattr(policy, name)
    row["interrupts"], row["chairs"] = policy.visits_interruptible, world.center.chairs
    row["n_calls"], row["n_visits"] = len(world.calls.zone), len(world.visits.zone)
    row["n_duties"] = len(world.roster.post)
    row["any_team_any_call"] = _any_team_any_call(world)
    return row


def _any_team_any_call(world: World) -> bool:
    """Whether any free team may be sent to any call, from where it was released."""
    policy = world.policy
    is_open = policy.scope == Scope.OPEN and not np.any(modes(world) == Mode.SELF_DISPATCH)
    held_back = policy.cutoff_s != 0 or policy.reserve != 0 or policy.goes_home != 0
    others = (Kind.CLINICIAN_ONLY, Kind.REMOTE_CLINICIAN)
    return is_open and not held_back and not np.any(np.isin(world.roster.kind, others))
