"""Days and hours of the week: when a place is open, and when visits may begin."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from sim.clock import WEEKDAYS
from sim.config.values import Strict, repeated

DAYS = tuple(day.lower() for day in WEEKDAYS)


def days_of_the_week(days: list[str]) -> list[str]:
    """Return days, each once; raises ValueError of any that is none, and where there are none."""
    wanted = ", ".join(DAYS)
    for day in days:
        if day not in DAYS:
            raise ValueError(f"{day!r} is not a day; some of {wanted} are wanted")
    if not days:
        raise ValueError(f"no days; some of {wanted} are wanted")
    if repeated(days) is not None:
        raise ValueError(f"{repeated(days)!r} is there twice; each day once is wanted")
    return days


class HoursOfDay(Strict):
    """From the start of an hour of day until that of a later one, of the same day."""

    from_hour: Annotated[int, Field(ge=0, le=23)]
    until_hour: Annotated[int, Field(ge=1, le=24)]

    @model_validator(mode="after")
    def _not_empty(self) -> HoursOfDay:
        if self.from_hour >= self.until_hour:
            raise ValueError(
                f"from_hour {self.from_hour} is not before until_hour {self.until_hour}; hours of "
                "one day are wanted, like 9 and 17"
            )
        return self


class OpenHours(HoursOfDay):
    """The same hours on each of some days; what is left out is open: around the clock, daily."""

    days: list[str] = list(DAYS)
    from_hour: Annotated[int, Field(ge=0, le=23)] = 0
    until_hour: Annotated[int, Field(ge=1, le=24)] = 24

    @field_validator("days")
    @classmethod
    def _days(cls, days: list[str]) -> list[str]:
        return days_of_the_week(days)

    @property
    def by_hour(self) -> tuple[bool, ...]:
        """Whether open, by hour of week from Monday 00:00; 168 of them."""
        return tuple(
            day in self.days and self.from_hour <= hour < self.until_hour
            for day in DAYS
            for hour in range(24)
        )

    @property
    def said(self) -> str:
        """Days and hours in words."""
        return f"{', '.join(self.days)} from {self.from_hour}:00 to {self.until_hour}:00"
