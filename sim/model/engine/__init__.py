"""The definition of the model: a SimPy process for a call, a duty's team, a break, and dispatch.

The next event is always the due one of least (second, rank, id); `Rank` lists the ranks. SimPy's
own events (a process that starts, a wake-up) come before any ranked one of the same second.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, cast

import numpy as np
import simpy
from simpy.events import Event

from sim.model import dispatch
from sim.model.dispatch import REMOTE, VISITING
from sim.model.engine.clock import At
from sim.model.engine.dispatching import Dispatching, Process
from sim.model.engine.state import Order
from sim.model.ledger.record import Record, record_of
from sim.model.world import World, requested, visit_openings
from sim.schema import NONE, EndCause, Rank

RECALLED = "recalled"


class Simulation(Dispatching):
    """One run of one world in SimPy."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.done = [self.env.event() for _ in self.serves]

    def run(self) -> Record:
        """Run to the horizon and return what happened."""
        self.env.process(self.intake())
        self.env.process(self.dispatch())
        self.teams = [self.env.process(self.team(duty)) for duty in range(len(self.order))]
        for number in range(len(self.rest["duty"])):
            self.env.process(self.due_break(number))
        self.start_visits()
        self.env.run(until=At(self.env, self.world.window.horizon_s, -1, 0))
        return self.record()

    def record(self) -> Record:
        """What happened, as arrays."""
        return record_of(*map(vars, (self.trips, self.duties, self.breaks, self.chairs)))

    # --- a call -----------------------------------------------------------------------------

    def intake(self) -> Process:
        """Start a process for each call that asks for a team, when it is received."""
        for call in np.flatnonzero(requested(self.world)).tolist():
            yield self.env.timeout(self.calls["received_at_s"][call] - self.env.now)
            self.env.process(self.call(call))

    def call(self, call: int) -> Process:
        """Wait until a team can be sent, then until one is sent, and then until it arrives."""
        yield self.at(self.jobs.waits_from_s[call], Rank.DISPATCHABLE, call)
        if self.is_averted(call):
            return
        self.ask(call)
        until_s = self.jobs.until_assigned_s[call]
        yield self.at(until_s, Rank.PATIENCE_ENDS, call)
        if self.trip_of[call] == NONE:
            self.give_up(call)
        if self.is_on_its_way(call) and until_s < self.jobs.until_arrived_s[call]:
            yield self.at(self.jobs.until_arrived_s[call], Rank.PATIENCE_ENDS, call)
        if self.is_on_its_way(call):
            self.teams[self.trips.duty[self.trip_of[call]]].interrupt(RECALLED)
            self.miss(call)

    # --- a team -----------------------------------------------------------------------------

    def team(self, duty: int) -> Process:
        """One duty of a post: wait for its start, then make trips until it ends."""
        yield from self.relieve(duty)
        if self.serves[duty] and self.env.now < self.roster["off_at_s"][duty]:
            self.start(duty)
            while (first_order := (yield self.order[duty])) is not None:
                order: Order | None = first_order
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
            self.breaks.ended_at_s[resting] = self.env.now
            self.order[duty].succeed(None)
        elif duty in self.pool(duty):
            self.leave_free(duty)
            self.order[duty].succeed(None)

    def set_available(self, duty: int) -> None:
        """Let a team take the break that waits for it, or be free."""
        self.duties.resting[duty] = NONE
        if self.pending[duty]:
            self.env.process(self.take_break(duty, self.pending[duty].popleft()))
        else:
            self.set_free(duty)

    # --- a break ----------------------------------------------------------------------------

    def due_break(self, number: int) -> Process:
        """Let a break begin when it is due, wait for its team, or be lost."""
        duty, n_duties = self.rest["duty"][number], len(self.order)
        yield self.at(self.rest["due_at_s"][number], Rank.DUTY_STARTS, n_duties + number)
        if duty in self.pool(duty):
            self.leave_free(duty)
            yield from self.take_break(duty, number)
        elif self.duties.started_at_s[duty] == NONE or duty in self.off_duty:
            return
        elif self.rest["waits"][number]:
            self.pending[duty].append(number)

    def take_break(self, duty: int, number: int) -> Process:
        """Take a break; the end of the duty may cut it short."""
        self.duties.resting[duty] = number
        self.breaks.started_at_s[number] = self.env.now
        end_at_s = self.env.now + self.rest["break_for_s"][number]
        yield self.at(end_at_s, Rank.DUTY_ENDS, len(self.order) + number)
        if duty not in self.off_duty:
            self.breaks.ended_at_s[number] = self.env.now
            self.set_available(duty)

    # --- a trip -----------------------------------------------------------------------------

    def make_trip(self, duty: int, order: Order) -> Generator[Event, Any, Order | None]:
        """Go to a call or visit and do all that it leads to; the order it was broken off for."""
        job, kind = self.job_of(order.trip), self.roster["kind"][duty]
        try:
            yield self.at(order.arrives_at_s, Rank.ARRIVES, duty)
            self.arrive(duty, job, order.trip)
            engages = self.env.now < self.jobs.contact_until_s[job]
            on_scene = self.courses["on_scene_for_s" if engages else "no_contact_for_s"]
            leaves_at_s = self.env.now + on_scene[kind][job]
            yield self.at(leaves_at_s, Rank.LEAVES_SCENE, duty)
        except simpy.Interrupt as why:
            if why.cause is not RECALLED:
                return cast("Order", why.cause)
            self.end_trip(duty, order.trip, EndCause.RECALLED)
            return None
        self.trips.left_at_s[order.trip] = self.env.now
        busy = self.courses[self.leave_scene(job, kind) if engages else "report_for_s"]
        yield self.at(self.env.now + busy[kind][job], Rank.RELEASED, duty)
        self.end_trip(duty, order.trip, EndCause.CLEARED)
        if engages:
            self.clear(job, kind)
        return None

    def arrive(self, duty: int, job: int, trip: int) -> None:
        """Be on scene, or on video; only from a visit can a team still be taken."""
        self.trips.arrived_at_s[trip] = self.env.now
        if self.jobs.mode[job] != VISITING:
            self.out.pop(duty, None)
        if self.roster["kind"][duty] != REMOTE:
            self.duties.zone[duty] = self.jobs.zone[job]

    def leave_scene(self, job: int, kind: int) -> str:
        """Leave with a person who was engaged, or without; the course that says for how long."""
        has_chair = self.courses["asks_for_chair"][kind][job] and self.take_chair(job, kind)
        return "busy_with_chair_for_s" if has_chair else "busy_for_s"

    def clear(self, job: int, kind: int) -> None:
        """Let what a trip leads to follow: the effect of a first visit, or a visit after a call."""
        if job >= self.n_calls:
            person = self.visits["person"][job - self.n_calls]
            self.first_done_at_s.setdefault(person, self.env.now)
        elif (visit := self.courses["visit"][kind][job]) != NONE:
            due_at_s = self.env.now + self.visits["lag_for_s"][visit]
            self.env.process(self.visit(visit, due_at_s))

    # --- a chair of the crisis center ---------------------------------------------------------

    def take_chair(self, call: int, kind: int) -> bool:
        """Take a chair for a person who leaves the scene, if the center is open and has one."""
        center, taken = self.world.center, len(self.in_chairs)
        hour = dispatch.hour_of_week(self.env.now, self.world.window.first_hour_of_week)
        if not center.open_by_hour[hour] or NONE != center.chairs <= taken:
            return False
        self.in_chairs.add(call)
        self.chairs.add(call=call, taken_at_s=self.env.now)
        in_chair_for_s = self.courses["in_chair_for_s"][kind][call]
        self.env.process(self.stay(call, len(self.chairs.call) - 1, in_chair_for_s))
        return True

    def stay(self, call: int, row: int, in_chair_for_s: int) -> Process:
        """Go there, be handed over, stay, and free the chair."""
        yield self.at(self.env.now + in_chair_for_s, Rank.CHAIR_FREED, call)
        self.in_chairs.remove(call)
        self.chairs.freed_at_s[row] = self.env.now

    # --- visits -------------------------------------------------------------------------------

    def start_visits(self) -> None:
        """Let listed visits come due, and visiting hours begin."""
        for visit, call in enumerate(self.visits["call"]):
            if call == NONE:
                self.env.process(self.visit(visit, self.visits["due_at_s"][visit]))
        self.env.process(self.visiting_hours())

    def visiting_hours(self) -> Process:
        """Wake dispatch when visiting hours begin."""
        for opens_at_s in visit_openings(self.world).tolist():
            yield self.at(opens_at_s, Rank.VISIT_DUE, len(self.visits["zone"]))
            self.wake_dispatch()


def simulate(world: World) -> Record:
    """Run a world in SimPy; the definition every other engine is held against."""
    return Simulation(world).run()
