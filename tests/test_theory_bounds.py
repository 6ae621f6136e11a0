"""Figures that the formulas cannot answer are refused in one line that names them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.model.theory import (
    busy_if_unlimited,
    erlang_a,
    erlang_b,
    erlang_c,
    give_up_shares,
    square_root_teams,
)

HOUR_S = 3_600
WEEK = np.ones(168)
NEGATIVE = np.where(np.arange(168) == 7, -2.0, 1.0)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: erlang_a(-1, 1.0, 1.0, 1.0), "servers: .* got -1"),
        (lambda: erlang_a(2.5, 1.0, 1.0, 1.0), "servers: .* got 2.5"),
        (lambda: erlang_a(1, -1.0, 1.0, 1.0), "calls_per_hour: .* got -1"),
        (lambda: erlang_a(1, math.nan, 1.0, 1.0), "calls_per_hour: .* got nan"),
        (lambda: erlang_a(1, 1.0, 0, 1.0), "mean_busy_for_s: .* got 0"),
        (lambda: erlang_a(1, 1.0, 1.0, math.inf), "mean_patience_s: .* got inf"),
        (lambda: erlang_a(14, 7.0, 7_200, 1e30), "mean_patience_s: .* at most 4,194,304 calls"),
        (lambda: erlang_b("5", 3), "servers: .* got '5'"),
        (lambda: erlang_c(None, 3), "servers: .* got None"),
        (lambda: erlang_b(5, "3"), "offered_load: .* got '3'"),
        (lambda: erlang_b(10**9, 3), "servers: .* up to 1,000,000, got 1000000000"),
        (lambda: give_up_shares([-1], [1.0], 1, 1), "servers: .* got -1 at index 0"),
        (lambda: give_up_shares([1, 2.5], [1, 1], 1, 1), "servers: .* got 2.5 at index 1"),
        (lambda: give_up_shares([10**9], [1.0], 1, 1), "servers: .* from 0 to 10,000, got"),
        (lambda: give_up_shares([1], [-1.0], 1, 1), "calls_per_hour: .* got -1 at index 0"),
        (lambda: give_up_shares([1], [math.nan], 1, 1), "calls_per_hour: .* got nan at index 0"),
        (lambda: give_up_shares([1, 2], [1.0], 1, 1), "one rate for each of the 2 servers, got 1"),
        (lambda: give_up_shares([1], [1.0], 1, 0), "mean_patience_s: .* got 0"),
        (lambda: give_up_shares([1], [1.0], -1, 1), "mean_busy_for_s: .* got -1"),
        (lambda: busy_if_unlimited(np.ones(24), 1), "each of the 168 hours of a week, got 24"),
        (lambda: busy_if_unlimited(np.ones((7, 24)), 1), r"one row of numbers, got shape \(7, 24"),
        (lambda: busy_if_unlimited(NEGATIVE, 1), "calls_per_hour: .* got -2 at index 7"),
        (lambda: busy_if_unlimited(["a"], 1), "calls_per_hour: expected one row of numbers"),
        (lambda: busy_if_unlimited(WEEK, 0), "mean_busy_for_s: .* got 0"),
        (lambda: busy_if_unlimited(WEEK, 1, -1), "cv: .* got -1"),
        (lambda: busy_if_unlimited(WEEK, 1, 1e-200), "cv: expected 0 .* got 1e-200"),
        (lambda: square_root_teams([-1.0]), "offered_load: .* got -1 at index 0"),
        (lambda: square_root_teams([1.0], math.nan), "quality: .* got nan"),
    ],
)
def test_figures_out_of_bounds_are_named(call, says):
    with pytest.raises(ValueError, match=says) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("servers", [5.0, np.int32(5), np.float64(5)])
def test_whole_numbers_of_servers_of_any_type_are_the_same(servers):
    assert erlang_b(servers, 3) == erlang_b(5, 3)
    assert erlang_c(servers, 3) == erlang_c(5, 3)
    assert erlang_a(servers, 3, HOUR_S, HOUR_S) == erlang_a(5, 3, HOUR_S, HOUR_S)
