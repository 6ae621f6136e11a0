"""The file people_and_money.txt: every step and line behind the figures of people and money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.report.money.beside import beside
from sim.report.money.prices import prices
from sim.report.money.sides import Side, difference_sides, plan_sides
from sim.report.money.stepping_up import stepping_up
from sim.report.people.bridges import bridge_lines, figure, officer_lines, role_words
from sim.report.rendering import rendered
from sim.report.table import Group, Table
from sim.report.wording import label, mean_and_range, number, scale
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.economics import AvoidedLine, CostLine, Economics, Paid, PlanBooks
from sim.scenarios.answers.intervals import INTERVAL_LABEL

HOURS = (
    "overtime_hours_per_year",
    "fte_overtime",
    "sworn_hours_assigned_per_year",
    "patrol_hours_released_per_year",
    "sworn_hours_net_per_year",
)


def people_and_money(comparison: Comparison) -> str:
    """Text of the file; empty without economics."""
    economics, books, costs = comparison.economics, comparison.books, comparison.config.costs
    if economics is None or books is None:
        return ""
    sides, differences = plan_sides(comparison), difference_sides(comparison)
    parts = [
        _Part(plan.title, side, economics, books.plans[plan.name])
        for plan, side in zip(comparison.main.plans, sides, strict=True)
    ]
    text = rendered(
        "money_file.txt",
        comparison=comparison,
        costs=costs,
        label=INTERVAL_LABEL,
        post=books.post,
        plans=parts,
        together=_together([*sides, *differences]),
        differences=[_by_payer(side, side.name) for side in differences],
        prices=prices(costs),
        stepping_up=stepping_up(comparison),
        notes=beside(comparison),
    )
    return f"{text.rstrip()}\n"


@dataclass(frozen=True)
class _Part:
    """Part of the file on one plan, as the template calls it."""

    title: str
    side: Side
    economics: Economics
    books: PlanBooks

    @property
    def name(self) -> str:
        return self.side.name

    @property
    def bridges(self) -> list[str]:
        return bridge_lines(self.economics.bridges[self.name])

    @property
    def officers(self) -> list[str]:
        """Officers by where they come from, at work and as positions."""
        return officer_lines(self.side.books.officers, self.books.officer_positions)

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
        budgets = self.books.budgets
        every_year = _in_columns([(x.every_year, x.every_year_dollars) for x in budgets])
        once = _in_columns([(x.once, x.once_dollars) for x in budgets])
        years = [f"FY {budget.fiscal_year}" for budget in budgets]
        groups = [Group(every_year, "Every year"), Group(once, "Once, if it begins in that year")]
        return Table(["Cost, dollars", "quantity", "each", *years], groups)

    @property
    def avoided(self) -> Table:
        lines = map(_avoided_row, self.economics.avoided_lines[self.name])
        rows = [*lines, ["total", "", "", *_three(self.side.books.saved_in_all)]]
        head = ["Avoided, dollars", "payer", "fewer", "total", "cashable", "capacity"]
        return Table(head, [Group(rows)])

    @property
    def payers(self) -> Table:
        return _by_payer(self.side, f"Plan {self.name}")


def _dollars(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−")


# --- what it costs -------------------------------------------------------------------------------


def _in_columns(of_years: Sequence[tuple[Sequence[CostLine], float]]) -> list[list[str]]:
    """Row for each line of cost with a column for each year, and their totals."""
    rows = [_cost_row(lines) for lines in zip(*(lines for lines, _ in of_years), strict=True)]
    return [*rows, ["total", "", "", *(_dollars(in_all) for _, in_all in of_years)]]


def _cost_row(lines: Sequence[CostLine]) -> list[str]:
    first = lines[0]
    item = f"{first.item}, {role_words(first.role)}" if first.role else first.item
    unit = "" if first.unit == "share" else f" {first.unit}"
    many = f"{figure(first.quantity, first.unit)}{unit}"
    return [item, many, _dollars(first.each_dollars), *(_dollars(x.dollars) for x in lines)]


def _together(sides: Sequence[Side]) -> Table:
    """Cost of every plan and difference by fiscal year."""
    rows = [[side.title, *map(_dollars, side.books.cost.values())] for side in sides]
    years = [f"FY {year}" for year in sides[0].books.cost]
    return Table(["Cost, dollars", *years], [Group(rows)])


# --- what is avoided -----------------------------------------------------------------------------


def _avoided_row(line: AvoidedLine) -> list[str]:
    return [
        f"{line.item.replace('_', ' ')}{' (claimed)' if line.claimed else ''}",
        line.payer,
        f"{number(line.events)} {line.unit}",
        *_three(Paid(line.payer, line.dollars, line.cashable_dollars)),
    ]


def _three(paid: Paid) -> list[str]:
    return [_dollars(x) for x in (paid.dollars, paid.cashable, paid.capacity)]


def _by_payer(side: Side, name: str) -> Table:
    """Table of what each payer saves, and of what is left when the cost is paid."""
    books, cost = side.books, _dollars(-side.mean("cost_per_year"))
    rows = [
        *([paid.payer, *_three(paid)] for paid in books.saved),
        ["total", *_three(books.saved_in_all)],
        ["of this, claimed by programs only", *_three(books.claimed)],
        ["less cost", cost, cost, ""],
        ["net benefit", _dollars(books.net.dollars), _dollars(books.net.cashable), ""],
    ]
    return Table([f"{name}, by payer, dollars", "total", "cashable", "capacity"], [Group(rows)])
