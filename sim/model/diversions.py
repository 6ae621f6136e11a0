"""Diversions: what became of the people reached, beside what patrol alone would have done."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.model.coverage import window_calls
from sim.model.world import World
from sim.schema import Destination, Fate, Ledger


def diversions(
    world: World, ledger: Ledger, contacts: NDArray[np.intp], p_booked: float
) -> dict[str, float]:
    """Diversions in the window by name of measure, not yet a year.

    Parameters
    ----------
    world, ledger
        One replication of one plan.
    contacts
        Rows of the reached calls of the window whose person was engaged.
    p_booked
        P(booked | arrest).
    """
    happened = _fate_as_it_happened(world, ledger, contacts)
    return {
        **_gross(world, happened, contacts, p_booked),
        **_net(world, happened, p_booked),
    }


def _fate_as_it_happened(
    world: World, ledger: Ledger, contacts: NDArray[np.intp]
) -> NDArray[np.int8]:
    """Fate of every call: the team's of a contact, and patrol's of any other."""
    kind = world.roster.kind[ledger.trips.duty[ledger.calls.trip[contacts]]]
    fate = world.calls.fate_patrol.copy()
    fate[contacts] = world.calls.fate_by_kind[kind, contacts]
    return fate


def _gross(
    world: World, happened: NDArray[np.int8], contacts: NDArray[np.intp], p_booked: float
) -> dict[str, float]:
    """What did not happen to contacts, whatever patrol alone would have done."""
    fate, wanted = happened[contacts], world.calls.wanted_destination[contacts]
    connected = (fate == Fate.REFERRAL) | (fate == Fate.VOLUNTARY)
    return {
        "jail_diversions_gross_per_year": len(contacts) - p_booked * _count(fate == Fate.ARREST),
        "hospital_diversions_gross_per_year": _count(~_hospital(fate, wanted)),
        "treatment_connections_per_year": _count(connected),
    }


def _net(world: World, happened: NDArray[np.int8], p_booked: float) -> dict[str, float]:
    """Patrol alone minus as it happened, over all calls: whole counts, so no effect gives zero."""
    rows = window_calls(world)
    patrol, happened = world.calls.fate_patrol[rows], happened[rows]
    wanted = world.calls.wanted_destination[rows]
    fewer_arrests = _count(patrol == Fate.ARREST) - _count(happened == Fate.ARREST)
    fewer_in_hospital = _count(_hospital(patrol, wanted)) - _count(_hospital(happened, wanted))
    return {
        "jail_diversions_net_per_year": p_booked * fewer_arrests,
        "hospital_diversions_net_per_year": fewer_in_hospital,
    }


def _count(rows: NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(rows))


def _hospital(fate: NDArray[np.int8], wanted: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Whether a fate is a transport to hospital; one rule, with a team and with patrol alone."""
    out: NDArray[np.bool_] = fate == Fate.HOLD
    out |= (fate == Fate.VOLUNTARY) & (wanted == Destination.HOSPITAL)
    return out
