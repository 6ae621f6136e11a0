"""What a reader is warned of: more load than teams, and calls still open at the end."""

from __future__ import annotations

import sim

SHORT = ["run.replications=2", "run.warm_up_days=0"]


def cautions(plan: int, *overrides: str) -> list[str]:
    """Warnings of one plan."""
    return sim.run(plan, overrides=[*SHORT, *overrides], check="none").warnings


def test_more_load_than_teams_is_warned_of_with_the_worst_hour() -> None:
    (warning,) = cautions(2, "run.window_days=28")
    assert warning.startswith("plan 2: in ")
    assert "of 168 hours of the week the offered load is at or above the teams on duty" in warning
    assert "against 2.0 teams" in warning


def test_enough_teams_are_not_warned_of() -> None:
    assert cautions(40, "run.window_days=28", "demand.calls_per_year=2000") == []


def test_a_window_without_every_hour_of_the_week_is_no_fault() -> None:
    (warning,) = cautions(1, "run.window_days=1", "run.tail_days=7")
    assert "of 168 hours" in warning


def test_patrol_alone_has_no_load_on_teams() -> None:
    assert cautions(0, "run.window_days=2") == []


def test_calls_open_at_the_end_are_warned_of() -> None:
    warnings = cautions(
        30, "run.window_days=2", "run.tail_days=1",
        "service.report={distribution: constant, mean: 4000}",
    )  # fmt: skip
    assert any("still open at the end" in warning for warning in warnings)
    assert any("run.tail_days" in warning for warning in warnings)
