"""The benchmarks work, and time sides that do the same; how fast is not asked here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from benchmarks import __main__ as program
from benchmarks import command, frozen, limit, table
from benchmarks.checks import check_c, check_ledgers, check_plain_simpy, with_kernel, world_of
from sim import cli
from sim.model import kernel
from sim.model.world import World
from sim.schema import (
    NONE,
    BreakKind,
    Destination,
    EndCause,
    Fate,
    Kind,
    Mode,
    Status,
    VisitStatus,
)
from tests.worlds import nasty_world, plain_worlds

TWO_WEEKS = 14
ROWS = [
    "kernel against the SimPy engine, plain",
    "SimPy engine against plain idiomatic SimPy",
    "kernel against the SimPy engine, rostered",
    "everything on: kernel against the SimPy engine",
    "everything on: kernel against the kernel on the plain scenario",
    "kernel against a hand-written C loop, 17 teams, plain",
    "kernel against a hand-written C loop, 17 teams, rostered",
    "the two loops alone, plain",
    "the two loops alone, rostered",
    "sampling a year against the bare NumPy draws",
    "measures of a year against 5 sorts plus the kernel",
    "the same with the tables (hour of week, zone, shift) and the histogram",
    "twice the calls, 17 teams",
    "twice the teams",
    "overload",
    "everything on, twice the calls, 17 teams",
    "everything on, twice the teams",
    "closed districts, one overloaded",
    "visits wanted after all of",
    "paired years, compiled against SimPy",
    "peak memory of `compare 17 12`",
    "a sweep of",
    "`coresponder --help`",
    "`coresponder compare 17 12 program=los_angeles`",
    "M/M/17 year end to end, here against cimba",
    "M/M/17 year here: share of the loop",
    "M/M/17 year end to end, SimPy",
    "M/M/17 year end to end, Ciw",
    "M/M/17 year end to end, salabim",
]


def in_this_process(folder: Path, *words: str) -> float:
    assert cli.main([*words, "--results", str(folder)]) == 0, words
    return 1.0


@pytest.mark.stress
def test_a_tiny_run_prints_every_row_and_the_peers(monkeypatch, capsys) -> None:
    """Processes are started for `--help` and for memory; one of each kind shows that they work."""
    started = command._seconds
    monkeypatch.setattr(
        *(command, "_seconds"),
        lambda *of: (started if "--help" in of else in_this_process)(*of),
    )
    assert program.main(["--smoke"]) == 0
    printed = capsys.readouterr().out
    rows = [line for line in printed.splitlines() if line.startswith("| ")]
    for what in ROWS:
        found = [row for row in rows if row.startswith(f"| {what}") or f" {what}" in row]
        assert len(found) >= 1, f"{what}\n{printed}"
        assert found[0].count("|") == 6
    for library in ("here", "cimba", "SimPy", "Ciw", "salabim"):
        assert any(row.startswith(f"| {library} | ") for row in rows), library


@settings(max_examples=500, deadline=None)
@given(plain_worlds())
def test_c_loop_and_kernel_give_the_same_record(world: World) -> None:
    ours = kernel.simulate(world)
    with limit.in_place_of_the_kernel():
        theirs = kernel.simulate(world)
    for noun, one, other in zip(ours._fields, ours, theirs, strict=True):
        for name, column in one.items():
            assert np.array_equal(column, other[name]), (noun, name)


@pytest.mark.parametrize("name", frozen.NAMES)
def test_kernel_and_simpy_give_the_same_ledger(name: str) -> None:
    check_ledgers(world_of(frozen.load(name, days=TWO_WEEKS)))


def test_the_c_loop_gives_the_same_ledger_in_an_overload_and_with_many_teams_too() -> None:
    check_c(world_of(frozen.load("plain", days=TWO_WEEKS)))
    check_c(world_of(frozen.load("rostered", days=TWO_WEEKS)))
    check_c(world_of(frozen.load("rostered", days=TWO_WEEKS, growth=5)))
    check_c(world_of(frozen.load("plain", days=TWO_WEEKS, teams=60)))


def test_the_c_loop_refuses_what_it_does_not_know() -> None:
    with limit.in_place_of_the_kernel(), pytest.raises(ValueError, match="plain model only"):
        kernel.simulate(nasty_world(1))


@pytest.mark.stress
def test_kernel_and_simpy_agree_in_overloads_and_with_many_teams() -> None:
    check_ledgers(world_of(frozen.load("full", days=TWO_WEEKS, growth=5)))
    check_ledgers(world_of(frozen.load("full", days=TWO_WEEKS, teams=68)))
    check_ledgers(world_of(frozen.load_closed(days=TWO_WEEKS, growth=2)))
    check_ledgers(world_of(frozen.load_overdue(days=TWO_WEEKS, growth=4)))


def test_without_a_compiler_the_message_says_what_to_install(monkeypatch, capsys) -> None:
    limit.library.cache_clear()
    monkeypatch.setattr(limit.shutil, "which", lambda _: None)
    with pytest.raises(RuntimeError, match="apt-get install gcc"):
        limit.library()
    assert program.main(["--smoke"]) == 1
    assert "apt-get install gcc" in capsys.readouterr().err


def test_plain_simpy_is_the_same_scenario() -> None:
    said = check_plain_simpy(frozen.load("plain", days=90), replications=20, runs=5)
    assert "reach_share" in said


def test_frozen_scenarios_differ_in_their_plan_alone() -> None:
    (plain, posts), (rostered, duties) = (frozen.read(name) for name in ("plain", "rostered"))
    assert plain == rostered
    assert (posts.teams, duties.teams) == (17, 17)
    assert posts.team_hours_per_day == duties.team_hours_per_day == 17 * 24
    assert sum(line.count * len(line.starts) for line in duties.lines) == 51


@pytest.mark.parametrize("name", ["plain", "rostered"])
def test_the_yardstick_has_not_moved(name: str) -> None:
    world = world_of(frozen.load(name))
    assert (len(world.calls.zone), len(kernel.simulate(world).trips["call"])) == (22_905, 22_508)


def test_the_full_scenario_has_the_calls_of_the_plain_one() -> None:
    plain, full = (world_of(frozen.load(name, days=TWO_WEEKS)) for name in ("plain", "full"))
    for name in ("received_at_s", "zone", "initial_type", "withdrawn_for_s", "travel_factor"):
        assert np.array_equal(getattr(plain.calls, name), getattr(full.calls, name))
    assert frozen.read("plain")[1].teams == frozen.read("full")[1].teams == 17


def test_in_the_full_scenario_everything_happens() -> None:
    world = world_of(frozen.load("full", days=90))
    ledger = with_kernel(world)
    taken = world.breaks.why[ledger.breaks.started_at_s >= 0]
    assert set(taken.tolist()) == set(BreakKind)
    assert set(ledger.calls.mode.tolist()) == set(Mode)
    assert set(world.roster.kind[ledger.trips.duty].tolist()) == set(Kind)
    assert set(EndCause) - {EndCause.UNFINISHED} <= _seen(ledger.trips.end_cause)
    funnel = {Status.NOT_RECOGNIZED, Status.NOT_ELIGIBLE, Status.NOT_REQUESTED}
    before = {Status.PHONE_RESOLVED, Status.OTHER_RESPONDER}
    assert funnel | before | {Status.MISSED_OUT_OF_RANGE} <= _seen(ledger.calls.status)
    assert not world.roster.clinician_present.all()
    to_calls = np.flatnonzero(ledger.trips.call != NONE)
    borrowed = world.roster.agency[ledger.trips.duty[to_calls]]
    zone = world.calls.zone[ledger.trips.call[to_calls]]
    assert (borrowed != world.policy.agency_of_zone[zone]).any()


def test_in_the_full_scenario_all_of_what_follows_the_scene_happens() -> None:
    world = world_of(frozen.load("full", days=90))
    calls, ledger = world.calls, with_kernel(world)
    assert set(VisitStatus) == _seen(ledger.visits.status)
    assert Status.AVERTED in _seen(ledger.calls.status)
    kinds = world.roster.kind[ledger.trips.duty]
    assert {Kind.CO_RESPONDER, Kind.FOLLOW_UP} <= _seen(kinds[ledger.trips.visit != NONE])
    served = np.flatnonzero(ledger.calls.status == Status.SERVED)
    kind, where = kinds[ledger.calls.trip[served]], ledger.calls.destination[served]
    fate = calls.fate_by_kind[kind, served]
    full = (where == Destination.HOSPITAL) & (fate == Fate.VOLUNTARY)
    assert (full & (calls.wanted_destination[served] == Destination.CENTER)).any()
    assert Destination.CENTER in _seen(where)
    assert (calls.custody_for_s[served[fate == Fate.HOLD]] > 0).any()
    assert world.policy.splits[kind, fate].any()
    assert (world.visits.call == NONE).any()


def _seen(codes: np.ndarray) -> set[int]:
    return set(codes.tolist())


def test_in_closed_districts_one_is_overloaded_and_the_others_idle() -> None:
    world = world_of(frozen.load_closed(days=90))
    ledger = with_kernel(world)
    busy_for_s = ledger.duties.busy_for_s
    assert np.array_equal(world.calls.zone[ledger.trips.call], ledger.trips.duty)
    assert busy_for_s[0] > 0.9 * world.window.horizon_s
    assert busy_for_s[1:].max() < 0.2 * world.window.horizon_s


def test_the_frozen_matrix_is_the_formula() -> None:
    config, _ = frozen.read("plain")
    assert config.travel.minutes == frozen.zone_minutes()
    assert config.travel.traffic_by_hour == frozen.traffic_by_hour()


def test_a_verdict_says_by_how_much() -> None:
    assert table.at_most("x", 3.0, 2.0, "").verdict == "**missed** by 50%"
    assert table.at_least("x", 50.0, 100.0, "").verdict == "**missed** by 50%"
    assert table.at_most("x", 2.0, 2.0, "").verdict == "met"
    assert table.shown("x", 2.0, "").verdict == "shown"


def test_the_readme_keeps_the_last_run_between_its_marks(tmp_path, monkeypatch) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{program.BEGIN}\nold\n{program.END}\nafter\n")
    monkeypatch.setattr(program, "README", readme)
    program.write("new")
    assert readme.read_text() == f"before\n{program.BEGIN}\nnew\n{program.END}\nafter\n"
    readme.write_text("no marks")
    with pytest.raises(ValueError, match="marks"):
        program.write("new")
