"""How much of a plan some people can staff, and which posts a base plan has already."""

from __future__ import annotations

from typing import Any

import pytest

from sim.config import Sourced, StaffingPlan, compose, staffing
from sim.config.groups.costs import Positions
from sim.scenarios.people.staffable import needed, posts_of, staffable

# A position works 1,752 of 2,000 hours: 8,760 hours of a post, and no handover, are 5 FTE exactly.
FIVE_A_POST = Positions(
    paid_hours_per_year=Sourced(value=2_000),
    leave_hours_per_year=Sourced(value=200),
    sick_hours_per_year=Sourced(value=40),
    training_hours_per_year=Sourced(value=8),
    overlap_minutes_per_duty=Sourced(value=0),
    continuous_duty_h=Sourced(value=8),
    vacancy_share=Sourced(value=0.5),
    staff_per_supervisor=Sourced(value=10),
)


def plan(*lines: dict[str, Any]) -> StaffingPlan:
    return StaffingPlan.model_validate({"name": "made", "lines": list(lines)})


def daily(name: str, count: int, length_h: float = 8, **more: Any) -> dict[str, Any]:
    line = {"name": name, "count": count, "pattern": "daily", "starts": ["08:00"]}
    return {**line, "length_h": length_h, **more}


def both(count: float) -> dict[str, float]:
    return {"clinician": count, "officer": count}


def counts(of: StaffingPlan) -> dict[str, int]:
    return {line.name: line.count for line in of.lines}


def test_a_post_around_the_clock_needs_five_of_each_role_whatever_the_vacancies():
    assert needed(staffing("2"), FIVE_A_POST) == both(10)


def test_all_people_are_the_plan_itself_and_none_are_no_post():
    two = staffing("2")
    assert staffable(two, both(10), FIVE_A_POST) == two
    assert staffable(two, both(25), FIVE_A_POST) == two
    assert staffable(two, {}, FIVE_A_POST).teams == 0


def test_people_left_over_staff_a_part_of_the_day_around_fifteen_o_clock():
    # 5 for one post; 2 x 1,752 / 365 = 9.6 hours a day are left
    post, part = staffable(staffing("3"), both(7), FIVE_A_POST).lines
    assert post.count == 1
    assert (part.count, part.starts, part.length_s) == (1, ["10:30"], 9 * 3_600)
    assert part.post_hours_per_day == 9


def test_more_than_twelve_hours_are_two_duties():
    # 4 x 1,752 / 365 = 19.2 hours a day: 5:30 to 15:00 and 15:00 to 0:30
    (_, part) = staffable(staffing("1"), both(4), FIVE_A_POST).lines
    assert part.starts == ["05:30", "15:00"]
    assert part.post_hours_per_day == 19


def test_less_than_four_hours_a_day_are_not_staffed():
    assert staffable(staffing("1"), both(0.83), FIVE_A_POST).teams == 0  # 3.98 hours
    assert staffable(staffing("1"), both(0.84), FIVE_A_POST).teams == 1  # 4.03 hours


def test_the_scarcer_role_binds():
    people = {"clinician": 50, "officer": 5}
    assert staffable(staffing("3"), people, FIVE_A_POST).teams == 1


def test_lines_are_staffed_in_their_order_and_a_later_one_of_other_roles_still_is():
    # A daily post of 8 hours needs 365 x 8 / 1,752 = 5/3 FTE
    made = plan(daily("early", 2), daily("late", 2), daily("visits", 1, roles=["case_manager"]))
    found = staffable(made, {**both(5), "case_manager": 2}, FIVE_A_POST)
    assert counts(found) == {"early": 2, "late": 1, "visits": 1}


def test_a_post_of_several_duties_a_day_keeps_the_first():
    made = plan({"name": "post", "count": 1, "pattern": "3x8"})
    (_, part) = staffable(made, both(3.4), FIVE_A_POST).lines
    assert part.starts == ["07:00", "15:00"]


def test_handovers_of_the_part_are_counted():
    fifteen = FIVE_A_POST.model_copy(update={"overlap_minutes_per_duty": Sourced(value=60)})
    (_, part) = staffable(staffing("1"), both(2), fifteen).lines
    assert part.post_hours_per_day == 8  # 9.6 hours less one of handover


def test_posts_that_are_there_take_no_people():
    found = staffable(staffing("3"), both(5), FIVE_A_POST, {"post": 1})
    assert counts(found) == {"post": 2}


@pytest.mark.parametrize("people", [0, 1.5, 5, 12, 20, 31])
def test_what_is_staffed_never_needs_more_people_than_there_are(people):
    made = staffing("unit_shifts_17")
    positions = compose([]).costs.positions
    found = staffable(made, both(people), positions)
    assert all(fte <= people + 1e-6 for fte in needed(found, positions).values())


# --- the base ------------------------------------------------------------------------------------


def test_a_base_of_the_same_posts_is_found_line_by_line():
    assert posts_of(staffing("12"), staffing("17")) == {"post": 12}
    there = posts_of(staffing("unit_shifts_12"), staffing("unit_shifts_17"))
    assert there == {"early": 4, "late": 4, "night": 4}
    assert posts_of(staffing("12"), staffing("12_and_3_remote")) == {"post": 12, "by video": 0}


def test_a_base_is_found_under_another_name_of_its_line():
    assert posts_of(plan(daily("x", 2)), plan(daily("y", 1), daily("z", 3))) == {"y": 1, "z": 1}


@pytest.mark.parametrize(
    "other",
    [
        daily("x", 1),
        daily("x", 2, length_h=9),
        daily("x", 2, starts=["09:00"]),
        daily("x", 2, days=["mon"]),
        daily("x", 2, roles=["clinician"]),
        daily("x", 2, base_zones=["north"]),
        {"name": "x", "count": 2, "pattern": "continuous"},
    ],
)
def test_a_plan_without_the_base_s_posts_has_not_all_of_them(other):
    assert posts_of(plan(daily("x", 2)), plan(other)) is None


def test_base_zones_have_to_be_the_first():
    base = plan(daily("x", 2, base_zones=["a", "b"]))
    assert posts_of(base, plan(daily("x", 3, base_zones=["a", "b", "c"]))) == {"x": 2}
    assert posts_of(base, plan(daily("x", 3, base_zones=["b", "a", "c"]))) is None
