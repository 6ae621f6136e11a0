"""Fates: the shares of patrol alone and of a team, and the effect between them.

Of patrol shares, team shares and effect two are given and the third is computed. An effect acts on
odds, from the most severe fate down: the odds of arrest; of a hold among those not arrested; of
voluntary transport among those in neither. The rest is on scene and referral in their proportion.
A kind of team may have shares of its own, or an effect of its own on patrol's shares.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Codes, Floats
from sim.config.models import KindOutcomes, Outcomes
from sim.schema import Fate

SEVERE_FIRST = (Fate.ARREST, Fate.HOLD, Fate.VOLUNTARY)
DECIMALS = 9  # thresholds are rounded, so that a null effect gives the same fates to the bit


class Shares(NamedTuple):
    """Shares of the five fates, in the order of `Fate`, and the odds ratios between the worlds.

    `odds_ratios` are of voluntary, hold and arrest; nan where a share of 0 or 1 leaves none.
    """

    patrol: Floats
    team: Floats
    odds_ratios: Floats
    computed: str


def resolve(outcomes: Outcomes) -> Shares:
    """Compute the one of patrol shares, team shares and effect that was not given."""
    if outcomes.patrol_shares is None and outcomes.team_shares and outcomes.effect:
        team, ratios = outcomes.team_shares.central(), outcomes.effect.central()
        patrol = shifted(np.array(team), 1 / np.array(ratios))
        return Shares(patrol, np.array(team), np.array(ratios), "patrol_shares")
    if outcomes.team_shares is None and outcomes.patrol_shares and outcomes.effect:
        base, ratios = outcomes.patrol_shares.central(), outcomes.effect.central()
        return Shares(
            np.array(base),
            shifted(np.array(base), np.array(ratios)),
            np.array(ratios),
            "team_shares",
        )
    if outcomes.patrol_shares is None or outcomes.team_shares is None:
        raise ValueError("outcomes: expected exactly two of patrol shares, team shares and effect")
    patrol, given = np.array(outcomes.patrol_shares.central()), outcomes.team_shares.central()
    return Shares(patrol, np.array(given), odds_ratios(patrol, np.array(given)), "effect")


def by_kind(outcomes: Outcomes, shares: Shares) -> tuple[Floats, ...]:
    """Shares of the five fates with each of `TEAM_KINDS`, the co-responder's first.

    A kind that has nothing of its own gets the co-responder's array itself.
    """
    given = outcomes.by_kind
    others = (_own(one, shares) for one in (given.clinician_only, given.remote_clinician))
    return (shares.team, *others)


def _own(given: KindOutcomes | None, shares: Shares) -> Floats:
    if given is None:
        return shares.team
    if given.team_shares is not None:
        return np.array(given.team_shares.central())
    if given.effect is None:
        raise ValueError("outcomes.by_kind: expected exactly one of team_shares and effect")
    return shifted(shares.patrol, np.array(given.effect.central()))


def shifted(shares: Floats, ratios: Floats) -> Floats:
    """Shares of the five fates after odds ratios (voluntary, hold, arrest) have acted on them."""
    if np.all(ratios == 1):
        return shares.copy()  # no effect is none to the bit, also where shares are rounded
    out = np.zeros(len(Fate))
    left_before, left_after = 1.0, 1.0
    for fate in SEVERE_FIRST:
        conditional = shares[fate] / left_before if left_before > 0 else 0.0
        ratio = ratios[fate - Fate.VOLUNTARY]
        after = conditional * ratio / (1 - conditional + conditional * ratio)
        out[fate] = left_after * min(after, 1.0)
        left_before, left_after = left_before - shares[fate], left_after - out[fate]
    mild = shares[: Fate.VOLUNTARY]
    parts = mild / mild.sum() if mild.sum() > 0 else np.array([1.0, 0.0])
    out[: Fate.VOLUNTARY] = max(left_after, 0.0) * parts
    return out


def odds_ratios(patrol: Floats, team: Floats) -> Floats:
    """Odds ratios (voluntary, hold, arrest) that turn patrol's shares into the team's."""
    out = np.full(len(SEVERE_FIRST), np.nan)
    left = np.ones(2)
    for fate in SEVERE_FIRST:
        both = np.array([patrol[fate], team[fate]])
        conditional = np.divide(both, left, out=np.zeros(2), where=left > 0)
        if np.all((conditional > 0) & (conditional < 1)):
            odds = conditional / (1 - conditional)
            out[fate - Fate.VOLUNTARY] = odds[1] / odds[0]
        left = left - both
    return out


def thresholds(shares: Floats) -> Floats:
    """Cumulated shares below which a uniform gives each fate but the last; shape (4,)."""
    return np.round(np.cumsum(shares)[:-1], DECIMALS)


def fates(u: Floats, shares: Floats) -> Codes:
    """Fate of each uniform: one uniform serves every world, so the coupling is monotone."""
    out = np.zeros(len(u), np.int8)
    for threshold in thresholds(shares):
        out += u >= threshold
    return out
