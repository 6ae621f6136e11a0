"""Who is sent to a call: the walk of the queues, the best team, and whom it is taken from."""

from __future__ import annotations

from sim.arrays import Ids, Ints
from sim.compiled import inlined
from sim.model import dispatch
from sim.model.kernel.queues import (
    close,
    drop_self_dispatch,
    enqueue,
    first_waiting,
    take_first,
)
from sim.model.kernel.rows import NEVER, TIME_BITS, Row, Rows
from sim.model.kernel.teams import leave_free
from sim.model.kernel.trips import set_out
from sim.model.kernel.visits import wait_for_visit
from sim.schema import NONE, EndCause, Kind, Scope

# --- who is sent -----------------------------------------------------------------------------


@inlined
def figure_of(
    call: Row,
    team: Row,
    run: Row,
    to_zone_s: Ints,
    preference: Ids,
    hour: int,
    agency: int,
    zone: int,
    worked_for_s: int,
    now_s: int,
) -> int:
    """Score of a team that is in a zone for a call; NEVER if it may not be sent."""
    is_remote, is_own = team.kind == Kind.REMOTE_CLINICIAN, team.agency == agency
    travel_s = 0 if is_remote else to_zone_s[hour, call.zone, zone]
    if not (
        dispatch.may_serve(team.kind, call.mode)
        and dispatch.in_reach(call.mode, run.scope, is_own, travel_s, run.radius_s, run.borrow_s)
        and dispatch.before_cutoff(
            now_s, team.off_at_s, run.horizon_s, run.cutoff_s, call.priority, run.cutoff_priority
        )
    ):
        return NEVER
    return int(
        dispatch.score(
            run.rule,
            travel_s,
            preference[call.zone, team.base_zone],
            team.idle_since_s,
            worked_for_s,
            run.scope == Scope.OWN_FIRST and not is_own,
            is_remote,
        )
    )


@inlined
def best_of_all(
    row: Row,
    duties: Rows,
    free: Ints,
    run: Row,
    to_zone_s: Ints,
    preference: Ids,
    now_s: int,
) -> tuple[int, int]:
    """`best_free` where all are eligible: the same, without asking."""
    best, least = NONE, NEVER
    hour = dispatch.hour_of_day(now_s, run.first_hour)
    for at in range(run.n_free):
        duty = free[at]
        team = duties[duty]
        figure = dispatch.score(
            run.rule,
            to_zone_s[hour, row.zone, team.zone],
            preference[row.zone, team.base_zone],
            team.idle_since_s,
            team.worked_for_s,
            False,
            False,
        )
        if figure < least or (figure == least and duty < best):
            best, least = duty, figure
    return int(best), int(run.n_free)


@inlined
def best_free(
    row: Row,
    duties: Rows,
    free: Ints,
    run: Row,
    to_zone_s: Ints,
    preference: Ids,
    agency: int,
    now_s: int,
) -> tuple[int, int]:
    """Best eligible free team, or NONE, and how many of the eligible come by car."""
    best, least, n_cars = NONE, NEVER, 0
    hour = dispatch.hour_of_day(now_s, run.first_hour)
    if dispatch.above_reserve(run.n_free, run.reserve, row.priority, run.reserve_priority):
        for at in range(run.n_free):
            duty = free[at]
            team = duties[duty]
            zone = dispatch.place(team.zone, team.base_zone, team.home_at_s, now_s)
            figure = figure_of(
                row, team, run, to_zone_s, preference, hour, agency, zone, team.worked_for_s, now_s
            )
            if figure == NEVER:
                continue
            n_cars += team.kind != Kind.REMOTE_CLINICIAN
            if figure < least or (figure == least and duty < best):
                best, least = duty, figure
    return int(best), int(n_cars)


@inlined
def best_out(
    row: Row,
    calls: Rows,
    duties: Rows,
    trips: Rows,
    out: Ints,
    run: Row,
    to_zone_s: Ints,
    preference: Ids,
    agency: int,
    from_visits: bool,
    now_s: int,
) -> int:
    """Best eligible team on a visit, or else on its way to a less urgent call; or NONE."""
    best, least, at = NONE, NEVER, 0
    hour = dispatch.hour_of_day(now_s, run.first_hour)
    while at < run.n_out:
        duty = out[at]
        team = duties[duty]
        if team.trip == NONE or (team.arrives_at_s <= now_s and trips[team.trip].call != NONE):
            run.n_out -= 1  # it was, when it set out
            out[at] = out[run.n_out]
            duties[out[at]].place_out = at
            team.place_out = NONE
            continue
        at += 1
        trip = trips[team.trip]
        if from_visits != (trip.call == NONE):
            continue
        if not from_visits and calls[trip.call].priority <= row.priority:
            continue
        worked_for_s = team.worked_for_s - ((team.due_key >> TIME_BITS) - now_s)  # as of now
        zone = trip.origin_zone if team.arrives_at_s > now_s else team.zone
        figure = figure_of(
            row, team, run, to_zone_s, preference, hour, agency, zone, worked_for_s, now_s
        )
        if figure < least or (figure == least and figure != NEVER and duty < best):
            best, least = duty, figure
    return int(best)


@inlined
def best_team(
    row: Row,
    calls: Rows,
    duties: Rows,
    trips: Rows,
    free: Ints,
    out: Ints,
    run: Row,
    to_zone_s: Ints,
    preference: Ids,
    agency: int,
    now_s: int,
) -> tuple[int, int]:
    """Best team for a call, free, on a visit or on its way, and `n_cars` of its trip."""
    if run.any_team_any_call == 1:
        duty, n_cars = best_of_all(row, duties, free, run, to_zone_s, preference, now_s)
    else:
        duty, n_cars = best_free(row, duties, free, run, to_zone_s, preference, agency, now_s)
    if duty == NONE and run.interrupts == 1:
        n_cars = 1
        duty = best_out(
            row, calls, duties, trips, out, run, to_zone_s, preference, agency, True, now_s
        )
    if duty == NONE and run.recalls == 1:
        n_cars = 1
        duty = best_out(
            row, calls, duties, trips, out, run, to_zone_s, preference, agency, False, now_s
        )
    return duty, n_cars


@inlined
def break_off(
    calls: Rows,
    duties: Rows,
    trips: Rows,
    queues: Rows,
    visits: Rows,
    open_queues: Ints,
    run: Row,
    duty: int,
    now_s: int,
) -> None:
    """End the trip of a team that is needed more elsewhere; its call or visit waits again."""
    team = duties[duty]
    trip = trips[team.trip]
    team.worked_for_s -= (team.due_key >> TIME_BITS) - now_s
    trip.left_at_s, trip.end_at_s = NONE, now_s
    if team.arrives_at_s > now_s:
        team.zone = trip.origin_zone
        trip.arrived_at_s = NONE
    if trip.call == NONE:
        trip.end_cause = EndCause.INTERRUPTED
        wait_for_visit(visits, run, trip.visit)
        return
    trip.end_cause = EndCause.REASSIGNED
    call = trip.call
    calls[call].duty = NONE
    if queues[calls[call].queue].is_self_dispatch == 0:
        enqueue(calls, queues, open_queues, run, call)


# --- the walk of the queue ---------------------------------------------------------------------


@inlined
def next_to_go(
    calls: Rows,
    duties: Rows,
    trips: Rows,
    queues: Rows,
    run: Row,
    to_zone_s: Ints,
    agency_of_zone: Ids,
    preference: Ids,
    free: Ints,
    out: Ints,
    open_queues: Ints,
    now_s: int,
    given_up_to: int,
) -> tuple[int, int, int]:
    """Queue of the first call in line that a team can be sent to, the team, and `n_cars`.

    A queue that nobody could be sent to is not asked again until there is a new chance.
    """
    best, best_duty, best_n_cars = NONE, NONE, 0
    priority, place, at = NEVER, NEVER, 0
    while at < run.n_open:
        number = open_queues[at]
        queue = queues[number]
        if queue.nobody_since == run.chances or queue.priority > priority:
            at += 1
            continue
        first = first_waiting(calls, queue, now_s, given_up_to)
        if first == NONE:
            close(queues, open_queues, run, number)  # another queue is at this place now
            continue
        at += 1
        row = calls[first]
        if queue.priority == priority and row.place_in_line > place:
            continue
        duty, n_cars = best_team(
            row, calls, duties, trips, free, out, run, to_zone_s, preference,
            agency_of_zone[row.zone], now_s,
        )  # fmt: skip
        if duty == NONE:
            queue.nobody_since = run.chances
            continue
        best, best_duty, best_n_cars = number, duty, n_cars
        priority, place = queue.priority, row.place_in_line
    return best, best_duty, best_n_cars


@inlined
def walk_queue(
    calls: Rows,
    courses: Rows,
    duties: Rows,
    trips: Rows,
    queues: Rows,
    visits: Rows,
    run: Row,
    to_zone_s: Ints,
    by_free_s: Ints,
    agency_of_zone: Ids,
    preference: Ids,
    heap: Ints,
    free: Ints,
    out: Ints,
    open_queues: Ints,
    now_s: int,
    given_up_to: int,
) -> None:
    """Give each waiting call the best team that may be sent to it, if there is one."""
    n_trips = run.n_trips
    run.chances += (
        run.scope == Scope.OWN_FIRST
    )  # who is near changes with the hour and on the way home
    while run.n_open > 0 and (run.n_free > 0 or run.n_out > 0):
        queue, duty, n_cars = next_to_go(
            calls, duties, trips, queues, run, to_zone_s, agency_of_zone, preference, free, out,
            open_queues, now_s, given_up_to,
        )  # fmt: skip
        if queue == NONE:
            break
        call = queues[queue].first
        if duties[duty].place != NONE:
            leave_free(duties, free, run, duty, now_s)
        else:
            break_off(calls, duties, trips, queues, visits, open_queues, run, duty, now_s)
        take_first(calls, queues, open_queues, run, queue)
        set_out(
            calls, courses, duties, trips, out, heap, run, to_zone_s, by_free_s, call, duty,
            n_cars, now_s,
        )  # fmt: skip
    if run.recalls == 1:
        run.chances += run.n_trips > n_trips  # who has set out can be taken from the next walk on
    if run.n_open > 0:
        drop_self_dispatch(queues, open_queues, run)
