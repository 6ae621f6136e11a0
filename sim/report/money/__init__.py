"""The last blocks of the table: diversions, people and money, and how sure they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.config import StaffingPlan
from sim.report.money.accounts import Figure, accounts
from sim.report.money.beside import NOT_MODELED, crisis_now
from sim.report.money.claims import claims, ends_of
from sim.report.money.sides import Side, difference_sides, plan_sides
from sim.report.sections import aligned
from sim.report.wording import BLANK, WIDTH, interval_name, number, percent, wrapped
from sim.scenarios.answers import Comparison, Economics, Tornado
from sim.scenarios.intervals import INTERVAL_LABEL, Interval

DRAWN_LABEL = "assumptions (parameters drawn)"
UNMOVED = "none"  # no chance in it, or no assumption that moves it
SAME = 1e-9  # relative: what rounding makes of equal figures
MILLION = 1e6
FINE = 99.0  # as if a figure were no larger, so that it keeps a decimal
FIRST = 5  # lines of a tornado on a page
HEAD = ["", "mean", "chance", "assumptions", "above zero"]
TARGETS = {
    "net_benefit_per_year": ("Net benefit, $1,000", 0.001),
    "net_diversions_per_year": ("Net diversions", 1.0),
}
Account = list[tuple[str, list[Figure]]]


def economics(found: Comparison, plans: Sequence[StaffingPlan]) -> list[str]:
    """Blocks of text: plans, differences, what they come to in words, and what moves them.

    Parameters
    ----------
    found
        The comparison.
    plans
        Every staffing plan of its main reading.
    """
    if found.economics is None:
        return []
    return [
        *_tables(found, plans),
        "\n".join(["In short:", *(wrapped(said, "- ", "  ") for said in claims(found))]),
        *_tornados(found, found.economics),
        wrapped(crisis_now(found)),
        wrapped(NOT_MODELED),
        "Every step and every line of these figures: people_and_money.txt in the results folder.",
    ]


def _tables(found: Comparison, plans: Sequence[StaffingPlan]) -> Iterator[str]:
    """Plans beside each other if there are several, and every difference with more columns."""
    sides = plan_sides(found)
    of_plans = [accounts(found, side, plans) for side in sides]
    kept = {words for account in of_plans for words in _not_zero(account)}
    if len(sides) == 1:
        yield _side_block(found, sides[0], _only(of_plans[0], kept))
    else:
        shown = [_only(account, kept) for account in of_plans]
        tables = _fitting([side.name for side in sides], shown)
        yield "\n\n".join([_heading(found), "\n".join(["\n\n".join(tables), *_blanks(sides)])])
    for side in difference_sides(found):
        yield _side_block(found, side, _only(accounts(found, side, plans), kept))


def _not_zero(account: Account) -> set[tuple[str, str]]:
    return {(heading, x.words) for heading, figures in account for x in figures if x.is_any}


def _only(account: Account, kept: set[tuple[str, str]]) -> Account:
    """Account without the rows that are zero under every plan."""
    left = [
        (heading, [x for x in figures if x.always or (heading, x.words) in kept])
        for heading, figures in account
    ]
    return [(heading, figures) for heading, figures in left if figures]


def _heading(found: Comparison) -> str:
    name = interval_name(found.config.run.confidence_level)
    drawn = _drawn_words(found, name)
    return wrapped(
        f"Diversions, people and money, a year. Mean ({name}: {INTERVAL_LABEL}). "
        f"{drawn if found.main.plans[0].spread == {} else f'In square brackets: {drawn}'}"
    )


def _drawn_words(found: Comparison, name: str) -> str:
    """What the interval of the assumptions is, or why there is none."""
    economics = found.economics
    if economics is not None and economics.draws:
        return f"{name}, {DRAWN_LABEL}; {economics.draws} draws of {economics.unknowns} of them."
    if economics is not None and economics.unknowns == 0:
        return "No parameter has a range, so that there is no interval of assumptions."
    return "No parameters were drawn (run.draws), so that no assumption is in an interval."


def _blanks(sides: Sequence[Side]) -> list[str]:
    """Why costs for each of something have no figure, or no interval, if any have none."""
    ratios = [ratio for side in sides for ratio in side.economics.ratios.values()]
    whys = dict.fromkeys(ratio.why_blank for ratio in ratios if ratio.why_blank)
    return (
        [wrapped(f"A cost for each, or its interval, is blank where {'; '.join(whys)}.", "", "  ")]
        if whys
        else []
    )


# --- plans beside each other ---------------------------------------------------------------------


def _fitting(names: Sequence[str], accounts_of: Sequence[Account]) -> Iterator[str]:
    """Tables of as many plans as fit beside each other on a page."""
    at, n = 0, len(names)
    while at < n:
        size = n - at
        while size > 1 and _width(_beside(names, accounts_of, at, size)) > WIDTH:
            size -= 1
        yield _beside(names, accounts_of, at, size)
        at += size


def _width(table: str) -> int:
    return max(map(len, table.splitlines()))


def _beside(names: Sequence[str], accounts_of: Sequence[Account], at: int, size: int) -> str:
    shown = accounts_of[at : at + size]
    groups = [
        (
            parts[0][0],
            [row for figures in zip(*(x[1] for x in parts), strict=True) for row in _rows(figures)],
        )
        for parts in zip(*shown, strict=True)
    ]
    return aligned(["", *names[at : at + size]], groups)


def _rows(figures: Sequence[Figure]) -> Iterator[list[str]]:
    """A line of means with chance, and one of ranges over the draws if there are any."""
    yield [figures[0].words, *map(_mean_and_chance, figures)]
    ranges = [_range(figure.drawn, figure) for figure in figures]
    told = ["" if found in (BLANK, UNMOVED) else f"[{found}]" for found in ranges]
    if any(told):
        yield ["", *told]


def _mean_and_chance(figure: Figure) -> str:
    around = _range(figure.chance, figure)
    mean = _shown(figure.chance.mean, figure)
    return mean if around in (BLANK, UNMOVED, f"{mean} to {mean}") else f"{mean} ({around})"


# --- one table a plan or a difference ------------------------------------------------------------


def _side_block(found: Comparison, side: Side, account: Account) -> str:
    """Table of a plan or a difference, with no columns of draws if there were none."""
    comparisons = max(1, len(found.main.differences)) if side.is_difference else 1
    level = found.config.run.confidence_level
    drawn = _drawn_words(found, interval_name(level))
    heading = wrapped(
        f"Diversions, people and money, a year: {_title(side)}. Chance: "
        f"{interval_name(level, comparisons)}, {INTERVAL_LABEL}. "
        f"{f'Assumptions: {drawn} Above zero: share of the draws.' if side.spread else drawn}"
    )
    columns = len(HEAD) if side.spread else HEAD.index("assumptions")
    rows = [
        (name, [_row(x, sign=side.is_difference)[:columns] for x in figures])
        for name, figures in account
    ]
    return "\n".join([heading, "", aligned(HEAD[:columns], rows), *_blanks([side])])


def _title(side: Side) -> str:
    return side.name if side.is_difference else f"plan {side.name}"


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


def _range(found: Interval | None, figure: Figure) -> str:
    if found is None or found.low is None or found.high is None:
        return BLANK
    if abs(found.high - found.low) <= SAME * max(abs(found.high), abs(found.low)):
        return UNMOVED
    return f"{_shown(found.low, figure)} to {_shown(found.high, figure)}"


def _size(figure: Figure) -> float:
    """Largest of a figure and its ends: what sets the decimals of its row."""
    known = [figure.chance] if figure.drawn is None else [figure.chance, figure.drawn]
    ends = [x for found in known for x in (found.mean, found.low, found.high) if x is not None]
    size = max((abs(figure.factor * x) for x in ends), default=0.0)
    return min(size, FINE) if figure.fine else size


# --- what moves them -----------------------------------------------------------------------------


def _tornados(found: Comparison, economics: Economics) -> Iterator[str]:
    """Tables of the tornados that have bars, all of the first difference or of the one plan."""
    of = (difference_sides(found) or plan_sides(found))[0]
    told = [_tornado(one, of) for one in economics.tornado if one.bars]
    if told:
        yield "\n\n".join([f"Which assumptions move the answer most (the first {FIRST}):", *told])


def _tornado(found: Tornado, of: Side) -> str:
    """First lines of a tornado: the assumption, its ends, and the target at each of them."""
    words, factor = TARGETS[found.measure]
    ends = [end for bar in found.bars for end in (bar.at_low, bar.at_high)]
    most = max(map(abs, [found.central, *ends]))
    rows = [
        [
            bar.label,
            ends_of(bar),
            *(number(factor * x, factor * most) for x in (bar.at_low, bar.at_high)),
        ]
        for bar in found.bars[:FIRST]
    ]
    central = number(factor * found.central, factor * most)
    head = [f"{words}, {_title(of)}: {central}", "its ends", "at low", "at high"]
    return aligned(head, [("", rows)])
