"""Who is sent to a call or visit: the walk of the queues, and the best team for the first in line.

A visit is a job like a call, of a mode of its own: `figure_of` says of any team and any job whether
it may be sent and how good it is, and nothing else does.
"""

from __future__ import annotations

from sim.compiled import inlined
from sim.model import dispatch
from sim.model.kernel.queues import (
    close,
    drop_self_dispatch,
    first_waiting,
    is_before,
    priority_in_line,
    take_first,
)
from sim.model.kernel.rows import NEVER, TIME_BITS, Row
from sim.model.kernel.teams import leave_free
from sim.model.kernel.town import Town
from sim.model.kernel.trips import break_off, job_of, set_out
from sim.schema import NONE, Kind, Scope

VISITING = dispatch.VISITING

# --- who may be sent, and who is best ----------------------------------------------------------


@inlined
def score_of(town: Town, run: Row, job: Row, team: Row, travel_s: int, worked_for_s: int) -> int:
    """Score of a team for a job by the rule alone."""
    preferred = town.preference[job.zone, team.base_zone]
    return dispatch.score(run.rule, travel_s, preferred, team.idle_since_s, worked_for_s)


@inlined
def figure_of(
    town: Town,
    run: Row,
    job: Row,
    team: Row,
    zone: int,
    worked_for_s: int,
    is_off_a_call: bool,
    hour: int,
    now_s: int,
) -> int:
    """Score of a team that is in a zone for a job; NEVER if it may not be sent."""
    is_own = team.agency == town.agency_of_zone[job.zone]
    travel_s = 0 if team.kind == Kind.REMOTE_CLINICIAN else town.to_zone_s[hour, job.zone, zone]
    if not (
        dispatch.may_serve(team.kind, job.mode)
        and dispatch.in_reach(job.mode, run.scope, is_own, travel_s, run.radius_s, run.borrow_s)
        and dispatch.before_cutoff(
            now_s, team.off_at_s, run.horizon_s, run.cutoff_s, job.priority, run.cutoff_priority
        )
    ):
        return NEVER
    is_borrowed = run.scope == Scope.OWN_FIRST and not is_own
    behind = dispatch.behind(team.kind, job.mode, is_borrowed, is_off_a_call)
    return int(behind + score_of(town, run, job, team, travel_s, worked_for_s))


@inlined
def who_is_asked(run: Row, job: Row) -> tuple[int, int]:
    """How many free teams may be asked for a job, and how many who make visits only."""
    if job.mode == VISITING:
        return (run.n_free if teams_may_visit(run) else 0), run.n_workers
    may = dispatch.above_reserve(run.n_free, run.reserve, job.priority, run.reserve_priority)
    return (run.n_free if may else 0), 0


@inlined
def teams_may_visit(run: Row) -> bool:
    """Whether teams make visits, and enough of them are free."""
    return bool(run.teams_visit == 1 and run.n_free > run.spare_teams)


@inlined
def best_of_all(town: Town, run: Row, job: Row, now_s: int) -> tuple[int, int]:
    """`best_free` where any team may be sent to any call: the same, without asking."""
    best, least = NONE, NEVER
    hour = dispatch.hour_of_day(now_s, run.first_hour)
    for at in range(run.n_free):
        duty = town.free[at]
        team = town.duties[duty]
        travel_s = town.to_zone_s[hour, job.zone, team.zone]
        figure = score_of(town, run, job, team, travel_s, team.worked_for_s)
        if figure < least or (figure == least and duty < best):
            best, least = duty, figure
    return int(best), int(run.n_free)


@inlined
def best_free(town: Town, run: Row, job: Row, now_s: int) -> tuple[int, int]:
    """Best eligible free team, or NONE, and how many of the eligible come by car."""
    best, least, n_cars = NONE, NEVER, 0
    hour = dispatch.hour_of_day(now_s, run.first_hour)
    n_teams, n_workers = who_is_asked(run, job)
    for at in range(-n_workers, n_teams):  # from the end of the list, on to its front
        duty = town.free[at]
        team = town.duties[duty]
        zone = dispatch.place(team.zone, team.base_zone, team.home_at_s, now_s)
        figure = figure_of(town, run, job, team, zone, team.worked_for_s, False, hour, now_s)
        if figure == NEVER:
            continue
        n_cars += team.kind != Kind.REMOTE_CLINICIAN
        if figure < least or (figure == least and duty < best):
            best, least = duty, figure
    return int(best), int(n_cars)


@inlined
def best_out(town: Town, run: Row, job: Row, now_s: int) -> int:
    """Best eligible team that gives way, off a visit or else off its way to a call; or NONE."""
    best, least, at = NONE, NEVER, 0
    hour = dispatch.hour_of_day(now_s, run.first_hour)
    while at < run.n_out:
        duty = town.out[at]
        team = town.duties[duty]
        is_there = team.arrives_at_s <= now_s
        if team.trip == NONE or (is_there and town.trips[team.trip].call != NONE):
            run.n_out -= 1  # it could be taken off when it set out, and cannot be any more
            town.out[at] = town.out[run.n_out]
            town.duties[town.out[at]].place_out = at
            team.place_out = NONE
            continue
        at += 1
        trip = town.trips[team.trip]
        is_visit = trip.call == NONE
        risen_to = priority_in_line(town, run, job_of(run, trip), now_s)
        if not dispatch.gives_way(
            is_visit, is_there, risen_to, job.priority, run.visits_interruptible, run.recalls
        ):
            continue
        worked_for_s = team.worked_for_s - ((team.due_key >> TIME_BITS) - now_s)  # as of now
        zone = team.zone if is_there else trip.origin_zone
        figure = figure_of(town, run, job, team, zone, worked_for_s, not is_visit, hour, now_s)
        if figure < least or (figure == least and figure != NEVER and duty < best):
            best, least = duty, figure
    return int(best)


@inlined
def best_team(town: Town, run: Row, job: Row, now_s: int) -> tuple[int, int]:
    """Best team for a job, free or taken off another, and `n_cars` of its trip."""
    if run.any_team_any_call == 1 and job.mode != VISITING:
        duty, n_cars = best_of_all(town, run, job, now_s)
    else:
        duty, n_cars = best_free(town, run, job, now_s)
    if duty == NONE and run.n_out > 0 and job.mode != VISITING:
        return best_out(town, run, job, now_s), 1
    return duty, n_cars


# --- the walk of the queues ----------------------------------------------------------------------


@inlined
def may_be_sent(town: Town, run: Row, visits: bool, now_s: int) -> bool:
    """Whether calls, or visits, wait, and anybody might be sent to one."""
    if not visits:
        return bool(run.n_open > 0 and run.n_free + run.n_out > 0)
    if run.n_open_visits == 0 or (run.n_workers == 0 and not teams_may_visit(run)):
        return False
    return bool(town.visit_hours[dispatch.hour_of_week(now_s, run.first_hour)] == 1)


@inlined
def first_in_line(town: Town, run: Row, visits: bool, now_s: int, given_up_to: int) -> int:
    """Queue of the first call, or visit, in line for whom somebody may be found; NONE if none is.

    A queue that nobody could be sent to is not asked again until there is a new chance. What makes
    one counts it in `chances`: a team or worker that becomes free, a walk after which teams can be
    taken off, and each walk where distance decides who may be sent.
    """
    first, first_job, priority, at = NONE, NONE, NEVER, 0
    while at < (run.n_open_visits if visits else run.n_open):
        number = town.open_queues[-1 - at if visits else at]
        queue = town.queues[number]
        if queue.nobody_since == run.chances or queue.rises_to > priority:
            at += 1
            continue
        job = first_waiting(town.jobs, queue, now_s, given_up_to)
        if job == NONE:
            close(town, run, number)  # another queue is at this place now
            continue
        at += 1
        of_job = priority_in_line(town, run, job, now_s)
        if of_job < priority or (of_job == priority and is_before(town.jobs, job, first_job)):
            first, first_job, priority = number, job, of_job
    return first


@inlined
def assign_first(town: Town, run: Row, number: int, now_s: int) -> None:
    """Give the first job of a queue the best team that may be sent to it, if there is one."""
    queue = town.queues[number]
    job = queue.first
    duty, n_cars = best_team(town, run, town.jobs[job], now_s)
    if duty == NONE:
        queue.nobody_since = run.chances
        return
    if town.duties[duty].place != NONE:
        leave_free(town, run, duty, now_s)
    else:
        break_off(town, run, duty, now_s)
    take_first(town, run, number)
    set_out(town, run, job, duty, n_cars, now_s)


@inlined
def walk_queues(town: Town, run: Row, now_s: int, given_up_to: int) -> None:
    """Give each waiting job the best team that may be sent to it, if there is one: calls first."""
    n_trips = run.n_trips
    run.chances += run.distance_decides  # who is near changes with the hour and on the way home
    for visits in range(2):
        while may_be_sent(town, run, visits == 1, now_s):
            number = first_in_line(town, run, visits == 1, now_s, given_up_to)
            if number == NONE:
                break
            assign_first(town, run, number, now_s)
    if run.recalls == 1 or run.visits_interruptible == 1:
        run.chances += run.n_trips > n_trips  # who has set out can be taken from the next walk on
    drop_self_dispatch(town, run)
