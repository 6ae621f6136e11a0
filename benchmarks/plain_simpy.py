"""The plain scenario as a good SimPy user would write it: draws inside, no ledger.

It knows only the figures of the config. Minutes are floats, each draw is made when it is needed, a
process is a call, and the teams are a list that the nearest free one is taken from.
"""

from __future__ import annotations

import heapq
import math
import random
from bisect import bisect_right
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple, cast

import numpy as np
import simpy

from sim.clock import MINUTE_S
from sim.config import Config
from sim.config.models import MatrixTravel
from sim.config.values import Duration, Gamma, Lognormal
from sim.model.inputs.fates import resolve
from sim.scenarios.scenario import Scenario

HOUR_MIN = 60
FOREVER = 1e9
Draw = Callable[[], float]
Process = Generator[simpy.Event, Any, None]
VOLUNTARY, HOLD = 2, 3  # places among the fates


class Answer(NamedTuple):
    """What a year came to: calls, share reached, and minutes of those reached."""

    calls: int
    reach_share: float
    wait_mean_min: float
    response_mean_min: float
    response_p90_min: float


@dataclass
class Team:
    """A team and the zone it is in."""

    zone: int


@dataclass
class Seen:
    """What is written down of the calls received in the window."""

    calls: int = 0
    waits: list[float] = field(default_factory=list)
    responses: list[float] = field(default_factory=list)


class City:
    """Calls, teams and the queue between them."""

    def __init__(self, scenario: Scenario, teams: int, seed: int) -> None:
        self.env = simpy.Environment()
        self.random = random.Random(seed)  # noqa: S311 - a simulation, not a secret
        self.rates = scenario.rates.tolist()
        self.draws = _Draws(scenario.config, self.random)
        self.free = [Team(number % len(self.draws.zones)) for number in range(teams)]
        self.waiting: list[tuple[int, float, int, simpy.Event]] = []
        self.n_asked = 0
        self.opens_at = scenario.window.start_s / MINUTE_S
        self.closes_at = scenario.window.end_s / MINUTE_S
        self.horizon = scenario.window.horizon_s / MINUTE_S
        self.seen = Seen()

    def run(self) -> Answer:
        """Run to the horizon."""
        self.env.process(self.arrivals())
        self.env.run(until=self.horizon)
        seen, responses = self.seen, np.array(self.seen.responses)
        return Answer(
            calls=seen.calls,
            reach_share=len(responses) / seen.calls,
            wait_mean_min=float(np.mean(seen.waits)),
            response_mean_min=float(responses.mean()),
            response_p90_min=float(np.quantile(responses, 0.9)),
        )

    def arrivals(self) -> Process:
        """Start a call at each point of a Poisson process whose rate changes by the hour."""
        env = self.env
        for hour, hourly in enumerate(self.rates):
            if hour % 24 == 0:
                factor = self.draws.day_factor()
            end = (hour + 1) * HOUR_MIN
            while (gap := self.random.expovariate(hourly * factor / HOUR_MIN)) < end - env.now:
                yield env.timeout(gap)
                env.process(self.call())
            yield env.timeout(end - env.now)

    def call(self) -> Process:
        """Be handed off, wait, and be served, unless it is withdrawn or patrol settles it first."""
        env, draws = self.env, self.draws
        received, zone = env.now, draws.zone()
        counts = self.opens_at <= received < self.closes_at
        self.seen.calls += counts
        priority = draws.priority(self.hour())
        yield env.timeout(draws.handoff())
        dispatchable = env.now
        patrol_at = max(dispatchable, received + draws.patrol_arrives())
        fate_u = self.random.random()
        withdrawn_at = dispatchable + draws.withdrawn()
        if draws.would_hold(fate_u) and patrol_at <= withdrawn_at:
            withdrawn_at = FOREVER  # whom patrol holds does not walk away
        settled_at = patrol_at + draws.patrol_settles()
        arrives_by = withdrawn_at if draws.patrol_waits() else min(withdrawn_at, settled_at)
        request = self.request(priority, zone)
        yield request | env.timeout(min(withdrawn_at, settled_at) - env.now)
        if not request.triggered:
            self.waiting = [entry for entry in self.waiting if entry[-1] is not request]
            heapq.heapify(self.waiting)
            return
        team = cast("Team", request.value)
        wait = env.now - dispatchable
        arrival = env.timeout(draws.turnout() + self.travel(team, zone))
        yield arrival if arrives_by == FOREVER else arrival | env.timeout(arrives_by - env.now)
        if arrival.processed:
            team.zone = zone
            if counts:
                self.seen.waits.append(wait)
                self.seen.responses.append(env.now - received)
            yield env.timeout(draws.busy(fate_u))
        self.release(team)

    def hour(self) -> int:
        """Hour of day."""
        return int(self.env.now // HOUR_MIN) % 24

    def travel(self, team: Team, zone: int) -> float:
        """Minutes of one trip."""
        return self.draws.mean_travel[self.hour()][team.zone][zone] * self.draws.travel_factor()

    def request(self, priority: int, zone: int) -> simpy.Event:
        """Event that comes with a team: at once if one is free."""
        request = self.env.event()
        if self.free:
            request.succeed(self.nearest(zone))
        else:
            self.n_asked += 1
            heapq.heappush(self.waiting, (priority, self.env.now, self.n_asked, request))
        return request

    def nearest(self, zone: int) -> Team:
        """Take the nearest free team."""
        mean = self.draws.mean_travel[self.hour()]
        team = min(self.free, key=lambda one: mean[one.zone][zone])
        self.free.remove(team)
        return team

    def release(self, team: Team) -> None:
        """Give a team to the first call that waits, or set it free."""
        if self.waiting:
            heapq.heappop(self.waiting)[-1].succeed(team)
        else:
            self.free.append(team)


class _Draws:
    """Every random input, made ready to be drawn."""

    def __init__(self, config: Config, rng: random.Random) -> None:
        service, demand, travel = config.service, config.demand, config.travel
        team_shares = config.outcomes.team_shares
        assert isinstance(travel, MatrixTravel)
        assert team_shares is not None
        self.random = rng
        self.cv = float(demand.day_factor_cv)
        self.zones = list(accumulate(demand.zone_share))
        self.types = [list(accumulate(shares)) for shares in demand.call_type_share_by_hour]
        self.priorities = [demand.priority_by_type.get(name, 1) for name in demand.call_types]
        self.mean_travel = [
            [[traffic * minutes for minutes in row] for row in travel.minutes]
            for traffic in travel.traffic_by_hour
        ]
        self.travel_factor = _lognormal(rng, 1.0, float(travel.factor_sd))
        self.handoff = _sampler(rng, service.handoff_delay)
        self.patrol_arrives = _sampler(rng, service.patrol.arrival)
        self.patrol_settles = _sampler(rng, service.patrol_settles)
        self.patrol_waits_share = float(service.patrol_waits_share)
        self.withdrawn_per_min = float(service.withdrawn_per_hour) / HOUR_MIN
        self.turnout = _sampler(rng, service.turnout)
        self.contact_share = float(service.contact.with_patrol.share_at_once)
        self.refused_share = float(service.contact.refused_share)
        self.fates = list(accumulate(team_shares.central()))
        self.least_held = float(resolve(config.outcomes).patrol[:HOLD].sum())
        self.in_vain = [
            _sampler(rng, each) for each in (service.on_scene.not_found, service.on_scene.refused)
        ]
        names = ("on_scene", "referral", "voluntary", "hold", "arrest")
        self.on_scene = [_sampler(rng, getattr(service.on_scene, name)) for name in names]
        self.to_center = float(service.voluntary_to_center_share)
        self.center = _both(rng, service.center.transport, service.center.handover)
        self.hospital = _both(rng, service.hospital.transport, service.hospital.handover)
        self.report = _sampler(rng, service.report)

    def day_factor(self) -> float:
        """Gamma of mean one."""
        return self.random.gammavariate(self.cv**-2, self.cv**2)

    def zone(self) -> int:
        """Zone of a call."""
        return self.random.choices(range(len(self.zones)), cum_weights=self.zones)[0]

    def priority(self, hour: int) -> int:
        """Priority of a call's type, whose mix changes by the hour of day."""
        return self.random.choices(self.priorities, cum_weights=self.types[hour])[0]

    def withdrawn(self) -> float:
        """Minutes to being called off."""
        return self.random.expovariate(self.withdrawn_per_min)

    def patrol_waits(self) -> bool:
        """Whether patrol stays for a team that is on its way."""
        return self.random.random() < self.patrol_waits_share

    def would_hold(self, fate_u: float) -> bool:
        """Whether patrol alone would hold or arrest the person."""
        return fate_u >= self.least_held

    def busy(self, fate_u: float) -> float:
        """Minutes from arrival to free: on scene, transport and handover, report."""
        if self.random.random() >= self.contact_share:
            return self.in_vain[self.random.random() < self.refused_share]() + self.report()
        fate = min(bisect_right(self.fates, fate_u), 4)
        return self.on_scene[fate]() + self.away(fate) + self.report()

    def away(self, fate: int) -> float:
        """Minutes of transport and handover; patrol takes those under arrest."""
        if fate == HOLD:
            return self.hospital()
        if fate == VOLUNTARY:
            return self.center() if self.random.random() < self.to_center else self.hospital()
        return 0.0


def _lognormal(rng: random.Random, mean: float, sd: float) -> Draw:
    sigma = math.sqrt(math.log1p((sd / mean) ** 2))
    mu = math.log(mean) - sigma**2 / 2
    return lambda: rng.lognormvariate(mu, sigma)


def _sampler(rng: random.Random, duration: Duration) -> Draw:
    """Draw of a family that the plain scenario has, in minutes."""
    assert isinstance(duration, Gamma | Lognormal)
    mean = float(duration.mean)
    if isinstance(duration, Gamma):
        shape = (mean / float(duration.sd)) ** 2
        return lambda: rng.gammavariate(shape, mean / shape)
    if duration.sd is not None:
        return _lognormal(rng, mean, float(duration.sd))
    assert duration.median is not None
    mu = math.log(float(duration.median))
    sigma = math.sqrt(2 * (math.log(mean) - mu))
    return lambda: rng.lognormvariate(mu, sigma)


def _both(rng: random.Random, one: Duration, other: Duration) -> Draw:
    first, second = _sampler(rng, one), _sampler(rng, other)
    return lambda: first() + second()


def simulate(scenario: Scenario, teams: int, seed: int) -> Answer:
    """One run of the plain scenario with so many posts."""
    return City(scenario, teams, seed).run()
