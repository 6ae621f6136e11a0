"""What a comparison answers, as plain frozen data; reports show it and compute nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.config import Config
from sim.scenarios.checking import TwinCheck
from sim.scenarios.replications import ArmSample
from sim.scenarios.scenario import Scenario
from sim.scenarios.statistics import DifferenceInterval, Interval


@dataclass(frozen=True)
class PlanResult:
    """One plan's answer; `sample` holds what it is made of, one row a replication."""

    name: str
    title: str
    teams: int
    team_hours_per_day: float
    measures: dict[str, Interval]
    sample: ArmSample


@dataclass(frozen=True)
class Difference:
    """One plan less another, paired by replication."""

    plan: str
    versus: str
    measures: dict[str, DifferenceInterval]


@dataclass(frozen=True)
class Reading:
    """Plans and their differences under one reading of what a team is, or of travel."""

    label: str
    reason: str
    plans: list[PlanResult]
    differences: list[Difference]


@dataclass(frozen=True)
class HistoryCheck:
    """A published figure beside the simulated one."""

    plan: str
    year: str
    published_per_day: float
    published_reach_share: float
    tolerance_share: float
    handled_per_day: Interval
    reach_share: Interval
    reproduced: bool


@dataclass(frozen=True)
class Comparison:
    """The whole answer of `compare` and `run`."""

    config: Config
    scenario: Scenario
    replications: int
    main: Reading
    other_reading: Reading | None = None
    travel_beside: Reading | None = None
    history: HistoryCheck | None = None
    check: TwinCheck | None = None
    warnings: list[str] = field(default_factory=list)
