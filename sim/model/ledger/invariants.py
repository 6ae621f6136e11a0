"""What no run may break, looked at in every run: a breach is a fault of the program.

One pass over the trips, in their order of assignment, costs less than a hundredth of the run.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Codes, Ids, Ints
from sim.compiled import compiled
from sim.model.ledger.record import Record
from sim.model.world import World
from sim.schema import NONE, EndCause

CLEARED = int(EndCause.CLEARED)
UNFINISHED = int(EndCause.UNFINISHED)
WHOLE, BACKWARD, TWO_PLACES, TWO_TEAMS, OFF_DUTY = range(5)
SAID = {
    BACKWARD: "the team of duty {duty} is back before it set out",
    TWO_PLACES: "the team of duty {duty} is in two places at once",
    TWO_TEAMS: "it has two teams at once, or one after it was served",
    OFF_DUTY: "the team of duty {duty} is out beyond its duty",
}


class BrokenError(RuntimeError):
    """A run that cannot have been: it names the call and the second."""


def check(world: World, record: Record) -> None:
    """Hold a record against conservation: each team in one place, each call served once.

    Raises
    ------
    BrokenError
        If it breaks one of them.
    """
    trips, duties = record.trips, record.duties
    n_calls, horizon_s = len(world.calls.zone), world.window.horizon_s
    what, row = _first_breach(
        trips["call"],
        trips["duty"],
        trips["assigned_at_s"],
        trips["end_at_s"],
        trips["end_cause"],
        duties["started_at_s"],
        duties["ended_at_s"],
        n_calls,
        horizon_s,
    )
    if what != WHOLE:
        goal = f"call {trips['call'][row]}"
        if trips["call"][row] == NONE:
            goal = f"visit {trips['visit'][row]}"
        said = SAID[what].format(duty=trips["duty"][row])
        raise BrokenError(f"{goal}, second {trips['assigned_at_s'][row]}: {said}")


@compiled
def _first_breach(
    call: Ids,
    duty: Ids,
    assigned_at_s: Ints,
    end_at_s: Ints,
    end_cause: Codes,
    started_at_s: Ints,
    ended_at_s: Ints,
    n_calls: int,
    horizon_s: int,
) -> tuple[int, int]:
    """What is broken first, and at which trip."""
    team_free_at_s = np.zeros(len(started_at_s), np.int64)
    call_free_at_s = np.zeros(n_calls, np.int64)
    for trip in range(len(call)):
        team, goal, at_s = duty[trip], call[trip], assigned_at_s[trip]
        until_s = horizon_s if end_cause[trip] == UNFINISHED else end_at_s[trip]
        if until_s < at_s:
            return BACKWARD, trip
        if at_s < team_free_at_s[team]:
            return TWO_PLACES, trip
        team_free_at_s[team] = until_s
        if started_at_s[team] == NONE or at_s < started_at_s[team]:
            return OFF_DUTY, trip
        if ended_at_s[team] != NONE and ended_at_s[team] < until_s:
            return OFF_DUTY, trip
        if goal != NONE:
            if at_s < call_free_at_s[goal]:
                return TWO_TEAMS, trip
            call_free_at_s[goal] = horizon_s + 1 if end_cause[trip] == CLEARED else until_s
    return WHOLE, 0
