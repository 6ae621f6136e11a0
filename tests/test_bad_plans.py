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


@pytest.mark.parametrize(
    "number", ["-1", "1.5", "1001", "nan", "inf", "1e3", "+3", "1,000", "01", "\u0667"]
)
def test_not_a_number_of_posts(number: str) -> None:
    right = "expected a whole number of 24/7 posts from 0 to 1,000"
    assert refusal(lambda: staffing(number)) == f"plan: {right}, got {number}"


@pytest.mark.parametrize("name", ["unit_shift_17", "17 teams", "", "../unit_shifts_17"])
def test_not_a_plan(name: str) -> None:
    assert f"unknown plan {name!r}; " in refusal(lambda: staffing(name))


def test_the_nearest_plan_is_named() -> None:
    assert "did you mean 'unit_shifts_17'?" in refusal(lambda: staffing("unit_shift_17"))


LINE = "name: day, count: 2"
DAILY = f"{LINE}, pattern: daily, starts: ['07:00'], length_h: 8"
PEERS = "name: one, count: 600, pattern: continuous, roles: [peer]"
PLAN_FAULTS = [
    (f"{LINE}, pattern: []", "lines.0.pattern: expected 'continuous', 'daily', '3x8', '2x12' or"),
    (
        f"{LINE}, pattern: daily, starts: ['07:00', '14:00'], length_h: 8",
        "line 'day': expected a second line, or relief: fresh (a second car), for duties that",
    ),
    (
        f"{LINE}, pattern: daily, starts: ['07:00', '20:00'], length_h: 12",
        "line 'day': expected a second line, or relief: fresh (a second car), for duties that",
    ),
    (
        f"{LINE}, pattern: 3x8, length_h: 10",
        "line 'day': expected a second line, or relief: fresh (a second car), for duties that",
    ),
    (
        f"{LINE}, pattern: 3x10, relief: in_place",
        "line 'day': expected a second line, or relief: fresh (a second car), for duties that",
    ),
    (
        f"{LINE}, pattern: 3x10, starts: ['07:00', '07:00']",
        "line 'day': expected each start once (raise count instead), got one twice",
    ),
    (
        f"{LINE}, pattern: daily, starts: ['07:00'], length_h: 25",
        "line 'day': expected length_h of at most 24 hours (or pattern: continuous), got 25",
    ),
    (
        f"{LINE}, pattern: daily, starts: ['07:00'], length_h: 0.0001",
        "line 'day': expected length_h of at least half a second, got 0.0001 hours",
    ),
    (
        f"{LINE}, pattern: daily, starts: ['07:00']",
        "line 'day': expected starts and length_h on a daily line, got no length_h",
    ),
    (
        f"{LINE}, pattern: daily, starts: [], length_h: 8",
        "line 'day': expected starts and length_h on a daily line, got no starts",
    ),
    (f"{LINE}, pattern: 3x8, starts: []", "line 'day': expected starts and length_h on a 3x8"),
    (f"{LINE}, pattern: 4x6", "lines.0.pattern: expected 'continuous', 'daily', '3x8', '2x12'"),
    (
        f"{LINE}, pattern: continuous, length_h: 8",
        "line 'day': expected no starts or length_h on a continuous line, got length_h",
    ),
    (
        f"{LINE}, pattern: continuous, days: [mon]",
        "line 'day': expected a pattern of shifts, like 3x8, with days, cycle, holidays",
    ),
    (
        f"{LINE}, pattern: continuous, valid_from: 2025-01-01",
        "line 'day': expected a pattern of shifts, like 3x8, with days, cycle, holidays",
    ),
    (
        f"{LINE}, pattern: daily, starts: ['25:00'], length_h: 8",
        "lines.0.starts: expected a time of day like '07:00', got '25:00'",
    ),
    (
        f"{LINE}, pattern: daily, starts: [14:00], length_h: 8",
        "lines.0.starts: expected times of day in quotes, like '07:00', got 840",
    ),
    (
        f"{LINE}, pattern: daily, starts: ['07:00'], length_h: 0",
        "lines.0.length_h: expected more than 0, got 0",
    ),
    (
        f"{LINE}, pattern: daily, starts: ['07:00'], length_h: .nan",
        "lines.0.length_h.value: expected a finite number, got nan",
    ),
    (
        f"{LINE}, pattern: daily, starts: ['07:00'], lenght_h: 8",
        "lines.0.lenght_h: unknown key; did you mean 'length_h'?",
    ),
    (f"{DAILY}, days: []", "lines.0.days: expected some of mon, tue, wed, thu, fri, sat, sun,"),
    (f"{DAILY}, days: [monday]", "lines.0.days: expected some of mon, tue, wed, thu, fri, sat,"),
    (f"{DAILY}, days: [mon, mon]", "lines.0.days: expected each day once, got 'mon' twice"),
    (f"{DAILY}, days: mon", "lines.0.days: expected a list, got 'mon'"),
    (
        f"{DAILY}, valid_from: 2025-07-01, valid_until: 2025-06-30",
        "line 'day': expected valid_until on or after valid_from 2025-07-01, got 2025-06-30",
    ),
    (f"{DAILY}, valid_from: soon", "lines.0.valid_from: expected a date like 2025-01-31, got"),
    (f"{DAILY}, roles: [officer]", "lines.0.roles: expected [officer, clinician] or [clinician]"),
    (f"{DAILY}, roles: []", "lines.0.roles: expected [officer, clinician] or [clinician] for a"),
    (
        f"{DAILY}, roles: [clinician, clinician]",
        "lines.0.roles: expected each role once, got 'clinician' twice",
    ),
    (f"{DAILY}, roles: [nurse]", "lines.0.roles.0: expected 'officer', 'clinician',"),
    (
        f"{DAILY}, roles: [case_manager, officer]",
        "lines.0.roles: expected [case_manager] alone, as workers make visits by themselves,",
    ),
    (
        f"{DAILY}, roles: [clinician, peer]",
        "lines.0.roles: expected [peer] alone, as workers make visits by themselves, got",
    ),
    (
        f"{DAILY}, roles: [peer, case_manager]",
        "lines.0.roles: expected [peer] alone, as workers make visits by themselves, got",
    ),
    (f"{DAILY}, roles: [peer, peer]", "lines.0.roles: expected each role once, got 'peer' twice"),
    (
        f"{DAILY}, roles: [peer], by_video: true",
        "line 'day': expected roles: [clinician] with by_video, got [peer]",
    ),
    (f"{DAILY}, by_video: true", "line 'day': expected roles: [clinician] with"),
    (
        f"{LINE}, pattern: '${{oc.env:HOME}}'",
        "lines.0.pattern: expected plain data, not an interpolation, got '${oc.env:HOME}'",
    ),
    ("name: day, count: -1, pattern: continuous", "lines.0.count: expected 0 or more, got -1"),
    (
        "name: day, count: 1001, pattern: continuous",
        "lines.0.count: expected at most 1000, got 1001",
    ),
    (
        f"{PEERS}}}, {{{PEERS.replace('one', 'two')}",
        "expected at most 1,000 case managers and peers, got 1200",
    ),
    (
        "name: day, count: 2.5, pattern: continuous",
        "lines.0.count: expected a whole number, got 2.5",
    ),
    (
        f"{LINE}, pattern: continuous}}, {{{LINE}, pattern: continuous",
        "expected lines of different names, got two named 'day'",
    ),
]


@pytest.mark.parametrize(("line", "said"), PLAN_FAULTS)
def test_bad_plan(folder: Folder, line: str, said: str) -> None:
    folder.write("staffing/own", f"lines: [{{{line}}}]")
    text = refusal(lambda: staffing("own", folder.path))
    assert text.startswith("staffing plan own: ")
    assert said in text


def test_a_plan_without_lines_is_none(folder: Folder) -> None:
    folder.write("staffing/bad", "lines: []")
    said = refusal(lambda: staffing("bad", folder.path))
    right = "lines: expected at least one line (patrol alone is the plan 0), got none"
    assert said == f"staffing plan bad: {right}"


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
    ({}, {"reserve": {"teams": 2}}, "dispatch.reserve.teams: expected at most 1, as at most 2"),
    ({}, {"scop": "open"}, "dispatch: unknown key 'scop'; did you mean 'scope'?"),
    ({}, {"reserve": {"team": 1}}, "dispatch.reserve.team: unknown key; did you mean 'teams'?"),
    ({}, {"reserve": 1}, "dispatch.reserve: expected a mapping with overriding_priority, teams,"),
    ({}, {"mode_share": {"direct": 1}}, "dispatch.mode_share: expected the shares to sum to 1,"),
    (
        {},
        {"borrow_minutes": {"value": 3, "confidence": "A"}},
        "dispatch.borrow_minutes: expected low and high of an assumption (confidence A), got",
    ),
    ({}, {"rule": "preference"}, "dispatch.preference: expected base zones in order for every"),
    (
        {},
        {"scope": "closed"},
        "dispatch.scope=closed: expected a line with agency: south, or scope: own_first, as",
    ),
    (
        {"agency": "east"},
        {"scope": "own_first"},
        "line 'day': no zone has its agency 'east', which dispatch.scope=own_first needs;",
    ),
    (
        {"agency": "north"},
        {"scope": "closed"},
        "dispatch.scope=closed: expected a line with agency: middle, or scope: own_first, as",
    ),
    (
        REMOTE,
        {"mode_share": NO_PATROL},
        "dispatch.mode_share: expected co_dispatch or officer_request above 0, as line 'day'",
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
NOBODY = "as nobody else serves zone"


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
    assert not fault or (districts and (NOBODY in fault or "has its agency" in fault))


@pytest.mark.parametrize("scope", ["own_first", "closed"])
def test_a_line_of_every_agency_serves_all(scope: str) -> None:
    assert check_plan(own(*AGENCIES, scope=scope), config()).scope == scope


def test_districts_may_lack_a_line_of_one_agency_but_closed_ones_may_not() -> None:
    assert check_plan(own(*AGENCIES[1:], scope="own_first"), config())
    none = [{"agency": "north", "count": 0}, *AGENCIES[1:]]
    said = refusal(lambda: check_plan(own(*none, scope="closed"), config()))
    assert (
        "a line with agency: north, or scope: own_first, as nobody else serves zone 'north'" in said
    )


def test_posts_without_an_agency_are_of_the_zones_they_are_based_in() -> None:
    assert check_plan(own({"count": 3}, scope="closed"), config())
    said = refusal(lambda: check_plan(own({"count": 2}, scope="closed"), config()))
    assert (
        "a line with agency: south, or scope: own_first, as nobody else serves zone 'south'" in said
    )


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
    right = "dispatch.reserve.teams: expected at most 0, as at most 1 are on duty at once, got 1"
    assert right in said


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
    assert "dispatch.reserve.teams: expected at most 0, as at most 1 are on duty at once" in said


def test_a_plan_of_workers_alone_goes_with_everything() -> None:
    workers = {"roles": ["case_manager"], "agency": "north", "base_zones": ["north"]}
    plan = own(workers, scope="closed", mode_share=NO_PATROL, reserve={"teams": 3})
    assert check_plan(plan, config("service=with_follow_up")).scope == "closed"
    assert (plan.teams, plan.workers, plan.team_hours_per_day) == (0, 1, 0)


def test_the_agency_of_workers_has_a_zone_and_stands_for_no_team() -> None:
    peers = {"roles": ["peer"], "agency": "county"}
    said = refusal(lambda: check_plan(own(*AGENCIES, peers, scope="closed"), config()))
    assert "line '3': no zone has its agency 'county'" in said
    lines = [*AGENCIES[1:], {"roles": ["peer"], "agency": "north"}]
    said = refusal(lambda: check_plan(own(*lines, scope="closed"), config()))
    assert (
        "a line with agency: north, or scope: own_first, as nobody else serves zone 'north'" in said
    )


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
    assert said == (
        "staffing plan own: service.follow_up.open: expected hours in which a line that makes "
        "visits has duties, got mon, tue, wed, thu, fri from 9:00 to 17:00"
    )
    assert check_plan(own(*lines), config())  # no visits, no fault


COVERED = [
    [NIGHTS | {"count": 0}],
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
    assert "expected hours in which a line that makes visits has duties" in said


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
