"""One reading of the plans: what each measured, what they differ by, and a published figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sim.config import Config, StaffingPlan
from sim.config.models import History
from sim.model.inputs.fates import Shares
from sim.model.inputs.roster import Post
from sim.model.measures.dictionary import MEASURES
from sim.scenarios.answers.comparison import (
    Bases,
    Computed,
    Difference,
    HistoryCheck,
    PlanResult,
    Reading,
)
from sim.scenarios.answers.held_out import HeldOut
from sim.scenarios.answers.intervals import DifferenceInterval, Interval, Spread
from sim.scenarios.comparison.cells import pooled
from sim.scenarios.comparison.fairness import fairness
from sim.scenarios.comparison.load import load_of
from sim.scenarios.intervals import mean_intervals, paired_differences
from sim.scenarios.samples import NAMES, ArmSample, PairSample, Sample
from sim.scenarios.scenario import Arm, Scenario
from sim.scenarios.uncertainty import Draws
from sim.schema import Fate, Kind, Rule

HELD_AGAINST_HISTORY = ("handled_per_day", "reach_share")
WITHOUT_CAR = (Kind.FOLLOW_UP, Kind.REMOTE_CLINICIAN)


@dataclass(frozen=True)
class Side:
    """A reading to be run: its arms, the last of which is the base.

    `latent_base` is the plan whose team-hours latent demand is counted from.
    """

    role: Literal["main", "other_reading", "travel_beside"]
    label: str
    reason: str
    arms: list[Arm]
    latent_base: StaffingPlan | None


def reading(scenario: Scenario, side: Side, sample: Sample, draws: Draws | None) -> Reading:
    """What the plans of a side measured, and each of them less the last.

    Parameters
    ----------
    scenario, side, sample
        What was run, and what came of it.
    draws
        Those of the uncertain parameters; None if there were none.
    """
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
    intervals = mean_intervals(sample.values.T, run.confidence_level)
    measures = {name: _possible(name, x) for name, x in zip(NAMES, intervals, strict=True)}
    demand = config.demand
    priorities = {name: demand.priority_by_type.get(name, 1) for name in demand.call_types}
    cells = pooled(plan, arm.travel.model, sample, run, priorities)
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
        load=load_of(
            sample.hours, measures["busy_mean_h"].mean, measures["unfinished_share"].mean or 0.0
        ),
        bases=_bases(arm, config.demand.zones),
    )


def _bases(arm: Arm, zones: list[str]) -> Bases | None:
    """Where the teams of a plan drive from; those by video do not."""
    if arm.bases_chosen is None:
        return None
    posts = [post for post in arm.schedule.posts if post.kind not in WITHOUT_CAR]
    names = dict.fromkeys(post.line.name for post in posts)
    return Bases(
        _by_zone(posts, zones),
        arm.bases_chosen,
        {name: _by_zone([x for x in posts if x.line.name == name], zones) for name in names},
        Rule(arm.policy.rule).name.lower(),
    )


def _by_zone(posts: Sequence[Post], zones: list[str]) -> dict[str, int]:
    """How many posts are based in each zone that has any, most first."""
    at = sorted(post.base_zone for post in posts)
    return {zones[zone]: n for zone, n in Counter(at).most_common()}


def _possible(name: str, interval: Interval) -> Interval:
    """Interval of a share kept from 0 to 1, which that of Student knows nothing of."""
    if MEASURES[name].unit != "share" or interval.low is None or interval.high is None:
        return interval
    return replace(interval, low=max(0.0, interval.low), high=min(1.0, interval.high))


def _differences(
    pair: PairSample, confidence: float, comparisons: int
) -> dict[str, DifferenceInterval]:
    both = pair.differences.T, pair.base.T
    return dict(zip(NAMES, paired_differences(*both, confidence, comparisons), strict=True))


def history_check(
    history: History | None, readings: Sequence[Reading], alone: Mapping[str, Spread]
) -> HistoryCheck | None:
    """Hold a published figure against the plan it belongs to, if that plan was run.

    Parameters
    ----------
    history
        What is published.
    readings
        All that were run, the main one first.
    alone
        Spread of the plan by measure, for a plan of another reading, of which nothing was drawn.
    """
    plans = [plan for x in readings for plan in x.plans if history and plan.name == history.plan]
    if history is None or not plans:
        return None
    plan, tolerance = plans[0], float(history.tolerance_share)
    spread = plan.spread or alone

    def held(name: str) -> HeldOut:
        published = float(getattr(history, name))
        return HeldOut(published, tolerance, plan.measures[name], spread.get(name))

    return HistoryCheck(history.plan, str(history.year), *map(held, HELD_AGAINST_HISTORY))


def computed(shares: Shares) -> Computed:
    """The one of patrol shares, team shares and effect that follows from the other two."""
    if shares.computed == "effect":
        ratios = zip(list(Fate)[Fate.VOLUNTARY :], shares.odds_ratios, strict=True)
        return Computed("effect", {_word(fate): float(ratio) for fate, ratio in ratios})
    what: Literal["patrol_shares", "team_shares"]
    what = "patrol_shares" if shares.computed == "patrol_shares" else "team_shares"
    values = shares.patrol if what == "patrol_shares" else shares.team
    return Computed(what, {_word(x): float(share) for x, share in zip(Fate, values, strict=True)})


def _word(fate: Fate) -> str:
    return fate.name.lower().replace("_", " ")
