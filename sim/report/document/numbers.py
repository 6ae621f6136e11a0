"""Plain numbers of a result in words: counts, shares, dollars, months, and rows of its tables."""

from __future__ import annotations

from collections.abc import Callable

from sim.report.document.facts import Fact, is_number, marked, value_of
from sim.report.document.units import unit_of
from sim.report.grant.grant import positions
from sim.report.grant.screen import calendar
from sim.report.people.bridges import plural, role_words
from sim.report.wording import BLANK, dollars, percent, two_figures
from sim.scenarios.answers.keys import key_words

DIGITS = 4  # of an assumption
SPELLED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
BARE = ("", "ratio")  # units that nobody says


def count(fact: Fact) -> str:
    """Number with two significant figures, "22,000"."""
    return _said(fact, two_figures)


def whole(fact: Fact) -> str:
    """Number to the unit, "22,239"."""
    return _said(fact, lambda value: f"{value:,.0f}".replace("-", "−"))


def decimal(fact: Fact) -> str:
    """Number with four digits at most, or all those before the point."""
    return _said(fact, _four_digits)


def decimal_short(fact: Fact) -> str:
    """Number with three digits at most, or all those before the point."""
    return _said(fact, lambda value: f"{float(f'{value:.3g}'):,g}".replace("-", "−"))


def rate(fact: Fact) -> str:
    """Price with its cents, "$59.42"."""
    return _said(fact, lambda value: f"${value:,.2f}")


def spelled(fact: Fact) -> str:
    """Small whole number as a word, "two"; any other with three digits at most."""
    value = value_of(fact)
    is_small = value == int(value) and 0 < value <= len(SPELLED)
    return marked(fact, SPELLED[int(value) - 1]) if is_small else decimal_short(fact)


def ratio(fact: Fact) -> str:
    """Number of a config with its range, "0.48 (0.25 to 0.92)"."""
    node = value_of(fact)
    value, low, high = (node.get(name) for name in ("value", "low", "high"))
    ends = "" if low is None or low == high else f" ({low:.3g} to {high:.3g})"
    return marked(fact, f"{value:.3g}{ends}")


def known_as(ratio: Fact) -> str:
    """How a ratio of a study is known: as published, converted, or assumed in part or in whole.

    An assumed number whose source names its interval alone was converted to another base.
    """
    node = value_of(ratio)
    source = str(node.get("source", "")).lower()
    if node.get("confidence") == "A":
        of_interval = "interval assumed" in source and not source.startswith("assumed")
        return "converted, interval assumed" if of_interval else "assumed"
    if node.get("confidence") == "D":
        return "converted" if "base of" in source else "derived from its own figures"
    return "as published"


def named(name: Fact, label: Fact | None = None) -> str:
    """Name of an assumption in words; its key is where the mark leads.

    Examples
    --------
    >>> from sim.report.document.parsing import unmarked
    >>> unmarked(named(Fact("costs.per_fte.officer")))
    'pay and benefits of an officer'
    """
    key, words = str(value_of(name)), "" if label is None else str(value_of(label) or "")
    said = words if words and words != key else key if " " in key else key_words(key)
    return marked(name, said)


def stated(low: Fact, high: Fact, key: str) -> str:
    """Range that a source or a judgment states of an assumption, "$110,000 to $190,000 a year"."""
    unit = unit_of(key)
    what, _, each = unit.partition(" a ")
    if what == "share":
        return f"{share(low)} to {share(high)}"
    after = f" a {each}" if each else ""
    if what == "dollars":
        return f"{money(low)} to {money(high)}{after}"
    return f"{decimal_short(low)} to {decimal_short(high)}{'' if unit in BARE else f' {unit}'}"


def dollars_of(fact: Fact) -> str:
    """Dollars with two significant figures, "$1.4 million"."""
    return _said(fact, dollars)


def clock(fact: Fact) -> str:
    """Hour of the day, "07:00"."""
    return _said(fact, lambda hour: f"{hour:02.0f}:00")


def filled(moment: Fact) -> str:
    """FTE filled in a month, role by role."""
    fte = moment["fte_filled"]
    return marked(fte, " / ".join(f"{each:g}" for each in value_of(fte).values()) or "0")


def people(role: Fact) -> str:
    """Positions of one role: "25 and 0.5 of one"."""
    node = value_of(role)
    return marked(role, positions(node["full"], node["part"]))


def hired(role: Fact) -> str:
    """Months in which positions of one role are filled, "7 to 32"; blank if there are none."""
    months = [value_of(role).get(f"{end}_month") for end in ("first", "last")]
    each = dict.fromkeys(f"{month:g}" for month in months if month)
    return marked(role, " to ".join(each) or BLANK)


def alike(row: Fact) -> str:
    """Positions of one role, size and month as a row of a table names them."""
    node = value_of(row)
    count, role = node["positions"], role_words(node["role"])
    what = f"{count:g} {plural(role, count)}"
    if node["fte"] < 1:
        what = f"{node['fte']:g} of {'an' if role[0] in 'aeiou' else 'a'} {role}"
        what = what if count == 1 else f"{count:g} times {what}"
    return f"{what}, from month {node['hire_month']:g}"


def year_of(fact: Fact, number: int) -> str:
    """Name of a year of a grant."""
    return marked(fact, f"Year {number}")


def decimal_range(row: Fact, column: str) -> str:
    """Figure of a row of a CSV file with the range beside it, to two digits or a tenth."""
    return _ranged(row, column, lambda value: f"{value:,.{1 if value >= 1 else 2}f}")


def share_range(row: Fact, column: str) -> str:
    """Share of a row of a CSV file with the range beside it, in whole percents."""
    return _ranged(row, column, percent)


def _ranged(row: Fact, column: str, words: Callable[[float], str]) -> str:
    values = [value_of(row[f"{column}{end}"]) for end in ("", "_low", "_high")]
    if values[0] is None:
        return BLANK
    mean, low, high = (BLANK if value is None else words(value) for value in values)
    return marked(row[column], f"{mean} ({low} to {high})" if low != high else mean)


def money(fact: Fact) -> str:
    """Amount in whole dollars, "$183,333"."""
    return _said(fact, lambda value: f"{'−' if value < 0 else ''}${abs(value):,.0f}")


def share(fact: Fact) -> str:
    """Whole percents, "68%"."""
    return _said(fact, percent)


def share_to_a_tenth(fact: Fact) -> str:
    """Percents with a decimal, "50.3%", for what is held against a limit."""
    return _said(fact, lambda value: f"{100 * value:.1f}%")


def month(fact: Fact) -> str:
    """Month in words, "Apr 2028"."""
    return marked(fact, calendar(str(value_of(fact))))


def _four_digits(value: float) -> str:
    words = f"{value:,.0f}" if abs(value) >= 10**DIGITS else f"{float(f'{value:.{DIGITS}g}'):,g}"
    return words.replace("-", "−")


def _said(fact: Fact, words: Callable[[float], str]) -> str:
    value = value_of(fact)
    return marked(fact, words(value) if is_number(value) else BLANK)
