"""How strong the effect of teams has to be for a plan, or a larger plan, to cover its cost.

The search is for the weakest effect, starting from none. A stronger effect need not pay more: with
one odds ratio for arrests and holds, patrol alone then arrests people whom it would otherwise have
taken to a hospital.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from sim.config import Config, Sourced
from sim.config.models import Effect, KindOutcomes, Outcomes, OutcomesByKind
from sim.model.inputs.fates import resolve
from sim.scenarios.answers.economics import BreakEven
from sim.scenarios.economics.variants import FIRST, MEASURED, Look, all_of, under_lean
from sim.scenarios.samples import NAMES, Job, Measured
from sim.scenarios.scenario import Scenario

STRONGEST = 0.001  # odds ratio
STEPS = 12  # from 1 to the strongest, each by the same factor
STEP = math.log(STRONGEST) / STEPS
IN_STEPS = [math.exp(number * STEP) for number in range(STEPS + 1)]
AT_ONCE = 4  # steps, so that all cores are busy; the last ones may not be looked at
HALVINGS = 8  # of a step, which leaves the odds ratio exact to a fifth of a percent
NET_BENEFIT = NAMES.index("net_benefit_per_year")
SOURCE = "the odds ratio being tried"


class _Trials:
    """Net benefits of all plans and differences by odds ratio, each run once."""

    def __init__(self, job: Job, look: Look) -> None:
        self.job, self.look = job, look
        self.measured: dict[float, Measured] = {}

    def at(self, odds_ratio: float) -> Measured:
        """Mean measures of plans and differences under an odds ratio."""
        if odds_ratio not in self.measured:
            ratios = _next_steps(odds_ratio)
            labels = [(ratio, replication) for ratio in ratios for replication in FIRST]
            task = partial(_at_ratio, self.job, labels)
            runs = all_of("break even", task, labels, self.job, self.look, MEASURED)
            for at, ratio in enumerate(ratios):
                columns = zip(*runs[at * len(FIRST) :][: len(FIRST)], strict=True)
                self.measured[ratio] = Measured(*(np.mean(each, axis=0)[:, 0] for each in columns))
        return self.measured[odds_ratio]

    def of_plan(self, plan: int, odds_ratio: float) -> float:
        return float(self.at(odds_ratio).arms[plan, NET_BENEFIT])

    def of_pair(self, pair: int, odds_ratio: float) -> float:
        return float(self.at(odds_ratio).pairs[pair, NET_BENEFIT])


def _next_steps(odds_ratio: float) -> list[float]:
    """Odds ratios to be run at once, this one first: steps from it on, or no other beside 1."""
    if odds_ratio not in IN_STEPS[1:]:
        return [odds_ratio]
    return IN_STEPS[IN_STEPS.index(odds_ratio) :][:AT_ONCE]


def _at_ratio(job: Job, labels: list[tuple[float, int]], at: int) -> Measured:
    odds_ratio, replication = labels[at]
    scenario = with_odds_ratio(job.scenario, odds_ratio)
    return under_lean(job, scenario, ["net_benefit_per_year"], [replication])


def break_evens(job: Job, look: Look) -> tuple[list[BreakEven], list[BreakEven]]:
    """Break-even of every plan compared with patrol alone, and of every difference.

    Parameters
    ----------
    job
        Plans and pairs, and the scenario with the central values.
    look
        Called now and then, so that an interrupt is heard.
    """
    trials, central = _Trials(job, look), central_ratios(job.scenario.config)
    plans = [partial(trials.of_plan, at) for at in range(len(job.arms))]
    pairs = [partial(trials.of_pair, at) for at in range(len(job.pairs))]
    of_plans, of_pairs = (
        [BreakEven(*zero_of(net), *central) for net in nets] for nets in (plans, pairs)
    )
    return of_plans, of_pairs


def zero_of(net_benefit: Callable[[float], float]) -> tuple[float | None, bool]:
    """Odds ratio nearest to 1, down to 0.001, at which a net benefit is no longer below zero.

    Found in steps of its logarithm, and by bisection of the step.

    Returns
    -------
    tuple
        None if there is none, and whether that is because it is not below zero at 1 already.
    """
    if net_benefit(1.0) >= 0:
        return None, True
    for number, odds_ratio in enumerate(IN_STEPS[1:], 1):
        if net_benefit(odds_ratio) >= 0:
            return _bisected(net_benefit, number * STEP, (number - 1) * STEP), False
    return None, False


def _bisected(net_benefit: Callable[[float], float], low: float, high: float) -> float:
    """Odds ratio whose logarithm lies between one that covers the cost and one that does not."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if net_benefit(math.exp(middle)) >= 0 else (low, middle)
    return math.exp((low + high) / 2)


def central_ratios(config: Config) -> tuple[float | None, float | None]:
    """Central odds ratios of arrest and of holds; None where a share of 0 or 1 leaves none."""
    _, hold, arrest = resolve(config.outcomes).odds_ratios.tolist()
    return _known(arrest), _known(hold)


def _known(ratio: float) -> float | None:
    return ratio if math.isfinite(ratio) else None


def with_odds_ratio(scenario: Scenario, odds_ratio: float) -> Scenario:
    """Scenario with one odds ratio for arrests and holds; that of voluntary transport stays.

    If the team's shares are given, patrol's follow from them; otherwise the team's follow.
    """
    central = scenario.config.outcomes
    effect = _effect(resolve(central).odds_ratios[0], odds_ratio)
    shares = {"patrol_shares": None} if central.team_shares else {"team_shares": None}
    by_kind = OutcomesByKind(
        clinician_only=_of_kind(central.by_kind.clinician_only, odds_ratio),
        remote_clinician=_of_kind(central.by_kind.remote_clinician, odds_ratio),
    )
    changed = {**shares, "effect": effect, "by_kind": by_kind}
    outcomes: Outcomes = central.model_copy(update=changed)
    config = scenario.config.model_copy(update={"outcomes": outcomes})
    return Scenario(config, scenario.base)


def _of_kind(own: KindOutcomes | None, odds_ratio: float) -> KindOutcomes | None:
    if own is None or own.effect is None:
        return own
    return KindOutcomes(effect=_effect(float(own.effect.voluntary_odds_ratio), odds_ratio))


def _effect(voluntary: float, odds_ratio: float) -> Effect:
    both = Sourced(value=odds_ratio, source=SOURCE)
    as_it_is = Sourced(value=voluntary if np.isfinite(voluntary) else 1.0)
    return Effect(voluntary_odds_ratio=as_it_is, hold_odds_ratio=both, arrest_odds_ratio=both)
