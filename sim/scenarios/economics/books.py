"""The lines behind people and money: budgets by fiscal year, officers by kind, who saves what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.config import StaffingPlan, staffing
from sim.config.models import Costs
from sim.model.money.costs import start_up_cost, total, yearly_cost
from sim.model.money.positions import bridges, officers_by_kind
from sim.scenarios.answers.comparison import Difference, PlanResult, Reading
from sim.scenarios.answers.economics import (
    AvoidedLine,
    Books,
    Budget,
    Economics,
    Paid,
    PerContact,
    PlanBooks,
    RoleBridge,
    SideBooks,
)

YEARS = 3  # the price year, and the two after it
OFFICER = "officer"


def books(
    plans: Sequence[StaffingPlan], reading: Reading, economics: Economics, costs: Costs
) -> Books:
    """Every line behind the economics of a reading.

    Parameters
    ----------
    plans
        The staffing plans of the reading, and maybe others.
    reading, economics
        What the plans and their differences measured, and their people and money.
    costs
        Prices, and where officers come from.
    """
    by_name = {plan.name: plan for plan in plans}
    of_plans = {
        plan.name: _plan_books(by_name[plan.name], plan, economics, costs) for plan in reading.plans
    }
    sides = {
        plan.name: _side(plan, of_plans[plan.name], economics, costs) for plan in reading.plans
    }
    for pair in reading.differences:
        sides[f"{pair.plan} minus {pair.versus}"] = _difference(pair, sides, economics)
    return Books(bridges(staffing("1"), costs.positions)[0], of_plans, sides)


# --- plans ---------------------------------------------------------------------------------------


def _plan_books(
    plan: StaffingPlan, result: PlanResult, economics: Economics, costs: Costs
) -> PlanBooks:
    overtime_h = result.measures["overtime_hours_per_year"].mean or 0.0
    years = [costs.price_year + after for after in range(YEARS)]
    positions = sum(x.positions for x in _officers(economics.bridges[plan.name]))
    return PlanBooks(
        [_budget(plan, costs, overtime_h, year) for year in years],
        officers_by_kind(positions, costs.officers),
    )


def _budget(plan: StaffingPlan, costs: Costs, overtime_h: float, year: int) -> Budget:
    every_year = yearly_cost(plan, costs, overtime_h, year)
    once = start_up_cost(plan, costs, year)
    sums = (total(line.dollars for line in lines) for lines in (every_year, once))
    return Budget(year, every_year, once, *sums)


def _officers(of_plan: Sequence[RoleBridge]) -> list[RoleBridge]:
    return [bridge for bridge in of_plan if bridge.role == OFFICER]


def _side(result: PlanResult, plan: PlanBooks, economics: Economics, costs: Costs) -> SideBooks:
    of_plan = economics.bridges[result.name]
    return SideBooks(
        officers_by_kind(sum(x.fte for x in _officers(of_plan)), costs.officers),
        sum(bridge.positions for bridge in of_plan),
        plan.budgets[0].once_dollars,
        {budget.fiscal_year: budget.every_year_dollars for budget in plan.budgets},
        *_savings(economics.avoided_lines[result.name], result),
        _per_contact(result),
    )


# --- differences ---------------------------------------------------------------------------------


def _difference(
    pair: Difference, sides: Mapping[str, SideBooks], economics: Economics
) -> SideBooks:
    plan, base = sides[pair.plan], sides[pair.versus]
    return SideBooks(
        {kind: fte - base.officers[kind] for kind, fte in plan.officers.items()},
        plan.positions - base.positions,
        plan.start_up - base.start_up,
        {year: dollars - base.cost[year] for year, dollars in plan.cost.items()},
        *_savings(_fewer(pair, economics.avoided_lines), pair),
        _per_contact(pair),
    )


def _fewer(pair: Difference, avoided: Mapping[str, list[AvoidedLine]]) -> list[AvoidedLine]:
    """Lines of what is avoided under one plan less those of another."""
    return [
        line._replace(
            events=line.events - other.events,
            dollars=total([line.dollars, -other.dollars]),
            cashable_dollars=total([line.cashable_dollars, -other.cashable_dollars]),
        )
        for line, other in zip(avoided[pair.plan], avoided[pair.versus], strict=True)
    ]


# --- who saves what ------------------------------------------------------------------------------


def _savings(
    lines: Sequence[AvoidedLine], side: PlanResult | Difference
) -> tuple[list[Paid], Paid, Paid, Paid]:
    """Savings by payer, of all payers, as far as only claimed, and less the cost."""
    payers = dict.fromkeys(line.payer for line in lines)
    by_payer = [_paid(payer, [x for x in lines if x.payer == payer]) for payer in payers]
    in_all = _paid("total", lines)
    cost = side.measures["cost_per_year"].mean or 0.0
    net = Paid("net benefit", in_all.dollars - cost, in_all.cashable - cost)
    return by_payer, in_all, _paid("claimed", [x for x in lines if x.claimed]), net


def _paid(payer: str, lines: Sequence[AvoidedLine]) -> Paid:
    return Paid(payer, total(x.dollars for x in lines), total(x.cashable_dollars for x in lines))


def _per_contact(side: PlanResult | Difference) -> PerContact | None:
    """Diversions from jail for each contact; None without contacts."""
    contacts = side.measures["contacts_per_year"].mean
    if not contacts:
        return None
    gross, net = (side.measures[f"jail_diversions_{x}_per_year"].mean for x in ("gross", "net"))
    return PerContact((gross or 0.0) / contacts, (net or 0.0) / contacts)
