"""The first screen of `grant`: who pays, whom the positions serve, and what decides both."""

from __future__ import annotations

from typing import Any

from sim.model.measures.dictionary import MEASURES
from sim.report.people.bridges import plural
from sim.report.rendering import as_many_as_fit, rendered
from sim.report.table import Group, Table
from sim.report.wording import BLANK, dollars, interval_name, mean_of, number, percent, range_of
from sim.scenarios.answers.grant import CENTS, GrantAnswer, Outcome, Shares
from sim.scenarios.answers.intervals import Quoted

MONTH_NAMES = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
SIDES = ("federal", "match", "local", "total")
LINES = 27  # of a screen of 30; the folder, a blank line and the command of the document follow
MOST_RAILS = 2
CLOSE = 3  # digits of dollars that two would make alike
MANY = 4  # months or posts, beyond which only the first and last are shown


def screen(answer: GrantAnswer) -> str:
    """Answer on one screen."""
    share = answer.federal_share
    parts: dict[str, Any] = {
        "answer": answer,
        "outcomes": outcomes(answer),
        "years": _years(answer),
        "funded": ", ".join(_funded(answer)),
        "running": _running(answer),
        "paid": " and ".join(map(plural, answer.config.costs.grant.paid_roles)),
        "federal_share": BLANK if share is None else percent(share),
        "whole": whole,
        "in_words": in_words,
        "calendar": calendar,
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


def in_words(span: Quoted) -> str:
    """Dollars of a budget with their range."""
    ends = (span.mean or 0.0, span.low or 0.0, span.high or 0.0)
    return of_a_budget(*ends, drawn=span.kind == "assumptions")


def calendar(label: str) -> str:
    """Month in words, "Apr 2028" of "2028-04"."""
    year, month = label.split("-")
    return f"{MONTH_NAMES[int(month) - 1]} {year}"


def outcomes(answer: GrantAnswer) -> Table:
    """What the 36 months come to, with both intervals, or one where nothing was drawn."""
    name = interval_name(answer.config.run.confidence_level)
    drawn = any(outcome.drawn for outcome in answer.outcomes.values())
    columns = 4 if drawn else 3
    rows = [
        _outcome(measure, outcome)[:columns]
        for measure, outcome in answer.outcomes.items()
        if measure != "visits_done_per_year" or outcome.chance.mean
    ]
    head = ["In the 36 months", "mean", f"{name}: chance", "with the assumptions"]
    return Table(head[:columns], [Group(rows)])


def _outcome(measure: str, outcome: Outcome) -> list[str]:
    chance = outcome.chance
    label, unit = MEASURES[measure].label, MEASURES[measure].unit.partition("/")[0]
    named = label if unit in label.lower() or unit == "people" else f"{label}, {unit}"
    ends = BLANK if outcome.drawn is None else range_of(outcome.quoted)
    return [named, mean_of(chance), range_of(chance), ends]


def _years(answer: GrantAnswer) -> Table:
    matches = answer.config.costs.grant.match_shares
    rows = [
        [f"year {at}, match {percent(float(match))}", *_dollars(year)]
        for at, (match, year) in enumerate(zip(matches, answer.years, strict=True), 1)
    ]
    kept, label = answer.kept, f"the year after, from {calendar(answer.kept.label)}"
    groups = [
        Group([*rows, ["36 months", *_dollars(answer.total)]]),
        Group([[label, *_dollars(Shares(0, 0, kept.year))]]),
    ]
    return Table(["Who pays, dollars", *SIDES], groups)


def _dollars(shares: Shares) -> list[str]:
    return [number(round(cents / CENTS)) for cents in (*shares, shares.total)]


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
        f"{level.first.running} from month {level.first.moment.month}" for level in answer.levels
    ]
    return "; ".join(steps if len(steps) <= MANY else [*steps[:2], "…", steps[-1]])
