"""The group `travel`: mean minutes between places, and the spread of a trip about them."""

from __future__ import annotations

import sys
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from sim.config.faults import shown
from sim.config.values import NotNegative, Positive, Strict, Within, repeated

MOST_DRIVE_MINUTES = 24 * 60
Drive = Annotated[NotNegative, Within(0, MOST_DRIVE_MINUTES, "minutes")]
DriveMinutes = Annotated[float, Field(ge=0, le=MOST_DRIVE_MINUTES)]
Matrix = list[list[DriveMinutes | None]]
Traffic = Annotated[float, Field(ge=0, le=100)]
Spread = Annotated[NotNegative, Within(0.001, 10, or_zero=True)]
Speed = Annotated[Positive, Within(0.5, 200, "miles per hour")]
Coefficient = Annotated[Positive, Within(0.01, 10)]


class ConstantTravel(Strict):
    """The same mean minutes between any two places.

    For `other_forms` and `form`, see `in_force`.
    """

    model: Literal["constant"]
    minutes: Drive
    factor_sd: Spread
    other_forms: dict[str, Placeless] = {}
    form: str | None = None

    @model_validator(mode="after")
    def _form_is_one(self) -> ConstantTravel:
        _check_form(self)
        return self


class MatrixTravel(Strict):
    """Mean minutes from zone (row) to zone (column), times a factor by hour of day.

    A null is a pair without a way: nobody at the first is ever sent to the second.
    """

    file_keys: ClassVar[tuple[str, ...]] = ("matrix_file", "matrix_unit")

    model: Literal["matrix"]
    zones: list[str] = []
    minutes: Matrix = []
    traffic_by_hour: list[Traffic] = Field(min_length=24, max_length=24)
    factor_sd: Spread

    @field_validator("zones")
    @classmethod
    def _each_once(cls, zones: list[str]) -> list[str]:
        if repeated(zones) is not None:
            raise ValueError(f"expected each zone once, got {repeated(zones)!r} twice")
        return zones

    @field_validator("minutes", mode="before")
    @classmethod
    def _square_without_holes(cls, minutes: Any, info: ValidationInfo) -> Any:  # noqa: ANN401
        zones = info.data.get("zones")
        if isinstance(minutes, list) and zones is not None:
            check_minutes(zones, minutes)
        return minutes

    @model_validator(mode="after")
    def _given(self) -> MatrixTravel:
        if not self.zones:
            raise ValueError("expected zones and minutes, or a matrix_file with both, got neither")
        return self


def check_minutes(zones: list[str], minutes: list[Any]) -> None:
    """Raise ValueError, naming the zones, unless the rows are as many minutes as there are zones.

    Parameters
    ----------
    zones
        Names, in the order of rows and columns.
    minutes
        Rows as they were read, one per zone, of anything a file may hold; None is no way.
    """
    if len(minutes) != len(zones):
        raise ValueError(f"expected {len(zones)} rows, one per zone, got {len(minutes)}")
    for start, row in zip(zones, minutes, strict=True):
        if not isinstance(row, list) or len(row) != len(zones):
            right = f"{len(zones)} columns, one per zone"
            raise ValueError(f"row {start!r}: expected {right}, got {shown(row)}")
        for end, value in zip(zones, row, strict=True):
            if value is None:
                continue
            if not is_time(value):
                raise ValueError(
                    f"from {start!r} to {end!r}: expected 0 or more, got {shown(value)}"
                )
            if value > MOST_DRIVE_MINUTES:
                raise ValueError(
                    f"from {start!r} to {end!r}: expected at most {MOST_DRIVE_MINUTES:,} minutes, "
                    f"got {value:,.0f} (a router may mark no route so)"
                )
    if zones and not any(map(any, minutes)):
        got = "no way or 0" if any(None in row for row in minutes) else "0"
        raise ValueError(f"expected minutes above 0, got {got} for every drive")


def is_time(value: Any) -> bool:  # noqa: ANN401 - what a file may hold
    """Whether a value is a number of 0 or more."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value <= sys.float_info.max


class CoordinatesTravel(Strict):
    """Mean minutes by great-circle miles x detour / speed + start, times a factor by hour of day.

    Between two points of one zone it is `within_zone_minutes`, start included.
    """

    model: Literal["coordinates"]
    speed_mph: Speed
    detour_factor: Annotated[Positive, Within(1, 10)]
    start_minutes: Drive
    within_zone_minutes: Drive
    traffic_by_hour: list[Traffic] = Field(min_length=24, max_length=24)
    factor_sd: Spread


class SquareRootTravel(Strict):
    """Mean minutes by the square-root law: start + c * sqrt(area / free teams) / speed.

    For `other_forms` and `form`, see `in_force`.
    """

    model: Literal["square_root"]
    area_sq_mi: Annotated[Positive, Within(0.01, 1_000_000, "square miles")]
    c: Coefficient
    mean_distance_c: Coefficient
    speed_mph: Speed
    start_minutes: Drive
    factor_sd: Spread
    other_forms: dict[str, Placeless] = {}
    form: str | None = None

    @model_validator(mode="after")
    def _form_is_one(self) -> SquareRootTravel:
        _check_form(self)
        return self


Placeless = Annotated[ConstantTravel | SquareRootTravel, Field(discriminator="model")]
Travel = Annotated[
    ConstantTravel | MatrixTravel | CoordinatesTravel | SquareRootTravel,
    Field(discriminator="model"),
]


def _check_form(travel: ConstantTravel | SquareRootTravel) -> None:
    if travel.form is not None and travel.form not in travel.other_forms:
        right = ", ".join(["null", *travel.other_forms])
        raise ValueError(f"form: expected {right} (a draw sets it), got {travel.form!r}")


def in_force(travel: Travel) -> Travel:
    """Travel as it is run: the form that a draw has taken of `other_forms`, or the config's own.

    A city without zones cannot tell these forms apart, so a draw takes one of them, all as likely.
    `form` is the name of the one taken; None is the config's own, the central one.
    """
    if isinstance(travel, ConstantTravel | SquareRootTravel) and travel.form is not None:
        return travel.other_forms[travel.form]
    return travel
