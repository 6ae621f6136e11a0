"""Three plans or more: what decides, a row a plan; and the ladder of dollars for each call."""

from __future__ import annotations

from typing import NamedTuple

from sim.report.comparison.deciding import LARGE, RANGES, broken, fine_enough, spanned
from sim.report.table import FOLD, Group, Table
from sim.report.wording import BLANK, number, price, scale
from sim.scenarios.answers.caveats import is_known
from sim.scenarios.answers.comparison import Comparison, PlanResult
from sim.scenarios.answers.economics import PER_CALL, Rung
from sim.scenarios.answers.intervals import quoted

TENTHS = 10.0  # as if a figure were this large, so that it has one decimal
THOUSANDTH = 1e-3  # dollars by the thousand


class Column(NamedTuple):
    """A measure and the lines of its heading."""

    head: str
    measure: str


REACHED = Column("reached,|%", "reach_share")
OTHERS = (
    Column("in {minutes:g}|min, %", "within_standard_share"),
    Column("median|min to|arrival", "response_median_min"),
    Column("no team|free, h|a week", "gap_hours_per_week"),
    Column("bookings|avoided,|net", "jail_diversions_net_per_year"),
    Column("clinical|FTE", "fte_clinician"),
    Column("cost,|$1,000", "cost_per_year"),
)


def several(comparison: Comparison) -> Table:
    """Row a plan from the cheapest up: what it does and costs, and its reach beyond the base."""
    base, standard = comparison.main.plans[-1], comparison.config.service.standard
    kind = RANGES["assumptions" if base.spread else "chance"]
    heads = [column.head.format(minutes=float(standard.minutes)) for column in OTHERS]
    beyond = f"against|{broken(base.name)}", kind.replace(" ", "|")
    head = ["cheapest|first", REACHED.head, *beyond, *heads]
    plans = _by_cost(comparison)
    cells = [_column(column, plans) for column in (REACHED, *OTHERS)]
    rows = [
        [broken(plan.name), of_plan[0], *_beyond(comparison, plan.name), *of_plan[1:]]
        for plan, of_plan in zip(plans, zip(*cells, strict=True), strict=True)
    ]
    return Table([text.replace("|", FOLD) for text in head], [Group(rows)])


def _by_cost(comparison: Comparison) -> list[PlanResult]:
    return sorted(comparison.main.plans, key=lambda x: x.measures["cost_per_year"].mean or 0.0)


def _column(column: Column, plans: list[PlanResult]) -> list[str]:
    """Means of a measure, all with the decimals of the largest."""
    name = column.measure
    known = [plan.measures[name].mean if is_known(plan, name) else None for plan in plans]
    means = [None if mean is None else scale(name) * mean for mean in known]
    size = max((abs(mean) for mean in means if mean is not None), default=0.0)
    size = TENTHS if name == REACHED.measure else size
    return [number(mean, size) for mean in means]


def _beyond(comparison: Comparison, name: str) -> tuple[str, str]:
    """Points reached beyond the base, and their range; blank for the base."""
    pair = next((x for x in comparison.main.differences if x.plan == name), None)
    if pair is None:
        return "", ""
    reach = quoted(pair, REACHED.measure)
    of_chance = bool(comparison.main.plans[0].spread) and reach.kind == "chance"
    fine = fine_enough(reach, TENTHS, 100)
    ends = spanned(reach, fine, 100, sign=True)
    return (
        number(None if reach.mean is None else 100 * reach.mean, fine, sign=True),
        f"by chance{FOLD}{ends}" if of_chance and ends != BLANK else ends,
    )


def ladder(comparison: Comparison) -> Table | None:
    """Row a plan from the cheapest up: dollars for each call beyond the row above, and the base.

    A plan that another one beats is no step, and its row says so.
    """
    economics = comparison.economics
    if economics is None or not economics.ladder:
        return None
    rungs = {rung.plan: rung for rung in economics.ladder}
    base = comparison.main.plans[-1].name
    head = [
        *("added calls, cheapest first", "cost,|$1,000", "calls a year|beyond the row above"),
        *("$1,000 for each,|against the row above", f"$1,000 for each,|against {base}"),
    ]
    rows = [_rung(comparison, plan, rungs.get(plan.name)) for plan in _by_cost(comparison)]
    return Table([text.replace("|", FOLD) for text in head], [Group(rows)])


def _rung(comparison: Comparison, plan: PlanResult, rung: Rung | None) -> list[str]:
    cost = plan.measures["cost_per_year"].mean
    better = comparison.main.beaten.get(plan.name)
    above = ["" if better is None else f"beaten by {better}", ""]
    if rung is not None:
        above = [
            number(rung.calls_per_year.mean, LARGE, sign=True),
            price(rung.per_call.quoted, THOUSANDTH),
        ]
    against = "" if plan is comparison.main.plans[-1] else _price(comparison, plan.name)
    return [
        plan.name,
        number(None if cost is None else cost / 1_000, LARGE),
        *above,
        against,
    ]


def _price(comparison: Comparison, name: str) -> str:
    """Dollars for each call beyond the base, by the thousand; blank where there is no price."""
    sides = [] if comparison.economics is None else comparison.economics.differences
    at = [pair.plan for pair in comparison.main.differences].index(name)
    ratio = sides[at].ratios.get(PER_CALL) if sides else None
    return BLANK if ratio is None else price(ratio.quoted, THOUSANDTH)
