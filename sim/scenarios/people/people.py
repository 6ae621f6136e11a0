"""From plans to people, by the FTE bridge; and from people to the plans that they can staff."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Unpack

from sim.config import Config, InputError, Sourced, StaffingPlan, names, staffing
from sim.config.groups.costs import Positions
from sim.config.groups.hours import DAYS
from sim.config.plans import Line
from sim.model.money.positions import bridges, officers_by_kind
from sim.scenarios.answers.people import Capacity, PeopleAnswer, PlanPeople, Staffing
from sim.scenarios.asked import config_of, own_plans, plans_of
from sim.scenarios.people.staffable import needed
from sim.scenarios.rails import Seen, raised
from sim.scenarios.request import Progress, Request, Shared, silent

TEAM = ("clinician", "officer")
OF_INPUTS = ("files", "made_up", "replaced")  # guard rails that hold where nothing is simulated
ROUNDING = 1e-9  # people, as fractions of one post's
WEEKDAYS = list(DAYS[:5])


def people(
    *plans: str | int,
    clinicians: float | None = None,
    officers: float | None = None,
    **options: Unpack[Shared],
) -> PeopleAnswer:
    """Count the people that plans need, or what some people can staff; nothing is simulated.

    Parameters
    ----------
    plans
        Numbers of 24/7 posts, or names of files in `configs/staffing/`; without any, those of the
        program. With people and no plan, every file whose teams are all of an officer and a
        clinician.
    clinicians, officers
        People at work; both or neither.
    options
        As of `compare`.

    Returns
    -------
    PeopleAnswer
        Bridges of every plan; with people, the most posts that they staff, and whether they can
        staff each plan.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.

    Examples
    --------
    >>> import sim
    >>> sim.people(2).plans[0].plan.name
    '2'
    """
    staff = {"clinicians": clinicians, "officers": officers}
    return counted(Request.of("people", plans, options, staff))


def counted(request: Request, _: Progress = silent) -> PeopleAnswer:
    """Answer a request for people; its own options are `clinicians` and `officers`."""
    staff, config = _staff(request), config_of(request)
    asked = request.plans or ([] if staff else own_plans(request, config))
    plans, positions = plans_of(request, asked), config.costs.positions
    for plan in plans:
        if plan.teams + plan.workers == 0:
            raise InputError(f"people: expected plans with posts, got {plan.name}")
    tried = (plans or _of_teams(request.config_dir)) if staff else []
    return PeopleAnswer(
        request=request,
        config=config,
        post=bridges(staffing("1"), positions),
        plans=[_plan_people(plan, config) for plan in plans],
        staff=staff or None,
        capacities=_capacities(staff, positions) if staff else [],
        staffings=_staffings(tried, staff, positions),
        warnings=raised(Seen(config, (), overrides=request.overrides), OF_INPUTS),
    )


def _staff(request: Request) -> dict[str, float]:
    """People at work by role; empty if none are given."""
    staff: dict[str, float] = {}
    for role in TEAM if request.own else ():
        count = request.own.get(f"{role}s")
        if not (isinstance(count, int | float) and math.isfinite(count) and count >= 0):
            got = "nothing" if count is None else count
            raise InputError(f"--{role}s: expected how many are at work, 0 or more, got {got}")
        staff[role] = float(count)
    return staff


def _plan_people(plan: StaffingPlan, config: Config) -> PlanPeople:
    of_plan = bridges(plan, config.costs.positions)
    for bridge in of_plan:
        if bridge.role == "officer":
            both = (bridge.fte, bridge.positions)
            return PlanPeople(
                plan, of_plan, *(officers_by_kind(count, config.costs.officers) for count in both)
            )
    return PlanPeople(plan, of_plan, {}, {})


# --- from people to plans ------------------------------------------------------------------------


def _of_teams(config_dir: Path | None) -> list[StaffingPlan]:
    """Return the plans of all files whose posts are all of an officer and a clinician."""
    plans = [_tried(name, config_dir) for name in names("staffing", config_dir)]
    return [plan for plan in plans if all(set(line.roles) == set(TEAM) for line in plan.lines)]


def _tried(name: str, config_dir: Path | None) -> StaffingPlan:
    """Plan of a file that nobody has named; a fault says why it was read and what helps."""
    try:
        return staffing(name, config_dir)
    except InputError as error:
        raise InputError(f"{error} (every plan is tried; or name those to try)") from error


def _staffings(
    plans: Sequence[StaffingPlan], staff: Mapping[str, float], positions: Positions
) -> list[Staffing]:
    return [_staffing(plan, staff, needed(plan, positions)) for plan in plans]


def _staffing(
    plan: StaffingPlan, staff: Mapping[str, float], fte_needed: dict[str, float]
) -> Staffing:
    short = {role: fte - staff.get(role, 0.0) for role, fte in fte_needed.items()}
    return Staffing(plan, fte_needed, {role: fte for role, fte in short.items() if fte > ROUNDING})


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
