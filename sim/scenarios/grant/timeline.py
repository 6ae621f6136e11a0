"""Whom a grant hires and when, and which teams these people can run, month by month."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.config import InputError, StaffingPlan
from sim.config.groups.costs import GRANT_MONTHS, Costs, Grant
from sim.config.plans import Line
from sim.model.money.costs import fte_by_role
from sim.scenarios.answers.grant import MONTHS_A_YEAR, Moment, Seat
from sim.scenarios.people.staffable import PART, part_hours, posts_of, staffable

TENTHS = 10  # of a full-time position
ROUNDING = 1e-9  # FTE


# --- positions -----------------------------------------------------------------------------------


def needed_beyond(plan: StaffingPlan, base: StaffingPlan | None, costs: Costs) -> dict[str, float]:
    """FTE at work, by role, that a plan needs beyond those of its base; supervisors included.

    Raises
    ------
    InputError
        If that is nobody.
    """
    out = needed_by(plan, base, costs)
    if not out:
        beyond_base = "" if base is None else f" beyond those of plan {base.name}"
        raise InputError(f"grant: expected a plan with posts{beyond_base}, got {plan.name}")
    return out


def needed_by(plan: StaffingPlan, base: StaffingPlan | None, costs: Costs) -> dict[str, float]:
    """FTE at work by role of a plan beyond those of its base; none of a role without any."""
    there = fte_by_role(base, costs) if base else {}
    beyond = {x: fte - there.get(x, 0.0) for x, fte in fte_by_role(plan, costs).items()}
    return {role: fte for role, fte in beyond.items() if fte > ROUNDING}


def seats(needed: dict[str, float], grant: Grant) -> list[Seat]:
    """Positions to be funded, role by role, each with the month in which it is filled.

    They are those of the config, or else what the plan needs. The FTE of a role is rounded up to
    tenths: whole people, and a last one part-time.

    Raises
    ------
    InputError
        If a role is none of the plan's, or months are neither one nor one for each position.
    """
    fte = {str(role): float(count) for role, count in grant.positions.items()} or needed
    for key, named, roles in (
        ("positions", fte, needed),
        ("hire_months", grant.hire_months, fte),
        ("paid_roles", grant.paid_roles, fte),
    ):
        for role in named:
            if role not in roles:
                right = ", ".join(roles)
                raise InputError(
                    f"costs.grant.{key}: expected roles of the plan ({right}), got {role}"
                )
    return [seat for role, count in fte.items() for seat in _of_role(role, count, grant)]


def _of_role(role: str, fte: float, grant: Grant) -> list[Seat]:
    parts = people(fte)
    by_role = {str(name): months for name, months in grant.hire_months.items()}
    months = by_role.get(role, [grant.planning_months + 1])
    if len(months) not in (1, len(parts)):
        raise InputError(
            f"costs.grant.hire_months.{role}: expected one month, or one for each of {len(parts)} "
            f"positions, got {len(months)}"
        )
    each = months * len(parts) if len(months) == 1 else months
    return [
        Seat(role, at + 1, part, month)
        for at, (part, month) in enumerate(zip(parts, each, strict=True))
    ]


def people(fte: float) -> list[float]:
    """FTE of each position: whole people, and what is left as one part-time, in tenths."""
    tenths = math.ceil(fte * TENTHS - ROUNDING)
    whole, rest = divmod(tenths, TENTHS)
    return [1.0] * whole + ([rest / TENTHS] if rest else [])


# --- months --------------------------------------------------------------------------------------


def moments(
    plan: StaffingPlan,
    base: StaffingPlan | None,
    positions: list[Seat],
    costs: Costs,
    months: int = GRANT_MONTHS,
) -> list[Moment]:
    """Every month from the first: who is there, and the teams that they can run after planning."""
    return [_moment(plan, base, positions, costs, month) for month in range(1, months + 1)]


def _moment(
    plan: StaffingPlan,
    base: StaffingPlan | None,
    positions: list[Seat],
    costs: Costs,
    month: int,
) -> Moment:
    there = tuple(seat for seat in positions if seat.hire_month <= month)
    planning = month <= costs.grant.planning_months
    running = None if planning else _running(plan, base, there, costs)
    year, of_year = calendar(costs.grant.start_month, month)
    label = f"{year}-{of_year:02d}"
    return Moment(month, label, fiscal_year(year, of_year, costs), there, running)


def ends_with(timeline: Sequence[Moment]) -> StaffingPlan | None:
    """Plan that runs in the end, None if none ever does."""
    return next((now.running for now in reversed(timeline) if now.running), None)


def _running(
    plan: StaffingPlan, base: StaffingPlan | None, there: tuple[Seat, ...], costs: Costs
) -> StaffingPlan | None:
    """Return the plan that runs, or None if it is no more than the base.

    A plan that has all posts of its base adds to them; any other takes the base's people over, as
    soon as it has more hours a day with them.
    """
    staff: dict[str, float] = {}
    for seat in there:
        staff[seat.role] = staff.get(seat.role, 0.0) + seat.fte
    posts = posts_of(base, plan) if base else {}
    if base and posts is None:
        for role, fte in fte_by_role(base, costs).items():
            staff[role] = staff.get(role, 0.0) + fte
    part = staffable(plan, staff, costs.positions, posts or {})
    return part if _hours(part) > (_hours(base) if base else 0) + ROUNDING else None


def _hours(plan: StaffingPlan) -> float:
    return plan.team_hours_per_day + plan.worker_hours_per_day


def calendar(start_month: str, month: int) -> tuple[int, int]:
    """Calendar year, and month of it from 1, of a month of a grant that began in `start_month`."""
    year, of_year = map(int, start_month.split("-"))
    since = of_year - 1 + month - 1
    return year + since // MONTHS_A_YEAR, since % MONTHS_A_YEAR + 1


def fiscal_year(year: int, of_year: int, costs: Costs) -> int:
    """Fiscal year of a calendar month, named by the calendar year in which it ends."""
    first = costs.fiscal_year_start_month
    return year + 1 if first > 1 and of_year >= first else year


def described(running: StaffingPlan | None, plan: StaffingPlan) -> str:
    """Return how much of a plan runs, in words."""
    if running is None:
        return "none"
    if running == plan:
        return "all posts"
    parts = _parts(running)
    posts = sum(line.count for line in running.lines) - len(parts)
    hours = [f"one for {part.post_hours_per_day:g} h a day" for part in parts]
    if not posts and parts:
        return ", and ".join(["one post" + hours[0].removeprefix("one"), *hours[1:]])
    return ", and ".join([f"{posts} of {plan.teams + plan.workers} posts", *hours])


def hours_of_parts(running: StaffingPlan | None) -> str:
    """Times of day of posts that run for a part of the day; empty if none does."""
    return "; ".join(map(part_hours, _parts(running))) if running else ""


def _parts(running: StaffingPlan) -> list[Line]:
    return [line for line in running.lines if line.name.endswith(PART)]


def beyond(running: StaffingPlan | None, base: StaffingPlan | None) -> str:
    """Posts beyond those of the base, "2", "9 h a day" or "2 and 9 h a day".

    Where posts of the base are there no more, or for other hours, only hours a day can be taken
    from each other: "9 h a day more".
    """
    if running is None:
        return "0"
    if base and posts_of(base, running) is None:
        return f"{hours_beyond(running, base):g} h a day more"
    parts = _parts(running)
    posts = posts_beyond(running, base) - len(parts)
    hours = [f"{part.post_hours_per_day:g} h a day" for part in parts]
    return " and ".join([*([str(posts)] if posts or not parts else []), *hours])


def posts_beyond(running: StaffingPlan | None, base: StaffingPlan | None) -> int:
    """Posts beyond those of the base, of whatever hours."""
    if running is None:
        return 0
    return running.teams + running.workers - (base.teams + base.workers if base else 0)


def hours_beyond(running: StaffingPlan, base: StaffingPlan | None) -> float:
    """Hours of duty a day beyond those of the base."""
    return _hours(running) - (_hours(base) if base else 0.0)
