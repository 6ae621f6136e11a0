"""The plans of a curve: so many posts held around the clock, or so many of a line of a plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sim.config import InputError, StaffingPlan, staffing
from sim.config.faults import nearest, some
from sim.config.plans import MAX_TEAMS

RANGE = re.compile(r"(\d{1,4})\.\.(\d{1,4})(?:/(\d{1,4}))?")
MOST_POINTS = 200


class Counts(NamedTuple):
    """Plans in ascending order of what is counted, and how that is called in the plural."""

    counts: list[int]
    plans: list[StaffingPlan]
    counted: str


def counts_of(
    words: Sequence[str], plan: str | None, line: str | None, config_dir: Path | None
) -> Counts:
    """Plans of a curve.

    Parameters
    ----------
    words
        Numbers and ranges: "8..24" is every number from 8 to 24, "8..24/4" every fourth.
    plan, line
        Name of a staffing plan, and of that line of it whose posts are counted; it may be left out
        if the plan has one line. Without a plan, posts are held around the clock.
    config_dir
        The user's own configs.

    Raises
    ------
    InputError
        If a word is no number or range, there are fewer than two points or too many, or there is
        no such plan or line.
    """
    counts = sorted({count for word in words for count in _numbers(word)})
    if not 1 < len(counts) <= MOST_POINTS:
        raise InputError(
            f"curve: expected a range with 2 to {MOST_POINTS} numbers of posts, such as 8..24, got "
            f"{len(counts)}"
        )
    if counts[-1] > MAX_TEAMS:
        raise InputError(f"curve: expected at most {MAX_TEAMS:,} posts, got {counts[-1]:,}")
    if plan is None:
        if line is not None:
            raise InputError(f"--line: expected --plan beside it, whose line {line!r} is")
        plans = [staffing(str(count), config_dir) for count in counts]
        return Counts(counts, plans, "posts held around the clock")
    base = staffing(plan, config_dir)
    name = _line_name(base, line)
    return Counts(counts, [_with(base, name, n) for n in counts], f"posts of {name} in {base.name}")


def _numbers(word: str) -> Sequence[int]:
    if word.isdigit():
        return [int(word)]
    form = RANGE.fullmatch(word)
    if form is None:
        raise InputError(
            f"curve: expected numbers of posts or a range, such as 8..24 or 8..24/4, got {word!r}"
        )
    first, last, step = int(form[1]), int(form[2]), int(form[3] or 1)
    if last < first or step < 1:
        raise InputError(f"curve: expected a range that goes up, such as 8..24, got {word!r}")
    return range(first, last + 1, step)


def _line_name(plan: StaffingPlan, line: str | None) -> str:
    names = [each.name for each in plan.lines]
    if line is None and len(names) == 1:
        return names[0]
    if line not in names:
        asked = "no line" if line is None else f"{line!r}"
        near = f"expected one of {some(names)}" if line is None else nearest(line, names)
        raise InputError(f"--line: {near}; plan {plan.name} has {len(names)} lines, got {asked}")
    return line


def _with(plan: StaffingPlan, line: str, count: int) -> StaffingPlan:
    """Plan with another count on one line, named by that count."""
    lines = [
        each.model_copy(update={"count": count}) if each.name == line else each
        for each in plan.lines
    ]
    tree = plan.model_copy(update={"name": str(count), "lines": lines}).model_dump()
    return StaffingPlan.model_validate(tree)
