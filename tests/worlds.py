"""Small worlds written by hand, and a hypothesis strategy that makes nasty ones."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from sim.config.models import Demand
from sim.model.simulation import simulate
from sim.model.travel import Travel
from sim.model.world import Policy, Window, World
from sim.schema import (
    NONE,
    PPM,
    Calls,
    Destination,
    EndCause,
    Fate,
    Roster,
    Rule,
    Status,
    TravelModel,
    Visits,
    columns,
    empty,
)

FOREVER_S = 10**9
CLEARED, RECALLED, UNFINISHED = EndCause.CLEARED, EndCause.RECALLED, EndCause.UNFINISHED


def make_calls(n: int, **given: Any) -> Calls:
    """Calls of n rows; columns not given are zero, patience endless, contact made, factor one."""
    defaults: dict[str, Any] = {
        "leaves_for_s": FOREVER_S,
        "patrol_clears_for_s": FOREVER_S,
        "priority": 1,
        "person": np.arange(n),
        "travel_factor": 1.0,
        "contact": 1,
        "wanted_destination": Destination.CENTRE,
    }
    out = {}
    for column in columns(Calls):
        value = given.pop(column.name, defaults.get(column.name, 0))
        rows = np.broadcast_to(np.asarray(value, column.dtype), (n,)).copy()
        out[column.name] = rows[None, :] if column.name.endswith("_by_kind") else rows
    assert not given, f"no such columns: {sorted(given)}"
    return Calls(**out)


def make_roster(duties: list[dict[str, int]]) -> Roster:
    """Roster of duties given by `on`, `off` and any other column, sorted as a roster is."""
    rows = sorted(duties, key=lambda duty: (duty["on"], duty.get("post", 0)))
    defaults = {"predecessor": NONE, "officer_present": 1, "clinician_present": 1}
    names = {"on_at_s": "on", "off_at_s": "off"}
    if not rows:
        table: Roster = empty(Roster)
        return table
    return Roster(
        **{
            column.name: np.array(
                [
                    row.get(names.get(column.name, column.name), defaults.get(column.name, 0))
                    for row in rows
                ],
                column.dtype,
            )
            for column in columns(Roster)
        }
    )


def make_policy(n_zones: int = 1, **given: Any) -> Policy:
    """Policy with everything requested, least id by idleness, and the team always going along."""
    policy = Policy(
        rule=int(Rule.LONGEST_IDLE),
        patrol_attends=1,
        recognised_ppm=PPM,
        eligible_ppm=PPM,
        requested_ppm=PPM,
        preference=np.zeros((n_zones, n_zones), np.int32),
        goes_along=np.ones(len(Fate), np.int8),
    )
    return policy._replace(**given)


def constant_travel(seconds: int, n_zones: int = 1) -> Travel:
    """The same mean travel everywhere and always."""
    matrix_s = np.full((24, n_zones, n_zones), seconds, np.int64)
    return Travel(int(TravelModel.MATRIX), matrix_s, np.zeros(1, np.int64))


def matrix(rows):
    """The same mean seconds from zone (row) to zone (column) at every hour."""
    seconds = np.array(rows, np.int64)
    table = np.broadcast_to(seconds, (24, *seconds.shape)).copy()
    return Travel(int(TravelModel.MATRIX), table, np.zeros(1, np.int64))


def make_world(
    calls: Calls,
    duties: list[dict[str, int]],
    horizon_s: int,
    *,
    travel: Travel | None = None,
    policy: Policy | None = None,
    window: tuple[int, int] | None = None,
) -> World:
    """World of the parts given; the window is the whole run unless said otherwise."""
    start_s, end_s = window or (0, horizon_s)
    visits: Visits = empty(Visits)
    return World(
        calls=calls,
        visits=visits,
        roster=make_roster(duties),
        travel=travel or constant_travel(0),
        policy=policy or make_policy(),
        window=Window(start_s, end_s, horizon_s, 0),
    )


def make_demand(**given: Any) -> Demand:
    """Demand at a constant rate of 1,000 calls a year, one type, one zone, no day factor."""
    flat: dict[str, Any] = {
        "name": "made",
        "source": {"title": "made for a test"},
        "calls_per_year": 1_000,
        "growth_factor": 1,
        "day_factor_cv": 0,
        "hour_of_week_shape": [1] * 168,
        "month_factor": [1] * 12,
        "call_types": ["crisis"],
        "call_type_share_by_hour": [[1]] * 24,
        "zones": ["city"],
        "zone_share": [1],
    }
    return Demand.model_validate(flat | given)


def posts(n: int, horizon_s: int, **given: int) -> list[dict[str, int]]:
    """Duties of n posts held for the whole run."""
    return [{"on": 0, "off": horizon_s, "post": post, **given} for post in range(n)]


# --- worlds worked by hand -----------------------------------------------------------------------


class Trip(NamedTuple):
    """A row of the trips, in the order in which a hand writes it."""

    call: int
    duty: int
    origin_zone: int
    assigned_at_s: int
    arrived_at_s: int
    left_at_s: int
    end_at_s: int
    end_cause: EndCause = CLEARED


def trips_of(ledger):
    columns = (getattr(ledger.trips, name).tolist() for name in Trip._fields)
    return [Trip(*row) for row in zip(*columns, strict=True)]


def statuses(ledger):
    return [Status(status) for status in ledger.calls.status]


def run(n, duties, horizon_s, *, travel=None, policy=None, **columns):
    travel = travel or constant_travel(0)
    policy = policy or make_policy(travel.matrix_s.shape[1])
    world = make_world(make_calls(n, **columns), duties, horizon_s, travel=travel, policy=policy)
    return simulate(world)


# --- nasty worlds: few seconds, many ties --------------------------------------------------------

_SMALL_S = st.sampled_from([0, 0, 1, 1, 2, 3, 5, 8])


@st.composite
def nasty_worlds(draw: st.DrawFn) -> World:
    """World of up to 12 calls and 5 posts in under a minute, with ties by construction."""
    n_zones, n_calls = draw(st.integers(1, 3)), draw(st.integers(0, 12))
    horizon_s = draw(st.integers(1, 60))
    received = sorted(draw(st.lists(st.integers(0, 50), min_size=n_calls, max_size=n_calls)))

    def column(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=n_calls, max_size=n_calls))

    calls = make_calls(
        n_calls,
        received_at_s=received,
        zone=column(st.integers(0, n_zones - 1)),
        priority=column(st.integers(1, 3)),
        funnel_u=column(st.sampled_from([0, 0, 0, 400_000, 700_000, 999_999])),
        contact=column(st.integers(0, 1)),
        fate_patrol=column(st.integers(0, 4)),
        fate_by_kind=column(st.integers(0, 4)),
        travel_factor=column(st.sampled_from([0.0, 0.5, 1.0, 1.7])),
        wanted_destination=column(st.sampled_from([Destination.CENTRE, Destination.HOSPITAL])),
        **{name: column(_SMALL_S) for name in _SECONDS if name != "received_at_s"},
        on_scene_for_s_by_kind=column(_SMALL_S),
    )
    return World(
        calls=calls,
        visits=empty(Visits),
        roster=make_roster(draw(_duties(n_zones, horizon_s))),
        travel=draw(_travels(n_zones)),
        policy=draw(_policies(n_zones)),
        window=Window(0, horizon_s, horizon_s, draw(st.integers(0, 167))),
    )


_SECONDS = [
    column.name
    for column in columns(Calls)
    if column.unit == "s" and not column.name.endswith("_by_kind")
]


@st.composite
def _duties(draw: st.DrawFn, n_zones: int, horizon_s: int) -> list[dict[str, int]]:
    duties: list[dict[str, int]] = []
    for post in range(draw(st.integers(0, 5))):
        at_s, in_place = draw(st.integers(0, 20)), draw(st.booleans())
        for _ in range(draw(st.integers(1, 4))):
            off = min(at_s + draw(st.integers(1, 20)), horizon_s)
            if at_s >= off:
                break
            duties.append(
                {
                    "on": at_s,
                    "off": off,
                    "post": post,
                    "in_place": int(in_place),
                    "base_zone": draw(st.integers(0, n_zones - 1)),
                    "clinician_present": draw(st.sampled_from([1, 1, 1, 0])),
                }
            )
            at_s = off + draw(st.sampled_from([0, 0, 0, 4]))
    return _with_predecessors(duties)


def _with_predecessors(duties: list[dict[str, int]]) -> list[dict[str, int]]:
    rows = sorted(duties, key=lambda duty: (duty["on"], duty["post"]))
    last: dict[int, int] = {}
    for number, row in enumerate(rows):
        if row.pop("in_place"):
            row["predecessor"] = last.get(row["post"], NONE)
        last[row["post"]] = number
    return rows


@st.composite
def _travels(draw: st.DrawFn, n_zones: int) -> Travel:
    if draw(st.booleans()):
        by_free = [draw(_SMALL_S) for _ in range(6)]
        return Travel(
            int(TravelModel.SQUARE_ROOT), np.zeros((1, 1, 1), np.int64), np.array(by_free, np.int64)
        )
    size = n_zones * n_zones
    of_pair = np.array(draw(st.lists(_SMALL_S, min_size=size, max_size=size)), np.int64)
    matrix_s = np.broadcast_to(of_pair.reshape(n_zones, n_zones), (24, n_zones, n_zones)).copy()
    return Travel(int(TravelModel.MATRIX), matrix_s, np.zeros(1, np.int64))


@st.composite
def _policies(draw: st.DrawFn, n_zones: int) -> Policy:
    order = [draw(st.permutations(range(n_zones))) for _ in range(n_zones)]
    return make_policy(
        n_zones,
        rule=int(draw(st.sampled_from(list(Rule)))),
        patrol_attends=draw(st.integers(0, 1)),
        recognised_ppm=900_000,
        eligible_ppm=800_000,
        requested_ppm=draw(st.sampled_from([0, 500_000, PPM])) * 8 // 10,
        preference=np.array(order, np.int32),
        goes_along=np.array([draw(st.integers(0, 1)) for _ in Fate], np.int8),
    )
