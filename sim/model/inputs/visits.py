"""Follow-up visits that may come to be: those that calls lead to, and those on a list.

They depend on the calls and the config, never on the plan.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.clock import DAY_S, HOUR_S
from sim.config.groups.hours import DAYS, OpenHours
from sim.config.models import Config
from sim.model.inputs.durations import Quantiles, quantiles, whole_seconds
from sim.schema import NONE, Calls, Visits
from sim.streams import Stream, marked_points

MARKS = 3  # uniforms beside each visit of the list: person, zone and length


class VisitTables(NamedTuple):
    """A list of visits made ready to be sampled.

    `opens_at_s` has the second at which visiting hours open on each visiting day of the run;
    `per_day` visits of the list are due then on average. `zone_thresholds` are cumulated shares.
    """

    opens_at_s: Ints
    per_day: float
    frequent_callers: int
    zone_thresholds: Floats
    visit_for_s: Quantiles


def visit_tables(config: Config, run_start: date, n_days: int) -> VisitTables:
    """Tables of a config for a run of so many days, computed once for all replications."""
    outreach, hours = config.service.outreach, config.service.follow_up.open
    return VisitTables(
        opens_at_s=_opens_at_s(hours, run_start, n_days),
        per_day=float(outreach.per_week) / len(hours.days),
        frequent_callers=config.demand.persons.frequent_callers,
        zone_thresholds=np.cumsum(config.demand.zone_share)[:-1],
        visit_for_s=quantiles([outreach.length]),
    )


def _opens_at_s(hours: OpenHours, run_start: date, n_days: int) -> Ints:
    days = np.arange(n_days)
    weekdays = [DAYS.index(day) for day in hours.days]
    is_open = np.isin((run_start.weekday() + days) % len(DAYS), weekdays)
    out: Ints = days[is_open] * DAY_S + hours.from_hour * HOUR_S
    return out


def sample_visits(tables: VisitTables, calls: Calls, seed: int, replication: int) -> Visits:
    """Visits of one replication.

    Parameters
    ----------
    tables
        From `visit_tables`.
    calls
        Calls of the replication.
    seed, replication
        Name the stream of the list. A longer run has the same visits of the list first.

    Returns
    -------
    Visits
        One for each call with `visit_wanted` or `visit_if_missed`, in their order, then those of
        the list by `due_at_s`.
    """
    of_calls = _of_calls(calls)
    if tables.per_day == 0:
        return of_calls
    listed = _listed(tables, len(calls.zone), seed, replication)
    parts = zip(Visits._fields, of_calls, listed, strict=True)
    return Visits(**{name: np.concatenate([first, last]) for name, first, last in parts})


def _of_calls(calls: Calls) -> Visits:
    call = np.flatnonzero(calls.visit_wanted | calls.visit_if_missed).astype(np.int32)
    return Visits(
        person=calls.person[call],
        call=call,
        if_engaged=calls.visit_wanted[call],
        if_missed=calls.visit_if_missed[call],
        due_at_s=np.full(len(call), NONE, np.int64),
        lag_for_s=calls.visit_lag_s[call],
        zone=calls.zone[call],
        visit_for_s=calls.visit_for_s[call],
    )


def _listed(tables: VisitTables, n_calls: int, seed: int, replication: int) -> Visits:
    """Visits of the list: a Poisson number on each visiting day, due as its hours open.

    Each is to any of the frequent callers, all as likely, or to someone who never calls if there
    are none; and in a zone by its share of the calls.
    """
    n_days = len(tables.opens_at_s)
    points, u = marked_points(tables.per_day * n_days, MARKS, seed, replication, Stream.OUTREACH)
    day = np.minimum((points / tables.per_day).astype(np.int64), n_days - 1)
    n, n_frequent = len(day), tables.frequent_callers
    person = (u[:, 0] * n_frequent).astype(np.int64) if n_frequent else n_calls + np.arange(n)
    return Visits(
        person=person.astype(np.int32),
        call=np.full(n, NONE, np.int32),
        if_engaged=np.zeros(n, np.int8),
        if_missed=np.zeros(n, np.int8),
        due_at_s=tables.opens_at_s[day],
        lag_for_s=np.zeros(n, np.int64),
        zone=np.searchsorted(tables.zone_thresholds, u[:, 1], side="right").astype(np.int32),
        visit_for_s=whole_seconds(tables.visit_for_s, u[:, 2]),
    )
