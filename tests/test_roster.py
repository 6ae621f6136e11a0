"""Staffing plans made into duties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config.plans import Line, StaffingPlan
from sim.model.roster import build_roster
from sim.schema import NONE, Kind, Relief, Roster, check_table

HOUR_S, DAY_S = 3_600, 86_400
ZONES = ["north", "south", "west"]


def plan(*lines):
    return StaffingPlan(name="plan", lines=[Line(**line) for line in lines])


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
    roster = build_roster(plan(around_the_clock(2)), ["city"], 3 * DAY_S)
    check_table(roster)
    assert rows(roster) == [(0, 0, 72), (1, 0, 72)]
    assert roster.predecessor.tolist() == [NONE, NONE]
    assert roster.kind.tolist() == [Kind.CO_RESPONDER] * 2
    assert roster.officer_present.tolist() == roster.clinician_present.tolist() == [1, 1]


def test_a_daily_line_has_one_duty_a_day_at_each_start():
    roster = build_roster(plan(daily(["06:00", "14:30"], 8)), ["city"], 2 * DAY_S)
    assert rows(roster) == [(0, 6, 14), (0, 14.5, 22.5), (0, 30, 38), (0, 38.5, 46.5)]
    assert roster.predecessor.tolist() == [NONE, 0, 1, 2]


def test_a_duty_over_midnight_is_clipped_at_both_ends_of_the_run():
    roster = build_roster(plan(daily(["20:00"], 10)), ["city"], 2 * DAY_S)
    assert rows(roster) == [(0, 0, 6), (0, 20, 30), (0, 44, 48)]
    assert roster.predecessor.tolist() == [NONE, 0, 1]


def test_a_duty_that_ends_at_midnight_is_whole_and_leaves_nothing_to_the_next_day():
    roster = build_roster(plan(daily(["16:00"], 8)), ["city"], 2 * DAY_S)
    assert rows(roster) == [(0, 16, 24), (0, 40, 48)]


def test_a_duty_of_a_whole_day_reaches_into_the_next():
    roster = build_roster(plan(daily(["06:00"], 24)), ["city"], DAY_S)
    assert rows(roster) == [(0, 0, 6), (0, 6, 24)]


def test_a_run_shorter_than_a_day_keeps_what_falls_in_it():
    shifts = plan(daily(["05:00", "13:00", "21:00"], 8))
    assert rows(build_roster(shifts, ["city"], 4 * HOUR_S)) == [(0, 0, 4)]
    assert rows(build_roster(shifts, ["city"], 5 * HOUR_S)) == [(0, 0, 5)]
    assert rows(build_roster(shifts, ["city"], 6 * HOUR_S)) == [(0, 0, 5), (0, 5, 6)]


def test_duties_of_several_lines_are_sorted_by_start_then_post():
    both = plan(daily(["12:00", "00:00"], 12, count=2, name="b"), around_the_clock(1, name="a"))
    roster = build_roster(both, ["city"], DAY_S)
    assert rows(roster) == [(0, 0, 12), (1, 0, 12), (2, 0, 24), (0, 12, 24), (1, 12, 24)]
    assert roster.predecessor.tolist() == [NONE, NONE, NONE, 0, 1]


def test_only_relief_in_place_waits_for_the_duty_before():
    in_place = build_roster(plan(daily(["00:00", "12:00"], 12)), ["city"], DAY_S)
    assert in_place.predecessor.tolist() == [NONE, 0]
    assert in_place.relief.tolist() == [Relief.IN_PLACE] * 2
    fresh = build_roster(plan(daily(["00:00", "12:00"], 12, relief="fresh")), ["city"], DAY_S)
    assert fresh.predecessor.tolist() == [NONE, NONE]
    assert fresh.relief.tolist() == [Relief.FRESH] * 2


def test_base_zones_are_taken_in_turn():
    listed = plan(around_the_clock(3, base_zones=["west", "north"]))
    assert build_roster(listed, ZONES, DAY_S).base_zone.tolist() == [2, 0, 2]
    unlisted = plan(around_the_clock(4))
    assert build_roster(unlisted, ZONES, DAY_S).base_zone.tolist() == [0, 1, 2, 0]


def test_a_second_line_goes_on_where_the_first_stopped():
    two = plan(around_the_clock(2, name="a"), around_the_clock(2, name="b"))
    roster = build_roster(two, ZONES, DAY_S)
    assert roster.post.tolist() == [0, 1, 2, 3]
    assert roster.base_zone.tolist() == [0, 1, 2, 0]


def test_every_duty_of_a_post_has_its_base():
    roster = build_roster(plan(daily(["00:00", "12:00"], 12, count=2)), ZONES, 2 * DAY_S)
    assert roster.base_zone.tolist() == roster.post.tolist()


def test_an_unknown_zone_is_named_with_what_there_is():
    with pytest.raises(ValueError, match=r"line 'posts': no zone 'east'; there are north, south"):
        build_roster(plan(around_the_clock(1, base_zones=["east"])), ZONES, DAY_S)


@pytest.mark.parametrize("line", [around_the_clock(0), daily(["06:00"], 8, count=0)])
def test_no_posts(line):
    roster = build_roster(plan(line), ZONES, DAY_S)
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
    roster = build_roster(plan(line), ["city"], horizon_s)
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


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (daily(["06:00", "13:00"], 8), "overlap"),
        (daily(["22:00", "05:00"], 8), "overlap"),
        (daily(["06:00"], 25), "overlap"),
        (daily(["25:00"], 8), "not a time of day"),
        (daily([], 8), "needs starts and length_h"),
        (around_the_clock(1, starts=["06:00"]), "no starts"),
    ],
)
def test_a_line_that_cannot_be_is_refused(line, says):
    with pytest.raises(ValueError, match=says):
        plan(line)
