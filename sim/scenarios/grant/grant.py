"""A plan under a grant of 36 months: whom it pays for, whom they serve, and who pays what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple, Unpack

from sim.config import Config, InputError, StaffingPlan, staffing
from sim.config.fleet import with_fitting_forms
from sim.config.groups.costs import GRANT_MONTHS, Costs
from sim.model.money.costs import total, yearly_cost
from sim.model.money.grant import cents, summed
from sim.scenarios.answers.grant import (
    MONTHS_A_YEAR,
    GrantAnswer,
    Kept,
    Level,
    Moment,
    Month,
    Outcome,
    Quarter,
    Seat,
    Shares,
)
from sim.scenarios.asked import config_of, own_plans, plans_of
from sim.scenarios.grant import paying
from sim.scenarios.grant.drawn import (
    Funded,
    at_price_year,
    by_name,
    dollars_drawn,
    hinges,
    of_years,
    quoted,
)
from sim.scenarios.grant.justifying import Yearly, bridge, justified, prices
from sim.scenarios.grant.service import VISITS, Service, service
from sim.scenarios.grant.spending import Spent, keeping, spending
from sim.scenarios.grant.timeline import (
    beyond,
    described,
    ends_with,
    hours_beyond,
    hours_of_parts,
    moments,
    needed_beyond,
    needed_by,
    posts_beyond,
    seats,
)
from sim.scenarios.grant.today import described_staff, of_today, too_few
from sim.scenarios.intervals import mean_interval
from sim.scenarios.people.staffable import needed, posts_of
from sim.scenarios.request import Progress, Request, Uncertain, silent
from sim.scenarios.rules import latent_base
from sim.scenarios.scenario import Scenario

CONTACTS, PEOPLE = "contacts_per_year", "people_reached_per_year"
OUTCOMES = (
    CONTACTS,
    PEOPLE,
    VISITS,
    "jail_diversions_net_per_year",
    "hospital_diversions_net_per_year",
    "treatment_connections_per_year",
    "treatment_connections_net_per_year",
)
MOST_PLANS = 2


def grant(
    plan: str | int | None = None,
    base: str | int | None = None,
    *,
    progress: Progress = silent,
    **options: Unpack[Uncertain],
) -> GrantAnswer:
    """Follow a plan through the grant of `costs.grant`, month by month: service, and who pays.

    Parameters
    ----------
    plan, base
        The plan to be reached (None: the program's usual one), and the one that is there already
        (None: nothing is); numbers of 24/7 posts, or names of files in `configs/staffing/`.
    progress, options
        As of `compare`.

    Returns
    -------
    GrantAnswer
        Months, quarters, years and positions, with who pays what in cents.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.
    EnginesDifferError
        If the engines disagree on replication 0.

    Examples
    --------
    >>> import sim
    >>> answer = sim.grant(2, 1, overrides=["run=smoke"], replications=2)
    >>> len(answer.months), len(answer.quarters)
    (36, 12)
    """
    names = [name for name in (plan, base) if name is not None]
    return granted(Request.of("grant", names, options), progress)


def granted(request: Request, progress: Progress = silent) -> GrantAnswer:
    """Answer a request for a plan under a grant."""
    config = config_of(request)
    names = _names(request, config)
    if len(names) > MOST_PLANS:
        raise InputError(
            f"grant: expected a plan, and the base plan that is there already, got {len(names)} "
            f"plans ({', '.join(names)})"
        )
    if len(names) == MOST_PLANS and config.costs.grant.base_positions:
        raise InputError(
            f"costs.grant.base_positions: expected none beside the base plan {names[1]}, got "
            f"{described_staff(config.costs.grant.base_positions)}; leave one of the two out"
        )
    plan, *bases = plans_of(request, names)
    bases = bases or of_today(plan, config.costs)
    base = bases[0] if bases else None
    config = with_fitting_forms(config, [plan, *bases])
    case = _case(request, config, plan, base)
    scenario = Scenario(config, latent_base(config, base or plan, request.config_dir))
    served = service(scenario, plan, base, case.timeline, request, progress)
    return _answer(case, scenario, served)


def _names(request: Request, config: Config) -> Sequence[str]:
    """Plans as asked; else that of the program, or as many posts as the positions can staff."""
    funded, there = config.costs.grant.positions, config.costs.grant.base_positions
    if request.plans or config.program.plans or not funded:
        return request.plans or own_plans(request, config)[:1]
    each = needed(staffing("1"), config.costs.positions)
    people = {x: float(funded.get(x, 0)) + float(there.get(x, 0)) for x in (*funded, *there)}
    posts = (fte / each[role] for role, fte in people.items() if role in each)
    return [str(math.ceil(max(posts, default=1)))]


class _Case(NamedTuple):
    """What is asked: positions beyond a base plan, and the months of the grant and a year more.

    `runs` is what of the plan runs in the end; `needed` are FTE at work of all of the plan.
    """

    request: Request
    config: Config
    plan: StaffingPlan
    base: StaffingPlan | None
    needed: dict[str, float]
    seats: list[Seat]
    timeline: list[Moment]
    runs: StaffingPlan


def _case(request: Request, config: Config, plan: StaffingPlan, base: StaffingPlan | None) -> _Case:
    fte = needed_beyond(plan, base, config.costs)
    positions = seats(fte, config.costs.grant)
    timeline = moments(plan, base, positions, config.costs, GRANT_MONTHS + MONTHS_A_YEAR)
    runs = ends_with(timeline)
    if runs is None:
        staff: dict[str, float] = {}
        for seat in positions:
            staff[seat.role] = staff.get(seat.role, 0.0) + seat.fte
        raise too_few("positions", plan, staff)
    return _Case(request, config, plan, base, fte, positions, timeline, runs)


def _answer(case: _Case, scenario: Scenario, served: Service) -> GrantAnswer:
    costs, confidence = case.config.costs, case.config.run.confidence_level
    timeline, after = case.timeline[:GRANT_MONTHS], case.timeline[GRANT_MONTHS:]
    spent = spending(timeline, case.base, served.overtime, costs)
    allowed = paying.years(spent, costs.grant)
    months = _months(case, served, spent, paying.months(spent, allowed, costs.grant))
    years = paying.with_others(allowed, spent)
    kept = _kept(keeping(after, case.base, served.overtime, costs), after[0])
    funded = Funded(case.plan, case.base, case.seats, served.overtime)
    in_draws = dollars_drawn(funded, scenario, served.draws)
    real = at_price_year(funded, timeline, costs)
    moved = {"contacts": served.drawn(CONTACTS, timeline), "dollars": in_draws.get("total")}
    return GrantAnswer(
        request=case.request,
        config=case.config,
        plan=case.plan,
        base=case.base,
        replaces_base=case.base is not None and posts_of(case.base, case.plan) is None,
        needed=needed_by(case.runs, case.base, costs),
        needed_by_plan=case.needed,
        hours_beyond=hours_beyond(case.runs, case.base),
        times_before=hours_of_parts(case.base),
        seats=case.seats,
        months=months,
        levels=_levels(months, served, confidence),
        quarters=_quarters(months, served, confidence),
        contacts=mean_interval(served.done(CONTACTS, timeline), confidence),
        people=mean_interval(served.done(PEOPLE, timeline), confidence),
        visits=mean_interval(served.done(VISITS, timeline), confidence),
        outcomes={x: served.outcome(x, timeline, confidence) for x in OUTCOMES},
        served=_served(timeline, served, confidence),
        years=years,
        crosswalk=paying.crosswalk(spent, allowed),
        kept=kept,
        one_post=_one_post(timeline, costs),
        replications=served.replications,
        check=served.check,
        window_days=served.window_days,
        reading=served.reading,
        warnings=served.warnings,
        dollars=quoted(by_name(years, kept.year), in_draws, confidence),
        at_price_year=of_years(real),
        per_contact=served.per_contact,
        per_call=served.per_call,
        hinges=hinges(served.draws, {x: y for x, y in moved.items() if y is not None}),
        prices=prices(spent, costs),
        justified=justified(spent, timeline, served.overtime, costs),
        bridge=bridge(real, timeline, _sides(case, served), costs),
    )


def _sides(case: _Case, served: Service) -> tuple[Yearly, Yearly | None]:
    """What runs in the end, and the base, with their overtime."""
    base = None if case.base is None else Yearly(case.base, served.overtime_h(-1))
    return Yearly(case.runs, served.overtime_h(0)), base


def _served(
    timeline: Sequence[Moment], served: Service, confidence: float
) -> list[dict[str, Outcome]]:
    """Contacts and people reached of each grant year."""
    years = (timeline[at : at + MONTHS_A_YEAR] for at in range(0, GRANT_MONTHS, MONTHS_A_YEAR))
    return [{x: served.outcome(x, year, confidence) for x in (CONTACTS, PEOPLE)} for year in years]


# --- money ---------------------------------------------------------------------------------------


def _kept(spent: Sequence[Spent], first: Moment) -> Kept:
    of_month = sum(x.cents for x in spent if x.month == first.month)
    return Kept(first.label, of_month, sum(x.cents for x in spent))


def _one_post(timeline: Sequence[Moment], costs: Costs) -> int:
    post = staffing("1")
    of_years = [
        total(line.dollars for line in yearly_cost(post, costs, 0.0, now.fiscal_year))
        for now in timeline[::MONTHS_A_YEAR]
    ]
    return cents(total(of_years))


# --- months --------------------------------------------------------------------------------------


def _months(
    case: _Case, served: Service, spent: Sequence[Spent], shares: Sequence[Shares]
) -> list[Month]:
    return [
        Month(
            now,
            described(now.running, case.plan),
            posts_beyond(now.running, case.base),
            beyond(now.running, case.base),
            hours_of_parts(now.running),
            *_means(served, now),
            of_month,
            share,
        )
        for now, of_month, share in zip(case.timeline, paying.items(spent), shares, strict=False)
    ]


def _means(served: Service, now: Moment) -> tuple[float, float, float]:
    """Contacts, people reached and visits of a month."""
    contacts, people, visits = (served.done(x, [now]).mean() for x in (CONTACTS, PEOPLE, VISITS))
    return float(contacts), float(people), float(visits)


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
                served.outcome(CONTACTS, timeline, confidence),
                served.outcome(PEOPLE, timeline, confidence),
                served.outcome(VISITS, timeline, confidence),
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
