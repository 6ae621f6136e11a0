"""A day of one replication as it can be watched: what each team did, and which calls waited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

State = Literal["free", "on the way", "on scene", "transport", "report", "visit", "break"]
STATES: tuple[State, ...] = (
    *("free", "on the way", "on scene", "transport"),
    *("report", "visit", "break"),
)


class Spell(NamedTuple):
    """What a team does for some seconds of the day, from midnight, and the zone where it is."""

    state: State
    from_s: int
    until_s: int
    zone: str


class TeamDay(NamedTuple):
    """Spells of a team in their order; between them it is off duty."""

    name: str
    spells: tuple[Spell, ...]


class CallDay(NamedTuple):
    """A requested call: when a team could be sent, its waits for one, and how it ended.

    Seconds are of the day, from midnight; they are below 0 for a call of the day before. `team` is
    empty and `arrived_s` None if no team came. `ended` is the name of its status.
    """

    from_s: int
    zone: str
    call_type: str
    waits: tuple[tuple[int, int], ...]
    team: str
    arrived_s: int | None
    ended: str

    @property
    def waited_s(self) -> int:
        """Seconds of the day in which it waited for a team to be sent."""
        return sum(until_s - from_s for from_s, until_s in self.waits)


class HourDay(NamedTuple):
    """An hour: calls that ask for a team, most that wait at once, mean teams, and calls lost."""

    calls: int
    waiting: int
    on_duty: float
    busy: float
    lost: int


class Snapshot(NamedTuple):
    """One second of the day: teams by what they do, calls that wait, and both by zone."""

    teams: dict[State, int]
    waiting: int
    zones: dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Day:
    """A day of the window in replication 0 under one plan.

    `number` counts from 0; `typical` and `busiest` are numbers of days, by the calls that ask for a
    team. `places` are latitude and longitude of the zones, where they have any.
    """

    plan: str
    date: date
    number: int
    days: int
    typical: int
    busiest: int
    teams: Sequence[TeamDay] = field(repr=False)
    calls: Sequence[CallDay] = field(repr=False)
    hours: Sequence[HourDay] = field(repr=False)
    places: dict[str, tuple[float, float]] = field(repr=False)

    @property
    def seen(self) -> set[State]:
        """Whatever any team does on the day."""
        return {spell.state for team in self.teams for spell in team.spells}

    def at(self, second: int) -> Snapshot:
        """What stands at a second of the day.

        Examples
        --------
        >>> spells = (Spell("free", 0, 60, "north"), Spell("on scene", 60, 90, "south"))
        >>> teams = [TeamDay("Team 1", spells)]
        >>> day = Day("1", date(2024, 1, 1), 0, 28, 0, 0, teams, [], [], {})
        >>> day.at(60).teams
        {'on scene': 1}
        """
        now = [x for team in self.teams for x in team.spells if x.from_s <= second < x.until_s]
        waits = [call.zone for call in self.calls for a, b in call.waits if a <= second < b]
        teams, waiting = Counter(spell.zone for spell in now), Counter(waits)
        zones = {zone: (teams[zone], waiting[zone]) for zone in self.places}
        states = Counter(spell.state for spell in now)
        return Snapshot({x: states[x] for x in STATES if states[x]}, len(waits), zones)
