"""Some measures of many plans on the same calls: what every experiment is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from sim.arrays import Floats
from sim.parallel import each
from sim.scenarios.keeping import point_keys
from sim.scenarios.replications import measure_lean
from sim.scenarios.request import Progress, silent
from sim.scenarios.samples import NAMES, Job
from sim.scenarios.store import Columns

MOST_UNKEPT = 2_000  # rows that a killed run loses

Missing = Mapping[int, Sequence[int]]  # places of the plans to simulate, by replication


def measured(
    job: Job, names: Sequence[str], replications: Sequence[int], progress: Progress = silent
) -> Floats:
    """Some measures of every plan of a job, the calls of a replication sampled once for all.

    Diversions are as expected of those reached. What the store has is not simulated again; the
    numbers are the same bits however many plans, cores or earlier runs there are.

    Parameters
    ----------
    job
        Plans, scenario and engine; pairs are not looked at.
    names
        Of the measures, each once.
    replications
        Numbers of the replications, each once.
    progress
        Called with (replications done, of how many).

    Returns
    -------
    ndarray
        Shape (plans, replications, measures), float64; nan where a measure does not exist.
    """
    asked = tuple(sorted(names))
    keys = point_keys(job, asked, replications)
    rows = job.store.find([key for of_arm in keys.values() for key in of_arm])
    missing = {
        replication: [arm for arm, key in enumerate(of_arms) if key not in rows]
        for replication, of_arms in keys.items()
    }
    todo = [replication for replication, arms in missing.items() if arms]
    fresh: dict[bytes, Columns] = {}
    done = len(replications) - len(todo)

    def put(place: int, by_arm: Floats) -> None:
        nonlocal done
        done += 1
        of_arms = keys[todo[place]]
        of_point = zip(missing[todo[place]], by_arm, strict=True)
        fresh.update({of_arms[arm]: {"values": values} for arm, values in of_point})
        if len(fresh) >= MOST_UNKEPT:
            _keep(job, rows, fresh)
        progress(done, len(replications))

    task = partial(_simulated, job, asked, missing)
    each(task, todo, job.scenario.config.run.cores, put, slow=job.engine == "simpy")
    _keep(job, rows, fresh)
    order = [asked.index(name) for name in names]
    return np.array(
        [
            [rows[keys[replication][arm]]["values"][order] for replication in replications]
            for arm in range(len(job.arms))
        ]
    ).reshape(len(job.arms), len(replications), len(order))


def _simulated(job: Job, names: Sequence[str], missing: Missing, replication: int) -> Floats:
    """Measures of the missing plans of one replication; shape (plans, measures)."""
    arms = tuple(job.arms[arm] for arm in missing[replication])
    values = measure_lean(replace(job, arms=arms, pairs=()), replication, names).arms
    return values[:, [NAMES.index(name) for name in names]]


def _keep(job: Job, rows: dict[bytes, Columns], fresh: dict[bytes, Columns]) -> None:
    job.store.keep(fresh)
    rows.update(fresh)
    fresh.clear()
