"""A comparison is held against SimPy before its answer is shown."""

from __future__ import annotations

import pytest

import sim
from sim.config import StaffingPlan, compose
from sim.model import kernel, simulation
from sim.model.ledger.record import Record
from sim.model.simulation import simulate
from sim.model.world import World
from sim.scenarios.checking import EnginesDifferError, twin_check
from sim.scenarios.request import Request
from sim.scenarios.samples import Job
from sim.scenarios.scenario import Scenario
from sim.schema import EndCause, Status, VisitStatus

SHORT = [
    *("run.window_days=70", "run.replications=2", "run.draws=0"),
    "demand.calls_per_year=2000",
]


def test_a_comparison_says_what_was_checked() -> None:
    answer = sim.compare(3, 2, overrides=SHORT)
    assert answer.check is not None
    assert answer.check.plans == 2
    assert answer.check.calls > 0


def test_a_full_check_runs_more_calls_than_four_weeks() -> None:
    short, full = (sim.run(2, overrides=SHORT, check=how).check for how in ("four_weeks", "full"))
    assert short is not None
    assert full is not None
    assert full.calls > short.calls


def test_no_check_is_none() -> None:
    assert sim.run(2, overrides=SHORT, check="none").check is None


def test_simpy_needs_no_check() -> None:
    answer = sim.run(2, overrides=[*SHORT, "run.window_days=7", "run.cores=1"], engine="simpy")
    assert answer.check is None


def test_an_engine_that_differs_stops_the_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    right = kernel.simulate

    def wrong(world: World) -> Record:
        record = right(world)
        trips = record.trips
        late = {**trips, "end_at_s": trips["end_at_s"] + (trips["call"] == 3)}
        return record._replace(trips=late)

    monkeypatch.setattr(simulation.kernel, "simulate", wrong)
    with pytest.raises(EnginesDifferError, match=r"plan 2: .* column end"):
        sim.run(2, overrides=SHORT)


def test_both_engines_give_the_same_measures_to_the_bit() -> None:
    overrides = [*SHORT, "run.window_days=28", "program=los_angeles", "run.cores=1"]
    one, other = (
        sim.compare(5, 4, overrides=overrides, engine=engine) for engine in ("simpy", "compiled")
    )
    assert one.main.plans[0].measures == other.main.plans[0].measures
    assert one.main.differences == other.main.differences


BREAKS = "service.unavailability={meal: {after_h: 4, every_h: 6, minutes: 30}}"


@pytest.mark.parametrize("service", ["with_breaks", "short_staffed"])
def test_engines_agree_where_chance_has_a_part_in_who_is_there(service: str) -> None:
    overrides = [*SHORT, "run.window_days=28", f"service={service}", "run.cores=1"]
    if service == "short_staffed":
        overrides.append(BREAKS)
    one, other = (
        sim.compare(4, 3, overrides=overrides, engine=engine) for engine in ("simpy", "compiled")
    )
    assert other.check is not None
    assert one.main.plans[0].measures == other.main.plans[0].measures
    assert one.main.differences == other.main.differences


AFTER_THE_SCENE = (
    "demand=frequent_callers",
    "outcomes=fewer_repeats",
    "service.outreach.per_week=20",
    "service.follow_up.share=0.6",
    "service.follow_up.by_teams=true",
    "service.follow_up.spare_teams=1",
    "service.follow_up.interruptible=true",
    "service.follow_up.expires_h=30",
    "service.center.chairs=1",
    "service.center.open={days: [mon, tue, wed, thu, sat], from_hour: 7, until_hour: 23}",
    "service.hospital.custody_share=0.4",
    "service.transport.hold={by: team, splits: true}",
    "service.transport.voluntary={by: ambulance, team_follows: true}",
)


@pytest.mark.parametrize("travel", ["constant", "square_root"])
def test_engines_agree_on_chairs_custody_visits_and_repeat_calls(travel: str) -> None:
    rules = {
        "constant": ["travel=constant", "dispatch=closest"],
        "square_root": ["program=los_angeles"],
    }
    scenario = Scenario(compose([*rules[travel], *SHORT, *AFTER_THE_SCENE]))
    manager = {"name": "m", "count": 2, "pattern": "daily", "roles": ["case_manager"]}
    lines = [
        {"name": "t", "count": 3, "pattern": "3x10"},
        manager | {"starts": ["09:00"], "length_h": 8, "days": ["mon", "wed", "fri"]},
    ]
    arms = tuple(
        scenario.arm(StaffingPlan.model_validate({"name": "p", "lines": lines[:n]})) for n in (1, 2)
    )
    job = Job(scenario, arms, (), "compiled")
    assert twin_check(job, Request("run", check="full")) is not None
    for arm in arms:
        world = scenario.world(arm, scenario.calls(0), 0)
        ledger = simulate(world, "compiled")
        assert len(ledger.chairs.call) > 0
        assert {VisitStatus.DONE, VisitStatus.EXPIRED} <= set(ledger.visits.status)
        assert Status.AVERTED in set(ledger.calls.status)
        assert EndCause.INTERRUPTED in set(ledger.trips.end_cause)
