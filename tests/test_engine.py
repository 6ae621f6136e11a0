"""The SimPy engine: small worlds worked by hand to the second, and what holds in every world."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.dispatch import travel_for_s
from sim.model.ledger import first_difference
from sim.model.simulation import simulate
from sim.model.travel import Travel
from sim.model.world import cut, requested, waits
from sim.schema import (
    NONE,
    Destination,
    EndCause,
    EndedBy,
    Fate,
    Relief,
    Rule,
    Status,
    TravelModel,
    check_table,
)
from tests.worlds import (
    FOREVER_S,
    constant_travel,
    make_calls,
    make_policy,
    make_world,
    nasty_worlds,
    posts,
)

CLEARED, RECALLED, UNFINISHED = EndCause.CLEARED, EndCause.RECALLED, EndCause.UNFINISHED


class Trip(NamedTuple):
    """A row of the trips, in the order in which a hand writes it."""

    call: int
    duty: int
    origin_zone: int
    assigned_at_s: int
    arrived_at_s: int
    left_at_s: int
    end_at_s: int
    end_cause: EndCause = CLEARED


def trips_of(ledger):
    columns = (getattr(ledger.trips, name).tolist() for name in Trip._fields)
    return [Trip(*row) for row in zip(*columns, strict=True)]


def statuses(ledger):
    return [Status(status) for status in ledger.calls.status]


def run(n, duties, horizon_s, *, travel=None, policy=None, **columns):
    travel = travel or constant_travel(0)
    policy = policy or make_policy(travel.matrix_s.shape[1])
    world = make_world(make_calls(n, **columns), duties, horizon_s, travel=travel, policy=policy)
    return simulate(world)


def matrix(rows):
    """The same mean seconds from zone (row) to zone (column) at every hour."""
    seconds = np.array(rows, np.int64)
    table = np.broadcast_to(seconds, (24, *seconds.shape)).copy()
    return Travel(int(TravelModel.MATRIX), table, np.zeros(1, np.int64))


# --- one call, part by part ----------------------------------------------------------------------

PARTS = {
    "received_at_s": 100,
    "triage_for_s": 20,
    "turnout_for_s": 10,
    "travel_factor": 1.5,
    "on_scene_for_s_by_kind": 1_000,
    "centre_transport_for_s": 61,
    "centre_handover_for_s": 30,
    "hospital_transport_for_s": 202,
    "hospital_handover_for_s": 100,
    "booking_for_s": 303,
    "report_for_s": 40,
}


@pytest.mark.parametrize(
    ("fate", "wanted", "away_for_s", "destination"),
    [
        (Fate.ON_SCENE, Destination.CENTRE, 0, Destination.NOWHERE),
        (Fate.REFERRAL, Destination.CENTRE, 0, Destination.NOWHERE),
        (Fate.VOLUNTARY, Destination.CENTRE, 91, Destination.CENTRE),
        (Fate.VOLUNTARY, Destination.HOSPITAL, 302, Destination.HOSPITAL),
        (Fate.HOLD, Destination.CENTRE, 302, Destination.HOSPITAL),
        (Fate.ARREST, Destination.CENTRE, 303, Destination.JAIL),
    ],
)
def test_a_call_takes_its_parts_one_after_another(fate, wanted, away_for_s, destination):
    columns = PARTS | {"fate_by_kind": fate, "wanted_destination": wanted}
    ledger = run(1, posts(1, 9_999), 9_999, travel=constant_travel(300), **columns)
    # dispatchable 100 + 20; arrived + 10 + 300 x 1.5; left + 1000; end + away + 40
    assert trips_of(ledger) == [Trip(0, 0, 0, 120, 580, 1_580, 1_620 + away_for_s)]
    calls = ledger.calls
    assert statuses(ledger) == [Status.SERVED]
    assert (calls.trip[0], calls.dispatchable_at_s[0]) == (0, 120)
    assert (calls.ended_at_s[0], calls.destination[0]) == (1_620 + away_for_s, destination)
    assert calls.ended_by[0] == EndedBy.NOBODY


@pytest.mark.parametrize("fate", list(Fate))
def test_a_team_that_does_not_go_along_is_free_after_its_report(fate):
    policy = make_policy(goes_along=np.zeros(5, np.int8))
    ledger = run(1, posts(1, 9_999), 9_999, policy=policy, fate_by_kind=fate, **PARTS)
    assert trips_of(ledger) == [Trip(0, 0, 0, 120, 130, 1_130, 1_170)]


@pytest.mark.parametrize("fate", list(Fate))
def test_without_contact_nobody_is_taken_anywhere(fate):
    columns = PARTS | {"fate_by_kind": fate, "contact": 0}
    ledger = run(1, posts(1, 9_999), 9_999, **columns)
    assert trips_of(ledger) == [Trip(0, 0, 0, 120, 130, 1_130, 1_170)]
    assert ledger.calls.destination.tolist() == [Destination.NOWHERE]


@pytest.mark.parametrize(("mean_s", "factor", "seconds"), [(5, 0.5, 3), (5, 0.3, 2), (5, 0.25, 1)])
def test_travel_is_rounded_half_up(mean_s, factor, seconds):
    ledger = run(1, posts(1, 99), 99, travel=constant_travel(mean_s), travel_factor=factor)
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, seconds, seconds, seconds)]


def test_travel_is_that_of_the_hour_of_assignment():
    hours = np.arange(24, dtype=np.int64).reshape(24, 1, 1)
    travel = Travel(int(TravelModel.MATRIX), hours, np.zeros(1, np.int64))
    calls = make_calls(3, received_at_s=[0, 3_599, 3_600])
    world = make_world(calls, posts(3, 9_999), 9_999, travel=travel)
    world = world._replace(window=world.window._replace(first_hour_of_week=24 + 22))
    ledger = simulate(world)  # hour 22, then 23
    assert [trip.arrived_at_s for trip in trips_of(ledger)] == [22, 3_599 + 22, 3_600 + 23]


# --- the queue -----------------------------------------------------------------------------------


def test_queue_goes_by_priority_then_dispatchable_second_then_id():
    ledger = run(
        6,
        posts(1, 9_999),
        9_999,
        received_at_s=[0, 10, 12, 20, 30, 30],
        triage_for_s=[0, 0, 28, 0, 0, 0],  # call 2 is dispatchable at 40, after 3, 4 and 5
        priority=[3, 2, 1, 1, 1, 1],
        on_scene_for_s_by_kind=[100, 1, 1, 1, 1, 1],
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, 0, 100, 100),
        Trip(3, 0, 0, 100, 100, 101, 101),
        Trip(4, 0, 0, 101, 101, 102, 102),
        Trip(5, 0, 0, 102, 102, 103, 103),
        Trip(2, 0, 0, 103, 103, 104, 104),
        Trip(1, 0, 0, 104, 104, 105, 105),
    ]
    assert ledger.calls.trip.tolist() == [0, 5, 4, 1, 2, 3]


def test_calls_of_one_second_are_assigned_by_priority_whatever_their_id():
    ledger = run(2, posts(1, 99), 99, received_at_s=5, priority=[2, 1], on_scene_for_s_by_kind=7)
    assert trips_of(ledger) == [Trip(1, 0, 0, 5, 5, 12, 12), Trip(0, 0, 0, 12, 12, 19, 19)]


def test_a_team_released_and_a_call_of_the_same_second_meet():
    ledger = run(
        2,
        posts(1, 99),
        99,
        received_at_s=[0, 10],
        on_scene_for_s_by_kind=10,
        leaves_for_s=[FOREVER_S, 0],
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 10, 10), Trip(1, 0, 0, 10, 10, 20, 20)]


def test_a_release_comes_before_the_end_of_patience_of_any_call_of_that_second():
    """Also of one whose id is below that of the team."""
    ledger = run(
        2,
        [{"on": 0, "off": 99, "clinician_present": 0}, {"on": 0, "off": 99, "post": 1}],
        99,
        triage_for_s=[5, 0],
        leaves_for_s=[5, FOREVER_S],
        on_scene_for_s_by_kind=10,
    )
    assert trips_of(ledger) == [Trip(1, 1, 0, 0, 0, 10, 10), Trip(0, 1, 0, 10, 10, 20, 20)]


def test_work_of_no_length_serves_a_queue_within_one_second():
    ledger = run(3, posts(1, 99), 99, received_at_s=5, leaves_for_s=0)
    assert trips_of(ledger) == [Trip(call, 0, 0, 5, 5, 5, 5) for call in range(3)]
    assert statuses(ledger) == [Status.SERVED] * 3


# --- patience and recall -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patience_s", "end", "status"),
    [
        (60, Trip(0, 0, 0, 5, 65, 72, 72), Status.SERVED),
        (59, Trip(0, 0, 0, 5, NONE, NONE, 64, RECALLED), Status.CANCELLED_EN_ROUTE),
        (0, Trip(0, 0, 0, 5, NONE, NONE, 5, RECALLED), Status.CANCELLED_EN_ROUTE),
    ],
)
def test_arrival_at_the_very_second_of_patience_counts(patience_s, end, status):
    ledger = run(
        1,
        posts(1, 999),
        999,
        travel=constant_travel(40),
        received_at_s=5,
        turnout_for_s=20,
        leaves_for_s=patience_s,
        on_scene_for_s_by_kind=7,
    )
    assert trips_of(ledger) == [end]
    assert statuses(ledger) == [status]
    assert ledger.calls.ended_at_s.tolist() == [end.end_at_s]


def test_a_recalled_team_is_back_where_it_set_out_and_serves_another_call_at_that_second():
    ledger = run(
        2,
        [{"on": 0, "off": 999, "base_zone": 2}],
        999,
        travel=matrix([[1, 90, 90], [90, 1, 90], [5, 100, 90]]),
        received_at_s=[0, 10],
        zone=[1, 0],
        leaves_for_s=[50, FOREVER_S],
        on_scene_for_s_by_kind=7,
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 2, 0, NONE, NONE, 50, RECALLED),
        Trip(1, 0, 2, 50, 55, 62, 62),
    ]
    assert statuses(ledger) == [Status.CANCELLED_EN_ROUTE, Status.SERVED]
    assert ledger.duties.busy_for_s.tolist() == [50 + 12]
    assert ledger.duties.trips.tolist() == [2]


def test_a_recall_frees_a_team_for_a_call_whose_patience_ends_at_that_second_after_it():
    """Patience ends in order of call id, and whatever else becomes due comes first."""
    common = {"travel_factor": [1.0, 0.0], "leaves_for_s": 50, "on_scene_for_s_by_kind": 7}
    later = run(2, posts(1, 999), 999, travel=constant_travel(99), received_at_s=0, **common)
    assert trips_of(later) == [
        Trip(0, 0, 0, 0, NONE, NONE, 50, RECALLED),
        Trip(1, 0, 0, 50, 50, 57, 57),
    ]
    earlier = run(
        2,
        posts(1, 999),
        999,
        travel=constant_travel(99),
        priority=[2, 1],
        received_at_s=0,
        **common | {"travel_factor": [0.0, 1.0]},
    )
    assert trips_of(earlier) == [Trip(1, 0, 0, 0, NONE, NONE, 50, RECALLED)]
    assert statuses(earlier) == [Status.MISSED_BUSY, Status.CANCELLED_EN_ROUTE]


def test_a_call_that_gives_up_leaves_the_queue():
    ledger = run(
        3,
        posts(1, 999),
        999,
        received_at_s=[0, 1, 2],
        leaves_for_s=[FOREVER_S, 48, 49],  # until 49 and 51; the team is free at 50
        on_scene_for_s_by_kind=[50, 5, 5],
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 50, 50), Trip(2, 0, 0, 50, 50, 55, 55)]
    assert statuses(ledger) == [Status.SERVED, Status.MISSED_BUSY, Status.SERVED]
    assert ledger.calls.trip.tolist() == [0, NONE, 1]
    assert ledger.calls.ended_at_s.tolist() == [50, 49, 55]


@pytest.mark.parametrize(
    ("attends", "ends_at_s", "ended_by"),
    [
        (1, [110, 110, 120], [EndedBy.SUBJECT_LEFT, EndedBy.PATROL_CLEARED, EndedBy.SUBJECT_LEFT]),
        (0, [110, 130, 120], [EndedBy.SUBJECT_LEFT] * 3),
    ],
)
def test_patience_is_the_lesser_clock_and_patrols_only_if_it_attends(attends, ends_at_s, ended_by):
    ledger = run(
        3,
        [],
        999,
        policy=make_policy(patrol_attends=attends),
        received_at_s=100,
        leaves_for_s=[10, 30, 20],
        patrol_clears_for_s=[30, 10, 20],
    )
    assert ledger.calls.ended_at_s.tolist() == ends_at_s
    assert ledger.calls.ended_by.tolist() == ended_by


# --- duties and relief ---------------------------------------------------------------------------


def test_relief_in_place_starts_at_the_release_and_at_the_place():
    ledger = run(
        3,
        [
            {"on": 0, "off": 100, "base_zone": 0},
            {"on": 100, "off": 200, "base_zone": 0, "predecessor": 0},
        ],
        999,
        travel=matrix([[1, 10], [20, 3]]),
        received_at_s=[80, 120, 150],
        zone=[1, 1, 0],
        on_scene_for_s_by_kind=[50, 4, 9],
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 80, 90, 140, 140),
        Trip(1, 1, 1, 140, 143, 147, 147),
        Trip(2, 1, 1, 150, 170, 179, 179),
    ]
    duties = ledger.duties
    assert duties.started_at_s.tolist() == [0, 140]
    assert duties.ended_at_s.tolist() == [140, 200]
    assert duties.start_zone.tolist() == [0, 1]
    assert duties.overtime_for_s.tolist() == [40, 0]
    assert duties.busy_for_s.tolist() == [60, 7 + 29]
    assert duties.trips.tolist() == [1, 2]


def test_relief_in_place_of_a_free_team_is_where_it_stands():
    ledger = run(
        1,
        [{"on": 0, "off": 100}, {"on": 100, "off": 200, "predecessor": 0}],
        999,
        travel=matrix([[1, 10], [20, 3]]),
        zone=1,
    )
    assert ledger.duties.started_at_s.tolist() == [0, 100]
    assert ledger.duties.start_zone.tolist() == [0, 1]


def test_after_a_pause_a_post_starts_at_its_base():
    ledger = run(
        1,
        [{"on": 0, "off": 100}, {"on": 101, "off": 200, "predecessor": 0}],
        999,
        travel=matrix([[1, 10], [20, 3]]),
        zone=1,
    )
    assert ledger.duties.started_at_s.tolist() == [0, 101]
    assert ledger.duties.start_zone.tolist() == [0, 0]


def test_a_duty_whose_predecessor_is_out_until_its_end_never_serves():
    ledger = run(
        1,
        [{"on": 0, "off": 100}, {"on": 100, "off": 200, "predecessor": 0}],
        999,
        received_at_s=99,
        on_scene_for_s_by_kind=101,
    )
    assert ledger.duties.started_at_s.tolist() == [0, NONE]
    assert ledger.duties.ended_at_s.tolist() == [200, NONE]
    assert ledger.duties.start_zone.tolist() == [0, NONE]
    assert ledger.duties.overtime_for_s.tolist() == [100, 0]


def test_a_fresh_car_starts_on_time_at_its_base():
    ledger = run(
        2,
        [
            {"on": 0, "off": 100, "relief": Relief.FRESH},
            {"on": 100, "off": 200, "relief": Relief.FRESH, "base_zone": 1},
        ],
        999,
        travel=matrix([[0, 0], [7, 0]]),
        received_at_s=[80, 120],
        zone=[1, 0],
        on_scene_for_s_by_kind=[60, 5],
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 80, 80, 140, 140),
        Trip(1, 1, 1, 120, 127, 132, 132),
    ]
    assert ledger.duties.started_at_s.tolist() == [0, 100]
    assert ledger.duties.ended_at_s.tolist() == [140, 200]
    assert ledger.duties.overtime_for_s.tolist() == [40, 0]


@pytest.mark.parametrize("missing", ["clinician_present", "officer_present"])
def test_a_duty_without_one_of_its_roles_never_serves(missing):
    ledger = run(1, [{"on": 0, "off": 100, missing: 0}], 999, received_at_s=50, leaves_for_s=10)
    assert trips_of(ledger) == []
    assert statuses(ledger) == [Status.MISSED_OFF_DUTY]
    duties = ledger.duties
    assert (duties.started_at_s[0], duties.ended_at_s[0], duties.start_zone[0]) == (
        NONE,
        NONE,
        NONE,
    )
    assert duties.overtime_for_s[0] == duties.busy_for_s[0] == 0


def test_the_relief_of_an_absent_team_starts_on_time_at_its_base():
    ledger = run(
        1,
        [
            {"on": 0, "off": 100, "clinician_present": 0},
            {"on": 100, "off": 200, "predecessor": 0, "base_zone": 1},
        ],
        999,
        travel=matrix([[0, 0], [7, 0]]),
        received_at_s=50,
    )
    assert trips_of(ledger) == [Trip(0, 1, 1, 100, 107, 107, 107)]


def test_a_team_released_at_the_end_of_its_duty_is_not_assigned_again():
    ledger = run(
        3,
        [{"on": 0, "off": 100}],
        999,
        received_at_s=[0, 50, 100],
        leaves_for_s=[FOREVER_S, 60, 60],
        on_scene_for_s_by_kind=100,
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 100, 100)]
    assert statuses(ledger) == [Status.SERVED, Status.MISSED_BUSY, Status.MISSED_OFF_DUTY]
    assert ledger.duties.overtime_for_s.tolist() == [0]
    assert ledger.duties.ended_at_s.tolist() == [100]


def test_a_team_recalled_after_the_end_of_its_duty_goes_home():
    ledger = run(
        2,
        [{"on": 0, "off": 100}],
        999,
        travel=constant_travel(300),
        received_at_s=[99, 100],
        leaves_for_s=[50, 100],
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 99, NONE, NONE, 149, RECALLED)]
    assert statuses(ledger) == [Status.CANCELLED_EN_ROUTE, Status.MISSED_BUSY]
    assert ledger.duties.overtime_for_s.tolist() == [49]


def test_a_duty_that_starts_when_a_call_comes_or_gives_up_serves_it():
    duties = [{"on": 50, "off": 99, "post": post} for post in range(2)]
    ledger = run(2, duties, 999, received_at_s=[40, 50], leaves_for_s=[10, 0])
    assert trips_of(ledger) == [Trip(0, 0, 0, 50, 50, 50, 50), Trip(1, 1, 0, 50, 50, 50, 50)]


def test_a_team_that_starts_when_patience_ends_makes_a_miss_busy():
    """It is there at that second, and goes to another call."""
    ledger = run(2, [{"on": 50, "off": 99}], 999, received_at_s=40, leaves_for_s=[10, 10])
    assert trips_of(ledger) == [Trip(0, 0, 0, 50, 50, 50, 50), Trip(1, 0, 0, 50, 50, 50, 50)]
    ledger = run(
        2,
        [{"on": 50, "off": 99}],
        999,
        received_at_s=40,
        leaves_for_s=[10, 10],
        on_scene_for_s_by_kind=5,
    )
    assert statuses(ledger) == [Status.SERVED, Status.MISSED_BUSY]


def test_calls_before_the_first_and_after_the_last_duty_are_missed_off_duty():
    ledger = run(
        4,
        [{"on": 50, "off": 100}],
        999,
        received_at_s=[10, 10, 99, 100],
        leaves_for_s=[39, 40, 0, 5],  # until 49, 50, 99, 105
    )
    off, served = Status.MISSED_OFF_DUTY, Status.SERVED
    assert statuses(ledger) == [off, served, served, off]
    assert ledger.calls.ended_at_s.tolist() == [49, 50, 99, 105]
    assert ledger.calls.ended_by.tolist() == [EndedBy.SUBJECT_LEFT, 0, 0, EndedBy.SUBJECT_LEFT]


def test_a_team_in_overtime_makes_a_miss_busy_not_off_duty():
    ledger = run(
        2,
        [{"on": 0, "off": 100}],
        999,
        received_at_s=[99, 130],
        leaves_for_s=[FOREVER_S, 5],
        on_scene_for_s_by_kind=50,
    )
    assert statuses(ledger) == [Status.SERVED, Status.MISSED_BUSY]


# --- the funnel, and the end of the run ----------------------------------------------------------


def test_calls_outside_the_funnel_ask_for_nobody():
    policy = make_policy(
        recognised_ppm=900_000, eligible_ppm=800_000, requested_ppm=500_000, patrol_attends=0
    )
    u = [0, 499_999, 500_000, 799_999, 800_000, 899_999, 900_000, 999_999]
    ledger = run(8, posts(1, 99), 99, policy=policy, received_at_s=7, funnel_u=u)
    assert statuses(ledger) == [
        Status.SERVED,
        Status.SERVED,
        Status.NOT_REQUESTED,
        Status.NOT_REQUESTED,
        Status.NOT_ELIGIBLE,
        Status.NOT_ELIGIBLE,
        Status.NOT_RECOGNISED,
        Status.NOT_RECOGNISED,
    ]
    assert [trip.call for trip in trips_of(ledger)] == [0, 1]
    assert ledger.calls.dispatchable_at_s.tolist() == [7, 7] + [NONE] * 6
    assert ledger.calls.ended_at_s.tolist() == [7, 7] + [NONE] * 6
    assert ledger.calls.ended_by.tolist() == [EndedBy.NOBODY] * 8


def test_calls_open_at_the_horizon_are_unfinished():
    ledger = run(
        7,
        posts(3, 100),
        100,
        travel=constant_travel(10),
        received_at_s=[0, 80, 85, 90, 95, 97, 98],
        triage_for_s=[0, 0, 10, 0, 0, 0, 5],
        leaves_for_s=[FOREVER_S, FOREVER_S, FOREVER_S, FOREVER_S, 4, 3, FOREVER_S],
        on_scene_for_s_by_kind=[90, 10, 10, 10, 10, 10, 10],
    )
    # 0 would be released at 100 itself; 1 too; 3 is on its way; 2, 5 and 6 still wait
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, 10, NONE, NONE, UNFINISHED),
        Trip(1, 1, 0, 80, 90, NONE, NONE, UNFINISHED),
        Trip(3, 2, 0, 90, NONE, NONE, NONE, UNFINISHED),
    ]
    expected = [Status.UNFINISHED] * 7
    expected[4] = Status.MISSED_BUSY  # its patience ended at 99
    assert statuses(ledger) == expected
    assert ledger.calls.ended_at_s.tolist() == [NONE] * 4 + [99] + [NONE] * 2
    assert ledger.duties.ended_at_s.tolist() == [100] * 3
    assert ledger.duties.busy_for_s.tolist() == [100, 20, 10]


@pytest.mark.parametrize("duties", [[], posts(2, 50)])
def test_no_calls(duties):
    ledger = run(0, duties, 50)
    assert [len(table[0]) for table in ledger] == [0, 0, len(duties), 0, 0]
    assert ledger.duties.started_at_s.tolist() == [0] * len(duties)
    assert ledger.duties.ended_at_s.tolist() == [50] * len(duties)


def test_no_duties():
    ledger = run(2, [], 50, received_at_s=[0, 10], leaves_for_s=[5, FOREVER_S])
    assert statuses(ledger) == [Status.MISSED_OFF_DUTY, Status.UNFINISHED]
    assert [len(table[0]) for table in ledger] == [2, 0, 0, 0, 0]


# --- the rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "duty", "travel_s"),
    [
        (Rule.CLOSEST, 0, 10),
        (Rule.PREFERENCE, 1, 20),
        (Rule.LONGEST_IDLE, 2, 30),
        (Rule.LEAST_WORKED, 3, 40),
    ],
)
def test_each_rule_sends_its_own_best_team(rule, duty, travel_s):
    """One team after another comes on and is busy when the next call comes, so history is given.

    At 1000: team 0 stands in zone 0; team 1 is of the preferred base; team 2 is free since 220,
    before team 3 (on since 230), 1 (250) and 0 (520); team 3 has not worked.
    """
    duties = [
        {"on": 0, "off": 9_999, "post": 0, "base_zone": 1},
        {"on": 100, "off": 9_999, "post": 1, "base_zone": 2},
        {"on": 200, "off": 9_999, "post": 2, "base_zone": 1},
        {"on": 230, "off": 9_999, "post": 3, "base_zone": 3},
    ]
    preference = np.array([[3, 2, 0, 1], [0] * 4, [0] * 4, [0] * 4], np.int32)
    ledger = run(
        4,
        duties,
        9_999,
        travel=matrix([[10, 0, 0, 0], [20, 0, 0, 0], [30, 0, 0, 0], [40, 0, 0, 0]]),
        policy=make_policy(4, rule=int(rule), preference=preference),
        received_at_s=[0, 100, 200, 1_000],
        zone=[0, 1, 2, 0],
        on_scene_for_s_by_kind=[500, 150, 20, 1],
    )
    trips = trips_of(ledger)
    assert [(trip.duty, trip.end_at_s) for trip in trips[:3]] == [(0, 520), (1, 250), (2, 220)]
    assert (trips[3].duty, trips[3].arrived_at_s) == (duty, 1_000 + travel_s)


@pytest.mark.parametrize("rule", list(Rule))
def test_ties_go_to_the_least_duty(rule):
    ledger = run(3, posts(3, 99), 99, policy=make_policy(rule=int(rule)), on_scene_for_s_by_kind=9)
    assert [trip.duty for trip in trips_of(ledger)] == [0, 1, 2]


@pytest.mark.parametrize(("rule", "duty"), [(Rule.LEAST_WORKED, 2), (Rule.LONGEST_IDLE, 1)])
def test_work_and_idleness_count_within_the_duty(rule, duty):
    """Post 0 has worked 50 s, its relief none; post 1 is free since 5, the relief since 100."""
    ledger = run(
        3,
        [
            {"on": 0, "off": 100, "post": 0},
            {"on": 0, "off": 999, "post": 1},
            {"on": 100, "off": 999, "post": 0, "predecessor": 0},
        ],
        999,
        policy=make_policy(rule=int(rule)),
        received_at_s=[0, 0, 200],
        on_scene_for_s_by_kind=[50, 5, 1],
    )
    assert [trip.duty for trip in trips_of(ledger)] == [0, 1, duty]


def test_square_root_travel_counts_the_free_teams_before_the_assignment():
    travel = Travel(
        int(TravelModel.SQUARE_ROOT), np.zeros((1, 1, 1), np.int64), np.array([999, 50, 30, 20])
    )
    ledger = run(4, posts(3, 999), 999, travel=travel, on_scene_for_s_by_kind=[5, 50, 50, 5])
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, 20, 25, 25),
        Trip(1, 1, 0, 0, 30, 80, 80),
        Trip(2, 2, 0, 0, 50, 100, 100),
        Trip(3, 0, 0, 25, 75, 80, 80),  # team 0 alone is free
    ]


# --- what holds in every world -------------------------------------------------------------------

FUNNEL = (Status.NOT_RECOGNISED, Status.NOT_ELIGIBLE, Status.NOT_REQUESTED)
MISSED = (Status.MISSED_OFF_DUTY, Status.MISSED_BUSY)
nasty = settings(max_examples=150, deadline=None)


def free_seconds(world, ledger, duty):
    """Seconds after whose last assignment a duty's team is on duty and free; shape (horizon,)."""
    out = np.zeros(world.window.horizon_s, bool)
    if ledger.duties.started_at_s[duty] == NONE:
        return out
    out[ledger.duties.started_at_s[duty] : ledger.duties.ended_at_s[duty]] = True
    for trip in trips_of(ledger):
        if trip.duty == duty:
            out[trip.assigned_at_s : None if trip.end_at_s == NONE else trip.end_at_s] = False
    return out


def wait_until_s(world, ledger, call):
    """Second up to which a request waits: assigned, given up, or the end of the run."""
    trip, ended_at_s = ledger.calls.trip[call], ledger.calls.ended_at_s[call]
    if trip != NONE:
        return int(ledger.trips.assigned_at_s[trip])
    return world.window.horizon_s if ended_at_s == NONE else int(ended_at_s)


@nasty
@given(nasty_worlds())
def test_every_call_has_one_end_that_its_trip_and_its_clocks_agree_with(world):
    ledger = simulate(world)
    for table in ledger:
        check_table(table)
    clocks, asks = waits(world), requested(world)
    causes = {CLEARED: Status.SERVED, RECALLED: Status.CANCELLED_EN_ROUTE}
    for call, status in enumerate(statuses(ledger)):
        trip, ended_at_s = ledger.calls.trip[call], ledger.calls.ended_at_s[call]
        assert (status in FUNNEL) == (not asks[call])
        if status != Status.SERVED or world.calls.contact[call] == 0:
            assert ledger.calls.destination[call] == Destination.NOWHERE
        assert (ledger.calls.ended_by[call] != EndedBy.NOBODY) == (
            status in (*MISSED, Status.CANCELLED_EN_ROUTE)
        )
        if trip != NONE:
            assert ledger.trips.call[trip] == call
            cause = EndCause(ledger.trips.end_cause[trip])
            assert status == causes.get(cause, Status.UNFINISHED)
            assert ended_at_s == ledger.trips.end_at_s[trip]
        elif status in MISSED:
            assert ended_at_s == clocks.patience_ends_at_s[call] < world.window.horizon_s
        elif asks[call]:
            assert status == Status.UNFINISHED
            assert clocks.patience_ends_at_s[call] >= world.window.horizon_s
    assert sorted(ledger.trips.call) == sorted(np.flatnonzero(ledger.calls.trip != NONE))


@nasty
@given(nasty_worlds())
def test_stamps_of_a_trip_follow_from_the_calls_durations(world):
    ledger, clocks, calls = simulate(world), waits(world), world.calls
    horizon_s = world.window.horizon_s
    for number, trip in enumerate(trips_of(ledger)):
        patience_ends_at_s = clocks.patience_ends_at_s[trip.call]
        assert clocks.dispatchable_at_s[trip.call] <= trip.assigned_at_s <= patience_ends_at_s
        assert number == 0 or ledger.trips.assigned_at_s[number - 1] <= trip.assigned_at_s
        if world.travel.model == TravelModel.MATRIX:
            mean_s = world.travel.matrix_s[0, trip.origin_zone, calls.zone[trip.call]]
            on_way_s = travel_for_s(mean_s, calls.travel_factor[trip.call])
            due_at_s = trip.assigned_at_s + calls.turnout_for_s[trip.call] + on_way_s
            arrives = due_at_s <= patience_ends_at_s and due_at_s < horizon_s
            assert trip.arrived_at_s == (due_at_s if arrives else NONE)
        if trip.arrived_at_s == NONE:
            assert trip.left_at_s == NONE
            ends = patience_ends_at_s < horizon_s
            assert trip.end_at_s == (patience_ends_at_s if ends else NONE)
            continue
        assert trip.assigned_at_s <= trip.arrived_at_s <= patience_ends_at_s
        left_at_s = trip.arrived_at_s + calls.on_scene_for_s_by_kind[0, trip.call]
        assert trip.left_at_s == (left_at_s if left_at_s < horizon_s else NONE)
        if trip.end_cause == CLEARED:
            assert trip.end_at_s >= left_at_s + calls.report_for_s[trip.call]


@nasty
@given(nasty_worlds())
def test_a_team_makes_one_trip_at_a_time_within_its_duty_from_where_it_is(world):
    ledger, horizon_s = simulate(world), world.window.horizon_s
    duties, roster = ledger.duties, world.roster
    for duty in range(len(roster.post)):
        mine = [trip for trip in trips_of(ledger) if trip.duty == duty]
        assert duties.trips[duty] == len(mine)
        if duties.started_at_s[duty] == NONE:
            assert not mine
            continue
        assert roster.on_at_s[duty] <= duties.started_at_s[duty] < roster.off_at_s[duty]
        free_at_s, zone, busy_for_s = duties.started_at_s[duty], duties.start_zone[duty], 0
        for trip in mine:
            assert free_at_s <= trip.assigned_at_s < roster.off_at_s[duty]
            assert trip.origin_zone == zone
            zone = zone if trip.arrived_at_s == NONE else world.calls.zone[trip.call]
            free_at_s = horizon_s if trip.end_at_s == NONE else trip.end_at_s
            busy_for_s += free_at_s - trip.assigned_at_s
        assert duties.busy_for_s[duty] == busy_for_s
        assert duties.ended_at_s[duty] == max(free_at_s, roster.off_at_s[duty])
        assert duties.overtime_for_s[duty] == duties.ended_at_s[duty] - roster.off_at_s[duty]


@nasty
@given(nasty_worlds())
def test_a_relief_in_place_waits_for_the_release(world):
    duties, roster = simulate(world).duties, world.roster
    for duty in np.flatnonzero(duties.started_at_s != NONE):
        before = roster.predecessor[duty]
        released_at_s = duties.ended_at_s[before] if before != NONE else NONE
        assert duties.started_at_s[duty] == max(roster.on_at_s[duty], released_at_s)


@nasty
@given(nasty_worlds())
def test_no_call_waits_while_a_team_is_free_and_none_is_passed_over(world):
    ledger, clocks = simulate(world), waits(world)
    free = [free_seconds(world, ledger, duty) for duty in range(len(world.roster.post))]
    anyone = np.any(free, axis=0) if free else np.zeros(world.window.horizon_s, bool)
    asks = np.flatnonzero(requested(world)).tolist()
    until_s = {call: wait_until_s(world, ledger, call) for call in asks}
    for call in asks:
        assert not anyone[clocks.dispatchable_at_s[call] : until_s[call]].any()

    def entry(call):
        return world.calls.priority[call], clocks.dispatchable_at_s[call], call

    for trip in trips_of(ledger):
        for call in asks:
            ahead = entry(call) < entry(trip.call)
            if ahead and clocks.dispatchable_at_s[call] <= trip.assigned_at_s:
                assert until_s[call] <= trip.assigned_at_s


@nasty
@given(nasty_worlds())
def test_a_miss_is_off_duty_iff_no_team_was_out_at_any_second_of_the_wait(world):
    ledger, clocks, duties = simulate(world), waits(world), simulate(world).duties
    out = np.zeros(world.window.horizon_s, bool)
    for duty in np.flatnonzero(duties.started_at_s != NONE):
        out[duties.started_at_s[duty] : duties.ended_at_s[duty]] = True
    for call, status in enumerate(statuses(ledger)):
        if status in MISSED:
            waited = slice(clocks.dispatchable_at_s[call], clocks.patience_ends_at_s[call] + 1)
            assert (status == Status.MISSED_BUSY) == out[waited].any()


@nasty
@given(nasty_worlds())
def test_a_run_repeats_itself_and_leaves_its_world_as_it_was(world):
    before = [column.copy() for table in world[:4] for column in table if np.ndim(column)]
    one, other = simulate(world), simulate(world)
    assert first_difference(one, other) is None
    after = [column for table in world[:4] for column in table if np.ndim(column)]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


@nasty
@given(nasty_worlds(), st.integers(1, 60), st.integers(0, 10))
def test_a_world_cut_short_goes_as_the_whole_one_until_then(world, until_s, tail_s):
    cut_world = cut(world, until_s, tail_s)
    whole, part = simulate(world), simulate(cut_world)
    horizon_s = min(until_s + tail_s, world.window.horizon_s)
    assert cut_world.window.horizon_s == horizon_s
    assert np.all(cut_world.roster.off_at_s <= horizon_s)
    assert np.all(cut_world.roster.on_at_s < horizon_s)
    assert np.all(cut_world.calls.received_at_s < horizon_s)

    def seen(at_s):
        return at_s if at_s < horizon_s else NONE

    expected = [
        trip._replace(
            arrived_at_s=seen(trip.arrived_at_s),
            left_at_s=seen(trip.left_at_s),
            end_at_s=seen(trip.end_at_s),
            end_cause=trip.end_cause if trip.end_at_s < horizon_s else UNFINISHED,
        )
        for trip in trips_of(whole)
        if trip.assigned_at_s < horizon_s
    ]
    assert trips_of(part) == expected


# --- naming a difference -------------------------------------------------------------------------


def test_first_difference_names_table_row_and_column():
    one = run(2, posts(1, 99), 99, received_at_s=[3, 9])
    end_at_s = one.trips.end_at_s.copy()
    end_at_s[1] += 1
    other = one._replace(trips=one.trips._replace(end_at_s=end_at_s))
    assert first_difference(one, other) == "trips, row 1, column end_at_s: 9 against 10"
    fewer = run(1, posts(1, 99), 99, received_at_s=[3])
    assert first_difference(one, fewer) == "calls, number of rows: 2 against 1"
