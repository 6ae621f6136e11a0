"""Where posts are based whose plan does not say: spread by demand, by the p-median of the drive.

Lines of teams, of workers and of teams by video are placed apart, so that a worker more moves no
team.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from sim.arrays import Ints, Positions
from sim.config.models import Config, CoordinatesTravel, MatrixTravel
from sim.config.plans import Line, StaffingPlan
from sim.model.inputs.medians import medians
from sim.model.inputs.travel import compile_travel
from sim.schema import PPM

FAR_S = 10_000_000  # a drive that cannot be made: longer than any that can
TOGETHER = 0.5  # share of a line's hours in which another must be on to be spread with it


class Places(NamedTuple):
    """Zones by name; the agency of each; their demand in ppm; and the mean drive between them.

    `drive_s` has shape (zones, zones), from a base to a call.
    """

    zones: list[str]
    agency: list[str]
    demand: Ints
    drive_s: Ints


def knows_places(config: Config) -> bool:
    """Whether it matters to the drive where a team is based."""
    far_apart = isinstance(config.travel, MatrixTravel | CoordinatesTravel)
    return far_apart and len(config.demand.zones) > 1


def leaves_bases_open(plan: StaffingPlan) -> bool:
    """Whether a plan does not say where some of its teams in cars are based."""
    return any(_kind(line) == "team" and line.count and not line.base_zones for line in plan.lines)


def with_bases(plan: StaffingPlan, config: Config) -> StaffingPlan:
    """Plan with base zones chosen for the lines that name none; itself if there is no choice.

    Lines of the same hours and agency are placed together, those of the longest hours first, and
    each such group beside the posts that are on duty with it for half of its hours or more. Posts
    of other shifts may have the same bases. A line with an agency is based in that agency's zones.

    Parameters
    ----------
    plan
        The staffing plan; base zones that it names stay as they are.
    config
        Zones with their demand, travel between them, and the scope of dispatch: where districts
        count, a base is no help to the zones of another agency.
    """
    unnamed = [line for line in plan.lines if line.count and not line.base_zones]
    if not unnamed or not knows_places(config):
        return plan
    places = _places(config, plan.dispatch.get("scope", config.dispatch.scope))
    named = {line.name: line for line in plan.lines if line.count and line.base_zones}
    for group in _groups(unnamed):
        beside = [line for line in named.values() if _is_beside(line, group[0])]
        sites = _sites(places, group, beside)
        for line in group:
            own, sites = sites[: line.count], sites[line.count :]
            zones = [places.zones[site] for site in own]
            named[line.name] = line.model_copy(update={"base_zones": zones})
    lines = [named.get(line.name, line) for line in plan.lines]
    return plan.model_copy(update={"lines": lines})


def _places(config: Config, scope: str) -> Places:
    """Places of a config; where districts count, no drive leads to another agency's zone."""
    demand = config.demand
    agency = demand.zone_agency or [""] * len(demand.zones)
    by_hour_s = compile_travel(config.travel, demand, 1).matrix_s
    drive_s = np.minimum(np.rint(by_hour_s.mean(axis=0)).astype(np.int64), FAR_S)
    if scope != "open":
        drive_s[np.not_equal.outer(np.array(agency), np.array(agency))] = FAR_S
    weight = np.rint(PPM * np.array(demand.zone_share)).astype(np.int64)
    return Places(demand.zones, agency, weight, drive_s)


# --- lines that are placed together ---------------------------------------------------------------


def _groups(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines of the same kind, agency, hours and dates; those of the longest hours first."""
    groups: dict[tuple[object, ...], list[Line]] = {}
    for line in sorted(lines, key=lambda line: -sum(line.by_hour)):
        hours = line.by_hour, line.valid_from, line.valid_until
        groups.setdefault((_kind(line), line.agency, hours), []).append(line)
    return list(groups.values())


def _kind(line: Line) -> str:
    """What its posts are among: teams in cars, teams by video, or workers."""
    return line.kind if line.kind in {"remote_clinician", "follow_up"} else "team"


def _is_beside(line: Line, other: Line) -> bool:
    """Whether posts of a line are on duty with those of another for half of the other's hours."""
    if _kind(line) != _kind(other) or not _dates_meet(line, other):
        return False
    both = sum(here and there for here, there in zip(line.by_hour, other.by_hour, strict=True))
    return both >= TOGETHER * sum(other.by_hour)


def _dates_meet(line: Line, other: Line) -> bool:
    starts = [x.valid_from for x in (line, other) if x.valid_from]
    ends = [x.valid_until for x in (line, other) if x.valid_until]
    return not starts or not ends or max(starts) <= min(ends)


# --- sites of a group -----------------------------------------------------------------------------


def _sites(places: Places, group: list[Line], beside: list[Line]) -> list[int]:
    """Zone of every post of a group, beside the posts that are there."""
    own = _own_zones(places, group[0].agency)
    row = {places.zones[zone]: at for at, zone in enumerate(own)}
    teams = np.zeros(len(own), np.int64)
    for line in beside:
        for number in range(line.count):
            zone = line.base_zones[number % len(line.base_zones)]
            if zone in row:
                teams[row[zone]] += 1
    demand, drive_s = places.demand[own], places.drive_s[np.ix_(own, own)]
    posts = sum(line.count for line in group)
    return [int(own[at]) for at in spread(demand, drive_s, teams, posts)]


def _own_zones(places: Places, agency: str) -> Positions:
    """Zones of an agency; all of them for none, or for one that has no zone."""
    own = np.flatnonzero(np.array(places.agency) == agency) if agency else np.empty(0, np.intp)
    return own if len(own) else np.arange(len(places.zones))


def spread(demand: Ints, drive_s: Ints, teams: Ints, posts: int) -> list[int]:
    """Site of each of some posts: the p-median beside the teams that are there.

    Once another base shortens no drive, as where every zone has one, the next post shares the base
    with the most demand a team.

    Parameters
    ----------
    demand
        Of each zone, shape (zones,).
    drive_s
        Seconds from a base to a zone, shape (zones, zones).
    teams
        Teams already based in each zone, shape (zones,).
    posts
        How many to place.
    """
    cost = demand * drive_s
    far = demand * FAR_S
    there = np.flatnonzero(teams)
    before = np.minimum(far, cost[there].min(axis=0)) if len(there) else far
    sites = medians(cost, before, posts)
    teams = teams + np.bincount(sites, minlength=len(demand))
    teams[np.argmax(demand)] += not teams.any()  # no zone has any demand
    bases = np.flatnonzero(teams)
    load = np.bincount(bases[drive_s[bases].argmin(axis=0)], demand, len(demand))
    while len(sites) < posts:
        site = int(bases[np.argmax(load[bases] / teams[bases])])
        sites.append(site)
        teams[site] += 1
    return sites
