"""The rules of a plan as integers for the engines, from shares, minutes and names of a config."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Codes, Floats, Ids
from sim.clock import DAY_S, HOUR_S, MINUTE_S
from sim.config import Config, Dispatch, InputError, Sourced, StaffingPlan, staffing
from sim.config.models import (
    Contacts,
    FollowUp,
    ModeShares,
    Repeat,
    Transports,
    TypeContact,
    TypeFunnel,
)
from sim.model.world import Policy
from sim.schema import PPM, Fate, Kind, Rule, Scope

MAX_AGENCIES = 127  # agencies are numbered in eight bits
MINUTES_OF_DELAY = 12 * 60 + 1  # beyond, contact is as likely as at the last of them
LARGEST_LOG = 700.0  # exp of more is no finite number
DRIVEN = {"voluntary": Fate.VOLUNTARY, "hold": Fate.HOLD, "arrest": Fate.ARREST}


def agency_names(plan: StaffingPlan, config: Config) -> list[str]:
    """Names of the agencies of zones and lines, in the order of their ids."""
    of_lines = (line.agency for line in plan.lines if line.agency)
    names = sorted({*zone_agency(config), *of_lines})
    if len(names) > MAX_AGENCIES:
        raise InputError(
            f"staffing plan {plan.name}: expected at most {MAX_AGENCIES} agencies of zones and "
            f"lines, got {len(names)}"
        )
    return names


def zone_agency(config: Config) -> list[str]:
    """Name of the agency of each zone; the empty name for all zones if the config names none."""
    return config.demand.zone_agency or [""] * len(config.demand.zones)


def latent_base(
    config: Config,
    otherwise: StaffingPlan,
    config_dir: Path | None,
    reading: Mapping[str, str] | None = None,
) -> StaffingPlan:
    """Base plan of latent demand: the one that the config names, or else `otherwise`."""
    name = config.dispatch.latent_demand.base_plan
    if name is None:
        return otherwise
    try:
        return staffing((reading or {}).get(name, name), config_dir)
    except InputError as error:
        raise InputError(f"dispatch.latent_demand.base_plan: {error}") from error


def latent_factor(
    config: Config, dispatch: Dispatch, plan: StaffingPlan, base: StaffingPlan | None
) -> float:
    """Factor of the requested share: more calls are requested when a plan has more team-hours.

    1 if either plan has no team-hours, as there is no ratio then.
    """
    of_all, of_plan = config.dispatch.latent_demand, dispatch.latent_demand
    if of_plan.base_plan != of_all.base_plan:
        raise InputError(
            f"staffing plan {plan.name}: expected dispatch.latent_demand.base_plan in the program "
            f"or on the command line, for all plans alike, got {of_plan.base_plan!r} in this plan"
        )
    hours = plan.team_hours_per_day, (base or plan).team_hours_per_day
    if not all(hours):
        return 1.0
    log = float(of_plan.elasticity) * (math.log(hours[0]) - math.log(hours[1]))
    return math.exp(min(log, LARGEST_LOG))


def policy(config: Config, dispatch: Dispatch, agencies: list[str], latent: float) -> Policy:
    """Rules of a plan as the engines read them.

    Parameters
    ----------
    config, dispatch
        The config, and its dispatch with the keys that the plan sets.
    agencies
        From `agency_names`.
    latent
        From `latent_factor`.
    """
    return Policy(
        rule=int(Rule[dispatch.rule.upper()]),
        scope=int(Scope[dispatch.scope.upper()]),
        goes_home=int(dispatch.after_call == "home"),
        recalls=int(dispatch.recall_for_priority),
        radius_s=_seconds(dispatch.self_dispatch_radius_minutes),
        borrow_s=_seconds(dispatch.borrow_minutes),
        cutoff_s=_seconds(dispatch.cutoff.minutes),
        cutoff_priority=dispatch.cutoff.overriding_priority,
        reserve=dispatch.reserve.teams,
        reserve_priority=dispatch.reserve.overriding_priority,
        hold_for_s=_seconds(dispatch.hold_for_duty),
        queue_limit_s=_seconds(config.service.queue_limit),
        ageing_after_s=dispatch.ageing.after * MINUTE_S,
        ageing_steps=dispatch.ageing.steps,
        ageing_most_urgent=dispatch.ageing.most_urgent,
        funnel_ppm=_funnel(config, dispatch, latent),
        mode_ppm=_modes(dispatch.mode_share),
        contact_ppm=_contact(config.service.contact, config.demand.call_types),
        agency_of_zone=np.array([agencies.index(x) for x in zone_agency(config)], np.int32),
        preference=_preference(config.demand.zones, dispatch.preference),
        goes_along=_goes_along(config.service.transport),
        patrol_takes=_patrol_takes(config.service.transport),
        splits=_splits(config.service.transport),
        **_visiting(config.service.follow_up, config.outcomes.repeat),
    )


def _seconds(minutes: Sourced) -> int:
    return round(float(minutes) * MINUTE_S)


def _funnel(config: Config, dispatch: Dispatch, latent: float) -> Ids:
    """Shares of all calls of a type that are left after each stage; shape (5, call types)."""
    recognized, eligible, requested = (
        _by_type(config, f"{stage}_share") for stage in ("recognized", "eligible", "requested")
    )
    not_by_phone = 1 - float(dispatch.phone_resolved_share)
    not_by_another = 1 - float(dispatch.other_responder_share)
    asked = np.minimum(requested * latent, 1)
    ones = np.ones_like(asked)
    stages = (recognized, eligible, not_by_phone * ones, not_by_another * ones, asked)
    return _ppm(np.multiply.accumulate(np.array(stages), axis=0))


def _ppm(shares: NDArray[np.floating]) -> Ids:
    whole: Ids = np.rint(shares * PPM).astype(np.int32)
    return whole


def _by_type(config: Config, name: str) -> Floats:
    """Share of the funnel for each call type: its own, or that of all."""
    funnel, of_all = config.service.funnel, TypeFunnel()
    own = [getattr(funnel.by_type.get(x, of_all), name) for x in config.demand.call_types]
    return np.array([float(getattr(funnel, name) if x is None else x) for x in own])


def _modes(shares: ModeShares) -> Ids:
    """Cumulated shares of all modes but the last, scaled as if the config's sum were exactly 1."""
    cumulated = np.cumsum(shares.central())
    return _ppm(cumulated[:-1] / cumulated[-1])


def _contact(contact: Contacts, call_types: list[str]) -> Ids:
    """P(engaged) by whole minutes of delay, the last for all beyond; (2 x call types, minutes)."""
    by_place, of_all = (contact.without_patrol, contact.with_patrol), TypeContact()
    rows = []
    for name in call_types:
        for odds in by_place:
            own = odds.by_type.get(name, of_all)
            at_once, ratio = own.share_at_once, own.odds_ratio_per_10_min
            rows.append(
                _falling(
                    float(odds.share_at_once if at_once is None else at_once),
                    float(odds.odds_ratio_per_10_min if ratio is None else ratio),
                )
            )
    return _ppm(np.array(rows))


def _falling(at_once: float, ratio_per_10_min: float) -> Floats:
    """Share whose odds are multiplied by a ratio every ten minutes; shape (minutes,)."""
    ratio = ratio_per_10_min ** (np.arange(MINUTES_OF_DELAY) / 10)
    falling: Floats = at_once * ratio / (1 - at_once + at_once * ratio)
    return falling


def _preference(zones: list[str], order: dict[str, list[str]]) -> Ids:
    """Rank of each base zone (column) in each zone's ordered list; zones left out come last."""
    out = np.full((len(zones), len(zones)), len(zones), np.int32)
    for row, zone in enumerate(zones):
        for place, name in enumerate(order.get(zone, [])):
            out[row, zones.index(name)] = place
    return out


def _goes_along(transport: Transports) -> Codes:
    """Whether the team stays with the person, which takes an officer; shape (kinds, fates)."""
    out = np.zeros((len(Kind), len(Fate)), np.int8)
    for name, fate in DRIVEN.items():
        out[Kind.CO_RESPONDER, fate] = getattr(transport, name).keeps_team_busy
    return out


def _patrol_takes(transport: Transports) -> Codes:
    """Whether patrol transports, as it also does for teams without an officer; (kinds, fates)."""
    out = np.zeros((len(Kind), len(Fate)), np.int8)
    for name, fate in DRIVEN.items():
        by = getattr(transport, name).by
        out[:, fate] = by in {"team", "patrol"}
        out[Kind.CO_RESPONDER, fate] = by == "patrol"
    return out


def _splits(transport: Transports) -> Codes:
    """Whether officer and clinician part after the scene; shape (kinds, fates)."""
    out = np.zeros((len(Kind), len(Fate)), np.int8)
    for name, fate in DRIVEN.items():
        way = getattr(transport, name)
        out[Kind.CO_RESPONDER, fate] = way.splits and way.keeps_team_busy
    return out


def _visiting(follow_up: FollowUp, repeat: Repeat) -> dict[str, Any]:
    """Which visits happen, when and by whom they are made, and which calls they avert."""
    return {
        "visit_after": np.array([fate.name.lower() in follow_up.after for fate in Fate], np.int8),
        "visit_hours": np.array(follow_up.open.by_hour, np.int8),
        "visit_expires_s": round(float(follow_up.expires_h) * HOUR_S),
        "teams_visit": int(follow_up.by_teams),
        "visits_interruptible": int(follow_up.interruptible),
        "spare_teams": follow_up.spare_teams,
        "repeat_ppm": min(round(float(repeat.risk_ratio) * PPM), PPM),
        "effect_s": round(float(repeat.effect_days) * DAY_S),
    }
