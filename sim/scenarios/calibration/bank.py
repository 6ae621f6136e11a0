"""Draws of all assumptions, run under the plan that the agency has, beside what it observed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.config import Config, InputError
from sim.model.measures.dictionary import MEASURES
from sim.scenarios.answers.calibration import Figure
from sim.scenarios.calibration.observed import Read, label_of, measures_of, simulated
from sim.scenarios.draws import drawn_with_uniforms, values_of
from sim.scenarios.economics.variants import all_of, under_lean
from sim.scenarios.keeping import Codec
from sim.scenarios.samples import Job
from sim.scenarios.scenario import Scenario
from sim.scenarios.structure import STRUCTURAL
from sim.scenarios.uncertainty import DRAW_REPLICATIONS
from sim.scenarios.unknown import Unknown
from sim.streams import Stream, generator

FEWEST_DRAWS = 50
OTHERS = (  # predicted, even if nothing was observed of them
    *("reach_share", "handled_per_day", "response_median_min", "response_p90_min"),
    *("utilization_share", "contacts_per_year"),
)


@dataclass(frozen=True)
class Asked:
    """A job of the plan, what was observed of it, and its uncertain parameters but for prices.

    `composed` is the config before the plan had a say in the forms of travel that it may take.
    """

    composed: Config
    job: Job
    read: Read
    known: list[Unknown]
    draws: int

    @property
    def config(self) -> Config:
        """Config before conditioning."""
        return self.job.scenario.config

    @property
    def numbers(self) -> list[Unknown]:
        """Parameters that are numbers, which have uniforms."""
        return [x for x in self.known if x.law not in STRUCTURAL]

    @property
    def others(self) -> list[Figure]:
        """Measures of which nothing was observed, and that are predicted all the same."""
        stated = {x.name for x in (*self.read.figures, *self.read.held_out)}
        return [
            Figure(name, label_of(name), MEASURES[name].unit, 0.0, 0.0)
            for name in OTHERS
            if name not in stated
        ]

    @property
    def figures(self) -> list[Figure]:
        """All that is predicted: observed, held out, others."""
        return [*self.read.figures, *self.read.held_out, *self.others]

    def run(self, config: Config, k: int) -> Floats:
        """Measures in the replications of draw k; shape (replications, measures)."""
        scenario, first = Scenario(config, self.job.scenario.base), DRAW_REPLICATIONS * k
        asked = measures_of(self.figures)
        runs = under_lean(self.job, scenario, asked, range(first, first + DRAW_REPLICATIONS))
        measured: Floats = runs.arms[0]
        return measured


class Drawn(NamedTuple):
    """One draw or several: uniforms of the numbers, values of all parameters, and measures.

    Shapes of several are (draws, numbers), (draws, parameters) and (draws, replications, measures).
    """

    uniforms: Floats
    inputs: Floats
    measured: Floats


_DRAWN = Codec[Drawn](Drawn._asdict, lambda row: Drawn(**row))


def prior_draws(asked: Asked, look: Callable[[int], None]) -> Drawn:
    """Draws of all parameters, each run on replications of its own."""
    config, seed = asked.config, asked.config.run.seed

    def task(k: int) -> Drawn:
        drawn_config, us = drawn_with_uniforms(config, seed, k)
        uniforms = np.array([us[x.name] for x in asked.numbers])
        inputs = np.array(values_of(drawn_config, asked.known))
        return Drawn(uniforms, inputs, asked.run(drawn_config, k))

    labels = [(tuple(measures_of(asked.figures)), k) for k in range(asked.draws)]
    drawn_each = all_of("calibrate", task, labels, asked.job, look, _DRAWN)
    bank = Drawn(*(np.stack(of_each) for of_each in zip(*drawn_each, strict=True)))
    exists = np.isfinite(simulated(asked.read.figures, bank.measured)).all(axis=(1, 2))
    if exists.sum() < FEWEST_DRAWS // 2:
        raise InputError(
            "calibrate: expected figures that the draws have, got some that exist in "
            f"{exists.sum()} of {asked.draws} draws: nobody is reached in the others"
        )
    return Drawn(*(column[exists] for column in bank))


def as_observed(asked: Asked, bank: Drawn) -> tuple[list[Figure], Floats, Floats]:
    """Figures with chance in their errors, means of the draws, and these as observed.

    No figure is nearer to its mean over many years than chance in its period lets it be, which is
    taken from how much the simulated years of a draw differ.
    """
    figures = asked.read.figures
    years = simulated(figures, bank.measured)
    means, chance = years.mean(axis=1), years.var(axis=1, ddof=1).mean(axis=0)
    for figure, same in zip(figures, means.std(axis=0) == 0, strict=True):
        if same:
            raise InputError(
                f"{figure.name}: expected a figure that some assumption moves, got "
                f"{means.flat[0]:g} in every draw"
            )
    of_period = chance * asked.job.scenario.window_days / asked.read.days
    variance = np.maximum(np.array([x.se for x in figures]) ** 2, of_period)
    left = np.maximum(variance - chance / DRAW_REPLICATIONS, 0.0)
    errors = generator(asked.config.run.seed, 0, Stream.OBSERVED).standard_normal(means.shape)
    widened = [x._replace(se=float(se)) for x, se in zip(figures, np.sqrt(variance), strict=True)]
    return widened, means, means + np.sqrt(left) * errors
