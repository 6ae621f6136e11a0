"""Replications over all cores: each samples its calls once and serves every plan with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import numpy as np

from sim.arrays import Array, Floats
from sim.model.ledger.invariants import BrokenError
from sim.model.measures.cells import by_hour_of_week, by_shift, by_type, by_zone, shifts
from sim.model.measures.dictionary import MEASURES, MONEY
from sim.model.measures.measure import expected, measure, paired_times, response_histogram
from sim.model.measures.start import start_of
from sim.model.money.costs import PRICED, priced
from sim.model.simulation import simulate, simulate_lean
from sim.model.world import World
from sim.parallel import each
from sim.scenarios.keeping import kept_samples, rows_of, sample_keys
from sim.scenarios.request import Progress
from sim.scenarios.samples import (
    NAMES,
    ArmSample,
    Job,
    Measured,
    PairSample,
    Rows,
    Sample,
    Table,
    Tables,
)
from sim.scenarios.scenario import Arm
from sim.scenarios.store import Columns
from sim.schema import Calls, Ledger

OUTCOMES = frozenset(name for name, each in MEASURES.items() if each.group == "Outcomes")
EXPECTED_AT = [at for at, name in enumerate(NAMES) if name in OUTCOMES or name in MONEY]
MOST_UNKEPT = 200  # rows that a killed run loses


class _Run(NamedTuple):
    """One replication of one arm.

    Diversions, and what they save, are as expected of those reached in `values`, and as they
    happened to be in `counted`.
    """

    world: World
    ledger: Ledger
    values: Floats
    counted: Floats


def run_one(job: Job, replication: int) -> Sample:
    """All arms and pairs of one replication, on the same calls; diversions as expected."""
    calls, runs, samples = job.scenario.calls(replication), list[_Run](), list[ArmSample]()
    for arm in job.arms:
        runs.append(_run_arm(job, arm, calls, replication))
        samples.append(_arm_sample(arm, runs[-1]))  # at once, while its gaps are in memory
    return Sample(samples, _pair_samples(job, runs))


def measure_one(job: Job, replication: int) -> Measured:
    """Measures alone of all arms and pairs of one replication, on the same calls."""
    calls, whole = job.scenario.calls(replication), len(job.arms) - bool(job.of_last)
    in_part = [_lean(job, arm, calls, replication, job.of_last) for arm in job.arms[whole:]]
    runs = [_run_arm(job, arm, calls, replication) for arm in job.arms[:whole]]
    samples = _pair_samples(job, runs)
    arms = np.array([*(run.values for run in runs), *in_part])
    counted = np.array([*(run.counted for run in runs), *in_part])
    pairs = np.array([pair.differences[0] for pair in samples]).reshape(-1, len(NAMES))
    pairs_counted = pairs.copy()
    for of_pair, (plan, base) in zip(pairs_counted, job.pairs, strict=True):
        of_pair[EXPECTED_AT] = (counted[plan] - counted[base])[EXPECTED_AT]
    return Measured(arms, pairs, counted, pairs_counted)


def measure_lean(job: Job, replication: int, names: Collection[str]) -> Measured:
    """Some measures alone, diversions as expected; nan for the others.

    They are the same bits as by `measure_one`, at half the time: no ledger is completed, and times
    of a pair are the difference of its plans' own.
    """
    calls = job.scenario.calls(replication)
    arms = np.array([_lean(job, arm, calls, replication, names) for arm in job.arms])
    pairs = np.array([arms[plan] - arms[base] for plan, base in job.pairs]).reshape(-1, len(NAMES))
    return Measured(arms, pairs, arms, pairs)


def _lean(job: Job, arm: Arm, calls: Calls, replication: int, names: Collection[str]) -> Floats:
    world, costs = job.scenario.world(arm, calls, replication), job.scenario.config.costs
    with _located(job, arm, replication):
        ledger = simulate_lean(world, job.engine)
    money = not set(MONEY).isdisjoint(names)
    asked = [*names, *(PRICED if money else ())]
    values = measure(world, ledger, arm.settings, [name for name in asked if name not in MONEY])
    if OUTCOMES & values.keys():
        values |= _expected_diversions(job, arm, world, ledger)
    if money:
        values |= priced(values, arm.plan, costs)
    return np.array([values[name] if name in names else np.nan for name in NAMES])


def _expected_diversions(job: Job, arm: Arm, world: World, ledger: Ledger) -> dict[str, float]:
    tables = job.scenario.tables
    shares = tables.shares.patrol, tables.shares_by_kind
    return expected(world, ledger, arm.settings, *shares)


def _pair_samples(job: Job, runs: Sequence[_Run]) -> list[PairSample]:
    return [_pair_sample(runs[plan], runs[base]) for plan, base in job.pairs]


def _run_arm(job: Job, arm: Arm, calls: Calls, replication: int) -> _Run:
    world = job.scenario.world(arm, calls, replication)
    with _located(job, arm, replication):
        ledger = simulate(world, job.engine)
        happened = measure(world, ledger, arm.settings)
    due = happened | _expected_diversions(job, arm, world, ledger)
    return _Run(world, ledger, *(_priced(job, arm, measures) for measures in (due, happened)))


def _priced(job: Job, arm: Arm, measures: dict[str, float]) -> Floats:
    whole = measures | priced(measures, arm.plan, job.scenario.config.costs)
    return np.array([whole[name] for name in NAMES])


@contextmanager
def _located(job: Job, arm: Arm, replication: int) -> Iterator[None]:
    """Name what a broken run was of, so that it can be made again."""
    try:
        yield
    except BrokenError as error:
        seed = job.scenario.config.run.seed
        where = f"plan {arm.name}, seed {seed}, replication {replication}"
        raise BrokenError(f"{where}, {error}") from error


def _arm_sample(arm: Arm, run: _Run) -> ArmSample:
    world, ledger, of_plan = run.world, run.ledger, shifts(arm.plan)
    tables: Tables = (
        by_hour_of_week(world, ledger),
        by_zone(world, ledger),
        by_shift(world, ledger, of_plan),
        by_type(world, ledger),
        start_of(world, ledger),
    )
    histogram = response_histogram(world, ledger)
    return ArmSample.of(
        run.values[None, :], [_one_row(table) for table in tables], of_plan, histogram
    )


def _one_row(table: Table) -> list[Array]:
    return [column[None, :] for column in table]


def _pair_sample(plan: _Run, base: _Run) -> PairSample:
    times = paired_times(plan.world, plan.ledger, base.world, base.ledger)
    of_plan, of_base = (_replaced(*x) for x in ((plan.values, times.a), (base.values, times.b)))
    return PairSample((of_plan - of_base)[None, :], of_base[None, :])


def _replaced(values: Floats, times: dict[str, float]) -> Floats:
    out = values.copy()
    out[[NAMES.index(name) for name in times]] = list(times.values())
    return out


def replicate(
    job: Job, replications: Sequence[int], cores: int | None, progress: Progress
) -> Sample:
    """Sample of the given replications, in the order given, on so many cores (all if None).

    The answer is the same for any number of them, and for any that the store has.
    """
    rows, keys = Rows(len(replications)), sample_keys(job, replications)
    fresh: dict[bytes, Columns] = {}

    def put(at: int, sample: Sample) -> None:
        rows.put(at, sample)
        progress(len(rows.places), len(replications))

    def put_and_keep(place: int, sample: Sample) -> None:
        put(missing[place], sample)
        fresh.update(rows_of(keys[missing[place]], sample))
        if len(fresh) >= MOST_UNKEPT:
            job.store.keep(fresh)
            fresh.clear()

    for at, sample in kept_samples(job, keys):
        put(at, sample)
    missing = [at for at in range(len(replications)) if at not in rows.places]
    todo = [replications[at] for at in missing]
    each(partial(run_one, job), todo, cores, put_and_keep, slow=job.engine == "simpy")
    job.store.keep(fresh)
    return rows.sample()
