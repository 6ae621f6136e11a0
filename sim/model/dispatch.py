"""The rules of dispatch, as plain functions of scalars that both engines call.

They draw nothing and compute no exp, log or pow, so that both engines get the same whole seconds.
"""

from __future__ import annotations

from sim.clock import HOUR_S
from sim.compiled import in_both
from sim.schema import UNREACHABLE, Kind, Mode, Rule, Scope

VISITING = len(Mode)  # mode of a visit, beside those by which calls come
# As plain numbers: in Python a member of an enum takes longer to look up than a rule to apply.
CO_RESPONDER, REMOTE, FOLLOW_UP = (
    Kind.CO_RESPONDER + 0,
    Kind.REMOTE_CLINICIAN + 0,
    Kind.FOLLOW_UP + 0,
)
WITH_PATROL, SELF_DISPATCH = (
    (Mode.CO_DISPATCH + 0, Mode.OFFICER_REQUEST + 0),
    Mode.SELF_DISPATCH + 0,
)
OPEN, OWN_FIRST = Scope.OPEN + 0, Scope.OWN_FIRST + 0
CLOSEST, PREFERENCE, LONGEST_IDLE = Rule.CLOSEST + 0, Rule.PREFERENCE + 0, Rule.LONGEST_IDLE + 0
LEAST_URGENT = 127  # priority of a visit: behind all calls, and no cutoff is overridden for it
BORROWED = 1 << 40  # added to a score: any team of the job's own agency goes before
LAST = 1 << 41  # and any before those whose job it is only if there is nobody else
OFF_A_CALL = 1 << 42  # and any before those that are taken off their way to a call


# --- who may be sent -----------------------------------------------------------------------------


@in_both
def patrol_attends(mode: int) -> bool:
    """Whether patrol is sent to a call of this mode beside, or before, a team."""
    return mode in WITH_PATROL


@in_both
def may_serve(kind: int, mode: int) -> bool:
    """Whether a kind of team can serve a mode.

    A visit is made in person. A call without patrol needs a team with an officer of its own.
    """
    if mode == VISITING:
        return kind != REMOTE
    return kind == CO_RESPONDER or (kind != FOLLOW_UP and patrol_attends(mode))


@in_both
def in_reach(
    mode: int, scope: int, is_own: bool, travel_s: int, radius_s: int, borrow_s: int
) -> bool:
    """Whether scope and range allow a team; `is_own` says its agency is that of the job's zone.

    Where there is no way, nobody is sent, in any mode and under any scope.
    """
    if travel_s == UNREACHABLE:
        return False
    if mode == SELF_DISPATCH and travel_s > radius_s:
        return False
    if scope == OPEN or is_own:
        return True
    return scope == OWN_FIRST and travel_s <= borrow_s


@in_both
def before_cutoff(
    now_s: int, off_at_s: int, horizon_s: int, cutoff_s: int, priority: int, cutoff_priority: int
) -> bool:
    """Whether a duty is far enough from its end; one held to the end of the run has none."""
    if off_at_s == horizon_s or priority <= cutoff_priority:
        return True
    return now_s < off_at_s - cutoff_s


@in_both
def above_reserve(n_free: int, reserve: int, priority: int, reserve_priority: int) -> bool:
    """Whether more teams are free in the fleet than are held back from this priority."""
    return priority <= reserve_priority or n_free > reserve


@in_both
def gives_way(
    is_visit: bool, is_there: bool, risen_to: int, priority: int, interrupts: int, recalls: int
) -> bool:
    """Whether a team may be taken off its job for a call, which has to be more urgent.

    It leaves a visit at any time, and a call only as long as it is on its way. The priority to
    which its job has risen is held against the call's own: whoever rises keeps a team by that, and
    takes none.
    """
    may_leave = interrupts == 1 if is_visit else recalls == 1 and not is_there
    return may_leave and risen_to > priority


# --- who comes first -----------------------------------------------------------------------------


@in_both
def risen(priority: int, waited_s: int, after_s: int, steps: int, most_urgent: int) -> int:
    """Priority in line: one class more urgent than its own for every `after_s` a call has waited.

    By so many steps at most, and not beyond `most_urgent`; a visit does not rise.
    """
    if steps == 0 or priority == LEAST_URGENT:
        return priority
    by_waiting = priority - min(waited_s // after_s, steps)
    return min(priority, max(by_waiting, most_urgent))


# --- which of them is sent -----------------------------------------------------------------------


@in_both
def hour_of_day(at_s: int, first_hour: int) -> int:
    """Hour of day, 0 to 23, of a second of the run."""
    return (at_s // HOUR_S + first_hour) % 24


@in_both
def hour_of_week(at_s: int, first_hour: int) -> int:
    """Hour of week, 0 to 167, of a second of the run."""
    return (at_s // HOUR_S + first_hour) % 168


@in_both
def score(rule: int, travel_s: int, preferred: int, idle_since_s: int, worked_for_s: int) -> int:
    """Figure that the best of the eligible teams has least of; ties go to the least duty id.

    `travel_s` is the mean travel to the job, `preferred` the place of the team's base zone in the
    list of the job's zone; idle and worked count within the duty.
    """
    if rule == CLOSEST:
        return int(travel_s)
    if rule == PREFERENCE:
        return int(preferred)
    return int(idle_since_s if rule == LONGEST_IDLE else worked_for_s)


@in_both
def behind(kind: int, mode: int, is_borrowed: bool, is_off_a_call: bool) -> int:
    """What is added to a score, so that a team comes behind all that are not set behind as far.

    Cars go to a call before a clinician on video, and on a visit those who make nothing else first.
    """
    is_last = kind != FOLLOW_UP if mode == VISITING else kind == REMOTE
    borrowed = BORROWED if is_borrowed else 0
    return borrowed + (LAST if is_last else 0) + (OFF_A_CALL if is_off_a_call else 0)


# --- when it arrives, and where it is ------------------------------------------------------------


@in_both
def travel_for_s(mean_s: int, factor: float) -> int:
    """Travel in whole seconds: the mean times the call's own factor, rounded half up."""
    return int(mean_s * factor + 0.5)


@in_both
def arrival(
    now_s: int, kind: int, turnout_for_s: int, travel_s: int, connect_for_s: int, patrol_at_s: int
) -> int:
    """Second at which a team can begin: on scene, or on video, and not before the patrol it needs.

    `travel_s` is the call's own, `patrol_at_s` the second at which patrol is on scene.
    """
    if kind == CO_RESPONDER:
        return now_s + turnout_for_s + travel_s
    ready_s = now_s + (connect_for_s if kind == REMOTE else turnout_for_s + travel_s)
    return max(ready_s, patrol_at_s)


@in_both
def place(zone: int, base_zone: int, home_at_s: int, now_s: int) -> int:
    """Zone a free team is taken to be in: where it was released, until it is back at base.

    Without a way home it stays, as `home_at_s` is then later than any second of a run.
    """
    return base_zone if now_s >= home_at_s else zone


# --- persons and visits --------------------------------------------------------------------------


@in_both
def is_averted(
    first_done_at_s: int, received_at_s: int, effect_s: int, repeat_u: int, repeat_ppm: int
) -> bool:
    """Whether a completed visit to its person keeps a call from happening.

    `first_done_at_s` is negative if the person has not been visited.
    """
    if first_done_at_s < 0 or repeat_u < repeat_ppm:
        return False
    return first_done_at_s <= received_at_s <= first_done_at_s + effect_s
