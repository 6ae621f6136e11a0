"""Structured rows the compiled engine works on."""

from __future__ import annotations

from itertools import chain
from typing import Any, get_type_hints

import numpy as np

from sim.arrays import Ints, Rows
from sim.clock import NEVER_S
from sim.model.clocks import Clocks
from sim.model.dispatch import LEAST_URGENT, VISITING, risen
from sim.model.inputs.roster import serves
from sim.model.inputs.travel import some_unreachable
from sim.model.world import Policy, World, attended, modes, patrol_at_s
from sim.schema import (
    NONE,
    BreakLedger,
    Breaks,
    CallLedger,
    Calls,
    ChairLedger,
    DutyLedger,
    Kind,
    Mode,
    Roster,
    Scope,
    TripLedger,
    Visits,
    columns,
    recorded,
)

Row = Any  # a record of one of the structured arrays below

TIME_BITS, RANK_BITS = 32, 28  # a key is second << 32 | rank << 28 | id
ID_MASK = (1 << RANK_BITS) - 1
RANK_MASK = 15
NEVER = np.iinfo(np.int64).max
PRIORITIES, MODE_GROUPS = 128, 4  # an int8 priority; attended or not, self-dispatched or not

Field = tuple[str, type[np.generic]]


def _like(table: type[Any], *names: str) -> list[Field]:
    """Fields that are columns of a table, with the dtypes that it declares."""
    dtypes = {column.name: column.dtype for column in columns(table)}
    return [(name, dtypes[name]) for name in names]


def _recorded(table: type[Any]) -> list[Field]:
    """Fields that an engine records of a table of the ledger."""
    return [(column.name, column.dtype) for column in recorded(table)]


def _ints(dtype: type[np.generic], *names: str) -> list[Field]:
    return [(name, dtype) for name in names]


def _row(*fields: list[Field]) -> np.dtype[np.void]:
    """Layout of a row: the widest fields first, so that there is no gap between two."""
    in_order = sorted(chain(*fields), key=lambda field: -np.dtype(field[1]).itemsize)
    return np.dtype(in_order, align=True)


JOB = _row(  # what is read while a call or visit waits and a team sets out: a line of memory
    _like(Calls, "turnout_for_s", "connect_for_s", "travel_factor", "zone", "priority"),
    # Seconds of the run, at most `NEVER_S`: in 64 bits a job would not fit in a line.
    _ints(np.int32, "until_assigned_s", "until_arrived_s", "contact_until_s", "patrol_at_s"),
    _ints(np.int32, "duty"),  # of its trip, or NONE; a recall looks there for the trip to end
    _ints(np.int32, "queue", "next_waiting"),  # the link is moved by `queues` alone
    _ints(np.int32, "place_in_line"),  # by (dispatchable second, id), of all calls; NONE: a visit
    _like(CallLedger, "mode"),
)
VISIT = _row(_like(Visits, "lag_for_s", "visit_for_s", "person"))  # what a call has not
TRIP, CHAIR = _row(_recorded(TripLedger)), _row(_recorded(ChairLedger))
DUTY = _row(
    _like(Roster, "on_at_s", "off_at_s", "base_zone", "predecessor", "agency", "kind"),
    _recorded(DutyLedger),
    _ints(np.int64, "idle_since_s", "home_at_s"),
    _ints(np.int64, "worked_for_s"),  # to the end of its trip, as far as that is settled
    _ints(np.int64, "arrives_at_s"),  # of its trip
    # The event that ends its trip. A key stays in the heap when a trip is broken off, and is known
    # as stale by this alone: who sets it has to push it, or the team is never released.
    _ints(np.int64, "due_key"),
    _ints(np.int32, "zone"),
    # Left here by a duty that is due before this one is over. `finish` alone sets `is_done`, and
    # starts the one that waits: were it set anywhere else, the post would stay empty.
    _ints(np.int32, "successor_waiting"),
    # In the lists of free teams (moved by `teams` alone) and of those that may be taken off (put in
    # by `trips`, taken out by the walk); the last of a list takes the place of one that leaves, so
    # the two are written together. NONE if it is not in the list.
    _ints(np.int32, "place", "place_out"),
    _ints(np.int32, "trip", "resting"),  # the trip and the break it is on, or NONE
    _ints(np.int32, "first_pending", "last_pending"),  # of its breaks that wait; moved by `teams`
    _ints(np.int8, "serves", "is_past_end", "is_done"),
)
BREAK = _row(
    _like(Breaks, "duty", "break_for_s", "waits"),
    _recorded(BreakLedger),
    _ints(np.int32, "next_pending"),
)
QUEUE = _row(
    _ints(np.int64, "first", "last", "is_self_dispatch"),
    _ints(np.int64, "priority", "rises_to"),  # of its jobs, and the most urgent they get by waiting
    _ints(np.int64, "place"),  # in the list of queues in which a job waits
    # The count of `chances` at which nobody could be sent to it; it is not asked again before that
    # has moved, so whatever lets a team be sent where it could not be before has to move it.
    _ints(np.int64, "nobody_since"),
)
RULES = [name for name, hint in get_type_hints(Policy).items() if hint is int]
RUN = _row(
    _ints(np.int64, *RULES, "travel_model", "first_hour", "horizon_s", "chairs"),
    _ints(np.int64, "n_calls", "n_duties", "n_visits", "any_team_any_call", "distance_decides"),
    _ints(np.int64, "n_heap", "n_free", "n_workers", "n_out", "n_in_chairs", "n_stays"),
    _ints(np.int64, "n_open", "n_open_visits", "n_trips", "chances"),
)


def keys(seconds: Ints, rank: int, ids: Ints) -> Ints:
    """Sorted keys of one kind of event."""
    return in_order((seconds << TIME_BITS) | (rank << RANK_BITS) | ids)


def in_order(packed: Ints) -> Ints:
    """Keys sorted; most are in order as they come, which a sort by merging leaves as they are."""
    out: Ints = np.sort(packed, kind="stable")  # a fifteenth of the time of numpy's default here
    return out


def _copy(table: Any, rows: Rows) -> None:  # noqa: ANN401 - any table of the schema
    """Copy the columns of a table that its rows have too."""
    for name in set(table._fields).intersection(rows.dtype.names or ()):
        rows[name] = getattr(table, name)


def job_rows(world: World, of_calls: Clocks) -> Rows:
    """A `JOB` row a call, and behind them one a visit, none of them waiting."""
    visits, n_calls = world.visits, len(world.calls.zone)
    jobs = np.zeros(n_calls + len(visits.zone), JOB).view(np.recarray)
    for name in ("duty", "queue", "place_in_line", "next_waiting"):
        jobs[name] = NONE
    rows = jobs[:n_calls]
    _copy(world.calls, rows)
    for name in ("until_assigned_s", "until_arrived_s", "contact_until_s"):
        rows[name] = getattr(of_calls, name)
    rows["patrol_at_s"], rows["mode"] = np.minimum(patrol_at_s(world), NEVER_S), modes(world)
    rows = jobs[n_calls:]
    until_s = visits.due_at_s + world.policy.visit_expires_s
    rows["until_assigned_s"] = np.minimum(until_s, NEVER_S)
    rows["zone"], rows["travel_factor"] = visits.zone, 1
    rows["priority"], rows["mode"] = LEAST_URGENT, VISITING
    return jobs


def visit_rows(world: World) -> Rows:
    """A `VISIT` row a visit."""
    rows = np.empty(len(world.visits.zone), VISIT).view(np.recarray)
    _copy(world.visits, rows)
    return rows


def put_in_queues(world: World, jobs: Rows, asking: Ints) -> Rows:
    """Give each requested call its place in line, each job its queue; the `QUEUE` rows by priority.

    Jobs of one queue are alike in all that decides whether a team may be sent to them: priority,
    whether patrol attends, and the zone where scope, range or a missing way look at it. `asking`
    are the requested calls by (dispatchable second, id).
    """
    jobs["place_in_line"][asking] = np.arange(len(asking))
    waiting = np.concatenate([asking, np.arange(len(world.calls.zone), len(jobs))])
    code = _queue_codes(world, jobs)[waiting]
    n_codes = PRIORITIES * MODE_GROUPS * len(world.policy.preference)
    used = np.zeros(n_codes, np.bool_)
    used[code] = True
    jobs["queue"][waiting] = (np.cumsum(used) - 1)[code]
    codes = np.flatnonzero(used)
    queues = np.full(len(codes), NONE, QUEUE).view(np.recarray)
    per_priority = n_codes // PRIORITIES
    queues["priority"] = codes // per_priority
    queues["rises_to"] = [_rises_to(world.policy, own) for own in queues["priority"].tolist()]
    queues["is_self_dispatch"] = codes % per_priority % MODE_GROUPS > 1
    return queues


def _rises_to(policy: Policy, priority: int) -> int:
    """Most urgent priority to which calls of a priority get, however long they wait."""
    after_s, steps = policy.ageing_after_s, policy.ageing_steps
    return risen(priority, steps * after_s, after_s, steps, policy.ageing_most_urgent)


def _queue_codes(world: World, jobs: Rows) -> Ints:
    needs_patrol = bool(np.any(world.roster.kind != Kind.CO_RESPONDER))
    mode, n_zones = jobs["mode"], len(world.policy.preference)
    alone = mode == Mode.SELF_DISPATCH
    group = attended(mode) * needs_patrol + 2 * alone
    by_zone = (world.policy.scope != Scope.OPEN) | some_unreachable(world.travel) | alone
    zone = np.where(by_zone, jobs["zone"], 0)
    code: Ints = (jobs["priority"].astype(np.int64) * n_zones + zone) * MODE_GROUPS + group
    return code


def _all_none(n: int, dtype: np.dtype[np.void]) -> Rows:
    """Rows of whole numbers that are all NONE: bytes of ones, written forty times sooner."""
    return np.full(n * dtype.itemsize, 255, np.uint8).view(dtype).view(np.recarray)


def duty_rows(roster: Roster) -> Rows:
    """A `DUTY` row a duty, before any has started."""
    rows = _all_none(len(roster.post), DUTY)
    _copy(roster, rows)
    for name in ("worked_for_s", "is_past_end", "is_done"):
        rows[name] = 0
    rows["home_at_s"] = rows["due_key"] = NEVER
    rows["serves"] = serves(roster)
    return rows


def break_rows(breaks: Breaks) -> Rows:
    """A `BREAK` row a break, before any has been taken."""
    rows = _all_none(len(breaks.duty), BREAK)
    _copy(breaks, rows)
    return rows


def run_row(world: World) -> Rows:
    """The one `RUN` row: the policy, the horizon in seconds and the counters at zero."""
    row = np.zeros(1, RUN).view(np.recarray)
    _copy(world.policy, row)
    row["travel_model"] = world.travel.model
    row["first_hour"] = world.window.first_hour_of_week
    row["horizon_s"] = world.window.horizon_s
    row["chairs"] = world.center.chairs
    row["n_calls"], row["n_visits"] = len(world.calls.zone), len(world.visits.zone)
    row["n_duties"] = len(world.roster.post)
    row["any_team_any_call"] = _any_team_any_call(world)
    row["distance_decides"] = _distance_decides(world)
    return row


def _any_team_any_call(world: World) -> bool:
    """Whether any free team may be sent to any call, from where it was released."""
    policy = world.policy
    is_open = policy.scope == Scope.OPEN and not np.any(modes(world) == Mode.SELF_DISPATCH)
    held_back = policy.cutoff_s != 0 or policy.reserve != 0 or policy.goes_home != 0
    others = (Kind.CLINICIAN_ONLY, Kind.REMOTE_CLINICIAN)
    if not is_open or held_back or some_unreachable(world.travel):
        return False
    return not np.any(np.isin(world.roster.kind, others))


def _distance_decides(world: World) -> bool:
    """Whether a call that waits can be given a team at one place or hour, and not at another."""
    return world.policy.scope == Scope.OWN_FIRST or some_unreachable(world.travel)
