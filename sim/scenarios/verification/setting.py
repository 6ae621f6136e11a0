"""What theory is told of a system: read off its config and plan, so that no number stands twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.arrays import Floats, Ints
from sim.clock import MINUTE_S
from sim.config import Config
from sim.config.values import Constant, Exponential, Gamma, Lognormal
from sim.model.theory import Hypercube
from sim.scenarios.experiments.formulas import calls_by_hour
from sim.scenarios.scenario import Arm, Scenario

Solver = Callable[..., Hypercube]


@dataclass(frozen=True)
class Setting:
    """A system whose calls all ask for a team, and take it for a time of one distribution."""

    scenario: Scenario
    arm: Arm

    @property
    def config(self) -> Config:
        """Config of the system."""
        return self.scenario.config

    @property
    def servers(self) -> int:
        """Teams of the plan."""
        return self.arm.plan.teams

    @cached_property
    def calls_per_hour(self) -> Floats:
        """Mean calls an hour by hour of week; shape (168,)."""
        return calls_by_hour(self.scenario)

    @property
    def rate(self) -> float:
        """Mean calls an hour."""
        return float(self.calls_per_hour.mean())

    @property
    def mean_s(self) -> float:
        """Mean seconds that a call takes a team."""
        return float(self._service.mean) * MINUTE_S

    @property
    def cv(self) -> float:
        """Coefficient of variation of these seconds."""
        service = self._service
        if isinstance(service, Gamma | Lognormal) and service.sd is not None:
            return float(service.sd) / float(service.mean)
        return float(isinstance(service, Exponential))

    @property
    def _service(self) -> Constant | Exponential | Gamma | Lognormal:
        service = self.config.service.on_scene.on_scene
        if not isinstance(service, Constant | Exponential | Gamma | Lognormal):
            raise TypeError(f"service.on_scene.on_scene: {service.distribution} has no formula")
        return service

    @property
    def patience_s(self) -> float:
        """Mean seconds that a call waits before it is withdrawn."""
        return 3_600 / float(self.config.service.withdrawn_per_hour)

    @property
    def load(self) -> float:
        """Offered load in teams."""
        return self.rate * self.mean_s / 3_600

    @property
    def by_priority(self) -> list[float]:
        """Mean calls an hour of each call type, which is one of each priority in order."""
        shares: Sequence[float] = self.config.demand.call_type_share_by_hour[0]
        return [self.rate * share for share in shares]

    def cube(self, solve: Solver) -> Hypercube:
        """Hypercube of its districts and teams."""
        by_district = self.rate * np.array(self.config.demand.zone_share)
        return solve(by_district, self.preference, self.mean_s)

    @cached_property
    def preference(self) -> Ints:
        """Teams of each district in order; shape (districts, teams)."""
        bases = self.arm.schedule.roster.base_zone
        out: Ints = np.argsort(self.arm.policy.preference[:, bases], axis=1, kind="stable")
        return out
