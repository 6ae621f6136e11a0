"""Teams taken off a follow-up visit for a call, by hand, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from sim.schema import NONE, EndCause, Kind, Mode, Rule, Scope, Status, VisitStatus
from tests.rules import QUARTERS, breaks_of, each_engine
from tests.test_rules_visits import by_free, came_of, staff, visit, visiting
from tests.worlds import Trip, matrix, statuses, trips_of

pytestmark = each_engine

CO_RESPONDER, CLINICIAN, REMOTE, WORKER = Kind
DIRECT, CO_DISPATCH, _, SELF = Mode
_, DONE, EXPIRED, _ = VisitStatus
INTERRUPTED, REASSIGNED, RECALLED = EndCause.INTERRUPTED, EndCause.REASSIGNED, EndCause.RECALLED
INTERRUPTS = {"teams_visit": 1, "visits_interruptible": 1}

# The team stands in zone 0; the visit, of 400, is in zone 1 and the call, 30 on scene, in zone 2.
TOWNS = matrix([[1, 300, 50], [300, 5, 200], [50, 200, 7]])
VISITS = [{"due": 0, "zone": 1, "length": 400}]
UNDISTURBED = visit(0, 0, 0, 300, 700)

# The call of second 100 finds the team on its way, in zone 0: there at 150, left at 180. Then, 200
# from zone 2, it is in zone 1 at 380, and done at 780.
TAKEN = Trip(NONE, 0, 0, 0, NONE, NONE, 100, INTERRUPTED, visit=0)
CALLED = Trip(0, 0, 0, 100, 150, 180, 180)
AGAIN = visit(0, 0, 180, 380, 780, origin_zone=2)


def interrupted(engine, n=1, *, duties=None, visits=VISITS, policy=None, **given):
    """Run with the visit and the call above, or with more of them."""
    call = {"received_at_s": 100, "zone": 2, "on_scene_for_s_by_kind": 30}
    duties = staff(CO_RESPONDER) if duties is None else duties
    rules = INTERRUPTS | (policy or {})
    if "modes" in given:
        rules["mode_ppm"], given["mode_u"] = QUARTERS, np.multiply(given.pop("modes"), 250_000)
    return visiting(engine, duties, visits, n, policy=rules, **({"travel": TOWNS} | call | given))


def two(**second):
    """Two teams for the whole run, and what differs for the second."""
    duties = staff(CO_RESPONDER, CO_RESPONDER)
    duties[1] |= second
    return duties


def called(at_s, arrived_at_s, origin_zone=0, duty=0, call=0):
    """Trip to a call with 30 on scene."""
    left_at_s = arrived_at_s + 30
    return Trip(call, duty, origin_zone, at_s, arrived_at_s, left_at_s, left_at_s)


# --- calls before visits -------------------------------------------------------------------------


def test_of_one_second_a_call_goes_before_a_visit(engine):
    ledger = interrupted(engine, received_at_s=0)
    assert trips_of(ledger) == [called(0, 50), visit(0, 0, 80, 280, 680, origin_zone=2)]


@pytest.mark.parametrize(
    ("rule", "duty"), [(Rule.LONGEST_IDLE, 1), (Rule.LEAST_WORKED, 1), (Rule.PREFERENCE, 0)]
)
def test_a_visit_that_is_done_is_work(engine, rule, duty):
    """Team 0 has made it by 700, and team 1 has done nothing yet."""
    policy = {"rule": int(rule)}
    ledger = interrupted(engine, duties=two(), policy=policy, received_at_s=800)
    assert [trip.duty for trip in trips_of(ledger)] == [0, duty]


# --- taken, and back in the queue ----------------------------------------------------------------


def test_a_team_on_its_way_is_taken_back_where_it_set_out_and_the_visit_is_made_later(engine):
    ledger = interrupted(engine)
    assert trips_of(ledger) == [TAKEN, CALLED, AGAIN]
    assert ledger.trips.attempt.tolist() == [0, 0, 1]
    assert came_of(ledger) == [(DONE, 0, 780)]
    assert ledger.visits.trip.tolist() == [2]
    assert statuses(ledger) == [Status.SERVED]
    assert ledger.duties.busy_for_s.tolist() == [100 + 80 + 600]


@pytest.mark.parametrize(
    ("received_at_s", "trips"),
    [
        # on its way until 299: from zone 0
        (299, [TAKEN._replace(end_at_s=299), called(299, 349)]),
        # there from 300: from zone 1
        (300, [TAKEN._replace(arrived_at_s=300, end_at_s=300), called(300, 500, 1)]),
        (699, [TAKEN._replace(arrived_at_s=300, end_at_s=699), called(699, 899, 1)]),
        # done at 700
        (700, [UNDISTURBED, called(700, 900, 1)]),
    ],
)
def test_a_team_is_taken_until_the_visit_is_done(engine, received_at_s, trips):
    ledger = interrupted(engine, received_at_s=received_at_s)
    assert trips_of(ledger)[:2] == trips
    assert len(trips_of(ledger)) == (2 if received_at_s == 700 else 3)


@pytest.mark.parametrize("priority", [1, 9])
@pytest.mark.parametrize("recalls", [0, 1])
def test_visits_are_left_alone_unless_the_policy_says_so(engine, recalls, priority):
    policy = {"visits_interruptible": 0, "recalls": recalls}
    ledger = interrupted(engine, policy=policy, priority=priority)
    assert trips_of(ledger) == [UNDISTURBED, called(700, 900, 1)]
    assert trips_of(interrupted(engine, priority=priority)) == [TAKEN, CALLED, AGAIN]


def test_one_who_makes_visits_only_is_never_taken(engine):
    ledger = interrupted(engine, duties=staff(WORKER), withdrawn_for_s=50)
    assert trips_of(ledger) == [UNDISTURBED]
    assert statuses(ledger) == [Status.MISSED_OFF_DUTY]


def test_the_visit_is_back_in_its_old_place(engine):
    """Visit 1, due at 50, waits when visit 0, due at 0, is broken off."""
    visits = [*VISITS, {"due": 50, "zone": 2, "length": 10}]
    ledger = interrupted(engine, visits=visits)
    after = visit(1, 0, 780, 980, 990, origin_zone=1)
    assert trips_of(ledger) == [TAKEN, CALLED, AGAIN, after]


@pytest.mark.parametrize(
    ("expires_s", "status", "n_trips"), [(99, EXPIRED, 2), (179, EXPIRED, 2), (180, DONE, 3)]
)
def test_the_visit_may_expire_meanwhile(engine, expires_s, status, n_trips):
    """It is free to be made again at 180."""
    ledger = interrupted(engine, policy={"visit_expires_s": expires_s})
    assert trips_of(ledger) == [TAKEN, CALLED, AGAIN][:n_trips]
    assert ledger.visits.status.tolist() == [status]
    assert ledger.visits.trip.tolist() == [0 if n_trips == 2 else 2]


def test_another_makes_it_in_the_same_second_if_there_is_one(engine):
    """The worker comes on duty at 60, when nobody needs one; at 100 it sets out from zone 0."""
    ledger = interrupted(engine, duties=[*staff(CO_RESPONDER), *staff(WORKER, on=60)])
    assert trips_of(ledger) == [TAKEN, CALLED, visit(0, 1, 100, 400, 800)]


def test_a_visit_may_be_broken_off_more_than_once(engine):
    """At 400 from zone 1, where it has been since 380: 200 to zone 2, and as far back."""
    ledger = interrupted(engine, 2, received_at_s=[100, 400])
    assert trips_of(ledger) == [
        TAKEN,
        CALLED,
        Trip(NONE, 0, 2, 180, 380, NONE, 400, INTERRUPTED, visit=0),
        called(400, 600, 1, call=1),
        visit(0, 0, 630, 830, 1_230, origin_zone=2),
    ]
    assert ledger.trips.attempt.tolist() == [0, 0, 1, 0, 2]


def test_a_team_given_up_by_the_call_goes_back_to_the_visit(engine):
    """The call is given up at 120, when the team counts as still in zone 0."""
    ledger = interrupted(engine, withdrawn_for_s=20)
    recalled = Trip(0, 0, 0, 100, NONE, NONE, 120, RECALLED)
    assert trips_of(ledger) == [TAKEN, recalled, visit(0, 0, 120, 420, 820)]


# --- before it, and after it ---------------------------------------------------------------------


def test_a_free_team_goes_before_one_on_a_visit_that_is_closer(engine):
    """Team 1, free in zone 1, is 200 from the call, and team 0 is 50."""
    duties, policy = two(base_zone=1, on=50), {"rule": int(Rule.CLOSEST)}
    ledger = interrupted(engine, duties=duties, policy=policy)
    assert trips_of(ledger) == [UNDISTURBED, called(100, 300, 1, duty=1)]


@pytest.mark.parametrize(
    ("second", "given"),
    [
        ({"kind": int(CLINICIAN)}, {"modes": DIRECT}),
        ({}, {"policy": {"reserve": 1}}),
        ({"off": 110}, {"policy": {"cutoff_s": 20}}),
        ({"agency": 1}, {"policy": {"scope": int(Scope.CLOSED)}}),
    ],
)
def test_a_free_team_that_may_not_go_leaves_the_visit_to_be_broken_off(engine, second, given):
    """Team 1 is free from 50 on."""
    ledger = interrupted(engine, duties=two(on=50, **second), **given)
    assert trips_of(ledger)[:2] == [TAKEN, CALLED]


# Team 0 sets out at 0 to call 0, of priority 3, in zone 1; team 1, on duty from 1, to the visit.
@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize("interrupts", [0, 1])
def test_a_team_is_taken_off_a_visit_before_another_is_off_its_way(engine, rule, interrupts):
    """By all rules but the least worked team 0 would be as good or better."""
    ledger = interrupted(
        engine,
        2,
        duties=two(on=1),
        visits=[VISITS[0] | {"due": 1}],
        policy={"rule": int(rule), "recalls": 1, "visits_interruptible": interrupts},
        received_at_s=[0, 100],
        zone=[1, 2],
        priority=[3, 1],
    )
    on_way, made = Trip(0, 0, 0, 0, 300, 330, 330), visit(0, 1, 1, 301, 701)
    off_way = Trip(0, 0, 0, 0, NONE, NONE, 100, REASSIGNED)
    off_visit = Trip(NONE, 1, 0, 1, NONE, NONE, 100, INTERRUPTED, visit=0)
    others = [on_way, off_visit] if interrupts else [off_way, made]
    assert trips_of(ledger)[:3] == [*others, called(100, 150, duty=interrupts, call=1)]


def test_a_team_taken_off_a_visit_is_not_taken_from_the_call(engine):
    """Call 1 is more urgent, but teams on their way to calls are not taken by this policy."""
    ledger = interrupted(engine, 2, received_at_s=[100, 110], priority=[3, 1])
    assert trips_of(ledger)[:3] == [TAKEN, CALLED, called(180, 187, 2, call=1)]


def test_two_calls_take_two_teams_in_their_order(engine):
    """Teams 0 and 1 are on visits; call 1 is the more urgent, and call 2 waits until 180."""
    ledger = interrupted(engine, 3, duties=two(), visits=VISITS * 2, priority=[2, 1, 3])
    assert trips_of(ledger)[2:5] == [
        called(100, 150, call=1),
        called(100, 150, duty=1),
        called(180, 187, 2, call=2),
    ]


# --- which team ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "mode", "taken"),
    [(CO_RESPONDER, DIRECT, True), (CLINICIAN, CO_DISPATCH, True), (CLINICIAN, DIRECT, False)],
)
def test_only_a_team_that_may_serve_the_call_is_taken(engine, kind, mode, taken):
    ledger = interrupted(engine, duties=staff(kind), modes=mode)
    assert trips_of(ledger) == ([TAKEN, CALLED, AGAIN] if taken else [UNDISTURBED])


# Team 0 makes the visit from 0 on, and team 1 from 20 one of 900 in zone 0, where it is. At 350
# team 0 has worked 350 and is 200 from the call, and team 1 has worked 330 and is 50 away.
@pytest.mark.parametrize(
    ("rule", "received_at_s", "duty"),
    [
        (Rule.CLOSEST, 299, 0),  # both are 50 away
        (Rule.CLOSEST, 300, 1),
        (Rule.LONGEST_IDLE, 350, 0),  # idle since 0, and since 20, when they set out
        (Rule.LEAST_WORKED, 350, 1),
        (Rule.PREFERENCE, 350, 0),
    ],
)
def test_of_several_the_best_by_the_rule_is_taken(engine, rule, received_at_s, duty):
    given = {"policy": {"rule": int(rule)}, "received_at_s": received_at_s}
    visits = [*VISITS, {"due": 20, "length": 900}]
    ledger = interrupted(engine, duties=two(on=20), visits=visits, **given)
    taken = [trip.duty for trip in trips_of(ledger) if trip.end_cause == INTERRUPTED]
    assert taken == [duty]


def test_by_the_square_root_a_team_taken_off_a_visit_is_the_only_one(engine):
    """Two might make visit 0, one is left for visit 1; both might be taken for the call."""
    ledger = interrupted(
        engine,
        duties=two(),
        visits=[{"due": 0, "length": 400}] * 2,
        travel=by_free(999, 100, 70),
        received_at_s=90,
        zone=0,
    )
    assert trips_of(ledger)[:3] == [
        Trip(NONE, 0, 0, 0, 70, NONE, 90, INTERRUPTED, visit=0),
        visit(1, 1, 0, 100, 500),
        called(90, 190),
    ]


# From zone 0 until 299 it is 50 to the call, and from zone 1 from 300 on it is 200.
@pytest.mark.parametrize(
    ("received_at_s", "limit_s", "taken"),
    [(299, 50, True), (299, 49, False), (300, 200, True), (300, 199, False)],
)
@pytest.mark.parametrize("by", ["radius", "scope"])
def test_range_and_scope_hold_from_where_the_team_counts_as_being(
    engine, by, received_at_s, limit_s, taken
):
    """Zone 2 is of another agency."""
    policy = {"scope": int(Scope.OWN_FIRST), "borrow_s": limit_s}
    policy |= {"agency_of_zone": np.array([0, 0, 1], np.int32)}
    given = {"policy": policy, "withdrawn_for_s": 350}
    if by == "radius":
        given = {"policy": {"radius_s": limit_s}, "modes": SELF}
    ledger = interrupted(engine, received_at_s=received_at_s, **given)
    assert (trips_of(ledger)[0].end_cause == INTERRUPTED) == taken
    assert (statuses(ledger) == [Status.SERVED]) == taken


@pytest.mark.parametrize(
    ("policy", "received_at_s", "taken"),
    [
        # the duty ends at 100: past it, only for a priority that overrides the cutoff
        ({}, 99, True),
        ({}, 100, False),
        ({"cutoff_priority": 1}, 100, True),
        ({"cutoff_priority": 1}, 250, True),
        ({"cutoff_s": 30}, 69, True),
        ({"cutoff_s": 30}, 70, False),
    ],
)
def test_the_cutoff_holds_for_teams_on_visits_into_overtime_too(
    engine, policy, received_at_s, taken
):
    ledger = interrupted(
        engine, duties=staff(CO_RESPONDER, off=100), policy=policy, received_at_s=received_at_s
    )
    trips = [TAKEN._replace(end_at_s=received_at_s), called(received_at_s, received_at_s + 50)]
    assert trips_of(ledger) == (trips if taken else [UNDISTURBED])
    assert ledger.duties.ended_at_s.tolist() == [received_at_s + 80 if taken else 700]


# --- breaks, hours, and calls that wait ----------------------------------------------------------


def test_a_break_that_waits_goes_on_waiting(engine):
    """It has been due since 50; the team is not free between its two trips."""
    ledger = interrupted(engine, breaks=[{"duty": 0, "due": 50, "length": 60}])
    assert breaks_of(ledger) == [(180, 240)]
    assert trips_of(ledger) == [TAKEN, CALLED, visit(0, 0, 240, 440, 840, origin_zone=2)]


def test_the_visit_waits_for_visiting_hours_again(engine):
    """They are until 3,600, and from 7,200 on."""
    hours = np.array([1, 0] + [1] * 166, np.int8)
    visits = [VISITS[0] | {"due": 3_500}]
    ledger = interrupted(engine, visits=visits, policy={"visit_hours": hours}, received_at_s=3_590)
    assert trips_of(ledger) == [
        Trip(NONE, 0, 0, 3_500, NONE, NONE, 3_590, INTERRUPTED, visit=0),
        called(3_590, 3_640),
        visit(0, 0, 7_200, 7_400, 7_800, origin_zone=2),
    ]


def test_a_call_that_waits_takes_a_team_off_a_visit_at_the_next_change(engine):
    """The only team is reserved from the call; it sets out at 50, and at 60 visit 1 is due."""
    visits = [VISITS[0] | {"due": due} for due in (50, 60)]
    ledger = interrupted(engine, visits=visits, policy={"reserve": 1}, received_at_s=0)
    assert trips_of(ledger)[:3] == [
        Trip(NONE, 0, 0, 50, NONE, NONE, 60, INTERRUPTED, visit=0),
        called(60, 110),
        visit(0, 0, 140, 340, 740, origin_zone=2),
    ]
