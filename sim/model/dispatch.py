"""The rules of dispatch, as plain functions of scalars that both engines call.

They draw nothing and compute no exp, log or pow, so that both engines get the same whole seconds.
"""

from __future__ import annotations

from numba.extending import register_jitable

from sim.clock import HOUR_S
from sim.schema import Destination, Fate, Rule

CLOSEST, PREFERENCE = int(Rule.CLOSEST), int(Rule.PREFERENCE)
LONGEST_IDLE = int(Rule.LONGEST_IDLE)
VOLUNTARY, HOLD = int(Fate.VOLUNTARY), int(Fate.HOLD)
NOWHERE, CENTRE = int(Destination.NOWHERE), int(Destination.CENTRE)
HOSPITAL, JAIL = int(Destination.HOSPITAL), int(Destination.JAIL)


@register_jitable
def hour_of_day(at_s: int, first_hour: int) -> int:
    """Hour of day, 0 to 23, of a second of the run."""
    return (at_s // HOUR_S + first_hour) % 24


@register_jitable
def travel_for_s(mean_s: int, factor: float) -> int:
    """Travel in whole seconds: the mean times the call's own factor, rounded half up."""
    return int(mean_s * factor + 0.5)


@register_jitable
def score(rule: int, travel_s: int, preferred: int, idle_since_s: int, worked_for_s: int) -> int:
    """Figure that the best of the eligible free teams has least of; ties go to the least duty id.

    `travel_s` is the mean travel to the call, `preferred` the place of the team's base zone in the
    list of the call's zone; idle and worked count within the duty.
    """
    if rule == CLOSEST:
        return travel_s
    if rule == PREFERENCE:
        return preferred
    return idle_since_s if rule == LONGEST_IDLE else worked_for_s


@register_jitable
def destination_of(contact: int, fate: int, wanted: int) -> int:
    """Where the person of a reached call is taken; `wanted` is where a voluntary one would go."""
    if contact == 0 or fate < VOLUNTARY:
        return NOWHERE
    if fate == VOLUNTARY:
        return wanted
    return HOSPITAL if fate == HOLD else JAIL


@register_jitable
def away_for_s(
    destination: int,
    goes_along: int,
    centre_for_s: int,
    hospital_for_s: int,
    booking_for_s: int,
) -> int:
    """Seconds of transport and handover that keep the team busy; none if another does them."""
    if goes_along == 0 or destination == NOWHERE:
        return 0
    if destination == CENTRE:
        return centre_for_s
    return hospital_for_s if destination == HOSPITAL else booking_for_s
