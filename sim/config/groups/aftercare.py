"""What follows the scene: who takes the person, where to, and who visits afterwards."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from sim.config.groups.hours import OpenHours
from sim.config.values import (
    Constant,
    Duration,
    NotNegative,
    Positive,
    Share,
    Sourced,
    Strict,
    Whole,
    Within,
    repeated,
)

MOST_HOURS = 366 * 24
MOST_TEAMS = 1_000
FateName = Literal["on_scene", "referral", "voluntary", "hold", "arrest"]
NONE = Sourced(value=0, source="by definition: none, as nothing is stated", confidence="D")
NO_TIME = Constant(distribution="constant", mean=NONE)


# --- transport -----------------------------------------------------------------------------------


class Transport(Strict):
    """Who transports, and whether the team follows in its own car if another transports.

    When a team `splits`, its officer hands the person over while its clinician writes the report.
    """

    by: Literal["team", "patrol", "ambulance"]
    team_follows: bool = False
    splits: bool = False

    @model_validator(mode="after")
    def _there_to_split(self) -> Transport:
        if self.splits and not self.keeps_team_busy:
            raise ValueError(
                "expected by: team or team_follows: true with splits: true, got a team that stays "
                f"behind while {self.by} transports"
            )
        return self

    @property
    def keeps_team_busy(self) -> bool:
        """Whether the team stays until the handover is done."""
        return self.by == "team" or self.team_follows


class Transports(Strict):
    """Who transports, by fate."""

    voluntary: Transport
    hold: Transport
    arrest: Transport


# --- where to ------------------------------------------------------------------------------------


class Receiving(Strict):
    """A place that receives people: the drive there, and the handover that frees the team."""

    transport: Duration
    handover: Duration


class CrisisCenter(Receiving):
    """A crisis center: after the handover the person stays in one of its chairs (null: no limit).

    `chairs` are those available to people whom teams reached. A person who finds no chair, or the
    center closed, is taken to a hospital.
    """

    stay: Duration = NO_TIME
    chairs: Annotated[Whole, Field(ge=1, le=100_000)] | None = None
    open: OpenHours = OpenHours()

    @field_validator("chairs", mode="before")
    @classmethod
    def _some(cls, chairs: object) -> object:
        if chairs == 0 and not isinstance(chairs, bool):
            raise ValueError(
                "expected 1 or more, or null for no limit (without a center, set "
                "service.voluntary_to_center_share=0), got 0"
            )
        return chairs


class Hospital(Receiving):
    """A hospital: a share of holds stays in custody after the handover until a bed is found."""

    custody_share: Share = NONE
    custody: Duration = NO_TIME


# --- visits --------------------------------------------------------------------------------------


class FollowUp(Strict):
    """Visits after a call: for a `share` of contacts with some fates, `lag` after the call.

    Also for a `missed_share` of the requested calls with such a fate that no team reached.
    A visit begins within opening hours before it expires, `expires_h` hours after it was due; it is
    late from `late_h` hours on. Case managers and peers make visits. With `by_teams` teams do too,
    if more than `spare_teams` of them are free, and leave a visit for a call if `interruptible`.
    """

    share: Share
    missed_share: Share = NONE
    after: list[FateName] = ["on_scene", "referral", "voluntary"]
    lag: Duration
    length: Duration
    open: OpenHours = OpenHours()
    expires_h: Annotated[Positive, Within(0.1, MOST_HOURS, "hours")]
    late_h: Annotated[Positive, Within(0.1, MOST_HOURS, "hours")]
    by_teams: bool = False
    spare_teams: Annotated[Whole, Field(ge=0, le=MOST_TEAMS)] = 0
    interruptible: bool = False

    @field_validator("after")
    @classmethod
    def _each_once(cls, fates: list[FateName]) -> list[FateName]:
        if not fates:
            raise ValueError("expected at least one fate, or service.follow_up.share=0, got none")
        twice = repeated(list(fates))
        if twice is not None:
            raise ValueError(f"expected each fate once, got {twice!r} twice")
        return fates


class Outreach(Strict):
    """Visits from a list of frequent callers, due when visiting hours open."""

    per_week: Annotated[NotNegative, Within(0, 10_000, "visits per week")]
    length: Duration


def no_follow_up() -> FollowUp:
    """No visits after contacts; the other figures then have no effect."""
    week = Sourced(value=168, source="of no effect without visits", confidence="D")
    return FollowUp(share=NONE, lag=NO_TIME, length=NO_TIME, expires_h=week, late_h=week)


def no_outreach() -> Outreach:
    """No visits from a list."""
    return Outreach(per_week=NONE, length=NO_TIME)
