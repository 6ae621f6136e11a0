"""What has to hold between runs: same calls under every plan, and statements that are theorems."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.config import StaffingPlan, compose, staffing
from sim.model.measures.measure import MEASURES, measure
from sim.model.simulation import simulate
from sim.scenarios.replications import replicate, run_one
from sim.scenarios.samples import Job
from sim.scenarios.scenario import Scenario
from sim.schema import NONE, PPM, Contact, Rule, Status, TravelModel
from tests.worlds import (
    constant_travel,
    make_calls,
    make_policy,
    make_roster,
    make_world,
    plain_worlds,
    posts,
)

SHORT = ("run.window_days=28",)
READ_BY_HOUR = {"received_at_s", "initial_type", "final_type", "priority"}
PLACELESS = ("call", "assigned_at_s", "arrived_at_s", "left_at_s", "end_at_s", "end_cause")


@cache
def scenario(*overrides: str) -> Scenario:
    return Scenario(compose([*SHORT, *overrides]))


def run(of: Scenario, plan: StaffingPlan, replication: int = 0):
    arm = of.arm(plan)
    world = of.world(arm, of.calls(replication), replication)
    return world, simulate(world), arm


def differing(one, other, rows=slice(None)):
    pairs = zip(one._fields, one, other, strict=True)
    return {name for name, a, b in pairs if not np.array_equal(a[..., rows], b[..., rows])}


def trips_of(ledger, names=PLACELESS):
    columns = (getattr(ledger.trips, name).tolist() for name in names)
    return list(zip(*columns, strict=True))


# --- relief in place -----------------------------------------------------------------------------


def cut_posts(cuts, horizon_s, base_zones):
    """Each post held for the whole run by duties that end at its cuts, relieved in place."""
    duties = []
    for post, (ends, base_zone) in enumerate(zip(cuts, base_zones, strict=True)):
        bounds = [0, *sorted(end for end in set(ends) if 0 < end < horizon_s), horizon_s]
        duties += [
            {"on": on, "off": off, "post": post, "base_zone": base_zone}
            for on, off in pairwise(bounds)
        ]
    rows = sorted(duties, key=lambda duty: (duty["on"], duty["post"]))
    last: dict[int, int] = {}
    for number, row in enumerate(rows):
        row["predecessor"] = last.get(row["post"], NONE)
        last[row["post"]] = number
    return make_roster(rows)


def whole_and_cut(world, cuts, base_zones, rule=None):
    """Ledgers of a world with every post one duty, and with every post cut; and the cut world."""
    horizon_s = world.window.horizon_s
    if rule is not None:
        world = world._replace(policy=world.policy._replace(rule=int(rule)))
    uncut = world._replace(roster=cut_posts([[] for _ in cuts], horizon_s, base_zones))
    parted = world._replace(roster=cut_posts(cuts, horizon_s, base_zones))
    return simulate(uncut), simulate(parted), parted


ends_of_duties = st.lists(st.integers(1, 59), max_size=6)


@settings(max_examples=150, deadline=None)
@given(plain_worlds(), st.lists(ends_of_duties, max_size=4))
def test_cutting_posts_in_place_changes_nothing_for_calls_if_travel_knows_no_places(world, cuts):
    """Whatever the rule and the cuts: as many teams are free at every second as without them."""
    if world.travel.model == TravelModel.MATRIX:
        n_zones = world.travel.matrix_s.shape[1]
        same_s = int(world.travel.matrix_s[0, 0, 0])
        world = world._replace(travel=constant_travel(same_s, n_zones))
    whole, parted, _ = whole_and_cut(world, cuts, [0] * len(cuts))
    assert trips_of(parted) == trips_of(whole)
    assert differing(parted.calls, whole.calls) == set()


@settings(max_examples=150, deadline=None)
@given(
    plain_worlds(),
    ends_of_duties,
    st.lists(st.integers(0, 2), max_size=4),
    st.sampled_from([Rule.CLOSEST, Rule.PREFERENCE]),
)
def test_cutting_posts_at_the_same_seconds_changes_no_trip_by_rules_of_place(
    world, ends, bases, rule
):
    """A relief stands where its post stands, so every trip has its post and its origin.

    Provable if the cuts are common (ties go to the least duty, and then duties are in the order of
    posts) and the rule asks for places only (idle and worked count within the duty).
    """
    assume(world.travel.model == TravelModel.MATRIX)
    bases = [base % world.travel.matrix_s.shape[1] for base in bases]
    whole, parted, world = whole_and_cut(world, [ends] * len(bases), bases, rule)
    names = (*PLACELESS, "origin_zone")
    assert trips_of(parted, names) == trips_of(whole, names)
    assert world.roster.post[parted.trips.duty].tolist() == whole.trips.duty.tolist()
    assert differing(parted.calls, whole.calls) == set()


def test_three_shifts_of_eight_hours_in_place_reach_what_a_post_around_the_clock_reaches():
    of = scenario("dispatch=closest")
    shifts = {
        "name": "shifts",
        "count": 9,
        "pattern": "daily",
        "starts": ["07:00", "15:00", "23:00"],
        "length_h": 8,
    }
    cut_world, parted, _ = run(of, StaffingPlan(name="shifts", lines=[shifts]))
    _, whole, _ = run(of, staffing("9"))
    assert len(cut_world.roster.post) > 9 * 3 * 28
    assert (parted.duties.overtime_for_s > 0).sum() > 100
    assert trips_of(parted) == trips_of(whole)
    assert cut_world.roster.post[parted.trips.duty].tolist() == whole.trips.duty.tolist()
    assert differing(parted.calls, whole.calls) == set()


# --- more teams ----------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 8)] * 5), min_size=1, max_size=20),
    st.integers(1, 4),
    st.integers(1, 3),
    st.sampled_from([Rule.LONGEST_IDLE, Rule.LEAST_WORKED, Rule.CLOSEST]),
)
def test_more_teams_never_raise_any_calls_wait(rows, n_teams, n_more, rule):
    """A theorem for first come first served, one class, no patience, travel the same everywhere.

    By induction over calls: the sorted seconds at which teams fall free are never later.
    """
    gap_s, triage_s, turnout_s, on_scene_s, report_s = zip(*rows, strict=True)
    calls = make_calls(
        len(rows),
        received_at_s=np.cumsum(gap_s),
        triage_for_s=triage_s,
        turnout_for_s=turnout_s,
        on_scene_for_s_by_kind=on_scene_s,
        report_for_s=report_s,
    )
    horizon_s = 50 * len(rows)  # more than the gaps and all the work
    assigned = []
    for n in (n_teams, n_teams + n_more):
        world = make_world(
            calls,
            posts(n, horizon_s),
            horizon_s,
            travel=constant_travel(3),
            policy=make_policy(rule=int(rule)),
        )
        ledger = simulate(world)
        assert set(ledger.calls.status) == {Status.SERVED}
        assigned.append(ledger.trips.assigned_at_s[ledger.calls.trip])
    assert np.all(assigned[1] <= assigned[0])


# --- no effect -----------------------------------------------------------------------------------

NET = [name for name in MEASURES if "_net_" in name and "diversions" in name]


def test_no_effect_diverts_nobody_net_also_where_nobody_was_engaged():
    of = scenario("outcomes=none")
    world, ledger, arm = run(of, staffing("12"))
    assert set(ledger.calls.contact[ledger.calls.status == Status.SERVED]) == set(Contact)
    found = measure(world, ledger, arm.settings)
    assert len(NET) == 5
    assert [found[name] for name in NET] == [0.0] * len(NET)


def test_an_effect_does_divert():
    world, ledger, arm = run(scenario(), staffing("12"))
    found = measure(world, ledger, arm.settings)
    # who is not held or arrested may come by consent, so of these there may be more
    assert all(found[name] > 0 for name in NET if "voluntary" not in name)


# --- common random numbers -----------------------------------------------------------------------


def test_a_seed_gives_the_same_bits_again():
    one, other = Scenario(compose([*SHORT])), Scenario(compose([*SHORT]))
    (world, ledger, arm), (again, ledger_again, _) = (
        run(one, staffing("12")),
        run(other, staffing("12")),
    )
    assert differing(world.calls, again.calls) == set()
    for table, table_again in zip(ledger, ledger_again, strict=True):
        assert differing(table, table_again) == set()
    found, found_again = (measure(world, each, arm.settings) for each in (ledger, ledger_again))
    assert np.array_equal(list(found.values()), list(found_again.values()), equal_nan=True)


def test_another_seed_gives_other_calls():
    one, other = scenario().calls(0), scenario("run.seed=5").calls(0)
    n = min(len(one.zone), len(other.zone))
    assert {"received_at_s", "funnel_u", "on_scene_for_s_by_kind"} <= differing(
        one, other, slice(n)
    )


def test_a_call_is_the_same_call_under_every_plan():
    """Column for column, also after both plans have run."""
    (few, few_ledger, _), (many, many_ledger, _) = (
        run(scenario(), staffing(name)) for name in ("12", "17")
    )
    assert differing(few.calls, many.calls) == set()
    assert differing(few.calls, Scenario(compose([*SHORT])).calls(0)) == set()
    assert differing(few_ledger.calls, many_ledger.calls) != set()


@pytest.mark.parametrize("cv", ["0", "0.3"])
def test_a_call_keeps_its_marks_when_demand_grows(cv):
    keys = (f"demand.day_factor_cv={cv}",)
    base, grown = (scenario(*keys, f"demand.growth_factor={g}").calls(0) for g in (1, 1.2))
    n = len(base.zone)
    assert len(grown.zone) > 1.1 * n
    assert differing(base, grown, slice(n)) <= READ_BY_HOUR
    assert "received_at_s" in differing(base, grown, slice(n))


def test_a_call_keeps_all_else_when_a_duration_changes():
    longer = scenario("service.report.mean.value=45").calls(0)
    assert differing(scenario().calls(0), longer) == {"report_for_s"}


def test_a_lower_funnel_asks_for_some_of_the_same_calls():
    """Shares are applied to one stored uniform, so that fewer requests are a subset."""
    of = scenario()
    world, ledger, _ = run(of, staffing("12"))
    fewer = np.minimum(world.policy.funnel_ppm, np.array([[PPM]] * 4 + [[PPM // 4]], np.int32))
    lower = world._replace(policy=world.policy._replace(funnel_ppm=fewer))
    asked, asks = (each.calls.dispatchable_at_s != NONE for each in (ledger, simulate(lower)))
    assert np.all(asked[asks])
    assert 0 < asks.sum() < asked.sum()


# --- replications --------------------------------------------------------------------------------


def job(*plans: str) -> Job:
    of = scenario()
    return Job(of, tuple(of.arm(staffing(plan)) for plan in plans), ((1, 0),), "simpy")


def test_a_replication_alone_gives_the_row_it_has_in_a_batch():
    """Whatever others are run, and in any order."""
    of = job("12", "17")
    batch = replicate(of, [3, 0, 2], 1, lambda *_: None)
    for row, replication in enumerate([3, 0, 2]):
        alone = run_one(of, replication)
        for arm, arm_alone in zip(batch.arms, alone.arms, strict=True):
            assert np.array_equal(arm.values[row], arm_alone.values[0], equal_nan=True)
            for hours, hours_alone in zip(arm.hours, arm_alone.hours, strict=True):
                assert np.array_equal(hours[row], hours_alone[0])
        for column, column_alone in zip(batch.pairs[0], alone.pairs[0], strict=True):
            assert np.array_equal(column[row], column_alone[0], equal_nan=True)


def test_replications_are_not_copies_of_one_another():
    values = replicate(job("12", "17"), [0, 1], 1, lambda *_: None).arms[0].values
    assert not np.array_equal(values[0], values[1], equal_nan=True)


def test_a_plan_alone_measures_what_it_measures_beside_another():
    beside, alone = job("12", "17"), job("17", "17")
    one, other = run_one(beside, 1).arms[1], run_one(alone, 1).arms[0]
    assert np.array_equal(one.values, other.values, equal_nan=True)
