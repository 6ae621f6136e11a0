"""Closed forms of queueing theory, for checks of the engines and for first guesses of a plan.

Two systems of like servers, Poisson calls and no priorities: calls lost when all are busy (Erlang
B) and calls that wait, first come first served (Erlang C). Both are in Erlang (1917), Cooper (1981,
Introduction to Queueing Theory, chapter 3) and Gross and Harris (1998, Fundamentals of Queueing
Theory, chapter 2).
"""

from __future__ import annotations

import math

from sim.clock import HOUR_S


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
    _check_not_negative("calls_per_hour", calls_per_hour)
    _check_not_negative("mean_busy_for_s", mean_busy_for_s)
    return calls_per_hour * mean_busy_for_s / HOUR_S


def utilization(servers: int, calls_per_hour: float, mean_busy_for_s: float) -> float:
    """Share of time a server is busy when no call is lost; one or more means it cannot keep up.

    Raises
    ------
    ValueError
        If there is no server, or a figure is negative or not finite.
    """
    _check_servers(servers, at_least=1)
    return offered_load_erlang(calls_per_hour, mean_busy_for_s) / servers


def erlang_b(servers: int, offered_load: float) -> float:
    """Share of calls lost when a call that finds all servers busy goes away (M/G/c/c).

    It depends on the busy time by its mean only (insensitivity). By the recursion
    B(n) = a B(n - 1) / (n + a B(n - 1)) from B(0) = 1, of which every step is a share, so that it
    neither overflows nor cancels.

    Parameters
    ----------
    servers
        Number of servers, zero or more.
    offered_load
        Offered load a in erlang (`offered_load_erlang`), zero or more.

    Raises
    ------
    ValueError
        If the servers are not a whole number of zero or more, or the load is negative or not
        finite.

    References
    ----------
    Erlang (1917); Cooper (1981), chapter 3; Gross and Harris (1998), chapter 2.
    """
    _check_servers(servers, at_least=0)
    _check_not_negative("offered_load", offered_load)
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
    _check_servers(servers, at_least=1)
    _check_not_negative("offered_load", offered_load)
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
    _check_not_negative("wait_for_s", wait_for_s)
    load = offered_load_erlang(calls_per_hour, mean_busy_for_s)
    waits = erlang_c(servers, load)
    if load == 0:
        return 0.0
    return waits * math.exp(-(servers - load) * wait_for_s / mean_busy_for_s)


def _check_servers(servers: int, at_least: int) -> None:
    if not float(servers).is_integer() or servers < at_least:
        raise ValueError(f"servers: expected a whole number of {at_least} or more, got {servers!r}")


def _check_not_negative(name: str, figure: float) -> None:
    if not (math.isfinite(figure) and figure >= 0):
        raise ValueError(f"{name}: expected a finite number of zero or more, got {figure!r}")
