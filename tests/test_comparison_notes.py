"""Notes on the rules and plans of a comparison, and when they are there."""

from __future__ import annotations

from collections.abc import Sequence

from sim.config import compose, staffing
from sim.scenarios.comparison import notes as room
from sim.scenarios.scenario import Scenario

MANAGERS = "12_and_3_case_managers"
RADIUS = "dispatch.self_dispatch_radius_minutes"

Case = tuple[str, Sequence[str]]
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


def test_golden_notes_are_there_when_they_matter(golden) -> None:
    texts = {name: notes(plans, overrides) for name, (plans, overrides) in NOTED.items()}
    golden(
        "".join(f"{name}: {' | '.join(each) or 'none'}\n" for name, each in texts.items()),
        "notes.txt",
    )


def test_a_plan_with_a_radius_of_its_own_is_named(tmp_path) -> None:
    (tmp_path / "staffing").mkdir()
    text = "lines: [{name: a, count: 3, pattern: continuous}]\ndispatch: {%s: 1}\n"
    file = tmp_path / "staffing" / "near.yaml"
    file.write_text(text % "self_dispatch_radius_minutes")
    scenario = Scenario(compose([]), staffing("3"))
    plans = [staffing(name, tmp_path) for name in ("3", "near")]
    (note,) = room.notes(scenario.config, [scenario.arm(plan) for plan in plans])
    assert note.endswith("the radius is 1 (plan near).")
