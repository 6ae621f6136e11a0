"""Diversions against a recount call by call: patrol alone, less what happened."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from sim.clock import HOUR_S
from sim.model.measures.measure import MEASURED, measure
from sim.model.simulation import simulate
from sim.model.world import World
from sim.schema import NONE, Contact, Destination, Fate, Ledger, Status
from tests.test_measures import HALF_A_YEAR
from tests.worlds import make_calls, make_world, nasty_worlds, posts

A_YEAR = HALF_A_YEAR._replace(exposure_years=1.0, booked_given_arrest=0.25)
ALL_FATES = list(product(Fate, Fate, [Destination.CENTER, Destination.HOSPITAL], [1, 0]))
NET = [name for name in MEASURED if "_net_" in name and ("diver" in name or "treat" in name)]
FROM = ("arrest", "hold", "voluntary_hospital", "hospital")


def world_of_fates(rows: list[tuple[int, int, int, int]]) -> tuple[World, Ledger]:
    """Calls of these fates of patrol and team, destinations wanted, and contacts."""
    patrol, team, wanted, contact = (list(column) for column in zip(*rows, strict=True))
    calls = make_calls(
        len(rows),
        received_at_s=np.arange(len(rows)) * HOUR_S,
        withdrawn_for_s=[0 if number % 5 == 4 else 10 for number in range(len(rows))],
        turnout_for_s=5,  # so that every fifth is recalled
        fate_patrol=patrol,
        fate_by_kind=team,
        wanted_destination=wanted,
        contact=contact,
    )
    world = make_world(calls, posts(1, HOUR_S * len(rows)), HOUR_S * len(rows))
    return world, simulate(world)


# --- a recount -----------------------------------------------------------------------------------


def happened(fate: int, wanted: int) -> dict[str, int]:
    """What a fate is, each 0 or 1."""
    held, freely = fate == Fate.HOLD, fate == Fate.VOLUNTARY and wanted == Destination.HOSPITAL
    return {
        "arrest": int(fate == Fate.ARREST),
        "hold": int(held),
        "voluntary_hospital": int(freely),
        "hospital": int(held or freely),
        "connected": int(fate in {Fate.REFERRAL, Fate.VOLUNTARY}),
    }


def is_shut_or_full(world: World, ledger: Ledger, second: int) -> bool:
    """Whether the crisis center would have taken nobody at a second."""
    hour = (world.window.first_hour_of_week + second // HOUR_S) % 168
    taken = sum(
        taken_at_s <= second and (freed_at_s == NONE or freed_at_s > second)
        for taken_at_s, freed_at_s in zip(
            ledger.chairs.taken_at_s, ledger.chairs.freed_at_s, strict=True
        )
    )
    is_full = world.center.chairs != NONE and taken >= world.center.chairs
    return bool(world.center.open_by_hour[hour] == 0 or is_full)


def recount(world: World, ledger: Ledger) -> dict[str, float]:
    """Diversions of a year of the window's calls, one call after the other."""
    calls, of_calls, window = world.calls, ledger.calls, world.window
    out = {f"{of}_diversions_{kind}_per_year": 0 for of in FROM for kind in ("gross", "net")}
    out |= {"treatment_connections_per_year": 0, "treatment_connections_net_per_year": 0}
    for call, (received_at_s, status) in enumerate(
        zip(calls.received_at_s, of_calls.status, strict=True)
    ):
        if not window.start_s <= received_at_s < window.end_s or status == Status.AVERTED:
            continue
        wanted, patrol = calls.wanted_destination[call], calls.fate_patrol[call]
        contact, fate = ledger.calls.contact[call] == Contact.ENGAGED, patrol
        if contact:
            kind = world.roster.kind[ledger.trips.duty[of_calls.trip[call]]]
            fate = calls.fate_by_kind[kind, call]
            if fate == Fate.VOLUNTARY:
                wanted = of_calls.destination[call]  # no chair, for patrol neither
            elif is_shut_or_full(world, ledger, ledger.trips.left_at_s[of_calls.trip[call]]):
                wanted = Destination.HOSPITAL
        alone, did = happened(patrol, wanted), happened(fate, wanted)
        for of in FROM:
            out[f"{of}_diversions_net_per_year"] += alone[of] - did[of]
            out[f"{of}_diversions_gross_per_year"] += contact and 1 - did[of]
        out["treatment_connections_net_per_year"] += did["connected"] - alone["connected"]
        out["treatment_connections_per_year"] += contact and did["connected"]
    return out


def check(world: World, ledger: Ledger) -> dict[str, float]:
    """Measures, after a comparison with the recount."""
    found = measure(world, ledger, A_YEAR)
    expected = recount(world, ledger)
    assert {name: found[name] for name in expected} == expected
    contacts, arrests = found["contacts_per_year"], found["arrest_diversions_net_per_year"]
    arrested = contacts - found["arrest_diversions_gross_per_year"]
    assert found["jail_diversions_net_per_year"] == 0.25 * arrests
    assert found["jail_diversions_gross_per_year"] == contacts - 0.25 * arrested
    parts = ("hold_diversions", "voluntary_hospital_diversions")
    hold, freely = (found[f"{part}_net_per_year"] for part in parts)
    assert found["hospital_diversions_net_per_year"] == hold + freely
    hold, freely = (found[f"{part}_gross_per_year"] for part in parts)
    assert found["hospital_diversions_gross_per_year"] == hold + freely - contacts
    return found


@pytest.mark.parametrize("rows", [ALL_FATES, [x for x in ALL_FATES if x[1] < x[0]]])
def test_pairs_of_fates_call_by_call(rows: list[tuple[int, int, int, int]]) -> None:
    """Every pair, and those in which the team's fate is the milder."""
    found = check(*world_of_fates(rows))
    assert 0 < found["reach_share"] < 1
    assert found["contacts_per_year"] > found["hospital_diversions_gross_per_year"] > 0
    if rows is not ALL_FATES:
        assert found["arrest_diversions_net_per_year"] > 0


@given(nasty_worlds())
@settings(max_examples=150, deadline=None)
def test_random_worlds_call_by_call(world: World) -> None:
    """Net is patrol alone less what happened, whatever duties, chairs and visits do to reach."""
    check(world, simulate(world))


@given(nasty_worlds())
@settings(max_examples=100, deadline=None)
def test_no_effect_is_exactly_zero_net_in_random_worlds(world: World) -> None:
    same = np.broadcast_to(world.calls.fate_patrol, world.calls.fate_by_kind.shape).copy()
    world = world._replace(calls=world.calls._replace(fate_by_kind=same))
    found = measure(world, simulate(world), A_YEAR._replace(booked_given_arrest=0.1))
    assert [found[name] for name in NET] == [0.0] * len(NET)


# --- who is diverted -----------------------------------------------------------------------------


def test_no_effect_is_exactly_zero_net_and_not_gross() -> None:
    same = [(patrol, patrol, wanted, contact) for patrol, _, wanted, contact in ALL_FATES]
    found = measure(*world_of_fates(same), HALF_A_YEAR._replace(booked_given_arrest=0.1))
    assert len(NET) == 6
    assert [found[name] for name in NET] == [0.0] * len(NET)
    assert all(found[name] > 0 for name in MEASURED if "diversions_gross" in name)


def test_no_contact_is_exactly_zero_net_whatever_the_team_would_do() -> None:
    unmet = [(patrol, team, wanted, 0) for patrol, team, wanted, _ in ALL_FATES]
    found = measure(*world_of_fates(unmet), HALF_A_YEAR)
    assert found["reach_share"] > 0
    assert all(found[name] == 0 for name in MEASURED if "diversions" in name or name in NET)
    assert found["contacts_per_year"] == found["treatment_connections_per_year"] == 0


@pytest.mark.parametrize(
    ("patrol", "team", "net"),
    [
        (Fate.ARREST, Fate.HOLD, {"arrest": 1, "jail": 0.25, "hold": -1, "hospital": -1}),
        (Fate.HOLD, Fate.VOLUNTARY, {"hold": 1, "voluntary_hospital": -1}),
        (Fate.VOLUNTARY, Fate.REFERRAL, {"voluntary_hospital": 1, "hospital": 1}),
        (Fate.ARREST, Fate.ON_SCENE, {"arrest": 1, "jail": 0.25}),
    ],
)
def test_who_is_kept_from_one_place_may_come_to_another(
    patrol: Fate, team: Fate, net: dict[str, float]
) -> None:
    found = measure(*world_of_fates([(patrol, team, Destination.HOSPITAL, 1)]), A_YEAR)
    expected = {f"{of}_diversions_net_per_year": net.get(of, 0) for of in (*FROM, "jail")}
    assert {name: found[name] for name in expected} == expected


def test_a_voluntary_transport_to_the_center_is_none_to_hospital() -> None:
    rows = [(Fate.HOLD, Fate.VOLUNTARY, Destination.CENTER, 1)]
    found = measure(*world_of_fates(rows), A_YEAR)
    assert found["hospital_diversions_net_per_year"] == 1
    assert found["voluntary_hospital_diversions_net_per_year"] == 0
    assert found["treatment_connections_net_per_year"] == 1


def test_fate_is_of_the_kind_of_team_that_came() -> None:
    calls = make_calls(2, received_at_s=[0, 0], fate_patrol=Fate.HOLD)
    by_kind = np.array([[Fate.HOLD] * 2, [Fate.REFERRAL] * 2, [Fate.HOLD] * 2], np.int8)
    duties = [{"on": 0, "off": 9, "post": 0, "kind": 0}, {"on": 0, "off": 9, "post": 1, "kind": 1}]
    world = make_world(calls._replace(fate_by_kind=by_kind), duties, 9)
    found = check(world, simulate(world))
    assert found["contacts_per_year"] == 2
    assert found["treatment_connections_per_year"] == 1
    assert found["hospital_diversions_net_per_year"] == 1
