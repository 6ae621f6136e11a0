"""The trip of a team to a call or visit: what of it is settled at the assignment, and the rest.

Arrival and departure change nothing that another event reads, so `set_out` writes them ahead.
Whoever ends the trip otherwise, `leave_scene` or `break_off`, writes them anew and moves the team's
`due_key`, `zone` and `worked_for_s` with them; one of these left behind would be read as true.
"""

from __future__ import annotations

from sim.clock import NEVER_S
from sim.compiled import inlined
from sim.model import dispatch
from sim.model.kernel.heap import push
from sim.model.kernel.queues import enqueue
from sim.model.kernel.rows import NEVER, TIME_BITS, Row
from sim.model.kernel.town import Town
from sim.schema import NONE, EndCause, Kind, Rank, TravelModel

VISITING = dispatch.VISITING


@inlined
def job_of(run: Row, trip: Row) -> int:
    """Job a trip is made for."""
    return int(trip.call if trip.call != NONE else run.n_calls + trip.visit)


@inlined
def write(
    trip: Row, arrived_at_s: int, left_at_s: int, end_at_s: int, end_cause: int, horizon_s: int
) -> None:
    """Write down the moments of a trip that come before the end of the run."""
    trip.arrived_at_s = arrived_at_s if arrived_at_s < horizon_s else NONE
    trip.left_at_s = left_at_s if left_at_s < horizon_s else NONE
    trip.end_at_s = end_at_s if end_at_s < horizon_s else NONE
    trip.end_cause = end_cause if end_at_s < horizon_s else EndCause.UNFINISHED


@inlined
def begin(town: Town, run: Row, job: int, duty: int, n_cars: int, now_s: int) -> int:
    """Write down that a team sets out for a job; the second at which it will be able to begin."""
    row, team, trip = town.jobs[job], town.duties[duty], town.trips[run.n_trips]
    is_visit = row.mode == VISITING
    trip.call = NONE if is_visit else job
    trip.visit = job - run.n_calls if is_visit else NONE
    trip.duty, trip.origin_zone, trip.assigned_at_s = duty, team.zone, now_s
    hour = dispatch.hour_of_day(now_s, run.first_hour)
    of_pair_s = town.to_zone_s[hour, row.zone, team.zone]
    mean_s = town.by_free_s[n_cars] if run.travel_model == TravelModel.SQUARE_ROOT else of_pair_s
    travel_s = dispatch.travel_for_s(mean_s, row.travel_factor)
    arrives_at_s = dispatch.arrival(
        now_s, team.kind, row.turnout_for_s, travel_s, row.connect_for_s, row.patrol_at_s
    )
    row.duty, team.trip, team.arrives_at_s = duty, run.n_trips, arrives_at_s
    run.n_trips += 1
    return int(arrives_at_s)


@inlined
def set_out(town: Town, run: Row, job: int, duty: int, n_cars: int, now_s: int) -> None:
    """Send a team to a job and write down the whole of its trip, as far as it is settled."""
    row, team, trip = town.jobs[job], town.duties[duty], town.trips[run.n_trips]
    arrives_at_s = begin(town, run, job, duty, n_cars, now_s)
    if row.mode == VISITING:  # it waits for those who have set out, however long
        team.zone = row.zone
        end_at_s = arrives_at_s + town.visits[trip.visit].visit_for_s
        write(trip, arrives_at_s, end_at_s, end_at_s, EndCause.CLEARED, run.horizon_s)
        team.due_key = push(town, run, end_at_s, Rank.RELEASED, duty)
    elif arrives_at_s <= row.until_arrived_s:
        if team.kind != Kind.REMOTE_CLINICIAN:
            team.zone = row.zone
        course = town.courses[team.kind, job]
        engages = arrives_at_s < row.contact_until_s
        on_scene_for_s = course.on_scene_for_s if engages else course.no_contact_for_s
        left_at_s = arrives_at_s + on_scene_for_s
        if engages and course.asks_for_chair == 1:
            end_at_s = left_at_s  # what follows is settled then
            write(trip, arrives_at_s, left_at_s, NEVER, EndCause.UNFINISHED, run.horizon_s)
            team.due_key = push(town, run, left_at_s, Rank.LEAVES_SCENE, duty)
        else:
            end_at_s = left_at_s + (course.busy_for_s if engages else course.report_for_s)
            write(trip, arrives_at_s, left_at_s, end_at_s, EndCause.CLEARED, run.horizon_s)
            team.due_key = push(town, run, end_at_s, Rank.RELEASED, duty)
    else:
        end_at_s = row.until_arrived_s
        write(trip, NEVER, NEVER, end_at_s, EndCause.RECALLED, run.horizon_s)
        team.due_key = push(town, run, end_at_s, Rank.PATIENCE_ENDS, job)
    team.worked_for_s += end_at_s - now_s
    note_out(town, run, duty, row.mode == VISITING)


@inlined
def note_out(town: Town, run: Row, duty: int, is_visit: bool) -> None:
    """Put a team in the list of those that may be taken off what they do.

    Nobody takes it out when it arrives or is free again: the walk does, when it meets it there. So
    it may stand there still, from a trip before, and must not be put in twice.
    """
    row = town.duties[duty]
    may_be = (
        run.visits_interruptible == 1 and row.kind != Kind.FOLLOW_UP
        if is_visit
        else run.recalls == 1
    )
    if may_be and row.place_out == NONE:
        row.place_out = run.n_out
        town.out[run.n_out] = duty
        run.n_out += 1


@inlined
def schedule_visit(town: Town, run: Row, visit: int, now_s: int) -> None:
    """Let the visit of a call that is over come due."""
    due_at_s = now_s + town.visits[visit].lag_for_s
    until_s = min(due_at_s + run.visit_expires_s, NEVER_S)
    town.jobs[run.n_calls + visit].until_assigned_s = until_s
    push(town, run, due_at_s, Rank.VISIT_DUE, visit)


@inlined
def miss(town: Town, run: Row, call: int, now_s: int) -> None:
    """Let the visit follow that a call leads to as no team has reached it, once."""
    visit = town.visit_if_missed[call]
    if visit != NONE:
        town.visit_if_missed[call] = NONE
        schedule_visit(town, run, visit, now_s)


@inlined
def break_off(town: Town, run: Row, duty: int, now_s: int) -> None:
    """End the trip of a team that is needed more elsewhere; its call or visit waits again.

    A call that has meanwhile passed the second until which it would wait ends at once.
    The key of its end stays in the heap, and is stale as soon as the team sets out anew.
    """
    team = town.duties[duty]
    trip = town.trips[team.trip]
    team.worked_for_s -= (team.due_key >> TIME_BITS) - now_s
    trip.left_at_s, trip.end_at_s = NONE, now_s
    if team.arrives_at_s > now_s:
        team.zone = trip.origin_zone
        trip.arrived_at_s = NONE
    trip.end_cause = EndCause.INTERRUPTED if trip.call == NONE else EndCause.REASSIGNED
    job = job_of(run, trip)
    row = town.jobs[job]
    row.duty = NONE
    if trip.call == NONE or now_s < row.until_assigned_s:
        enqueue(town, run, job)
    else:
        miss(town, run, job, now_s)


@inlined
def leave_scene(town: Town, run: Row, duty: int, now_s: int) -> None:
    """Leave with a person for the crisis center; if it has no chair for them, for the hospital."""
    team = town.duties[duty]
    trip = town.trips[team.trip]
    call = trip.call
    course = town.courses[team.kind, call]
    is_open = town.open_by_hour[dispatch.hour_of_week(now_s, run.first_hour)] == 1
    has_chair = is_open and (run.chairs == NONE or run.n_in_chairs < run.chairs)
    if has_chair:
        stay = town.chairs[run.n_stays]
        stay.call, stay.taken_at_s, stay.freed_at_s = call, now_s, NONE
        town.chair_of[call] = run.n_stays
        run.n_stays += 1
        run.n_in_chairs += 1
        push(town, run, now_s + course.in_chair_for_s, Rank.CHAIR_FREED, call)
    end_at_s = now_s + (course.busy_with_chair_for_s if has_chair else course.busy_for_s)
    if end_at_s < run.horizon_s:
        trip.end_at_s, trip.end_cause = end_at_s, EndCause.CLEARED
    team.worked_for_s += end_at_s - now_s
    team.due_key = push(town, run, end_at_s, Rank.RELEASED, duty)


@inlined
def clear(town: Town, run: Row, duty: int, now_s: int) -> None:
    """Let what a trip leads to follow: the effect of a first visit, or a visit after a call."""
    team, visits = town.duties[duty], town.visits
    trip = town.trips[team.trip]
    if trip.call == NONE:
        person = visits[trip.visit].person
        if town.first_done_at_s[person] == NONE:
            town.first_done_at_s[person] = now_s
        return
    visit = town.courses[team.kind, trip.call].visit
    if visit != NONE and trip.arrived_at_s < town.jobs[trip.call].contact_until_s:
        schedule_visit(town, run, visit, now_s)
