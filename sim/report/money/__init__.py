"""The last part of the screen: diversions, people and money, and how sure they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.report.money.accounts import Figure, accounts
from sim.report.money.beside import beside
from sim.report.money.claims import claims, ends_of
from sim.report.money.sides import Side, difference_sides, plan_sides
from sim.report.rendering import rendered
from sim.report.table import Group, Table
from sim.report.wording import BLANK, interval_name, number, percent, size_of
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.economics import Tornado
from sim.scenarios.answers.intervals import INTERVAL_LABEL, Interval

UNMOVED = "none"  # no chance in it, or no assumption that moves it
SAME = 1e-9  # relative: what rounding makes of equal figures
MILLION = 1e6
FINE = 99.0  # as if a figure were no larger, so that it keeps a decimal
FIRST = 5  # rows of a tornado on a page
HEAD = ["", "mean", "chance", "assumptions", "above zero"]
TARGETS = {
    "net_benefit_per_year": ("Net benefit, $1,000", 0.001),
    "net_diversions_per_year": ("Net diversions", 1.0),
}
Account = list[tuple[str, list[Figure]]]


def economics(comparison: Comparison) -> str:
    """Text on plans and differences, what they come to in words, and what changes them most.

    Without economics the text is empty.
    """
    if comparison.economics is None:
        return ""
    sides, differences = plan_sides(comparison), difference_sides(comparison)
    of_plans = [accounts(side) for side in sides]
    kept = {words for account in of_plans for words in _not_zero(account)}
    of_plans = [_only(account, kept) for account in of_plans]
    foremost = differences or sides
    tables = [_side_table(sides[0], of_plans[0])] if len(sides) == 1 else []
    tables += [_side_table(x, _only(accounts(x), kept)) for x in differences]
    return rendered(
        "money_screen.txt",
        economics=comparison.economics,
        confidence=comparison.config.run.confidence_level,
        comparisons=len(differences),
        label=INTERVAL_LABEL,
        interval_name=interval_name,
        plans=sides,
        beside=_beside(sides, of_plans) if len(sides) > 1 else None,
        tables=zip(foremost, tables, strict=True),
        claims=claims(comparison),
        tornados=[_tornado(x, foremost[0]) for x in comparison.economics.tornado if x.bars],
        first=FIRST,
        notes=beside(comparison),
    )


def _not_zero(account: Account) -> set[tuple[str, str]]:
    return {(heading, x.words) for heading, figures in account for x in figures if x.is_any}


def _only(account: Account, kept: set[tuple[str, str]]) -> Account:
    """Account without the rows that are zero under every plan."""
    left = [
        (heading, [x for x in figures if x.always or (heading, x.words) in kept])
        for heading, figures in account
    ]
    return [(heading, figures) for heading, figures in left if figures]


# --- plans beside each other ---------------------------------------------------------------------


def _beside(sides: Sequence[Side], of_sides: Sequence[Account]) -> Table:
    groups = [
        Group(
            [row for x in zip(*(figures for _, figures in part), strict=True) for row in _rows(x)],
            part[0][0],
        )
        for part in zip(*of_sides, strict=True)
    ]
    return Table(["", *(side.name for side in sides)], groups)


def _rows(figures: Sequence[Figure]) -> Iterator[list[str]]:
    """A row of means with chance, and one of ranges over the draws if there are any."""
    yield [figures[0].words, *map(_mean_and_chance, figures)]
    ranges = [_range(figure.drawn, figure) for figure in figures]
    cells = ["" if text in (BLANK, UNMOVED) else f"[{text}]" for text in ranges]
    if any(cells):
        yield ["", *cells]


def _mean_and_chance(figure: Figure) -> str:
    around = _range(figure.chance, figure)
    mean = _shown(figure.chance.mean, figure)
    return mean if around in (BLANK, UNMOVED, f"{mean} to {mean}") else f"{mean} ({around})"


# --- one table a plan or a difference ------------------------------------------------------------


def _side_table(side: Side, account: Account) -> Table:
    """Table of a plan or a difference, with no columns of draws if there were none."""
    columns = len(HEAD) if side.spread else HEAD.index("assumptions")
    groups = [
        Group([_row(x, sign=side.is_difference)[:columns] for x in figures], heading)
        for heading, figures in account
    ]
    return Table(HEAD[:columns], groups)


def _row(figure: Figure, *, sign: bool) -> list[str]:
    above = figure.above_zero
    return [
        figure.words,
        _shown(figure.chance.mean, figure, sign=sign and not figure.for_each),
        _range(figure.chance, figure),
        _range(figure.drawn, figure),
        BLANK if above is None else percent(above),
    ]


def _shown(value: float | None, figure: Figure, *, sign: bool = False) -> str:
    """Figure with the decimals that all of its row have; in millions, "M", if one is that long."""
    if value is None:
        return BLANK
    size, shown = _size(figure), figure.factor * value
    if size >= MILLION:
        return f"{number(shown / MILLION, sign=sign)} M"
    return number(shown, size, sign=sign)


def _range(interval: Interval | None, figure: Figure) -> str:
    if interval is None or interval.low is None or interval.high is None:
        return BLANK
    low, high = interval.low, interval.high
    if abs(high - low) <= SAME * max(abs(high), abs(low)):
        return UNMOVED
    return f"{_shown(low, figure)} to {_shown(high, figure)}"


def _size(figure: Figure) -> float:
    """Largest of a figure and its ends: what sets the decimals of its row."""
    known = [figure.chance] if figure.drawn is None else [figure.chance, figure.drawn]
    size = max(size_of(interval, figure.factor) for interval in known)
    return min(size, FINE) if figure.fine else size


# --- what changes them most ----------------------------------------------------------------------


def _tornado(tornado: Tornado, side: Side) -> Table:
    """First rows of a tornado: the assumption, its range, and the target at each end of it."""
    words, factor = TARGETS[tornado.measure]
    ends = [end for bar in tornado.bars for end in (bar.at_low, bar.at_high)]
    most = max(map(abs, [tornado.central, *ends]))

    def target(value: float) -> str:
        return number(factor * value, factor * most)

    head = [f"{words}, {side.title}: {target(tornado.central)}", "its range", "at low", "at high"]
    rows = [
        [bar.label, ends_of(bar), target(bar.at_low), target(bar.at_high)]
        for bar in tornado.bars[:FIRST]
    ]
    return Table(head, [Group(rows)])
