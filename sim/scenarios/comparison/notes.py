"""What a reader must know of the rules and plans of an answer, whatever its results."""

from __future__ import annotations

from collections.abc import Sequence

from sim.clock import MINUTE_S
from sim.config import Config, check_plan
from sim.scenarios.answers.words import listed, plans_by, tenths
from sim.scenarios.scenario import Arm
from sim.schema import PPM, Mode, TravelModel


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
    every = listed([arm.name for arm in with_teams])
    said = plans_by((arm.name, _nobody_near(arm)) for arm in with_teams)
    return [
        f"{note}." if names == every else f"{note} (plan {names})." for note, names in said.items()
    ]


def _nobody_near(arm: Arm) -> str:
    share = 1 - arm.policy.mode_ppm[Mode.OFFICER_REQUEST] / PPM
    least_s, radius_s = int(arm.travel.matrix_s.min()), arm.policy.radius_s
    if share == 0 or arm.travel.model != TravelModel.MATRIX or least_s <= radius_s:
        return ""
    return (
        f"Self-dispatch, {tenths(share)} of requests: no team is ever near enough, because "
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
        f"calls that patrol attends, {tenths(share)} of requests."
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
