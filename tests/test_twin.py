"""The compiled engine is the twin of the SimPy one; a brute-force version agrees with both."""

from __future__ import annotations

from collections import Counter

import numba
import numpy as np
import pytest
from hypothesis import given, settings

from sim.config import Config, InputError, check_plan, compose, program_names, staffing
from sim.model.ledger.record import complete, first_difference
from sim.model.simulation import simulate
from sim.model.world import World, cut
from sim.scenarios.scenario import Scenario
from sim.schema import (
    NONE,
    Destination,
    EndCause,
    EndedBy,
    Kind,
    Ledger,
    Status,
    VisitStatus,
)
from tests import naive
from tests.worlds import make_calls, make_world, nasty_world, nasty_worlds, posts

_CODES = (Status, EndedBy, Destination, EndCause, VisitStatus, Kind)
DAYS = 7 if numba.config.DISABLE_JIT else 28  # the loop is slow as plain Python
SOME_DAYS = [f"run.window_days={DAYS}", "run.warm_up_days=2"]


@settings(max_examples=1_500, deadline=None)
@given(nasty_worlds())
def test_both_engines_give_the_same_ledger(world: World) -> None:
    difference = first_difference(simulate(world, "simpy"), simulate(world, "compiled"))
    assert difference is None, difference


@settings(max_examples=1_000, deadline=None)
@given(nasty_worlds())
def test_brute_force_gives_the_same_ledger(world: World) -> None:
    by_force = complete(world, naive.simulate(world))
    difference = first_difference(simulate(world, "simpy"), by_force)
    assert difference is None, difference


def test_nasty_worlds_show_all_that_can_happen() -> None:
    shown = Counter[str]()
    for seed in range(500):
        world = nasty_world(seed)
        shown.update(_shown(world, simulate(world, "compiled")))
    every = {repr(each) for codes in _CODES for each in codes}
    rare = {each: shown[each] for each in every if shown[each] < 5}
    assert list(rare) == [repr(Kind.REMOTE_CLINICIAN)], rare  # who makes no visits


def _shown(world: World, ledger: Ledger) -> set[str]:
    """Codes that stand in a ledger; of kinds, those that made a visit."""
    trips, calls = ledger.trips, ledger.calls
    of_visits = world.roster.kind[trips.duty[trips.visit != NONE]]
    columns = (calls.status, calls.ended_by, calls.destination, trips.end_cause)
    columns += (ledger.visits.status, of_visits)
    found = zip(_CODES, columns, strict=True)
    return {repr(codes(code)) for codes, column in found for code in column}


def _plans_of(program: str) -> list[str]:
    """Plans of a program, and of those of no program the ones that it can run."""
    config = compose([f"program={program}"])
    others = ["0", "12", "12_and_3_remote", "12_and_3_case_managers", "weekdays_2x12"]
    return [*config.program.plans, *(name for name in others if _fits(name, config))]


def _fits(name: str, config: Config) -> bool:
    try:
        check_plan(staffing(name), config)
    except InputError:
        return False
    return True


@pytest.mark.parametrize("program", program_names())
def test_every_preset_runs_some_days_in_both(program: str) -> None:
    scenario = Scenario(compose([f"program={program}", *SOME_DAYS]))
    calls = scenario.calls(0)
    for plan in _plans_of(program):
        world = scenario.world(scenario.arm(staffing(plan)), calls, 0)
        difference = first_difference(simulate(world, "simpy"), simulate(world, "compiled"))
        assert difference is None, f"{plan}: {difference}"


def test_a_cut_world_is_the_same_in_both_and_shorter() -> None:
    scenario = Scenario(compose(["program=los_angeles", "run.window_days=60"]))
    world = scenario.world(scenario.arm(staffing("unit_shifts_12")), scenario.calls(3), 3)
    shorter = cut(world, 28 * 86_400, 7 * 86_400)
    assert 0 < len(shorter.calls.zone) < len(world.calls.zone)
    assert first_difference(simulate(shorter, "simpy"), simulate(shorter, "compiled")) is None


def test_a_cut_world_starts_as_the_whole_one_does() -> None:
    scenario = Scenario(compose(["program=los_angeles", "run.window_days=40"]))
    world = scenario.world(scenario.arm(staffing("12")), scenario.calls(1), 1)
    until_s = 10 * 86_400
    whole, part = (simulate(w, "compiled") for w in (world, cut(world, until_s, 86_400)))
    n = int(np.searchsorted(part.trips.assigned_at_s, until_s))
    assert n > 0
    np.testing.assert_array_equal(part.trips.call[:n], whole.trips.call[:n])
    np.testing.assert_array_equal(part.trips.duty[:n], whole.trips.duty[:n])


def test_first_difference_names_row_and_column() -> None:
    calls = make_calls(2, received_at_s=[0, 5], on_scene_for_s_by_kind=3)
    world = make_world(calls, posts(1, 60), 60)
    ledger = simulate(world, "compiled")
    assert first_difference(ledger, ledger) is None
    later = ledger.trips._replace(end_at_s=ledger.trips.end_at_s + np.array([0, 1]))
    said = first_difference(ledger, ledger._replace(trips=later))
    assert said == "trips, row 1, column end_at_s: 8 against 9"


def test_first_difference_counts_rows() -> None:
    one = make_world(make_calls(1), posts(1, 60), 60)
    two = make_world(make_calls(2), posts(1, 60), 60)
    said = first_difference(simulate(one, "compiled"), simulate(two, "compiled"))
    assert said == "calls, number of rows: 1 against 2"
