"""A day that is watched, as a part of a page: a timeline of teams and calls, a map, and tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from sim.clock import DAY_S, HOUR_S, MINUTE_S
from sim.report.rendering import rendered
from sim.report.table import Group, Table
from sim.scenarios.answers.day import STATES, CallDay, Day, HourDay, Spell, TeamDay

# The timeline, in units of its view: names to the left, an hour is a column.
LEFT, HOUR, RIGHT = 100, 36, 16
WAITING = (52.0, 112.0)  # from the most to none
ROWS = 136.0  # where the teams begin
TALL, FLAT, MANY = 20, 13, 24  # height of a row, and of one of many
LETTERS = 15  # of a name
MAP = 420.0
NAMED = 30  # zones, of which each has its name on the map
ENDED = {
    "served": "reached",
    "withdrawn": "called off with a team on its way",
    "settled_by_patrol": "settled by patrol with a team on its way",
    "missed_off_duty": "no team on duty",
    "missed_out_of_range": "no team in range",
    "missed_busy": "all teams busy",
    "unfinished": "open at the end of the run",
}
WORDS = {"transport": "transport and handover", "report": "report, after the scene"}


class Bar(NamedTuple):
    """A spell where it is drawn."""

    spell: Spell
    x: float
    width: float


class Row(NamedTuple):
    """A team, its place from above, and its bars."""

    name: str
    y: float
    bars: list[Bar]


class Place(NamedTuple):
    """A zone on the map."""

    zone: str
    x: float
    y: float


def section_of(day: Day, at_s: int) -> str:
    """HTML of a day; `at_s` is the second of the day at which it is looked at first."""
    row = TALL if len(day.teams) <= MANY else FLAT
    return rendered(
        "day_section.html",
        day=day,
        at_s=at_s,
        now=day.at(at_s),
        states=STATES,
        words=WORDS,
        rows=[_row(team, ROWS + row * at) for at, team in enumerate(day.teams)],
        row=row,
        frame=_frame(ROWS + row * len(day.teams)),
        waiting=_waiting(day.calls),
        places=_placed(day),
        named=len(day.places) <= NAMED,
        hours=_hours_table(day.hours),
        calls=_calls_table(day.calls),
    )


def clock(second: int) -> str:
    """Second of the day as a clock has it.

    Examples
    --------
    >>> clock(50_700)
    '14:05'
    """
    return f"{second // HOUR_S:02d}:{second % HOUR_S // MINUTE_S:02d}"


# --- drawn ---------------------------------------------------------------------------------------


def _x(second: float) -> float:
    return round(LEFT + HOUR * second / HOUR_S, 1)


def _frame(bottom: float) -> dict[str, Any]:
    """Edges of the timeline, and where its hours begin."""
    hours = {f"{hour:02d}": _x(hour * HOUR_S) for hour in range(25)}
    return {
        "left": LEFT,
        "right": _x(DAY_S),
        "width": _x(DAY_S) + RIGHT,
        "bottom": bottom,
        "hour": HOUR,
        "hours": hours,
        "waiting": WAITING,
    }


def _row(team: TeamDay, y: float) -> Row:
    name = team.name if len(team.name) <= LETTERS else f"{team.name[: LETTERS - 1]}…"
    bars = [Bar(x, _x(x.from_s), round(_x(x.until_s) - _x(x.from_s), 1)) for x in team.spells]
    return Row(name, y, bars)


class Steps(NamedTuple):
    """Calls that wait, as an area of steps, and the most at once."""

    points: str
    most: int


def _waiting(calls: Sequence[CallDay]) -> Steps:
    changes: dict[int, int] = {}
    for from_s, until_s in (wait for call in calls for wait in call.waits):
        changes[from_s] = changes.get(from_s, 0) + 1
        changes[until_s] = changes.get(until_s, 0) - 1
    heights, n = [(0, 0)], 0
    for second in sorted(changes):
        heights.append((second, n))
        n += changes[second]
        heights.append((second, n))
    most = max(n for _, n in heights)
    top, none = WAITING
    points = [(_x(second), none - (none - top) * n / max(most, 1)) for second, n in heights]
    points = [*points, (_x(DAY_S), none), (_x(0), none)]
    return Steps(" ".join(f"{x:g},{y:.1f}" for x, y in points), most)


def _placed(day: Day) -> list[Place]:
    """Zones at their coordinates, north above; a mile is as long in every direction."""
    if not day.places:
        return []
    middle = math.cos(math.radians(sum(x for x, _ in day.places.values()) / len(day.places)))
    points = {zone: (b * middle, -a) for zone, (a, b) in day.places.items()}
    lefts, tops = zip(*points.values(), strict=True)
    wide = max(max(lefts) - min(lefts), max(tops) - min(tops)) or 1.0
    margin, inner = 0.16 * MAP, 0.68 * MAP
    across = inner * (1 - (max(lefts) - min(lefts)) / wide) / 2 + margin
    return [
        Place(
            zone,
            round(across + inner * (x - min(lefts)) / wide, 1),
            round(margin + inner * (y - min(tops)) / wide, 1),
        )
        for zone, (x, y) in points.items()
    ]


# --- tables --------------------------------------------------------------------------------------


def _hours_table(hours: Sequence[HourDay]) -> Table:
    rows = [
        [
            f"{hour:02d}:00",
            str(x.calls),
            str(x.waiting),
            f"{x.on_duty:.1f}",
            f"{x.busy:.1f}",
            str(x.lost),
        ]
        for hour, x in enumerate(hours)
    ]
    head = ["hour from", "calls", "most waiting", "teams on duty", "of these busy", "calls lost"]
    return Table(head, [Group(rows)], "lrrrrr")


def _calls_table(calls: Sequence[CallDay]) -> Table:
    head = ["from", "zone", "type", "waited, min", "team", "on scene", "how it ended"]
    rows = [_call_cells(call) for call in calls]
    return Table(head, [Group(rows)], "lllrlll")


def _call_cells(call: CallDay) -> list[str]:
    arrived = "" if call.arrived_s is None else _clock_or_later(call.arrived_s)
    return [
        "day before" if call.from_s < 0 else clock(call.from_s),
        call.zone,
        call.call_type,
        f"{call.waited_s / MINUTE_S:.0f}",
        call.team,
        arrived,
        ENDED.get(call.ended, call.ended.replace("_", " ")),
    ]


def _clock_or_later(second: int) -> str:
    return clock(second) if second < DAY_S else f"{clock(second % DAY_S)}, next day"
