"""All that an engine is given: inputs already drawn, and the plan's rules."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np

from sim.arrays import Bools, Codes, Ids, Ints, Rows
from sim.clock import HOUR_S, HOURS_A_WEEK
from sim.model import dispatch
from sim.model.inputs.courses import courses, visit_of
from sim.model.inputs.travel import Travel
from sim.schema import NONE, Breaks, Calls, Mode, Roster, Visits


class Window(NamedTuple):
    """Seconds of the run: measured from start (inclusive) to end; everything stops at horizon."""

    start_s: int
    end_s: int
    horizon_s: int
    first_hour_of_week: int


class Policy(NamedTuple):
    """A plan's rules; shares are thresholds in parts per million.

    `funnel_ppm` has shape (5, call types), falling: recognized, eligible, left by the telephone
    clinician, left by the other responder, requested. `mode_ppm` are the cumulated shares of the
    first three modes. A call is held for a team that comes on duty within `hold_for_s`, and where
    patrol does not attend it is closed `queue_limit_s` after it could be assigned. In line it rises
    by a priority every `ageing_after_s`, by `ageing_steps` at most (0: never). `contact_ppm`
    is P(engaged) by whole minutes from then to the arrival, never rising; its row is twice the call
    type, plus one where patrol attends. `agency_of_zone` has one entry a zone. `preference` has
    shape (zones, zones): place of a base zone in a zone's ordered list. `goes_along` has shape
    (kinds, fates): whether the team stays with the person after the scene; `patrol_takes` alike:
    whether patrol does; `splits` alike: whether officer and clinician part meanwhile. `visit_after`
    has one entry a fate: whether a visit follows; `visit_hours` one an hour of the week.
    """

    rule: int
    scope: int
    goes_home: int
    recalls: int
    radius_s: int
    borrow_s: int
    cutoff_s: int
    cutoff_priority: int
    reserve: int
    reserve_priority: int
    hold_for_s: int
    queue_limit_s: int
    ageing_after_s: int
    ageing_steps: int
    ageing_most_urgent: int
    funnel_ppm: Ids
    mode_ppm: Ids
    contact_ppm: Ids
    agency_of_zone: Ids
    preference: Ids
    goes_along: Codes
    patrol_takes: Codes
    splits: Codes
    visit_after: Codes
    visit_hours: Codes
    visit_expires_s: int
    teams_visit: int
    visits_interruptible: int
    spare_teams: int
    repeat_ppm: int
    effect_s: int


class Center(NamedTuple):
    """A crisis center: its chairs (NONE: no limit), and by hour of week whether it takes people."""

    chairs: int
    open_by_hour: Codes


class World(NamedTuple):
    """One replication of one plan, ready to run."""

    calls: Calls
    visits: Visits
    roster: Roster
    breaks: Breaks
    center: Center
    travel: Travel
    policy: Policy
    window: Window


# --- what the policy makes of the stored uniforms ------------------------------------------------


def requested(world: World) -> Bools:
    """Whether each call asks for a team; shape (calls,)."""
    calls = world.calls
    asks: Bools = calls.funnel_u < world.policy.funnel_ppm[-1][calls.initial_type]
    return asks


def modes(world: World) -> Codes:
    """`Mode` of every call, requested or not; shape (calls,)."""
    thresholds = world.policy.mode_ppm
    out = np.zeros(len(world.calls.mode_u), np.int8)
    for threshold in thresholds:
        out += world.calls.mode_u >= threshold
    return out


def attended(mode: Codes) -> Bools:
    """Whether patrol is sent to jobs of these modes beside, or before, a team."""
    by_mode = np.array([dispatch.patrol_attends(each) for each in (*Mode, dispatch.VISITING)])
    out: Bools = by_mode[mode]
    return out


def patrol_at_s(world: World) -> Ints:
    """Second at which patrol is on the scene of each call that it attends; shape (calls,)."""
    return world.calls.received_at_s + world.calls.patrol_arrives_for_s


def courses_of(world: World) -> Rows:
    """What follows the scene: a `COURSE` row for each kind of team on the roster and each call."""
    policy = world.policy
    rules = (policy.goes_along, policy.splits, policy.visit_after)
    return courses(world.calls, world.visits, world.roster.kind, *rules)


# --- visits --------------------------------------------------------------------------------------


def visits_if_missed(world: World) -> Ids:
    """Visit that each call leads to if no team reaches it, by its fate then, or NONE; (calls,)."""
    out, policy = visit_of(world.calls, world.visits, world.visits.if_missed), world.policy
    rows = np.flatnonzero(out != NONE)
    out[rows[policy.visit_after[world.calls.fate_patrol[rows]] == 0]] = NONE
    return out


def visit_openings(world: World) -> Ints:
    """Seconds at which visiting hours begin; shape (openings,), none if there are no visits."""
    window, hours = world.window, world.policy.visit_hours
    if len(world.visits.zone) == 0:
        return np.empty(0, np.int64)
    of_run = np.arange(1, -(-window.horizon_s // HOUR_S))
    of_week = (of_run + window.first_hour_of_week) % HOURS_A_WEEK
    begin = (hours[of_week] == 1) & (hours[of_week - 1] == 0)
    out: Ints = of_run[begin] * HOUR_S
    return out


# --- a part of a run -----------------------------------------------------------------------------


Table = TypeVar("Table", Calls, Roster, Breaks)


def first_rows(table: Table, n: int) -> Table:
    """Return the first n rows of a table."""
    columns = table._asdict().items()
    return table._replace(**{name: column[..., :n] for name, column in columns})


def cut(world: World, until_s: int, tail_s: int) -> World:
    """Return the same world, its inputs cut to what happens before `until_s` plus the tail."""
    horizon_s = min(until_s + tail_s, world.window.horizon_s)

    def before(at_s: Ints) -> int:
        return int(np.searchsorted(at_s, horizon_s))

    roster = first_rows(world.roster, before(world.roster.on_at_s))
    of_duties = (world.breaks.due_at_s < horizon_s) & (world.breaks.duty < len(roster.post))
    n_calls = before(world.calls.received_at_s)
    return world._replace(
        calls=first_rows(world.calls, n_calls),
        visits=_visits_of(world.visits, n_calls, horizon_s),
        roster=roster._replace(off_at_s=np.minimum(roster.off_at_s, horizon_s)),
        breaks=world.breaks._replace(
            **{name: column[of_duties] for name, column in world.breaks._asdict().items()}
        ),
        window=world.window._replace(end_s=min(world.window.end_s, until_s), horizon_s=horizon_s),
    )


def _visits_of(visits: Visits, n_calls: int, horizon_s: int) -> Visits:
    """Visits of the first n calls, and those of a list that are due before the horizon."""
    listed = visits.call == NONE
    kept = np.where(listed, visits.due_at_s < horizon_s, visits.call < n_calls)
    return visits._replace(**{name: column[kept] for name, column in visits._asdict().items()})
