"""How much of a staffing plan so many people can staff: posts in order, as long as the people last.

What is left of people, and is too few for one more post, staffs that post for a part of the day: of
a continuous post the hours around 15:00, when calls are most (8 hours are 11:00 to 19:00); of a
post of several duties a day the first of them. Less than four hours a day is not staffed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from sim.clock import HOUR_S, MINUTE_S
from sim.config import Sourced, StaffingPlan
from sim.config.groups.costs import Positions
from sim.config.plans import Line
from sim.model.money.positions import bridges

MIDDLE_H = 15.0  # of the hours that a continuous post is cut down to
FEWEST_H, MOST_H = 4, 23
LONGEST_DUTY_H = 12  # above it two duties share the hours
ROUNDING = 1e-9  # people, as fractions of one post's
DAY_H = 24.0
PART = ", part of the day"

Staff = Mapping[str, float]
NOBODY: Mapping[str, int] = {}


def staffable(
    plan: StaffingPlan,
    staff: Staff,
    positions: Positions,
    there: Mapping[str, int] = NOBODY,
) -> StaffingPlan:
    """Return the part of a plan that so many people can staff.

    Parameters
    ----------
    plan
        Whose lines are staffed in their order.
    staff
        FTE at work by role; a role left out has none.
    positions
        From hours of duty to FTE.
    there
        Posts, by name of line, that have people of their own already.

    Returns
    -------
    StaffingPlan
        The plan itself if all of it is staffed; else its lines with as many posts as are, and after
        them lines of posts that are staffed for a part of the day.
    """
    left = dict(staff)
    lines: list[Line] = []
    parts: list[Line] = []
    for line in plan.lines:
        before = there.get(line.name, 0)
        more = _posts(line, line.count - before, left, positions)
        lines.append(line.model_copy(update={"count": before + more}))
        if before + more < line.count:
            parts += _part(line, left, positions)
    if lines == plan.lines:
        return plan
    return plan.model_copy(update={"title": f"part of: {plan.title}", "lines": [*lines, *parts]})


def needed(plan: StaffingPlan, positions: Positions) -> dict[str, float]:
    """FTE at work that a plan's duties need, by role; supervisors are none of them."""
    by_role = {bridge.role: bridge.fte for bridge in bridges(plan, positions)}
    return {role: fte for role, fte in by_role.items() if role != "supervisor" and fte > 0}


def _needed_each(line: Line, positions: Positions) -> dict[str, float]:
    """FTE at work of one post of a line, by role."""
    post = line.model_copy(update={"count": 1})
    return needed(StaffingPlan(name=line.name, lines=[post]), positions)


def _posts(line: Line, count: int, left: dict[str, float], positions: Positions) -> int:
    """Posts of a line that can be staffed, up to `count`; takes their people from those left."""
    each = _needed_each(line, positions)
    posts = min([count, *(math.floor(left.get(role, 0) / each[role] + ROUNDING) for role in each)])
    _take(left, each, posts)
    return posts


def _part(line: Line, left: dict[str, float], positions: Positions) -> list[Line]:
    """One post of a line for as much of the day as the people left can staff, or none."""
    for part in _parts(line):
        each = _needed_each(part, positions)
        if all(fte <= left.get(role, 0) + ROUNDING for role, fte in each.items()):
            _take(left, each, 1)
            return [part]
    return []


def _take(left: dict[str, float], each: Mapping[str, float], posts: int) -> None:
    for role, fte in each.items():
        left[role] = left.get(role, 0) - posts * fte


def _parts(line: Line) -> Iterator[Line]:
    """Versions of one post of a line that are staffed for a part of the day, the longest first."""
    of_all = {"count": 1, "name": line.name + PART, "pattern": "daily"}
    if line.pattern == "continuous":
        for hours in range(MOST_H, FEWEST_H - 1, -1):
            yield line.model_copy(update=of_all | _around_the_middle(hours))
    else:
        for duties in range(len(line.starts) - 1, 0, -1):
            yield line.model_copy(update=of_all | {"starts": line.starts[:duties]})


def _around_the_middle(hours: int) -> dict[str, object]:
    """Starts and length of the duties that hold a post for some hours around `MIDDLE_H`."""
    duties = math.ceil(hours / LONGEST_DUTY_H)
    each_h = hours / duties
    starts_h = [MIDDLE_H - hours / 2 + each_h * duty for duty in range(duties)]
    length = Sourced(
        value=each_h, source="the hours that the stated people can staff", confidence="D"
    )
    return {"starts": [_clock(start_h) for start_h in starts_h], "length_h": length}


def _clock(of_day_h: float) -> str:
    """Time of day, "07:30", of hours after midnight."""
    minutes = round(of_day_h * HOUR_S / MINUTE_S)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def part_hours(line: Line) -> str:
    """Times of day of a post of a part of the day, "06:00 to 24:00, changing over at 15:00"."""
    length_h = line.length_s / HOUR_S
    starts_h = [start_s / HOUR_S for start_s in line.start_seconds]
    ends_h = [start_h + length_h for start_h in starts_h]
    if any(end != start for end, start in zip(ends_h, starts_h[1:], strict=False)):
        each = zip(line.starts, ends_h, strict=True)
        return " and ".join(f"{start} to {_end(end_h)}" for start, end_h in each)
    changes = " and ".join(line.starts[1:])
    changing = f", changing over at {changes}" if changes else ""
    return f"{line.starts[0]} to {_end(ends_h[-1])}{changing}"


def _end(of_day_h: float) -> str:
    """Time of day at which a duty ends, "24:00" for midnight."""
    return _clock(of_day_h if of_day_h <= DAY_H else of_day_h - DAY_H)


# --- what is there already -----------------------------------------------------------------------


def posts_of(base: StaffingPlan, plan: StaffingPlan) -> dict[str, int] | None:
    """Posts of each line of a plan, by the line's name, that a base plan has already.

    None if the base has a post that the plan does not.
    """
    there = dict.fromkeys((line.name for line in plan.lines), 0)
    for line in base.lines:
        left = line.count
        for other in sorted(plan.lines, key=lambda x: x.name != line.name):
            if _alike(line, other):
                taken = min(left, other.count - there[other.name])
                there[other.name] += taken
                left -= taken
        if left:
            return None
    return there


def _alike(line: Line, other: Line) -> bool:
    """Whether posts of two lines are held by the same roles at the same times and places."""
    return all(
        getattr(line, name) == getattr(other, name)
        for name in (
            "week_starts_s",
            "length_s",
            "cycle",
            "cycle_from",
            "holidays",
            "relief",
            "valid_from",
            "valid_until",
            "by_video",
            "agency",
        )
    ) and (set(line.roles), _zones(line)) == (set(other.roles), _zones(other, line.count))


def _zones(line: Line, posts: int | None = None) -> list[str]:
    """Base zones of the first posts of a line, in turn; none if it names none."""
    zones = line.base_zones
    count = line.count if posts is None else posts
    return [zones[at % len(zones)] for at in range(count)] if zones else []
