"""Breaks of a team on duty, by hand, in both engines."""

from __future__ import annotations

import pytest

from sim.schema import NONE, EndCause, Mode, Rule, Status
from tests.rules import breaks_of, each_engine, run_in
from tests.worlds import FOREVER_S, Trip, constant_travel, matrix, posts, statuses, trips_of

pytestmark = each_engine

LOST = (NONE, NONE)
ONE_POST = [{"on": 0, "off": 1_000}]

# The trip that most breaks meet: call 0, received 80, 70 s on scene, released 150.
OUT = Trip(0, 0, 0, 80, 80, 150, 150)


def rests(*rows, duty=0):
    """Breaks of one duty as (due, length) or (due, length, waits)."""
    names = ("due", "length", "waits")
    return [{"duty": duty} | dict(zip(names, row, strict=False)) for row in rows]


def with_trip(engine, breaks, *, travel=None, **columns):
    """Run with call 0 of `OUT` and call 1, received 120, which waits for the team to be free."""
    given = {"received_at_s": [80, 120], "on_scene_for_s_by_kind": [70, 5]} | columns
    return run_in(engine, 2, ONE_POST, 2_000, travel=travel, breaks=breaks, **given)


# --- a free team ---------------------------------------------------------------------------------


@pytest.mark.parametrize("waits", [0, 1])
@pytest.mark.parametrize(
    ("received_at_s", "assigned_at_s"),
    [(99, 99), (100, 160), (101, 160), (159, 160), (160, 160), (161, 161)],
)
def test_a_free_team_takes_its_break_when_it_is_due(engine, waits, received_at_s, assigned_at_s):
    """It is on a break from 100 to 160; a call of 99 is over at 99."""
    breaks = rests((100, 60, waits))
    ledger = run_in(engine, 1, ONE_POST, 2_000, breaks=breaks, received_at_s=received_at_s)
    assert breaks_of(ledger) == [(100, 160)]
    assert trips_of(ledger) == [Trip(0, 0, 0, *[assigned_at_s] * 4)]


def test_a_break_is_of_its_own_team_only(engine):
    duties = posts(2, 1_000)
    breaks = rests((100, 60), duty=1)
    ledger = run_in(
        engine, 2, duties, 2_000, breaks=breaks, received_at_s=110, on_scene_for_s_by_kind=200
    )
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 110, 110, 310, 310),
        Trip(1, 1, 0, 160, 160, 360, 360),
    ]


@pytest.mark.parametrize(
    ("mode", "ended_at_s"), [(Mode.CO_DISPATCH, 130), (Mode.SELF_DISPATCH, 110)]
)
def test_a_call_missed_during_a_break_is_missed_busy(engine, mode, ended_at_s):
    ledger = run_in(
        engine,
        1,
        ONE_POST,
        2_000,
        breaks=rests((100, 60)),
        modes=[mode],
        received_at_s=110,
        withdrawn_for_s=20,
    )
    assert statuses(ledger) == [Status.MISSED_BUSY]
    assert ledger.calls.ended_at_s.tolist() == [ended_at_s]


def test_a_break_of_no_length_takes_no_call_away_but_begins_idleness_anew(engine):
    """Team 0 is idle since its break at 100, team 1 since 50."""
    duties = [{"on": 0, "off": 1_000}, {"on": 50, "off": 1_000, "post": 1}]
    ledger = run_in(
        engine,
        2,
        duties,
        2_000,
        breaks=rests((100, 0)),
        received_at_s=100,
        on_scene_for_s_by_kind=10,
    )
    assert breaks_of(ledger) == [(100, 100)]
    assert trips_of(ledger) == [
        Trip(0, 1, 0, 100, 100, 110, 110),
        Trip(1, 0, 0, 100, 100, 110, 110),
    ]


@pytest.mark.parametrize(("rule", "duty"), [(Rule.LONGEST_IDLE, 1), (Rule.LEAST_WORKED, 0)])
def test_idleness_counts_from_the_end_of_a_break_which_is_no_work(engine, rule, duty):
    """Team 0 is idle since 160 and has not worked; team 1 is idle since 110 after 10 s of work."""
    ledger = run_in(
        engine,
        2,
        posts(2, 1_000),
        2_000,
        policy={"rule": int(rule)},
        breaks=rests((100, 60)),
        received_at_s=[100, 200],
        on_scene_for_s_by_kind=10,
    )
    assert trips_of(ledger) == [
        Trip(0, 1, 0, 100, 100, 110, 110),
        Trip(1, duty, 0, 200, 200, 210, 210),
    ]


# --- a team on a trip ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_at_s", "waits", "taken", "then_at_s"),
    [
        (79, 1, (79, 139), None),  # taken before the call comes
        (81, 1, (150, 210), 210),
        (100, 1, (150, 210), 210),
        (149, 1, (150, 210), 210),
        (149, 0, LOST, 150),
        (81, 0, LOST, 150),
        # released at this very second, before the break is due
        (150, 1, (150, 210), 210),
        (150, 0, (150, 210), 210),
    ],
)
def test_a_break_due_on_a_trip_waits_for_its_end_or_is_lost(
    engine, due_at_s, waits, taken, then_at_s
):
    ledger = with_trip(engine, rests((due_at_s, 60, waits)))
    assert breaks_of(ledger) == [taken]
    if then_at_s is None:
        # assigned at 139, released at 209
        assert trips_of(ledger) == [
            Trip(0, 0, 0, 139, 139, 209, 209),
            Trip(1, 0, 0, 209, 209, 214, 214),
        ]
    else:
        end_at_s = then_at_s + 5
        assert trips_of(ledger) == [OUT, Trip(1, 0, 0, then_at_s, then_at_s, end_at_s, end_at_s)]


def test_a_break_of_no_length_that_waited_holds_up_no_call(engine):
    ledger = with_trip(engine, rests((100, 0)))
    assert breaks_of(ledger) == [(150, 150)]
    assert trips_of(ledger) == [OUT, Trip(1, 0, 0, 150, 150, 155, 155)]


@pytest.mark.parametrize("due_at_s", [85, 100])
@pytest.mark.parametrize(("waits", "taken", "then_at_s"), [(1, (100, 160), 160), (0, LOST, 100)])
def test_a_break_that_waits_begins_when_the_team_is_recalled(
    engine, due_at_s, waits, taken, then_at_s
):
    """Call 0 is given up at 80 + 20 = 100, after the break of that second has come due."""
    ledger = with_trip(
        engine,
        rests((due_at_s, 60, waits)),
        travel=constant_travel(300),
        received_at_s=[80, 90],
        withdrawn_for_s=[20, FOREVER_S],
    )
    assert breaks_of(ledger) == [taken]
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 80, NONE, NONE, 100, EndCause.RECALLED),
        Trip(1, 0, 0, then_at_s, then_at_s + 300, then_at_s + 305, then_at_s + 305),
    ]


@pytest.mark.parametrize(
    ("breaks", "taken", "then_at_s"),
    [
        # 20, 10 and 5 s in the order in which they were due
        ([(90, 20), (95, 10), (140, 5)], [(150, 170), (170, 180), (180, 185)], 185),
        ([(90, 20), (95, 10, 0), (140, 5)], [(150, 170), LOST, (170, 175)], 175),
        # one more comes due during the first: behind those that wait already
        ([(90, 20), (95, 10), (160, 5)], [(150, 170), (170, 180), (180, 185)], 185),
        ([(90, 0), (95, 0)], [(150, 150), (150, 150)], 150),
    ],
)
def test_several_breaks_that_wait_follow_one_another(engine, breaks, taken, then_at_s):
    ledger = with_trip(engine, rests(*breaks))
    assert breaks_of(ledger) == taken
    end_at_s = then_at_s + 5
    assert trips_of(ledger) == [OUT, Trip(1, 0, 0, then_at_s, then_at_s, end_at_s, end_at_s)]


# --- a team on another break ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("breaks", "taken"),
    [
        ([(100, 60), (120, 30, 1)], [(100, 160), (160, 190)]),
        ([(100, 60), (120, 30, 0)], [(100, 160), LOST]),
        # of two due at once the first in the table is taken
        ([(100, 60), (100, 30, 1)], [(100, 160), (160, 190)]),
        ([(100, 60), (100, 30, 0)], [(100, 160), LOST]),
        # one is over at the second at which the next is due
        ([(100, 60), (160, 30, 0)], [(100, 160), (160, 190)]),
        ([(100, 0), (100, 30, 0)], [(100, 100), (100, 130)]),
        # but not if another has waited: it begins first
        ([(100, 60), (120, 30, 1), (160, 5, 1)], [(100, 160), (160, 190), (190, 195)]),
        ([(100, 60), (120, 30, 1), (160, 5, 0)], [(100, 160), (160, 190), LOST]),
    ],
)
def test_a_break_due_on_another_one_waits_for_its_end_or_is_lost(engine, breaks, taken):
    ledger = run_in(engine, 1, ONE_POST, 2_000, breaks=rests(*breaks), received_at_s=105)
    assert breaks_of(ledger) == taken
    (trip,) = trips_of(ledger)
    assert trip.assigned_at_s == max(end_at_s for _, end_at_s in taken)


# --- the bounds of a duty ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_at_s", "taken"), [(0, LOST), (49, LOST), (50, (50, 110)), (51, (51, 111))]
)
def test_a_break_due_before_the_duty_starts_is_lost(engine, due_at_s, taken):
    duties = [{"on": 50, "off": 1_000}]
    ledger = run_in(engine, 0, duties, 2_000, breaks=rests((due_at_s, 60)))
    assert breaks_of(ledger) == [taken]


@pytest.mark.parametrize(
    ("due_at_s", "taken"), [(100, LOST), (129, LOST), (130, (130, 190)), (140, (140, 200))]
)
def test_a_break_of_a_relief_that_has_to_wait_is_lost_until_it_starts(engine, due_at_s, taken):
    """The team before is out until 130, though its duty ends at 100."""
    duties = [{"on": 0, "off": 100}, {"on": 100, "off": 1_000, "predecessor": 0}]
    ledger = run_in(
        engine,
        1,
        duties,
        2_000,
        breaks=rests((due_at_s, 60), duty=1),
        received_at_s=90,
        on_scene_for_s_by_kind=40,
    )
    assert trips_of(ledger) == [Trip(0, 0, 0, 90, 90, 130, 130)]
    assert ledger.duties.started_at_s.tolist() == [0, 130]
    assert breaks_of(ledger) == [taken]


@pytest.mark.parametrize(
    ("breaks", "taken"),
    [
        ([(980, 60)], [(980, 1_000)]),
        ([(980, 20)], [(980, 1_000)]),
        ([(980, 19)], [(980, 999)]),
        ([(999, 60)], [(999, 1_000)]),
        ([(1_000, 60)], [LOST]),
        ([(1_001, 60)], [LOST]),
        ([(980, 60), (990, 5)], [(980, 1_000), LOST]),  # the second one still waits
        ([(980, 20), (990, 5)], [(980, 1_000), LOST]),  # the same: the duty ends first
        ([(980, 10), (985, 60)], [(980, 990), (990, 1_000)]),
    ],
)
def test_a_break_ends_with_the_duty(engine, breaks, taken):
    """It never comes back either: a call of 1100 finds nobody."""
    columns = {"received_at_s": 1_100, "withdrawn_for_s": 50}
    ledger = run_in(engine, 1, ONE_POST, 2_000, breaks=rests(*breaks), **columns)
    assert breaks_of(ledger) == taken
    assert (ledger.duties.ended_at_s[0], ledger.duties.overtime_for_s[0]) == (1_000, 0)
    assert statuses(ledger) == [Status.MISSED_OFF_DUTY]


@pytest.mark.parametrize(
    ("on_scene_for_s", "due_at_s", "taken", "ended_at_s"),
    [
        (50, 960, (999, 1_000), 1_000),  # released at 999
        (51, 960, (1_000, 1_000), 1_000),  # released at the second of the end, just before it
        (52, 960, LOST, 1_001),  # in overtime
        (90, 1_000, LOST, 1_039),  # due in overtime
        (90, 1_020, LOST, 1_039),
    ],
)
def test_a_break_that_waits_into_overtime_is_lost(
    engine, on_scene_for_s, due_at_s, taken, ended_at_s
):
    ledger = run_in(
        engine,
        1,
        ONE_POST,
        2_000,
        breaks=rests((due_at_s, 60)),
        received_at_s=949,
        on_scene_for_s_by_kind=on_scene_for_s,
    )
    assert breaks_of(ledger) == [taken]
    assert ledger.duties.ended_at_s.tolist() == [ended_at_s]


def test_a_relief_takes_over_from_a_team_on_a_break_where_it_rests(engine):
    """Call 0 took the team to zone 1; call 1 finds the relief, which has no break, there."""
    ledger = run_in(
        engine,
        2,
        [{"on": 0, "off": 1_000}, {"on": 1_000, "off": 2_000, "predecessor": 0}],
        3_000,
        travel=matrix([[1, 20], [30, 4]]),
        breaks=rests((980, 60)),
        received_at_s=[0, 990],
        zone=1,
    )
    assert breaks_of(ledger) == [(980, 1_000)]
    assert ledger.duties.started_at_s.tolist() == [0, 1_000]
    assert ledger.duties.start_zone.tolist() == [0, 1]
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, 20, 20, 20),
        Trip(1, 1, 1, 1_000, 1_004, 1_004, 1_004),
    ]


@pytest.mark.parametrize("missing", ["officer_present", "clinician_present"])
def test_a_duty_that_does_not_serve_takes_no_break(engine, missing):
    ledger = run_in(engine, 0, [ONE_POST[0] | {missing: 0}], 2_000, breaks=rests((100, 60)))
    assert breaks_of(ledger) == [LOST]


@pytest.mark.parametrize(
    ("due_at_s", "taken"), [(1_939, (1_939, 1_999)), (1_940, (1_940, 2_000)), (2_000, LOST)]
)
def test_a_break_open_at_the_horizon_ends_there(engine, due_at_s, taken):
    ledger = run_in(engine, 0, posts(1, 2_000), 2_000, breaks=rests((due_at_s, 60)))
    assert breaks_of(ledger) == [taken]
