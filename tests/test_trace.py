"""The chronological list of a replication, from the command line and from the ledger."""

from __future__ import annotations

import csv
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


def small() -> World:
    calls = make_calls(
        2, received_at_s=[0, 1], on_scene_for_s_by_kind=10, turnout_for_s=2, withdrawn_for_s=[99, 4]
    )
    return make_world(calls, posts(1, 50), 40)


def recalled() -> World:
    return make_world(make_calls(1, turnout_for_s=9, withdrawn_for_s=4), posts(1, 50), 40)


def breaks_come_after_duties_of_their_rank() -> World:
    breaks = [
        {"duty": 0, "due": 10, "length": 5, "why": BreakKind.STANDING_WORK},
        {"duty": 1, "due": 20, "length": 90, "why": BreakKind.MEAL},
        {"duty": 0, "due": 25, "length": 1},  # lost: its duty is over
    ]
    duties = [{"on": 0, "off": 20, "post": 0}, {"on": 0, "off": 30, "post": 1}]
    duties.append({"on": 20, "off": 40, "post": 0, "predecessor": 0})
    return make_world(make_calls(0), duties, 100, breaks=breaks)


def taken_for_another_call() -> World:
    """At second 5 the new team goes to call 1; the first one's call is less urgent than call 2."""
    calls = make_calls(
        3, received_at_s=[0, 5, 5], priority=[3, 1, 2], turnout_for_s=10, on_scene_for_s_by_kind=9
    )
    duties = [*posts(1, 100), {"on": 5, "off": 100, "post": 1}]
    return make_world(calls, duties, 24, policy=make_policy(recalls=1))


def visits_from_due_to_done() -> World:
    calls = make_calls(1, received_at_s=20, on_scene_for_s_by_kind=10)
    duties = [*posts(1, 100), {"on": 0, "off": 100, "post": 1, "kind": Kind.FOLLOW_UP}]
    policy = make_policy(teams_visit=1, visits_interruptible=1)
    visits: list[dict[str, int]] = [{"call": 0, "lag": 99, "length": 1}]
    visits += [{"due": 5, "length": 20, "person": 8}, {"due": 6, "length": 30, "person": 9}]
    return make_world(calls, duties, 40, visits=visits, policy=policy, travel=constant_travel(3))


def averted() -> World:
    calls = make_calls(2, received_at_s=[10, 30], person=7, withdrawn_for_s=0, triage_for_s=5)
    visits = [{"due": 12, "person": 7}]
    policy = make_policy(repeat_ppm=0)
    return make_world(calls, posts(1, 40, kind=Kind.FOLLOW_UP), 40, visits=visits, policy=policy)


def chairs() -> World:
    """The chairs of the second and the first are freed at one second, by number of the call."""
    calls = make_calls(
        3,
        received_at_s=[0, 1, 2],
        on_scene_for_s_by_kind=10,
        fate_by_kind=Fate.VOLUNTARY,
        center_stay_for_s=[5, 4, 90],
    )
    return make_world(calls, posts(3, 50), 40, center=make_center(2))


WORLDS = (
    *(small, recalled, breaks_come_after_duties_of_their_rank, taken_for_another_call),
    *(visits_from_due_to_done, averted, chairs),
)


def line(event: LedgerEvent) -> str:
    """Return an event with its rank, and a dash for a call, duty or visit that it has not."""
    numbers = ("–" if x == NONE else x for x in (event.call, event.duty, event.visit))
    return "{:>4} {:14} {:32} call {} duty {} visit {}".format(
        event.at_s, event.rank.name, event.what, *numbers
    )


def test_golden_events_of_small_worlds_alike_in_both_engines(golden) -> None:
    told = []
    for make in WORLDS:
        world = make()
        happened = events(world, simulate(world, "simpy"))
        assert happened == events(world, simulate(world, "compiled"))
        told += [make.__name__.replace("_", " "), *map(line, happened), ""]
    golden("\n".join(told), "events.txt")


def test_events_of_teams_at_one_second_are_in_order_of_the_teams() -> None:
    world = make_world(make_calls(2), posts(2, 50), 40)
    trips = [Trip(0, 1, 0, 1, 9, 20, 30), Trip(1, 0, 0, 2, 9, 20, 31)]
    happened = events(world, complete(world, record(trips, [(0, NONE)] * 2)))
    teams = [(event.what, event.duty) for event in happened if event.at_s in {9, 20}]
    assert teams == [(what, duty) for what in ("arrives", "leaves the scene") for duty in (0, 1)]


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


def test_run_trace_writes_all_and_prints_the_first_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    brief = ["run.window_days=9", "run.replications=2", "run.draws=0", "demand.calls_per_year=3000"]
    towns = ["demand=three_towns", "travel=three_towns", "service=with_breaks"]
    words = ["run", "towns_3x8", *towns, "dispatch=districts", *brief, "--trace", "--no-figures"]
    assert cli.main([*words, "--results", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    (folder,) = tmp_path.iterdir()
    with (folder / "trace.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert {"break starts (documentation)", "break starts (meal)"} <= {x["event"] for x in rows}
    seconds = [int(row["second"]) for row in rows]
    assert seconds == sorted(seconds)
    shown = [line for line in printed.splitlines() if line.startswith("2025-01-01 ")]
    assert shown
    assert len(shown) == sum(row["local_time"].startswith("2025-01-01") for row in rows)
    for name in ("answer.txt", "full.txt"):
        kept = (folder / name).read_text(encoding="utf-8").splitlines()
        assert [line for line in kept if line.startswith("2025-01-01 ")] == shown, name
