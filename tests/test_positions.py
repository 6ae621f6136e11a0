"""The FTE bridge against examples worked by hand and against published posts."""

from __future__ import annotations

from typing import Any

import pytest

from sim.config import StaffingPlan, compose, staffing
from sim.config.groups.costs import OfficerSource, Positions
from sim.model.money.positions import bridges, duty_hours_per_year, officers_by_kind

BARE: dict[str, float] = {
    "paid_hours_per_year": 2080,
    "leave_hours_per_year": 200,
    "sick_hours_per_year": 64,
    "training_hours_per_year": 40,
    "overlap_minutes_per_duty": 15,
    "continuous_duty_h": 8,
    "vacancy_share": 0.12,
    "staff_per_supervisor": 10,
}
AROUND_THE_CLOCK: dict[str, Any] = {"name": "post", "count": 1, "pattern": "continuous"}
DAYS: dict[str, Any] = {
    "name": "days", "count": 1, "pattern": "daily", "starts": ["08:00"], "length_h": 8,
}  # fmt: skip


def given(**other: float) -> Positions:
    return Positions.model_validate(BARE | other)


def plan(*lines: dict[str, Any]) -> StaffingPlan:
    return StaffingPlan.model_validate({"name": "plan", "lines": list(lines)})


def fte(of: StaffingPlan, positions: Positions) -> dict[str, float]:
    return {bridge.role: bridge.fte for bridge in bridges(of, positions)}


def test_one_post_around_the_clock_worked_by_hand() -> None:
    # 365 x 24 = 8,760 hours of duty; three duties a day, 1,095 a year, each with 15 minutes of
    # handover: 273.75 hours. A position is there 2,080 - 200 - 64 - 40 = 1,776 hours. So
    # (8,760 + 273.75) / 1,776 = 5.0866 people at work, and 5.0866 / 0.88 = 5.7802 positions. Ten of
    # clinicians and officers, 10.1731, want 1.0173 supervisors, 1.1560 positions.
    clinician, officer, supervisor = bridges(plan(AROUND_THE_CLOCK), given())
    assert [step.value for step in clinician.steps] == pytest.approx(
        [8760, 1095, 15, 273.75, 9033.75, 2080, 200, 64, 40, 1776, 5.0866, 0.12, 5.7802], abs=5e-5
    )
    assert (clinician.role, officer.role, supervisor.role) == ("clinician", "officer", "supervisor")
    assert officer == clinician._replace(role="officer")
    assert clinician.duty_hours_per_year == 8760
    assert (clinician.fte, clinician.positions) == pytest.approx((5.0866, 5.7802), abs=5e-5)
    assert (supervisor.fte, supervisor.positions) == pytest.approx((1.0173, 1.1560), abs=5e-5)
    assert supervisor.duty_hours_per_year == 0


def test_without_handover_a_post_takes_4_93() -> None:
    found = fte(plan(AROUND_THE_CLOCK), given(overlap_minutes_per_duty=0))
    assert found["clinician"] == pytest.approx(4.93, abs=0.005)


@pytest.mark.parametrize(
    ("worked_h", "published"), [(2080, 4.2), (1850, 4.7), (1776, 4.9), (1664, 5.3)]
)
def test_a_post_takes_what_staffing_manuals_say(worked_h: float, published: float) -> None:
    positions = given(
        leave_hours_per_year=2080 - worked_h,
        sick_hours_per_year=0,
        training_hours_per_year=0,
        overlap_minutes_per_duty=0,
    )
    assert round(fte(plan(AROUND_THE_CLOCK), positions)["officer"], 1) == published


def test_the_shipped_figures_give_about_five_of_each_role_a_post() -> None:
    positions = compose([]).costs.positions
    found = fte(staffing("1"), positions)
    assert found["clinician"] == found["officer"] == pytest.approx(5.0, abs=0.15)
    for end in ("low", "high"):
        tree = positions.model_dump()
        for key in ("leave_hours_per_year", "sick_hours_per_year", "training_hours_per_year"):
            tree[key]["value"] = tree[key][end]
        at_end = Positions.model_validate(tree)
        assert at_end.worked_hours_per_year == {"low": 1910, "high": 1664}[end]
        assert 4.2 <= fte(staffing("1"), at_end)["clinician"] <= 6.0


def test_shorter_duties_of_a_post_hand_over_more_often() -> None:
    # 730 duties of 12 hours hand over for 182.5 hours: (8,760 + 182.5) / 1,776
    found = fte(plan(AROUND_THE_CLOCK), given(continuous_duty_h=12))
    assert found["clinician"] == pytest.approx(8942.5 / 1776)


def test_hours_of_duty_are_those_of_the_days_and_dates_of_a_line() -> None:
    weekdays = DAYS | {"days": ["mon", "tue", "wed", "thu", "fri"], "count": 2}
    assert duty_hours_per_year(plan(weekdays), "clinician") == pytest.approx(2 * 8 * 5 / 7 * 365)
    spring = DAYS | {"valid_from": "2025-03-01", "valid_until": "2025-05-31"}  # 92 days
    assert duty_hours_per_year(plan(spring), "officer") == pytest.approx(8 * 92)
    from_spring = DAYS | {"valid_from": "2025-03-01"}
    assert duty_hours_per_year(plan(from_spring), "officer") == 8 * 365


def test_each_role_is_counted_where_it_is_on_duty() -> None:
    video = DAYS | {"name": "video", "roles": ["clinician"], "by_video": True}
    peers = DAYS | {"name": "peers", "count": 3, "roles": ["peer"]}
    managers = DAYS | {"name": "managers", "count": 0, "roles": ["case_manager"]}
    found = bridges(plan(peers, DAYS, video, managers), given())
    hours = {bridge.role: bridge.duty_hours_per_year for bridge in found}
    assert hours == {"clinician": 5840, "officer": 2920, "peer": 8760, "supervisor": 0}
    assert list(hours) == ["clinician", "officer", "peer", "supervisor"]


def test_a_plan_without_posts_has_no_bridge() -> None:
    assert bridges(staffing("0"), given()) == []


def test_posts_of_a_plan_add_up() -> None:
    one, five = (fte(staffing(number), given()) for number in ("1", "5"))
    assert five == pytest.approx({role: 5 * people for role, people in one.items()})


def test_officers_come_by_their_shares() -> None:
    source = OfficerSource.model_validate({"new_hire": 0.5, "backfill": 0.2, "reassignment": 0.3})
    found = officers_by_kind(20, source)
    assert found == pytest.approx({"new_hire": 10, "backfill": 4, "reassignment": 6})
