"""The Crisis Now calculator: mobile teams from a population alone, as planners reckon today.

RI International and SAMHSA, 2020: episodes a year = population / 100,000 x F x 12; the mobile share
of them over the people whom one team serves a year is the number of teams. A mean of the year: it
knows no hours, no queue, no response time and no relief.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.clock import DAYS_A_YEAR
from sim.config.groups.costs import CrisisNow

MONTHS_A_YEAR = 12
PER = 100_000


class CrisisNowAnswer(NamedTuple):
    """Episodes a year, those of them for a mobile team, and the teams for these."""

    episodes_per_year: float
    mobile_per_year: float
    teams: float


def crisis_now(given: CrisisNow) -> CrisisNowAnswer | None:
    """Answer of the calculator, or None if no population is given."""
    if given.population is None:
        return None
    a_month = float(given.population) / PER * float(given.episodes_per_100k_per_month)
    episodes = a_month * MONTHS_A_YEAR
    mobile = episodes * float(given.mobile_share)
    teams = mobile / (float(given.served_per_team_per_day) * DAYS_A_YEAR)
    return CrisisNowAnswer(episodes, mobile, teams)
