"""The chronological list of a replication, from the command line and from the ledger."""

from __future__ import annotations

import csv
import itertools
from datetime import datetime
from pathlib import Path

import pytest

from sim import cli
from sim.clock import DAY_S
from sim.model.ledger.record import LedgerEvent, complete, events
from sim.model.simulation import simulate
from sim.model.world import World
from sim.report.comparison import trace
from sim.scenarios.answers.comparison import Trace
from sim.schema import NONE, BreakKind, Fate, Kind, Rank
from tests.test_ledger import record
from tests.worlds import (
    Trip,
    constant_travel,
    make_calls,
    make_center,
    make_policy,
    make_world,
    posts,
)


def test_a_small_world_in_order() -> None:
    calls = make_calls(
        2, received_at_s=[0, 1], on_scene_for_s_by_kind=10, turnout_for_s=2, leaves_for_s=[99, 4]
    )
    world = make_world(calls, posts(1, 50), 40)
    happened = events(world, simulate(world, "simpy"))
    assert [(e.at_s, e.what, e.call, e.duty) for e in happened] == [
        (0, "duty starts", NONE, 0),
        (0, "dispatchable", 0, NONE),
        (0, "assigned", 0, 0),
        (1, "dispatchable", 1, NONE),
        (2, "arrives", 0, 0),
        (5, "subject left", 1, NONE),
        (12, "leaves the scene", 0, 0),
        (12, "released", 0, 0),
    ]


def test_a_recall_is_named() -> None:
    calls = make_calls(1, turnout_for_s=9, leaves_for_s=4)
    world = make_world(calls, posts(1, 50), 40)
    last = [e for e in events(world, simulate(world, "simpy")) if e.at_s == 4]
    assert [(e.rank, e.what) for e in last] == [
        (Rank.RELEASED, "recalled"),
        (Rank.PATIENCE_ENDS, "subject left"),
    ]


def listed(world: World) -> list[tuple[int, Rank, str, int, int]]:
    happened = events(world, simulate(world, "simpy"))
    assert happened == events(world, simulate(world, "compiled"))
    return [tuple(event[:5]) for event in happened]


def test_breaks_are_named_and_come_after_duties_of_their_rank() -> None:
    breaks = [
        {"duty": 0, "due": 10, "length": 5, "why": BreakKind.STANDING_WORK},
        {"duty": 1, "due": 20, "length": 90, "why": BreakKind.MEAL},
        {"duty": 0, "due": 25, "length": 1},  # lost: its duty is over
    ]
    duties = [{"on": 0, "off": 20, "post": 0}, {"on": 0, "off": 30, "post": 1}]
    duties.append({"on": 20, "off": 40, "post": 0, "predecessor": 0})
    world = make_world(make_calls(0), duties, 100, breaks=breaks)
    ends, starts = Rank.DUTY_ENDS, Rank.DUTY_STARTS
    assert listed(world) == [
        (0, starts, "duty starts", NONE, 0),
        (0, starts, "duty starts", NONE, 1),
        (10, starts, "break starts (standing work)", NONE, 0),
        (15, ends, "break ends", NONE, 0),
        (20, ends, "off duty", NONE, 0),
        (20, starts, "duty starts", NONE, 2),
        (20, starts, "break starts (meal)", NONE, 1),
        (30, ends, "off duty", NONE, 1),
        (30, ends, "break ends", NONE, 1),
        (40, ends, "off duty", NONE, 2),
    ]


def test_a_team_taken_for_another_call_is_named_before_it_sets_out_again() -> None:
    calls = make_calls(
        3, received_at_s=[0, 5, 5], priority=[3, 1, 2], turnout_for_s=10, on_scene_for_s_by_kind=9
    )
    duties = [*posts(1, 100), {"on": 5, "off": 100, "post": 1}]
    world = make_world(calls, duties, 24, policy=make_policy(recalls=1))
    # at second 5 the new team goes to call 1 and the first one's call is less urgent than call 2
    assert [(at_s, what, call, duty) for at_s, _, what, call, duty in listed(world)] == [
        (0, "duty starts", NONE, 0),
        (0, "dispatchable", 0, NONE),
        (0, "assigned", 0, 0),
        (5, "duty starts", NONE, 1),
        (5, "dispatchable", 1, NONE),
        (5, "dispatchable", 2, NONE),
        (5, "assigned", 1, 1),
        (5, "taken for another call", 0, 0),
        (5, "assigned", 2, 0),
        (15, "arrives", 2, 0),
        (15, "arrives", 1, 1),
    ]


def test_events_of_teams_at_one_second_are_in_order_of_the_teams() -> None:
    world = make_world(make_calls(2), posts(2, 50), 40)
    trips = [Trip(0, 1, 0, 1, 9, 20, 30), Trip(1, 0, 0, 2, 9, 20, 31)]
    happened = events(world, complete(world, record(trips, [(0, NONE)] * 2)))
    teams = [(event.what, event.duty) for event in happened if event.at_s in {9, 20}]
    assert teams == [(what, duty) for what in ("arrives", "leaves the scene") for duty in (0, 1)]


def test_visits_are_named_from_due_to_done() -> None:
    calls = make_calls(1, received_at_s=20, on_scene_for_s_by_kind=10)
    duties = [*posts(1, 100), {"on": 0, "off": 100, "post": 1, "kind": Kind.FOLLOW_UP}]
    policy = make_policy(teams_visit=1, visits_interruptible=1)
    visits: list[dict[str, int]] = [{"call": 0, "lag": 99, "length": 1}]
    visits += [{"due": 5, "length": 20, "person": 8}, {"due": 6, "length": 30, "person": 9}]
    world = make_world(calls, duties, 40, visits=visits, policy=policy, travel=constant_travel(3))
    happened = events(world, simulate(world, "simpy"))
    assert happened == events(world, simulate(world, "compiled"))
    assert [(e.at_s, e.rank, e.what, e.visit, e.duty) for e in happened if e.visit != NONE] == [
        (5, Rank.VISIT_DUE, "visit due", 1, NONE),
        (5, Rank.ASSIGN, "sets out on a visit", 1, 1),
        (6, Rank.VISIT_DUE, "visit due", 2, NONE),
        (6, Rank.ASSIGN, "sets out on a visit", 2, 0),
        (8, Rank.ARRIVES, "visit begins", 1, 1),
        (9, Rank.ARRIVES, "visit begins", 2, 0),
        (20, Rank.ASSIGN, "visit interrupted", 2, 0),
        (28, Rank.RELEASED, "visit done", 1, 1),
        (28, Rank.ASSIGN, "sets out on a visit", 2, 1),
        (31, Rank.ARRIVES, "visit begins", 2, 1),
    ]
    of_call = [(e.at_s, e.what, e.visit) for e in happened if e.call == 0]
    assert of_call == [
        (20, "dispatchable", NONE),
        (20, "assigned", NONE),
        (23, "arrives", NONE),
        (33, "leaves the scene", NONE),
        (33, "released", NONE),
    ]


def test_a_call_that_was_averted_is_named_when_it_would_have_come() -> None:
    calls = make_calls(2, received_at_s=[10, 30], person=7, leaves_for_s=0, triage_for_s=5)
    duties = posts(1, 40, kind=Kind.FOLLOW_UP)
    policy = make_policy(repeat_ppm=0)
    world = make_world(calls, duties, 40, visits=[{"due": 12, "person": 7}], policy=policy)
    assert [(at_s, what, call) for at_s, _, what, call, _ in listed(world) if call != NONE] == [
        (15, "dispatchable", 0),
        (15, "subject left", 0),
        (30, "averted", 1),
    ]


def test_chairs_are_named_when_taken_and_freed() -> None:
    """The chairs of the second and the first are freed at one second, by number of the call."""
    calls = make_calls(
        3,
        received_at_s=[0, 1, 2],
        on_scene_for_s_by_kind=10,
        fate_by_kind=Fate.VOLUNTARY,
        center_stay_for_s=[5, 4, 90],
    )
    world = make_world(calls, posts(3, 50), 40, center=make_center(2))
    chairs = [event for event in listed(world) if "chair" in event[2]]
    assert chairs == [
        (10, Rank.LEAVES_SCENE, "takes a chair", 0, 0),
        (11, Rank.LEAVES_SCENE, "takes a chair", 1, 1),
        (15, Rank.CHAIR_FREED, "chair freed", 0, NONE),
        (15, Rank.CHAIR_FREED, "chair freed", 1, NONE),
    ]
    assert [what for at_s, _, what, *_ in listed(world) if at_s == 10] == [
        "leaves the scene",
        "takes a chair",
        "released",
    ]


def test_a_line_of_the_file_names_the_call_or_the_visit_and_the_team() -> None:
    start = datetime(2024, 12, 25)
    happened = [
        LedgerEvent(0, Rank.ASSIGN, "assigned", 4, 2),
        LedgerEvent(DAY_S, Rank.VISIT_DUE, "visit due", NONE, NONE, 3),
    ]
    assert trace.as_csv(Trace("17", start, 7 * DAY_S, happened)).splitlines() == [
        "second,local_time,event,call,visit,team",
        "0,2024-12-25 00:00:00,assigned,4,,2",
        "86400,2024-12-26 00:00:00,visit due,,3,",
    ]
    first = [event._replace(at_s=7 * DAY_S) for event in happened]
    assert trace.first_day(Trace("17", start, 7 * DAY_S, first)).splitlines()[1:] == [
        "2025-01-01 00:00:00  assigned  call 4      team 2",
        "2025-01-01 00:00:00  visit due visit 3",
    ]


def test_both_engines_list_the_same() -> None:
    calls = make_calls(9, received_at_s=range(9), on_scene_for_s_by_kind=5, leaves_for_s=12)
    world = make_world(calls, posts(2, 60), 60)
    one, other = (events(world, simulate(world, engine)) for engine in ("simpy", "compiled"))
    assert one == other


def test_run_trace_writes_all_and_prints_the_first_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    brief = ["run.window_days=9", "run.replications=2", "run.draws=0"]
    words = ["run", "2", *brief, "demand.calls_per_year=3000"]
    assert cli.main([*words, "--trace", "--no-figures", "--results", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    (folder,) = tmp_path.iterdir()
    with (folder / "trace.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    seconds = [int(row["second"]) for row in rows]
    assert all(a <= b for a, b in itertools.pairwise(seconds))
    shown = [line for line in printed.splitlines() if line.startswith("2025-01-01 ")]
    assert shown
    assert len(shown) == sum(row["local_time"].startswith("2025-01-01") for row in rows)
