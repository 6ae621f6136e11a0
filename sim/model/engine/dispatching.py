"""Dispatch in SimPy: who is free, who is sent where, and who is taken off what they do."""

from __future__ import annotations

from bisect import insort
from collections.abc import Generator
from typing import Any

import simpy
from simpy.events import Event

from sim.model import dispatch
from sim.model.dispatch import FOLLOW_UP, SELF_DISPATCH, VISITING
from sim.model.engine.clock import At
from sim.model.engine.state import NEVER, Order, State
from sim.model.world import World
from sim.schema import NONE, EndCause, Rank

Process = Generator[Event, Any, None]


class Dispatching(State):
    """State, and what dispatch does to it."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.something_changed = self.env.event()
        self.order = [self.env.event() for _ in self.serves]  # next order of a team; None: go off
        self.teams: list[simpy.Process] = []

    def at(self, when_s: int, rank: Rank, number: int) -> At:
        """Event of a second, rank and id."""
        return At(self.env, when_s, rank, number)

    def wake_dispatch(self) -> None:
        """Tell dispatch that a call or a team is new."""
        if not self.something_changed.triggered:
            self.something_changed.succeed()

    def ask(self, job: int) -> None:
        """Put a job in the queue."""
        self.waiting.append(job)
        self.wake_dispatch()

    def give_up(self, call: int) -> None:
        """Let a call that no team is on its way to end, and leave the queue if it stands there."""
        self.miss(call)
        if call in self.waiting:
            self.waiting.remove(call)

    def miss(self, call: int) -> None:
        """Let the visit follow that a call leads to as no team has reached it, once."""
        visit, self.visit_if_missed[call] = self.visit_if_missed[call], NONE
        if visit != NONE:
            self.env.process(self.visit(visit, self.env.now + self.visits["lag_for_s"][visit]))

    def visit(self, visit: int, due_at_s: int) -> Process:
        """Wait from when it is due, as a job like a call, but with no clock of its own."""
        job = self.n_calls + visit
        self.jobs.waits_from_s[job] = due_at_s
        self.jobs.until_assigned_s[job] = due_at_s + self.policy.visit_expires_s
        yield self.at(due_at_s, Rank.VISIT_DUE, visit)
        self.ask(job)

    def dispatch(self) -> Process:
        """After all else of a second, walk the queues; self-dispatch is now or never."""
        while True:
            yield self.something_changed
            yield self.at(self.env.now, Rank.ASSIGN, 0)
            self.something_changed = self.env.event()
            self.walk_queue()
            if self.self_dispatches:
                mode, alone = self.jobs.mode, SELF_DISPATCH
                self.waiting = [job for job in self.waiting if mode[job] != alone]

    def walk_queue(self) -> None:
        """Give each waiting job the best team that may be sent to it, if there is one.

        A job that loses its team to another stands behind that one, so the walk still meets it.
        Visits stand behind all calls, and one that waited too long is given up.
        """
        self.waiting.sort(key=self.place_in_line)
        at = 0
        now_s, until_s = self.env.now, self.jobs.until_assigned_s
        while at < len(self.waiting) and (self.free or self.workers or self.out):
            job = self.waiting[at]
            if until_s[job] < now_s or self.assign_free(job) or self.assign_out(job):
                del self.waiting[at]
            else:
                at += 1

    def assign_free(self, job: int) -> bool:
        """Send the best free team to a job; whether there was one."""
        teams = self.asked_for(job)
        duty, n_cars = self.best(job, teams) if teams else (NONE, 0)
        if duty == NONE:
            return False
        self.leave_free(duty)
        self.order[duty].succeed(self.set_out(job, duty, n_cars))
        return True

    def asked_for(self, job: int) -> list[int]:
        """Who is free and may be asked for a job: fewer than all, so that some are left for worse.

        For a visit these are the ones who make nothing else, and teams if enough others stay free.
        """
        policy, n_free = self.policy, len(self.free)
        if self.jobs.mode[job] == VISITING:
            if not policy.visit_hours[dispatch.hour_of_week(self.env.now, self.first_hour)]:
                return []
            may_ask = policy.teams_visit and n_free > policy.spare_teams
            return [*self.workers, *(self.free if may_ask else ())]
        priority = self.jobs.priority[job]
        may_ask = dispatch.above_reserve(n_free, policy.reserve, priority, policy.reserve_priority)
        return self.free if may_ask else []

    def assign_out(self, job: int) -> bool:
        """Take the best team that gives way off what it does, for a job; whether there was one."""
        if not self.out or self.jobs.mode[job] == VISITING:  # the least urgent of all
            return False
        duty, _ = self.best(job, [duty for duty in self.out if self.gives_way(duty, job)])
        if duty == NONE:
            return False
        self.break_off(duty)
        self.teams[duty].interrupt(self.set_out(job, duty, 1))
        return True

    def gives_way(self, duty: int, job: int) -> bool:
        """Whether a team that is out may be taken off what it does, for a job."""
        order = self.out[duty]
        return dispatch.gives_way(
            self.trips.call[order.trip] == NONE,
            order.arrives_at_s <= self.env.now,
            self.risen(self.job_of(order.trip)),
            self.jobs.priority[job],
            self.policy.visits_interruptible,
            self.policy.recalls,
        )

    def break_off(self, duty: int) -> None:
        """End the trip of a team that is needed more elsewhere; its call or visit waits again.

        A call that has meanwhile passed the second until which it would wait ends at once.
        """
        trip = self.out[duty].trip
        job, is_visit = self.job_of(trip), self.trips.call[trip] == NONE
        self.end_trip(duty, trip, EndCause.INTERRUPTED if is_visit else EndCause.REASSIGNED)
        self.trip_of[job] = NONE
        if is_visit or self.env.now < self.jobs.until_assigned_s[job]:
            insort(self.waiting, job, key=self.place_in_line)
        else:
            self.miss(job)

    def set_out(self, job: int, duty: int, n_cars: int) -> Order:
        """Write down a new trip of a team to a job."""
        jobs, now_s, origin_zone = self.jobs, self.env.now, self.duties.zone[duty]
        by_places_s = self.between_s(origin_zone, jobs.zone[job], now_s) if self.by_places else None
        mean_s = self.by_free_s[n_cars] if by_places_s is None else by_places_s
        arrives_at_s = dispatch.arrival(
            now_s,
            self.roster["kind"][duty],
            jobs.turnout_for_s[job],
            dispatch.travel_for_s(mean_s, jobs.travel_factor[job]),
            jobs.connect_for_s[job],
            jobs.patrol_at_s[job],
        )
        self.trip_of[job] = trip = self.new_trip(job, duty)
        order = Order(trip, arrives_at_s)
        is_visit, policy = jobs.mode[job] == VISITING, self.policy
        if policy.visits_interruptible if is_visit else policy.recalls:
            self.out[duty] = order
        return order

    def new_trip(self, job: int, duty: int) -> int:
        """Write down that a team sets out for a job."""
        call, visit = (job, NONE) if job < self.n_calls else (NONE, job - self.n_calls)
        zone, now_s = self.duties.zone[duty], self.env.now
        self.trips.add(
            call=call,
            visit=visit,
            duty=duty,
            origin_zone=zone,
            assigned_at_s=now_s,
            end_cause=EndCause.UNFINISHED,
        )
        return len(self.trips.call) - 1

    def end_trip(self, duty: int, trip: int, cause: EndCause) -> None:
        """Write down the end of a trip."""
        self.out.pop(duty, None)
        self.trips.end_at_s[trip], self.trips.end_cause[trip] = self.env.now, cause
        self.duties.worked_for_s[duty] += self.env.now - self.trips.assigned_at_s[trip]

    # --- who is free ------------------------------------------------------------------------

    def set_free(self, duty: int) -> None:
        """Put a team among the free ones."""
        insort(self.pool(duty), duty)
        self.duties.idle_since_s[duty] = self.env.now
        self.duties.home_at_s[duty] = self.home_at_s(duty)
        self.wake_dispatch()

    def leave_free(self, duty: int) -> None:
        """Take a team from the free ones, where it is now."""
        self.pool(duty).remove(duty)
        self.duties.zone[duty] = self.place(duty, self.env.now)
        self.duties.home_at_s[duty] = NEVER

    def pool(self, duty: int) -> list[int]:
        """Free teams, or those who make visits only and are free."""
        is_team = self.roster["kind"][duty] != FOLLOW_UP
        return self.free if is_team else self.workers
