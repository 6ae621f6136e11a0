"""Systems of like servers under a constant rate: Erlang B, C and A.

Calls lost when all are busy (Erlang B) and calls that wait, first come first served (Erlang C), are
in Erlang (1917), Cooper (1981, Introduction to Queueing Theory, chapter 3) and Gross and Harris
(1998, Fundamentals of Queueing Theory, chapter 2); calls that wait and give up (Erlang A) in Palm
(1957) and Garnett, Mandelbaum and Reiman (2002, Manufacturing & Service Operations Management 4,
208).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.arrays import Array, Floats, Ints
from sim.clock import HOUR_S
from sim.model.theory.checks import (
    LEAST,
    check_not_negative,
    check_positive,
    check_servers,
    checked_rates,
    checked_servers,
)

SMALL = 1e-12  # probability of a state beyond which no more are looked at
MOST_STATES = 2**22  # of one system
MOST_AT_ONCE = 10_000  # servers of a system, where several are solved side by side
LONG_LINE = 1_000_000  # mean calls waiting from which on no server is free, if they are sure to
SURE = 10.0  # standard deviations of the line: an empty one has a probability below 1e-21


def offered_load_erlang(calls_per_hour: float, mean_busy_for_s: float) -> float:
    """Offered load: mean number of servers busy if there were always one free.

    Parameters
    ----------
    calls_per_hour
        Mean calls an hour, zero or more.
    mean_busy_for_s
        Mean seconds a call keeps a server busy (assigned to clear), zero or more.

    Raises
    ------
    ValueError
        If a figure is negative or not finite.
    """
    check_not_negative("calls_per_hour", calls_per_hour)
    check_not_negative("mean_busy_for_s", mean_busy_for_s)
    return calls_per_hour * mean_busy_for_s / HOUR_S


def utilization(servers: int, calls_per_hour: float, mean_busy_for_s: float) -> float:
    """Share of time a server is busy when no call is lost; one or more means it cannot keep up.

    Raises
    ------
    ValueError
        If there is no server, or a figure is negative or not finite.
    """
    servers = check_servers(servers, at_least=1)
    return offered_load_erlang(calls_per_hour, mean_busy_for_s) / servers


def erlang_b(servers: int, offered_load: float) -> float:
    """Share of calls lost when a call that finds all servers busy goes away (M/G/c/c).

    It depends on the busy time by its mean only (insensitivity). By the recursion
    B(n) = a B(n - 1) / (n + a B(n - 1)) from B(0) = 1, of which every step is a share, so that it
    neither overflows nor cancels.

    Parameters
    ----------
    servers
        Number of servers, zero to a million.
    offered_load
        Offered load a in erlang (`offered_load_erlang`), zero or more.

    Raises
    ------
    ValueError
        If the servers are not a whole number within these bounds, or the load is negative or not
        finite.

    References
    ----------
    Erlang (1917); Cooper (1981), chapter 3; Gross and Harris (1998), chapter 2.
    """
    servers = check_servers(servers, at_least=0)
    check_not_negative("offered_load", offered_load)
    lost = 1.0
    for n in range(1, servers + 1):
        lost = offered_load * lost / (n + offered_load * lost)
    return lost


def erlang_c(servers: int, offered_load: float) -> float:
    """Share of calls that wait when none is lost (M/M/c), from Erlang B.

    Raises
    ------
    ValueError
        If there is no server, or the load is negative, not finite, or not below the servers: then
        the queue grows without end.

    References
    ----------
    Erlang (1917); Cooper (1981), chapter 3; Gross and Harris (1998), chapter 2.
    """
    servers = check_servers(servers, at_least=1)
    check_not_negative("offered_load", offered_load)
    if offered_load >= servers:
        raise ValueError(
            f"offered_load: expected less than the {servers} servers, or the queue grows without "
            f"end, got {offered_load:g}"
        )
    lost = erlang_b(servers, offered_load)
    return lost / (1 - offered_load / servers * (1 - lost))


def mean_wait_mmc_s(servers: int, calls_per_hour: float, mean_busy_for_s: float) -> float:
    """Mean seconds from call to assignment, over all calls, of M/M/c.

    The mean is the same for every order of service that does not look at busy times.

    Raises
    ------
    ValueError
        As `erlang_c` and `offered_load_erlang` do.

    References
    ----------
    Cooper (1981), chapter 3; Gross and Harris (1998), chapter 2.
    """
    load = offered_load_erlang(calls_per_hour, mean_busy_for_s)
    return erlang_c(servers, load) * mean_busy_for_s / (servers - load)


def wait_exceeds_mmc(
    servers: int, calls_per_hour: float, mean_busy_for_s: float, wait_for_s: float
) -> float:
    """Share of calls of M/M/c, first come first served, that wait longer than `wait_for_s` seconds.

    Raises
    ------
    ValueError
        As `erlang_c` and `offered_load_erlang` do, and if the wait is negative or not finite.

    References
    ----------
    Cooper (1981), chapter 3; Gross and Harris (1998), chapter 2.
    """
    check_not_negative("wait_for_s", wait_for_s)
    load = offered_load_erlang(calls_per_hour, mean_busy_for_s)
    waits = erlang_c(servers, load)
    if load == 0:
        return 0.0
    return waits * math.exp(-(servers - load) * wait_for_s / mean_busy_for_s)


class ErlangA(NamedTuple):
    """Shares of the calls that wait and that give up, and the mean wait of all in seconds."""

    waits_share: float
    gives_up_share: float
    wait_mean_s: float


def erlang_a(
    servers: int, calls_per_hour: float, mean_busy_for_s: float, mean_patience_s: float
) -> ErlangA:
    """M/M/c with exponential patience, from the balance of its birth-and-death process.

    Where a million calls or more wait and the line is sure never to empty, no server is ever free,
    and the line is (rate of calls - rate of service) x mean patience.

    Parameters
    ----------
    servers
        Zero to a million; without one every call gives up.
    calls_per_hour
        Zero or more; where no call comes, nobody waits or gives up. Less than 1e-100 is none.
    mean_busy_for_s, mean_patience_s
        Seconds, more than zero.

    Raises
    ------
    ValueError
        If a figure is out of these bounds, or more than 4 million calls may be in the system.

    Examples
    --------
    >>> found = erlang_a(17, calls_per_hour=7.0, mean_busy_for_s=7200, mean_patience_s=1e9)
    >>> round(found.waits_share, 3)  # as good as Erlang C
    0.348
    """
    servers = check_servers(servers, at_least=0)
    _check_times(mean_busy_for_s, mean_patience_s)
    check_not_negative("calls_per_hour", calls_per_hour)
    if calls_per_hour < LEAST:
        return ErlangA(0.0, 0.0, 0.0)
    arrive, served, lost = calls_per_hour / HOUR_S, 1 / mean_busy_for_s, 1 / mean_patience_s
    line = (arrive - servers * served) / lost
    if line > LONG_LINE and line > SURE * math.sqrt(arrive / lost):
        return ErlangA(1.0, 1 - servers * served / arrive, line / arrive)
    shares = _all_states(arrive, served, lost, servers)
    waiting = float(np.maximum(np.arange(len(shares)) - servers, 0) @ shares)
    waits = min(float(shares[servers:].sum()), 1.0)  # the last digit may round up
    return ErlangA(waits, min(lost * waiting / arrive, waits), waiting / arrive)


def give_up_shares(
    servers: Ints, calls_per_hour: Floats, mean_busy_for_s: float, mean_patience_s: float
) -> Floats:
    """Shares that give up under `erlang_a`, for several numbers of servers and rates at once.

    Parameters
    ----------
    servers, calls_per_hour
        One of each, shape (cases,): whole numbers from zero to 10,000, and finite rates of zero or
        more; nobody gives up where no call comes.
    mean_busy_for_s, mean_patience_s
        Seconds, more than zero.

    Raises
    ------
    ValueError
        If a figure is out of these bounds, there are not as many servers as rates, or `erlang_a`
        raises it of a case.

    Examples
    --------
    >>> give_up_shares(np.array([17, 0]), np.array([7.0, 7.0]), 7200, 1800).round(3).tolist()
    [0.055, 1.0]
    """
    servers, calls_per_hour = _checked_cases(servers, calls_per_hour)
    _check_times(mean_busy_for_s, mean_patience_s)
    out, some = np.zeros(len(servers)), np.flatnonzero(calls_per_hour >= LEAST)
    teams, arrive = servers[some, None], calls_per_hour[some, None] / HOUR_S
    lost, n = 1 / mean_patience_s, _few_states(int(servers.max(initial=0)))
    shares = _states(arrive, 1 / mean_busy_for_s, lost, teams, n)
    waiting = (np.maximum(np.arange(n + 1) - teams, 0) * shares).sum(axis=1)
    out[some] = np.minimum(lost * waiting / arrive[:, 0], 1.0)
    for case in some[shares[:, -1] >= SMALL]:  # longer lines than were looked at
        figures = float(calls_per_hour[case]), mean_busy_for_s, mean_patience_s
        out[case] = erlang_a(int(servers[case]), *figures).gives_up_share
    return out


def _check_times(mean_busy_for_s: float, mean_patience_s: float) -> None:
    check_positive("mean_busy_for_s", mean_busy_for_s)
    check_positive("mean_patience_s", mean_patience_s)


def _checked_cases(servers: Ints, calls_per_hour: Floats) -> tuple[Ints, Floats]:
    """Return one number of servers and one rate for each case, or raise ValueError."""
    teams = checked_servers(servers, MOST_AT_ONCE)
    rates = checked_rates("calls_per_hour", calls_per_hour)
    if len(teams) != len(rates):
        raise ValueError(
            f"calls_per_hour: expected one rate for each of the {len(teams)} servers, "
            f"got {len(rates)}"
        )
    return teams, rates


def stationary(servers: int, calls_per_hour: float, mean_busy_for_s: float, n: int) -> Floats:
    """Shares of time with 0 to n calls in M/M/c; a call that finds n is lost."""
    arrive = np.full((1, 1), max(calls_per_hour, LEAST) / HOUR_S)
    shares = _states(arrive, 1 / mean_busy_for_s, 0.0, np.full((1, 1), servers), n)[0]
    return np.asarray(shares, np.float64)


def _few_states(servers: int) -> int:
    return 2 * servers + 64


def _all_states(arrive: float, served: float, lost: float, servers: int) -> Floats:
    """Shares of time with 0, 1, 2 ... calls in the system, to where they are small."""
    n, one = _few_states(servers), np.ones((1, 1))
    while n <= MOST_STATES:
        shares = _states(arrive * one, served, lost, servers * one, n)[0]
        if shares[-1] < SMALL:
            return np.asarray(shares, np.float64)
        n *= 2
    raise ValueError(
        f"mean_patience_s: expected at most {MOST_STATES:,} calls in the system at once, got more; "
        "a shorter patience or a load farther from the servers has fewer"
    )


def _states(arrive: Floats, served: float, lost: float, servers: Array, n: int) -> Floats:
    """Shares of time with 0 to n calls in each system, by logs so that none overflows.

    `arrive` and `servers` have shape (systems, 1), the shares (systems, n + 1).
    """
    number = np.arange(1, n + 1)
    out = np.minimum(number, servers) * served + np.maximum(number - servers, 0) * lost
    log = np.zeros((len(out), n + 1))
    np.cumsum(np.log(arrive / out), axis=1, out=log[:, 1:])
    shares = np.exp(log - log.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return np.asarray(shares, np.float64)
