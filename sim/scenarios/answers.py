"""What a comparison answers, as plain frozen data; reports show it and compute nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sim.config import Config, StaffingPlan
from sim.model.money.costs import AvoidedLine, CostLine
from sim.model.money.crisis_now import CrisisNowAnswer
from sim.model.money.positions import RoleBridge
from sim.scenarios.checking import TwinCheck
from sim.scenarios.comparison.cells import Cells
from sim.scenarios.intervals import DifferenceInterval, Interval, Spread
from sim.scenarios.replications import ArmSample
from sim.scenarios.scenario import Scenario
from sim.scenarios.uncertainty import Draws


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

    `cells` are ratios by hour of week, by zone and by shift, pooled over the replications. `spread`
    has every measure over the draws of the uncertain parameters, and nothing if none were made.
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
    spread: dict[str, Spread] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """One plan less another, paired by replication; `spread` as of a plan."""

    plan: str
    versus: str
    measures: dict[str, DifferenceInterval]
    spread: dict[str, Spread] = field(default_factory=dict)


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
class Ratio:
    """Dollars for each of something, of means; or why there is no such figure.

    `low` to `high` is chance alone, `parameter_low` to `parameter_high` over the draws. None where
    it cannot be told: `why_blank` then says why, also if only an interval is blank.
    """

    name: str
    label: str
    unit: str
    mean: float | None
    low: float | None
    high: float | None
    parameter_low: float | None
    parameter_high: float | None
    why_blank: str = ""


@dataclass(frozen=True)
class TornadoBar:
    """What a target comes to with one assumption at its low and at its high, all else central."""

    name: str
    label: str
    low_value: float
    value: float
    high_value: float
    source: str
    at_low: float
    at_high: float


@dataclass(frozen=True)
class Tornado:
    """The assumptions that move a target most, the largest bar first; `central` is the target.

    The target is of the first plan less the base, or of the one plan there is.
    """

    measure: Literal["net_benefit_per_year", "net_diversions_per_year"]
    central: float
    bars: list[TornadoBar]


@dataclass(frozen=True)
class BreakEven:
    """The weakest effect that pays: one odds ratio of arrest and of holds.

    None if there is none from 0.001 to 1: the net benefit is positive without any effect if
    `already`, and negative under all of them if not. The central odds ratios stand beside, None
    where a share of zero or one leaves none.
    """

    odds_ratio: float | None
    already: bool
    central_arrest: float | None
    central_hold: float | None


@dataclass(frozen=True)
class SideEconomics:
    """What a plan, or a plan less another ("17 minus 12"), pays for each of what it gets."""

    name: str
    ratios: dict[str, Ratio]
    break_even: BreakEven | None


@dataclass(frozen=True)
class Economics:
    """People and money of the main reading.

    `unknowns` is how many uncertain parameters there are, `draws` how many draws of them were made.
    Bridges and lines are by name of plan; `avoided_lines` are at the mean measures.
    """

    plans: list[SideEconomics]
    differences: list[SideEconomics]
    tornado: list[Tornado]
    unknowns: int
    draws: int
    crisis_now: CrisisNowAnswer | None
    bridges: dict[str, list[RoleBridge]]
    cost_lines: dict[str, list[CostLine]]
    avoided_lines: dict[str, list[AvoidedLine]]


@dataclass(frozen=True)
class Comparison:
    """The whole answer of `compare` and `run`.

    `plans` are the staffing plans of all readings as they were run, each once: a plan's file may
    have been edited since, so no report reads it again.
    `notes` are what the rules and plans of this comparison make a reader want to know; `warnings`
    are of its results.
    """

    config: Config
    scenario: Scenario
    replications: int
    plans: list[StaffingPlan]
    main: Reading
    other_reading: Reading | None = None
    travel_beside: Reading | None = None
    history: HistoryCheck | None = None
    check: TwinCheck | None = None
    economics: Economics | None = None
    draws: Draws | None = None
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def readings(self) -> list[Reading]:
        """All readings there are, the main one first."""
        readings = (self.main, self.other_reading, self.travel_beside)
        return [reading for reading in readings if reading is not None]
