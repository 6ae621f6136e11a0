"""The file people_and_money.txt: every step and line behind the figures of people and money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.config import StaffingPlan, staffing
from sim.config.groups.costs import Costs
from sim.model.money.costs import AvoidedLine, CostLine, start_up_cost, total, yearly_cost
from sim.model.money.positions import bridges, officers_by_kind
from sim.report.money.beside import beside
from sim.report.money.prices import prices
from sim.report.money.sides import Side, difference_sides, plan_sides
from sim.report.money.stepping_up import stepping_up
from sim.report.people.bridges import bridge_lines, figure, officer_lines, role_words
from sim.report.rendering import rendered
from sim.report.table import Group, Table
from sim.report.wording import label, mean_and_range, number, scale
from sim.scenarios.answers import Comparison, Economics
from sim.scenarios.intervals import INTERVAL_LABEL

YEARS = 3  # the price year, and the two after it
HOURS = (
    "overtime_hours_per_year",
    "fte_overtime",
    "sworn_hours_assigned_per_year",
    "patrol_hours_released_per_year",
    "sworn_hours_net_per_year",
)


def people_and_money(comparison: Comparison, plans: Sequence[StaffingPlan]) -> str:
    """Text of the file; empty without economics.

    Parameters
    ----------
    comparison
        The answer of `compare` or `run`.
    plans
        Every staffing plan of its main reading.
    """
    economics, costs = comparison.economics, comparison.config.costs
    if economics is None:
        return ""
    by_name = {plan.name: plan for plan in plans}
    parts = [_Part(by_name[x.name], x, costs, economics) for x in plan_sides(comparison)]
    differences = difference_sides(comparison)
    text = rendered(
        "money_file.txt",
        comparison=comparison,
        costs=costs,
        label=INTERVAL_LABEL,
        post=bridges(staffing("1"), costs.positions)[0],
        plans=parts,
        together=_together(parts, differences, costs),
        differences=[_payers_of_difference(side, economics) for side in differences],
        prices=prices(costs),
        stepping_up=stepping_up(comparison),
        notes=beside(comparison),
    )
    return f"{text.rstrip()}\n"


@dataclass(frozen=True)
class _Part:
    """Part of the file on one plan, as the template calls it."""

    plan: StaffingPlan
    side: Side
    prices: Costs
    economics: Economics

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def title(self) -> str:
        return self.plan.title

    @property
    def bridges(self) -> list[str]:
        return bridge_lines(self.economics.bridges[self.name])

    @property
    def officers(self) -> list[str]:
        """Officers by where they come from, at work and as positions."""
        officers = [x for x in self.economics.bridges[self.name] if x.role == "officer"]
        fte, positions = sum(x.fte for x in officers), sum(x.positions for x in officers)
        kinds = self.prices.officers
        return officer_lines(officers_by_kind(fte, kinds), officers_by_kind(positions, kinds))

    @property
    def hours(self) -> Table:
        measures = self.side.measures
        rows = [[label(name), mean_and_range(measures[name], scale(name))] for name in HOURS]
        return Table(
            ["Relief for the simulated overtime, and sworn hours", "per year"], [Group(rows)]
        )

    @property
    def costs(self) -> Table:
        """Lines of cost in the price year and the two after it, and what is paid once."""
        years = _fiscal_years(self.prices)
        every_year = _in_columns([self.yearly(year) for year in years])
        once = _in_columns([start_up_cost(self.plan, self.prices, year) for year in years])
        head = ["Cost, dollars", "quantity", "each", *(f"FY {year}" for year in years)]
        groups = [Group(every_year, "Every year"), Group(once, "Once, if it begins in that year")]
        return Table(head, groups)

    def yearly(self, year: int) -> list[CostLine]:
        """Lines of cost in dollars of a fiscal year."""
        overtime_h = self.side.mean("overtime_hours_per_year")
        return yearly_cost(self.plan, self.prices, overtime_h, year)

    @property
    def avoided(self) -> Table:
        lines = self.economics.avoided_lines[self.name]
        rows = [*map(_avoided_row, lines), ["total", "", "", *_three(*_sums(lines))]]
        head = ["Avoided, dollars", "payer", "fewer", "total", "cashable", "capacity"]
        return Table(head, [Group(rows)])

    @property
    def payers(self) -> Table:
        lines, cost = self.economics.avoided_lines[self.name], self.side.mean("cost_per_year")
        return _by_payer(lines, cost, f"Plan {self.name}")


def _dollars(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−")


# --- what it costs -------------------------------------------------------------------------------


def _fiscal_years(costs: Costs) -> list[int]:
    return [costs.price_year + after for after in range(YEARS)]


def _in_columns(of_years: Sequence[Sequence[CostLine]]) -> list[list[str]]:
    """Row for each line of cost with a column for each year, and their totals."""
    rows = [_cost_row(lines) for lines in zip(*of_years, strict=True)]
    totals = [_dollars(total(line.dollars for line in lines)) for lines in of_years]
    return [*rows, ["total", "", "", *totals]]


def _cost_row(lines: Sequence[CostLine]) -> list[str]:
    first = lines[0]
    item = f"{first.item}, {role_words(first.role)}" if first.role else first.item
    unit = "" if first.unit == "share" else f" {first.unit}"
    many = f"{figure(first.quantity, first.unit)}{unit}"
    return [item, many, _dollars(first.each_dollars), *(_dollars(x.dollars) for x in lines)]


def _together(parts: Sequence[_Part], differences: Sequence[Side], costs: Costs) -> Table:
    """Cost of every plan and difference by fiscal year."""
    years = _fiscal_years(costs)
    of_plans = {
        part.name: [total(line.dollars for line in part.yearly(year)) for year in years]
        for part in parts
    }
    rows = [[f"plan {name}", *map(_dollars, of_years)] for name, of_years in of_plans.items()]
    for side in differences:
        plan, base = (of_plans[name] for name in side.plans)
        rows.append([side.name, *(_dollars(a - b) for a, b in zip(plan, base, strict=True))])
    return Table(["Cost, dollars", *(f"FY {year}" for year in years)], [Group(rows)])


# --- what is avoided -----------------------------------------------------------------------------


def _avoided_row(line: AvoidedLine) -> list[str]:
    return [
        f"{line.item.replace('_', ' ')}{' (claimed)' if line.claimed else ''}",
        line.payer,
        f"{number(line.events)} {line.unit}",
        *_three(line.dollars, line.cashable_dollars),
    ]


def _sums(lines: Sequence[AvoidedLine]) -> tuple[float, float]:
    """Dollars in total, and those of them that are cashable."""
    return total(x.dollars for x in lines), total(x.cashable_dollars for x in lines)


def _three(in_total: float, cashable: float) -> list[str]:
    return [_dollars(x) for x in (in_total, cashable, in_total - cashable)]


def _by_payer(lines: Sequence[AvoidedLine], cost: float, name: str) -> Table:
    """Table of what each payer saves, and of what is left when the cost is paid."""
    of_payer: dict[str, list[AvoidedLine]] = {line.payer: [] for line in lines}
    for line in lines:
        of_payer[line.payer].append(line)
    in_total, cashable = _sums(lines)
    rows = [
        *([payer, *_three(*_sums(lines))] for payer, lines in of_payer.items()),
        ["total", *_three(in_total, cashable)],
        ["of this, claimed by programs only", *_three(*_sums([x for x in lines if x.claimed]))],
        ["less cost", _dollars(-cost), _dollars(-cost), ""],
        ["net benefit", _dollars(in_total - cost), _dollars(cashable - cost), ""],
    ]
    return Table([f"{name}, by payer, dollars", "total", "cashable", "capacity"], [Group(rows)])


def _payers_of_difference(side: Side, economics: Economics) -> Table:
    """What each payer saves under one plan less what it saves under another."""
    plan, base = (economics.avoided_lines[name] for name in side.plans)
    lines = [
        line._replace(
            events=line.events - other.events,
            dollars=total([line.dollars, -other.dollars]),
            cashable_dollars=total([line.cashable_dollars, -other.cashable_dollars]),
        )
        for line, other in zip(plan, base, strict=True)
    ]
    return _by_payer(lines, side.mean("cost_per_year"), side.name)
