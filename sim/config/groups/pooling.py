"""Studies of an effect, and the prior that they give for a program outside of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.arrays import Floats
from sim.config.meta_analysis import (
    Distribution,
    Method,
    Pooled,
    dersimonian_laird,
    half_normal,
    hartung_knapp,
    paule_mandel,
)
from sim.config.values import TAIL, Positive, Sourced, Strict, Whole, Within

Z_95 = 1.959963984540054  # standard normal quantile of 0.975
# Scale of the half-normal prior of the standard deviation between programs, on log odds (Röver,
# Bender et al. 2021, Research Synthesis Methods); and one twice as wide, to show what hangs on it.
HETEROGENEITY, WIDER_HETEROGENEITY = 0.5, 1.0

Size = Annotated[Whole, Field(ge=1, le=10**9)]


class Study(Strict):
    """A study of co-response against patrol alone: its design, sizes, outcome and result.

    An `odds_ratio` below 1 means fewer with a team; its low and high are the 95% interval. A study
    that is not `pooled` is only listed. `confidence` grades what the study reports; the confidence
    of the ratio grades how it was derived from that.
    """

    name: str
    design: Literal["randomized", "quasi_experiment", "before_after", "descriptive"]
    n_team: Size | None
    n_patrol: Size | None
    outcome: str
    odds_ratio: Annotated[Positive, Within(0.001, 1_000)] | None
    pooled: bool
    source: str
    year: int | str
    confidence: Literal["S", "S2", "D", "R", "A"]
    note: str = ""

    @model_validator(mode="after")
    def _has_a_spread(self) -> Study:
        ratio = self.odds_ratio
        if self.pooled and (ratio is None or _log_width(ratio) == 0):
            raise ValueError(
                f"{self.name}: expected an odds_ratio with low below high in a pooled study, got "
                f"{'no ratio' if ratio is None else 'no interval'}"
            )
        return self


def _log_width(ratio: Sourced) -> float:
    """Width of the interval of an odds ratio on the log scale; 0 if it has none."""
    if ratio.low is None or ratio.high is None:
        return 0.0
    return math.log(ratio.high / ratio.low)


def new_program(studies: Sequence[Study]) -> Distribution:
    """Log odds ratio in a program like those of the studies that are marked as `pooled`.

    Raises
    ------
    ValueError
        If no study is marked.
    """
    return half_normal(*_logs(studies), HETEROGENEITY).new_program


def by_method(studies: Sequence[Study]) -> dict[Method, Pooled]:
    """Pool the studies marked as `pooled` by every method that they allow, the one in use first."""
    y, v = _logs(studies)
    pooled: dict[Method, Pooled] = {
        "half_normal": half_normal(y, v, HETEROGENEITY),
        "half_normal_wide": half_normal(y, v, WIDER_HETEROGENEITY),
        "dersimonian_laird": dersimonian_laird(y, v),
        "paule_mandel": paule_mandel(y, v),
    }
    return pooled if len(y) == 1 else {**pooled, "hartung_knapp": hartung_knapp(y, v)}


def _logs(studies: Sequence[Study]) -> tuple[Floats, Floats]:
    """Log odds ratios and their variances, of the studies marked as `pooled`."""
    ratios = [study.odds_ratio for study in studies if study.pooled and study.odds_ratio]
    if not ratios:
        raise ValueError("expected at least one study with pooled: true, got none")
    sds = [_log_width(ratio) / (2 * Z_95) for ratio in ratios]
    return np.log([ratio.value for ratio in ratios]), np.square(sds)


def pooled_ratio(studies: Sequence[Study], key: str) -> Sourced:
    """Odds ratio of a new program: the median and the 95% interval of its distribution."""
    log = new_program(studies)
    low, middle, high = (math.exp(log.quantile(p)) for p in (TAIL, 0.5, 1 - TAIL))
    return Sourced(
        value=middle,
        low=low,
        high=high,
        source=pooled_source(studies, key),
        year=_years([study.year for study in studies if study.pooled]),
        confidence="D",
    )


def pooled_source(studies: Sequence[Study], key: str) -> str:
    """Source of a pooled ratio, by which it is known."""
    return f"pooled from {sum(study.pooled for study in studies)} studies: {key}"


def _years(years: Sequence[int | str]) -> str:
    """First and last of some years, each a number or a text that begins with one."""
    starts = sorted({str(year)[:4] for year in years})
    return starts[0] if len(starts) == 1 else f"{starts[0]}-{starts[-1]}"
