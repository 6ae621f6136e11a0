"""A day of replication 0, replayed from its ledger under one plan of a comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.arrays import Ints
from sim.clock import DAY_S, HOUR_S
from sim.config import InputError
from sim.identical import Identical
from sim.model.simulation import simulate
from sim.model.world import World
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.day import CallDay, Day, HourDay, Spell, State, TeamDay
from sim.scenarios.rules import latent_base
from sim.scenarios.scenario import Arm, Scenario
from sim.schema import NONE, Destination, Ledger, Status

KEPT = 4  # ledgers that are being watched
HOURS = 24
NOT_LOST = (Status.SERVED, Status.AVERTED, Status.UNFINISHED, Status.PHONE_RESOLVED)


class _Played(NamedTuple):
    """Replication 0 under one plan."""

    scenario: Scenario
    arm: Arm
    world: World
    ledger: Ledger


class _Cut(NamedTuple):
    """A day of it: its first second in the run."""

    played: _Played
    start_s: int

    def clipped(self, from_s: int, until_s: int) -> tuple[int, int]:
        """Seconds of the run as seconds of the day, cut to it."""
        return max(from_s - self.start_s, 0), min(until_s - self.start_s, DAY_S)


def replayed(comparison: Comparison, plan: str, number: int | None = None) -> Day:
    """Replay a day of the window in replication 0.

    Parameters
    ----------
    comparison
        The answer whose plans are watched.
    plan
        Name of one of its plans.
    number
        Day of the window, from 0; a typical day if it is not said.

    Raises
    ------
    InputError
        If there is no such plan or day.
    """
    names = [result.name for result in comparison.main.plans]
    if plan not in names:
        raise InputError(f"plan: expected one of {', '.join(names)}, got {plan!r}")
    played = _played(Identical(comparison), plan)
    counts = _calls_a_day(played)
    typical = int(np.argsort(counts, kind="stable")[len(counts) // 2])
    number = typical if number is None else number
    if not 0 <= number < len(counts):
        raise InputError(f"day: expected 1 to {len(counts)}, got {number + 1}")
    cut = _Cut(played, played.world.window.start_s + number * DAY_S)
    teams, calls = _teams(cut), _calls(cut)
    return Day(
        plan=plan,
        date=played.scenario.config.run.window_start + timedelta(days=number),
        number=number,
        days=len(counts),
        typical=typical,
        busiest=int(counts.argmax()),
        teams=teams,
        calls=calls,
        hours=_hours(teams, calls, _lost(cut)),
        places=_places(played.scenario),
    )


@lru_cache(maxsize=KEPT)
def _played(of: Identical[Comparison], plan: str) -> _Played:
    comparison, named = of.value, {result.name: result for result in of.value.main.plans}
    plans = {x.name: x for x in comparison.plans if x.name in named}
    base = plans[comparison.main.plans[-1].name]
    config_dir = comparison.request.config_dir
    scenario = Scenario(comparison.config, latent_base(comparison.config, base, config_dir))
    arm = scenario.arm(plans[plan])
    world = scenario.world(arm, scenario.calls(0), 0)
    return _Played(scenario, arm, world, simulate(world, "compiled"))


def _calls_a_day(played: _Played) -> Ints:
    """Calls that ask for a team on each day of the window."""
    window, at_s = played.world.window, played.ledger.calls.dispatchable_at_s
    mine = at_s[(at_s >= window.start_s) & (at_s < window.end_s)]
    days = (window.end_s - window.start_s) // DAY_S
    return np.bincount((mine - window.start_s) // DAY_S, minlength=days)[:days]


def _places(scenario: Scenario) -> dict[str, tuple[float, float]]:
    demand = scenario.config.demand
    places = zip(demand.zone_latitude, demand.zone_longitude, strict=True)
    return dict(zip(demand.zones, ((float(a), float(b)) for a, b in places), strict=False))


# --- teams ---------------------------------------------------------------------------------------


def _teams(cut: _Cut) -> list[TeamDay]:
    """Teams of the day by post; one that works on beside its relief has a row of its own."""
    rows: dict[str, list[Spell]] = defaultdict(list)
    names = _names(cut.played.arm)
    for duty in _duties_of(cut):
        post = int(cut.played.world.roster.post[duty])
        spells = list(_spells(cut, int(duty)))
        name = names[post]
        if spells and rows[name] and rows[name][-1].until_s > spells[0].from_s:
            name = f"{name}, relief"
        rows[name] += spells
    return [TeamDay(name, tuple(spells)) for name, spells in sorted(rows.items(), key=_in_order)]


def _in_order(row: tuple[str, list[Spell]]) -> tuple[str, int]:
    name, digits = row[0].rstrip("0123456789, relif"), [x for x in row[0].split() if x.isdecimal()]
    return name, int(digits[-1]) if digits else 0


def _names(arm: Arm) -> list[str]:
    """Name of each post: the line only where there are several."""
    posts = arm.schedule.posts
    several = len({post.line.name for post in posts}) > 1
    return [f"{post.line.name if several else 'Team'} {post.number + 1}" for post in posts]


def _duties_of(cut: _Cut) -> Ints:
    """Duties that have some of the day, in the order in which they began."""
    duties = cut.played.ledger.duties
    began = duties.started_at_s != NONE
    mine = began & (duties.started_at_s < cut.start_s + DAY_S) & (duties.ended_at_s > cut.start_s)
    at = np.flatnonzero(mine)
    return at[np.argsort(duties.started_at_s[at], kind="stable")]


def _spells(cut: _Cut, duty: int) -> Iterator[Spell]:
    """What a team of a duty did on the day, and free time between."""
    ledger, policy = cut.played.ledger, cut.played.world.policy
    zones = cut.played.scenario.config.demand.zones
    home = int(cut.played.world.roster.base_zone[duty])
    at_s, end_s = int(ledger.duties.started_at_s[duty]), int(ledger.duties.ended_at_s[duty])
    place = int(ledger.duties.start_zone[duty])
    for state, from_s, until_s, zone in sorted(_busy(cut, duty), key=lambda x: x[1]):
        yield from _spell(cut, "free", at_s, from_s, zones[place])
        yield from _spell(cut, state, from_s, until_s, zones[place if zone == NONE else zone])
        at_s = max(at_s, until_s)
        place = home if policy.goes_home else place if zone == NONE else zone
    yield from _spell(cut, "free", at_s, end_s, zones[place])


def _spell(cut: _Cut, state: State, from_s: int, until_s: int, zone: str) -> Iterator[Spell]:
    first, last = cut.clipped(from_s, until_s)
    if first < last:
        yield Spell(state, first, last, zone)


Busy = tuple[State, int, int, int]  # what, from and until in seconds of the run, and the zone


def _busy(cut: _Cut, duty: int) -> Iterator[Busy]:
    """Parts of the trips and breaks of a duty up to the end of the day; NONE: it stays there."""
    trips, horizon_s = cut.played.ledger.trips, cut.played.world.window.horizon_s
    until_s = cut.start_s + DAY_S
    mine = np.flatnonzero((trips.duty == duty) & (trips.assigned_at_s < until_s))
    before = int(((trips.end_at_s[mine] != NONE) & (trips.end_at_s[mine] <= cut.start_s)).sum())
    for trip in mine[max(before - 1, 0) :].tolist():  # the last before says where it is
        call, end_s = int(trips.call[trip]), int(trips.end_at_s[trip])
        yield from _of_trip(cut, trip, call, horizon_s if end_s == NONE else end_s)
    breaks = cut.played.ledger.breaks
    pauses = (cut.played.world.breaks.duty == duty) & (breaks.started_at_s != NONE)
    pauses &= (breaks.started_at_s < until_s) & (breaks.ended_at_s > cut.start_s)
    for at in np.flatnonzero(pauses).tolist():
        yield "break", int(breaks.started_at_s[at]), int(breaks.ended_at_s[at]), NONE


def _of_trip(cut: _Cut, trip: int, call: int, end_s: int) -> Iterator[Busy]:
    ledger, world = cut.played.ledger, cut.played.world
    trips, origin = ledger.trips, int(ledger.trips.origin_zone[trip])
    arrived_s, left_s = int(trips.arrived_at_s[trip]), int(trips.left_at_s[trip])
    zone = (
        int(world.calls.zone[call]) if call != NONE else int(world.visits.zone[trips.visit[trip]])
    )
    there_s = end_s if arrived_s == NONE else arrived_s
    yield "on the way", int(trips.assigned_at_s[trip]), there_s, origin
    if arrived_s == NONE:
        return
    leaves_s = end_s if left_s == NONE else left_s
    yield "visit" if call == NONE else "on scene", arrived_s, leaves_s, zone
    taken = call != NONE and ledger.calls.destination[call] != Destination.NOWHERE
    yield "transport" if taken else "report", leaves_s, end_s, zone


# --- calls ---------------------------------------------------------------------------------------


def _calls(cut: _Cut) -> list[CallDay]:
    """Calls that could be sent a team on the day, or still waited for one when it began."""
    calls, world = cut.played.ledger.calls, cut.played.world
    asked, horizon_s = calls.dispatchable_at_s != NONE, world.window.horizon_s
    until_s = np.where(calls.ended_at_s == NONE, horizon_s, calls.ended_at_s)
    until_day_s = cut.start_s + DAY_S
    mine = asked & (calls.dispatchable_at_s < until_day_s) & (until_s > cut.start_s)
    mine &= calls.status != Status.AVERTED
    order = np.argsort(calls.dispatchable_at_s[mine], kind="stable")
    of_call = _trips_of(cut, np.flatnonzero(mine))
    found = [_call(cut, int(call), of_call[int(call)]) for call in np.flatnonzero(mine)[order]]
    return [call for call in found if call.from_s >= 0 or call.waits]


def _trips_of(cut: _Cut, calls: Ints) -> dict[int, list[int]]:
    """Trips of some calls, in their order."""
    trips: dict[int, list[int]] = defaultdict(list)
    of_trip = cut.played.ledger.trips.call
    for trip in np.flatnonzero(np.isin(of_trip, calls)).tolist():
        trips[int(of_trip[trip])].append(trip)
    return trips


def _call(cut: _Cut, call: int, trips: Sequence[int]) -> CallDay:
    ledger, world, config = cut.played.ledger, cut.played.world, cut.played.scenario.config
    last = trips[-1] if trips else NONE
    arrived_s = int(ledger.trips.arrived_at_s[last]) if trips else NONE
    came = arrived_s != NONE
    post = int(world.roster.post[ledger.trips.duty[last]]) if came else NONE
    return CallDay(
        from_s=int(ledger.calls.dispatchable_at_s[call]) - cut.start_s,
        zone=config.demand.zones[int(world.calls.zone[call])],
        call_type=config.demand.call_types[int(world.calls.initial_type[call])],
        waits=tuple(_waits(cut, call, trips)),
        team=_names(cut.played.arm)[post] if came else "",
        arrived_s=arrived_s - cut.start_s if came else None,
        ended=Status(int(ledger.calls.status[call])).name.lower(),
    )


def _waits(cut: _Cut, call: int, trips: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of the day in which no team was sent: before the first, and after one was taken."""
    table, calls = cut.played.ledger.trips, cut.played.ledger.calls
    from_s, over_s = int(calls.dispatchable_at_s[call]), int(calls.ended_at_s[call])
    for trip in trips:
        first, last = cut.clipped(from_s, int(table.assigned_at_s[trip]))
        if first < last:
            yield first, last
        end_s = int(table.end_at_s[trip])
        from_s = cut.start_s + DAY_S if end_s == NONE else end_s
    horizon_s = cut.played.world.window.horizon_s
    first, last = cut.clipped(from_s, horizon_s if over_s == NONE else over_s)
    if first < last and (not trips or table.arrived_at_s[trips[-1]] == NONE):
        yield first, last


# --- hours ---------------------------------------------------------------------------------------


def _lost(cut: _Cut) -> list[int]:
    """Calls by hour at whose end no team had come."""
    calls = cut.played.ledger.calls
    lost = (calls.dispatchable_at_s != NONE) & ~np.isin(calls.status, NOT_LOST)
    at_s = calls.ended_at_s[lost] - cut.start_s
    hours = at_s[(at_s >= 0) & (at_s < DAY_S)] // HOUR_S
    return [int(n) for n in np.bincount(hours, minlength=HOURS)]


def _hours(teams: Sequence[TeamDay], calls: Sequence[CallDay], lost: list[int]) -> list[HourDay]:
    """Every hour of the day."""
    spells = [spell for team in teams for spell in team.spells]
    waits = [wait for call in calls for wait in call.waits]
    out = []
    for hour in range(HOURS):
        span = hour * HOUR_S, (hour + 1) * HOUR_S
        parts = [(_within(x.from_s, x.until_s, *span), x.state) for x in spells]
        on_duty = sum(seconds for seconds, _ in parts) / HOUR_S
        busy = sum(seconds for seconds, state in parts if state != "free") / HOUR_S
        begun = sum(span[0] <= call.from_s < span[1] for call in calls)
        out.append(HourDay(begun, _most(waits, *span), on_duty, busy, lost[hour]))
    return out


def _within(from_s: int, until_s: int, first_s: int, last_s: int) -> int:
    return max(0, min(until_s, last_s) - max(from_s, first_s))


def _most(waits: Sequence[tuple[int, int]], first_s: int, last_s: int) -> int:
    """Most stretches at once within some seconds."""
    begins = [first_s, *(a for a, _ in waits if first_s < a < last_s)]
    return max(sum(a <= second < b for a, b in waits) for second in begins)
