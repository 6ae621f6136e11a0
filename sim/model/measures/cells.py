"""Totals of a replication by hour of week, by zone, by call type, and by shift of a post."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Array, Ints, Positions
from sim.clock import DAY_S, HOUR_S, HOURS_A_WEEK
from sim.config.plans import StaffingPlan
from sim.model.measures import coverage
from sim.model.measures.coverage import SETTLED, Spans, by_clock_hour, clock_hours, window_calls
from sim.model.measures.times import LONG_S, left_line_at_s
from sim.model.world import Window, World
from sim.schema import NONE, Ledger, Scope, Status


class HourTable(NamedTuple):
    """Totals of the window by hour of week (0 is Monday 00:00); each of shape (168,), int64.

    `gap_for_s` and `window_for_s` are seconds, `on_duty_for_s` and `busy_for_s` team-seconds within
    duty, `requested` and `reached` calls by the second received; `requested` leaves out those that
    are unfinished. `response_for_s` is the sum of the response times of the reached. Cells of
    several replications are summed before a ratio is taken.
    """

    gap_for_s: Ints
    on_duty_for_s: Ints
    busy_for_s: Ints
    window_for_s: Ints
    requested: Ints
    reached: Ints
    response_for_s: Ints


class ZoneTable(NamedTuple):
    """Totals of the window by zone; each of shape (zones,), int64.

    Columns as of `HourTable`; the gap of a zone is the time in which no team on duty that may serve
    it is free. Where districts are closed that is a team of the zone's agency; else it is any.
    """

    requested: Ints
    reached: Ints
    response_for_s: Ints
    gap_for_s: Ints
    window_for_s: Ints


class Shifts(NamedTuple):
    """Duties of a post that start at the same second of day, sorted by (post, start).

    They are those of the plan, so that the tables of its replications have one shape; both of shape
    (shifts,). A post held around the clock has one, from midnight.
    """

    post: Ints
    start_s: Ints


class PostTable(NamedTuple):
    """Totals of the window by shift of a post; each of shape (shifts,), int64.

    Team-seconds on duty as rostered and busy within duty, and calls reached by these duties. Unlike
    all else here it has those who make visits only, with their own seconds and no calls.
    """

    on_duty_for_s: Ints
    busy_for_s: Ints
    reached: Ints


class TypeTable(NamedTuple):
    """Settled requests by call type, and how they waited; each of shape (types,), int64.

    A call waits from when a team could be sent until one is, or until it is over without one.
    `reached` are calls that a team came to, `waited` those that waited at all, `waited_long` those
    that waited over 15 minutes, and `waited_for_s` the seconds of all.
    """

    requested: Ints
    reached: Ints
    waited_for_s: Ints
    waited: Ints
    waited_long: Ints


# --- by hour of week -----------------------------------------------------------------------------


def by_hour_of_week(world: World, ledger: Ledger) -> HourTable:
    """Coverage, work and calls of the window by hour of week.

    Parameters
    ----------
    world, ledger
        One replication of one plan: what went in and what happened.

    Returns
    -------
    HourTable
        Seconds, team-seconds and calls, each of shape (168,).
    """
    window = world.window
    whole = Spans(np.array([window.start_s]), np.array([window.end_s]))
    gaps, busy = coverage.gaps(world, ledger), coverage.busy(world, ledger)
    spans = (gaps, coverage.on_duty(world, ledger), busy, whole)
    hour = world.calls.received_at_s // HOUR_S + window.first_hour_of_week
    seconds = [_pooled(window, each) for each in spans]
    return HourTable(*seconds, *_calls_by(world, ledger, hour % HOURS_A_WEEK, HOURS_A_WEEK))


def _pooled(window: Window, spans: Spans) -> Ints:
    """Seconds of spans in the window by hour of week."""
    by_hour = by_clock_hour(spans.within(window), window)
    of_week = (np.arange(*clock_hours(window)) + window.first_hour_of_week) % HOURS_A_WEEK
    return _summed(of_week, by_hour, HOURS_A_WEEK)


def _calls_by(world: World, ledger: Ledger, cell: Array, n_cells: int) -> list[Ints]:
    """Requested and reached calls of the window, and response seconds, by cell of each call."""
    rows, status = window_calls(world), ledger.calls.status
    settled = np.flatnonzero(SETTLED[status[rows]]) + rows.start
    reached = np.flatnonzero(status[rows] == Status.SERVED) + rows.start
    arrived_at_s = ledger.trips.arrived_at_s[ledger.calls.trip[reached]]
    response_for_s = arrived_at_s - world.calls.received_at_s[reached]
    return [
        _counted(cell[settled], n_cells),
        _counted(cell[reached], n_cells),
        _summed(cell[reached], response_for_s, n_cells),
    ]


def _counted(cell: Array, n_cells: int) -> Ints:
    return np.bincount(cell, minlength=n_cells).astype(np.int64, copy=False)


def _summed(cell: Array, seconds: Ints, n_cells: int) -> Ints:
    """Seconds by cell: whole numbers far below 2^53, so that sums of floats are exact."""
    return np.bincount(cell, weights=seconds, minlength=n_cells).astype(np.int64)


# --- by zone -------------------------------------------------------------------------------------


def by_zone(world: World, ledger: Ledger) -> ZoneTable:
    """Calls, response and gaps of the window by zone.

    Parameters
    ----------
    world, ledger
        One replication of one plan: what went in and what happened.

    Returns
    -------
    ZoneTable
        Calls and seconds, each of shape (zones,).
    """
    n, window = len(world.policy.agency_of_zone), world.window
    requested, reached, response_for_s = _calls_by(world, ledger, world.calls.zone, n)
    return ZoneTable(
        requested=requested,
        reached=reached,
        response_for_s=response_for_s,
        gap_for_s=_gaps_by_zone(world, ledger),
        window_for_s=np.full(n, window.end_s - window.start_s),
    )


def _gaps_by_zone(world: World, ledger: Ledger) -> Ints:
    agency_of_zone, window = world.policy.agency_of_zone, world.window
    if world.policy.scope != Scope.CLOSED:
        gap_for_s = coverage.gaps(world, ledger).within(window).total_s()
        return np.full(len(agency_of_zone), gap_for_s)
    out = np.zeros(len(agency_of_zone), np.int64)
    for agency in np.unique(agency_of_zone).tolist():
        of_agency = coverage.gaps(world, ledger, world.roster.agency == agency)
        out[agency_of_zone == agency] = of_agency.within(window).total_s()
    return out


# --- by call type --------------------------------------------------------------------------------


def by_type(world: World, ledger: Ledger) -> TypeTable:
    """Requests of the window, and their waits, by the type that a call had when it came.

    Parameters
    ----------
    world, ledger
        One replication of one plan: what went in and what happened.

    Returns
    -------
    TypeTable
        Calls and seconds, each of shape (types,).
    """
    rows, n = window_calls(world), world.policy.funnel_ppm.shape[1]
    settled = np.flatnonzero(SETTLED[ledger.calls.status[rows]]) + rows.start
    waited_for_s = (left_line_at_s(world, ledger) - ledger.calls.dispatchable_at_s)[settled]
    of_type = world.calls.initial_type[settled]
    return TypeTable(
        requested=_counted(of_type, n),
        reached=_counted(of_type[ledger.calls.status[settled] == Status.SERVED], n),
        waited_for_s=_summed(of_type, waited_for_s, n),
        waited=_counted(of_type[waited_for_s > 0], n),
        waited_long=_counted(of_type[waited_for_s > LONG_S], n),
    )


# --- by shift of a post --------------------------------------------------------------------------


def shifts(plan: StaffingPlan) -> Shifts:
    """Shifts of a plan's posts, which are numbered line by line."""
    rows, n_posts = [], 0
    for line in plan.lines:
        starts = sorted(set(line.start_seconds)) or [0]
        rows += [(n_posts + number, start_s) for number in range(line.count) for start_s in starts]
        n_posts += line.count
    post, start_s = np.array(rows, np.int64).reshape(-1, 2).T
    return Shifts(post, start_s)


def by_shift(world: World, ledger: Ledger, shifts: Shifts) -> PostTable:
    """Work of the window by shift of a post.

    Parameters
    ----------
    world, ledger
        One replication of one plan: what went in and what happened.
    shifts
        Of that plan.

    Returns
    -------
    PostTable
        Team-seconds and calls, each of shape (shifts,).
    """
    n, of_duty = len(shifts.post), _shift_of_duty(world, shifts)
    everybody = np.ones(len(of_duty), np.bool_)
    on_duty = coverage.on_duty(world, ledger, everybody).seconds_in(world.window)
    busy = coverage.busy(world, ledger, everybody).seconds_in(world.window)
    rows = window_calls(world)
    reached = ledger.calls.trip[rows][ledger.calls.status[rows] == Status.SERVED]
    return PostTable(
        _summed(of_duty[coverage.served(ledger, everybody)], on_duty, n),
        _summed(of_duty[ledger.trips.duty], busy, n),
        _counted(of_duty[ledger.trips.duty[reached]], n),
    )


def by_post(table: PostTable, shifts: Shifts) -> PostTable:
    """Totals by post of totals by shift, whose last axis they take; shape (..., posts)."""
    first = np.flatnonzero(np.diff(shifts.post, prepend=NONE))
    if len(first) == 0:
        return table
    return PostTable(*(np.add.reduceat(column, first, axis=-1) for column in table))


def _shift_of_duty(world: World, shifts: Shifts) -> Positions:
    """Shift of each duty: of its post, the last that starts no later in the day.

    A duty that starts at no shift's second is the rest of one, cut by the start of the run or by
    an absence; before the first start of a day it is the rest of the last of the day before.
    """
    roster, first_s = world.roster, world.window.first_hour_of_week * HOUR_S
    keys = shifts.post * DAY_S + shifts.start_s
    of_day_s = (roster.on_at_s + first_s) % DAY_S
    at = np.searchsorted(keys, roster.post * DAY_S + of_day_s, side="right") - 1
    first = np.searchsorted(shifts.post, roster.post)
    last = np.searchsorted(shifts.post, roster.post, side="right") - 1
    return np.where(at < first, last, at)
