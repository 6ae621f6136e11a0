"""Studies of an effect, and the prior that they give a program that was not among them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from sim.config.values import Positive, Sourced, Strict

Z_95 = 1.959963984540054  # standard normal quantile of 0.975
POOLED_FROM = "pooled from"  # a pooled ratio is known by the beginning of its source

Size = Annotated[int, Field(ge=1)]


class Study(Strict):
    """A study of co-response against patrol alone: its design, what it measured, what it found.

    `odds_ratio` below 1 is fewer with a team; its low and high are the 95 % interval. A study that
    is not `pooled` is listed only. `confidence` is of what the study reports, that of the ratio of
    how it follows from this.
    """

    name: str
    design: Literal["randomized", "quasi_experiment", "before_after", "descriptive"]
    n_team: Size | None
    n_patrol: Size | None
    outcome: str
    odds_ratio: Positive | None
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
                f"{self.name}: a pooled study has to state its odds_ratio with low below high"
            )
        return self


class Pool(NamedTuple):
    """Random-effects mean of log odds ratios, and the spread of a new program around it.

    `mu` is the mean and `se` its standard error; `tau` the standard deviation between programs;
    `sd` that of a new program, of both. `studies` is how many were pooled.
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
    """Pool those of the studies that are marked for it, by DerSimonian & Laird (1986).

    The predictive spread is that of Higgins, Thompson & Spiegelhalter (2009), by the normal in
    place of Student's t, which three to five studies would make all but flat.

    Raises
    ------
    ValueError
        If none of them is marked.
    """
    ratios = [one.odds_ratio for one in studies if one.pooled and one.odds_ratio]
    if not ratios:
        raise ValueError("there is no study to pool; one with pooled: true is wanted")
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
    """Variance between studies: by moments, none if they differ no more than chance lets them."""
    if len(logs) == 1:
        return 0.0
    weights = [1 / variance for variance in variances]
    total, mean = sum(weights), _mean(logs, weights)
    q = sum(w * (y - mean) ** 2 for w, y in zip(weights, logs, strict=True))
    c = total - sum(w * w for w in weights) / total
    return max(0.0, (q - (len(logs) - 1)) / c)


def pooled_ratio(studies: Sequence[Study], key: str) -> Sourced:
    """Odds ratio of a new program: the middle and the 95 % interval of the pool of studies."""
    found = pool(studies)
    low, middle, high = (math.exp(found.mu + z * found.sd) for z in (-Z_95, 0.0, Z_95))
    return Sourced(
        value=middle,
        low=low,
        high=high,
        source=f"{POOLED_FROM} {found.studies} studies: {key}",
        year=_years([one.year for one in studies if one.pooled]),
        confidence="D",
    )


def _years(given: Sequence[int | str]) -> str:
    """First and last of some years, each a number or a text that begins with one."""
    years = sorted({str(year)[:4] for year in given})
    return years[0] if len(years) == 1 else f"{years[0]}-{years[-1]}"
