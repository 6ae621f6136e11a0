"""Dollars: what a plan costs a year, what it costs to start, and what is avoided.

Costs are of the economic kind: an officer taken from patrol costs what an officer costs, as patrol
goes without. Every line is whole cents, and a total is the sum of its lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from math import fsum, nan
from typing import NamedTuple, get_args

from sim.config.groups.costs import Costs, Payer
from sim.config.plans import WORKERS, StaffingPlan
from sim.config.values import Sourced
from sim.identical import Identical
from sim.model.money.positions import (
    SUPERVISOR,
    bridges,
    duty_hours_per_year,
    officers_by_kind,
)

OVERHEAD = "overhead"
REASSIGNED = "pay, reassigned"
PAY_OF_OFFICERS = {
    "new_hire": "pay, new hires",
    "backfill": "pay, backfill",
    "reassignment": REASSIGNED,
}
PAYERS: tuple[Payer, ...] = get_args(Payer)

Dollars = Iterable[float]


class CostLine(NamedTuple):
    """One line of a budget, in dollars of its fiscal year; `role` is empty where it is of none."""

    item: str
    role: str
    quantity: float
    unit: str
    each_dollars: float
    dollars: float


class AvoidedLine(NamedTuple):
    """Dollars a year of one kind of event that did not happen, and how many of them are cash.

    `claimed` if only a program says what an event costs. Events below zero are so many more.
    """

    item: str
    payer: str
    claimed: bool
    events: float
    unit: str
    dollars: float
    cashable_dollars: float


def indexed(dollars: Sourced, costs: Costs, fiscal_year: int) -> float:
    """Figure in dollars of its own year, or else of the price year, in those of a fiscal year."""
    own_year = dollars.year if isinstance(dollars.year, int) else costs.price_year
    return float(dollars) * (1 + float(costs.inflation_per_year)) ** (fiscal_year - own_year)


def total(dollars: Dollars) -> float:
    """Sum of whole cents, exact to the cent."""
    return round(fsum(dollars), 2)


# --- what a plan costs ---------------------------------------------------------------------------


def yearly_cost(
    plan: StaffingPlan, costs: Costs, overtime_hours: float, fiscal_year: int
) -> list[CostLine]:
    """Lines of a year's cost: pay, overtime, cars, training, and the overhead on all of these.

    Parameters
    ----------
    plan, costs
        Whose posts, at which prices.
    overtime_hours
        Team-hours a year after the end of duties, as simulated.
    fiscal_year
        Whose dollars the lines are in.

    Returns
    -------
    list
        One line an item and role; none of zero dollars.
    """
    overtime = overtime_by_role(plan, overtime_hours)
    return _budget(fte_by_role(plan, costs), overtime, cars(plan, costs), costs, fiscal_year)


def start_up_cost(plan: StaffingPlan, costs: Costs, fiscal_year: int) -> list[CostLine]:
    """Lines of what a plan costs once: each team's start-up, and the training of its first staff.

    The purchase of cars is not here: the yearly cost spreads it over their life, and counting it
    here too would count it twice.
    """
    each = indexed(costs.start_up_per_team, costs, fiscal_year)
    teams = _line("start-up", "", plan.teams, "teams", each)
    return _kept([teams, *_training(fte_by_role(plan, costs), costs, fiscal_year)])


def cash_dollars(lines: list[CostLine]) -> float:
    """Return the cost without reassigned officers, who are paid already, and their overhead."""
    reassigned = total(line.dollars for line in lines if line.item == REASSIGNED)
    overhead = total(line.quantity for line in lines if line.item == OVERHEAD)
    return total([*(line.dollars for line in lines), -round(reassigned * (1 + overhead), 2)])


def fte_by_role(plan: StaffingPlan, costs: Costs) -> dict[str, float]:
    """People at work of each role that the plan has, supervisors included."""
    return {bridge.role: bridge.fte for bridge in bridges(plan, costs.positions)}


def overtime_by_role(plan: StaffingPlan, team_hours: float) -> dict[str, float]:
    """Hours of overtime of clinicians and officers, from those of teams.

    Every team has a clinician; of officers it is the share of hours of duty that they are on, over
    the lines whose duties end.
    """
    ending = [line for line in plan.team_lines if line.pattern != "continuous"]
    shifted = plan.model_copy(update={"lines": ending})
    of_teams = duty_hours_per_year(shifted, "clinician")
    if of_teams == 0:
        return {}
    officers = duty_hours_per_year(shifted, "officer") / of_teams
    return {"clinician": team_hours, "officer": team_hours * officers}


def cars(plan: StaffingPlan, costs: Costs) -> int:
    """Cars that teams need at once, but for those that the officers' figure holds.

    Who comes by video needs none; case managers and peers use those of their agency.
    """
    held = costs.vehicle.held_in_officer_pay
    driving = [
        line
        for line in plan.team_lines
        if not line.by_video and not (held and "officer" in line.roles)
    ]
    return plan.model_copy(update={"lines": driving}).most_at_once


def _budget(
    fte: Mapping[str, float], overtime: Mapping[str, float], n_cars: int, costs: Costs, year: int
) -> list[CostLine]:
    """Lines of a year, from the people, their hours of overtime and the cars."""
    hires = {role: n * float(costs.training.turnover_share_per_year) for role, n in fte.items()}
    direct = [
        *_pay(fte, costs, year),
        *_overtime(overtime, costs, year),
        *_cars(n_cars, costs, year),
        *_training(hires, costs, year),
    ]
    base = total(line.dollars for line in direct)
    return _kept([*direct, _line(OVERHEAD, "", float(costs.overhead_share), "share", base)])


def _line(item: str, role: str, quantity: float, unit: str, each: float) -> CostLine:
    return CostLine(item, role, quantity, unit, each, round(quantity * each, 2))


def _kept(lines: Iterable[CostLine]) -> list[CostLine]:
    return [line for line in lines if line.dollars != 0]


def _pay(fte: Mapping[str, float], costs: Costs, year: int) -> Iterator[CostLine]:
    for role, people in fte.items():
        each = indexed(getattr(costs.per_fte, role), costs, year)
        if role != "officer":
            yield _line("pay", role, people, "FTE", each)
            continue
        for kind, of_kind in officers_by_kind(people, costs.officers).items():
            yield _line(PAY_OF_OFFICERS[kind], role, of_kind, "FTE", each)


def _overtime(hours: Mapping[str, float], costs: Costs, year: int) -> Iterator[CostLine]:
    paid_h, factor = float(costs.positions.paid_hours_per_year), float(costs.overtime_pay_factor)
    for role, of_role in hours.items():
        a_year = indexed(getattr(costs.per_fte, role), costs, year)
        yield _line("overtime", role, of_role, "h", a_year / paid_h * factor)


def _cars(number: int, costs: Costs, year: int) -> Iterator[CostLine]:
    vehicle = costs.vehicle
    purchase = indexed(vehicle.purchase, costs, year) / float(vehicle.life_years)
    yield _line("cars, purchase a year of life", "", number, "cars", purchase)
    running = indexed(vehicle.running_per_year, costs, year)
    yield _line("cars, running", "", number, "cars", running)


def _training(hires: Mapping[str, float], costs: Costs, year: int) -> Iterator[CostLine]:
    for role, number in hires.items():
        if role != SUPERVISOR:
            each = getattr(costs.training, "worker" if role in WORKERS else role)
            yield _line("training", role, number, "hires", indexed(each, costs, year))


# --- what is avoided -----------------------------------------------------------------------------


def avoided(measures: Mapping[str, float], costs: Costs) -> list[AvoidedLine]:
    """Lines of what is saved a year, in dollars of the price year, by whom and how.

    Parameters
    ----------
    measures
        Measures of one plan, or of a difference: net diversions and patrol hours released.
    costs
        What one event less saves, and how many of each follow from the measures.
    """
    events, each = _events(measures, costs), _each(costs)
    out: list[AvoidedLine] = []
    for item, (number, unit) in events.items():
        event = getattr(costs.avoided, item)
        dollars = round(number * each[item], 2)
        cash = round(dollars * float(event.cashable_share), 2)
        out.append(AvoidedLine(item, event.payer, event.claimed, number, unit, dollars, cash))
    return out


def _events(measures: Mapping[str, float], costs: Costs) -> dict[str, tuple[float, str]]:
    """How many of each event there are less a year, and what one is called."""
    terms = costs.avoided
    bookings = measures["jail_diversions_net_per_year"]
    admitted = measures["hold_diversions_net_per_year"] * float(terms.admitted_given_hold)
    consenting = measures["voluntary_hospital_diversions_net_per_year"]
    admitted += consenting * float(terms.admitted_given_voluntary)
    return {
        "booking": (bookings, "bookings"),
        "jail_day": (bookings * float(terms.jail_days_per_booking), "days"),
        "ed_visit": (measures["hospital_diversions_net_per_year"], "visits"),
        "inpatient_day": (admitted * float(terms.inpatient_days_per_admission), "days"),
        "patrol_hour": (measures["patrol_hours_released_per_year"], "h"),
    }


def _each(costs: Costs) -> dict[str, float]:
    """Dollars of one event; a booking that is a total is less what other lines hold of it."""
    terms = costs.avoided
    names = ("booking", "jail_day", "ed_visit", "inpatient_day", "patrol_hour")
    each = {name: indexed(getattr(terms, name).dollars, costs, costs.price_year) for name in names}
    if terms.booking_is_total:
        elsewhere = float(terms.jail_days_per_booking) * each["jail_day"]
        elsewhere += float(terms.patrol_hours_per_booking) * each["patrol_hour"]
        each["booking"] = max(0.0, each["booking"] - elsewhere)
    return each


# --- the measures --------------------------------------------------------------------------------


PRICED = (  # the measures that people and money follow from
    "jail_diversions_net_per_year",
    "hold_diversions_net_per_year",
    "voluntary_hospital_diversions_net_per_year",
    "hospital_diversions_net_per_year",
    "patrol_hours_released_per_year",
    "overtime_hours_per_year",
    "contacts_per_year",
)


def priced(measures: Mapping[str, float], plan: StaffingPlan, costs: Costs) -> dict[str, float]:
    """Measures of people and money of one replication, by the names of `MONEY`, in their order.

    Parameters
    ----------
    measures
        Those of `PRICED`, of the replication.
    plan, costs
        Whose posts, at which prices; dollars are those of the price year.
    """
    overtime_hours = measures["overtime_hours_per_year"]
    of_people, cost, cash_cost = _manned(Identical(plan), Identical(costs), overtime_hours)
    of_avoided = _of_avoided(avoided(measures, costs))
    contacts = measures["contacts_per_year"]
    benefit, cash = of_avoided["avoided_per_year"], of_avoided["avoided_cashable_per_year"]
    return {
        **of_people,
        "cost_per_year": cost,
        "cost_cash_per_year": cash_cost,
        "cost_per_contact": cost / contacts if contacts else nan,
        **of_avoided,
        "net_benefit_per_year": total([benefit, -cost]),
        "net_benefit_cashable_per_year": total([cash, -cost]),
    }


@lru_cache(maxsize=64)  # asked for again with diversions as expected
def _manned(
    plan: Identical[StaffingPlan], costs: Identical[Costs], overtime_hours: float
) -> tuple[dict[str, float], float, float]:
    """People of a plan by measure, its cost a year, and that without reassigned officers."""
    fte, prices = _fte_by_role(plan, costs), costs.value
    overtime = overtime_by_role(plan.value, overtime_hours)
    lines = _budget(fte, overtime, cars(plan.value, prices), prices, prices.price_year)
    cost = total(line.dollars for line in lines)
    return _people(fte, overtime, prices), cost, cash_dollars(lines)


@lru_cache(maxsize=64)
def _fte_by_role(plan: Identical[StaffingPlan], costs: Identical[Costs]) -> dict[str, float]:
    return fte_by_role(plan.value, costs.value)


def _people(
    fte: Mapping[str, float], overtime: Mapping[str, float], costs: Costs
) -> dict[str, float]:
    return {
        "fte_clinician": fte.get("clinician", 0.0),
        "fte_officer": fte.get("officer", 0.0),
        "fte_worker": sum(fte.get(role, 0.0) for role in WORKERS),
        "fte_supervisor": fte.get(SUPERVISOR, 0.0),
        "fte_overtime": sum(overtime.values()) / costs.positions.worked_hours_per_year,
    }


def _of_avoided(lines: list[AvoidedLine]) -> dict[str, float]:
    in_all, cashable = total(x.dollars for x in lines), total(x.cashable_dollars for x in lines)
    return {
        "avoided_per_year": in_all,
        "avoided_cashable_per_year": cashable,
        "avoided_capacity_per_year": total([in_all, -cashable]),
        "avoided_claimed_per_year": total(line.dollars for line in lines if line.claimed),
        **{
            f"avoided_{payer}_per_year": total(x.dollars for x in lines if x.payer == payer)
            for payer in PAYERS
        },
    }
