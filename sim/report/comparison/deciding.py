"""The rows that decide: a plan, or two, their difference and the range to quote."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from math import isclose
from typing import NamedTuple

from sim.report.table import FOLD, Group, Table
from sim.report.wording import BLANK, decimals_of, in_time, number, outward, percent, scale
from sim.scenarios.answers.caveats import is_known
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.intervals import Interval, Quoted, quoted

RANGES = {"assumptions": "assumptions vary", "chance": "chance only"}
BY_CHANCE = "by chance alone"  # of a figure that the draws do not vary
NAME_WIDTH = 10  # a longer name of a plan is broken at its underscores
MOST_WHOLE = 12  # of a name without any, such as "recommended"
MILLION = 1e6
IN_MILLIONS = 10 * MILLION  # dollars from which a row is in millions
FINER = (10.0, 0.1)  # figures with one decimal, and with two
SAME = 1e-9  # relative: what rounding makes of equal figures
LARGE = 100.0  # as if a figure were this large, so that it has no decimals
NOTES = {
    "response_median_min": "calls both reach",
    "gap_off_duty_hours_per_week": "overtime counted",
}


class Row(NamedTuple):
    """A measure and what the screen calls it; left out where no plan has any, if it says so."""

    words: str
    measure: str
    if_any: bool = False


ROWS = (
    Row("Reached, % of requested", "reach_share"),
    Row("{in_time}, %", "within_standard_share"),
    Row("Call to arrival, median, min", "response_median_min"),
    Row("No team free, hours a week", "gap_hours_per_week"),
    Row("Nobody on duty, hours a week", "gap_off_duty_hours_per_week", if_any=True),
    Row("Bookings avoided, net", "jail_diversions_net_per_year"),
    Row("Hospital trips avoided, net", "hospital_diversions_net_per_year"),
    Row("Clinicians at work, FTE", "fte_clinician"),
    Row("Cost, {dollars}", "cost_per_year"),
    Row("Net benefit, {dollars}", "net_benefit_per_year"),
)


def decides(comparison: Comparison) -> Table:
    """Table of the screen: of one plan, or of two and their difference."""
    main = comparison.main
    kind = RANGES["assumptions" if main.plans[0].spread else "chance"]
    plans = [broken(plan.name) for plan in reversed(main.plans)]
    head = ["a year", *plans, *(["difference", kind, ""] if main.differences else [kind])]
    rows = [_cells(row, comparison) for row in shown_rows(comparison)]
    letters = "l" + "r" * (len(head) - 2) + ("l" if main.differences else "r")
    return Table(head, [Group(rows)], letters)


def shown_rows(comparison: Comparison) -> list[Row]:
    """Rows without those of which no plan has any."""
    plans = comparison.main.plans
    return [
        row for row in ROWS if not row.if_any or any(x.measures[row.measure].mean for x in plans)
    ]


def words_of(row: Row, comparison: Comparison) -> tuple[str, float]:
    """What a row is called, with its unit, and the factor that it is shown by."""
    means = [plan.measures[row.measure].mean or 0.0 for plan in comparison.main.plans]
    unit, factor = _unit(row.measure, means)
    standard = in_time(comparison.config.service.standard)
    return row.words.format(in_time=standard, dollars=unit), factor


def broken(name: str) -> str:
    """Name on as many lines as it takes, broken at its underscores."""
    if len(name) <= NAME_WIDTH or ("_" not in name and len(name) <= MOST_WHOLE):
        return name
    lines = textwrap.wrap(name.replace("_", "_ "), NAME_WIDTH)
    return FOLD.join(line.replace("_ ", "_") for line in lines)


def _cells(row: Row, comparison: Comparison) -> list[str]:
    """Base, plan, their difference, its range and a note; or a plan alone and its range."""
    name, plans, differences = row.measure, comparison.main.plans, comparison.main.differences
    span = quoted(differences[0] if differences else plans[0], name)
    means = [plan.measures[name].mean if is_known(plan, name) else None for plan in plans]
    words, factor = words_of(row, comparison)
    size = max((abs(factor * x) for x in [*means, span.mean] if x is not None), default=0.0)
    like = size if differences else fine_enough(span, size, factor)
    shown = [number(None if x is None else factor * x, like) for x in reversed(means)]
    if None in means:
        return [words, *shown, *([BLANK, BLANK, ""] if differences else [BLANK])]
    of_chance = bool(plans[0].spread) and span.kind == "chance"
    if not differences:
        return [words, *shown, _marked(spanned(span, like, factor), of_chance)]
    fine = fine_enough(span, size, factor)
    change = number(None if span.mean is None else factor * span.mean, fine, sign=True)
    ends = spanned(span, fine, factor, sign=True)
    note = BY_CHANCE if of_chance and ends != BLANK else _note(name, span)
    return [words, *shown, change, ends, note]


def _marked(ends: str, of_chance: bool) -> str:
    """Range with a mark where it is of chance among ranges of the assumptions."""
    return f"{ends} (chance)" if of_chance and ends != BLANK else ends


def _unit(name: str, means: Sequence[float]) -> tuple[str, float]:
    """Dollars by the thousand, or by the million if they are many; other measures as everywhere."""
    if name.endswith(("cost_per_year", "benefit_per_year")) and any(
        abs(mean) >= IN_MILLIONS for mean in means
    ):
        return "$ million", 1 / MILLION
    return "$1,000", scale(name)


def spanned(span: Interval, size: float, factor: float = 1.0, *, sign: bool = False) -> str:
    """Range with the decimals of its row; blank where there is none or it never varies."""
    if span.mean is None or span.low is None or span.high is None:
        return BLANK
    ends = outward(span, decimals_of(size), factor)
    low, high = (number(end, size, sign=sign) for end in ends)
    return BLANK if low == high else f"{low} to {high}"


def fine_enough(span: Interval, size: float, factor: float = 1.0) -> float:
    """Size whose decimals tell the ends of a range apart, and from zero, as far as two can.

    A mean beside the range has the same decimals.

    Examples
    --------
    >>> fine_enough(Interval(0.0005, 0.0002, 0.0008, 20), 94.1, 100)
    0.1
    >>> fine_enough(Interval(0.12, 0.11, 0.14, 20), 94.1, 100)
    94.1
    """
    finer = (size, *(like for like in FINER if like < size))
    return next((like for like in finer if _tells(span, like, factor)), finer[-1])


def _tells(span: Interval, like: float, factor: float) -> bool:
    """Whether a range as it is shown has two ends, and none of them is zero by rounding alone."""
    if span.low is None or span.high is None or isclose(span.low, span.high, rel_tol=SAME):
        return True
    ends = outward(span, decimals_of(like), factor)
    low, high = (number(end, like) for end in ends)
    rounded_off = [
        end for end, text in zip(ends, (low, high), strict=True) if end and _is_zero(text)
    ]
    return low != high and not rounded_off


def _is_zero(text: str) -> bool:
    return not text.strip("0.,")


def _note(name: str, span: Quoted) -> str:
    if name in NOTES:
        return NOTES[name]
    return f"{percent(span.above_zero or 0.0)} above zero" if span.is_divided else ""
