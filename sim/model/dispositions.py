"""What became of the people a team engaged: each contact with its kind of team and its fate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.model.world import World
from sim.schema import Destination, Fate, Ledger

Rows = NDArray[np.intp]
Codes = NDArray[np.int8]
Bools = NDArray[np.bool_]


class Contacts(NamedTuple):
    """Rows of the reached calls of the window whose person was engaged; all of one shape.

    `kind` is that of the team that came, `fate` the one with it, `taken_to` where the person was
    taken by whomever. `turned_away` says whether that was the hospital for want of a chair in the
    crisis centre.
    """

    call: Rows
    kind: Codes
    fate: Codes
    taken_to: Codes
    turned_away: Bools


def contacts_of(world: World, ledger: Ledger, reached: Rows) -> Contacts:
    """Contacts among the reached calls of the window."""
    call = reached[world.calls.contact[reached] == 1]
    kind = world.roster.kind[ledger.trips.duty[ledger.calls.trip[call]]]
    fate, taken_to = world.calls.fate_by_kind[kind, call], ledger.calls.destination[call]
    turned_away = (fate == Fate.VOLUNTARY) & (taken_to == Destination.HOSPITAL)
    turned_away &= world.calls.wanted_destination[call] == Destination.CENTRE
    return Contacts(call, kind, fate, taken_to, turned_away)


def fate_shares(contacts: Contacts) -> dict[str, float]:
    """Shares of the contacts by fate; they sum to one."""
    count, n = np.bincount(contacts.fate, minlength=len(Fate)), len(contacts.fate)
    return {f"{fate.name.lower()}_share": count[fate] / n if n else np.nan for fate in Fate}
