"""Which guard rails hold in an answer: one function a rule, of which `answers.rails` has the words.

Each returns the figures of its sentence, once for every time that it is to be said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from sim.scenarios.answers.rails import RULES, Facts, Rail, rail
from sim.scenarios.rails import beside, inputs, results, warm_up
from sim.scenarios.rails.lean import LOOKED_AT, looked
from sim.scenarios.rails.seen import Seen, arm_words

__all__ = ["HOLDS", "LOOKED_AT", "Seen", "arm_words", "looked", "raised"]

HOLDS: dict[str, Callable[[Seen], Iterable[Facts]]] = {
    "files": inputs.files,
    "made_up": inputs.made_up,
    "overload": results.overload,
    "loaded": results.loaded,
    "open": results.still_open,
    "no_way": inputs.no_way,
    "warm_up": warm_up.unsettled,
    "tuned": results.tuned,
    "precision": inputs.precision,
    "chance": inputs.chance,
    "few": results.few,
    "central": inputs.central,
    "replications": results.replications,
    "points": results.points,
    "alike": results.alike,
    "travel": beside.travel,
    "history": beside.history,
    "history_open": beside.history_open,
    "history_elsewhere": beside.history_elsewhere,
    "replaced": inputs.replaced,
    "volume": inputs.volume,
    "fitted": inputs.fitted,
    "diverted": results.diverted,
    "hinges": beside.hinges,
    "leans": beside.leans,
    "selected": inputs.selected,
    "reached_only": results.reached_only,
    "load": results.load,
    "no_visits": results.no_visits,
    "visits_expire": results.visits_expire,
    "reading": beside.reading,
}


def raised(seen: Seen, rules: Collection[str] = RULES) -> list[Rail]:
    """Guard rails that hold, of some rules or of all, the gravest first."""
    tried = [rule for rule in RULES if rule in rules]
    return [rail(rule, facts) for rule in tried for facts in HOLDS[rule](seen)]
