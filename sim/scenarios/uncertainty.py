"""The second interval: what a comparison comes to as its uncertain parameters are drawn.

Each draw is run on replications of its own, its plans on the same calls; two of them, so that what
the parameters do can be told from what chance does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.config import InputError
from sim.scenarios.answers.intervals import Spread
from sim.scenarios.draws import unknowns, values_of
from sim.scenarios.economics.variants import all_of, stacked, under
from sim.scenarios.intervals import spread
from sim.scenarios.keeping import Codec
from sim.scenarios.request import Progress
from sim.scenarios.samples import NAMES, Job, Measured
from sim.scenarios.store import Columns
from sim.scenarios.unknown import Unknown

DRAW_REPLICATIONS = 2


@dataclass(frozen=True)
class Draws:
    """Draws of the uncertain parameters, and what plans and differences measured under each.

    `inputs` has the value drawn of every unknown, shape (draws, unknowns); what was `measured` has
    shape (plans or pairs, draws, replications, measures).
    """

    unknowns: list[Unknown]
    inputs: Floats
    measured: Measured

    def first(self, plans: int) -> Draws:
        """Draws of the first plans alone, and of all pairs."""
        of_all = self.measured
        arms, counted = of_all.arms[:plans], of_all.arms_counted[:plans]
        return replace(self, measured=of_all._replace(arms=arms, arms_counted=counted))

    def of_plan(self, plan: int, confidence: float) -> dict[str, Spread]:
        """Spread of every measure of a plan, by name."""
        measured = self.measured
        return _spreads(measured.arms[plan], measured.arms_counted[plan], confidence)

    def of_pair(self, pair: int, confidence: float) -> dict[str, Spread]:
        """Spread of every measure of a difference, by name."""
        measured = self.measured
        return _spreads(measured.pairs[pair], measured.pairs_counted[pair], confidence)


class _Drawn(NamedTuple):
    inputs: Floats
    measured: Measured


def _columns(drawn: _Drawn) -> Columns:
    return {"inputs": drawn.inputs, **drawn.measured._asdict()}


def _drawn(row: Columns) -> _Drawn:
    measured = {name: row[name] for name in Measured._fields}
    return _Drawn(row["inputs"], Measured(**measured))


_DRAWN = Codec(_columns, _drawn)


def draw(job: Job, progress: Progress) -> Draws | None:
    """Draw a job's parameters, as often as its config asks for; None if there is nothing to draw.

    Draw k is run on replications 2k and 2k + 1, so that chance is another in every draw.

    Parameters
    ----------
    job
        Plans and pairs, and the scenario with the central values.
    progress
        Called with (replications done, of how many).

    Raises
    ------
    InputError
        If no draw is valid, or a plan does not fit one.
    """
    known, n = unknowns(job.scenario.config), job.scenario.config.run.draws
    if n == 0 or not known:
        return None

    def tell(done: int) -> None:
        progress(DRAW_REPLICATIONS * done, DRAW_REPLICATIONS * n)

    draws = all_of("draw", partial(_of_draw, job, known), range(n), job, tell, _DRAWN)
    measured = stacked([drawn.measured for drawn in draws])
    return Draws(known, np.stack([drawn.inputs for drawn in draws]), measured)


def _of_draw(job: Job, known: list[Unknown], k: int) -> _Drawn:
    scenario, first = job.scenario.drawn(k), DRAW_REPLICATIONS * k
    inputs = np.array(values_of(scenario.config, known))
    try:
        return _Drawn(inputs, under(job, scenario, range(first, first + DRAW_REPLICATIONS)))
    except InputError as error:
        raise InputError(f"draw {k} of the uncertain parameters (run.draws): {error}") from error


def _spreads(values: Floats, counted: Floats, confidence: float) -> dict[str, Spread]:
    return {
        name: spread(values[:, :, at], counted[:, :, at], confidence)
        for at, name in enumerate(NAMES)
    }
