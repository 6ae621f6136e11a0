"""The group `service`: what a call takes of a team and of patrol, and when teams are away."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.clock import DAYS_A_YEAR
from sim.config.groups.aftercare import (
    CrisisCenter,
    FollowUp,
    Hospital,
    Outreach,
    Transports,
    no_follow_up,
    no_outreach,
)
from sim.config.groups.hours import HoursOfDay
from sim.config.values import (
    Duration,
    NotNegative,
    Positive,
    Share,
    SomeMinutes,
    Sourced,
    Strict,
    Whole,
    Within,
)

WEEKS_A_YEAR = 52
PerHour = Annotated[NotNegative, Within(0, 60, "an hour")]


# --- the funnel ----------------------------------------------------------------------------------


class TypeFunnel(Strict):
    """Shares of the funnel for one call type; None means the share of all calls."""

    recognized_share: Share | None = None
    eligible_share: Share | None = None
    requested_share: Share | None = None


class Funnel(Strict):
    """Shares of all > recognized > eligible > requested, each of the stage before it."""

    recognized_share: Share
    eligible_share: Share
    requested_share: Share
    by_type: dict[str, TypeFunnel] = {}


# --- contact -------------------------------------------------------------------------------------


OddsRatio = Annotated[Positive, Within(0.01, 1)]  # of engaging: a later team never finds more


class TypeContact(Strict):
    """Contact with the people of one call type; None means as for all calls."""

    share_at_once: Share | None = None
    odds_ratio_per_10_min: OddsRatio | None = None


class ContactOdds(Strict):
    """Share of people engaged by a team that is there at once, and how its odds fall with delay."""

    share_at_once: Share
    odds_ratio_per_10_min: OddsRatio
    by_type: dict[str, TypeContact] = {}


class Contacts(Strict):
    """Whether a team that arrives engages the person, and whether it was refused if it does not.

    The delay is from when the call could be assigned to the arrival.
    """

    without_patrol: ContactOdds
    with_patrol: ContactOdds
    refused_share: Share


# --- the scene -----------------------------------------------------------------------------------


class OnScene(Strict):
    """Team's time on scene: if nobody is found, if it is refused, and with contact by fate."""

    not_found: Duration
    refused: Duration
    on_scene: Duration
    referral: Duration
    voluntary: Duration
    hold: Duration
    arrest: Duration


class OnSceneByKind(Strict):
    """Time on scene of teams that are not co-responders; None means that of the co-responder."""

    clinician_only: OnScene | None = None
    remote_clinician: OnScene | None = None


class Patrol(Strict):
    """Patrol on a call: `arrival` from received, and `alone` for a whole call without a team.

    `handover` is from the arrival of a team until patrol can leave the scene to it; `officers` is
    the number of patrol officers per call.
    """

    arrival: Duration
    alone: Duration
    handover: Duration
    officers: Annotated[Positive, Within(0.1, 100)]


class Standard(Strict):
    """The response standard: on scene within so many minutes of a stated clock."""

    clock: Literal["dispatchable", "received"]
    minutes: SomeMinutes


# --- when a team is not there --------------------------------------------------------------------


Weeks = Annotated[NotNegative, Within(0, WEEKS_A_YEAR, "weeks per year")]
Days = Annotated[NotNegative, Within(0, DAYS_A_YEAR, "days per year")]
Hours = Annotated[Positive, Within(0.1, 366 * 24, "hours")]


class RoleAbsence(Strict):
    """How often nobody fills one seat of a role.

    The position is vacant for a share of the time, `vacancy_weeks` at a stretch on average; its
    holder is sometimes on leave or sick, and a share of that is covered by somebody else.
    """

    vacancy_share: Share
    vacancy_weeks: Annotated[Positive, Within(0.1, 1_000, "weeks")]
    leave_weeks_per_year: Weeks
    leave_covered_share: Share
    sick_days_per_year: Days
    sick_covered_share: Share


def _never() -> RoleAbsence:
    """Nobody is ever absent; `vacancy_weeks` then has no effect."""
    none = Sourced(value=0)
    return RoleAbsence(
        vacancy_share=none,
        vacancy_weeks=Sourced(value=WEEKS_A_YEAR),
        leave_weeks_per_year=none,
        leave_covered_share=none,
        sick_days_per_year=none,
        sick_covered_share=none,
    )


class Absence(Strict):
    """Absence by role, and what an officer does while the clinician is absent."""

    officer: RoleAbsence = Field(default_factory=_never)
    clinician: RoleAbsence = Field(default_factory=_never)
    officer_alone: Literal["idle", "as_patrol"] = "idle"


class Pause(Strict):
    """A pause `after_h` hours into a duty, then every `every_h` hours (None: once).

    Posts pause one after another, in `turns` groups, so that they are not all away at once.
    """

    after_h: Hours
    every_h: Hours | None = None
    minutes: Annotated[Positive, Within(0.01, 24 * 60, "minutes")]
    turns: Annotated[Whole, Field(ge=1, le=1_000)] = 1


class StandingWork(HoursOfDay):
    """Work of the whole program, `per_week` times a week between two hours of day."""

    per_week: Annotated[NotNegative, Within(0, 1_000, "times per week")]
    length: Duration


class PulledAway(Strict):
    """Teams taken for other police work, `per_team_day` times in 24 team-hours at mean demand."""

    per_team_day: Annotated[NotNegative, Within(0, 100, "times")]
    length: Duration


class Unavailability(Strict):
    """Reasons why a team on duty and not on a call takes none; null means not for this reason."""

    meal: Pause | None = None
    documentation: Pause | None = None
    standing_work: StandingWork | None = None
    pulled_away: PulledAway | None = None


# --- the group -----------------------------------------------------------------------------------


class Service(Strict):
    """What a call takes of a team: the funnel, the clocks and the durations.

    Until a team could be sent, a call has the `triage_delay` if no patrol is sent, the
    `handoff_delay` if one is sent with the team, the `request_delay` from patrol's arrival if
    patrol asks, and none if a team takes it by itself. `connect` runs from assignment until a
    remote clinician is on video. A call is lost in three ways: withdrawn, at so
    many an hour of waiting; settled by patrol, where it attends, or closed after `queue_limit`
    minutes where it does not; or a team comes and makes no contact.
    """

    funnel: Funnel
    triage_delay: Duration
    handoff_delay: Duration
    request_delay: Duration
    withdrawn_per_hour: PerHour
    patrol_settles: Duration
    patrol_waits_share: Share
    queue_limit: SomeMinutes
    turnout: Duration
    connect: Duration
    contact: Contacts
    on_scene: OnScene
    on_scene_by_kind: OnSceneByKind = OnSceneByKind()
    transport: Transports
    voluntary_to_center_share: Share
    center: CrisisCenter
    hospital: Hospital
    booking: Duration
    report: Duration
    patrol: Patrol
    standard: Standard
    follow_up: FollowUp = Field(default_factory=no_follow_up)
    outreach: Outreach = Field(default_factory=no_outreach)
    absence: Absence = Field(default_factory=Absence)
    unavailability: Unavailability = Unavailability()
