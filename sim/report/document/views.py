"""A result as the templates see it: its plans, and what one would change against another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.model.measures.dictionary import MEASURES
from sim.report.document.facts import Fact, is_number, marked, value_of
from sim.report.document.result import Result

LOSSES = (
    "missed_off_duty_share",
    "missed_busy_share",
    "missed_out_of_range_share",
    "withdrawn_share",
    "settled_by_patrol_share",
)


@dataclass(frozen=True)
class Plan:
    """A plan as a sentence calls it, and its measures."""

    words: str
    measures: Fact

    @property
    def losses(self) -> list[tuple[str, Fact]]:
        """How requested calls are lost, most first; none of a way that loses nobody."""
        some = [(name, self.measures[name]) for name in LOSSES if name in self.measures]
        some = [(name, fact) for name, fact in some if value_of(fact)["mean"]]
        return sorted(some, key=lambda way: value_of(way[1])["mean"], reverse=True)


@dataclass(frozen=True)
class Change:
    """A plan and the one it is held against, and the difference of every measure."""

    plan: str
    versus: str
    measures: Fact


def plans_of(result: Result) -> list[Plan]:
    """Plans of a result, the one that is asked for first, and what is there already last."""
    tree = result.tree
    if result.kind == "curve":
        return [
            Plan(_posts(point["posts"]), point["measures"])
            for point in reversed(list(tree["points"]))
        ]
    if result.kind == "recommendation":
        return [Plan("the recommended plan", tree["measures"])]
    return [Plan(_words(result, plan["name"]), plan["measures"]) for plan in tree["plans"]]


def changes_of(result: Result) -> list[Change]:
    """Differences of plans; none of a curve, whose steps are of one post each."""
    if "differences" not in result.tree:
        return []
    return [
        Change(_words(result, pair["plan"]), _words(result, pair["versus"]), pair["measures"])
        for pair in result.tree["differences"]
    ]


def _words(result: Result, name: Fact) -> str:
    """Plan in words: "17 posts", "patrol alone", or the title of its file."""
    key = str(value_of(name))
    staffing = result.tree["scenario"]["staffing"]
    teams = staffing[key]["teams"]
    if not value_of(teams) and not value_of(staffing[key]["worker_hours_per_day"]):
        return marked(teams, "patrol alone")
    return _posts(teams) if key.isdigit() else marked(staffing[key]["title"], _title(staffing[key]))


def _title(plan: Fact) -> str:
    return str(value_of(plan["title"]))


def _posts(teams: Fact) -> str:
    count = value_of(teams)
    return marked(teams, f"{count:,g} post{'' if count == 1 else 's'}")


# --- what stands in the appendices ---------------------------------------------------------------


def sourced(fact: Fact) -> Iterator[Fact]:
    """Every number of a config that has a source or a range, in order."""
    value = value_of(fact)
    if isinstance(value, dict) and is_number(value.get("value")):
        yield fact
    elif isinstance(value, dict):
        for name in value:
            yield from sourced(fact[name])
    elif isinstance(value, list):
        for part in fact:
            yield from sourced(part)


def ledger_of(config: Fact) -> list[Fact]:
    """Assumptions of the model: every sourced number but what is published of a program."""
    return [
        number
        for group in value_of(config)
        if group != "program"
        for number in sourced(config[group])
        if ".evidence." not in number.key
    ]


def studies_of(config: Fact) -> list[Fact]:
    """Studies of the effect, nearest to no effect first, those without a ratio last."""
    evidence = config["outcomes"].get("evidence")
    if evidence is None:
        return []
    return [study for fate in value_of(evidence) for study in evidence[fate]]


def published_of(config: Fact) -> list[Fact]:
    """What is published of the program and was held out of the model's inputs."""
    if "figures" not in config["program"]:
        return []
    figures = list(config["program"]["figures"])
    return [x for x in figures if value_of(x["role"]) == "held_out" and value_of(x["published"])]


def plain_number(fact: Fact) -> Fact:
    """The number itself, of one that may have a source."""
    return fact.get("value") or fact


def label_of(name: str) -> str:
    """Label of a measure."""
    return MEASURES[name].label
