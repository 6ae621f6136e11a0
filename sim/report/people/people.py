"""What `people` prints: every step from hours to positions, and what some people can staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.report.answer import Answer, Basis
from sim.report.people.bridges import bridge_lines, officer_lines, plural
from sim.report.rendering import rendered
from sim.report.table import Group, Table
from sim.report.trees import rails_tree
from sim.report.wording import BLANK
from sim.scenarios.answers.people import (
    Capacity,
    PeopleAnswer,
    PlanPeople,
    RoleBridge,
    Staffing,
)

MOST_ROWS = 8  # of plans on the first screen


@dataclass(frozen=True)
class PeopleReport(Answer):
    """People that plans need as they are published."""

    people: PeopleAnswer

    def basis(self) -> Basis:
        """Return the config and plans, and how they were run."""
        return Basis(self.people.config, [plan.plan for plan in self.people.plans])

    def summary(self) -> str:
        """Return the first screen."""
        return screen(self.people)

    def full(self) -> str:
        """Return everything as text."""
        return render(self.people)

    def tables(self) -> dict[str, str]:
        """Return the whole text."""
        return {"full.txt": f"{self.full()}\n"}

    def tree(self) -> dict[str, Any]:
        """Return everything of the answer."""
        return tree(self.people)


def render(answer: PeopleAnswer) -> str:
    """Whole answer as text."""
    (clinician,) = [bridge for bridge in answer.post if bridge.role == "clinician"]
    staff = answer.staff or {}
    return rendered(
        "people.txt",
        answer=answer,
        bridge_lines=bridge_lines,
        officer_lines=officer_lines,
        clinician=clinician,
        positions=answer.config.costs.positions,
        staff=_staff_words(staff),
        capacities=_capacities(answer.capacities),
        staffings=_staffings(answer.staffings, staff),
    )


def screen(answer: PeopleAnswer) -> str:
    """Answer on one screen, with as many plans as it holds."""
    (clinician,) = [bridge for bridge in answer.post if bridge.role == "clinician"]
    staff, most = answer.staff or {}, MOST_ROWS // (2 if answer.staff and answer.plans else 1)
    return rendered(
        "people_screen.txt",
        answer=answer,
        clinician=clinician,
        positions=answer.config.costs.positions,
        staff=_staff_words(staff),
        needed=_needed(answer.plans[:most]),
        capacities=_capacities(answer.capacities),
        staffings=_staffings(answer.staffings[:most], staff),
        unsaid=max(len(answer.plans) - most, len(answer.staffings) - most, 0),
    )


def _staff_words(staff: Mapping[str, float]) -> str:
    return " and ".join(f"{count:g} {plural(role, count)}" for role, count in staff.items())


def _needed(plans: Sequence[PlanPeople]) -> Table:
    """People of each role at work, and positions: "10.2 (11.6)"."""
    roles = list(dict.fromkeys(bridge.role for plan in plans for bridge in plan.bridges))
    rows = [[plan.plan.name, *_by_role(plan, roles)] for plan in plans]
    return Table(["At work (positions)", *map(plural, roles)], [Group(rows)])


def _by_role(plan: PlanPeople, roles: Sequence[str]) -> list[str]:
    words = {x.role: f"{x.fte:,.1f} ({x.positions:,.1f})" for x in plan.bridges}
    return [words.get(role, BLANK) for role in roles]


def _capacities(capacities: Sequence[Capacity]) -> Table:
    head = ["Posts", "at most", "each role, per post", "limited by", "left over"]
    return Table(head, [Group([_capacity(capacity) for capacity in capacities])])


def _capacity(capacity: Capacity) -> list[str]:
    """One kind of post; each has an officer and a clinician, so both roles need as many."""
    left = ", ".join(f"{count:.1f} {plural(role)}" for role, count in capacity.left.items())
    each = f"{max(capacity.each.values()):.2f}"
    return [capacity.what, str(capacity.most), each, plural(capacity.binding), left]


def _staffings(staffings: Sequence[Staffing], staff: Mapping[str, float]) -> Table:
    needed = (role for staffing in staffings for role in staffing.needed)
    roles = list(dict.fromkeys([*staff, *needed]))
    head = ["People needed at work", *map(plural, roles), "can be staffed"]
    available = ["people at work", *(f"{staff.get(role, 0):g}" for role in roles), ""]
    rows = [_staffing(staffing, roles) for staffing in staffings]
    return Table(head, [Group(rows), Group([available], "Available")])


def _staffing(staffing: Staffing, roles: Sequence[str]) -> list[str]:
    needed = [
        f"{staffing.needed[role]:.1f}" if role in staffing.needed else BLANK for role in roles
    ]
    return [staffing.plan.name, *needed, "yes" if staffing.possible else f"no: {_short(staffing)}"]


def _short(staffing: Staffing) -> str:
    """Role that is short by the most people, and by how many: "32.0 clinicians short"."""
    role = max(staffing.short, key=lambda x: staffing.short[x])
    return f"{staffing.short[role]:.1f} {plural(role)} short"


# --- as JSON -------------------------------------------------------------------------------------


def tree(answer: PeopleAnswer) -> dict[str, Any]:
    """Everything of an answer as plain data."""
    return {
        "positions": answer.config.costs.positions.model_dump(mode="json"),
        "one_post_around_the_clock": _bridges(answer.post),
        "plans": [_plan_tree(plan) for plan in answer.plans],
        "staff": answer.staff,
        "posts": [capacity._asdict() for capacity in answer.capacities],
        "can_be_staffed": [_staffing_tree(staffing) for staffing in answer.staffings],
        "warnings": rails_tree(answer.warnings),
    }


def _bridges(bridges: Sequence[RoleBridge]) -> list[dict[str, Any]]:
    return [
        {**bridge._asdict(), "steps": [step._asdict() for step in bridge.steps]}
        for bridge in bridges
    ]


def _plan_tree(plan: PlanPeople) -> dict[str, Any]:
    return {
        "name": plan.plan.name,
        "title": plan.plan.title,
        "bridges": _bridges(plan.bridges),
        "officers_at_work": plan.officers_fte,
        "officer_positions": plan.officers_positions,
    }


def _staffing_tree(staffing: Staffing) -> dict[str, Any]:
    return {
        "name": staffing.plan.name,
        "needed": staffing.needed,
        "short": staffing.short,
        "possible": staffing.possible,
    }
