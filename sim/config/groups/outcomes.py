"""The group `outcomes`: what becomes of the person, with patrol alone and with a team."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from sim.config.groups.pooling import POOLED_FROM, Study, pooled_ratio
from sim.config.values import (
    NotNegative,
    Positive,
    Share,
    Sourced,
    Strict,
    all_bounds,
    check_sum_is_one,
)

POOLED = "pooled"  # in place of an odds ratio: what the studies of `evidence` give


class FateShares(Strict):
    """Shares of the five fates; they sum to one. Five counts are of the same n people."""

    on_scene: Share
    referral: Share
    voluntary: Share
    hold: Share
    arrest: Share

    @model_validator(mode="after")
    def _whole(self) -> FateShares:
        shares = self.sourced()
        counts = [(one.k, one.n) for one in shares if one.k is not None and one.n is not None]
        if len(counts) == len(shares):
            _check_one_n(counts)
        check_sum_is_one(self.central(), "the shares")
        return self

    def sourced(self) -> list[Sourced]:
        """Shares with their ranges, in the order of `Fate`."""
        return [getattr(self, name) for name in type(self).model_fields]

    def central(self) -> list[float]:
        """Shares in the order of `Fate`."""
        return [float(one) for one in self.sourced()]


def _check_one_n(counts: list[tuple[int, int]]) -> None:
    """Raise ValueError unless five counts are of one n, and sum to it."""
    sizes = sorted({n for _, n in counts})
    if len(sizes) > 1:
        raise ValueError(f"n {sizes[0]} and n {sizes[-1]}: five counts have to be of one n")
    total = sum(k for k, _ in counts)
    if total != sizes[0]:
        raise ValueError(f"the five k sum to {total}; their n {sizes[0]} is wanted")


class Effect(Strict):
    """Odds ratios of a team against patrol alone, each among those not in a more severe fate."""

    voluntary_odds_ratio: Positive
    hold_odds_ratio: Positive
    arrest_odds_ratio: Positive

    @field_validator("*", mode="before")
    @classmethod
    def _is_pooled_by_now(cls, given: Any) -> Any:  # noqa: ANN401 - what a YAML file may hold
        if given == POOLED:
            raise ValueError(
                "pooled, and there is no study to pool; studies with pooled: true in "
                "outcomes.evidence (hold or arrest, for outcomes.effect alone), or a number, are "
                "wanted"
            )
        return given

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
                "more calls are not modeled"
            )
        return ratio


class Evidence(Strict):
    """Studies of the effect of co-responders on holds and on arrests; see `pool`."""

    hold: list[Study] = []
    arrest: list[Study] = []

    def ratio_of(self, effect: str) -> Sourced | None:
        """Pooled odds ratio of an effect such as `hold_odds_ratio`; none without studies of it."""
        name = effect.removesuffix("_odds_ratio")
        studies = {"hold": self.hold, "arrest": self.arrest}.get(name, [])
        if not any(one.pooled for one in studies):
            return None
        return pooled_ratio(studies, f"outcomes.evidence.{name}")


class Outcomes(Strict):
    """Exactly two of patrol shares, team shares and effect; the third is computed.

    `observed_on` says on which calls the team's shares were seen: on all, or on those that officers
    had selected.
    """

    evidence: Evidence = Evidence()
    observed_on: Literal["all", "officer_request"] = "all"
    patrol_shares: FateShares | None = None
    team_shares: FateShares | None = None
    effect: Effect | None = None
    by_kind: OutcomesByKind = OutcomesByKind()
    booked_given_arrest: Share
    repeat: Repeat = Repeat()

    @field_validator("effect", mode="before")
    @classmethod
    def _pool(cls, given: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - as above
        evidence = info.data.get("evidence")
        if not isinstance(given, dict) or evidence is None:
            return given
        return {
            name: (evidence.ratio_of(name) or ratio) if ratio == POOLED else ratio
            for name, ratio in given.items()
        }

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

    def is_pooled(self, name: str) -> bool:
        """Whether an odds ratio, such as `hold_odds_ratio`, is that of the pooled studies."""
        if self.effect is None:
            return False
        ratio: Sourced = getattr(self.effect, name)
        return ratio.source.startswith(POOLED_FROM)
