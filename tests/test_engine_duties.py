"""The SimPy engine by hand, to the second: duties, their relief and overtime."""

from __future__ import annotations

import pytest

from sim.schema import NONE, EndedBy, Relief, Status
from tests.worlds import (
    FOREVER_S,
    RECALLED,
    Trip,
    constant_travel,
    matrix,
    run,
    statuses,
    trips_of,
)


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
    ledger = run(1, [{"on": 0, "off": 100, missing: 0}], 999, received_at_s=50, withdrawn_for_s=10)
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
        withdrawn_for_s=[FOREVER_S, 60, 60],
        on_scene_for_s_by_kind=100,
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 0, 100, 100)]
    assert statuses(ledger) == [Status.SERVED, Status.MISSED_OFF_DUTY, Status.MISSED_OFF_DUTY]
    assert ledger.calls.ended_at_s.tolist() == [100, 100, 100]
    assert ledger.duties.overtime_for_s.tolist() == [0]
    assert ledger.duties.ended_at_s.tolist() == [100]


def test_a_team_recalled_after_the_end_of_its_duty_goes_home():
    ledger = run(
        2,
        [{"on": 0, "off": 100}],
        999,
        travel=constant_travel(300),
        received_at_s=[99, 100],
        withdrawn_for_s=[50, 100],
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 99, NONE, NONE, 149, RECALLED)]
    assert statuses(ledger) == [Status.WITHDRAWN, Status.MISSED_OFF_DUTY]
    assert ledger.duties.overtime_for_s.tolist() == [49]


def test_a_duty_that_starts_when_a_call_comes_or_gives_up_serves_it():
    duties = [{"on": 50, "off": 99, "post": post} for post in range(2)]
    ledger = run(2, duties, 999, received_at_s=[40, 50], withdrawn_for_s=[10, 0])
    assert trips_of(ledger) == [Trip(0, 0, 0, 50, 50, 50, 50), Trip(1, 1, 0, 50, 50, 50, 50)]


def test_a_team_that_starts_when_patience_ends_makes_a_miss_busy():
    """It is there at that second, and goes to another call."""
    ledger = run(2, [{"on": 50, "off": 99}], 999, received_at_s=40, withdrawn_for_s=[10, 10])
    assert trips_of(ledger) == [Trip(0, 0, 0, 50, 50, 50, 50), Trip(1, 0, 0, 50, 50, 50, 50)]
    ledger = run(
        2,
        [{"on": 50, "off": 99}],
        999,
        received_at_s=40,
        withdrawn_for_s=[10, 10],
        on_scene_for_s_by_kind=5,
    )
    assert statuses(ledger) == [Status.SERVED, Status.MISSED_BUSY]


def test_calls_before_the_first_and_after_the_last_duty_are_missed_off_duty():
    ledger = run(
        4,
        [{"on": 50, "off": 100}],
        999,
        received_at_s=[10, 10, 99, 100],
        withdrawn_for_s=[39, 40, 0, 5],  # until 49, 50, 99; nobody is on duty at 100
    )
    off, served = Status.MISSED_OFF_DUTY, Status.SERVED
    assert statuses(ledger) == [off, served, served, off]
    assert ledger.calls.ended_at_s.tolist() == [49, 50, 99, 100]
    assert ledger.calls.ended_by.tolist() == [EndedBy.WITHDRAWN, 0, 0, EndedBy.OFF_DUTY]


def test_a_team_in_overtime_is_not_on_duty_for_a_new_call():
    ledger = run(
        2,
        [{"on": 0, "off": 100}],
        999,
        received_at_s=[99, 130],
        withdrawn_for_s=[FOREVER_S, 5],
        on_scene_for_s_by_kind=50,
    )
    assert statuses(ledger) == [Status.SERVED, Status.MISSED_OFF_DUTY]
