"""What `people` prints: every step from hours to positions, and what some people can staff."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.config import StaffingPlan
from sim.model.money.positions import RoleBridge
from sim.report.people.bridges import bridge_lines, officer_lines, role_words
from sim.report.sections import aligned
from sim.report.wording import BLANK, percent, wrapped
from sim.scenarios.people.people import Capacity, PeopleAnswer, PlanPeople, Staffing

OVERTIME = (
    "Overtime is simulated, and not counted here: the relief that it stands for is in "
    "people_and_money.txt of compare and run."
)


def render(found: PeopleAnswer) -> str:
    """Whole answer as text."""
    blocks = [
        *map(_plan, found.plans),
        _one_post(found),
        *_backwards(found),
        *([wrapped(OVERTIME)] if found.plans else []),
    ]
    return "\n\n".join(blocks)


def _plan(told: PlanPeople) -> str:
    lines = [_heading(told.plan), *bridge_lines(told.bridges)]
    if told.officers_fte:
        lines += ["", *officer_lines(told.officers_fte, told.officers_positions)]
    return "\n".join(lines)


def _heading(plan: StaffingPlan) -> str:
    name = f"Plan {plan.name}"
    heading = wrapped(f"{name}: {plan.title}" if plan.title else name)
    return f"{heading}\n{'-' * min(len(heading.splitlines()[0]), 100)}"


def _one_post(found: PeopleAnswer) -> str:
    """What one post around the clock wants of each role, and of whom it is short by vacancies."""
    each = {bridge.role: bridge for bridge in found.post}
    clinician, worked = each["clinician"], found.config.costs.positions.worked_hours_per_year
    return wrapped(
        f"One post held around the clock wants {clinician.fte:.1f} people of each role at work: "
        f"8,760 hours a year and the handovers, over the {worked:,.0f} hours that one works. With "
        f"{percent(float(found.config.costs.positions.vacancy_share))} of positions vacant, "
        f"{clinician.positions:.1f} have to be funded."
    )


# --- from people to plans ------------------------------------------------------------------------


def _backwards(found: PeopleAnswer) -> Iterator[str]:
    if found.staff is None:
        return
    yield wrapped(f"{_people(found.staff)} at work can hold, of one kind of post:")
    yield _capacities(found.capacities)
    if found.staffings:
        yield _staffings(found.staffings, found.staff)
    yield wrapped(
        "People are those at work: positions that stand vacant are none of them, and supervisors "
        "come on top. Hours are the mean of a year; who is on leave on which day is not planned "
        "here. Overtime of busy teams wants more."
    )


def _people(staff: Mapping[str, float]) -> str:
    """People by role, "29 clinicians and 63 officers"."""
    return " and ".join(f"{count:g} {_plural(role, count)}" for role, count in staff.items())


def _plural(role: str, count: float) -> str:
    return role_words(role) if count == 1 else f"{role_words(role)}s"


def _capacities(capacities: Sequence[Capacity]) -> str:
    head = ["Posts", "the most", "of each role", "bound by", "left over"]
    return aligned(head, [("", [_capacity(one) for one in capacities])])


def _capacity(one: Capacity) -> list[str]:
    """One kind of post; each has an officer and a clinician, so both roles want as many."""
    left = ", ".join(f"{count:.1f} {_plural(role, 2)}" for role, count in one.left.items())
    each = f"{max(one.each.values()):.2f}"
    return [one.what, str(one.most), each, _plural(one.binding, 2), left]


def _staffings(staffings: Sequence[Staffing], staff: Mapping[str, float]) -> str:
    roles = list(dict.fromkeys([*staff, *(role for one in staffings for role in one.needed)]))
    head = ["People needed at work", *(_plural(role, 2) for role in roles), "can be staffed"]
    had = ["had", *(f"{staff.get(role, 0):g}" for role in roles), ""]
    return aligned(head, [("", [_staffing(one, roles) for one in staffings]), ("Against", [had])])


def _staffing(one: Staffing, roles: Sequence[str]) -> list[str]:
    wanted = [f"{one.needed[role]:.1f}" if role in one.needed else BLANK for role in roles]
    return [one.plan.name, *wanted, "yes" if one.possible else f"no: {_short(one)}"]


def _short(one: Staffing) -> str:
    """Role of which the most are short, and how many: "32.0 clinicians short"."""
    role = max(one.short, key=lambda x: one.short[x])
    return f"{one.short[role]:.1f} {_plural(role, 2)} short"


# --- as JSON -------------------------------------------------------------------------------------


def as_json(found: PeopleAnswer) -> str:
    """One JSON object with everything that was found, with a newline at its end."""
    tree = {
        "positions": found.config.costs.positions.model_dump(mode="json"),
        "one_post_around_the_clock": _bridges(found.post),
        "plans": [_plan_tree(told) for told in found.plans],
        "staff": found.staff,
        "posts": [one._asdict() for one in found.capacities],
        "can_be_staffed": [_staffing_tree(one) for one in found.staffings],
    }
    return json.dumps(tree, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _bridges(bridges: Sequence[RoleBridge]) -> list[dict[str, Any]]:
    return [
        {**bridge._asdict(), "steps": [step._asdict() for step in bridge.steps]}
        for bridge in bridges
    ]


def _plan_tree(told: PlanPeople) -> dict[str, Any]:
    return {
        "name": told.plan.name,
        "title": told.plan.title,
        "bridges": _bridges(told.bridges),
        "officers_at_work": told.officers_fte,
        "officer_positions": told.officers_positions,
    }


def _staffing_tree(one: Staffing) -> dict[str, Any]:
    return {
        "name": one.plan.name,
        "needed": one.needed,
        "short": one.short,
        "possible": one.possible,
    }
