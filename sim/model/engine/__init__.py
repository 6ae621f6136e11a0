"""The definition of the model: a SimPy process for a call, a duty's team, a break, and dispatch.

The next event is always the due one of least (second, rank, id); `Rank` lists the ranks. SimPy's
own events (a process that starts, a wake-up) come before any ranked one of the same second.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Generator
from typing import Any, cast

import numpy as np
import simpy
from simpy.events import Event

from sim.model import dispatch
from sim.model.engine.clock import At
from sim.model.engine.state import NEVER, Order, State
from sim.model.ledger import Record
from sim.model.world import World, requested
from sim.schema import NONE, EndCause, Kind, Mode, Rank

RECALLED = "recalled"

Process = Generator[Event, Any, None]


class Simulation(State):
    """One run of one world in SimPy."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.something_changed = self.env.event()
        self.order = [self.env.event() for _ in self.serves]  # next order of a team; None: go off
        self.done = [self.env.event() for _ in self.serves]
        self.teams: list[simpy.Process] = []

    def run(self) -> Record:
        """Run to the horizon and return what happened."""
        self.env.process(self.intake())
        self.env.process(self.dispatch())
        self.teams = [self.env.process(self.team(duty)) for duty in range(len(self.order))]
        for number in range(len(self.rest["duty"])):
            self.env.process(self.due_break(number))
        self.env.run(until=At(self.env, self.world.window.horizon_s, -1, 0))
        return self.record()

    def record(self) -> Record:
        """Trips, duties and breaks as arrays."""
        happened = self.trips._asdict() | self.duties._asdict() | self.breaks._asdict()
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
        """Wait until a team can be sent, then for a team until patience ends."""
        yield self.at(self.clocks["dispatchable_at_s"][call], Rank.DISPATCHABLE, call)
        insort(self.waiting, self.entry(call))
        self.wake_dispatch()
        yield self.at(self.clocks["patience_ends_at_s"][call], Rank.PATIENCE_ENDS, call)
        trip = self.trip_of[call]
        if trip != NONE and self.trips.arrived_at_s[trip] == NONE:
            self.teams[self.trips.duty[trip]].interrupt(RECALLED)
        elif trip == NONE and self.mode[call] != Mode.SELF_DISPATCH:
            self.waiting.remove(self.entry(call))

    # --- a team -----------------------------------------------------------------------------

    def team(self, duty: int) -> Process:
        """One duty of a post: wait for its start, then make trips until it ends."""
        yield from self.relieve(duty)
        if self.serves[duty] and self.env.now < self.roster["off_at_s"][duty]:
            self.start(duty)
            while (given := (yield self.order[duty])) is not None:
                order: Order | None = given
                while order is not None:  # another one, if it is broken off for that
                    order = yield from self.make_trip(duty, order)
                if duty in self.off_duty:
                    break
                self.order[duty] = self.env.event()
                self.set_available(duty)
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
        """Send a team off duty at its end, from its break too; a busy one finishes first."""
        yield self.at(self.roster["off_at_s"][duty], Rank.DUTY_ENDS, duty)
        self.off_duty.add(duty)
        resting = self.duties.resting[duty]
        if resting != NONE:
            self.breaks.break_ended_at_s[resting] = self.env.now
            self.order[duty].succeed(None)
        elif duty in self.free:
            self.leave_free(duty)
            self.order[duty].succeed(None)

    def set_available(self, duty: int) -> None:
        """Let a team take the break that waits for it, or be free."""
        self.duties.resting[duty] = NONE
        if self.pending[duty]:
            self.env.process(self.take_break(duty, self.pending[duty].popleft()))
        else:
            self.set_free(duty)

    def set_free(self, duty: int) -> None:
        """Put a team among the free ones."""
        insort(self.free, duty)
        self.duties.idle_since_s[duty] = self.env.now
        self.duties.home_at_s[duty] = self.home_at_s(duty)
        self.wake_dispatch()

    def leave_free(self, duty: int) -> None:
        """Take a team from the free ones, where it is now."""
        self.free.remove(duty)
        self.duties.zone[duty] = self.place(duty)
        self.duties.home_at_s[duty] = NEVER

    # --- a break ----------------------------------------------------------------------------

    def due_break(self, number: int) -> Process:
        """Let a break begin when it is due, wait for its team, or be lost."""
        duty, n_duties = self.rest["duty"][number], len(self.order)
        yield self.at(self.rest["due_at_s"][number], Rank.DUTY_STARTS, n_duties + number)
        if duty in self.free:
            self.leave_free(duty)
            yield from self.take_break(duty, number)
        elif self.duties.started_at_s[duty] == NONE or duty in self.off_duty:
            return
        elif self.rest["waits"][number]:
            self.pending[duty].append(number)

    def take_break(self, duty: int, number: int) -> Process:
        """Take a break; the end of the duty may cut it short."""
        self.duties.resting[duty] = number
        self.breaks.break_started_at_s[number] = self.env.now
        end_at_s = self.env.now + self.rest["break_for_s"][number]
        yield self.at(end_at_s, Rank.DUTY_ENDS, len(self.order) + number)
        if duty not in self.off_duty:
            self.breaks.break_ended_at_s[number] = self.env.now
            self.set_available(duty)

    # --- a trip -----------------------------------------------------------------------------

    def make_trip(self, duty: int, order: Order) -> Generator[Event, Any, Order | None]:
        """Go to the call, serve it, take the person where they go, write the report.

        Gives the order the trip was broken off for, if it was.
        """
        try:
            yield self.at(order.arrives_at_s, Rank.ARRIVES, duty)
        except simpy.Interrupt as why:
            if why.cause is not RECALLED:
                return cast("Order", why.cause)
            self.end_trip(duty, order.trip, EndCause.RECALLED)
            return None
        call = self.arrive(duty, order.trip)
        kind = self.roster["kind"][duty]
        on_scene_for_s = self.calls["on_scene_for_s_by_kind"][kind][call]
        yield self.at(self.env.now + on_scene_for_s, Rank.LEAVES_SCENE, duty)
        self.trips.left_at_s[order.trip] = self.env.now
        yield self.at(self.env.now + self.after_scene_for_s(call, kind), Rank.RELEASED, duty)
        self.end_trip(duty, order.trip, EndCause.CLEARED)
        return None

    def arrive(self, duty: int, trip: int) -> int:
        """Be on scene, or on video; the call that it is for."""
        call = self.trips.call[trip]
        self.trips.arrived_at_s[trip] = self.env.now
        del self.on_way[duty]
        if self.roster["kind"][duty] != Kind.REMOTE_CLINICIAN:
            self.duties.zone[duty] = self.calls["zone"][call]
        return call

    def end_trip(self, duty: int, trip: int, cause: EndCause) -> None:
        """Write down the end of a trip."""
        self.on_way.pop(duty, None)
        self.trips.end_at_s[trip], self.trips.end_cause[trip] = self.env.now, cause
        self.duties.worked_for_s[duty] += self.env.now - self.trips.assigned_at_s[trip]

    # --- dispatch ---------------------------------------------------------------------------

    def wake_dispatch(self) -> None:
        """Tell dispatch that a call or a team is new."""
        if not self.something_changed.triggered:
            self.something_changed.succeed()

    def dispatch(self) -> Process:
        """After all else of a second, walk the queue; self-dispatch is now or never."""
        while True:
            yield self.something_changed
            yield self.at(self.env.now, Rank.ASSIGN, 0)
            self.something_changed = self.env.event()
            self.walk_queue()
            if self.self_dispatches:
                mode, alone = self.mode, Mode.SELF_DISPATCH
                self.waiting = [entry for entry in self.waiting if mode[entry[2]] != alone]

    def walk_queue(self) -> None:
        """Give each waiting call the best team that may be sent to it, if there is one.

        A call that loses its team to another stands behind that one, so the walk still meets it.
        """
        at = 0
        while at < len(self.waiting) and (self.free or self.policy.recalls):
            call = self.waiting[at][2]
            if self.assign_free(call) or (self.policy.recalls and self.assign_on_way(call)):
                self.waiting.remove(self.entry(call))
            else:
                at += 1

    def assign_free(self, call: int) -> bool:
        """Send the best free team to a call; whether there was one."""
        policy, n_free = self.policy, len(self.free)
        priority = self.calls["priority"][call]
        if not dispatch.above_reserve(n_free, policy.reserve, priority, policy.reserve_priority):
            return False
        duty, n_cars = self.best_team(call, self.free)
        if duty == NONE:
            return False
        self.leave_free(duty)
        self.order[duty].succeed(self.set_out(call, duty, n_cars))
        return True

    def assign_on_way(self, call: int) -> bool:
        """Send the best team on its way to a less urgent call; whether there was one."""
        urgency, priority = self.calls["priority"], self.calls["priority"][call]
        teams = [
            duty
            for duty, order in self.on_way.items()
            if order.arrives_at_s > self.env.now and urgency[self.trips.call[order.trip]] > priority
        ]
        duty, _ = self.best_team(call, teams)
        if duty == NONE:
            return False
        self.break_off(duty)
        self.teams[duty].interrupt(self.set_out(call, duty, 1))
        return True

    def break_off(self, duty: int) -> None:
        """End the trip of a team that is needed more elsewhere; its call waits again."""
        trip = self.on_way[duty].trip
        call = self.trips.call[trip]
        self.end_trip(duty, trip, EndCause.REASSIGNED)
        self.trip_of[call] = NONE
        if self.mode[call] != Mode.SELF_DISPATCH:
            insort(self.waiting, self.entry(call))

    def set_out(self, call: int, duty: int, n_cars: int) -> Order:
        """Write down a new trip of a team to a call."""
        calls, kind, now_s = self.calls, self.roster["kind"][duty], self.env.now
        zone, trip = self.duties.zone[duty], len(self.trips.call)
        row = (call, duty, zone, now_s, NONE, NONE, NONE, EndCause.UNFINISHED)
        for column, value in zip(self.trips, row, strict=True):
            column.append(value)
        mean_s = self.between_s(zone, calls["zone"][call]) if self.by_places else None
        arrives_at_s = dispatch.arrival(
            now_s,
            kind,
            calls["turnout_for_s"][call],
            dispatch.travel_for_s(
                self.by_free_s[n_cars] if mean_s is None else mean_s, calls["travel_factor"][call]
            ),
            calls["connect_for_s"][call],
            self.patrol_at_s[call],
        )
        self.trip_of[call] = trip
        self.on_way[duty] = order = Order(trip, arrives_at_s)
        return order


def simulate(world: World) -> Record:
    """Run a world in SimPy; the definition every other engine is held against."""
    return Simulation(world).run()
