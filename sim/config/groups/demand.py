"""The group `demand`: how many calls, when, of what type and where."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field, field_validator, model_validator

from sim.config.faults import nearest
from sim.config.groups.shapes import Errors, Evidence, Shape
from sim.config.values import (
    NotNegative,
    Portion,
    Positive,
    Rate,
    Share,
    Sourced,
    Strict,
    Whole,
    Within,
    check_sum_is_one,
    repeated,
)

MAX_CALLS_PER_YEAR = 5_000_000
LEAST_RATE = 1e-6  # of the highest hour or month: what is smaller is a slip
NOBODY = Sourced(value=0, source="by definition: no two calls are of one person", confidence="D")
AS_USUAL = Sourced(value=1, source="by definition: holidays are as other days", confidence="D")

Bound = Annotated[float, Field(ge=0, le=MAX_CALLS_PER_YEAR)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Persons(Strict):
    """Whose calls they are: a share comes from a few frequent callers, the rest once each.

    `spread` says how much the frequent callers differ: the standard deviation of the logarithm of
    their numbers of calls (0: all call equally often).
    """

    frequent_callers: Annotated[Whole, Field(ge=0, le=1_000_000)] = 0
    frequent_share: Share = NOBODY
    spread: Annotated[NotNegative, Within(0, 10)] = NOBODY

    @model_validator(mode="after")
    def _somebody(self) -> Persons:
        if self.frequent_share.value > 0 and self.frequent_callers == 0:
            raise ValueError(
                "expected frequent_callers of 1 or more, or frequent_share: 0, got frequent_share "
                f"{self.frequent_share.value:g} of 0 callers"
            )
        return self


class Holidays(Strict):
    """Days of other demand, and of other duties for lines that say so.

    Dates are days of the local calendar. They may come from a `file`, a CSV with a column `date`,
    or from a `country` such as US, and a `subdivision` of it such as CA (package `holidays`).
    `demand_factor` is calls on a holiday over calls on such a day of the week and month otherwise.
    """

    file_keys: ClassVar[tuple[str, ...]] = ("file", "country", "subdivision")

    dates: list[date] = Field(default=[], max_length=10_000)
    demand_factor: Annotated[Positive, Within(0.05, 20)] = AS_USUAL

    @model_validator(mode="after")
    def _some_day(self) -> Holidays:
        if self.demand_factor.value != 1 and not self.dates:
            raise ValueError(
                "expected dates, a file or a country with demand_factor "
                f"{self.demand_factor.value:g}, got no holiday"
            )
        return self


class Fitted(Strict):
    """What the log had that a city was fitted to; beyond it, an answer is an extrapolation.

    `calls_per_year` is from the least to the most of its weeks, as of a year; `hours_not_seen` are
    hours of the week in which it could have no calls; `teams` are the most at work at once, or
    null where it does not say.
    """

    calls_per_year: tuple[Bound, Bound]
    hours_not_seen: list[Annotated[Whole, Field(ge=0, lt=168)]] = []
    teams: Annotated[Whole, Field(ge=0, le=10_000)] | None = None


class Demand(Strict):
    """How many calls, when, of what type and where.

    `zone_agency` has the agency of each zone; if it is empty, all zones have one agency, named "".
    Latitudes and longitudes are in degrees, one per zone, or none. `hour_of_week_shape` is the
    central shape; a draw takes one of `shape_drawn_from`, if there are any, and an error within its
    standard errors. A file of `configs/shapes/` may be named in place of one. `errors` are those of
    months and shares, and `fitted` says what the log had, if they were fitted.
    """

    file_keys: ClassVar[tuple[str, ...]] = ("zones_file",)

    name: str
    source: Evidence
    calls_per_year: NotNegative
    growth_factor: Annotated[NotNegative, Within(0, 100)]
    day_factor_cv: Annotated[NotNegative, Within(1e-6, 5, or_zero=True)]
    hour_of_week_shape: list[Rate] = Field(min_length=168, max_length=168)
    month_factor: list[Rate] = Field(min_length=12, max_length=12)
    call_types: list[str] = Field(min_length=1, max_length=100)
    call_type_share_by_hour: list[list[Portion]] = Field(min_length=24, max_length=24)
    priority_by_type: dict[str, Annotated[Whole, Field(ge=1, le=9)]] = {}
    zones: list[str] = Field(min_length=1, max_length=1_000)
    zone_share: list[Portion]
    zone_agency: list[str] = []
    zone_latitude: list[Latitude] = []
    zone_longitude: list[Longitude] = []
    persons: Persons = Persons()
    holidays: Holidays = Holidays()
    shape_drawn_from: list[Shape] = Field(default=[], max_length=100)
    errors: Errors = Errors()
    fitted: Annotated[Fitted | None, Field(exclude_if=lambda fitted: fitted is None)] = None

    @field_validator("calls_per_year")
    @classmethod
    def _not_absurd(cls, number: Sourced) -> Sourced:
        if number.value > MAX_CALLS_PER_YEAR:
            raise ValueError(
                f"expected at most {MAX_CALLS_PER_YEAR:,} calls per year, got {number.value:,.10g}"
            )
        return number

    @field_validator("shape_drawn_from")
    @classmethod
    def _places_once(cls, shapes: list[Shape]) -> list[Shape]:
        twice = repeated([shape.name for shape in shapes])
        if twice is not None:
            raise ValueError(f"expected each shape once, got {twice!r} twice")
        return shapes

    @field_validator("zones", "call_types")
    @classmethod
    def _each_once(cls, names: list[str]) -> list[str]:
        if repeated(names) is not None:
            raise ValueError(f"expected each name once, got {repeated(names)!r} twice")
        return names

    @model_validator(mode="after")
    def _consistent(self) -> Demand:
        if min(max(self.hour_of_week_shape), max(self.month_factor)) < LEAST_RATE:
            raise ValueError(
                "expected a figure above 0 in hour_of_week_shape and in month_factor, got none"
            )
        calls = self.calls_per_year.value * self.growth_factor.value
        if calls > MAX_CALLS_PER_YEAR:
            raise ValueError(
                "expected calls_per_year times growth_factor of at most "
                f"{MAX_CALLS_PER_YEAR:,}, got {calls:,.10g}"
            )
        self._check_types()
        self._check_zones()
        return self

    def _check_types(self) -> None:
        for hour, shares in enumerate(self.call_type_share_by_hour):
            if len(shares) != len(self.call_types):
                raise ValueError(
                    f"call_type_share_by_hour, hour {hour}: expected {len(self.call_types)} "
                    f"shares, one per call type, got {len(shares)}"
                )
            check_sum_is_one(shares, f"call_type_share_by_hour of hour {hour}")
        for name in self.priority_by_type:
            if name not in self.call_types:
                right = nearest(name, self.call_types)
                raise ValueError(f"priority_by_type: unknown call type {name!r}; {right}")

    def _check_zones(self) -> None:
        if len(self.zone_share) != len(self.zones):
            n = len(self.zone_share)
            raise ValueError(f"zone_share: expected {len(self.zones)}, one per zone, got {n}")
        check_sum_is_one(self.zone_share, "zone_share")
        for key in ("zone_agency", "zone_latitude", "zone_longitude"):
            n = len(getattr(self, key))
            if n not in {0, len(self.zones)}:
                raise ValueError(f"{key}: expected {len(self.zones)}, one per zone, got {n}")
        if len(self.zone_latitude) != len(self.zone_longitude):
            raise ValueError("expected both zone_latitude and zone_longitude or neither, got one")
