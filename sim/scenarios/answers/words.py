"""Figures in words, as a sentence has them: for answers and reports alike."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from sim.scenarios.answers.comparison import PlanResult
from sim.scenarios.answers.intervals import Interval

BLANK = "–"
LARGE = {1e9: "billion", 1e6: "million"}
FIGURES = 2  # significant digits in prose
MADE_UP = "made up"  # in the source of a number that nobody has replaced yet


def number(value: float | None, like: float | None = None, *, sign: bool = False) -> str:
    """Figure with as many decimals as the size of `like` (or its own size) calls for.

    Without `like`, a whole figure has no decimals.

    Examples
    --------
    >>> number(12345.6), number(-4.25), number(0.5), number(None)
    ('12,346', '−4.2', '0.50', '–')
    """
    if value is None:
        return BLANK
    decimals = decimals_of(value if like is None else like)
    if like is None and value == round(value):
        decimals = 0
    text = f"{value:{'+' if sign else ''},.{decimals}f}"
    if not text.strip("+-0.,"):
        text = text.lstrip("+-")
    return text.replace("-", "−")


def decimals_of(size: float) -> int:
    """Decimals that a figure of some size is shown with."""
    size = abs(size)
    return 0 if size >= 100 or size == 0 else 1 if size >= 1 else 2  # noqa: PLR2004


def outward(interval: Interval, decimals: int, factor: float = 1.0) -> tuple[float, float]:
    """Low and high as they are shown; where zero lies between, neither is so near it as to vanish.

    Examples
    --------
    >>> outward(Interval(0.3, -0.02, 0.8, 20), 1), outward(Interval(0.3, 0.02, 0.8, 20), 1)
    ((-0.1, 0.8), (0.02, 0.8))
    """
    least = 10.0**-decimals
    low, high = factor * (interval.low or 0.0), factor * (interval.high or 0.0)
    if not interval.straddles_zero:
        return low, high
    return min(low, -least), max(high, least)


def size_of(interval: Interval, factor: float = 1.0) -> float:
    """Largest of a mean and its ends: what sets the decimals of all three."""
    known = [x for x in (interval.mean, interval.low, interval.high) if x is not None]
    return max((abs(factor * x) for x in known), default=0.0)


def range_of(interval: Interval, factor: float = 1.0, between: str = " to ") -> str:
    """Interval alone, "12.8 to 13.4"."""
    if interval.mean is None or interval.low is None or interval.high is None:
        return BLANK
    size = size_of(interval, factor)
    low, high = (number(end, size) for end in outward(interval, decimals_of(size), factor))
    return f"{low}{' to ' if '−' in low + high else between}{high}"


def plan_words(plan: PlanResult) -> str:
    """Plan as a sentence calls it: "17 posts", "patrol alone", or its name.

    A plan without teams that makes visits is not patrol alone, so it has its name.
    """
    if plan.teams == 0:
        visits = plan.measures.get("visit_hours_per_year")
        return plan.name if visits is not None and visits.mean else "patrol alone"
    if plan.name.isdigit():
        return "1 post" if plan.teams == 1 else f"{plan.teams} posts"
    return plan.name


def in_part(running: str) -> str:
    """What runs of a plan as a sentence calls it, "2 of 3 posts and another for 9 hours a day".

    Examples
    --------
    >>> (
    ...     in_part("2 of 3 posts, and one for 9 h a day"),
    ...     in_part("0 of 1 posts, and one for 9 h a day"),
    ... )
    ('2 of 3 posts and another for 9 hours a day', 'one post for 9 hours a day')
    """
    words = running.replace(", and", " and").replace(" h a day", " hours a day")
    words = words.replace(" and one for", " and another for")
    return re.sub("^0 of [0-9,]+ posts and another", "one post", words)


def percent(share: float) -> str:
    """Whole percents, "68%"."""
    if 0 < share < 0.005:  # noqa: PLR2004 - rounds to 0%
        return "less than 1%"
    return f"{100 * share:.0f}%"


def tenths(share: float) -> str:
    """Percent with a decimal where it has one, "12.5%"."""
    return f"{round(100 * share, 1):g}%"


def counted(share: float) -> str:
    """Share of 100 as a whole number; none and all only where it is exact."""
    if share in (0, 1):
        return "all" if share else "none"
    whole = round(100 * share)
    return {0: "under 1", 100: "over 99"}.get(whole, str(whole))


def two_figures(value: float, digits: int = FIGURES) -> str:
    """Figure with two significant digits, or as many as are asked for.

    Examples
    --------
    >>> two_figures(1_249), two_figures(0.4161), two_figures(-12_600)
    ('1,200', '0.42', '−13,000')
    """
    rounded = _rounded(value, digits)
    decimals = max(0, digits - 1 - _order(rounded, digits))
    return f"{rounded:,.{decimals}f}".replace("-", "−")


def digits_like(value: float, like: float, digits: int = FIGURES) -> int:
    """Significant digits that end a figure where two of another end, and at least one.

    Examples
    --------
    >>> digits_like(850, 1_100), digits_like(14_030, 3_500), digits_like(43, 3_500)
    (1, 3, 1)
    """
    last = _order(_rounded(like, digits), digits) - digits + 1
    return max(1, _order(value, digits) - last + 1)


def _order(value: float, digits: int) -> int:
    """Power of ten of the first digit; zero counts as a whole number."""
    return digits - 1 if value == 0 else math.floor(math.log10(abs(value)))


def _rounded(value: float, digits: int) -> float:
    return round(value, digits - 1 - _order(value, digits)) + 0.0  # no minus zero


def dollars(value: float, digits: int = FIGURES) -> str:
    """Dollars with two significant digits, or as many as are asked for, "$1.4 million"."""
    rounded = _rounded(value, digits)
    sign = "−" if rounded < 0 else ""
    for size, words in LARGE.items():
        if abs(rounded) >= size:
            return f"{sign}${two_figures(abs(rounded) / size, digits)} {words}"
    return f"{sign}${two_figures(abs(rounded), digits)}"


def listed(words: Sequence[str]) -> str:
    """Words of a list, as a sentence has them.

    Examples
    --------
    >>> listed(["12 posts", "17 posts"])
    '12 posts and 17 posts'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def plans_by(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Plans, listed, by what is said of them, of pairs of both; nothing is said of some."""
    plans: dict[str, list[str]] = {}
    for plan, words in said:
        plans.setdefault(words, []).append(plan)
    plans.pop("", None)
    return {words: listed(names) for words, names in plans.items()}
