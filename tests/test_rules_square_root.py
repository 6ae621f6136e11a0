"""Travel by the number of free teams (square root), by hand, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.inputs.travel import Travel
from sim.schema import NONE, TEAM_KINDS, EndCause, Mode, TravelModel
from tests.rules import each_engine, run_in
from tests.worlds import FOREVER_S, Trip, posts, trips_of

pytestmark = each_engine

CO_RESPONDER, CLINICIAN, REMOTE = TEAM_KINDS
DIRECT, CO_DISPATCH, REQUEST, SELF = Mode


def teams(*kinds):
    """One duty for the whole run for each kind."""
    return [
        {"on": 0, "off": 9_999, "post": post, "kind": int(kind)} for post, kind in enumerate(kinds)
    ]


def by_free(*seconds):
    table = np.array(seconds, np.int64)
    return Travel(int(TravelModel.SQUARE_ROOT), np.zeros((1, 1, 1), np.int64), table)


BY_FREE = by_free(999, 100, 70, 50, 40, 30, 20)


@pytest.mark.parametrize(
    ("mode", "off_at_s", "n_cars", "travel_s"),
    [
        (CO_DISPATCH, 9_999, 4, 40),
        (DIRECT, 9_999, 3, 50),  # not the clinician
        (CO_DISPATCH, 100, 3, 50),  # nor a team that is too near its end
        (DIRECT, 100, 2, 70),
    ],
)
def test_the_eligible_free_teams_that_drive_make_the_square_root(
    engine, mode, off_at_s, n_cars, travel_s
):
    """Free at 60: three co-responders, a clinician by car and two on video."""
    kinds = [CO_RESPONDER, CO_RESPONDER, CO_RESPONDER, CLINICIAN, REMOTE, REMOTE]
    duties = teams(*kinds)
    duties[2]["off"] = off_at_s
    ledger = run_in(
        engine,
        1,
        duties,
        9_999,
        travel=BY_FREE,
        policy={"cutoff_s": 50},
        modes=[mode],
        received_at_s=60,
    )
    assert BY_FREE.by_free_s[n_cars] == travel_s
    assert trips_of(ledger) == [Trip(0, 0, 0, 60, 60 + travel_s, 60 + travel_s, 60 + travel_s)]


def test_teams_that_are_out_or_on_a_break_do_not_count(engine):
    """Of four cars one is on a break; then three, two and one are left, and then the video."""
    ledger = run_in(
        engine,
        4,
        teams(CO_RESPONDER, CLINICIAN, CO_RESPONDER, CO_RESPONDER, REMOTE),
        9_999,
        travel=BY_FREE,
        breaks=[{"duty": 0, "due": 5, "length": 500}],
        received_at_s=10,
        connect_for_s=9,
        withdrawn_for_s=FOREVER_S,
    )
    assert trips_of(ledger) == [
        Trip(0, 1, 0, 10, 60, 60, 60),
        Trip(1, 2, 0, 10, 80, 80, 80),
        Trip(2, 3, 0, 10, 110, 110, 110),
        Trip(3, 4, 0, 10, 19, 19, 19),
    ]


def test_a_team_held_back_for_others_counts_for_the_call_that_may_have_it(engine):
    """One of two teams is held back, but not from call 1.

    call  priority  free and eligible  travel
    0            2  2 > 1 held back    70
    1            1  1                  100
    """
    ledger = run_in(
        engine,
        2,
        posts(2, 9_999),
        9_999,
        travel=BY_FREE,
        policy={"reserve": 1, "reserve_priority": 1},
        priority=[2, 1],
        received_at_s=[0, 5],
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 70, 70, 70), Trip(1, 1, 0, 5, 105, 105, 105)]


@pytest.mark.parametrize("n_free", [1, 2])
def test_a_team_taken_from_its_way_drives_as_the_only_one(engine, n_free):
    """No other is eligible: the second one is held back from call 1 too.

    call 0 at 0: by 100 s or 70 s; call 1 at 50: by 100 s, on scene at 150.
    """
    ledger = run_in(
        engine,
        2,
        posts(n_free, 9_999),
        9_999,
        travel=BY_FREE,
        policy={"reserve": n_free - 1, "recalls": 1},
        received_at_s=[0, 50],
        priority=[2, 1],
        withdrawn_for_s=[90, FOREVER_S],
        on_scene_for_s_by_kind=20,
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, NONE, NONE, 50, EndCause.REASSIGNED),
        Trip(1, 0, 0, 50, 150, 170, 170),
    ]
