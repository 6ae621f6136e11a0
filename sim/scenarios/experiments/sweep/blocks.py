"""Blocks of a sweep: what a worker does at once, without knowing of any other block."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from sim import provenance
from sim.arrays import Floats
from sim.config import InputError, StaffingPlan
from sim.model.simulation import Engine
from sim.scenarios.experiments.points import measured
from sim.scenarios.experiments.sweep.settings import Points, Setting, scenario_of
from sim.scenarios.samples import Job
from sim.scenarios.scenario import Arm, Scenario
from sim.scenarios.store import Store
from sim.schema import Calls

# A run of a plan takes about this long on a core of 2024; it decides how many a block has, and the
# blocks of a sweep have to be the same on every machine.
SECONDS_A_RUN, SECONDS_A_CALL = 1e-3, 1.5e-6
SLOWER: dict[Engine, int] = {"compiled": 1, "simpy": 50}
AIM_S = 0.5  # of a block: what is handed out and kept once for it takes a fiftieth of that
MOST_POINTS = 64  # in a block: what a killed run loses


class Part(NamedTuple):
    """Points of one config in a block: their plans, and their places in the sweep."""

    packed: bytes
    calls: bytes
    plans: tuple[StaffingPlan, ...]
    points: tuple[int, ...]
    replications: range


class Block(NamedTuple):
    """Parts that are done together; parts of the same calls stand next to each other."""

    number: int
    parts: tuple[Part, ...]
    seconds: float  # about, of one core

    @property
    def rows(self) -> Iterator[tuple[int, int]]:
        """Point and replication of each row of what the block measures."""
        return (
            (point, replication)
            for part in self.parts
            for point in part.points
            for replication in part.replications
        )

    @property
    def n_rows(self) -> int:
        """How many points and replications the block measures."""
        return sum(len(part.points) * len(part.replications) for part in self.parts)


class Task(NamedTuple):
    """What all blocks of a sweep have in common: measures, engine, code, and whether to store."""

    names: tuple[str, ...]
    engine: Engine
    made_by: str
    keeps: bool


class OtherVersionError(InputError):
    """A worker runs other code, or other libraries, than the one who asks it."""


# --- from points to blocks -----------------------------------------------------------------------


def blocks_of(points: Points, replications: int, engine: Engine) -> list[Block]:
    """Blocks of a sweep: the same for the same points, on every machine.

    Points that share calls are in one block, for as many replications as make it long enough to be
    worth handing out.
    """
    blocks: list[Block] = []
    parts: list[Part] = []
    seconds = 0.0
    for part, part_s in _parts(points, replications, engine):
        if parts and seconds + part_s > AIM_S:
            blocks.append(Block(len(blocks), tuple(parts), seconds))
            parts, seconds = [], 0.0
        parts.append(part)
        seconds += part_s
    return [*blocks, Block(len(blocks), tuple(parts), seconds)] if parts else blocks


def _parts(points: Points, replications: int, engine: Engine) -> Iterator[tuple[Part, float]]:
    """Parts in the order in which they are done, and about how long each takes."""
    by_calls: dict[bytes, list[int]] = {}
    for at, point in enumerate(points.points):
        if point.setting is not None and point.plan is not None:
            by_calls.setdefault(points.settings[point.setting].calls, []).append(at)
    for places in by_calls.values():
        for first in range(0, len(places), MOST_POINTS):
            yield from _of_calls(points, places[first : first + MOST_POINTS], replications, engine)


def _of_calls(
    points: Points, places: Sequence[int], replications: int, engine: Engine
) -> Iterator[tuple[Part, float]]:
    """Parts of some points that share calls: all points, then the next few replications."""
    by_setting: dict[int, list[int]] = {}
    for at in places:
        setting = points.points[at].setting
        assert setting is not None  # noqa: S101 - those without one are in no block
        by_setting.setdefault(setting, []).append(at)
    calls = points.settings[next(iter(by_setting))].expected_calls
    run_s = (SECONDS_A_RUN + SECONDS_A_CALL * calls) * SLOWER[engine]
    step = max(1, min(replications, int(AIM_S / (run_s * len(places)))))
    for first in range(0, replications, step):
        some = range(first, min(first + step, replications))
        for setting, of_setting in by_setting.items():
            part = _part(points, points.settings[setting], of_setting, some)
            yield part, run_s * len(of_setting) * len(some)


def _part(points: Points, setting: Setting, places: Sequence[int], replications: range) -> Part:
    plans = (points.points[at].plan for at in places)
    known = tuple(plan for plan in plans if plan is not None)
    return Part(setting.packed, setting.calls, known, tuple(places), replications)


# --- what a worker does --------------------------------------------------------------------------


def done(task: Task, block: Block) -> bytes:
    """Content of a block: a line of JSON with the faults of its points, then its numbers.

    The numbers are float64, shape (rows, measures), and nan for a point with a fault. The same
    block has the same content wherever and however often it is done.

    Raises
    ------
    OtherVersionError
        If this worker runs other code than the one who asks.
    """
    if task.made_by != version():
        raise OtherVersionError(
            "--cluster: expected workers with the same code and libraries as this command, got "
            "others; install the same version on all of them"
        )
    faults: dict[str, str] = {}
    values: list[Floats] = []
    shared: dict[tuple[bytes, int], Calls] = {}
    store = Store.of_user(wanted=task.keeps)
    for part in block.parts:
        values += _of_part(task, part, shared, faults, store)
    head = json.dumps({"faults": faults}).encode() + b"\n"
    return head + np.concatenate(values).astype("<f8").tobytes()


def _of_part(
    task: Task,
    part: Part,
    shared: dict[tuple[bytes, int], Calls],
    faults: dict[str, str],
    store: Store,
) -> Iterator[Floats]:
    """Measures of each point of a part, shape (replications, measures)."""
    scenario = _Sharing(scenario_of(part.packed), part.calls, shared)
    arms, kept = dict[int, Arm](), _arms_of(part.packed)
    for point, plan in zip(part.points, part.plans, strict=True):
        of_plan = plan.model_dump_json()
        try:
            if of_plan not in kept:
                kept[of_plan] = scenario.arm(plan)
            arms[point] = kept[of_plan]
        except InputError as error:
            faults[str(point)] = str(error)
    of_arms = dict.fromkeys(part.points, np.full((len(part.replications), len(task.names)), np.nan))
    if arms:
        job = Job(scenario, tuple(arms.values()), (), task.engine, store)
        found = measured(job, task.names, part.replications)
        of_arms |= dict(zip(arms, found, strict=True))
    return iter(of_arms.values())


@lru_cache(maxsize=16)
def _arms_of(packed: bytes) -> dict[str, Arm]:  # noqa: ARG001 - one a config
    """Plans of a config that are ready to run, by their JSON: the next block has the same."""
    return {}


class _Sharing(Scenario):
    """A scenario that takes calls that another of the block has sampled."""

    def __init__(
        self, scenario: Scenario, key: bytes, shared: dict[tuple[bytes, int], Calls]
    ) -> None:
        self.__dict__.update(scenario.__dict__, key=key, shared=shared)

    def calls(self, replication: int) -> Calls:
        """Calls of a replication: those that are there already, or else its own."""
        shared: dict[tuple[bytes, int], Calls] = self.__dict__["shared"]
        key = self.__dict__["key"], replication
        if key not in shared:
            shared[key] = super().calls(replication)
        return shared[key]


@cache
def version() -> str:
    """What makes the numbers: every line of the code, and the versions of its libraries."""
    return provenance.checksum({"code": provenance.code_checksum(), **provenance.versions()})


def faults_in(content: bytes) -> dict[int, str]:
    """Faults of points, by their place in the sweep, in the content of a block."""
    faults = json.loads(content.partition(b"\n")[0])["faults"]
    return {int(point): fault for point, fault in faults.items()}


def values_in(content: bytes, n_measures: int) -> Floats:
    """Numbers in the content of a block, shape (rows, measures)."""
    values: Floats = np.frombuffer(content.partition(b"\n")[2], "<f8")
    return values.reshape(-1, n_measures)
