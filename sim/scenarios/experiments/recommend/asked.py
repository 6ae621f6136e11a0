"""What is asked of a search for a plan: targets or limits, allowed shifts, fresh years."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from sim.config import InputError, StaffingPlan, staffing
from sim.config.fleet import with_fitting_forms
from sim.model.measures.dictionary import MEASURES
from sim.scenarios.asked import config_of
from sim.scenarios.experiments.recommend.lines import (
    AROUND_THE_CLOCK,
    LENGTHS,
    STARTS,
    Lines,
    lines_of,
)
from sim.scenarios.experiments.recommend.need import Limits
from sim.scenarios.experiments.targets import Target, targets_of, texts_of
from sim.scenarios.request import Request
from sim.scenarios.rules import latent_base
from sim.scenarios.scenario import Scenario

TARGET = "within_standard_share >= 0.8"
GOAL = "reach_share"  # what is made best within limits, unless a target says it
FRESH_YEARS = 400
PEOPLE = ("clinicians", "officers")


class Asked(NamedTuple):
    """What is asked, ready to search: `goal` is the measure to make best, empty with targets."""

    scenario: Scenario
    lines: Lines
    targets: list[Target]
    limits: Limits
    goal: str
    fresh_years: int


def asked_of(request: Request) -> Asked:
    """Check what is asked; an InputError names the option, what was expected and what was there."""
    own, config = request.own, config_of(request)
    if request.plans:
        raise InputError(
            f"recommend: expected options and overrides alone, as it finds the plan, got "
            f"{request.plans[0]!r}"
        )
    limits = _limits(own)
    targets = targets_of(texts_of(own.get("target")))
    goal = GOAL if limits.any and not targets else ""
    lines = lines_of(
        texts_of(own.get("starts")) or STARTS,
        [_hours(x) for x in texts_of(own.get("lengths"))] or LENGTHS,
        texts_of(own.get("patterns")) or ("daily", AROUND_THE_CLOCK),
        config.costs,
    )
    fresh = int(str(own.get("fresh_years") or FRESH_YEARS))
    if not 2 <= fresh <= 100_000:  # noqa: PLR2004 - an interval is of two or more
        raise InputError(f"--fresh-years: expected 2 to 100000, got {fresh}")
    one = lines.plan((1,) * len(lines.lines))
    config = with_fitting_forms(config, [one])
    base = latent_base(config, staffing("1"), request.config_dir)
    used = targets or ([] if goal else targets_of([TARGET]))
    return Asked(Scenario(config, base), lines, used, limits, goal, fresh)


def _limits(own: Mapping[str, object]) -> Limits:
    people: dict[str, object] = {}
    for part in texts_of(own.get("people")):
        role, _, count = part.partition("=")
        if role not in PEOPLE or not count:
            raise InputError(f"--people: expected clinicians=29,officers=63, got {part!r}")
        people[role] = count
    cars = _positive(own.get("cars"), "--cars")
    clinicians, officers = (_positive(people.get(x), f"--people: {x}") for x in PEOPLE)
    whole = None if cars is None else int(cars)
    return Limits(_positive(own.get("budget"), "--budget"), clinicians, officers, whole)


def _positive(value: object, what: str) -> float | None:
    try:
        number = None if value is None else float(str(value))
    except ValueError:
        number = math.nan
    if number is not None and not 0 < number < math.inf:
        raise InputError(f"{what}: expected a number above 0, got {value}")
    return number


def _hours(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"--lengths: expected hours such as 8,10,12, got {text!r}") from None


def titled(plan: StaffingPlan, asked: Asked) -> StaffingPlan:
    """Plan with a title that says what it was found for."""
    what = ", ".join(map(str, asked.targets)) or f"most {MEASURES[asked.goal].label.lower()}"
    return plan.model_copy(update={"title": f"Found for {what}"})


def people_words(**at_work: float | None) -> str | None:
    """People as the command line has them."""
    return ",".join(f"{x}={n:g}" for x, n in at_work.items() if n is not None) or None
