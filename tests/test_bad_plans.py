"""Bad staffing plans are refused in one line that names them; their good neighbors are read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from sim.config import Config, InputError, StaffingPlan, check_plan, compose, staffing
from sim.config.compose import names, program_names
from tests.folders import Folder
from tests.test_bad_configs import refusal


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize("number", ["-1", "1.5", "1001", "nan", "inf", "1e3", "+3", "1,000"])
def test_not_a_number_of_posts(number: str) -> None:
    assert f"plan {number}: a whole number" in refusal(lambda: staffing(number))


@pytest.mark.parametrize("name", ["unit_shift_17", "17 teams", "", "../unit_shifts_17"])
def test_not_a_plan(name: str) -> None:
    assert f"unknown plan {name!r}; " in refusal(lambda: staffing(name))


def test_the_nearest_plan_is_named() -> None:
    assert "did you mean 'unit_shifts_17'?" in refusal(lambda: staffing("unit_shift_17"))


LINE = "name: day, count: 2"
DAILY = f"{LINE}, pattern: daily, starts: ['07:00'], length_h: 8"
PEERS = "name: one, count: 600, pattern: continuous, roles: [peer]"
PLAN_FAULTS = [
    (f"{LINE}, pattern: daily, starts: ['07:00', '14:00'], length_h: 8", "line 'day': duties over"),
    (f"{LINE}, pattern: daily, starts: ['07:00', '20:00'], length_h: 12", "'day': duties overlap"),
    (f"{LINE}, pattern: 3x8, length_h: 10", "duties overlap under relief: in_place; use a second"),
    (f"{LINE}, pattern: 3x10, relief: in_place", "line 'day': duties overlap under relief: in_pl"),
    (f"{LINE}, pattern: 3x10, starts: ['07:00', '07:00']", "'day': a start is there twice; raise"),
    (f"{LINE}, pattern: daily, starts: ['07:00'], length_h: 25", "length_h 25 is over 24 hours"),
    (f"{LINE}, pattern: daily, starts: ['07:00'], length_h: 0.0001", "less than half a second"),
    (f"{LINE}, pattern: daily, starts: ['07:00']", "line 'day': a daily line needs starts"),
    (f"{LINE}, pattern: daily, starts: [], length_h: 8", "line 'day': a daily line needs starts"),
    (f"{LINE}, pattern: 3x8, starts: []", "line 'day': a 3x8 line needs starts and length_h"),
    (f"{LINE}, pattern: 4x6", "lines.0.pattern: Input should be 'continuous', 'daily', '3x8'"),
    (f"{LINE}, pattern: continuous, length_h: 8", "line 'day': a continuous line has no"),
    (f"{LINE}, pattern: continuous, days: [mon]", "line 'day': a continuous line is held for"),
    (f"{LINE}, pattern: continuous, valid_from: 2025-01-01", "'day': a continuous line is held"),
    (f"{LINE}, pattern: daily, starts: ['25:00'], length_h: 8", "starts: '25:00' is not a time"),
    (f"{LINE}, pattern: daily, starts: [14:00], length_h: 8", "starts: write times of day in quo"),
    (f"{LINE}, pattern: daily, starts: ['07:00'], length_h: 0", "length_h: 0: more than zero"),
    (f"{LINE}, pattern: daily, starts: ['07:00'], length_h: .nan", "lines.0.length_h"),
    (f"{LINE}, pattern: daily, starts: ['07:00'], lenght_h: 8", "did you mean 'length_h'?"),
    (f"{DAILY}, days: []", "lines.0.days: no days; some of mon, tue, wed, thu, fri, sat, sun are"),
    (f"{DAILY}, days: [monday]", "lines.0.days: 'monday' is not a day; some of mon, tue, wed"),
    (f"{DAILY}, days: [mon, mon]", "lines.0.days: 'mon' is there twice; each day once"),
    (f"{DAILY}, days: mon", "lines.0.days: Input should be a valid list"),
    (f"{DAILY}, valid_from: 2025-07-01, valid_until: 2025-06-30", "valid_until 2025-06-30 is bef"),
    (f"{DAILY}, valid_from: soon", "lines.0.valid_from"),
    (f"{DAILY}, roles: [officer]", "lines.0.roles: a team needs a clinician; [officer, clinician]"),
    (f"{DAILY}, roles: []", "lines.0.roles: a team needs a clinician"),
    (f"{DAILY}, roles: [clinician, clinician]", "lines.0.roles: 'clinician' is there twice"),
    (f"{DAILY}, roles: [nurse]", "lines.0.roles.0: Input should be 'officer', 'clinician', 'c"),
    (
        f"{DAILY}, roles: [case_manager, officer]",
        "lines.0.roles: a case_manager makes visits alone",
    ),
    (
        f"{DAILY}, roles: [clinician, peer]",
        "roles: a peer makes visits alone; [peer] is wanted, and",
    ),
    (
        f"{DAILY}, roles: [peer, case_manager]",
        "lines.0.roles: a peer makes visits alone; [peer] is",
    ),
    (f"{DAILY}, roles: [peer, peer]", "lines.0.roles: 'peer' is there twice; each role once"),
    (
        f"{DAILY}, roles: [peer], by_video: true",
        "line 'day': by_video is for clinicians without an",
    ),
    (
        f"{DAILY}, by_video: true",
        "line 'day': by_video is for clinicians without an officer",
    ),
    (f"{LINE}, pattern: '${{oc.env:HOME}}'", "staffing plan own: lines.0.pattern: interp"),
    ("name: day, count: -1, pattern: continuous", "lines.0.count"),
    ("name: day, count: 1001, pattern: continuous", "lines.0.count"),
    (
        f"{PEERS}}}, {{{PEERS.replace('one', 'two')}",
        "own: 1200 case managers and peers; at most 1,000",
    ),
    ("name: day, count: 2.5, pattern: continuous", "lines.0.count"),
    (f"{LINE}, pattern: continuous}}, {{{LINE}, pattern: continuous", "two lines are named 'day'"),
]


@pytest.mark.parametrize(("line", "said"), PLAN_FAULTS)
def test_bad_plan(folder: Folder, line: str, said: str) -> None:
    folder.write("staffing/own", f"lines: [{{{line}}}]")
    text = refusal(lambda: staffing("own", folder.path))
    assert text.startswith("staffing plan own: ")
    assert said in text


def test_overlapping_duties_are_two_lines(folder: Folder) -> None:
    day = "{name: day, count: 1, pattern: daily, starts: ['07:00', '19:00'], length_h: 12}"
    late = "{name: late, count: 1, pattern: daily, starts: ['12:00'], length_h: 10}"
    folder.write("staffing/own", f"lines: [{day}, {late}]")
    assert staffing("own", folder.path).team_hours_per_day == 34


def test_duties_that_overlap_only_on_days_apart_do_not(folder: Folder) -> None:
    line = "name: day, count: 1, pattern: daily, starts: ['20:00'], length_h: 24"
    folder.write("staffing/own", f"lines: [{{{line}, days: [sun, tue]}}]")
    assert staffing("own", folder.path).lines[0].weekdays == (1, 6)


# A plan that does not go with its config

TOWNS = ["demand=three_towns", "travel=three_towns"]
REMOTE = {"roles": ["clinician"], "by_video": True}
NO_PATROL = {"direct": 1, "co_dispatch": 0, "officer_request": 0, "self_dispatch": 0}
ARM_FAULTS = [
    ({}, {"reserve": {"teams": 2}}, "dispatch.reserve.teams=2 holds back all of the at most 2 on"),
    ({}, {"scop": "open"}, "dispatch: unknown key 'scop'; did you mean 'scope'?"),
    ({}, {"reserve": {"team": 1}}, "dispatch.reserve.team: unknown key; did you mean 'teams'?"),
    ({}, {"reserve": 1}, "dispatch.reserve: a mapping is wanted, with overriding_priority, teams"),
    ({}, {"mode_share": {"direct": 1}}, "dispatch.mode_share: the shares sum to 1.7; 1 is wanted"),
    ({}, {"borrow_minutes": {"value": 3, "confidence": "A"}}, "dispatch.borrow_minutes: an assump"),
    ({}, {"rule": "preference"}, "dispatch.preference has to list base zones in order"),
    (
        {},
        {"scope": "closed"},
        "no team is of agency 'south', so nobody would serve zone 'south' under dispatch.scope=",
    ),
    (
        {"agency": "east"},
        {"scope": "own_first"},
        "agency 'east', which dispatch.scope=",
    ),
    (
        {"agency": "north"},
        {"scope": "closed"},
        "no team is of agency 'middle', so nobody",
    ),
    (
        REMOTE,
        {"mode_share": NO_PATROL},
        "line 'day' has no officer and could never be sent",
    ),
]


@cache
def config(*overrides: str) -> Config:
    return compose([*TOWNS, *overrides])


@pytest.mark.parametrize(("line", "dispatch", "said"), ARM_FAULTS)
def test_bad_plan_beside_a_config(folder, line, dispatch, said) -> None:
    own = {"lines": [{"name": "day", "count": 2, "pattern": "continuous"} | line]}
    folder.write("staffing/own", yaml.safe_dump(own | {"dispatch": dispatch}))
    text = refusal(lambda: check_plan(staffing("own", folder.path), config()))
    assert text.startswith("staffing plan own: ")
    assert said in text


def own(*lines: dict[str, object], **dispatch: object) -> StaffingPlan:
    given = [{"name": str(n), "count": 1, "pattern": "3x8"} | line for n, line in enumerate(lines)]
    return StaffingPlan.model_validate({"name": "own", "lines": given, "dispatch": dispatch})


AGENCIES = [{"agency": "north"}, {"agency": "middle"}, {"agency": "south"}]


OWN_PLANS = {name: compose([f"program={name}"]).program.plans for name in program_names()}
OF_A_PROGRAM = {plan for plans in OWN_PLANS.values() for plan in plans}
OF_NO_PROGRAM = sorted(set(names("staffing")) - OF_A_PROGRAM)
NOBODY = "so nobody would serve zone"


def fault_of(plan: str, of_program: Config) -> str:
    """What is wrong with a plan under a program, if anything."""
    try:
        check_plan(staffing(plan), of_program)
    except InputError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("program", OWN_PLANS)
def test_the_plans_of_a_program_go_with_it(program: str) -> None:
    of_program = compose([f"program={program}"])
    assert not any(fault_of(name, of_program) for name in [*OWN_PLANS[program], "0"])
    fault = fault_of("3", of_program)  # fewer posts than closed districts
    assert not fault or (NOBODY in fault and of_program.dispatch.scope == "closed")


@pytest.mark.parametrize("name", OF_NO_PROGRAM)
@pytest.mark.parametrize("program", OWN_PLANS)
def test_a_plan_of_no_program_goes_with_every_program(program: str, name: str) -> None:
    of_program = compose([f"program={program}"])
    fault = fault_of(name, of_program)
    districts = of_program.dispatch.scope != "open"
    assert not fault or (districts and (NOBODY in fault or "is of its agency" in fault))


@pytest.mark.parametrize("scope", ["own_first", "closed"])
def test_a_line_of_every_agency_serves_all(scope: str) -> None:
    assert check_plan(own(*AGENCIES, scope=scope), config()).scope == scope


def test_districts_may_lack_a_line_of_one_agency_but_closed_ones_may_not() -> None:
    assert check_plan(own(*AGENCIES[1:], scope="own_first"), config())
    none = [{"agency": "north", "count": 0}, *AGENCIES[1:]]
    said = refusal(lambda: check_plan(own(*none, scope="closed"), config()))
    assert "no team is of agency 'north', so nobody would serve zone 'north'" in said


def test_posts_without_an_agency_are_of_the_zones_they_are_based_in() -> None:
    assert check_plan(own({"count": 3}, scope="closed"), config())
    said = refusal(lambda: check_plan(own({"count": 2}, scope="closed"), config()))
    assert "no team is of agency 'south', so nobody would serve zone 'south'" in said


def test_no_teams_at_all_go_with_everything() -> None:
    strict = config("dispatch=embedded", "dispatch.reserve.teams=3")
    assert check_plan(staffing("0"), strict) == strict.dispatch


def test_a_plan_sets_only_the_keys_it_names() -> None:
    plan = own({}, {}, reserve={"teams": 1}, cutoff={"minutes": 30}, recall_for_priority=True)
    base = config("dispatch.reserve.overriding_priority=2").dispatch
    merged = check_plan(plan, config("dispatch.reserve.overriding_priority=2"))
    assert (merged.reserve.teams, merged.reserve.overriding_priority) == (1, 2)
    assert (merged.cutoff.minutes.value, merged.cutoff.minutes.source) == (30, "")
    assert merged.recall_for_priority
    assert merged.mode_share == base.mode_share


def test_a_reserve_is_held_against_the_teams_on_duty_at_once() -> None:
    shifts = own({"pattern": "2x12", "count": 3}, {"count": 1})
    assert (shifts.teams, shifts.most_at_once) == (4, 4)
    late = {"pattern": "daily", "starts": ["12:00"], "length_h": 8, "days": ["sun"]}
    early = late | {"starts": ["04:00"]}
    one_by_one = own(early, late, reserve={"teams": 1})
    assert (one_by_one.teams, one_by_one.most_at_once) == (2, 1)
    said = refusal(lambda: check_plan(one_by_one, config()))
    assert "dispatch.reserve.teams=1 holds back all of the at most 1 on duty at once; 0 or" in said


def test_a_duty_over_the_end_of_the_week_counts_on_monday() -> None:
    night = {"pattern": "daily", "starts": ["22:00"], "length_h": 10, "days": ["sun"]}
    day = {"pattern": "daily", "starts": ["07:00"], "length_h": 10, "days": ["mon"]}
    assert own(night, day).most_at_once == 2


# Workers, who make visits and are no teams

NIGHTS = {"pattern": "daily", "starts": ["18:00"], "length_h": 14}
WEEKEND = {"pattern": "daily", "starts": ["10:00"], "length_h": 4, "days": ["sat", "sun"]}


def test_workers_are_counted_apart_from_teams() -> None:
    plan = own({"count": 2}, {"count": 3, "roles": ["case_manager"]}, {"roles": ["peer"]})
    assert (plan.teams, plan.workers, plan.most_at_once) == (2, 4, 2)
    assert (plan.team_hours_per_day, plan.worker_hours_per_day) == (48, 96)
    assert [line.name for line in plan.team_lines] == ["0"]
    assert [line.name for line in plan.worker_lines] == ["1", "2"]


def test_a_reserve_is_not_held_against_workers() -> None:
    plan = own({}, {"count": 9, "roles": ["peer"]}, reserve={"teams": 1})
    said = refusal(lambda: check_plan(plan, config()))
    assert "dispatch.reserve.teams=1 holds back all of the at most 1 on duty at once" in said


def test_a_plan_of_workers_alone_goes_with_everything() -> None:
    workers = {"roles": ["case_manager"], "agency": "north", "base_zones": ["north"]}
    plan = own(workers, scope="closed", mode_share=NO_PATROL, reserve={"teams": 3})
    assert check_plan(plan, config("service=with_follow_up")).scope == "closed"
    assert (plan.teams, plan.workers, plan.team_hours_per_day) == (0, 1, 0)


def test_the_agency_of_workers_has_a_zone_and_stands_for_no_team() -> None:
    peers = {"roles": ["peer"], "agency": "county"}
    said = refusal(lambda: check_plan(own(*AGENCIES, peers, scope="closed"), config()))
    assert "line '3': no zone is of its agency 'county'" in said
    lines = [*AGENCIES[1:], {"roles": ["peer"], "agency": "north"}]
    said = refusal(lambda: check_plan(own(*lines, scope="closed"), config()))
    assert "no team is of agency 'north', so nobody would serve zone 'north'" in said


UNCOVERED = [
    [NIGHTS | {"roles": ["peer"]}],
    [WEEKEND | {"roles": ["case_manager"]}],
    [NIGHTS],
    [NIGHTS, WEEKEND | {"roles": ["clinician"]}],
    [NIGHTS, REMOTE],
]


@pytest.mark.parametrize("lines", UNCOVERED)
def test_visiting_hours_nobody_covers(lines: list[dict[str, object]]) -> None:
    said = refusal(lambda: check_plan(own(*lines), config("service=with_follow_up")))
    assert said.startswith("staffing plan own: nobody who makes visits is on duty mon, tue, wed,")
    assert "fri from 9:00 to 17:00, the hours of service.follow_up.open; other hours there" in said
    assert check_plan(own(*lines), config())  # no visits, no fault


COVERED = [
    [],
    [NIGHTS | {"roles": ["peer"], "length_h": 15.5}],
    [NIGHTS | {"days": ["sun"], "length_h": 15.1}],  # over the end of the week
    [NIGHTS, {"roles": ["clinician"]}],
    [NIGHTS, {"roles": ["case_manager"]}],
    [REMOTE],  # nobody to make visits at all: said in a warning
]


@pytest.mark.parametrize("lines", COVERED)
def test_visiting_hours_somebody_covers(lines: list[dict[str, object]]) -> None:
    assert check_plan(own(*lines), config("service=with_follow_up"))


def test_only_workers_cover_visits_that_teams_do_not_make() -> None:
    workers_only = config("service=with_follow_up", "service.follow_up.by_teams=false")
    assert check_plan(own({}), workers_only)
    said = refusal(lambda: check_plan(own({}, NIGHTS | {"roles": ["peer"]}), workers_only))
    assert "nobody who makes visits is on duty" in said


# Good plans


def test_named_patterns_fill_what_is_not_given() -> None:
    eight, twelve, ten = (own({"pattern": name}).lines[0] for name in ("3x8", "2x12", "3x10"))
    assert [line.length_s for line in (eight, twelve, ten)] == [28_800, 43_200, 36_000]
    assert eight.starts == ["07:00", "15:00", "23:00"]
    assert twelve.starts == ["07:00", "19:00"]
    assert ten.starts == ["06:00", "14:00", "22:00"]
    assert [line.relief for line in (eight, twelve, ten)] == ["in_place", "in_place", "fresh"]
    own_starts = own({"pattern": "2x12", "starts": ["06:00", "18:00"]}).lines[0]
    assert own_starts.start_seconds == [6 * 3_600, 18 * 3_600]
    assert own_starts.length_s == 43_200


def test_team_hours_are_the_mean_of_a_week() -> None:
    five = own({"pattern": "2x12", "days": ["mon", "tue", "wed", "thu", "fri"], "count": 7})
    assert five.team_hours_per_day == 7 * 24 * 5 / 7
    assert five.lines[0].weekdays == (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ({}, "co_responder"),
        ({"roles": ["clinician", "officer"]}, "co_responder"),
        ({"roles": ["clinician"]}, "clinician_only"),
        (REMOTE, "remote_clinician"),
        ({"roles": ["case_manager"]}, "follow_up"),
        ({"roles": ["peer"]}, "follow_up"),
    ],
)
def test_the_kind_of_a_line(line: dict[str, object], kind: str) -> None:
    assert own(line).lines[0].kind == kind


def test_a_plan_read_back_from_what_it_says_is_the_same() -> None:
    plan = staffing("weekdays_2x12")
    assert StaffingPlan.model_validate(plan.model_dump(mode="json")) == plan
