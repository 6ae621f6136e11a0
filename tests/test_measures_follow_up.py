"""Measures of what follows the scene, worked by hand: fates, visits, people."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from sim.clock import HOUR_S
from sim.model.ledger.record import complete
from sim.model.measures.measure import Settings, measure
from sim.model.world import World
from sim.schema import (
    NONE,
    EndCause,
    Fate,
    Kind,
)
from tests import naive
from tests.test_ledger import record
from tests.worlds import (
    UNFINISHED,
    Trip,
    make_calls,
    make_policy,
    make_world,
    nasty_worlds,
    posts,
)

INTERRUPTED = EndCause.INTERRUPTED
HORIZON_S, WINDOW = 1_000, (100, 900)
LATE_S = 60
HALF_A_YEAR = Settings(
    standard_s=600,
    standard_clock_received=False,
    booked_given_arrest=0.5,
    exposure_years=0.5,
    teams_funded=4,
    restricted_limit_s=1_200,
    patrol_officers=2.0,
    officer_alone_as_patrol=False,
    visit_late_s=LATE_S,
)


def found(world: World, *trips: Trip, chairs: Any = None) -> dict[str, float]:
    """Measures of a world and what is written of it; every duty is on all the time."""
    happened = record(list(trips), [(0, NONE)] * len(world.roster.post), chairs=chairs)
    return measure(world, complete(world, happened), HALF_A_YEAR)


def reached(n: int, **given: Any) -> tuple[World, list[Trip]]:
    """World of n calls in the window, each served by a post of its own, and the trips."""
    parts = {name: given.pop(name) for name in ("policy", "center", "visits") if name in given}
    kinds = given.pop("kinds", [Kind.CO_RESPONDER] * n)
    calls = make_calls(n, **({"received_at_s": 200} | given))
    duties = [post | {"kind": kind} for post, kind in zip(posts(n, HORIZON_S), kinds, strict=True)]
    world = make_world(calls, duties, HORIZON_S, window=WINDOW, **parts)
    at_s = np.maximum(calls.received_at_s, 200).tolist()
    return world, [Trip(k, k, 0, s, s + 10, s + 20, s + 80) for k, s in enumerate(at_s)]


# --- fates of contacts ---------------------------------------------------------------------------

SHARES = [f"{fate.name.lower()}_share" for fate in Fate]


def test_fates_are_shares_of_contacts_by_the_kind_that_came():
    by_kind = np.array(
        [
            [Fate.HOLD, Fate.HOLD, Fate.ARREST, Fate.HOLD, Fate.HOLD],
            [Fate.HOLD, Fate.REFERRAL, Fate.HOLD, Fate.HOLD, Fate.ON_SCENE],
            [Fate.ARREST] * 5,
        ],
        np.int8,
    )
    kinds = [Kind.CO_RESPONDER, Kind.CLINICIAN_ONLY, Kind.CO_RESPONDER, 0, Kind.CLINICIAN_ONLY]
    world, trips = reached(5, fate_by_kind=by_kind, contact=[1, 1, 1, 0, 1], kinds=kinds)
    values = found(world, *trips)
    assert [values[name] for name in SHARES] == [1 / 4, 1 / 4, 0, 1 / 4, 1 / 4]
    assert values["contacts_per_year"] == 4 / 0.5


def test_fates_are_blank_without_a_contact():
    world, trips = reached(2, contact=0)
    values = found(world, *trips)
    assert all(math.isnan(values[name]) for name in [*SHARES, "connected_share"])


@given(nasty_worlds())
@settings(max_examples=100, deadline=None)
def test_fates_of_random_worlds_sum_to_one(world):
    values = measure(world, complete(world, naive.simulate(world)), HALF_A_YEAR)
    total = sum(values[name] for name in SHARES)
    assert math.isnan(total) if values["contacts_per_year"] == 0 else total == pytest.approx(1)
    assert values["people_reached_per_year"] <= values["contacts_per_year"]
    due = [values[f"visits_{what}_per_year"] for what in ("due", "done", "late", "expired")]
    assert due[0] >= due[1] + due[3]
    assert due[1] >= due[2]


# --- visits --------------------------------------------------------------------------------------

VISITS = ["visits_due", "visits_done", "visits_late", "visits_expired"]


def visit_trip(visit: int, assigned_at_s: int, end_at_s: int, **given: Any) -> Trip:
    """Trip of the worker, who arrives 10 seconds after it is assigned."""
    trip = Trip(NONE, 0, 0, assigned_at_s, assigned_at_s + 10, end_at_s, end_at_s, visit=visit)
    return trip._replace(**given)


def of_visits(dues: list[int], *trips: Trip, expires_s: int = 100) -> dict[str, float]:
    """Measures of listed visits that one worker makes."""
    duties = posts(1, HORIZON_S, kind=Kind.FOLLOW_UP)
    world = make_world(
        make_calls(0),
        duties,
        HORIZON_S,
        window=WINDOW,
        policy=make_policy(visit_expires_s=expires_s),
        visits=[{"due": due} for due in dues],
    )
    return found(world, *trips)


def counts(values: dict[str, float]) -> list[float]:
    return [values[f"{name}_per_year"] * 0.5 for name in VISITS]


def test_visits_are_counted_if_they_fell_due_in_the_window():
    dues = [99, 100, 150, 899, 900]
    assert counts(of_visits(dues, expires_s=5)) == [3, 0, 0, 3]
    assert counts(of_visits(dues, expires_s=100)) == [3, 0, 0, 3]
    assert counts(of_visits(dues, expires_s=101)) == [3, 0, 0, 2]  # one is open at the end
    trips = [visit_trip(visit, 905 + visit, 905 + visit) for visit in range(5)]
    assert counts(of_visits(dues, *trips)) == [3, 3, 2, 0]


@pytest.mark.parametrize(("begun", "late"), [(200 + LATE_S, 0), (201 + LATE_S, 1)])
def test_a_visit_is_late_if_it_began_later_than_the_standard_after_it_was_due(begun, late):
    trip = visit_trip(0, begun - 10, begun + 30)
    assert counts(of_visits([200], trip)) == [1, 1, late, 0]


def test_a_visit_that_was_interrupted_is_late_by_its_last_beginning():
    broken_off = visit_trip(0, 200, 230, left_at_s=NONE, end_cause=INTERRUPTED)
    again = visit_trip(0, 190 + LATE_S + 1, 300)
    assert counts(of_visits([200], broken_off)) == [1, 0, 0, 1]
    assert counts(of_visits([200], broken_off, again)) == [1, 1, 1, 0]


def test_time_on_visits_is_that_of_all_trips_in_the_window():
    trips = [
        visit_trip(0, 50, 150),  # 50 in the window
        visit_trip(1, 200, 230, left_at_s=NONE, end_cause=INTERRUPTED),
        visit_trip(2, 850, NONE, end_cause=UNFINISHED),  # 50
    ]
    values = of_visits([20, 180, 840], *trips)
    assert values["visit_hours_per_year"] == pytest.approx((50 + 30 + 50) / HOUR_S / 0.5)
    assert counts(values) == [2, 0, 0, 1]


def test_missed_calls_whose_visits_were_made_are_referred():
    """Call 0 is a contact, 1 to 3 are missed and the visit of 3 is not made; 4 is on a list."""
    visits: list[dict[str, int]] = [{"call": call, "if_missed": 1} for call in range(4)]
    visits.append({"due": 300, "person": 4})
    world, trips = reached(4, visits=visits, withdrawn_for_s=50)
    made = [visit_trip(visit, 400, 420) for visit in (0, 1, 2, 4)]
    values = found(world, trips[0], *made)
    assert counts(values)[:2] == [5, 4]
    assert values["referred_per_year"] == 2 / 0.5


def test_contacts_are_connected_once():
    """Two fates connect, a visit that was made connects too, and one of a list does not."""
    fates = [Fate.ON_SCENE, Fate.REFERRAL, Fate.VOLUNTARY, Fate.ON_SCENE, Fate.HOLD, Fate.ON_SCENE]
    visits: list[dict[str, int]] = [{"call": call} for call in (0, 1, 3, 5)]
    visits.append({"due": 300, "person": 3})
    world, trips = reached(6, fate_by_kind=fates, contact=[1, 1, 1, 1, 1, 0], visits=visits)
    assert found(world, *trips)["connected_share"] == 2 / 5
    made = [visit_trip(visit, 400, 420) for visit in (0, 1, 4)]
    assert found(world, *trips, *made)["connected_share"] == 3 / 5


# --- who calls, and who is reached ---------------------------------------------------------------


def test_frequent_callers_make_five_calls_in_the_window():
    received = [50, *[100] * 5, *[300] * 4, 899, 900]
    person = [2, *[1] * 5, *[2] * 4, 3, 2]
    world, trips = reached(12, received_at_s=received, person=person)
    assert found(world, *trips)["frequent_callers_share"] == 5 / 10
    world, trips = reached(12, received_at_s=[*received[:-1], 899], person=person)
    assert found(world, *trips)["frequent_callers_share"] == 10 / 11


def test_people_reached_are_counted_once_a_window():
    received = [50, 100, 200, 300, 400, 899, 900]
    person = [9, 1, 1, 2, 3, 4, 5]
    world, trips = reached(7, received_at_s=received, person=person, contact=[1, 1, 1, 1, 0, 1, 1])
    trips = [trip for trip in trips if trip.call != 3]  # and that of person 2 is missed
    values = found(world, *trips)
    assert values["contacts_per_year"] == 3 / 0.5
    assert values["people_reached_per_year"] == 2 / 0.5
