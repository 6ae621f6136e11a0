"""What `verify` answers: what theory says, what was simulated, and whether both agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, NamedTuple, get_args

import polars as pl

from sim.config import Config, StaffingPlan
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.request import Request
from sim.shown import Shown

Verdict = Literal["agrees", "near", "outside"]  # from the best to the gravest
AGREES: Verdict = "agrees"
NEAR: Verdict = "near"  # outside its interval, by no more than an approximation may be off
OUTSIDE: Verdict = "outside"
GRAVITY = get_args(Verdict)


class System(NamedTuple):
    """What was run: a config of `configs/verify/`, the keys set in it, and a plan."""

    name: str
    config: str
    plan: str
    overrides: tuple[str, ...]

    @property
    def command(self) -> str:
        """Command that runs it by itself."""
        words = [f"'{word}'" if " " in word else word for word in self.overrides]
        return " ".join(["coresponder run", self.plan, f"verify={self.config}", *words])


@dataclass(frozen=True)
class Figure:
    """One number of theory, and the simulated one with the interval that belongs to the family.

    `z` counts standard errors from theory to the mean of the replications. Where theory is an
    approximation it may be off by `tolerance`, in the figure's own unit.
    """

    system: System
    name: str
    unit: str
    theory: float
    simulated: Interval
    z: float
    tolerance: float = 0.0

    @property
    def half_width(self) -> float:
        """Half the width of the interval."""
        return ((self.simulated.high or 0.0) - (self.simulated.low or 0.0)) / 2

    @property
    def verdict(self) -> Verdict:
        """Whether theory lies in the interval, or else as near to it as its tolerance."""
        low, high = self.simulated.low, self.simulated.high
        if low is None or high is None:
            return OUTSIDE
        beyond = max(low - self.theory, self.theory - high)
        return AGREES if beyond <= 0 else NEAR if beyond <= self.tolerance else OUTSIDE

    @property
    def seen_share(self) -> float | None:
        """Error that lies outside in half of all runs, as a share of theory; None where that is 0.

        It is half the width of the interval, and what theory itself may be off.
        """
        return (self.half_width + self.tolerance) / abs(self.theory) if self.theory else None


class Power(NamedTuple):
    """Error that would be seen in half of all runs, as a share of theory.

    `median` is over several figures; `widest` is that of the figure `of`, where it is largest.
    """

    median: float
    widest: float
    of: str


def power(figures: Sequence[Figure]) -> Power:
    """Size of error that some figures would show; those whose theory is 0 are left out."""
    seen = [(x.seen_share, f"{x.system.name}: {x.name}") for x in figures]
    known = [(share, name) for share, name in seen if share is not None]
    return Power(median(share for share, _ in known), *max(known))


@dataclass(frozen=True)
class TriedLaw:
    """A law, its equation and source, and the figures it was held against."""

    name: str
    label: str
    equation: str
    source: str
    figures: Sequence[Figure]

    @property
    def verdict(self) -> Verdict:
        """Gravest verdict on its figures."""
        return max((x.verdict for x in self.figures), key=GRAVITY.index)

    @property
    def is_exact(self) -> bool:
        """Whether it is a law; what may be off by a tolerance is an approximation."""
        return not any(x.tolerance for x in self.figures)

    def count(self, verdict: Verdict) -> int:
        """Figures with a verdict."""
        return sum(x.verdict == verdict for x in self.figures)

    @property
    def worst(self) -> Figure:
        """Figure that is farthest off, in standard errors; one of a graver verdict before all."""
        return max(self.figures, key=lambda x: (GRAVITY.index(x.verdict), abs(x.z)))


@dataclass(frozen=True, repr=False)
class Verification(Shown):
    """The model held against theory; `confidence` is that of all figures together.

    `config` and `plans` are those of the first system; `replications` and `calls` are of every one.

    Examples
    --------
    >>> import sim
    >>> answer = sim.verify(quick=True)  # doctest: +SKIP
    >>> answer.holds  # doctest: +SKIP
    True
    """

    request: Request
    config: Config
    plans: list[StaffingPlan]
    laws: Sequence[TriedLaw]
    confidence: float
    replications: int
    calls: int
    quick: bool

    @property
    def figures(self) -> list[Figure]:
        """Figures of all laws."""
        return [figure for law in self.laws for figure in law.figures]

    @property
    def exact(self) -> list[TriedLaw]:
        """Laws that are no approximations."""
        return [law for law in self.laws if law.is_exact]

    @property
    def approximate(self) -> list[TriedLaw]:
        """Approximations."""
        return [law for law in self.laws if not law.is_exact]

    @property
    def power(self) -> Power:
        """Size of error that the figures of the exact laws would show."""
        return power([figure for law in self.exact or self.laws for figure in law.figures])

    @property
    def outside(self) -> list[Figure]:
        """Figures outside the band."""
        return [figure for figure in self.figures if figure.verdict == OUTSIDE]

    @property
    def holds(self) -> bool:
        """Whether no figure lies outside, beyond what an approximation may be off."""
        return not self.outside

    def to_frame(self) -> pl.DataFrame:
        """Row a figure: law, system, name, unit, theory, simulated, ends, z, verdict, command."""
        rows = [
            {
                "law": law.name,
                "system": x.system.name,
                "figure": x.name,
                "unit": x.unit,
                "theory": x.theory,
                "simulated": x.simulated.mean,
                "low": x.simulated.low,
                "high": x.simulated.high,
                "z": x.z,
                "tolerance": x.tolerance,
                "verdict": x.verdict,
                "command": x.system.command,
            }
            for law in self.laws
            for x in law.figures
        ]
        return pl.DataFrame(rows)

    def _deciding(self) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "law": [law.label for law in self.laws],
                "figures": [len(law.figures) for law in self.laws],
                "verdict": [law.verdict for law in self.laws],
            }
        )

    def __repr__(self) -> str:
        """Return a line a law."""
        lines = [f"  {law.label}: {law.verdict}" for law in self.laws]
        return "\n".join([f"Verification of {len(self.figures)} figures", *lines])
