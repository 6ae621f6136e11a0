"""Why a request was missed: nobody on duty, nobody who could serve it, or all of those busy."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Codes, Ids, Ints, Positions
from sim.clock import HOUR_S
from sim.model import dispatch
from sim.model.clocks import groups, in_scope
from sim.model.inputs.roster import serves
from sim.model.inputs.travel import some_unreachable
from sim.model.world import World
from sim.schema import (
    NONE,
    UNREACHABLE,
    BreakLedger,
    DutyLedger,
    EndedBy,
    Kind,
    Mode,
    Scope,
    Status,
    TravelModel,
    TripLedger,
)

MISSED = np.zeros(len(Status), np.bool_)
MISSED[[Status.MISSED_OFF_DUTY, Status.MISSED_OUT_OF_RANGE, Status.MISSED_BUSY]] = True
RECALLED = np.zeros(len(Status), np.bool_)
RECALLED[[Status.WITHDRAWN, Status.SETTLED_BY_PATROL]] = True
_MAY_SERVE = np.array([[dispatch.may_serve(kind, mode) for mode in Mode] for kind in Kind])


def teams(world: World) -> Bools:
    """Whether each duty is a team's; who makes visits only takes no call, and is none."""
    out: Bools = world.roster.kind != Kind.FOLLOW_UP
    return out


class Missed(NamedTuple):
    """Calls that no team came for, by their rows, and the wait of each, both ends included."""

    call: Positions
    mode: Codes
    from_s: Ints
    until_s: Ints
    ended_by: Codes

    def of(self, rows: Positions) -> Missed:
        """Return some of them."""
        call, mode, from_s, until_s, ended_by = self
        return Missed(call[rows], mode[rows], from_s[rows], until_s[rows], ended_by[rows])


def causes(
    world: World, missed: Missed, trips: TripLedger, duties: DutyLedger, breaks: BreakLedger
) -> Codes:
    """Missed `Status` of each call.

    On duty is what the roster says, as it is for the clock that ends a call for want of a team on
    duty. A call that is self-dispatched or nothing has one second, in which a team that is left
    free is out of its range.
    """
    cause = np.full(len(missed.call), Status.MISSED_BUSY, np.int8)
    now_or_never = missed.mode == Mode.SELF_DISPATCH
    if not _any_serves_all(world):
        served = _could_be_served(world, missed)
        cause[~served & ~now_or_never] = Status.MISSED_OUT_OF_RANGE
    if now_or_never.any():
        n_free = _left_free(world, missed.from_s, trips, duties, breaks)
        cause[now_or_never & (n_free > 0)] = Status.MISSED_OUT_OF_RANGE
    _nobody_in_scope(world, missed, cause)
    return cause


def _nobody_in_scope(world: World, missed: Missed, cause: Codes) -> None:
    """Mark those in whose scope no team was on duty, or has any post at all.

    Where no team has a post, the teams on duty elsewhere are out of range.
    """
    group, scopes = groups(world, missed.call, missed.mode), in_scope(world)
    fleet = teams(world)
    for number in np.unique(group).tolist():
        rows = np.flatnonzero(group == number)
        of_group, has_post = missed.of(rows), bool(scopes[number].any())
        nobody = ~_on_duty(world, of_group, scopes[number] if has_post else fleet)
        nobody |= has_post & (of_group.ended_by == EndedBy.OFF_DUTY)
        cause[rows] = np.where(has_post, cause[rows], Status.MISSED_OUT_OF_RANGE)
        cause[rows[nobody]] = Status.MISSED_OFF_DUTY


def _any_serves_all(world: World) -> bool:
    """Whether any team can serve any call that waits: the plain case."""
    if world.policy.scope != Scope.OPEN or some_unreachable(world.travel):
        return False
    with_officer = world.roster.kind == Kind.CO_RESPONDER
    return not (teams(world) & ~with_officer).any()


def _on_duty(world: World, missed: Missed, which: Bools) -> Bools:
    """Whether one of some duties that serve was on duty at some second of each wait."""
    served = which & serves(world.roster)
    starts, ends = np.sort(world.roster.on_at_s[served]), np.sort(world.roster.off_at_s[served])
    begun = np.searchsorted(starts, missed.until_s, side="right")
    over = np.searchsorted(ends, missed.from_s, side="right")
    return np.greater(begun, over)


def _could_be_served(world: World, missed: Missed) -> Bools:
    """Whether a duty that could serve it from its base was on duty at some second of each wait."""
    roster, could_be = world.roster, np.zeros(len(missed.call), np.bool_)
    n_zones, n_agencies = (int(x.max(initial=0)) + 1 for x in (roster.base_zone, roster.agency))
    alike = (roster.kind.astype(np.int64) * n_agencies + roster.agency) * n_zones + roster.base_zone
    for key in np.unique(alike[teams(world)]).tolist():
        of_kind, base_zone = divmod(key, n_zones)
        kind, agency = divmod(of_kind, n_agencies)
        could = _could_serve(world, missed, kind, agency, base_zone)
        rows = np.flatnonzero(could & ~could_be)
        if rows.size:
            could_be[rows] = _on_duty(world, missed.of(rows), alike == key)
    return could_be


def _could_serve(world: World, missed: Missed, kind: int, agency: int, base_zone: int) -> Bools:
    """Whether a team at its base is of a kind, within the scope and with a way for each call."""
    policy, zone = world.policy, world.calls.zone[missed.call]
    travel_s = _travel_s(world, missed.from_s, kind, base_zone, zone)
    could: Bools = _MAY_SERVE[kind, missed.mode] & (travel_s != UNREACHABLE)
    if policy.scope == Scope.OPEN:
        return could
    in_scope: Bools = policy.agency_of_zone[zone] == agency
    if policy.scope == Scope.OWN_FIRST:
        in_scope |= travel_s <= policy.borrow_s
    return np.logical_and(could, in_scope)


def _travel_s(world: World, at_s: Ints, kind: int, base_zone: int, zone: Ids) -> Ints:
    """Mean travel from a base to each zone at the hour of a second.

    It is 0 by video, and by the square-root law, which knows no places.
    """
    if kind == Kind.REMOTE_CLINICIAN or world.travel.model == TravelModel.SQUARE_ROOT:
        return np.zeros(len(zone), np.int64)
    hour = (at_s // HOUR_S + world.window.first_hour_of_week) % 24
    out: Ints = world.travel.matrix_s[hour, base_zone, zone]
    return out


def _left_free(
    world: World, at_s: Ints, trips: TripLedger, duties: DutyLedger, breaks: BreakLedger
) -> Ints:
    """Teams on duty, on no trip and on no break when each second is over."""
    of_team = teams(world)
    served = of_team & (duties.started_at_s != NONE)
    taken = of_team[world.breaks.duty] & (breaks.started_at_s != NONE)
    made = of_team[trips.duty]
    trip_end_s = np.where(trips.end_at_s == NONE, world.window.horizon_s, trips.end_at_s)
    return (
        _standing(at_s, duties.started_at_s[served], duties.ended_at_s[served])
        - _standing(at_s, trips.assigned_at_s[made], trip_end_s[made])
        - _standing(at_s, breaks.started_at_s[taken], breaks.ended_at_s[taken])
    )


def _standing(at_s: Ints, start_s: Ints, end_s: Ints) -> Ints:
    """Number of half-open spans that hold each second."""
    begun = np.searchsorted(np.sort(start_s), at_s, side="right")
    return begun - np.searchsorted(np.sort(end_s), at_s, side="right")
