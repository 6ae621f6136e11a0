"""The FTE bridge: from a plan's hours of duty to positions by role, every step of it.

A year has 365 days, so that a post held around the clock has the 8,760 hours that staffing manuals
divide by. Hours of duty are those of the plan, not of one year's roster.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sim.clock import DAYS_A_YEAR
from sim.config.groups.costs import OfficerSource, Positions
from sim.config.plans import Line, Role, StaffingPlan

ROLES: tuple[Role, ...] = ("clinician", "officer", "case_manager", "peer")
SUPERVISOR = "supervisor"
HOURS_A_DAY = 24
MINUTES_AN_HOUR = 60


class Step(NamedTuple):
    """One step of the bridge: what it is, its value and its unit."""

    what: str
    value: float
    unit: str


class RoleBridge(NamedTuple):
    """From a role's hours of duty a year to the positions that man them.

    `fte` are people at work; `positions` are those to be funded so that, vacancies counted, as many
    are. Supervisors have no hours of duty: they are counted from the staff they lead.
    """

    role: str
    duty_hours_per_year: float
    steps: tuple[Step, ...]
    fte: float
    positions: float


def bridges(plan: StaffingPlan, positions: Positions) -> list[RoleBridge]:
    """Bridge of each role that the plan has, and of the supervisors of all of them.

    Parameters
    ----------
    plan
        Its lines say which roles are on duty, and when.
    positions
        What a position is paid for, and when it is not there.

    Returns
    -------
    list
        In the order clinician, officer, case_manager, peer, supervisor; empty for a plan without
        posts.
    """
    of_staff = [_bridge(plan, role, positions) for role in ROLES if any(_lines(plan, role))]
    return [*of_staff, _supervisors(of_staff, positions)] if of_staff else []


def duty_hours_per_year(plan: StaffingPlan, role: str) -> float:
    """Hours of duty of a role, a year of 365 days."""
    return sum(
        line.post_hours_per_day * DAYS_A_YEAR * _share_of_year(line) for line in _lines(plan, role)
    )


def duties_per_year(plan: StaffingPlan, role: str, continuous_duty_h: float) -> float:
    """Duties of a role a year, those of a post around the clock lasting `continuous_duty_h`."""
    return sum(
        _duties_per_day(line, continuous_duty_h) * DAYS_A_YEAR * _share_of_year(line)
        for line in _lines(plan, role)
    )


def officers_by_kind(fte: float, source: OfficerSource) -> dict[str, float]:
    """Officers of teams by where they come from: new hire, backfill and reassignment."""
    return {name: fte * float(getattr(source, name)) for name in type(source).model_fields}


def _lines(plan: StaffingPlan, role: str) -> Iterator[Line]:
    return (line for line in plan.lines if line.count > 0 and role in line.roles)


def _duties_per_day(line: Line, continuous_duty_h: float) -> float:
    if line.pattern == "continuous":
        return line.count * HOURS_A_DAY / continuous_duty_h
    return line.count * line.duties_per_day


def _share_of_year(line: Line) -> float:
    """Share of a year in which a line is valid; one that begins or ends only goes on all year."""
    if line.valid_from is None or line.valid_until is None:
        return 1.0
    return min(1.0, ((line.valid_until - line.valid_from).days + 1) / DAYS_A_YEAR)


def _bridge(plan: StaffingPlan, role: str, positions: Positions) -> RoleBridge:
    """Hours of duty and of handover, over the hours that a position is there, with vacancies."""
    duty_h = duty_hours_per_year(plan, role)
    duties = duties_per_year(plan, role, float(positions.continuous_duty_h))
    overlap_h = duties * float(positions.overlap_minutes_per_duty) / MINUTES_AN_HOUR
    fte = (duty_h + overlap_h) / positions.worked_hours_per_year
    steps = (
        Step("hours of duty", duty_h, "h/year"),
        Step("duties", duties, "duties/year"),
        Step("handover of a duty", float(positions.overlap_minutes_per_duty), "min"),
        Step("hours of handover", overlap_h, "h/year"),
        Step("coverage hours", duty_h + overlap_h, "h/year"),
        Step("paid hours of a position", float(positions.paid_hours_per_year), "h/year"),
        Step("less vacation and holidays", float(positions.leave_hours_per_year), "h/year"),
        Step("less sickness", float(positions.sick_hours_per_year), "h/year"),
        Step("less training", float(positions.training_hours_per_year), "h/year"),
        Step("worked hours of a position", positions.worked_hours_per_year, "h/year"),
        Step("people at work: coverage hours / worked hours", fte, "FTE"),
        *_funded(fte, positions),
    )
    return RoleBridge(role, duty_h, steps, fte, steps[-1].value)


def _supervisors(staff: list[RoleBridge], positions: Positions) -> RoleBridge:
    led, each = sum(bridge.fte for bridge in staff), float(positions.staff_per_supervisor)
    steps = (
        Step("people led", led, "FTE"),
        Step("people led by one", each, "FTE"),
        Step("people at work: people led / led by one", led / each, "FTE"),
        *_funded(led / each, positions),
    )
    return RoleBridge(SUPERVISOR, 0.0, steps, led / each, steps[-1].value)


def _funded(fte: float, positions: Positions) -> tuple[Step, Step]:
    vacancy = float(positions.vacancy_share)
    return (
        Step("vacancy", vacancy, "share"),
        Step("positions: people at work / (1 - vacancy)", fte / (1 - vacancy), "positions"),
    )
