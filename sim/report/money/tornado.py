"""The assumptions that change an answer most, as tables."""

from __future__ import annotations

from sim.report.money.sides import difference_sides, plan_sides
from sim.report.table import Group, Table
from sim.report.wording import number
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.economics import Tornado, TornadoBar

FIRST = 5  # rows on a page
LONG = 100  # from here on an end of an assumption has no decimals
TARGETS = {
    "net_benefit_per_year": ("Net benefit, $1,000", 0.001),
    "net_diversions_per_year": ("Net diversions", 1.0),
}


def tornado_tables(comparison: Comparison) -> list[Table]:
    """Table of each target: the assumption, its range, and how far each end of it moves it."""
    tornados = [] if comparison.economics is None else comparison.economics.tornado
    sides = (*difference_sides(comparison), *plan_sides(comparison))
    title = next((x.title for x in sides if x.plans[0] == comparison.leading), "")
    return [_table(tornado, title) for tornado in tornados if tornado.bars]


def _table(tornado: Tornado, title: str) -> Table:
    words, factor = TARGETS[tornado.measure]
    changes = [tornado.changes(bar) for bar in tornado.bars]
    most = max(abs(factor * end) for ends in changes for end in ends)
    rows = [
        [bar.label, ends_of(bar), *(number(factor * end, most, sign=True) for end in ends)]
        for bar, ends in zip(tornado.bars[:FIRST], changes, strict=False)
    ]
    head = [
        f"What changes {words[0].lower()}{words[1:]}, {title}",
        "its range",
        "at low",
        "at high",
    ]
    return Table(head, [Group(rows)])


def ends_of(bar: TornadoBar) -> str:
    """Low and high of an assumption, "0.004 to 0.05"."""
    return f"{end_of(bar.low_value)} to {end_of(bar.high_value)}"


def end_of(value: float) -> str:
    """End of an assumption with its first digits."""
    return f"{value:.3g}" if abs(value) < LONG else number(value)
