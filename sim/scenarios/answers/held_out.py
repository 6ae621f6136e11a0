"""A published figure that set nothing, beside what the model can know of it, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from sim.scenarios.answers.intervals import Interval, Spread

Verdict = Literal["consistent and sharp", "consistent but vague", "inconsistent"]


@dataclass(frozen=True)
class HeldOut:
    """A published figure above 0, the simulated mean at central values, and what the draws gave."""

    published: float
    tolerance_share: float
    central: Interval
    spread: Spread | None

    @property
    def predicted(self) -> Interval:
        """Central mean with the predictive interval: assumptions drawn, chance, one single year.

        Without draws it has no ends, and there is no verdict.
        """
        spread = self.spread or Spread(None, None, None, None, None, 0)
        return Interval(self.central.mean, spread.year_low, spread.year_high, spread.draws)

    @property
    def width_share(self) -> float | None:
        """Width of the predictive interval over the published figure."""
        low, high = self.predicted.low, self.predicted.high
        return None if low is None or high is None else (high - low) / self.published

    @property
    def verdict(self) -> Verdict | None:
        """Whether the figure lies in the interval, and whether that says much; ends are inside."""
        low, high, width = self.predicted.low, self.predicted.high, self.width_share
        if low is None or high is None or width is None:
            return None
        if not low <= self.published <= high:
            return "inconsistent"
        return "consistent and sharp" if width <= self.tolerance_share else "consistent but vague"


def gravest(figures: Sequence[HeldOut]) -> Verdict | None:
    """Verdict on several figures, the worst on any; None if one has none."""
    verdicts = [figure.verdict for figure in figures]
    order: dict[Verdict | None, int] = {x: at for at, x in enumerate((*get_args(Verdict), None))}
    return max(verdicts, key=order.__getitem__)
