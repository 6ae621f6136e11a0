"""What patrol spends on each call, with and without a team, and when its last unit is clear."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Codes, Ids, Ints, Positions
from sim.model.ledger.causes import MISSED, RECALLED
from sim.model.world import World, attended, patrol_at_s
from sim.schema import NONE, Destination, Fate, Kind, Status, TripLedger

_NO_CAR = np.zeros(len(Status), np.bool_)
_NO_CAR[[Status.PHONE_RESOLVED, Status.OTHER_RESPONDER, Status.AVERTED]] = True


class Ended(NamedTuple):
    """How each call ended, as far as patrol needs to know; all of shape (calls,)."""

    status: Codes
    mode: Codes
    trip: Ids
    ended_at_s: Ints
    destination: Codes


class Spent(NamedTuple):
    """Seconds patrol spends on each call, and when the last unit is clear; shape (calls,)."""

    patrol_for_s: Ints
    cleared_at_s: Ints


def patrol_time(world: World, ended: Ended, trips: TripLedger) -> Spent:
    """What every call costs patrol: all of it where no team came, the rest of it where one did.

    Both are NONE for an unfinished call. One that needs no car, or did not happen, costs nothing
    and clears nothing.
    """
    calls, status = world.calls, ended.status
    # Calls that asked for no team: patrol alone, from its arrival on.
    spent = Spent(calls.patrol_alone_for_s.copy(), patrol_at_s(world) + calls.patrol_alone_for_s)
    unreached = np.flatnonzero(MISSED[status] | RECALLED[status])
    served = np.flatnonzero(status == Status.SERVED)
    _put(spent, unreached, _of_unreached(world, ended, unreached))
    _put(spent, served, _of_served(world, ended, trips, served))
    no_car, is_open = _NO_CAR[status], status == Status.UNFINISHED
    spent.patrol_for_s[no_car] = 0
    spent.patrol_for_s[is_open] = NONE
    spent.cleared_at_s[no_car | is_open] = NONE
    return spent


def _put(spent: Spent, rows: Positions, values: Spent) -> None:
    for column, value in zip(spent, values, strict=True):
        column[rows] = value


def _of_unreached(world: World, ended: Ended, rows: Positions) -> Spent:
    """Patrol that attends stays until the wait ends, at least; else it is sent when that ends.

    Where nobody on duty could have come, out of range, there is nobody to wait for.
    """
    calls, ended_at_s = world.calls, ended.ended_at_s[rows]
    attends, there_at_s = attended(ended.mode[rows]), patrol_at_s(world)[rows]
    alone_for_s = calls.patrol_alone_for_s[rows]
    waits = ended.status[rows] != Status.MISSED_OUT_OF_RANGE
    waits_for_s = np.where(waits, ended_at_s - there_at_s, 0)
    stays_for_s = np.maximum(alone_for_s, waits_for_s)
    sent_clear_s = ended_at_s + calls.patrol_arrives_for_s[rows] + alone_for_s
    return Spent(
        np.where(attends, stays_for_s, alone_for_s),
        np.where(attends, there_at_s + stays_for_s, sent_clear_s),
    )


def _of_served(world: World, ended: Ended, trips: TripLedger, rows: Positions) -> Spent:
    """Patrol hands over to a co-responder, stays with others, and transports where it must."""
    trip, there_at_s = ended.trip[rows], patrol_at_s(world)[rows]
    kind, left_at_s = world.roster.kind[trips.duty[trip]], trips.left_at_s[trip]
    fate, destination = world.calls.fate_by_kind[kind, rows], ended.destination[rows]
    takes = (destination != Destination.NOWHERE) & (world.policy.patrol_takes[kind, fate] == 1)
    attends = attended(ended.mode[rows])
    away_for_s = np.where(takes, _away_for_s(world, destination, fate, rows), 0)
    both_there_s = np.maximum(trips.arrived_at_s[trip], there_at_s)
    over_s = both_there_s + world.calls.patrol_handover_for_s[rows]
    until_s = np.minimum(over_s, np.maximum(left_at_s, there_at_s))
    until_s = np.where((kind != Kind.CO_RESPONDER) | takes, left_at_s, until_s)
    beside_for_s = np.where(attends, np.maximum(until_s - there_at_s, 0), 0)
    delivered_s = np.maximum(there_at_s, left_at_s) + away_for_s
    cleared_at_s = np.maximum(trips.end_at_s[trip], np.where(takes, delivered_s, NONE))
    cleared_at_s = np.maximum(cleared_at_s, np.where(attends, until_s, NONE))
    return Spent(beside_for_s + away_for_s, cleared_at_s)


def _away_for_s(world: World, destination: Codes, fate: Codes, rows: Positions) -> Ints:
    """Seconds of transport, handover and custody, or of booking, by where the person goes."""
    calls, out = world.calls, np.zeros(len(rows), np.int64)
    for where, columns in (
        (Destination.CENTER, (calls.center_transport_for_s, calls.center_handover_for_s)),
        (Destination.HOSPITAL, (calls.hospital_transport_for_s, calls.hospital_handover_for_s)),
        (Destination.JAIL, (calls.booking_for_s,)),
    ):
        at = np.flatnonzero(destination == where)
        for column in columns:
            out[at] += column[rows[at]]
    if calls.custody_for_s.any():
        held = np.flatnonzero((destination == Destination.HOSPITAL) & (fate == Fate.HOLD))
        out[held] += calls.custody_for_s[rows[held]]
    return out
