"""The group `travel`: mean minutes between places, and the spread of a trip about them."""

from __future__ import annotations

import sys
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from sim.config.faults import shown
from sim.config.values import NotNegative, Positive, Rate, Strict, repeated


class ConstantTravel(Strict):
    """The same mean minutes between any two places."""

    model: Literal["constant"]
    minutes: NotNegative
    factor_sd: NotNegative


class MatrixTravel(Strict):
    """Mean minutes from zone (row) to zone (column), times a factor by hour of day."""

    file_keys: ClassVar[tuple[str, ...]] = ("matrix_file",)

    model: Literal["matrix"]
    zones: list[str] = []
    minutes: list[list[Rate]] = []
    traffic_by_hour: list[Rate] = Field(min_length=24, max_length=24)
    factor_sd: NotNegative

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
        Rows as they were read, one per zone, of anything a file may hold.
    """
    if len(minutes) != len(zones):
        raise ValueError(f"expected {len(zones)} rows, one per zone, got {len(minutes)}")
    for start, row in zip(zones, minutes, strict=True):
        if not isinstance(row, list) or len(row) != len(zones):
            right = f"{len(zones)} columns, one per zone"
            raise ValueError(f"row {start!r}: expected {right}, got {shown(row)}")
        for end, value in zip(zones, row, strict=True):
            if not _is_time(value):
                raise ValueError(
                    f"from {start!r} to {end!r}: expected 0 or more, got {shown(value)}"
                )


def _is_time(value: Any) -> bool:  # noqa: ANN401 - what a file may hold
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value <= sys.float_info.max


class CoordinatesTravel(Strict):
    """Mean minutes by great-circle miles x detour / speed + start, times a factor by hour of day.

    Between two points of one zone it is `within_zone_minutes`, start included.
    """

    model: Literal["coordinates"]
    speed_mph: Positive
    detour_factor: Positive
    start_minutes: NotNegative
    within_zone_minutes: NotNegative
    traffic_by_hour: list[Rate] = Field(min_length=24, max_length=24)
    factor_sd: NotNegative


class SquareRootTravel(Strict):
    """Mean minutes by the square-root law: start + c * sqrt(area / free teams) / speed."""

    model: Literal["square_root"]
    area_sq_mi: Positive
    c: Positive
    mean_distance_c: Positive
    speed_mph: Positive
    start_minutes: NotNegative
    factor_sd: NotNegative


Travel = Annotated[
    ConstantTravel | MatrixTravel | CoordinatesTravel | SquareRootTravel,
    Field(discriminator="model"),
]
