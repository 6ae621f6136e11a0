"""What became of the people a team engaged: each contact with its kind of team and its fate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Array, Bools, Codes, Positions
from sim.clock import HOUR_S, HOURS_A_WEEK
from sim.model.world import World, attended
from sim.schema import NONE, Contact, Destination, Fate, Ledger


class Contacts(NamedTuple):
    """Rows of the reached calls of the window whose person was engaged; all of one shape.

    `kind` is that of the team that came, `fate` the one with it, `taken_to` where the person was
    taken by whomever. `turned_away` says whether that was the hospital for want of a chair in the
    crisis center, and `to_hospital` whether a voluntary transport is one to hospital, made or not.
    `was_kept` says whether the call would have been withdrawn before the team came, had patrol not
    been there to hold or arrest the person.
    """

    call: Positions
    kind: Codes
    fate: Codes
    taken_to: Codes
    turned_away: Bools
    to_hospital: Bools
    was_kept: Bools


def contacts_of(world: World, ledger: Ledger, reached: Positions) -> Contacts:
    """Contacts among the reached calls of the window."""
    call = reached[ledger.calls.contact[reached] == Contact.ENGAGED]
    kind = world.roster.kind[ledger.trips.duty[ledger.calls.trip[call]]]
    fate, taken_to = world.calls.fate_by_kind[kind, call], ledger.calls.destination[call]
    turned_away = (fate == Fate.VOLUNTARY) & (taken_to == Destination.HOSPITAL)
    wants_center = world.calls.wanted_destination[call] == Destination.CENTER
    turned_away &= wants_center
    left_at_s = ledger.trips.left_at_s[ledger.calls.trip[call]]
    would_be = wants_center & (fate != Fate.VOLUNTARY) & shut_or_full(world, ledger, left_at_s)
    to_hospital = ~wants_center | turned_away | would_be
    was_kept = _would_be_withdrawn(world, ledger, call)
    return Contacts(call, kind, fate, taken_to, turned_away, to_hospital, was_kept)


def _would_be_withdrawn(world: World, ledger: Ledger, call: Positions) -> Bools:
    """Whether the clock of withdrawal, which patrol has stopped, ends before the team arrives."""
    ends_at_s = ledger.calls.dispatchable_at_s[call] + world.calls.withdrawn_for_s[call]
    attends = attended(ledger.calls.mode[call])
    out: Bools = attends & (ends_at_s < ledger.trips.arrived_at_s[ledger.calls.trip[call]])
    return out


def contact_shares(ledger: Ledger, reached: Positions) -> dict[str, float]:
    """Shares of the reached calls by what the team found; they sum to one."""
    n, found = len(reached), ledger.calls.contact[reached]
    names = {"contact": Contact.ENGAGED, "not_found": Contact.NOT_FOUND, "refused": Contact.REFUSED}
    return {
        f"{name}_share": float(np.count_nonzero(found == what)) / n if n else np.nan
        for name, what in names.items()
    }


def shut_or_full(world: World, ledger: Ledger, at_s: Array) -> Bools:
    """Whether the crisis center takes nobody at some seconds, those who come then counted in."""
    hours = (at_s // HOUR_S + world.window.first_hour_of_week) % HOURS_A_WEEK
    shut: Bools = world.center.open_by_hour[hours] == 0
    if world.center.chairs == NONE:
        return shut
    freed_at_s = ledger.chairs.freed_at_s[ledger.chairs.freed_at_s != NONE]
    taken = np.searchsorted(np.sort(ledger.chairs.taken_at_s), at_s, side="right")
    taken -= np.searchsorted(np.sort(freed_at_s), at_s, side="right")
    return shut | (taken >= world.center.chairs)


def fate_shares(contacts: Contacts) -> dict[str, float]:
    """Shares of the contacts by fate; they sum to one."""
    count, n = np.bincount(contacts.fate, minlength=len(Fate)), len(contacts.fate)
    return {f"{fate.name.lower()}_share": count[fate] / n if n else np.nan for fate in Fate}
