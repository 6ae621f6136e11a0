"""Which types of call were counted as mental health, and which were left out though alike."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import polars as pl

from sim.history.cells import LEAST_CELL, small
from sim.history.reading.rules import Rules, is_mental_health

# How words of the field begin, beyond those that are counted.
ALIKE = (
    *("mh", "mhu", "suic", "psych", "mental", "emot", "disturbed", "behav", "welfare", "wellbeing"),
    *("wellness", "overdose", "detox", "commit", "baker", "crisis", "homeless", "dementia"),
)
# Words that say nothing of what a call is about.
GENERAL = {
    *("subject", "person", "people", "call", "calls", "check", "checks", "report", "request"),
    *("assist", "assistance", "attempt", "attempted", "unknown", "other", "others", "possible"),
    *(
        "progress",
        "service",
        "services",
        "health",
        "public",
        "police",
        "officer",
        "unit",
        "juvenile",
    ),
    *("adult", "male", "female", "with", "without", "and", "or", "of", "in", "on", "to", "for"),
    *("the", "at", "by", "from", "not", "non", "no", "weapon", "weapons", "armed", "injury"),
    *("injured", "emergency", "priority", "code", "type", "all"),
}


@dataclass(frozen=True)
class Types:
    """Types of the calls that count and of those that do not, the most frequent first.

    Attributes
    ----------
    counted
        Calls by type.
    together
        Types that are named, but only counted with the small ones, which could be told from the
        total else.
    small
        Types of fewer than 11 calls, which are not named.
    small_calls
        Calls of these and of those `together`.
    left_out
        Calls by type, of types that share a word with the counted ones or with the field.
    small_left_out
        Such types of fewer than 11 calls, which are not named.
    """

    counted: dict[str, int] = field(default_factory=dict)
    together: list[str] = field(default_factory=list)
    small: int = 0
    small_calls: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    small_left_out: int = 0


def types_of(calls: pl.DataFrame, wanted: pl.Series, rules: Rules) -> Types:
    """Types of the calls of a log, of which some count as those of mental health."""
    by_first = is_mental_health([calls["call_type"]], rules)
    kind = calls["call_type"].zip_with(by_first | ~wanted, calls["final_type"]).alias("name")
    counted = _counts(kind.filter(wanted))
    few = small(counted)
    of_few = few.filter(pl.col("count") < LEAST_CELL).height
    others = _counts(kind.filter(~wanted))
    near = others.filter(_alike(others["name"], counted["name"]))
    large = near.filter(pl.col("count") >= LEAST_CELL)
    return Types(
        counted=dict(counted.join(few, on="name", how="anti").sort(*_ORDER).iter_rows()),
        together=few.filter(pl.col("count") >= LEAST_CELL)["name"].to_list(),
        small=of_few,
        small_calls=int(few["count"].sum()),
        left_out=dict(large.sort(*_ORDER).iter_rows()),
        small_left_out=near.height - large.height,
    )


_ORDER = (-pl.col("count").cast(pl.Int64), pl.col("name"))


def _counts(names: pl.Series) -> pl.DataFrame:
    return names.drop_nulls().value_counts()


def _alike(names: pl.Series, counted: pl.Series) -> pl.Series:
    """Whether each name has a word of the field, or one that tells of a counted type."""
    shared = {word for name in counted for word in _words(name)} - GENERAL
    flags = [any(x in shared or x.startswith(ALIKE) for x in _words(name)) for name in names]
    return pl.Series(flags, dtype=pl.Boolean)


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]{2,}", name.casefold())
