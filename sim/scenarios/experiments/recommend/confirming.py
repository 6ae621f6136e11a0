"""Whether targets and a budget hold on years that the search has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.scenarios.answers.recommendation import Checked
from sim.scenarios.experiments.recommend.lines import Counts
from sim.scenarios.experiments.targets import Target
from sim.scenarios.intervals import t_quantile

ROUNDS = 4  # of searching and confirming


class Confirmed(NamedTuple):
    """Each target checked, and by how much more it has to be met where it was not confirmed."""

    checks: list[Checked]
    short: list[float]

    @property
    def all(self) -> bool:
        """Whether every one is confirmed."""
        return all(check.confirmed for check in self.checks)


class Candidate(NamedTuple):
    """Posts of each line, what fresh years say of them, and the searches that it took."""

    counts: Counts | None = None
    targets: Confirmed = Confirmed([], [])
    budget: Confirmed = Confirmed([], [])
    rounds: int = 0

    @property
    def stopped(self) -> Literal["", "rounds", "stricter"]:
        """What ended the searches where not all targets are confirmed."""
        if self.targets.all:
            return ""
        return "rounds" if self.rounds == ROUNDS else "stricter"


def confirmed(targets: Sequence[Target], margins: Sequence[Floats], level: float) -> Confirmed:
    """Check targets one-sided, adjusted for all of them and their cells (Bonferroni).

    Parameters
    ----------
    targets
        Of the plan, its budget among them.
    margins
        Of each target, how far it is met in each cell and fresh year; shape (cells, years).
    level
        Confidence of all checks together.
    """
    cells = sum(len(x) for x in margins)
    checks, short = [], []
    for target, each in zip(targets, margins, strict=True):
        n = each.shape[1]
        error = each.std(axis=1, ddof=1) / n**0.5
        reach = t_quantile(1 - 2 * (1 - level) / cells, n - 1) * error
        bounds = each.mean(axis=1) - reach
        worst = int(np.argmin(bounds))
        sign = 1 if target.sense == ">=" else -1
        mean, end = (target.value + sign * float(x[worst]) for x in (each.mean(1), bounds))
        met = bool(bounds[worst] >= 0)
        checks.append(Checked(*target, mean, end, met))
        short.append(0.0 if met else float(reach[worst] - min(bounds[worst], 0.0)) / 2)
    return Confirmed(checks, short)
