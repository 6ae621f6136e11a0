"""The same M/M/17 year in cimba: a process a team, all of them compiled onto its engine in C.

A module of its own, that is to be imported before anything of ours is compiled: cimba tells numba
of its types when it is imported, and finds those of a model's fields in the module of the model.
"""

from __future__ import annotations

import cimba
from cimba.inputs import dist

from benchmarks.peers import GAP_MIN, SERVERS, SERVICE_MIN, Waits, summary


class Queue(cimba.Model):
    """Calls wait in a store, each as the minute it came at."""

    gap: cimba.Input[float] = dist.exponential(mean=GAP_MIN)
    service: cimba.Input[float] = dist.exponential(mean=SERVICE_MIN)
    calls: cimba.Store[float] = cimba.Store()
    waits: cimba.Dataset = cimba.Dataset()

    @cimba.process
    def arrivals(self) -> None:
        """Let calls come for ever."""
        while True:
            cimba.hold(self.gap.next())
            self.calls.put(cimba.now())

    @cimba.process(copies=SERVERS)
    def team(self) -> None:
        """Serve one call after another."""
        while True:
            arrived = self.calls.get()
            wait = cimba.now() - arrived
            cimba.hold(self.service.next())
            self.waits.record(wait)


def with_cimba(seed: int, days: int = 365) -> Waits:
    """One replication on one core, its waits kept."""
    queue = Queue()
    queue.waits.capture()
    window = cimba.Window(duration=days * 24 * 60)
    results = cimba.Experiment(queue, window=window, seed=seed).run(workers=1)
    _, waits = results[queue].waits.trial(0, 0)
    return summary(waits)
