"""What stands behind a grant's budget: its lines by price, and how it parts from a year's cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sim.config import Sourced, StaffingPlan
from sim.config.groups.costs import Costs
from sim.config.plans import WORKERS
from sim.model.money.costs import CostLine, indexed, yearly_cost
from sim.model.money.grant import CENTS, cents
from sim.scenarios.answers.grant import ITEMS, MONTHS_A_YEAR, Bridged, Justified, Moment, Price
from sim.scenarios.grant.spending import Hours, Spent

SECOND = 2  # year of a grant: most have neither planning months nor a start in it
UNITS = {
    "pay": "months of a full-time position",
    "training": "people trained",
    "start-up": "teams",
    "overhead": "dollars",
    "overtime": "hours",
}
Key = tuple[str, str]


class Yearly(NamedTuple):
    """A plan and its hours of overtime a year, as of teams."""

    plan: StaffingPlan
    overtime_h: float


def justified(
    spent: Iterable[Spent],
    months: Sequence[Moment],
    overtime: Mapping[int, Hours],
    costs: Costs,
) -> list[Justified]:
    """Lines of a budget by item, role and fiscal year, with how many of what at which price.

    Quantities follow from what is spent, so that quantity times price is what the line says.
    """
    years = {now.month: now.fiscal_year for now in months}
    sums: dict[tuple[str, str, int], int] = {}
    for x in spent:
        key = x.item, x.seat.role if x.seat else "", years[x.month]
        sums[key] = sums.get(key, 0) + x.cents
    roles = list(dict.fromkeys(role for _, role, _ in sums))
    keys = sorted(sums, key=lambda key: (ITEMS.index(key[0]), roles.index(key[1]), key[2]))
    hours = _overtime_h(months, overtime)
    return [
        _overtime(key[2], sums[key], hours)
        if key[0] == "overtime"
        else _line(*key, sums[key], costs)
        for key in keys
        if sums[key]
    ]


def _overtime_h(months: Sequence[Moment], overtime: Mapping[int, Hours]) -> dict[int, float]:
    """Hours of overtime of all roles together, by fiscal year."""
    out: dict[int, float] = {}
    for now in months:
        of_month = sum(overtime.get(now.month, {}).values()) / MONTHS_A_YEAR
        out[now.fiscal_year] = out.get(now.fiscal_year, 0.0) + of_month
    return out


def _overtime(year: int, amount: int, hours: Mapping[int, float]) -> Justified:
    """Overtime of a fiscal year: hours, at the mean price of one."""
    of_year = hours[year]
    each = amount / CENTS / of_year if of_year else None
    return Justified("overtime", "", year, of_year, UNITS["overtime"], each, amount)


def _line(item: str, role: str, year: int, amount: int, costs: Costs) -> Justified:
    each, times = _each(item, role, year, costs), MONTHS_A_YEAR if item == "pay" else 1
    quantity = None if not each else times * amount / CENTS / each
    return Justified(item, role, year, quantity, UNITS.get(item, ""), each, amount)


def _each(item: str, role: str, year: int, costs: Costs) -> float | None:
    """Price of one in a fiscal year, of overhead the share; None where there are several."""
    if item == "overhead":
        return float(costs.overhead_share)
    price: Sourced | None = {
        "pay": getattr(costs.per_fte, role, None),
        "training": getattr(costs.training, "worker" if role in WORKERS else role, None),
        "start-up": costs.start_up_per_team,
    }.get(item)
    return None if price is None else indexed(price, costs, year)


def prices(spent: Iterable[Spent], costs: Costs) -> list[Price]:
    """Unit costs of what is spent, in dollars of the price year."""
    things = {(x.item, x.seat.role if x.seat else "") for x in spent if x.cents}
    paid = sorted(role for item, role in things if item == "pay")
    keys = {
        **{f"pay and benefits of one {x}": f"per_fte.{x}" for x in paid},
        **{f"training of one {x}": f"training.{x}" for x in _trained(things)},
        "start-up of one team": "start_up_per_team" if ("start-up", "") in things else "",
        "purchase of one car": "vehicle.purchase" if ("cars", "") in things else "",
        "running of one car, a year": "vehicle.running_per_year" if ("cars", "") in things else "",
    }
    return [
        Price(
            what.replace("_", " "),
            f"costs.{key}",
            indexed(_at(key, costs), costs, costs.price_year),
        )
        for what, key in keys.items()
        if key
    ]


def _trained(things: Iterable[Key]) -> list[str]:
    """Kinds of people who are trained."""
    roles = {role for item, role in things if item == "training"}
    return sorted({"worker" if role in WORKERS else role for role in roles})


def _at(key: str, costs: Costs) -> Sourced:
    """Price under a key of the costs."""
    node: Any = costs
    for name in key.split("."):
        node = getattr(node, name)
    price: Sourced = node
    return price


# --- against the cost of a year ------------------------------------------------------------------


def bridge(
    spent: Iterable[Spent],
    months: Sequence[Moment],
    sides: tuple[Yearly, Yearly | None],
    costs: Costs,
) -> list[Bridged]:
    """Items of a year's cost beside those of the second year of a budget.

    Parameters
    ----------
    spent, months
        Of a grant, all bought in the price year.
    sides
        The plan that runs in the end, and the base if there is one, whose cost is taken off.
    costs
        Prices.
    """
    second = [now for now in months if now.grant_year == SECOND]
    budget = _second_year(spent)
    a_year, needed = _yearly(sides, costs)
    keys = sorted(dict.fromkeys([*a_year, *budget]), key=lambda key: ITEMS.index(key[0]))
    filled = {
        role: sum(now.fte.get(role, 0.0) for now in second) / len(second)
        for item, role in keys
        if item == "pay"
    }
    return [
        Bridged(
            *key,
            a_year.get(key, 0),
            budget.get(key, 0),
            needed.get(key[1], 0.0) if key[0] == "pay" else None,
            filled[key[1]] if key[0] == "pay" else None,
        )
        for key in keys
    ]


def _second_year(spent: Iterable[Spent]) -> dict[Key, int]:
    out: dict[Key, int] = {}
    for x in spent:
        if (x.month - 1) // MONTHS_A_YEAR + 1 == SECOND and x.cents:
            key = x.item, x.seat.role if x.seat and x.item == "pay" else ""
            out[key] = out.get(key, 0) + x.cents
    return out


def _yearly(
    sides: tuple[Yearly, Yearly | None], costs: Costs
) -> tuple[dict[Key, int], Mapping[str, float]]:
    """Cents of a year beyond those of the base by item, and the FTE that are paid, by role."""
    sums: dict[Key, int] = {}
    fte: dict[str, float] = {}
    for sign, line in _lines(sides, costs):
        item = next(x for x in ITEMS if line.item.startswith(x))
        key = item, line.role if item == "pay" else ""
        sums[key] = sums.get(key, 0) + sign * cents(line.dollars)
        if item == "pay":
            fte[line.role] = fte.get(line.role, 0.0) + sign * line.quantity
    return {key: amount for key, amount in sums.items() if amount}, fte


def _lines(sides: tuple[Yearly, Yearly | None], costs: Costs) -> Iterator[tuple[int, CostLine]]:
    for sign, side in zip((1, -1), sides, strict=True):
        if side is not None:
            lines = yearly_cost(side.plan, costs, side.overtime_h, costs.price_year)
            yield from ((sign, line) for line in lines)
