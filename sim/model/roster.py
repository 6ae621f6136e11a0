"""A staffing plan made into duties: who is on, from when to when, where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.clock import DAY_S
from sim.config.plans import Line, StaffingPlan
from sim.schema import NONE, Kind, Relief, Roster, columns, empty


@dataclass(frozen=True)
class _Duty:
    on_at_s: int
    off_at_s: int
    post: int
    base_zone: int
    relief: Relief


def build_roster(plan: StaffingPlan, zones: list[str], horizon_s: int) -> Roster:
    """Duties of a plan from the start of the run to `horizon_s`, sorted by (on, post).

    Raises
    ------
    ValueError
        If a line names a base zone that the demand does not have.
    """
    duties: list[_Duty] = []
    n_posts = 0
    for line in plan.lines:
        for base_zone in _base_zones(line, zones, n_posts):
            duties += _duties_of_post(line, n_posts, base_zone, horizon_s)
            n_posts += 1
    return _table(sorted(duties, key=lambda duty: (duty.on_at_s, duty.post)))


def _base_zones(line: Line, zones: list[str], first_post: int) -> list[int]:
    """Base zone of each post of a line: its own list, or all zones, taken in turn."""
    unknown = [name for name in line.base_zones if name not in zones]
    if unknown:
        known = ", ".join(zones)
        raise ValueError(f"line {line.name!r}: no zone {unknown[0]!r}; there are {known}")
    named = [zones.index(name) for name in line.base_zones]
    if named:
        return [named[number % len(named)] for number in range(line.count)]
    return [(first_post + number) % len(zones) for number in range(line.count)]


def _duties_of_post(line: Line, post: int, base_zone: int, horizon_s: int) -> list[_Duty]:
    relief = Relief[line.relief.upper()]
    if line.pattern == "continuous":
        return [_Duty(0, horizon_s, post, base_zone, relief)]
    duties = []
    for day_s in range(-DAY_S, horizon_s, DAY_S):  # the day before may reach into the run
        for start_s in line.start_seconds:
            on_at_s = max(day_s + start_s, 0)
            off_at_s = min(day_s + start_s + line.length_s, horizon_s)
            if on_at_s < off_at_s:
                duties.append(_Duty(on_at_s, off_at_s, post, base_zone, relief))
    return duties


def _table(duties: list[_Duty]) -> Roster:
    n = len(duties)
    given = {
        "post": [duty.post for duty in duties],
        "kind": [int(Kind.CO_RESPONDER)] * n,
        "agency": [0] * n,
        "base_zone": [duty.base_zone for duty in duties],
        "on_at_s": [duty.on_at_s for duty in duties],
        "off_at_s": [duty.off_at_s for duty in duties],
        "predecessor": _predecessors(duties),
        "relief": [int(duty.relief) for duty in duties],
        "officer_present": [1] * n,
        "clinician_present": [1] * n,
    }
    if n == 0:
        table: Roster = empty(Roster)
        return table
    return Roster(**{col.name: np.array(given[col.name], col.dtype) for col in columns(Roster)})


def _predecessors(duties: list[_Duty]) -> list[int]:
    """Duty of the same post before each duty relieved in place; a fresh car waits for nobody."""
    last: dict[int, int] = {}
    out = []
    for number, duty in enumerate(duties):
        out.append(last.get(duty.post, NONE) if duty.relief == Relief.IN_PLACE else NONE)
        last[duty.post] = number
    return out
