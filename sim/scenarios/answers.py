"""What a comparison answers, as plain frozen data; reports show it and compute nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.config import Config
from sim.scenarios.cells import Cells
from sim.scenarios.checking import TwinCheck
from sim.scenarios.replications import ArmSample
from sim.scenarios.scenario import Scenario
from sim.scenarios.statistics import DifferenceInterval, Interval


@dataclass(frozen=True)
class Group:
    """Requested calls of some hours or of a zone: the share reached, and how soon in minutes."""

    name: str
    reach_share: Interval
    response_mean_min: Interval


@dataclass(frozen=True)
class Fairness:
    """Who is reached less: by night and by day, and in the zones of most and of least reach.

    Zones are compared if they have a requested call a week or more. There is no best and no worst
    if fewer than two have, or if `zones_alike`: they differ by chance only.
    """

    night: Group
    day: Group
    zones: int
    zones_compared: int
    zones_alike: bool
    best_zone: Group | None
    worst_zone: Group | None


@dataclass(frozen=True)
class PlanResult:
    """One plan's answer; `sample` holds what it is made of, one row a replication.

    `cells` are ratios by hour of week, by zone and by shift, pooled over the replications.
    """

    name: str
    title: str
    teams: int
    team_hours_per_day: float
    worker_hours_per_day: float
    measures: dict[str, Interval]
    sample: ArmSample
    cells: Cells
    fairness: Fairness


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
    """The whole answer of `compare` and `run`.

    `notes` are what the rules and plans of this comparison make a reader want to know; `warnings`
    are of its results.
    """

    config: Config
    scenario: Scenario
    replications: int
    main: Reading
    other_reading: Reading | None = None
    travel_beside: Reading | None = None
    history: HistoryCheck | None = None
    check: TwinCheck | None = None
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def readings(self) -> list[Reading]:
        """All readings there are, the main one first."""
        readings = (self.main, self.other_reading, self.travel_beside)
        return [reading for reading in readings if reading is not None]
