"""What a document is of: the place, the question that was asked, and the number of posts found."""

from __future__ import annotations

from typing import NamedTuple

from sim.report.document.facts import Fact, marked, value_of
from sim.report.document.parsing import unmarked
from sim.report.document.result import Result
from sim.report.document.views import Plan
from sim.report.wording import SOMEWHERE, place_of

GENERIC, WITH_CALLS = "generic", "A city with "  # a program of nobody in particular; its title
RECOMMENDED = "A recommended staffing plan"
OVER = {"week": "", "by_hour": " in every hour of the week", "by_zone": " in every zone"}


class Planned(NamedTuple):
    """The fewest posts that meet every target of a curve; what they do, and what one more adds.

    `drawn` says whether the assumptions were drawn, so that it holds in nearly all draws.
    """

    posts: Fact
    measures: Fact
    after: Fact | None
    drawn: bool


def is_nameless(result: Result) -> bool:
    """Whether nobody named the city of a result."""
    title = _title(result)
    return place_of(title) == SOMEWHERE or title.startswith(WITH_CALLS)


def place(result: Result) -> str:
    """The city in words, marked with its key, or a neutral word."""
    if is_nameless(result):
        return SOMEWHERE
    return marked(result.tree["scenario"]["title"], _title(result))


def _title(result: Result) -> str:
    return str(value_of(result.tree["scenario"]["title"]))


def subtitle_of(result: Result, plans: list[Plan]) -> str:
    """What is asked of which place; the place alone if its log is what was asked about."""
    question = _question(result, plans)
    if is_nameless(result):
        return question or SOMEWHERE
    return f"{_title(result)}: {question}" if question else _title(result)


def _question(result: Result, plans: list[Plan]) -> str:
    if result.kind == "validation":
        return ""
    if result.kind == "recommendation":
        return RECOMMENDED
    first, last = (unmarked(plan.words) for plan in (plans[0], plans[-1]))
    if result.kind == "curve":
        return f"{last.split()[0]} to {first}: what each one adds"
    return f"{first} compared with {last}" if first != last else first


def planned(tree: Fact) -> Planned | None:
    """Posts to plan with by the targets of a curve; None if some target is met by none."""
    targets = list(tree.get("targets") or ()) if "points" in tree else []
    drawn = bool(targets) and bool(tree["scenario"].get("draws"))
    counts = [target.get("in_draws" if drawn else "at_central") for target in targets]
    known = [count for count in counts if count is not None]
    if not known or len(known) < len(counts):
        return None
    posts = max(known, key=value_of)
    point = next(x for x in tree["points"] if value_of(x["posts"]) == value_of(posts))
    after = [x for x in tree["steps"] if value_of(x["versus"]) == value_of(posts)]
    return Planned(posts, point["measures"], next(iter(after), None), drawn)
