"""Guard rails on what an answer is made of: files, draws, the travel table, what was fitted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.config import Config
from sim.config.compose import GROUPS, shipped
from sim.config.faults import some
from sim.config.groups.demand import Fitted
from sim.config.models import Demand
from sim.config.numbers import numbers
from sim.config.values import Sourced
from sim.scenarios.answers.rails import Facts
from sim.scenarios.answers.words import MADE_UP, listed, plans_by, tenths
from sim.scenarios.experiments.formulas import teams_by_hour
from sim.scenarios.rails.seen import Seen, arm_words, is_shipped
from sim.scenarios.scenario import Arm
from sim.schema import PPM, UNREACHABLE, Kind, Mode, TravelModel

FEW = 3  # keys that are named
GENERIC = "generic"  # the program of no place
DEMAND = "all of demand (calls and zones)"
NOT_YOURS = " All that you have not set is as shipped, not of your city."
FAR = 2.0  # times the calls of a program: the size of another place
LEAST_PERCENT = 0.01


def files(seen: Seen) -> Iterator[Facts]:
    """What was found odd in a file of the user."""
    for warning in seen.config.program.warnings:
        yield {"text": f"{warning.rstrip('.')}."}


def made_up(seen: Seen) -> Iterator[Facts]:
    """Which figures say of themselves that they are made up, as those of a new folder do.

    A demand that says so is so as a whole. Beside figures of a city of the user's own, what nobody
    has set must not read as if it were that city's.
    """
    program, keys = seen.config.program.name, _made_up(seen.config)
    if keys:
        is_own = program == GENERIC or not is_shipped(f"program={program}")
        yield {"keys": _first_of(keys), "others": NOT_YOURS if is_own else ""}


def _made_up(config: Config) -> list[str]:
    marked = [key for key, number in numbers(config) if MADE_UP in number.source.lower()]
    if MADE_UP not in config.demand.source.title.lower():
        return marked
    return [DEMAND, *(key for key in marked if not key.startswith("demand."))]


def _first_of(keys: list[str]) -> str:
    """Keys, or the first few of many."""
    rest = len(keys) - FEW
    return listed([*keys[:FEW], f"{rest} more"] if rest > 0 else keys)


def precision(seen: Seen) -> Iterator[Facts]:
    """Whether a precision was asked for and not reached."""
    if seen.imprecise is not None:
        yield {"n": str(seen.imprecise)}


def chance(seen: Seen) -> Iterator[Facts]:
    """Whether no assumption was drawn."""
    if seen.main.plans and not seen.main.plans[0].spread and not seen.config.run.draws:
        yield {}


def central(seen: Seen) -> Iterator[Facts]:
    """Whether it is of a plan that was searched for, which is done at central values."""
    if seen.fresh_years and seen.arms:
        yield {}


# --- outcomes of selected calls ------------------------------------------------------------------


def selected(seen: Seen) -> Iterator[Facts]:
    """Where outcomes seen on calls that officers had selected are applied to other calls."""
    if seen.config.outcomes.observed_on == "officer_request":
        said = ((arm_words(arm), _not_selected(arm)) for arm in seen.arms)
        for share, plan in plans_by(said).items():
            yield {"plan": plan, "share": share}


def _not_selected(arm: Arm) -> str:
    """Requests that no officer selected, "all requests" or "40% of requests"; empty if none."""
    mode_ppm = arm.policy.mode_ppm
    by_officers = int(mode_ppm[Mode.OFFICER_REQUEST]) - int(mode_ppm[Mode.CO_DISPATCH])
    if arm.plan.teams == 0 or by_officers == PPM:
        return ""
    return f"{tenths(1 - by_officers / PPM)} of requests" if by_officers else "all requests"


# --- the travel table ----------------------------------------------------------------------------


def no_way(seen: Seen) -> Iterator[Facts]:
    """Zones with calls to which there is no way from any base of a plan."""
    demand = seen.config.demand
    said = ((arm_words(arm), _zones_without_way(demand, arm)) for arm in seen.arms)
    for zones, plan in plans_by(said).items():
        yield {"plan": plan, "zones": zones}


def _zones_without_way(demand: Demand, arm: Arm) -> str:
    """Zones with calls that no team of a plan could drive to from its base, and their share."""
    roster, share = arm.schedule.roster, np.array(demand.zone_share)
    kinds, bases = roster.kind, roster.base_zone
    if arm.travel.model != TravelModel.MATRIX or Kind.REMOTE_CLINICIAN in kinds:
        return ""
    from_bases_s = arm.travel.matrix_s[:, bases[kinds != Kind.FOLLOW_UP]]
    without = (from_bases_s == UNREACHABLE).all(axis=(0, 1)) & (share > 0)
    if not from_bases_s.size or not without.any():
        return ""
    names = [demand.zones[zone] for zone in np.flatnonzero(without)]
    return f"{some(names)}, {tenths(share[without].sum())} of all calls"


# --- what was fitted -----------------------------------------------------------------------------


def fitted(seen: Seen) -> Iterator[Facts]:
    """Calls, hours or teams beyond those of the log that a city was fitted to."""
    demand = seen.config.demand
    if demand.fitted is None:
        return
    beyond = [*_calls_beyond(demand, demand.fitted)]
    for arm in seen.arms:
        beyond += _of_plan(arm, demand.fitted)
    if beyond:
        yield {"period": demand.source.period or demand.source.title, "what": "; ".join(beyond)}


def _calls_beyond(demand: Demand, fitted: Fitted) -> Iterator[str]:
    calls = _calls(demand)
    least, most = fitted.calls_per_year
    if not least <= calls <= most:
        yield f"{calls:,.0f} calls a year, where its weeks had {least:,.0f} to {most:,.0f}"


def _of_plan(arm: Arm, fitted: Fitted) -> Iterator[str]:
    teams = teams_by_hour(arm.plan)
    if fitted.teams is not None and teams.max(initial=0) > fitted.teams:
        yield f"{teams.max():.0f} teams at once with {arm_words(arm)}, where it had {fitted.teams}"
    hours = int((teams[fitted.hours_not_seen] > 0).sum())
    if hours:
        not_seen = len(fitted.hours_not_seen)
        yield listed([f"{hours} of the {not_seen} hours of the week that it did not see"]) + (
            f", with {arm_words(arm)}"
        )


def volume(seen: Seen) -> Iterator[Facts]:
    """Calls far beyond those that the demand of a shipped program was made of.

    Far is twice the most of its own range, or half of the least. Where a program has no calls of
    its own, as the generic one, the number is meant to be set.
    """
    demand, program = seen.config.demand, seen.config.program.name
    if demand.name != program or not is_shipped(f"demand={program}"):
        return
    own = Sourced.model_validate(shipped([f"demand={program}"])["demand"]["calls_per_year"])
    calls = _calls(demand)
    least, most = (own.value if end is None else end for end in (own.low, own.high))
    if not least / FAR <= calls <= FAR * most:
        yield {
            "calls": f"{calls:,.0f}",
            "times": _times(calls / own.value),
            "base": f"{own.value:,.0f}",
            "program": program,
        }


def _calls(demand: Demand) -> float:
    return float(demand.calls_per_year) * float(demand.growth_factor)


def _times(ratio: float) -> str:
    if ratio > 1:
        return f"{ratio:.1f} times"
    return f"{100 * ratio:.0f}% of" if ratio >= LEAST_PERCENT else "less than 1% of"


def replaced(seen: Seen) -> Iterator[Facts]:
    """Whole groups chosen in place of a file that the program has of its own."""
    program = seen.config.program.name
    chosen = [x for x in seen.overrides if _stands_for_own(x, program)]
    if chosen:
        stand = "stands" if len(chosen) == 1 else "stand"
        yield {"chosen": " and ".join(chosen), "stand": stand, "program": program}


def _stands_for_own(override: str, program: str) -> bool:
    group, _, name = override.partition("=")
    is_group = group in GROUPS and group != "program"
    return is_group and name != program and is_shipped(f"{group}={program}")
