"""Numbers in words: how many decimals they have, their units, and the names of plans."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sim.config.groups.service import Standard
from sim.config.notes import NAMELESS
from sim.model.measures.dictionary import MEASURES
from sim.scenarios.answers.comparison import PlanResult
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.words import (
    BLANK,
    counted,
    decimals_of,
    digits_like,
    dollars,
    number,
    outward,
    percent,
    plan_words,
    range_of,
    size_of,
    two_figures,
)

__all__ = [
    "BLANK",
    "CLOCKS",
    "IN_TIME",
    "NARROWEST",
    "WIDTH",
    "columns",
    "counted",
    "decimals_of",
    "digits_like",
    "dollars",
    "in_time",
    "interval_name",
    "is_paired_time",
    "label",
    "mean_and_range",
    "mean_of",
    "minutes",
    "number",
    "outward",
    "page",
    "percent",
    "place_of",
    "plan_heading",
    "plan_words",
    "plural",
    "points",
    "price",
    "range_of",
    "scale",
    "shortened",
    "size_of",
    "two_figures",
    "wrapped",
]

UNLIKELY = 0.1  # share of the draws with a saving, up to which one is said to be unlikely
WIDTH = 100  # columns of a page, unless the terminal has fewer
NARROWEST = 60
HELD = "\ue000"  # of private use, in place of a space at which no line is broken
SAME = 1e-9  # relative: what rounding makes of equal figures
PAIRED_TIMES = ("response_", "request_to_arrival_", "wait_")  # on calls reached under both plans
UNIT_TEXT = {"share": "%"}
DOLLARS = "$/year"
CLOCKS = {"dispatchable": "request", "received": "the call"}  # when a standard's clock begins
IN_TIME = "within_standard_share"
THOUSANDS = frozenset(  # a year of duties makes long figures
    {
        "sworn_hours_assigned_per_year",
        "patrol_hours_released_per_year",
        "sworn_hours_net_per_year",
    }
)


SOMEWHERE = "The jurisdiction"  # whose name nobody gave


_columns = ContextVar("columns", default=WIDTH)


def columns() -> int:
    """Columns of the page that is being written."""
    return _columns.get()


@contextmanager
def page(width: int) -> Iterator[None]:
    """Write pages for a terminal of some columns, but none narrower than 60 or wider than 100."""
    before = _columns.set(min(WIDTH, max(NARROWEST, width)))
    try:
        yield
    finally:
        _columns.reset(before)


def place_of(title: str) -> str:
    """Title of a program as what is handed in has it: the city's name, or a neutral word.

    Examples
    --------
    >>> place_of("Mobile, Alabama"), place_of("A city of your own, begun from program=generic")
    ('Mobile, Alabama', 'The jurisdiction')
    """
    return SOMEWHERE if title.startswith(NAMELESS) else title


def is_paired_time(name: str) -> bool:
    """Whether a measure's difference is on calls reached under both plans."""
    return name.startswith(PAIRED_TIMES) and "restricted" not in name


def in_time(standard: Standard) -> str:
    """Call a response standard by its minutes and its clock, "In 60 min of request"."""
    return f"In {float(standard.minutes):g} min of {CLOCKS[standard.clock]}"


def label(name: str, standard: Standard | None = None) -> str:
    """Label of a measure with its unit, unless the label says it; a known standard by its minutes.

    Beside a screen that has the minutes, the dictionary's "Within the standard" would seem to be
    another measure.
    """
    if standard is not None and name == IN_TIME:
        return f"{in_time(standard)}, %"
    measure = MEASURES[name]
    unit = UNIT_TEXT.get(measure.unit, measure.unit)
    if unit != "%" and set(unit.split("/")) <= set(re.split(r"[ ,]+", measure.label.lower())):
        return measure.label
    return f"{measure.label}, {_by_the_thousand(unit) if _in_thousands(name) else unit}"


def scale(name: str) -> float:
    """Factor by which a measure is shown: shares as percents, large figures by the thousand."""
    if _in_thousands(name):
        return 0.001
    return 100.0 if MEASURES[name].unit == "share" else 1.0


def _in_thousands(name: str) -> bool:
    """Whether a measure is shown by the thousand: dollars of a year, and a year's sworn hours."""
    return name in THOUSANDS or MEASURES[name].unit == DOLLARS


def _by_the_thousand(unit: str) -> str:
    return unit.replace("$", "$1,000") if unit.startswith("$") else f"1,000 {unit}"


def mean_of(interval: Interval, factor: float = 1.0, *, sign: bool = False) -> str:
    """Mean alone, with as many decimals as its interval has."""
    mean = None if interval.mean is None else factor * interval.mean
    return number(mean, size_of(interval, factor), sign=sign)


def mean_and_range(interval: Interval, factor: float = 1.0) -> str:
    """Mean and its interval, "68.0 (67.8–68.2)"; the mean alone if every replication has it."""
    if interval.mean is None or interval.low is None or interval.high is None:
        return mean_of(interval, factor)
    if math.isclose(interval.low, interval.high, rel_tol=SAME):
        return number(factor * interval.mean)
    return f"{mean_of(interval, factor)} ({range_of(interval, factor, '–')})"


def shortened(name: str, letters: int) -> str:
    """Name of no more than so many letters, cut after a word and then with an ellipsis.

    Only a first word that is longer than that is cut itself.

    Examples
    --------
    >>> shortened("EMOTIONALLY DISTURBED PERSON", 16), shortened("EMOTIONALLY", 8)
    ('EMOTIONALLY…', 'EMOTION…')
    """
    cut = textwrap.shorten(name, letters, placeholder="…")
    return cut if cut != "…" else f"{name.strip()[: letters - 1]}…"


def wrapped(text: str, indent: str = "", hanging: str | None = None) -> str:
    """Text folded to the width of a page."""
    after = indent if hanging is None else hanging
    folded = textwrap.fill(
        re.sub(r"(?<=\d) (?=%)", HELD, text),
        columns(),
        initial_indent=indent,
        subsequent_indent=after,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return folded.replace(HELD, " ")


def plan_heading(plan: PlanResult) -> str:
    """Plan at the beginning of a sentence; the name of a file keeps its letters."""
    words = plan_words(plan)
    return words if words == plan.name else words[0].upper() + words[1:]


def plural(count: int, noun: str) -> str:
    """Count with its noun.

    Examples
    --------
    >>> plural(1, "post"), plural(2, "post")
    ('1 post', '2 posts')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def minutes(value: float) -> str:
    """Whole minutes, "6 minutes"."""
    whole = round(abs(value))
    if whole == 0:
        return "less than a minute"
    return "1 minute" if whole == 1 else f"{whole:,} minutes"


def points(change: Interval) -> str:
    """Range of a difference of two shares, of 100, "+7 to +14".

    Examples
    --------
    >>> points(Interval(0.1, 0.07, 0.14, 20)), points(Interval(0.003, -0.0004, 0.008, 20))
    ('+7 to +14', '−0.1 to +0.8')
    """
    if change.low is None or change.high is None:
        return BLANK
    least = min(abs(change.low), abs(change.high))
    decimals = 0 if least >= 0.01 else 1 if least >= 0.0005 or change.includes_zero else 2  # noqa: PLR2004 - a point
    low, high = (f"{end:+.{decimals}f}" for end in outward(change, decimals, 100))
    return f"{low} to {high}".replace("-", "−")


def price(each: Interval, factor: float = 1.0) -> str:
    """Dollars for each of something with their range, "2,100 (1,900–2,400)".

    The price has two digits, and its range ends where these do. Blank where there is no such price.
    """
    if each.mean is None:
        return BLANK
    mean = two_figures(factor * each.mean)
    if each.low is None or each.high is None:
        return mean
    low, high = (
        two_figures(factor * end, digits_like(end, each.mean)) for end in (each.low, each.high)
    )
    return mean if low == high else f"{mean} ({low}–{high})"


def interval_name(confidence: float, comparisons: int = 1) -> str:
    """Name of an interval, "95% interval"."""
    name = f"{100 * confidence:g}% interval"
    return f"{name}, adjusted for {comparisons} comparisons" if comparisons > 1 else name
