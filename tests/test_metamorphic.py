"""Metamorphic relations: a world that is changed in a known way gives a ledger changed likewise."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings

import sim
from sim.arrays import Array
from sim.model.ledger.record import first_difference
from sim.model.simulation import Engine, simulate
from sim.model.world import World, cut
from sim.schema import (
    NONE,
    UNREACHABLE,
    Breaks,
    Kind,
    Ledger,
    Relief,
    Roster,
    Scope,
    Status,
    TravelModel,
    Visits,
    columns,
    empty,
)
from tests.worlds import FOREVER_S, by_hour, make_center, nasty_world, nasty_worlds

ENGINES: tuple[Engine, ...] = ("simpy", "compiled")
BOTH = pytest.mark.parametrize("engine", ENGINES)
MANY = settings(max_examples=60, deadline=None)
LOST = (Status.MISSED_OFF_DUTY, Status.MISSED_OUT_OF_RANGE, Status.MISSED_BUSY)


def same(one: Ledger, other: Ledger) -> None:
    difference = first_difference(one, other)
    assert difference is None, difference


def columns_changed(table: Any, change: dict[str, Any]) -> Any:
    """Table with columns replaced by what a function makes of them, in their own dtype."""
    return table._replace(
        **{
            name: f(getattr(table, name)).astype(getattr(table, name).dtype)
            for name, f in change.items()
        }
    )


# --- time ----------------------------------------------------------------------------------------


def scaled(at_s: Array, times: int) -> Array:
    """Seconds times a factor; marks of none, never and no way stay what they are."""
    values = np.asarray(at_s)
    mark = (values == NONE) | (values >= FOREVER_S) | (values == UNREACHABLE)
    return np.where(mark, values, values * times)


def table_scaled(table: Any, times: int) -> Any:
    """Table with every column in seconds times a factor."""
    seconds = [column.name for column in columns(type(table)) if column.unit == "s"]
    return columns_changed(table, dict.fromkeys(seconds, lambda values: scaled(values, times)))


def without_clock_hours(world: World) -> World:
    """World in which no rule knows the hour or the whole minute, and travel is whole seconds."""
    policy, hourly = world.policy, world.travel.matrix_s
    return world._replace(
        calls=columns_changed(world.calls, {"travel_factor": np.round}),
        center=make_center(world.center.chairs),
        travel=world.travel._replace(matrix_s=np.repeat(hourly[:1], len(hourly), axis=0)),
        policy=policy._replace(visit_hours=by_hour(1), contact_ppm=policy.contact_ppm[:, :1]),
    )


def slower(world: World, times: int) -> World:
    """World in which everything takes longer by one factor."""
    policy = world.policy
    seconds = {
        name: scaled(value, times).item()
        for name, value in policy._asdict().items()
        if name.endswith("_s")
    }
    window = world.window
    return world._replace(
        calls=table_scaled(world.calls, times),
        visits=table_scaled(world.visits, times),
        roster=table_scaled(world.roster, times),
        breaks=table_scaled(world.breaks, times),
        travel=world.travel._replace(
            matrix_s=scaled(world.travel.matrix_s, times),
            by_free_s=scaled(world.travel.by_free_s, times),
        ),
        policy=policy._replace(**seconds),
        window=window._replace(
            start_s=window.start_s * times,
            end_s=window.end_s * times,
            horizon_s=window.horizon_s * times,
        ),
    )


@BOTH
@MANY
@given(world=nasty_worlds())
def test_if_all_takes_twice_as_long_all_happens_twice_as_late(world: World, engine: Engine) -> None:
    world = without_clock_hours(world)
    slow, fast = simulate(slower(world, 2), engine), simulate(world, engine)
    same(slow, Ledger(*(table_scaled(table, 2) for table in fast)))


@BOTH
@MANY
@given(world=nasty_worlds())
def test_a_world_that_is_cut_short_has_begun_as_the_whole_one(world: World, engine: Engine) -> None:
    """Twelve months are a year: what was assigned before the cut is assigned in both."""
    until_s = world.window.horizon_s // 2
    assume(until_s > world.window.start_s)
    policy = world.policy._replace(cutoff_s=0, hold_for_s=0)  # they look beyond the cut
    world = world._replace(policy=policy)
    part, whole = (simulate(each, engine) for each in (cut(world, until_s, 0), world))
    n = int(np.searchsorted(part.trips.assigned_at_s, until_s))
    for name in ("call", "duty", "origin_zone", "assigned_at_s"):
        np.testing.assert_array_equal(
            getattr(part.trips, name)[:n], getattr(whole.trips, name)[:n], err_msg=name
        )


# --- names ---------------------------------------------------------------------------------------


def zones_renamed(world: World, to: Array) -> World:
    """World whose zone i is called `to[i]`, with tables in the new order."""
    back, policy, travel = np.argsort(to), world.policy, world.travel
    if travel.model == TravelModel.MATRIX:
        travel = travel._replace(matrix_s=travel.matrix_s[:, back][:, :, back])
    return world._replace(
        calls=columns_changed(world.calls, {"zone": lambda zone: to[zone]}),
        visits=columns_changed(world.visits, {"zone": lambda zone: to[zone]}),
        roster=columns_changed(world.roster, {"base_zone": lambda zone: to[zone]}),
        travel=travel,
        policy=policy._replace(
            agency_of_zone=policy.agency_of_zone[back],
            preference=np.ascontiguousarray(policy.preference[back][:, back]),  # else compiled anew
        ),
    )


@BOTH
@MANY
@given(world=nasty_worlds())
def test_zones_by_other_names_change_nothing(world: World, engine: Engine) -> None:
    to = np.roll(np.arange(len(world.policy.agency_of_zone)), 1)
    before = simulate(world, engine)

    def renamed(zone: Array) -> Array:
        return np.where(zone == NONE, NONE, to[zone])

    expected = before._replace(
        trips=columns_changed(before.trips, {"origin_zone": renamed}),
        duties=columns_changed(before.duties, {"start_zone": renamed}),
    )
    same(simulate(zones_renamed(world, to), engine), expected)


@BOTH
@MANY
@given(world=nasty_worlds())
def test_posts_and_persons_by_other_names_change_nothing(world: World, engine: Engine) -> None:
    """Names of posts keep their order, by which ties are decided; those of persons need not."""
    persons = 1 + max([NONE, *world.calls.person, *world.visits.person])

    def other(person: Array) -> Array:
        return persons - 1 - person

    renamed = world._replace(
        calls=columns_changed(world.calls, {"person": other}),
        visits=columns_changed(world.visits, {"person": other}),
        roster=columns_changed(world.roster, {"post": lambda post: 3 * post + 1}),
    )
    same(simulate(renamed, engine), simulate(world, engine))


# --- teams ---------------------------------------------------------------------------------------


def with_an_idle_team(world: World) -> World:
    """World with a zone more, to and from which no road leads, and a team that is based there."""
    zone, policy = len(world.policy.agency_of_zone), world.policy
    grown = np.full((24, zone + 1, zone + 1), UNREACHABLE, np.int64)
    grown[:, :zone, :zone] = world.travel.matrix_s
    team = {"post": 99, "base_zone": zone, "off_at_s": world.window.horizon_s, "predecessor": NONE}
    team |= dict.fromkeys(("filled", "officer_present", "clinician_present"), 1)
    team |= {
        "on_at_s": world.window.horizon_s - 1,
        "relief": Relief.FRESH,
        "kind": Kind.CO_RESPONDER,
    }
    roster = Roster(
        *(
            np.append(getattr(world.roster, c.name), team.get(c.name, 0)).astype(c.dtype)
            for c in columns(Roster)
        )
    )
    return world._replace(
        roster=roster,
        travel=world.travel._replace(matrix_s=grown),
        policy=policy._replace(
            agency_of_zone=np.append(policy.agency_of_zone, 0).astype(np.int32),
            preference=np.pad(policy.preference, ((0, 1), (0, 1)), constant_values=zone),
        ),
    )


@BOTH
@MANY
@given(world=nasty_worlds())
def test_a_team_that_can_reach_nobody_changes_no_trip(world: World, engine: Engine) -> None:
    """It comes on duty in the last second, so that no other duty has another number.

    A call of that second may wait for it, so that what is assigned then is left out.
    """
    assume(world.travel.model == TravelModel.MATRIX)
    assume(world.window.horizon_s - 1 not in world.roster.on_at_s)
    world = world._replace(
        policy=world.policy._replace(reserve=0, spare_teams=0, hold_for_s=0),
        visits=columns_changed(world.visits, {"if_missed": np.zeros_like}),
    )
    before, after = simulate(world, engine), simulate(with_an_idle_team(world), engine)
    n = int(np.searchsorted(before.trips.assigned_at_s, world.window.horizon_s - 1))
    for name in ("call", "visit", "duty", "assigned_at_s", "arrived_at_s"):
        one, other = (getattr(ledger.trips, name)[:n] for ledger in (before, after))
        np.testing.assert_array_equal(one, other, err_msg=name)
    assert (after.trips.assigned_at_s[n:] >= world.window.horizon_s - 1).all()


@BOTH
@MANY
@given(world=nasty_worlds())
def test_nothing_happens_where_nobody_calls(world: World, engine: Engine) -> None:
    silent = world._replace(
        calls=type(world.calls)(*(column[..., :0] for column in world.calls)), visits=empty(Visits)
    )
    ledger = simulate(silent, engine)
    assert len(ledger.trips.call) == len(ledger.calls.status) == len(ledger.chairs.call) == 0
    assert ledger.duties.busy_for_s.sum() == 0


# --- streams -------------------------------------------------------------------------------------


def on_its_own(world: World, agency: int) -> World:
    """World of one agency that serves its own zones only, with nothing that agencies share."""
    policy = world.policy
    travel = world.travel._replace(
        matrix_s=np.where(world.travel.matrix_s == UNREACHABLE, 13, world.travel.matrix_s)
    )
    return world._replace(
        visits=empty(Visits),
        breaks=empty(Breaks),
        center=make_center(),
        travel=travel,
        roster=columns_changed(world.roster, {"agency": lambda of: 0 * of + agency}),
        policy=policy._replace(
            scope=int(Scope.CLOSED),
            reserve=0,
            spare_teams=0,
            teams_visit=0,
            repeat_ppm=0 * policy.repeat_ppm,
            agency_of_zone=0 * policy.agency_of_zone + agency,
        ),
    )


def merged(one: World, other: World) -> tuple[World, Array]:
    """Both worlds side by side under the rules of the first, and the order of their calls."""
    zones = len(one.policy.agency_of_zone)
    there = columns_changed(other.calls, {"zone": lambda zone: zone + zones})
    received = np.concatenate([one.calls.received_at_s, there.received_at_s])
    order = np.argsort(received, kind="stable")
    calls = type(there)(
        *(np.concatenate(pair, axis=-1)[..., order] for pair in zip(one.calls, there, strict=True))
    )
    blocks = (one.travel.matrix_s, other.travel.matrix_s)
    n = zones + blocks[1].shape[-1]
    matrix_s = np.full((24, n, n), UNREACHABLE, np.int64)
    matrix_s[:, :zones, :zones], matrix_s[:, zones:, zones:] = blocks
    preference = np.zeros((n, n), np.int32)
    preference[:zones, :zones], preference[zones:, zones:] = (
        one.policy.preference,
        other.policy.preference,
    )
    agencies = np.concatenate([one.policy.agency_of_zone, other.policy.agency_of_zone])
    policy = one.policy._replace(preference=preference, agency_of_zone=agencies)
    roster = beside(one.roster, other.roster, zones)
    travel = one.travel._replace(matrix_s=matrix_s)
    return one._replace(calls=calls, roster=roster, travel=travel, policy=policy), order


def beside(one: Roster, other: Roster, zones: int) -> Roster:
    """Roster of both fleets, in the order of a roster, with predecessors where they went."""
    shift = {"base_zone": lambda zone: zone + zones, "post": lambda post: post + 50}
    there = columns_changed(other, shift)._replace(
        predecessor=np.where(other.predecessor == NONE, NONE, other.predecessor + len(one.post))
    )
    rows = Roster(*(np.concatenate(pair) for pair in zip(one, there, strict=True)))
    order = np.lexsort((rows.post, rows.on_at_s))
    moved = np.argsort(order)
    taken = Roster(*(column[order] for column in rows))
    predecessor = np.where(taken.predecessor == NONE, NONE, moved[taken.predecessor])
    return taken._replace(predecessor=predecessor.astype(one.predecessor.dtype))


@BOTH
def test_two_agencies_side_by_side_are_each_as_if_alone(engine: Engine) -> None:
    seen = 0
    for seed in range(150):
        pair = nasty_world(2 * seed), nasty_world(2 * seed + 1)
        if any(world.travel.model != TravelModel.MATRIX for world in pair):
            continue
        one, other = (on_its_own(world, agency) for agency, world in enumerate(pair))
        other = other._replace(
            policy=one.policy._replace(
                agency_of_zone=other.policy.agency_of_zone, preference=other.policy.preference
            ),
            window=one.window,
        )
        other = other._replace(roster=within(other.roster, one.window.horizon_s))
        both, order = merged(one, other)
        alone = np.concatenate([simulate(w, engine).calls.status for w in (one, other)])[order]
        together = simulate(both, engine).calls.status
        for found in (alone, together):  # why nobody came: the other's teams are on duty
            found[np.isin(found, LOST)] = Status.MISSED_BUSY
        np.testing.assert_array_equal(together, alone, f"seed {seed}")
        seen += int((alone == Status.SERVED).sum())
    assert seen > 100


def within(roster: Roster, horizon_s: int) -> Roster:
    """Duties that begin before the horizon, none ending behind it; nobody relieves another."""
    kept = roster.on_at_s < horizon_s
    rows = Roster(*(column[kept] for column in roster))
    return rows._replace(
        off_at_s=np.minimum(rows.off_at_s, horizon_s),
        predecessor=np.full_like(rows.predecessor, NONE),
        relief=np.full_like(rows.relief, Relief.FRESH),
    )


# --- answers -------------------------------------------------------------------------------------


def test_plans_in_another_order_give_the_same_figures_and_turned_differences() -> None:
    def figures(*plans: int) -> pl.DataFrame:
        return sim.compare(*plans, overrides=["run=smoke"], draws=0).to_frame()

    one, other = figures(2, 1), figures(1, 2)
    alone = [
        each.filter(pl.col("versus").is_null()).sort("plan", "measure") for each in (one, other)
    ]
    assert alone[0].equals(alone[1])
    ahead, back = (
        each.filter(pl.col("versus").is_not_null()).sort("measure") for each in (one, other)
    )
    np.testing.assert_allclose(ahead["mean"], -back["mean"], rtol=1e-9)
    np.testing.assert_allclose(ahead["low"], -back["high"], rtol=1e-9)


def test_absurd_demand_keeps_every_team_busy_and_reaches_next_to_nobody() -> None:
    demand = "demand.calls_per_year=400000"
    answer = sim.run(1, overrides=["run=smoke", demand], draws=0).to_frame()
    figures = dict(answer.select("measure", "mean").iter_rows())
    assert figures["utilization_share"] > 0.95
    assert figures["reach_share"] < 0.05
