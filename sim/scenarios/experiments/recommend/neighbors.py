"""Plans beside the one that was chosen: without one of its posts, and all that were tried."""

from __future__ import annotations

import numpy as np

from sim.scenarios.answers.recommendation import Cheaper, Tried
from sim.scenarios.experiments.recommend.asked import Asked
from sim.scenarios.experiments.recommend.lines import Counts
from sim.scenarios.experiments.recommend.search import Trials


def cheaper_than(trials: Trials, asked: Asked, counts: Counts) -> Cheaper | None:
    """The plan without one post that loses least, and what each target gives up."""
    if asked.goal:
        return None
    lines, margins = asked.lines, trials.margins_of(counts)
    held = [at for at, count in enumerate(counts) if count]
    dropped = {at: tuple(x - (at == other) for other, x in enumerate(counts)) for at in held}
    if not dropped:
        return None
    lost = {at: margins - trials.margins_of(x) for at, x in dropped.items()}
    at = min(dropped, key=lambda x: float(np.max(lost[x])))
    gives_up = {str(target): float(x) for target, x in zip(asked.targets, lost[at], strict=True)}
    saves = lines.cost(counts) - lines.cost(dropped[at])
    return Cheaper(lines.lines[at].name, saves, gives_up)


def frontier(trials: Trials, asked: Asked) -> list[Tried]:
    """Cost and least margin of every plan that was tried for targets."""
    return [
        Tried(asked.lines.cost(x), float(np.min(margins)), trials.meets(x))
        for x, margins in trials.tried.items()
        if np.isfinite(margins).all() and not asked.goal
    ]
