"""Follow-up visits: those that wait, and who makes them."""

from __future__ import annotations

from sim.arrays import Codes, Ids, Ints
from sim.compiled import inlined
from sim.model import dispatch
from sim.model.kernel.heap import push
from sim.model.kernel.rows import NEVER, Row, Rows
from sim.model.kernel.teams import leave_free, note_out
from sim.schema import NONE, EndCause, Kind, Mode, Rank, Scope, TravelModel


@inlined
def wait_for_visit(visits: Rows, run: Row, visit: int) -> None:
    """Put a visit among those that wait, by (due second, id); at the end, unless it was before."""
    before, after = run.last_visit, NONE
    if before != NONE and _is_before(visits, visit, before):
        before, after = NONE, run.first_visit
        while _is_before(visits, after, visit):
            before, after = after, visits[after].next_waiting
    visits[visit].next_waiting = after
    if before == NONE:
        run.first_visit = visit
    else:
        visits[before].next_waiting = visit
    if after == NONE:
        run.last_visit = visit


@inlined
def _is_before(visits: Rows, one: int, other: int) -> bool:
    one_s, other_s = visits[one].due_at_s, visits[other].due_at_s
    return bool(one_s < other_s or (one_s == other_s and one < other))


@inlined
def _take_out(visits: Rows, run: Row, before: int, visit: int) -> None:
    """Take a visit from those that wait, given the one before it, or NONE."""
    after = visits[visit].next_waiting
    if before == NONE:
        run.first_visit = after
    else:
        visits[before].next_waiting = after
    if after == NONE:
        run.last_visit = before


@inlined
def _figure_of_visit(
    team: Row,
    run: Row,
    to_zone_s: Ints,
    preference: Ids,
    hour: int,
    agency: int,
    there: int,
    now_s: int,
) -> int:
    """Score of a team, or of one who makes visits only, for a visit; NEVER if it may not."""
    zone = dispatch.place(team.zone, team.base_zone, team.home_at_s, now_s)
    travel_s, is_own = to_zone_s[hour, there, zone], team.agency == agency
    if not (
        dispatch.may_visit(team.kind)
        and dispatch.in_reach(Mode.DIRECT, run.scope, is_own, travel_s, 0, run.borrow_s)
        and dispatch.before_cutoff(
            now_s,
            team.off_at_s,
            run.horizon_s,
            run.cutoff_s,
            dispatch.LEAST_URGENT,
            run.cutoff_priority,
        )
    ):
        return NEVER
    figure = dispatch.score(
        run.rule,
        travel_s,
        preference[there, team.base_zone],
        team.idle_since_s,
        team.worked_for_s,
        run.scope == Scope.OWN_FIRST and not is_own,
        False,
    )
    return int(figure + (0 if team.kind == Kind.FOLLOW_UP else dispatch.BY_TEAM))


@inlined
def _n_teams(run: Row) -> int:
    """How many free teams may be asked for a visit: all, or none if too few would stay free."""
    return int(run.n_free) if run.teams_visit == 1 and run.n_free > run.spare_teams else 0


@inlined
def _best_for_visit(
    duties: Rows,
    free: Ints,
    run: Row,
    to_zone_s: Ints,
    preference: Ids,
    agency: int,
    there: int,
    now_s: int,
) -> tuple[int, int]:
    """Best free one for a visit, or NONE, and how many may make it."""
    best, least, n_cars = NONE, NEVER, 0
    hour = dispatch.hour_of_day(now_s, run.first_hour)
    for number in range(run.n_workers + _n_teams(run)):
        at = free.size - 1 - number if number < run.n_workers else number - run.n_workers
        duty = free[at]
        figure = _figure_of_visit(
            duties[duty], run, to_zone_s, preference, hour, agency, there, now_s
        )
        if figure == NEVER:
            continue
        n_cars += 1
        if figure < least or (figure == least and duty < best):
            best, least = duty, figure
    return int(best), int(n_cars)


@inlined
def _set_out_on_visit(
    duties: Rows,
    trips: Rows,
    visits: Rows,
    heap: Ints,
    run: Row,
    to_zone_s: Ints,
    by_free_s: Ints,
    visit: int,
    duty: int,
    n_cars: int,
    now_s: int,
) -> None:
    """Send one who may make a visit, and write down the whole of the trip."""
    team, row = duties[duty], visits[visit]
    hour = dispatch.hour_of_day(now_s, run.first_hour)
    of_pair_s = to_zone_s[hour, row.zone, team.zone]
    arrives_at_s = now_s + (
        by_free_s[n_cars] if run.travel_model == TravelModel.SQUARE_ROOT else of_pair_s
    )
    end_at_s = arrives_at_s + row.visit_for_s
    trip = trips[run.n_trips]
    trip.call, trip.visit, trip.duty = NONE, visit, duty
    trip.origin_zone, trip.assigned_at_s = team.zone, now_s
    trip.arrived_at_s = arrives_at_s if arrives_at_s < run.horizon_s else NONE
    is_over = end_at_s < run.horizon_s
    trip.left_at_s = trip.end_at_s = end_at_s if is_over else NONE
    trip.end_cause = EndCause.CLEARED if is_over else EndCause.UNFINISHED
    team.trip, team.arrives_at_s, team.zone = run.n_trips, arrives_at_s, row.zone
    team.due_key = push(heap, run, end_at_s, Rank.RELEASED, duty)
    team.worked_for_s += end_at_s - now_s
    run.n_trips += 1


@inlined
def walk_visits(
    duties: Rows,
    trips: Rows,
    visits: Rows,
    heap: Ints,
    free: Ints,
    out: Ints,
    run: Row,
    to_zone_s: Ints,
    by_free_s: Ints,
    agency_of_zone: Ids,
    preference: Ids,
    visit_hours: Codes,
    passed_over: Ints,
    now_s: int,
) -> None:
    """Give each waiting visit that may begin now the best one who may make it, if any.

    `passed_over` holds, by zone, the last walk in which nobody could go there; once that is so of
    all zones, the rest of the queue is not looked at.
    """
    if visit_hours[dispatch.hour_of_week(now_s, run.first_hour)] == 0:
        return
    run.visit_walks += 1
    before, visit = NONE, run.first_visit
    n_passed, n_zones = 0, 1 if run.scope == Scope.OPEN else passed_over.size
    while visit != NONE and n_passed < n_zones and (run.n_workers > 0 or _n_teams(run) > 0):
        row, after = visits[visit], visits[visit].next_waiting
        scope_zone = 0 if run.scope == Scope.OPEN else row.zone
        duty, n_cars = NONE, 0
        expired = row.due_at_s + run.visit_expires_s < now_s
        if not expired and passed_over[scope_zone] != run.visit_walks:
            agency = agency_of_zone[row.zone]
            duty, n_cars = _best_for_visit(
                duties, free, run, to_zone_s, preference, agency, row.zone, now_s
            )
            if duty == NONE:
                passed_over[scope_zone] = run.visit_walks
                n_passed += 1
        if duty != NONE:
            leave_free(duties, free, run, duty, now_s)
            _set_out_on_visit(
                duties, trips, visits, heap, run, to_zone_s, by_free_s, visit, duty, n_cars, now_s
            )
            if run.interrupts == 1 and duties[duty].kind != Kind.FOLLOW_UP:
                note_out(duties, out, run, duty)
                run.chances += 1
        if duty != NONE or expired:
            _take_out(visits, run, before, visit)
        else:
            before = visit
        visit = after
