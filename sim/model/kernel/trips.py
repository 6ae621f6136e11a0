"""The trip of a team to a call: as much of it as is settled when it is assigned, and the rest."""

from __future__ import annotations

from sim.arrays import Codes, Ids, Ints
from sim.compiled import inlined
from sim.model import dispatch
from sim.model.kernel.heap import push
from sim.model.kernel.rows import NEVER, Row, Rows
from sim.model.kernel.teams import note_out
from sim.schema import NONE, EndCause, Kind, Rank, TravelModel


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
    call: int,
    duty: int,
    n_cars: int,
    now_s: int,
) -> None:
    """Send a team to a call and write down the whole of its trip, as far as it is settled."""
    row, team = calls[call], duties[duty]
    kind, zone = team.kind, team.zone
    hour = dispatch.hour_of_day(now_s, run.first_hour)
    of_pair_s = to_zone_s[hour, row.zone, zone]
    mean_s = by_free_s[n_cars] if run.travel_model == TravelModel.SQUARE_ROOT else of_pair_s
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
        if kind != Kind.REMOTE_CLINICIAN:
            team.zone = row.zone
        course = courses[kind, call]
        left_at_s = arrives_at_s + course.on_scene_for_s
        if course.asks_for_chair == 1:
            end_at_s = left_at_s  # what follows is settled then
            write(trip, arrives_at_s, left_at_s, NEVER, EndCause.UNFINISHED, run.horizon_s)
            team.due_key = push(heap, run, left_at_s, Rank.LEAVES_SCENE, duty)
        else:
            end_at_s = left_at_s + course.busy_for_s
            write(trip, arrives_at_s, left_at_s, end_at_s, EndCause.CLEARED, run.horizon_s)
            team.due_key = push(heap, run, end_at_s, Rank.RELEASED, duty)
    else:
        end_at_s = row.patience_ends_at_s
        write(trip, NEVER, NEVER, end_at_s, EndCause.RECALLED, run.horizon_s)
        team.due_key = push(heap, run, end_at_s, Rank.PATIENCE_ENDS, call)
    team.worked_for_s += end_at_s - now_s
    if run.recalls == 1:
        note_out(duties, out, run, duty)


@inlined
def leave_scene(
    courses: Rows,
    duties: Rows,
    trips: Rows,
    chairs: Rows,
    chair_of: Ids,
    heap: Ints,
    run: Row,
    open_by_hour: Codes,
    duty: int,
    now_s: int,
) -> None:
    """Leave with a person for the crisis center; if it has no chair for them, for the hospital."""
    team, trip = duties[duty], trips[duties[duty].trip]
    call = trip.call
    course = courses[team.kind, call]
    hour = dispatch.hour_of_week(now_s, run.first_hour)
    has_chair = open_by_hour[hour] == 1 and (run.chairs == NONE or run.n_in_chairs < run.chairs)
    if has_chair:
        stay = chairs[run.n_stays]
        stay.call, stay.taken_at_s, stay.freed_at_s = call, now_s, NONE
        chair_of[call] = run.n_stays
        run.n_stays += 1
        run.n_in_chairs += 1
        push(heap, run, now_s + course.in_chair_for_s, Rank.CHAIR_FREED, call)
    end_at_s = now_s + (course.busy_with_chair_for_s if has_chair else course.busy_for_s)
    if end_at_s < run.horizon_s:
        trip.end_at_s, trip.end_cause = end_at_s, EndCause.CLEARED
    team.worked_for_s += end_at_s - now_s
    team.due_key = push(heap, run, end_at_s, Rank.RELEASED, duty)


@inlined
def follow_up(
    courses: Rows,
    visits: Rows,
    heap: Ints,
    run: Row,
    call: int,
    kind: int,
    now_s: int,
) -> None:
    """Let a visit come due after a call that was served, if there is to be one."""
    visit = courses[kind, call].visit
    if visit != NONE:
        visits[visit].due_at_s = now_s + visits[visit].lag_for_s
        push(heap, run, visits[visit].due_at_s, Rank.VISIT_DUE, visit)
