"""Fates: the third of patrol shares, team shares and effect, and the coupling by one uniform."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config.models import Effect, FateShares, KindOutcomes, Outcomes, OutcomesByKind
from sim.config.values import MOST_COUNTED, Sourced, jeffreys
from sim.model.inputs.fates import by_kind, fates, odds_ratios, resolve, shifted, thresholds
from sim.schema import TEAM_KINDS, Fate, Kind

NAMES = [fate.name.lower() for fate in Fate]
NONE_OF_IT = {"voluntary_odds_ratio": 1, "hold_odds_ratio": 1, "arrest_odds_ratio": 1}


def fate_shares(values):
    return FateShares(**dict(zip(NAMES, values, strict=True)))


def effect(voluntary, hold, arrest):
    return Effect(voluntary_odds_ratio=voluntary, hold_odds_ratio=hold, arrest_odds_ratio=arrest)


def outcomes(**given_two):
    return Outcomes(booked_given_arrest=0.8, **given_two)


@st.composite
def shares(draw, least=1):
    """Shares of the five fates in whole parts; `least` of 0 allows shares of 0 and 1."""
    parts = draw(st.lists(st.integers(least, 1_000), min_size=5, max_size=5))
    total = sum(parts)
    return [part / total for part in parts] if total else [1.0, 0, 0, 0, 0]


ratios = st.lists(st.floats(0.05, 20), min_size=3, max_size=3)
uniforms = st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=20).map(np.array)

PATROL, TEAM = (
    fate_shares([0.25, 0.12, 0.22, 0.36, 0.05]),
    fate_shares([0.45, 0.16, 0.2, 0.17, 0.02]),
)
EFFECT = effect(1.0, 0.5, 0.4)


@pytest.mark.parametrize(
    ("given_too", "says"),
    [
        ({}, "got none"),
        ({"team_shares": TEAM}, "got team_shares"),
        ({"patrol_shares": PATROL}, "got patrol_shares"),
        ({"effect": EFFECT}, "got effect"),
        (
            {"patrol_shares": PATROL, "team_shares": TEAM, "effect": EFFECT},
            "got patrol_shares, team_shares, effect",
        ),
    ],
)
def test_exactly_two_of_three_are_expected(given_too, says):
    with pytest.raises(ValueError, match=says):
        outcomes(**given_too)


@pytest.mark.parametrize(
    ("given_two", "computed"),
    [
        ({"team_shares": TEAM, "effect": EFFECT}, "patrol_shares"),
        ({"patrol_shares": PATROL, "effect": EFFECT}, "team_shares"),
        ({"patrol_shares": PATROL, "team_shares": TEAM}, "effect"),
    ],
)
def test_the_third_is_computed_and_the_given_ones_kept(given_two, computed):
    found = resolve(outcomes(**given_two))
    assert found.computed == computed
    kept = {"patrol_shares": found.patrol, "team_shares": found.team, "effect": found.odds_ratios}
    for name, one in given_two.items():
        assert kept[name].tolist() == one.central()
    assert found.patrol.sum() == pytest.approx(1)
    assert found.team.sum() == pytest.approx(1)


def test_odds_ratios_act_from_the_most_severe_fate_down():
    """By hand: odds of arrest 1/9 x 0.5; of a hold among the rest 1/2 x 2; of voluntary 2/1 x 3."""
    before = np.array([0.15, 0.05, 0.4, 0.3, 0.1])
    after = shifted(before, np.array([3.0, 2.0, 0.5]))
    arrest = 1 / 19
    hold = (1 - arrest) / 2
    voluntary = (1 - arrest - hold) * 6 / 7
    mild = 1 - arrest - hold - voluntary
    expected = [mild * 0.75, mild * 0.25, voluntary, hold, arrest]
    assert after == pytest.approx(expected, rel=1e-12)


def test_an_effect_on_arrests_leaves_the_proportions_of_the_rest():
    before = np.array([0.15, 0.05, 0.4, 0.3, 0.1])
    after = shifted(before, np.array([1.0, 1.0, 0.25]))
    assert after[:4] / after[:4].sum() == pytest.approx(before[:4] / 0.9, rel=1e-12)


@given(shares(), ratios)
def test_the_computed_third_goes_round(team, ratio):
    """Team and effect give patrol; patrol and effect the team again; both worlds the effect."""
    ratio_of = effect(*ratio)
    patrol = resolve(outcomes(team_shares=fate_shares(team), effect=ratio_of)).patrol
    assert np.all(patrol >= 0)
    assert patrol.sum() == pytest.approx(1, abs=1e-12)
    given_patrol = fate_shares([min(share, 1.0) for share in patrol])
    again = resolve(outcomes(patrol_shares=given_patrol, effect=ratio_of))
    # patrol fixes the mild fates' proportion, which an effect never moves
    assert again.team == pytest.approx(team, abs=1e-9)
    worlds = outcomes(patrol_shares=given_patrol, team_shares=fate_shares(team))
    assert resolve(worlds).odds_ratios == pytest.approx(ratio, rel=1e-6)


@given(shares(least=0))
def test_a_null_effect_is_null_to_the_bit(given_shares):
    null = Effect(**NONE_OF_IT)
    for name in ("patrol_shares", "team_shares"):
        found = resolve(outcomes(**{name: fate_shares(given_shares), "effect": null}))
        assert thresholds(found.patrol).tolist() == thresholds(found.team).tolist()


@pytest.mark.parametrize(
    "parts",
    [
        [0.3333333, 0.3333333, 0.3333333, 0, 0],  # as near to 1 as the configs ask
        [1 / 1_024, 3 / 1_024, 5 / 1_024, 7 / 1_024, 1_008 / 1_024],  # ties of the rounding
        [0.1, 0.2, 0.3, 0.3, 0.1],
    ],
)
def test_a_null_effect_is_null_for_shares_that_do_not_add_up_neatly(parts):
    found = resolve(outcomes(team_shares=fate_shares(parts), effect=Effect(**NONE_OF_IT)))
    assert thresholds(found.patrol).tolist() == thresholds(found.team).tolist()


@pytest.mark.parametrize("fate", list(Fate))
@pytest.mark.parametrize("ratio", [0.05, 1.0, 20.0])
def test_a_certain_fate_stays_certain(fate, ratio):
    certain = np.eye(5)[fate]
    after = shifted(certain, np.array([ratio] * 3))
    assert after == pytest.approx(certain, abs=1e-12)
    u = np.array([0.0, 0.5, np.nextafter(1.0, 0)])
    assert fates(u, after).tolist() == [fate] * 3


@given(shares(least=0), ratios)
def test_shares_of_zero_stay_zero_and_all_stay_shares(before, ratio):
    after = shifted(np.array(before), np.array(ratio))
    assert np.all((after >= 0) & (after <= 1))
    assert after.sum() == pytest.approx(1, abs=1e-12)
    assert np.all(after[np.array(before) == 0] <= 1e-12)


@given(shares(least=0), shares(least=0))
def test_an_effect_is_blank_where_a_world_has_no_odds(patrol, team):
    found = odds_ratios(np.array(patrol), np.array(team))
    for fate, ratio in zip((Fate.VOLUNTARY, Fate.HOLD, Fate.ARREST), found, strict=True):
        if patrol[fate] == 0 or team[fate] == 0:
            assert np.isnan(ratio)
        assert np.isnan(ratio) or ratio > 0


@given(shares(), ratios, uniforms)
def test_the_coupling_is_monotone(before, ratio, u):
    """Where no odds rise, no fate is more severe than patrol's; where none fall, none is less."""
    patrol = np.array(before)
    milder = shifted(patrol, np.minimum(ratio, 1.0))
    harsher = shifted(patrol, np.maximum(ratio, 1.0))
    # the mild two keep their proportion, so they are told apart only by what is left to them
    base = np.maximum(fates(u, patrol), Fate.REFERRAL)
    assert np.all(np.maximum(fates(u, milder), Fate.REFERRAL) <= base)
    assert np.all(np.maximum(fates(u, harsher), Fate.REFERRAL) >= base)


@given(shares(least=0), uniforms)
def test_a_fate_rises_with_its_uniform(values, u):
    found = fates(np.sort(u), np.array(values))
    assert np.all(np.diff(found) >= 0)
    assert np.all((found >= Fate.ON_SCENE) & (found <= Fate.ARREST))


@given(shares(least=0))
def test_fates_have_their_shares(values):
    """On an even grid of uniforms, to within one point of the grid a threshold."""
    n = 20_000
    found = fates((np.arange(n) + 0.5) / n, np.array(values))
    counts = np.bincount(found, minlength=5)
    assert counts / n == pytest.approx(values, abs=2 / n)


@given(shares(), ratios)
def test_one_uniform_gives_every_world_its_own_shares(team, ratio):
    """Coupled or not, patrol alone and each kind of team have exactly the shares of their world."""
    own = KindOutcomes(effect=effect(*reversed(ratio)))
    of_kinds = OutcomesByKind(clinician_only=own)
    given_two = outcomes(team_shares=fate_shares(team), effect=effect(*ratio), by_kind=of_kinds)
    found, n = resolve(given_two), 20_000
    u = (np.arange(n) + 0.5) / n
    for world in (found.patrol, *by_kind(given_two, found)):
        assert np.bincount(fates(u, world), minlength=5) / n == pytest.approx(world, abs=2 / n)


@pytest.mark.parametrize("values", [[0.5, 0.5, 0.5, 0, 0], [0.2, 0.2, 0.2, 0.2, 0.1]])
def test_shares_that_are_not_one_in_all_are_refused(values):
    with pytest.raises(ValueError, match="to sum to 1, got"):
        fate_shares(values)


# --- counts --------------------------------------------------------------------------------------


def counted(k, n=None):
    """Shares of the five fates as counts of one n, or of an n each."""
    sizes = [sum(k)] * 5 if n is None else n
    rows = [{"k": one, "n": size} for one, size in zip(k, sizes, strict=True)]
    return FateShares.model_validate(dict(zip(NAMES, rows, strict=True)))


def test_a_count_is_its_share_with_jeffreys_interval():
    """Of 1 in 3: Beta(3/2, 5/2), the integral of 32/pi sin2(a) cos4(a) da with x = sin2(a)."""
    found = Sourced.model_validate({"k": 1, "n": 3})
    assert (found.value, found.k, found.n) == (1 / 3, 1, 3)

    def below(x):
        a = np.arcsin(np.sqrt(x))
        return (a - np.sin(4 * a) / 4 + np.sin(2 * a) ** 3 / 3) * 2 / np.pi

    assert below(found.low) == pytest.approx(0.025)
    assert below(found.high) == pytest.approx(0.975)
    assert Sourced.model_validate(found.model_dump()) == found


@given(st.integers(1, MOST_COUNTED), st.data())
def test_a_share_lies_in_the_interval_of_its_count(n, data):
    k = data.draw(st.integers(0, n))
    low, high = jeffreys(k, n)
    assert 0 <= low <= k / n <= high <= 1
    assert (low, high) == pytest.approx([1 - end for end in reversed(jeffreys(n - k, n))])
    assert (low == 0) == (k == 0)
    assert (high == 1) == (k == n)


def test_a_stated_range_is_kept_beside_a_count():
    found = Sourced.model_validate({"k": 1, "n": 10, "low": 0.05, "high": None})
    assert (found.low, found.high) == (0.05, jeffreys(1, 10)[1])


def test_five_counts_of_the_same_people_are_shares():
    assert counted([5, 4, 3, 2, 0]).central() == pytest.approx([5 / 14, 4 / 14, 3 / 14, 2 / 14, 0])


@pytest.mark.parametrize(
    ("n", "says"),
    [
        ([15] * 5, "expected the five k to sum to their n 15, got 14"),
        ([14] * 4 + [15], "n 14 and n 15"),
    ],
)
def test_five_counts_of_other_people_are_refused(n, says):
    with pytest.raises(ValueError, match=says):
        counted([5, 4, 3, 2, 0], n)


def test_one_count_among_shares_still_sums_to_one():
    rest = {"on_scene": 0.5, "referral": 0.2, "voluntary": 0.1, "arrest": {"k": 1, "n": 10}}
    assert FateShares.model_validate(rest | {"hold": 0.1}).central()[-1] == 0.1
    with pytest.raises(ValueError, match="to sum to 1, got"):
        FateShares.model_validate(rest | {"hold": 0.2})


# --- kinds of team -------------------------------------------------------------------------------


def of_kinds(**given_kinds):
    given = outcomes(patrol_shares=PATROL, team_shares=TEAM, by_kind=OutcomesByKind(**given_kinds))
    return by_kind(given, resolve(given))


def test_a_kind_with_nothing_of_its_own_has_the_co_responders_shares():
    found = of_kinds()
    assert len(found) == len(TEAM_KINDS)
    assert all(one is found[Kind.CO_RESPONDER] for one in found)
    assert found[Kind.CO_RESPONDER].tolist() == TEAM.central()


def test_a_kind_may_have_shares_of_its_own():
    own = fate_shares([0.5, 0.3, 0.1, 0.1, 0])
    found = of_kinds(remote_clinician=KindOutcomes(team_shares=own))
    assert found[Kind.REMOTE_CLINICIAN].tolist() == own.central()
    assert found[Kind.CLINICIAN_ONLY] is found[Kind.CO_RESPONDER]


def test_an_effect_of_a_kind_acts_on_patrols_shares():
    found = of_kinds(clinician_only=KindOutcomes(effect=EFFECT))
    expected = shifted(np.array(PATROL.central()), np.array(EFFECT.central()))
    assert found[Kind.CLINICIAN_ONLY].tolist() == expected.tolist()
    assert found[Kind.REMOTE_CLINICIAN] is found[Kind.CO_RESPONDER]


def test_a_null_effect_of_a_kind_is_patrol_to_the_bit():
    null = Effect(**NONE_OF_IT)
    found = of_kinds(clinician_only=KindOutcomes(effect=null))
    patrol = resolve(outcomes(patrol_shares=PATROL, team_shares=TEAM)).patrol
    assert thresholds(found[Kind.CLINICIAN_ONLY]).tolist() == thresholds(patrol).tolist()


@pytest.mark.parametrize("given_too", [{}, {"team_shares": TEAM, "effect": EFFECT}])
def test_a_kind_has_one_of_shares_and_effect(given_too):
    with pytest.raises(ValueError, match="exactly one of team_shares and effect"):
        KindOutcomes(**given_too)
