"""Closed forms against their sums and published tables; the engines against closed forms.

Every comparison asserts that theory lies in the 99.9% Student interval of the mean over
independent replications, and that this interval is narrow enough to see an error of a few percent.
The compiled engine runs them all; SimPy runs the first calls of the first, and has to agree with it
in every second.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.model.ledger.record import first_difference
from sim.model.simulation import Engine, simulate
from sim.model.theory import (
    busy_if_unlimited,
    erlang_a,
    erlang_b,
    erlang_c,
    give_up_shares,
    mean_wait_mmc_s,
    offered_load_erlang,
    square_root_teams,
    utilization,
    wait_exceeds_mmc,
)
from sim.model.world import first_rows
from sim.schema import NONE, Calls, Ledger, Status
from tests.worlds import funnel, make_calls, make_world, plain_worlds, posts

HOUR_S = 3_600
MEAN_S = 3_000.0  # so long that rounding to whole seconds moves nothing by a thousandth
N_CALLS, N_SIMPY = 60_000, 10_000  # calls of one replication
FORGOTTEN = 200  # calls after which the empty start is forgotten

# --- closed forms --------------------------------------------------------------------------------


def erlang_b_by_sum(servers: int, load: Fraction) -> Fraction:
    terms = [load**n / math.factorial(n) for n in range(servers + 1)]
    return terms[-1] / sum(terms)


def erlang_c_by_sum(servers: int, load: Fraction) -> Fraction:
    waiting = load**servers / math.factorial(servers) * servers / (servers - load)
    return waiting / (sum(load**n / math.factorial(n) for n in range(servers)) + waiting)


@pytest.mark.parametrize(
    ("servers", "load"), [(1, "1/2"), (2, "3"), (5, "3"), (10, "7"), (30, "29")]
)
def test_erlang_b_is_the_truncated_poisson(servers, load):
    exact = float(erlang_b_by_sum(servers, Fraction(load)))
    assert erlang_b(servers, float(Fraction(load))) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize(
    ("servers", "load"), [(1, "1/2"), (2, "1"), (5, "3"), (10, "7"), (30, "29")]
)
def test_erlang_c_is_its_sum(servers, load):
    exact = float(erlang_c_by_sum(servers, Fraction(load)))
    assert erlang_c(servers, float(Fraction(load))) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize(("servers", "load"), [(5, 1.361), (10, 4.461), (20, 12.03), (100, 84.06)])
def test_erlang_b_of_the_traffic_tables_at_one_percent(servers, load):
    assert erlang_b(servers, load) == pytest.approx(0.01, rel=2e-3)


def test_small_systems_in_closed_form():
    assert erlang_b(5, 3.0) == pytest.approx(0.1101, abs=5e-5)
    assert erlang_b(0, 3.0) == 1
    assert erlang_b(3, 0.0) == 0
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert erlang_c(2, 1.2) == pytest.approx(2 * 0.6**2 / 1.6)
    assert mean_wait_mmc_s(1, 1.0, 1_800.0) == pytest.approx(1_800.0)


@pytest.mark.parametrize(("servers", "load"), [(10_000, 9_900.0), (10_000, 10_500.0), (500, 5.0)])
def test_erlang_b_is_stable_for_many_servers(servers, load):
    log_b = stats.poisson.logpmf(servers, load) - stats.poisson.logcdf(servers, load)
    assert erlang_b(servers, load) == pytest.approx(math.exp(log_b), rel=1e-8)


@given(st.integers(1, 200), st.floats(0.01, 300))
def test_erlang_b_falls_with_servers_and_rises_with_load(servers, load):
    lost = erlang_b(servers, load)
    assert 0 <= lost <= 1
    assert erlang_b(servers + 1, load) < lost or lost == 0
    assert erlang_b(servers, load * 1.01) > lost or lost == 0


@given(st.integers(1, 100), st.floats(0.01, 0.99))
def test_more_calls_wait_than_would_be_lost(servers, busy):
    load = servers * busy
    assert erlang_b(servers, load) <= erlang_c(servers, load) <= 1


@given(st.integers(1, 20), st.floats(0.05, 0.95), st.floats(60, 20_000))
def test_mean_wait_is_the_area_under_the_tail(servers, busy, mean_busy_for_s):
    calls_per_hour = busy * servers * HOUR_S / mean_busy_for_s

    def tail(waits):
        return wait_exceeds_mmc(servers, calls_per_hour, mean_busy_for_s, waits * mean_busy_for_s)

    area, _ = integrate.quad(tail, 0, np.inf)
    mean_s = mean_wait_mmc_s(servers, calls_per_hour, mean_busy_for_s)
    assert mean_s == pytest.approx(area * mean_busy_for_s, rel=1e-6)


def test_load_and_utilization_have_their_units():
    assert offered_load_erlang(2.5, 5_400.0) == 3.75
    assert utilization(5, 2.5, 5_400.0) == 0.75
    assert wait_exceeds_mmc(5, 2.5, 5_400.0, 0.0) == erlang_c(5, 3.75)


def test_without_calls_or_work_nobody_waits():
    assert mean_wait_mmc_s(2, 0.0, 3_600.0) == 0
    assert mean_wait_mmc_s(2, 5.0, 0.0) == 0
    assert wait_exceeds_mmc(2, 5.0, 0.0, 0.0) == 0


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: erlang_b(-1, 1.0), "servers: .* got -1"),
        (lambda: erlang_b(1.5, 1.0), "servers: .* got 1.5"),
        (lambda: erlang_b(2, -0.1), "offered_load: .* got -0.1"),
        (lambda: erlang_b(2, math.nan), "offered_load: .* got nan"),
        (lambda: erlang_b(2, math.inf), "offered_load: .* got inf"),
        (lambda: erlang_c(0, 0.0), "servers: .* got 0"),
        (lambda: erlang_c(2, 2.0), "less than the 2 servers"),
        (lambda: mean_wait_mmc_s(2, 3.0, 3_600.0), "less than the 2 servers"),
        (lambda: mean_wait_mmc_s(2, -1.0, 3_600.0), "calls_per_hour"),
        (lambda: mean_wait_mmc_s(2, 1.0, -3_600.0), "mean_busy_for_s"),
        (lambda: wait_exceeds_mmc(2, 1.0, 3_600.0, -1.0), "wait_for_s"),
        (lambda: utilization(0, 1.0, 3_600.0), "servers: .* got 0"),
    ],
)
def test_bad_arguments_are_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()


@pytest.mark.parametrize(("servers", "load"), [(0, 2.0), (1, 0.5), (12, 15.0), (17, 14.0)])
def test_erlang_a_is_poisson_where_patience_is_as_long_as_service(servers, load):
    answer = erlang_a(servers, load, HOUR_S, HOUR_S)
    busy = stats.poisson(load)
    assert answer.waits_share == pytest.approx(busy.sf(servers - 1), rel=1e-9)
    waiting = busy.expect(lambda n: np.maximum(n - servers, 0))
    assert answer.gives_up_share == pytest.approx(waiting / load, rel=1e-9)


@pytest.mark.parametrize(("servers", "load"), [(5, 3.0), (12, 10.0), (17, 14.0)])
def test_erlang_a_lies_between_erlang_b_and_erlang_c(servers, load):
    no_patience = erlang_a(servers, load, HOUR_S, HOUR_S * 1e-7)
    assert no_patience.gives_up_share == pytest.approx(erlang_b(servers, load), rel=1e-4)
    all_patience = erlang_a(servers, load, HOUR_S, HOUR_S * 1e7)
    assert all_patience.waits_share == pytest.approx(erlang_c(servers, load), rel=1e-3)


@given(st.integers(0, 60), st.floats(0.1, 50), st.floats(0.02, 50))
def test_in_erlang_a_no_call_is_lost_twice(servers, load, patience_h):
    answer = erlang_a(servers, load, HOUR_S, patience_h * HOUR_S)
    more = erlang_a(servers + 1, load, HOUR_S, patience_h * HOUR_S)
    assert 0 <= answer.gives_up_share <= answer.waits_share <= 1 + 1e-12
    assert more.gives_up_share <= answer.gives_up_share + 1e-12
    served = (1 - answer.gives_up_share) * load  # teams busy: no more than there are
    assert served <= servers + 1e-9


def test_in_erlang_a_nobody_waits_where_no_call_comes():
    assert erlang_a(1, 0.0, HOUR_S, HOUR_S) == (0, 0, 0)
    assert erlang_b(5, 0.0) == erlang_c(5, 0.0) == give_up_shares([5], [0.0], 1, 1)[0] == 0


def test_a_line_of_a_million_calls_is_the_balance_of_its_rates():
    """100 erlang for 12 servers: 88 of 100 calls give up, and 44 an hour wait as long as they can.

    With a patience that a state for each call still solves, both ways say the same.
    """
    answer = erlang_a(12, 50, 7_200, 1e10)
    assert answer == pytest.approx((1, 0.88, 0.88 * 1e10))
    by_states, by_rates = (erlang_a(12, 50, 7_200, hours * HOUR_S) for hours in (2.2e4, 2.3e4))
    assert by_states.waits_share == pytest.approx(by_rates.waits_share, rel=1e-12)
    assert by_states.gives_up_share == pytest.approx(by_rates.gives_up_share, rel=1e-9)
    assert by_states.wait_mean_s / 2.2 == pytest.approx(by_rates.wait_mean_s / 2.3, rel=1e-9)


@given(st.lists(st.tuples(st.integers(0, 40), st.floats(0, 30)), max_size=20), st.floats(0.1, 20))
def test_shares_that_give_up_are_those_of_erlang_a(cases, patience_h):
    servers, rates = [each[0] for each in cases], [each[1] for each in cases]
    found = give_up_shares(servers, rates, HOUR_S, patience_h * HOUR_S)
    alone = [erlang_a(*case, HOUR_S, patience_h * HOUR_S).gives_up_share for case in cases]
    assert found == pytest.approx(alone, abs=1e-9)


@given(st.floats(0.1, 5), st.floats(0.3, 2), st.integers(0, 167))
@settings(max_examples=20)
def test_busy_teams_under_a_varying_rate_are_the_integral(mean_h, cv, hour):
    rates = 1 + np.cos(np.arange(168) * 2 * np.pi / 24)
    found = busy_if_unlimited(rates, mean_h * HOUR_S, cv)
    assert found.mean() == pytest.approx(rates.mean() * mean_h, rel=1e-6)
    law = stats.gamma(cv**-2, scale=mean_h * cv**2)
    ago = np.arange(0, 168, 0.005) + 0.0025
    rate = rates[np.floor(hour + 0.5 - ago).astype(int) % 168]
    assert found[hour] == pytest.approx(float((rate * law.sf(ago)).sum() * 0.005), rel=5e-3)


def test_the_square_root_rule_adds_the_root():
    assert square_root_teams(np.array([0.0, 9.0]), 2.0).tolist() == [0.0, 15.0]


# --- the engine against theory -------------------------------------------------------------------


def assert_theory_inside(samples, theory: float) -> None:
    """Theory is in the 99.9% interval of the mean, which reaches less than 4% to either side."""
    half = stats.t.ppf(0.9995, len(samples) - 1) * stats.sem(samples)
    assert half < 0.04 * theory
    assert abs(np.mean(samples) - theory) < half


def poisson_calls(rng, load: float, **columns) -> Calls:
    """Calls that offer so many erlangs at a mean busy time of MEAN_S."""
    received_at_s = np.cumsum(rng.exponential(MEAN_S / load, N_CALLS)).astype(np.int64)
    return make_calls(N_CALLS, received_at_s=received_at_s, **columns)


def exponential(rng, mean_s: float = MEAN_S):
    return np.rint(rng.exponential(mean_s, N_CALLS))


def drained(calls: Calls, servers: int, engine: Engine = "simpy") -> Ledger:
    """Ledger of a run that goes on until the last call is over."""
    busy_s = calls.on_scene_for_s_by_kind[0] + calls.turnout_for_s + calls.report_for_s
    horizon_s = int(busy_s.sum() + calls.received_at_s[-1]) + 1
    return simulate(make_world(calls, posts(servers, horizon_s), horizon_s), engine)


def waits_of(calls: Calls, ledger: Ledger):
    """Seconds from dispatchable to assigned; every call has a trip."""
    assert (ledger.calls.trip != NONE).all()
    return ledger.trips.assigned_at_s[ledger.calls.trip] - ledger.calls.dispatchable_at_s


def replications(seed: int, servers: int, draw, observe):
    """What is observed of each replication's calls and ledger; shape (replications, figures)."""
    rows = []
    for replication in range(60):
        calls = draw(np.random.default_rng([seed, servers, replication]))
        if replication == 0:
            start = first_rows(calls, N_SIMPY)
            one, other = drained(start, servers, "simpy"), drained(start, servers, "compiled")
            assert first_difference(one, other) is None
        rows.append(observe(calls, drained(calls, servers, "compiled")))
    return np.array(rows).T


@pytest.mark.parametrize(("servers", "load"), [(1, 0.4), (2, 1.0), (3, 1.8), (8, 5.6)])
def test_waits_are_those_of_erlang_c(servers, load):
    long_s = MEAN_S / servers

    def draw(rng):
        return poisson_calls(rng, load, on_scene_for_s_by_kind=exponential(rng))

    def observe(calls, ledger):
        waited = waits_of(calls, ledger)[FORGOTTEN:]
        return waited.mean(), (waited > 0).mean(), (waited > long_s).mean()

    mean, waiting, longer = replications(41, servers, draw, observe)
    per_hour = load * HOUR_S / MEAN_S
    assert_theory_inside(mean, mean_wait_mmc_s(servers, per_hour, MEAN_S))
    assert_theory_inside(waiting, erlang_c(servers, load))
    assert_theory_inside(longer, wait_exceeds_mmc(servers, per_hour, MEAN_S, long_s))


@pytest.mark.parametrize("cv", [0.0, 0.6, 1.5])
def test_loss_is_that_of_erlang_b_whatever_the_busy_time(cv):
    """Insensitivity: a constant and a lognormal time on scene lose the same share."""
    servers, load = 5, 3.0
    sigma = math.sqrt(math.log1p(cv**2))

    def draw(rng):
        on_scene_for_s = rng.lognormal(math.log(MEAN_S) - sigma**2 / 2, sigma, N_CALLS)
        return poisson_calls(
            rng, load, on_scene_for_s_by_kind=np.rint(on_scene_for_s), withdrawn_for_s=0
        )

    def observe(_, ledger):
        assert set(ledger.calls.status) <= {Status.SERVED, Status.MISSED_BUSY}
        return ((ledger.calls.status[FORGOTTEN:] == Status.MISSED_BUSY).mean(),)

    (lost,) = replications(42 + int(cv * 10), servers, draw, observe)
    assert_theory_inside(lost, erlang_b(servers, load))


@pytest.mark.parametrize("clock", ["withdrawn_for_s", "patrol_settles_for_s"])
def test_impatient_calls_are_lost_as_by_erlang_a(clock):
    """M/M/c with exponential patience, by the stationary law of its birth and death process."""
    servers, load = 4, 3.6

    def draw(rng):
        return poisson_calls(
            rng,
            load,
            on_scene_for_s_by_kind=exponential(rng),
            **{clock: exponential(rng, 2 * MEAN_S)},
        )

    def observe(_, ledger):
        return ((ledger.calls.status[FORGOTTEN:] == Status.MISSED_BUSY).mean(),)

    (lost,) = replications(43, servers, draw, observe)
    weights = [1.0]
    for number in range(1, 200):  # ways out of state `number`: served, or gone after 2 means
        out = min(number, servers) + max(number - servers, 0) / 2
        weights.append(weights[-1] * load / out)
    queue = sum(max(k - servers, 0) * weight for k, weight in enumerate(weights)) / sum(weights)
    assert_theory_inside(lost, queue / 2 / load)


@pytest.mark.parametrize(("cv_squared", "servers"), [(0, 1), (1, 1), (1, 3)])
def test_waits_by_priority_are_cobhams(cv_squared, servers):
    """Two classes, none interrupted: W_k = R / ((1 - s_(k-1)) (1 - s_k)) (Cobham 1954).

    R is the mean time until a team is free when all are busy, as often as they are; by Pollaczek
    and Khinchine load x mean x (1 + cv^2) / 2 for one team.
    """
    load, urgent = 0.5 * servers, 0.2 * servers

    def draw(rng):
        return poisson_calls(
            rng,
            load,
            on_scene_for_s_by_kind=exponential(rng) if cv_squared else MEAN_S,
            priority=np.where(rng.random(N_CALLS) < urgent / load, 1, 2),
        )

    def observe(calls, ledger):
        waited, priority = waits_of(calls, ledger), calls.priority[FORGOTTEN:]
        return [waited[FORGOTTEN:][priority == each].mean() for each in (1, 2)]

    first, second = replications(50 + cv_squared, servers, draw, observe)
    rest_s = erlang_c(servers, load) * MEAN_S / servers * (1 + cv_squared) / 2
    assert_theory_inside(first, rest_s / (1 - urgent / servers))
    assert_theory_inside(second, rest_s / (1 - urgent / servers) / (1 - load / servers))


@settings(max_examples=200, deadline=None)
@given(
    servers=st.integers(1, 4),
    gaps=st.lists(st.integers(0, 6), min_size=1, max_size=25),
    data=st.data(),
)
def test_waits_are_those_of_kiefer_and_wolfowitz_to_the_second(servers, gaps, data):
    """G/G/c, first come first served: a call waits for the first server to run out of work."""
    works = st.lists(st.integers(0, 20), min_size=len(gaps), max_size=len(gaps))
    work_s = data.draw(works)
    calls = make_calls(
        len(gaps), received_at_s=np.cumsum(gaps), turnout_for_s=1, on_scene_for_s_by_kind=work_s
    )
    left_s, expected = [0] * servers, []
    for gap_s, busy_s in zip(gaps, work_s, strict=True):
        left_s = sorted(max(left - gap_s, 0) for left in left_s)
        expected.append(left_s[0])
        left_s[0] += busy_s + 1
    assert waits_of(calls, drained(calls, servers)).tolist() == expected


# --- Little's law, to the second -----------------------------------------------------------------


def in_system(world, ledger: Ledger):
    """Calls waiting or with a team in each second, from trips and from clocks; shape (horizon,)."""
    change = np.zeros(world.window.horizon_s + 1, np.int64)
    calls, trips = ledger.calls, ledger.trips
    for call in np.flatnonzero(calls.dispatchable_at_s != NONE).tolist():
        mine = np.flatnonzero(trips.call == call)
        gives_up = calls.ended_at_s[call]
        change[calls.dispatchable_at_s[call]] += 1
        change[trips.assigned_at_s[mine[0]] if mine.size else gives_up] -= 1
    np.add.at(change, trips.assigned_at_s, 1)
    np.add.at(change, trips.end_at_s, -1)
    return np.cumsum(change)


@settings(max_examples=150, deadline=None)
@given(plain_worlds())
def test_littles_law_holds_to_the_second_on_a_drained_run(world):
    """The time integral of the number in system is the sum of sojourns, in whole seconds.

    The one is swept from the queue's and the teams' stamps, the other is the calls' own; what teams
    did is also held against the totals of duties.
    """
    late_s = 5_000
    patient = world.calls._replace(
        withdrawn_for_s=np.minimum(world.calls.withdrawn_for_s, 100),
        patrol_settles_for_s=np.minimum(world.calls.patrol_settles_for_s, 100),
    )
    world = world._replace(
        calls=patient,
        window=world.window._replace(horizon_s=late_s),
        policy=world.policy._replace(funnel_ppm=funnel(types=2)),
    )
    ledger = simulate(world)
    calls, trips = ledger.calls, ledger.trips
    asked = calls.dispatchable_at_s != NONE
    assert not (calls.status == Status.UNFINISHED).any()
    sojourn_s = (calls.ended_at_s - calls.dispatchable_at_s)[asked].sum()
    number = in_system(world, ledger)
    assert number[-1] == 0
    assert number.sum() == sojourn_s
    waited_s = sojourn_s - (trips.end_at_s - trips.assigned_at_s).sum()
    assert ledger.duties.busy_for_s.sum() + waited_s == number.sum()


def test_busy_seconds_are_offered_load_when_none_is_lost():
    """Little's law for the teams alone: all that is offered is carried, second for second."""
    rng = np.random.default_rng(45)
    calls = poisson_calls(
        rng, 2.0, turnout_for_s=60, on_scene_for_s_by_kind=exponential(rng), report_for_s=600
    )
    offered_s = calls.on_scene_for_s_by_kind[0].sum() + 660 * N_CALLS
    assert drained(calls, 4, "compiled").duties.busy_for_s.sum() == offered_s
