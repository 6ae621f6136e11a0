"""Sworn hours: what a plan assigns to teams, what it releases on patrol, and the balance."""

from __future__ import annotations

from typing import NamedTuple

from sim.arrays import Bools
from sim.clock import HOUR_S
from sim.model.measures import coverage
from sim.model.measures.coverage import window_calls
from sim.model.world import World
from sim.schema import NONE, Kind, Ledger


class SwornHours(NamedTuple):
    """Officer-hours in the window; neither is shown without the other."""

    assigned: float
    released: float


def sworn_hours(
    world: World, ledger: Ledger, patrol_officers: float, *, alone_as_patrol: bool
) -> SwornHours:
    """Officer-hours of co-responder teams, and of patrol that their calls no longer take.

    Parameters
    ----------
    world, ledger
        One replication of one plan.
    patrol_officers
        Officers whom patrol sends to a call.
    alone_as_patrol
        Whether an officer left without a clinician serves as patrol.
    """
    roster = world.roster
    with_officer = (roster.kind == Kind.CO_RESPONDER) & (roster.officer_present == 1)
    assigned_s = _rostered_s(world, with_officer) + _overtime_s(world, ledger, with_officer)
    released_s = _less_patrol_s(world, ledger) * patrol_officers
    if alone_as_patrol:
        released_s += _rostered_s(world, with_officer & (roster.clinician_present == 0))
    return SwornHours(assigned_s / HOUR_S, released_s / HOUR_S)


def _rostered_s(world: World, counted: Bools) -> int:
    return int(coverage.rostered(world).seconds_in(world.window)[counted].sum())


def _overtime_s(world: World, ledger: Ledger, counted: Bools) -> int:
    return int(coverage.overtime(world, ledger, counted).seconds_in(world.window).sum())


def _less_patrol_s(world: World, ledger: Ledger) -> int:
    """Seconds patrol would have spent alone on the window's calls, less those it did spend."""
    rows = window_calls(world)
    spent_s, alone_s = ledger.calls.patrol_for_s[rows], world.calls.patrol_alone_for_s[rows]
    return int((alone_s - spent_s)[spent_s != NONE].sum())
