"""What `people` answers: the people that plans need, and the posts that some people can staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from sim.config import Config, StaffingPlan
from sim.model.money.positions import RoleBridge, Step
from sim.scenarios.answers.rails import Rail
from sim.scenarios.answers.rows import Row, Tabled, frame, lines
from sim.scenarios.request import Request

__all__ = ["Capacity", "PeopleAnswer", "PlanPeople", "RoleBridge", "Staffing", "Step"]


class PlanPeople(NamedTuple):
    """A plan's bridges, one a role; its officers by where they come from, at work and on the books.

    Without officers the last two are empty.
    """

    plan: StaffingPlan
    bridges: list[RoleBridge]
    officers_fte: dict[str, float]
    officers_positions: dict[str, float]


class Capacity(NamedTuple):
    """The most posts of one kind that some people can staff: who each needs, and which role binds.

    `each` and `left` are people at work by role.
    """

    what: str
    hours_per_week: float
    each: dict[str, float]
    most: int
    binding: str
    left: dict[str, float]


class Staffing(NamedTuple):
    """Whether some people can staff a plan: people at work by role, needed and short."""

    plan: StaffingPlan
    needed: dict[str, float]
    short: dict[str, float]

    @property
    def possible(self) -> bool:
        """Whether nobody is short."""
        return not self.short


@dataclass(frozen=True, repr=False)
class PeopleAnswer(Tabled):
    """The whole answer of `people`; printed it is a few lines.

    `post` are the bridges of one post around the clock. `staff` are the people there are, by role;
    without them there are neither capacities nor plans to be staffed.

    Examples
    --------
    >>> import sim
    >>> answer = sim.people(2, clinicians=29, officers=63)
    >>> answer.staff
    {'clinician': 29.0, 'officer': 63.0}
    """

    request: Request
    config: Config
    post: list[RoleBridge]
    plans: list[PlanPeople]
    staff: dict[str, float] | None
    capacities: list[Capacity]
    staffings: list[Staffing]
    warnings: list[Rail]

    def to_frame(self) -> pl.DataFrame:
        """Return a row a plan and figure: `fte_ROLE` at work, and `positions_ROLE` to be filled.

        Columns are as of a comparison; nothing is simulated, so there are no ranges.
        """
        return frame(self._rows())

    def _rows(self) -> list[Row]:
        return [
            Row(plan.plan.name, None, f"{name}_{bridge.role}", unit, figure)
            for plan in self.plans
            for bridge in plan.bridges
            for name, unit, figure in (
                ("fte", "FTE", bridge.fte),
                ("positions", "positions", bridge.positions),
            )
        ]

    def _told(self) -> list[Row]:
        return [row for row in self._rows() if row.unit == "FTE"]

    def __repr__(self) -> str:
        able = [staffing.plan.name for staffing in self.staffings if staffing.possible]
        with_staff = "" if self.staff is None else f"; can be staffed: {', '.join(able) or 'none'}"
        return lines(f"People of {len(self.plans)} plans{with_staff}", self._told())
