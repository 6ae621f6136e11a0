"""What is pooled of which studies, and what the shipped ratios are derived from."""

from __future__ import annotations

import math
from functools import cache
from typing import get_args

import pytest

from sim.config import compose
from sim.config.groups.outcomes import Evidence, Outcomes
from sim.config.groups.pooling import Study, by_method, new_program, pooled_ratio
from sim.config.meta_analysis import Method

Z = 1.959963984540054
SPREADS = {  # what one study states beside its ratio
    "nothing": 1.0,
    "no low": {"value": 1.0, "low": None, "high": 2.0},
    "low at high": {"value": 1.0, "low": 1.0, "high": 1.0},
    "no ratio": None,
}


def study(log=0.0, variance=1.0, **given_too):
    """A pooled study of a log odds ratio and its variance."""
    half = Z * math.sqrt(variance)
    ratio = {"value": math.exp(log), "low": math.exp(log - half), "high": math.exp(log + half)}
    plain = {"name": "made", "design": "quasi_experiment", "n_team": 10, "n_patrol": 10}
    plain |= {"outcome": "holds", "pooled": True, "source": "made for a test"}
    plain |= {"year": 2020, "confidence": "S", "odds_ratio": ratio}
    return Study.model_validate(plain | given_too)


def outcomes(**given_too):
    effect = {"voluntary_odds_ratio": 1, "hold_odds_ratio": "pooled", "arrest_odds_ratio": 0.5}
    shares = dict.fromkeys(("on_scene", "referral", "voluntary", "hold", "arrest"), 0.2)
    plain = {"booked_given_arrest": 1, "effect": effect, "team_shares": shares}
    return Outcomes.model_validate(plain | given_too)


# --- the pool ------------------------------------------------------------------------------------


def quantiles(of, *levels):
    return pytest.approx([of.quantile(p) for p in levels or (0.025, 0.5, 0.975)])


def test_a_study_has_the_variance_of_its_interval():
    pooled = by_method([study(0, 0.1), study(1, 0.4)])["dersimonian_laird"]
    assert pooled.tau == pytest.approx(0.5)  # by hand in test_meta_analysis
    assert pooled.mean.quantile(0.5) == pytest.approx(0.35)


def test_the_method_in_use_comes_first_and_one_study_allows_no_student():
    methods = list(get_args(Method))
    assert list(by_method([study(), study(1)])) == methods
    assert list(by_method([study()])) == [x for x in methods if x != "hartung_knapp"]
    given_studies = [study(0, 0.1), study(1, 0.4), study(-1, 0.2)]
    in_use = by_method(given_studies)["half_normal"].new_program
    assert quantiles(in_use) == quantiles(new_program(given_studies)).expected


def test_a_study_that_is_not_marked_is_left_out():
    marked = [study(0, 0.1), study(1, 0.4)]
    listed = [study(5, 0.01, pooled=False), study(odds_ratio=None, pooled=False)]
    assert quantiles(new_program([*listed, *marked])) == quantiles(new_program(marked)).expected
    with pytest.raises(ValueError, match="expected at least one study with pooled: true, got none"):
        new_program(listed)


@pytest.mark.parametrize("effect", ["hold", "arrest"])
def test_the_shipped_studies_leave_a_new_program_less_sure_than_moments_and_a_normal(effect):
    pooled = by_method(getattr(evidence(), effect))
    widths = {
        name: x.new_program.quantile(0.975) - x.new_program.quantile(0.025)
        for name, x in pooled.items()
    }
    assert widths["half_normal"] > 1.4 * widths["dersimonian_laird"]
    assert widths["half_normal_wide"] > widths["half_normal"] > widths["paule_mandel"]


# --- a study -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ratio", SPREADS.values(), ids=SPREADS)
def test_a_pooled_study_has_a_ratio_with_low_below_high(ratio):
    with pytest.raises(ValueError, match="made: expected an odds_ratio with low below high"):
        study(odds_ratio=ratio)
    assert not study(odds_ratio=ratio, pooled=False).pooled


# --- in place of a ratio -------------------------------------------------------------------------


def test_pooled_stands_for_the_middle_and_range_of_a_new_program():
    given_studies = [study(0, 0.1, year="2016-17"), study(1, 0.4, year=2021)]
    found = outcomes(evidence={"hold": given_studies})
    ratio, log = found.effect.hold_odds_ratio, new_program(given_studies)
    assert ratio == pooled_ratio(given_studies, "outcomes.evidence.hold")
    for end, p in ((ratio.low, 0.025), (ratio.value, 0.5), (ratio.high, 0.975)):
        assert log.cdf(math.log(end)) == pytest.approx(p)
    assert (ratio.year, ratio.confidence) == ("2016-2021", "D")
    assert ratio.source == "pooled from 2 studies: outcomes.evidence.hold"
    assert found.effect.arrest_odds_ratio.value == 0.5


def test_which_ratios_are_pooled_is_known_also_of_a_config_read_anew():
    found = outcomes(evidence={"hold": [study()]})
    for one in (found, Outcomes.model_validate(found.model_dump())):
        assert one.pooled("hold_odds_ratio") is not None
        assert one.pooled("arrest_odds_ratio") is None
    shares = found.team_shares
    assert outcomes(effect=None, patrol_shares=shares).pooled("hold_odds_ratio") is None


def test_a_ratio_of_ones_own_is_not_pooled_whatever_its_source_says():
    ratio = {"value": 0.8, "low": 0.5, "high": 1.2, "source": "pooled from 2 studies of ours"}
    effect = {"voluntary_odds_ratio": 1, "hold_odds_ratio": ratio, "arrest_odds_ratio": 1}
    for given_studies in ([], [study(), study(1)]):
        found = outcomes(effect=effect, evidence={"hold": given_studies})
        assert found.pooled("hold_odds_ratio") is None


@pytest.mark.parametrize(
    "evidence", [{}, {"arrest": [study()]}, {"hold": [study(pooled=False)]}], ids=str
)
def test_nothing_to_pool_is_refused(evidence):
    with pytest.raises(ValueError, match=r"effect.hold_odds_ratio\n.*got pooled without studies"):
        outcomes(evidence=evidence)


# --- the studies that are shipped ----------------------------------------------------------------


@cache
def evidence() -> Evidence:
    return compose([]).outcomes.evidence


def ratio_of(effect: str, name: str) -> tuple[float, float, float]:
    """Value, low and high of the one pooled study whose name begins so."""
    studies = [one for one in getattr(evidence(), effect) if one.pooled]
    (found,) = [one.odds_ratio for one in studies if one.name.startswith(name)]
    return found.value, found.low, found.high


def odds(share):
    return share / (1 - share)


def interval(log, se):
    return tuple(math.exp(log + z * se) for z in (0, -Z, Z))


@pytest.mark.parametrize("effect", ["hold", "arrest"])
def test_the_default_is_pooled_of_the_shipped_studies(effect):
    found = compose([]).outcomes
    studies = getattr(evidence(), effect)
    assert found.pooled(f"{effect}_odds_ratio") is not None
    of = getattr(found.effect, f"{effect}_odds_ratio")
    assert of == pooled_ratio(studies, f"outcomes.evidence.{effect}")
    assert of.low < 1 < of.high


@pytest.mark.parametrize("effect", ["hold", "arrest"])
def test_studies_come_by_design_and_the_nearest_to_no_effect_first(effect):
    designs = ["randomized", "quasi_experiment", "before_after", "descriptive"]

    def place(one):
        ratio = one.odds_ratio
        return designs.index(one.design), math.inf if ratio is None else abs(math.log(ratio.value))

    studies = getattr(evidence(), effect)
    assert studies == sorted(studies, key=place)
    assert studies[0].design == "randomized"
    assert studies[0].pooled


def test_what_is_not_pooled_says_why():
    for one in [*evidence().hold, *evidence().arrest]:
        assert one.pooled or one.note.startswith("not pooled: ")


def test_a_published_risk_ratio_is_turned_at_its_base():
    value, low, high = ratio_of("hold", "San Mateo")
    assert value == pytest.approx(odds(0.84 * 0.36) / odds(0.36), abs=5e-4)
    assert (low, high) == (pytest.approx(value**2, abs=1e-3), 1.0)
    mirrored = ratio_of("hold", "Greeley")
    assert mirrored == pytest.approx((1 / value, 1 / high, 1 / low), abs=1e-3)


def test_a_published_difference_is_turned_at_its_base_with_the_interval_of_its_p():
    log = math.log(odds(0.36 - 0.06) / odds(0.36))
    p_of_a_tenth = 1.6448536269514722
    expected = interval(log, -log / p_of_a_tenth)
    assert ratio_of("hold", "Blais") == pytest.approx(expected, abs=5e-4)


def test_a_published_table_gives_its_ratio():
    in_hospital, not_in = (33, 42), (73 - 33, 58 - 42)
    assert [round(100 * k / n) for k, n in zip(in_hospital, (73, 58), strict=True)] == [45, 72]
    log = math.log((33 / not_in[0]) / (42 / not_in[1]))
    se = math.sqrt(sum(1 / n for n in (*in_hospital, *not_in)))
    assert ratio_of("hold", "Scott") == pytest.approx(interval(log, se), abs=1e-3)


@pytest.mark.parametrize(
    ("name", "sizes", "base"), [("Indianapolis", (211, 224), 0.12), ("Scott", (73, 58), 0.05)]
)
def test_no_difference_is_one_with_the_interval_of_its_sizes(name, sizes, base):
    se = math.sqrt(sum(1 / (n * base * (1 - base)) for n in sizes))
    assert ratio_of("arrest", name) == pytest.approx(interval(0, se), abs=1e-3)


def test_the_options_of_the_effect():
    assert compose(["outcomes=evidence"]).outcomes == compose([]).outcomes
    null = compose(["outcomes=null_trial"]).outcomes.effect
    for ratio in (null.voluntary_odds_ratio, null.hold_odds_ratio, null.arrest_odds_ratio):
        assert ratio.value == 1
        assert (ratio.low, ratio.high) == pytest.approx((1.26 / 1.88, 1.88 / 1.26), abs=5e-4)
    arrest = compose(["outcomes=optimistic"]).outcomes.effect.arrest_odds_ratio
    assert (arrest.value, arrest.low, arrest.high) == ratio_of("arrest", "Bailey")
