"""SimPy's clock in whole seconds, and events with a rank and an id."""

from __future__ import annotations

import simpy
from simpy.events import Event, EventPriority

RANK_STEP = 1 << 40  # ids stay far below it
AFTER_SIMPY = 2  # SimPy's own priorities are 0 (urgent) and 1 (normal)


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
