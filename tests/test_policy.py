"""The rules of a plan: thresholds and seconds from the config, and what differs between plans."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import sim
from sim.config import InputError, StaffingPlan, compose, staffing
from sim.model.world import modes, requested
from sim.scenarios.comparison.compare import _sides
from sim.scenarios.request import Request
from sim.scenarios.rules import latent_base
from sim.scenarios.scenario import Scenario
from sim.schema import NONE, PPM, Fate, Kind, Mode, Rule, Scope

SHORT = ("run.window_days=28", "run.draws=0")
SHARES = "dispatch.mode_share={direct: %s, co_dispatch: %s, officer_request: %s, self_dispatch: %s}"
TYPES = ["overdose", "person in crisis", "suicide-related"]  # of the shipped demand


@cache
def scenario(*overrides: str) -> Scenario:
    return Scenario(compose([*SHORT, "travel=constant", "dispatch=closest", *overrides]))


def plan(name="plan", count=2, **given):
    line = {"name": "post", "count": count, "pattern": "continuous"}
    return StaffingPlan.model_validate({"name": name, "lines": [line]} | given)


def policy(*overrides: str, **given):
    return scenario(*overrides).arm(plan(**given)).policy


def hours(name, count, length_h):
    line = {"name": "l", "count": count, "pattern": "daily", "starts": ["08:00"]}
    return plan(name, lines=[line | {"length_h": length_h}])


# --- rules ---------------------------------------------------------------------------------------


def test_rules_and_seconds_are_those_of_the_config():
    found = policy(
        "dispatch.rule=least_worked",
        "dispatch.after_call=home",
        "dispatch.recall_for_priority=true",
        "dispatch.self_dispatch_radius_minutes=7.5",
        "dispatch.borrow_minutes=12",
        "dispatch.cutoff={minutes: 30, overriding_priority: 1}",
        "dispatch.reserve={teams: 1, overriding_priority: 2}",
        "dispatch.ageing={after: 20, steps: 3, most_urgent: 2}",
    )
    assert (found.rule, found.scope) == (Rule.LEAST_WORKED, Scope.OPEN)
    assert (found.goes_home, found.recalls) == (1, 1)
    assert (found.radius_s, found.borrow_s) == (450, 720)
    assert (found.cutoff_s, found.cutoff_priority) == (1_800, 1)
    assert (found.reserve, found.reserve_priority) == (1, 2)
    ageing = found.ageing_after_s, found.ageing_steps, found.ageing_most_urgent
    assert ageing == (1_200, 3, 2)


def test_a_plan_sets_its_own_rules_beside_another_that_does_not():
    of = scenario()
    keys = {"rule": "longest_idle", "cutoff": {"minutes": 20}, "ageing": {"steps": 1}}
    own = of.arm(plan(dispatch=keys)).policy
    other = of.arm(plan()).policy
    assert (own.rule, own.cutoff_s) == (Rule.LONGEST_IDLE, 1_200)
    assert (other.rule, other.cutoff_s) == (Rule.CLOSEST, 0)
    assert (own.ageing_steps, own.ageing_after_s, other.ageing_steps) == (1, 1_800, 0)


def test_agencies_are_numbered_alike_for_zones_and_lines():
    line = {"count": 1, "pattern": "continuous"}
    two = plan(
        lines=[
            {"name": "a", "agency": "sheriff", **line},
            {"name": "b", "agency": "police", **line},
        ],
        dispatch={"scope": "own_first"},
    )
    of = scenario(
        "demand.zones=[n, s, w]",
        "demand.zone_share=[0.5, 0.25, 0.25]",
        "demand.zone_agency=[police, county, sheriff]",
    )
    arm = of.arm(two)
    assert arm.policy.scope == Scope.OWN_FIRST
    assert arm.policy.agency_of_zone.tolist() == [1, 0, 2]
    assert arm.schedule.roster.agency.tolist() == [2, 1]


def test_without_agencies_all_zones_are_of_the_one_without_a_name():
    arm = scenario().arm(plan())
    assert set(arm.policy.agency_of_zone) == {0}
    assert set(arm.schedule.roster.agency) == {0}


# --- the ways a call reaches a team --------------------------------------------------------------


@pytest.mark.parametrize(
    ("shares", "thresholds"),
    [
        ((1, 0, 0, 0), [PPM, PPM, PPM]),
        ((0, 0, 1, 0), [0, 0, PPM]),
        ((0.1, 0.2, 0.3, 0.4), [100_000, 300_000, 600_000]),
        ((0.3333333, 0.3333333, 0.3333333, 0), [333_333, 666_667, PPM]),
    ],
)
def test_modes_are_cumulated_and_none_of_share_zero_is_left_a_part(shares, thresholds):
    assert policy(SHARES % shares).mode_ppm.tolist() == thresholds


def test_calls_come_by_their_modes_in_their_shares():
    of = scenario(SHARES % (0.1, 0.2, 0.3, 0.4), "demand.calls_per_year=200000")
    world = of.world(of.arm(plan()), of.calls(0), 0)
    counts = np.bincount(modes(world), minlength=4) / len(world.calls.zone)
    assert counts == pytest.approx([0.1, 0.2, 0.3, 0.4], abs=0.02)
    assert len(counts) == len(Mode)


# --- the funnel ----------------------------------------------------------------------------------


FUNNEL = (
    "service.funnel.recognized_share=0.8",
    "service.funnel.eligible_share=0.5",
    "service.funnel.requested_share=0.75",
)


def test_the_funnel_falls_by_each_share_in_turn():
    found = policy(
        *FUNNEL, "dispatch.phone_resolved_share=0.1", "dispatch.other_responder_share=0.2"
    ).funnel_ppm
    assert found.dtype == np.int32
    stages = [800_000, 400_000, 360_000, 288_000, 216_000]
    assert found.tolist() == [[stage] * len(TYPES) for stage in stages]


def test_a_type_may_have_shares_of_its_own_and_the_rest_are_those_of_all():
    of = scenario(
        *FUNNEL,
        "service.funnel.by_type={overdose: {eligible_share: 0}, "
        "suicide-related: {recognized_share: 1, requested_share: 0.5}}",
    )
    assert of.config.demand.call_types == TYPES
    found = of.arm(plan()).policy.funnel_ppm
    assert found[0].tolist() == [800_000, 800_000, PPM]
    assert found[1].tolist() == found[3].tolist() == [0, 400_000, 500_000]
    assert found[4].tolist() == [0, 300_000, 250_000]


def test_thresholds_never_rise():
    shares = {name: 0.3333333 + at / 7 for at, name in enumerate(["recognized", "eligible"])}
    found = policy(*(f"service.funnel.{name}_share={share}" for name, share in shares.items()))
    assert np.all(np.diff(found.funnel_ppm, axis=0) <= 0)


# --- who takes the person ------------------------------------------------------------------------


def test_a_team_without_an_officer_never_goes_along_and_patrol_takes_for_it():
    found = policy(
        "service.transport.voluntary={by: team}",
        "service.transport.hold={by: patrol, team_follows: true}",
        "service.transport.arrest={by: patrol}",
    )
    goes, takes = found.goes_along, found.patrol_takes
    assert goes[Kind.CO_RESPONDER].tolist() == [0, 0, 1, 1, 0]
    assert takes[Kind.CO_RESPONDER].tolist() == [0, 0, 0, 1, 1]
    for kind in (Kind.CLINICIAN_ONLY, Kind.REMOTE_CLINICIAN):
        assert goes[kind].tolist() == [0] * len(Fate)
        assert takes[kind].tolist() == [0, 0, 1, 1, 1]


def test_what_an_ambulance_takes_patrol_takes_for_no_team():
    takes = policy("service.transport.hold={by: ambulance, team_follows: true}").patrol_takes
    assert not takes[:, Fate.HOLD].any()


def test_only_a_team_that_goes_along_splits():
    found = policy(
        "service.transport.voluntary={by: team, splits: true}",
        "service.transport.hold={by: ambulance, team_follows: true, splits: true}",
        "service.transport.arrest={by: team}",
    )
    assert found.splits.dtype == np.int8
    assert found.splits[Kind.CO_RESPONDER].tolist() == [0, 0, 1, 1, 0]
    assert not found.splits[Kind.CLINICIAN_ONLY :].any()


def test_rules_by_kind_have_a_row_for_workers_too():
    found = policy()
    for name in ("goes_along", "patrol_takes", "splits"):
        assert getattr(found, name).shape == (len(Kind), len(Fate))
    assert not found.goes_along[Kind.FOLLOW_UP].any()


# --- the crisis center ---------------------------------------------------------------------------


def test_a_center_without_limit_is_always_open():
    center = scenario().center
    assert center.chairs == NONE
    assert center.open_by_hour.tolist() == [1] * 168


def test_a_center_has_its_chairs_and_its_hours():
    of = scenario(
        "service.center.chairs=3",
        "service.center.open={days: [mon, sun], from_hour: 8, until_hour: 20}",
    )
    center = of.world(of.arm(plan()), of.calls(0), 0).center
    assert center.chairs == 3
    assert center.open_by_hour.dtype == np.int8
    of_day = [0] * 8 + [1] * 12 + [0] * 4
    assert center.open_by_hour.reshape(7, 24).tolist() == [of_day, *[[0] * 24] * 5, of_day]


# --- visits --------------------------------------------------------------------------------------


def test_visits_follow_the_fates_and_hours_of_the_config():
    found = policy(
        "service=with_follow_up",
        "service.follow_up.after=[referral, hold]",
        "service.follow_up.open={days: [tue], from_hour: 9, until_hour: 11}",
        "service.follow_up.expires_h=1.5",
        "service.follow_up.spare_teams=2",
        "service.follow_up.interruptible=true",
    )
    assert found.visit_after.tolist() == [0, 1, 0, 1, 0]
    assert found.visit_hours.dtype == found.visit_after.dtype == np.int8
    assert np.flatnonzero(found.visit_hours).tolist() == [33, 34]
    assert found.visit_expires_s == 5_400
    assert (found.teams_visit, found.visits_interruptible, found.spare_teams) == (1, 1, 2)


def test_teams_make_no_visits_unless_they_are_to():
    found = policy("service.follow_up.interruptible=false")
    assert (found.teams_visit, found.visits_interruptible) == (0, 0)


@pytest.mark.parametrize(("ratio", "ppm"), [(1, PPM), (0.9, 900_000), (0, 0), (0.1234567, 123_457)])
def test_a_visit_averts_later_calls_by_their_risk_ratio(ratio, ppm):
    given = f"{{risk_ratio: {{value: {ratio}}}, effect_days: {{value: 1.5}}}}"
    found = policy(f"outcomes.repeat={given}")
    assert (found.repeat_ppm, found.effect_s) == (ppm, 129_600)


def test_settings_say_when_a_visit_is_late():
    found = scenario("service.follow_up.late_h=2.5").arm(plan()).settings
    assert found.visit_late_s == 9_000


WORKERS = {"name": "managers", "count": 2, "pattern": "continuous", "roles": ["case_manager"]}
TEAMS = {"name": "teams", "count": 3, "pattern": "continuous"}


def test_workers_are_no_teams():
    """Neither funded ones nor team-hours that latent demand is counted from."""
    of = scenario(*LATENT, elasticity(1))
    with_workers, without = plan(lines=[TEAMS, WORKERS]), plan(lines=[TEAMS])
    assert of.arm(with_workers).settings.teams_funded == 3
    assert asked(of, with_workers, without) == 500_000


def test_the_agency_of_workers_is_counted():
    of = scenario("demand.zone_agency=[police]", "demand.zones=[z]", "demand.zone_share=[1]")
    lines = [TEAMS | {"agency": "police"}, WORKERS | {"agency": "clinic"}]
    arm = of.arm(plan(lines=lines))
    assert arm.policy.agency_of_zone.tolist() == [1]
    assert arm.schedule.roster.agency.tolist() == [1, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("lines", "most"),
    [
        ([TEAMS], 3),
        ([TEAMS, WORKERS], 5),
        ([{"name": "a", "count": 2, "pattern": "3x8"}], 2),
        ([{"name": "a", "count": 2, "pattern": "3x10"}, WORKERS], 6),
        ([TEAMS | {"count": 0}], 1),
    ],
)
def test_the_square_root_law_has_a_time_for_as_many_as_are_on_at_once(lines, most):
    """A fresh car overlaps with the one it relieves, and a worker drives too."""
    of = scenario(SHARES % (1, 0, 0, 0), "dispatch.rule=longest_idle")
    law = compose(["program=los_angeles"]).travel
    assert len(of.arm(plan(lines=lines), law).travel.by_free_s) == most + 1


# --- latent demand -------------------------------------------------------------------------------


LATENT = ("service.funnel.requested_share=0.5", "service.funnel.eligible_share=1")


def elasticity(value):
    return f"dispatch.latent_demand.elasticity={value}"


def asked(of: Scenario, of_plan, base=None):
    return int(of.arm(of_plan, base=base).policy.funnel_ppm[-1, 0])


@pytest.mark.parametrize(
    ("value", "length_h", "ppm"),
    [
        (0, 16, 500_000),
        (1, 8, 500_000),
        (1, 4, 250_000),
        (1, 12, 750_000),
        (0.5, 2, 250_000),
        (1, 24, PPM),
        (10, 9, PPM),
        (10, 4, 488),
    ],
)
def test_requests_follow_the_team_hours_of_the_base_up_to_all(value, length_h, ppm):
    """Half of calls are asked for with eight hours a day; by hand 0.5 x (hours / 8)^elasticity."""
    of, base = scenario(*LATENT, elasticity(value)), hours("base", 1, 8)
    assert asked(of, hours("plan", 1, length_h), base) == ppm


def test_each_type_has_its_own_limit():
    of = scenario(
        *LATENT, elasticity(1), "service.funnel.by_type={overdose: {requested_share: 0.9}}"
    )
    found = of.arm(hours("plan", 1, 12), base=hours("base", 1, 8)).policy.funnel_ppm[-1]
    assert found.tolist() == [PPM, 750_000, 750_000]


def test_no_hours_on_either_side_change_nothing():
    of, none, some = scenario(*LATENT, elasticity(1)), plan(count=0), plan(count=1)
    assert asked(of, none, some) == asked(of, some, none) == asked(of, none, none) == 500_000


def test_without_a_base_a_plan_is_its_own():
    assert asked(scenario(*LATENT, elasticity(1)), plan(count=9)) == 500_000


def test_more_hours_never_take_a_request_away():
    of = scenario(*LATENT, elasticity(0.4))
    base, calls = plan("base", 2), of.calls(0)
    less, more = (
        requested(of.world(of.arm(plan(count=count), base=base), calls, 0)) for count in (1, 3)
    )
    assert np.all(more >= less)
    assert more.sum() > less.sum()


def test_the_base_is_the_last_plan_of_the_comparison_or_the_one_named():
    config = compose(["program=los_angeles", *SHORT, elasticity(1), *LATENT])
    plans = [staffing(name) for name in ("17", "12")]
    base = latent_base(config, plans[-1], None)
    assert base.name == "12"
    request = Request("compare", overrides=("program=los_angeles",))
    sides = _sides(Scenario(config, base), plans, request)
    found = {side.role: [int(arm.policy.funnel_ppm[-1, 0]) for arm in side.arms] for side in sides}
    expected = [round(500_000 * 17 / 12), 500_000]
    assert found["main"] == found["other_reading"] == found["travel_beside"] == expected
    of_17 = compose(
        [
            "program=los_angeles",
            *SHORT,
            elasticity(1),
            *LATENT,
            "dispatch.latent_demand.base_plan=17",
        ]
    )
    readings = ({}, of_17.program.other_reading)
    named = [latent_base(of_17, plans[-1], None, reading) for reading in readings]
    assert [one.name for one in named] == ["17", "unit_shifts_17"]


# --- worlds --------------------------------------------------------------------------------------


def test_without_chance_a_world_has_the_arms_own_roster_and_breaks():
    of = scenario("service.unavailability.meal={after_h: 4, every_h: 8, minutes: 30}")
    arm, calls = of.arm(plan()), of.calls(0)
    worlds = [of.world(arm, calls, replication) for replication in (0, 1)]
    assert arm.breaks is not None
    assert len(arm.breaks.duty) > 0
    for world in worlds:
        assert world.roster is arm.schedule.roster
        assert world.breaks is arm.breaks
        assert world.calls is calls


def test_with_chance_each_replication_has_its_own():
    of = scenario("service=with_breaks")
    arm, calls = of.arm(plan()), of.calls(0)
    one, other = (of.world(arm, calls, replication).breaks for replication in (0, 1))
    assert arm.breaks is None
    assert one.due_at_s.tolist() != other.due_at_s.tolist()
    absent = scenario("service=short_staffed")
    arm = absent.arm(plan(count=9))
    rosters = [absent.world(arm, calls, replication).roster for replication in (0, 1)]
    assert rosters[0].on_at_s.tolist() != rosters[1].on_at_s.tolist()


def test_settings_say_what_patrol_is_counted_as():
    key = "service.absence.officer_alone"
    of = scenario("service=short_staffed", "service.patrol.officers=2", f"{key}=as_patrol")
    settings = of.arm(plan()).settings
    assert settings.patrol_officers == 2.0
    assert settings.officer_alone_as_patrol
    idle = scenario("service=short_staffed", f"{key}=idle").arm(plan()).settings
    assert not idle.officer_alone_as_patrol


# --- faults --------------------------------------------------------------------------------------


def fault(function) -> str:
    with pytest.raises(InputError) as caught:
        function()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_zone_that_the_demand_does_not_have():
    line = {"name": "a", "count": 1, "pattern": "continuous", "base_zones": ["nowhere"]}
    said = fault(lambda: scenario().arm(plan("mine", lines=[line])))
    assert said.startswith("staffing plan mine: line 'a': unknown base zone 'nowhere'; ")


def test_rules_that_do_not_fit_the_travel():
    said = fault(lambda: scenario().arm(plan("mine", dispatch={"scope": "closed"})))
    assert said.startswith(
        "staffing plan mine: dispatch.scope: expected open without demand.zone_a"
    )


def test_rules_that_do_not_fit_the_travel_beside():
    of, law = scenario(), compose(["program=los_angeles"]).travel
    said = fault(lambda: of.arm(plan("mine"), law))
    right = "expected longest_idle or least_worked with square-root travel"
    assert said.startswith(f"staffing plan mine: dispatch.rule: {right}")


def test_a_program_whose_travel_beside_does_not_fit():
    said = fault(
        lambda: sim.run(
            2, overrides=[*SHORT, "dispatch=closest", "program.travel_beside=square_root"]
        )
    )
    assert said.startswith("program.travel_beside=square_root (null for none): dispatch.")


def test_more_agencies_than_can_be_numbered():
    line = {"count": 1, "pattern": "continuous"}
    lines = [{"name": f"l{n}", "agency": f"a{n}", **line} for n in range(127)]
    said = fault(lambda: scenario().arm(plan("mine", lines=lines)))
    right = "expected at most 127 agencies of zones and lines, got 128"
    assert said == f"staffing plan mine: {right}"


def test_a_base_plan_that_is_not_there():
    key = "dispatch.latent_demand.base_plan"
    said = fault(lambda: sim.run(2, overrides=[*SHORT, f"{key}=nobody"]))
    assert said.startswith(f"{key}: unknown plan 'nobody'")


def test_a_base_plan_of_one_plan_alone():
    given = {"latent_demand": {"elasticity": 1, "base_plan": "12"}}
    said = fault(lambda: scenario().arm(plan("mine", dispatch=given)))
    right = "expected dispatch.latent_demand.base_plan in the program or on the command line"
    assert said.startswith(f"staffing plan mine: {right}")
    assert said.endswith("got '12' in this plan")


@pytest.mark.parametrize(
    ("plans", "says"),
    [
        ([], "compare: expected two plans "),
        ([3, 3], "compare: expected every plan once, got 3 twice"),
        (["no", 3], "unknown plan"),
    ],
)
def test_plans_that_are_not(plans, says):
    assert fault(lambda: sim.compare(*plans, overrides=SHORT)).startswith(says)
