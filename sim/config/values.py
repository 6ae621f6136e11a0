"""Values a config is made of: a sourced number, and a duration's distribution."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

SHARE_SUM_TOLERANCE = 1e-6

Rate = Annotated[float, Field(ge=0)]


class Strict(BaseModel):
    """Frozen model that refuses unknown keys and numbers that are not finite.

    `file_keys` name files from which keys of the model are read before it is made.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    file_keys: ClassVar[tuple[str, ...]] = ()


def check_sum_is_one(shares: list[float], what: str) -> None:
    """Raise ValueError unless the shares sum to one."""
    total = sum(shares)
    if abs(total - 1) > SHARE_SUM_TOLERANCE:
        raise ValueError(f"{what} sum to {total:.6g}; 1 is wanted")


def repeated(names: list[str]) -> str | None:
    """First name that is there twice, or none."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


class Sourced(Strict):
    """A number with its range and where it comes from; a bare number is one without them.

    `confidence`: S seen in the source, S2 in a secondary source, D derived by arithmetic,
    R remembered, A an assumption. An assumption has to state its low and high.
    """

    value: float
    low: float | None = None
    high: float | None = None
    source: str = ""
    year: int | str | None = None
    confidence: Literal["S", "S2", "D", "R", "A", ""] = ""

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, given: Any) -> Any:  # noqa: ANN401 - what a YAML file may hold
        if isinstance(given, bool):
            raise ValueError("a number is wanted here, not true or false")
        if isinstance(given, str | list) or given is None:
            raise ValueError("a number, or {value, low, high, source, year, confidence}, is wanted")
        return {"value": given} if isinstance(given, int | float) else given

    @model_validator(mode="after")
    def _ordered(self) -> Sourced:
        if self.confidence == "A" and (self.low is None or self.high is None):
            raise ValueError("an assumption (confidence A) has to state its low and high")
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        if not low <= self.value <= high:
            raise ValueError(f"{self.value:g} is not between its low {low:g} and high {high:g}")
        return self

    def __float__(self) -> float:
        """Return the central value."""
        return self.value


def all_bounds(number: Sourced) -> list[float]:
    """Value, low and high of a number, those that are stated."""
    return [x for x in (number.value, number.low, number.high) if x is not None]


def _not_negative(number: Sourced) -> Sourced:
    if min(all_bounds(number)) < 0:
        raise ValueError(f"{number.value:g} is negative; zero or more is wanted")
    return number


def _positive(number: Sourced) -> Sourced:
    if min(all_bounds(number)) <= 0:
        raise ValueError(f"{number.value:g}: more than zero is wanted")
    return number


def _share(number: Sourced) -> Sourced:
    if min(all_bounds(number)) < 0 or max(all_bounds(number)) > 1:
        raise ValueError(f"{number.value:g} is not a share; 0 to 1 is wanted")
    return number


NotNegative = Annotated[Sourced, AfterValidator(_not_negative)]
Positive = Annotated[Sourced, AfterValidator(_positive)]
Share = Annotated[Sourced, AfterValidator(_share)]


class Family(Strict):
    """A distribution; a null unsets a figure of the default that a file is merged into."""

    @model_validator(mode="before")
    @classmethod
    def _unset(cls, given: Any) -> Any:  # noqa: ANN401 - what a YAML file may hold
        if not isinstance(given, dict):
            return given
        return {key: value for key, value in given.items() if value is not None}


class Constant(Family):
    """Always the same, in minutes."""

    distribution: Literal["constant"]
    mean: NotNegative


class Exponential(Family):
    """Exponential, by its mean in minutes."""

    distribution: Literal["exponential"]
    mean: Positive


class Uniform(Family):
    """Uniform from `low` to `high` minutes."""

    distribution: Literal["uniform"]
    low: NotNegative
    high: NotNegative

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if self.low.value > self.high.value:
            raise ValueError("low is above high")
        return self


class Triangular(Family):
    """Triangular from `low` over `mode` to `high` minutes."""

    distribution: Literal["triangular"]
    low: NotNegative
    mode: NotNegative
    high: NotNegative

    @model_validator(mode="after")
    def _ordered(self) -> Triangular:
        if not self.low.value <= self.mode.value <= self.high.value:
            raise ValueError("low, mode and high are not in this order")
        if self.low.value == self.high.value:
            raise ValueError("low and high are equal; use distribution: constant")
        return self


class Gamma(Family):
    """Gamma, by mean and standard deviation in minutes."""

    distribution: Literal["gamma"]
    mean: Positive
    sd: Positive


class Weibull(Family):
    """Weibull, by mean and standard deviation in minutes."""

    distribution: Literal["weibull"]
    mean: Positive
    sd: Positive


MAX_P95_TO_MEAN = math.exp(1.6448536269514722**2 / 2)


class Lognormal(Family):
    """Lognormal, by its mean and one of `sd`, `median`, `p95`, all in minutes."""

    distribution: Literal["lognormal"]
    mean: Positive
    sd: Positive | None = None
    median: Positive | None = None
    p95: Positive | None = None

    @model_validator(mode="after")
    def _one_second_figure(self) -> Lognormal:
        given = [x for x in (self.sd, self.median, self.p95) if x is not None]
        if len(given) != 1:
            raise ValueError("exactly one of sd, median and p95 is wanted beside the mean")
        if self.median is not None and self.median.value >= self.mean.value:
            raise ValueError("the median of a lognormal has to be below its mean")
        if self.p95 is not None:
            ratio = self.p95.value / self.mean.value
            if not 1 < ratio < MAX_P95_TO_MEAN:
                raise ValueError(f"p95 has to be 1 to {MAX_P95_TO_MEAN:.2f} times the mean")
        return self


class Empirical(Family):
    """Observed minutes, each as likely as its weight (equal when no weights are given)."""

    distribution: Literal["empirical"]
    values: list[NotNegative] = Field(min_length=1)
    weights: list[NotNegative] | None = None

    @model_validator(mode="after")
    def _weighted(self) -> Empirical:
        if self.weights is None:
            return self
        if len(self.weights) != len(self.values) or sum(map(float, self.weights)) <= 0:
            raise ValueError("weights have to be as many as values, and not all zero")
        return self


class Part(Strict):
    """One part of a mixture and its weight."""

    weight: Positive
    of: Simple


Simple = Annotated[
    Constant | Exponential | Uniform | Triangular | Gamma | Weibull | Lognormal | Empirical,
    Field(discriminator="distribution"),
]


class Mixture(Family):
    """One of several distributions, drawn by weight."""

    distribution: Literal["mixture"]
    parts: list[Part] = Field(min_length=1)


Duration = Annotated[
    Constant
    | Exponential
    | Uniform
    | Triangular
    | Gamma
    | Weibull
    | Lognormal
    | Empirical
    | Mixture,
    Field(discriminator="distribution"),
]

Part.model_rebuild()
