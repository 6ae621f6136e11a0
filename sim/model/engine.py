"""The definition of the model: a SimPy process for a call, one for a duty's team, one for dispatch.

The next event is always the due one of least (second, rank, id); `Rank` lists the ranks. SimPy's
own events (a process that starts, a wake-up) come before any ranked one of the same second.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Generator
from typing import Any, NamedTuple

import numpy as np
import simpy
from simpy.events import Event, EventPriority

from sim.model import dispatch
from sim.model.ledger import Record
from sim.model.world import World, requested, serves, waits
from sim.schema import NONE, EndCause, Kind, Rank, TravelModel

RANK_STEP = 1 << 40  # ids stay far below it
AFTER_SIMPY = 2  # SimPy's own priorities are 0 (urgent) and 1 (normal)

Process = Generator[Event, Any, None]


class Environment(simpy.Environment):
    """SimPy's environment, with a clock of whole seconds."""

    @property
    def now(self) -> int:
        """Second of the run."""
        return int(self._now)


class At(Event):
    """An event of a given second, rank and id."""

    def __init__(self, env: Environment, when_s: int, rank: int, number: int) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        priority = EventPriority(AFTER_SIMPY + rank * RANK_STEP + number)
        env.schedule(self, priority, when_s - env.now)


class _Trips(NamedTuple):
    """Columns of the trips, filled as they happen."""

    call: list[int]
    attempt: list[int]
    duty: list[int]
    origin_zone: list[int]
    assigned_at_s: list[int]
    arrived_at_s: list[int]
    left_at_s: list[int]
    end_at_s: list[int]
    end_cause: list[int]


class _Duties(NamedTuple):
    """State of each duty's team."""

    zone: list[int]
    idle_since_s: list[int]
    worked_for_s: list[int]
    started_at_s: list[int]
    ended_at_s: list[int]
    start_zone: list[int]


def _lists(table: Any) -> dict[str, list[Any]]:  # noqa: ANN401 - any table of the schema
    """Columns of a table as lists, which Python indexes faster than arrays."""
    return {name: column.tolist() for name, column in table._asdict().items()}


class Simulation:
    """One run of one world in SimPy."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.env = Environment()
        self.calls = _lists(world.calls)
        self.roster = _lists(world.roster)
        self.clocks = _lists(waits(world))
        self.serves = serves(world.roster).tolist()
        self.goes_along = world.policy.goes_along.tolist()
        self.preference = world.policy.preference.tolist()
        self.matrix_s = world.travel.matrix_s.tolist()
        self.by_free_s = world.travel.by_free_s.tolist()
        self.waiting: list[tuple[int, int, int]] = []  # (priority, dispatchable second, call)
        self.free: list[int] = []  # duties on duty and free, in id order
        self.off_duty: set[int] = set()  # duties past their end
        self.trip_of = [NONE] * len(world.calls.zone)
        self.trips = _Trips([], [], [], [], [], [], [], [], [])
        n = len(world.roster.post)
        self.duties = _Duties(*([value] * n for value in (NONE, NONE, 0, NONE, NONE, NONE)))
        self.order = [self.env.event() for _ in range(n)]  # next trip of a team, or None: go off
        self.done = [self.env.event() for _ in range(n)]
        self.something_changed = self.env.event()
        self.teams: list[simpy.Process] = []

    def run(self) -> Record:
        """Run to the horizon and return what happened."""
        self.env.process(self.intake())
        self.env.process(self.dispatch())
        self.teams = [self.env.process(self.team(duty)) for duty in range(len(self.order))]
        self.env.run(until=At(self.env, self.world.window.horizon_s, -1, 0))
        return self.record()

    def record(self) -> Record:
        """Trips and duties as arrays."""
        happened = {**self.trips._asdict(), **self.duties._asdict()}
        arrays = {name: np.array(happened[name], np.int64) for name in Record._fields}
        return Record(**arrays)

    def at(self, when_s: int, rank: Rank, number: int) -> At:
        """Event of a second, rank and id."""
        return At(self.env, when_s, rank, number)

    # --- a call -----------------------------------------------------------------------------

    def intake(self) -> Process:
        """Start a process for each call that asks for a team, when it is received."""
        for call in np.flatnonzero(requested(self.world)).tolist():
            yield self.env.timeout(self.calls["received_at_s"][call] - self.env.now)
            self.env.process(self.call(call))

    def call(self, call: int) -> Process:
        """Wait through triage, then for a team until patience ends."""
        dispatchable_at_s = self.clocks["dispatchable_at_s"][call]
        yield self.at(dispatchable_at_s, Rank.DISPATCHABLE, call)
        entry = (self.calls["priority"][call], dispatchable_at_s, call)
        insort(self.waiting, entry)
        self.wake_dispatch()
        yield self.at(self.clocks["patience_ends_at_s"][call], Rank.PATIENCE_ENDS, call)
        trip = self.trip_of[call]
        if trip == NONE:
            self.waiting.remove(entry)
        elif self.trips.arrived_at_s[trip] == NONE:
            self.teams[self.trips.duty[trip]].interrupt("recalled")

    # --- a team -----------------------------------------------------------------------------

    def team(self, duty: int) -> Process:
        """One duty of a post: wait for its start, then make trips until it ends."""
        yield from self.relieve(duty)
        if self.serves[duty] and self.env.now < self.roster["off_at_s"][duty]:
            self.start(duty)
            while (order := (yield self.order[duty])) is not None:
                yield from self.make_trip(duty, *order)
                if duty in self.off_duty:
                    break
                self.set_free(duty)
            self.duties.ended_at_s[duty] = self.env.now
        self.done[duty].succeed()

    def relieve(self, duty: int) -> Process:
        """Wait for the start of the duty, and for the one before it to be released."""
        before = self.roster["predecessor"][duty]
        if before != NONE:
            yield self.done[before]
        when_s = max(self.roster["on_at_s"][duty], self.env.now)
        yield self.at(when_s, Rank.DUTY_STARTS, duty)

    def start(self, duty: int) -> None:
        """Go on duty: where the one before was relieved, or at base."""
        duties, on_at_s = self.duties, self.roster["on_at_s"][duty]
        before = self.roster["predecessor"][duty]
        while before != NONE and duties.started_at_s[before] == NONE:  # it never served
            before = self.roster["predecessor"][before]
        relieved = before != NONE and duties.ended_at_s[before] >= on_at_s
        duties.zone[duty] = duties.zone[before] if relieved else self.roster["base_zone"][duty]
        duties.start_zone[duty] = duties.zone[duty]
        duties.started_at_s[duty] = self.env.now
        self.set_free(duty)
        self.env.process(self.end_of_duty(duty))

    def end_of_duty(self, duty: int) -> Process:
        """Send a free team off duty at its end; a busy one finishes first."""
        yield self.at(self.roster["off_at_s"][duty], Rank.DUTY_ENDS, duty)
        self.off_duty.add(duty)
        if duty in self.free:
            self.free.remove(duty)
            self.order[duty].succeed(None)

    def set_free(self, duty: int) -> None:
        """Put a team among the free ones."""
        insort(self.free, duty)
        self.duties.idle_since_s[duty] = self.env.now
        self.order[duty] = self.env.event()
        self.wake_dispatch()

    def make_trip(self, duty: int, trip: int, arrives_at_s: int) -> Process:
        """Go to the call, serve it, take the person where they go, write the report."""
        trips, call = self.trips, self.trips.call[trip]
        try:
            yield self.at(arrives_at_s, Rank.ARRIVES, duty)
        except simpy.Interrupt:
            trips.end_cause[trip] = EndCause.RECALLED
        else:
            trips.arrived_at_s[trip] = self.env.now
            self.duties.zone[duty] = self.calls["zone"][call]
            on_scene_for_s = self.calls["on_scene_for_s_by_kind"][Kind.CO_RESPONDER][call]
            yield self.at(self.env.now + on_scene_for_s, Rank.LEAVES_SCENE, duty)
            trips.left_at_s[trip] = self.env.now
            yield self.at(self.env.now + self.after_scene_for_s(call), Rank.RELEASED, duty)
            trips.end_cause[trip] = EndCause.CLEARED
        trips.end_at_s[trip] = self.env.now
        self.duties.worked_for_s[duty] += self.env.now - trips.assigned_at_s[trip]

    def after_scene_for_s(self, call: int) -> int:
        """Transport and handover if the team goes along, then the report."""
        calls = self.calls
        fate = calls["fate_by_kind"][Kind.CO_RESPONDER][call]
        wanted = calls["wanted_destination"][call]
        away_for_s = dispatch.away_for_s(
            dispatch.destination_of(calls["contact"][call], fate, wanted),
            self.goes_along[fate],
            calls["centre_transport_for_s"][call] + calls["centre_handover_for_s"][call],
            calls["hospital_transport_for_s"][call] + calls["hospital_handover_for_s"][call],
            calls["booking_for_s"][call],
        )
        report_for_s: int = calls["report_for_s"][call]
        return away_for_s + report_for_s

    # --- dispatch ---------------------------------------------------------------------------

    def wake_dispatch(self) -> None:
        """Tell dispatch that a call or a team is new."""
        if not self.something_changed.triggered:
            self.something_changed.succeed()

    def dispatch(self) -> Process:
        """After all else of a second, assign: first call in the queue, best free team."""
        while True:
            yield self.something_changed
            yield self.at(self.env.now, Rank.ASSIGN, 0)
            self.something_changed = self.env.event()
            while self.waiting and self.free:
                self.assign(self.waiting.pop(0)[2])

    def assign(self, call: int) -> None:
        """Send the best free team to a call."""
        trip, now_s = len(self.trips.call), self.env.now
        duty, mean_s = self.best_team(call)
        row = (call, 0, duty, self.duties.zone[duty], now_s, NONE, NONE, NONE, EndCause.UNFINISHED)
        for column, value in zip(self.trips, row, strict=True):
            column.append(value)
        self.trip_of[call] = trip
        self.free.remove(duty)
        travel_for_s = dispatch.travel_for_s(mean_s, self.calls["travel_factor"][call])
        arrives_at_s = now_s + self.calls["turnout_for_s"][call] + travel_for_s
        self.order[duty].succeed((trip, arrives_at_s))

    def best_team(self, call: int) -> tuple[int, int]:
        """Best free team for a call (least score, then least id) and its mean travel."""
        rule, zone = self.world.policy.rule, self.calls["zone"][call]
        best, least, best_mean_s = NONE, 0, 0
        for duty in self.free:
            mean_s = self.mean_travel_s(self.duties.zone[duty], zone)
            preferred = self.preference[zone][self.roster["base_zone"][duty]]
            idle_s, worked_s = self.duties.idle_since_s[duty], self.duties.worked_for_s[duty]
            figure = dispatch.score(rule, mean_s, preferred, idle_s, worked_s)
            if best == NONE or figure < least:
                best, least, best_mean_s = duty, figure, mean_s
        return best, best_mean_s

    def mean_travel_s(self, origin: int, zone: int) -> int:
        """Mean travel to a zone: of the pair of zones now, or of the number of free teams."""
        if self.world.travel.model == TravelModel.SQUARE_ROOT:
            return int(self.by_free_s[len(self.free)])
        hour = dispatch.hour_of_day(self.env.now, self.world.window.first_hour_of_week)
        mean_s: int = self.matrix_s[hour][origin][zone]
        return mean_s


def simulate(world: World) -> Record:
    """Run a world in SimPy; the definition every other engine is held against."""
    return Simulation(world).run()
