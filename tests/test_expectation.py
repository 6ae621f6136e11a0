"""Expected diversions: what counts come to in the mean, with the chance of the fates left out."""

from __future__ import annotations

import numpy as np
import pytest

from sim.clock import HOUR_S
from sim.config import compose, staffing
from sim.model.measures.contacts import contacts_of
from sim.model.measures.expectation import expected_diversions
from sim.model.measures.measure import expected, measure
from sim.model.measures.times import reached_calls
from sim.model.simulation import simulate
from sim.model.world import World
from sim.scenarios.replications import measure_lean, measure_one, run_one
from sim.scenarios.samples import NAMES, Job
from sim.scenarios.scenario import Scenario
from sim.schema import Destination, Fate, Ledger
from tests.worlds import make_calls, make_world, posts

PATROL = np.array([0.4, 0.1, 0.2, 0.2, 0.1])
TEAM = np.array([0.5, 0.2, 0.1, 0.15, 0.05])
NET = [name for name in NAMES if "diversions_net" in name or name.startswith("treatment")]
SHORT = [
    *("run.window_days=28", "run.warm_up_days=1", "run.tail_days=1"),
    "demand.calls_per_year=20000",
]
OUTCOMES = "outcomes=patrol_and_team"  # a large effect


def one_after_the_other(fates: list[int], wanted: list[int]) -> tuple[World, Ledger]:
    """Calls an hour apart that one post reaches, all of them contacts."""
    n = len(fates)
    calls = make_calls(
        n,
        received_at_s=np.arange(n) * HOUR_S,
        withdrawn_for_s=HOUR_S // 2,
        fate_patrol=fates,
        fate_by_kind=fates,
        wanted_destination=wanted,
        contact=[1] * n,
    )
    world = make_world(calls, posts(1, HOUR_S * n), HOUR_S * n)
    return world, simulate(world)


def test_four_contacts_worked_by_hand():
    """Of four, 0.4 arrests with patrol alone and 0.2 with teams; two want the hospital."""
    center, hospital = Destination.CENTER, Destination.HOSPITAL
    world, ledger = one_after_the_other([Fate.ON_SCENE] * 4, [center, hospital, hospital, center])
    contacts = contacts_of(world, ledger, reached_calls(world, ledger))
    assert len(contacts.call) == 4
    found = expected_diversions(contacts, PATROL, [TEAM] * 3, 0.5)
    assert found == pytest.approx(
        {
            "arrest_diversions_gross_per_year": 4 - 0.2,
            "jail_diversions_gross_per_year": 4 - 0.1,
            "hold_diversions_gross_per_year": 4 - 0.6,
            "voluntary_hospital_diversions_gross_per_year": 4 - 0.2,
            "hospital_diversions_gross_per_year": 4 - 0.8,
            "treatment_connections_per_year": 4 * 0.3,
            "arrest_diversions_net_per_year": 0.2,
            "jail_diversions_net_per_year": 0.1,
            "hold_diversions_net_per_year": 0.2,
            "voluntary_hospital_diversions_net_per_year": 0.2,
            "hospital_diversions_net_per_year": 0.4,
            "treatment_connections_net_per_year": 0.0,
        }
    )


def test_no_effect_is_none_to_the_bit():
    world, ledger = one_after_the_other([Fate.HOLD, Fate.ARREST], [Destination.HOSPITAL] * 2)
    contacts = contacts_of(world, ledger, reached_calls(world, ledger))
    found = expected_diversions(contacts, PATROL, [PATROL] * 3, 0.8)
    assert [found[name] for name in found if "_net_" in name] == [0] * 6


def counted_and_expected(replications: int) -> tuple[np.ndarray, np.ndarray]:
    """Net diversions of 6 posts by replication: as counted, and as expected."""
    plan = staffing("6")
    scenario = Scenario(compose([*SHORT, OUTCOMES, "service=with_crisis_center"]), plan)
    arm, shares = scenario.arm(plan), scenario.tables
    counted, meant = [], []
    for replication in range(replications):
        world = scenario.world(arm, scenario.calls(replication), replication)
        ledger = simulate(world)
        found = measure(world, ledger, arm.settings)
        due = expected(world, ledger, arm.settings, shares.shares.patrol, shares.shares_by_kind)
        counted.append([found[name] for name in NET])
        meant.append([due[name] for name in NET])
    return np.array(counted), np.array(meant)


def test_counts_come_to_what_is_expected_in_the_mean():
    """Their difference has mean zero: within 4.5 standard errors, for each of the measures."""
    counted, meant = counted_and_expected(60)
    off = counted - meant
    error = off.std(axis=0, ddof=1) / len(off) ** 0.5
    assert np.all(np.abs(off.mean(axis=0)) <= 4.5 * error)
    assert np.all(meant.std(axis=0) < counted.std(axis=0))  # and vary less from year to year


def test_a_difference_is_one_of_expected_values_and_only_diversions_and_money_move():
    plans = [staffing("3"), staffing("2")]
    scenario = Scenario(compose(SHORT), plans[-1])
    job = Job(scenario, tuple(map(scenario.arm, plans)), ((0, 1),), "compiled")
    found = measure_one(job, 0)
    same = [
        "diver" not in name and "treat" not in name and "avoid" not in name and "net_b" not in name
        for name in NAMES
    ]
    assert np.array_equal(found.arms[:, same], found.arms_counted[:, same], equal_nan=True)
    at = [NAMES.index(name) for name in (*NET, "net_benefit_per_year")]
    assert found.pairs[0, at] == pytest.approx(found.arms[0, at] - found.arms[1, at])
    assert not np.array_equal(found.arms[:, at], found.arms_counted[:, at])


def test_a_comparison_and_an_experiment_have_the_same_bits():
    plans = [staffing("3"), staffing("2")]
    scenario = Scenario(compose(SHORT), plans[-1])
    job = Job(scenario, tuple(map(scenario.arm, plans)), ((0, 1),), "compiled")
    names = (*NET, "reach_share")
    at = [NAMES.index(name) for name in names]
    whole, part = run_one(job, 0), measure_lean(job, 0, names)
    for arm, values in zip(whole.arms, part.arms, strict=True):
        assert np.array_equal(arm.values[0, at], values[at])
    assert np.array_equal(whole.pairs[0].differences[0, at], part.pairs[0, at])
