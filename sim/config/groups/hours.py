"""Days and hours of the week: when a place is open, and when visits may begin."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from sim.clock import WEEKDAYS
from sim.config.values import Strict, Whole, repeated

DAYS = tuple(day.lower() for day in WEEKDAYS)


def days_of_the_week(days: list[str]) -> list[str]:
    """Return the days; raises ValueError unless they are some of `DAYS`, each once."""
    for day in days:
        if day not in DAYS:
            raise ValueError(f"expected some of {', '.join(DAYS)}, got {day!r}")
    if not days:
        raise ValueError(f"expected some of {', '.join(DAYS)}, got none")
    if repeated(days) is not None:
        raise ValueError(f"expected each day once, got {repeated(days)!r} twice")
    return days


class HoursOfDay(Strict):
    """From the start of an hour of day until the start of a later hour of the same day."""

    from_hour: Annotated[Whole, Field(ge=0, le=23)]
    until_hour: Annotated[Whole, Field(ge=1, le=24)]

    @model_validator(mode="after")
    def _not_empty(self) -> HoursOfDay:
        if self.from_hour >= self.until_hour:
            raise ValueError(
                "expected from_hour before until_hour on one day, like 9 and 17, got "
                f"{self.from_hour} and {self.until_hour}"
            )
        return self


class OpenHours(HoursOfDay):
    """The same hours on each of some days; by default around the clock, daily."""

    days: list[str] = list(DAYS)
    from_hour: Annotated[Whole, Field(ge=0, le=23)] = 0
    until_hour: Annotated[Whole, Field(ge=1, le=24)] = 24

    @field_validator("days")
    @classmethod
    def _days(cls, days: list[str]) -> list[str]:
        return days_of_the_week(days)

    @property
    def by_hour(self) -> tuple[bool, ...]:
        """Whether open, for each of the 168 hours of a week from Monday 00:00."""
        return tuple(
            day in self.days and self.from_hour <= hour < self.until_hour
            for day in DAYS
            for hour in range(24)
        )

    @property
    def in_words(self) -> str:
        """Days and hours in words."""
        return f"{', '.join(self.days)} from {self.from_hour}:00 to {self.until_hour}:00"
