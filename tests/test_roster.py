"""Staffing plans made into duties."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config.plans import Line, StaffingPlan
from sim.model.inputs.roster import schedule, serves
from sim.schema import NONE, TEAM_KINDS, Kind, Relief, Roster, check_table

HOUR_S, DAY_S = 3_600, 86_400
ZONES = ["north", "south", "west"]
MONDAY, FRIDAY = date(2025, 1, 6), date(2025, 1, 3)


def plan(*lines):
    return StaffingPlan(name="plan", lines=[Line(**line) for line in lines])


def build(of_plan, zones, horizon_s, start=MONDAY, agencies=("",)) -> Roster:
    return schedule(
        of_plan, zones, [agencies[0]] * len(zones), list(agencies), start, horizon_s
    ).roster


def around_the_clock(count, **given_too):
    return {"name": "posts", "count": count, "pattern": "continuous", **given_too}


def daily(starts, length_h, count=1, **given_too):
    return {
        "name": "shifts",
        "count": count,
        "pattern": "daily",
        "starts": starts,
        "length_h": length_h,
        **given_too,
    }


def rows(roster: Roster):
    """(post, on, off) of each duty, in hours."""
    hours = (roster.on_at_s / HOUR_S).tolist(), (roster.off_at_s / HOUR_S).tolist()
    return list(zip(roster.post.tolist(), *hours, strict=True))


def test_a_continuous_post_is_one_duty_of_the_whole_run():
    roster = build(plan(around_the_clock(2)), ["city"], 3 * DAY_S)
    check_table(roster)
    assert rows(roster) == [(0, 0, 72), (1, 0, 72)]
    assert roster.predecessor.tolist() == [NONE, NONE]
    assert roster.kind.tolist() == [Kind.CO_RESPONDER] * 2
    assert roster.officer_present.tolist() == roster.clinician_present.tolist() == [1, 1]
    assert roster.filled.tolist() == [1, 1]


def test_a_daily_line_has_one_duty_a_day_at_each_start():
    roster = build(plan(daily(["06:00", "14:30"], 8)), ["city"], 2 * DAY_S)
    assert rows(roster) == [(0, 6, 14), (0, 14.5, 22.5), (0, 30, 38), (0, 38.5, 46.5)]
    assert roster.predecessor.tolist() == [NONE, 0, 1, 2]


def test_a_duty_over_midnight_is_clipped_at_both_ends_of_the_run():
    roster = build(plan(daily(["20:00"], 10)), ["city"], 2 * DAY_S)
    assert rows(roster) == [(0, 0, 6), (0, 20, 30), (0, 44, 48)]
    assert roster.predecessor.tolist() == [NONE, 0, 1]


def test_a_duty_that_ends_at_midnight_is_whole_and_leaves_nothing_to_the_next_day():
    roster = build(plan(daily(["16:00"], 8)), ["city"], 2 * DAY_S)
    assert rows(roster) == [(0, 16, 24), (0, 40, 48)]


def test_a_duty_of_a_whole_day_reaches_into_the_next():
    roster = build(plan(daily(["06:00"], 24)), ["city"], DAY_S)
    assert rows(roster) == [(0, 0, 6), (0, 6, 24)]


def test_a_run_shorter_than_a_day_keeps_what_falls_in_it():
    shifts = plan(daily(["05:00", "13:00", "21:00"], 8))
    assert rows(build(shifts, ["city"], 4 * HOUR_S)) == [(0, 0, 4)]
    assert rows(build(shifts, ["city"], 5 * HOUR_S)) == [(0, 0, 5)]
    assert rows(build(shifts, ["city"], 6 * HOUR_S)) == [(0, 0, 5), (0, 5, 6)]


def test_duties_of_several_lines_are_sorted_by_start_then_post():
    both = plan(daily(["12:00", "00:00"], 12, count=2, name="b"), around_the_clock(1, name="a"))
    roster = build(both, ["city"], DAY_S)
    assert rows(roster) == [(0, 0, 12), (1, 0, 12), (2, 0, 24), (0, 12, 24), (1, 12, 24)]
    assert roster.predecessor.tolist() == [NONE, NONE, NONE, 0, 1]


def test_only_relief_in_place_waits_for_the_duty_before():
    in_place = build(plan(daily(["00:00", "12:00"], 12)), ["city"], DAY_S)
    assert in_place.predecessor.tolist() == [NONE, 0]
    assert in_place.relief.tolist() == [Relief.IN_PLACE] * 2
    fresh = build(plan(daily(["00:00", "12:00"], 12, relief="fresh")), ["city"], DAY_S)
    assert fresh.predecessor.tolist() == [NONE, NONE]
    assert fresh.relief.tolist() == [Relief.FRESH] * 2


def test_base_zones_are_taken_in_turn():
    listed = plan(around_the_clock(3, base_zones=["west", "north"]))
    assert build(listed, ZONES, DAY_S).base_zone.tolist() == [2, 0, 2]
    unlisted = plan(around_the_clock(4))
    assert build(unlisted, ZONES, DAY_S).base_zone.tolist() == [0, 1, 2, 0]


def test_a_second_line_goes_on_where_the_first_stopped():
    two = plan(around_the_clock(2, name="a"), around_the_clock(2, name="b"))
    roster = build(two, ZONES, DAY_S)
    assert roster.post.tolist() == [0, 1, 2, 3]
    assert roster.base_zone.tolist() == [0, 1, 2, 0]


def test_every_duty_of_a_post_has_its_base():
    roster = build(plan(daily(["00:00", "12:00"], 12, count=2)), ZONES, 2 * DAY_S)
    assert roster.base_zone.tolist() == roster.post.tolist()


def test_an_unknown_zone_is_named_with_what_there_is():
    with pytest.raises(
        ValueError, match="line 'posts': unknown base zone 'east'; did you mean 'west'"
    ):
        build(plan(around_the_clock(1, base_zones=["east"])), ZONES, DAY_S)


@pytest.mark.parametrize("line", [around_the_clock(0), daily(["06:00"], 8, count=0)])
def test_no_posts(line):
    roster = build(plan(line), ZONES, DAY_S)
    check_table(roster)
    assert [len(column) for column in roster] == [0] * len(roster)


@given(
    count=st.integers(1, 4),
    starts=st.sets(st.integers(0, 23), min_size=1, max_size=4),
    part=st.floats(0.05, 1),
    days=st.integers(1, 5),
    relief=st.sampled_from(["in_place", "fresh"]),
)
def test_duties_fill_the_run_as_the_line_says(count, starts, part, days, relief):
    """Every second of the day is manned as often as the clock says, whatever day it is."""
    ordered = sorted(starts)
    room_h = min(np.diff([*ordered, ordered[0] + 24]))
    length_h = round(room_h * part * 60) / 60  # whole minutes, and no overlap
    clock = [f"{hour:02d}:00" for hour in ordered]
    line = daily(clock, length_h, count, relief=relief)
    horizon_s = days * DAY_S
    roster = build(plan(line), ["city"], horizon_s)
    check_table(roster)
    keys = list(zip(roster.on_at_s, roster.post, strict=True))
    assert keys == sorted(set(keys))
    assert (roster.on_at_s >= 0).all()
    assert (roster.off_at_s > roster.on_at_s).all()
    assert (roster.off_at_s <= horizon_s).all()
    manned = np.zeros(horizon_s // 60 + 1, np.int64)
    np.add.at(manned, roster.on_at_s // 60, 1)
    np.add.at(manned, roster.off_at_s // 60, -1)
    minute = np.arange(horizon_s // 60) % 1_440
    expected = np.zeros(1_440, np.int64)
    for hour in ordered:
        expected[(hour * 60 + np.arange(round(length_h * 60))) % 1_440] += count
    assert (np.cumsum(manned)[:-1] == expected[minute]).all()
    for duty, before in enumerate(roster.predecessor):
        earlier = [one for one in range(duty) if roster.post[one] == roster.post[duty]]
        assert before == (earlier[-1] if earlier and relief == "in_place" else NONE)


# --- days, dates and named patterns --------------------------------------------------------------


def test_two_twelves_over_a_weekend_from_the_day_the_line_is_valid():
    """The run starts on a Friday; Saturday and Sunday only, and from that Sunday on."""
    line = {"name": "w", "count": 1, "pattern": "2x12", "days": ["sat", "sun"]}
    whole = build(plan(line), ["city"], 10 * DAY_S, FRIDAY)
    sat, sun, next_sat, next_sun = 24, 48, 8 * 24, 9 * 24
    assert rows(whole) == [
        *((0, day + on, day + on + 12) for day in (sat, sun, next_sat) for on in (7, 19)),
        (0, next_sun + 7, next_sun + 19),
        (0, next_sun + 19, next_sun + 24),
    ]
    assert whole.predecessor.tolist() == [NONE, *range(7)]
    from_sunday = build(plan({**line, "valid_from": "2025-01-05"}), ["city"], 10 * DAY_S, FRIDAY)
    assert rows(from_sunday) == rows(whole)[2:]
    one_day = {**line, "valid_from": "2025-01-05", "valid_until": "2025-01-05"}
    assert rows(build(plan(one_day), ["city"], 10 * DAY_S, FRIDAY)) == rows(whole)[2:4]


def test_the_day_of_a_night_is_the_day_it_starts():
    """A run from Monday has the end of Sunday's night, unless the line has no Sunday."""
    line = {"name": "n", "count": 1, "pattern": "daily", "starts": ["22:00"], "length_h": 10}
    assert rows(build(plan({**line, "days": ["sun"]}), ["city"], DAY_S)) == [(0, 0, 8)]
    assert rows(build(plan({**line, "days": ["mon"]}), ["city"], DAY_S)) == [(0, 22, 24)]
    late = {**line, "valid_from": "2025-01-06"}
    assert rows(build(plan(late), ["city"], DAY_S)) == [(0, 22, 24)]
    over = {**line, "valid_until": "2025-01-05"}
    assert rows(build(plan(over), ["city"], DAY_S)) == [(0, 0, 8)]


def test_three_eights_hold_a_post_around_the_clock():
    line = {"name": "p", "count": 1, "pattern": "3x8"}
    roster = build(plan(line), ["city"], DAY_S)
    assert rows(roster) == [(0, 0, 7), (0, 7, 15), (0, 15, 23), (0, 23, 24)]
    assert roster.predecessor.tolist() == [NONE, 0, 1, 2]


def test_three_tens_overlap_with_a_fresh_car_that_waits_for_nobody():
    roster = build(plan({"name": "p", "count": 1, "pattern": "3x10"}), ["city"], 2 * DAY_S)
    assert rows(roster)[:5] == [(0, 0, 8), (0, 6, 16), (0, 14, 24), (0, 22, 32), (0, 30, 40)]
    assert set(roster.predecessor) == {NONE}
    assert set(roster.relief) == {Relief.FRESH}


def test_duties_of_one_post_cut_to_one_start_keep_their_order():
    """Two nights of a fresh line reach into the run; the one that began first ends first."""
    line = daily(["12:00", "18:00"], 14, relief="fresh")
    assert rows(build(plan(line), ["city"], DAY_S))[:2] == [(0, 0, 2), (0, 0, 8)]


# --- who a team is -------------------------------------------------------------------------------


def test_roles_make_the_kind_of_team_and_who_is_there():
    alone = {"roles": ["clinician"]}
    three = plan(
        around_the_clock(1, name="a"),
        around_the_clock(1, name="b", **alone),
        around_the_clock(1, name="c", **alone, by_video=True),
    )
    roster = build(three, ["city"], DAY_S)
    assert roster.kind.tolist() == list(TEAM_KINDS)
    assert roster.officer_present.tolist() == [1, 0, 0]
    assert roster.clinician_present.tolist() == [1, 1, 1]
    assert serves(roster).all()


def test_agencies_are_numbered_in_the_order_given():
    two = plan(
        around_the_clock(1, name="a", agency="sheriff"), around_the_clock(1, name="b", agency="")
    )
    roster = build(two, ["city"], DAY_S, agencies=["", "police", "sheriff"])
    assert roster.agency.tolist() == [2, 0]


@pytest.mark.parametrize(
    ("kind", "officer", "clinician", "there"),
    [
        (Kind.CO_RESPONDER, 1, 1, True),
        (Kind.CO_RESPONDER, 0, 1, False),
        (Kind.CO_RESPONDER, 1, 0, False),
        (Kind.CLINICIAN_ONLY, 0, 1, True),
        (Kind.CLINICIAN_ONLY, 1, 0, False),
        (Kind.REMOTE_CLINICIAN, 0, 1, True),
        (Kind.FOLLOW_UP, 0, 1, True),
        (Kind.FOLLOW_UP, 1, 0, False),
    ],
)
def test_a_duty_serves_with_the_roles_of_its_kind(kind, officer, clinician, there):
    roster = build(plan(around_the_clock(1)), ["city"], DAY_S)
    flags = {"officer_present": officer, "clinician_present": clinician, "kind": kind}
    changed = {name: np.array([value], np.int8) for name, value in flags.items()}
    assert serves(roster._replace(**changed)).tolist() == [there]


# --- case managers and peers ---------------------------------------------------------------------


WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]


def test_a_case_manager_on_weekdays_beside_a_post_held_around_the_clock():
    """The run starts on a Friday at midnight and goes on for five days, until Tuesday's end."""
    manager = daily(["09:00"], 8, name="manager", roles=["case_manager"], days=WEEKDAYS)
    roster = build(plan(around_the_clock(1), manager), ["city"], 5 * DAY_S, FRIDAY)
    check_table(roster)
    fri, mon, tue = 0, 72, 96
    assert rows(roster) == [(0, 0, 120), *((1, day + 9, day + 17) for day in (fri, mon, tue))]
    assert roster.kind.tolist() == [Kind.CO_RESPONDER, *[Kind.FOLLOW_UP] * 3]
    assert roster.officer_present.tolist() == [1, 0, 0, 0]
    assert roster.clinician_present.tolist() == [1, 1, 1, 1]
    assert roster.filled.tolist() == [1, 1, 1, 1]
    assert roster.predecessor.tolist() == [NONE, NONE, 1, 2]
    assert serves(roster).all()


def test_a_peer_is_a_worker_as_a_case_manager_is():
    line = {"pattern": "continuous", "agency": "clinic", "base_zones": ["south"]}
    both = plan(
        {"name": "a", "count": 1, "roles": ["peer"], **line},
        {"name": "b", "count": 1, "roles": ["case_manager"], **line},
    )
    roster = build(both, ZONES, DAY_S, agencies=["", "clinic"])
    assert set(roster.kind) == {Kind.FOLLOW_UP}
    assert set(roster.agency) == {1}
    assert set(roster.base_zone) == {1}


def test_workers_move_no_team_from_its_base():
    """Without base zones both have their own turn, whichever line comes first."""
    workers = around_the_clock(2, name="w", roles=["peer"])
    teams = [around_the_clock(2, name="a"), around_the_clock(2, name="b")]
    for lines in ([workers, *teams], [teams[0], workers, teams[1]], [*teams, workers]):
        roster = build(plan(*lines), ZONES, DAY_S)
        is_team = roster.kind == Kind.CO_RESPONDER
        assert roster.base_zone[is_team].tolist() == [0, 1, 2, 0]
        assert roster.base_zone[~is_team].tolist() == [0, 1]


# --- faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (daily(["06:00", "13:00"], 8), "overlap"),
        (daily(["22:00", "05:00"], 8), "overlap"),
        (daily(["06:00"], 25), "at most 24 hours .*, got 25"),
        (daily(["25:00"], 8), "expected a time of day like '07:00', got '25:00'"),
        (daily([], 8), "expected starts and length_h on a daily line"),
        (around_the_clock(1, starts=["06:00"]), "no starts"),
    ],
)
def test_a_line_that_cannot_be_is_refused(line, says):
    with pytest.raises(ValueError, match=says):
        plan(line)
