"""What a comparison answers, as plain frozen data; reports show it and compute nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

import numpy as np
import polars as pl

from sim.arrays import Floats
from sim.config import Config, StaffingPlan
from sim.model.ledger.events import LedgerEvent
from sim.model.measures.dictionary import MEASURES
from sim.model.measures.measure import RESPONSE_BIN_S
from sim.model.money.alternatives import SameMoney, same_money
from sim.scenarios.answers.curve import Formulas
from sim.scenarios.answers.economics import Books, Economics, Pair, beaten, lead
from sim.scenarios.answers.held_out import HeldOut, Verdict, gravest
from sim.scenarios.answers.intervals import DifferenceInterval, Interval, Spread
from sim.scenarios.answers.rails import Rail
from sim.scenarios.answers.rows import Row, Tabled, frame, lines, measured
from sim.scenarios.checking import TwinCheck
from sim.scenarios.comparison.cells import Cells
from sim.scenarios.request import Request
from sim.scenarios.samples import ArmSample
from sim.scenarios.uncertainty import Draws

UNFINISHED_SHARE = 0.001  # of the requested calls; more of them open at the end is not left unsaid

__all__ = [
    "RESPONSE_BIN_S",
    "UNFINISHED_SHARE",
    "Bases",
    "Comparison",
    "Computed",
    "Difference",
    "Draws",
    "Fairness",
    "Group",
    "HistoryCheck",
    "LedgerEvent",
    "Load",
    "PlanResult",
    "Reading",
    "Trace",
    "TwinCheck",
]


TOLD = ("reach_share", "response_median_min", "contacts_per_year")


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


class Load(NamedTuple):
    """Offered load against the teams, over the hours of the week with a team on duty.

    Offered load is requested calls an hour times the mean busy hours of a served call; teams are
    the mean on duty. There are `hours` such hours (168 around the clock); in `hours_over` of them
    the load is at or above the teams, and `worst_hour` (from Monday 00:00) is where it is so most.
    """

    mean: float
    teams_mean: float
    hours: int
    hours_over: int
    worst_hour: int
    worst: float
    worst_teams: float


class Bases(NamedTuple):
    """Posts of teams by the zone they are based in, most first; and whether they were chosen.

    Bases that a plan does not name are chosen by demand. `lines` has the same for each line of the
    plan, and `rule` is the one by which a free team is chosen, as in `dispatch.rule`.
    """

    posts: dict[str, int]
    chosen: bool
    lines: dict[str, dict[str, int]] = {}  # noqa: RUF012 - never changed
    rule: str = ""


@dataclass(frozen=True, repr=False, eq=False)
class PlanResult(Tabled):
    """One plan's answer; `sample` holds what it is made of, one row a replication.

    `cells` are ratios by hour of week, by zone and by shift, pooled over the replications. `spread`
    has every measure over the draws of the uncertain parameters, and nothing if none were made.
    There is no `load` where nobody was served, and no `bases` where it does not matter to the drive
    where a team is based.

    Examples
    --------
    >>> import sim
    >>> plan = sim.compare(2, 1, overrides=["run=smoke"], replications=2, draws=0).main.plans[0]
    >>> plan.teams, plan.measures["reach_share"].n
    (2, 2)
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
    load: Load | None = None
    bases: Bases | None = None

    def to_frame(self) -> pl.DataFrame:
        """Return a row a measure; columns as of a comparison."""
        return frame(self._rows())

    def _rows(self) -> list[Row]:
        return _rows_of(self.name, None, self)

    def _told(self) -> list[Row]:
        return [row for row in self._rows() if row.measure in TOLD]

    def __repr__(self) -> str:
        return lines(f"Plan {self.name}: {self.title}", self._told())

    @property
    def requests_per_year(self) -> float:
        """Calls a year that ask for a team: all calls through each share of the funnel."""
        names = ("calls_per_year", "recognized_share", "eligible_share", "requested_share")
        return math.prod(self.measures[name].mean or 0.0 for name in names)

    @property
    def is_overloaded(self) -> bool:
        """Whether calls are still open at the end because there is more work than teams."""
        still_open = self.measures["unfinished_share"].mean or 0.0
        too_much = self.load is None or self.load.mean >= self.load.teams_mean
        return still_open > UNFINISHED_SHARE and too_much

    @property
    def reached_by(self) -> Floats:
        """Share of reached calls with a team on scene by the start of each bin, and by the end."""
        counts = self.sample.histogram
        return np.concatenate([[0.0], np.cumsum(counts) / counts.sum()])


@dataclass(frozen=True, repr=False, eq=False)
class Difference(Tabled):
    """One plan less another, paired by replication; `spread` as of a plan.

    Examples
    --------
    >>> import sim
    >>> (difference,) = sim.compare(
    ...     2, 1, overrides=["run=smoke"], replications=2, draws=0
    ... ).main.differences
    >>> difference.measures["reach_share"].mean > 0
    True
    """

    plan: str
    versus: str
    measures: dict[str, DifferenceInterval]
    spread: dict[str, Spread] = field(default_factory=dict)

    def to_frame(self) -> pl.DataFrame:
        """Return a row a measure; columns as of a comparison."""
        return frame(self._rows())

    def _rows(self) -> list[Row]:
        return _rows_of(self.plan, self.versus, self)

    def _told(self) -> list[Row]:
        return [row for row in self._rows() if row.measure in TOLD]

    def __repr__(self) -> str:
        return lines(f"Plan {self.plan} minus plan {self.versus}", self._told())


def _rows_of(plan: str, versus: str | None, side: PlanResult | Difference) -> list[Row]:
    return [
        measured(plan, versus, name, MEASURES[name].unit, interval, side.spread.get(name))
        for name, interval in side.measures.items()
    ]


@dataclass(frozen=True)
class Reading:
    """Plans and their differences under one reading of what a team is, or of travel."""

    label: str
    reason: str
    plans: list[PlanResult]
    differences: list[Difference]

    @property
    def pairs(self) -> list[Pair]:
        """Plans by what they are held against; the one plan there is, against none."""
        return [Pair(x.plan, x.versus) for x in self.differences] or [Pair(self.plans[0].name, "")]

    @property
    def beaten(self) -> dict[str, str]:
        """Plans that another one beats in cost and in calls reached, by means, and that one."""
        return beaten(
            {
                plan.name: (
                    plan.measures["cost_per_year"].mean or 0.0,
                    plan.measures["reach_share"].mean or 0.0,
                )
                for plan in self.plans
            }
        )

    def lead(self, economics: Economics | None) -> Pair:
        """Pair that the finding is of."""
        sides, ladder = ([], []) if economics is None else (economics.differences, economics.ladder)
        return lead(self.pairs, sides, ladder, self.beaten)

    def same_money(self, config: Config, leading: str = "") -> SameMoney | None:
        """What else the difference in cost of the leading plan would buy, or what one plan costs.

        The first plan leads if none is named.
        """
        sides = {x.plan: x.measures for x in self.differences}
        own = self.plans[0].measures
        of_leading = sides.get(leading or self.plans[0].name, own)
        return same_money(of_leading["cost_per_year"].mean, config)


@dataclass(frozen=True)
class HistoryCheck:
    """Calls a day and share reached that are published of a plan, and what they are held against.

    Both are the same count, so there is one verdict: the graver. It is None without draws.
    """

    plan: str
    year: str
    handled_per_day: HeldOut
    reach_share: HeldOut

    @property
    def verdict(self) -> Verdict | None:
        """Verdict on both figures."""
        return gravest([self.handled_per_day, self.reach_share])

    @property
    def reach_decides(self) -> bool:
        """Whether the share reached alone has this verdict."""
        return self.handled_per_day.verdict != self.verdict


@dataclass(frozen=True)
class Computed:
    """Which of patrol shares, team shares and effect (odds ratios) follows from the others."""

    what: Literal["effect", "patrol_shares", "team_shares"]
    by_fate: dict[str, float]


@dataclass(frozen=True)
class Trace:
    """What happened in replication 0 of a plan, in order; seconds count from `start`."""

    plan: str
    start: datetime
    window_start_s: int
    events: list[LedgerEvent]


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(Tabled):
    """The whole answer of `compare` and `run`; printed it is a few lines.

    `sim.save(answer, "results")` writes the folder that the command writes.
    `plans` are the staffing plans of all readings as they were run, each once: a plan's file may
    have been edited since, so no report reads it again.
    `ledger` has a row a trip, or a call without one, and `ledger_duties` a row a duty, of the
    replications asked for; these and `trace` are there only if they were asked for. `notes` say
    what a reader must know of the rules and plans, `warnings` what to doubt, the gravest first.
    `formulas` stand beside the plans of the main reading, where a call was served.

    Examples
    --------
    >>> import sim
    >>> comparison = sim.compare(2, 1, overrides=["run=smoke"], replications=2, draws=0)
    >>> [(difference.plan, difference.versus) for difference in comparison.main.differences]
    [('2', '1')]
    """

    request: Request
    config: Config
    window_days: int
    replications: int
    plans: list[StaffingPlan]
    main: Reading
    computed: Computed
    other_reading: Reading | None = None
    travel_beside: Reading | None = None
    history: HistoryCheck | None = None
    formulas: Formulas | None = None
    check: TwinCheck | None = None
    economics: Economics | None = None
    books: Books | None = None
    draws: Draws | None = None
    ledger: pl.DataFrame | None = None
    ledger_duties: pl.DataFrame | None = None
    trace: Trace | None = None
    notes: list[str] = field(default_factory=list)
    warnings: list[Rail] = field(default_factory=list)

    @property
    def readings(self) -> list[Reading]:
        """All readings there are, the main one first."""
        readings = (self.main, self.other_reading, self.travel_beside)
        return [reading for reading in readings if reading is not None]

    @property
    def same_money(self) -> SameMoney | None:
        """What else the leading plan's difference in cost would buy, or what the one plan costs."""
        return self.main.same_money(self.config, self.leading)

    @property
    def leading(self) -> str:
        """Name of the plan that the answer leads with."""
        return self.main.lead(self.economics).plan

    def to_frame(self) -> pl.DataFrame:
        """Return a row a plan and measure, and a row a difference and measure.

        Columns are `plan`, `versus` (null of a plan itself), `measure`, `unit`, `mean`, and the
        range `low` to `high` with the `interval` that it is: "assumptions" or "chance".
        """
        return frame(self._rows())

    def _rows(self) -> list[Row]:
        sides = [*self.main.plans, *self.main.differences]
        return [row for side in sides for row in side._rows()]  # noqa: SLF001 - of this file

    def _told(self) -> list[Row]:
        return [row for row in self._rows() if row.measure in TOLD]

    def __repr__(self) -> str:
        plans = ", ".join(plan.name for plan in self.main.plans)
        head = f"Comparison of {plans}: {self.replications} replications of {self.window_days} days"
        return lines(head, self._told())
