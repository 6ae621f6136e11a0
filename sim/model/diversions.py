"""Diversions: what became of the people reached, beside what patrol alone would have done."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.model.coverage import window_calls
from sim.model.dispositions import Contacts
from sim.model.world import World
from sim.schema import Destination, Fate, Ledger, Status

Codes = NDArray[np.int8]
Rows = NDArray[np.intp] | slice


def diversions(
    world: World, ledger: Ledger, contacts: Contacts, p_booked: float
) -> dict[str, float]:
    """Diversions in the window by name of measure, not yet a year.

    A call to whose person the crisis centre was closed or full wants the hospital in both worlds:
    patrol alone would have found the same door.

    Parameters
    ----------
    world, ledger
        One replication of one plan.
    contacts
        Reached calls of the window whose person was engaged.
    p_booked
        P(booked | arrest).
    """
    wanted = world.calls.wanted_destination.copy()
    wanted[contacts.call[contacts.turned_away]] = Destination.HOSPITAL
    happened = world.calls.fate_patrol.copy()  # what no team changed
    happened[contacts.call] = contacts.fate
    came = _came(world, ledger)
    return {
        **_gross(contacts.fate, wanted[contacts.call], p_booked),
        **_net(world.calls.fate_patrol[came], happened[came], wanted[came], p_booked),
    }


def _came(world: World, ledger: Ledger) -> Rows:
    """Rows of the calls of the window that were not averted."""
    rows = window_calls(world)
    averted = ledger.calls.status[rows] == Status.AVERTED
    return np.flatnonzero(~averted) + rows.start if averted.any() else rows


def _gross(fate: Codes, wanted: Codes, p_booked: float) -> dict[str, float]:
    """What did not happen to contacts, whatever patrol alone would have done."""
    connected = (fate == Fate.REFERRAL) | (fate == Fate.VOLUNTARY)
    return {
        "jail_diversions_gross_per_year": len(fate) - p_booked * _count(fate == Fate.ARREST),
        "hospital_diversions_gross_per_year": _count(~_hospital(fate, wanted)),
        "treatment_connections_per_year": _count(connected),
    }


def _net(patrol: Codes, happened: Codes, wanted: Codes, p_booked: float) -> dict[str, float]:
    """Patrol alone minus as it happened, over all calls: whole counts, so no effect gives zero.

    A call that was averted happened in neither world.
    """
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
