"""Base zone and agency of each post of a plan."""

from __future__ import annotations

from typing import NamedTuple

from sim.config.faults import nearest
from sim.config.plans import Line, StaffingPlan


class Base(NamedTuple):
    """A post: its line, its number in the line, the index of its base zone, its agency's name."""

    line: Line
    number: int
    zone: int
    agency: str


def bases(plan: StaffingPlan, zones: list[str], zone_agency: list[str]) -> list[Base]:
    """Every post of a plan, line after line.

    A post is based in its line's zones in turn; if the line names none, in those of its agency; if
    it names no agency either, in all zones, and is of the agency of the one it is based in.

    Parameters
    ----------
    plan
        The staffing plan.
    zones, zone_agency
        Names of the zones, and of the agency of each.

    Raises
    ------
    ValueError
        If a line names an unknown base zone.
    """
    out: list[Base] = []
    for line in plan.lines:
        before = sum(base.line.is_of_teams == line.is_of_teams for base in out)
        of_line = _in_turn(line, before, zones, zone_agency)
        out += [
            Base(line, number, zone, line.agency or zone_agency[zone])
            for number, zone in enumerate(of_line)
        ]
    return out


def _in_turn(line: Line, before: int, zones: list[str], zone_agency: list[str]) -> list[int]:
    """Base zones of a line's posts.

    Where all zones take turns, teams and workers are counted apart, so that one more worker moves
    no team.
    """
    unknown = [name for name in line.base_zones if name not in zones]
    if unknown:
        right = nearest(unknown[0], zones)
        raise ValueError(f"line {line.name!r}: unknown base zone {unknown[0]!r}; {right}")
    own = [zones.index(name) for name in line.base_zones]
    if not own and line.agency:
        own = [zone for zone, agency in enumerate(zone_agency) if agency == line.agency]
    if own:
        return [own[number % len(own)] for number in range(line.count)]
    return [(before + number) % len(zones) for number in range(line.count)]
