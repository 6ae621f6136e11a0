"""The first screen of `grant`: who pays, whom the positions serve, and what decides both."""

from __future__ import annotations

from functools import partial
from typing import Any

from sim.model.measures.dictionary import MEASURES
from sim.report.people.bridges import plural
from sim.report.rendering import as_many_as_fit, rendered
from sim.report.table import Group, Table
from sim.report.wording import BLANK, dollars, interval_name, mean_of, number, percent, range_of
from sim.report.wording import plural as counted_noun
from sim.scenarios.answers.grant import CENTS, GrantAnswer, Level, Outcome, Shares
from sim.scenarios.answers.intervals import Interval

MONTH_NAMES = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
COUNTS = ("contacts_per_year", "people_reached_per_year", "visits_done_per_year")
SIDES = ("federal", "match", "local", "total")
LINES = 27  # of a screen of 30; the folder, a blank line and the command of the document follow
MOST_RAILS = 2
CLOSE = 3  # digits of dollars that two would make alike
MANY = 4  # months or posts, beyond which only the first and last are shown
TENTHS_BELOW = 10  # posts, from which they are whole
MOST_POSTS = 1_000  # no plan has more


def screen(answer: GrantAnswer) -> str:
    """Answer on one screen."""
    share = answer.federal_share
    parts: dict[str, Any] = {
        "answer": answer,
        "outcomes": outcomes(answer),
        "positions": positions_in_words(answer),
        "years": _years(answer),
        "funded": ", ".join(_funded(answer)),
        "running": _running(answer),
        "paid": " and ".join(map(plural, answer.config.costs.grant.paid_roles)),
        "paid_for": paid_for(answer),
        "federal_share": BLANK if share is None else percent(share),
        "whole": whole,
        "in_words": partial(in_words, answer),
        "calendar": calendar,
        "grave": any(rail.severity == "grave" for rail in answer.warnings),
    }
    most = min(MOST_RAILS, len(answer.warnings))
    return as_many_as_fit(
        lambda shown: rendered("grant_screen.txt", **parts, shown=shown), most, LINES
    )[0]


def whole(cents: int) -> str:
    """Amount in whole dollars, "$1,235"."""
    return f"${round(cents / CENTS):,}"


def of_a_budget(mean: float, low: float, high: float, *, drawn: bool) -> str:
    """Dollars rounded to what is known, with their range if the assumptions were `drawn`.

    An amount that no draw moves, such as one at a ceiling, is exact.
    """
    if not drawn:
        return dollars(mean)
    if low == high:
        return f"${mean:,.0f}"
    each = [dollars(x) for x in (mean, low, high)]
    if len(set(each)) < len(each):  # a digit more, so that the range does not end at the mean
        each = [dollars(x, CLOSE) for x in (mean, low, high)]
    return f"{each[0]} ({each[1]} to {each[2]} as the assumptions vary)"


def in_words(answer: GrantAnswer, what: str) -> str:
    """Dollars of a budget by their name, with their range."""
    span = answer.dollars[what]
    mean = span.mean or 0.0
    if answer.is_exact(what):
        return of_a_budget(mean, mean, mean, drawn=True)
    ends = (span.low or 0.0, span.high or 0.0)
    return of_a_budget(mean, *ends, drawn=span.kind == "assumptions")


def positions_in_words(answer: GrantAnswer) -> str:
    """Positions that somebody can be hired for, and parts of one: "11 positions and 3 in part"."""
    full, parts = counted_noun(answer.full, "position"), answer.parts
    if not parts:
        return full
    return (
        f"{full} and {parts} in part"
        if answer.full
        else f"{counted_noun(parts, 'position')} in part"
    )


def paid_for(answer: GrantAnswer) -> str:
    """End of a sentence: what of the plan the federal money and its match would pay for."""
    share, hours = answer.funded_share, answer.hours_beyond
    if share is None or answer.in_all.dollars.local == 0:
        return "."
    return (
        f"; with the match, {percent(share)}: in proportion, {share * hours:.1f} of {hours:.3g} "
        f"hours of duty a day, or {share * answer.budgeted:.1f} of {answer.budgeted:.4g} FTE."
    )


def ceiling_buys(answer: GrantAnswer) -> str:
    """Middle of a sentence: what the ceiling buys of posts around the clock, before their cost."""
    share = answer.ceiling_share
    if share is None or share < 1:
        part = BLANK if share is None else percent(share)
        about = "" if part.startswith("less") else "about "
        return f"{about}{part} of one post around the clock, which costs"
    posts = f"{share:.1f}" if share < TENTHS_BELOW else f"{share:,.0f}"
    about = f"about {posts}" if share <= MOST_POSTS else f"more than {MOST_POSTS:,}"
    return f"{about} posts around the clock, of which one costs"


def counted_range(count: int, span: Interval) -> str:
    """Whole contacts or people with their range, "773 (226–1,169)"."""
    ends = (span.low, span.high)
    if None in ends or span.low == span.high:
        return f"{count:,}"
    low, high = (number(round(end or 0.0)) for end in ends)
    return f"{count:,} ({low}{' to ' if (span.low or 0.0) < 0 else '–'}{high})"


def calendar(label: str) -> str:
    """Month in words, "Apr 2028" of "2028-04"."""
    year, month = label.split("-")
    return f"{MONTH_NAMES[int(month) - 1]} {year}"


def outcomes(answer: GrantAnswer) -> Table:
    """What the 36 months come to, with both intervals, or one where nothing was drawn."""
    name = interval_name(answer.config.run.confidence_level)
    drawn = any(outcome.drawn for outcome in answer.outcomes.values())
    columns = 4 if drawn else 3
    persons = _says_more(answer, COUNTS[1])
    rows = [
        _outcome(
            measure,
            outcome,
            alone=measure == COUNTS[0] and bool(answer.contacts.mean) and not persons,
        )[:columns]
        for measure, outcome in answer.outcomes.items()
        if _says_more(answer, measure)
    ]
    head = ["In the 36 months", "mean", f"{name}: chance", "with the assumptions"]
    return Table(head[:columns], [Group(rows)])


def _says_more(answer: GrantAnswer, measure: str) -> bool:
    """Whether an outcome has a row: no visits that nobody makes, and people if not as contacts."""
    if measure == COUNTS[1]:
        return answer.people.mean != answer.contacts.mean
    return measure != "visits_done_per_year" or bool(answer.visits.mean)


def _outcome(measure: str, outcome: Outcome, *, alone: bool) -> list[str]:
    chance, is_count = outcome.chance, measure in COUNTS
    label, unit = MEASURES[measure].label, MEASURES[measure].unit.partition("/")[0]
    named = label if unit in label.lower() or unit == "people" else f"{label}, {unit}"
    mean = number(round(chance.mean)) if is_count and chance.mean is not None else mean_of(chance)
    ends = BLANK if outcome.drawn is None else range_of(outcome.quoted)
    named = f"{named}, nobody calls twice" if alone else named
    return [named, mean, range_of(chance), ends]


def _years(answer: GrantAnswer) -> Table:
    matches = answer.config.costs.grant.match_shares
    rows = [
        [f"year {at}, match {percent(float(match))}", *_dollars(year.dollars)]
        for at, (match, year) in enumerate(zip(matches, answer.rounded.years, strict=True), 1)
    ]
    kept, label = answer.kept, f"the year after, from {calendar(answer.kept.label)}"
    groups = [
        Group([*rows, ["36 months", *_dollars(answer.in_all.dollars)]]),
        Group([[label, *_dollars(Shares(0, 0, round(kept.year / CENTS)))]]),
    ]
    return Table(["Who pays, dollars", *SIDES], groups)


def _dollars(shares: Shares) -> list[str]:
    return [number(whole_dollars) for whole_dollars in (*shares, shares.total)]


def _funded(answer: GrantAnswer) -> list[str]:
    """Positions of each role: "5.1 clinicians from month 7"."""
    words = []
    for role in dict.fromkeys(seat.role for seat in answer.seats):
        months = sorted({seat.hire_month for seat in answer.seats if seat.role == role})
        fte = sum(seat.fte for seat in answer.seats if seat.role == role)
        until = f" to {months[-1]}" if months[1:] else ""
        words.append(f"{fte:g} {plural(role, fte)} from month {months[0]}{until}")
    return words


def _running(answer: GrantAnswer) -> str:
    """Posts that run, by months; of many steps the first and the last."""
    steps = [
        f"{level.first.running}{_times(level)} from month {level.first.moment.month}"
        for level in answer.levels
    ]
    return "; ".join(steps if len(steps) <= MANY else [*steps[:2], "…", steps[-1]])


def _times(level: Level) -> str:
    """Times of day of posts that run for a part of the day, in brackets."""
    return f" ({level.first.times})" if level.first.times else ""
