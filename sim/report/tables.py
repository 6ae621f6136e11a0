"""The answer as plain text of 100 columns: the same on a terminal, in a pipe and in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.config import StaffingPlan
from sim.report.findings import fairness, why_missed
from sim.report.money import economics
from sim.report.sections import Rows, aligned, shown
from sim.report.wording import (
    BLANK,
    WIDTH,
    answers,
    interval_name,
    is_paired_time,
    label,
    mean_and_range,
    mean_of,
    number,
    percent,
    plan_words,
    range_of,
    scale,
    wrapped,
)
from sim.scenarios.answers import Comparison, Difference, HistoryCheck, PlanResult, Reading
from sim.scenarios.checking import TwinCheck
from sim.scenarios.intervals import INTERVAL_LABEL, DifferenceInterval, Interval
from sim.schema import Fate

TEAM_HOURS = "Team-hours a day"
WORKER_HOURS = "Hours a day of those who only visit"


def render(found: Comparison, plans: Sequence[StaffingPlan]) -> str:
    """Whole answer as text: the finding first, then plans, differences, notes, people and money.

    Parameters
    ----------
    found
        The comparison.
    plans
        Every staffing plan of its main reading.
    """
    confidence = found.config.run.confidence_level
    results = found.main.plans
    blocks = [
        "\n".join(wrapped(sentence) for sentence in answers(found.main, confidence)),
        why_missed(results),
        _plans_block(found),
        *(_difference_block(pair, found) for pair in found.main.differences),
        fairness(results, confidence),
        *_checked(found.check),
        *_beside(found),
        _to_know(found),
        *(wrapped(f"Warning: {warning}", "", "  ") for warning in found.warnings),
        *economics(found, plans),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


# --- plan by plan --------------------------------------------------------------------------------


def _plans_block(found: Comparison) -> str:
    config, confidence = found.config, found.config.run.confidence_level
    heading = (
        f"{config.program.title}: {found.scenario.window_days} days from "
        f"{config.run.window_start.isoformat()}, {found.replications} replications, seed "
        f"{config.run.seed}. Mean ({interval_name(confidence)}: {INTERVAL_LABEL})."
    )
    groups = shown(found.main.plans)
    return "\n\n".join([wrapped(heading), *_fitting(found.main.plans, groups)])


def _fitting(plans: Sequence[PlanResult], groups: Sequence[Rows]) -> Iterator[str]:
    """Tables of as many plans as fit beside each other on a page."""
    at, n = 0, len(plans)
    while at < n:
        size = n - at
        while size > 1 and _width(_plans_table(plans[at : at + size], groups)) > WIDTH:
            size -= 1
        yield _plans_table(plans[at : at + size], groups)
        at += size


def _width(table: str) -> int:
    return max(map(len, table.splitlines()))


def _plans_table(plans: Sequence[PlanResult], groups: Sequence[Rows]) -> str:
    head = ["", *(plan.name for plan in plans)]
    hours = [[TEAM_HOURS, *(number(plan.team_hours_per_day) for plan in plans)]]
    if any(plan.worker_hours_per_day for plan in plans):
        hours.append([WORKER_HOURS, *(number(plan.worker_hours_per_day) for plan in plans)])
    rows = [(group.heading, [_plans_row(x, plans) for x in group.measures]) for group in groups]
    return aligned(head, [("", hours), *rows])


def _plans_row(name: str, plans: Sequence[PlanResult]) -> list[str]:
    return [label(name), *(mean_and_range(plan.measures[name], scale(name)) for plan in plans)]


# --- differences ---------------------------------------------------------------------------------


def _difference_block(pair: Difference, found: Comparison) -> str:
    name = interval_name(found.config.run.confidence_level, len(found.main.differences))
    heading = wrapped(
        f"{pair.plan} minus {pair.versus}, paired by replication; {name}: {INTERVAL_LABEL}."
    )
    head = ["", "difference", "interval", "told from zero", "percent"]
    rows = [
        (group.heading, [_difference_row(name, pair.measures[name]) for name in group.measures])
        for group in shown(found.main.plans)
    ]
    note = "* On calls reached under both plans. Differences of measures in % are in points."
    return "\n".join([heading, "", aligned(head, rows), note])


def _difference_row(name: str, found: DifferenceInterval) -> list[str]:
    factor = scale(name)
    mean = mean_of(found, factor, sign=True)
    told = BLANK if found.low is None else "yes" if found.excludes_zero else "no"
    change = BLANK
    if found.percent is not None and found.percent.mean is not None:
        change = f"{number(found.percent.mean, sign=True)} %"
    mark = " *" if is_paired_time(name) else ""
    return [label(name) + mark, mean, range_of(found, factor), told, change]


# --- beside the answer ---------------------------------------------------------------------------


def _beside(found: Comparison) -> Iterator[str]:
    """Other reading, other travel and history, each a short block, if there are any."""
    confidence = found.config.run.confidence_level
    if found.other_reading is not None:
        yield _other_reading(found.other_reading, confidence)
    if found.history is not None:
        yield wrapped(_history(found.history), "", "  ")
    if found.travel_beside is not None:
        said = " ".join(answers(found.travel_beside, confidence))
        yield wrapped(f"Under {found.travel_beside.label}: {said}", "", "  ")


def _other_reading(reading: Reading, confidence: float) -> str:
    heading = f"The other reading, {reading.label}"
    lines = [wrapped(f"{heading}: {reading.reason}." if reading.reason else f"{heading}.")]
    lines += [wrapped(_in_one_line(plan), "  ", "    ") for plan in reading.plans]
    lines += [wrapped(said, "  ", "    ") for said in answers(reading, confidence)]
    return "\n".join(lines)


def _in_one_line(plan: PlanResult) -> str:
    shown = {name: mean_and_range(plan.measures[name], scale(name)) for name in _IN_SHORT}
    figures = ", ".join(f"{text.format(shown[name])}" for name, text in _IN_SHORT.items())
    return f"{plan_words(plan)}: {number(plan.team_hours_per_day)} team-hours a day, {figures}"


_IN_SHORT = {
    "reach_share": "reached {} %",
    "handled_per_day": "handled {} a day",
    "response_median_min": "median response {} min",
    "fte_clinician": "{} clinicians at work",
    "cost_per_year": "cost {} in $1,000 a year",
}


def _history(check: HistoryCheck) -> str:
    """Published figures, the simulated ones, and whether they are close enough."""
    return (
        f"History: {check.plan} should give about {number(check.published_per_day)} handled a day "
        f"and {percent(check.published_reach_share)} reached ({check.year}), each within "
        f"{percent(check.tolerance_share)} as stated beforehand. Simulated: "
        f"{mean_and_range(check.handled_per_day)} a day and "
        f"{mean_and_range(check.reach_share, 100)} % reached. {_verdict(check)}"
    )


def _verdict(check: HistoryCheck) -> str:
    if check.reproduced:
        return f"It reproduces {check.year}."
    handled = _off_by("handled a day", check.handled_per_day, check.published_per_day)
    reach = _off_by("reached", check.reach_share, check.published_reach_share)
    return f"It does not reproduce {check.year}: {handled}, {reach}."


def _off_by(what: str, found: Interval, published: float) -> str:
    if found.mean is None:
        return f"{what} is not known"
    off = found.mean / published - 1
    return (
        f"{what} is {100 * abs(off):.0f} % {'above' if off > 0 else 'below'} the published figure"
    )


# --- what to know --------------------------------------------------------------------------------


def _to_know(found: Comparison) -> str:
    standard = found.config.service.standard
    within = f"{float(standard.minutes):g} minutes of the call being {standard.clock}"
    told = [
        *found.config.program.notes,
        f"The standard: on scene within {within}.",
        shares_line(found),
        *found.notes,
        f"Intervals up to here: {INTERVAL_LABEL}.",
    ]
    return "\n".join(["To know:", *(wrapped(line, "- ", "  ") for line in told)])


def _checked(check: TwinCheck | None) -> list[str]:
    """What was run in both engines first, if anything."""
    if check is None:
        return []
    extent = {"four_weeks": "four weeks and the tail", "full": "the whole"}[check.how]
    counted = f"{check.calls:,} calls in {check.plans} plan{'s' if check.plans > 1 else ''}"
    return [wrapped(f"Checked against SimPy: identical ({counted}, {extent} of replication 0).")]


def shares_line(found: Comparison) -> str:
    """Which of patrol shares, team shares and effect was computed, and its values."""
    shares = found.scenario.tables.shares
    if shares.computed == "effect":
        fates, values = list(Fate)[Fate.VOLUNTARY :], shares.odds_ratios
        figures = ", ".join(
            f"{_fate(fate)} {number(float(value))}"
            for fate, value in zip(fates, values, strict=True)
        )
        return f"Computed: the effect of a team, as odds ratios: {figures}."
    values = shares.patrol if shares.computed == "patrol_shares" else shares.team
    of_whom = "patrol alone" if shares.computed == "patrol_shares" else "a team"
    figures = ", ".join(
        f"{_fate(fate)} {100 * float(value):.1f} %"
        for fate, value in zip(Fate, values, strict=True)
    )
    return f"Computed: what becomes of people with {of_whom}: {figures}."


def _fate(fate: Fate) -> str:
    return fate.name.lower().replace("_", " ")
