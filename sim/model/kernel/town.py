"""The arrays of one run, made ready for the loop."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Codes, Ids, Ints, Rows
from sim.model.clocks import clocks
from sim.model.dispatch import LEAST_URGENT
from sim.model.kernel.rows import (
    CHAIR,
    ID_MASK,
    TRIP,
    break_rows,
    duty_rows,
    in_order,
    job_rows,
    keys,
    put_in_queues,
    run_row,
    visit_rows,
)
from sim.model.world import World, courses_of, visit_openings, visits_if_missed
from sim.schema import NONE, Rank, TravelModel


class Town(NamedTuple):
    """All that the compiled code reads and writes, handed on whole from function to function."""

    runs: Rows  # the one `RUN` row: the rules, and how many of each list are in use
    jobs: Rows  # calls, and the visits behind them
    courses: Rows  # by kind of team and call
    visits: Rows
    duties: Rows
    breaks: Rows
    trips: Rows
    queues: Rows
    chairs: Rows
    chair_of: Ids  # by call, a row of the chairs
    visit_if_missed: Ids  # by call, or NONE; `trips.miss` alone takes it out, as it follows once
    due_keys: Ints
    start_keys: Ints
    end_keys: Ints
    to_zone_s: Ints  # by hour of day, zone to go to and zone to come from
    by_free_s: Ints
    agency_of_zone: Ids
    preference: Ids
    visit_hours: Codes
    open_by_hour: Codes
    received_at_s: Ints
    dispatchable_at_s: Ints
    person: Ids
    repeat_u: Ids
    first_done_at_s: Ints  # by person, of a visit
    heap: Ints
    free: Ints  # teams from the front, who makes visits only from the end
    out: Ints  # duties that may be taken off what they do, or could be when they set out
    open_queues: Ints  # in which a job waits: those of calls from the front, of visits from the end


def town_of(world: World) -> Town:
    """Arrays of a world at the start of its run."""
    roster, policy, calls = world.roster, world.policy, world.calls
    n_duties, n_breaks, n_visits = len(roster.post), len(world.breaks.duty), len(world.visits.zone)
    of_calls = clocks(world)
    asks = np.flatnonzero(of_calls.dispatchable_at_s != NONE)
    call_keys = keys(of_calls.dispatchable_at_s[asks], Rank.DISPATCHABLE, asks)
    jobs = job_rows(world, of_calls)
    queues = put_in_queues(world, jobs, call_keys & ID_MASK)
    n_most = _most_trips(world, queues, len(asks))
    starts = keys(roster.on_at_s, Rank.DUTY_STARTS, np.arange(n_duties))
    dues = keys(world.breaks.due_at_s, Rank.DUTY_STARTS, n_duties + np.arange(n_breaks))
    return Town(
        runs=run_row(world),
        jobs=jobs,
        courses=courses_of(world),
        visits=visit_rows(world),
        duties=duty_rows(roster),
        breaks=break_rows(world.breaks),
        trips=np.empty(n_most, TRIP).view(np.recarray),
        queues=queues,
        chairs=np.empty(len(asks), CHAIR).view(np.recarray),
        chair_of=np.full(len(calls.zone), NONE, np.int32),
        visit_if_missed=visits_if_missed(world),
        due_keys=in_order(np.concatenate([call_keys, _visit_keys(world)])),
        start_keys=in_order(np.concatenate([starts, dues])),
        end_keys=keys(roster.off_at_s, Rank.DUTY_ENDS, np.arange(n_duties)),
        to_zone_s=_to_zone_s(world),
        by_free_s=world.travel.by_free_s,
        agency_of_zone=policy.agency_of_zone,
        preference=policy.preference,
        visit_hours=policy.visit_hours,
        open_by_hour=world.center.open_by_hour,
        received_at_s=calls.received_at_s,
        dispatchable_at_s=of_calls.dispatchable_at_s,
        person=calls.person,
        repeat_u=calls.repeat_u,
        first_done_at_s=np.full(_n_persons(world), NONE, np.int64),
        heap=np.empty(2 * n_duties + n_breaks + len(asks) + 2 * n_visits + n_most + 2, np.int64),
        free=np.empty(n_duties, np.int64),
        out=np.empty(n_duties, np.int64),
        open_queues=np.empty(len(queues), np.int64),
    )


def _to_zone_s(world: World) -> Ints:
    """Mean travel by hour, zone to go to and zone to come from; nothing where no place is known."""
    n_zones = len(world.policy.preference)
    if world.travel.model == TravelModel.SQUARE_ROOT:
        return np.zeros((24, n_zones, n_zones), np.int64)
    return np.ascontiguousarray(world.travel.matrix_s.transpose(0, 2, 1))


def _visit_keys(world: World) -> Ints:
    """Keys of the visits of a list, and of the beginnings of visiting hours."""
    listed, openings = np.flatnonzero(world.visits.call == NONE), visit_openings(world)
    begin = np.full(len(openings), len(world.visits.zone))
    seconds = np.concatenate([world.visits.due_at_s[listed], openings])
    return keys(seconds, Rank.VISIT_DUE, np.concatenate([listed, begin]))


def _n_persons(world: World) -> int:
    persons = np.concatenate([world.calls.person, world.visits.person])
    return int(persons.max(initial=NONE)) + 1


def _most_trips(world: World, queues: Rows, n_calls: int) -> int:
    """Most trips there can be.

    A call that takes a team on its way starts a chain downwards; one that takes a team off a visit
    makes another trip for that.
    """
    priorities = np.unique(queues["priority"])
    n_priorities = int(np.sum(priorities != LEAST_URGENT)) if world.policy.recalls else 1
    to_calls = n_calls * max(n_priorities, 1)
    return to_calls * (1 + world.policy.visits_interruptible) + len(world.visits.zone)
