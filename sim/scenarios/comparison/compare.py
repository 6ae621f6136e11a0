"""Compare staffing plans on common calls: the readings to run, their replications, the answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Unpack

from sim.clock import HOURS_A_WEEK
from sim.compiled import announce
from sim.config import Config, InputError, StaffingPlan, compose, staffing
from sim.config.fleet import with_fitting_forms
from sim.config.models import Travel as TravelConfig
from sim.model.simulation import Engine
from sim.scenarios.answers.comparison import Comparison, Reading
from sim.scenarios.answers.curve import Formulas
from sim.scenarios.answers.intervals import Spread
from sim.scenarios.asked import config_of, own_plans, plans_of
from sim.scenarios.checking import TwinCheck, twin_check
from sim.scenarios.comparison.notes import notes
from sim.scenarios.comparison.precision import enough, values_of
from sim.scenarios.comparison.readings import (
    HELD_AGAINST_HISTORY,
    Side,
    computed,
    history_check,
    reading,
)
from sim.scenarios.comparison.replay import ledger_frames, traced
from sim.scenarios.economics.books import books
from sim.scenarios.economics.economics import economics
from sim.scenarios.experiments.formulas import FUNNEL, formulas
from sim.scenarios.rails import Seen, raised
from sim.scenarios.replications import replicate
from sim.scenarios.request import Compared, Progress, Request, silent
from sim.scenarios.rules import latent_base
from sim.scenarios.samples import Job, Sample, joined
from sim.scenarios.scenario import Arm, Scenario
from sim.scenarios.store import Store
from sim.scenarios.uncertainty import DRAW_REPLICATIONS, Draws, draw


def compare(
    *plans: str | int, progress: Progress = silent, **options: Unpack[Compared]
) -> Comparison:
    """Compare staffing plans on common calls; every plan is held against the last one named.

    SimPy's replications run in processes of their own, so with `engine="simpy"` a script calls
    this under `if __name__ == "__main__":`, unless `cores` is 1.

    Parameters
    ----------
    plans
        Numbers of 24/7 posts, or names of files in `configs/staffing/`. One is held against the
        program's usual plan; without any, all plans of the program are compared.
    progress
        Called with (replications done, of how many).
    options
        `program` is a preset of `configs/program/`, `overrides` are those of Hydra such as
        "demand.growth_factor=1.2", and `config_dir` has the user's own configs. `seed`,
        `replications`, `draws` and `cores` are short for keys of the group `run`. `engine` is
        "simpy", "compiled" or "auto" (the answer is the same), and `check` says how much of
        replication 0 is run in both first: "four_weeks" (and the tail), "full" or "none". `ledger`
        keeps what happened in some replications, such as [0, 3] (True: in replication 0), `trace`
        the events of replication 0.

    Returns
    -------
    Comparison
        Measures of every plan, paired differences, and what a reader must know beside them.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.
    EnginesDifferError
        If the engines disagree on replication 0.

    Examples
    --------
    >>> import sim
    >>> comparison = sim.compare(2, 1, overrides=["run=smoke"], replications=2, draws=0)
    >>> [plan.name for plan in comparison.main.plans]
    ['2', '1']
    """
    return compared(Request.of("compare", plans, options), progress)


def run(*plans: str | int, progress: Progress = silent, **options: Unpack[Compared]) -> Comparison:
    """Simulate one staffing plan; options and errors as of `compare`.

    Parameters
    ----------
    plans
        One plan, or none for the program's usual one.
    progress, options
        As of `compare`.

    Returns
    -------
    Comparison
        One plan and no difference.

    Examples
    --------
    >>> import sim
    >>> comparison = sim.run(2, overrides=["run=smoke"], replications=2, draws=0)
    >>> (plan,) = comparison.main.plans
    >>> round(plan.measures["reach_share"].mean, 2)
    0.47
    """
    return ran(Request.of("run", plans, options), progress)


def compared(request: Request, progress: Progress = silent) -> Comparison:
    """Answer a request for a comparison."""
    config, names = config_of(request), list(request.plans)
    if len(names) < 2:  # noqa: PLR2004 - a comparison is of two
        own = own_plans(request, config)
        names += own[:1] if names else own
    if len(names) < 2:  # noqa: PLR2004
        raise InputError(
            f"compare: expected a plan beside {names[0]}, the only one of the program, got none; "
            f"type coresponder compare 8 program={config.program.name}"
        )
    return comparison_of(request, config, names, progress)


def ran(request: Request, progress: Progress = silent) -> Comparison:
    """Answer a request to run one plan."""
    config = config_of(request)
    names = request.plans or own_plans(request, config)[:1]
    if len(names) > 1:
        raise InputError(
            f"run: expected one plan, got {len(names)} ({', '.join(names)}); compare takes several"
        )
    return comparison_of(request, config, names, progress)


def comparison_of(
    request: Request, config: Config, names: Sequence[str], progress: Progress = silent
) -> Comparison:
    """Run plans on common calls, and hold each against the last.

    Parameters
    ----------
    request, config
        What is asked, and its config.
    names
        Of the plans, one or more.
    progress
        Called with (replications done, of how many).

    Raises
    ------
    InputError
        If a plan does not exist, or does not fit the config.
    EnginesDifferError
        If the engines disagree on replication 0.
    """
    plans = plans_of(request, names)
    config = with_fitting_forms(config, plans)
    scenario = Scenario(config, latent_base(config, plans[-1], request.config_dir))
    store = Store.of_user(wanted=request.uses_store)
    work = _Work(scenario, _sides(scenario, plans, request), request.engine_used, store)
    announce()
    check = twin_check(work.job, request)
    sample, imprecise = _sampled(work, progress)
    draws = draw(work.drawn_job, partial(_from, progress, len(sample.arms[0].values), 0))
    return _comparison(work, _Runs(sample, draws, check, imprecise), request, progress)


# --- readings to run -----------------------------------------------------------------------------


def _sides(scenario: Scenario, plans: list[StaffingPlan], request: Request) -> list[Side]:
    """Readings to run: the plans as asked, the program's other reading, and other travel."""
    base, arms = scenario.base, [scenario.arm(plan) for plan in plans]
    sides = [Side("main", "plans as asked", "", arms, base)]
    sides += _other_reading(scenario, [plan.name for plan in plans], request)
    beside = _travel_beside(scenario.config, request)
    if beside is not None:
        arms = [scenario.arm(arm.plan, beside) for arm in arms]  # at the same bases
        label = f"{scenario.config.program.travel_beside} travel"
        sides.append(Side("travel_beside", label, "", arms, base))
    return sides


def _other_reading(scenario: Scenario, names: list[str], request: Request) -> list[Side]:
    """The same names as the program reads them beside, if it does so for all of them."""
    program, folder = scenario.config.program, request.config_dir
    if not all(name in program.other_reading for name in names):
        return []
    plans = [staffing(program.other_reading[name], folder) for name in names]
    base = latent_base(scenario.config, plans[-1], folder, program.other_reading)
    arms = [scenario.arm(plan, base=base) for plan in plans]
    label, reason = program.other_reading_label, program.other_reading_reason
    return [Side("other_reading", label, reason, arms, base)]


def _travel_beside(config: Config, request: Request) -> TravelConfig | None:
    """Travel that the program has run beside, if it is not the one asked for."""
    name = config.program.travel_beside
    if name is None:
        return None
    keys = [override.partition("=")[0] for override in request.overrides]
    others = [
        override
        for override, key in zip(request.overrides, keys, strict=True)
        if key.split(".")[0] != "travel" and key != "run.conditioned"  # those of another travel
    ]
    try:
        travel = compose([*others, f"travel={name}"], request.config_dir).travel
    except InputError as error:
        what = f"program.travel_beside={name} (null for none)"
        raise InputError(f"{what}: {error}") from error
    itself = config.travel.model_copy(update={"other_forms": {}})
    return None if travel == itself else travel


# --- replications --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Work:
    """All sides side by side, so that one call of the replications serves them all."""

    scenario: Scenario
    sides: list[Side]
    engine: Engine
    store: Store

    @property
    def job(self) -> Job:
        """Arms of all sides, and each side's arms paired with its last."""
        return self._job(self.sides)

    @property
    def main_job(self) -> Job:
        """Arms of the main reading, paired with its last."""
        return self._job(self.sides[:1])

    @property
    def drawn_job(self) -> Job:
        """Arms of the main reading, and last the one that history is held against if it has not."""
        job, alone = self.main_job, self.history_arm
        if alone is None:
            return job
        return replace(job, arms=(*job.arms, alone), of_last=HELD_AGAINST_HISTORY)

    @property
    def history_arm(self) -> Arm | None:
        """The plan that a published figure is of, if only another reading has it."""
        history = self.scenario.config.program.history
        found = [
            (side, arm)
            for side in self.sides
            for arm in side.arms
            if history is not None and arm.name == history.plan
        ]
        return found[0][1] if found and found[0][0].role != "main" else None

    def _job(self, sides: list[Side]) -> Job:
        arms = tuple(arm for side in sides for arm in side.arms)
        pairs: list[tuple[int, int]] = []
        first = 0
        for side in sides:
            base = first + len(side.arms) - 1
            pairs += [(arm, base) for arm in range(first, base)]
            first = base + 1
        return Job(self.scenario, arms, tuple(pairs), self.engine, self.store)


@dataclass(frozen=True)
class _Runs:
    """What was run for all sides, and how much if that was too little for the precision."""

    sample: Sample
    draws: Draws | None
    check: TwinCheck | None
    imprecise: int | None


def _sampled(work: _Work, progress: Progress) -> tuple[Sample, int | None]:
    """Replications as many as asked, or until the precision rule is met; how many if not."""
    run, job = work.scenario.config.run, work.job
    still = DRAW_REPLICATIONS * run.draws
    sample = replicate(job, range(run.replications), run.cores, partial(_from, progress, 0, still))
    if run.precision is None:
        return sample, None
    names = [arm.name for arm in work.sides[0].arms]
    pairs = list(job.pairs)
    while True:
        values = values_of(run.precision, sample, names, pairs)
        n = enough(values, run.precision, run.replications, run.confidence_level)
        if n is not None:
            return sample, None
        if len(values) >= run.precision.maximum:
            return sample, len(values)
        until = min(2 * len(values), run.precision.maximum)
        of_part = partial(_from, progress, len(values), still)
        more = replicate(job, range(len(values), until), run.cores, of_part)
        sample = joined([sample, more])


def _from(progress: Progress, before: int, still: int, done: int, of: int) -> None:
    """Tell progress of a part: what was done before it and what is still to come count too."""
    progress(before + done, before + of + still)


# --- the answer ----------------------------------------------------------------------------------


def _comparison(work: _Work, runs: _Runs, request: Request, progress: Progress) -> Comparison:
    scenario, arms, samples = work.scenario, work.sides[0].arms, _by_side(work, runs.sample)
    config, plans = scenario.config, [arm.plan for arm in arms]
    draws = None if runs.draws is None else runs.draws.first(len(arms))
    readings = {
        side.role: reading(scenario, side, sample, draws if side.role == "main" else None)
        for side, sample in zip(work.sides, samples, strict=True)
    }
    main, confidence = readings["main"], config.run.confidence_level
    alone = {} if work.history_arm is None else _spread_of(runs.draws, len(arms), confidence)
    money = economics(work.main_job, main, samples[0], draws, progress)
    numbers = request.ledger
    kept = ledger_frames(scenario, arms, work.engine, numbers) if numbers else (None, None)
    comparison = Comparison(
        request=request,
        config=config,
        window_days=scenario.window_days,
        replications=len(runs.sample.arms[0].values),
        plans=list({arm.name: arm.plan for side in work.sides for arm in side.arms}.values()),
        main=main,
        computed=computed(scenario.tables.shares),
        other_reading=readings.get("other_reading"),
        travel_beside=readings.get("travel_beside"),
        history=history_check(config.program.history, list(readings.values()), alone),
        formulas=_formulas(work.main_job, main),
        check=runs.check,
        economics=money,
        books=books(plans, main, money, config.costs),
        draws=draws,
        ledger=kept[0],
        ledger_duties=kept[1],
        trace=traced(scenario, plans[0]) if request.trace else None,
        notes=notes(config, arms),
    )
    return replace(comparison, warnings=raised(Seen.of(comparison, arms, runs.imprecise)))


def _formulas(job: Job, main: Reading) -> Formulas | None:
    """What textbook formulas say of the plans, each with its own busy time of a served call.

    None if nobody is served, or the run has no whole week.
    """
    busy_h = [plan.measures["busy_mean_h"].mean or 0.0 for plan in main.plans]
    if not any(busy_h) or len(job.scenario.rates) < HOURS_A_WEEK:
        return None
    funnel = [main.plans[0].measures[name].mean or 0.0 for name in FUNNEL]
    return formulas(job, busy_h, math.prod(funnel))


def _spread_of(draws: Draws | None, plan: int, confidence: float) -> dict[str, Spread]:
    return {} if draws is None else draws.of_plan(plan, confidence)


def _by_side(work: _Work, sample: Sample) -> list[Sample]:
    """Part a sample of all sides, each with its arms and pairs."""
    out: list[Sample] = []
    arm, pair = 0, 0
    for side in work.sides:
        n_arms, n_pairs = len(side.arms), len(side.arms) - 1
        out.append(Sample(sample.arms[arm : arm + n_arms], sample.pairs[pair : pair + n_pairs]))
        arm, pair = arm + n_arms, pair + n_pairs
    return out
