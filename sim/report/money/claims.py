"""What a grant stands on, in sentences of two significant figures, each with how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.report.money.sides import Side, difference_sides, of_name, plan_sides
from sim.report.rendering import rendered
from sim.report.wording import dollars, number, percent, plan_heading, plan_words, two_figures
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.economics import BreakEven, TornadoBar

TARGETS = {
    "from jail": "jail_diversions_net_per_year",
    "from hospital": "hospital_diversions_net_per_year",
}
BENEFITS = {
    "net benefit": "net_benefit_per_year",
    "cashable net benefit": "net_benefit_cashable_per_year",
}
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
LONG = 100  # from here on a figure has no decimals


def claims(comparison: Comparison) -> str:
    """Items of text about every difference, or about the plan if there is only one."""
    plans, differences = plan_sides(comparison), difference_sides(comparison)
    meeting = [side for side in plans if side.mean("contacts_per_year")]
    foremost = differences or plans
    return rendered(
        "money_claims.txt",
        comparison=comparison,
        draws=0 if comparison.economics is None else comparison.economics.draws,
        foremost=foremost,
        targets=TARGETS,
        insignificant=_insignificant([*differences, *meeting]),
        years=[(side, _single_year(side)) for side in foremost],
        above_zero=[(side, _above_zero(side)) for side in foremost],
        break_evens=_break_evens([*differences, *plans]),
        first=comparison.main.plans[0],
        per_contact=plans[0].books.per_contact if plans else None,
        around=_around,
        dollars=dollars,
        listed=_listed,
        plan_words=plan_words,
        subject=_subject,
        two_figures=two_figures,
    )


def ends_of(bar: TornadoBar) -> str:
    """Low and high of an assumption, "0.004 to 0.05"."""
    ends = (bar.low_value, bar.high_value)
    return " to ".join(f"{end:.3g}" if abs(end) < LONG else number(end) for end in ends)


# --- words for plans and intervals ---------------------------------------------------------------


def _listed(sides: Sequence[Side]) -> str:
    """Plans and differences as the first words of a sentence."""
    titles = [side.title for side in sides]
    listed = " and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)
    return f"P{listed[1:]}" if listed.startswith("plan ") else listed


def _subject(comparison: Comparison, side: Side) -> str:
    """Plan, or what the difference of two plans is, as the first words of a sentence."""
    plan, base = (of_name(comparison, name) for name in (side.plans[0], side.plans[-1]))
    if not side.is_difference:
        return plan_heading(plan)
    if not (plan.name.isdigit() and base.name.isdigit() and base.teams):
        return f"{plan_heading(plan)} in place of {plan_words(base)}"
    more = plan.teams - base.teams
    posts = "post" if abs(more) == 1 else "posts"
    return f"{_counted(abs(more))} {'more' if more >= 0 else 'fewer'} {posts}"


def _counted(number: int) -> str:
    return COUNTS[number].capitalize() if number < len(COUNTS) else f"{number:,}"


def _around(side: Side, name: str, shown: Callable[[float], str]) -> str:
    """Both intervals in parentheses, but for one that rounds to a single figure."""
    ranges = {"chance": side.measures[name], "assumptions": side.drawn(name)}
    spans = {
        words: _span(interval.low, interval.high, shown)
        for words, interval in ranges.items()
        if interval is not None and interval.low is not None and interval.high is not None
    }
    texts = [f"{words} {span}" for words, span in spans.items() if " to " in span]
    return f" ({'; '.join(texts)})" if texts else ""


def _span(low: float, high: float, shown: Callable[[float], str]) -> str:
    """Range in words; one figure if both ends round to it."""
    ends = dict.fromkeys(shown(end) for end in (low, high))
    return " to ".join(ends)


# --- how sure it is ------------------------------------------------------------------------------


def _insignificant(
    sides: Sequence[Side],
) -> dict[tuple[tuple[str, ...], tuple[str, ...]], list[Side]]:
    """Plans and differences by the places and the intervals in which diversions may be zero."""
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Side]] = {}
    for side in sides:
        places: dict[tuple[str, ...], list[str]] = {}
        for place, name in TARGETS.items():
            places.setdefault(_including_zero(side, name), []).append(place)
        for intervals, of_these in places.items():
            if intervals:
                alike.setdefault((tuple(of_these), intervals), []).append(side)
    return alike


def _including_zero(side: Side, name: str) -> tuple[str, ...]:
    """Which intervals of a measure include zero: chance, assumptions, both or none."""
    ranges = {"chance": side.measures[name], "assumptions": side.drawn(name)}
    return tuple(words for words, x in ranges.items() if x is not None and x.includes_zero)


def _single_year(side: Side) -> list[str]:
    """Range of one year for each place, with chance and assumptions in it."""
    spreads = {place: side.spread[name] for place, name in TARGETS.items() if name in side.spread}
    return [
        f"{_span(spread.year_low, spread.year_high, two_figures)} {place}"
        for place, spread in spreads.items()
        if spread.year_low is not None and spread.year_high is not None
    ]


def _above_zero(side: Side) -> list[str]:
    """Share of the draws above zero, for each target."""
    shares = {
        words: side.spread[name].chance_above_zero
        for words, name in (TARGETS | BENEFITS).items()
        if name in side.spread
    }
    return [f"{words} {_of_draws(x)}" for words, x in shares.items() if x is not None]


def _of_draws(share: float) -> str:
    return {0.0: "in none", 1.0: "in all"}.get(share, percent(share))


def _break_evens(sides: Sequence[Side]) -> dict[tuple[BreakEven, bool], list[Side]]:
    """Plans and differences by the effect that covers their cost, and whether they cost less."""
    alike: dict[tuple[BreakEven, bool], list[Side]] = {}
    for side in sides:
        if side.economics.break_even is not None:
            is_cheaper = side.is_difference and side.mean("cost_per_year") < 0
            alike.setdefault((side.economics.break_even, is_cheaper), []).append(side)
    return alike
