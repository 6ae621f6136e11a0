"""Diversions: what became of the people reached, beside what patrol alone would have done."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Codes, Selection
from sim.model.measures.contacts import Contacts
from sim.model.measures.coverage import window_calls
from sim.model.world import World
from sim.schema import Destination, Fate, Ledger, Status


class Fates(NamedTuple):
    """What became of the person of each call, and with patrol alone; all of shape (calls,).

    `wanted` is where a voluntary transport of this person goes, in both worlds.
    """

    alone: Codes
    happened: Codes
    wanted: Codes


def diversions(
    world: World, ledger: Ledger, contacts: Contacts, p_booked: float
) -> dict[str, float]:
    """Diversions in the window by name of measure, not yet a year.

    Transports to hospital are holds and voluntary ones, so that the two net figures add up to that
    of hospital exactly. Gross figures do not add up: a contact without a hold may have gone there
    freely.

    Parameters
    ----------
    world, ledger
        One replication of one plan.
    contacts
        Reached calls of the window whose person was engaged.
    p_booked
        P(booked | arrest).
    """
    alone, happened, wanted = fates(world, contacts)
    came = _came(world, ledger)
    without = _counted(alone[came], wanted[came])
    return {
        **gross(len(contacts.fate), _counted(contacts.fate, wanted[contacts.call]), p_booked),
        **net(without, _counted(happened[came], wanted[came]), p_booked),
    }


def fates(world: World, contacts: Contacts) -> Fates:
    """Fates of all calls: a call without a contact is as with patrol alone.

    A contact for whom the crisis center was closed or full, or would have been when the team left,
    wants the hospital in both worlds: patrol alone would have found the same door.
    """
    wanted = world.calls.wanted_destination.copy()
    wanted[contacts.call[contacts.to_hospital]] = Destination.HOSPITAL
    happened = world.calls.fate_patrol.copy()
    happened[contacts.call] = contacts.fate
    return Fates(world.calls.fate_patrol, happened, wanted)


def _came(world: World, ledger: Ledger) -> Selection:
    """Rows of the calls of the window that were not averted."""
    rows = window_calls(world)
    averted = ledger.calls.status[rows] == Status.AVERTED
    return np.flatnonzero(~averted) + rows.start if averted.any() else rows


class Events(NamedTuple):
    """Numbers of calls by what became of the person; `voluntary` is to hospital only."""

    arrests: float
    holds: float
    voluntary: float
    connected: float


def gross(contacts: int, did: Events, p_booked: float) -> dict[str, float]:
    """What did not happen to contacts, whatever patrol alone would have done.

    A contact arrested and not booked is no diversion from arrest, and is one from jail.
    """
    return {
        "arrest_diversions_gross_per_year": contacts - did.arrests,
        "jail_diversions_gross_per_year": contacts - p_booked * did.arrests,
        "hold_diversions_gross_per_year": contacts - did.holds,
        "voluntary_hospital_diversions_gross_per_year": contacts - did.voluntary,
        "hospital_diversions_gross_per_year": contacts - did.holds - did.voluntary,
        "treatment_connections_per_year": did.connected,
    }


def net(alone: Events, did: Events, p_booked: float) -> dict[str, float]:
    """Patrol alone minus as it happened, over the same calls, so that no effect gives zero.

    Connections are the other way round, as more of them are better. A call that was averted
    happened in neither world.
    """
    fewer_arrests = alone.arrests - did.arrests
    fewer_holds, fewer_voluntary = alone.holds - did.holds, alone.voluntary - did.voluntary
    return {
        "arrest_diversions_net_per_year": fewer_arrests,
        "jail_diversions_net_per_year": p_booked * fewer_arrests,
        "hold_diversions_net_per_year": fewer_holds,
        "voluntary_hospital_diversions_net_per_year": fewer_voluntary,
        "hospital_diversions_net_per_year": fewer_holds + fewer_voluntary,
        "treatment_connections_net_per_year": did.connected - alone.connected,
    }


def _counted(fate: Codes, wanted: Codes) -> Events:
    """Count what became of people; one rule, with a team and with patrol alone."""
    voluntary = fate == Fate.VOLUNTARY
    return Events(
        arrests=_count(fate == Fate.ARREST),
        holds=_count(fate == Fate.HOLD),
        voluntary=_count(voluntary & (wanted == Destination.HOSPITAL)),
        connected=_count((fate == Fate.REFERRAL) | voluntary),
    )


def _count(rows: Bools) -> int:
    return int(np.count_nonzero(rows))
