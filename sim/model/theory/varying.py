"""Systems of like servers under a rate that varies by hour of week and repeats every week.

Infinitely many servers are in Eick, Massey and Whitt (1993, Management Science 39, 241), as many as
there are in Gross and Harris (1998, Fundamentals of Queueing Theory, section 2.10), and the
square-root rule is that of Halfin and Whitt (1981, Operations Research 29, 567).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from sim.arrays import Floats
from sim.clock import HOUR_S, HOURS_A_WEEK
from sim.model.theory.checks import (
    check_gamma_cv,
    check_not_negative,
    check_positive,
    check_servers,
    checked_rates,
    rates_of_week,
)
from sim.model.theory.erlang import stationary

SMALL = 1e-10  # probability beyond the states that are looked at, and left of the start
MOST_CALLS, MOST_WEEKS = 4_096, 400
MOST_EVENTS = 10_000  # calls that come and end in an hour
FEWEST_STEPS = 12  # of an hour; more where more than so many calls come and go in it
LONGER = 1e-12  # chance of a busy time that reaches into weeks that are not looked at
MOST_WEEKS_AGO = 1_000


def busy_if_unlimited(calls_per_hour: Floats, mean_busy_for_s: float, cv: float = 1.0) -> Floats:
    """Mean teams busy at the middle of each hour if one were always free (M(t)/G/infinity).

    The rate repeats every week and is constant within the hour; the busy time is a gamma of the
    given mean and coefficient of variation. The mean is the integral of the rate u ago times the
    chance that a call lasts longer than u (Eick, Massey and Whitt 1993, equation 6).

    Parameters
    ----------
    calls_per_hour
        By hour of week, shape (168,); finite, zero or more.
    mean_busy_for_s
        Mean of the busy time, from assigned to clear, in seconds, above zero. It may be longer
        than a week.
    cv
        Coefficient of variation of the busy time: 0, or from 0.0001 to 100.

    Returns
    -------
    ndarray
        Offered load in teams by hour of week, shape (168,).

    Raises
    ------
    ValueError
        If a figure is out of these bounds.

    Examples
    --------
    >>> import numpy as np
    >>> float(busy_if_unlimited(np.full(168, 2.0), 5400)[0].round(6))
    3.0
    """
    rates = rates_of_week(calls_per_hour)
    check_positive("mean_busy_for_s", mean_busy_for_s)
    check_gamma_cv(cv)
    weights = _hours_by_age(mean_busy_for_s / HOUR_S, float(cv))
    ago = (np.arange(HOURS_A_WEEK)[:, None] - np.arange(len(weights))) % HOURS_A_WEEK
    busy = np.maximum(rates[ago] @ weights, 0.0)  # differences of integrals may round below 0
    return np.asarray(busy, np.float64)


def _hours_by_age(mean_h: float, cv: float) -> Floats:
    """Mean hours of a busy time that lie so many clock hours after its start, by hours."""
    scale = mean_h * cv**2
    longest_h = special.gammainccinv(cv**-2, LONGER) * scale if cv else mean_h
    weeks = math.ceil(min(max((longest_h + 0.5) / HOURS_A_WEEK, 1), MOST_WEEKS_AGO))
    # Hours ago that a clock hour ends.
    edges = np.concatenate([[0.0], np.arange(0.5, weeks * HOURS_A_WEEK)])
    weights = np.diff(_until(edges, mean_h, cv), append=mean_h)
    return weights if weeks == 1 else _folded(weights, _lasts(edges[-1:], mean_h, cv))


def _lasts(ages_h: Floats, mean_h: float, cv: float) -> Floats:
    """Share of busy times that last longer than each age; gamma, or constant with cv 0."""
    if cv == 0:
        return np.asarray(ages_h < mean_h, np.float64)
    return np.asarray(special.gammaincc(cv**-2, ages_h / (mean_h / cv**-2)), np.float64)


def _until(ages_h: Floats, mean_h: float, cv: float) -> Floats:
    """Integral of `_lasts` from 0 to each age u: u P(S > u) + E[S; S <= u]."""
    if cv == 0:
        return np.minimum(ages_h, mean_h)
    shape = cv**-2
    until = ages_h * _lasts(ages_h, mean_h, cv)
    until += mean_h * special.gammainc(shape + 1, ages_h / (mean_h / shape))
    return np.asarray(until, np.float64)


def _folded(weights: Floats, lasts: Floats) -> Floats:
    """Sum of the weights of all weeks by hour; what is older is spread over the week.

    It falls from the first hour of the week to the last by the share that `lasts` until then, as
    the sum of falling figures a week apart does.
    """
    of_week = weights[:-1].reshape(-1, HOURS_A_WEEK).sum(axis=0)
    middle = (HOURS_A_WEEK - 1) / 2 - np.arange(HOURS_A_WEEK)
    return np.asarray(of_week + (weights[-1] + lasts * middle) / HOURS_A_WEEK, np.float64)


def square_root_teams(offered_load: ArrayLike, quality: float = 1.0) -> Floats:
    """Teams by the square-root rule: the load and `quality` times its root; not rounded.

    Parameters
    ----------
    offered_load
        In erlang, a figure or a row of them; finite, zero or more.
    quality
        Roots of the load beyond it, zero or more.

    Raises
    ------
    ValueError
        If a figure is out of these bounds.
    """
    check_not_negative("quality", quality)
    load = checked_rates("offered_load", np.atleast_1d(offered_load)).reshape(
        np.shape(offered_load)
    )
    return np.asarray(load + quality * np.sqrt(load), np.float64)


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
    rate, solved by Runge and Kutta's fourth order and averaged over the hour by Simpson's rule. The
    state that a week begins with is the one that it ends with. As the week is linear in it, that is
    a linear equation, solved by GMRES from the stationary state of the mean rate.

    Parameters
    ----------
    servers
        One or more.
    calls_per_hour
        By hour of week, shape (168,); finite, zero or more.
    mean_busy_for_s
        Mean of the exponential busy time, in seconds, above zero.

    Raises
    ------
    ValueError
        If a figure is out of these bounds, the mean rate of the week leaves the servers no rest,
        there are more than 4,096 calls in the system at once or more than 10,000 that come and end
        in an hour, or no week is found that ends as it began.

    References
    ----------
    Gross and Harris (1998), section 2.10; Green, Kolesar and Whitt (2007, Production and Operations
    Management 16, 13); Saad and Schultz (1986, SIAM Journal on Scientific and Statistical Computing
    7, 856).

    Examples
    --------
    >>> import numpy as np
    >>> queue = varying_queue(17, np.full(168, 7.0), 7200)
    >>> round(float(queue.waits_share[0]), 3)  # that of Erlang C
    0.348
    """
    servers, rates = _checked(servers, calls_per_hour, mean_busy_for_s)
    n = min(2 * servers + 64, MOST_CALLS)
    while (states := _hours(servers, rates, mean_busy_for_s, n)) is None:
        if n == MOST_CALLS:
            raise ValueError(
                f"calls_per_hour: expected at most {MOST_CALLS:,} calls in the system at once, "
                "got more; a lower load has fewer"
            )
        n = min(2 * n, MOST_CALLS)
    number = np.arange(n + 1)
    return VaryingQueue(
        states[:, servers:].sum(axis=1),
        states @ np.maximum(number - servers, 0),
        states @ np.minimum(number, servers),
    )


def _checked(servers: int, calls_per_hour: Floats, mean_busy_for_s: float) -> tuple[int, Floats]:
    """Servers and rates of a week that can be solved, or ValueError."""
    servers = check_servers(servers, at_least=1, most=MOST_CALLS // 2)
    check_positive("mean_busy_for_s", mean_busy_for_s)
    rates = rates_of_week(calls_per_hour)
    load = float(rates.mean()) * mean_busy_for_s / HOUR_S
    if load >= servers:
        raise ValueError(
            f"calls_per_hour: expected a load below the {servers} servers, got {load:g}"
        )
    events = float(rates.max()) + servers * HOUR_S / mean_busy_for_s
    if events > MOST_EVENTS:
        raise ValueError(
            f"calls_per_hour, mean_busy_for_s: expected at most {MOST_EVENTS:,} calls to come and "
            f"end in an hour, got {events:g}"
        )
    return servers, rates


def _hours(servers: int, rates: Floats, mean_busy_for_s: float, n: int) -> Floats | None:
    """Mean shares of each hour's time with 0 to n calls in the system; shape (168, n + 1).

    None if n is seen to be too few.
    """
    start = stationary(servers, float(rates.mean()), mean_busy_for_s, n)
    if start[-1] > SMALL:
        return None
    out = np.minimum(np.arange(1, n + 1), servers) * HOUR_S / mean_busy_for_s
    steps = max(2 * math.ceil((rates.max() + out[-1]) / 2), FEWEST_STEPS)
    began = _periodic(start, partial(_week, rates=rates, out=out, steps=steps))
    weights = np.array([1.0, *[4.0, 2.0] * (steps // 2)]) / (3 * steps)
    weights[-1] /= 2
    state, shares = began, np.empty((HOURS_A_WEEK, n + 1))
    for hour, arrive in enumerate(rates):
        path = _through(state, float(arrive), out, steps)
        state, shares[hour] = path[-1], weights @ path
    _check_periodic(began, state)
    return None if shares[:, -1].max() > SMALL else shares


def _week(state: Floats, rates: Floats, out: Floats, steps: int) -> Floats:
    """State at the end of a week that begins with one."""
    for arrive in rates:
        state = _through(state, float(arrive), out, steps)[-1]
    return state


def _periodic(start: Floats, week: Callable[[Floats], Floats]) -> Floats:
    """State that a week ends with as it began, from one that is near it.

    With M a week, it is start + d, d (1 - M) = start M - start. The shares of d sum to 0, as those
    of the right side and of all that M makes of it, and of these 1 - M is invertible.
    """
    from scipy.sparse.linalg import LinearOperator, gmres  # noqa: PLC0415 - slow to import

    over = week(start) - start
    remains = LinearOperator((len(start),) * 2, matvec=lambda d: d - week(d), dtype=np.float64)
    d, _ = gmres(remains, over, rtol=0, atol=SMALL / 100, restart=MOST_WEEKS, maxiter=1)
    state = np.maximum(start + d, 0)
    return np.asarray(state / state.sum(), np.float64)


def _check_periodic(began: Floats, ended: Floats) -> None:
    """Raise ValueError unless a week ends as it began."""
    apart = float(np.abs(ended - began).sum())
    if not apart < SMALL:
        raise ValueError(
            "calls_per_hour: expected a load that repeats itself every week, got none within "
            f"{MOST_WEEKS} weeks ({apart:.1g} of the time apart); a load farther below the "
            "servers does sooner"
        )


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
