"""Values a config is made of: a sourced number, and a duration's distribution."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from scipy.special import betaincinv

SHARE_SUM_TOLERANCE = 1e-6
TAIL = 0.025  # a stated low and high hold 95 %
MOST_COUNTED = 1_000_000_000

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


def jeffreys(k: int, n: int) -> tuple[float, float]:
    """95 % interval of a share of which k in n were counted, by Jeffreys' prior.

    The quantiles of Beta(k + 1/2, n - k + 1/2); the end beyond which nothing was counted is 0 or 1
    (Brown, Cai & DasGupta 2001), so that k / n is always inside.
    """
    low, high = (float(betaincinv(k + 0.5, n - k + 0.5, p)) for p in (TAIL, 1 - TAIL))
    return (low if k > 0 else 0.0), (high if k < n else 1.0)


def _whole(name: str, number: object, least: int) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < least:
        raise ValueError(f"{name} {number!r}: a whole number of {least} or more is wanted")
    return number


def _count(k: object, n: object) -> tuple[int, int]:
    """Return k and n if they are a count: whole numbers, both there, k some of the n."""
    if k is None or n is None:
        there, missing = ("n", "k") if k is None else ("k", "n")
        raise ValueError(f"{there} without {missing}; a count is like {{k: 133, n: 3096}}")
    k, n = _whole("k", k, 0), _whole("n", n, 1)
    if k > n:
        raise ValueError(f"k {k} is above n {n}; k counts some of the n")
    if n > MOST_COUNTED:
        raise ValueError(f"n is more than {MOST_COUNTED:,}")
    return k, n


def _counted(given: dict[str, Any]) -> dict[str, Any]:
    """Fill in the value of k in n, and the low and high that are not given."""
    if given.get("k") is None and given.get("n") is None:
        return given
    k, n = _count(given.get("k"), given.get("n"))
    value, (low, high) = given.get("value"), jeffreys(k, n)
    if value not in (None, k / n):
        raise ValueError(f"value {value!r} is not k {k} in n {n}; value: null is wanted with these")
    stated = {name: given[name] for name in ("low", "high") if given.get(name) is not None}
    return {**given, "value": k / n, "low": low, "high": high, **stated}


class Sourced(Strict):
    """A number with its range and where it comes from; a bare number is one without them.

    `confidence`: S seen in the source, S2 in a secondary source, D derived by arithmetic,
    R remembered, A an assumption. An assumption has to state its low and high. A share may be
    given as a count, `k` in `n`, in place of its value; low and high are then its 95 % interval
    unless they are stated.
    """

    value: float
    low: float | None = None
    high: float | None = None
    source: str = ""
    year: int | str | None = None
    confidence: Literal["S", "S2", "D", "R", "A", ""] = ""
    k: int | None = None
    n: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, given: Any) -> Any:  # noqa: ANN401 - what a YAML file may hold
        if isinstance(given, bool):
            raise ValueError("a number is wanted here, not true or false")
        if isinstance(given, str | list) or given is None:
            raise ValueError("a number, or {value, low, high, source, year, confidence}, is wanted")
        if isinstance(given, int | float):
            return {"value": given}
        return _counted(given) if isinstance(given, dict) else given

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


def _no_count(number: Sourced) -> Sourced:
    if number.n is not None:
        raise ValueError("k in n is a share, and this is none; a number is wanted")
    return number


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


NotNegative = Annotated[Sourced, AfterValidator(_no_count), AfterValidator(_not_negative)]
Positive = Annotated[Sourced, AfterValidator(_no_count), AfterValidator(_positive)]
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
