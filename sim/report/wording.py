"""Numbers and findings in words: whole minutes and percents, and never without the interval."""

from __future__ import annotations

import math
import re
import textwrap

from sim.model.measures.measure import MEASURES
from sim.scenarios.answers import Difference, PlanResult, Reading
from sim.scenarios.intervals import INTERVAL_LABEL, DifferenceInterval, Interval

WIDTH = 100
BLANK = "–"
HELD = "\N{NO-BREAK SPACE}"  # keeps a figure and its % on one line
SAME = 1e-9  # relative: what rounding makes of equal figures
PAIRED_TIMES = ("response_", "request_to_arrival_", "wait_")  # on calls reached under both plans
UNIT_TEXT = {"share": "%"}
DOLLARS = "$/year"
THOUSANDS = frozenset(  # a year of duties makes long figures
    {
        "sworn_hours_assigned_per_year",
        "patrol_hours_released_per_year",
        "sworn_hours_net_per_year",
    }
)


def is_paired_time(name: str) -> bool:
    """Whether a measure's difference is on calls reached under both plans."""
    return name.startswith(PAIRED_TIMES) and "restricted" not in name


def label(name: str) -> str:
    """Label of a measure with its unit, unless the label says it."""
    measure = MEASURES[name]
    unit = UNIT_TEXT.get(measure.unit, measure.unit)
    if unit != "%" and set(unit.split("/")) <= set(re.split(r"[ ,]+", measure.label.lower())):
        return measure.label
    return f"{measure.label}, {_by_the_thousand(unit) if _in_thousands(name) else unit}"


def scale(name: str) -> float:
    """Factor by which a measure is shown: shares as percents, large figures by the thousand."""
    if _in_thousands(name):
        return 0.001
    return 100.0 if MEASURES[name].unit == "share" else 1.0


def _in_thousands(name: str) -> bool:
    """Whether a measure is shown by the thousand: dollars of a year, and a year's sworn hours."""
    return name in THOUSANDS or MEASURES[name].unit == DOLLARS


def _by_the_thousand(unit: str) -> str:
    return unit.replace("$", "$1,000") if unit.startswith("$") else f"1,000 {unit}"


def number(value: float | None, like: float | None = None, *, sign: bool = False) -> str:
    """Figure with as many decimals as the size of `like` (or its own) calls for.

    A whole figure that is like no other has none.
    """
    if value is None:
        return BLANK
    size = abs(value if like is None else like)
    decimals = 0 if size >= 100 or size == 0 else 1 if size >= 1 else 2  # noqa: PLR2004
    if like is None and value == round(value):
        decimals = 0
    text = f"{value:{'+' if sign else ''},.{decimals}f}"
    if not text.strip("+-0.,"):
        text = text.lstrip("+-")
    return text.replace("-", "−")


def size_of(found: Interval, factor: float = 1.0) -> float:
    """Largest of a mean and its ends: what sets the decimals of all three."""
    known = [x for x in (found.mean, found.low, found.high) if x is not None]
    return max((abs(factor * x) for x in known), default=0.0)


def mean_of(found: Interval, factor: float = 1.0, *, sign: bool = False) -> str:
    """Mean alone, with the decimals of its interval."""
    mean = None if found.mean is None else factor * found.mean
    return number(mean, size_of(found, factor), sign=sign)


def range_of(found: Interval, factor: float = 1.0, between: str = " to ") -> str:
    """Interval alone, "12.8 to 13.4"."""
    if found.mean is None or found.low is None or found.high is None:
        return BLANK
    size = size_of(found, factor)
    low, high = (number(factor * end, size) for end in (found.low, found.high))
    return f"{low}{' to ' if '−' in low + high else between}{high}"


def mean_and_range(found: Interval, factor: float = 1.0) -> str:
    """Mean and its interval, "68.0 (67.8–68.2)"; alone if it is the same in every replication."""
    if found.mean is None or found.low is None or found.high is None:
        return mean_of(found, factor)
    if math.isclose(found.low, found.high, rel_tol=SAME):
        return number(factor * found.mean)
    return f"{mean_of(found, factor)} ({range_of(found, factor, '–')})"


def wrapped(text: str, indent: str = "", hanging: str | None = None) -> str:
    """Text folded to the width of a page."""
    after = indent if hanging is None else hanging
    folded = textwrap.fill(
        re.sub(r"(?<=\d) (?=%)", HELD, text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=after,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return folded.replace(HELD, " ")


def plan_words(plan: PlanResult) -> str:
    """Plan as the subject of a sentence; one without teams has its name if it makes visits."""
    if plan.teams == 0:
        visits = plan.measures.get("visit_hours_per_year")
        return plan.name if visits is not None and visits.mean else "patrol alone"
    if plan.name.isdigit():
        return "1 post" if plan.teams == 1 else f"{plan.teams} posts"
    return plan.name


def plan_heading(plan: PlanResult) -> str:
    """Plan as the first words of a line; a file's name keeps its letters."""
    words = plan_words(plan)
    return words if words == plan.name else words[0].upper() + words[1:]


def percent(share: float) -> str:
    """Whole percents, "68 %"."""
    if 0 < share < 0.005:  # noqa: PLR2004 - rounds to 0 %
        return "less than 1 %"
    return f"{100 * share:.0f} %"


def minutes(value: float) -> str:
    """Whole minutes, "6 minutes"."""
    whole = round(abs(value))
    if whole == 0:
        return "less than a minute"
    return "1 minute" if whole == 1 else f"{whole} minutes"


def interval_name(confidence: float, comparisons: int = 1) -> str:
    """What an interval is called, "95 % interval"."""
    name = f"{100 * confidence:g} % interval"
    return f"{name}, adjusted for {comparisons} comparisons" if comparisons > 1 else name


def answers(reading: Reading, confidence: float) -> list[str]:
    """The finding in one sentence a comparison, or one about the plan if there is only one."""
    if not reading.differences:
        return [_about_one(reading.plans[0], confidence)]
    base, name = reading.plans[-1], interval_name(confidence, len(reading.differences))
    return [
        _about_two(plan, base, pair, name)
        for plan, pair in zip(reading.plans[:-1], reading.differences, strict=True)
    ]


def _subject(plan: PlanResult) -> str:
    verb = "reach" if plan.name.isdigit() and plan.teams > 1 else "reaches"
    return f"{plan_heading(plan)} {verb}"


def _reached(share: float) -> str:
    return "none of the requested calls" if share == 0 else f"{percent(share)} of requested calls"


def _about_one(plan: PlanResult, confidence: float) -> str:
    reach, median = plan.measures["reach_share"], plan.measures["response_median_min"].mean
    if reach.mean is None:
        return f"{_subject(plan)} no calls: no team was requested in the window."
    said = f"{_subject(plan)} {_reached(reach.mean)}"
    around = range_of(reach, 100)
    if around != BLANK and plan.teams > 0:
        said += f" ({interval_name(confidence)} {around} %; {INTERVAL_LABEL})"
    return f"{said}." if median is None else f"{said}, with a median response of {minutes(median)}."


def _about_two(plan: PlanResult, base: PlanResult, pair: Difference, name: str) -> str:
    one, other = (side.measures["reach_share"].mean for side in (plan, base))
    if one is None or other is None:
        return f"{_subject(plan)} no calls: no team was requested in the window."
    against = "none" if other == 0 else percent(other)
    said = f"{_subject(plan)} {_reached(one)}, against {against} with {plan_words(base)}"
    return f"{said}: {_points(pair.measures['reach_share'], name)}{_response(pair, plan, base)}."


def _points(found: DifferenceInterval, name: str) -> str:
    """Difference of two shares of requested calls, in percentage points."""
    around = f"({name} {range_of(found, 100)}; {INTERVAL_LABEL})"
    if found.mean is None or found.low is None:
        return "the difference has no interval"
    if not found.excludes_zero:
        around = around.replace(";", " points;", 1)
        return f"no difference that can be told from chance {around}"
    points = 100 * abs(found.mean)
    size = f"{points:.0f}" if points >= 1 else number(points)
    word = "point" if size == "1" else "points"
    return f"{size} {word} {'more' if found.mean > 0 else 'fewer'} {around}"


def _response(pair: Difference, plan: PlanResult, base: PlanResult) -> str:
    found = pair.measures["response_median_min"]
    if found.mean is None:
        none = next((side for side in (plan, base) if side.teams == 0), None)
        why = "" if none is None else f", as {plan_words(none)} has no response time"
        return f"; the responses cannot be compared{why}" if why else ""
    if not found.excludes_zero:
        return (
            ", and on calls reached under both there is no difference in the median response that "
            "can be told from chance"
        )
    way = "shorter" if found.mean < 0 else "longer"
    return f", and the median response is {minutes(found.mean)} {way} on calls reached under both"
