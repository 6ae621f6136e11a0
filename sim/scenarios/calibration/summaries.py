"""What conditioning changed: each assumption and each figure, before and after."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from scipy import special

from sim.arrays import Floats
from sim.scenarios.answers.calibration import Figure, Moved, Predicted
from sim.scenarios.answers.held_out import HeldOut
from sim.scenarios.answers.intervals import Interval, Spread
from sim.scenarios.calibration.bank import Asked, Drawn
from sim.scenarios.calibration.observed import simulated
from sim.scenarios.calibration.posterior import Posterior
from sim.scenarios.intervals import mean_interval, percentiles
from sim.scenarios.uncertainty import DRAW_REPLICATIONS
from sim.streams import Stream, generator

BEYOND_CHANCE = 3.0  # standard errors of weighted draws


class Predictions(TypedDict):
    """Predicted figures of the three kinds."""

    figures: list[Predicted]
    held_out: list[Predicted]
    others: list[Predicted]


def assumptions(asked: Asked, bank: Drawn, after: Posterior) -> list[Moved]:
    """Each assumption before and after, the one that the figures say most about first."""
    confidence, effective = asked.config.run.confidence_level, after.draws.effective
    scores = dict(zip([x.name for x in asked.numbers], after.scores.T, strict=True))
    out: list[tuple[float, Moved]] = []
    for at, unknown in enumerate(asked.known):
        before, now = bank.inputs[:, at], after.inputs[:, at]
        on_scale = special.ndtri(np.linspace(0, 1, 1_001)[1:-1]), scores.get(unknown.name)
        first, last = (before, now) if on_scale[1] is None else (on_scale[0], on_scale[1])
        shift, ratio = _change(first, last)
        moved = Moved(
            unknown.name,
            unknown.label or unknown.name,
            unknown.source,
            unknown.low,
            unknown.high,
            _median(before, confidence),
            _median(now, confidence),
            shift,
            1 - ratio,
            abs(shift) > BEYOND_CHANCE * after.error
            or 1 - ratio > BEYOND_CHANCE / (2 * effective) ** 0.5,
        )
        out.append((_information(shift, ratio), moved))
    return [moved for _, moved in sorted(out, key=lambda pair: -pair[0])]


def _change(before: Floats, after: Floats) -> tuple[float, float]:
    """Shift of the mean in standard deviations of before, and the ratio of these."""
    sd = float(before.std())
    if sd == 0:
        return 0.0, 1.0
    return float(after.mean() - before.mean()) / sd, float(after.std()) / sd


def _information(shift: float, ratio: float) -> float:
    """Information gained, in nats, if both are normal (Kullback and Leibler 1951)."""
    ratio = max(ratio, 1e-6)
    return (shift**2 + ratio**2 - 1) / 2 - float(np.log(ratio))


def _median(values: Floats, confidence: float) -> Interval:
    known = values[np.isfinite(values)]
    if not len(known):
        return Interval(None, None, None, 0)
    return Interval(float(np.median(known)), *percentiles(known, confidence), len(known))


# --- figures -------------------------------------------------------------------------------------


def predictions(asked: Asked, bank: Drawn, checked: Floats | None) -> Predictions:
    """All figures as the draws predict them, before and after; `checked` has the latter."""
    figures = asked.figures
    before = _as_read(asked, bank.measured, 2)
    after = None if checked is None else _as_read(asked, checked, 3)
    rows = [
        _predicted(asked, x, before[at], None if after is None else after[at])
        for at, x in enumerate(figures)
    ]
    first, second = len(asked.read.figures), len(asked.read.figures) + len(asked.read.held_out)
    return {
        "figures": rows[:first],
        "held_out": rows[first:second],
        "others": rows[second:],
    }


def _as_read(asked: Asked, measured: Floats, number: int) -> list[Floats]:
    """Single years of every figure, with what its error adds to chance; shape (years,) each."""
    years = simulated(asked.figures, measured)
    chance = np.nan_to_num(years.var(axis=1, ddof=1)).mean(axis=0)
    errors = generator(asked.config.run.seed, number, Stream.OBSERVED).standard_normal(years.shape)
    added = np.maximum(np.array([x.se for x in asked.figures]) ** 2 - chance, 0.0)
    read = years + np.sqrt(added) * errors
    return [column.ravel() for column in np.moveaxis(read, -1, 0)]


def _predicted(asked: Asked, figure: Figure, before: Floats, after: Floats | None) -> Predicted:
    confidence = asked.config.run.confidence_level
    is_observed = figure.se > 0
    held = figure.tolerance_share is not None and after is not None
    return Predicted(
        figure.name,
        figure.label,
        figure.unit,
        figure.value if is_observed else None,
        figure.se if is_observed else None,
        _median(before, confidence),
        None if after is None else _median(after, confidence),
        _held_out(figure, after, confidence) if held and after is not None else None,
    )


def _held_out(figure: Figure, after: Floats, confidence: float) -> HeldOut:
    known = after[np.isfinite(after)]
    low, high = percentiles(known, confidence) if len(known) else (None, None)
    draws = len(after) // DRAW_REPLICATIONS
    spread = Spread(low, high, low, high, None, draws)
    central = mean_interval(after, confidence)
    return HeldOut(figure.value, figure.tolerance_share or 0.0, central, spread)
