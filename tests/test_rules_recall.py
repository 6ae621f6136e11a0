"""Teams taken from their way for a more urgent call, by hand, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from sim.schema import NONE, EndCause, EndedBy, Kind, Mode, Rule, Scope, Status
from tests.rules import breaks_of, each_engine, run_in
from tests.worlds import FOREVER_S, Trip, matrix, posts, statuses, trips_of

pytestmark = each_engine

RECALLED, REASSIGNED = EndCause.RECALLED, EndCause.REASSIGNED
SERVED, BUSY, CANCELLED = Status.SERVED, Status.MISSED_BUSY, Status.WITHDRAWN
DIRECT, CO_DISPATCH, _, SELF = Mode
RECALLS = {"recalls": 1}

# The team stands in zone 0, the first call is in zone 1, the urgent one in zone 2.
TOWNS = matrix([[1, 300, 50], [300, 5, 200], [50, 200, 7]])

# call  priority  dispatchable
# 0     3         0             team from zone 0, due in zone 1 at 300
# 1     1         100           takes it: zone 2 at 150, 30 s on scene, released 180
# 0 again                       from zone 2 at 180, in zone 1 at 380, 40 s on scene, released 420
TAKEN = Trip(0, 0, 0, 0, NONE, NONE, 100, REASSIGNED)
URGENT = Trip(1, 0, 0, 100, 150, 180, 180)
AGAIN = Trip(0, 0, 2, 180, 380, 420, 420)

# Without a recall call 0 is served first, and then call 1, from zone 1.
FIRST = Trip(0, 0, 0, 0, 300, 340, 340)
AFTER = Trip(1, 0, 1, 340, 540, 570, 570)


def two_calls(engine, *, n=2, duties=None, horizon_s=9_999, policy=None, breaks=None, **columns):
    """Run with the two calls above, or with more of them."""
    given = {
        "received_at_s": [0, 100],
        "zone": [1, 2],
        "priority": [3, 1],
        "on_scene_for_s_by_kind": [40, 30],
    }
    return run_in(
        engine,
        n,
        duties or posts(1, horizon_s),
        horizon_s,
        travel=TOWNS,
        policy=RECALLS | (policy or {}),
        breaks=breaks,
        **(given | columns),
    )


# --- taken, and back in the queue ----------------------------------------------------------------


def test_a_team_is_taken_back_where_it_set_out_and_its_call_waits_again(engine):
    ledger = two_calls(engine)
    assert trips_of(ledger) == [TAKEN, URGENT, AGAIN]
    assert ledger.trips.attempt.tolist() == [0, 0, 1]
    assert ledger.calls.trip.tolist() == [2, 1]
    assert ledger.calls.ended_at_s.tolist() == [420, 180]
    assert statuses(ledger) == [SERVED, SERVED]
    assert ledger.duties.trips.tolist() == [3]
    assert ledger.duties.busy_for_s.tolist() == [100 + 80 + 240]


@pytest.mark.parametrize(("recalls", "priority"), [(0, 1), (1, 3), (1, 4)])
def test_no_team_is_taken_for_a_call_that_is_no_more_urgent_or_by_other_policies(
    engine, recalls, priority
):
    ledger = two_calls(engine, policy={"recalls": recalls}, priority=[3, priority])
    assert trips_of(ledger) == [FIRST, AFTER]


@pytest.mark.parametrize(
    ("received_at_s", "trips"),
    [
        (
            299,
            [
                TAKEN._replace(end_at_s=299),
                Trip(1, 0, 0, 299, 349, 379, 379),
                Trip(0, 0, 2, 379, 579, 619, 619),
            ],
        ),
        (300, [FIRST, AFTER]),  # it arrives at this very second
        (301, [FIRST, AFTER]),
    ],
)
def test_a_team_that_has_arrived_is_not_taken(engine, received_at_s, trips):
    assert trips_of(two_calls(engine, received_at_s=[0, received_at_s])) == trips


@pytest.mark.parametrize("turnout_for_s", [101, 200])
def test_a_team_is_on_its_way_from_the_second_it_is_assigned(engine, turnout_for_s):
    """It has not even left."""
    assert trips_of(two_calls(engine, turnout_for_s=[turnout_for_s, 0]))[:2] == [TAKEN, URGENT]


def test_the_call_is_back_in_its_old_place(engine):
    """Call 2, as urgent as call 0, has waited since 50; call 0 has since 0."""
    ledger = two_calls(
        engine,
        n=3,
        received_at_s=[0, 50, 100],
        zone=[1, 2, 2],
        priority=[3, 3, 1],
        on_scene_for_s_by_kind=[40, 10, 30],
    )
    assert trips_of(ledger) == [
        TAKEN,
        URGENT._replace(call=2),
        AGAIN,
        Trip(1, 0, 1, 420, 620, 630, 630),
    ]


# --- self-dispatch -------------------------------------------------------------------------------


def test_a_self_dispatched_call_that_loses_its_team_is_lost(engine):
    ledger = two_calls(engine, modes=[SELF, CO_DISPATCH])
    assert trips_of(ledger) == [TAKEN, URGENT]
    assert statuses(ledger) == [BUSY, SERVED]
    assert ledger.calls.trip.tolist() == [0, 1]
    assert ledger.calls.ended_at_s.tolist() == [100, 180]
    assert ledger.calls.ended_by.tolist() == [EndedBy.NOTHING, EndedBy.NOTHING]


@pytest.mark.parametrize(("radius_s", "trips"), [(50, [TAKEN, URGENT, AGAIN]), (49, [FIRST])])
def test_a_self_dispatched_call_takes_a_team_that_set_out_within_its_radius(
    engine, radius_s, trips
):
    ledger = two_calls(engine, modes=[CO_DISPATCH, SELF], policy={"radius_s": radius_s})
    assert trips_of(ledger) == trips
    assert statuses(ledger)[1] == (SERVED if len(trips) == 3 else BUSY)


# --- patience meanwhile --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patience_s", "last", "status", "ended_at_s"),
    [
        # it ends while the call waits, before 180
        (150, None, BUSY, 150),
        (179, None, BUSY, 179),
        # it ends with the second trip under way
        (180, AGAIN._replace(arrived_at_s=NONE, left_at_s=NONE, end_at_s=180), CANCELLED, 180),
        (379, AGAIN._replace(arrived_at_s=NONE, left_at_s=NONE, end_at_s=379), CANCELLED, 379),
        (380, AGAIN, SERVED, 420),
    ],
)
def test_patience_of_the_call_that_lost_its_team_runs_on(
    engine, patience_s, last, status, ended_at_s
):
    """It counts from 0, the second it became dispatchable."""
    ledger = two_calls(engine, withdrawn_for_s=[patience_s, FOREVER_S])
    if status == CANCELLED:
        last = last._replace(end_cause=RECALLED)
    assert trips_of(ledger) == [TAKEN, URGENT] + ([last] if last else [])
    assert statuses(ledger) == [status, SERVED]
    assert ledger.calls.ended_at_s.tolist() == [ended_at_s, 180]
    expected = EndedBy.NOTHING if status == SERVED else EndedBy.WITHDRAWN
    assert ledger.calls.ended_by[0] == expected


@pytest.mark.parametrize(
    ("patience_s", "status", "ended_at_s"),
    [(169, BUSY, 169), (170, Status.UNFINISHED, NONE), (FOREVER_S, Status.UNFINISHED, NONE)],
)
def test_a_call_that_waits_again_at_the_horizon_is_unfinished(
    engine, patience_s, status, ended_at_s
):
    ledger = two_calls(engine, horizon_s=170, withdrawn_for_s=[patience_s, FOREVER_S])
    assert statuses(ledger) == [status, Status.UNFINISHED]
    assert ledger.calls.ended_at_s.tolist() == [ended_at_s, NONE]


def test_a_team_given_up_by_the_urgent_call_goes_back_to_the_first(engine):
    """Call 1 is given up at 120, when the team counts as still in zone 0."""
    ledger = two_calls(engine, withdrawn_for_s=[FOREVER_S, 20])
    assert trips_of(ledger) == [
        TAKEN,
        Trip(1, 0, 0, 100, NONE, NONE, 120, RECALLED),
        Trip(0, 0, 0, 120, 420, 460, 460),
    ]
    assert statuses(ledger) == [SERVED, CANCELLED]


# --- which team ----------------------------------------------------------------------------------


def test_a_free_team_goes_before_one_on_its_way_that_is_closer(engine):
    """Team 1, free in zone 1 since 50, is 200 s from zone 2, and team 0 is 50 s."""
    duties = [{"on": 0, "off": 9_999}, {"on": 50, "off": 9_999, "post": 1, "base_zone": 1}]
    ledger = two_calls(engine, duties=duties, policy={"rule": int(Rule.CLOSEST)})
    assert trips_of(ledger) == [FIRST, Trip(1, 1, 1, 100, 300, 330, 330)]


def test_a_free_team_that_may_not_go_takes_the_call_that_lost_its_own(engine):
    """The clinician of team 1 may not go to the direct call 1, but to call 0, in the same walk."""
    duties = posts(2, 9_999)
    duties[1]["kind"] = int(Kind.CLINICIAN_ONLY)
    ledger = two_calls(engine, duties=duties, modes=[CO_DISPATCH, DIRECT])
    assert trips_of(ledger) == [TAKEN, URGENT, Trip(0, 1, 0, 100, 400, 440, 440)]


def test_the_reserve_does_not_protect_a_team_on_its_way(engine):
    """One of two is held back, from call 1 too, which takes the other; at 180 two are free."""
    ledger = two_calls(engine, duties=posts(2, 9_999), policy={"reserve": 1})
    assert trips_of(ledger) == [TAKEN, URGENT, Trip(0, 1, 0, 180, 480, 520, 520)]


@pytest.mark.parametrize(
    ("kind", "mode", "n_trips"),
    [
        (Kind.CO_RESPONDER, DIRECT, 3),
        (Kind.CLINICIAN_ONLY, CO_DISPATCH, 3),
        (Kind.CLINICIAN_ONLY, DIRECT, 1),
    ],
)
def test_only_a_team_that_may_serve_the_urgent_call_is_taken(engine, kind, mode, n_trips):
    """A direct call waits in vain for a co-responder."""
    ledger = two_calls(engine, duties=posts(1, 9_999, kind=int(kind)), modes=[CO_DISPATCH, mode])
    assert trips_of(ledger) == [[TAKEN, URGENT, AGAIN], [FIRST]][n_trips == 1]


def test_a_clinician_on_video_is_taken_before_it_is_connected(engine):
    """It would be on video at 120; for call 1 it is at 100 + 15 = 115, and again at 145 + 120."""
    duties = posts(1, 9_999, kind=int(Kind.REMOTE_CLINICIAN))
    ledger = two_calls(engine, duties=duties, connect_for_s=[120, 15])
    assert trips_of(ledger) == [
        TAKEN,
        Trip(1, 0, 0, 100, 115, 145, 145),
        Trip(0, 0, 0, 145, 265, 305, 305),
    ]


@pytest.mark.parametrize(
    ("scope", "borrow_s", "trips"),
    [
        (Scope.OPEN, 0, [TAKEN, URGENT, AGAIN]),
        (Scope.OWN_FIRST, 50, [TAKEN, URGENT, AGAIN]),
        (Scope.OWN_FIRST, 49, [FIRST]),
        (Scope.CLOSED, 0, [FIRST]),
    ],
)
def test_the_scope_holds_for_teams_on_their_way(engine, scope, borrow_s, trips):
    """Zone 2 is of another agency, and 50 s from where the team set out."""
    agencies = np.array([0, 0, 1], np.int32)
    policy = {"scope": int(scope), "borrow_s": borrow_s, "agency_of_zone": agencies}
    ledger = two_calls(engine, policy=policy, withdrawn_for_s=[FOREVER_S, 300])
    assert trips_of(ledger) == trips


def test_the_closest_is_the_one_that_set_out_closest(engine):
    """Team 0 set out from zone 1, 200 s from zone 2, and team 1 from zone 0, 50 s from it."""
    duties = posts(2, 9_999)
    duties[0]["base_zone"] = 1
    ledger = two_calls(
        engine,
        n=3,
        duties=duties,
        policy={"rule": int(Rule.CLOSEST)},
        received_at_s=[0, 0, 100],
        zone=[1, 1, 2],
        priority=[3, 3, 1],
        turnout_for_s=[500, 500, 0],
        on_scene_for_s_by_kind=30,
        withdrawn_for_s=[FOREVER_S, 120, FOREVER_S],  # call 1 is given up before a team is free
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 1, 0, 505, 535, 535),
        Trip(1, 1, 0, 0, NONE, NONE, 100, REASSIGNED),
        Trip(2, 1, 0, 100, 150, 180, 180),
    ]


# --- the end of a duty, and breaks ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "received_at_s", "taken"),
    [
        # the duty ends at 100: past it, only a priority that overrides the cutoff
        ({}, 99, True),
        ({}, 100, False),
        ({"cutoff_priority": 1}, 100, True),
        ({"cutoff_priority": 1}, 250, True),
        # no other call from 70 on
        ({"cutoff_s": 30}, 69, True),
        ({"cutoff_s": 30}, 70, False),
        ({"cutoff_s": 30, "cutoff_priority": 1}, 70, True),
    ],
)
def test_the_cutoff_holds_for_teams_on_their_way_into_overtime_too(
    engine, policy, received_at_s, taken
):
    ledger = two_calls(
        engine, duties=posts(1, 100), policy=policy, received_at_s=[0, received_at_s]
    )
    at_s = received_at_s
    if taken:
        # it goes off duty after that trip, and call 0 is held for nobody
        urgent = Trip(1, 0, 0, at_s, at_s + 50, at_s + 80, at_s + 80)
        assert trips_of(ledger) == [TAKEN._replace(end_at_s=at_s), urgent]
        assert ledger.duties.ended_at_s.tolist() == [at_s + 80]
        assert statuses(ledger) == [Status.MISSED_OFF_DUTY, SERVED]
        assert ledger.calls.ended_at_s[0] == max(at_s, 100)
    else:
        assert trips_of(ledger) == [FIRST]
        assert ledger.duties.ended_at_s.tolist() == [340]
        assert statuses(ledger) == [SERVED, Status.MISSED_OFF_DUTY]


def test_a_break_that_waits_goes_on_waiting(engine):
    """It has been due since 50; the team is not free between its two trips."""
    ledger = two_calls(engine, breaks=[{"duty": 0, "due": 50, "length": 60}])
    assert breaks_of(ledger) == [(180, 240)]
    assert trips_of(ledger) == [TAKEN, URGENT, Trip(0, 0, 2, 240, 440, 480, 480)]
