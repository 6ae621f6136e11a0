"""What theory says of each system, in the order in which the readings are made."""

from __future__ import annotations

from sim.clock import HOUR_S, MINUTE_S
from sim.config.models import SquareRootTravel
from sim.model.measures.times import LONG_S
from sim.model.theory import (
    busy_if_unlimited,
    calls_begun,
    erlang_a,
    erlang_b,
    erlang_c,
    hypercube,
    mean_distance_mi,
    mean_wait_by_priority_s,
    mean_wait_mg1_s,
    mean_wait_mmc_s,
    nearest_team_mi,
    overrun_s,
    varying_queue,
    wait_exceeds_mmc,
)
from sim.scenarios.verification.readings import HOURS, PEAK
from sim.scenarios.verification.setting import Setting, Solver

DUTY_S = 8 * HOUR_S  # of the plan st_louis_8


def lost(x: Setting) -> list[float]:
    """Share lost."""
    return [erlang_b(x.servers, x.load)]


def waits(x: Setting) -> list[float]:
    """Share that waits, mean minutes, share that waits over 15 minutes."""
    system = x.servers, x.rate, x.mean_s
    waits, long = erlang_c(x.servers, x.load), wait_exceeds_mmc(*system, LONG_S)
    return [waits, mean_wait_mmc_s(*system) / MINUTE_S, long]


def impatient(x: Setting) -> list[float]:
    """Share that waits, share that gives up, mean minutes of all."""
    waits, gives_up, mean_s = erlang_a(x.servers, x.rate, x.mean_s, x.patience_s)
    return [waits, gives_up, mean_s / MINUTE_S]


def one_team(x: Setting) -> list[float]:
    """Mean minutes waited for one team."""
    return [mean_wait_mg1_s(x.rate, x.mean_s, x.cv) / MINUTE_S]


def priorities(x: Setting) -> list[float]:
    """Mean minutes waited by priority."""
    waits_s = mean_wait_by_priority_s(x.servers, x.by_priority, x.mean_s, x.cv)
    return [wait_s / MINUTE_S for wait_s in waits_s]


def by_hour(x: Setting) -> list[float]:
    """Share that waits, mean minutes, and calls a week that wait in three hours."""
    queue = varying_queue(x.servers, x.calls_per_hour, x.mean_s)
    waits = queue.waits_share * x.calls_per_hour
    calls = x.calls_per_hour.sum()
    mean_min = queue.waiting.sum() / calls * HOUR_S / MINUTE_S
    return [waits.sum() / calls, mean_min, *(waits[HOURS[name]] for name in PEAK)]


def unlimited(x: Setting) -> list[float]:
    """Teams busy in the middle of six hours."""
    busy = busy_if_unlimited(x.calls_per_hour, x.mean_s, x.cv)
    return [float(busy[hour]) for hour in HOURS.values()]


def cube(x: Setting, solve: Solver) -> list[float]:
    """Share lost, share to another's team, workload of each team."""
    cube = x.cube(solve)
    return [cube.blocked_share, cube.other_share(x.preference[:, 0]), *cube.workload.tolist()]


def cube_and_where(x: Setting) -> list[float]:
    """The same, and the share of all calls that each team takes of the first district."""
    return [*cube(x, hypercube), *x.cube(hypercube).dispatch[0].tolist()]


def square_root(x: Setting) -> list[float]:
    """Mean minutes of travel by the number of teams free, from 1 up."""
    travel = x.config.travel
    if not isinstance(travel, SquareRootTravel):
        raise TypeError(f"travel.model: expected square_root, got {travel.model}")
    area, speed, start = map(float, (travel.area_sq_mi, travel.speed_mph, travel.start_minutes))
    miles = [nearest_team_mi(area, free) for free in range(1, x.servers + 1)]
    return [start + min(mile, mean_distance_mi(area)) / speed * HOUR_S / MINUTE_S for mile in miles]


def thinned(x: Setting) -> list[float]:
    """Calls a day of a thinned stream, their dispersion, and two correlations."""
    share = x.by_priority[0] / x.rate * x.config.demand.zone_share[0]
    asks = float(x.config.service.funnel.requested_share)
    return [x.rate * 24 * share * asks, 1.0, 0.0, 0.0]


def renewal(x: Setting) -> list[float]:
    """Calls that a duty begins, and minutes of its overrun."""
    duty = DUTY_S, x.mean_s, x.cv
    return [calls_begun(*duty), overrun_s(*duty) / MINUTE_S]


def little(x: Setting) -> list[float]:
    """Line over rate times wait by priority, and teams busy."""
    return [*[1.0] * len(x.by_priority), x.load]
