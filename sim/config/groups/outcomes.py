"""The group `outcomes`: what becomes of the person, with patrol alone and with a team."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from sim.config.groups.pooling import Study, new_program, pooled_ratio, pooled_source
from sim.config.meta_analysis import Distribution
from sim.config.values import (
    NotNegative,
    Positive,
    Share,
    Sourced,
    Strict,
    Within,
    all_bounds,
    check_sum_is_one,
)

OddsRatio = Annotated[Positive, Within(0.001, 1_000)]
POOLED = "pooled"  # in place of an odds ratio: what the studies of `evidence` give


class FateShares(Strict):
    """Shares of the five fates, which sum to 1. Five counts are of the same n people."""

    on_scene: Share
    referral: Share
    voluntary: Share
    hold: Share
    arrest: Share

    @model_validator(mode="after")
    def _whole(self) -> FateShares:
        shares = self.sourced()
        counts = [(x.k, x.n) for x in shares if x.k is not None and x.n is not None]
        if len(counts) == len(shares):
            _check_one_n(counts)
        check_sum_is_one(self.central(), "the shares")
        return self

    def sourced(self) -> list[Sourced]:
        """Shares with their ranges, in the order of `Fate`."""
        return [getattr(self, name) for name in type(self).model_fields]

    def central(self) -> list[float]:
        """Shares in the order of `Fate`."""
        return [float(share) for share in self.sourced()]


def _check_one_n(counts: list[tuple[int, int]]) -> None:
    """Raise ValueError unless five counts are of one n, and sum to it."""
    sizes = sorted({n for _, n in counts})
    if len(sizes) > 1:
        raise ValueError(f"expected five counts of the same n, got n {sizes[0]} and n {sizes[-1]}")
    total = sum(k for k, _ in counts)
    if total != sizes[0]:
        raise ValueError(f"expected the five k to sum to their n {sizes[0]}, got {total}")


class Effect(Strict):
    """Odds ratios of a team against patrol alone, each among people without a more severe fate."""

    voluntary_odds_ratio: OddsRatio
    hold_odds_ratio: OddsRatio
    arrest_odds_ratio: OddsRatio

    @field_validator("*", mode="before")
    @classmethod
    def _is_pooled_by_now(cls, entry: Any) -> Any:  # noqa: ANN401 - what a YAML file may hold
        if entry == POOLED:
            raise ValueError(
                "expected a number, or studies with pooled: true in outcomes.evidence (for hold "
                "and arrest of outcomes.effect), got pooled without studies"
            )
        return entry

    def central(self) -> list[float]:
        """Odds ratios in the order voluntary, hold, arrest."""
        return [float(getattr(self, name)) for name in type(self).model_fields]


class KindOutcomes(Strict):
    """Outcomes with another kind of team: shares of its own, or an effect of its own."""

    team_shares: FateShares | None = None
    effect: Effect | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> KindOutcomes:
        if (self.team_shares is None) == (self.effect is None):
            got = "neither" if self.effect is None else "both"
            raise ValueError(f"expected exactly one of team_shares and effect, got {got}")
        return self


class OutcomesByKind(Strict):
    """Outcomes with teams that are not co-responders; None means those of the co-responder."""

    clinician_only: KindOutcomes | None = None
    remote_clinician: KindOutcomes | None = None


class Repeat(Strict):
    """Risk ratio of later calls of a person who was visited, and for how many days it holds."""

    risk_ratio: NotNegative = Sourced(value=1, source="by definition: no effect", confidence="D")
    effect_days: Annotated[Positive, Within(0.01, 36_600, "days")] = Sourced(
        value=1, source="of no effect at a risk ratio of 1", confidence="D"
    )

    @field_validator("risk_ratio")
    @classmethod
    def _averts(cls, ratio: Sourced) -> Sourced:
        if max(all_bounds(ratio)) > 1:
            raise ValueError(
                "expected 0 to 1, as visits that bring more calls are not modeled, got "
                f"{max(all_bounds(ratio)):g}"
            )
        return ratio


class Evidence(Strict):
    """Studies of the effect of co-responders on holds and on arrests; see `new_program`."""

    hold: list[Study] = []
    arrest: list[Study] = []

    def studies_of(self, effect: str) -> list[Study]:
        """Studies of an effect such as `hold_odds_ratio`; none if none of them is pooled."""
        studies = {"hold_odds_ratio": self.hold, "arrest_odds_ratio": self.arrest}.get(effect, [])
        return studies if any(study.pooled for study in studies) else []


def _key_of(effect: str) -> str:
    return f"outcomes.evidence.{effect.removesuffix('_odds_ratio')}"


class Outcomes(Strict):
    """Exactly two of patrol shares, team shares and effect; the third is computed.

    `observed_on` says on which calls the team's shares were observed: on all, or on those that
    officers had selected.
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
    def _pool(cls, effect: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - as above
        evidence = info.data.get("evidence")
        if not isinstance(effect, dict) or evidence is None:
            return effect
        of = {name: evidence.studies_of(name) for name, ratio in effect.items() if ratio == POOLED}
        ratios = {
            name: pooled_ratio(studies, _key_of(name)) for name, studies in of.items() if studies
        }
        return {**effect, **ratios}

    @model_validator(mode="after")
    def _exactly_two(self) -> Outcomes:
        names = ("patrol_shares", "team_shares", "effect")
        stated = [name for name in names if getattr(self, name) is not None]
        if len(stated) != 2:
            got = ", ".join(stated) or "none"
            raise ValueError(
                "expected exactly two of patrol_shares, team_shares and effect (the third is "
                f"computed), got {got}"
            )
        return self

    def pooled(self, name: str) -> Distribution | None:
        """Distribution that an odds ratio, such as `hold_odds_ratio`, was pooled to, on logs.

        None for a ratio that was not pooled from the studies.
        """
        studies = self.evidence.studies_of(name)
        ratio: Sourced | None = getattr(self.effect, name, None)
        if not studies or ratio is None or ratio.source != pooled_source(studies, _key_of(name)):
            return None
        return new_program(studies)
