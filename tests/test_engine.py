"""The SimPy engine by hand, to the second: a call's parts, the queue, patience and recall."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.ledger.record import first_difference
from sim.schema import NONE, Destination, EndedBy, Fate, Kind, Mode, Status
from tests.worlds import (
    FOREVER_S,
    RECALLED,
    UNFINISHED,
    Trip,
    all_by,
    constant_travel,
    funnel,
    make_policy,
    matrix,
    posts,
    run,
    statuses,
    trips_of,
)

# --- one call, part by part ----------------------------------------------------------------------

PARTS = {
    "received_at_s": 100,
    "triage_for_s": 20,
    "turnout_for_s": 10,
    "travel_factor": 1.5,
    "on_scene_for_s_by_kind": 1_000,
    "center_transport_for_s": 61,
    "center_handover_for_s": 30,
    "hospital_transport_for_s": 202,
    "hospital_handover_for_s": 100,
    "booking_for_s": 303,
    "report_for_s": 40,
}


@pytest.mark.parametrize(
    ("fate", "wanted", "away_for_s", "destination"),
    [
        (Fate.ON_SCENE, Destination.CENTER, 0, Destination.NOWHERE),
        (Fate.REFERRAL, Destination.CENTER, 0, Destination.NOWHERE),
        (Fate.VOLUNTARY, Destination.CENTER, 91, Destination.CENTER),
        (Fate.VOLUNTARY, Destination.HOSPITAL, 302, Destination.HOSPITAL),
        (Fate.HOLD, Destination.CENTER, 302, Destination.HOSPITAL),
        (Fate.ARREST, Destination.CENTER, 303, Destination.JAIL),
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
    assert calls.ended_by[0] == EndedBy.NOTHING


@pytest.mark.parametrize("fate", list(Fate))
def test_a_team_that_does_not_go_along_is_free_after_its_report(fate):
    policy = make_policy(goes_along=np.zeros((len(Kind), len(Fate)), np.int8))
    ledger = run(1, posts(1, 9_999), 9_999, policy=policy, fate_by_kind=fate, **PARTS)
    assert trips_of(ledger) == [Trip(0, 0, 0, 120, 130, 1_130, 1_170)]


@pytest.mark.parametrize("fate", list(Fate))
def test_without_contact_nobody_is_taken_anywhere(fate):
    columns = PARTS | {"fate_by_kind": fate, "contact": 0}
    ledger = run(1, posts(1, 9_999), 9_999, **columns)
    assert trips_of(ledger) == [Trip(0, 0, 0, 120, 130, 1_130, 1_170)]
    assert ledger.calls.destination.tolist() == [Destination.NOWHERE]


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
        withdrawn_for_s=[FOREVER_S, 0],
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 10, 10), Trip(1, 0, 0, 10, 10, 20, 20)]


def test_a_release_comes_before_the_end_of_patience_of_any_call_of_that_second():
    """Also of one whose id is below that of the team."""
    ledger = run(
        2,
        [{"on": 0, "off": 99, "clinician_present": 0}, {"on": 0, "off": 99, "post": 1}],
        99,
        triage_for_s=[5, 0],
        withdrawn_for_s=[5, FOREVER_S],
        on_scene_for_s_by_kind=10,
    )
    assert trips_of(ledger) == [Trip(1, 1, 0, 0, 0, 10, 10), Trip(0, 1, 0, 10, 10, 20, 20)]


def test_work_of_no_length_serves_a_queue_within_one_second():
    ledger = run(3, posts(1, 99), 99, received_at_s=5, withdrawn_for_s=0)
    assert trips_of(ledger) == [Trip(call, 0, 0, 5, 5, 5, 5) for call in range(3)]
    assert statuses(ledger) == [Status.SERVED] * 3


# --- patience and recall -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patience_s", "end", "status"),
    [
        (60, Trip(0, 0, 0, 5, 65, 72, 72), Status.SERVED),
        (59, Trip(0, 0, 0, 5, NONE, NONE, 64, RECALLED), Status.WITHDRAWN),
        (0, Trip(0, 0, 0, 5, NONE, NONE, 5, RECALLED), Status.WITHDRAWN),
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
        withdrawn_for_s=patience_s,
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
        withdrawn_for_s=[50, FOREVER_S],
        on_scene_for_s_by_kind=7,
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 2, 0, NONE, NONE, 50, RECALLED),
        Trip(1, 0, 2, 50, 55, 62, 62),
    ]
    assert statuses(ledger) == [Status.WITHDRAWN, Status.SERVED]
    assert ledger.duties.busy_for_s.tolist() == [50 + 12]
    assert ledger.duties.trips.tolist() == [2]


def test_a_recall_frees_a_team_for_a_call_whose_patience_ends_at_that_second_after_it():
    """Patience ends in order of call id, and whatever else becomes due comes first."""
    common = {"travel_factor": [1.0, 0.0], "withdrawn_for_s": 50, "on_scene_for_s_by_kind": 7}
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
    assert statuses(earlier) == [Status.MISSED_BUSY, Status.WITHDRAWN]


def test_a_call_that_gives_up_leaves_the_queue():
    ledger = run(
        3,
        posts(1, 999),
        999,
        received_at_s=[0, 1, 2],
        withdrawn_for_s=[FOREVER_S, 48, 49],  # until 49 and 51; the team is free at 50
        on_scene_for_s_by_kind=[50, 5, 5],
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 50, 50), Trip(2, 0, 0, 50, 50, 55, 55)]
    assert statuses(ledger) == [Status.SERVED, Status.MISSED_BUSY, Status.SERVED]
    assert ledger.calls.trip.tolist() == [0, NONE, 1]
    assert ledger.calls.ended_at_s.tolist() == [50, 49, 55]


@pytest.mark.parametrize(
    ("mode", "ends_at_s", "ended_by"),
    [
        (
            Mode.CO_DISPATCH,
            [110, 110, 120],
            [EndedBy.WITHDRAWN, EndedBy.SETTLED_BY_PATROL, EndedBy.WITHDRAWN],
        ),
        (Mode.DIRECT, [110, 130, 120], [EndedBy.WITHDRAWN] * 3),
    ],
)
def test_patience_is_the_lesser_clock_and_patrols_only_if_it_attends(mode, ends_at_s, ended_by):
    ledger = run(
        4,
        posts(1, 999),
        999,
        policy=make_policy(mode_ppm=all_by(mode)),
        received_at_s=[0, 100, 100, 100],
        withdrawn_for_s=[FOREVER_S, 10, 30, 20],
        patrol_settles_for_s=[FOREVER_S, 30, 10, 20],
        on_scene_for_s_by_kind=900,
    )
    assert ledger.calls.ended_at_s.tolist() == [900, *ends_at_s]
    assert ledger.calls.ended_by.tolist() == [EndedBy.NOTHING, *ended_by]


# --- the funnel, and the end of the run ----------------------------------------------------------


def test_calls_outside_the_funnel_ask_for_nobody():
    policy = make_policy(funnel_ppm=funnel(900_000, 800_000, requested=500_000))
    u = [0, 499_999, 500_000, 799_999, 800_000, 899_999, 900_000, 999_999]
    ledger = run(8, posts(1, 99), 99, policy=policy, received_at_s=7, funnel_u=u)
    assert statuses(ledger) == [
        Status.SERVED,
        Status.SERVED,
        Status.NOT_REQUESTED,
        Status.NOT_REQUESTED,
        Status.NOT_ELIGIBLE,
        Status.NOT_ELIGIBLE,
        Status.NOT_RECOGNIZED,
        Status.NOT_RECOGNIZED,
    ]
    assert [trip.call for trip in trips_of(ledger)] == [0, 1]
    assert ledger.calls.dispatchable_at_s.tolist() == [7, 7] + [NONE] * 6
    assert ledger.calls.ended_at_s.tolist() == [7, 7] + [NONE] * 6
    assert ledger.calls.ended_by.tolist() == [EndedBy.NOTHING] * 8


def test_calls_open_at_the_horizon_are_unfinished():
    ledger = run(
        7,
        posts(3, 100),
        100,
        travel=constant_travel(10),
        received_at_s=[0, 80, 85, 90, 95, 97, 98],
        triage_for_s=[0, 0, 10, 0, 0, 0, 5],
        withdrawn_for_s=[FOREVER_S, FOREVER_S, FOREVER_S, FOREVER_S, 4, 3, FOREVER_S],
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
    assert [len(table[0]) for table in ledger] == [0, 0, len(duties), 0, 0, 0]
    assert ledger.duties.started_at_s.tolist() == [0] * len(duties)
    assert ledger.duties.ended_at_s.tolist() == [50] * len(duties)


def test_no_duties():
    ledger = run(2, [], 50, received_at_s=[0, 10], withdrawn_for_s=[5, FOREVER_S])
    assert statuses(ledger) == [Status.MISSED_OFF_DUTY] * 2
    assert ledger.calls.ended_at_s.tolist() == [0, 10]
    assert ledger.calls.ended_by.tolist() == [EndedBy.OFF_DUTY] * 2
    assert [len(table[0]) for table in ledger] == [2, 0, 0, 0, 0, 0]


# --- naming a difference -------------------------------------------------------------------------


def test_first_difference_names_table_row_and_column():
    one = run(2, posts(1, 99), 99, received_at_s=[3, 9])
    end_at_s = one.trips.end_at_s.copy()
    end_at_s[1] += 1
    other = one._replace(trips=one.trips._replace(end_at_s=end_at_s))
    assert first_difference(one, other) == "trips, row 1, column end_at_s: 9 against 10"
    fewer = run(1, posts(1, 99), 99, received_at_s=[3])
    assert first_difference(one, fewer) == "calls, number of rows: 2 against 1"
