"""Conditioned draws: resampled, run again to be checked, and made ready to be kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import special

from sim.arrays import Floats, Ints
from sim.config import Config, InputError
from sim.config.files.conditioned import conditioned, digests
from sim.config.groups.conditioned import Range
from sim.config.models import Conditioned
from sim.config.numbers import numbers
from sim.scenarios.answers.calibration import Figure
from sim.scenarios.calibration.bank import Asked
from sim.scenarios.calibration.conditioning import Weighed, resampled
from sim.scenarios.calibration.observed import measures_of, simulated
from sim.scenarios.draws import at_uniforms, drawn, drawn_keys, redrawn, values_of
from sim.scenarios.economics.variants import all_of
from sim.scenarios.intervals import percentiles
from sim.scenarios.keeping import Codec
from sim.scenarios.store import key_of
from sim.streams import Stream, generator

KEPT = 400  # conditioned draws in the file
CHECKED = 100  # of them, run again
MOST_STEPS = 4
BEYOND_CHANCE_SE = 2.0  # of their mean, that is not chance
MIDDLE_RUNS = 4  # of two years each, at central values
NEAR_ENOUGH_SE = 0.5  # of the mean of the draws to what it should be
TAIL = 3.1  # of a normal score: beyond, an effect may be stronger than a config can have it


class Posterior(NamedTuple):
    """Conditioned draws as they are kept, their scores and inputs, and what some of them measure.

    Shapes are (draws, numbers), (draws, parameters) and (checked, replications, measures). `error`
    is that of the weighed draws.
    """

    draws: Conditioned
    error: float
    scores: Floats
    inputs: Floats
    checked: Floats

    @property
    def at_end(self) -> Floats:
        """Share of draws at the upper end of each number, less that at the lower; (numbers,)."""
        above, below = self.scores >= TAIL, self.scores <= -TAIL
        return np.asarray(above.mean(axis=0) - below.mean(axis=0), np.float64)


class _Run(NamedTuple):
    measured: Floats


_RUN = Codec[_Run](_Run._asdict, lambda row: _Run(**row))


def posterior(
    asked: Asked, figures: list[Figure], nearest: Weighed, look: Callable[[int], None]
) -> Posterior:
    """Draws conditioned as they were weighed.

    Where figures lie at the edge of the draws a straight line is not enough: then all scores are
    moved along it again, until the draws have the figures that they should have on average. So is
    the median of each, so that central values have them, too.

    Parameters
    ----------
    asked, figures, nearest
        What is asked, the figures with chance in their errors, and the weighed draws.
    look
        Called with how many are checked.
    """
    order = generator(asked.config.run.seed, 1, Stream.OBSERVED).permutation(KEPT)
    places = resampled(nearest.weights, KEPT)[order]
    of, scores = nearest.draws[places], nearest.scores[places]
    moving = _Moving(figures, nearest)
    scores, checked = moving.met(scores, lambda now: _checked(asked, of, now, look))
    middle, _ = moving.met(np.median(scores, axis=0), lambda now: _at_middle(asked, now))
    configs = [_redrawn(asked, *row) for row in zip(of.tolist(), scores, strict=True)]
    inputs = np.array([values_of(config, asked.known) for config in configs])
    draws = _kept(asked, nearest, of, configs, _middle(asked, middle))
    return Posterior(draws, nearest.error, scores, inputs, checked)


class _Moving(NamedTuple):
    """Scores are moved along the slopes until their figures are what they should be on average."""

    figures: list[Figure]
    nearest: Weighed

    def met(self, scores: Floats, run: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
        """Scores that meet the figures, and what is measured with them by `run`."""
        errors = NEAR_ENOUGH_SE * np.array([x.se for x in self.figures])
        measured = run(scores)
        for _ in range(MOST_STEPS):
            means = simulated(self.figures, measured).mean(axis=1)
            off = means.mean(axis=0) - self.nearest.expected
            chance = means.std(axis=0, ddof=1) / len(means) ** 0.5
            if not (np.abs(off) > np.maximum(errors, BEYOND_CHANCE_SE * chance)).any():
                break
            scores = np.clip(scores - off @ self.nearest.slopes, -TAIL, TAIL)
            measured = run(scores)
        return scores, measured


def _middle(asked: Asked, scores: Floats) -> Config:
    """Config of some scores, its shape of the week and form of travel central."""
    return at_uniforms(asked.config, asked.numbers, special.ndtr(scores).tolist())


def _at_middle(asked: Asked, scores: Floats) -> Floats:
    """Measures there, of a few years; shape (runs, replications, measures)."""
    config = _middle(asked, scores)
    return np.stack([asked.run(config, k) for k in range(MIDDLE_RUNS)])


def _checked(asked: Asked, of: Ints, scores: Floats, look: Callable[[int], None]) -> Floats:
    """Measures of some of the draws; shape (checked, replications, measures)."""

    def task(row: int) -> _Run:
        return _Run(asked.run(_redrawn(asked, int(of[row]), scores[row]), row))

    of_all = key_of(tuple(measures_of(asked.figures)), scores.tobytes().hex(), of.tolist())
    labels = [(of_all.hex(), row) for row in range(CHECKED)]
    runs = all_of("conditioned", task, labels, asked.job, look, _RUN)
    return np.stack([run.measured for run in runs])


def _redrawn(asked: Asked, k: int, scores: Floats) -> Config:
    """Config of a draw with adjusted numbers; as it was, if they contradict one another."""
    config, seed = asked.config, asked.config.run.seed
    uniforms = special.ndtr(np.clip(scores, -TAIL, TAIL))
    us = {x.name: float(u) for x, u in zip(asked.numbers, uniforms, strict=True)}
    try:
        return redrawn(config, seed, k, us)
    except InputError:
        return drawn(config, seed, k)


def _kept(
    asked: Asked, nearest: Weighed, of: Ints, configs: list[Config], middle: Config
) -> Conditioned:
    """Conditioned draws as their file has them, tried on the config that they belong to."""
    keys = drawn_keys(asked.config, asked.numbers)
    in_each = [dict(numbers(config)) for config in configs]
    values = np.array([[float(of_one[paths[0]]) for paths in keys] for of_one in in_each])
    read, config = asked.read, asked.composed
    central = dict(numbers(middle))
    ranged = {path for unknown in asked.numbers for path in unknown.paths}
    ends: list[Range] = [
        _range(float(central[paths[0]]), column, config.run.confidence_level)
        if paths[0] in ranged
        else (float(central[paths[0]]),) * 3
        for paths, column in zip(keys, values.T, strict=True)
    ]
    draws = Conditioned(
        on="; ".join(x.label for x in read.figures),
        file=read.file,
        source=read.source,
        period=read.period,
        plan=asked.job.arms[0].plan.name,
        measures=measures_of(read.figures),
        groups=digests(config),
        seed=config.run.seed,
        effective=nearest.effective,
        keys=[list(paths) for paths in keys],
        central=ends,
        of=of.tolist(),
        values=values.tolist(),
    )
    run = config.run.model_copy(update={"conditioned": draws})
    conditioned(config.model_copy(update={"run": run}))
    return draws


def _range(middle: float, values: Floats, confidence: float) -> Range:
    low, high = percentiles(values, confidence)
    return min(low, middle), middle, max(high, middle)
