"""What the SimPy engine knows: the world as lists, what has happened, and questions about both."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.model import dispatch
from sim.model.dispatch import OPEN, OWN_FIRST, REMOTE
from sim.model.engine.clock import Environment
from sim.model.engine.jobs import courses_of_jobs, jobs_of
from sim.model.inputs.roster import serves
from sim.model.world import World, visits_if_missed
from sim.schema import (
    NONE,
    BreakLedger,
    ChairLedger,
    DutyLedger,
    Mode,
    TravelModel,
    TripLedger,
    recorded,
)

NEVER = int(np.iinfo(np.int64).max)


class Order(NamedTuple):
    """What a team is told: its trip, and when it will be able to begin."""

    trip: int
    arrives_at_s: int


class Lists:
    """Columns of a table as lists, filled as things happen."""

    def __init__(self, **columns: list[int]) -> None:
        vars(self).update(columns)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> list[int]:
            """Return a column."""

    def add(self, **row: int) -> None:
        """Add a row; what is not said has not happened."""
        for name, column in vars(self).items():
            column.append(row.get(name, NONE))


def _filled(table: type[Any], n: int, **state: int) -> Lists:
    """Lists of n rows: what the ledger takes from a table, NONE yet, and the engine's own state."""
    first = dict.fromkeys((column.name for column in recorded(table)), NONE) | state
    return Lists(**{name: [value] * n for name, value in first.items()})


def _lists(table: Any) -> dict[str, list[Any]]:  # noqa: ANN401 - any table of the schema
    """Columns of a table as lists, which Python indexes faster than arrays."""
    return {name: column.tolist() for name, column in table._asdict().items()}


class State:
    """State of one run; nothing here changes it once it is made."""

    def __init__(self, world: World) -> None:
        self.world, self.policy, self.env = world, world.policy, Environment()
        self.calls, self.roster = _lists(world.calls), _lists(world.roster)
        self.rest, self.visits = _lists(world.breaks), _lists(world.visits)
        self.jobs, self.courses = jobs_of(world), courses_of_jobs(world)
        self.n_calls = len(world.calls.zone)
        self.visit_if_missed = visits_if_missed(world).tolist()
        self.serves = serves(world.roster).tolist()
        self.agency_of_zone = world.policy.agency_of_zone.tolist()
        self.first_hour, self.horizon_s = world.window.first_hour_of_week, world.window.horizon_s
        self.preference = world.policy.preference.tolist()
        self.matrix_s = world.travel.matrix_s.tolist()
        self.by_free_s = world.travel.by_free_s.tolist()
        self.self_dispatches = Mode.SELF_DISPATCH in self.jobs.mode
        self.by_places = world.travel.model == TravelModel.MATRIX
        self._make_state()

    def _make_state(self) -> None:
        n, n_breaks = len(self.world.roster.post), len(self.world.breaks.duty)
        self.waiting: list[int] = []  # jobs; in line once dispatch has put them in order
        self.free: list[int] = []  # duties whose team is free, in id order
        self.workers: list[int] = []  # the same of those who make visits only
        self.out: dict[int, Order] = {}  # of duties that may be taken off what they do
        self.off_duty: set[int] = set()  # duties past their end
        self.pending: list[deque[int]] = [deque() for _ in range(n)]  # breaks that wait
        self.trip_of = [NONE] * len(self.jobs.zone)
        self.trips, self.chairs = _filled(TripLedger, 0), _filled(ChairLedger, 0)
        self.breaks, self.in_chairs = _filled(BreakLedger, n_breaks), set[int]()
        state = {"zone": NONE, "home_at_s": NEVER, "idle_since_s": NONE, "worked_for_s": 0}
        self.duties = _filled(DutyLedger, n, **state, resting=NONE)
        self.first_done_at_s: dict[int, int] = {}  # of a visit, by person

    def place_in_line(self, job: int) -> tuple[int, int, int]:
        """Place of a job in the queue at this second: priority risen to, second waited from, id."""
        return self.risen(job), self.jobs.waits_from_s[job], job

    def risen(self, job: int) -> int:
        """Priority to which a job has risen by waiting."""
        policy, waited_s = self.policy, self.env.now - self.jobs.waits_from_s[job]
        return dispatch.risen(
            self.jobs.priority[job],
            waited_s,
            policy.ageing_after_s,
            policy.ageing_steps,
            policy.ageing_most_urgent,
        )

    def job_of(self, trip: int) -> int:
        """Job a trip is made for."""
        call = self.trips.call[trip]
        return call if call != NONE else self.n_calls + self.trips.visit[trip]

    def is_on_its_way(self, call: int) -> bool:
        """Whether a team is on its way to a call."""
        trip = self.trip_of[call]
        return trip != NONE and self.trips.arrived_at_s[trip] == NONE

    def is_averted(self, call: int) -> bool:
        """Whether a visit to its person keeps a call from happening."""
        calls, policy = self.calls, self.policy
        first_done_at_s = self.first_done_at_s.get(calls["person"][call], NONE)
        received_at_s, u = calls["received_at_s"][call], calls["repeat_u"][call]
        return dispatch.is_averted(
            first_done_at_s, received_at_s, policy.effect_s, u, policy.repeat_ppm
        )

    def home_at_s(self, duty: int) -> int:
        """Second from which a team that is free now is back at its base."""
        if not self.policy.goes_home:
            return NEVER
        base_zone = self.roster["base_zone"][duty]
        now_s = self.env.now
        return now_s + self.between_s(self.duties.zone[duty], base_zone, now_s)

    def place(self, duty: int, now_s: int) -> int:
        """Zone a team is taken to be in."""
        zone, home_at_s = self.duties.zone[duty], self.duties.home_at_s[duty]
        return dispatch.place(zone, self.roster["base_zone"][duty], home_at_s, now_s)

    def best(self, job: int, teams: Iterable[int]) -> tuple[int, int]:
        """Best eligible team for a job, or NONE, and how many of the eligible drive."""
        best, least, n_cars, kinds = NONE, 0, 0, self.roster["kind"]
        now_s = self.env.now
        mean_s = self.matrix_s[
            dispatch.hour_of_day(now_s, self.first_hour) if self.by_places else 0
        ]
        for duty in teams:
            figure = self.figure(job, duty, now_s, mean_s)
            if figure is None:
                continue
            n_cars += kinds[duty] != REMOTE
            if best == NONE or (figure, duty) < (least, best):
                best, least = duty, figure
        return best, n_cars

    def figure(self, job: int, duty: int, now_s: int, mean_s: list[list[int]]) -> int | None:
        """Score of a team for a job, by the mean travel of the hour; None if it may not be sent."""
        roster, policy, duties = self.roster, self.policy, self.duties
        mode, zone, kind = self.jobs.mode[job], self.jobs.zone[job], roster["kind"][duty]
        base_zone, is_own = roster["base_zone"][duty], True
        if policy.scope != OPEN:
            is_own = self.agency_of_zone[zone] == roster["agency"][duty]
        travel_s = 0
        if self.by_places and kind != REMOTE:
            at = dispatch.place(duties.zone[duty], base_zone, duties.home_at_s[duty], now_s)
            travel_s = mean_s[at][zone]
        if not (
            dispatch.may_serve(kind, mode)
            and dispatch.in_reach(
                mode, policy.scope, is_own, travel_s, policy.radius_s, policy.borrow_s
            )
            and dispatch.before_cutoff(
                now_s,
                roster["off_at_s"][duty],
                self.horizon_s,
                policy.cutoff_s,
                self.jobs.priority[job],
                policy.cutoff_priority,
            )
        ):
            return None
        trip = self.out[duty].trip if duty in self.out else NONE
        return dispatch.score(
            policy.rule,
            travel_s,
            self.preference[zone][base_zone],
            duties.idle_since_s[duty],
            self.worked_so_far_s(duty, trip),
        ) + dispatch.behind(
            kind,
            mode,
            not is_own and policy.scope == OWN_FIRST,
            trip != NONE and self.trips.call[trip] != NONE,
        )

    def worked_so_far_s(self, duty: int, trip: int) -> int:
        """Seconds a team has worked in its duty, the trip it is on, if any, included."""
        before_s = self.duties.worked_for_s[duty]
        return (
            before_s if trip == NONE else before_s + self.env.now - self.trips.assigned_at_s[trip]
        )

    def between_s(self, origin: int, zone: int, now_s: int) -> int:
        """Mean travel from zone to zone at the hour of a second."""
        hour = dispatch.hour_of_day(now_s, self.first_hour)
        mean_s: int = self.matrix_s[hour][origin][zone]
        return mean_s
