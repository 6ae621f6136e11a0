"""Some measures at every point of a design, resumed after a kill, on as many machines as asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Unpack

from sim.compiled import announce
from sim.config import InputError
from sim.provenance import checksum
from sim.scenarios.answers.sweep import Sweep, SweepPoint
from sim.scenarios.asked import check_words
from sim.scenarios.checking import TwinCheck, twin_check
from sim.scenarios.experiments.sweep import results
from sim.scenarios.experiments.sweep.axes import words_of
from sim.scenarios.experiments.sweep.blocks import Block, Task, blocks_of, done, faults_in, version
from sim.scenarios.experiments.sweep.cluster import Cluster, check_tls
from sim.scenarios.experiments.sweep.coordinator import Coordinator, Pool, RealClock, Work
from sim.scenarios.experiments.sweep.design import DRAWN, GRID, Design, designed
from sim.scenarios.experiments.sweep.doubts import doubts_of
from sim.scenarios.experiments.sweep.journal import Journal, discard
from sim.scenarios.experiments.sweep.pools import LocalPool
from sim.scenarios.experiments.sweep.settings import Points, fault_line, points_of, scenario_of
from sim.scenarios.experiments.targets import known_measure, texts_of
from sim.scenarios.rails import LOOKED_AT
from sim.scenarios.request import Progress, Request, Simulated, silent
from sim.scenarios.samples import Job
from sim.scenarios.store import Store

DECIDING = (
    "reach_share",
    "within_standard_share",
    "request_to_arrival_median_min",
    "response_p90_min",
    "gap_hours_per_week",
    "utilization_share",
    "contacts_per_year",
    "jail_diversions_net_per_year",
    "hospital_diversions_net_per_year",
    "sworn_hours_net_per_year",
    "cost_per_year",
    "cost_per_contact",
)
OF_ALL = ("run.replications", "run.cores", "run.draws", "run.precision")  # not of single points
SEED = "run.seed="


def sweep(
    *plans: str | int,
    design: str = GRID,
    points: int | None = None,
    measures: Sequence[str] = (),
    keep_going: bool = False,
    journal: str | Path | None = None,
    cluster: str | None = None,
    progress: Progress = silent,
    **options: Unpack[Simulated],
) -> Sweep:
    """Measures at every point of a design: plans, keys with several values, or both.

    A large sweep runs in processes of its own, so a script calls this under
    `if __name__ == "__main__":`, unless `cores` is 1.

    Parameters
    ----------
    plans
        Numbers of 24/7 posts, ranges of them such as "8..24", or names of files in
        `configs/staffing/`; several vary. Without any, the usual plan of the program.
    design
        "grid", "latin", "sobol", or the name of a CSV file whose head has keys and whose rows are
        points.
    points
        How many are drawn, with "latin" and "sobol".
    measures
        Names of those to keep; a dozen by default.
    keep_going
        Whether points whose config is not valid are left out; otherwise the first is an error.
    journal
        A file in which blocks are kept as they are done: the same call goes on after a kill. The
        caller deletes it.
    cluster
        Address of a dask scheduler, such as "tcp://127.0.0.1:8786", or "local" to start one.
    progress
        Called with (points done, of how many).
    options
        As of `compare`; of `overrides`, those with several values vary, such as
        "demand.growth_factor=0.8,1.0,1.2" or, with "latin" and "sobol", "=0.8..1.2".

    Returns
    -------
    Sweep
        Every replication of every point, means with intervals of chance, and what each key does.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.
    EnginesDifferError
        If the engines disagree on replication 0 of the first or the last point.

    Examples
    --------
    >>> import sim
    >>> sweep = sim.sweep("1..3", overrides=["run=smoke", "demand.growth_factor=0.5,1.0"])
    >>> len(sweep.points), sweep.replications
    (6, 2)
    """
    own = {
        "design": None if design == GRID else design,
        "points": points,
        "measures": ",".join(measures) or None,
        "keep-going": True if keep_going else None,
        "cluster": cluster,
    }
    file = None if journal is None else Path(journal)
    return swept(Request.of("sweep", plans, options, own), progress, file)


@dataclass(frozen=True)
class Plan:
    """A sweep that is laid out: its points, its blocks, and who it is.

    `identity` tells it from any other sweep, whoever runs it and wherever.
    """

    request: Request
    design: Design
    points: Points
    names: tuple[str, ...]
    replications: int
    blocks: list[Block]
    identity: str

    @property
    def measured(self) -> tuple[str, ...]:
        """What is measured: what was asked for, and what guard rails look at."""
        return tuple(dict.fromkeys([*self.names, *LOOKED_AT]))

    @property
    def task(self) -> Task:
        """What all blocks have in common."""
        cluster = "cluster" in self.request.own
        keeps = self.request.uses_store and not cluster
        return Task(self.measured, self.request.engine_used, version(), keeps)

    def work(self, number: int) -> Work:
        """Work of a block, as it is sent to a worker."""
        return done, self.task, self.blocks[number]


def swept(request: Request, progress: Progress = silent, journal: Path | None = None) -> Sweep:
    """Answer a request for a sweep."""
    plan = laid_out(request)
    announce()
    check = checked(plan)
    return answered(plan, contents_of(plan, range(len(plan.blocks)), progress, journal), check)


def laid_out(request: Request) -> Plan:
    """Points and blocks of a request; nothing is simulated yet."""
    own = request.own
    check_tls(own)
    kind = str(own.get("design") or GRID)
    names = tuple(dict.fromkeys(texts_of(own.get("measures")))) or DECIDING
    for name in names:
        known_measure(name, "--measures")
    check_words(request)
    words = words_of(request.plans, request.overrides, request.config_dir, spans=kind in DRAWN)
    n_points = own.get("points")
    n_drawn = None if n_points is None else int(str(n_points))
    design = designed(words.axes, kind, n_drawn, _seed(words.fixed))
    for key in OF_ALL:
        if key in design.keys:
            raise InputError(f"{key}: expected one value for all points, got several")
    keep_going = bool(own.get("keep-going"))
    points = points_of(design, words, request.config_dir, keep_going=keep_going)
    replications = points.first.run.replications
    blocks = blocks_of(points, replications, request.engine_used)
    return Plan(
        request,
        design,
        points,
        names,
        replications,
        blocks,
        _identity(design, points, names, replications, request),
    )


def _seed(fixed: Sequence[str]) -> int:
    """Seed of the points that are drawn, that of the replications; the usual one is 0."""
    seeds = [word.removeprefix(SEED) for word in fixed if word.startswith(SEED)]
    return int(seeds[-1]) if seeds and seeds[-1].isdecimal() else 0


def _identity(
    design: Design, points: Points, names: Sequence[str], replications: int, request: Request
) -> str:
    of_plans = {
        point.plan.name: checksum(point.plan.model_dump(mode="json"))
        for point in points.points
        if point.plan is not None
    }
    return checksum(
        {
            "keys": design.keys,
            "points": [(x.values, x.setting, x.plan and x.plan.name) for x in points.points],
            "settings": [setting.digest for setting in points.settings],
            "plans": of_plans,
            "measures": list(names),
            "replications": replications,
            "engine": request.engine_used,
        }
    )


def checked(plan: Plan) -> TwinCheck | None:
    """Hold SimPy against the compiled engine at the first and the last point."""
    fit = [point for point in plan.points.points if point.plan is not None]
    store = Store.of_user(wanted=plan.request.uses_store)
    checks = []
    for point in (fit[0], fit[-1]) if fit[0] is not fit[-1] else (fit[0],):
        assert point.setting is not None  # noqa: S101 - it has a plan
        assert point.plan is not None  # noqa: S101 - the same
        scenario = scenario_of(plan.points.settings[point.setting].packed)
        try:
            arm = scenario.arm(point.plan)
        except InputError as error:
            if not plan.request.own.get("keep-going"):
                line = fault_line(plan.design.keys, point.values, str(error))
                raise InputError(line) from error
            continue
        check = twin_check(Job(scenario, (arm,), (), plan.request.engine_used, store), plan.request)
        checks += [check] if check else []
    calls = sum(check.calls for check in checks)
    return TwinCheck(len(checks), calls, checks[0].how) if checks else None


def contents_of(
    plan: Plan, numbers: Sequence[int], progress: Progress, file: Path | None
) -> dict[int, bytes]:
    """Contents of some blocks: those of the journal, and the others from workers."""
    pool = _pool(plan, sum(plan.blocks[number].seconds for number in numbers))
    if file is None:
        return completed(plan, numbers, _Nowhere(), pool, progress)
    with Journal(file, plan.identity, version(), len(plan.blocks)) as journal:
        try:
            return completed(plan, numbers, journal, pool, progress)
        except InputError:
            if not journal.contents():
                discard(file)
            raise


class _Nowhere:
    """A journal of a sweep that starts anew if it is killed."""

    def contents(self) -> dict[int, bytes]:
        """Nothing is kept."""
        return {}

    def put(self, number: int, content: bytes) -> None:
        """Keep nothing."""


def completed(
    plan: Plan,
    numbers: Sequence[int],
    journal: Journal | _Nowhere,
    pool: Pool,
    progress: Progress = silent,
) -> dict[int, bytes]:
    """Contents of some blocks, after doing those that a journal does not have."""
    kept = journal.contents()
    todo = [number for number in numbers if number not in kept]
    before = len(numbers) - len(todo)
    n_points = len({point for number in numbers for point, _ in plan.blocks[number].rows})

    def tell(done: int, _: int) -> None:
        progress(n_points * (before + done) // max(len(numbers), 1), n_points)

    def accepts(number: int, content: bytes) -> bool:
        _stop_at_fault(plan, content)
        return results.is_whole(plan.blocks[number], content, len(plan.measured))

    for content in kept.values():
        _stop_at_fault(plan, content)
    tell(0, 0)
    coordinator = Coordinator(pool, RealClock(), journal, accepts, tell)
    try:
        return {**kept, **coordinator.run(todo, plan.work)}
    except KeyboardInterrupt as interrupt:
        if isinstance(journal, _Nowhere):
            raise
        at = f"{before + len(coordinator.done)} of {len(numbers)} blocks are kept"
        raise KeyboardInterrupt(f"interrupted; {at}: the same command goes on") from interrupt


def _pool(plan: Plan, work_s: float) -> Pool:
    own, cores = plan.request.own, plan.points.first.run.cores
    if "cluster" not in own:
        return LocalPool(cores, work_s)
    return Cluster.of(own, cores)


def _stop_at_fault(plan: Plan, content: bytes) -> None:
    """Raise InputError at a point whose plan does not fit its config, unless it is left out."""
    for point, fault in sorted(faults_in(content).items()):
        if not plan.request.own.get("keep-going"):
            values = plan.points.points[point].values
            raise InputError(fault_line(plan.design.keys, values, fault))


def answered(plan: Plan, contents: Mapping[int, bytes], check: TwinCheck | None) -> Sweep:
    """Answer of a sweep of which all blocks are done."""
    points, config = plan.points.points, plan.points.first
    shape = len(points), plan.replications, len(plan.measured)
    every, faults = results.gathered(plan.blocks, contents, shape)
    values = every[..., : len(plan.names)]
    looked_at = every[..., [plan.measured.index(name) for name in LOOKED_AT]]
    mean, low, high = results.means(values, plan.names, config.run.confidence_level)
    told = [
        SweepPoint(
            at, point.values, point.plan.name if point.plan else "", faults.get(at, point.fault)
        )
        for at, point in enumerate(points)
    ]
    good = [point.number for point in told if not point.fault]
    if not good:
        raise InputError(fault_line(plan.design.keys, told[0].values, told[0].fault))
    plans = {point.plan.name: point.plan for point in points if point.plan is not None}
    of_good = [points[at].values for at in good]
    is_mixed = plan.design.kind not in DRAWN and not results.is_balanced(of_good)
    answer = Sweep(
        request=plan.request,
        config=config,
        plans=list(plans.values()),
        window_days=scenario_of(plan.points.settings[0].packed).window_days,
        design=plan.design.kind,
        keys=plan.design.keys,
        points=told,
        names=plan.names,
        values=values,
        means=mean,
        lows=low,
        highs=high,
        extremes=results.extremes(plan.names, mean, low, high, plan.replications),
        effects=[]
        if is_mixed
        else results.effects(
            plan.design.keys, of_good, plan.names, values[good], config.run.confidence_level
        ),
        is_mixed=is_mixed,
        identity=plan.identity,
        check=check,
        calls_sampled=len({setting.calls for setting in plan.points.settings}),
    )
    doubts = doubts_of(answer, plan.points, looked_at)
    return replace(answer, warnings=doubts)
