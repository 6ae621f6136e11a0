"""Measures of a result in words: with their unit, and with the ranges that they have.

In prose there are whole minutes and percents, and two significant figures of all else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sim.model.measures.dictionary import MEASURES
from sim.report.document.facts import Fact, marked, value_of
from sim.report.grant.screen import of_a_budget
from sim.report.wording import BLANK, dollars, minutes, percent, two_figures

OF_KIND = {
    "assumptions": "as the assumptions vary",
    "chance": "by chance alone; assumptions not included",
}
NARROW = "chance changes no digit; assumptions not included"
UNMOVED = "by chance alone; no assumption moves it"
WORDS = {"h": "hours", "min": "minutes", "week": "week", "day": "day", "month": "month"}
ON_SCREEN = {
    "gap_hours_per_week": "No team free",
    "response_median_min": "Call to arrival, median",
}
CHANCE = "chance"
RISES = ("a fall of {}", "a rise of {}")  # below zero, and above
HALF_A_DOLLAR = 0.5  # below which dollars are none
CLOSE = 3  # digits of numbers that are to be subtracted
FEWER = ("jail_diversions_net_per_year", "hospital_diversions_net_per_year")  # what is avoided
ROUNDING = 1e-9  # of a number that is as it is shown already


def figure(fact: Fact, name: str = "") -> str:
    """Measure with unit and the range to quote, "95% (88% to 98% as the assumptions vary)".

    Parameters
    ----------
    fact
        A measure: `mean`, `low`, `high` and what `interval` they are.
    name
        Of the measure; its key ends with it if it is not given.
    """
    measure, node = name or _name(fact), value_of(fact)
    ends = _ends(measure, node)
    mean, low = node["mean"], node["low"]
    still = low is not None and low == node["high"]
    is_narrow = mean is not None and (still or ends == _bare(measure, mean))
    quoted = [_narrow(node) if is_narrow else _quoted(node, ends)]
    return marked(fact, f"{_amount(measure, node['mean'])}{_listed(quoted)}")


def both(fact: Fact, name: str = "") -> str:
    """Measure with unit and both its ranges: of the assumptions, and of chance alone."""
    measure, node = name or _name(fact), value_of(fact)
    mean = None if node["mean"] is None else _bare(measure, node["mean"])
    chance = _ends(measure, _chance(node))
    ends = [_quoted(node, _ends(measure, node)), _of_chance(node, "" if chance == mean else chance)]
    return marked(fact, f"{_amount(measure, node['mean'])}{_listed(ends)}")


def summed(fact: Fact) -> str:
    """Dollars of a budget as prose has them: rounded to what is known, with their range."""
    node = value_of(fact)
    ends = (node["mean"], node["low"], node["high"])
    if node["exact"]:
        ends = (node["mean"],) * 3
    drawn = node["exact"] or node["interval"] != CHANCE
    return marked(fact, of_a_budget(*ends, drawn=drawn))


def dollar_ends(fact: Fact) -> str:
    """Range of dollars of a budget; blank where the assumptions were not drawn."""
    node = value_of(fact)
    if node["interval"] == CHANCE:
        return BLANK
    return marked(fact, f"{dollars(node['low'])} to {dollars(node['high'])}")


def moved(tornado: Fact, end: Fact) -> str:
    """By how much an end of an assumption changes the target, "+$90,000"."""
    change = value_of(end) - value_of(tornado["central"])
    return marked(end, f"{'+' if change > 0 else ''}{dollars(change)}")


def headed_change(name: str) -> str:
    """Label of a difference with its unit, as the head of a column has it."""
    points = ", percentage points" if MEASURES[name].unit == "share" else ""
    return f"{headed(name)}{points}"


def change(fact: Fact, name: str = "", *, brief: bool = False) -> str:
    """Size of a difference with unit and both its ranges; the first if brief.

    Where a range has both signs, its ends say "a fall of" or "a rise of"; else they are sizes.
    """
    measure = name or _name(fact)
    words = _change(measure, abs(value_of(fact)["mean"]))
    return marked(fact, f"{words}{_spans(measure, fact, RISES, brief=brief)}")


def beyond(fact: Fact, words: tuple[str, str], name: str = "", *, brief: bool = False) -> str:
    """Size of a measure with a word for its sign, "38 fewer (from 33 more to 450 fewer)".

    Parameters
    ----------
    fact
        A measure that may be above or below zero.
    words
        What follows a number below zero, and one that is not.
    """
    measure, node = name or _name(fact), value_of(fact)
    sides = tuple(f"{{}} {word}" for word in words)
    side = sides[node["mean"] >= 0].format(_bare(measure, abs(node["mean"])))
    unit, _, each = MEASURES[measure].unit.partition("/")
    noun = "hours" if unit == "h" else unit
    said = f"{side} {noun} a {WORDS.get(each, each)}"
    return marked(fact, f"{said}{_spans(measure, fact, (sides[0], sides[1]), brief=brief)}")


def cell(fact: Fact, name: str = "", *, close: bool = False) -> str:
    """Measure as a table has it, without its unit unless that is a sign, "95% (88% to 98%)".

    `close` has a digit more, so that two of them can be subtracted.
    """
    measure, node = name or _name(fact), value_of(fact)
    bare = _closer if close else _bare
    mean = BLANK if node["mean"] is None else bare(measure, node["mean"])
    ends = _between(node, lambda end: bare(measure, end))
    return marked(fact, f"{mean}{_listed([ends if ends != mean else ''])}")


def signed(fact: Fact, name: str = "", *, close: bool = False) -> str:
    """Difference as a table has it, "+9.7 (+1.5 to +11)"; `close` as of a cell."""
    measure, node = name or _name(fact), value_of(fact)
    mean = BLANK if node["mean"] is None else _signed(measure, node["mean"], close=close)
    ends = _between(node, lambda end: _signed(measure, end, close=close))
    return marked(fact, f"{mean}{_listed([ends])}")


def left_over(fact: Fact) -> str:
    """Dollars that an option leaves, "none" or "none (up to $1.0 million)" where it is so."""
    node = value_of(fact)
    if node["mean"] >= HALF_A_DOLLAR:
        return cell(fact, "cost_per_year")
    most = f" (up to {dollars(node['high'])})" if node["high"] >= HALF_A_DOLLAR else ""
    return marked(fact, f"none{most}")


def valued(fact: Fact, name: str) -> str:
    """Value of a measure, such as a target, with its unit."""
    return marked(fact, _amount(name, value_of(fact)))


def saving_range(flat: Fact) -> str:
    """Range to quote of what a plan saves against posts around the clock."""
    saving, spread = value_of(flat["saving"]), value_of(flat["saving_spread"])
    drawn = spread is not None and spread["low"] is not None
    ends = (
        [saving["mean"], spread["low"], spread["high"]]
        if drawn
        else [saving["low"], saving["high"]]
    )
    kind = OF_KIND["assumptions" if drawn else CHANCE]
    fact = flat["saving_spread" if drawn else "saving"]
    return marked(fact, f"({dollars(min(ends))} to {dollars(max(ends))} {kind})")


def least(fact: Fact, name: str = "") -> str:
    """End of a difference's range that is nearer to none, rounded toward none, with its unit."""
    measure, node = name or _name(fact), value_of(fact)
    size = _rounded(measure, min(abs(node["low"]), abs(node["high"])), math.floor)
    return marked(fact, _least(measure, size))


def worst(fact: Fact, name: str = "") -> str:
    """End of the range of a measure that is the worse one, rounded to the worse side."""
    measure, node = name or _name(fact), value_of(fact)
    less = MEASURES[measure].better == "less"
    size = _rounded(measure, node["high" if less else "low"], math.ceil if less else math.floor)
    return marked(fact, _amount(measure, size))


def label_of(name: str) -> str:
    """Label of a measure, in the words of the screen."""
    return ON_SCREEN.get(name, MEASURES[name].label)


def headed(name: str) -> str:
    """Label of a measure with its unit, as the first column of a table has it.

    Examples
    --------
    >>> headed("contacts_per_year"), headed("fte_officer"), headed("response_median_min")
    ('Contacts a year', 'Officers at work, FTE', 'Call to arrival, median, minutes')
    """
    label, kind = label_of(name), MEASURES[name].unit
    what, _, each = kind.partition("/")
    if kind == "share":
        return label
    if what == "$" or what in label.lower():
        return f"{label} a {each}" if each and "per" not in label.split() else label
    return f"{label}, {'minutes' if kind == 'min' else _unit(name).strip()}"


# --- targets -------------------------------------------------------------------------------------


def _rounded(measure: str, value: float, side: Callable[[float], int]) -> float:
    """Value as it is shown, rounded to one side: whole minutes or percents, or two digits."""
    kind = MEASURES[measure].unit
    if kind in ("share", "min"):
        scale = 100.0 if kind == "share" else 1.0
        whole = side(scale * value)
        return whole / scale if whole else value
    if value == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return side(value / step + (ROUNDING if side is math.floor else -ROUNDING)) * step


def _least(measure: str, size: float) -> str:
    """Size of a change for the better, "1,800 more contacts a year"."""
    unit = MEASURES[measure].unit
    if unit == "share":
        return f"{_change(measure, size)} {'less' if _is_less(measure) else 'more'}"
    if measure in FEWER:
        return f"{_bare(measure, size)} fewer{_unit(measure)}"
    return f"{_bare(measure, size)} {'fewer' if _is_less(measure) else 'more'}{_unit(measure)}"


def _is_less(measure: str) -> bool:
    return MEASURES[measure].better == "less"


# --- the parts of a phrase -----------------------------------------------------------------------


def _name(fact: Fact) -> str:
    return fact.key.rpartition(".")[2]


def _chance(node: Mapping[str, Any]) -> Mapping[str, Any]:
    inner: Mapping[str, Any] = node.get(CHANCE, node)
    return inner


def _listed(ends: Iterable[str]) -> str:
    some = "; ".join(filter(None, ends))
    return f" ({some})" if some else ""


def _quoted(node: Mapping[str, Any], ends: str) -> str:
    """Range with what it is of; where assumptions were drawn and none moves it, of chance."""
    kind = node.get("interval", CHANCE)
    of = UNMOVED if kind == CHANCE and node.get("parameters") else OF_KIND[kind]
    return f"{ends} {of}" if ends else ""


def _narrow(node: Mapping[str, Any]) -> str:
    """What a range that no digit shows is of; nothing where assumptions were drawn."""
    drawn = node.get("interval", CHANCE) != CHANCE or node.get("parameters")
    return "" if drawn else NARROW


def _of_chance(node: Mapping[str, Any], ends: str) -> str:
    """Ends of the range of chance, where they are not the ones to quote already."""
    return f"{ends} by chance alone" if ends and node.get("interval", CHANCE) != CHANCE else ""


def _ends(measure: str, node: Mapping[str, Any]) -> str:
    """Ends of a range without unit; empty if there is none, or it never varies."""
    return _between(node, lambda end: _bare(measure, end))


def _between(node: Mapping[str, Any], words: Callable[[float], str]) -> str:
    """Ends of a range in words; empty if there is none, or it never varies."""
    low, high = node["low"], node["high"]
    if low is None or high is None or low == high:
        return ""
    first, last = words(low), words(high)
    return first if first == last else f"{first} to {last}"


def _spans(measure: str, fact: Fact, sides: tuple[str, str], *, brief: bool) -> str:
    """Both ranges of a difference in brackets; none that is as wide as the mean's own text."""
    node = value_of(fact)
    mean = _bare_size(measure, node["mean"])
    each = [_span(measure, x, sides, node["mean"]) for x in (node, _chance(node))]
    quoted, chance = ("" if ends == mean else ends for ends in each)
    return _listed([_quoted(node, quoted), "" if brief else _of_chance(node, chance)])


def _span(measure: str, node: Mapping[str, Any], sides: tuple[str, str], mean: float) -> str:
    """Ends of a range as sizes, the smaller first; with their sides if one is not the mean's."""
    low, high = node["low"], node["high"]
    if low is None or high is None or low == high:
        return ""
    first, last = _bare_size(measure, low), _bare_size(measure, high)
    if low < 0 < high or low > 0 > mean or high < 0 < mean:
        return f"from {sides[low > 0].format(first)} to {sides[high > 0].format(last)}"
    if first == last:
        return first
    return f"{last} to {first}" if low < 0 else f"{first} to {last}"


def _bare_size(measure: str, value: float) -> str:
    """Size of a difference without its sign or unit; of shares, in percentage points."""
    return _signed(measure, abs(value)).removeprefix("+")


def _closer(measure: str, value: float) -> str:
    """Value as `_bare` has it, with a digit more."""
    kind = MEASURES[measure].unit
    if kind == "share":
        return f"{100 * value:.1f}%"
    if kind == "min":
        return f"{value:.1f}".replace("-", "−")
    return dollars(value, CLOSE) if kind.startswith("$") else two_figures(value, CLOSE)


def _amount(measure: str, value: float | None) -> str:
    """Value with its unit, "95%", "27 minutes", "$9.1 million a year", "86 FTE"."""
    if value is None:
        return "not known"
    if MEASURES[measure].unit == "min":
        return minutes(value)
    return f"{_bare(measure, value)}{_unit(measure)}"


def _bare(measure: str, value: float) -> str:
    """Value without its unit, unless that is % or $."""
    kind = MEASURES[measure].unit
    if kind == "share":
        return percent(value)
    if kind == "min":
        return f"{value:.0f}".replace("-", "−")
    return dollars(value) if kind.startswith("$") else two_figures(value)


def _unit(measure: str) -> str:
    """Unit as it follows a number; none where the number has it."""
    kind = MEASURES[measure].unit
    if kind in ("share", "min"):
        return ""
    what, _, each = kind.partition("/")
    named = "" if what == "$" else f" {WORDS.get(what, what)}"
    return f"{named} a {WORDS.get(each, each)}" if each else named


def _change(measure: str, size: float) -> str:
    """Size of a change with its unit; minutes as their range has them, which may be below one."""
    unit = MEASURES[measure].unit
    if unit == "min":
        words = _small(size)
        return f"{words} minute{'' if words == '1' else 's'}"
    if unit != "share":
        return _amount(measure, size)
    words = _points(size)
    return f"{words} percentage point{'' if words == '1' else 's'}"


def _signed(measure: str, value: float, *, close: bool = False) -> str:
    """Difference with its sign and without its unit; of shares, in percentage points."""
    size, unit = abs(value), MEASURES[measure].unit
    if close:
        words = _closer(measure, size).removesuffix("%")
    elif unit == "share":
        words = _points(size)
    else:
        words = _small(size) if unit == "min" else _bare(measure, size)
    return f"{'−' if value < 0 else '+' if value > 0 else ''}{words}"


def _points(size: float) -> str:
    """Difference of two shares, of 100."""
    return _small(100 * size)


def _small(size: float) -> str:
    """Whole number, or if it is below one its first digit that is not zero."""
    decimals = 0 if size >= 1 or size == 0 else -math.floor(math.log10(size))
    return f"{size:.{decimals}f}"
