"""A grant's dollars as the assumptions are drawn or at one price year; what they hinge on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.config import StaffingPlan
from sim.config.groups.costs import GRANT_MONTHS, GRANT_YEARS, Costs
from sim.scenarios.answers.grant import CENTS, MONTHS_A_YEAR, Hinge, Moment, Seat, Shares
from sim.scenarios.answers.intervals import Interval, Quoted, Spread
from sim.scenarios.economics.tornado import foremost, ranks_of
from sim.scenarios.grant import paying
from sim.scenarios.grant.spending import Hours, Spent, keeping, spending
from sim.scenarios.grant.timeline import moments, needed_beyond, seats
from sim.scenarios.intervals import percentiles
from sim.scenarios.scenario import Scenario
from sim.scenarios.uncertainty import Draws

BEYOND_CHANCE = (
    4.0  # standard errors of a rank correlation of nothing, with a hundred of them tried
)
FEWEST = 2  # draws that make a range


class Funded(NamedTuple):
    """What is paid for: a plan beyond its base, its positions, and hours of overtime by month."""

    plan: StaffingPlan
    base: StaffingPlan | None
    seats: list[Seat]
    overtime: Mapping[int, Hours]


def dollars_drawn(funded: Funded, scenario: Scenario, draws: Draws | None) -> dict[str, Floats]:
    """Dollars of the grant under every draw, by what they are; shape (draws,), empty without draws.

    Each draw has its own prices, and the positions that the posts need under it, unless the config
    says which positions there are or when each is filled. Overtime is that of the central values.
    """
    n = 0 if draws is None else len(draws.inputs)
    each = [_dollars(funded, scenario.drawn(k).config.costs) for k in range(n)]
    return {what: np.array([x[what] for x in each]) for what in (each[0] if each else ())}


def quoted(
    means: Mapping[str, float], drawn: Mapping[str, Floats], level: float
) -> dict[str, Quoted]:
    """Dollars at the central values by what they are, each with its range over the draws."""
    return {what: _quoted(mean, drawn.get(what), level) for what, mean in means.items()}


def by_name(years: Sequence[Shares], kept: int) -> dict[str, float]:
    """Dollars of all months by who pays and in all, of each year, and of the year after."""
    sides = {side: sum(getattr(x, side) for x in years) for side in Shares._fields}
    of_years = {f"year_{at}": year.total for at, year in enumerate(years, 1)}
    cents = {**sides, "total": sum(sides.values()), **of_years, "kept_year": kept}
    return {what: x / CENTS for what, x in cents.items()}


def _dollars(funded: Funded, costs: Costs) -> dict[str, float]:
    """Dollars at the prices, and with the positions, of one draw."""
    people = _seats(funded, costs)
    months = moments(funded.plan, funded.base, people, costs, GRANT_MONTHS + MONTHS_A_YEAR)
    timeline, after = months[:GRANT_MONTHS], months[GRANT_MONTHS:]
    spent = spending(timeline, funded.base, funded.overtime, costs)
    years = paying.with_others(paying.years(spent, costs.grant), spent)
    kept = keeping(after, funded.base, funded.overtime, costs)
    return by_name(years, sum(x.cents for x in kept))


def _seats(funded: Funded, costs: Costs) -> list[Seat]:
    """Positions that the posts need under a draw, or those of the config where it says which."""
    grant = costs.grant
    if grant.positions or any(len(months) > 1 for months in grant.hire_months.values()):
        return funded.seats
    return seats(needed_beyond(funded.plan, funded.base, costs), grant)


def _quoted(mean: float, values: Floats | None, level: float) -> Quoted:
    around = Interval(mean, mean, mean, 0)
    if values is None or len(values) < FEWEST:
        return Quoted.of(around, None)
    low, high = percentiles(values, level)
    above = float((values > 0).mean())
    return Quoted.of(around, Spread(low, high, None, None, above, len(values)))


# --- in dollars of the price year ----------------------------------------------------------------


def at_price_year(funded: Funded, timeline: Sequence[Moment], costs: Costs) -> list[Spent]:
    """Everything spent, as if all of it were bought in the price year of the costs."""
    months = [now._replace(fiscal_year=costs.price_year) for now in timeline]
    return spending(months, funded.base, funded.overtime, costs)


def of_years(spent: Iterable[Spent]) -> list[int]:
    """Cents of each grant year."""
    out = [0] * GRANT_YEARS
    for x in spent:
        out[(x.month - 1) // MONTHS_A_YEAR] += x.cents
    return out


# --- what it hinges on ---------------------------------------------------------------------------


def hinges(draws: Draws | None, targets: Mapping[str, Floats]) -> list[Hinge]:
    """Assumption that each target goes along with most over the draws, if that is beyond chance."""
    found = [] if draws is None else [_hinge(draws, *target) for target in targets.items()]
    return [hinge for hinge in found if hinge is not None]


def _hinge(draws: Draws, what: str, values: Floats) -> Hinge | None:
    n = len(values)
    for at in foremost(draws.inputs, values, most=1) if n > FEWEST and np.ptp(values) > 0 else []:
        known = draws.unknowns[at]
        ranks = (ranks_of(draws.inputs[:, at]), ranks_of(values))
        correlation = float(np.corrcoef(*ranks)[0, 1])
        if abs(correlation) > BEYOND_CHANCE / n**0.5:
            ends = known.low, known.high
            return Hinge(what, known.label or known.name, *ends, known.confidence, correlation, n)
    return None
