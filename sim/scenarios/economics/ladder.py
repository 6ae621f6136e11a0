"""The ladder of three plans or more: each against the next cheaper one that no other one beats."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from sim.arrays import Floats
from sim.scenarios.answers.economics import PER_CALL, Rung
from sim.scenarios.answers.intervals import Quoted
from sim.scenarios.economics.per_unit import OF_A_DIFFERENCE, Values, bottoms_of, ratio, tops_of
from sim.scenarios.intervals import mean_interval, of_each, spread
from sim.scenarios.samples import Job, Sample
from sim.scenarios.uncertainty import Draws

FEWEST = 3  # plans that make a ladder; two are a difference
BOTTOM = OF_A_DIFFERENCE[PER_CALL]


def ladder(
    job: Job, sample: Sample, draws: Draws | None, worse: Collection[str] = ()
) -> list[Rung]:
    """Rungs of a job's plans from the second cheapest to the dearest; none of one or two plans.

    Plans that another one beats, `worse`, are no rung: nobody would step up to them. Plans share
    their calls, so every rung is paired by replication and by draw.
    """
    if len(job.arms) < FEWEST:
        return []
    rungs = [at for at, arm in enumerate(job.arms) if arm.name not in worse]
    by_cost = sorted(rungs, key=lambda at: float(tops_of(sample.arms[at].values).mean()))
    level = job.scenario.config.run.confidence_level
    each = of_each(level, len(job.arms) - 1)
    return [
        _rung(job.arms[at].name, job.arms[below].name, _less(sample, draws, at, below, each, level))
        for below, at in pairwise(by_cost)
    ]


def _less(
    sample: Sample, draws: Draws | None, at: int, below: int, chance: float, parameters: float
) -> Values:
    """Measures of one arm less those of another, by replication and by draw."""
    arms, drawn = sample.arms, None if draws is None else draws.measured.arms
    return Values(
        arms[at].values - arms[below].values,
        None if drawn is None else drawn[at] - drawn[below],
        chance,
        parameters,
    )


def _rung(plan: str, versus: str, values: Values) -> Rung:
    calls = bottoms_of(BOTTOM, values.measured)
    calls_drawn = None if values.drawn is None else bottoms_of(BOTTOM, values.drawn)
    cost = tops_of(values.measured)
    cost_drawn = None if values.drawn is None else tops_of(values.drawn)
    return Rung(
        plan,
        versus,
        _quoted(calls, calls_drawn, values),
        _quoted(cost, cost_drawn, values),
        ratio(PER_CALL, BOTTOM, values),
    )


def _quoted(measured: Floats, drawn: Floats | None, values: Values) -> Quoted:
    around = None if drawn is None else spread(drawn, drawn, values.parameters)
    return Quoted.of(mean_interval(measured, values.chance), around)
