"""Periods as the model has them: one for each draw, of simulated calls or of the log's own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from sim.arrays import Ids, Ints
from sim.config import Config
from sim.history.log import CallLog
from sim.model.simulation import simulate
from sim.parallel import each
from sim.scenarios.economics.variants import Look
from sim.scenarios.request import Progress
from sim.scenarios.samples import Job
from sim.scenarios.scenario import Scenario
from sim.scenarios.validation.profiles import Profile
from sim.scenarios.validation.rows import Period, Rows, calls_alone, codes, of_run


class Run(NamedTuple):
    """Rows of every draw of the period."""

    replayed: bool
    profiles: list[Profile]
    rows: list[Rows]


class Logged(NamedTuple):
    """Calls of a log: seconds from the start of the run, and codes; shape (calls,) each."""

    received_at_s: Ints
    zone: Ids
    call_type: Ids


class Model(NamedTuple):
    """What is run: a plan, or without a job the calls alone, over the days of a period."""

    config: Config
    job: Job | None
    log: CallLog
    period: Period

    def runs(self, profiles: list[Profile], progress: Progress) -> list[Run]:
        """Runs of simulated calls, and of the log's own if it has calls that nobody served."""
        of_teams = [x for x in profiles if x.of_teams]
        whole = self.job is not None and bool(of_teams) and not self.log.served_only
        kinds = {False: profiles, True: of_teams} if whole else {False: profiles}
        n = self.config.run.draws
        runs = list[Run]()
        for replayed, some in kinds.items():

            def tell(done: int, before: int = n * len(runs)) -> None:
                progress(before + done, n * len(kinds))

            runs.append(Run(replayed, some, self._drawn(tell, replayed=replayed)))
        return runs

    def _drawn(self, tell: Look, *, replayed: bool) -> list[Rows]:
        """Rows of every draw."""
        scenario = self.job.scenario if self.job else Scenario(self.config)
        logged = self._logged(scenario) if replayed else None
        rows: dict[int, Rows] = {}

        def put(k: int, made: Rows) -> None:
            rows[k] = made
            tell(len(rows))

        def task(k: int) -> Rows:
            return self._of_draw(scenario.drawn(k), k, logged)

        n = self.config.run.draws
        each(task, range(n), self.config.run.cores, put)
        return [rows[k] for k in range(n)]

    def _of_draw(self, scenario: Scenario, k: int, logged: Logged | None) -> Rows:
        calls = scenario.calls(k) if logged is None else scenario.calls_of(*logged, k)
        if self.job is None:
            return calls_alone(calls, scenario.window.start_s, self.period)
        world = scenario.world(scenario.arm(self.job.arms[0].plan), calls, k)
        rows = of_run(world, simulate(world, self.job.engine), self.period)
        return rows.where(~np.isnan(rows.arrived)) if self.log.served_only else rows

    def _logged(self, scenario: Scenario) -> Logged:
        """Calls of the log in their own seconds, from the warm-up on; no draw moves them.

        They are made before the draws, whose forked processes must not call Polars.
        """
        start = np.datetime64(scenario.run_start, "s")
        until_s = scenario.window.end_s
        stamps = self.log.calls["received_at"].to_numpy().astype("datetime64[s]")
        received_at_s = (stamps - start).astype(np.int64)
        some = (received_at_s >= 0) & (received_at_s < until_s)
        calls, demand = self.log.calls.filter(pl.Series(some)), scenario.config.demand
        zone, kind = (
            codes(calls["zone"], demand.zones),
            codes(calls["call_type"], demand.call_types),
        )
        return Logged(received_at_s[some], zone, kind)
