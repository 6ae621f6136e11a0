"""The chronological list of what happened in one replication, as a file and as a first page."""

from __future__ import annotations

from datetime import timedelta

from sim.clock import DAY_S
from sim.scenarios.answers.comparison import LedgerEvent, Trace
from sim.schema import NONE

HEADER = "second,local_time,event,call,visit,team"
SHOWN_S = DAY_S
GOAL = 11  # characters of "visit 12345"


def as_csv(trace: Trace) -> str:
    """All events: second of the run, local time, what, and the call or visit, and the team."""
    lines = [
        f"{event.at_s},{_local(trace, event.at_s)},{event.what},{_id(event.call)},"
        f"{_id(event.visit)},{_id(event.duty)}"
        for event in trace.events
    ]
    return "\n".join([HEADER, *lines]) + "\n"


def first_day(trace: Trace) -> str:
    """Events of the first day that is measured, a line each."""
    start_s = trace.window_start_s
    shown = [event for event in trace.events if start_s <= event.at_s < start_s + SHOWN_S]
    width = max((len(event.what) for event in shown), default=0) + 1
    lines = [
        f"{_local(trace, event.at_s)}  {event.what:<{width}}{_goal(event):<{GOAL}} "
        f"{_named('team', event.duty)}".rstrip()
        for event in shown
    ]
    title = f"The first day of plan {trace.plan} in replication 0, from SimPy: {len(shown)} events."
    return "\n".join([title, *lines])


def _local(trace: Trace, at_s: int) -> str:
    return (trace.start + timedelta(seconds=at_s)).isoformat(sep=" ")


def _id(number: int) -> str:
    return "" if number == NONE else str(number)


def _goal(event: LedgerEvent) -> str:
    return _named("call", event.call) or _named("visit", event.visit)


def _named(what: str, number: int) -> str:
    return "" if number == NONE else f"{what} {number}"
