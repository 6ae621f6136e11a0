"""The group `outcomes`: what becomes of the person, with patrol alone and with a team."""

from __future__ import annotations

from pydantic import field_validator, model_validator

from sim.config.values import (
    NotNegative,
    Positive,
    Share,
    Sourced,
    Strict,
    all_bounds,
    check_sum_is_one,
)


class FateShares(Strict):
    """Shares of the five fates; they sum to one."""

    on_scene: Share
    referral: Share
    voluntary: Share
    hold: Share
    arrest: Share

    @model_validator(mode="after")
    def _whole(self) -> FateShares:
        check_sum_is_one(self.central(), "the shares")
        return self

    def central(self) -> list[float]:
        """Shares in the order of `Fate`."""
        return [float(getattr(self, name)) for name in type(self).model_fields]


class Effect(Strict):
    """Odds ratios of a team against patrol alone, each among those not in a more severe fate."""

    voluntary_odds_ratio: Positive
    hold_odds_ratio: Positive
    arrest_odds_ratio: Positive

    def central(self) -> list[float]:
        """Odds ratios in the order voluntary, hold, arrest."""
        return [float(getattr(self, name)) for name in type(self).model_fields]


class KindOutcomes(Strict):
    """What becomes of the person with another kind of team: its own shares, or its own effect."""

    team_shares: FateShares | None = None
    effect: Effect | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> KindOutcomes:
        if (self.team_shares is None) == (self.effect is None):
            raise ValueError("exactly one of team_shares and effect is wanted")
        return self


class OutcomesByKind(Strict):
    """Outcomes with teams that are no co-responders; none: as with the co-responder."""

    clinician_only: KindOutcomes | None = None
    remote_clinician: KindOutcomes | None = None


class Repeat(Strict):
    """Whether a visit averts later calls of its person: their risk ratio, for so many days."""

    risk_ratio: NotNegative = Sourced(value=1, source="by definition: no effect", confidence="D")
    effect_days: Positive = Sourced(
        value=1, source="of no effect at a risk ratio of 1", confidence="D"
    )

    @field_validator("risk_ratio")
    @classmethod
    def _averts(cls, ratio: Sourced) -> Sourced:
        if max(all_bounds(ratio)) > 1:
            raise ValueError(
                f"{max(all_bounds(ratio)):g} is above 1; 0 to 1 is wanted, as visits that bring "
                "more calls are not modelled"
            )
        return ratio


class Outcomes(Strict):
    """Exactly two of patrol shares, team shares and effect; the third is computed."""

    patrol_shares: FateShares | None = None
    team_shares: FateShares | None = None
    effect: Effect | None = None
    by_kind: OutcomesByKind = OutcomesByKind()
    booked_given_arrest: Share
    repeat: Repeat = Repeat()

    @model_validator(mode="after")
    def _exactly_two(self) -> Outcomes:
        names = ("patrol_shares", "team_shares", "effect")
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) != 2:
            said = " and ".join(given) if given else "none"
            raise ValueError(
                f"exactly two of patrol_shares, team_shares and effect are wanted (the third is "
                f"computed); given: {said if len(given) < 3 else 'all three'}"
            )
        return self
