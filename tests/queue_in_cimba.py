"""A queue with reneging and shifts in cimba: `python -m tests.queue_in_cimba` prints its figures.

It runs in a process of its own: cimba tells numba of its types when it is imported, which is to be
before anything of ours is compiled.
"""

from __future__ import annotations

import json
import math
import sys

import cimba
import numpy as np
from cimba.inputs import dist

DAY_MIN = 1_440.0
GAVE_UP = -9  # the signal of a call's own timer; the places of resources are not negative


# Calls an hour; minutes on a call, mean and standard deviation; mean patience; teams by shift.
RATE, MEAN_MIN, SD_MIN, PATIENCE_MIN = 3.0, 60.0, 90.0, 120.0
BY_DAY, BY_NIGHT = 4, 2
SIGMA = math.sqrt(math.log1p((SD_MIN / MEAN_MIN) ** 2))
MU = math.log(MEAN_MIN) - SIGMA**2 / 2


class Call(cimba.Model):
    """A call that waits for a team of the shift on duty, and gives up after its patience."""

    day: cimba.Ref[cimba.Resource]
    night: cimba.Ref[cimba.Resource]
    waits: cimba.Ref[cimba.Dataset]
    losses: cimba.Ref[cimba.Dataset]
    patience: cimba.Input[float]
    service: cimba.Input[float]

    @cimba.process
    def wait(self) -> None:
        """Wait, then be served or give up."""
        came = cimba.now()
        cimba.this_process().timer_set(self.patience.next(), GAVE_UP)
        at = cimba.acquire_any((self.day, self.night))
        cimba.this_process().timers_clear()
        self.waits.record(cimba.now() - came)
        self.losses.record(1.0 if at == GAVE_UP else 0.0)
        if at == 0:
            cimba.hold(self.service.next())
            self.day.release()
        if at == 1:
            cimba.hold(self.service.next())
            self.night.release()


class Queue(cimba.Model):
    """Calls come for ever; two shifts of 12 hours relieve each other."""

    gap: cimba.Input[float] = dist.exponential(mean=60 / RATE)
    patience: cimba.Input[float] = dist.exponential(mean=PATIENCE_MIN)
    service: cimba.Input[float] = dist.lognormal(mean=MU, sigma=SIGMA)
    by_day: cimba.Param[int] = BY_DAY
    by_night: cimba.Param[int] = BY_NIGHT
    day: cimba.Resource = cimba.Resource(capacity=BY_DAY)
    night: cimba.Resource = cimba.Resource(capacity=0)
    waits: cimba.Dataset = cimba.Dataset()
    losses: cimba.Dataset = cimba.Dataset()

    @cimba.process
    def arrivals(self) -> None:
        """Let calls come for ever."""
        while True:
            cimba.hold(self.gap.next())
            cimba.spawn(
                Call,
                day=self.day,
                night=self.night,
                waits=self.waits,
                losses=self.losses,
                patience=self.patience,
                service=self.service,
            )

    @cimba.process
    def relief(self) -> None:
        """A team that is on a call at the end of its shift finishes it."""
        while True:
            cimba.hold(DAY_MIN / 2)
            self.day.set_capacity(0)
            self.night.set_capacity(self.by_night)
            cimba.hold(DAY_MIN / 2)
            self.night.set_capacity(0)
            self.day.set_capacity(self.by_day)


def figures(seed: int, days: int) -> tuple[float, float]:
    """Share that gives up, and mean minutes in line of all calls."""
    queue = Queue()
    for each in (queue.waits, queue.losses):
        each.capture()
    window = cimba.Window(duration=days * DAY_MIN)
    results = cimba.Experiment(queue, window=window, seed=seed).run(workers=1)
    (_, waits), (_, losses) = (x.trial(0, 0) for x in (results[queue].waits, results[queue].losses))
    return float(np.mean(losses)), float(np.mean(waits))


if __name__ == "__main__":
    first, runs, days_of_each = map(int, sys.argv[1:])
    sys.stdout.write(json.dumps([figures(first + k, days_of_each) for k in range(runs)]))
