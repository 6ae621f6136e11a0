"""A plan in its config: the dispatch rules that it sets anew, and whether its lines fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from sim.config.agreement import check_dispatch
from sim.config.bases import bases
from sim.config.faults import InputError, nearest, validated
from sim.config.groups.demand import Demand
from sim.config.groups.dispatch import Dispatch
from sim.config.groups.service import Service
from sim.config.groups.travel import ConstantTravel, SquareRootTravel, Travel
from sim.config.models import Config
from sim.config.plans import Line, StaffingPlan
from sim.config.values import Sourced

AT_ALL_CALLS = ("co_responder", "follow_up")  # a worker takes no calls, and needs no patrol there
VISITING_TEAMS = ("co_responder", "clinician_only")  # nobody visits by video


def check_plan(plan: StaffingPlan, config: Config) -> Dispatch:
    """Rules of dispatch under a plan: the program's, but for the keys the plan sets anew.

    Parameters
    ----------
    plan
        Its `dispatch` is merged over that of the config, key by key; a sourced figure and
        `preference` are replaced whole.
    config
        What the plan is to run in.

    Returns
    -------
    Dispatch
        Valid with the config's travel and demand, and with the plan's lines.

    Raises
    ------
    InputError
        One line that names the plan, what was expected and what was there.
    """
    what = f"staffing plan {plan.name}: "
    dispatch = validated(Dispatch, _over(config.dispatch, plan.dispatch), f"{what}dispatch.")
    try:
        check_dispatch(dispatch, config.travel, config.demand)
        _check_reserve(plan, dispatch)
        lines = [line for line in plan.lines if line.count > 0]
        _check_can_be_sent(lines, dispatch)
        if lines and dispatch.scope != "open":
            _check_agencies(plan, dispatch, config.demand)
        _check_visiting_hours(lines, config.service)
        _check_holidays(lines, config.demand)
    except ValueError as error:
        raise InputError(f"{what}{error}") from error
    return dispatch


def with_fitting_forms(config: Config, plans: Sequence[StaffingPlan] = ()) -> Config:
    """Config with those other forms of travel under which its dispatch, and the plans', can go."""
    travel = config.travel
    if not isinstance(travel, ConstantTravel | SquareRootTravel) or travel.form is not None:
        return config
    forms = {name: x for name, x in travel.other_forms.items() if _fits(x, config, plans)}
    return config.model_copy(update={"travel": travel.model_copy(update={"other_forms": forms})})


def _fits(travel: Travel, config: Config, plans: Sequence[StaffingPlan]) -> bool:
    there = config.model_copy(update={"travel": travel})
    try:
        check_dispatch(config.dispatch, travel, config.demand)
        for plan in plans:
            check_plan(plan, there)
    except ValueError:
        return False
    return True


def _over(model: BaseModel, keys: dict[str, Any]) -> dict[str, Any]:
    """Model as plain data with some keys set anew; a sourced figure is replaced whole."""
    tree = model.model_dump()
    for key, value in keys.items():
        below = getattr(model, key, None)
        if isinstance(below, BaseModel) and not isinstance(below, Sourced):
            tree[key] = _over(below, value) if isinstance(value, dict) else value
        else:
            tree[key] = value
    return tree


def _check_reserve(plan: StaffingPlan, dispatch: Dispatch) -> None:
    held, most = dispatch.reserve.teams, plan.most_at_once
    if 0 < most <= held:
        raise ValueError(
            f"dispatch.reserve.teams: expected at most {most - 1}, as at most {most} are on duty "
            f"at once, got {held}"
        )


def _check_can_be_sent(lines: list[Line], dispatch: Dispatch) -> None:
    for line in lines:
        if line.kind not in AT_ALL_CALLS and dispatch.mode_share.with_patrol == 0:
            raise ValueError(
                f"dispatch.mode_share: expected co_dispatch or officer_request above 0, as line "
                f"{line.name!r} has no officer and is sent only where patrol attends, got 0"
            )


def _check_agencies(plan: StaffingPlan, dispatch: Dispatch, demand: Demand) -> None:
    scope, agencies = f"dispatch.scope={dispatch.scope}", set(demand.zone_agency)
    posts = bases(plan, demand.zones, demand.zone_agency)
    for post in posts:
        if post.agency not in agencies:
            right = nearest(post.agency, sorted(agencies))
            raise ValueError(
                f"line {post.line.name!r}: no zone has its agency {post.agency!r}, which {scope} "
                f"needs; {right}"
            )
    served = {post.agency for post in posts if post.line.is_of_teams}
    for zone, agency in zip(demand.zones, demand.zone_agency, strict=True):
        if served and dispatch.scope == "closed" and agency not in served:
            raise ValueError(
                f"{scope}: expected a line with agency: {agency}, or scope: own_first, as nobody "
                f"else serves zone {zone!r}, got no team of this agency"
            )


def _check_holidays(lines: list[Line], demand: Demand) -> None:
    for line in lines:
        if line.holidays != "as_usual" and not demand.holidays.dates:
            raise ValueError(
                f"line {line.name!r}: expected demand.holidays (dates, a file or a country) with "
                f"holidays: {line.holidays}, got no holiday"
            )


def _check_visiting_hours(lines: list[Line], service: Service) -> None:
    """Raise ValueError if nobody who makes visits is ever on duty in visiting hours."""
    visits, kinds = service.follow_up, ("follow_up", *VISITING_TEAMS)
    if not (visits.share.value or visits.missed_share.value or service.outreach.per_week.value):
        return
    makers = [line for line in lines if line.kind in (kinds if visits.by_teams else kinds[:1])]
    on = {hour for line in makers for hour, there in enumerate(line.by_hour) if there}
    if makers and not any(visits.open.by_hour[hour] for hour in on):
        raise ValueError(
            "service.follow_up.open: expected hours in which a line that makes visits has duties, "
            f"got {visits.open.in_words}"
        )
