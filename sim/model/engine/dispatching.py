"""Dispatch in SimPy: who is free, who is sent where, and who is taken off what they do."""

from __future__ import annotations

from bisect import insort
from collections.abc import Generator
from typing import Any

import simpy
from simpy.events import Event

from sim.model import dispatch
from sim.model.engine.clock import At
from sim.model.engine.state import NEVER, Order, State
from sim.model.world import World
from sim.schema import NONE, EndCause, Kind, Mode, Rank

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

    def dispatch(self) -> Process:
        """After all else of a second, walk the queues; self-dispatch is now or never."""
        while True:
            yield self.something_changed
            yield self.at(self.env.now, Rank.ASSIGN, 0)
            self.something_changed = self.env.event()
            self.walk_queue()
            self.walk_visits()
            if self.self_dispatches:
                mode, alone = self.mode, Mode.SELF_DISPATCH
                self.waiting = [entry for entry in self.waiting if mode[entry[2]] != alone]

    def walk_queue(self) -> None:
        """Give each waiting call the best team that may be sent to it, if there is one.

        A call that loses its team to another stands behind that one, so the walk still meets it.
        """
        at = 0
        while at < len(self.waiting) and (self.free or self.policy.recalls or self.on_visit):
            call = self.waiting[at][2]
            if self.assign_free(call) or self.assign_visiting(call) or self.assign_on_way(call):
                self.waiting.remove(self.entry(call))
            else:
                at += 1

    def assign_free(self, call: int) -> bool:
        """Send the best free team to a call; whether there was one."""
        policy, n_free = self.policy, len(self.free)
        priority = self.calls["priority"][call]
        if not dispatch.above_reserve(n_free, policy.reserve, priority, policy.reserve_priority):
            return False
        duty, n_cars = self.best(self.figure, call, self.free)
        if duty == NONE:
            return False
        self.leave_free(duty)
        self.order[duty].succeed(self.set_out(call, duty, n_cars))
        return True

    def assign_on_way(self, call: int) -> bool:
        """Send the best team on its way to a less urgent call; whether there was one."""
        if not self.policy.recalls:
            return False
        urgency, priority = self.calls["priority"], self.calls["priority"][call]
        teams = [
            duty
            for duty, order in self.on_way.items()
            if order.arrives_at_s > self.env.now and urgency[self.trips.call[order.trip]] > priority
        ]
        return self.assign_out(call, teams)

    def assign_visiting(self, call: int) -> bool:
        """Send the best team that is on a visit to a call; whether there was one."""
        if not self.policy.visits_interruptible:
            return False
        kinds = self.roster["kind"]
        return self.assign_out(call, [d for d in self.on_visit if kinds[d] != Kind.FOLLOW_UP])

    def assign_out(self, call: int, teams: list[int]) -> bool:
        """Take the best of some teams that are out off what they do, for a call."""
        duty, _ = self.best(self.figure, call, teams)
        if duty == NONE:
            return False
        self.break_off(duty)
        self.teams[duty].interrupt(self.set_out(call, duty, 1))
        return True

    def break_off(self, duty: int) -> None:
        """End the trip of a team that is needed more elsewhere; its call or visit waits again."""
        if duty in self.on_visit:
            trip = self.on_visit[duty].trip
            self.end_trip(duty, trip, EndCause.INTERRUPTED)
            insort(self.visits_waiting, self.visit_entry(self.trips.visit[trip]))
            return
        trip = self.on_way[duty].trip
        call = self.trips.call[trip]
        self.end_trip(duty, trip, EndCause.REASSIGNED)
        self.trip_of[call] = NONE
        if self.mode[call] != Mode.SELF_DISPATCH:
            insort(self.waiting, self.entry(call))

    def set_out(self, call: int, duty: int, n_cars: int) -> Order:
        """Write down a new trip of a team to a call."""
        calls, kind, now_s = self.calls, self.roster["kind"][duty], self.env.now
        zone, trip = self.duties.zone[duty], self.new_trip(call, NONE, duty)
        mean_s = self.between_s(zone, calls["zone"][call], now_s) if self.by_places else None
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

    def new_trip(self, call: int, visit: int, duty: int) -> int:
        """Write down that a team sets out for a call or a visit."""
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
        self.on_way.pop(duty, None)
        self.on_visit.pop(duty, None)
        self.trips.end_at_s[trip], self.trips.end_cause[trip] = self.env.now, cause
        self.duties.worked_for_s[duty] += self.env.now - self.trips.assigned_at_s[trip]

    # --- visits -----------------------------------------------------------------------------

    def walk_visits(self) -> None:
        """Give each waiting visit that may begin now the best one who may make it, if any."""
        if not self.visits_waiting:
            return
        if not self.policy.visit_hours[dispatch.hour_of_week(self.env.now, self.first_hour)]:
            return
        oldest_s = self.env.now - self.policy.visit_expires_s
        self.visits_waiting = [entry for entry in self.visits_waiting if entry[0] >= oldest_s]
        at = 0
        while at < len(self.visits_waiting):
            if self.assign_visit(self.visits_waiting[at][1]):
                del self.visits_waiting[at]
            else:
                at += 1

    def assign_visit(self, visit: int) -> bool:
        """Send the best one who may make a visit; whether there was one."""
        spare = self.policy.teams_visit and len(self.free) > self.policy.spare_teams
        duty, n_cars = self.best(
            self.figure_of_visit, visit, [*self.workers, *(self.free if spare else ())]
        )
        if duty == NONE:
            return False
        self.leave_free(duty)
        trip = self.new_trip(NONE, visit, duty)
        zone, there, now_s = self.duties.zone[duty], self.visits["zone"][visit], self.env.now
        mean_s = self.between_s(zone, there, now_s) if self.by_places else self.by_free_s[n_cars]
        self.on_visit[duty] = order = Order(trip, now_s + mean_s)
        self.order[duty].succeed(order)
        return True

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
        is_team = self.roster["kind"][duty] != Kind.FOLLOW_UP
        return self.free if is_team else self.workers
