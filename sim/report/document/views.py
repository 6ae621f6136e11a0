"""A result as the templates see it: its plans, and what one would change against another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.report.document.facts import Fact, is_number, marked, value_of
from sim.report.document.result import Result
from sim.scenarios.answers.caveats import ONLY_IF_FINISHED
from sim.scenarios.answers.comparison import UNFINISHED_SHARE
from sim.scenarios.answers.grant import TODAY
from sim.scenarios.answers.words import MADE_UP, in_part

ALL_POSTS = "all posts"  # of a grant whose positions staff its whole plan
STILL_OPEN = "unfinished_share"
LOSSES = (
    "missed_off_duty_share",
    "missed_busy_share",
    "missed_out_of_range_share",
    "withdrawn_share",
    "settled_by_patrol_share",
)


@dataclass(frozen=True)
class Plan:
    """A plan as a sentence calls it, its measures, and its name in the result if it has one.

    Of a plan that is overloaded, shares and times are of few calls, so it has none of them.
    """

    words: str
    measures: Fact
    name: str = ""
    is_overloaded: bool = False
    is_patrol: bool = False

    @property
    def losses(self) -> list[tuple[str, Fact]]:
        """How requested calls are lost, most first; none of a way that loses nobody."""
        if self.is_overloaded:
            return []
        some = [(name, self.measures[name]) for name in LOSSES if has(self.measures, name)]
        some = [(name, fact) for name, fact in some if value_of(fact)["mean"]]
        return sorted(some, key=lambda way: value_of(way[1])["mean"], reverse=True)


@dataclass(frozen=True)
class Change:
    """A plan and the one it is held against, and the difference of every measure.

    `at` is its place among the differences of the result.
    """

    plan: str
    versus: str
    measures: Fact
    at: int = 0


def plans_of(result: Result) -> list[Plan]:
    """Plans of a result, the one that it leads with first, and what is there already last."""
    tree = result.tree
    if result.kind == "curve":
        return [
            Plan(_posts(point["posts"]), point["measures"])
            for point in reversed(list(tree["points"]))
        ]
    if result.kind == "recommendation":
        return [Plan("the recommended plan", tree["measures"])]
    if result.kind == "validation":
        return [Plan("the plan of the log", Fact({}))]
    return [_plan(result, tree["plans"][at]) for at in _led(tree, "plans", "name")]


def _led(tree: Fact, name: str, key: str) -> list[int]:
    """Places of plans or differences, that of the plan that the result leads with first."""
    leading = value_of(tree["leading"]) if "leading" in tree else None
    plans = [value_of(side[key]) for side in tree[name]]
    return sorted(range(len(plans)), key=lambda at: plans[at] != leading)


def _plan(result: Result, plan: Fact) -> Plan:
    measures, words = plan["measures"], _words(result, plan["name"])
    overloaded = is_overloaded(measures)
    kept = measures.without(ONLY_IF_FINISHED) if overloaded else measures
    name, is_patrol = str(value_of(plan["name"])), _is_patrol(_staffing(result, plan["name"]))
    return Plan(words, kept, name, overloaded, is_patrol)


def is_overloaded(measures: Fact) -> bool:
    """Whether calls of a plan are still open at the end, so that no share of them can be said."""
    return has(measures, STILL_OPEN) and value_of(measures[STILL_OPEN])["mean"] > UNFINISHED_SHARE


def has(measures: Fact, name: str) -> bool:
    """Whether there is a mean of a measure."""
    return name in measures and value_of(measures[name])["mean"] is not None


def changes_of(result: Result) -> list[Change]:
    """Differences of plans, as these are in order; none of a curve, whose steps are of one post."""
    if "differences" not in result.tree:
        return []
    full = {
        str(value_of(plan["name"])): is_overloaded(plan["measures"])
        for plan in result.tree["plans"]
    }
    return [_change(result, at, full) for at in _led(result.tree, "differences", "plan")]


def _change(result: Result, at: int, full: Mapping[str, bool]) -> Change:
    """A difference by its place; of a plan that is overloaded, without shares and times."""
    pair = result.tree["differences"][at]
    any_full = any(full[str(value_of(pair[side]))] for side in ("plan", "versus"))
    measures = pair["measures"].without(ONLY_IF_FINISHED if any_full else ())
    return Change(_words(result, pair["plan"]), _words(result, pair["versus"]), measures, at)


def _words(result: Result, name: Fact) -> str:
    """Plan in words: "17 posts", "patrol alone", or "plan" and the name of its file."""
    staffing, key = _staffing(result, name), str(value_of(name))
    if _is_patrol(staffing):
        return marked(staffing["teams"], "patrol alone")
    if is_part(result.tree, key):
        runs = result.tree["runs"]["posts_that_run"]
        return marked(runs, in_part(str(value_of(runs))))
    if key == TODAY:
        return marked(name, "today's staffing")
    return _posts(staffing["teams"]) if key.isdigit() else marked(name, f"plan {key}")


def is_part(tree: Fact, name: str) -> bool:
    """Whether a grant's positions staff only a part of a plan, which its measures are of."""
    return (
        "runs" in tree
        and name == value_of(tree["plan"])
        and value_of(tree["runs"]["posts_that_run"]) != ALL_POSTS
    )


def _staffing(result: Result, name: Fact) -> Fact:
    return result.tree["scenario"]["staffing"][str(value_of(name))]


def _is_patrol(staffing: Fact) -> bool:
    return not value_of(staffing["teams"]) and not value_of(staffing["worker_hours_per_day"])


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


def made_up_in(config: Fact) -> list[Fact]:
    """Numbers of a part of the config whose own source says that they are made up."""
    return [
        number
        for number in sourced(config)
        if MADE_UP in str(value_of(number["source"]) if "source" in number else "").lower()
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
