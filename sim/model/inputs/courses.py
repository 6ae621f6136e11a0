"""What follows the arrival, settled before a run; whether there is contact, or a chair, is open."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.arrays import Codes, Ids, Ints, Rows
from sim.compiled import compiled, in_both
from sim.schema import NONE, TEAM_KINDS, Calls, Destination, Fate, Visits

COURSE = np.dtype(
    [
        ("on_scene_for_s", np.int64),
        ("no_contact_for_s", np.int64),  # on scene, if the person is not found or refuses
        ("busy_for_s", np.int64),  # from leaving the scene to free
        ("busy_with_chair_for_s", np.int64),  # the same if the crisis center has a chair
        ("report_for_s", np.int64),  # the same without contact
        ("in_chair_for_s", np.int64),  # from leaving the scene to the end of the stay
        ("visit", np.int32),  # the one that it leads to, or NONE
        ("asks_for_chair", np.int8),
    ],
    align=True,
)


def courses(
    calls: Calls,
    visits: Visits,
    kinds: Codes,
    goes_along: Codes,
    splits: Codes,
    visit_after: Codes,
) -> Rows:
    """Settle the course of every call under a plan's rules.

    Parameters
    ----------
    calls, visits
        The calls, with the fates that each kind of team would find, and the visits that may follow.
    kinds
        Kinds of team to settle it for, int8; those that take no calls are passed over.
    goes_along, splits, visit_after
        From the plan's policy, int8 of shape (kinds, fates), (kinds, fates) and (fates,).

    Returns
    -------
    ndarray
        A `COURSE` row a kind of team and call, shape (`TEAM_KINDS`, calls); rows of the other kinds
        hold nothing.
    """
    rows = np.empty((len(TEAM_KINDS), len(calls.zone)), COURSE).view(np.recarray)
    in_center_for_s = calls.center_transport_for_s + calls.center_handover_for_s
    of_call = (
        *(calls.wanted_destination, visit_of(calls, visits, visits.if_engaged), in_center_for_s),
        in_center_for_s + calls.center_stay_for_s,
        calls.hospital_transport_for_s + calls.hospital_handover_for_s,
        *(calls.custody_for_s, calls.booking_for_s, calls.report_for_s),
    )
    for kind in set(kinds.tolist()).intersection(TEAM_KINDS):
        fate = np.ascontiguousarray(calls.fate_by_kind[kind])
        on_scene_for_s = np.ascontiguousarray(calls.on_scene_for_s_by_kind[kind])
        no_contact_for_s = np.ascontiguousarray(calls.no_contact_for_s_by_kind[kind])
        rules = (goes_along[kind], splits[kind], visit_after)
        _settle(rows[kind], fate, on_scene_for_s, no_contact_for_s, *of_call, *rules)
    return rows


def visit_of(calls: Calls, visits: Visits, wanted: Codes) -> Ids:
    """Visit that each call may lead to, of those wanted (one flag a visit), or NONE."""
    out = np.full(len(calls.zone), NONE, np.int32)
    after_call = np.flatnonzero((visits.call != NONE) & (wanted == 1))
    out[visits.call[after_call]] = after_call
    return out


def _destination(fate: Fate, wanted: Destination) -> Destination:
    if fate < Fate.VOLUNTARY:
        return Destination.NOWHERE
    if fate == Fate.VOLUNTARY:
        return wanted
    return Destination.HOSPITAL if fate == Fate.HOLD else Destination.JAIL


# Where a person who was engaged is taken, by fate and where a voluntary one would go.
DESTINATION = np.array([[_destination(fate, to) for to in Destination] for fate in Fate], np.int8)


@compiled
def _settle(
    rows: Any,  # noqa: ANN401 - records of `COURSE`
    fate: Codes,
    on_scene_for_s: Ints,
    no_contact_for_s: Ints,
    wanted: Codes,
    visit_of: Ids,
    in_center_for_s: Ints,
    in_chair_for_s: Ints,
    in_hospital_for_s: Ints,
    custody_for_s: Ints,
    booking_for_s: Ints,
    report_for_s: Ints,
    goes_along: Codes,
    splits: Codes,
    visit_after: Codes,
) -> None:
    """Write the courses of one kind of team."""
    for call in range(fate.size):
        goes_to = DESTINATION[fate[call], wanted[call]]
        away_for_s = with_chair_for_s = 0
        if goes_to != Destination.NOWHERE and goes_along[fate[call]] == 1:
            # Whom the center turns away is taken to hospital; custody there is for holds.
            away_for_s = int(in_hospital_for_s[call])
            if goes_to == Destination.JAIL:
                away_for_s = int(booking_for_s[call])
            elif fate[call] == Fate.HOLD:
                away_for_s += int(custody_for_s[call])
            with_chair_for_s = (
                int(in_center_for_s[call]) if goes_to == Destination.CENTER else away_for_s
            )
        row, report_s, parted = rows[call], report_for_s[call], splits[fate[call]]
        row.on_scene_for_s, row.no_contact_for_s = on_scene_for_s[call], no_contact_for_s[call]
        row.in_chair_for_s, row.report_for_s = in_chair_for_s[call], report_s
        row.busy_for_s = until_free_for_s(away_for_s, report_s, parted)
        row.busy_with_chair_for_s = until_free_for_s(with_chair_for_s, report_s, parted)
        row.asks_for_chair = goes_to == Destination.CENTER
        row.visit = visit_of[call] if visit_after[fate[call]] == 1 else NONE


@in_both
def until_free_for_s(away_for_s: int, report_for_s: int, splits: int) -> int:
    """Seconds from leaving the scene to free: in turn, or at once if officer and clinician part."""
    return max(away_for_s, report_for_s) if splits == 1 else away_for_s + report_for_s
