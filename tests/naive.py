"""A third voice: the model by brute force, second by second, written from its rules alone.

It shares no code with either engine, and none with `dispatch` or `world`: plain loops over
everything, at every second, over and over until nothing is due. Only good for small worlds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.model.ledger.record import Record, record_of
from sim.model.world import World
from sim.schema import (
    TEAM_KINDS,
    UNREACHABLE,
    ChairLedger,
    Destination,
    EndCause,
    Fate,
    Kind,
    Mode,
    Rule,
    Scope,
    TravelModel,
    TripLedger,
    recorded,
)

NEVER = NO_LIMIT = -1
NO_SECOND = 10**15
LEAST_URGENT = 127  # priority of a visit
WITH_PATROL = (Mode.CO_DISPATCH, Mode.OFFICER_REQUEST)


@dataclass
class Team:
    """One duty of a post and the car, the screen or the worker that is on it."""

    duty: int
    state: str = "not yet"  # not yet, free, out, on a break, over
    zone: int = NEVER
    home_at: int = NO_SECOND
    free_since: int = 0
    worked: int = 0
    trip: dict[str, int] | None = None
    pause: Pause | None = None
    started: int = NEVER
    ended: int = NEVER
    start_zone: int = NEVER
    end_place: int = NEVER
    past_end: bool = False


@dataclass
class Pause:
    """One break of a duty."""

    number: int
    state: str = "ahead"  # ahead, pending, taken, over, lost
    started: int = NEVER
    ended: int = NEVER


@dataclass
class Visit:
    """One follow-up visit, in the queue from when it is due until it is done."""

    number: int
    state: str = "ahead"  # ahead, waiting, given, over
    due: int = NEVER


@dataclass
class Town:
    """The whole state of a world at one second."""

    world: World
    now: int = 0
    teams: list[Team] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    call_state: list[str] = field(default_factory=list)  # home, waiting, given, passed over, gone
    visits: list[Visit] = field(default_factory=list)
    trips: list[dict[str, int]] = field(default_factory=list)
    chairs: list[dict[str, int]] = field(default_factory=list)
    openings: list[int] = field(default_factory=list)  # seconds at which visiting hours begin
    visited: dict[int, int] = field(default_factory=dict)  # second of a person's first visit
    let_go: dict[int, int] = field(default_factory=dict)  # second from which a call is not held
    must_assign: bool = False


def simulate(world: World) -> Record:
    """Run a world, second by second."""
    town = Town(world)
    town.teams = [Team(duty) for duty in range(len(world.roster.post))]
    town.pauses = [Pause(number) for number in range(len(world.breaks.duty))]
    town.call_state = ["home" if asks(world, c) else "gone" for c in range(len(world.calls.zone))]
    town.visits = [Visit(v, due=int(due)) for v, due in enumerate(world.visits.due_at_s)]
    town.openings = openings(world) if town.visits else []
    for town.now in range(first_second(world), world.window.horizon_s):
        while (event := first_due(town)) is not None:
            apply(town, *event)
    return record(town)


def first_second(world: World) -> int:
    """Second before which nothing can happen."""
    visits, begins = world.visits, [world.window.horizon_s, *world.roster.on_at_s]
    listed_at = visits.due_at_s[visits.due_at_s != NEVER]
    begins += [*world.calls.received_at_s, *world.breaks.due_at_s, *listed_at]
    return int(min(begins))


# --- the clocks of a call ------------------------------------------------------------------------


def asks(world: World, call: int) -> bool:
    """Whether a call is a request for a team: no stage of the funnel loses it."""
    thresholds = world.policy.funnel_ppm[:, world.calls.initial_type[call]]
    return all(world.calls.funnel_u[call] < threshold for threshold in thresholds)


def mode_of(world: World, call: int) -> int:
    """How a call comes: the first mode whose cumulated share is above the call's uniform."""
    for mode, threshold in enumerate(world.policy.mode_ppm):
        if world.calls.mode_u[call] < threshold:
            return mode
    return len(world.policy.mode_ppm)


def patrol_there_at(world: World, call: int) -> int:
    """Second at which patrol is on the scene."""
    return int(world.calls.received_at_s[call] + world.calls.patrol_arrives_for_s[call])


def dispatchable(world: World, call: int) -> int:
    """Second at which a call can be assigned."""
    calls, mode = world.calls, mode_of(world, call)
    if mode == Mode.OFFICER_REQUEST:
        return patrol_there_at(world, call) + int(calls.request_for_s[call])
    delays = {Mode.DIRECT: calls.triage_for_s[call], Mode.CO_DISPATCH: calls.handoff_for_s[call]}
    return int(calls.received_at_s[call] + delays.get(Mode(mode), 0))


def withdrawn_at(world: World, call: int) -> int:
    """Second at which somebody calls it off; never whom patrol is there to hold or arrest."""
    calls, at = world.calls, dispatchable(world, call) + int(world.calls.withdrawn_for_s[call])
    held = calls.fate_patrol[call] in (Fate.HOLD, Fate.ARREST)
    if with_patrol(world, call) and held and patrol_there_at(world, call) <= at:
        return NO_SECOND
    return at


def settled_at(world: World, call: int) -> int:
    """Second at which patrol, if it comes at all, ends a call by itself."""
    if not with_patrol(world, call):
        return NO_SECOND
    start = max(dispatchable(world, call), patrol_there_at(world, call))
    return start + int(world.calls.patrol_settles_for_s[call])


def with_patrol(world: World, call: int) -> bool:
    """Whether patrol is sent to a call."""
    return mode_of(world, call) in WITH_PATROL


def may_ever_serve(world: World, call: int, duty: int) -> bool:
    """Whether the team of a duty may be sent to a call, wherever it is."""
    roster, zone = world.roster, world.calls.zone[call]
    kind, own = roster.kind[duty], world.policy.agency_of_zone[zone] == roster.agency[duty]
    if world.policy.scope == Scope.CLOSED and not own:
        return False
    return bool(kind == Kind.CO_RESPONDER or (kind != Kind.FOLLOW_UP and with_patrol(world, call)))


def is_complete(world: World, duty: int) -> bool:
    """Whether the people of a duty are there, as its kind needs them."""
    roster = world.roster
    with_officer = roster.officer_present[duty] or roster.kind[duty] != Kind.CO_RESPONDER
    return bool(roster.clinician_present[duty] and with_officer)


def is_held(world: World, call: int, at: int) -> bool:
    """Whether a team that may serve a call is on duty at a second, or will be soon enough."""
    roster = world.roster
    for duty in range(len(roster.post)):
        begins = roster.on_at_s[duty] - world.policy.hold_for_s
        in_time = begins <= at < roster.off_at_s[duty]
        if in_time and is_complete(world, duty) and may_ever_serve(world, call, duty):
            return True
    return False


def no_team_by(town: Town, call: int) -> bool:
    """Whether a call that no team is on its way to ends at this second, or has run out before."""
    world, since = town.world, dispatchable(town.world, call)
    if town.now >= settled_at(world, call) or town.now >= withdrawn_at(world, call):
        return True
    if not with_patrol(world, call) and town.now >= since + world.policy.queue_limit_s:
        return True
    return town.now >= let_go_at(town, call)


def let_go_at(town: Town, call: int) -> int:
    """First second from dispatchable on at which a call is held for nobody."""
    if call not in town.let_go:
        seconds = range(dispatchable(town.world, call), town.world.window.horizon_s)
        lost = (at for at in seconds if not is_held(town.world, call, at))
        town.let_go[call] = next(lost, NO_SECOND)
    return town.let_go[call]


def no_arrival_by(world: World, call: int) -> int:
    """Second at which a call ends that no team has arrived at, though one may be on its way."""
    waits = world.calls.patrol_waits[call]
    return min(withdrawn_at(world, call), NO_SECOND if waits else settled_at(world, call))


def engages(world: World, call: int, arrived: int) -> bool:
    """Whether a team that arrives at a second finds the person, who does not refuse."""
    minute = (arrived - dispatchable(world, call)) // 60
    row = world.policy.contact_ppm[2 * world.calls.initial_type[call] + with_patrol(world, call)]
    return bool(world.calls.contact_u[call] < row[min(minute, len(row) - 1)])


def openings(world: World) -> list[int]:
    """Seconds at which visiting hours begin."""
    hours, first = world.policy.visit_hours, world.window.first_hour_of_week
    of_run = [(s // 3_600 + first, s) for s in range(0, world.window.horizon_s, 3_600)]
    return [s for hour, s in of_run if hours[hour % 168] and not hours[(hour - 1) % 168]]


def averted(town: Town, call: int) -> bool:
    """Whether the effect of the first visit to its person keeps a call from happening."""
    calls, policy = town.world.calls, town.world.policy
    done, received = town.visited.get(int(calls.person[call]), NEVER), calls.received_at_s[call]
    in_effect = done != NEVER and done <= received <= done + policy.effect_s
    return bool(in_effect and calls.repeat_u[call] >= policy.repeat_ppm)


# --- what is due ---------------------------------------------------------------------------------


def first_due(town: Town) -> tuple[int, int, Any] | None:
    """Least (rank, id) that is due at this second."""
    due: list[tuple[int, int, Any]] = []
    for team in town.teams:
        due += [(rank, team.duty, team) for rank in ranks_of_team(town, team)]
    for pause in town.pauses:
        number = len(town.teams) + pause.number
        due += [(rank, number, pause) for rank in ranks_of_pause(town, pause)]
    for call, state in enumerate(town.call_state):
        if state == "home" and dispatchable(town.world, call) == town.now:
            due.append((7, call, None))
        if state == "waiting" and no_team_by(town, call):
            due.append((10, call, None))
        if state == "passed over":
            due.append((10, call, None))
        if state == "given" and no_arrival_by(town.world, call) == town.now:
            due.append((10, call, None))
    due += [(1, row["call"], row) for row in town.chairs if is_up(town, row)]
    due += [(8, v.number, v) for v in town.visits if v.state == "ahead" and v.due == town.now]
    if town.now in town.openings:
        due.append((8, len(town.visits), None))
    if town.must_assign:
        due.append((9, 0, None))
    return min(due, key=lambda event: event[:2], default=None)


def ranks_of_team(town: Town, team: Team) -> list[int]:
    """Ranks of what is due for one team at this second."""
    roster, now = town.world.roster, town.now
    out = []
    if team.trip is not None:
        trip = team.trip
        if trip["arrived_at_s"] == NEVER and trip["arrives"] == now:
            out.append(2)
        if trip["arrived_at_s"] != NEVER and trip["left_at_s"] == NEVER and trip["leaves"] == now:
            out.append(3)
        if trip["ends"] == now:
            out.append(4)
    if not team.past_end and team.started != NEVER and roster.off_at_s[team.duty] == now:
        out.append(5)
    if team.state == "not yet" and roster.on_at_s[team.duty] <= now and relieved(town, team):
        out.append(6)
    return out


def relieved(town: Town, team: Team) -> bool:
    """Whether the duty before, if there is one, is over."""
    before = town.world.roster.predecessor[team.duty]
    return bool(before == NEVER or town.teams[before].state == "over")


def ranks_of_pause(town: Town, pause: Pause) -> list[int]:
    """Ranks of what is due for one break at this second."""
    breaks = town.world.breaks
    if pause.state == "taken":
        ends = pause.started + breaks.break_for_s[pause.number]
        return [5] if ends == town.now else []
    is_due = pause.state == "ahead" and breaks.due_at_s[pause.number] == town.now
    return [6] if is_due else []


def apply(town: Town, rank: int, number: int, whose: Any) -> None:
    """Let one event happen."""
    if rank == 1:
        whose["freed_at_s"] = town.now
    elif rank == 7:
        ask(town, number)
    elif rank == 8:
        visit_due(town, whose)
    elif rank == 9:
        town.must_assign = False
        assign(town)
    elif rank == 10:
        give_up(town, number)
    elif isinstance(whose, Pause):
        {5: end_break, 6: break_due}[rank](town, whose)
    else:
        {2: arrive, 3: leave, 4: release, 5: end, 6: start}[rank](town, whose)


def ask(town: Town, call: int) -> None:
    """Call joins the queue, unless it never happens."""
    if averted(town, call):
        town.call_state[call] = "gone"
    else:
        town.call_state[call] = "waiting"
        town.must_assign = True


def visit_due(town: Town, visit: Visit | None) -> None:
    """Visit joins the queue of visits; or, without one, visiting hours begin."""
    town.must_assign = True
    if visit is None:
        town.openings.remove(town.now)
    else:
        visit.state = "waiting"


# --- a trip --------------------------------------------------------------------------------------


def arrive(town: Town, team: Team) -> None:
    """Team is there, or on video; no clock can recall it any more."""
    assert team.trip is not None
    calls, call, kind = town.world.calls, team.trip["call"], kind_of(town, team)
    team.trip["arrived_at_s"] = town.now
    if call == NEVER:
        visits, visit = town.world.visits, team.trip["visit"]
        team.trip["ends"] = town.now + int(visits.visit_for_s[visit])
        team.zone = int(visits.zone[visit])
        return
    met = engages(town.world, call, town.now)
    scene = calls.on_scene_for_s_by_kind if met else calls.no_contact_for_s_by_kind
    team.trip["leaves"] = town.now + int(scene[kind][call])
    if kind != Kind.REMOTE_CLINICIAN:
        team.zone = int(calls.zone[call])
    town.call_state[call] = "gone"


def leave(town: Town, team: Team) -> None:
    """Team leaves the scene, with the person or without, who may take a chair of the center."""
    assert team.trip is not None
    call, kind = team.trip["call"], kind_of(town, team)
    team.trip["left_at_s"] = town.now
    if not engages(town.world, call, team.trip["arrived_at_s"]):
        team.trip["ends"] = town.now + int(town.world.calls.report_for_s[call])
        return
    chair = wants_chair(town.world, call, kind) and may_sit(town)
    if chair:
        town.chairs.append(new_stay(town, call))
    seconds = after_scene(town.world, call, kind, chair=chair)
    team.trip["ends"] = town.now + seconds


def wants_chair(world: World, call: int, kind: int) -> bool:
    """Whether the person goes along freely and would be taken to the center."""
    voluntary = world.calls.fate_by_kind[kind][call] == Fate.VOLUNTARY
    to_center = world.calls.wanted_destination[call] == Destination.CENTER
    return bool(voluntary and to_center)


def may_sit(town: Town) -> bool:
    """Whether the center is open in this hour and has a chair that nobody has."""
    chairs, open_by_hour = town.world.center
    taken = sum(row["freed_at_s"] == NEVER for row in town.chairs)
    return bool(open_by_hour[hour_of_week(town)] and (chairs == NO_LIMIT or taken < chairs))


def new_stay(town: Town, call: int) -> dict[str, int]:
    """Chair that is taken from now until the end of the stay."""
    c = town.world.calls
    there = int(c.center_transport_for_s[call] + c.center_handover_for_s[call])
    up = town.now + there + int(c.center_stay_for_s[call])
    return {"call": call, "taken_at_s": town.now, "freed_at_s": NEVER, "up": up}


def is_up(town: Town, stay: dict[str, int]) -> bool:
    """Whether a stay in the center ends at this second."""
    return stay["freed_at_s"] == NEVER and stay["up"] == town.now


def after_scene(world: World, call: int, kind: int, *, chair: bool) -> int:
    """Transport and handover if the team goes along, and the report after it or meanwhile."""
    fate, report = world.calls.fate_by_kind[kind][call], int(world.calls.report_for_s[call])
    away = away_for(world, call, fate, chair=chair) if world.policy.goes_along[kind][fate] else 0
    return max(away, report) if world.policy.splits[kind][fate] else away + report


def away_for(world: World, call: int, fate: int, *, chair: bool) -> int:
    """Transport and handover of the person of a call, and custody if held."""
    c = world.calls
    hospital = int(c.hospital_transport_for_s[call] + c.hospital_handover_for_s[call])
    if fate in (Fate.ON_SCENE, Fate.REFERRAL):
        return 0
    if fate == Fate.HOLD:
        return hospital + int(c.custody_for_s[call])
    if fate == Fate.ARREST:
        return int(c.booking_for_s[call])
    if chair:
        return int(c.center_transport_for_s[call] + c.center_handover_for_s[call])
    return hospital


def release(town: Town, team: Team) -> None:
    """Team is done with its call or visit."""
    trip = team.trip
    assert trip is not None
    finish(town, team, EndCause.CLEARED)
    if trip["call"] == NEVER:
        trip["left_at_s"] = town.now
        town.visits[trip["visit"]].state = "over"
        town.visited.setdefault(int(town.world.visits.person[trip["visit"]]), town.now)
    elif engages(town.world, trip["call"], trip["arrived_at_s"]):
        follow_up(town, trip["call"], kind_of(town, team))
    go_on(town, team)


def follow_up(town: Town, call: int, kind: int) -> None:
    """Let the visit come due that a call leads to, if it does."""
    world = town.world
    fate = world.calls.fate_by_kind[kind][call]
    for visit in town.visits:
        of_call = world.visits.call[visit.number] == call and world.visits.if_engaged[visit.number]
        if of_call and world.policy.visit_after[fate]:
            visit.due = town.now + int(world.visits.lag_for_s[visit.number])


def may_be_referred(town: Town, call: int) -> bool:
    """Whether a visit may follow a call that no team reaches."""
    visits = town.world.visits
    return bool(np.any((visits.call == call) & (visits.if_missed == 1)))


def miss(town: Town, call: int) -> None:
    """Let a call that no team reached be over, and the visit come due that it leads to, if any."""
    town.call_state[call] = "gone"
    world = town.world
    for visit in town.visits:
        of_call = world.visits.call[visit.number] == call and world.visits.if_missed[visit.number]
        if of_call and world.policy.visit_after[world.calls.fate_patrol[call]]:
            visit.due = town.now + int(world.visits.lag_for_s[visit.number])


def give_up(town: Town, call: int) -> None:
    """Call ends: out of the queue, or the team on its way is recalled."""
    miss(town, call)
    for team in town.teams:
        if team.trip is not None and team.trip["call"] == call:
            finish(town, team, EndCause.RECALLED)
            go_on(town, team)


def finish(town: Town, team: Team, cause: int) -> None:
    """Close the books on a team's trip."""
    assert team.trip is not None
    team.trip["end_at_s"], team.trip["end_cause"] = town.now, cause
    team.worked += town.now - team.trip["assigned_at_s"]
    team.trip = None


def go_on(town: Town, team: Team) -> None:
    """Team that is done with a trip or a break: off duty, on its next break, or free."""
    pending = [p for p in pauses_of(town, team) if p.state == "pending"]
    if team.past_end:
        go_off(town, team)
    elif pending:
        take_break(town, team, min(pending, key=lambda p: p.number))
    else:
        become_free(town, team)


def become_free(town: Town, team: Team) -> None:
    """Team is free where it is, and perhaps on its way to its base."""
    policy, base = town.world.policy, town.world.roster.base_zone[team.duty]
    team.state, team.free_since, town.must_assign = "free", town.now, True
    team.home_at = NO_SECOND
    if policy.goes_home:
        way_home = between(town, team.zone, int(base))
        team.home_at = NO_SECOND if way_home == UNREACHABLE else town.now + way_home


# --- a duty --------------------------------------------------------------------------------------


def kind_of(town: Town, team: Team) -> int:
    """Kind of a team."""
    return int(town.world.roster.kind[team.duty])


def place_of(town: Town, team: Team) -> int:
    """Zone in which a team is taken to be."""
    if team.state == "free" and town.now >= team.home_at:
        return int(town.world.roster.base_zone[team.duty])
    return team.zone


def start(town: Town, team: Team) -> None:
    """Duty starts, unless it lacks a role that its kind needs or its time is over."""
    roster, duty = town.world.roster, team.duty
    complete = bool(roster.clinician_present[duty])
    if roster.kind[duty] == Kind.CO_RESPONDER:
        complete = complete and bool(roster.officer_present[duty])
    if not complete or town.now >= roster.off_at_s[duty]:
        team.state = "over"
        return
    before = roster.predecessor[duty]
    while before != NEVER and town.teams[before].started == NEVER:
        before = roster.predecessor[before]
    team.zone = int(roster.base_zone[duty])
    if before != NEVER and town.teams[before].ended >= roster.on_at_s[duty]:
        team.zone = town.teams[before].end_place
    team.started, team.start_zone = town.now, team.zone
    become_free(town, team)


def end(town: Town, team: Team) -> None:
    """Duty ends, and a break with it; a team that is out finishes first."""
    team.past_end = True
    if team.pause is not None:
        team.pause.state, team.pause.ended = "over", town.now
    if team.state != "out":
        go_off(town, team)


def go_off(town: Town, team: Team) -> None:
    """Team is off duty for good; breaks that wait for it are lost."""
    team.end_place = place_of(town, team)
    team.state, team.ended = "over", town.now
    for pause in pauses_of(town, team):
        if pause.state == "pending":
            pause.state = "lost"


# --- breaks --------------------------------------------------------------------------------------


def pauses_of(town: Town, team: Team) -> list[Pause]:
    """Breaks of a duty."""
    return [p for p in town.pauses if town.world.breaks.duty[p.number] == team.duty]


def break_due(town: Town, pause: Pause) -> None:
    """Break is due: taken by a free team; by one out or on a break later, if it waits."""
    breaks = town.world.breaks
    team = town.teams[breaks.duty[pause.number]]
    if team.state == "free":
        take_break(town, team, pause)
    elif team.state in ("out", "on a break") and not team.past_end and breaks.waits[pause.number]:
        pause.state = "pending"
    else:
        pause.state = "lost"


def take_break(town: Town, team: Team, pause: Pause) -> None:
    """Team goes on a break where it is."""
    team.zone = place_of(town, team)
    team.state, team.pause = "on a break", pause
    pause.state, pause.started = "taken", town.now


def end_break(town: Town, pause: Pause) -> None:
    """Team comes back from a break."""
    team = town.teams[town.world.breaks.duty[pause.number]]
    pause.state, pause.ended, team.pause = "over", town.now, None
    go_on(town, team)


# --- assignment ----------------------------------------------------------------------------------


def assign(town: Town) -> None:
    """Look at each call of the queue once, first to last, and give it the best team it may have."""
    met: set[int] = set()
    while True:
        queue = [c for c, s in enumerate(town.call_state) if s == "waiting" and c not in met]
        if not queue:
            break
        call = min(queue, key=lambda c: order(town, c))
        met.add(call)
        serve(town, call)
    for call, state in enumerate(town.call_state):
        if state == "waiting" and mode_of(town.world, call) == Mode.SELF_DISPATCH:
            town.call_state[call] = "passed over" if may_be_referred(town, call) else "gone"
    for visit in sorted(town.visits, key=lambda v: (v.due, v.number)):
        if visit.state == "waiting" and may_begin(town, visit):
            make(town, visit)


def order(town: Town, call: int) -> tuple[int, int, int]:
    """Place of a call in the queue."""
    return priority_now(town, call), dispatchable(town.world, call), call


def priority_now(town: Town, call: int) -> int:
    """Priority of a call, risen step by step, each after the same time in which no team came."""
    policy, priority = town.world.policy, int(town.world.calls.priority[call])
    for step in range(1, policy.ageing_steps + 1):
        is_due = town.now >= dispatchable(town.world, call) + step * policy.ageing_after_s
        if is_due and priority > policy.ageing_most_urgent:
            priority -= 1
    return priority


def serve(town: Town, call: int) -> None:
    """Send the best free team that may go, or else one on a visit, or else on a lesser way."""
    n_free = len(free_teams(town))
    eligible = [t for t in free_teams(town) if may_go(town, call, t) and spared(town, call, n_free)]
    if not eligible and town.world.policy.visits_interruptible:
        eligible = [t for t in town.teams if is_visiting(t) and may_go(town, call, t)]
    if not eligible and town.world.policy.recalls:
        eligible = [t for t in town.teams if on_lesser_way(town, call, t) and may_go(town, call, t)]
    if eligible:
        zone = int(town.world.calls.zone[call])
        team = best(town, zone, eligible, (Kind.REMOTE_CLINICIAN,))
        n_cars = sum(t.state == "free" and not is_remote(town, t) for t in eligible)
        if team.state == "out":
            take_off(town, team)
        arrives = arrival(town, call, team, n_cars)
        send(town, team, arrives, call=call)
        town.call_state[call] = "given"


def free_teams(town: Town) -> list[Team]:
    """Free teams of the fleet; who makes visits only is none."""
    return [t for t in town.teams if t.state == "free" and kind_of(town, t) != Kind.FOLLOW_UP]


def is_visiting(team: Team) -> bool:
    """Whether a team is on a visit or on its way to one."""
    return team.trip is not None and team.trip["call"] == NEVER


def on_lesser_way(town: Town, call: int, team: Team) -> bool:
    """Whether a team is on its way to a call that may wait for this one."""
    if team.trip is None or is_visiting(team):
        return False
    if team.trip["arrived_at_s"] != NEVER or team.trip["arrives"] <= town.now:
        return False
    own = town.world.calls.priority[call]
    return bool(priority_now(town, team.trip["call"]) > own)


def take_off(town: Town, team: Team) -> None:
    """Break off a trip; what it was for waits again, unless it came by the team's own choice."""
    assert team.trip is not None
    call, visit = team.trip["call"], team.trip["visit"]
    if call == NEVER:
        finish(town, team, EndCause.INTERRUPTED)
        town.visits[visit].state = "waiting"
    else:
        finish(town, team, EndCause.REASSIGNED)
        by_choice = mode_of(town.world, call) == Mode.SELF_DISPATCH
        town.call_state[call] = "waiting"
        if by_choice or no_team_by(town, call):
            miss(town, call)


def may_go(town: Town, call: int, team: Team) -> bool:
    """Whether kind, a way, scope, range and the end of its duty allow a team to be sent."""
    calls = town.world.calls
    zone, priority = int(calls.zone[call]), int(calls.priority[call])
    by_choice = mode_of(town.world, call) == Mode.SELF_DISPATCH
    if by_choice and distance(town, zone, team) > town.world.policy.radius_s:
        return False
    in_time = has_way(town, zone, team) and before_end(town, priority, team)
    return can_serve(town, call, team) and in_scope(town, zone, team) and in_time


def has_way(town: Town, zone: int, team: Team) -> bool:
    """Whether a team can drive to a zone from where it is at this hour, if it has to."""
    return distance(town, zone, team) != UNREACHABLE


def can_serve(town: Town, call: int, team: Team) -> bool:
    """Whether the team has an officer, or patrol is there."""
    kind = kind_of(town, team)
    with_patrol = mode_of(town.world, call) in WITH_PATROL
    return kind == Kind.CO_RESPONDER or (kind != Kind.FOLLOW_UP and with_patrol)


def is_own(town: Town, zone: int, team: Team) -> bool:
    """Whether a zone is of the team's agency."""
    return bool(town.world.roster.agency[team.duty] == town.world.policy.agency_of_zone[zone])


def in_scope(town: Town, zone: int, team: Team) -> bool:
    """Whether a team may be sent to a zone that may be of another agency."""
    policy = town.world.policy
    if policy.scope == Scope.CLOSED:
        return is_own(town, zone, team)
    if policy.scope == Scope.OWN_FIRST:
        return is_own(town, zone, team) or distance(town, zone, team) <= policy.borrow_s
    return True


def before_end(town: Town, priority: int, team: Team) -> bool:
    """Whether the end of the duty is far enough, or does not matter."""
    policy, off_at = town.world.policy, town.world.roster.off_at_s[team.duty]
    if priority <= policy.cutoff_priority:
        return True
    return bool(off_at == town.world.window.horizon_s or town.now < off_at - policy.cutoff_s)


def spared(town: Town, call: int, n_free: int) -> bool:
    """Whether a team may be sent without touching the reserve, or in spite of it."""
    policy = town.world.policy
    overrides = town.world.calls.priority[call] <= policy.reserve_priority
    return bool(overrides or n_free > policy.reserve)


def best(town: Town, zone: int, eligible: list[Team], last: tuple[int, ...]) -> Team:
    """Team to send: of the `last` kinds if there are only those, own before borrowed, the rule."""

    def key(team: Team) -> tuple[bool, bool, int, int]:
        own_first = town.world.policy.scope == Scope.OWN_FIRST
        is_borrowed = own_first and not is_own(town, zone, team)
        return kind_of(town, team) in last, is_borrowed, preference(town, zone, team), team.duty

    return min(eligible, key=key)


def preference(town: Town, zone: int, team: Team) -> int:
    """What the best team has least of."""
    policy = town.world.policy
    if policy.rule == Rule.CLOSEST:
        return distance(town, zone, team)
    if policy.rule == Rule.PREFERENCE:
        return int(policy.preference[zone, town.world.roster.base_zone[team.duty]])
    if policy.rule == Rule.LONGEST_IDLE:
        return team.free_since
    broken_off = 0 if team.trip is None else town.now - team.trip["assigned_at_s"]
    return team.worked + broken_off


def hour_of_week(town: Town) -> int:
    """Hour of the week at this second, 0 being Monday after midnight."""
    return int((town.now // 3_600 + town.world.window.first_hour_of_week) % 168)


def between(town: Town, here: int, there: int) -> int:
    """Mean travel from zone to zone at this hour."""
    return int(town.world.travel.matrix_s[hour_of_week(town) % 24, here, there])


def is_remote(town: Town, team: Team) -> bool:
    """Whether a team is a screen."""
    return kind_of(town, team) == Kind.REMOTE_CLINICIAN


def distance(town: Town, zone: int, team: Team) -> int:
    """Mean travel of a team to a zone, as far as places are known and it has to travel at all."""
    if is_remote(town, team) or town.world.travel.model == TravelModel.SQUARE_ROOT:
        return 0
    return between(town, place_of(town, team), zone)


def drive(town: Town, zone: int, team: Team, n_cars: int) -> int:
    """Mean travel of a team that sets out to a zone, one of so many cars that might have."""
    if town.world.travel.model == TravelModel.SQUARE_ROOT:
        return int(town.world.travel.by_free_s[max(n_cars, 1)])
    return distance(town, zone, team)


def arrival(town: Town, call: int, team: Team, n_cars: int) -> int:
    """Second at which a team can begin: one without an officer not before patrol is there."""
    calls, kind = town.world.calls, kind_of(town, team)
    mean = drive(town, int(calls.zone[call]), team, n_cars)
    driving = int(np.floor(mean * float(calls.travel_factor[call]) + 0.5))
    by_car = town.now + int(calls.turnout_for_s[call]) + driving
    if kind == Kind.CO_RESPONDER:
        return by_car
    by_video = town.now + int(calls.connect_for_s[call])
    ready = by_video if kind == Kind.REMOTE_CLINICIAN else by_car
    return max(ready, patrol_there_at(town.world, call))


def send(town: Town, team: Team, arrives: int, *, call: int = NEVER, visit: int = NEVER) -> None:
    """Send a team to a call or a visit."""
    team.zone = place_of(town, team)
    trip = {
        "call": call,
        "visit": visit,
        "duty": team.duty,
        "origin_zone": team.zone,
        "assigned_at_s": town.now,
        "arrives": arrives,
        "leaves": NEVER,
        "ends": NEVER,
        "arrived_at_s": NEVER,
        "left_at_s": NEVER,
        "end_at_s": NEVER,
        "end_cause": EndCause.UNFINISHED,
    }
    town.trips.append(trip)
    team.state, team.trip = "out", trip


# --- visits --------------------------------------------------------------------------------------


def may_begin(town: Town, visit: Visit) -> bool:
    """Whether a visit that is due can be begun at this second."""
    policy = town.world.policy
    is_late = town.now > visit.due + policy.visit_expires_s
    return bool(policy.visit_hours[hour_of_week(town)] and not is_late)


def make(town: Town, visit: Visit) -> None:
    """Send the best one who is free for a visit, a team only if there is no other, if any."""
    zone = int(town.world.visits.zone[visit.number])
    eligible = [team for team in free_for_visits(town) if may_visit(town, zone, team)]
    if eligible:
        team = best(town, zone, eligible, TEAM_KINDS)
        arrives = town.now + drive(town, zone, team, len(eligible))
        send(town, team, arrives, visit=visit.number)
        visit.state = "given"


def free_for_visits(town: Town) -> list[Team]:
    """Those who make nothing else, and teams with a car if more are free than are to be spared."""
    out = [t for t in town.teams if t.state == "free" and kind_of(town, t) == Kind.FOLLOW_UP]
    policy, free = town.world.policy, free_teams(town)
    if policy.teams_visit and len(free) > policy.spare_teams:
        out += [team for team in free if not is_remote(town, team)]
    return out


def may_visit(town: Town, zone: int, team: Team) -> bool:
    """Whether a way, scope and the end of its duty allow a team to be sent on a visit."""
    return (
        has_way(town, zone, team)
        and in_scope(town, zone, team)
        and before_end(town, LEAST_URGENT, team)
    )


# --- what is told --------------------------------------------------------------------------------


def record(town: Town) -> Record:
    """Trips, duties, breaks and chairs as an engine records them."""
    duties = {
        "started_at_s": [team.started for team in town.teams],
        "ended_at_s": [team.ended for team in town.teams],
        "start_zone": [team.start_zone for team in town.teams],
    }
    breaks = {
        "started_at_s": [pause.started for pause in town.pauses],
        "ended_at_s": [pause.ended for pause in town.pauses],
    }
    of_trip, of_stay = ([c.name for c in recorded(table)] for table in (TripLedger, ChairLedger))
    trips = {name: [trip[name] for trip in town.trips] for name in of_trip}
    chairs = {name: [stay[name] for stay in town.chairs] for name in of_stay}
    return record_of(trips, duties, breaks, chairs)
