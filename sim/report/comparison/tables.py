"""The answer as plain text of 100 columns: the same on a terminal, in a pipe and in a file."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.comparison.findings import answers, fairness, why_missed
from sim.report.comparison.sections import Rows, shown
from sim.report.money import economics
from sim.report.rendering import rendered
from sim.report.table import Group, Table
from sim.report.wording import (
    BLANK,
    interval_name,
    is_paired_time,
    label,
    mean_and_range,
    mean_of,
    number,
    plan_words,
    range_of,
    scale,
)
from sim.scenarios.answers.comparison import Comparison, Computed, Difference, PlanResult
from sim.scenarios.answers.intervals import INTERVAL_LABEL, DifferenceInterval

TEAM_HOURS = "Team-hours per day"
WORKER_HOURS = "Follow-up staff, hours per day"


def render(comparison: Comparison) -> str:
    """Whole answer as text: the finding first, then plans, differences, notes, people and money."""
    main, config = comparison.main, comparison.config
    groups, confidence = shown(main.plans), config.run.confidence_level
    return rendered(
        "compare_screen.txt",
        comparison=comparison,
        config=config,
        confidence=confidence,
        label=INTERVAL_LABEL,
        answers=answers,
        interval_name=interval_name,
        plan_words=plan_words,
        missed=why_missed(main.plans),
        plans=_plans_table(main.plans, groups),
        differences=[(x, _difference_table(x, groups, confidence)) for x in main.differences],
        fairness=fairness(main.plans, confidence),
        shares=_computed(comparison.computed),
        money=economics(comparison),
    ).rstrip()


def _plans_table(plans: Sequence[PlanResult], groups: Sequence[Rows]) -> Table:
    hours = [[TEAM_HOURS, *(number(plan.team_hours_per_day) for plan in plans)]]
    if any(plan.worker_hours_per_day for plan in plans):
        hours.append([WORKER_HOURS, *(number(plan.worker_hours_per_day) for plan in plans)])
    rows = [
        Group([_plans_row(x, plans) for x in group.measures], group.heading) for group in groups
    ]
    return Table(["", *(plan.name for plan in plans)], [Group(hours), *rows])


def _plans_row(name: str, plans: Sequence[PlanResult]) -> list[str]:
    return [label(name), *(mean_and_range(plan.measures[name], scale(name)) for plan in plans)]


def _difference_table(pair: Difference, groups: Sequence[Rows], confidence: float) -> Table:
    head = ["", "difference", interval_name(confidence), "excludes 0", "percent"]
    return Table(
        head,
        [
            Group([_difference_row(x, pair.measures[x]) for x in group.measures], group.heading)
            for group in groups
        ],
    )


def _difference_row(name: str, change: DifferenceInterval) -> list[str]:
    excludes_zero = BLANK if change.low is None else "yes" if change.excludes_zero else "no"
    percent = BLANK
    if change.percent is not None and change.percent.mean is not None:
        percent = f"{number(change.percent.mean, sign=True)} %"
    return [
        label(name) + (" *" if is_paired_time(name) else ""),
        mean_of(change, scale(name), sign=True),
        range_of(change, scale(name)),
        excludes_zero,
        percent,
    ]


def _computed(computed: Computed) -> list[str]:
    """Figures of those of patrol shares, team shares and effect that follow from the others."""
    if computed.what == "effect":
        return [f"{fate} {number(ratio)}" for fate, ratio in computed.by_fate.items()]
    return [f"{fate} {100 * share:.1f} %" for fate, share in computed.by_fate.items()]
