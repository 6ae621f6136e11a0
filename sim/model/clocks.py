"""When each call can be assigned, which clock ends it, and until when its person is engaged.

All of it is settled before a run, in one place for both engines: what they compare is seconds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Codes, Ids, Ints, Positions
from sim.clock import MINUTE_S, NEVER_S
from sim.compiled import compiled_in_place, in_both
from sim.identical import Identical
from sim.model import dispatch
from sim.model.inputs.roster import serves
from sim.model.world import World, attended, modes, requested
from sim.schema import NONE, EndedBy, Fate, Kind, Mode, Scope

_BY_PATROL = np.array([Mode.DIRECT, Mode.CO_DISPATCH])  # a mode without patrol, and one with it


class Clocks(NamedTuple):
    """Seconds of each call, shape (calls,); NONE if it is not a request, `NEVER_S` for never.

    A call can be assigned from `dispatchable_at_s` on, a self-dispatched one at that second only.
    A call that no team is on its way to at `until_assigned_s` ends there, by `if_unassigned`; one
    that no team has arrived at by `until_arrived_s` ends there, by `if_recalled`, and the team on
    its way is recalled. The first is at most the second. At either second a call can still be
    assigned, and a team that arrives has arrived. A team that arrives before `contact_until_s`
    engages the person. The two columns of codes are of `EndedBy`.
    """

    dispatchable_at_s: Ints
    until_assigned_s: Ints
    until_arrived_s: Ints
    contact_until_s: Ints
    if_unassigned: Codes
    if_recalled: Codes


class Spans(NamedTuple):
    """Stretches in which a call is held for a team, merged and in order, group after group.

    Those of group g are from `first[g]` to `first[g + 1]`; each is from `on_s` (inclusive) to
    `off_s`.
    """

    first: Ints
    on_s: Ints
    off_s: Ints


def clocks(world: World) -> Clocks:
    """Clocks of every call under a plan's policy and roster."""
    return _clocks(Identical(world))


@lru_cache(maxsize=2)  # the ledger asks again for those that its engine had
def _clocks(of: Identical[World]) -> Clocks:
    world = of.value
    calls, policy, n = world.calls, world.policy, len(world.calls.zone)
    at_s = np.full((4, n), NONE, np.int64)
    by = np.full((2, n), EndedBy.NOTHING, np.int8)
    out, mode = Clocks(at_s[0], at_s[1], at_s[2], at_s[3], by[0], by[1]), modes(world)
    _settle(
        out,
        spans_on_duty(world, policy.hold_for_s),
        districts(world),
        requested(world),
        mode,
        calls.zone,
        calls.received_at_s,
        *(calls.triage_for_s, calls.handoff_for_s, calls.request_for_s, calls.patrol_arrives_for_s),
        *(calls.withdrawn_for_s, calls.patrol_settles_for_s, calls.patrol_waits),
        *(calls.fate_patrol, calls.contact_u, calls.initial_type),
        *(policy.contact_ppm, policy.queue_limit_s, world.window.horizon_s),
    )
    return out


# --- who is on duty ------------------------------------------------------------------------------


def districts(world: World) -> Ids:
    """Number of each zone's closed district, that of its agency; 0 for all if none is closed."""
    of_zone = world.policy.agency_of_zone
    return of_zone if world.policy.scope == Scope.CLOSED else 0 * of_zone


def groups(world: World, call: Positions, mode: Codes) -> Ids:
    """Group of some calls, given their modes: twice the district, plus one if patrol attends.

    Whoever is in the scope of a call of a group is in that of all its calls; how far they may
    travel is left aside.
    """
    out: Ids = 2 * districts(world)[world.calls.zone[call]] + attended(mode)
    return out


def in_scope(world: World) -> Bools:
    """Whether each duty may serve the calls of each group, present or not; (groups, duties)."""
    roster, policy = world.roster, world.policy
    may = np.array([[dispatch.may_serve(kind, mode) for kind in Kind] for mode in _BY_PATROL])
    if policy.scope != Scope.CLOSED:
        anywhere: Bools = may[:, roster.kind]
        return anywhere
    n_agencies = int(policy.agency_of_zone.max(initial=0)) + 1
    own = np.arange(n_agencies)[:, None] == roster.agency
    out: Bools = own[:, None] & may[:, roster.kind]
    return out.reshape(2 * n_agencies, len(roster.kind))


def spans_on_duty(world: World, hold_for_s: int) -> Spans:
    """Stretches in which a team in the scope of each group is on duty, or will be soon enough.

    On duty is what the roster says, breaks included; a team that overruns is not, as it takes no
    new call.
    """
    roster, there = world.roster, serves(world.roster)
    merged = [
        _merged(roster.on_at_s[rows] - hold_for_s, roster.off_at_s[rows])
        for rows in in_scope(world) & there
    ]
    first = np.cumsum([0, *(len(on_s) for on_s, _ in merged)])
    return Spans(first, *(np.concatenate(parts) for parts in zip(*merged, strict=True)))


def _merged(on_s: Ints, off_s: Ints) -> tuple[Ints, Ints]:
    """Starts and ends of stretches, sorted by start, those that touch joined to one."""
    until_s = np.maximum.accumulate(off_s)
    begins = np.flatnonzero(np.append(True, on_s[1:] > until_s[:-1])[: len(on_s)])
    ends = np.append(begins, len(on_s))[1:] - 1
    return on_s[begins], until_s[ends]


# --- one call ------------------------------------------------------------------------------------


@in_both
def _off_duty_at_s(spans: Spans, group: int, at_s: int) -> int:
    """Second from which a call is held for nobody any more: the end of a stretch, or at once."""
    low, high = spans.first[group], spans.first[group + 1]
    while low < high:
        middle = (low + high) // 2
        if spans.on_s[middle] <= at_s:
            low = middle + 1
        else:
            high = middle
    if low > spans.first[group] and at_s < spans.off_s[low - 1]:
        return int(spans.off_s[low - 1])
    return at_s


@in_both
def _contact_for_s(contact_ppm: Ids, row: int, u: int) -> int:
    """Seconds of delay below which a person is engaged: the whole minutes with more than u."""
    low, high = 0, contact_ppm.shape[1] - 1
    if u < contact_ppm[row, high]:
        return NEVER_S
    while low < high:
        middle = (low + high) // 2
        if u < contact_ppm[row, middle]:
            low = middle + 1
        else:
            high = middle
    return low * MINUTE_S


@in_both
def _start_s(
    mode: int,
    received_at_s: int,
    patrol_at_s: int,
    triage_for_s: int,
    handoff_for_s: int,
    request_for_s: int,
) -> int:
    """Second from which a call can be assigned; who takes it by itself hears it at once."""
    if mode == Mode.DIRECT:
        return received_at_s + triage_for_s
    if mode == Mode.CO_DISPATCH:
        return received_at_s + handoff_for_s
    return patrol_at_s + request_for_s if mode == Mode.OFFICER_REQUEST else received_at_s


@in_both
def _never_withdrawn(mode: int, fate_patrol: int, patrol_at_s: int, withdrawn_at_s: int) -> bool:
    """Whether patrol is there by then and holds or arrests the person, who does not walk away."""
    is_held = dispatch.patrol_attends(mode) and fate_patrol >= Fate.HOLD
    return is_held and patrol_at_s <= withdrawn_at_s


@compiled_in_place
def _settle(
    out: Clocks,
    spans: Spans,
    district_of_zone: Ids,
    asks: Bools,
    mode: Codes,
    zone: Ids,
    received_at_s: Ints,
    triage_for_s: Ints,
    handoff_for_s: Ints,
    request_for_s: Ints,
    patrol_arrives_for_s: Ints,
    withdrawn_for_s: Ints,
    patrol_settles_for_s: Ints,
    patrol_waits: Codes,
    fate_patrol: Codes,
    contact_u: Ids,
    call_type: Codes,
    contact_ppm: Ids,
    queue_limit_s: int,
    horizon_s: int,
) -> None:
    """Write the clocks of all calls in one pass; of clocks that end together the first counts."""
    for call in range(asks.size):
        if not asks[call]:
            continue
        attends = dispatch.patrol_attends(mode[call])
        patrol_at_s = received_at_s[call] + patrol_arrives_for_s[call]
        start_s = _start_s(
            mode[call],
            received_at_s[call],
            patrol_at_s,
            triage_for_s[call],
            handoff_for_s[call],
            request_for_s[call],
        )
        withdrawn_at_s = start_s + withdrawn_for_s[call]
        if _never_withdrawn(mode[call], fate_patrol[call], patrol_at_s, withdrawn_at_s):
            withdrawn_at_s = NEVER_S
        settled_at_s = limit_at_s = NEVER_S
        if attends:
            settled_at_s = max(start_s, patrol_at_s) + patrol_settles_for_s[call]
        else:
            limit_at_s = start_s + queue_limit_s
        until_s, ended_by = min(withdrawn_at_s, NEVER_S), EndedBy.WITHDRAWN
        if patrol_waits[call] == 0 and settled_at_s < until_s:
            until_s, ended_by = settled_at_s, EndedBy.SETTLED_BY_PATROL
        out.until_arrived_s[call], out.if_recalled[call] = until_s, ended_by
        if settled_at_s < until_s:
            until_s, ended_by = settled_at_s, EndedBy.SETTLED_BY_PATROL
        if limit_at_s < until_s:
            until_s, ended_by = limit_at_s, EndedBy.QUEUE_LIMIT
        group = 2 * district_of_zone[zone[call]] + attends
        off_duty_at_s = _off_duty_at_s(spans, group, start_s)
        if off_duty_at_s <= until_s and off_duty_at_s < horizon_s:
            until_s, ended_by = off_duty_at_s, EndedBy.OFF_DUTY
        if mode[call] == Mode.SELF_DISPATCH:  # now or never: no clock ends its wait
            until_s, ended_by = start_s, EndedBy.NOTHING
        out.until_assigned_s[call], out.if_unassigned[call] = until_s, ended_by
        for_s = _contact_for_s(contact_ppm, 2 * call_type[call] + attends, contact_u[call])
        out.contact_until_s[call] = min(start_s + for_s, NEVER_S)
        out.dispatchable_at_s[call] = start_s
