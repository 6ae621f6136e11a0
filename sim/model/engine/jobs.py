"""Calls, and the visits behind them, as one list of jobs that a team can be sent to."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.arrays import Array
from sim.clock import NEVER_S
from sim.model.clocks import clocks
from sim.model.dispatch import LEAST_URGENT, VISITING
from sim.model.inputs.courses import COURSE
from sim.model.world import World, courses_of, modes, patrol_at_s
from sim.schema import NONE, Kind


class Jobs(NamedTuple):
    """Columns of the jobs, as lists, which Python indexes faster than arrays."""

    mode: list[int]
    zone: list[int]
    priority: list[int]
    waits_from_s: list[int]  # that of a visit after a call is filled when it is known
    until_assigned_s: list[int]
    until_arrived_s: list[int]
    contact_until_s: list[int]
    turnout_for_s: list[int]
    connect_for_s: list[int]
    travel_factor: list[float]
    patrol_at_s: list[int]


def jobs_of(world: World) -> Jobs:
    """Jobs of a world; a visit is as a call with nobody there, to which a team goes at once."""
    calls, visits, of_calls = world.calls, world.visits, clocks(world)

    def column(of_call: Array, of_visit: Any) -> list[Any]:  # noqa: ANN401 - one value or all
        return [*of_call.tolist(), *np.broadcast_to(of_visit, len(visits.zone)).tolist()]

    return Jobs(
        mode=column(modes(world), VISITING),
        zone=column(calls.zone, visits.zone),
        priority=column(calls.priority, LEAST_URGENT),
        waits_from_s=column(of_calls.dispatchable_at_s, visits.due_at_s),
        until_assigned_s=column(
            of_calls.until_assigned_s, visits.due_at_s + world.policy.visit_expires_s
        ),
        until_arrived_s=column(of_calls.until_arrived_s, NEVER_S),
        contact_until_s=column(of_calls.contact_until_s, NEVER_S),
        turnout_for_s=column(calls.turnout_for_s, 0),
        connect_for_s=column(calls.connect_for_s, 0),
        travel_factor=column(calls.travel_factor, 1.0),
        patrol_at_s=column(patrol_at_s(world), 0),
    )


def courses_of_jobs(world: World) -> dict[str, list[list[Any]]]:
    """What follows the arrival of a kind at a job, by column; a visit ends where it is made."""
    of_calls, n_visits = courses_of(world), len(world.visits.zone)
    n_kinds, n_calls = of_calls.shape
    courses = np.zeros((len(Kind), n_calls + n_visits), COURSE)
    courses[:n_kinds, :n_calls] = of_calls
    courses["on_scene_for_s"][:, n_calls:] = world.visits.visit_for_s
    courses["visit"][:, n_calls:] = NONE
    return {name: courses[name].tolist() for name in COURSE.names or ()}
