"""What a grant's months come to, in words: whole contacts and people, and other outcomes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.report.document.facts import Fact, marked, value_of
from sim.report.document.measured import CHANCE, OF_KIND
from sim.report.wording import BLANK, mean_of, range_of
from sim.scenarios.answers.intervals import Interval


def in_all(fact: Fact, count: Fact, noun: str) -> str:
    """Whole contacts or people over all months, with both ranges of their outcome."""
    node = value_of(fact)
    quoted, alone = _whole_ends(node), _whole_ends(node[CHANCE])
    spans = [f"{quoted} {OF_KIND[node['interval']]}" if quoted else ""]
    if node["interval"] != CHANCE and alone:
        spans.append(f"{alone} by chance alone")
    ends = "; ".join(filter(None, spans))
    words = marked(count, f"{value_of(count):,.0f} {noun}")
    return f"{words} {marked(fact, f'({ends})')}" if ends else words


def counted(fact: Fact, count: Fact) -> str:
    """Whole contacts or people as a table has them, "773 (226 to 1,169)"."""
    ends = _whole_ends(value_of(fact))
    words = f"{value_of(count):,.0f}"
    return marked(count, f"{words} ({ends})" if ends else words)


def at_least(fact: Fact) -> str:
    """Low end of the range of a count, as a target: whole, rounded down, and none below zero."""
    low = value_of(fact)["low"]
    whole = 0 if low is None else math.floor(low)
    return marked(fact, f"at least {whole:,}" if whole > 0 else "measure and report; no target")


def chance(fact: Fact) -> str:
    """Range of chance alone of whole contacts or people, as a table has it."""
    return marked(fact[CHANCE], _whole_ends(value_of(fact[CHANCE])) or BLANK)


def outcome(fact: Fact) -> str:
    """Outcome of all months as the screen has it, "4.2 (−3.9 to 41.8)"."""
    node = value_of(fact)
    ends = _range(node)
    mean = mean_of(_interval({**node, **node[CHANCE]}))
    return marked(fact, f"{mean} ({ends})" if ends else mean)


def outcome_chance(fact: Fact) -> str:
    """Range of chance alone of an outcome of all months, as the screen has it."""
    node = value_of(fact)
    return marked(fact[CHANCE], _range({**node[CHANCE], "mean": node["mean"]}) or BLANK)


def _interval(node: Mapping[str, Any]) -> Interval:
    return Interval(node.get("mean"), node["low"], node["high"], 0)


def _range(node: Mapping[str, Any]) -> str:
    interval = _interval(node)
    return "" if interval.low == interval.high else range_of(interval)


def _whole_ends(node: Mapping[str, Any]) -> str:
    low, high = node["low"], node["high"]
    if low is None or high is None or low == high:
        return ""
    first, last = (f"{end:,.0f}".replace("-", "−") for end in (low, high))
    return first if first == last else f"{first} to {last}"
