"""The verb people: every step from hours to positions, and what some people can staff."""

from __future__ import annotations

import json

import pytest

import sim
from sim import cli
from sim.config import InputError, names, staffing
from sim.report.answer import as_json
from sim.report.people.people import PeopleReport, render, screen
from sim.report.wording import WIDTH

SCREEN = 28  # lines, beside the two that name the folder
LEAN = [  # 2,000 paid hours of which 1,752 are worked, and no handover: a 24/7 post is 5 FTE
    "costs.positions.paid_hours_per_year=2000",
    "costs.positions.leave_hours_per_year=200",
    "costs.positions.sick_hours_per_year=40",
    "costs.positions.training_hours_per_year=8",
    "costs.positions.overlap_minutes_per_duty=0",
    "costs.positions.staff_per_supervisor=10",
]


def test_two_posts_need_ten_of_each_role_and_two_supervisors():
    (told,) = sim.people(2, overrides=LEAN).plans
    assert {bridge.role: bridge.fte for bridge in told.bridges} == {
        "clinician": pytest.approx(10),
        "officer": pytest.approx(10),
        "supervisor": pytest.approx(2),
    }


def test_one_post_needs_about_five_of_each_role_as_published():
    post = sim.people(1).post
    assert all(4.2 < bridge.fte < 6 for bridge in post if bridge.role != "supervisor")


def test_officers_are_told_by_kind_at_work_and_on_the_books():
    kinds = "costs.officers={new_hire: 0.5, backfill: 0.3, reassignment: 0.2}"
    vacant = "costs.positions.vacancy_share=0.5"
    (told,) = sim.people(2, overrides=[*LEAN, kinds, vacant]).plans
    assert told.officers_fte == pytest.approx({"new_hire": 5, "backfill": 3, "reassignment": 2})
    assert told.officers_positions == pytest.approx(
        {"new_hire": 10, "backfill": 6, "reassignment": 4}
    )
    (alone,) = sim.people("dauphin_8").plans
    assert alone.officers_fte == alone.officers_positions == {}


# --- from people to plans ------------------------------------------------------------------------


def test_29_and_63_can_staff_12_unit_shifts_and_not_12_posts():
    found = sim.people(12, "unit_shifts_12", clinicians=29, officers=63)
    twelve, shifts = found.staffings
    assert not twelve.possible
    assert twelve.short == {"clinician": pytest.approx(twelve.needed["clinician"] - 29)}
    assert shifts.possible


def test_without_names_every_shipped_plan_of_officer_and_clinician_is_tried():
    found = sim.people(clinicians=29, officers=63)
    tried = {one.plan.name for one in found.staffings}
    assert {"unit_shifts_12", "unit_shifts_17", "st_louis_8"} <= tried <= set(names("staffing"))
    assert not tried & {"dauphin_8", "12_and_3_remote", "12_and_3_case_managers"}
    assert found.plans == []


def test_a_bad_plan_that_nobody_named_is_named_with_a_way_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "configs" / "staffing"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("lines: [{name: a, count: 1, pattern: dayly}]")
    with pytest.raises(InputError, match=r"plan mine: lines\.0\.pattern: .*name those to try\)$"):
        sim.people(clinicians=29, officers=63)
    assert sim.people(3, clinicians=29, officers=63).staffings[0].plan.name == "3"


def test_the_most_posts_by_hand_and_who_binds():
    # FTE a post: 24 h 5; 16 h 10/3; 12 h 2.5; 8 h 5/3; 40 h a week 365/7 x 40 / 1,752 = 1.19
    found = sim.people(clinicians=12, officers=11, overrides=LEAN)
    assert [one.most for one in found.capacities] == [2, 3, 4, 6, 9]
    assert all(one.binding == "officer" for one in found.capacities)
    round_the_clock = found.capacities[0]
    assert round_the_clock.left == pytest.approx({"clinician": 2, "officer": 1})
    assert [one.hours_per_week for one in found.capacities] == [168, 112, 84, 56, 40]


def test_roles_that_nobody_asked_of_are_short():
    (one,) = sim.people("12_and_3_case_managers", clinicians=99, officers=99).staffings
    assert list(one.short) == ["case_manager"]


def test_nobody_can_staff_nothing():
    found = sim.people(1, clinicians=0, officers=0)
    assert [one.most for one in found.capacities] == [0] * 5
    assert not found.staffings[0].possible


@pytest.mark.parametrize(
    ("words", "name"),
    [(("2", "12_and_3_case_managers"), "people_of_plans.txt"), ((), "people_to_plans.txt")],
)
def test_golden_page_and_its_width(words, name, golden):
    answer = sim.people(*words, clinicians=29.5, officers=63)
    text, first = render(answer), screen(answer)
    assert max(map(len, f"{text}\n{first}".splitlines())) <= WIDTH
    assert len(first.splitlines()) <= SCREEN
    golden(f"{first}\n\n{'=' * WIDTH}\n{text}\n", name)


# --- the command line ----------------------------------------------------------------------------


def test_json_is_one_object_and_nothing_else(capsys):
    assert cli.main(["people", "2", "--clinicians", "29", "--officers", "63", "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert as_json(PeopleReport(sim.people(2, clinicians=29, officers=63))) == out
    told = json.loads(out)
    assert told["staff"] == {"clinician": 29, "officer": 63}
    steps = told["plans"][0]["bridges"][0]["steps"]
    assert steps[0] == {"what": "hours of duty", "value": 2 * 8_760, "unit": "h/year"}


def test_a_plan_is_refused_from_python_too():
    with pytest.raises(InputError, match="expected plans with posts"):
        sim.people(0)
    assert staffing("0").teams == 0
