"""The file people_and_money.txt: every step and line behind the figures of people and money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sim.config import StaffingPlan, staffing
from sim.config.groups.costs import Costs
from sim.model.money.costs import AvoidedLine, CostLine, start_up_cost, total, yearly_cost
from sim.model.money.positions import bridges, officers_by_kind
from sim.report.money.beside import NOT_MODELED, crisis_now
from sim.report.money.prices import prices
from sim.report.money.sides import Side, difference_sides, plan_sides
from sim.report.money.stepping_up import stepping_up
from sim.report.people.bridges import bridge_lines, figure, headed, officer_lines, role_words
from sim.report.sections import aligned
from sim.report.wording import WIDTH, label, mean_and_range, number, percent, scale, wrapped
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
A_COST_SHIFT = "What one payer saves and another pays is a cost shift, not a saving."
CAPACITY = (
    "Cashable: money that is not spent. Capacity: time and room that are free for other use; sixty "
    "fewer bookings close no jail pod."
)


class _Plan(NamedTuple):
    """A plan of the comparison, by all that is told of it."""

    plan: StaffingPlan
    side: Side
    found: Comparison
    economics: Economics

    @property
    def costs(self) -> Costs:
        """Prices of the comparison."""
        return self.found.config.costs


def people_and_money(found: Comparison, plans: Sequence[StaffingPlan]) -> str:
    """Text of the file; empty without economics.

    Parameters
    ----------
    found
        The comparison.
    plans
        Every staffing plan of its main reading.
    """
    economics = found.economics
    if economics is None:
        return ""
    by_name = {plan.name: plan for plan in plans}
    told = [_Plan(by_name[x.name], x, found, economics) for x in plan_sides(found)]
    blocks = [_title(found), *(block for plan in told for block in _of_plan(plan))]
    blocks += [*_together(told), *prices(found.config.costs), *_ends(found)]
    return "\n\n".join(blocks) + "\n"


def _title(found: Comparison) -> str:
    costs = found.config.costs
    post = bridges(staffing("1"), costs.positions)[0]
    return wrapped(
        f"People and money: {found.config.program.title}. Dollars are those of {costs.price_year} "
        f"unless a fiscal year (FY) is named, by the year in which it ends; inflation is "
        f"{percent(float(costs.inflation_per_year))} a year. Figures are means of "
        f"{found.replications} replications at the central values of all assumptions; intervals in "
        f"brackets are {INTERVAL_LABEL}. table.txt has the "
        f"intervals of the assumptions. One post held around the clock needs {post.fte:.2f} people "
        f"at work of each of its roles, {post.positions:.2f} positions with the vacant ones."
    )


def _of_plan(told: _Plan) -> Iterator[str]:
    name = f"Plan {told.plan.name}"
    yield _ruled(f"{name}: {told.plan.title}".rstrip(" :"))
    yield from _people(told)
    yield _costs_by_year(told)
    yield _avoided(told)
    lines = told.economics.avoided_lines[told.plan.name]
    yield _by_payer(lines, told.side.mean("cost_per_year"), name)


# --- people --------------------------------------------------------------------------------------


def _people(told: _Plan) -> Iterator[str]:
    of_plan = told.economics.bridges[told.plan.name]
    yield headed("From hours of duty to positions", bridge_lines(of_plan) or ["No posts."])
    officers = [bridge for bridge in of_plan if bridge.role == "officer"]
    kinds = [
        officers_by_kind(sum(many), told.costs.officers)
        for many in ((x.fte for x in officers), (x.positions for x in officers))
    ]
    yield "\n".join(officer_lines(*kinds))
    measures = told.side.measures
    hours = [[label(name), mean_and_range(measures[name], scale(name))] for name in HOURS]
    heading = "Relief from the simulated overtime, and sworn hours"
    yield aligned([heading, "a year"], [("", hours)])


def _ruled(heading: str) -> str:
    """Heading of a part of the file, under a rule across the page."""
    return f"{'=' * WIDTH}\n{heading}"


# --- what it costs -------------------------------------------------------------------------------


def _costs_by_year(told: _Plan) -> str:
    """Lines of cost in the price year and the two after it, and what is paid once."""
    years = _fiscal_years(told.costs)
    rows = _in_columns([_yearly(told, year) for year in years])
    once = _in_columns([start_up_cost(told.plan, told.costs, year) for year in years])
    head = ["Cost, dollars", "how many", "each", *(f"FY {year}" for year in years)]
    return aligned(head, [("Every year", rows), ("Once, if it begins in that year", once)])


def _fiscal_years(costs: Costs) -> list[int]:
    return [costs.price_year + after for after in range(YEARS)]


def _yearly(told: _Plan, year: int) -> list[CostLine]:
    return yearly_cost(told.plan, told.costs, told.side.mean("overtime_hours_per_year"), year)


def _in_columns(of_years: Sequence[Sequence[CostLine]]) -> list[list[str]]:
    """Row a line of cost with a column a year, and their totals."""
    rows = [_cost_row(lines) for lines in zip(*of_years, strict=True)]
    totals = [_dollars(total(line.dollars for line in lines)) for lines in of_years]
    return [*rows, ["total", "", "", *totals]]


def _cost_row(lines: Sequence[CostLine]) -> list[str]:
    first = lines[0]
    item = f"{first.item}, {role_words(first.role)}" if first.role else first.item
    unit = "" if first.unit == "share" else f" {first.unit}"
    many = f"{figure(first.quantity, first.unit)}{unit}"
    return [item, many, _dollars(first.each_dollars), *(_dollars(x.dollars) for x in lines)]


def _dollars(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−")


# --- what is avoided -----------------------------------------------------------------------------


def _avoided(told: _Plan) -> str:
    lines = told.economics.avoided_lines[told.plan.name]
    rows = [
        [
            f"{line.item.replace('_', ' ')}{' (claimed)' if line.claimed else ''}",
            line.payer,
            f"{number(line.events)} {line.unit}",
            *_three(line.dollars, line.cashable_dollars),
        ]
        for line in lines
    ]
    sums = _three(*_sums(lines))
    head = [
        "Avoided, dollars",
        "who saves",
        "fewer",
        "in all",
        "cashable",
        "capacity",
    ]
    return aligned(head, [("", [*rows, ["total", "", "", *sums]])])


def _sums(lines: Sequence[AvoidedLine]) -> tuple[float, float]:
    """Dollars in all, and those of them that are cashable."""
    return total(x.dollars for x in lines), total(x.cashable_dollars for x in lines)


def _three(in_all: float, cashable: float) -> list[str]:
    return [_dollars(x) for x in (in_all, cashable, in_all - cashable)]


def _by_payer(lines: Sequence[AvoidedLine], cost: float, of: str) -> str:
    """Table of what each payer saves, and of what is left when the cost is paid."""
    of_payer: dict[str, list[AvoidedLine]] = {line.payer: [] for line in lines}
    for line in lines:
        of_payer[line.payer].append(line)
    in_all, cashable = _sums(lines)
    rows = [
        *([payer, *_three(*_sums(of_one))] for payer, of_one in of_payer.items()),
        ["total", *_three(in_all, cashable)],
        ["of it claimed by programs only", *_three(*_sums([x for x in lines if x.claimed]))],
        ["less cost", _dollars(-cost), _dollars(-cost), ""],
        ["net benefit", _dollars(in_all - cost), _dollars(cashable - cost), ""],
    ]
    return aligned([f"{of}, by who saves, dollars", "in all", "cashable", "capacity"], [("", rows)])


# --- all plans -----------------------------------------------------------------------------------


def _together(told: Sequence[_Plan]) -> Iterator[str]:
    """Cost of every plan and difference by fiscal year, and who saves by each difference."""
    years = _fiscal_years(told[0].costs)
    of_plans = {
        one.plan.name: [total(line.dollars for line in _yearly(one, year)) for year in years]
        for one in told
    }
    rows = [[f"plan {name}", *map(_dollars, costs)] for name, costs in of_plans.items()]
    differences = difference_sides(told[0].found)
    for side in differences:
        one, base = (of_plans[name] for name in side.plans)
        rows.append([side.name, *(_dollars(a - b) for a, b in zip(one, base, strict=True))])
    yield _ruled("All plans")
    yield aligned(["Cost, dollars", *(f"FY {year}" for year in years)], [("", rows)])
    for side in differences:
        lines = _less(*(told[0].economics.avoided_lines[name] for name in side.plans))
        yield _by_payer(lines, side.mean("cost_per_year"), side.name)
    yield "\n".join([wrapped(CAPACITY), wrapped(A_COST_SHIFT)])


def _less(lines: Sequence[AvoidedLine], base: Sequence[AvoidedLine]) -> list[AvoidedLine]:
    """Lines of one plan less those of another, item by item."""
    return [
        one._replace(
            events=one.events - other.events,
            dollars=total([one.dollars, -other.dollars]),
            cashable_dollars=total([one.cashable_dollars, -other.cashable_dollars]),
        )
        for one, other in zip(lines, base, strict=True)
    ]


def _ends(found: Comparison) -> list[str]:
    lines = [
        line
        for measure, told in stepping_up(found)
        for line in (wrapped(measure, "", "   "), *(wrapped(x, "   ", "     ") for x in told))
    ]
    return [
        headed("The four measures of Stepping Up", lines),
        wrapped(crisis_now(found)),
        wrapped(NOT_MODELED),
    ]
