"""Which measures a table shows, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, get_args

from sim.model.measures.dictionary import MEASURES, Group
from sim.scenarios.answers.comparison import PlanResult


class Rows(NamedTuple):
    """Measures that stand together in a table, under a heading if they have one.

    They are left out where every plan has none or zero of all measures of `only_if`.
    """

    heading: str
    measures: tuple[str, ...]
    only_if: tuple[str, ...] = ()


UNTITLED: Group = "Teams"  # stands right under the head, whose figures it goes on with
ONLY_IF: dict[Group, tuple[str, ...]] = {
    "Crisis center": ("chair_occupancy_share", "center_turned_away_per_year"),
    "Follow-up": ("visits_due_per_year",),
    "Repeat calls": ("calls_averted_per_year", "frequent_callers_share"),
}


def _rows(group: Group) -> Rows:
    """Measures of a group that the screen has, in the order of their places."""
    of_group = [name for name, x in MEASURES.items() if x.group == group and x.shown]
    of_group.sort(key=lambda name: MEASURES[name].shown)
    heading = "" if group == UNTITLED else group
    return Rows(heading, tuple(of_group), ONLY_IF.get(group, ()))


GROUPS = tuple(rows for rows in map(_rows, get_args(Group)) if rows.measures)
KEY_MEASURES = tuple(name for group in GROUPS for name in group.measures)


def shown(plans: Sequence[PlanResult]) -> list[Rows]:
    """Groups with the measures that are not ruled out under all of these plans."""
    groups = [
        group._replace(measures=tuple(x for x in group.measures if _is_shown(x, plans)))
        for group in GROUPS
        if not group.only_if or _has_any(group.only_if, plans)
    ]
    return [group for group in groups if group.measures]


def _is_shown(name: str, plans: Sequence[PlanResult]) -> bool:
    return not MEASURES[name].if_any or _has_any((name,), plans)


def _has_any(names: Sequence[str], plans: Sequence[PlanResult]) -> bool:
    return any(plan.measures[name].mean for plan in plans for name in names)
