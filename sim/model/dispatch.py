"""The rules of dispatch, as plain functions of scalars that both engines call.

They draw nothing and compute no exp, log or pow, so that both engines get the same whole seconds.
"""

from __future__ import annotations

from numba.extending import register_jitable

from sim.clock import HOUR_S
from sim.schema import Kind, Mode, Rule, Scope

LEAST_URGENT = 127  # priority of a visit: nothing overrides a cut-off for it
BORROWED = 1 << 40  # added to a score: any team of the call's own agency goes before
BY_VIDEO = 1 << 41  # and any team that can come before a clinician on video
BY_TEAM = 1 << 42  # a visit is made by those who make nothing else, if they can


# --- who may be sent -----------------------------------------------------------------------------


@register_jitable
def patrol_attends(mode: int) -> bool:
    """Whether patrol is sent to a call of this mode beside, or before, a team."""
    return mode in (Mode.CO_DISPATCH, Mode.OFFICER_REQUEST)


@register_jitable
def may_serve(kind: int, mode: int) -> bool:
    """Whether a kind of team can serve a mode: without an officer of its own it needs patrol."""
    if kind == Kind.FOLLOW_UP:
        return False
    return kind == Kind.CO_RESPONDER or patrol_attends(mode)


@register_jitable
def may_visit(kind: int) -> bool:
    """Whether a kind makes follow-up visits at all."""
    return kind != Kind.REMOTE_CLINICIAN


@register_jitable
def in_reach(
    mode: int, scope: int, is_own: bool, travel_s: int, radius_s: int, borrow_s: int
) -> bool:
    """Whether scope and range allow a team; `is_own` says its agency is that of the call's zone."""
    if mode == Mode.SELF_DISPATCH and travel_s > radius_s:
        return False
    if scope == Scope.OPEN or is_own:
        return True
    return scope == Scope.OWN_FIRST and travel_s <= borrow_s


@register_jitable
def before_cutoff(
    now_s: int, off_at_s: int, horizon_s: int, cutoff_s: int, priority: int, cutoff_priority: int
) -> bool:
    """Whether a duty is far enough from its end; one held to the end of the run has none."""
    if off_at_s == horizon_s or priority <= cutoff_priority:
        return True
    return now_s < off_at_s - cutoff_s


@register_jitable
def above_reserve(n_free: int, reserve: int, priority: int, reserve_priority: int) -> bool:
    """Whether more teams are free in the fleet than are held back from this priority."""
    return priority <= reserve_priority or n_free > reserve


# --- which of them is sent -----------------------------------------------------------------------


@register_jitable
def hour_of_day(at_s: int, first_hour: int) -> int:
    """Hour of day, 0 to 23, of a second of the run."""
    return (at_s // HOUR_S + first_hour) % 24


@register_jitable
def hour_of_week(at_s: int, first_hour: int) -> int:
    """Hour of week, 0 to 167, of a second of the run."""
    return (at_s // HOUR_S + first_hour) % 168


@register_jitable
def score(
    rule: int,
    travel_s: int,
    preferred: int,
    idle_since_s: int,
    worked_for_s: int,
    is_borrowed: bool,
    is_remote: bool,
) -> int:
    """Figure that the best of the eligible teams has least of; ties go to the least duty id.

    `travel_s` is the mean travel to the call, `preferred` the place of the team's base zone in the
    list of the call's zone; idle and worked count within the duty.
    """
    figure = worked_for_s
    if rule == Rule.CLOSEST:
        figure = travel_s
    elif rule == Rule.PREFERENCE:
        figure = preferred
    elif rule == Rule.LONGEST_IDLE:
        figure = idle_since_s
    return int(figure) + (BORROWED if is_borrowed else 0) + (BY_VIDEO if is_remote else 0)


# --- when it arrives, and where it is ------------------------------------------------------------


@register_jitable
def travel_for_s(mean_s: int, factor: float) -> int:
    """Travel in whole seconds: the mean times the call's own factor, rounded half up."""
    return int(mean_s * factor + 0.5)


@register_jitable
def arrival(
    now_s: int, kind: int, turnout_for_s: int, travel_s: int, connect_for_s: int, patrol_at_s: int
) -> int:
    """Second at which a team can begin: on scene, or on video, and not before the patrol it needs.

    `travel_s` is the call's own, `patrol_at_s` the second at which patrol is on scene.
    """
    if kind == Kind.CO_RESPONDER:
        return now_s + turnout_for_s + travel_s
    ready_s = now_s + (connect_for_s if kind == Kind.REMOTE_CLINICIAN else turnout_for_s + travel_s)
    return max(ready_s, patrol_at_s)


@register_jitable
def place(zone: int, base_zone: int, home_at_s: int, now_s: int) -> int:
    """Zone a free team is taken to be in: where it was released, until it is back at base."""
    return base_zone if now_s >= home_at_s else zone


# --- persons and visits --------------------------------------------------------------------------


@register_jitable
def is_averted(
    first_done_at_s: int, received_at_s: int, effect_s: int, repeat_u: int, repeat_ppm: int
) -> bool:
    """Whether a completed visit to its person keeps a call from happening.

    `first_done_at_s` is negative if the person has not been visited.
    """
    if first_done_at_s < 0 or repeat_u < repeat_ppm:
        return False
    return first_done_at_s <= received_at_s <= first_done_at_s + effect_s
