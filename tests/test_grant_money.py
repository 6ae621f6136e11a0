"""Who pays what under a grant, to the cent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.money.grant import (
    Shares,
    apportioned,
    by_cost,
    cents,
    grant_shares,
    in_order,
    summed,
    year_shares,
)

amounts = st.integers(0, 10**9)
shares = st.floats(0, 1).map(lambda x: round(x, 4))


def test_the_published_ceiling_in_equal_thirds_is_764_000_with_its_match():
    third = 18_333_333  # cents of $550,000, and one over in the last year
    costs = [22_916_666, 22_916_666, 30_555_557]  # what 20, 20 and 40% of match make of them
    found = grant_shares(costs, [0.2, 0.2, 0.4], cents(550_000), evenly=False)
    assert [year.federal for year in found] == [third, third, third + 1]
    assert summed(found).federal == 55_000_000
    assert summed(found).local == 0
    assert sum(costs) / 100 == pytest.approx(764_000, abs=500)


def test_the_ceiling_binds_in_the_third_year():
    # 200,000 x 80% twice is 320,000 of 400,000; of the third year's 180,000 there are 80,000 left
    costs = [20_000_000, 20_000_000, 30_000_000]
    one, two, three = grant_shares(costs, [0.2, 0.2, 0.4], 40_000_000, evenly=False)
    assert one == two == Shares(16_000_000, 4_000_000, 0)
    assert three == Shares(8_000_000, 5_333_333, 16_666_667)  # 80,000 x 0.4 / 0.6 match


def test_without_a_ceiling_nothing_is_local():
    assert year_shares(100_01, 0.2, None) == Shares(8001, 2000, 0)


def test_a_match_of_all_leaves_the_federal_side_nothing():
    assert year_shares(12_345, 1.0, 99_999) == Shares(0, 12_345, 0)
    assert year_shares(12_345, 0.0, 99_999) == Shares(12_345, 0, 0)


def test_a_cent_goes_to_the_largest_remainder_and_then_to_the_first():
    assert apportioned(100, [1, 1, 1]) == [34, 33, 33]
    assert apportioned(10, [1, 2, 4]) == [1, 3, 6]  # 1.43, 2.86, 5.71
    assert apportioned(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="got none"):
        apportioned(1, [0])


def test_costs_in_order_are_shared_until_the_year_s_share_is_spent():
    year = Shares(80, 20, 200)  # 100 of 300 are shared
    assert in_order([0, 60, 140, 100], year) == [
        Shares(0, 0, 0),
        Shares(48, 12, 0),
        Shares(32, 8, 100),
        Shares(0, 0, 100),
    ]


def test_costs_side_by_side_are_shared_alike():
    assert by_cost([150, 150], Shares(80, 20, 200)) == [Shares(40, 10, 100)] * 2


def test_drawn_evenly_every_match_applies_to_a_third_of_the_ceiling():
    found = grant_shares([50_000_000] * 3, [0.2, 0.2, 0.4], cents(550_000), evenly=True)
    assert [year.federal for year in found] == [18_333_333, 18_333_333, 18_333_334]
    assert summed(found).match == 21_388_889  # 45,833.33 twice, and 122,222.23


def test_what_a_year_cannot_use_is_left_to_the_later_ones():
    # of 400 a year's third is 133; the first uses 80 of it, and the others 160 each
    found = grant_shares([100, 1_000, 1_000], [0.2, 0.2, 0.2], 400, evenly=True)
    assert [year.federal for year in found] == [80, 160, 160]


@given(
    st.lists(amounts, min_size=3, max_size=3),
    st.lists(shares, min_size=3, max_size=3),
    amounts,
    st.booleans(),
)
def test_no_cent_is_lost_and_the_ceiling_holds(costs, matches, ceiling, evenly):
    found = grant_shares(costs, matches, ceiling, evenly=evenly)
    assert [year.total for year in found] == costs
    assert all(min(year) >= 0 for year in found)
    assert summed(found).federal <= ceiling


@given(st.lists(amounts, min_size=1, max_size=12), shares, amounts)
def test_parts_of_a_year_sum_to_its_sides_and_to_their_own_costs(costs, match, ceiling):
    year = year_shares(sum(costs), match, ceiling)
    for parts in (in_order(costs, year), by_cost(costs, year)):
        assert summed(parts) == year
        assert [part.total for part in parts] == costs
        assert all(min(part) >= 0 for part in parts)
