"""Which measures a table shows, in which order, and how it is set: columns under a ruled head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.scenarios.answers import PlanResult

GAP = "  "


class Rows(NamedTuple):
    """Measures that stand together in a table, under a heading if they have one.

    They are left out where every plan has none or zero of all measures of `only_if`.
    """

    heading: str
    measures: tuple[str, ...]
    only_if: tuple[str, ...] = ()


FATES = ("on_scene_share", "referral_share", "voluntary_share", "hold_share", "arrest_share")
GROUPS = (
    Rows("", ("teams_funded", "teams_filled_mean", "teams_deployed_mean")),
    Rows(
        "Requested calls",
        (
            "reach_share",
            "missed_off_duty_share",
            "missed_out_of_range_share",
            "missed_busy_share",
            "cancelled_en_route_share",
            "came_off_duty_share",
            "within_standard_share",
            "phone_resolved_per_year",
            "other_responder_per_year",
            "handled_per_day",
            "contacts_per_year",
        ),
    ),
    Rows(
        "Times",
        (
            "response_median_min",
            "response_p90_min",
            "request_to_arrival_median_min",
            "request_to_arrival_restricted_mean_min",
            "time_to_clear_median_min",
        ),
    ),
    Rows(
        "Coverage",
        (
            "gap_hours_per_week",
            "gap_off_duty_hours_per_week",
            "gap_busy_hours_per_week",
            "evenings_nobody_on_per_month",
        ),
    ),
    Rows(
        "Work",
        (
            "utilization_share",
            "hours_over_60pct_share",
            "unavailable_share",
            "overtime_hours_per_year",
            "calls_per_team_day",
            "calls_per_duty",
            "reassigned_per_year",
        ),
    ),
    Rows(
        "Sworn hours",
        (
            "sworn_hours_assigned_per_year",
            "patrol_hours_released_per_year",
            "sworn_hours_net_per_year",
        ),
    ),
    Rows(
        "What became of contacts",
        (
            *FATES,
            "taken_to_hospital_per_year",
            "hospital_handover_hours_per_year",
        ),
    ),
    Rows(
        "Crisis center",
        (
            "taken_to_center_per_year",
            "center_turned_away_per_year",
            "chair_occupancy_share",
            "chairs_taken_mean",
        ),
        only_if=("chair_occupancy_share", "center_turned_away_per_year"),
    ),
    Rows(
        "Outcomes",
        (
            "jail_diversions_gross_per_year",
            "jail_diversions_net_per_year",
            "hospital_diversions_gross_per_year",
            "hospital_diversions_net_per_year",
            "treatment_connections_per_year",
            "treatment_connections_net_per_year",
        ),
    ),
    Rows(
        "Follow-up",
        (
            "visits_due_per_year",
            "visits_done_per_year",
            "visits_late_per_year",
            "visits_expired_per_year",
            "visit_hours_per_year",
            "connected_share",
        ),
        only_if=("visits_due_per_year",),
    ),
    Rows(
        "Repeat calls",
        (
            "calls_averted_per_year",
            "frequent_callers_share",
            "people_reached_per_year",
        ),
        only_if=("calls_averted_per_year", "frequent_callers_share"),
    ),
)
KEY_MEASURES = tuple(name for group in GROUPS for name in group.measures)
IF_ANY = frozenset(  # left out where every plan has none or zero: its rules or posts rule it out
    {
        "phone_resolved_per_year",
        "other_responder_per_year",
        "unavailable_share",
        "overtime_hours_per_year",
        "calls_per_duty",
        "reassigned_per_year",
        *FATES,
        "taken_to_hospital_per_year",
        "hospital_handover_hours_per_year",
        "chair_occupancy_share",
        "calls_averted_per_year",
    }
)


def shown(plans: Sequence[PlanResult]) -> list[Rows]:
    """Groups with the measures that are not ruled out under all of these plans."""
    found = [
        group._replace(measures=tuple(x for x in group.measures if _is_shown(x, plans)))
        for group in GROUPS
        if not group.only_if or _has_any(group.only_if, plans)
    ]
    return [group for group in found if group.measures]


def _is_shown(name: str, plans: Sequence[PlanResult]) -> bool:
    return name not in IF_ANY or _has_any((name,), plans)


def _has_any(names: Sequence[str], plans: Sequence[PlanResult]) -> bool:
    return any(plan.measures[name].mean for plan in plans for name in names)


def aligned(head: Sequence[str], groups: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> str:
    """Columns of text, the first flush left and the rest flush right, each group under its heading.

    A group without a heading stands right under the head.
    """
    rows = [head, *(row for _, rows in groups for row in rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    width = sum(widths) + len(GAP) * (len(widths) - 1)
    lines = [_line(head, widths), "-" * width]
    for heading, of_group in groups:
        lines += [f"{heading} ".ljust(width, "-")] if heading else []
        lines += [_line(row, widths) for row in of_group]
    return "\n".join(lines)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]
    return GAP.join(cells).rstrip()
