"""Chairs of the crisis center, and where people are taken: ledger and measures, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings

from sim.clock import HOUR_S
from sim.model.ledger.record import complete, first_difference
from sim.model.measures.measure import measure
from sim.model.simulation import simulate
from sim.schema import (
    NONE,
    Destination,
    Fate,
    Kind,
    Status,
    check_table,
)
from tests import naive
from tests.test_ledger import ALL_RUN, record, world_of
from tests.test_measures_follow_up import HALF_A_YEAR, found, reached
from tests.test_visit_ledger import LISTED, to_visit
from tests.worlds import (
    UNFINISHED,
    Trip,
    make_calls,
    make_center,
    make_policy,
    make_world,
    nasty_worlds,
    posts,
)

# --- chairs of the crisis center -----------------------------------------------------------------

TO_CENTER = {"fate_by_kind": Fate.VOLUNTARY, "wanted_destination": Destination.CENTER}


def test_chairs_are_as_recorded():
    chairs = [(1, 30, 60), (0, 40, NONE)]
    trips = [Trip(1, 0, 0, 10, 20, 30, 40), Trip(0, 1, 0, 10, 20, 40, 50)]
    world = world_of(2, 2, **TO_CENTER)
    found = complete(world, record(trips, [(0, NONE)] * 2, chairs=chairs)).chairs
    check_table(found)
    assert [column.tolist() for column in found] == [[1, 0], [30, 40], [60, NONE]]


def test_who_wants_the_center_and_has_no_chair_is_taken_to_hospital():
    fates = [Fate.VOLUNTARY, Fate.VOLUNTARY, Fate.VOLUNTARY, Fate.HOLD, Fate.REFERRAL, Fate.ARREST]
    wanted = [Destination.CENTER] * 6
    wanted[2] = Destination.HOSPITAL
    world = world_of(6, 6, fate_by_kind=fates, wanted_destination=wanted)
    trips = [Trip(call, call, 0, 10, 20, 30, 60) for call in range(6)]
    happened = record(trips, [(0, NONE)] * 6, chairs=[(1, 30, NONE)])
    assert complete(world, happened).calls.destination.tolist() == [
        Destination.HOSPITAL,
        Destination.CENTER,
        Destination.HOSPITAL,
        Destination.HOSPITAL,
        Destination.NOWHERE,
        Destination.JAIL,
    ]


def test_a_call_that_is_unfinished_has_no_destination_though_it_has_a_chair():
    trips = [Trip(0, 0, 0, 10, 20, 30, NONE, UNFINISHED)]
    happened = record(trips, ALL_RUN, chairs=[(0, 30, NONE)])
    assert complete(world_of(1, **TO_CENTER), happened).calls.destination.tolist() == [
        Destination.NOWHERE
    ]


def test_a_difference_in_a_chair_or_a_visit_is_named():
    world = world_of(1, **TO_CENTER, visits=LISTED)
    trips = [Trip(0, 0, 0, 10, 20, 30, 60)]
    one = complete(world, record([*trips, to_visit(200, 260)], ALL_RUN, chairs=[(0, 30, 60)]))
    other = complete(world, record([*trips, to_visit(200, 260)], ALL_RUN, chairs=[(0, 30, 61)]))
    assert first_difference(one, other) == "chairs, row 0, column freed_at_s: 60 against 61"
    third = one._replace(visits=one.visits._replace(done_at_s=one.visits.done_at_s + 1))
    assert first_difference(one, third) == "visits, row 0, column done_at_s: 260 against 261"


@given(nasty_worlds())
@settings(max_examples=200, deadline=None)
def test_chairs_of_random_worlds_are_of_those_who_wanted_one(world):
    ledger = complete(world, naive.simulate(world))
    calls, chairs = ledger.calls, ledger.chairs
    has_chair = np.isin(np.arange(len(calls.status)), chairs.call)
    assert len(set(chairs.call.tolist())) == len(chairs.call)
    in_center = calls.destination == Destination.CENTER
    assert (in_center == (has_chair & (calls.status == Status.SERVED))).all()
    assert (calls.trip[chairs.call] != NONE).all()
    assert (chairs.taken_at_s == ledger.trips.left_at_s[calls.trip[chairs.call]]).all()
    taken_by, kind = np.flatnonzero(in_center), world.roster.kind
    fate = world.calls.fate_by_kind[kind[ledger.trips.duty[calls.trip[taken_by]]], taken_by]
    assert (fate == Fate.VOLUNTARY).all()


# --- where people are taken ----------------------------------------------------------------------

PLACES = ["taken_to_center", "taken_to_hospital", "center_turned_away"]


def places(values: dict[str, float]) -> list[float]:
    return [values[f"{name}_per_year"] * 0.5 for name in PLACES]


def test_people_are_counted_where_they_were_taken():
    fates = [Fate.VOLUNTARY] * 3 + [Fate.HOLD, Fate.ARREST, Fate.REFERRAL, Fate.VOLUNTARY]
    wanted = [Destination.CENTER] * 7
    wanted[2] = Destination.HOSPITAL
    world, trips = reached(7, fate_by_kind=fates, wanted_destination=wanted, contact=[1] * 6 + [0])
    values = found(world, *trips, chairs=[(0, 220, NONE)])
    assert places(values) == [1, 3, 1]


def test_people_of_calls_before_and_after_the_window_are_not_counted():
    world, trips = reached(4, received_at_s=[99, 100, 899, 900], **TO_CENTER)
    trips = [trip._replace(assigned_at_s=900, arrived_at_s=905, left_at_s=910) for trip in trips]
    trips = [trip._replace(end_at_s=920) for trip in trips]
    assert places(found(world, *trips)) == [0, 2, 2]
    chairs = [(call, 910, NONE) for call in range(4)]
    assert places(found(world, *trips, chairs=chairs)) == [2, 0, 0]


def test_who_is_turned_away_would_have_been_by_patrol_too():
    """With patrol alone two would go to the crisis center as well, and the third is held."""
    patrol = [Fate.VOLUNTARY, Fate.VOLUNTARY, Fate.HOLD]
    world, trips = reached(3, fate_patrol=patrol, **TO_CENTER)
    diverted = []
    for with_chair in ([], [1], [0, 1], [0, 1, 2]):
        values = found(world, *trips, chairs=[(call, 220, NONE) for call in with_chair])
        diverted.append(
            [0.5 * values[f"hospital_diversions_{x}_per_year"] for x in ("gross", "net")]
        )
        assert values["treatment_connections_per_year"] == 3 / 0.5
    assert diverted == [[0, 0], [1, 0], [2, 0], [3, 1]]


def test_handover_hours_are_of_teams_that_went_along():
    goes_along = np.zeros((len(Kind), len(Fate)), np.int8)
    goes_along[Kind.CO_RESPONDER, [Fate.VOLUNTARY, Fate.HOLD]] = 1
    fates = [Fate.VOLUNTARY, Fate.VOLUNTARY, Fate.HOLD, Fate.HOLD, Fate.HOLD, Fate.ARREST]
    world, trips = reached(
        6,
        fate_by_kind=fates,
        contact=[1, 1, 1, 1, 0, 1],
        kinds=[0, 0, 0, Kind.CLINICIAN_ONLY, 0, 0],
        hospital_handover_for_s=[1, 2, 4, 8, 16, 32],
        custody_for_s=[100, 200, 400, 800, 1_600, 3_200],
        policy=make_policy(goes_along=goes_along),
    )
    values = found(world, *trips, chairs=[(0, 220, NONE)])  # the second is turned away
    assert values["hospital_handover_hours_per_year"] == pytest.approx((2 + 4 + 400) / HOUR_S / 0.5)


# --- chairs --------------------------------------------------------------------------------------


def chairs_of(n_chairs: int) -> list[float]:
    world, trips = reached(4, center=make_center(n_chairs), received_at_s=10, **TO_CENTER)
    stays = [(0, 20, 150), (1, 90, 100), (2, 300, 500), (3, 700, NONE)]
    values = found(world, *trips, chairs=stays)
    return [values["chairs_taken_mean"], values["chair_occupancy_share"]]


def test_chairs_are_taken_for_the_seconds_of_the_window():
    taken = (50 + 0 + 200 + 200) / 800
    assert chairs_of(2) == pytest.approx([taken, taken / 2])
    assert chairs_of(NONE) == pytest.approx([taken, math.nan], nan_ok=True)


def test_chairs_and_turn_aways_of_a_run():
    """The one chair is taken for 5 + 5 + 90 s from the first call's scene on."""
    open_by_hour = np.ones(168, np.int8)
    open_by_hour[1] = 0
    calls = make_calls(
        4,
        received_at_s=[0, 50, 100, HOUR_S],
        center_transport_for_s=5,
        center_handover_for_s=5,
        center_stay_for_s=90,
        hospital_transport_for_s=20,
        hospital_handover_for_s=40,
        **TO_CENTER,
    )
    world = make_world(calls, posts(4, 2 * HOUR_S), 2 * HOUR_S, center=make_center(1, open_by_hour))
    ledger = simulate(world)
    assert ledger.calls.destination.tolist() == [
        Destination.CENTER,
        Destination.HOSPITAL,  # taken
        Destination.CENTER,  # freed at that second
        Destination.HOSPITAL,  # closed
    ]
    values = measure(world, ledger, HALF_A_YEAR)
    assert places(values) == [2, 2, 2]
    assert values["chair_occupancy_share"] == pytest.approx(200 / (2 * HOUR_S))
    assert values["hospital_handover_hours_per_year"] == pytest.approx(80 / HOUR_S / 0.5)
