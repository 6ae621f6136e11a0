"""Measures of one replication of one plan: one number each, read from tables alone.

Calls count if they were received in the window, and were not averted. A call is reached if a team
arrived and its trip ended; a contact is a reached call whose person was engaged. Requested calls
that are unfinished at the end of the run are counted by `unfinished_share` and left out of every
other share of requested.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.clock import MINUTE_S
from sim.model.measures import center, sworn
from sim.model.measures import visits as follow_up
from sim.model.measures.cells import HourTable, by_hour_of_week
from sim.model.measures.contacts import Contacts, contact_shares, contacts_of, fate_shares
from sim.model.measures.coverage import SETTLED, window_calls
from sim.model.measures.dictionary import MEASURED, MEASURES, MONEY, Measure
from sim.model.measures.diversions import diversions
from sim.model.measures.expectation import expected_diversions
from sim.model.measures.funnel import count, funnel, ratio
from sim.model.measures.teams import gaps, posts, trips, work
from sim.model.measures.times import (
    RESPONSE_BIN_S,
    RESPONSE_BINS,
    PairedTimes,
    Times,
    clear,
    paired_times,
    reached_calls,
    response_histogram,
    summaries,
    times_of,
)
from sim.model.world import World
from sim.schema import Ledger

__all__ = [
    "MEASURED",
    "MEASURES",
    "MONEY",
    "RESPONSE_BINS",
    "RESPONSE_BIN_S",
    "HourTable",
    "Measure",
    "PairedTimes",
    "Settings",
    "by_hour_of_week",
    "measure",
    "paired_times",
    "response_histogram",
]


class Settings(NamedTuple):
    """What measures need beside the tables.

    The standard is `standard_s` seconds from received if `standard_clock_received`, else from
    dispatchable. `restricted_limit_s` is the limit of the restricted mean in seconds,
    `exposure_years` the length of the window, `booked_given_arrest` a probability. Patrol sends
    `patrol_officers` to a call, and `officer_alone_as_patrol` says whether an officer left without
    a clinician serves as patrol. A visit that begins more than `visit_late_s` seconds after it was
    due is late.
    """

    standard_s: int
    standard_clock_received: bool
    booked_given_arrest: float
    exposure_years: float
    teams_funded: int
    restricted_limit_s: int
    patrol_officers: float
    officer_alone_as_patrol: bool
    visit_late_s: int


def measure(world: World, ledger: Ledger, settings: Settings) -> dict[str, float]:
    """Every measure of one replication of one plan but those of people and money.

    Parameters
    ----------
    world, ledger
        What went in and what happened.
    settings
        The standards, P(booked | arrest), the years of exposure and what patrol sends.

    Returns
    -------
    dict
        A float for each name of `MEASURED`, in their order and units; nan where undefined.
    """
    reached = reached_calls(world, ledger)
    contacts = contacts_of(world, ledger, reached)
    times, years = times_of(world, ledger, reached), settings.exposure_years
    values = {
        **funnel(world, ledger, years),
        **summaries(times),
        **_of_all_requested(world, ledger, times, settings),
        **clear(world, ledger),
        **gaps(world, ledger, years),
        **work(world, ledger, reached, years),
        **posts(world, ledger, settings.teams_funded),
        **trips(world, ledger, reached, years),
        **_sworn(world, ledger, settings),
        **_a_year(world, ledger, contacts, settings),
        **contact_shares(ledger, reached),
        **fate_shares(contacts),
        **center.chairs(world, ledger),
        "connected_share": follow_up.connected_share(world, ledger, contacts),
        "frequent_callers_share": follow_up.frequent_callers_share(world, ledger),
    }
    return {name: float(values[name]) for name in MEASURED}


def expected(
    world: World, ledger: Ledger, settings: Settings, patrol: Floats, teams: Sequence[Floats]
) -> dict[str, float]:
    """Diversions a year as expected of those reached, the chance of their fates averaged out.

    Parameters
    ----------
    world, ledger, settings
        As of `measure`.
    patrol, teams
        Shares of the five fates with patrol alone, shape (5,), and with each kind of team.

    Returns
    -------
    dict
        A float for each measure of diversions.
    """
    contacts = contacts_of(world, ledger, reached_calls(world, ledger))
    counts = expected_diversions(contacts, patrol, teams, settings.booked_given_arrest)
    return {name: number / settings.exposure_years for name, number in counts.items()}


def _of_all_requested(
    world: World, ledger: Ledger, times: Times, settings: Settings
) -> dict[str, float]:
    """Times over all settled requests, so that giving up does not look like speed."""
    settled = count(SETTLED[ledger.calls.status[window_calls(world)]])
    clock = times.response_for_s if settings.standard_clock_received else times.request_for_s
    limit_s = settings.restricted_limit_s
    never = settled - len(times.request_for_s)
    total_s = int(np.minimum(times.request_for_s, limit_s).sum()) + never * limit_s
    return {
        "within_standard_share": ratio(count(clock <= settings.standard_s), settled),
        "request_to_arrival_restricted_mean_min": ratio(total_s, settled) / MINUTE_S,
    }


def _sworn(world: World, ledger: Ledger, settings: Settings) -> dict[str, float]:
    hours = sworn.sworn_hours(
        world, ledger, settings.patrol_officers, alone_as_patrol=settings.officer_alone_as_patrol
    )
    assigned, released = (each / settings.exposure_years for each in hours)
    return {
        "sworn_hours_assigned_per_year": assigned,
        "patrol_hours_released_per_year": released,
        "sworn_hours_net_per_year": released - assigned,
    }


def _a_year(
    world: World, ledger: Ledger, contacts: Contacts, settings: Settings
) -> dict[str, float]:
    """Counts and hours of what becomes of people, a year."""
    counts = {
        "contacts_per_year": len(contacts.call),
        **diversions(world, ledger, contacts, settings.booked_given_arrest),
        **center.places(world, contacts),
        **follow_up.visits(world, ledger, settings.visit_late_s),
        **follow_up.people(world, ledger, contacts),
    }
    return {name: number / settings.exposure_years for name, number in counts.items()}
