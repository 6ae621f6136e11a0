"""A third voice: the model by brute force, second by second, written from its rules alone.

It shares no code with either engine, and none with `dispatch` or `world`: plain loops over
everything, at every second, over and over until nothing is due. Only good for small worlds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.model.ledger import Record
from sim.model.world import World
from sim.schema import Destination, EndCause, Fate, Kind, Mode, Rule, Scope, TravelModel

NEVER = -1
NO_SECOND = 10**15
WITH_PATROL = (Mode.CO_DISPATCH, Mode.OFFICER_REQUEST)


@dataclass
class Team:
    """One duty of a post and the car, or the screen, that is on it."""

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
class Town:
    """The whole state of a world at one second."""

    world: World
    now: int = 0
    teams: list[Team] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    call_state: list[str] = field(default_factory=list)  # home, waiting, given, gone
    trips: list[dict[str, int]] = field(default_factory=list)
    must_assign: bool = False


def simulate(world: World) -> Record:
    """Run a world, second by second."""
    town = Town(world)
    town.teams = [Team(duty) for duty in range(len(world.roster.post))]
    town.pauses = [Pause(number) for number in range(len(world.breaks.duty))]
    town.call_state = ["home" if asks(world, c) else "gone" for c in range(len(world.calls.zone))]
    for town.now in range(world.window.horizon_s):
        while (event := first_due(town)) is not None:
            apply(town, *event)
    return record(town)


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
    if mode_of(world, call) == Mode.OFFICER_REQUEST:
        return patrol_there_at(world, call) + int(world.calls.request_for_s[call])
    return int(world.calls.received_at_s[call] + world.calls.triage_for_s[call])


def gives_up(world: World, call: int) -> int:
    """Second at which the patience of a call ends."""
    clocks = [int(world.calls.leaves_for_s[call])]
    if mode_of(world, call) in WITH_PATROL:
        clocks.append(int(world.calls.patrol_clears_for_s[call]))
    return dispatchable(world, call) + min(clocks)


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
        if state in ("waiting", "given") and gives_up(town.world, call) == town.now:
            due.append((10, call, None))
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
        if trip["left_at_s"] != NEVER and trip["ends"] == now:
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
    if rank == 7:
        town.call_state[number] = "waiting"
        town.must_assign = True
    elif rank == 9:
        town.must_assign = False
        assign(town)
    elif rank == 10:
        give_up(town, number)
    elif isinstance(whose, Pause):
        {5: end_break, 6: break_due}[rank](town, whose)
    else:
        {2: arrive, 3: leave, 4: release, 5: end, 6: start}[rank](town, whose)


# --- a trip --------------------------------------------------------------------------------------


def arrive(town: Town, team: Team) -> None:
    """Team is on scene, or on video; it cannot be recalled any more."""
    assert team.trip is not None
    calls, call, kind = town.world.calls, team.trip["call"], kind_of(town, team)
    team.trip["arrived_at_s"] = town.now
    team.trip["leaves"] = town.now + int(calls.on_scene_for_s_by_kind[kind][call])
    if kind != Kind.REMOTE_CLINICIAN:
        team.zone = int(calls.zone[call])
    town.call_state[call] = "gone"


def leave(town: Town, team: Team) -> None:
    """Team leaves the scene, with the person or without."""
    assert team.trip is not None
    team.trip["left_at_s"] = town.now
    seconds = after_scene(town.world, team.trip["call"], kind_of(town, team))
    team.trip["ends"] = town.now + seconds


def after_scene(world: World, call: int, kind: int) -> int:
    """Transport and handover if the team goes along, then the report."""
    c, fate = world.calls, int(world.calls.fate_by_kind[kind][call])
    seconds = int(c.report_for_s[call])
    if not c.contact[call] or not world.policy.goes_along[kind][fate]:
        return seconds
    to_centre = fate == Fate.VOLUNTARY and c.wanted_destination[call] == Destination.CENTRE
    to_hospital = fate == Fate.HOLD or (fate == Fate.VOLUNTARY and not to_centre)
    if to_centre:
        seconds += int(c.centre_transport_for_s[call] + c.centre_handover_for_s[call])
    if to_hospital:
        seconds += int(c.hospital_transport_for_s[call] + c.hospital_handover_for_s[call])
    if fate == Fate.ARREST:
        seconds += int(c.booking_for_s[call])
    return seconds


def release(town: Town, team: Team) -> None:
    """Team is done with its call."""
    finish(town, team, EndCause.CLEARED)
    go_on(town, team)


def give_up(town: Town, call: int) -> None:
    """Patience ends: out of the queue, or the team on its way is recalled."""
    town.call_state[call] = "gone"
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
        team.home_at = town.now + between(town, team.zone, int(base))


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
        call = min(queue, key=lambda c: order(town.world, c))
        met.add(call)
        serve(town, call)
    for call, state in enumerate(town.call_state):
        if state == "waiting" and mode_of(town.world, call) == Mode.SELF_DISPATCH:
            town.call_state[call] = "gone"


def order(world: World, call: int) -> tuple[int, int, int]:
    """Place of a call in the queue."""
    return int(world.calls.priority[call]), dispatchable(world, call), call


def serve(town: Town, call: int) -> None:
    """Send the best free team that may go, or else the best of those on a lesser way."""
    free = [team for team in town.teams if team.state == "free"]
    eligible = [team for team in free if may_go(town, call, team) and spared(town, call, len(free))]
    n_cars = sum(kind_of(town, team) != Kind.REMOTE_CLINICIAN for team in eligible)
    if eligible:
        send(town, call, best(town, call, eligible), n_cars)
    elif town.world.policy.recalls:
        on_lesser_ways = [team for team in town.teams if on_lesser_way(town, call, team)]
        eligible = [team for team in on_lesser_ways if may_go(town, call, team)]
        if eligible:
            team = best(town, call, eligible)
            take_off(town, team)
            send(town, call, team, n_cars)


def on_lesser_way(town: Town, call: int, team: Team) -> bool:
    """Whether a team is on its way to a call that may wait for this one."""
    if team.trip is None or team.trip["arrived_at_s"] != NEVER or team.trip["arrives"] <= town.now:
        return False
    priority = town.world.calls.priority
    return bool(priority[team.trip["call"]] > priority[call])


def take_off(town: Town, team: Team) -> None:
    """Break off a trip; its call waits again, unless it came by the team's own choice."""
    assert team.trip is not None
    call = team.trip["call"]
    finish(town, team, EndCause.REASSIGNED)
    by_choice = mode_of(town.world, call) == Mode.SELF_DISPATCH
    town.call_state[call] = "gone" if by_choice else "waiting"


def may_go(town: Town, call: int, team: Team) -> bool:
    """Whether kind, scope, range and the end of its duty allow a team to be sent."""
    return can_serve(town, call, team) and reaches(town, call, team) and in_time(town, call, team)


def can_serve(town: Town, call: int, team: Team) -> bool:
    """Whether the team has an officer, or patrol is there."""
    has_officer = kind_of(town, team) == Kind.CO_RESPONDER
    return has_officer or mode_of(town.world, call) in WITH_PATROL


def is_own(town: Town, call: int, team: Team) -> bool:
    """Whether a call is in a zone of the team's agency."""
    agency = town.world.policy.agency_of_zone[town.world.calls.zone[call]]
    return bool(town.world.roster.agency[team.duty] == agency)


def reaches(town: Town, call: int, team: Team) -> bool:
    """Whether a call is near enough, for one taken by choice and for one of another agency."""
    policy, away = town.world.policy, distance(town, call, team)
    if mode_of(town.world, call) == Mode.SELF_DISPATCH and away > policy.radius_s:
        return False
    if policy.scope == Scope.CLOSED:
        return is_own(town, call, team)
    if policy.scope == Scope.OWN_FIRST:
        return is_own(town, call, team) or away <= policy.borrow_s
    return True


def in_time(town: Town, call: int, team: Team) -> bool:
    """Whether the end of the duty is far enough, or does not matter."""
    policy, off_at = town.world.policy, town.world.roster.off_at_s[team.duty]
    if town.world.calls.priority[call] <= policy.cutoff_priority:
        return True
    return bool(off_at == town.world.window.horizon_s or town.now < off_at - policy.cutoff_s)


def spared(town: Town, call: int, n_free: int) -> bool:
    """Whether a team may be sent without touching the reserve, or in spite of it."""
    policy = town.world.policy
    overrides = town.world.calls.priority[call] <= policy.reserve_priority
    return bool(overrides or n_free > policy.reserve)


def best(town: Town, call: int, eligible: list[Team]) -> Team:
    """Team to send: by car before by video, own before borrowed, then the rule, then the duty."""

    def key(team: Team) -> tuple[bool, bool, int, int]:
        by_video = kind_of(town, team) == Kind.REMOTE_CLINICIAN
        own_first = town.world.policy.scope == Scope.OWN_FIRST
        is_borrowed = own_first and not is_own(town, call, team)
        return by_video, is_borrowed, preference(town, call, team), team.duty

    return min(eligible, key=key)


def preference(town: Town, call: int, team: Team) -> int:
    """What the best team has least of."""
    policy, zone = town.world.policy, town.world.calls.zone[call]
    if policy.rule == Rule.CLOSEST:
        return distance(town, call, team)
    if policy.rule == Rule.PREFERENCE:
        return int(policy.preference[zone, town.world.roster.base_zone[team.duty]])
    if policy.rule == Rule.LONGEST_IDLE:
        return team.free_since
    broken_off = 0 if team.trip is None else town.now - team.trip["assigned_at_s"]
    return team.worked + broken_off


def between(town: Town, here: int, there: int) -> int:
    """Mean travel from zone to zone at this hour."""
    hour = (town.now // 3_600 + town.world.window.first_hour_of_week) % 24
    return int(town.world.travel.matrix_s[hour, here, there])


def distance(town: Town, call: int, team: Team) -> int:
    """Mean travel of a team to a call, as far as places are known and it has to travel at all."""
    by_video = kind_of(town, team) == Kind.REMOTE_CLINICIAN
    if by_video or town.world.travel.model == TravelModel.SQUARE_ROOT:
        return 0
    return between(town, place_of(town, team), int(town.world.calls.zone[call]))


def arrival(town: Town, call: int, team: Team, n_cars: int) -> int:
    """Second at which a team can begin: one without an officer not before patrol is there."""
    calls, kind = town.world.calls, kind_of(town, team)
    mean = distance(town, call, team)
    if town.world.travel.model == TravelModel.SQUARE_ROOT:
        mean = int(town.world.travel.by_free_s[max(n_cars, 1)])
    driving = int(np.floor(mean * float(calls.travel_factor[call]) + 0.5))
    by_car = town.now + int(calls.turnout_for_s[call]) + driving
    if kind == Kind.CO_RESPONDER:
        return by_car
    by_video = town.now + int(calls.connect_for_s[call])
    ready = by_video if kind == Kind.REMOTE_CLINICIAN else by_car
    return max(ready, patrol_there_at(town.world, call))


def send(town: Town, call: int, team: Team, n_cars: int) -> None:
    """Send a team to a call."""
    team.zone = place_of(town, team)
    trip = {
        "call": call,
        "duty": team.duty,
        "origin_zone": team.zone,
        "assigned_at_s": town.now,
        "arrives": arrival(town, call, team, n_cars),
        "leaves": NEVER,
        "ends": NEVER,
        "arrived_at_s": NEVER,
        "left_at_s": NEVER,
        "end_at_s": NEVER,
        "end_cause": EndCause.UNFINISHED,
    }
    town.trips.append(trip)
    team.state, team.trip = "out", trip
    town.call_state[call] = "given"


def record(town: Town) -> Record:
    """Trips, duties and breaks as an engine records them."""
    of_others = {
        "started_at_s": [team.started for team in town.teams],
        "ended_at_s": [team.ended for team in town.teams],
        "start_zone": [team.start_zone for team in town.teams],
        "break_started_at_s": [pause.started for pause in town.pauses],
        "break_ended_at_s": [pause.ended for pause in town.pauses],
    }
    of_trip = [name for name in Record._fields if name not in of_others]
    columns = {name: [trip[name] for trip in town.trips] for name in of_trip} | of_others
    return Record(**{name: np.array(column, np.int64) for name, column in columns.items()})
