"""What follows from a record: statuses, causes and ends, worked by hand and by a slow scan."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from sim.clock import HOUR_S
from sim.model.clocks import clocks
from sim.model.inputs.roster import serves
from sim.model.ledger.record import Record, complete, first_difference, record_of
from sim.model.world import World, modes, requested
from sim.schema import (
    NONE,
    PPM,
    UNREACHABLE,
    ChairLedger,
    Destination,
    EndCause,
    EndedBy,
    Fate,
    Kind,
    Ledger,
    Mode,
    Scope,
    Status,
    TravelModel,
)
from tests import naive
from tests.worlds import (
    CLEARED,
    RECALLED,
    UNFINISHED,
    Trip,
    all_by,
    constant_travel,
    funnel,
    make_calls,
    make_policy,
    make_world,
    matrix,
    nasty_worlds,
    posts,
)

REASSIGNED = EndCause.REASSIGNED
MISSED = [Status.MISSED_OFF_DUTY, Status.MISSED_OUT_OF_RANGE, Status.MISSED_BUSY]
HORIZON_S = 1_000


def record(
    trips: list[Trip] | None = None,
    duties: list[tuple[int, int]] | None = None,
    breaks: list[tuple[int, int]] | None = None,
    chairs: list[tuple[int, int, int]] | None = None,
) -> Record:
    """Record of trips and chairs in order, and of what each duty and each break did: from, to."""
    of_trips = dict(zip(Trip._fields, zip(*(trips or []), strict=True), strict=bool(trips)))
    of_duties = np.array(duties or [], np.int64).reshape(-1, 2)
    of_breaks = np.array(breaks or [], np.int64).reshape(-1, 2)
    of_chairs = np.array(chairs or [], np.int64).reshape(-1, 3)
    started, ended = of_duties.T
    return record_of(
        {name: of_trips.get(name, []) for name in Trip._fields},
        {"started_at_s": started, "ended_at_s": ended, "start_zone": np.zeros_like(started)},
        {"started_at_s": of_breaks[:, 0], "ended_at_s": of_breaks[:, 1]},
        dict(zip(ChairLedger._fields, of_chairs.T, strict=True)),
    )


def world_of(n: int, n_duties: int = 1, **given: Any) -> World:
    """World of n calls, each of 100 seconds' patience, and teams on duty all the time."""
    marks = {name: given.pop(name) for name in ("kind", "agency", "base_zone") if name in given}
    names = ("policy", "travel", "breaks", "center", "visits")
    parts = {name: given.pop(name) for name in names if name in given}
    columns = {"withdrawn_for_s": 100} | given
    return make_world(
        make_calls(n, **columns), posts(n_duties, HORIZON_S, **marks), HORIZON_S, **parts
    )


def only(world: World, happened: Record) -> tuple[Status, int, EndedBy]:
    """Status of the only call, when it was over, and by which clock."""
    calls = complete(world, happened).calls
    return Status(calls.status[0]), int(calls.ended_at_s[0]), EndedBy(calls.ended_by[0])


ALL_RUN = [(0, NONE)]
LEFT, NOBODY_ON = EndedBy.WITHDRAWN, EndedBy.OFF_DUTY
OFF, OUT, BUSY = Status.MISSED_OFF_DUTY, Status.MISSED_OUT_OF_RANGE, Status.MISSED_BUSY


# --- trips ---------------------------------------------------------------------------------------

TAKEN = Trip(0, 0, 0, 10, NONE, NONE, 20, REASSIGNED)  # from call 0, for call 1
FOR_IT = Trip(1, 0, 0, 20, 30, 40, 50)


def test_attempts_are_the_earlier_trips_of_the_call():
    trips = [
        Trip(2, 0, 0, 5, NONE, NONE, 6, REASSIGNED),
        Trip(0, 0, 0, 6, NONE, NONE, 8, REASSIGNED),
        Trip(2, 1, 0, 7, NONE, NONE, 9, REASSIGNED),
        Trip(1, 0, 0, 8, 9, 9, 10),
        Trip(2, 0, 0, 10, 11, 12, 13),
        Trip(0, 1, 0, 14, NONE, NONE, 15, RECALLED),
    ]
    ledger = complete(world_of(4, 2), record(trips, [(0, NONE)] * 2))
    assert ledger.trips.attempt.tolist() == [0, 0, 1, 0, 2, 1]
    assert ledger.calls.trip.tolist() == [5, 3, 4, NONE]
    assert ledger.trips.attempt.dtype == np.int32


def test_call_that_lost_its_team_and_got_another_is_served():
    ledger = complete(world_of(2), record([TAKEN, FOR_IT, Trip(0, 0, 0, 50, 60, 70, 80)], ALL_RUN))
    assert ledger.calls.status.tolist() == [Status.SERVED, Status.SERVED]
    assert ledger.calls.ended_at_s.tolist() == [80, 50]
    assert ledger.duties.busy_for_s.tolist() == [10 + 30 + 30]
    assert ledger.duties.trips.tolist() == [3]


def test_call_that_lost_its_team_is_missed_when_its_patience_ends():
    world = world_of(2, withdrawn_for_s=[60, 100])
    assert only(world, record([TAKEN, FOR_IT], ALL_RUN)) == (Status.MISSED_BUSY, 60, LEFT)


def test_call_that_lost_its_team_cannot_have_been_out_of_range():
    """Though a team of another agency, so far from its base as this one, is not counted on."""
    policy = make_policy(2, scope=int(Scope.OWN_FIRST), borrow_s=5)
    world = world_of(
        2,
        withdrawn_for_s=[60, 100],
        agency=1,
        base_zone=1,
        policy=policy,
        travel=matrix([[0, 10], [10, 0]]),
    )
    assert only(world, record([TAKEN, FOR_IT], ALL_RUN))[0] == Status.MISSED_BUSY


def test_call_that_lost_its_team_and_still_waits_at_the_end_is_unfinished():
    world = world_of(2, withdrawn_for_s=[HORIZON_S, 100])
    status, ended_at_s, by = only(world, record([TAKEN, FOR_IT], ALL_RUN))
    assert (status, ended_at_s, by) == (Status.UNFINISHED, NONE, EndedBy.NOTHING)


def test_call_that_lost_its_team_and_whose_next_is_recalled_is_cancelled():
    trips = [TAKEN, FOR_IT, Trip(0, 0, 0, 50, NONE, NONE, 100, RECALLED)]
    assert only(world_of(2), record(trips, ALL_RUN)) == (Status.WITHDRAWN, 100, LEFT)


def test_call_that_is_being_served_at_the_end_is_unfinished():
    trips = [Trip(0, 0, 0, 10, 20, NONE, NONE, UNFINISHED)]
    ledger = complete(world_of(1), record(trips, ALL_RUN))
    assert ledger.calls.status.tolist() == [Status.UNFINISHED]
    assert ledger.calls.ended_at_s.tolist() == ledger.calls.cleared_at_s.tolist() == [NONE]
    assert ledger.duties.ended_at_s.tolist() == [HORIZON_S]


def test_destination_is_that_of_the_kind_that_served():
    fates = np.array([[Fate.ARREST], [Fate.HOLD], [Fate.ON_SCENE]], np.int8)
    world = world_of(3, 3, fate_by_kind=np.broadcast_to(fates, (3, 3)))
    world = world._replace(roster=world.roster._replace(kind=np.array([2, 0, 1], np.int8)))
    trips = [Trip(call, call, 0, 0, 1, 2, 3) for call in range(3)]
    ledger = complete(world, record(trips, [(0, NONE)] * 3))
    assert ledger.calls.destination.tolist() == [
        Destination.NOWHERE,
        Destination.JAIL,
        Destination.HOSPITAL,
    ]


# --- the funnel, and the modes -------------------------------------------------------------------


def test_each_stage_of_the_funnel_is_told_by_type():
    thresholds = funnel(900, 800, 700, 600, 500, types=2)
    thresholds[:, 1] = 950, 950, 400, 400, 400
    u = [900, 800, 700, 600, 500, 499]
    world = world_of(
        12,
        funnel_u=u + u,
        initial_type=[0] * 6 + [1] * 6,
        policy=make_policy(funnel_ppm=thresholds),
    )
    calls = complete(world, record([], ALL_RUN)).calls
    assert [Status(status) for status in calls.status[:6]] == [
        Status.NOT_RECOGNIZED,
        Status.NOT_ELIGIBLE,
        Status.PHONE_RESOLVED,
        Status.OTHER_RESPONDER,
        Status.NOT_REQUESTED,
        Status.MISSED_BUSY,
    ]
    assert {Status(status) for status in calls.status[6:]} == {Status.PHONE_RESOLVED}
    assert calls.dispatchable_at_s[:5].tolist() == calls.ended_at_s[:5].tolist() == [NONE] * 5


def test_the_mode_is_told_of_every_call():
    policy = make_policy(funnel_ppm=funnel(0), mode_ppm=np.array([100, 200, 300], np.int32))
    world = world_of(8, mode_u=[0, 99, 100, 199, 200, 299, 300, PPM - 1], policy=policy)
    assert complete(world, record([], ALL_RUN)).calls.mode.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


# --- why a call was missed -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_at_s", "off_at_s", "hold_for_s", "found"),
    [
        (0, 10, 0, (OFF, 10, NOBODY_ON)),  # it ends as the call becomes dispatchable
        (0, 11, 0, (OFF, 11, NOBODY_ON)),
        (0, 110, 0, (OFF, 110, NOBODY_ON)),
        (0, 111, 0, (BUSY, 110, LEFT)),
        (110, HORIZON_S, 100, (BUSY, 110, LEFT)),  # on duty at the last second of the wait
        (110, HORIZON_S, 99, (OFF, 10, NOBODY_ON)),
        (111, HORIZON_S, 101, (OFF, 110, LEFT)),
    ],
)
def test_nobody_on_duty_by_the_roster(on_at_s, off_at_s, hold_for_s, found):
    world = world_of(1, received_at_s=10, policy=make_policy(hold_for_s=hold_for_s))
    world = rostered(world, on_at_s, off_at_s)
    assert only(world, record([], [(NONE, NONE)])) == found


@pytest.mark.parametrize("role", ["officer_present", "clinician_present"])
def test_who_is_absent_is_not_on_duty(role):
    world = world_of(1, received_at_s=10)
    roster = world.roster._replace(**{role: np.zeros(1, np.int8)})
    happened = record([], [(NONE, NONE)])
    assert only(world._replace(roster=roster), happened) == (OFF, 10, NOBODY_ON)


def test_a_district_whose_only_team_is_absent_has_nobody_on_duty_there():
    """The team of the other district is there, and may not come."""
    world = world_of(1, 2, received_at_s=10, policy=scoped(Scope.CLOSED))
    roster = world.roster._replace(
        agency=np.array([1, 0], np.int8), clinician_present=np.array([1, 0], np.int8)
    )
    happened = record([], [(0, NONE), (NONE, NONE)])
    assert only(world._replace(roster=roster), happened) == (OFF, 10, NOBODY_ON)


def rostered(world: World, *on_and_off: int) -> World:
    """World whose duties have other starts and ends, pair by pair."""
    on_at_s, off_at_s = np.array(on_and_off, np.int64).reshape(-1, 2).T
    return world._replace(roster=world.roster._replace(on_at_s=on_at_s, off_at_s=off_at_s))


def scoped(scope: Scope, borrow_s: int = 0) -> Any:
    """Two zones, the second of agency 1, whose team is called to the first."""
    agencies = np.array([0, 1], np.int32)
    return make_policy(2, scope=int(scope), borrow_s=borrow_s, agency_of_zone=agencies)


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (scoped(Scope.OPEN), (BUSY, 100, LEFT)),
        (scoped(Scope.CLOSED), (OUT, 0, NOBODY_ON)),  # no post is in its scope
        (scoped(Scope.OWN_FIRST, 29), (OUT, 100, LEFT)),
        (scoped(Scope.OWN_FIRST, 30), (BUSY, 100, LEFT)),
    ],
)
def test_out_of_range_by_scope(policy, found):
    travel = matrix([[0, 99], [30, 0]])  # from base to call, not back
    world = world_of(1, agency=1, base_zone=1, policy=policy, travel=travel)
    assert only(world, record([], ALL_RUN)) == found


def test_a_team_of_the_own_agency_is_never_out_of_range():
    travel = matrix([[0, 99], [99, 0]])
    world = world_of(1, base_zone=1, policy=scoped(Scope.OWN_FIRST), travel=travel)
    assert only(world, record([], ALL_RUN))[0] == Status.MISSED_BUSY


def test_travel_to_borrow_is_that_of_the_hour_at_which_the_call_is_dispatchable():
    travel = constant_travel(50, 2)
    travel.matrix_s[9] = 30
    world = world_of(
        2,
        received_at_s=0,
        triage_for_s=[HOUR_S - 1, HOUR_S],
        agency=1,
        base_zone=1,
        policy=scoped(Scope.OWN_FIRST, 40),
        travel=travel,
    )
    window = world.window._replace(first_hour_of_week=8, end_s=3 * HOUR_S, horizon_s=3 * HOUR_S)
    world = rostered(world, 0, 3 * HOUR_S)
    calls = complete(world._replace(window=window), record([], ALL_RUN)).calls
    assert calls.status.tolist() == [Status.MISSED_OUT_OF_RANGE, Status.MISSED_BUSY]


def test_a_clinician_on_video_does_not_travel():
    policy, travel = scoped(Scope.OWN_FIRST), constant_travel(50, 2)
    marks = {"agency": 1, "base_zone": 1, "policy": policy, "travel": travel}
    by_car = world_of(1, kind=Kind.CLINICIAN_ONLY, **marks)
    by_video = world_of(1, kind=Kind.REMOTE_CLINICIAN, **marks)
    assert only(by_car, record([], ALL_RUN))[0] == Status.MISSED_OUT_OF_RANGE
    assert only(by_video, record([], ALL_RUN))[0] == Status.MISSED_BUSY


def test_out_of_range_only_if_no_team_that_could_come_was_on_duty_during_the_wait():
    """Of two teams of another agency the one far off is always on duty, the near one at times."""
    policy, travel = scoped(Scope.OWN_FIRST, 30), matrix([[0, 99], [30, 0]])
    marks = {"agency": 1, "policy": policy, "travel": travel}
    world = world_of(1, 2, received_at_s=10, **marks)
    far = world.roster._replace(base_zone=np.array([0, 1], np.int32))
    travel.matrix_s[:, 0, 0] = 31
    for near, cause in [((0, 10), OUT), ((0, 11), BUSY), ((110, 999), BUSY), ((111, 999), OUT)]:
        one = rostered(world._replace(roster=far), 0, HORIZON_S, *near)
        assert only(one, record([], [(0, NONE)] * 2))[0] == cause


@pytest.mark.parametrize("kind", [Kind.CLINICIAN_ONLY, Kind.REMOTE_CLINICIAN])
@pytest.mark.parametrize(
    ("mode", "found"),
    [
        (Mode.DIRECT, (OUT, 0, NOBODY_ON)),  # no post is in its scope
        (Mode.CO_DISPATCH, (BUSY, 100, LEFT)),
        (Mode.OFFICER_REQUEST, (BUSY, 100, LEFT)),
    ],
)
def test_out_of_range_by_kind(kind, mode, found):
    world = world_of(1, kind=kind, policy=make_policy(mode_ppm=all_by(mode)))
    assert only(world, record([], ALL_RUN)) == found


# --- self-dispatch: one second, and no queue -----------------------------------------------------

SELF = make_policy(mode_ppm=all_by(Mode.SELF_DISPATCH))


def self_dispatched(n: int = 1, n_duties: int = 1, **given: Any) -> World:
    return world_of(n, n_duties, received_at_s=10, policy=SELF, **given)


def test_self_dispatch_that_is_taken_is_served():
    trips = [Trip(0, 0, 0, 10, 20, 30, 40)]
    assert only(self_dispatched(), record(trips, ALL_RUN)) == (Status.SERVED, 40, EndedBy.NOTHING)


def test_self_dispatch_with_a_team_left_free_is_out_of_range():
    found = only(self_dispatched(), record([], ALL_RUN))
    assert found == (Status.MISSED_OUT_OF_RANGE, 10, EndedBy.NOTHING)


@pytest.mark.parametrize(
    ("assigned", "end", "cause"),
    [
        (0, 10, Status.MISSED_OUT_OF_RANGE),  # released at that second
        (0, 11, Status.MISSED_BUSY),
        (10, 50, Status.MISSED_BUSY),  # assigned at that second, to another call
        (11, 50, Status.MISSED_OUT_OF_RANGE),
    ],
)
def test_self_dispatch_with_every_team_on_a_trip_is_missed_busy(assigned, end, cause):
    world = self_dispatched(2)
    happened = record([Trip(1, 0, 0, assigned, assigned, end, end)], ALL_RUN)
    assert only(world, happened) == (cause, 10, EndedBy.NOTHING)


@pytest.mark.parametrize(
    ("started", "ended", "cause"),
    [
        (NONE, NONE, Status.MISSED_OUT_OF_RANGE),
        (0, 10, Status.MISSED_OUT_OF_RANGE),
        (0, 11, Status.MISSED_BUSY),
        (10, NONE, Status.MISSED_BUSY),
        (11, NONE, Status.MISSED_OUT_OF_RANGE),
    ],
)
def test_self_dispatch_with_every_team_on_a_break_is_missed_busy(started, ended, cause):
    world = self_dispatched(breaks=[{"duty": 0, "due": 0, "length": 99}])
    assert only(world, record([], ALL_RUN, [(started, ended)]))[0] == cause


def test_self_dispatch_has_one_second_in_which_somebody_may_be_on_duty():
    for duty, cause in [((0, 10), OFF), ((11, HORIZON_S), OFF), ((10, 11), OUT)]:
        world = rostered(self_dispatched(), *duty)
        assert only(world, record([], [duty])) == (cause, 10, EndedBy.NOTHING)


def test_self_dispatch_that_loses_its_team_is_missed_busy_though_another_was_free():
    trips = [Trip(0, 0, 0, 10, NONE, NONE, 20, REASSIGNED), FOR_IT]
    world = self_dispatched(2, 2)
    found = only(world, record(trips, [(0, NONE)] * 2))
    assert found == (Status.MISSED_BUSY, 20, EndedBy.NOTHING)


def test_self_dispatch_whose_team_is_recalled_was_withdrawn():
    trips = [Trip(0, 0, 0, 10, NONE, NONE, 30, EndCause.RECALLED)]
    found = only(self_dispatched(withdrawn_for_s=20), record(trips, ALL_RUN))
    assert found == (Status.WITHDRAWN, 30, EndedBy.WITHDRAWN)


@pytest.mark.parametrize(
    ("trips", "status", "ended"),
    [
        ([], Status.MISSED_OUT_OF_RANGE, 10),  # though no clock ends its wait
        ([Trip(0, 0, 0, 10, 20, NONE, NONE, EndCause.UNFINISHED)], Status.UNFINISHED, NONE),
    ],
)
def test_self_dispatch_is_unfinished_only_if_its_team_is_out(trips, status, ended):
    assert only(self_dispatched(), record(trips, ALL_RUN))[:2] == (status, ended)


# --- breaks --------------------------------------------------------------------------------------


def test_a_break_that_is_still_on_ends_with_the_run():
    breaks = [{"duty": 0, "due": due, "length": 99} for due in (1, 2, 3)]
    happened = record([], ALL_RUN, [(1, 5), (NONE, NONE), (950, NONE)])
    ledger = complete(world_of(0, breaks=breaks), happened)
    assert ledger.breaks.started_at_s.tolist() == [1, NONE, 950]
    assert ledger.breaks.ended_at_s.tolist() == [5, NONE, HORIZON_S]


def test_a_difference_in_a_break_is_named():
    world = world_of(0, breaks=[{"duty": 0, "due": 1, "length": 9}])
    one, other = (complete(world, record([], ALL_RUN, [(1, end)])) for end in (10, 9))
    found = "breaks, row 0, column ended_at_s: 10 against 9"
    assert first_difference(one, other) == found
    assert first_difference(one, one) is None


# --- against a scan second by second -------------------------------------------------------------


class Scan:
    """The same definitions the slow way: who was where at each second of the run."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        self.world, self.ledger, self.horizon_s = world, ledger, world.window.horizon_s
        self.mode = modes(world).tolist()
        of_calls = clocks(world)
        self.dispatchable = of_calls.dispatchable_at_s.tolist()
        self.gives_up = of_calls.until_assigned_s.tolist()
        self.off_duty = (of_calls.if_unassigned == EndedBy.OFF_DUTY).tolist()
        self.recalled_by = of_calls.if_recalled.tolist()
        self.serves = serves(world.roster).tolist()

    def status(self, call: int) -> Status:
        """Status of a requested call."""
        trips = np.flatnonzero(self.ledger.trips.call == call)
        if self.averted(call) and not len(trips) and not self.followed_up(call):
            return Status.AVERTED
        last = self.ledger.trips.end_cause[trips[-1]] if len(trips) else None
        if last not in {None, REASSIGNED}:
            by_patrol = self.recalled_by[call] == EndedBy.SETTLED_BY_PATROL
            recalled = Status.SETTLED_BY_PATROL if by_patrol else Status.WITHDRAWN
            of_cause = {CLEARED: Status.SERVED, RECALLED: recalled}
            return of_cause.get(EndCause(last), Status.UNFINISHED)
        at_once = self.mode[call] == Mode.SELF_DISPATCH
        until_s = self.dispatchable[call] if at_once else self.gives_up[call]
        if until_s >= self.horizon_s:
            return Status.UNFINISHED
        if last == REASSIGNED:
            off_duty = self.off_duty[call] and not at_once
            return Status.MISSED_OFF_DUTY if off_duty else Status.MISSED_BUSY
        return self.cause(call, range(self.dispatchable[call], until_s + 1), at_once=at_once)

    def followed_up(self, call: int) -> bool:
        """Whether somebody set out on the visit after a call, be it in the second of another."""
        visits = self.ledger.trips.visit
        return call in self.world.visits.call[visits[visits != NONE]].tolist()

    def averted(self, call: int) -> bool:
        """Whether a visit to the person of a call was over before it, and not too long."""
        calls, policy = self.world.calls, self.world.policy
        of_person = np.flatnonzero(self.world.visits.person == calls.person[call]).tolist()
        trips = self.ledger.trips
        ends = [
            end_s
            for visit, end_s, why in zip(trips.visit, trips.end_at_s, trips.end_cause, strict=True)
            if visit in of_person and why == CLEARED
        ]
        since_s = calls.received_at_s[call] - min(ends, default=-math.inf)
        return bool(0 <= since_s <= policy.effect_s and calls.repeat_u[call] >= policy.repeat_ppm)

    def cause(self, call: int, wait: range, *, at_once: bool) -> Status:
        """Why a call got no team in any second of its wait."""
        rostered = {duty for second in wait for duty in self.rostered(second)}
        posts = [duty for duty in range(len(self.serves)) if self.in_scope(call, duty)]
        on_duty = rostered.intersection(posts) if posts else rostered
        if not on_duty or (posts and self.off_duty[call] and not at_once):
            return Status.MISSED_OFF_DUTY
        if not posts:
            return Status.MISSED_OUT_OF_RANGE
        if at_once:
            is_free = len(self.on_duty(wait[0])) > len(self.away(wait[0]))
            return Status.MISSED_OUT_OF_RANGE if is_free else Status.MISSED_BUSY
        could = any(self.could(call, duty) for duty in rostered)
        return Status.MISSED_BUSY if could else Status.MISSED_OUT_OF_RANGE

    def on_duty(self, second: int) -> list[int]:
        """Teams on duty until released."""
        duties = self.ledger.duties
        spans = zip(duties.started_at_s, duties.ended_at_s, strict=True)
        return [
            duty
            for duty, (start, end) in enumerate(spans)
            if start != NONE and start <= second < end and self.is_team(duty)
        ]

    def rostered(self, second: int) -> list[int]:
        """Teams on duty as the roster says, with the people that they need."""
        spans = zip(self.world.roster.on_at_s, self.world.roster.off_at_s, strict=True)
        return [
            duty
            for duty, (on, off) in enumerate(spans)
            if on <= second < off and self.serves[duty] and self.is_team(duty)
        ]

    def is_team(self, duty: int) -> bool:
        return bool(self.world.roster.kind[duty] != Kind.FOLLOW_UP)

    def away(self, second: int) -> list[int]:
        """Teams on a trip or a break when the second is over."""
        trips, breaks = self.ledger.trips, self.ledger.breaks
        rows = list(zip(trips.duty, trips.assigned_at_s, trips.end_at_s, strict=True))
        rows += list(zip(self.world.breaks.duty, *breaks, strict=True))
        return [
            duty
            for duty, start, end in rows
            if start != NONE and start <= second < (self.horizon_s if end == NONE else end)
            if self.is_team(duty)
        ]

    def in_scope(self, call: int, duty: int) -> bool:
        """Whether a duty may serve a call of its mode and zone, wherever it is."""
        roster, policy, zone = self.world.roster, self.world.policy, self.world.calls.zone[call]
        attends = self.mode[call] in {Mode.CO_DISPATCH, Mode.OFFICER_REQUEST}
        if not self.is_team(duty) or (roster.kind[duty] != Kind.CO_RESPONDER and not attends):
            return False
        own = roster.agency[duty] == policy.agency_of_zone[zone]
        return bool(own or policy.scope != Scope.CLOSED)

    def could(self, call: int, duty: int) -> bool:
        """Whether a duty at its base could serve a call."""
        roster, policy, zone = self.world.roster, self.world.policy, self.world.calls.zone[call]
        if not self.in_scope(call, duty):
            return False
        travel_s = self.travel_s(call, duty)
        if travel_s == UNREACHABLE:
            return False
        if policy.scope == Scope.OPEN or roster.agency[duty] == policy.agency_of_zone[zone]:
            return True
        return bool(policy.scope == Scope.OWN_FIRST and travel_s <= policy.borrow_s)

    def travel_s(self, call: int, duty: int) -> int:
        """Mean travel of a duty from its base to a call; none by video or without places."""
        world, travel = self.world, self.world.travel
        is_remote = world.roster.kind[duty] == Kind.REMOTE_CLINICIAN
        if is_remote or travel.model == TravelModel.SQUARE_ROOT:
            return 0
        hour = self.dispatchable[call] // HOUR_S + world.window.first_hour_of_week
        base, zone = world.roster.base_zone[duty], world.calls.zone[call]
        return int(travel.matrix_s[hour % 24, base, zone])


@given(nasty_worlds())
@settings(max_examples=300, deadline=None)
def test_statuses_of_random_worlds_are_those_of_the_scan(world):
    ledger = complete(world, naive.simulate(world))
    scan = Scan(world, ledger)
    rows = np.flatnonzero(requested(world)).tolist()
    found = [Status(status) for status in ledger.calls.status[rows]]
    assert found == [scan.status(call) for call in rows]
    for call in np.flatnonzero(~requested(world)):
        assert (ledger.calls.status[call] == Status.AVERTED) == scan.averted(call)
        assert ledger.calls.status[call] in NEVER_ASKED


@given(nasty_worlds())
@settings(max_examples=200, deadline=None)
def test_ends_of_random_worlds_agree_with_their_statuses(world):
    ledger = complete(world, naive.simulate(world))
    calls, trips = ledger.calls, ledger.trips
    for call, status in enumerate(calls.status):
        trip, over = calls.trip[call], status not in {Status.UNFINISHED, *NEVER_ASKED}
        assert (calls.ended_at_s[call] != NONE) == over
        assert (calls.dispatchable_at_s[call] == NONE) == (status in NEVER_ASKED)
        recalled = status in {Status.WITHDRAWN, Status.SETTLED_BY_PATROL}
        if status == Status.SERVED or recalled:
            assert calls.ended_at_s[call] == trips.end_at_s[trip]
            assert trips.attempt[trip] == np.count_nonzero(trips.call[:trip] == call)
        at_once = calls.mode[call] == Mode.SELF_DISPATCH
        by_clock = recalled or (status in MISSED and not at_once)
        assert (calls.ended_by[call] != EndedBy.NOTHING) == by_clock


NEVER_ASKED = {
    Status.NOT_RECOGNIZED,
    Status.NOT_ELIGIBLE,
    Status.PHONE_RESOLVED,
    Status.OTHER_RESPONDER,
    Status.NOT_REQUESTED,
    Status.AVERTED,
}
