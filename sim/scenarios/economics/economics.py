"""People and money of the main reading: costs per unit, and the effect that covers the cost."""

from __future__ import annotations

from collections.abc import Mapping

from sim.config import Config, StaffingPlan
from sim.model.money.costs import CostLine, avoided, yearly_cost
from sim.model.money.crisis_now import crisis_now
from sim.model.money.positions import bridges
from sim.scenarios.answers.comparison import PlanResult, Reading
from sim.scenarios.answers.economics import BreakEven, Economics, SideEconomics, lead
from sim.scenarios.draws import unknowns
from sim.scenarios.economics.break_even import break_evens
from sim.scenarios.economics.ladder import ladder
from sim.scenarios.economics.per_unit import (
    BOTTOMS,
    OF_A_DIFFERENCE,
    Bottom,
    Values,
    ratio,
    tops_of,
)
from sim.scenarios.economics.tornado import tornados
from sim.scenarios.economics.variants import Look
from sim.scenarios.intervals import of_each
from sim.scenarios.request import Progress
from sim.scenarios.samples import Job, Sample
from sim.scenarios.uncertainty import Draws


def economics(
    job: Job, reading: Reading, sample: Sample, draws: Draws | None, progress: Progress
) -> Economics:
    """People and money of the main reading's plans and differences.

    Parameters
    ----------
    job
        Its plans and pairs, and the scenario.
    reading, sample
        What they measured.
    draws
        Those of the uncertain parameters; None if there were none.
    progress
        Called as by the replications, all of them done, so that an interrupt is heard.
    """
    config, n = job.scenario.config, len(sample.arms[0].values)

    def look(_: int) -> None:
        progress(n, n)

    of_plans, of_pairs = _break_evens(job, look)
    means = {plan.name: _means(plan) for plan in reading.plans}
    plans = [arm.plan for arm in job.arms]
    differences = _differences(job, sample, draws, of_pairs)
    rungs = ladder(job, sample, draws, reading.beaten)
    finding = lead(reading.pairs, differences, rungs, reading.beaten)
    return Economics(
        plans=_plans(job, sample, draws, of_plans),
        differences=differences,
        tornado=tornados(job, draws, finding, look) if draws else [],
        unknowns=len(unknowns(config)),
        draws=len(draws.inputs) if draws else 0,
        crisis_now=crisis_now(config.costs.crisis_now),
        bridges={plan.name: bridges(plan, config.costs.positions) for plan in plans},
        cost_lines={plan.name: _cost_lines(plan, means[plan.name], config) for plan in plans},
        avoided_lines={name: avoided(of_plan, config.costs) for name, of_plan in means.items()},
        ladder=rungs,
    )


def _break_evens(job: Job, look: Look) -> tuple[list[BreakEven | None], list[BreakEven | None]]:
    """Break-evens of plans and pairs, which take runs of their own; none without draws."""
    if job.scenario.config.run.draws == 0:
        return [None] * len(job.arms), [None] * len(job.pairs)
    of_plans, of_pairs = break_evens(job, look)
    return [*of_plans], [*of_pairs]


def _means(plan: PlanResult) -> dict[str, float]:
    """Mean of every measure, zero where there is none."""
    return {name: interval.mean or 0.0 for name, interval in plan.measures.items()}


def _cost_lines(plan: StaffingPlan, means: dict[str, float], config: Config) -> list[CostLine]:
    costs = config.costs
    return yearly_cost(plan, costs, means["overtime_hours_per_year"], costs.price_year)


# --- plans and differences -----------------------------------------------------------------------


def _plans(
    job: Job, sample: Sample, draws: Draws | None, break_even: list[BreakEven | None]
) -> list[SideEconomics]:
    level = job.scenario.config.run.confidence_level
    return [
        _side(
            arm.name,
            BOTTOMS,
            Values(
                sample.arms[at].values, draws.measured.arms[at] if draws else None, level, level
            ),
            break_even[at],
        )
        for at, arm in enumerate(job.arms)
    ]


def _differences(
    job: Job, sample: Sample, draws: Draws | None, break_even: list[BreakEven | None]
) -> list[SideEconomics]:
    level = job.scenario.config.run.confidence_level
    each = of_each(level, len(job.pairs))
    return [
        _side(
            f"{job.arms[plan].name} minus {job.arms[base].name}",
            BOTTOMS | OF_A_DIFFERENCE,
            Values(
                sample.pairs[at].differences,
                draws.measured.pairs[at] if draws else None,
                each,
                level,
            ),
            break_even[at],
        )
        for at, (plan, base) in enumerate(job.pairs)
    ]


def _side(
    name: str, bottoms: Mapping[str, Bottom], values: Values, break_even: BreakEven | None
) -> SideEconomics:
    ratios = {key: ratio(key, bottom, values) for key, bottom in bottoms.items()}
    has_cost = bool(tops_of(values.measured).any())
    return SideEconomics(name, ratios, break_even if has_cost else None)
