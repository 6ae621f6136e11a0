"""Teams that are needed in each hour of the week, and the cheapest shifts that cover them.

The load is that of the time-varying queue without limits, the teams those at which Erlang A has no
more than a share of calls waiting (Kolesar, Rider, Crabill and Walker 1975, Operations Research 23,
1045; Green, Kolesar and Whitt 2007, Production and Operations Management 16, 13). It is a start
for the search, which simulates.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import optimize

from sim.arrays import Floats
from sim.clock import HOUR_S
from sim.model.theory import busy_if_unlimited, erlang_a
from sim.scenarios.experiments.recommend.lines import Counts, Lines

MOST_TEAMS = 200
QUANTILES = (0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.27, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85)
SECONDS = 10.0  # that the integer program may take


class Limits(NamedTuple):
    """The most dollars a year, clinicians and officers at work, and cars at once; or none."""

    dollars: float | None = None
    clinicians: float | None = None
    officers: float | None = None
    cars: int | None = None

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return any(limit is not None for limit in self)


class Load(NamedTuple):
    """Requested calls an hour by hour of week, (168,); mean busy and mean patience in seconds."""

    calls_per_hour: Floats
    busy_mean_s: float
    patience_mean_s: float

    @property
    def teams(self) -> Floats:
        """Offered load in teams by hour of week, shape (168,)."""
        return busy_if_unlimited(self.calls_per_hour, self.busy_mean_s)


def needed(load: Load, waits_share: float) -> Floats:
    """Least teams by hour of week with no more than that share of calls waiting; shape (168,)."""
    cache: dict[float, int] = {}
    out = np.empty(len(load.teams))
    for hour, offered in enumerate(np.round(load.teams, 3).tolist()):
        if offered not in cache:
            cache[offered] = _least(offered * HOUR_S / load.busy_mean_s, load, waits_share)
        out[hour] = cache[offered]
    return out


def _least(calls_per_hour: float, load: Load, waits_share: float) -> int:
    if calls_per_hour <= 0:
        return 0
    for teams in range(MOST_TEAMS):
        queue = erlang_a(teams, calls_per_hour, load.busy_mean_s, load.patience_mean_s)
        if queue.waits_share <= waits_share:
            return teams
    return MOST_TEAMS


def covering(lines: Lines, need: Floats, limits: Limits) -> Counts | None:
    """Cheapest numbers of posts that have the needed teams on duty; None if none is within limits.

    Parameters
    ----------
    lines
        What may be staffed.
    need
        Teams by hour of week, shape (168,).
    limits
        Of dollars and people; that of cars is on the most at once, as in `at_once`.
    """
    rows: list[tuple[Floats, Floats | float, float]] = [(lines.hours.T, need, np.inf)]
    if limits.cars is not None:
        rows.append((lines.hours.T, -np.inf, float(limits.cars)))
    rows += _of_limits(lines, limits)
    constraints = [
        optimize.LinearConstraint(np.atleast_2d(row), low, high) for row, low, high in rows
    ]
    found = optimize.milp(
        lines.dollars,
        integrality=[1] * len(lines.lines),
        bounds=optimize.Bounds(0, MOST_TEAMS),
        constraints=constraints,
        options={"time_limit": SECONDS, "mip_rel_gap": 1e-4},
    )
    return None if found.x is None else tuple(int(x) for x in np.round(found.x))


def _of_limits(lines: Lines, limits: Limits) -> list[tuple[Floats, Floats | float, float]]:
    sides = [
        (lines.dollars, limits.dollars),
        (lines.people["clinician"], limits.clinicians),
        (lines.people["officer"], limits.officers),
    ]
    return [(each, -np.inf, float(limit)) for each, limit in sides if limit is not None]


def is_within(lines: Lines, counts: Counts, limits: Limits) -> bool:
    """Whether a plan keeps all limits."""
    if limits.dollars is not None and lines.cost(counts) > limits.dollars:
        return False
    if limits.cars is not None and lines.cars(counts) > limits.cars:
        return False
    posts = np.array(counts)
    sides = ((limits.clinicians, "clinician"), (limits.officers, "officer"))
    return all(most is None or posts @ lines.people[role] <= most for most, role in sides)


def covers(lines: Lines, load: Load, limits: Limits) -> list[Counts]:
    """Covering plans from the fewest teams to the most, each once."""
    needs = [needed(load, share) for share in QUANTILES[::-1]]
    found = [covering(lines, need, limits) for need in needs]
    return list(dict.fromkeys(x for x in found if x is not None))


def beyond(lines: Lines, load: Load, limits: Limits) -> Iterator[Counts]:
    """Plans with more teams at all hours than any of `covers`, the fewest first."""
    for factor in (1.3, 1.7, 2.5):
        most = load.teams * factor + 3 * factor
        need = np.maximum(most, needed(load, QUANTILES[0]) + factor)
        if (found := covering(lines, np.ceil(need), limits)) is not None:
            yield found
