"""The hypercube model of teams that are told apart: which of them goes where, and how often.

Larson (1974, Computers & Operations Research 1, 67) and its approximation (1975, Operations
Research 23, 845); Larson and Odoni (1981, Urban Operations Research, chapter 5). Teams take the
same exponential time for every call; each district has its teams in order of preference, and the
first free one goes. With all teams busy a call is lost, or waits, first come first served.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.clock import HOUR_S
from sim.model.theory.checks import check_positive, checked_rates
from sim.model.theory.erlang import erlang_b, erlang_c

MOST_TEAMS = 10  # of the exact solution: 1,024 states
CLOSE = 1e-12  # of workloads from one step to the next
MOST_STEPS = 10_000


class Hypercube(NamedTuple):
    """Workloads of teams, which of them go where, and how many calls find none free.

    `workload` has one share of time a team. `dispatch` has shape (districts, teams): each as a
    share of all calls of the area, lost ones included, so that it sums to the share served.
    `blocked_share` are the calls that find all teams busy: lost, or waiting.
    """

    workload: Floats
    dispatch: Floats
    blocked_share: float

    def other_share(self, own: Ints) -> float:
        """Share of served calls that go to another team than their district's `own`, by index."""
        served = self.dispatch.sum()
        return float(1 - self.dispatch[np.arange(len(own)), own].sum() / served)


def hypercube(
    calls_per_hour: Floats, preference: Ints, mean_busy_for_s: float, *, waits: bool = False
) -> Hypercube:
    """Exact solution, from the balance of the 2^teams states of who is busy; up to 10 teams.

    Parameters
    ----------
    calls_per_hour
        Of each district, shape (districts,); finite, none below zero, above zero together.
    preference
        Teams of each district in order, shape (districts, teams); every row has each team once.
    mean_busy_for_s
        Mean of the exponential busy time, in seconds, above zero.
    waits
        Whether calls wait if all teams are busy; if not, they are lost.

    Raises
    ------
    ValueError
        If a figure is out of these bounds, there are more than 10 teams, a row of `preference` has
        not each team once, or calls wait and the load is not below the teams.

    References
    ----------
    Larson (1974); Larson and Odoni (1981), section 5.3.

    Examples
    --------
    >>> import numpy as np
    >>> two = hypercube(np.array([0.5, 0.5]), np.array([[0, 1], [1, 0]]), 3600)
    >>> two.workload.round(3).tolist(), round(two.blocked_share, 3)
    ([0.4, 0.4], 0.2)
    """
    teams = _checked(calls_per_hour, preference, mean_busy_for_s)
    if teams > MOST_TEAMS:
        raise ValueError(f"preference: expected at most {MOST_TEAMS} teams, got {teams}")
    load = calls_per_hour * mean_busy_for_s / HOUR_S
    goes = _who_goes(preference, teams)
    shares = _steady(load, goes, teams)
    busy = np.arange(2**teams)[:, None] >> np.arange(teams) & 1
    queued = 0.0
    if waits:
        erlang_c(teams, float(load.sum()))  # refuses a load that is not below the teams
        shares /= 1 + shares[-1] * load.sum() / (teams - load.sum())
        queued = 1 - float(shares.sum())
    blocked = float(shares[-1]) + queued
    dispatch = _dispatch(shares, goes, load / load.sum(), teams)
    if waits:  # the team that is free next takes the first in line, each as often
        dispatch += (load / load.sum())[:, None] * blocked / teams
    return Hypercube(shares @ busy + queued, dispatch, blocked)


def _checked(calls_per_hour: Floats, preference: Ints, mean_busy_for_s: float) -> int:
    """Return the number of teams, if every district has each of them once."""
    check_positive("mean_busy_for_s", mean_busy_for_s)
    checked_rates("calls_per_hour", calls_per_hour)
    districts, teams = preference.shape
    if len(calls_per_hour) != districts or calls_per_hour.sum() <= 0:
        raise ValueError(
            f"calls_per_hour: expected a rate for each of the {districts} districts, not all 0, "
            f"got {calls_per_hour.tolist()}"
        )
    if not (np.sort(preference, axis=1) == np.arange(teams)).all():
        raise ValueError(f"preference: expected each of the {teams} teams once in every row")
    return int(teams)


def _who_goes(preference: Ints, teams: int) -> Ints:
    """First free team of each district's order in each state but the full one; (districts, .)."""
    states = np.arange(2**teams - 1)
    free = (states >> preference[..., None] & 1) == 0  # districts, places in the order, states
    out: Ints = np.take_along_axis(preference, free.argmax(axis=1), axis=1)
    return out


def _steady(load: Floats, goes: Ints, teams: int) -> Floats:
    """Shares of time of the states of a system in which calls are lost; shape (2^teams,)."""
    n = 2**teams
    states = np.arange(n)
    rates = np.zeros((n, n))
    for of_district, teams_going in zip(load, goes, strict=True):
        rates[states[:-1], states[:-1] | 1 << teams_going] += of_district
    for team in range(teams):
        busy = states[states >> team & 1 == 1]
        rates[busy, busy ^ 1 << team] += 1.0
    np.fill_diagonal(rates, -rates.sum(axis=1))
    rates[:, 0] = 1.0  # one equation follows from the others; the shares sum to 1 instead
    return np.asarray(np.linalg.solve(rates.T, np.eye(n)[0]), np.float64)


def _dispatch(shares: Floats, goes: Ints, calls: Floats, teams: int) -> Floats:
    out = [
        part * np.bincount(teams_going, shares[:-1], teams)
        for part, teams_going in zip(calls, goes, strict=True)
    ]
    return np.array(out)


# --- the approximation ---------------------------------------------------------------------------


def hypercube_approximation(
    calls_per_hour: Floats, preference: Ints, mean_busy_for_s: float, *, waits: bool = False
) -> Hypercube:
    """Larson's approximation, for any number of teams; within a few percent of the exact solution.

    Teams are taken as busy independently, each for its workload, times a factor Q that makes up for
    it: what M/M/N, whose servers are drawn at random, has over independent ones. Workloads are
    iterated until they agree with what they are sent to.

    Parameters
    ----------
    calls_per_hour, preference, mean_busy_for_s, waits
        As of `hypercube`.

    Raises
    ------
    ValueError
        As `hypercube` does, but for the number of teams.

    References
    ----------
    Larson (1975), Operations Research 23, 845; Larson and Odoni (1981), section 5.6.
    """
    teams = _checked(calls_per_hour, preference, mean_busy_for_s)
    load = calls_per_hour * mean_busy_for_s / HOUR_S
    total, calls = float(load.sum()), load / load.sum()
    blocked = erlang_c(teams, total) if waits else erlang_b(teams, total)
    busy = total / teams * (1 if waits else 1 - blocked)
    factors = _factors(teams, total, busy, waits=waits)
    queued = total * blocked / teams if waits else 0.0  # work that each team has from the line
    workload = np.full(teams, busy)
    for _ in range(MOST_STEPS):
        offered = np.bincount(preference.ravel(), _reaching(workload, preference, factors, load))
        step = (offered + queued) / (1 + offered)
        step *= busy * teams / step.sum()
        if np.abs(step - workload).max() < CLOSE:
            break
        workload = step
    sent = _reaching(workload, preference, factors, calls) * (1 - workload[preference.ravel()])
    dispatch = np.zeros(preference.shape)
    np.put_along_axis(dispatch, preference, sent.reshape(preference.shape), axis=1)
    dispatch *= ((1 - blocked) * calls / dispatch.sum(axis=1))[:, None]
    if waits:
        dispatch += calls[:, None] * blocked / teams
    return Hypercube(workload, dispatch, blocked)


def _reaching(workload: Floats, preference: Ints, factors: Floats, calls: Floats) -> Floats:
    """Calls of each district that come as far as each place in its order; flat, by row."""
    busy = workload[preference]
    before = np.cumprod(np.column_stack([np.ones(len(busy)), busy[:, :-1]]), axis=1)
    out: Floats = (calls[:, None] * factors * before).ravel()
    return out


def _factors(teams: int, load: float, busy: float, *, waits: bool) -> Floats:
    """Q of each place: P(so many given teams busy, the next free) over that of independent ones."""
    number = np.arange(teams + 1)
    log = number * math.log(load) - np.array([math.lgamma(n + 1) for n in number])
    shares = np.exp(log - log.max())
    if waits:
        shares[-1] /= 1 - load / teams  # all states of the line
    shares /= shares.sum()
    out = np.empty(teams)
    for place in range(teams):
        of_given = np.array([_all_of(n, place, teams) for n in range(teams + 1)])
        first = float((shares * of_given * (teams - number) / (teams - place)).sum())
        out[place] = first / (busy**place * (1 - busy))
    return out


def _all_of(busy: int, given: int, teams: int) -> float:
    """Share of the choices of so many busy teams in which some given ones are all busy."""
    return math.comb(teams - given, busy - given) / math.comb(teams, busy) if busy >= given else 0.0
