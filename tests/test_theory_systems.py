"""Formulas of queues, varying rates, the hypercube and places, against hand-solved systems."""

from __future__ import annotations

import importlib
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, linalg, stats

from sim.model.theory import (
    busy_if_unlimited,
    calls_begun,
    erlang_b,
    erlang_c,
    hypercube,
    hypercube_approximation,
    mean_distance_mi,
    mean_wait_by_priority_s,
    mean_wait_mg1_s,
    mean_wait_mmc_s,
    nearest_team_mi,
    overrun_s,
    square_root_teams,
    varying_queue,
)

varying = importlib.import_module("sim.model.theory.varying")
HOUR_S = 3_600
WEEK = 168

# --- M/G/1 and priorities ------------------------------------------------------------------------


@pytest.mark.parametrize("busy", [0.1, 0.5, 0.9])
def test_one_server_waits_as_in_the_textbooks(busy):
    """M/M/1 waits a S / (1 - a), M/D/1 half of it (Gross and Harris 1998, section 5.1)."""
    assert mean_wait_mg1_s(busy, HOUR_S, 1) == pytest.approx(busy * HOUR_S / (1 - busy))
    assert mean_wait_mg1_s(busy, HOUR_S, 0) == pytest.approx(busy * HOUR_S / (1 - busy) / 2)


def test_two_priorities_of_one_server_by_hand():
    """Rates 1/4 and 1/4 an hour of one hour each: R = 1/2, so 2/3 h and 4/3 h."""
    waits_s = mean_wait_by_priority_s(1, [0.25, 0.25], HOUR_S)
    assert waits_s == pytest.approx([HOUR_S * 2 / 3, HOUR_S * 4 / 3])


@given(
    st.integers(1, 20), st.lists(st.floats(0.01, 1), min_size=1, max_size=4), st.floats(0.1, 0.9)
)
def test_priorities_conserve_the_work_that_waits(servers, weights, busy):
    """Kleinrock's conservation law: the wait over all is that without priorities."""
    rates = [busy * servers * weight / sum(weights) for weight in weights]
    waits_s = mean_wait_by_priority_s(servers, rates, HOUR_S)
    mean_s = np.average(waits_s, weights=rates)
    assert mean_s == pytest.approx(mean_wait_mmc_s(servers, sum(rates), HOUR_S))
    assert waits_s == sorted(waits_s)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: mean_wait_mg1_s(1.0, HOUR_S, 1), "less than the 1 servers"),
        (lambda: mean_wait_mg1_s(0.5, HOUR_S, -1), "cv: .* got -1"),
        (lambda: mean_wait_by_priority_s(2, [0.5], HOUR_S, 0.5), "cv: expected 1 with several"),
        (lambda: varying_queue(2, np.full(WEEK, 2.0), HOUR_S), "load below the 2 servers, got 2"),
        (lambda: varying_queue(0, np.full(WEEK, 2.0), HOUR_S), "servers: .* got 0"),
        (lambda: varying_queue(1, np.full(24, 0.5), HOUR_S), "each of the 168 hours of a week"),
        (lambda: varying_queue(1, np.full(WEEK, -0.5), HOUR_S), "calls_per_hour: .* got -0.5 at"),
        (lambda: varying_queue(1, np.full(WEEK, math.nan), HOUR_S), "calls_per_hour: .* got nan"),
        (lambda: varying_queue(1, np.full(WEEK, 0.5), 0), "mean_busy_for_s: .* got 0"),
        (lambda: varying_queue(1, np.full(WEEK, 0.999), HOUR_S), "at most 4,096 calls in the sys"),
        (lambda: varying_queue(1, np.full(WEEK, 0.5), 1e-3), "at most 10,000 calls to come and"),
        (lambda: mean_wait_mg1_s(0.5, HOUR_S, 1e200), "cv: .* got 1e.200"),
        (lambda: calls_begun(1, 1, 1e-200), "cv: expected 0 .* got 1e-200"),
        (lambda: calls_begun(1e12, 1, 1), "length_for_s: expected at most 1,000,000 times"),
        (lambda: hypercube(np.array([-1.0, 3]), np.array([[0], [0]]), 1), "calls_per_hour: "),
        (lambda: nearest_team_mi(1, 0), "teams: .* got 0"),
        (lambda: nearest_team_mi(-1, 1), "area_sq_mi: .* got -1"),
        (lambda: mean_distance_mi(math.nan), "area_sq_mi: .* got nan"),
        (lambda: calls_begun(1, 0, 1), "mean_busy_for_s: .* got 0"),
        (lambda: calls_begun(-1, 1, 1), "length_for_s: .* got -1"),
        (lambda: hypercube(np.ones(1), np.array([[0, 0]]), 1), "each of the 2 teams once"),
        (lambda: hypercube(np.zeros(1), np.array([[0, 1]]), 1), "calls_per_hour: "),
        (lambda: hypercube(np.ones(1), np.arange(11)[None], 1), "at most 10 teams, got 11"),
        (
            lambda: hypercube(np.ones(1), np.array([[0]]), HOUR_S, waits=True),
            "less than the 1 servers",
        ),
    ],
)
def test_what_has_no_answer_is_refused_by_name(call, says):
    with pytest.raises(ValueError, match=says):
        call()


# --- rates that vary -----------------------------------------------------------------------------


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (12, 10.0), (17, 14.0)])
def test_a_constant_rate_gives_erlang_c(servers, load):
    queue = varying_queue(servers, np.full(WEEK, load), HOUR_S)
    assert queue.waits_share == pytest.approx(erlang_c(servers, load), rel=1e-6)
    wait_s = mean_wait_mmc_s(servers, load, HOUR_S)
    assert queue.waiting * HOUR_S / load == pytest.approx(wait_s, rel=1e-6)
    assert queue.busy == pytest.approx(load, rel=1e-9)


def test_many_servers_under_a_varying_rate_are_as_good_as_unlimited():
    rates = 3 + 2 * np.sin(np.arange(WEEK) * 2 * np.pi / 24)
    queue = varying_queue(60, rates, 2 * HOUR_S)
    assert queue.waits_share.max() < 1e-9
    # Means of the hour against its middle: they differ by the curvature within an hour.
    assert queue.busy == pytest.approx(busy_if_unlimited(rates, 2 * HOUR_S), rel=0.01)
    assert queue.busy.sum() == pytest.approx(rates.sum() * 2)


@pytest.mark.parametrize("mean_h", [2.0, 20.0, 100.0, 1e4, 1e6])
def test_busy_times_longer_than_a_week_count_in_the_hours_of_all_its_weeks(mean_h):
    """Exponential: of weeks k, the integral over an hour has the factor exp(-168 k / mean)."""
    rates = np.where(np.arange(168) < 84, 5.0, 0.0)
    edges = np.concatenate([[0.0], np.arange(0.5, 168)])
    of_first = -mean_h * np.diff(np.exp(-edges / mean_h), append=math.exp(-168 / mean_h))
    weights = of_first / -math.expm1(-168 / mean_h)
    ago = (np.arange(168)[:, None] - np.arange(169)) % 168
    found = busy_if_unlimited(rates, mean_h * HOUR_S)
    assert found == pytest.approx(rates[ago] @ weights, rel=1e-6)


def test_constant_and_widely_spread_busy_times_of_weeks_are_counted():
    rates = np.arange(168.0)
    two_weeks = busy_if_unlimited(rates, 2 * WEEK * HOUR_S, cv=0)
    assert two_weeks == pytest.approx(2 * rates.sum())
    half = busy_if_unlimited(rates, HOUR_S / 2, cv=0)
    assert half == pytest.approx(rates / 2)
    near = busy_if_unlimited(rates, 1.3 * HOUR_S, cv=1e-4)
    assert near == pytest.approx(busy_if_unlimited(rates, 1.3 * HOUR_S, cv=0), rel=1e-3, abs=1e-3)
    law = stats.gamma(1 / 9, scale=9 * 100)
    ago = np.arange(0, 168 * 60, 0.01) + 0.005
    rate = rates[np.floor(3.5 - ago).astype(int) % 168]
    spread = busy_if_unlimited(rates, 100 * HOUR_S, cv=3)[3]
    assert spread == pytest.approx(float((rate * law.sf(ago)).sum() * 0.01), rel=1e-3)


def test_no_load_is_negative_long_after_the_last_call():
    rates = np.where(np.arange(WEEK) < 24, 9.0, 0.0)
    for mean_s in (120, 600, 1_234, HOUR_S):
        load = busy_if_unlimited(rates, mean_s)
        assert load.min() >= 0
        assert np.isfinite(square_root_teams(load)).all()


def test_one_server_of_two_rates_by_matrix_exponentials():
    """The same differential equations, of at most 40 calls, solved by another method."""
    rates = np.where(np.arange(WEEK) % 24 < 12, 0.2, 0.7)
    n, day = 40, np.eye(41)
    ways = []
    for rate in (0.2, 0.7):
        q = np.diag(np.full(n, rate), 1) + np.diag(np.full(n, 1.0), -1)
        np.fill_diagonal(q, -q.sum(axis=1))
        ways.append(linalg.expm(q / 100))
        day = day @ np.linalg.matrix_power(ways[-1], 1200)
    state = np.linalg.matrix_power(day, 50)[0]
    path = [state]
    for _ in range(100):
        path.append(path[-1] @ ways[0])
    busy = integrate.simpson(1 - np.array(path)[:, 0], dx=0.01)
    assert varying_queue(1, rates, HOUR_S).waits_share[0] == pytest.approx(busy, rel=1e-5)


@pytest.mark.parametrize("load", [0.9, 0.99])
def test_a_queue_that_takes_months_to_settle_is_solved_all_the_same(load):
    queue = varying_queue(1, np.full(WEEK, load), HOUR_S)
    assert queue.waits_share == pytest.approx(load, rel=1e-6)
    assert queue.waiting == pytest.approx(load**2 / (1 - load), rel=1e-6)


def test_a_nearly_full_queue_of_a_varying_rate_serves_all_that_comes():
    """In its periodic state as many calls are served a week as come, also if weeks hardly differ.

    The line at the end of the week is the one at its start, plus what came, less what was served.
    """
    rates = 0.97 * (1 + 0.6 * np.sin(np.arange(WEEK) * 2 * np.pi / 24))
    queue = varying_queue(1, rates, HOUR_S)
    assert queue.busy.mean() == pytest.approx(rates.mean(), rel=1e-7)
    by_day = queue.waiting.reshape(7, 24)
    assert by_day == pytest.approx(np.tile(by_day[0], (7, 1)), rel=1e-6)


def test_a_week_that_does_not_repeat_itself_is_an_error(monkeypatch):
    monkeypatch.setattr(varying, "MOST_WEEKS", 2)
    rates = np.where(np.arange(WEEK) < 84, 1.7, 0.1)
    with pytest.raises(ValueError, match="repeats itself every week, got none within 2 weeks"):
        varying_queue(1, rates, HOUR_S)


def test_without_calls_no_server_is_busy():
    queue = varying_queue(2, np.zeros(WEEK), HOUR_S)
    assert max(queue.waits_share.max(), queue.waiting.max(), queue.busy.max()) < 1e-90


# --- the hypercube -------------------------------------------------------------------------------


def test_two_teams_by_hand():
    """Larson and Odoni's two-unit system with loss: four states, balanced in fractions."""
    one, two = Fraction(3, 10), Fraction(9, 10)
    total = one + two
    first = (one + total**2 / 2) / (1 + total)  # unit 1 busy alone, as a multiple of none busy
    second = (two + total**2 / 2) / (1 + total)
    both = total**2 / 2
    none = 1 / (1 + first + second + both)
    cube = hypercube(np.array([0.3, 0.9]), np.array([[0, 1], [1, 0]]), HOUR_S)
    assert cube.blocked_share == pytest.approx(float(both * none))
    workload = [float((first + both) * none), float((second + both) * none)]
    assert cube.workload == pytest.approx(workload)
    own = float((none + second * none) * one / total)
    assert cube.dispatch[0, 0] == pytest.approx(own)
    other = float((first * none * one + second * none * two) / total / (1 - both * none))
    assert cube.other_share(np.array([0, 1])) == pytest.approx(other)


@st.composite
def towns(draw, most=6):
    teams, districts = draw(st.integers(1, most)), draw(st.integers(1, 8))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    orders = np.array([rng.permutation(teams) for _ in range(districts)])
    return rng.uniform(0.1, 1, districts) * teams * draw(st.floats(0.2, 0.9)) / districts, orders


@settings(max_examples=40, deadline=None)
@given(towns(), st.booleans())
def test_who_is_told_apart_does_not_change_how_many_are_busy(town, waits):
    """All teams together are M/M/N: Erlang B or C; and each works off what it is sent."""
    rates, orders = town
    teams, load = orders.shape[1], rates.sum()
    cube = hypercube(rates, orders, HOUR_S, waits=waits)
    blocked = erlang_c(teams, load) if waits else erlang_b(teams, load)
    assert cube.blocked_share == pytest.approx(blocked)
    assert cube.workload.sum() == pytest.approx(load if waits else load * (1 - blocked))
    assert cube.dispatch.sum(axis=0) * load == pytest.approx(cube.workload)
    assert cube.dispatch.sum(axis=1) == pytest.approx(rates / load * (1 if waits else 1 - blocked))


@settings(max_examples=40, deadline=None)
@given(towns(), st.booleans())
def test_the_approximation_is_near_and_exact_in_all(town, waits):
    rates, orders = town
    exact, near = (
        solve(rates, orders, HOUR_S, waits=waits) for solve in (hypercube, hypercube_approximation)
    )
    assert near.blocked_share == pytest.approx(exact.blocked_share)
    assert near.workload.sum() == pytest.approx(exact.workload.sum())
    assert np.abs(near.workload - exact.workload).max() < 0.05
    assert near.dispatch.sum(axis=1) == pytest.approx(exact.dispatch.sum(axis=1))


@pytest.mark.parametrize("waits", [False, True])
def test_teams_in_turn_for_equal_districts_are_all_as_busy(waits):
    orders = (np.arange(8)[:, None] + np.arange(8)) % 8
    for solve in (hypercube, hypercube_approximation):
        cube = solve(np.full(8, 0.7), orders, HOUR_S, waits=waits)
        assert np.ptp(cube.workload) < 1e-9


# --- places and duties ---------------------------------------------------------------------------


def test_constants_of_distance_are_those_of_larson_and_odoni():
    assert nearest_team_mi(1, 1, straight=True) == 0.5
    assert nearest_team_mi(1, 1) == pytest.approx(0.627, abs=5e-4)
    assert mean_distance_mi(9) == pytest.approx(2)
    assert mean_distance_mi(1, straight=True) == pytest.approx(0.5214, abs=5e-5)


@pytest.mark.parametrize(("straight", "area"), [(True, math.pi), (False, 2.0)])
def test_the_nearest_team_is_the_integral_of_none_within(straight, area):
    mean, _ = integrate.quad(lambda r: math.exp(-4 / 25 * area * r**2), 0, 100)
    assert nearest_team_mi(25, 4, straight=straight) == pytest.approx(mean)


def test_the_mean_distance_of_two_points_is_its_integral():
    def density(d):  # of one coordinate's difference
        return 2 * (1 - d)

    mean, _ = integrate.dblquad(lambda y, x: math.hypot(x, y) * density(x) * density(y), 0, 1, 0, 1)
    assert mean_distance_mi(1, straight=True) == pytest.approx(mean, rel=1e-6)


def test_calls_of_a_duty_in_closed_form():
    """Poisson; gamma of shape 2, m(t) = t/S - 1/4 + exp(-4 t/S)/4 (Cox 1962); whole constants."""
    assert calls_begun(8, 1, 1) == pytest.approx(9)
    assert calls_begun(8, 4, 0.5**0.5) == pytest.approx(1 + 2 - (1 - math.exp(-8)) / 4)
    assert [calls_begun(length, 50, 0) for length in (0, 49, 51, 480)] == [1, 1, 2, 10]
    assert overrun_s(480, 50, 0) == 20
    assert overrun_s(8 * HOUR_S, HOUR_S, 1) == pytest.approx(HOUR_S)
