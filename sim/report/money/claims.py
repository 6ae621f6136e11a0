"""What a grant stands on, in sentences of two significant figures, each with how sure it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from sim.report.money.sides import Side, difference_sides, drawn, of_name, plan_sides
from sim.report.wording import number, percent, plan_heading, plan_words
from sim.scenarios.answers import BreakEven, Comparison, PlanResult, TornadoBar
from sim.scenarios.intervals import Interval

TARGETS = {
    "from jail": "jail_diversions_net_per_year",
    "from hospital": "hospital_diversions_net_per_year",
}
BENEFITS = {
    "net benefit": "net_benefit_per_year",
    "cashable net benefit": "net_benefit_cashable_per_year",
}
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
LARGE = {1e9: "billion", 1e6: "million"}
FIGURES = 2  # significant, in prose
LONG = 100  # from here on a figure has no decimals


def two_figures(value: float) -> str:
    """Figure with two significant digits, "1,200" or "0.42"."""
    rounded = _rounded(value)
    decimals = max(0, FIGURES - 1 - _order(rounded))
    return f"{rounded:,.{decimals}f}".replace("-", "−")


def _order(value: float) -> int:
    """Power of ten of the first digit; zero counts as a whole number."""
    return FIGURES - 1 if value == 0 else math.floor(math.log10(abs(value)))


def _rounded(value: float) -> float:
    return round(value, FIGURES - 1 - _order(value)) + 0.0  # no minus zero


def dollars(value: float) -> str:
    """Dollars with two significant digits, "$1.4 million"."""
    rounded = _rounded(value)
    sign = "−" if rounded < 0 else ""
    for size, words in LARGE.items():
        if abs(rounded) >= size:
            return f"{sign}${two_figures(abs(rounded) / size)} {words}"
    return f"{sign}${two_figures(abs(rounded))}"


def ends_of(bar: TornadoBar) -> str:
    """Low and high of an assumption, "0.004 to 0.05"."""
    ends = (bar.low_value, bar.high_value)
    return " to ".join(f"{end:.3g}" if abs(end) < LONG else number(end) for end in ends)


def claims(found: Comparison) -> list[str]:
    """Sentences about every difference, or about the plan if there is only one."""
    plans, differences = plan_sides(found), difference_sides(found)
    meeting = [side for side in plans if side.mean("contacts_per_year")]
    foremost = differences or plans
    return [
        *(_diverted(found, side) for side in foremost),
        *_untold([*differences, *meeting]),
        *(said for side in foremost for said in _single_year(side)),
        *(said for side in foremost for said in _above_zero(found, side)),
        *_break_evens([*differences, *plans]),
        *_gross_is_not_net(found.main.plans[0]),
    ]


def _listed(sides: Sequence[Side]) -> str:
    """Plans and differences as the first words of a sentence."""
    words = [side.name if side.is_difference else f"plan {side.name}" for side in sides]
    listed = " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    return listed[0].upper() + listed[1:]


# --- who is diverted -----------------------------------------------------------------------------


def _diverted(found: Comparison, side: Side) -> str:
    """Sentence of a grant: so many people from jail and from hospital, at so many dollars."""
    counted = " and ".join(_people(side, place, name) for place, name in TARGETS.items())
    verb = "would divert" if side.is_difference else _verb(of_name(found, side.plans[0]))
    return (
        f"{_subject(found, side)} {verb} {counted}, net of what patrol alone would have done, "
        f"{_cost(side)}."
    )


def _verb(plan: PlanResult) -> str:
    return "divert" if plan.name.isdigit() and plan.teams > 1 else "diverts"


def _subject(found: Comparison, side: Side) -> str:
    """Plan, or what the difference of two plans is, as the first words of a sentence."""
    plan, base = (of_name(found, name) for name in (side.plans[0], side.plans[-1]))
    if not side.is_difference:
        return plan_heading(plan)
    if not (plan.name.isdigit() and base.name.isdigit() and base.teams):
        return f"{plan_heading(plan)} in place of {plan_words(base)}"
    more = plan.teams - base.teams
    posts = "post" if abs(more) == 1 else "posts"
    return f"{_counted(abs(more))} {'more' if more >= 0 else 'fewer'} {posts}"


def _counted(number: int) -> str:
    return COUNTS[number].capitalize() if number < len(COUNTS) else f"{number:,}"


def _people(side: Side, place: str, name: str) -> str:
    mean, more = side.mean(name), "" if side.mean(name) >= 0 else "fewer "
    is_few = 0 < abs(mean) < 1
    count, people = ("less than one", "person") if is_few else (two_figures(abs(mean)), "people")
    told = f"{more}{people} a year " if place == "from jail" else more
    return f"{count} {told}{place}{_around(side, name, two_figures)}"


def _cost(side: Side) -> str:
    mean = side.mean("cost_per_year")
    around = _around(side, "cost_per_year", dollars)
    if not side.is_difference:
        return f"at a cost of {dollars(mean)} a year{around}"
    return f"at a cost of {dollars(abs(mean))} a year {'more' if mean >= 0 else 'less'}{around}"


def _around(side: Side, name: str, shown: Callable[[float], str]) -> str:
    """Both intervals in brackets, but for one that rounds to a single figure."""
    ranges = {"chance": side.measures[name], "assumptions": drawn(side, name)}
    spans = {
        words: _span(found.low, found.high, shown)
        for words, found in ranges.items()
        if found is not None and found.low is not None and found.high is not None
    }
    told = [f"{words} {span}" for words, span in spans.items() if " to " in span]
    return f" ({'; '.join(told)})" if told else ""


def _span(low: float, high: float, shown: Callable[[float], str]) -> str:
    """Range in words; one figure if both ends round to it."""
    ends = dict.fromkeys(shown(end) for end in (low, high))
    return " to ".join(ends)


def _untold(sides: Sequence[Side]) -> Iterator[str]:
    """Say which diversions cannot be told from zero, and which intervals say so."""
    alike: dict[tuple[str, str], list[Side]] = {}
    for side in sides:
        for which, of_these in _places_by_interval(side).items():
            alike.setdefault((" or ".join(of_these), which), []).append(side)
    for (places, which), those in alike.items():
        yield (f"{_listed(those)}: no diversion {places} can be told from zero, as {which} zero.")


def _places_by_interval(side: Side) -> dict[str, list[str]]:
    """Where diversions cannot be told from zero, by the intervals that contain it."""
    out: dict[str, list[str]] = {}
    for place, name in TARGETS.items():
        which = _holding_zero(side, name)
        if which:
            out.setdefault(which, []).append(place)
    return out


def _holding_zero(side: Side, name: str) -> str:
    """Intervals of a measure that contain zero, as the subject of a sentence; empty if none."""
    ranges = {"chance": side.measures[name], "the assumptions": drawn(side, name)}
    holding = [words for words, found in ranges.items() if _holds_zero(found)]
    if len(holding) > 1:
        return f"the intervals of {' and of '.join(holding)} contain"
    return f"the interval of {holding[0]} contains" if holding else ""


def _holds_zero(found: Interval | None) -> bool:
    if found is None or found.low is None or found.high is None:
        return False
    return found.low <= 0 <= found.high


def _gross_is_not_net(plan: PlanResult) -> Iterator[str]:
    """Hold the share not jailed against the share diverted, if anybody was met."""
    contacts = plan.measures["contacts_per_year"].mean
    if not contacts:
        return
    gross, net = (plan.measures[f"jail_diversions_{x}_per_year"].mean for x in ("gross", "net"))
    jailed_not = percent((gross or 0.0) / contacts)
    yield (
        f"Gross is not an effect: {jailed_not} not jailed is not {jailed_not} diverted. For every "
        f"100 contacts with {plan_words(plan)}, {two_figures(100 * (net or 0.0) / contacts)} "
        "bookings fewer than with patrol alone. Who is diverted twice counts twice."
    )


# --- how sure it is ------------------------------------------------------------------------------


def _single_year(side: Side) -> Iterator[str]:
    """Range of one year, which has the chance and the assumptions in it."""
    told = []
    for place, name in TARGETS.items():
        spread = side.spread.get(name)
        if spread is not None and spread.year_low is not None and spread.year_high is not None:
            told.append(f"{_span(spread.year_low, spread.year_high, two_figures)} {place}")
    if told:
        yield (
            f"{_listed([side])}: a single year, with chance and assumptions in it, may bring "
            f"{', '.join(told)}."
        )


def _above_zero(found: Comparison, side: Side) -> Iterator[str]:
    """How many of the draws are above zero."""
    told = [
        f"{words} {_of_the_draws(spread.chance_above_zero)}"
        for words, name in (TARGETS | BENEFITS).items()
        if (spread := side.spread.get(name)) is not None and spread.chance_above_zero is not None
    ]
    if told and found.economics is not None:
        yield (
            f"{_listed([side])}: chance of being above zero, of {found.economics.draws} draws: "
            f"net diversions {', '.join(told)}."
        )


def _of_the_draws(share: float) -> str:
    return {0.0: "in none of them", 1.0: "in all of them"}.get(share, percent(share))


def _break_evens(sides: Sequence[Side]) -> Iterator[str]:
    """Effect from which plans and differences pay for themselves, those that are alike together."""
    alike: dict[tuple[BreakEven, bool], list[Side]] = {}
    for side in sides:
        if side.economics.break_even is not None:
            is_cheaper = side.is_difference and side.mean("cost_per_year") < 0
            alike.setdefault((side.economics.break_even, is_cheaper), []).append(side)
    for (found, is_cheaper), those in alike.items():
        told = _break_even(found, is_cheaper=is_cheaper)
        yield f"Break-even, {_listed(those)[0].lower()}{_listed(those)[1:]}: {told}"


def _break_even(found: BreakEven, *, is_cheaper: bool) -> str:
    if found.already and is_cheaper:
        return "costs less, and leaves money over if teams have no effect on arrest or holds."
    if found.already:
        return "pays for itself without any effect on arrest or holds."
    if found.odds_ratio is None:
        return (
            "none. No odds ratio of arrest and of a hold from 1 down to 0.001 pays for it; "
            f"{_central(found)}."
        )
    return (
        "pays for itself if a team multiplies the odds of arrest and of a hold by "
        f"{two_figures(found.odds_ratio)}, and not if by more; {_central(found)}."
    )


def _central(found: BreakEven) -> str:
    ratios = {"arrest": found.central_arrest, "hold": found.central_hold}
    told = [f"{two_figures(x)} for {what}" for what, x in ratios.items() if x is not None]
    if not told:
        return "the central odds ratios are not known"
    return f"the central odds ratios are {' and '.join(told)}"
