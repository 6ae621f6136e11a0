"""Beside an answer: which warnings on its results and notes on its rules there are, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sim
from sim.config import compose, staffing
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.comparison import cautions as room
from sim.scenarios.scenario import Scenario

SHORT = ["run.replications=2", "run.draws=0", "run.warm_up_days=0"]
FOUR_WEEKS, TWO_DAYS = "run.window_days=28", "run.window_days=2"
LASTING = "{distribution: constant, mean: 43200}"
VISITS = ["service=with_follow_up", "demand.calls_per_year=4000", "run.window_days=14"]
MANAGERS = "12_and_3_case_managers"
KEY, OFF = "service.follow_up", "service.follow_up.by_teams=false"
FEW = [TWO_DAYS, "demand.calls_per_year=100"]
RADIUS = "dispatch.self_dispatch_radius_minutes"

Case = tuple[str | int, Sequence[str]]
WARNED: dict[str, Case] = {  # a plan and its overrides
    "more load than teams": (2, [FOUR_WEEKS]),
    "enough teams": (40, [FOUR_WEEKS, "demand.calls_per_year=2000"]),
    "not every hour of the week": (1, ["run.window_days=1", "run.tail_days=7"]),
    "more load than a team of 40 hours a week": ("mobile_1", [FOUR_WEEKS]),
    "little load for it": ("mobile_1", [FOUR_WEEKS, "demand.calls_per_year=500"]),
    "patrol alone": (0, [TWO_DAYS]),
    "calls open at the end": (
        300,
        [TWO_DAYS, "run.tail_days=1", "service.report={distribution: constant, mean: 4000}"],
    ),
    "a queue without end": (
        1,
        [
            *("run.window_days=14", "run.tail_days=1"),
            f"service.patrol_settles={LASTING}",
            *("service.withdrawn_per_hour=0", "service.queue_limit=40000"),
        ],
    ),
    "nobody makes visits": (12, [*VISITS, OFF]),
    "too few teams to make visits": (
        12,
        [*VISITS, f"{KEY}.by_teams=true", f"{KEY}.spare_teams=12"],
    ),
    "case managers make visits": (MANAGERS, [*VISITS, OFF]),
    "teams make visits": (12, VISITS),
    "many visits expire": (MANAGERS, [*VISITS, OFF, f"{KEY}.expires_h=4"]),
    "no visits": (12, [*VISITS, OFF, f"{KEY}.share=0"]),
    "shares of selected calls, on all": (2, [*FEW, "program=los_angeles"]),
    "on direct and self-dispatched": (2, [*FEW, "outcomes=los_angeles"]),
    "on those selected": (2, [*FEW, "outcomes=los_angeles", "dispatch=officer_request"]),
    "on those selected there": (2, [*FEW, "program=los_angeles", "dispatch=officer_request"]),
    "shares of all calls": (2, [*FEW, "program=los_angeles", "outcomes.observed_on=all"]),
    "no shares": (2, FEW),
}
NOTED: dict[str, Case] = {  # plans and their overrides
    "one plan": ("5", []),
    "as many hours": ("17 17", []),
    "requests that do not grow": ("17 12", ["program=los_angeles"]),
    "requests that grow": ("17 12", ["dispatch.latent_demand.elasticity=0.3"]),
    "somebody within the radius": ("3 0", [f"{RADIUS}=20"]),
    "nobody within the radius": ("5 3 0", [f"{RADIUS}=13.5"]),
    "no self-dispatch": ("3", ["dispatch=officer_request", f"{RADIUS}=0"]),
    "no self-dispatch there": ("3", ["program=los_angeles", f"{RADIUS}=0"]),
    "posts without an officer": ("12_and_3_remote", []),
    "patrol attends all": ("12_and_3_remote", ["dispatch=officer_request"]),
    "patrol attends none": ("12_and_3_remote", ["dispatch=los_angeles"]),
    "case managers": (MANAGERS, []),
    "limited chairs": ("5", ["service.center.chairs=4"]),
    "a risk ratio": ("5", ["outcomes=fewer_repeats"]),
}


def notes(plans: str, overrides: Sequence[str]) -> list[str]:
    """Notes on some plans, by name."""
    scenario = Scenario(compose(list(overrides)), staffing(plans.rsplit(maxsplit=1)[-1]))
    return room.notes(scenario.config, [scenario.arm(staffing(name)) for name in plans.split()])


def test_golden_warnings_and_notes_are_there_when_they_matter(golden) -> None:
    texts = {
        name: sim.run(plan, overrides=[*SHORT, *overrides], check="none").warnings
        for name, (plan, overrides) in WARNED.items()
    }
    texts |= {name: notes(str(plans), overrides) for name, (plans, overrides) in NOTED.items()}
    golden(
        "".join(f"{name}: {' | '.join(each) or 'none'}\n" for name, each in texts.items()),
        "cautions.txt",
    )


def test_a_tenth_that_expires_is_not_many() -> None:
    plan = sim.run(12, overrides=[*SHORT, *VISITS], check="none").main.plans[0]

    def warned(expired: float) -> list[str]:
        shown = {"visits_due_per_year": 100.0, "visit_hours_per_year": 5.0}
        shown["visits_expired_per_year"] = expired
        measures = plan.measures | {
            name: Interval(value, value, value, 2) for name, value in shown.items()
        }
        return [x for x in room.cautions([replace(plan, measures=measures)]) if "expire" in x]

    assert warned(10) == []
    assert warned(10.5)[0].startswith("plan 12: 10.5 % of the visits")


def test_plans_alike_in_selected_calls_are_warned_of_once() -> None:
    scenario = Scenario(compose(["outcomes=los_angeles"]), staffing("2"))
    by_number = [scenario.arm(staffing(name)) for name in ("3", "0", "2")]
    (warning,) = room.selected_calls(scenario.config, by_number)
    assert warning.startswith("plan 3, 2: ")
    assert "40 % of requests" in warning


def test_a_plan_with_a_radius_of_its_own_is_named(tmp_path) -> None:
    (tmp_path / "staffing").mkdir()
    text = "lines: [{name: a, count: 3, pattern: continuous}]\ndispatch: {%s: 1}\n"
    file = tmp_path / "staffing" / "near.yaml"
    file.write_text(text % "self_dispatch_radius_minutes")
    scenario = Scenario(compose([]), staffing("3"))
    plans = [staffing(name, tmp_path) for name in ("3", "near")]
    (note,) = room.notes(scenario.config, [scenario.arm(plan) for plan in plans])
    assert note.endswith("the radius is 1 (plan near).")


def test_notes_are_no_warnings() -> None:
    overrides = [*SHORT, TWO_DAYS, "demand.calls_per_year=10"]
    comparison = sim.compare(3, 2, overrides=overrides, engine="simpy", cores=1)
    assert comparison.warnings == []
    assert comparison.notes[0].startswith("Requests do not grow with the number of teams.")
