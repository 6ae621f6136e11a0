"""Whose call it is: how often frequent callers call, and everyone else once."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.config.models import Persons
from sim.model.inputs.callers import caller_weights, person_tables, sample_persons

SEED, N_CALLS, ALIKE = 91, 50_000, 0.99


def persons(frequent_callers, frequent_share, spread=0.0):
    return person_tables(
        Persons(
            frequent_callers=frequent_callers,
            frequent_share={"value": frequent_share},
            spread={"value": spread},
        )
    )


def drawn(tables, n=N_CALLS, replication=0):
    return sample_persons(tables, n, SEED, replication)


def assert_binomial(count, n, share, level=ALIKE):
    low, high = stats.binom.ppf([(1 - level) / 2, (1 + level) / 2], n, share)
    assert low <= count <= high


# --- how unlike the frequent callers are ---------------------------------------------------------


def test_without_spread_all_call_alike():
    assert caller_weights(4, 0.0).tolist() == [0.25] * 4


def test_weights_of_two_by_hand():
    """Quartiles of the normal: -0.6745 and 0.6745; so the ratio is exp(2 x 0.6745 x spread)."""
    few, often = caller_weights(2, 1.5)
    assert few + often == pytest.approx(1)
    assert often / few == pytest.approx(np.exp(2 * 0.6744897501960817 * 1.5))


@pytest.mark.parametrize("spread", [0.5, 1.0, 2.0])
def test_weights_are_lognormal(spread):
    """The top tenth of a lognormal holds Phi(spread - z(0.9)) of its sum (its Lorenz curve)."""
    weights = caller_weights(100_000, spread)
    assert np.all(np.diff(weights) > 0)
    top = weights[-10_000:].sum()
    assert top == pytest.approx(stats.norm.cdf(spread - stats.norm.ppf(0.9)), rel=5e-3)


@pytest.mark.parametrize("spread", [50.0, 1e6])
def test_a_spread_without_bounds_leaves_one_caller(spread):
    weights = caller_weights(9, spread)
    assert np.isfinite(weights).all()
    assert weights[-1] == pytest.approx(1)


# --- who calls -----------------------------------------------------------------------------------


@pytest.mark.parametrize("tables", [persons(0, 0), persons(0, 0, 1), persons(7, 0)])
def test_without_frequent_callers_each_calls_once(tables):
    found = drawn(tables, 100)
    first = len(tables.cumulated)
    assert found.dtype == np.int32
    assert found.tolist() == list(range(first, first + 100))


def test_frequent_callers_make_their_share_of_calls_and_the_rest_call_once():
    found = drawn(persons(200, 0.3, 1.0))
    frequent = found < 200
    assert found.dtype == np.int32
    assert_binomial(frequent.sum(), N_CALLS, 0.3)
    assert np.array_equal(found[~frequent], 200 + np.flatnonzero(~frequent))


def test_each_calls_by_the_own_weight():
    """All twenty at once, each in its interval, 99% for all of them together."""
    tables = persons(20, 0.5, 1.2)
    counts = np.bincount(drawn(tables), minlength=20)[:20]
    for count, weight in zip(counts, caller_weights(20, 1.2), strict=True):
        assert_binomial(count, N_CALLS, 0.5 * weight, 1 - 0.01 / 20)


def test_a_wider_spread_puts_the_calls_on_fewer_people():
    def of_the_ten_most(spread):
        counts = np.bincount(drawn(persons(500, 1.0, spread)), minlength=500)
        return np.sort(counts)[-10:].sum()

    found = [of_the_ten_most(spread) for spread in (0.0, 0.5, 1.0, 2.0)]
    assert found == sorted(found)
    weights = caller_weights(500, 2.0)
    assert_binomial(found[-1], N_CALLS, weights[-10:].sum(), 0.999)
    assert found[-1] > 10 * found[0]


def test_all_calls_may_be_of_one_person():
    assert set(drawn(persons(1, 1.0, 3.0))) == {0}


def test_nobody_is_beyond_the_last_when_shares_are_rounded():
    tables = persons(3, 1.0)._replace(cumulated=np.array([0.3, 0.6, 1 - 1e-3]))
    assert set(drawn(tables)) == {0, 1, 2}


def test_calls_keep_their_persons_when_there_are_more_of_them():
    tables = persons(50, 0.4, 1.0)
    few, many = drawn(tables, 1_000), drawn(tables, 9_000)
    assert np.array_equal(few, many[:1_000])


def test_a_larger_share_keeps_who_was_a_frequent_caller():
    few, many = (drawn(persons(50, share, 1.0)) < 50 for share in (0.2, 0.5))
    assert np.all(many >= few)


def test_replications_have_persons_of_their_own():
    tables = persons(50, 0.5)
    one, other = (drawn(tables, replication=replication) < 50 for replication in (0, 1))
    assert_binomial(np.sum(one & other), N_CALLS, 0.25)
