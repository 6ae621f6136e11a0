"""Guard rails on a sweep: on what its points are made of, and on what is read off them."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.scenarios.answers.intervals import DifferenceInterval
from sim.scenarios.answers.rails import RULES, Rail
from sim.scenarios.answers.sweep import Sweep
from sim.scenarios.experiments.sweep.settings import Point, Points, scenario_of
from sim.scenarios.intervals import mean_intervals, paired_difference
from sim.scenarios.rails import Seen, raised


def doubts_of(sweep: Sweep, points: Points, still_open: Floats) -> list[Rail]:
    """Guard rails that hold, the gravest first.

    What points are made of is looked at where they are farthest apart: at the first and the last,
    and at those with the fewest and the most calls.

    Parameters
    ----------
    sweep
        The answer without them.
    points
        As they were laid out.
    still_open
        Share of requested calls that are open at the end, shape (points, replications); nan at a
        fault and where no call is requested.
    """
    config, keys = sweep.config, sweep.request.overrides
    shares = mean_intervals(still_open, config.run.confidence_level)
    of_points = {f"at point {x.number}": shares[x.number].mean or 0.0 for x in sweep.done}
    rails = raised(Seen(config, (), still_open=of_points, widest=_widest(sweep)))
    for point in _apart([points.points[x.number] for x in sweep.done], points):
        assert point.setting is not None and point.plan is not None  # noqa: S101, PT018 - measured
        scenario = scenario_of(points.settings[point.setting].packed)
        rails += raised(Seen(scenario.config, [scenario.arm(point.plan)], overrides=keys))
    order = [*RULES]
    return sorted(dict.fromkeys(rails), key=lambda x: order.index(x.rule))


def _apart(measured: list[Point], points: Points) -> list[Point]:
    """The first and the last point, and those with the fewest and the most calls, each once."""
    calls = [points.settings[x.setting or 0].expected_calls for x in measured]
    places = dict.fromkeys([0, len(measured) - 1, int(np.argmin(calls)), int(np.argmax(calls))])
    return [measured[at] for at in places]


def _widest(sweep: Sweep) -> tuple[str, DifferenceInterval] | None:
    """The headline at its highest point less its lowest, adjusted for all points."""
    name = sweep.headline
    ends = next((x for x in sweep.extremes if x.measure == name), None)
    if ends is None or ends.highest == ends.lowest:
        return None
    highest, lowest = sweep.values[[ends.highest, ends.lowest], :, sweep.names.index(name)]
    level, others = sweep.config.run.confidence_level, len(sweep.done) - 1
    return name, paired_difference(highest - lowest, lowest, level, others)
