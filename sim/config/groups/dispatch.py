"""The group `dispatch`: how a call reaches a team, which teams may be sent, and which is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from sim.config.values import NotNegative, Share, Sourced, Strict, Whole, Within, check_sum_is_one

Priority = Annotated[Whole, Field(ge=0, le=9)]
WithinADay = Annotated[NotNegative, Within(0, 24 * 60, "minutes")]
NONE = Sourced(value=0)


class ModeShares(Strict):
    """How requested calls reach a team; the shares sum to 1.

    Immediately (`direct`), together with patrol (`co_dispatch`), when patrol on scene asks
    (`officer_request`), or when a free team nearby takes the call (`self_dispatch`).
    """

    direct: Share
    co_dispatch: Share
    officer_request: Share
    self_dispatch: Share

    @model_validator(mode="after")
    def _whole(self) -> ModeShares:
        check_sum_is_one(self.central(), "the shares")
        return self

    def central(self) -> list[float]:
        """Shares in the order of `Mode`."""
        return [float(getattr(self, name)) for name in type(self).model_fields]

    @property
    def with_patrol(self) -> float:
        """Share of calls that patrol attends; a team without an officer can serve no other."""
        return float(self.co_dispatch) + float(self.officer_request)


class Cutoff(Strict):
    """No new call in the last minutes of a duty, except for priorities up to the overriding one."""

    minutes: WithinADay = NONE
    overriding_priority: Priority = 0


class Reserve(Strict):
    """Teams held back for calls of priorities up to the overriding one (0: for none)."""

    teams: Annotated[Whole, Field(ge=0, le=1_000)] = 0
    overriding_priority: Priority = 0


class Ageing(Strict):
    """A priority up for every so many minutes of waiting, by so many steps at most (0: none).

    No call rises beyond the most urgent priority stated.
    """

    after: Annotated[Whole, Field(ge=1, le=24 * 60)] = 30
    steps: Annotated[Whole, Field(ge=0, le=8)] = 0
    most_urgent: Annotated[Whole, Field(ge=1, le=9)] = 1


class LatentDemand(Strict):
    """Requested share x (team-hours / team-hours of the base plan) ^ elasticity, at most 1.

    Without a `base_plan`, the last plan compared is the base.
    """

    elasticity: Annotated[NotNegative, Within(0, 10)] = NONE
    base_plan: str | None = None

    @field_validator("base_plan", mode="before")
    @classmethod
    def _name(cls, entry: object) -> object:
        return str(entry) if isinstance(entry, int) else entry


class Dispatch(Strict):
    """How a call reaches a team, which teams may be sent, and which is.

    A call is held for a team that comes on duty within `hold_for_duty` minutes, if none is on. A
    mechanism that is left out does not happen: no call is resolved by telephone, any team may go
    anywhere and stays where it was released, none is held back or taken from a call, and no call
    rises in the queue by waiting.
    """

    rule: Literal["closest", "preference", "longest_idle", "least_worked"]
    preference: dict[str, list[str]] = {}
    mode_share: ModeShares
    phone_resolved_share: Share = NONE
    other_responder_share: Share = NONE
    self_dispatch_radius_minutes: WithinADay = NONE
    scope: Literal["open", "own_first", "closed"] = "open"
    borrow_minutes: WithinADay = NONE
    hold_for_duty: WithinADay = NONE
    after_call: Literal["stay", "home"] = "stay"
    cutoff: Cutoff = Cutoff()
    reserve: Reserve = Reserve()
    recall_for_priority: bool = False
    ageing: Ageing = Ageing()
    latent_demand: LatentDemand = LatentDemand()
