"""Compare staffing plans on common calls: readings, paired differences, history, warnings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from sim.compiled import announce
from sim.config import Config, InputError, StaffingPlan, compose, staffing
from sim.config.models import History
from sim.config.models import Travel as TravelConfig
from sim.model.simulation import Engine
from sim.scenarios.answers import Comparison, Difference, HistoryCheck, PlanResult, Reading
from sim.scenarios.checking import How, TwinCheck
from sim.scenarios.checking import check as twin_check
from sim.scenarios.comparison.cautions import cautions, notes, selected_calls
from sim.scenarios.comparison.cells import pooled
from sim.scenarios.comparison.fairness import fairness
from sim.scenarios.comparison.precision import enough, values_of
from sim.scenarios.economics.economics import economics
from sim.scenarios.intervals import (
    DifferenceInterval,
    Spread,
    mean_interval,
    paired_difference,
)
from sim.scenarios.replications import (
    NAMES,
    ArmSample,
    Job,
    PairSample,
    Progress,
    Sample,
    joined,
    replicate,
)
from sim.scenarios.rules import latent_base
from sim.scenarios.scenario import Arm, Scenario
from sim.scenarios.uncertainty import DRAW_REPLICATIONS, Draws, draw


def silent(done: int, of: int) -> None:
    """Progress that says nothing."""


@dataclass(frozen=True)
class _Side:
    """A reading still to be run: its arms, the last of which is the base."""

    role: Literal["main", "other_reading", "travel_beside"]
    label: str
    reason: str
    arms: list[Arm]


@dataclass(frozen=True)
class _Work:
    """All sides side by side, so that one call of the replications serves them all."""

    scenario: Scenario
    sides: list[_Side]
    engine: Engine

    @property
    def job(self) -> Job:
        """Arms of all sides, and each side's arms paired with its last."""
        return self._job(self.sides)

    @property
    def main_job(self) -> Job:
        """Arms of the main reading, paired with its last."""
        return self._job(self.sides[:1])

    def _job(self, sides: list[_Side]) -> Job:
        arms = tuple(arm for side in sides for arm in side.arms)
        pairs: list[tuple[int, int]] = []
        first = 0
        for side in sides:
            base = first + len(side.arms) - 1
            pairs += [(arm, base) for arm in range(first, base)]
            first = base + 1
        return Job(self.scenario, arms, tuple(pairs), self.engine)


def compare(
    plans: Sequence[str | int],
    overrides: Sequence[str] = (),
    *,
    config_dir: Path | None = None,
    engine: Engine = "compiled",
    check: How = "four_weeks",
    progress: Progress = silent,
) -> Comparison:
    """Compare staffing plans; every plan is held against the last one named.

    Parameters
    ----------
    plans
        Numbers of 24/7 posts, or names of files in `configs/staffing/`.
    overrides
        Hydra overrides such as "program=los_angeles" or "demand.growth_factor=1.2".
    config_dir
        The user's own configs, which add to the packaged ones and win.
    engine
        Which engine runs the replications; the answer is the same.
    check
        How much of replication 0 is run in both engines first, if the engine is the compiled one.
    progress
        Called with (replications done, of how many).

    Raises
    ------
    InputError
        One line: what, where, and what would be right.
    EnginesDifferError
        If the engines disagree on replication 0.
    """
    config = compose(list(overrides), config_dir)
    asked = _asked([str(plan) for plan in plans], config_dir)
    scenario = Scenario(config, latent_base(config, asked[-1], config_dir))
    sides = _sides(scenario, asked, _travel_beside(config, overrides, config_dir), config_dir)
    work = _Work(scenario, sides, engine)
    announce()
    checked = twin_check(scenario, work.job.arms, check) if engine == "compiled" else None
    sample, warning = _sampled(work, progress)
    draws = draw(work.main_job, partial(_from, progress, len(sample.arms[0].values), 0))
    return _comparison(work, sample, draws, checked, warning, progress)


def _sampled(work: _Work, progress: Progress) -> tuple[Sample, str]:
    """Replications as many as asked, or until the precision rule is met; and a warning if not."""
    run, job = work.scenario.config.run, work.job
    still = DRAW_REPLICATIONS * run.draws
    sample = replicate(job, range(run.replications), run.cores, partial(_from, progress, 0, still))
    if run.precision is None:
        return sample, ""
    names = [arm.name for arm in work.sides[0].arms]
    pairs = list(job.pairs)
    while True:
        values = values_of(run.precision, sample, names, pairs)
        n = enough(values, run.precision, run.replications, run.confidence_level)
        if n is not None:
            return sample, ""
        if len(values) >= run.precision.maximum:
            return sample, f"the precision asked for was not reached in {len(values)} replications"
        until = min(2 * len(values), run.precision.maximum)
        told = partial(_from, progress, len(values), still)
        more = replicate(job, range(len(values), until), run.cores, told)
        sample = joined([sample, more])


def _from(progress: Progress, before: int, still: int, done: int, of: int) -> None:
    """Tell progress of a part: what was done before it and what is still to come count too."""
    progress(before + done, before + of + still)


def _asked(names: list[str], config_dir: Path | None) -> list[StaffingPlan]:
    """Return the plans of the names given, each once."""
    if not names:
        raise InputError("no plan given; a number of 24/7 posts or a name of configs/staffing/")
    if len(set(names)) < len(names):
        raise InputError(f"plan {max(names, key=names.count)} is given twice")
    return [staffing(name, config_dir) for name in names]


def _travel_beside(
    config: Config, overrides: Sequence[str], config_dir: Path | None
) -> TravelConfig | None:
    """Travel that the program wants run beside, if it is not the one asked for."""
    name = config.program.travel_beside
    if name is None:
        return None
    others = [key for key in overrides if key.partition("=")[0].split(".")[0] != "travel"]
    try:
        travel = compose([*others, f"travel={name}"], config_dir).travel
    except InputError as error:
        what = f"program.travel_beside={name} (null for none)"
        raise InputError(f"{what}: {error}") from error
    return None if travel == config.travel else travel


def _sides(
    scenario: Scenario,
    plans: list[StaffingPlan],
    beside: TravelConfig | None,
    config_dir: Path | None,
) -> list[_Side]:
    """Readings to run: the plans as asked, the program's other reading, and other travel."""
    sides = [_Side("main", "plans as asked", "", [scenario.arm(plan) for plan in plans])]
    sides += _other_reading(scenario, [plan.name for plan in plans], config_dir)
    if beside is not None:
        arms = [scenario.arm(plan, beside) for plan in plans]
        label = f"{scenario.config.program.travel_beside} travel"
        sides.append(_Side("travel_beside", label, "", arms))
    return sides


def _other_reading(scenario: Scenario, names: list[str], config_dir: Path | None) -> list[_Side]:
    """The same names as the program reads them beside, if it does so for all of them."""
    program = scenario.config.program
    if not all(name in program.other_reading for name in names):
        return []
    plans = [staffing(program.other_reading[name], config_dir) for name in names]
    base = latent_base(scenario.config, plans[-1], config_dir, program.other_reading)
    arms = [scenario.arm(plan, base=base) for plan in plans]
    label, reason = program.other_reading_label, program.other_reading_reason
    return [_Side("other_reading", label, reason, arms)]


def _comparison(
    work: _Work,
    sample: Sample,
    draws: Draws | None,
    checked: TwinCheck | None,
    warning: str,
    progress: Progress,
) -> Comparison:
    of_sides = _by_side(work, sample)
    readings = {
        side.role: _reading(work.scenario, side, of_side, draws if side.role == "main" else None)
        for side, of_side in zip(work.sides, of_sides, strict=True)
    }
    config, main = work.scenario.config, readings["main"]
    return Comparison(
        config=config,
        scenario=work.scenario,
        replications=len(sample.arms[0].values),
        plans=list({arm.name: arm.plan for side in work.sides for arm in side.arms}.values()),
        main=main,
        other_reading=readings.get("other_reading"),
        travel_beside=readings.get("travel_beside"),
        history=_history(config.program.history, list(readings.values())),
        check=checked,
        economics=economics(work.main_job, main, of_sides[0], draws, progress),
        draws=draws,
        notes=notes(config, work.sides[0].arms),
        warnings=[
            *([warning] if warning else []),
            *config.program.warnings,
            *selected_calls(config, work.sides[0].arms),
            *cautions(main.plans),
        ],
    )


def _by_side(work: _Work, sample: Sample) -> list[Sample]:
    """Part a sample of all sides, each with its arms and pairs."""
    out: list[Sample] = []
    arm, pair = 0, 0
    for side in work.sides:
        n_arms, n_pairs = len(side.arms), len(side.arms) - 1
        out.append(Sample(sample.arms[arm : arm + n_arms], sample.pairs[pair : pair + n_pairs]))
        arm, pair = arm + n_arms, pair + n_pairs
    return out


def _reading(scenario: Scenario, side: _Side, sample: Sample, draws: Draws | None) -> Reading:
    confidence = scenario.config.run.confidence_level
    plans = [
        _plan_result(scenario.config, arm, of_arm, draws.of_plan(at, confidence) if draws else {})
        for at, (arm, of_arm) in enumerate(zip(side.arms, sample.arms, strict=True))
    ]
    base, n_pairs = side.arms[-1], len(sample.pairs)
    differences = [
        Difference(
            arm.name,
            base.name,
            _differences(pair, confidence, n_pairs),
            draws.of_pair(at, confidence) if draws else {},
        )
        for at, (arm, pair) in enumerate(zip(side.arms[:-1], sample.pairs, strict=True))
    ]
    return Reading(side.label, side.reason, plans, differences)


def _plan_result(
    config: Config, arm: Arm, sample: ArmSample, spread: dict[str, Spread]
) -> PlanResult:
    run, plan = config.run, arm.plan
    measures = {
        name: mean_interval(column, run.confidence_level)
        for name, column in zip(NAMES, sample.values.T, strict=True)
    }
    cells = pooled(plan, arm.travel.model, sample, run)
    return PlanResult(
        name=arm.name,
        title=plan.title,
        teams=plan.teams,
        team_hours_per_day=plan.team_hours_per_day,
        worker_hours_per_day=plan.worker_hours_per_day,
        measures=measures,
        sample=sample,
        cells=cells,
        fairness=fairness(arm, sample, cells, config.demand.zones, run),
        spread=spread,
    )


def _differences(
    pair: PairSample, confidence: float, comparisons: int
) -> dict[str, DifferenceInterval]:
    return {
        name: paired_difference(pair.differences[:, at], pair.base[:, at], confidence, comparisons)
        for at, name in enumerate(NAMES)
    }


def _history(history: History | None, readings: list[Reading]) -> HistoryCheck | None:
    """Hold a published figure against the plan it belongs to, if that plan was run."""
    found = [plan for r in readings for plan in r.plans if history and plan.name == history.plan]
    if history is None or not found:
        return None
    handled, reach = (found[0].measures[name] for name in ("handled_per_day", "reach_share"))
    published = ((handled, float(history.handled_per_day)), (reach, float(history.reach_share)))
    tolerance = float(history.tolerance_share)
    close = [
        simulated.mean is not None and abs(simulated.mean / figure - 1) <= tolerance
        for simulated, figure in published
    ]
    return HistoryCheck(
        plan=history.plan,
        year=str(history.year),
        published_per_day=published[0][1],
        published_reach_share=published[1][1],
        tolerance_share=tolerance,
        handled_per_day=handled,
        reach_share=reach,
        reproduced=all(close),
    )
