"""What a grant's positions cost month by month, in whole cents, and what each cent is spent on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sim.config import Sourced, StaffingPlan
from sim.config.groups.costs import Costs
from sim.config.plans import WORKERS
from sim.model.money.costs import cars, indexed
from sim.model.money.grant import cents
from sim.model.money.positions import SUPERVISOR
from sim.scenarios.answers.grant import MONTHS_A_YEAR, Moment, Seat

Hours = Mapping[str, float]


class Spent(NamedTuple):
    """Cents of one item in one month; `seat` is whose they are, None if nobody's own.

    They are `allowable` unless they are for a role that the grant does not pay.
    """

    month: int
    item: str
    seat: Seat | None
    cents: int
    allowable: bool = True


class Fleet(NamedTuple):
    """Teams beyond those of the base plan, and the cars that they need."""

    teams: int
    cars: int


def spending(
    months: Iterable[Moment],
    base: StaffingPlan | None,
    overtime: Mapping[int, Hours],
    costs: Costs,
) -> list[Spent]:
    """Everything spent in the months of a grant.

    A position is paid from the month it is filled, trained in it, and again as often as it is
    filled anew. Start-up and cars are paid when a team first runs.

    Parameters
    ----------
    months
        From the first, one after the other.
    base
        Plan whose teams and cars are there already.
    overtime
        Hours a year by role beyond those of the base, by month.
    costs
        Prices, inflation and overhead.
    """
    out: list[Spent] = []
    most = Fleet(0, 0)
    for now in months:
        fleet = _fleet(now.running, base, costs)
        new = Fleet(max(fleet.teams - most.teams, 0), max(fleet.cars - most.cars, 0))
        things = {
            "start-up": new.teams * _at(costs.start_up_per_team, now, costs),
            "cars": new.cars * _at(costs.vehicle.purchase, now, costs)
            + _running(fleet, now, costs),
        }
        out += _of_month(now, things, overtime.get(now.month, {}), costs)
        most = Fleet(max(fleet.teams, most.teams), max(fleet.cars, most.cars))
    return out


def keeping(
    months: Iterable[Moment],
    base: StaffingPlan | None,
    overtime: Mapping[int, Hours],
    costs: Costs,
) -> list[Spent]:
    """Everything spent to keep the positions after a grant; parameters as of `spending`.

    Nothing is started any more: of cars their running, and a part of their purchase for each month
    of their life, as the next ones have to be bought.
    """
    out: list[Spent] = []
    for now in months:
        fleet = _fleet(now.running, base, costs)
        worn = fleet.cars * _at(costs.vehicle.purchase, now, costs)
        a_month = worn / float(costs.vehicle.life_years) / MONTHS_A_YEAR
        things = {"cars": a_month + _running(fleet, now, costs)}
        out += _of_month(now, things, overtime.get(now.month, {}), costs)
    return out


def _of_month(
    now: Moment, things: Mapping[str, float], overtime: Hours, costs: Costs
) -> list[Spent]:
    """Items of one month: of positions, of things, overtime, and the overhead on all of these."""
    direct = [
        *_of_positions(now, costs),
        *(Spent(now.month, item, None, cents(x)) for item, x in things.items()),
        *_overtime(overtime, now, costs),
    ]
    return [*direct, *_overhead(now, direct, costs)]


def _overhead(now: Moment, direct: Sequence[Spent], costs: Costs) -> Iterator[Spent]:
    """Overhead on what the grant may pay, and the rest of it."""
    share = float(costs.overhead_share)
    whole, allowable = (
        round(share * sum(spent.cents for spent in direct if spent.allowable or every))
        for every in (True, False)
    )
    yield Spent(now.month, "overhead", None, allowable)
    if whole > allowable:
        yield Spent(now.month, "overhead", None, whole - allowable, allowable=False)


def _pays(role: str, costs: Costs) -> bool:
    """Whether the grant pays people of a role."""
    return not costs.grant.paid_roles or role in costs.grant.paid_roles


def _of_positions(now: Moment, costs: Costs) -> Iterator[Spent]:
    """Pay of every position filled, and training of whoever comes to it."""
    anew = float(costs.training.turnover_share_per_year) / MONTHS_A_YEAR
    for seat in now.seats:
        pays, a_year = _pays(seat.role, costs), _at(getattr(costs.per_fte, seat.role), now, costs)
        yield Spent(now.month, "pay", seat, cents(seat.fte * a_year / MONTHS_A_YEAR), pays)
        hires = 1.0 if now.month == seat.hire_month else anew
        yield Spent(now.month, "training", seat, cents(hires * _training(seat, now, costs)), pays)


def _training(seat: Seat, now: Moment, costs: Costs) -> float:
    """Dollars of training one hire; supervisors have no training of their own."""
    if seat.role == SUPERVISOR:
        return 0.0
    name = "worker" if seat.role in WORKERS else seat.role
    return _at(getattr(costs.training, name), now, costs)


def _overtime(hours: Hours, now: Moment, costs: Costs) -> Iterator[Spent]:
    """Overtime of a month, from hours a year by role; of roles that are paid, and of the others."""
    paid_h, factor = float(costs.positions.paid_hours_per_year), float(costs.overtime_pay_factor)
    for pays in (True, False):
        a_year = sum(
            of_role * _at(getattr(costs.per_fte, role), now, costs) / paid_h * factor
            for role, of_role in hours.items()
            if _pays(role, costs) == pays
        )
        if a_year or pays:
            yield Spent(now.month, "overtime", None, cents(a_year / MONTHS_A_YEAR), pays)


def _fleet(running: StaffingPlan | None, base: StaffingPlan | None, costs: Costs) -> Fleet:
    if running is None:
        return Fleet(0, 0)
    teams, n_cars = (base.teams, cars(base, costs)) if base else (0, 0)
    return Fleet(max(running.teams - teams, 0), max(cars(running, costs) - n_cars, 0))


def _running(fleet: Fleet, now: Moment, costs: Costs) -> float:
    """Dollars of running the cars for a month."""
    return fleet.cars * _at(costs.vehicle.running_per_year, now, costs) / MONTHS_A_YEAR


def _at(dollars: Sourced, now: Moment, costs: Costs) -> float:
    """Price in a month's fiscal year."""
    return indexed(dollars, costs, now.fiscal_year)
