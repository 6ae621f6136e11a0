"""Measures of one replication of one plan: one number each, read from tables alone.

Calls count if they were received in the window, and were not averted. A call is reached if a team
arrived and its trip ended; a contact is a reached call whose person was engaged. Requested calls
that are unfinished at the end of the run are counted by `unfinished_share` and left out of every
other share of requested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats, Positions
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
    delays,
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


class _Reading:
    """A world, what happened in it, and what several parts need, found once it is asked for."""

    def __init__(self, world: World, ledger: Ledger, settings: Settings) -> None:
        self.world, self.ledger, self.settings = world, ledger, settings
        self.years = settings.exposure_years

    @cached_property
    def reached(self) -> Positions:
        return reached_calls(self.world, self.ledger)

    @cached_property
    def contacts(self) -> Contacts:
        return contacts_of(self.world, self.ledger, self.reached)

    @cached_property
    def times(self) -> Times:
        return times_of(self.world, self.ledger, self.reached)


Part = Callable[[_Reading], dict[str, float]]


def measure(
    world: World, ledger: Ledger, settings: Settings, names: Iterable[str] = MEASURED
) -> dict[str, float]:
    """Measures of one replication of one plan, of all but those of people and money.

    Parameters
    ----------
    world, ledger
        What went in and what happened.
    settings
        The standards, P(booked | arrest), the years of exposure and what patrol sends.
    names
        Those that are asked for: only what they need is looked at.

    Returns
    -------
    dict
        A float for each name, in their order and units; nan where undefined.
    """
    reading, values = _Reading(world, ledger, settings), dict[str, float]()
    for name in names:
        if name not in values:
            values |= _part_of(name, reading)(reading)
    return {name: float(values[name]) for name in names}


_PART_OF: dict[str, Part] = {}  # filled as all parts are run for the first time


def _part_of(name: str, reading: _Reading) -> Part:
    """Part of the measures that a name is in."""
    if name not in _PART_OF:
        for part in _PARTS:
            _PART_OF.update(dict.fromkeys(part(reading), part))
    return _PART_OF[name]


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
    return _a_year(counts, settings.exposure_years)


# --- parts ---------------------------------------------------------------------------------------


def _a_year(counts: Mapping[str, float], years: float) -> dict[str, float]:
    return {name: number / years for name, number in counts.items()}


def _of_all_requested(of: _Reading) -> dict[str, float]:
    """Times over all settled requests, so that giving up does not look like speed."""
    settled = count(SETTLED[of.ledger.calls.status[window_calls(of.world)]])
    settings, times = of.settings, of.times
    clock = times.response_for_s if settings.standard_clock_received else times.request_for_s
    limit_s = settings.restricted_limit_s
    never = settled - len(times.request_for_s)
    total_s = int(np.minimum(times.request_for_s, limit_s).sum()) + never * limit_s
    return {
        "within_standard_share": ratio(count(clock <= settings.standard_s), settled),
        "request_to_arrival_restricted_mean_min": ratio(total_s, settled) / MINUTE_S,
    }


def _sworn(of: _Reading) -> dict[str, float]:
    alone_as_patrol = of.settings.officer_alone_as_patrol
    officers = of.settings.patrol_officers
    hours = sworn.sworn_hours(of.world, of.ledger, officers, alone_as_patrol=alone_as_patrol)
    assigned, released = (each / of.years for each in hours)
    return {
        "sworn_hours_assigned_per_year": assigned,
        "patrol_hours_released_per_year": released,
        "sworn_hours_net_per_year": released - assigned,
    }


def _people(of: _Reading) -> dict[str, float]:
    return {
        **_a_year(follow_up.people(of.world, of.ledger, of.contacts), of.years),
        "connected_share": follow_up.connected_share(of.world, of.ledger, of.contacts),
        "frequent_callers_share": follow_up.frequent_callers_share(of.world, of.ledger),
    }


def _outcomes(of: _Reading) -> dict[str, float]:
    p_booked = of.settings.booked_given_arrest
    return _a_year(diversions(of.world, of.ledger, of.contacts, p_booked), of.years)


_PARTS: tuple[Part, ...] = (
    lambda of: funnel(of.world, of.ledger, of.years),
    lambda of: summaries(of.times),
    _of_all_requested,
    lambda of: clear(of.world, of.ledger),
    lambda of: delays(of.world, of.ledger),
    lambda of: gaps(of.world, of.ledger, of.years),
    lambda of: work(of.world, of.ledger, of.reached, of.years),
    lambda of: posts(of.world, of.ledger, of.settings.teams_funded),
    lambda of: trips(of.world, of.ledger, of.reached, of.years),
    _sworn,
    lambda of: _a_year({"contacts_per_year": len(of.contacts.call)}, of.years),
    _outcomes,
    lambda of: _a_year(center.places(of.world, of.contacts), of.years),
    lambda of: _a_year(follow_up.visits(of.world, of.ledger, of.settings.visit_late_s), of.years),
    _people,
    lambda of: contact_shares(of.ledger, of.reached),
    lambda of: fate_shares(of.contacts),
    lambda of: center.chairs(of.world, of.ledger),
)
