"""Values a config is made of: a sourced number, and a duration's distribution."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticKnownError, core_schema
from scipy.special import betaincinv

from sim.config.faults import shown

SHARE_SUM_TOLERANCE = 1e-6
TAIL = 0.025  # a stated low and high hold 95%
MOST_COUNTED = 1_000_000_000
Z975 = 1.959963984540054

CONTROL = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NO_TEXT = re.compile("[\ud800-\udfff]")  # as in names of files that are not UTF-8
MOST_MINUTES = 30 * 24 * 60  # of a mean: a visit may be due weeks after its call
MOST_SD, MOST_MEAN_TO_MEDIAN = 20, 100  # relative to the mean; beyond, a distribution is all tail
LEAST_SD = 0.001
MOST_LOG = 20  # a standard error beyond it says nothing, and has a finite interval

Rate = Annotated[float, Field(ge=0, le=1e9)]  # of no unit: only ratios of such figures matter
Portion = Annotated[float, Field(ge=0, le=1)]


def _no_flag(entry: Any) -> Any:  # noqa: ANN401 - whatever a user wrote
    """Refuse true and false, which would be read as 1 and 0."""
    if isinstance(entry, bool):
        raise PydanticKnownError("int_type")
    return entry


Whole = Annotated[int, BeforeValidator(_no_flag)]


class Strict(BaseModel):
    """Frozen model that refuses unknown keys and numbers that are not finite.

    `file_keys` name files from which keys of the model are read before it is made.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    file_keys: ClassVar[tuple[str, ...]] = ()

    @field_validator("*")
    @classmethod
    def _prints(cls, entry: Any) -> Any:  # noqa: ANN401 - of any field
        """Refuse what would steer the terminal or break the figure that shows it."""
        for text in entry if isinstance(entry, list) else [entry]:
            if isinstance(text, str) and CONTROL.search(text):
                raise ValueError(f"expected text without control characters, got {text!r}")
            if isinstance(text, str) and NO_TEXT.search(text):
                raise ValueError(f"expected a name or text in UTF-8, got {text!r}")
        return entry


def check_sum_is_one(shares: list[float], what: str) -> None:
    """Raise ValueError unless the shares sum to one."""
    total = sum(shares)
    if abs(total - 1) > SHARE_SUM_TOLERANCE:
        raise ValueError(f"expected {what} to sum to 1, got {total:.6g}")


def repeated(names: list[str]) -> str | None:
    """First name that stands in a list twice, or None."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def jeffreys(k: int, n: int) -> tuple[float, float]:
    """95% interval of a share of which k in n were counted, by Jeffreys' prior.

    The quantiles of Beta(k + 1/2, n - k + 1/2); the end beyond which nothing was counted is 0 or 1
    (Brown, Cai & DasGupta 2001), so that k / n is always inside.
    """
    low, high = (float(betaincinv(k + 0.5, n - k + 0.5, p)) for p in (TAIL, 1 - TAIL))
    return (low if k > 0 else 0.0), (high if k < n else 1.0)


def _whole(name: str, number: object, least: int) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < least:
        raise ValueError(f"expected {name} to be a whole number of {least} or more, got {number!r}")
    return number


def _count(k: object, n: object) -> tuple[int, int]:
    """Return k and n if they are a count: whole numbers, both stated, k at most n."""
    if k is None or n is None:
        stated = "n" if k is None else "k"
        raise ValueError(f"expected a count like {{k: 133, n: 3096}}, got {stated} alone")
    k, n = _whole("k", k, 0), _whole("n", n, 1)
    if k > n:
        raise ValueError(f"expected k of at most n, got {k} in {n}")
    if n > MOST_COUNTED:
        raise ValueError(f"expected n to be at most {MOST_COUNTED:,}, got a larger one")
    return k, n


def _counted(entry: dict[str, Any]) -> dict[str, Any]:
    """Fill in the value of a count, k / n, and the low and high that are not stated."""
    if entry.get("k") is None and entry.get("n") is None:
        return entry
    k, n = _count(entry.get("k"), entry.get("n"))
    value, (low, high) = entry.get("value"), jeffreys(k, n)
    if value not in (None, k / n):
        raise ValueError(f"expected value: null with k {k} and n {n}, got value {value!r}")
    stated = {name: entry[name] for name in ("low", "high") if entry.get(name) is not None}
    return {**entry, "value": k / n, "low": low, "high": high, **stated}


def _estimated(entry: dict[str, Any]) -> dict[str, Any]:
    """Fill in the low and high of an estimate with a standard error that are not stated."""
    value, se = entry.get("value"), entry.get("se")
    if not (isinstance(value, int | float) and isinstance(se, int | float)):
        return entry
    if entry.get("k") is not None or not (0 <= se < math.inf and 0 < value < math.inf):
        raise ValueError(
            "expected se of 0 or more beside a value above 0 that is no count, got "
            f"value {value:g} and se {se:g}"
        )
    within = math.exp(min(Z975 * se / value, MOST_LOG))
    stated = {name: entry[name] for name in ("low", "high") if entry.get(name) is not None}
    return {**entry, "low": value / within, "high": value * within, **stated}


class Sourced(Strict):
    """A number with its range and where it comes from; a bare number is one without them.

    `confidence`: S seen in the source, S2 in a secondary source, D derived by arithmetic,
    R remembered, A an assumption. An assumption has to state its low and high. A share may be
    given as a count, `k` in `n`, in place of its value; low and high are then its 95% interval
    unless they are stated. An estimate above 0 may have its standard error, `se`, in place of a
    range: low and high are then its 95% interval, even on the logarithm, and so are its draws.
    """

    value: float
    low: float | None = None
    high: float | None = None
    source: str = ""
    year: int | str | None = None
    confidence: Literal["S", "S2", "D", "R", "A", ""] = ""
    k: int | None = None
    n: int | None = None
    se: float | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, entry: Any) -> Any:  # noqa: ANN401 - what a YAML file may hold
        if isinstance(entry, bool | str | list) or entry is None:
            keys = "{value, low, high, source, year, confidence}"
            raise ValueError(f"expected a number or {keys}, got {shown(entry)}")
        if isinstance(entry, int | float):
            return {"value": entry}
        return _estimated(_counted(entry)) if isinstance(entry, dict) else entry

    @model_validator(mode="after")
    def _ordered(self) -> Sourced:
        if self.confidence == "A" and (self.low is None or self.high is None):
            missing = "low" if self.low is None else "high"
            raise ValueError(
                f"expected low and high of an assumption (confidence A), got no {missing}"
            )
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        if not low <= self.value <= high:
            got = f"{low:g}, {self.value:g} and {high:g}"
            raise ValueError(f"expected low <= value <= high, got {got}")
        return self

    def __float__(self) -> float:
        """Return the central value."""
        return self.value


def all_bounds(number: Sourced) -> list[float]:
    """Value of a number, and its low and high if they are stated."""
    return [x for x in (number.value, number.low, number.high) if x is not None]


def _no_count(number: Sourced) -> Sourced:
    if number.n is not None:
        raise ValueError("expected a number that is not a share, got a count, k in n")
    return number


def _not_negative(number: Sourced) -> Sourced:
    if min(all_bounds(number)) < 0:
        raise ValueError(f"expected 0 or more, got {min(all_bounds(number)):g}")
    return number


def _positive(number: Sourced) -> Sourced:
    if min(all_bounds(number)) <= 0:
        raise ValueError(f"expected more than 0, got {min(all_bounds(number)):g}")
    return number


def _share(number: Sourced) -> Sourced:
    for bound in all_bounds(number):
        if not 0 <= bound <= 1:
            raise ValueError(f"expected a share from 0 to 1, got {bound:g}")
    return number


@dataclass(frozen=True)
class Within:
    """Bounds of a sourced number, its low and its high, both included; 0 may be let in beside."""

    least: float
    most: float
    unit: str = ""
    or_zero: bool = False

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check after whatever the number is checked for before."""
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def _checked(self, number: Sourced) -> Sourced:
        for bound in all_bounds(number):
            if bound > self.most:
                raise ValueError(f"expected at most {self._shown(self.most)}, got {bound:,.10g}")
            if bound < self.least and not (self.or_zero and bound == 0):
                zero = ", or 0" if self.or_zero else ""
                right = f"at least {self._shown(self.least)}{zero}"
                raise ValueError(f"expected {right}, got {bound:g}")
        return number

    def _shown(self, bound: float) -> str:
        return f"{bound:,.15g} {self.unit}".rstrip()


NotNegative = Annotated[Sourced, AfterValidator(_no_count), AfterValidator(_not_negative)]
Positive = Annotated[Sourced, AfterValidator(_no_count), AfterValidator(_positive)]
Share = Annotated[Sourced, AfterValidator(_share)]
Minutes = Annotated[NotNegative, Within(0, MOST_MINUTES, "minutes")]
SomeMinutes = Annotated[Positive, Within(0.01, MOST_MINUTES, "minutes")]
Weight = Within(1e-6, 1e6)


def _check_spread(mean: Sourced, sd: Sourced) -> None:
    """Raise ValueError unless a standard deviation is near enough to its mean to be drawn from."""
    ratio = sd.value / mean.value
    if not LEAST_SD <= ratio <= MOST_SD:
        raise ValueError(
            f"expected an sd of {LEAST_SD:g} to {MOST_SD} times the mean, got {ratio:.3g} times "
            f"{mean.value:g}"
        )


class Family(Strict):
    """A distribution; a null unsets a figure of the default that a file is merged into."""

    @model_validator(mode="before")
    @classmethod
    def _unset(cls, entry: Any) -> Any:  # noqa: ANN401 - what a YAML file may hold
        if not isinstance(entry, dict):
            return entry
        return {key: value for key, value in entry.items() if value is not None}


class Constant(Family):
    """Always the same, in minutes."""

    distribution: Literal["constant"]
    mean: Minutes


class Exponential(Family):
    """Exponential, by its mean in minutes."""

    distribution: Literal["exponential"]
    mean: SomeMinutes


class Uniform(Family):
    """Uniform from `low` to `high` minutes."""

    distribution: Literal["uniform"]
    low: Minutes
    high: Minutes

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if self.low.value > self.high.value:
            low, high = self.low.value, self.high.value
            raise ValueError(f"expected low to be at most high, got {low:g} and {high:g}")
        return self


class Triangular(Family):
    """Triangular from `low` over `mode` to `high` minutes."""

    distribution: Literal["triangular"]
    low: Minutes
    mode: Minutes
    high: Minutes

    @model_validator(mode="after")
    def _ordered(self) -> Triangular:
        low, mode, high = self.low.value, self.mode.value, self.high.value
        if not low <= mode <= high:
            numbers = f"{low:g}, {mode:g}, {high:g}"
            raise ValueError(f"expected low, mode and high in rising order, got {numbers}")
        if low == high:
            raise ValueError(
                f"expected low below high, or distribution: constant, got {low:g} twice"
            )
        return self


class ByMeanAndSd(Family):
    """A distribution by mean and standard deviation in minutes."""

    distribution: str
    mean: SomeMinutes
    sd: SomeMinutes

    @model_validator(mode="after")
    def _drawable(self) -> ByMeanAndSd:
        _check_spread(self.mean, self.sd)
        return self


class Gamma(ByMeanAndSd):
    """Gamma, by mean and standard deviation in minutes."""

    distribution: Literal["gamma"]


class Weibull(ByMeanAndSd):
    """Weibull, by mean and standard deviation in minutes."""

    distribution: Literal["weibull"]


MAX_P95_TO_MEAN = math.exp(1.6448536269514722**2 / 2)


class Lognormal(Family):
    """Lognormal, by its mean and one of `sd`, `median`, `p95`, all in minutes."""

    distribution: Literal["lognormal"]
    mean: SomeMinutes
    sd: SomeMinutes | None = None
    median: SomeMinutes | None = None
    p95: SomeMinutes | None = None

    @model_validator(mode="after")
    def _one_second_figure(self) -> Lognormal:
        second = {"sd": self.sd, "median": self.median, "p95": self.p95}
        stated = [name for name, number in second.items() if number is not None]
        if len(stated) != 1:
            got = " and ".join(stated) or "none of them"
            raise ValueError(f"expected exactly one of sd, median and p95, got {got}")
        if self.median is not None and self.median.value >= self.mean.value:
            got = f"{self.median.value:g}"
            raise ValueError(f"expected a median below the mean {self.mean.value:g}, got {got}")
        if self.sd is not None:
            _check_spread(self.mean, self.sd)
        if self.median is not None and self.median.value * MOST_MEAN_TO_MEDIAN < self.mean.value:
            got = f"{self.median.value:g}"
            raise ValueError(
                f"expected a median of at least the mean {self.mean.value:g} / "
                f"{MOST_MEAN_TO_MEDIAN}, got {got}"
            )
        if self.p95 is not None:
            ratio, most = self.p95.value / self.mean.value, MAX_P95_TO_MEAN
            if not 1 < ratio < most:
                raise ValueError(f"expected p95 at 1 to {most:.2f} times the mean, got {ratio:.2f}")
        return self


class Empirical(Family):
    """Observed minutes, each as likely as its weight; all alike if no weights are stated."""

    distribution: Literal["empirical"]
    values: list[Minutes] = Field(min_length=1, max_length=100_000)
    weights: list[Annotated[NotNegative, Within(0, 1e9)]] | None = None

    @model_validator(mode="after")
    def _weighted(self) -> Empirical:
        if self.weights is None:
            return self
        if len(self.weights) != len(self.values) or sum(map(float, self.weights)) <= 0:
            raise ValueError("expected as many weights as values, not all of them 0")
        return self


class Part(Strict):
    """One part of a mixture and its weight."""

    weight: Annotated[Positive, Weight]
    of: Simple


Simple = Annotated[
    Constant | Exponential | Uniform | Triangular | Gamma | Weibull | Lognormal | Empirical,
    Field(discriminator="distribution"),
]


class Mixture(Family):
    """One of several distributions, drawn by weight."""

    distribution: Literal["mixture"]
    parts: list[Part] = Field(min_length=1, max_length=100)


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
