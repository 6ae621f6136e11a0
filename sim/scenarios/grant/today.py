"""The people who are there today, as the base plan of a grant: what of its plan they can staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import SupportsFloat

from sim.config import InputError, StaffingPlan
from sim.config.groups.costs import Costs, StaffRole
from sim.scenarios.answers.grant import TODAY
from sim.scenarios.people.staffable import FEWEST_H, staffable


def of_today(plan: StaffingPlan, costs: Costs) -> list[StaffingPlan]:
    """The part of a plan that the people of `base_positions` staff; none where there are none.

    Raises
    ------
    InputError
        If they can staff nothing of it.
    """
    staff = {str(role): float(fte) for role, fte in costs.grant.base_positions.items()}
    if not staff:
        return []
    part = staffable(plan, staff, costs.positions)
    if part.team_hours_per_day + part.worker_hours_per_day == 0:
        raise too_few("base_positions", plan, staff)
    title = f"what the people of today staff: {described_staff(staff)}"
    return [part.model_copy(update={"name": TODAY, "title": title})]


def described_staff(staff: Mapping[str, SupportsFloat] | Mapping[StaffRole, SupportsFloat]) -> str:
    """FTE by role in words, "clinician 2, officer 2.5"."""
    return ", ".join(f"{role} {float(fte):g}" for role, fte in staff.items())


def too_few(key: str, plan: StaffingPlan, staff: Mapping[str, float]) -> InputError:
    """Error of people who cannot staff a post of a plan."""
    return InputError(
        f"costs.grant.{key}: expected people who can staff a post of plan {plan.name} for "
        f"{FEWEST_H} hours a day or more, got {described_staff(staff)}"
    )
