"""Distances to teams at random places, and how many calls a duty begins.

Distances are in Larson and Odoni (1981, Urban Operations Research, chapter 3), renewal in Cox
(1962, Renewal Theory, chapter 4) and Wald (1944, Annals of Mathematical Statistics 15, 283).
"""

from __future__ import annotations

import math

from scipy import special

from sim.model.theory.checks import check_gamma_cv, check_not_negative, check_positive

SMALL = 1e-14
MOST_CALLS = 1_000_000  # of mean length, in a duty
MEAN_STRAIGHT = (2 + math.sqrt(2) + 5 * math.log(1 + math.sqrt(2))) / 15


def nearest_team_mi(area_sq_mi: float, teams: float, *, straight: bool = False) -> float:
    """Mean miles to the nearest of some teams at random places of a large area.

    c sqrt(area / teams), with c = 1/2 by straight lines and sqrt(pi / 8) by right-angle streets:
    the integral of P(none within r) = exp(-density x area within r), which is pi r^2 or 2 r^2.

    Raises
    ------
    ValueError
        If the area is negative, or the teams are not above zero.

    References
    ----------
    Larson and Odoni (1981), section 3.7.

    Examples
    --------
    >>> round(nearest_team_mi(100, 4, straight=True), 3)
    2.5
    """
    check_not_negative("area_sq_mi", area_sq_mi)
    if not teams > 0:
        raise ValueError(f"teams: expected more than 0, got {teams:g}")
    c = 0.5 if straight else math.sqrt(math.pi / 8)
    return c * math.sqrt(area_sq_mi / teams)


def mean_distance_mi(area_sq_mi: float, *, straight: bool = False) -> float:
    """Mean miles between two random points of a square: 2/3 of its side by right-angle streets.

    By straight lines it is 0.5214 of the side, (2 + sqrt 2 + 5 ln(1 + sqrt 2)) / 15.

    Raises
    ------
    ValueError
        If the area is negative.

    References
    ----------
    Larson and Odoni (1981), section 3.2; Ghosh (1951, Bulletin of the Calcutta Mathematical Society
    43, 17).
    """
    check_not_negative("area_sq_mi", area_sq_mi)
    return (MEAN_STRAIGHT if straight else 2 / 3) * math.sqrt(area_sq_mi)


def calls_begun(length_for_s: float, mean_busy_for_s: float, cv: float) -> float:
    """Mean calls that a team begins in a duty if one always waits for it.

    1 + m(length), with m the renewal function of its busy times: the sum over k of the chance that
    k of them take less than the duty. Busy times are gamma; with cv 0, constant.

    Parameters
    ----------
    length_for_s, mean_busy_for_s
        Seconds of the duty, zero or more, and mean seconds of a call, above zero; the duty has room
        for at most a million calls of mean length.
    cv
        Coefficient of variation of the busy time: 0, or from 0.0001 to 100.

    Raises
    ------
    ValueError
        If a figure is out of these bounds.

    References
    ----------
    Cox (1962), chapter 4.

    Examples
    --------
    >>> round(calls_begun(8 * 3600, 3600, cv=1), 6)
    9.0
    """
    check_not_negative("length_for_s", length_for_s)
    check_positive("mean_busy_for_s", mean_busy_for_s)
    check_gamma_cv(cv)
    if length_for_s > MOST_CALLS * mean_busy_for_s:
        raise ValueError(
            f"length_for_s: expected at most {MOST_CALLS:,} times the mean busy time of "
            f"{mean_busy_for_s:g} s, got {length_for_s:g}"
        )
    if cv == 0:
        return float(max(math.ceil(length_for_s / mean_busy_for_s), 1))
    shape, total, number = float(cv) ** -2, 1.0, 1
    while True:
        over = special.gammainc(number * shape, length_for_s / mean_busy_for_s * shape)
        total += float(over)
        if over < SMALL:
            return total
        number += 1


def overrun_s(length_for_s: float, mean_busy_for_s: float, cv: float) -> float:
    """Mean seconds that such a team is busy beyond its duty: calls begun x mean - length (Wald).

    The figures are those of `calls_begun`, with the same bounds and errors.
    """
    begun = calls_begun(length_for_s, mean_busy_for_s, cv)
    return begun * mean_busy_for_s - length_for_s
