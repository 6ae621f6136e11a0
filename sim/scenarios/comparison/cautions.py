"""What a reader must know beside an answer: notes on its rules, and warnings about its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from sim.clock import MINUTE_S, WEEKDAYS
from sim.config import Config, check_plan
from sim.config.faults import some
from sim.config.models import Demand
from sim.scenarios.answers.comparison import UNFINISHED_SHARE, PlanResult
from sim.scenarios.scenario import Arm
from sim.schema import PPM, UNREACHABLE, Kind, Mode, TravelModel

EXPIRED_WARNING_SHARE = 0.1
VISITS_DUE = "visits_due_per_year"


def notes(config: Config, arms: Sequence[Arm]) -> list[str]:
    """Notes on the rules and plans of a comparison, without those that do not apply."""
    candidates = [_latent_note(config, arms), *_near_notes(arms), *map(_no_officer_note, arms)]
    candidates += [_chairs_note(config), _repeat_note(config)]
    return [note for note in candidates if note]


def _latent_note(config: Config, arms: Sequence[Arm]) -> str:
    """Say that requests do not grow with the teams, if plans differ in these."""
    rules = [check_plan(arm.plan, config).latent_demand for arm in arms]
    grows = any(float(rule.elasticity) > 0 for rule in rules)
    if grows or len({arm.plan.team_hours_per_day for arm in arms}) == 1:
        return ""
    return (
        "Requests do not grow with the number of teams. If officers request teams more often once "
        "help comes, added teams would be busier than they are here (dispatch.latent_demand)."
    )


def _near_notes(arms: Sequence[Arm]) -> list[str]:
    """Say if self-dispatched calls come, and travel is never within their radius."""
    with_teams = [arm for arm in arms if arm.plan.teams > 0]
    plans = _plans_by(_nobody_near, with_teams)
    return [
        f"{note}." if len(names) == len(with_teams) else f"{note} (plan {', '.join(names)})."
        for note, names in plans.items()
    ]


def _nobody_near(arm: Arm) -> str:
    share = 1 - arm.policy.mode_ppm[Mode.OFFICER_REQUEST] / PPM
    least_s, radius_s = int(arm.travel.matrix_s.min()), arm.policy.radius_s
    if share == 0 or arm.travel.model != TravelModel.MATRIX or least_s <= radius_s:
        return ""
    return (
        f"Self-dispatch, {_percent(share)} of requests: no team is ever near enough, because "
        f"travel takes at least {least_s / MINUTE_S:g} minutes and the radius is "
        f"{radius_s / MINUTE_S:g}"
    )


def _no_officer_note(arm: Arm) -> str:
    """Say which share of requests posts without an officer may serve, if it is not all."""
    posts = sum(line.count for line in arm.plan.team_lines if line.kind != "co_responder")
    mode_ppm = arm.policy.mode_ppm
    share = (mode_ppm[Mode.OFFICER_REQUEST] - mode_ppm[Mode.DIRECT]) / PPM
    if posts == 0 or share == 1:
        return ""
    return (
        f"Plan {arm.name}: {posts} of {arm.plan.teams} posts have no officer, so they serve only "
        f"calls that patrol attends, {_percent(share)} of requests."
    )


def _chairs_note(config: Config) -> str:
    """Say who takes the chairs of a center, if they are limited."""
    if config.service.center.chairs is None:
        return ""
    return (
        "Chairs: only people whom a team reached take one. Walk-ins and drop-offs by patrol are "
        "not modeled, so service.center.chairs must count only the chairs that they leave free."
    )


def _repeat_note(config: Config) -> str:
    """Say what the trial found, if visits are to avert calls."""
    ratio = float(config.outcomes.repeat.risk_ratio)
    if ratio >= 1:
        return ""
    return (
        f"It is an assumption that visits avert calls: a risk ratio of {ratio:g} "
        "(outcomes.repeat.risk_ratio). The one randomized trial of co-response (Indianapolis) "
        "found no difference in twelve months."
    )


def selected_calls(config: Config, arms: Sequence[Arm]) -> list[str]:
    """Warn where outcomes seen on calls that officers had selected are applied to other calls."""
    if config.outcomes.observed_on == "all":
        return []
    plans = _plans_by(_share_not_selected, arms)
    return [
        f"plan {', '.join(names)}: the outcome shares come from calls that officers referred "
        f"(outcomes.observed_on); here {share} arrive another way, so these shares may not apply. "
        "Use dispatch=officer_request, or outcomes observed on all calls"
        for share, names in plans.items()
    ]


def _share_not_selected(arm: Arm) -> str:
    """Requests that no officer selected, "all requests" or "40 % of requests"; empty if none."""
    mode_ppm = arm.policy.mode_ppm
    selected = int(mode_ppm[Mode.OFFICER_REQUEST]) - int(mode_ppm[Mode.CO_DISPATCH])
    if arm.plan.teams == 0 or selected == PPM:
        return ""
    return f"{_percent(1 - selected / PPM)} of requests" if selected else "all requests"


def no_way_there(config: Config, arms: Sequence[Arm]) -> list[str]:
    """Warn of zones with calls to which there is no way from any base of a plan."""
    plans = _plans_by(partial(_zones_without_way, config.demand), arms)
    return [
        f"plan {', '.join(names)}: the travel table has no way from any base to {zones}. Nobody is "
        "sent there, and these calls count as out of range. Check the table, or station a team "
        "there (base_zones of a line)"
        for zones, names in plans.items()
    ]


def _zones_without_way(demand: Demand, arm: Arm) -> str:
    """Zones with calls that no team of a plan could drive to from its base, and their share."""
    roster, share = arm.schedule.roster, np.array(demand.zone_share)
    kinds, bases = roster.kind, roster.base_zone
    if arm.travel.model != TravelModel.MATRIX or Kind.REMOTE_CLINICIAN in kinds:
        return ""
    from_bases_s = arm.travel.matrix_s[:, bases[kinds != Kind.FOLLOW_UP]]
    without = (from_bases_s == UNREACHABLE).all(axis=(0, 1)) & (share > 0)
    if not from_bases_s.size or not without.any():
        return ""
    names = [demand.zones[zone] for zone in np.flatnonzero(without)]
    return f"{some(names)}, {_percent(share[without].sum())} of all calls"


def _plans_by(say: Callable[[Arm], str], arms: Sequence[Arm]) -> dict[str, list[str]]:
    """Names of the plans by what is said of them, without those of which nothing is said."""
    plans: dict[str, list[str]] = {}
    for arm in arms:
        plans.setdefault(say(arm), []).append(arm.name)
    plans.pop("", None)
    return plans


def _percent(share: float) -> str:
    return f"{round(100 * share, 1):g} %"


def cautions(plans: Sequence[PlanResult]) -> list[str]:
    """Warnings about the plans of a reading, without those that do not apply."""
    kinds = (_unfinished_warning, _load_warning, _nobody_visits_warning, _expired_warning)
    candidates = [warning(plan) for warning in kinds for plan in plans]
    return [warning for warning in candidates if warning]


def _unfinished_warning(plan: PlanResult) -> str:
    """Say if more than one call in 1,000 was still open at the end of the run, and why."""
    share = plan.measures["unfinished_share"].mean
    if share is None or share <= UNFINISHED_SHARE:
        return ""
    still_open = f"plan {plan.name}: {100 * share:.1f} % of requested calls were still open at the "
    if plan.is_overloaded:
        return (
            f"{still_open}end of the run and are left out of the shares: the load exceeds the "
            "teams, so the queue grows without end. Add teams or hours"
        )
    return f"{still_open}end of the run and are left out of the shares. Use a longer run.tail_days"


def _load_warning(plan: PlanResult) -> str:
    """Say in how many of the hours with teams the offered load is at or above them."""
    load = plan.load
    if load is None or load.hours_over == 0:
        return ""
    day, hour = WEEKDAYS[load.worst_hour // 24], load.worst_hour % 24
    return (
        f"plan {plan.name}: in {load.hours_over} of the {load.hours} staffed hours of the week the "
        f"offered load is at or above the number of teams on duty (worst hour {day} {hour:02d}:00, "
        f"load {load.worst:.1f}, {load.worst_teams:.1f} teams)"
    )


def _nobody_visits_warning(plan: PlanResult) -> str:
    """Say if visits are due and nobody makes any."""
    due, hours = (plan.measures[name].mean for name in (VISITS_DUE, "visit_hours_per_year"))
    if not due or hours:
        return ""
    return (
        f"plan {plan.name}: nobody makes the visits that are due. Add case managers or peers (a "
        "line with roles: [case_manager]), or set service.follow_up.by_teams=true and have spare "
        "teams"
    )


def _expired_warning(plan: PlanResult) -> str:
    """Say if some visits are made, but more than a tenth expire first."""
    due, hours = (plan.measures[name].mean for name in (VISITS_DUE, "visit_hours_per_year"))
    expired = plan.measures["visits_expired_per_year"].mean or 0.0
    if not due or not hours or expired <= EXPIRED_WARNING_SHARE * due:
        return ""
    return (
        f"plan {plan.name}: {_percent(expired / due)} of the visits that are due expire before "
        "they are made. Add people to make them, or longer hours (service.follow_up.open)"
    )
