"""Meta-analysis against integrals by brute force, a published example, limits and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import integrate, stats
from statsmodels.stats.meta_analysis import combine_effects

from sim.config.meta_analysis import (
    dersimonian_laird,
    half_normal,
    hartung_knapp,
    paule_mandel,
)

SCALE = 0.5
AGREEING = ((0.1, 0.1, 0.15), (0.1, 0.2, 0.3))  # effects, variances
DIFFERING = ((0.0, 0.0, -0.73, 1.2), (0.09, 0.65, 0.11, 0.05))
LARGE = ((-0.4, -0.1, 0.5), (1e-4, 2e-4, 1e-4))
CASES = pytest.mark.parametrize("studies", [AGREEING, DIFFERING, LARGE], ids=str)
SCHOOLS = (  # Rubin (1981), eight schools: effects and standard errors
    (28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16),
    (14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6),
)

effects = st.floats(-1.5, 1.5)
many = st.lists(st.tuples(effects, st.floats(0.01, 3)), min_size=1, max_size=6)


def arrays(studies):
    y, v = studies
    return np.array(y), np.array(v)


def columns(pairs):
    return arrays(zip(*pairs, strict=True))


def interval(of):
    return of.quantile(0.025), of.quantile(0.975)


# --- the posterior -------------------------------------------------------------------------------


def by_brute_force(y, v, scale):
    """Joint density of tau and the mean on a fine grid: no formula but the model's own."""
    tau = (np.arange(400) + 0.5) / 400 * 6 * scale
    mu = np.linspace(y.min() - 5, y.max() + 5, 2_000)
    log = -0.5 * (tau[:, None] / scale) ** 2 + np.zeros(mu.size)
    for effect, variance in zip(y, v, strict=True):
        log += stats.norm.logpdf(effect, mu, np.sqrt(variance + tau[:, None] ** 2))
    joint = np.exp(log - log.max())
    return tau, mu, joint / joint.sum()


@pytest.mark.parametrize("studies", [AGREEING, DIFFERING], ids=str)
@pytest.mark.parametrize("scale", [SCALE, 1.0])
def test_the_posterior_is_that_of_a_grid_over_both_unknowns(studies, scale):
    y, v = arrays(studies)
    found = half_normal(y, v, scale)
    tau, mu, joint = by_brute_force(y, v, scale)
    assert found.tau == pytest.approx(joint.sum(axis=1) @ tau, rel=1e-4)
    for x in (-1.0, -0.2, 0.0, 0.1, 0.7):
        below = joint[:, mu <= x].sum()
        assert found.mean.cdf(x) == pytest.approx(below, abs=5e-3)  # about the share of a column
        new = (joint * stats.norm.cdf((x - mu) / tau[:, None])).sum()
        assert found.new_program.cdf(x) == pytest.approx(new, abs=1e-4)


def adaptive(y, v, scale, of):
    """Posterior mean of a function of tau, by SciPy's adaptive quadrature."""

    def density(tau):
        w = 1 / (v + tau * tau)
        mean = w @ y / w.sum()
        log = np.log(w).sum() - np.log(w.sum()) - w @ (y - mean) ** 2 - (tau / scale) ** 2
        return math.exp(log / 2 + offset)

    offset = 0.0
    offset = -math.log(max(density(tau) for tau in np.linspace(0, 3, 3_001)))
    cuts = [0.01, 0.05, 0.2, 0.5, 1.0]
    top, _ = integrate.quad(lambda x: of(x) * density(x), 0, 5, points=cuts, limit=500)
    bottom, _ = integrate.quad(density, 0, 5, points=cuts, limit=500)
    return top / bottom


@CASES
def test_the_quadrature_is_exact(studies):
    y, v = arrays(studies)
    found = half_normal(y, v, SCALE)
    assert found.tau == pytest.approx(adaptive(y, v, SCALE, lambda tau: tau), rel=1e-6)

    def below(tau):
        w = 1 / (v + tau * tau)
        return stats.norm.cdf(-0.3, w @ y / w.sum(), math.sqrt(1 / w.sum() + tau * tau))

    assert found.new_program.cdf(-0.3) == pytest.approx(adaptive(y, v, SCALE, below), rel=1e-6)


def test_eight_schools_as_published():
    """The output of bayesmeta under flat priors (Röver 2020, JSS 93(6), its package's vignette).

    A half-normal of scale 5,000 is flat where the likelihood is. Their quantiles are of a grid that
    is made to a stated, coarse accuracy.
    """
    y, errors = arrays(SCHOOLS)
    found = half_normal(y, errors**2, 5_000)
    assert found.tau == pytest.approx(6.585992, rel=1e-4)
    assert found.mean.weights @ found.mean.means == pytest.approx(8.092138, rel=1e-4)
    assert found.mean.quantile(0.5) == pytest.approx(8.055861, rel=5e-4)
    assert found.new_program.quantile(0.5) == pytest.approx(8.008111, rel=5e-4)
    parts = found.new_program
    variance = parts.weights @ (parts.sds**2 + (parts.means - 8.092138) ** 2)
    assert math.sqrt(variance) == pytest.approx(10.148132, rel=2e-3)


def test_one_study_is_its_own_mean_and_the_prior_its_spread():
    found = half_normal(np.array([-0.7]), np.array([0.09]), SCALE)
    assert found.mean.quantile(0.5) == pytest.approx(-0.7)
    assert found.new_program.quantile(0.5) == pytest.approx(-0.7)
    # one study says nothing of tau: its posterior is the prior
    assert found.tau == pytest.approx(SCALE * math.sqrt(2 / math.pi), rel=1e-6)
    parts = found.new_program
    assert parts.weights @ parts.sds**2 == pytest.approx(0.09 + 2 * SCALE**2, rel=1e-6)


@CASES
def test_without_heterogeneity_it_is_the_fixed_effect(studies):
    y, v = arrays(studies)
    found = half_normal(y, v, 1e-6)
    fixed = (y / v).sum() / (1 / v).sum()
    for of in (found.mean, found.new_program):
        assert of.quantile(0.5) == pytest.approx(fixed, abs=1e-6)
        assert of.quantile(0.975) - of.quantile(0.5) == pytest.approx(
            1.959964 / math.sqrt((1 / v).sum()), rel=1e-4
        )


@given(many, effects)
def test_a_shift_of_all_shifts_the_answers_alone(pairs, by):
    y, v = columns(pairs)
    before, after = half_normal(y, v, SCALE), half_normal(y + by, v, SCALE)
    assert after.tau == pytest.approx(before.tau, rel=1e-6)
    for p in (0.025, 0.5, 0.975):
        assert after.mean.quantile(p) == pytest.approx(before.mean.quantile(p) + by, abs=1e-9)


@given(many, st.floats(0.001, 0.999))
def test_quantiles_are_where_the_distribution_passes(pairs, p):
    found = half_normal(*columns(pairs), SCALE)
    for of in (found.mean, found.new_program):
        assert of.cdf(of.quantile(p)) == pytest.approx(p, abs=1e-9)


@given(many)
def test_a_new_program_is_less_sure_than_the_mean(pairs):
    y, v = columns(pairs)
    methods = [half_normal(y, v, SCALE), dersimonian_laird(y, v), paule_mandel(y, v)]
    if len(y) > 1:
        methods.append(hartung_knapp(y, v))
    for found in methods:
        assert y.min() - 1e-9 <= found.mean.quantile(0.5) <= y.max() + 1e-9
        (low, high), (least, most) = interval(found.mean), interval(found.new_program)
        assert most - least >= (high - low) * (1 - 1e-9)


# --- the other methods ---------------------------------------------------------------------------


def test_two_studies_worked_by_hand():
    """Effects 0 and 1, variances 0.1 and 0.4.

    Weights 10 and 2.5, their mean 2.5/12.5 = 0.2; Q = 10 x 0.04 + 2.5 x 0.64 = 2, one more than
    its 1 degree of freedom; C = 12.5 - 106.25/12.5 = 4, so tau2 = 1/4. Weights anew 1/0.35 and
    1/0.65: 20/7 and 20/13, of 400/91; mean (20/13)/(400/91) = 0.35, its variance 91/400.
    """
    found = dersimonian_laird(*arrays(((0.0, 1.0), (0.1, 0.4))))
    assert found.tau == pytest.approx(0.5)
    assert found.mean.quantile(0.5) == pytest.approx(0.35)
    assert found.mean.sds[0] == pytest.approx(math.sqrt(91 / 400))
    assert found.new_program.sds[0] == pytest.approx(math.sqrt(1 / 4 + 91 / 400))


def test_studies_that_agree_have_nothing_between_them():
    """Effects 0 and 0.2 of variance 0.1: Q = 0.2 is below 1; the mean has half of the variance."""
    y, v = arrays(((0.0, 0.2), (0.1, 0.1)))
    for found in (dersimonian_laird(y, v), paule_mandel(y, v)):
        assert found.tau == 0
        assert found.mean.quantile(0.5) == pytest.approx(0.1)
        assert found.mean.sds[0] == found.new_program.sds[0] == pytest.approx(math.sqrt(0.05))


def oracle(y, v, method):
    return combine_effects(y, v, method_re=method, atol=1e-12, use_t=True)


@given(st.lists(st.tuples(effects, st.floats(0.01, 0.2)), min_size=2, max_size=6))
def test_moments_and_student_as_statsmodels_has_them(pairs):
    y, v = columns(pairs)
    found, student = dersimonian_laird(y, v), hartung_knapp(y, v)
    assume(found.tau > 0.01)  # statsmodels lets the variance between studies be below 0
    theirs = oracle(y, v, "dl")
    assert found.tau**2 == pytest.approx(theirs.tau2)
    assert found.mean.quantile(0.5) == pytest.approx(theirs.mean_effect_re, abs=1e-9)
    assert found.mean.sds[0] == pytest.approx(theirs.sd_eff_w_re)
    least, scaled = theirs.sd_eff_w_re, theirs.sd_eff_w_re_hksj
    assert student.mean.scale == pytest.approx(max(least, scaled))
    if scaled > least:
        assert interval(student.mean) == pytest.approx(theirs.conf_int(use_t=True)[3])


@CASES
def test_paule_and_mandel_as_statsmodels_has_them(studies):
    y, v = arrays(studies)
    theirs, found = oracle(y, v, "iterated"), paule_mandel(y, v)
    assert found.tau**2 == pytest.approx(max(0, theirs.tau2), abs=1e-6)
    assert found.mean.quantile(0.5) == pytest.approx(theirs.mean_effect_re, abs=1e-6)
    assert found.mean.sds[0] == pytest.approx(theirs.sd_eff_w_re, rel=1e-5)


def test_studies_that_found_the_same_are_not_taken_for_certain():
    y, v = arrays(((0.0, 0.0), (0.1, 0.4)))
    assert hartung_knapp(y, v).mean.scale == dersimonian_laird(y, v).mean.sds[0] > 0
