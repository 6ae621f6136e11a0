"""People and money of a comparison, with every line that a budget shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sim.model.money.alternatives import Bought, SameMoney
from sim.model.money.costs import AvoidedLine, CostLine
from sim.model.money.crisis_now import CrisisNowAnswer
from sim.model.money.positions import RoleBridge, Step
from sim.scenarios.answers.intervals import Interval, Quoted, Spread

PER_CALL = "cost_per_additional_call_reached"

__all__ = [
    "PER_CALL",
    "AvoidedLine",
    "Books",
    "Bought",
    "BreakEven",
    "Budget",
    "CostLine",
    "CrisisNowAnswer",
    "Economics",
    "Paid",
    "PerContact",
    "PlanBooks",
    "Ratio",
    "RoleBridge",
    "Rung",
    "SameMoney",
    "SideBooks",
    "SideEconomics",
    "Staff",
    "Step",
    "Tornado",
    "TornadoBar",
]


@dataclass(frozen=True)
class Ratio:
    """Dollars for each of something, of means; or why there is no such figure.

    `low` to `high` is chance alone, `parameter_low` to `parameter_high` over the draws. None where
    it cannot be told: `why_blank` then says why, also if only an interval is blank. `drawn` says
    whether there were draws.
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
    drawn: bool = False

    @property
    def quoted(self) -> Quoted:
        """Mean with the range to quote."""
        chance = Interval(self.mean, self.low, self.high, 0)
        ends = (self.parameter_low, self.parameter_high)
        spread = Spread(*ends, None, None, None, 0) if self.drawn else None
        return Quoted.of(chance, spread)


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

    The target is of a plan less the one that it is held `versus`, the pair that the finding is of,
    or of the one plan there is.
    """

    measure: Literal["net_benefit_per_year", "net_diversions_per_year"]
    central: float
    bars: list[TornadoBar]
    plan: str = ""
    versus: str = ""

    @property
    def by_what_decides(self) -> list[TornadoBar]:
        """Bars of which an end changes the sign of the target first, both parts widest first."""
        return sorted(self.bars, key=lambda bar: not self.turns(bar))

    def turns(self, bar: TornadoBar) -> bool:
        """Whether a bar's low or high alone gives the target another sign."""
        return any((end > 0) != (self.central > 0) for end in (bar.at_low, bar.at_high))

    def changes(self, bar: TornadoBar) -> tuple[float, float]:
        """By how much a bar's ends move the target.

        What the target comes to stands elsewhere: this center is of fewer replications.
        """
        return bar.at_low - self.central, bar.at_high - self.central


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
class Rung:
    """A plan less the next cheaper one: calls reached and dollars a year, and dollars a call."""

    plan: str
    versus: str
    calls_per_year: Quoted
    cost_per_year: Quoted
    per_call: Ratio


@dataclass(frozen=True)
class SideEconomics:
    """What a plan, or a plan less another ("17 minus 12"), pays for each of what it gets."""

    name: str
    ratios: dict[str, Ratio]
    break_even: BreakEven | None


class Pair(NamedTuple):
    """A plan, and the one that it is held against: none of a plan alone."""

    plan: str
    versus: str


def beaten(plans: Mapping[str, tuple[float, float]]) -> dict[str, str]:
    """Plans that cost no less than another one and reach no more, each by the cheapest such.

    Parameters
    ----------
    plans
        Cost and share reached, by name. Plans with the same cost and reach do not beat each other.

    Examples
    --------
    >>> beaten({"a": (3.0, 0.6), "b": (2.0, 0.8), "c": (5.0, 0.9)})
    {'a': 'b'}
    """
    by_cost = sorted(plans, key=lambda name: (plans[name][0], -plans[name][1]))
    out: dict[str, str] = {}
    for name, (cost, reach) in plans.items():
        others = [x for x in by_cost if plans[x] != plans[name]]
        better = [x for x in others if plans[x][0] <= cost and plans[x][1] >= reach]
        out |= {name: better[0]} if better else {}
    return out


def priced(
    pairs: Sequence[Pair], sides: Sequence[SideEconomics], worse: Collection[str] = ()
) -> list[tuple[Pair, Quoted]]:
    """Pairs that have a price of each call reached more, the cheapest first; none of `worse`."""
    quotes = [
        (pair, side.ratios[PER_CALL].quoted)
        for pair, side in zip(pairs, sides, strict=False)
        if PER_CALL in side.ratios and pair.plan not in worse
    ]
    known = [(pair, quote) for pair, quote in quotes if quote.mean is not None]
    return sorted(known, key=lambda each: each[1].mean or 0.0)


def steps(ladder: Sequence[Rung]) -> list[Rung]:
    """Rungs that reach more beyond doubt, by dollars for each call."""
    known = [rung for rung in ladder if rung.per_call.mean is not None]
    return sorted(known, key=lambda rung: rung.per_call.mean or 0.0)


def lead(
    pairs: Sequence[Pair],
    sides: Sequence[SideEconomics],
    ladder: Sequence[Rung],
    worse: Collection[str] = (),
) -> Pair:
    """Pair that the finding is of: of several, that by which each added call costs least.

    It is of a plan and the base, and of one that is beaten, `worse`, only if all others are.
    """
    cheapest = [pair for pair, _ in priced(pairs, sides, worse)]
    up = [pair for rung in steps(ladder) for pair in pairs if pair.plan == rung.plan]
    others = [pair for pair in pairs if pair.plan not in worse]
    return [*cheapest, *up, *others, *pairs][0]


class Staff(NamedTuple):
    """People at work of all roles together (FTE), and positions with the vacant ones."""

    fte: float
    positions: float


@dataclass(frozen=True)
class Economics:
    """People and money of the main reading.

    `unknowns` is how many uncertain parameters there are, `draws` how many draws of them were made.
    Bridges and lines are by name of plan; `avoided_lines` are at the mean measures. The `ladder`
    goes up from the cheapest of three plans or more.
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
    ladder: list[Rung] = field(default_factory=list)

    @property
    def staff(self) -> dict[str, Staff]:
        """People of all roles together, by name of plan; none of a plan without posts."""
        return {
            name: Staff(sum(x.fte for x in roles), sum(x.positions for x in roles))
            for name, roles in self.bridges.items()
            if roles
        }


# --- the lines behind them ------------------------------------------------------------------------


class Budget(NamedTuple):
    """Lines of cost of a fiscal year, in its dollars: of every year, and once if it begins then."""

    fiscal_year: int
    every_year: list[CostLine]
    once: list[CostLine]
    every_year_dollars: float
    once_dollars: float


class Paid(NamedTuple):
    """Dollars a year of one payer or of all: in total, and those of them that are cashable."""

    payer: str
    dollars: float
    cashable: float

    @property
    def capacity(self) -> float:
        """Dollars that are time and room, not cash."""
        return self.dollars - self.cashable


class PerContact(NamedTuple):
    """For each contact: those not booked, and bookings fewer than with patrol alone."""

    gross: float
    net: float


@dataclass(frozen=True)
class SideBooks:
    """A plan, or a plan less another: officers by kind (FTE), positions, start-up, cost, savings.

    `start_up` is in dollars of the price year, `cost` by fiscal year. `saved` is by payer, then
    `saved_in_all`, of which programs alone claim `claimed`; `net` is what is left after the cost.
    There is nothing per contact without contacts.
    """

    officers: dict[str, float]
    positions: float
    start_up: float
    cost: dict[int, float]
    saved: list[Paid]
    saved_in_all: Paid
    claimed: Paid
    net: Paid
    per_contact: PerContact | None


@dataclass(frozen=True)
class PlanBooks:
    """Lines of a plan's cost by fiscal year, and its officers' positions by kind."""

    budgets: list[Budget]
    officer_positions: dict[str, float]


@dataclass(frozen=True)
class Books:
    """Every step and line behind the economics; `post` is the bridge of one post held 24/7.

    `sides` has plans and differences by name, "17" and "17 minus 12".
    """

    post: RoleBridge
    plans: dict[str, PlanBooks]
    sides: dict[str, SideBooks]
