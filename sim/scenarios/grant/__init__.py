"""A plan under a grant of 36 months: whom it pays for, whom they serve, and who pays what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sim.config import Config, StaffingPlan, compose, staffing
from sim.config.groups.costs import GRANT_MONTHS, GRANT_YEARS, Costs
from sim.model.money.costs import total, yearly_cost
from sim.model.money.grant import Shares, by_cost, cents, grant_shares, in_order, summed
from sim.model.simulation import Engine
from sim.scenarios.checking import How, TwinCheck
from sim.scenarios.comparison.compare import silent
from sim.scenarios.grant.service import Running, Service, service
from sim.scenarios.grant.spending import ITEMS, Spent, keeping, spending
from sim.scenarios.grant.timeline import (
    MONTHS_A_YEAR,
    Moment,
    Seat,
    described,
    moments,
    seats,
    wanted,
)
from sim.scenarios.intervals import Interval, mean_interval
from sim.scenarios.people.staffable import posts_of
from sim.scenarios.replications import Progress
from sim.scenarios.rules import latent_base
from sim.scenarios.scenario import Scenario

CONTACTS, PEOPLE = "contacts_per_year", "people_reached_per_year"
VISITS = "visits_done_per_year"


class Month(NamedTuple):
    """A month: its posts beyond the base, whom they serve on average, and who pays, in cents.

    `items` has the cents spent on each of `ITEMS`.
    """

    moment: Moment
    running: str
    posts: int
    contacts: float
    people: float
    visits: float
    items: dict[str, int]
    shares: Shares


class Quarter(NamedTuple):
    """A quarter: its months, whom its posts serve (intervals of chance only), and who pays."""

    number: int
    first: Month
    last: Month
    contacts: Interval
    people: Interval
    visits: Interval
    shares: Shares


class Level(NamedTuple):
    """Months, the first and the last, in which the same posts run, and what they do in a year."""

    first: Month
    last: Month
    contacts_per_year: Interval
    people_per_year: Interval
    visits_per_year: Interval


class Row(NamedTuple):
    """A line of the crosswalk: a position with its training, or an item of nobody's own.

    `shares` are the cents of each grant year.
    """

    what: str
    seat: Seat | None
    shares: tuple[Shares, ...]

    @property
    def total(self) -> Shares:
        """Cents of all years."""
        return summed(self.shares)


class Kept(NamedTuple):
    """Cents of keeping the positions: of the month after the grant, and of a year from then on."""

    label: str
    month: int
    year: int


@dataclass(frozen=True)
class GrantAnswer:
    """The whole answer of `grant`: money in cents, service beyond that of the base plan.

    `replaces_base` if the plan has other posts than the base, and not only more of them. `wanted`
    are FTE at work by role, before they are rounded to positions. `one_post` is what one
    post around the clock costs over the three years, without its start-up.
    """

    config: Config
    plan: StaffingPlan
    base: StaffingPlan | None
    replaces_base: bool
    wanted: dict[str, float]
    seats: list[Seat]
    months: list[Month]
    levels: list[Level]
    quarters: list[Quarter]
    contacts: Interval
    people: Interval
    visits: Interval
    years: list[Shares]
    crosswalk: list[Row]
    kept: Kept
    one_post: int
    replications: int
    check: TwinCheck | None

    @property
    def total(self) -> Shares:
        """Cents of the whole grant."""
        return summed(self.years)


def grant(
    plan: str,
    base: str | None = None,
    overrides: Sequence[str] = (),
    *,
    config_dir: Path | None = None,
    engine: Engine = "compiled",
    check: How = "four_weeks",
    progress: Progress = silent,
) -> GrantAnswer:
    """Follow a plan through the grant of `costs.grant`, month by month.

    Parameters
    ----------
    plan, base
        The plan to be reached, and the one that is there already (None: nothing is); numbers of
        24/7 posts, or names of files in `configs/staffing/`.
    overrides
        Hydra overrides such as "costs.grant.planning_months=3".
    config_dir
        The user's own configs, which add to the packaged ones and win.
    engine
        Which engine runs the replications; the answer is the same.
    check
        How much of replication 0 is run in both engines first, if the engine is the compiled one.
    progress
        Called with (replications done, of how many).

    Raises
    ------
    InputError
        One line: what, where, and what would be right.
    EnginesDifferError
        If the engines disagree on replication 0.
    """
    config = compose(list(overrides), config_dir)
    asked = staffing(plan, config_dir)
    there = None if base is None else staffing(base, config_dir)
    case = _case(config, asked, there)
    scenario = Scenario(config, latent_base(config, there or asked, config_dir))
    how = Running(engine, check, progress)
    return _answer(case, service(scenario, there, case.timeline, how))


class _Case(NamedTuple):
    """What is asked: positions beyond a base plan, and the months of the grant and a year more."""

    config: Config
    plan: StaffingPlan
    base: StaffingPlan | None
    wanted: dict[str, float]
    seats: list[Seat]
    timeline: list[Moment]


def _case(config: Config, plan: StaffingPlan, base: StaffingPlan | None) -> _Case:
    fte = wanted(plan, base, config.costs)
    positions = seats(fte, config.costs.grant)
    timeline = moments(plan, base, positions, config.costs, GRANT_MONTHS + MONTHS_A_YEAR)
    return _Case(config, plan, base, fte, positions, timeline)


def _answer(case: _Case, served: Service) -> GrantAnswer:
    costs, confidence = case.config.costs, case.config.run.confidence_level
    timeline, after = case.timeline[:GRANT_MONTHS], case.timeline[GRANT_MONTHS:]
    spent = spending(timeline, case.base, served.overtime, costs)
    years = _years(spent, costs)
    months = _months(case, served, spent, years)
    return GrantAnswer(
        config=case.config,
        plan=case.plan,
        base=case.base,
        replaces_base=case.base is not None and posts_of(case.base, case.plan) is None,
        wanted=case.wanted,
        seats=case.seats,
        months=months,
        levels=_levels(months, served, confidence),
        quarters=_quarters(months, served, confidence),
        contacts=mean_interval(served.done(CONTACTS, timeline), confidence),
        people=mean_interval(served.done(PEOPLE, timeline), confidence),
        visits=mean_interval(served.done(VISITS, timeline), confidence),
        years=years,
        crosswalk=_crosswalk(spent, years),
        kept=_kept(keeping(after, case.base, served.overtime, costs), after[0]),
        one_post=_one_post(timeline, costs),
        replications=served.replications,
        check=served.check,
    )


# --- money ---------------------------------------------------------------------------------------


def _years(spent: Sequence[Spent], costs: Costs) -> list[Shares]:
    """Who pays what of each grant year."""
    of_year = [0] * GRANT_YEARS
    for one in spent:
        of_year[(one.month - 1) // MONTHS_A_YEAR] += one.cents
    given = costs.grant
    ceiling = None if given.ceiling_dollars is None else cents(float(given.ceiling_dollars))
    return grant_shares(of_year, [float(share) for share in given.match_shares], ceiling)


def _crosswalk(spent: Sequence[Spent], years: Sequence[Shares]) -> list[Row]:
    """Every position, and every item that is nobody's own, with who pays it.

    Within a year each side pays alike of all of them.
    """
    keys = dict.fromkeys((one.item if one.seat is None else "", one.seat) for one in spent)
    rows = sorted(keys, key=lambda key: key[1] is None)  # positions first; else the order stands
    of_rows: list[list[Shares]] = []
    for at, year in enumerate(years):
        of_year = dict.fromkeys(rows, 0)
        for one in spent:
            if (one.month - 1) // MONTHS_A_YEAR == at:
                of_year[one.item if one.seat is None else "", one.seat] += one.cents
        of_rows.append(by_cost(list(of_year.values()), year))
    found = [
        Row(item or f"{seat.role if seat else ''} {seat.number if seat else ''}", seat, shares)
        for (item, seat), shares in zip(rows, zip(*of_rows, strict=True), strict=True)
    ]
    return [row for row in found if row.total.total]


def _kept(spent: Sequence[Spent], first: Moment) -> Kept:
    of_month = sum(one.cents for one in spent if one.month == first.month)
    return Kept(first.label, of_month, sum(one.cents for one in spent))


def _one_post(timeline: Sequence[Moment], costs: Costs) -> int:
    post = staffing("1")
    of_years = [
        total(line.dollars for line in yearly_cost(post, costs, 0.0, now.fiscal_year))
        for now in timeline[::MONTHS_A_YEAR]
    ]
    return cents(total(of_years))


# --- months --------------------------------------------------------------------------------------


def _months(
    case: _Case, served: Service, spent: Sequence[Spent], years: Sequence[Shares]
) -> list[Month]:
    items = [dict.fromkeys(ITEMS, 0) for _ in range(GRANT_MONTHS)]
    for one in spent:
        items[one.month - 1][one.item] += one.cents
    of_months = [sum(of_month.values()) for of_month in items]
    shares = [
        share
        for at, year in enumerate(years)
        for share in in_order(of_months[MONTHS_A_YEAR * at : MONTHS_A_YEAR * (at + 1)], year)
    ]
    return [
        Month(
            now,
            described(now.running, case.plan),
            _posts(now.running, case.base),
            *_means(served, now),
            of_month,
            share,
        )
        for now, of_month, share in zip(case.timeline, items, shares, strict=False)
    ]


def _means(served: Service, now: Moment) -> tuple[float, float, float]:
    """Contacts, people reached and visits of a month."""
    contacts, people, visits = (served.done(x, [now]).mean() for x in (CONTACTS, PEOPLE, VISITS))
    return float(contacts), float(people), float(visits)


def _posts(running: StaffingPlan | None, base: StaffingPlan | None) -> int:
    """Posts beyond those of the base, of whatever hours."""
    if running is None:
        return 0
    return running.teams + running.workers - (base.teams + base.workers if base else 0)


def _quarters(months: Sequence[Month], served: Service, confidence: float) -> list[Quarter]:
    out = []
    for number, group in groupby(months, key=lambda month: month.moment.quarter):
        of_quarter = list(group)
        timeline = [month.moment for month in of_quarter]
        out.append(
            Quarter(
                number,
                of_quarter[0],
                of_quarter[-1],
                mean_interval(served.done(CONTACTS, timeline), confidence),
                mean_interval(served.done(PEOPLE, timeline), confidence),
                mean_interval(served.done(VISITS, timeline), confidence),
                summed(month.shares for month in of_quarter),
            )
        )
    return out


def _levels(months: Sequence[Month], served: Service, confidence: float) -> list[Level]:
    out = []
    for _, group in groupby(months, key=lambda month: month.moment.running):
        of_level = list(group)
        now = of_level[0].moment
        done = (served.per_year(name, now) for name in (CONTACTS, PEOPLE, VISITS))
        each = (mean_interval(values, confidence) for values in done)
        out.append(Level(of_level[0], of_level[-1], *each))
    return out
