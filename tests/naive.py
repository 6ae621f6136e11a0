"""A third voice: the model by brute force, second by second, written from its rules alone.

It shares no code with either engine and none with `dispatch`: plain loops over everything, at every
second, over and over until nothing is due. Only good for small worlds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.model.ledger import Record
from sim.model.world import World

NEVER = -1


@dataclass
class Team:
    """One duty of a post and the car that is on it."""

    duty: int
    state: str = "not yet"  # not yet, free, out, over
    place: int = NEVER
    free_since: int = 0
    worked: int = 0
    trip: dict[str, int] | None = None
    started: int = NEVER
    ended: int = NEVER
    start_place: int = NEVER
    past_end: bool = False


@dataclass
class Town:
    """The whole state of a world at one second."""

    world: World
    now: int = 0
    teams: list[Team] = field(default_factory=list)
    call_state: list[str] = field(default_factory=list)  # home, waiting, given, gone
    trips: list[dict[str, int]] = field(default_factory=list)
    must_assign: bool = False


def simulate(world: World) -> Record:
    """Run a world, second by second."""
    town = Town(world)
    town.teams = [Team(duty) for duty in range(len(world.roster.post))]
    town.call_state = ["home" if asks(world, c) else "gone" for c in range(len(world.calls.zone))]
    for town.now in range(world.window.horizon_s):
        while (event := first_due(town)) is not None:
            apply(town, *event)
    return record(town)


def asks(world: World, call: int) -> bool:
    """Whether a call is a request for a team."""
    return bool(world.calls.funnel_u[call] < world.policy.requested_ppm)


def dispatchable(world: World, call: int) -> int:
    """Second at which a call can be assigned."""
    return int(world.calls.received_at_s[call] + world.calls.triage_for_s[call])


def gives_up(world: World, call: int) -> int:
    """Second at which the patience of a call ends."""
    calls = world.calls
    clocks = [int(calls.leaves_for_s[call])]
    if world.policy.patrol_attends:
        clocks.append(int(calls.patrol_clears_for_s[call]))
    return dispatchable(world, call) + min(clocks)


def first_due(town: Town) -> tuple[int, int, Any] | None:
    """Least (rank, id) that is due at this second."""
    due: list[tuple[int, int, Any]] = []
    for team in town.teams:
        due += [(rank, team.duty, team) for rank in ranks_due(town, team)]
    for call, state in enumerate(town.call_state):
        if state == "home" and dispatchable(town.world, call) == town.now:
            due.append((7, call, None))
        if state in ("waiting", "given") and gives_up(town.world, call) == town.now:
            due.append((10, call, None))
    if town.must_assign:
        due.append((9, 0, None))
    return min(due, key=lambda event: event[:2], default=None)


def ranks_due(town: Town, team: Team) -> list[int]:
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


def apply(town: Town, rank: int, number: int, team: Team | None) -> None:
    """Let one event happen."""
    if rank == 7:
        town.call_state[number] = "waiting"
        town.must_assign = True
    elif rank == 9:
        town.must_assign = False
        assign(town)
    elif rank == 10:
        give_up(town, number)
    elif team is not None:
        {2: arrive, 3: leave, 4: release, 5: end, 6: start}[rank](town, team)


def arrive(town: Town, team: Team) -> None:
    """Team is on scene; it cannot be recalled any more."""
    assert team.trip is not None
    call = team.trip["call"]
    team.trip["arrived_at_s"] = town.now
    team.trip["leaves"] = town.now + int(town.world.calls.on_scene_for_s_by_kind[0][call])
    team.place = int(town.world.calls.zone[call])
    town.call_state[call] = "gone"


def leave(town: Town, team: Team) -> None:
    """Team leaves the scene, with the person or without."""
    assert team.trip is not None
    team.trip["left_at_s"] = town.now
    team.trip["ends"] = town.now + after_scene(town.world, team.trip["call"])


def after_scene(world: World, call: int) -> int:
    """Transport and handover if the team goes along, then the report."""
    c, fate = world.calls, int(world.calls.fate_by_kind[0][call])
    seconds = int(c.report_for_s[call])
    if not c.contact[call] or not world.policy.goes_along[fate]:
        return seconds
    to_centre = fate == 2 and c.wanted_destination[call] == 1
    to_hospital = fate == 3 or (fate == 2 and not to_centre)
    if to_centre:
        seconds += int(c.centre_transport_for_s[call] + c.centre_handover_for_s[call])
    if to_hospital:
        seconds += int(c.hospital_transport_for_s[call] + c.hospital_handover_for_s[call])
    if fate == 4:
        seconds += int(c.booking_for_s[call])
    return seconds


def release(town: Town, team: Team, cause: int = 0) -> None:
    """Team is done with its trip: free again, or off duty if its duty is past its end."""
    assert team.trip is not None
    team.trip["end_at_s"], team.trip["end_cause"] = town.now, cause
    team.worked += town.now - team.trip["assigned_at_s"]
    team.trip = None
    if team.past_end:
        team.state, team.ended = "over", town.now
    else:
        team.state, team.free_since, town.must_assign = "free", town.now, True


def end(town: Town, team: Team) -> None:
    """Duty ends; a team that is out finishes first."""
    team.past_end = True
    if team.state == "free":
        team.state, team.ended = "over", town.now


def start(town: Town, team: Team) -> None:
    """Duty starts, unless it lacks a role or its time is over."""
    roster, duty = town.world.roster, team.duty
    complete = roster.officer_present[duty] and roster.clinician_present[duty]
    if not complete or town.now >= roster.off_at_s[duty]:
        team.state = "over"
        return
    before = roster.predecessor[duty]
    while before != NEVER and town.teams[before].started == NEVER:
        before = roster.predecessor[before]
    team.place = int(roster.base_zone[duty])
    if before != NEVER and town.teams[before].ended >= roster.on_at_s[duty]:
        team.place = town.teams[before].place
    team.state, team.started, team.start_place = "free", town.now, team.place
    team.free_since, town.must_assign = town.now, True


def give_up(town: Town, call: int) -> None:
    """Patience ends: out of the queue, or the team on its way is recalled."""
    town.call_state[call] = "gone"
    for team in town.teams:
        if team.trip is not None and team.trip["call"] == call:
            release(town, team, cause=1)


def assign(town: Town) -> None:
    """First call of the queue to the best free team, until there is none of either."""
    calls = town.world.calls
    while True:
        queue = [c for c, state in enumerate(town.call_state) if state == "waiting"]
        free = [team for team in town.teams if team.state == "free"]
        if not queue or not free:
            return
        call = min(queue, key=lambda c: (calls.priority[c], dispatchable(town.world, c), c))
        team = min(free, key=lambda t: (preference(town, call, t, len(free)), t.duty))
        send(town, call, team, len(free))


def mean_travel(town: Town, call: int, team: Team, n_free: int) -> int:
    """Mean travel of a team to a call."""
    travel, window = town.world.travel, town.world.window
    if travel.model == 1:
        return int(travel.by_free_s[n_free])
    hour = (town.now // 3_600 + window.first_hour_of_week) % 24
    return int(travel.matrix_s[hour, team.place, town.world.calls.zone[call]])


def preference(town: Town, call: int, team: Team, n_free: int) -> int:
    """What the best team has least of."""
    policy, zone = town.world.policy, town.world.calls.zone[call]
    if policy.rule == 0:
        return mean_travel(town, call, team, n_free)
    if policy.rule == 1:
        return int(policy.preference[zone, town.world.roster.base_zone[team.duty]])
    return team.free_since if policy.rule == 2 else team.worked


def send(town: Town, call: int, team: Team, n_free: int) -> None:
    """Send a team to a call."""
    calls = town.world.calls
    travel = mean_travel(town, call, team, n_free) * float(calls.travel_factor[call])
    trip = {
        "call": call,
        "attempt": 0,
        "duty": team.duty,
        "origin_zone": team.place,
        "assigned_at_s": town.now,
        "arrives": town.now + int(calls.turnout_for_s[call]) + int(np.floor(travel + 0.5)),
        "leaves": NEVER,
        "ends": NEVER,
        "arrived_at_s": NEVER,
        "left_at_s": NEVER,
        "end_at_s": NEVER,
        "end_cause": 2,
    }
    town.trips.append(trip)
    team.state, team.trip = "out", trip
    town.call_state[call] = "given"


def record(town: Town) -> Record:
    """Trips and duties as an engine records them."""
    of_duty = {
        "started_at_s": [team.started for team in town.teams],
        "ended_at_s": [team.ended for team in town.teams],
        "start_zone": [team.start_place for team in town.teams],
    }
    of_trip = [name for name in Record._fields if name not in of_duty]
    columns = {name: [trip[name] for trip in town.trips] for name in of_trip} | of_duty
    return Record(**{name: np.array(column, np.int64) for name, column in columns.items()})
