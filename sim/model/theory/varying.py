"""Systems of like servers under a rate that varies by hour of week and repeats every week.

Infinitely many servers are in Eick, Massey and Whitt (1993, Management Science 39, 241), as many as
there are in Gross and Harris (1998, Fundamentals of Queueing Theory, section 2.10), and the
square-root rule is that of Halfin and Whitt (1981, Operations Research 29, 567).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from sim.arrays import Floats
from sim.clock import HOUR_S, HOURS_A_WEEK
from sim.model.theory.checks import check_not_negative, check_servers

SMALL = 1e-10  # probability beyond the states that are looked at, and left of the start
MOST_CALLS, MOST_WEEKS = 4_096, 200
FEWEST_STEPS = 12  # of an hour; more where more than so many calls come and go in it


def busy_if_unlimited(calls_per_hour: Floats, mean_busy_for_s: float, cv: float = 1.0) -> Floats:
    """Mean teams busy at the middle of each hour if one were always free (M(t)/G/infinity).

    The rate repeats every week and is constant within the hour; the busy time is a gamma of the
    given mean and coefficient of variation. The mean is the integral of the rate u ago times the
    chance that a call lasts longer than u (Eick, Massey and Whitt 1993, equation 6).

    Parameters
    ----------
    calls_per_hour
        By hour of week, shape (168,).
    mean_busy_for_s, cv
        Of the busy time, from assigned to clear; above zero.

    Returns
    -------
    ndarray
        Offered load in teams by hour of week, shape (168,).

    Examples
    --------
    >>> import numpy as np
    >>> float(busy_if_unlimited(np.full(168, 2.0), 5400)[0].round(6))
    3.0
    """
    mean_h, shape = mean_busy_for_s / HOUR_S, cv**-2
    edges = np.concatenate(
        [[0.0], np.arange(0.5, HOURS_A_WEEK)]
    )  # hours ago that a clock hour ends
    scaled = edges / (mean_h / shape)
    # Integral of the survival function from 0 to u: u P(S > u) + E[S; S <= u].
    until = edges * special.gammaincc(shape, scaled)
    until += mean_h * special.gammainc(shape + 1, scaled)
    weights = np.diff(until, append=mean_h)
    ago = (np.arange(HOURS_A_WEEK)[:, None] - np.arange(len(weights))) % HOURS_A_WEEK
    return np.asarray(calls_per_hour[ago] @ weights, np.float64)


def square_root_teams(offered_load: Floats, quality: float = 1.0) -> Floats:
    """Teams by the square-root rule: the load and `quality` times its root; not rounded."""
    return np.asarray(offered_load + quality * np.sqrt(offered_load), np.float64)


class VaryingQueue(NamedTuple):
    """Share of calls that wait, and mean calls waiting and with a server, by hour of week.

    Each has shape (168,) and is the mean of the hour; as the rate is constant within it, the share
    of its calls that wait is the share of its time in which no server is free.
    """

    waits_share: Floats
    waiting: Floats
    busy: Floats


def varying_queue(servers: int, calls_per_hour: Floats, mean_busy_for_s: float) -> VaryingQueue:
    """M(t)/M/s in its periodic state, from the differential equations of its states.

    dp/dt = p Q(h) within hour h, with Q the generator of the birth-and-death process of that hour's
    rate, solved by Runge and Kutta's fourth order and averaged over the hour by Simpson's rule.
    Weeks are gone through until one ends as it began.

    Parameters
    ----------
    servers
        One or more.
    calls_per_hour
        By hour of week, shape (168,).
    mean_busy_for_s
        Mean of the exponential busy time, in seconds, above zero.

    Raises
    ------
    ValueError
        If the mean rate of the week leaves the servers no rest, or there are more than 4,096 calls
        in the system at once.

    References
    ----------
    Gross and Harris (1998), section 2.10; Green, Kolesar and Whitt (2007, Production and Operations
    Management 16, 13).

    Examples
    --------
    >>> import numpy as np
    >>> queue = varying_queue(17, np.full(168, 7.0), 7200)
    >>> round(float(queue.waits_share[0]), 3)  # that of Erlang C
    0.348
    """
    check_servers(servers, at_least=1)
    check_not_negative("mean_busy_for_s", mean_busy_for_s)
    load = float(calls_per_hour.mean()) * mean_busy_for_s / HOUR_S
    if load >= servers:
        raise ValueError(
            f"calls_per_hour: expected a load below the {servers} servers, got {load:g}"
        )
    n = 2 * servers + 64
    while n <= MOST_CALLS:
        states = _hours(servers, calls_per_hour, HOUR_S / mean_busy_for_s, n)
        if states is not None:
            number = np.arange(n + 1)
            return VaryingQueue(
                states[:, servers:].sum(axis=1),
                states @ np.maximum(number - servers, 0),
                states @ np.minimum(number, servers),
            )
        n *= 2
    raise ValueError(f"calls_per_hour: expected at most {MOST_CALLS:,} calls at once, got more")


def _hours(servers: int, calls_per_hour: Floats, served: float, n: int) -> Floats | None:
    """Mean shares of each hour's time with 0 to n calls in the system; shape (168, n + 1).

    None if n is seen to be too few.
    """
    out = np.minimum(np.arange(1, n + 1), servers) * served
    events = calls_per_hour.max() + servers * served
    steps = max(2 * math.ceil(events / 2), FEWEST_STEPS)
    weights = np.array([1.0, *[4.0, 2.0] * (steps // 2)]) / (3 * steps)
    weights[-1] /= 2
    state, shares = np.eye(n + 1)[0], np.empty((HOURS_A_WEEK, n + 1))
    for _ in range(MOST_WEEKS):
        began = state
        for hour, arrive in enumerate(calls_per_hour):
            path = _through(state, float(arrive), out, steps)
            state, shares[hour] = path[-1], weights @ path
            if state[-1] > SMALL:
                return None
        if np.abs(state - began).sum() < SMALL:
            break
    return shares


def _through(state: Floats, arrive: float, out: Floats, steps: int) -> Floats:
    """State at the start and after each step of an hour, by Runge and Kutta's fourth order."""
    path, h = np.empty((steps + 1, len(state))), 1 / steps
    path[0] = state
    for at in range(steps):
        p = path[at]
        one = _change(p, arrive, out)
        two = _change(p + h / 2 * one, arrive, out)
        three = _change(p + h / 2 * two, arrive, out)
        four = _change(p + h * three, arrive, out)
        path[at + 1] = p + h / 6 * (one + 2 * (two + three) + four)
    return path


def _change(p: Floats, arrive: float, out: Floats) -> Floats:
    """Change an hour of the shares of states; a call that finds the last of them is lost."""
    across = arrive * p[:-1] - out * p[1:]  # from each state to the next
    change = np.zeros_like(p)
    change[1:] = across
    change[:-1] -= across
    return change
