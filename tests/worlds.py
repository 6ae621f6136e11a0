"""Small worlds written by hand, and a hypothesis strategy that makes nasty ones."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from sim.arrays import Array
from sim.clock import HOUR_S, HOURS_A_WEEK
from sim.config.models import Demand
from sim.model.inputs.travel import Travel
from sim.model.simulation import simulate
from sim.model.world import Center, Policy, Window, World
from sim.schema import (
    NONE,
    PPM,
    TEAM_KINDS,
    UNREACHABLE,
    BreakKind,
    Breaks,
    Calls,
    Contact,
    Destination,
    EndCause,
    Fate,
    Kind,
    Mode,
    Relief,
    Roster,
    Rule,
    Scope,
    Status,
    TravelModel,
    Visits,
    columns,
    empty,
)

FOREVER_S = 10**9
CLEARED, RECALLED, UNFINISHED = EndCause.CLEARED, EndCause.RECALLED, EndCause.UNFINISHED


def make_calls(n: int, **given: Any) -> Calls:
    """Calls of n rows; columns not given are zero, no clock ends, contact is made, factor one.

    The delay of a hand-off is that of triage unless given, so that it stands for either. Patrol
    does not wait for a team that is on its way, so that its clock recalls it too. `contact`,
    1 or 0, stands for a `contact_u` by which any team, or none, engages the person.

    Of a column with a row a kind, a single row stands for every kind.
    """
    defaults: dict[str, Any] = {
        "withdrawn_for_s": FOREVER_S,
        "patrol_settles_for_s": FOREVER_S,
        "why_no_contact": Contact.NOT_FOUND,
        "no_contact_for_s_by_kind": given.get("on_scene_for_s_by_kind", 0),
        "handoff_for_s": given.get("triage_for_s", 0),
        "priority": 1,
        "person": np.arange(n),
        "travel_factor": 1.0,
        "wanted_destination": Destination.CENTER,
    }
    if "contact" in given:
        given["contact_u"] = PPM * (1 - np.asarray(given.pop("contact")))
    out = {}
    for column in columns(Calls):
        value = given.pop(column.name, defaults.get(column.name, 0))
        shape = (len(TEAM_KINDS), n) if column.name.endswith("_by_kind") else (n,)
        out[column.name] = np.broadcast_to(np.asarray(value, column.dtype), shape).copy()
    assert not given, f"no such columns: {sorted(given)}"
    return Calls(**out)


def make_roster(duties: list[dict[str, int]]) -> Roster:
    """Roster of duties given by `on`, `off` and any other column, sorted as a roster is."""
    rows = sorted(duties, key=lambda duty: (duty["on"], duty.get("post", 0)))
    there = {"filled": 1, "officer_present": 1, "clinician_present": 1}
    named = {"on_at_s": "on", "off_at_s": "off"}
    return _table(Roster, rows, named, {"predecessor": NONE} | there)


def make_breaks(rows: list[dict[str, int]]) -> Breaks:
    """Breaks given by `duty`, `due`, `length` and any other column, sorted; meals that wait."""
    in_order = sorted(rows, key=lambda row: (row["due"], row["duty"]))
    named = {"due_at_s": "due", "break_for_s": "length"}
    return _table(Breaks, in_order, named, {"waits": 1})


def make_visits(calls: Calls, rows: list[dict[str, int]]) -> Visits:
    """Visits given by `call` and `lag`, or by `due`, and `length` and any other column, sorted.

    That of a call is to its person, in its zone and after a contact unless said otherwise.
    """

    def of_call(row: dict[str, int]) -> dict[str, int]:
        call = row["call"]
        person, zone = int(calls.person[call]), int(calls.zone[call])
        return {"person": person, "zone": zone, "due": NONE, "if_engaged": 1} | row

    own = sorted((row for row in rows if "call" in row), key=lambda row: row["call"])
    listed = sorted((row for row in rows if "call" not in row), key=lambda row: row["due"])
    named = {"due_at_s": "due", "lag_for_s": "lag", "visit_for_s": "length"}
    return _table(Visits, [*map(of_call, own), *listed], named, {"call": NONE})


def make_center(chairs: int = NONE, open_by_hour: Any = 1) -> Center:
    """Crisis center that is without limit and always open unless said otherwise."""
    return Center(chairs, by_hour(open_by_hour))


def by_hour(given: Any) -> Array:
    """One figure for every hour of the week, or one an hour."""
    return np.broadcast_to(np.asarray(given, np.int8), HOURS_A_WEEK).copy()


def _table(
    table: type[Any], rows: list[dict[str, int]], named: dict[str, str], defaults: dict[str, int]
) -> Any:
    def value(row: dict[str, int], name: str) -> int:
        return row.get(named.get(name, name), defaults.get(name, 0))

    return table(*(np.array([value(row, c.name) for row in rows], c.dtype) for c in columns(table)))


def all_by(mode: Mode) -> Array:
    """Thresholds of `mode_ppm` by which every call comes by one mode."""
    return np.array([PPM if mode <= each else 0 for each in list(Mode)[:-1]], np.int32)


def funnel(
    recognized: Any = PPM,
    eligible: Any = PPM,
    phoned: Any = PPM,
    handed: Any = PPM,
    requested: Any = PPM,
    *,
    types: int = 1,
) -> Array:
    """Falling thresholds of `funnel_ppm`; each a figure for all types or one a type.

    A stage is at most the one before it, so that those not given lose no call.
    """
    stages = (recognized, eligible, phoned, handed, requested)
    rows = np.array([np.broadcast_to(stage, (types,)) for stage in stages], np.int32)
    return np.minimum.accumulate(rows)


def make_policy(n_zones: int = 1, **given: Any) -> Policy:
    """Policy by which every call is requested, with patrol there, and may be given any team.

    The one longest idle goes. A call is held for a team on duty at any time, and is closed by no
    limit. Whoever comes engages the person, unless `contact_u` is a million. A co-responder always
    goes along, and for other kinds patrol takes the person. Visits follow what is neither hold nor
    arrest, are made at all hours and by workers only, and keep no call from happening.
    """
    goes_along = np.zeros((len(Kind), len(Fate)), np.int8)
    goes_along[Kind.CO_RESPONDER] = 1
    policy = Policy(
        rule=int(Rule.LONGEST_IDLE),
        scope=int(Scope.OPEN),
        goes_home=0,
        recalls=0,
        radius_s=FOREVER_S,
        borrow_s=0,
        cutoff_s=0,
        cutoff_priority=0,
        reserve=0,
        reserve_priority=0,
        hold_for_s=FOREVER_S,
        queue_limit_s=FOREVER_S,
        ageing_after_s=60,
        ageing_steps=0,
        ageing_most_urgent=1,
        funnel_ppm=funnel(),
        mode_ppm=all_by(Mode.CO_DISPATCH),
        contact_ppm=np.full((6, 1), PPM, np.int32),
        agency_of_zone=np.zeros(n_zones, np.int32),
        preference=np.zeros((n_zones, n_zones), np.int32),
        goes_along=goes_along,
        patrol_takes=1 - goes_along,
        splits=0 * goes_along,
        visit_after=np.array([1, 1, 1, 0, 0], np.int8),
        visit_hours=by_hour(1),
        visit_expires_s=FOREVER_S,
        teams_visit=0,
        visits_interruptible=0,
        spare_teams=0,
        repeat_ppm=PPM,
        effect_s=FOREVER_S,
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
    breaks: list[dict[str, int]] | Breaks | None = None,
    center: Center | None = None,
    visits: list[dict[str, int]] | None = None,
    first_hour_of_week: int = 0,
) -> World:
    """World of the parts given; the window is the whole run unless said otherwise."""
    start_s, end_s = window or (0, horizon_s)
    return World(
        calls=calls,
        visits=make_visits(calls, visits or []),
        roster=make_roster(duties),
        breaks=breaks if isinstance(breaks, Breaks) else make_breaks(breaks or []),
        center=center or make_center(),
        travel=travel or constant_travel(0),
        policy=policy or make_policy(),
        window=Window(start_s, end_s, horizon_s, first_hour_of_week),
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
    visit: int = NONE


def trips_of(ledger):
    columns = (getattr(ledger.trips, name).tolist() for name in Trip._fields)
    return [Trip(*row) for row in zip(*columns, strict=True)]


def statuses(ledger):
    return [Status(status) for status in ledger.calls.status]


_PARTS = ("travel", "policy", "breaks", "center", "visits", "first_hour_of_week")


def run(n, duties, horizon_s, **given):
    parts = {name: given.pop(name) for name in _PARTS if name in given}
    travel = parts.setdefault("travel", constant_travel(0))
    parts.setdefault("policy", make_policy(travel.matrix_s.shape[1]))
    return simulate(make_world(make_calls(n, **given), duties, horizon_s, **parts))


# --- nasty worlds: few seconds, many ties --------------------------------------------------------

_SMALL_S = [0, 0, 1, 1, 2, 3, 5, 8]
_SCENE_S = [0, 1, 2, 4, 8, 13]
_ROADS_S = [0, 0, 1, 2, 3, 5, 8, 13]
_HOLES = [0, 0, 0, 0.1, 0.4, 0.8]  # shares of pairs without a way between them
_TURNOUT_S = [0, 1, 4, 8, 13, 20, 61]
_PATIENCE_S = [0, 1, 4, 8, 15, 25, 50, 70, FOREVER_S]
_CONTESTED = {
    "turnout_for_s": [5, 8, 13, 20, 30],
    "patrol_settles_for_s": [15, 30, 50],
    "withdrawn_for_s": [15, 30, 50],
}
_STAYS_S = [0, 1, 5, 20, 40]
_VISITS_S = [0, 1, 4, 8, 13]
_LONG_VISITS_S = [8, 13, 20, 40]
_CROWDED = {
    "contact_u": [0],
    "wanted_destination": [Destination.CENTER] * 4 + [Destination.HOSPITAL],
    "withdrawn_for_s": [30, 50],
    "patrol_settles_for_s": [30, 50],
    "center_stay_for_s": [0, 1, 5, 10, 20],
}
_DUTY_S = [1, 4, 8, 12, 16, 20, 30, 40]
_FUNNELS = [  # in thousandths, of one type: mostly all that are recognized ask for a team
    [1_000, 1_000, 1_000, 1_000, 1_000],
    [900, 900, 900, 900, 900],
    [900, 700, 500, 300, 100],
    [1_000, 700, 700, 300, 300],
    [900, 900, 300, 300, 0],
]
_MIXED = np.array([250_000, 500_000, 750_000], np.int32)
_NEVER = [0] * len(Fate)
_SECONDS = [
    column.name
    for column in columns(Calls)
    if column.unit == "s" and not column.name.endswith("_by_kind")
]
_MANY = 40  # of calls, posts or breaks; those beyond it are left out


@st.composite
def nasty_worlds(draw: st.DrawFn) -> World:
    """World of up to 14 calls and 5 posts in a minute, with ties and every rule by construction.

    Some begin shortly before a full hour, so that travel, the center and visiting hours change
    under way. A world is thrown from one seed: drawn value by value, six worlds of seven would be
    near copies of another, and most of them idle. What hypothesis can make smaller is how many
    calls, posts, breaks and listed visits are kept.
    """
    seed = draw(st.integers(0, 2**24 - 1))
    bytes_ = np.frombuffer(draw(st.binary(min_size=4 * _MANY, max_size=4 * _MANY)), np.uint8)
    return nasty_world(seed, bytes_.reshape(4, _MANY) >= 30)


def nasty_world(seed: int, kept: Array | None = None) -> World:
    """World of a seed; if told, without the calls, posts, breaks and listed visits not kept."""
    dice, kept = _Dice(seed), np.ones((4, _MANY), np.bool_) if kept is None else kept
    begins_s, n_zones = dice.begins_s, dice.one([1, 2, 3])
    horizon_s = begins_s + dice.one([60] * 6 + [100] * 3 + [140] * 2 + [40, 20, 7])
    by_places = bool(dice.one([1, 1, 0]))
    calls = _calls(dice, n_zones, begins_s, kept[0])
    duties = _duties(dice, n_zones, begins_s, horizon_s, kept[1])
    breaks = [row for row, keep in zip(_breaks(duties), kept[2], strict=False) if keep]
    listed = _listed(dice, n_zones, begins_s)
    listed = [row for row, keep in zip(listed, kept[3], strict=False) if keep]
    first_hour = dice.one(range(HOURS_A_WEEK))
    return make_world(
        calls,
        duties,
        horizon_s,
        travel=_matrices(dice, n_zones) if by_places else _square_root(dice, len(duties)),
        policy=_policy(dice, n_zones, first_hour, by_places=by_places),
        breaks=breaks,
        center=_center(dice, first_hour),
        visits=_visits_of(calls) + listed,
        first_hour_of_week=first_hour,
    )


class _Dice:
    """Throws of values from lists of them.

    In every third world few teams that are long on their way are contested by many calls; in
    others, or in the same, most persons are to go to the center, or teams make long visits. In
    three of four a few persons make all calls.
    """

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.contested = self.one([1, 0, 0]) == 1
        self.crowds_center = self.one([1, 0, 0]) == 1
        self.begins_s = self.one([0] * 4 + [HOUR_S - 20])
        self.visits_long = self.one([1, 0, 0]) == 1
        self.persons = self.one([1, 2, 4, _MANY])

    def one(self, values: Any) -> int:
        return int(self.rng.choice(np.asarray(values)))

    def some(self, values: Any, *shape: int) -> Array:
        return self.rng.choice(np.asarray(values), shape)


def plain_worlds() -> st.SearchStrategy[World]:
    """The same with co-responders only, one mode, no breaks, and any free team for any call.

    There is a way from everywhere to everywhere.
    """
    return nasty_worlds().map(_plain)


def _plain(world: World) -> World:
    policy, roster, roads = world.policy, world.roster, world.travel.matrix_s[[0] * 24]
    kept = ("rule", "funnel_ppm", "preference", "goes_along")
    given = {name: getattr(policy, name) for name in kept}
    mode = all_by(Mode.CO_DISPATCH if policy.recalls else Mode.DIRECT)
    return world._replace(
        roster=roster._replace(kind=0 * roster.kind),
        breaks=empty(Breaks),
        visits=empty(Visits),
        center=make_center(),
        travel=world.travel._replace(matrix_s=np.where(roads == UNREACHABLE, 13, roads)),
        policy=make_policy(len(policy.agency_of_zone), mode_ppm=mode, **given),
    )


def _calls(dice: _Dice, n_zones: int, begins_s: int, kept: Array) -> Calls:
    n = dice.one([*range(15), *range(8, 15), *range(8, 15)])
    by_kind = (len(TEAM_KINDS), n)
    marks = {name: dice.some(_SMALL_S, n) for name in _SECONDS} | {
        "received_at_s": begins_s + np.sort(dice.some(range(35), n)),
        "zone": dice.some(range(n_zones), n),
        "initial_type": dice.some([0, 1], n),
        "priority": dice.some([1, 1, 2, 2, 3, 4, 5, 6], n),
        "person": dice.some(range(dice.persons), n),
        "repeat_u": dice.some([0, 300_000, 999_999], n),
        "mode_u": dice.some([0, 300_000, 600_000, 999_999], n),
        "funnel_u": dice.some([0] * 12 + [200_000, 400_000, 800_000, 999_999], n),
        "turnout_for_s": dice.some(_TURNOUT_S, n),
        "withdrawn_for_s": dice.some(_PATIENCE_S, n),
        "patrol_settles_for_s": dice.some(_PATIENCE_S, n),
        "patrol_waits": dice.some([0, 1], n),
        "travel_factor": dice.some([0.0, 0.5, 1.0, 1.7], n),
        "contact_u": dice.some([0, 0, 200_000, 400_000, 600_000, 999_999], n),
        "why_no_contact": dice.some([Contact.NOT_FOUND, Contact.REFUSED], n),
        "fate_patrol": dice.some(list(Fate), n),
        "fate_by_kind": dice.some(list(Fate), *by_kind),
        "on_scene_for_s_by_kind": dice.some(_SCENE_S, *by_kind),
        "no_contact_for_s_by_kind": dice.some(_SCENE_S, *by_kind),
        "wanted_destination": dice.some([Destination.CENTER, Destination.HOSPITAL], n),
        "center_stay_for_s": dice.some(_STAYS_S, n),
        "visit_wanted": dice.some([dice.one([0, 1, 1]), dice.one([0, 1])], n),
        "visit_if_missed": dice.some([dice.one([0, 0, 1]), dice.one([0, 1])], n),
        "visit_for_s": dice.some(_VISITS_S, n),
    }
    if dice.contested:
        marks |= {name: dice.some(values, n) for name, values in _CONTESTED.items()}
    if dice.crowds_center:
        marks |= {name: dice.some(values, n) for name, values in _CROWDED.items()}
        marks["fate_by_kind"] = dice.some([Fate.VOLUNTARY] * 5 + list(Fate), *by_kind)
    if dice.visits_long:
        marks["visit_for_s"] = dice.some(_LONG_VISITS_S, n)
    which = np.flatnonzero(kept[:n])
    return make_calls(len(which), **{name: mark[..., which] for name, mark in marks.items()})


def _visits_of(calls: Calls) -> list[dict[str, int]]:
    """Visits that calls may lead to."""
    named = {"lag": "visit_lag_s", "length": "visit_for_s"}
    named |= {"if_engaged": "visit_wanted", "if_missed": "visit_if_missed"}
    wanted = np.flatnonzero(calls.visit_wanted | calls.visit_if_missed).tolist()
    return [
        {"call": call} | {name: int(getattr(calls, of)[call]) for name, of in named.items()}
        for call in wanted
    ]


def _listed(dice: _Dice, n_zones: int, begins_s: int) -> list[dict[str, int]]:
    """Visits of a list, to those who call."""
    return [
        {
            "due": begins_s + dice.one(range(20)),
            "person": dice.one(range(dice.persons)),
            "zone": dice.one(range(n_zones)),
            "length": dice.one(_LONG_VISITS_S if dice.visits_long else _VISITS_S),
        }
        for _ in range(dice.one([4, 6, 8] if dice.visits_long else [0, 0, 1, 2, 4, 6]))
    ]


def _center(dice: _Dice, first_hour: int) -> Center:
    """Crisis center with few chairs, that may open or close in the run."""
    chairs = dice.one([1, 1, 2] if dice.crowds_center else [NONE, 1, 2])
    return make_center(chairs, _hours(dice, first_hour))


def _hours(dice: _Dice, first_hour: int) -> Array:
    """Hours of the week; the first two of the run differ more often if it sees both."""
    hours = dice.some([0, 1, 1], HOURS_A_WEEK)
    ways = [(1, 1), (1, 0), (1, 0), (0, 1), (0, 1)] if dice.begins_s else [*5 * [(1, 1)], (0, 1)]
    first = ways[dice.one(range(len(ways)))]
    hours[[first_hour, (first_hour + 1) % HOURS_A_WEEK]] = first
    return hours


def _duties(
    dice: _Dice, n_zones: int, begins_s: int, horizon_s: int, kept: Array
) -> list[dict[str, Any]]:
    """Duties of up to five posts and two workers, with the due seconds of their breaks."""
    duties: list[dict[str, Any]] = []
    n_posts, n_workers = dice.one([2, 3, 4, 5] * 4 + [1, 1, 0]), dice.one([0, 0, 1, 1, 2])
    n_workers = 0 if dice.visits_long else n_workers
    for post in range(n_posts + n_workers):
        relief = dice.one(list(Relief))
        only = {"kind": int(Kind.FOLLOW_UP)} if post >= n_posts else {}
        for on, off in _spells(dice, begins_s, horizon_s, relief):
            row = {"on": on, "off": off, "post": post, "relief": relief}
            row |= _team(dice, n_zones) | only
            row["breaks"] = [_break(dice, on, off) for _ in range(dice.one([0, 0, 0, 0, 1, 2, 4]))]
            if kept[post]:
                duties.append(row)
    return _with_predecessors(duties)


def _spells(dice: _Dice, begins_s: int, horizon_s: int, relief: int) -> list[tuple[int, int]]:
    """Starts and ends of a post's duties: the whole run, or short ones; fresh ones may overlap."""
    spells, on = [], begins_s + dice.one(range(9))
    if dice.one([0, 1, 1] if dice.contested or dice.crowds_center else [0, 0, 1]):
        return [(dice.one([begins_s, on]), horizon_s)] if on < horizon_s else []
    for _ in range(dice.one([2, 3, 4])):
        off = min(on + dice.one(_DUTY_S), horizon_s)
        if on >= off:
            break
        spells.append((on, off))
        pause_s = dice.one([0, 0, 0, 4] if relief == Relief.IN_PLACE else [0, 4, -3])
        on = max(off + pause_s, on + 1)
    return spells


def _team(dice: _Dice, n_zones: int) -> dict[str, int]:
    return {
        "base_zone": dice.one(range(n_zones)),
        "kind": dice.one([0] if dice.contested else [0, 0, 0, *Kind]),
        "agency": dice.one([0, 0, 1, 2]),
        "filled": dice.one([0, 1]),
        "officer_present": dice.one([1] * 5 + [0]),
        "clinician_present": dice.one([1] * 8 + [0]),
    }


def _break(dice: _Dice, on: int, off: int) -> dict[str, int]:
    """Break about the bounds of a duty or within it."""
    after_on = on + dice.one([-1, 0, 1, 2, 3, 4, 5, 6, 8, 12, 20])
    about_off = off + dice.one([-3, -1, 0, 1])
    return {
        "due": max(dice.one([after_on, after_on, after_on, about_off]), 0),
        "length": dice.one(_SMALL_S),
        "why": dice.one(list(BreakKind)),
        "waits": dice.one([1, 1, 0]),
    }


def _breaks(duties: list[dict[str, Any]]) -> list[dict[str, int]]:
    return [row | {"duty": number} for number, duty in enumerate(duties) for row in duty["breaks"]]


def _with_predecessors(duties: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = sorted(duties, key=lambda duty: (duty["on"], duty["post"]))
    last: dict[int, int] = {}
    for number, row in enumerate(rows):
        if row["relief"] == Relief.IN_PLACE:
            row["predecessor"] = last.get(row["post"], NONE)
        last[row["post"]] = number
    return rows


def _matrices(dice: _Dice, n_zones: int) -> Travel:
    """One matrix for the even hours of the day, and another for the odd ones; some with holes."""
    pair = dice.some(_ROADS_S, 2, n_zones, n_zones)
    pair[dice.rng.random(pair.shape) < dice.rng.choice(_HOLES)] = UNREACHABLE
    return Travel(int(TravelModel.MATRIX), np.tile(pair, (12, 1, 1)), np.zeros(1, np.int64))


def _square_root(dice: _Dice, n_duties: int) -> Travel:
    by_free_s = dice.some(_SMALL_S, n_duties + 6)
    return Travel(int(TravelModel.SQUARE_ROOT), np.zeros((1, 1, 1), np.int64), by_free_s)


def _contact(dice: _Dice) -> Array:
    """Falling shares of four rows; a world is a minute or two long."""
    rows = dice.some([0, 200_000, 300_000, 500_000, 700_000, PPM], 4, dice.one([1, 2, 3]))
    return -np.sort(-rows, axis=1).astype(np.int32)


def _policy(dice: _Dice, n_zones: int, first_hour: int, *, by_places: bool) -> Policy:
    rules = list(Rule) if by_places else [Rule.LONGEST_IDLE, Rule.LEAST_WORKED]
    rules += dice.visits_long * 2 * [Rule.LEAST_WORKED]
    of_type = [_FUNNELS[dice.one([0, 0, *range(len(_FUNNELS))])] for _ in range(2)]
    modes = [_MIXED, _MIXED, *(all_by(mode) for mode in Mode)]
    preference = [dice.rng.permutation(n_zones) for _ in range(n_zones)]
    return make_policy(
        n_zones,
        rule=dice.one(rules),
        scope=dice.one(list(Scope)) if by_places else int(Scope.OPEN),
        goes_home=dice.one([0, 1]) if by_places else 0,
        recalls=dice.one([0, 1]) or int(dice.contested),
        radius_s=dice.one([0, 1, 3, 8]),
        borrow_s=dice.one([0, 1, 3, 8]),
        cutoff_s=dice.one([0, 0, 1, 3, 8]),
        cutoff_priority=dice.one([0, 2, 4] if dice.visits_long else [0, 0, 1, 2]),
        reserve=dice.one([0, 0, 0, 0, 1, 2]),
        reserve_priority=dice.one([0, 1, 2]),
        hold_for_s=dice.one([0, 0, 1, 4, 60]),
        queue_limit_s=dice.one([0, 4, 15, 40]),
        ageing_after_s=dice.one([1, 1, 2, 4, 8, 13]),
        ageing_steps=dice.one([0, 0, 1, 2, 3, 8]),
        ageing_most_urgent=dice.one([1, 1, 2, 3]),
        funnel_ppm=funnel(*1_000 * np.transpose(of_type), types=2),
        mode_ppm=modes[dice.one(range(len(modes)))],
        contact_ppm=_contact(dice),
        agency_of_zone=dice.some([0, 1], n_zones).astype(np.int32),
        preference=np.array(preference, np.int32),
        goes_along=np.array([dice.some([0, 1], len(Fate)), *[_NEVER] * 3], np.int8),
        patrol_takes=dice.some([0, 1], len(Kind), len(Fate)).astype(np.int8),
        splits=np.array([dice.some([0, 1], len(Fate)), *[_NEVER] * 3], np.int8),
        visit_after=dice.some([0, 1, 1], len(Fate)).astype(np.int8),
        visit_hours=by_hour(_hours(dice, first_hour)),
        visit_expires_s=dice.one([0, 1, 3, 8, 20, 60]),
        teams_visit=dice.one([0, 1, 1]) or int(dice.visits_long),
        visits_interruptible=dice.one([0, 1, 1]),
        spare_teams=dice.one([0, 0, 0, 1, 2]),
        repeat_ppm=dice.one([0, 0, 0, 300_000, 300_000, PPM]),
        effect_s=dice.one([0, 2, 5, 10, 60]),
    )
