"""Beside an answer: which warnings on its results and notes on its rules there are, and when."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import sim
from sim.config import compose, staffing
from sim.report.comparison.full import full
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.comparison import cautions as room
from sim.scenarios.scenario import Scenario

SHORT = ["run.replications=2", "run.draws=0", "run.warm_up_days=0"]


def cautions(plan: int, *overrides: str) -> list[str]:
    """Warnings of one plan."""
    return sim.run(plan, overrides=[*SHORT, *overrides], check="none").warnings


def test_more_load_than_teams_is_warned_of_with_the_worst_hour() -> None:
    (warning,) = cautions(2, "run.window_days=28")
    assert warning.startswith("plan 2: in ")
    assert " of 168 hours of the week " in warning
    assert warning.endswith(" 2.0 teams)")


def test_enough_teams_are_not_warned_of() -> None:
    assert cautions(40, "run.window_days=28", "demand.calls_per_year=2000") == []


def test_a_window_without_every_hour_of_the_week_is_no_fault() -> None:
    (warning,) = cautions(1, "run.window_days=1", "run.tail_days=7")
    assert "of 168 hours" in warning


def test_patrol_alone_has_no_load_on_teams() -> None:
    assert cautions(0, "run.window_days=2") == []


def test_calls_open_at_the_end_are_warned_of() -> None:
    warnings = cautions(
        300, "run.window_days=2", "run.tail_days=1",
        "service.report={distribution: constant, mean: 4000}",
    )  # fmt: skip
    assert any("run.tail_days" in warning for warning in warnings)


def test_a_queue_without_end_is_not_put_down_to_the_tail() -> None:
    waits = ["service.patrol_clears={distribution: constant, mean: 43200}"]
    waits += ["service.subject_leaves={distribution: constant, mean: 43200}"]
    warnings = cautions(1, "run.window_days=14", "run.tail_days=1", *waits)
    (warning,) = [x for x in warnings if "still open" in x]
    assert "the load exceeds the teams" in warning
    assert "tail_days" not in warning


# --- visits --------------------------------------------------------------------------------------

VISITS = ["service=with_follow_up", "demand.calls_per_year=4000", "run.window_days=14"]
KEY = "service.follow_up"


def visits(plan: str | int, *overrides: str) -> list[str]:
    """Warnings of one plan, but for those of load."""
    found = sim.run(plan, overrides=[*SHORT, *VISITS, *overrides], check="none").warnings
    return [warning for warning in found if "offered load" not in warning]


@pytest.mark.parametrize("given", [["by_teams=false"], ["by_teams=true", "spare_teams=12"]])
def test_visits_that_nobody_makes_are_warned_of_with_the_key(given: list[str]) -> None:
    (warning,) = visits(12, *(f"{KEY}.{key}" for key in given))
    assert warning.startswith("plan 12: nobody ")
    assert "roles: [case_manager]" in warning
    assert f"{KEY}.by_teams=true" in warning


def test_visits_that_case_managers_or_teams_make_are_not_warned_of() -> None:
    assert visits("12_and_3_case_managers", f"{KEY}.by_teams=false") == []
    assert visits(12) == []


def test_many_visits_that_expire_are_warned_of() -> None:
    (warning,) = visits("12_and_3_case_managers", f"{KEY}.by_teams=false", f"{KEY}.expires_h=4")
    assert re.match(r"plan 12_and_3_case_managers: \d[\d.]* % of the visits ", warning)
    assert f"{KEY}.open" in warning


def test_a_tenth_that_expires_is_not_many() -> None:
    found = sim.run(12, overrides=[*SHORT, *VISITS], check="none").main.plans[0]
    due, hours = "visits_due_per_year", "visit_hours_per_year"

    def said(expired: float) -> list[str]:
        shown = {due: 100.0, "visits_expired_per_year": expired, hours: 5.0}
        measures = found.measures | {
            name: Interval(value, value, value, 2) for name, value in shown.items()
        }
        return [x for x in room.cautions([replace(found, measures=measures)]) if "expire" in x]

    assert said(10) == []
    assert said(10.5)[0].startswith("plan 12: 10.5 % of the visits")


def test_without_visits_there_is_nothing_to_warn_of() -> None:
    assert visits(12, f"{KEY}.share=0", f"{KEY}.by_teams=false") == []


# --- outcomes seen on selected calls -------------------------------------------------------------

ON_FEW = ["run.window_days=2", "demand.calls_per_year=100"]


@pytest.mark.parametrize(
    ("overrides", "share"),
    [
        (["program=los_angeles"], "all requests"),
        (["outcomes=los_angeles"], "40 % of requests"),  # 30 % direct, 10 % self-dispatched
        (["outcomes=los_angeles", "dispatch=officer_request"], ""),
        (["program=los_angeles", "dispatch=officer_request"], ""),
        (["program=los_angeles", "outcomes.observed_on=all"], ""),
        ([], ""),
    ],
)
def test_outcomes_of_selected_calls_are_warned_of_on_others(overrides, share) -> None:
    found = [x for x in cautions(2, *ON_FEW, *overrides) if "outcomes.observed_on" in x]
    assert len(found) == bool(share)
    assert all(x.startswith("plan 2: ") and f"here {share} arrive " in x for x in found)


def test_plans_alike_in_selected_calls_are_warned_of_once() -> None:
    scenario = Scenario(compose(["outcomes=los_angeles"]), staffing("2"))
    by_number = [scenario.arm(staffing(name)) for name in ("3", "0", "2")]
    (warning,) = room.selected_calls(scenario.config, by_number)
    assert warning.startswith("plan 3, 2: ")
    assert "40 % of requests" in warning


# --- notes ---------------------------------------------------------------------------------------

LATENT = "Requests do not grow with the number of teams."


def notes(plans: str, *overrides: str) -> list[str]:
    """Notes on some plans, by name."""
    scenario = Scenario(compose(list(overrides)), staffing(plans.rsplit(maxsplit=1)[-1]))
    return room.notes(scenario.config, [scenario.arm(staffing(name)) for name in plans.split()])


def test_plans_of_as_many_hours_have_nothing_to_note() -> None:
    assert notes("5") == []
    assert notes("17 17") == []


def test_requests_that_do_not_grow_are_noted_if_plans_differ_in_hours() -> None:
    (note,) = notes("17 12", "program=los_angeles")
    assert note.startswith(LATENT)
    assert notes("17 12", "dispatch.latent_demand.elasticity=0.3") == []


def test_a_radius_that_nobody_is_within_is_noted_once() -> None:
    key = "dispatch.self_dispatch_radius_minutes"
    assert notes("3 0", f"{key}=20")[1:] == []
    (_, note) = notes("5 3 0", f"{key}=19.5")
    assert re.match(r"Self-dispatch, 10 % of requests: .* 20 minutes .* radius is 19\.5\.$", note)


def test_a_radius_is_of_no_matter_without_self_dispatch() -> None:
    assert notes("3", "dispatch=officer_request", "dispatch.self_dispatch_radius_minutes=0") == []
    assert notes("3", "program=los_angeles", "dispatch.self_dispatch_radius_minutes=0") == []


def test_a_plan_with_a_radius_of_its_own_is_named(tmp_path) -> None:
    (tmp_path / "staffing").mkdir()
    text = "lines: [{name: a, count: 3, pattern: continuous}]\ndispatch: {%s: 1}\n"
    file = tmp_path / "staffing" / "near.yaml"
    file.write_text(text % "self_dispatch_radius_minutes")
    scenario = Scenario(compose([]), staffing("3"))
    plans = [staffing(name, tmp_path) for name in ("3", "near")]
    (note,) = room.notes(scenario.config, [scenario.arm(plan) for plan in plans])
    assert note.endswith("the radius is 1 (plan near).")


@pytest.mark.parametrize(
    ("dispatch", "share"), [("default", "60 %"), ("officer_request", ""), ("los_angeles", "")]
)
def test_posts_without_an_officer_serve_only_calls_that_patrol_attends(dispatch, share) -> None:
    found = notes("12_and_3_remote", f"dispatch={dispatch}")
    assert len(found) == bool(share)
    for note in found:
        assert note.startswith("Plan 12_and_3_remote: 3 of 15 posts have no officer")
        assert note.endswith(f", {share} of requests.")


def test_case_managers_are_no_posts_without_an_officer() -> None:
    assert notes("12_and_3_case_managers") == []


def test_limited_chairs_are_said_to_be_for_those_whom_teams_bring() -> None:
    (note,) = notes("5", "service.center.chairs=4")
    assert note.startswith("Chairs: ")
    assert "service.center.chairs" in note


def test_a_risk_ratio_stands_beside_the_trial() -> None:
    (note,) = notes("5", "outcomes=fewer_repeats")
    assert "a risk ratio of 0.9 (outcomes.repeat.risk_ratio)" in note
    assert "Indianapolis" in note


def test_notes_stand_among_the_caveats_and_are_no_warnings() -> None:
    overrides = [*SHORT, "run.window_days=2", "demand.calls_per_year=10"]
    found = sim.compare(3, 2, overrides=overrides, engine="simpy", cores=1)
    assert found.warnings == []
    assert f"\n- {LATENT}" in full(found).partition("Assumptions and caveats\n")[2]
