"""What the store has of a job: its replications by plan and by pair, and results of other tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar, get_args

import numpy as np

from sim.model.measures.cells import shifts
from sim.scenarios.samples import ArmSample, Job, PairSample, Sample, Table, Tables
from sim.scenarios.scenario import Arm
from sim.scenarios.store import Columns, key_of

Result = TypeVar("Result")

RUN = {
    *("seed", "window_start", "window_years", "window_days", "warm_up_days", "tail_days"),
    "conditioned",
}
GROUPS = {"demand", "service", "travel", "dispatch", "outcomes", "costs"}
BLOCK = 50  # replications that are read at once
LABELS = {"name", "title"}  # of a plan, which change no number


class SampleKeys(NamedTuple):
    """Keys of one replication: a row of the store each for its arms and its pairs."""

    arms: list[bytes]
    pairs: list[bytes]


def job_key(job: Job) -> bytes:
    """Key of all that a job is made of: its scenario, engine, arms and pairs."""
    arms = tuple(_arm_key(arm) for arm in job.arms)
    return key_of(_scenario_key(job), arms, job.pairs, job.of_last)


def _scenario_key(job: Job) -> bytes:
    config, base = job.scenario.config, job.scenario.base
    groups = config.model_dump_json(include={**dict.fromkeys(GROUPS, True), "run": RUN})
    return key_of(job.engine, groups, base and base.model_dump_json(exclude=LABELS))


def _arm_key(arm: Arm) -> bytes:
    return key_of(arm.plan.model_dump_json(exclude=LABELS), arm.policy, arm.travel, arm.settings)


def sample_keys(job: Job, replications: Sequence[int]) -> list[SampleKeys]:
    """Keys of each replication's sample."""
    scenario, arms = _scenario_key(job), [_arm_key(arm) for arm in job.arms]
    pairs = [key_of(arms[plan], arms[base]) for plan, base in job.pairs]
    return [
        SampleKeys(
            [key_of(scenario, "arm", arm, replication) for arm in arms],
            [key_of(scenario, "pair", pair, replication) for pair in pairs],
        )
        for replication in replications
    ]


def point_keys(
    job: Job, names: Sequence[str], replications: Sequence[int]
) -> dict[int, list[bytes]]:
    """Keys of some measures of every arm, by replication."""
    scenario, arms = _scenario_key(job), [_arm_key(arm) for arm in job.arms]
    return {
        replication: [key_of(scenario, "point", arm, tuple(names), replication) for arm in arms]
        for replication in replications
    }


def kept_samples(job: Job, keys: Sequence[SampleKeys]) -> Iterator[tuple[int, Sample]]:
    """Samples that the store has whole, each with its place in the keys."""
    for first in range(0, len(keys), BLOCK):
        some = keys[first : first + BLOCK]
        rows = job.store.find([key for each in some for key in (*each.arms, *each.pairs)])
        for at, each in enumerate(some, first):
            if rows.keys() >= {*each.arms, *each.pairs}:
                yield at, _sample(job, each, rows)


def _sample(job: Job, keys: SampleKeys, rows: Mapping[bytes, Columns]) -> Sample:
    return Sample(
        [_arm(arm, rows[key]) for arm, key in zip(job.arms, keys.arms, strict=True)],
        [PairSample(**rows[key]) for key in keys.pairs],
    )


def rows_of(keys: SampleKeys, sample: Sample) -> dict[bytes, Columns]:
    """Rows of one replication for the store."""
    arms = zip(keys.arms, map(_arm_row, sample.arms), strict=True)
    pairs = zip(keys.pairs, (pair._asdict() for pair in sample.pairs), strict=True)
    return {**dict(arms), **dict(pairs)}


def _arm_row(arm: ArmSample) -> Columns:
    row = {"values": arm.values, "histogram": arm.histogram}
    for table in arm.tables:
        row |= {_name(type(table), column): values for column, values in table._asdict().items()}
    return row


def _arm(arm: Arm, row: Columns) -> ArmSample:
    tables = [[row[_name(kind, x)] for x in kind._fields] for kind in get_args(Tables)]
    return ArmSample.of(row["values"], tables, shifts(arm.plan), row["histogram"])


def _name(table: type[Table], column: str) -> str:
    return f"{table.__name__}.{column}"


def kept_number(job: Job, arm: Arm, what: str, make: Callable[[], float]) -> float:
    """Return a number of one arm as the store has it; else it is made, and kept."""
    key = key_of(_scenario_key(job), what, _arm_key(arm))
    found = job.store.find([key])
    if not found:
        found = {key: {"number": np.array([make()])}}
        job.store.keep(found)
    return float(found[key]["number"][0])


# --- results of other tasks ----------------------------------------------------------------------


class Codec(NamedTuple, Generic[Result]):
    """How a result becomes a row of the store, and how a row becomes the result again."""

    pack: Callable[[Result], Columns]
    unpack: Callable[[Columns], Result]
