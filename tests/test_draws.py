"""Draws of the uncertain parameters: which there are, their laws, and shares that stay whole."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special, stats

from sim.config import Config, InputError, compose, names, program_names
from sim.config.models import FateShares, ModeShares, OfficerSource
from sim.config.numbers import models, numbers
from sim.scenarios import draws
from sim.scenarios.draws import drawn, pert, unknowns, with_value
from sim.scenarios.scenario import Scenario
from sim.scenarios.structure import STRUCTURAL
from sim.scenarios.unknown import Unknown

WHOLES = (FateShares, ModeShares, OfficerSource)
TOWNS = ["demand=three_towns", "travel=three_towns"]
SHIPPED = [
    *([f"program={name}"] for name in program_names()),
    *([f"outcomes={name}"] for name in names("outcomes")),
    *([f"costs={name}"] for name in names("costs")),
    *(["service=" + name] for name in ("short_staffed", "with_breaks", "with_follow_up")),
    *([f"dispatch={name}", *TOWNS] for name in ("districts", "embedded")),
    *(["dispatch=" + name] for name in ("officer_request", "aurora")),
]
OWN_LAW = ("pooled", "count", "counts", *STRUCTURAL)  # whose range is a 95% interval, not ends
N = 6
MANY = 200

BOOKED = "outcomes.booked_given_arrest"
CENTER = "service.voluntary_to_center_share"
SHARES = "outcomes.team_shares"


def sourced(value: float, low: float, high: float, source: str = "a test") -> str:
    return f"{{value: {value}, low: {low}, high: {high}, source: '{source}', confidence: S}}"


def value(config: Config, key: str) -> float:
    return dict(numbers(config))[key].value


def unknown(config: Config, name: str) -> Unknown:
    return next(one for one in unknowns(config) if one.name == name)


def values_of(config: Config, key: str, n: int = MANY) -> np.ndarray:
    return np.array([value(drawn(config, 1, k), key) for k in range(n)])


# --- shipped configs -----------------------------------------------------------------------------


@pytest.mark.parametrize("words", SHIPPED, ids=" ".join)
def test_shipped_configs_are_drawn_within_their_ranges_at_the_first_attempt(words, monkeypatch):
    config, attempts = compose(words), []
    made, known = draws.made, unknowns(config)
    off = [key for key, number in numbers(config) if number.value == 0 and number.n is None]
    monkeypatch.setattr(draws, "made", lambda *of: attempts.append(1) or made(*of))
    for k in range(N):
        changed = drawn(config, 1, k)
        found = dict(numbers(changed))
        for one in known:
            if one.law not in OWN_LAW:
                assert all(one.low <= found[path].value <= one.high for path in one.paths), one
        assert all(found[key].value == 0 for key in off)
        assert_whole(changed)
    assert len(attempts) == N


def assert_whole(config: Config) -> None:
    for key, whole in models(config):
        if isinstance(whole, WHOLES):
            assert sum(x.value for _, x in numbers(whole)) == pytest.approx(1), key


@pytest.mark.parametrize("program", ["los_angeles", "arlington", "st_louis"])
def test_both_ends_of_every_unknown_go_with_the_central_values(program):
    config = compose([f"program={program}"])
    for one in unknowns(config):
        for end in (one.low, one.high):
            changed = with_value(config, one, end)
            assert draws.values_of(changed, [one]) == [pytest.approx(end)]
            assert_whole(changed)


def test_every_number_that_is_not_uncertain_stays_as_it_is():
    config = compose(["program=los_angeles"])
    known = {path for one in unknowns(config) if one.law not in STRUCTURAL for path in one.paths}
    rest = {"outcomes.team_shares.referral"}  # the remainder of a whole
    before, after = dict(numbers(config)), dict(numbers(drawn(config, 1, 0)))
    same = [key for key in before if before[key] == after[key]]
    assert set(before) - set(same) == known | rest


# --- which there are -----------------------------------------------------------------------------


def test_an_unknown_has_a_range_and_is_not_zero():
    config = compose([f"{BOOKED}={sourced(0.5, 0.4, 0.6)}", f"{CENTER}={sourced(0, 0, 0.5)}"])
    found = {one.name for one in unknowns(config)}
    assert BOOKED in found
    assert CENTER not in found
    config = compose([f"{BOOKED}=0.5", "run.window_days=28"])
    assert BOOKED not in {one.name for one in unknowns(config)}


def test_studies_grants_programs_and_runs_hold_no_unknown():
    config = compose(["program=los_angeles", "costs.crisis_now.population=500000"])
    closed = ("program", "run", "outcomes.evidence", "costs.grant", "costs.crisis_now")
    assert not [one for one in unknowns(config) if one.name.startswith(closed)]


def test_numbers_of_one_source_and_range_are_one_unknown():
    both = [f"{key}={sourced(0.5, 0.4, 0.6)}" for key in (CENTER, BOOKED)]
    config = compose(both)
    one = unknown(config, CENTER)
    assert one.paths == (CENTER, BOOKED)
    assert (one.value, one.low, one.high) == (0.5, 0.4, 0.6)
    changed = drawn(config, 1, 0)
    assert value(changed, CENTER) == value(changed, BOOKED) != 0.5
    set_anew = with_value(config, one, 0.45)
    assert value(set_anew, CENTER) == value(set_anew, BOOKED) == 0.45


def test_numbers_without_a_source_are_alike_by_accident():
    config = compose([f"{key}={sourced(0.5, 0.4, 0.6, '')}" for key in (CENTER, BOOKED)])
    changed = drawn(config, 1, 0)
    assert value(changed, CENTER) != value(changed, BOOKED)


def test_the_only_share_of_a_whole_is_no_unknown():
    shares = "dispatch.mode_share"
    config = compose(["program=los_angeles"])
    assert value(config, f"{shares}.co_dispatch") == 1
    assert not [one for one in unknowns(config) if one.name.startswith(shares)]


# --- laws ----------------------------------------------------------------------------------------


def test_pert_is_a_beta_scaled_to_its_range():
    assert pert(0, 0.5, 1, 0.5) == pytest.approx(0.5)
    assert pert(10, 10, 20, 0.3) == pytest.approx(10 + 10 * (1 - 0.7**0.2))  # Beta(1, 5)
    assert pert(10, 20, 20, 0.3) == pytest.approx(10 + 10 * 0.3**0.2)  # Beta(5, 1)
    u = (np.arange(2_000) + 0.5) / 2_000
    values = np.array([pert(3, 4, 9, x) for x in u])
    assert values.mean() == pytest.approx((3 + 4 * 4 + 9) / 6, rel=1e-4)
    assert np.all(np.diff(values) > 0)
    assert (pert(3, 4, 9, 0), pert(3, 4, 9, 1 - 1e-16)) == (3, pytest.approx(9, rel=1e-3))


def test_a_ratio_is_as_likely_to_double_as_to_halve():
    ratio = "outcomes.effect.voluntary_odds_ratio"
    logs = np.log(values_of(compose([f"{ratio}={sourced(1, 0.5, 2)}"]), ratio))
    assert abs(logs).max() <= math.log(2)
    sd = math.log(2) / math.sqrt(7)  # of a Beta(3, 3) on -ln 2 to ln 2
    assert abs(logs.mean()) < 4 * sd / math.sqrt(MANY)
    assert logs.std() == pytest.approx(sd, rel=0.15)


@pytest.mark.parametrize("effect", ["hold_odds_ratio", "arrest_odds_ratio"])
def test_a_pooled_effect_is_drawn_as_its_studies_predict_a_new_program(effect):
    """Kolmogorov-Smirnov at 99.9%, against the predictive distribution and not a normal."""
    config = compose([])
    one = unknown(config, f"outcomes.effect.{effect}")
    assert one.law == "pooled"
    logs = np.log(values_of(config, one.name, 400))
    predicted = config.outcomes.pooled(effect)
    assert stats.kstest(logs, np.vectorize(predicted.cdf)).pvalue > 0.001
    assert np.any(logs > math.log(one.high)) or np.any(logs < math.log(one.low))  # no ends


def test_a_count_is_drawn_from_jeffreys_posterior():
    values = values_of(compose([f"{BOOKED}={{k: 30, n: 40}}"]), BOOKED)
    mean, sd = 30.5 / 41, math.sqrt(30.5 * 10.5 / 41**2 / 42)
    assert abs(values.mean() - mean) < 4 * sd / math.sqrt(MANY)
    low = special.betaincinv(30.5, 10.5, 0.1)
    assert abs(np.mean(values < low) - 0.1) < 4 * math.sqrt(0.09 / MANY)


def test_none_in_n_is_few_and_not_never():
    values = values_of(compose([f"{CENTER}={{k: 0, n: 20}}"]), CENTER, 50)
    assert values.min() > 0
    assert np.median(values) < 0.1


COUNTS = {"on_scene": 40, "referral": 20, "voluntary": 20, "hold": 18, "arrest": 2}


def test_five_counts_are_one_dirichlet():
    five = [f"{SHARES}.{name}={{k: {k}, n: 100, source: ours}}" for name, k in COUNTS.items()]
    config = compose(five)
    found = [dict(numbers(drawn(config, 1, k))) for k in range(MANY)]
    values = np.array([[one[f"{SHARES}.{name}"].value for name in COUNTS] for one in found])
    assert values.sum(axis=1) == pytest.approx(1)
    weights = np.array([k + 0.5 for k in COUNTS.values()])
    means = weights / weights.sum()
    sd = np.sqrt(means * (1 - means) / (weights.sum() + 1))
    assert np.all(abs(values.mean(axis=0) - means) < 4 * sd / math.sqrt(MANY))
    assert values.std(axis=0) == pytest.approx(sd, rel=0.2)
    assert np.corrcoef(values[:, 1], values[:, 2])[0, 1] < 0  # alike in k, and yet two


# --- shares of a whole ---------------------------------------------------------------------------


def test_the_share_without_a_range_is_the_remainder():
    config = compose([])
    names_of = [f"{SHARES}.{name}" for name in COUNTS]
    for k in range(N):
        of = [value(drawn(config, 1, k), name) for name in names_of]
        others = of[0] + sum(of[2:])
        assert of[1] == pytest.approx(max(0.0, 1 - others))


def test_a_share_set_to_its_high_leaves_the_others_the_rest_in_proportion():
    config = compose([])
    changed = with_value(config, unknown(config, f"{SHARES}.hold"), 0.64)
    scale = 0.36 / (0.45 + 0.20 + 0.02)  # the remainder is gone, and 0.31 of the others too
    assert value(changed, f"{SHARES}.referral") == 0
    assert value(changed, f"{SHARES}.on_scene") == pytest.approx(0.45 * scale)
    assert value(changed, f"{SHARES}.arrest") == pytest.approx(0.02 * scale)


def test_a_share_set_to_its_low_leaves_the_remainder_more():
    config = compose([])
    changed = with_value(config, unknown(config, f"{SHARES}.hold"), 0.08)
    assert value(changed, f"{SHARES}.referral") == pytest.approx(0.16 + 0.09)
    assert value(changed, f"{SHARES}.on_scene") == 0.45


def test_shares_that_all_have_ranges_are_made_whole_within_them():
    shares = "dispatch.mode_share"
    config = compose(
        [
            f"{shares}.direct={sourced(0.3, 0.1, 0.6)}",
            f"{shares}.co_dispatch=0",
            f"{shares}.officer_request={sourced(0.6, 0.3, 0.9)}",
            f"{shares}.self_dispatch={sourced(0.1, 0.05, 0.2)}",
        ]
    )
    for k in range(N):
        found = drawn(config, 1, k).dispatch.mode_share
        assert sum(found.central()) == pytest.approx(1)
        assert found.co_dispatch.value == 0
        assert 0.1 <= found.direct.value <= 0.6
        assert 0.3 <= found.officer_request.value <= 0.9
        assert 0.05 <= found.self_dispatch.value <= 0.2


# --- streams and attempts ------------------------------------------------------------------------


def test_a_draw_has_its_own_stream_and_leaves_those_of_others_alone():
    one, other = (f"{key}={sourced(0.5, 0.4, 0.6, key)}" for key in (BOOKED, CENTER))
    alone, both = compose([one]), compose([one, other])
    assert value(drawn(alone, 5, 3), BOOKED) == value(drawn(both, 5, 3), BOOKED)
    values = [value(drawn(both, seed, k), BOOKED) for seed in (5, 6) for k in (3, 4)]
    assert len(set(values)) == 4


def test_a_scenario_is_drawn_with_its_own_seed():
    scenario = Scenario(compose(["run.seed=7"]))
    assert scenario.drawn(2).config == drawn(scenario.config, 7, 2)
    assert scenario.drawn(2).base is scenario.base


BOOKING = "service.booking"


def test_a_draw_that_is_not_valid_is_drawn_anew():
    of = f"{{distribution: lognormal, mean: {sourced(20, 5, 40)}, median: {sourced(15, 10, 19)}}}"
    config = compose([f"{BOOKING}={of}"])
    found = [drawn(config, 1, k).service.booking for k in range(100)]
    assert all(one.median.value < one.mean.value for one in found)
    least = min(one.mean.value for one in found)
    assert least < 19  # or no draw would ever have been in doubt


def test_no_valid_draw_in_a_hundred_names_the_key():
    config = compose([f"demand.calls_per_year={sourced(5_000_000, 5_000_000, 9_000_000)}"])
    with pytest.raises(InputError, match=r"run\.draws: expected .* 100 attempts .*calls_per_year"):
        drawn(config, 1, 0)


def test_a_value_that_does_not_go_with_the_rest_is_refused():
    config = compose([f"demand.calls_per_year={sourced(5_000_000, 1_000_000, 9_000_000)}"])
    with pytest.raises(InputError, match=r"demand\.calls_per_year"):
        with_value(config, unknown(config, "demand.calls_per_year"), 9_000_000)


@pytest.mark.parametrize(("draws_asked", "says"), [(1, "2 or more"), (-1, "run.draws")])
def test_one_draw_is_no_range(draws_asked, says):
    with pytest.raises(InputError, match=says):
        compose([f"run.draws={draws_asked}"])


# --- estimates with a standard error -------------------------------------------------------------

ESTIMATE = "demand.calls_per_year={value: 3000, se: 300, source: a test, confidence: D}"


def test_an_estimate_with_a_standard_error_is_lognormal_about_it():
    config = compose([ESTIMATE])
    one = unknown(config, "demand.calls_per_year")
    assert (one.law, one.se) == ("error", 300)
    assert (one.low, one.high) == pytest.approx((3000 * np.exp(-0.196), 3000 * np.exp(0.196)), 1e-4)
    logs = np.log(values_of(config, "demand.calls_per_year") / 3000)
    assert stats.kstest(logs / 0.1, "norm").pvalue > 0.001
    again = drawn(config, 1, 0).demand.calls_per_year
    assert again.se is None
    assert draws.quantile(config, one, 0.5) == pytest.approx(3000)


@pytest.mark.parametrize(("stated", "line"), [("value: 0, se: 1", "0"), ("value: 3, se: -1", "-1")])
def test_a_standard_error_of_what_is_not_above_0_is_one_line(stated, line):
    with pytest.raises(InputError, match=f"expected se of 0 or more beside .* {line}") as caught:
        compose([f"demand.calls_per_year={{{stated}}}"])
    assert "\n" not in str(caught.value)


def test_errors_of_a_table_move_months_and_shares_and_nothing_else():
    fitted = "demand.errors={month_log_se: %s, zone_calls: 400}" % ([0.1] * 12)
    config, without = compose([*TOWNS, fitted]), compose(TOWNS)
    first, second = drawn(config, 1, 0), drawn(without, 1, 0)
    assert first.demand.month_factor != second.demand.month_factor == without.demand.month_factor
    assert first.demand.zone_share != without.demand.zone_share
    assert sum(first.demand.zone_share) == pytest.approx(1)
    assert first.demand.month_factor == drawn(config, 1, 0).demand.month_factor
    assert [one.name for one in unknowns(config)] == [one.name for one in unknowns(without)]
    assert first.demand.hour_of_week_shape == second.demand.hour_of_week_shape
    known = unknowns(without)
    assert draws.values_of(first, known) == draws.values_of(second, known)


@pytest.mark.parametrize("key", ["month_log_se", "call_type_calls_by_hour"])
def test_errors_of_half_a_table_are_one_line(key):
    with pytest.raises(InputError, match=f"{key}: expected (12|24) or none, got 3"):
        compose([f"demand.errors={{{key}: [0, 0, 0]}}"])
