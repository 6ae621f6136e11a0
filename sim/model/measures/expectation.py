"""Diversions expected of the contacts that were made, with the chance of their fates averaged out.

A contact's own fate is settled by a uniform of its own. Whether it is reached hangs on that only
where the call would have been withdrawn and patrol, which holds or arrests the person, kept it: of
those the uniform is known to be one of patrol's severe fates. So the mean over that uniform, given
who was reached, is the sum of the shares, and differs from the count by chance alone (conditional
Monte Carlo; Law 2015, *Simulation Modeling and Analysis*, section 11.6). Draws of uncertain shares
are told from chance far better so: the count of a year hides a difference of a few arrests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.arrays import Codes, Floats
from sim.model.measures.contacts import Contacts
from sim.model.measures.diversions import Events, gross, net
from sim.schema import Fate


def expected_diversions(
    contacts: Contacts,
    patrol: Floats,
    teams: Sequence[Floats],
    p_booked: float,
) -> dict[str, float]:
    """Diversions of the window by name of measure, not yet a year, as expected of its contacts.

    Parameters
    ----------
    contacts
        Reached calls of one replication of one plan whose person was engaged.
    patrol, teams
        Shares of the five fates with patrol alone, shape (5,), and with each kind of team.
    p_booked
        P(booked | arrest).
    """
    group, with_teams, with_patrol = _grouped(contacts, patrol, teams)
    counts = [np.bincount(group, x, minlength=2 * len(teams)) for x in (None, contacts.to_hospital)]
    did, alone = (
        _added([_events(*x) for x in zip(shares, *counts, strict=True)])
        for shares in (with_teams, with_patrol)
    )
    return {**gross(len(contacts.call), did, p_booked), **net(alone, did, p_booked)}


class Avoided(NamedTuple):
    """Arrests and trips to hospital that a contact avoids, as expected; shape (contacts,) each."""

    arrests: Floats
    hospital_trips: Floats


def avoided(contacts: Contacts, patrol: Floats, teams: Sequence[Floats]) -> Avoided:
    """What `expected_diversions` sums, contact by contact; parameters as there."""
    group, with_teams, with_patrol = _grouped(contacts, patrol, teams)
    fewer = (np.array(with_patrol) - np.array(with_teams))[group]
    hospital = fewer[:, Fate.HOLD] + fewer[:, Fate.VOLUNTARY] * contacts.to_hospital
    return Avoided(fewer[:, Fate.ARREST], hospital)


class _Grouped(NamedTuple):
    """Group of each contact, and shares of the five fates in each, in both worlds."""

    group: Codes
    with_teams: list[Floats]
    with_patrol: list[Floats]


def _grouped(contacts: Contacts, patrol: Floats, teams: Sequence[Floats]) -> _Grouped:
    """Contacts by the kind that came, and by whether patrol kept them."""
    return _Grouped(
        contacts.kind + len(teams) * contacts.was_kept,
        [*teams, *(_of_held(shares, patrol) for shares in teams)],
        [patrol] * len(teams) + [_of_held(patrol, patrol)] * len(teams),
    )


def _of_held(shares: Floats, patrol: Floats) -> Floats:
    """Shares of the five fates among those whom patrol would hold or arrest; one uniform for both.

    As they are if patrol would hold nobody, as then there are none.
    """
    least = 1 - patrol[Fate.HOLD :].sum()
    if least >= 1:
        return shares
    edges = np.clip(np.cumsum(np.append(0.0, shares)), least, 1)
    out: Floats = np.diff(edges) / (1 - least)
    return out


def _events(shares: Floats, contacts: float, to_hospital: float) -> Events:
    return Events(
        arrests=float(shares[Fate.ARREST] * contacts),
        holds=float(shares[Fate.HOLD] * contacts),
        voluntary=float(shares[Fate.VOLUNTARY] * to_hospital),
        connected=float((shares[Fate.REFERRAL] + shares[Fate.VOLUNTARY]) * contacts),
    )


def _added(events: Sequence[Events]) -> Events:
    return Events(*map(sum, zip(*events, strict=True)))
