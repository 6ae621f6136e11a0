"""One M/M/17 year in plain SimPy, Ciw, salabim and here: draws, run, mean and 90th percentile.

Calls come at a constant rate, wait for one of 17 teams in turn however long it takes, and keep it
for an exponential time. Each side is written as its own documentation writes such a queue.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.clock import DAY_S, HOURS_A_WEEK, MINUTE_S, NEVER_S
from sim.model.inputs.travel import Travel
from sim.model.simulation import simulate
from sim.model.world import Center, Policy, Window, World
from sim.schema import (
    NONE,
    PPM,
    TEAM_KINDS,
    Breaks,
    Calls,
    Destination,
    Fate,
    Kind,
    Ledger,
    Roster,
    Rule,
    Scope,
    TravelModel,
    Visits,
    columns,
    empty,
)

SERVERS = 17
CALLS_A_YEAR, YEAR_MIN = 22_225, 365 * 24 * 60
UTILIZATION = 0.8
GAP_MIN = YEAR_MIN / CALLS_A_YEAR
SERVICE_MIN = UTILIZATION * SERVERS * GAP_MIN


class Waits(NamedTuple):
    """Minutes from a call's arrival to its start of service, over the calls that were finished."""

    n: int
    mean_min: float
    p90_min: float


def summary(waits: NDArray[np.float64] | list[float]) -> Waits:
    """Number, mean and 90th percentile of some waits."""
    values = np.asarray(waits)
    return Waits(len(values), float(values.mean()), float(np.quantile(values, 0.9)))


# --- SimPy ---------------------------------------------------------------------------------------


def with_simpy(seed: int, days: int = 365) -> Waits:
    """Plain SimPy: a process a call, and a Resource."""
    env, rng = simpy.Environment(), random.Random(seed)  # noqa: S311 - a simulation, not a secret
    teams, waits = simpy.Resource(env, SERVERS), list[float]()

    def call() -> Generator[simpy.Event, Any, None]:
        arrived = env.now
        with teams.request() as request:
            yield request
            wait = env.now - arrived
            yield env.timeout(rng.expovariate(1 / SERVICE_MIN))
        waits.append(wait)

    def arrivals() -> Generator[simpy.Event, Any, None]:
        while True:
            yield env.timeout(rng.expovariate(1 / GAP_MIN))
            env.process(call())

    env.process(arrivals())
    env.run(until=days * 24 * 60)
    return summary(waits)


# --- Ciw -----------------------------------------------------------------------------------------


def with_ciw(seed: int, days: int = 365) -> Waits:
    """Ciw: a network of one node."""
    import ciw  # noqa: PLC0415 - not needed by the other rows

    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=1 / GAP_MIN)],
        service_distributions=[ciw.dists.Exponential(rate=1 / SERVICE_MIN)],
        number_of_servers=[SERVERS],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(days * 24 * 60)
    return summary([record.waiting_time for record in simulation.get_all_records()])


# --- salabim -------------------------------------------------------------------------------------


def with_salabim(seed: int, days: int = 365) -> Waits:
    """salabim: a component a call, and a Resource; generators, as greenlets are not installed."""
    import salabim  # noqa: PLC0415 - not needed by the other rows

    env = salabim.Environment(random_seed=seed, trace=False, yieldless=False)
    teams, waits = salabim.Resource("teams", capacity=SERVERS), list[float]()
    service = salabim.Exponential(SERVICE_MIN)

    class Call(salabim.Component):
        def process(self) -> Generator[Any, Any, None]:
            arrived = env.now()
            yield self.request(teams)
            wait = env.now() - arrived
            yield self.hold(service.sample())
            self.release(teams)
            waits.append(wait)

    salabim.ComponentGenerator(Call, iat=salabim.Exponential(GAP_MIN))
    env.run(till=days * 24 * 60)
    return summary(waits)


# --- here ----------------------------------------------------------------------------------------


def here(seed: int, days: int = 365) -> Waits:
    """Here: a table of exponential draws, no travel, endless patience, the compiled engine."""
    return waits_in(simulate(drawn_here(seed, days), "compiled"))


def drawn_here(seed: int, days: int) -> World:
    """World of our side: its calls drawn, and teams that are always there."""
    end_s = days * DAY_S
    return _world(_calls(np.random.default_rng(seed), end_s), end_s)


def waits_in(ledger: Ledger) -> Waits:
    """Waits of the calls of our side that were finished."""
    trips = ledger.trips
    finished = trips.end_at_s != NONE
    dispatchable_at_s = ledger.calls.dispatchable_at_s[trips.call[finished]]
    return summary((trips.assigned_at_s[finished] - dispatchable_at_s) / MINUTE_S)


def _calls(rng: np.random.Generator, end_s: int) -> Calls:
    n_likely = end_s / MINUTE_S / GAP_MIN
    gaps_s = rng.exponential(GAP_MIN * MINUTE_S, int(n_likely + 8 * n_likely**0.5 + 32))
    at_s = np.cumsum(gaps_s)
    received_at_s = at_s[at_s < end_s].astype(np.int64)
    n = len(received_at_s)
    busy_for_s = np.rint(rng.exponential(SERVICE_MIN * MINUTE_S, n)).astype(np.int64)
    table = {column.name: np.zeros(n, column.dtype) for column in columns(Calls)}
    table |= {
        "received_at_s": received_at_s,
        "report_for_s": busy_for_s,
        "withdrawn_for_s": np.full(n, NEVER_S),
        "fate_by_kind": np.zeros((len(TEAM_KINDS), n), np.int8),
        "on_scene_for_s_by_kind": np.zeros((len(TEAM_KINDS), n), np.int64),
        "no_contact_for_s_by_kind": np.zeros((len(TEAM_KINDS), n), np.int64),
        "wanted_destination": np.full(n, Destination.CENTER, np.int8),
    }
    return Calls(**table)


def _world(calls: Calls, end_s: int) -> World:
    none_s = np.zeros((24, 1, 1), np.int64)
    visits: Visits = empty(Visits)
    breaks: Breaks = empty(Breaks)
    return World(
        calls=calls,
        visits=visits,
        roster=_roster(end_s),
        breaks=breaks,
        center=Center(NONE, np.ones(HOURS_A_WEEK, np.int8)),
        travel=Travel(TravelModel.MATRIX, none_s, np.zeros(1, np.int64)),
        policy=_policy(),
        window=Window(0, end_s, end_s, 0),
    )


def _roster(end_s: int) -> Roster:
    table = {column.name: np.zeros(SERVERS, column.dtype) for column in columns(Roster)}
    table |= {
        "post": np.arange(SERVERS, dtype=np.int32),
        "off_at_s": np.full(SERVERS, end_s),
        "predecessor": np.full(SERVERS, NONE, np.int32),
        "filled": np.ones(SERVERS, np.int8),
        "officer_present": np.ones(SERVERS, np.int8),
        "clinician_present": np.ones(SERVERS, np.int8),
    }
    return Roster(**table)


def _policy() -> Policy:
    never = np.zeros((len(Kind), len(Fate)), np.int8)
    return Policy(
        rule=int(Rule.LONGEST_IDLE),
        scope=int(Scope.OPEN),
        goes_home=0,
        recalls=0,
        radius_s=0,
        borrow_s=0,
        cutoff_s=0,
        cutoff_priority=0,
        reserve=0,
        reserve_priority=0,
        hold_for_s=0,
        queue_limit_s=NEVER_S,
        ageing_after_s=60,
        ageing_steps=0,
        ageing_most_urgent=1,
        funnel_ppm=np.full((5, 1), PPM, np.int32),
        mode_ppm=np.full(3, PPM, np.int32),
        contact_ppm=np.full((2, 1), PPM, np.int32),
        agency_of_zone=np.zeros(1, np.int32),
        preference=np.zeros((1, 1), np.int32),
        goes_along=never,
        patrol_takes=never,
        splits=never,
        visit_after=np.zeros(len(Fate), np.int8),
        visit_hours=np.zeros(HOURS_A_WEEK, np.int8),
        visit_expires_s=0,
        teams_visit=0,
        visits_interruptible=0,
        spare_teams=0,
        repeat_ppm=PPM,
        effect_s=0,
    )


PEERS: dict[str, Callable[[int, int], Waits]] = {
    "here": here,
    "SimPy": with_simpy,
    "Ciw": with_ciw,
    "salabim": with_salabim,
}


def version_of(name: str) -> str:
    """Version of a peer; ours is the package's."""
    return version("coresponder-sim" if name == "here" else name.lower())
