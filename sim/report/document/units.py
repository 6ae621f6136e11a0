"""Units of the numbers of a config, by their keys."""

from __future__ import annotations

import re

BY_KEY = (  # the first that is found in a key decides
    (r"admitted_given|match_shares", "share"),
    (r"_days_per_(booking|admission)", "days"),
    (r"patrol_hours_per_booking", "hours"),
    (r"episodes_per_100k_per_month", "episodes a month"),
    (r"population$", "people"),
    (r"served_per_team_per_day", "people a day"),
    (r"persons\.spread$", "ratio"),
    (r"vacancy_share|_share\b|_share_|share_at_once|mode_share|shares?\.|\.share$", "share"),
    (r"booked_given_arrest|inflation_per_year", "share"),
    (r"ratio|factor|elasticity|_cv$|\.c$|_c$|new_hire|backfill|reassignment", "ratio"),
    (r"calls_per_year$", "calls a year"),
    (r"leave_weeks_per_year", "weeks a year"),
    (r"sick_days_per_year", "days a year"),
    (r"hours_per_year", "hours a year"),
    (r"costs\.per_fte|running_per_year", "dollars a year"),
    (r"dollars|purchase|training\.|start_up", "dollars"),
    (r"per_hour$", "an hour"),
    (r"per_week$", "a week"),
    (r"minutes|queue_limit|hold_for_duty", "minutes"),
    (r"_weeks$", "weeks"),
    (r"_days$", "days"),
    (r"_years$", "years"),
    (r"_h$", "hours"),
    (r"_mph$", "miles an hour"),
    (r"_sq_mi$", "square miles"),
    (r"staff_per_supervisor|\.officers$", "people"),
    (r"^service\..*\.(mean|median|sd|low|mode|high)$", "minutes"),
)


def unit_of(key: str) -> str:
    """Unit of a number of the config; empty if it has none or its key does not say.

    Examples
    --------
    >>> unit_of("service.report.mean"), unit_of("costs.positions.vacancy_share"), unit_of("seed")
    ('minutes', 'share', '')
    """
    return next((unit for pattern, unit in BY_KEY if re.search(pattern, key)), "")
