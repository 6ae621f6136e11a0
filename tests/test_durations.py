"""Durations by quantile tables: each family against scipy's own, and the figures it is given by."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from scipy import optimize, stats

from sim.config.values import Duration
from sim.model.inputs.durations import look_up, quantile_minutes, quantiles, whole_seconds

MINUTE_S = 60
LAST = 2.0**-16  # the claim of sim/model/inputs/durations.py ends here
RELATIVE, SLACK_S = 1e-4, 0.05


def duration(distribution, **figures):
    given_figures = {"distribution": distribution, **figures}
    return TypeAdapter(Duration).validate_python(given_figures)


def gamma(mean, sd):
    shape = (mean / sd) ** 2
    return stats.gamma(shape, scale=mean / shape)


def lognormal(mean, sd):
    sigma = np.sqrt(np.log1p((sd / mean) ** 2))
    return stats.lognorm(sigma, scale=mean * np.exp(-(sigma**2) / 2))


def weibull(mean, sd):
    def excess(shape):
        return stats.weibull_min(shape).std() / stats.weibull_min(shape).mean() - sd / mean

    shape = optimize.brentq(excess, 0.2, 50, xtol=1e-14)
    return stats.weibull_min(shape, scale=mean / stats.weibull_min(shape).mean())


def spread(mean, sd):
    return {"mean": mean, "sd": sd}


FAMILIES = {
    "exponential": (duration("exponential", mean=30), stats.expon(scale=30)),
    "uniform": (duration("uniform", low=5, high=30), stats.uniform(5, 25)),
    "triangular": (duration("triangular", low=0, mode=10, high=40), stats.triang(0.25, 0, 40)),
    "rising": (duration("triangular", low=5, mode=40, high=40), stats.triang(1, 5, 35)),
    "falling": (duration("triangular", low=5, mode=5, high=40), stats.triang(0, 5, 35)),
}
for a_mean, a_sd in [(1.5, 1.0), (60, 12), (30, 30), (30, 60), (52, 208)]:
    figures = spread(a_mean, a_sd)
    FAMILIES |= {
        f"gamma {figures}": (duration("gamma", **figures), gamma(a_mean, a_sd)),
        f"lognormal {figures}": (duration("lognormal", **figures), lognormal(a_mean, a_sd)),
        f"weibull {figures}": (duration("weibull", **figures), weibull(a_mean, a_sd)),
    }


@cache
def table_of(name):
    return quantiles([FAMILIES[name][0]])


def probabilities():
    """Uniforms dense at both ends, and at the joints of the tables."""
    rng = np.random.default_rng(7)
    small = np.exp(rng.uniform(np.log(LAST), np.log(0.5), 40_000))
    joints = np.array([LAST, 1 / 256, np.nextafter(1 / 256, 0), 0.25, 0.5])
    small = np.concatenate([small, joints])
    return np.concatenate([small, 1 - small])


def assert_close_s(found_s, exact_s):
    assert np.all(np.abs(found_s - exact_s) <= RELATIVE * exact_s + SLACK_S)


@pytest.mark.parametrize("name", FAMILIES)
def test_table_is_within_a_hundredth_of_a_percent_of_the_exact_quantile(name):
    u = probabilities()
    assert_close_s(look_up(table_of(name), u), FAMILIES[name][1].ppf(u) * MINUTE_S)


@pytest.mark.parametrize("name", FAMILIES)
def test_mean_and_spread_are_those_given(name):
    """Integrated over the table with an even grid, which leaves out less than 1% of the spread."""
    exact = FAMILIES[name][1]
    n = 2**20
    minutes = look_up(table_of(name), (np.arange(n) + 0.5) / n) / MINUTE_S
    assert minutes.mean() == pytest.approx(exact.mean(), rel=1e-3)
    if exact.std() <= exact.mean():
        assert minutes.std() == pytest.approx(exact.std(), rel=0.01)


@pytest.mark.parametrize(("figure", "at", "minutes"), [("median", 0.5, 11.0), ("p95", 0.95, 40.0)])
def test_lognormal_by_mean_and_another_figure(figure, at, minutes):
    family = duration("lognormal", mean=15, **{figure: minutes})
    assert quantile_minutes(family, np.array([at]))[0] == pytest.approx(minutes, rel=1e-12)
    n = 2**18
    found = look_up(quantiles([family]), (np.arange(n) + 0.5) / n) / MINUTE_S
    assert found.mean() == pytest.approx(15, rel=1e-3)


def test_of_two_lognormals_with_one_p95_the_usual_is_taken():
    """A mean of 15 and a p95 of 40 are met by two spreads; the less wild one is meant."""
    family = duration("lognormal", mean=15, p95=40)
    quarter, three_quarters = quantile_minutes(family, np.array([0.25, 0.75]))
    sigma = np.log(three_quarters / quarter) / (2 * stats.norm.ppf(0.75))
    assert 0 < sigma < stats.norm.ppf(0.95)


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"mean": 15, "p95": 14}, "p95"),
        ({"mean": 15, "p95": 60}, "p95"),
        ({"mean": 15, "median": 15}, "median"),
        ({"mean": 15}, "exactly one"),
        ({"mean": 15, "sd": 3, "median": 11}, "exactly one"),
    ],
)
def test_lognormals_that_cannot_be_are_refused(figures, says):
    with pytest.raises(ValueError, match=says):
        duration("lognormal", **figures)


@pytest.mark.parametrize("minutes", [0, 7.25])
def test_constant_is_the_same_at_every_uniform(minutes):
    u = np.array([0.0, LAST, 0.3, 0.5, np.nextafter(1, 0)])
    table = quantiles([duration("constant", mean=minutes)])
    assert look_up(table, u).tolist() == [minutes * MINUTE_S] * 5


def test_uniform_of_no_width_is_constant():
    table = quantiles([duration("uniform", low=4, high=4)])
    assert look_up(table, np.array([0.0, 0.5, 0.99])).tolist() == [240.0] * 3


def test_empirical_gives_its_values_by_their_weights():
    family = duration("empirical", values=[30, 10, 20], weights=[1, 2, 1])
    u = np.array([0.001, 0.499, 0.501, 0.749, 0.751, 0.999])
    assert look_up(quantiles([family]), u).tolist() == [600, 600, 1_200, 1_200, 1_800, 1_800]


def test_empirical_without_weights_gives_each_value_alike():
    family = duration("empirical", values=[10, 10, 20, 30])
    n = 2**16
    found = look_up(quantiles([family]), (np.arange(n) + 0.5) / n) / MINUTE_S
    shares = [(found == value).mean() for value in (10, 20, 30)]
    assert shares == pytest.approx([0.5, 0.25, 0.25], abs=2 / 8_192)  # a cell at each step


def parts(*weighted):
    return [{"weight": weight, "of": of} for weight, of in weighted]


def of(distribution, **figures):
    return {"distribution": distribution, **figures}


SMOOTH = {
    "two apart": [
        (3, of("exponential", mean=10), stats.expon(scale=10)),
        (1, of("lognormal", mean=90, sd=60), lognormal(90, 60)),
    ],
    "three": [
        (1, of("gamma", mean=20, sd=10), gamma(20, 10)),
        (1, of("weibull", mean=20, sd=15), weibull(20, 15)),
        (2, of("uniform", low=0, high=60), stats.uniform(0, 60)),
    ],
    "triangles": [
        (1, of("triangular", low=0, mode=0, high=9), stats.triang(0, 0, 9)),
        (1, of("triangular", low=3, mode=12, high=12), stats.triang(1, 3, 9)),
        (1, of("triangular", low=0, mode=6, high=12), stats.triang(0.5, 0, 12)),
    ],
}


@pytest.mark.parametrize("name", SMOOTH)
def test_mixture_inverts_the_weighted_distribution_functions(name):
    weighted = SMOOTH[name]
    family = duration("mixture", parts=parts(*(each[:2] for each in weighted)))
    total = sum(weight for weight, _, _ in weighted)

    def below(minutes):
        return sum(weight * exact.cdf(minutes) for weight, _, exact in weighted) / total

    u = np.array([LAST, 1e-3, 0.01, 0.2, 0.5, 0.74, 0.76, 0.9, 0.99, 0.999, 1 - LAST])
    exact = [optimize.brentq(lambda m, p=p: below(m) - p, 0, 1e5, xtol=1e-12) for p in u]
    assert quantile_minutes(family, u) == pytest.approx(exact, rel=1e-8)
    assert_close_s(look_up(quantiles([family]), u), np.array(exact) * MINUTE_S)


def test_mixture_of_steps_gives_each_by_its_weight():
    family = duration(
        "mixture",
        parts=parts(
            (1, of("constant", mean=5)),
            (2, of("empirical", values=[1, 10])),
            (1, of("uniform", low=7, high=7)),
        ),
    )
    u = np.array([0.1, 0.24, 0.26, 0.49, 0.51, 0.74, 0.76, 0.99])
    expected = [1, 1, 5, 5, 7, 7, 10, 10]
    assert quantile_minutes(family, u) == pytest.approx(expected, rel=1e-12)


def test_mixture_of_one_part_is_that_part():
    alone = duration("lognormal", mean=30, sd=20)
    family = duration("mixture", parts=parts((2, of("lognormal", mean=30, sd=20))))
    u = probabilities()[::100]
    assert quantile_minutes(family, u) == pytest.approx(quantile_minutes(alone, u), rel=1e-9)


@given(
    st.sampled_from(list(FAMILIES)),
    st.lists(st.floats(0, 1, exclude_max=True), min_size=2, max_size=30),
)
def test_a_duration_never_falls_when_its_uniform_rises(name, u):
    found = look_up(table_of(name), np.sort(u))
    assert np.all(np.diff(found) >= 0)
    assert np.all(found >= 0)
    assert np.all(np.isfinite(found))


def test_rows_of_a_table_are_read_one_by_one():
    rows = [duration("constant", mean=1), *(family for family, _ in FAMILIES.values())]
    table = quantiles(rows)
    u = probabilities()[::500]
    row = np.arange(len(u)) % len(rows)
    expected = [look_up(quantiles([rows[r]]), u[i : i + 1])[0] for i, r in enumerate(row)]
    assert look_up(table, u, row).tolist() == expected


def test_whole_seconds_are_rounded_half_up():
    rows = [duration("constant", mean=seconds / 60) for seconds in (0, 0.4, 1.4, 1.6, 90)]
    table = quantiles(rows)
    assert whole_seconds(table, np.full(5, 0.5), np.arange(5)).tolist() == [0, 0, 1, 2, 90]
    halves = quantiles([duration("constant", mean=2.5)], scale=1.0)
    assert whole_seconds(halves, np.array([0.5])).tolist() == [3]
    assert whole_seconds(halves, np.array([0.5])).dtype == np.int64


def test_scale_leaves_a_factor_without_unit():
    table = quantiles([duration("lognormal", mean=1, sd=0.5)], scale=1.0)
    n = 2**16
    found = look_up(table, (np.arange(n) + 0.5) / n)
    assert found.mean() == pytest.approx(1, rel=1e-4)


@pytest.mark.parametrize("sd", [0.05, 10, 20, 80])
def test_a_gamma_between_its_knots_is_the_exact_one(sd):
    one = duration("gamma", mean=20, sd=sd)
    u = np.linspace(LAST, 1 - LAST, 100_001)
    exact_s = quantile_minutes(one, u) * MINUTE_S
    found_s = look_up(quantiles([one]), u)
    np.testing.assert_allclose(found_s, exact_s, rtol=RELATIVE, atol=SLACK_S)
