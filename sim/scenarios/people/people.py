"""From plans to people, by the FTE bridge; and from people to the plans that they can staff."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sim.config import Config, InputError, Sourced, StaffingPlan, compose, names, staffing
from sim.config.groups.costs import Positions
from sim.config.groups.hours import DAYS
from sim.config.plans import Line
from sim.model.money.positions import RoleBridge, bridges, officers_by_kind
from sim.scenarios.people.staffable import needed

TEAM = {"clinician", "officer"}
ROUNDING = 1e-9  # people, as fractions of one post's
WEEKDAYS = list(DAYS[:5])


class PlanPeople(NamedTuple):
    """A plan's bridges, one a role; its officers by where they come from, at work and on the books.

    Without officers the last two are empty.
    """

    plan: StaffingPlan
    bridges: list[RoleBridge]
    officers_fte: dict[str, float]
    officers_positions: dict[str, float]


class Capacity(NamedTuple):
    """The most posts of one kind that some people can man: who is wanted for each, who binds.

    `each` and `left` are people at work by role.
    """

    what: str
    hours_per_week: float
    each: dict[str, float]
    most: int
    binding: str
    left: dict[str, float]


class Staffing(NamedTuple):
    """Whether some people can staff a plan: people at work by role, wanted and short."""

    plan: StaffingPlan
    needed: dict[str, float]
    short: dict[str, float]

    @property
    def possible(self) -> bool:
        """Whether nobody is short."""
        return not self.short


@dataclass(frozen=True)
class PeopleAnswer:
    """The whole answer of `people`.

    `post` are the bridges of one post around the clock. `staff` are the people there are, by role;
    without them there are neither capacities nor plans to be staffed.
    """

    config: Config
    post: list[RoleBridge]
    plans: list[PlanPeople]
    staff: dict[str, float] | None
    capacities: list[Capacity]
    staffings: list[Staffing]


def people(
    plans: Sequence[str],
    clinicians: float | None = None,
    officers: float | None = None,
    overrides: Sequence[str] = (),
    *,
    config_dir: Path | None = None,
) -> PeopleAnswer:
    """Count the people that plans want, or what some people can staff.

    Parameters
    ----------
    plans
        Numbers of 24/7 posts, or names of files in `configs/staffing/`. With people given and no
        plan, every file whose teams are all of an officer and a clinician.
    clinicians, officers
        People at work; both or neither.
    overrides
        Hydra overrides such as "costs.positions.sick_hours_per_year=80".
    config_dir
        The user's own configs, which add to the packaged ones and win.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.
    """
    staff = _staff(clinicians, officers)
    if staff is None and not plans:
        raise InputError("people wants plans, or people: --clinicians N and --officers N")
    config = compose(list(overrides), config_dir)
    positions = config.costs.positions
    asked = [staffing(name, config_dir) for name in plans]
    for plan in asked:
        if plan.teams + plan.workers == 0:
            raise InputError(f"plan {plan.name} has no posts; one that has some is wanted")
    return PeopleAnswer(
        config=config,
        post=bridges(staffing("1"), positions),
        plans=[_told(plan, config) for plan in asked],
        staff=staff,
        capacities=[] if staff is None else _capacities(staff, positions),
        staffings=[]
        if staff is None
        else _staffings(asked or _of_teams(config_dir), staff, positions),
    )


def _staff(clinicians: float | None, officers: float | None) -> dict[str, float] | None:
    given = {"clinician": clinicians, "officer": officers}
    out = {role: float(count) for role, count in given.items() if count is not None}
    for role, count in given.items():
        if out and count is None:
            raise InputError(f"--{role}s: how many there are is wanted too, 0 if none")
        if count is not None and not (math.isfinite(count) and count >= 0):
            raise InputError(f"--{role}s: {count:g} is not a number of people; 0 or more is wanted")
    return out or None


def _told(plan: StaffingPlan, config: Config) -> PlanPeople:
    found = bridges(plan, config.costs.positions)
    for bridge in found:
        if bridge.role == "officer":
            both = (bridge.fte, bridge.positions)
            return PlanPeople(
                plan, found, *(officers_by_kind(count, config.costs.officers) for count in both)
            )
    return PlanPeople(plan, found, {}, {})


# --- from people to plans ------------------------------------------------------------------------


def _of_teams(config_dir: Path | None) -> list[StaffingPlan]:
    """Return the plans of all files whose posts are all of an officer and a clinician."""
    found = [staffing(name, config_dir) for name in names("staffing", config_dir)]
    return [plan for plan in found if all(set(line.roles) == TEAM for line in plan.lines)]


def _staffings(
    plans: Sequence[StaffingPlan], staff: Mapping[str, float], positions: Positions
) -> list[Staffing]:
    return [_staffing(plan, staff, needed(plan, positions)) for plan in plans]


def _staffing(plan: StaffingPlan, staff: Mapping[str, float], wanted: dict[str, float]) -> Staffing:
    short = {role: fte - staff.get(role, 0.0) for role, fte in wanted.items()}
    return Staffing(plan, wanted, {role: fte for role, fte in short.items() if fte > ROUNDING})


def _capacities(staff: Mapping[str, float], positions: Positions) -> list[Capacity]:
    """Capacity in posts of each usual kind, those of the most hours first."""
    return [_capacity(what, line, staff, positions) for what, line in _usual_posts().items()]


def _usual_posts() -> dict[str, Line]:
    return {
        "around the clock": Line(name="post", count=1, pattern="continuous"),
        "16 hours a day": _daily(8, ["07:00", "15:00"], list(DAYS)),
        "12 hours a day": _daily(12, ["09:00"], list(DAYS)),
        "8 hours a day": _daily(8, ["11:00"], list(DAYS)),
        "40 hours a week": _daily(8, ["11:00"], WEEKDAYS),
    }


def _daily(length_h: float, starts: list[str], days: list[str]) -> Line:
    length = Sourced(value=length_h)
    return Line(name="post", count=1, pattern="daily", starts=starts, length_h=length, days=days)


def _capacity(what: str, line: Line, staff: Mapping[str, float], positions: Positions) -> Capacity:
    each = needed(StaffingPlan(name=what, lines=[line]), positions)
    posts = {role: staff[role] / fte for role, fte in each.items()}
    binding = min(posts, key=lambda role: posts[role])
    most = math.floor(posts[binding] + ROUNDING)
    left = {role: max(staff[role] - most * fte, 0.0) for role, fte in each.items()}
    hours = line.post_hours_per_day * len(DAYS)
    return Capacity(what, hours, each, most, binding, left)
