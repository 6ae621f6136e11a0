"""Where people were taken: the crisis center and its chairs, and the hospital that keeps a team."""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools
from sim.clock import HOUR_S
from sim.model.measures.contacts import Contacts
from sim.model.measures.coverage import Spans
from sim.model.world import World
from sim.schema import NONE, Destination, Fate, Ledger


def places(world: World, contacts: Contacts) -> dict[str, float]:
    """People taken somewhere and turned away, by name of measure, not yet a year."""
    in_hospital = contacts.taken_to == Destination.HOSPITAL
    return {
        "taken_to_center_per_year": _count(contacts.taken_to == Destination.CENTER),
        "taken_to_hospital_per_year": _count(in_hospital),
        "center_turned_away_per_year": _count(contacts.turned_away),
        "hospital_handover_hours_per_year": _with_team_s(world, contacts, in_hospital) / HOUR_S,
    }


def _count(rows: Bools) -> int:
    return int(np.count_nonzero(rows))


def _with_team_s(world: World, contacts: Contacts, in_hospital: Bools) -> int:
    """Seconds of handover and custody in hospital, of the contacts whose team went along."""
    calls, policy = world.calls, world.policy
    there = in_hospital & (policy.goes_along[contacts.kind, contacts.fate] == 1)
    row, held = contacts.call[there], contacts.call[there & (contacts.fate == Fate.HOLD)]
    return int(calls.hospital_handover_for_s[row].sum() + calls.custody_for_s[held].sum())


def chairs(world: World, ledger: Ledger) -> dict[str, float]:
    """How many chairs of the crisis center are taken, on average and of those there are."""
    window, stays = world.window, ledger.chairs
    freed_at_s = np.where(stays.freed_at_s == NONE, window.horizon_s, stays.freed_at_s)
    taken_for_s = Spans(stays.taken_at_s, freed_at_s).within(window).total_s()
    taken, n_chairs = taken_for_s / (window.end_s - window.start_s), world.center.chairs
    return {
        "chair_occupancy_share": np.nan if n_chairs == NONE else taken / n_chairs,
        "chairs_taken_mean": taken,
    }
