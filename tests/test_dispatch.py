"""The scalar rules of dispatch at their edges, as Python and as compiled code have them."""

from __future__ import annotations

import numba
import pytest

from sim.model import dispatch
from sim.schema import NONE, PPM, Kind, Mode, Rule, Scope

DIRECT, CO_DISPATCH, REQUEST, SELF = Mode
CO_RESPONDER, CLINICIAN, REMOTE, FOLLOW_UP = Kind
HORIZON_S = 10_000
VISITING = dispatch.VISITING

# --- who may be sent -----------------------------------------------------------------------------


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("kind", list(Kind))
def test_a_team_without_an_officer_needs_patrol_and_who_only_visits_takes_no_call(kind, mode):
    attends = mode in (CO_DISPATCH, REQUEST)
    assert dispatch.patrol_attends(mode) == attends
    serves = kind == CO_RESPONDER or (attends and kind != FOLLOW_UP)
    assert dispatch.may_serve(kind, mode) == serves


def test_all_but_the_clinician_on_video_may_visit():
    assert [kind for kind in Kind if not dispatch.may_serve(kind, VISITING)] == [REMOTE]


@pytest.mark.parametrize("mode", list(Mode))
def test_a_clinician_on_video_comes_last_to_a_call_and_a_team_last_to_a_visit(mode):
    def last(mode):
        return [kind for kind in Kind if dispatch.behind(kind, mode, False, False) > 0]

    assert last(mode) == [REMOTE]
    assert last(VISITING) == [CO_RESPONDER, CLINICIAN, REMOTE]


@pytest.mark.parametrize(
    ("mode", "scope", "is_own", "travel_s", "expected"),
    [
        # the radius, of 300 s, is for self-dispatch alone, and for own teams too
        (SELF, Scope.OPEN, True, 300, True),
        (SELF, Scope.OPEN, True, 301, False),
        (SELF, Scope.CLOSED, True, 301, False),
        (CO_DISPATCH, Scope.OPEN, False, 9_999, True),
        (DIRECT, Scope.OPEN, False, 9_999, True),
        # others' teams, borrowed from up to 200 s away
        (CO_DISPATCH, Scope.OWN_FIRST, False, 200, True),
        (CO_DISPATCH, Scope.OWN_FIRST, False, 201, False),
        (CO_DISPATCH, Scope.OWN_FIRST, True, 9_999, True),
        (CO_DISPATCH, Scope.CLOSED, False, 0, False),
        (CO_DISPATCH, Scope.CLOSED, True, 9_999, True),
        # both limits
        (SELF, Scope.OWN_FIRST, False, 200, True),
        (SELF, Scope.OWN_FIRST, False, 201, False),
        (SELF, Scope.OWN_FIRST, True, 201, True),
        # a visit has the scope of a call, and no radius
        (VISITING, Scope.OPEN, False, 9_999, True),
        (VISITING, Scope.OWN_FIRST, False, 201, False),
        (VISITING, Scope.CLOSED, True, 9_999, True),
    ],
)
def test_scope_and_range_limit_who_is_in_reach(mode, scope, is_own, travel_s, expected):
    in_reach = dispatch.in_reach(mode, scope, is_own, travel_s, radius_s=300, borrow_s=200)
    assert in_reach == expected


@pytest.mark.parametrize(
    ("now_s", "off_at_s", "cutoff_s", "priority", "expected"),
    [
        (899, 1_000, 100, 2, True),
        (900, 1_000, 100, 2, False),
        (900, 1_000, 100, 1, True),  # priorities up to 1 override
        (1_500, 1_000, 100, 1, True),  # in overtime too
        (1_500, 1_000, 100, 2, False),
        (999, 1_000, 0, 2, True),
        (1_000, 1_000, 0, 2, False),
        (HORIZON_S - 1, HORIZON_S, 100, 2, True),  # held to the end of the run
        (HORIZON_S - 101, HORIZON_S - 1, 100, 2, False),
    ],
)
def test_the_cutoff_is_before_the_end_of_the_duty(now_s, off_at_s, cutoff_s, priority, expected):
    before = dispatch.before_cutoff(
        now_s, off_at_s, HORIZON_S, cutoff_s, priority, cutoff_priority=1
    )
    assert before == expected


@pytest.mark.parametrize(
    ("n_free", "reserve", "priority", "expected"),
    [
        (1, 0, 3, True),
        (2, 2, 3, False),
        (3, 2, 3, True),
        (1, 2, 2, True),  # priorities up to 2 override
        (1, 2, 1, True),
        (1, 2, 3, False),
    ],
)
def test_more_teams_are_free_than_are_held_back(n_free, reserve, priority, expected):
    assert dispatch.above_reserve(n_free, reserve, priority, reserve_priority=2) == expected


@pytest.mark.parametrize(
    ("is_visit", "is_there", "risen_to", "priority", "interrupts", "recalls", "expected"),
    [
        (True, False, dispatch.LEAST_URGENT, 9, 1, 0, True),
        (True, True, dispatch.LEAST_URGENT, 9, 1, 0, True),  # in the midst of it
        (True, False, dispatch.LEAST_URGENT, 1, 0, 1, False),
        (True, False, dispatch.LEAST_URGENT, dispatch.LEAST_URGENT, 1, 1, False),  # for a visit
        (False, False, 3, 2, 0, 1, True),
        (False, True, 3, 2, 1, 1, False),
        (False, False, 3, 2, 1, 0, False),
        (False, False, 2, 2, 1, 1, False),
        (False, False, 2, 3, 1, 1, False),
    ],
)
def test_a_team_gives_way_to_a_more_urgent_job(
    is_visit, is_there, risen_to, priority, interrupts, recalls, expected
):
    gives = dispatch.gives_way(is_visit, is_there, risen_to, priority, interrupts, recalls)
    assert gives == expected


# --- who comes first -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("priority", "waited_s", "steps", "most_urgent", "expected"),
    [
        (3, 0, 2, 1, 3),
        (3, 29, 2, 1, 3),
        (3, 30, 2, 1, 2),
        (3, 59, 2, 1, 2),
        (3, 60, 2, 1, 1),
        (9, 9_999, 2, 1, 7),  # by two at most
        (3, 9_999, 8, 1, 1),
        (3, 9_999, 8, 2, 2),
        (1, 9_999, 8, 2, 1),  # more urgent by itself
        (3, 9_999, 0, 1, 3),  # off
        (dispatch.LEAST_URGENT, 9_999, 8, 1, dispatch.LEAST_URGENT),
    ],
)
def test_a_call_rises_by_waiting(priority, waited_s, steps, most_urgent, expected):
    assert dispatch.risen(priority, waited_s, 30, steps, most_urgent) == expected


# --- which of them is sent -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at_s", "first_hour", "hour"),
    [
        (0, 0, 0),
        (3_599, 0, 0),
        (3_600, 0, 1),
        (86_399, 0, 23),
        (86_400, 0, 0),
        (3_600, 23, 0),
        (0, 167, 23),  # the last hour of the week
    ],
)
def test_hour_of_day(at_s, first_hour, hour):
    assert dispatch.hour_of_day(at_s, first_hour) == hour


@pytest.mark.parametrize(
    ("at_s", "first_hour", "hour"),
    [
        (0, 0, 0),
        (3_599, 0, 0),
        (3_600, 0, 1),
        (86_400, 0, 24),  # Tuesday, 00:00
        (604_799, 0, 167),
        (604_800, 0, 0),
        (3_599, 167, 167),
        (3_600, 167, 0),
        (7_200, 30, 32),
    ],
)
def test_hour_of_week(at_s, first_hour, hour):
    assert dispatch.hour_of_week(at_s, first_hour) == hour


FIGURES = {"travel_s": 10, "preferred": 20, "idle_since_s": 30, "worked_for_s": 40}


@pytest.mark.parametrize(
    ("rule", "figure"),
    [
        (Rule.CLOSEST, 10),
        (Rule.PREFERENCE, 20),
        (Rule.LONGEST_IDLE, 30),
        (Rule.LEAST_WORKED, 40),
    ],
)
def test_each_rule_has_its_own_figure(rule, figure):
    assert dispatch.score(rule, **FIGURES) == figure


@pytest.mark.parametrize("rule", list(Rule))
def test_no_figure_makes_up_for_what_sets_a_team_behind(rule):
    """A century is some 3.2 thousand million seconds."""
    worst = dispatch.score(rule, **dict.fromkeys(FIGURES, 100 * 366 * 86_400))
    best = dispatch.score(rule, **dict.fromkeys(FIGURES, 0))
    # own, borrowed; the same of those who come last; and all of these taken off a call
    kinds = (CO_RESPONDER, REMOTE)
    flags = [(kind, borrowed, off) for off in (0, 1) for kind in kinds for borrowed in (0, 1)]
    steps = [dispatch.behind(kind, DIRECT, *rest) for kind, *rest in flags]
    in_order = [figure + step for step in steps for figure in (best, worst)]
    assert in_order == sorted(set(in_order))


# --- when it arrives, and where it is ------------------------------------------------------------


@pytest.mark.parametrize(
    ("mean_s", "factor", "travel_s"),
    [
        (0, 1.7, 0),
        (300, 0.0, 0),
        (300, 1.0, 300),
        (5, 0.5, 3),  # 2.5 is rounded up
        (5, 0.3, 2),  # 1.5 likewise
        (5, 0.25, 1),  # 1.25
        (1, 0.499, 0),
        (1, 0.5, 1),
        (86_400, 2.5, 216_000),
    ],
)
def test_travel_is_the_mean_times_the_factor_rounded_half_up(mean_s, factor, travel_s):
    assert dispatch.travel_for_s(mean_s, factor) == travel_s


@pytest.mark.parametrize(
    ("kind", "patrol_at_s", "expected"),
    [
        # by car at 100 + 10 + 50, on video at 100 + 15
        (CO_RESPONDER, 0, 160),
        (CO_RESPONDER, 999, 160),
        (CLINICIAN, 0, 160),
        (CLINICIAN, 160, 160),
        (CLINICIAN, 161, 161),
        (REMOTE, 0, 115),
        (REMOTE, 115, 115),
        (REMOTE, 116, 116),
        (REMOTE, 999, 999),
    ],
)
def test_who_has_no_officer_cannot_begin_before_patrol_is_there(kind, patrol_at_s, expected):
    arrival = dispatch.arrival(
        100, kind, turnout_for_s=10, travel_s=50, connect_for_s=15, patrol_at_s=patrol_at_s
    )
    assert arrival == expected


@pytest.mark.parametrize(("now_s", "zone"), [(0, 7), (159, 7), (160, 2), (161, 2)])
def test_a_team_is_at_its_base_from_the_second_it_is_home(now_s, zone):
    assert dispatch.place(7, base_zone=2, home_at_s=160, now_s=now_s) == zone


# --- persons and visits --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first_done_at_s", "received_at_s", "u", "threshold", "averted"),
    [
        # the effect lasts 1,000 s
        (500, 499, PPM - 1, 300_000, False),
        (500, 500, PPM - 1, 300_000, True),
        (500, 1_500, PPM - 1, 300_000, True),
        (500, 1_501, PPM - 1, 300_000, False),
        (0, 0, PPM - 1, 300_000, True),
        # no visit
        (NONE, 0, PPM - 1, 300_000, False),
        (NONE, 900, PPM - 1, 0, False),
        # of 1,000,000 calls 300,000 come
        (500, 900, 299_999, 300_000, False),
        (500, 900, 300_000, 300_000, True),
        (500, 900, 0, 0, True),
        (500, 900, PPM - 1, PPM, False),
    ],
)
def test_a_visit_averts_calls_for_a_time_and_by_their_own_chance(
    first_done_at_s, received_at_s, u, threshold, averted
):
    is_averted = dispatch.is_averted(first_done_at_s, received_at_s, 1_000, u, threshold)
    assert is_averted == averted


# --- both engines --------------------------------------------------------------------------------

OF_SCALARS = [
    ("patrol_attends", [(int(mode),) for mode in Mode]),
    ("may_serve", [(int(kind), int(mode)) for kind in Kind for mode in (*Mode, VISITING)]),
    (
        "in_reach",
        [
            (int(mode), int(scope), is_own, travel_s, 300, 200)
            for mode in Mode
            for scope in Scope
            for is_own in (False, True)
            for travel_s in (200, 201, 300, 301)
        ],
    ),
    ("before_cutoff", [(now_s, 1_000, 5_000, 100, 2, 1) for now_s in (899, 900, 1_001)]),
    ("above_reserve", [(n_free, 2, 3, 2) for n_free in (1, 2, 3)]),
    (
        "gives_way",
        [
            (visit, there, 3, to, interrupts, recalls)
            for visit in (False, True)
            for there in (False, True)
            for to in (2, 3)
            for interrupts in (0, 1)
            for recalls in (0, 1)
        ],
    ),
    (
        "risen",
        [
            (priority, waited_s, 30, steps, 2)
            for priority in (1, 2, 5, dispatch.LEAST_URGENT)
            for waited_s in (0, 29, 30, 90)
            for steps in (0, 1, 9)
        ],
    ),
    ("hour_of_day", [(at_s, 167) for at_s in (0, 3_599, 3_600, 86_400)]),
    ("hour_of_week", [(at_s, 167) for at_s in (0, 3_599, 3_600, 604_800)]),
    ("score", [(int(rule), 10, 20, 30, 40) for rule in Rule]),
    (
        "behind",
        [
            (int(kind), int(mode), borrowed, off)
            for kind in Kind
            for mode in (*Mode, VISITING)
            for borrowed in (0, 1)
            for off in (0, 1)
        ],
    ),
    ("travel_for_s", [(mean_s, i / 64) for mean_s in (1, 5, 333, 86_399) for i in range(200)]),
    ("arrival", [(100, int(kind), 10, 50, 15, at_s) for kind in Kind for at_s in (0, 999)]),
    ("place", [(7, 2, 160, now_s) for now_s in (159, 160)]),
    ("is_averted", [(at_s, 500, 90, 5, ppm) for at_s in (NONE, 409, 410) for ppm in (5, 6)]),
]


@pytest.mark.parametrize(("name", "rows"), OF_SCALARS, ids=[name for name, _ in OF_SCALARS])
def test_compiled_code_gives_the_same_figures(name, rows):
    rule = getattr(dispatch, name)

    @numba.njit
    def compiled(*row):
        return rule(*row)

    assert [compiled(*row) for row in rows] == [rule(*row) for row in rows]
