"""Which assumptions change an answer most: each alone at its low and its high, the rest central.

Prices change no call, so all of them are tried on existing runs. For the other assumptions, rank
correlation over the draws (Spearman) at central prices says which to try; each of these is then run
alone. An assumption that changes nothing has no bar, nor has one with an end that contradicts the
central values.
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import Literal, get_args

import numpy as np

from sim.arrays import Floats
from sim.config import InputError
from sim.model.money.costs import PRICED
from sim.scenarios.answers.economics import Pair, Tornado, TornadoBar
from sim.scenarios.draws import with_value
from sim.scenarios.economics.variants import (
    FIRST,
    MEASURED,
    MEASURED_OR_NONE,
    Look,
    all_of,
    repriced,
    under_lean,
)
from sim.scenarios.samples import NAMES, Job, Measured
from sim.scenarios.scenario import Scenario
from sim.scenarios.uncertainty import Draws
from sim.scenarios.unknown import Unknown

Target = Literal["net_benefit_per_year", "net_diversions_per_year"]

BARS = 10
SMALL = 1e-9  # share of the variance of ranks that counts as explained
SUMS: dict[Target, tuple[str, ...]] = {
    "net_benefit_per_year": ("net_benefit_per_year",),
    "net_diversions_per_year": (
        "jail_diversions_net_per_year",
        "hospital_diversions_net_per_year",
    ),
}
TRIED = {*PRICED, *chain(*SUMS.values())}  # with what they cost at other prices
PRICES = "costs."
End = tuple[Unknown, float]
AtEnds = dict[End, Floats | None]


def tornados(job: Job, draws: Draws, pair: Pair, look: Look) -> list[Tornado]:
    """Tornado of each target: of a plan less another, or of the plan if there is one alone.

    Parameters
    ----------
    job
        Plans and pairs, and the scenario with the central values.
    draws
        Draws of its parameters, in which the candidates are found.
    pair
        Plans by name.
    look
        Called now and then, so that an interrupt is heard.
    pair
        Place of the difference among those of the job.
    """
    (central,) = all_of(
        "central", lambda _: under_lean(job, job.scenario, TRIED), [FIRST], job, look, MEASURED
    )
    tried = [*filter(is_price, draws.unknowns), *_candidates(job, draws, pair)]
    ends = [(unknown, end) for unknown in tried for end in (unknown.low, unknown.high)]
    labels = [(unknown.name, end) for unknown, end in ends]
    task = partial(_at_end, job, central, ends)
    runs = all_of("tornado", task, labels, job, look, MEASURED_OR_NONE)
    at_ends = dict(zip(ends, runs, strict=True))
    side = partial(_side, job, pair)
    of_ends = {end: None if run is None else side(run) for end, run in at_ends.items()}
    return [_tornado(target, tried, pair, side(central), of_ends) for target in get_args(Target)]


def is_price(unknown: Unknown) -> bool:
    """Whether an assumption is a price, which changes no call."""
    return all(path.startswith(PRICES) for path in unknown.paths)


def _at_end(job: Job, central: Measured, ends: list[End], number: int) -> Measured | None:
    scenario, (unknown, end) = job.scenario, ends[number]
    try:
        config = with_value(scenario.config, unknown, end)
        if is_price(unknown):
            return repriced(job, central, config.costs)
        return under_lean(job, Scenario(config, scenario.base), TRIED)
    except InputError:
        return None


def _candidates(job: Job, draws: Draws, pair: Pair) -> list[Unknown]:
    """Unknowns other than prices that explain some target over the draws."""
    others = [at for at, unknown in enumerate(draws.unknowns) if not is_price(unknown)]
    drawn = repriced(job, draws.measured, job.scenario.config.costs)
    values = _side(job, pair, drawn).mean(axis=1)
    candidates = {
        others[at]: None
        for target in get_args(Target)
        for at in foremost(draws.inputs[:, others], target_of(target, values))
    }
    return [draws.unknowns[at] for at in candidates]


def _side(job: Job, pair: Pair, measured: Measured) -> Floats:
    """Return a plan less another, or the plan if it is alone; shape (..., measures).

    Targets are sums over calls, so that the difference of two plans is paired as any is.
    """
    at = {arm.name: number for number, arm in enumerate(job.arms)}
    plan: Floats = measured.arms[at[pair.plan]]
    return plan - measured.arms[at[pair.versus]] if pair.versus else plan


def target_of(target: Target, values: Floats) -> Floats:
    """Sum of the measures that a target is made of; shape (...,) of values (..., measures)."""
    columns = [NAMES.index(name) for name in SUMS[target]]
    return np.asarray(values[..., columns].sum(axis=-1), np.float64)


def foremost(inputs: Floats, values: Floats, most: int = BARS) -> list[int]:
    """Indices of the inputs that explain values most, by stepwise regression of ranks.

    Each next input has the largest correlation with what the earlier ones leave unexplained, so
    that a strong input does not hide the others (Iman and Conover 1979, Technometrics).

    Parameters
    ----------
    inputs, values
        Shape (draws, inputs) and (draws,).
    most
        Indices to return.

    Returns
    -------
    list
        As many, or fewer if they explain everything.
    """
    ranks = np.stack([ranks_of(column) for column in inputs.T], axis=1)
    ranks -= ranks.mean(axis=0)
    left = ranks_of(values) - (len(values) + 1) / 2
    little = SMALL * float(left @ left)
    chosen: list[int] = []
    while len(chosen) < min(most, len(ranks.T)) and left @ left > little:
        chosen.append(_strongest(ranks, left, chosen))
        taken = ranks[:, chosen]
        left -= taken @ np.linalg.lstsq(taken, left, rcond=None)[0]
    return chosen


def _strongest(ranks: Floats, left: Floats, chosen: list[int]) -> int:
    """Column with the largest absolute correlation, of those that vary and are not yet chosen."""
    size = np.sqrt((ranks**2).sum(axis=0))
    strength = np.abs(left @ ranks) / np.where(size > 0, size, np.inf)
    strength[chosen] = -1.0
    return int(strength.argmax())


def ranks_of(values: Floats) -> Floats:
    """Ranks from 1; equal values share their mean rank."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(count) - (count - 1) / 2
    return np.asarray(mean_rank[place], np.float64)


def _tornado(
    target: Target, tried: list[Unknown], pair: Pair, central: Floats, at_ends: AtEnds
) -> Tornado:
    ends = [(x, at_ends[x, x.low], at_ends[x, x.high]) for x in tried]
    bars = [
        _bar(unknown, _mean(target, at_low), _mean(target, at_high))
        for unknown, at_low, at_high in ends
        if at_low is not None and at_high is not None
    ]
    moving = [bar for bar in bars if _width(bar) > 0]
    widest = sorted(moving, key=_width, reverse=True)[:BARS]
    return Tornado(target, _mean(target, central), widest, *pair)


def _mean(target: Target, values: Floats) -> float:
    return float(target_of(target, values).mean())


def _bar(unknown: Unknown, at_low: float, at_high: float) -> TornadoBar:
    ends = unknown.low, unknown.value, unknown.high
    label = unknown.label or unknown.name
    return TornadoBar(unknown.name, label, *ends, unknown.source, at_low, at_high)


def _width(bar: TornadoBar) -> float:
    return abs(bar.at_high - bar.at_low)
