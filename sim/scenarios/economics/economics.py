"""People and money of the main reading: costs per unit, and the effect that covers the cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.clock import DAYS_A_YEAR
from sim.config import Config, StaffingPlan
from sim.model.money.costs import CostLine, avoided, yearly_cost
from sim.model.money.crisis_now import crisis_now
from sim.model.money.positions import bridges
from sim.scenarios.answers.comparison import PlanResult, Reading
from sim.scenarios.answers.economics import BreakEven, Economics, Ratio, SideEconomics
from sim.scenarios.draws import unknowns
from sim.scenarios.economics.break_even import break_evens
from sim.scenarios.economics.tornado import tornados
from sim.scenarios.economics.variants import Look
from sim.scenarios.intervals import of_each, percentiles, random_effects, ratio_of_means
from sim.scenarios.replications import NAMES, Job, Sample
from sim.scenarios.request import Progress
from sim.scenarios.uncertainty import Draws

COST = "cost_per_year"


class Bottom(NamedTuple):
    """Denominator of a cost per unit: a sum of measures, times how many there are in a year."""

    label: str
    unit: str
    counted: str
    measures: tuple[str, ...]
    times: float = 1


_JAIL, _HOSPITAL = "jail_diversions_net_per_year", "hospital_diversions_net_per_year"
BOTTOMS = {
    "cost_per_contact": Bottom("Cost per contact", "$/contact", "contacts", ("contacts_per_year",)),
    "cost_per_jail_diversion_net": Bottom(
        "Cost per net diversion from jail", "$/booking", "net diversions from jail", (_JAIL,)
    ),
    "cost_per_hospital_diversion_net": Bottom(
        "Cost per net diversion from hospital",
        "$/transport",
        "net diversions from hospital",
        (_HOSPITAL,),
    ),
    "cost_per_net_diversion": Bottom(
        "Cost per net diversion, jail or hospital",
        "$/diversion",
        "net diversions",
        (_JAIL, _HOSPITAL),
    ),
}
OF_A_DIFFERENCE = {
    "cost_per_additional_call_reached": Bottom(
        "Cost per additional call reached",
        "$/call",
        "additional calls reached",
        ("handled_per_day",),
        DAYS_A_YEAR,
    ),
}


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
    return Economics(
        plans=_plans(job, sample, draws, of_plans),
        differences=_differences(job, sample, draws, of_pairs),
        tornado=tornados(job, draws, look) if draws else [],
        unknowns=len(unknowns(config)),
        draws=len(draws.inputs) if draws else 0,
        crisis_now=crisis_now(config.costs.crisis_now),
        bridges={plan.name: bridges(plan, config.costs.positions) for plan in plans},
        cost_lines={plan.name: _cost_lines(plan, means[plan.name], config) for plan in plans},
        avoided_lines={name: avoided(of_plan, config.costs) for name, of_plan in means.items()},
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
            _Values(
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
            _Values(
                sample.pairs[at].differences,
                draws.measured.pairs[at] if draws else None,
                each,
                level,
            ),
            break_even[at],
        )
        for at, (plan, base) in enumerate(job.pairs)
    ]


class _Values(NamedTuple):
    """Measures of a plan or a difference: by replication, and by draw and replication.

    `chance` and `parameters` are the confidences of the intervals that are made of them.
    """

    measured: Floats
    drawn: Floats | None
    chance: float
    parameters: float


def _side(
    name: str, bottoms: Mapping[str, Bottom], values: _Values, break_even: BreakEven | None
) -> SideEconomics:
    ratios = {key: _ratio(key, bottom, values) for key, bottom in bottoms.items()}
    has_cost = bool(_tops(values.measured).any())
    return SideEconomics(name, ratios, break_even if has_cost else None)


# --- costs per unit ---------------------------------------------------------------


def _ratio(name: str, bottom: Bottom, values: _Values) -> Ratio:
    label, unit, counted, *_ = bottom
    tops, bottoms = _tops(values.measured), _bottoms(bottom, values.measured)
    chance = ratio_of_means(tops, bottoms, values.chance)
    if chance is None:
        why = f"{counted} may be zero"
        return Ratio(name, label, unit, None, None, None, None, None, why)
    low, high, why = _over_draws(bottom, values)
    return Ratio(name, label, unit, chance.mean, chance.low, chance.high, low, high, why)


def _tops(values: Floats) -> Floats:
    """Return the cost; shape (...,) of values (..., measures)."""
    return values[..., NAMES.index(COST)]


def _bottoms(bottom: Bottom, values: Floats) -> Floats:
    columns = [NAMES.index(name) for name in bottom.measures]
    return np.asarray(bottom.times * values[..., columns].sum(axis=-1), np.float64)


def _over_draws(bottom: Bottom, values: _Values) -> tuple[float | None, float | None, str]:
    """Low and high of a ratio over the draws, or why there are none."""
    if values.drawn is None:
        return None, None, ""
    tops = random_effects(_tops(values.drawn))
    bottoms = random_effects(_bottoms(bottom, values.drawn))
    some = bottoms > 0
    without = 1 - float(some.mean())
    if without > (1 - values.parameters) / 2:
        share = f"{100 * without:.0f} % of the draws"
        return None, None, f"{bottom.counted} are zero or negative in {share}"
    ratios = tops[some] / bottoms[some]
    endless = np.full(np.count_nonzero(~some), ratios.max())  # beyond the high end in any case
    return *percentiles(np.concatenate([ratios, endless]), values.parameters), ""
