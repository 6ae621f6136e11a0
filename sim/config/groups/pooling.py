"""Studies of an effect, and the prior that they give for a program outside of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from sim.config.values import Positive, Sourced, Strict, Within

Z_95 = 1.959963984540054  # standard normal quantile of 0.975
POOLED_FROM = "pooled from"  # a pooled ratio is known by the beginning of its source

Size = Annotated[int, Field(ge=1, le=10**9)]


class Study(Strict):
    """A study of co-response against patrol alone: its design, sizes, outcome and result.

    An `odds_ratio` below 1 means fewer with a team; its low and high are the 95 % interval. A study
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


class Pool(NamedTuple):
    """Random-effects mean of log odds ratios, and the spread of a new program around it.

    `mu` is the mean and `se` its standard error; `tau` is the standard deviation between programs;
    `sd`, of both, is that of a new program. `studies` is the number of studies pooled.
    """

    mu: float
    tau: float
    se: float
    sd: float
    studies: int


def _log_width(ratio: Sourced) -> float:
    """Width of the interval of an odds ratio on the log scale; 0 if it has none."""
    if ratio.low is None or ratio.high is None:
        return 0.0
    return math.log(ratio.high / ratio.low)


def pool(studies: Sequence[Study]) -> Pool:
    """Pool the studies marked as `pooled`, by DerSimonian & Laird (1986).

    The predictive spread is that of Higgins, Thompson & Spiegelhalter (2009), with the normal in
    place of Student's t, which would be all but flat with three to five studies.

    Raises
    ------
    ValueError
        If no study is marked.
    """
    ratios = [study.odds_ratio for study in studies if study.pooled and study.odds_ratio]
    if not ratios:
        raise ValueError("expected at least one study with pooled: true, got none")
    logs = [math.log(ratio.value) for ratio in ratios]
    variances = [(_log_width(ratio) / (2 * Z_95)) ** 2 for ratio in ratios]
    tau2 = _between(logs, variances)
    weights = [1 / (variance + tau2) for variance in variances]
    se2 = 1 / sum(weights)
    mu = _mean(logs, weights)
    return Pool(mu, math.sqrt(tau2), math.sqrt(se2), math.sqrt(tau2 + se2), len(ratios))


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    return sum(w * y for w, y in zip(weights, values, strict=True)) / sum(weights)


def _between(logs: Sequence[float], variances: Sequence[float]) -> float:
    """Variance between studies, by moments; 0 if they differ by no more than chance."""
    if len(logs) == 1:
        return 0.0
    weights = [1 / variance for variance in variances]
    total, mean = sum(weights), _mean(logs, weights)
    q = sum(w * (y - mean) ** 2 for w, y in zip(weights, logs, strict=True))
    c = total - sum(w * w for w in weights) / total
    return max(0.0, (q - (len(logs) - 1)) / c)


def pooled_ratio(studies: Sequence[Study], key: str) -> Sourced:
    """Odds ratio of a new program: the middle and the 95 % interval of the pooled studies."""
    prior = pool(studies)
    low, middle, high = (math.exp(prior.mu + z * prior.sd) for z in (-Z_95, 0.0, Z_95))
    return Sourced(
        value=middle,
        low=low,
        high=high,
        source=f"{POOLED_FROM} {prior.studies} studies: {key}",
        year=_years([study.year for study in studies if study.pooled]),
        confidence="D",
    )


def _years(years: Sequence[int | str]) -> str:
    """First and last of some years, each a number or a text that begins with one."""
    starts = sorted({str(year)[:4] for year in years})
    return starts[0] if len(starts) == 1 else f"{starts[0]}-{starts[-1]}"
