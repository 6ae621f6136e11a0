"""The chronological list of what happened in one replication, as a file and as a first page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sim.clock import DAY_S
from sim.model.ledger.record import LedgerEvent
from sim.scenarios.scenario import Scenario
from sim.schema import NONE

HEADER = "second,local_time,event,call,visit,team"
SHOWN_S = DAY_S
GOAL = 11  # characters of "visit 12345"


def as_csv(scenario: Scenario, events: Sequence[LedgerEvent]) -> str:
    """All events: second of the run, local time, what, and the call or visit, and the team."""
    lines = [
        f"{event.at_s},{_local(scenario, event.at_s)},{event.what},{_id(event.call)},"
        f"{_id(event.visit)},{_id(event.duty)}"
        for event in events
    ]
    return "\n".join([HEADER, *lines]) + "\n"


def first_day(scenario: Scenario, events: Sequence[LedgerEvent]) -> str:
    """Events of the first day that is measured, a line each."""
    start_s = scenario.window.start_s
    shown = [event for event in events if start_s <= event.at_s < start_s + SHOWN_S]
    width = max((len(event.what) for event in shown), default=0) + 1
    lines = [
        f"{_local(scenario, event.at_s)}  {event.what:<{width}}{_goal(event):<{GOAL}} "
        f"{_named('team', event.duty)}".rstrip()
        for event in shown
    ]
    title = f"The first day of replication 0, from SimPy: {len(shown)} events."
    return "\n".join([title, *lines])


def _local(scenario: Scenario, at_s: int) -> str:
    start = datetime.combine(scenario.run_start, datetime.min.time())
    return (start + timedelta(seconds=at_s)).isoformat(sep=" ")


def _id(number: int) -> str:
    return "" if number == NONE else str(number)


def _goal(event: LedgerEvent) -> str:
    return _named("call", event.call) or _named("visit", event.visit)


def _named(what: str, number: int) -> str:
    return "" if number == NONE else f"{what} {number}"
