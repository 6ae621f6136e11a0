"""Who is sent to a call, and the trip that follows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import inlined
from sim.model import dispatch
from sim.model.kernel.heap import push
from sim.model.kernel.queues import (
    close,
    drop_self_dispatch,
    enqueue,
    first_waiting,
    take_first,
)
from sim.model.kernel.rows import NEVER, TIME_BITS, Ints, Row, Rows
from sim.model.kernel.teams import leave_free, note_out
from sim.model.kernel.visits import wait_for_visit
from sim.schema import NONE, EndCause, Kind, Rank, Scope, TravelModel

RELEASED, PATIENCE_ENDS = int(Rank.RELEASED), int(Rank.PATIENCE_ENDS)
LEAVES_SCENE, CHAIR_FREED = int(Rank.LEAVES_SCENE), int(Rank.CHAIR_FREED)
VISIT_DUE = int(Rank.VISIT_DUE)
CLEARED, RECALLED = int(EndCause.CLEARED), int(EndCause.RECALLED)
UNFINISHED, REASSIGNED = int(EndCause.UNFINISHED), int(EndCause.REASSIGNED)
INTERRUPTED = int(EndCause.INTERRUPTED)
CENTRE, HOSPITAL = dispatch.CENTRE, dispatch.HOSPITAL
SQUARE_ROOT, OWN_FIRST = int(TravelModel.SQUARE_ROOT), int(Scope.OWN_FIRST)
REMOTE = int(Kind.REMOTE_CLINICIAN)

# --- who is sent -----------------------------------------------------------------------------


@inlined
def figure_of(
    call: Row,
    team: Row,
    run: Row,
    to_zone_s: Ints,
    preference: NDArray[np.int32],
    hour: int,
    agency: int,
    zone: int,
    worked_for_s: int,
    now_s: int,
) -> int:
    """Score of a team that is in a zone for a call; NEVER if it may not be sent."""
    is_remote, is_own = team.kind == REMOTE, team.agency == agency
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
            run.scope == OWN_FIRST and not is_own,
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
    preference: NDArray[np.int32],
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
    preference: NDArray[np.int32],
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
            n_cars += team.kind != REMOTE
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
    preference: NDArray[np.int32],
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
    preference: NDArray[np.int32],
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
        trip.end_cause = INTERRUPTED
        wait_for_visit(visits, run, trip.visit)
        return
    trip.end_cause = REASSIGNED
    call = trip.call
    calls[call].duty = NONE
    if queues[calls[call].queue].is_self_dispatch == 0:
        enqueue(calls, queues, open_queues, run, call)


# --- a trip ----------------------------------------------------------------------------------


@inlined
def after_scene_for_s(course: Row, fate: int, goes_along: int, splits: int, has_chair: bool) -> int:
    """Transport and handover if the team goes along, and the report."""
    destination = dispatch.destination_of(course.contact, fate, course.wanted_destination)
    if destination == CENTRE and not has_chair:
        destination = HOSPITAL
    away_for_s = dispatch.away_for_s(
        destination,
        fate,
        goes_along,
        course.centre_for_s,
        course.hospital_for_s,
        course.custody_for_s,
        course.booking_for_s,
    )
    return int(dispatch.until_free_for_s(away_for_s, course.report_for_s, splits))


@inlined
def write(
    trip: Row, arrived_at_s: int, left_at_s: int, end_at_s: int, end_cause: int, horizon_s: int
) -> None:
    """Write down the moments of a trip that come before the end of the run."""
    trip.arrived_at_s = arrived_at_s if arrived_at_s < horizon_s else NONE
    trip.left_at_s = left_at_s if left_at_s < horizon_s else NONE
    trip.end_at_s = end_at_s if end_at_s < horizon_s else NONE
    trip.end_cause = end_cause if end_at_s < horizon_s else UNFINISHED


@inlined
def set_out(
    calls: Rows,
    courses: Rows,
    duties: Rows,
    trips: Rows,
    out: Ints,
    heap: Ints,
    run: Row,
    to_zone_s: Ints,
    by_free_s: Ints,
    goes_along: NDArray[np.int8],
    splits: NDArray[np.int8],
    fate_by_kind: NDArray[np.int8],
    on_scene_for_s_by_kind: Ints,
    call: int,
    duty: int,
    n_cars: int,
    now_s: int,
) -> None:
    """Send a team to a call and write down the whole of its trip, as far as it is settled."""
    row, team, course = calls[call], duties[duty], courses[call]
    kind, zone = team.kind, team.zone
    hour = dispatch.hour_of_day(now_s, run.first_hour)
    of_pair_s = to_zone_s[hour, row.zone, zone]
    mean_s = by_free_s[n_cars] if run.travel_model == SQUARE_ROOT else of_pair_s
    travel_s = dispatch.travel_for_s(mean_s, row.travel_factor)
    arrives_at_s = dispatch.arrival(
        now_s, kind, row.turnout_for_s, travel_s, row.connect_for_s, row.patrol_at_s
    )
    trip = trips[run.n_trips]
    trip.call, trip.visit, trip.duty = call, NONE, duty
    trip.origin_zone, trip.assigned_at_s = zone, now_s
    row.duty, team.trip, team.arrives_at_s = duty, run.n_trips, arrives_at_s
    run.n_trips += 1
    if arrives_at_s <= row.patience_ends_at_s:
        if kind != REMOTE:
            team.zone = row.zone
        fate = fate_by_kind[kind, call]
        left_at_s = arrives_at_s + on_scene_for_s_by_kind[kind, call]
        if dispatch.asks_for_chair(course.contact, fate, course.wanted_destination):
            end_at_s = left_at_s  # what follows is settled then
            write(trip, arrives_at_s, left_at_s, NEVER, UNFINISHED, run.horizon_s)
            team.due_key = push(heap, run, left_at_s, LEAVES_SCENE, duty)
        else:
            end_at_s = left_at_s + after_scene_for_s(
                course, fate, goes_along[kind, fate], splits[kind, fate], False
            )
            write(trip, arrives_at_s, left_at_s, end_at_s, CLEARED, run.horizon_s)
            team.due_key = push(heap, run, end_at_s, RELEASED, duty)
    else:
        end_at_s = row.patience_ends_at_s
        write(trip, NEVER, NEVER, end_at_s, RECALLED, run.horizon_s)
        team.due_key = push(heap, run, end_at_s, PATIENCE_ENDS, call)
    team.worked_for_s += end_at_s - now_s
    if run.recalls == 1:
        note_out(duties, out, run, duty)


@inlined
def leave_scene(
    courses: Rows,
    duties: Rows,
    trips: Rows,
    chairs: Rows,
    heap: Ints,
    run: Row,
    goes_along: NDArray[np.int8],
    splits: NDArray[np.int8],
    fate_by_kind: NDArray[np.int8],
    open_by_hour: NDArray[np.int8],
    duty: int,
    now_s: int,
) -> None:
    """Leave with a person for the crisis centre; if it has no chair for them, for the hospital."""
    team, trip = duties[duty], trips[duties[duty].trip]
    call, kind = trip.call, team.kind
    course, fate = courses[call], fate_by_kind[kind, call]
    hour = dispatch.hour_of_week(now_s, run.first_hour)
    has_chair = open_by_hour[hour] == 1 and (run.chairs == NONE or run.n_in_chairs < run.chairs)
    if has_chair:
        stay = chairs[run.n_stays]
        stay.chair_call, stay.chair_taken_at_s, stay.chair_freed_at_s = call, now_s, NONE
        course.chair = run.n_stays
        run.n_stays += 1
        run.n_in_chairs += 1
        push(heap, run, now_s + course.in_chair_for_s, CHAIR_FREED, call)
    end_at_s = now_s + after_scene_for_s(
        course, fate, goes_along[kind, fate], splits[kind, fate], has_chair
    )
    if end_at_s < run.horizon_s:
        trip.end_at_s, trip.end_cause = end_at_s, CLEARED
    team.worked_for_s += end_at_s - now_s
    team.due_key = push(heap, run, end_at_s, RELEASED, duty)


@inlined
def follow_up(
    courses: Rows,
    visits: Rows,
    heap: Ints,
    run: Row,
    fate_by_kind: NDArray[np.int8],
    visit_after: NDArray[np.int8],
    call: int,
    kind: int,
    now_s: int,
) -> None:
    """Let a visit come due after a call that was served, if there is to be one."""
    visit = courses[call].visit
    if visit == NONE or courses[call].contact == 0:
        return
    if visit_after[fate_by_kind[kind, call]] == 1:
        visits[visit].due_at_s = now_s + visits[visit].lag_for_s
        push(heap, run, visits[visit].due_at_s, VISIT_DUE, visit)


# --- the walk of the queue ---------------------------------------------------------------------


@inlined
def next_to_go(
    calls: Rows,
    duties: Rows,
    trips: Rows,
    queues: Rows,
    run: Row,
    to_zone_s: Ints,
    agency_of_zone: NDArray[np.int32],
    preference: NDArray[np.int32],
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
    agency_of_zone: NDArray[np.int32],
    preference: NDArray[np.int32],
    goes_along: NDArray[np.int8],
    splits: NDArray[np.int8],
    fate_by_kind: NDArray[np.int8],
    on_scene_for_s_by_kind: Ints,
    heap: Ints,
    free: Ints,
    out: Ints,
    open_queues: Ints,
    now_s: int,
    given_up_to: int,
) -> None:
    """Give each waiting call the best team that may be sent to it, if there is one."""
    n_trips = run.n_trips
    run.chances += run.scope == OWN_FIRST  # who is near changes with the hour and on the way home
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
            calls, courses, duties, trips, out, heap, run, to_zone_s, by_free_s, goes_along,
            splits, fate_by_kind, on_scene_for_s_by_kind, call, duty, n_cars, now_s,
        )  # fmt: skip
    if run.recalls == 1:
        run.chances += run.n_trips > n_trips  # who has set out can be taken from the next walk on
    if run.n_open > 0:
        drop_self_dispatch(queues, open_queues, run)
