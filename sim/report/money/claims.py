"""What a single year may bring, which effect would pay, and that gross is no effect."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.money.sides import Side, difference_sides, plan_sides
from sim.report.rendering import rendered
from sim.report.wording import plan_words, two_figures
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.economics import BreakEven
from sim.scenarios.answers.intervals import Quoted, Spread, quoted

TARGETS = {
    "from jail": "jail_diversions_net_per_year",
    "from hospital": "hospital_diversions_net_per_year",
}


def claims(comparison: Comparison) -> str:
    """Items of text about every difference, or about the plan if there is only one."""
    plans, differences = plan_sides(comparison), difference_sides(comparison)
    return rendered(
        "money_claims.txt",
        years=[(side, _single_year(side)) for side in differences or plans],
        break_evens=_break_evens([*differences, *plans]),
        first=comparison.main.plans[0],
        per_contact=plans[0].books.per_contact if plans else None,
        listed=_listed,
        plan_words=plan_words,
        two_figures=two_figures,
    )


def _listed(sides: Sequence[Side]) -> str:
    """Plans and differences as the first words of a sentence."""
    titles = [side.title for side in sides]
    listed = " and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)
    return f"P{listed[1:]}" if listed.startswith("plan ") else listed


def _single_year(side: Side) -> list[str]:
    """Range of one year for each place, with chance and assumptions in it."""
    return [
        f"{_span(side.spread[name], quoted(side, name))} {place}"
        for place, name in TARGETS.items()
        if name in side.spread and side.spread[name].year_low is not None
    ]


def _span(spread: Spread, of_mean: Quoted) -> str:
    """Range of a year in words; one figure if both ends round to it.

    A year varies more than the mean of all years does. Both ranges are read from few draws, so the
    one of a year is no narrower than the one that is quoted of the mean.
    """
    lows, highs = (spread.year_low, of_mean.low), (spread.year_high, of_mean.high)
    low = min(end for end in lows if end is not None)
    high = max(end for end in highs if end is not None)
    ends = dict.fromkeys(two_figures(end) for end in (low, high))
    return " to ".join(ends)


def _break_evens(sides: Sequence[Side]) -> dict[tuple[BreakEven, bool], list[Side]]:
    """Plans and differences by the effect that covers their cost, and whether they cost less."""
    alike: dict[tuple[BreakEven, bool], list[Side]] = {}
    for side in sides:
        if side.economics.break_even is not None:
            is_cheaper = side.is_difference and side.mean("cost_per_year") < 0
            alike.setdefault((side.economics.break_even, is_cheaper), []).append(side)
    return alike
