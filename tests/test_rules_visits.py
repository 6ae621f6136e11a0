"""Follow-up visits: when they are due and begun, by whom and how, by hand, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from sim.clock import HOUR_S, HOURS_A_WEEK
from sim.model.simulation import simulate
from sim.schema import NONE, EndCause, Fate, Kind, Rule, Scope, Status, TravelModel, VisitStatus
from tests.rules import breaks_of, each_engine
from tests.worlds import (
    Trip,
    constant_travel,
    funnel,
    make_calls,
    make_policy,
    make_world,
    matrix,
    statuses,
    trips_of,
)

pytestmark = each_engine

CO_RESPONDER, CLINICIAN, REMOTE, WORKER = Kind
NEVER_DUE, DONE, EXPIRED, OPEN = VisitStatus
HORIZON_S = 20_000
BY_TEAMS = {"teams_visit": 1}
NO_VISIT = (NEVER_DUE, NONE, NONE)
TOWNS = matrix([[5, 40], [60, 8]])


def staff(*kinds, **given):
    """One duty for the whole run for each kind."""
    whole = {"on": 0, "off": HORIZON_S}
    return [whole | {"post": post, "kind": int(kind)} | given for post, kind in enumerate(kinds)]


def visiting(engine, duties, visits, n=0, *, horizon_s=HORIZON_S, policy=None, **given):
    """Ledger of these visits and n calls; `policy` holds what differs from `make_policy`."""
    names = ("travel", "breaks", "first_hour_of_week")
    parts = {name: given.pop(name) for name in names if name in given}
    n_zones = parts.setdefault("travel", constant_travel(0)).matrix_s.shape[1]
    rules = make_policy(n_zones, **(policy or {}))
    calls = make_calls(n, **given)
    return simulate(
        make_world(calls, duties, horizon_s, policy=rules, visits=visits, **parts), engine
    )


def by_free(*seconds):
    """Travel by the square root, for so many who may go."""
    given = {"model": int(TravelModel.SQUARE_ROOT), "by_free_s": np.array(seconds, np.int64)}
    return constant_travel(0)._replace(**given)


def came_of(ledger):
    """Status, second due and second done of every visit."""
    columns = ledger.visits.status, ledger.visits.due_at_s, ledger.visits.done_at_s
    return list(zip(*(column.tolist() for column in columns), strict=True))


def visit(number, duty, assigned_at_s, arrived_at_s, end_at_s, origin_zone=0):
    """Trip of a visit that is done."""
    at_s = (assigned_at_s, arrived_at_s, end_at_s, end_at_s)
    return Trip(NONE, duty, origin_zone, *at_s, visit=number)


def begun(ledger):
    """Visit, duty and second assigned of the trips made for visits."""
    return [(trip.visit, trip.duty, trip.assigned_at_s) for trip in trips_of(ledger)]


# --- after a call --------------------------------------------------------------------------------

# Call 0: the team is there at 10, leaves at 40, and is released at 60 after a report of 20; with a
# transport and handover of 5 + 6, at 71. The visit is due 100 later: a drive of 10, and then 60.
AFTER = [{"call": 0, "lag": 100, "length": 60}]
SERVED = {
    "on_scene_for_s_by_kind": 30,
    "report_for_s": 20,
    "center_transport_for_s": 5,
    "center_handover_for_s": 6,
}


def after_call(engine, kind=CO_RESPONDER, visits=AFTER, **given):
    duties = staff(kind, WORKER)
    return visiting(engine, duties, visits, 1, travel=constant_travel(10), **(SERVED | given))


@pytest.mark.parametrize(
    ("fate", "due_at_s"), [(Fate.ON_SCENE, 160), (Fate.REFERRAL, 160), (Fate.VOLUNTARY, 171)]
)
def test_a_visit_is_due_a_while_after_the_end_of_the_trip(engine, fate, due_at_s):
    ledger = after_call(engine, fate_by_kind=fate)
    assert came_of(ledger) == [(DONE, due_at_s, due_at_s + 70)]
    assert trips_of(ledger)[1:] == [visit(0, 1, due_at_s, due_at_s + 10, due_at_s + 70)]
    assert ledger.duties.busy_for_s[1] == 70


@pytest.mark.parametrize(
    ("policy", "given"),
    [
        ({}, {"fate_by_kind": Fate.HOLD}),
        ({}, {"fate_by_kind": Fate.ARREST}),
        ({}, {"contact": 0}),
        ({}, {"withdrawn_for_s": 9}),  # cancelled en route
        ({}, {"kind": WORKER}),  # missed: workers take no calls
        ({}, {"horizon_s": 60}),  # the trip ends with the run
        ({"funnel_ppm": funnel(requested=0)}, {}),
        ({"visit_after": np.array([0, 1, 1, 1, 1], np.int8)}, {}),
    ],
)
def test_a_visit_takes_a_trip_that_ends_contact_and_the_right_fate(engine, policy, given):
    ledger = after_call(engine, policy=policy, **given)
    assert came_of(ledger) == [NO_VISIT]
    assert ledger.visits.trip.tolist() == [NONE]


@pytest.mark.parametrize(
    ("kind", "came"), [(CO_RESPONDER, NO_VISIT), (CLINICIAN, (DONE, 160, 230))]
)
def test_the_fate_is_that_of_the_kind_which_came(engine, kind, came):
    fates = [[Fate.HOLD], [Fate.REFERRAL], [Fate.ARREST]]
    ledger = after_call(engine, kind=kind, fate_by_kind=fates)
    assert came_of(ledger) == [came]


def test_a_team_may_visit_in_the_second_it_is_released(engine):
    visits = [{"call": 0, "lag": 0, "length": 60}]
    ledger = visiting(engine, staff(CO_RESPONDER), visits, 1, policy=BY_TEAMS, **SERVED)
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 30, 50), visit(0, 0, 50, 50, 110)]


# --- when it may begin ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "first_hour", "due_at_s", "begins_at_s"),
    [
        ([0, 2], 0, 3_599, 3_599),
        ([0, 2], 0, 3_600, 7_200),
        ([1], 0, 0, 3_600),
        ([1], 0, 3_599, 3_600),
        ([1], 0, 3_600, 3_600),
        ([0], 167, 100, 3_600),
        ([167, 1], 167, 3_600, 7_200),
        ([7, 32], 30, 100, 7_200),  # hours of the week and not of the day
    ],
)
def test_a_visit_begins_in_visiting_hours(engine, hours, first_hour, due_at_s, begins_at_s):
    """It may last longer, as this one does."""
    ledger = visiting(
        engine,
        staff(WORKER),
        [{"due": due_at_s, "length": 4_000}],
        policy={"visit_hours": np.isin(np.arange(HOURS_A_WEEK), hours).astype(np.int8)},
        first_hour_of_week=first_hour,
    )
    assert trips_of(ledger) == [visit(0, 0, begins_at_s, begins_at_s, begins_at_s + 4_000)]


@pytest.mark.parametrize(("expires_s", "begins"), [(100, True), (99, False)])
@pytest.mark.parametrize("opens", [True, False])
def test_a_visit_expires_after_the_last_second_at_which_it_may_begin(
    engine, expires_s, begins, opens
):
    """It is due at 3,500; hours, or the only duty, begin at 3,600. The next one is not held up."""
    hours = np.array([not opens] + [1] * 167, np.int8)
    ledger = visiting(
        engine,
        staff(WORKER, on=0 if opens else HOUR_S),
        [{"due": 3_500, "length": 50}, {"due": 3_501, "length": 50}],
        policy={"visit_hours": hours, "visit_expires_s": expires_s},
    )
    assert begun(ledger) == [(0 if begins else 1, 0, 3_600)]
    assert came_of(ledger)[0] == ((DONE, 3_500, 3_650) if begins else (EXPIRED, 3_500, NONE))


@pytest.mark.parametrize(("expires_s", "status"), [(99, EXPIRED), (100, OPEN)])
def test_a_visit_that_may_begin_until_the_end_of_the_run_is_open(engine, expires_s, status):
    """The run ends at 150; the other visit is under way then."""
    visits, policy = [{"due": 0, "length": 150}, {"due": 50}], {"visit_expires_s": expires_s}
    ledger = visiting(engine, staff(WORKER), visits, horizon_s=150, policy=policy)
    assert came_of(ledger) == [(OPEN, 0, NONE), (status, 50, NONE)]
    unfinished = (0, 0, NONE, NONE, EndCause.UNFINISHED)
    assert trips_of(ledger) == [Trip(NONE, 0, 0, *unfinished, visit=0)]


def test_visits_wait_by_second_due_and_then_by_number(engine):
    """Visit 0 is call 0's, due at 160; 1 and 2 are listed. The worker comes at 200."""
    duties = [*staff(CO_RESPONDER), *staff(WORKER, on=200)]
    visits = [*AFTER, {"due": 159, "length": 60}, {"due": 160, "length": 60}]
    ledger = visiting(engine, duties, visits, 1, travel=constant_travel(10), **SERVED)
    assert begun(ledger)[1:] == [(1, 1, 200), (0, 1, 270), (2, 1, 340)]


# --- who makes it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "policy", "sent"),
    [
        ([CO_RESPONDER, CLINICIAN, REMOTE, WORKER], {}, [3]),
        ([CO_RESPONDER, CLINICIAN, REMOTE, WORKER], BY_TEAMS, [3, 0, 1]),
        # of three teams some are spared: so many stay free
        ([CO_RESPONDER] * 3, BY_TEAMS | {"spare_teams": 1}, [0, 1]),
        ([CO_RESPONDER] * 3, BY_TEAMS | {"spare_teams": 2}, [0]),
        ([CO_RESPONDER] * 3, BY_TEAMS | {"spare_teams": 3}, []),
        # a clinician on video is one of the free teams, who visits only is none
        ([CO_RESPONDER, REMOTE], BY_TEAMS | {"spare_teams": 1}, [0]),
        ([CO_RESPONDER, WORKER], BY_TEAMS | {"spare_teams": 1}, [1]),
    ],
)
def test_workers_go_first_and_then_teams_beyond_those_to_spare(engine, kinds, policy, sent):
    """Five visits are due at 10, of a length that lets nobody make two."""
    visits = [{"due": 10, "length": HORIZON_S}] * 5
    ledger = visiting(engine, staff(*kinds), visits, policy=policy)
    assert begun(ledger) == [(number, duty, 10) for number, duty in enumerate(sent)]


@pytest.mark.parametrize("rule", list(Rule))
def test_a_worker_goes_before_any_team_though_borrowed_and_by_no_rule_the_best(engine, rule):
    """The worker comes later, has worked on visit 0, and stands 40 away from visit 1."""
    duties = [*staff(CO_RESPONDER, base_zone=1), *staff(WORKER, on=5, agency=1)]
    policy = {"rule": int(rule), "scope": int(Scope.OWN_FIRST), "borrow_s": 40}
    visits = [{"due": 6, "length": 3}, {"due": 50, "length": 3, "zone": 1}]
    policy |= BY_TEAMS | {"preference": np.array([[1, 0], [1, 0]], np.int32)}
    ledger = visiting(engine, duties, visits, policy=policy, travel=TOWNS)
    assert trips_of(ledger) == [visit(0, 1, 6, 11, 14), visit(1, 1, 50, 90, 93)]


@pytest.mark.parametrize(
    ("scope", "borrow_s", "sent"),
    [
        (Scope.OPEN, 0, [0, 1]),
        (Scope.OWN_FIRST, 40, [1, 0]),
        (Scope.OWN_FIRST, 39, [1]),
        (Scope.CLOSED, 0, [1]),
    ],
)
def test_the_scope_is_that_of_calls_without_a_radius(engine, scope, borrow_s, sent):
    """Worker 0 is of another agency and 40 away; worker 1 is of the visit's own, and as far."""
    duties = staff(WORKER, WORKER)
    duties[0]["agency"] = 1
    policy = {"scope": int(scope), "borrow_s": borrow_s, "radius_s": 0}
    visits = [{"due": 10, "zone": 1, "length": HORIZON_S}] * 2
    ledger = visiting(engine, duties, visits, policy=policy, travel=TOWNS)
    assert [trip.duty for trip in trips_of(ledger)] == sent


@pytest.mark.parametrize("kind", [WORKER, CO_RESPONDER])
@pytest.mark.parametrize(
    ("due_at_s", "off_at_s", "is_begun"),
    [(899, 1_000, True), (900, 1_000, False), (HORIZON_S - 1, HORIZON_S, True)],
)
def test_the_cutoff_holds_for_visits_and_nothing_overrides_it(
    engine, kind, due_at_s, off_at_s, is_begun
):
    policy = BY_TEAMS | {"cutoff_s": 100, "cutoff_priority": 9}
    ledger = visiting(engine, staff(kind, off=off_at_s), [{"due": due_at_s}], policy=policy)
    assert len(trips_of(ledger)) == is_begun


def test_who_makes_visits_only_is_no_team(engine):
    """Call 0 finds nobody on duty; call 1 the one team, 30 away, or reserved."""
    duties = [*staff(WORKER), *staff(CO_RESPONDER, on=50)]
    calls = {"received_at_s": [0, 60], "withdrawn_for_s": 40, "priority": 2}
    travel = by_free(999, 30, 60)
    for reserve, trips in ((0, [Trip(1, 1, 0, 60, 90, 90, 90)]), (1, [])):
        ledger = visiting(
            engine, duties, [], 2, travel=travel, policy={"reserve": reserve}, **calls
        )
        assert trips_of(ledger) == trips
        second = Status.MISSED_BUSY if reserve else Status.SERVED
        assert statuses(ledger) == [Status.MISSED_OFF_DUTY, second]


# --- how it is made ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "policy", "travel_s"),
    [
        ([WORKER], {}, 100),
        ([WORKER, WORKER], {}, 70),
        ([WORKER, CO_RESPONDER, CO_RESPONDER], {}, 100),
        ([WORKER, CO_RESPONDER, CO_RESPONDER], BY_TEAMS, 50),
        ([WORKER, CO_RESPONDER, CO_RESPONDER], BY_TEAMS | {"spare_teams": 2}, 100),
        ([WORKER, CO_RESPONDER, REMOTE], BY_TEAMS, 70),
    ],
)
def test_all_who_might_make_the_visit_make_the_square_root(engine, kinds, policy, travel_s):
    travel = by_free(999, 100, 70, 50, 40)
    ledger = visiting(engine, staff(*kinds), [{"due": 9}], travel=travel, policy=policy)
    assert [trip.arrived_at_s for trip in trips_of(ledger)] == [9 + travel_s]


# Visit 0 is from 0 by 40 to 50 in zone 1. Home, 60 away, is reached at 110; visit 1 is in zone 1.
@pytest.mark.parametrize(
    ("goes_home", "due_at_s", "second"),
    [
        (0, 110, visit(1, 0, 110, 118, 128, origin_zone=1)),
        (1, 109, visit(1, 0, 109, 117, 127, origin_zone=1)),
        (1, 110, visit(1, 0, 110, 150, 160, origin_zone=0)),
    ],
)
@pytest.mark.parametrize("kind", [WORKER, CO_RESPONDER])
def test_after_a_visit_one_stays_there_or_goes_home(engine, kind, goes_home, due_at_s, second):
    visits = [{"due": due, "zone": 1, "length": 10} for due in (0, due_at_s)]
    policy = BY_TEAMS | {"goes_home": goes_home}
    ledger = visiting(engine, staff(kind), visits, travel=TOWNS, policy=policy)
    assert trips_of(ledger) == [visit(0, 0, 0, 40, 50), second]


@pytest.mark.parametrize(("due_at_s", "arrived_at_s"), [(3_599, 3_604), (3_600, 3_650)])
def test_travel_is_of_the_hour_in_which_one_sets_out(engine, due_at_s, arrived_at_s):
    by_hour_s = np.array([5, 50] * 12).reshape(24, 1, 1)
    travel = constant_travel(0)._replace(matrix_s=by_hour_s)
    ledger = visiting(engine, staff(WORKER), [{"due": due_at_s, "length": 7}], travel=travel)
    assert trips_of(ledger) == [visit(0, 0, due_at_s, arrived_at_s, arrived_at_s + 7)]


@pytest.mark.parametrize(("due_at_s", "ended_at_s", "start_zone"), [(999, 1_049, 1), (1_000, 0, 0)])
def test_a_visit_is_finished_in_overtime(engine, due_at_s, ended_at_s, start_zone):
    """The duty ends at 1,000; its relief takes over where the visit is, or makes it."""
    relief = {"on": 1_000, "predecessor": 0}
    duties = [*staff(WORKER, off=1_000), *staff(WORKER, **relief)]
    visits = [{"due": due_at_s, "zone": 1, "length": 10}]
    ledger = visiting(engine, duties, visits, travel=TOWNS)
    assert ledger.duties.ended_at_s[0] == max(ended_at_s, 1_000)
    assert ledger.duties.overtime_for_s[0] == max(ended_at_s - 1_000, 0)
    assert ledger.duties.start_zone[1] == start_zone
    duty = int(due_at_s == 1_000)
    assert trips_of(ledger) == [visit(0, duty, due_at_s, due_at_s + 40, due_at_s + 50)]


@pytest.mark.parametrize(
    ("due_at_s", "waits", "taken", "second_at_s"),
    [(30, 1, (50, 150), 150), (30, 0, (NONE, NONE), 50), (50, 0, (50, 150), 150)],
)
def test_a_worker_takes_breaks_as_a_team_does(engine, due_at_s, waits, taken, second_at_s):
    """The first visit is from 0 to 50, the second waits from 20 on."""
    visits = [{"due": due, "length": 50} for due in (0, 20)]
    breaks = [{"duty": 0, "due": due_at_s, "length": 100, "waits": waits}]
    ledger = visiting(engine, staff(WORKER), visits, breaks=breaks)
    assert breaks_of(ledger) == [taken]
    assert begun(ledger) == [(0, 0, 0), (1, 0, second_at_s)]
