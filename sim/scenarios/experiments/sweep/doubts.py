"""Guard rails on a sweep: on what its points are made of, and on what is read off them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import Floats
from sim.scenarios.answers.intervals import DifferenceInterval
from sim.scenarios.answers.rails import RULES, Rail
from sim.scenarios.answers.sweep import Sweep, SweepPoint
from sim.scenarios.experiments.sweep.settings import Points, scenario_of
from sim.scenarios.intervals import paired_difference
from sim.scenarios.rails import Seen, looked, raised
from sim.scenarios.rails.lean import means_of
from sim.scenarios.rails.seen import Looked
from sim.scenarios.scenario import Arm, Scenario

OF_ALL = ("open", "loaded", "few", "points", "load")  # read off all points together
FEW, FEW_KEYS = 64, 2  # points whose load is looked at, and keys that are named
OF_A_POINT = RULES.keys() - set(OF_ALL)


def doubts_of(sweep: Sweep, points: Points, values: Floats) -> list[Rail]:
    """Guard rails that hold, the gravest first.

    What points are made of is looked at where they are farthest apart: at the first and the last,
    and at those with the fewest and the most calls. So is their load, where there are many.

    Parameters
    ----------
    sweep
        The answer without them.
    points
        As they were laid out.
    values
        Of `LOOKED_AT`, shape (points, replications, measures).
    """
    config, rails = sweep.config, dict[str, Rail]()
    seen = {_at(sweep, x): Looked(means_of(values[x.number])[0]) for x in sweep.done}
    apart = _apart(sweep.done, points)
    for told in sweep.done if len(sweep.done) <= FEW else apart:
        scenario, arm = _made(points, told.number)
        seen[_at(sweep, told)] = looked(scenario, arm, values[told.number])
        if told in apart:
            of_point = Seen(scenario.config, [arm], overrides=sweep.request.overrides)
            rails = {x.rule: x for x in raised(of_point, OF_A_POINT)} | rails
    of_all = raised(Seen(config, (), looked=seen, widest=_widest(sweep)), OF_ALL)
    order = [*RULES]
    return sorted([*rails.values(), *of_all], key=lambda x: order.index(x.rule))


def _at(sweep: Sweep, point: SweepPoint) -> str:
    """Where a point is: its values if these are few, and else its number in points.csv."""
    if len(sweep.keys) > FEW_KEYS:
        return f"at point {point.number}"
    words = " ".join(f"{x}={y}" for x, y in zip(sweep.keys, point.values, strict=True))
    return f"at {words}"


def _apart(done: Sequence[SweepPoint], points: Points) -> list[SweepPoint]:
    """The first and the last point, and those with the fewest and the most calls, each once."""
    settings = [points.points[x.number].setting for x in done]
    calls = [points.settings[setting or 0].expected_calls for setting in settings]
    places = dict.fromkeys([0, len(done) - 1, int(np.argmin(calls)), int(np.argmax(calls))])
    return [done[at] for at in places]


def _made(points: Points, number: int) -> tuple[Scenario, Arm]:
    """Scenario and plan of a point that was measured, so it has both."""
    point = points.points[number]
    assert point.setting is not None and point.plan is not None  # noqa: S101, PT018 - see above
    scenario = scenario_of(points.settings[point.setting].packed)
    return scenario, scenario.arm(point.plan)


def _widest(sweep: Sweep) -> tuple[str, DifferenceInterval] | None:
    """The headline at its highest point less its lowest, adjusted for all points."""
    name = sweep.headline
    ends = next((x for x in sweep.extremes if x.measure == name), None)
    if ends is None or ends.highest == ends.lowest:
        return None
    highest, lowest = sweep.values[[ends.highest, ends.lowest], :, sweep.names.index(name)]
    level, others = sweep.config.run.confidence_level, len(sweep.done) - 1
    return name, paired_difference(highest - lowest, lowest, level, others)
