"""Queues in which the busy time or the order of service matters: M/G/1, and priorities.

Pollaczek (1930), Khinchine (1932) and Cobham (1954, Operations Research 2, 70), in Gross and Harris
(1998, Fundamentals of Queueing Theory, sections 3.4 and 5.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from sim.model.theory.checks import check_not_negative, check_servers
from sim.model.theory.erlang import erlang_c, offered_load_erlang


def mean_wait_mg1_s(calls_per_hour: float, mean_busy_for_s: float, cv: float) -> float:
    """Mean seconds that a call waits for the one server of M/G/1.

    W = a S (1 + cv^2) / (2 (1 - a)), with a = rate times S: by the busy time's first two moments.

    Parameters
    ----------
    calls_per_hour
        Mean calls an hour, zero or more.
    mean_busy_for_s, cv
        Mean in seconds and coefficient of variation of the busy time, zero or more.

    Raises
    ------
    ValueError
        If a figure is negative or above 1e100, or the load is not below 1.

    References
    ----------
    Pollaczek (1930); Khinchine (1932); Gross and Harris (1998), section 5.1.

    Examples
    --------
    >>> mean_wait_mg1_s(calls_per_hour=0.5, mean_busy_for_s=3600, cv=0)
    1800.0
    """
    return mean_wait_by_priority_s(1, [calls_per_hour], mean_busy_for_s, cv)[0]


def mean_wait_by_priority_s(
    servers: int, calls_per_hour: Sequence[float], mean_busy_for_s: float, cv: float = 1.0
) -> list[float]:
    """Mean seconds that calls of each priority wait if none is interrupted, the most urgent first.

    W_k = R / ((1 - s_(k-1)) (1 - s_k)), with s_k the load a server of priorities up to k, and R the
    mean time until a server is free, over all calls. It is exact for exponential busy times, and
    for one server whatever the busy time.

    Parameters
    ----------
    servers
        One or more.
    calls_per_hour
        Mean calls an hour of each priority, the most urgent first.
    mean_busy_for_s, cv
        Mean in seconds and coefficient of variation of the busy time, the same for all.

    Raises
    ------
    ValueError
        If a figure is negative or above 1e100, the load is not below the servers, or the busy time
        of several servers is not exponential (cv 1).

    References
    ----------
    Cobham (1954), Operations Research 2, 70; Gross and Harris (1998), section 3.4.
    """
    servers = check_servers(servers, at_least=1)
    check_not_negative("cv", cv)
    if servers > 1 and cv != 1:
        raise ValueError(f"cv: expected 1 with several servers, got {cv:g}")
    loads = [offered_load_erlang(rate, mean_busy_for_s) / servers for rate in calls_per_hour]
    waits = erlang_c(servers, servers * sum(loads))
    rest_s = waits * mean_busy_for_s / servers * (1 + cv**2) / 2
    up_to = list(accumulate(loads, initial=0.0))
    return [rest_s / ((1 - before) * (1 - upto)) for before, upto in pairwise(up_to)]
