"""How sure a figure of a result is, and so what may be said of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from sim.model.measures.dictionary import MEASURES
from sim.report.document.facts import Fact, value_of
from sim.report.wording import UNLIKELY

AT_END = 0.05  # of the width of a range
Verdict = Literal["unclear", "rises", "falls", "same", "unknown"]


def verdict(fact: Fact) -> Verdict:
    """What may be said of a difference, or of a net figure, by its range to quote."""
    node = value_of(fact)
    mean, low, high = node["mean"], node["low"], node["high"]
    if mean is None or low is None or high is None:
        return "unknown"
    if mean == low == high == 0:
        return "same"
    if low <= 0 <= high:
        return "unclear"
    return "rises" if low > 0 else "falls"


def is_sure(fact: Fact) -> bool:
    """Whether a difference has a range, and zero is not in it."""
    return verdict(fact) in ("rises", "falls")


def is_ranged(fact: Fact) -> bool:
    """Whether a figure has a mean and a range."""
    return is_known(fact) and None not in (value_of(fact)["low"], value_of(fact)["high"])


def doubt(fact: Fact) -> str:
    """What cannot be told of an unclear difference: "rise or fall", or if it does so at all."""
    node = value_of(fact)
    if node["low"] < 0 < node["high"]:
        return "rise or fall"
    return "rise at all" if node["high"] > 0 else "fall at all"


def improves(fact: Fact, name: str = "") -> bool:
    """Whether a difference is for the better beyond doubt."""
    better = {"more": "rises", "less": "falls"}.get(
        MEASURES[name or fact.key.rpartition(".")[2]].better
    )
    return verdict(fact) == better


def is_beaten(time: Fact, baseline: Fact) -> bool:
    """Whether even the worst of a time's range, in whole minutes, is below the mean of another."""
    high = value_of(time)["high"]
    return high is not None and math.ceil(high) < value_of(baseline)["mean"]


def is_less(name: str) -> bool:
    """Whether less of a measure is better."""
    return MEASURES[name].better == "less"


def is_negative(fact: Fact) -> bool:
    """Whether a measure's mean is below zero."""
    return is_known(fact) and value_of(fact)["mean"] < 0


def is_parted(fact: Fact) -> bool:
    """Whether some draws of a measure, but not all, are above zero."""
    above = (value_of(fact).get("parameters") or {}).get("chance_above_zero")
    return above is not None and 0 < above < 1


def is_unlikely(fact: Fact) -> bool:
    """Whether no more than a tenth of the draws of a measure are above zero."""
    above = (value_of(fact).get("parameters") or {}).get("chance_above_zero")
    return above is not None and above <= UNLIKELY


def is_all(fact: Fact) -> bool:
    """Whether a share is all, and was never less: so it is by definition."""
    node = value_of(fact)
    return node["mean"] == 1 and node["low"] in (None, 1) and node["high"] in (None, 1)


def is_at_best(fact: Fact) -> bool:
    """Whether the mean of a measure lies at the high end of what the assumptions give."""
    node = value_of(fact)
    if node.get("interval") != "assumptions" or None in (node["mean"], node["low"], node["high"]):
        return False
    width = node["high"] - node["low"]
    return bool(width > 0 and node["high"] - node["mean"] <= AT_END * width)


def is_known(fact: Fact) -> bool:
    """Whether a measure has a mean."""
    node = value_of(fact)
    return isinstance(node, Mapping) and node.get("mean") is not None


def is_any(fact: Fact) -> bool:
    """Whether a measure has a mean that is not zero."""
    return is_known(fact) and value_of(fact)["mean"] != 0
